"""Plain text: the text is the file; tables in it are found; a number never joins over a cell's edge."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.model import Document
from reviewer.readers import plain
from reviewer.settings import Limits


def _read(text: str, name: str = "draft.txt") -> Document:
    return plain.read(text.encode(), name, Limits())


def _tables(document: Document) -> list[list[tuple[int, list[str]]]]:
    """Every table as rows of (line, cells)."""
    found = []
    for block in document.blocks:
        if block.table is not None:
            table = block.table
            rows = []
            for row in range(table.row_count()):
                cells = range(table.first[row], table.first[row + 1])
                rows.append((table.numbers[row], [document.text[table.starts[k] : table.ends[k]] for k in cells]))
            found.append(rows)
    return found


TABLES = {
    "label and value by tab": (
        "前言\n姓名\t张三\n身份证号\t110101190001011234\n尾",
        [[(2, ["姓名", "张三"]), (3, ["身份证号", "110101190001011234"])]],
    ),
    "one line with a tab is prose": ("电话\t138\n尾\n", []),
    "indented prose": ("\t第一段\n\t第二段\n", []),
    "ragged after a header": (
        "序号\t姓名\t电话\r\n1\t张三\r\n2\t李四\t139\t备\r\n",
        [[(1, ["序号", "姓名", "电话"]), (2, ["1", "张三"]), (3, ["2", "李四", "139", "备"])]],
    ),
    "a heading between rows": (
        "序号\t姓名\t电话\n1\t张三\t138\n城关镇\n2\t李四\t139\n",
        [[(1, ["序号", "姓名", "电话"]), (2, ["1", "张三", "138"]), (3, ["城关镇"]), (4, ["2", "李四", "139"])]],
    ),
    "Markdown": (
        "名单\n\n| 姓名 | 电话 |\n|:---|---|\n| 张三 | 138 |\n| 李\\|四 | |\n\n尾",
        [[(3, ["姓名", "电话"]), (5, ["张三", "138"]), (6, ["李\\|四", ""])]],
    ),
    "Markdown without outer bars": ("姓名 | 电话\n--- | ---\n张三 | 138\n", [[(1, ["姓名", "电话"]), (3, ["张三", "138"])]]),
    "drawn": ("┌─┬─┐\n│姓名│电话│\n├─┼─┤\n│张三│138│\n└─┴─┘\n", [[(2, ["姓名", "电话"]), (4, ["张三", "138"])]]),
    "bars between cells only": ("姓名|性别|年龄\n韦小宝|男|34\n李秀英|女|\n", [[(1, ["姓名", "性别", "年龄"]), (2, ["韦小宝", "男", "34"]), (3, ["李秀英", "女", ""])]]),
    "bars between words of prose": ("首页|新闻|公告\n政策|解读|问答\n", []),
    "bars in a menu": ("• 设为首页|\n• 加入收藏|\n首页 | 政务公开\n", []),
    "a cell a line with tabs": (
        "附件\n\n\t序号\n\t姓名\n\t电话\n\n\t1\n\t张三\n\t\n\n\t2\n\t\n\t139\n\n\n完\n",
        [[(3, ["序号", "姓名", "电话"]), (7, ["1", "张三", ""]), (11, ["2", "", "139"])]],
    ),
    "a cell a line": (
        "名单\n序号\n姓名\n身份证号\n1\n张三\n110\n2\n李四\n\n3\n王五\n112\n特此公示\n",
        [[(2, ["序号", "姓名", "身份证号"]), (5, ["1", "张三", "110"]), (8, ["2", "李四", ""]), (11, ["3", "王五", "112"])]],
    ),
    "a cell a line, blank lines between": (
        "序号\n\n姓名\n\n电话\n\n1\n\n张三\n\n138\n\n2\n\n李四\n\n139\n\n完\n",
        [[(1, ["序号", "姓名", "电话"]), (7, ["1", "张三", "138"]), (13, ["2", "李四", "139"])]],
    ),
    "a cell a line, a blank line after each row": (
        "序号\n姓名\n电话\n\n1\n张三\n138\n\n2\n李四\n139\n\n完\n",
        [[(1, ["序号", "姓名", "电话"]), (5, ["1", "张三", "138"]), (9, ["2", "李四", "139"])]],
    ),
    "a cell a line, no serial numbers": (
        "乡镇\n姓名\n性别\n联系电话\n城关\n张三\n男\n13800000000\n城关\n李四\n女\n139****0000\n以上公示\n",
        [[(1, ["乡镇", "姓名", "性别", "联系电话"]), (5, ["城关", "张三", "男", "13800000000"]),
          (9, ["城关", "李四", "女", "139****0000"])]],
    ),
    "comma-separated records": (
        "名单\n姓名,身份证号,电话\n张三,110,138\n李四,\"111\",\n以上公示。\n",
        [[(2, ["姓名", "身份证号", "电话"]), (3, ["张三", "110", "138"]), (4, ["李四", "111", ""])]],
    ),
    "records with Chinese commas": (
        "姓名，身份证号，电话\r\n张三，110，138\r\n",
        [[(1, ["姓名", "身份证号", "电话"]), (2, ["张三", "110", "138"])]],
    ),
    "columns set with blanks": (
        "姓名  身份证号   电话\n张三  110        138\n李四　111　139\n",
        [[(1, ["姓名", "身份证号", "电话"]), (2, ["张三", "110", "138"]), (3, ["李四", "111", "139"])]],
    ),
    "a sentence with column words": ("姓名，电话等信息，不得公开\n请核对，不要，遗漏\n", []),
    "a label and its value": ("姓名：张三  电话：138\n", []),
    "column words that begin no table": ("姓名\n性别\n身份证号\n一并核对后报送\n不得遗漏\n", []),
}  # fmt: skip


@pytest.mark.parametrize("title", TABLES)
def test_tables_in_plain_text(title: str) -> None:
    text, expected = TABLES[title]
    document = _read(text)
    assert _tables(document) == expected
    assert "".join(text[block.start : block.end] for block in document.blocks) == text


SEPARATED = {
    "quotes": (
        'a.csv', '姓名,备注\n张三,"多\n行 ""引"""\r\n李四,x\n',
        [(1, ["姓名", "备注"]), (2, ["张三", '多\n行 ""引""']), (4, ["李四", "x"])],
    ),
    "stray quotes": ("a.csv", '姓名,尺寸\n张三,5"\n李四,"6" 寸\n', [(1, ["姓名", "尺寸"]), (2, ["张三", '5"']), (3, ["李四", '"6" 寸'])]),
    "semicolons and a blank line": ("a.csv", "a;b\n\n1;2\n", [(1, ["a", "b"]), (3, ["1", "2"])]),
    "declared separator": ("a.csv", "sep=|\na|b\n", [(2, ["a", "b"])]),
    "title line": ("a.csv", "公示名单,,\n姓名,性别,电话\n张三,男,138\n", [(1, ["公示名单", "", ""]), (2, ["姓名", "性别", "电话"]), (3, ["张三", "男", "138"])]),
    "one column": ("a.csv", "身份证号\n1101\n1102\n", [(1, ["身份证号"]), (2, ["1101"]), (3, ["1102"])]),
    "tabs": ("a.tsv", "姓名\t电话\r\n张三\t138, 139\r\n", [(1, ["姓名", "电话"]), (2, ["张三", "138, 139"])]),
}  # fmt: skip


