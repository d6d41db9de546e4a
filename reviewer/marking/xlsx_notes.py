"""Puts notes (legacy comments with their VML shapes) on the cells of a sheet, beside those that are there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lxml import etree

from reviewer.marking.model import AUTHOR
from reviewer.marking.xlsx_parts import LONGEST, Draft, child, shown
from reviewer.model import cell_name
from reviewer.readers.package import OFFICE, parse_xml
from reviewer.readers.xlsx_book import MAIN, REL, each, ranges

Place = tuple[int, int]
"""row and column"""
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_KIND = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_BEHIND = ("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "AlternateContent", "webPublishItems",
           "tableParts", "extLst")  # fmt: skip
"""what follows legacyDrawing in a worksheet (ECMA-376 part 1, 18.3.1.99); AlternateContent holds the controls"""
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_NO_COMMENTS = f'<comments xmlns="{MAIN[1:-1]}"><authors/><commentList/></comments>'.encode()
_NO_SHAPES = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    b' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    b"</o:shapelayout></xml>"
)
_SHAPE_TYPE = (
    '<v:shapetype id="{0}" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape id="_x0000_s{0}" type="#{1}" style="position:absolute;margin-left:60pt;margin-top:2pt;width:230pt;'
    'height:130pt;z-index:{2};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
    '<v:shadow color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto">'
    '<div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/>'
    "<x:SizeWithCells/><x:Anchor>{3}, 15, {4}, 2, {5}, 15, {6}, 4</x:Anchor><x:AutoFill>False</x:AutoFill>"
    "<x:Row>{7}</x:Row><x:Column>{8}</x:Column></x:ClientData></v:shape>"
)
_OWN_TYPE = "_x0000_t202"
_END = re.compile(rb"</xml\s*>\s*\Z", re.I)
_NAMESPACES = re.compile(rb'xmlns:([A-Za-z0-9]+)\s*=\s*["\']([^"\']*)["\']')
_NEEDED = {"v": "urn:schemas-microsoft-com:vml", "o": "urn:schemas-microsoft-com:office:office",
           "x": "urn:schemas-microsoft-com:office:excel"}  # fmt: skip


def add_notes(draft: Draft, part: str, root: etree._Element, texts: Mapping[Place, str]) -> set[Place]:
    """Put a note on each of these cells of the sheet `part`, whose tree is `root`; returns the cells without one.

    A cell that has a note keeps it, and ours is added below. One with a threaded comment takes none: a
    spreadsheet program writes its note anew from the thread.
    """
    threaded = _threaded(draft, part)
    wanted = {place: text for place, text in sorted(texts.items()) if place not in threaded}
    if not wanted:
        return threaded & set(texts)
    shapes = _shapes(draft, part, root)
    if shapes is None:
        return set(texts)
    name = draft.linked(part, "comments")
    if name is None:
        name = draft.unused("xl/comments{}.xml")
        draft.put(name, parse_xml(_NO_COMMENTS, draft.limits))
        draft.add_link(part, "comments", name)
        draft.declare(name, _KIND)
    fresh = _write_comments(draft.edited(name), wanted)
    if fresh:
        _write_shapes(draft, part, root, shapes, fresh)
    return threaded & set(texts)


def _threaded(draft: Draft, part: str) -> set[Place]:
    """The cells with threaded comments."""
    found: set[Place] = set()
    for link in draft.links(part).values():
        if link.kind == "threadedComment" and not link.external and link.target in draft.package:
            for comment in each(draft.tree(link.target), "threadedComment"):
                found.update((row, column) for row, column, _, _ in ranges(comment.get("ref") or ""))
    return found


def _write_comments(root: etree._Element, texts: Mapping[Place, str]) -> list[Place]:
    """Our text in the comments part; returns the cells that had no comment."""
    authors = child(root, "authors", ("commentList", "extLst"))
    listed = child(root, "commentList", ("extLst",))
    author = str(len(authors))
    there: dict[Place, etree._Element] = {}
    for comment in listed.iterfind(MAIN + "comment"):
        for row, column, _, _ in ranges(comment.get("ref") or ""):
            there.setdefault((row, column), comment)
    fresh = [place for place in texts if place not in there]
    if fresh:
        etree.SubElement(authors, MAIN + "author").text = AUTHOR
    for place, text in texts.items():
        if (known := there.get(place)) is None:
            comment = etree.SubElement(listed, MAIN + "comment", ref=cell_name(*place), authorId=author)
            _add_run(etree.SubElement(comment, MAIN + "text"), text)
        else:
            _append(known, f"\n\n{AUTHOR}：\n{text}")
    return fresh


def _append(comment: etree._Element, text: str) -> None:
    """Add a run at the end of a comment; what was one plain text becomes its first run."""
    holder = child(comment, "text")
    plain = holder.find(MAIN + "t")
    if plain is not None:
        first = etree.Element(MAIN + "r")
        holder.replace(plain, first)
        first.append(plain)
    _add_run(holder, text)


def _add_run(holder: etree._Element, text: str) -> None:
    run = etree.Element(MAIN + "r")
    properties = etree.SubElement(run, MAIN + "rPr")
    etree.SubElement(properties, MAIN + "sz", val="9")
    etree.SubElement(properties, MAIN + "rFont", val="宋体")
    element = etree.SubElement(run, MAIN + "t")
    element.set(_SPACE, "preserve")
    element.text = shown(text[:LONGEST])
    # Phonetic hints follow the runs.
    behind = next((k for k, one in enumerate(holder) if one.tag not in (MAIN + "r", MAIN + "t")), len(holder))
    holder.insert(behind, run)


# Shapes ---------------------------------------------------------------------------------------------


def _shapes(draft: Draft, part: str, root: etree._Element) -> bytes | None:
    """The sheet's VML drawing as it is, a new one where it has none, None where it can not be added to."""
    name = _vml_part(draft, part, root)
    if name is None:
        return _NO_SHAPES
    data = draft.original(name)
    declared = {prefix.decode(): space.decode("utf-8", "replace") for prefix, space in _NAMESPACES.findall(data)}
    usual = all(declared.get(prefix, space) == space for prefix, space in _NEEDED.items())
    return data if usual and _END.search(data) else None


