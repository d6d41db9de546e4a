"""What a worksheet's own part holds beside its cells: print texts, validation, links, scenarios."""

from __future__ import annotations

import re

from lxml import etree

from reviewer.model import Locator, cell_name
from reviewer.readers.xlsx_book import (
    MAIN,
    REL,
    Book,
    Tab,
    all_text,
    at,
    clean,
    each,
    link_text,
    local,
    own_values,
)
from reviewer.readers.xlsx_formula import cell_ranges
from reviewer.readers.xlsx_sheet import Sheet


def add_beside_cells(book: Book, tab: Tab, sheet: Sheet) -> None:
    if sheet.unworked:
        _unworked_gap(book, tab, sheet.unworked)
    for row, column, formula in sheet.formulas:
        place = Locator(sheet=tab.name, cell=cell_name(row, column), row=row, column=column)
        book.assembly.add(formula, part="formula", locator=place)
    root, name = sheet.root, tab.name
    _print_texts(book, root, name)
    _validations(book, root, name)
    _conditions(book, root, name)
    _links(book, tab, root)
    _scenarios(book, root, name)
    add_filters(book, root, name)
    for element in each(root, "protectedRange"):
        place = at(name, element.get("sqref"))
        book.assembly.add(clean(element.get("name") or ""), part="name", locator=place, hint="允许编辑的区域")
    for element in each(root, "webPublishItem"):
        for key in ("title", "destinationFile"):
            book.assembly.add(clean(element.get(key) or ""), part="field", locator=Locator(sheet=name))
    for element in each(root, "cellSmartTagPr"):
        book.assembly.add(clean(element.get("val") or ""), part="property", locator=Locator(sheet=name),
                          hint="智能标记")  # fmt: skip
    for element in each(root, "sheetPr"):
        add_code_name(book, element, name)
    if "acrosheet" in tab.kind or local(root) == "macrosheet":
        book.assembly.gap("macro", "工作簿含有宏表，宏代码没有全部读取。请人工查看。", part="script",
                          locator=Locator(sheet=name))  # fmt: skip


_USUAL_CODE = re.compile(r"(?:Sheet|Chart|ThisWorkbook|[A-Za-z_]{1,20})_?[0-9]{0,4}|工作表_?[0-9]{0,4}")


def add_code_name(book: Book, element: etree._Element, sheet: str | None = None) -> None:
    """The name by which macros call a sheet or the workbook, where someone gave it."""
    text = clean(element.get("codeName") or "")
    if not _USUAL_CODE.fullmatch(text) and text != sheet:
        book.assembly.add(text, part="name", locator=Locator(sheet=sheet), hint="代码名称")


def _unworked_gap(book: Book, tab: Tab, cells: list[tuple[int, int]]) -> None:
    row, column = min(cells)
    message = (
        f"有 {len(cells)} 个公式没有存储计算结果（{cell_ranges(cells)}），其结果没有读取。"
        "请用 Excel 或 WPS 打开并保存后重新扫描。"
    )
    place = Locator(sheet=tab.name, cell=cell_name(row, column), row=row, column=column)
    book.assembly.gap("formula-result", message, part="formula", locator=place)


PRINT_CODES = re.compile(r'&(?:"[^"]*"|K(?:[0-9A-Fa-f]{6}|[0-9]{2}[+-][0-9]{3})|[0-9]{1,3}|[A-Za-z]|&)')


def _print_texts(book: Book, root: etree._Element, sheet: str) -> None:
    """Print headers and footers without their codes (ECMA-376 part 1, 18.3.1.46)."""
    seen: set[tuple[str, str]] = set()
    for holder in each(root, "headerFooter"):
        for element in holder:
            part = "header" if local(element).endswith("Header") else "footer"
            text = clean(PRINT_CODES.sub(print_code, element.text or ""))
            text = "\n".join(line.strip() for line in text.split("\n") if line.strip())
            if (part, text) not in seen:
                seen.add((part, text))
                book.assembly.add(text, part=part, locator=Locator(sheet=sheet))


