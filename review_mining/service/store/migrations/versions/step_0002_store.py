"""Keys with several scopes, a rate and an end; cases, feedback, jobs, and the audit log with its triggers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Carry the keys over and make the rest."""
    _keys()
    _cases()
    _clicks()
    _jobs()
    _audit_log()


def _keys() -> None:
    op.rename_table("api_keys", "first_api_keys")
    op.create_table(
        "api_keys",
        sa.Column("key_id", sa.String(12), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("shop", sa.String(200), nullable=False),
        sa.Column("scopes", sa.String(100), nullable=False),
        sa.Column("per_minute", sa.Integer, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("revoked_at", _TIME),
        sa.PrimaryKeyConstraint("key_id", name="pk_api_keys"),
    )
    op.execute(
        "INSERT INTO api_keys (key_id, digest, shop, scopes, per_minute, created_at)"
        " SELECT substr(digest, 1, 12), digest, shop, scope, 600, created_at FROM first_api_keys"
    )
    op.drop_table("first_api_keys")


def _cases() -> None:
    _shop_table(
        "cases",
        sa.Column("case_id", sa.String(255), nullable=False),
        sa.Column("statement", sa.Text, nullable=False),
        sa.Column("order_facts", sa.Text, nullable=False),
        sa.Column("order_id", sa.String(200)),
        sa.Column("buyer_id", sa.String(200)),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("outcome", sa.String(20)),
        sa.Column("urgency", sa.Float(53), nullable=False),
        sa.Column("decision", sa.String(20)),
        sa.UniqueConstraint("shop", "case_id", name="uq_cases_shop_case_id"),
    )
    op.create_index("ix_cases_queue", "cases", ["shop", "urgency", "number"])
    op.create_index("ix_cases_buyer", "cases", ["buyer_id"])
    _shop_table(
        "pictures",
        _of_case("pictures"),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", _NUMBER, nullable=False),
        sa.Column("media_type", sa.String(100)),
        sa.UniqueConstraint("case_number", "name", name="uq_pictures_case_number_name"),
    )
    op.create_index("ix_pictures_file", "pictures", ["shop", "sha256"])
    _shop_table(
        "verdicts",
        _of_case("verdicts"),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("urgency", sa.Float(53), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("versions", sa.Text, nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
    )
    op.create_index("ix_verdicts_case", "verdicts", ["case_number", "number"])


def _clicks() -> None:
    _shop_table(
        "decisions",
        _of_case("decisions"),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("actor", sa.String(20), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column(
            "undoes",
            _NUMBER,
            sa.ForeignKey("decisions.number", ondelete="CASCADE", name="fk_decisions_undoes"),
        ),
        sa.UniqueConstraint("undoes", name="uq_decisions_undoes"),
    )
    op.create_index("ix_decisions_case", "decisions", ["case_number", "number"])
    _shop_table(
        "feedback",
        sa.Column("feedback_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("case_id", sa.String(255)),
        sa.Column("review_id", sa.String(255)),
        sa.Column("theme_id", sa.String(255)),
        sa.Column("order_number", sa.String(200)),
        sa.Column("scenario", sa.String(200)),
        sa.Column("picture_sha256", sa.String(64)),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("actor", sa.String(20), nullable=False),
        sa.Column(
            "decision_number",
            _NUMBER,
            sa.ForeignKey("decisions.number", ondelete="SET NULL", name="fk_feedback_decision_number"),
        ),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("withdrawn_at", _TIME),
        sa.UniqueConstraint("feedback_id", name="uq_feedback_feedback_id"),
    )
    op.create_index("ix_feedback_list", "feedback", ["shop", "number"])
    op.create_index("ix_feedback_case", "feedback", ["shop", "case_id"])
    op.create_index("ix_feedback_file", "feedback", ["shop", "picture_sha256"])


def _jobs() -> None:
    _shop_table(
        "jobs",
        sa.Column("job_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("done", _NUMBER, nullable=False),
        sa.Column("total", _NUMBER, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("beats", _NUMBER, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("heartbeat_at", _TIME),
        sa.Column("finished_at", _TIME),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("problem", sa.Text),
        sa.UniqueConstraint("job_id", name="uq_jobs_job_id"),
    )
    op.create_index("ix_jobs_list", "jobs", ["shop", "number"])
    op.create_index("ix_jobs_state", "jobs", ["state", "number"])
    _shop_table(
        "idempotency_keys",
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("route", sa.String(200), nullable=False),
        sa.Column("request_digest", sa.String(64), nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.UniqueConstraint("shop", "key", name="uq_idempotency_keys_shop_key"),
    )
    _shop_table(
        "reuse_pool_members",
        sa.Column("joined_at", _TIME, nullable=False),
        sa.UniqueConstraint("shop", name="uq_reuse_pool_members_shop"),
    )


def _audit_log() -> None:
    op.create_table(
        "audit_log",
        sa.Column("number", _NUMBER, nullable=False, autoincrement=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("shop_digest", sa.String(64)),
        sa.Column("actor", sa.String(20), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("subject_digest", sa.String(64)),
        sa.Column("counts", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit_log"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_log_shop", "audit_log", ["shop_digest", "number"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION audit_log_only_grows() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'the audit log only grows'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_log_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log"
            " FOR EACH STATEMENT EXECUTE FUNCTION audit_log_only_grows()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_log_no_{change.lower()} BEFORE {change} ON audit_log"
            " BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END"
        )


def _shop_table(name: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("number", _NUMBER, nullable=False, autoincrement=True),
        sa.Column("shop", sa.String(200), nullable=False),
        *parts,
        sa.PrimaryKeyConstraint("number", name=f"pk_{name}"),
        sqlite_autoincrement=True,
    )


def _of_case(table: str) -> sa.Column[int]:
    key = sa.ForeignKey("cases.number", ondelete="CASCADE", name=f"fk_{table}_case_number")
    return sa.Column("case_number", _NUMBER, key, nullable=False)
