"""What LibreOffice leaves out is read from the original: words by our own parsers, compared with the converted text."""

from __future__ import annotations

import struct

import pytest

from reviewer.readers import ole_words, rtf
from reviewer.readers.leftover import Words, left_out
from tests.readers.make_mail import ole

PHONE = "13800138000"


@pytest.mark.parametrize(
    ("words", "text", "left"),
    [
        (Words("body", "", "申请人张某"), "申请人\n张某", []),
        (Words("body", "", "申请人 张某"), "见申请人张某。", []),
        (Words("body", "", "申请人李某的住址在河湾村", True), "申请人张某", [("申请人李某的住址在河湾村", True)]),
        # A date that was set anew is said again, and no paragraph is missing.
        (Words("body", "", "清溪县自然资源局2026年3月1日", True), "清溪县自然资源局2026年3月2日", [("清溪县自然资源局2026年3月1日", False)]),
        # A paragraph with a deletion in it: only what is missing.
        (Words("body", "", f"电话{PHONE}13900139001，李某住河湾村", True, False), f"电话{PHONE}，李某住河湾村\n13900139001", []),
        (Words("body", "", f"联系电话{PHONE}，住河湾村二组", True, False), "联系电话，住河湾村二组", [(PHONE, False)]),
    ],
)
def test_what_is_missing_in_the_converted_text(words: Words, text: str, left: list[tuple[str, bool]]) -> None:
    assert [(one.text, one.shown) for one in left_out([words], text)] == left


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (rb"{\rtf1\ansi\ansicpg936 \'d5\'c5\'c4\'b3\par b}", [("body", "张某"), ("body", "b")]),
        (rb"{\rtf1\ansi\uc1 \u24352?\u26576\'3f}", [("body", "张某")]),
        (rb"{\rtf1{\uc2 \u24352\'d5\'c5}\u26576?}", [("body", "张某")]),
        (rb"{\rtf1 a{\v 13800138000}b\par}", [("body", "a"), ("hidden", PHONE), ("body", "b")]),
        (rb"{\rtf1 a\v 13800138000\v0 b\par}", [("body", "a"), ("hidden", PHONE), ("body", "b")]),
        (rb"{\rtf1 a{\deleted 138}{\deleted 00138000}\par}", [("body", "a"), ("deleted", PHONE)]),
        (rb"{\rtf1{\info{\author Zhang}{\title 13800138000}}a}", [("property", "Zhang"), ("property", PHONE), ("body", "a")]),
        (rb"{\rtf1{\upr{\*\bkmkstart ??}{\*\ud{\*\bkmkstart \u24352?}}}a}", [("name", "张"), ("body", "a")]),
        (rb"{\rtf1{\*\unknown 13800138000}a}", [("hidden", PHONE), ("body", "a")]),
        (rb"{\rtf1{\fonttbl{\f0 Song;}}{\pict\bin5 }}}}}}a}", [("body", "a")]),
        (rb"{\rtf1 a}}}}{", [("body", "a")]),
    ],
)  # fmt: skip
def test_the_words_of_an_rtf(data: bytes, wanted: list[tuple[str, str]]) -> None:
    assert [(one.part, one.text) for one in rtf.words(data)] == wanted


def _record(kind: int, body: bytes, version: int = 0) -> bytes:
    return struct.pack("<HHI", version, kind, len(body)) + body


def test_a_slide_of_an_earlier_save_is_read() -> None:
    slide = _record(0x03EE, _record(0x0FA0, f"电话{PHONE}".encode("utf-16-le")), 0xF)
    data = ole({"PowerPoint Document": slide + _record(0x0FA8, b"Click to edit"), "Current User": bytes(20)})
    assert ("hidden", f"电话{PHONE}") in [(one.part, one.text) for one in ole_words.words(data, "ppt")]
    assert all("Click" not in one.text for one in ole_words.words(data, "ppt"))


def test_a_string_that_no_cell_uses_is_read() -> None:
    """Also where it goes on in the next record, in characters of another width."""
    first = struct.pack("<IIHB", 1, 2, 2, 0) + b"ab" + struct.pack("<HB", 15, 1) + "户主".encode("utf-16-le")
    rest = b"\0" + b"  13800138000"
    book = struct.pack("<HH", 0x00FC, len(first)) + first + struct.pack("<HH", 0x003C, len(rest)) + rest
    found = [one.text for one in ole_words.words(ole({"Workbook": book}), "xls")]
    assert found[:2] == ["ab", f"户主  {PHONE}"]


@pytest.mark.parametrize("name", ["WordDocument", "Workbook", "PowerPoint Document"])
@pytest.mark.parametrize("body", [b"", b"\xff" * 600, bytes(600), b"\xfc\0\x10\0" + b"\xff" * 16])
def test_damaged_tables_end_without_a_fault(name: str, body: bytes) -> None:
    kind = {"WordDocument": "doc", "Workbook": "xls"}.get(name, "ppt")
    list(ole_words.words(ole({name: body, "0Table": b"\x02\xff\xff\xff\xff"}), kind))
