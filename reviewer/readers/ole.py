"""What an OLE compound file ([MS-CFB]: doc, xls, ppt, and wps, et, dps) says of itself: its kind, whether it is
encrypted, its properties, what is embedded in it.

The text is read elsewhere (readers.converted); here is what a conversion loses or must know before.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reviewer.errors import Broken, Encrypted, UnknownFormat

if TYPE_CHECKING:
    import olefile

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "文件设有打开密码，无法读取。请用 --password-file 给出密码，或去掉密码后重新扫描。"
_DAMAGED = "文件已损坏（OLE 结构不完整），无法读取。请重新获取原文件。"
_FAULTS = (OSError, ValueError, KeyError, IndexError, AttributeError, TypeError, struct.error, RecursionError,
           OverflowError, AssertionError)  # fmt: skip
"""what olefile raises for bad bytes"""
_SUFFIXES = {"doc": ("wps", "wpt"), "xls": ("et", "ett"), "ppt": ("dps", "dpt")}
"""what WPS calls its files of each kind"""
_MOST = 64 << 20
_FILEPASS = 0x2F
_BOFS = frozenset({0x0009, 0x0209, 0x0409, 0x0809})
_ENCRYPTED_DECK = 0xF3D1C4DF
_OBJECT_RECORD = 0x1011
_SUMMARY = {"title": "标题", "subject": "主题", "author": "作者", "keywords": "关键词", "comments": "备注",
            "last_saved_by": "最后修改者", "template": "模板", "category": "类别", "manager": "经理",
            "company": "单位"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands in such a file beside its text."""

    properties: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """title in Chinese and value"""
    objects: int = 0
    macros: bool = False
    has_thumbnail: bool = False
    """whether it keeps a picture of its first page"""
    readable: bool = True
    """whether the properties could be read"""


def ole_kind(data: bytes, name: str) -> str:
    """doc, xls, ppt or what WPS calls them. Raises Encrypted, Broken or UnknownFormat."""
    with _opened(data) as ole:
        streams = {entry[0].lower() for entry in _entries(ole) if len(entry) == 1}
        if "encryptedpackage" in streams:
            raise Encrypted(_LOCKED)
        if "worddocument" in streams:
            return _named("doc", name, _is_locked_text(_stream(ole, "WordDocument", 32)))
        for book in ("Workbook", "Book"):
            if book.lower() in streams:
                return _named("xls", name, _is_locked_book(_stream(ole, book, 1 << 16)))
        if "powerpoint document" in streams:
            locked = "encryptedsummary" in streams or _is_locked_deck(_stream(ole, "Current User", 64))
            return _named("ppt", name, locked)
    raise UnknownFormat("这是 OLE 复合文件，但不是 Word、Excel、PowerPoint 或 WPS 文档，不能读取。请人工查看。")


def _named(kind: str, name: str, locked: bool) -> str:
    if locked:
        raise Encrypted(_LOCKED)
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    first, template = _SUFFIXES[kind]
    return first if suffix in (first, template) else kind


def unwrapped(data: bytes) -> bytes:
    """The file that an embedded object holds ([MS-OLEDS] 2.3.6, or as it is); `data` where it is one itself."""
    try:
        with _opened(data) as ole:
            if native := _stream(ole, "\x01Ole10Native", _MOST):
                return _native(native)
            return _stream(ole, "Package", _MOST) or _stream(ole, "CONTENTS", _MOST) or data
    except Broken:
        return data


def _native(held: bytes) -> bytes:
    """The file in an Ole10Native stream: behind a label, its name and a path, each ended by a zero."""
    at = 6
    for _ in range(2):
        at = held.index(b"\0", at) + 1
    at += 4
    at += 4 + int.from_bytes(held[at : at + 4], "little")
    size = int.from_bytes(held[at : at + 4], "little")
    return held[at + 4 : at + 4 + size]


def import_filter(data: bytes, usual: str) -> str:
    """LibreOffice's filter for the generation of such a file; `usual` is the one for Office 97 and later."""
    with _opened(data) as ole:
        head = _stream(ole, "WordDocument", 4)
        # [MS-DOC] 2.5.2: nFib; 101 is Word 6, 104 Word 95, 193 Word 97.
        version = int.from_bytes(head[2:4], "little")
        if head[:2] in (b"\xdc\xa5", b"\xec\xa5") and version < 0xC0:
            return "MS Word 95" if version > 101 else "MS WinWord 6.0"
        if not head and ole.exists("Book") and not ole.exists("Workbook"):
            return "MS Excel 95"
    return usual


