"""Files that LibreOffice reads for us, each with a token at every place of its kind (open_files.py), and where the
reader must say that it found them.

The old formats are made by LibreOffice from OpenDocument ones: places that it does not write there are not listed.
"""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from reviewer.model import Document
from reviewer.readers import read_bytes
from reviewer.readers.open_document import with_hidden_text
from reviewer.settings import Limits
from tests.marking.witness import converted
from tests.readers.open_files import open_file, places

_PROPERTIES = "title, subject, remark, author, last author, keyword, template, own property"
_PARTS: dict[str, dict[str, str]] = {
    "odt": {
        "body": "heading, paragraph, span, list, cell, nested table, placeholder, input, ruby base, author field, user field",
        "property": f"{_PROPERTIES}, deletion author, insertion author, comment author, printed by, printer, data source",
        "deleted": "deletion", "inserted": "insertion", "footnote": "footnote", "endnote": "endnote", "comment": "comment",
        "name": "table name, section name, bookmark, reference mark, choice name", "script": "script",
        "hidden": "hidden, white, tiny, hidden section, hidden field, hidden paragraph, other condition",
        "form": "placeholder tip, choice", "field": "variable, input tip, link, index mark",
        "alt": "link tip, ruby, frame name, alt title, alt text", "textbox": "text box, shape",
        "header": "header, unused header", "footer": "footer",
    },
    "ods": {
        "body": "cell, second paragraph, other value, covered cell", "comment": "comment", "field": "link",
        "property": f"{_PROPERTIES}, comment author, printed by, printer, data source", "formula": "formula",
        "hidden": "white, hidden row, filtered row, hidden sheet", "textbox": "text box",
        "form": "choice, prompt title, prompt, error message, hidden control, button",
        "alt": "button tip, frame name, alt title, alt text", "name": "sheet name, named expression",
        "header": "header", "footer": "footer",
    },
    "odp": {
        "body": "body, cell, shape", "hidden": "outside, hidden layer, hidden slide", "annotation": "notes",
        "header": "header, master, unused master", "footer": "footer", "name": "page name, show",
        "alt": "shape name, alt title, alt text", "field": "action, link", "comment": "comment",
        "property": f"{_PROPERTIES}, comment author, printed by, printer, data source",
    },
    "doc": {
        "body": "heading, paragraph, span, list, cell, nested table, placeholder, input, ruby base, author field, user field",
        "property": f"{_PROPERTIES}, deletion author, insertion author, comment author",
        "deleted": "deletion", "inserted": "insertion", "footnote": "footnote", "endnote": "endnote", "comment": "comment",
        "hidden": "hidden, white, tiny, hidden section, hidden paragraph, choice name", "name": "bookmark",
        "field": "variable, link, index mark", "form": "input tip, choice", "alt": "ruby",
        "textbox": "text box, shape", "header": "header", "footer": "footer",
    },
    "rtf": {
        "body": "heading, paragraph, span, list, cell, input, ruby base, author field, user field",
        "property": "title, subject, remark, author, last author, keyword, own property, deletion author, insertion author, "
                    "comment author",
        "deleted": "deletion", "inserted": "insertion", "footnote": "footnote", "endnote": "endnote", "comment": "comment",
        "hidden": "hidden, white, tiny, hidden section, hidden paragraph", "field": "placeholder, link", "name": "bookmark",
        "form": "input tip", "alt": "ruby", "textbox": "text box, shape", "header": "header, unused header", "footer": "footer",
    },
    "xls": {
        "body": "cell, second paragraph, other value, covered cell", "comment": "comment", "field": "link",
        "property": f"{_PROPERTIES}, comment author", "hidden": "white, hidden row, filtered row, hidden sheet",
        "textbox": "text box", "form": "prompt title, prompt, error message", "alt": "frame name", "name": "sheet name",
        "header": "header", "footer": "footer",
    },
    "ppt": {
        "body": "body, cell, shape", "hidden": "outside, hidden layer, hidden slide", "annotation": "notes",
        "footer": "footer", "name": "show", "field": "link", "comment": "comment",
        "property": f"{_PROPERTIES}, comment author",
    },
}  # fmt: skip
_PARTS["fodt"] = _PARTS["odt"]
_SOURCES = {"doc": "odt", "rtf": "odt", "xls": "ods", "ppt": "odp"}
KINDS = tuple(_PARTS)
PLACES = {kind: {name: part for part, names in of.items() for name in names.split(", ")} for kind, of in _PARTS.items()}
"""kind -> place -> the part that it must be reported in"""


def tokens(kind: str) -> dict[str, str]:
    """The token of each place: a made-up number, which no program takes for something of its own."""
    return {name: str(13800004000 + number) for number, name in enumerate(places(_SOURCES.get(kind, kind)))}


@cache
def built(kind: str, nested: bool | None = None) -> bytes:
    """The file, made once in each process; the old kinds need LibreOffice. `nested`: see open_file."""
    source = _SOURCES.get(kind, kind)
    data = open_file(source, tokens(kind), nested=kind != "rtf" if nested is None else nested)
    if source == kind:
        return data
    with tempfile.TemporaryDirectory() as folder:
        return converted(with_hidden_text(data, source, Limits()), source, kind, Path(folder))


@cache
def read(kind: str, nested: bool | None = None) -> Document:
    return read_bytes(built(kind, nested), f"draft.{kind}", Limits())
