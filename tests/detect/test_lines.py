"""Places and contexts of offsets: the quick ways say what the slow ones say."""

from __future__ import annotations

import pytest

from reviewer.detect.lines import Lines
from reviewer.detect.together import Persons
from reviewer.readers.plain import text_document

_TEXTS = (
    "",
    "申请人王小明，电话13800013800。\n\n住址：青禾县柳林镇。",
    "通知\n序号\t姓名\t电话\n1\t王小明\t13800013800\n2\t李小红\t13800013801\n以上共二人。\r\n联系人：张小华",
    "|姓名|电话|\n|---|---|\n|王小明|13800013800|\n附注",
    "甲；乙" * 5,
)


@pytest.mark.parametrize("text", _TEXTS)
def test_a_place_is_the_documents(text: str) -> None:
    document = text_document(text)
    lines = Lines(document)
    for start in range(len(text)):
        assert document.place(start, start + 1, lines.starts) == document.place(start, start + 1)


@pytest.mark.parametrize(
    ("left", "right", "close"),
    [
        ("本人，手机号：", "", "手机号:"),
        ("（联系 电话★", "）", "联系电话"),
        ("一二三四五六七八九十一二三四", "，", "三四五六七八九十一二三四"),
    ],
)
def test_evidence_is_folded_and_without_blanks(left: str, right: str, close: str) -> None:
    text = f"{left}13800013800{right}"
    context = Lines(text_document(text)).context(len(left), len(left) + 11)
    assert context.close == close
    assert context.silenced_by((close,)) and context.has((close,)) and not context.has(("没有",))


@pytest.mark.parametrize(
    ("text", "value", "clause"),
    [
        ("前一句。王小明患病。后一句", "患病", "王小明患病"),
        ("权利人：王小明；证号：甲；用途：乙。完", "甲", "权利人：王小明；证号：甲；用途：乙"),
        ("收悉；王小明患病；已办结", "患病", "王小明患病"),
        ("无句号的长句" * 60 + "患病", "患病", "无句号的长句" * 20 + "患病"),
    ],
)
def test_the_clause_around_a_value(text: str, value: str, clause: str) -> None:
    start = text.index(value)
    first, last = Persons(Lines(text_document(text))).clause(start, start + len(value))
    assert text[first:last] == clause
