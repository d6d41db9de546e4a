"""The tables, the same on SQLite and PostgreSQL: times are UTC (2026-11-22T01:02:03Z), days 2026-11-22, JSON is text.

Nothing of a file, its text or its pictures is in here, and no text that a person typed but masked: what stands in
the clear are hashes, masked values, fingerprints and the names of users. Migrations: migrations/versions.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)  # fmt: skip

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s", "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)  # fmt: skip

_TIME, _DAY, _HASH = 20, 10, 64


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True, autoincrement=True)


def _to(name: str, target: str, *, null: bool = False) -> Column[int]:
    return Column(name, Integer, ForeignKey(f"{target}.id"), nullable=null)


def _time(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, String(_TIME), nullable=null)


def _text(name: str, default: str = "") -> Column[str]:
    return Column(name, Text, nullable=False, default=default, server_default=default)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, default=False)


# --- people ----------------------------------------------------------------------------------------

units = Table(
    "units", metadata, _id(),
    Column("name", String(200), nullable=False, unique=True),
    Column("procedure", Text, nullable=False),
    _flag("closed"), _time("created_at"),
)  # fmt: skip

users = Table(
    "users", metadata, _id(),
    Column("login", String(100), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    _to("unit_id", "units", null=True),
    Column("password_hash", Text, nullable=True),
    Column("subject", String(400), nullable=True, unique=True),
    Column("active", Boolean, nullable=False, default=True),
    _time("created_at"), _time("password_at", null=True),
)  # fmt: skip
"""`subject` is the OpenID Connect issuer and subject of who signs in that way"""

grants = Table(
    "grants", metadata, _id(), _to("user_id", "users"),
    Column("role", String(20), nullable=False),
    _to("unit_id", "units", null=True),
    _to("granted_by", "users", null=True), _to("confirmed_by", "users", null=True),
    _time("granted_at"), Column("until", String(_DAY), nullable=True), _time("revoked_at", null=True),
    _to("revoked_by", "users", null=True),
    Index("ix_grants_user", "user_id"),
    CheckConstraint("granted_by IS NULL OR confirmed_by IS NULL OR granted_by <> confirmed_by", name="two_people"),
)  # fmt: skip
"""unit_id NULL: all units; granted_by NULL: the first administrators"""

grant_requests = Table(
    "grant_requests", metadata, _id(), _to("user_id", "users"),
    Column("role", String(20), nullable=False), _to("unit_id", "units", null=True),
    Column("until", String(_DAY), nullable=True),
    _to("asked_by", "users"), _time("asked_at"),
    Column("state", String(10), nullable=False, default="open"),
    _to("answered_by", "users", null=True), _time("answered_at", null=True),
)  # fmt: skip

delegations = Table(
    "delegations", metadata, _id(), _to("from_user", "users"), _to("to_user", "users"),
    Column("role", String(20), nullable=False), _to("unit_id", "units", null=True),
    Column("since", String(_DAY), nullable=False), Column("until", String(_DAY), nullable=False),
    _text("reason"), _time("created_at"), _time("revoked_at", null=True),
    CheckConstraint("from_user <> to_user", name="two_people"),
)  # fmt: skip

sessions = Table(
    "sessions", metadata, _id(), Column("token_hash", String(_HASH), nullable=False, unique=True),
    _to("user_id", "users"),
    _text("csrf"), _text("address"), _time("created_at"), _time("seen_at"), _time("expires_at"),
    Index("ix_sessions_user", "user_id"),
)  # fmt: skip

login_attempts = Table(
    "login_attempts", metadata, _id(), Column("login_key", String(_HASH), nullable=False),
    Column("address", String(64), nullable=False), _time("at"), _flag("success"),
    Index("ix_login_attempts_login", "login_key", "at"), Index("ix_login_attempts_address", "address", "at"),
)  # fmt: skip

one_time_codes = Table(
    "one_time_codes", metadata, _id(), _to("user_id", "users"), Column("purpose", String(20), nullable=False),
    Column("first_hash", String(_HASH), nullable=False), Column("second_hash", String(_HASH), nullable=False),
    _time("created_at"), _time("expires_at"), _time("used_at", null=True),
    Column("tries", Integer, nullable=False, default=0),
)  # fmt: skip
"""two halves: one is shown to the system administrator, one to the security administrator"""

api_tokens = Table(
    "api_tokens", metadata, _id(), Column("token_hash", String(_HASH), nullable=False, unique=True),
    Column("name", String(100), nullable=False), _to("user_id", "users"), _to("created_by", "users"),
    _time("created_at"), _time("expires_at"), _time("revoked_at", null=True), _time("used_at", null=True),
)  # fmt: skip
"""user_id: the drafter for whom the other system submits"""

# --- items -----------------------------------------------------------------------------------------

blobs = Table(
    "blobs", metadata, Column("id", String(32), primary_key=True), Column("wrapped", LargeBinary, nullable=True),
    Column("size", Integer, nullable=False), _time("created_at"), _time("deleted_at", null=True),
)  # fmt: skip
"""a file in the vault; `wrapped` is its data key under the site's, NULL once it is deleted"""

