"""Shape of the review encoder, in the manner of a Hugging Face configuration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from transformers import PretrainedConfig


class ReviewEncoderConfig(PretrainedConfig):
    """Settings of ``ReviewEncoderModel``; the names are BERT's where BERT has the thing.

    Args:
        vocab_size: entries of the tokenizer.
        character_size: width of a token's own vector.
        ngram_orders: lengths of the token n-grams that are looked up beside each token.
        ngram_rows: known n-grams of all orders, and one row for the unknown.
        ngram_buckets: of the hash table that finds their rows, at least twice as many.
        ngram_size: width of an n-gram's vector.
        evidence_size: width of what tokens and n-grams tell of labels, on the wide path past the layers; 0 for no such
            path.
        evidence_dropout: share of texts whose wide path is closed while training, so that the layers learn to do
            without it.
        hidden_size: width of the layers.
        num_hidden_layers: number of layers.
        num_attention_heads: heads of each layer; divides ``hidden_size``.
        intermediate_size: width of the feed-forward part.
        dropout: share of activations dropped while training.
        max_position_embeddings: longest input in tokens, special tokens included.
        initializer_range: standard deviation of new weights.
        layer_norm_eps: guard against division by zero.
        sentence_size: width of sentence vectors; 0 means mean-pooled states without a projection.
    """

    model_type = "review_encoder"

    def __init__(
        self,
        vocab_size: int = 7000,
        character_size: int = 128,
        ngram_orders: Sequence[int] = (2, 3),
        ngram_rows: int = 60_000,
        ngram_buckets: int = 131_072,
        ngram_size: int = 32,
        evidence_size: int = 24,
        evidence_dropout: float = 0.0,
        hidden_size: int = 256,
        num_hidden_layers: int = 3,
        num_attention_heads: int = 4,
        intermediate_size: int = 768,
        dropout: float = 0.0,
        max_position_embeddings: int = 256,
        initializer_range: float = 0.02,
        layer_norm_eps: float = 1e-6,
        sentence_size: int = 0,
        pad_token_id: int = 0,
        **further: Any,  # noqa: ANN401
    ) -> None:
        self.vocab_size = vocab_size
        self.character_size = character_size
        self.ngram_orders = list(ngram_orders)
        self.ngram_rows = ngram_rows
        self.ngram_buckets = ngram_buckets
        self.ngram_size = ngram_size
        self.evidence_size = evidence_size
        self.evidence_dropout = evidence_dropout
        self.hidden_size = hidden_size
        self.num_hidden_layers = num_hidden_layers
        self.num_attention_heads = num_attention_heads
        self.intermediate_size = intermediate_size
        self.dropout = dropout
        self.max_position_embeddings = max_position_embeddings
        self.initializer_range = initializer_range
        self.layer_norm_eps = layer_norm_eps
        self.sentence_size = sentence_size
        super().__init__(**{"pad_token_id": pad_token_id, **further})
