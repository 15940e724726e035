"""The aspect network: one encoder, one pass, and heads for tokens and for the whole review.

Every token says how strongly it belongs to an opinion of each (sub-aspect, polarity). Every question about the review,
its overall attitude and each aspect's label, has its own attention over the tokens (Yang et al., NAACL 2016) and sees
the strongest token of each pair beside it, for a label follows from the opinions.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PretrainedConfig, PreTrainedModel

ANSWERS = 4
"""Of every question about a review: four labels of an aspect, four attitudes."""


class AspectConfig(PretrainedConfig):
    """Shape of ``AspectNetwork``.

    Args:
        encoder: configuration of the encoder, as a dictionary with ``model_type``.
        questions: overall attitude first, then one per aspect.
        pairs: (sub-aspect, polarity) pairs with a head.
        dropout: share of states that is dropped while training.
    """

    model_type = "review_aspects"

    def __init__(
        self,
        encoder: dict[str, Any] | None = None,
        questions: int = 5,
        pairs: int = 1,
        dropout: float = 0.1,
        **further: Any,  # noqa: ANN401
    ) -> None:
        self.encoder = encoder or {"model_type": "review_encoder"}
        self.questions = questions
        self.pairs = pairs
        self.dropout = dropout
        super().__init__(**further)


class Answers(NamedTuple):
    """Log odds of a batch.

    Attributes:
        tokens: shape (batch, tokens, pairs).
        questions: shape (batch, questions, 4).
    """

    tokens: Tensor
    questions: Tensor


class AspectNetwork(PreTrainedModel):
    """Encoder and heads; loads and saves like any Hugging Face model."""

    config_class = AspectConfig
    base_model_prefix = "aspects"

    def __init__(self, config: AspectConfig) -> None:
        super().__init__(config)
        settings = dict(config.encoder)
        self.encoder = AutoModel.from_config(AutoConfig.for_model(settings.pop("model_type"), **settings))
        hidden = int(self.encoder.config.hidden_size)
        self.dropout = nn.Dropout(config.dropout)
        self.tokens = nn.Linear(hidden, config.pairs)
        self.attention = nn.Linear(hidden, config.questions)
        self.by_states = nn.Parameter(torch.empty(config.questions, hidden, ANSWERS))
        self.by_tokens = nn.Parameter(torch.empty(config.questions, config.pairs, ANSWERS))
        self.bias = nn.Parameter(torch.zeros(config.questions, 1, ANSWERS))
        self.post_init()  # type: ignore[no-untyped-call]

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Answers:
        """Answer all questions.

        Args:
            input_ids: int64 of shape (batch, tokens).
            attention_mask: 1 for tokens, 0 for padding, same shape.
        """
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        states = self.dropout(states)
        mask = attention_mask.bool()[:, :, None]
        tokens = self.tokens(states)
        weights = self.attention(states).masked_fill(~mask, -torch.inf).softmax(1)
        pooled = weights.transpose(1, 2) @ states
        strongest = strongest_tokens(tokens, attention_mask).sigmoid()
        answers = pooled[:, :, None, :] @ self.by_states + strongest[:, None, None, :] @ self.by_tokens + self.bias
        return Answers(tokens, answers[:, :, 0])

    @torch.no_grad()
    def _init_weights(self, module: nn.Module) -> None:
        if module is self:
            nn.init.normal_(self.by_states, std=1 / math.sqrt(self.by_states.shape[1]))
            nn.init.zeros_(self.by_tokens)
            nn.init.zeros_(self.bias)
        elif module is self.tokens:
            nn.init.normal_(module.weight, std=0.02)
            # Opinions are rare: a first answer of "hardly ever" spares the first steps.
            nn.init.constant_(module.bias, -4.0)
        elif module is self.attention:
            nn.init.normal_(module.weight, std=0.02)
            nn.init.zeros_(module.bias)


def strongest_tokens(tokens: Tensor, attention_mask: Tensor) -> Tensor:
    """Largest log odds of each pair over real tokens: (batch, tokens, pairs) to (batch, pairs)."""
    return tokens.masked_fill(~attention_mask.bool()[:, :, None], -torch.inf).amax(1)


AutoConfig.register(AspectConfig.model_type, AspectConfig)
