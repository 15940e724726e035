"""What the encoder learns from without labels: hidden words, or tokens that a small network has replaced.

Both corrupt a batch and ask for something at some of its tokens. Training and distillation use the two steps alike.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import PreTrainedModel

from review_mining.encoder.configuration import ReviewEncoderConfig
from review_mining.encoder.masking import IGNORED
from review_mining.encoder.modeling import ReviewEncoderModel, ReviewLayer
from review_mining.encoder.tokenizer import SPECIAL_TOKENS
from review_mining.encoder.training_config import PretrainingConfig
from review_mining.errors import ConfigError

_SPECIAL = len(SPECIAL_TOKENS)
_HEAD_WIDTH = 64


@dataclass(frozen=True, eq=False)
class Corrupted:
    """A batch as the encoder sees it, and what it is asked.

    Attributes:
        input_ids: int64 of shape (pieces, tokens).
        asked: bool of the same shape.
        targets: right answers at the asked tokens, shape (asked tokens,).
        generation: loss of the network that made the replacements; 0 where there is none.
    """

    input_ids: Tensor
    asked: Tensor
    targets: Tensor
    generation: Tensor


class MaskedWords(nn.Module):
    """Predict the hidden words (Devlin et al. 2019): 80 % of hidden tokens are masked, 10 % random, 10 % kept.

    Args:
        encoder: any Hugging Face encoder with a table of input embeddings.
        mask_token_id: what hides a token.
    """

    def __init__(self, encoder: PreTrainedModel, mask_token_id: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.mask_token_id = mask_token_id
        self.head = TokenHead(int(encoder.config.hidden_size), self._table)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """Loss over hidden tokens."""
        batch = self.corrupt(input_ids, attention_mask, labels)
        _, answers = self.predict(batch.input_ids, attention_mask, batch.asked)
        return {"loss": self.answer_loss(answers, batch.targets)}

    def corrupt(self, input_ids: Tensor, attention_mask: Tensor, labels: Tensor) -> Corrupted:
        """Hide tokens."""
        hidden = labels != IGNORED
        fate = torch.rand_like(hidden, dtype=torch.float32)
        noise = torch.randint_like(input_ids, _SPECIAL, self._table.num_embeddings)
        corrupted = torch.where(hidden & (fate < 0.8), self.mask_token_id, input_ids)
        corrupted = torch.where(hidden & (fate >= 0.9), noise, corrupted)
        return Corrupted(corrupted, hidden, labels[hidden], torch.zeros((), device=input_ids.device))

    def predict(self, input_ids: Tensor, attention_mask: Tensor, asked: Tensor) -> tuple[Tensor, Tensor]:
        """States, and logits over the vocabulary at the hidden tokens."""
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return states, self.head(states[asked], self._table.weight)

    def answer_loss(self, answers: Tensor, targets: Tensor) -> Tensor:
        """Cross entropy."""
        return _mean_cross_entropy(answers, targets)

    def soften(self, answers: Tensor) -> Tensor:
        """Probabilities of all tokens."""
        return answers.softmax(-1)

    @property
    def _table(self) -> nn.Embedding:
        return cast(nn.Embedding, self.encoder.get_input_embeddings())


class ReplacedTokens(nn.Module):
    """Tell replaced tokens from original ones (Clark et al., ELECTRA, ICLR 2020); every position teaches.

    The generator is a smaller network over the encoder's own tables.

    Args:
        encoder: the encoder, which learns to discriminate.
        mask_token_id: what hides a token from the generator.
        generator_layers, generator_size: shape of the generator.
        discriminator_weight: weight of the encoder's loss beside the generator's.
    """

    def __init__(
        self,
        encoder: ReviewEncoderModel,
        mask_token_id: int,
        *,
        generator_layers: int,
        generator_size: int,
        discriminator_weight: float,
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.mask_token_id = mask_token_id
        self.discriminator_weight = discriminator_weight
        small = cast(ReviewEncoderConfig, copy.deepcopy(encoder.config))
        small.hidden_size, small.intermediate_size = generator_size, 4 * generator_size
        small.num_attention_heads = max(1, generator_size // _HEAD_WIDTH)
        self.mix = nn.Linear(encoder.embeddings.mix.in_features, generator_size)
        self.layers = nn.ModuleList(ReviewLayer(small) for _ in range(generator_layers))
        self.norm = nn.LayerNorm(generator_size)
        self.head = TokenHead(generator_size, encoder.embeddings.characters)
        hidden = encoder.config.hidden_size
        self.detector = nn.Sequential(nn.Linear(hidden, hidden), nn.GELU(), nn.Linear(hidden, 1))

    def forward(self, input_ids: Tensor, attention_mask: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """Weighted loss of both networks; ``detection`` and ``generation`` are its parts."""
        batch = self.corrupt(input_ids, attention_mask, labels)
        _, answers = self.predict(batch.input_ids, attention_mask, batch.asked)
        detection = self.answer_loss(answers, batch.targets)
        loss = batch.generation + self.discriminator_weight * detection
        return {"loss": loss, "detection": detection.detach(), "generation": batch.generation.detach()}

    def corrupt(self, input_ids: Tensor, attention_mask: Tensor, labels: Tensor) -> Corrupted:
        """Let the generator fill the hidden places; a token that it guesses right counts as original."""
        hidden = labels != IGNORED
        logits = self._generate(torch.where(hidden, self.mask_token_id, input_ids), attention_mask, hidden)
        corrupted = input_ids.masked_scatter(hidden, _drawn(logits.detach()))
        asked = attention_mask.bool() & (input_ids >= _SPECIAL)
        replaced = (corrupted != input_ids)[asked].to(logits.dtype)
        return Corrupted(corrupted, asked, replaced, _mean_cross_entropy(logits, labels[hidden]))

    def predict(self, input_ids: Tensor, attention_mask: Tensor, asked: Tensor) -> tuple[Tensor, Tensor]:
        """States, and the log odds that each asked token was replaced."""
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return states, self.detector(states).squeeze(-1)[asked]

    def answer_loss(self, answers: Tensor, targets: Tensor) -> Tensor:
        """Binary cross entropy."""
        return F.binary_cross_entropy_with_logits(answers, targets)

    def soften(self, answers: Tensor) -> Tensor:
        """Probabilities of having been replaced."""
        return answers.sigmoid()

    def _generate(self, masked: Tensor, attention_mask: Tensor, hidden: Tensor) -> Tensor:
        embeddings = self.encoder.embeddings
        states = self.mix(embeddings.look_up(masked))
        states = states + embeddings.positions.weight[: masked.shape[1], : states.shape[-1]]
        for layer in self.layers:
            states = layer(states, attention_mask.bool()[:, None, None, :])
        return cast(Tensor, self.head(self.norm(states[hidden]), embeddings.characters.weight))


class TokenHead(nn.Module):
    """States to logits over the vocabulary, through the table of token vectors."""

    def __init__(self, width: int, table: nn.Embedding) -> None:
        super().__init__()
        self.dense = nn.Linear(width, table.embedding_dim)
        self.norm = nn.LayerNorm(table.embedding_dim)
        self.bias = nn.Parameter(torch.zeros(table.num_embeddings))

    def forward(self, states: Tensor, table: Tensor) -> Tensor:
        """Shape (tokens, width) to (tokens, vocabulary)."""
        return F.linear(self.norm(F.gelu(self.dense(states))), table, self.bias)


def objective_of(
    config: PretrainingConfig, encoder: PreTrainedModel, mask_token_id: int
) -> MaskedWords | ReplacedTokens:
    """The configured objective around an encoder.

    Raises:
        ConfigError: it does not fit the encoder.
    """
    if config.objective == "masked_words":
        return MaskedWords(encoder, mask_token_id)
    if not isinstance(encoder, ReviewEncoderModel):
        raise ConfigError("replaced_tokens needs the project's own encoder.\n  Use objective: masked_words here.")
    return ReplacedTokens(
        encoder,
        mask_token_id,
        generator_layers=config.generator_layers,
        generator_size=config.generator_size,
        discriminator_weight=config.discriminator_weight,
    )


def _mean_cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """0 instead of an undefined mean where nothing was hidden."""
    return F.cross_entropy(logits, targets, reduction="sum") / max(1, len(logits))


def _drawn(logits: Tensor) -> Tensor:
    """One token a row, drawn by the softmax of its logits; shape (rows, vocabulary) to (rows,)."""
    reached = logits.float().softmax(-1).cumsum(-1)
    # Rounding may leave the last sum short of 1.
    level = torch.rand(len(logits), 1, device=logits.device) * reached[:, -1:]
    return torch.searchsorted(reached, level).squeeze(1).clamp(max=logits.shape[1] - 1)
