"""What the workbench's pages list: the inbox, items, the findings of a version in groups, documents, people, history.

Each is asked for by a user and holds what the table of permissions lets him see; all of it is masked.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Select, and_, case, cast, func, or_, select, type_coerce

from reviewer.casework import permissions
from reviewer.casework.act import Act, about, acting, looking, version_row
from reviewer.casework.permissions import About, Actor, Who
from reviewer.casework.structure import Text, text_of
from reviewer.errors import Absent
from reviewer.model import Severity
from reviewer.review.procedure import REVIEWING
from reviewer.review.workflow import CLOSED
from reviewer.store import database, schema
from reviewer.store.schema import (
    certificates,
    comments,
    decisions,
    declassifications,
    delegations,
    events,
    files,
    findings,
    gap_statements,
    gaps,
    grant_requests,
    grants,
    items,
    parties,
    signatures,
    units,
    users,
    versions,
)  # fmt: skip

if TYPE_CHECKING:
    from reviewer.casework.office import Office

Row = Mapping[str, Any]
_SEARCHED = ("doc_number", "index_number")
_KEPT = 12
"""readings that stay open in memory"""


# --- items -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filter:
    """Which items are listed; empty: all. Days are 2026-11-22, the last one counts."""

    words: str = ""
    unit: int | None = None
    state: str = ""
    outcome: str = ""
    genre: str = ""
    attribute: str = ""
    since: str = ""
    until: str = ""
    by: str = "created_at"
    """which day counts: created_at, submitted_at, outcome_at or published_at"""


@dataclass(frozen=True, slots=True)
class Listed:
    """Some of the rows, and how many there are."""

    rows: tuple[Row, ...]
    total: int


DAYS: dict[str, str] = {
    "created_at": "登记日期", "submitted_at": "提交日期", "outcome_at": "办结日期", "published_at": "发布日期",
}  # fmt: skip


def inbox(office: Office, who: Who) -> tuple[Row, ...]:
    """The items that wait for this user: to review, to mend or submit, to publish; the most urgent first."""
    with looking(office, who) as act:
        waits = []
        for grant in act.actor.grants:
            here = items.c.unit_id == grant.unit if grant.unit is not None else items.c.id > 0
            if grant.role in REVIEWING:
                turn = items.c.state.in_(("in_review", "waiting_third_party"))
                waits.append(and_(here, turn, items.c.role == grant.role, items.c.drafter != act.actor.user))
            elif grant.role == "drafter":
                waits.append(and_(here, items.c.drafter == act.actor.user, items.c.state.in_(("drafting", "returned"))))
            elif grant.role == "publisher":
                publishable = items.c.outcome.in_(("open", "deidentified", "partial"))
                waits.append(and_(here, items.c.state == "approved", publishable))
        if not waits:
            return ()
        query = _listed().where(or_(*waits), _not_signed(act)).order_by(
            items.c.urgent.desc(), func.coalesce(items.c.step_due, items.c.publish_due, "9"), items.c.id
        )  # fmt: skip
        return _rows(act, query.limit(500))


def _not_signed(act: Act) -> Any:
    """Items in which this user has not worked in another step of the round."""
    other = select(signatures.c.id).where(
        signatures.c.item_id == items.c.id, signatures.c.round == items.c.round, signatures.c.step != items.c.step,
        or_(signatures.c.user_id == act.actor.user, signatures.c.behalf == act.actor.user),
    )  # fmt: skip
    return or_(items.c.state.not_in(("in_review", "waiting_third_party")), ~other.exists())


def listed(office: Office, who: Who, wanted: Filter, *, offset: int = 0, limit: int = 50) -> Listed:
    """The items that this user may see, the newest first."""
    with looking(office, who) as act:
        query = _wanted(act, _listed(), wanted).where(_visible(act.actor))
        total = act.connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
        rows = _rows(act, query.order_by(items.c.id.desc()).offset(offset).limit(limit))
        return Listed(rows, total)


def _listed() -> Select[Any]:
    drafter = users.alias("drafter_user")
    return (
        select(items, units.c.name.label("unit_name"), drafter.c.name.label("drafter_name"))
        .join(units, units.c.id == items.c.unit_id)
        .join(drafter, drafter.c.id == items.c.drafter)
    )


def _visible(actor: Actor) -> Any:
    """Items of the units in which the actor may look, and his own."""
    unit_ids = permissions.units_for(actor, "view_item")
    if unit_ids is None:
        return items.c.id > 0
    return or_(items.c.unit_id.in_(sorted(unit_ids)), items.c.drafter == actor.user)


def _wanted(act: Act, query: Select[Any], wanted: Filter) -> Select[Any]:
    for word in wanted.words.split():
        pattern = f"%{_literally(word)}%"
        searched = (items.c.title, items.c.number, *(_field(act, name) for name in _SEARCHED))
        query = query.where(or_(*(one.like(pattern, escape="/") for one in searched)))
    for name in ("state", "outcome", "genre", "attribute"):
        if value := getattr(wanted, name):
            query = query.where(items.c[name] == value)
    if wanted.unit is not None:
        query = query.where(items.c.unit_id == wanted.unit)
    day = items.c[wanted.by if wanted.by in DAYS else "created_at"]
    if wanted.since:
        query = query.where(day >= f"{wanted.since}T00:00:00Z")
    if wanted.until:
        query = query.where(day <= f"{wanted.until}T23:59:59Z")
    return query


def _field(act: Act, name: str) -> Any:
    """One of the item's fields, which are JSON in a column of text."""
    fields = type_coerce(items.c.fields, JSON) if act.office.store.is_sqlite else cast(items.c.fields, JSON)
    return fields[name].as_string()


