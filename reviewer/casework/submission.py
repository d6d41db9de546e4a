"""The drafter's part: an item, its versions with their files, submission and withdrawal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from reviewer.casework import joining, permissions
from reviewer.casework.act import (
    Act,
    acting,
    case_of,
    keep_case,
    looking,
    stamp,
    version_row,
)  # fmt: skip
from reviewer.casework.intake import (
    STOP,
    FileRows,
    Progress,
    Scanned,
    Sought,
    Upload,
    file_rows,
    sought_spellings,
    trace_row,
)  # fmt: skip
from reviewer.casework.joining import Joined
from reviewer.casework.people import ruling_text
from reviewer.casework.permissions import About, Who
from reviewer.errors import Absent, Refusal, SecretMark
from reviewer.review import item as items_of
from reviewer.review import procedure as procedures
from reviewer.review.clock import due_in_days, due_in_hours
from reviewer.review.decisions import GONE, STANDING, Decided, Found, carry_over, gone_values, slots
from reviewer.review.item import TYPED, Item
from reviewer.review.procedure import Procedure
from reviewer.review.workflow import Action, Case, Readiness, apply
from reviewer.store import database, schema
from reviewer.store.schema import decisions, files, findings, items, units, versions
from reviewer.store.vault import Sealed

if TYPE_CHECKING:
    from reviewer.casework.office import Office

_MOST_FILES = 200
_NOTHING = Readiness()


@dataclass(frozen=True, slots=True)
class Added:
    """What adding a version gave."""

    item: int
    version: int
    revision: int
    findings: int
    due: int
    """findings that need a decision"""
    carried: int
    """decisions that went on to hold"""
    traces: int
    """values that should be gone and are in the bytes still"""
    gaps: int


# --- the item --------------------------------------------------------------------------------------


def create_item(office: Office, who: Who, unit: int, item: Item) -> int:
    """A new item of the unit, drafted by `who`; its id. Raises SecretMark for a title that bears a mark."""
    masked = _masked(office, item)
    with looking(office, who) as act:
        permissions.check(act.actor, "create_item", About(unit))
    card = _put_card(office, item)
    try:
        with acting(office, who) as act:
            permissions.check(act.actor, "create_item", About(unit))
            made = _insert_item(act, unit, masked, card)
    except BaseException:
        office.vault.discard([card])
        raise
    return made


def _insert_item(act: Act, unit: int, masked: Item, card: Sealed) -> int:
    """The id of a new item of the actor. Raises Absent for a unit that is none."""
    row = database.one(act.connection, units, id=unit)
    if row is None or row.closed:
        raise Absent("没有这个单位，或者已停用。")
    act.office.vault.keep(act.connection, card, act.at)
    made = database.add(
        act.connection, items, number=_next_number(act), unit_id=unit, drafter=act.actor.user, state="drafting",
        card=card.id, created_at=act.at, steps=_steps(procedure_of(row)), **_columns(masked),
    )  # fmt: skip
    act.record("item_created", {"unit": unit, **_told(masked)}, item=made)
    return made


def edit_item(office: Office, who: Who, item: int, revision: int, changed: Item) -> int:
    """Describes the item anew; its new revision. Only while it is drafted or returned."""
    masked = _masked(office, changed)
    card = _put_card(office, changed)
    try:
        with acting(office, who) as act:
            row = act.item("edit_item", item, revision)
            if row.state not in ("drafting", "returned"):
                raise Refusal("已提交的事项不能修改；退回后才能改。")
            office.vault.keep(act.connection, card, act.at)
            if row.card:
                office.vault.forget(act.connection, [row.card], act.at)
            revision = act.change(row, card=card.id, **_columns(masked))
            act.record("item_edited", _told(masked), item=item)
    except BaseException:
        office.vault.discard([card])
        raise
    return revision


def procedure_of(unit: Any) -> Procedure:
    """The procedure that a unit's row holds."""
    return procedures.from_fields(json.loads(unit.procedure))


