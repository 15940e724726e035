"""Every sentence about a sign, in Chinese and English, one module per family of signs.

The wording states what was read in a file and what it does not prove. It never says that a buyer lied.
"""

from __future__ import annotations

from collections.abc import Mapping

from review_mining.evidence.reasons.accounts import ACCOUNTS
from review_mining.evidence.reasons.contradicting import CONTRADICTING
from review_mining.evidence.reasons.copied import COPIED
from review_mining.evidence.reasons.credentials import CREDENTIALS
from review_mining.evidence.reasons.declared import DECLARED
from review_mining.evidence.reasons.edited import EDITED
from review_mining.evidence.reasons.language import Language
from review_mining.evidence.reasons.pixels import PIXELS
from review_mining.evidence.reasons.reused import REUSED
from review_mining.evidence.reasons.unreadable import UNREADABLE
from review_mining.evidence.reasons.visible import VISIBLE

__all__ = ["Language", "reason"]

_REASONS = {
    **CREDENTIALS,
    **COPIED,
    **ACCOUNTS,
    **CONTRADICTING,
    **DECLARED,
    **EDITED,
    **PIXELS,
    **REUSED,
    **UNREADABLE,
    **VISIBLE,
}


def reason(message: str, facts: Mapping[str, object], language: Language) -> str:
    """Fill the sentence of a message with facts.

    Args:
        message: a key of one of the tables.
        facts: values for the placeholders; unused ones are ignored.
        language: ``zh`` or ``en``.
    """
    return _REASONS[message][language].format_map(facts)
