"""Drawings and charts of a workbook: text boxes, alternative texts, places of pictures, cached values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from lxml import etree

from reviewer.model import Locator, cell_name
from reviewer.readers.assembly import Cell
from reviewer.readers.xlsx_book import REL, Book, at, clean, each, is_true, local
from reviewer.readers.xlsx_format import number_text


def shape_texts(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """(element, text) of every text body in DrawingML: paragraphs joined by a line feed."""
    bodies: dict[etree._Element, list[str]] = {}
    for paragraph in root.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}p"):
        parent = paragraph.getparent()
        if parent is not None:
            bodies.setdefault(parent, []).append(_paragraph(paragraph))
    for body, lines in bodies.items():
        yield body, clean("\n".join(lines)).strip("\n")


def _paragraph(paragraph: etree._Element) -> str:
    return "".join("\n" if local(e) == "br" else e.text or "" for e in paragraph.iter("{*}t", "{*}br"))


def _is_fallback(element: etree._Element) -> bool:
    return any(local(ancestor) == "Fallback" for ancestor in element.iterancestors())


def _anchor(element: etree._Element, sheet: str | None) -> Locator:
    for ancestor in element.iterancestors():
        start = ancestor.find("{*}from") if ancestor.getparent() is not None else None
        if start is not None:
            column, row = start.findtext("{*}col") or "", start.findtext("{*}row") or ""
            if column.isascii() and column.isdigit() and row.isascii() and row.isdigit():
                return at(sheet, cell_name(int(row) + 1, int(column) + 1))
    return Locator(sheet=sheet)


_GIVEN_NAME = re.compile(r"[^0-9.@]*[0-9]{0,4}")
"""a name that the program gave: 图片 1, TextBox 12, 文本框 3"""


def drawing(book: Book, part: str, root: etree._Element, sheet: str | None) -> None:
    """Text boxes, alternative texts and the places of pictures: xdr, DrawingML, SmartArt, WPS pictures."""
    seen: set[str] = set()
    for body, text in shape_texts(root):
        if _is_fallback(body) and text in seen:
            continue
        seen.add(text)
        hidden = "隐藏的文本框" if _shape_is_hidden(body) else ""
        book.assembly.add(text, part="textbox", locator=_anchor(body, sheet), concealed=hidden)
    for properties in each(root, "cNvPr"):
        for name in ("descr", "title", "name"):
            text = clean(properties.get(name) or "")
            if name == "name" and _GIVEN_NAME.fullmatch(text):
                continue
            if text and not (_is_fallback(properties) and text in seen):
                seen.add(text)
                book.assembly.add(text, part="alt", locator=_anchor(properties, sheet))
    for link in root.iter("{*}hlinkClick", "{*}hlinkHover"):
        book.assembly.add(link.get("tooltip") or "", part="field", locator=_anchor(link, sheet))
    links = book.package.relationships(part)
    for picture in each(root, "blip"):
        target = links.get(picture.get(f"{REL}embed") or "")
        if target is not None:
            book.pictures.setdefault(target.target, _anchor(picture, sheet))


def _shape_is_hidden(body: etree._Element) -> bool:
    shape = body.getparent()
    return shape is not None and any(is_true(p.get("hidden")) for p in each(shape, "cNvPr"))


def chart(book: Book, part: str, root: etree._Element, sheet: str | None) -> None:
    """Titles, and the values that the chart keeps of its cells as one table."""
    place = Locator(sheet=sheet, note="图表")
    for _, text in shape_texts(root):
        book.assembly.add(text, part="textbox", locator=place)
    titles = [clean(value.text or "") for value in root.iter("{*}v") if _is_title(value)]
    columns: dict[tuple[tuple[int, str], ...], None] = {}
    for cache in root.iter("{*}strCache", "{*}numCache", "{*}lvl", "{*}dlblRangeCache"):
        points = _points(cache)
        if any(local(ancestor) == "tx" for ancestor in cache.iterancestors()):
            titles.append(" ".join(points.values()))
        elif points:
            columns[tuple(points.items())] = None
    for title in dict.fromkeys(titles):
        book.assembly.add(title, part="textbox", locator=place)
    rows: dict[int, list[Cell]] = {}
    for number, column in enumerate(columns, 1):
        for index, text in column:
            rows.setdefault(index + 1, []).append((number, text))
    book.assembly.add_table(sorted(rows.items()), part="textbox", locator=place)


def _points(cache: etree._Element) -> dict[int, str]:
    found: dict[int, str] = {}
    numeric = local(cache) == "numCache"
    for count, point in enumerate(p for p in cache if local(p) == "pt"):
        value = point.findtext("{*}v")
        text = clean(value if value is not None else point.text or "").strip()
        index = point.get("idx") or ""
        if text:
            key = int(index) if index.isascii() and index.isdigit() and len(index) < 8 else count
            found[key] = number_text(text) if numeric else text
    return found


def _is_title(value: etree._Element) -> bool:
    parent = value.getparent()
    return parent is not None and local(parent) in ("txData", "tx")


VML_MARK = re.compile(rb"<(/?)(?:[A-Za-z0-9]+:)?textbox(?:\s[^<>]*)?>", re.I)
VML_TEXT = re.compile(rb"""\s(?:alt|[A-Za-z0-9]+:title|string)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.I)

_VML_NUMBER = re.compile(r"(?<![0-9A-Za-z.#_+/-])[0-9]{11,18}(?![0-9A-Za-z.+/])")


def vml(book: Book, part: str, sheet: str | None) -> None:
    """Text boxes and alternative texts of a VML drawing, which is often no well-formed XML."""
    data = book.package.read(part)
    place = Locator(sheet=sheet)
    opened: int | None = None
    told: list[str] = []
    for mark in VML_MARK.finditer(data):
        if opened is not None:
            told.append(vml_text(data[opened : mark.start()]))
            book.assembly.add(told[-1], part="textbox", locator=place)
        opened = None if mark[1] else mark.end()
    for match in VML_TEXT.finditer(data):
        told.append(clean(unescape((match[1] or match[2] or b"").decode("utf-8", "replace"))))
        book.assembly.add(told[-1], part="alt", locator=place)
    # Where quotes or tags are damaged a number stands outside of all that.
    known = "\n".join(told)
    for number in dict.fromkeys(_VML_NUMBER.findall(data.decode("utf-8", "replace"))):
        if number not in known:
            book.assembly.add(number, part="alt", locator=place)


def vml_text(data: bytes) -> str:
    """The text between the marks of a VML text box."""
    lines = re.sub(rb"(?i)</div>|<br\s*/?>", b"\n", data)
    return clean(unescape(re.sub(rb"<[^<>]*>", b"", lines).decode("utf-8", "replace"))).strip()