def _masked(office: Office, item: Item) -> Item:
    """The item with what people typed masked. Raises SecretMark, or Refusal for a genre that there is not."""
    known = {name for genre in office.intake.scanner.book.genres for name in (genre.id, genre.title)}
    if item.genre and item.genre not in known:
        raise Refusal("没有这个文种。")
    texts = {name: office.intake.masked(getattr(item, name)) for name in TYPED}
    return replace(item, **texts)  # type: ignore[arg-type]


def _put_card(office: Office, item: Item) -> Sealed:
    return office.vault.put(json.dumps(items_of.as_fields(item)).encode("ascii"))


def _columns(masked: Item) -> dict[str, Any]:
    day = masked.take_down_on
    return {
        "title": masked.title, "fields": json.dumps(items_of.as_fields(masked), ensure_ascii=False),
        "genre": masked.genre, "attribute": masked.attribute, "take_down_on": day.isoformat() if day else None,
    }  # fmt: skip


def _told(masked: Item) -> dict[str, Any]:
    """What the ledger says of an item."""
    fields = items_of.as_fields(masked)
    return {name: fields[name] for name in fields if fields[name] not in ("", None, [], False)}


def _next_number(act: Act) -> str:
    """The next number of the year: 2026-000123. Two writers never get the same: one of them waits."""
    year = str(act.today.year)
    last = act.connection.execute(
        select(func.max(items.c.number)).where(items.c.number.like(f"{year}-%"))
    ).scalar()
    return f"{year}-{int(last[5:]) + 1 if last else 1:06d}"


def _steps(procedure: Procedure) -> str:
    return json.dumps(procedures.as_fields(procedure)["steps"])


# --- versions --------------------------------------------------------------------------------------


def add_version(
    office: Office, who: Who, item: int, revision: int, uploads: Sequence[Upload], *, note: str = "",
    progress: Progress = lambda done, total: None,
) -> Added:  # fmt: skip
    """Scans the files and, where all of them may enter, stores them as the item's next version.

    Raises SecretMark (nothing is kept but time, user, rule and hash), Refusal for a file that can not be read.
    """
    _check_uploads(uploads)
    note = office.intake.masked(note)
    with looking(office, who) as act:
        row = act.item("add_version", item, revision)
        _check_open(row)
        named = _slots(act, row, [(office.intake.name_key(one.name), one.replaces) for one in uploads])
        decided = _decided(act, item)
        sought = _sought(act, row, decided)
        known = _declassified(act, [one.sha256 for one in uploads])
        genre, number = json.loads(row.fields).get("genre", ""), row.number
    scanned = _scan(office, who, uploads, genre, sought, known, progress)
    rows = [file_rows(office.intake, one, slot) for one, slot in zip(scanned, named, strict=True)]
    joined = joining.of_version(office, number, scanned, [one.columns["name"] for one in rows])
    sealed = []
    try:
        for one, made in zip(scanned, rows, strict=True):
            sealed += [office.vault.put(one.upload.data), office.vault.put(made.reading)]
        with acting(office, who) as act:
            row = act.item("add_version", item, revision)
            _check_open(row)
            return _keep_version(act, row, scanned, rows, sealed, decided, note, joined)
    except BaseException:
        office.vault.discard(sealed)
        raise


def _check_uploads(uploads: Sequence[Upload]) -> None:
    if not uploads:
        raise Refusal("没有选择文件。")
    if len(uploads) > _MOST_FILES:
        raise Refusal(f"一次最多 {_MOST_FILES} 个文件。")
    if any(one.role not in ("draft", "final") for one in uploads):
        raise Refusal("文件只能是底稿（draft）或拟公开的最终文件（final）。")
    if len({one.name for one in uploads}) < len(uploads):
        raise Refusal("有两个文件同名。请改名后再上传。")


def _check_open(row: Any) -> None:
    if row.state not in ("drafting", "returned"):
        raise Refusal("审查中的事项不能换文件；退回后才能上传新的一版。")


