"""The layout of a table: which rows are headers, what each column is called, what a cell's row label is."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from reviewer.identifiers import mobile, resident_id
from reviewer.language import names
from reviewer.model import Table
from reviewer.prepared.patterns import compiled
from reviewer.text.traditional import simplified

_HEADER_WORDS = compiled(
    "序号|编号|姓名|名称|名字|户主|申请人|联系人|负责人|法定代表人|人员|身份证|证件|证号|号码|电话|手机|联系方式|住址|地址|"
    "坐落|位置|单位|部门|(?:^|所在|行政)(?:村|组|乡镇?|镇|街道|社区)(?:名称?|组|[)）]|$)|村组|乡镇|村委|金额|标准|面积|数量|日期|时间|年月|年度|性别|年龄|民族|学历|学校|专业|职务|"
    "岗位|职位|备注|类别|类型|等级|级别|项目|账号|帐号|卡号|开户|银行|结果|成绩|分数|排名|名次|内容|事项|说明|情况|状况|"
    "原因|关系|病|残|邮箱|车牌|号牌|坐标|用途|权利|来源|依据|编码|代码|口令|密码|微信|政治面貌|籍贯|户籍|户口|婚姻|收入|补贴|救助|"
    "宗教|信仰|党派|政治身份|班级|年级|轨迹|行程|行踪|车次|航班|酒店|出行方式|婚否|婚况|婚史|人口|证明|记录|致贫|返贫|帮扶|"
    "诊断|症状|体检|能力|监护人|出生|生日|生于|护照|驾驶证|驾照|准考证|邮编|邮件|网名|昵称|人脸|指纹|虹膜|声纹|前科|违法|服刑|涉毒|"
    "诉求|存折|折号|一[卡折]通|[行社储商信保]卡(?:[（(]|$)|存款|财产|资产|社保|医保|公积金|家庭成员|共同生活|工资|年薪|月薪|职称|学位|毕业|院校|签名|签字|账户|帐户|座机|宅电|"
    "传真|扣扣|密级|涉密|QQ|qq|IMEI|串号|PIN码|[Ee]-?mail|^(?:ID|IP|MAC|VIN|DNA|DOB|VX|vx|WeChat)(?:地址|号码?)?$|"
    "^[\u4e00-\u9fff]{1,7}[号码数额量型称率价费期人者]$"
)
_DATA = compiled(r"[0-9０-９]{5,}|[0-9]{4}[-年./][0-9]{1,2}|[*＊]{2,}|@")
_SENTENCE = compiled("[。；，“”]|：.")
_BARE = compiled("[\u4e00-\u9fffA-Za-z（）()/、\\s]{1,12}")
_LABEL_CELL = 14
_HEADER_CELL = 30
_SHAPES = (
    ("身份证号", compiled("[1-9][0-9]{16}[0-9X]"), resident_id.is_valid),
    ("手机号码", compiled("1[0-9]{10}"), mobile.is_valid),
)
_SAMPLE = 1000
"""cells that are looked at to tell what the columns of a table without a header hold"""
_LOOK_AHEAD = 8
_RECORDS = 40
"""columns that a table with a record in each may have"""
_LOOK_BELOW = 6
"""rows below a row of words that are looked at, to see that they are of another shape"""


@dataclass(frozen=True, slots=True)
class Layout:
    """`headers` by column number; rows before `first_data` (an index) are titles and headers.

    `transposed`: the labels stand in the first column, and each other column is a record.
    """

    headers: dict[int, str] = field(default_factory=dict)
    first_data: int = 0
    transposed: bool = False

    def label(self, table: Table, text: str, cell: int) -> str:
        """The text of the cell to the left, when it is a label and not a value (a form's rows)."""
        row = table.row_of(cell)
        if row < self.first_data or cell == table.first[row]:
            return ""
        at = table.first[row] if self.transposed else cell - 1
        left = simplified(text[table.starts[at] : table.ends[at]].strip())
        if not left or len(left) > _LABEL_CELL or _DATA.search(left):
            return ""
        return left if _HEADER_WORDS.search(left) else ""


def layout(table: Table, text: str) -> Layout:
    """Finds the header: the first rows whose cells are words that name columns, not values."""
    headers: dict[int, str] = {}
    first_data = 0
    if _is_form_table(table, text):
        return Layout()
    if _is_transposed(table, text):
        return Layout(transposed=True)
    for row in range(min(table.row_count(), _LOOK_AHEAD)):
        cells = [
            (table.columns[k], simplified(text[table.starts[k] : table.ends[k]].strip()))
            for k in range(table.first[row], table.first[row + 1])
        ]
        cells = [(column, cell) for column, cell in cells if cell]
        if len(cells) < 2 and not headers:
            if len(cells) == 1 and _names_column(cells[0][1]) and table.row_count() > 1 and _one_column(table):
                return Layout({cells[0][0]: cells[0][1]}, row + 1)
            continue
        named = sum(_names_column(cell) for _, cell in cells)
        shaped = not headers and _differs_below(cells, named, table, text, row)
        if (named * 2 < len(cells) and not shaped) or (headers and named < len(cells)):
            if headers:
                break
            continue
        if headers and any(column in headers and headers[column] == cell for column, cell in cells):
            break
        if not headers and _is_form(cells) and not shaped:
            continue
        for column, cell in cells:
            headers[column] = f"{headers.get(column, '')} {cell}".strip()
        first_data = row + 1
    return Layout(headers or _by_shape(table, text), first_data)


def _by_shape(table: Table, text: str) -> dict[int, str]:
    """What the columns of a table without a header are, where most of a column's cells are valid IDs or mobiles.

    The others of the column, mistyped, are supported by that.
    """
    columns: dict[int, list[str]] = {}
    for k in range(min(len(table.starts), _SAMPLE)):
        if table.starts[k] < table.ends[k]:
            columns.setdefault(table.columns[k], []).append(text[table.starts[k] : table.ends[k]].strip().upper())
    return {
        column: header
        for column, cells in columns.items()
        for header, shape, is_valid in _SHAPES
        if len(cells) >= 3
        and sum(map(bool, map(shape.fullmatch, cells))) * 10 >= len(cells) * 8
        and sum(map(is_valid, cells)) * 2 >= len(cells)
    }


def _holds_digit(cell: str) -> bool:
    return any(char.isdigit() for char in cell)


def _differs_below(cells: list[tuple[int, str]], named: int, table: Table, text: str, row: int) -> bool:
    """Whether a row of bare words stands above rows of another shape: a header, whatever its words.

    One column word among them and one row below are enough; without any there must be three columns, two rows.
    """
    if not all(_names_column(cell) or _BARE.fullmatch(cell) for _, cell in cells):
        return False
    if any(_holds_digit(cell) for _, cell in cells):
        return False
    below = [_cells(table, text, k) for k in range(row + 1, min(row + 1 + _LOOK_BELOW, table.row_count()))]
    below = [values for values in below if values]
    if not below or _names_column(next(iter(below[0].values()))):
        return False
    if not named and (len(cells) < 3 or len(below) < 2):
        return False
    columns = {column: [values[column] for values in below if column in values] for column, _ in cells}
    # 钱款 has a surname, too: a name is no header above other names, and in a form of two columns nowhere.
    if any(
        not _names_column(cell) and _is_name(cell) and (len(cells) < 3 or all(map(_is_name, columns[column])))
        for column, cell in cells
    ):
        return False
    return any(map(_is_shaped, columns.values()))


def _cells(table: Table, text: str, row: int) -> dict[int, str]:
    """The cells of a row that hold text, by column."""
    found = {}
    for k in range(table.first[row], table.first[row + 1]):
        cell = simplified(text[table.starts[k] : table.ends[k]].strip())
        if cell:
            found[table.columns[k]] = cell
    return found


def _is_name(cell: str) -> bool:
    return names.looks_like_name(cell) in ("certain", "likely")


def _is_shaped(values: list[str]) -> bool:
    """Whether all cells of a column are names of persons, or hold digits."""
    return bool(values) and (all(map(_holds_digit, values)) or all(map(_is_name, values)))


def is_header_word(text: str) -> bool:
    """Whether `text` is as a whole one of the words that columns are called by (年龄, 户籍), no value."""
    return _HEADER_WORDS.fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _names_column(cell: str) -> bool:
    return (
        len(cell) <= _HEADER_CELL
        and not _DATA.search(cell)
        and not _SENTENCE.search(cell)
        and (_HEADER_WORDS.search(cell) is not None or _names_persons(cell))
    )


def _names_persons(cell: str) -> bool:
    """Whether a cell is a word that columns of persons are headed by (学生, 监测户)."""
    return _BARE.fullmatch(cell) is not None and names.is_name_header(cell) and names.looks_like_name(cell) is None


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
        pairs.append([simplified(text[table.starts[k] : table.ends[k]].strip()) for k in cells])
    labels = sum(bool(pair) and len(pair[0]) <= _LABEL_CELL and _names_column(pair[0]) for pair in pairs)
    return labels * 10 >= rows * 6 and not (len(pairs[0]) > 1 and _names_column(pairs[0][1]))


def _is_transposed(table: Table, text: str) -> bool:
    """Three columns or more, the first of labels, each other one a record: names in a row, or numbers."""
    rows = min(table.row_count(), _LOOK_AHEAD)
    if rows < 2 or not 3 <= max(table.columns, default=0) <= _RECORDS:
        return False
    others = told = filled = 0
    for row in range(rows):
        cells = _cells(table, text, row)
        label = cells.pop(1, "")
        values = list(cells.values())
        if not values:
            continue
        named = 0 < len(label) <= _LABEL_CELL and _names_column(label)
        # Above years or places in a row anything may stand.
        if not named and (filled or any(map(_names_column, values))):
            return False
        filled += 1
        # 工商银行 and 建设路 hold words of headers, too; a row of a form has as many labels as values.
        others += sum(map(_names_column, values)) * 2 >= len(values)
        told += named and len(values) > 1 and _is_of_records(label, values)
        if filled == 1 and others:
            return False
    return filled > 1 and told > 0 and others * 3 < filled


def _is_of_records(label: str, values: list[str]) -> bool:
    """Whether a row holds one number of each of several records; names alone may be values of a form."""
    return not names.is_name_header(label) and all(map(_DATA.search, values))


def _is_form(cells: list[tuple[int, str]]) -> bool:
    """Label, value, label, value ...: a row of a form, not a header."""
    words = [cell for _, cell in cells]
    labels = [_names_column(word) for word in words]
    return len(words) in (2, 4, 6) and all(labels[0::2]) and not any(labels[1::2])
