"""What a PDF carries beside its pages: annotations, links, form fields, alternate texts, properties,
bookmarks, scripts and attachments. Each is read as an Extra that the reader adds after the pages.
"""

from __future__ import annotations

import ctypes
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as raw

from reviewer.model import Locator
from reviewer.readers import pdfium
from reviewer.readers.pdf_objects import text_of
from reviewer.readers.pdf_survey import Rect, Survey

_INFO = {"Title": "标题", "Author": "作者", "Subject": "主题", "Keywords": "关键词", "Company": "制作单位",
         "Manager": "主管", "Comments": "备注", "Category": "类别", "LastModifiedBy": "最后修改者",
         "Creator": "制作程序"}  # fmt: skip
_INFO_SKIPPED = {"Producer", "CreationDate", "ModDate", "Trapped", "SourceModified", "PTEX.Fullbanner",
                 "GTS_PDFXVersion", "GTS_PDFXConformance"}  # fmt: skip
XMP_TITLES = {"creator": "作者", "title": "标题", "description": "主题", "subject": "关键词",
              "Keywords": "关键词", "Company": "制作单位", "AuthorsPosition": "作者职务",
              "CaptionWriter": "说明作者"}  # fmt: skip

_QUIET = {raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_POPUP, raw.FPDF_ANNOT_TEXT,
          raw.FPDF_ANNOT_FILEATTACHMENT}  # fmt: skip
_MEDIA = {raw.FPDF_ANNOT_SOUND, raw.FPDF_ANNOT_MOVIE, raw.FPDF_ANNOT_SCREEN, raw.FPDF_ANNOT_RICHMEDIA,
          raw.FPDF_ANNOT_THREED}  # fmt: skip
_UNSEEN = raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW
_TEXT_FIELDS = {raw.FPDF_FORMFIELD_TEXTFIELD, raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX}
_TAG = re.compile(r"<[^<>]{0,2000}>")
_TELLING = re.compile(r"[\u3400-\u9fff]|@|[0-9]{7}")


