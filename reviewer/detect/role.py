"""What each named person is to the document: from the label, the column, the clause, the list, the other places."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable

from reviewer.detect.candidate import Candidate
from reviewer.detect.lines import Lines
from reviewer.language import roles
from reviewer.model import OFFICE_ROLES
from reviewer.rulebook.genre import UNKNOWN_ROLE

_GOES_ON = re.compile(
    r"[\s\u3000]*(?:[（(][^（）()\n]{0,20}[）)])?[\s\u3000]*[、，,/和及与；;]?[\s\u3000]*(?:[0-9]{1,3}[.、．])?[\s\u3000]*"
)
"""what stands between the names of one list"""


def assign(found: Iterable[Candidate], lines: Lines) -> None:
    """Sets `role` and, where the role tells it, `private` of each NAME.

    A name that nothing tells of has the role that it has elsewhere in the document.
    """
    names = sorted((one for one in found if one.rule.entity == "NAME"), key=lambda one: one.start)
    carried = ""
    last: Candidate | None = None
    for one in names:
        role = _labelled(one, lines, last)
        if role:
            carried = role
        elif last is not None and carried and _listed(last, one, lines):
            role = carried
        else:
            carried = ""
            role = _spoken_of(one, lines)
        _set(one, role)
        last = one
    _share(names)


def _labelled(one: Candidate, lines: Lines, last: Candidate | None) -> str:
    """By what stands in front of the name, its column header or its label."""
    number = lines.number(one.start)
    floor = max(lines.starts[number], last.end if last is not None else 0)
    block = lines.block(one.start)
    if block is not None and block.table is not None:
        cell = block.table.cell_at(one.start)
        if cell is not None:
            floor = max(floor, block.table.starts[cell])
    role = roles.role_before(lines.text, one.start, floor)
    if role:
        return role
    context = lines.context(one.start, one.end)
    if context.header:
        return roles.role_for(context.header) or ""
    if one.start == lines.starts[number]:
        return roles.role_for(lines.label_above(number)) or ""
    return ""


def _spoken_of(one: Candidate, lines: Lines) -> str:
    return roles.role_after(lines.text, one.end, lines.paragraph(one.start)[1]) or ""


def _listed(last: Candidate, one: Candidate, lines: Lines) -> bool:
    """Whether only what parts the names of a list stands between two names."""
    if one.start - last.end > 30:
        return False
    return _GOES_ON.fullmatch(lines.text, last.end, one.start) is not None


def _set(one: Candidate, role: str) -> None:
    one.role = role or one.role
    if role and not one.pseudonym:
        office = role in OFFICE_ROLES
        if role == "contact":
            one.private = one.private or False
        elif not (office and one.private):
            one.private = not office


def _share(names: list[Candidate]) -> None:
    """Gives a name without a role the one that it has elsewhere: private before office."""
    known: dict[str, str] = {}
    private: dict[str, bool] = {}
    labelled = {one.value for one in names if one.labelled}
    for one in names:
        if one.role and (one.value not in known or known[one.value] in OFFICE_ROLES):
            known[one.value] = one.role
        if one.private is not None:
            private[one.value] = private.get(one.value, False) or one.private
    for one in names:
        if not one.role:
            one.role = known.get(one.value, "")
        if one.private is None:
            one.private = private.get(one.value)
        one.labelled = one.labelled or one.value in labelled


class NameRoles:
    """The roles of the persons beside any finding of one document."""

    def __init__(self, found: Iterable[Candidate], clause: Callable[[int, int], tuple[int, int]]) -> None:
        """`clause`: the row or clause around a stretch of text."""
        self._names = sorted((one for one in found if one.rule.entity == "NAME"), key=lambda one: one.start)
        self._starts = [one.start for one in self._names]
        self._clause = clause

    def of(self, one: Candidate) -> set[str]:
        """The role of a name, the roles of the persons in the row or clause of anything else."""
        if one.rule.entity == "NAME":
            return {one.role or UNKNOWN_ROLE}
        first, last = self._clause(one.start, one.end)
        beside = self._names[bisect_left(self._starts, first) : bisect_left(self._starts, last)]
        return {name.role or UNKNOWN_ROLE for name in beside} or {UNKNOWN_ROLE}
