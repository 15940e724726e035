"""From annotated reviews and an encoder to a calibrated, exported aspect model."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import AutoTokenizer, EarlyStoppingCallback, PreTrainedTokenizerBase, set_seed

from review_mining.annotated import AnnotatedReview, load_annotated
from review_mining.aspects.decoding import Thresholds
from review_mining.aspects.fitting import Examples, Truths, examples_of, fit_binary, fit_softmax, heads_for
from review_mining.aspects.heads import Heads
from review_mining.aspects.linear import Probabilities
from review_mining.aspects.network.data import AspectCollator, lesson_of, rows_of
from review_mining.aspects.network.graph import network_graph
from review_mining.aspects.network.modeling import AspectConfig, AspectNetwork, strongest_tokens
from review_mining.aspects.network.reader import (
    CALIBRATION,
    FORMAT,
    KIND,
    MODEL,
    SETTINGS,
    Settings,
    answer,
    gather,
    open_network,
)
from review_mining.aspects.network.scaling import Scaling, Scores, comparable
from review_mining.aspects.network.teaching import read_lessons
from review_mining.aspects.network.training_config import AspectsConfig
from review_mining.aspects.network.windows import windows_of
from review_mining.aspects.operating_points import choose_thresholds, confusion_of, held_out_of
from review_mining.aspects.storage import read_json
from review_mining.encoder.export import write_graph
from review_mining.encoder.onnx_session import Framing
from review_mining.encoder.pretraining import load_backbone, save_encoder
from review_mining.encoder.runtime import Precision
from review_mining.encoder.trainer import EncoderTrainer, arguments_of, run
from review_mining.errors import ConfigError, ModelError
from review_mining.tables import OVERALL, POLARITIES
from review_mining.taxonomy import Taxonomy

Say = Callable[[str], None]
_WATCHED_PART = 20
_KEEP_THE_BEST = {"eval_strategy": "steps", "load_best_model_at_end": True, "metric_for_best_model": "loss"}
PAIRS = "pairs.json"
"""Names the token head's columns, beside the weights of ``train_network``."""


class AspectLearning(nn.Module):
    """The network with its losses.

    Args:
        network: what is learnt.
        mask_token_id: what hides a token.
        config: weights of the losses and the share of hidden tokens.
    """

    def __init__(self, network: AspectNetwork, mask_token_id: int, config: AspectsConfig) -> None:
        super().__init__()
        self.network, self.mask_token_id, self.settings = network, mask_token_id, config

    def forward(self, input_ids: Tensor, attention_mask: Tensor, truth: Tensor, answers: Tensor) -> dict[str, Tensor]:
        """Weighted sum of the losses of tokens, of a review's pairs and of the questions.

        Args:
            input_ids: int64 of shape (batch, tokens).
            attention_mask: of the same shape.
            truth: which token belongs to an opinion of which pair, float32 of shape (batch, tokens, pairs).
            answers: share of each answer to each question, shape (batch, questions, 4); zeros where none is asked.
        """
        if self.training and self.settings.masked_share:
            hidden = torch.rand(input_ids.shape, device=input_ids.device) < self.settings.masked_share
            input_ids = torch.where(hidden & attention_mask.bool(), self.mask_token_id, input_ids)
        found = self.network(input_ids, attention_mask)
        each = F.binary_cross_entropy_with_logits(found.tokens, truth, reduction="none").sum(-1)
        strongest = strongest_tokens(found.tokens, attention_mask)
        parts = {
            "tokens": (each * attention_mask).sum() / attention_mask.sum(),
            "pairs": F.binary_cross_entropy_with_logits(strongest, truth.amax(1), reduction="none").sum(-1).mean(),
            "questions": _mean_of_asked(-(answers * found.questions.log_softmax(-1)).sum(-1), answers.sum(-1)),
        }
        weights = (self.settings.tokens_weight, self.settings.pairs_weight, 1.0)
        loss = torch.stack([weight * part for weight, part in zip(weights, parts.values(), strict=True)]).sum()
        return {"loss": loss, **{name: part.detach() for name, part in parts.items()}}


