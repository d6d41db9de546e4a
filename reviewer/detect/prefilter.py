"""Which patterns can match in which line: hyperscan where a wheel exists, else literals and classes.

Both gates only rule lines out: the precise pattern decides, so both give the same findings
(tests/detect/test_prefilter.py). Cost with hyperscan does not grow with the number of patterns.
"""

from __future__ import annotations

import hashlib
import os
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any, Protocol

from reviewer.detect.literals import DIGITISH, GAP, WIDEST_GAP, LiteralGate, dense_digits, guarded, taken_in


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
    return LiteralGate(expressions)


class HyperscanGate:
    """Feeds hyperscan some hundred lines at a time and hands each match to the line it ends in.

    A call costs as much as 200 bytes of text, so short lines are not asked one by one. Numbers cost most:
    expressions that need digits close together are only tried in lines where six stand so. Where a text
    fires without end (a million digits), its lines are asked one by one and each expression answers once.
    """

    def __init__(self, expressions: Sequence[str], cache: Path | None) -> None:
        plain, dense = _levels(expressions)
        self._first = _Level(plain, cache, _DENSE if dense else "")
        self._dense = _Level(dense, cache, "") if dense else None
        # An expression that hyperscan can not take as a prefilter always fires.
        self._always = {*self._first.always, *(self._dense.always if self._dense is not None else ())}

    def lines(self, text: str) -> Iterator[tuple[int, list[int]]]:
        first = 0
        for piece in _pieces(text.encode("utf-8", "replace")):
            lines = piece.split(b"\n")
            fired = self._first.fired(piece, lines)
            self._add_numbers(fired, lines)
            if self._always:
                for number, line in enumerate(lines):
                    if line:
                        fired.setdefault(number, set()).update(self._always)
            for number in sorted(fired):
                if fired[number]:
                    yield first + number, sorted(fired[number])
            first += len(lines) - 1

    def line(self, line: str) -> list[int]:
        return next((fired for _, fired in self.lines(line.replace("\n", " "))), [])

    def _add_numbers(self, fired: dict[int, set[int]], lines: list[bytes]) -> None:
        """Asks the second level about the marked lines."""
        if self._dense is None:
            return
        marked = [number for number, found in fired.items() if _MARKER in found]
        if not marked:
            return
        asked = [lines[number] for number in marked]
        for index, found in self._dense.fired(b"\n".join(asked), asked).items():
            fired[marked[index]] |= found
        for number in marked:
            fired[number].discard(_MARKER)


class _Level:
    """Expressions that are scanned for together."""

    def __init__(self, expressions: Numbered, cache: Path | None, marker: str) -> None:
        import hyperscan

        self._terminated = hyperscan.ScanTerminated
        every = _database(hyperscan, expressions, cache, marker, once=False)
        self.always = every.always
        self._every = every.scan
        self._build_once = lambda: _database(hyperscan, expressions, cache, marker, once=True).scan

    @cached_property
    def once(self) -> Callable[..., Any]:
        """Scans one line; each expression answers once. Made when it is needed first."""
        return self._build_once()

    def fired(self, piece: bytes, lines: list[bytes]) -> dict[int, set[int]]:
        """The expressions, and the marker, that fired in each line of `piece`."""
        hits: list[tuple[int, int]] = []
        most = max(len(piece) >> 4, 256)

        def note(number: int, start: int, end: int, flags: int, context: object) -> bool:
            hits.append((end, number))
            return len(hits) > most

        try:
            self._every(piece, match_event_handler=note)
        except self._terminated:
            return self._one_by_one(lines)
        fired: dict[int, set[int]] = {}
        if not hits:
            return fired
        ends = list(accumulate(map(len, lines), _with_line_feed))
        here: set[int] = set()
        reach = -1
        for end, number in sorted(hits):
            if end > reach:
                # A match that takes the line feed itself counts for the line that it ends.
                line = bisect_left(ends, end - 1)
                reach, here = ends[line], fired.setdefault(line, set())
            here.add(number)
        return fired

    def _one_by_one(self, lines: list[bytes]) -> dict[int, set[int]]:
        hits: list[int] = []
        fired: dict[int, set[int]] = {}

        def note(number: int, *_: Any) -> None:
            hits.append(number)

        for number, line in enumerate(lines):
            self.once(line, match_event_handler=note)
            if hits:
                fired[number] = set(hits)
                hits.clear()
        return fired


