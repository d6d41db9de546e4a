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

import pytest

from reviewer.batch import Batch
from reviewer.journal import Journal, sealed
from reviewer.keys import Key
from reviewer.model import Result
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


def test_a_killed_scan_goes_on(folder: Path, tmp_path: Path) -> None:
    def command(*more: str) -> list[str]:
        return [sys.executable, "-m", "reviewer", "scan", str(folder), "--format", "json", "--jobs", "1",
                "--key-file", str(tmp_path / "key"), *more]  # fmt: skip

    (tmp_path / "key").write_text("k" * 0 + "6b" * 32 + "\n")
    (tmp_path / "key").chmod(0o600)
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    tool = subprocess.Popen(command(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    until = time.monotonic() + 120
    while time.monotonic() < until and not any(path.stat().st_size > 3000 for path in tmp_path.rglob("*.journal")):
        time.sleep(0.01)
    tool.send_signal(signal.SIGKILL)
    tool.communicate()
    again = subprocess.run(command("--resume"), capture_output=True, text=True, env=environment, timeout=300)
    assert "接着上次没有做完的审查：已审" in again.stderr
    whole = subprocess.run(command(), capture_output=True, text=True, env=environment, timeout=300)
    assert again.returncode == whole.returncode == 12
    assert json.loads(again.stdout) == json.loads(whole.stdout)
    assert not list(tmp_path.rglob("*.journal"))