def _mean_of_asked(losses: Tensor, asked: Tensor) -> Tensor:
    """Loss of all questions about a review: the mean over those that are asked, times their number."""
    return losses.sum() / asked.sum().clamp_min(1.0) * losses.shape[1]


def train_network(config: AspectsConfig, taxonomy: Taxonomy, work: Path, *, resume: bool, say: Say) -> Path:
    """Fine-tune the encoder with its heads.

    Returns:
        ``work/network``, a Hugging Face directory with the list of pairs.

    Raises:
        ConfigError: the encoder cannot be loaded, a trainer setting is unknown, or there is nothing to leave out.
        InputError: a file of annotated or taught reviews cannot be used.
    """
    set_seed(config.seed)
    every = read_annotated(config.train, config.reviews)
    unknown = set(config.leave_out) - {one.source for one in every}
    if unknown:
        raise ConfigError(f"leave_out: no annotated review is of {', '.join(sorted(unknown))}.")
    train = [one for one in every if one.source not in config.leave_out]
    heads = heads_for(train, taxonomy, config.min_examples)
    encoder, tokenizer = load_backbone(config.encoder), AutoTokenizer.from_pretrained(config.encoder)
    network = AspectNetwork(
        AspectConfig(encoder.config.to_dict(), questions=1 + len(heads.aspects), pairs=len(heads.pairs))
    )
    network.encoder = encoder
    framing = _framing(tokenizer, network, config.max_tokens)
    watched, train = _apart(train, config)
    annotated = [lesson_of(one, heads) for one in train]
    taught = [lesson for path in config.taught for lesson in read_lessons(path, config.reviews, heads.aspects)]
    rows = rows_of(annotated * config.repeats + taught, heads, tokenizer.backend_tokenizer, framing)
    say(f"{len(annotated):,} annotated and {len(taught):,} taught reviews, {len(heads.pairs)} pairs of code and sign")
    say(f"{sum(rows['length']):,} tokens in one pass")
    settings = {**(_KEEP_THE_BEST if config.patience else {}), **config.trainer}
    settings.setdefault("eval_steps", settings.get("save_steps"))
    lessons = [lesson_of(one, heads) for one in watched]
    trainer = EncoderTrainer(
        table_rate=float(settings.pop("table_rate", 1.0)),
        model=AspectLearning(network, int(tokenizer.mask_token_id), config),
        args=arguments_of(settings, work, config.seed),
        train_dataset=rows,
        eval_dataset=rows_of(lessons, heads, tokenizer.backend_tokenizer, framing) if lessons else None,
        callbacks=[EarlyStoppingCallback(config.patience)] if config.patience else [],
        data_collator=AspectCollator(framing.filler, len(heads.pairs)),
    )
    run(trainer, resume=resume, say=say)
    if trainer.is_world_process_zero():
        save_encoder(network, tokenizer, work / "network")
        pairs = json.dumps(heads.pairs, indent=0)
        (work / "network" / PAIRS).write_text(pairs + "\n", encoding="utf-8")
    return work / "network"


