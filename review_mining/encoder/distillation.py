"""A small encoder that imitates a large one: its states and its answers to the pre-training task.

Hinton et al. 2015 for the answers; the states as in TinyBERT (Jiao et al., Findings of EMNLP 2020), last layer only, so
that teacher and student may differ in depth.
"""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import PreTrainedTokenizerBase, set_seed

from review_mining.encoder.masking import WholeWordMasker
from review_mining.encoder.modeling import mean_of_tokens
from review_mining.encoder.objectives import MaskedWords, ReplacedTokens, objective_of
from review_mining.encoder.pretraining import OBJECTIVE, corpus_of, first_encoder, load_backbone, save_encoder
from review_mining.encoder.stage_command import Say
from review_mining.encoder.trainer import EncoderTrainer, arguments_of, run
from review_mining.encoder.training_config import DistillationConfig, EncoderConfig
from review_mining.errors import ConfigError, ModelError


class Distillation(nn.Module):
    """Student and frozen teacher on the same corrupted batches.

    Args:
        student, teacher: objectives of the same kind; the teacher's generator corrupts for both.
        config: weights of the losses and the temperature.
    """

    def __init__(
        self, student: MaskedWords | ReplacedTokens, teacher: MaskedWords | ReplacedTokens, config: DistillationConfig
    ) -> None:
        super().__init__()
        self.student, self.teacher, self.settings = student, teacher, config
        widths = (objective.encoder.config.hidden_size for objective in (student, teacher))
        self.bridge = nn.Linear(*widths)
        for parameter in teacher.parameters():
            parameter.requires_grad_(False)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """Weighted sum of the imitation of states, the imitation of answers, and the task itself."""
        self.teacher.eval()
        with torch.no_grad():
            batch = self.teacher.corrupt(input_ids, attention_mask, labels)
            wanted_states, wanted = self.teacher.predict(batch.input_ids, attention_mask, batch.asked)
        states, answers = self.student.predict(batch.input_ids, attention_mask, batch.asked)
        distance = F.mse_loss(self.bridge(states), wanted_states, reduction="none").mean(-1, keepdim=True)
        parts = {
            "states": mean_of_tokens(distance, attention_mask).mean(),
            "answers": self._imitation(answers, wanted),
            "task": self.student.answer_loss(answers, batch.targets),
        }
        weights = (self.settings.states_weight, self.settings.logits_weight, self.settings.objective_weight)
        loss = torch.stack([weight * part for weight, part in zip(weights, parts.values(), strict=True)]).sum()
        return {"loss": loss, **{name: part.detach() for name, part in parts.items()}}

    def _imitation(self, answers: Tensor, wanted: Tensor) -> Tensor:
        """Loss against the teacher's softened answers; T² keeps its gradients' size (Hinton et al., section 2)."""
        heat = self.settings.temperature
        return self.student.answer_loss(answers / heat, self.student.soften(wanted / heat)) * heat**2


def distil(config: EncoderConfig, teacher_work: Path, work: Path, *, resume: bool, say: Say) -> Path:
    """Distil the teacher that ``pretrain`` left in ``teacher_work`` into the student of the configuration.

    Returns:
        ``work/pretrained``, a Hugging Face directory with the student and the teacher's tokenizer.

    Raises:
        ConfigError: the configuration has no section ``distillation``.
        ModelError: the teacher is incomplete.
    """
    settings = config.distillation
    if settings is None:
        raise ConfigError("There is no student in this configuration.\n  Add a section distillation.")
    set_seed(config.seed)
    tokenizer, pieces = corpus_of(config, teacher_work, say)
    teacher = _teacher(config, teacher_work, tokenizer)
    # The student too is given what n-grams tell; only the layers above have to be taught.
    own = config.model_copy(update={"model": settings.student, "backbone": None})
    encoder = first_encoder(own, tokenizer, pieces, work, say)
    set_seed(config.seed)
    student = objective_of(config.pretraining, encoder, int(tokenizer.mask_token_id))
    trainer = EncoderTrainer(
        model=Distillation(student, teacher, settings),
        args=arguments_of(settings.trainer, work, config.seed),
        train_dataset=pieces,
        data_collator=WholeWordMasker(config.pretraining.masked_share, int(tokenizer.pad_token_id), config.seed),
    )
    run(trainer, resume=resume, say=say)
    if trainer.is_world_process_zero():
        save_encoder(encoder, tokenizer, work / "pretrained")
    return work / "pretrained"


def _teacher(config: EncoderConfig, work: Path, tokenizer: PreTrainedTokenizerBase) -> MaskedWords | ReplacedTokens:
    path = work / OBJECTIVE
    if not path.is_file():
        raise ModelError(f"{work} holds no finished teacher: {OBJECTIVE} missing.\n  Run pretrain_encoder.py first.")
    encoder = load_backbone(str(work / "pretrained"))
    objective = objective_of(config.pretraining, encoder, int(tokenizer.mask_token_id))
    try:
        objective.load_state_dict(load_file(path))
    except (SafetensorError, RuntimeError) as error:
        raise ModelError(f"{path}: does not fit the configuration or is damaged: {error}") from error
    return objective
