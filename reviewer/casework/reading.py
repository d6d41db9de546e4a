"""What the pages show: items, findings, documents, history. What is not masked is only given where the table allows."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select

from reviewer.casework import permissions
from reviewer.casework.act import Act, about, acting, case_of, looking, moment_of, readiness, stamp, version_row
from reviewer.casework.permissions import TABLE, Who
from reviewer.errors import Absent, Denied, Refusal
from reviewer.review import item as items_of
from reviewer.review.clock import CHINA
from reviewer.review.item import Item
from reviewer.review.procedure import REVIEWING
from reviewer.review.workflow import FROM, PUBLIC_OUTCOMES, Case, Readiness, participant_fault
from reviewer.store import schema
from reviewer.store.schema import decisions, files, items
from reviewer.store.schema import findings as finding_rows

if TYPE_CHECKING:
    from reviewer.casework.office import Office


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item as a page shows it; everything in it is masked. `may`: what this user could do with it now."""

    id: int
    number: str
    unit: int
    drafter: int
    revision: int
    item: Item
    case: Case
    ready: Readiness
    may: tuple[str, ...]
    created_at: str
    submitted_at: str | None
    step_due: str | None
    publish_due: str | None
    party_due: str | None
    assumed_due: bool
    keep_until: str | None
    published_where: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding with the decision on it; the value is masked."""

    id: int
    file: int
    number: int
    inner: str
    rule: str
    entity: str
    severity: str
    confidence: str
    start: int
    end: int
    part: str
    locator: dict[str, Any]
    value: str
    value_id: str
    message: str
    advice: str
    basis: tuple[str, ...]
    group: str
    column: str | None
    person_role: str
    scope: str
    due: bool
    trace: bool
    carried: bool
    decision: int | None = None
    kind: str | None = None
    reason: str = field(default="", repr=False)


def item(office: Office, who: Who, item: int) -> ItemView:
    """The item as it stands."""
    with looking(office, who) as act:
        return _view(act, act.item("view_item", item))


def _view(act: Act, row: Any) -> ItemView:
    described, _ = items_of.from_fields(json.loads(row.fields))
    assert described is not None
    case = case_of(act.connection, row)
    version = version_row(act.connection, row.id, row.version) if row.version else None
    return ItemView(
        row.id, row.number, row.unit_id, row.drafter, row.revision, described, case,
        readiness(act.connection, version.id if version is not None else 0), _may(act, row, case), row.created_at,
        row.submitted_at, row.step_due, row.publish_due, row.party_due, row.assumed_due, row.keep_until,
        row.published_where, items_of.notes_of(described),
    )  # fmt: skip


def _may(act: Act, row: Any, case: Case) -> tuple[str, ...]:
    """The actions that the table and the workflow leave to this user."""
    allowed = []
    for name, rule in TABLE.items():
        grant = permissions.grant_for(act.actor, name, about(row))
        if grant is None or (name in FROM and case.state not in FROM[name]):
            continue
        if name in ("edit_item", "add_version") and case.state not in ("drafting", "returned"):
            continue
        if rule.step and participant_fault(case, act.hand(name, row)):
            continue
        if rule.own or rule.unit or rule.step:
            allowed.append(name)
    return tuple(allowed)


def card(office: Office, who: Who, item: int) -> Item:
    """The item as it was typed, for those who may see its text; masked once the original is deleted."""
    with looking(office, who) as act:
        row = act.item("view_text", item)
        try:
            fields = json.loads(office.vault.get(act.connection, row.card)) if row.card else json.loads(row.fields)
        except Absent:
            fields = json.loads(row.fields)
        described, _ = items_of.from_fields(fields)
        assert described is not None
        return described


def findings(office: Office, who: Who, item: int, version: int | None = None) -> list[FindingView]:
    """The findings of a version (None: the current one), by file and place."""
    with looking(office, who) as act:
        row = act.item("view_text", item)
        found = version_row(act.connection, item, version or row.version)
        query = (
            select(finding_rows, decisions.c.kind, decisions.c.reason)
            .join(files, files.c.id == finding_rows.c.file_id)
            .join(decisions, decisions.c.id == finding_rows.c.decision_id, isouter=True)
            .where(finding_rows.c.version_id == found.id)
            .order_by(files.c.position, finding_rows.c.number)
        )
        return [_finding(one) for one in act.connection.execute(query)]


def _finding(row: Any) -> FindingView:
    return FindingView(
        row.id, row.file_id, row.number, row.inner, row.rule, row.entity, row.severity, row.confidence, row.start,
        row.end,
        row.part, json.loads(row.locator), row.value, row.value_id, row.message, row.advice, tuple(row.basis.split()),
        row.grouping, row.place_column, row.person_role, row.scope, row.due, row.trace, row.carried, row.decision_id,
        row.kind, row.reason or "",
    )  # fmt: skip


# --- lists -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """An item in a list; the title is masked. `turn`: it waits for this user."""

    id: int
    number: str
    title: str
    unit: int
    state: str
    role: str
    outcome: str | None
    urgent: bool
    created_at: str
    submitted_at: str | None
    due: str | None
    """when the current step, the third party's answer or the publication is due"""
    overdue: bool
    turn: bool


