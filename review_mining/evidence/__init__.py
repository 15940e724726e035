"""After-sales evidence: signs in the pictures and statement of a case, and the outcome that follows from them.

A first version: it reads what files declare, finds identical files of different buyers, and reads statements with a
small trained model. Pixels are looked at only where the settings say so. Copies that were recompressed or cropped, C2PA
signatures, visible marks and contradictions are not looked at yet; ``evidence.json`` and ``queue.html`` say so too.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from review_mining.evidence.cases import Buyer, Case, Order, cases_of_pictures, read_cases
    from review_mining.evidence.classifier import CaseVerdict, EvidenceClassifier, PictureVerdict
    from review_mining.evidence.config import EvidenceConfig
    from review_mining.evidence.keyword_rules import KeywordRules, read_statement
    from review_mining.evidence.output import evidence_document, write_results
    from review_mining.evidence.pixels.detector import PixelDetector
    from review_mining.evidence.pixels.storage import load_pixel_detector
    from review_mining.evidence.queue import render_queue
    from review_mining.evidence.reuse import PictureIndex
    from review_mining.evidence.signs import SIGN_KINDS, Sign
    from review_mining.evidence.statement import STATEMENT_KINDS, StatementReader, StatementReading
    from review_mining.evidence.statement_model import StatementModel
    from review_mining.evidence.statement_storage import load_statement_model

__all__ = [
    "SIGN_KINDS",
    "STATEMENT_KINDS",
    "Buyer",
    "Case",
    "CaseVerdict",
    "EvidenceClassifier",
    "EvidenceConfig",
    "KeywordRules",
    "Order",
    "PictureIndex",
    "PictureVerdict",
    "PixelDetector",
    "Sign",
    "StatementModel",
    "StatementReader",
    "StatementReading",
    "cases_of_pictures",
    "evidence_document",
    "load_pixel_detector",
    "load_statement_model",
    "read_cases",
    "read_statement",
    "render_queue",
    "write_results",
]

_MODULES = {
    "SIGN_KINDS": "signs",
    "STATEMENT_KINDS": "statement",
    "Buyer": "cases",
    "Case": "cases",
    "CaseVerdict": "classifier",
    "EvidenceClassifier": "classifier",
    "EvidenceConfig": "config",
    "KeywordRules": "keyword_rules",
    "Order": "cases",
    "PictureIndex": "reuse",
    "PictureVerdict": "classifier",
    "PixelDetector": "pixels.detector",
    "Sign": "signs",
    "StatementModel": "statement_model",
    "StatementReader": "statement",
    "StatementReading": "statement",
    "cases_of_pictures": "cases",
    "evidence_document": "output",
    "load_pixel_detector": "pixels.storage",
    "load_statement_model": "statement_storage",
    "read_cases": "cases",
    "read_statement": "keyword_rules",
    "render_queue": "queue",
    "write_results": "output",
}


def __getattr__(name: str) -> object:
    # Names load on first use, so that the command can say which extra is missing instead of failing on import.
    if name not in _MODULES:
        raise AttributeError(f"module 'review_mining.evidence' has no attribute {name!r}")
    return getattr(importlib.import_module(f"review_mining.evidence.{_MODULES[name]}"), name)
