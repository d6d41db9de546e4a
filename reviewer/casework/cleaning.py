"""The take-down list for people of the workbench: who sees which entries, and who decides on them.

Entries name their unit as pages do (发布机构), users belong to units of the workbench: an entry is a unit's where the
two names are one as far as they are written out (县财政局, 清溪县财政局). Entries that are nobody's are left to those
whose role is for all units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from reviewer.casework import permissions
from reviewer.casework.act import Act, acting, looking
from reviewer.casework.permissions import About, Who
from reviewer.errors import Absent, Denied
from reviewer.store import schema, takedown
from reviewer.store.takedown import Filter, Row

if TYPE_CHECKING:
    from reviewer.casework.office import Office

_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list; how many there are in all; how many of each unit are in which state."""

    rows: tuple[Row, ...]
    total: int
    units: tuple[tuple[str, dict[str, int]], ...]


def is_kept(office: Office) -> bool:
    """Whether the database holds a take-down list at all."""
    with office.store.read() as connection:
        return takedown.exists(connection)


def listed(office: Office, who: Who, wanted: Filter, *, offset: int = 0, limit: int = 50) -> Listed:
    """The entries that the user may see. Raises Denied."""
    with looking(office, who) as act:
        mine = _mine(act, wanted)
        rows = tuple(takedown.listed(act.connection, mine, offset=offset, limit=limit))
        units: dict[str, dict[str, int]] = {}
        for unit, state, count in takedown.units(act.connection):
            if mine.units is None or unit in mine.units:
                units.setdefault(unit, {})[state] = count
        return Listed(rows, takedown.count(act.connection, mine), tuple(units.items()))


def exported(office: Office, who: Who, wanted: Filter) -> list[Row]:
    """The entries for a workbook; the ledger tells who has taken them along."""
    with acting(office, who) as act:
        rows = list(takedown.listed(act.connection, _mine(act, wanted)))
        takedown.append(
            act.connection, [(None, "exported", {"entries": len(rows)})], at=act.at, actor=act.actor.signed
        )
        return rows


def entry(office: Office, who: Who, number: int) -> tuple[Row, list[Row], bool]:
    """An entry, what has happened to it, and whether the user may decide on it. Raises Absent, Denied."""
    with looking(office, who) as act:
        row = _one(act, number)
        may = permissions.grant_for(act.actor, "decide_takedown", _about(act, row["unit"])) is not None
        return row, takedown.history(act.connection, number), may


def decide_entry(office: Office, who: Who, number: int, action: str, reason: str, revision: int) -> int:
    """A decision on an entry; its new revision. Raises Absent, Denied, Conflict, Refusal."""
    masked = office.intake.masked(reason)
    with acting(office, who) as act:
        row = _one(act, number)
        permissions.check(act.actor, "decide_takedown", _about(act, row["unit"]))
        return takedown.decide(
            act.connection, number, action, masked, at=act.at, actor=act.actor.signed, revision=revision
        )


def _one(act: Act, number: int) -> Row:
    row = takedown.one(act.connection, number)
    mine = _mine(act, Filter())
    if mine.units is not None and row["unit"] not in mine.units:
        raise Absent("撤下清单里没有这一条，或者不是您单位的。")
    return row


def _mine(act: Act, wanted: Filter) -> Filter:
    """The filter, with the units of which the user may see entries. Raises Denied."""
    allowed = permissions.units_for(act.actor, "view_takedown")
    if allowed is None:
        return wanted
    if not allowed:
        raise Denied(f"没有权限：{permissions.TABLE['view_takedown'].title}。")
    names = _names(act, allowed)
    known = {unit for unit, _, _ in takedown.units(act.connection)}
    return replace(wanted, units=frozenset(unit for unit in known if any(is_same(unit, name) for name in names)))


def _names(act: Act, allowed: Sequence[int] | frozenset[int]) -> list[str]:
    query = select(schema.units.c.name).where(schema.units.c.id.in_(sorted(allowed)))
    return list(act.connection.execute(query).scalars())


def _about(act: Act, unit: str) -> About:
    """The unit of the workbench that an entry is of; 0 where it is nobody's."""
    for row in act.connection.execute(select(schema.units.c.id, schema.units.c.name).order_by(schema.units.c.id)):
        if is_same(unit, row.name):
            return About(row.id)
    return About(0)


def is_same(unit: str, name: str) -> bool:
    """Whether a page's publisher is a unit of the workbench.

    >>> is_same("清溪县财政局", "县财政局"), is_same("清溪县财政局", "县教育局"), is_same("", "县财政局")
    (True, False, False)
    """
    shorter, longer = sorted((unit, name), key=len)
    return unit == name or (len(shorter) >= _SHORTEST and longer.endswith(shorter))
