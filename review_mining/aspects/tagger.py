"""``AspectTagger``: texts in, opinions with their words and aspect labels with their probabilities out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import numpy as np
import pyarrow as pa

from review_mining.aspects.calibration import Calibration
from review_mining.aspects.decoding import Found, choose_labels, choose_opinions
from review_mining.aspects.linear import Probabilities
from review_mining.aspects.linear_reader import LinearReader
from review_mining.aspects.network.reader import SETTINGS, NetworkReader
from review_mining.aspects.ngrams import Ints
from review_mining.aspects.reading import Reader, Reading
from review_mining.aspects.segments import Segments, segment
from review_mining.errors import ModelError, UsageError
from review_mining.tables import ABSTAIN, FIELDS, LABELS, OPINIONS, OVERALL, review_aspects_schema
from review_mining.taxonomy import Taxonomy

DEFAULT = "aspects"
"""The bundled model that is used when none is named."""
_CHARACTERS_AT_ONCE = 400_000
_REVIEWS_AT_ONCE = 4096
_DECIMALS = 6
_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a character, which UTF-8 and therefore Arrow cannot hold."""


class AspectTagger:
    """Finds what reviews say about each aspect.

    A result depends on its text alone, never on the other texts of a call.

    Args:
        reader: a trained model; ``from_pretrained`` reads one from disk.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    @classmethod
    def from_pretrained(cls, name: str | Path | None = None) -> AspectTagger:
        """Load a bundled model by name or any model by directory; by default the bundled ``aspects``.

        Raises:
            ModelError: there is no such model, or its directory is incomplete, damaged or of another format.
        """
        return cls(load_reader(name))

    @property
    def taxonomy(self) -> Taxonomy:
        """Aspects and codes that the model speaks of."""
        return self._reader.heads.taxonomy

    @property
    def version(self) -> str:
        """Name and version of the weights."""
        return self._reader.version

    @property
    def calibration(self) -> Calibration:
        """What the model confuses, counted on held-out reviews."""
        return self._reader.calibration

    def tag(
        self, texts: Sequence[str], *, review_ids: Sequence[str] | None = None, field: str = "text"
    ) -> tuple[pa.Table, pa.Table]:
        """Tag texts.

        Args:
            texts: reviews as stored (masked).
            review_ids: one id per text; by default their numbers from 0.
            field: which field of the reviews the texts are, ``text`` or ``follow_up``.

        Returns:
            Opinions (tables.OPINIONS) in reading order, and labels (tables.review_aspects_schema), one row per text.

        Raises:
            UsageError: the ids are not as many as the texts, or the field is not known.
        """
        ids = [str(number) for number in range(len(texts))] if review_ids is None else list(review_ids)
        if len(ids) != len(texts):
            raise UsageError(f"{len(texts)} texts came with {len(ids)} review_ids; give one id per text.")
        if field not in FIELDS:
            raise UsageError(f"The field {field!r} is not one of {', '.join(FIELDS)}.")
        tables = [self._tag(texts[part], ids[part], field) for part in _portions(texts)]
        opinions = pa.concat_tables([OPINIONS.empty_table(), *(table for table, _ in tables)])
        schema = review_aspects_schema(self._reader.heads.aspects)
        return opinions, pa.concat_tables([schema.empty_table(), *(table for _, table in tables)])

    def _tag(self, texts: Sequence[str], ids: Sequence[str], field: str) -> tuple[pa.Table, pa.Table]:
        texts = [_SURROGATE.sub("\ufffd", text) for text in texts]
        segments = segment(texts)
        reading = self._reader.read(segments)
        probabilities = reading.probabilities
        labels = choose_labels(probabilities)
        reader = self._reader
        found = choose_opinions(reader.heads, probabilities, labels, segments.clause_reviews, reader.thresholds)
        opinions = self._opinions(texts, ids, field, segments, reading, found)
        return opinions, self._review_aspects(ids, field, probabilities, labels)

    def _opinions(
        self, texts: Sequence[str], ids: Sequence[str], field: str, segments: Segments, reading: Reading, found: Found
    ) -> pa.Table:
        heads = self._reader.heads
        rows: dict[str, list[object]] = {name: [] for name in OPINIONS.names}
        for clause, pair, confidence in zip(
            found.clauses.tolist(), found.pairs.tolist(), found.confidence.tolist(), strict=True
        ):
            review = int(segments.clause_reviews[clause])
            start, end = segments.normalised[review].original_span(*reading.span(clause, pair))
            code, polarity = heads.pairs[pair]
            values = (
                f"{ids[review]}/{field}/{start}-{end}/{code}",
                ids[review],
                field,
                heads.aspects[heads.pair_aspects[pair]],
                code,
                polarity,
                round(confidence, _DECIMALS),
                start,
                end,
                texts[review][start:end],
                None,
            )
            for column, value in zip(rows.values(), values, strict=True):
                column.append(value)
        return pa.Table.from_pydict(rows, schema=OPINIONS)

    def _review_aspects(self, ids: Sequence[str], field: str, probabilities: Probabilities, labels: Ints) -> pa.Table:
        names = np.asarray([*LABELS, ABSTAIN])
        columns: list[pa.Array] = [
            pa.array(ids, pa.string()),
            pa.array([field] * len(ids), pa.string()),
            pa.array(np.asarray(OVERALL)[probabilities.overall.argmax(axis=1)], pa.string()),
        ]
        unsure = probabilities.aspects.max(axis=2) < self._reader.thresholds.abstain
        shown = np.where(unsure, len(LABELS), labels)
        for aspect in range(labels.shape[1]):
            columns.append(pa.array(names[shown[:, aspect]], pa.string()))
            columns.extend(pa.array(probabilities.aspects[:, aspect, label]) for label in range(len(LABELS)))
        return pa.Table.from_arrays(columns, schema=review_aspects_schema(self._reader.heads.aspects))


def load_reader(name: str | Path | None = None) -> Reader:
    """A trained model of whatever kind, by name or directory, as ``AspectTagger.from_pretrained`` takes it."""
    bundled = Path(str(resources.files("review_mining"))) / "models"
    known = sorted(folder.name for folder in bundled.iterdir() if (folder / "config.json").is_file())
    if name is None or str(name) in known:
        return _opened(bundled / str(name or DEFAULT))
    if not Path(name).is_dir():
        raise ModelError(f"{str(name)!r} is neither a model directory nor a bundled model ({', '.join(known)}).")
    return _opened(Path(name))


def _opened(directory: Path) -> Reader:
    """A network has its settings beside the configuration of its encoder; everything else must be linear."""
    if (directory / SETTINGS).is_file():
        return NetworkReader.from_directory(directory)
    return LinearReader.from_directory(directory)


def _portions(texts: Sequence[str]) -> list[slice]:
    """Consecutive slices of bounded size, by reviews and by characters."""
    portions, start, characters = [], 0, 0
    for place, text in enumerate(texts):
        if place > start and (place - start >= _REVIEWS_AT_ONCE or characters + len(text) > _CHARACTERS_AT_ONCE):
            portions.append(slice(start, place))
            start, characters = place, 0
        characters += len(text)
    return [*portions, slice(start, len(texts))] if len(texts) else []
