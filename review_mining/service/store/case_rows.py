"""Rows of cases: found by id, and turned into the records that are given out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from review_mining.errors import UsageError
from review_mining.service.store.case_records import ACTIONS, Action, Picture, StoredCase, Verdict
from review_mining.service.store.errors import UnknownRecordError
from review_mining.service.store.files import ShopFiles
from review_mining.service.store.tables import CaseRow, PictureRow, VerdictRow


def case_row(session: Session, case_id: str) -> CaseRow:
    """The row of a case.

    Args:
        session: a session of its shop.
        case_id: the shop's own id.

    Raises:
        UnknownRecordError: the shop has no such case.
    """
    row = session.scalar(select(CaseRow).where(CaseRow.case_id == case_id))
    if row is None:
        raise UnknownRecordError(f"There is no case {case_id!r}.")
    return row


def stored_cases(session: Session, rows: Sequence[CaseRow], files: ShopFiles) -> list[StoredCase]:
    """Rows as records, each with its latest verdict.

    Args:
        session: a session of their shop.
        rows: the cases.
        files: the shop's files.
    """
    numbers = [row.number for row in rows]
    latest = select(func.max(VerdictRow.number)).where(VerdictRow.case_number.in_(numbers))
    query = select(VerdictRow).where(VerdictRow.number.in_(latest.group_by(VerdictRow.case_number)))
    verdicts = {row.case_number: stored_verdict(row) for row in session.scalars(query)}
    return [_case(row, verdicts.get(row.number), files) for row in rows]


def _case(row: CaseRow, verdict: Verdict | None, files: ShopFiles) -> StoredCase:
    return StoredCase(
        case_id=row.case_id,
        statement=row.statement,
        order=row.order,
        buyer_id=row.buyer_id,
        received_at=row.received_at,
        pictures=tuple(_pictures(row.pictures, files)),
        verdict=verdict,
        decision=None if row.decision is None else known_action(row.decision),
    )


def _pictures(rows: Iterable[PictureRow], files: ShopFiles) -> Iterable[Picture]:
    return (Picture(row.name, row.sha256, row.size, row.media_type, files.picture(row.sha256)) for row in rows)


def stored_verdict(row: VerdictRow) -> Verdict:
    """A row as the record that is given out."""
    return Verdict(row.outcome, row.urgency, row.document, row.versions, row.made_at)


def known_action(name: str) -> Action:
    """An action by its name.

    Raises:
        UsageError: there is no such action.
    """
    for action in ACTIONS:
        if action == name:
            return action
    raise UsageError(f"There is no action {name!r}.\n  Known: {', '.join(ACTIONS)}.")