@dataclass(frozen=True, slots=True)
class Extra:
    """One piece of text beside the pages, as Assembly.add takes it."""

    text: str = field(repr=False)
    part: str
    locator: Locator
    hint: str = ""
    concealed: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file inside the file; `data` is None where pdfium can not hand it out, or it is beyond the limit."""

    name: str = field(repr=False)
    size: int
    data: bytes | None = field(repr=False)
    description: str = field(repr=False, default="")
    page: int | None = None


@dataclass(slots=True)
class PageExtras:
    """What lay on one page beside its text."""

    extras: list[Extra] = field(default_factory=list)
    covers: list[Rect] = field(default_factory=list)
    attached: list[Attached] = field(default_factory=list)
    stamps: int = 0
    """annotations that show a picture, or text that stands nowhere else"""
    media: int = 0


# --- annotations and form fields -----------------------------------------------------------------------


def page_extras(document: Any, page: Any, form: Any, number: int, limit: int) -> PageExtras:
    """Annotations, links and form fields of page `number`; `form` is pdfium's form handle or None.

    A file that hangs on the page is taken when it has at most `limit` bytes.
    """
    found = PageExtras()
    for k in range(raw.FPDFPage_GetAnnotCount(page)):
        with pdfium.closing(raw.FPDFPage_GetAnnot(page, k), raw.FPDFPage_CloseAnnot) as annotation:
            if annotation:
                _annotation(found, document, annotation, form, number, limit)
    return found


def _annotation(
    found: PageExtras, document: Any, annotation: Any, form: Any, number: int, limit: int
) -> None:
    kind = raw.FPDFAnnot_GetSubtype(annotation)
    box = _rect(annotation)
    place = Locator(page=number, box=box)
    unseen = bool(raw.FPDFAnnot_GetFlags(annotation) & _UNSEEN)
    if kind == raw.FPDF_ANNOT_WIDGET:
        found.extras.extend(_field(annotation, form, place, unseen))
        return
    if kind == raw.FPDF_ANNOT_LINK:
        found.extras.extend(_link(document, annotation, place))
    if kind == raw.FPDF_ANNOT_FILEATTACHMENT:
        attachment = raw.FPDFAnnot_GetFileAttachment(annotation)
        if attachment:
            found.attached.append(_attached(attachment, number, limit))
    if kind in _MEDIA:
        found.media += 1
    if kind not in _QUIET and box is not None and not unseen:
        found.covers.append(box)
    notes = _notes(annotation, kind, place, unseen)
    if kind == raw.FPDF_ANNOT_POPUP:
        # The window of another annotation may repeat its text.
        said = {extra.text for extra in found.extras}
        notes = (extra for extra in notes if extra.text not in said)
    found.extras.extend(notes)
    found.stamps += _shows_more(annotation, kind)


def _notes(annotation: Any, kind: int, place: Locator, unseen: bool) -> Iterator[Extra]:
    contents = _string(annotation, b"Contents")
    rich = _plain(_string(annotation, b"RC"))
    # A text typed onto the page is seen, a link's says where it leads; a note shows only when someone opens it.
    plain = kind in (raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_LINK)
    reason = "隐藏的注释" if unseen else "" if plain else "注释"
    if contents:
        yield Extra(contents, "annotation", place, "", reason)
    if rich and "".join(rich.split()) != "".join(contents.split()):
        yield Extra(rich, "annotation", place, "", reason)
    for key, hint in ((b"T", "注释作者"), (b"Subj", "注释主题"), (b"OverlayText", "涂黑处文字")):
        value = _string(annotation, key)
        if value:
            yield Extra(value, "annotation", place, hint)


def _shows_more(annotation: Any, kind: int) -> int:
    """1 where the annotation shows a picture, or text that its contents do not hold."""
    if kind not in (raw.FPDF_ANNOT_STAMP, raw.FPDF_ANNOT_WATERMARK, raw.FPDF_ANNOT_FREETEXT):
        return 0
    bare = not _string(annotation, b"Contents")
    for k in range(min(raw.FPDFAnnot_GetObjectCount(annotation), 200)):
        shown = raw.FPDFPageObj_GetType(raw.FPDFAnnot_GetObject(annotation, k))
        if shown in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM):
            return 1
        if bare and shown == raw.FPDF_PAGEOBJ_TEXT:
            return 1
    return 0


def _link(document: Any, annotation: Any, place: Locator) -> Iterator[Extra]:
    link = raw.FPDFAnnot_GetLink(annotation)
    action = raw.FPDFLink_GetAction(link) if link else None
    yield from _action(document, action, place)


def _action(document: Any, action: Any, place: Locator) -> Iterator[Extra]:
    if not action:
        return
    kind = raw.FPDFAction_GetType(action)
    if kind == raw.PDFACTION_URI:
        target, hint = pdfium.narrow(raw.FPDFAction_GetURIPath, document, action), "超链接地址"
    elif kind in (raw.PDFACTION_LAUNCH, raw.PDFACTION_REMOTEGOTO, raw.PDFACTION_EMBEDDEDGOTO):
        target, hint = pdfium.narrow(raw.FPDFAction_GetFilePath, action), "链接的文件"
    else:
        return
    if target:
        yield Extra(target, "field", place, hint)


def _field(annotation: Any, form: Any, place: Locator, unseen: bool) -> Iterator[Extra]:
    if not form:
        return
    if place.box is not None and (place.box[0] >= place.box[2] or place.box[1] >= place.box[3]):
        unseen = True
    reason = "隐藏表单域" if unseen else ""
    name = pdfium.wide(raw.FPDFAnnot_GetFormFieldName, form, annotation)
    label = pdfium.wide(raw.FPDFAnnot_GetFormFieldAlternateName, form, annotation)
    asks = label or name
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in _TEXT_FIELDS:
        value = pdfium.wide(raw.FPDFAnnot_GetFormFieldValue, form, annotation)
        default = _string(annotation, b"DV")
        if value:
            yield Extra(value, "form", place, "", reason, asks)
        if default and default != value:
            yield Extra(default, "form", place, "", "表单域的默认值", asks)
        rich = _plain(_string(annotation, b"RV"))
        if rich and "".join(rich.split()) != "".join(value.split()):
            yield Extra(rich, "form", place, "", "表单域的带格式文字", asks)
    elif kind in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON):
        value = pdfium.wide(raw.FPDFAnnot_GetFormFieldExportValue, form, annotation)
        if value and value not in ("Yes", "On", "Off", "1"):
            yield Extra(value, "form", place, "", reason, asks)
    options = [pdfium.wide(raw.FPDFAnnot_GetOptionLabel, form, annotation, k)
               for k in range(min(raw.FPDFAnnot_GetOptionCount(form, annotation), 5000))]  # fmt: skip
    if any(options):
        yield Extra("\t".join(filter(None, options)), "form", place, "", reason, asks)
    if label:
        yield Extra(label, "form", place, label=name)
    if name:
        yield Extra(name, "name", place, "表单域名称")
    for event in (raw.FPDF_ANNOT_AACTION_KEY_STROKE, raw.FPDF_ANNOT_AACTION_FORMAT,
                  raw.FPDF_ANNOT_AACTION_VALIDATE, raw.FPDF_ANNOT_AACTION_CALCULATE):  # fmt: skip
        script = pdfium.wide(raw.FPDFAnnot_GetFormAdditionalActionJavaScript, form, annotation, event)
        if script:
            yield Extra(script, "script", place, label=name)


def _plain(rich: str) -> str:
    """The words of a text with XHTML tags."""
    return " ".join(html.unescape(_TAG.sub(" ", rich)).split())


def _string(annotation: Any, key: bytes) -> str:
    return pdfium.wide(raw.FPDFAnnot_GetStringValue, annotation, key)


def _rect(annotation: Any) -> Rect | None:
    rect = raw.FS_RECTF()
    if not raw.FPDFAnnot_GetRect(annotation, rect):
        return None
    xs, ys = sorted((rect.left, rect.right)), sorted((rect.bottom, rect.top))
    return round(xs[0], 2), round(ys[0], 2), round(xs[1], 2), round(ys[1], 2)


# --- alternate texts -----------------------------------------------------------------------------------


def alternate_texts(page: Any, number: int, text: str) -> Iterator[Extra]:
    """Alt, ActualText, expansions and titles of a tagged page, in as far as they are not in its text."""
    place = Locator(page=number)
    seen: set[str] = set()
    with pdfium.closing(raw.FPDF_StructTree_GetForPage(page), raw.FPDF_StructTree_Close) as tree:
        if not tree:
            return
        stack = [raw.FPDF_StructTree_GetChildAtIndex(tree, k)
                 for k in reversed(range(raw.FPDF_StructTree_CountChildren(tree)))]  # fmt: skip
        visited = 0
        while stack and visited < 20_000:
            element = stack.pop()
            if not element:
                continue
            visited += 1
            for call, hint in _STRUCTURE:
                value = pdfium.wide(call, element)
                if value and value not in seen and (call is _STRUCTURE[0][0] or value not in text):
                    seen.add(value)
                    yield Extra(value, "alt", place, hint)
            count = raw.FPDF_StructElement_CountChildren(element)
            stack.extend(raw.FPDF_StructElement_GetChildAtIndex(element, k) for k in reversed(range(count)))


_STRUCTURE = (
    (raw.FPDF_StructElement_GetAltText, "替代文字"),
    (raw.FPDF_StructElement_GetActualText, "实际文字"),
    (raw.FPDF_StructElement_GetExpansion, "缩写全称"),
    (raw.FPDF_StructElement_GetTitle, "结构标题"),
)


@dataclass(frozen=True, slots=True)
class SpokenMark:
    """A mark of a text object that says what is read out for it; pdfium's handles of both."""

    handle: Any
    mark: Any
    value: str = field(repr=False)
    replaces: bool
    """pdfium gives the value in place of the glyphs"""


