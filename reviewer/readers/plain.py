"""Plain text, Markdown, CSV and TSV -> Document; its text is the decoded file itself.

Tables that lie in plain text are found, so that a column header is context for its cells and a number never
joins over a cell's edge: lines with tabs, Markdown and drawn tables, records with commas or set with blanks,
and what is left of a web page's table when it is saved as text, one cell a line. Everything else is prose in
blocks that read on.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain
from operator import sub

from reviewer.model import Block, Document, Locator, Table
from reviewer.prepared.patterns import compiled
from reviewer.readers.assembly import Assembly
from reviewer.readers.encoding import decode, undecodable
from reviewer.readers.sniff import sniff
from reviewer.settings import Limits

_KINDS = ("txt", "md", "csv", "tsv")


def read(data: bytes, name: str, limits: Limits, depth: int = 0) -> Document:
    """The file as a Document of format txt, md, csv or tsv, as its name's suffix says."""
    kind = sniff(data, name)
    kind = kind if kind in _KINDS else "txt"
    text, encoding = decode(data)
    assembly = Assembly()
    lost = undecodable(data, text, encoding)
    if lost is not None:
        count, line = lost
        message = (
            f"有 {count} 处字节无法解码（编码按 {encoding} 读取，第一处在第 {line} 行）。"
            "请用原软件另存为 UTF-8 后重新扫描。"
        )
        assembly.gap("undecodable", message, locator=Locator(line=line))
    # The text is not put together from pieces; Assembly gives the digest and the gaps' ids only.
    shell = assembly.finish(path=name, kind=kind, data=data, encoding=encoding)
    table = _separated(text, kind) if kind in ("csv", "tsv") else None
    if table is not None:
        blocks: tuple[Block, ...] = (Block(0, len(text), locator=Locator(line=1), table=table),)
    else:
        blocks = tuple(_blocks(text))
    return replace(shell, text=text, blocks=blocks)


@dataclass(slots=True)
class _Grid:
    """A table found at text[start:end); its rows' numbers are offsets until `_blocks` counts the lines."""

    start: int
    end: int = 0
    table: Table = field(default_factory=Table)

    def row(self, offset: int, starts: Sequence[int], ends: Sequence[int]) -> None:
        table = self.table
        table.starts.extend(starts)
        table.ends.extend(ends)
        table.columns.extend(range(1, len(starts) + 1))
        table.first.append(len(table.starts))
        table.numbers.append(offset)


def _blocks(text: str) -> Iterator[Block]:
    """Prose and tables in turn, covering the whole text; every block begins at a line's beginning."""
    here, line = 0, 1
    for grid in _grids(text):
        if grid.start < here:
            continue
        if grid.start > here:
            yield Block(here, grid.start, locator=Locator(line=line))
            line += text.count("\n", here, grid.start)
        _count_lines(text, grid, line)
        # A last line without a line feed ends where the text does.
        here = min(grid.end, len(text))
        yield Block(grid.start, here, locator=Locator(line=line), table=grid.table)
        line += text.count("\n", grid.start, here)
    if here < len(text):
        yield Block(here, len(text), locator=Locator(line=line))


def _count_lines(text: str, grid: _Grid, line: int) -> None:
    """Turn the rows' offsets into line numbers; the grid begins on line `line`."""
    numbers, here = grid.table.numbers, grid.start
    for k, offset in enumerate(numbers):
        line += text.count("\n", here, offset)
        here = offset
        numbers[k] = line


def _grids(text: str) -> list[_Grid]:
    """All tables in order; they may overlap, then the first counts."""
    found: list[_Grid] = []
    if "\t" in text:
        found.extend(_tab_grids(text))
    for bar in _BARS:
        if bar in text:
            found.extend(_bar_grids(text, bar))
    found.extend(_stacked_grids(text))
    found.extend(_split_grids(text))
    found.sort(key=lambda grid: (grid.start, -grid.end))
    return found


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _next_line(text: str, end: int) -> int:
    """The beginning of the line after the one whose end is `end`."""
    return min(end + 1, len(text))


