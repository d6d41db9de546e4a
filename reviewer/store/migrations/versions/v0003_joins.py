"""Joining risk: what is found in each bucket of the index, and what names offer to rows that name nobody."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The tables of joins. What the index held before was kept in another form: documents are read again."""
    op.create_table(
        "published_offers",
        sa.Column("id", sa.Integer()),
        sa.Column("bucket", sa.Integer(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_published_offers"),
    )
    op.create_index("ix_published_offers_bucket", "published_offers", ["bucket"], unique=False)
    op.create_index("ix_published_offers_target", "published_offers", ["target"], unique=False)
    op.create_table(
        "published_joined",
        sa.Column("bucket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name="pk_published_joined"),
    )
    op.create_table(
        "version_joins",
        sa.Column("id", sa.Integer()),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name="fk_version_joins_file_id"),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name="fk_version_joins_version_id"),
        sa.PrimaryKeyConstraint("id", name="pk_version_joins"),
    )
    op.create_index("ix_version_joins_version", "version_joins", ["version_id"], unique=False)