def spoken_marks(found: Survey) -> list[SpokenMark]:
    """ActualText, Alt and E of the marked content that the page's texts stand in."""
    marks: list[SpokenMark] = []
    for item in found.texts:
        count = pdfium.mark_count(item.handle)
        handle = ctypes.cast(item.handle, raw.FPDF_PAGEOBJECT) if count > 0 else None
        for k in range(min(count, 20)):
            mark = raw.FPDFPageObj_GetMark(handle, k)
            # A mark of the structure tree has its number and nothing else.
            if not mark or raw.FPDFPageObjMark_CountParams(mark) == 0:
                continue
            for key in (b"ActualText", b"Alt", b"E"):
                value = _mark_value(mark, key)
                if value:
                    marks.append(SpokenMark(handle, mark, value, key == b"ActualText"))
    return marks


def _mark_value(mark: Any, key: bytes) -> str:
    size = ctypes.c_ulong()
    # The call for strings loses characters of UTF-16: the bytes themselves are taken.
    if not raw.FPDFPageObjMark_GetParamBlobValue(mark, key, None, 0, size) or not size.value:
        return ""
    buffer = (ctypes.c_ubyte * size.value)()
    raw.FPDFPageObjMark_GetParamBlobValue(mark, key, buffer, size.value, size)
    return text_of(bytes(buffer)).strip("\0 ")


# --- the document --------------------------------------------------------------------------------------


