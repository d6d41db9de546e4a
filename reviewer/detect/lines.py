"""The lines of a Document, and for any offset its line, its table cell and the words around it."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, islice

from reviewer.detect.flow import Flow
from reviewer.detect.reach import is_any_in, names_column, reaches
from reviewer.detect.table import Layout, layout
from reviewer.language.shape import is_han
from reviewer.model import Block, Document
from reviewer.prepared.patterns import compiled
from reviewer.text.traditional import simplified
from reviewer.text.view import View, bare

_ENDS = "。；;！!？?\n\r\t"
_SENTENCE_END = compiled(f"[{_ENDS}]")
_CLAUSE_BREAK = compiled("[，,、（(|]")
_LEFT, _RIGHT = 30, 14
_LABEL_LINE = 24
_SEAM = 48
_KEPT = 8192
"""contexts that are remembered: the same one is asked for by each of several judgements"""
_FORM = 8
"""lines above and below that are looked at as fields of one form"""
RECORD = 16
"""lines above and below that are looked at as fields of one person's form"""
_RECORD_ROWS = 200
"""labels that the first column of a table of records may have"""
_LABELLED = compiled(r"[\s\u3000]*((?:[\u4e00-\u9fff0-9A-Za-z（）()/、]|[ \u3000](?![ \u3000]{8})){2,14})[：:]")
_OPENS = compiled("^姓名$")
"""the label that a person's form begins with"""
_WITH_PARAGRAPHS = frozenset({"docx", "html"})
"""formats that tell which lines are one paragraph"""
_LONGEST = 12
"""lines of a wrapped paragraph that are looked at together"""
_SAMPLE = 400
_WIDEST = 160
_SENTENCE = 20
"""characters of a line that is a part of a sentence, not of a list"""
_STROKES = "|│┃"
"""what parts the cells of a row"""
_ITEM = compiled(r"[（(]?[0-9一二三四五六七八九十]{1,3}[）)、.．]|[（(]此件|附件|附[:：]")


@dataclass(frozen=True, slots=True)
class Seam:
    """The text around the end of a wrapped line; `view` counts from `base`, the line's start."""

    number: int
    base: int
    edge: int
    view: View


class Context:
    """Raw words of evidence around a stretch of text, folded, without blanks; worked out when asked for.

    left, right  within the sentence (and the cell), up to 30 and 14 characters
    close        what stands directly left, up to 12 characters, within the clause
    header       column header and row label of a table cell, or the block's label
    row          the whole line or table row
    columns      all column headers of the table
    """

    __slots__ = ("_close", "_left", "_right", "_row", "_words", "columns", "header")

    def __init__(
        self, left: str, right: str, header: str, row: tuple[str, int, int], columns: str = ""
    ) -> None:
        self._left = left
        self._right = right
        self._row = row
        self._words = ""
        self._close: str | None = None
        self.header = header
        self.columns = columns

    @property
    def left(self) -> str:
        return bare(self._left)

    @property
    def right(self) -> str:
        return bare(self._right)

    @property
    def close(self) -> str:
        if self._close is None:
            self._close = _close(self._left) if self._left else ""
        return self._close

    @property
    def is_ascii(self) -> bool:
        """Whether no Chinese word can stand around."""
        return self._left.isascii() and self._right.isascii() and self.header.isascii()

    @property
    def row(self) -> str:
        text, first, last = self._row
        return text[first:last]

    def has(self, words: tuple[str, ...]) -> bool:
        around = self._words
        if not around:
            # Neither NUL nor a line feed is part of any word.
            around = self._words = bare(f"{self._left}\0{self._right}") + f"\n{self.header}"
        return is_any_in(words, around)

    def silenced_by(self, words: tuple[str, ...], own: tuple[str, ...] = (), labelled: bool = False) -> bool:
        """Whether one of `words` stands directly left or names the column; a nearer label, one of `own`, decides."""
        close = self.close
        if close and is_any_in(words, close) and reaches(_behind_last(_CLAUSE_BREAK, self._left), words, own, labelled):
            return True
        return bool(self.header) and names_column(self.header, words, own)


