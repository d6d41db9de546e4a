"""The take-down list as a workbook: one sheet for each unit, to be filled in by the unit and read back.

Decided cells are 处理, 理由 and 责任人; 编号 and 核对码 tie a row to its entry: a list of another state, or one whose
entries have moved on since, is refused.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from reviewer.errors import Refusal, UsageError
from reviewer.rescan.proposals import KIND_TITLES
from reviewer.rescan.takedown import Decision
from reviewer.review.cleaning import ACTIONS, STATES
from reviewer.store.takedown import Row

COLUMNS: tuple[tuple[str, int], ...] = (
    ("编号", 8), ("单位", 20), ("栏目", 16), ("标题", 40), ("位置", 40), ("网址", 40), ("情形", 18), ("建议处理", 10),
    ("为什么", 48), ("依据", 36), ("自何时起", 12), ("证据", 48), ("状态", 14), ("处理", 10), ("理由", 36),
    ("责任人", 12), ("核对码", 14),
)  # fmt: skip
"""titles and widths"""
FILLED = ("处理", "理由", "责任人")
"""columns that the unit fills in"""
_NUMBER, _CHECK, _ACTION, _WHY, _OWNER = "编号", "核对码", "处理", "理由", "责任人"
_NO_UNIT = "（没有写明单位）"
_ROWS, _CELL, _TOLD = 200_000, 32_000, 20
_BY_TITLE = {title: action for action, title in ACTIONS.items()}
_SUMMARY = "汇总"
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


@dataclass(frozen=True, slots=True)
class Basis:
    """How basis keys are told: key -> 《法》第几条."""

    titles: Mapping[str, str]

    def told(self, keys: Iterable[str]) -> str:
        return "；".join(self.titles.get(key, key) for key in keys)


def check_of(row: Row) -> str:
    """Ties a row of a sheet to its entry, and to what was proposed and decided when the sheet was written."""
    entry = f"{row['id']} {row['path_key']} {row['kind']}"
    stood = f"{row['state']} {row['proposed']} {row['action']} {row['decided_at']}"
    return "-".join(hashlib.sha256(text.encode()).hexdigest()[:6] for text in (entry, stood))


def write(stream: IO[bytes], entries: Iterable[Row], basis: Basis) -> int:
    """The workbook of the entries; how many. It goes to other offices: paths are masked, as in the state."""
    from openpyxl import Workbook

    units: dict[str, list[Row]] = {}
    for row in entries:
        units.setdefault(row["unit"] or _NO_UNIT, []).append(row)
    book = Workbook()
    summary = book.active
    assert summary is not None
    summary.title = _SUMMARY
    _summary(summary, units)
    names = {_SUMMARY.casefold()}
    for unit, rows in sorted(units.items()):
        sheet = book.create_sheet(_sheet_name(unit, names))
        _head(sheet)
        for row in rows:
            _row(sheet, row, basis)
    book.save(stream)
    return sum(map(len, units.values()))


def _summary(sheet: Any, units: Mapping[str, list[Row]]) -> None:
    from openpyxl.styles import Font

    titles = ["单位", "条数", *(f"{title}（建议或者决定）" for title in ACTIONS.values()), *STATES.values()]
    sheet.append(titles)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for unit, rows in sorted(units.items()):
        actions = Counter(row["action"] or row["proposed"] for row in rows)
        states = Counter(row["state"] for row in rows)
        sheet.append([_text(unit), len(rows), *(actions[one] for one in ACTIONS), *(states[one] for one in STATES)])
        sheet.cell(sheet.max_row, 1).data_type = "s"
    sheet.column_dimensions["A"].width = 28
    for letter in "BCDEFGHI":
        sheet.column_dimensions[letter].width = 16
    sheet.append([])
    sheet.append(["各单位的清单在后面的工作表里：填“处理”（撤下、去标识或者保留）、“理由”和“责任人”，其他各列请不要改动，填好后交回。"])
    sheet.freeze_panes = "A2"


def _sheet_name(unit: str, taken: set[str]) -> str:
    """A name that Excel takes, and no sheet has yet."""
    plain = unit.translate(_NOT_IN_NAMES).strip()[:28] or _NO_UNIT
    name, number = plain, 1
    while name.casefold() in taken:
        number += 1
        name = f"{plain[:26]}~{number}"
    taken.add(name.casefold())
    return name


def _head(sheet: Any) -> None:
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet.append([title for title, _ in COLUMNS])
    for number, (title, width) in enumerate(COLUMNS, 1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = width
        cell = sheet.cell(1, number)
        cell.font = Font(bold=True)
        if title in FILLED:
            cell.fill = PatternFill("solid", start_color="FFF2CC")
    choice = DataValidation(type="list", formula1=f'"{",".join(ACTIONS.values())}"', allow_blank=True)
    letter = get_column_letter([title for title, _ in COLUMNS].index(_ACTION) + 1)
    choice.add(f"{letter}2:{letter}{_ROWS}")
    sheet.add_data_validation(choice)
    sheet.freeze_panes = "E2"


def _row(sheet: Any, row: Row, basis: Basis) -> None:
    values = [
        row["id"], row["unit"], row["column"], row["title"], row["path"], row["url"],
        KIND_TITLES.get(row["kind"], row["kind"]), ACTIONS[row["proposed"]], row["reason"], basis.told(row["basis"]),
        row["since"] or "", "\n".join(row["evidence"]), STATES[row["state"]],
        ACTIONS[row["action"]] if row["action"] else "", row["why"], row["owner"], check_of(row),
    ]  # fmt: skip
    sheet.append([value if isinstance(value, int) else _text(value) for value in values])
    for cell in sheet[sheet.max_row]:
        if cell.value is not None and not isinstance(cell.value, int):
            # A cell that begins with = computes nothing.
            cell.data_type = "s"


def _text(text: str) -> str:
    """What a cell can hold."""
    return "".join(char for char in text if char in "\n\t" or ord(char) >= 32)[:_CELL]


# --- reading it back -------------------------------------------------------------------------------


def read(path: Path, entries: Mapping[int, Row]) -> list[Decision]:
    """The decisions that were filled in; rows that say what the entry says already are none.

    Raises UsageError for a file that is no such list, Refusal that tells all faulty rows.
    """
    decisions: list[Decision] = []
    faults: list[str] = []
    seen: set[int] = set()
    for where, cells in _rows(path):
        action, why, owner = cells[_ACTION], cells[_WHY], cells[_OWNER]
        number = cells[_NUMBER]
        if not number and not action:
            continue
        entry = entries.get(int(number)) if number.isascii() and number.isdecimal() else None
        if entry is None or cells[_CHECK].partition("-")[0] != check_of(entry).partition("-")[0]:
            faults.append(f"{where}：编号和核对码对不上，不是这份清单里的一条。")
            continue
        if not action or (action, why, owner) == _as_it_is(entry):
            continue
        if cells[_CHECK] != check_of(entry):
            faults.append(f"{where}：这一条在导出之后又有变动，请重新导出再填。")
        elif action not in _BY_TITLE:
            faults.append(f"{where}：“处理”应填撤下、去标识或者保留。")
        elif not why:
            faults.append(f"{where}：请填理由。")
        elif entry["id"] in seen:
            faults.append(f"{where}：编号 {entry['id']} 在清单里有两行。")
        else:
            seen.add(entry["id"])
            decisions.append((entry["id"], _BY_TITLE[action], why, owner, entry["revision"]))
    if faults:
        more = f" 还有 {len(faults) - _TOLD} 处。" if len(faults) > _TOLD else ""
        raise Refusal(f"清单里有 {len(faults)} 处要改，什么也没有写入。{' '.join(faults[:_TOLD])}{more}")
    return decisions


def _as_it_is(entry: Row) -> tuple[str, str, str]:
    return ACTIONS[entry["action"]] if entry["action"] else "", entry["why"], entry["owner"]


def _rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """(sheet and row, its cells by title) of all sheets that have the columns."""
    import zipfile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (OSError, KeyError, ValueError, InvalidFileException, zipfile.BadZipFile):
        raise UsageError(f"打不开 {path}：应是“reviewer takedown export”导出的 xlsx。") from None
    found = False
    try:
        for sheet in book.worksheets:
            rows = sheet.iter_rows(max_row=_ROWS, max_col=60, values_only=True)
            titles = [str(value or "").strip() for value in next(rows, ())]
            if not {_NUMBER, _CHECK, *FILLED} <= set(titles):
                continue
            found = True
            for number, row in enumerate(rows, 2):
                cells = {title: _cell(value) for title, value in zip(titles, row, strict=False) if title}
                yield f"工作表“{sheet.title}”第 {number} 行", {**dict.fromkeys((_NUMBER, _CHECK, *FILLED), ""), **cells}
    finally:
        book.close()
    if not found:
        raise UsageError(f"{path} 里没有撤下清单：第一行应有编号、处理、理由、责任人和核对码。")


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()
