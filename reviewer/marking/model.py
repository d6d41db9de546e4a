"""The nouns of marking: what a writer of a format is told (Note, Edit) and what it gives back (Annotated, Masked).

A writer is a module of this package with two functions; neither does any I/O nor changes its input:

    annotate(data, document, notes, limits) -> Annotated
    mask(data, document, edits, limits) -> Masked

`data` is the file's bytes, `document` what its reader made of them: all offsets count in `document.text`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from reviewer.model import Document, Locator, Severity
from reviewer.settings import Limits

AUTHOR = "公开前审查"
"""who signs the comments that we add"""


@dataclass(frozen=True, slots=True)
class Note:
    """One remark for the reader of the draft: a finding, or a group of them (a whole column) at all its spans.

    `text` holds severity, rule, law and advice in Chinese, never a value of the draft. `part` and `locator`
    are those of the first span; `place` names it in Chinese (第 3 段、页眉1).
    """

    spans: tuple[tuple[int, int], ...]
    severity: Severity
    title: str
    text: str
    part: str
    locator: Locator
    place: str
    column: bool = False
    """its spans are cells of one table column: one remark at the first of them is enough"""


@dataclass(frozen=True, slots=True)
class Edit:
    """document.text[start:end] gives way to `replacement` ("" deletes it). Edits come sorted and never overlap.

    `blank` says that nothing may tell how long the value was: a PDF then shows a label of one width.
    """

    start: int
    end: int
    replacement: str = field(repr=False)
    entity: str
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Annotated:
    """The draft with its remarks, and in Chinese what the user has to know of it (签名 ...)."""

    data: bytes = field(repr=False)
    remarks: tuple[str, ...] = ()
    suffix: str = ""
    """how the name of the result must end (.html), where it is no longer the draft's own format"""


@dataclass(frozen=True, slots=True)
class Masked:
    """A copy without what the edits name and without all that a reader of the page does not see."""

    data: bytes = field(repr=False)
    removed: tuple[str, ...] = ()
    """in Chinese, what was taken out as a whole: 批注 3 条, 隐藏工作表 1 个 ...; no value"""
    remarks: tuple[str, ...] = ()
    """in Chinese, what else the user has to know: 原件的电子签名失效 ..."""
    unplaced: tuple[int, ...] = ()
    """numbers of the edits that lay in something that was taken out, or for which no place was found:
    the proof, which reads the copy again, tells these two apart"""
    suffix: str = ""
    """how the name of the copy must end (.docx), where it is no longer the draft's own format"""


Annotate = Callable[[bytes, Document, tuple[Note, ...], Limits], Annotated]
Mask = Callable[[bytes, Document, tuple[Edit, ...], Limits], Masked]