@dataclass(frozen=True, slots=True)
class Sought:
    """What a list of items is asked for. Empty and None: all."""

    state: str = ""
    unit: int | None = None
    outcome: str = ""
    text: str = ""
    """in number or (masked) title"""
    since: str = ""
    until: str = ""
    """created: first and last day, 2026-11-22"""


def inbox(office: Office, who: Who) -> list[Line]:
    """What waits for this user: his turn to review, to publish, or to work on what was returned; the next due first."""
    with looking(office, who) as act:
        rows = act.connection.execute(_visible(act).where(items.c.state.in_(_OPEN))).all()
        lines = [_line(act, row) for row in rows]
    return sorted((one for one in lines if one.turn), key=lambda one: (one.due or "9", one.id))


_OPEN = ("drafting", "returned", "in_review", "waiting_third_party", "approved")


def list_items(
    office: Office, who: Who, sought: Sought = Sought(), *, offset: int = 0, limit: int = 50,
) -> tuple[list[Line], int]:
    """(items that this user may see, newest first; how many there are in all)."""
    with looking(office, who) as act:
        query = _narrowed(_visible(act), sought)
        count = act.connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
        rows = act.connection.execute(query.order_by(items.c.id.desc()).offset(offset).limit(min(limit, 500))).all()
        return [_line(act, row) for row in rows], count


def _visible(act: Act) -> Select[Any]:
    """The items of the user's units."""
    units = permissions.units_for(act.actor, "view_item")
    query = select(items)
    return query if units is None else query.where(items.c.unit_id.in_(sorted(units)))


def _narrowed(query: Select[Any], sought: Sought) -> Select[Any]:
    if sought.state:
        query = query.where(items.c.state == sought.state)
    if sought.unit is not None:
        query = query.where(items.c.unit_id == sought.unit)
    if sought.outcome:
        query = query.where(items.c.outcome == sought.outcome)
    if sought.since:
        query = query.where(items.c.created_at >= _day_begins(sought.since))
    if sought.until:
        query = query.where(items.c.created_at < _day_begins(sought.until, 1))
    if sought.text:
        query = query.where(
            items.c.title.contains(sought.text, autoescape=True) | items.c.number.contains(sought.text, autoescape=True)
        )
    return query


def _day_begins(day: str, later: int = 0) -> str:
    """When a day of China begins, as the database has moments. Raises Refusal for what is no day."""
    try:
        first = datetime.fromisoformat(day[:10]).replace(tzinfo=CHINA)
    except ValueError:
        raise Refusal("日期应写成 2026-11-22 这样。") from None
    return stamp(first + timedelta(days=later))


def _line(act: Act, row: Any) -> Line:
    due = row.party_due if row.state == "waiting_third_party" else row.step_due
    due = row.publish_due if row.state == "approved" else due
    return Line(
        row.id, row.number, row.title, row.unit_id, row.state, row.role, row.outcome, row.urgent, row.created_at,
        row.submitted_at, due, bool(due and due < act.at), _is_turn(act, row),
    )  # fmt: skip


def _is_turn(act: Act, row: Any) -> bool:
    if row.state in ("drafting", "returned"):
        return bool(row.drafter == act.actor.user)
    if row.state == "approved":
        return row.outcome in PUBLIC_OUTCOMES and permissions.grant_for(act.actor, "publish", about(row)) is not None
    if row.state not in ("in_review", "waiting_third_party"):
        return False
    grant = permissions.grant_for(act.actor, "approve", about(row))
    if grant is None:
        return False
    return not participant_fault(case_of(act.connection, row), act.hand("approve", row))


