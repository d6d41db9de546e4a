"""Tables: which rows are headers, what columns are called, what stands left of a form's value."""

from __future__ import annotations

import re

import pytest

from reviewer.detect.table import layout
from reviewer.model import Table
from reviewer.readers.plain import text_document
from tests.scanner import scanner, seen


def table_of(text: str) -> tuple[Table, str]:
    document = text_document(text)
    (table,) = [block.table for block in document.blocks if block.table is not None]
    return table, document.text


@pytest.mark.parametrize(
    ("text", "headers", "first_data"),
    [
        ("序号\t姓名\t身份证号\n1\t张建国\t34010219000506123X", {1: "序号", 2: "姓名", 3: "身份证号"}, 1),
        ("姓名\t联系方式\t住址\n\t手机号码\t\n张建国\t13800012345\t梅林镇", {1: "姓名", 2: "联系方式 手机号码", 3: "住址"}, 2),
        ("张建国\t13800012345\n李秀英\t13900012345", {}, 0),
        # Two columns.
        ("姓名\tQQ号\n刘洋\t47382910", {1: "姓名", 2: "QQ号"}, 1),
        ("姓名\t宗教信仰\n吴大妹\t佛教", {1: "姓名", 2: "宗教信仰"}, 1),
        # Whatever the words: short ones above rows of another shape.
        ("姓名\t爱好\n吴大妹\t下棋", {1: "姓名", 2: "爱好"}, 1),
        ("对象\t去向\t钱款\n张建国\t外地\t3000\n李秀英\t本村\t2000", {1: "对象", 2: "去向", 3: "钱款"}, 1),
        ("学生\t所学\n张建国\t木工", {1: "学生", 2: "所学"}, 1),
        ("张建国\t外地\t李秀英\n王桂兰\t本村\t2000\n陈德明\t本村\t3000", {}, 0),
        ("姓名\t吴大妹\n爱好\t下棋", {}, 0),
        ("民族\t汉\t婚姻状况\t离异\n电话\t13800012345\t住址\t石塘村", {}, 0),
        # A form: labels and values side by side.
        ("姓名\t张建国\n住址\t梅林镇石塘村\n电话\t13800012345", {}, 0),
        # Labels in the first column, a record in each other one.
        ("姓名\t张建国\t李红英\n手机\t13800012345\t13900012345", {}, 0),
    ],
)
def test_headers(text: str, headers: dict[int, str], first_data: int) -> None:
    found = layout(*table_of(text))
    assert (found.headers, found.first_data) == (headers, first_data)


def test_the_words_of_all_rules_name_columns() -> None:
    """A column that a rule knows by its label must be seen to have a header."""
    labels = {label.strip("^$") for rule in scanner().book.rules for label in (*rule.labels, *rule.headers)}
    plain = {label for label in labels if re.fullmatch("[\u4e00-\u9fff]{2,8}", label)}
    assert [label for label in sorted(plain) if not layout(*table_of(f"{label}\t序号\t备注\n甲\t1\t乙")).headers] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The header is context for a cell of any row, the label for the cell to its right.
        ("姓名\t准考证号\n张建国\t1134010203\n李秀英\t1134010204", {("EXAM_ID", "1134010203"), ("EXAM_ID", "1134010204")}),
        ("准考证号\t1134010203\n姓名\t张建国", {("EXAM_ID", "1134010203")}),
        # Without a header: most of a column are valid IDs, one is mistyped.
        (
            "甲\t110101190003070010\n乙\t110101190003070029\n丙\t110101190003070037\n丁\t11010119000307005X",
            {("ID_CARD", v) for v in ("110101190003070010", "110101190003070029", "110101190003070037", "11010119000307005X")},
        ),
        # Never joined over cells.
        ("数一\t数二\n1380001\t2345\n1390001\t2345", set()),
        # A column that says what its numbers are silences what they look like.
        ("项目\t订单号\n甲\t13800012345\n乙\t13900012345", set()),
    ],
)
def test_columns(text: str, expected: set[tuple[str, str]]) -> None:
    assert {(entity, value) for entity, value, _ in seen(text) if entity != "NAME"} == expected


def test_a_column_of_names_without_a_header_word_is_judged_as_a_whole() -> None:
    rows = "\n".join(f"{name}\t{k}" for k, name in enumerate(["张建国", "李秀英", "王桂兰", "陈德明", "赵玉梅"]))
    assert [value for entity, value, _ in seen(rows) if entity == "NAME"] == ["张建国", "李秀英", "王桂兰", "陈德明", "赵玉梅"]
    villages = "\n".join(f"{name}\t{k}" for k, name in enumerate(["石塘村", "河湾村", "张家村", "李家庄", "王庄村"]))
    assert seen(villages) == []


TRANSPOSED = "姓名\t张建国\t李红英\n出生年月\t1990年5月\t1985年3月\n身份证号\t340102********1234\t340102********4321\n"


@pytest.mark.parametrize(
    ("text", "transposed"),
    [
        (TRANSPOSED, True),
        ("指标\t甲地块\t乙地块\n面积\t3400012345\t3400012346", True),
        ("姓名\t手机\t账号\n张建国\t13800012345\t20000123456710", False),
        ("姓名\t张建国\t性别\t男\n电话\t13800012345\t民族\t汉", False),
        ("姓名\t张建国\t照片\n电话\t13800012345\t", False),
        ("张建国\t13800012345\t梅林镇\n李红英\t13900012345\t石塘村", False),
    ],
)
def test_labels_in_the_first_column(text: str, transposed: bool) -> None:
    assert layout(*table_of(text)).transposed is transposed


def test_each_record_of_a_transposed_table_is_found_and_has_its_own_clues() -> None:
    findings = scanner().text(TRANSPOSED + "账号\t20000123456710\t20000123456711\n").findings
    assert [one.candidates for one in findings if one.masked] == [2, 3]
    assert [one.severity for one in findings if one.entity == "BANK_ACCOUNT"] == ["block", "block"]
    assert sum(one.entity == "NAME" for one in findings) == 2
