"""A ledger of the findings as a workbook: 汇总, 问题清单, 未读部分."""

from __future__ import annotations

import contextlib
import errno
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from io import BytesIO
from itertools import islice
from typing import IO, TYPE_CHECKING
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from reviewer.keys import ordered_fingerprints
from reviewer.reports import Bundle, in_order
from reviewer.reports.veil import Shown
from reviewer.reports.words import (
    CONFIDENCE_TITLES,
    SEVERITY_TITLES,
    citations,
    entity_title,
    finding_place,
    gap_place,
    number,
    part_title,
    printable,
    remark,
    role_title,
    rule_title,
    verdict_title,
)
from reviewer.scratch import made, no_room

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell

Row = list[str | int | None]

_MOST_ROWS = 1_000_000
_MOST_KNOWN = 20_000
_MOST_SUMMED = 2_000
"""files up to which they stand in the summary; more have a sheet of their own"""
_LONGEST = 32_000
# What a spreadsheet takes for a formula; the full-width forms are folded by East Asian versions.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")

_LEDGER = (
    ("序号", 7), ("文件", 30), ("级别", 11), ("内容", 18), ("规则", 22), ("位置", 24), ("所在部分", 10),
    ("查出的值", 24), ("可信度", 9), ("身份", 14), ("公开范围", 14), ("说明", 40),
    ("建议", 36), ("依据", 44), ("起", 9), ("止", 9), ("规则编号", 20), ("指纹", 36), ("值编号", 36),
)  # fmt: skip
_UNREAD = (("文件", 36), ("位置", 26), ("原因", 16), ("说明", 70), ("编号", 20))
_FILES = (("文件", 40), ("结论", 30), ("不得公开", 11), ("须人工判断", 11), ("提示", 11), ("未读", 9))


def write(bundle: Bundle, stream: IO[bytes]) -> None:
    """Write the workbook. Text that a spreadsheet would take for a formula gets an apostrophe in front."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = "reviewer"
    book.properties.title = "拟公开信息审查台账"
    shown = Shown(bundle)
    _summary(book, bundle, shown)
    found = sum(bundle.listed(f) for r in bundle.results for f in (*r.findings, *r.name_findings))
    unread = sum(len(r.faults) + len(r.gaps) for r in bundle.results)
    every = _sheets(book, "文件清单", _FILES, _files(bundle, shown), len(shown)) if _is_long(shown) else ()
    rows = [
        *every,
        *_sheets(book, "问题清单", _LEDGER, _ledger(bundle, shown), found),
        *_sheets(book, "未读部分", _UNREAD, _unread(shown), unread),
        *_joining(book, bundle, shown),
    ]
    _save(book, dict(rows), stream)


def _joining(book: Workbook, bundle: Bundle, shown: Shown) -> Iterator[tuple[str, Iterator[Row]]]:
    told = bundle.joining
    if told is None:
        return
    from reviewer.reports import joining

    groups = len(joining.ordered(told.joins))
    yield from _sheets(book, "汇聚风险", joining.COLUMNS, joining.rows(told.joins, shown.path), groups)
    tables = joining.table_rows(told.tables, shown.path)
    yield from _sheets(book, "表格匿名程度", joining.TABLE_COLUMNS, tables, len(told.tables))


def write_book(
    stream: IO[bytes], title: str, sheets: Sequence[tuple[str, Sequence[tuple[str, int]], Iterator[Row], int]]
) -> None:
    """Writes a workbook of tables: (title, columns with their widths, rows, how many) of each sheet."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = "reviewer"
    book.properties.title = title
    rows = [pair for name, columns, found, count in sheets for pair in _sheets(book, name, columns, found, count)]
    _save(book, dict(rows), stream)


def cell_text(text: str) -> str:
    """`text` as a cell may hold it: no control characters, not too long, never a formula."""
    formula = text.lstrip(" \n\u3000").startswith(_FORMULA)
    text = printable(text.replace("\r\n", "\n"))
    text = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return "'" + text if formula else text


