"""The annotations of a marked OFD (GB/T 33190, 15): highlights on the characters, one list for what has no place."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence

from reviewer.marking.model import AUTHOR, Annotated, Note
from reviewer.marking.ofd_parts import (
    Box,
    Draft,
    make,
    millimetres,
    new_root,
    opened,
    place,
    put_in_order,
)
from reviewer.marking.page_notes import COLOURS, around, listed_notes, sort_out
from reviewer.marking.repack import repacked
from reviewer.model import Document
from reviewer.readers.ofd import Body, Page
from reviewer.readers.ofd_parts import Node, child, children, is_true, words
from reviewer.settings import Limits

_THROUGH = "96"
"""of 255: how far the colour of a highlight covers"""
_ICON = 6.0
_EARLIEST = "1980-01-01"
_WHOLE = "原件有电子签名：签名所保护的部件没有改动，签名仍可验证（软件会提示签名后有追加内容）。"
_FORBIDDEN = "原件的权限设置不允许批注，标注稿只供审查使用。"


def annotate(data: bytes, document: Document, notes: tuple[Note, ...], limits: Limits) -> Annotated:
    """The OFD with a highlight on each finding; pages, templates and pictures keep their bytes."""
    draft = opened(data, document, limits)
    pages = draft.pages()
    marks = sort_out(document, notes, len(pages))
    touched: list[Body] = []
    for k in sorted(marks.highlights.keys() | marks.unplaced.keys()):
        body, page = pages[min(k, len(pages) - 1)]
        held = _annotations_of(draft, body, page)
        for note, boxes, first in marks.highlights.get(k, ()):
            _highlight(draft, held, note, [millimetres(box, page) for box in boxes], page, first=first, body=body)
        if marks.unplaced.get(k):
            _summary(draft, held, marks.unplaced[k], page, body)
        if body not in touched:
            touched.append(body)
    if not touched:
        return Annotated(data)
    for body in touched:
        # Where a signature covers it and nothing else asks for it, the part stays as it is.
        if body.name in draft.changed or not any(body.name in one.covered for one in body.signatures):
            draft.note_ids(body)
    return Annotated(repacked(data, draft.members()), tuple(_remarks(draft)))


def _remarks(draft: Draft) -> Iterable[str]:
    signatures = [one for body in draft.read.bodies for one in body.signatures]
    if signatures:
        broken = sorted({name for one in signatures for name in one.covered} & draft.changed)
        if broken:
            named = "、".join(name for name in broken if name.isascii()) or f"{len(broken)} 个部件"
            yield f"原件有电子签名：标注稿改动了签名所保护的部件（{named}），签名失效，以原件为准。"
        else:
            yield _WHOLE
    for body in draft.read.bodies:
        allowed = child(body.root, "Permissions", "Annot")
        if allowed is not None and not is_true(words(allowed), True):
            yield _FORBIDDEN
            return


def _annotations_of(draft: Draft, body: Body, page: Page) -> Node:
    """The root of the page's annotations, made where it has none."""
    parts = draft.read.parts
    listed = parts.find(words(child(body.root, "Annotations")), body.name)
    if not listed or _is_broken(draft, listed):
        folder = posixpath.dirname(body.name)
        listed = draft.new_member(posixpath.join(folder, "Annots"), "Annotations.xml")
        draft.added[listed] = new_root(body.root, "Annotations")
        old = child(body.root, "Annotations")
        if old is not None:
            old.text = posixpath.relpath(listed, folder)
        else:
            put_in_order(body.root, "Annotations", posixpath.relpath(listed, folder))
        draft.changed.add(body.name)
    root = draft.root(listed)
    for one in children(root, "Page"):
        if one.get("PageID") == page.id:
            for path in children(one, "FileLoc"):
                member = _member(draft, words(path), listed)
                if member and not _is_broken(draft, member):
                    if member not in draft.added:
                        draft.changed.add(member)
                    return draft.root(member)
    folder = posixpath.join(posixpath.dirname(listed), f"Page_{page.number - 1}")
    member = draft.new_member(folder, "Annotation.xml")
    draft.added[member] = new_root(root, "PageAnnot")
    entry = make(root, "Page", PageID=page.id)
    make(entry, "FileLoc", posixpath.relpath(member, posixpath.dirname(listed) or "."))
    if listed not in draft.added:
        draft.changed.add(listed)
    return draft.added[member]