# --- versions and documents ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FileView:
    """A file of a version; the name is masked."""

    id: int
    position: int
    role: str
    slot: str
    name: str
    sha256: str
    size: int
    format: str
    genre: str


@dataclass(frozen=True, slots=True)
class VersionView:
    number: int
    created_at: str
    by: str
    note: str
    rules_version: str
    rules_digest: str
    files: tuple[FileView, ...]
    ready: Readiness


def versions(office: Office, who: Who, item: int) -> list[VersionView]:
    """The versions of an item, the first one first."""
    with looking(office, who) as act:
        act.item("view_item", item)
        table = schema.versions
        rows = act.connection.execute(
            select(table, schema.users.c.name)
            .join(schema.users, schema.users.c.id == table.c.created_by)
            .where(table.c.item_id == item)
            .order_by(table.c.number)
        ).all()
        return [
            VersionView(
                row.number, row.created_at, row.name, row.note, row.rules_version, row.rules_digest,
                _files(act, row.id), readiness(act.connection, row.id),
            )
            for row in rows
        ]  # fmt: skip


def _files(act: Act, version: int) -> tuple[FileView, ...]:
    shown = ("id", "position", "role", "slot", "name", "sha256", "size", "format", "genre")
    query = select(*(files.c[name] for name in shown)).where(files.c.version_id == version).order_by(files.c.position)
    return tuple(FileView(*row) for row in act.connection.execute(query))


@dataclass(frozen=True, slots=True)
class Piece:
    """A document of a file: the file itself, or one inside of it. Offsets of findings count in `text`.

    In `text` stars stand for found values, one for each character.
    """

    inner: str
    format: str
    text: str = field(repr=False)


def document(office: Office, who: Who, item: int, file: int) -> list[Piece]:
    """The text of a file, masked. Raises Absent once it is deleted."""
    with looking(office, who) as act:
        act.item("view_text", item)
        row = _file_of(act, item, file)
        reading = json.loads(office.vault.get(act.connection, row.reading))
    return [
        Piece(one["shown"], one["format"], starred(one["text"], one["hidden"])) for one in reading["documents"]
    ]


def starred(text: str, hidden: list[list[int]]) -> str:
    """The text with a star for each hidden character, but for line ends and tabs: places in it stay where they are."""
    pieces, here = [], 0
    for start, end in hidden:
        pieces += [text[here:start], "".join(char if char in "\r\n\t" else "*" for char in text[start:end])]
        here = end
    return "".join([*pieces, text[here:]])


def _file_of(act: Act, item: int, file: int) -> Any:
    row = act.connection.execute(
        select(files, schema.versions.c.number)
        .join(schema.versions, schema.versions.c.id == files.c.version_id)
        .where(files.c.id == file, schema.versions.c.item_id == item)
    ).first()
    if row is None:
        raise Absent("没有这个文件。")
    return row


def download(office: Office, who: Who, item: int, file: int, purpose: str = "download") -> tuple[str, bytes]:
    """(name as it was handed in, bytes) of a file. In the ledger before anybody sees it.

    purpose  download, pages (pictures of the pages are shown) or copy (a marked or masked copy is made of it)
    Who only publishes gets the final files of an approved version.
    """
    if purpose not in ("download", "pages", "copy"):
        raise Refusal("不认识的用途。")
    with acting(office, who) as act:
        row = act.item("download", item)
        found = _file_of(act, item, file)
        roles = {one.role for one in act.actor.grants if one.unit in (None, row.unit_id)}
        released = row.state in ("approved", "published") and found.role == "final" and found.number == row.version
        if row.drafter != act.actor.user and not roles & set(REVIEWING) and not released:
            raise Denied("发布员只能下载已批准的最终文件。")
        data = office.vault.get(act.connection, found.blob)
        name = json.loads(office.vault.get(act.connection, found.reading))["name"]
        act.record("file_opened", {"sha256": found.sha256, "purpose": purpose}, item=item, version=found.number)
    return name, data


@dataclass(frozen=True, slots=True)
class GapView:
    """A part that was not read, and who has stated to have read it by eye."""

    id: int
    file: int
    inner: str
    part: str
    locator: dict[str, Any]
    reason: str
    message: str
    read_by: str = ""
    stated_at: str = ""
    remark: str = ""


