"""The list of sheets and names of a publishable copy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from lxml import etree

from reviewer.marking.xlsx_formulas import References, renamed
from reviewer.marking.xlsx_hits import Hits, Sweep
from reviewer.marking.xlsx_parts import Draft, child, forget
from reviewer.readers.xlsx_book import MAIN, REL, Tab, clean, each, is_true, local, own_values

_PLAIN = re.compile(
    r"=?(?:(?:'(?:[^'\[]|'')*'|[^'!\"\[(,]+)!)?\$?[A-Z]{0,3}\$?[0-9]{0,7}(?::\$?[A-Z]{0,3}\$?[0-9]{0,7})?"
)
_GONE = ("fileSharing", "webPublishing", "webPublishObjects", "smartTagPr", "smartTagTypes", "customWorkbookViews",
         "functionGroups", "fileRecoveryPr", "extLst", "pivotCaches", "externalReferences")  # fmt: skip
_ILLEGAL = str.maketrans({"*": "＊", "?": "？", ":": "：", "/": "／", "\\": "＼", "[": "〔", "]": "〕"})
_LONGEST_NAME = 31


def doomed_tabs(draft: Draft) -> list[Tab]:
    """The sheets that nobody sees, and macro sheets."""
    return [tab for tab in draft.tabs if tab.concealed or _is_macro(draft, tab)]


def _is_macro(draft: Draft, tab: Tab) -> bool:
    return "acrosheet" in tab.kind or draft.original(tab.part)[:4096].find(b"macrosheet") >= 0


def new_names(tabs: Iterable[Tab], hits: Hits) -> dict[str, str]:
    """Sheets (in lower case) whose names hold something to be masked, with their new names."""
    tabs = [*tabs]
    taken = {tab.name.lower() for tab in tabs}
    found = {}
    for tab in tabs:
        masked = hits.text("name", tab.name)
        if masked is None:
            continue
        head = masked.translate(_ILLEGAL).strip("' ")[:_LONGEST_NAME] or "工作表"
        name, number = head, 1
        while name.lower() in taken:
            number += 1
            name = f"{head[: _LONGEST_NAME - 4]}{number}"
        taken.add(name.lower())
        found[tab.name.lower()] = name
    return found


def kept_names(draft: Draft, hits: Hits, references: References, sweep: Sweep) -> dict[etree._Element, None]:
    """The defined names that stay: references to sheets that stay, under names that tell nothing."""
    book = draft.tree(draft.main)
    order = [clean(e.get("name") or "") for e in book.iterfind(f"{MAIN}sheets/{MAIN}sheet")]
    found: dict[etree._Element, None] = {}
    for element in book.iterfind(f"{MAIN}definedNames/{MAIN}definedName"):
        name, value = clean(element.get("name") or ""), clean(element.text or "").strip()
        owner = element.get("localSheetId")
        if owner is not None:
            known = owner.isascii() and owner.isdigit() and int(owner) < len(order)
            if not known or order[int(owner)].lower() not in references.sheets:
                continue
        built_in = name.startswith("_xlnm.")
        plain = all(_PLAIN.fullmatch(piece) for piece in (value.split(",") if built_in else [value]))
        if not plain or (is_true(element.get("hidden")) and not built_in) or own_values(value) or sweep.holds(name):
            continue
        if ("name", name) in hits.texts or not _stays(value, references):
            continue
        found[element] = None
    return found


def _stays(value: str, references: References) -> bool:
    own = References(references.sheets)
    return not own.touched(value, next(iter(references.sheets)))


def write_book(
    draft: Draft, doomed: Iterable[Tab], names: Mapping[str, str], keep: Mapping[etree._Element, None],
    removed: Counter[str], *, formulas: bool,
) -> None:  # fmt: skip
    """workbook.xml without what does not stay. `formulas` says whether any are left to be worked out."""
    book = draft.edited(draft.main)
    gone = {tab.part for tab in doomed}
    links = draft.links(draft.main)
    moved: dict[int, int] = {}
    holder = book.find(MAIN + "sheets")
    entries = list(holder) if holder is not None else []
    for k, entry in enumerate(entries):
        link = links.get(entry.get(f"{REL}id") or "")
        if link is None or link.target in gone:
            entry.getparent().remove(entry)  # type: ignore[union-attr]
            continue
        moved[k] = len(moved)
        if (new := names.get(clean(entry.get("name") or "").lower())) is not None:
            entry.set("name", new)
    _write_names(book, names, keep, moved, removed)
    for name in _GONE:
        for element in book.findall(MAIN + name):
            book.remove(element)
    for element in [e for e in book.iter("{*}absPath")]:
        outer = next((a for a in element.iterancestors() if local(a) == "AlternateContent"), element)
        if outer.getparent() is not None:
            outer.getparent().remove(outer)  # type: ignore[union-attr]
    for element in each(book, "workbookPr"):
        forget(element, "codeName")
    if len(moved) < len(entries):
        for view in each(book, "workbookView"):
            forget(view, "activeTab")
            forget(view, "firstSheet")
    if formulas:
        after = ("oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes", "extLst")
        child(book, "calcPr", after).set("fullCalcOnLoad", "1")


def _write_names(
    book: etree._Element, names: Mapping[str, str], keep: Mapping[etree._Element, None], moved: Mapping[int, int],
    removed: Counter[str],
) -> None:  # fmt: skip
    holder = book.find(MAIN + "definedNames")
    if holder is None:
        return
    for element in list(holder):
        if element not in keep:
            holder.remove(element)
            removed["定义的名称"] += not (element.get("name") or "").startswith("_xlnm.")
            continue
        for key in ("comment", "description", "help", "statusBar", "customMenu"):
            forget(element, key)
        if (owner := element.get("localSheetId")) is not None:
            element.set("localSheetId", str(moved[int(owner)]))
        if names and element.text:
            element.text = renamed(element.text, names)
    if not len(holder):
        book.remove(holder)
