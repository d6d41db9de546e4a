"""Which parts of a workbook a publishable copy keeps: those that its shown sheets need, and no others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree

from reviewer.marking.docx_parts import TYPES_PART
from reviewer.marking.xlsx_parts import Draft, relations_name
from reviewer.readers.package import Relationship, normal_name
from reviewer.readers.xlsx_book import REL, each, local

_KEPT = frozenset((
    "officeDocument", "worksheet", "chartsheet", "dialogsheet", "styles", "theme", "sharedStrings", "sheetMetadata",
    "drawing", "chart", "chartEx", "chartUserShapes", "chartStyle", "chartColorStyle", "themeOverride", "image",
    "hdphoto", "table", "hyperlink", "vmlDrawing", "ctrlProp", "diagramData", "diagramLayout", "diagramQuickStyle",
    "diagramColors", "diagramDrawing", "cellImage", "FeaturePropertyBag",
))  # fmt: skip
_TITLES = {
    "comments": "批注", "threadedComment": "会话批注", "person": "批注作者名单", "externalLink": "外部链接",
    "connections": "数据连接", "queryTable": "查询表", "customXml": "自定义 XML", "core-properties": "文件属性",
    "extended-properties": "文件属性", "custom-properties": "文件属性", "printerSettings": "打印机设置",
    "revisionHeaders": "修订记录", "usernames": "修订记录", "package": "内嵌对象", "oleObject": "内嵌对象",
    "control": "ActiveX 控件", "vbaProject": "宏", "attachedToolbars": "宏", "extensibility": "自定义功能区",
    "thumbnail": "缩略图", "origin": "电子签名", "pivotTable": "数据透视表（改为普通单元格）",
    "slicer": "切片器", "timeline": "切片器", "xmlMaps": "XML 映射",
}  # fmt: skip
_SILENT = frozenset({
    "calcChain", "pivotCacheDefinition", "slicerCache", "timelineCache", "tableSingleCells", "customXmlProps",
})  # fmt: skip
"""what goes with something that has a title"""
_COUNTED = {"comments": "comment", "threadedComment": "threadedComment"}
_SHELLS = frozenset((
    "tableParts", "oleObjects", "controls", "hyperlinks", "externalReferences", "pivotCaches", "customProperties",
    "AlternateContent", "Choice", "Fallback", "control", "oleObject",
))  # fmt: skip
"""elements that go when nothing is left in them"""


@dataclass(slots=True)
class Survey:
    """What stays. `cut` holds, for each part that stays, the relationships that do not."""

    kept: list[str] = field(default_factory=list)
    cut: dict[str, list[str]] = field(default_factory=dict)
    removed: Counter[str] = field(default_factory=Counter)
    drawings: dict[str, bytes] = field(default_factory=dict)
    """VML drawings that stay without the shapes of notes"""


def survey(draft: Draft, doomed: Iterable[str]) -> Survey:
    """All parts that can be reached without those in `doomed` and without what a page does not show."""
    found = Survey()
    gone = frozenset(doomed)
    # The reader finds the workbook without a relationship as well.
    waiting, seen = ["", draft.main], {"", draft.main}
    while waiting:
        part = waiting.pop()
        if part:
            found.kept.append(part)
        for identity, link in draft.links(part).items():
            if link.target in gone or not _stays(draft, found, link):
                if link.target not in gone:
                    _count(draft, found, link)
                found.cut.setdefault(part, []).append(identity)
            elif not link.external and link.target in draft.package:
                target = draft.named(link.target)
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)
    if "xl/sharedStrings.xml" in draft.package and draft.linked(draft.main, "sharedStrings") is None:
        # The reader takes it without a relationship as well.
        found.kept.append(draft.named("xl/sharedStrings.xml"))
    return found


def _stays(draft: Draft, found: Survey, link: Relationship) -> bool:
    if link.external:
        return link.kind in ("hyperlink", "image")
    if link.kind == "vmlDrawing" and link.target in draft.package:
        name = draft.named(link.target)
        data = without_notes(draft.original(name))
        if data is None:
            return False
        if data != draft.original(name):
            found.drawings[name] = data
        return True
    kind = link.kind
    if kind.lower().startswith("rd") or "richvalue" in kind.lower():
        return True
    return kind in _KEPT and link.target in draft.package


def _count(draft: Draft, found: Survey, link: Relationship) -> None:
    if link.kind in _SILENT or link.kind == "vmlDrawing" or link.target not in draft.package:
        return
    title = _TITLES.get(link.kind, "其他部分")
    count = 1
    if link.kind in _COUNTED:
        count = sum(1 for _ in each(draft.tree(link.target), _COUNTED[link.kind]))
    found.removed[title] += count


_SHAPE = re.compile(rb"<([A-Za-z0-9]+:)?shape[\s>].*?</(?:[A-Za-z0-9]+:)?shape\s*>", re.S | re.I)
_NOTE = re.compile(rb"""ObjectType\s*=\s*["']Note["']""", re.I)
_DRAWN = re.compile(
    rb"<(?:[A-Za-z0-9]+:)?(?:shape|rect|roundrect|oval|line|polyline|group|image|arc|curve)[\s/>]", re.I
)


def without_notes(data: bytes) -> bytes | None:
    """A VML drawing without the boxes of notes; None where nothing else is in it."""
    rest = _SHAPE.sub(lambda shape: b"" if _NOTE.search(shape[0]) else shape[0], data)
    return rest if _DRAWN.search(rest) else None


def drop_rest(draft: Draft, found: Survey) -> None:
    """Drop all parts that do not stay, the relationships to them and what refers to those."""
    stays = {relations_name("").lower(), TYPES_PART.lower()}
    for part in found.kept:
        stays |= {part.lower(), relations_name(part).lower()}
    names = draft.package.names()
    draft.dropped.update(name for name in names if name.lower() not in stays)
    for part, identities in found.cut.items():
        _cut_links(draft, part, frozenset(identities))
    if any((e.get("PartName") or "") and _is_dropped(draft, e) for e in draft.tree(TYPES_PART)):
        root = draft.edited(TYPES_PART)
        for element in [e for e in root if e.get("PartName") and _is_dropped(draft, e)]:
            root.remove(element)


def _is_dropped(draft: Draft, element: etree._Element) -> bool:
    name = normal_name(element.get("PartName") or "")
    return name not in draft.package or draft.named(name) in draft.dropped


def _cut_links(draft: Draft, part: str, identities: frozenset[str]) -> None:
    root = draft.edited_links(part)
    for element in [e for e in root if e.get("Id") in identities]:
        root.remove(element)
    if part and not part.lower().endswith(".vml"):
        cut_references(draft, part, identities)


def cut_references(draft: Draft, part: str, identities: frozenset[str]) -> None:
    """Take out of a part what refers to relationships that are gone. The rows of a sheet hold no such thing."""
    root = draft.skeleton(part)
    for element in list(root.iter()):
        for key in [key for key, value in element.attrib.items() if str(key).startswith(REL) and value in identities]:
            name = local(element)
            if name == "pageSetup" or element is root or (name == "hyperlink" and element.get("location")):
                del element.attrib[key]
            elif name != "sheet":
                # Sheets are taken off the list by who counts them.
                take_out(element)


def take_out(element: etree._Element) -> None:
    """Remove an element, and what held nothing else."""
    holder = element.getparent()
    if holder is None:
        return
    previous = element.getprevious()
    if element.tail and element.tail.strip():
        if previous is not None:
            previous.tail = (previous.tail or "") + element.tail
        else:
            holder.text = (holder.text or "") + element.tail
    holder.remove(element)
    if not len(holder) and local(holder) in _SHELLS:
        take_out(holder)
    elif holder.get("count", "").isdigit():
        holder.set("count", str(len(holder)))