def gaps(office: Office, who: Who, item: int, version: int | None = None) -> list[GapView]:
    """The gaps of a version (None: the current one)."""
    with looking(office, who) as act:
        row = act.item("view_text", item)
        found = version_row(act.connection, item, version or row.version)
        table, said = schema.gaps, schema.gap_statements
        last = select(func.max(said.c.id)).where(said.c.gap_id == table.c.id).scalar_subquery()
        query = (
            select(table, said.c.read_by, said.c.at, said.c.remark)
            .join(said, said.c.id == last, isouter=True)
            .where(table.c.version_id == found.id)
            .order_by(table.c.id)
        )
        return [
            GapView(
                one.id, one.file_id, one.inner, one.part, json.loads(one.locator), one.reason, one.message,
                one.read_by or "", one.at or "", one.remark or "",
            )
            for one in act.connection.execute(query)
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """What changed from one version to another, as ids of their findings: same file, same fingerprint."""

    gone: tuple[int, ...]
    new: tuple[int, ...]
    same: tuple[tuple[int, int], ...]


def compare(office: Office, who: Who, item: int, old: int, new: int) -> Compared:
    """The findings that are gone, new, and in both of two versions of one item."""
    with looking(office, who) as act:
        act.item("view_text", item)
        places = []
        for number in (old, new):
            version = version_row(act.connection, item, number)
            query = select(finding_rows.c.id, finding_rows.c.slot, finding_rows.c.fingerprint)
            rows = act.connection.execute(query.where(finding_rows.c.version_id == version.id))
            places.append({(row.slot, row.fingerprint): row.id for row in rows})
    before, after = places
    return Compared(
        tuple(sorted(before[place] for place in before.keys() - after.keys())),
        tuple(sorted(after[place] for place in after.keys() - before.keys())),
        tuple(sorted((before[place], after[place]) for place in before.keys() & after.keys())),
    )


# --- history ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SignatureView:
    """A signature of any round, for the form."""

    round: int
    role: str
    name: str
    behalf: str
    at: str
    signed: bool
    proposal: str
    opinion: str


def signatures(office: Office, who: Who, item: int) -> list[SignatureView]:
    """Who worked on the item and signed it, round by round."""
    with looking(office, who) as act:
        act.item("view_item", item)
        table, users = schema.signatures, schema.users
        behalf = users.alias()
        query = (
            select(table, users.c.name, behalf.c.name.label("other"))
            .join(users, users.c.id == table.c.user_id)
            .join(behalf, behalf.c.id == table.c.behalf, isouter=True)
            .where(table.c.item_id == item)
            .order_by(table.c.id)
        )
        return [
            SignatureView(
                row.round, row.role, row.name, row.other or "", row.at, row.signed, row.proposal, row.opinion
            )
            for row in act.connection.execute(query)
        ]


@dataclass(frozen=True, slots=True)
class CommentView:
    id: int
    finding: int | None
    name: str
    at: str
    text: str


def comments(office: Office, who: Who, item: int) -> list[CommentView]:
    """The comments on an item, the oldest first."""
    with looking(office, who) as act:
        act.item("view_item", item)
        table, users = schema.comments, schema.users
        query = select(table, users.c.name).join(users, users.c.id == table.c.actor).where(table.c.item_id == item)
        return [
            CommentView(row.id, row.finding_id, row.name, row.at, row.text)
            for row in act.connection.execute(query.order_by(table.c.id))
        ]


@dataclass(frozen=True, slots=True)
class EventView:
    """A line of the ledger."""

    seq: int
    at: str
    actor: str
    kind: str
    item: int | None
    version: int | None
    payload: dict[str, Any]
    hash: str


def history(office: Office, who: Who, item: int) -> list[EventView]:
    """What the ledger says of an item, the oldest first."""
    with looking(office, who) as act:
        act.item("view_item", item)
        query = select(schema.events).where(schema.events.c.item == item).order_by(schema.events.c.seq)
        return [_event(row) for row in act.connection.execute(query)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the ledger is asked for. Empty and None: all. `since`, `until`: first and last day."""

    kind: str = ""
    actor: str = ""
    item: int | None = None
    since: str = ""
    until: str = ""


def ledger(
    office: Office, who: Who, wanted: Wanted = Wanted(), *, offset: int = 0, limit: int = 100,
) -> tuple[list[EventView], int]:
    """(lines that this user may see, the newest first; how many there are in all).

    Auditors and the security administrator see all of it, reviewers and publishers what belongs to their units' items.
    """
    with looking(office, who) as act:
        query = _ledger_query(act, wanted)
        count = act.connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
        rows = act.connection.execute(query.order_by(schema.events.c.seq.desc()).offset(offset).limit(min(limit, 5000)))
        return [_event(row) for row in rows], count


def _ledger_query(act: Act, wanted: Wanted) -> Select[Any]:
    table = schema.events
    units = permissions.units_for(act.actor, "view_ledger")
    query = select(table)
    if units is not None:
        if not units:
            raise Denied("没有权限：查看台账。")
        query = query.where(table.c.item.in_(select(items.c.id).where(items.c.unit_id.in_(sorted(units)))))
    if wanted.kind:
        query = query.where(table.c.kind == wanted.kind)
    if wanted.actor:
        query = query.where(table.c.actor == wanted.actor)
    if wanted.item is not None:
        query = query.where(table.c.item == wanted.item)
    if wanted.since:
        query = query.where(table.c.at >= _day_begins(wanted.since))
    if wanted.until:
        query = query.where(table.c.at < _day_begins(wanted.until, 1))
    return query


def _event(row: Any) -> EventView:
    return EventView(
        row.seq, row.at, row.actor, row.kind, row.item, row.version, json.loads(row.payload), row.hash
    )


def certificate(office: Office, who: Who, item: int) -> bytes:
    """The item's certificate that counts. Raises Absent where there is none."""
    with looking(office, who) as act:
        act.item("view_certificate", item)
        table = schema.certificates
        row = act.connection.execute(
            select(table.c.envelope)
            .where(table.c.item_id == item, table.c.revoked_at.is_(None))
            .order_by(table.c.id.desc())
        ).first()
    if row is None:
        raise Absent("这一事项没有有效的放行证。")
    return bytes(row.envelope)


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts of a stretch of time: items created in it, decisions made in it."""

    by_unit: dict[int, dict[str, int]]
    """unit -> state -> items"""
    by_genre: dict[str, int]
    by_outcome: dict[str, int]
    by_rule: dict[str, dict[str, int]]
    """rule -> kind of decision -> findings (decided by persons, not carried over)"""
    days_to_outcome: tuple[float, ...]
    """days from submission to outcome, one for each item that has one"""


def statistics(office: Office, who: Who, since: str = "", until: str = "") -> Statistics:
    """Figures over the items of the user's units, created from `since` to `until` (days, both included)."""
    with looking(office, who) as act:
        units = permissions.units_for(act.actor, "view_statistics")
        if units is not None and not units:
            raise Denied("没有权限：查看统计。")
        query = select(items) if units is None else select(items).where(items.c.unit_id.in_(sorted(units)))
        rows = act.connection.execute(_narrowed(query, Sought(since=since, until=until))).all()
        chosen = _narrowed(query, Sought(since=since, until=until)).with_only_columns(items.c.id)
        decided = act.connection.execute(
            select(finding_rows.c.rule, decisions.c.kind, func.count())
            .join(decisions, decisions.c.id == finding_rows.c.decision_id)
            .where(finding_rows.c.carried.is_(False), decisions.c.item_id.in_(chosen))
            .group_by(finding_rows.c.rule, decisions.c.kind)
        ).all()
    by_unit: dict[int, Counter[str]] = {}
    for row in rows:
        by_unit.setdefault(row.unit_id, Counter())[row.state] += 1
    by_rule: dict[str, dict[str, int]] = {}
    for rule, kind, count in decided:
        by_rule.setdefault(rule, {})[kind] = count
    took = [
        (moment_of(row.outcome_at) - moment_of(row.submitted_at)).total_seconds() / 86400
        for row in rows
        if row.outcome_at and row.submitted_at
    ]
    return Statistics(
        {unit: dict(states) for unit, states in by_unit.items()}, dict(Counter(row.genre for row in rows if row.genre)),
        dict(Counter(row.outcome for row in rows if row.outcome)), by_rule, tuple(took),
    )  # fmt: skip
