"""What a reading keeps of a document beside its text: blocks, tables, hidden stretches; and how it is read back.

It lies encrypted with the text. Names in it (of sheets, of files inside) are masked already.
"""

from __future__ import annotations

import base64
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reviewer.model import Block, Concealed, Document, Locator, Table
from reviewer.reports.veil import Span, Veil
from reviewer.reports.words import printable
from reviewer.text.mask import stars

_SCALE = 10
"""boxes are kept in tenths of a point"""
_LONGEST_UNIT = 2000

Unit = tuple[int, int, int, int]
"""start, end, number of the block, number of the row in its table (-1: no table)"""


@dataclass(slots=True)
class Text:
    """One document as it was read: its structure, and the stretches of its text that must not be read.

    It shows itself as a Veil does, of which only the hidden stretches are known.
    """

    document: Document
    spans: list[Span] = field(repr=False)
    shown: str = ""
    """its path inside of the file, masked; "" for the file itself"""
    units: list[Unit] = field(default_factory=list, repr=False)
    _ends: list[int] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        self.units = list(units(self.document))
        self._ends = [end for _, end in self.spans]

    @property
    def text(self) -> str:
        return self.document.text

    def clean(self, text: str) -> str:
        """Names out of the structure are masked already."""
        return printable(text.replace("\n", "⏎").replace("\t", " "))

    def hidden(self, start: int, end: int) -> list[Span]:
        """The stretches inside [start, end) that must not be read."""
        found = []
        for k in range(bisect_right(self._ends, start), len(self.spans)):
            low, high = self.spans[k]
            if low >= end:
                break
            found.append((max(low, start), min(high, end)))
        return found

    def show(self, start: int, end: int, hidden: list[Span] | None = None) -> str:
        """text[start:end] masked, with safe characters, line feeds and tabs kept."""
        pieces, here = [], start
        for low, high in self.hidden(start, end):
            pieces += [self.text[here:low], stars(high - low)]
            here = high
        pieces.append(self.text[here:end])
        return printable("".join(pieces).replace("\r\n", "\n"))

    def unit_at(self, offset: int) -> int:
        """The number of the unit in which a place of the text lies."""
        return max(bisect_right(self.units, offset, key=lambda unit: unit[0]) - 1, 0)


def structure(document: Document, veil: Veil) -> dict[str, Any]:
    """The document without its text, as JSON has it."""
    return {
        "format": document.format,
        "blocks": [_block(block, veil) for block in document.blocks],
        "concealed": [[one.start, one.end, one.part, veil.raw(one.reason)] for one in document.concealed],
    }


def text_of(fields: Mapping[str, Any]) -> Text:
    """What `structure`, the text and the hidden stretches make; also of a reading that has no structure."""
    kept = fields.get("structure") or {}
    document = Document(
        fields.get("shown", ""), fields["format"], "", fields["text"],
        blocks=tuple(_block_of(one) for one in kept.get("blocks", ())),
        concealed=tuple(Concealed(*one) for one in kept.get("concealed", ())),
    )  # fmt: skip
    return Text(document, [(low, high) for low, high in fields["hidden"]], fields.get("shown", ""))


def _block(block: Block, veil: Veil) -> dict[str, Any]:
    place = block.locator
    kept: dict[str, Any] = {"at": [block.start, block.end], "part": block.part}
    if place.page is not None:
        kept["page"] = place.page
    if block.recognised:
        kept["recognised"] = True
    if block.table is not None:
        kept["table"] = _table(block.table, veil)
    elif block.boxes is not None:
        kept["boxes"] = _packed(array("i", (round(one * _SCALE) for one in block.boxes)))
    return kept


def _table(table: Table, veil: Veil) -> dict[str, Any]:
    return {
        "starts": _packed(array("i", table.starts)), "ends": _packed(array("i", table.ends)),
        "columns": _packed(table.columns), "first": _packed(array("i", table.first)), "numbers": _packed(table.numbers),
        "sheet": veil.raw(table.sheet) if table.sheet is not None else None,
        "hidden_rows": list(table.hidden_rows.items()), "hidden_columns": list(table.hidden_columns.items()),
    }  # fmt: skip


def _packed(numbers: array[int]) -> str:
    return base64.b64encode(numbers.tobytes()).decode()


def _unpacked(text: str) -> array[int]:
    numbers = array("i")
    numbers.frombytes(base64.b64decode(text))
    return numbers


def _block_of(kept: Mapping[str, Any]) -> Block:
    start, end = kept["at"]
    table = _table_of(kept["table"]) if "table" in kept else None
    boxes = array("d", (one / _SCALE for one in _unpacked(kept["boxes"]))) if "boxes" in kept else None
    return Block(
        start, end, kept["part"], Locator(page=kept.get("page")), table=table, boxes=boxes,
        recognised=kept.get("recognised", False),
    )  # fmt: skip


def _table_of(kept: Mapping[str, Any]) -> Table:
    return Table(
        array("q", _unpacked(kept["starts"])), array("q", _unpacked(kept["ends"])), _unpacked(kept["columns"]),
        array("q", _unpacked(kept["first"])), _unpacked(kept["numbers"]), kept["sheet"],
        dict(kept["hidden_rows"]), dict(kept["hidden_columns"]),
    )  # fmt: skip


def units(document: Document) -> Iterator[Unit]:
    """What is shown as one line: a line of text (a long one in pieces), or a row of a table; in order."""
    here = 0
    for number, block in enumerate(document.blocks):
        if block.start > here:
            yield from _lines(document.text, here, block.start, -1)
        if block.table is not None:
            yield from _rows(block.table, number)
        else:
            yield from _lines(document.text, block.start, block.end, number)
        here = max(here, block.end)
    yield from _lines(document.text, here, len(document.text), -1)


def _rows(table: Table, number: int) -> Iterator[Unit]:
    for row in range(table.row_count()):
        low, high = table.first[row], table.first[row + 1]
        if high > low:
            yield table.starts[low], table.ends[high - 1], number, row


def _lines(text: str, start: int, end: int, number: int) -> Iterator[Unit]:
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        for low in range(start, stop, _LONGEST_UNIT):
            yield low, min(low + _LONGEST_UNIT, stop), number, -1
        start = stop + 1


def pages(document: Document) -> Sequence[int]:
    """The numbers of the pages that hold text, in order."""
    return sorted({block.locator.page for block in document.blocks if block.locator.page is not None})
