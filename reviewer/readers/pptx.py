"""Reads a presentation (OOXML PresentationML, ISO/IEC 29500, also as WPS writes it) with all it carries.

Places: `Locator.page` is the number of the slide, hidden ones counted. What is written on slides is the body, slide
by slide; notes, comments, hidden slides, shapes that are hidden or lie beside the slide are blocks that say so.
Charts, diagrams, pictures, embedded files and properties are read as in a docx (readers.docx.Book).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from lxml import etree

from reviewer.errors import Broken, ReadError
from reviewer.model import Concealed, Document, Locator
from reviewer.readers.assembly import Origin
from reviewer.readers.docx import READERS, SILENT, Book, Kind, Traced
from reviewer.readers.docx_look import local_name
from reviewer.readers.docx_story import NOWHERE, TELLING, Embedded, Text, in_a_row, is_text, lettered, letters, whole
from reviewer.readers.package import OFFICE, Package, misplaced
from reviewer.readers.pptx_look import P, Sheet, slide_size, theme_background, theme_colors
from reviewer.readers.pptx_slide import Canvas, Walk
from reviewer.settings import Limits

_R = "{" + OFFICE + "/relationships}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MAIN = "ppt/presentation.xml"
_SLIDES = frozenset({"slide", "slideMaster", "slideLayout"})
_HIDDEN_SLIDE = "隐藏的幻灯片"
_RESTS_ON = {"sld": "slideLayout", "sldLayout": "slideMaster"}
"""what each kind of sheet takes the look of its placeholders from, as relationships and root elements say it"""
_NO_THEME = {"": ""}
"""a theme none of whose colours is known"""


def read(data: bytes, name: str, limits: Limits, depth: int = 0) -> Document:
    """The presentation with all its parts. Raises Broken, Encrypted, TooBig or TooDeep.

    A part beside the main one that can not be read becomes a Gap.
    """
    return _finished(_Deck(Book(Package(data, limits), limits, depth, _PPTX)), data, name)


def read_traced(data: bytes, name: str, limits: Limits) -> Traced:
    """The same document as `read` gives, with the elements that it was read from; raises the same."""
    parts: dict[str, etree._Element] = {}
    origins: list[Origin] = []
    book = Book(Package(data, limits), limits, 0, _PPTX, parts=parts)
    book.found.tracing, book.assembly.trace = True, origins
    document = _finished(_Deck(book), data, name)
    return Traced(document, book.package, book.main, parts, origins, book.found.unseen)


def _finished(deck: _Deck, data: bytes, name: str) -> Document:
    deck.read()
    document = deck.book.finished(data, name, "pptx")
    return replace(document, concealed=tuple(_joined(document)))


def _joined(document: Document) -> list[Concealed]:
    """The concealed stretches, those of one slide that read on from block to block as one."""
    found: list[Concealed] = []
    for one in document.concealed:
        last = found[-1] if found else None
        if last is not None and one.start == last.end + 1 and replace(last, start=one.start, end=one.end) == one:
            found[-1] = replace(last, end=one.end)
        else:
            found.append(one)
    return found


_SHEETS = frozenset({"sld", "sldLayout", "sldMaster"})


@dataclass(slots=True)
class _Deck:
    """One presentation while it is read."""

    book: Book
    sheets: dict[str, Sheet] = field(default_factory=dict)
    """slides, layouts and masters by the names of their parts"""
    failed: set[str] = field(default_factory=set)
    """layouts and masters that could not be read, and were told"""

    def read(self) -> None:
        book = self.book
        relations = book.relations("")
        main = next((r.target for r in relations if r.kind == "officeDocument"), _MAIN)
        book.main = main if main in book.package else _MAIN
        root = book.xml_of(book.main)
        if root.tag != P + "presentation":
            raise Broken("文件内的 XML 名称有误，无法读取。请用原软件打开检查后另存。")
        self._slides(root)
        self._names(root)
        book.visit(book.main, {}, "")
        for relation in relations:
            book.follow(relation, NOWHERE, "")
        self._sheets()
        book.leftovers()
        for author in book.found.authors:
            book.found.add("property", author, hint="批注和修订的作者", at=Locator(note="批注和修订的作者"))

    def _slides(self, root: etree._Element) -> None:
        """The slides in the order in which they are shown, then those that are not on the list."""
        links = self.book.links(self.book.main)
        size = slide_size(root)
        listed = [one.get(_R + "id") or "" for one in root.iterfind(f"{P}sldIdLst/{P}sldId")]
        for number, key in enumerate(listed, 1):
            link = links.get(key)
            if link is None or link.external or link.target not in self.book.package:
                message = f"第 {number} 张幻灯片在文件里找不到，没有读取。请用原软件打开检查后另存。"
                self.book.assembly.gap("broken", message, locator=Locator(number))
            elif link.target.lower() not in self.book.seen:
                self._slide(link.target, Locator(number), Canvas(size), "")
        for link in links.values():
            if link.kind == "slide" and not link.external and link.target in self.book.package:
                self._unlisted(link.target, Canvas(size))

    def _unlisted(self, name: str, canvas: Canvas) -> None:
        if name.lower() not in self.book.seen:
            note = self.book.number("未列入放映的幻灯片")
            self._slide(name, Locator(note=note), canvas, "未列入放映的幻灯片")

    def _slide(self, name: str, at: Locator, canvas: Canvas, concealed: str) -> None:
        self.book.guard(name, "body", lambda part: self._read_slide(part, at, canvas, concealed), at)

    def _read_slide(self, name: str, at: Locator, canvas: Canvas, concealed: str) -> None:
        before = _counts(self.book)
        sheet = self.sheet(name)
        self._walk(name, sheet, at, canvas, "body")
        if concealed or sheet.root.get("show", "1").lower() in ("0", "false"):
            _conceal(self.book, before, concealed or _HIDDEN_SLIDE)

    def _walk(self, name: str, sheet: Sheet, at: Locator, canvas: Canvas, part: str) -> None:
        """The shapes of a slide, layout or master, then what it points at."""
        book, root = self.book, sheet.root
        walk = Walk(book.found, sheet, canvas, part, at)
        walk.read()
        for element in root.iterfind(P + "timing"):
            book.machinery(element, "动画", "property")
        title = root.find(P + "cSld")
        named = title.get("name") if title is not None else None
        if named and part == "body":
            origins = whole(named, title, "name")
            book.found.add("name", named, hint="幻灯片名称", at=at, origins=origins)
        links = book.links(name)
        order = {key: k for k, key in enumerate(walk.used)}
        # The drawn copy of a diagram is compared with its data: these come first.
        last = ("diagramDrawing",)
        for key in sorted(links, key=lambda key: (links[key].kind in last, order.get(key, len(order)), key)):
            if links[key].kind in _SLIDES:
                continue
            before = _counts(book)
            book.follow(links[key], at, name)
            if key in walk.unseen:
                _conceal(book, before, walk.unseen[key])

    def _names(self, root: etree._Element) -> None:
        """Names that are seen only by those who edit: sections, custom shows, who may write."""
        for tag, hint in (("{*}section", "节名称"), (P + "custShow", "自定义放映")):
            for element in root.iter(tag):
                text = element.get("name") or ""
                origins = whole(text, element, "name")
                self.book.found.add("name", text, hint=hint, at=Locator(note=hint), origins=origins)
        for element in root.iter(P + "photoAlbum", P + "modifyVerifier", P + "htmlPubPr"):
            self.book.machinery(element, "演示文稿设置")

    # -- layouts and masters

    def sheet(self, name: str) -> Sheet:
        """A slide, layout or master with what it rests on; read from the package once."""
        key = name.lower()
        if key not in self.sheets:
            root = self.book.xml_of(name)
            if local_name(root) not in _SHEETS:
                raise misplaced()
            sheet = self.sheets[key] = Sheet(root)
            links = [one for one in self.book.relations(name) if not one.external and one.target in self.book.package]
            for link in links:
                if link.kind == "theme":
                    self._take_theme(sheet, link.target)
                elif link.kind == _RESTS_ON.get(local_name(sheet.root)):
                    self._rest(sheet, link.target)
            if any(link.kind == "themeOverride" for link in links):
                sheet.theme = _NO_THEME
        return self.sheets[key]

    def _take_theme(self, sheet: Sheet, name: str) -> None:
        try:
            theme = self.book.package.xml(name)
        except ReadError:
            # Only colours are lost: no text is called hidden for them.
            sheet.theme = _NO_THEME
        else:
            sheet.theme, sheet.background = theme_colors(theme), theme_background(theme)

    def _rest(self, sheet: Sheet, name: str) -> None:
        if name.lower() in self.failed:
            return
        found: list[Sheet] = []
        self.book.guard(name, "header", lambda part: found.append(self.sheet(part)))
        if not found:
            self.failed.add(name.lower())
        # Nothing else rests on anything: no ring can be made.
        elif local_name(found[0].root) == _RESTS_ON[local_name(sheet.root)].replace("slide", "sld"):
            sheet.under = found[0]
            sheet.theme = sheet.theme or found[0].theme
            sheet.background = sheet.background or found[0].background

    def _sheets(self) -> None:
        """What stands on masters and layouts: on each slide that uses them."""
        used = set(self.sheets)
        masters = [one.target for one in self.book.relations(self.book.main) if one.kind == "slideMaster"]
        layouts = [
            one.target for name in masters if name in self.book.package
            for one in self.book.relations(name) if one.kind == "slideLayout"
        ]  # fmt: skip
        for title, names in (("母版", masters), ("版式", layouts)):
            for name in dict.fromkeys([*names, *self._of_kind(title, used)]):
                if name in self.book.package and name.lower() not in self.failed:
                    self._read_sheet(name, title, name.lower() in used)

    def _of_kind(self, title: str, used: set[str]) -> list[str]:
        tag = P + ("sldMaster" if title == "母版" else "sldLayout")
        return [name for name in self.book.package.names() if name.lower() in used
                and self.sheets[name.lower()].root.tag == tag]  # fmt: skip

    def _read_sheet(self, name: str, title: str, used: bool) -> None:
        note = self.book.number(title)
        before = _counts(self.book)
        at = Locator(note=note)

        def reader(part: str) -> None:
            self._walk(part, self.sheet(part), at, Canvas(prompts=True), "header")

        self.book.guard(name, "header", reader, at)
        if not used:
            _conceal(self.book, before, f"未使用的{title}")


# ---------------------------------------------------------------- what is concealed as a whole


def _counts(book: Book) -> dict[str, int]:
    return {part: len(items) for part, items in book.found.items.items()}


_STAY = frozenset({"attachment", "property", "field", "form", "name"})
"""parts that no page shows anyway"""


def _conceal(book: Book, before: dict[str, int], reason: str) -> None:
    """Say of all that was found since that no reader sees it; what does not say so already becomes hidden."""
    items = book.found.items
    hidden = [replace(one, concealed=one.concealed or reason) for one in items["hidden"][before["hidden"] :]
              if not isinstance(one, Embedded)]  # fmt: skip
    for part, every in items.items():
        if part in _STAY or part == "hidden":
            continue
        for one in every[before[part] :]:
            if not isinstance(one, Embedded) and not one.concealed:
                hidden.append(replace(one, concealed=reason))
        every[before[part] :] = [one for one in every[before[part] :] if isinstance(one, Embedded) or one.concealed]
    items["hidden"][before["hidden"] :] = hidden


# ---------------------------------------------------------------- one reader for each kind of part


def _notes(book: Book, name: str, at: Locator) -> None:
    """The notes page of a slide."""
    sheet = Sheet(book.xml_of(name))
    walk = Walk(book.found, sheet, Canvas(notes=True), "annotation", replace(at, note="备注"), "备注")
    walk.read()
    book.visit(name, {}, "备注", at.page)


def _notes_master(book: Book, name: str, at: Locator) -> None:
    note = "讲义母版" if name.lower().rsplit("/", 1)[-1].startswith("handout") else "备注母版"
    sheet = Sheet(book.xml_of(name))
    Walk(book.found, sheet, Canvas(prompts=True), "hidden", Locator(note=note), note).read()
    book.visit(name, {}, note)


def _comments(book: Book, name: str, at: Locator) -> None:
    """Comments of a slide: the classic ones hold plain text, the threaded ones DrawingML with replies."""
    root = book.xml_of(name)
    for element in root.iter("{*}cm", "{*}reply"):
        place = replace(at, note=book.number("批注"))
        pieces = [*_comment_text(element)]
        text = "".join(piece for piece, _ in pieces)
        origins = [*in_a_row(pieces)] if book.found.tracing else ()
        book.found.items["comment"].append(Text(text, place, "批注", origins=origins))
    book.visit(name, {}, "", at.page)


def _comment_text(element: etree._Element) -> list[tuple[str, etree._Element]]:
    pieces: list[tuple[str, etree._Element]] = []
    for child in element:
        if local_name(child) == "text":
            pieces.append((child.text or "", child))
        elif local_name(child) == "txBody":
            for k, paragraph in enumerate(child.iter(_A + "p")):
                pieces += [("\n", paragraph)] if k else []
                pieces += lettered(paragraph)
    return pieces


def _authors(book: Book, name: str, at: Locator) -> None:
    for element in book.xml_of(name).iter("{*}cmAuthor", "{*}author"):
        author = element.get("name") or ""
        if author.strip():
            book.found.authors.setdefault(author)
        for key, hint in (("initials", "批注作者缩写"), ("userId", "作者账号")):
            text = element.get(key) or ""
            if text not in author and TELLING.search(text):
                book.found.add("property", text, hint=hint, at=Locator(note=hint))


def _tags(book: Book, name: str, at: Locator) -> None:
    """Names and values that add-ins keep."""
    for element in book.xml_of(name).iter("{*}tag"):
        label = element.get("name") or ""
        for key in ("val", "name"):
            text = element.get(key) or ""
            if is_text(text) and (key == "val" or TELLING.search(text)):
                place = replace(at, note="标记")
                book.found.add("property", text, label=label, at=place, origins=whole(text, element, key))


def _custom(book: Book, name: str, at: Locator) -> None:
    if local_name(book.xml_of(name, own=False)) == "ink":
        book.assembly.gap("picture", "手写的墨迹没有读取，请人工查看。", part="picture", locator=at)
    else:
        book.data_item(name, at)


def _machinery(book: Book, name: str, at: Locator) -> None:
    book.machinery(book.xml_of(name, own=False), "演示文稿设置")
    book.visit(name, {}, "", at.page)


def _media(book: Book, name: str, at: Locator) -> None:
    message = "音频、视频中的内容没有读取，请人工查看。"
    book.assembly.gap("media", message, part="attachment", locator=at)


def _orphan(book: Book, name: str) -> None:
    """An XML part that no relationship led to."""
    root = book.xml_of(name, own=False)
    if local_name(root) in ("sld", "notes", "sldLayout", "sldMaster"):
        note = book.number("未引用的部件")
        Walk(book.found, Sheet(root), Canvas(), "hidden", Locator(note=note), "未被引用的部件").read()
        book.visit(name, {}, note)
        return
    texts = [*root.iter(_A + "p")]
    for paragraph in texts:
        book.found.add("hidden", letters(paragraph), hint="未引用的部件", at=Locator(note="未引用的部件"),
                       origins=in_a_row(lettered(paragraph)))  # fmt: skip
    if not texts:
        book.data_item(name, NOWHERE)


_Reader = Callable[[Book, str, Locator], None]
_SHARED = ("image", "chart", "chartEx", "chartUserShapes", "diagramData", "package", "oleObject", "core-properties",
           "extended-properties", "extendedProperties", "custom-properties", "customProperties", "thumbnail",
           "printerSettings", "customXmlProps")  # fmt: skip
_READERS: dict[str, _Reader] = {
    **{kind: READERS[kind] for kind in _SHARED},
    "diagramDrawing": Book.drawn_diagram, "notesSlide": _notes, "notesMaster": _notes_master,
    "handoutMaster": _notes_master, "comments": _comments, "commentAuthors": _authors, "authors": _authors,
    "tags": _tags, "customXml": _custom, "presProps": _machinery, "viewProps": _machinery,
    "changesInfo": _machinery, "vmlDrawing": _machinery, "slideUpdateInfo": _machinery, "control": Book.unread,
    "video": _media, "audio": _media, "media": _media,
}  # fmt: skip
_PART_OF = {"comments": "comment", "notesSlide": "annotation", "image": "picture", "chart": "textbox"}
_HARMLESS = re.compile(
    r"\[Content_Types\]\.xml|(?:.*/)?_rels/[^/]*\.rels|.*/fonts/[^/]*\.fntdata|.*/theme/[^/]*\.xml|mimetype"
    r"|customXml/itemProps[0-9]*\.xml|.*/(?:tableStyles|revisionInfo)\.xml",
    re.I,
)
_PPTX = Kind(
    P,
    frozenset({"presentation", "sld", "sldLayout", "sldMaster", "notes", "notesMaster", "handoutMaster"}),
    _READERS,
    _PART_OF,
    SILENT | {"tableStyles", "revisionInfo", "theme", "themeOverride"},
    _HARMLESS,
    _orphan,
)
