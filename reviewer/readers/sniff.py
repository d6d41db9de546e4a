"""Says what kind of file the bytes are, by content; the name only decides between kinds of text."""

from __future__ import annotations

import re
import stat
import unicodedata
from pathlib import Path

from reviewer.errors import EmptyFile, Encrypted, TooBig, UnknownFormat
from reviewer.prepared.patterns import compiled
from reviewer.readers.encoding import utf16_without_mark

TEXT_SUFFIXES = {".md": "md", ".markdown": "md", ".csv": "csv", ".tsv": "tsv", ".txt": "txt",
                 ".html": "html", ".htm": "html", ".xhtml": "html", ".shtml": "html"}  # fmt: skip

_HTML_START = compiled(rb"^\s*(?:<\?xml[^>]*>\s*)?(?><!--.{0,2000}?-->\s*)*+<(?:!doctype\s+html|html|head|body)\b",
                         re.I | re.S)  # fmt: skip

_MAIL_HEAD = compiled(
    rb"\s*(?:From|To|Cc|Subject|Date|MIME-Version|Received|Return-Path|Message-ID|Content-[A-Za-z-]{1,30}"
    rb"|X-[A-Za-z-]{1,40}|Snapshot-[A-Za-z-]{1,30}):", re.I
)  # fmt: skip
_MAILBOX = compiled(
    rb"From [^ \r\n]{1,200} {1,2}(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[ ,][^\r\n]{10,80}\r?\n>?[A-Za-z-]{1,60}:"
)
_MIME = compiled(rb"(?im)^MIME-Version[ \t]*:[ \t]*1\.0")
_WEB_ARCHIVE = compiled(rb"(?im)^Content-Type[ \t]*:[ \t]*(?:multipart/related|text/html)")
_MAILED = compiled(rb"(?im)^(?:Received|Return-Path|To|Message-ID)[ \t]*:")

_MESSAGE = "__nameid_version1.0".encode("utf-16-le")
"""the storage that each Outlook message has (MS-OXMSG 2.2.3)"""
_MOST_NAMES = 100_000
"""a zip of more entries is no document"""
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x78\x9f\x3e\x22")

_OFFICE_PARTS = frozenset((
    "[content_types].xml", "_rels/.rels", "word/document.xml", "xl/workbook.xml", "ppt/presentation.xml",
))  # fmt: skip

_FLAT = compiled(rb"^\s*(?:<\?xml[^>]*>\s*)?(?><!--.{0,2000}?-->\s*)*+<(office|uof):(?:document|UOF)[\s>]", re.S)
_FLAT_KINDS = {b"opendocument.text": "fodt", b"opendocument.spreadsheet": "fods", b"opendocument.presentation": "fodp"}
_UOF_KINDS = {b"vnd.uof.text": "uot", b"vnd.uof.spreadsheet": "uos", b"vnd.uof.presentation": "uop"}
_OPEN = "application/vnd.oasis.opendocument."
_OPEN_KINDS = {"text": "odt", "spreadsheet": "ods", "presentation": "odp"}

_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*")


