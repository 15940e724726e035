"""The review encoder: a small pre-norm BERT that is given what a linear model knows.

Beside a token's own vector every position gets the vectors of the bigram and trigram around it (as fastText adds them,
Joulin et al., EACL 2017; ZEN, Diao et al., Findings of EMNLP 2020): a table look-up that costs next to nothing and
spares the layers the discovery of words. What tokens and n-grams tell of labels by themselves, the weights of linear
models, goes on a wide path past the layers to the last states (Cheng et al., *Wide & Deep Learning*, 2016). Layers are
BERT's (Devlin et al., NAACL 2019) with the normalisation before each part (Xiong et al., ICML 2020), which a short
training tolerates at higher learning rates.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutputWithPooling

from review_mining.encoder.configuration import ReviewEncoderConfig
from review_mining.encoder.ngram_index import NO_CODE, UNKNOWN, moduli, window

_WIDE_GAIN = 5
"""Evidence has a root mean square near 0.1; the wide path shall start about as large as the normalised states."""
TYPICAL_TOKENS = 32
"""Text length at which the wide path counts as it is. It grows with the root of the length, so that its mean is a sum
over the root of the length, as in a linear model over rows of unit length; a plain mean dilutes what long texts say."""


class ReviewEmbeddings(nn.Module):
    """Token, n-gram and position vectors, mixed and normalised."""

    row_of_bucket: Tensor
    code_of_row: Tensor

    def __init__(self, config: ReviewEncoderConfig) -> None:
        super().__init__()
        self.orders, self.vocab_size = tuple(config.ngram_orders), config.vocab_size
        self.moduli = moduli(config.ngram_buckets)
        self.characters = nn.Embedding(config.vocab_size, config.character_size, padding_idx=config.pad_token_id)
        self.ngrams = nn.Embedding(config.ngram_rows, config.ngram_size, padding_idx=UNKNOWN)
        self.register_buffer("row_of_bucket", torch.full((config.ngram_buckets,), UNKNOWN, dtype=torch.int32))
        self.register_buffer("code_of_row", torch.full((config.ngram_rows,), NO_CODE, dtype=torch.int64))
        width = config.character_size + len(self.orders) * config.ngram_size
        self.mix = nn.Linear(width, config.hidden_size)
        self.positions = nn.Embedding(config.max_position_embeddings, config.hidden_size)
        self.norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.dropout = nn.Dropout(config.dropout)

    def look_up(self, input_ids: Tensor) -> Tensor:
        """Concatenated vectors of each token and its n-grams, shape (batch, tokens, character and n-gram widths)."""
        return torch.cat([self.characters(input_ids), *map(self.ngrams, self.rows(input_ids))], dim=-1)

    def rows(self, input_ids: Tensor) -> list[Tensor]:
        """Row of the n-gram of each order at every position, shapes (batch, tokens)."""
        return [self._rows(input_ids, order) for order in self.orders]

    def know(self, row_of_bucket: Tensor, code_of_row: Tensor) -> None:
        """Set which n-grams have which rows, as ``ngram_index.fill_buckets`` gives it."""
        self.row_of_bucket.copy_(row_of_bucket)
        self.code_of_row.copy_(code_of_row)

    def forward(self, looked_up: Tensor) -> Tensor:
        """What ``look_up`` gives to the first states, shape (batch, tokens, hidden)."""
        vectors = self.mix(looked_up) + self.positions.weight[: looked_up.shape[1]]
        return cast(Tensor, self.dropout(self.norm(vectors)))

    def _rows(self, input_ids: Tensor, order: int) -> Tensor:
        """Row of the n-gram at every position, shape (batch, tokens)."""
        offsets = window(order)
        padded = F.pad(input_ids, (-offsets[0], offsets[-1]))
        code = torch.full_like(input_ids, order)
        for place in range(order):
            code = code * self.vocab_size + padded[:, place : place + input_ids.shape[1]]
        found = torch.full_like(input_ids, UNKNOWN)
        for prime in self.moduli:
            row = self.row_of_bucket[code % prime]
            found = torch.where(self.code_of_row[row] == code, row, found)
        return found


class Evidence(nn.Module):
    """What tokens and n-grams tell of labels, added up over a position; set once, not learnt by gradients."""

    of_token: Tensor
    of_ngram: Tensor

    def __init__(self, config: ReviewEncoderConfig) -> None:
        super().__init__()
        self.register_buffer("of_token", torch.zeros(config.vocab_size, config.evidence_size))
        self.register_buffer("of_ngram", torch.zeros(config.ngram_rows, config.evidence_size))
        self.widen = nn.Linear(config.evidence_size, config.hidden_size, bias=False)
        self.dropout = config.evidence_dropout

    def forward(self, input_ids: Tensor, rows: Sequence[Tensor], attention_mask: Tensor) -> Tensor:
        """Part of the last states, shape (batch, tokens, hidden)."""
        found = self.of_token[input_ids]
        for row in rows:
            found = found + self.of_ngram[row]
        growth = (attention_mask.sum(1).clamp(min=1) / TYPICAL_TOKENS).sqrt()
        if self.training and self.dropout:
            growth = growth * (torch.rand_like(growth) >= self.dropout)
        return cast(Tensor, self.widen(found) * growth[:, None, None])


class ReviewLayer(nn.Module):
    """Self-attention and a feed-forward part, each behind a normalisation and beside a residual path."""

    def __init__(self, config: ReviewEncoderConfig) -> None:
        super().__init__()
        hidden = config.hidden_size
        self.heads = config.num_attention_heads
        self.attention_norm = nn.LayerNorm(hidden, eps=config.layer_norm_eps)
        self.attention_input = nn.Linear(hidden, 3 * hidden)
        self.attention_output = nn.Linear(hidden, hidden)
        self.norm = nn.LayerNorm(hidden, eps=config.layer_norm_eps)
        self.intermediate = nn.Linear(hidden, config.intermediate_size)
        self.output = nn.Linear(config.intermediate_size, hidden)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """Shape (batch, tokens, hidden) to the same; ``mask`` is bool of shape (batch, 1, 1, tokens)."""
        batch, tokens, hidden = states.shape
        parts = self.attention_input(self.attention_norm(states)).view(batch, tokens, 3, self.heads, -1)
        query, key, value = parts.permute(2, 0, 3, 1, 4).unbind(0)
        attended = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        attended = attended.transpose(1, 2).reshape(batch, tokens, hidden)
        states = states + self.dropout(self.attention_output(attended))
        return cast(Tensor, states + self.dropout(self.output(F.gelu(self.intermediate(self.norm(states))))))


class ReviewEncoderModel(PreTrainedModel):
    """Encoder of Chinese reviews; loads and saves like any Hugging Face model.

    Example:
        >>> model = ReviewEncoderModel(ReviewEncoderConfig(vocab_size=50, num_hidden_layers=1))
        >>> model(input_ids=torch.tensor([[2, 7, 3]])).last_hidden_state.shape
        torch.Size([1, 3, 256])
    """

    config_class = ReviewEncoderConfig
    base_model_prefix = "encoder"

    def __init__(self, config: ReviewEncoderConfig) -> None:
        super().__init__(config)
        self.embeddings = ReviewEmbeddings(config)
        self.layers = nn.ModuleList(ReviewLayer(config) for _ in range(config.num_hidden_layers))
        self.norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        if config.evidence_size:
            self.evidence = Evidence(config)
        if config.sentence_size:
            self.sentence = nn.Linear(config.hidden_size, config.sentence_size, bias=False)
        self.post_init()  # type: ignore[no-untyped-call]

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        output_hidden_states: bool = False,
        **_: object,
    ) -> BaseModelOutputWithPooling:
        """Encode token ids.

        Args:
            input_ids: int64 of shape (batch, tokens).
            attention_mask: 1 for tokens, 0 for padding, same shape; by default all tokens.
            output_hidden_states: also give the states before the first and after every layer.

        Returns:
            ``last_hidden_state`` of shape (batch, tokens, hidden) and ``pooler_output``, its mean over tokens, of shape
            (batch, hidden).
        """
        if attention_mask is None:
            attention_mask = torch.ones_like(input_ids)
        mask = attention_mask.bool()[:, None, None, :]
        looked_up = self.embeddings.look_up(input_ids)
        states = self.embeddings(looked_up)
        history = [states]
        for layer in self.layers:
            states = layer(states, mask)
            history.append(states)
        states = self.norm(states)
        if self.config.evidence_size:
            states = states + self.evidence(input_ids, self.embeddings.rows(input_ids), attention_mask)
        return BaseModelOutputWithPooling(
            last_hidden_state=states,
            pooler_output=mean_of_tokens(states, attention_mask),
            hidden_states=tuple(history) if output_hidden_states else None,
        )

    def get_input_embeddings(self) -> nn.Module:
        """The table of token vectors."""
        return self.embeddings.characters

    @torch.no_grad()
    def _init_weights(self, module: nn.Module) -> None:
        if module is self.embeddings.positions:
            module.weight.copy_(_sinusoids(*module.weight.shape))
        elif module is self.embeddings.mix:
            nn.init.normal_(module.weight, std=1 / math.sqrt(module.in_features))
            nn.init.zeros_(module.bias)
        elif isinstance(module, Evidence):
            nn.init.normal_(module.widen.weight, std=_WIDE_GAIN / math.sqrt(module.widen.in_features))
        elif isinstance(module, nn.Linear):
            # Residual branches start small, so that the first steps see the embeddings almost alone.
            nn.init.normal_(module.weight, std=self.config.initializer_range)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=1 / math.sqrt(module.embedding_dim))
            if module.padding_idx is not None:
                module.weight[module.padding_idx].zero_()
        elif isinstance(module, nn.LayerNorm):
            nn.init.ones_(module.weight)
            nn.init.zeros_(module.bias)


def mean_of_tokens(states: Tensor, attention_mask: Tensor) -> Tensor:
    """Mean of the states of real tokens: (batch, tokens, hidden) and (batch, tokens) to (batch, hidden)."""
    weights = attention_mask.to(states.dtype).unsqueeze(-1)
    return (states * weights).sum(1) / weights.sum(1).clamp(min=1)


def _sinusoids(positions: int, width: int) -> Tensor:
    """Fixed waves (Vaswani et al. 2017) as the start of learned positions: unseen places resemble seen ones."""
    angles = torch.arange(positions)[:, None] / 10000 ** (torch.arange(0, width, 2) / width)
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)[:, :width] * 0.1


AutoConfig.register(ReviewEncoderConfig.model_type, ReviewEncoderConfig)
AutoModel.register(ReviewEncoderConfig, ReviewEncoderModel)
