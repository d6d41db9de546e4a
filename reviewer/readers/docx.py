"""Reads a Word document (OOXML WordprocessingML, ISO/IEC 29500, also as WPS writes it) with all it carries.

Places: `Locator.paragraph` counts the w:p of one part in document order, those in tables too, those in
text boxes not (a text box, a picture, a field or a deletion has the number of the paragraph that holds
it). `Locator.note` names the part outside the body: 页眉1, 脚注2, 批注3, a property, an embedded file.
Text that is printed stays in the flow of its paragraph, with a mark where it is hard to see; text
that is not (deletions, hidden text) becomes a block of its own, with what stands before it as hint.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from lxml import etree

from reviewer.errors import Broken, Encrypted, ReadError
from reviewer.model import Document, Locator
from reviewer.readers import ole, pictures, read_bytes
from reviewer.readers.assembly import Assembly, Origin
from reviewer.readers.docx_look import NO_SETTING, W, local_name, may_conceal, page_fill, styles_of
from reviewer.readers.docx_story import (
    NOWHERE,
    TELLING,
    Embedded,
    Found,
    Item,
    Story,
    Text,
    busy_paragraphs,
    in_a_row,
    is_text,
    joined,
    lettered,
    letters,
    whole,
)
from reviewer.readers.package import Package, Relationship, is_strange, misplaced
from reviewer.settings import Limits

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_CX = "{http://schemas.microsoft.com/office/drawing/2014/chartex}"
_P, _VAL = W + "p", W + "val"
_AUTHORS: Any = etree.XPath("//@w:author", namespaces={"w": W[1:-1]})


def read(data: bytes, name: str, limits: Limits, depth: int = 0) -> Document:
    """The document with all its parts. Raises Broken, Encrypted, TooBig or TooDeep.

    A part beside the main one that can not be read becomes a Gap.
    """
    return _finished(Book(Package(data, limits), limits, depth, _DOCX), data, name)


@dataclass(frozen=True, slots=True)
class Traced:
    """A docx with its parts as they were read, and where in them each stretch of its text came from."""

    document: Document
    package: Package
    main: str
    """the part that holds the body"""
    parts: dict[str, etree._Element]
    """the roots of the XML parts that were read, by their names; relationships are not among them"""
    origins: list[Origin]
    """in order; the node of an external address is its Relationship, the key the part that points there"""
    unseen: list[etree._Element]
    """runs that are hidden, paragraphs whose mark is, and texts that are hard to see"""


def read_traced(data: bytes, name: str, limits: Limits) -> Traced:
    """The same document as `read` gives, with the elements that it was read from; raises the same."""
    parts: dict[str, etree._Element] = {}
    origins: list[Origin] = []
    book = Book(Package(data, limits), limits, 0, _DOCX, parts=parts)
    book.found.tracing, book.assembly.trace = True, origins
    document = _finished(book, data, name)
    return Traced(document, book.package, book.main, parts, origins, book.found.unseen)


def _finished(book: Book, data: bytes, name: str) -> Document:
    book.read()
    return book.finished(data, name, "docx")


@dataclass(slots=True)
class Book:
    """One Office package while it is read: what was found so far, by part, and which members were seen."""

    package: Package
    limits: Limits
    depth: int
    kind: Kind
    parts: dict[str, etree._Element] | None = None
    """the roots of its parts, where a writer asks for them"""
    main: str = ""
    assembly: Assembly = field(default_factory=Assembly)
    found: Found = field(default_factory=Found)
    seen: set[str] = field(default_factory=set)
    pictures: int = 0
    waiting: list[Callable[[], None]] = field(default_factory=list)
    """readers of pictures: their text comes behind the body's"""
    counts: dict[str, int] = field(default_factory=dict)

    def finished(self, data: bytes, name: str, kind: str) -> Document:
        """The document of all that was found, pictures behind the rest."""
        self.found.put(self.assembly)
        for picture in self.waiting:
            picture()
        return self.assembly.finish(path=name, kind=kind, data=data)

    def number(self, title: str) -> str:
        """The next name of its kind: 页眉1, 页眉2 ..."""
        self.counts[title] = self.counts.get(title, 0) + 1
        return f"{title}{self.counts[title]}"

    def read(self) -> None:
        relations = self.relations("")
        main = next((r.target for r in relations if r.kind == "officeDocument"), "word/document.xml")
        if main not in self.package:
            main = "word/document.xml"
        self.main = main
        self._read_styles(main)
        root = self.xml_of(main)
        if local_name(root) != "document":
            raise misplaced()
        self.found.styles.page = page_fill(root)
        if self.found.styles.page != "FFFFFF":
            self.found.styles.special, self.found.plain = True, False
        self._story(main, root, "body", "")
        for relation in relations:
            self.follow(relation, NOWHERE, "")
        self.leftovers()
        for author in self.found.authors:
            self.found.add("property", author, hint="批注和修订的作者", at=Locator(note="批注和修订的作者"))

    def xml_of(self, name: str, *, own: bool = True) -> etree._Element:
        """The root of a part; `own`: one that Office defines, which must be in its own namespaces."""
        self.seen.add(name.lower())
        root = self.package.xml(name)
        if self.parts is not None:
            self.parts[name] = root
        if own and is_strange(root, self.kind.space, self.kind.roots):
            raise Broken("文件内的 XML 名称有误，无法读取。请用原软件打开检查后另存。")
        for author in map(str, _AUTHORS(root)):
            if author.strip():
                self.found.authors.setdefault(author)
        if self.kind is _DOCX:
            self.found.plain = not self.found.styles.special and not may_conceal(root)
            self.found.busy = busy_paragraphs(root) if self.found.plain else set()
        return root

    def _read_styles(self, main: str) -> None:
        for relation in self.relations(main):
            if relation.kind == "styles" and relation.target in self.package:
                self.guard(relation.target, "body", lambda name: self._take_styles(self.xml_of(name)))

    def _take_styles(self, root: etree._Element) -> None:
        self.found.styles = styles_of(root)

    def relations(self, part: str) -> list[Relationship]:
        return list(self.links(part).values())

    def links(self, part: str) -> dict[str, Relationship]:
        try:
            return self.package.relationships(part)
        except ReadError as fault:
            self.assembly.gap(fault.code, f"部件 {_shown(part)} 的关联表没有读取：{fault.message}")
            return {}

    def guard(self, name: str, part: str, reader: Callable[[str], None], at: Locator = NOWHERE) -> None:
        """Run a reader of one member; its failure is a gap, the rest goes on."""
        try:
            reader(name)
        except ReadError as fault:
            message = f"部件 {_shown(name)} 没有读取：{fault.message}"
            self.assembly.gap(fault.code, message, part=part, locator=at)

    def _story(self, name: str, root: etree._Element, part: str, note: str, concealed: str = "") -> None:
        """Read the text of one part with a body, then what it points at."""
        story = Story(self.found, part, note, concealed, around=NO_SETTING)
        body = root.find(W + "body")
        story.blocks(body if body is not None else root, 0, self.found.items[part])
        story.end()
        self.visit(name, story.places, note)

    def visit(self, name: str, places: dict[str, int], note: str, page: int | None = None) -> None:
        """Follow the relationships of one part in the order in which its text uses them."""
        links = self.links(name)
        order = {key: k for k, key in enumerate(places)}
        for key in sorted(links, key=lambda key: (order.get(key, len(order)), _natural(links[key].target))):
            self.follow(links[key], Locator(page, paragraph=places.get(key), note=note or None), name)

    def follow(self, relation: Relationship, at: Locator, source: str) -> None:
        kind, name = relation.kind, relation.target
        if relation.external:
            self._external(relation, at, source)
            return
        if not name or name.lower() in self.seen or name not in self.package:
            return
        reader = self.kind.readers.get(kind)
        if reader is None and kind not in self.kind.silent:
            return
        if kind in ROOTS and self.package.root_name(name) not in ROOTS[kind]:
            return  # what it is instead is looked at with all that no relationship leads to
        self.seen.add(name.lower())
        if reader is not None:
            self.guard(name, self.kind.parts.get(kind, "attachment"), lambda part: reader(self, part, at), at)

    def _external(self, relation: Relationship, at: Locator, source: str) -> None:
        target = relation.target
        key = f"{source}\n{target}"
        if key in self.seen or _is_plain_template(target):
            return
        self.seen.add(key)
        hint = "超链接地址" if relation.kind == "hyperlink" else "外部文件地址"
        text = unquote(target) if "%" in target else target
        self.found.add("field", text, hint=hint, at=at, origins=whole(text, relation, source))

    # -- one method for each kind of part

    def headers(self, name: str, at: Locator, part: str = "header", title: str = "页眉") -> None:
        self._story(name, self.xml_of(name), part, self.number(title))

    def footers(self, name: str, at: Locator) -> None:
        self.headers(name, at, "footer", "页脚")

    def footnotes(self, name: str, at: Locator) -> None:
        self._notes(name, W + "footnote", "footnote", "脚注")

    def endnotes(self, name: str, at: Locator) -> None:
        self._notes(name, W + "endnote", "endnote", "尾注")

    def comments(self, name: str, at: Locator) -> None:
        self._notes(name, W + "comment", "comment", "批注", "批注")

    def _notes(self, name: str, tag: str, part: str, title: str, concealed: str = "") -> None:
        """Footnotes, endnotes or comments: one block each where it holds no table."""
        places: dict[str, int] = {}
        for element in self.xml_of(name).iter(tag):
            if element.get(W + "type", "normal") == "normal":
                note = self.number(title)
            else:
                note = title + "分隔符"
            initials = element.get(W + "initials") or ""
            if TELLING.search(initials) and initials not in (element.get(W + "author") or ""):
                self.found.add("property", initials, hint="批注作者缩写", at=Locator(note=note))
            story = Story(self.found, part, note, concealed, around=NO_SETTING, counting=False)
            items: list[Item] = []
            story.blocks(element, 0, items)
            story.end()
            self.found.items[part].extend(joined(items))
            places.update(story.places)
        self.visit(name, places, "")

    def glossary(self, name: str, at: Locator) -> None:
        """Building blocks (文档部件). The prompts of content controls among them are not called hidden."""
        places: dict[str, int] = {}
        for entry in self.xml_of(name).iter(W + "docPart"):
            kinds = {kind.get(_VAL) for kind in entry.iter(W + "type")}
            concealed = "" if kinds == {"bbPlcHdr"} else "文档部件"
            note = self.number("文档部件")
            for tag, hint in (("name", "文档部件名称"), ("description", "文档部件说明")):
                element = entry.find(f"{W}docPartPr/{W}{tag}")
                text = element.get(_VAL, "") if element is not None else ""
                if text and not _DEFAULT_PART.fullmatch(text):
                    self.found.add("property", text, hint=hint, at=Locator(note=note))
            body = entry.find(W + "docPartBody")
            if body is not None:
                story = Story(self.found, "hidden", note, concealed, around=NO_SETTING)
                story.blocks(body, 0, self.found.items["hidden"])
                story.end()
                places.update(story.places)
        self.visit(name, places, "")

    def settings(self, name: str, at: Locator) -> None:
        root = self.xml_of(name)
        for variable in root.iter(W + "docVar"):
            name = variable.get(W + "name") or ""
            self.found.add("property", variable.get(_VAL) or "", label=name, at=Locator(note="文档变量"))
        for element in root:
            if local_name(element) not in _OWN_SETTINGS:
                self.machinery(element, "文档设置")
        merge = root.find(W + "mailMerge")
        for element in merge.iter() if merge is not None else ():
            text = element.get(_VAL) or ""
            if is_text(text) and local_name(element) in _MAIL_MERGE:
                self.found.add("field", text, hint="邮件合并", at=Locator(note="邮件合并"))
        self.visit(name, {}, "")

    def machinery(self, root: etree._Element, hint: str, part: str = "property") -> None:
        """Attributes that may hold a person's words or number, at and below `root`."""
        for element in root.iter():
            for value in dict.fromkeys(map(str, element.attrib.values())):
                if TELLING.search(value) and is_text(value) and not _MACHINE.fullmatch(value):
                    key = next(str(key) for key, held in element.attrib.items() if held == value)
                    origins = whole(value, element, key)
                    self.found.add(part, value, hint=hint, at=Locator(note=hint), origins=origins)

    def web_settings(self, name: str, at: Locator) -> None:
        self.machinery(self.xml_of(name), "网页设置")
        self.visit(name, {}, "")

    def numbering(self, name: str, at: Locator) -> None:
        """The words of numbered and bulleted paragraphs, where they are more than 第%1条."""
        root = self.xml_of(name)
        first = {e.get(_VAL) or "": e for e in reversed([*root.iter(W + "lvlText")])}
        for text in dict.fromkeys(e.get(_VAL) or "" for e in root.iter(W + "lvlText")):
            if TELLING.search(_PLAIN_NUMBER.sub("", text)):
                origins = whole(text, first[text], _VAL)
                self.found.add("field", text, hint="编号文字", at=Locator(note="编号文字"), origins=origins)
        self.visit(name, {}, "")

    def item_properties(self, name: str, at: Locator) -> None:
        self.machinery(self.xml_of(name), "自定义 XML 架构")

    def drawn_diagram(self, name: str, at: Locator) -> None:
        """The picture of a diagram repeats its texts; what else it holds is read."""
        told = {item.text for item in self.found.items["textbox"] if isinstance(item, Text)}
        for paragraph in self.xml_of(name).iter(_A + "p"):
            text = letters(paragraph)
            if text not in told:
                origins = in_a_row(lettered(paragraph))
                self.found.add("textbox", text, at=replace(at, note="智能图形"), origins=origins)
        self.visit(name, {}, "", at.page)

    def printer(self, name: str, at: Locator) -> None:
        """DEVMODEW starts with the printer's name, 32 UTF-16 units: it may be a person's or a path."""
        text = self.package.read(name)[:64].decode("utf-16-le", "ignore").split("\0")[0]
        if text.isprintable():
            self.found.add("property", text, hint="打印机", at=Locator(note="打印机"))

    def chart(self, name: str, at: Locator) -> None:
        at = replace(at, note=self.number("图表"))
        root = self.xml_of(name)
        for pieces, between in _chart_lines(root):
            line = between.join(text for text, _ in pieces)
            self.found.add("textbox", line, at=at, origins=in_a_row(pieces, len(between)))
        for source in {e.text or "": e for e in root.iter(_C + "f")}.values():
            text = source.text or ""
            if TELLING.search(text):
                self.found.add("field", text, hint="图表数据来源", at=at, origins=whole(text, source))
        self.visit(name, {}, at.note or "", at.page)

    def diagram(self, name: str, at: Locator) -> None:
        at = replace(at, note=self.number("智能图形"))
        root = self.xml_of(name)
        for paragraph in root.iter(_A + "p"):
            self.found.add("textbox", letters(paragraph), at=at, origins=in_a_row(lettered(paragraph)))
        for element in root.iter(_DGM + "cNvPr"):
            key = "descr" if element.get("descr") else "title"
            text = element.get(key) or ""
            self.found.add("alt", text, hint="替代文字", at=at, origins=whole(text, element, key))
        self.visit(name, {}, at.note or "", at.page)

    def picture(self, name: str, at: Locator) -> None:
        self.pictures += 1
        shown = _shown(name, self.pictures)
        message = f"图片 {shown} 中的文字没有读取，请人工查看。"
        # What is cropped away is in the file still: the whole picture is read.
        place = at if at.note else replace(at, note=shown)
        data = self.package.read(name)
        self.waiting.append(
            lambda: pictures.add(self.assembly, data, self.limits, unread=message, source=name, locator=place)
        )

    def embedded(self, name: str, at: Locator) -> None:
        """A file inside the file: read like any other, one level deeper."""
        shown = _shown(name)
        at = replace(at, note=shown)
        if self.depth + 1 > self.limits.depth:
            message = f"嵌入文件 {shown} 嵌套超过上限 {self.limits.depth} 层，没有读取。请取出后单独扫描。"
            self.assembly.gap("too-deep", message, part="attachment", locator=at)
            return
        data = self.package.read(name)
        wrapped = data[:8] == ole.MAGIC
        data = ole.unwrapped(data) if wrapped else data
        known = data[:4] == b"PK\x03\x04" or b"%PDF-" in data[:1024] or _is_old_office(data)
        if not known and (data[:4] == ole.MAGIC[:4] or (name.lower().endswith(".bin") and not wrapped)):
            message = f"嵌入对象 {shown} 不是可读取的格式，没有读取。请双击打开后人工查看。"
            self.assembly.gap("unsupported", message, part="attachment", locator=at)
            return
        try:
            document = read_bytes(data, name, self.limits, self.depth + 1)
        except ReadError as fault:
            message = f"嵌入文件 {shown} 没有读取：{fault.message}"
            self.assembly.gap(fault.code, message, part="attachment", locator=at)
            return
        self.found.items["attachment"].append(Embedded(document, shown))

    def unread(self, name: str, at: Locator) -> None:
        message = f"部件 {_shown(name)} 不是可读取的格式，没有读取。请人工查看。"
        self.assembly.gap("unsupported", message, part="attachment", locator=replace(at, note=_shown(name)))

    def core_properties(self, name: str, at: Locator) -> None:
        for element in self.xml_of(name):
            title = _CORE.get(local_name(element))
            if title:
                self.found.add("property", element.text or "", hint=title, at=Locator(note=title))

    def app_properties(self, name: str, at: Locator) -> None:
        for element in self.xml_of(name):
            title = _APP.get(local_name(element))
            text = element.text or ""
            if title and len(element):
                for value in element.iter():
                    words = value.text or ""
                    if local_name(value) in ("lpstr", "lpwstr") and is_text(words):
                        self.found.add("property", words, hint=title, at=Locator(note=title))
            elif title and not _is_plain_template(text):
                self.found.add("property", text, hint=title, at=Locator(note=title))

    def custom_properties(self, name: str, at: Locator) -> None:
        for element in self.xml_of(name):
            title = element.get("name") or ""
            for value in element.iter():
                text = value.text or ""
                if len(value) or local_name(value) in ("filetime", "date", "bool") or not is_text(text):
                    continue
                if not _WPS_NOISE.fullmatch(f"{title}={text}"):
                    self.found.add("property", text, label=title, at=Locator(note="自定义属性"))
            if TELLING.search(title) and re.search("[0-9]{7}|@", title):
                self.found.add("property", title, hint="自定义属性名", at=Locator(note="自定义属性"))

    def people(self, name: str, at: Locator) -> None:
        for element in self.xml_of(name):
            for key, value in element.attrib.items():
                if str(key).endswith("}author") and str(value).strip():
                    self.found.authors.setdefault(str(value))
            for presence in element:
                account = next((str(v) for k, v in presence.attrib.items() if str(k).endswith("}userId")), "")
                if account not in self.found.authors and TELLING.search(account):
                    self.found.add("property", account, hint="作者账号", at=Locator(note="作者账号"))

    def data_item(self, name: str, at: Locator) -> None:
        """Text and attributes of custom XML; schemas that SharePoint copies into a file have none."""
        root = self.xml_of(name, own=False)
        at = Locator(note=self.number("自定义 XML"))
        if root.tag.startswith(_SHAREPOINT):
            return
        for element in root.iter():
            if local_name(element) in _SIGNATURE:
                continue
            # The root of a bibliography only says which style sheet formats it.
            values = () if element is root and local_name(root) == "Sources" else element.attrib.values()
            for text in (element.text, element.tail, *values):
                if text and is_text(str(text)):
                    self.found.add("property", str(text).strip(), label=local_name(element), at=at)
        self.visit(name, {}, "")

    def leftovers(self) -> None:
        """Members that no relationship led to: read when they hold text, else a gap. None is passed over."""
        self.guard("[Content_Types].xml", "attachment", self._look_at_types)
        for part in self.package.unasked():
            for relation in self.relations(part):
                if relation.external:
                    self._external(relation, NOWHERE, part)
        for name in self.package.names():
            if name.lower() in self.seen or (self.kind.harmless.fullmatch(name) and self._is_layout(name)):
                continue
            self.seen.add(name.lower())
            self.guard(name, "attachment", self._leftover)

    def _look_at_types(self, name: str) -> None:
        self.package.content_type(name)

    def _is_layout(self, name: str) -> bool:
        """Whether a member whose name is that of layout is no other part of the file."""
        base = re.sub(r"[0-9]*\.xml$", "", posixpath.basename(name).lower())
        return base not in _BASES or self.package.root_name(name) in ROOTS[_BASES[base]]

    def _leftover(self, name: str) -> None:
        kind = self.package.content_type(name)
        lower = name.lower()
        if "/media/" in lower or kind.startswith("image/") or lower.endswith(_PICTURE_SUFFIXES):
            self.picture(name, NOWHERE)
        elif not self.package.read(name):
            return
        elif re.search(r"/diagrams/drawing[0-9]*\.xml$", lower):
            self.drawn_diagram(name, NOWHERE)
        elif "/embeddings/" in lower:
            self.embedded(name, NOWHERE)
        elif lower.endswith((".xml", ".vml")):
            self.kind.orphan(self, name)
        else:
            self.unread(name, NOWHERE)

    def orphan(self, name: str) -> None:
        root = self.xml_of(name, own=False)
        if local_name(root) in _BY_ROOT:
            _BY_ROOT[local_name(root)](self, name, NOWHERE)
        elif root.find(f".//{_P}") is not None:
            self._story(name, root, "hidden", self.number("未引用的部件"), "未被引用的部件")
        else:
            self.data_item(name, NOWHERE)


