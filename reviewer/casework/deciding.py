"""What a reviewer does with a version: decide its findings, state who read its gaps, ask to see a value, comment."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, update

from reviewer.casework.act import Act, acting, case_of, keep_case, readiness, version_row
from reviewer.casework.intake import MARK_BASIS
from reviewer.casework.permissions import Who
from reviewer.errors import Absent, Refusal
from reviewer.review.decisions import REACHES, Decision, Reach, check
from reviewer.review.workflow import Action, apply
from reviewer.store import database, schema
from reviewer.store.schema import comments, decisions, files, findings, gap_statements, gaps

if TYPE_CHECKING:
    from sqlalchemy.sql.elements import ColumnElement

    from reviewer.casework.office import Office


@dataclass(frozen=True, slots=True)
class Done:
    """What a decision changed."""

    revision: int
    decision: int
    count: int
    """findings that it holds for"""


def decide(
    office: Office, who: Who, item: int, revision: int, finding: int, decision: Decision, *, reach: Reach = "one"
) -> Done:
    """Decides a finding of the current version, with it those of the same value, or of the same rule and column.

    One reason, one event with the count; never beyond this version of this item.
    """
    masked = replace(
        decision, reason=office.intake.masked(decision.reason), body=office.intake.masked(decision.body),
        basis=office.intake.masked(decision.basis),
    )  # fmt: skip
    if reach not in REACHES:
        raise Refusal(f"范围只能是：{'、'.join(REACHES.values())}。")
    with acting(office, who) as act:
        row = act.item("decide", item, revision)
        version = version_row(act.connection, item, row.version)
        found = _finding(act, version.id, finding)
        check(masked, found.entity, is_mark=_is_mark(found), today=act.today)
        before = case_of(act.connection, row)
        hand = act.hand("decide", row)
        moved = apply(before, Action("decide"), hand, act.moment, readiness(act.connection, version.id))
        made = database.add(
            act.connection, decisions, item_id=item, version_id=version.id, kind=masked.kind, reason=masked.reason,
            body=masked.body, on_day=masked.on.isoformat() if masked.on else None, basis=masked.basis, reach=reach,
            count=0,
            actor=hand.user, behalf=hand.behalf, role=before.role, at=act.at,
        )  # fmt: skip
        count = act.connection.execute(
            update(findings).where(*_reached(found, reach)).values(decision_id=made, carried=False)
        ).rowcount
        database.change(act.connection, decisions, made, count=count)
        told = {
            "decision": made, "kind": masked.kind, "reach": reach, "count": count, "rule": found.rule,
            "fingerprint": found.fingerprint, "reason": masked.reason, "body": masked.body, "basis": masked.basis,
            "on": masked.on.isoformat() if masked.on else "", "behalf": hand.behalf,
        }  # fmt: skip
        act.record(moved.kind, {**moved.payload, **_said(told)}, item=item, version=row.version)
        return Done(keep_case(act, row, before, moved.case), made, count)


def _finding(act: Act, version: int, finding: int) -> Any:
    row = database.one(act.connection, findings, id=finding, version_id=version)
    if row is None:
        raise Absent("这一版里没有这处发现。")
    return row


def _is_mark(found: Any) -> bool:
    """Whether the finding is a mark of secrecy and no quotation of one."""
    cited = frozenset(found.basis.split())
    return found.entity == "CLASSIFICATION" and found.severity == "block" and bool(MARK_BASIS & cited)


def _reached(found: Any, reach: Reach) -> list[ColumnElement[bool]]:
    """The findings that are decided together."""
    if reach == "value":
        return [findings.c.version_id == found.version_id, findings.c.value_id == found.value_id]
    if reach == "column":
        if found.place_column is None:
            raise Refusal("这处发现不在表格的一列里，不能按列处理。")
        return [
            findings.c.version_id == found.version_id, findings.c.file_id == found.file_id,
            findings.c.rule == found.rule, findings.c.place_column == found.place_column,
        ]  # fmt: skip
    return [findings.c.id == found.id]


def _said(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value not in ("", None)}


def state_gap(
    office: Office, who: Who, item: int, revision: int, gap: int, *, read_by: str = "", remark: str = ""
) -> int:
    """States that a person has read by eye what the tool could not; the new revision.

    read_by  who did; empty: the reviewer himself
    """
    remark, read_by = office.intake.masked(remark), read_by.strip()
    with acting(office, who) as act:
        row = act.item("state_gap", item, revision)
        version = version_row(act.connection, item, row.version)
        found = database.one(act.connection, gaps, id=gap, version_id=version.id)
        if found is None:
            raise Absent("这一版里没有这处未读部分。")
        before = case_of(act.connection, row)
        hand = act.hand("state_gap", row)
        moved = apply(before, Action("state_gap"), hand, act.moment, readiness(act.connection, version.id))
        reader = office.intake.masked(read_by) if read_by else act.actor.name
        act.connection.execute(
            insert(gap_statements).values(gap_id=gap, read_by=reader, remark=remark, actor=hand.user, at=act.at)
        )
        told = {"gap": found.gap, "reason": found.reason, "read_by": reader, "remark": remark, "behalf": hand.behalf}
        act.record(moved.kind, {**moved.payload, **_said(told)}, item=item, version=row.version)
        return keep_case(act, row, before, moved.case)


def comment(office: Office, who: Who, item: int, text: str, finding: int | None = None) -> int:
    """Leaves a comment on the item, or on a finding of its current version; the comment's id."""
    masked = office.intake.masked(text)
    if not masked.strip():
        raise Refusal("留言是空的。")
    with acting(office, who) as act:
        row = act.item("comment", item)
        version = version_row(act.connection, item, row.version).id if row.version else None
        if finding is not None:
            _finding(act, version or 0, finding)
        made = database.add(
            act.connection, comments, item_id=item, version_id=version, finding_id=finding, text=masked,
            actor=act.actor.user, at=act.at,
        )  # fmt: skip
        told = _said({"comment": made, "finding": finding, "text": masked})
        act.record("commented", told, item=item, version=row.version)
        return made


def show_value(office: Office, who: Who, item: int, finding: int) -> str:
    """The value of a finding as it stands in the file. Each look is in the ledger before it is seen."""
    with acting(office, who) as act:
        row = act.item("show_value", item)
        found = database.one(act.connection, findings, id=finding)
        file = database.one(act.connection, files, id=found.file_id) if found is not None else None
        version = database.one(act.connection, schema.versions, id=file.version_id) if file is not None else None
        if found is None or file is None or version is None or version.item_id != item:
            raise Absent("没有这处发现。")
        reading = json.loads(office.vault.get(act.connection, file.reading))
        told = {"rule": found.rule, "fingerprint": found.fingerprint}
        act.record("value_shown", told, item=row.id, version=version.number)
        known = reading["values"].get(found.value_id)
    # What a trace stands for is written in the version before.
    return str(known[0]) if known else found.value
