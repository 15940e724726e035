"""A shop's feedback: one click each, never lost once it is acknowledged, given out for training."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from review_mining.errors import UsageError
from review_mining.ingest.masking import mask
from review_mining.service.store.errors import UnknownRecordError
from review_mining.service.store.paging import checked_limit, cursor_after, place_of
from review_mining.service.store.records import FEEDBACK_KINDS, Feedback, FeedbackKind, NewFeedback, Page
from review_mining.service.store.shop_rows import ShopRows
from review_mining.service.store.tables import FeedbackRow, PictureRow


class FeedbackBox:
    """Feedback of one shop.

    Args:
        rows: the shop's rows.
    """

    def __init__(self, rows: ShopRows) -> None:
        self._rows = rows

    def add(self, feedback: NewFeedback) -> Feedback:
        """Keep one click; it is on disk when this returns.

        Raises:
            UsageError: there is no such kind, or both a picture and a digest are given.
            UnknownRecordError: the digest is of no picture of this shop's cases.
        """
        with self._rows.writing() as session:
            return stored_feedback(add_feedback(self._rows, session, feedback))

    def get(self, feedback_id: str) -> Feedback:
        """One click.

        Raises:
            UnknownRecordError: the shop has none of that id.
        """
        with self._rows.reading() as session:
            return stored_feedback(_row(session, feedback_id))

    def picture(self, feedback_id: str) -> Path:
        """The file with the original bytes of the picture that a click is about.

        Raises:
            UnknownRecordError: the shop has no such click, or it names no picture.
        """
        sha256 = self.get(feedback_id).picture_sha256
        if sha256 is None:
            raise UnknownRecordError(f"The feedback {feedback_id!r} names no picture.")
        return self._rows.files.picture(sha256)

    def page(self, *, kind: FeedbackKind | None = None, cursor: str | None = None, limit: int = 100) -> Page[Feedback]:
        """Clicks from the oldest on, those taken back included and marked.

        Args:
            kind: only of this kind.
            cursor: from the page before.
            limit: clicks per page, up to 1,000.

        Raises:
            CursorError: the cursor is none of this list.
        """
        query = select(FeedbackRow).order_by(FeedbackRow.number).limit(checked_limit(limit) + 1)
        if kind is not None:
            query = query.where(FeedbackRow.kind == kind)
        if cursor is not None:
            query = query.where(FeedbackRow.number > place_of(cursor, 1)[0])
        with self._rows.reading() as session:
            found = session.scalars(query).all()
        shown, more = found[:limit], len(found) > limit
        return Page(tuple(map(stored_feedback, shown)), cursor_after(shown[-1].number) if more else None)

    def of_case(self, case_id: str) -> tuple[Feedback, ...]:
        """All clicks that name a case, the first one first."""
        with self._rows.reading() as session:
            query = select(FeedbackRow).where(FeedbackRow.case_id == case_id).order_by(FeedbackRow.number)
            return tuple(map(stored_feedback, session.scalars(query)))

    def withdraw(self, feedback_id: str) -> Feedback:
        """Take a click back; it stays in the list, marked. Taking it back twice changes nothing.

        Raises:
            UnknownRecordError: the shop has none of that id.
        """
        with self._rows.writing() as session:
            row = _row(session, feedback_id)
            if row.withdrawn_at is None:
                row.withdrawn_at = self._rows.clock.now()
                self._rows.audit(session, "feedback.withdraw", feedback_id)
            return stored_feedback(row)


def add_feedback(
    rows: ShopRows, session: Session, feedback: NewFeedback, decision_number: int | None = None
) -> FeedbackRow:
    """Add a click in a transaction of its shop.

    Args:
        rows: the shop's rows.
        session: the transaction.
        feedback: the click.
        decision_number: the click on a case that it came with.

    Raises:
        UsageError: there is no such kind, or both a picture and a digest are given.
        UnknownRecordError: the digest is of no picture of this shop's cases.
    """
    if feedback.kind not in FEEDBACK_KINDS:
        raise UsageError(f"There is no kind {feedback.kind!r}.\n  Known: {', '.join(FEEDBACK_KINDS)}.")
    note, _ = mask(feedback.note, feedback.order_number)
    row = FeedbackRow(
        feedback_id=uuid.uuid4().hex,
        kind=feedback.kind,
        case_id=feedback.case_id,
        review_id=feedback.review_id,
        theme_id=feedback.theme_id,
        order_number=feedback.order_number,
        scenario=feedback.scenario,
        picture_sha256=_picture(rows, session, feedback),
        details={
            name: mask(value, feedback.order_number)[0] if isinstance(value, str) else value
            for name, value in feedback.details.items()
        },
        note=note,
        actor=rows.actor,
        decision_number=decision_number,
        created_at=rows.clock.now(),
        withdrawn_at=None,
    )
    session.add(row)
    session.flush()
    session.refresh(row)
    rows.audit(session, "feedback.add", row.feedback_id)
    return row


def stored_feedback(row: FeedbackRow) -> Feedback:
    """A row as the record that is given out."""
    return Feedback(
        feedback_id=row.feedback_id,
        kind=cast("FeedbackKind", row.kind),
        case_id=row.case_id,
        review_id=row.review_id,
        theme_id=row.theme_id,
        order_number=row.order_number,
        scenario=row.scenario,
        picture_sha256=row.picture_sha256,
        details=row.details,
        note=row.note,
        actor=row.actor,
        created_at=row.created_at,
        withdrawn_at=row.withdrawn_at,
    )


def _row(session: Session, feedback_id: str) -> FeedbackRow:
    row = session.scalar(select(FeedbackRow).where(FeedbackRow.feedback_id == feedback_id))
    if row is None:
        raise UnknownRecordError(f"There is no feedback {feedback_id!r}.")
    return row


def _picture(rows: ShopRows, session: Session, feedback: NewFeedback) -> str | None:
    if feedback.picture is not None:
        if feedback.picture_sha256 is not None:
            raise UsageError("Send the picture or its digest, not both.")
        return rows.files.keep_picture(feedback.picture)
    sha256 = feedback.picture_sha256
    if sha256 is not None and session.scalar(select(PictureRow.number).where(PictureRow.sha256 == sha256)) is None:
        raise UnknownRecordError(f"There is no picture {sha256!r} in a case.")
    return sha256
