"""Marks a Word document with comments (annotate), and makes the copy of it that may be published (mask)."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from reviewer.marking.docx_anchor import Anchors, Edge, Place
from reviewer.marking.docx_comments import MOST, comments_of, place_comments
from reviewer.marking.docx_mask import mask
from reviewer.marking.docx_parts import is_signed, traced, written
from reviewer.marking.model import Annotated, Note
from reviewer.marking.repack import repacked
from reviewer.model import Document, Severity
from reviewer.readers.docx_look import W
from reviewer.settings import Limits

__all__ = ["annotate", "mask", "summary"]

_TITLES: dict[Severity, str] = {"block": "不得公开", "check": "须人工判断", "note": "提示"}
_SIGNED = "原件有电子签名，加入批注后签名失效；需要有效签名的，请使用原件。"


def annotate(data: bytes, document: Document, notes: tuple[Note, ...], limits: Limits) -> Annotated:
    """The draft with a Word comment on the characters of each note.

    Where Word takes no comment (header, note, text box) it stands on the body next to it and names the
    place; what is not seen on any page stands in one comment at the head. Only the body, the comments part,
    its relationship and its content type change. Raises MarkingError, and what the reader raises.
    """
    draft = traced(data, document, limits)
    anchors = Anchors(draft)
    comments = comments_of(draft)
    placed: list[tuple[Place, int]] = []
    beside: list[Note] = []
    left = MOST - comments.count() - 1
    for note in notes:
        places = [*_places(anchors, note)]
        if not places or len(places) > left:
            beside.append(note)
            continue
        left -= len(places)
        placed += [(place, comments.add(_lines(note, place))) for place in places]
    if beside and left >= 0:
        head = Edge(_head(anchors))
        placed.append((Place(head, head, False), comments.add(summary(beside))))
    remarks = [_SIGNED] if placed and is_signed(draft.package.names()) else []
    if beside:
        remarks.append(f"{len(beside)} 项发现在版面上没有可以加批注的位置，合并写在文首的一条批注里。")
    if not placed:
        return Annotated(data, tuple(remarks))
    place_comments(draft, placed)

    def original(name: str) -> bytes:
        return draft.package.read(name) if name in draft.package else b""

    changed = {draft.main: written(anchors.body, original(draft.main)), **comments.members(original)}
    return Annotated(repacked(data, changed), tuple(remarks))


def _places(anchors: Anchors, note: Note) -> Iterator[Place]:
    for start, end in note.spans[:1] if note.column else note.spans:
        place = anchors.place(start, end)
        if place is not None:
            yield place


def _lines(note: Note, place: Place) -> list[str]:
    """The paragraphs of a comment; one that does not stand on its characters says first where they are."""
    lines = note.text.split("\n")
    return lines if place.exact or not note.place else [f"位置：{note.place}", *lines]


def summary(notes: list[Note]) -> list[str]:
    """The paragraphs of the comment on all that has no place on a page: one remark, then its places."""
    places: dict[tuple[str, str, str], list[str]] = {}
    for note in notes:
        places.setdefault((_TITLES[note.severity], note.title, note.text), []).append(note.place)
    lines = ["以下内容在版面上看不到，或者没有可以加批注的位置："]
    for number, ((severity, title, text), where) in enumerate(places.items(), 1):
        lines.append(f"{number}. {'、'.join(dict.fromkeys(filter(None, where)))}：{severity}，{title}")
        lines += text.split("\n")
    return lines


def _head(anchors: Anchors) -> etree._Element:
    """The first paragraph, made where the body has none."""
    found = anchors.first()
    if found is None:
        body = anchors.body.find(W + "body")
        found = etree.Element(W + "p")
        (body if body is not None else anchors.body).insert(0, found)
    return found
