"""What a piece of work costs, as a ratio: seconds mean nothing on a machine that others use as well."""

from __future__ import annotations

import time
from collections.abc import Callable

_TRIES = 3


def cost(work: Callable[[], object], most: float) -> float:
    """How many times a fixed piece of work (some 10 ms of Python) `work` costs, both in processor time.

    The least of three tries, or the first below `most`: another process may slow one of the two down.
    """
    return min(_ratios(work, most))


def _ratios(work: Callable[[], object], most: float) -> list[float]:
    found: list[float] = []
    while len(found) < _TRIES and (not found or found[-1] >= most):
        before, spent, after = _seconds(_yardstick), _seconds(work), _seconds(_yardstick)
        found.append(spent / max(before, after))
    return found


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _yardstick() -> int:
    total = 0
    for k in range(400_000):
        total += k & 3
    return total
