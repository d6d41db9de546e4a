"""Reads a PDF with pdfium: pages with a box for every character, what is hidden on them, what lies beside.

One block a page. Text that is on the page but not seen stays in its place in the flow (a number over the
edge of a black box is one number) and is marked as concealed. What only a picture shows is a Gap. Earlier
saves that the file still carries are read too: what they held and the last one does not is hidden text.
"""

from __future__ import annotations

import ctypes
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pypdfium2.raw as raw

from reviewer.errors import Broken, Encrypted, ReadError
from reviewer.model import Document, Locator
from reviewer.readers import (
    ocr,
    pdf_bytes,
    pdf_canvas,
    pdf_extras,
    pdf_hidden,
    pdf_objects,
    pdf_scan,
    pdf_streams,
    pdf_survey,
    pdfium,
)
from reviewer.readers.assembly import Assembly
from reviewer.readers.page_rules import Rules
from reviewer.readers.page_text import PageText
from reviewer.readers.page_unseen import COVERED, INVISIBLE, Run
from reviewer.readers.pdf_extras import Attached, Extra
from reviewer.readers.pdf_hidden import Sheet
from reviewer.readers.pdf_page import read_text
from reviewer.readers.pdf_survey import Rect, Survey
from reviewer.readers.pictures import INSTALL
from reviewer.readers.plain import with_tables
from reviewer.settings import Limits

_OLD_SAVES = 8
_FAILURES = 200
"""so many broken pages are named one by one; a file may claim to have a million"""
_COVER = 0.5
"""a picture over this part of the page makes it a scan, if the page has little other text"""
_FEW = 30
_RECOGNISED = 0.7
"""of a scanned page's characters: so many unseen ones are the text that recognition laid under it"""
_PICTURE_SIZE = 20.0
_CURVES = 600
_TELLING = re.compile(r"[\u3400-\u9fff]|[0-9]{4}|@")
_REMOVED = "早先保存的版本中的文字"


def read(data: bytes, name: str, limits: Limits, depth: int = 0) -> Document:
    """The PDF as a Document. Raises Encrypted or Broken; damaged pages and attachments become gaps."""
    reading = _Reading(data, limits, depth)
    with _opened(data, limits) as document:
        reading.read(document)
    ends = pdf_bytes.earlier_saves(data)
    if ends:
        _add_earlier(reading, ends)
    return with_tables(reading.assembly.finish(path=name, kind="pdf", data=data))


@contextmanager
def _opened(data: bytes, limits: Limits) -> Iterator[Any]:
    passwords = (None, *(password.encode() for password in limits.passwords))
    for password in passwords:
        document = raw.FPDF_LoadMemDocument64(data, len(data), password)
        if document or raw.FPDF_GetLastError() != raw.FPDF_ERR_PASSWORD:
            break
    if not document:
        fault = raw.FPDF_GetLastError()
        if fault == raw.FPDF_ERR_PASSWORD and limits.passwords:
            raise Encrypted("文件设有打开密码，给出的密码都打不开。请核对密码文件。")
        if fault in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            raise Encrypted(
                "文件设有打开密码或数字版权保护，无法读取。请用 --password-file 给出密码，或去掉密码后重新扫描。"
            )
        raise Broken("文件已损坏（PDF 结构不完整），无法读取。请重新获取原文件。")
    with pdfium.closing(document, raw.FPDF_CloseDocument):
        yield document


@contextmanager
def _form_of(document: Any) -> Iterator[Any]:
    """pdfium's form handle, or None where the document has no form."""
    if raw.FPDF_GetFormType(document) == raw.FORMTYPE_NONE:
        yield None
        return
    setup = raw.FPDF_FORMFILLINFO()
    setup.version = 2
    with pdfium.closing(
        raw.FPDFDOC_InitFormFillEnvironment(document, setup), raw.FPDFDOC_ExitFormFillEnvironment
    ) as form:
        yield form or None


