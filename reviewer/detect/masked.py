"""Masked numbers: how many real values still fit what is shown, with what the row or clause adds.

`340102********1234` beside `1990年5月` leaves about three people: such a mask hides nothing. The
count is reviewer.identifiers.candidates', the clues are detect.clues'; here the mask is found and its kind told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache

import regex

from reviewer.detect.candidate import Candidate
from reviewer.detect.clues import known, names_something, says_something
from reviewer.detect.compiled import Compiled
from reviewer.detect.lines import Context, Lines
from reviewer.identifiers import areas, candidates, mobile, resident_id
from reviewer.identifiers.candidates import Known
from reviewer.identifiers.resident_id import PROVINCES
from reviewer.prepared.patterns import compiled
from reviewer.rulebook.rule import CaseSeverity, Rule
from reviewer.text.view import View, fold

_MASK = "*＊✱✲×xXＸ●○◯□■█#＃?？_＿…某★☆"
_SINGLE = "*＊●○□■#＃?？"
GATES = (f"[0-9０-９][{_MASK}]{{2,}}", f"[{_MASK}]{{3,}}[0-9０-９]{{2,}}", f"[0-9]{{6,}}[{_MASK}]",
         f"(?:1|[0-9]{{2,17}})[{_SINGLE}][0-9]{{2,17}}", f"[0-9][ -][{_MASK}]{{2,}}", r"[0-9][ -]?\\[*＊_]",
         f"[0-9]{{3,4}}[ -][0-9]{{2,4}}[{_SINGLE}]", f"[0-9]{{2,4}}[{_SINGLE}][ -][0-9]{{3,4}}",
         "[0-9][.．][0-9]{2,16}[Ee][+]?1[0-9]")  # fmt: skip
_NO_DIGIT = compiled("[^0-9]")
_HAS_DIGIT = compiled("[0-9]")
_GROUP = compiled("[^ -]+")
_LENGTHS = (19, 18, 17, 16, 15, 11)
"""of the numbers that may be written in groups"""
_WRITTEN_SO = compiled(f"[0-9{_MASK}]{{3,6}}(?:[ -][0-9{_MASK}]{{4,8}}){{1,4}}")
_BOLD = compiled(r"[*_\\ -]+")
_OPEN = compiled("[0-9]+(?:[ -][0-9]+)*[xX]?")
"""numbers of which nothing is masked: lists of whole ones are long"""
_POWER = compiled(r"(?<![0-9A-Za-z.])([1-9])[.．]([0-9]{2,16})[Ee][+]?(1[0-9])(?![0-9A-Za-z.])")
_CARD_LENGTHS = (16, 17, 19, 18)
_MOST = 40


@cache
def _shape() -> regex.Pattern[str]:
    """Digits and mask signs, together or in groups as numbers are written; a final X may be a digit."""
    unit = rf"(?:[0-9]|\\?[{_MASK}])"  # Markdown writes \* for a *
    guard, stop = f"(?<![0-9A-Za-z{_MASK}])", "(?![0-9A-WYZa-wyz])"
    return regex.compile(
        f"{guard}(?:{unit}{{2,18}}(?:[ \\-]{unit}{{2,18}}){{1,6}}|{unit}(?:-?{unit}){{7,{_MOST}}}){stop}"
    )


_AS_IDS_ARE = compiled("[0-9]{6}[?]+[0-9]{3}[0-9X]")
"""the area in front and the last four shown, as most lists do"""
_ID_WORDS = ("身份证", "公民身份", "证件号", "身份号", "居民证")
_PHONE_WORDS = ("手机", "电话", "联系方式", "移动", "联系人")
_CARD_WORDS = ("卡号", "账号", "帐号", "银行", "一卡通", "存折", "账户")


@dataclass(frozen=True, slots=True)
class _Judged:
    entity: str
    count: int
    severity: CaseSeverity


def masked(
    lines: Lines, stretches: Iterable[tuple[int, int, View]], compiled: Compiled, today: date
) -> Iterator[Candidate]:
    """Candidates for masked IDs, phones and cards whose mask leaves too few values."""
    rules = compiled.maskable
    for base, edge, stretch in stretches:
        block = lines.block(base)
        if block is not None and block.part == "formula":
            continue  # there a * multiplies
        reading = fold(stretch.text)
        for start, end, form in _forms(reading.text):
            first, last = stretch.source_span(*reading.source_span(start, end))
            if edge and not base + first < edge < base + last:
                continue
            if (whole := _whole_number(form, rules)) is not None:
                yield _as_written(whole, base + first, base + last, lines.text)
                continue
            shown = _form(form)
            if shown is None:
                continue
            context = lines.context(base + first, base + last)
            if form[-1] == _LOST and not _named(context):
                continue
            judged = _judge(shown, context, lambda: _clues(lines, base + first, context), today)  # noqa: B023
            rule = rules.get(judged.entity) if judged is not None else None
            if judged is None or rule is None:
                continue
            if form[-1] == _LOST:
                yield _rounded(rule, judged, base + first, base + last, shown)
            elif judged.severity != "silent":
                yield _candidate(rule, judged, base + first, base + last, shown)


def _rounded(rule: Rule, judged: _Judged, start: int, end: int, form: str) -> Candidate:
    """A note at least: the table that it was copied from may hold all digits."""
    one = _candidate(rule, judged, start, end, form)
    if judged.severity == "silent":
        one.severity = "note"
    one.message = (
        f"{rule.title}被表格软件改成了科学计数法，仍可缩小到约 {judged.count:,} 个号码；请核对原表是否还有完整号码。"
    )
    return one


@dataclass(frozen=True, slots=True)
class Shown:
    """A masked number at text[start:end]: its kind, and its digits with ? for each that is hidden."""

    entity: str
    start: int
    end: int
    form: str = field(repr=False)


def shown(lines: Lines) -> Iterator[Shown]:
    """All masked numbers of a document, also those that leave so many values that they are no finding."""
    for number, line in enumerate(lines.lines):
        if _SIGN.search(line) is None:
            continue
        reading = fold(line)
        base = lines.starts[number]
        for start, end, written in _forms(reading.text):
            form = _form(written)
            if form is None or written[-1] == _LOST:
                continue
            first, last = reading.source_span(start, end)
            sized = _sized(form, lines.context(base + first, base + last))
            if sized is not None:
                yield Shown(sized[0], base + first, base + last, sized[1])


_SIGN = compiled(f"[{_MASK}]{{2,}}|[0-9０-９][{_SINGLE}]")
_LOST = "\ufffd"
"""stands for a digit that a spreadsheet has rounded away"""


def _forms(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, what is written) of each number in `text` that may be masked."""
    for match in _shape().finditer(text):
        written = match.group()
        if _OPEN.fullmatch(written) is not None:
            continue
        for first, last in _numbers_in(written):
            yield match.start() + first, match.start() + last, written[first:last]
    if "E" in text or "e" in text:
        for match in _POWER.finditer(text):
            digits, size = match[1] + match[2], int(match[3]) + 1
            if len(digits) < size:
                yield *match.span(), digits + _LOST * (size - len(digits))