def _literally(word: str) -> str:
    return word.replace("/", "//").replace("%", "/%").replace("_", "/_")


def _rows(act: Act, query: Select[Any]) -> tuple[Row, ...]:
    return tuple(dict(row) for row in act.connection.execute(query).mappings())


def ledger(office: Office, who: Who, wanted: Filter, *, offset: int = 0, limit: int = 100) -> Listed:
    """The register (台账): one row for each item, with who signed which step."""
    with looking(office, who) as act:
        permissions.check(act.actor, "view_ledger", _any_unit(act.actor))
        query = _wanted(act, _listed(), wanted).where(items.c.submitted_at.is_not(None), _in_ledger(act.actor))
        total = act.connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
        rows = [dict(row) for row in _rows(act, query.order_by(items.c.id.desc()).offset(offset).limit(limit))]
        signed = _signers(act, [row["id"] for row in rows])
        finals = _finals(act, [(row["id"], row["version"]) for row in rows])
        for row in rows:
            row["card"] = json.loads(row["fields"])
            row["signers"] = signed.get((row["id"], row["round"]), {})
            row["files"] = finals.get(row["id"], ())
        return Listed(tuple(rows), total)


def _any_unit(actor: Actor) -> About | None:
    """Something of a unit in which the actor has a role: for what is asked of no item."""
    unit_ids = [one.unit for one in actor.grants if one.unit is not None]
    return About(unit_ids[0]) if unit_ids else About(0)


def _in_ledger(actor: Actor) -> Any:
    unit_ids = permissions.units_for(actor, "view_ledger")
    return items.c.id > 0 if unit_ids is None else items.c.unit_id.in_(sorted(unit_ids))


def _signers(act: Act, numbers: Sequence[int]) -> dict[tuple[int, int], dict[str, Row]]:
    behalf = users.alias()
    query = (
        select(signatures, users.c.name, behalf.c.name.label("behalf_name"))
        .join(users, users.c.id == signatures.c.user_id)
        .join(behalf, behalf.c.id == signatures.c.behalf, isouter=True)
        .where(signatures.c.item_id.in_(numbers), signatures.c.signed)
        .order_by(signatures.c.id)
    )
    signed: dict[tuple[int, int], dict[str, Row]] = {}
    for row in _rows(act, query):
        signed.setdefault((row["item_id"], row["round"]), {})[row["role"]] = row
    return signed


def _finals(act: Act, numbers: Sequence[tuple[int, int]]) -> dict[int, tuple[Row, ...]]:
    current = dict(numbers)
    query = (
        select(files.c.name, files.c.sha256, files.c.size, versions.c.item_id, versions.c.number)
        .join(versions, versions.c.id == files.c.version_id)
        .where(versions.c.item_id.in_(list(current)), files.c.role == "final")
        .order_by(files.c.position)
    )
    found: dict[int, tuple[Row, ...]] = {}
    for row in _rows(act, query):
        if current[row["item_id"]] == row["number"]:
            found[row["item_id"]] = (*found.get(row["item_id"], ()), row)
    return found


# --- one item --------------------------------------------------------------------------------------


def version_files(office: Office, who: Who, item: int, version: int | None = None) -> tuple[Row, ...]:
    """The files of a version (None: the current one), with counts of what is undecided in each."""
    with looking(office, who) as act:
        row = act.item("view_item", item)
        if not (version or row.version):
            return ()
        found = version_row(act.connection, item, version or row.version)
        open_ones = func.sum(case((and_(findings.c.due, findings.c.decision_id.is_(None)), 1), else_=0))
        query = (
            select(files, func.count(findings.c.id).label("found"), open_ones.label("open"))
            .join(findings, findings.c.file_id == files.c.id, isouter=True)
            .where(files.c.version_id == found.id)
            .group_by(*files.c)
            .order_by(files.c.position)
        )
        return _rows(act, query)


