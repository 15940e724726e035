"""What a model of any kind gives the tagger: probabilities of a batch, and the words of an opinion."""

from __future__ import annotations

from typing import Protocol

from review_mining.aspects.calibration import Calibration
from review_mining.aspects.decoding import Thresholds
from review_mining.aspects.heads import Heads
from review_mining.aspects.linear import Probabilities
from review_mining.aspects.segments import Segments


class Reading(Protocol):
    """A batch as a model has read it."""

    @property
    def probabilities(self) -> Probabilities:
        """Calibrated probabilities."""

    def span(self, clause: int, pair: int) -> tuple[int, int]:
        """Words of a clause's opinion, half-open in the normalised text of its review."""


class Reader(Protocol):
    """A trained model of some kind."""

    @property
    def version(self) -> str:
        """Name and version of the weights."""

    @property
    def heads(self) -> Heads:
        """Aspects, codes and the pairs that the model can find."""

    @property
    def thresholds(self) -> Thresholds:
        """Operating points."""

    @property
    def calibration(self) -> Calibration:
        """What the model confuses."""

    def read(self, segments: Segments) -> Reading:
        """Read a batch; a review's result depends on its own text alone, up to rounding."""
