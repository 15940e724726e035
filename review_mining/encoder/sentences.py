"""Sentence vectors: a projection of pooled states in which what means the same lies close together.

Supervised contrastive loss (Khosla et al., NeurIPS 2020) over opinions of one code and sign and over buyers' sentences
of one intent; a second view of each text by dropout (Gao et al., SimCSE, EMNLP 2021). The encoder is not changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import AutoTokenizer

from review_mining.annotated import load_annotated
from review_mining.encoder.labelled import LabelledTexts, load_tasks, prepared
from review_mining.encoder.pretraining import load_backbone, save_encoder
from review_mining.encoder.stage_command import Say
from review_mining.encoder.torch_features import TorchFeatures
from review_mining.encoder.training_config import EncoderConfig, SentencesConfig
from review_mining.errors import ConfigError

_DROPOUT = 0.2


@dataclass(frozen=True, eq=False)
class Opinions:
    """Annotated opinions, one entry each.

    Attributes:
        spans: the words that carry the opinion, in prepared form.
        codes: sub-aspect.
        polarities: sign.
        reviews: number of the review.
    """

    spans: Sequence[str]
    codes: Sequence[str]
    polarities: Sequence[str]
    reviews: Sequence[int]


def load_opinions(paths: Sequence[Path], reviews: Path | None = None) -> Opinions:
    """Read the opinions of annotated reviews.

    Args:
        paths: JSON Lines files.
        reviews: the texts, for files that hold labels by key.

    Raises:
        InputError: a file cannot be read or a row does not fit.
    """
    annotated = [review for path in paths for review in load_annotated(path, reviews)]
    found = [(number, review.text, one) for number, review in enumerate(annotated) for one in review.opinions]
    return Opinions(
        prepared([text[one.start : one.end] for _, text, one in found]),
        [one.code for _, _, one in found],
        [one.polarity for _, _, one in found],
        [number for number, _, _ in found],
    )


def learn_sentences(config: EncoderConfig, work: Path, *, say: Say) -> Path:
    """Fit the projection on top of ``work/tuned``.

    Returns:
        ``work/final``, a Hugging Face directory with ``sentence_size`` set.

    Raises:
        ConfigError: the configuration has no sentences.
        InputError: the annotated reviews cannot be read.
    """
    settings = config.sentences
    if settings is None:
        raise ConfigError("There are no sentences in this configuration.\n  Add a section sentences.")
    torch.manual_seed(config.seed)
    encoder, tokenizer = load_backbone(str(work / "tuned")), AutoTokenizer.from_pretrained(work / "tuned")
    features = TorchFeatures(encoder, tokenizer)
    groups = [_of_opinions(load_opinions(settings.annotated, config.reviews), features)]
    if config.tasks is not None:
        groups += [_of_intents(task, features) for task in load_tasks(config.tasks) if task.name == "intents"]
    projection = nn.Linear(encoder.config.hidden_size, settings.size, bias=False)
    _fit(projection, groups, settings, say)
    encoder.config.sentence_size = settings.size
    encoder.sentence = projection
    save_encoder(encoder, tokenizer, work / "final")
    return work / "final"


@dataclass(frozen=True, eq=False)
class _Group:
    """Features (texts, hidden) and the label under which texts belong together, (texts,)."""

    features: Tensor
    labels: Tensor


def _of_opinions(opinions: Opinions, features: TorchFeatures) -> _Group:
    labels = [f"{code}{sign}" for code, sign in zip(opinions.codes, opinions.polarities, strict=True)]
    return _group(features(opinions.spans), labels)


def _of_intents(task: LabelledTexts, features: TorchFeatures) -> _Group:
    known = task.select(~task.reserved)
    return _group(features(known.texts), [str(target) for target in known.targets])


def _group(features: npt.NDArray[np.float32], labels: Sequence[str]) -> _Group:
    return _Group(torch.from_numpy(features), torch.from_numpy(np.unique(labels, return_inverse=True)[1]))


def _fit(projection: nn.Linear, groups: Sequence[_Group], settings: SentencesConfig, say: Say) -> None:
    optimizer = torch.optim.AdamW(projection.parameters(), lr=settings.learning_rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, settings.learning_rate, settings.steps)
    for step in range(settings.steps):
        group = groups[step % len(groups)]
        rows = torch.randint(len(group.labels), (settings.batch_size,))
        views = F.dropout(group.features[rows].repeat(2, 1), _DROPOUT)
        loss = contrastive_loss(projection(views), group.labels[rows].repeat(2), settings.temperature)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 100 == 0 or step == settings.steps - 1:
            say(f"step {step}: contrastive loss {loss.item():.3f}")


def contrastive_loss(vectors: Tensor, labels: Tensor, temperature: float) -> Tensor:
    """Supervised contrastive loss: every text of the same label shall be nearer than all others.

    Args:
        vectors: shape (texts, size), not yet normalised.
        labels: shape (texts,).
        temperature: smaller for more weight on near neighbours.
    """
    unit = F.normalize(vectors, dim=-1)
    itself = torch.eye(len(labels), dtype=torch.bool, device=labels.device)
    log_odds = ((unit @ unit.T) / temperature).masked_fill(itself, -torch.inf).log_softmax(-1)
    same = (labels[:, None] == labels[None, :]) & ~itself
    counts = same.sum(1)
    per_text = -log_odds.masked_fill(~same, 0.0).sum(1) / counts.clamp(min=1)
    return per_text[counts > 0].mean()
