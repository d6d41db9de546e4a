"""Names and addresses in running text: the language package's hits as candidates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reviewer.detect.candidate import Candidate
from reviewer.detect.compiled import Compiled
from reviewer.detect.lines import Lines
from reviewer.detect.pattern import normalise
from reviewer.language import names, places


def people(lines: Lines, numbers: Iterable[int], compiled: Compiled) -> Iterator[Candidate]:
    """NAME candidates in the lines that the gate named."""
    rule = compiled.book.by_id("person-name")
    if rule is None:
        return
    for number in sorted(set(numbers)):
        base = lines.starts[number]
        for hit in names.find_names(lines.lines[number]):
            value = normalise("NAME", lines.text[base + hit.start : base + hit.end])
            yield Candidate(
                rule, base + hit.start, base + hit.end, value, "plain", confidence=hit.confidence,
                labelled=hit.evidence in ("cue", "title", "signature", "list"), private=hit.private,
                pseudonym=hit.pseudonym,
            )  # fmt: skip


def addresses(lines: Lines, numbers: Iterable[int], compiled: Compiled) -> Iterator[Candidate]:
    """ADDRESS candidates in the lines that the gate named."""
    rule = compiled.book.by_id("home-address")
    if rule is None:
        return
    for number in sorted(set(numbers)):
        base = lines.starts[number]
        for hit in places.find_addresses(lines.lines[number]):
            value = normalise("ADDRESS", lines.text[base + hit.start : base + hit.end])
            yield Candidate(
                rule, base + hit.start, base + hit.end, value, "plain", confidence=hit.confidence,
                labelled=bool(hit.cue), private=hit.household, permitted_end=base + hit.permitted_end,
            )  # fmt: skip
