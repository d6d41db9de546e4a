"""Outlook messages (msg: MS-OXMSG in an OLE file) -> Document and members.

A message that lies in another as an attachment has no bytes of its own: its text is read with that of the outer
one (part attachment), its attachments are members of the outer one in a folder of its name.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator
from typing import Any

from reviewer.errors import Broken, ReadError, TooDeep, UnknownFormat
from reviewer.model import Document
from reviewer.readers.assembly import Assembly
from reviewer.readers.container import Budget, Member, Names, rest, too_deep
from reviewer.readers.encoding import decode
from reviewer.readers.letter import Letter, put
from reviewer.readers.mail import header_text
from reviewer.settings import Limits

_PROPERTIES = "__properties_version1.0"
_VALUE = "__substg1.0_"
_RECIPIENT, _ATTACHED = "__recip_version1.0_#", "__attach_version1.0_#"
_HEADERS = {
    "0037": "Subject", "0C1A": "From", "0C1F": "From", "5D01": "From", "0042": "Sender", "0065": "Sender",
    "5D02": "Sender", "0E04": "To", "0E03": "Cc", "0E02": "Bcc", "0070": "Thread-Topic",
}  # fmt: skip
"""properties of a message (MS-OXPROPS) by the headers that say the same"""
_TRANSPORT, _BODY, _PAGE, _RTF = "007D", "1000", "1013", "1009"
_OWN = frozenset(("001A", "1035", "0E1D", "007D", "1000", "1013", *_HEADERS))
"""texts that are read elsewhere, or say what kind of message it is"""
_PERSON = ("3001", "3003", "39FE", "5FF6")
"""display name, address, SMTP address, the name that mail programs show"""
_CODE_PAGE, _INTERNET_PAGE = 0x3FFD0003, 0x3FDE0003
_TELLING = re.compile(r"[\u3400-\u9fff]|@|[0-9]{6}")
_ADDRESS_OF_EXCHANGE = re.compile(r"(?i)/o=[^/]*/ou=.*")
_ENCODINGS = {936: "gb18030", 54936: "gb18030", 950: "big5", 65001: "utf-8", 20936: "gb18030"}
_MOST_RTF = 64 << 20


def is_message(data: bytes) -> bool:
    """Whether an OLE file is a message, and not a document in which one lies."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            return bool(ole.exists(_PROPERTIES))
    except Exception:
        return False


def read(data: bytes, name: str, limits: Limits, depth: int = 0) -> Document:
    """The message: who wrote to whom, subject, body. Raises Broken or TooDeep."""
    assembly = Assembly()
    with _opened(data) as ole:
        message = _Message(ole, limits)
        put(message.letter(()), assembly, name, limits, depth)
        for note, path, level in message.inner((), 1):
            if depth + level > limits.depth:
                assembly.gap("too-deep", "嵌套的邮件层数超过上限，里层没有读取。请用邮件软件另存后扫描。")
                continue
            inside = Assembly()
            put(message.letter(path), inside, name, limits, depth + level)
            assembly.embed(inside.finish(path=name, kind="msg", data=b""), name=note)
        if ole.parsing_issues:
            assembly.gap("broken", "邮件文件不完整或者有损坏，只读取了能读的内容。请用 Outlook 打开后另存。")
        if any(True for _ in message.files((), "")):
            too_deep(assembly, limits, depth)
    return assembly.finish(path=name, kind="msg", data=data)


def members(data: bytes, name: str, limits: Limits, budget: Budget) -> Iterator[Member]:
    """The attachments, those of inner messages too."""
    names = Names()
    with _opened(data) as ole:
        message = _Message(ole, limits)
        for path, stream in message.files((), ""):
            shown, gaps = names.of(path)
            try:
                budget.admit()
                if isinstance(stream, ReadError):
                    raise stream
                content = budget.gathered([message.bytes_at(stream)])
                if stream[-1].startswith(_VALUE + _RTF):
                    content = budget.gathered([rtf(content)])
            except ReadError as fault:
                if budget.spent:
                    yield rest(fault)
                    return
                yield Member(shown, fault=fault, gaps=gaps)
            else:
                yield Member(shown, content, gaps=gaps)


