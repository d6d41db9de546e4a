"""Words of a text and where they stand, by jieba's dictionary.

rjieba (the same dictionary and model in Rust) is used where it is installed, else jieba. Neither is
imported before the first call: the dictionary takes 0.15 and 0.8 seconds to load.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

Word = tuple[str, int, int]
"""a word, its start and its end (half open) in the text"""


def words(text: str, user_dictionary: Path | None = None, *, guess: bool = True) -> list[Word]:
    """The words of `text` in order; they cover it without gaps.

    user_dictionary  an office's own words, one a line: word, and perhaps count and part of speech
    guess            whether characters may be joined to words that no dictionary holds
    """
    return [(word, start, end) for word, start, end in _segmenter(user_dictionary)(text, guess)]


def fits(text: str, start: int, given: int, end: int, user_dictionary: Path | None = None) -> bool:
    """Whether the words of `text` leave the name [start, end) whole: as one word, or parted at `given`.

    >>> fits("申请人于海涛已经提交材料", 3, 4, 6)
    True
    >>> fits("申请人于海边设立摊位", 3, 4, 5)
    False
    """
    inside = [word[1:] for word in words(text, user_dictionary) if word[2] > start and word[1] < end]
    return inside in ([(start, end)], [(start, given), (given, end)])


def ends_word(text: str, start: int, given: int, end: int, user_dictionary: Path | None = None) -> bool:
    """Whether the words of `text` do not speak against the name [start, end): one ends with it, or it is cut
    off where the given name begins; a word may run on over its end by one character (王桂英系)."""
    found = words(text, user_dictionary)
    if not any(word[1] in (start, given) for word in found):
        return False
    return any(word[2] == end or (word[1] == start and word[2] == end + 1) for word in found)


def bounded(text: str, start: int, end: int, user_dictionary: Path | None = None) -> bool:
    """Whether a word begins at `start` and one ends at `end`."""
    found = words(text, user_dictionary)
    return any(word[1] == start for word in found) and any(word[2] == end for word in found)


@cache
def _segmenter(user_dictionary: Path | None) -> Callable[[str, bool], Iterable[Word]]:
    try:
        from rjieba import Jieba
    except ImportError:
        return _jieba(user_dictionary)
    segmenter = Jieba()
    for word in _user_words(user_dictionary):
        segmenter.add_word(word, None, None)
    return lambda text, guess: segmenter.tokenize(text, hmm=guess)


def _jieba(user_dictionary: Path | None) -> Callable[[str, bool], Iterable[Word]]:
    import logging

    import jieba

    jieba.setLogLevel(logging.ERROR)
    segmenter = jieba.Tokenizer()
    for word in _user_words(user_dictionary):
        segmenter.add_word(word)
    return lambda text, guess: segmenter.tokenize(text, HMM=guess)


def _user_words(path: Path | None) -> list[str]:
    if path is None:
        return []
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return [line.split()[0] for line in lines if line.strip() and not line.startswith("#")]
