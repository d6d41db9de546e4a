"""Marks and masks files that were read through LibreOffice (doc, xls, ppt, rtf, odt ...): as docx, xlsx or pptx."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import Any

from reviewer.errors import MarkingError
from reviewer.marking.model import Annotated, Edit, Masked, Note
from reviewer.model import Document
from reviewer.readers.converted import as_office, read_office
from reviewer.settings import Limits


def annotate(data: bytes, document: Document, notes: tuple[Note, ...], limits: Limits) -> Annotated:
    """The converted draft with its remarks. Raises MarkingError, and what readers and converter raise."""
    office, inner = _converted(data, document, limits)
    end = len(inner.text)
    placed = tuple(replace(note, spans=tuple(span for span in note.spans if span[1] <= end)) for note in notes)
    made: Annotated = _writer(document).annotate(office, inner, placed, limits)
    return Annotated(made.data, (_said(document), *made.remarks), f".{document.converted}")


def mask(data: bytes, document: Document, edits: tuple[Edit, ...], limits: Limits) -> Masked:
    """A publishable copy of the converted draft. Raises MarkingError, and what readers and converter raise."""
    office, inner = _converted(data, document, limits)
    # What was read beside the converted file (properties of the old one) is not in it.
    count = sum(edit.end <= len(inner.text) for edit in edits)
    made: Masked = _writer(document).mask(office, inner, edits[:count], limits)
    return replace(
        made,
        remarks=(_said(document), *made.remarks),
        unplaced=(*made.unplaced, *range(count, len(edits))),
        suffix=f".{document.converted}",
    )


def _converted(data: bytes, document: Document, limits: Limits) -> tuple[bytes, Document]:
    """The draft as docx, xlsx or pptx, and what its reader makes of it."""
    office = as_office(data, document.format, limits)
    inner = read_office(office, document.format, document.path, limits)
    if not document.text.startswith(inner.text):
        raise MarkingError("文件与审查时读到的内容不一致，没有处理。请重新审查这个文件。")
    return office, inner


def _writer(document: Document) -> Any:
    return import_module(f"reviewer.marking.{document.converted}")


def _said(document: Document) -> str:
    name = document.converted
    return f"草稿是 {document.format} 格式，已由 LibreOffice 转换为 {name} 格式，版面可能与原件略有不同，请核对。"