def _opened(data: bytes) -> Any:
    import olefile

    try:
        return olefile.OleFileIO(io.BytesIO(data))
    except (OSError, ValueError, IndexError, struct.error, RecursionError):
        raise Broken("邮件文件已损坏，无法读取。请用 Outlook 打开后另存。") from None


_Path = tuple[str, ...]
"""the storages from the root on"""


class _Message:
    """The properties in one OLE file, by the storage that they are in."""

    def __init__(self, ole: Any, limits: Limits) -> None:
        self._ole = ole
        self._limits = limits
        self._children: dict[_Path, list[str]] = {}
        for entry in ole.listdir(streams=True, storages=True):
            self._children.setdefault(tuple(entry[:-1]), []).append(entry[-1])

    def bytes_at(self, path: _Path) -> bytes:
        try:
            with self._ole.openstream(list(path)) as stream:
                data: bytes = stream.read()
        except OSError:
            raise Broken("邮件文件已损坏，无法读取。请用 Outlook 打开后另存。") from None
        return data

    def letter(self, at: _Path) -> Letter:
        """What the message in this storage says, its attachments apart."""
        letter = Letter()
        texts = self._texts(at)
        self._addresses(at, texts, letter)
        for line in re.split(r"\r?\n(?![ \t])", texts.get(_TRANSPORT, "")):
            key, colon, value = line.partition(":")
            if colon and re.fullmatch("[!-~]{1,80}", key):
                letter.headers.append((key, header_text(value)))
        known = {text for _, text in letter.headers}
        for number, text in sorted(texts.items()):
            said = number in _OWN or any(text in one for one in known) or _ADDRESS_OF_EXCHANGE.match(text)
            if not said and _TELLING.search(text):
                known.add(text)
                letter.headers.append(("Comments", text))
        if body := texts.get(_BODY, "").strip("\0"):
            letter.plain.append(body.replace("\r\n", "\n"))
        if page := self._page(at, texts):
            letter.pages.append(page)
        return letter

    def _addresses(self, at: _Path, texts: dict[str, str], letter: Letter) -> None:
        joined: dict[str, list[str]] = {}
        for number, header in _HEADERS.items():
            text = texts.get(number, "").strip("\0 ")
            if text and not _ADDRESS_OF_EXCHANGE.match(text) and text not in joined.get(header, ()):
                joined.setdefault(header, []).append(text)
        for header, found in joined.items():
            letter.headers.append((header, " ".join(found)))
        shown = " ".join(" ".join(joined.get(header, ())) for header in ("To", "Cc", "Bcc"))
        for storage in self._storages(at, _RECIPIENT):
            person = self._texts((*at, storage))
            words = [person[key].strip("\0 ") for key in _PERSON if key in person]
            fresh = [word for word in dict.fromkeys(words) if word and not _ADDRESS_OF_EXCHANGE.match(word)]
            if any(word not in shown for word in fresh):
                letter.headers.append(("To", " ".join(fresh)))

    def _page(self, at: _Path, texts: dict[str, str]) -> str:
        if _PAGE in texts:
            return texts[_PAGE]
        data = self._binary(at, _PAGE)
        if data is None:
            return ""
        declared = re.search(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_-]{2,30})""", data[:4096])
        return decode(data, declared[1].decode() if declared else self._encoding(at, _INTERNET_PAGE))[0]

    def _texts(self, at: _Path) -> dict[str, str]:
        """Number of the property -> its text, for all texts of one storage."""
        found: dict[str, str] = {}
        for child in self._children.get(at, ()):
            if not child.startswith(_VALUE) or len(child) < len(_VALUE) + 8:
                continue
            number, kind = child[len(_VALUE) :][:4].upper(), child[len(_VALUE) + 4 :][:4].upper()
            if kind in ("001F", "101F"):
                found[number] = self.bytes_at((*at, child)).decode("utf-16-le", "replace")
            elif kind in ("001E", "101E"):
                data = self.bytes_at((*at, child))
                found.setdefault(number, decode(data, self._encoding(at, _CODE_PAGE))[0])
        return found

    def _binary(self, at: _Path, number: str) -> bytes | None:
        name = f"{_VALUE}{number}0102"
        if name not in self._children.get(at, ()):
            return None
        return self.bytes_at((*at, name))

    def _encoding(self, at: _Path, tag: int) -> str | None:
        """The encoding that a fixed property names; None for one that says nothing to us."""
        if _PROPERTIES not in self._children.get(at, ()):
            return None
        data = self.bytes_at((*at, _PROPERTIES))
        for start in range(len(data) % 16, len(data) - 15, 16):
            if struct.unpack_from("<L", data, start)[0] == tag:
                return _ENCODINGS.get(struct.unpack_from("<L", data, start + 8)[0])
        return None

    def _storages(self, at: _Path, prefix: str) -> list[str]:
        return sorted(child for child in self._children.get(at, ()) if child.startswith(prefix))

    def inner(self, at: _Path, level: int) -> Iterator[tuple[str, _Path, int]]:
        """(name, storage, how deep) of each message that lies in this one."""
        if level > 20:
            raise TooDeep("邮件嵌套过深，无法读取。请用 Outlook 打开后另存。")
        for number, storage in enumerate(self._storages(at, _ATTACHED), 1):
            path = (*at, storage, f"{_VALUE}3701000D")
            if _PROPERTIES in self._children.get(path, ()):
                yield f"附件邮件{number}", path, level
                yield from self.inner(path, level + 1)

    def files(self, at: _Path, folder: str) -> Iterator[tuple[str, _Path | ReadError]]:
        """Name and stream of each attachment, or why it is not read."""
        here = self._children.get(at, ())
        texts = f"{_VALUE}{_BODY}"
        if f"{_VALUE}{_RTF}0102" in here and not any(child.startswith((texts, f"{_VALUE}{_PAGE}")) for child in here):
            yield f"{folder}正文.rtf", (*at, f"{_VALUE}{_RTF}0102")
        for number, storage in enumerate(self._storages(at, _ATTACHED), 1):
            path = (*at, storage)
            words = self._texts(path)
            name = next((words[key].strip("\0 ") for key in ("3707", "3704", "3001") if words.get(key)), "")
            inside = (*path, f"{_VALUE}3701000D")
            if f"{_VALUE}37010102" in self._children.get(path, ()):
                yield folder + (name or f"附件{number}{words.get('3703', '')}"), (*path, f"{_VALUE}37010102")
            elif _PROPERTIES in self._children.get(inside, ()):
                yield from self.files(inside, f"{folder}附件邮件{number}/")
            else:
                what = "以链接或对象方式放入的附件没有读取。请在 Outlook 中打开，把附件另存后扫描。"
                yield folder + (name or f"附件{number}"), UnknownFormat(what)


_START = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
"""what the dictionary holds before anything was written (MS-OXRTFCP 2.1.2.1)"""


def rtf(data: bytes) -> bytes:
    """The RTF in a compressed body (MS-OXRTFCP). Raises Broken."""
    if len(data) < 16:
        raise _bad_rtf()
    _, size, kind, checksum = struct.unpack_from("<4L", data)
    if kind == 0x414C454D:
        return data[16 : 16 + size]
    if kind != 0x75465A4C or size > _MOST_RTF or zlib.crc32(data[16:], 0xFFFFFFFF) ^ 0xFFFFFFFF != checksum:
        raise _bad_rtf()
    ring = bytearray(4096)
    ring[: len(_START)] = _START
    at, out, source = len(_START), bytearray(), iter(data[16:])
    try:
        while True:
            control = next(source)
            for bit in range(8):
                start, length = at, 1
                if control >> bit & 1:
                    high, low = next(source), next(source)
                    start, length = high << 4 | low >> 4, (low & 15) + 2
                    if start == at:
                        return bytes(out)
                else:
                    ring[at] = next(source)
                # One by one: what is copied may run into what is being written.
                for k in range(length):
                    byte = ring[at] = ring[(start + k) % 4096]
                    at = (at + 1) % 4096
                    out.append(byte)
                if len(out) > _MOST_RTF:
                    raise _bad_rtf()
    except StopIteration:
        raise _bad_rtf() from None


def _bad_rtf() -> Broken:
    return Broken("邮件正文（压缩的 RTF）已损坏，没有读取。请用 Outlook 打开核对。")
