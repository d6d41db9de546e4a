"""Tables that take time to work out from files of data: the wheel brings them ready."""

from __future__ import annotations

import hashlib
import marshal
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from reviewer.prepared import kept

_FORM = "1"
T = TypeVar("T")
_tables: list[tuple[Callable[[], Any], tuple[Path, ...]]] = []


def table(*sources: Path) -> Callable[[Callable[[], T]], Callable[[], T]]:
    """Makes a function without arguments give one value each time, which is worked out once for a wheel.

    The value is made of dict, tuple, list, frozenset, str and numbers; it changes with `sources` alone.
    """

    def made(work_out: Callable[[], T]) -> Callable[[], T]:
        _tables.append((work_out, sources))

        @cache
        def value() -> T:
            body = kept.load(None, _name(work_out, sources)) if kept.PREPARED.is_dir() else None
            try:
                return work_out() if body is None else marshal.loads(body)
            except (ValueError, EOFError, TypeError):
                return work_out()

        return value

    return made


def keep(folder: Path) -> None:
    """Keeps in `folder` the tables of all modules that were imported."""
    for work_out, sources in _tables:
        kept.save(folder, _name(work_out, sources), marshal.dumps(work_out()))


def _name(work_out: Callable[[], Any], sources: tuple[Path, ...]) -> str:
    title = f"{work_out.__module__.rpartition('.')[2]}-{work_out.__name__.strip('_')}"
    versions = _FORM, sys.version_info[:2], *map(_digest, sources)
    return f"{title}-{hashlib.sha256(repr(versions).encode()).hexdigest()[:32]}"


@cache
def _digest(source: Path) -> str:
    return hashlib.sha256(source.read_bytes()).hexdigest()
