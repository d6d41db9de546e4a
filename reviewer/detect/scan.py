"""Document x Rulebook -> findings and gaps: the order in which the detectors work."""

from __future__ import annotations

import gc
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import cast

from reviewer.detect import genre, roster
from reviewer.detect.allowed import allow
from reviewer.detect.candidate import Candidate
from reviewer.detect.card import shown_persons
from reviewer.detect.column import columns
from reviewer.detect.combined import informants, name_combinations
from reviewer.detect.compiled import Compiled
from reviewer.detect.copies import copy_numbers
from reviewer.detect.examined import exam_numbers
from reviewer.detect.judge import Judge
from reviewer.detect.lent import private_only, take_back
from reviewer.detect.lines import Lines
from reviewer.detect.masked import masked
from reviewer.detect.named import in_text, is_bold
from reviewer.detect.overlap import best, without_excluded
from reviewer.detect.pattern import DETECTORS, LABEL_LINE, Sightings, exclude, look
from reviewer.detect.role import AUTHOR_HINTS, NameRoles, assign
from reviewer.detect.spoken import Stretch, addresses, again, people
from reviewer.detect.together import Persons, combine, count, facts, in_persons_row
from reviewer.language.places import DEPTH_TITLES, Depth
from reviewer.language.things import is_thing
from reviewer.model import Block, Confidence, Document, DocumentGenre, Finding, Gap, Locator
from reviewer.prepared.patterns import compiled
from reviewer.rulebook.allow import Allowed
from reviewer.settings import Settings
from reviewer.text.view import View, fold_words

_SPAN = attrgetter("start", "end")
_ORGANISATION = compiled(
    "公司|局|厅|委员会|政府|中心|医院|学校|学院|大学|中学|小学|幼儿园|银行|支行|合作社|厂|商行|门市部|事务所|研究院|研究所|"
    "服务站|派出所|法院|检察院|办公室|办事处|协会|供应商|采购人|代理机构|受理|送达|办公|窗口|招标|中标|企业|单位"
)
_AT_HOME = compiled("(?:上门|入户|到家|家[中里访]|居住|住在|暂住|租住)[^。；\n]{0,24}$")
"""in front of an address: somebody lives there, whichever office the sentence names"""
ROUTE_HINT = "邮件传输记录"
"""what readers call the headers that mail servers write"""
_OFFICE = compiled("局|厅|委|办|部|处|科|股|中心|公司|政府|院|校|所|站|队|协会|用户|Administrator|admin|User", re.I)


