"""How far a check is that somebody waits for: in memory only, told to nobody but the browser that sent the files."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from reviewer.web.words import size

_JOB = re.compile(r"[0-9a-f]{16,64}")


@dataclass(slots=True)
class _Wait:
    """Files that are checked one after the other. `at`: the one that is read now; None: waiting for its turn."""

    files: tuple[tuple[str, int], ...] = field(repr=False)
    at: int | None = None


class Waits:
    """The checks that are under way, by (who asks, the number that his page made up). One for all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waits: dict[tuple[str, str], _Wait] = {}

    @contextmanager
    def follow(self, who: str, job: str, files: Sequence[tuple[str, int]]) -> Iterator[Callable[[int, int], None]]:
        """Gives what is to be called with (files done, files); `files`: name and bytes of each.

        A job without a proper number is not followed. When the block ends, nothing of it is left.
        """
        wait, key = _Wait(tuple(files)), (who, job)

        def progress(done: int, total: int) -> None:
            wait.at = done

        if not who or not _JOB.fullmatch(job):
            yield progress
            return
        with self._lock:
            self._waits[key] = wait
        try:
            yield progress
        finally:
            with self._lock:
                self._waits.pop(key, None)

    def told(self, who: str, job: str) -> dict[str, Any]:
        """What the page says: `told` in Chinese, `done` and `files`; without anything where there is no such check."""
        with self._lock:
            wait = self._waits.get((who, job))
        if wait is None:
            return {"told": "", "done": 0, "files": 0}
        total, at = len(wait.files), wait.at
        return {"told": _words(wait.files, at), "done": min(at or 0, total), "files": total}


def _words(files: tuple[tuple[str, int], ...], at: int | None) -> str:
    if at is None:
        return "已经上传，等候检查"
    if at >= len(files):
        return "检查完了，正在整理结果"
    name, count = files[at]
    where = f"第 {at + 1} 个文件，共 {len(files)} 个：" if len(files) > 1 else ""
    return f"正在检查{where}{name}（{size(count)}）"
