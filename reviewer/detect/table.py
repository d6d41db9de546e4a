"""The layout of a table: which rows are headers, what each column is called, what a cell's row label is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from reviewer.model import Table

_HEADER_WORDS = re.compile(
    "序号|编号|姓名|名称|名字|户主|申请人|联系人|负责人|法定代表人|人员|身份证|证件|证号|号码|电话|手机|联系方式|住址|地址|"
    "坐落|位置|单位|部门|(?:^|所在|行政)(?:村|组|乡镇?|镇|街道|社区)(?:名称?|组|[)）]|$)|村组|乡镇|村委|金额|标准|面积|数量|日期|时间|年月|年度|性别|年龄|民族|学历|学校|专业|职务|"
    "岗位|职位|备注|类别|类型|等级|级别|项目|账号|帐号|卡号|开户|银行|结果|成绩|分数|排名|名次|内容|事项|说明|情况|状况|"
    "原因|关系|病|残|邮箱|车牌|号牌|坐标|用途|权利|来源|依据|编码|代码|口令|密码|微信|政治面貌|籍贯|户籍|户口|婚姻|收入|补贴|救助|"
    "^[\u4e00-\u9fff]{1,7}[号码数额量型称率价费期人者]$"
)
_DATA = re.compile(r"[0-9０-９]{5,}|[0-9]{4}[-年./][0-9]{1,2}|[*＊]{2,}|@")
_SENTENCE = re.compile("[。；，“”]|：.")
_LABEL_CELL = 14
_HEADER_CELL = 30
_LOOK_AHEAD = 8


@dataclass(frozen=True, slots=True)
class Layout:
    """`headers` by column number; rows before `first_data` (an index) are titles and headers."""

    headers: dict[int, str] = field(default_factory=dict)
    first_data: int = 0

    def label(self, table: Table, text: str, cell: int) -> str:
        """The text of the cell to the left, when it is a label and not a value (a form's rows)."""
        row = table.row_of(cell)
        if row < self.first_data or cell == table.first[row]:
            return ""
        left = text[table.starts[cell - 1] : table.ends[cell - 1]].strip()
        if not left or len(left) > _LABEL_CELL or _DATA.search(left):
            return ""
        return left if _HEADER_WORDS.search(left) else ""


def layout(table: Table, text: str) -> Layout:
    """Finds the header: the first rows whose cells are words that name columns, not values."""
    headers: dict[int, str] = {}
    first_data = 0
    if _is_form_table(table, text):
        return Layout()
    for row in range(min(table.row_count(), _LOOK_AHEAD)):
        cells = [
            (table.columns[k], text[table.starts[k] : table.ends[k]].strip())
            for k in range(table.first[row], table.first[row + 1])
        ]
        cells = [(column, cell) for column, cell in cells if cell]
        if len(cells) < 2 and not headers:
            if len(cells) == 1 and _names_column(cells[0][1]) and table.row_count() > 1 and _one_column(table):
                return Layout({cells[0][0]: cells[0][1]}, row + 1)
            continue
        named = sum(_names_column(cell) for _, cell in cells)
        bare = not headers and named > 1 and not any(_holds_digit(cell) for _, cell in cells)
        if (named * 2 < len(cells) and not (bare and _has_digits(table, text, row + 1))) or (
            headers and named < len(cells)
        ):
            if headers:
                break
            continue
        if headers and any(column in headers and headers[column] == cell for column, cell in cells):
            break
        if not headers and _is_form(cells):
            continue
        for column, cell in cells:
            headers[column] = f"{headers.get(column, '')} {cell}".strip()
        first_data = row + 1
    return Layout(headers, first_data)


def _holds_digit(cell: str) -> bool:
    return any(char.isdigit() for char in cell)


def _has_digits(table: Table, text: str, row: int) -> bool:
    """Whether the row below a row of bare words holds values."""
    if row >= table.row_count():
        return False
    return _holds_digit(text[table.starts[table.first[row]] : table.ends[table.first[row + 1] - 1]])


def is_header_word(text: str) -> bool:
    """Whether `text` is as a whole one of the words that columns are called by (年龄, 户籍), no value."""
    return _HEADER_WORDS.fullmatch(text) is not None


def _names_column(cell: str) -> bool:
    return (
        len(cell) <= _HEADER_CELL
        and not _DATA.search(cell)
        and not _SENTENCE.search(cell)
        and _HEADER_WORDS.search(cell) is not None
    )


def _one_column(table: Table) -> bool:
    return len(set(table.columns)) == 1


def _is_form_table(table: Table, text: str) -> bool:
    """Two columns, the first of labels and the second of their values: no row of it is a header."""
    rows = min(table.row_count(), _LOOK_AHEAD)
    if rows < 2 or max(table.columns, default=0) != 2:
        return False
    pairs = []
    for row in range(rows):
        cells = range(table.first[row], table.first[row + 1])
        pairs.append([text[table.starts[k] : table.ends[k]].strip() for k in cells])
    labels = sum(bool(pair) and len(pair[0]) <= _LABEL_CELL and _names_column(pair[0]) for pair in pairs)
    return labels * 10 >= rows * 6 and not (len(pairs[0]) > 1 and _names_column(pairs[0][1]))


def _is_form(cells: list[tuple[int, str]]) -> bool:
    """Label, value, label, value ...: a row of a form, not a header."""
    words = [cell for _, cell in cells]
    labels = [_names_column(word) for word in words]
    return len(words) in (2, 4, 6) and all(labels[0::2]) and not any(labels[1::2])
