"""The nearest label decides what a number is; a word in front of it that has its own value says nothing."""

from __future__ import annotations

import pytest

from reviewer.detect.holder import holder
from reviewer.detect.lines import Lines
from reviewer.detect.reach import names_column, reaches
from reviewer.readers.plain import text_document

WORDS, OWN = ("编号", "订单", "许可证号", "许可证"), ("手机", "电话", "证号")


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("编号", True),
        ("编 号：", True),
        ("编号调整后为", True),
        ("订单HT-", True),
        ("电话编号 ", True),
        ("许可证号：", True),
        ("编号 1234 5678 ", True),
        ("编号5 手机：", False),
        ("编号5 ", False),
        ("编号A12 传真 ", False),
        ("订单电话", False),
        ("许可证补办请找张建国", False),
        ("许可证在窗口现场办理", False),
        ("编号12） ", False),
        ("无关", False),
    ],
)
def test_what_a_word_reaches(clause: str, expected: bool) -> None:
    assert reaches(clause, WORDS, OWN, False) is expected


@pytest.mark.parametrize(
    ("clause", "expected"), [("编号手机：", True), ("编 号 手 机：", True), ("编号满 手机：", False), ("编号12 手机", False)]
)
def test_a_word_that_is_part_of_the_label_reaches(clause: str, expected: bool) -> None:
    assert reaches(clause, WORDS, (), True) is expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [("电话编号", True), ("编号", True), ("订单电话", False), ("电话/编号", False), ("编号（手机）", False), ("电话", False)],
)
def test_what_a_column_is_called(header: str, expected: bool) -> None:
    assert names_column(header, WORDS, OWN) is expected


@pytest.mark.parametrize(
    ("above", "expected"),
    [
        ("户名：某某建工有限公司\n开户行：城东支行\n", "某某建工有限公司 单位"),
        ("户　名：张建国\n开户行：某某农商行有限公司\n", "张建国 "),
        ("姓名：张建国\n单位：某某县财政局\n", "张建国 "),
        ("收款单位：某某县财政局；", "某某县财政局 财政专户"),
        ("甲方：某某局\n乙方：李红英\n地址：某某路\n", "李红英 "),
        ("户名：李红英\n账号：20000123456711\n", ""),
        ("按照有关规定：\n", ""),
    ],
)
def test_whose_an_account_is(above: str, expected: str) -> None:
    text = f"{above}账号：20000123456710"
    start = text.index("20000123456710")
    assert holder(Lines(text_document(text)), start, len(text)) == expected
