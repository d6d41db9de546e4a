"""份号 on a line of its own above the secret mark: the layout of GB/T 9704, where no label says what it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reviewer.detect.candidate import Candidate
from reviewer.detect.compiled import Compiled
from reviewer.detect.lines import Lines
from reviewer.detect.pattern import normalise
from reviewer.prepared.patterns import compiled
from reviewer.text.view import is_folded

_MARKS = frozenset({"secret-mark", "secret-mark-bare", "secret-mark-starless"})
_NUMBER = compiled(r"[ \t\u3000]{0,40}((?:№|N[oO]\.?|编号[:：]?)?[ ]?[0-9]{5,8})[ \t\u3000]{0,40}\r?$")
_BLANK_LINES = 2


def copy_numbers(lines: Lines, seen: Iterable[Candidate], compiled: Compiled) -> Iterator[Candidate]:
    """The number that is all of the line above a mark that begins its own line."""
    rule = compiled.book.by_id("copy-number-bare")
    if rule is None:
        return
    asked: set[int] = set()
    for one in seen:
        if one.rule.id not in _MARKS:
            continue
        number = lines.number(one.start)
        if number in asked or lines.text[lines.starts[number] : one.start].strip():
            continue
        asked.add(number)
        for above in range(number - 1, max(number - _BLANK_LINES - 2, -1), -1):
            line = lines.lines[above]
            if not line.strip():
                continue
            match = _NUMBER.match(is_folded(line)) if len(is_folded(line)) == len(line) else None
            if match is not None:
                start = lines.starts[above]
                value = normalise(rule.entity, match[1])
                yield Candidate(rule, start + match.start(1), start + match.end(1), value, "plain", confidence="likely")
            break
