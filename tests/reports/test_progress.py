"""How far a scan is: on a terminal one line that is drawn again, elsewhere a plain line a minute."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from rich.cells import cell_len

from reviewer.reports.progress import Progress, progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def drawn(page: io.StringIO) -> str:
    """What stands on the line last drawn."""
    return page.getvalue().rpartition("\r")[2].rstrip()


def last(page: io.StringIO, clock: Clock, line: Progress) -> str:
    """What stands there a moment later."""
    line._next = clock.now
    line.idle()
    return drawn(page)


def at(clock: Clock, line: Progress, seconds: float, files: int, scanned: bool = True) -> None:
    """So many files are done in so many seconds."""
    for _ in range(files):
        clock.now += seconds / files
        line.done(scanned)


def test_a_terminal_is_told_how_far_how_fast_how_long_and_what_is_in_work() -> None:
    page, clock, work = Terminal(), Clock(), [("案卷/张建国.docx", 3.0), ("b.txt", 1.0)]
    with progress(1200, lambda: work, lambda name: name.replace("建国", "**"), stream=page, clock=clock) as line:
        at(clock, line, 20, 200)
        assert last(page, clock, line) == "█░░░░░░░░░ 16% 已审 200/1,200 每秒 10 个 还需约 2 分钟 正在审 张**.docx"
        work[:] = [("案卷/张建国.docx", 75.0)]
        assert last(page, clock, line).endswith("正在审（75 秒）张**.docx")
    assert drawn(page) == "" and "建国" not in page.getvalue()


@pytest.mark.parametrize(
    ("total", "seconds", "files", "told"),
    [
        (1_000, 1, 100, ""),
        (10_000, 20, 4_000, "每秒 200 个 还需 30 秒"),
        (100, 20, 50, "每秒 2.5 个 还需 20 秒"),
        (100, 25, 5, "每分钟 12 个 还需约 8 分钟"),
        (100_000, 20, 100, "每秒 5.0 个 还需约 5 小时 33 分钟"),
        (1_010, 10, 1_000, "每秒 100 个 还需几秒"),
        (1_001, 10, 1_000, "每秒 100 个 只剩 1 个"),
    ],
)
def test_words(total: int, seconds: float, files: int, told: str) -> None:
    page, clock = Terminal(), Clock()
    line = Progress(total, lambda: [("a", 0.0)], str, stream=page, clock=clock)
    at(clock, line, seconds, files)
    words = f"{files * 100 // total}% 已审 {files:,}/{total:,} {told}".strip()
    assert last(page, clock, line).partition(" ")[2] == f"{words} 正在审 a"


def test_files_that_were_done_before_are_not_counted_as_fast() -> None:
    page, clock = Terminal(), Clock()
    line = Progress(2_000, tuple, str, stream=page, clock=clock)
    at(clock, line, 3, 1_000, scanned=False)
    at(clock, line, 20, 200)
    assert last(page, clock, line).endswith("60% 已审 1,200/2,000 每秒 10 个 还需约 1 分钟")


def test_a_line_fits_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    page, clock = Terminal(), Clock()
    line = Progress(9, lambda: [("关于进一步加强政府信息公开保密审查工作的通知" * 3, 0.0)], str, stream=page, clock=clock)
    line.done()
    assert cell_len(drawn(page)) <= 79 and drawn(page).endswith("…")


def test_elsewhere_a_line_a_minute_without_names() -> None:
    page, clock = io.StringIO(), Clock()
    with progress(1_000, lambda: [("张建国.docx", 9.0)], str, stream=page, clock=clock) as line:
        at(clock, line, 59, 118)
        assert page.getvalue() == ""
        at(clock, line, 62, 124)
    assert page.getvalue().splitlines() == [
        "正在审查：已审 120/1,000 个文件（12%），每秒 2.0 个，还需约 7 分钟。",
        "正在审查：已审 240/1,000 个文件（24%），每秒 2.0 个，还需约 6 分钟。",
    ]


def test_a_stream_that_is_gone_does_not_end_the_scan() -> None:
    class Gone(Terminal):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    clock: Callable[[], float] = Clock()
    with progress(3, stream=Gone(), clock=clock) as line:
        line.done()
