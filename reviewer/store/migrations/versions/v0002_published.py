"""What is published already: sources, runs, documents, findings, what they give to joins, notices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The tables of rescans."""
    op.create_table(
        "published_rulebooks",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_published_rulebooks"),
    )
    op.create_table(
        "published_sources",
        sa.Column("id", sa.Integer()),
        sa.Column("name_key", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_published_sources"),
        sa.UniqueConstraint("name_key", name="uq_published_sources_name_key"),
    )
    op.create_table(
        "published_documents",
        sa.Column("id", sa.Integer()),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("path_key", sa.String(length=32), nullable=False),
        sa.Column("path", sa.Text(), server_default="", nullable=False),
        sa.Column("outer_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("hint", sa.Text(), server_default="", nullable=False),
        sa.Column("readers", sa.String(length=64), nullable=False),
        sa.Column("rules", sa.String(length=64), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("genre", sa.String(length=100), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("unit", sa.Text(), server_default="", nullable=False),
        sa.Column("column", sa.Text(), server_default="", nullable=False),
        sa.Column("published", sa.String(length=10), nullable=True),
        sa.Column("index_number", sa.Text(), server_default="", nullable=False),
        sa.Column("number", sa.Text(), server_default="", nullable=False),
        sa.Column("page_key", sa.String(length=32), nullable=False),
        sa.Column("links", sa.Text(), server_default="[]", nullable=False),
        sa.Column("text_key", sa.String(length=32), nullable=False),
        sa.Column("examined", sa.LargeBinary(), nullable=False),
        sa.Column("first_run", sa.Integer(), nullable=False),
        sa.Column("last_run", sa.Integer(), nullable=False),
        sa.Column("gone_run", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["outer_id"], ["published_documents.id"], name="fk_published_documents_outer_id"),
        sa.ForeignKeyConstraint(["source_id"], ["published_sources.id"], name="fk_published_documents_source_id"),
        sa.PrimaryKeyConstraint("id", name="pk_published_documents"),
        sa.UniqueConstraint("source_id", "path_key", name="uq_published_documents_source_id_path_key"),
    )
    op.create_index("ix_published_documents_outer", "published_documents", ["outer_id"], unique=False)
    op.create_index("ix_published_documents_sha256", "published_documents", ["sha256"], unique=False)
    op.create_table(
        "published_runs",
        sa.Column("id", sa.Integer()),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.String(length=20), nullable=False),
        sa.Column("finished_at", sa.String(length=20), nullable=True),
        sa.Column("readers", sa.String(length=64), nullable=False),
        sa.Column("rules", sa.String(length=64), nullable=False),
        sa.Column("counts", sa.Text(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["published_sources.id"], name="fk_published_runs_source_id"),
        sa.PrimaryKeyConstraint("id", name="pk_published_runs"),
    )
    op.create_index("ix_published_runs_source", "published_runs", ["source_id"], unique=False)
    op.create_table(
        "published_findings",
        sa.Column("id", sa.Integer()),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("first_run", sa.Integer(), nullable=False),
        sa.Column("gone_run", sa.Integer(), nullable=True),
        sa.Column("reopened_run", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["published_documents.id"], name="fk_published_findings_document_id"),
        sa.PrimaryKeyConstraint("id", name="pk_published_findings"),
        sa.UniqueConstraint("document_id", "fingerprint", name="uq_published_findings_document_id_fingerprint"),
    )
    op.create_index("ix_published_findings_first", "published_findings", ["first_run"], unique=False)
    op.create_index("ix_published_findings_gone", "published_findings", ["gone_run"], unique=False)
    op.create_index("ix_published_findings_reopened", "published_findings", ["reopened_run"], unique=False)
    op.create_index("ix_published_findings_rule", "published_findings", ["rule"], unique=False)
    op.create_table(
        "published_given",
        sa.Column("id", sa.Integer()),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("bucket", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["published_documents.id"], name="fk_published_given_document_id"),
        sa.PrimaryKeyConstraint("id", name="pk_published_given"),
    )
    op.create_index("ix_published_given_bucket", "published_given", ["bucket"], unique=False)
    op.create_index("ix_published_given_document", "published_given", ["document_id"], unique=False)
    op.create_table(
        "published_notices",
        sa.Column("id", sa.Integer()),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("date", sa.String(length=10), nullable=True),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.Text(), server_default="", nullable=False),
        sa.Column("target", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["published_documents.id"], name="fk_published_notices_document_id"),
        sa.PrimaryKeyConstraint("id", name="pk_published_notices"),
    )
    op.create_index("ix_published_notices_document", "published_notices", ["document_id"], unique=False)
    op.create_index("ix_published_notices_kind", "published_notices", ["kind", "date"], unique=False)
