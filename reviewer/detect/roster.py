"""Names written one behind the other: what stands among names is one.

`13号要京京　14号及永红　15号郝家兴`: neighbours tell rare surnames, and names that are words (高原, 成功).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import regex

from reviewer.detect.candidate import Candidate
from reviewer.detect.lines import Lines
from reviewer.detect.pattern import normalise
from reviewer.detect.table import is_header_word
from reviewer.language import cues
from reviewer.language.shape import is_any_word, is_han, is_place_like, surname_length
from reviewer.prepared.patterns import compiled_regex

_FEWEST = 3
"""names that make a roster"""

Span = tuple[int, int]


@cache
def _item() -> regex.Pattern[str]:
    """Two to four characters by themselves, or two that white space pads."""
    begin = r"(?:(?<=[0-9]号)|(?<!\p{Han})(?!(?<=[0-9])[号年月日人户名元]))"
    return compiled_regex(begin + r"(?:\p{Han}{2,4}|\p{Han}[ \u3000]{1,4}\p{Han})(?![\p{Han}：:])")


@cache
def _link() -> regex.Pattern[str]:
    """What may stand between two members: marks and white space, a remark in brackets, an amount, a number."""
    return compiled_regex(
        r"[ \u3000\r\n、，,；;/|]*(?:[（(【\[][^（）()【】\[\]\n]{0,20}[）)】\]])?[ \u3000\r\n、，,；;/|]*"
        r"(?:[0-9][0-9.,]{0,8}元?[ \u3000\r\n、，,；;/|]+)?(?:[（(]?[0-9]{1,3}[）).、．号:：][ \u3000]*)?"
    )


@cache
def _keyed() -> tuple[regex.Pattern[str], ...]:
    """Two to four characters beside what parts the members of a list: 初三周海, 周二：秦川, 周海第一, 东邻周海."""
    item, apart = r"(?P<item>\p{Han}{2,4}|\p{Han}[ \u3000]{1,4}\p{Han})", r"(?![\p{Han}：:])"
    day = r"(?:(?:大年|正月|腊月|农历)?(?:初[一二三四五六七八九十]|除夕)|(?:周|星期|礼拜)[一二三四五六日天])"
    return (
        compiled_regex(rf"(?<!\p{{Han}}){day}[：: \u3000]{{0,2}}{item}{apart}"),
        compiled_regex(rf"(?<!\p{{Han}}){item}(?=第[一二三四五六七八九十0-9]{{1,3}}[名位]?(?!\p{{Han}}))"),
        compiled_regex(rf"(?<!\p{{Han}})[东南西北][邻至靠][：: \u3000]{{0,2}}{item}{apart}"),
    )


_AROUND = 2
"""rows above and below those with names that may belong to them"""
_NEAR = 40
"""characters between two members of one list with words between them"""


def beside_keys(lines: Lines, names: list[Candidate]) -> Iterator[Candidate]:
    """What stands beside a day, a rank or a compass point, where a name stands beside the next one."""
    at = {(one.start, one.end): one for one in names}
    for start, end in _stretches(lines, names):
        for pattern in _keyed():
            members = [match.span("item") for match in pattern.finditer(lines.text, start, end)]
            for place, span in enumerate(members):
                near = [*reversed(members[max(place - 2, 0) : place]), *members[place + 1 : place + 3]]
                like = next((at[other] for other in near if other in at and abs(other[0] - span[0]) < _NEAR), None)
                if span in at or like is None:
                    continue
                written = lines.text[slice(*span)]
                if may_be_one(written) and not is_any_word("".join(written.split())):
                    yield _like(like, lines.text, span, sure=False)


@cache
def _partings() -> tuple[regex.Pattern[str], ...]:
    """What may part the fields of rows that are plain text."""
    return tuple(map(compiled_regex, ("\t", "[|│┃]", "[,，]", "、", " {2,}|\u3000+", "/")))


def in_columns(lines: Lines, names: list[Candidate]) -> Iterator[Candidate]:
    """What stands in one column with names, in lines of as many fields each: the odd cell of a column of names."""
    at = {(one.start, one.end): one for one in names}
    seen: set[Span] = set()
    for first, last in _runs(lines, names):
        rows = range(max(first - _AROUND, 0), min(last + _AROUND + 1, len(lines.lines)))
        for parting in _partings():
            if parting.search(lines.text, lines.starts[rows[0]], lines.starts[rows[-1] + 1]) is None:
                continue
            for column in _columns(lines, rows, parting):
                for one in _odd_ones(lines.text, column, at):
                    if (one.start, one.end) not in seen:
                        seen.add((one.start, one.end))
                        yield one


def _columns(lines: Lines, numbers: range, parting: regex.Pattern[str]) -> Iterator[list[Span]]:
    """The columns of each run of lines that hold the same number of fields, as the places of their cells."""
    rows: list[list[Span]] = []
    for number in numbers:
        fields = _fields(lines.lines[number], lines.starts[number], parting)
        if rows and len(fields) != len(rows[-1]):
            yield from map(list, zip(*rows, strict=True))
            rows = []
        if len(fields) > 1:
            rows.append(fields)
    yield from map(list, zip(*rows, strict=True))


def _fields(line: str, base: int, parting: regex.Pattern[str]) -> list[Span]:
    """Where the fields of a line stand, without the white space around them."""
    fields, at = [], 0
    for match in [*parting.finditer(line), None]:
        end = match.start() if match is not None else len(line)
        field = line[at:end]
        start = at + len(field) - len(field.lstrip())
        fields.append((base + start, base + max(start, at + len(field.rstrip()))))
        at = match.end() if match is not None else end
    return fields


def _odd_ones(text: str, column: list[Span], at: dict[Span, Candidate]) -> Iterator[Candidate]:
    """The cells that may be names, where most of the column is."""
    cells = [span for span in column if span[0] < span[1]]
    known = [at[span] for span in cells if span in at]
    if len(known) < 2 or (len(known) < _FEWEST and any(one.confidence == "possible" for one in known)):
        return
    # The first row may be the header.
    odd = [span for span in cells if span not in at and span != column[0] and may_be_one(text[slice(*span)], sure=True)]
    others = len(cells) - len(known) - len(odd)
    if len(known) < 2 * len(odd) or others > max(1, len(cells) // 5):
        return
    for span in odd:
        yield _like(known[0], text, span, sure=False)


def _like(one: Candidate, text: str, span: Span, *, sure: bool) -> Candidate:
    """A name at `span` that is what another one is."""
    return replace(
        one, start=span[0], end=span[1], value=normalise("NAME", text[slice(*span)]), view="plain", pseudonym=False,
        confidence="likely" if sure else "possible",
    )  # fmt: skip


def among(lines: Lines, names: list[Candidate]) -> Iterator[Candidate]:
    """What stands among the names and may be one as well."""
    at = {(one.start, one.end): one for one in names}
    for members in _lists(lines, names):
        found = [at.get(span) for span in members]
        known = sum(one is not None for one in found)
        if known >= _FEWEST and known * 5 >= len(found) * 3:
            yield from _neighbours(lines.text, members, found)


def _runs(lines: Lines, names: list[Candidate]) -> Iterator[tuple[int, int]]:
    """The first and the last of lines in which names stand; a list may run over a few lines in which none is known."""
    run: list[int] = []
    for number in sorted({lines.number(one.start) for one in names}):
        if run and number - run[-1] > 2:
            yield run[0], run[-1]
            run = []
        run.append(number)
    if run:
        yield run[0], run[-1]


def _stretches(lines: Lines, names: list[Candidate]) -> Iterator[Span]:
    """The same lines as stretches of the text."""
    for first, last in _runs(lines, names):
        yield lines.starts[first], lines.starts[last] + len(lines.lines[last])


def _lists(lines: Lines, names: list[Candidate]) -> Iterator[list[Span]]:
    """Runs of items of which one at least is a name, each as the spans of its members."""
    for start, end in _stretches(lines, names):
        members: list[Span] = []
        for match in _item().finditer(lines.text, start, end):
            if members and _link().fullmatch(lines.text, members[-1][1], match.start()) is None:
                yield members
                members = []
            members.append(match.span())
        yield members


def _neighbours(text: str, members: list[Span], found: list[Candidate | None]) -> Iterator[Candidate]:
    """What stands beside a name in its list and is written like one."""
    for place, (start, end) in enumerate(members):
        if found[place] is not None:
            continue
        before = [one for one in found[max(place - 2, 0) : place] if one is not None]
        after = [one for one in found[place + 1 : place + 3] if one is not None]
        beside = [*before[-1:], *after[:1]]
        if beside and may_be_one(text[start:end], sure=len(beside) == 2):
            yield _like(beside[0], text, (start, end), sure=len(beside) == 2)


def may_be_one(written: str, *, sure: bool = False) -> bool:
    """Whether what stands among names may be one: a surname and one or two characters, no label, title or place.

    sure  names stand on either side: three characters need not begin with a known surname (要京京)
    """
    value = "".join(written.split())
    if not all(map(is_han, value)):
        return False
    first = surname_length(value, 0)
    if not (first and 1 <= len(value) - first <= 2) and not (sure and len(value) == 3):
        return False
    if value in cues.table() or value in cues.titles() or value in _SUMS or is_header_word(value):
        return False
    return not is_place_like(value) and not value.endswith(_NO_PERSON)


_SUMS = frozenset(["合计", "平均", "余额", "单价", "全部", "空缺", "别处", "同前", "应发", "实发"])
_NO_PERSON = tuple("局科股室所站队院校委办处厅会部社区县市镇乡村组街路厂店行司场园类项元号")
