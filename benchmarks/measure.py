"""What the benchmarks share: processor time of n runs, and tables."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of processor time that one thing took, in each of several runs."""

    runs: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.runs)

    def rates(self, size: int) -> tuple[float, float, float]:
        """MB/s at `size` bytes: worst, median, best run."""
        return tuple(size / 1e6 / max(seconds, 1e-9) for seconds in (max(self.runs), self.median, min(self.runs)))  # type: ignore[return-value]


LEAST = 0.2
"""seconds that a run lasts at least: of 5 ms the machine's other work would tell more than ours"""


def timed(work: Callable[[], object], runs: int) -> Times:
    """Times of `runs` runs. Processor time, not the clock's: other work on the machine counts less.

    Short work is done once for nothing, as the process is to be warm, and then again and again until a run has
    lasted LEAST; what counts is the mean.
    """
    once = _seconds(work, 1)
    if once >= LEAST:
        return Times((once, *(_seconds(work, 1) for _ in range(runs - 1))))
    repeats = math.ceil(LEAST / max(once, 1e-6))
    return Times(tuple(_seconds(work, repeats) / repeats for _ in range(runs)))


def _seconds(work: Callable[[], object], repeats: int) -> float:
    before = time.process_time()
    for _ in range(repeats):
        work()
    return time.process_time() - before


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows with columns of one width; a Chinese character is two wide. The first column is flush left."""
    widths = [max(_width(row[k]) for row in rows) for k in range(len(rows[0]))]
    return "\n".join("  ".join(_padded(cell, widths[k], k == 0) for k, cell in enumerate(row)).rstrip() for row in rows)


def _width(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _padded(text: str, width: int, left: bool) -> str:
    blanks = " " * (width - _width(text))
    return text + blanks if left else blanks + text
