"""How far a scan of many files is: a line that is drawn again on a terminal, a plain line a minute elsewhere.

It is drawn by the process that scans, between two files and while it waits: no thread, as processes are copied.
"""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TextIO

from reviewer.reports.words import number

AtWork = Callable[[], Sequence[tuple[str, float]]]
"""the files in work and how long each has been, in seconds; the one begun first comes first"""
_AGAIN, _LINES = 0.25, 60.0
"""seconds between two drawings on a terminal, and between two lines elsewhere"""
_LOOKED_BACK = 30.0
"""seconds of which the rate is taken"""
_LEAST = 2.0
"""seconds after which there is a rate to speak of"""
_LONG = 5.0
"""seconds after which it is said how long a file has been in work"""
_BAR = 10


@contextmanager
def progress(
    total: int,
    at_work: AtWork = tuple,
    shown: Callable[[str], str] = str,
    *,
    stream: TextIO | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Progress]:
    """The progress of a scan of `total` files on `stream` (standard error); its line on a terminal goes at the end.

    total  0 where nobody knows how many there are
    shown  a file's name as it may be seen
    """
    line = Progress(total, at_work, shown, stream=sys.stderr if stream is None else stream, clock=clock)
    try:
        yield line
    finally:
        line.clear()


class Progress:
    """Told of each file that is done (`done`), and now and then that none is (`idle`)."""

    def __init__(
        self, total: int, at_work: AtWork, shown: Callable[[str], str], *, stream: TextIO, clock: Callable[[], float]
    ) -> None:
        self._total = total
        self._at_work = at_work
        self._shown = shown
        self._stream = stream
        self._clock = clock
        self._terminal = stream.isatty()
        self._done = self._scanned = 0
        self._next = clock() + (0.0 if self._terminal else _LINES)
        self._seen: deque[tuple[float, int]] = deque([(clock(), 0)])
        self._drawn = 0
        self._name = "", ""

    def done(self, scanned: bool = True) -> None:
        """One more file is done; one that was done before (`--resume`) says nothing of the rate."""
        self._done += 1
        if scanned:
            self._scanned += 1
        if self._scanned <= 1:
            # Not before: the rules are loaded and the workers are up.
            self._seen.clear()
            self._seen.append((self._clock(), self._scanned))
        self.idle()

    def idle(self) -> None:
        """Draws the line anew where it is time."""
        now = self._clock()
        if now < self._next:
            return
        self._next = now + (_AGAIN if self._terminal else _LINES)
        if now - self._seen[-1][0] >= 1.0:
            self._seen.append((now, self._scanned))
            while now - self._seen[0][0] > _LOOKED_BACK and len(self._seen) > 2:
                self._seen.popleft()
        if self._terminal:
            self._draw(now)
        else:
            count = f"已审 {self._count()} 个文件" + (f"（{self._percent()}）" if self._total else "")
            self._write(f"正在审查：{'，'.join(filter(None, [count, *self._speed(now)]))}。\n")

    def clear(self) -> None:
        """Takes the line away."""
        if self._drawn:
            self._write("\r" + " " * self._drawn + "\r")
            self._drawn = 0

    def _count(self) -> str:
        return f"{number(self._done)}/{number(self._total)}" if self._total else number(self._done)

    def _percent(self) -> str:
        return f"{self._done * 100 // self._total}%" if self._total else ""

    def _speed(self, now: float) -> tuple[str, str]:
        """How fast it goes, and how long it takes still; "" while nobody can tell."""
        since, before = self._seen[0]
        if now - since < _LEAST or self._scanned == before:
            return "", ""
        rate = (self._scanned - before) / (now - since)
        fast = f"每秒 {rate:,.{1 if rate < 10 else 0}f} 个" if rate >= 1 else f"每分钟 {rate * 60:.0f} 个"
        if not self._total:
            return fast, ""
        left = self._total - self._done
        if left <= len(self._at_work()):
            # How fast others were tells nothing of the last ones: they are the long ones.
            return fast, f"只剩 {left} 个"
        return fast, f"还需{_duration(left / rate)}"

    def _draw(self, now: float) -> None:
        from rich.cells import cell_len, set_cell_size

        full = self._done * _BAR // max(self._total, 1)
        bar = "█" * full + "░" * (_BAR - full) if self._total else ""
        words = [bar, self._percent(), f"已审 {self._count()}", *self._speed(now), self._file()]
        line = " ".join(filter(None, words))
        room = _columns(self._stream) - 1
        if cell_len(line) > room:
            line = set_cell_size(line, max(room - 1, 1)).rstrip() + "…"
        size = cell_len(line)
        self._write("\r" + line + " " * max(min(self._drawn, room) - size, 0))
        self._drawn = size

    def _file(self) -> str:
        """The file that has been in work for the longest time."""
        longest = next(iter(self._at_work()), None)
        if longest is None:
            return ""
        path, seconds = longest
        name = os.path.basename(path)
        if name != self._name[0]:
            self._name = name, self._shown(name)
        since = f"（{seconds:.0f} 秒）" if seconds >= _LONG else " "
        return f"正在审{since}{self._name[1]}"

    def _write(self, text: str) -> None:
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        # The scan does not end because nobody looks any more.
        with suppress(OSError):
            self._stream.write(text.encode(encoding, "replace").decode(encoding))
            self._stream.flush()


def _columns(stream: TextIO) -> int:
    with suppress(OSError, ValueError, AttributeError):
        return os.get_terminal_size(stream.fileno()).columns or 80
    return 80


def _duration(seconds: float) -> str:
    """How long, in the words that one would use: 约 8 分钟."""
    if seconds < 5:
        return "几秒"
    if seconds < 60:
        return f" {seconds:.0f} 秒"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"约 {minutes} 分钟"
    hours, minutes = divmod(minutes, 60)
    return f"约 {hours} 小时" + (f" {minutes} 分钟" if minutes and hours < 10 else "")
