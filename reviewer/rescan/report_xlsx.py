"""A rescan as a workbook for the offices that clean up: 问题清单, 已消失, 没有读完, 撤下清单, 汇聚风险."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, Any

from reviewer.linkage.join import repairs
from reviewer.reports.joining import COLUMNS, TABLE_COLUMNS, rows, table_rows
from reviewer.reports.words import SEVERITY_TITLES, VERDICT_TITLES, entity_title
from reviewer.reports.xlsx import Row, write_book
from reviewer.rescan.model import ACTIONS
from reviewer.rescan.proposals import KIND_TITLES
from reviewer.rescan.report import CHANGE_TITLES, Report
from reviewer.rescan.report_console import where_of
from reviewer.review.cleaning import STATES

Sheet = tuple[str, tuple[tuple[str, int], ...], list[Row]]
"""title, columns with their widths, rows"""
_FINDINGS = (
    ("变化", 10), ("级别", 11), ("单位", 24), ("栏目", 16), ("发布日期", 12), ("标题", 36), ("网址", 40), ("文件", 36),
    ("附在哪一页", 30), ("内容", 18), ("查出的值", 24), ("位置", 24), ("说明", 36), ("建议", 40), ("文种", 16),
    ("指纹", 36),
)  # fmt: skip
_DOCUMENTS = (
    ("文件", 40), ("结论", 16), ("单位", 24), ("栏目", 16), ("发布日期", 12), ("标题", 36), ("网址", 40),
    ("索引号", 24), ("文号", 20), ("不得公开", 10), ("须人工判断", 11), ("提示", 8), ("这次审查", 10),
)  # fmt: skip
_UNREAD = (("文件", 40), ("单位", 24), ("网址", 40), ("位置", 24), ("说明", 70))
_REPAIRS = (("文件", 60), ("断开几处", 12))
_GONE = (("文件", 40), ("单位", 24), ("栏目", 16), ("指纹", 36))


def write(report: Report, stream: IO[bytes]) -> None:
    """Writes the workbook."""
    told = [(title, columns, iter(found), len(found)) for title, columns, found in sheets(report)]
    write_book(stream, "已公开内容清理清单", told)


def sheets(report: Report) -> list[Sheet]:
    """The tables of a rescan."""
    findings, documents, unread = _rows(report)
    names = ("path", "unit", "column", "fingerprint")
    gone: list[Row] = [[report.path_shown(one[name]) for name in names] for one in report.changes("gone")]
    made: list[Sheet] = [
        ("问题清单", _FINDINGS, findings), ("文件清单", _DOCUMENTS, documents), ("没有读完", _UNREAD, unread),
        ("已消失", _GONE, gone),
    ]  # fmt: skip
    if report.outcome.takedown:
        made.append(("撤下清单", _TAKEDOWN, [_entry(report, one) for one in report.outcome.takedown]))
    if report.outcome.joins:
        made.append(("汇聚风险", COLUMNS, list(rows(report.joining.joins, report.path_shown))))
        fixes: list[Row] = [[report.path_shown(one.document), one.joins] for one in repairs(report.joining.joins)]
        made.append(("先改哪几份", _REPAIRS, fixes))
    if report.tables:
        made.append(("认得出人的表格", TABLE_COLUMNS, list(table_rows(report.joining.tables, report.path_shown))))
    return made


_TAKEDOWN = (
    ("编号", 8), ("单位", 20), ("栏目", 16), ("标题", 36), ("文件", 40), ("网址", 40), ("情形", 18), ("处理", 10),
    ("状态", 14), ("为什么", 48), ("依据", 36), ("自何时起", 12), ("证据", 48), ("决定的理由", 30),
)  # fmt: skip


def _entry(report: Report, one: Mapping[str, Any]) -> Row:
    """An entry of the take-down list. The list that units fill in is another: reviewer takedown export."""
    evidence = [_evidence(report, said) for said in one["evidence"]]
    laws = [f"{report.basis[key][0]}{report.basis[key][1]}" for key in one["basis"] if key in report.basis]
    return [
        one["id"], one["unit"], one["column"], one["title"], report.path_shown(one["path"]), one["url"],
        KIND_TITLES.get(one["kind"], one["kind"]), ACTIONS[one["action"]], STATES[one["state"]], one["reason"],
        "；".join(laws), one["since"] or "", "；".join(evidence), one.get("decision", {}).get("reason", ""),
    ]  # fmt: skip


def _evidence(report: Report, said: str) -> str:
    """What ends in a path, with the path as people may see it."""
    head, colon, path = said.rpartition("：")
    return f"{head}{colon}{report.path_shown(path)}"


def _rows(report: Report) -> tuple[list[Row], list[Row], list[Row]]:
    """The rows of findings (the new and the gravest first), documents, and what was not read."""
    changed, _ = report.changed()
    findings: list[tuple[tuple[int, int], Row]] = []
    documents: list[Row] = []
    unread: list[Row] = []
    for stored, document in report.documents():
        path, day = report.shown(stored), document["published"]
        found = [one["severity"] for one in document["findings"]]
        documents.append([
            path, VERDICT_TITLES[document["verdict"]], stored.unit, stored.column, day, stored.title, stored.url,
            stored.index_number, stored.number, *(found.count(name) for name in ("block", "check", "note")),
            "没有变动" if document["unchanged"] else "是",
        ])  # fmt: skip
        for one in document["findings"]:
            change = changed.get((stored.id, one["fingerprint"]), "known")
            rank = ("block", "check", "note").index(one["severity"])
            findings.append(((change == "known", rank), [
                CHANGE_TITLES[change], SEVERITY_TITLES[one["severity"]], stored.unit, stored.column, day, stored.title,
                stored.url, path, document["page"], entity_title(one["entity"]), one["value"], where_of(one),
                one["message"], one["advice"], stored.genre, one["fingerprint"],
            ]))  # fmt: skip
        unread.extend(_unread(path, stored.unit, stored.url, document))
    findings.sort(key=lambda one: one[0])
    return [row for _, row in findings], documents, unread


def _unread(path: str, unit: str, url: str, document: Mapping[str, Any]) -> Iterator[Row]:
    for fault in document["errors"]:
        yield [path, unit, url, "整个文件", fault["message"]]
    for gap in document["gaps"]:
        yield [path, unit, url, where_of({**gap, "start": None}), gap["message"]]
