"""Masked numbers: the kind is told, the clues of the row or clause are counted, the thresholds hold."""

from __future__ import annotations

import pytest

from tests.scanner import found


def judged(text: str) -> list[tuple[str, str, int | None]]:
    return [(one.entity, one.severity, one.candidates) for one in found(text) if one.masked]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Beside a birth year and month two or three people are left.
        ("身份证号340102********1234，1990年5月出生", [("ID_CARD", "block", 2)]),
        ("姓名\t出生年月\t身份证号\n张建国\t1990.05\t340102********1234", [("ID_CARD", "block", 2)]),
        ("姓名\t性别\t年龄\t身份证号\n张建国\t男\t36\t340102********1234", [("ID_CARD", "check", 33)]),
        ("姓名\t出生日期\t身份证号\n张建国\t19900503\t340102********1234", [("ID_CARD", "block", 1)]),
        # Another date of the row is not a birth date.
        ("姓名\t发证日期\t身份证号\n张建国\t2020-05-03\t340102********1234", [("ID_CARD", "note", 3316)]),
        # A year leaves some thirty; nothing but the mask some three thousand.
        ("身份证号340102********1234，1990年出生", [("ID_CARD", "check", 34)]),
        ("身份证号340102********1234", [("ID_CARD", "note", 3316)]),
        # The whole birth date shows: check, however many are left.
        ("身份证号34010219000506****", [("ID_CARD", "check", 1000)]),
        # Two in front and three behind hide enough.
        ("身份证号35*************123", []),
        ("手机138****1234", []),
        ("手机1380001234*", [("PHONE", "block", 10)]),
        ("手机138000123**", [("PHONE", "check", 100)]),
        ("手机13800012***", [("PHONE", "note", 1000)]),
        ("银行卡号622202020000123456*", [("BANK_CARD", "block", 1)]),
        ("银行卡号6222****1234", []),
        # Other signs of masking, and a mask of the wrong length.
        ("身份证号340102××××××××1234，1990年5月生", [("ID_CARD", "block", 2)]),
        ("身份证号340102XXXXXXXX1234，1990年5月生", [("ID_CARD", "block", 2)]),
        ("身份证号340102****1234，1990年5月生", [("ID_CARD", "block", 2)]),
        ("张建国,510104******1234,三队", [("ID_CARD", "note", 3324)]),
        ("张建国,622848******1234,农行", []),
        ("合同编号：340102******1234", []),
        # In groups, escaped as Markdown does, two numbers in a row, another number behind.
        ("身份证 340102 **** **** 1234，1990年5月生", [("ID_CARD", "block", 2)]),
        ("身份证340102-********-1234，1990年5月生", [("ID_CARD", "block", 2)]),
        ("身份证340102********12 34，1990年5月生", [("ID_CARD", "block", 2)]),
        ("身份证340102\\*\\*\\*\\*\\*\\*\\*\\*1234，1990年5月生", [("ID_CARD", "block", 2)]),
        ("手机138-1234-567*、138 1234 56*8", [("PHONE", "block", 10), ("PHONE", "block", 10)]),
        ("手机1381234567* 1391234567*", [("PHONE", "block", 10), ("PHONE", "block", 10)]),
        ("身份证340102********1234 1990", [("ID_CARD", "note", 3316)]),
        ("手机 138 **** 5678", []),
        # What a spreadsheet has rounded.
        ("姓名,手机号\n张建国,1.38123457E+10\n", [("PHONE", "check", 100)]),
        ("姓名,手机号\n张建国,1.38123E+10\n", [("PHONE", "note", 100_000)]),
        ("总量1.38123457E+10立方米", []),
        # Not numbers of persons.
        ("2024 12 ** 34", []),
        ("合同编号 3401 **** 2024", []),
        ("编号：2024****12", []),
        ("***************", []),
    ],
)
def test_masks(text: str, expected: list[tuple[str, str, int | None]]) -> None:
    assert judged(text) == expected


def test_the_message_tells_the_number() -> None:
    (one,) = [one for one in found("身份证号340102********1234，1990年5月出生") if one.masked]
    assert "约 2 个" in one.message and "340102" not in one.message


@pytest.mark.parametrize(
    ("text", "value"),
    [("电话**138**12345678", "138**12345678"), ("身份证：**340102**190203071236", "340102**190203071236")],
)
def test_emphasis_is_no_mask(text: str, value: str) -> None:
    (one,) = found(text)
    assert not one.masked and text[one.start : one.end] == value
