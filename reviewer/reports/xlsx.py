"""A ledger of the findings as a workbook: 汇总, 问题清单, 未读部分."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import IO, TYPE_CHECKING

from reviewer.keys import fingerprints
from reviewer.model import Result
from reviewer.reports import Bundle
from reviewer.reports.veil import Veil, veils
from reviewer.reports.words import (
    CONFIDENCE_TITLES,
    SEVERITY_TITLES,
    citation,
    entity_title,
    finding_place,
    gap_place,
    part_title,
    printable,
    rule_title,
    verdict_title,
)

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell

Row = list[str | int | None]

_MOST_ROWS = 1_000_000
_LONGEST = 32_000
# What a spreadsheet takes for a formula; the full-width forms are folded by East Asian versions.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")

_LEDGER = (
    ("序号", 7), ("文件", 30), ("级别", 11), ("内容", 18), ("规则", 22), ("位置", 24), ("所在部分", 10),
    ("查出的值", 24), ("可信度", 9), ("说明", 40), ("建议", 36), ("依据", 44), ("起", 9), ("止", 9),
    ("规则编号", 20), ("指纹", 36), ("值编号", 36),
)  # fmt: skip
_UNREAD = (("文件", 36), ("位置", 26), ("原因", 16), ("说明", 70), ("编号", 20))
_FILES = (("文件", 40), ("结论", 30), ("不得公开", 11), ("须人工判断", 11), ("提示", 11), ("未读", 9))


def write(bundle: Bundle, stream: IO[bytes]) -> None:
    """Write the workbook. Text that a spreadsheet would take for a formula gets an apostrophe in front."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.creator = "reviewer"
    book.properties.title = "拟公开信息审查台账"
    shown = list(zip(bundle.results, veils(bundle), strict=True))
    _summary(book, bundle, shown)
    rows = _ledger(bundle, shown)
    _sheets(book, "问题清单", _LEDGER, rows)
    _sheets(book, "未读部分", _UNREAD, _unread(shown))
    book.save(stream)


def cell_text(text: str) -> str:
    """`text` as a cell may hold it: no control characters, not too long, never a formula."""
    formula = text.lstrip(" \n\u3000").startswith(_FORMULA)
    text = printable(text.replace("\r\n", "\n"))
    text = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return "'" + text if formula else text


def _sheets(book: Workbook, title: str, columns: Sequence[tuple[str, int]], rows: Iterable[Row]) -> None:
    """The rows on a sheet with a fixed header and filters; on another one past a million rows."""
    rows = iter(rows)
    more = True
    page = 1
    while more:
        sheet = book.create_sheet(title if page == 1 else f"{title}{page}")
        _columns(sheet, [width for _, width in columns])
        sheet.freeze_panes = "A2"
        sheet.append(_header(sheet, [name for name, _ in columns]))
        count = 1
        more = False
        for row in rows:
            sheet.append([cell_text(value) if isinstance(value, str) else value for value in row])
            count += 1
            if count > _MOST_ROWS:
                more = True
                break
        sheet.auto_filter.ref = f"A1:{_letter(len(columns))}{count}"
        page += 1


def _columns(sheet: object, widths: Sequence[int]) -> None:
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[_letter(place)].width = width  # type: ignore[attr-defined]


def _letter(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column))


def _header(sheet: object, names: Sequence[str]) -> list[Cell]:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font, PatternFill

    cells = []
    for name in names:
        cell = WriteOnlyCell(sheet, value=name)  # type: ignore[arg-type]
        cell.font = Font(bold=True, color="1D3F66")
        cell.fill = PatternFill("solid", fgColor="E6EBF1")
        cells.append(cell)
    return cells


