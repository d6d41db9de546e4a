"""winmail.dat ([MS-OXTNEF]): what Outlook sends to other mail programs: the message's body and its attachments."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from reviewer.errors import Broken, ReadError, UnknownFormat
from reviewer.readers.container import Budget, Member, Names, rest
from reviewer.readers.encoding import decode

SIGNATURE = b"\x78\x9f\x3e\x22"
_SUBJECT, _BODY, _MESSAGE = 0x00018004, 0x0002800C, 0x00069003
_BEGIN, _TITLE, _DATA, _PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
_FIXED = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}
"""the size of a property's value by its type ([MS-OXCDATA] 2.11.1), padded to four bytes"""
_STRING8, _STRING, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102
_RTF, _PAGE, _PLAIN, _NAMES, _CONTENT = 0x1009, 0x1013, 0x1000, (0x3707, 0x3704, 0x3001), 0x3701
_BROKEN = "Outlook 的附件包（winmail.dat）已损坏，没有读完。请在 Outlook 中打开原邮件，把附件另存后扫描。"


def members(data: bytes, budget: Budget) -> Iterator[Member]:
    """The body as 正文.txt, 正文.html or 正文.rtf, the other texts as 邮件属性.txt, and the attachments."""
    names = Names()
    files = _files(data)
    while True:
        try:
            name, content = next(files)
            budget.admit()
            path, gaps = names.of(name)
            fault = content if isinstance(content, ReadError) else None
            held = budget.gathered([content]) if isinstance(content, bytes) else None
        except StopIteration:
            return
        except (struct.error, IndexError):
            yield rest(Broken(_BROKEN))
            return
        except ReadError as raised:
            yield rest(raised)
            return
        yield Member(path, held, fault, gaps)


def _files(data: bytes) -> Iterator[tuple[str, bytes | ReadError]]:
    attachment: dict[int, bytes] | None = None
    for kind, held in _attributes(data):
        if kind == _BEGIN:
            yield from _attached(attachment)
            attachment = {}
        elif kind in (_TITLE, _DATA) and attachment is not None:
            attachment[kind] = held
        elif kind == _PROPERTIES and attachment is not None:
            for tag, value in _properties(held):
                attachment.setdefault(tag, value)
        elif kind == _MESSAGE:
            yield from _message(held)
        elif kind == _BODY:
            yield "正文.txt", held.rstrip(b"\0")
        elif kind == _SUBJECT:
            yield "邮件属性.txt", held.rstrip(b"\0")
    yield from _attached(attachment)


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """[MS-OXTNEF] 2.1.3.3: level, id, length, value, checksum."""
    at = 6
    while at < len(data):
        if len(data) - at < 11:
            raise Broken(_BROKEN)
        kind, size = struct.unpack_from("<II", data, at + 1)
        if at + 9 + size + 2 > len(data):
            raise Broken(_BROKEN)
        yield kind, data[at + 9 : at + 9 + size]
        at += 11 + size


def _message(held: bytes) -> Iterator[tuple[str, bytes | ReadError]]:
    from reviewer.readers.message import rtf

    texts = []
    for tag, value in _properties(held):
        if tag == _RTF:
            try:
                yield "正文.rtf", rtf(value)
            except ReadError as fault:
                yield "正文.rtf", fault
        elif tag == _PAGE:
            yield "正文.html", value
        elif tag == _PLAIN:
            yield "正文.txt", value
        else:
            texts.append(value)
    told = b"\n".join(text for text in texts if any(byte > 127 for byte in text) or b"@" in text)
    if told:
        yield "邮件属性.txt", told


def _properties(held: bytes) -> Iterator[tuple[int, bytes]]:
    """(number, value) of the texts and binary values; texts in UTF-8 ([MS-OXTNEF] 2.1.3.4)."""
    (count,) = struct.unpack_from("<I", held)
    at = 4
    for _ in range(count):
        kind, tag = struct.unpack_from("<HH", held, at)
        at += 4
        if tag >= 0x8000:
            # A named property: a GUID, then a number or a name.
            (named,) = struct.unpack_from("<I", held, at + 16)
            (size,) = struct.unpack_from("<I", held, at + 20)
            at += 24 + (-(-size // 4) * 4 if named else 0)
        plain = kind & 0x0FFF
        if kind & 0x1000 == 0 and plain in _FIXED:
            at += _FIXED[plain]
            continue
        values = 1
        if kind & 0x1000 or plain in (_STRING8, _STRING, _OBJECT, _BINARY):
            (values,) = struct.unpack_from("<I", held, at)
            at += 4
        for _ in range(values):
            if plain in _FIXED:
                at += _FIXED[plain]
                continue
            (size,) = struct.unpack_from("<I", held, at)
            value = held[at + 4 : at + 4 + size]
            if len(value) < size:
                raise Broken(_BROKEN)
            at += 4 + -(-size // 4) * 4
            if plain == _STRING:
                yield tag, value.decode("utf-16-le", "replace").rstrip("\0").encode()
            elif plain == _STRING8:
                yield tag, value.rstrip(b"\0")
            elif tag in (_RTF, _PAGE, _CONTENT):
                # An object is told by the GUID in front of it.
                yield tag, value[16:] if plain == _OBJECT else value


def _attached(attachment: dict[int, bytes] | None) -> Iterator[tuple[str, bytes | ReadError]]:
    if attachment is None:
        return
    named = next((attachment[tag] for tag in (*_NAMES, _TITLE) if attachment.get(tag)), b"")
    name = decode(named.rstrip(b"\0"))[0].strip() or "附件"
    content = attachment.get(_DATA) or attachment.get(_CONTENT)
    if content is None:
        yield name, UnknownFormat("以链接或对象方式放入的附件没有读取。请在 Outlook 中打开，把附件另存后扫描。")
    elif content[:4] == SIGNATURE:
        # A message in the message is packed in the same way.
        yield f"{name}.dat", content
    else:
        yield name, content
