"""What is known together: a name with the same person's other data in one row or clause (PIPL art 28, 条例 art 15)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from reviewer.detect.candidate import Candidate
from reviewer.detect.compiled import Compiled
from reviewer.detect.lines import RECORD, Lines
from reviewer.detect.together import FORM_REACH, Persons
from reviewer.model import ENTITY_TITLES
from reviewer.prepared.patterns import compiled
from reviewer.rulebook.genre import Genre

_NO_DATUM = frozenset({"NAME", "HIDDEN_CONTENT", "INFORMANT"})
_OF_FAMILY = frozenset({"relative", "guardian"})
_BY_SURNAME = frozenset({"informant", "patient", "minor"})
"""whom a surname and 先生, 老师 may point out well enough"""
_UNKNOWN = "文中没有说明此人是谁；是无关的私人时，应当删去。"
_COLON = compiled("[:：]")
_SHOWN_NOWHERE = frozenset({
    "", "minor", "relative", "guardian", "household_head", "complainant", "informant", "witness",
})  # fmt: skip
"""what a person is whose name no kind of document must show"""
_TOLD_ELSEWHERE = "文中别处写了此人的敏感情况，姓名一并删去或者隐名。"
_CANDIDATE = "名单里的人选；依法公示的写姓名，不属于公示名单的应当删去。"
_SURNAME = "只写了姓氏和称呼，但说明了是举报人、患者或者未成年人，旁边的内容可能指明是谁。"


def informants(findings: list[Candidate], compiled: Compiled, genre: Genre | None) -> list[Candidate]:
    """The findings, with each informant's name as INFORMANT: no more of the cell or clause than the name.

    In a document whose lists are of complainants (信访, 留言) all of them are meant.
    """
    rule = compiled.book.by_id("informant")
    if rule is None:
        return findings
    meant = {"informant"}
    if genre is not None and _keeps_secret(genre):
        meant.add("complainant")
    names = sorted((one for one in findings if one.rule.entity == "NAME"), key=lambda one: one.start)
    starts = [one.start for one in names]
    found = [one for one in findings if one.rule.entity != "INFORMANT"]
    told: set[int] = set()
    for one in findings:
        if one.rule.entity == "INFORMANT":
            inside = [name for name in names[bisect_left(starts, one.start) : bisect_left(starts, one.end)]]
            told.update(name.start for name in inside)
            found += [_as_informant(one, name) for name in inside] or [one]
    for name in names:
        if name.role in meant and name.start not in told and (len(name.value) > 1 or name.role == "informant"):
            one = Candidate(rule, name.start, name.end, name.value, name.view, confidence="likely")
            one.severity, one.message = rule.severity, rule.message
            found.append(_as_informant(one, name))
    return found


def _keeps_secret(genre: Genre) -> bool:
    """Whether the law forbids this kind of document to tell who complained: a judgement of it blocks the entity."""
    return any("INFORMANT" in one.entities and one.severity == "block" for one in genre.judge)


def _as_informant(one: Candidate, name: Candidate) -> Candidate:
    told = replace(one, start=name.start, end=name.end, value=name.value, pseudonym=name.pseudonym)
    if name.pseudonym:
        told.severity, told.message = "note", "举报人、信访人已作隐名处理。"
    return told


def name_combinations(findings: list[Candidate], persons: Persons) -> None:
    """Sets `combined_with` of private persons' names and of the personal data beside them.

    A name in running text of which nothing tells who it is becomes a note where no personal data stand beside it.
    """
    data = sorted((one for one in findings if _is_datum(one)), key=lambda one: one.start)
    starts = [one.start for one in data]
    forms = _Forms(findings, persons)
    lonely: list[Candidate] = []
    for name in findings:
        if name.rule.entity != "NAME" or name.private is False or name.pseudonym:
            continue
        if len(name.value) < 2:
            if name.severity == "note" and name.role in _BY_SURNAME:
                name.severity, name.message = "check", _SURNAME
            continue
        if not _may_have_beside(name, starts, persons.lines):
            if _alone(name, persons.lines):
                lonely.append(name)
            continue
        beside = [
            one
            for first, last in persons.with_person(name.start, name.end)
            for one in data[bisect_left(starts, first) : bisect_left(starts, last)]
        ]
        if not beside and persons.lines.column(name.start) is None:
            first, last = forms.around(name)
            beside = data[bisect_left(starts, first) : bisect_left(starts, last)]
        if not beside:
            if _alone(name, persons.lines):
                lonely.append(name)
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
    _recall(lonely, findings)
    _tell_everywhere(findings)


def _tell_everywhere(findings: list[Candidate]) -> None:
    """Raises each place of a name whose person the same document tells sensitive things of: one leads to the other.

    Where he is an applicant, chosen or punished, the law may want the name shown; there it is to be checked.
    """
    told = {one.value for one in findings if one.rule.entity == "NAME" and one.severity == "block"}
    for one in findings:
        if one.rule.entity != "NAME" or one.pseudonym or one.role not in _SHOWN_NOWHERE:
            continue
        if one.severity == "check" and one.value in told:
            one.severity, one.message = "block", _TOLD_ELSEWHERE


def _may_have_beside(name: Candidate, starts: list[int], lines: Lines) -> bool:
    """A quick look whether personal data may stand in the clause, the row or the form of the name."""
    block = lines.block(name.start)
    if not starts or (block is not None and block.table is not None):
        return bool(starts)
    number = lines.number(name.start)
    first = min(lines.starts[max(number - RECORD, 0)], name.start - FORM_REACH)
    last = max(lines.starts[min(number + RECORD + 1, len(lines.lines))], name.end + FORM_REACH)
    at = bisect_left(starts, first)
    return at < len(starts) and starts[at] <= last


def _recall(lonely: list[Candidate], findings: list[Candidate]) -> None:
    """Leaves no name lawful whose person the same document tells sensitive things of."""
    if not lonely:
        return
    told = {one.value for one in findings if one.rule.entity == "NAME" and one.severity == "block"}
    for name in lonely:
        if name.value in told:
            name.severity, name.message = "check", _TOLD_ELSEWHERE


def _alone(name: Candidate, lines: Lines) -> bool:
    """Settles a name beside which no personal data stand; whether it became a note because nobody knows it."""
    if name.severity != "check" or name.private is not None or name.scope:
        return False
    if name.role not in ("", "candidate"):
        return False
    if name.labelled and not (name.role and _is_listed(name, lines)):
        return False
    name.severity, name.message = "note", _CANDIDATE if name.role else _UNKNOWN
    return True


def _is_listed(name: Candidate, lines: Lines) -> bool:
    """Whether a heading above, and no label in the line, says what the name is listed for."""
    start = lines.starts[lines.number(name.start)]
    return _COLON.search(lines.text, start, name.start) is None


class _Forms:
    """The fields, one a line, that are of one person."""

    def __init__(self, findings: list[Candidate], persons: Persons) -> None:
        self._lines = persons.lines
        self._names = sorted(self._others(findings), key=lambda one: one.start)
        self._starts = [one.start for one in self._names]

    @staticmethod
    def _others(findings: list[Candidate]) -> Iterator[Candidate]:
        """Persons whose name begins a form of their own."""
        for one in findings:
            if one.rule.entity == "NAME" and one.private is not False and one.role not in _OF_FAMILY:
                yield one

    def around(self, name: Candidate) -> tuple[int, int]:
        """Where the fields of the form stand that is of the person named; a list of names is no form."""
        lines = self._lines
        first, last = lines.record(name.start)
        others = self._names[bisect_left(self._starts, first) : bisect_left(self._starts, last)]
        others = [one for one in others if one.value != name.value]
        own, below = lines.span(lines.number(name.start))
        if any(own <= one.start <= below for one in others):
            return name.start, name.start
        if any(one.start < name.start for one in others):
            first = own
        behind = [one.start for one in others if one.start > name.start]
        return first, min([last, *(lines.starts[lines.number(start)] for start in behind)])


def _is_datum(one: Candidate) -> bool:
    """Personal data that a reader would ascribe to the person named beside it."""
    if one.rule.entity in _NO_DATUM or one.private is False or one.severity not in ("check", "block"):
        return False
    return one.rule.private or one.rule.kind == "fact"
