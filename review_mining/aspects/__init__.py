"""Aspects: what a review praises and complains of, and in which words."""

from review_mining.aspects.calibration import Calibration
from review_mining.aspects.tagger import AspectTagger

__all__ = ["AspectTagger", "Calibration"]
