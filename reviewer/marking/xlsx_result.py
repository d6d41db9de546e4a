"""The sheet 审查结果: all remarks on a workbook with links to their cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import NamedTuple

from lxml import etree

from reviewer.marking.xlsx_looks import Looks
from reviewer.marking.xlsx_parts import LONGEST, Draft, child, shown
from reviewer.readers.package import OFFICE, parse_xml
from reviewer.readers.xlsx_book import MAIN

TITLE = "审查结果"
_COLUMNS = (("序号", 7), ("级别", 12), ("类别", 24), ("位置", 36), ("说明", 90))
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_LINE, _HIGHEST = 16, 409
_MOST_LINKS = 65_000
_MOST_ROWS = 1_048_000
_FOLLOWING = ("functionGroups", "externalReferences", "definedNames", "calcPr", "extLst")


class Line(NamedTuple):
    """One row: what to show, and the cell to go to ("" for none)."""

    severity: str
    title: str
    place: str
    text: str
    target: str = ""


def target(sheet: str, cell: str) -> str:
    """Where a link to a cell leads."""
    return "'" + sheet.replace("'", "''") + f"'!{cell}"


def add_result(draft: Draft, looks: Looks, lines: Iterable[Line]) -> str:
    """The sheet at the end of the workbook; returns its name."""
    name = _unused_name(draft)
    part = draft.unused("xl/worksheets/sheet{}.xml")
    draft.put(part, parse_xml(_sheet([*lines][:_MOST_ROWS], looks).encode(), draft.limits))
    draft.declare(part, _KIND)
    identity = draft.add_link(draft.main, "worksheet", part)
    book = draft.edited(draft.main)
    sheets = child(book, "sheets", _FOLLOWING)
    numbers = [int(n) for one in sheets if (n := one.get("sheetId") or "").isascii() and n.isdigit() and len(n) < 10]
    entry = etree.SubElement(sheets, MAIN + "sheet", name=name, sheetId=str(max([0, *numbers]) + 1))
    entry.set(f"{{{OFFICE}/relationships}}id", identity)
    return name


def _unused_name(draft: Draft) -> str:
    taken = {tab.name.lower() for tab in draft.tabs}
    name, number = TITLE, 1
    while name in taken:
        number += 1
        name = f"{TITLE}{number}"
    return name


def _sheet(lines: list[Line], looks: Looks) -> str:
    heading, plain, linked = looks.wrapped(bold=True), looks.wrapped(), looks.wrapped(link=True)
    widths = "".join(f'<col min="{k}" max="{k}" width="{width}" customWidth="1"/>'
                     for k, (_, width) in enumerate(_COLUMNS, 1))  # fmt: skip
    rows = "".join(_rows(lines, heading, plain, linked))
    links = "".join(_links(lines))
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{MAIN[1:-1]}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>'
        '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        f"</sheetView></sheetViews><cols>{widths}</cols>"
        f"<sheetData>{rows}</sheetData>{f'<hyperlinks>{links}</hyperlinks>' if links else ''}"
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    )


def _rows(lines: list[Line], heading: int, plain: int, linked: int) -> Iterator[str]:
    titles = (_cell(f"{letter}1", title, heading) for letter, (title, _) in zip("ABCDE", _COLUMNS, strict=True))
    yield f'<row r="1">{"".join(titles)}</row>'
    for number, line in enumerate(lines, 1):
        row = number + 1
        place = linked if line.target and number <= _MOST_LINKS else plain
        yield (
            f'<row r="{row}" ht="{_height(line)}" customHeight="1"><c r="A{row}" s="{plain}">'
            f'<v>{number}</v></c>{_cell(f"B{row}", line.severity, plain)}'
            f'{_cell(f"C{row}", line.title, plain)}{_cell(f"D{row}", line.place, place)}'
            f'{_cell(f"E{row}", line.text, plain)}</row>'
        )


def _height(line: Line) -> int:
    """How high a row must be for its text, in points: a Chinese character is as wide as two of the column's units."""
    texts = zip((line.severity, line.title, line.place, line.text), _COLUMNS[1:], strict=True)
    counts = (sum(1 + 2 * len(part) // (width - 4) for part in text.split("\n")) for text, (_, width) in texts)
    return min(max(counts) * _LINE + 2, _HIGHEST)


def _cell(name: str, text: str, style: int) -> str:
    """A cell that is text whatever it begins with: no program takes an inline string for a formula."""
    held = escape(shown(text[:LONGEST]), quote=False)
    return f'<c r="{name}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{held}</t></is></c>'


def _links(lines: list[Line]) -> Iterator[str]:
    for row, line in enumerate(lines[:_MOST_LINKS], 2):
        if line.target:
            place, to = escape(shown(line.place)), escape(shown(line.target))
            yield f'<hyperlink ref="D{row}" location="{to}" display="{place}"/>'
