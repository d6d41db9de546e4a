"""Lines of Chinese on a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from reviewer.reports.lines import beside, folded


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("处理之前不能发布。", 16, ["处理之前不能发", "布。"]),
        ("依据：《信访条例》", 8, ["依据：", "《信访条", "例》"]),
        ("写作138****1234的形式", 12, ["写作", "138****1234", "的形式"]),
        ("共 2 处", 4, ["共 2", "处"]),
        ("某表，共 2 处", 10, ["某表，", "共 2 处"]),
        ("1" * 9, 4, ["1111", "1111", "1"]),
        ("一\n二", 4, ["一", "二"]),
        ("", 4, [""]),
    ],
)
def test_folded(text: str, width: int, lines: list[str]) -> None:
    assert [line.plain for line in folded(Text(text), width)] == lines


@given(st.text(st.sampled_from("一a1*，《》 。…"), max_size=80), st.integers(2, 20))
def test_nothing_is_lost_and_nothing_sticks_out(text: str, width: int) -> None:
    lines = folded(Text(text), width)
    assert all(cell_len(line.plain) <= width for line in lines)
    assert "".join(line.plain for line in lines).replace(" ", "") == text.replace(" ", "")


def test_beside() -> None:
    rows = beside([Text("位置"), Text("第一段"), Text("原文")], [4, 4, 10])
    assert [row.plain for row in rows] == ["位置  第一  原文", "      段"]
