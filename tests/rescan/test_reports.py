"""What a rescan says on screen, as JSON and as a workbook; and the command itself."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openpyxl import load_workbook

from reviewer import cli
from reviewer.errors import UsageError
from reviewer.rescan import report as reports
from reviewer.rescan.report import Report
from reviewer.rescan.state import State

from .conftest import KEY, Rescanner

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "findings.schema.json").read_text(encoding="utf-8"))
PAGE = (
    '<html><head><title>拟录用公示</title><meta name="ColumnName" content="公示公告"></head><body><p>发布机构：某某局</p>'
    "<p>申请人王秀芳，身份证号340102190003071234，手机13800138000。</p></body></html>"
)


@pytest.fixture
def report(tmp_path: Path, site: Path, scanner) -> Iterator[Report]:  # type: ignore[no-untyped-def]
    """A second run: one document is known, one is new, one gone, one can not be read."""
    (site / "a.html").write_text(PAGE, encoding="utf-8")
    (site / "gone.txt").write_text("手机13800138001。", encoding="utf-8")
    (site / "broken.docx").write_bytes(b"PK\x03\x04 none")
    state = State.open(tmp_path / "state", KEY)
    rescan = Rescanner(site, state, scanner)
    rescan()
    (site / "gone.txt").unlink()
    (site / "=b.html").write_text(PAGE.replace("某某局", "另一局"), encoding="utf-8")
    book = scanner.book
    basis = {name: (one.law, one.article, one.text, one.source) for name, one in book.basis.items()}
    rules = {"name": "packaged", "version": "x", "sha256": book.digest, "count": len(book.rules)}
    yield Report(rescan(), state, "x", rules, basis, source="网站", where="记录", date="2026-11-22")
    state.close()


def written(format: str, report: Report) -> Any:
    stream: Any = io.BytesIO() if format == "xlsx" else io.StringIO()
    reports.write(format, report, stream)
    return stream if format == "xlsx" else stream.getvalue()


def test_the_json_is_what_the_schema_says(report: Report) -> None:
    told = json.loads(written("json", report))
    Draft202012Validator(SCHEMA).validate(told)
    documents = {one["path"]: one for one in told["documents"]}
    assert {path: (one["unchanged"], one["verdict"], one["unit"]) for path, one in documents.items()} == {
        "=b.html": (False, "block", "另一局"), "a.html": (True, "block", "某某局"), "broken.docx": (True, "incomplete", ""),
    }  # fmt: skip
    assert told["finished"] is True
    report = replace(report, outcome=replace(report.outcome, interrupted=True))
    assert json.loads(written("json", report))["finished"] is False
    assert told["summary"]["documents"]["total"] == 3 and told["summary"]["errors"] == 1
    assert {name: {one["path"] for one in found} for name, found in told["changes"].items()} == {
        "new": {"=b.html"}, "known": {"a.html"}, "gone": {"gone.txt"}, "reopened": set(),
    }  # fmt: skip
    assert told["changes"]["known"][0]["column"] == "公示公告" and told["basis"]
    assert "13800138000" not in written("json", report)


def test_the_screen_tells_what_is_new_and_whose_it_is(report: Report) -> None:
    text = written("console", report)
    assert "这次审查 1 份，2 份没有变动，1 份已经不在了" in text
    new, rest = text.split("没有读完的")
    assert "=b.html" in new and "a.html\n" not in new.split("要处理的")[1].replace("=b.html", "")
    assert "拟录用公示 · 另一局 · 公示公告" in new and "居民身份证号码" in new
    assert "broken.docx：" in rest and "另一局：1 份要处理，其中 1 份有新发现" in rest


def test_the_workbook_begins_with_what_is_new(report: Report) -> None:
    book = load_workbook(written("xlsx", report))
    assert book.sheetnames[:4] == ["问题清单", "文件清单", "没有读完", "已消失"]
    rows = list(book["问题清单"].iter_rows(values_only=True))
    assert rows[1][:4] == ("新发现", "不得公开", "另一局", "公示公告") and rows[-1][0] == "原来就有"
    assert rows[1][rows[0].index("文件")] == "'=b.html"
    assert "broken.docx" in {row[0] for row in book["没有读完"].iter_rows(values_only=True)}


def test_tables_that_single_somebody_out_are_told_and_the_state_holds_nothing_of_them(
    tmp_path: Path, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = "上湾村,男,1960年3月,视力\n上湾村,女,1971年5月,肢体\n下湾村,男,1960年3月,视力\n"
    (site / "a.csv").write_text(f"行政村,性别,出生年月,残疾类别\n{row}", encoding="utf-8")
    (site / "counted.csv").write_text("村名,性别,年龄段,人数\n上湾村,男,60以上,30\n下湾村,女,60以上,31\n", encoding="utf-8")
    (site / "posts.csv").write_text("单位,岗位,学历要求,年龄要求\n一中,教师,本科,35\n二中,会计,专科,40\n", encoding="utf-8")
    (site / "named.csv").write_text("姓名,行政村,性别,出生年月\n王秀芳,上湾村,女,1960年3月\n", encoding="utf-8")
    state = tmp_path / "state"
    out = [tmp_path / f"o.{name}" for name in ("json", "xlsx", "html")]
    for _ in range(2):  # the second time from the state alone
        run(site, "--state", state, *(f"-o{path}" for path in out))
        (told,) = json.loads(out[0].read_text(encoding="utf-8"))["tables"]
        assert (told["path"], told["k"], told["singles"]) == ("a.csv", 1, [2, 3, 4])
        listed = json.loads(out[0].read_text(encoding="utf-8"))["takedown"]
        assert [(one["path"], one["action"]) for one in listed if "认得出" in one["reason"]] == [("a.csv", "deidentify")]
        assert "没有写姓名" in out[2].read_text(encoding="utf-8")
        assert load_workbook(out[1])["认得出人的表格"]["A2"].value == "a.csv"
        run(site, "--state", state)
        assert "a.csv：第 1 张表（3 行）没有写姓名" in capsys.readouterr().out
    kept = b"".join(path.read_bytes() for path in state.iterdir())
    # One character may stand in what is encrypted by chance.
    assert not any(cell.encode() in kept for line in row.split() for cell in line.split(",") if len(cell) > 1)


def test_findings_below_the_asked_severity_are_counted_only(report: Report) -> None:
    from dataclasses import replace

    told = json.loads(written("json", replace(report, min_severity="block")))
    assert {one["severity"] for document in told["documents"] for one in document["findings"]} == {"block"}
    assert told["summary"]["not_listed"] > 0


def test_no_such_format(report: Report) -> None:
    with pytest.raises(UsageError):
        reports.write("sarif", report, io.StringIO())


def run(*words: object) -> int:
    return cli.main(["rescan", *map(str, words)])


def test_the_command(tmp_path: Path, site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = tmp_path / "state"
    assert run(site, "--state", state) == 3  # there is nothing
    (site / "a.txt").write_text("没有什么。", encoding="utf-8")
    assert run(site, "--state", state) == 0
    (site / "b.txt").write_text("手机13800138000。", encoding="utf-8")
    assert run(site, "--state", state, "--fail-on", "block") == 0
    assert run(site, "--state", state) == 12
    (site / "c.html").write_text(PAGE, encoding="utf-8")
    assert run(site, "--state", state) == 13
    (site / "c.html").write_bytes(b"%PDF-1.7 none")
    capsys.readouterr()
    assert run(site, "--state", state, "--format", "json") == 3
    assert json.loads(capsys.readouterr().out)["changes"]["gone"]
    assert run(site, "--state", state, "--format", "json,xlsx,console", "-o", f"{tmp_path}/out/") == 3
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"report.json", "report.xlsx"}


@pytest.mark.parametrize("words", [
    ["missing"], ["{site}", "--format", "sarif"], ["{site}", "--state", "mysql://x/y"],
    ["{site}", "--state", "{site}/a.txt"],
])  # fmt: skip
def test_calls_that_can_not_work(tmp_path: Path, site: Path, words: list[str]) -> None:
    (site / "a.txt").write_text("没有什么。", encoding="utf-8")
    given = [word.format(site=site) for word in words]
    assert run(*given, *([] if "--state" in given else ["--state", tmp_path / "state"])) == 2


def test_two_at_one_source(rescan: Rescanner, state: State, site: Path) -> None:
    (site / "a.txt").write_text("没有什么。", encoding="utf-8")
    other = State(State.open(state.store.engine.url.render_as_string(False), KEY).store, KEY)
    with other.alone("site"), pytest.raises(UsageError, match="正在重新审查"):
        rescan()
    other.close()
    assert rescan().examined == 1
