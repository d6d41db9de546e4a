"""Names and addresses in running text: the language package's hits as candidates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import regex

from reviewer.detect.candidate import Candidate
from reviewer.detect.compiled import Compiled
from reviewer.detect.lines import Lines
from reviewer.detect.pattern import normalise
from reviewer.detect.table import is_header_word
from reviewer.language import names, places
from reviewer.language.segment import bounded
from reviewer.language.shape import is_any_word, is_han
from reviewer.prepared.patterns import compiled
from reviewer.text.view import View

Stretch = tuple[int, int, View]
"""where a reading's offsets count from, the line end that a hit has to run over (0: none), the reading"""

_POSTS = compiled("现任|拟任|拟提名|提名为|任命为|免去")
_POST_REACH = 120
"""a notice of appointment names the posts in the sentence that names the person"""
_APPOINTS = compiled("(?:任命|免去|聘任|提名|补选|选举|决定任用)[：:]?[\\s\u3000]{0,4}$")


_OF_POSTS = compiled("任命|免去|聘任|提名|补选|选举|任用|现任|拟任")
"""what every sentence that appoints somebody has one of"""


def may_appoint(text: str) -> bool:
    """Whether any sentence of the text may give a person a post."""
    return _OF_POSTS.search(text) is not None


def is_appointed(text: str, start: int, end: int) -> bool:
    """Whether the sentence gives the person named in [start, end) a post, or takes it."""
    return bool(_APPOINTS.search(text, max(start - 8, 0), start) or _POSTS.search(text, end, end + _POST_REACH))


def people(lines: Lines, stretches: Iterable[Stretch], compiled: Compiled) -> Iterator[Candidate]:
    """NAME candidates in the stretches that the gate named."""
    rule = compiled.book.by_id("person-name")
    if rule is None:
        return
    for base, edge, reading in stretches:
        if reading.text.isascii():
            continue  # an ID number by itself has the gate ask as well
        _, below = _neighbours(lines, base, edge)
        hits = names.find_names(reading.text, below)
        appoints = bool(hits) and may_appoint(reading.text)
        for hit in hits:
            start, end = _placed(hit.start, hit.end, base, reading)
            if (edge and not start < edge < end) or is_header_word(reading.text[hit.start : hit.end]):
                continue
            private = hit.private
            if private is None and appoints and is_appointed(reading.text, hit.start, hit.end):
                private = False
            yield Candidate(
                rule, start, end, normalise("NAME", lines.text[start:end]), reading.name, confidence=hit.confidence,
                labelled=hit.evidence in ("cue", "title", "signature", "list"), private=private,
                pseudonym=hit.pseudonym,
            )  # fmt: skip


def _without(text: str, base: int, known: Iterable[Candidate]) -> str:
    """The line `text`, which begins at `base`, with tabs where `known` stand."""
    for one in known:
        start, end = one.start - base, min(one.end - base, len(text))
        text = f"{text[:start]}{chr(9) * (end - start)}{text[end:]}"
    return text


def _neighbours(lines: Lines, base: int, edge: int) -> tuple[str, str]:
    """The lines above and below the one at `base`; of a joint of two lines none."""
    if edge:
        return "", ""
    number = lines.number(base)
    above = lines.lines[number - 1] if number else ""
    return above, lines.lines[number + 1] if number + 1 < len(lines.lines) else ""


def _placed(start: int, end: int, base: int, reading: View) -> tuple[int, int]:
    first, last = reading.source_span(start, end)
    return base + first, base + last


_MOST = 500
"""names that are looked for again; a longer list is a table's, whose every cell has been judged"""


def again(lines: Lines, found: list[Candidate]) -> Iterator[Candidate]:
    """The other places where a name that was found stands without a cue, a title or a column.

    Inside of words it does not count.
    """
    known: dict[str, Candidate] = {}
    for one in found:
        if one.rule.entity == "NAME" and len(one.value) >= 2 and one.confidence != "possible" and not one.pseudonym:
            known.setdefault(one.value, one)
    if not known or len(known) > _MOST:
        return

    taken, flow = {(one.start, one.end) for one in found}, lines.flow
    pattern = regex.compile(r"\L<names>", names=[*known])
    for match in pattern.finditer(flow.text):
        name = match.group()
        first = known[name]
        start, end = flow.outward(*match.span())
        if (start, end) in taken or _in_a_word(first, flow.text, *match.span()):
            continue
        view = "plain" if end - start == len(name) else "joined"
        yield Candidate(first.rule, start, end, name, view, confidence="likely", private=first.private)


def _in_a_word(first: Candidate, text: str, start: int, end: int) -> bool:
    """Whether another character joins the name on either side, and a word may run over its end.

    A longer name that a label or a column told is trusted; the detector alone has seen this place as well.
    """
    name = first.value
    around = text[max(start - 1, 0) : start] + text[end : end + 1]
    if (len(name) > 2 and first.labelled) or not any(map(is_han, around)):
        return False
    before = max(start - _REACH, 0)
    return is_any_word(name) or not bounded(text[before : end + _REACH], start - before, end - before)


_REACH = 8


def addresses(
    lines: Lines, stretches: Iterable[Stretch], listed: Iterable[Candidate], compiled: Compiled
) -> Iterator[Candidate]:
    """ADDRESS candidates in the stretches that the gate named.

    listed  addresses that stand in columns of addresses, in order: they are not read again
    """
    rule = compiled.book.by_id("home-address")
    if rule is None:
        return
    by_line: dict[int, list[Candidate]] = defaultdict(list)
    for one in listed:
        if one.confidence != "possible":
            by_line[lines.number(one.start)].append(one)
    for base, edge, reading in stretches:
        above, below = _neighbours(lines, base, edge)
        text = reading.text
        if by_line and not edge and reading.origin is None:
            text = _without(text, base, by_line.get(lines.number(base), ()))
        for hit in places.find_addresses(text, above, below):
            start, end = _placed(hit.start, hit.end, base, reading)
            if edge and not start < edge < end:
                continue
            permitted = start
            if hit.permitted_end > hit.start:
                permitted = _placed(hit.start, hit.permitted_end, base, reading)[1]
            yield Candidate(
                rule, start, end, normalise("ADDRESS", lines.text[start:end]), reading.name,
                confidence=hit.confidence, labelled=bool(hit.cue), private=hit.household, permitted_end=permitted,
                depth=hit.depth, use=hit.use, advice="" if hit.household is False else places.advice(hit, reading.text),
            )  # fmt: skip
