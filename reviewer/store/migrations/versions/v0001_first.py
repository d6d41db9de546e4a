"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from reviewer.review.ledger import GENESIS

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables, the empty ledger, and triggers that refuse to change it."""
    _tables()
    op.execute(f"INSERT INTO heads (id, seq, hash) VALUES (1, 0, '{GENESIS}')")
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)


_SQLITE = [
    f"CREATE TRIGGER events_no_{what.lower()} BEFORE {what} ON events "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    for what in ("UPDATE", "DELETE")
]
_POSTGRESQL = [
    "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$",
    "CREATE TRIGGER events_no_change BEFORE UPDATE OR DELETE ON events "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
]


def _tables() -> None:
    op.create_table(
        "blobs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=20), nullable=False),
        sa.Column("deleted_at", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_blobs"),
    )
    op.create_table(
        "checkpoints",
        sa.Column("id", sa.Integer()),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=20), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_checkpoints"),
    )
    op.create_index("ix_checkpoints_at", "checkpoints", ["at"], unique=False)
    op.create_table(
        "events",
        sa.Column("seq", sa.Integer(), autoincrement=False),
        sa.Column("at", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("item", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_events"),
    )
    op.create_index("ix_events_at", "events", ["at"], unique=False)
    op.create_index("ix_events_item", "events", ["item"], unique=False)
    op.create_index("ix_events_kind", "events", ["kind"], unique=False)
    op.create_table(
        "heads",
        sa.Column("id", sa.Integer(), autoincrement=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_heads"),
    )
    op.create_table(
        "login_attempts",
        sa.Column("id", sa.Integer()),
        sa.Column("login_key", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=20), nullable=False),
        sa.Column("success", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_login_attempts"),
    )
    op.create_index("ix_login_attempts_address", "login_attempts", ["address", "at"], unique=False)
    op.create_index("ix_login_attempts_login", "login_attempts", ["login_key", "at"], unique=False)
    op.create_table(
        "units",
        sa.Column("id", sa.Integer()),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_units"),
        sa.UniqueConstraint("name", name="uq_units_name"),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer()),
        sa.Column("login", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("subject", sa.String(length=400), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.String(length=20), nullable=False),
        sa.Column("password_at", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_users_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("login", name="uq_users_login"),
        sa.UniqueConstraint("subject", name="uq_users_subject"),
    )
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Integer()),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=20), nullable=False),
        sa.Column("expires_at", sa.String(length=20), nullable=False),
        sa.Column("revoked_at", sa.String(length=20), nullable=True),
        sa.Column("used_at", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name="fk_api_tokens_created_by"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_api_tokens_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_api_tokens"),
        sa.UniqueConstraint("token_hash", name="uq_api_tokens_token_hash"),
    )
    op.create_table(
        "declassifications",
        sa.Column("id", sa.Integer()),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("ruling", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("on_day", sa.String(length=10), nullable=False),
        sa.Column("basis", sa.Text(), server_default="", nullable=False),
        sa.Column("signed_by", sa.Text(), server_default="", nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=20), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["entered_by"], ["users.id"], name="fk_declassifications_entered_by"),
        sa.PrimaryKeyConstraint("id", name="pk_declassifications"),
    )
    op.create_index("ix_declassifications_sha256", "declassifications", ["sha256"], unique=False)
    op.create_table(
        "delegations",
        sa.Column("id", sa.Integer()),
        sa.Column("from_user", sa.Integer(), nullable=False),
        sa.Column("to_user", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("since", sa.String(length=10), nullable=False),
        sa.Column("until", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.String(length=20), nullable=False),
        sa.Column("revoked_at", sa.String(length=20), nullable=True),
        sa.CheckConstraint("from_user <> to_user", name="ck_delegations_two_people"),
        sa.ForeignKeyConstraint(["from_user"], ["users.id"], name="fk_delegations_from_user"),
        sa.ForeignKeyConstraint(["to_user"], ["users.id"], name="fk_delegations_to_user"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_delegations_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_delegations"),
    )
    op.create_table(
        "grant_requests",
        sa.Column("id", sa.Integer()),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("until", sa.String(length=10), nullable=True),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["users.id"], name="fk_grant_requests_answered_by"),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name="fk_grant_requests_asked_by"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_grant_requests_unit_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_grant_requests_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_grant_requests"),
    )
    op.create_table(
        "grants",
        sa.Column("id", sa.Integer()),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("granted_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("granted_at", sa.String(length=20), nullable=False),
        sa.Column("until", sa.String(length=10), nullable=True),
        sa.Column("revoked_at", sa.String(length=20), nullable=True),
        sa.Column("revoked_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "granted_by IS NULL OR confirmed_by IS NULL OR granted_by <> confirmed_by",
            name="ck_grants_two_people",
        ),
        sa.ForeignKeyConstraint(["confirmed_by"], ["users.id"], name="fk_grants_confirmed_by"),
        sa.ForeignKeyConstraint(["granted_by"], ["users.id"], name="fk_grants_granted_by"),
        sa.ForeignKeyConstraint(["revoked_by"], ["users.id"], name="fk_grants_revoked_by"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_grants_unit_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_grants_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_grants"),
    )
    op.create_index("ix_grants_user", "grants", ["user_id"], unique=False)
    op.create_table(
        "items",
        sa.Column("id", sa.Integer()),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("drafter", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("fields", sa.Text(), server_default="{}", nullable=False),
        sa.Column("card", sa.String(length=32), nullable=True),
        sa.Column("genre", sa.String(length=100), nullable=False),
        sa.Column("attribute", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("article", sa.String(length=40), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=20), nullable=False),
        sa.Column("submitted_at", sa.String(length=20), nullable=True),
        sa.Column("step_due", sa.String(length=20), nullable=True),
        sa.Column("publish_due", sa.String(length=20), nullable=True),
        sa.Column("party_due", sa.String(length=20), nullable=True),
        sa.Column("assumed_due", sa.Boolean(), nullable=False),
        sa.Column("outcome_at", sa.String(length=20), nullable=True),
        sa.Column("keep_until", sa.String(length=10), nullable=True),
        sa.Column("deleted_at", sa.String(length=20), nullable=True),
        sa.Column("published_at", sa.String(length=20), nullable=True),
        sa.Column("published_where", sa.Text(), server_default="", nullable=False),
        sa.Column("take_down_on", sa.String(length=10), nullable=True),
        sa.Column("taken_down_at", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["card"], ["blobs.id"], name="fk_items_card"),
        sa.ForeignKeyConstraint(["drafter"], ["users.id"], name="fk_items_drafter"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_items_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_items"),
        sa.UniqueConstraint("number", name="uq_items_number"),
    )
    op.create_index("ix_items_drafter", "items", ["drafter"], unique=False)
    op.create_index("ix_items_unit_state", "items", ["unit_id", "state"], unique=False)
    op.create_table(
        "one_time_codes",
        sa.Column("id", sa.Integer()),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("first_hash", sa.String(length=64), nullable=False),
        sa.Column("second_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.String(length=20), nullable=False),
        sa.Column("expires_at", sa.String(length=20), nullable=False),
        sa.Column("used_at", sa.String(length=20), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_one_time_codes_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_one_time_codes"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer()),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("csrf", sa.Text(), server_default="", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.String(length=20), nullable=False),
        sa.Column("seen_at", sa.String(length=20), nullable=False),
        sa.Column("expires_at", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sessions_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("token_hash", name="uq_sessions_token_hash"),
    )
    op.create_index("ix_sessions_user", "sessions", ["user_id"], unique=False)
    op.create_table(
        "settings",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["changed_by"], ["users.id"], name="fk_settings_changed_by"),
        sa.PrimaryKeyConstraint("name", name="pk_settings"),
    )
    op.create_table(
        "signatures",
        sa.Column("id", sa.Integer()),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("behalf", sa.Integer(), nullable=True),
        sa.Column("at", sa.String(length=20), nullable=False),
        sa.Column("signed", sa.Boolean(), nullable=False),
        sa.Column("proposal", sa.String(length=20), nullable=False),
        sa.Column("opinion", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["behalf"], ["users.id"], name="fk_signatures_behalf"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_signatures_item_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_signatures_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_signatures"),
    )
    op.create_index("ix_signatures_item_round", "signatures", ["item_id", "round"], unique=False)
    op.create_index(
        "uq_signatures_person_step", "signatures", ["item_id", "round", "user_id", "step", "signed"], unique=True
    )
    op.create_table(
        "versions",
        sa.Column("id", sa.Integer()),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=20), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("rules_version", sa.String(length=40), nullable=False),
        sa.Column("rules_digest", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name="fk_versions_created_by"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_versions_item_id"),
        sa.PrimaryKeyConstraint("id", name="pk_versions"),
        sa.UniqueConstraint("item_id", "number", name="uq_versions_item_id_number"),
    )
    op.create_table(
        "certificates",
        sa.Column("id", sa.Integer()),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.String(length=20), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("valid_until", sa.String(length=10), nullable=False),
        sa.Column("revoked_at", sa.String(length=20), nullable=True),
        sa.Column("revoked_why", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_certificates_item_id"),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name="fk_certificates_version_id"),
        sa.PrimaryKeyConstraint("id", name="pk_certificates"),
        sa.UniqueConstraint("name", name="uq_certificates_name"),
    )
    op.create_index("ix_certificates_item", "certificates", ["item_id"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer()),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("on_day", sa.String(length=10), nullable=True),
        sa.Column("basis", sa.Text(), server_default="", nullable=False),
        sa.Column("reach", sa.String(length=10), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("actor", sa.Integer(), nullable=False),
        sa.Column("behalf", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("at", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["actor"], ["users.id"], name="fk_decisions_actor"),
        sa.ForeignKeyConstraint(["behalf"], ["users.id"], name="fk_decisions_behalf"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_decisions_item_id"),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name="fk_decisions_version_id"),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
    )
    op.create_index("ix_decisions_item", "decisions", ["item_id"], unique=False)
    op.create_table(
        "files",
        sa.Column("id", sa.Integer()),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("slot", sa.String(length=48), nullable=False),
        sa.Column("name_key", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("genre", sa.String(length=100), nullable=False),
        sa.Column("blob", sa.String(length=32), nullable=False),
        sa.Column("reading", sa.String(length=32), nullable=False),
        sa.CheckConstraint("role IN ('draft', 'final')", name="ck_files_role"),
        sa.ForeignKeyConstraint(["blob"], ["blobs.id"], name="fk_files_blob"),
        sa.ForeignKeyConstraint(["reading"], ["blobs.id"], name="fk_files_reading"),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name="fk_files_version_id"),
        sa.PrimaryKeyConstraint("id", name="pk_files"),
    )
    op.create_index("ix_files_sha256", "files", ["sha256"], unique=False)
    op.create_index("ix_files_version", "files", ["version_id"], unique=False)
    op.create_table(
        "parties",
        sa.Column("id", sa.Integer()),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Text(), server_default="", nullable=False),
        sa.Column("asked_at", sa.String(length=20), nullable=False),
        sa.Column("due", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=True),
        sa.Column("remark", sa.Text(), server_default="", nullable=False),
        sa.Column("answered_at", sa.String(length=20), nullable=True),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name="fk_parties_asked_by"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_parties_item_id"),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name="fk_parties_version_id"),
        sa.PrimaryKeyConstraint("id", name="pk_parties"),
    )
    op.create_index("ix_parties_item", "parties", ["item_id"], unique=False)
    op.create_table(
        "findings",
        sa.Column("id", sa.Integer()),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("inner", sa.Text(), server_default="", nullable=False),
        sa.Column("slot", sa.String(length=96), nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column("value_id", sa.String(length=32), nullable=False),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("confidence", sa.String(length=10), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("locator", sa.Text(), server_default="{}", nullable=False),
        sa.Column("value", sa.Text(), server_default="", nullable=False),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        sa.Column("advice", sa.Text(), server_default="", nullable=False),
        sa.Column("basis", sa.Text(), server_default="", nullable=False),
        sa.Column("grouping", sa.String(length=32), nullable=False),
        sa.Column("place_column", sa.String(length=32), nullable=True),
        sa.Column("person_role", sa.String(length=30), nullable=False),
        sa.Column("scope", sa.Text(), server_default="", nullable=False),
        sa.Column("due", sa.Boolean(), nullable=False),
        sa.Column("trace", sa.Boolean(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("carried", sa.Boolean(), nullable=False),
        sa.CheckConstraint("severity IN ('block', 'check', 'note')", name="ck_findings_severity"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name="fk_findings_decision_id"),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name="fk_findings_file_id"),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name="fk_findings_version_id"),
        sa.PrimaryKeyConstraint("id", name="pk_findings"),
    )
    op.create_index("ix_findings_file", "findings", ["file_id", "number"], unique=False)
    op.create_index("ix_findings_version_column", "findings", ["version_id", "rule", "place_column"], unique=False)
    op.create_index("ix_findings_version_value", "findings", ["version_id", "value_id"], unique=False)
    op.create_table(
        "gaps",
        sa.Column("id", sa.Integer()),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("inner", sa.Text(), server_default="", nullable=False),
        sa.Column("slot", sa.String(length=96), nullable=False),
        sa.Column("gap", sa.String(length=64), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("locator", sa.Text(), server_default="{}", nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name="fk_gaps_file_id"),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name="fk_gaps_version_id"),
        sa.PrimaryKeyConstraint("id", name="pk_gaps"),
    )
    op.create_index("ix_gaps_version", "gaps", ["version_id"], unique=False)
    op.create_table(
        "comments",
        sa.Column("id", sa.Integer()),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("finding_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("actor", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["actor"], ["users.id"], name="fk_comments_actor"),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name="fk_comments_finding_id"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_comments_item_id"),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name="fk_comments_version_id"),
        sa.PrimaryKeyConstraint("id", name="pk_comments"),
    )
    op.create_index("ix_comments_item", "comments", ["item_id"], unique=False)
    op.create_table(
        "gap_statements",
        sa.Column("id", sa.Integer()),
        sa.Column("gap_id", sa.Integer(), nullable=False),
        sa.Column("read_by", sa.Text(), server_default="", nullable=False),
        sa.Column("remark", sa.Text(), server_default="", nullable=False),
        sa.Column("actor", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["actor"], ["users.id"], name="fk_gap_statements_actor"),
        sa.ForeignKeyConstraint(["gap_id"], ["gaps.id"], name="fk_gap_statements_gap_id"),
        sa.PrimaryKeyConstraint("id", name="pk_gap_statements"),
    )
    op.create_index("ix_gap_statements_gap", "gap_statements", ["gap_id"], unique=False)
