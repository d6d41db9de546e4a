"""Reads an OFD (GB/T 33190-2016): pages with a box for every character, what is hidden on them, what lies beside.

One block a page, as for PDF; templates are read with each page that they lie on. Text that is on a page but not seen
stays in its place and is marked as concealed. What only a picture shows is a Gap. Other versions, pages that no list
names and words in unknown elements are read too, as hidden text.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from reviewer.errors import Broken, Encrypted, ReadError, TooBig
from reviewer.model import Document, Locator
from reviewer.readers import ocr, ofd_beside, ofd_glyphs, ofd_signs
from reviewer.readers import pictures as page_pictures
from reviewer.readers.assembly import Assembly, Origin
from reviewer.readers.ofd_beside import Extra
from reviewer.readers.ofd_hidden import hidden
from reviewer.readers.ofd_page import POINTS, Matrix, Rect, Survey, Walker, moved
from reviewer.readers.ofd_page import Run as OfdRun
from reviewer.readers.ofd_paint import Font, Resources
from reviewer.readers.ofd_parts import (
    Node,
    Parts,
    below,
    child,
    children,
    is_true,
    local,
    missing,
    numbers,
    words,
)
from reviewer.readers.ofd_picture import Pictures
from reviewer.readers.ofd_text import Laid, laid
from reviewer.readers.page_rules import Rules
from reviewer.readers.page_unseen import COVERED, INVISIBLE, Run, unseen_runs
from reviewer.readers.pictures import INSTALL
from reviewer.readers.plain import with_tables
from reviewer.settings import Limits

_FAILURES = 200
_CHARACTERS = 20_000_000
"""of all pages; templates may be repeated on each of them"""
_VERSIONS = 8
_COVER = 0.5
_FEW = 30
_RECOGNISED = 0.7
_PICTURE_SIZE = 20.0
_CURVES = 600
_REMOVED = "早先保存的版本中的文字"
_UNREFERENCED = "未被引用的内容"
_A4: Rect = (0.0, 0.0, 210.0, 297.0)


@dataclass(slots=True)
class Page:
    """One page of a document: its number in the whole file, its id, its member, its paper in millimetres."""

    number: int
    id: str
    member: str
    paper: Rect = _A4


@dataclass(slots=True)
class Body:
    """One document of the file (a DocBody)."""

    node: Node
    name: str
    """the member Document.xml"""
    root: Node
    resources: Resources = field(default_factory=Resources)
    templates: dict[str, str] = field(default_factory=dict)
    pages: list[Page] = field(default_factory=list)
    signatures: list[ofd_signs.Signature] = field(default_factory=list)


@dataclass(slots=True)
class Traced:
    """A document with what a writer needs: the parsed parts, the bodies, where each stretch of text came from."""

    document: Document
    parts: Parts
    entry: str
    bodies: list[Body]
    trace: list[Origin] = field(repr=False)
    runs: dict[Node, OfdRun] = field(default_factory=dict, repr=False)
    """how the characters of each TextCode stand on a page (where it is on several, on the first)"""
    loose: set[str] = field(default_factory=set)
    """members that nothing leads to"""
    seen: dict[str, Matrix] = field(default_factory=dict)
    """pictures whose text was read, and how they lie on the page"""


def read(data: bytes, name: str, limits: Limits, depth: int = 0) -> Document:
    """The OFD as a Document. Raises Encrypted, Broken or TooBig; damaged pages and attachments become gaps."""
    reading = _Reading(Parts(data, limits), limits, depth)
    reading.read()
    return with_tables(reading.assembly.finish(path=name, kind="ofd", data=data))


def read_traced(data: bytes, name: str, limits: Limits) -> Traced:
    """The same, with the way from each character of the text back to its element."""
    reading = _Reading(Parts(data, limits, keep=True), limits, 0, Assembly(trace=[]))
    reading.read()
    document = with_tables(reading.assembly.finish(path=name, kind="ofd", data=data))
    trace = reading.assembly.trace or []
    made = Traced(document, reading.parts, reading.entry, reading.bodies, trace)
    made.runs, made.loose, made.seen = reading.runs, reading.loose, reading.seen
    return made


@dataclass(slots=True)
class _Reading:
    """One file on its way through the reader."""

    parts: Parts
    limits: Limits
    depth: int
    assembly: Assembly = field(default_factory=Assembly)
    entry: str = ""
    bodies: list[Body] = field(default_factory=list)
    extras: list[Extra] = field(default_factory=list)
    glyphs: ofd_glyphs.Glyphs = field(init=False)
    lines: set[str] | None = None
    words: str | None = None
    pages: int = 0
    failed: int = 0
    characters: int = 0
    shown: set[str] = field(default_factory=set)
    """pictures that a page shows"""
    seen: dict[str, Matrix] = field(default_factory=dict)
    """pictures that were read, and how they lie on the page where they were"""
    attached: set[str] = field(default_factory=set)
    runs: dict[Node, OfdRun] = field(default_factory=dict)
    loose: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.glyphs = ofd_glyphs.Glyphs(self.parts)

    def read(self) -> None:
        self._open()
        for body in self.bodies:
            self._body(body)
        self._beside()
        for body in self.bodies:
            self._attachments(body)
        self._unread_media()
        for body in self.bodies:
            self._versions(body)
        self._left_over()

    # --- the package -------------------------------------------------------------------------------------

    def _open(self) -> None:
        names = [posixpath.basename(name).lower() for name in self.parts.package.names()]
        if "encryptions.xml" in names or "decryptseed.dat" in names:
            raise Encrypted("文件设有打开密码或者加密，无法读取。请去掉密码后重新扫描。")
        self.entry = self.parts.find("OFD.xml")
        if not self.entry:
            raise Broken("文件已损坏（缺少 OFD.xml），无法读取。请重新获取原文件。")
        root = self.parts.root(self.entry, "OFD")
        for node in children(root, "DocBody"):
            path = words(child(node, "DocRoot"))
            name = self.parts.find(path, self.entry)
            if not name:
                self._gap(missing(path), "文件内的一份文档")
                continue
            try:
                self.bodies.append(self._body_of(node, name))
            except ReadError as fault:
                self._gap(fault, "文件内的一份文档")
        if not self.bodies:
            raise Broken("文件里没有可以读取的文档（OFD 结构不完整）。请重新获取原文件。")

    def _body_of(self, node: Node, name: str) -> Body:
        """A document with its resources and pages."""
        body = Body(node, name, self.parts.root(name, "Document"))
        common = child(body.root, "CommonData")
        for one in common if common is not None else ():
            if local(one) in ("PublicRes", "DocumentRes"):
                self._take(body.resources, words(one), name)
            elif local(one) == "TemplatePage":
                member = self.parts.find(one.get("BaseLoc") or "", name)
                if member:
                    body.templates[one.get("ID") or ""] = member
        paper = _paper(child(common, "PageArea")) if common is not None else None
        listed = child(body.root, "Pages")
        for one in children(listed, "Page") if listed is not None else ():
            self.pages += 1
            if self.pages > self.limits.members:
                message = f"文件列出的页数超过上限 {self.limits.members} 页，其余没有读取。请拆分后扫描。"
                self.assembly.gap("too-big", message, locator=Locator(page=self.pages))
                break
            member = self.parts.find(one.get("BaseLoc") or "", name)
            body.pages.append(Page(self.pages, one.get("ID") or "", member, paper or _A4))
        return body

    def _take(self, resources: Resources, path: str, base: str) -> None:
        member = self.parts.find(path, base)
        if not member:
            return
        try:
            resources.take(self.parts, member)
        except ReadError as fault:
            self._gap(fault, "资源文件")

    # --- pages -----------------------------------------------------------------------------------------

    def _body(self, body: Body) -> None:
        notes = dict(self._page_notes(body))
        seen: set[str] = set()
        for page in body.pages:
            if self.failed >= _FAILURES:
                message = f"第{page.number}页以后没有读取（前面已有多页损坏）。请用原软件打开检查后另存。"
                self.assembly.gap("broken", message, locator=Locator(page=page.number))
                break
            if not page.member:
                self._failed(page, missing(""))
                continue
            # Listed twice, a page shows the same again.
            if page.member not in seen:
                seen.add(page.member)
                self._page(body, page, notes.get(page.id, []))
        self._unused_templates(body)

    def _page(self, body: Body, page: Page, notes: list[str]) -> None:
        try:
            data = self.parts.bytes(page.member)
            root = self.parts.root(page.member, "Page")
        except TooBig:
            raise
        except ReadError as fault:
            self._failed(page, fault)
            return
        area = child(root, "Area")
        page.paper = (_paper(area) if area is not None else None) or page.paper
        resources = body.resources
        own = [words(one) for one in children(root, "PageRes")]
        if own:
            resources = resources.copy()
            for path in own:
                self._take(resources, path, page.member)
        place = Locator(page=page.number)
        walker = Walker(resources, page.paper)
        over = list(self._under(body, root, page, walker))
        walker.content(root, page.member)
        for member, template in over:
            walker.content(template, member, template=True)
        cover = Walker(resources, page.paper)
        cover.found.total = walker.found.total
        appearances = list(self._annotations(page, notes, resources, cover))
        self._page_text(page, walker.found, cover.found, resources.fonts)
        self.extras.extend(ofd_beside.links(root, place))
        drawn = ofd_beside.patterns(root)
        self.extras.extend(Extra(text, "picture", "填充图案中的文字", locator=place) for text in drawn)
        walked = {run.node for run in walker.found.runs}
        self.extras.extend(Extra(text, "hidden", _UNREFERENCED, concealed=_UNREFERENCED, locator=place)
                           for text in ofd_beside.strays(root, data, walked=walked))  # fmt: skip
        self.extras.extend(appearances)

    def _under(self, body: Body, root: Node, page: Page, walker: Walker) -> Iterator[tuple[str, Node]]:
        """Walk the page's templates that lie under it; give those that lie over it."""
        for one in children(root, "Template"):
            member = body.templates.get(one.get("TemplateID") or "")
            if member is None:
                message = f"第{page.number}页所用的模板缺失，没有读取。请重新获取原文件。"
                self.assembly.gap("broken", message, locator=Locator(page=page.number))
                continue
            try:
                template = self.parts.root(member, "Page")
            except TooBig:
                raise
            except ReadError as fault:
                self._gap(fault, f"第{page.number}页的模板", Locator(page=page.number))
                continue
            own = [words(path) for path in children(template, "PageRes")]
            for path in own:
                self._take(body.resources, path, member)
            if (one.get("ZOrder") or "Background").lower() == "foreground":
                yield member, template
            else:
                walker.content(template, member, template=True)

    def _page_text(self, page: Page, found: Survey, cover: Survey, fonts: dict[str, Font]) -> None:
        self.characters += sum(len(run.text) for run in found.runs)
        if self.characters > _CHARACTERS:
            raise TooBig("各页文字合计过多，无法读取。请拆分后扫描。")
        made = laid(found.runs, Rules(found.rules))
        paper = (0.0, 0.0, page.paper[2] * POINTS, page.paper[3] * POINTS)
        pictures = Pictures(self.parts)
        everything = replace(found, shapes=[*found.shapes, *cover.shapes])
        reasons, complete = hidden(made, everything, paper, pictures.is_opaque)
        runs = unseen_runs(made.page.raw, reasons)
        scanned = _coverage(found, paper) >= _COVER
        recognised = scanned and _is_recognised(made.page.raw, runs)
        marks = [] if recognised else [mark for run in runs for mark in _marks(made, run)]
        origins = made.origins() if self.assembly.trace is not None else []
        for one in made.runs if origins else ():
            self.runs.setdefault(one.node, one)
        self.assembly.add(made.page.text, locator=Locator(page=page.number), boxes=made.page.boxes, marks=marks,
                          origins=origins)  # fmt: skip
        self.shown.update(member for _, member, _ in (*found.pictures, *cover.pictures))
        self._gaps(page.number, made, found, pictures, fonts, scanned, recognised)
        if not complete:
            message = f"第{page.number}页的图形对象过多，没有检查其中有无隐藏文字，请人工查看。"
            self.assembly.gap("unsupported", message, locator=Locator(page=page.number))

    def _gaps(
        self, number: int, made: Laid, found: Survey, pictures: Pictures, fonts: dict[str, Font],
        scanned: bool, recognised: bool,
    ) -> None:  # fmt: skip
        place = Locator(page=number)
        letters = len("".join(made.page.text.split()))
        shown = [
            one for one in found.pictures
            if min(one[0][2] - one[0][0], one[0][3] - one[0][1]) > _PICTURE_SIZE and not pictures.is_plain(one[1])
        ]  # fmt: skip
        if ocr.is_installed():
            self._recognise(number, shown)
        elif recognised:
            message = f"第{number}页是扫描图像，读取的是附在其下的识别文字，图像本身没有核对，请人工查看。"
            self.assembly.gap("scanned-page", message + INSTALL, locator=place)
        elif shown and scanned and letters < _FEW:
            message = f"第{number}页是扫描图像，其中的文字没有读取，请人工查看。"
            self.assembly.gap("scanned-page", message + INSTALL, locator=place)
        elif shown:
            message = f"第{number}页有{len(shown)}幅图片，其中的文字没有读取，请人工查看。"
            self.assembly.gap("picture", message + INSTALL, part="picture", locator=place)
        if not letters and not shown and found.curves:
            message = f"第{number}页没有文字，只有图像或图形，其中的文字没有读取，请人工查看。"
            self.assembly.gap("scanned-page", message, locator=place)
        elif letters and found.curves > _CURVES:
            message = f"第{number}页有用线条画出的图形（可能是转成曲线的文字），没有读取，请人工查看。"
            self.assembly.gap("drawn-text", message, part="picture", locator=place)
        if made.page.unreadable or ofd_glyphs.is_ambiguous(found.runs):
            message = f"第{number}页有文字使用了没有编码对照的字体，读取不到原文，请人工查看。"
            self.assembly.gap("unmapped-text", message, locator=place)
        elif self.glyphs.is_disguised(found.runs, fonts):
            message = f"第{number}页有文字显示的字形与文件里记的字不是同一个字，读取的可能不是看到的内容，请人工查看。"
            self.assembly.gap("unmapped-text", message, locator=place)
        if found.cut_short or found.too_deep:
            message = f"第{number}页的对象过多或者嵌套过深，没有全部读取，请人工查看。"
            self.assembly.gap("unsupported", message, locator=place)
        if found.unknown:
            message = f"第{number}页有{found.unknown}个对象所用的图片或图形缺失，没有读取，请人工查看。"
            self.assembly.gap("broken", message, part="picture", locator=place)
        if found.media:
            message = f"第{number}页嵌有{found.media}处音频、视频，没有读取，请人工查看。"
            self.assembly.gap("unsupported", message, part="picture", locator=place)

    def _recognise(self, number: int, shown: list[tuple[Rect, str, Matrix]]) -> None:
        """The text of the pictures of a page; one that is shown again is read once."""
        place = Locator(page=number)
        for _, member, matrix in shown:
            if member in self.seen:
                continue
            self.seen[member] = matrix
            self._picture(member, matrix, place, f"第{number}页的图片")

    def _picture(self, member: str, matrix: Matrix, place: Locator, what: str) -> None:
        try:
            data = self.parts.bytes(member)
            for title, text in page_pictures.metadata(data):
                self.assembly.add(text, part="property", locator=place, hint=title, source=member)
            for frame in page_pictures.frames(data, self.limits):
                pixels = page_pictures.pixels_of(frame)
                placing = partial(placed, matrix, pixels.shape[1], pixels.shape[0])
                unread = page_pictures.add_pixels(
                    self.assembly, pixels, locator=place, placing=placing, source=member
                )
                page_pictures.unread_gap(self.assembly, unread, place, what)
        except page_pictures.UnreadablePicture as fault:
            self.assembly.gap("picture", f"{what}没有读取，请人工查看。（{fault}）", part="picture", locator=place)
        except ReadError as fault:
            self._gap(fault, what, place, "picture")

    def _failed(self, page: Page, fault: ReadError) -> None:
        self.failed += 1
        self._gap(fault, f"第{page.number}页", Locator(page=page.number))

    def _gap(self, fault: ReadError, what: str, place: Locator | None = None, part: str = "body") -> None:
        self.assembly.gap(fault.code, f"{what}没有读取：{fault.message}", part=part, locator=place or Locator())

    def _lists(self, body: Body, tag: str, what: str, part: str) -> Iterator[tuple[str, Any]]:
        """The members that a body names in elements `tag`, with their root; one that can not be read is a Gap."""
        for listed in children(body.root, tag):
            member = self.parts.find(words(listed), body.name)
            if not member:
                if words(listed):
                    self._gap(missing(words(listed)), what, part=part)
                continue
            try:
                root = self.parts.root(member, tag)
            except ReadError as fault:
                self._gap(fault, what, part=part)
                continue
            yield member, root

    # --- annotations -----------------------------------------------------------------------------------

    def _page_notes(self, body: Body) -> Iterator[tuple[str, list[str]]]:
        """The members with annotations, by the id of their page."""
        found: dict[str, list[str]] = {}
        for member, root in self._lists(body, "Annotations", "注释", "annotation"):
            for page in children(root, "Page"):
                for path in children(page, "FileLoc"):
                    file = self.parts.find(words(path), member)
                    if file:
                        found.setdefault(page.get("PageID") or "", []).append(file)
        yield from found.items()

    def _annotations(
        self, page: Page, members: list[str], resources: Resources, cover: Walker
    ) -> Iterator[Extra]:
        """The annotations of one page; what they show is walked into `cover`."""
        pictured = 0
        for member in members:
            try:
                root = self.parts.root(member, "PageAnnot")
            except ReadError as fault:
                self._gap(fault, f"第{page.number}页的注释", Locator(page=page.number), "annotation")
                continue
            for note in below(root, "Annot"):
                look = child(note, "Appearance")
                box = cover.box(look.get("Boundary")) if look is not None else None
                place = Locator(page=page.number, box=tuple(round(one, 2) for one in box) if box else None)  # type: ignore[arg-type]
                unseen = not is_true(note.get("Visible"), True)
                yield from _said(note, place, unseen)
                if look is None:
                    continue
                own = Walker(resources, page.paper)
                own.appearance(look, member)
                pictured += len(own.found.pictures) + own.found.unknown
                if own.found.runs:
                    made = laid(own.found.runs)
                    concealed = "隐藏的注释" if unseen else ""
                    yield Extra(made.page.text, "annotation", "注释中的文字", concealed=concealed, locator=place)
                if not unseen:
                    cover.appearance(look, member)
            yield from ofd_beside.links(root, Locator(page=page.number))
            yield from (
                Extra(text, "annotation", _UNREFERENCED, concealed=_UNREFERENCED, locator=Locator(page=page.number))
                for text in ofd_beside.strays(root)
            )
        if pictured:
            message = f"第{page.number}页有{pictured}个图章或图形注释，其中的图像没有读取，请人工查看。"
            self.assembly.gap("picture", message, part="annotation", locator=Locator(page=page.number))

    # --- beside the pages ------------------------------------------------------------------------------

    def _beside(self) -> None:
        for body in self.bodies:
            self.extras.extend(ofd_beside.properties(body.node))
            self.extras.extend(ofd_beside.outlines(body.root))
            self.extras.extend(ofd_beside.links(body.root, Locator(note="文档动作")))
            self._tags(body)
            self._signatures(body)
        known: set[tuple[str, str]] = set()
        for extra in self.extras:
            # What is said at one place twice is one thing (a stray that is read as a link too).
            again = any((part, extra.text) in known for part in ("field", "annotation", "hidden"))
            if extra.hint == _UNREFERENCED and again:
                continue
            known.add((extra.part, extra.text))
            self._add(extra)
        self.extras.clear()

    def _add(self, extra: Extra) -> None:
        self.assembly.add(extra.text, part=extra.part, locator=extra.locator, hint=extra.hint, label=extra.label,
                          concealed=extra.concealed)  # fmt: skip

    def _tags(self, body: Body) -> None:
        for kind, title in (("CustomTags", "自定义标引"), ("Extensions", "扩展信息")):
            for one in children(body.root, kind):
                member = self.parts.find(words(one), body.name)
                if not member:
                    continue
                self.extras.extend(ofd_beside.tagged(self.parts, member, title))
                try:
                    root = self.parts.root(member)
                except ReadError:
                    continue
                for path in (*below(root, "FileLoc"), *below(root, "ExtendData")):
                    file = self.parts.find(words(path), member)
                    if file and self.parts.is_xml(file):
                        try:
                            self.extras.extend(ofd_beside.tagged(self.parts, file, title))
                        except ReadError as fault:
                            self._gap(fault, title, part="property")

    def _signatures(self, body: Body) -> None:
        pages = {page.id: page.number for page in body.pages}
        stamps: dict[int, int] = {}
        said: set[tuple[str, str]] = set()
        for one in ofd_signs.signatures(self.parts, body.node, self.entry):
            if isinstance(one, ReadError):
                self._gap(one, "电子签名", part="property")
                continue
            body.signatures.append(one)
            for title, text in one.said:
                if (title, text) in said:
                    continue
                said.add((title, text))
                self.extras.append(Extra(text, "property", title, locator=Locator(note="电子签名")))
            for page, _ in one.stamps:
                stamps[pages.get(page, 1)] = stamps.get(pages.get(page, 1), 0) + 1
        for on, count in sorted(stamps.items()):
            message = f"第{on}页有{count}处电子印章，印章图像没有读取，请人工查看。"
            self.assembly.gap("picture", message, part="picture", locator=Locator(page=on))

    def _attachments(self, body: Body) -> None:
        total = 0
        for member, root in self._lists(body, "Attachments", "附件清单", "attachment"):
            for one in children(root, "Attachment"):
                path = words(child(one, "FileLoc"))
                file = self.parts.find(path, member)
                name = posixpath.basename(file or path)
                title = one.get("Name") or name
                place = Locator(note=name)
                self.assembly.add(title, part="name", locator=place, hint="附件名称")
                if not name.startswith(title):
                    self.assembly.add(name, part="name", locator=place, hint="附件名称")
                for key in ("Usage", "Description"):
                    self.assembly.add(one.get(key) or "", part="attachment", locator=place, hint="附件说明")
                total += self._attachment(file, name, place, total)

    def _attachment(self, file: str, name: str, place: Locator, total: int) -> int:
        from reviewer.readers import read_bytes

        if not file:
            self._unread(place, "broken", "附件缺失，没有读取。请重新获取原文件。")
            return 0
        if file in self.attached:
            return 0
        self.attached.add(file)
        if self.depth + 1 > self.limits.depth:
            self._unread(place, "too-deep", "附件嵌套过深，没有读取。请取出附件后单独扫描。")
            return 0
        try:
            data = self.parts.bytes(file)
            self.assembly.embed(read_bytes(data, name, self.limits, self.depth + 1), name=name)
        except ReadError as fault:
            self._unread(place, fault.code, f"附件没有读取：{fault.message}")
            return 0
        return len(data)

    def _unread(self, place: Locator, reason: str, message: str) -> None:
        self.assembly.gap(reason, message, part="attachment", locator=place)

    def _unread_media(self) -> None:
        """Pictures, sounds and films that no page shows, and the pictures of covers."""
        unused = {
            member
            for body in self.bodies
            for kind, member in body.resources.media.values()
            if member and kind == "Image" and member not in self.shown
        }
        for body in self.bodies:
            info = child(body.node, "DocInfo")
            cover = words(child(info, "Cover")) if info is not None else ""
            if cover and (member := self.parts.find(cover, self.entry)):
                unused.add(member)
        self.parts.read.update(unused | self.shown)
        pictures = Pictures(self.parts)
        unread = sorted(member for member in unused if not pictures.is_plain(member))
        if unread and ocr.is_installed():
            for number, member in enumerate(unread, 1):
                place = Locator(note=f"没有显示的图片{number}")
                page_pictures.add(
                    self.assembly, self.parts.bytes(member), self.limits, locator=place, concealed="没有显示的图片",
                    unread=f"没有显示的图片{number}没有读取，请人工查看。",
                )  # fmt: skip
        elif unread:
            count = len(unread)
            message = f"文件里另有{count}幅页面上没有显示的图片（封面、缩略图等），其中的文字没有读取，请人工查看。"
            self.assembly.gap("picture", message + INSTALL, part="picture")

    def _unused_templates(self, body: Body) -> None:
        """Templates that no page uses: what they hold is seen nowhere."""
        for member in body.templates.values():
            if member not in self.parts.read:
                self._unseen_page(body.resources, member, _UNREFERENCED)

    def _unseen_page(self, resources: Resources, member: str, reason: str) -> None:
        try:
            root = self.parts.root(member, "Page")
        except ReadError as fault:
            self._gap(fault, "没有被引用的页", part="hidden")
            return
        area = child(root, "Area")
        walker = Walker(resources, (_paper(area) if area is not None else None) or _A4)
        walker.content(root, member)
        made = laid(walker.found.runs, Rules(walker.found.rules))
        known = self._known_lines()
        lines = [line for line in made.page.text.split("\n") if line.strip() not in known]
        known.update(line.strip() for line in lines)
        place = Locator(note="未被引用的页")
        walked = {run.node for run in walker.found.runs}
        for text in ("\n".join(lines), *ofd_beside.strays(root, walked=walked)):
            self.assembly.add(text, part="hidden", concealed=reason, locator=place)
        if walker.found.pictures:
            message = "没有被引用的页里有图片，其中的文字没有读取，请人工查看。"
            self.assembly.gap("picture", message, part="hidden")
            self.shown.update(name for _, name, _ in walker.found.pictures)

    # --- what no page shows ------------------------------------------------------------------------------

    def _versions(self, body: Body) -> None:
        """What other versions of the document hold and the present one does not (19)."""
        listed = child(body.node, "Versions")
        versions = list(children(listed, "Version")) if listed is not None else []
        for k, one in enumerate(versions):
            member = self.parts.find(one.get("BaseLoc") or "", self.entry)
            place = Locator(note=f"保存的第{k + 1}个版本")
            if not member or k >= _VERSIONS:
                message = "文件保留了其他版本，其中可能有已删去的内容没有读取。请另存为新文件后重新扫描。"
                self.assembly.gap("old-revision", message, part="hidden", locator=place)
                continue
            try:
                root = self.parts.root(member)
                name = self.parts.find(words(child(root, "DocRoot")), member)
                for file in below(root, "File"):
                    self.parts.find(words(file), member)
                if not name or any(name == other.name for other in self.bodies):
                    continue
                self._version(body.node, name, self._known_lines(), place)
            except ReadError as fault:
                self._gap(fault, "保存的其他版本", place, "hidden")

    def _version(self, node: Node, name: str, present: set[str], place: Locator) -> None:
        other = _Reading(self.parts, self.limits, self.depth, entry=self.entry)
        body = other._body_of(node, name)
        other.bodies = [body]
        other._body(body)
        for extra in other.extras:
            other._add(extra)
        document = other.assembly.finish(path="", kind="ofd", data=b"")
        self.shown |= other.shown
        for block in document.blocks:
            lines = [line.strip() for line in document.text[block.start : block.end].split("\n")]
            removed = [line for line in lines if line not in present]
            present.update(removed)
            self.assembly.add("\n".join(removed), part="hidden", hint=block.hint, label=block.label,
                              concealed=_REMOVED, locator=replace(place, page=block.locator.page))  # fmt: skip
        if document.gaps:
            message = "文件保留的其他版本里有图片或者没有读到的内容。请另存为新文件后重新扫描。"
            self.assembly.gap("old-revision", message, part="hidden", locator=place)

    def _left_over(self) -> None:
        """Members that nothing led to, and words in the parts that no element of the standard accounts for."""
        resources = self.bodies[0].resources
        pages = {page.member for body in self.bodies for page in body.pages}
        others = 0
        for name in self.parts.package.names():
            if name in self.attached or name in pages or name in self.shown:
                continue
            if name not in self.parts.read and not _is_machine(name, self.bodies):
                self.loose.add(name)
            if self.parts.is_xml(name):
                self._other_part(name, resources)
            elif name in self.loose:
                others += 1
        if others:
            message = f"文件里另有{others}个没有被引用的部件，没有读取，请人工查看。"
            self.assembly.gap("unsupported", message, part="hidden")

    def _known_lines(self) -> set[str]:
        """The lines that were read when this was first asked for, and those added since by who asked."""
        if self.lines is None:
            text = self.assembly.finish(path="", kind="ofd", data=b"").text
            self.lines = {line.strip() for line in text.split("\n")}
        return self.lines

    def _known_words(self) -> str:
        """All that was read when this was first asked for, without blanks."""
        if self.words is None:
            self.words = "".join(self.assembly.finish(path="", kind="ofd", data=b"").text.split())
        return self.words

    def _other_part(self, name: str, resources: Resources) -> None:
        known_before = name in self.parts.read
        try:
            root = self.parts.root(name)
        except ReadError as fault:
            if not known_before:
                self._gap(fault, "一个没有被引用的部件", part="hidden")
            return
        if not known_before and local(root) == "Page":
            self._unseen_page(resources, name, _UNREFERENCED)
            return
        if known_before and local(root) in ("Page", "PageAnnot", "Signature"):
            return
        known = self._known_words()
        for text in dict.fromkeys(ofd_beside.strays(root, whole=not known_before)):
            if "".join(text.split()) not in known:
                self.assembly.add(text, part="hidden" if not known_before else "property", hint=_UNREFERENCED,
                                  concealed=_UNREFERENCED if not known_before else "",
                                  locator=Locator(note=_UNREFERENCED))  # fmt: skip