@pytest.mark.parametrize("title", SEPARATED)
def test_separated_values(title: str) -> None:
    name, text, expected = SEPARATED[title]
    document = _read(text, name)
    assert _tables(document) == [expected]
    assert (document.text, document.format) == (text, name[-3:])


def test_a_csv_that_is_no_table_is_read_as_prose() -> None:
    document = _read("一段话，没有分隔符。\n第二段 a, b, c\n" + "很长的一段" * 20, "a.csv")
    assert _tables(document) == [] and len(document.blocks) == 1


def test_places_count_lines_and_rows() -> None:
    document = _read("第一行\n第二行 138\n序号\t姓名\t电话\n1\t张三\t139\n末行 137\n")
    places = []
    for number in ("138", "139", "137"):
        start = document.text.index(number)
        _, locator = document.place(start, start + 3)
        places.append((locator.line, locator.row, locator.column))
    assert places == [(2, None, 5), (None, 4, 3), (5, None, 4)]


def test_undecodable_bytes_are_a_gap() -> None:
    data = "第一行\n第二行".encode() + b"\xff" + "完整".encode()
    document = plain.read(data, "a.txt", Limits())
    assert [(gap.reason, gap.locator.line) for gap in document.gaps] == [("undecodable", 2)]
    assert document.gaps == plain.read(data, "b.txt", Limits()).gaps


_LINE = st.sampled_from(["序号", "姓名", "性别", "1", "2", "男", "张三", "", "\t", "a\tb", "\t1", "|a|b|", "--|--", " ", "\r", '"'])


@given(st.lists(_LINE, max_size=40), st.sampled_from(["a.txt", "a.csv"]))
def test_blocks_cover_any_text(lines: list[str], name: str) -> None:
    text = "\n".join(["文", *lines])
    document = _read(text, name)
    assert document.text == text
    assert "".join(text[block.start : block.end] for block in document.blocks) == text
    for block in document.blocks:
        table = block.table
        if table is not None:
            spans = [edge for pair in zip(table.starts, table.ends, strict=True) for edge in pair]
            assert spans == sorted(spans) and block.start <= spans[0] and spans[-1] <= block.end
            assert table.first[-1] == len(table.starts) == len(table.columns)
            assert len(table.numbers) == table.row_count()