def _member(draft: Draft, path: str, base: str) -> str:
    """The member that a path leads to, one of our own too."""
    own = posixpath.normpath(posixpath.join(posixpath.dirname(base), path))
    return own if own in draft.added else draft.read.parts.find(path, base)


def _is_broken(draft: Draft, member: str) -> bool:
    return member not in draft.added and member not in draft.read.parts.roots


def _highlight(
    draft: Draft, held: Node, note: Note, boxes: Sequence[Box], page: Page, *, first: bool, body: Body
) -> None:  # fmt: skip
    """A see-through box over each row of the characters."""
    x0, y0, x1, y1 = around([(x, y, x + wide, y + high) for x, y, wide, high in boxes])
    text = note.text if first else f"同上：{note.title}"
    made = _annot(draft, held, "Highlight", text, body)
    look = make(made, "Appearance", Boundary=place((x0, y0, x1 - x0, y1 - y0)))
    colour = " ".join(str(round(255 * one)) for one in COLOURS[note.severity])
    for x, y, wide, high in boxes:
        _frame(draft, look, (x - x0, y - y0, wide, high), colour, stroked=note.part == "hidden")


def _frame(draft: Draft, look: Node, box: Box, colour: str, *, stroked: bool) -> None:
    """A box in the colour of a remark; under a black bar no colour would show, so that it gets a border."""
    x, y, wide, high = box
    path = make(
        look, "PathObject", ID=draft.new_id(), Boundary=place((x, y, wide, high)), LineWidth="0.5",
        Stroke="true" if stroked else "false", Fill="true",
    )  # fmt: skip
    make(path, "FillColor", Value=colour, Alpha=_THROUGH)
    if stroked:
        make(path, "StrokeColor", Value=colour)
    w, h = place((wide, high, 0, 0)).split()[:2]
    make(path, "AbbreviatedData", f"M 0 0 L {w} 0 L {w} {h} L 0 {h} C")


def _summary(draft: Draft, held: Node, notes: Sequence[Note], page: Page, body: Body) -> None:
    """A small sheet at the upper corner of the page whose remark lists notes without a place."""
    worst = min((note.severity for note in notes), key=("block", "check", "note").index)
    made = _annot(draft, held, "Path", listed_notes(notes), body)
    x = page.paper[0] + page.paper[2] - _ICON - 3.0
    look = make(made, "Appearance", Boundary=place((x, page.paper[1] + 3.0, _ICON, _ICON)))
    colour = " ".join(str(round(255 * one)) for one in COLOURS[worst])
    _frame(draft, look, (0.0, 0.0, _ICON, _ICON), colour, stroked=True)
    lines = make(look, "PathObject", ID=draft.new_id(), Boundary=place((0.0, 0.0, _ICON, _ICON)), LineWidth="0.4")
    make(lines, "StrokeColor", Value="100 77 26")
    make(lines, "AbbreviatedData", "M 1 1.6 L 5 1.6 M 1 3 L 5 3 M 1 4.4 L 3.6 4.4")


def _annot(draft: Draft, held: Node, kind: str, text: str, body: Body) -> Node:
    made = make(held, "Annot", ID=draft.new_id(), Type=kind, Creator=AUTHOR, LastModDate=_day(body), Subtype=kind)
    make(made, "Remark", text)
    return made


def _day(body: Body) -> str:
    """The day of the annotations, which the standard asks for: that of the draft, for nothing here knows today."""
    info = child(body.node, "DocInfo")
    for name in ("ModDate", "CreationDate"):
        said = words(child(info, name))[:10] if info is not None else ""
        if len(said) == 10 and said[:4].isdigit() and said[4] == said[7] == "-":
            return said
    return _EARLIEST