def beside(data: bytes) -> Beside:
    """Properties, embedded objects and macros of such a file; never raises for bad bytes."""
    try:
        with _opened(data) as ole:
            entries = _entries(ole)
            roots = {entry[0].lower() for entry in entries}
            objects = len({entry[1] for entry in entries if entry[0] == "ObjectPool" and len(entry) > 1})
            objects += len({entry[0] for entry in entries if entry[0].startswith("MBD")})
            if "powerpoint document" in roots:
                objects += _deck_objects(_stream(ole, "PowerPoint Document", _MOST))
            macros = bool(roots & {"macros", "_vba_project_cur"})
            told = ole.get_metadata()
            return Beside(tuple(_properties(told)), objects, macros, bool(told.thumbnail))
    except Broken:
        return Beside(readable=False)


def stream(data: bytes, name: str, most: int) -> bytes:
    """The first `most` bytes of a stream, b"" where there is none. Raises Broken."""
    with _opened(data) as ole:
        return _stream(ole, name, most)


class _opened:
    """An OLE file from bytes; its faults become Broken."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __enter__(self) -> olefile.OleFileIO:
        import olefile

        try:
            self._ole = olefile.OleFileIO(io.BytesIO(self._data))
        except _FAULTS:
            raise Broken(_DAMAGED) from None
        return self._ole

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._ole.close()
        if kind is not None and issubclass(kind, _FAULTS):
            raise Broken(_DAMAGED) from None


def _entries(ole: olefile.OleFileIO) -> list[list[str]]:
    return [[str(step) for step in entry] for entry in ole.listdir(streams=True, storages=True)]


def _stream(ole: olefile.OleFileIO, name: str, most: int) -> bytes:
    if not ole.exists(name):
        return b""
    with ole.openstream(name) as stream:
        return bytes(stream.read(most))


def _is_locked_text(head: bytes) -> bool:
    """[MS-DOC] 2.5.2: fEncrypted is bit 8 of the flags at 10."""
    return len(head) >= 12 and bool(int.from_bytes(head[10:12], "little") & 0x0100)


def _is_locked_book(head: bytes) -> bool:
    """[MS-XLS] 2.4.117: FILEPASS stands among the first records behind the BOF."""
    at = 0
    for number in range(20):
        if at + 4 > len(head):
            return False
        kind, size = struct.unpack_from("<HH", head, at)
        if number == 0 and kind not in _BOFS:
            return False
        if kind == _FILEPASS:
            return True
        at += 4 + size
    return False


def _is_locked_deck(user: bytes) -> bool:
    """[MS-PPT] 2.3.2: the token of the current user's atom."""
    return len(user) >= 16 and int.from_bytes(user[12:16], "little") == _ENCRYPTED_DECK


def _deck_objects(stream: bytes) -> int:
    """The embedded objects (and macros) among the records of a deck: [MS-PPT] 2.10.34."""
    at = found = 0
    while at + 8 <= len(stream):
        _, kind, size = struct.unpack_from("<HHI", stream, at)
        found += kind == _OBJECT_RECORD
        at += 8 + size
    return found


def _properties(told: olefile.OleMetadata) -> Iterator[tuple[str, str]]:
    """The values of the two property sets ([MS-OLEPS]) that may say something of persons."""
    page = told.codepage
    for name, title in _SUMMARY.items():
        value = getattr(told, name, None)
        text = _decoded(value, page) if isinstance(value, bytes) else value if isinstance(value, str) else ""
        text = text.rstrip("\0").strip()
        if text and not (name == "template" and text.lower() in ("normal.dot", "normal.dotm", "normal.wpt", "normal")):
            yield title, text


def _decoded(value: bytes, page: int | None) -> str:
    code = {65001: "utf-8", 1200: "utf-16-le", 936: "gb18030", 950: "big5", 54936: "gb18030"}
    number = (page or 0) & 0xFFFF
    for name in (code.get(number, f"cp{number}"), "utf-8", "gb18030"):
        try:
            return value.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    return value.decode("latin-1")
