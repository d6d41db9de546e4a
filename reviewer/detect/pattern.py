"""Pattern, labelled and exclusion rules over the lines of a document, in every view that can differ."""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from reviewer.detect.candidate import Candidate
from reviewer.detect.compiled import Compiled, Trigger, any_value
from reviewer.detect.lines import Lines, Seam
from reviewer.prepared.patterns import compiled
from reviewer.rulebook.rule import Rule
from reviewer.text import view
from reviewer.text.view import View, bare, is_folded

_BLANKS = compiled(r"[\s\u3000\-‐‑‒–—―−]+")
_BRACKETS = compiled("[()（）]")
_AT = compiled(r"\s*[(\[【{（]\s*at\s*[)\]】}）]\s*|\s+at\s+|#", re.I)
_BEHIND_AT = compiled(r"[A-Za-z0-9-]{0,20}\.?[ \t]{0,2}\r?\n[ \t]{0,4}[A-Za-z0-9.]")
_LINE_BEFORE_AT = compiled(r"[A-Za-z0-9][ \t]{0,2}\r?(?P<end>\n)[ \t]{0,4}\Z")
_AFTER_AT = compiled("[A-Za-z0-9]")
"""an e-mail address with a line end behind or before its @, or before its last part"""
_PLATE_MARKS = compiled(r"[\s·•・.\-‐‑‒–—―−]+")
_COUNTRY = compiled(r"^(?:\+|00)?86(?=1[0-9]{10}$)")
_BETWEEN_HAN = compiled(r"(?<=[\u4e00-\u9fff])[ \u3000]{1,2}(?=[\u4e00-\u9fff])")
_TAIL = 60
LABEL_LINE = 80
"""characters of a line whose end may be a label for what stands in the next"""
DETECTORS = ("name", "address", "masked")
"""detectors written as code, each with triggers of its kind in the gate"""
_OF_EXAMS = ("exam", "exam-row")


@dataclass(slots=True)
class Sightings:
    """What the gate and the patterns saw: candidates, and facts with the number of their line."""

    candidates: list[Candidate] = field(default_factory=list)
    facts: list[tuple[int, Trigger]] = field(default_factory=list)
    asked: dict[str, list[int]] = field(default_factory=lambda: {kind: [] for kind in (*DETECTORS, *_OF_EXAMS)})
    """the lines that each of DETECTORS has to look at; those of lists of examinees, as they stand"""
    folded: set[int] = field(default_factory=set)
    """the lines that read otherwise when they are folded"""
    slow: list[int] = field(default_factory=list)
    """lines that a pattern took too long on"""


def look(lines: Lines, compiled: Compiled, seconds: float) -> Sightings:
    """Runs the gate once and each pattern where it can match; exclusions only where a candidate stands."""
    seen = Sightings()
    triggers = compiled.rules.triggers
    hits: _Hits = defaultdict(list)
    again: list[_Reading] = []
    for asked, (number, fired) in enumerate(compiled.rules.gate.lines(lines.text), 1):
        views: set[str] = set()
        plain = number, View("plain", lines.lines[number])
        for index in fired:
            kind = triggers[index].kind
            if kind in _OF_RULES:
                hits[index].append(plain)
            elif kind == "fact":
                seen.facts.append((number, triggers[index]))
            else:
                views.add(kind)
        if not asked % _TOGETHER:
            _match_all(hits, triggers, lines, compiled, seen, seconds)
        for kind in views.intersection(seen.asked):
            seen.asked[kind].append(number)
            views.discard(kind)
        if views:
            again.extend(_wider(number, views, lines, compiled, seen))
        if len(again) >= _TOGETHER:
            _match_again(again, lines, compiled, seen, seconds)
    _match_all(hits, triggers, lines, compiled, seen, seconds)
    _match_again(again, lines, compiled, seen, seconds)
    seams = [(seam, _folded_seam(seam)) for seam in lines.seams()]
    for number, fired in compiled.rules.gate.lines("\n".join(reading.text for _, reading in seams)):
        _at_seam(*seams[number], [triggers[index] for index in fired], lines, compiled, seen, seconds)
    last_ones = view.EDGE_LAST
    for number in [number for number, line in enumerate(lines.lines) if line[-1:] in last_ones]:
        below = lines.lines[number + 1] if number + 1 < len(lines.lines) else ""
        if below and view.breaks(lines.lines[number], below) and lines.joinable(number):
            _over_the_edge(number, lines, compiled, seen)
    for number in _broken_addresses(lines):
        _mail_over_the_edge(number, lines, compiled, seen)
    return seen


def _broken_addresses(lines: Lines) -> list[int]:
    """The lines at whose end an e-mail address may go on in the next."""
    text = lines.text
    broken = set()
    for at in (at for sign in "@＠" for at in _places(sign, text)):
        if _BEHIND_AT.match(text, at + 1):
            broken.add(lines.number(at))
        before = _LINE_BEFORE_AT.search(text, max(at - 9, 0), at) if _AFTER_AT.match(text, at + 1) else None
        if before is not None:
            broken.add(lines.number(before.start("end")))
    return sorted(broken)


