"""Reads a spreadsheet (xlsx, xlsm, xltx; ECMA-376, SpreadsheetML): every cell, and all it carries beside.

Cells come first, sheet by sheet, the shown sheets before the hidden ones; then what hangs on each
sheet, then what hangs on the workbook, and last what is embedded. Every member of the package is read,
known to hold no text, or named in a Gap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from reviewer.errors import Broken, ReadError, TooDeep, UnknownFormat
from reviewer.model import Document, Locator, cell_name
from reviewer.readers import pictures
from reviewer.readers.assembly import Assembly
from reviewer.readers.package import Package, Relationship, is_strange, misplaced
from reviewer.readers.xlsx_beside import add_beside_cells, add_code_name
from reviewer.readers.xlsx_book import (
    MAIN,
    REL,
    Book,
    Tab,
    clean,
    each,
    is_true,
    link_text,
    local,
    own_values,
)
from reviewer.readers.xlsx_drawing import vml
from reviewer.readers.xlsx_parts import READERS, custom_xml, harvest
from reviewer.readers.xlsx_scan import Strings, read_strings
from reviewer.readers.xlsx_sheet import Sheet, Styles, active_filters, mark_filtered, read_sheet
from reviewer.readers.xlsx_style import read_looks, read_palette
from reviewer.settings import Limits

_STATES = {"hidden": "隐藏工作表", "veryHidden": "深度隐藏工作表"}
_SHEET_KINDS = {"worksheet", "chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet"}
_PICTURES = {
    "png",
    "jpg",
    "jpeg",
    "gif",
    "bmp",
    "tif",
    "tiff",
    "emf",
    "wmf",
    "wdp",
    "svg",
    "ico",
    "webp",
    "jfif",
}
_TEXTS = {"txt", "csv", "tsv", "md", "htm", "html", "mht"}
_PRINTER = re.compile(r"printerSettings[0-9]*\.bin$", re.I)


def read(data: bytes, name: str, limits: Limits, depth: int) -> Document:
    """The workbook as a Document. Raises Broken, Encrypted, TooBig, TooDeep or UnknownFormat."""
    package = Package(data, limits)
    book = Book(package, Assembly(), limits, depth)
    part = workbook_part(package)
    root = package.xml(part)
    if root.tag != f"{MAIN}workbook":
        raise Broken("文件缺少工作簿部分，无法读取。请用原软件打开检查后另存。")
    package.content_type(part)  # a damaged list of parts is told before all else
    tabs = list(sheet_tabs(package, part, root))
    _find_owners(book, tabs)
    _read_cells(book, part, root, tabs)
    _workbook(book, root, tabs)
    book.read.add(part)
    _outside(book, "")
    _outside(book, part)
    _other_parts(book)
    return book.assembly.finish(path=name, kind="xlsx", data=data)


def workbook_part(package: Package) -> str:
    for link in package.relationships("").values():
        if link.kind == "officeDocument" and link.target in package:
            if link.target.lower().endswith(".bin"):
                raise UnknownFormat("这是二进制工作簿（xlsb），本版本还不能读取。请另存为 xlsx。")
            return link.target
    if "xl/workbook.xml" in package:
        return "xl/workbook.xml"
    raise Broken("文件缺少工作簿部分，无法读取。请用原软件打开检查后另存。")


def sheet_tabs(package: Package, part: str, root: etree._Element) -> Iterator[Tab]:
    """The sheets of the workbook, then those in the package that it does not list."""
    links = package.relationships(part)
    listed = set()
    for element in root.iterfind(f"{MAIN}sheets/{MAIN}sheet"):
        link = links.get(element.get(f"{REL}id") or "")
        if link is None or link.target not in package:
            raise Broken("文件不完整：缺少一个工作表。请重新获取原文件。")
        listed.add(link.target.lower())
        concealed = _STATES.get(element.get("state") or "", "")
        yield Tab(clean(element.get("name") or ""), link.target, link.kind, concealed)
    for name in package.names():
        if re.fullmatch(r"xl/(worksheets|macrosheets)/[^/]*\.xml", name, re.I) and name.lower() not in listed:
            yield Tab(name.rsplit("/", 1)[-1], name, "worksheet", "未列出的工作表")


def _find_owners(book: Book, tabs: list[Tab]) -> None:
    """Note for each part which sheet it hangs on, over any number of steps."""
    for tab in tabs:
        waiting = [tab.part]
        while waiting:
            for link in _inside_links(book, waiting.pop()):
                shared = link.target in book.owners or link.kind == "pivotCacheDefinition"
                if not shared and link.target in book.package and link.kind not in _SHEET_KINDS:
                    book.owners[link.target] = tab.name
                    waiting.append(link.target)


def _inside_links(book: Book, part: str) -> list[Relationship]:
    """The relationships to other parts; none where they are broken, which `_outside` reports."""
    try:
        return [link for link in book.package.relationships(part).values() if not link.external]
    except (Broken, TooDeep):
        return []


# Cells ----------------------------------------------------------------------------------------------


def _read_cells(book: Book, part: str, root: etree._Element, tabs: list[Tab]) -> None:
    """All sheets as tables, the shown ones first; then what stands beside the cells of each."""
    package = book.package
    parts = {
        link.kind: link.target for link in package.relationships(part).values() if link.target in package
    }
    theme = _optional(book, parts.get("theme"), "theme")
    style_root = _optional(book, parts.get("styles"), "styleSheet")
    palette = read_palette(theme, style_root)
    settings = root.find(f"{MAIN}workbookPr")
    from_1904 = settings is not None and is_true(settings.get("date1904"))
    styles = Styles(read_looks(style_root, palette), palette, from_1904)
    strings = Strings()
    if "xl/sharedStrings.xml" in package:
        parts.setdefault("sharedStrings", "xl/sharedStrings.xml")
    if "sharedStrings" in parts:
        strings = read_strings(package, parts["sharedStrings"], book.limits, palette)
        book.read.add(parts["sharedStrings"])
        book.strings = set(strings.texts)
    sheets: list[tuple[Tab, Sheet]] = []
    for tab in sorted(tabs, key=lambda tab: bool(tab.concealed)):
        sheet = read_sheet(package, tab.part, book.limits, strings, styles)
        book.read.add(tab.part)
        mark_filtered(sheet, [*active_filters(sheet.root), *_table_filters(book, tab.part)])
        _add_cells(book, tab, sheet)
        sheet.rows.clear()
        sheets.append((tab, sheet))
    for tab, sheet in sheets:
        add_beside_cells(book, tab, sheet)
    _spare_strings(book, strings)
    if style_root is not None:
        _format_texts(book, style_root)


_FORMAT_TEXT = re.compile(r'"([^"]*(?:[\u3400-\u9fff]{2}|[0-9]{7})[^"]*)"')


def _format_texts(book: Book, styles: etree._Element) -> None:
    """Longer texts in number formats of conditional formats, and in those that no cell style uses."""
    used = {xf.get("numFmtId") for xf in styles.iterfind(f"{MAIN}cellXfs/{MAIN}xf")}
    own = styles.iterfind(f"{MAIN}numFmts/{MAIN}numFmt")
    spare = [element for element in own if element.get("numFmtId") not in used]
    spare.extend(styles.iterfind(f"{MAIN}dxfs/{MAIN}dxf/{MAIN}numFmt"))
    codes = (element.get("formatCode", "") for element in spare)
    found = (match[1] for code in codes for match in _FORMAT_TEXT.finditer(code))
    for text in dict.fromkeys(found):
        book.assembly.add(clean(text), part="formula", locator=Locator(note="数字格式"), hint="数字格式")
    for style in each(styles, "cellStyle"):
        name = clean(style.get("name") or "")
        if re.search("[0-9]{7}|@", name):
            book.assembly.add(name, part="name", hint="单元格样式")


def _optional(book: Book, part: str | None, name: str) -> etree._Element | None:
    """The root of a part; Broken where it is not the element `name`. None where there is no such part."""
    if part is None:
        return None
    book.read.add(part)
    root = book.package.xml(part)
    if local(root) != name:
        raise misplaced()
    if local(root) == "styleSheet" and root.tag != f"{MAIN}styleSheet":
        raise Broken("文件内的 XML 名称有误，无法读取。请用原软件打开检查后另存。")
    return root


def _table_filters(book: Book, part: str) -> Iterator[str]:
    for link in _inside_links(book, part):
        if link.kind == "table" and link.target in book.package:
            try:
                yield from active_filters(book.package.xml(link.target))
            except (Broken, TooDeep):
                continue  # reported when the part itself is read


def _add_cells(book: Book, tab: Tab, sheet: Sheet) -> None:
    part = "hidden" if tab.concealed else "body"
    book.assembly.add_table(
        sheet.rows,
        part=part,
        sheet=tab.name,
        concealed=tab.concealed,
        hidden_rows=sheet.hidden_rows,
        hidden_columns=sheet.hidden_columns,
        marks=sheet.marks,
    )
    headers: dict[int, str] = {}
    if sheet.shown:
        for _, cells in sheet.rows:
            for column, text in cells:
                headers.setdefault(column, text)
    for row, column, text in sheet.shown:
        place = Locator(sheet=tab.name, cell=cell_name(row, column), row=row, column=column)
        book.assembly.add(clean(text), part=part, locator=place, label=headers.get(column, ""))


def _spare_strings(book: Book, strings: Strings) -> None:
    """Shared strings that no cell shows any more, and phonetic hints."""
    spare = [
        text for text, used in zip(strings.texts, strings.used, strict=True) if not used and text.strip()
    ]
    rows = [(number, [(1, text)]) for number, text in enumerate(spare, 1)]
    place = Locator(note="共享字符串")
    book.assembly.add_table(rows, part="hidden", locator=place, concealed="没有单元格使用的文字")
    for text in dict.fromkeys(strings.phonetic):
        book.assembly.add(text, part="alt", locator=Locator(note="拼音"))


# The workbook and its other parts -------------------------------------------------------------------

_BUILT_IN = re.compile(r"_xl(?:nm|fn|pm|eta|ws|udf)\.|_FilterDatabase|solver_")
_PLAIN_REFERENCE = re.compile(
    r"=?(?:(?:'(?:[^'\[]|'')*'|[^'!\"\[(,]+)!)?\$?[A-Z]{0,3}\$?[0-9]{0,7}(?::\$?[A-Z]{0,3}\$?[0-9]{0,7})?"
)


def _workbook(book: Book, root: etree._Element, tabs: list[Tab]) -> None:
    """Sheet names, defined names, and what else the workbook part says."""
    add = book.assembly.add
    for tab in tabs:
        add(tab.name, part="name", locator=Locator(sheet=tab.name), hint="工作表名")
    for element in root.iterfind(f"{MAIN}definedNames/{MAIN}definedName"):
        _defined_name(book, element, tabs)
    for element in each(root, "fileSharing"):
        add(clean(element.get("userName") or ""), part="property", hint="写保护设置者")
    for element in each(root, "workbookPr"):
        add_code_name(book, element)
    for element in each(root, "customWorkbookView"):
        add(clean(element.get("name") or ""), part="property", hint="自定义视图")
    for element in each(root, "absPath"):
        add(clean(element.get("url") or ""), part="property", hint="保存路径")
    for element in each(root, "webPublishing"):
        add(clean(element.get("title") or ""), part="property", hint="网页标题")


def _defined_name(book: Book, element: etree._Element, tabs: list[Tab]) -> None:
    name, value = clean(element.get("name") or ""), clean(element.text or "").strip()
    if _BUILT_IN.match(name):
        return
    owner = element.get("localSheetId") or ""
    listed = [tab for tab in tabs if tab.concealed != "未列出的工作表"]
    known = owner.isascii() and owner.isdigit() and int(owner) < len(listed)
    place = Locator(sheet=listed[int(owner)].name if known else None, note=name)
    hidden = "隐藏的名称" if is_true(element.get("hidden")) else ""
    lost = "#REF!" in value and not own_values(value)
    if not lost and not _PLAIN_REFERENCE.fullmatch(value):
        if value[:1] == '"' == value[-1:] and value.count('"') == 2:
            value = value[1:-1]
        book.assembly.add(value, part="name", locator=place, label=name, concealed=hidden)
    book.assembly.add(name, part="name", locator=place, hint="定义的名称")
    for key in ("comment", "description", "help", "statusBar", "customMenu"):
        book.assembly.add(clean(element.get(key) or ""), part="name", locator=place, label=name)


def _other_parts(book: Book) -> None:
    """All members that are not read yet: XML by its reader, the rest as an attachment or a Gap."""
    names = sorted(book.package.names(), key=_rank)
    for name in names:
        if name not in book.read and name != "[Content_Types].xml" and _is_text(book, name):
            _text_part(book, name)
    for name in names:
        if name not in book.read and not _is_text(book, name):
            _outside(book, name)
            _binary_part(book, name, name.rsplit(".", 1)[-1].lower())


def _is_text(book: Book, name: str) -> bool:
    known = name.lower().endswith((".xml", ".vml", ".rels"))
    return known or book.package.content_type(name).lower().endswith("xml")


def _text_part(book: Book, name: str) -> None:
    if name.lower().endswith(".rels"):
        folder, _, base = name.rpartition("_rels/")
        source = folder + base[: -len(".rels")]
        if source and source not in book.package:
            _xml_part(book, name)
        return
    _outside(book, name)
    if name.lower().endswith(".vml"):
        vml(book, name, book.owners.get(name))
    elif name not in book.read:
        _xml_part(book, name)


def _rank(name: str) -> tuple[int, str]:
    """Threaded comments before the old ones that repeat them; properties last."""
    name = name.lower()
    order = (
        "xl/threadedcomments/",
        "xl/comments",
        "xl/drawings/",
        "xl/charts/",
        "xl/pivotcache/pivotcachedef",
        "xl/",
    )
    return next((i for i, start in enumerate(order) if name.startswith(start)), len(order)), name


def _outside(book: Book, name: str) -> None:
    """The targets outside the package that a part names."""
    try:
        links = book.package.relationships(name).values()
    except (Broken, TooDeep) as fault:
        _broken(book, name, fault)
        return
    for link in links:
        if link.external:
            place = Locator(sheet=book.owners.get(name), note=name.rsplit("/", 1)[-1])
            book.assembly.add(link_text(link.target), part="field", locator=place, hint="外部链接")


def _xml_part(book: Book, name: str) -> None:
    try:
        root = book.package.xml(name)
        reader = READERS.get(local(root))
        if reader is None or is_strange(root, MAIN, _IN_MAIN):
            reader = custom_xml if name.lower().startswith("customxml/") else harvest
        reader(book, name, root, book.owners.get(name))
    except (Broken, TooDeep) as fault:
        _broken(book, name, fault)


_IN_MAIN = frozenset({
    "comments", "pivotCacheDefinition", "externalLink", "connections", "queryTable", "table", "headers", "revisions",
    "users",
})  # fmt: skip


def _broken(book: Book, name: str, fault: ReadError) -> None:
    place = Locator(sheet=book.owners.get(name), note=name.rsplit("/", 1)[-1])
    message = f"工作簿内的一个部分无法读取：{fault.message}"
    book.assembly.gap(fault.code, message, part="hidden", locator=place)


def _binary_part(book: Book, name: str, suffix: str) -> None:
    base = name.rsplit("/", 1)[-1]
    place = replace(book.pictures.get(name) or Locator(sheet=book.owners.get(name)), note=base)
    kind = book.package.content_type(name).lower()
    if suffix in _PICTURES or kind.startswith("image/"):
        message = "图片里的文字没有读取。请人工查看。"
        pictures.add(
            book.assembly, book.package.read(name), book.limits, locator=place, unread=message, source=name
        )
    elif "vbaproject" in base.lower():
        if "signature" not in base.lower():
            book.assembly.gap(
                "macro", "工作簿含有宏，宏代码没有读取。请人工查看。", part="script", locator=place
            )
    elif _PRINTER.search(name):
        # DEVMODEW starts with the printer's name, 32 UTF-16 units: it may be a person's or a path.
        printer = book.package.read(name)[:64].decode("utf-16-le", "ignore").split("\0")[0]
        if printer.isprintable():
            book.assembly.add(printer, part="property", locator=place, hint="打印机")
    else:
        _embedded(book, name, place)


def _embedded(book: Book, name: str, place: Locator) -> None:
    """A file inside the workbook: read as an attachment where it is a kind that we read."""
    from reviewer.readers import read_bytes

    base = place.note or name
    data = book.package.read(name)
    if not data:
        return
    suffix = base.rsplit(".", 1)[-1].lower()
    if data[:4] != b"PK\x03\x04" and b"%PDF-" not in data[:1024] and suffix not in _TEXTS:
        message = "工作簿内嵌的对象不是可读取的格式，没有读取。请人工查看。"
        book.assembly.gap("unsupported", message, part="attachment", locator=place)
        return
    try:
        if book.depth + 1 > book.limits.depth:
            raise TooDeep("嵌套的文件层数超过上限，里层没有读取。请人工查看。")
        book.assembly.embed(read_bytes(data, base, book.limits, book.depth + 1), name=base)
    except ReadError as fault:
        book.assembly.gap(
            fault.code, f"内嵌的文件无法读取：{fault.message}", part="attachment", locator=place
        )