def _numbers_in(written: str) -> Iterator[tuple[int, int]]:
    """The stretches of `written`, groups of digits and signs, that are one number each, by their length."""
    groups = [match.span() for match in _GROUP.finditer(written)]
    sizes = [len(written[start:end].replace("\\", "")) for start, end in groups]
    if min(sizes) == 1 or len(groups) == 1:
        yield 0, len(written)
        return
    at, found = 0, False
    while at < len(groups):
        last = _last_group(written, groups, sizes, at)
        if last is None:
            at += 1
            continue
        found = True
        yield groups[at][0], groups[last][1]
        at = last + 1
    if not found and _WRITTEN_SO.fullmatch(written) is not None:
        yield 0, len(written)


def _last_group(written: str, groups: list[tuple[int, int]], sizes: list[int], at: int) -> int | None:
    """The group with which the number that begins with group `at` ends; None where no length fits."""
    fits: dict[int, int] = {}
    size = 0
    for last in range(at, len(groups)):
        size += sizes[last]
        if size in _LENGTHS and _HAS_DIGIT.search(written, groups[at][0], groups[last][1]):
            fits[size] = last
    if 11 in fits and written[groups[at][0]] == "1":
        return fits[11]
    return fits[max(fits)] if fits else None


def _named(context: Context) -> bool:
    """Whether a label or header says what kind of number it is."""
    near = context.header + context.left
    return any(word in near for words in (_ID_WORDS, _PHONE_WORDS, _CARD_WORDS) for word in words)


def _whole_number(written: str, rules: dict[str, Rule]) -> tuple[Rule, str] | None:
    """The rule and value of a number that only emphasis marks cut up: **138**12345678."""
    digits = _BOLD.sub("", written).upper()
    if "*" not in written:
        return None
    for entity, size, is_valid in (("PHONE", 11, mobile.is_valid), ("ID_CARD", 18, resident_id.is_valid)):
        if len(digits) == size and is_valid(digits) and entity in rules:
            return rules[entity], digits
    return None


def _as_written(number: tuple[Rule, str], start: int, end: int, text: str) -> Candidate:
    """The number from its first digit to its last."""
    while text[start] in "*_\\":
        start += 1
    while text[end - 1] in "*_\\":
        end -= 1
    return Candidate(number[0], start, end, number[1], "compact")