items = Table(
    "items", metadata, _id(), Column("number", String(20), nullable=False, unique=True),
    _to("unit_id", "units"), _to("drafter", "users"),
    _text("title"), _text("fields", "{}"),
    Column("card", String(32), ForeignKey("blobs.id"), nullable=True),
    Column("genre", String(100), nullable=False, default=""), Column("attribute", String(20), nullable=False),
    Column("state", String(20), nullable=False), Column("step", Integer, nullable=False, default=0),
    Column("role", String(20), nullable=False, default=""),
    Column("round", Integer, nullable=False, default=0), Column("version", Integer, nullable=False, default=0),
    Column("revision", Integer, nullable=False, default=1),
    Column("outcome", String(20), nullable=True), Column("article", String(40), nullable=False, default=""),
    _flag("urgent"), Column("steps", Text, nullable=False),
    _time("created_at"), _time("submitted_at", null=True), _time("step_due", null=True),
    _time("publish_due", null=True), _time("party_due", null=True), _flag("assumed_due"),
    _time("outcome_at", null=True), Column("keep_until", String(_DAY), nullable=True),
    _time("deleted_at", null=True), _time("published_at", null=True), _text("published_where"),
    Column("take_down_on", String(_DAY), nullable=True), _time("taken_down_at", null=True),
    Index("ix_items_unit_state", "unit_id", "state"), Index("ix_items_drafter", "drafter"),
)  # fmt: skip
"""`title` and `fields` are masked; `card` is the item as typed, encrypted. `revision` is for optimistic locking."""

versions = Table(
    "versions", metadata, _id(), _to("item_id", "items"), Column("number", Integer, nullable=False),
    _time("created_at"), _to("created_by", "users"), _text("note"),
    Column("rules_version", String(40), nullable=False), Column("rules_digest", String(_HASH), nullable=False),
    Column("key_id", String(16), nullable=False),
    UniqueConstraint("item_id", "number"),
)  # fmt: skip

files = Table(
    "files", metadata, _id(), _to("version_id", "versions"), Column("position", Integer, nullable=False),
    Column("role", String(10), nullable=False), Column("slot", String(48), nullable=False),
    Column("name_key", String(32), nullable=False), _text("name"),
    Column("sha256", String(_HASH), nullable=False), Column("text_sha256", String(_HASH), nullable=True),
    Column("size", Integer, nullable=False), Column("format", String(20), nullable=False),
    Column("genre", String(100), nullable=False, default=""),
    Column("blob", String(32), ForeignKey("blobs.id"), nullable=False),
    Column("reading", String(32), ForeignKey("blobs.id"), nullable=False),
    Index("ix_files_version", "version_id"), Index("ix_files_sha256", "sha256"),
    CheckConstraint("role IN ('draft', 'final')", name="role"),
)  # fmt: skip
"""`name` is masked; `blob` holds the bytes, `reading` the text and the found values"""

decisions = Table(
    "decisions", metadata, _id(), _to("item_id", "items"), _to("version_id", "versions"),
    Column("kind", String(20), nullable=False), _text("reason"), _text("body"),
    Column("on_day", String(_DAY), nullable=True), _text("basis"),
    Column("reach", String(10), nullable=False), Column("count", Integer, nullable=False),
    _to("actor", "users"), _to("behalf", "users", null=True), Column("role", String(20), nullable=False),
    _time("at"),
    Index("ix_decisions_item", "item_id"),
)  # fmt: skip

