"""Lists of names in running text and tables: which names stand in one, under what header, under what heading."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from reviewer.detect.candidate import Candidate
from reviewer.detect.lines import Lines
from reviewer.detect.table import is_header_word
from reviewer.language import roles
from reviewer.language.shape import is_han
from reviewer.prepared.patterns import compiled

_NUMBER = r"(?:(?:序号)?第?[（(]?[0-9０-９一二三四五六七八九十、]{1,20}[)）]?(?:[号名位]|[.、．:：])?[\s\u3000]*){0,2}"
_OPENS = compiled(rf"[\s\u3000]*(?:[^\s：:，,。；;、]{{1,24}}[：:])?[\s\u3000]*{_NUMBER}[\"“『「]?")
"""what stands between the beginning of a line and its first item: 岗位A01（护理）：, 12., 序号7“"""
_PARTED = compiled(rf"(?:^|[\s\u3000、，,；;：:）)/|│]){_NUMBER}[\"“『「]?$")
_TOKEN = compiled(
    r"(?:[0-9]{1,20}(?:号|[.、．)）])?)?[\"“]?(?:[\u4e00-\u9fff·*＊×某]{2,4}|[\u4e00-\u9fff])[\"”]?"
    r"(?:[（(][^（）()]{0,30}[）)])?|[0-9.,]{1,12}元?"
)
_PARTS = compiled(r"[\s\u3000、，,；;]+")
_NEAR, _BETWEEN = 24, "、，,；;/\"“"
_APART = 3
"""lines from which on names no longer stand in one list"""
_LABEL = compiled(r"[\s\u3000]*[^\s：:，,。；;]{1,24}[：:]")
_CELLS = compiled(r"[│┃|]")
_BOX = str.maketrans("┌┬┐├┼┤", "││││││")
_ILLNESS = ("诊断", "症状", "病情", "病种", "疾病", "核酸", "发病", "高危因素", "伤情")
_AGE = ("年龄", "出生", "生日")
_YEARS = compiled(r"[\s\u3000]*([0-9]{1,3})(?![0-9.])")
_BIRTH = compiled("(?:出生(?:年月日?|日期|时间)?|生日)(?:[（(].{0,8}[）)])?")
_DAY = compiled(r"[\s\u3000]*((?:19|20)[0-9]{2})(?:[年.\-/]?(1[0-2]|0[1-9]|[1-9](?![0-9])))?")
_OF_AGE = 18
_BLANK = compiled(r"[\s\u3000]+")
_UP = 60
"""rows above in which a header is looked for"""
_LONGEST = 60
_TITLES = 5
"""lines from the top that may be the title"""
_HEADING = compiled(
    r"名单|名册|公示|公告|[^代]表|人员|人选|表彰|光荣榜|喜报|通讯录|对象|台账|明细|结果|情况|一览|清单|月报|报告|通报|通知|病例|户|奖|成绩|[：:]$"
)
_NUMBERED = compiled(
    r"[\s\u3000]*(?:[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十]{1,3}[）)]|第[一二三四五六七八九十]{1,3}[章节部批])"
)


class Lists:
    """The lists of one document, worked out when asked for."""

    def __init__(self, names: Iterable[Candidate], lines: Lines) -> None:
        self._lines = lines
        self._names: dict[int, list[Candidate]] = {}
        for one in names:
            if lines.column(one.start) is None:
                self._names.setdefault(lines.number(one.start), []).append(one)
        self._items: set[int] | None = None
        self._item_lines: set[int] = set()
        self._headers: dict[int, int] = {}
        self._sections: list[str] = []
        self._title = ""

    def holds(self, one: Candidate) -> bool:
        """Whether the name is an item of a list, a row or a column."""
        block = self._lines.block(one.start)
        cell = block.table.cell_at(one.start) if block is not None and block.table is not None else None
        if cell is None or block is None or block.table is None:
            return one.start in self._found() or bool(self.header(one))
        text, first = self._lines.text, block.table.starts[cell]
        before = text[max(first, one.start - _NEAR) : one.start].strip()
        return (not before or before[-1] in _BETWEEN) and not is_han(text[one.end : one.end + 1])

    def header(self, one: Candidate) -> str:
        """The header over the name in rows that are parted by blanks, strokes or slashes; '' where there is none."""
        return self._fields(one).get("", "")

    def is_of_sick(self, one: Candidate) -> bool:
        """Whether a column of the list holds illnesses."""
        return _any_in(_ILLNESS, "\n".join(self._columns(one)))

    def is_minor(self, one: Candidate, day: date) -> bool:
        """Whether the row's age, or date of birth, is that of one under age on `day`."""
        if not _any_in(_AGE, "\n".join(self._columns(one))):
            return False
        lines = self._lines
        row = self._fields(one) if lines.column(one.start) is None else lines.fields(one.start)
        for header, cell in row.items():
            if "年龄" in header and (age := _YEARS.match(cell)):
                return int(age[1]) < _OF_AGE
            if _BIRTH.fullmatch("".join(header.split())) and (born := _DAY.match(cell)):
                return roles.is_under_age(int(born[1]), int(born[2] or 0), day)
        return False

    def _columns(self, one: Candidate) -> Iterable[str]:
        """The headers of the columns beside the name."""
        block = self._lines.block(one.start)
        if block is not None and block.table is not None:
            return self._lines.layout(block).headers.values()
        return self._fields(one)

    def _fields(self, one: Candidate) -> dict[str, str]:
        """The cells of the row by their headers; under '' the header of the name itself."""
        number = self._lines.number(one.start)
        if self._headers.get(number) == -1:
            return {}
        line = self._lines.lines[number]
        if "。" in line or "\t" in line or len(line) > 4 * _LONGEST:
            return {}
        above = self._header_of(number)
        if above < 0:
            return {}
        headers, cells = _cells(self._lines.lines[above]), _cells(line)
        if len(cells) < len(headers) - 1:
            return {}
        at = one.start - self._lines.starts[number]
        found: dict[str, str] = {}
        for (start, end), (first, last) in zip(cells, headers, strict=False):
            header = self._lines.lines[above][first:last].strip()
            found[header] = line[start:end]
            if start <= at < end:
                found[""] = header
        return found

    def _header_of(self, number: int) -> int:
        """The number of the header line over a row, -1 for none."""
        known, text = self._headers, self._lines.lines
        above, found = number - 1, -1
        while above >= max(number - _UP, 0):
            if above in known:
                found = known[above]
                break
            if _is_header(text[above]):
                found = above
                break
            if "\t" in text[above] or "。" in text[above] or len(_cells(text[above])) < 3:
                break
            above -= 1
        for row in range(above + 1, number + 1):
            known[row] = found
        return found

    def _found(self) -> set[int]:
        """Where the items of lists begin."""
        if self._items is None:
            self._items = set()
            run: list[int] = []
            last = -_APART
            for number in sorted(self._names):
                items = self._items_of(number)
                if number - last >= _APART:
                    run = self._close(run)
                if items:
                    last = number
                    self._item_lines.add(number)
                    run += items
            self._close(run)
        return self._items

    def _close(self, run: list[int]) -> list[int]:
        if len(run) > 1:
            assert self._items is not None
            self._items.update(run)
        return []

    def _items_of(self, number: int) -> list[int]:
        """Where the names of a line begin that are items."""
        line, base = self._lines.lines[number], self._lines.starts[number]
        found: list[int] = []
        roster: bool | None = None
        for one in self._names[number]:
            start, end = one.start - base, one.end - base
            if is_han(line[end : end + 1]):
                continue
            if _OPENS.fullmatch(line, 0, start) is None:
                if roster is None:
                    roster = bool(found) or _is_roster(line)
                if not roster or _PARTED.search(line[max(start - 30, 0) : start]) is None:
                    continue
            found.append(one.start)
        return found

    def section(self, one: Candidate) -> str:
        """The role that the nearest heading above a name says its list has; '' where none does."""
        self._found()
        number = self._lines.number(one.start)
        while len(self._sections) <= number:
            self._sections.append(self._heading(len(self._sections)))
        return self._sections[number]

    def title(self) -> str:
        """The role that the title says the lists of the document have."""
        self._found()
        if not self._title:
            for number in range(min(_TITLES, len(self._lines.lines))):
                role = self._role_of(number)
                if role and not _NUMBERED.match(self._lines.lines[number]):
                    self._title = role
                    break
            else:
                self._title = " "
        return self._title.strip()

    def _heading(self, number: int) -> str:
        before = self._sections[-1] if self._sections else ""
        if number < _TITLES:
            return ""
        line = self._lines.lines[number]
        if len(line) > _LONGEST or "\t" in line or number in self._item_lines:
            return before
        role = self._role_of(number)
        return role or ("" if _NUMBERED.match(line) else before)

    def _role_of(self, number: int) -> str:
        line = self._lines.lines[number].strip()
        if not line or len(line) > _LONGEST or "。" in line or "\t" in line or number in self._item_lines:
            return ""
        announced = roles.of_subject(line)
        if announced is not None:
            return announced
        if _HEADING.search(line) is None and _NUMBERED.match(line) is None:
            return ""
        return roles.heading_role(line) or ""


