"""The first weights of the encoder's tables: co-occurrence vectors and the weights of linear models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import numpy.typing as npt
import torch
from scipy import sparse
from transformers import PreTrainedTokenizerBase

from review_mining.encoder.cooccurrence import NgramUnits, TokenStream, contextual_vectors, frequent_units
from review_mining.encoder.hashing import buckets_of, window
from review_mining.encoder.labelled import LabelledTexts
from review_mining.encoder.linear_prior import reduced, task_weights
from review_mining.encoder.modeling import ReviewEncoderModel
from review_mining.encoder.tokenizer import SPECIAL_TOKENS
from review_mining.encoder.training_config import InitialisationConfig

Reals = npt.NDArray[np.float32]


def initialise(
    model: ReviewEncoderModel,
    stream: TokenStream,
    tasks: Sequence[LabelledTexts],
    tokenizer: PreTrainedTokenizerBase,
    config: InitialisationConfig,
    seed: int,
) -> None:
    """Fill the tables of a new encoder; n-grams that are rare in the corpus keep their noise.

    Args:
        model: changed in place.
        stream: the corpus, or a part of it that is large enough to count on.
        tasks: labelled texts; used when the configuration has ``supervised_size``.
        tokenizer: of the model.
        config: what to fill in, and how large.
        seed: of the randomised factorisations.
    """
    shape = model.config
    units = [
        frequent_units(
            stream, window(order), min_count=config.min_count, most=config.max_ngrams, special=len(SPECIAL_TOKENS)
        )
        for order in (1, *shape.ngram_orders)
    ]
    supervised = config.supervised_size if tasks else 0
    width = max(shape.character_size - supervised * shape.ngram_hashes, shape.ngram_hashes * shape.ngram_size)
    windows = [window(order) for order in (1, *shape.ngram_orders)]
    vectors = contextual_vectors(
        stream,
        list(zip(windows, units, strict=True)),
        vocab_size=shape.vocab_size,
        window=config.window,
        size=width,
        seed=seed,
    )
    labels = _label_vectors(units, windows, tasks, tokenizer, supervised * shape.ngram_hashes, seed)
    with torch.no_grad():
        own = shape.character_size - supervised * shape.ngram_hashes
        whole = np.concatenate([_scaled(vectors[0][:, :own], config.scale), _scaled(labels[0], config.scale)], axis=1)
        table = model.embeddings.characters.weight
        table[torch.from_numpy(units[0].ngrams[:, 0]), : whole.shape[1]] = torch.from_numpy(whole)
        tables = iter(model.embeddings.ngrams)
        for unit, context, label in zip(units[1:], vectors[1:], labels[1:], strict=True):
            for function in range(shape.ngram_hashes):
                part = shape.ngram_size - supervised
                pieces = (
                    context[:, function * part : (function + 1) * part],
                    label[:, function * supervised : (function + 1) * supervised],
                )
                rows = np.concatenate([_scaled(piece, config.scale) for piece in pieces], axis=1)
                _fill(cast(torch.Tensor, next(tables).weight), rows, unit, function, shape.ngram_buckets)


def _fill(table: torch.Tensor, rows: Reals, unit: NgramUnits, function: int, buckets: int) -> None:
    """Each bucket gets the mean of its n-grams' rows, weighed by how often they occur."""
    places = buckets_of(unit.ngrams, function, buckets)
    totals, weights = np.zeros((buckets, rows.shape[1]), dtype=np.float64), np.zeros(buckets)
    np.add.at(totals, places, rows * unit.counts[:, None])
    np.add.at(weights, places, unit.counts)
    known = weights > 0
    means = (totals[known] / weights[known, None]).astype(np.float32)
    table[torch.from_numpy(np.flatnonzero(known)), : rows.shape[1]] = torch.from_numpy(means)


def _scaled(rows: Reals, scale: float) -> Reals:
    """Every column with the same root mean square, entries beyond four times it cut off."""
    spread = np.sqrt((rows**2).mean(axis=0, keepdims=True)) if len(rows) else np.ones((1, rows.shape[1]))
    return np.clip(rows / np.maximum(spread, 1e-9), -4, 4).astype(np.float32) * np.float32(scale)


def _label_vectors(
    units: Sequence[NgramUnits],
    windows: Sequence[range],
    tasks: Sequence[LabelledTexts],
    tokenizer: PreTrainedTokenizerBase,
    size: int,
    seed: int,
) -> list[Reals]:
    if not size:
        return [np.zeros((len(unit.ngrams), 0), dtype=np.float32) for unit in units]
    weights = [task_weights(_unit_counts(task.texts, units, windows, tokenizer), task) for task in tasks]
    bounds = np.cumsum([len(unit.ngrams) for unit in units])[:-1]
    return list(np.split(reduced(weights, size, seed), bounds))


def _unit_counts(
    texts: Sequence[str], units: Sequence[NgramUnits], windows: Sequence[range], tokenizer: PreTrainedTokenizerBase
) -> sparse.csr_matrix:
    """How often each text holds each unit, shape (texts, all units)."""
    encoded = tokenizer(list(texts), verbose=False)["input_ids"]
    stream = TokenStream.of([np.asarray(ids, dtype=np.int64) for ids in encoded])
    blocks = []
    for unit, own in zip(units, windows, strict=True):
        places = _places(stream, unit, own)
        known = places >= 0
        ones = np.ones(int(known.sum()), dtype=np.float64)
        shape = (len(texts), len(unit.ngrams))
        blocks.append(sparse.coo_matrix((ones, (stream.pieces[known], places[known])), shape=shape).tocsr())
    return sparse.hstack(blocks, format="csr")


def _places(stream: TokenStream, unit: NgramUnits, own: range) -> npt.NDArray[np.int64]:
    """Unit at each token of another stream, -1 for none."""
    if not len(unit.ngrams):
        return np.full(len(stream.ids), -1, dtype=np.int64)
    size = int(max(unit.ngrams.max(), stream.ids.max(initial=0))) + 1
    keys, known = np.zeros(len(stream.ids), dtype=np.int64), np.zeros(len(unit.ngrams), dtype=np.int64)
    valid = np.ones(len(stream.ids), dtype=np.bool_)
    for offset, column in zip(own, unit.ngrams.T, strict=True):
        ids, inside = stream.shifted(offset)
        keys, known, valid = keys * size + ids, known * size + column, valid & inside
    order = np.argsort(known)
    found = np.minimum(np.searchsorted(known[order], keys), len(known) - 1)
    return np.where(valid & (known[order][found] == keys), order[found], -1)
