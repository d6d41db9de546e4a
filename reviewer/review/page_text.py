"""The text of a page that was approved, whatever template a publishing system puts around it.

What counts is what a reader of the page sees, in the order of its source, without white space: a publishing system
may lay it out anew. `text_sha256` of a certificate is the SHA-256 of it in UTF-8. All else that a page carries
(hidden elements, comments, titles, links, scripts, what stands around the approved part) is no part of it.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from reviewer.errors import UsageError
from reviewer.model import Document
from reviewer.readers.html import Slot, Trace, read
from reviewer.settings import Limits

BODY = "body"
_BLANK = re.compile("[\\s\u200b\ufeff]+")
"""white space of any script, and the marks of no width that editors leave; `_is_blank` says the same of one"""


@dataclass(frozen=True, slots=True)
class PageText:
    """The approved text of a page.

    sha256    of the text; "" where nothing is selected, or no text
    pictures  addresses of the pictures of the page that were not read
    """

    document: Document
    sha256: str
    pictures: tuple[str, ...]
    _places: array[int]
    """for each character of the document's text its place in the approved text, or -1"""

    def place(self, start: int, end: int) -> tuple[int, int] | None:
        """Where text[start:end] of the document stands in the approved text; None where a part of it does not."""
        text = self.document.text
        within = [self._places[k] for k in range(start, end) if not _is_blank(text[k])]
        if not within or min(within) < 0:
            return None
        return min(within), max(within) + 1


def page_text(data: bytes, name: str, limits: Limits, selector: str = BODY) -> PageText:
    """The text inside the elements that the CSS selector names. Raises a ReadError as the reader does.

    Elements inside of others that are selected, too, count once.
    """
    trace = Trace()
    document = read(data, name, limits, trace=trace)
    seen = {(slot.element, slot.is_tail): -1 for _, _, slots in trace.stretches for slot in slots if not slot.concealed}
    pieces, length = [], 0
    for element, is_tail in _slots(_selected(trace.root, selector)):
        if (element, is_tail) in seen:
            seen[element, is_tail] = length
            pieces.append(_BLANK.sub("", (element.tail if is_tail else element.text) or ""))
            length += len(pieces[-1])
    text = "".join(pieces)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() if text else ""
    return PageText(document, digest, tuple(trace.pictures), _placed(document.text, trace.stretches, seen))


def check_selector(selector: str) -> None:
    """Raises UsageError for what is no CSS selector."""
    _xpath(selector)


def _xpath(selector: str) -> str:
    from cssselect import HTMLTranslator, SelectorError

    try:
        return HTMLTranslator().css_to_xpath(selector)
    except (SelectorError, ValueError):
        raise UsageError(f"看不懂 CSS 选择器 {selector}。例如：#zoom、div.article-content、main article。") from None


def _selected(root: Any, selector: str) -> list[Any]:
    """The selected elements in their order, without those inside of others."""
    if root is None:
        return []
    found = root.xpath(_xpath(selector))
    known = set(found)
    return [one for one in found if not any(above in known for above in one.iterancestors())]


def _slots(elements: Sequence[Any]) -> Iterator[tuple[Any, bool]]:
    """All places of text inside of the elements, in the order of the source."""
    for top in elements:
        # Not by calls in calls: a page may be nested very deep.
        waiting: list[tuple[Any, bool]] = [(top, False)]
        while waiting:
            element, is_tail = waiting.pop()
            yield element, is_tail
            if is_tail:
                continue
            for child in reversed(element):
                waiting += [(child, True), (child, False)]


def _placed(text: str, stretches: list[tuple[int, int, list[Slot]]], seen: dict[tuple[Any, bool], int]) -> array[int]:
    """The place of each character of `text` in the approved text, or -1."""
    places = array("q", [-1]) * len(text)
    for start, end, slots in stretches:
        ours = [k for k in range(start, end) if not _is_blank(text[k])]
        theirs = list(_numbered(slots, seen))
        # The reader says that both are the same characters; where they are not, nothing of it was approved.
        if [text[k] for k in ours] == [char for char, _ in theirs]:
            for k, (_, place) in zip(ours, theirs, strict=True):
                places[k] = place
    return places


def _is_blank(char: str) -> bool:
    return char.isspace() or char in "\u200b\ufeff"


def _numbered(slots: Sequence[Slot], seen: dict[tuple[Any, bool], int]) -> Iterator[tuple[str, int]]:
    for slot in slots:
        written = (slot.element.tail if slot.is_tail else slot.element.text) or ""
        first = seen.get((slot.element, slot.is_tail), -1)
        for number, char in enumerate(_BLANK.sub("", written)):
            yield char, first + number if first >= 0 else -1
