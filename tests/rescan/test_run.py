"""Runs over a source: what is examined, what is trusted, what is new, known, gone and reopened; interrupts."""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import signal
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from reviewer.errors import KeyMismatch
from reviewer.keys import Key
from reviewer.rescan import report as reports
from reviewer.rescan.engine import Local, Told
from reviewer.rescan.examine import Context
from reviewer.rescan.model import Entry, from_record
from reviewer.rescan.report import Report
from reviewer.rescan.run import Rescanned
from reviewer.rescan.state import CHANGES, State

from ..databases import fresh
from .conftest import KEY, Here, Rescanner
from .test_source import PAGE, RECORDS, make_warc

PHONE = "联系人：王秀芳，手机13800138000。\n"


def write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")


def changes(state: State, outcome: Rescanned) -> dict[str, int]:
    return {name: len(list(Report(outcome, state).changes(name))) for name in CHANGES}


def said(state: State, outcome: Rescanned) -> dict[str, object]:
    """The documents as JSON has them, but for which run they were examined in."""
    return {stored.path: {**document, "unchanged": None} for stored, document in Report(outcome, state).documents()}


def test_findings_are_new_then_known_then_gone_then_reopened(rescan: Rescanner, state: State, site: Path) -> None:
    write(site, a=PHONE, b="没有什么。\n")
    count = changes(state, rescan())["new"]
    assert count
    assert changes(state, rescan()) == {"new": 0, "known": count, "gone": 0, "reopened": 0}
    write(site, a="删去了。\n")
    assert changes(state, rescan()) == {"new": 0, "known": 0, "gone": count, "reopened": 0}
    assert changes(state, rescan()) == {"new": 0, "known": 0, "gone": 0, "reopened": 0}
    write(site, a="前面加了一行。\n" + PHONE)
    assert changes(state, rescan()) == {"new": 0, "known": 0, "gone": 0, "reopened": count}
    # A line in front moves all of it, and changes nothing.
    write(site, a="又加了一行。\n前面加了一行。\n" + PHONE)
    assert changes(state, rescan()) == {"new": 0, "known": count, "gone": 0, "reopened": 0}


def test_a_document_that_is_gone_takes_its_findings_and_brings_them_back(
    rescan: Rescanner, state: State, site: Path
) -> None:
    write(site, a=PHONE)
    count = changes(state, rescan())["new"]
    (site / "a.txt").rename(site / "../a.txt")
    outcome = rescan()
    assert outcome.gone == 1 and changes(state, outcome)["gone"] == count
    assert list(state.documents()) == []
    (site / "../a.txt").rename(site / "a.txt")
    assert changes(state, rescan()) == {"new": 0, "known": 0, "gone": 0, "reopened": count}


def test_what_has_not_changed_is_not_opened(rescan: Rescanner, site: Path) -> None:
    write(site, a=PHONE, b=PHONE)
    rescan()
    write(site, b="换了。\n")
    engine = Here()
    outcome = rescan(engine=engine)
    assert engine.asked == ["b.txt"] and (outcome.examined, outcome.unchanged) == (1, 1)
    # With other times and the same bytes it is read, and not scanned.
    os.utime(site / "a.txt", ns=(0, 0))
    engine = Here()
    outcome = rescan(engine=engine)
    assert engine.asked == ["a.txt"] and (outcome.examined, outcome.unchanged) == (0, 2)
    engine = Here()
    assert rescan(engine=engine, verify=True).unchanged == 2 and engine.asked == ["a.txt", "b.txt"]


def test_bytes_that_were_changed_and_given_their_old_times_are_seen(rescan: Rescanner, state: State, site: Path) -> None:
    write(site, a="联系人：王秀芳，手机13800138000。\n")
    rescan()
    times = (site / "a.txt").stat()
    write(site, a="联系人：王秀芳，手机13800138001。\n")
    os.utime(site / "a.txt", ns=(times.st_atime_ns, times.st_mtime_ns))
    assert changes(state, rescan())["new"] == 1