def _places(sign: str, text: str) -> Iterator[int]:
    at = text.find(sign)
    while at >= 0:
        yield at
        at = text.find(sign, at + 1)


def _mail_over_the_edge(number: int, lines: Lines, compiled: Compiled, seen: Sightings) -> None:
    """An e-mail address broken by the end of line `number`."""
    if not lines.joinable(number):
        return
    seam = lines.seam(number)
    for rule in compiled.book.rules:
        if rule.entity == "EMAIL" and rule.kind == "pattern":
            triggers = [Trigger("pattern", rule, k) for k in range(len(rule.patterns))]
            _at_seam(seam, _folded_seam(seam), triggers, lines, compiled, seen, None)


def _folded_seam(seam: Seam) -> View:
    folded = view.fold(seam.view.text)
    return View("joined", folded.text, _composed(folded, seam.view))


def _at_seam(
    seam: Seam, reading: View, fired: list[Trigger], lines: Lines, compiled: Compiled, seen: Sightings,
    seconds: float | None,
) -> None:
    """What stands over the end of a wrapped line: an address, a certificate's number, a label and its value."""
    beyond = Sightings()
    for trigger in fired:
        if trigger.kind in _OF_RULES:
            _match(trigger, [(seam.number, reading)], lines, compiled, beyond, seconds)
    seen.candidates.extend(one for one in beyond.candidates if one.start < seam.edge < one.end)


def _composed(outer: View, inner: View) -> array[int]:
    """The way back through two views."""
    assert inner.origin is not None
    if outer.origin is None:
        return inner.origin
    return array("l", (inner.origin[k] for k in outer.origin))


def exclude(
    lines: Lines, numbers: set[int], compiled: Compiled, seconds: float, folded: set[int] | None = None
) -> list[Candidate]:
    """What the exclusion rules see in the lines `numbers`, in their plain and folded readings.

    `folded`: the lines that read otherwise when they are folded, where that is known.
    """
    seen = Sightings()
    gated = compiled.exclusions
    readings = [(number, View("plain", lines.lines[number])) for number in sorted(numbers)]
    readings += [
        (number, view.fold(one.text))
        for number, one in readings
        if (view.differs("fold", one.text) if folded is None else number in folded)
    ]
    hits: _Hits = defaultdict(list)
    for number, fired in gated.gate.lines("\n".join(reading.text for _, reading in readings)):
        for index in fired:
            hits[index].append(readings[number])
    _match_all(hits, gated.triggers, lines, compiled, seen, seconds)
    return seen.candidates


@dataclass(frozen=True, slots=True)
class _Reading:
    """Another reading of a line: what the gate is asked, and the view that the patterns it names run on."""

    number: int
    asked: str
    view: View
    labels_only: bool = False


_TOGETHER = 4096
"""readings that the gate is asked about, and lines that the patterns are run on, in one go"""
_Hits = defaultdict[int, list[tuple[int, View]]]
"""the number of a trigger -> the lines that it fired in, each with its number and the reading"""
_OF_RULES = frozenset({"pattern", "label"})
"""the triggers that stand for a rule's own expressions"""


def _wider(
    number: int, views: set[str], lines: Lines, compiled: Compiled, seen: Sightings
) -> Iterator[_Reading]:
    """The folded and denoised readings of one line, and its words without blanks; looks into its compact runs."""
    line = lines.lines[number]
    # A gate lets more through than it must: what is read again may not depend on which gate it was.
    views = {kind for kind in views if view.differs(kind, line)}
    if "spaced" in views:
        yield _Reading(number, _BETWEEN_HAN.sub("", line), View("plain", line), labels_only=True)
    folded = View("plain", line)
    if "fold" in views:
        seen.folded.add(number)
        folded = view.fold(line)
        yield _Reading(number, folded.text, folded)
    if "noise" in views:
        denoised = view.denoise(folded)
        yield _Reading(number, denoised.text, denoised)
    if views - {"spaced"}:
        seen.candidates.extend(_in_runs(folded, lines.starts[number], compiled))


def _match_again(
    readings: list[_Reading], lines: Lines, compiled: Compiled, seen: Sightings, seconds: float
) -> None:
    """Runs the gate and the patterns over `readings`, and empties the list."""
    triggers = compiled.rules.triggers
    hits: _Hits = defaultdict(list)
    for number, fired in compiled.rules.gate.lines("\n".join(reading.asked for reading in readings)):
        reading = readings[number]
        for index in fired:
            kind = triggers[index].kind
            if kind == "label" or (kind == "pattern" and not reading.labels_only):
                hits[index].append((reading.number, reading.view))
            elif kind == "fact" and not reading.labels_only:
                seen.facts.append((reading.number, triggers[index]))
            elif kind in DETECTORS and reading.view.name == "folded" and reading.number not in seen.asked[kind][-1:]:
                seen.asked[kind].append(reading.number)
    _match_all(hits, triggers, lines, compiled, seen, seconds)
    readings.clear()