@dataclass(slots=True)
class _Reading:
    """One file on its way through the reader."""

    data: bytes
    limits: Limits
    depth: int
    assembly: Assembly = field(default_factory=Assembly)
    extras: list[Extra] = field(default_factory=list)
    attached: list[Attached] = field(default_factory=list)
    layered: bool = False
    tagged: bool = False
    failed: int = 0
    """pages that could not be loaded"""
    pages: pdf_streams.Pages | None = None
    bare: bool = False
    """a page has nothing on it"""

    def read(self, document: Any) -> None:
        count = raw.FPDF_GetPageCount(document)
        if count <= 0:
            raise Broken("文件里没有可以读取的页面（PDF 结构不完整）。请重新获取原文件。")
        plain = self.data
        if b"/Encrypt" in plain:
            plain = _decrypted(document) or plain
        packed = pdf_bytes.packed_objects(plain, self.limits.member_bytes)
        objects = pdf_objects.objects_of(plain, self.limits.member_bytes)
        self.pages = pdf_streams.pages_of(objects, count, self.limits.member_bytes)
        self.layered = pdf_bytes.has_layers_off(plain, packed)
        self.tagged = b"/StructTreeRoot" in plain or b"/StructTreeRoot" in packed
        with _form_of(document) as form:
            for k in range(count):
                if self.failed >= _FAILURES:
                    message = f"第{k + 1}页到第{count}页没有读取（前面已有多页损坏）。请用原软件打开检查后另存。"
                    self.assembly.gap("broken", message, locator=Locator(page=k + 1))
                    break
                self._page(document, form, k)
        if b"%%EOF" not in self.data[-2048:]:
            message = "文件结尾不完整（可能没有下载完整），只读取了能恢复的内容。请重新获取原文件。"
            self.assembly.gap("broken", message)
        self._object_gaps(objects)
        self._beside(document, plain, packed, objects)

    def _object_gaps(self, objects: pdf_objects.Objects) -> None:
        # A page that was taken out in a later save is read with the earlier one.
        pages = 0 if pdf_bytes.earlier_saves(self.data) else pdf_objects.unlisted_pages(objects)
        if pages:
            message = f"文件里另有{pages}页没有列入页面顺序（可能是删去的页或模板），没有读取，请另存为新文件后核对。"
            self.assembly.gap("unlisted-page", message, part="hidden")
        if not pages and not pdf_bytes.earlier_saves(self.data):
            left = pdf_streams.unused_contents(objects, self.limits.member_bytes)
            if left:
                message = f"文件里另有{left}段没有页面使用的文字（可能已损坏或已删去），没有读取。请另存后核对。"
                self.assembly.gap("unlisted-page", message, part="hidden")
        packed, files = pdf_streams.broken_objects(objects, self.limits.member_bytes)
        if packed or (self.pages is not None and self.pages.has_unplaced_faults(self.bare)):
            message = "文件里有一部分对象的数据已损坏或不完整，只读取了能恢复的内容。请用原软件打开检查后另存。"
            self.assembly.gap("broken", message)
        if files:
            message = f"有{files}个附件的数据已损坏或不完整，只读取了能恢复的内容。请用原软件打开检查。"
            self.assembly.gap("broken", message, part="attachment")
        if pdf_objects.drawn_in_patterns(objects, self.limits.member_bytes):
            message = "文件用含有文字的图案填充版面，图案中的文字没有读取，请人工查看。"
            self.assembly.gap("drawn-text", message, part="picture")

    def _page(self, document: Any, form: Any, k: int) -> None:
        number, limit = k + 1, self.limits.member_bytes
        with pdfium.closing(raw.FPDF_LoadPage(document, k), raw.FPDF_ClosePage) as page:
            textpage = raw.FPDFText_LoadPage(page) if page else None
            if not textpage:
                message = f"第{number}页已损坏，没有读取。请用原软件打开检查后另存。"
                self.assembly.gap("broken", message, locator=Locator(page=number))
                self.failed += 1
                return
            with pdfium.closing(textpage, raw.FPDFText_ClosePage):
                beside = pdf_extras.page_extras(document, page, form, number, limit)
                found = pdf_survey.survey(page)
                self._fault_gap(found, k)
                # On a page that is shown turned, what was drawn upright lies flat.
                rules = Rules(found.rules if raw.FPDFPage_GetRotation(page) == 0 else ())
                text = read_text(textpage, max(raw.FPDFText_CountChars(textpage), 0), rules)
                sheet = Sheet(document, page, textpage, _paper(page))
                self._page_text(sheet, text, found, beside.covers, number)
                self.extras.extend(beside.extras)
                self.attached.extend(beside.attached)
                if self.tagged:
                    self.extras.extend(pdf_extras.alternate_texts(page, number, text.text))
            self._annotation_gaps(beside, number)

    def _fault_gap(self, found: Survey, k: int) -> None:
        pages = self.pages
        self.bare = self.bare or not found.total
        if pages is None or (pages.is_whole(k) and (found.total or not pages.shows_text(k))):
            return
        message = f"第{k + 1}页的内容数据已损坏或不完整，只读取了能恢复的部分。请用原软件打开检查后另存。"
        self.assembly.gap("broken", message, locator=Locator(page=k + 1))

    def _page_text(
        self, sheet: Sheet, text: PageText, found: Survey, covers: list[Rect], number: int
    ) -> None:
        runs = pdf_hidden.hidden_runs(sheet, text, found, layered=self.layered, covers=covers)
        scanned = _coverage(found, sheet.paper) >= _COVER
        recognised = scanned and _is_recognised(text, runs)
        marks = [] if recognised else [mark for run in runs for mark in _marks(text, run)]
        self.assembly.add(text.text, locator=Locator(page=number), boxes=text.boxes, marks=marks)
        self._spoken(sheet.page, text, found, number)
        self._pictures(sheet, text, found, number, scanned, recognised)

    def _spoken(self, page: Any, text: PageText, found: Survey, number: int) -> None:
        """What marked content says in place of its glyphs, and what those glyphs show.

        pdfium gives the replacement text only: a number under another one would go unread.
        """
        marks = pdf_extras.spoken_marks(found)
        place = Locator(page=number)
        for value in dict.fromkeys(mark.value for mark in marks):
            if "".join(value.split()) not in "".join(text.text.split()):
                self.extras.append(Extra(value, "alt", place, "替代文字"))
        if not any(mark.replaces for mark in marks):
            return
        for mark in marks:
            raw.FPDFPageObj_RemoveMark(mark.handle, mark.mark)
        with pdfium.closing(raw.FPDFText_LoadPage(page), raw.FPDFText_ClosePage) as textpage:
            shown = read_text(textpage, max(raw.FPDFText_CountChars(textpage), 0)) if textpage else None
        said = set(text.text.split("\n"))
        lines = [line for line in shown.text.split("\n") if line not in said] if shown else []
        self.assembly.add("\n".join(line for line in lines if _TELLING.search(line)), locator=place)

    def _pictures(
        self, sheet: Sheet, text: PageText, found: Survey, number: int, scanned: bool, recognised: bool
    ) -> None:
        """What only a picture shows: recognised where that is installed, a Gap otherwise."""
        place = Locator(page=number)
        letters = len("".join(text.text.split()))
        pictures = [p for p in found.pictures if min(p[2] - p[0], p[3] - p[1]) > _PICTURE_SIZE]
        drawn = bool(found.shapes or found.strokes) and not letters and not scanned
        drawn = drawn and not pdf_canvas.is_blank(sheet.page)
        outlines = bool(letters) and found.curves > _CURVES
        if ocr.is_installed():
            if scanned or drawn or outlines:
                pdf_scan.read_page(self.assembly, sheet.page, found, sheet.paper, number)
            elif pictures:
                pdf_scan.read_pictures(self.assembly, sheet.page, found, sheet.paper, number, _PICTURE_SIZE)
        else:
            self._picture_gaps(number, letters, len(pictures), scanned, recognised, drawn=drawn, outlines=outlines)
        if text.unreadable or (found.texts and not text.raw.strip("\0")):
            message = f"第{number}页有文字使用了没有编码对照的字体，读取不到原文，请人工查看。"
            self.assembly.gap("unmapped-text", message, locator=place)
        if found.cut_short:
            message = f"第{number}页的图形对象过多，没有检查其中有无隐藏文字，请人工查看。"
            self.assembly.gap("unsupported", message, locator=place)

    def _picture_gaps(
        self, number: int, letters: int, pictures: int, scanned: bool, recognised: bool, *, drawn: bool, outlines: bool
    ) -> None:
        place = Locator(page=number)
        if recognised:
            message = f"第{number}页是扫描图像，读取的是附在其下的识别文字，图像本身没有核对，请人工查看。"
            self._unrecognised("scanned-page", message, place)
        elif scanned and letters < _FEW:
            self._unrecognised("scanned-page", f"第{number}页是扫描图像，其中的文字没有读取，请人工查看。", place)
        elif drawn:
            message = f"第{number}页没有文字，只有图像或图形，其中的文字没有读取，请人工查看。"
            self._unrecognised("scanned-page", message, place)
        elif pictures:
            message = f"第{number}页有{pictures}幅图片，其中的文字没有读取，请人工查看。"
            self._unrecognised("picture", message, place, part="picture")
        if outlines:
            message = f"第{number}页有用线条画出的图形（可能是转成曲线的文字），没有读取，请人工查看。"
            self._unrecognised("drawn-text", message, place, part="picture")

    def _unrecognised(self, reason: str, message: str, place: Locator, part: str = "body") -> None:
        self.assembly.gap(reason, message + INSTALL, part=part, locator=place)

    def _annotation_gaps(self, beside: pdf_extras.PageExtras, number: int) -> None:
        place = Locator(page=number)
        if beside.stamps:
            message = f"第{number}页有{beside.stamps}个图章或图形注释，其中的图像没有读取，请人工查看。"
            self.assembly.gap("picture", message, part="annotation", locator=place)
        if beside.media:
            message = f"第{number}页嵌有{beside.media}处音频、视频或三维内容，没有读取，请人工查看。"
            self.assembly.gap("unsupported", message, part="annotation", locator=place)

    def _beside(self, document: Any, plain: bytes, packed: bytes, objects: pdf_objects.Objects) -> None:
        self.extras.extend(pdf_extras.form_packets(document))
        self.extras.extend(pdf_extras.bookmarks(document))
        self.extras.extend(pdf_extras.scripts(document))
        self.extras.extend(pdf_extras.signature_reasons(document))
        self.extras.extend(pdf_extras.properties(document, pdf_bytes.info_keys(plain, packed)))
        self.extras.extend(self._packets(plain))
        for extra in self.extras:
            self.assembly.add(extra.text, part=extra.part, locator=extra.locator, hint=extra.hint,
                              label=extra.label, concealed=extra.concealed)  # fmt: skip
        self.attached.extend(pdf_extras.attachments(document, self.limits.member_bytes))
        self._other_files(objects)
        self._attachments()
        self._other_words(objects)

    def _other_files(self, objects: pdf_objects.Objects) -> None:
        """Embedded files that hang neither on the document's list nor on a page's annotation."""
        known = {hashlib.sha256(file.data).digest() for file in self.attached if file.data is not None}
        unread = any(file.data is None for file in self.attached)
        for name, size, data in pdf_objects.embedded_files(objects, self.limits.member_bytes):
            if data is None and not unread and len(self.attached) == 0:
                self.attached.append(Attached(name or "附件", size, None))
            elif data is not None and hashlib.sha256(data).digest() not in known:
                known.add(hashlib.sha256(data).digest())
                self.attached.append(Attached(name or "附件", size, data))

    def _other_words(self, objects: pdf_objects.Objects) -> None:
        """Strings of the file's objects that were not read yet, each once."""
        known = "".join(self.assembly.finish(path="", kind="pdf", data=b"").text.split())
        seen: set[str] = set()
        for words in pdf_objects.words(objects):
            compact = "".join(words.text.split())
            if compact in seen or compact in known:
                continue
            seen.add(compact)
            part = words.part if words.reached else "hidden"
            concealed = "" if words.reached else "未被引用的内容"
            self.assembly.add(words.text, part=part, hint=words.hint, label=words.label, concealed=concealed,
                              locator=Locator(note=words.hint or words.label))  # fmt: skip

    def _packets(self, plain: bytes) -> Iterator[Extra]:
        known = {extra.text for extra in self.extras if extra.part == "property"}
        for key, value in pdf_bytes.xmp_values(plain, self.limits.member_bytes):
            if value not in known:
                title = pdf_extras.XMP_TITLES.get(key, "")
                yield Extra(value, "property", Locator(note=title or key), title, label="" if title else key)

    def _attachments(self) -> None:
        seen: set[tuple[str, bytes]] = set()
        total = 0
        for file in self.attached:
            identity = (file.name, hashlib.sha256(file.data or b"").digest())
            if identity in seen:
                continue
            seen.add(identity)
            place = Locator(page=file.page, note=file.name)
            self.assembly.add(file.name, part="name", locator=place, hint="附件名称")
            self.assembly.add(file.description, part="attachment", locator=place, hint="附件说明")
            total += file.size
            self._attachment(file, place, total)

    def _attachment(self, file: Attached, place: Locator, total: int) -> None:
        from reviewer.readers import read_bytes

        if file.size > self.limits.member_bytes or total > self.limits.total_bytes:
            self._unread(place, "too-big", "附件过大，没有读取。请取出附件后单独扫描。")
        elif file.data is None:
            self._unread(place, "broken", "附件已损坏，没有读取。请用原软件打开检查。")
        elif self.depth + 1 > self.limits.depth:
            self._unread(place, "too-deep", "附件嵌套过深，没有读取。请取出附件后单独扫描。")
        else:
            try:
                inner = read_bytes(file.data, file.name, self.limits, self.depth + 1)
            except ReadError as fault:
                self._unread(place, fault.code, f"附件没有读取：{fault.message}")
            else:
                self.assembly.embed(inner, name=file.name)

    def _unread(self, place: Locator, reason: str, message: str) -> None:
        self.assembly.gap(reason, message, part="attachment", locator=place)


