"""Mails (eml: RFC 5322, 2045 to 2047, 2231) and mailboxes (mbox: RFC 4155) -> Document and members.

The text is the mail's own: headers and body. Attachments, pictures in the text and mails that were passed on are
members.
"""

from __future__ import annotations

import contextlib
import io
import mimetypes
import re
from base64 import b64decode
from binascii import Error, a2b_qp
from collections.abc import Iterator
from email import errors as defects
from email import message_from_bytes
from email._policybase import Compat32
from email.generator import BytesGenerator
from email.message import Message
from hashlib import sha256

from reviewer.errors import Broken, ReadError, TooDeep
from reviewer.model import Document, Gap, Locator
from reviewer.readers.assembly import Assembly
from reviewer.readers.container import Budget, Member, Names, rest, too_deep
from reviewer.readers.encoding import decode, undecodable
from reviewer.readers.letter import Letter, put
from reviewer.settings import Limits

_MAILBOX = re.compile(
    rb"(?m)^From [^ \r\n]{1,200} {1,2}(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[ ,][^\r\n]{10,80}\r?\n(?=>?[A-Za-z-]{1,60}:)"
)
_STUFFED = re.compile(rb"(?m)^>(>*From )")
_FOLD = re.compile(r"\r?\n(?=[ \t])|[\r\n]+$")
_WORD = re.compile(r"=\?([A-Za-z0-9_.:+-]{1,40})(?:\*[A-Za-z0-9-]{0,20})?\?([bBqQ])\?([^?\r\n]{0,4000})\?=")
_MOST_PARTS = 10_000
_DEEPEST = 60
_LONGEST_PARAMETERS = 32_768
_TELLING = re.compile(r"[\u3400-\u9fff]|[0-9]{6}")
_SIGNATURES = frozenset((
    "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature",
))  # fmt: skip
_OTHER_CHARSETS = ("hz", "utf-7", "iso-2022-", "koi8-", "shift_jis", "euc-kr", "euc-jp")
"""what the reader of texts does not look for, and a mail says"""
_CUT_OFF = (
    defects.CloseBoundaryNotFoundDefect, defects.StartBoundaryNotFoundDefect,
    defects.NoBoundaryInMultipartDefect, defects.MultipartInvariantViolationDefect,
    defects.InvalidBase64CharactersDefect, defects.InvalidBase64PaddingDefect, defects.InvalidBase64LengthDefect,
)  # fmt: skip


_CUT = "邮件不完整（有一部分没有到结尾），只读取了已有的内容。请重新获取原文件。"
_PART_HEADS = frozenset((
    "content-type", "content-disposition", "content-transfer-encoding", "content-id", "content-location",
    "content-description", "content-language", "content-md5", "content-base", "content-duration", "content-class",
    "content-length", "mime-version", "x-attachment-id", "x-ms-exchange-organization-authas",
))  # fmt: skip
"""headers of parts that are read, or hold no person's words"""


class _Raw(Compat32):
    """Headers exactly as they stand: bytes that are not ASCII stay what they were, and none is refused or folded."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value

    def fold_binary(self, name: str, value: str) -> bytes:
        return f"{name}: {value}{self.linesep}".encode("utf-8", "surrogateescape")

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = sourcelines[0].split(":", 1)
        value = "".join((value, *sourcelines[1:])).strip(" \t\r\n")
        # The library takes parameters apart in a time that grows with the square of their length.
        return name, value[:_LONGEST_PARAMETERS] if name.lower().startswith("content-") else value


def read(data: bytes, name: str, limits: Limits, depth: int = 0) -> Document:
    """The mail's headers and body; a mailbox has no text of its own. Raises TooDeep or Broken."""
    assembly = Assembly()
    if is_mailbox(data):
        too_deep(assembly, limits, depth)
        return assembly.finish(path=name, kind="mbox", data=data)
    sorted_ = _sorted(data)
    put(sorted_.letter, assembly, name, limits, depth)
    if sorted_.files:
        too_deep(assembly, limits, depth)
    return assembly.finish(path=name, kind="eml", data=data)


def members(data: bytes, name: str, limits: Limits, budget: Budget) -> Iterator[Member]:
    """A mailbox's mails; of a mail the attachments, the pictures in its text and the mails in it."""
    found = _mails(data) if is_mailbox(data) else iter(_sorted(data).files)
    names = Names()
    for path, part in found:
        shown, gaps = names.of(path)
        try:
            budget.admit()
            content = budget.gathered([_content(part)])
        except ReadError as fault:
            if budget.spent:
                yield rest(fault)
                return
            yield Member(shown, fault=fault, gaps=gaps)
        else:
            if isinstance(part, Message) and _is_cut_off(part):
                gaps = (*gaps, _cut_gap(shown))
            yield Member(shown, content, gaps=gaps)


