"""The word lists of data/: surnames, given names, words that are no names, cue words, places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reviewer.prepared.tables import table

DATA = Path(__file__).parent / "data"
CUES, WORDS, SURNAMES = DATA / "cues.txt", DATA / "not_names.txt", DATA / "surnames.txt"
WIDE_SPACE = "\u3000"
"""as a character: hyperscan reads no \\u3000 in a class"""


@dataclass(frozen=True, slots=True)
class Surnames:
    """Surnames (姓氏) of one character, by how common they are, and compound ones."""

    common: frozenset[str]
    rare: frozenset[str]
    compound: frozenset[str]
    first: frozenset[str]
    """first characters of the compound ones"""
    top: frozenset[str]
    """the hundred most common ones"""
    usual: frozenset[str]
    """the 260 most common ones: nineteen in twenty people"""


@cache
def surnames() -> Surnames:
    common, rare, compound = _lines("surnames.txt")
    doubled = frozenset(compound.split())
    first = frozenset(name[0] for name in doubled)
    top, usual = frozenset(common[:100]), frozenset(common[:260])
    return Surnames(frozenset(common), frozenset(rare), doubled, first, top, usual)


def ranked_surnames() -> str:
    """The surnames of one character, the most common one first."""
    return _lines("surnames.txt")[0]


@table(DATA / "given.txt")
def given() -> dict[str, tuple[int, int, int]]:
    """Character -> 0 to 9: how it stands as first of two, second of two, only one of a given name."""
    (row,) = _lines("given.txt")
    value = {str(digit): digit for digit in range(10)}
    return {item[0]: (value[item[1]], value[item[2]], value[item[3]]) for item in row.split(" ")}


class Words:
    """A set of many words of which a short text asks for few: taken apart by first characters, as they are asked for.

    >>> words = Words(by_first(["高峰", "高度"]))
    >>> "高峰" in words, "高" in words, "" in words
    (True, False, False)
    """

    __slots__ = ("_joined", "_sets")

    def __init__(self, joined: dict[str, str]) -> None:
        """`joined` comes from by_first."""
        self._joined = joined
        self._sets: dict[str, frozenset[str]] = {}

    def __contains__(self, word: str) -> bool:
        first = word[:1]
        found = self._sets.get(first)
        if found is None:
            found = self._sets[first] = frozenset(self._joined.get(first, "").split())
        return word in found


def by_first(words: Iterable[str]) -> dict[str, str]:
    """First character -> the words that begin with it, parted by blanks."""
    found: dict[str, list[str]] = {}
    for word in words:
        found.setdefault(word[0], []).append(word)
    return {first: " ".join(group) for first, group in found.items()}


@cache
def words() -> tuple[Words, Words]:
    """Words that begin with a surname: those that are hardly ever names, and those that may be (高峰)."""
    never, maybe = _words()
    return Words(never), Words(maybe)


@table(WORDS, CUES)
def _words() -> tuple[dict[str, str], dict[str, str]]:
    never, maybe = _lines("not_names.txt")
    return by_first(sorted({*never.split(" "), *group("stop")})), by_first(maybe.split(" "))


def counts() -> dict[str, int]:
    """First character -> how many words begin with it that are hardly ever names."""
    return {first: group.count(" ") + 1 for first, group in _words()[0].items()}


@cache
def groups() -> dict[str, tuple[str, ...]]:
    """The groups of cues.txt: name -> words in the order of the file."""
    return _groups("cues.txt")


@cache
def place_groups() -> dict[str, tuple[str, ...]]:
    """The groups of places.txt: name -> words in the order of the file."""
    return _groups("places.txt")


@cache
def group(name: str) -> frozenset[str]:
    return frozenset(groups()[name])


def longest_first(words: Iterable[str]) -> str:
    """The words as a pattern that takes the longest that fits."""
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


def _groups(name: str) -> dict[str, tuple[str, ...]]:
    rows = (line.partition(":") for line in _lines(name))
    return {group: tuple(dict.fromkeys(words.split())) for group, _, words in rows}


def _lines(name: str) -> list[str]:
    text = (DATA / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
