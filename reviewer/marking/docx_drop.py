"""Which parts of a docx come along into its publishable copy, and what of the others is told."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import unquote

from lxml import etree

from reviewer.errors import ReadError
from reviewer.marking.docx_parts import TYPES, TYPES_PART, C, local, relations_name
from reviewer.marking.docx_settle import drop_links, remove, used_links
from reviewer.readers.docx import Traced
from reviewer.readers.docx_look import W, is_on
from reviewer.readers.package import Package

_KEPT = frozenset({
    "officeDocument", "styles", "stylesWithEffects", "settings", "webSettings", "fontTable", "theme", "themeOverride",
    "numbering", "header", "footer", "footnotes", "endnotes", "image", "hdphoto", "chart", "chartEx",
    "chartUserShapes", "chartStyle", "chartColorStyle", "diagramData", "diagramLayout", "diagramQuickStyle",
    "diagramColors", "diagramDrawing", "font", "hyperlink", "core-properties", "extended-properties",
    "extendedProperties", "frame",
})  # fmt: skip
"""kinds of relationships whose parts a reader of the page sees, or that give it its look"""
_USED = frozenset({"image", "hdphoto", "chart", "chartEx", "header", "footer", "hyperlink", "diagramData",
                   "diagramLayout", "diagramQuickStyle", "diagramColors", "diagramDrawing"})  # fmt: skip
"""kinds that a part refers to by their ids"""
_OPTIONAL = frozenset({"core-properties", "extended-properties", "extendedProperties", "webSettings", "theme",
                       "stylesWithEffects", "fontTable"})  # fmt: skip
"""kinds of parts without which a document opens all the same"""
_TITLES = {
    "comments": "批注", "people": "作者名单", "custom-properties": "自定义属性", "customProperties": "自定义属性",
    "customXml": "自定义 XML 数据", "thumbnail": "缩略图", "glossaryDocument": "文档部件库",
    "printerSettings": "打印机设置", "package": "嵌入的文件", "oleObject": "嵌入的文件", "aFChunk": "导入的文件",
    "vbaProject": "宏", "origin": "电子签名", "control": "控件", "recipientData": "邮件合并数据",
    "keyMapCustomizations": "自定义快捷键",
}  # fmt: skip
_BESIDE = frozenset({"commentsExtended", "commentsIds", "commentsExtensible", "customXmlProps", "wordVbaData",
                     "signature", "certificate", "activeXControlBinary"})  # fmt: skip
"""kinds of parts that only belong to another one that is told"""
_MACROS = {
    f"application/vnd.ms-word.{kind}.macroEnabled{more}.main+xml":
        f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}.main+xml"
    for kind in ("document", "template") for more in ("", "Template")
}  # fmt: skip
_SETTINGS = frozenset({"attachedTemplate", "mailMerge", "docVars", "rsids", "docId", "attachedSchema",
                       "saveThroughXslt", "smartTagType", "schemaLibrary", "writeProtection"})  # fmt: skip
_TOLD = {"mailMerge": "邮件合并设置", "docVars": "文档变量", "attachedTemplate": "附加模板"}
_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_DC = "http://purl.org/dc/elements/1.1/"


@dataclass(frozen=True, slots=True)
class Keeping:
    """Which parts of a format come along, by the last words of the types of their relationships."""

    kept: frozenset[str]
    used: frozenset[str]
    """those that a part refers to by their ids"""
    optional: frozenset[str]
    """those without which the file opens all the same"""
    titles: Mapping[str, str]
    """what a reader is told of those that go, in Chinese"""
    beside: frozenset[str]
    """those that only belong to another one that is told"""
    macros: Mapping[str, str]
    """content types of main parts with macros -> without"""
    folder: str


_WORD = Keeping(_KEPT, _USED, _OPTIONAL, _TITLES, _BESIDE, _MACROS, "word")


@dataclass(slots=True)
class Parts:
    """The parts of a copy while it is made: trees, relationships, and what was left out."""

    draft: Traced
    keeping: Keeping = _WORD
    removed: Counter[str] = field(default_factory=Counter)
    trees: dict[str, etree._Element] = field(default_factory=dict)
    """the roots of parts, relationships and types that were asked for, by name"""
    _lost: dict[str, set[str]] = field(default_factory=dict)
    """ids of the relationships of a part that go"""
    _sound: dict[str, bool] = field(default_factory=dict)

    @property
    def package(self) -> Package:
        return self.draft.package

    def tree(self, name: str) -> etree._Element:
        """The root of an XML part, as it is to be written."""
        if name not in self.trees:
            self.trees[name] = self.draft.parts[name] if name in self.draft.parts else self.package.xml(name)
        return self.trees[name]

    def stories(self, kept: Iterable[str]) -> list[str]:
        """The parts that hold text of pages, the body first."""
        tags = {W + tag for tag in ("document", "hdr", "ftr", "footnotes", "endnotes")}
        names = [name for name in kept if name in self.draft.parts and self.draft.parts[name].tag in tags]
        return sorted(names, key=lambda name: (name != self.draft.main, name))

    def kept(self) -> list[str]:
        """The names of the parts that relationships lead to which come along, in the order of the zip."""
        found: dict[str, str] = {self.draft.main.lower(): self.draft.main}
        waiting = ["", self.draft.main]
        while waiting:
            source = waiting.pop()
            for key, link in self.package.relationships(source).items():
                if link.kind not in self.keeping.kept or key in self._lost.get(source, ()) or link.external:
                    continue
                if link.kind in self.keeping.optional and not self._is_sound(link.target):
                    continue
                if link.target in self.package and link.target.lower() not in found:
                    found[link.target.lower()] = link.target
                    waiting.append(link.target)
        return [name for name in self.package.names() if name.lower() in found]

    def _is_sound(self, name: str) -> bool:
        """Whether a part can be parsed; what can not be looked through does not come along."""
        if name not in self._sound:
            try:
                self._sound[name] = name in self.draft.parts or self.package.xml(name) is not None
            except ReadError:
                self._sound[name] = False
        return self._sound[name]

    def lose(self, source: str, ids: Iterable[str]) -> None:
        """Leave out these relationships of a part."""
        self._lost.setdefault(source, set()).update(ids)

    def prune(self, source: str) -> None:
        """Leave out the relationships of a part that nothing in it refers to any more."""
        used = used_links(self.tree(source))
        links = self.package.relationships(source)
        for key, link in links.items():
            if link.kind == "diagramData" and key in used and link.target in self.package:
                # The data of a diagram names the part that draws it, by a relationship of this one.
                used |= used_links(self.tree(link.target))
        self.lose(source, [key for key, link in links.items() if link.kind in self.keeping.used and key not in used])

    def cut_links(self, source: str, targets: set[str]) -> None:
        """Leave out links to these addresses; what else is loaded from there points nowhere."""
        links = self.package.relationships(source)
        ids = {key for key, link in links.items() if link.external and link.target in targets}
        if not ids:
            return
        drop_links(self.tree(source), ids)
        self.removed["外部链接"] += len(ids)
        for element in self.tree(relations_name(source)):
            if element.get("Id") in ids:
                element.set("Target", "about:blank")

    def settle_relations(self, kept: list[str]) -> None:
        """Take the relationships that go out of their parts; count what goes."""
        for source in ("", *kept):
            name = relations_name(source)
            if name not in self.package:
                continue
            links = self.package.relationships(source)
            lost = [
                key for key, link in links.items()
                if link.kind not in self.keeping.kept or key in self._lost.get(source, ())
                or (not link.external and link.target not in kept)
            ]  # fmt: skip
            for element in [*self.tree(name)] if lost else ():
                if element.get("Id") in lost:
                    remove(element)

    def count_dropped(self, kept: list[str]) -> list[str]:
        """The names of all members that do not come along; counts them by what they are."""
        kinds = {
            link.target.lower(): link.kind
            for source in ("", *self.package.names())
            for link in self.package.relationships(source).values() if not link.external
        } if self._has_relations() else {}  # fmt: skip
        stay = {name.lower() for name in kept} | {relations_name(name).lower() for name in ("", *kept)}
        dropped = [n for n in self.package.names() if n.lower() not in stay and n != TYPES_PART]
        for name in dropped:
            kind = kinds.get(name.lower(), "")
            if name.lower().endswith(".rels") or kind in self.keeping.beside:
                continue
            if kind == "comments":
                root = self.draft.parts.get(name)
                self.removed["批注"] += len(root) if root is not None else 1
            else:
                other = "其他部件" if kind and kind not in self.keeping.kept else "未用到的部件"
                self.removed[self.keeping.titles.get(kind, other)] += 1
        return dropped

    def _has_relations(self) -> bool:
        return relations_name("") in self.package

    def settle_types(self, dropped: list[str]) -> None:
        """Content types without those of parts that go, and without macros."""
        gone = {"/" + name.lower() for name in dropped}
        root = self.package.xml(TYPES_PART)
        before = etree.tostring(root)
        for element in [*root]:
            if unquote(element.get("PartName") or "").lower() in gone:
                remove(element)
            elif plain := self.keeping.macros.get(element.get("ContentType") or ""):
                element.set("ContentType", plain)
        if etree.tostring(root) != before:
            self.trees[TYPES_PART] = root

    def rename(self, kept: list[str]) -> dict[str, str]:
        """New names for parts whose own names are not Office's: they may tell something."""
        fresh = (f"part{number}" for number in count(1) if not self._has_base(f"part{number}"))
        folder = f"{self.keeping.folder}/parts"
        names = {name: f"{folder}/{next(fresh)}{_suffix(name)}" for name in kept if not _USUAL.fullmatch(name)}
        for source in ("", *kept) if names else ():
            links = self.package.relationships(source)
            for element in self.tree(relations_name(source)) if links else ():
                link = links.get(element.get("Id") or "")
                if link is not None and not link.external and (source in names or link.target in names):
                    element.set("Target", "/" + names.get(link.target, link.target))
        places = {"/" + name.lower(): new for name, new in names.items()}
        for element in self.tree(TYPES_PART).iter(TYPES + "Override") if names else ():
            new = places.get(unquote(element.get("PartName") or "").lower())
            if new is not None:
                element.set("PartName", "/" + new)
        return {**names, **{relations_name(old): relations_name(new) for old, new in names.items()}}

    def _has_base(self, base: str) -> bool:
        return any(posixpath.basename(name).startswith(base + ".") for name in self.package.names())


