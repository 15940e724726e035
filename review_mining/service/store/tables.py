"""The tables. Rows of a shop carry its name (`ShopOwned`); `shop_rows` is where that is enforced."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, Index, Integer, LargeBinary, MetaData, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from review_mining.service.store.columns import CleanString, CleanText, JsonText, RowNumber, UtcTime

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
# Numbers are never used twice: cursors, folders and the audit log rely on it.
_COUNTED = {"sqlite_autoincrement": True}


class Base(DeclarativeBase):
    """All tables."""

    metadata = MetaData(naming_convention=_NAMES)


class ShopOwned:
    """A row that belongs to one shop."""

    shop: Mapped[str] = mapped_column(CleanString(200))


class ApiKeyRow(Base):
    """A key, as a digest."""

    __tablename__ = "api_keys"

    key_id: Mapped[str] = mapped_column(CleanString(12), primary_key=True)
    digest: Mapped[str] = mapped_column(CleanString(64))
    shop: Mapped[str] = mapped_column(CleanString(200))
    scopes: Mapped[str] = mapped_column(CleanString(100))
    per_minute: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)


class CaseRow(ShopOwned, Base):
    """A case; ``outcome`` and ``urgency`` repeat the latest verdict, ``decision`` the clicks not undone."""

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("shop", "case_id"),
        Index("ix_cases_queue", "shop", "urgency", "number"),
        Index("ix_cases_buyer", "buyer_id"),
        _COUNTED,
    )

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    case_id: Mapped[str] = mapped_column(CleanString(255))
    statement: Mapped[str] = mapped_column(CleanText)
    order: Mapped[Mapping[str, Any]] = mapped_column("order_facts", JsonText)
    order_id: Mapped[str | None] = mapped_column(CleanString(200))
    buyer_id: Mapped[str | None] = mapped_column(CleanString(200))
    received_at: Mapped[datetime] = mapped_column(UtcTime)
    outcome: Mapped[str | None] = mapped_column(CleanString(20))
    urgency: Mapped[float] = mapped_column(Float(53))
    decision: Mapped[str | None] = mapped_column(CleanString(20))
    pictures: Mapped[list[PictureRow]] = relationship(lazy="selectin", order_by="PictureRow.number", viewonly=True)


class PictureRow(ShopOwned, Base):
    """A picture of a case; its bytes lie in a file named by its digest."""

    __tablename__ = "pictures"
    __table_args__ = (UniqueConstraint("case_number", "name"), Index("ix_pictures_file", "shop", "sha256"), _COUNTED)

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    case_number: Mapped[int] = mapped_column(ForeignKey("cases.number", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(CleanString(255))
    sha256: Mapped[str] = mapped_column(CleanString(64))
    size: Mapped[int] = mapped_column(RowNumber)
    media_type: Mapped[str | None] = mapped_column(CleanString(100))


class VerdictRow(ShopOwned, Base):
    """A verdict on a case; earlier ones stay."""

    __tablename__ = "verdicts"
    __table_args__ = (Index("ix_verdicts_case", "case_number", "number"), _COUNTED)

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    case_number: Mapped[int] = mapped_column(ForeignKey("cases.number", ondelete="CASCADE"))
    outcome: Mapped[str] = mapped_column(CleanString(20))
    urgency: Mapped[float] = mapped_column(Float(53))
    document: Mapped[Mapping[str, Any]] = mapped_column(JsonText)
    versions: Mapped[Mapping[str, Any]] = mapped_column(JsonText)
    made_at: Mapped[datetime] = mapped_column(UtcTime)


class DecisionRow(ShopOwned, Base):
    """A click on a case; one that undoes another names it."""

    __tablename__ = "decisions"
    __table_args__ = (Index("ix_decisions_case", "case_number", "number"), UniqueConstraint("undoes"), _COUNTED)

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    case_number: Mapped[int] = mapped_column(ForeignKey("cases.number", ondelete="CASCADE"))
    action: Mapped[str] = mapped_column(CleanString(20))
    note: Mapped[str] = mapped_column(CleanText)
    actor: Mapped[str] = mapped_column(CleanString(20))
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    undoes: Mapped[int | None] = mapped_column(ForeignKey("decisions.number", ondelete="CASCADE"))


class FeedbackRow(ShopOwned, Base):
    """A click of feedback; ``decision_number`` is the click on a case that it came with."""

    __tablename__ = "feedback"
    __table_args__ = (
        UniqueConstraint("feedback_id"),
        Index("ix_feedback_list", "shop", "number"),
        Index("ix_feedback_case", "shop", "case_id"),
        Index("ix_feedback_file", "shop", "picture_sha256"),
        _COUNTED,
    )

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    feedback_id: Mapped[str] = mapped_column(CleanString(32))
    kind: Mapped[str] = mapped_column(CleanString(20))
    case_id: Mapped[str | None] = mapped_column(CleanString(255))
    review_id: Mapped[str | None] = mapped_column(CleanString(255))
    theme_id: Mapped[str | None] = mapped_column(CleanString(255))
    order_number: Mapped[str | None] = mapped_column(CleanString(200))
    scenario: Mapped[str | None] = mapped_column(CleanString(200))
    picture_sha256: Mapped[str | None] = mapped_column(CleanString(64))
    details: Mapped[Mapping[str, Any]] = mapped_column(JsonText)
    note: Mapped[str] = mapped_column(CleanText)
    actor: Mapped[str] = mapped_column(CleanString(20))
    decision_number: Mapped[int | None] = mapped_column(ForeignKey("decisions.number", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcTime)


class JobRow(ShopOwned, Base):
    """A background job; ``attempts`` tells workers apart, ``beats`` counts signs of life."""

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("job_id"),
        Index("ix_jobs_list", "shop", "number"),
        Index("ix_jobs_state", "state", "number"),
        _COUNTED,
    )

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    job_id: Mapped[str] = mapped_column(CleanString(32))
    kind: Mapped[str] = mapped_column(CleanString(40))
    request: Mapped[Mapping[str, Any]] = mapped_column(JsonText)
    state: Mapped[str] = mapped_column(CleanString(10))
    done: Mapped[int] = mapped_column(RowNumber)
    total: Mapped[int] = mapped_column(RowNumber)
    attempts: Mapped[int] = mapped_column(Integer)
    beats: Mapped[int] = mapped_column(RowNumber)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    heartbeat_at: Mapped[datetime | None] = mapped_column(UtcTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime)
    result: Mapped[Mapping[str, Any]] = mapped_column(JsonText)
    problem: Mapped[str | None] = mapped_column(CleanText)


class AnswerRow(ShopOwned, Base):
    """The answer to a write that came with an idempotency key."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("shop", "key"), _COUNTED)

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    key: Mapped[str] = mapped_column(CleanString(255))
    route: Mapped[str] = mapped_column(CleanString(200))
    request_digest: Mapped[str] = mapped_column(CleanString(64))
    answer: Mapped[Mapping[str, Any]] = mapped_column(JsonText)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)


