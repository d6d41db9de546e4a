"""Every format: its golden file, its promises to programs, and what it must never show."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import openpyxl
import pytest

from reviewer import errors
from reviewer.cli import main
from reviewer.errors import UsageError
from reviewer.model import PARTS, ROLE_TITLES, Document, DocumentGenre, Fault, Finding, Gap, Locator, Result
from reviewer.readers.assembly import Assembly
from reviewer.reports import FORMATS, Bundle, console, sarif, write
from reviewer.reports.xlsx import cell_text
from tests.reports import drafts

GOLDEN = Path(__file__).parent / "golden"
SCHEMA = Path(__file__).parents[2] / "docs" / "findings.schema.json"


def report(format: str, bundle: Bundle) -> str:
    """The report as text; a workbook as tab-separated cells."""
    stream = io.BytesIO()
    write(format, bundle, stream)
    if format != "xlsx":
        return stream.getvalue().decode()
    rows = io.StringIO()
    table = csv.writer(rows, dialect="excel-tab", lineterminator="\n")
    for sheet in openpyxl.load_workbook(stream):
        rows.write(f"== {sheet.title} {sheet.auto_filter.ref} {sheet.freeze_panes}\n")
        table.writerows(sheet.iter_rows(values_only=True))
    return rows.getvalue()


def seen(format: str, text: str) -> str:
    """What a person or program reads: without tags and escapes."""
    if format == "html":
        text = re.sub(r"<style>.*?</style>|<script>.*?</script>|<a class=\"no\".*?</a>", "", text, flags=re.S)
        text = re.sub(r"</?(?:mark|span|b|i|a|code)(?: [^>]*)?>", "", text)
        text = html.unescape(re.sub(r"<[^>]*>", "\n", text))
    if format == "sarif":
        text = unquote(text)
    return text


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", ["mixed", "severe", "clear"])
def test_golden(format: str, name: str, rewrite_golden: bool) -> None:
    bundle = {
        "mixed": drafts.bundle(),
        "severe": drafts.bundle(drafts.decision(), min_severity="block"),
        "clear": drafts.bundle(drafts.clear()),
    }[name]
    suffix = {"console": "txt", "xlsx": "tsv", "sarif": "sarif.json"}.get(format, format)
    path = GOLDEN / f"{name}.{suffix}"
    text = report(format, bundle)
    if rewrite_golden:
        path.write_text(text, "utf-8", newline="\n")
    assert text == path.read_text("utf-8")


def test_every_format_module_is_listed() -> None:
    import reviewer.reports

    folder = Path(reviewer.reports.__file__).parent
    formats = {path.stem for path in folder.glob("*.py") if "\ndef write(bundle" in path.read_text("utf-8")}
    assert formats == set(FORMATS)


# What must never show

SECRETS = (
    "110101190203074530",
    "13900000001",
    "13900000002",
    "钟离墨白",
    "闻人一诺",
    "青禾县柳溪镇河湾村七组12号",
)


@pytest.mark.parametrize("format", FORMATS)
def test_values_show_only_when_asked(format: str) -> None:
    hidden = seen(format, report(format, drafts.bundle()))
    # The path is the one place where json and sarif show what stands in a name.
    hidden = hidden.replace("决定书 钟离墨白.docx", "") if format in ("json", "sarif") else hidden
    assert [value for value in SECRETS if value in hidden] == []
    shown = seen(format, report(format, drafts.bundle(show_values=True)))
    expected = SECRETS[3:4] if format == "console" else SECRETS
    assert [value for value in expected if value not in shown.replace("\n", "")] == []


@pytest.mark.parametrize("format", FORMATS)
def test_low_findings_that_are_not_listed_stay_masked(format: str) -> None:
    text = seen(format, report(format, drafts.bundle(drafts.decision(), min_severity="block")))
    text = text.replace("决定书 钟离墨白.docx", "") if format in ("json", "sarif") else text
    assert [value for value in SECRETS if value in text] == []


@pytest.mark.parametrize("format", FORMATS)
def test_names_of_sheets_attachments_and_messages_are_masked(format: str) -> None:
    page = Assembly()
    page.add_table([(1, [(1, "姓名")]), (2, [(1, "钟离墨白")])], sheet="钟离墨白的表")
    page.add("另见钟离墨白", part="attachment", locator=Locator(note="钟离墨白.docx"))
    document = page.finish(path="甲/13900000001000/乙.xlsx", kind="xlsx", data=b"")
    first = list(drafts.found(document, "钟离墨白", "NAME"))[:1]
    gap = Gap("0" * 16, "body", Locator(sheet="钟离墨白的表"), "picture", "钟离墨白的照片没有识别。")
    fault = Fault("broken", "钟离墨白的附件打不开。")
    late = list(drafts.found(document, "另见", "LANDLINE"))
    result = Result(document.path, document, tuple(first + late), (gap,), (fault,))
    # The same value in another file, where nothing found it.
    other = Assembly()
    other.add("联系电话 0551-0000000，钟离墨白收")
    other_document = other.finish(path="b.txt", kind="txt", data=b"")
    office = tuple(drafts.found(other_document, "0551-0000000", "LANDLINE"))
    other_result = Result("b.txt", other_document, office)
    text = seen(format, report(format, drafts.bundle(result, other_result)))
    assert "钟离墨白" not in text and "钟***" in text
    if format not in ("json", "sarif"):
        assert "13900000001000" not in text


@pytest.mark.parametrize("format", FORMATS)
def test_control_characters_are_escaped(format: str) -> None:
    text = report(format, drafts.bundle(replace(drafts.decision(), path="a\x1b]0;x\x07\u202eb\udc80.docx")))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", text)
    if format not in ("json", "sarif"):
        assert "\u202e" not in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\\x0d=1"),
        (" =1", "' =1"),
        ("＝1", "'＝1"),
        ("一=1", "一=1"),
        ("a\x00b\x1b", "a\\x00b\\x1b"),
        ("\udc80", "\\udc80"),
        ("", ""),
        ("长" * 40000, "长" * 31999 + "…"),
    ],
)
def test_cells_are_never_formulas(text: str, shown: str) -> None:
    assert cell_text(text) == shown


# JSON


def strict(node: object) -> object:
    """The schema with no key allowed that it does not name: every key of the output must be documented."""
    if isinstance(node, list):
        return [strict(each) for each in node]
    if not isinstance(node, dict):
        return node
    made = {name: strict(value) for name, value in node.items()}
    return made | {"additionalProperties": False} if "properties" in made else made


def schema() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(made)
    return made


def judged() -> Result:
    """What the kind of document and the neighbours say, and odd characters everywhere."""
    made = drafts.decision()
    first, *rest = made.findings
    first = replace(first, role="applicant", scope="仅村内公示", combined_with=("HEALTH", "PHONE"))
    genre = DocumentGenre("行政处罚", "likely", ("当事人：钟离墨白",))
    fault = Fault("broken", "\x00\u2028\ud800\"\\")
    path = "\"\\\n\x00\udc80.docx"
    return replace(made, path=path, findings=(first, *rest), faults=(fault,), genre=genre)


@pytest.mark.parametrize(
    "bundle",
    [
        drafts.bundle(),
        drafts.bundle(show_values=True),
        drafts.bundle(min_severity="block"),
        drafts.bundle(drafts.clear()),
        drafts.bundle(judged()),
        drafts.bundle(drafts.register(30)),
        replace(drafts.bundle(), results=()),
        replace(drafts.bundle(), basis={}, titles={}),
    ],
)
def test_json_keeps_its_schema(bundle: Bundle) -> None:
    jsonschema.Draft202012Validator(strict(schema())).validate(json.loads(report("json", bundle)))


def test_json_of_all_samples_keeps_its_schema(tmp_path: Path) -> None:
    output = tmp_path / "a.json"
    samples = Path(__file__).parents[2] / "samples"
    assert main(["scan", str(samples), "--format", "json", "-o", str(output)]) == 13
    made = json.loads(output.read_text("utf-8"))
    jsonschema.Draft202012Validator(strict(schema())).validate(made)
    assert made["rules"]["version"] and len(made["documents"]) > 20


def test_json_tells_the_kind_of_document() -> None:
    (made,) = json.loads(report("json", drafts.bundle(judged())))["documents"]
    assert made["genre"] == {"name": "行政处罚", "confidence": "likely", "evidence": ["当事人：钟***"]}
    first = next(finding for finding in made["findings"] if "role" in finding)
    assert (first["role"], first["scope"]) == ("applicant", "仅村内公示")
    assert first["combined_with"] == ["HEALTH", "PHONE"]


def test_json_documents_every_key() -> None:
    """docs/json.md names each key of the schema, and its tables name no other."""
    text = (SCHEMA.parent / "json.md").read_text("utf-8")
    made = schema()
    shapes = {"顶层": made, "`summary`": made["properties"]["summary"]}
    shapes |= {f"`{name}s[]`": made["$defs"][name] for name in ("document", "finding", "gap")}
    for title, shape in shapes.items():
        # What a rescan has beside it stands in a section of its own.
        _, section, *more = text.split(f"## {title}\n")
        section = "\n".join(part.split("\n## ")[0].split("\n### ")[0] for part in (section, *more))
        rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
        assert {key for row in rows for key in re.findall("`([a-z0-9_]+)`", row)} == set(shape["properties"]), title

    def walk(node: object) -> set[str]:
        if isinstance(node, dict):
            own = set(node.get("properties", ()))
            return own.union(*(walk(value) for value in node.values()))
        return set().union(*map(walk, node)) if isinstance(node, list) else set()

    assert {key for key in walk(made) if f"`{key}`" not in text} == set()


def test_json_documents_every_word() -> None:
    """Parts, roles, reading views and error codes that can be written are those that docs/json.md names."""
    text = (SCHEMA.parent / "json.md").read_text("utf-8")
    codes = {one.code for one in _tree(errors.ReviewerError)}
    assert {word for word in (*PARTS, *ROLE_TITLES, *codes) if f"`{word}`" not in text} == set()


def _tree(kind: type[errors.ReviewerError]) -> Iterator[type[errors.ReviewerError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _tree(child)


def test_json_content() -> None:
    made = json.loads(report("json", drafts.bundle()))
    assert made["schema"] == "reviewer.findings/1" and made["key_id"] == drafts.KEY.id
    verdicts = ["block", "block", "incomplete", "clear", "incomplete", "block"]
    assert [document["verdict"] for document in made["documents"]] == verdicts
    assert [document["complete"] for document in made["documents"]] == [False, True, False, True, False, True]
    first, notice, unread = made["documents"][:3]
    assert first["path"] == "案卷/决定书 钟离墨白.docx" and first["findings"][-1]["part"] == "filename"
    assert unread["sha256"] is None and unread["errors"][0]["code"] == "unknown-format"
    masked = notice["findings"][0]
    assert masked["masked"] is True and masked["candidates"] == 3
    assert "masked" not in first["findings"][0]
    assert ["permitted_end" in finding for finding in first["findings"]].count(True) == 1
    every = [finding for document in made["documents"] for finding in document["findings"]]
    assert len({finding["fingerprint"] for finding in every}) == len(every)
    assert len({finding["value_id"] for finding in every}) < len(every)
    assert made["summary"]["findings"] == len(every) == sum(made["summary"]["by_entity"].values())
    assert set(made["basis"]) == {key for finding in every for key in finding["basis"]}
    assert made["summary"]["documents"] == {
        "total": 6, "block": 3, "check": 0, "incomplete": 2, "note": 0, "clear": 1,
    }  # fmt: skip


def test_min_severity_leaves_the_verdict() -> None:
    made = json.loads(report("json", drafts.bundle(drafts.notice(), min_severity="block")))
    office = replace(drafts.notice(), findings=drafts.notice().findings[1:])
    low = json.loads(report("json", drafts.bundle(office, min_severity="check")))
    assert len(made["documents"][0]["findings"]) == 1 and made["summary"]["not_listed"] == 1
    assert low["documents"][0]["verdict"] == "note" and low["documents"][0]["findings"] == []


# SARIF


@pytest.mark.parametrize(
    ("path", "root", "uri"),
    [
        ("a b/张%.docx", "", "a%20b/%E5%BC%A0%25.docx"),
        ("./a.docx", "", "a.docx"),
        ("/srv/in/a.docx", "/srv", "in/a.docx"),
        ("/srv/in/a.docx", "/other", "file:///srv/in/a.docx"),
        ("outer.zip!inner.docx", "", "outer.zip!inner.docx"),
        ("C:\\in\\a#.docx", "", "file:///C:/in/a%23.docx"),
        ("in\\a.docx", "", "in/a.docx"),
        ("a\udcff.txt", "", "a%FF.txt"),
        ("a:b.txt", "", "a%3Ab.txt"),
    ],
)
def test_sarif_uri(path: str, root: str, uri: str) -> None:
    assert sarif.uri(path, root) == uri


def test_sarif_content() -> None:
    log = json.loads(report("sarif", drafts.bundle()))
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert log["version"] == "2.1.0" and run["columnKind"] == "unicodeCodePoints"
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert set(result["partialFingerprints"]) == {"reviewerFingerprint/v1"}
        assert {"entity", "confidence", "value_id", "key_id"} <= set(result["properties"])
        (location,) = result["locations"]
        named = location["logicalLocations"][0]["fullyQualifiedName"] == "filename"
        assert ("region" in location["physicalLocation"]) is not named
    levels = {rule["id"]: rule["defaultConfiguration"]["level"] for rule in rules}
    some = [levels[rule] for rule in ("resident-id", "mobile", "office-phone")]
    assert some == ["error", "warning", "note"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    notes = [(note["descriptor"]["id"], note["level"]) for note in invocation["toolExecutionNotifications"]]
    assert notes == [("picture", "warning"), ("unknown-format", "error"), ("scanned-page", "warning")]
    office = next(result for result in run["results"] if result["ruleId"] == "office-phone")
    region = office["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"]) == (3, 6)
    assert (region["endLine"], region["endColumn"]) == (3, 6 + region["charLength"])
    texts = [result["message"]["text"] for result in run["results"]]
    assert not [text for text in texts if len(set(text.rstrip("。").split("："))) < len(text.split("："))]
    assert "居民身份证号码：11**************30" in texts


# Console


@pytest.mark.parametrize("width", [80, 120])
def test_console_width_and_pipe(width: int) -> None:
    from rich.cells import cell_len

    page = io.StringIO()
    console.write(drafts.bundle(drafts.decision(), drafts.register(15000)), page, width=width)
    text = page.getvalue()
    assert "\x1b" not in text and max(map(cell_len, text.splitlines())) <= width
    flat = re.sub(r"\s", "", text)
    assert "30,000处，2组" in flat and flat.count("15,000") >= 4 and "D15001" in flat


def test_console_caps_long_lists() -> None:
    page = Assembly()
    page.add("\n".join(f"电话 139{n:08d}" for n in range(400)))
    document = page.finish(path="a.txt", kind="txt", data=b"")
    findings = [f for n in range(400) for f in drafts.found(document, f"139{n:08d}", "PHONE")]
    text = report("console", drafts.bundle(Result("a.txt", document, tuple(findings))))
    assert "依据和建议同上" in text and "另有 350 组、350 处没有列出" in text and "--format html" in text


def test_console_on_a_narrow_character_set() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, "gbk")
    page = Assembly()
    page.add("电话 13900000001 \U0001f600")
    document = page.finish(path="\U0001f600.txt", kind="txt", data=b"")
    result = Result(document.path, document, tuple(drafts.found(document, "13900000001", "PHONE")))
    console.write(drafts.bundle(result), stream)
    stream.flush()
    assert "手机号码" in raw.getvalue().decode("gbk")


def test_console_colour_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    page = Terminal()
    console.write(drafts.bundle(drafts.notice()), page)
    assert "\x1b[1;31m" in page.getvalue()
    assert "\x1b" not in re.sub(r"\x1b\[[0-9;]*m", "", page.getvalue())


# HTML


class Page(HTMLParser):
    """Collects what a browser would load or run, the ids, and whether tags are closed in order."""

    VOID = frozenset({"meta", "input"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_html_loads_nothing_and_is_well_formed() -> None:
    for bundle in (drafts.bundle(), drafts.bundle(drafts.clear()), drafts.bundle(drafts.register(300))):
        page = Page(report("html", bundle))
        names = {name for _, attributes in page.tags for name in attributes}
        assert not {name for name in names if name.startswith("on")}
        assert not names & {"src", "style", "srcset"}
        assert not {tag for tag, _ in page.tags} & {"img", "link", "iframe", "object", "embed", "base"}
        links = [a["href"] for _, a in page.tags if "href" in a]
        assert all(link and link.startswith("#") for link in links)
        ids = [a["id"] for _, a in page.tags if "id" in a]
        assert len(ids) == len(set(ids)) and {str(link)[1:] for link in links} <= set(ids)


def test_html_policy_names_the_hashes() -> None:
    import base64
    import hashlib

    text = report("html", drafts.bundle())
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1])  # type: ignore[index]
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy
    for kind, tag in (("style-src", "style"), ("script-src", "script")):
        body = re.search(f"<{tag}>(.*?)</{tag}>", text, re.S)[1]  # type: ignore[index]
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}'" in policy


def test_html_escapes_the_draft() -> None:
    page = Assembly()
    page.add("<script>alert(1)</script> 13900000001 \"'&<b>")
    document = page.finish(path="<img src=x onerror=1>.txt", kind="txt", data=b"")
    result = Result(document.path, document, tuple(drafts.found(document, "13900000001", "PHONE")))
    text = report("html", drafts.bundle(result))
    assert "<img" not in text and text.count("<script>") == 1 and "&lt;script&gt;alert(1)" in text


def long_text() -> Result:
    page = Assembly()
    page.add("前言" * 400 + "电话 13900000001。" + "正文" * 5000 + "电话 13900000002。" + "附则" * 400)
    document = page.finish(path="a.txt", kind="txt", data=b"")
    findings = [f for n in "12" for f in drafts.found(document, "1390000000" + n, "PHONE")]
    return Result("a.txt", document, tuple(findings))


def hidden_sheet() -> Result:
    page = Assembly()
    page.add("公告")
    rows = [(n, [(1, str(n)), (2, f"139{n:08d}")]) for n in range(1, 3001)]
    page.add_table(rows, sheet="原始", concealed="隐藏工作表")
    document = page.finish(path="a.xlsx", kind="xlsx", data=b"")
    whole = document.concealed[0]
    hidden = Finding("hidden", "HIDDEN_CONTENT", "check", "certain", whole.start, whole.end, "hidden",
                     Locator(), "隐藏工作表 3000 行", "structure", "", "", ())  # fmt: skip
    phones = [f for n in range(1, 200) for f in drafts.found(document, f"139{n:08d}", "PHONE")]
    return Result("a.xlsx", document, (hidden, *phones))


def wide_table() -> Result:
    page = Assembly()
    rows = [(n, [(c, f"{n}.{c}") for c in range(1, 101) if c != 77]) for n in range(1, 9)]
    page.add_table([(n, sorted([*cells, (77, f"139{n:08d}")])) for n, cells in rows])
    document = page.finish(path="a.csv", kind="csv", data=b"")
    findings = [f for n in range(1, 9) for f in drafts.found(document, f"139{n:08d}", "PHONE")]
    return Result("a.csv", document, tuple(findings))


@pytest.mark.parametrize(
    ("made", "shows", "most"),
    [
        (long_text, ["略去 9,8", "1*********1", "1*********2"], 40_000),
        (lambda: drafts.register(15000), ["略去 14,980 行", "C2 至 C15001，共 15,000 处"], 60_000),
        (hidden_sheet, ["工作表“原始”", "隐藏工作表"], 100_000),
        (wide_table, ["1*********1", "8.23"], 60_000),
    ],
)
def test_html_of_long_documents(made: Callable[[], Result], shows: list[str], most: int) -> None:
    text = report("html", drafts.bundle(made()))
    Page(text)
    plain = seen("html", text)
    assert [words for words in shows if words not in plain] == []
    assert len(text) < most


def test_html_with_thousands_of_groups_stays_small() -> None:
    page = Assembly()
    lines = [f"第{n}户，电话 139{n:08d}，" + "其余从略" * 10 for n in range(5000)]
    for line in lines:
        page.add(line)
    document = page.finish(path="a.txt", kind="txt", data=b"")
    findings, start = [], 0
    for n in range(5000):
        start = document.text.index(f"139{n:08d}", start)
        findings.append(_phone(document, start))
    text = report("html", drafts.bundle(Result("a.txt", document, tuple(findings))))
    assert len(text.encode()) < 3_000_000 and "另有 4,000 组问题没有列出" in text
    assert text.count("<article") == 1000


def _phone(document: Document, start: int) -> Finding:
    value = document.text[start : start + 11]
    return Finding("mobile", "PHONE", "check", "certain", start, start + 11, "body", Locator(), value,
                   "folded", "", "", ("ogi-15",))  # fmt: skip


@pytest.mark.parametrize("format", ["console", "html"])
def test_one_scope_is_told_once(format: str) -> None:
    made = judged()
    same = replace(made, findings=tuple(replace(f, scope="仅村内公示") for f in made.findings))
    two = replace(made, findings=tuple(replace(f, scope=f"{f.entity}可公示") for f in made.findings))
    one_text, two_text = (re.sub(r"\s", "", seen(format, report(format, drafts.bundle(r)))) for r in (same, two))
    assert one_text.count("仅村内公示") == 1 and "文种：行政处罚（较可能）" in one_text
    assert two_text.count("可公示") > 3


def test_html_names_a_hidden_row_once() -> None:
    page = Assembly()
    rows = [(n, [(1, str(n)), (2, "钟离墨白"), (3, f"139{n:08d}")]) for n in (1, 2)]
    page.add_table(rows, sheet="名单", hidden_rows={2: "隐藏行"})
    document = page.finish(path="a.xlsx", kind="xlsx", data=b"")
    whole = document.concealed[0]
    hidden = Finding("hidden", "HIDDEN_CONTENT", "check", "certain", whole.start, whole.end, "hidden",
                     Locator(), "隐藏行 20 字", "structure", "", "", ())  # fmt: skip
    text = report("html", drafts.bundle(Result("a.xlsx", document, (hidden,))))
    assert text.count('<span class="tag">隐藏行</span>') == 1 and text.count('class="no" href="#g1"') == 2


def test_xlsx_sheets() -> None:
    stream = io.BytesIO()
    write("xlsx", drafts.bundle(), stream)
    book = openpyxl.load_workbook(stream)
    assert book.sheetnames == ["汇总", "问题清单", "未读部分"]
    for sheet in book:
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_xlsx_goes_on_on_another_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    from reviewer.reports import xlsx

    monkeypatch.setattr(xlsx, "_MOST_ROWS", 7)
    stream = io.BytesIO()
    write("xlsx", drafts.bundle(drafts.register(5)), stream)
    book = openpyxl.load_workbook(stream)
    sheets = [sheet for sheet in book if sheet.title.startswith("问题清单")]
    assert [(s.title, s.max_row, s.auto_filter.ref) for s in sheets] == [
        ("问题清单", 8, "A1:S8"), ("问题清单2", 8, "A1:S8"), ("问题清单3", 2, "A1:S2"),
    ]  # fmt: skip
    numbers = [row[0].value for sheet in sheets for row in sheet.iter_rows(min_row=2)]
    assert numbers == list(range(1, 16))


def test_streams() -> None:
    page = io.StringIO()
    write("json", drafts.bundle(), page)
    json.loads(page.getvalue())
    with pytest.raises(UsageError, match="-o"):
        write("xlsx", drafts.bundle(), io.StringIO())
    with pytest.raises(UsageError, match="console、json"):
        write("pdf", drafts.bundle(), io.BytesIO())
    raw = io.BytesIO()
    write("json", drafts.bundle(replace(drafts.clear(), path="a\udc80.txt")), raw)
    assert json.loads(raw.getvalue())["documents"][0]["path"] == "a\udc80.txt"
