"""From labelled texts to the numbers that the network learns from."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random

import numpy as np

from reviewer.language.tagger import FOLDED, LINE_END, TAGS, alphabet, bucket, codes_of
from reviewer.language.training.people import People, reserved, surnames

Span = tuple[int, int]
PAIR_BITS = 16
IGNORED = -1
"""tag of what nothing is to be learned from"""
STRAY = "★★★★★☆●■□※◆"
SIGNS = "\t !\"#%&'()*+,-./:;<=>?@[\\]_|~·–—“”‘’…※→○●★☆■□◆×√①②③④⑤⑥⑦⑧⑨⑩、。〈〉《》「」『』【】〔〕〇％／℃〖〗"


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its names, and what training may do with it.

    doubts    stretches of which nothing is to be learned
    pronouns  words in whose place a person's name could stand
    openings  words before which a name could stand
    """

    text: str
    names: tuple[Span, ...]
    doubts: tuple[Span, ...] = ()
    pronouns: tuple[Span, ...] = ()
    openings: tuple[Span, ...] = ()


@cache
def letters() -> str:
    """The characters that have a number of their own: signs, and the 6,763 Han characters of GB 2312, and surnames."""
    rows = bytes(byte for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF) for byte in (row, cell))
    han = rows.decode("gb2312", "ignore")
    single, compound = surnames()
    chosen = dict.fromkeys(SIGNS + han + single + "".join(compound))
    return "".join(sign for sign in chosen if sign not in FOLDED)


def facts() -> np.ndarray:
    """What is known of each character besides the texts, [number of characters, facts]."""
    from reviewer.language.training.people import SYLLABLES, TAILS

    single, compound = surnames()
    given, uses = _given(), _uses()
    heads = {name[0] for name in compound}
    rows = np.zeros((6 + len(letters()), FACTS), np.float32)
    rows[1, 0] = 1
    for number, sign in enumerate(letters(), 6):
        rank = single.find(sign)
        alone, first, later, surname = uses.get(sign, (0.0, 0.0, 0.0, 0.0))
        rows[number] = (
            "一" <= sign <= "鿿",
            0 <= rank < 120,
            120 <= rank < 450,
            rank >= 450,
            sign in heads,
            *given.get(sign, (0.0, 0.0, 0.0)),
            sign in SYLLABLES or sign in TAILS,
            alone,
            first,
            later,
            surname,
            alone if rank >= 120 else 0,
            first if rank >= 120 else 0,
        )
    return rows


FACTS = 15


@cache
def _uses() -> dict[str, tuple[float, float, float, float]]:
    """How common a character is alone, as the first and as a later one of longer words, from 0 to about 1, and whether
    the dictionary of jieba calls it a surname."""
    import jieba

    alone: Counter[str] = Counter()
    first: Counter[str] = Counter()
    later: Counter[str] = Counter()
    surname: set[str] = set()
    with jieba.get_dict_file() as lines:
        for line in lines:
            word, number, kind = line.decode("utf-8").split()
            if len(word) > 1:
                first[word[0]] += int(number)
                later.update(dict.fromkeys(word[1:], int(number)))
            elif kind == "nr":
                surname.add(word)
            else:
                alone[word] += int(number)
    return {
        sign: (*(math.log10(1 + seen[sign]) / 5 for seen in (alone, first, later)), float(sign in surname))
        for sign in {*alone, *first, *later, *surname}
    }  # type: ignore[misc]


def pair_facts() -> np.ndarray:
    """Which buckets of pairs hold the beginning, a later part of a compound surname, [buckets, 2]."""
    table = alphabet(letters())
    rows = np.zeros((1 << PAIR_BITS, 2), np.float32)
    for name in surnames()[1]:
        ids = table[codes_of(name)]
        places = bucket(ids[:-1], ids[1:], PAIR_BITS)
        rows[places[:1], 0] = 1
        rows[places[1:], 1] = 1
    return rows


@cache
def _given() -> dict[str, tuple[float, float, float]]:
    """How a character stands in given names alone, first, last (data/given.txt), each from 0 to 1."""
    path = Path(__file__).parents[1] / "data" / "given.txt"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    rows = {}
    for item in " ".join(lines).split():
        one, first, last = (int(digit) / 9 for digit in item[1:4])
        rows[item[0]] = (one, first, last)
    return rows


def exchanged(
    example: Example,
    people: People,
    *,
    only_reserved: bool = False,
    pronouns: bool = False,
    openings: Sequence[Span] = (),
) -> Example:
    """The text with other names in the places of its own, and of its pronouns; the same name becomes the same one.

    openings  those that a name is put before
    """
    others: dict[str, str] = {}
    pieces: list[str] = []
    names, doubts = [], []
    at = size = 0
    spans = [(span, "name") for span in example.names] + [(span, "doubt") for span in example.doubts]
    spans += [(span, "pronoun") for span in example.pronouns if pronouns]
    spans += [((start, start), "opening") for start, _ in openings]
    for (start, end), kind in sorted(spans):
        if start < at:
            continue
        word = example.text[start:end]
        if kind == "name" and word not in others:
            others[word] = word if only_reserved and not reserved(word) else people.like(word)
        if kind == "pronoun" and word not in others:
            others[word] = people.chinese()
        if kind == "opening":
            new = people.name()
        else:
            new = word if kind == "doubt" else others[word]
        pieces += [example.text[at:start], new]
        size += start - at
        (doubts if kind == "doubt" else names).append((size, size + len(new)))
        size += len(new)
        at = end
    return Example("".join([*pieces, example.text[at:]]), tuple(names), tuple(doubts))


