"""Which patterns can match in which line: hyperscan where a wheel exists, else literals and classes.

Both gates only rule lines out: the precise pattern decides, so both give the same findings
(tests/detect/test_prefilter.py). Cost with hyperscan does not grow with the number of patterns.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path
from typing import Any, Protocol

import regex

from reviewer.detect.literals import (
    DIGITISH,
    GAP,
    WIDEST_GAP,
    LiteralGate,
    dense_digits,
    guarded,
    has_decimals,
    has_letter,
    stood_in_for,
    taken_in,
)  # fmt: skip
from reviewer.prepared import kept


class Gate(Protocol):
    """Answers for single lines; the numbers are indexes into the expressions it was built from."""

    def lines(self, text: str) -> Iterator[tuple[int, list[int]]]:
        """(line number from 0, fired expressions) for each line of `text` in which any fired."""

    def line(self, line: str) -> list[int]:
        """The expressions that fired in one line."""

    def expect(self, characters: int) -> None:
        """So much text is to come: what is worth the time is made ready now."""


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
    return Unhurried(lambda: HyperscanGate(expressions, cache, exact), literals)


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

    def expect(self, characters: int) -> None:
        self._asked += characters
        self.gate.expect(characters)

    def lines(self, text: str) -> Iterator[tuple[int, list[int]]]:
        self._asked += len(text)
        return self.gate.lines(text)

    def line(self, line: str) -> list[int]:
        return next((fired for _, fired in self.lines(line.replace("\n", " "))), [])


class HyperscanGate:
    """Feeds hyperscan some hundred lines at a time and hands each match to the line it ends in.

    A call costs as much as 200 bytes of text, so short lines are not asked one by one. Numbers and Latin letters
    cost most: expressions that need digits close together, a number with decimals or a letter are only tried in
    lines where these stand. Where a text fires without end (a million digits), its lines are asked one by one.
    """

    def __init__(self, expressions: Sequence[str], cache: Path | None, exact: frozenset[int] = frozenset()) -> None:
        import hyperscan

        identity = "\0".join([*expressions, repr(sorted(exact)), _FORM, str(hyperscan.__version__)])  # type: ignore[attr-defined]
        name = hashlib.sha256(identity.encode()).hexdigest()[:32]
        levels = _Levels(expressions, exact)
        self._first = _Level(lambda: levels.all[0], levels.markers, cache, f"first-{name}.hs")
        self._marked = {
            marker: _Level(lambda k=k: levels.all[k], list, cache, f"{k}-{name}.hs")  # type: ignore[misc]
            for k, marker in enumerate(_MARKERS, 1)
        }

    def expect(self, characters: int) -> None:
        for level in (self._first, *self._marked.values()):
            level.fired(b"0\n")

    def is_kept(self) -> bool:
        """Whether nothing has to be compiled."""
        return all(level.is_kept() for level in (self._first, *self._marked.values()))

    def lines(self, text: str) -> Iterator[tuple[int, list[int]]]:
        if not text:
            return
        first = 0
        always = {number for level in (self._first, *self._marked.values()) for number in level.always}
        for piece in _pieces(text):
            fired = self._first.fired(piece)
            for marker, level in self._marked.items():
                _ask_again(marker, level, fired, piece)
            # An expression that hyperscan can not take as a prefilter always fires.
            if always:
                for start, line in _lines_of(piece):
                    if len(line) > 1:
                        fired.setdefault(start, set()).update(always)
            number, at = first, 0
            for start in sorted(fired):
                if fired[start]:
                    number, at = number + piece.count(b"\n", at, start), start
                    yield number, sorted(fired[start])
            first = number + piece.count(b"\n", at)

    def line(self, line: str) -> list[int]:
        return next((fired for _, fired in self.lines(line.replace("\n", " "))), [])


def _ask_again(marker: int, level: _Level, fired: dict[int, set[int]], piece: bytes) -> None:
    """Asks a further level about the lines that have its marker."""
    marked = [start for start, found in fired.items() if marker in found]
    if not marked:
        return
    asked = [piece[start : piece.index(b"\n", start) + 1] for start in marked]
    whose = dict(zip(accumulate(map(len, asked), initial=0), marked, strict=False))
    for start, found in level.fired(b"".join(asked)).items():
        fired[whose[start]] |= found
    for start in marked:
        fired[start].discard(marker)


def _lines_of(piece: bytes) -> Iterator[tuple[int, bytes]]:
    """The start of each line, and the line with its line feed."""
    start = 0
    while (end := piece.find(b"\n", start) + 1) > 0:
        yield start, piece[start:end]
        start = end


class _Levels:
    """The expressions, with their numbers, for every line and for the lines with each of the markers."""

    def __init__(self, expressions: Sequence[str], exact: frozenset[int]) -> None:
        self._expressions = expressions
        self._exact = exact

    @cached_property
    def all(self) -> tuple[Numbered, ...]:
        return levels(self._expressions, self._exact)

    def markers(self) -> Numbered:
        return [one for one, entries in zip(_MARKERS.items(), self.all[1:], strict=True) if entries]


class _Level:
    """Expressions that are scanned for together; compiled when they are first needed."""

    def __init__(
        self, expressions: Callable[[], Numbered], markers: Callable[[], Numbered], cache: Path | None, name: str
    ) -> None:
        self._expressions = expressions
        self._markers = markers
        self._cache = cache
        self._name = name

    def is_kept(self) -> bool:
        return kept.exists(self._cache, self._name)

    @cached_property
    def _database(self) -> _Database:
        return _database(self._expressions, self._markers, self._cache, self._name)

    @property
    def always(self) -> list[int]:
        return self._database.always

    def fired(self, piece: bytes) -> dict[int, set[int]]:
        """The expressions, and the markers, that fired in each line of `piece`, by the line's start; in order."""
        import hyperscan

        if piece.index(b"\n") == len(piece) - 1:
            found = self._in_line(piece)
            return {0: found} if found else {}
        hits: list[int] = []
        most, append = max(len(piece), 256), hits.append

        def note(number: int, start: int, end: int, flags: int, context: object) -> bool:
            # One number instead of two: a list of numbers costs half of one of pairs to fill and to sort.
            append(end << _NUMBER_BITS | number)
            return len(hits) > most

        try:
            self._database.scan(piece, match_event_handler=note)
        except hyperscan.ScanTerminated:
            return {start: found for start, line in _lines_of(piece) if (found := self._in_line(line))}
        fired: dict[int, set[int]] = {}
        here: set[int] = set()
        reach = 0
        hits.sort()
        for hit in hits:
            end = hit >> _NUMBER_BITS
            if end > reach:
                # A match that takes the line feed itself counts for the line that it ends.
                last = max(end - 1, 0)
                reach = piece.index(b"\n", last) + 1
                here = fired[piece.rfind(b"\n", 0, last) + 1] = set()
            here.add(hit & _NUMBER_MASK)
        return fired

    def _in_line(self, line: bytes) -> set[int]:
        """For one line it does not matter where: nothing is kept of a million matches but their names."""
        found: set[int] = set()

        add = found.add

        def note(number: int, start: int, end: int, flags: int, context: object) -> None:
            add(number)

        self._database.scan(line, match_event_handler=note)
        return found


