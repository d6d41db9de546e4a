"""Marks a presentation with comments (annotate), and makes the copy of it that may be published (mask).

Comments are the classic ones of PowerPoint: they stand on a point of a slide, at the shape that holds what is remarked.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from lxml import etree

from reviewer.marking.docx import summary
from reviewer.marking.docx_parts import is_signed, traced
from reviewer.marking.model import Annotated, Note
from reviewer.marking.pptx_comments import Comments, Point
from reviewer.marking.pptx_mask import mask
from reviewer.marking.repack import repacked
from reviewer.model import Document
from reviewer.readers.assembly import Origin, between
from reviewer.readers.docx import Traced
from reviewer.readers.pptx import read_traced
from reviewer.readers.pptx_look import SHAPES, Frame, P, Sheet, group_frame
from reviewer.settings import Limits

__all__ = ["annotate", "mask"]

_SIGNED = "原件有电子签名，加入批注后签名失效；需要有效签名的，请使用原件。"
_THREADED = "草稿里有新式批注（线程批注），加入的是经典批注，PowerPoint 打开时可能会提示升级。"
_NO_SLIDES = "这份演示文稿没有幻灯片，批注没有地方可以放。"
_MOST = 2_000
"""comments of one slide: more are told in one"""
_UNIT = 1587.5
"""EMU in one step of a comment's place: 576 to the inch"""
_Spot = tuple[int, etree._Element | None]
"""the number of a slide and the shape on it"""


def annotate(data: bytes, document: Document, notes: tuple[Note, ...], limits: Limits) -> Annotated:
    """The draft with a comment at the shape of each note; slides themselves keep their bytes.

    What stands on no slide (masters, properties) is told in one comment on the first slide. Raises MarkingError, and
    what the reader raises.
    """
    draft = traced(data, document, limits, read_traced)
    comments = Comments(draft)
    remarks = [_SIGNED] if notes and is_signed(draft.package.names()) else []
    if not comments.slides:
        return Annotated(data, (*remarks, _NO_SLIDES) if notes else ())
    places = _Places(draft, comments.slides)
    beside: list[Note] = []
    for note in notes:
        spots = list(dict.fromkeys(places.of(note, document)))
        if not spots or any(comments.count(number) + len(spots) > _MOST for number, _ in spots):
            beside.append(note)
            continue
        for number, shape in spots:
            lines = note.text.split("\n")
            # On a shape of the slide the eye finds it; notes, charts and hidden parts are named.
            head = [] if shape is not None and note.part == "body" else [f"位置：{note.place}"] if note.place else []
            comments.add(number, places.point(number, shape), [*head, *lines])
    if beside:
        comments.add(1, Point(10, 10), summary(beside))
        remarks.append(f"{len(beside)} 项发现不在幻灯片上，合并写在第 1 张幻灯片的一条批注里。")
    if comments.is_threaded and notes:
        remarks.append(_THREADED)
    return Annotated(repacked(data, comments.members()) if notes else data, tuple(remarks))


class _Places:
    """Finds the slide and the shape that each stretch of the text came from."""

    def __init__(self, draft: Traced, slides: list[str]) -> None:
        self._draft = draft
        self._starts = [one.start for one in draft.origins]
        roots = {name.lower(): root for name, root in draft.parts.items()}
        self._numbers = {
            roots[name.lower()]: number for number, name in enumerate(slides, 1) if name.lower() in roots
        }
        self._names = slides
        self._used = [count() for _ in slides]

    def of(self, note: Note, document: Document) -> Iterator[_Spot]:
        """Where a note is to stand: once for each shape that holds one of its spans."""
        if not note.spans and note.part != "filename" and note.locator.page in range(1, len(self._names) + 1):
            yield note.locator.page or 1, None
        for start, end in note.spans[:1] if note.column else note.spans:
            origin = next(iter(between(self._draft.origins, self._starts, start, end)), None)
            spot = self._spot(origin) if origin is not None else None
            if spot is None:
                page = document.place(start, end)[1].page
                spot = (page, None) if page is not None and page <= len(self._names) else None
            if spot is not None:
                yield spot

    def _spot(self, origin: Origin) -> _Spot | None:
        if not isinstance(origin.node, etree._Element):
            return None
        number = self._numbers.get(origin.node.getroottree().getroot())
        shape = next((one for one in origin.node.iterancestors() if one.tag in SHAPES), None)
        return None if number is None else (number, shape)

    def point(self, number: int, shape: etree._Element | None) -> Point:
        """The upper left corner of a shape; where none is known, the slide's, each a little further down."""
        box = None
        if shape is not None:
            frame = Frame()
            for around in reversed([*shape.iterancestors(P + "grpSp")]):
                frame = group_frame(around, frame)
            box = self._sheet(self._names[number - 1]).box(shape, frame)
        if box is None:
            return Point(10, 10 + 120 * (next(self._used[number - 1]) % 20))
        return Point(_step(box.x0), _step(box.y0))

    def _sheet(self, name: str, depth: int = 2) -> Sheet:
        """A slide with its layout and master, for the places that they give."""
        sheet = Sheet(self._draft.parts[name])
        for link in self._draft.package.relationships(name).values():
            if depth and link.kind == ("slideLayout", "slideMaster")[2 - depth] and link.target in self._draft.parts:
                sheet.under = self._sheet(link.target, depth - 1)
        return sheet


def _step(place: float) -> int:
    return int(min(max(place / _UNIT, 0), 30_000))
