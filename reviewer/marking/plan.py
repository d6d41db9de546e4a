"""What has to happen to a draft before it may be published: edits, what may stand, and why it is refused.

Pure: a Result, a Policy and what people decided give a Plan; nothing is read or written here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from reviewer.errors import UsageError
from reviewer.keys import Key, ordered_fingerprints
from reviewer.marking.decisions import STANDING, Decision, Decisions
from reviewer.marking.forms import LABEL, OMITTED, Pseudonyms, widened, wider_than, written
from reviewer.marking.model import Edit
from reviewer.marking.search import in_text, is_distinct, spaced
from reviewer.model import OFFICE_ROLES, Document, Finding, Gap, Result
from reviewer.reports import in_order
from reviewer.rulebook.masking import Form, Policy
from reviewer.text.mask import significant

REFUSED = frozenset({"CLASSIFICATION", "MAP_SECRET", "PROCESS_INFO"})
"""what no mask makes publishable: 保密法 and 条例 arts 14 and 16 ask for a decision by a person (解密 ...)"""
PERSONS = frozenset({"NAME", "INFORMANT"})
_SERIOUS = ("check", "block")
_TRACELESS = REFUSED - {"MAP_SECRET"}
"""marks on a document; what is secret of a map is a part of its text"""
_SENTENCES = frozenset({"body", "inserted", "header", "footer", "footnote", "endnote", "textbox", "form"})
_LEAST = 6
Value = tuple[str, str]
"""entity group and normalised value: what is the same thing wherever it stands"""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user asked for beside the policy."""

    accept: frozenset[str] = frozenset()
    accept_gaps: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()
    """entities to mask; empty: all"""
    decisions: Decisions = field(default_factory=Decisions)


@dataclass(frozen=True, slots=True)
class Planned:
    """One edit with what a report says of it."""

    edit: Edit
    finding: Finding = field(repr=False)
    form: Form
    hidden: str = field(repr=False)
    """what stands there now and must be gone"""
    inner: tuple[str, ...] = field(default=(), repr=False)
    """spellings of the values inside it: a number in a deleted sentence must be gone everywhere too"""

    def spellings(self) -> tuple[str, ...]:
        """The number, mail or address as it stood, without separators, and normalised; none where it is too short.

        Shorter ones stand in any file, and of a name only the place counts.
        """
        if self.edit.entity in PERSONS or self.edit.entity in REFUSED:
            return self.inner
        bare = "".join(filter(significant, self.hidden))
        every = dict.fromkeys((self.hidden, bare, self.finding.value))
        return self.inner + tuple(one for one in every if len(one) >= _LEAST and any(map(str.isalnum, one)))


@dataclass(frozen=True, slots=True)
class Plan:
    changes: tuple[Planned, ...] = ()
    refused: tuple[tuple[Finding, str], ...] = ()
    """findings that need a decision by a person, with their fingerprints"""
    gaps: tuple[Gap, ...] = ()
    """unread parts that nobody has answered for"""
    answered: tuple[Gap, ...] = ()
    standing_values: frozenset[Value] = field(default=frozenset(), repr=False)
    standing_spellings: frozenset[str] = field(default=frozenset(), repr=False)
    """those values as they are written: a number that is masked elsewhere may be a part of one"""
    standing_names: Counter[tuple[str, str, str]] = field(default_factory=Counter, repr=False)
    """(entity, value, part) of the places that may stay, with their count"""

    @property
    def edits(self) -> tuple[Edit, ...]:
        return tuple(one.edit for one in self.changes)


def value_of(finding: Finding) -> Value:
    """The value of a finding; a name is the same person whether he is found as NAME or as INFORMANT."""
    return ("NAME" if finding.entity in PERSONS else finding.entity), finding.value


