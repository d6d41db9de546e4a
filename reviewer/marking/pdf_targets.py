"""What has to go from each page of a PDF: the characters of the edits, and those that no reader of it sees."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from reviewer.marking.model import Edit
from reviewer.marking.page_labels import common_ends
from reviewer.marking.pdf_match import compact
from reviewer.marking.pdf_places import Box, characters, widget
from reviewer.marking.picture import card
from reviewer.model import Concealed, Document

_LONG = 6
"""characters: a shorter value is not looked for where it was not found"""
_SHOWN = frozenset(["body", "form", "annotation"])
"""parts of the document that a page may show without a box for each character"""


@dataclass(frozen=True, slots=True)
class Target:
    """One character that goes; `edit` is the number of its edit, -1 for what is only unseen."""

    box: Box
    character: str = field(repr=False)
    edit: int


@dataclass(frozen=True, slots=True)
class Sought:
    """A stretch that stands on a page, no one knows where (in a form field: in its box)."""

    edit: int
    text: str = field(repr=False)
    region: Box | None


@dataclass(slots=True)
class Targets:
    """By page, from 0."""

    characters: dict[int, list[Target]] = field(default_factory=dict, repr=False)
    sought: dict[int, list[Sought]] = field(default_factory=dict, repr=False)
    values: dict[str, int] = field(default_factory=dict, repr=False)
    """what must not stand anywhere, and the number of an edit of it"""
    stretches: list[str] = field(default_factory=list, repr=False)
    """each edit's text without blanks"""
    labels: list[str] = field(default_factory=list, repr=False)
    """what is written where each edit was"""
    elsewhere: list[int] = field(default_factory=list)
    """edits of what is not on a page, and is taken out as a whole"""
    unseen: dict[str, int] = field(default_factory=dict)
    """how many stretches are not seen, by the reason"""


def targets(document: Document, edits: Sequence[Edit]) -> Targets:
    """What has to go from each page."""
    found = Targets()
    hidden = _unseen(document, found)
    for number, edit in enumerate(edits):
        stretch = document.text[edit.start : edit.end]
        found.stretches.append(compact(stretch))
        block = document.block_at(edit.start)
        # Where a character begins in a picture is an estimate.
        before, after = common_ends(stretch, edit) if block is None or not block.recognised else (0, 0)
        found.labels.append(edit.replacement[before : len(edit.replacement) - after])
        start, end = edit.start + before, edit.end - after
        placed = _add(document, found, start, end, number, edit)
        if not placed and not _add_sought(document, found, edit, number):
            found.elsewhere.append(number)
        elif _is_within(hidden, edit):
            found.labels[-1] = ""
            found.elsewhere.append(number)
        if edit.entity != "NAME" and len(found.stretches[-1]) >= _LONG:
            found.values.setdefault(found.stretches[-1], number)
    return found


def _add(
    document: Document, found: Targets, start: int, end: int, number: int, edit: Edit | None = None
) -> bool:
    placed = False
    whole = card(document, edit) if edit is not None else None
    block = document.block_at(start)
    if whole is not None and block is not None and block.locator.page is not None:
        found.characters.setdefault(block.locator.page - 1, []).append(Target(whole, "\ufffd", number))
    for one in characters(document, start, end):
        character = document.text[one.offset]
        if not character.isspace():
            placed = True
            found.characters.setdefault(one.page, []).append(Target(one.box, character, number))
    return placed


def _add_sought(document: Document, found: Targets, edit: Edit, number: int) -> bool:
    block = document.block_at(edit.start)
    if block is None or block.boxes is not None or block.part not in _SHOWN:
        return False
    place = block.locator
    if place.page is None or place.note is not None:
        return False
    region = widget(place)
    one = Sought(number, found.stretches[number], region[1] if region else None)
    found.sought.setdefault(place.page - 1, []).append(one)
    found.labels[number] = edit.replacement
    return True


def _unseen(document: Document, found: Targets) -> list[Concealed]:
    """The stretches of pages that no one sees; they go as a whole."""
    hidden = [one for one in document.concealed if _add(document, found, one.start, one.end, -1)]
    for one in hidden:
        found.unseen[one.reason] = found.unseen.get(one.reason, 0) + 1
    return hidden


def _is_within(hidden: list[Concealed], edit: Edit) -> bool:
    k = bisect_right([one.start for one in hidden], edit.start) - 1
    return k >= 0 and hidden[k].end >= edit.end
