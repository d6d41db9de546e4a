"""Reports of very many files: those that need work first, the others counted, nothing lost in the workbook."""

from __future__ import annotations

import io
from dataclasses import replace
from zipfile import ZipFile

import pytest

from reviewer.model import Result
from reviewer.reports import console, gravest, html, write, xlsx
from reviewer.spool import Spool
from tests.reports import drafts

QUIET, BESIDE = 40, 6


def many() -> tuple[Result, ...]:
    """Clear files, and among them ones with a note, ones that were not read and one that must not be published."""
    results = [replace(drafts.clear(), path=f"{k:03}.md") for k in range(QUIET)]
    note = drafts.notice()
    note = replace(note, findings=tuple(replace(one, severity="note") for one in note.findings))
    for k in range(BESIDE):
        results.insert(6 * k + 1, replace(note, path=f"提示{k}.txt"))
        results.insert(6 * k + 2, replace(drafts.unread(), path=f"未读{k}.bin"))
    results.insert(30, replace(drafts.decision(), path="决定.docx", name_findings=()))
    return tuple(results)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "_MOST_TOLD", 3)
    monkeypatch.setattr(console, "_MOST_FILES", 5)
    monkeypatch.setattr(html, "_MOST_DOCUMENTS", 4)
    monkeypatch.setattr(xlsx, "_MOST_SUMMED", 20)


def report(format: str, results: tuple[Result, ...]) -> str:
    page = io.StringIO()
    write(format, drafts.bundle(*results), page)
    return page.getvalue()


def test_the_gravest_come_first() -> None:
    order = ["决定.docx", *(f"未读{k}.bin" for k in range(BESIDE)), *(f"提示{k}.txt" for k in range(BESIDE))]
    results = many()
    assert [results[place].path for place in gravest(results, 13)] == order


def test_console_tells_of_those_that_need_work_most() -> None:
    text = report("console", many())
    told = text.partition("以上是最要紧的 3 个文件，另有 10 个文件没有逐处列出")[0]
    assert all(name in told for name in ("决定.docx", "未读0.bin", "未读1.bin"))
    assert "未读2.bin" not in told and "提示0.txt" not in told and "000.md" not in text
    assert "共 53 个文件" in text and "另有 8 个文件没有列在表中" in text and "其余 40 个文件未发现问题" in text


def test_a_page_has_sections_for_those_that_need_work_most() -> None:
    text = report("html", many())
    assert text.count('<section class="doc"') == 4 and "决定.docx" in text and "000.md" not in text
    assert "文件 53 个" in text and "另有 49 个文件没有列出（其中 40 个未发现问题），请看 xlsx 或 json。" in text


def test_a_workbook_lists_all_on_a_sheet_of_its_own() -> None:
    from openpyxl import load_workbook

    stream = io.BytesIO()
    write("xlsx", drafts.bundle(*many()), stream)
    book = load_workbook(stream)
    assert book.sheetnames == ["汇总", "文件清单", "问题清单", "未读部分"]
    assert [row[0] for row in book["文件清单"].iter_rows(min_row=2, values_only=True)] == [one.path for one in many()]
    assert "共 53 个，逐个列在“文件清单”里" in [row[1] for row in book["汇总"].iter_rows(values_only=True)]
    assert ZipFile(stream).testzip() is None


@pytest.mark.parametrize("format", ["console", "html", "json", "sarif"])
def test_results_on_disk_make_the_same_report(format: str) -> None:
    spool = Spool(0)
    for number, result in enumerate(many()):
        spool.add(number, [result])
    page = io.StringIO()
    write(format, drafts.bundle(results=spool), page)  # type: ignore[arg-type]
    assert page.getvalue() == report(format, many())