def item_versions(office: Office, who: Who, item: int) -> tuple[Row, ...]:
    """All versions of the item, the newest first."""
    with looking(office, who) as act:
        act.item("view_item", item)
        query = (
            select(versions, users.c.name.label("by"))
            .join(users, users.c.id == versions.c.created_by)
            .where(versions.c.item_id == item)
            .order_by(versions.c.number.desc())
        )
        return _rows(act, query)


def item_signatures(office: Office, who: Who, item: int) -> tuple[Row, ...]:
    """Who signed, in all rounds."""
    with looking(office, who) as act:
        act.item("view_item", item)
        behalf = users.alias()
        query = (
            select(signatures, users.c.name, behalf.c.name.label("behalf_name"))
            .join(users, users.c.id == signatures.c.user_id)
            .join(behalf, behalf.c.id == signatures.c.behalf, isouter=True)
            .where(signatures.c.item_id == item, signatures.c.signed)
            .order_by(signatures.c.id)
        )
        return _rows(act, query)


def item_history(office: Office, who: Who, item: int) -> tuple[Row, ...]:
    """The item's events in the ledger, the newest first, each with its payload and the name of who did it."""
    with looking(office, who) as act:
        act.item("view_item", item)
        query = (
            select(events, users.c.name)
            .join(users, users.c.login == events.c.actor, isouter=True)
            .where(events.c.item == item)
            .order_by(events.c.seq.desc())
            .limit(500)
        )
        return tuple({**row, "told": json.loads(row["payload"])} for row in _rows(act, query))


def item_comments(office: Office, who: Who, item: int) -> tuple[Row, ...]:
    """What was said about the item and its findings, the oldest first."""
    with looking(office, who) as act:
        act.item("view_item", item)
        query = (
            select(comments, users.c.name, findings.c.rule, findings.c.value, versions.c.number.label("version"))
            .join(users, users.c.id == comments.c.actor)
            .join(findings, findings.c.id == comments.c.finding_id, isouter=True)
            .join(versions, versions.c.id == comments.c.version_id, isouter=True)
            .where(comments.c.item_id == item)
            .order_by(comments.c.id)
        )
        return _rows(act, query)


def item_parties(office: Office, who: Who, item: int) -> tuple[Row, ...]:
    """Third parties that were asked."""
    with looking(office, who) as act:
        act.item("view_item", item)
        return _rows(act, select(parties).where(parties.c.item_id == item).order_by(parties.c.id))


def item_people(office: Office, who: Who, item: int) -> tuple[str, str]:
    """(unit, drafter) of the item, as they are called."""
    with looking(office, who) as act:
        row = act.item("view_item", item)
        unit = database.one(act.connection, units, id=row.unit_id)
        drafter = database.one(act.connection, users, id=row.drafter)
        return unit.name, drafter.name


def certificate(office: Office, who: Who, item: int) -> bytes:
    """The item's certificate that is in force. Raises Absent."""
    with looking(office, who) as act:
        act.item("view_certificate", item)
        query = (
            select(certificates.c.envelope)
            .where(certificates.c.item_id == item, certificates.c.revoked_at.is_(None))
            .order_by(certificates.c.id.desc())
        )
        envelope = act.connection.execute(query).scalar()
        if envelope is None:
            raise Absent("这一事项没有有效的发布证书。")
        return bytes(envelope)


# --- findings and gaps of a version ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which groups of findings are listed."""

    severity: str = ""
    entity: str = ""
    undecided: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Findings that are shown together: one rule in one column, or one value in one part. All of it is masked."""

    id: str
    file: int
    first: int
    """the first finding's id"""
    number: int
    """counts from 1 in its document"""
    rule: str
    entity: str
    severity: Severity
    confidence: str
    start: int
    part: str
    locator: Mapping[str, Any]
    last_locator: Mapping[str, Any]
    value: str
    message: str
    advice: str
    basis: tuple[str, ...]
    role: str
    scope: str
    column: bool
    trace: bool
    count: int
    values: int
    due: int
    open: int
    """due and not decided"""
    carried: int
    kind: str = ""
    """the decision on all of them; "" where they differ or none is made"""
    decided: int = 0
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Groups:
    """Some of the groups of a document, those that `wanted` leaves counted; `counts` are of all."""

    groups: tuple[Group, ...]
    total: int
    offset: int
    counts: Mapping[str, int]
    """groups of each entity"""