def is_mailbox(data: bytes) -> bool:
    """Whether the bytes are many mails in one file."""
    return data.startswith(b"From ") and _MAILBOX.match(data) is not None


def _mails(data: bytes) -> Iterator[tuple[str, bytes]]:
    heads = list(_MAILBOX.finditer(data))
    ends = [*(head.start() for head in heads[1:]), len(data)]
    for number, (head, end) in enumerate(zip(heads, ends, strict=True), 1):
        yield f"第{number}封.eml", _STUFFED.sub(rb"\1", data[head.end() : end])


# -- one mail ----------------------------------------------------------------------------------------


class _Sorted:
    """The parts of a mail by what they are."""

    def __init__(self) -> None:
        self.letter = Letter()
        self.files: list[tuple[str, Message | bytes | ReadError]] = []
        self._count = 0
        self._pictures = 0
        self._mails = 0

    def take(self, part: Message, level: int = 0) -> None:
        """Puts a part and those in it where they belong."""
        self._count += 1
        if level > _DEEPEST or self._count > _MOST_PARTS:
            raise TooDeep("邮件的结构嵌套过深，无法读取。请用邮件软件打开，把附件另存后扫描。")
        kind = part.get_content_type()
        if _is_cut_off(part):
            self._gap("broken", _CUT)
        self._heads(part, level)
        if kind in ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime") and _is_sealed(part):
            self._gap("encrypted", "邮件是加密的（S/MIME 或 PGP），内容没有读取。请用邮件软件解密后另存，再扫描。")
        elif kind == "message/rfc822" or kind == "message/global":
            self._mails += 1
            self.files.append((_name_of(part) or f"转发的邮件{self._mails}.eml", part))
        elif part.is_multipart():
            self._unseen(part)
            for child in part.get_payload():
                if isinstance(child, Message):
                    self.take(child, level + 1)
        else:
            self._leaf(part, kind)

    def _heads(self, part: Message, level: int) -> None:
        """Words in headers of a part that no mail program knows: a damaged name of a header hides what it said."""
        for key, value in part.raw_items():
            if key.lower() not in _PART_HEADS and (level or key.lower().startswith("content-")):
                text = header_text(value)
                if _TELLING.search(text):
                    self.letter.unseen.append(text)

    def _leaf(self, part: Message, kind: str) -> None:
        name = _name_of(part)
        if kind in _SIGNATURES:
            return
        is_text = kind in ("text/plain", "text/html") or part.get_content_maintype() in ("multipart", "message")
        if is_text and not name and part.get_content_disposition() != "attachment":
            text = self._text(part)
            (self.letter.pages if kind == "text/html" else self.letter.plain).append(text)
        else:
            self.files.append((name or self._made_up(part, kind), part))

    def _made_up(self, part: Message, kind: str) -> str:
        self._pictures += 1
        what = "图片" if part.get_content_maintype() == "image" else "附件"
        return f"{what}{self._pictures}{mimetypes.guess_extension(kind) or ''}"

    def _text(self, part: Message) -> str:
        data = _payload(part)
        charset = part.get_param("charset")
        text, encoding = _decoded(data, charset if isinstance(charset, str) else None)
        if _is_cut_off(part):
            self._gap("broken", _CUT)
        if lost := undecodable(data, text, encoding):
            message = f"邮件正文有 {lost[0]} 处字节无法解码（编码按 {encoding} 读取）。请用邮件软件打开核对。"
            self._gap("undecodable", message)
        return text.replace("\r\n", "\n")

    def _unseen(self, part: Message) -> None:
        """Text around the parts: a preamble that says no more than that there are parts is none."""
        for words in (part.preamble, part.epilogue):
            text = decode((words or "").encode("utf-8", "surrogateescape"))[0]
            if _TELLING.search(text):
                self.letter.unseen.append(text)

    def _gap(self, reason: str, message: str) -> None:
        if (reason, message) not in self.letter.gaps:
            self.letter.gaps.append((reason, message))


def _sorted(data: bytes) -> _Sorted:
    try:
        message = message_from_bytes(data.lstrip(), policy=_Raw())
    except RecursionError:
        raise TooDeep("邮件的结构嵌套过深，无法读取。请用邮件软件打开，把附件另存后扫描。") from None
    found = _Sorted()
    for key, value in message.raw_items():
        found.letter.headers.append((key, header_text(value)))
    found.take(message)
    return found


