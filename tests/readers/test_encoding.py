"""Bytes -> text: the mark, the declaration, UTF-8, UTF-16, GB18030 against Big5, and damaged files."""

from __future__ import annotations

import pytest

from reviewer.readers.encoding import decode, undecodable
from tests.readers.make_plain import ENCODINGS, SIMPLIFIED, TRADITIONAL


@pytest.mark.parametrize("title", ENCODINGS)
def test_encodings_are_told_apart(title: str) -> None:
    codec, name = ENCODINGS[title]
    text = TRADITIONAL if name == "big5" else SIMPLIFIED
    assert decode(text.encode(codec)) == (text, name)


_NAMES = "欧阳震华 司马懿 鄢懋卿 阚清子 仉羽衿\n"


@pytest.mark.parametrize(
    ("data", "declared", "expected"),
    [
        (b"plain ASCII, 12345", None, ("plain ASCII, 12345", "utf-8")),
        (b"", None, ("", "utf-8")),
        ("姓名 abc".encode("utf-16-le"), None, ("姓名 abc", "utf-16-le")),
        (SIMPLIFIED[:10].encode("utf-16-le"), None, (SIMPLIFIED[:10], "utf-16-le")),
        ("关于补贴的公示" .encode("utf-16-be"), None, ("关于补贴的公示", "utf-16-be")),
        ("张建国一一〇一〇一".encode("utf-16-le"), None, ("张建国一一〇一〇一", "utf-16-le")),
        (_NAMES.encode("utf-16-be"), None, (_NAMES, "utf-16-be")),
        (_NAMES.encode("utf-16-le"), None, (_NAMES, "utf-16-le")),
        (_NAMES.encode("gbk"), None, (_NAMES, "gb18030")),
        (b"abcdefgh ijkl 1380000", None, ("abcdefgh ijkl 1380000", "utf-8")),
        (TRADITIONAL.encode("gbk"), None, (TRADITIONAL, "gb18030")),
        ("张三\n李四".encode("gbk"), None, ("张三\n李四", "gb18030")),
        ("㐂𠮷".encode("gb18030"), "gbk", ("㐂𠮷", "gb18030")),
        (SIMPLIFIED.encode("gbk"), "gb2312", (SIMPLIFIED, "gb18030")),
        (b"<body>" * 300 + "公示".encode(), None, ("<body>" * 300 + "公示", "utf-8")),  # y> is 社 in UTF-16
        ("陳".encode("big5"), "Big5", ("陳", "big5")),
        (SIMPLIFIED.encode(), "gb2312", (SIMPLIFIED, "utf-8")),  # saved again, the declaration stayed
        (SIMPLIFIED.encode("gbk"), "utf-8", (SIMPLIFIED, "gb18030")),
        (SIMPLIFIED.encode("gbk"), "iso-8859-1", (SIMPLIFIED, "gb18030")),
        ("姓名：裏堃".encode("big5hkscs", "ignore"), "big5", ("姓名：裏堃", "big5")),
    ],
)
def test_declared_and_short(data: bytes, declared: str | None, expected: tuple[str, str]) -> None:
    assert decode(data, declared) == expected


def _broken(codec: str, bad: bytes, at: str) -> bytes:
    head, tail = SIMPLIFIED.split(at)
    return head.encode(codec) + bad + at.encode(codec) + tail.encode(codec)


@pytest.mark.parametrize(
    ("data", "name", "lost"),
    [
        (_broken("utf-8", b"\xff", "住址"), "utf-8", (1, 2)),
        (_broken("gbk", b"\xff\n", "住址"), "gb18030", (1, 2)),
        (_broken("utf-8", "址".encode()[:2], "住址"), "utf-8", (1, 2)),  # what is left would all pass for GB18030
        (SIMPLIFIED.encode()[:-20], "utf-8", None),
        ("末尾的半个字".encode()[:-1], "utf-8", (1, 1)),
        ("文件里本来就有\ufffd".encode(), "utf-8", None),
    ],
)
def test_damage_is_counted_and_placed(data: bytes, name: str, lost: tuple[int, int] | None) -> None:
    text, found = decode(data)
    assert found == name
    assert undecodable(data, text, found) == lost
