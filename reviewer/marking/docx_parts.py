"""The parts of a docx as its writers need them: read with their traces, found by relationships, written back."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator

from lxml import etree

from reviewer.errors import MarkingError
from reviewer.model import Document
from reviewer.readers.docx import Traced, read_traced
from reviewer.readers.docx_look import W
from reviewer.readers.package import OFFICE, strict_spaces
from reviewer.settings import Limits

R = "{" + OFFICE + "/relationships}"
M = "{" + OFFICE + "/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
CX = "{http://schemas.microsoft.com/office/drawing/2014/chartex}"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
TYPES_PART = "[Content_Types].xml"

WORDS = frozenset({W + "t", M + "t", A + "t", W + "delText", W + "instrText", W + "delInstrText",
                   C + "v", C + "f", CX + "v", CX + "pt", CX + "f"})  # fmt: skip
"""elements whose text is text of the draft; others that a trace names stand for a character themselves"""

_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def traced(
    data: bytes, document: Document, limits: Limits, read: Callable[[bytes, str, Limits], Traced] = read_traced
) -> Traced:
    """The draft with what its text came from. MarkingError where it is not what was reviewed."""
    found = read(data, document.path, limits)
    if found.document.text != document.text:
        raise MarkingError("文件与审查时读到的内容不一致，没有处理。请重新审查这个文件。")
    found.origins.sort(key=lambda one: one.start)
    return found


def written(root: etree._Element, original: bytes = b"") -> bytes:
    """A part's XML, in the strict namespaces of its original where that had them."""
    data = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    for name, strict in strict_spaces(original).items() if original else ():
        data = re.sub(rb'(xmlns(?::[A-Za-z0-9_.-]+)?="http:)' + re.escape(name) + b'"', rb"\1" + strict + b'"', data)
    return data


def relations_name(part: str) -> str:
    """The member that holds the relationships of a part ("" is the package)."""
    folder, base = posixpath.split(part)
    return posixpath.join(folder, "_rels", base + ".rels")


def ancestors(element: etree._Element) -> list[etree._Element]:
    """The element and all around it, outermost first."""
    return [*reversed([element, *element.iterancestors()])]


def digits_of(values: Iterable[object]) -> Iterator[int]:
    """The whole numbers among some attributes' values."""
    for value in values:
        text = str(value)
        if text.isascii() and text.lstrip("-").isdigit() and len(text) < 10:
            yield int(text)


def fit(text: str) -> str:
    """Text without what no XML may hold."""
    return _UNFIT.sub("\ufffd", text)


def put_text(element: etree._Element, text: str) -> None:
    """Set an element's text so that spaces at its ends count."""
    element.text = fit(text)
    if text != text.strip():
        element.set(XML_SPACE, "preserve")


def is_signed(names: Iterable[str]) -> bool:
    """Whether a package with these members holds a digital signature."""
    return any(name.lower().startswith("_xmlsignatures/") for name in names)


def local(element: etree._Element) -> str:
    """The tag without its namespace."""
    return str(element.tag).rpartition("}")[2]
