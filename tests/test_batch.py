"""A scan of many files goes on where it was interrupted or killed, and reports as if it never had been."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest

from reviewer.batch import Batch
from reviewer.journal import Journal, sealed
from reviewer.keys import Key
from reviewer.model import DocumentGenre, Gap, Locator, Result
from reviewer.reports import Bundle, write
from reviewer.scanning import files_under
from tests.scanner import scanner

SAMPLES = Path(__file__).parents[1] / "samples"
SUFFIXES = (".txt", ".csv", ".md", ".docx", ".xlsx", ".pdf", ".html")
KEY = Key(b"k" * 32)
PHONE, NAME = "13800138000", "张建国"


def bundle(results: tuple[Result, ...] = ()) -> Bundle:
    return Bundle(results, KEY, date="2026-11-22", found_in=lambda name: scanner().text(name).findings)


def report(results: tuple[Result, ...], format: str = "json") -> str:
    stream = io.StringIO()
    write(format, bundle(results), stream)
    return stream.getvalue()


@pytest.fixture(scope="module")
def results() -> tuple[Result, ...]:
    paths = sorted(path for path in SAMPLES.iterdir() if path.suffix in SUFFIXES)
    return tuple(scanner().file(path, f"案卷/{path.name}") for path in paths)


@pytest.mark.parametrize("format", ["json", "sarif", "console"])
def test_reports_of_sealed_results_are_the_same(format: str, results: tuple[Result, ...]) -> None:
    for result in results:
        assert report((sealed(bundle(), result),), format) == report((result,), format)


def test_sealed_results_hold_no_value(results: tuple[Result, ...]) -> None:
    hidden = frozenset({"NAME", "ADDRESS", "ID_CARD", "PHONE", "BANK_CARD", "EMAIL", "HEALTH"})
    checked = 0
    for result in results:
        told = repr(sealed(bundle(), result)) + (sealed(bundle(), result).document or replace).text  # type: ignore[union-attr]
        for finding in result.findings:
            if finding.entity in hidden and finding.severity != "note" and len(finding.value) > 3:
                assert finding.value not in told
                checked += 1
    assert checked > 80


@pytest.mark.parametrize("format", ["json", "html"])
def test_a_name_that_an_earlier_scan_found_is_masked_in_other_files_still(format: str) -> None:
    found = replace(scanner().text(f"当事人：{NAME}，电话{PHONE}。"), path="a.txt")
    other = scanner().text("各部门要落实责任。")
    genre = DocumentGenre("政策文件", "certain", (f"关于向{NAME}学习的意见",))
    gap = Gap("g1", "body", Locator(note=f"{NAME}的照片"), "picture", "图片没有读。")
    other = replace(other, path="b.txt", genre=genre, gaps=(gap,))
    told = report((sealed(bundle(), found), sealed(bundle(), other)), format)
    assert NAME not in told and told == report((found, other), format)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "稿件"
    made.mkdir()
    for number in range(30):
        text = f"第{number}号办件。申请人：{NAME}，联系电话{PHONE}，住明光路{number + 1}号2幢301室。\n"
        (made / f"{number:02}.txt").write_text(text * 20, encoding="utf-8")
    return made


def test_an_interrupted_scan_goes_on(folder: Path, tmp_path: Path) -> None:
    files = list(files_under([folder]))

    def interrupt(scanned: bool) -> None:
        nonlocal left
        left -= 1
        if not left:
            raise KeyboardInterrupt

    def batch() -> Batch:
        return Batch(scanner(), files, [folder], 2, Journal.open(tmp_path / "cache", ["1"]), bundle())

    left = 10
    first = batch()
    told = tuple(first.run(interrupt))
    assert first.interrupted and first.done == 10 and len(told) == 30
    assert sum(result.document is None for result in told) == 20
    (kept,) = (tmp_path / "cache").rglob("*.journal")
    data = kept.read_bytes()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert PHONE.encode() not in data and NAME.encode() not in data and "明光路".encode() not in data

    assert first.journal is not None
    first.journal.close()
    changed = files[0][0]
    changed.write_text("联系电话13900139000，另有一人。", encoding="utf-8")
    second = batch()
    assert second.journal is not None and len(second.journal) == 10
    assert second.journal.results(changed) is None
    results = tuple(second.run())
    whole = tuple(Batch(scanner(), files, [folder], 1).run())
    assert report(results) == report(whole)
    second.journal.finish()
    assert not list((tmp_path / "cache").rglob("*.journal"))


@pytest.mark.parametrize(
    "damage",
    [
        *(lambda data, cut=cut: data[:-cut] for cut in (1, 7, 9, 200)),
        lambda data: data[:-300] + bytes(300),
        lambda data: data[:-1] + bytes([data[-1] ^ 1]),
    ],
    ids=["cut 1", "cut 7", "cut 9", "cut 200", "zeros", "a wrong bit"],
)
def test_a_journal_that_was_damaged_at_its_end_loses_its_last_entry_only(
    folder: Path, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    files = list(files_under([folder]))[:3]
    journal = Journal.open(tmp_path, ["1"])
    assert journal is not None
    for path, shown in files:
        journal.add(path, [scanner().file(path, shown)], bundle())
    journal.close()
    (kept,) = tmp_path.rglob("*.journal")
    kept.write_bytes(damage(kept.read_bytes()))
    again = Journal.open(tmp_path, ["1"])
    assert again is not None and len(again) == 2
    assert again.results(files[0][0]) is not None and again.results(files[2][0]) is None
    other = Journal.open(tmp_path, ["2"])
    assert other is not None and len(other) == 0
    assert Journal.open(tmp_path, ["1"]) is None  # another process is at it


def test_noise_in_the_place_of_a_journal_is_no_journal(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path, ["1"])
    assert journal is not None
    journal.close()
    (kept,) = tmp_path.rglob("*.journal")
    kept.write_bytes(b"\x80\x05" * 500)
    again = Journal.open(tmp_path, ["1"])
    assert again is not None and len(again) == 0


def test_a_scan_that_was_interrupted_and_killed_goes_on_as_if_it_never_had_been(tmp_path: Path) -> None:
    folder = office(tmp_path / "全部")
    (tmp_path / "key").write_text("6b" * 32 + "\n")
    (tmp_path / "key").chmod(0o600)
    whole = ended(tmp_path, folder)
    first = ended(tmp_path, folder, ending=signal.SIGINT)
    assert first.returncode == 3 and "还有" in first.stderr and "加 --resume 用同样的命令可以接着审" in first.stderr
    told = json.loads(first.stdout)
    done = [one for one in told["documents"] if not one["errors"]]
    assert 0 < len(done) < len(told["documents"]) and all(one in json.loads(whole.stdout)["documents"] for one in done)
    assert len({one["path"].partition("!")[0] for one in told["documents"]}) == 366
    killed = ended(tmp_path, folder, "--resume", ending=signal.SIGKILL)
    assert killed.returncode == -signal.SIGKILL and known(killed) > 0
    last = ended(tmp_path, folder, "--resume")
    assert known(last) > known(killed)
    assert (last.stdout, last.returncode) == (whole.stdout, whole.returncode) and whole.returncode == 12
    assert not list(tmp_path.rglob("*.journal"))


def office(made: Path) -> Path:
    """Some hundred short files; archives among them."""
    for number in range(360):
        path = made / f"{number // 100}" / f"{number:03}.{('txt', 'html', 'csv')[number % 3]}"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = f"第{number}号办件。申请人：{NAME}，联系电话{PHONE}，住明光路{number + 1}号2幢301室。\n"
        path.write_text(text if number % 7 == 0 else "各部门要落实责任，按时办结。\n" * (number % 9 + 1), encoding="utf-8")
        if number % 60 == 0:
            with ZipFile(path.with_suffix(".zip"), "w") as archive:
                archive.writestr("附件/名单.txt", text)
                archive.writestr("附件/说明.html", "<p>没有什么。</p>")
    return made


def ended(
    tmp_path: Path, folder: Path, *more: str, ending: signal.Signals | None = None
) -> subprocess.CompletedProcess[str]:
    """What a scan says; `ending` is sent once its journal has grown."""
    command = [sys.executable, "-m", "reviewer", "scan", str(folder), "--format", "json", "--jobs", "2",
               "--key-file", str(tmp_path / "key"), *more]  # fmt: skip
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}

    def size() -> int:
        return max((path.stat().st_size for path in tmp_path.rglob("*.journal")), default=0)

    # Without --resume it begins with an empty one.
    before = size() if more else 20
    # Tests that a shell runs in the background have Ctrl-C ignored, and so would what they start.
    tool = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    until = time.monotonic() + 240
    while ending is not None and tool.poll() is None and size() <= before and time.monotonic() < until:
        time.sleep(0.01)
    if ending is not None:
        tool.send_signal(ending)
    out, errors = tool.communicate(timeout=300)
    return subprocess.CompletedProcess(command, tool.returncode, out, errors)


def known(scan: subprocess.CompletedProcess[str]) -> int:
    """How many files it says that an earlier scan had done."""
    return int(scan.stderr.partition("接着上次没有做完的审查：已审 ")[2].partition(" ")[0])