# -- lines with tabs ---------------------------------------------------------------------------------


def _tab_grids(text: str) -> Iterator[_Grid]:
    here = 0
    while (tab := text.find("\t", here)) >= 0:
        start = text.rfind("\n", here, tab) + 1 or here
        grid = _tabbed_cells(text, start) if tab == start else None
        if grid is not None:
            yield grid
            here = grid.end
        else:
            run = _tab_run(text, start)
            yield from _run_grids(run)
            here = _next_line(text, run.stops[-1])
        if here >= len(text):
            return


class _Rows:
    """Rows of cells in flat arrays: as 100,000 objects they would be gone through for garbage again and again."""

    __slots__ = ("filled", "stops", "table")

    def __init__(self) -> None:
        self.table = Table()
        self.stops = array("q")
        """where the line feed of each row stands"""
        self.filled = array("i")
        """how many cells of each row hold text"""

    def __len__(self) -> int:
        return len(self.stops)

    def width(self, row: int) -> int:
        return self.table.first[row + 1] - self.table.first[row]

    def split(self, text: str, start: int, end: int, separator: str) -> None:
        """Adds the cells of the line text[start:end]."""
        table, line = self.table, text[start:end]
        starts, ends = table.starts, table.ends
        here, filled = start, 0
        for piece in (line[:-1] if line[-1:] == "\r" else line).split(separator):
            starts.append(here)
            here += len(piece)
            ends.append(here)
            here += 1
            if piece and not piece.isspace():
                filled += 1
        self.close(start, end, filled)

    def close(self, start: int, end: int, filled: int) -> None:
        """The cells that were added since the last row are those of text[start:end]."""
        table = self.table
        table.columns.extend(_numbers(len(table.starts) - table.first[-1]))
        table.first.append(len(table.starts))
        table.numbers.append(start)
        self.stops.append(end)
        self.filled.append(filled)

    def drop(self) -> None:
        """Takes the last row back."""
        table = self.table
        table.first.pop()
        del table.starts[table.first[-1] :], table.ends[table.first[-1] :], table.columns[table.first[-1] :]
        table.numbers.pop()
        self.stops.pop()
        self.filled.pop()

    def grid(self, first: int, last: int) -> _Grid:
        """The rows `first` to `last` as a table."""
        table = self.table
        if (first, last) == (0, len(self)):
            return _Grid(table.numbers[0], self.stops[-1] + 1, table)
        left, right = table.first[first], table.first[last]
        cut = Table(
            table.starts[left:right], table.ends[left:right], table.columns[left:right],
            array("q", [place - left for place in table.first[first : last + 1]]), table.numbers[first:last],
        )  # fmt: skip
        return _Grid(table.numbers[first], self.stops[last - 1] + 1, cut)


@lru_cache(maxsize=64)
def _numbers(width: int) -> array[int]:
    """The numbers of so many columns."""
    return array("i", range(1, width + 1))


def _tab_run(text: str, start: int) -> _Rows:
    """The lines with tabs from `start` on; a short heading between rows of a wide table belongs to it."""
    rows = _Rows()
    end = _line_end(text, start)
    rows.split(text, start, end, "\t")
    width, here = rows.width(0), _next_line(text, end)
    while here < len(text):
        end = _line_end(text, here)
        if text.find("\t", here, end) < 0:
            after = _next_line(text, end)
            short = end - here <= 40 and width >= 3 and after < len(text) and text[here:end].strip()
            if not short or text.count("\t", after, _line_end(text, after)) != width - 1:
                break
        rows.split(text, here, end, "\t")
        here = _next_line(text, end)
    return rows


def _run_grids(rows: _Rows) -> Iterator[_Grid]:
    """Rows of one width each make a table; after a header of three cells or more the rows may be ragged."""
    first = 0
    while first < len(rows):
        last = first + 1
        if rows.filled[first] >= 3:
            last = len(rows)
        else:
            while last < len(rows) and rows.width(last) == rows.width(first):
                last += 1
        # Lines that are only indented by tabs are prose: a number may run over their end.
        if sum(filled >= 2 for filled in rows.filled[first:last]) >= 2 and rows.width(first) > 1:
            yield rows.grid(first, last)
        first = last


