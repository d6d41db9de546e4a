"""The lines of a Document, and for any offset its line, its table cell and the words around it."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from reviewer.detect.table import Layout, layout
from reviewer.model import Block, Document
from reviewer.text.view import is_folded

_SENTENCE_END = re.compile(r"[。；;！!？?\n\r\t]")
_LEFT, _RIGHT = 30, 14
_LABEL_LINE = 24


@dataclass(frozen=True, slots=True)
class Context:
    """Raw words of evidence around a stretch of text, folded, without blanks.

    left, right  within the sentence (and the cell), up to 30 and 14 characters
    close        what stands directly left, up to 12 characters, within the clause
    header       column header and row label of a table cell, or the block's hint
    row          the whole line or table row
    """

    left: str
    right: str
    close: str
    header: str
    row: str

    def has(self, words: tuple[str, ...]) -> bool:
        return any(word in self.left or word in self.right or word in self.header for word in words)


class Lines:
    """Line starts of `document.text`, and the layout of its tables (headers, data rows)."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = document.text
        self.lines = document.text.split("\n")
        self.starts = list(accumulate((len(line) + 1 for line in self.lines), initial=0))
        self._layouts: dict[int, Layout] = {}
        self._block: Block | None = None

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
        return block is not None and block.table is None and self.starts[number + 1] < block.end

    def column(self, offset: int) -> int | None:
        """The column number of the table cell at `offset`."""
        block = self.block(offset)
        if block is None or block.table is None:
            return None
        cell = block.table.cell_at(offset)
        return None if cell is None else block.table.columns[cell]

    def context(self, start: int, end: int) -> Context:
        """What stands around text[start:end]."""
        block = self.block(start)
        header = block.hint if block is not None else ""
        if block is not None and block.table is not None:
            cell = block.table.cell_at(start)
            if cell is not None:
                return self._cell_context(block, cell, start, end)
        number = self.number(start)
        first, last = self.span(number)
        left = _last_sentence(self.text[max(first, start - _LEFT) : start])
        if not left.strip() or (len(left.strip()) < 3 and start - first < 12):
            left = self._label_above(number) + left
        right = _first_sentence(self.text[end : min(last, end + _RIGHT)])
        row = self.text[max(first, start - 400) : min(last, end + 400)]
        return Context(_plain(left), _plain(right), _close(left), _plain(header), row)

    def _cell_context(self, block: Block, cell: int, start: int, end: int) -> Context:
        table = block.table
        assert table is not None
        view = self.layout(block)
        row = table.row_of(cell)
        first, last = table.first[row], table.first[row + 1]
        left = _last_sentence(self.text[max(table.starts[cell], start - _LEFT) : start])
        right = _first_sentence(self.text[end : min(table.ends[cell], end + _RIGHT)])
        label = view.label(table, self.text, cell)
        header = f"{view.headers.get(table.columns[cell], '')} {label}"
        text = self.text[table.starts[first] : min(table.ends[last - 1], table.starts[first] + 2000)]
        return Context(_plain(left), _plain(right), _close(left), _plain(header), text)

    def _label_above(self, number: int) -> str:
        """The line above, when it is short enough to be a label for what follows."""
        for above in range(number - 1, max(number - 3, -1), -1):
            line = self.lines[above].strip()
            if line:
                return line if len(line) <= _LABEL_LINE and not line.endswith(("。", "；", "，")) else ""
        return ""


@cache
def _blank() -> re.Pattern[str]:
    return re.compile(r"[\s\u3000★☆]+")


def _plain(text: str) -> str:
    return _blank().sub("", is_folded(text)) if text else ""


def _close(left: str) -> str:
    """The last clause of `left`, without blanks, at most 12 characters."""
    for k in range(len(left) - 1, -1, -1):
        if left[k] in "，,、（(|":
            left = left[k + 1 :]
            break
    return _plain(left)[-12:]


def _last_sentence(text: str) -> str:
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    return text[ends[-1] :] if ends else text


def _first_sentence(text: str) -> str:
    stop = _SENTENCE_END.search(text)
    return text[: stop.start()] if stop is not None else text
