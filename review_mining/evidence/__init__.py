"""After-sales evidence: signs in the pictures and statement of a case, and the outcome that follows from them.

Pictures are looked at for what they declare and who signed it, for printed AI labels (extra ``ocr``), for earlier use
by another buyer, and, where the settings say so, for odd pixels; statements for what they claim, and for what does not
fit pictures, order or earlier statements. What is not looked at stands in ``evidence.json`` and on ``queue.html``.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from review_mining.evidence.accounts.standing import AccountStanding
    from review_mining.evidence.accounts.table import read_accounts
    from review_mining.evidence.cases import Buyer, Case, Order, cases_of_pictures, read_cases
    from review_mining.evidence.classifier import EvidenceClassifier
    from review_mining.evidence.config import EvidenceConfig
    from review_mining.evidence.corrections import (
        Correction,
        Corrections,
        append_correction,
        make_correction,
        read_corrections,
    )
    from review_mining.evidence.kept_verdicts import read_verdict_record, verdict_record
    from review_mining.evidence.keyword_rules import KeywordRules, read_statement
    from review_mining.evidence.listings import Listings
    from review_mining.evidence.messages import message_to_buyer, statement_for_platform
    from review_mining.evidence.output import evidence_document, write_results
    from review_mining.evidence.pack import PackMaker, pack_name
    from review_mining.evidence.pack_check import verify_pack
    from review_mining.evidence.pixels.detector import PixelDetector
    from review_mining.evidence.pixels.storage import load_pixel_detector
    from review_mining.evidence.pool import Pool
    from review_mining.evidence.queue import render_queue
    from review_mining.evidence.reconsidering import reconsidered
    from review_mining.evidence.reuse import PictureIndex
    from review_mining.evidence.signs import SIGN_KINDS, Sign
    from review_mining.evidence.statement import STATEMENT_KINDS, StatementReader, StatementReading
    from review_mining.evidence.statement_model import StatementModel
    from review_mining.evidence.statement_storage import load_statement_model
    from review_mining.evidence.verdicts import CaseVerdict, PictureVerdict

__all__ = [
    "SIGN_KINDS",
    "STATEMENT_KINDS",
    "AccountStanding",
    "Buyer",
    "Case",
    "CaseVerdict",
    "Correction",
    "Corrections",
    "EvidenceClassifier",
    "EvidenceConfig",
    "KeywordRules",
    "Listings",
    "Order",
    "PackMaker",
    "PictureIndex",
    "PictureVerdict",
    "Pool",
    "PixelDetector",
    "Sign",
    "StatementModel",
    "StatementReader",
    "StatementReading",
    "append_correction",
    "cases_of_pictures",
    "evidence_document",
    "load_pixel_detector",
    "load_statement_model",
    "make_correction",
    "message_to_buyer",
    "pack_name",
    "read_accounts",
    "read_cases",
    "read_corrections",
    "read_statement",
    "read_verdict_record",
    "reconsidered",
    "render_queue",
    "statement_for_platform",
    "verdict_record",
    "verify_pack",
    "write_results",
]

_MODULES = {
    "SIGN_KINDS": "signs",
    "STATEMENT_KINDS": "statement",
    "AccountStanding": "accounts.standing",
    "Buyer": "cases",
    "Case": "cases",
    "CaseVerdict": "verdicts",
    "Correction": "corrections",
    "Corrections": "corrections",
    "EvidenceClassifier": "classifier",
    "EvidenceConfig": "config",
    "KeywordRules": "keyword_rules",
    "Listings": "listings",
    "Order": "cases",
    "PackMaker": "pack",
    "PictureIndex": "reuse",
    "PictureVerdict": "verdicts",
    "Pool": "pool",
    "PixelDetector": "pixels.detector",
    "Sign": "signs",
    "StatementModel": "statement_model",
    "StatementReader": "statement",
    "StatementReading": "statement",
    "append_correction": "corrections",
    "cases_of_pictures": "cases",
    "evidence_document": "output",
    "load_pixel_detector": "pixels.storage",
    "load_statement_model": "statement_storage",
    "make_correction": "corrections",
    "message_to_buyer": "messages",
    "pack_name": "pack",
    "read_accounts": "accounts.table",
    "read_cases": "cases",
    "read_corrections": "corrections",
    "read_statement": "keyword_rules",
    "read_verdict_record": "kept_verdicts",
    "reconsidered": "reconsidering",
    "render_queue": "queue",
    "statement_for_platform": "messages",
    "verdict_record": "kept_verdicts",
    "verify_pack": "pack_check",
    "write_results": "output",
}


def __getattr__(name: str) -> object:
    # Names load on first use, so that the command can say which extra is missing instead of failing on import.
    if name not in _MODULES:
        raise AttributeError(f"module 'review_mining.evidence' has no attribute {name!r}")
    return getattr(importlib.import_module(f"review_mining.evidence.{_MODULES[name]}"), name)
