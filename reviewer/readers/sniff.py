"""Says what kind of file the bytes are, by content; the name only decides between kinds of text."""

from __future__ import annotations

import io
import re
import unicodedata

from reviewer.errors import Broken, EmptyFile, Encrypted, UnknownFormat
from reviewer.prepared.patterns import compiled
from reviewer.readers.encoding import utf16_without_mark

TEXT_SUFFIXES = {".md": "md", ".markdown": "md", ".csv": "csv", ".tsv": "tsv", ".txt": "txt",
                 ".html": "html", ".htm": "html", ".xhtml": "html", ".shtml": "html"}  # fmt: skip

_HTML_START = compiled(rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
                         re.I | re.S)  # fmt: skip

_MAIL_HEAD = compiled(
    rb"\s*(?:From|To|Cc|Subject|Date|MIME-Version|Received|Return-Path|Message-ID|Content-[A-Za-z-]{1,30}"
    rb"|X-[A-Za-z-]{1,40}|Snapshot-[A-Za-z-]{1,30}):", re.I
)  # fmt: skip
_MIME = compiled(rb"(?im)^MIME-Version[ \t]*:[ \t]*1\.0")
_WEB_ARCHIVE = compiled(rb"(?im)^Content-Type[ \t]*:[ \t]*(?:multipart/related|text/html)")
_MAILED = compiled(rb"(?im)^(?:Received|Return-Path|To|Message-ID)[ \t]*:")

_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*")

_OTHER_KINDS = (
    (b"Rar!\x1a\x07", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"{\\rtf", "RTF 文档"),
)


def sniff(data: bytes, name: str) -> str:
    """The kind: txt, md, csv, tsv, html, docx, xlsx, pdf or picture.

    Raises EmptyFile, Encrypted, Broken or UnknownFormat, with what to do about it.
    """
    if not data:
        raise EmptyFile("文件是空的（0 字节）。请确认是否取错了文件。")
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _package_kind(data)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Encrypted("文件设有打开密码，无法读取。请去掉密码后重新扫描。")
        raise UnknownFormat(
            "这是旧版 Office/WPS 文件（doc、xls、ppt、wps、et），本版本还不能读取。请另存为 docx 或 xlsx。"
        )
    if is_picture(data):
        return "picture"
    for magic, title in _OTHER_KINDS:
        if data.startswith(magic):
            raise UnknownFormat(f"这是{title}，本版本还不能读取其中的内容，请人工查看。")
    suffix = "." + name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if _MAIL_HEAD.match(data[:4096]) and _MIME.search(data[:16384]):
        if _WEB_ARCHIVE.search(data[:16384]) and not _MAILED.search(data[:16384]):
            return "html"
        raise UnknownFormat("这是电子邮件（eml），本版本还不能读取。请把正文和附件分别另存后扫描。")
    if _HTML_START.match(data[:4096].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")):
        return "html"
    if not _looks_like_text(data):
        raise UnknownFormat("无法识别的文件类型：内容既不是文本，也不是 docx、xlsx、html、pdf。请人工查看。")
    return TEXT_SUFFIXES.get(suffix, "txt")


def is_picture(data: bytes) -> bool:
    """Whether these are the bytes of a PNG, JPEG, GIF, TIFF, BMP or WebP."""
    if data.startswith(_PICTURES) or (data[:2] == b"BM" and data[6:10] == b"\0\0\0\0"):
        return True
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def _package_kind(data: bytes) -> str:
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise Broken("文件已损坏（压缩结构不完整），无法读取。请重新获取原文件。") from None
    if "EncryptedPackage" in names:
        raise Encrypted("文件设有打开密码，无法读取。请去掉密码后重新扫描。")
    folders = {name.replace("\\", "/").split("/", 1)[0] for name in names}
    if "word" in folders:
        return "docx"
    if "xl" in folders:
        return "xlsx"
    if "OFD.xml" in names:
        raise UnknownFormat("这是 OFD 版式文件，本版本还不能读取。请转换为 PDF 后扫描。")
    if "ppt" in folders:
        raise UnknownFormat("这是演示文稿（pptx），本版本还不能读取。请导出为 PDF 后扫描。")
    raise UnknownFormat("这是压缩包，本版本还不能读取。请解压后扫描整个文件夹。")


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