def is_text(path: Path) -> bool:
    """Whether a file is nothing but text by its first bytes: no page, no mail, nothing that a library unpacks."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return True  # to open a pipe may never end; who reads it says what it is
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError:
        return True  # there is nothing to read
    if b"%PDF-" in head or 0 in head or head.startswith((b"PK", b"{\\rtf", b"BM", b"GIF8", b"From ", *_ARCHIVES)):
        return False
    return b"<" not in head and _MAIL_HEAD.match(head) is None


_HEAD = 1024


def sniff(data: bytes, name: str) -> str:
    """The kind: txt, md, csv, tsv, html, docx, xlsx, pptx, pdf, ofd, picture, one that holds files
    (readers.CONTAINERS) or one of readers.converted.JOBS.

    Raises EmptyFile, Encrypted, Broken or UnknownFormat, with what to do about it.
    """
    if not data:
        raise EmptyFile("文件是空的（0 字节）。请确认是否取错了文件。")
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _package_kind(data)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        if _is_message(data):
            return "msg"
        from reviewer.readers.ole import ole_kind

        return ole_kind(data, name)
    if data.startswith(b"{\\rtf"):
        return "rtf"
    if archive := _archive_kind(data):
        return archive
    if is_picture(data) or kind_of_drawing(data):
        return "picture"
    suffix = "." + name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if _MAIL_HEAD.match(data[:4096]) and (suffix == ".eml" or _MIME.search(data[:16384])):
        if _WEB_ARCHIVE.search(data[:16384]) and not _MAILED.search(data[:16384]):
            return "html"
        return "eml"
    if _MAILBOX.match(data[:4096]):
        return "mbox"
    if flat := _FLAT.match(data[:8192].lstrip(b"\xef\xbb\xbf")):
        kinds = _FLAT_KINDS if flat[1] == b"office" else _UOF_KINDS
        return next((kind for word, kind in kinds.items() if word in data[:65536]), next(iter(kinds.values())))
    if _HTML_START.match(data[:4096].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")):
        return "html"
    if not _looks_like_text(data):
        raise UnknownFormat("无法识别的文件类型：内容既不是文本，也不是 docx、xlsx、html、pdf、ofd。请人工查看。")
    return TEXT_SUFFIXES.get(suffix, "txt")


def _archive_kind(data: bytes) -> str:
    """tar, gz, bz2, xz, 7z, rar or tnef, "" for anything else."""
    if not data.startswith(_ARCHIVES) and b"\0" not in data[:512]:
        return ""
    from reviewer.readers.archive import kind_of

    return kind_of(data)


def _is_message(data: bytes) -> bool:
    """Whether an OLE file is an Outlook message, and none in which one lies."""
    if _MESSAGE not in data:
        return False
    from reviewer.readers.message import is_message

    return is_message(data)


def kind_of_drawing(data: bytes) -> str:
    """svg, emf or wmf, "" for anything else."""
    if b"svg" not in data[:4096] and data[:4] not in (b"\x01\0\0\0", b"\xd7\xcd\xc6\x9a", b"\x01\0\x09\0"):
        return ""
    from reviewer.readers import drawing

    return drawing.kind_of(data)


def is_picture(data: bytes) -> bool:
    """Whether these are the bytes of a PNG, JPEG, GIF, TIFF, BMP or WebP."""
    if data.startswith(_PICTURES) or (data[:2] == b"BM" and data[6:10] == b"\0\0\0\0"):
        return True
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def _package_kind(data: bytes) -> str:
    from reviewer.readers import archive_zip

    try:
        found = archive_zip.directory(data, _MOST_NAMES)
    except TooBig:
        return "zip"
    names = set(archive_zip.names(found.entries))
    if "EncryptedPackage" in names:
        raise Encrypted("文件设有打开密码，无法读取。请用 --password-file 给出密码，或去掉密码后重新扫描。")
    folders = {name.replace("\\", "/").split("/", 1)[0] for name in names}
    if not any(name.lower() in _OFFICE_PARTS for name in names):
        # An archive may have a folder of the name word.
        folders -= {"word", "xl", "ppt"}
    if "word" in folders:
        return "docx"
    if "xl" in folders:
        return "xlsb" if any(name.lower() == "xl/workbook.bin" for name in names) else "xlsx"
    if any(name.replace("\\", "/").lower() == "ofd.xml" for name in names):
        return "ofd"
    if "ppt" in folders:
        return "pptx"
    if "mimetype" in names and "content.xml" in names:
        return _open_kind(data)
    return "zip"


def _open_kind(data: bytes) -> str:
    """odt, ods or odp, zip where the label says something else."""
    from reviewer.readers.package import Package
    from reviewer.settings import Limits

    package = Package(data, Limits())
    label = package.read("mimetype")[:100].decode("ascii", "replace").strip()
    manifest = package.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in package else b""
    if not label.startswith(_OPEN):
        return "zip"
    if b"encryption-data" in manifest or "encrypted-package" in package:
        raise Encrypted("文件设有打开密码，无法读取。请去掉密码后重新扫描。")
    kind = _OPEN_KINDS.get(label.removeprefix(_OPEN).partition("-")[0])
    if kind is None:
        raise UnknownFormat("这是 OpenDocument 的绘图、公式等文件，本版本还不能读取。请导出为 PDF 后扫描。")
    return kind


def _looks_like_text(data: bytes) -> bool:
    head = data[:65536]
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return True
    wide = utf16_without_mark(head)
    if wide is not None:
        return _is_readable(head[: len(head) & ~1].decode(wide, "replace"))
    if 0 in head:
        return False
    control = sum(head.count(code) for code in range(1, 32) if code not in (9, 10, 12, 13, 27))
    return control * 50 <= len(head)


def _is_readable(text: str) -> bool:
    """Whether nearly all characters are ones that texts are written with."""
    odd = sum(unicodedata.category(char) in ("Cc", "Cn", "Co", "Cs") and char not in "\t\r\n\f" for char in text)
    return (odd + text.count("\ufffd")) * 50 <= len(text)
