"""A page whose content is missing, cut off or packed in an unknown way is said to be unread."""

from __future__ import annotations

import base64
import zlib

import pytest

from reviewer.readers import read_bytes
from reviewer.readers.pdf_streams import _is_whole_lzw
from reviewer.settings import Limits

from .make_pdf import SEEN, attached, build, show, stream

TEXT = b"".join(show(40, 480 - 10 * k, f"第{k}行 电话 138{k:08d}", 9) for k in range(40))
PACKED = zlib.compress(TEXT)
_FLATE = b"/Filter/FlateDecode"
_FORM = b"/Type/XObject/Subtype/Form/BBox[0 -10 400 500]/Resources<</Font<</F1 3 0 R>>>>"


def _flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes(byte ^ 0x55 for byte in data[middle : middle + 4]) + data[middle + 4 :]


def _unfinished(data: bytes) -> bytes:
    pack = zlib.compressobj()
    return pack.compress(data) + pack.flush(zlib.Z_SYNC_FLUSH)


def _gaps(data: bytes) -> list[tuple[str, int | None]]:
    return [(gap.reason, gap.locator.page) for gap in read_bytes(data, "draft.pdf", Limits()).gaps]


@pytest.mark.parametrize(
    ("content", "whole"),
    [
        (stream(TEXT), True),
        (stream(PACKED, _FLATE), True),
        (stream(PACKED, b"/Filter[/FlateDecode]"), True),
        (stream(PACKED, b"/Filter 60 0 R"), True),
        (stream(PACKED[:-4], _FLATE), True),  # no checksum
        (stream(_unfinished(TEXT), _FLATE), True),
        (stream(base64.a85encode(PACKED) + b"~>", b"/Filter[/ASCII85Decode/FlateDecode]"), True),
        (stream(PACKED.hex().encode() + b">", b"/Filter[/AHx/Fl]"), True),
        (b"[70 0 R 71 0 R]", True),
        (b"null", True),
        (stream(b""), True),
        (stream(PACKED[: len(PACKED) // 2], _FLATE), False),
        (stream(_flipped(PACKED), _FLATE), False),
        (stream(b"xxxx", _FLATE), False),
        (stream(PACKED, b"/Filter/NoSuch"), False),
        (stream(PACKED, b"/Filter/DCTDecode"), False),
        (stream(base64.a85encode(PACKED[:40]) + b"~>", b"/Filter[/ASCII85Decode/FlateDecode]"), False),
        (stream(b"12zz>", b"/Filter/ASCIIHexDecode"), False),
        (stream(b"\x05abc", b"/Filter/RunLengthDecode"), False),
        (b"[70 0 R 99 0 R]", False),
        (b"99 0 R", False),
        (b"(no stream)", False),
    ],
)  # fmt: skip
def test_a_page_that_is_not_whole_is_a_gap(content: bytes, whole: bool) -> None:
    objects = {
        13: content, 60: b"[/FlateDecode]", 70: stream(SEEN), 71: stream(PACKED, _FLATE),
    }  # fmt: skip
    found = [gap for gap in _gaps(build(SEEN, b"", objects=objects)) if gap[0] == "broken"]
    assert found == ([] if whole else [("broken", 2)])


@pytest.mark.parametrize(
    ("form", "whole"),
    [(stream(PACKED, _FORM + _FLATE), True), (stream(_flipped(PACKED), _FORM + _FLATE), False), (None, False)],
)
def test_a_form_that_is_drawn_belongs_to_its_page(form: bytes | None, whole: bool) -> None:
    content = SEEN + b"q /X1 Do Q"
    data = build(SEEN, content, resources=b"/XObject<</X1 50 0 R>>", objects={50: form} if form else {})
    assert (("broken", 2) in _gaps(data) or ("broken", 1) in _gaps(data)) is not whole


def test_an_object_that_the_table_does_not_lead_to() -> None:
    data = build(SEEN, TEXT)
    entry = b"13 1\n%010d 00000 n" % data.index(b"13 0 obj")
    assert entry in data
    assert ("broken", 2) in _gaps(data.replace(entry, b"13 1\n%010d 00000 n" % 9))


def test_content_that_its_page_lost() -> None:
    data = build(SEEN, TEXT).replace(b"/Contents 13 0 R", b"/Kontents 13 0 X")
    assert ("unlisted-page", None) in _gaps(data)


def test_a_damaged_attachment_is_a_gap() -> None:
    data = attached(TEXT, "list.txt")
    start = data.index(zlib.compress(TEXT)) + 40
    damaged = data[:start] + bytes(byte ^ 0x55 for byte in data[start : start + 4]) + data[start + 4 :]
    assert not [gap for gap in read_bytes(data, "a.pdf", Limits()).gaps if gap.reason == "broken"]
    assert [gap for gap in read_bytes(damaged, "a.pdf", Limits()).gaps if gap.reason == "broken"]


def test_the_name_of_an_attachment_may_be_in_utf_16_or_gbk() -> None:
    for name in ("\ufeff附件甲.txt".encode("utf-16-be"), "附件甲.txt".encode("gb18030"), "附件甲.txt".encode()):
        data = attached("正文".encode(), "x").replace(b"/F(a)/UF<feff0078>", b"/F<" + name.hex().encode() + b">")
        document = read_bytes(data, "a.pdf", Limits())
        assert [block.locator.note for block in document.blocks if block.part == "attachment"] == ["附件甲.txt"]


def test_codes_of_lzw() -> None:
    data = bytes.fromhex("800B6050220C0C8501")  # ISO 32000-1, 7.4.4.2, example 2
    assert [_is_whole_lzw(data[:size]) for size in range(10)] == [False] * 9 + [True]
    assert not _is_whole_lzw(b"\x80\x7f\xff\xff\xff")
