"""Old Office files and OpenDocument ones, made by LibreOffice from ones that the tests make; and xlsb by hand."""

from __future__ import annotations

import io
import struct
import tempfile
from functools import cache
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment

from tests.marking.make_draft import draft
from tests.marking.witness import converted
from tests.readers.make_docx import packed, relations
from tests.readers.make_pptx import TITLE, box, lines, pptx, root, shape, table, tree

PHONES = {"shown": "13800138000", "hidden": "13700137002", "note": "13600136003"}
"""planted: where all see it, on a hidden sheet or slide, in a comment or note"""
SOURCES = {"doc": "docx", "rtf": "docx", "odt": "docx", "fodt": "docx", "uot": "docx", "xls": "xlsx", "ods": "xlsx",
           "fods": "xlsx", "ppt": "pptx", "odp": "pptx", "fodp": "pptx"}  # fmt: skip


def workbook() -> bytes:
    """Sheets that are shown, hidden and very hidden; a hidden row; a comment."""
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "名单"
    first.append(["姓名", "电话"])
    first.append(["赵某", PHONES["shown"]])
    first.append(["孙某", "13500135004"])
    first.row_dimensions[3].hidden = True
    first["A2"].comment = Comment(f"请核对{PHONES['note']}", "钱某")
    for name, state in (("底册", "hidden"), ("参数", "veryHidden")):
        sheet = book.create_sheet(name)
        sheet.append(["电话", PHONES["hidden"]])
        sheet.sheet_state = state
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def deck() -> bytes:
    """A slide, a table, a hidden slide, notes."""
    notes = root("p:notes", tree(shape(lines(f"备注{PHONES['note']}"), kind='type="body" idx="1"')))
    return pptx(
        TITLE + box(f"电话{PHONES['shown']}"), TITLE + table(("姓名", "电话"), ("赵某", PHONES["shown"])),
        TITLE + box(PHONES["hidden"]), hidden=[3], links={1: [("notesSlide", "../notesSlides/notesSlide1.xml")]},
        parts={"ppt/notesSlides/notesSlide1.xml": notes},
    )  # fmt: skip


_BUILDERS = {"docx": draft, "xlsx": workbook, "pptx": deck}


@cache
def old(kind: str) -> bytes:
    """A file of this kind; made once in each process."""
    source = SOURCES[kind]
    with tempfile.TemporaryDirectory() as folder:
        return converted(_BUILDERS[source](), source, kind, Path(folder))


# ---------------------------------------------------------------- xlsb


def _record(kind: int, data: bytes = b"") -> bytes:
    """[MS-XLSB] 2.1.4: type and size in groups of seven bits."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = len(data)
    pieces = []
    while True:
        pieces.append(size & 0x7F | (0x80 if size > 127 else 0))
        size >>= 7
        if not size:
            break
    return head + bytes(pieces) + data


def _text(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb(text: str, *, row: int = 0, column: int = 0, hidden: bool = False) -> bytes:
    """A binary workbook with one text cell."""
    sheet = _record(129) + _record(148, struct.pack("<IIII", row, row, column, column)) + _record(145)
    sheet += _record(0, struct.pack("<IIHBBBI", row, 0, 300, 0, 0, 0, 0))
    sheet += _record(6, struct.pack("<II", column, 0) + _text(text)) + _record(146) + _record(130)
    book = _record(131) + _record(143)
    book += _record(156, struct.pack("<II", int(hidden), 1) + _text("rId1") + _text("名单")) + _record(144) + _record(132)
    types = "application/vnd.ms-excel.{}"
    return packed({
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.bin" ContentType="{types.format("sheet.binary.macroEnabled.main")}"/>'
        f'<Override PartName="/xl/worksheets/sheet1.bin" ContentType="{types.format("worksheet")}"/></Types>',
        "_rels/.rels": relations([("officeDocument", "xl/workbook.bin")]),
        "xl/workbook.bin": book,
        "xl/_rels/workbook.bin.rels": relations([("worksheet", "worksheets/sheet1.bin")]),
        "xl/worksheets/sheet1.bin": sheet,
    })  # fmt: skip