_FEW, _SOME = 6, 3
_DENSE = f"(?:^|[^{DIGITISH}])[{DIGITISH}](?:[{GAP}]{{0,{WIDEST_GAP}}}[{DIGITISH}]){{{_FEW - 1}}}"
_MARKERS = {1_000_000: _DENSE, 1_000_001: r"\.[0-9]{3}", 1_000_002: "[A-Za-z][^A-Za-z]"}
"""number -> what tells a further level's lines in the first: digits close together, decimals, a letter"""
_NUMBER_BITS = 21
_NUMBER_MASK = (1 << _NUMBER_BITS) - 1
_PIECE = 20_000
"""characters that hyperscan is given in one go"""
_FORM = "5"
"""names how expressions become databases; a change of `levels` or `compile_all` changes it"""
Numbered = list[tuple[int, str]]


def _pieces(text: str) -> Iterator[bytes]:
    """`text` in UTF-8, cut at line feeds; each line has its line feed, as a letter is told by what follows it."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + _PIECE) + 1 or len(text)
        data = text[start:end].encode("utf-8", "replace")
        yield data if data.endswith(b"\n") else data + b"\n"
        start = end


def levels(expressions: Sequence[str], exact: frozenset[int] = frozenset()) -> tuple[Numbered, ...]:
    """Expressions with their numbers: for every line, then for the lines with each of _MARKERS.

    Nothing that asks for less stands in for the `exact` ones.
    """
    found: tuple[Numbered, ...] = tuple([] for _ in range(len(_MARKERS) + 1))
    for number, expression in enumerate(expressions):
        digits = dense_digits(expression)
        # Without its guards an expression would fire at each digit of a long number.
        text = taken_in(expression)
        if digits >= _SOME:
            text = guarded(text)
        elif number not in exact:
            text = stood_in_for(text)
        if digits >= _FEW:
            level = 1
        elif has_decimals(expression):
            level = 2
        else:
            level = 3 if has_letter(expression) else 0
        found[level].append((number, text))
    return found


class _Database:
    """`scan` of hyperscan, and the expressions that it could not take."""

    def __init__(self, scan: Callable[..., Any], always: list[int]) -> None:
        self.scan = scan
        self.always = always


def _database(
    expressions: Callable[[], Numbered], markers: Callable[[], Numbered], cache: Path | None, name: str
) -> _Database:
    """From the cache or compiled; `markers` are further expressions, of bytes."""
    import hyperscan

    if (body := kept.load(cache, name)) is not None:
        return _loaded(body)
    wanted = taken = expressions()
    try:
        database = compile_all(hyperscan, wanted, markers()) if wanted or markers() else None
    except hyperscan.error:
        # One that hyperscan can not take spoils the whole: it is left out, and always fires.
        taken = [entry for entry in wanted if _takes(hyperscan, entry)]
        database = compile_all(hyperscan, taken, markers()) if taken or markers() else None
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


def compile_all(hyperscan: Any, expressions: Numbered, markers: Numbered) -> Any:
    """One hyperscan database of the expressions, which tells where each match ends."""
    # ^ and $ are those of lines: pieces of many lines are scanned.
    flags = hyperscan.HS_FLAG_MULTILINE | hyperscan.HS_FLAG_UTF8 | hyperscan.HS_FLAG_UCP | hyperscan.HS_FLAG_PREFILTER
    texts = [(text.encode(), number, int(flags)) for number, text in expressions]
    texts += [(text.encode(), number, int(hyperscan.HS_FLAG_MULTILINE)) for number, text in markers]
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
        compile_all(hyperscan, [entry], [])
    except hyperscan.error:
        return False
    return True