def _scan(
    office: Office, who: Who, uploads: Sequence[Upload], genre: str, sought: Sought, known: frozenset[str],
    progress: Progress,
) -> list[Scanned]:  # fmt: skip
    scanned = []
    for number, upload in enumerate(uploads):
        progress(number, len(uploads))
        one = office.intake.scan(upload, genre, sought)
        mark = one.mark
        if mark is not None and upload.sha256 not in known:
            _keep_refusal(office, who, mark.rule, upload.sha256)
            raise SecretMark(STOP)
        scanned.append(one)
    progress(len(uploads), len(uploads))
    return scanned


def _keep_refusal(office: Office, who: Who, rule: str, sha256: str) -> None:
    """Time, user, rule and file hash: nothing else is kept of such a file."""
    with acting(office, who) as act:
        act.record("secret_mark_refused", {"rule": rule, "sha256": sha256})


def _declassified(act: Act, hashes: Sequence[str]) -> frozenset[str]:
    """Those of the hashes that a ruling was entered for; one without our seal does not count."""
    table = schema.declassifications
    rows = act.connection.execute(select(table).where(table.c.sha256.in_(hashes))).all()

    def said(row: Any) -> bytes:
        return ruling_text(row.sha256, row.ruling, row.body, row.on_day, row.basis, row.signed_by)

    return frozenset(row.sha256 for row in rows if act.office.signer.is_seal(row.seal, said(row)))


def _slots(act: Act, row: Any, new: list[tuple[str, str | None]]) -> list[str]:
    old: list[tuple[str, str]] = []
    if row.version:
        version = version_row(act.connection, row.id, row.version)
        query = select(files.c.slot, files.c.name_key).where(files.c.version_id == version.id)
        query = query.order_by(files.c.position)
        old = [(one.slot, one.name_key) for one in act.connection.execute(query)]
    return slots(old, new)


def _decided(act: Act, item: int) -> list[Decided]:
    """All findings of the item's versions that were decided on."""
    query = (
        select(
            findings.c.slot, findings.c.fingerprint, findings.c.value_id, versions.c.number, findings.c.decision_id,
            decisions.c.kind, findings.c.carried,
        )
        .join(versions, versions.c.id == findings.c.version_id)
        .join(decisions, decisions.c.id == findings.c.decision_id)
        .where(versions.c.item_id == item)
    )  # fmt: skip
    return [Decided(*one[:6], by_person=not one.carried) for one in act.connection.execute(query)]


def _sought(act: Act, row: Any, decided: Sequence[Decided]) -> Sought:
    """How the values are written that must be gone; they lie in the encrypted readings of earlier versions."""
    gone = gone_values(decided)
    if not gone:
        return Sought()
    stands = {one.value_id for one in decided if one.kind in STANDING} - gone
    query = (
        select(files.c.reading)
        .join(versions, versions.c.id == files.c.version_id)
        .where(versions.c.item_id == row.id)
    )
    entities = _entities(act, row.id)
    values: dict[str, tuple[str, ...]] = {}
    standing: set[str] = set()
    for name in act.connection.execute(query).scalars().all():
        try:
            known = json.loads(act.office.vault.get(act.connection, name))["values"]
        except Absent:
            # Deleted when its time was over: that the value is no finding any more is all that can be told.
            continue
        for value in gone & known.keys():
            values[value] = (*values.get(value, ()), *sought_spellings(entities.get(value, ""), known[value]))
        for value in stands & known.keys():
            standing.update(known[value])
    return Sought({value: every for value, every in values.items() if every}, frozenset(standing))


def _entities(act: Act, item: int) -> dict[str, str]:
    query = (
        select(findings.c.value_id, findings.c.entity)
        .join(versions, versions.c.id == findings.c.version_id)
        .join(decisions, decisions.c.id == findings.c.decision_id)
        .where(versions.c.item_id == item, decisions.c.kind.in_(sorted(GONE)))
        .distinct()
    )
    return {row.value_id: row.entity for row in act.connection.execute(query)}