_WIDEST = 60
_LONGEST_HEADER = 30


def _tabbed_cells(text: str, start: int) -> _Grid | None:
    """A table saved from a web page: each cell a line that begins with a tab, an empty line ends a row."""
    header, here = _cell_group(text, start)
    width = len(header)
    if not 2 <= width <= _WIDEST or any(end - begin > _LONGEST_HEADER for begin, end in header):
        return None
    grid = _Grid(start)
    grid.row(start, *zip(*header, strict=True))
    end, seen = here, []
    while True:
        group, after = _cell_group(text, _skip_blank(text, here))
        if not group or len(group) > _WIDEST:
            break
        seen.append(len(group))
        if len(seen) <= 2 and (abs(len(group) - width) > 3 or len(group) < 2 or seen[0] != seen[-1]):
            return None
        grid.row(group[0][0] - 1, *zip(*group, strict=True))
        end = here = after
    if not seen or (seen[0] != width and len(seen) < 2):
        return None
    grid.end = end
    return grid


def _cell_group(text: str, here: int) -> tuple[list[tuple[int, int]], int]:
    """The cells on consecutive lines `TAB text`, and where the line after them begins.

    A line without a tab between two such lines is the second paragraph of the cell before it.
    """
    cells: list[tuple[int, int]] = []
    while here < len(text) and len(cells) <= _WIDEST:
        end = _line_end(text, here)
        stop = end - 1 if end > here and text[end - 1] == "\r" else end
        if text[here] == "\t" and text.find("\t", here + 1, end) < 0:
            cells.append((here + 1, max(stop, here + 1)))
        elif cells and stop > here and text[here] != "\t" and text[end + 1 : end + 2] == "\t":
            cells[-1] = (cells[-1][0], stop)
        else:
            break
        here = _next_line(text, end)
    return cells, here


def _skip_blank(text: str, here: int) -> int:
    """The beginning of the next line that is not blank, at most three lines on."""
    for _ in range(3):
        end = _line_end(text, here)
        line = text[here:end]
        if here >= len(text) or "\t" in line or line.strip():
            break
        here = _next_line(text, end)
    return here


# -- Markdown and drawn tables -----------------------------------------------------------------------

_BARS = ("|", "│", "┃", "║", "｜")
_RULE = frozenset("-=─━═")
_BORDER = compiled(
    r"(?=.*[+|│┃║┼┬┴├┤╋┳┻┣┫╪╬╦╩╠╣])"
    r"[\s+\-=:|｜─━═│┃║┌┬┐├┼┤└┴┘┏┳┓┣╋┫┗┻┛╔╦╗╠╬╣╚╩╝╪╞╡]+\Z"
)


def _bar_grids(text: str, bar: str) -> Iterator[_Grid]:
    here = 0
    while (found := text.find(bar, here)) >= 0:
        start = text.rfind("\n", here, found) + 1 or here
        rows = _Rows()
        borders = 0
        line, end = start, start
        while line < len(text):
            end = _line_end(text, line)
            content = text[line:end]
            if len(content) < 2000 and not _RULE.isdisjoint(content) and _BORDER.match(content):
                borders += 1
            elif bar in content:
                _bar_row(text, line, end, bar, rows)
            else:
                break
            line = _next_line(text, end)
        if _is_drawn(text, rows, borders, bar):
            yield _Grid(start, line, rows.table)
        here = max(line, start + 1)
        if here >= len(text):
            return