def print_code(match: re.Match[str]) -> str:
    """What the reader puts in the place of a code of a print text."""
    code = match[0][1:]
    return "&" if code == "&" else "\n" if code in ("L", "C", "R") else ""


def _validations(book: Book, root: etree._Element, sheet: str) -> None:
    """Lists, prompts and error texts of data validation; equal ones once."""
    seen: set[str] = set()
    for element in each(root, "dataValidation"):
        place = at(sheet, element.get("sqref") or element.findtext("{*}sqref"))
        texts = [element.get(key) or "" for key in ("promptTitle", "prompt", "errorTitle", "error")]
        for formula in (*each(element, "formula1"), *each(element, "formula2")):
            text = all_text(formula).strip()
            texts.append(text[1:-1].replace('""', '"') if text[:1] == '"' == text[-1:] else _worth(text))
        for text in texts:
            if text and text not in seen:
                seen.add(text)
                book.assembly.add(clean(text), part="form", locator=place, hint="数据验证")


def _worth(formula: str) -> str:
    return formula if own_values(formula) else ""


def _conditions(book: Book, root: etree._Element, sheet: str) -> None:
    """Texts that conditional formats compare with; equal ones once."""
    seen: set[str] = set()
    for rule in each(root, "cfRule"):
        holder = rule.getparent()
        place = at(sheet, None if holder is None else holder.get("sqref") or holder.findtext("{*}sqref"))
        texts = [rule.get("text") or "", *(f"{f.text or ''}" for f in rule.iter("{*}formula", "{*}f"))]
        for text in texts:
            if _worth(text) or (text and text == rule.get("text")):
                key = "|".join(own_values(text)) or text
                if key not in seen:
                    seen.add(key)
                    book.assembly.add(clean(text), part="formula", locator=place, hint="条件格式")


def _links(book: Book, tab: Tab, root: etree._Element) -> None:
    """Where the cells' hyperlinks lead, and their tips."""
    links = book.package.relationships(tab.part)
    done: set[str] = set()
    for element in root.iterfind(f"{MAIN}hyperlinks/{MAIN}hyperlink"):
        place = at(tab.name, element.get("ref"))
        identity = element.get(f"{REL}id") or ""
        if identity in links and links[identity].external:
            done.add(identity)
            book.assembly.add(link_text(links[identity].target), part="field", locator=place, hint="超链接")
        book.assembly.add(clean(element.get("tooltip") or ""), part="field", locator=place, hint="超链接提示")
        book.assembly.add(_worth(element.get("location") or ""), part="field", locator=place, hint="超链接")
        shown = clean(element.get("display") or "")
        # It repeats the cell's text as a rule; Excel shows the cell's.
        if shown not in book.strings:
            book.assembly.add(shown, part="field", locator=place, hint="超链接文字")
    for identity, link in links.items():
        if link.external and identity not in done:
            book.assembly.add(
                link_text(link.target), part="field", locator=Locator(sheet=tab.name), hint="外部链接"
            )


def _scenarios(book: Book, root: etree._Element, sheet: str) -> None:
    for scenario in each(root, "scenario"):
        for key, hint in (("name", "方案"), ("comment", "方案说明"), ("user", "方案作者")):
            book.assembly.add(
                clean(scenario.get(key) or ""), part="property", locator=Locator(sheet=sheet), hint=hint
            )
        for cell in each(scenario, "inputCells"):
            text = clean(cell.get("val") or "")
            book.assembly.add(text, part="hidden", locator=at(sheet, cell.get("r")), concealed="方案中的值")


def add_filters(book: Book, root: etree._Element, sheet: str | None) -> None:
    """The values that a filter asks for: they stay after the cells have changed."""
    for entry in root.iter(f"{MAIN}filter", f"{MAIN}customFilter"):
        text = clean(entry.get("val") or "").strip("*")
        if text not in book.strings:
            book.assembly.add(text, part="form", locator=Locator(sheet=sheet), hint="筛选条件")