class PoolMemberRow(ShopOwned, Base):
    """A shop that shares hashes of pictures with the other members."""

    __tablename__ = "reuse_pool_members"
    __table_args__ = (UniqueConstraint("shop"), _COUNTED)

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    joined_at: Mapped[datetime] = mapped_column(UtcTime)


class PooledHashRow(ShopOwned, Base):
    """Hashes of one picture that a member shares; they go with its case, and with the membership."""

    __tablename__ = "pooled_hashes"
    __table_args__ = (
        Index("ix_pooled_hashes_member", "member_number"),
        Index("ix_pooled_hashes_case", "case_number"),
        _COUNTED,
    )

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    member_number: Mapped[int] = mapped_column(ForeignKey("reuse_pool_members.number", ondelete="CASCADE"))
    case_number: Mapped[int] = mapped_column(ForeignKey("cases.number", ondelete="CASCADE"))
    hashes: Mapped[bytes] = mapped_column(LargeBinary)


class AuditRow(Base):
    """A line of the audit log; triggers refuse to change or delete one."""

    __tablename__ = "audit_log"
    __table_args__ = (Index("ix_audit_log_shop", "shop_digest", "number"), _COUNTED)

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    shop_digest: Mapped[str | None] = mapped_column(CleanString(64))
    actor: Mapped[str] = mapped_column(CleanString(20))
    action: Mapped[str] = mapped_column(CleanString(40))
    subject_digest: Mapped[str | None] = mapped_column(CleanString(64))
    counts: Mapped[Mapping[str, Any]] = mapped_column(JsonText)
