"""Builds mails (eml, mbox, msg) with a token in each place where a mail can hold one."""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable, Mapping

from . import make_docx
from .make_archive import zipped

HEAD = (
    "Received: from mail.example.cn (unknown [10.3.4.5])\r\n\tby mx.example.cn; Mon, 21 Oct 2024 09:00:00 +0800\r\n"
    "From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: Mon, 21 Oct 2024 09:00:00 +0800\r\n"
    "Message-ID: <13800012345.1@example.cn>\r\nMIME-Version: 1.0\r\n"
)


def word(text: str, charset: str, size: int = 20) -> str:
    """Encoded words (RFC 2047) of `size` bytes each: characters may be cut through."""
    data = text.encode(charset)
    pieces = [data[k : k + size] for k in range(0, len(data), size)]
    return "\r\n ".join(f"=?{charset}?B?{base64.b64encode(piece).decode()}?=" for piece in pieces)


def mail(body: bytes, kind: str = "text/plain; charset=utf-8", *, more: str = "", **heads: str) -> bytes:
    known = {"sender": "a@example.cn", "to": "b@example.cn", "subject": "test"} | heads
    return (HEAD.format(**known) + more + f"Content-Type: {kind}\r\n\r\n").encode() + body


def multipart(kind: str, *parts: bytes, before: str = "", after: str = "") -> tuple[bytes, str]:
    body = before.encode() + b"".join(b"\r\n--cut\r\n" + part for part in parts) + b"\r\n--cut--\r\n" + after.encode()
    return body, f'multipart/{kind}; boundary="cut"'


def part(kind: str, data: bytes, *heads: str) -> bytes:
    lines = [f"Content-Type: {kind}", "Content-Transfer-Encoding: base64", *heads]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + base64.encodebytes(data)


def attached(data: bytes, *heads: str) -> bytes:
    text = part("text/plain; charset=gb2312", "请查收。".encode("gb18030"))
    return mail(*multipart("mixed", text, part("application/octet-stream", data, *heads)))


def _raw_name(token: str) -> bytes:
    name = f"张某某{token}.txt".encode("gb18030")
    return attached(b"a", 'Content-Disposition: attachment; filename="@@"').replace(b"@@", name)


def _by_2231(token: str) -> bytes:
    name = "".join(f"%{byte:02X}" for byte in f"张某镕{token}.txt".encode("gb18030"))
    heads = "Content-Disposition: attachment;", f" filename*0*=gb2312''{name[:21]};", f" filename*1*={name[21:]}"
    return attached(b"a", "\r\n".join(heads))


def _both(token: str) -> bytes:
    plain = part("text/plain; charset=utf-8", "各位：\n请查收。\n".encode())
    page = part("text/html; charset=gbk", f"<p>各位：</p><p>请查收。{token}</p>".encode("gbk"))
    return mail(*multipart("alternative", plain, page))


def _plain_beside_table(token: str) -> bytes:
    plain = part("text/plain; charset=utf-8", f"姓名\n电话\n补充{token}\n".encode())
    page = part("text/html; charset=utf-8", "<table><tr><td>姓名<td>电话</table>".encode())
    return mail(*multipart("alternative", plain, page))


def _forwarded(token: str) -> bytes:
    inner = mail(*multipart("mixed", part("text/plain", b"a"), part("text/plain; name=a.txt", token.encode())))
    return mail(*multipart("mixed", b"Content-Type: message/rfc822\r\n\r\n" + inner))


def _mailbox(token: str) -> bytes:
    line = b"From a@example.cn Mon Oct 21 09:00:00 2024\n"
    return line + mail(b"one\n\n>From the start\n") + b"\n" + line + mail(token.encode())


# -- msg: an OLE file of streams and storages (MS-CFB 3), no more than a reader needs -------------------

Tree = Mapping[str, "bytes | Tree"]
_FREE, _END, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF


