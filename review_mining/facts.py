"""The two compact tables that every figure is counted from: one row per review, one row per opinion.

They are built from the Parquet tables of a report's directory, so that a figure can be recomputed from what was stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from review_mining.errors import InputError
from review_mining.memory import release_freed
from review_mining.severity import Severity, read_severity
from review_mining.tables import FIELDS

_TIMES = ("created_at", "ordered_at", "follow_up_at")
_GROUPS = ("product_id", "product_name", "sku", "batch", "shop", "channel", "region", "courier")
_MENTION = ("field", "aspect", "sub_aspect", "polarity", "theme_id")
_SPAN = ("start", "end")
_DUPLICATE = ("duplicate", "near_duplicate")


def build_facts(out: Path, aspects: Sequence[str], *, count_duplicates: bool) -> tuple[pa.Table, pa.Table]:
    """Read what counting needs from a report's tables.

    Args:
        out: directory with ``reviews``, ``judged``, ``review_aspects`` and ``opinions`` as Parquet.
        aspects: aspect names of the model.
        count_duplicates: whether duplicates count like the rows that they repeat.

    Returns:
        ``facts``: one row per review in input order, with ``verdict``, ``counted``, the times, ``rating``, the grouping
        columns (dictionaries), ``overall``, ``<aspect>`` and ``follow_up_<aspect>`` (dictionaries, null without one),
        ``severity`` and ``follow_up_severity`` (int8, see ``review_mining.severity``).
        ``mentions``: one row per opinion, with ``row`` (index into ``facts``), field, aspect, sub_aspect, polarity,
        theme_id and ``severity`` (int8: what is said in the opinion's own clause).

    Raises:
        InputError: the tables do not belong together.
    """
    reviews = _read(out, "reviews", [*_TIMES, "rating", *_GROUPS], dictionaries=_GROUPS)
    ids = _read(out, "reviews", ["review_id"]).column("review_id")
    judged = _read(out, "judged", ["review_id", "verdict"], dictionaries=("verdict",))
    if not judged.column("review_id").equals(ids):
        raise InputError(
            "does not list the same reviews in the same order as reviews.parquet", path=out / "judged.parquet"
        )
    counted_verdicts = ("ok", *_DUPLICATE) if count_duplicates else ("ok",)
    verdict = judged.column("verdict").combine_chunks()
    severity = read_severity(out / "reviews.parquet")
    columns = {
        "verdict": verdict,
        "counted": pc.is_in(verdict.cast(pa.string()), pa.array(counted_verdicts)),
        **{name: reviews.column(name) for name in reviews.column_names},
        **_labels(out, aspects, ids),
        **severity.columns(),
    }
    facts, mentions = pa.table(columns), _mentions(out, ids, severity)
    del ids, judged, reviews, severity
    release_freed()
    return facts, mentions


def _read(out: Path, table: str, columns: list[str], dictionaries: Sequence[str] = ()) -> pa.Table:
    path = out / f"{table}.parquet"
    try:
        return pq.read_table(path, columns=columns, read_dictionary=list(dictionaries)).unify_dictionaries()
    except (OSError, pa.ArrowException) as error:
        raise InputError(
            f"cannot be read: {error}", path=path, hint="Was this directory written by a report?"
        ) from error


def _positions(ids: pa.ChunkedArray, known: pa.ChunkedArray, path: Path) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    found = pc.index_in(ids, value_set=known.combine_chunks())
    if found.null_count:
        stranger = ids.filter(pc.is_null(found))[0].as_py()
        raise InputError(
            f"names review {stranger!r}, which reviews.parquet does not have", path=path, column="review_id"
        )
    rows: np.ndarray[tuple[int], np.dtype[np.int64]] = found.to_numpy().astype(np.int64)
    return rows


def _labels(out: Path, aspects: Sequence[str], ids: pa.ChunkedArray) -> dict[str, pa.Array]:
    """Label columns spread over all reviews; a review without a row of its own has nulls."""
    names = ["overall", *aspects]
    table = _read(out, "review_aspects", ["review_id", "field", *names], dictionaries=("field", *names))
    columns: dict[str, pa.Array] = {}
    for field, prefix in (("text", ""), ("follow_up", "follow_up_")):
        part = table.filter(pc.equal(table.column("field").cast(pa.string()), field))
        rows = _positions(part.column("review_id"), ids, out / "review_aspects.parquet")
        where = np.full(len(ids), -1, dtype=np.int64)
        where[rows] = np.arange(len(rows))
        indices = pa.array(where, mask=where < 0)
        for name in names:
            columns[prefix + name] = part.column(name).combine_chunks().take(indices)
    return columns


def _mentions(out: Path, ids: pa.ChunkedArray, severity: Severity) -> pa.Table:
    table = _read(out, "opinions", ["review_id", *_MENTION, *_SPAN], dictionaries=_MENTION)
    rows = _positions(table.column("review_id"), ids, out / "opinions.parquet")
    later = pc.equal(table.column("field").cast(pa.string()), FIELDS[1]).to_numpy()
    start, end = (table.column(name).to_numpy().astype(np.int64) for name in _SPAN)
    mask = severity.of_opinions(rows + later * len(ids), start, end)
    mentions = table.select(list(_MENTION)).add_column(0, "row", pa.array(rows))
    return mentions.append_column("severity", pa.array(mask))