def make_plan(
    result: Result,
    policy: Policy,
    choice: Choice,
    key: Key,
    *,
    levels: Mapping[Value, int] | None = None,
    also: Collection[Value] = (),
    shown: Collection[str] = (),
    extra: Collection[Finding] = (),
) -> Plan:
    """The Plan for one document as scanned.

    levels  value -> how far its form is widened (forms.widened)
    also    values to be masked wherever they stand, whatever their severity
    shown   roles whose names a document of this genre has to show (拟录用人员): what stands beside such a name goes,
            the name stays, unless the copy proves that it still may not
    extra   what the scan of a copy found at places of this draft that its own scan says nothing of

    Raises UsageError for a fingerprint or gap id that is not in this document.
    """
    assert result.document is not None
    findings = in_order(result)
    marks = [mark for mark, _ in ordered_fingerprints(findings, key)]
    decided = {one.fingerprint: one for one in choice.decisions.findings}
    _check_ids(choice, marks, decided, result.gaps)
    stands = _standing(findings, marks, choice.accept, decided, result.document.text)
    # One person is shown or hidden, never both: 陈某 in one sentence and his name in the next.
    due = {value_of(one) for one in findings if one.entity == "NAME" and one.role in shown} - set(also)
    spared = {id(one) for one in findings if one.entity == "NAME" and value_of(one) in due}
    wanted = _wanted(findings, stands, choice.only, set(also), spared)
    same = _same_persons(findings, wanted, stands, choice.only, result.document.text)
    wanted += [one for one in same if id(one) not in spared]
    refused = []
    erased = []
    for finding, mark in zip(findings, marks, strict=True):
        if finding.entity in REFUSED and finding.severity in _SERIOUS and finding.part != "filename":
            decision = decided.get(mark)
            if decision is not None and decision.kind == "declassified":
                erased.append(finding)
            elif decision is None or decision.kind not in STANDING:
                refused.append((finding, mark))
    answered_ids = choice.accept_gaps | {one.id for one in choice.decisions.gaps}
    return Plan(
        _changes([*wanted, *extra], erased, stands, _persons(findings), result.document, policy, levels or {}),
        tuple(refused),
        tuple(gap for gap in result.gaps if gap.id not in answered_ids),
        tuple(gap for gap in result.gaps if gap.id in answered_ids),
        stands.values,
        stands.spellings,
        stands.places,
    )


def _check_ids(choice: Choice, marks: list[str], decided: Mapping[str, Decision], gaps: Iterable[Gap]) -> None:
    known = set(marks)
    for one in (*choice.accept, *decided):
        if one not in known:
            raise UsageError(
                f"这份文件里没有指纹为 {one} 的发现。指纹取自 reviewer scan --format json，"
                "且须是同一份文件、同一把站点密钥。"
            )
    identities = {gap.id for gap in gaps}
    for one in (*choice.accept_gaps, *(gap.id for gap in choice.decisions.gaps)):
        if one not in identities:
            raise UsageError(f"这份文件里没有编号为 {one} 的未读部分。编号见 reviewer scan --format json 的 gaps。")


@dataclass(frozen=True, slots=True)
class _Standing:
    values: frozenset[Value]
    numbers: frozenset[int]
    spans: tuple[tuple[int, int], ...]
    spellings: frozenset[str]
    places: Counter[tuple[str, str, str]]


def _standing(
    findings: list[Finding], marks: list[str], accept: Collection[str], decided: Mapping[str, Decision], text: str
) -> _Standing:
    """What may stay: a number, mail or address everywhere, a name only where it was accepted.

    A mark of secrecy is left standing by a decision in the decisions file alone.
    """
    values: set[Value] = set()
    numbers: set[int] = set()
    for k, (finding, mark) in enumerate(zip(findings, marks, strict=True)):
        decision = decided.get(mark)
        accepted = decision is not None and decision.kind in STANDING
        if not accepted and (mark not in accept or finding.entity in REFUSED):
            continue
        numbers.add(k)
        if finding.entity not in PERSONS:
            values.add(value_of(finding))
    numbers |= {k for k, finding in enumerate(findings) if value_of(finding) in values}
    places = Counter((findings[k].entity, findings[k].value, findings[k].part) for k in numbers)
    kept = [findings[k] for k in numbers if findings[k].entity not in PERSONS and findings[k].part != "filename"]
    return _Standing(
        frozenset(values),
        frozenset(numbers),
        tuple(sorted((one.start, one.end) for one in kept)),
        frozenset(spelling for one in kept for spelling in (one.value, text[one.start : one.end]) if spelling),
        places,
    )


