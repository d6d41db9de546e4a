"""Exam numbers that no label names: numbers of one length in the rows of a list of examinees."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from reviewer.detect.candidate import Candidate
from reviewer.detect.compiled import Compiled
from reviewer.detect.lines import Lines
from reviewer.identifiers import mobile
from reviewer.prepared.patterns import compiled

_LIST = compiled("准考证|考号|考生|笔试|面试|成绩|分数线|应试|报考|入围|体检人员|递补")
"""what a list of examinees speaks of in front of its rows"""
_ROW = compiled(
    r"(?m)^[ \t\u3000|｜]*(?:[0-9]{1,4}[.、．]?[ \t\u3000|｜]+)?(?:[\u4e00-\u9fff·]{1,4}[ \t\u3000|｜]+){0,3}"
    r"(?P<value>[A-Z]{0,3}[0-9]{8,14})(?=[ \t\u3000|｜\r]|$)"
)
"""a row: serial number and name may stand in front of the number"""
_NUMBER = compiled("(?<![0-9A-Za-z])[A-Z]{0,3}[0-9]{8,14}(?![0-9A-Za-z])")
_DATE = compiled("(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_CODES = compiled("(?:职位|岗位|单位|专业|学校|身份|项目|银行|账)[^\n]{0,3}(?:代码|编号|号)|电话|手机|卡号|学号|学籍")
"""a header above the rows that calls the numbers something else"""
_ABOVE = 400
_ROWS = 3
_SAME = 4
"""characters that the numbers of one exam begin with alike"""


def exam_numbers(lines: Lines, compiled: Compiled) -> Iterator[Candidate]:
    """EXAM_ID candidates of lists that have no label and no header for them; the same numbers elsewhere, too."""
    rule = compiled.book.by_id("exam-id")
    first_cue = _LIST.search(lines.text) if rule is not None else None
    if rule is None or first_cue is None:
        return
    prefixes = {(length, prefix[:_SAME]): prefix for prefix, length in _exams(lines, first_cue.start())}
    if not prefixes:
        return
    # One pass for all exams: a text may hold thousands.
    for match in _NUMBER.finditer(lines.text):
        value = match.group()
        prefix = prefixes.get((len(value), value[:_SAME]))
        if prefix is not None and value.startswith(prefix):
            yield Candidate(rule, *match.span(), value, "plain", confidence="likely")


def _exams(lines: Lines, start: int) -> Iterator[tuple[str, int]]:
    """(what they begin with, length) of each set of numbers that are those of one exam."""
    groups: dict[tuple[int, str], list[re.Match[str]]] = defaultdict(list)
    for match in _ROW.finditer(lines.text, start):
        value = match["value"]
        if not mobile.is_valid(value) and _DATE.fullmatch(value) is None:
            groups[len(value), value[:_SAME]].append(match)
    for (length, _), rows in groups.items():
        values = {row["value"] for row in rows}
        # The code of a post comes again in each row, an examinee's number does not.
        if len(values) < _ROWS or len(values) * 10 < len(rows) * 8:
            continue
        top = lines.text[max(0, rows[0].start() - _ABOVE) : rows[0].start()]
        header = top.rstrip().rpartition("\n")[2]
        if _LIST.search(top) and ("准考证" in header or "考号" in header or not _CODES.search(header)):
            yield _alike(min(values), max(values)), length


def _alike(one: str, other: str) -> str:
    """What two different numbers begin with alike."""
    return one[: next(k for k, (a, b) in enumerate(zip(one, other, strict=True)) if a != b)]
