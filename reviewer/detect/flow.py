"""Text as it ran before its lines were broken: hard-wrapped lines of sentences joined, with the way back."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate


class Flow:
    """`text` without the stretches `gaps` of the source; spans are carried between the two.

    >>> flow = Flow("联系人张建\\r\\n国办理", [(5, 7)])
    >>> flow.text, flow.outward(3, 6), flow.inward(3, 8)
    ('联系人张建国办理', (3, 8), (3, 6))
    """

    def __init__(self, source: str, gaps: Iterable[tuple[int, int]] = ()) -> None:
        self.text = source
        found = sorted(gaps)
        self._starts = [start for start, _ in found]
        self._lost = list(accumulate((end - start for start, end in found), initial=0))
        self._seams = [start - lost for start, lost in zip(self._starts, self._lost, strict=False)]
        if found:
            first = [0, *(end for _, end in found)]
            last = [*self._starts, len(source)]
            self.text = "".join(source[start:end] for start, end in zip(first, last, strict=True))

    @property
    def is_joined(self) -> bool:
        """Whether the text is another than the source."""
        return bool(self._starts)

    def outward(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the source that text[start:end] came from (start < end)."""
        first, last = bisect_right(self._seams, start), bisect_right(self._seams, end - 1)
        return start + self._lost[first], end + self._lost[last]

    def inward(self, start: int, end: int) -> tuple[int, int]:
        """Where source[start:end], which begins and ends outside the gaps, stands in the text."""
        first, last = bisect_right(self._starts, start), bisect_right(self._starts, end - 1)
        return start - self._lost[first], end - self._lost[last]
