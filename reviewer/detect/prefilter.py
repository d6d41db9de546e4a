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
    """Feeds hyperscan one line at a time; a line's answer is the list of expressions that fired once.

    What costs hyperscan most are shapes without a fixed word. So an expression that can not match without
    one of some words is stood in for by those words, and shapes of four digits or more are only tried in
    lines that hold four digits.
    """

    def __init__(self, expressions: Sequence[str], cache: Path | None) -> None:
        import hyperscan

        self._hits: list[int] = []
        hits = self._hits
        self._note = lambda number, start, end, flags, context: hits.append(number)
        plain, deep = _levels(expressions)
        first = _database(hyperscan, plain, cache, _digits_marker(deep))
        second = _database(hyperscan, deep, cache, "") if deep else None
        # An expression that hyperscan can not take as a prefilter always fires.
        self._always = [*first.always, *(second.always if second is not None else ())]
        self._first: Callable[..., Any] = first.scan
        self._second: Callable[..., Any] | None = second.scan if second is not None else None

    def lines(self, text: str) -> Iterator[tuple[int, list[int]]]:
        hits, first, second, note, always = self._hits, self._first, self._second, self._note, self._always
        data = text.encode("utf-8", "replace")
        for number, line in enumerate(data.split(b"\n")):
            if not line:
                continue
            first(line, match_event_handler=note)
            if not hits:
                if always:
                    yield number, always
                continue
            if _DIGITS in hits:
                hits.remove(_DIGITS)
                if second is not None:
                    second(line, match_event_handler=note)
            if hits or always:
                fired = hits + always
                hits.clear()
                yield number, fired

    def line(self, line: str) -> list[int]:
        return next((fired for _, fired in self.lines(line.replace("\n", " "))), [])


_DIGITS = 1_000_000
"""the number under which the first level says that a line holds four digits"""
_FEW = 4
Numbered = list[tuple[int, str]]


def _levels(expressions: Sequence[str]) -> tuple[Numbered, Numbered]:
    """(for every line, for lines with four digits): expressions with their numbers."""
    from reviewer.detect.literals import least_digits, words

    plain: Numbered = []
    deep: Numbered = []
    for number, expression in enumerate(expressions):
        fixed = words(expression)
        if fixed:
            plain.append((number, "|".join(map(_quoted, fixed))))
        elif least_digits(expression) >= _FEW:
            deep.append((number, expression))
        else:
            plain.append((number, expression))
    return plain, deep


def _quoted(word: str) -> str:
    return "".join(f"\\{char}" if char in "\\.[]{}()*+?^$|-/" else char for char in word)


def _digits_marker(deep: Numbered) -> str:
    return "[0-9].*[0-9].*[0-9].*[0-9]" if deep else ""


class _Database:
    def __init__(self, scan: Callable[..., Any], always: list[int]) -> None:
        self.scan = scan
        self.always = always


def _database(hyperscan: Any, expressions: Numbered, cache: Path | None, marker: str) -> _Database:
    """The compiled expressions; `marker` is one more of bytes, numbered _DIGITS."""
    identity = "\0".join(f"{number}:{text}" for number, text in expressions) + marker + hyperscan.__version__
    name = hashlib.sha256(identity.encode()).hexdigest()[:32]
    kept = _load(hyperscan, cache, name)
    if kept is not None:
        return kept
    try:
        database = _compile(hyperscan, expressions, marker)
        always: list[int] = []
    except hyperscan.error:
        # One that hyperscan can not take spoils the whole: it is left out, and always fires.
        taken = [entry for entry in expressions if _takes(hyperscan, entry)]
        always = sorted({number for number, _ in expressions} - {number for number, _ in taken})
        database = _compile(hyperscan, taken, marker)
    _save(hyperscan, cache, name, database, always)
    return _Database(database.scan, always)


def _compile(hyperscan: Any, expressions: Numbered, marker: str) -> Any:
    flags = int(
        hyperscan.HS_FLAG_UTF8
        | hyperscan.HS_FLAG_UCP
        | hyperscan.HS_FLAG_PREFILTER
        | hyperscan.HS_FLAG_SINGLEMATCH
    )
    texts = [(text.encode(), number, flags) for number, text in expressions]
    if marker:
        texts.append((marker.encode(), _DIGITS, int(hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_DOTALL)))
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
        _compile(hyperscan, [entry], "")
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
