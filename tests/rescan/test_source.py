"""What sources list, without opening it: folders, WARC files, lists."""

from __future__ import annotations

import contextlib
import io
import os
from datetime import date, datetime
from pathlib import Path

import pytest

from reviewer.errors import ReadError, UsageError
from reviewer.rescan.examine import entry_bytes
from reviewer.rescan.source import opened
from reviewer.settings import Limits

Record = tuple[str, str, str, bytes]
"""day, address, status and type, body"""


def make_warc(path: Path, records: list[Record], *, gzip: bool = True) -> None:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=gzip)
        for day, address, status, body in records:
            code, _, kind = status.partition(" ")
            headers = StatusAndHeaders(f"{code} x", [("Content-Type", kind)], protocol="HTTP/1.1")
            writer.write_record(writer.create_warc_record(
                address, "response", payload=io.BytesIO(body), http_headers=headers,
                warc_headers_dict={"WARC-Date": f"{day}T00:00:00Z"},
            ))  # fmt: skip


PAGE = "http://www.x.gov.cn/a/1.html"
RECORDS = [
    ("2026-01-01", PAGE, "200 text/html", b"old"), ("2026-02-01", PAGE, "200 text/html", "新的".encode()),
    ("2026-01-01", "http://www.x.gov.cn/gone.html", "200 text/html", b"x"),
    ("2026-02-01", "http://www.x.gov.cn/gone.html", "404 text/html", b"no"),
    ("2026-02-01", "http://www.x.gov.cn/f.woff", "200 font/woff", b"font"),
    ("2026-02-01", "http://www.x.gov.cn/f/a.doc?id=3#top", "200 application/msword", b"doc"),
]  # fmt: skip


@pytest.mark.parametrize("name", ["site.warc.gz", "site.warc"])
def test_of_each_address_a_warc_gives_what_was_fetched_last(tmp_path: Path, name: str) -> None:
    make_warc(tmp_path / name, RECORDS, gzip=name.endswith("gz"))
    found = {entry.path: entry for entry in opened(str(tmp_path / name)).entries()}
    assert list(found) == [PAGE, "http://www.x.gov.cn/f/a.doc?id=3"]
    assert entry_bytes(found[PAGE], Limits()).decode() == "新的" and found[PAGE].url == PAGE
    assert found[PAGE].hint.startswith("sha1:")
    # A folder of WARC files is a mirror, too.
    assert [entry.path for entry in opened(str(tmp_path)).entries()] == list(found)


def test_a_record_that_says_nothing_has_changed_leads_to_the_earlier_one(tmp_path: Path) -> None:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    make_warc(tmp_path / "a.warc.gz", RECORDS[1:2])
    (first,) = opened(str(tmp_path / "a.warc.gz")).entries()
    with (tmp_path / "b.warc.gz").open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        record = writer.create_revisit_record(PAGE, first.hint, PAGE, "2026-02-01T00:00:00Z", headers)
        record.rec_headers.replace_header("WARC-Date", "2026-03-01T00:00:00Z")
        writer.write_record(record)
    (entry,) = opened(str(tmp_path)).entries()
    assert entry_bytes(entry, Limits()).decode() == "新的"
    # Where the earlier one is not there, the document is listed, and can not be read.
    (tmp_path / "a.warc.gz").unlink()
    (entry,) = opened(str(tmp_path)).entries()
    assert entry.path == PAGE and entry.hint == first.hint
    with pytest.raises(ReadError):
        entry_bytes(entry, Limits())


def test_a_warc_that_was_cut_gives_what_is_there_and_says_so(tmp_path: Path) -> None:
    make_warc(tmp_path / "a.warc.gz", [(*RECORDS[0][:3], os.urandom(5000)), RECORDS[5]])
    data = (tmp_path / "a.warc.gz").read_bytes()
    (tmp_path / "a.warc.gz").write_bytes(data[:-60])
    entries, found = opened(str(tmp_path / "a.warc.gz")).entries(), []
    with pytest.raises(ReadError, match="没有读完"):
        for entry in entries:
            found.append(entry.path)
    assert PAGE in found