def ole(tree: Tree) -> bytes:
    """An OLE file; streams under 4096 bytes lie in the small stream, as they must."""
    entries: list[list] = []  # type: ignore[type-arg]
    small, fat, sectors = bytearray(), [], []  # type: ignore[var-annotated]
    small_fat: list[int] = []

    def chain(data: bytes) -> int:
        count = -(-len(data) // 512)
        first = len(fat)
        fat.extend([*range(first + 1, first + count), _END] if count else [])
        sectors.extend(data[k : k + 512].ljust(512, b"\0") for k in range(0, len(data), 512))
        return first if count else _END

    def stream(data: bytes) -> int:
        if len(data) >= 4096:
            return chain(data)
        count, first = -(-len(data) // 64), len(small_fat)
        small_fat.extend([*range(first + 1, first + count), _END] if count else [])
        small.extend(data.ljust(count * 64, b"\0"))
        return first if count else _END

    def add(name: str, value: bytes | Tree, kind: int) -> int:
        number = len(entries)
        is_stream = isinstance(value, bytes)
        entries.append([name, kind, _NONE, _NONE, stream(value) if is_stream else 0, len(value) if is_stream else 0])
        if not is_stream:
            before = 0
            for child, content in value.items():
                added = add(child, content, 2 if isinstance(content, bytes) else 1)
                entries[before if before else number][2 if before else 3] = added
                before = added
        return number

    add("Root Entry", tree, 5)
    entries[0][4], entries[0][5] = chain(bytes(small)), len(small)
    table = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HBBLLL", 2 * len(name) + 2, kind, 1, _NONE, right, child)
        + bytes(36) + struct.pack("<LQ", start, size)
        for name, kind, right, child, start, size in entries
    )  # fmt: skip
    directory = chain(table)
    packed = struct.pack(f"<{len(small_fat)}L", *small_fat)
    small_at, small_count = chain(packed.ljust(-(-len(packed) // 512) * 512, b"\xff")), -(-len(packed) // 512)
    own = -(-(len(fat) + 1) // 128)
    own = -(-(len(fat) + own) // 128)
    at = len(fat)
    fat.extend([0xFFFFFFFD] * own)
    lines = struct.pack(f"<{len(fat)}L", *fat).ljust(own * 512, b"\xff")
    places = [*range(at, at + own), *[_FREE] * (109 - own)]
    head = struct.pack("<8s16sHHHHH6sLLLLLLLLLL", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 62, 3, 0xFFFE, 9, 6,
                       bytes(6), 0, own, directory, 0, 4096, small_at, small_count, _END, 0, 0)  # fmt: skip
    return head[:68] + struct.pack("<LL", _END, 0) + struct.pack("<109L", *places) + b"".join(sectors) + lines


def message(texts: Mapping[str, str], files: Mapping[str, bytes | Tree] = {}, **more: bytes) -> Tree:
    """The storages of a message: texts by the number of their property, attachments by name."""
    tree: dict[str, bytes | Tree] = {"__properties_version1.0": bytes(32), "__nameid_version1.0": {}}
    tree |= {f"__substg1.0_{number}001F": text.encode("utf-16-le") for number, text in texts.items()}
    tree |= {f"__substg1.0_{name.removeprefix('b')}": data for name, data in more.items()}
    for number, (name, data) in enumerate(files.items()):
        inside: dict[str, bytes | Tree] = {"__substg1.0_3707001F": name.encode("utf-16-le")}
        kind = "0102" if isinstance(data, bytes) else "000D"
        inside[f"__substg1.0_3701{kind}"] = data
        tree[f"__attach_version1.0_#{number:08X}"] = inside
    return tree


def recipient(token: str) -> bytes:
    tree = dict(message({"1000": "正文"}))
    tree["__recip_version1.0_#00000000"] = {"__substg1.0_39FE001F": f"{token}@example.cn".encode("utf-16-le")}
    return ole(tree)


def _in_ansi(token: str) -> bytes:
    return ole(message({}, b0037001E=f"关于张某某的报告{token}".encode("gb18030")))


def _page(token: str) -> bytes:
    return ole(message({"1000": "正文"}, b10130102=f"<meta charset=gbk><p>正文</p><p>另见{token}</p>".encode("gbk")))


def _route(token: str) -> bytes:
    return mail(b"a", more=f"X-Forwarded-By: {token}@example.cn\r\n")


def tnef(body: str, name: str, content: bytes) -> bytes:
    """The smallest winmail.dat ([MS-OXTNEF]): a body among the message's properties, one attachment with a long name."""

    def attribute(level: int, kind: int, held: bytes) -> bytes:
        return struct.pack("<BII", level, kind, len(held)) + held + struct.pack("<H", sum(held) & 0xFFFF)

    def text(number: int, value: str) -> bytes:
        coded = value.encode("utf-16-le") + b"\0\0"
        return struct.pack("<HHII", 0x1F, number, 1, len(coded)) + coded + bytes(-len(coded) % 4)

    return b"".join([
        b"\x78\x9f\x3e\x22\x01\0", attribute(1, 0x00089006, struct.pack("<I", 0x10000)),
        attribute(1, 0x00069003, struct.pack("<IHHI", 2, 3, 0x3FDE, 65001) + text(0x1000, body)),
        attribute(2, 0x00069002, bytes(14)), attribute(2, 0x00018010, b"A~1.TXT\0"), attribute(2, 0x0006800F, content),
        attribute(2, 0x00069005, struct.pack("<I", 1) + text(0x3707, name)),
    ])  # fmt: skip


def winmail(body: str, name: str, content: bytes) -> bytes:
    return attached(tnef(body, name, content), 'Content-Disposition: attachment; filename="winmail.dat"')


PLACES: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "subject": ("property", lambda token: mail(b"a", subject=f"关于{token}的请示")),
    "subject in words": ("property", lambda token: mail(b"a", subject=word(f"张某某的报告{token}", "gb2312", 7))),
    "sender": ("property", lambda token: mail(b"a", sender=f'"{token}" <a@example.cn>')),
    "recipient": ("property", lambda token: mail(b"a", to=word(f"李某{token}", "utf-8", 5) + " <b@example.cn>")),
    "another header": ("property", _route),
    "text": ("body", lambda token: mail(f"各位：\r\n{token}\r\n".encode())),
    "text in gbk": ("body", lambda token: mail(f"各位：\r\n申请人{token}\r\n".encode("gbk"), "text/plain; charset=gb2312")),
    "page": ("body", lambda token: mail(f"<p>各位：{token}</p>".encode(), "text/html; charset=utf-8")),
    "hidden in a page": ("hidden", lambda token: mail(f"<p>各位</p><p hidden>{token}</p>".encode(), "text/html; charset=utf-8")),
    "page beside text": ("body", _both),
    "text beside a table": ("body", _plain_beside_table),
    "in front of the parts": ("hidden", lambda token: mail(*multipart("mixed", part("text/plain", b"a"), before=f"张{token}"))),
    "behind the parts": ("hidden", lambda token: mail(*multipart("mixed", part("text/plain", b"a"), after=f"张{token}"))),
    "attachment": ("attachment", lambda token: attached(token.encode(), 'Content-Disposition: attachment; filename="a.txt"')),
    "attachment without a name": ("attachment", lambda token: attached(token.encode())),
    "docx": ("attachment", lambda token: attached(make_docx.PLACES["body"][1](token), "Content-Disposition: attachment")),
    "zip": ("attachment", lambda token: attached(zipped({"a.txt": token.encode()}), "Content-Disposition: attachment")),
    "name as it is": ("name", lambda token: attached(b"a", f'Content-Disposition: attachment; filename="{token}.txt"')),
    "name in words": ("name", lambda token: attached(b"a", f'Content-Disposition: attachment; filename="{word(f"张某镕{token}", "gb18030", 9)}"')),
    "name by rfc 2231": ("name", _by_2231),
    "name in bytes": ("name", _raw_name),
    "forwarded mail": ("attachment", _forwarded),
    "mailbox": ("attachment", _mailbox),
    "winmail text": ("attachment", lambda token: winmail(token, "a.txt", b"a")),
    "winmail attachment": ("attachment", lambda token: winmail("正文", "a.txt", f"{token}".encode())),
    "winmail name": ("attachment", lambda token: winmail("正文", f"{token}.txt", b"a")),
    "msg subject": ("property", lambda token: ole(message({"0037": f"关于{token}的报告"}))),
    "msg in ansi": ("property", _in_ansi),
    "msg sender": ("property", lambda token: ole(message({"0C1A": token, "1000": "正文"}))),
    "msg recipient": ("property", recipient),
    "msg headers": ("property", lambda token: ole(message({"007D": f"Received: from x\r\nCc: {token} <a@example.cn>\r\n"}))),
    "msg other property": ("property", lambda token: ole(message({"8001": f"备注{token}"}))),
    "msg text": ("body", lambda token: ole(message({"1000": f"各位：\r\n{token}\r\n" * 200}))),
    "msg page": ("body", _page),
    "msg attachment": ("attachment", lambda token: ole(message({"1000": "正文"}, {"a.txt": f"{token}\n".encode() * 400}))),
    "msg name": ("name", lambda token: ole(message({"1000": "正文"}, {f"{token}.txt": b"a"}))),
    "msg in msg": ("attachment", lambda token: ole(message({"1000": "正文"}, {"转": message({"1000": f"里层{token}"})}))),
    "attachment of a msg in a msg": ("attachment", lambda token: ole(
        message({"1000": "正文"}, {"转": message({"1000": "里层"}, {"b.txt": token.encode()})}))),
}  # fmt: skip