_MARKER = 1_000_000
"""the number under which the first level says that digits stand close together in a line"""
_FEW = 6
_DENSE = f"(?:^|[^{DIGITISH}])[{DIGITISH}](?:[{GAP}]{{0,{WIDEST_GAP}}}[{DIGITISH}]){{{_FEW - 1}}}"
_PIECE = 1 << 16
Numbered = list[tuple[int, str]]


def _pieces(data: bytes) -> Iterator[bytes]:
    """`data` cut at line feeds; the line feed belongs to the piece before it."""
    start = 0
    while start < len(data):
        end = len(data) if start + _PIECE >= len(data) else data.find(b"\n", start + _PIECE) + 1
        end = end or len(data)
        yield data[start:end] if end - start < len(data) else data
        start = end


def _with_line_feed(before: int, length: int) -> int:
    return before + length + 1


def _levels(expressions: Sequence[str]) -> tuple[Numbered, Numbered]:
    """(for every line, for lines with digits close together): expressions with their numbers."""
    plain: Numbered = []
    dense: Numbered = []
    for number, expression in enumerate(expressions):
        if dense_digits(expression) >= _FEW:
            dense.append((number, guarded(taken_in(expression))))
        else:
            plain.append((number, taken_in(expression)))
    return plain, dense


class _Database:
    def __init__(self, scan: Callable[..., Any], always: list[int]) -> None:
        self.scan = scan
        self.always = always


def _database(
    hyperscan: Any, expressions: Numbered, cache: Path | None, marker: str, *, once: bool
) -> _Database:
    """The compiled expressions; `marker` is one more of bytes. `once`: each answers once in a scan."""
    named = [f"{number}:{text}" for number, text in expressions]
    identity = "\0".join([*named, marker, str(once), hyperscan.__version__])
    name = hashlib.sha256(identity.encode()).hexdigest()[:32]
    kept = _load(hyperscan, cache, name)
    if kept is not None:
        return kept
    try:
        database = _compile(hyperscan, expressions, marker, once)
        always: list[int] = []
    except hyperscan.error:
        # One that hyperscan can not take spoils the whole: it is left out, and always fires.
        taken = [entry for entry in expressions if _takes(hyperscan, entry)]
        always = sorted({number for number, _ in expressions} - {number for number, _ in taken})
        database = _compile(hyperscan, taken, marker, once)
    _save(hyperscan, cache, name, database, always)
    return _Database(database.scan, always)


def _compile(hyperscan: Any, expressions: Numbered, marker: str, once: bool) -> Any:
    # ^ and $ are those of lines: pieces of many lines are scanned.
    bytewise = hyperscan.HS_FLAG_MULTILINE | (hyperscan.HS_FLAG_SINGLEMATCH if once else 0)
    flags = bytewise | hyperscan.HS_FLAG_UTF8 | hyperscan.HS_FLAG_UCP | hyperscan.HS_FLAG_PREFILTER
    texts = [(text.encode(), number, int(flags)) for number, text in expressions]
    if marker:
        texts.append((marker.encode(), _MARKER, int(bytewise)))
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[text for text, _, _ in texts],
        ids=[number for _, number, _ in texts],
        elements=len(texts),
        flags=[flag for _, _, flag in texts],
    )
    return database


def _takes(hyperscan: Any, entry: tuple[int, str]) -> bool:
    try:
        _compile(hyperscan, [entry], "", once=True)
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
