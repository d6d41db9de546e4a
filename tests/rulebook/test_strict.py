"""YAML read strictly: what is wrong is told in Chinese, with its line."""

from __future__ import annotations

import pytest

from reviewer.rulebook.strict import parse


@pytest.mark.parametrize(
    ("source", "line", "told"),
    [
        ("a: [", 2, "括号没有配对"),
        ("a: 1\nb: 'x", 2, "引号没有配对"),
        ("a: b: c", 1, "请给整段文字加引号"),
        ("a: @x", 1, "请加引号"),
        ("a: *x", 1, "请加引号"),
        ("\tb: c", 1, "缩进请用空格"),
        ('a: "\\d"', 1, "单引号"),
        ("- a\nb: c", 2, "列表"),
        ("a: {b: c", 2, "右花括号"),
        ("a: b\nc: x\x01", 2, "控制字符"),
        ("", 1, "文件是空的"),
        ("a: b\na: c", 2, "键“a”写了两次"),
    ],
)
def test_faults(source: str, line: int, told: str) -> None:
    faults: list[tuple[int, str]] = []
    parse(source, faults)
    ((where, what),) = faults
    assert where == line and told in what
    assert not any(word.isascii() and word.isalpha() and len(word) > 4 for word in what.split())