findings = Table(
    "findings", metadata, _id(), _to("version_id", "versions"), _to("file_id", "files"),
    Column("number", Integer, nullable=False), _text("inner"), Column("slot", String(96), nullable=False),
    Column("fingerprint", String(32), nullable=False), Column("value_id", String(32), nullable=False),
    Column("rule", String(80), nullable=False), Column("entity", String(40), nullable=False),
    Column("severity", String(10), nullable=False), Column("confidence", String(10), nullable=False),
    Column("start", Integer, nullable=False), Column("end", Integer, nullable=False),
    Column("part", String(20), nullable=False), _text("locator", "{}"), _text("value"), _text("message"),
    _text("advice"), _text("basis"), Column("grouping", String(32), nullable=False),
    Column("place_column", String(32), nullable=True),
    Column("person_role", String(30), nullable=False, default=""),
    _text("scope"), _flag("due"), _flag("trace"),
    _to("decision_id", "decisions", null=True), _flag("carried"),
    Index("ix_findings_version_value", "version_id", "value_id"),
    Index("ix_findings_version_column", "version_id", "rule", "place_column"),
    Index("ix_findings_file", "file_id", "number"),
    CheckConstraint("severity IN ('block', 'check', 'note')", name="severity"),
)  # fmt: skip
"""`due`: it needs a decision before approval; `slot` is the file's with the path inside of it; `inner` is masked"""

gaps = Table(
    "gaps", metadata, _id(), _to("version_id", "versions"), _to("file_id", "files"), _text("inner"),
    Column("slot", String(96), nullable=False), Column("gap", String(64), nullable=False),
    Column("part", String(20), nullable=False), _text("locator", "{}"),
    Column("reason", String(40), nullable=False),
    _text("message"), Index("ix_gaps_version", "version_id"),
)  # fmt: skip

version_joins = Table(
    "version_joins", metadata, _id(), _to("version_id", "versions"), _to("file_id", "files"),
    Column("fingerprint", String(32), nullable=False), Column("kind", String(40), nullable=False), _text("body"),
    Index("ix_version_joins_version", "version_id"),
)  # fmt: skip
"""what a file gives away together with what is published, of one kind: JSON, masked"""

gap_statements = Table(
    "gap_statements", metadata, _id(), _to("gap_id", "gaps"), _text("read_by"), _text("remark"),
    _to("actor", "users"),
    _time("at"), Index("ix_gap_statements_gap", "gap_id"),
)  # fmt: skip

signatures = Table(
    "signatures", metadata, _id(), _to("item_id", "items"), Column("round", Integer, nullable=False),
    Column("step", Integer, nullable=False), Column("role", String(20), nullable=False), _to("user_id", "users"),
    _to("behalf", "users", null=True), _time("at"), _flag("signed"),
    Column("proposal", String(20), nullable=False, default=""),
    _text("opinion"), Index("ix_signatures_item_round", "item_id", "round"),
    Index(
        "uq_signatures_person_step", "item_id", "round", "user_id", "step", "signed", unique=True
    ),
)  # fmt: skip

parties = Table(
    "parties", metadata, _id(), _to("item_id", "items"), _to("version_id", "versions"), _text("asked"),
    _time("asked_at"),
    _time("due"), Column("answer", String(20), nullable=True), _text("remark"), _time("answered_at", null=True),
    _to("asked_by", "users"), Index("ix_parties_item", "item_id"),
)  # fmt: skip

comments = Table(
    "comments", metadata, _id(), _to("item_id", "items"), _to("version_id", "versions", null=True),
    _to("finding_id", "findings", null=True), _text("text"), _to("actor", "users"), _time("at"),
    Index("ix_comments_item", "item_id"),
)  # fmt: skip

certificates = Table(
    "certificates", metadata, _id(), _to("item_id", "items"), _to("version_id", "versions"), _time("issued_at"),
    Column("envelope", LargeBinary, nullable=False), Column("name", String(_HASH), nullable=False, unique=True),
    Column("valid_until", String(_DAY), nullable=False), _time("revoked_at", null=True), _text("revoked_why"),
    Index("ix_certificates_item", "item_id"),
)  # fmt: skip

