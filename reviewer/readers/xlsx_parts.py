"""What a workbook carries beside its cells: comments, drawings, charts, caches, links, properties.

Each XML part is told by its root element, so that a part is found wherever it lies in the package. A
reader here takes (book, part, root, sheet) and adds what the part holds to book.assembly; `sheet` is the
name of the worksheet that the part belongs to, or None.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from reviewer.errors import ReadError
from reviewer.model import Locator, cell_name
from reviewer.readers.assembly import Assembly, Cell
from reviewer.readers.package import OFFICE, Package
from reviewer.readers.xlsx_format import MAIN, columns_of, number_text, ranges
from reviewer.readers.xlsx_sheet import clean, drop, is_true, own_values, plain_text
from reviewer.settings import Limits

REL = f"{{{OFFICE}/relationships}}"


@dataclass(slots=True)
class Book:
    """One workbook while it is read."""

    package: Package
    assembly: Assembly
    limits: Limits
    depth: int
    read: set[str] = field(default_factory=set)
    """parts that are done or hold nothing to read"""
    owners: dict[str, str] = field(default_factory=dict)
    """part -> name of the worksheet that it hangs on"""
    strings: set[str] = field(default_factory=set)
    """the shared strings: what a table's header repeats is known"""
    threads: dict[tuple[str | None, str], list[str]] = field(default_factory=dict)
    """(sheet, cell) -> texts of threaded comments, which old-style comments repeat"""
    pictures: dict[str, Locator] = field(default_factory=dict)
    """picture part -> the cell it is anchored at"""


Reader = Callable[[Book, str, etree._Element, "str | None"], None]