def test_a_mirror_tells_by_its_digests(rescan: Rescanner, state: State, tmp_path: Path) -> None:
    body = f"<html><body>{PHONE}</body></html>".encode()
    make_warc(tmp_path / "a.warc.gz", [("2026-01-01", PAGE, "200 text/html", body), RECORDS[5]])
    outcome = rescan(source=tmp_path / "a.warc.gz")
    count = changes(state, outcome)["new"]
    (page, _) = (json.loads(json.dumps(one)) for one in said(state, outcome).values())
    assert (page["path"], page["url"], page["verdict"]) == (PAGE, PAGE, "check")
    # The next mirror has the page as it was, and no longer the file.
    make_warc(tmp_path / "b.warc.gz", [("2026-02-01", PAGE, "200 text/html", body)])
    engine = Here()
    outcome = rescan(source=tmp_path / "b.warc.gz", engine=engine)
    assert engine.asked == [] and (outcome.unchanged, outcome.gone) == (1, 1)
    assert changes(state, outcome)["known"] == count


def test_attachments_hang_on_their_page(rescan: Rescanner, state: State, site: Path) -> None:
    (site / "f").mkdir()
    (site / "f" / "名单.csv").write_text("姓名,手机\n王秀芳,13800138000\n", encoding="utf-8")
    (site / "a.html").write_text(
        '<html><head><meta name="ColumnName" content="公示公告"></head><body><p>发布机构：某某局</p>'
        '<p>发布日期：2024-05-06</p><a href="f/%E5%90%8D%E5%8D%95.csv">附件</a></body></html>', encoding="utf-8",
    )  # fmt: skip
    outcome = rescan()
    listed = said(state, outcome)["f/名单.csv"]
    assert isinstance(listed, dict)
    assert {name: listed[name] for name in ("unit", "column", "published", "page")} == {
        "unit": "某某局", "column": "公示公告", "published": "2024-05-06", "page": "a.html",
    }  # fmt: skip


def test_addresses_of_what_hangs_on_pages_with_addresses(rescan: Rescanner, state: State, site: Path) -> None:
    (site / "www.x.gov.cn").mkdir()
    for name in ("a", "b"):
        text = f'<html><head><link rel="canonical" href="http://www.x.gov.cn/{name}.html"></head><body>{PHONE}</body></html>'
        (site / "www.x.gov.cn" / f"{name}.html").write_text(text, encoding="utf-8")
    (site / "www.x.gov.cn" / "名单.txt").write_text(PHONE, encoding="utf-8")
    rescan()
    urls = {one.path: one.url for one in state.documents()}
    assert urls["www.x.gov.cn/名单.txt"] == "http://www.x.gov.cn/%E5%90%8D%E5%8D%95.txt"
    # One page that says another address: nobody knows how paths and addresses go together.
    (site / "c.html").write_text(text, encoding="utf-8")
    (site / "d.txt").write_text(PHONE, encoding="utf-8")
    rescan()
    assert {one.path: one.url for one in state.documents()}["d.txt"] == ""


def test_names_that_publishing_systems_give_are_shown(rescan: Rescanner, state: State, site: Path) -> None:
    names = {"P020240506412345678901.txt", "W020240506412345678901.txt", "t20240506_123456.txt"}
    for name in (*names, "P340102190003071234.txt", "20240506412345678901.txt"):
        (site / name).write_text("没有什么。", encoding="utf-8")
    rescan()
    assert {one.path for one in state.documents() if "*" not in one.path} == names


def test_files_in_archives_are_documents_of_their_own(rescan: Rescanner, state: State, site: Path) -> None:
    def pack(**texts: str) -> None:
        with zipfile.ZipFile(site / "材料.zip", "w") as archive:
            for name, text in texts.items():
                archive.writestr(f"{name}.txt", text)

    pack(a=PHONE, b=PHONE)
    outcome = rescan()
    assert set(said(state, outcome)) == {"材料.zip", "材料.zip!a.txt", "材料.zip!b.txt"}
    count = changes(state, outcome)["new"]
    pack(a=PHONE)
    outcome = rescan()
    assert changes(state, outcome) == {"new": 0, "known": count / 2, "gone": count / 2, "reopened": 0}
    (site / "材料.zip").unlink()
    assert changes(state, rescan())["gone"] == count / 2


