"""Made-up names of persons: Chinese, compound, of the minorities, foreign, padded, masked.

Some surnames and given names are reserved: training never sees them, the held-out texts have no others. Which ones
is told by a hash of the characters. How often a character stands in a given name is counted in names that the
teacher found; the surnames come by falling share from data/surnames.txt.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

LISTS = Path(__file__).parents[1] / "data" / "surnames.txt"
KNOWN = 200
KNOWN_COMPOUND = ("欧阳", "上官", "司马")
"""the commonest surnames, which are never reserved: without them the weights would be the worse for life"""
KNOWN_GIVEN = ("泽东", "瑞环", "岚清")
"""given names that the texts are full of"""
DOTS = "·" * 12 + "•・‧∙⋅･."
EVENLY = 0.35
"""share of training's surnames that are drawn without regard to how common they are"""
FAINT = "于和高公方时成任管常万从同向应关别单度经通过能得所是有自进由会对可在的之元要水来说见问正起着者行政主"
"""characters that are surnames now and then and mostly something else: drawn rarely"""


@cache
def _lists() -> dict[str, list[str]]:
    """The parts of names in patterns/people.txt."""
    lists: dict[str, list[str]] = {}
    current: list[str] = []
    for line in (Path(__file__).parent / "patterns" / "people.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("@"):
            current = lists.setdefault(line[1:], [])
        elif not line.startswith("#"):
            current += line.split()
    return lists


TIBETAN = _lists()["tibetan"]
MONGOL = _lists()["mongol"]
UYGHUR = _lists()["uyghur"]
YI = _lists()["yi"]
DAI = _lists()["dai"]
JAPANESE = _lists()["japanese"]
JAPANESE_GIVEN = _lists()["japanese_given"]
SYLLABLES = _lists()["syllables"]
TAILS = _lists()["tails"]
COMMON_WORDS = _lists()["common_words"]
GIVEN_WORDS = _lists()["given_words"]

USUAL = frozenset({"n", "a", "an", "z"})
"""parts of speech in the dictionary of jieba: nouns and adjectives

No verbs: behind a surname a verb mostly tells what a person does.
"""

MASKS = {
    "某": 30, "某某": 40, "某甲": 5, "某乙": 3, "某丙": 2, "某1": 4, "某2": 3, "某3": 2, "*": 8, "**": 10, "某*": 1,
    "×": 3, "××": 4, "＊": 2, "＊＊": 2, "X": 1, "XX": 1, "○○": 1, "某_": 6,
}  # fmt: skip
"""what hides a given name, and how often; "_" stands for a character of it"""


def reserved_surname(surname: str) -> bool:
    """Whether training must not see the surname."""
    single, compound = surnames()
    if surname in compound:
        return surname not in KNOWN_COMPOUND and _hash(surname) % 5 == 0
    return surname in single and single.index(surname) >= KNOWN and _hash(surname) % 8 == 0


def reserved_given(given: str) -> bool:
    """Whether training must not see the given name (behind any surname)."""
    return len(given) > 1 and "某" not in given and given not in KNOWN_GIVEN and _hash(given) % 10 == 0


@cache
def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(("名" + text).encode()).digest()[:4], "big")