def _bar_row(text: str, start: int, end: int, bar: str, rows: _Rows) -> None:
    """Adds the cells between the bars, without the blanks around them; an escaped bar is text."""
    line = text[start:end]
    pieces = re.split(r"(?<!\\)" + re.escape(bar), line) if "\\" in line else line.split(bar)
    starts, ends = rows.table.starts, rows.table.ends
    here, filled, last = start, 0, len(pieces) - 1
    # Without a bar in front the bars stand between the cells only.
    open_ended = bool(pieces[0].strip())
    for k, piece in enumerate(pieces):
        inner = piece.strip()
        if inner:
            left = here + (0 if inner == piece else len(piece) - len(piece.lstrip()))
            starts.append(left)
            ends.append(left + len(inner))
            filled += 1
        elif 0 < k < last or (k and k == last and open_ended):
            starts.append(here)
            ends.append(here)
        here += len(piece) + 1
    rows.close(start, end, filled)


def _is_drawn(text: str, rows: _Rows, borders: int, bar: str) -> bool:
    widths = set(map(rows.width, range(len(rows))))
    if len(rows) < 2 or max(widths) < 2:
        return False
    if borders:
        return True
    if len(widths) > 1:
        return False
    table = rows.table
    if all(_is_framed(text, start, end, bar) for start, end in zip(table.numbers, rows.stops, strict=True)):
        return True
    # Without bars around, its first line must say that it is a table's.
    words = [text[table.starts[k] : table.ends[k]] for k in range(rows.width(0))]
    return sum(map(_is_column, words)) * 3 >= len(words) * 2 and all(len(word) <= _LONGEST_HEADER for word in words)


def _is_framed(text: str, start: int, end: int, bar: str) -> bool:
    """Whether the line begins and ends with a bar."""
    line = text[start:end].strip()
    return line.startswith(bar) and line.endswith(bar)


# -- one cell a line, without tabs -------------------------------------------------------------------

_FIRST_COLUMNS = (
    "序号", "编号", "姓名", "户主", "户主姓名", "户主（申请人）", "申请人", "申请人姓名", "权利人",
    "学生姓名", "残疾人姓名", "考生姓名", "承包方", "承包方代表", "救助对象", "保障对象", "身份证号",
    "身份证号码", "公民身份号码",
)  # fmt: skip
_COLUMNS = frozenset((
    *_FIRST_COLUMNS,
    "性别", "民族", "年龄", "身份证", "证件号", "电话", "手机", "手机号", "联系人", "联系方式", "住址",
    "地址", "籍贯", "户籍地", "居住地", "学历", "学位", "院校", "学校", "班级", "学号", "岗位", "职务",
    "职称", "成绩", "总分", "名次", "排名", "账号", "开户行", "金额", "人数", "关系", "类别", "等级",
    "标准", "备注", "日期", "时间", "名称", "面积", "坐落", "乡镇", "街道", "镇街", "村", "村居", "村组",
    "社区", "组", "事项", "内容", "项目", "出生年月", "政治面貌", "与户主关系", "家庭成员",
))  # fmt: skip
_COLUMN_END = compiled(
    r"[^0-9０-９：:。，,；;\s]{0,10}"
    r"(?:姓名|号|号码|电话|手机|方式|地址|住址|金额|面积|日期|时间|年月|单位|部门|类别|类型|种类|等级|级别|标准|名称"
    r"|情况|要求|内容|成绩|关系|人口|人口数|人数|编码|代码|职务|岗位|专业|学历|院校|任务|原因|依据|结果|位置|坐落|时限"
    r"|备注)(?:[（(][^（()）]{1,8}[)）])?\Z"
)
_HIDDEN = "*＊×xX※○●某"
_TYPES = (
    (compiled("性别"), compiled("[男女]性?")),
    (compiled("身份证|身份号码|证件号"), compiled(f"[0-9０-９{_HIDDEN}]{{8,20}}")),
    (compiled("电话|手机|联系方式"), compiled(f"[0-9０-９{_HIDDEN}+、/;；,，()（）\\- ]{{6,40}}")),
    (compiled("年龄"), compiled("[0-9０-９]{1,3}岁?")),
)
_TRIGGER = compiled(r"\n[ \u3000]*(?:" + "|".join(map(re.escape, _FIRST_COLUMNS)) + r")[ \u3000]*\r?(?=\n)")
_STACK_WIDEST = 40


