"""One contradiction, and how much the settings let it weigh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from review_mining.evidence.config import ContradictionKind, Contradictions
from review_mining.evidence.reasons import reason
from review_mining.evidence.signs import Fact, Sign

Weight = Literal["moderate", "weak", "note"]


@dataclass(frozen=True)
class Contradiction:
    """Two statements of a case that do not fit.

    Attributes:
        kind: what does not fit.
        facts: what was read on both sides, as plain values.
    """

    kind: ContradictionKind
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True)
class Weighed:
    """A contradiction with the weight that the settings give its kind.

    Attributes:
        found: the contradiction.
        weight: ``moderate``, ``weak``, or ``note`` for a fact that is shown and leads to nothing.
    """

    found: Contradiction
    weight: Weight

    @property
    def sign(self) -> Sign | None:
        """As a sign of the case; None for a note."""
        if self.weight == "note":
            return None
        return Sign("statement_contradiction", self.weight, f"contradiction.{self.found.kind}", self.found.facts)

    def as_json(self) -> dict[str, object]:
        """The form of the ``contradictions`` column of ``cases``."""
        message = f"contradiction.{self.found.kind}"
        return {
            "kind": self.found.kind,
            "strength": self.weight,
            "reason": reason(message, self.found.facts, "zh"),
            "reason_en": reason(message, self.found.facts, "en"),
            "facts": dict(self.found.facts),
        }


def weighed(found: Contradiction, settings: Contradictions) -> Weighed | None:
    """Give a contradiction its weight; None for a kind that is turned off."""
    weight = settings.weights.of(found.kind)
    return None if weight == "off" else Weighed(found, weight)
