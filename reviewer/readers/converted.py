"""Reads doc, xls, ppt, wps, et, dps, rtf, xlsb and OpenDocument through LibreOffice: as docx, xlsx or pptx.

Places are those of the converted file. What a conversion loses is read beside it: property sets, fetching fields of
RTF; embedded objects and macros that did not come along are gaps. Where LibreOffice is missing, the values of
workbooks are read without it, and a gap says what was not. All words of the original that are not in the converted
copy (readers.leftover) are read as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from importlib import import_module

from reviewer.errors import Broken, NoConverter
from reviewer.model import Document, Locator
from reviewer.readers import ole, ole_words, open_document, rtf, sheets
from reviewer.readers.assembly import Assembly
from reviewer.readers.leftover import Words, left_out
from reviewer.readers.package import Package
from reviewer.readers.sniff import sniff
from reviewer.readers.soffice import Job, converted, missing
from reviewer.settings import Limits

_WORD, _BOOK, _DECK = "MS Word 97", "MS Excel 97", "MS PowerPoint 97"
JOBS: dict[str, Job] = {
    "doc": Job("doc", "docx", _WORD), "wps": Job("doc", "docx", _WORD), "rtf": Job("rtf", "docx", "Rich Text Format"),
    "xls": Job("xls", "xlsx", _BOOK), "et": Job("xls", "xlsx", _BOOK),
    "ppt": Job("ppt", "pptx", _DECK), "dps": Job("ppt", "pptx", _DECK),
    "odt": Job("odt", "docx", "writer8"), "ods": Job("ods", "xlsx", "calc8"), "odp": Job("odp", "pptx", "impress8"),
    "fodt": Job("fodt", "docx", "OpenDocument Text Flat XML"),
    "fods": Job("fods", "xlsx", "OpenDocument Spreadsheet Flat XML"),
    "fodp": Job("fodp", "pptx", "OpenDocument Presentation Flat XML"),
    "xlsb": Job("xlsb", "xlsx", "Calc MS Excel 2007 Binary"),
    "uot": Job("uot", "docx", "UOF text"), "uos": Job("uos", "xlsx", "UOF spreadsheet"),
    "uop": Job("uop", "pptx", "UOF presentation"),
}  # fmt: skip
"""the kind of a file -> how it is converted"""
_ZIPPED = frozenset({"odt", "ods", "odp", "xlsb"})
_FLAT = frozenset({"fodt", "fods", "fodp", "uot", "uos", "uop"})
_OPEN = (_ZIPPED | _FLAT) - {"xlsb"}
_OLD = frozenset({"doc", "wps", "xls", "et", "ppt", "dps"})
_SHEETS = frozenset({"xls", "et", "xlsb", "ods"})


def read(data: bytes, name: str, limits: Limits, depth: int = 0) -> Document:
    """The file as its converted copy is read, with what conversion loses. Raises what that reader raises.

    NoConverter where LibreOffice is needed and missing.
    """
    kind = sniff(data, name)
    try:
        inner = read_office(as_office(data, kind, limits), kind, name, limits, depth)
    except NoConverter:
        if kind not in _SHEETS:
            raise
        return sheets.read(data, name, kind, limits, missing("xlsx"))
    assembly = Assembly()
    assembly.include(inner)
    if kind in _OLD:
        _add_beside(assembly, inner, ole.beside(data))
    _add_left_out(assembly, inner, _words(data, kind, limits))
    for text in _fetching(data, kind)[1]:
        assembly.add(text, part="field", hint="域代码", locator=Locator(note="域代码"))
    return replace(assembly.finish(path=name, kind=kind, data=data), converted=JOBS[kind].target)


def _words(data: bytes, kind: str, limits: Limits) -> Iterator[Words]:
    """All that the original says, as far as it can be read without LibreOffice."""
    if kind in _OPEN:
        yield from open_document.words(data, kind, limits)
    elif kind == "rtf":
        yield from rtf.words(data)
    elif kind in _OLD:
        yield from ole_words.words(data, kind)


def _add_left_out(assembly: Assembly, inner: Document, words: Iterable[Words]) -> None:
    lost = 0
    for one in left_out(words, inner.text):
        assembly.add(one.text, part=one.part, hint=one.hint, locator=Locator(note=one.hint))
        lost += one.shown
    if lost:
        message = (
            f"LibreOffice 转换时丢了正文里的 {lost} 段文字。这些文字另外读出并审查了，但是标注稿和公开稿里没有。"
            "请用 Word 或 WPS 另存为 docx、xlsx、pptx 后处理。"
        )
        assembly.gap("not-converted", message)


def read_office(office: bytes, kind: str, name: str, limits: Limits, depth: int = 0) -> Document:
    """The converted copy as its own reader reads it: all of the text of `read` but what is added at its end.

    office  what `as_office` made of a file of `kind`
    """
    reader: Callable[..., Document] = import_module(f"reviewer.readers.{JOBS[kind].target}").read
    return reader(office, name, limits, depth)


def as_office(data: bytes, kind: str, limits: Limits) -> bytes:
    """The file as docx, xlsx or pptx. Raises NoConverter, Broken, TooBig, TooDeep."""
    if kind in _ZIPPED:
        _check_package(data, limits)
    elif kind in _FLAT:
        _check_flat(data)
    job = JOBS[kind]
    if kind in _OLD:
        job = replace(job, filter=ole.import_filter(data, job.filter))
    return converted(open_document.with_hidden_text(_fetching(data, kind)[0], kind, limits), job, limits)


def _check_flat(data: bytes) -> None:
    """One XML file: what has no end would be shown as far as it goes."""
    if b"<!ENTITY" in data[: 1 << 20]:
        raise Broken("文件含有 DTD/实体声明，出于安全没有读取。请人工查看。")
    if not re.search(rb"</(?:office:document|uof:UOF)\s*>\s*\Z", data[-500:]):
        raise Broken("文件不完整，末尾缺失，无法读取。请重新获取原文件。")


def _fetching(data: bytes, kind: str) -> tuple[bytes, tuple[str, ...]]:
    return rtf.made_safe(data) if kind == "rtf" else (data, ())


def _check_package(data: bytes, limits: Limits) -> None:
    """Inflate all members within limits before another program does."""
    package = Package(data, limits)
    for name in package.names():
        head = package.read(name)[: 1 << 16]
        if b"<!ENTITY" in head:
            raise Broken("文件含有 DTD/实体声明，出于安全没有读取。请人工查看。")


def _add_beside(assembly: Assembly, inner: Document, found: ole.Beside) -> None:
    known = {inner.text[block.start : block.end] for block in inner.blocks if block.part == "property"}
    for title, text in found.properties:
        if text not in known:
            assembly.add(text, part="property", hint=title, locator=Locator(note=title))
    if not found.readable:
        assembly.gap("broken", "文件的属性（作者、标题等）没有读取。请用原软件打开检查。", part="property")
    came = "attachment" in {block.part for block in inner.blocks} | {gap.part for gap in inner.gaps}
    # A chart is an object of the old file too.
    charts = {note for one in inner.blocks if (note := one.locator.note) and note.startswith("图表")}
    if found.objects > len(charts) and not came:
        message = f"文件里有 {found.objects} 个嵌入对象，没有读取。请双击打开后人工查看。"
        assembly.gap("unsupported", message, part="attachment")
    if found.has_thumbnail:
        assembly.gap("picture", "缩略图中的内容没有读取，请人工查看。", part="picture")
    if found.macros and not any(gap.reason == "macro" for gap in inner.gaps):
        assembly.gap("macro", "文件含有宏，宏代码没有读取。请人工查看。", part="script")
