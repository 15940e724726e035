"""All contradictions of a case, weighed."""

from __future__ import annotations

from collections.abc import Sequence

from review_mining.evidence.capture import Capture
from review_mining.evidence.cases import Case
from review_mining.evidence.config import Contradictions
from review_mining.evidence.contradictions.contradiction import Weighed, weighed
from review_mining.evidence.contradictions.history import StatementHistory
from review_mining.evidence.contradictions.orders import order_contradictions
from review_mining.evidence.contradictions.pictures import picture_contradictions
from review_mining.evidence.statement import StatementKind


class ContradictionFinder:
    """Compares each case with itself and with the cases before it.

    Args:
        settings: what may differ, and how much each kind weighs.
    """

    def __init__(self, settings: Contradictions) -> None:
        self._settings, self._history = settings, StatementHistory(settings)

    def find(
        self, case: Case, captures: Sequence[tuple[str, Capture]], kind: StatementKind, *, reported_as_fake: bool
    ) -> list[Weighed]:
        """Find the contradictions of a case, and remember its statement for the cases that follow.

        Args:
            case: the case.
            captures: file name and capture of each of its pictures.
            kind: what the statement claims.
            reported_as_fake: whether the statement calls the evidence fake; it is then not the buyer's, and left out.
        """
        found = list(picture_contradictions(captures, case.order, self._settings))
        if not reported_as_fake:
            found += [*order_contradictions(case, self._settings), *self._history.compare(case, kind)]
        return [one for contradiction in found if (one := weighed(contradiction, self._settings)) is not None]
