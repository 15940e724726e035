"""The result of an analysis: its tables, and its report in each form."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from review_mining.report import page
from review_mining.staging import staged_directory, staged_file
from review_mining.taxonomy import Language


@dataclass(frozen=True, eq=False)
class Analysis:
    """Tables of INTERFACES by name, read when asked for, and the report's content.

    Attributes:
        directory: where the Parquet tables lie.
        content: what ``report.json`` holds.
    """

    directory: Path
    content: dict[str, Any]

    @cached_property
    def reviews(self) -> pa.Table:
        """The reviews as stored: cleaned and masked."""
        return self._table("reviews")

    @cached_property
    def judged(self) -> pa.Table:
        """Whether each review counts, or why not."""
        return self._table("judged")

    @cached_property
    def opinions(self) -> pa.Table:
        """Spans with aspect, polarity and theme."""
        return self._table("opinions")

    @cached_property
    def review_aspects(self) -> pa.Table:
        """Labels and probabilities per review and field."""
        return self._table("review_aspects")

    @cached_property
    def themes(self) -> pa.Table:
        """What to fix first."""
        return self._table("themes")

    @cached_property
    def score(self) -> pa.Table:
        """The experience index per aspect and in total."""
        return self._table("score")

    def to_html(self, path: str | Path, *, lang: Language = "zh") -> None:
        """Write the report as one self-contained page."""
        with staged_file(Path(path)) as partial:
            # The meeting sheets are not beside it.
            partial.write_text(page.render({**self.content, "meeting": []}, lang), encoding="utf-8")

    def save(self, directory: str | Path, *, force: bool = False) -> None:
        """Copy everything, report files included, into a new directory.

        Raises:
            UsageError: the directory exists and ``force`` is false.
        """
        with staged_directory(Path(directory), force=force) as partial:
            shutil.copytree(self.directory, partial, dirs_exist_ok=True)

    def _table(self, name: str) -> pa.Table:
        return pq.read_table(self.directory / f"{name}.parquet")
