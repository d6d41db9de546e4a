"""Where in a draft something stood that only the scan of its copy found: 之子, once the names around it are masked."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from reviewer.marking.model import Edit
from reviewer.model import Finding

_AROUND = 8
_MOST = 1000


def places_before(copy: str, finding: Finding, draft: str, edits: Sequence[Edit]) -> Iterator[tuple[int, int]]:
    """The stretches of `draft` that became what `finding` found in `copy`, known by the words around it.

    The copy of a format may lack text that no page shows, so it is sought in the draft as edited.
    """
    pieces, starts, offsets = [], [0], [0]
    here = length = 0
    for edit in edits:
        for piece, offset in ((draft[here : edit.start], edit.start), (edit.replacement, edit.end)):
            pieces.append(piece)
            length += len(piece)
            starts.append(length)
            offsets.append(offset)
        here = edit.end
    edited = "".join([*pieces, draft[here:]])
    before = copy[max(finding.start - _AROUND, 0) : finding.start].rpartition("\n")[2]
    after = copy[finding.end : finding.end + _AROUND].partition("\n")[0]
    written = copy[finding.start : finding.end]
    for head, tail in ((before, after), (before, ""), ("", after)):
        found = _all(edited, head + written + tail) if head or tail or len(written) > 1 else []
        if found:
            for at in found:
                start, end = at + len(head), at + len(head) + len(written)
                yield _back(start, starts, offsets, up=False), _back(end, starts, offsets, up=True)
            return


def _all(text: str, words: str) -> list[int]:
    found: list[int] = []
    at = text.find(words)
    while at >= 0 and len(found) < _MOST:
        found.append(at)
        at = text.find(words, at + 1)
    return found


def _back(place: int, starts: list[int], offsets: list[int], *, up: bool) -> int:
    """The offset in the draft of a place in the edited text; inside what an edit wrote, an end of that edit."""
    # Stretches alternate: kept text, then what an edit wrote.
    k = (bisect_right(starts, place - 1) if up else bisect_right(starts, place)) - 1
    kept = k % 2 == 0
    if kept:
        return offsets[k] + place - starts[k]
    return offsets[k + 1] if up else offsets[k]
