"""How likely two namesakes are one person: how rare the name is, how small the place, what else agrees.

Frequencies are rough on purpose: a token keeps whole bits of rarity only, and no list of names is exact for one county.
Sources: surnames by rank from data/surnames.txt of language, with the shares that the Ministry of Public Security
(公安部治安管理局 2007; 全国姓名报告 2019) published for some ranks; the most common full names of the same
reports (张伟 290,607, 王芳 268,268, 李秀英 246,000); all other given names by their characters (data/given.tsv).
People in a place: the census of 2020 over the divisions of that year (民政事业发展统计公报).
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from reviewer.language import lists
from reviewer.linkage.build_data import DATA

_SHARES = (
    (1, 0.0725), (2, 0.0719), (3, 0.0683), (10, 0.0168), (22, 0.0079), (91, 0.00198), (129, 0.001), (520, 0.00001),
)  # fmt: skip
"""(rank of a surname, its share of the people); between them log-linear"""
_UNLISTED = 2e-6
_FIRST, _LAST = 0.0033, 0.0004
"""the share of the first and of the last of data/top.txt among all given names"""
_ONE, _TWO = 5e-5, 0.8
"""the share of any other given name of one character; how many have two characters and are not in the list"""
_TOGETHER = 2.0
"""characters of a given name go together: more often than each by itself would"""
_RAREST = 1e-8

PEOPLE = {"village": 2_300, "township": 36_000, "county": 500_000}
"""people in a place of each level, on average"""


@lru_cache(maxsize=65536)
def rarity(name: str) -> int:
    """The frequency class of a full name: how often 2 people must be doubled to meet it once, 8 to 27 bits.

    >>> rarity("张伟") < rarity("张秀兰") < rarity("张晓雯") < rarity("缑晓雯")
    True
    """
    surname = name[:2] if len(name) > 2 and name[:2] in lists.surnames().compound else name[:1]
    share = _surname_share(surname) * _given_share(name[len(surname) :])
    return round(-math.log2(max(share, _RAREST)))


def _surname_share(surname: str) -> float:
    rank = _ranks().get(surname)
    if rank is None:
        return _UNLISTED
    at = min(max(bisect_left(_SHARES, (rank, 0.0)), 1), len(_SHARES) - 1)
    (low, much), (high, little) = _SHARES[at - 1], _SHARES[at]
    part = (math.log(rank) - math.log(low)) / (math.log(high) - math.log(low))
    return math.exp(math.log(much) + part * (math.log(little) - math.log(much)))


@cache
def _ranks() -> dict[str, int]:
    return {surname: rank for rank, surname in enumerate(lists.ranked_surnames(), start=1)}


def _given_share(given: str) -> float:
    if (found := _top().get(given)) is not None:
        return found
    if len(given) != 2:
        return _ONE
    first, second = _characters().get(given[0], (0, 0)), _characters().get(given[1], (0, 0))
    return _TWO * _TOGETHER * max(first[0], 1.5) * max(second[1], 1.5) / 1e10


@cache
def _top() -> dict[str, float]:
    names = (DATA.parent / "top.txt").read_text(encoding="utf-8").splitlines()[-1].split()
    fall = (_LAST / _FIRST) ** (1 / (len(names) - 1))
    return {given: _FIRST * fall**k for k, given in enumerate(names)}


@cache
def _characters() -> dict[str, tuple[int, int]]:
    rows = (line.split("\t") for line in DATA.read_text(encoding="utf-8").splitlines() if line[0] != "#")
    return {char: (int(first), int(second)) for char, first, second in rows}


@dataclass(frozen=True, slots=True)
class Scale:
    """How much more often two rows are of namesakes than chance says, by the place that they share.

    Families of one surname live in one village, and names of one generation share a character there; lists of one
    kind hold the same people again and again (`alike`). Fitted on the made-up county (benchmarks/county.py);
    docs/linkage.md has the figures.
    """

    village: float = 7.0
    township: float = 1.25
    county: float = 1.0
    alike: float = 0.7

    def of(self, level: str, alike: bool = False) -> float:
        scale = {"village": self.village, "township": self.township}.get(level, self.county)
        return scale * (self.alike if alike else 1.0)


def namesakes(bits: int, level: str, people: Mapping[str, int] = PEOPLE) -> float:
    """How many others of a name of that rarity a place of that level may be expected to have.

    A class is an estimate: names that it holds very rare are less so, for they are some family's or some year's.
    """
    return people[level] * 2.0 ** -(_OFFSET + _SLOPE * bits)


_OFFSET, _SLOPE = 4.7, 0.575


def same_person(
    bits: int, level: str, *, agreement: float = 1.0, rivals: float = 0.0, alike: bool = False,
    scale: Scale | None = None, people: Mapping[str, int] = PEOPLE,
) -> float:  # fmt: skip
    """The probability that two rows of one name are of one person.

    level      the smallest place that both name: village, township or county
    agreement  the chance that a namesake would agree with all that both rows show besides (digits, dates, sex)
    rivals     others of the name whose rows fit the second one, too: each counts its own agreement's inverse
    alike      both documents are of one kind

    >>> round(same_person(rarity("缑晓雯"), "village"), 2), round(same_person(rarity("王芳"), "county"), 2)
    (1.0, 0.01)
    """
    weight = 1 / max(agreement, 1e-12)
    return weight / (weight + rivals + namesakes(bits, level, people) * (scale or Scale()).of(level, alike))
