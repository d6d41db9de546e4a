"""Workers: whatever a file does to the process that reads it, the tool goes on and says so."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from reviewer.errors import Failure, MarkingError, WorkerError
from reviewer.model import Document, Result
from reviewer.scanning import Scanner
from reviewer.settings import Limits
from reviewer.workers import Workers, apart
from tests.scanner import scanner

LIMITS = replace(Limits(), file_seconds=20.0, memory_bytes=600 << 20)
SECRET = "13800138000"


class Reader:
    """Stands for a scanner: what a file does when it is read is told by its name."""

    def __init__(self, tricks: dict[str, Callable[[], object]], limits: Limits = LIMITS) -> None:
        self.settings = replace(scanner().settings, limits=limits)
        self._tricks = tricks

    def results(self, path: Path, shown: str) -> Iterator[Result]:
        yield Result(shown, Document(shown, "txt", "", str(os.getpid())))
        self._tricks.get(path.name, lambda: None)()


def told(tricks: dict[str, Callable[[], object]], names: list[str], count: int = 2, limits: Limits = LIMITS) -> dict[str, Result]:
    """What is said of each file."""
    workers = Workers(cast(Scanner, Reader(tricks, limits)), count)
    try:
        found = dict(workers.results([(Path(name), name) for name in names]))
    finally:
        workers.close()
    assert sorted(found) == list(range(len(names)))
    return {names[number]: results[0] for number, results in found.items()}


def codes(result: Result) -> list[str]:
    return [fault.code for fault in result.faults]


def raises() -> None:
    raise ValueError(SECRET)


NAMES = [f"{number}.txt" for number in range(6)]


@pytest.mark.parametrize(
    ("trick", "code"),
    [
        (os.abort, "crashed"),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "crashed"),
        (lambda: sys.exit(0), "crashed"),
        (lambda: bytearray(5 << 30), "too-big"),
        (raises, "failed"),
        (lambda: time.sleep(60), "timeout"),
        (lambda: socket.create_connection(("127.0.0.1", 9)), "failed"),
        (lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM), "failed"),
    ],
)
def test_a_file_that_ends_its_worker_is_a_fault_of_that_file(trick: Callable[[], object], code: str) -> None:
    limits = replace(LIMITS, file_seconds=1.0) if code == "timeout" else LIMITS
    found = told({"2.txt": trick}, NAMES, limits=limits)
    assert codes(found["2.txt"]) == [code] and found["2.txt"].verdict == "incomplete"
    assert all(codes(found[name]) == [] for name in NAMES if name != "2.txt")
    assert SECRET not in str(found["2.txt"].faults)


def test_files_are_read_by_several_processes_none_of_which_is_this_one() -> None:
    found = told({name: lambda: time.sleep(0.2) for name in NAMES}, NAMES, count=3)
    readers = {result.document.text for result in found.values() if result.document}
    assert len(readers) == 3 and str(os.getpid()) not in readers


def test_workers_wait_for_more_files_and_one_that_has_died_meanwhile_is_nobodys_fault() -> None:
    workers = Workers(cast(Scanner, Reader({})), 1)

    def reader(name: str) -> str:
        ((_, (result,)),) = workers.results([(Path(name), name)])
        assert codes(result) == [] and result.document is not None
        return result.document.text

    try:
        first = reader("0.txt")
        assert reader("1.txt") == first
        os.kill(int(first), signal.SIGKILL)
        os.waitid(os.P_PID, int(first), os.WEXITED | os.WNOWAIT)
        assert reader("2.txt") != first
    finally:
        workers.close()


def test_a_worker_writes_nothing_outside_of_its_scratch_folder(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("whole")

    def scribbles() -> None:
        scratch = Path(tempfile.mkdtemp())
        (scratch / "a").write_text("x")
        (scratch / "a").rename(scratch / "b")
        tricks: list[Callable[[], Any]] = [
            lambda: (tmp_path / "new").write_text("x"), lambda: kept.write_text("x"), kept.unlink,
            lambda: kept.rename(tmp_path / "moved"), (tmp_path / "folder").mkdir, lambda: os.truncate(kept, 0),
        ]  # fmt: skip
        for trick in tricks:
            try:
                trick()
            except OSError:
                continue
            raise AssertionError

    before = set(Path(tempfile.gettempdir()).glob("reviewer-*"))
    found = told({"0.txt": scribbles}, ["0.txt"])
    assert codes(found["0.txt"]) == []
    assert sorted(tmp_path.iterdir()) == [kept] and kept.read_text() == "whole"
    assert set(Path(tempfile.gettempdir()).glob("reviewer-*")) <= before


def test_what_a_worker_started_ends_with_it(tmp_path: Path) -> None:
    def starts() -> None:
        child = subprocess.Popen(["sleep", "77.25"])
        child.wait()

    found = told({"0.txt": starts}, ["0.txt"], limits=replace(LIMITS, file_seconds=1.0))
    assert codes(found["0.txt"]) == ["timeout"]
    assert in_time(lambda: not alive(lambda words: words == [b"sleep", b"77.25", b""]))


def test_what_libraries_print_reaches_nobody(capfd: pytest.CaptureFixture[str]) -> None:
    def prints() -> None:
        os.write(1, SECRET.encode())
        os.write(2, SECRET.encode())

    told({"0.txt": prints}, ["0.txt"])
    assert capfd.readouterr() == ("", "")


def test_work_apart_gives_its_result_or_its_fault() -> None:
    def fails() -> None:
        raise MarkingError("不行。")

    assert apart(lambda: {"pid": os.getpid()}, LIMITS, 0)["pid"] != os.getpid()
    with pytest.raises(MarkingError, match="不行。"):
        apart(fails, LIMITS, 0)
    with pytest.raises(Failure, match=r"ValueError（test_workers\.py:") as fault:
        apart(raises, LIMITS, 0)
    assert SECRET not in str(fault.value)
    with pytest.raises(WorkerError, match="进程中止"):
        apart(os.abort, LIMITS, 0)
    with pytest.raises(WorkerError, match="超过 1 秒"):
        apart(lambda: time.sleep(60), replace(LIMITS, file_seconds=1.0), 0)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_workers_end_with_the_tool(tmp_path: Path, ending: signal.Signals) -> None:
    for number in range(40):
        (tmp_path / f"{number:02}.html").write_text(f"<p>{'各部门要落实责任。' * 40000}</p>", encoding="utf-8")
    before = running()
    tool = subprocess.Popen(
        [sys.executable, "-m", "reviewer", "scan", str(tmp_path), "--format", "json", "--jobs", "2"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")},
    )  # fmt: skip
    assert in_time(lambda: len(running() - before) >= 3)
    time.sleep(1.0)
    tool.send_signal(ending)
    tool.communicate(timeout=60)
    assert in_time(lambda: running() <= before)


def in_time(holds: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether it comes true."""
    until = time.monotonic() + seconds
    while not (come := holds()) and time.monotonic() < until:
        time.sleep(0.05)
    return come


def running() -> set[str]:
    """The processes of `reviewer scan` that are alive."""
    return alive(lambda words: b"reviewer" in words and b"scan" in words)


def alive(asked: Callable[[list[bytes]], bool]) -> set[str]:
    """The processes that are no zombies, by the words they were called with."""
    found = set()
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes().split(b"\0")
            state = (path / "stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if asked(words) and state != "Z":
            found.add(path.name)
    return found
