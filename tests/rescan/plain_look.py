"""A look at documents that costs nothing: clusters are tested with it, and it can do harm. No pytest in here."""

from __future__ import annotations

import hashlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from reviewer.model import Result
from reviewer.rescan.engine import unpacked
from reviewer.rescan.examine import Context
from reviewer.rescan.model import Entry, Examined

POISON = b"poison"
"""a document that begins so kills the cluster's process that it is read for"""


class Plain(Context):
    """The Context of such looks."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return Plain, (self.settings, self.key, self.cache)

    def look(self) -> Any:
        return PlainLook(self)


class PlainLook:
    def __init__(self, context: Context) -> None:
        self.settings = context.settings
        self.scanner = SimpleNamespace(settings=context.settings, book=SimpleNamespace(digest="plain"))

    def expect(self, characters: int) -> None:
        """Nothing is to be loaded."""

    def results(self, path: Path, told: str) -> Iterator[Examined]:
        entry = unpacked(told)
        data = Path(entry.where).read_bytes()
        if data.startswith(POISON):
            _kill_the_cluster()
        yield Examined(entry.path, hashlib.sha256(data).hexdigest(), len(data), title="x" * 20_000)

    def failed(self, entry: Entry, result: Result) -> Examined:
        return Examined(entry.path, problem=result.faults[0].message)


def _kill_the_cluster() -> None:
    outpost = os.getppid()
    assert b"reviewer.rescan.outpost" in Path(f"/proc/{outpost}/cmdline").read_bytes()
    worker = int(Path(f"/proc/{outpost}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(worker, signal.SIGKILL)
