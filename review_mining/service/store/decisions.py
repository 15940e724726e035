"""What people clicked on a case: a history that only grows, in which undoing is another click."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from review_mining.ingest.masking import mask
from review_mining.service.store.case_records import Action, Decision
from review_mining.service.store.case_rows import case_row, known_action
from review_mining.service.store.errors import ConflictError, UnknownRecordError
from review_mining.service.store.feedback import add_feedback
from review_mining.service.store.records import NewFeedback
from review_mining.service.store.shop_rows import ShopRows
from review_mining.service.store.tables import CaseRow, DecisionRow, FeedbackRow


class Decisions:
    """Decisions on one shop's cases.

    Args:
        rows: the shop's rows.
    """

    def __init__(self, rows: ShopRows) -> None:
        self._rows = rows

    def make(self, case_id: str, action: Action, *, note: str = "", feedback: NewFeedback | None = None) -> Decision:
        """Click on a case; the latest click that is not undone is the case's decision.

        Args:
            case_id: the case.
            action: what was clicked.
            note: masked before it is kept.
            feedback: kept in the same transaction, and withdrawn if the click is undone.

        Raises:
            UnknownRecordError: the shop has no such case.
            UsageError: there is no such action.
        """
        with self._rows.writing() as session:
            case = case_row(session, case_id)
            row = self._click(session, case, known_action(action), note)
            if feedback is not None:
                add_feedback(self._rows, session, feedback, row.number)
            case.decision = action
            self._rows.audit(session, f"decision.{action}", case_id)
            return _decision(row)

    def undo(self, case_id: str, decision_id: int) -> Decision:
        """Take a click back; the case's decision is then the one before it that stands.

        Raises:
            UnknownRecordError: the shop has no such case, or the case no such click.
            ConflictError: the click is undone already, or is itself an undoing.
        """
        with self._rows.writing() as session:
            case = case_row(session, case_id)
            undone = session.scalar(
                select(DecisionRow).where(DecisionRow.case_number == case.number, DecisionRow.number == decision_id)
            )
            if undone is None:
                raise UnknownRecordError(f"The case {case_id!r} has no decision {decision_id}.")
            if undone.undoes is not None:
                raise ConflictError("An undoing cannot be undone.\n  Click again instead.")
            row = self._click(session, case, known_action(undone.action), "", undone.number)
            session.execute(
                update(FeedbackRow)
                .where(FeedbackRow.decision_number == undone.number)
                .values(withdrawn_at=self._rows.clock.now())
            )
            case.decision = _standing(session, case)
            self._rows.audit(session, "decision.undo", case_id)
            return _decision(row)

    def history(self, case_id: str) -> tuple[Decision, ...]:
        """All clicks on a case, the first one first.

        Raises:
            UnknownRecordError: the shop has no such case.
        """
        with self._rows.reading() as session:
            number = case_row(session, case_id).number
            query = select(DecisionRow).where(DecisionRow.case_number == number).order_by(DecisionRow.number)
            return tuple(_decision(row) for row in session.scalars(query))

    def _click(
        self, session: Session, case: CaseRow, action: Action, note: str, undoes: int | None = None
    ) -> DecisionRow:
        row = DecisionRow(
            case_number=case.number,
            action=action,
            note=mask(note, case.order_id)[0],
            actor=self._rows.actor,
            made_at=self._rows.clock.now(),
            undoes=undoes,
        )
        session.add(row)
        try:
            session.flush()
        except IntegrityError as error:
            raise ConflictError(f"The decision {undoes} is undone already.") from error
        return row


def _standing(session: Session, case: CaseRow) -> str | None:
    undoing = aliased(DecisionRow)
    return session.scalar(
        select(DecisionRow.action)
        .where(DecisionRow.case_number == case.number, DecisionRow.undoes.is_(None))
        .where(~select(undoing.number).where(undoing.undoes == DecisionRow.number).exists())
        .order_by(DecisionRow.number.desc())
        .limit(1)
    )


def _decision(row: DecisionRow) -> Decision:
    return Decision(row.number, known_action(row.action), row.note, row.actor, row.made_at, row.undoes)