def _said(note: Node, place: Locator, unseen: bool) -> Iterator[Extra]:
    """The words of an annotation beside what it shows: seen only when someone opens it."""
    concealed = "隐藏的注释" if unseen else "注释"
    yield Extra(words(child(note, "Remark")), "annotation", concealed=concealed, locator=place)
    yield Extra(note.get("Creator") or "", "annotation", "注释作者", locator=place)
    held = child(note, "Parameters")
    for one in held if held is not None else ():
        text = words(one)
        if (text.lower() not in ("", "true", "false") and not text.replace(".", "").isdigit()) or len(text) > 6:
            yield Extra(text, "annotation", label=one.get("Name") or "", concealed=concealed, locator=place)


def _paper(area: Node | None) -> Rect | None:
    """The sheet that an area names, in millimetres: x, y, width, height."""
    if area is None:
        return None
    values = numbers(words(child(area, "PhysicalBox")))
    if len(values) < 4 or values[2] <= 0 or values[3] <= 0:
        return None
    return values[0], values[1], values[2], values[3]


def placed(matrix: Matrix, wide: int, high: int, box: Rect) -> Rect:
    """The place on the page of a box in a picture of so many pixels."""
    return moved((box[0] / wide, box[1] / high, box[2] / wide, box[3] / high), matrix)


