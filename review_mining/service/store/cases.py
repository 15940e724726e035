"""A shop's cases: the buyer's words and pictures, and the latest verdict on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from review_mining.ingest.masking import mask
from review_mining.service.store.case_records import NewCase, NewPicture, StoredCase, Verdict
from review_mining.service.store.case_rows import case_row, stored_cases, stored_verdict
from review_mining.service.store.errors import ConflictError
from review_mining.service.store.paging import checked_limit, cursor_after, place_of
from review_mining.service.store.records import Page
from review_mining.service.store.shop_rows import ShopRows
from review_mining.service.store.tables import CaseRow, PictureRow, VerdictRow


class Cases:
    """Cases of one shop.

    Args:
        rows: the shop's rows.
    """

    def __init__(self, rows: ShopRows) -> None:
        self._rows = rows

    def add(self, case: NewCase) -> StoredCase:
        """Keep a new case with its pictures' original bytes; the statement is masked first.

        Raises:
            ConflictError: the shop has a case of that id, or two of its pictures have the same name.
        """
        order_id = _text(case.order.get("order_id"))
        statement, _ = mask(case.statement, order_id)
        with self._rows.writing() as session:
            row = CaseRow(
                case_id=case.case_id,
                statement=statement,
                order=dict(case.order),
                order_id=order_id,
                buyer_id=case.buyer_id,
                received_at=self._rows.clock.now(),
                outcome=None,
                urgency=0.0,
                decision=None,
            )
            session.add(row)
            _flushed(session, f"There is a case {case.case_id!r} already.")
            self._attach(session, row, case.pictures)
            self._rows.audit(session, "case.add", case.case_id, pictures=len(case.pictures))
            return stored_cases(session, [row], self._rows.files)[0]

    def add_pictures(self, case_id: str, pictures: Sequence[NewPicture]) -> StoredCase:
        """Keep further pictures that a buyer sent for a case.

        Raises:
            UnknownRecordError: the shop has no such case.
            ConflictError: the case has a picture of one of these names.
        """
        with self._rows.writing() as session:
            row = case_row(session, case_id)
            self._attach(session, row, pictures)
            self._rows.audit(session, "case.add_pictures", case_id, pictures=len(pictures))
            return stored_cases(session, [row], self._rows.files)[0]

    def get(self, case_id: str) -> StoredCase:
        """One case.

        Raises:
            UnknownRecordError: the shop has no such case.
        """
        with self._rows.reading() as session:
            return stored_cases(session, [case_row(session, case_id)], self._rows.files)[0]

    def page(
        self,
        *,
        outcome: str | None = None,
        decided: bool | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[StoredCase]:
        """Cases by falling urgency, then in the order in which they came.

        Args:
            outcome: only cases whose latest verdict has this outcome.
            decided: only cases with, or without, a decision that stands.
            cursor: from the page before.
            limit: cases per page, up to 1,000.

        Raises:
            CursorError: the cursor is none of this list.
        """
        query = select(CaseRow).order_by(CaseRow.urgency.desc(), CaseRow.number).limit(checked_limit(limit) + 1)
        query = _filtered(query, outcome, decided)
        if cursor is not None:
            urgency, number = place_of(cursor, 2)
            query = query.where(
                or_(CaseRow.urgency < urgency, and_(CaseRow.urgency == urgency, CaseRow.number > number))
            )
        with self._rows.reading() as session:
            found = session.scalars(query).all()
            shown, more = found[:limit], len(found) > limit
            after = cursor_after(shown[-1].urgency, shown[-1].number) if more else None
            return Page(tuple(stored_cases(session, shown, self._rows.files)), after)

    def arrived(self, *, cursor: str | None = None, limit: int = 500) -> Page[StoredCase]:
        """Cases in the order in which they came, whatever the clock said.

        Args:
            cursor: from the page before.
            limit: cases per page, up to 1,000.

        Raises:
            CursorError: the cursor is none of this list.
        """
        query = select(CaseRow).order_by(CaseRow.number).limit(checked_limit(limit) + 1)
        if cursor is not None:
            query = query.where(CaseRow.number > place_of(cursor, 1)[0])
        with self._rows.reading() as session:
            found = session.scalars(query).all()
            after = cursor_after(found[limit - 1].number) if len(found) > limit else None
            return Page(tuple(stored_cases(session, found[:limit], self._rows.files)), after)

    def counts(self) -> Mapping[str, int]:
        """How many cases have each outcome; those without a verdict count as ``waiting``."""
        with self._rows.reading() as session:
            rows = session.execute(select(CaseRow.outcome, func.count(CaseRow.number)).group_by(CaseRow.outcome))
            return {outcome or "waiting": count for outcome, count in rows}

    def of_buyer(self, buyer_id: str) -> tuple[StoredCase, ...]:
        """All cases of one buyer, in the order in which they came."""
        with self._rows.reading() as session:
            found = session.scalars(select(CaseRow).where(CaseRow.buyer_id == buyer_id).order_by(CaseRow.number)).all()
            return tuple(stored_cases(session, found, self._rows.files))

    def record_verdict(
        self,
        case_id: str,
        document: Mapping[str, object],
        *,
        outcome: str,
        urgency: float,
        versions: Mapping[str, str],
    ) -> StoredCase:
        """Keep a verdict, which becomes the case's latest; earlier ones stay.

        Args:
            case_id: the case.
            document: the whole verdict as plain JSON values.
            outcome: of the case.
            urgency: points that order the queue.
            versions: name of a model, settings or program → its version.

        Raises:
            UnknownRecordError: the shop has no such case.
        """
        with self._rows.writing() as session:
            row = case_row(session, case_id)
            session.add(
                VerdictRow(
                    case_number=row.number,
                    outcome=outcome,
                    urgency=urgency,
                    document=dict(document),
                    versions=dict(versions),
                    made_at=self._rows.clock.now(),
                )
            )
            row.outcome, row.urgency = outcome, urgency
            session.flush()
            self._rows.audit(session, "case.verdict", case_id)
            return stored_cases(session, [row], self._rows.files)[0]

    def verdicts(self, case_id: str) -> tuple[Verdict, ...]:
        """All verdicts on a case, the first one first.

        Raises:
            UnknownRecordError: the shop has no such case.
        """
        with self._rows.reading() as session:
            number = case_row(session, case_id).number
            query = select(VerdictRow).where(VerdictRow.case_number == number).order_by(VerdictRow.number)
            return tuple(stored_verdict(row) for row in session.scalars(query))

    def _attach(self, session: Session, row: CaseRow, pictures: Sequence[NewPicture]) -> None:
        for picture in pictures:
            session.add(
                PictureRow(
                    case_number=row.number,
                    name=picture.name,
                    sha256=self._rows.files.keep_picture(picture.content),
                    size=len(picture.content),
                    media_type=picture.media_type,
                )
            )
        _flushed(session, f"The case {row.case_id!r} has two pictures of the same name.")
        session.expire(row)


def _filtered(query: Select[CaseRow], outcome: str | None, decided: bool | None) -> Select[CaseRow]:
    if outcome is not None:
        query = query.where(CaseRow.outcome == outcome)
    if decided is not None:
        query = query.where(CaseRow.decision.is_not(None) if decided else CaseRow.decision.is_(None))
    return query


def _flushed(session: Session, conflict: str) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError(conflict) from error


def _text(value: object) -> str | None:
    return None if value is None else str(value)
