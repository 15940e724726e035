"""The n-grams that an encoder knows and the first weights of its tables: co-occurrence, and linear models of labels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from scipy import sparse
from transformers import PreTrainedTokenizerBase

from review_mining.encoder.cooccurrence import NgramUnits, TokenStream, contextual_vectors, frequent_units
from review_mining.encoder.labelled import LabelledTexts
from review_mining.encoder.linear_prior import reduced, task_weights
from review_mining.encoder.modeling import ReviewEncoderModel
from review_mining.encoder.ngram_index import codes_of, fill_buckets, window
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
    """Choose the n-grams that a new encoder knows, and fill its tables.

    Args:
        model: changed in place.
        stream: the corpus, or a part of it that is large enough to count on.
        tasks: labelled texts, for a model with a wide path.
        tokenizer: of the model.
        config: what to fill in, and how large.
        seed: of the randomised factorisations.
    """
    shape, embeddings = model.config, model.embeddings
    tasks = tasks if shape.evidence_size else []
    units = _known_units(model, stream, tasks, tokenizer, config)
    rows = [_rows_of(embeddings.code_of_row.numpy(), codes_of(unit.ngrams, shape.vocab_size)) for unit in units[1:]]
    places = [units[0].ngrams[:, 0], *rows]
    tables = [embeddings.characters.weight, *[embeddings.ngrams.weight] * len(rows)]
    if config.filled:
        vectors = contextual_vectors(
            stream,
            [(window(unit.ngrams.shape[1]), unit) for unit in units],
            vocab_size=shape.vocab_size,
            window=config.window,
            size=max(shape.character_size, shape.ngram_size),
            seed=seed,
        )
        for table, place, found in zip(tables, places, vectors, strict=True):
            _fill(table, place, _scaled(found[:, : table.shape[1]], config.scale))
    if tasks:
        weights = [task_weights(_unit_counts(task.texts, units, tokenizer), task) for task in tasks]
        evidence = _scaled(reduced(weights, shape.evidence_size, seed), config.scale)
        bounds = np.cumsum([len(unit.ngrams) for unit in units])[:-1]
        tables = [model.evidence.of_token, *[model.evidence.of_ngram] * len(rows)]
        for table, place, found in zip(tables, places, np.split(evidence, bounds), strict=True):
            _fill(table, place, found)


@torch.no_grad()
def _fill(table: torch.Tensor, rows: npt.NDArray[np.int64], values: Reals) -> None:
    table[torch.from_numpy(rows), : values.shape[1]] = torch.from_numpy(values)


def _known_units(
    model: ReviewEncoderModel,
    stream: TokenStream,
    tasks: Sequence[LabelledTexts],
    tokenizer: PreTrainedTokenizerBase,
    config: InitialisationConfig,
) -> list[NgramUnits]:
    """Tell the model its n-grams; gives the tokens and those n-grams of each order."""
    shape = model.config
    units = [
        frequent_units(
            stream, window(order), min_count=config.min_count, most=config.max_candidates, special=len(SPECIAL_TOKENS)
        )
        for order in (1, *shape.ngram_orders)
    ]
    candidates = units[1:]
    if not candidates:
        return units
    counts = np.concatenate([unit.counts for unit in candidates])
    order = _ranked(counts, _telling(candidates, tasks, tokenizer), config.telling_share)
    codes = np.concatenate([codes_of(unit.ngrams, shape.vocab_size) for unit in candidates])
    index, known, places = fill_buckets(codes[order], shape.ngram_rows, shape.ngram_buckets)
    model.embeddings.know(torch.from_numpy(index), torch.from_numpy(known))
    kept = np.zeros(len(codes), dtype=np.bool_)
    kept[order[places]] = True
    bounds = np.cumsum([len(unit.ngrams) for unit in candidates])[:-1]
    parts = zip(candidates, np.split(kept, bounds), strict=True)
    return [units[0], *(unit.select(part) for unit, part in parts)]


def _telling(
    candidates: Sequence[NgramUnits], tasks: Sequence[LabelledTexts], tokenizer: PreTrainedTokenizerBase
) -> Reals:
    """How much each n-gram moves the answers of linear models, summed over tasks; empty without tasks."""
    if not tasks:
        return np.zeros(0, dtype=np.float32)
    total = np.zeros(sum(len(unit.ngrams) for unit in candidates))
    for task in tasks:
        rows = _unit_counts(task.texts, candidates, tokenizer)
        moved = np.linalg.norm(task_weights(rows, task), axis=1) * np.sqrt(np.asarray((rows > 0).sum(axis=0)).ravel())
        total += moved / max(float(moved.sum()), 1e-9)
    return total.astype(np.float32)


def _ranked(counts: npt.NDArray[np.int64], telling: Reals, telling_share: float) -> npt.NDArray[np.int64]:
    """Places of n-grams, those first that tell much of labels or are frequent; of any first k, a share by each."""
    frequent = np.argsort(-counts, kind="stable")
    if not len(telling):
        return frequent
    ranks = np.empty((2, len(counts)))
    ranks[0, np.argsort(-telling, kind="stable")] = np.arange(len(counts)) / telling_share
    ranks[1, frequent] = np.arange(len(counts)) / (1 - telling_share)
    return np.argsort(ranks.min(axis=0), kind="stable")


def _rows_of(code_of_row: npt.NDArray[np.int64], codes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Row of each code; all are known."""
    order = np.argsort(code_of_row, kind="stable")
    return np.asarray(order[np.searchsorted(code_of_row[order], codes)], dtype=np.int64)


def _scaled(rows: Reals, scale: float) -> Reals:
    """Every column with the same root mean square, entries beyond eight times it cut off."""
    spread = np.sqrt((rows**2).mean(axis=0, keepdims=True)) if len(rows) else np.ones((1, rows.shape[1]))
    return np.clip(rows / np.maximum(spread, 1e-9), -8, 8).astype(np.float32) * np.float32(scale)


def _unit_counts(
    texts: Sequence[str], units: Sequence[NgramUnits], tokenizer: PreTrainedTokenizerBase
) -> sparse.csr_matrix:
    """How often each text holds each unit, shape (texts, all units)."""
    encoded = tokenizer(list(texts), verbose=False)["input_ids"]
    stream = TokenStream.of([np.asarray(ids, dtype=np.int64) for ids in encoded])
    blocks = []
    for unit in units:
        places = _places(stream, unit, window(unit.ngrams.shape[1]))
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