def _keep_version(
    act: Act, row: Any, scanned: Sequence[Scanned], rows: Sequence[FileRows], sealed: Sequence[Sealed],
    decided: Sequence[Decided], note: str, joined: Joined,
) -> Added:  # fmt: skip
    number = row.version + 1
    version_name, digest = act.office.intake.rules
    version = database.add(
        act.connection, versions, item_id=row.id, number=number, created_at=act.at, created_by=act.actor.user,
        note=note,
        rules_version=version_name, rules_digest=digest, key_id=act.office.key.id,
    )  # fmt: skip
    old = _old_findings(act, row.id, {value for one in scanned for value in one.traces})
    gone = gone_values(decided)
    counts = {"findings": 0, "due": 0, "carried": 0, "traces": 0, "gaps": 0}
    for position, (one, made) in enumerate(zip(scanned, rows, strict=True)):
        blob, reading = sealed[2 * position : 2 * position + 2]
        for each in (blob, reading):
            act.office.vault.keep(act.connection, each, act.at)
        file = database.add(
            act.connection, files, version_id=version, position=position, blob=blob.id, reading=reading.id,
            **made.columns
        )
        found = made.findings
        traces = [value for value in one.traces if value in old and not any(row["value_id"] == value for row in found)]
        found = found + [
            trace_row(old[value], made.columns["slot"], one.traces[value], len(found) + k)
            for k, value in enumerate(traces)
        ]
        found += joining.of_file(joined, position, made.columns["slot"], len(found))
        _carry(found, decided, gone)
        database.add_many(act.connection, findings, [{**one, "version_id": version, "file_id": file} for one in found])
        database.add_many(
            act.connection, schema.gaps, [{**one, "version_id": version, "file_id": file} for one in made.gaps]
        )
        joining.keep(act, joined, position, version, file)
        counts["findings"] += len(found)
        counts["due"] += sum(one["due"] and one["decision_id"] is None for one in found)
        counts["carried"] += sum(one["carried"] for one in found)
        counts["traces"] += len(traces)
        counts["gaps"] += len(made.gaps)
    revision = act.change(row, version=number)
    told = [
        {"sha256": made.columns["sha256"], "size": made.columns["size"], "format": made.columns["format"],
         "role": made.columns["role"]}
        for made in rows
    ]  # fmt: skip
    act.record("version_added", {"files": told, "rules": digest, **counts}, item=row.id, version=number)
    return Added(row.id, number, revision, **counts)


def _old_findings(act: Act, item: int, values: set[str]) -> dict[str, dict[str, Any]]:
    """The last finding of each value, as a row to be inserted anew."""
    if not values:
        return {}
    query = (
        select(findings)
        .join(versions, versions.c.id == findings.c.version_id)
        .where(versions.c.item_id == item, findings.c.value_id.in_(sorted(values)))
        .order_by(findings.c.id)
    )
    skipped = ("id", "version_id", "file_id")
    rows = act.connection.execute(query).mappings()
    return {row["value_id"]: {name: row[name] for name in row if name not in skipped} for row in rows}


def _carry(found: list[dict[str, Any]], decided: Sequence[Decided], gone: frozenset[str]) -> None:
    """Sets the decisions that go on to hold, and asks for one wherever a value stands that was to be gone."""
    places = [Found(one["slot"], one["fingerprint"], one["value_id"]) for one in found]
    carried = carry_over(decided, places)
    for number, one in enumerate(found):
        one["due"] = one["due"] or one["value_id"] in gone
        if number in carried:
            one["decision_id"], one["carried"] = carried[number], True


