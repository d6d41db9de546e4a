"""Roles that a name has from elsewhere in the document, taken back where the clause tells private things.

联系人：张建国 makes him a contact in every sentence that says nothing else of him. Where one says that he is ill,
poor, a minor or an informant, that clause decides: he may be the contact's namesake.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from reviewer.detect.candidate import Candidate
from reviewer.detect.together import Persons
from reviewer.prepared.patterns import compiled

_TELLS = frozenset({"HEALTH", "WELFARE", "MINOR", "INFORMANT", "MARITAL", "FAMILY", "INCOME", "RELIGION", "TRACK"})
"""what is told of private persons; nationality and party stand in every curriculum vitae of an official"""
_ACTS = compiled(
    "(?![被经系因])[一-龥]{0,6}?(?:审核|审批|复核|办理|受理|经办|代办|登记|核实|核查|调查|排查|入户|上门|发放|送去|送上|送来|宣讲|讲解|安排|协调"
    "|帮助|服务|接待|联系|召开|开展|统计|制定|起草|签发|签批|牵头|监督|督促|抽查|回访|转运|抢救|巡查|走进|来到|深入|逐户|分别|督办)"
    "|(?:为|给|向|对|帮|替|到|去|赴|将|把|陪|随|会同|在(?=[^，,。；;\n]{0,12}[家户院里])|就|围绕|关于|所作)(?![^，,。；;\n]{0,14}(?:申请|申领|反映|求助|借[款债]|治疗|住院|就医|就诊|[读上]学))"
)
"""what follows the name of one who works for others: what is said then is said of these"""
_IS = compiled("[为系是][一-龥]{0,4}$")
_BINDS = compiled(
    "(?:的|等)?(?:人员|家庭|户|者|患者|病人|病患|儿童|学生|老人|居民|村民|群众|职工|对象)?[（(：:“\" \u3000]{0,2}"
)
"""what may stand between a fact and the name behind it: 患尿毒症的|张建国, 肺癌|患者|张建国"""


def take_back(names: Iterable[Candidate], told: Iterable[Candidate], persons: Persons) -> set[int]:
    """Makes a name that has an office's role from elsewhere what its own place says, where the clause tells that the
    person is a private one. Returns the ids of the facts that are said of nobody: only such names stand beside them.

    told  the facts of the document, and the names that they found
    """
    told = list(told)
    everybody = sorted((one for one in (*names, *told) if one.rule.entity == "NAME"), key=lambda one: one.start)
    lent = {(one.start, one.end) for one in everybody if one.own is not None}
    everybody = [one for one in everybody if one.own is not None or (one.start, one.end) not in lent]
    starts = [one.start for one in everybody]
    of_nobody: set[int] = set()
    for fact in told:
        if fact.rule.entity not in _TELLS:
            continue
        places = persons.with_person(fact.start, fact.end)
        if not any(_between(starts, *place) for place in places):
            places = [persons.whose(fact.start, fact.end)]
        near = [everybody[k] for place in places for k in _between(starts, *place)]
        for one in near:
            if one.own is not None and one.private is False and _is_of(one, fact, near, persons):
                one.private, one.role, one.own = True, one.own, None
        if _are_kept(near) and all(one[2] for at in places for one in persons.within(*at)):
            of_nobody.add(id(fact))
    return of_nobody


def private_only(persons: Persons, names: Iterable[Candidate], told: Iterable[Candidate]) -> Persons:
    """The persons without those who kept an office's role from elsewhere."""
    kept = {(one.start, one.end) for one in names if one.own is not None}
    found = Persons(persons.lines)
    found.add(one for one in names if (one.start, one.end) not in kept)
    found.add(one for one in told if one.rule.entity == "NAME" and (one.start, one.end) not in kept)
    return found


def _are_kept(near: list[Candidate]) -> bool:
    """Whether all are of an office, one at least by what stands elsewhere."""
    return all(one.private is False for one in near) and any(one.own is not None for one in near)


def _between(starts: list[int], first: int, last: int) -> range:
    return range(bisect_left(starts, first), bisect_left(starts, last))


def _is_of(one: Candidate, fact: Candidate, near: list[Candidate], persons: Persons) -> bool:
    """Whether the fact is said of the person: the nearest in front of it, or directly behind it."""
    lines = persons.lines
    text = lines.text
    if one.start < fact.end and fact.start <= one.end:
        return True
    if fact.rule.entity == "INFORMANT":
        return False  # its place is that of the name
    if lines.column(one.start) is not None:
        first, last = _cell(one, lines.text, persons)
        return text[first:last].strip() == text[one.start : one.end] or first <= fact.start < last
    if fact.end <= one.start:
        return _BINDS.fullmatch(text, fact.end, one.start) is not None
    if any(one.end <= other.start < fact.start for other in near):
        return False
    if any(fact.end <= other.start and _BINDS.fullmatch(text, fact.end, other.start) for other in near):
        return False
    if _IS.match(text, one.end, fact.start) is not None:
        return True
    return not persons.speaks((one.start, one.end, True, one.pseudonym)) and _ACTS.match(text, one.end) is None


def _cell(one: Candidate, text: str, persons: Persons) -> tuple[int, int]:
    """Where the cell that holds a name begins and ends."""
    block = persons.lines.block(one.start)
    cell = block.table.cell_at(one.start) if block is not None and block.table is not None else None
    if block is None or block.table is None or cell is None:
        return one.start, one.end
    return block.table.starts[cell], block.table.ends[cell]