def _match_all(
    hits: _Hits, triggers: Sequence[Trigger], lines: Lines, compiled: Compiled, seen: Sightings, seconds: float
) -> None:
    """Runs the patterns where they fired, and empties `hits`; each over all its lines, while it is at hand."""
    for index in sorted(hits):
        _match(triggers[index], hits[index], lines, compiled, seen, seconds)
    hits.clear()


def _match(
    trigger: Trigger, readings: Iterable[tuple[int, View]], lines: Lines, compiled: Compiled, seen: Sightings,
    seconds: float | None,
) -> None:  # fmt: skip
    rule = trigger.rule
    assert rule is not None
    labelled = trigger.kind == "label"
    pattern = compiled.labelled(rule) if labelled else compiled.pattern(rule, trigger.number)
    span_of = any_value if "value" in pattern.groupindex else _whole
    for number, reading in readings:
        limit = seconds if len(reading.text) > _LONG else None
        try:
            for match in pattern.finditer(reading.text, timeout=limit) if limit else pattern.finditer(reading.text):
                start, end = span_of(match)
                if start < end:
                    seen.candidates.append(_candidate(rule, reading, start, end, lines.starts[number], labelled))
        except TimeoutError:
            seen.slow.append(number)
        if labelled and (reading.name == "plain" or (reading.name == "folded" and reading.origin is None)):
            _on_the_next_line(rule, number, reading.text, lines, compiled, seen)


_LONG = 20_000
"""characters of a line from which a pattern's time is limited"""


def _whole(match: Any) -> tuple[int, int]:
    span: tuple[int, int] = match.span()
    return span


def _candidate(rule: Rule, reading: View, start: int, end: int, base: int, labelled: bool) -> Candidate:
    text, name = reading.text[start:end], reading.name
    value = normalise(rule.entity, text)
    if name == "plain" and rule.entity == "EMAIL" and "@" not in text:
        name = "folded"  # (at), ＠ or # were read as @
    if reading.origin is not None:
        start, end = reading.source_span(start, end)
    return Candidate(rule, base + start, base + end, value, name, None, labelled)


def _on_the_next_line(
    rule: Rule, number: int, line: str, lines: Lines, compiled: Compiled, seen: Sightings
) -> None:
    """A label at the end of its line (or of its block) names the value at the start of the next."""
    if len(line) > LABEL_LINE or compiled.label_end(rule).search(line) is None:
        return
    for below in range(number + 1, min(number + 3, len(lines.lines))):
        text = lines.lines[below]
        if not text.strip():
            continue
        match = compiled.value(rule).match(text)
        if match is not None:
            reading = View("plain", text)
            start, end = match.span("value")
            if end == len(text.rstrip()) or (text[end] in "，,。；;、）) " and line.rstrip().endswith(("：", ":"))):
                seen.candidates.append(_candidate(rule, reading, start, end, lines.starts[below], True))
        return


def _in_runs(folded: View, base: int, compiled: Compiled, across: int = -1) -> Iterator[Candidate]:
    numbers = compiled.numbers
    for run in view.runs(folded.text, across):
        for digits, start, end, (first, last) in view.windows(run, numbers.lengths):
            if across >= 0 and not start < across < end:
                continue
            for rule, pattern in numbers.rules:
                if pattern.fullmatch(digits):
                    source_start, source_end = folded.source_span(start, end)
                    yield Candidate(
                        rule, base + source_start, base + source_end, digits, "compact",
                        regular=view.regular(run, first, last),
                    )  # fmt: skip


def _over_the_edge(number: int, lines: Lines, compiled: Compiled, seen: Sightings) -> None:
    """A number broken by the end of line `number`."""
    start, edge = lines.span(number)
    first = max(start, edge - _TAIL)
    last = min(lines.span(number + 1)[1], edge + _TAIL)
    folded = view.fold(lines.text[first:last])
    seen.candidates.extend(_in_runs(folded, first, compiled, folded.text.find("\n")))


def normalise(entity: str, text: str) -> str:
    """The value as it is compared, validated and fingerprinted: folded, upper case, no separators."""
    if entity == "CREDENTIAL":
        return text.strip()
    if text.isascii() and text.isdigit() and (entity != "PHONE" or len(text) == 11):
        return text
    if entity in ("ADDRESS", "NAME"):
        return bare(text)
    text = is_folded(text)
    if entity == "PLATE":
        return _PLATE_MARKS.sub("", text).upper()
    if entity == "EMAIL":
        return _AT.sub("@", text.strip()).lower()
    if entity == "PHONE":
        return _COUNTRY.sub("", _BRACKETS.sub("", _BLANKS.sub("", text)))
    if text[:1].isascii() and any(char.isdigit() for char in text):
        return _BLANKS.sub("", text).upper().translate(_CHECK)
    return "".join(text.split())


_CHECK = str.maketrans({char: "X" for char in "×ХхχΧ✕✖Ⅹⅹ"})
