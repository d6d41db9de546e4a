"""False alarms of the workbench -> changes of rules that a person may apply. Nothing here changes a rule.

Who reviews in a unit sees what is proposed from its items; the operator of the machine (Who(0, "system")) sees all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, select

from reviewer.casework import permissions
from reviewer.casework.act import Act, acting, looking
from reviewer.casework.permissions import Who
from reviewer.casework.views import readings
from reviewer.errors import Absent
from reviewer.evaluation.counterexamples import Alarm, Counterexample, counterexamples
from reviewer.evaluation.feedback import Effect, Ground, Proposal, Trial, proposals, recommended
from reviewer.rulebook.load import load
from reviewer.scanning import Scanner
from reviewer.store.schema import decisions, files, findings, items, versions

if TYPE_CHECKING:
    from reviewer.casework.office import Office

MOST = 100
"""false alarms of one rule that are looked at, the newest first"""


@dataclass(frozen=True, slots=True)
class Alarms:
    """How often a rule was called wrong, in the current versions of items. Masked."""

    rule: str
    found: int
    false: int
    items: int


@dataclass(frozen=True, slots=True)
class Offer:
    """What could be changed for one rule. Counter-examples and contents hold values as typed."""

    rule: str
    examples: tuple[Counterexample, ...] = field(repr=False)
    tried: tuple[tuple[Proposal, Effect], ...] = field(repr=False)
    chosen: tuple[str, ...]
    """names of the proposals that are recommended"""
    deleted: int
    """alarms whose text is deleted already"""


_NO_GROUND = Ground()


def alarming(office: Office, who: Who) -> tuple[Alarms, ...]:
    """The rules with false alarms that the user may look at, the most often wrong first."""
    with looking(office, who) as act:
        false = func.sum(case((decisions.c.kind == "false_alarm", 1), else_=0))
        query = _decided(act, findings.c.rule, func.count().label("found"), false.label("wrong"))
        rows = act.connection.execute(query.group_by(findings.c.rule)).all()
        within = _decided(act, findings.c.rule, func.count(items.c.id.distinct()).label("items"))
        shares = within.where(decisions.c.kind == "false_alarm").group_by(findings.c.rule)
        in_items = {row.rule: row.items for row in act.connection.execute(shares)}
    made = (Alarms(row.rule, row.found, int(row.wrong or 0), in_items.get(row.rule, 0)) for row in rows)
    return tuple(sorted((one for one in made if one.false), key=lambda one: (-one.false, one.rule)))


def offer(office: Office, who: Who, rule: str, ground: Ground = _NO_GROUND) -> Offer:
    """Counter-examples for a rule and what could be changed. That they were seen is in the ledger before they are."""
    alarms, deleted = _alarms(office, who, rule)
    if not alarms:
        return Offer(rule, (), (), (), deleted)
    with office.intake.scanning() as scanner:
        book = load(scanner.settings.rule_folders, whole=True)
        whole = Scanner(scanner.settings, book=book)
        examples = counterexamples(whole, alarms)
        trial = Trial(whole, book, ground)
        every = proposals(book, examples, own=scanner.settings.rule_folders)
        tried = tuple((one, trial.effect(one)) for one in every)
    chosen = tuple(one.name for one in recommended(tried))
    return Offer(rule, tuple(examples), tried, chosen, deleted)


def _alarms(office: Office, who: Who, rule: str) -> tuple[list[Alarm], int]:
    with acting(office, who) as act:
        query = _decided(
            act, findings.c.rule, findings.c.entity, findings.c.start, findings.c.end, findings.c.grouping,
            findings.c.inner, files.c.reading, files.c.name, items.c.number,
        ).where(findings.c.rule == rule, decisions.c.kind == "false_alarm", ~findings.c.trace)  # fmt: skip
        rows = act.connection.execute(query.order_by(findings.c.id.desc()).limit(MOST)).all()
        alarms, deleted = [], 0
        for row in rows:
            document = int(row.grouping.partition(".")[0])
            try:
                text = readings.get(act, row.reading)[document]
            except Absent:
                deleted += 1
                continue
            source = f"{row.number} · {row.name}{'!' + row.inner if row.inner else ''}"
            alarms.append(Alarm(row.rule, row.entity, text.document, row.start, row.end, source))
        if alarms:
            act.record("counterexamples_shown", {"rule": rule, "count": len(alarms)})
    return alarms, deleted


def _decided(act: Act, *columns: Any) -> Any:
    """Findings of current versions with a decision, of the items whose values the actor may see."""
    current = and_(versions.c.item_id == items.c.id, versions.c.number == items.c.version)
    query = (
        select(*columns)
        .select_from(findings)
        .join(versions, versions.c.id == findings.c.version_id)
        .join(items, current)
        .join(files, files.c.id == findings.c.file_id)
        .join(decisions, decisions.c.id == findings.c.decision_id)
    )
    if act.actor.via == "system":
        return query
    units = permissions.units_for(act.actor, "propose_rules")
    if units is not None and not units:
        permissions.check(act.actor, "propose_rules")
    return query if units is None else query.where(items.c.unit_id.in_(sorted(units)))
