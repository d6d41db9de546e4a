"""Marks a workbook: fills and notes on its cells and a sheet of results; and makes the copy that may be published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from reviewer.marking.model import Annotated, Note
from reviewer.marking.xlsx_looks import Looks
from reviewer.marking.xlsx_mask import mask
from reviewer.marking.xlsx_notes import Place, add_notes
from reviewer.marking.xlsx_parts import Draft, cells_of, is_signed, opened
from reviewer.marking.xlsx_result import Line, add_result, target
from reviewer.marking.xlsx_rows import split, style_of, with_style
from reviewer.model import SEVERITIES, Document, Severity, cell_name
from reviewer.readers.xlsx_book import ranges
from reviewer.settings import Limits

__all__ = ["annotate", "mask"]

_TITLES: dict[Severity, str] = {"block": "不得公开", "check": "须人工判断", "note": "提示"}
_SIGNED = "原件有电子签名，加入标注后签名失效；需要有效签名的，请使用原件。"
_AT_CELLS = frozenset({"formula", "field"})
"""parts beside the cells whose place is a cell that is seen: a formula, a hyperlink"""


def annotate(data: bytes, document: Document, notes: tuple[Note, ...], limits: Limits) -> Annotated:
    """The workbook with a fill and a note on the cells of each remark, and a sheet 审查结果 that lists them all.

    What is in no cell is listed there only. All parts but the sheets, their notes, the styles and the list of
    sheets stay byte for byte. Raises MarkingError, and what the reader raises.
    """
    draft = opened(data, document, limits)
    looks = Looks(draft)
    marks = _marks(document, draft, notes)
    silent = 0
    for tab in draft.tabs:
        if (mark := marks.get(tab.name)) is not None:
            silent += _mark_sheet(draft, looks, tab.part, mark)
    name = add_result(draft, looks, _lines(document, draft, notes))
    remarks = [_SIGNED] if is_signed(draft.package.names()) else []
    remarks.append(f"全部发现列在最后一张工作表“{name}”里，可以点位置跳到单元格。")
    if silent:
        remarks.append(f"{silent} 个单元格不能再加批注（已有会话批注等），只着了色，说明见“{name}”。")
    return Annotated(draft.finished(), tuple(remarks))


@dataclass(slots=True)
class _Marks:
    """What one sheet gets: fills, and notes."""

    fills: dict[int, dict[int, Severity]] = field(default_factory=dict)
    texts: dict[Place, list[str]] = field(default_factory=dict)

    def fill(self, row: int, column: int, severity: Severity) -> None:
        cells = self.fills.setdefault(row, {})
        known = cells.get(column)
        if known is None or SEVERITIES.index(severity) > SEVERITIES.index(known):
            cells[column] = severity


def _marks(document: Document, draft: Draft, notes: tuple[Note, ...]) -> dict[str, _Marks]:
    found: dict[str, _Marks] = {}
    own = frozenset(cells_of(document))
    blocks = {id(document.blocks[k]) for k in own}
    sheets = {tab.name for tab in draft.tabs}
    for note in notes:
        first = True
        for start, end in note.spans:
            place = _place(document, blocks, start, end)
            if place is None or place[0] not in sheets:
                continue
            sheet, row, column, whole = place
            marks = found.setdefault(sheet, _Marks())
            if whole:
                marks.fill(row, column, note.severity)
            if first or not note.column:
                texts = marks.texts.setdefault((row, column), [])
                if note.text not in texts:
                    texts.append(note.text)
            first = False
    return found


def _place(document: Document, blocks: set[int], start: int, end: int) -> tuple[str, int, int, bool] | None:
    """(sheet, row, column, whether all of text[start:end] is in that cell) for what is in a cell or hangs on one."""
    block = document.block_at(start)
    if block is None:
        return None
    if block.table is None:
        where = block.locator
        if where.sheet is None or where.row is None or where.column is None:
            return None
        own = block.part in _AT_CELLS or (block.part in ("body", "hidden") and where.cell is not None)
        return (where.sheet, where.row, where.column, end <= block.end) if own else None
    if id(block) not in blocks:
        return None
    table = block.table
    cell = table.cell_at(start)
    if cell is None or table.sheet is None:
        return None
    return table.sheet, table.numbers[table.row_of(cell)], table.columns[cell], end <= table.ends[cell]


def _mark_sheet(draft: Draft, looks: Looks, part: str, marks: _Marks) -> int:
    """Writes one sheet; returns how many of its cells take no note."""
    sheet = split(draft.original(part), draft.limits)

    def fill(row: int, column: int, attributes: str, content: str) -> tuple[str, str] | None:
        severity = marks.fills[row].get(column)
        if severity is None:
            return None
        return with_style(attributes, looks.filled(style_of(attributes), severity)), content

    sheet.rewrite(fill, marks.fills)
    texts = {place: "\n\n".join(lines) for place, lines in marks.texts.items()}
    silent = add_notes(draft, part, sheet.root, texts)
    draft.changed[part] = sheet.written()
    return len(silent)


def _lines(document: Document, draft: Draft, notes: tuple[Note, ...]) -> Iterator[Line]:
    """One line for each note, the most serious first."""
    hidden = {tab.name: tab.concealed for tab in draft.tabs}
    for severity, same in groupby(sorted(notes, key=lambda one: -SEVERITIES.index(one.severity)), lambda n: n.severity):
        for note in same:
            where = note.locator
            cell = ""
            if where.sheet in hidden and note.part != "attachment":
                for row, column, _, _ in ranges(where.cell or ""):
                    cell = target(where.sheet or "", cell_name(row, column))
            reason = _concealment(document, note, hidden)
            place = f"{note.place}（{reason}）" if reason and reason not in note.place else note.place
            title = _TITLES[severity]
            yield Line(title, note.title.removeprefix(f"{title}："), place, note.text, cell)


def _concealment(document: Document, note: Note, hidden: dict[str, str]) -> str:
    """Why the place of a note is not seen: 隐藏工作表, 隐藏行 ..."""
    where = note.locator
    if reason := hidden.get(where.sheet or "", ""):
        return reason
    block = document.block_at(note.spans[0][0]) if note.spans else None
    if block is None or block.table is None or note.part == "attachment":
        return ""
    table = block.table
    return table.hidden_rows.get(where.row or 0, "") or table.hidden_columns.get(where.column or 0, "")