def _is_sealed(part: Message) -> bool:
    """Whether a part can not be read without a key: one that is only signed can be, by other means."""
    return part.get_param("smime-type") != "signed-data"


def _is_cut_off(part: Message) -> bool:
    """Whether something of the part is missing; of what is encoded that is known when it was decoded."""
    return any(isinstance(defect, _CUT_OFF) for defect in part.defects)


def _cut_gap(name: str) -> Gap:
    identity = sha256(f"broken|{name}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
    message = "附件的编码有误或者不完整，只读取了已有的内容。请重新获取原文件。"
    return Gap(identity, "attachment", Locator(), "broken", message)


def _content(part: Message | bytes | ReadError) -> bytes:
    if isinstance(part, ReadError):
        raise part
    if isinstance(part, bytes):
        return part
    if part.get_content_type() not in ("message/rfc822", "message/global"):
        return _payload(part)
    inner = part.get_payload()
    child = inner[0] if isinstance(inner, list) and inner else None
    if not isinstance(child, Message):
        return _payload(part)
    if str(part.get("content-transfer-encoding", "")).strip().lower() == "base64":
        # Against the rules, and done: what was taken for a mail is one in letters and digits.
        return _unpacked(_payload(child))
    return _bytes_of(child)


def _bytes_of(message: Message) -> bytes:
    out = io.BytesIO()
    try:
        BytesGenerator(out, mangle_from_=False, policy=_Raw()).flatten(message)
    except (KeyError, ValueError, AttributeError, TypeError, LookupError):
        raise Broken("转发的邮件结构有误，没有读取。请用邮件软件打开核对。") from None
    return out.getvalue()


def _payload(part: Message) -> bytes:
    """A part's bytes, out of base64 or quoted-printable."""
    if part.is_multipart():
        return b"".join(_bytes_of(child) for child in part.get_payload() if isinstance(child, Message))
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _unpacked(text: bytes) -> bytes:
    try:
        return b64decode(text)
    except Error:
        raise Broken("转发的邮件编码有误，没有读取。请用邮件软件打开核对。") from None


# -- words in headers --------------------------------------------------------------------------------


def header_text(raw: str) -> str:
    """A header as mail programs show it: unfolded, its encoded words (RFC 2047) decoded, raw bytes too."""
    text = _FOLD.sub("", raw).strip()
    pieces: list[str] = []
    run: list[bytes] = []
    charset = ""
    at = 0
    for match in _WORD.finditer(text):
        between = text[at : match.start()]
        # A character may begin in one word and end in the next: their bytes belong together.
        if run and (between.strip() or match[1].lower() != charset):
            pieces.append(_decoded(b"".join(run), charset)[0])
            run = []
        if between.strip() or not at:
            pieces.append(_plain(between))
        charset = match[1].lower()
        run.append(_word(match))
        at = match.end()
    if run:
        pieces.append(_decoded(b"".join(run), charset)[0])
    return "".join([*pieces, _plain(text[at:])])


def _word(match: re.Match[str]) -> bytes:
    data = match[3].encode("utf-8", "surrogateescape")
    if match[2] in "qQ":
        return a2b_qp(data, header=True)
    try:
        return b64decode(data + b"=" * (-len(data) % 4))
    except Error:
        return data


def _plain(text: str) -> str:
    if text.isascii():
        return text
    return decode(text.encode("utf-8", "surrogateescape"))[0]


def _decoded(data: bytes, charset: str | None) -> tuple[str, str]:
    """The text and its encoding: what is Chinese by the reader's own judgement, else as declared."""
    name = (charset or "").strip("\"' ").lower()
    if name.startswith(_OTHER_CHARSETS):
        with contextlib.suppress(LookupError, UnicodeDecodeError, ValueError):
            return data.decode(name), name
    return decode(data, charset)


def _name_of(part: Message) -> str:
    """An attachment's name: by RFC 2231, by RFC 2047 where it should not be, or as bytes in any encoding."""
    for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        try:
            value = part.get_param(parameter, None, header)
        except (ValueError, IndexError, TypeError):
            continue
        if isinstance(value, tuple):
            charset, _, words = value
            return _decoded(_bytes_in(words), charset)[0].strip()
        if isinstance(value, str) and value.strip():
            return header_text(value)
    return ""


def _bytes_in(words: str) -> bytes:
    """The bytes that the library gave as characters of Latin-1, or as lone surrogates."""
    pieces = (
        bytes((ord(char) & 0xFF,)) if char < "\u0100" or "\udc80" <= char <= "\udcff" else char.encode()
        for char in words
    )
    return b"".join(pieces)