Reader = Callable[[Book, str, Locator], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """What one format of Office packages has of its own."""

    space: str
    """the namespace, in braces, of its main parts"""
    roots: frozenset[str]
    """their root elements"""
    readers: Mapping[str, Reader]
    """the last word of a relationship's type -> what reads the part"""
    parts: Mapping[str, str]
    """the same -> the part of the document that such parts are; others are attachments"""
    silent: frozenset[str]
    """the same, of parts that hold no text of the draft"""
    harmless: re.Pattern[str]
    """names of members that no relationship must lead to"""
    orphan: Callable[[Book, str], None]
    """reads an XML part that no relationship led to"""


READERS: dict[str, Reader] = {
    "header": Book.headers, "footer": Book.footers, "footnotes": Book.footnotes,
    "endnotes": Book.endnotes, "comments": Book.comments, "glossaryDocument": Book.glossary,
    "settings": Book.settings, "image": Book.picture, "chart": Book.chart, "chartEx": Book.chart,
    "chartUserShapes": Book.chart, "diagramData": Book.diagram, "package": Book.embedded,
    "oleObject": Book.embedded, "aFChunk": Book.embedded, "customXml": Book.data_item,
    "core-properties": Book.core_properties, "extended-properties": Book.app_properties,
    "extendedProperties": Book.app_properties, "custom-properties": Book.custom_properties,
    "customProperties": Book.custom_properties, "thumbnail": Book.picture, "people": Book.people,
    "webSettings": Book.web_settings, "numbering": Book.numbering, "printerSettings": Book.printer,
    "customXmlProps": Book.item_properties,
}  # fmt: skip
ROOTS: dict[str, frozenset[str]] = {
    kind: frozenset(roots.split())
    for kind, roots in {
        "header": "hdr", "footer": "ftr", "footnotes": "footnotes", "endnotes": "endnotes",
        "comments": "comments cmLst", "glossaryDocument": "glossaryDocument", "settings": "settings",
        "webSettings": "webSettings", "numbering": "numbering", "people": "people",
        "core-properties": "coreProperties", "extended-properties": "Properties", "extendedProperties": "Properties",
        "custom-properties": "Properties", "customProperties": "Properties", "chart": "chartSpace",
        "chartEx": "chartSpace", "chartUserShapes": "userShapes", "diagramData": "dataModel", "styles": "styles",
        "stylesWithEffects": "styles", "fontTable": "fonts", "theme": "theme", "themeOverride": "themeOverride",
        "customXmlProps": "datastoreItem", "tableStyles": "tblStyleLst", "notesSlide": "notes",
        "notesMaster": "notesMaster", "handoutMaster": "handoutMaster", "commentAuthors": "cmAuthorLst",
        "authors": "authorLst", "tags": "tagLst",
    }.items()
}  # fmt: skip
"""the last word of a relationship's type -> the root elements of such a part; others would seem to be empty"""
_BASES = {"styles": "styles", "styleswitheffects": "styles", "websettings": "webSettings", "numbering": "numbering",
          "fonttable": "fontTable", "theme": "theme", "itemprops": "customXmlProps", "tablestyles": "tableStyles"}
"""the beginning of a member's name, of those that are layout -> the kind that it must be"""
_BY_ROOT: dict[str, Reader] = {
    "comments": Book.comments, "numbering": Book.numbering, "webSettings": Book.web_settings,
    "settings": Book.settings, "people": Book.people,
}  # fmt: skip
"""parts of which more than the paragraphs is read, also where no relationship leads to them"""
_PART_OF = {"header": "header", "footer": "footer", "footnotes": "footnote", "endnotes": "endnote",
            "comments": "comment", "image": "picture", "chart": "textbox"}  # fmt: skip
SILENT = frozenset({
    "styles", "stylesWithEffects", "fontTable", "theme", "commentsExtended", "commentsIds",
    "commentsExtensible", "diagramLayout", "diagramQuickStyle", "diagramColors", "chartStyle",
    "chartColorStyle", "font",
})  # fmt: skip
"""parts that hold layout and identifiers, no text of the draft"""

_HARMLESS = re.compile(
    r"\[Content_Types\]\.xml|(?:.*/)?_rels/[^/]*\.rels|.*/fonts/[^/]*\.odttf"
    r"|customXml/itemProps[0-9]*\.xml"
    r"|.*/(?:styles|stylesWithEffects|fontTable)\.xml|.*/theme/[^/]*\.xml|mimetype",
    re.I,
)
_PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".svg",
                     ".wdp", ".webp")  # fmt: skip
