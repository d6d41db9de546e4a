"""Mails: words in headers, both forms of a body, what is sealed, and mails made to harm."""

from __future__ import annotations

import base64
import random
import struct
import zlib

import pytest

from reviewer.errors import ReadError
from reviewer.readers import members, read_apart, read_bytes
from reviewer.readers.container import Budget
from reviewer.readers.mail import header_text
from reviewer.readers.message import rtf
from reviewer.settings import Limits
from tests.pace import cost

from . import make_mail
from .make_mail import mail, message, multipart, ole, part, tnef, word

LIMITS = Limits()
TOKEN = "代号K7Q9-4821"
NAME = "关于张某镕等人申请的材料"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (word(NAME, "utf-8", 7), NAME),
        (word(NAME, "gb2312".replace("2312", "18030"), 5), NAME),
        (word(NAME, "gb18030", 5).replace("gb18030", "gb2312"), NAME),
        ("=?GBK?Q?=D5=C5_=C4=B3?=", "张 某"),
        ("=?utf-8*zh?q?a_b?= c =?utf-8?q?d?=", "a b c d"),
        ("Re: =?utf-8?b?5byg?=\r\n =?utf-8?b?5p+Q?= <a@b.cn>", "Re: 张某 <a@b.cn>"),
        ("=?hz-gb-2312?B?fnswV0U9fn0=?=", base64.b64decode("fnswV0U9fn0=").decode("hz")),
        ("=?unknown?B?5byg5p+Q?=", "张某"), ("=?utf-8?B?!!!?=", ""), ("=?utf-8?B?5byg", "=?utf-8?B?5byg"),
        (NAME.encode("gb18030").decode("utf-8", "surrogateescape"), NAME), ("a\r\n\tb", "a\tb"), ("", ""),
    ],
)  # fmt: skip
def test_words_in_headers(raw: str, text: str) -> None:
    assert header_text(raw) == text


def test_what_both_forms_of_a_body_say_is_read_once() -> None:
    plain = part("text/plain; charset=utf-8", "各位：\n> 联系人张某某，电话略。\n只在纯文本里。\n".encode())
    page = part("text/html; charset=utf-8", "<p>各位：</p><p>联系人张某某，\n 电话略。</p><p>只在网页里。</p>".encode())
    text = read_bytes(mail(*multipart("alternative", plain, page)), "a.eml", LIMITS).text
    assert [text.count(words) for words in ("张某某", "只在纯文本里", "只在网页里")] == [1, 1, 1]
    table = page + base64.encodebytes(b"<table><tr><td>a<td>b</table>")
    text = read_bytes(mail(*multipart("alternative", plain, table)), "a.eml", LIMITS).text
    assert [text.count(words) for words in ("张某某", "只在纯文本里", "只在网页里")] == [1, 1, 1]


def test_machines_headers_are_left_out() -> None:
    document = read_apart(mail(b"a", more="DKIM-Signature: b=13800012345\r\n"), "a.eml", LIMITS)
    assert "13800012345" not in document.text
    route = next(block for block in document.blocks if "10.3.4.5" in document.text[block.start : block.end])
    assert (route.part, route.hint, route.locator.note) == ("property", "邮件传输记录", "Received")


SEALED = [
    (mail(b"MIAG", 'application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"'), "encrypted"),
    (mail(*multipart("encrypted", part("application/pgp-encrypted", b"a"), part("application/octet-stream", b"b"))), "encrypted"),
    (mail(*multipart("mixed", part("application/ms-tnef; name=winmail.dat", tnef("正文", "a.txt", b"a")[:-9]))), "broken"),
    (mail(*multipart("mixed", part("text/plain", b"a")))[:-9], "broken"),
    (mail(*multipart("mixed", part("image/png; name=a.png", b"\x89PNG\r\n\x1a\n" + bytes(99)))), "picture"),
    (ole(message({"1000": "a"}, {"a": {"b": b"c"}})), "unknown-format"),
    (ole(message({"1000": "a"}, b10090102=b"a")), ""),
    (ole(message({"0037": "a"}, b10090102=b"a")), "broken"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "reason"), SEALED)
def test_what_is_not_read_is_named(data: bytes, reason: str) -> None:
    assert {gap.reason for gap in read_bytes(data, "a.eml", LIMITS).gaps} == ({reason} if reason else set())


def test_pictures_in_the_text_are_files_and_no_gaps_of_the_page() -> None:
    page = part("text/html; charset=utf-8", b"<p>a</p><img src='cid:1@x'>")
    data = mail(*multipart("related", page, part("image/png", b"\x89PNG", "Content-ID: <1@x>")))
    document = read_apart(data, "a.eml", LIMITS)
    assert document.gaps == ()
    assert [one.path for one in members(document, data, "a", LIMITS, Budget(LIMITS, len(data)))] == ["图片1.png"]


