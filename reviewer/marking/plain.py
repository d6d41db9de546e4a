"""txt, md, csv and tsv: the marked view as a page, and the copy as the same text with its edits, in its encoding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reviewer.errors import MarkingError
from reviewer.marking.model import Annotated, Edit, Masked, Note
from reviewer.marking.page import Marks, page
from reviewer.model import Document, Table
from reviewer.settings import Limits

_BYTES = {
    "utf-8-sig": ("utf-8", b"\xef\xbb\xbf"),
    "big5": ("big5hkscs", b""),
}


def annotate(data: bytes, document: Document, notes: Sequence[Note], limits: Limits) -> Annotated:
    """A page with the text as it stands, tables of csv and tsv as tables, and the remarks beside it."""
    marks = Marks(notes)
    table = document.blocks[0].table if document.blocks and document.format in ("csv", "tsv") else None
    if table is not None:
        body = _cells(document.text, table, marks)
    else:
        body = iter(['<pre class="reviewer-text">', marks.written(document.text, 0, len(document.text)), "</pre>"])
    return Annotated(page("审查标注", body, notes), suffix=".html")


def _cells(text: str, table: Table, marks: Marks) -> Iterator[str]:
    yield '<table class="reviewer-cells">'
    for row in range(table.row_count()):
        yield "<tr>"
        for cell in range(table.first[row], table.first[row + 1]):
            yield f"<td>{marks.written(text, table.starts[cell], table.ends[cell])}</td>"
        yield "</tr>\n"
    yield "</table>"


def mask(data: bytes, document: Document, edits: Sequence[Edit], limits: Limits) -> Masked:
    """The text with its edits; byte order mark, line ends and all that no edit names stay byte for byte."""
    name = document.encoding or "utf-8"
    codec, mark = _BYTES.get(name, (name, b""))
    if not mark and name.startswith("utf-") and name != "utf-8":
        first = "\ufeff".encode(codec)
        mark = first if data.startswith(first) else b""
    text = edited(document.text, edits)
    try:
        coded = text.encode(codec)
    except UnicodeEncodeError:
        # A page in Big5 has no 〔: a reader must still see that something was taken out.
        coded = text.encode(codec, "replace")
    return Masked(mark + coded)


def edited(text: str, edits: Sequence[Edit]) -> str:
    """`text` with all edits made. Raises MarkingError where they overlap: the plan never makes such."""
    pieces, here = [], 0
    for edit in edits:
        if edit.start < here:
            raise MarkingError("要遮盖的内容互相重叠，没有生成副本。请把这一情况告诉维护人员。")
        pieces += [text[here : edit.start], edit.replacement]
        here = edit.end
    return "".join([*pieces, text[here:]])