_SHAREPOINT = ("{http://schemas.microsoft.com/office/2006/metadata/contentType}",
               "{http://schemas.microsoft.com/sharepoint/v3/contenttype/forms}")  # fmt: skip

_CORE = {"creator": "作者", "lastModifiedBy": "最后修改者", "title": "标题", "subject": "主题",
         "keywords": "关键词", "description": "备注", "category": "类别", "contentStatus": "内容状态",
         "identifier": "标识", "contentType": "内容类型", "version": "版本"}  # fmt: skip
_APP = {"Company": "单位", "Manager": "经理", "HyperlinkBase": "超链接基础", "Template": "模板",
        "TitlesOfParts": "部件标题", "HLinks": "超链接地址"}  # fmt: skip
_MAIL_MERGE = frozenset({"connectString", "query", "mailSubject", "addressFieldName", "udl", "table",
                         "name", "mappedName", "dataSource"})  # fmt: skip
_DEFAULT_PART = re.compile(r"[0-9A-Fa-f]{32}|DefaultPlaceholder_[-0-9A-Fa-f]+")
_WPS_NOISE = re.compile(
    r"KSOProductBuildVer=[0-9]{4}-[0-9.]{1,30}|ICV=[0-9A-Fa-f_]{1,50}"
    r"|KSOTemplateDocerSaveRecord=[A-Za-z0-9+/=]{20,}"
)
_OWN_ROOTS = frozenset({"document", "hdr", "ftr", "footnotes", "endnotes", "comments", "glossaryDocument",
                        "settings", "styles", "numbering", "webSettings"})  # fmt: skip
