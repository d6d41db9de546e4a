"""From labelled texts to the numbers that the network learns from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from reviewer.language.tagger import FOLDED, LINE_END, TAGS, alphabet, bucket, codes_of
from reviewer.language.training.people import People, reserved, surnames

Span = tuple[int, int]
PAIR_BITS = 16
IGNORED = -1
"""tag of what nothing is to be learned from"""
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
    given = _given()
    heads = {name[0] for name in compound}
    rows = np.zeros((6 + len(letters()), 9), np.float32)
    rows[1, 0] = 1
    for number, sign in enumerate(letters(), 6):
        rank = single.find(sign)
        rows[number] = (
            "一" <= sign <= "鿿",
            0 <= rank < 120,
            120 <= rank < 450,
            rank >= 450,
            sign in heads,
            *given.get(sign, (0.0, 0.0, 0.0)),
            sign in SYLLABLES or sign in TAILS,
        )
    return rows


def pair_facts() -> np.ndarray:
    """Which buckets of pairs hold the beginning of a compound surname, [buckets, 1]."""
    table = alphabet(letters())
    rows = np.zeros((1 << PAIR_BITS, 1), np.float32)
    for name in surnames()[1]:
        first, second = table[codes_of(name[:2])].reshape(2, 1)
        rows[bucket(first, second, PAIR_BITS)] = 1
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
