"""Text: one written form, words, and whether a review is worth counting."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from review_mining.text.normalise import Normalised, content_of, normalise, normalise_all

if TYPE_CHECKING:
    from review_mining.text.judge import Judge
    from review_mining.text.segment import Segmenter, stop_words

__all__ = ["Judge", "Normalised", "Segmenter", "content_of", "normalise", "normalise_all", "stop_words"]

_MODULES = {"Judge": "judge", "Segmenter": "segment", "stop_words": "segment"}


def __getattr__(name: str) -> object:
    # Words load on first use: a tagger reads characters and starts in half the time and memory without scikit-learn.
    if name not in _MODULES:
        raise AttributeError(f"module 'review_mining.text' has no attribute {name!r}")
    return getattr(importlib.import_module(f"review_mining.text.{_MODULES[name]}"), name)