declassifications = Table(
    "declassifications", metadata, _id(), Column("sha256", String(_HASH), nullable=False),
    Column("ruling", String(20), nullable=False), _text("body"), Column("on_day", String(_DAY), nullable=False),
    _text("basis"), _text("signed_by"), _to("entered_by", "users"), _time("at"),
    Column("seal", LargeBinary, nullable=False),
    Index("ix_declassifications_sha256", "sha256"),
)  # fmt: skip

# --- ledger ----------------------------------------------------------------------------------------

events = Table(
    "events", metadata, Column("seq", Integer, primary_key=True, autoincrement=False), _time("at"),
    Column("actor", String(120), nullable=False), Column("kind", String(40), nullable=False),
    Column("item", Integer, nullable=True), Column("version", Integer, nullable=True),
    Column("payload", Text, nullable=False),
    Column("previous", String(_HASH), nullable=False), Column("hash", String(_HASH), nullable=False),
    Index("ix_events_item", "item"), Index("ix_events_at", "at"), Index("ix_events_kind", "kind"),
)  # fmt: skip
"""append-only: triggers refuse UPDATE and DELETE"""

heads = Table(
    "heads", metadata, Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", String(_HASH), nullable=False),
)  # fmt: skip
"""one row: the end of the ledger; a transaction that writes holds it locked"""

checkpoints = Table(
    "checkpoints", metadata, _id(), Column("seq", Integer, nullable=False),
    Column("hash", String(_HASH), nullable=False),
    _time("at"), Column("envelope", LargeBinary, nullable=False), Index("ix_checkpoints_at", "at"),
)  # fmt: skip

settings = Table(
    "settings", metadata, Column("name", String(60), primary_key=True), Column("value", Text, nullable=False),
    _to("changed_by", "users", null=True), _time("changed_at"),
)  # fmt: skip

# --- what is published already ---------------------------------------------------------------------

published_sources = Table(
    "published_sources", metadata, _id(), Column("name_key", String(32), nullable=False, unique=True), _text("name"),
    Column("key_id", String(16), nullable=False), _time("created_at"),
)  # fmt: skip
"""a site or an export tree that is looked at again and again; `name` is masked"""

published_runs = Table(
    "published_runs", metadata, _id(), _to("source_id", "published_sources"), _time("began_at"),
    _time("finished_at", null=True),
    Column("readers", String(_HASH), nullable=False), Column("rules", String(_HASH), nullable=False),
    _text("counts", "{}"),
    Index("ix_published_runs_source", "source_id"),
)  # fmt: skip
"""finished_at NULL: it goes on, or was interrupted; only a finished run says what is gone"""