class _Lines:
    """The lines from `start` on as (start, end) without blanks around, found when they are asked for."""

    def __init__(self, text: str, start: int, step: int = 1) -> None:
        self.text, self.step = text, step
        self.spans: list[tuple[int, int]] = []
        self.begins: list[int] = []
        self.next = start

    def span(self, k: int) -> tuple[int, int] | None:
        """Line k, or None after the last; with step 2 every second line must be blank."""
        text = self.text
        while len(self.spans) <= k and self.next < len(text):
            start, end = self.next, _line_end(text, self.next)
            if (len(self.begins) % self.step) != 0:
                self.begins.append(start)
                if text[start:end].strip():
                    self.next = len(text)
                    break
            else:
                self.begins.append(start)
                line = text[start:end]
                left = start + len(line) - len(line.lstrip())
                self.spans.append((min(left, end), max(min(left, end), start + len(line.rstrip()))))
            self.next = _next_line(text, end)
            if end >= len(text):
                self.next = len(text)
        return self.spans[k] if k < len(self.spans) else None

    def line(self, k: int) -> str | None:
        span = self.span(k)
        return None if span is None else self.text[span[0] : span[1]]


def _is_column(line: str | None) -> bool:
    return line is not None and len(line) <= 18 and (line in _COLUMNS or _COLUMN_END.match(line) is not None)


def _stacked_grids(text: str) -> Iterator[_Grid]:
    """Tables with one cell a line: column words in a run, then values that come round in the same order."""
    done = 0
    top = [0] if _is_column(text[: _line_end(text, 0)].strip()) else []
    for spot in chain(top, (match.start() + 1 for match in _TRIGGER.finditer(text))):
        if spot < done:
            continue
        start = _run_start(text, spot, done)
        grid, done = _stacked(text, start)
        if grid is not None:
            yield grid


def _run_start(text: str, spot: int, floor: int) -> int:
    """Where the run of column words around `spot` begins (at most ten lines back)."""
    for _ in range(10):
        if spot <= floor:
            break
        before = text.rfind("\n", floor, spot - 1) + 1 or floor
        if not _is_column(text[before : spot - 1].strip()):
            break
        spot = before
    return spot


def _stacked(text: str, start: int) -> tuple[_Grid | None, int]:
    """The table whose header begins at `start`, if there is one, and where to look on."""
    lines = _Lines(text, start)
    if lines.line(1) == "" and _is_column(lines.line(2)):
        lines = _Lines(text, start, step=2)
    known = 0
    while known < _STACK_WIDEST and _is_column(lines.line(known)):
        known += 1
    last = lines.span(max(known - 1, 0))
    after = start + 1 if last is None else last[1]
    rows = None
    if lines.line(known) == "" and known >= 3:
        rows = _grouped_rows(lines, known)
    elif "序号" in (header := [lines.line(k) for k in range(min(known, 5))]):
        rows = _counted_rows(lines, header.index("序号"), known)
    elif known >= 3:
        rows = _typed_rows(lines, known)
    if not rows:
        return None, after
    grid = _Grid(start)
    for row in rows:
        spans = [span for k in row if (span := lines.span(k)) is not None]
        grid.row(spans[0][0], *zip(*spans, strict=True))
        grid.end = _next_line(text, _line_end(text, spans[-1][1]))
    return grid, grid.end


def _counted_rows(lines: _Lines, column: int, known: int) -> list[range] | None:
    """Rows told apart by their serial numbers 1, 2, 3 ... in column `column`."""
    first = next((k for k in range(column + 2, _STACK_WIDEST) if _serial(lines.line(k)) == 1), None)
    if first is None:
        return None
    width = first - column
    header = [lines.line(k) or "" for k in range(width)]
    if width < 3 or any(len(cell) > _LONGEST_HEADER for cell in header):
        return None
    rows = [range(width)]
    here, number = width, 1
    while True:
        # A row may have lost an empty cell or gained a line; the next serial number sets it right.
        lengths = (width, *(n for n in range(width - 1, 1, -1)), width + 1, width + 2)
        length = next((n for n in lengths if _serial(lines.line(here + n + column)) == number + 1), None)
        if length is None:
            break
        rows.append(range(here, here + length))
        here, number = here + length, number + 1
    if lines.line(here + width - 1) is None:
        width = next((n for n in range(width - 1, 0, -1) if lines.line(here + n - 1) is not None), 0)
    rows.append(range(here, here + width))
    return rows if number >= 2 or (width == first - column and known == width) else None