# -- names in paths ----------------------------------------------------------------------------------


def test_names_in_paths_are_kept_masked_and_told_as_they_are(rescan: Rescanner, state: State, site: Path) -> None:
    for name in ("张建国", "张立国"):
        (site / f"{name}处罚决定书13800138000.txt").write_text(PHONE, encoding="utf-8")
    outcome = rescan()
    kept = [one.path for one in state.documents()]
    assert len(set(kept)) == 2 and not any("国" in path or "13800138000" in path for path in kept)
    told = {one["path"] for one in Report(outcome, state).changes("new")}
    assert told == {"张建国处罚决定书13800138000.txt", "张立国处罚决定书13800138000.txt"}
    page = io.StringIO()
    reports.write("console", Report(outcome, state), page)
    assert "建国" not in page.getvalue() and "13800138000" not in page.getvalue()


PLANTED = ["王秀芳", "340102190003071234", "13800138000", "残疾二级", "柳林村", "张建国", "6222021234567890123"]


def test_the_state_holds_no_text_and_no_value(tmp_path: Path, site: Path, scanner) -> None:  # type: ignore[no-untyped-def]
    text = (
        "申请人：王秀芳，女，身份证号340102190003071234，手机13800138000，住柳林村3组，残疾二级，卡号6222021234567890123。\n"
        "身份证号3401021900****1234。\n"
    )
    write(site, a=text)
    (site / "张建国13800138000.txt").write_text(text, encoding="utf-8")
    (site / "b.html").write_text(f"<html><title>王秀芳</title><body>发布机构：王秀芳<p>{text}</p></body></html>", encoding="utf-8")
    state = State.open(tmp_path / "state", KEY)
    Rescanner(site, state, scanner)()
    kept = b"".join(path.read_bytes() for path in (tmp_path / "state").iterdir())
    assert len(kept) > 10_000
    found = [value for value in (*PLANTED, "3401021900****1234") for data in (value.encode(), value.encode("utf-16-le"),
             value.encode("gb18030"), json.dumps(value)[1:-1].encode()) if data in kept]  # fmt: skip
    state.close()
    assert found == []


# -- what ends early ---------------------------------------------------------------------------------


class Ends(Here):
    """An engine that does something after so many documents."""

    def __init__(self, after: int, how: Callable[[], object]) -> None:
        super().__init__()
        self.after, self.how = after, how

    def run(
        self, tasks: Iterable[tuple[Entry, ...]], context: Context, idle: Callable[[], object] = lambda: None
    ) -> Iterator[Told]:
        for number, told in enumerate(super().run(tasks, context, idle)):
            if number == self.after:
                self.how()
            yield told


def interrupt() -> None:
    raise KeyboardInterrupt


def many(site: Path, count: int = 6) -> None:
    write(site, **{f"a{number}": f"{number}。{PHONE}" for number in range(count)})


def test_what_was_done_before_an_interrupt_counts(rescan: Rescanner, state: State, site: Path) -> None:
    many(site)
    write(site, gone=PHONE)
    rescan()
    (site / "gone.txt").unlink()
    write(site, a0="换了。" + PHONE, a6=PHONE, a7=PHONE)
    outcome = rescan(engine=Ends(2, interrupt))
    assert outcome.interrupted and outcome.examined == 2
    # Nothing is said to be gone by a run that did not see everything.
    assert outcome.gone == 0 and "gone.txt" in {one.path for one in state.documents()}
    engine = Here()
    outcome = rescan(engine=engine)
    assert len(engine.asked) == 1 and outcome.gone == 1
    # What the interrupted run found is news to who reads the report of this one.
    new = {one["path"] for one in Report(outcome, state).changes("new")}
    assert new == {"a6.txt", "a7.txt"}


