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


_TOGETHER: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "撤下清单": (
        ("编号", ("编号",)), ("怎么办", ("处理", "情形", "状态", "决定的理由")), ("文件", ("标题", "文件", "网址")),
        ("单位", ("单位", "栏目")), ("为什么", ("为什么", "证据", "自何时起", "依据")),
    ),
    "问题清单": (
        ("级别", ("级别", "变化")), ("内容", ("内容", "查出的值", "位置")),
        ("文件", ("标题", "文件", "网址", "附在哪一页")),
        ("单位", ("单位", "栏目", "发布日期")), ("说明", ("说明", "建议", "文种")),
    ),
    "文件清单": (
        ("结论", ("结论", "这次审查")), ("文件", ("标题", "文件", "网址")), ("单位", ("单位", "栏目", "发布日期")),
        ("文号", ("文号", "索引号")), ("不得公开", ("不得公开",)), ("须人工判断", ("须人工判断",)), ("提示", ("提示",)),
    ),
}  # fmt: skip
"""columns of a workbook that share one on the page, the first of them in front: fourteen side by side nobody reads"""


def _table(sheet: Sheet) -> Iterator[str]:
    title, columns, rows = sheet
    names = [name for name, _ in columns]
    shared = _TOGETHER.get(title, tuple((name, (name,)) for name in names))
    places = [[names.index(name) for name in some] for _, some in shared]
    yield f'<section class="part"><h2>{safe(title)}（{len(rows):,}）</h2>\n'
    heads = "".join(f'<th scope="col">{safe(name)}</th>' for name, _ in shared)
    yield f'<div class="wide"><table class="grid rows"><thead><tr>{heads}</tr></thead><tbody>\n'
    for row in rows[:_MOST]:
        yield f"<tr>{''.join(_cell([(names[place], row[place]) for place in some]) for some in places)}</tr>\n"
    yield "</tbody></table></div>\n"
    if len(rows) > _MOST:
        yield f'<p class="more">另有 {len(rows) - _MOST:,} 行没有列出，请用 -o 清单.xlsx 查看全部。</p>\n'
    yield "</section>\n"


_SAYS = {
    "自何时起": "自 {} 起", "发布日期": "{} 发布", "附在哪一页": "附在 {}", "文种": "文种：{}", "索引号": "索引号 {}",
    "这次审查": "这次审查：{}", "决定的理由": "理由：{}",
}  # fmt: skip
"""how a value reads that stands under another"""


def _cell(values: list[tuple[str, str | int | None]]) -> str:
    told = [(name, safe(str(value))) for name, value in values if value not in ("", None)]
    others = [_SAYS.get(name, "{}").replace("{}", value) for name, value in told[1:]]
    first = told[0][1] if told else ""
    return f"<td>{first}" + "".join(f'<div class="fine">{one}</div>' for one in others) + "</td>"
