"""The stages that turn reviews into tables on disk, one batch at a time, so that memory stays bounded."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from review_mining.aspects import AspectTagger
from review_mining.config import TextConfig
from review_mining.errors import InputError
from review_mining.ingest import read
from review_mining.memory import release_freed
from review_mining.progress import ProgressDisplay
from review_mining.selection import Selection
from review_mining.tables import JUDGED, OPINIONS, REVIEWS, review_aspects_schema
from review_mining.tagging import StreamTagger
from review_mining.text import Judge
from review_mining.themes import ThemeModel

_FOR_THEMES = ["opinion_id", "review_id", "field", "aspect", "sub_aspect", "polarity", "confidence", "span"]


def table_writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """A writer with the settings that every stored table shares."""
    return pq.ParquetWriter(path, schema, compression="zstd")


def _batches(path: Path, rows: int) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(path) as file:
        yield from file.iter_batches(batch_size=rows)


class Stages:
    """Writes the tables of one report; call the methods in the order in which they stand.

    Args:
        out: directory for the tables.
        workspace: directory for what is needed only meanwhile.
        batch_rows: rows per batch.
        progress: where progress is shown.
    """

    def __init__(self, out: Path, workspace: Path, *, batch_rows: int, progress: ProgressDisplay) -> None:
        self._out, self._workspace = out, workspace
        self._batch_rows, self._progress = batch_rows, progress
        self._rows = 0

    def ingest(
        self, reviews: object, mapping: Mapping[str, str], selection: Selection
    ) -> tuple[dict[str, Any], Counter[str]]:
        """Write ``reviews``.

        Returns:
            The notes of reading, JSON-able, and how many rows the selection left out by reason.

        Raises:
            InputError: the input cannot be read, or no row is inside the selection.
        """
        reading = read(reviews, mapping=mapping, batch_rows=self._batch_rows)
        left_out: Counter[str] = Counter()
        with (
            table_writer(self._out / "reviews.parquet", REVIEWS) as writer,
            self._progress.stage("读取 reading") as advance,
        ):
            for batch in reading:
                inside = selection.apply(batch, left_out)
                if inside.num_rows:
                    writer.write_batch(inside)
                self._rows += inside.num_rows
                advance(batch.num_rows)
        if not self._rows:
            raise InputError(
                f"none of the {sum(left_out.values())} reviews is inside the selection ({dict(left_out)})",
                hint="Widen --since, --until or --product.",
            )
        return dataclasses.asdict(reading.notes), left_out

    def judge_and_tag(self, tagger: AspectTagger, config: TextConfig) -> None:
        """Write ``judged`` and ``review_aspects``, and the opinions without their themes."""
        stream = StreamTagger(tagger, self._workspace)
        with closing(stream), Judge(self._workspace, config) as judge:
            self._judge(judge, stream)
            self._tag(tagger, stream)
        release_freed()

    def _tag(self, tagger: AspectTagger, stream: StreamTagger) -> None:
        aspects = review_aspects_schema(tuple(tagger.taxonomy.aspects))
        with (
            table_writer(self._out / "judged.parquet", JUDGED) as judged_writer,
            table_writer(self._out / "review_aspects.parquet", aspects) as aspects_writer,
            table_writer(self._workspace / "opinions.parquet", OPINIONS) as opinions_writer,
            table_writer(self._workspace / "complaints.parquet", OPINIONS) as complaints_writer,
            self._progress.stage("标注 tagging", self._rows) as advance,
        ):
            for reviews, judged in zip(self._reviews(), self._judged(), strict=True):
                tagged = stream.tag(reviews, judged)
                judged_writer.write_table(tagged.judged)
                aspects_writer.write_table(tagged.review_aspects)
                opinions_writer.write_table(tagged.opinions)
                complaints_writer.write_table(tagged.complaints())
                advance(reviews.num_rows)

    def complaints(self) -> pa.Table:
        """The negative opinions of the reviews that count, as far as themes need them."""
        return pq.read_table(self._workspace / "complaints.parquet", columns=_FOR_THEMES)

    def assign(self, themes: ThemeModel) -> None:
        """Write ``opinions`` with their themes."""
        release_freed()
        path = self._workspace / "opinions.parquet"
        total = pq.read_metadata(path).num_rows
        with (
            table_writer(self._out / "opinions.parquet", OPINIONS) as writer,
            self._progress.stage("分配主题 assigning themes", total) as advance,
        ):
            place = OPINIONS.get_field_index("theme_id")
            for batch in _batches(path, self._batch_rows):
                opinions = pa.table(batch)
                assigned = themes.assign(opinions).cast(pa.string())
                writer.write_table(opinions.set_column(place, OPINIONS.field("theme_id"), assigned))
                advance(batch.num_rows)
        release_freed()

    def _judge(self, judge: Judge, stream: StreamTagger) -> None:
        with self._progress.stage("查重 finding repeats", self._rows) as advance:
            for batch in self._reviews():
                judge.add(batch)
                advance(batch.num_rows)
            judge.resolve()
        with table_writer(self._workspace / "judged.parquet", JUDGED) as writer:
            for batch in self._reviews():
                judged = judge.verdicts(batch)
                stream.expect(judged)
                writer.write_batch(judged)
        release_freed()

    def _reviews(self) -> Iterator[pa.RecordBatch]:
        return _batches(self._out / "reviews.parquet", self._batch_rows)

    def _judged(self) -> Iterator[pa.RecordBatch]:
        return _batches(self._workspace / "judged.parquet", self._batch_rows)