def _vml_part(draft: Draft, part: str, root: etree._Element) -> str | None:
    """The drawing that the sheet's legacyDrawing names: not the one of its print header."""
    element = root.find(MAIN + "legacyDrawing")
    link = draft.links(part).get(element.get(f"{REL}id") or "") if element is not None else None
    return link.target if link is not None and not link.external and link.target in draft.package else None


def _write_shapes(draft: Draft, part: str, root: etree._Element, data: bytes, places: Iterable[Place]) -> None:
    name = _vml_part(draft, part, root)
    if name is None:
        name = draft.unused("xl/drawings/vmlDrawing{}.vml")
        identity = draft.add_link(part, "vmlDrawing", name)
        draft.declare(name, _VML_KIND, extension="vml")
        holder = child(root, "legacyDrawing", _BEHIND)
        holder.set(f"{{{OFFICE}/relationships}}id", identity)
    end = _END.search(data)
    assert end is not None
    draft.changed[name] = data[: end.start()] + _drawn(data, places).encode() + data[end.start() :]


def _drawn(data: bytes, places: Iterable[Place]) -> str:
    """Shapes for notes on these cells, with numbers that no shape in `data` has."""
    number = max([1024, *(int(found) for found in re.findall(rb"_x0000_s([0-9]{1,9})", data))])
    kind = _OWN_TYPE
    out = []
    if not re.search(rb'shapetype\s[^<>]*id\s*=\s*["\']%s["\']' % kind.encode(), data):
        out.append(_SHAPE_TYPE.format(kind))
    declared = {prefix for prefix, _ in _NAMESPACES.findall(data)}
    missing = "".join(f' xmlns:{p}="{space}"' for p, space in _NEEDED.items() if p.encode() not in declared)
    for row, column in places:
        number += 1
        top = max(row - 2, 0)
        shape = _SHAPE.format(number, kind, number, column, top, column + 4, top + 8, row - 1, column - 1)
        out.append(shape.replace("<v:shape ", f"<v:shape{missing} ", 1) if missing else shape)
    return "".join(out)