@pytest.mark.parametrize("data", [b"", b"nothing", b"\x1f\x8b\x08\x00broken", b"WARC/1.0\r\n\r\n"])
def test_what_is_no_warc(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.warc.gz").write_bytes(data)
    with contextlib.suppress(ReadError):
        assert list(opened(str(tmp_path / "a.warc.gz")).entries()) == []


ROWS = [
    ["序号", "文件路径", "网址", "发布单位", "栏目", "发布日期", "所在页面"],
    [1, "f/名单.xls", "http://x.gov.cn/f/1.xls", "某局", "公示", "2024年5月6日", "f/1.html"],
    [2, "f\\1.html", "http://x.gov.cn/f/1.html", "某局", "公示", "2024/05/06", None],
    [3, "f/名单.xls", "http://x.gov.cn/g/1.xls", "另一局", "", "", ""],
    [4, None, None, None, None, None, None],
    [5, "", "http://x.gov.cn/h/1.doc", "某局", "", "", ""],
]


def make_list(path: Path) -> None:
    if path.suffix == ".xlsx":
        from openpyxl import Workbook

        book = Workbook()
        assert book.active is not None
        for row in ROWS:
            book.active.append([datetime(2024, 5, 6) if cell == "2024/05/06" else cell for cell in row])
        book.save(path)
        return
    lines = (",".join("" if cell is None else str(cell) for cell in row) for row in ROWS)
    path.write_bytes("\n".join(lines).encode("gb18030"))


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
def test_a_list_names_files_with_what_is_known_of_them(tmp_path: Path, name: str) -> None:
    make_list(tmp_path / name)
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "名单.xls").write_bytes(b"x")
    first, second, third, last = opened(str(tmp_path / name)).entries()
    assert (first.path, first.url, first.unit, first.column, first.published, first.page) == (
        "f/名单.xls", "http://x.gov.cn/f/1.xls", "某局", "公示", date(2024, 5, 6), "f/1.html",
    )  # fmt: skip
    assert entry_bytes(first, Limits()) == b"x" and first.size == 1
    assert (second.path, second.published) == ("f/1.html", date(2024, 5, 6))
    assert (third.path, third.unit) == ("http://x.gov.cn/g/1.xls", "另一局") and third.where == first.where
    assert (last.path, last.where) == ("http://x.gov.cn/h/1.doc",) * 2


@pytest.mark.parametrize(("name", "data"), [
    ("a.csv", b""), ("a.csv", b"x,y\n1,2\n"), ("a.xlsx", b"PK none"), ("a.doc", b"x"), ("missing", None),
])  # fmt: skip
def test_what_is_no_source(tmp_path: Path, name: str, data: bytes | None) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(UsageError):
        list(opened(str(tmp_path / name)).entries())


def test_fonts_and_icons_of_a_site_are_no_documents(tmp_path: Path) -> None:
    for name in ("a.html", "f.woff2", "favicon.ico", "style.css"):
        (tmp_path / name).write_bytes(b"x")
    assert [entry.path for entry in opened(str(tmp_path)).entries()] == ["a.html", "style.css"]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_what_a_list_says_and_is_not_taken_is_told_by_its_row(tmp_path: Path, suffix: str) -> None:
    rows = [
        ["路径", "日期"], ["a.html", 20240104], ["b.html", "去年春天"], ["a.html", "2024-01-04"], ["c.html", "20241404"],
        ["d.html", ""],
    ]  # fmt: skip
    path = tmp_path / f"list.{suffix}"
    if suffix == "xlsx":
        from openpyxl import Workbook

        book = Workbook()
        assert book.active is not None
        for row in rows:
            book.active.append(row)
        book.save(path)
    else:
        path.write_text("\n".join(",".join(map(str, row)) for row in rows), encoding="utf-8")
    source = opened(str(path))
    assert [(one.path, one.published) for one in source.entries()] == [
        ("a.html", date(2024, 1, 4)), ("b.html", None), ("c.html", None), ("d.html", None)
    ]  # fmt: skip
    dates, again = source.warnings  # type: ignore[attr-defined]
    assert f"list.{suffix} 第 3、5 行的日期看不懂" in dates and f"list.{suffix} 第 4 行和前面某一行是同一个文件" in again
    assert "去年" not in dates and list(source.entries()) and len(source.warnings) == 2  # type: ignore[attr-defined]
