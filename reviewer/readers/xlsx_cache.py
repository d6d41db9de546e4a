"""What a workbook keeps of data that is elsewhere or gone: pivot caches, external links, change logs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from reviewer.model import Locator
from reviewer.readers.assembly import Cell
from reviewer.readers.package import Package
from reviewer.readers.xlsx_book import MAIN, Book, all_text, clean, columns_of, each, local, own_values
from reviewer.readers.xlsx_format import number_text
from reviewer.readers.xlsx_scan import drop


def pivot_cache(book: Book, part: str, root: etree._Element, sheet: str | None) -> None:
    """The fields and records that a pivot table keeps, also when its source sheet is gone."""
    fields = root.findall(f"{MAIN}cacheFields/{MAIN}cacheField")
    names = [clean(f.get("caption") or f.get("name") or "") for f in fields]
    # In a damaged file one list lies in another.
    lists = [next(iter(f.findall(f".//{MAIN}sharedItems")[-1:]), ()) for f in fields]
    items = [[_item(i) for i in one] for one in lists]
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


def revisions(book: Book, part: str, root: etree._Element, sheet: str | None) -> None:
    """Old and new values, and who changed them, from the change log of a shared workbook."""
    place = Locator(note="修订记录")
    for element in root.iter():
        for name in ("userName", "name"):
            hint = "修订者" if local(element) in ("header", "userInfo") else "修订记录"
            book.assembly.add(clean(element.get(name) or ""), part="property", locator=place, hint=hint)
        if local(element) in ("nc", "oc"):
            text = "".join(clean(all_text(e)) for e in element if local(e) != "f")
            if element.get("t", "n") == "n":
                text = number_text(text)
            book.assembly.add(text, part="hidden", locator=place, concealed="修订记录")
        elif local(element) in ("f", "oldFormula", "formula") and own_values(element.text or ""):
            book.assembly.add(clean(element.text or ""), part="formula", locator=place)