def hand_in(
    office: Office, who: Who, unit: int, item: Item, uploads: Sequence[Upload], *, submit: bool = False,
    urgent: bool = False, reason: str = "", note: str = "", progress: Progress = lambda done, total: None,
) -> Added:  # fmt: skip
    """A new item with its files, handed to the first step where `submit`: all of it at once, or nothing of it.

    Raises SecretMark, Refusal for a file that can not be read or an item that is not complete.
    """
    _check_uploads(uploads)
    masked, note, reason = _masked(office, item), office.intake.masked(note), office.intake.masked(reason)
    if urgent and not reason.strip():
        raise Refusal("加急要写明理由。")
    if submit and (faults := items_of.faults_of(item)):
        raise Refusal("还不能提交：" + "".join(faults))
    with looking(office, who) as act:
        permissions.check(act.actor, "create_item", About(unit))
        known = _declassified(act, [one.sha256 for one in uploads])
    scanned = _scan(office, who, uploads, item.genre, Sought(), known, progress)
    named = slots([], [(office.intake.name_key(one.name), None) for one in uploads])
    rows = [file_rows(office.intake, one, slot) for one, slot in zip(scanned, named, strict=True)]
    joined = joining.of_version(office, "", scanned, [one.columns["name"] for one in rows])
    sealed = [_put_card(office, item)]
    try:
        for one, made in zip(scanned, rows, strict=True):
            sealed += [office.vault.put(one.upload.data), office.vault.put(made.reading)]
        with acting(office, who) as act:
            permissions.check(act.actor, "create_item", About(unit))
            created = _insert_item(act, unit, masked, sealed[0])
            row = act.item("add_version", created)
            added = _keep_version(act, row, scanned, rows, sealed[1:], (), note, joined)
            if not submit:
                return added
            return replace(added, revision=_submit(act, act.item("submit", created), urgent=urgent, reason=reason))
    except BaseException:
        office.vault.discard(sealed)
        raise


# --- submission ------------------------------------------------------------------------------------


def submit(office: Office, who: Who, item: int, revision: int, *, urgent: bool = False, reason: str = "") -> int:
    """Hands the item's last version to the first step; the new revision. `reason`: why it is urgent."""
    reason = office.intake.masked(reason)
    if urgent and not reason.strip():
        raise Refusal("加急要写明理由。")
    with acting(office, who) as act:
        return _submit(act, act.item("submit", item, revision), urgent=urgent, reason=reason)


def _submit(act: Act, row: Any, *, urgent: bool, reason: str) -> int:
    """The item's new revision once it waits for the first step. Raises Refusal."""
    described, _ = items_of.from_fields(json.loads(row.fields))
    faults = items_of.faults_of(described) if described is not None else ("事项填写有误。",)
    if faults:
        raise Refusal("还不能提交：" + "".join(faults))
    unit = database.one(act.connection, units, id=row.unit_id)
    procedure = procedure_of(unit)
    before = replace(case_of(act.connection, row), steps=procedure.steps)
    action = Action("submit", urgent=urgent, version=row.version)
    moved = apply(before, action, act.hand("submit", row), act.moment, _NOTHING)
    first = row.submitted_at is None
    publish = due_in_days(act.moment, procedure.publish_days, act.office.calendar)
    revision = keep_case(
        act, row, before, moved.case, steps=_steps(procedure), submitted_at=row.submitted_at or act.at,
        publish_due=stamp(publish.at) if first else row.publish_due, party_due=None, outcome_at=None,
        keep_until=None,
        **step_due(act, moved.case, assumed=publish.assumed),
    )  # fmt: skip
    told = {**moved.payload, "steps": [step.role for step in procedure.steps], "reason": reason}
    if procedure.rule_name:
        told["local_rule"] = procedure.rule_name
    act.record(moved.kind, told, item=row.id, version=row.version)
    return revision


def step_due(act: Act, case: Case, *, assumed: bool = False) -> dict[str, Any]:
    """When the current step is due: hours for an urgent item, working days else."""
    if case.role is None:
        return {"step_due": None}
    step = case.steps[case.step]
    due = (
        due_in_hours(act.moment, step.hours) if case.urgent else due_in_days(act.moment, step.days, act.office.calendar)
    )
    return {"step_due": stamp(due.at), "assumed_due": due.assumed or assumed}


def withdraw(office: Office, who: Who, item: int, revision: int, reason: str) -> int:
    """The drafter takes the item back for good; the new revision."""
    from reviewer.casework.steps import move

    return move(office, who, item, revision, "withdraw", reason=reason)
