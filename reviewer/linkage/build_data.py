"""Rebuilds data/given.tsv, how often characters stand in given names: python -m reviewer.linkage.build_data DAY.

The names are those in the dictionary of jieba (MIT) that begin with one of the 260 usual surnames. Transliterated
names are among them, so that only characters count that stand in names more than in running words (given.txt).
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from reviewer.language import lists

DATA = Path(__file__).parent / "data" / "given.tsv"
_NAME_LIKE = 4
"""from this digit of given.txt on a character stands in names at least about as often as in words"""
_PER = 100_000
_HEAD = """\
# How many of 100,000 given names of two characters have a character first, and how many second
# source: names in the dictionary of jieba (MIT)
# built by reviewer.linkage.build_data on {day}
"""


def build(dictionary: str, day: str) -> str:
    """The text of given.tsv, from the text of jieba's dict.txt."""
    usual, given = lists.surnames().usual, lists.given()
    first: Counter[str] = Counter()
    second: Counter[str] = Counter()
    for line in dictionary.splitlines():
        word, _, tag = line.split(" ")
        if not tag.startswith("nr") or len(word) != 3 or word[0] not in usual:
            continue
        if given.get(word[1], (0,))[0] >= _NAME_LIKE and given.get(word[2], (0, 0))[1] >= _NAME_LIKE:
            first[word[1]] += 1
            second[word[2]] += 1
    total = first.total()
    rows = [
        f"{char}\t{round(first[char] * _PER / total)}\t{round(second[char] * _PER / total)}\n"
        for char in sorted({*first, *second})
        if max(first[char], second[char]) > 1
    ]
    return _HEAD.format(day=day) + "".join(rows)


if __name__ == "__main__":
    import jieba

    source = Path(jieba.__file__).parent / "dict.txt"
    DATA.write_text(build(source.read_text(encoding="utf-8"), sys.argv[1]), encoding="utf-8")