def _serial(line: str | None) -> int | None:
    if not line or len(line) > 7:
        return None
    digits = line.rstrip(".．、")
    return int(digits) if digits.isdecimal() else None


def _typed_rows(lines: _Lines, width: int) -> list[range] | None:
    """Rows as wide as the header whose sex, number, phone and age columns hold such values."""
    types = _column_types([lines.line(k) or "" for k in range(width)])
    rows = [range(width)]
    while types and _fits(lines, rows[-1].stop, width, types):
        rows.append(range(rows[-1].stop, rows[-1].stop + width))
    return rows if len(rows) > 1 else None


def _grouped_rows(lines: _Lines, width: int) -> list[range] | None:
    """Rows of `width` lines with a blank line between them."""
    rows = [range(width)]
    while True:
        start = rows[-1].stop
        while start < rows[-1].stop + 3 and lines.line(start) == "":
            start += 1
        if start == rows[-1].stop or any(not lines.line(start + k) for k in range(width)):
            break
        if lines.line(start + width):
            break
        rows.append(range(start, start + width))
    return rows if len(rows) > 1 else None


def _column_types(header: list[str]) -> dict[int, re.Pattern[str]]:
    return {k: value for k, cell in enumerate(header) for name, value in _TYPES if name.search(cell)}


def _fits(lines: _Lines, start: int, width: int, types: dict[int, re.Pattern[str]]) -> bool:
    cells = [lines.line(start + k) for k in range(width)]
    if any(cell is None for cell in cells):
        return False
    typed = [(cells[k] or "", pattern) for k, pattern in types.items()]
    fitting = all(not cell or pattern.fullmatch(cell) for cell, pattern in typed)
    return fitting and any(cell for cell, _ in typed)


# -- records on lines of prose: commas, or columns set with blanks -------------------------------------

_BLANKS = " \u3000"
_SPLIT_TRIGGER = compiled(
    f'(?:\\A|\\n)[{_BLANKS}]*"?(?:' + "|".join(sorted(map(re.escape, _COLUMNS), key=lambda word: (-len(word), word)))
    + f')[^\\s,，;；"]{{0,8}}"?[{_BLANKS}]*([,，;；]|(?<=[{_BLANKS}]{{2}})(?=\\S)|(?<=\u3000)(?=\\S))'
)  # fmt: skip
_BETWEEN = compiled(f"[{_BLANKS}]{{2,}}|\u3000")
_LONGEST_CELL = 60
_LONGEST_RECORD = 2000
_SENTENCE_ENDS = ("。", "；", "：", ":")


def _split_grids(text: str) -> Iterator[_Grid]:
    """A line of column words, then records with as many cells, as in a CSV file pasted into a text."""
    done = 0
    for match in _SPLIT_TRIGGER.finditer(text):
        start = match.start() + (text[match.start()] == "\n")
        if start < done:
            continue
        grid = _split_grid(text, start, match[1])
        if grid is not None:
            done = grid.end
            yield grid


def _split_grid(text: str, start: int, separator: str) -> _Grid | None:
    rows = _Rows()
    _split_record(text, start, separator, rows)
    words = [text[a:b].strip(_BLANKS) for a, b in zip(rows.table.starts, rows.table.ends, strict=True)]
    known = sum(map(_is_column, words))
    # Two cells, or cells that a sentence could hold too, must all be column words.
    enough = len(words) * 2 // 3 if separator in (",", ";") and len(words) > 2 else len(words)
    if len(words) < 2 or known < enough or any(len(word) > _LONGEST_HEADER for word in words):
        return None
    here = _next_line(text, rows.stops[-1])
    while here < len(text):
        _split_record(text, here, separator, rows)
        if not _is_record(text, rows, len(words), separator):
            rows.drop()
            break
        here = _next_line(text, rows.stops[-1])
    return _Grid(start, here, rows.table) if len(rows) > 1 else None


