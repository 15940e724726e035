"""Hashes that members of the pool share; one goes with its case, and all of a shop go with its membership."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make their table."""
    op.create_table(
        "pooled_hashes",
        sa.Column("number", _NUMBER, nullable=False, autoincrement=True),
        sa.Column("shop", sa.String(200), nullable=False),
        _gone_with("reuse_pool_members", "member_number"),
        _gone_with("cases", "case_number"),
        sa.Column("hashes", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_pooled_hashes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_pooled_hashes_member", "pooled_hashes", ["member_number"])
    op.create_index("ix_pooled_hashes_case", "pooled_hashes", ["case_number"])


def _gone_with(table: str, column: str) -> sa.Column[int]:
    key = sa.ForeignKey(f"{table}.number", ondelete="CASCADE", name=f"fk_pooled_hashes_{column}")
    return sa.Column(column, _NUMBER, key, nullable=False)