def _summary(book: Workbook, bundle: Bundle, shown: Sequence[tuple[Result, Veil]]) -> None:
    """Entities by severity, then the files with their verdicts, then what made the report."""
    sheet = book.create_sheet("汇总")
    _columns(sheet, [width for _, width in _FILES])
    names, rows = _pivot(bundle)
    sheet.append(_header(sheet, names))
    for row in rows:
        sheet.append(row)
    sheet.append([])
    sheet.append(_header(sheet, [name for name, _ in _FILES]))
    for result, veil in shown:
        found = [f.severity for f in (*result.findings, *result.name_findings) if bundle.listed(f)]
        counts = [found.count(severity) for severity in ("block", "check", "note")]
        unread = len(result.gaps) + len(result.faults)
        sheet.append([cell_text(veil.path(result)), verdict_title(result), *counts, unread])
    sheet.append([])
    for name, value in _about(bundle):
        sheet.append([name, cell_text(value)])


def _pivot(bundle: Bundle) -> tuple[list[str], list[Row]]:
    """Header and rows of entity by severity, with totals."""
    import pandas as pd

    titles = list(SEVERITY_TITLES.values())
    found = [f for r in bundle.results for f in (*r.findings, *r.name_findings) if bundle.listed(f)]
    frame = pd.DataFrame(
        {
            "内容": [entity_title(f.entity) for f in found],
            "级别": pd.Categorical([SEVERITY_TITLES[f.severity] for f in found], categories=titles),
        }
    )
    counted = frame.groupby(["内容", "级别"], observed=False).size().unstack(fill_value=0)
    table = counted.reindex(columns=titles, fill_value=0)
    table["合计"] = table.sum(axis=1)
    table = table.sort_values("合计", ascending=False, kind="stable")
    rows: list[Row] = [
        [str(entity), *(int(n) for n in counts)]
        for entity, counts in zip(table.index, table.to_numpy(), strict=True)
    ]
    rows.append(["合计", *(int(n) for n in table.sum(axis=0).to_numpy())])
    return ["内容", *titles, "合计"], rows


def _about(bundle: Bundle) -> Iterator[tuple[str, str]]:
    yield "工具版本", f"reviewer {bundle.version}".strip()
    if bundle.date:
        yield "审查日期", bundle.date
    for name, title in (
        ("name", "规则"),
        ("version", "规则版本"),
        ("sha256", "规则 sha256"),
        ("count", "规则条数"),
    ):
        if name in bundle.rules:
            yield title, str(bundle.rules[name])
    yield "密钥编号", bundle.key.id
    yield "查出的值", "显示原值，须按原件同等保管" if bundle.show_values else "已用 * 遮盖"
    if bundle.min_severity != "note":
        yield "只列出", f"{SEVERITY_TITLES[bundle.min_severity]}及以上"
    yield "说明", "未发现问题不等于可以公开。"


def _ledger(bundle: Bundle, shown: Sequence[tuple[Result, Veil]]) -> Iterator[Row]:
    number = 0
    for result, veil in shown:
        findings = (*sorted(result.findings, key=lambda f: (f.start, f.end)), *result.name_findings)
        path = veil.path(result)
        for finding, (fingerprint, value_id) in zip(
            findings, fingerprints(findings, bundle.key), strict=True
        ):
            if not bundle.listed(finding):
                continue
            number += 1
            yield [
                number,
                path,
                SEVERITY_TITLES[finding.severity],
                entity_title(finding.entity),
                rule_title(bundle, finding.rule, finding.entity),
                finding_place(finding, veil.clean),
                part_title(finding.part),
                veil.value(finding),
                CONFIDENCE_TITLES[finding.confidence],
                veil.clean(finding.message),
                finding.advice,
                "；".join(citation(bundle, key) for key in finding.basis),
                finding.start,
                finding.end,
                finding.rule,
                fingerprint,
                value_id,
            ]


def _unread(shown: Iterable[tuple[Result, Veil]]) -> Iterator[Row]:
    for result, veil in shown:
        path = veil.path(result)
        for fault in result.faults:
            yield [path, "整个文件", fault.code, veil.clean(fault.message), None]
        for gap in result.gaps:
            yield [path, gap_place(gap, veil.clean), gap.reason, veil.clean(gap.message), gap.id]
