"""Mining of Chinese shop reviews and after-sales complaints: the public names."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from review_mining.analysis import Analysis
    from review_mining.aspects import AspectTagger
    from review_mining.evidence import EvidenceClassifier
    from review_mining.pipeline import ReviewMiner
    from review_mining.text import Segmenter
    from review_mining.themes import ThemeModel

__all__ = ["Analysis", "AspectTagger", "EvidenceClassifier", "ReviewMiner", "Segmenter", "ThemeModel"]

_MODULES = {
    "Analysis": "analysis",
    "AspectTagger": "aspects",
    "EvidenceClassifier": "evidence",
    "ReviewMiner": "pipeline",
    "Segmenter": "text",
    "ThemeModel": "themes",
}


def __getattr__(name: str) -> object:
    # Names load on first use: the evidence part needs an extra that a report does without.
    if name not in _MODULES:
        raise AttributeError(f"module 'review_mining' has no attribute {name!r}")
    return getattr(importlib.import_module(f"review_mining.{_MODULES[name]}"), name)
