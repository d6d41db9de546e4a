"""Which patterns can match in which line: hyperscan where a wheel exists, else literals and classes.

Both gates only rule lines out: the precise pattern decides, so both give the same findings
(tests/detect/test_prefilter.py). Cost with hyperscan does not grow with the number of patterns.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path
from typing import Any, Protocol

import regex

from reviewer.detect.literals import DIGITISH, GAP, WIDEST_GAP, LiteralGate, dense_digits, guarded, taken_in
from reviewer.prepared import kept


class Gate(Protocol):
    """Answers for single lines; the numbers are indexes into the expressions it was built from."""

    def lines(self, text: str) -> Iterator[tuple[int, list[int]]]:
        """(line number from 0, fired expressions) for each line of `text` in which any fired."""

    def line(self, line: str) -> list[int]:
        """The expressions that fired in one line."""


def build(
    expressions: Sequence[str],
    *,
    use_hyperscan: bool = True,
    cache: Path | None = None,
    exact: frozenset[int] = frozenset(),
    compile: Callable[[str], regex.Pattern[str]] = regex.compile,
) -> Gate:
    """A gate over `expressions`; the hyperscan databases are kept in the cache folder.

    `exact`: the numbers of expressions that no pattern looks behind, so that both gates must let through the same.
    """
    literals = LiteralGate(expressions, cache, exact, compile)
    if not use_hyperscan or find_spec("hyperscan") is None:
        return literals
    return Unhurried(lambda: HyperscanGate(expressions, cache), literals)


PATIENCE = 300_000
"""characters that are asked about before hyperscan's databases are compiled, which takes a second or two"""
HASTE = 6_000
"""and before they are loaded where they are kept: loading takes as long as looking through so much without"""


class Unhurried:
    """Answers from literals until the text is long enough to be worth loading or compiling hyperscan for."""

    def __init__(self, hyperscan: Callable[[], HyperscanGate], literals: Gate) -> None:
        self._hyperscan: Callable[[], HyperscanGate] | None = hyperscan
        self._gate = literals
        self._asked = 0
        self._patience = HASTE

    @property
    def gate(self) -> Gate:
        """The gate that answers next."""
        if self._hyperscan is not None and self._asked > min(self._patience, PATIENCE):
            try:
                gate = self._hyperscan()
            except ImportError:
                # The wheel is there and does not work on this machine: literals do.
                self._hyperscan = None
                return self._gate
            if self._asked > PATIENCE or gate.is_kept():
                self._gate, self._hyperscan = gate, None
            self._patience = PATIENCE
        return self._gate

    def lines(self, text: str) -> Iterator[tuple[int, list[int]]]:
        self._asked += len(text)
        return self.gate.lines(text)

    def line(self, line: str) -> list[int]:
        return next((fired for _, fired in self.lines(line.replace("\n", " "))), [])


class HyperscanGate:
    """Feeds hyperscan some hundred lines at a time and hands each match to the line it ends in.

    A call costs as much as 200 bytes of text, so short lines are not asked one by one. Numbers cost most:
    expressions that need digits close together are only tried in lines where six stand so. Where a text
    fires without end (a million digits), its lines are asked one by one.
    """

    def __init__(self, expressions: Sequence[str], cache: Path | None) -> None:
        import hyperscan

        identity = "\0".join([*expressions, _FORM, str(hyperscan.__version__)])  # type: ignore[attr-defined]
        name = hashlib.sha256(identity.encode()).hexdigest()[:32]
        levels = _Levels(expressions)
        self._first = _Level(lambda: levels.first, levels.marker, cache, f"first-{name}.hs")
        self._dense = _Level(lambda: levels.dense, lambda: "", cache, f"dense-{name}.hs")

    def is_kept(self) -> bool:
        """Whether nothing has to be compiled."""
        return self._first.is_kept() and self._dense.is_kept()

    def lines(self, text: str) -> Iterator[tuple[int, list[int]]]:
        first = 0
        for piece in _pieces(text.encode("utf-8", "replace")):
            lines = piece.split(b"\n")
            fired = self._first.fired(piece, lines)
            self._add_numbers(fired, lines)
            # An expression that hyperscan can not take as a prefilter always fires.
            if always := {*self._first.always, *self._dense.always}:
                for number, line in enumerate(lines):
                    if line:
                        fired.setdefault(number, set()).update(always)
            for number in sorted(fired):
                if fired[number]:
                    yield first + number, sorted(fired[number])
            first += len(lines) - 1

    def line(self, line: str) -> list[int]:
        return next((fired for _, fired in self.lines(line.replace("\n", " "))), [])

    def _add_numbers(self, fired: dict[int, set[int]], lines: list[bytes]) -> None:
        """Asks the second level about the marked lines."""
        marked = [number for number, found in fired.items() if _MARKER in found]
        if not marked:
            return
        asked = [lines[number] for number in marked]
        for index, found in self._dense.fired(b"\n".join(asked), asked).items():
            fired[marked[index]] |= found
        for number in marked:
            fired[number].discard(_MARKER)


class _Levels:
    """The expressions, with their numbers, for every line and for lines with digits close together."""

    def __init__(self, expressions: Sequence[str]) -> None:
        self._expressions = expressions

    @cached_property
    def _both(self) -> tuple[Numbered, Numbered]:
        return levels(self._expressions)

    @property
    def first(self) -> Numbered:
        return self._both[0]

    @property
    def dense(self) -> Numbered:
        return self._both[1]

    def marker(self) -> str:
        return _DENSE if self.dense else ""


