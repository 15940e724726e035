"""Tagging a stream of reviews: every row gets labels, and a repeated text takes those of the row that it repeats."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from review_mining.aspects import AspectTagger
from review_mining.tables import JUDGED, OPINIONS, review_aspects_schema

_UNREAD = ("empty", "default_text")
_REPEATS = ("duplicate", "near_duplicate")
Row = dict[str, Any]


@dataclass(frozen=True)
class TaggedBatch:
    """What tagging makes of one batch: three tables, ``judged`` with ``not_a_review`` filled in."""

    judged: pa.Table
    review_aspects: pa.Table
    opinions: pa.Table

    def complaints(self) -> pa.Table:
        """Negative opinions of the reviews that count by themselves."""
        counted = self.judged.filter(pc.equal(self.judged.column("verdict"), "ok")).column("review_id")
        negative = self.opinions.filter(pc.equal(self.opinions.column("polarity"), "negative"))
        return negative.filter(pc.is_in(negative.column("review_id"), value_set=counted.combine_chunks()))


class StreamTagger:
    """Tags batches of reviews in order.

    Args:
        tagger: the aspect model.
        workspace: directory for the results that repeats will need.
    """

    def __init__(self, tagger: AspectTagger, workspace: Path) -> None:
        self._tagger = tagger
        self._schema = review_aspects_schema(tuple(tagger.taxonomy.aspects))
        self._originals = _Originals(workspace / "originals.sqlite")

    def expect(self, judged: pa.RecordBatch) -> None:
        """Learn which rows are repeated, from the verdicts of every batch, before the first ``tag``."""
        self._originals.expect(pc.unique(judged.column("duplicate_of")).drop_null().to_pylist())

    def tag(self, reviews: pa.RecordBatch, judged: pa.RecordBatch) -> TaggedBatch:
        """Tag one batch; both arguments hold the same rows."""
        verdicts = judged.column("verdict")
        repeats = pc.is_in(verdicts, pa.array(_REPEATS))
        opinions, labels = self._first_texts(reviews, verdicts, pc.invert(repeats))
        self._originals.keep(opinions, labels)
        repeated_opinions, repeated_labels = self._repeats(reviews.filter(repeats), judged.filter(repeats))
        labels = _in_order(pa.concat_tables([labels, repeated_labels]), reviews.column("review_id"))
        judged_table = _with_not_a_review(judged, labels.column("overall"))
        late_opinions, late_labels = self._follow_ups(reviews)
        return TaggedBatch(
            judged=judged_table,
            review_aspects=pa.concat_tables([labels, late_labels]),
            opinions=pa.concat_tables([opinions, repeated_opinions, late_opinions]),
        )

    def close(self) -> None:
        """Give up the results that were kept for repeats."""
        self._originals.close()

    def _first_texts(self, reviews: pa.RecordBatch, verdicts: pa.Array, mask: pa.Array) -> tuple[pa.Table, pa.Table]:
        """Tag what is said for the first time; a text that nobody wrote is tagged as an empty one."""
        unread = pc.is_in(verdicts, pa.array(_UNREAD))
        texts = pc.if_else(unread, "", reviews.column("text")).filter(mask)
        return self._tagger.tag(texts.to_pylist(), review_ids=reviews.column("review_id").filter(mask).to_pylist())

    def _repeats(self, reviews: pa.RecordBatch, judged: pa.RecordBatch) -> tuple[pa.Table, pa.Table]:
        opinions: list[Row] = []
        labels: list[Row] = []
        columns = (reviews.column("review_id"), reviews.column("text"), judged.column("duplicate_of"))
        for review_id, text, original in zip(*(column.to_pylist() for column in columns), strict=True):
            kept_labels, kept_opinions = self._originals.get(original)
            labels.append({**kept_labels, "review_id": review_id})
            opinions.extend(_carried_over(kept_opinions, review_id, text))
        return pa.Table.from_pylist(opinions, OPINIONS), pa.Table.from_pylist(labels, self._schema)

    def _follow_ups(self, reviews: pa.RecordBatch) -> tuple[pa.Table, pa.Table]:
        written = reviews.filter(pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(reviews.column("follow_up"))), 0))
        texts, ids = (written.column(name).to_pylist() for name in ("follow_up", "review_id"))
        return self._tagger.tag(texts, review_ids=ids, field="follow_up")


def _in_order(labels: pa.Table, ids: pa.Array) -> pa.Table:
    return labels.take(pc.index_in(ids, value_set=labels.column("review_id").combine_chunks()))


def _with_not_a_review(judged: pa.RecordBatch, overall: pa.ChunkedArray) -> pa.Table:
    no_review = pc.and_(pc.equal(judged.column("verdict"), "ok"), pc.equal(overall.combine_chunks(), "not_a_review"))
    verdict = pc.if_else(no_review, "not_a_review", judged.column("verdict"))
    reason = pc.if_else(no_review, "模型判断这不是对一次购买的评价", judged.column("reason"))
    columns = [judged.column("review_id"), verdict, judged.column("duplicate_of"), reason]
    return pa.Table.from_arrays(columns, schema=JUDGED)


def _carried_over(opinions: Sequence[Row], review_id: str, text: str) -> Iterator[Row]:
    """The original's opinions where their words stand in the repeat, in reading order."""
    cursor = 0
    for opinion in opinions:
        start = text.find(opinion["span"], cursor)
        if start < 0:
            continue
        end = start + len(opinion["span"])
        cursor = start
        opinion_id = f"{review_id}/{opinion['field']}/{start}-{end}/{opinion['sub_aspect']}"
        yield {**opinion, "opinion_id": opinion_id, "review_id": review_id, "start": start, "end": end}


class _Originals:
    """Labels and opinions of rows that later rows repeat, on disk because there may be millions."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path)
        self._database.execute("PRAGMA journal_mode=OFF")
        self._database.execute("PRAGMA synchronous=OFF")
        self._database.execute(
            "CREATE TABLE results (review_id TEXT PRIMARY KEY, labels TEXT, opinions TEXT) WITHOUT ROWID"
        )

    def expect(self, review_ids: Sequence[str]) -> None:
        self._database.executemany("INSERT OR IGNORE INTO results (review_id) VALUES (?)", ((i,) for i in review_ids))

    def keep(self, opinions: pa.Table, labels: pa.Table) -> None:
        expected = self._expected(labels.column("review_id").to_pylist())
        if not expected:
            return
        wanted = pa.array(sorted(expected))
        found: dict[str, list[Row]] = {review_id: [] for review_id in expected}
        for row in opinions.filter(pc.is_in(opinions.column("review_id"), wanted)).to_pylist():
            found[row["review_id"]].append(row)
        rows = [
            (json.dumps(row), json.dumps(found[row["review_id"]]), row["review_id"])
            for row in labels.filter(pc.is_in(labels.column("review_id"), wanted)).to_pylist()
        ]
        self._database.executemany("UPDATE results SET labels = ?, opinions = ? WHERE review_id = ?", rows)

    def get(self, review_id: str) -> tuple[Row, list[Row]]:
        query = "SELECT labels, opinions FROM results WHERE review_id = ?"
        labels, opinions = self._database.execute(query, (review_id,)).fetchone()
        return json.loads(labels), json.loads(opinions)

    def close(self) -> None:
        self._database.close()

    def _expected(self, review_ids: Sequence[str]) -> set[str]:
        listed = json.dumps(list(review_ids))
        query = "SELECT review_id FROM results WHERE review_id IN (SELECT value FROM json_each(?))"
        return {row[0] for row in self._database.execute(query, (listed,))}
