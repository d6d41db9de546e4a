"""Texts made to slow a scan down: time grows with the text, not with its square."""

from __future__ import annotations

import gc
import time

import pytest

from benchmarks.hostile import TEXTS
from tests.scanner import scanner

_SMALL, _LARGE = 100_000, 400_000
_MOST = 12.0
"""quadratic growth would be 16; a shared machine blurs the 4 of linear growth"""
_NOTHING = 0.02
"""seconds under which a time is not told from chance"""


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    scanner().text("身份证号340102190001011234，王建国，住址：青禾县柳林镇杨树村3组12号，低保。\n" * 50)


@pytest.mark.parametrize("name", TEXTS)
def test_time_grows_with_the_text_and_no_faster(name: str) -> None:
    small, large = (TEXTS[name](size) for size in (_SMALL, _LARGE))
    least_small = least_large = float("inf")
    for _ in range(3):
        least_small = min(least_small, _seconds(small))
        least_large = min(least_large, _seconds(large))
        ratio = least_large / max(least_small, _NOTHING)
        if ratio < _MOST / 2:
            return
    assert ratio < _MOST, f"{name}: {ratio:.1f} times as long for four times the text"


def _seconds(text: str) -> float:
    """Processor time of one scan: other work on the machine counts little."""
    gc.collect()
    before = time.process_time()
    scanner().text(text)
    return time.process_time() - before
