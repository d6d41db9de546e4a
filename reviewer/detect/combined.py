"""What is known together: a name with the same person's other data in one row or clause (PIPL art 28, 条例 art 15)."""

from __future__ import annotations

from bisect import bisect_left

from reviewer.detect.candidate import Candidate
from reviewer.detect.together import Persons
from reviewer.model import ENTITY_TITLES

_NO_DATUM = frozenset({"NAME", "HIDDEN_CONTENT", "INFORMANT"})


def name_combinations(findings: list[Candidate], persons: Persons) -> None:
    """Sets `combined_with` of private persons' names and of the personal data beside them.

    A name in running text of which nothing tells who it is becomes a note where no personal data stand beside it.
    """
    data = sorted((one for one in findings if _is_datum(one)), key=lambda one: one.start)
    starts = [one.start for one in data]
    for name in findings:
        if name.rule.entity != "NAME" or name.private is False or name.pseudonym or len(name.value) < 2:
            continue
        first, last = persons.clause(name.start, name.end)
        beside = data[bisect_left(starts, first) : bisect_left(starts, last)]
        if not beside and persons.lines.column(name.start) is None:
            # One field a line: the whole form is of one person.
            first, last = persons.lines.record(name.start)
            beside = data[bisect_left(starts, first) : bisect_left(starts, last)]
        if not beside:
            if name.severity == "check" and name.private is None and not (name.role or name.labelled or name.scope):
                name.severity, name.message = "note", "文中没有说明此人是谁；是无关的私人时，应当删去。"
            continue
        entities = tuple(dict.fromkeys(one.rule.entity for one in beside))
        name.combined_with = entities
        # Lawful by itself (录用名单), but the row shows which person an identifier belongs to.
        if name.severity == "note" and any(one.severity == "block" for one in beside):
            name.severity = "check"
        for one in beside:
            one.combined_with = ("NAME", *(entity for entity in entities if entity != one.rule.entity))
        titles = "、".join(ENTITY_TITLES[entity] for entity in entities)
        name.message = f"{name.message.rstrip('。')}；同一行（句）里还有：{titles}。"


def _is_datum(one: Candidate) -> bool:
    """Personal data that a reader would ascribe to the person named beside it."""
    if one.rule.entity in _NO_DATUM or one.private is False or one.severity not in ("check", "block"):
        return False
    return one.rule.private or one.rule.kind == "fact"