_USUAL = re.compile(r"(?:[A-Za-z_]{1,20}/){0,3}[A-Za-z_]{1,40}[0-9]{0,5}\.[A-Za-z]{1,8}")


def _suffix(name: str) -> str:
    suffix = posixpath.splitext(name)[1]
    return suffix if re.fullmatch(r"\.[A-Za-z]{1,8}", suffix) else ".bin"


def settle_notes(body: etree._Element, notes: etree._Element) -> None:
    """Take out the notes that nothing in the body refers to any more: no page shows them."""
    tag = local(notes).removesuffix("s")
    used = {mark.get(W + "id") for mark in body.iter(f"{W}{tag}Reference")}
    for note in [*notes]:
        if note.get(W + "type", "normal") == "normal" and note.get(W + "id") not in used:
            remove(note)


def settle_chart(root: etree._Element) -> None:
    """A chart keeps what it shows, not the workbook that it was drawn from."""
    for element in [*root.iter(C + "externalData", "{*}externalData")]:
        remove(element)


def settle_settings(root: etree._Element, removed: Counter[str]) -> bool:
    """Take out what settings keep of people and files. Returns whether fonts are embedded in part only."""
    for element in [*root]:
        name = local(element)
        if name in _SETTINGS:
            remove(element)
            removed[_TOLD.get(name, "")] += len(element) if name == "docVars" else 1
    return is_on(root.find(W + "saveSubsetFonts"))


def settle_fonts(root: etree._Element) -> int:
    """Take out embedded fonts: the glyphs of a subset tell what was written with it."""
    found = [*root.iter(*(W + f"embed{kind}" for kind in ("Regular", "Bold", "Italic", "BoldItalic")))]
    for element in found:
        remove(element)
    return len(found)


def bare_core(root: etree._Element, secrets: Iterable[str]) -> etree._Element:
    """Properties with nothing but the title, and not that when it says something that is masked."""
    title = next((e.text or "" for e in root.iter(f"{{{_DC}}}title")), "")
    bare = etree.Element(f"{{{_CORE}}}coreProperties", nsmap={"cp": _CORE, "dc": _DC})
    if title and not any(secret in title for secret in secrets):
        etree.SubElement(bare, f"{{{_DC}}}title").text = title
    return bare


def bare_app(root: etree._Element) -> etree._Element:
    """Properties of the program that say nothing."""
    return etree.fromstring(f'<Properties xmlns="{str(root.tag)[1:].partition("}")[0]}"/>')