class Lines:
    """Line starts of `document.text`, and the layout of its tables (headers, data rows)."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = document.text
        self.lines = document.text.split("\n")
        self.starts = list(accumulate([len(line) + 1 for line in self.lines], initial=0))
        self._layouts: dict[int, Layout] = {}
        self._wrapped: set[int] | None = None
        self._flow: Flow | None = None
        self._contexts: dict[tuple[int, int], Context] = {}
        self._around: tuple[tuple[int, int], bool] = (0, 0), False
        self._paragraph: tuple[int, int, tuple[int, int]] = (0, 0, (0, 0))
        self._columns: dict[int, str] = {}
        self._records: dict[int, tuple[int, int]] = {}
        self._block: Block | None = None
        self._fields: tuple[int, int, dict[str, str]] = (-1, -1, {})

    def number(self, offset: int) -> int:
        """The line (from 0) that holds the character at `offset`."""
        return bisect_right(self.starts, offset) - 1

    def span(self, number: int) -> tuple[int, int]:
        return self.starts[number], self.starts[number + 1] - 1

    def block(self, offset: int) -> Block | None:
        kept = self._block
        if kept is None or not kept.start <= offset < kept.end:
            kept = self._block = self.document.block_at(offset)
        return kept

    def layout(self, block: Block) -> Layout:
        found = self._layouts.get(block.start)
        if found is None:
            assert block.table is not None
            found = self._layouts[block.start] = layout(block.table, self.text)
        return found

    def joinable(self, number: int) -> bool:
        """Whether a number may run from line `number` into the next: same block, not a table."""
        block = self.block(self.starts[number])
        if block is None or self.starts[number + 1] >= block.end:
            return False
        # The line end inside a quoted cell is the cell's.
        return block.table is None or block.table.cell_at(self.starts[number + 1] - 1) is not None

    def seams(self) -> Iterator[Seam]:
        """The ends of hard-wrapped lines, each with the text on both sides joined."""
        for number in sorted(self._wraps()):
            yield self.seam(number)

    def paragraph(self, offset: int) -> tuple[int, int]:
        """Start and end of the line at `offset`, or of the hard-wrapped lines that it is a part of."""
        start, end, found = self._paragraph
        if not start <= offset < end:
            first = last = bisect_right(self.starts, offset) - 1
            start, end = self.starts[first], self.starts[last + 1]
            wrapped = self._wraps()
            while first - 1 in wrapped and last - first < _LONGEST:
                first -= 1
            while last in wrapped and last - first < _LONGEST:
                last += 1
            found = self.starts[first], self.starts[last + 1] - 1
            self._paragraph = start, end, found
        return found

    def passage(self, offset: int) -> int:
        """Where the paragraph of the file begins of which the line at `offset` is a part: lines that soft breaks
        part, and that a comma ends.
        """
        first = number = self.number(self.paragraph(offset)[0])
        while first and number - first < _LONGEST and self._runs_on(first - 1):
            first -= 1
        return self.starts[first]

    def _runs_on(self, number: int) -> bool:
        """Whether the line and the one below are of one paragraph; where the file does not say it, by the comma."""
        line, following = self.lines[number].rstrip(), self.lines[number + 1]
        if not line or not following.strip() or following[0].isspace() or not self.joinable(number):
            return False
        block = self.block(self.starts[number])
        if block is None or block.table is not None:
            return False
        return line[-1] in "，,、" or self.document.format in _WITH_PARAGRAPHS

    @property
    def flow(self) -> Flow:
        """The text with the hard-wrapped lines of its sentences joined."""
        if self._flow is None:
            self._flow = Flow(self.text, filter(None, map(self._break, self._wraps())))
        return self._flow

    def _break(self, number: int) -> tuple[int, int] | None:
        """The line end that breaks a sentence between two characters: a roster's are short or have gaps, strokes."""
        line, following = self.lines[number].rstrip(), self.lines[number + 1]
        if len(line) < _SENTENCE or not (is_han(line[-1]) and is_han(following[0])) or len(line.split()) > 1:
            return None
        if any(stroke in line for stroke in _STROKES):
            return None
        return self.starts[number] + len(line), self.starts[number + 1]

    def _wraps(self) -> set[int]:
        """The numbers of the lines that the next one goes on with."""
        if self._wrapped is None:
            self._wrapped = set(self._find_wraps())
        return self._wrapped

    def _find_wraps(self) -> Iterator[int]:
        for block in self.document.blocks:
            if block.table is not None:
                continue
            first, last = self.number(block.start), self.number(max(block.end - 1, block.start))
            width = _wrap_width(self.lines[first : last + 1], block.boxes is not None)
            if width:
                for number in range(first, last):
                    if _wraps(self.lines[number], self.lines[number + 1], width):
                        yield number

    def seam(self, number: int) -> Seam:
        """The end of line `number` with the text on both sides joined."""
        edge = self.span(number)[1]
        left, right = self.lines[number].rstrip(), self.lines[number + 1]
        first = max(0, len(left) - _SEAM)
        base = self.starts[number]
        origin = array("l", [*range(first, len(left))])
        origin.extend(range(edge + 1 - base, edge + 1 - base + len(right[:_SEAM])))
        return Seam(number, base, edge, View("joined", left[first:] + right[:_SEAM], origin))

    def column(self, offset: int) -> int | None:
        """The column number of the table cell at `offset`."""
        block = self.block(offset)
        if block is None or block.table is None:
            return None
        cell = block.table.cell_at(offset)
        return None if cell is None else block.table.columns[cell]

    def is_header(self, start: int, end: int) -> bool:
        """Whether [start, end) is the whole of a cell that is the header of its column."""
        block = self.block(start)
        if block is None or block.table is None or (cell := block.table.cell_at(start)) is None:
            return False
        table, view = block.table, self.layout(block)
        if table.row_of(cell) >= view.first_data:
            return False
        written = self.text[table.starts[cell] : table.ends[cell]].strip()
        named = view.headers.get(table.columns[cell], "").split()
        return written == self.text[start:end].strip() and simplified(written) in named

    def fields(self, offset: int) -> dict[str, str]:
        """The cells of the table row at `offset` by their headers; {} outside of a table with a header."""
        block = self.block(offset)
        if block is None or block.table is None:
            return {}
        table, headers = block.table, self.layout(block).headers
        cell = table.cell_at(offset)
        if cell is not None and self.layout(block).transposed:
            return self._record_of(block, table.columns[cell])
        if cell is None or not headers:
            return {}
        row = table.row_of(cell)
        if self._fields[:2] != (block.start, row):
            self._fields = block.start, row, {
                headers[table.columns[k]]: self.text[table.starts[k] : table.ends[k]]
                for k in range(table.first[row], table.first[row + 1])
                if table.columns[k] in headers
            }  # fmt: skip
        return self._fields[2]

    def _record_of(self, block: Block, column: int) -> dict[str, str]:
        """The cells of one column by the labels in the first."""
        table = block.table
        assert table is not None
        found = {}
        for row in range(table.row_count()):
            first = table.first[row]
            for cell in range(first + 1, table.first[row + 1]):
                if table.columns[cell] == column:
                    label = simplified(self.text[table.starts[first] : table.ends[first]].strip())
                    found[label] = self.text[table.starts[cell] : table.ends[cell]]
        return found

    def record_cells(self, offset: int) -> list[tuple[int, int]]:
        """Start and end of the cells of the record at `offset`, in a table whose labels stand in the first column."""
        block = self.block(offset)
        if block is None or block.table is None or block.table.row_count() > _RECORD_ROWS:
            return []
        if not self.layout(block).transposed:
            return []
        table, cell = block.table, block.table.cell_at(offset)
        if cell is None or table.columns[cell] < 2:
            return []
        column = table.columns[cell]
        return [(table.starts[k], table.ends[k]) for k in range(len(table.starts)) if table.columns[k] == column]

    def form(self, offset: int) -> dict[str, str]:
        """The labels and values around the line at `offset`, where a form was saved one field a line.

        Labels and values alternate, or stand on one line with a colon between.
        """
        number = self.number(offset)
        if len(self.lines[number]) > 4 * _LABEL_LINE:
            return {}
        first = last = number
        while first > max(number - _FORM, 0) and self._is_field(first - 1):
            first -= 1
        while last + 1 < min(number + _FORM, len(self.lines)) and self._is_field(last + 1):
            last += 1
        found: dict[str, str] = {}
        label = ""
        for number in range(first, last + 1):
            _, line, name, value = _field(self.lines[number])
            if value:
                found[name], label = value, ""
            elif label:
                found[label], label = line, ""
            else:
                label = name
        return found if last > first else {}

    def form_text(self, offset: int) -> str:
        """The lines that `form` may look at."""
        number = self.number(offset)
        if len(self.lines[number]) > 4 * _LABEL_LINE:
            return ""
        return "\n".join([
            line if len(line) <= 4 * _LABEL_LINE else line.strip()[: _LABEL_LINE + 1]
            for line in self.lines[max(number - _FORM, 0) : number + _FORM]
        ])  # fmt: skip

    def record(self, offset: int) -> tuple[int, int]:
        """Start and end of the lines around `offset` that are fields of one form, each with its label; empty if none.

        A label that comes again begins the next person's form.
        """
        number = self.number(offset)
        found = self._records.get(number)
        if found is None:
            if len(self._records) >= _KEPT:
                self._records.clear()
            found = self._records[number] = self._record(number)
        return found if found[1] else (offset, offset)

    def _record(self, number: int) -> tuple[int, int]:
        """`record` of the line, (0, 0) for none."""
        label = self._label(number)
        if not label:
            return 0, 0
        first = last = number
        seen = {label}
        while first > max(number - RECORD, 0) and (label := self._label(first - 1)) and label not in seen:
            seen.add(label)
            first -= 1
            if _OPENS.search(label):
                break
        while last + 1 < min(number + RECORD, len(self.lines)) and (label := self._label(last + 1)):
            if label in seen or _OPENS.search(label):
                break
            seen.add(label)
            last += 1
        return (self.starts[first], self.starts[last + 1] - 1) if first < last else (0, 0)

    def _label(self, number: int) -> str:
        """The label that the line begins with, a colon after it; no blanks in it."""
        match = _LABELLED.match(self.lines[number])
        return "".join(match[1].split()) if match is not None else ""

    def _is_field(self, number: int) -> bool:
        return _field(self.lines[number])[0]

    def context(self, start: int, end: int) -> Context:
        """What stands around text[start:end]."""
        found = self._contexts.get((start, end))
        if found is None:
            if len(self._contexts) >= _KEPT:
                self._contexts.clear()
            found = self._contexts[start, end] = self._context(start, end)
        return found

    def is_ascii_around(self, start: int, end: int) -> bool:
        """Whether the context of text[start:end] surely holds no Chinese word: a quick look, asked by several rules."""
        if self._around[0] != (start, end):
            self._around = (start, end), self._is_ascii_around(start, end)
        return self._around[1]

    def _is_ascii_around(self, start: int, end: int) -> bool:
        block = self.block(start)
        if block is None or block.table is not None or block.label:
            return False
        text, first = self.text, start - _LEFT
        number = self.number(start)
        if first > self.starts[number]:
            # Where nothing stands between the end of a sentence and the number, the line above may hold its label.
            before = text[first:start].rstrip()
            return before[-1:] not in _ENDS and text[first : end + _RIGHT].isascii()
        first = self.starts[max(number - 2, 0)]
        return start - first <= 4 * _LEFT and text[first : end + _RIGHT].isascii()

    def header(self, start: int) -> str:
        """The `header` of the context of what stands at `start`."""
        block = self.block(start)
        if block is None:
            return ""
        cell = block.table.cell_at(start) if block.table is not None else None
        return _header(block.label) if cell is None else self._cell_header(block, cell)

    def _cell_header(self, block: Block, cell: int) -> str:
        table, view = block.table, self.layout(block)
        assert table is not None
        return _header(f"{view.headers.get(table.columns[cell], '')} {view.label(table, self.text, cell)}")

    def _context(self, start: int, end: int) -> Context:
        block = self.block(start)
        header = block.label if block is not None else ""
        if block is not None and block.table is not None:
            cell = block.table.cell_at(start)
            if cell is not None:
                return self._cell_context(block, cell, start, end)
        text = self.text
        first, last = self.paragraph(start)
        left = text[max(first, start - _LEFT) : start]
        left = _last_sentence(left.replace("\n", "")) if left else ""
        written = len(left.strip())
        if not written or (written < 3 and start - first < 12):
            left = self.label_above(self.number(start)) + left
        right = text[end : min(last, end + _RIGHT)]
        right = _first_sentence(right.replace("\n", "")) if right else ""
        row = (text, max(first, start - 400), min(last, end + 400))
        return Context(left, right, _header(header), row)

    def _cell_context(self, block: Block, cell: int, start: int, end: int) -> Context:
        table = block.table
        assert table is not None
        view = self.layout(block)
        row = table.row_of(cell)
        first, last = table.first[row], table.first[row + 1]
        left = _last_sentence(self.text[max(table.starts[cell], start - _LEFT) : start])
        right = _first_sentence(self.text[end : min(table.ends[cell], end + _RIGHT)])
        whole = (self.text, table.starts[first], min(table.ends[last - 1], table.starts[first] + 2000))
        columns = self._columns.get(block.start)
        if columns is None:
            columns = self._columns[block.start] = " ".join(view.headers.values())
        return Context(left, right, self._cell_header(block, cell), whole, columns)

    def label_above(self, number: int) -> str:
        """The line above, when it is short enough to be a label for what follows."""
        for above in range(number - 1, max(number - 3, -1), -1):
            line = self.lines[above].strip()
            if line:
                return line if len(line) <= _LABEL_LINE and not line.endswith(("。", "；", "，")) else ""
        return ""


