"""Marked and publishable copies of a PDF (ISO 32000-1)."""

from __future__ import annotations

from typing import Any

import pikepdf
from pikepdf import Array, Name

from reviewer.marking import pdf_notes, pdf_update
from reviewer.marking.model import Annotated, Edit, Masked, Note
from reviewer.marking.page_notes import sort_out
from reviewer.marking.pdf_mask import masked
from reviewer.marking.pdf_open import is_signed, opened, saved
from reviewer.model import Document
from reviewer.settings import Limits

_KEPT = "原件有电子签名：批注以追加方式写入，原件的内容一个字节也没有改动，签名仍可验证（软件会提示签名后有追加内容）。"
_VOID = "原件有电子签名：标注稿改写了文件，其中的签名失效，以原件为准。"
_UNLOCKED = "原件设有权限密码（限制编辑、打印），标注稿不再有这些限制。"


def annotate(data: bytes, document: Document, notes: tuple[Note, ...], limits: Limits) -> Annotated:
    """The PDF with a highlight on each finding; all that was there before is kept byte for byte where it can be."""
    with opened(data) as pdf:
        place = pdf_update.last_table(pdf, data)
        known = pdf_update.objects(pdf)
        pages = list(pdf.pages)
        new, changed = _add_notes(pdf, document, notes, pages)
        if not changed:
            return Annotated(data)
        made = None
        # A page that stands twice in the tree of pages was parted: the old tables do not know its twin.
        if place is not None and all(page.objgen[0] < known for page in changed):
            made = pdf_update.appended(pdf, data, place, [*new, *changed])
        if made is not None:
            return Annotated(made, (_KEPT,) if is_signed(data) else ())
        remarks = [_VOID] if is_signed(data) else []
        remarks += [_UNLOCKED] if pdf.is_encrypted else []
        return Annotated(saved(pdf), tuple(remarks))


def mask(data: bytes, document: Document, edits: tuple[Edit, ...], limits: Limits) -> Masked:
    """The PDF without what the edits name and without all that its pages do not show."""
    return masked(data, document, edits, limits)


def _add_notes(
    pdf: pikepdf.Pdf, document: Document, notes: tuple[Note, ...], pages: list[pikepdf.Page]
) -> tuple[list[Any], list[Any]]:
    """The objects made (annotations and their looks) and the pages changed."""
    marks = sort_out(document, notes, len(pages))
    new: list[Any] = []
    changed: list[Any] = []
    number = 0
    for k in sorted(marks.highlights.keys() | marks.unplaced.keys()):
        made = []
        for note, boxes, first in marks.highlights.get(k, ()):
            number += 1
            made.append(pdf_notes.highlight(pdf, note, boxes, first=first, number=number))
        listed = marks.unplaced.get(k)
        if listed:
            number += 1
            paper, turned = _paper(pages[k])
            made.append(pdf_notes.summary(pdf, listed, paper, turned, number=number))
        page = pages[k].obj
        for one in made:
            one.P = page
            new += [one, one.AP.N]
        page.Annots = Array([*_annotations(page), *made])
        changed.append(page)
    return new, changed


def _annotations(page: Any) -> list[Any]:
    known = page.get("/Annots")
    return list(known) if isinstance(known, Array) else []


def _paper(page: pikepdf.Page) -> tuple[tuple[float, float, float, float], int]:
    """The part of the page that is seen, and how far it is turned clockwise."""
    x0, y0, x1, y1 = (float(edge) for edge in page.cropbox)
    turned = page.obj.get("/Rotate", _inherited(page.obj, Name.Rotate))
    return (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), int(turned or 0)


def _inherited(node: Any, key: Name) -> Any:
    for _ in range(64):
        node = node.get("/Parent")
        if node is None:
            return None
        if key in node:
            return node[key]
    return None