def _split_record(text: str, start: int, separator: str, rows: _Rows) -> None:
    """Adds the cells of one line, of more where a quoted cell goes on."""
    end = _line_end(text, start)
    if separator and text.find('"', start, end) < 0:
        rows.split(text, start, end, separator)
        return
    starts, ends = rows.table.starts, rows.table.ends
    before = len(starts)
    if not separator:
        here = start + len(text[start:end]) - len(text[start:end].lstrip())
        stop = start + len(text[start:end].rstrip())
        for gap in _BETWEEN.finditer(text, here, stop):
            starts.append(here)
            ends.append(gap.start())
            here = gap.end()
        starts.append(here)
        ends.append(max(here, stop))
        rows.close(start, end, len(starts) - before)
        return
    edge = compiled(f"[{separator}\n]")
    after = start - 1
    while len(starts) - before <= _WIDEST:
        first, last, after = _cell(text, after + 1, separator, edge)
        starts.append(first)
        ends.append(last)
        if after >= len(text) or text[after] == "\n":
            break
    rows.close(start, min(after, len(text)), len(starts) - before)


def _is_record(text: str, rows: _Rows, width: int, separator: str) -> bool:
    """Whether the last row goes on with the table: as many cells, none of them a sentence."""
    start, end = rows.table.numbers[-1], rows.stops[-1]
    if rows.width(len(rows) - 1) != width or end - start > _LONGEST_RECORD:
        return False
    if separator and text[max(end - 3, start) : end].rstrip().endswith(_SENTENCE_ENDS):
        return False
    cells = rows.table.starts[-width:], rows.table.ends[-width:]
    return max(map(sub, cells[1], cells[0])) <= _LONGEST_CELL or '"' in text[start:end]


# -- separated values --------------------------------------------------------------------------------

_SEPARATORS = (",", "\t", ";", "|")
_QUOTED = compiled(r'"[^"]*"')
_LONGEST_QUOTED = 32768
"""an opening quote without its partner within so many characters is a character like any other"""


def _separated(text: str, kind: str) -> Table | None:
    """The whole file as one table, or None when it is not tabular."""
    separator = _separator(text, kind)
    if separator is None:
        return None
    table = Table()
    starts, ends, columns = table.starts, table.ends, table.columns
    spare = {1: array("i", [1])}
    blanks = separator + " \r"
    here, line, length = 0, 0, len(text)
    if text.startswith("sep="):
        here, line = _next_line(text, _line_end(text, 0)), 1
    while here < length:
        end = _line_end(text, here)
        line += 1
        row = text[here:end]
        if '"' in row:
            here, lines = _quoted_row(text, here, separator, table, line)
            line += lines
            continue
        if not row.strip(blanks):
            here = end + 1
            continue
        pieces = (row[:-1] if row.endswith("\r") else row).split(separator)
        for piece in pieces:
            starts.append(here)
            here += len(piece)
            ends.append(here)
            here += 1
        width = len(pieces)
        if width not in spare:
            spare[width] = array("i", range(1, width + 1))
        columns.extend(spare[width])
        table.first.append(len(starts))
        table.numbers.append(line)
        here = end + 1
    return table if table.row_count() else None


