"""Made-up clauses of dictionary words, with names and without: what stands beside a name, and what looks like one.

The sense of such clauses does not matter. Their words are drawn from the whole dictionary of jieba, so that a name is
learned between any words and not between those of the patterns alone, and words that begin with a character that is a
surname as well (秘密, 建立, 却步) are learned as words.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from itertools import accumulate
from random import Random

from reviewer.language.training.people import surnames

Table = tuple[list[str], list[float]]

KINDS = {
    "n": ("n", "vn", "an"), "v": ("v",), "d": ("d", "ad"), "b": ("b", "a"), "s": ("s", "f", "ns"), "t": ("t",),
    "i": ("i", "l"),
}  # fmt: skip
"""slot -> parts of speech in the dictionary of jieba"""
_BEFORE = (
    "由 向 对 为 与 和 被 把 让 请 给 从 跟 随 替 因 经 据 将 以 于 在 使 令 叫 派 免 找 同意 责令 根据 按照 通过"
)
_KIN = "父 母 妻 夫 子 女 兄 弟 姐 妹 孙 儿子 女儿 丈夫 妻子 父亲 母亲 祖母 祖父 岳父 儿媳 外孙 邻居 同事 同村"
WORDS = {"p": _BEFORE.split(), "k": _KIN.split()}
"""slot -> words that stand before a name"""
LEAST = 30
"""how often the dictionary must have counted a word"""
OFTEN = 100
"""so many of the commonest surnames hardly begin words that are taken for names"""
ALIKE = 0.3
"""share of the nouns and verbs that begin with a character that is a surname as well"""

SILENT = (
    "n v n", "t n d v n", "d v n", "d v n 和 n", "n 、 n 、 n 和 n", "v n 的 n", "p n v n", "n 的 n 与 n", "v n 与 n",
    "b n v", "s n v n", "n 及 n 的 n", "v 、 v n", "n ： v n", "n v v n", "v i", "s 的 n", "n 等 n", "v 和 v n",
    "n d v", "p n 、 n v", "n n v n", "n 或 n",
)  # fmt: skip
NAMED = (
    "n N v n", "N d v n", "v N 的 n", "p N v n", "n N 、 N v n", "N 和 N v n", "v n 的 N", "t N v n", "n ： N",
    "N 的 n v", "v n N", "n 由 N v", "N v n", "s 的 N d v", "n N 的 n", "N 、 N 、 N v", "v N 等 n", "n 为 N", "N v",
    "其 k N v n", "k N 的 n", "v 其 k N 的 n", "n N v i", "p N 的 n v", "N v ， N v n", "n 、 N", "N n d v", "b 的 N v",
    "v n p N 的 n", "n v ， N d v", "p N 、 N v n", "N （ n ）", "n （ N ）",
)  # fmt: skip
"""clauses: slots, N for a name, and what stands between them"""


@cache
def _dictionary() -> tuple[dict[str, Table], dict[str, dict[str, Table]]]:
    """slot -> its words; slot -> first character that is a surname -> the words."""
    import jieba

    kind_of = {kind: slot for slot, kinds in KINDS.items() for kind in kinds}
    known = surnames()[0][OFTEN:]
    all_: dict[str, list[tuple[str, float]]] = {}
    alike: dict[str, dict[str, list[tuple[str, float]]]] = {}
    with jieba.get_dict_file() as lines:
        for line in lines:
            word, number, kind = line.decode("utf-8").split()
            slot = kind_of.get(kind)
            if slot is None or int(number) < LEAST or len(word) > 4 or len(word) < (1 if slot == "v" else 2):
                continue
            row = (word, math.sqrt(int(number)))
            all_.setdefault(slot, []).append(row)
            if len(word) > 1 and word[0] in known:
                alike.setdefault(slot, {}).setdefault(word[0], []).append(row)
    return (
        {slot: _weighted(rows) for slot, rows in all_.items()},
        {slot: {sign: _weighted(rows) for sign, rows in groups.items()} for slot, groups in alike.items()},
    )


def _weighted(rows: list[tuple[str, float]]) -> Table:
    return [word for word, _ in rows], list(accumulate(weight for _, weight in rows))


class Clauses:
    """Writes clauses; `name` draws a name."""

    def __init__(self, random: Random, name: Callable[[], str]) -> None:
        self._random, self._name = random, name

    def text(self) -> tuple[str, list[tuple[int, int]]]:
        """One to four clauses, and where their names are."""
        random = self._random
        text, names = "", []
        for number in range(random.choice((1, 2, 2, 3, 4))):
            if number:
                text += random.choice("，，，，；。。\n")
            clause = random.choice(SILENT if random.random() < 0.5 else NAMED)
            for slot in clause.split():
                word = self._word(slot)
                if slot == "N":
                    names.append((len(text), len(text) + len(word)))
                text += word
        return text + random.choice(("", "。")), names

    def _word(self, slot: str) -> str:
        random = self._random
        if slot == "N":
            return self._name()
        if slot in WORDS:
            return random.choice(WORDS[slot])
        words, alike = _dictionary()
        if slot not in words:
            return slot
        table = words[slot]
        if slot in "nv" and random.random() < ALIKE:
            table = random.choice(list(alike[slot].values()))
        return random.choices(table[0], cum_weights=table[1])[0]
