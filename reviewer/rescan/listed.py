"""A list of published files (csv or xlsx): where each lies, and its URL, unit, column, date and page.

Its first row names the columns; those that are not known here are left out. Paths count from the list's folder.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from reviewer.errors import UsageError, reason
from reviewer.prepared.patterns import compiled
from reviewer.rescan.model import Entry
from reviewer.rescan.page import day_in
from reviewer.rescan.source import stated

_COLUMNS = {
    "path": ("路径", "文件路径", "文件", "文件名", "文件名称", "附件", "存放位置", "path", "file", "filename"),
    "url": ("网址", "链接", "链接地址", "页面地址", "访问地址", "网页地址", "地址", "url", "link", "address"),
    "unit": ("单位", "发布单位", "发布机构", "公开单位", "责任单位", "公开机构", "发布部门", "责任部门", "部门",
             "unit"),
    "column": ("栏目", "所属栏目", "栏目名称", "发布栏目", "类别", "分类", "column"),
    "published": ("日期", "发布日期", "公开日期", "发布时间", "公开时间", "时间", "date", "published"),
    "page": ("页面", "所在页面", "页面路径", "所在网页", "来源页面", "page"),
}  # fmt: skip
"""field -> the headers by which it is known"""
_MOST = 1 << 28
"""bytes of a list"""


_COMPACT = compiled("((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])(?:[.]0)?")
_NAMED = 8
"""rows of which something is told that are named"""


@dataclass(frozen=True, slots=True)
class Listed:
    """The files that a list names.

    warnings  once the entries were listed: what of the rows was not taken, in Chinese, without any value
    """

    file: Path
    name: str
    warnings: list[str] = field(default_factory=list)

    def entries(self) -> Iterator[Entry]:
        rows = ((number, row) for number, row in enumerate(self._rows(), start=1) if any(map(_plain, row)))
        _, header = next(rows, (0, []))
        columns = _columns(header)
        if "path" not in columns and "url" not in columns:
            raise UsageError(
                f"{self.file} 的第一行里没有“路径”或者“网址”这一列。可用的列：路径、网址、单位、栏目、日期、页面。"
            )
        seen: set[str] = set()
        undated: list[int] = []
        again: list[int] = []
        for number, row in rows:
            fields = {name: _plain(row[at]) if at < len(row) else "" for name, at in columns.items()}
            path, url = fields.get("path", ""), fields.get("url", "")
            # A file that was published at two addresses is a document at each.
            name = path if path and path not in seen else url
            if not name or name in seen:
                if path or url:
                    again.append(number)
                continue
            seen.add(name)
            day = _day(fields.get("published", ""))
            if day is None and fields.get("published"):
                undated.append(number)
            where = os.path.join(self.file.parent, path) if path else url
            entry = Entry(
                name.replace("\\", "/"), where, url, fields.get("unit", ""), fields.get("column", ""),
                day, fields.get("page", ""),
            )  # fmt: skip
            yield stated(entry) if path else entry
        self.warnings[:] = self._told(undated, again)

    def _told(self, undated: list[int], again: list[int]) -> list[str]:
        told = []
        if undated:
            told.append(
                f"清单 {self.file} {_rows(undated)}的日期看不懂，按没有写日期处理。"
                "请写成 2024-01-04、2024年1月4日或者 20240104。"
            )
        if again:
            told.append(
                f"清单 {self.file} {_rows(again)}和前面某一行是同一个文件（路径、网址都写过了），只按前面那一行审查。"
            )
        return told

    def _rows(self) -> Iterable[list[object]]:
        try:
            if self.file.stat().st_size > _MOST:
                raise UsageError(f"清单 {self.file} 超过 {_MOST >> 20} MB。请拆成几份。")
            if self.file.suffix.lower() in (".xlsx", ".xlsm"):
                return _of_workbook(self.file)
            return _of_text(self.file.read_bytes(), self.file.suffix.lower())
        except OSError as fault:
            raise UsageError(f"读不了清单 {self.file}（{reason(fault)}）。") from None


def _rows(numbers: list[int]) -> str:
    shown = "、".join(map(str, numbers[:_NAMED]))
    return f"第 {shown} 行" if len(numbers) <= _NAMED else f"第 {shown} 行等 {len(numbers):,} 行"


def _day(text: str) -> date | None:
    """A date as lists have it; 20240104 too, which in running text would be any number."""
    if (compact := _COMPACT.fullmatch(text)) is not None:
        text = "-".join(compact.groups())
    return day_in(text)


def _columns(header: Iterable[object]) -> dict[str, int]:
    known = {word: name for name, words in _COLUMNS.items() for word in words}
    found: dict[str, int] = {}
    for at, cell in enumerate(header):
        word = re.sub("[（(].*|[\\s\u3000*：:]", "", _plain(cell)).lower()
        if word in known:
            found.setdefault(known[word], at)
    return found


def _plain(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell).strip()


def _of_text(data: bytes, suffix: str) -> Iterator[list[object]]:
    from reviewer.readers.encoding import decode

    text = decode(data)[0].removeprefix("\ufeff")
    first = text.split("\n", 1)[0]
    marks = "\t" if suffix == ".tsv" else max(",;\t，", key=first.count)
    yield from csv.reader(io.StringIO(text, newline=""), delimiter=marks)


def _of_workbook(file: Path) -> Iterator[list[object]]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook

    try:
        book = load_workbook(file, read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError):
        raise UsageError(f"{file} 不是能打开的 xlsx 文件。请另存为 csv 或者 xlsx。") from None
    try:
        for row in book.worksheets[0].iter_rows(values_only=True):
            yield list(row)
    finally:
        book.close()
