"""Puts a Document's text together: blocks joined by a line feed, cells by a tab, places kept.

A reader calls `add` and `add_table` in reading order, body first, and `finish` at the end. Offsets are
made here and nowhere else, so that no reader can get them wrong.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from reviewer.model import Block, Concealed, Document, Gap, Locator, Table

NOWHERE = Locator()
Cell = tuple[int, str]
"""column number (from 1) and text"""


class Origin(NamedTuple):
    """text[start:end] is the value of `node` from character `shift` on.

    The value is the node's text, or its attribute `key`; a node that holds no text (a tab, a drawn
    symbol) stands for the stretch as a whole.
    """

    start: int
    end: int
    node: Any
    key: str = ""
    shift: int = 0


def moved(origins: Iterable[Origin], by: int) -> Iterable[Origin]:
    """The same origins, `by` characters further on."""
    return (one._replace(start=one.start + by, end=one.end + by) for one in origins)


def stripped(origins: Iterable[Origin], text: str) -> Iterable[Origin]:
    """The origins of `text` as those of text.strip()."""
    lead, end = len(text) - len(text.lstrip()), len(text.rstrip())
    for start, stop, node, key, shift in origins:
        first, last = max(start, lead), min(stop, end)
        if first < last:
            yield Origin(first - lead, last - lead, node, key, shift + first - start)


def between(origins: Sequence[Origin], starts: list[int], start: int, end: int) -> Iterator[Origin]:
    """The origins that meet text[start:end]; they are in order, `starts` is where each begins."""
    k = max(bisect_right(starts, start) - 1, 0)
    while k and origins[k - 1].end > start:
        k -= 1
    for number in range(k, len(origins)):
        one = origins[number]
        if one.start >= end:
            return
        if one.end > start:
            yield one


@dataclass(slots=True)
class Assembly:
    """Collects the text of one file. `mark` arguments are stretches relative to the added text."""

    trace: list[Origin] | None = None
    """where each stretch of the text came from, for a writer that changes it there; None: nobody asks"""
    _pieces: list[str] = field(default_factory=list)
    _length: int = 0
    _blocks: list[Block] = field(default_factory=list)
    _concealed: list[Concealed] = field(default_factory=list)
    _gaps: list[tuple[str, Locator, str, str]] = field(default_factory=list)

    def add(
        self,
        text: str,
        *,
        part: str = "body",
        locator: Locator = NOWHERE,
        hint: str = "",
        label: str = "",
        concealed: str = "",
        marks: Iterable[tuple[int, int, str, str]] = (),
        boxes: array[float] | None = None,
        origins: Iterable[Origin] = (),
        recognised: bool = False,
        source: str = "",
    ) -> None:
        """Append one block. Empty or blank text is dropped.

        hint       what this reader calls the place (域代码, 作者 ...): never evidence for what stands there
        label      the draft's own words for it (a form field's label, a column header); a hint, and evidence
        concealed  why a reader of the page does not see this block (修订删除, 批注, 白色文字 ...);
                   it becomes a HIDDEN_CONTENT finding
        marks      (start, end, part, reason) for stretches inside the text that are concealed
        boxes      four floats for each character of text (PDF, pictures)
        origins    where stretches of the text came from, kept when a trace is asked for
        recognised the text was recognised in a picture; source: which picture of the file
        """
        if not text.strip():
            return
        start = self._begin()
        self._push(text)
        self._blocks.append(
            Block(start, self._length, part, locator, hint or label, None, boxes, label, recognised, source)
        )
        if concealed:
            self._concealed.append(Concealed(start, self._length, part, concealed, locator))
        for first, last, mark_part, reason in marks:
            self._concealed.append(Concealed(start + first, start + last, mark_part, reason, locator))
        if self.trace is not None:
            self.trace.extend(moved(origins, start))

    def add_table(
        self,
        rows: Iterable[tuple[int, Sequence[Cell]]],
        *,
        part: str = "body",
        locator: Locator = NOWHERE,
        sheet: str | None = None,
        concealed: str = "",
        hidden_rows: dict[int, str] | None = None,
        hidden_columns: dict[int, str] | None = None,
        marks: dict[tuple[int, int], tuple[str, str]] | None = None,
        stretches: dict[tuple[int, int], list[tuple[int, int, str, str]]] | None = None,
        origins: dict[tuple[int, int], list[Origin]] | None = None,
    ) -> None:
        """Append one table: rows of (row number, [(column number, text), ...]), numbers from 1.

        hidden_rows, hidden_columns  number -> reason; each becomes one HIDDEN_CONTENT finding
        marks                        (row, column) -> (part, reason) for single concealed cells; neighbours
                                     with the same are one stretch
        stretches                    (row, column) -> (start, end, part, reason) inside of the cell's text
        origins                      (row, column) -> where stretches of the cell's text came from
        """
        table = Table(sheet=sheet, hidden_rows=hidden_rows or {}, hidden_columns=hidden_columns or {})
        pieces: list[str] = []
        start = self._begin()
        here = start
        seen_columns: dict[int, tuple[int, int]] = {}
        seen_rows: list[tuple[int, int, int]] = []
        marked: list[Concealed] = []
        joins = False
        for number, cells in rows:
            if not any(text.strip() for _, text in cells):
                continue
            if pieces:
                pieces.append("\n")
                here += 1
            row_start = here
            for k, (column, text) in enumerate(cells):
                if k:
                    pieces.append("\t")
                    here += 1
                table.starts.append(here)
                pieces.append(text)
                here += len(text)
                table.ends.append(here)
                table.columns.append(column)
                if column in table.hidden_columns and column not in seen_columns and text.strip():
                    seen_columns[column] = (here - len(text), here)
                if marks and text.strip():
                    mark = marks.get((number, column))
                    # Cells marked alike with nothing else between them are one stretch: an inserted table.
                    if mark is not None and joins and (marked[-1].part, marked[-1].reason) == mark:
                        marked[-1] = replace(marked[-1], end=here)
                    elif mark is not None:
                        place = _cell_locator(locator, sheet, number, column)
                        marked.append(Concealed(here - len(text), here, *mark, place))
                    joins = mark is not None
                if stretches and (number, column) in stretches:
                    place = _cell_locator(locator, sheet, number, column)
                    at = here - len(text)
                    for first, last, mark_part, reason in stretches[number, column]:
                        marked.append(Concealed(at + first, at + last, mark_part, reason, place))
                    joins = False
                if origins and self.trace is not None and (number, column) in origins:
                    self.trace.extend(moved(origins[number, column], here - len(text)))
            table.first.append(len(table.starts))
            table.numbers.append(number)
            if number in table.hidden_rows:
                seen_rows.append((row_start, here, number))
        if not pieces:
            self._undo(start)
            return
        self._push("".join(pieces))
        locator = replace(locator, sheet=sheet) if sheet is not None else locator
        self._blocks.append(Block(start, self._length, part, locator, "", table))
        if concealed:
            self._concealed.append(Concealed(start, self._length, part, concealed, locator))
        for first, last, number in seen_rows:
            place = _cell_locator(locator, sheet, number, None)
            self._concealed.append(Concealed(first, last, "hidden", table.hidden_rows[number], place))
        for column, (first, last) in seen_columns.items():
            place = _cell_locator(locator, sheet, None, column)
            self._concealed.append(Concealed(first, last, "hidden", table.hidden_columns[column], place))
        self._concealed.extend(marked)

    @property
    def last(self) -> tuple[int, int]:
        """Where the block that was added last begins and ends."""
        return self._blocks[-1].start, self._blocks[-1].end

    @property
    def last_table(self) -> Table:
        """The table that was added last. Raises ValueError where the last block is none."""
        table = self._blocks[-1].table
        if table is None:
            raise ValueError("the last block is no table")
        return table

    def gap(self, reason: str, message: str, *, part: str = "body", locator: Locator = NOWHERE) -> None:
        """Note something that could not be read; `message` says in Chinese what and what to do."""
        self._gaps.append((part, locator, reason, message))

    def embed(self, document: Document, *, name: str) -> None:
        """Append a document that lay inside this one; all its text becomes part `attachment`."""
        if not document.text:
            self._take_gaps(document, name)
            return
        start = self._begin()
        self._push(document.text)
        for block in document.blocks:
            table = block.table
            if table is not None:
                table = Table(
                    array("q", (k + start for k in table.starts)),
                    array("q", (k + start for k in table.ends)),
                    table.columns, table.first, table.numbers, table.sheet,
                    table.hidden_rows, table.hidden_columns,
                )  # fmt: skip
            locator = replace(block.locator, note=name)
            self._blocks.append(
                replace(block, start=block.start + start, end=block.end + start, part="attachment",
                        locator=locator, table=table)
            )  # fmt: skip
        for hidden in document.concealed:
            self._concealed.append(
                replace(hidden, start=hidden.start + start, end=hidden.end + start, part="attachment",
                        locator=replace(hidden.locator, note=name))
            )  # fmt: skip
        self._take_gaps(document, name)

    def include(self, document: Document, *, note: str = "", omit: Callable[[str], bool] | None = None) -> None:
        """Append the blocks of a document that is a piece of this one, each in its own part, and its gaps.

        note  names the piece in the places of what it holds
        omit  says of the text of a block in the body that it is here already
        """
        moves: list[tuple[int, int, int]] = []
        for block in document.blocks:
            text = document.text[block.start : block.end]
            if not text.strip() or (omit is not None and block.part == "body" and omit(text)):
                continue
            start = self._begin()
            self._push(text)
            moves.append((block.start, block.end, start - block.start))
            locator = replace(block.locator, note=block.locator.note or note or None)
            by = start - block.start
            table = block.table
            if table is not None:
                table = replace(table, starts=array("q", (k + by for k in table.starts)),
                                ends=array("q", (k + by for k in table.ends)))  # fmt: skip
            self._blocks.append(replace(block, start=start, end=block.end + by, locator=locator, table=table))
        for hidden in document.concealed:
            inside = [move for move in moves if move[0] < hidden.end and hidden.start < move[1]]
            if inside:
                (first, _, by), (_, last, after) = inside[0], inside[-1]
                start, end = max(hidden.start, first) + by, min(hidden.end, last) + after
                self._concealed.append(replace(hidden, start=start, end=end))
        for gap in document.gaps:
            place = replace(gap.locator, note=gap.locator.note or note or None)
            self._gaps.append((gap.part, place, gap.reason, gap.message))

    def finish(self, *, path: str, kind: str, data: bytes, encoding: str | None = None) -> Document:
        """The Document; a gap's id depends on the file's bytes, its reason and its place only."""
        digest = hashlib.sha256(data).hexdigest()
        text = "".join(self._pieces)
        gaps = []
        for number, (part, locator, reason, message) in enumerate(self._gaps):
            identity = f"{digest}|{number}|{part}|{reason}|{locator!r}"
            name = hashlib.sha256(identity.encode()).hexdigest()[:16]
            gaps.append(Gap(name, part, locator, reason, message))
        return Document(
            path=path,
            format=kind,
            sha256=digest,
            text=text,
            blocks=tuple(_with_tables(self._blocks, text)),
            concealed=tuple(sorted(self._concealed, key=lambda hidden: (hidden.start, hidden.end))),
            gaps=tuple(gaps),
            encoding=encoding,
        )

    def _begin(self) -> int:
        if self._length:
            self._push("\n")
        return self._length

    def _undo(self, start: int) -> None:
        if start:
            self._pieces.pop()
            self._length -= 1

    def _push(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)

    def _take_gaps(self, document: Document, name: str) -> None:
        for gap in document.gaps:
            self._gaps.append(("attachment", replace(gap.locator, note=name), gap.reason, gap.message))


def _with_tables(blocks: list[Block], text: str) -> Iterator[Block]:
    """The blocks with the tables in pictures (lines with tabs) as blocks of their own."""
    for block in blocks:
        if block.recognised and block.table is None and "\t" in text[block.start : block.end]:
            from reviewer.readers.plain import parted

            yield from parted(block, text[block.start : block.end])
        else:
            yield block


def _cell_locator(locator: Locator, sheet: str | None, row: int | None, column: int | None) -> Locator:
    from reviewer.model import cell_name

    cell = cell_name(row, column) if sheet is not None and row and column else None
    return replace(locator, sheet=sheet, cell=cell, row=row, column=column)
