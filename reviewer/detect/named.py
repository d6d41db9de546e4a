"""Names in running text that no cue tells: what the trained detector says, and the office's own dictionary."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import accumulate

import regex

from reviewer.detect.candidate import Candidate
from reviewer.detect.compiled import Compiled
from reviewer.detect.lines import Lines
from reviewer.detect.pattern import normalise
from reviewer.detect.spoken import POST_REACH, POSTS
from reviewer.detect.table import is_header_word
from reviewer.language import cues, names
from reviewer.language.finder import Found, OwnWords, finder, own_words
from reviewer.language.lists import group, surnames
from reviewer.language.segment import bounded
from reviewer.language.shape import is_by_sound, is_famous, is_han, never, surname_length
from reviewer.settings import Settings


def tagged(lines: Lines, compiled: Compiled, settings: Settings, cued: list[Candidate]) -> Iterator[Candidate]:
    """NAME candidates of running text that no cue tells, by the trained detector, and by the user's dictionary.

    `cued`: the names that cues and columns gave, which know more of the person; they stand where both see one.
    """
    rule = compiled.book.by_id("person-name")
    if rule is None or lines.text.isascii():
        return
    words = own_words(settings.words)
    taken = Taken(cued)
    for one in finder(settings.language)(lines.text, [(one.start, one.end) for one in cued]):
        if taken.touch(one.start, one.end) or not _may_be_named(one, lines, words):
            continue
        value = normalise("NAME", lines.text[one.start : one.end])
        private = False if POSTS.search(lines.text, one.end, one.end + POST_REACH) else None
        yield Candidate(
            rule, one.start, one.end, value, "plain", confidence="likely" if one.score >= _LIKELY else "possible",
            private=private, pseudonym=names.is_pseudonym(value),
        )  # fmt: skip
    if words.persons:
        for match in regex.finditer(r"\L<persons>", lines.text, persons=list(words.persons)):
            if not taken.touch(*match.span()):
                start, end = match.span()
                yield Candidate(rule, start, end, match.group(), "plain", confidence="likely")


_LIKELY = 0.8


def _may_be_named(one: Found, lines: Lines, words: OwnWords) -> bool:
    """Whether nothing that the network does not know speaks against the name: cells, history, the office's words."""
    text = lines.text[one.start : one.end]
    value = "".join(text.split())
    beside = lines.text[one.start - 1 : one.start] + lines.text[one.end : one.end + 1]
    if 1 == len(set(value)) < len(value) and value[0] in beside:
        return False
    if "\t" in text or ("\n" in text and not lines.joinable(lines.number(one.start))):
        return False
    if len(value) == 1:
        return _is_lone_surname(one, lines.text)
    if not _is_written_like_one(value, one.score) or is_famous(value) or is_header_word(value) or value in words.others:
        return False
    if value in cues.table() or value in cues.titles() or value in never():
        return False
    if one.score >= _FOREIGN and (is_by_sound(value) or not _WITHIN.isdisjoint(value)):
        return True
    return not _cut_by_term(one, lines.text, words) and (_is_usual(value) or _is_whole(one, lines.text))


def _is_usual(value: str) -> bool:
    """Whether the surname is one of those that most people have: what else looks like one is often a word's end."""
    known = surnames()
    return value[0] in known.usual or value[:2] in known.compound


def _is_whole(one: Found, text: str) -> bool:
    """Whether no word runs over either end: not 言选登 of 留言选登."""
    first = max(one.start - _TERM, 0)
    return bounded(text[first : one.end + _TERM], one.start - first, one.end - first)


_FAMILIAR = frozenset("小老阿")
_OF_SURNAME = frozenset("家氏总工局处科主书老师女先同大阿姨伯叔婶嫂姐哥妹弟某")


def _is_lone_surname(one: Found, text: str) -> bool:
    """Whether a surname stands for a person: 小胡, 王总; with what is behind it, or 小, 老 in front."""
    if one.score < _FOREIGN or text[one.start] not in surnames().usual:
        return False
    return text[one.start - 1 : one.start] in _FAMILIAR or text[one.end : one.end + 1] in _OF_SURNAME


def _is_written_like_one(value: str, score: float) -> bool:
    """Whether it begins with a surname or holds a dot, or is surely a foreign name: no .docx, no ****, no verb."""
    if not is_han(value[:1]) or not all(is_han(char) or char in _WITHIN for char in value[1:]):
        return False
    if names.looks_like_name(value) is not None or not _WITHIN.isdisjoint(value):
        return True
    return score >= _FOREIGN and len(value) <= _FOREIGN_LENGTH and (surname_length(value, 0) == 0 or is_by_sound(value))


_FOREIGN, _FOREIGN_LENGTH = 0.95, 8
_WITHIN = frozenset("·•・‧∙⋅˙･〇")


_TERM = 10


def _cut_by_term(one: Found, text: str, words: OwnWords) -> bool:
    """Whether the name begins, ends or lies in a known term: 畅通|依申请公开, 付|青苗费."""
    first = max(one.start - _TERM, 0)
    for match in _terms(words).finditer(text, first, one.end + _TERM):
        start, end = match.span()
        if start < one.end and one.start < end and not (one.start <= start and end <= one.end):
            return True
    return False


@cache
def _terms(words: OwnWords) -> regex.Pattern[str]:
    return regex.compile(r"\L<terms>", terms=[*group("term"), *words.others])


class Taken:
    """Where something stands already."""

    def __init__(self, found: Iterable[Candidate]) -> None:
        spans = sorted((one.start, one.end) for one in found)
        self._starts = [start for start, _ in spans]
        self._ends = list(accumulate((end for _, end in spans), max))

    def touch(self, start: int, end: int) -> bool:
        at = bisect_left(self._starts, end) - 1
        return at >= 0 and self._ends[at] > start
