"""The Results of a scan in the order of its files: in memory while they are few and short, on disk beyond.

What goes to disk is a file without a name, which nobody else can open and which ends with the process.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import IO

from reviewer.model import Result

_BUDGET = 512 * 1024 * 1024
"""bytes of text and findings, roughly, that are kept in memory"""
_FILES = 500
"""files of which they are: a big workbook's reports are twice as fast for it, a big folder's need not be"""
_FINDING = 800
"""bytes that a finding takes, roughly"""
_SIZE = 8
"""bytes that say how long the Results behind them are"""


class Spool:
    """Results by the number of their file; iterates over all of them, as often as asked, in that order."""

    def __init__(self, budget: int = _BUDGET) -> None:
        self._budget = budget
        self._places: dict[int, tuple[Result, ...] | int] = {}
        """the Results of a file, or where they begin on the disk"""
        self._count = 0
        self._disk: IO[bytes] | None = None
        self._end = 0
        self._last: tuple[int, tuple[Result, ...]] | None = None
        """what was read from the disk last: reports go through the Results several times"""

    def __contains__(self, number: int) -> bool:
        return number in self._places

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Result]:
        for number in sorted(self._places):
            yield from self.of(number)

    def files(self) -> int:
        """How many files there are Results of."""
        return len(self._places)

    def of(self, number: int) -> tuple[Result, ...]:
        """The Results of one file."""
        place = self._places[number]
        if isinstance(place, tuple):
            return place
        if self._last is not None and self._last[0] == number:
            return self._last[1]
        assert self._disk is not None
        self._disk.seek(place)
        size = int.from_bytes(read_all(self._disk, _SIZE), "big")
        kept: tuple[Result, ...] = pickle.loads(read_all(self._disk, size))
        self._last = number, kept
        return kept

    def add(self, number: int, results: Iterable[Result]) -> None:
        """Takes the Results of file `number`. Raises OSError where the disk is full; they are kept in memory then."""
        told = self.keep(number, results)
        self._budget -= sum(map(_weight, told))
        if self._budget >= 0 and len(self._places) <= _FILES:
            return
        if self._disk is None:
            # Unbuffered: what a full disk did not take must not come again when something is read.
            self._disk = tempfile.TemporaryFile(prefix="reviewer-", buffering=0)  # noqa: SIM115 - it ends with the process
        data = pickle.dumps(tuple(map(slim, told)), pickle.HIGHEST_PROTOCOL)
        self._disk.seek(self._end)
        write_all(self._disk, len(data).to_bytes(_SIZE, "big") + data)
        self._places[number] = self._end
        self._end += _SIZE + len(data)

    def keep(self, number: int, results: Iterable[Result]) -> tuple[Result, ...]:
        """Takes the Results of file `number` into memory: they are small, or there is no room elsewhere."""
        told = self._places[number] = tuple(results)
        self._count += len(told)
        return told

    def settled(self) -> tuple[Result, ...] | Spool:
        """All Results: a tuple while they are in memory."""
        return self if self._disk is not None else tuple(self)


def write_all(stream: IO[bytes], data: bytes) -> None:
    """Writes all of it to an unbuffered file, which may take less at a time."""
    rest = memoryview(data)
    while rest:
        rest = rest[stream.write(rest) :]


def read_all(stream: IO[bytes], count: int) -> bytes:
    """So many bytes of an unbuffered file, fewer where it ends before."""
    pieces: list[bytes] = []
    while count and (piece := stream.read(count)):
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


def _weight(result: Result) -> int:
    text = len(result.document.text) if result.document is not None else 0
    return 2 * text + _FINDING * (len(result.findings) + len(result.gaps) + 1)


def slim(result: Result) -> Result:
    """Without the text that nothing was found in: no report shows it."""
    if result.document is None or result.findings or result.gaps:
        return result
    return replace(result, document=result.document.without_text())