class _Level:
    """Expressions that are scanned for together; compiled when they are first needed."""

    def __init__(
        self, expressions: Callable[[], Numbered], marker: Callable[[], str], cache: Path | None, name: str
    ) -> None:
        self._expressions = expressions
        self._marker = marker
        self._cache = cache
        self._name = name

    def is_kept(self) -> bool:
        return kept.exists(self._cache, self._name)

    @cached_property
    def _database(self) -> _Database:
        return _database(self._expressions, self._marker, self._cache, self._name)

    @property
    def always(self) -> list[int]:
        return self._database.always

    def fired(self, piece: bytes, lines: list[bytes]) -> dict[int, set[int]]:
        """The expressions, and the marker, that fired in each line of `piece`."""
        import hyperscan

        if len(lines) == 1 or (len(lines) == 2 and not lines[1]):
            found = self._in_line(piece)
            return {0: found} if found else {}
        hits: list[tuple[int, int]] = []
        most = max(len(piece), 256)

        def note(number: int, start: int, end: int, flags: int, context: object) -> bool:
            hits.append((end, number))
            return len(hits) > most

        try:
            self._database.scan(piece, match_event_handler=note)
        except hyperscan.ScanTerminated:
            return {number: found for number, line in enumerate(lines) if (found := self._in_line(line))}
        fired: dict[int, set[int]] = {}
        if not hits:
            return fired
        behind = list(accumulate([len(line) + 1 for line in lines]))
        here: set[int] = set()
        reach = -1
        for end, number in sorted(hits):
            if end > reach:
                # A match that takes the line feed itself counts for the line that it ends.
                line = bisect_left(behind, end)
                reach, here = behind[line] - 1, fired.setdefault(line, set())
            here.add(number)
        return fired

    def _in_line(self, line: bytes) -> set[int]:
        """For one line it does not matter where: nothing is kept of a million matches but their names."""
        found: set[int] = set()

        def note(number: int, *_: Any) -> None:
            found.add(number)

        self._database.scan(line, match_event_handler=note)
        return found


_MARKER = 1_000_000
"""the number under which the first level says that digits stand close together in a line"""
_FEW, _SOME = 6, 3
_DENSE = f"(?:^|[^{DIGITISH}])[{DIGITISH}](?:[{GAP}]{{0,{WIDEST_GAP}}}[{DIGITISH}]){{{_FEW - 1}}}"
_PIECE = 1 << 16
_FORM = "3"
"""names how expressions become databases; a change of `levels` or `compile_all` changes it"""
Numbered = list[tuple[int, str]]


def _pieces(data: bytes) -> Iterator[bytes]:
    """`data` cut at line feeds; the line feed belongs to the piece before it."""
    start = 0
    while start < len(data):
        end = len(data) if start + _PIECE >= len(data) else data.find(b"\n", start + _PIECE) + 1
        end = end or len(data)
        yield data[start:end] if end - start < len(data) else data
        start = end


def levels(expressions: Sequence[str]) -> tuple[Numbered, Numbered]:
    """(for every line, for lines with digits close together): expressions with their numbers."""
    plain: Numbered = []
    dense: Numbered = []
    for number, expression in enumerate(expressions):
        digits = dense_digits(expression)
        text = taken_in(expression)
        # Without its guards an expression would fire at each digit of a long number.
        text = guarded(text) if digits >= _SOME else text
        (dense if digits >= _FEW else plain).append((number, text))
    return plain, dense


class _Database:
    """`scan` of hyperscan, and the expressions that it could not take."""

    def __init__(self, scan: Callable[..., Any], always: list[int]) -> None:
        self.scan = scan
        self.always = always


def _database(
    expressions: Callable[[], Numbered], marker: Callable[[], str], cache: Path | None, name: str
) -> _Database:
    """From the cache or compiled; `marker` is one more expression, of bytes."""
    import hyperscan

    if (body := kept.load(cache, name)) is not None:
        return _loaded(body)
    wanted = taken = expressions()
    try:
        database = compile_all(hyperscan, wanted, marker()) if wanted else None
    except hyperscan.error:
        # One that hyperscan can not take spoils the whole: it is left out, and always fires.
        taken = [entry for entry in wanted if _takes(hyperscan, entry)]
        database = compile_all(hyperscan, taken, marker()) if taken else None
    always = sorted({number for number, _ in wanted} - {number for number, _ in taken})
    head = " ".join(map(str, always)).encode() + b"\n"
    kept.save(cache, name, head + (hyperscan.dumpb(database) if database is not None else b""))
    return _Database(database.scan if database is not None else _nothing, always)


def _loaded(kept_body: bytes) -> _Database:
    import hyperscan

    numbers, _, body = kept_body.partition(b"\n")
    always = [int(number) for number in numbers.split()]
    if not body:
        return _Database(_nothing, always)
    database = hyperscan.loadb(body, hyperscan.HS_MODE_BLOCK)
    # A deserialized database has no scratch space of its own.
    database.scratch = hyperscan.Scratch(database)
    return _Database(database.scan, always)


def _nothing(*_: Any, **__: Any) -> None:
    """Scans for no expression at all."""


def compile_all(hyperscan: Any, expressions: Numbered, marker: str) -> Any:
    """One hyperscan database of the expressions, which tells where each match ends."""
    # ^ and $ are those of lines: pieces of many lines are scanned.
    flags = hyperscan.HS_FLAG_MULTILINE | hyperscan.HS_FLAG_UTF8 | hyperscan.HS_FLAG_UCP | hyperscan.HS_FLAG_PREFILTER
    texts = [(text.encode(), number, int(flags)) for number, text in expressions]
    if marker:
        texts.append((marker.encode(), _MARKER, int(hyperscan.HS_FLAG_MULTILINE)))
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
        compile_all(hyperscan, [entry], "")
    except hyperscan.error:
        return False
    return True
