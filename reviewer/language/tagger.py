"""Persons' names in running text: a trained network that runs on numpy alone.

Three steps. A linear model over neighbouring characters looks at everything and proposes where a name may stand; the
network (character and pair embeddings, gated dilated convolutions) judges those stretches alone; of the spans that
it scores, the best that do not overlap are names. Everything is linear in the length of the text.

The weights in data/names.npz are made by reviewer.language.training; docs/model-card.md says from what.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

WEIGHTS = Path(__file__).parent / "data" / "names.npz"
LONGEST = 20
"""characters of the longest name that is looked for"""
CHUNK = 1024
"""characters judged at once: the arrays of that many stay in the processor's cache"""
PIECE = 1 << 15
"""characters looked at at once, for the memory's sake"""
BEHIND, AHEAD = 3, 7
"""characters before a proposed beginning, and from it on, that the network judges"""
SURELY, BESIDE, LOWER = 50, 24, 10
"""names seldom come alone: so far above the proposer's threshold a beginning is sure, and so many characters on either
side of it the threshold is so much lower"""
CERTAIN = 0.5
"""score from which a name is more likely than not"""
POSSIBLE = 0.1
"""score for those who would rather look once too often"""
TAGS = "OBIES"
"""outside; begin, inside, end of a name; a name of one character"""
LINE_END = 2
_APART = np.array([0, -100, -100, -100, -100], np.float32)
UNLIKELY = -5.0
"""log probability of a tag below which no name begins or ends"""
FOLDED = {
    "•": "·",
    "・": "·",
    "‧": "·",
    "∙": "·",
    "⋅": "·",
    "･": "·",
    "˙": "·",
    "＊": "*",
    "　": " ",
    "\t": "\t",
    "\r": "\n",
}
"""look-alikes that are read as one character"""

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Span:
    """A name at text[start:end], with the network's confidence from 0 to 1."""

    start: int
    end: int
    score: float