@dataclass(frozen=True, slots=True)
class Scan:
    """All findings of a document in order, gaps for what could not be searched, and its genre."""

    findings: list[Finding]
    gaps: list[Gap]
    genre: DocumentGenre | None


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Looks for garbage less often meanwhile: candidates are none, and going through all of them takes its time."""
    before = gc.get_threshold()
    if before[0]:
        gc.set_threshold(max(before[0], 20_000), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@_seldom_collected()
def scan(document: Document, compiled: Compiled, settings: Settings, allowed: Iterable[Allowed] = ()) -> Scan:
    """What is found in `document`; `allowed` are the persons whom the office publishes itself."""
    lines = Lines(document)
    seen = look(lines, compiled, settings.limits.rule_seconds)
    candidates = _gather(lines, seen, compiled, settings)
    kind = genre.recognise(lines, compiled, settings.genre)
    seen.candidates.clear()
    found = _settled(candidates, seen, lines, compiled, kind, settings.today)
    candidates.clear()
    allow(found, allowed, settings.today)
    authors = list(_authors(document, compiled))
    spans = {(one.start, one.end) for one in authors}
    found = [one for one in found if one.rule.entity != "NAME" or (one.start, one.end) not in spans]
    found.extend([*authors, *_hidden(document, compiled), *shown_persons(document, compiled)])
    found.sort(key=_SPAN)
    # Each candidate goes as its finding comes: of 250,000 there is no room for both.
    found.reverse()
    _lower_routes(found, document)
    findings = []
    while found:
        findings.append(_finding(found.pop(), lines))
    return Scan(
        findings,
        [_slow(document, number) for number in sorted(set(seen.slow))],
        kind.told() if kind is not None else None,
    )


def sees(document: Document, compiled: Compiled, settings: Settings) -> bool:
    """Whether the rules see anything at all in a document: what may become a finding, or take one out of sight.

    Where they see nothing, a scan with these rules beside others finds what it finds without them.
    """
    lines = Lines(document)
    seen = look(lines, compiled, settings.limits.rule_seconds)
    if seen.candidates or seen.facts or seen.slow or next(columns(lines, compiled), None) is not None:
        return True
    stretches = _stretches(sorted(set(seen.asked["masked"])), lines, seen.folded)
    stretches += [stretch for kind, stretch in _at_seams(lines, compiled) if kind == "masked"]
    if next(masked(lines, stretches, compiled, settings.today), None) is not None:
        return True
    every = set(range(len(lines.lines)))
    return bool(exclude(lines, every, compiled, settings.limits.rule_seconds, seen.folded))


def _gather(lines: Lines, seen: Sightings, compiled: Compiled, settings: Settings) -> list[Candidate]:
    """What any detector saw, exclusions applied."""
    asked = {kind: _stretches(sorted(set(seen.asked[kind])), lines, seen.folded) for kind in DETECTORS}
    for kind, stretch in _at_seams(lines, compiled):
        asked[kind].append(stretch)
    found = list(seen.candidates)
    found.extend(columns(lines, compiled))
    found.extend(copy_numbers(lines, seen.candidates, compiled))
    found.extend(exam_numbers(lines, seen.asked["exam"], seen.asked["exam-row"], compiled))
    listed = [one for one in found if one.rule.entity == "NAME"]
    spoken = list(people(lines, asked["name"], compiled))
    named = [one for one in in_text(lines, compiled, settings, listed, spoken) if not is_bold(one, lines)]
    for beside in (roster.beside_keys, roster.in_columns, roster.among):
        named.extend([one for one in beside(lines, named) if not is_thing(lines.text, one.start, one.end)])
    found.extend(named)
    placed = [one for one in found if one.rule.entity == "ADDRESS"]
    found.extend(addresses(lines, asked["address"], placed, compiled))
    found.extend(masked(lines, asked["masked"], compiled, settings.today))
    candidates = [one for one in found if one.rule.kind != "exclusion"]
    # Several rules see one place: in this order its context is worked out once.
    candidates.sort(key=_SPAN)
    numbers = {lines.number(one.start) for one in candidates}
    # A label may stand in the line above.
    above = {number - back for number in numbers for back in (1, 2) if number >= back}
    numbers |= {number for number in above if len(lines.lines[number]) <= LABEL_LINE}
    excluding = [one for one in found if one.rule.kind == "exclusion"]
    excluding += exclude(lines, numbers, compiled, settings.limits.rule_seconds, seen.folded)
    return without_excluded(candidates, _valid_exclusions(excluding, lines, compiled))


def _stretches(numbers: Iterable[int], lines: Lines, folded: set[int]) -> list[Stretch]:
    """The lines `numbers`, folded where that makes a difference: a name may hide a zero-width mark."""
    return [
        (lines.starts[number], 0, (fold_words if number in folded else _as_it_stands)(lines.lines[number]))
        for number in numbers
    ]


def _as_it_stands(line: str) -> View:
    return View("plain", line)


def _at_seams(lines: Lines, compiled: Compiled) -> Iterator[tuple[str, Stretch]]:
    """(detector, stretch of text) where names, addresses or masked numbers can run over a line's end."""
    triggers = compiled.rules.triggers
    seams = list(lines.seams())
    for number, fired in compiled.rules.gate.lines("\n".join(seam.view.text for seam in seams)):
        seam = seams[number]
        for kind in DETECTORS:
            if any(triggers[index].kind == kind for index in fired):
                yield kind, (seam.base, seam.edge, seam.view)


def _valid_exclusions(found: Iterable[Candidate], lines: Lines, compiled: Compiled) -> list[Candidate]:
    judge = Judge(lines, compiled)
    return [one for one in found if judge.stands(one, lambda _: False)]