@cache
def surnames() -> tuple[str, tuple[str, ...]]:
    """Surnames of one character by falling share, and the compound ones."""
    lines = [line for line in LISTS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return lines[0] + lines[1], tuple(lines[2].split())


def split(name: str) -> tuple[str, str] | None:
    """Surname and given name of a Chinese name, or None."""
    single, compound = surnames()
    for size in (4, 3, 2):
        if name[:size] in compound and size < len(name) <= size + 2:
            return name[:size], name[size:]
    if name and name[0] in single and 2 <= len(name) <= 3:
        return name[0], name[1:]
    return None


def reserved(name: str) -> bool:
    """Whether a name that stands in a text must not be seen by training."""
    if len(name) == 1 or name in surnames()[1]:
        return reserved_surname(name)
    parts = split(name)
    return parts is not None and (reserved_surname(parts[0]) or reserved_given(parts[1]))


@cache
def _open_words() -> list[str]:
    """Words that are whole names, those that training may see."""
    return [word for word in COMMON_WORDS if not reserved(word)]


@cache
def _short_words() -> list[str]:
    """Common words of two characters: who bears one as a given name shall be found, too."""
    import jieba

    with jieba.get_dict_file() as lines:
        rows = [line.decode("utf-8").split() for line in lines]
    return [word for word, number, kind in rows if len(word) == 2 and int(number) >= 200 and kind in USUAL]


@dataclass(frozen=True, slots=True)
class Counts:
    """What is known of given names: whole ones, first and last characters, single ones; and of foreign names."""

    whole: Counter[str]
    first: Counter[str]
    last: Counter[str]
    single: Counter[str]
    foreign: Counter[str]


def count(names: Iterable[str]) -> Counts:
    """Counts over names as they occur."""
    counts = Counts(Counter(), Counter(), Counter(), Counter(), Counter())
    for name in names:
        parts = split(name)
        if parts is None:
            pieces = name.replace("•", "·").split("·")
            if len(pieces) > 1 or len(name) > 4:
                counts.foreign.update(piece for piece in pieces if 2 <= len(piece) <= 6 and by_sound(piece))
        elif len(parts[1]) == 2 and not by_sound(parts[1]):
            counts.whole[parts[1]] += 1
            counts.first[parts[1][0]] += 1
            counts.last[parts[1][1]] += 1
        elif len(parts[1]) == 1:
            counts.single[parts[1]] += 1
    return counts


def by_sound(name: str) -> bool:
    """Whether all of a name's characters are those that foreign names are written with."""
    return all(c in SYLLABLES or c in TAILS for c in name)


class People:
    """Draws names. Reserved ones alone where reserved is True, never any where it is False.

    everyday  surnames are drawn as they are in life, reserved or not; given names stay as `reserved` says
    evenly    share of training's surnames that are drawn without regard to how common they are
    """

    def __init__(
        self,
        random: Random,
        counts: Counts,
        *,
        reserved: bool = False,
        everyday: bool = False,
        evenly: float = EVENLY,
    ) -> None:
        self._random = random
        self._reserved = reserved
        single, compound = surnames()
        # Training meets rare surnames oftener than life does; the held-out texts keep nearer to it.
        slope = 1.6 if reserved or everyday else 1.1
        kept = [(name, 1 / (rank + 12) ** slope) for rank, name in enumerate(single)]
        self._single = self._weighted(
            (name, weight * (0.15 if name in FAINT else 1))
            for name, weight in kept if everyday or reserved_surname(name) == reserved
        )  # fmt: skip
        self._evenly = 0.0 if reserved or everyday else evenly
        self._even = self._weighted(
            (name, 0.15 if name in FAINT else 1.0) for name, _ in kept if reserved_surname(name) == reserved
        )
        self._compound = [name for name in compound if everyday or reserved_surname(name) == reserved]
        self._often_compound = 1 / 60 if everyday else 1 / 16
        self._whole = self._weighted(
            (given, number**0.6) for given, number in sorted(counts.whole.items())
            if reserved_given(given) == reserved
        )  # fmt: skip
        self._first = self._weighted((c, n**0.75) for c, n in sorted(counts.first.items()))
        self._last = self._weighted((c, n**0.75) for c, n in sorted(counts.last.items()))
        self._one = self._weighted((c, n**0.75) for c, n in sorted((counts.single + counts.last).items()))
        self._foreign = [piece for piece in sorted(counts.foreign) if (_hash(piece) % 10 == 0) == reserved]

    @staticmethod
    def _weighted(rows: Iterable[tuple[str, float]]) -> tuple[list[str], list[float]]:
        items = [row for row in rows if row[1] > 0]
        total, sums = 0.0, []
        for _, weight in items:
            total += weight
            sums.append(total)
        return [item for item, _ in items], sums

    def _pick(self, table: tuple[list[str], list[float]]) -> str:
        return self._random.choices(table[0], cum_weights=table[1])[0]

    def surname(self) -> str:
        """A surname; one in sixteen is compound, of everyday ones one in sixty."""
        if self._random.random() < self._often_compound:
            return self._random.choice(self._compound)
        if self._random.random() < self._evenly:
            return self._pick(self._even)
        return self._pick(self._single)

    def given(self) -> str:
        """A given name of one or two characters."""
        draw = self._random.random()
        if draw < 0.22:
            return self._pick(self._one)
        if draw < 0.42:
            return self._pick(self._whole)
        for _ in range(200):
            name = self._two(draw)
            if reserved_given(name) == self._reserved:
                return name
        return self._pick(self._whole)

    def _two(self, draw: float) -> str:
        if draw < 0.46:
            return self._random.choice(GIVEN_WORDS)
        if draw < 0.48 and not self._reserved:
            return self._random.choice(_short_words())
        if draw < 0.55:
            return self._pick(self._one) * 2
        if draw < 0.62:
            return self._random.choice(self._first[0]) + self._random.choice(self._last[0])
        return self._pick(self._first) + self._pick(self._last)

    def chinese(self) -> str:
        """Surname and given name; now and then a name that is a word, or two surnames in front."""
        return self._allowed(self._chinese)

    def _chinese(self) -> str:
        draw = self._random.random()
        if draw < 0.01 and not self._reserved:
            return self._random.choice(_open_words())
        if draw < (0.02 if self._reserved else 0.035):
            return self._pick(self._single) + self._pick(self._single) + self.given()
        return self.surname() + self.given()

    def minority(self) -> str:
        """A Tibetan, Mongolian, Uyghur, Kazakh, Yi or Dai name, with a dot where one is usual."""
        return self._allowed(self._minority)

    def foreign(self) -> str:
        """A foreign name written by sound, or a Japanese one."""
        return self._allowed(self._by_sound)

    def _allowed(self, drawn: Callable[[], str]) -> str:
        """A draw that could not be taken for a reserved Chinese name, where those are kept out."""
        name = drawn()
        while not self._reserved and reserved(name):
            name = drawn()
        return name

    def _minority(self) -> str:
        draw, pick = self._random.random(), self._random.choice
        dot = pick(DOTS)
        if draw < 0.3:
            return pick(TIBETAN) + (pick(TIBETAN) if self._random.random() < 0.85 else "")
        if draw < 0.52:
            name = pick(MONGOL) + (pick(MONGOL) if self._random.random() < 0.6 else "")
            return name if len(name) > 2 else name + pick(MONGOL)
        if draw < 0.85:
            return pick(UYGHUR) + (dot if self._random.random() < 0.85 else "") + pick(UYGHUR)
        if draw < 0.95:
            return pick(YI) + pick(YI)
        return (
            pick(DAI[:5]) + pick(DAI[5:])[1:] + (self._pick(self._one) if self._random.random() < 0.3 else "")
        )

    def _piece(self) -> str:
        """One part of a name written by sound."""
        if self._random.random() < 0.45 and self._foreign:
            return self._random.choice(self._foreign)
        size = self._random.choices((1, 2, 3), (5, 4, 2))[0]
        return "".join(self._random.choice(SYLLABLES) for _ in range(size)) + self._random.choice(TAILS)

    def _by_sound(self) -> str:
        draw, pick = self._random.random(), self._random.choice
        if draw < 0.12:
            return pick(JAPANESE) + pick(JAPANESE_GIVEN)
        dot = pick(DOTS) if draw < 0.9 else pick("-—–")
        if draw < 0.5:
            return self._piece()
        if draw < 0.93:
            return self._piece() + dot + self._piece()
        if draw < 0.97:
            return pick("ABCDEFGHJKLMNPRSTW") + dot + self._piece()
        return self._piece() + dot + self._piece() + dot + self._piece()

    def masked(self) -> str:
        """A name that hides itself: 张某, 张某某, 李某甲, 王某1, 王*, 李××."""
        tail = self._random.choices(list(MASKS), list(MASKS.values()))[0]
        if tail == "某_":
            tail = "某" + self._pick(self._one)
        if tail[0] in "*＊" and self._random.random() < 0.3:
            tail += self._pick(self._one)
        return self.surname() + tail

    def name(self) -> str:
        """Any name, in the shares of a government's lists."""
        draw = self._random.random()
        if draw < 0.93:
            return self.chinese()
        if draw < 0.975:
            return self.minority()
        return self.foreign()

    def padded(self, name: str) -> str:
        """A short name with the space that lists put into it (王　伟)."""
        if len(name) != 2:
            return name
        return name[0] + self._random.choice(("　", "　", "  ", " ", "　　", "    ")) + name[1]

    def like(self, name: str) -> str:
        """Another name of the same kind as one that stands in a text."""
        if len(name) == 1:
            return self.surname() if self._random.random() < 0.9 or reserved(name) else name
        if "某" in name:
            return self.surname() + name[name.index("某") :]
        if any(dot in name for dot in "·•・—-"):
            kind = self.foreign if self._random.random() < 0.8 else self.minority
            return kind()
        if split(name) is None:
            return self.foreign() if len(name) > 2 and self._random.random() < 0.8 else self.chinese()
        return self.name()