def _paper(page: Any) -> Rect:
    rect = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(page, rect)
    return rect.left, rect.bottom, rect.right, rect.top


def _coverage(found: Survey, paper: Rect) -> float:
    """How much of the page its pictures take, at most 1 (strips of one scan add up)."""
    whole = max((paper[2] - paper[0]) * (paper[3] - paper[1]), 1.0)
    taken = 0.0
    for x0, y0, x1, y1 in found.pictures:
        width = min(x1, paper[2]) - max(x0, paper[0])
        height = min(y1, paper[3]) - max(y0, paper[1])
        taken += max(width, 0.0) * max(height, 0.0)
    return min(taken / whole, 1.0)


def _is_recognised(text: PageText, runs: list[Run]) -> bool:
    """Whether a scan's text is what recognition laid under the picture: nearly all of it unseen."""
    letters = len("".join(text.raw.split()))
    unseen = sum(
        len("".join(text.raw[first:last].split()))
        for first, last, reason in runs
        if reason in (INVISIBLE, COVERED)
    )
    return letters > 0 and unseen >= _RECOGNISED * letters


def _marks(text: PageText, run: Run) -> Iterator[tuple[int, int, str, str]]:
    first, last, reason = run
    if any(c.isalnum() for c in text.raw[first:last]):
        start, end = text.offset(first), text.offset(last)
        if start < end:
            yield start, end, "hidden", reason