def excluded(document: Document, compiled: Compiled, settings: Settings) -> list[tuple[str, int, int]]:
    """(rule, start, end) of what the exclusion rules take out of sight: for testing their examples."""
    lines = Lines(document)
    found = [one for one in columns(lines, compiled) if one.rule.kind == "exclusion"]
    found += exclude(lines, set(range(len(lines.lines))), compiled, settings.limits.rule_seconds)
    return [(one.rule.id, one.start, one.end) for one in _valid_exclusions(found, lines, compiled)]


def _settled(
    candidates: list[Candidate], seen: Sightings, lines: Lines, compiled: Compiled,
    kind: genre.Recognised | None, today: date,
) -> list[Candidate]:  # fmt: skip
    """Candidates judged by validity, overlap, persons beside them and circumstances."""
    judge = Judge(lines, compiled)
    persons = Persons(lines)
    facts_in_columns = [one for one in candidates if one.rule.kind == "fact"]
    plain = [one for one in candidates if one.rule.kind != "fact"]
    persons.add(one for one in plain if one.rule.entity in ("NAME", "PHONE"))
    plain = [
        one for one in plain if judge.stands(one, persons.beside) and not judge.is_silent(one, persons.beside)
    ]
    plain = best(plain)
    if elsewhere := list(again(lines, plain)):
        for one in elsewhere:
            one.private = one.private or None  # that he holds an office is not said here
        plain = best([*plain, *elsewhere])
    known = kind.genre if kind is not None and kind.confidence != "possible" else None
    assign(plain, lines, known, today=today)
    persons = Persons(lines)
    persons.add(plain)
    told = list(facts(seen.facts, lines, compiled, persons, seen.folded))
    persons.add(one for one in told if one.rule.entity == "NAME")
    told.extend(in_persons_row(facts_in_columns, persons))
    if any(one.own is not None for one in plain):
        of_nobody = take_back(plain, told, persons)
        told = [one for one in told if id(one) not in of_nobody]
        persons = private_only(persons, plain, told)
    found = best([*plain, *told])
    found = [one for one in found if _severity(one, judge, persons)]
    combine(found, persons)
    if kind is not None:
        genre.apply(found, kind, lines, NameRoles(found, persons.clause))
        found.extend(genre.must_show(found, kind, lines, compiled))
    found = informants(found, compiled, known)
    name_combinations(found, persons)
    count(found)
    return found


def _severity(one: Candidate, judge: Judge, persons: Persons) -> bool:
    """Settles the severity of one candidate; False drops it."""
    if not judge.settle(one, persons.beside):
        return False
    entity = one.rule.entity
    if entity == "NAME":
        if one.private is False:
            one.severity, one.message, one.advice = "note", "履行职务人员的姓名，一般应当公开。", genre.LAWFUL
        elif one.pseudonym:
            one.severity, one.message = "note", "姓名已作隐名处理。"
        elif len(one.value) == 1:
            one.severity, one.message = "note", "只写了姓氏和称呼，请核对旁边的内容是否指明了是谁。"
    elif entity == "ADDRESS" and (one.private is False or _is_office_address(one, judge, persons)):
        one.severity, one.message, one.advice = "note", "办公、项目或者地块的地址，一般应当公开。", ""
    elif entity == "ADDRESS":
        _address(one, persons)
    elif one.rule.kind == "fact" and one.pseudonym and entity == "INFORMANT":
        one.severity, one.message = "note", "举报人、信访人已作隐名处理。"
    return True


def _address(one: Candidate, persons: Persons) -> None:
    """Says how deep an address goes; a road and a number of which nothing says that anybody lives there is a note."""
    depth = DEPTH_TITLES.get(cast(Depth, one.depth), "门牌")
    if one.use == "property":
        one.message = f"不动产坐落，写到{depth}。"
    elif one.use == "street" and not persons.beside(one):
        one.severity, one.message = "note", "沿街的门牌，看不出有人居住；是私人住址的，应当删去门牌。"
    else:
        one.message = f"写到{depth}的住址。"


def _is_office_address(one: Candidate, judge: Judge, persons: Persons) -> bool:
    """Whether an address that no label explains stands with an office or firm and with no private person."""
    if one.private is not None or persons.beside(one):
        return False
    lines = judge.lines
    context = lines.context(one.start, one.end)
    around = context.left + context.right + context.header + lines.label_above(lines.number(one.start))
    if lines.column(one.start) is not None:
        around += context.row.replace(lines.text[one.start : one.end], "")
    return _ORGANISATION.search(around) is not None and _AT_HOME.search(context.left) is None


