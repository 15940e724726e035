"""Negative reviews beside statements: buyers write them, so none says that a buyer's evidence is fake."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from review_mining.annotated import shown
from review_mining.errors import InputError
from review_mining.ingest.masking import mask

_LEARNT = "f"
"""First digit of the keys (hexadecimal digests) of reviews to learn from; all others are for measuring."""
_COLUMNS = ["key", "text", "polarity", "reserved"]


def reviews_to_learn(path: Path) -> list[str]:
    """Negative reviews that are neither reserved nor measured, personal data masked.

    Raises:
        InputError: the file cannot be read or lacks a column.
    """
    rows = _negative(path)
    learnt = pc.and_(pc.starts_with(rows["key"], _LEARNT), pc.invert(rows["reserved"]))
    return _texts(rows.filter(learnt))


def reviews_to_measure(path: Path, count: int, seed: int) -> list[str]:
    """Random negative reviews that no model of statements learns from, personal data masked.

    Raises:
        InputError: the file cannot be read or lacks a column.
    """
    rows = _negative(path)
    rows = rows.filter(pc.invert(pc.starts_with(rows["key"], _LEARNT)))
    return _texts(rows.take(np.random.default_rng(seed).permutation(len(rows))[:count]))


def _negative(path: Path) -> pa.Table:
    try:
        rows = pq.read_table(path, columns=_COLUMNS)
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"cannot be read: {error}", path=path, hint=f"It needs {', '.join(_COLUMNS)}.") from error
    return rows.filter(pc.equal(rows["polarity"], 0))


def _texts(rows: pa.Table) -> list[str]:
    return [mask(shown(text))[0] for text in rows["text"].to_pylist()]