_OWN_SETTINGS = frozenset({"rsids", "compat", "mathPr", "themeFontLang", "clrSchemeMapping", "docVars",
                           "mailMerge", "documentProtection", "writeProtection", "noLineBreaksAfter",
                           "noLineBreaksBefore", "hdrShapeDefaults", "shapeDefaults", "footnotePr",
                           "endnotePr", "docId"})  # fmt: skip
"""settings that hold no words of a person, or are read by themselves"""
_DOCX = Kind(W, _OWN_ROOTS, READERS, _PART_OF, SILENT, _HARMLESS, Book.orphan)
_MACHINE = re.compile(r"[0-9]{1,10}|[0-9A-Fa-f]{8}|\{?[0-9A-Fa-f]{8}-[0-9A-Fa-f-]{27}\}?|https?://schemas\.[!-~]*")
_PLAIN_NUMBER = re.compile(r"%[0-9]|[第章节条款项目编部篇卷附录表图件步阶段一二三四五六七八九十（）()、．.：:\s-]")
_SIGNATURE = frozenset({"DigestValue", "SignatureValue", "X509Certificate", "Modulus"})
"""elements of a digital signature that hold bytes in base64"""


def _is_plain_template(text: str) -> bool:
    return text.strip().lower() in ("normal.dotm", "normal.dot", "normal.wpt", "normal", "")