def _marks(made: Laid, run: Run) -> Iterator[tuple[int, int, str, str]]:
    first, last, reason = run
    if any(c.isalnum() for c in made.page.raw[first:last]):
        start, end = made.page.offset(first), made.page.offset(last)
        if start < end:
            yield start, end, "hidden", reason


def _coverage(found: Survey, paper: Rect) -> float:
    """How much of the page its pictures take, at most 1."""
    whole = max(paper[2] * paper[3], 1.0)
    taken = 0.0
    for (x0, y0, x1, y1), _, _ in found.pictures:
        taken += max(min(x1, paper[2]) - max(x0, 0.0), 0.0) * max(min(y1, paper[3]) - max(y0, 0.0), 0.0)
    return min(taken / whole, 1.0)


def _is_recognised(raw: str, runs: list[Run]) -> bool:
    """Whether a scan's text is what recognition laid under the picture: nearly all of it unseen."""
    letters = len("".join(raw.split()))
    unseen = sum(len("".join(raw[first:last].split())) for first, last, why in runs if why in (INVISIBLE, COVERED))
    return letters > 0 and unseen >= _RECOGNISED * letters


def _is_machine(name: str, bodies: list[Body]) -> bool:
    """Whether a member that is no XML belongs to what was read: fonts, signatures, profiles of colour."""
    if any(font.file == name for body in bodies for font in body.resources.fonts.values()):
        return True
    lowered = name.lower()
    return lowered.endswith((".dat", ".esl", ".icc", ".ttf", ".otf", ".cff", ".ttc", ".xsd", "/", ".ds_store"))