def _apart(
    reviews: Sequence[AnnotatedReview], config: AspectsConfig
) -> tuple[list[AnnotatedReview], list[AnnotatedReview]]:
    """Reviews that are watched, none without ``patience``, and those to learn from."""
    order = np.random.default_rng(config.seed).permutation(len(reviews))
    count = max(1, len(reviews) // _WATCHED_PART) if config.patience else 0
    watched, learnt = np.sort(order[:count]).tolist(), np.sort(order[count:]).tolist()
    return [reviews[place] for place in watched], [reviews[place] for place in learnt]


def read_annotated(paths: Sequence[Path], reviews: Path | None) -> list[AnnotatedReview]:
    """Annotated reviews of several files."""
    return [review for path in paths for review in load_annotated(path, reviews)]


def export_calibrated(
    config: AspectsConfig, taxonomy: Taxonomy, folder: Path, output: Path, *, precision: Precision = "int8", say: Say
) -> None:
    """Turn what ``train_network`` wrote into what the tagger reads, in an existing directory.

    Raises:
        ModelError: the directory does not hold a trained network.
        InputError: a file of held-out reviews cannot be used.
    """
    missing = [name for name in ("config.json", "model.safetensors", PAIRS) if not (folder / name).is_file()]
    if missing:
        raise ModelError(f"{folder} is not a trained network: {', '.join(missing)} missing.\n  Run train_aspects.py.")
    export_network(folder, output, precision)
    calibrate(config, taxonomy, folder, output, say)


def export_network(folder: Path, output: Path, precision: Precision = "int8") -> None:
    """Write ``model.onnx`` with tokenizer and configuration into an existing directory.

    Args:
        folder: what ``train_network`` wrote.
        output: receives the files that ``network_reader.open_network`` opens.
        precision: of the encoder's weights.
    """
    network: AspectNetwork = AspectNetwork.from_pretrained(folder, dtype=torch.float32)
    network.train(False)
    described = {"kind": KIND, "format": str(FORMAT), "precision": precision}
    write_graph(network_graph(network, precision), output / MODEL, described)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.save_pretrained(output)
    settings = {**network.config.to_dict(), "pad_token_id": int(tokenizer.pad_token_id)}
    settings["max_position_embeddings"] = _longest(network)
    # Where it was trained is nobody's business.
    for part in (settings, settings["encoder"]):
        part.pop("_name_or_path", None)
    text = json.dumps(settings, ensure_ascii=False, indent=1, sort_keys=True)
    (output / "config.json").write_text(text + "\n", encoding="utf-8")


def calibrate(config: AspectsConfig, taxonomy: Taxonomy, folder: Path, output: Path, say: Say) -> None:
    """Fit scaling and operating points of the exported network on the held-out reviews and write them beside it.

    Args:
        config: settings.
        taxonomy: aspects and codes.
        folder: what ``train_network`` wrote, for its pairs.
        output: what ``export_network`` wrote.
        say: told what was found.
    """
    pairs = json.loads((folder / PAIRS).read_text(encoding="utf-8"))
    heads = Heads(taxonomy, tuple((code, sign) for code, sign in pairs))
    examples, scores = _read_held_out(config, heads, output)
    fair = _cross_fitted(scores, examples, heads, config)
    thresholds = choose_thresholds(heads, fair, examples, config)
    say(f"{len(examples.reviews):,} held-out reviews; thresholds: {thresholds}")
    scaling = fit_scaling(scores, examples, heads, config.complaint_weight)
    _write(output / SETTINGS, Settings(config.version, heads, thresholds, scaling).to_json())
    _write_calibration(config, heads, fair, examples, thresholds, output, say)


def recount(config: AspectsConfig, output: Path, say: Say) -> None:
    """Count again what an exported model confuses; its scaling and operating points stay as they are.

    Args:
        config: settings.
        output: the model's directory, whose ``calibration.json`` is replaced.
        say: told what was found.
    """
    settings = Settings.from_json(read_json(output / SETTINGS), output / SETTINGS)
    examples, scores = _read_held_out(config, settings.heads, output)
    fair = _cross_fitted(scores, examples, settings.heads, config)
    _write_calibration(config, settings.heads, fair, examples, settings.thresholds, output, say)


def _read_held_out(config: AspectsConfig, heads: Heads, output: Path) -> tuple[Examples, Scores]:
    examples = examples_of(read_annotated(config.held_out, config.reviews), heads)
    session, tokenizer, framing = open_network(output)
    windows = windows_of(examples.segments, tokenizer, framing)
    with ThreadPoolExecutor() as threads:
        scores, _ = gather(windows, answer(session, windows, threads), examples.segments)
    return examples, scores


def _write_calibration(
    config: AspectsConfig,
    heads: Heads,
    fair: Probabilities,
    examples: Examples,
    thresholds: Thresholds,
    output: Path,
    say: Say,
) -> None:
    reliability = reliability_of(fair, examples, heads)
    for name, one in reliability.items():
        say(f"expected calibration error, {name}: {one.error:.3f}")
    held_out = held_out_of(heads, examples, fair, thresholds, _which_are_natural(config)) if config.natural else None
    confusion = confusion_of(heads, [(examples, fair)], thresholds.abstain, held_out).to_json()
    confusion["reliability"] = {name: asdict(one) for name, one in reliability.items()}
    _write(output / CALIBRATION, confusion)


def _which_are_natural(config: AspectsConfig) -> Truths:
    sizes = [len(read_annotated([path], config.reviews)) for path in config.held_out]
    return np.repeat([path in config.natural for path in config.held_out], sizes)


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def fit_scaling(scores: Scores, examples: Examples, heads: Heads, complaint_weight: float) -> Scaling:
    """Fit scaling on reviews that the network was not trained on."""
    mood = np.where(examples.overall() == OVERALL.index("negative"), complaint_weight, 1.0)
    reviews = examples.segments.clause_reviews
    opinions = Scaling.none(1).opinions.copy()
    for polarity, name in enumerate(POLARITIES):
        pairs = heads.pairs_of(None, name)
        truth = examples.clause_truth[:, pairs].ravel()
        if truth.any() and not truth.all():
            importance = np.repeat(mood[reviews], len(pairs))
            opinions[polarity] = fit_binary(scores.clauses[:, pairs].reshape(-1, 1), truth, importance)
    answers = np.concatenate([examples.overall()[:, None], examples.labels(heads)], axis=1)
    odds = comparable(scores.questions)
    questions = [fit_softmax(odds[:, place], answers[:, place], 4, mood) for place in range(odds.shape[1])]
    return Scaling(opinions, np.stack(questions))


@dataclass(frozen=True)
class Reliability:
    """How far probabilities can be taken at their word (Naeini et al., AAAI 2015).

    Attributes:
        error: expected calibration error of the most probable label.
        parts: mean probability and share of right labels in parts of equal size, the least certain first.
    """

    error: float
    parts: tuple[tuple[float, float], ...]


def reliability_of(found: Probabilities, examples: Examples, heads: Heads, parts: int = 10) -> dict[str, Reliability]:
    """Reliability of each aspect's labels."""
    labels = examples.labels(heads)
    measured = {}
    for place, name in enumerate(heads.aspects):
        certainty, guess = found.aspects[:, place].max(axis=1), found.aspects[:, place].argmax(axis=1)
        right = (guess == labels[:, place]).astype(np.float64)
        rows = [part for part in np.array_split(np.argsort(certainty, kind="stable"), parts) if len(part)]
        means = [(float(certainty[part].mean()), float(right[part].mean())) for part in rows]
        gaps = [len(part) * abs(one - other) for part, (one, other) in zip(rows, means, strict=True)]
        measured[name] = Reliability(sum(gaps) / len(right), tuple(means))
    return measured


def _cross_fitted(scores: Scores, examples: Examples, heads: Heads, config: AspectsConfig) -> Probabilities:
    """Probabilities of every review by a scaling that was fitted without its fold."""
    reviews = examples.segments.clause_reviews
    folds = np.random.default_rng(config.seed).permutation(len(examples.reviews)) % config.folds
    opinions = np.zeros_like(scores.clauses, dtype=np.float64)
    aspects = np.zeros((len(folds), len(heads.aspects), 4))
    overall = np.zeros((len(folds), len(OVERALL)))
    for fold in range(config.folds):
        kept, asked = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        scaling = fit_scaling(*_part(scores, examples, heads, kept), heads, config.complaint_weight)
        part, _ = _part(scores, examples, heads, asked)
        found = scaling.probabilities(part, heads)
        aspects[asked], overall[asked] = found.aspects, found.overall
        opinions[np.isin(reviews, asked)] = found.opinions
    return Probabilities(opinions, aspects, overall)


def _part(scores: Scores, examples: Examples, heads: Heads, places: np.ndarray) -> tuple[Scores, Examples]:
    clauses = np.isin(examples.segments.clause_reviews, places)
    part = examples_of([examples.reviews[place] for place in places], heads)
    return Scores(scores.clauses[clauses], scores.questions[places]), part


def _longest(network: AspectNetwork) -> int:
    return int(network.encoder.config.max_position_embeddings)


def _framing(tokenizer: PreTrainedTokenizerBase, network: AspectNetwork, max_tokens: int) -> Framing:
    first, last = tokenizer("")["input_ids"]
    return Framing(first, last, int(tokenizer.pad_token_id), min(max_tokens, _longest(network)))