def _wrap_width(lines: list[str], page: bool) -> int:
    """How wide the lines of hard-wrapped text are; 0 for text whose lines are paragraphs."""
    lines = lines[:_SAMPLE]
    long = (line for line in lines if len(line) > _WIDEST and len(line.strip()) > _WIDEST)
    enough = max(len(lines) // 10, 3)
    few = sum(1 for _ in islice(long, enough))
    if few == enough:
        return 0  # no narrower in columns: paragraphs, the usual case, told by the first of them
    sample = [text for line in lines if (text := line.strip())]
    if len(sample) >= 3 and few >= max(len(sample) // 10, 1):
        return 0
    lengths = sorted(_widths(sample))
    if len(lengths) < 3:
        return lengths[-1] if page and lengths else 0
    width = lengths[-max(len(lengths) // 10, 1)]
    full = sum(length * 100 >= width * 80 for length in lengths)
    if width > _WIDEST or (not page and (full * 10 < len(lengths) * 4 or width < 32)):
        return 0
    return width


def _widths(lines: Iterable[str]) -> list[int]:
    """The columns that each line takes: GB 18030 has two bytes where a character is twice as wide."""
    return list(map(len, "\n".join(lines).encode("gb18030", "replace").split(b"\n")))


def _wraps(line: str, following: str, width: int) -> bool:
    """Whether a line is full and the one below goes on with it."""
    end = line.rstrip()
    if _widths([end.lstrip()])[0] * 100 < width * 80 or not following.strip() or following[:1].isspace():
        return False
    return end[-1] not in "。！？：:!?" and _ITEM.match(following) is None and "\t" not in end


@lru_cache(maxsize=64)
def _field(line: str) -> tuple[bool, str, str, str]:
    """Whether a line is short enough for a field of a form; its text, and what stands before and behind its colon."""
    text = bare(line)
    name, _, value = text.replace("：", ":").partition(":")
    return 0 < len(line.strip()) <= _LABEL_LINE, text, name, value


@lru_cache(maxsize=256)
def _header(text: str) -> str:
    return bare(text)


def _close(left: str) -> str:
    """The last clause of `left`, without blanks, at most 12 characters."""
    return bare(_behind_last(_CLAUSE_BREAK, left))[-12:]


def _last_sentence(text: str) -> str:
    return _behind_last(_SENTENCE_END, text)


def _behind_last(sign: re.Pattern[str], text: str) -> str:
    """What stands behind the last match of `sign`, which is one character."""
    match = sign.search(text[::-1]) if text else None
    return text[len(text) - match.start() :] if match is not None else text


def _first_sentence(text: str) -> str:
    stop = _SENTENCE_END.search(text) if text else None
    return text[: stop.start()] if stop is not None else text
