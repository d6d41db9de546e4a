"""Some units of a text as HTML: lines and rows with their findings marked, wide enough for a screen or two."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from reviewer.casework.structure import Text, Unit
from reviewer.casework.views import Place
from reviewer.model import Block, Table
from reviewer.reports.inplace import Page, chosen_columns, clean, paragraphs, safe, table_row
from reviewer.reports.words import part_title

SIZE = 90
"""units in one window"""
_NARROW, _WIDE, _PADDING = 9, 15, 34
_LONGEST = 60
_LEAST_WIDTH, _MOST_WIDTH = 64, 340
_SAMPLED = 200


def bounds(text: Text, unit: int) -> tuple[int, int]:
    """First and last (excluded) unit of the window that begins at `unit`."""
    first = min(max(unit, 0), max(len(text.units) - 1, 0))
    return first, min(first + SIZE, len(text.units))


def drawn(text: Text, found: Iterable[Place], first: int, last: int) -> str:
    """The units [first, last) as HTML; all of the text in it is masked and escaped."""
    marks = ((one.start, one.end, (one.number, one)) for one in found)
    page = Page.of(text.document, text, marks)
    pieces = []
    for table, some in groupby(text.units[first:last], key=lambda unit: unit[2] if unit[3] >= 0 else -1):
        units = list(some)
        pieces.append(_rows(page, text.document.blocks[table], units) if table >= 0 else _lines(page, units))
    return "".join(pieces)


def _lines(page: Page, units: list[Unit]) -> str:
    return "".join(paragraphs(page, start, end) for start, end, _, _ in units)


def _rows(page: Page, block: Block, units: list[Unit]) -> str:
    table = block.table
    assert table is not None
    rows = [row for _, _, _, row in units]
    sampled = sorted({*range(min(table.row_count(), _SAMPLED)), *rows})
    columns = chosen_columns(page, table, sampled)
    widths = _widths(page, table, sampled, columns)
    tag = f"工作表“{clean(page.veil, table.sheet)}”" if table.sheet is not None else ""
    if block.part != "body":
        tag = f'<span class="tag">{safe(part_title(block.part))}</span>{tag}'
    header = _header(table)
    caption = f"<caption>{tag}</caption>" if tag and rows[0] <= header else ""
    # The header goes along, so that a row further down can be read.
    head = table_row(page, table, header, columns, set(columns)) if rows[0] > header else ""
    head = f'<thead class="again">{head}</thead>' if head else ""
    body = "".join(table_row(page, table, row, columns, set(columns)) for row in rows)
    cols = '<col width="64">' + "".join(f'<col width="{width}">' for width in widths)
    whole = 64 + sum(widths)
    return (
        f'<div class="wide"><table class="cells fixed" width="{whole}">{caption}<colgroup>{cols}</colgroup>'
        f"{head}<tbody>{body}</tbody></table></div>"
    )


def _header(table: Table) -> int:
    """The first row that has more than one cell with text: a title may stand above."""
    for row in range(min(table.row_count(), _SAMPLED)):
        cells = range(table.first[row], table.first[row + 1])
        if sum(table.ends[cell] > table.starts[cell] for cell in cells) > 1:
            return row
    return 0


def _widths(page: Page, table: Table, rows: Iterable[int], columns: list[int]) -> list[int]:
    """Pixels for each column: the same in every window of the table."""
    text = page.document.text
    longest = dict.fromkeys(columns, 0)
    for row in list(rows)[:_SAMPLED]:
        cells = range(table.first[row], table.first[row + 1])
        if len(cells) < 2:
            continue
        for cell in cells:
            if table.columns[cell] in longest:
                shown = text[table.starts[cell] : min(table.ends[cell], table.starts[cell] + _LONGEST)]
                width = sum(_NARROW if char.isascii() else _WIDE for char in shown)
                longest[table.columns[cell]] = max(longest[table.columns[cell]], width)
    return [min(max(longest[column] + _PADDING, _LEAST_WIDTH), _MOST_WIDTH) for column in columns]