def test_a_forwarded_mail_keeps_its_bytes() -> None:
    inner = mail(f"{TOKEN}\r\n".encode(), subject=word(NAME, "utf-8", 7))
    for encoded in (b"Content-Type: message/rfc822\r\n\r\n" + inner, part("message/rfc822", inner)):
        data = mail(*multipart("mixed", encoded))
        document = read_apart(data, "a.eml", LIMITS)
        (found,) = members(document, data, "a", LIMITS, Budget(LIMITS, len(data)))
        assert found.path == "转发的邮件1.eml"
        assert (found.data or b"").replace(b"\r\n", b"\n").strip() == inner.replace(b"\r\n", b"\n").strip()


def packed_rtf(data: bytes, kind: bytes = b"LZFu") -> bytes:
    """As Outlook packs a body, with copies of nothing: eight letters behind each control byte."""
    body = b"".join(b"\0" + data[k : k + 8] for k in range(0, len(data) - len(data) % 8, 8))
    at = 207 + len(data)
    rest = data[len(data) - len(data) % 8 :]
    body += bytes((1 << len(rest),)) + rest + struct.pack(">H", at % 4096 << 4)
    checksum = zlib.crc32(body, 0xFFFFFFFF) ^ 0xFFFFFFFF
    return struct.pack("<LL4sL", len(body) + 12, len(data), kind, checksum) + body


def test_bodies_in_packed_rtf() -> None:
    words = b"{\\rtf1 " + b"abcdefghij" * 500 + b"}"
    assert rtf(packed_rtf(words)) == words
    assert rtf(struct.pack("<LL4sL", 0, 3, b"MELA", 0) + b"abc") == b"abc"


HARMFUL = {
    "nested parts": lambda: mail(*_nested(2000)),
    "nested mails": lambda: _mails(500),
    "many parts": lambda: mail(*multipart("mixed", *[part("text/plain; name=a", b"a")] * 30_000)),
    "a long header": lambda: mail(b"a", subject="=?utf-8?q?" * 200_000),
    "many headers": lambda: mail(b"a", more="X-A: 张@example.cn\r\n" * 100_000),
    "many words": lambda: mail(b"a", subject=" ".join(["=?gb2312?B?1cU=?="] * 50_000)),
    "a long parameter": lambda: mail(b"a", "text/plain; " + "a=b; " * 100_000),
    "many pieces of a name": lambda: mail(b"a", "a/b; " + "; ".join(f"name*{k}=a" for k in range(20_000))),
    "quotes": lambda: mail(b"a", 'a/b; name="' + '\\"' * 100_000),
}


def _nested(levels: int) -> tuple[bytes, str]:
    body, kind = b"a", "text/plain"
    for level in range(levels):
        cut = f"c{level}"
        body = f"--{cut}\r\nContent-Type: {kind}\r\n\r\n".encode() + body + f"\r\n--{cut}--\r\n".encode()
        kind = f"multipart/mixed; boundary={cut}"
    return body, kind


def _mails(levels: int) -> bytes:
    return mail(b"", "message/rfc822") * levels + mail(b"a")


@pytest.mark.parametrize("name", HARMFUL)
def test_a_mail_made_to_harm_ends_soon(name: str) -> None:
    data = HARMFUL[name]()

    def read() -> None:
        try:
            read_bytes(data, "a.eml", LIMITS)
        except ReadError as fault:
            assert fault.message

    assert cost(read, 1000) < 1000


@pytest.mark.parametrize("place", ["attachment", "page beside text", "forwarded mail", "msg in msg", "msg attachment", "mailbox"])
def test_changed_bytes_raise_nothing_else(place: str) -> None:
    data, chance = make_mail.PLACES[place][1](TOKEN), random.Random(7)
    for _ in range(100):
        broken = bytearray(data)
        for _ in range(chance.randint(1, 8)):
            broken[chance.randrange(len(broken))] = chance.choice((0, 10, 61, 127, 255, chance.randrange(256)))
        try:
            read_bytes(bytes(broken), "a.eml", LIMITS)
        except ReadError as fault:
            assert TOKEN not in fault.message


@pytest.mark.parametrize("place", ["msg text", "msg attachment", "msg in msg"])
def test_a_message_that_was_cut_off_is_never_complete(place: str) -> None:
    data = make_mail.PLACES[place][1](TOKEN)
    for k in range(1, 21):
        try:
            document = read_bytes(data[: len(data) * k // 21], "a.msg", LIMITS)
        except ReadError:
            continue
        assert document.gaps or TOKEN in document.text, k