def _wanted(
    findings: list[Finding], stands: _Standing, only: Collection[str], also: set[Value], spared: set[int]
) -> list[Finding]:
    """The findings to be masked: all of check and block, and the same values wherever else they stand.

    A name of somebody who acts for an office or a firm stays: a namesake is somebody else.
    """
    serious = [
        finding
        for k, finding in enumerate(findings)
        if k not in stands.numbers
        and _is_maskable(finding, only)
        and finding.severity in _SERIOUS
        and id(finding) not in spared
    ]
    values = {value_of(finding) for finding in serious} | also
    return [
        finding
        for k, finding in enumerate(findings)
        if k not in stands.numbers
        and _is_maskable(finding, only)
        and id(finding) not in spared
        and (
            finding.severity in _SERIOUS
            or (value_of(finding) in values and not (finding.entity == "NAME" and finding.role in OFFICE_ROLES))
        )
    ]


def _same_persons(
    findings: list[Finding], wanted: list[Finding], stands: _Standing, only: Collection[str], text: str
) -> list[Finding]:
    """Names that stay because they act for an office, beside the same number as a masked person of that name.

    That is no namesake: 经办人联系张华芳，电话138****2345 would tell who the patient with this number is.
    """
    ends = [match.start() for match in re.finditer("\n", text)]
    numbers: dict[int, set[Value]] = {}
    for one in wanted:
        if one.entity not in PERSONS:
            numbers.setdefault(bisect_right(ends, one.start), set()).add(value_of(one))
    beside: dict[str, set[Value]] = {}
    for one in wanted:
        if one.entity in PERSONS:
            beside.setdefault(one.value, set()).update(numbers.get(bisect_right(ends, one.start), ()))
    chosen = {id(one) for one in wanted}
    return [
        one
        for k, one in enumerate(findings)
        if one.value in beside and one.entity in PERSONS and id(one) not in chosen
        and k not in stands.numbers and _is_maskable(one, only)
        and numbers.get(bisect_right(ends, one.start), set()) & beside[one.value]
    ]  # fmt: skip


def _is_maskable(finding: Finding, only: Collection[str]) -> bool:
    return (
        finding.part != "filename"
        and finding.entity not in REFUSED
        and finding.entity not in ("HIDDEN_CONTENT", "DISCLOSURE")
        and (not only or finding.entity in only)
    )


def _changes(
    wanted: list[Finding],
    erased: list[Finding],
    stands: _Standing,
    persons_found: list[Finding],
    document: Document,
    policy: Policy,
    levels: Mapping[Value, int],
) -> tuple[Planned, ...]:
    text = document.text
    forms = {id(one): widened(policy.form(one.entity), levels.get(value_of(one), 0)) for one in wanted}
    forms |= {id(one): Form("delete") for one in erased}
    persons: dict[str, bool] = {}
    for one in wanted:
        if forms[id(one)].kind in ("surname", "anonymous"):
            # Who is anonymous in one place is so in all.
            persons[one.value] = persons.get(one.value, False) or forms[id(one)].kind == "anonymous"
    names = Pseudonyms(persons.items(), text)
    planned = [_planned(one, forms[id(one)], text, names) for one in wanted]
    planned += [_bracketed(_planned(one, forms[id(one)], text, names), text) for one in erased]
    planned += _echoes(planned, stands.spans, document)
    planned += _unfound_names(planned, persons_found, text, document)
    planned.sort(key=lambda one: (one.edit.start, -one.edit.end))
    levelled = frozenset(value for value, level in levels.items() if level)
    pieces = (piece for one in _apart(planned, text) for piece in _by_cell(one, document))
    return tuple(_readable(one, document, levelled) for one in pieces)