def local(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rsplit("}", 1)[-1]


def each(root: etree._Element, name: str) -> Iterator[etree._Element]:
    """All elements of that local name below root, in any namespace."""
    return root.iter("{*}" + name)


def at(sheet: str | None, reference: str | None) -> Locator:
    """The Locator of the first cell of a reference on a sheet."""
    for row, column, _, _ in ranges(reference or ""):
        return Locator(sheet=sheet, cell=cell_name(row, column), row=row, column=column)
    return Locator(sheet=sheet)


# Comments ------------------------------------------------------------------------------------------


def threaded_comments(book: Book, part: str, root: etree._Element, sheet: str | None) -> None:
    for comment in each(root, "threadedComment"):
        text = clean("".join("".join(t.itertext()) for t in comment if local(t) == "text"))
        place = at(sheet, comment.get("ref"))
        book.threads.setdefault((sheet, place.cell or ""), []).append(text)
        book.assembly.add(text, part="comment", locator=place, concealed="批注")


def comments(book: Book, part: str, root: etree._Element, sheet: str | None) -> None:
    authors = [clean(author.text or "") for author in root.iter(f"{MAIN}author")]
    for author in dict.fromkeys(a for a in authors if not a.startswith("tc={")):
        book.assembly.add(author, part="property", locator=Locator(sheet=sheet), hint="批注作者")
    for comment in root.iter(f"{MAIN}comment"):
        holder = comment.find(f"{MAIN}text")
        text = clean(plain_text(holder)) if holder is not None else ""
        place = at(sheet, comment.get("ref"))
        known = book.threads.get((sheet, place.cell or ""))
        if known and "]" in text and all(_words(t) in _words(text) for t in known):
            extra = _without(text, known)
            if not any(c.isdigit() for c in extra):
                continue
        book.assembly.add(text, part="comment", locator=place, concealed="批注")


def _words(text: str) -> str:
    return "".join(text.split())


def _without(text: str, known: list[str]) -> str:
    rest = _words(text)
    for piece in known:
        rest = rest.replace(_words(piece), "")
    return rest


def persons(book: Book, part: str, root: etree._Element, sheet: str | None) -> None:
    for person in each(root, "person"):
        for value in dict.fromkeys((person.get("displayName"), person.get("userId"))):
            book.assembly.add(value or "", part="property", hint="批注作者")


# Drawings and charts -------------------------------------------------------------------------------


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
        start = ancestor.find("{*}from")
        if start is not None:
            column, row = start.findtext("{*}col") or "", start.findtext("{*}row") or ""
            if column.isascii() and column.isdigit() and row.isascii() and row.isdigit():
                return at(sheet, cell_name(int(row) + 1, int(column) + 1))
    return Locator(sheet=sheet)


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
        for name in ("descr", "title"):
            text = clean(properties.get(name) or "")
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
    columns: list[tuple[str, dict[int, str]]] = []
    loose: list[str] = []
    for cache in root.iter("{*}strCache", "{*}numCache", "{*}lvl", "{*}dlblRangeCache"):
        points = _points(cache)
        holder = {local(ancestor) for ancestor in cache.iterancestors()}
        if not points:
            continue
        if "tx" in holder:
            loose.append(" ".join(points.values()))
        elif ("", points) not in columns:
            columns.append(("", points))
    for title in dict.fromkeys([*loose, *(v.text or "" for v in root.iter("{*}v") if _is_title(v))]):
        book.assembly.add(clean(title), part="textbox", locator=place)
    if columns:
        rows: dict[int, list[Cell]] = {}
        for number, (_, points) in enumerate(columns, 1):
            for index, text in points.items():
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


_VML_BOX = re.compile(rb"<(?:\w+:)?textbox\b[^>]*>(.*?)</(?:\w+:)?textbox>", re.S | re.I)
_VML_TEXT = re.compile(rb"""\s(?:alt|\w+:title|string)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.I)


def vml(book: Book, part: str, sheet: str | None) -> None:
    """Text boxes and alternative texts of a VML drawing, which is often no well-formed XML."""
    from html import unescape

    data = book.package.read(part)
    place = Locator(sheet=sheet)
    for match in _VML_BOX.finditer(data):
        lines = re.sub(rb"(?i)</div>|<br\s*/?>", b"\n", match[1])
        text = unescape(re.sub(rb"<[^>]*>", b"", lines).decode("utf-8", "replace"))
        book.assembly.add(clean(text).strip(), part="textbox", locator=place)
    for match in _VML_TEXT.finditer(data):
        text = unescape((match[1] or match[2] or b"").decode("utf-8", "replace"))
        book.assembly.add(clean(text), part="alt", locator=place)


# Caches --------------------------------------------------------------------------------------------


def pivot_cache(book: Book, part: str, root: etree._Element, sheet: str | None) -> None:
    """The fields and records that a pivot table keeps, also when its source sheet is gone."""
    fields = root.findall(f"{MAIN}cacheFields/{MAIN}cacheField")
    names = [clean(f.get("caption") or f.get("name") or "") for f in fields]
    items = [[_item(i) for i in f.iterfind(f"{MAIN}sharedItems/*")] for f in fields]
    used = [bytearray(len(column)) for column in items]
    rows: list[tuple[int, list[Cell]]] = [(1, list(enumerate(names, 1)))]
    for link in book.package.relationships(part).values():
        if link.kind == "pivotCacheRecords" and link.target in book.package:
            book.read.add(link.target)
            rows.extend(_records(book.package, link.target, items, used))
    place = Locator(note="数据透视表缓存")
    book.assembly.add_table(rows, part="hidden", locator=place, concealed="数据透视表缓存")
    rest = [[t for t, flag in zip(column, flags, strict=True) if not flag]
            for column, flags in zip(items, used, strict=True)]  # fmt: skip
    if any(rest):
        spare = _by_column(names, rest)
        book.assembly.add_table(spare, part="hidden", locator=place, concealed="数据透视表缓存")
    for group in each(root, "groupItems"):
        for entry in group:
            if local(entry) == "s" and any(c.isalnum() for c in entry.get("v") or ""):
                book.assembly.add(clean(entry.get("v") or ""), part="hidden", locator=place, hint="分组")
    book.assembly.add(root.get("refreshedBy") or "", part="property", hint="刷新者")
    for source in each(root, "worksheetSource"):
        for name in ("name", "sheet"):
            book.assembly.add(source.get(name) or "", part="field", locator=place, hint="数据透视表来源")
    for column in fields:
        if own_values(column.get("formula") or ""):
            book.assembly.add(column.get("formula") or "", part="formula", locator=place)


def _records(
    package: Package, part: str, items: list[list[str]], used: list[bytearray]
) -> Iterator[tuple[int, list[Cell]]]:
    for number, record in enumerate(package.elements(part, f"{MAIN}r"), 2):
        cells: list[Cell] = []
        for column, value in enumerate(record):
            text = value.get("v") or ""
            if local(value) == "x":
                known = items[column] if column < len(items) else []
                if text.isascii() and text.isdigit() and int(text) < len(known):
                    used[column][int(text)] = 1
                    text = known[int(text)]
            else:
                text = _item(value)
            if text:
                cells.append((column + 1, text))
        drop(record)
        yield number, cells


def _item(element: etree._Element) -> str:
    value = element.get("v") or ""
    kind = local(element)
    if kind == "d":
        return value.replace("T00:00:00", "").replace("T", " ")
    return number_text(value) if kind == "n" else clean(value)


def _by_column(names: list[str], columns: list[list[str]]) -> Iterator[tuple[int, list[Cell]]]:
    yield 1, [(i, name) for i, (name, column) in enumerate(zip(names, columns, strict=True), 1) if column]
    for k in range(max(map(len, columns))):
        yield k + 2, [(i, column[k]) for i, column in enumerate(columns, 1) if k < len(column)]


def external_link(book: Book, part: str, root: etree._Element, sheet: str | None) -> None:
    """What the workbook keeps of other workbooks: names and cell values; DDE and OLE sources."""
    place = Locator(note="外部链接缓存")
    for name in each(root, "sheetName"):
        book.assembly.add(clean(name.get("val") or ""), part="name", locator=place, hint="外部工作表名")
    for name in each(root, "definedName"):
        book.assembly.add(clean(name.get("name") or ""), part="name", locator=place, hint="外部定义的名称")
        if own_values(name.get("refersTo") or ""):
            book.assembly.add(name.get("refersTo") or "", part="name", locator=place, hint="外部定义的名称")
    for data in each(root, "sheetData"):
        book.assembly.add_table(_link_rows(data), part="hidden", locator=place, concealed="外部链接缓存")
    for item in root.iter("{*}ddeLink", "{*}ddeItem", "{*}oleLink", "{*}oleItem"):
        for attribute in ("ddeService", "ddeTopic", "name", "progId"):
            book.assembly.add(clean(item.get(attribute) or ""), part="field", locator=place)
    for value in each(root, "val"):
        book.assembly.add(clean(value.text or ""), part="hidden", locator=place, concealed="外部链接缓存")


def _link_rows(data: etree._Element) -> Iterator[tuple[int, list[Cell]]]:
    for count, row in enumerate((r for r in data if local(r) == "row"), 1):
        number = row.get("r") or ""
        cells: list[Cell] = []
        for cell in row:
            letters = (cell.get("r") or "").rstrip("0123456789").upper()
            column = columns_of(letters) if re.fullmatch("[A-Z]{1,3}", letters) else len(cells) + 1
            text = cell.findtext("{*}v") or ""
            text = number_text(text) if cell.get("t", "n") == "n" else clean(text)
            if text:
                cells.append((column, text))
        yield int(number) if re.fullmatch("[0-9]{1,7}", number) else count, cells


# Connections, tables, lists ------------------------------------------------------------------------


def connections(book: Book, part: str, root: etree._Element, sheet: str | None) -> None:
    """Connection strings, queries, paths and addresses; passwords stand in them."""
    for element in root.iter():
        for name, value in element.attrib.items():
            if len(value) > 3 and not re.fullmatch(r"[0-9.]+|\{[0-9A-Fa-f-]+\}|true|false", str(value)):
                key = str(name).rsplit("}", 1)[-1]
                book.assembly.add(clean(str(value)), part="field", locator=Locator(sheet=sheet), hint=key)


def table(book: Book, part: str, root: etree._Element, sheet: str | None) -> None:
    """Column names that are no cell's text, notes and formulas of a table."""
    place = at(sheet, root.get("ref"))
    for column in root.iter(f"{MAIN}tableColumn"):
        for name in ("name", "totalsRowLabel"):
            text = clean(column.get(name) or "")
            if text not in book.strings:
                book.assembly.add(text, part="name", locator=place, hint="表格列名")
    for formula in root.iter(f"{MAIN}calculatedColumnFormula", f"{MAIN}totalsRowFormula"):
        if own_values(formula.text or ""):
            book.assembly.add(clean(formula.text or ""), part="formula", locator=place)
    book.assembly.add(clean(root.get("comment") or ""), part="name", locator=place, hint="表格说明")
    filters(book, root, sheet)


def filters(book: Book, root: etree._Element, sheet: str | None) -> None:
    """The values that a filter asks for: they stay after the cells have changed."""
    for entry in root.iter(f"{MAIN}filter", f"{MAIN}customFilter"):
        text = clean(entry.get("val") or "").strip("*")
        if text not in book.strings:
            book.assembly.add(text, part="form", locator=Locator(sheet=sheet), hint="筛选条件")


def slicer(book: Book, part: str, root: etree._Element, sheet: str | None) -> None:
    """Names, captions and items of slicers and timelines."""
    for element in root.iter():
        for name in ("caption", "name", "sourceName", "c", "n"):
            text = clean(element.get(name) or "")
            if any(ch.isalnum() for ch in text):
                book.assembly.add(text, part="form", locator=Locator(sheet=sheet), hint="切片器")


def control(book: Book, part: str, root: etree._Element, sheet: str | None) -> None:
    """Lists and texts of a form control."""
    for element in root.iter():
        for name, value in element.attrib.items():
            if local(element) == "item" or any(ord(c) > 127 for c in str(value)) or own_values(str(value)):
                book.assembly.add(clean(str(value)), part="form", locator=Locator(sheet=sheet), hint=str(name))


def revisions(book: Book, part: str, root: etree._Element, sheet: str | None) -> None:
    """Old and new values, and who changed them, from the change log of a shared workbook."""
    place = Locator(note="修订记录")
    for element in root.iter():
        for name in ("userName", "name"):
            hint = "修订者" if local(element) in ("header", "userInfo") else "修订记录"
            book.assembly.add(clean(element.get(name) or ""), part="property", locator=place, hint=hint)
        if local(element) in ("nc", "oc"):
            text = "".join(clean("".join(e.itertext())) for e in element if local(e) != "f")
            if element.get("t", "n") == "n":
                text = number_text(text)
            book.assembly.add(text, part="hidden", locator=place, concealed="修订记录")
        elif local(element) in ("f", "oldFormula", "formula") and own_values(element.text or ""):
            book.assembly.add(clean(element.text or ""), part="formula", locator=place)


# Properties ----------------------------------------------------------------------------------------

_CORE = {"creator": "作者", "lastModifiedBy": "最后修改者", "title": "标题", "subject": "主题", "keywords": "关键词",
         "description": "备注", "category": "类别", "contentStatus": "内容状态", "identifier": "标识",
         "version": "版本", "contentType": "内容类型"}  # fmt: skip
_APP = {"Company": "单位", "Manager": "主管", "HyperlinkBase": "超链接基础", "Template": "模板",
        "PresentationFormat": "演示格式"}  # fmt: skip
_OWN_PROPERTIES = re.compile(r"KSO.*|ICV|ContentTypeId|_dlc_.*|WorkbookGuid|CalculationRule|KSORubyTemplateID")
"""custom properties that programs write for themselves: no person's words"""


def core_properties(book: Book, part: str, root: etree._Element, sheet: str | None) -> None:
    for element in root:
        if (title := _CORE.get(local(element))) is not None:
            text = clean("".join(element.itertext()))
            book.assembly.add(text, part="property", locator=Locator(note=title), hint=title)


def properties(book: Book, part: str, root: etree._Element, sheet: str | None) -> None:
    """Extended properties (docProps/app.xml) or custom ones (docProps/custom.xml)."""
    if str(root.tag).startswith(f"{{{OFFICE}/custom-properties}}"):
        for element in root:
            name = element.get("name") or ""
            text = clean("".join(element.itertext()))
            if not _OWN_PROPERTIES.fullmatch(name):
                book.assembly.add(text, part="property", locator=Locator(note=name), hint=name)
                if any(ord(c) > 127 for c in name) or own_values(name):
                    book.assembly.add(name, part="property", hint="自定义属性名")
        return
    for element in root:
        if (title := _APP.get(local(element))) is not None:
            book.assembly.add(clean(element.text or ""), part="property", locator=Locator(note=title), hint=title)
    for element in root.iter("{*}lpstr", "{*}lpwstr"):
        text = clean(element.text or "")
        if text not in book.strings:
            book.assembly.add(text, part="property", hint="部件标题")


def custom_xml(book: Book, part: str, root: etree._Element, sheet: str | None) -> None:
    """Custom XML data; the queries of a Power Query mash-up are unpacked from it."""
    if local(root) == "DataMashup":
        _mashup(book, root)
    else:
        harvest(book, part, root, sheet)


def _mashup(book: Book, root: etree._Element) -> None:
    """[MS-QDEFF] 2.2: version, length, then a zip that holds Formulas/Section1.m."""
    place = Locator(note="Power Query 查询")
    try:
        data = base64.b64decode(root.text or "")
        inner = Package(data[8 : 8 + int.from_bytes(data[4:8], "little")], book.limits)
        texts = [inner.read(name).decode("utf-8", "replace") for name in inner.names() if name.endswith(".m")]
    except (binascii.Error, ValueError, ReadError):
        book.assembly.gap("broken", "Power Query 查询无法读取。请人工查看。", part="field", locator=place)
        return
    for text in texts:
        book.assembly.add(clean(text), part="field", locator=place, hint="查询")


_WORDS = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]|@|[0-9]{5,}|[Pp]assword|[Pp]wd|[\\/][\\/]")
_MACHINE = re.compile(r"\{?[0-9A-Fa-f]{8}-[0-9A-Fa-f-]{27}\}?|https?://schemas\.\S*|[A-Za-z0-9+/=\s]{200,}")


def harvest(book: Book, part: str, root: etree._Element, sheet: str | None) -> None:
    """All text of a part that has no reader of its own, and those attributes that may hold a person's words."""
    place = Locator(sheet=sheet, note=part.rsplit("/", 1)[-1])
    for element in root.iter():
        for text in (element.text or "", element.tail or ""):
            if not _MACHINE.fullmatch(text.strip()):
                book.assembly.add(clean(text).strip(), part="property", locator=place, hint=local(element))
        for name, value in element.attrib.items():
            if _WORDS.search(str(value)) and not _MACHINE.fullmatch(str(value)):
                hint = str(name).rsplit("}", 1)[-1]
                book.assembly.add(clean(str(value)), part="property", locator=place, hint=hint)


def nothing(book: Book, part: str, root: etree._Element, sheet: str | None) -> None:
    """A part that holds no text of the draft."""


READERS: dict[str, Reader] = {
    "ThreadedComments": threaded_comments,
    "comments": comments,
    "personList": persons,
    "wsDr": drawing,
    "dataModel": drawing,
    "cellImages": drawing,
    "userShapes": drawing,
    "chartSpace": chart,
    "pivotCacheDefinition": pivot_cache,
    "externalLink": external_link,
    "connections": connections,
    "queryTable": connections,
    "table": table,
    "slicers": slicer,
    "slicerCacheDefinition": slicer,
    "timelines": slicer,
    "timelineCacheDefinition": slicer,
    "formControlPr": control,
    "headers": revisions,
    "revisions": revisions,
    "users": revisions,
    "coreProperties": core_properties,
    "Properties": properties,
    "drawing": nothing,
    "theme": nothing,
    "colors": nothing,
    "colorStyle": nothing,
    "chartStyle": nothing,
    "calcChain": nothing,
    "datastoreItem": nothing,
    "layoutDef": nothing,
    "styleDef": nothing,
    "colorsDef": nothing,
    "singleXmlCells": nothing,
    "themeOverride": nothing,
}
"""root element -> its reader; any other part goes through `harvest`"""
