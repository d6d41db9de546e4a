"""Which cells and texts of a workbook the edits lie in, and the values that must be nowhere else."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from reviewer.marking.model import Edit
from reviewer.marking.search import Search
from reviewer.marking.xlsx_parts import cells_of
from reviewer.model import Block, Document
from reviewer.readers.xlsx_book import own_values
from reviewer.text.mask import significant

Place = tuple[int, int]
"""row and column"""
_NAMES = frozenset({"NAME", "INFORMANT"})
_LEAST = 6
_WORD = re.compile("[A-Za-z]+")


@dataclass(slots=True)
class Hit:
    """One text of the draft with what gives way in it; offsets count in that text."""

    text: str = field(repr=False)
    changes: list[tuple[int, int, str]] = field(default_factory=list, repr=False)
    numbers: list[int] = field(default_factory=list)

    def add(self, start: int, end: int, replacement: str, number: int) -> None:
        self.numbers.append(number)
        if all(end <= first or last <= start for first, last, _ in self.changes):
            self.changes.append((start, end, replacement))

    def masked(self) -> str:
        pieces, here = [], 0
        for start, end, replacement in sorted(self.changes):
            pieces += [self.text[here:start], replacement]
            here = end
        return "".join((*pieces, self.text[here:]))


@dataclass(slots=True)
class Hits:
    """The edits by their places.

    cells   sheet -> place -> Hit of the cell's stored text
    shown   sheet -> place -> Hit of what its number format shows
    texts   (part, text) -> Hit: all else, told by the part and the whole text that the reader gave it
    whole   text of a cell -> what it becomes: for places that repeat cells
    held    what changed formulas hold: equal ones are read once only
    """

    cells: dict[str, dict[Place, Hit]] = field(default_factory=dict)
    shown: dict[str, dict[Place, Hit]] = field(default_factory=dict)
    texts: dict[tuple[str, str], Hit] = field(default_factory=dict, repr=False)
    whole: dict[str, str] = field(default_factory=dict, repr=False)
    held: set[tuple[str, ...]] = field(default_factory=set, repr=False)
    placed: set[int] = field(default_factory=set)

    def text(self, part: str, text: str) -> str | None:
        """What becomes of a text in this part; None where nothing changes in it."""
        hit = self.texts.get((part, text))
        if hit is None:
            return None
        self.placed.update(hit.numbers)
        return hit.masked()

    def repeated(self, part: str, text: str) -> str | None:
        """The same for a text that may repeat a cell's."""
        found = self.text(part, text)
        return self.whole.get(text) if found is None else found


def find_hits(document: Document, edits: Sequence[Edit]) -> Hits:
    hits = Hits()
    own = {id(document.blocks[k]) for k in cells_of(document)}
    for number, edit in enumerate(edits):
        replacement = edit.replacement
        for block, key, start, end in _places(document, own, edit.start, edit.end):
            first, last = max(edit.start, start), min(edit.end, end)
            hit = _hit(hits, block, key, document.text[start:end])
            if hit is not None:
                hit.add(first - start, last - start, replacement, number)
            replacement = ""
    for sheet in hits.cells.values():
        for hit in sheet.values():
            hits.whole.setdefault(hit.text, hit.masked())
    hits.held = {own_values(text) for part, text in hits.texts if part == "formula"} - {()}
    return hits


Key = tuple[str, Place] | None
"""the sheet and the place of a cell; None beside the cells"""


def _places(document: Document, own: set[int], start: int, end: int) -> Iterator[tuple[Block, Key, int, int]]:
    """(block, cell, start, end) for each text that text[start:end] lies in; as a rule it is one."""
    while start < end:
        block = document.block_at(start)
        if block is None:
            return
        if block.table is None:
            where = block.locator
            shows = block.part == "body" and where.sheet is not None and where.row and where.column
            key = (where.sheet or "", (where.row or 0, where.column or 0)) if shows else None
            yield block, key, block.start, block.end
            start = block.end + 1
            continue
        table = block.table
        cell = table.cell_at(start)
        if cell is None:
            start += 1
            continue
        key = None
        if id(block) in own and table.sheet is not None:
            key = table.sheet, (table.numbers[table.row_of(cell)], table.columns[cell])
        yield block, key, table.starts[cell], table.ends[cell]
        start = table.ends[cell] + 1


def _hit(hits: Hits, block: Block, key: Key, text: str) -> Hit | None:
    if block.part == "attachment":
        return None
    if key is None:
        return hits.texts.setdefault((block.part, text), Hit(text))
    sheets = hits.shown if block.table is None else hits.cells
    return sheets.setdefault(key[0], {}).setdefault(key[1], Hit(text))


# Values that must be nowhere ------------------------------------------------------------------------


@dataclass(slots=True)
class Sweep:
    """Looks for the masked values where no reader looks, and puts what replaces them there."""

    _values: dict[str, str] = field(repr=False)
    _search: Search = field(repr=False)

    def found(self, data: bytes) -> list[str]:
        """The values in some bytes, longest first."""
        if not self._values:
            return []
        return sorted({value for _, value in self._search.places(data)}, key=lambda value: -len(value))

    def cleaned(self, text: str, values: Iterable[str]) -> str:
        """The text with these values replaced where they stand alone."""
        for value in values:
            if value in text:
                text = _alone(value).sub(lambda _, value=value: self._values[value], text)  # type: ignore[misc]
        return text

    def holds(self, text: str) -> bool:
        return bool(self.which([text]))

    def which(self, texts: Sequence[str]) -> set[int]:
        """The numbers of the texts that hold a value: one search for all of them."""
        coded = [text.replace("\n", " ").encode("utf-8", "surrogatepass") + b"\n" for text in texts]
        starts = [0, *accumulate(map(len, coded))]
        places = self._search.places(b"".join(coded)) if self._values else ()
        return {bisect_right(starts, at) - 1 for at, _ in places}


def make_sweep(document: Document, edits: Iterable[Edit]) -> Sweep:
    values: dict[str, str] = {}
    for edit in edits:
        if edit.entity not in _NAMES:
            for spelling in spellings(document.text[edit.start : edit.end]):
                values.setdefault(spelling, edit.replacement)
    return Sweep(values, Search(values))


def spellings(stretch: str) -> list[str]:
    """A value as it stands, in half width, without separators and without +86; none that is short."""
    plain = unicodedata.normalize("NFKC", stretch)
    bare = "".join(filter(significant, plain))
    local = re.sub("^(?:00)?86(?=1[0-9]{10}$)", "", bare)
    every = dict.fromkeys((stretch, plain, bare, local))
    # A word in Latin letters may be one of the format's own (standard, textLength): the readers see where it is text.
    return [one for one in every if len(one) >= _LEAST and any(map(str.isalnum, one)) and not _WORD.fullmatch(one)]


def _alone(value: str) -> re.Pattern[str]:
    before = "(?<![0-9A-Za-z])" if value[0].isascii() and value[0].isalnum() else ""
    after = "(?![0-9A-Za-z])" if value[-1].isascii() and value[-1].isalnum() else ""
    return re.compile(before + re.escape(value) + after)