def _by_cell(one: Planned, document: Document) -> Iterator[Planned]:
    """An edit that runs over several cells of a table as one for each: what stands between them is the table."""
    edit = one.edit
    block = document.block_at(edit.start)
    table = block.table if block is not None else None
    cell = table.cell_at(edit.start) if table is not None else None
    if table is None or cell is None or table.ends[cell] >= edit.end:
        yield one
        return
    even = len(edit.replacement) == edit.end - edit.start
    left = edit.replacement
    while cell < len(table.starts) and table.starts[cell] < edit.end:
        start, end = max(edit.start, table.starts[cell]), min(edit.end, table.ends[cell])
        cell += 1
        if start < end:
            new = edit.replacement[start - edit.start : end - edit.start] if even else left
            piece = replace(edit, start=start, end=end, replacement=new)
            yield replace(one, edit=piece, hidden=document.text[start:end] if left != edit.replacement else one.hidden)
            left = ""


def _readable(one: Planned, document: Document, levelled: Collection[Value]) -> Planned:
    """What is deleted in the middle of a sentence leaves 〔略〕 there; a cell or a line of its own is left empty.

    A mark of secrecy that was lifted goes without a trace, and so does what the proof asked to widen.
    """
    edit = one.edit
    if edit.replacement or edit.entity in _TRACELESS or value_of(one.finding) in levelled:
        return one
    if edit.start > one.finding.start or one.finding.part not in _SENTENCES:
        return one
    if _is_alone(edit, document):
        return one
    # Its own signs are as wide for one word as for ten: no other label is needed.
    return replace(one, edit=replace(edit, replacement=OMITTED, blank=False))


def _is_alone(edit: Edit, document: Document) -> bool:
    """Whether nothing else stands in the table cell, or else in the line, that an edit lies in."""
    block = document.block_at(edit.start)
    table = block.table if block is not None else None
    cell = table.cell_at(edit.start) if table is not None else None
    text, first, last = document.text, 0, len(document.text)
    if table is not None and cell is not None:
        first, last = table.starts[cell], table.ends[cell]
    # Step by step: one line may hold a hundred thousand findings.
    start, end = edit.start, edit.end
    while start > first and text[start - 1].isspace() and text[start - 1] != "\n":
        start -= 1
    while end < last and text[end].isspace() and text[end] != "\n":
        end += 1
    return (start <= first or text[start - 1] == "\n") and (end >= last or text[end] == "\n")


def _echoes(planned: list[Planned], stands: Iterable[tuple[int, int]], document: Document) -> list[Planned]:
    """The same values where no rule found them: as a case number, in an address of the web, in full width."""
    known = {spelling: one for one in planned for spelling in one.spellings()}
    found = []
    taken = sorted([*((one.finding.start, one.finding.end) for one in planned), *stands])
    text = document.text
    plain = ((start, start + len(value), value) for start, value in in_text(text, known))
    for start, end, value in (*plain, *spaced(text, filter(is_distinct, known))):
        before = bisect_right(taken, (start, len(text))) - 1
        if before >= 0 and taken[before][1] >= end:
            continue
        like = known[value]
        part, locator = document.place(start, end)
        finding = replace(like.finding, start=start, end=end, part=part, locator=locator, permitted_end=None)
        at, replacement = written(finding, text, like.form)
        if like.form.kind == "township" and like.hidden == text[start:end]:
            at += like.edit.start - like.finding.start
        edit = Edit(at, end, replacement, finding.entity, like.edit.blank)
        found.append(Planned(edit, finding, like.form, text[start:end]))
    return found


