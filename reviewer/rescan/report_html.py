"""A rescan as one page without scripts: what was done, what is to be done, joining risk, then the tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from reviewer.reports.html import framed
from reviewer.reports.inplace import safe
from reviewer.reports.joining import section
from reviewer.rescan.report import Report
from reviewer.rescan.report_console import summary
from reviewer.rescan.report_xlsx import Sheet, sheets

_MOST = 1_000
"""rows of a table on the page; a workbook has all"""


def write(report: Report, stream: TextIO) -> None:
    """Writes the page."""
    stream.writelines(framed("已公开内容清理报告", _body(report)))


def _body(report: Report) -> Iterator[str]:
    yield '<section class="part">\n'
    yield from (f"<p>{safe(line)}</p>\n" for line in summary(report))
    yield "</section>\n"
    tables = {sheet[0]: sheet for sheet in sheets(report) if sheet[2]}
    # First what is to be done.
    if (tasks := tables.pop("撤下清单", None)) is not None:
        yield from _table(tasks)
    if report.outcome.joins or report.tables:
        yield from section(report.joining, report.path_shown)
    for name, sheet in tables.items():
        if name not in ("汇聚风险", "先改哪几份", "认得出人的表格"):
            yield from _table(sheet)
    yield f'<p class="fine">记录存放在 {safe(report.where)}，里面没有正文和原值。查出的值已遮盖。</p>\n'


def _table(sheet: Sheet) -> Iterator[str]:
    title, columns, rows = sheet
    yield f'<section class="part"><h2>{safe(title)}（{len(rows):,}）</h2>\n'
    heads = "".join(f'<th scope="col">{safe(name)}</th>' for name, _ in columns)
    yield f'<div class="wide"><table class="grid rows"><thead><tr>{heads}</tr></thead><tbody>\n'
    for row in rows[:_MOST]:
        cells = "".join(f"<td>{safe(str(cell)) if cell is not None else ''}</td>" for cell in row)
        yield f"<tr>{cells}</tr>\n"
    yield "</tbody></table></div>\n"
    if len(rows) > _MOST:
        yield f'<p class="more">另有 {len(rows) - _MOST:,} 行没有列出，请用 -o 清单.xlsx 查看全部。</p>\n'
    yield "</section>\n"