def properties(document: Any, keys: list[str]) -> Iterator[Extra]:
    """Document information with text that someone wrote; dates and the producing program are left out."""
    for key in dict.fromkeys([*_INFO, *keys]):
        if key in _INFO_SKIPPED:
            continue
        value = pdfium.wide(raw.FPDF_GetMetaText, document, key.encode("ascii"))
        if value:
            title = _INFO.get(key, "")
            yield Extra(value, "property", Locator(note=title or key), title, label="" if title else key)


def bookmarks(document: Any) -> Iterator[Extra]:
    """Titles of the outline, and the addresses that its entries lead to."""
    place = Locator(note="书签")
    stack = [raw.FPDFBookmark_GetFirstChild(document, None)]
    seen: set[int] = set()
    while stack and len(seen) < 50_000:
        entry = stack.pop()
        if not entry or pdfium.address(entry) in seen:
            continue
        seen.add(pdfium.address(entry))
        title = pdfium.wide(raw.FPDFBookmark_GetTitle, entry)
        if title:
            yield Extra(title, "name", place, "书签")
        yield from _action(document, raw.FPDFBookmark_GetAction(entry), place)
        stack.append(raw.FPDFBookmark_GetNextSibling(document, entry))
        stack.append(raw.FPDFBookmark_GetFirstChild(document, entry))


def scripts(document: Any) -> Iterator[Extra]:
    for k in range(min(max(raw.FPDFDoc_GetJavaScriptActionCount(document), 0), 1000)):
        action = raw.FPDFDoc_GetJavaScriptAction(document, k)
        with pdfium.closing(action, raw.FPDFDoc_CloseJavaScriptAction):
            if action:
                name = pdfium.wide(raw.FPDFJavaScriptAction_GetName, action)
                text = pdfium.wide(raw.FPDFJavaScriptAction_GetScript, action)
                yield Extra(text, "script", Locator(note="文档脚本"), label=name)


def signature_reasons(document: Any) -> Iterator[Extra]:
    for k in range(min(max(raw.FPDF_GetSignatureCount(document), 0), 100)):
        signature = raw.FPDF_GetSignatureObject(document, k)
        reason = pdfium.wide(raw.FPDFSignatureObj_GetReason, signature) if signature else ""
        if reason:
            yield Extra(reason, "property", Locator(note="签名理由"), "签名理由")


def form_packets(document: Any) -> Iterator[Extra]:
    """The texts of an XFA form: its data and its template, as XML packets."""
    for k in range(max(raw.FPDF_GetXFAPacketCount(document), 0)):
        size = ctypes.c_ulong()
        if not raw.FPDF_GetXFAPacketContent(document, k, None, 0, size) or not size.value:
            continue
        buffer = ctypes.create_string_buffer(size.value)
        raw.FPDF_GetXFAPacketContent(document, k, buffer, size.value, size)
        for name, value in _packet_texts(buffer.raw):
            yield Extra(value, "form", Locator(note="XFA 表单"), label=name)


def _packet_texts(packet: bytes) -> Iterator[tuple[str, str]]:
    text = packet.decode("utf-8", "replace")
    for match in re.finditer(r"<([^\s<>/!?]{1,200})(?:\s[^<>]{0,4000})?>([^<>]+)</", text):
        value = match[2].strip()
        if value:
            yield match[1].rpartition(":")[2], html.unescape(value)
    for match in re.finditer(r"""\s([A-Za-z:_-]{1,60})\s*=\s*(?:"([^"<]{1,4000})"|'([^'<]{1,4000})')""", text):
        value = html.unescape(match[2] or match[3])
        if _TELLING.search(value) and not value.startswith("http://www.xfa.org"):
            yield match[1].rpartition(":")[2], value


def attachments(document: Any, limit: int) -> Iterator[Attached]:
    """The files of the document's own list; those that hang on a page come with its annotations."""
    for k in range(min(max(raw.FPDFDoc_GetAttachmentCount(document), 0), 10_000)):
        attachment = raw.FPDFDoc_GetAttachment(document, k)
        if attachment:
            yield _attached(attachment, None, limit)


def _attached(attachment: Any, page: int | None, limit: int) -> Attached:
    name = pdfium.widened(raw.FPDFAttachment_GetName, attachment)
    description = pdfium.wide(raw.FPDFAttachment_GetDescription, attachment)
    size = ctypes.c_ulong()
    data = None
    if raw.FPDFAttachment_GetFile(attachment, None, 0, size) and size.value <= limit:
        buffer = ctypes.create_string_buffer(max(size.value, 1))
        if raw.FPDFAttachment_GetFile(attachment, buffer, size.value, size):
            data = buffer.raw[: size.value]
    return Attached(name, size.value, data, description, page)
