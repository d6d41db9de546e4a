"""Results on disk are the Results, and reports made of them the same reports."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest

from reviewer.keys import Key
from reviewer.model import Result
from reviewer.reports import FORMATS, Bundle, write
from reviewer.spool import Spool
from tests.scanner import scanner

SAMPLES = sorted(path for path in (Path(__file__).parents[1] / "samples").iterdir() if path.suffix in (".txt", ".csv", ".docx"))


@pytest.fixture(scope="module")
def results() -> tuple[Result, ...]:
    return (scanner().text("这里没有什么。"), *(scanner().file(path, path.name) for path in SAMPLES))


def spooled(results: tuple[Result, ...], budget: int) -> Spool:
    spool = Spool(budget)
    for number in reversed(range(len(results))):
        spool.add(number, [results[number]])
    return spool


def test_what_lies_on_disk_comes_back_in_order(results: tuple[Result, ...]) -> None:
    spool = spooled(results, 0)
    assert spool.settled() is spool and len(spool) == len(results)
    for _ in range(2):
        shown = list(spool)
        assert shown[1:] == list(results[1:])
        assert shown[0].document is not None and results[0].document is not None
        assert shown[0].document.text == "" and shown[0].document.length == results[0].document.length
    assert spooled(results, 1 << 30).settled() == results


def test_of_many_files_only_some_are_in_memory(results: tuple[Result, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reviewer.spool._FILES", 3)
    spool = spooled(results, 1 << 30)
    assert spool.settled() is spool and [one.path for one in spool] == [one.path for one in results]


@pytest.mark.parametrize("format", [one for one in FORMATS if one != "xlsx"])
def test_reports_of_results_on_disk_are_the_same(format: str, results: tuple[Result, ...]) -> None:
    bundle = Bundle(results, Key(b"k" * 32), date="2026-11-22")
    made = []
    for one in (bundle, replace(bundle, results=spooled(results, 0).settled())):
        stream = io.BytesIO() if format != "console" else io.StringIO()
        write(format, one, stream)
        made.append(stream.getvalue())
    assert made[0] == made[1]
