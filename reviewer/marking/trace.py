"""Where in a draft something stood that only the scan of its copy found: 之子, once the names around it are masked."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from reviewer.marking.model import Edit

_AROUND = 8
_MOST = 1000


class Edited:
    """The draft with its edits, and where each of its characters came from.

    The copy of a format may lack text that no page shows, so places are known by the words around them.
    """

    def __init__(self, draft: str, edits: Sequence[Edit]) -> None:
        pieces, self._starts, self._offsets = [], [0], [0]
        here = length = 0
        for edit in edits:
            for piece, offset in ((draft[here : edit.start], edit.start), (edit.replacement, edit.end)):
                pieces.append(piece)
                length += len(piece)
                self._starts.append(length)
                self._offsets.append(offset)
            here = edit.end
        self._text = "".join([*pieces, draft[here:]])

    def places(self, copy: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The stretches of the draft that became copy[start:end]."""
        before = copy[max(start - _AROUND, 0) : start].rpartition("\n")[2]
        after = copy[end : end + _AROUND].partition("\n")[0]
        written = copy[start:end]
        for head, tail in ((before, after), (before, ""), ("", after)):
            found = _all(self._text, head + written + tail) if head or tail or len(written) > 1 else []
            for at in found:
                first = at + len(head)
                yield self._back(first, up=False), self._back(first + len(written), up=True)
            if found:
                return

    def _back(self, place: int, *, up: bool) -> int:
        """The offset in the draft of a place here; inside what an edit wrote, an end of that edit."""
        k = (bisect_right(self._starts, place - 1) if up else bisect_right(self._starts, place)) - 1
        if k % 2 == 0:
            # Stretches alternate: kept text, then what an edit wrote.
            return self._offsets[k] + place - self._starts[k]
        return self._offsets[k + 1] if up else self._offsets[k]


def _all(text: str, words: str) -> list[int]:
    found: list[int] = []
    at = text.find(words)
    while at >= 0 and len(found) < _MOST:
        found.append(at)
        at = text.find(words, at + 1)
    return found