def groups(
    office: Office, who: Who, item: int, file: int, document: int, wanted: Wanted = Wanted(), *,
    offset: int = 0, limit: int = 60, near: int = 0,
) -> Groups:  # fmt: skip
    """Some of the groups of a document (number `document` of the file) by place.

    near  the number of a group around which they are, else from `offset` on
    """
    with looking(office, who) as act:
        _file(act, "view_text", item, file)
        # All are summed up in one pass: the counts, the filter and the window need no more.
        every = act.connection.execute(_summed(file, document)).all()
        counts: dict[str, int] = {}
        for row in every:
            counts[row.entity] = counts.get(row.entity, 0) + 1
        rows = [row for row in every if _fits(row, wanted)]
        if near:
            place = next((k for k, row in enumerate(rows) if group_number(row.group) == near), 0)
            offset = max(place - limit // 5, 0)
        return Groups(_detailed(act, file, rows[offset : offset + limit]), len(rows), offset, counts)


def group(office: Office, who: Who, item: int, file: int, name: str) -> Group:
    """One group as it is now. Raises Absent."""
    with looking(office, who) as act:
        _file(act, "view_text", item, file)
        head = name.partition(".")[0]
        query = _summed(file, int(head) if head.isdecimal() else 0).where(findings.c.grouping == name)
        found = _detailed(act, file, act.connection.execute(query).all())
        if not found:
            raise Absent("没有这一组发现。")
        return found[0]


def _fits(row: Any, wanted: Wanted) -> bool:
    return (
        wanted.severity in ("", row.severity)
        and wanted.entity in ("", row.entity)
        and (row.open > 0 or not wanted.undecided)
    )


def _summed(file: int, document: int) -> Select[Any]:
    """One row for each group, by place: its counts and the numbers of its first and last finding."""
    mine: Any = findings.c.grouping.like(f"{document}.%")
    if document == 0:
        mine = or_(mine, findings.c.trace)
    undecided = and_(findings.c.due, findings.c.decision_id.is_(None))
    first = func.min(findings.c.number).label("first")
    return (
        select(
            findings.c.grouping.label("group"), findings.c.severity, findings.c.entity, func.count().label("count"),
            func.count(findings.c.value_id.distinct()).label("values"),
            func.sum(case((findings.c.due, 1), else_=0)).label("due_count"),
            func.sum(case((undecided, 1), else_=0)).label("open"),
            func.sum(case((findings.c.carried, 1), else_=0)).label("carried_count"),
            func.count(findings.c.decision_id).label("decided"), func.count(decisions.c.kind.distinct()).label("kinds"),
            first, func.max(findings.c.number).label("final"),
        )
        .join(decisions, decisions.c.id == findings.c.decision_id, isouter=True)
        .where(findings.c.file_id == file, mine)
        .group_by(findings.c.grouping, findings.c.severity, findings.c.entity)
        .order_by(first)
    )  # fmt: skip


def _detailed(act: Act, file: int, summed: Sequence[Any]) -> tuple[Group, ...]:
    """The groups with what their first finding says."""
    numbers = {number for row in summed for number in (row.first, row.final)}
    query = (
        select(findings, decisions.c.kind, decisions.c.reason)
        .join(decisions, decisions.c.id == findings.c.decision_id, isouter=True)
        .where(findings.c.file_id == file, findings.c.number.in_(sorted(numbers)))
    )
    known = {row.number: row for row in act.connection.execute(query)}
    return tuple(_group(row, known[row.first], known[row.final]) for row in summed)


def _group(row: Any, one: Any, last: Any) -> Group:
    same = row.kinds == 1 and row.decided == row._mapping["count"]
    kind, reason = (one.kind or "", one.reason or "") if same else ("", "")
    return Group(
        row.group, one.file_id, one.id, group_number(row.group), one.rule, one.entity, one.severity, one.confidence,
        one.start, one.part, json.loads(one.locator), json.loads(last.locator), one.value, one.message, one.advice,
        tuple(one.basis.split()), one.person_role, one.scope, one.place_column is not None, one.trace,
        row._mapping["count"],
        row._mapping["values"], row.due_count, row.open, row.carried_count, kind, row.decided, reason,
    )  # fmt: skip


def group_number(group: str) -> int:
    """The number that stands beside a group's marks: 0.4 is 5; a trace has no mark in the text."""
    head, _, tail = group.partition(".")
    return int(tail) + 1 if tail.isdecimal() and head.isdecimal() else 0


@dataclass(frozen=True, slots=True)
class Place:
    """One finding of a group, as it is found in the text."""

    id: int
    start: int
    end: int
    entity: str
    severity: Severity
    number: int
    page: int | None = None
    box: tuple[float, ...] = ()
    kind: str = ""


def places(office: Office, who: Who, item: int, file: int, document: int, start: int, end: int) -> tuple[Place, ...]:
    """The findings that touch [start, end) of a document's text, by place."""
    with looking(office, who) as act:
        _file(act, "view_text", item, file)
        query = _placed(file, document).where(
            findings.c.start < end, findings.c.end > start, findings.c.part != "filename"
        )  # fmt: skip
        return tuple(map(_place, act.connection.execute(query)))


def on_page(office: Office, who: Who, item: int, file: int, document: int, page: int) -> tuple[Place, ...]:
    """The findings on one page."""
    with looking(office, who) as act:
        _file(act, "view_text", item, file)
        # The place is JSON; its page is compared once it is read.
        query = _placed(file, document).where(findings.c.locator.like(f'%"page": {page}%'))
        return tuple(one for one in map(_place, act.connection.execute(query)) if one.page == page)


def group_places(
    office: Office, who: Who, item: int, file: int, group: str, *, offset: int = 0, limit: int = 50
) -> tuple[FindingPlace, ...]:
    """Some of the findings of a group, each with the decision on it."""
    with looking(office, who) as act:
        _file(act, "view_text", item, file)
        query = (
            select(findings, decisions.c.kind)
            .join(decisions, decisions.c.id == findings.c.decision_id, isouter=True)
            .where(findings.c.file_id == file, findings.c.grouping == group)
            .order_by(findings.c.number)
            .offset(offset)
            .limit(limit)
        )
        return tuple(
            FindingPlace(
                row.id, row.start, row.part, json.loads(row.locator), row.value, row.kind or "", row.carried, row.due
            )
            for row in act.connection.execute(query)
        )


@dataclass(frozen=True, slots=True)
class FindingPlace:
    """One finding of a group in its list."""

    id: int
    start: int
    part: str
    locator: Mapping[str, Any]
    value: str
    kind: str
    carried: bool
    due: bool


def _placed(file: int, document: int) -> Select[Any]:
    return (
        select(findings, decisions.c.kind)
        .join(decisions, decisions.c.id == findings.c.decision_id, isouter=True)
        .where(findings.c.file_id == file, findings.c.grouping.like(f"{document}.%"))
        .order_by(findings.c.number)
    )


def _place(row: Any) -> Place:
    where = json.loads(row.locator)
    return Place(
        row.id, row.start, row.end, row.entity, row.severity, group_number(row.grouping), where.get("page"),
        tuple(where.get("box") or ()), row.kind or "",
    )  # fmt: skip


def version_gaps(office: Office, who: Who, item: int, version: int | None = None) -> tuple[Row, ...]:
    """What was not read in a version, with who has stated to have read it by eye."""
    with looking(office, who) as act:
        row = act.item("view_item", item)
        if not (version or row.version):
            return ()
        found = version_row(act.connection, item, version or row.version)
        query = (
            select(gaps, files.c.name.label("file_name"), files.c.role.label("file_role"))
            .join(files, files.c.id == gaps.c.file_id)
            .where(gaps.c.version_id == found.id)
            .order_by(files.c.position, gaps.c.id)
            .limit(1000)
        )
        rows = _rows(act, query)
        said = _rows(
            act,
            select(gap_statements, users.c.name)
            .join(users, users.c.id == gap_statements.c.actor)
            .join(gaps, gaps.c.id == gap_statements.c.gap_id)
            .where(gaps.c.version_id == found.id)
            .order_by(gap_statements.c.id),
        )
        by_gap = {one["gap_id"]: one for one in said}
        return tuple({**one, "place": json.loads(one["locator"]), "said": by_gap.get(one["id"])} for one in rows)


# --- what lies in the vault ------------------------------------------------------------------------


class _Readings:
    """The readings that were opened last, in memory only. Whether one may be seen is asked anew each time."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Text, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, act: Act, blob: str) -> tuple[Text, ...]:
        wrapped = act.connection.execute(select(schema.blobs.c.wrapped).where(schema.blobs.c.id == blob)).scalar()
        with self._lock:
            known = self._kept.get(blob)
            if known is not None and wrapped is not None:
                self._kept.move_to_end(blob)
                return known
            self._kept.pop(blob, None)
        fields = json.loads(act.office.vault.get(act.connection, blob))
        made = tuple(text_of(one) for one in fields["documents"])
        with self._lock:
            self._kept[blob] = made
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return made


readings = _Readings()


def texts(office: Office, who: Who, item: int, file: int) -> tuple[Text, ...]:
    """The documents of a file, masked: the file's own first, then those of the files in it."""
    with looking(office, who) as act:
        return readings.get(act, _file(act, "view_text", item, file).reading)


def original(office: Office, who: Who, item: int, file: int, what: str) -> tuple[str, bytes]:
    """(name, bytes) of a file as it was handed in. Each time is in the ledger; `what` is what it was for."""
    with acting(office, who) as act:
        row = _file(act, "download", item, file)
        act.record("file_opened", {"file": row.sha256, "what": what}, item=item, version=row.version)
        data = office.vault.get(act.connection, row.blob)
        name = json.loads(office.vault.get(act.connection, row.reading))["name"]
    return str(name), data


def page_source(office: Office, who: Who, item: int, file: int, page: int, *, covered: bool) -> bytes:
    """The bytes from which a page is drawn; to see it without the covers is in the ledger before it is seen."""
    if covered:
        with looking(office, who) as act:
            return office.vault.get(act.connection, _file(act, "view_text", item, file).blob)
    with acting(office, who) as act:
        row = _file(act, "show_value", item, file)
        act.record("page_shown", {"file": row.sha256, "page": page}, item=item, version=row.version)
        return office.vault.get(act.connection, row.blob)


def shown_text(office: Office, who: Who, item: int, file: int, document: int, start: int, end: int) -> str:
    """text[start:end) of a document unmasked. Each look is in the ledger before it is seen."""
    with acting(office, who) as act:
        row = _file(act, "show_value", item, file)
        known = readings.get(act, row.reading)
        if not 0 <= document < len(known) or not 0 <= start < end <= len(known[document].text):
            raise Absent("没有这一段文字。")
        told = {"file": row.sha256, "document": document, "start": start, "end": end}
        act.record("text_shown", told, item=item, version=row.version)
        return known[document].text[start:end]


def decided_values(office: Office, who: Who, item: int, file: int) -> dict[str, str]:
    """Fingerprint -> kind of the decisions on a file's findings, for a masked copy that follows them."""
    with looking(office, who) as act:
        _file(act, "download", item, file)
        query = (
            select(findings.c.fingerprint, decisions.c.kind)
            .join(decisions, decisions.c.id == findings.c.decision_id)
            .where(findings.c.file_id == file)
        )
        return {row.fingerprint: row.kind for row in act.connection.execute(query)}


def _file(act: Act, action: str, item: int, file: int) -> Any:
    """The file's row, where it belongs to the item and the actor may do this with it. Raises Absent, Denied."""
    act.item(action, item)
    query = select(files, versions.c.item_id, versions.c.number.label("version")).join(
        versions, versions.c.id == files.c.version_id
    )  # fmt: skip
    row = act.connection.execute(query.where(files.c.id == file, versions.c.item_id == item)).first()
    if row is None:
        raise Absent("这一事项里没有这个文件。")
    return row


# --- people ----------------------------------------------------------------------------------------


def people(office: Office, who: Who) -> dict[str, tuple[Row, ...]]:
    """Users with their roles, open requests, units and delegations, for the three administrators."""
    with looking(office, who) as act:
        permissions.check(act.actor, "view_users")
        asker = users.alias("asker")
        held = _rows(
            act,
            select(grants, units.c.name.label("unit_name"))
            .join(units, units.c.id == grants.c.unit_id, isouter=True)
            .where(grants.c.revoked_at.is_(None))
            .order_by(grants.c.id),
        )
        by_user: dict[int, list[Row]] = {}
        for one in held:
            if not permissions.is_past(one["until"], act.today):
                by_user.setdefault(one["user_id"], []).append(one)
        from reviewer.casework.accounts import waiting_resets

        resets = waiting_resets(act)
        columns = [users.c[name] for name in ("id", "login", "name", "active", "password_at", "unit_id")]
        has_password = users.c.password_hash.is_not(None).label("has_password")
        everyone = _rows(
            act,
            select(*columns, has_password, units.c.name.label("unit_name"))
            .join(units, units.c.id == users.c.unit_id, isouter=True)
            .order_by(users.c.active.desc(), users.c.login),
        )
        asked = _rows(
            act,
            select(
                grant_requests, users.c.name, users.c.login, asker.c.name.label("asker"),
                units.c.name.label("unit_name"),
            )
            .join(users, users.c.id == grant_requests.c.user_id)
            .join(asker, asker.c.id == grant_requests.c.asked_by)
            .join(units, units.c.id == grant_requests.c.unit_id, isouter=True)
            .where(grant_requests.c.state == "open")
            .order_by(grant_requests.c.id),
        )
        return {
            "users": tuple(
                {**one, "grants": by_user.get(one["id"], ()), "reset": resets.get(one["id"])} for one in everyone
            ),
            "requests": asked,
            "units": tuple(
                {**one, "rule": json.loads(one["procedure"])}
                for one in _rows(act, select(units).order_by(units.c.closed, units.c.name))
            ),
        }


def units_of(office: Office, who: Who, action: str) -> tuple[Row, ...]:
    """The units in which the user may do something, by name."""
    with looking(office, who) as act:
        allowed = permissions.units_for(act.actor, action)
        query = select(units.c.id, units.c.name).where(units.c.closed.is_(False)).order_by(units.c.name)
        if allowed is not None:
            query = query.where(units.c.id.in_(sorted(allowed)))
        return _rows(act, query)


def colleagues(office: Office, who: Who) -> tuple[Row, ...]:
    """Those to whom the user could delegate, and what he has delegated."""
    with looking(office, who) as act:
        mine = {one.unit for one in act.actor.grants if one.role in REVIEWING and one.behalf is None}
        query = (
            select(users.c.id, users.c.name, users.c.login)
            .join(grants, grants.c.user_id == users.c.id)
            .where(users.c.active, users.c.id != act.actor.user, grants.c.revoked_at.is_(None))
            .where(grants.c.role.in_(REVIEWING))
            .distinct()
            .order_by(users.c.name)
        )
        if None not in mine:
            known = sorted(one for one in mine if one is not None)
            query = query.where(or_(grants.c.unit_id.is_(None), grants.c.unit_id.in_(known)))
        return _rows(act, query)


def my_delegations(office: Office, who: Who) -> tuple[Row, ...]:
    """What the user has lent to others and others to him, the newest first."""
    with looking(office, who) as act:
        giver, taker = users.alias("giver"), users.alias("taker")
        mine = or_(delegations.c.from_user == act.actor.user, delegations.c.to_user == act.actor.user)
        query = (
            select(
                delegations, giver.c.name.label("giver"), taker.c.name.label("taker"), units.c.name.label("unit_name")
            )
            .join(giver, giver.c.id == delegations.c.from_user)
            .join(taker, taker.c.id == delegations.c.to_user)
            .join(units, units.c.id == delegations.c.unit_id, isouter=True)
            .where(mine)
            .order_by(delegations.c.id.desc())
            .limit(100)
        )
        return _rows(act, query)


def event_log(
    office: Office, who: Who, *, actor: str = "", kind: str = "", offset: int = 0, limit: int = 100
) -> Listed:
    """The whole ledger, for the auditor and the security administrator; the newest first."""
    with looking(office, who) as act:
        permissions.check(act.actor, "verify_ledger")
        query = select(events)
        if actor:
            query = query.where(events.c.actor == actor)
        if kind:
            query = query.where(events.c.kind == kind)
        total = act.connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
        rows = _rows(act, query.order_by(events.c.seq.desc()).offset(offset).limit(limit))
        return Listed(tuple({**row, "told": json.loads(row["payload"])} for row in rows), total)


# --- figures ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts for the statistics page. Rows are (name, count, ...), the greatest first."""

    items: int
    closed: int
    outcomes: tuple[Row, ...]
    by_unit: tuple[Row, ...]
    by_genre: tuple[Row, ...]
    by_month: tuple[Row, ...]
    by_rule: tuple[Row, ...]
    """rule, found, decided, false_alarm"""
    days: tuple[Row, ...]
    """id, submitted_at, outcome_at of closed items"""
    late: int
    returned: int


def figures(office: Office, who: Who, since: str, until: str) -> Figures:
    """What happened to the items that were submitted from `since` to `until` (days, both count)."""
    with looking(office, who) as act:
        permissions.check(act.actor, "view_statistics", _any_unit(act.actor))
        unit_ids = permissions.units_for(act.actor, "view_statistics")
        mine = items.c.id > 0 if unit_ids is None else items.c.unit_id.in_(sorted(unit_ids))
        chosen = and_(
            mine, items.c.submitted_at >= f"{since}T00:00:00Z", items.c.submitted_at <= f"{until}T23:59:59Z"
        )
        count = func.count().label("count")

        def by(column: Any, *joins: Any) -> tuple[Row, ...]:
            query = select(column.label("name"), count).select_from(items).where(chosen)
            for table, on in joins:
                query = query.join(table, on)
            return _rows(act, query.group_by(column).order_by(count.desc()).limit(20))

        current = and_(versions.c.item_id == items.c.id, versions.c.number == items.c.version)
        false_alarm = func.sum(case((decisions.c.kind == "false_alarm", 1), else_=0)).label("false_alarm")
        found = func.count().label("found")
        rules = (
            select(findings.c.rule.label("name"), found, func.count(decisions.c.id).label("decided"), false_alarm)
            .select_from(items)
            .join(versions, current)
            .join(findings, findings.c.version_id == versions.c.id)
            .join(decisions, decisions.c.id == findings.c.decision_id, isouter=True)
            .where(chosen)
            .group_by(findings.c.rule)
            .order_by(found.desc())
            .limit(30)
        )
        ended = select(items.c.id, items.c.submitted_at, items.c.outcome_at)
        days = _rows(act, ended.where(chosen, items.c.outcome_at.is_not(None)))
        total = act.connection.execute(select(func.count()).where(chosen)).scalar_one()
        closed = act.connection.execute(
            select(func.count()).where(chosen, items.c.state.in_(sorted(CLOSED)))
        ).scalar_one()
        late = act.connection.execute(
            select(func.count()).where(chosen, items.c.step_due.is_not(None), items.c.step_due < act.at)
        ).scalar_one()
        returned = act.connection.execute(
            select(func.count(events.c.item.distinct()))
            .join(items, items.c.id == events.c.item)
            .where(chosen, events.c.kind == "returned")
        ).scalar_one()
        month = func.substr(items.c.submitted_at, 1, 7)
        first_file = (
            select(files.c.genre).join(versions, versions.c.id == files.c.version_id).where(current)
            .order_by(files.c.position).limit(1).correlate(items).scalar_subquery()
        )  # fmt: skip
        told = select(func.coalesce(func.nullif(items.c.genre, ""), first_file,
        "").label("name")).where(chosen).subquery()
        by_genre = _rows(
            act, select(told.c.name, count).group_by(told.c.name).order_by(count.desc()).limit(20)
        )  # fmt: skip
        by_unit = by(units.c.name, (units, units.c.id == items.c.unit_id))
        return Figures(
            total, closed, by(items.c.outcome), by_unit, by_genre, by(month), _rows(act, rules), days, late,
            returned,
        )  # fmt: skip


def about_item(office: Office, who: Who, item: int) -> About:
    """What permissions depend on, of an item that the user may see."""
    with looking(office, who) as act:
        return about(act.item("view_item", item))


def summary(office: Office, who: Who, item: int) -> tuple[Row, ...]:
    """(entity, severity, due, kind, count) of the current version's final files, for the review form."""
    with looking(office, who) as act:
        row = act.item("view_item", item)
        if not row.version:
            return ()
        version = version_row(act.connection, item, row.version)
        query = (
            select(
                findings.c.entity, findings.c.severity, findings.c.due, decisions.c.kind, func.count().label("count")
            )
            .join(files, files.c.id == findings.c.file_id)
            .join(decisions, decisions.c.id == findings.c.decision_id, isouter=True)
            .where(findings.c.version_id == version.id, files.c.role == "final")
            .group_by(findings.c.entity, findings.c.severity, findings.c.due, decisions.c.kind)
        )
        return _rows(act, query)


def changes(office: Office, who: Who, item: int, old: int, new: int) -> tuple[Row, ...]:
    """(entity, gone, stays, added) of the findings of two versions, told by fingerprint."""
    with looking(office, who) as act:
        act.item("view_text", item)
        sides = []
        for number in (old, new):
            version = version_row(act.connection, item, number)
            query = select(findings.c.slot, findings.c.fingerprint, findings.c.entity).where(
                findings.c.version_id == version.id, findings.c.severity != "note"
            )  # fmt: skip
            sides.append({(row.slot, row.fingerprint): row.entity for row in act.connection.execute(query)})
        before, after = sides
        told: dict[str, list[int]] = {}
        for place in before.keys() | after.keys():
            entity = before.get(place) or after[place]
            column = 1 if place in before and place in after else 0 if place in before else 2
            told.setdefault(entity, [0, 0, 0])[column] += 1
        return tuple(
            {"entity": entity, "gone": gone, "stays": stays, "added": added}
            for entity, (gone, stays, added) in sorted(told.items(), key=lambda one: (-sum(one[1]), one[0]))
        )


def guarded(office: Office, who: Who) -> dict[str, tuple[Row, ...]]:
    """Rulings on files, and the certificates that were issued, for the security administrator and the auditor."""
    with looking(office, who) as act:
        permissions.check(act.actor, "verify_ledger")
        rulings = select(declassifications, users.c.name).join(users, users.c.id == declassifications.c.entered_by)
        issued = (
            select(certificates.c.issued_at, certificates.c.valid_until, certificates.c.revoked_at,
                   certificates.c.revoked_why, certificates.c.item_id, items.c.number, items.c.title)
            .join(items, items.c.id == certificates.c.item_id)
            .order_by(certificates.c.id.desc())
        )  # fmt: skip
        return {
            "rulings": _rows(act, rulings.order_by(declassifications.c.id.desc()).limit(200)),
            "certificates": _rows(act, issued.limit(200)),
        }


def may_now(office: Office, who: Who, action: str) -> None:
    """Raises Denied unless the user may do this."""
    with looking(office, who) as act:
        permissions.check(act.actor, action)