_USUAL_NAME = re.compile(r"[A-Za-z_]{1,40}[0-9]{0,5}\.[A-Za-z]{1,8}")


def _shown(name: str, number: int = 0) -> str:
    """A member's name for a message; one that is not Office's own could hold a value and is not shown."""
    base = posixpath.basename(name)
    if _USUAL_NAME.fullmatch(base):
        return base
    return f"（第 {number} 个）" if number else "（自定名称）"


def _is_old_office(data: bytes) -> bool:
    """Whether these are the bytes of a doc, xls or ppt, or of an encrypted file."""
    if data[:8] != ole.MAGIC:
        return False
    try:
        return bool(ole.ole_kind(data, ""))
    except Encrypted:
        return True
    except ReadError:
        return False


def _natural(name: str) -> list[tuple[int, str]]:
    return [(len(piece), piece) if piece.isdigit() else (0, piece) for piece in re.split(r"([0-9]+)", name)]


def _chart_lines(root: etree._Element) -> Iterator[tuple[list[tuple[str, etree._Element]], str]]:
    """Titles and labels of a chart, then each series with its cached cells; and what joins their pieces."""
    for paragraph in root.iter(_A + "p"):
        yield [*lettered(paragraph)], ""
    for series in root.iter(_C + "ser", _CX + "data", _CX + "txData"):
        yield [(e.text or "", e) for e in series.iter(_C + "v", _CX + "pt", _CX + "v")], "\t"
    for title in root.iter(_C + "title"):
        yield [(e.text or "", e) for e in title.iter(_C + "v")], "\t"


