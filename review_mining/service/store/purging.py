"""Deletion that is real: rows, original pictures, evidence packs and job folders, with one line in the audit log.

Rows go first, in one transaction, those of the pool of hashes with the cases that they are of; then every file goes
that no row names any more. A purge that was cut off between the two is completed by the next one, whatever it is asked
to delete.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from review_mining.errors import UsageError
from review_mining.service.store.audit import OPERATOR, AuditLog
from review_mining.service.store.clock import Clock
from review_mining.service.store.database import Database
from review_mining.service.store.files import DataFolder
from review_mining.service.store.tables import (
    AnswerRow,
    ApiKeyRow,
    Base,
    CaseRow,
    DecisionRow,
    FeedbackRow,
    JobRow,
    PictureRow,
    PooledHashRow,
    PoolMemberRow,
    VerdictRow,
)

Value = TypeVar("Value")

_UPLOADS_KEPT = timedelta(days=1)
_OF_CASES = (PooledHashRow, PictureRow, VerdictRow, DecisionRow)


@dataclass(frozen=True)
class Selection:
    """What shall go: exactly one of the three.

    Attributes:
        before: everything that came in before this moment, keys aside.
        buyer_id: the cases of one buyer, in all shops, and what belongs to them.
        shop: everything of one shop, keys included.
    """

    before: datetime | None = None
    buyer_id: str | None = None
    shop: str | None = None

    def __post_init__(self) -> None:
        """Check that there is one.

        Raises:
            UsageError: none or several are given, or the moment has no time zone.
        """
        if sum(value is not None for value in (self.before, self.buyer_id, self.shop)) != 1:
            raise UsageError("Name one of: a date, a buyer, a shop.")
        if self.before is not None and self.before.tzinfo is None:
            raise UsageError("The moment needs a time zone.")

    @property
    def name(self) -> str:
        """Which of the three."""
        return next(name for name in ("before", "buyer_id", "shop") if getattr(self, name) is not None)


class Purging:
    """Deletes for good.

    Args:
        database: rows.
        folder: files.
        log: the audit log, which keeps counts and keyed digests.
        clock: tells the time.
    """

    def __init__(self, database: Database, folder: DataFolder, log: AuditLog, clock: Clock) -> None:
        self._database, self._folder, self._log, self._clock = database, folder, log, clock

    def counts(self, selection: Selection) -> Mapping[str, int]:
        """How many rows of which sort `purge` would delete, without deleting any."""
        with self._database.reading() as session:
            return {
                table.__tablename__: session.scalar(select(func.count()).select_from(table).where(condition)) or 0
                for table, condition in _conditions(selection).items()
            }

    def purge(self, selection: Selection) -> Mapping[str, int]:
        """Delete; it cannot be undone.

        Returns:
            How many rows of which sort were deleted, and how many ``files``.
        """
        deleted: dict[str, int] = {}
        with self._database.writing() as session:
            for table, condition in _conditions(selection).items():
                deleted[table.__tablename__] = _delete(session, table, condition)
            subject = selection.buyer_id or selection.shop
            self._log.record(
                session, OPERATOR, f"purge.{selection.name}", shop=selection.shop, subject=subject, **deleted
            )
        deleted["files"] = self._sweep()
        return deleted

    def wipe(self) -> bool:
        """Have the database's own traces of deleted rows overwritten.

        Returns:
            False when a running service held them back; they go with its next quiet moment.
        """
        return self._database.wipe_deleted()

    def _sweep(self) -> int:
        """Remove every file that no row names, while nobody adds files; count them."""
        with self._folder.removing(), self._database.reading() as session:
            owners = (CaseRow, FeedbackRow, JobRow)
            shops = {shop for table in owners for shop in session.scalars(select(table.shop).distinct())}
            removed = self._folder.remove_other_shops(shops) + self._folder.remove_indexes()
            for shop in shops:
                files = self._folder.of(shop)
                removed += files.remove_other_pictures(_named_pictures(session, shop))
                removed += files.remove_other_packs(set(_column(session, CaseRow.number, CaseRow.shop == shop)))
                removed += files.remove_other_jobs(set(_column(session, JobRow.job_id, JobRow.shop == shop)))
            return removed + self._folder.remove_uploads(self._clock.now() - _UPLOADS_KEPT)


def _conditions(selection: Selection) -> Mapping[type[Base], ColumnElement[bool]]:
    """Which rows of which table go, in an order in which none is needed any more to find the next."""
    cases = _cases(selection)
    of_cases: dict[type[Base], ColumnElement[bool]] = {
        table: exists().where(CaseRow.number == table.case_number, cases) for table in _OF_CASES
    }
    same_shop = exists().where(CaseRow.shop == AnswerRow.shop, cases)
    about_case = exists().where(
        CaseRow.shop == FeedbackRow.shop,
        or_(CaseRow.case_id == FeedbackRow.case_id, CaseRow.order_id == FeedbackRow.order_number),
        cases,
    )
    if selection.shop is not None:
        shop = selection.shop
        whole = (FeedbackRow, AnswerRow, JobRow, PoolMemberRow, ApiKeyRow)
        return {**of_cases, **{table: table.shop == shop for table in whole}, CaseRow: cases}
    if selection.before is not None:
        before = selection.before
        return {
            FeedbackRow: or_(FeedbackRow.created_at < before, about_case),
            AnswerRow: AnswerRow.created_at < before,
            JobRow: and_(JobRow.created_at < before, JobRow.state != "running"),
            **of_cases,
            CaseRow: cases,
        }
    # A kept answer may repeat any case of its shop, so all answers of the shops concerned go.
    return {FeedbackRow: about_case, AnswerRow: same_shop, **of_cases, CaseRow: cases}


def _cases(selection: Selection) -> ColumnElement[bool]:
    if selection.before is not None:
        return CaseRow.received_at < selection.before
    return CaseRow.buyer_id == selection.buyer_id if selection.shop is None else CaseRow.shop == selection.shop


def _delete(session: Session, table: type[Base], condition: ColumnElement[bool]) -> int:
    # Counted before, because rows that go with others are in no database's count of the rows deleted.
    count = session.scalar(select(func.count()).select_from(table).where(condition)) or 0
    session.execute(delete(table).where(condition), execution_options={"synchronize_session": False})
    return count


def _named_pictures(session: Session, shop: str) -> set[str]:
    of_cases = _column(session, PictureRow.sha256, PictureRow.shop == shop)
    of_feedback = _column(session, FeedbackRow.picture_sha256, FeedbackRow.shop == shop)
    return {sha256 for sha256 in (*of_cases, *of_feedback) if sha256 is not None}


def _column(session: Session, column: InstrumentedAttribute[Value], condition: ColumnElement[bool]) -> Sequence[Value]:
    return session.scalars(select(column).where(condition)).all()