@lru_cache(maxsize=256)
def _any_in(words: tuple[str, ...], headers: str) -> bool:
    """Whether a header of a list holds one of `words`; every name of the list asks."""
    return any(word in headers for word in words)


def _cells(line: str) -> list[tuple[int, int]]:
    """The cells of a row that strokes, slashes or blanks part."""
    line = line.translate(_BOX)
    strokes = [match.start() for match in _CELLS.finditer(line)]
    if len(strokes) < 2:
        strokes = [at for at, char in enumerate(line) if char == "/"]
    if len(strokes) >= 2:
        # A stroke at the edge of the table parts nothing.
        first = [-1] if line[: strokes[0]].strip() else []
        last = [len(line)] if line[strokes[-1] + 1 :].strip() else []
        edges = [*first, *strokes, *last]
        return [(edges[k] + 1, edges[k + 1]) for k in range(len(edges) - 1)]
    found, at = [], 0
    for match in _BLANK.finditer(line):
        if match.start() > at:
            found.append((at, match.start()))
        at = match.end()
    return [*found, *([(at, len(line))] if at < len(line) else [])]


def _is_header(line: str) -> bool:
    """Whether a line names the columns of the rows below it."""
    if len(line) > 3 * _LONGEST or any(sign in line for sign in "。：\t"):
        return False
    cells = ["".join(line[start:end].split()) for start, end in _cells(line)]
    cells = [cell for cell in cells if cell]
    if len(cells) < 3:
        return False
    named = sum(_names_column(cell) for cell in cells)
    return named * 3 >= len(cells) * 2


