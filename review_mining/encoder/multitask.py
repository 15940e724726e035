"""Labelled tasks learnt together on top of the pre-trained encoder, so that sentiment is in it before aspects are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase, set_seed

from review_mining.encoder.batching import framed, padded
from review_mining.encoder.labelled import STAR_STEPS, LabelledTexts, load_tasks
from review_mining.encoder.modeling import mean_of_tokens
from review_mining.encoder.pretraining import load_backbone, save_encoder
from review_mining.encoder.stage_command import Say
from review_mining.encoder.trainer import EncoderTrainer, arguments_of, run
from review_mining.encoder.training_config import EncoderConfig, TasksConfig
from review_mining.errors import ConfigError

_LABELS_WEIGHT = 10.0
"""A review has one opinion label in ten; their mean loss is small beside that of a yes-or-no question."""


class TaskHeads(nn.Module):
    """One linear head a task over the pooled encoder.

    Args:
        encoder: any Hugging Face encoder; its states are averaged over tokens, as at inference.
        tasks: what is learnt; a row's ``task`` is a place in this sequence.
        mask_token_id: what hides a token.
        masked_share: of the tokens, while training.
        dropout: share of the pooled entries that is dropped, while training.
    """

    def __init__(
        self,
        encoder: PreTrainedModel,
        tasks: Sequence[LabelledTexts],
        *,
        mask_token_id: int,
        masked_share: float,
        dropout: float,
    ) -> None:
        super().__init__()
        self.mask_token_id, self.masked_share = mask_token_id, masked_share
        self.encoder = encoder
        self.kinds = [task.kind for task in tasks]
        self.names = [task.name for task in tasks]
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.ModuleList(nn.Linear(encoder.config.hidden_size, task.outputs) for task in tasks)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, task: Tensor, targets: Tensor) -> dict[str, Tensor]:
        """Mean loss over the rows.

        Args:
            input_ids: int64 of shape (rows, tokens).
            attention_mask: of the same shape.
            task: place of each row's task, shape (rows,).
            targets: float32 of shape (rows, widest target).
        """
        if self.training and self.masked_share:
            hidden = (torch.rand(input_ids.shape, device=input_ids.device) < self.masked_share) & attention_mask.bool()
            input_ids = torch.where(hidden, self.mask_token_id, input_ids)
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        pooled = self.dropout(mean_of_tokens(states, attention_mask))
        total = pooled.new_zeros(())
        parts = {}
        for place, (kind, name, head) in enumerate(zip(self.kinds, self.names, self.heads, strict=True)):
            chosen = task == place
            if chosen.any():
                losses = _losses(kind, head(pooled[chosen]), targets[chosen])
                parts[name] = losses.detach().mean()
                total = total + losses.sum()
        return {"loss": total / len(task), **parts}


def _losses(kind: str, logits: Tensor, targets: Tensor) -> Tensor:
    """Loss of each row, shape (rows,)."""
    if kind == "classes":
        return F.cross_entropy(logits, targets[:, 0].long(), reduction="none")
    if kind == "ordinal":
        steps = torch.arange(1, STAR_STEPS + 1, device=targets.device)
        truth = (targets[:, :1] > steps).to(logits.dtype)
        return F.binary_cross_entropy_with_logits(logits, truth, reduction="none").mean(1)
    if kind == "binary":
        return F.binary_cross_entropy_with_logits(logits[:, 0], targets[:, 0], reduction="none")
    truth = targets[:, : logits.shape[1]]
    return F.binary_cross_entropy_with_logits(logits, truth, reduction="none").mean(1) * _LABELS_WEIGHT


@dataclass(frozen=True)
class TaskCollator:
    """Pads rows of several tasks into one batch."""

    pad_token_id: int
    width: int

    def __call__(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Tensor]:
        """Rows of ``input_ids``, ``task`` and ``targets`` to the arguments of ``TaskHeads``."""
        input_ids, mask = padded([row["input_ids"] for row in rows], self.pad_token_id)
        targets = torch.zeros(len(rows), self.width)
        for place, row in enumerate(rows):
            targets[place, : len(row["targets"])] = torch.as_tensor(row["targets"], dtype=torch.float32)
        return {
            "input_ids": torch.from_numpy(input_ids),
            "attention_mask": torch.from_numpy(mask),
            "task": torch.as_tensor([row["task"] for row in rows]),
            "targets": targets,
        }


def learn_tasks(config: EncoderConfig, work: Path, *, resume: bool, say: Say) -> Path:
    """Train ``work/pretrained`` on the labelled tasks.

    Returns:
        ``work/tuned``, a Hugging Face directory.

    Raises:
        ConfigError: the configuration has no tasks, or a trainer setting is unknown.
        InputError: a file of labelled texts cannot be used.
    """
    if config.tasks is None:
        raise ConfigError("There are no tasks in this configuration.\n  Add a section tasks.")
    set_seed(config.seed)
    settings = dict(config.tasks.trainer)
    table_rate, dropout = float(settings.pop("table_rate", 1.0)), float(settings.pop("dropout", 0.1))
    tokenizer = AutoTokenizer.from_pretrained(work / "pretrained")
    encoder = load_backbone(str(work / "pretrained"))
    tasks = [task.select(~task.reserved) for task in load_tasks(config.tasks)]
    rows = rows_of(tasks, tokenizer, config.tasks)
    say(f"{len(rows):,} labelled texts, {sum(rows['length']):,} tokens in one pass")
    trainer = EncoderTrainer(
        table_rate=table_rate,
        model=TaskHeads(
            encoder,
            tasks,
            mask_token_id=int(tokenizer.mask_token_id),
            masked_share=config.tasks.masked_share,
            dropout=dropout,
        ),
        args=arguments_of(settings, work / "tasks", config.seed),
        train_dataset=rows,
        data_collator=TaskCollator(int(tokenizer.pad_token_id), max(task.outputs for task in tasks)),
    )
    run(trainer, resume=resume, say=say)
    if trainer.is_world_process_zero():
        save_encoder(encoder, tokenizer, work / "tuned")
    return work / "tuned"


def rows_of(
    tasks: Sequence[LabelledTexts], tokenizer: PreTrainedTokenizerBase, config: TasksConfig
) -> datasets.Dataset:
    """All tasks as rows of ``input_ids``, ``length``, ``task`` and ``targets``."""
    parts = []
    for place, task in enumerate(tasks):
        ids = token_ids(task.texts, tokenizer, config.max_tokens)
        rows = {
            "input_ids": ids,
            "length": [len(one) for one in ids],
            "task": np.full(len(ids), place),
            "targets": list(task.targets.reshape(len(ids), -1)),
        }
        parts.append(datasets.Dataset.from_dict(rows))
    return datasets.concatenate_datasets(parts)


def token_ids(texts: Sequence[str], tokenizer: PreTrainedTokenizerBase, max_tokens: int) -> list[list[int]]:
    """Token ids with special tokens, long texts shortened."""
    encoded = tokenizer(list(texts), add_special_tokens=False, verbose=False)["input_ids"]
    return [framed(ids, tokenizer.cls_token_id, tokenizer.sep_token_id, max_tokens) for ids in encoded]
