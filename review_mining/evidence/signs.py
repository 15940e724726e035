"""What a module found in a picture or a case: a kind, a strength, a readable reason, and the facts behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from review_mining.evidence.reasons import Language, reason

SignKind = Literal[
    "c2pa_trusted_ai",
    "c2pa_untrusted_ai",
    "c2pa_tampered",
    "c2pa_camera",
    "tc260_label",
    "iptc_ai",
    "generator_metadata",
    "visible_label",
    "exact_reuse",
    "verified_reuse",
    "pixel_anomaly",
    "local_edit_hint",
    "statement_contradiction",
    "unreadable",
]
SIGN_KINDS: tuple[str, ...] = get_args(SignKind)
"""All kinds of the interface contract; the modules that exist find only some of them."""

Strength = Literal["strong", "moderate", "weak", "supports_buyer"]
Fact = str | int | float | bool | None


@dataclass(frozen=True)
class Sign:
    """One finding.

    Attributes:
        kind: what sort of sign it is.
        strength: how much it weighs in the decision.
        message: key of its sentence in ``reasons``.
        facts: what was read, as plain values; they fill the sentence and go into the evidence file.
    """

    kind: SignKind
    strength: Strength
    message: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """The sentence a shop assistant reads, in Chinese."""
        return self.reason_in("zh")

    def reason_in(self, language: Language) -> str:
        """The sentence in a language of the queue page."""
        return reason(self.message, self.facts, language)

    def as_json(self) -> dict[str, object]:
        """The form of the ``signs`` column of ``verdicts``."""
        return {"kind": self.kind, "strength": self.strength, "reason": self.reason, "facts": dict(self.facts)}