def _candidate(rule: Rule, judged: _Judged, start: int, end: int, form: str) -> Candidate:
    left = "完整出生日期未遮住" if judged.count > 100 and judged.severity == "check" else ""
    message = f"{rule.title}虽已遮挡，结合同行内容仍可缩小到约 {judged.count:,} 个号码{'，且' + left if left else ''}。"
    return Candidate(
        rule, start, end, form, "plain", confidence="certain" if judged.severity == "block" else "likely",
        labelled=True, severity=judged.severity, message=message, masked=True, candidates=judged.count,
    )  # fmt: skip


def _form(raw: str) -> str | None:
    """Digits, ? for hidden, X for a final X that is a check character; None when it is no masked number."""
    text = raw.replace(" ", "").replace("-", "").replace("\\", "")
    last = text[-1]
    body = _NO_DIGIT.sub("?", text)
    if last in "xX×Ｘ" and len(body) > 1 and (body[-2] != "?" or _sign(text[-2]) != _sign(last)):
        body = body[:-1] + "X"
    shown = len(body) - body.count("?")
    if "?" not in body or shown < 2 or body.strip("?") == "":
        return None
    return body


def _sign(char: str) -> str:
    return "x" if char in "xX×Ｘ" else char


def _clues(lines: Lines, at: int, context: Context) -> Known:
    """What the row or the form around says of the holder of the number at `at`."""
    fields = lines.fields(at)
    row = context.row
    # In a list of numbers there is nothing to be told, and the lines around need not be read as a form.
    if not fields and not says_something(row) and not names_something(lines.form_text(at)):
        return _NOTHING
    return known(row, fields or lines.form(at))


_NOTHING = Known()


def _judge(form: str, context: Context, told: Callable[[], Known], today: date) -> _Judged | None:
    written = _sized(form, context)
    if written is None:
        return None
    entity, sized = written
    full_date = False
    if entity == "ID_CARD":
        clues = told()
        count = candidates.resident_id_candidates(sized, clues, today)
        if not count and clues.birth_day is not None and sized[-1] != "?":
            # The whole birth date stands beside it: a check character that does not fit is a slip of the pen.
            count = min(candidates.resident_id_candidates(sized[:-1] + "?", clues, today), 10)
        count = count or candidates.consistent_candidates(sized, clues, today)
        full_date = candidates.shows_full_birth_date(sized)
    elif entity == "PHONE":
        count = candidates.mobile_candidates(sized)
    else:
        count = candidates.bank_card_candidates(sized, _CARD_LENGTHS)
    if count == 0:
        return None
    return _Judged(entity, count, _severity(count, full_date))


def _sized(form: str, context: Context) -> tuple[str, str] | None:
    """What kind of number a form is, and the form at the length of such a number; None where it is none."""
    entity = _entity(form, context)
    if entity is None:
        return None
    if entity == "ID_CARD":
        sized = form if len(form) in (15, 18) else candidates.fit(form, 18)
        if sized is None or "X" in sized[:-1] or (len(sized) == 15 and "X" in sized):
            return None
        return entity, sized
    if entity == "PHONE":
        sized = form if len(form) == 11 else candidates.fit(form, 11)
        return None if sized is None or "X" in sized else (entity, sized)
    return None if "X" in form else (entity, form)


def _severity(count: int, full_date: bool) -> CaseSeverity:
    if count <= 10:
        return "block"
    if count <= 100 or full_date:
        return "check"
    return "note" if count < 10_000 else "silent"


def _entity(form: str, context: Context) -> str | None:
    """What kind of number is masked: by its label or header first, then by length and first digits."""
    size = len(form)
    near = context.header + context.left
    named = [
        (near.rfind(word), entity)
        for words, entity in ((_ID_WORDS, "ID_CARD"), (_PHONE_WORDS, "PHONE"), (_CARD_WORDS, "BANK_CARD"))
        for word in words
        if word in near
    ]
    if named:
        entity = max(named)[1]
        if entity == "PHONE" and size in (15, 18):
            return "ID_CARD"
        if entity == "ID_CARD" and size == 11 and form[0] == "1":
            return "PHONE"
        if entity == "PHONE" and form[0] not in "1?":
            return None
        return entity
    area = form[:2] in PROVINCES or "?" in form[:2]
    if 13 <= size <= 20 and _AS_IDS_ARE.fullmatch(form) and areas.is_listed(form[:6]):
        return "ID_CARD"  # 532523******1033: the signs are not counted
    if size == 18 and area and not form.startswith("62"):
        return "ID_CARD"
    if size == 11 and form[0] in "1?":
        return "PHONE"
    if size in (16, 17, 18, 19) and (form[:2] in ("62", "60") or form[0] in "45?"):
        return "BANK_CARD"
    if form[:6].isdigit() and area and form[-4:-1].isdigit() and 13 <= size <= 20:
        return "ID_CARD"
    return None
