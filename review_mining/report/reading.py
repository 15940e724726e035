"""What was read and what counts, recounted from the tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from review_mining.tables import VERDICTS_ON_REVIEWS

_REASONS = 5


def summarise_reading(out: Path, facts: pa.Table, *, count_duplicates: bool) -> dict[str, Any]:
    """Rows by verdict with the most frequent reasons, and the span of time.

    Args:
        out: directory with ``judged`` as Parquet.
        facts: one row per review, as ``review_mining.facts.build_facts`` gives them.
        count_duplicates: whether duplicates count.
    """
    counts = {row["values"]: row["counts"] for row in pc.value_counts(facts["verdict"]).to_pylist()}
    counted = facts["counted"]
    times = pc.min_max(facts["created_at"].filter(counted)).as_py()
    return {
        "rows": facts.num_rows,
        "counted": pc.sum(counted).as_py() or 0,
        "count_duplicates": count_duplicates,
        "verdicts": [{"verdict": verdict, "n": counts.get(verdict, 0)} for verdict in VERDICTS_ON_REVIEWS],
        "reasons": _reasons(out),
        "first": times["min"].isoformat() if times["min"] else None,
        "last": times["max"].isoformat() if times["max"] else None,
    }


def _reasons(out: Path) -> list[dict[str, Any]]:
    """The most frequent reasons of each verdict that leaves a row out."""
    left_out = pq.read_table(
        out / "judged.parquet",
        columns=["verdict", "reason"],
        filters=(pc.field("verdict") != "ok") & pc.field("reason").is_valid(),
    )
    groups = left_out.group_by(["verdict", "reason"]).aggregate([([], "count_all")]).to_pylist()
    groups.sort(key=lambda group: (VERDICTS_ON_REVIEWS.index(group["verdict"]), -group["count_all"], group["reason"]))
    kept: dict[str, list[dict[str, Any]]] = {}
    for group in groups:
        kept.setdefault(group["verdict"], []).append(
            {"verdict": group["verdict"], "reason": group["reason"], "n": group["count_all"]}
        )
    return [row for rows in kept.values() for row in rows[:_REASONS]]