def _persons(findings: Iterable[Finding]) -> list[Finding]:
    return [one for one in findings if one.entity in PERSONS and one.part != "filename"]


def _unfound_names(planned: list[Planned], found: list[Finding], text: str, document: Document) -> list[Planned]:
    """A masked person's whole name where no rule took it for one: 联系张华芳 beside a masked number tells who 张某 is.

    Not where the draft names somebody of that name who stays: an official, or a place that was accepted.
    """
    hidden = {(one.finding.start, one.finding.end) for one in planned}
    stays = {one.value for one in found if (one.start, one.end) not in hidden}
    known = {one.finding.value: one for one in planned if one.edit.entity in PERSONS}
    names = [name for name in known if len(name) > 1 and name not in stays]
    taken = sorted([*hidden, *((one.start, one.end) for one in found)])
    echoes = []
    for start, name in in_text(text, names):
        end = start + len(name)
        before = bisect_right(taken, (start, len(text))) - 1
        if before >= 0 and taken[before][1] > start:
            continue
        # 王建 is in 王建设 too.
        if len(name) == 2 and any(map(_is_han, (text[max(start - 1, 0) : start], text[end : end + 1]))):
            continue
        like = known[name]
        part, locator = document.place(start, end)
        finding = replace(like.finding, start=start, end=end, part=part, locator=locator)
        echoes.append(Planned(replace(like.edit, start=start, end=end), finding, like.form, name))
    return echoes


def _is_han(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


def _planned(finding: Finding, form: Form, text: str, names: Pseudonyms) -> Planned:
    if form.kind in ("surname", "anonymous"):
        start, replacement = finding.start, names[finding.value]
    else:
        start, replacement = written(finding, text, form)
    stretch = text[finding.start : finding.end]
    if finding.masked and form.kind == "keep" and not wider_than(replacement, stretch):
        start, replacement = written(finding, text, Form("label"))
    edit = Edit(start, finding.end, replacement, finding.entity, form.kind in ("label", "delete"))
    return Planned(edit, finding, form, stretch)


def _bracketed(one: Planned, text: str) -> Planned:
    """A lifted mark with the brackets that hold nothing else: （此件不公开） leaves no （）."""
    start, end = one.edit.start, one.edit.end
    if text[start - 1 : start] + text[end : end + 1] not in ("（）", "()", "【】", "[]", "〔〕"):
        return one
    return replace(one, edit=replace(one.edit, start=start - 1, end=end + 1), hidden=text[start - 1 : end + 1])


def _apart(planned: list[Planned], text: str) -> Iterable[Planned]:
    """Edits that overlap made one: the widest, as a label where more would be left of it than of one inside."""
    open_: Planned | None = None
    for one in planned:
        if one.edit.start >= one.edit.end:
            continue
        if open_ is None or one.edit.start >= open_.edit.end:
            if open_ is not None:
                yield open_
            open_ = one
            continue
        open_ = _both(open_, one, text)
    if open_ is not None:
        yield open_


def _both(outer: Planned, inner: Planned, text: str) -> Planned:
    """One edit for two that overlap."""
    start, end = outer.edit.start, max(outer.edit.end, inner.edit.end)
    outer = replace(outer, inner=tuple(dict.fromkeys((*outer.inner, *outer.spellings(), *inner.spellings()))))
    if end == outer.edit.end and (
        not outer.edit.replacement
        or (start, outer.edit.replacement) == (inner.edit.start, inner.edit.replacement)
    ):
        return outer
    form = Form("label" if outer.edit.replacement or inner.edit.replacement else "delete")
    replacement = LABEL if form.kind == "label" else ""
    edit = Edit(start, end, replacement, outer.edit.entity, True)
    return Planned(edit, outer.finding, form, text[start:end], outer.inner)
