"""A document's text as HTML with the findings and the hidden stretches marked where they stand.

Shared by the report (html.py) and the workbench: paragraphs, rows of tables, and what lies in them. All that comes from
a draft passes through its Veil and is escaped.
"""

from __future__ import annotations

import html
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, Protocol, TypeVar

from reviewer.model import SEVERITIES, Block, Concealed, Document, Severity, Table
from reviewer.reports.veil import Span
from reviewer.reports.words import part_title, printable

LONGEST_MARK = 400
_COLUMNS = 24
_CELL = 60

Item = TypeVar("Item")


class Spans(Generic[Item]):
    """Stretches with something that belongs to each; answers what overlaps [start, end)."""

    def __init__(self, items: Iterable[tuple[int, int, Item]]) -> None:
        every = sorted(items, key=lambda item: item[:2])
        # A hidden sheet is one stretch over 45,000 others: looking back past it would be quadratic.
        self._long = [item for item in every if item[1] - item[0] > LONGEST_MARK]
        self._short = [item for item in every if item[1] - item[0] <= LONGEST_MARK]
        self._starts = [item[0] for item in self._short]

    def over(self, start: int, end: int) -> list[tuple[int, int, Item]]:
        found = [item for item in self._long if item[0] < end and item[1] > start]
        index = bisect_left(self._starts, start - LONGEST_MARK)
        while index < len(self._short) and self._short[index][0] < end:
            if self._short[index][1] > start:
                found.append(self._short[index])
            index += 1
        return found


class Shown(Protocol):
    """What may be seen of a document: a Veil, or what is kept of one."""

    @property
    def text(self) -> str: ...
    def clean(self, text: str) -> str: ...
    def hidden(self, start: int, end: int) -> list[Span]: ...
    def show(self, start: int, end: int, hidden: list[Span] | None = None) -> str: ...


class Found(Protocol):
    """What is drawn of a finding."""

    @property
    def entity(self) -> str: ...
    @property
    def severity(self) -> Severity: ...


@dataclass(slots=True)
class Page:
    """A document, what may be seen of it, and what is marked in it."""

    document: Document
    veil: Shown
    marks: Spans[tuple[int, Found]]
    """each finding with the number of its group"""
    concealed: Spans[Concealed]

    @classmethod
    def of(cls, document: Document, veil: Shown, marks: Iterable[tuple[int, int, tuple[int, Found]]]) -> Page:
        return cls(document, veil, Spans(marks), Spans((c.start, c.end, c) for c in document.concealed))


def safe(text: str) -> str:
    """`text` with invisible characters written out, escaped."""
    return html.escape(printable(text))


def clean(veil: Shown, text: str) -> str:
    """Text from the draft, masked and escaped."""
    return html.escape(veil.clean(text))


def paragraphs(page: Page, start: int, end: int) -> str:
    """The blocks of text[start:end], each with the name of its part unless it is the body."""
    pieces = []
    document, here = page.document, start
    hidden = page.veil.hidden(start, end)
    while here < end:
        block = document.block_at(here)
        stop = min(end, block.end if block is not None and block.end > here else end)
        if document.text[here:stop].strip():
            pieces.append(_paragraph(page, block, here, stop, hidden))
        here = stop + 1 if stop < end and document.text[stop : stop + 1] == "\n" else max(stop, here + 1)
    return "".join(pieces)


def _paragraph(page: Page, block: Block | None, start: int, end: int, hidden: list[Span]) -> str:
    part = block.part if block is not None else "body"
    tag = f'<span class="tag">{safe(part_title(part))}</span>' if part != "body" else ""
    before = "…" if block is not None and start > block.start and page.veil.text[start - 1] != "\n" else ""
    after = "…" if block is not None and end < block.end and page.veil.text[end : end + 1] != "\n" else ""
    kind = "blk" if part == "body" else f"blk aside p-{safe(part)}"
    return f'<p class="{kind}">{tag}{before}{marked(page, start, end, hidden)}{after}</p>'


def chosen_columns(page: Page, table: Table, rows: Sequence[int]) -> list[int]:
    """All columns, or of a very wide table those with findings and the first ones."""
    cells = [cell for row in rows for cell in range(table.first[row], table.first[row + 1])]
    columns = sorted({table.columns[cell] for cell in cells})
    if len(columns) <= _COLUMNS:
        return columns
    found = {table.columns[c] for c in cells if page.marks.over(table.starts[c], table.ends[c])}
    chosen = sorted(found)[:_COLUMNS]
    rest = [column for column in columns if column not in found]
    return sorted(chosen + rest[: _COLUMNS - len(chosen)])


