"""Settles a part of a docx: tracked changes accepted, what no page shows taken out, the rest sound as it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from lxml import etree

from reviewer.marking.docx_parts import MC, R, local
from reviewer.readers.docx_look import W, is_on

_P, _RUN, _ROW, _CELL, _TABLE = W + "p", W + "r", W + "tr", W + "tc", W + "tbl"
_P_PR, _R_PR = W + "pPr", W + "rPr"
_KEPT = frozenset({W + "ins", W + "moveTo"})
_LOST = frozenset({W + "del", W + "moveFrom"})
_CHANGES = frozenset(W + name for name in (
    "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "trPrChange", "tcPrChange", "tblPrExChange",
    "tblGridChange", "numberingChange", "cellIns", "cellMerge", "delText", "delInstrText",
))  # fmt: skip
_RANGES = frozenset(W + name for name in (
    "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd",
    "customXmlInsRangeStart", "customXmlInsRangeEnd", "customXmlDelRangeStart", "customXmlDelRangeEnd",
    "customXmlMoveFromRangeStart", "customXmlMoveFromRangeEnd", "customXmlMoveToRangeStart",
    "customXmlMoveToRangeEnd",
))  # fmt: skip
_MARGINALIA = frozenset(W + name for name in (
    "commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef", "permStart", "permEnd",
))  # fmt: skip
_WRAPPERS = (W + "smartTag", W + "customXml")
_BLOCK_HOMES = frozenset(W + name for name in ("tc", "txbxContent", "hdr", "ftr", "footnote", "endnote", "body"))
_MARKUP = frozenset(W + name for name in ("bookmarkStart", "bookmarkEnd", "proofErr"))
_CONTENT = frozenset(W + name for name in (
    "t", "tab", "br", "cr", "sym", "drawing", "pict", "object", "fldChar", "instrText", "footnoteReference",
    "endnoteReference", "ruby", "noBreakHyphen", "ptab", "pgNum", "fldSimple",
))  # fmt: skip
_OLE = "{urn:schemas-microsoft-com:office:office}"


def settle(root: etree._Element, unseen: Iterable[etree._Element], freeze: Callable[[], None]) -> Counter[str]:
    """Make a part what a reader of its page sees. Returns in Chinese what was taken out, with counts.

    `freeze` is called when the changes are settled, to make results of the fields that can not stay.
    """
    removed: Counter[str] = Counter()
    hidden = {element for element in unseen if element.getroottree().getroot() is root}
    _drop_hidden(hidden)
    removed["修订"] += _settle_changes(root)
    _drop(root, _MARGINALIA)
    _unbind(root, removed)
    _drop_objects(root, removed)
    for element in [*root.iter(*_WRAPPERS)]:
        unwrap(element)
    _strip_identity(root)
    freeze()
    for paragraph in hidden:
        if paragraph.tag == _P and not _has_content(paragraph):
            _drop_paragraph(paragraph)
    tidy(root)
    return removed


# ---------------------------------------------------------------- pieces of trees


def remove(element: etree._Element) -> None:
    """Take an element out; white space behind it goes with it."""
    around = element.getparent()
    if around is not None:
        around.remove(element)


def unwrap(element: etree._Element) -> None:
    """Put what an element holds in its place; its own properties go with it."""
    around = element.getparent()
    if around is None:
        return
    at = around.index(element)
    children = [child for child in element if not str(child.tag).endswith("Pr")]
    remove(element)
    for k, child in enumerate(children):
        around.insert(at + k, child)


def _drop(root: etree._Element, tags: Iterable[str]) -> int:
    found = [*root.iter(*tags)]
    for element in found:
        remove(element)
    return len(found)


def _has_content(element: etree._Element) -> bool:
    return any(child.tag != W + "t" or child.text for child in element.iter(*_CONTENT))


# ---------------------------------------------------------------- hidden text


def _drop_hidden(hidden: set[etree._Element]) -> None:
    """Empty the hidden runs; a field goes when all its marks are hidden, else its marks stay."""
    runs = [run for run in hidden if run.tag == _RUN]
    whole = {mark for marks in _fields(runs) for mark in marks}
    for run in runs:
        for child in [*run]:
            if child.tag != _R_PR and (child.tag != W + "fldChar" or child in whole):
                run.remove(child)
        if not any(child.tag != _R_PR for child in run):
            remove(run)


def _fields(runs: list[etree._Element]) -> Iterator[list[etree._Element]]:
    """The marks of the fields that lie in hidden runs with all their marks."""
    marks = {mark for run in runs for mark in run.iterchildren(W + "fldChar")}
    for root in {mark.getroottree().getroot() for mark in marks}:
        opened: list[list[etree._Element]] = []
        for mark in root.iter(W + "fldChar"):
            kind = mark.get(W + "fldCharType")
            if kind == "begin":
                opened.append([mark])
            elif opened:
                opened[-1].append(mark)
                if kind == "end":
                    done = opened.pop()
                    if marks.issuperset(done):
                        yield done


# ---------------------------------------------------------------- tracked changes


def _settle_changes(root: etree._Element) -> int:
    """Accept all changes: what was put in stays, what was taken out goes. Returns how many there were."""
    count = 0
    for row in [*root.iter(_ROW)]:
        properties = row.find(W + "trPr")
        if properties is not None and _marked(properties, _LOST):
            remove(row)
            count += 1
        elif properties is not None and is_on(properties.find(W + "hidden")):
            _drop_row(row)
    for mark in [*root.iter(W + "cellDel")]:
        remove(next(mark.iterancestors(_CELL), mark))
        count += 1
    marks = [(paragraph, paragraph.find(f"{_P_PR}/{_R_PR}")) for paragraph in root.iter(_P)]
    merged = [paragraph for paragraph, look in marks if look is not None and _marked(look, _LOST)]
    for element in [*root.iter(*_LOST)]:
        remove(element)
        count += 1
    for element in [*root.iter(*_KEPT)]:
        unwrap(element)
        count += 1
    count += _drop(root, _CHANGES)
    _drop(root, _RANGES)
    for paragraph in merged:
        _merge(paragraph)
    return count


def _marked(properties: etree._Element, tags: frozenset[str]) -> bool:
    return any(child.tag in tags for child in properties)


def _drop_row(row: etree._Element) -> None:
    """Take out a hidden row; one that merged cells run through is emptied and stays."""
    if next(row.iter(W + "vMerge"), None) is None:
        remove(row)
        return
    for cell in row.iter(_CELL):
        for child in [*cell]:
            if child.tag != W + "tcPr":
                cell.remove(child)
        etree.SubElement(cell, _P)


def _merge(paragraph: etree._Element) -> None:
    """Join a paragraph whose mark was deleted to the next one, whose look it takes."""
    after = paragraph.getnext()
    while after is not None and after.tag in _MARKUP:
        after = after.getnext()
    if after is None or after.tag != _P:
        if not _has_content(paragraph):
            _drop_paragraph(paragraph)
        return
    properties = after.find(_P_PR)
    at = 0 if properties is None else after.index(properties) + 1
    for k, child in enumerate([child for child in paragraph if child.tag != _P_PR]):
        after.insert(at + k, child)
    remove(paragraph)


def _drop_paragraph(paragraph: etree._Element) -> None:
    """Take out an empty paragraph, unless it ends a section; its bookmarks go with it."""
    if paragraph.find(f"{_P_PR}/{W}sectPr") is None:
        remove(paragraph)


# ---------------------------------------------------------------- what stands beside the text


def _unbind(root: etree._Element, removed: Counter[str]) -> None:
    """Content controls keep what they show; where it was filled in from goes."""
    for properties in root.iter(W + "sdtPr"):
        for element in [*properties.iter("{*}dataBinding", "{*}placeholder")]:
            removed["数据绑定"] += local(element) == "dataBinding"
            remove(element)
        for element in properties.iter(W + "date", W + "comboBox", W + "dropDownList"):
            for key in (W + "fullDate", W + "lastValue"):
                element.attrib.pop(key, "")


def _drop_objects(root: etree._Element, removed: Counter[str]) -> None:
    """What is embedded goes, its picture stays; what was imported goes."""
    for element in [*root.iter(W + "object")]:
        if element.find(W + "drawing") is not None:
            unwrap(element)
        else:
            element.tag = W + "pict"
            element.attrib.clear()
    removed["外部导入的内容"] += _drop(root, (W + "altChunk", W + "subDoc"))
    _drop(root, (_OLE + "OLEObject", W + "control", W + "objectEmbed", W + "objectLink", W + "printerSettings",
                 W + "fldData", _OLE + "signatureline"))  # fmt: skip
    for choice in [*root.iter(MC + "AlternateContent")]:
        if next(choice.iter("{*}contentPart"), None) is not None:
            # Ink is drawn from a part of its own; what older programs show instead stays.
            for fallback in choice.iterchildren(MC + "Fallback"):
                choice.addprevious(fallback)
                unwrap(fallback)
            remove(choice)
    _drop(root, (W + "contentPart",))


def _strip_identity(root: etree._Element) -> None:
    """Take out what tells sessions of editing apart."""
    for element in root.iter(etree.Element):
        for key in element.keys():  # noqa: SIM118
            name = str(key).rpartition("}")[2]
            if name.startswith("rsid") or name in ("paraId", "textId"):
                del element.attrib[key]


# ---------------------------------------------------------------- soundness


def tidy(root: etree._Element) -> None:
    """Take out what holds nothing any more, and give each cell, note and box the paragraph that it must have."""
    for words in [*root.iter(W + "t")]:
        if not words.text:
            remove(words)
    for run in [*root.iter(_RUN)]:
        if not any(child.tag != _R_PR for child in run):
            remove(run)
    for element in [*root.iter(W + "hyperlink", W + "sdtContent")]:
        if not len(element):
            whole = element.getparent() if element.tag == W + "sdtContent" else element
            if whole is not None:
                remove(whole)
    for row in [*root.iter(_ROW)]:
        if next(row.iter(_CELL), None) is None:
            remove(row)
    for table in root.iter(_TABLE):
        _mend_merges(table)
    for table in [*root.iter(_TABLE)]:
        if next(table.iter(_ROW), None) is None:
            remove(table)
    for home in root.iter(*_BLOCK_HOMES):
        _end_with_paragraph(home)


def _mend_merges(table: etree._Element) -> None:
    """Let a merged cell begin where the row that it began in is gone."""
    merged: set[int] = set()
    if next(table.iter(W + "vMerge"), None) is None:
        return
    for row in table.iter(_ROW):
        if next(row.iterancestors(_TABLE), None) is not table:
            continue
        column, below = 0, set()
        for cell in row.iter(_CELL):
            if next(cell.iterancestors(_ROW), None) is not row:
                continue
            merge, span = cell.find(f"{W}tcPr/{W}vMerge"), cell.find(f"{W}tcPr/{W}gridSpan")
            if merge is not None:
                if merge.get(W + "val", "continue") == "continue" and column not in merged:
                    merge.set(W + "val", "restart")
                below.add(column)
            width = span.get(W + "val", "1") if span is not None else "1"
            column += int(width) if width.isascii() and width.isdigit() and len(width) < 4 else 1
        merged = below


def _end_with_paragraph(home: etree._Element) -> None:
    """A cell ends with a paragraph; a body, note or box holds one at least."""
    last = next((child for child in reversed(home) if child.tag not in _MARKUP), None)
    if home.tag == _CELL:
        lacks = last is None or last.tag in (W + "tcPr", _TABLE)
    else:
        lacks = next(home.iter(_P), None) is None
    if lacks:
        paragraph = etree.Element(_P)
        if last is not None and last.tag == W + "sectPr":
            last.addprevious(paragraph)
        else:
            home.append(paragraph)


def used_links(root: etree._Element) -> set[str]:
    """All values of attributes of a part: the ids of the relationships that it uses are among them."""
    return {str(value) for element in root.iter(etree.Element) for value in element.attrib.values()}


def drop_links(root: etree._Element, ids: set[str]) -> None:
    """Take out the links of these relationships; their texts stay."""
    for element in [*root.iter(W + "hyperlink")]:
        if element.get(R + "id") in ids:
            unwrap(element)
    for element in [*root.iter("{*}hlinkClick", "{*}hlinkHover", "{*}hlinkMouseOver")]:
        if element.get(R + "id") in ids:
            remove(element)