published_rulebooks = Table(
    "published_rulebooks", metadata, Column("digest", String(_HASH), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)  # fmt: skip
"""the rules of earlier runs: what they looked for has to be known when one of them has changed"""

published_documents = Table(
    "published_documents", metadata, _id(), _to("source_id", "published_sources"),
    Column("path_key", String(32), nullable=False), _text("path"), _to("outer_id", "published_documents", null=True),
    Column("sha256", String(_HASH), nullable=False), Column("size", BigInteger, nullable=False), _text("hint"),
    Column("readers", String(_HASH), nullable=False), Column("rules", String(_HASH), nullable=False),
    Column("format", String(20), nullable=False), Column("genre", String(100), nullable=False),
    Column("verdict", String(10), nullable=False), _flag("complete"),
    _text("title"), _text("url"), _text("unit"), _text("column"), Column("published", String(_DAY), nullable=True),
    _text("index_number"), _text("number"), Column("page_key", String(32), nullable=False), _text("links", "[]"),
    Column("text_key", String(32), nullable=False), _text("holds", "{}"),
    Column("examined", LargeBinary, nullable=False),
    Column("first_run", Integer, nullable=False), Column("last_run", Integer, nullable=False),
    Column("gone_run", Integer, nullable=True),
    UniqueConstraint("source_id", "path_key"),
    Index("ix_published_documents_sha256", "sha256"), Index("ix_published_documents_outer", "outer_id"),
)  # fmt: skip
"""`path`, `title`, `url`, `unit` and `column` are masked; `examined` is sealed. page_key: path_key of the page that
links here; links: path_keys of what it links to; outer_id: the archive that it lies in; last_run: when it was
examined last; gone_run: the run that did not find it any more; holds: counts of what was
found (proposals.holds_record)"""

published_findings = Table(
    "published_findings", metadata, _id(), _to("document_id", "published_documents"),
    Column("fingerprint", String(32), nullable=False), Column("rule", String(80), nullable=False),
    Column("severity", String(10), nullable=False),
    Column("first_run", Integer, nullable=False), Column("gone_run", Integer, nullable=True),
    Column("reopened_run", Integer, nullable=True),
    UniqueConstraint("document_id", "fingerprint"),
    Index("ix_published_findings_first", "first_run"), Index("ix_published_findings_gone", "gone_run"),
    Index("ix_published_findings_reopened", "reopened_run"), Index("ix_published_findings_rule", "rule"),
)  # fmt: skip

published_given = Table(
    "published_given", metadata, _id(), _to("document_id", "published_documents"),
    Column("bucket", Integer, nullable=False), Column("sealed", LargeBinary, nullable=False),
    Index("ix_published_given_document", "document_id"), Index("ix_published_given_bucket", "bucket"),
)  # fmt: skip
"""what a document gives to joins in one bucket (linkage/buckets.py), sealed"""

published_offers = Table(
    "published_offers", metadata, _id(),
    Column("bucket", Integer, nullable=False), Column("target", Integer, nullable=False),
    Column("mark", String(16), nullable=False), Column("sealed", LargeBinary, nullable=False),
    Index("ix_published_offers_bucket", "bucket"), Index("ix_published_offers_target", "target"),
)  # fmt: skip
"""whom the names of a bucket offer to rows that name nobody, sealed; `mark` changes with them"""

published_joined = Table(
    "published_joined", metadata, Column("bucket", Integer, primary_key=True, autoincrement=False),
    Column("version", String(16), nullable=False), Column("sealed", LargeBinary, nullable=False),
)  # fmt: skip
"""the joins that were found in a bucket, sealed; a bucket without a row is to be joined"""

published_notices = Table(
    "published_notices", metadata, _id(), _to("document_id", "published_documents"),
    Column("kind", String(30), nullable=False), Column("date", String(_DAY), nullable=True),
    Column("start", Integer, nullable=False), Column("end", Integer, nullable=False),
    _text("evidence"), _text("target"), _text("person"),
    Index("ix_published_notices_document", "document_id"), Index("ix_published_notices_kind", "kind", "date"),
)  # fmt: skip
"""`evidence` and `target` are masked; `person` is a token (linkage.tokens)"""

published_takedown = Table(
    "published_takedown", metadata, _id(), _to("document_id", "published_documents"),
    Column("kind", String(30), nullable=False), Column("state", String(10), nullable=False),
    Column("proposed", String(12), nullable=False), _text("reason"), _text("basis", "[]"),
    Column("since", String(_DAY), nullable=True), _text("evidence", "[]"), Column("mark", String(32), nullable=False),
    Column("action", String(12), nullable=False, default=""), _text("why"),
    Column("decided_by", String(120), nullable=False, default=""), _time("decided_at", null=True),
    Column("decided_mark", String(32), nullable=False, default=""), _text("owner"),
    Column("how", String(10), nullable=False, default=""), _time("done_at", null=True),
    Column("live", String(10), nullable=False, default=""), _time("live_at", null=True),
    _time("made_at"), _time("changed_at"), Column("revision", Integer, nullable=False, default=1),
    UniqueConstraint("document_id", "kind"), Index("ix_published_takedown_state", "state"),
)  # fmt: skip
"""the take-down list; `reason`, `evidence`, `why` are masked. proposed: the action that the program proposes; action,
why: what a person decided; mark: stands for what is proposed and found, decided_mark for what that was at the
decision"""

published_events = Table(
    "published_events", metadata, Column("seq", Integer, primary_key=True, autoincrement=False), _time("at"),
    Column("actor", String(120), nullable=False), Column("kind", String(40), nullable=False),
    Column("item", Integer, nullable=True), Column("version", Integer, nullable=True),
    Column("payload", Text, nullable=False),
    Column("previous", String(_HASH), nullable=False), Column("hash", String(_HASH), nullable=False),
    Index("ix_published_events_item", "item"),
)  # fmt: skip
"""the ledger of the take-down list, append-only; `item` is the entry"""

APPEND_ONLY = ("events", "published_events")
"""tables whose rows nobody changes"""
