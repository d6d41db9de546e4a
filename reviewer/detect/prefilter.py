"""Which patterns can match in which line: hyperscan where a wheel exists, else literals and classes.

Both gates only rule lines out: the precise pattern decides, so both give the same findings
(tests/detect/test_prefilter.py). Cost with hyperscan does not grow with the number of patterns.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol


class Gate(Protocol):
    """Answers for single lines; the numbers are indexes into the expressions it was built from."""

    def lines(self, text: str) -> Iterator[tuple[int, list[int]]]:
        """(line number from 0, fired expressions) for each line of `text` in which any fired."""

    def line(self, line: str) -> list[int]:
        """The expressions that fired in one line."""


def build(expressions: Sequence[str], *, use_hyperscan: bool = True, cache: Path | None = None) -> Gate:
    """A gate over `expressions`; the hyperscan database is kept in the cache folder."""
    if use_hyperscan:
        try:
            return HyperscanGate(expressions, cache)
        except ImportError:
            pass
    from reviewer.detect.literals import LiteralGate

    return LiteralGate(expressions)


class HyperscanGate:
    """Feeds hyperscan one line at a time; a line's answer is the list of expressions that fired once."""

    def __init__(self, expressions: Sequence[str], cache: Path | None) -> None:
        import hyperscan

        self._hits: list[int] = []
        self._database = _database(hyperscan, expressions, cache)
        # An expression that hyperscan can not take as a prefilter always fires.
        self._always: list[int] = self._database.always
        self._scan: Callable[..., Any] = self._database.scan
        hits = self._hits
        self._note = lambda number, start, end, flags, context: hits.append(number)

    def lines(self, text: str) -> Iterator[tuple[int, list[int]]]:
        hits, scan, note, always = self._hits, self._scan, self._note, self._always
        data = text.encode("utf-8", "replace")
        for number, line in enumerate(data.split(b"\n")):
            if not line:
                continue
            scan(line, match_event_handler=note)
            if hits:
                fired = hits + always
                hits.clear()
                yield number, fired
            elif always:
                yield number, always

    def line(self, line: str) -> list[int]:
        self._scan(line.encode("utf-8", "replace"), match_event_handler=self._note)
        fired = self._hits + self._always
        self._hits.clear()
        return fired


class _Database:
    def __init__(self, scan: Callable[..., Any], always: list[int]) -> None:
        self.scan = scan
        self.always = always


def _database(hyperscan: Any, expressions: Sequence[str], cache: Path | None) -> _Database:
    name = hashlib.sha256(("\0".join(expressions) + hyperscan.__version__).encode()).hexdigest()[:32]
    kept = _load(hyperscan, cache, name)
    if kept is not None:
        return kept
    taken, always = [], []
    for number, expression in enumerate(expressions):
        (taken if _takes(hyperscan, expression) else always).append(number)
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[expressions[k].encode() for k in taken],
        ids=taken,
        elements=len(taken),
        flags=[_flags(hyperscan)] * len(taken),
    )
    _save(hyperscan, cache, name, database, always)
    return _Database(database.scan, always)


def _flags(hyperscan: Any) -> int:
    return int(
        hyperscan.HS_FLAG_UTF8
        | hyperscan.HS_FLAG_UCP
        | hyperscan.HS_FLAG_PREFILTER
        | hyperscan.HS_FLAG_SINGLEMATCH
    )


def _takes(hyperscan: Any, expression: str) -> bool:
    try:
        hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK).compile(
            expressions=[expression.encode()], ids=[0], elements=1, flags=[_flags(hyperscan)]
        )
    except hyperscan.error:
        return False
    return True


def _load(hyperscan: Any, cache: Path | None, name: str) -> _Database | None:
    if cache is None:
        return None
    try:
        data = (cache / f"gate-{name}.hs").read_bytes()
        head, _, body = data.partition(b"\n")
        digest, _, numbers = head.partition(b" ")
        if hashlib.sha256(body).hexdigest().encode() != digest:
            return None
        database = hyperscan.loadb(body, hyperscan.HS_MODE_BLOCK)
        # A deserialized database has no scratch space of its own.
        database.scratch = hyperscan.Scratch(database)
    except (OSError, ValueError, hyperscan.error):
        return None
    return _Database(database.scan, [int(number) for number in numbers.split()])


def _save(hyperscan: Any, cache: Path | None, name: str, database: Any, always: list[int]) -> None:
    if cache is None:
        return
    body = hyperscan.dumpb(database)
    head = hashlib.sha256(body).hexdigest() + " " + " ".join(map(str, always)) + "\n"
    try:
        cache.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = cache / f".gate-{os.getpid()}"
        temporary.write_bytes(head.encode() + body)
        temporary.replace(cache / f"gate-{name}.hs")
    except OSError:
        return  # without a cache the next start compiles again