class _Copy:
    """Takes what pdfium writes of a file."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def take(self, _: Any, place: Any, size: int) -> int:
        self.pieces.append(ctypes.string_at(place, size))
        return 1


def _decrypted(document: Any) -> bytes:
    """The file without its encryption (only an owner's password was set), for what is read from bytes."""
    copy = _Copy()
    writer = raw.FPDF_FILEWRITE()
    writer.version = 1
    kind = dict(raw.FPDF_FILEWRITE._fields_)["WriteBlock"]
    writer.WriteBlock = kind(copy.take)
    raw.FPDF_SaveAsCopy(document, writer, raw.FPDF_REMOVE_SECURITY)
    return b"".join(copy.pieces)


def _add_earlier(reading: _Reading, ends: list[int]) -> None:
    """What stood in an earlier save and not in the last one, as hidden text; what is unread, as a gap."""
    last = reading.assembly.finish(path="", kind="pdf", data=b"")
    present = {line.strip() for line in last.text.split("\n")}
    known = {(gap.reason, gap.locator.page) for gap in last.gaps}
    for number, end in enumerate(ends, start=1):
        place = Locator(note=f"早先保存的第{number}版")
        if number <= len(ends) - _OLD_SAVES:
            complete = False
        else:
            complete = _add_removed(reading, reading.data[:end], present, known, place)
        if not complete:
            message = (
                f"文件保留了早先保存的第{number}版，其中可能有已删去的内容没有读取。"
                "请另存为新文件（不要增量保存）后重新扫描。"
            )
            reading.assembly.gap("old-revision", message, part="hidden", locator=place)


def _add_removed(
    reading: _Reading, data: bytes, present: set[str], known: set[tuple[str, int | None]], place: Locator
) -> bool:
    """Add the lines of an earlier save that are not `present` yet; False where it could not all be read."""
    earlier = _Reading(data, reading.limits, reading.depth)
    try:
        with _opened(data, reading.limits) as document:
            earlier.read(document)
    except ReadError:
        return False
    document = earlier.assembly.finish(path="", kind="pdf", data=b"")
    for block in document.blocks:
        lines = [line.strip() for line in document.text[block.start : block.end].split("\n")]
        removed = [line for line in lines if line not in present]
        present.update(removed)
        reading.assembly.add("\n".join(removed), part="hidden", hint=block.hint, label=block.label, concealed=_REMOVED,
                             locator=replace(place, page=block.locator.page))  # fmt: skip
    return {(gap.reason, gap.locator.page) for gap in document.gaps} <= known
