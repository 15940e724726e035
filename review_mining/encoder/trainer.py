"""Hugging Face's Trainer with the project's habits: length groups, faster tables, loss parts in the log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn
from transformers import Trainer, TrainingArguments

from review_mining.encoder.sampling import LengthGroups
from review_mining.errors import ConfigError

_TABLES = ("embeddings.ngrams.", "embeddings.characters.")


class EncoderTrainer(Trainer):
    """A trainer of modules that return a dictionary with ``loss`` and, detached, its parts.

    Args:
        table_rate: how many times the learning rate counts for embedding tables, whose rows are seldom touched.
        settings: as for ``Trainer``.
    """

    def __init__(self, *, table_rate: float = 1.0, **settings: Any) -> None:  # noqa: ANN401
        self._table_rate = table_rate
        self._parts: dict[str, list[Tensor]] = {}
        super().__init__(**settings)

    def create_optimizer(self, model: nn.Module | None = None) -> torch.optim.Optimizer:
        """Three groups: tables, matrices, and what is never decayed."""
        if self.optimizer is None:
            groups: dict[str, list[nn.Parameter]] = {"tables": [], "matrices": [], "vectors": []}
            for name, parameter in cast(nn.Module, model or self.model).named_parameters():
                if parameter.requires_grad:
                    group = "tables" if any(part in name for part in _TABLES) else "matrices"
                    groups[group if parameter.ndim > 1 else "vectors"].append(parameter)
            rate = self.args.learning_rate
            self.optimizer = torch.optim.AdamW(
                [
                    {"params": groups["tables"], "lr": rate * self._table_rate, "weight_decay": 0.0},
                    {"params": groups["matrices"], "weight_decay": self.args.weight_decay},
                    {"params": groups["vectors"], "weight_decay": 0.0},
                ],
                lr=rate,
                betas=(self.args.adam_beta1, self.args.adam_beta2),
                eps=self.args.adam_epsilon,
                fused=True,
            )
        return self.optimizer

    def _get_train_sampler(self, train_dataset: Any = None) -> LengthGroups:  # noqa: ANN401
        rows: Any = train_dataset if train_dataset is not None else self.train_dataset
        batch_rows = self.args.train_batch_size * self.args.gradient_accumulation_steps * self.args.world_size
        return LengthGroups(rows["length"][:], batch_rows, self.args.seed)

    def compute_loss(
        self,
        model: nn.Module,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Tensor | int | None = None,
    ) -> Any:  # noqa: ANN401
        """The module's own loss; its parts are kept for the next line of the log."""
        outputs = model(**inputs)
        for name, value in outputs.items():
            if name != "loss" and value.ndim == 0:
                self._parts.setdefault(name, []).append(value)
        return (outputs["loss"], outputs) if return_outputs else outputs["loss"]

    def prediction_step(
        self,
        model: nn.Module,
        inputs: dict[str, Any],
        prediction_loss_only: bool,
        ignore_keys: list[str] | None = None,
    ) -> tuple[Tensor, None, None]:
        """The module's own loss on watched rows."""
        with torch.no_grad():
            return model(**self._prepare_inputs(inputs))["loss"], None, None

    def log(self, logs: dict[str, float], *further: Any) -> None:  # noqa: ANN401
        """Add the mean of each part since the last line."""
        parts = {name: round(torch.stack(values).mean().item(), 4) for name, values in self._parts.items()}
        self._parts.clear()
        super().log({**logs, **parts}, *further)


def arguments_of(settings: Mapping[str, Any], folder: Path, seed: int) -> TrainingArguments:
    """Training arguments: the project's defaults, then the configuration's.

    Raises:
        ConfigError: a name or value that ``TrainingArguments`` does not know.
    """
    defaults = {
        "output_dir": str(folder / "checkpoints"),
        "seed": seed,
        "remove_unused_columns": False,
        "label_names": [],
        "save_total_limit": 2,
        "lr_scheduler_type": "linear",
        "report_to": "none",
        "disable_tqdm": True,
        "dataloader_pin_memory": False,
        "adam_beta2": 0.98,
        "max_grad_norm": 1.0,
    }
    try:
        return TrainingArguments(**{**defaults, **settings})
    except (TypeError, ValueError) as error:
        raise ConfigError(f"trainer: {error}") from error


def prepare_processor(threads: int | None = None) -> None:
    """Numbers too small to matter become 0 (they are slow on processors), and threads are as many as asked for."""
    torch.set_flush_denormal(True)
    if threads:
        torch.set_num_threads(threads)


def run(trainer: Trainer, *, resume: bool, say: Callable[[str], None]) -> None:
    """Train, from the last checkpoint if there is one and ``resume`` is set."""
    checkpoint = _last_checkpoint(Path(str(trainer.args.output_dir))) if resume else None
    say(f"resumed from {checkpoint}" if checkpoint else "started from step 0")
    trainer.train(resume_from_checkpoint=checkpoint)


def _last_checkpoint(folder: Path) -> str | None:
    """The newest complete checkpoint: the trainer's state is written last."""
    steps = [int(path.parent.name.rpartition("-")[2]) for path in folder.glob("checkpoint-*/trainer_state.json")]
    return str(folder / f"checkpoint-{max(steps)}") if steps else None
