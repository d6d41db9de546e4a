"""The take-down list of what is published, and its ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What proposals need to know, the list, its ledger, and triggers that refuse to change the ledger."""
    op.add_column("published_documents", sa.Column("holds", sa.Text(), server_default="{}", nullable=False))
    op.add_column("published_notices", sa.Column("person", sa.Text(), server_default="", nullable=False))
    _tables()
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)


_SQLITE = [
    f"CREATE TRIGGER published_events_no_{what.lower()} BEFORE {what} ON published_events "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    for what in ("UPDATE", "DELETE")
]
_POSTGRESQL = [
    "CREATE TRIGGER published_events_no_change BEFORE UPDATE OR DELETE ON published_events "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER published_events_no_truncate BEFORE TRUNCATE ON published_events "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
]


def _tables() -> None:
    op.create_table(
        "published_takedown",
        sa.Column("id", sa.Integer()),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("proposed", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("basis", sa.Text(), server_default="[]", nullable=False),
        sa.Column("since", sa.String(length=10), nullable=True),
        sa.Column("evidence", sa.Text(), server_default="[]", nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_by", sa.String(length=120), nullable=False),
        sa.Column("decided_at", sa.String(length=20), nullable=True),
        sa.Column("decided_mark", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.Text(), server_default="", nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("done_at", sa.String(length=20), nullable=True),
        sa.Column("live", sa.String(length=10), nullable=False),
        sa.Column("live_at", sa.String(length=20), nullable=True),
        sa.Column("made_at", sa.String(length=20), nullable=False),
        sa.Column("changed_at", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["published_documents.id"], name="fk_published_takedown_document_id"),
        sa.PrimaryKeyConstraint("id", name="pk_published_takedown"),
        sa.UniqueConstraint("document_id", "kind", name="uq_published_takedown_document_id_kind"),
    )
    op.create_index("ix_published_takedown_state", "published_takedown", ["state"], unique=False)
    op.create_table(
        "published_events",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("item", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_published_events"),
    )
    op.create_index("ix_published_events_item", "published_events", ["item"], unique=False)