def _separator(text: str, kind: str) -> str | None:
    """The character between the cells: the one that gives most lines the same number of cells."""
    if text.startswith("sep=") and text[4:5]:
        return text[4]
    head = text[:65536]
    if len(text) > len(head):
        head = head[: head.rfind("\n") + 1] or head
    lines = [line for line in _QUOTED.sub("", head).splitlines() if line.strip()][:200]
    best: tuple[float, str] | None = None
    for separator in _SEPARATORS if kind == "csv" else ("\t", *_SEPARATORS):
        counts = [line.count(separator) for line in lines]
        usual = max(set(counts), key=counts.count) if counts else 0
        share = counts.count(usual) / len(counts) if counts else 0.0
        filled = sum(count > 0 for count in counts)
        if usual == 0 or share < 0.6 or filled * 2 < len(counts):
            continue
        if best is None or share * min(usual, 5) > best[0]:
            best = (share * min(usual, 5), separator)
    if best is not None:
        return best[1]
    # One column needs no separator; long lines are prose.
    if len(lines) > 1 and all(len(line) <= 40 for line in lines) and not any(s in head for s in _SEPARATORS):
        return _SEPARATORS[0]
    return None


def _quoted_row(text: str, here: int, separator: str, table: Table, number: int) -> tuple[int, int]:
    """Read one record with quotes; where the next begins, and how many line ends lay inside cells."""
    begin, column = here, 0
    edge = compiled(f"[{re.escape(separator)}\n]")
    while True:
        column += 1
        start, stop, after = _cell(text, here, separator, edge)
        table.starts.append(start)
        table.ends.append(stop)
        table.columns.append(column)
        if after >= len(text) or text[after] == "\n":
            break
        here = after + 1
    table.first.append(len(table.starts))
    table.numbers.append(number)
    return after + 1, text.count("\n", begin, after)


def _cell(text: str, here: int, separator: str, edge: re.Pattern[str]) -> tuple[int, int, int]:
    """Start and end of one cell's content, and where its separator or line feed stands."""
    quote = here
    while text[quote : quote + 1] == " ":
        quote += 1
    if text[quote : quote + 1] == '"':
        close = _closing_quote(text, quote + 1)
        after = close + 1
        while text[after : after + 1] in (" ", "\r"):
            after += 1
        if close >= 0 and (after >= len(text) or text[after] in (separator, "\n")):
            return quote + 1, close, after
    # One search for both: a hostile file may hold a million cells on one line, or none.
    match = edge.search(text, here)
    stop = len(text) if match is None else match.start()
    at_line_end = match is None or match.group() == "\n"
    return here, stop - 1 if at_line_end and stop > here and text[stop - 1] == "\r" else stop, stop


def _closing_quote(text: str, here: int) -> int:
    """Where the quote stands that ends the cell; two quotes are one quote of its text. -1 if none."""
    limit = here + _LONGEST_QUOTED
    while (here := text.find('"', here, limit)) >= 0:
        if text[here + 1 : here + 2] != '"':
            return here
        here += 2
    return -1


def text_document(text: str, path: str = "text") -> Document:
    """A piece of text as the Document that a txt file of it would be; offsets are those of `text`."""
    shell = Assembly().finish(path=path, kind="txt", data=text.encode("utf-8", "backslashreplace"))
    return replace(shell, text=text, blocks=tuple(_blocks(text)) if text else ())


def with_tables(document: Document) -> Document:
    """The document with the tables that lie in its pages' text as blocks of their own (lines with tabs)."""
    blocks: list[Block] = []
    for block in document.blocks:
        if block.boxes is None or block.recognised or "\t" not in document.text[block.start : block.end]:
            blocks.append(block)
        else:
            blocks.extend(parted(block, document.text[block.start : block.end]))
    return replace(document, blocks=tuple(blocks))


def parted(block: Block, text: str) -> Iterator[Block]:
    """Prose and tables of one page in turn, each with the boxes of its characters."""
    boxes = block.boxes
    assert boxes is not None
    for piece in _blocks(text):
        table = piece.table
        if table is not None:
            shift = block.start
            table = replace(
                table,
                starts=array("q", (k + shift for k in table.starts)),
                ends=array("q", (k + shift for k in table.ends)),
            )
        yield replace(
            block, start=block.start + piece.start, end=block.start + piece.end, table=table,
            boxes=boxes[4 * piece.start : 4 * piece.end],
        )  # fmt: skip
