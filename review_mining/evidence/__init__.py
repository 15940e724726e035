"""After-sales evidence: signs in the pictures and statement of a case, and the outcome that follows from them."""

from review_mining.evidence.cases import Buyer, Case, Order, cases_of_pictures, read_cases
from review_mining.evidence.classifier import CaseVerdict, EvidenceClassifier, PictureVerdict
from review_mining.evidence.config import EvidenceConfig
from review_mining.evidence.output import evidence_document, write_results
from review_mining.evidence.queue import render_queue
from review_mining.evidence.reuse import PictureIndex
from review_mining.evidence.signs import SIGN_KINDS, Sign
from review_mining.evidence.statement import STATEMENT_KINDS, StatementReading, read_statement

__all__ = [
    "SIGN_KINDS",
    "STATEMENT_KINDS",
    "Buyer",
    "Case",
    "CaseVerdict",
    "EvidenceClassifier",
    "EvidenceConfig",
    "Order",
    "PictureIndex",
    "PictureVerdict",
    "Sign",
    "StatementReading",
    "cases_of_pictures",
    "evidence_document",
    "read_cases",
    "read_statement",
    "render_queue",
    "write_results",
]
