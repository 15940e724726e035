"""Themes under names that an endpoint wrote: a step after fitting, which changes no id and no stored theme.

What was proposed for a theme is kept in ``names.json`` beside the model, so that later reports call it the same and ask
for new themes only. It is kept by what the theme model holds of the theme and by who was asked; null stands for a name
that was refused.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from review_mining.taxonomy import Taxonomy
from review_mining.themes.endpoint_naming import Namer, NamingError, Unnamed
from review_mining.themes.name_check import fits, well_formed
from review_mining.themes.words import Words, key

FILE = "names.json"
_LARGEST_FILE = 10_000_000
_COMPLAINTS_KEPT, _COMPLAINTS_SENT, _LONGEST_COMPLAINT = 200, 20, 60
_FAILURES = 3
"""Failures in a row after which nothing more is asked."""

Proposed = dict[str, str | None]


class MachineNames:
    """Renames themes as a namer proposes.

    Args:
        namer: proposes names.
        asked: who that is; names kept for another are not used.
        segmenter: splits names and complaints into words, to check them.
        taxonomy: names of the sub-aspects.
        proposed: what was proposed before, as ``read_proposed`` gives it.

    Attributes:
        proposed: what has been proposed by now.
    """

    def __init__(
        self, namer: Namer, asked: str, *, segmenter: Words, taxonomy: Taxonomy, proposed: Proposed | None = None
    ) -> None:
        self.proposed: Proposed = dict(proposed or {})
        self._namer, self._asked, self._segmenter, self._taxonomy = namer, asked, segmenter, taxonomy
        self._failures = self._in_a_row = 0

    def applied_to(
        self, themes: pa.Table, complaints: Mapping[str, Sequence[str]], *, kept: Set[str]
    ) -> tuple[pa.Table, list[str]]:
        """Themes under proposed names where those may be used, and the ids of those renamed.

        Args:
            themes: columns ``themes.COLUMNS``, as fitted and edited.
            complaints: different complaints by theme id.
            kept: ids of themes whose names stay.
        """
        rows = themes.to_pylist()
        names = [row["name"] for row in rows]
        renamed = []
        for place, row in enumerate(rows):
            if row["theme_id"] in kept:
                continue
            # Its first name stays taken: it is what another theme's id could follow from.
            taken = {*(name for other, name in enumerate(names) if other != place), *(one["name"] for one in rows)}
            siblings = [
                name
                for other, name in enumerate(names)
                if other != place and rows[other]["sub_aspect"] == row["sub_aspect"]
            ]
            name = self._name(row, complaints.get(row["theme_id"], ()), siblings, taken - {row["name"]})
            if name and name != row["name"]:
                names[place] = name
                renamed.append(row["theme_id"])
        self._warn()
        place = themes.schema.get_field_index("name")
        return themes.set_column(place, themes.schema.field("name"), pa.array(names, pa.string())), sorted(renamed)

    def _name(
        self, row: Mapping[str, Any], complaints: Sequence[str], siblings: Sequence[str], taken: Set[str]
    ) -> str | None:
        digest = _digest(self._asked, row)
        if digest in self.proposed:
            name = self.proposed[digest]
            return name if name and well_formed(name, taken) else None
        if self._in_a_row >= _FAILURES or not complaints:
            return None
        known = self._taxonomy.sub_aspects.get(row["sub_aspect"])
        part = known.zh if known else ""
        sent = [text[:_LONGEST_COMPLAINT] for text in complaints[:_COMPLAINTS_SENT]]
        try:
            name = self._namer(Unnamed(part, sent, siblings))
        except NamingError:
            self._failures, self._in_a_row = self._failures + 1, self._in_a_row + 1
            return None
        self._in_a_row = 0
        allowed = fits(name, complaints, part=part, segmenter=self._segmenter, taken=taken)
        self.proposed[digest] = name if allowed else None
        return self.proposed[digest]

    def _warn(self) -> None:
        if self._failures:
            warnings.warn(
                f"The naming endpoint failed {self._failures} times; those themes keep the names of the toolkit.",
                RuntimeWarning,
                stacklevel=3,
            )


def _digest(asked: str, row: Mapping[str, Any]) -> str:
    known = [asked, row["theme_id"]]
    return hashlib.sha256(json.dumps(known).encode()).hexdigest()


def complaints_of(opinions: Path, batch_rows: int = 65_536) -> dict[str, list[str]]:
    """Different complaints of each theme by different reviews, the first of each in the order of the table.

    Args:
        opinions: Parquet, columns review_id, theme_id and span.
        batch_rows: rows in memory.
    """
    found: dict[str, dict[str, str]] = defaultdict(dict)
    heard: dict[str, set[str]] = defaultdict(set)
    with pq.ParquetFile(opinions) as file:
        for batch in file.iter_batches(batch_rows, columns=["review_id", "theme_id", "span"]):
            for review_id, theme_id, span in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                text = key(span or "")
                if not theme_id or not text or len(found[theme_id]) >= _COMPLAINTS_KEPT:
                    continue
                if review_id not in heard[theme_id] and text not in found[theme_id]:
                    heard[theme_id].add(review_id)
                    found[theme_id][text] = span
    return {theme_id: list(texts.values()) for theme_id, texts in found.items()}


def read_proposed(directory: Path) -> Proposed:
    """What was proposed for earlier reports; nothing where the file is missing or damaged."""
    path = directory / FILE
    try:
        if path.stat().st_size > _LARGEST_FILE:
            return {}
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(content, dict):
        return {}
    return {digest: name for digest, name in content.items() if name is None or isinstance(name, str)}


def write_proposed(proposed: Mapping[str, str | None], directory: Path) -> None:
    """Keep what was proposed beside a theme model."""
    text = json.dumps(proposed, indent=1, sort_keys=True)
    (directory / FILE).write_text(text + "\n", encoding="utf-8")
