"""An item as it stands, its findings, and what changed between two of its versions. Lists for pages: views.py."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from reviewer.casework import permissions
from reviewer.casework.act import Act, about, as_typed, case_of, looking, readiness, version_row
from reviewer.casework.permissions import TABLE, Who
from reviewer.review import item as items_of
from reviewer.review.item import Item
from reviewer.review.workflow import FROM, Case, Readiness, participant_fault
from reviewer.store.schema import decisions, files
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
        described, _ = items_of.from_fields(as_typed(act, row))
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
        row.part, json.loads(row.locator), row.value, row.value_id, row.message, row.advice,
        tuple(row.basis.split()),
        row.grouping, row.place_column, row.person_role, row.scope, row.due, row.trace, row.carried,
        row.decision_id,
        row.kind, row.reason or "",
    )  # fmt: skip


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