def strewn(example: Example, random: Random) -> Example:
    """The text with a few runs of signs between its words, as scanners and covered watermarks leave them."""
    spans = [*example.names, *example.doubts]
    places = [random.randint(0, len(example.text)) for _ in range(random.choice((1, 1, 2, 3)))]
    places = sorted({place for place in places if not any(start < place < end for start, end in spans)})
    signs = [random.choice(STRAY) * random.choice((1, 1, 2, 2, 3, 4)) for _ in places]
    return _inserted(example, places, signs)


WRAPPED = (20, 45)
"""characters of a line of plain text that was saved from a layout: at least, at most"""


def wrapped(example: Example, random: Random) -> Example:
    """The text broken at a fixed width, in mid-word and mid-name as well; it may begin in the middle of a line."""
    width = random.randint(*WRAPPED)
    column = random.randrange(width) if "\n" not in example.text else 0
    places = []
    for at, sign in enumerate(example.text):
        if sign == "\n":
            column = 0
            continue
        if column == width:
            places.append(at)
            column = 0
        column += 1
    return _inserted(example, places, ["\n"] * len(places))


def _inserted(example: Example, places: Sequence[int], signs: Sequence[str]) -> Example:
    """The example with signs put in; a span that holds one of the places holds the sign as well."""
    text = example.text
    pieces = [
        text[start:end] + sign
        for start, end, sign in zip([0, *places], [*places, len(text)], [*signs, ""], strict=True)
    ]
    sizes = [0, *accumulate(map(len, signs))]

    def moved(span: Span) -> Span:
        start, end = span
        return start + sizes[bisect_right(places, start)], end + sizes[bisect_left(places, end)]

    return Example("".join(pieces), tuple(map(moved, example.names)), tuple(map(moved, example.doubts)))


def tags(text: str, names: Sequence[Span]) -> np.ndarray:
    """The tag of each character, a number into TAGS."""
    row = np.zeros(len(text), np.int8)
    for start, end in names:
        if end - start == 1:
            row[start] = TAGS.index("S")
        else:
            row[start + 1 : end - 1] = TAGS.index("I")
            row[start], row[end - 1] = TAGS.index("B"), TAGS.index("E")
    return row


class Stream:
    """Texts one behind the other, with a line end between them."""

    def __init__(self, examples: Iterable[Example]) -> None:
        texts, rows = ["\n"], [np.zeros(1, np.int8)]
        for example in examples:
            texts += [example.text, "\n"]
            rows += [tags(example.text, example.names), np.zeros(1, np.int8)]
            for start, end in example.doubts:
                rows[-2][start:end] = IGNORED
        self.ids = alphabet(letters())[codes_of("".join(texts))].astype(np.int32)
        self.tags = np.concatenate(rows)
        self.pairs = pairs_of(self.ids)


def pairs_of(ids: np.ndarray) -> np.ndarray:
    """The bucket of each character with the one before it."""
    before = np.concatenate([np.full(1, LINE_END, np.int32), ids[:-1]])
    return bucket(before, ids, PAIR_BITS).astype(np.int32)


def unseen(read: Stream) -> tuple[np.ndarray, np.ndarray]:
    """The surnames that begin no name of a stream: the numbers of the characters, the buckets of the compound ones.

    What training learned of such a character it learned from words and from foreign names; as a surname it is judged
    by the facts alone.
    """
    begins = read.tags == TAGS.index("B")
    single, compound = surnames()
    numbers = [6 + place for place, sign in enumerate(letters()) if sign in single]
    table = alphabet(letters())
    buckets: list[int] = []
    for name in compound:
        ids = table[codes_of(name)].astype(np.int32)
        at = np.flatnonzero(begins[: len(begins) - len(ids)] & (read.ids[: len(begins) - len(ids)] == ids[0]))
        if not any((read.ids[place : place + len(ids)] == ids).all() for place in at):
            buckets += pairs_of(ids)[1:].tolist()
    return np.setdiff1d(numbers, read.ids[_short_names(read)]), np.array(buckets, np.int64)


def _short_names(read: Stream) -> np.ndarray:
    """Where names of at most three characters with a surname of one begin: longer ones are mostly foreign."""
    ends = np.concatenate([read.tags == TAGS.index("E"), [False, False]])
    compound = pair_facts()[np.append(read.pairs[1:], 0), 0] > 0
    short = (read.tags == TAGS.index("B")) & (ends[1:-1] | ends[2:]) & ~compound
    return short | (read.tags == TAGS.index("S"))