def _hidden(document: Document, compiled: Compiled) -> Iterable[Candidate]:
    """HIDDEN_CONTENT for each stretch that a reader of the page does not see."""
    rule = compiled.book.by_id("hidden-content")
    if rule is not None:
        for hidden in document.concealed:
            size = len(document.text[hidden.start : hidden.end].strip())
            yield Candidate(
                rule, hidden.start, hidden.end, hidden.reason, "plain", confidence="certain", severity=rule.severity,
                message=f"{hidden.reason}（{size:,} 个字），打开文件的人可以看到。",
            )  # fmt: skip


def _authors(document: Document, compiled: Compiled) -> Iterable[Candidate]:
    """A note for each property that names who wrote the file."""
    name_rule = compiled.book.by_id("person-name")
    if name_rule is None:
        return
    for block in document.blocks:
        if block.part == "property" and block.hint in AUTHOR_HINTS and not _is_office(document, block):
            yield Candidate(
                name_rule, block.start, block.end, document.text[block.start : block.end].strip(), "plain",
                confidence="likely", severity="note", message=f"文件属性“{block.hint}”会随文件一起公开。",
            )  # fmt: skip


def _lower_routes(found: Iterable[Candidate], document: Document) -> None:
    """What machines wrote into a mail on its way is a note: it goes along, and says nothing of a person."""
    blocks = [block for block in document.blocks if block.hint == ROUTE_HINT and block.part == "property"]
    if not blocks:
        return
    starts = [block.start for block in blocks]
    for one in found:
        k = bisect_right(starts, one.start) - 1
        if k >= 0 and one.start < blocks[k].end:
            one.severity, one.message = "note", "邮件传输记录中的内容，随邮件一起公开；另存正文和附件即可去掉。"


def _is_office(document: Document, block: Block) -> bool:
    """Whether an author property names an office or a machine's account, not a person."""
    return _OFFICE.search(document.text, block.start, block.end) is not None


_LOWER: dict[Confidence, Confidence] = {"certain": "likely", "likely": "possible", "possible": "possible"}
"""what recognition read may be wrong"""
_RECOGNISED = "（图片识别，请对照原图）"


def _finding(one: Candidate, lines: Lines) -> Finding:
    part, locator = lines.document.place(one.start, one.end, lines.starts)
    block = lines.block(one.start)
    recognised = block is not None and block.recognised
    severity, confidence = one.severity, one.confidence or "possible"
    message = one.message or one.rule.title
    if recognised:
        confidence, message = _LOWER[confidence], f"{message}{_RECOGNISED}"
    assert severity is not None and severity != "silent"
    return Finding(
        rule=one.rule.id,
        entity=one.rule.entity,
        severity=severity,
        confidence=confidence,
        start=one.start,
        end=one.end,
        part=part,
        locator=locator,
        value=one.value,
        view=one.view,
        message=message,
        advice=one.advice or one.rule.advice,
        basis=_basis(one.cites, one.rule.basis) if one.cites else one.rule.basis,
        masked=one.masked,
        candidates=one.candidates,
        permitted_end=one.permitted_end,
        column=lines.column(one.start),
        depth=one.depth,
        role=one.role,
        scope=one.scope,
        combined_with=one.combined_with,
        recognised=recognised,
    )


@lru_cache(maxsize=256)
def _basis(cites: tuple[str, ...], basis: tuple[str, ...]) -> tuple[str, ...]:
    return (*cites, *(key for key in basis if key not in cites))


def _slow(document: Document, number: int) -> Gap:
    return Gap(
        f"{document.sha256[:12]}-{number}", "body", Locator(line=number + 1), "timeout",
        f"第 {number + 1} 行过长，有规则没有在限定时间内查完，请人工查看。",
    )  # fmt: skip


def rename(finding: Finding, part: str) -> Finding:
    """The finding as one of another part: for text that is a file's own name."""
    return replace(finding, part=part, locator=Locator())
