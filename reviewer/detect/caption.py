"""What a table, or a list of numbers, says of all its lines: its title and its headers.

控制点成果表 stands once above a hundred lines of coordinates, none of which repeats it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from reviewer.detect.lines import Lines
from reviewer.model import Block
from reviewer.prepared.patterns import compiled
from reviewer.text.view import bare

_DATA = compiled("[0-9０-９]{5}")
_PROSE = ("。", "；", "，", "、", ";", ",")
_TITLE = 40
_TITLES = 3
"""lines above the numbers that may be their title, headers and unit"""
_BLANKS = 2
_ROWS = 3


@dataclass(slots=True)
class Captions:
    """The captions of one document, worked out when asked for."""

    lines: Lines
    _of_tables: dict[int, str] = field(default_factory=dict)
    _of_lines: dict[int, str] = field(default_factory=dict)

    def at(self, offset: int) -> str:
        """Row, headers and title, nearest first, one a line, of the table or list in which `offset` lies."""
        block = self.lines.block(offset)
        if block is not None and block.table is not None and block.table.cell_at(offset) is not None:
            return f"{bare(self.lines.context(offset, offset + 1).row)}\n{self._of_table(block)}"
        return self._above(self.lines.number(offset))

    def _of_table(self, block: Block) -> str:
        found = self._of_tables.get(block.start)
        if found is None:
            table, text = block.table, self.lines.text
            assert table is not None
            rows = min(max(self.lines.layout(block).first_data, 1), _ROWS, table.row_count())
            cells = range(table.first[0], table.first[rows])
            words = [text[table.starts[k] : table.ends[k]] for k in cells]
            title = self._above(self.lines.number(block.start))
            headers = " ".join(bare(word) for word in words if len(word) <= _TITLE)
            found = self._of_tables[block.start] = f"{headers}\n{title}"
        return found

    def _above(self, number: int) -> str:
        """The short lines above line `number` and above the lines of numbers before it."""
        visited = []
        found = ""
        while number not in self._of_lines:
            visited.append(number)
            if number == 0 or _DATA.search(self.lines.lines[number - 1]) is None:
                found = self._titles(number)
                break
            number -= 1
        else:
            found = self._of_lines[number]
        for line in visited:
            self._of_lines[line] = found
        return found

    def _titles(self, number: int) -> str:
        words: list[str] = []
        blank = 0
        for above in range(number - 1, max(number - 1 - _TITLES - _BLANKS, -1), -1):
            line = self.lines.lines[above].strip()
            if not line:
                blank += 1
            elif len(line) > _TITLE or line.endswith(_PROSE) or len(words) == _TITLES:
                break
            else:
                words.append(bare(line))
            if blank > _BLANKS:
                break
        return "\n".join(words)
