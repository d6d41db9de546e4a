"""Exam numbers that no label names: numbers of one length in the rows of a list of examinees."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from reviewer.detect.candidate import Candidate
from reviewer.detect.compiled import Compiled
from reviewer.detect.lines import Lines
from reviewer.identifiers import mobile
from reviewer.prepared.patterns import compiled

_LIST = compiled("准考证|考号|考生|笔试|面试|成绩|分数线|应试|报考|入围|体检人员|递补|拟录用|拟聘")
"""what a list of examinees speaks of in front of its rows"""
_EXAMINEES = compiled("准考证|考号|考生|笔试|面试|应试|报考|入围|体检人员|递补|拟录用|拟聘")
"""which of these words, and no other, are enough where posts and offices stand between name and number"""
_ROW = compiled(
    r"(?m)^[ \t\u3000|｜]*(?:[0-9]{1,4}[.、．]?[ \t\u3000|｜]+)?(?:[\u4e00-\u9fff·]{1,4}[ \t\u3000|｜]+){0,3}"
    r"(?P<value>[A-Z]{0,3}[0-9]{8,14})(?=[ \t\u3000|｜\r]|$)"
)
"""a row: serial number and name may stand in front of the number"""
_LONG_ROW = compiled(
    r"(?m)^[ \t\u3000|｜]*(?:(?![A-Z]{0,3}[0-9]{6})[^\s|｜]{1,24}[ \t\u3000|｜]+){0,7}"
    r"(?P<value>[A-Z]{0,3}[0-9]{8,14})(?=[ \t\u3000|｜\r]|$)"
)
"""a row of any words, parted by blanks, in front of its first long number"""
_HEADER = compiled(
    r"[ \t\u3000]*(?:[\u4e00-\u9fffA-Za-z（）()/]{1,12}[ \t\u3000]+){2,11}"
    r"(?:[\u4e00-\u9fffA-Za-z（）()/]{1,12})?[ \t\u3000\r]*"
)
"""column headers that blanks part"""
_NUMBERED = compiled("准考证|考号|考生号|报名序?号")
_VALUE = compiled("[A-Z]{0,3}[0-9]{6,20}")
_NUMBER = compiled("(?<![0-9A-Za-z])[A-Z]{0,3}[0-9]{6,20}(?![0-9A-Za-z])")
_DATE = compiled("(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_CODES = compiled("(?:职位|岗位|单位|专业|学校|身份|项目|银行|账)[^\n]{0,3}(?:代码|编号|号)|电话|手机|卡号|学号|学籍")
"""a header above the rows that calls the numbers something else"""
_ABOVE = 400
_ROWS = 3
_SAME = 4
"""characters that the numbers of one exam begin with alike"""


GATES = {
    "exam": (_LIST.pattern, _NUMBERED.pattern),
    "exam-row": ("[0-9]{8}(?![0-9A-Za-z])",),
}
"""which lines speak of examinees or head a column of them, and which can be their rows"""


def exam_numbers(
    lines: Lines, spoken: Sequence[int], rows: Sequence[int], compiled: Compiled
) -> Iterator[Candidate]:
    """EXAM_ID candidates of lists that have no label and no header for them; the same numbers elsewhere, too.

    spoken, rows  the numbers, in order, of the lines that the gate let through for "exam" and "exam-row"
    """
    rule = compiled.book.by_id("exam-id")
    if rule is None or not rows:
        return
    cues = (_LIST.search(lines.text, *lines.span(number)) for number in spoken)
    first_cue = next((cue for cue in cues if cue is not None), None)
    if first_cue is None:
        return
    start = first_cue.start()
    found = [*_exams(lines, start, rows), *_below_headers(lines, start, spoken)]
    prefixes = {(length, prefix[:_SAME]): prefix for prefix, length in found}
    if not prefixes:
        return
    # One pass for all exams: a text may hold thousands.
    for match in _NUMBER.finditer(lines.text):
        value = match.group()
        prefix = prefixes.get((len(value), value[:_SAME]))
        if prefix is not None and value.startswith(prefix):
            yield Candidate(rule, *match.span(), value, "plain", confidence="likely")


def _exams(lines: Lines, start: int, numbers: Sequence[int]) -> Iterator[tuple[str, int]]:
    """(what they begin with, length) of each set of numbers that are those of one exam, in rows behind `start`."""
    groups: dict[tuple[int, str], list[re.Match[str]]] = defaultdict(list)
    for number in numbers:
        at = lines.starts[number]
        match = _LONG_ROW.match(lines.text, at) if at >= start else None
        if match is None:
            continue
        value = match["value"]
        if not mobile.is_valid(value) and _DATE.fullmatch(value) is None:
            groups[len(value), value[:_SAME]].append(match)
    for (length, _), rows in groups.items():
        if _are_distinct([row["value"] for row in rows], _ROWS) and _are_listed(lines.text, rows):
            values = {row["value"] for row in rows}
            yield _alike(min(values), max(values)), length


def _are_distinct(values: list[str], fewest: int) -> bool:
    """Whether hardly any comes twice: the code of a post comes again in each row, an examinee's number does not."""
    distinct = len(set(values))
    return distinct >= fewest and distinct * 10 >= len(values) * 8


def _are_listed(text: str, rows: list[re.Match[str]]) -> bool:
    """Whether what stands above the rows says that they are of examinees, and does not call the numbers otherwise."""
    top = text[max(0, rows[0].start() - _ABOVE) : rows[0].start()]
    header = top.rstrip().rpartition("\n")[2]
    short = all(_ROW.match(text, row.start()) for row in rows)
    if _CODES.search(header) and not (short and ("准考证" in header or "考号" in header)):
        return False
    return (_LIST if short else _EXAMINEES).search(top) is not None


def _below_headers(lines: Lines, start: int, numbers: Sequence[int]) -> Iterator[tuple[str, int]]:
    """The same of numbers that stand, in rows with as many words, where their header stands."""
    text = lines.text
    at = lines.starts[lines.number(start)]
    for number in numbers:
        first, last = lines.span(number)
        if first < at or last - first > _ABOVE or _NUMBERED.search(text, first, last) is None:
            continue
        if _HEADER.fullmatch(text, first, last) is None:
            continue
        words = text[first:last].split()
        column = next(k for k, word in enumerate(words) if _NUMBERED.search(word))
        groups: dict[tuple[int, str], list[str]] = defaultdict(list)
        at = last + 1
        while at < len(text):
            stop = text.find("\n", at) % (len(text) + 1)
            row = text[at : min(stop, at + _ABOVE)].split()
            if len(row) < 3:
                break
            if len(row) == len(words) and _VALUE.fullmatch(row[column]):
                groups[len(row[column]), row[column][:_SAME]].append(row[column])
            at = stop + 1
        for (length, _), values in groups.items():
            if _are_distinct(values, 2):
                yield _alike(min(values), max(values)), length


def _alike(one: str, other: str) -> str:
    """What two different numbers begin with alike."""
    return one[: next(k for k, (a, b) in enumerate(zip(one, other, strict=True)) if a != b)]
