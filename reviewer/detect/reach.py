"""How far a word reaches that says a number is something else (编号, 订单): the nearest label decides.

A label and its number stand together. Where another label, a value, a person or a blank stands between, the word
in front has had its own value and says nothing of the number.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from reviewer.language import names
from reviewer.prepared.patterns import compiled
from reviewer.text.view import bare, is_folded

_SPAN = 12
"""characters in front of a number, without blanks, within which a word can reach it"""
_FEW = 4
"""Han characters that a label may have behind its word (调整后为); more are a sentence of their own"""
_SPACED = compiled("(?<![一-龥])([一-龥])[ ]{1,2}(?=[一-龥](?![一-龥]))")
_PARTED = compiled("[^ :：=][ ]+[^ :：=]")
"""two words or values with a blank between; not the blank behind a colon"""
_CONSUMED = compiled(r"[0-9][^0-9]*[ )）\]】]|[)）]")
"""a value, closed by a blank or a bracket"""
_GROUPED = compiled("(?<![0-9A-Za-z])(?:[0-9]{4} ){1,4}$")
"""the first groups of a number that is written in fours"""
_TAIL = compiled("[0-9A-Za-z._/#+-]+$")
_HAN = compiled("[一-龥]+")
_PARTS = compiled("[/／、|｜()（）,，]|或者?|以及")


def reaches(clause: str, words: tuple[str, ...], own: tuple[str, ...], labelled: bool) -> bool:
    """Whether one of `words` at the end of `clause`, which stands in front of a number, says what the number is.

    `own` are the words for which the rule looks; `labelled`: the rule's own label is the last word of `clause`, and
    one of `words` directly before it is part of that label (工作群QQ).
    """
    near = is_folded(clause)
    last = _last_end(near, words)
    if last < 0 or len(bare(near[last:])) > _SPAN:
        return False
    return _last_end(near, own) <= last and _joins(near[last:], labelled)


def names_column(header: str, words: tuple[str, ...], own: tuple[str, ...]) -> bool:
    """Whether one of `words` says what stands under `header`; 电话/编码 may hold either."""
    if not is_any_in(words, header):
        return False
    for part in _PARTS.split(header):
        at = _last_end(part, own)
        if at >= 0 and at > _last_end(part, words):
            return False
    return True


def is_any_in(words: tuple[str, ...], text: str) -> bool:
    """Whether one of `words` stands in `text`."""
    for word in words:  # noqa: SIM110 - asked for every candidate, and any() takes three times as long
        if word in text:
            return True
    return False


@lru_cache(maxsize=1024)
def _joins(between: str, labelled: bool) -> bool:
    """Whether nothing stands between a word and the number that would have it end before."""
    between = _SPACED.sub(r"\1", between)
    if labelled:
        return _PARTED.search(between.rstrip()) is None
    between = _GROUPED.sub("", between)
    if _CONSUMED.search(between) is not None:
        return False
    label = _TAIL.sub("", between).strip(" :：=")
    if _PARTED.search(label) is not None:
        return False
    han = "".join(_HAN.findall(label)).rstrip("为是")
    return len(han) <= _FEW and not (len(han) > 1 and names.persons_in(label))


def _last_end(text: str, words: tuple[str, ...]) -> int:
    """Where the last of `words` in `text` ends, blanks within words allowed; -1 without any."""
    if not words:
        return -1
    return max((match.end(1) for match in any_of(words).finditer(text)), default=-1)


@cache
def any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Every place where one of `words` begins; the longest of them as group 1."""
    ordered = sorted(words, key=len, reverse=True)
    return compiled(f"(?=({'|'.join('[ ]{0,2}'.join(map(re.escape, word)) for word in ordered)}))")
