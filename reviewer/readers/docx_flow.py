"""Settles the runs of one paragraph of a docx: what stays in the flow, what is marked, what leaves it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from reviewer.readers.docx_look import DELETED, HIDDEN, INSERTED, MARKS, W

Run = tuple[str, int]
"""text and its flags (docx_look)"""
Mark = tuple[int, int, str, str]
"""start, end, part, reason"""

_EDGE = 10
"""a deletion that cuts a number of letters and digits shorter than this is shown with the rest of it"""


def flow_of(runs: list[Run]) -> tuple[str, tuple[Mark, ...]]:
    """The text that stays in a paragraph, and the stretches of it that are marked."""
    pieces: list[str] = []
    marks: list[Mark] = []
    here = 0
    for text, state in runs:
        if state & (DELETED | HIDDEN) or not text:
            continue
        pieces.append(text)
        for flag, part, reason in MARKS:
            if not state & flag:
                continue
            last = max((k for k, m in enumerate(marks) if m[3] == reason and m[1] == here), default=None)
            if last is not None:
                marks[last] = (marks[last][0], here + len(text), part, reason)
            else:
                marks.append((here, here + len(text), part, reason))
        here += len(text)
    flow = "".join(pieces)
    return flow, tuple(m for m in marks if flow[m[0] : m[1]].strip())


def asides(runs: list[Run], flag: int) -> Iterator[tuple[str, int, int, str]]:
    """Each deletion or hidden stretch: text, where in it the stretch lies, and the flow before it.

    A stretch that cuts a number is given with the rest of that number, as it stood before the change:
    138 <deleted 1234> <inserted ****> 5678 is read as 13812345678. Inserted text in between is not in it.
    """
    wanted = [bool(state & flag) and not (flag == HIDDEN and state & DELETED) for _, state in runs]
    first = 0
    while first < len(runs):
        if not wanted[first]:
            first += 1
            continue
        last = first
        for k in range(first + 1, len(runs)):
            if wanted[k]:
                last = k
            elif not (flag == DELETED and runs[k][1] & INSERTED):
                break
        text = "".join(runs[k][0] for k in range(first, last + 1) if wanted[k])
        if text.strip():
            front, back = _rest(text, _was(runs[:first], flag), _was(runs[last + 1 :], flag))
            before = "".join(t for t, state in runs[:first] if not state & (DELETED | HIDDEN))
            yield front + text + back, len(front), len(front) + len(text), before
        first = last + 1


def _was(runs: list[Run], flag: int) -> str:
    """The text before the changes (or with hidden text shown)."""
    if flag == DELETED:
        return "".join(text for text, state in runs if state & DELETED or not state & (INSERTED | HIDDEN))
    return "".join(text for text, state in runs if not state & DELETED)


_HEAD = re.compile(r"[0-9A-Za-z]{1,24}")
_END = re.compile(r"[0-9A-Za-z]{1,24}\Z")


def _rest(text: str, before: str, after: str) -> tuple[str, str]:
    """What stands directly before and after `text` of a number that `text` holds a part of."""
    head, end = _HEAD.match(text), _END.search(text[-_EDGE:])
    front = _END.search(before[-24:]) if head and len(head[0]) < _EDGE else None
    back = _HEAD.match(after) if end and len(end[0]) < _EDGE else None
    return front[0] if front else "", back[0] if back else ""


def mark_rank(mark: Mark) -> tuple[bool, int]:
    """Hidden before inserted, long before short."""
    return mark[2] != "hidden", mark[0] - mark[1]


def symbol_text(element: etree._Element) -> str:
    """The character of a w:sym; digits and circled digits that a symbol font draws become themselves."""
    try:
        code = int(element.get(W + "char") or "", 16)
    except ValueError:
        return ""
    font = (element.get(W + "font") or "").lower()
    low = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    if "dings" in font:
        if 0x81 <= low <= 0x8A:
            return chr(0x2460 + low - 0x81)
        if 0x8C <= low <= 0x95:
            return chr(0x2776 + low - 0x8C)
        return chr(code) if code < 0x110000 else ""
    if 0xF020 <= code <= 0xF07E and (font != "symbol" or 0x30 <= low <= 0x39):
        return chr(low)
    return chr(code) if 0x20 <= code < 0xD800 or 0xE000 <= code < 0x110000 else ""