@pytest.mark.parametrize("after", [0, 1, 3, 5])
def test_a_killed_run_is_gone_on_with(rescan: Rescanner, state: State, site: Path, tmp_path: Path, after: int) -> None:
    many(site)
    if not state.store.is_sqlite:
        state.store.engine.dispose()

    def killed() -> None:
        from reviewer.rescan import run

        run._WAITING = 1
        rescan(engine=Ends(after, lambda: os.kill(os.getpid(), signal.SIGKILL)))

    process = multiprocessing.get_context("fork").Process(target=killed)
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    engine = Here()
    outcome = rescan(engine=engine)
    assert len(engine.asked) == 6 - after and changes(state, outcome)["new"] > 0
    folder = tmp_path / "fresh"
    folder.mkdir()
    with fresh("sqlite", folder) as where:
        other = State.open(where, KEY)
        whole = Rescanner(site, other, rescan.scanner)()
        assert said(state, outcome) == said(other, whole) and changes(state, outcome) == changes(other, whole)
        other.close()


def test_a_source_that_can_not_be_listed_to_its_end(rescan: Rescanner, state: State, tmp_path: Path) -> None:
    records = [(*RECORDS[0][:3], f"<html><body>{PHONE}</body></html>".encode()), RECORDS[5]]
    make_warc(tmp_path / "a.warc.gz", records)
    rescan(source=tmp_path / "a.warc.gz")
    data = (tmp_path / "a.warc.gz").read_bytes()
    (tmp_path / "a.warc.gz").write_bytes(data[:-60])
    outcome = rescan(source=tmp_path / "a.warc.gz")
    assert outcome.interrupted and "没有读完" in outcome.fault and outcome.gone == 0
    assert len(list(state.documents())) == 2
    # What it does list is examined.
    new = ("2026-03-01", f"{PAGE}?new", "200 text/html", records[0][3])
    make_warc(tmp_path / "a.warc.gz", [records[0], new, records[1]])
    data = (tmp_path / "a.warc.gz").read_bytes()
    (tmp_path / "a.warc.gz").write_bytes(data[:-60])
    assert rescan(source=tmp_path / "a.warc.gz").examined == 1


def test_an_empty_folder_where_a_site_was_is_no_site_without_documents(
    rescan: Rescanner, state: State, site: Path
) -> None:
    many(site, 12)
    rescan()
    for path in site.iterdir():
        path.unlink()
    outcome = rescan()
    assert outcome.interrupted and "挂上" in outcome.fault and len(list(state.documents())) == 12


def test_what_was_not_read_for_want_of_anything_is_tried_again(rescan: Rescanner, state: State, site: Path) -> None:
    os.symlink(site / "elsewhere", site / "a.txt")
    assert said(state, rescan())["a.txt"]["errors"][0]["code"] == "not-found"  # type: ignore[index]
    (site / "elsewhere").write_text(PHONE, encoding="utf-8")
    assert changes(state, rescan())["new"] > 0


def test_a_state_has_one_key(rescan: Rescanner, state: State, site: Path) -> None:
    write(site, a=PHONE)
    rescan()
    other = State(state.store, Key(bytes(32)))
    with pytest.raises(KeyMismatch, match="另一把站点密钥"):
        Rescanner(site, other, rescan.scanner)()


# -- engines -----------------------------------------------------------------------------------------


def test_processes_see_what_one_process_sees(rescan: Rescanner, state: State, site: Path, tmp_path: Path) -> None:
    many(site)
    (site / "broken.docx").write_bytes(b"PK\x03\x04 no document")
    outcome = rescan(engine=Local(2))
    folder = tmp_path / "fresh"
    folder.mkdir()
    other = State.open(folder, KEY)
    assert said(state, outcome) == said(other, Rescanner(site, other, rescan.scanner)())
    other.close()


def test_what_is_examined_goes_through_json(rescan: Rescanner, site: Path, scanner) -> None:  # type: ignore[no-untyped-def]
    write(site, a=PHONE)
    (examined,) = Context(scanner.settings, KEY, scanner=scanner).look().examined(Entry("a.txt", str(site / "a.txt")))
    assert from_record(json.loads(json.dumps(examined.record()))) == examined
