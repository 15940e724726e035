"""What reading a statement gives, and what whoever reads it must offer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, get_args

StatementKind = Literal[
    "damaged_in_transit",
    "spoiled",
    "defective",
    "missing",
    "wrong_item",
    "not_as_described",
    "suspected_fake",
    "size",
    "expired",
    "foreign_body",
    "changed_mind",
    "other",
]
STATEMENT_KINDS: tuple[StatementKind, ...] = get_args(StatementKind)


@dataclass(frozen=True)
class StatementReading:
    """What a reader made of a statement.

    Attributes:
        kind: what is claimed.
        fake_score: 0–1, how plainly the writer says that the evidence is made up.
        cues: words that say so by the keyword rules, one per rule; a trained model may raise ``fake_score``
            without any.
    """

    kind: StatementKind
    fake_score: float
    cues: tuple[str, ...]


class StatementReader(Protocol):
    """Reads statements: the keyword rules, or a trained model."""

    @property
    def method(self) -> str:
        """Name of the method with its version."""

    @property
    def threshold(self) -> float:
        """``fake_score`` from which a statement counts as a report of fake evidence."""

    def read(self, statement: str) -> StatementReading:
        """Read one statement, possibly empty."""