def _sheets(
    book: Workbook, title: str, columns: Sequence[tuple[str, int]], rows: Iterator[Row], count: int
) -> Iterator[tuple[str, Iterator[Row]]]:
    """Makes sheets with a fixed header and filters, as many as `count` rows need; yields their rows by name."""
    for page in range(max(-(-count // _MOST_ROWS), 1)):
        sheet = book.create_sheet(title if page == 0 else f"{title}{page + 1}")
        _columns(sheet, [width for _, width in columns])
        sheet.freeze_panes = "A2"
        sheet.append(_header(sheet, [name for name, _ in columns]))
        held = min(count - page * _MOST_ROWS, _MOST_ROWS)
        sheet.auto_filter.ref = f"A1:{_letter(len(columns))}{held + 1}"
        yield f"xl/worksheets/sheet{len(book.worksheets)}.xml", islice(rows, held)


def _save(book: Workbook, rows: Mapping[str, Iterator[Row]], stream: IO[bytes]) -> None:
    """The workbook with the rows written into its sheets, below their headers.

    openpyxl makes the workbook; a million cells at 10 microseconds each would take it ten seconds, so
    the rows are written as XML (ECMA-376 part 1, 18.3.1.73) into what it saved.
    """
    saved = BytesIO()
    with _passing_files():
        book.save(saved)
    with ZipFile(saved) as source, ZipFile(stream, "w", ZIP_DEFLATED, compresslevel=4) as target:
        for member in source.infolist():
            data = source.read(member)
            if member.filename not in rows:
                target.writestr(member.filename, data)
                continue
            head, end, tail = data.partition(b"</sheetData>")
            with target.open(member.filename, "w", force_zip64=True) as sheet:
                sheet.write(head)
                for lines in _batches(rows[member.filename]):
                    sheet.write(lines)
                sheet.write(end + tail)


@contextlib.contextmanager
def _passing_files() -> Iterator[None]:
    """What openpyxl writes in passing lies in a folder of ours. Raises DiskFull where there is no room for it."""
    from lxml.etree import SerialisationError

    usual = tempfile.tempdir
    with made() as folder:
        tempfile.tempdir = str(folder)
        try:
            yield
        except SerialisationError:
            raise no_room(OSError(errno.ENOSPC, "")) from None
        except OSError as fault:
            raise no_room(fault) from None
        finally:
            tempfile.tempdir = usual


def _batches(rows: Iterator[Row]) -> Iterator[bytes]:
    """The rows as XML, some thousand at a time."""
    letters = [_letter(column) for column in range(1, 1 + max(len(_LEDGER), len(_UNREAD)))]
    # Most cells of a ledger repeat: laws, advice, titles, the file.
    known: dict[str, str] = {}
    line = 1
    while batch := list(islice(rows, 4000)):
        pieces = []
        for row in batch:
            line += 1
            pieces.append(f'<row r="{line}">')
            for letter, value in zip(letters, row, strict=False):
                if isinstance(value, int):
                    pieces.append(f'<c r="{letter}{line}"><v>{value}</v></c>')
                elif value:
                    text = known.get(value)
                    if text is None:
                        if len(known) > _MOST_KNOWN:
                            known.clear()
                        # Space at an end of the text is kept.
                        text = f'<is><t xml:space="preserve">{escape(cell_text(value))}</t></is>'
                        known[value] = text
                    pieces.append(f'<c r="{letter}{line}" t="inlineStr">{text}</c>')
            pieces.append("</row>")
        yield "".join(pieces).encode()


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


def _summary(book: Workbook, bundle: Bundle, shown: Shown) -> None:
    """Entities by severity, then the files with their verdicts, then what made the report."""
    sheet = book.create_sheet("汇总")
    _columns(sheet, [width for _, width in _FILES])
    names, rows = _pivot(bundle)
    sheet.append(_header(sheet, names))
    for row in rows:
        sheet.append(row)
    sheet.append([])
    if _is_long(shown):
        sheet.append(["文件", f"共 {number(len(shown))} 个，逐个列在“文件清单”里"])
    else:
        sheet.append(_header(sheet, [name for name, _ in _FILES]))
        for path, *rest in _files(bundle, shown):
            sheet.append([cell_text(str(path)), *rest])
    sheet.append([])
    for name, value in _about(bundle):
        sheet.append([name, cell_text(value)])


def _is_long(shown: Shown) -> bool:
    return len(shown) > _MOST_SUMMED


def _files(bundle: Bundle, shown: Shown) -> Iterator[Row]:
    """The files with their verdicts."""
    for result, veil in shown:
        found = [f.severity for f in (*result.findings, *result.name_findings) if bundle.listed(f)]
        counts = [found.count(severity) for severity in ("block", "check", "note")]
        unread = len(result.gaps) + len(result.faults)
        yield [veil.path(result), verdict_title(result), *counts, unread]


def _pivot(bundle: Bundle) -> tuple[list[str], list[Row]]:
    """Header and rows of entity by severity, with totals."""
    import pandas as pd

    titles = list(SEVERITY_TITLES.values())
    # Not the findings themselves: those of a big folder are not all in memory.
    found = [
        (entity_title(f.entity), SEVERITY_TITLES[f.severity])
        for r in bundle.results for f in (*r.findings, *r.name_findings) if bundle.listed(f)
    ]  # fmt: skip
    frame = pd.DataFrame(
        {
            "内容": [entity for entity, _ in found],
            "级别": pd.Categorical([severity for _, severity in found], categories=titles),
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


def _ledger(bundle: Bundle, shown: Shown) -> Iterator[Row]:
    count = 0
    law = cache(lambda keys: citations(bundle, keys))
    for result, veil in shown:
        findings = in_order(result)
        path = veil.path(result)
        marks = ordered_fingerprints(findings, bundle.key)
        for finding, (fingerprint, value_id) in zip(findings, marks, strict=True):
            if not bundle.listed(finding):
                continue
            count += 1
            yield [
                count,
                path,
                SEVERITY_TITLES[finding.severity],
                entity_title(finding.entity),
                rule_title(bundle, finding.rule, finding.entity),
                finding_place(finding, veil.clean),
                part_title(finding.part),
                veil.value(finding),
                CONFIDENCE_TITLES[finding.confidence],
                role_title(finding.role),
                veil.clean(finding.scope),
                veil.clean(remark(bundle, finding)),
                finding.advice,
                law(finding.basis),
                finding.start,
                finding.end,
                finding.rule,
                fingerprint,
                value_id,
            ]


def _unread(shown: Shown) -> Iterator[Row]:
    for result, veil in shown:
        path = veil.path(result)
        for fault in result.faults:
            yield [path, "整个文件", fault.code, veil.clean(fault.message), None]
        for gap in result.gaps:
            yield [path, gap_place(gap, veil.clean), gap.reason, veil.clean(gap.message), gap.id]