def codes_of(text: str) -> Array:
    """The code points of a text; those above the first plane become U+FFFF."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return np.minimum(points, 0xFFFF).astype(np.uint16)


def alphabet(letters: str) -> Array:
    """The number of each code point of the first plane.

    0 unknown sign, 1 unknown Han character, 2 line end, 3 digit, 4 small and 5 capital Latin letter, then `letters`.
    """
    table = np.zeros(1 << 16, np.uint16)
    table[0x3400:0xA000] = 1
    for first, last, number in (("0", "9", 3), ("a", "z", 4), ("A", "Z", 5)):
        table[ord(first) : ord(last) + 1] = number
    table[ord("\n")] = 2
    points = np.array([ord(letter) for letter in letters], np.int64)
    table[points] = np.arange(6, 6 + len(points))
    table[0xFF01:0xFF5F] = np.where(table[0xFF01:0xFF5F] > 0, table[0xFF01:0xFF5F], table[0x21:0x7F])
    for one, other in FOLDED.items():
        table[ord(one)] = table[ord(other)]
    return table


_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)


@cache
def _powers(base: int) -> Array:
    """The powers of `base` modulo 2 ** 64, as many as a piece has characters."""
    powers = np.full(PIECE + 256, base, np.uint64)
    powers[0] = 1
    return np.cumprod(powers)


def _around(ids: Array, reach: int) -> Array:
    """For each character but the first and last `reach` a number that tells it and the `reach` on either side."""
    # Sums of ids[i] * base ** i over equal stretches differ by a power of the base alone.
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(ids * _powers(_BASE)[: len(ids)])])
    width = 2 * reach + 1
    windows: Array = (sums[width:] - sums[:-width]) * _powers(_INVERSE)[: len(ids) - width + 1]
    return windows


def bucket(first: Array, second: Array, bits: int) -> Array:
    """The bucket of each pair of neighbouring characters."""
    mixed = first.astype(np.uint32) * np.uint32(0x9E3779B1) + second.astype(np.uint32) * np.uint32(0x85EBCA77)
    mixed ^= mixed >> np.uint32(15)
    mixed *= np.uint32(0x2C1B3C6D)
    return mixed >> np.uint32(32 - bits)


def _may_begin(letters: str) -> Array:
    """For each number of the alphabet whether a name, or a part of a longer one, may begin with it: Han or a dot."""
    known = ["\u3400" <= letter < "\ua000" or letter == "·" for letter in letters]
    return np.array([False, True, False, False, False, False, *known])


class NameTagger:
    """The proposer and the network with their weights; `find` may be called from several threads."""

    def __init__(self, weights: Mapping[str, Array]) -> None:
        self._table = alphabet(str(weights["letters"]))
        # As they are stored: unpacking them for a short text would cost more than reading it.
        self._letters, self._pairs = weights["letters8"], weights["pairs8"]
        self._bits = int(self._pairs.shape[0]).bit_length() - 1
        self._enter, self._enter_bias = _entrance(weights), weights["enter_bias"].astype(np.float32)
        self._steps = tuple(int(step) for step in weights["dilations"])
        self._layers = [
            (_joined(weights[f"layer{number}"]), weights[f"bias{number}"].astype(np.float32))
            for number in range(len(self._steps))
        ]
        self._leave = weights["leave"].astype(np.float32)
        self._leave_bias = weights["leave_bias"].astype(np.float32)
        self._proposer = Proposer(weights)
        self._halo = sum(self._steps) + 1

    @classmethod
    @cache
    def load(cls) -> NameTagger:
        """The tagger that ships with the package; it is read once."""
        with np.load(WEIGHTS, allow_pickle=False) as weights:
            return cls(dict(weights))

    def find(
        self, text: str, floor: float = POSSIBLE, known: Iterable[tuple[int, int]] = (), faint: float = 1.0
    ) -> list[Span]:
        """The names of a text in order, those with a score of at least `floor`; its lines end with a line feed.

        What stands in `known` need not be looked at: in a list of names that are known already nothing is left.
        Where a score of at least `faint`, below the floor, is enough, such spans fill what those above it leave.
        """
        if not text:
            return []
        edge = np.full(self._halo, LINE_END, np.uint16)
        ids = np.concatenate([edge, self._table[codes_of(text)], edge])
        open_ = np.ones(len(ids), np.bool_)
        for start, end in known:
            open_[start + self._halo : end + self._halo] = False
        judged = [self._judged(ids, open_, start) for start in range(0, len(text), PIECE)]
        rows, scores = (np.concatenate(parts) for parts in zip(*judged, strict=True))
        # Stretches that were judged are parted by a row that no name crosses.
        parted = np.flatnonzero(np.diff(rows) > 1) + 1
        scores = np.insert(scores, parted, _APART, axis=0)
        at = np.insert(rows, parted, 0).tolist()
        found = decoded(scores, _log_odds(floor))
        if faint < floor:
            for start, end, _ in found:
                scores[start:end] = _APART
            found = sorted([*found, *decoded(scores, _log_odds(faint))])
        return [Span(at[start], at[end - 1] + 1, 1 / (1 + math.exp(-min(score, 30.0)))) for start, end, score in found]

    def _judged(self, ids: Array, open_: Array, start: int) -> tuple[Array, Array]:
        """Which characters of the piece that begins at `start` were judged, and the scores of their tags."""
        halo = self._halo
        piece = ids[start : start + PIECE + 2 * halo]
        asked = self._proposer.asked(piece, open_[start : start + len(piece)])
        asked[:halo] = asked[len(piece) - halo :] = False
        if not asked.any():
            return np.zeros(0, np.int64), np.zeros((0, len(TAGS)), np.float32)
        return np.flatnonzero(asked) + (start - halo), self._scores(piece, asked)

    def _scores(self, ids: Array, asked: Array) -> Array:
        """The scores of the five tags for the characters that are asked for, which lie off the margins.

        What the network says of a character is told by those around it: of equal stretches one is judged.
        """
        at = np.flatnonzero(asked)
        _, first, same = np.unique(_around(ids, self._halo)[at - self._halo], return_index=True, return_inverse=True)
        judged = np.zeros(len(ids), np.bool_)
        judged[at[first]] = True
        row = np.cumsum(judged, dtype=np.int32) - 1
        scores: Array = self._network(ids, judged)[row[at[first[same]]]]
        return scores

    def _network(self, ids: Array, asked: Array) -> Array:
        """The scores of the five tags for the characters that are asked for, which lie off the margins.

        Each layer is computed for those characters alone that the layers above it look at.
        """
        needed = [asked]
        for step in reversed(self._steps):
            wider = needed[-1].copy()
            wider[step:] |= needed[-1][:-step]
            wider[:-step] |= needed[-1][step:]
            needed.append(wider)
        needed.reverse()
        state = self._entering(ids, np.flatnonzero(needed[0]))
        for number, step in enumerate(self._steps):
            row = np.cumsum(needed[number], dtype=np.int32) - 1
            state = self._layer(state, row, np.flatnonzero(needed[number + 1]), number, step)
        return state @ self._leave + self._leave_bias

    def _entering(self, ids: Array, at: Array) -> Array:
        """What the characters and their pairs bring in."""
        state = np.empty((len(at), self._enter.shape[1]), np.float32)
        before, after = bucket(ids[at - 1], ids[at], self._bits), bucket(ids[at], ids[at + 1], self._bits)
        wide, deep = self._letters.shape[1], self._pairs.shape[1]
        known = np.empty((CHUNK, wide + 2 * deep), np.float32)
        for start in range(0, len(at), CHUNK):
            chunk = slice(start, start + CHUNK)
            part = state[chunk]
            both = known[: len(part)]
            both[:, :wide] = self._letters.take(ids[at[chunk]], axis=0)
            both[:, wide : wide + deep] = self._pairs.take(before[chunk], axis=0)
            both[:, wide + deep :] = self._pairs.take(after[chunk], axis=0)
            np.matmul(both, self._enter, out=part)
            part += self._enter_bias
        return state

    def _layer(self, state: Array, row: Array, at: Array, number: int, step: int) -> Array:
        """One gated convolution at some places; `row` tells where a place stands in `state`."""
        weight, bias = self._layers[number]
        width = state.shape[1]
        beside = np.array([-step, 0, step])
        out = np.empty((len(at), width), np.float32)
        # Memory asked for once: asking again for each chunk costs a third of the time.
        most = min(CHUNK, len(at))
        all_three = np.empty((most, 3, width), np.float32)
        all_change = np.empty((most, 2 * width), np.float32)
        for start in range(0, len(at), CHUNK):
            places = row[at[start : start + CHUNK, None] + beside]
            three, change = all_three[: len(places)], all_change[: len(places)]
            np.take(state, places, axis=0, out=three, mode="clip")
            np.matmul(three.reshape(len(places), -1), weight, out=change)
            change += bias
            value, gate = change[:, :width], change[:, width:]
            # sigmoid(x) = (tanh(x / 2) + 1) / 2; the halves are in the weights.
            np.tanh(gate, out=gate)
            gate += 1
            gate *= value
            np.add(three[:, 1], gate, out=out[start : start + CHUNK])
        return out


class Proposer:
    """A linear model over single characters, pairs and triples: where a name may begin.

    In a longer name every fourth character counts as a beginning.
    """

    def __init__(self, weights: Mapping[str, Array]) -> None:
        self._single = weights["propose1"]
        self._double = weights["propose2"]
        self._triple = weights["propose3"]
        self._threshold = int(weights["propose_at"])
        self._begins = _may_begin(str(weights["letters"]))
        self._bits = int(self._double.shape[1]).bit_length() - 1

    def scores(self, ids: Array) -> Array:
        """The score of each character but the first and the last three."""
        size = len(ids) - 6
        total = np.zeros(size, np.int16)
        for row, table in zip(self.features(ids, self._bits), self.tables(), strict=True):
            total += table.take(row)
        return total

    def tables(self) -> list[Array]:
        """The weights in the order of the features."""
        return [*self._single, *self._double, *self._triple]

    @staticmethod
    def features(ids: Array, bits: int) -> Iterator[Array]:
        """For each character but the first and the last three, what speaks for it: six characters, pairs, triples."""
        size = len(ids) - 6
        for start in range(1, 7):
            yield ids[start : start + size]
        pairs = bucket(ids[:-1], ids[1:], bits)
        for start in range(1, 6):
            yield pairs[start : start + size]
        triples = bucket(pairs[:-1], ids[2:], bits)
        for start in range(1, 5):
            yield triples[start : start + size]

    def asked(self, ids: Array, open_: Array) -> Array:
        """For each character whether the network shall judge it; a name begins where `open_` says so."""
        asked = np.zeros(len(ids) + AHEAD, np.bool_)
        # Of a name that it proposes one character too early it may not know the right place as well.
        may_begin = self._begins[ids]
        may_begin[:-2] |= may_begin[1:-1] | may_begin[2:]
        may_begin &= open_
        scores = self.scores(ids)
        proposed = scores > self._threshold
        surely = np.flatnonzero(scores > self._threshold + SURELY)
        if len(surely):
            beside = np.zeros(len(scores) + 1, np.int32)
            np.add.at(beside, np.maximum(surely - BESIDE, 0), 1)
            np.subtract.at(beside, np.minimum(surely + BESIDE, len(scores)), 1)
            proposed |= (scores > self._threshold - LOWER) & (np.cumsum(beside[:-1]) > 0)
        found = np.flatnonzero(proposed & may_begin[3 : len(ids) - 3]) + 3
        for at in range(-BEHIND, AHEAD):
            asked[found + at] = True
        return asked[: len(ids)] & open_


def _log_odds(share: float) -> float:
    return math.log(share / (1 - share))


def _joined(weight: Array) -> Array:
    """The weights of the three places of a convolution, one under the other."""
    return weight.reshape(-1, weight.shape[-1]).astype(np.float32)


def _entrance(weights: Mapping[str, Array]) -> Array:
    """What the numbers of a character and of its two pairs, as they are stored, bring in."""
    letters = weights["letters_scale"].astype(np.float32).T * weights["enter_letters"].astype(np.float32)
    pairs = np.tile(weights["pairs_scale"].astype(np.float32), 2).T * weights["enter"].astype(np.float32)
    return np.concatenate([letters, pairs])


def decoded(scores: Array, floor: float) -> list[tuple[int, int, float]]:
    """The best spans that do not overlap, (start, end, log odds), from the scores of the tags, [length, 5].

    The log odds of a span compare its tags with "outside" for the same characters; spans below the floor do not
    count. As their sum differs from the score of a path of tags by a constant alone, this is the best path
    (Viterbi), found without a step for each character.
    """
    begin, inside, end, single = (scores[:, 1:] - scores[:, :1]).T
    top = scores.max(axis=1)
    least = top + np.log(np.exp(scores - top[:, None]).sum(axis=1)) + UNLIKELY
    sums = np.cumsum(inside, dtype=np.float64)
    starts = np.flatnonzero(scores[:, 1] > least)
    ending = scores[:, 3] > least
    alone = np.flatnonzero((single > floor) & (scores[:, 4] > least))
    found = [(alone, alone + 1, single[alone].astype(np.float64))]
    for size in range(2, LONGEST + 1):
        starts = starts[starts + size <= len(scores)]
        if not len(starts):
            break
        first = starts[ending[starts + (size - 1)]]
        if not len(first):
            continue
        last = first + (size - 1)
        score = begin[first] + (sums[last - 1] - sums[first]) + end[last]
        good = score > floor
        found.append((first[good], last[good] + 1, score[good]))
    first, last, odds = (np.concatenate(parts) for parts in zip(*found, strict=True))
    if len(odds) > _MANY:
        likeliest = np.zeros(len(odds), np.bool_)
        likeliest[_likeliest(first, odds)] = likeliest[_likeliest(first, odds / (last - first))] = True
        first, last, odds = first[likeliest], last[likeliest], odds[likeliest]
    return _best(first, last, odds, floor)


_MANY = 100_000
"""spans of one text above which only few that begin at one place are compared: of 王王王王 every length scores well,
and where 8,000 names stand in a row, so does each with those behind it; for its length a name alone scores best
"""
_RIVALS = 4


def _likeliest(starts: Array, scores: Array) -> Array:
    """The numbers of the spans that are among the best of those that begin at their place."""
    order = np.lexsort((-scores, starts))
    ordered = starts[order]
    begins = np.concatenate([[True], ordered[1:] != ordered[:-1]]) if len(ordered) else np.zeros(0, np.bool_)
    at = np.arange(len(ordered))
    return order[at - np.maximum.accumulate(np.where(begins, at, 0)) < _RIVALS]


def _best(starts: Array, ends: Array, scores: Array, floor: float) -> list[tuple[int, int, float]]:
    """The spans without overlaps whose log odds above the floor sum up highest."""
    order = np.lexsort((starts, ends))
    starts, ends, scores = starts[order], ends[order], scores[order]
    # How many of the spans end where each begins or before.
    before = np.searchsorted(ends, starts, side="right").tolist()
    most, taken = [0.0], []
    for free, gain in zip(before, (scores - floor).tolist(), strict=True):
        with_it = most[free] + gain
        taken.append(with_it > most[-1])
        most.append(with_it if taken[-1] else most[-1])
    kept, at = [], len(taken)
    while at:
        at -= 1
        if taken[at]:
            kept.append(at)
            at = before[at]
    kept.reverse()
    return list(zip(starts[kept].tolist(), ends[kept].tolist(), scores[kept].tolist(), strict=True))