def table_row(page: Page, table: Table, row: int, columns: Sequence[int], shown: set[int]) -> str:
    cells = {}
    hidden = table.hidden_rows.get(table.numbers[row])
    for cell in range(table.first[row], table.first[row + 1]):
        if table.columns[cell] in shown:
            cells[table.columns[cell]] = _cell(page, table.starts[cell], table.ends[cell], hidden)
    mark = f'<span class="tag">{safe(hidden)}</span>' if hidden else ""
    alone = [c for c in columns if cells.get(c)]
    if len(alone) == 1 and alone[0] == columns[0] and not hidden and alone[0] not in table.hidden_columns:
        # A title or a remark below: over the whole width, not squeezed into the first column.
        wide = f'<td colspan="{len(columns)}">{cells[alone[0]]}</td>'
        return f'<tr><th scope="row">{table.numbers[row]}</th>{wide}</tr>'
    body = "".join(
        f'<td class="unseen">{cells.get(c, "")}</td>' if hidden or c in table.hidden_columns
        else f"<td>{cells.get(c, '')}</td>"
        for c in columns
    )  # fmt: skip
    return f'<tr><th scope="row">{table.numbers[row]}{mark}</th>{body}</tr>'


def _cell(page: Page, start: int, end: int, row: str | None) -> str:
    """A cell's text; of a long one the beginning, and what was found further on.

    `row` says why its row is not seen: that stands at the row's head and not in every cell.
    """
    hidden = page.veil.hidden(start, min(end, start + LONGEST_MARK))
    found = page.marks.over(start, end)
    stop = min(end, start + (LONGEST_MARK if found else _CELL))
    if end - start <= _CELL:
        stop = end
    return marked(page, start, stop, hidden, cell=True, said=row) + ("…" if stop < end else "")


def marked(
    page: Page, start: int, end: int, hidden: list[Span], *, cell: bool = False, said: str | None = None
) -> str:
    """text[start:end] masked, with the findings and the concealed stretches in it marked.

    What covers many cells is named and numbered in the first one, what began further up in a text at
    once. `said` need not be named.
    """
    document = page.document
    marks = page.marks.over(start, end)
    covers = page.concealed.over(start, end)
    edges = {start, end}
    for low, high, _ in (*marks, *covers):
        edges.update(edge for edge in (low, high) if start < edge < end)
    cuts = sorted(edges)
    pieces = []
    for a, b in pairwise(cuts):
        inside = [item for low, high, item in marks if low <= a and b <= high]
        reasons = [item.reason for low, high, item in covers if low <= a and b <= high]
        begins = [item.reason for low, _, item in covers if low == a or (a == start > low and not cell)]
        ended = [item[0] for low, high, item in marks if min(high, end) == b and (low >= start or not cell)]
        text = html.escape(page.veil.show(a, b, hidden))
        # A block's own label says already what it is.
        named = part_title(block.part) if (block := document.block_at(a)) else ""
        labels = [reason for reason in dict.fromkeys(begins) if reason not in (named, said)]
        pieces += [f'<span class="tag">{clean(page.veil, reason)}</span>' for reason in labels]
        pieces.append(_mark(text, inside, bool(reasons)))
        pieces += [f'<a class="no" href="#g{k}">{k}</a>' for k in dict.fromkeys(ended)]
    return "".join(pieces)


def _mark(text: str, inside: Sequence[tuple[int, Found]], concealed: bool) -> str:
    if concealed:
        text = f'<span class="concealed">{text}</span>'
    if not inside:
        return text
    # Hidden content is drawn by its own line; the colour is for what stands in it.
    real = [item for item in inside if item[1].entity != "HIDDEN_CONTENT"]
    severe = max(real or inside, key=lambda item: SEVERITIES.index(item[1].severity))[1].severity
    numbers = " ".join(str(k) for k in dict.fromkeys(item[0] for item in inside))
    kind = f"s-{severe}" if real else "whole"
    return f'<mark class="{kind}" data-g="{numbers}">{text}</mark>'
