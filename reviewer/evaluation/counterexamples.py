"""False alarms -> counter-examples (反例): the least text around a place in which its rule raises the same alarm."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from reviewer.model import Document, Table
from reviewer.scanning import Scanner

_CLAUSE_END = re.compile("[。；;！？!?]")
_LONGEST = 400
"""characters of a counter-example: who reads a rule reads its examples"""
_LABEL = re.compile(r"([一-龥A-Za-z（）()]{2,12})[\s:：]{0,4}$")
COVER = "○"


@dataclass(frozen=True, slots=True)
class Alarm:
    """A finding that somebody called a false alarm, in the document where it stands."""

    rule: str
    entity: str
    document: Document = field(repr=False)
    start: int
    end: int
    source: str = ""
    """where it comes from, masked: 事项 12 · 公示.docx"""


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A text with the stretch that must stay silent. `fires`: the rule raises the alarm in this text alone, too.

    `label` stands in front of the value, `header` over its column; "" where there is none. Findings beside it, which
    may be somebody's, are covered with ○ as far as the alarm does not rest on them.
    """

    rule: str
    entity: str
    text: str = field(repr=False)
    start: int
    end: int
    label: str = ""
    header: str = ""
    sources: tuple[str, ...] = ()
    fires: bool = True

    @property
    def value(self) -> str:
        return self.text[self.start : self.end]


Place = tuple[str, int, int]


def counterexamples(scanner: Scanner, alarms: Iterable[Alarm]) -> list[Counterexample]:
    """One for each text that alarms come from, in their order; its `sources` are those of all of them."""
    found: dict[tuple[str, str, int, int], Counterexample] = {}
    for alarm in alarms:
        one = _counterexample(scanner, alarm)
        key = (one.rule, one.text, one.start, one.end)
        known = found.get(key)
        if known is None:
            found[key] = one
        elif alarm.source not in known.sources:
            found[key] = replace(known, sources=(*known.sources, alarm.source))
    return list(found.values())


def _counterexample(scanner: Scanner, alarm: Alarm) -> Counterexample:
    table, cell = _cell(alarm)
    header = "" if table is None else _header(alarm.document, table, cell)
    label = "" if table is not None else _label(alarm)
    sources = (alarm.source,) if alarm.source else ()
    last: Place = ("", 0, 0)
    for text, start, end in _contexts(alarm, table, cell):
        last = (text, start, end)
        if _fires(scanner, alarm.rule, last):
            covered = _covered(scanner, alarm.rule, last)
            return Counterexample(alarm.rule, alarm.entity, covered, start, end, label, header, sources)
    text, start, end = last
    covered = _covered(scanner, "", last)
    return Counterexample(alarm.rule, alarm.entity, covered, start, end, label, header, sources, fires=False)


def _cell(alarm: Alarm) -> tuple[Table | None, int]:
    for block in alarm.document.blocks:
        if block.start <= alarm.start < block.end and block.table is not None:
            cell = block.table.cell_at(alarm.start)
            if cell is not None:
                return block.table, cell
    return None, -1


def _header(document: Document, table: Table, cell: int) -> str:
    """What stands in the row of headers over the cell; "" for that row itself."""
    first = _header_row(table)
    if table.row_of(cell) <= first:
        return ""
    for k in range(table.first[first], table.first[first + 1]):
        if table.columns[k] == table.columns[cell]:
            return "".join(document.text[table.starts[k] : table.ends[k]].split())
    return ""


def _header_row(table: Table) -> int:
    """The first row that has more than one cell: what stands alone above it is a title."""
    rows = range(table.row_count())
    return next((row for row in rows if table.first[row + 1] - table.first[row] > 1), 0)


def _label(alarm: Alarm) -> str:
    text = alarm.document.text
    line = max(text.rfind("\n", 0, alarm.start), text.rfind("\t", 0, alarm.start)) + 1
    found = _LABEL.search(text[max(line, alarm.start - 16) : alarm.start])
    return found[1] if found is not None else ""


def _contexts(alarm: Alarm, table: Table | None, cell: int) -> Iterator[Place]:
    """Texts around the place, the least first, each with where the place is in it."""
    text, start, end = alarm.document.text, alarm.start, alarm.end
    if table is not None:
        yield from _rows(alarm, table, cell)
        return
    low, high = _line(text, start, end)
    cuts = [found.end() for found in _CLAUSE_END.finditer(text, low, start)]
    after = _CLAUSE_END.search(text, end, high)
    yield _piece(text, max(cuts, default=low), after.end() if after is not None else high, start, end)
    yield _piece(text, low, high, start, end)
    above, _ = _line(text, max(low - 1, 0), max(low - 1, 0))
    yield _piece(text, above, high, start, end)


def _rows(alarm: Alarm, table: Table, cell: int) -> Iterator[Place]:
    """The cell's row under the row of headers, tabs between the cells: what a column is called is why it is none."""
    text, row = alarm.document.text, table.row_of(cell)
    for rows in ((_header_row(table), row), (row,)):
        pieces, length, start = [], 0, 0
        for number in dict.fromkeys(rows):
            cells = range(table.first[number], table.first[number + 1])
            for k in cells:
                if k == cell:
                    start = length + alarm.start - table.starts[k]
                piece = text[table.starts[k] : table.ends[k]].replace("\n", " ") + ("\n" if k == cells[-1] else "\t")
                pieces.append(piece)
                length += len(piece)
        joined = "".join(pieces)[:-1]
        if len(joined) <= _LONGEST:
            yield joined, start, start + alarm.end - alarm.start


def _line(text: str, start: int, end: int) -> tuple[int, int]:
    high = text.find("\n", end)
    return text.rfind("\n", 0, start) + 1, len(text) if high < 0 else high


def _piece(text: str, low: int, high: int, start: int, end: int) -> Place:
    low, high = max(low, start - _LONGEST // 2), min(high, end + _LONGEST // 2)
    while low < start and text[low].isspace():
        low += 1
    return text[low:high].rstrip() if high > end else text[low:end], start - low, end - low


def _fires(scanner: Scanner, rule: str, place: Place) -> bool:
    text, start, end = place
    return any((one.rule, one.start, one.end) == (rule, start, end) for one in scanner.text(text).findings)


def _covered(scanner: Scanner, rule: str, place: Place) -> str:
    """The text with other findings covered; as it stands where the alarm of `rule` rests on them ("": on nothing)."""
    text, start, end = place
    covered = list(text)
    for one in scanner.text(text).findings:
        if one.end <= start or end <= one.start:
            covered[one.start : one.end] = [char if char in "\n\t" else COVER for char in text[one.start : one.end]]
    made = "".join(covered)
    return made if not rule or _fires(scanner, rule, (made, start, end)) else text
