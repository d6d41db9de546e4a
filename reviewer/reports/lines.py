"""Text in cells of a terminal: broken where Chinese may be broken, and laid out side by side.

Line breaking follows GB/T 15834: no closing mark begins a line, no opening mark ends one; a number or a
Latin word stays whole where it fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.text import Text

_NEVER_FIRST = frozenset("，。、；：！？）》”’】〉」』…％%·,.;:!?)]}")
_NEVER_LAST = frozenset("（《“‘【〈「『([{")


def breaks(text: str, width: int) -> list[int]:
    """Where `text` (without line feeds) is cut so that no piece is wider than `width` cells."""
    from rich.cells import get_character_cell_size

    cuts: list[int] = []
    used = begin = allowed = 0
    for k, character in enumerate(text):
        size = get_character_cell_size(character)
        if k > begin and _may_break(text[max(k - 2, begin) : k + 1], k - max(k - 2, begin)):
            allowed = k
        while used + size > width and k > begin and character != " ":
            cut = allowed if allowed > begin else k
            cuts.append(cut)
            begin = allowed = cut
            used = sum(map(get_character_cell_size, text[cut:k]))
        used += size
    return cuts


def _may_break(text: str, k: int) -> bool:
    """Whether a line may end before text[k]."""
    before, after = text[k - 1], text[k]
    if before == " ":
        # 共 2 处 stays together.
        return not (after.isdigit() or (k > 1 and text[k - 2].isdigit()))
    if after in _NEVER_FIRST or before in _NEVER_LAST or after == " ":
        return False
    # Every character of a number, a masked value or a Latin word is ASCII.
    return not (before.isascii() and after.isascii())


def folded(text: Text, width: int) -> list[Text]:
    """The lines of `text`, none wider than `width` cells; styles are kept."""
    lines = []
    for line in text.split("\n", allow_blank=True):
        for piece in line.divide(breaks(line.plain, width)):
            piece.rstrip()
            lines.append(piece)
    return lines


def beside(cells: Sequence[Text], widths: Sequence[int], gap: int = 2) -> list[Text]:
    """The cells of one row next to each other."""
    from rich.text import Text

    columns = [folded(cell, width) for cell, width in zip(cells, widths, strict=True)]
    rows = []
    for k in range(max(map(len, columns))):
        row = Text()
        for column, width in zip(columns, widths, strict=True):
            piece = column[k] if k < len(column) else Text()
            row.append_text(piece)
            row.append(" " * (width - piece.cell_len + gap))
        row.rstrip()
        rows.append(row)
    return rows
