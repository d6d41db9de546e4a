"""The small parts of a workbook: comments, connections, tables, lists, properties, and all others.

Each XML part is told by its root element, so that a part is found wherever it lies in the package. A
reader takes (book, part, root, sheet) and adds what the part holds to book.assembly; `sheet` is the
name of the worksheet that the part belongs to, or None.
"""

from __future__ import annotations

import base64
import binascii
import re

from lxml import etree

from reviewer.errors import ReadError
from reviewer.model import Locator
from reviewer.readers.package import OFFICE, Package
from reviewer.readers.xlsx_beside import add_filters
from reviewer.readers.xlsx_book import MAIN, Book, Reader, all_text, at, clean, each, local, own_values
from reviewer.readers.xlsx_cache import external_link, pivot_cache, revisions
from reviewer.readers.xlsx_drawing import chart, drawing
from reviewer.readers.xlsx_scan import plain_text

# Comments -------------------------------------------------------------------------------------------


def threaded_comments(book: Book, part: str, root: etree._Element, sheet: str | None) -> None:
    for comment in each(root, "threadedComment"):
        text = clean("".join(all_text(t) for t in comment if local(t) == "text"))
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
        name, account = person.get("displayName") or "", person.get("userId") or ""
        book.assembly.add(name, part="property", hint="批注作者")
        if account != name:
            book.assembly.add(account, part="property", hint="作者账号")


# Connections, tables, lists -------------------------------------------------------------------------


def connections(book: Book, part: str, root: etree._Element, sheet: str | None) -> None:
    """Connection strings, queries, paths and addresses; passwords stand in them."""
    for element in root.iter():
        for name, value in element.attrib.items():
            if len(value) > 3 and not re.fullmatch(r"[0-9.]{1,7}|\{[0-9A-Fa-f-]+\}|true|false", str(value)):
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
    for given in dict.fromkeys((root.get("displayName"), root.get("name"))):
        if given and not _GIVEN_TABLE.fullmatch(given):
            book.assembly.add(clean(given), part="name", locator=place, hint="表格名称")
    for element in each(root, "table"):
        for key in ("altText", "altTextSummary"):
            book.assembly.add(clean(element.get(key) or ""), part="alt", locator=place, hint="表格替代文字")
    add_filters(book, root, sheet)


_GIVEN_TABLE = re.compile(r"(?:表格?|Table|Tabelle|[A-Za-z_]{1,20})_?[0-9]{0,4}")
"""names that the program gave: 表1, Table2, and short ones in Latin letters"""


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
                book.assembly.add(
                    clean(str(value)), part="form", locator=Locator(sheet=sheet), hint=str(name)
                )


# Properties -----------------------------------------------------------------------------------------

_CORE = {"creator": "作者", "lastModifiedBy": "最后修改者", "title": "标题", "subject": "主题",
         "keywords": "关键词", "description": "备注", "category": "类别", "contentStatus": "内容状态",
         "identifier": "标识", "version": "版本", "contentType": "内容类型"}  # fmt: skip
_APP = {"Company": "单位", "Manager": "主管", "HyperlinkBase": "超链接基础", "Template": "模板",
        "PresentationFormat": "演示格式"}  # fmt: skip
_OWN_PROPERTIES = re.compile(
    r"KSO.*|ICV|ContentTypeId|_dlc_.*|WorkbookGuid|CalculationRule|KSORubyTemplateID"
)
"""custom properties that programs write for themselves: no person's words"""


def core_properties(book: Book, part: str, root: etree._Element, sheet: str | None) -> None:
    for element in root:
        if (title := _CORE.get(local(element))) is not None:
            text = clean(all_text(element))
            book.assembly.add(text, part="property", locator=Locator(note=title), hint=title)


def properties(book: Book, part: str, root: etree._Element, sheet: str | None) -> None:
    """Extended properties (docProps/app.xml) or custom ones (docProps/custom.xml)."""
    if str(root.tag).startswith(f"{{{OFFICE}/custom-properties}}"):
        for element in root:
            name = element.get("name") or ""
            text = clean(all_text(element))
            if not _OWN_PROPERTIES.fullmatch(name):
                book.assembly.add(text, part="property", locator=Locator(note=name), label=name)
                if any(ord(c) > 127 for c in name) or own_values(name):
                    book.assembly.add(name, part="property", hint="自定义属性名")
        return
    for element in root:
        if (title := _APP.get(local(element))) is not None:
            book.assembly.add(
                clean(element.text or ""), part="property", locator=Locator(note=title), hint=title
            )
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
_MACHINE = re.compile(
    r"\{?[0-9A-Fa-f]{8}-[0-9A-Fa-f-]{27}\}?|https?://schemas\.[!-~]*"
    r"|(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])[A-Za-z0-9+/=\r\n]{200,}"
)
"""identities, namespaces and base64: written by programs for programs"""


def harvest(book: Book, part: str, root: etree._Element, sheet: str | None) -> None:
    """All text of a part without a reader of its own, and attributes that may hold a person's words."""
    place = Locator(sheet=sheet, note=part.rsplit("/", 1)[-1])
    for element in root.iter():
        for text in (element.text or "", element.tail or ""):
            if not _MACHINE.fullmatch(text.strip()):
                book.assembly.add(clean(text).strip(), part="property", locator=place, label=local(element))
        for name, value in element.attrib.items():
            if _WORDS.search(str(value)) and not _MACHINE.fullmatch(str(value)):
                label = str(name).rsplit("}", 1)[-1]
                book.assembly.add(clean(str(value)), part="property", locator=place, label=label)


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
