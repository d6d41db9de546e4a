"""Settles the runs of one paragraph of a docx: what stays in the flow, what is marked, what leaves it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from reviewer.readers.assembly import Origin
from reviewer.readers.docx_look import DELETED, HIDDEN, INSERTED, MARKS, W

Run = tuple[str, int, etree._Element]
"""text, its flags (docx_look), and the element that holds it or stands for it"""
Mark = tuple[int, int, str, str]
"""start, end, part, reason"""

_LEAVES = DELETED | HIDDEN
_TAIL = 30
_NEXT = 40
"""runs looked at behind a stretch for the rest of a number"""
_EDGE = 10
"""a deletion that cuts a number of letters and digits shorter than this is shown with the rest of it"""


def flow_of(runs: list[Run]) -> tuple[str, tuple[Mark, ...]]:
    """The text that stays in a paragraph, and the stretches of it that are marked."""
    pieces: list[str] = []
    marks: list[Mark] = []
    open_marks: dict[int, int] = {}
    here = 0
    for text, state, _ in runs:
        if state & _LEAVES or not text:
            continue
        pieces.append(text)
        end = here + len(text)
        for flag, part, reason in MARKS:
            if not state & flag:
                continue
            k = open_marks.get(flag)
            if k is not None and marks[k][1] == here:
                marks[k] = (marks[k][0], end, part, reason)
            else:
                open_marks[flag] = len(marks)
                marks.append((here, end, part, reason))
        here = end
    flow = "".join(pieces)
    return flow, tuple(m for m in marks if flow[m[0] : m[1]].strip())


def origins_of(runs: list[Run]) -> list[Origin]:
    """Where each stretch of the text that `flow_of` gives came from."""
    found: list[Origin] = []
    here = 0
    for text, state, element in runs:
        if not state & _LEAVES and text:
            found.append(Origin(here, here + len(text), element))
            here += len(text)
    return found


Aside = tuple[str, int, int, str, list[Origin]]


def asides(runs: list[Run], flag: int) -> Iterator[Aside]:
    """Each deletion or hidden stretch: text, where in it the stretch lies, the end of the flow before it,
    and where what is seen of the text came from.

    A stretch that cuts a number is given with the rest of that number, as it stood before the change:
    138 <deleted 1234> <inserted ****> 5678 is read as 13812345678. Inserted text in between is not in it.
    """
    shown = before = ""
    first = 0
    while first < len(runs):
        if not _wanted(runs[first][1], flag):
            shown, before = _passed(runs[first], flag, shown, before)
            first += 1
            continue
        last = first
        for k in range(first + 1, len(runs)):
            if _wanted(runs[k][1], flag):
                last = k
            elif not (flag == DELETED and runs[k][1] & INSERTED):
                break
        text = "".join(runs[k][0] for k in range(first, last + 1) if _wanted(runs[k][1], flag))
        if text.strip():
            after = "".join(t for t, state, _ in runs[last + 1 : last + 1 + _NEXT] if _stood(state, flag))
            front, back = _rest(text, before, after)
            end = len(front) + len(text)
            rest: list[Origin] = []
            if flag == HIDDEN:
                rest += _origins_before(runs, first, len(front))
                rest += _origins_after(runs, last + 1, end, len(back))
            yield front + text + back, len(front), end, shown, rest
        for k in range(first, last + 1):
            shown, before = _passed(runs[k], flag, shown, before)
        first = last + 1


def _passed(one: Run, flag: int, shown: str, before: str) -> tuple[str, str]:
    """The ends of what is shown and of what stood before the change, after one more run."""
    text, state, _ = one
    if not state & _LEAVES:
        shown = (shown + text)[-_TAIL:]
    if _stood(state, flag):
        before = (before + text)[-_TAIL:]
    return shown, before


def _wanted(state: int, flag: int) -> bool:
    return bool(state & flag) and not (flag == HIDDEN and state & DELETED)


def _stood(state: int, flag: int) -> bool:
    """Whether a run was there before the changes (or is when hidden text is shown)."""
    if flag == DELETED:
        return bool(state & DELETED) or not state & (INSERTED | HIDDEN)
    return not state & DELETED


_HEAD = re.compile(r"[0-9A-Za-z]{1,24}")
_END = re.compile(r"[0-9A-Za-z]{1,24}\Z")


def _rest(text: str, before: str, after: str) -> tuple[str, str]:
    """What stands directly before and after `text` of a number that `text` holds a part of."""
    head, end = _HEAD.match(text), _END.search(text[-_EDGE:])
    front = _END.search(before[-24:]) if head and len(head[0]) < _EDGE else None
    back = _HEAD.match(after) if end and len(end[0]) < _EDGE else None
    return front[0] if front else "", back[0] if back else ""


def _origins_before(runs: list[Run], k: int, length: int) -> Iterator[Origin]:
    """Where the `length` characters before run `k` came from, of which `_rest` told; only those that are seen."""
    while length and k:
        k -= 1
        text, state, element = runs[k]
        if _stood(state, HIDDEN):
            taken = min(length, len(text))
            if not state & _LEAVES:
                yield Origin(length - taken, length, element, "", len(text) - taken)
            length -= taken


def _origins_after(runs: list[Run], k: int, start: int, length: int) -> Iterator[Origin]:
    """Where the `length` characters from run `k` on came from, which stand at `start`; only those that are seen."""
    while length and k < len(runs):
        text, state, element = runs[k]
        k += 1
        if _stood(state, HIDDEN):
            taken = min(length, len(text))
            if not state & _LEAVES:
                yield Origin(start, start + taken, element)
            start, length = start + taken, length - taken


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
