"""The linear model as the tagger's reader."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from review_mining.aspects.calibration import Calibration
from review_mining.aspects.decoding import Thresholds
from review_mining.aspects.heads import Heads
from review_mining.aspects.linear import Probabilities, second_layer
from review_mining.aspects.ngrams import Hits
from review_mining.aspects.segments import Segments
from review_mining.aspects.spans import strongest_window, trim
from review_mining.aspects.storage import Baseline, load_baseline


@dataclass(frozen=True, eq=False)
class LinearReading:
    """A batch as the linear model has read it."""

    model: Baseline
    segments: Segments
    hits: Hits
    probabilities: Probabilities

    def span(self, clause: int, pair: int) -> tuple[int, int]:
        """The strongest part of a clause, without connectives and particles."""
        review = int(self.segments.clause_reviews[clause])
        begin = int(self.segments.characters.bounds[review])
        start, end = int(self.segments.clause_starts[clause]), int(self.segments.clause_ends[clause])
        start, end = strongest_window(self.hits, self.model.first.clause_weights[:, pair], start, end)
        return trim(self.segments.normalised[review].text, start - begin, end - begin)


class LinearReader:
    """Reads with n-gram weights.

    Args:
        model: a trained linear model.
    """

    def __init__(self, model: Baseline) -> None:
        self._model = model
        self.version: str = model.version
        self.heads: Heads = model.heads
        self.thresholds: Thresholds = model.thresholds
        self.calibration: Calibration = model.calibration

    @classmethod
    def from_directory(cls, directory: Path) -> LinearReader:
        """Load what ``save_baseline`` wrote.

        Raises:
            ModelError: a file is missing or damaged, or the directory is of another format.
        """
        return cls(load_baseline(directory))

    def read(self, segments: Segments) -> LinearReading:
        """Score a batch."""
        model = self._model
        hits = model.first.find(segments)
        scores = model.first.scores(segments, hits)
        return LinearReading(
            model, segments, hits, second_layer(model.second, model.heads, scores, segments.clause_reviews)
        )
