"""Texts made to slow a scan down: four times the text may not take much more than four times as long."""

from __future__ import annotations

import gc
import time

import pytest

from benchmarks.hostile import TEXTS
from tests.scanner import scanner

_SMALL, _LARGE = 100_000, 400_000
_MOST = 8.0
_NOTHING = 0.02
"""seconds under which a time is not told from chance"""


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    scanner().text("身份证号340102190001011234，王建国，住址：青禾县柳林镇杨树村3组12号，低保。\n" * 50)


@pytest.mark.parametrize("name", TEXTS)
def test_time_grows_with_the_text_and_no_faster(name: str) -> None:
    small, large = (TEXTS[name](size) for size in (_SMALL, _LARGE))
    for _ in range(3):
        ratio = _seconds(large) / max(_seconds(small), _NOTHING)
        if ratio < _MOST:
            return
    raise AssertionError(f"{name}: {ratio:.1f} times as long for four times the text")


def _seconds(text: str) -> float:
    """Processor time of one scan: other work on the machine counts little."""
    gc.collect()
    before = time.process_time()
    scanner().text(text)
    return time.process_time() - before
