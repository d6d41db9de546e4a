"""Tables: which rows are headers, what columns are called, what stands left of a form's value."""

from __future__ import annotations

import pytest

from reviewer.detect.table import layout
from reviewer.model import Table
from reviewer.readers.plain import text_document
from tests.scanner import seen


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
        # A form: labels and values side by side.
        ("姓名\t张建国\n住址\t梅林镇石塘村\n电话\t13800012345", {}, 0),
    ],
)
def test_headers(text: str, headers: dict[int, str], first_data: int) -> None:
    found = layout(*table_of(text))
    assert (found.headers, found.first_data) == (headers, first_data)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The header is context for a cell of any row, the label for the cell to its right.
        ("姓名\t准考证号\n张建国\t1134010203\n李秀英\t1134010204", {("EXAM_ID", "1134010203"), ("EXAM_ID", "1134010204")}),
        ("准考证号\t1134010203\n姓名\t张建国", {("EXAM_ID", "1134010203")}),
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