def _names_column(cell: str) -> bool:
    bare = re.sub(r"[（(][^（）()]*[）)]", "", cell)
    return len(bare) <= 10 and not bare[-1:].isdigit() and (
        is_header_word(bare) or roles.role_for(bare) is not None or bare.endswith(_COLUMNS)
    )


_COLUMNS = (
    "序号", "编号", "姓名", "名称", "年龄", "性别", "号码", "证号", "电话", "地址", "住址", "村组", "金额",
    "面积", "结果", "时间", "日期", "情况", "类别", "班级", "症状", "单位", "成绩", "坐落", "方式", "总额",
    "因素", "孕周", "备注", "标准", "人口", "原因", "类型", "岗位", "职务", "乡镇", "项目", "用途", "等级",
    "处理", "内容", "意见", "对象", "名次", "学校", "专业", "文号",
)  # fmt: skip


def _is_roster(line: str) -> bool:
    """Whether a line is a label and then hardly anything but short items."""
    if "。" in line:
        return False
    label = _LABEL.match(line)
    tokens = [token for token in _PARTS.split(line[label.end() if label is not None else 0 :]) if token]
    fitting = sum(_TOKEN.fullmatch(token) is not None for token in tokens)
    return len(tokens) >= 2 and fitting * 10 >= len(tokens) * 7
