"""A disk that is full while something is written: said plainly, nothing half written, nothing lost."""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from reviewer import spool
from reviewer.batch import Batch
from reviewer.cli import main
from reviewer.errors import ReadError
from reviewer.journal import Journal
from reviewer.readers import read_bytes
from reviewer.scanning import files_under
from reviewer.settings import Limits
from tests.scanner import scanner
from tests.test_batch import bundle, report

PERSON = "申请人：张建国，联系电话13800138000，住明光路1号2幢301室。\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "稿件"
    made.mkdir()
    for number in range(24):
        (made / f"{number:02}.txt").write_text(f"第{number}号。{PERSON}" * 3, encoding="utf-8")
    return made


def command(folder: Path, tmp_path: Path, *more: object, room: int | None) -> subprocess.CompletedProcess[str]:
    """A scan by a process whose files may have `room` bytes."""

    def before() -> None:
        if room is not None:
            # The kernel says EFBIG where it would say ENOSPC; Python ignores the signal.
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONDONTWRITEBYTECODE": "1"}
    arguments = [sys.executable, "-m", "reviewer", "scan", folder, "--jobs", "1", *more]
    return subprocess.run(list(map(str, arguments)), capture_output=True, text=True, env=environment, preexec_fn=before,
                          timeout=300)  # fmt: skip


@pytest.mark.parametrize("name", ["a.html", "a.xlsx", "a.txt"])
def test_a_report_that_finds_no_room_is_not_there_at_all(name: str, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    old = tmp_path / "out" / name
    old.write_bytes(b"of yesterday")
    told = command(folder, tmp_path, "-o", old, room=2048)
    assert told.returncode == 1
    assert "写不进" in told.stderr and "超过系统允许的文件大小" in told.stderr and "腾出空间" in told.stderr
    assert "Traceback" not in told.stderr and "程序内部错误" not in told.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == [name] and old.read_bytes() == b"of yesterday"
    # What no journal could keep is not said to be there.
    assert "--resume" not in told.stderr and "缓存文件夹写不进去" in told.stderr


def test_what_was_scanned_is_not_lost_with_the_report(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "key").write_text("6b" * 32 + "\n")
    (tmp_path / "key").chmod(0o600)
    arguments = ["scan", str(folder), "--key-file", str(tmp_path / "key"), "-o", str(tmp_path / "a.json")]
    with monkeypatch.context() as now:
        now.setattr("os.fsync", full)
        assert main(arguments) == 1
    assert not (tmp_path / "a.json").exists()
    assert main([*arguments, "--resume"]) == 12
    assert len(json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["documents"]) == 24


def test_the_way_back_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    main(["scan", str(folder), "-o", str(folder.parent / "a.json")])
    said = capsys.readouterr().err
    assert "磁盘已满" in said and "--resume" in said and "Traceback" not in said
    main(["scan", str(folder), "--resume", "-o", str(folder.parent / "a.json")])
    assert "已审 24 个文件" in capsys.readouterr().err


def test_a_full_disk_under_standard_output() -> None:
    with open("/dev/full", "w") as full:
        for arguments in (["rules", "list"], ["scan", "README.md"]):
            told = subprocess.run([sys.executable, "-m", "reviewer", *arguments], stdout=full, stderr=subprocess.PIPE,
                                  text=True, cwd=Path(__file__).parents[1])  # fmt: skip
            assert told.returncode == 1 and "磁盘已满" in told.stderr and "Traceback" not in told.stderr


class _Full:
    """A file on a disk that has room for so many bytes."""

    def __init__(self, stream: Any, room: int) -> None:
        self._stream, self._room = stream, room

    def write(self, data: bytes) -> int:
        taken = data[: self._room]
        if not taken:
            raise OSError(errno.ENOSPC, "No space left on device")
        self._room -= len(taken)
        count: int = self._stream.write(taken)
        return count

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@pytest.mark.parametrize("room", [0, 10, 9000])
def test_a_spool_that_is_full_ends_the_scan_with_what_is_there(room: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = list(files_under([folder]))
    whole = tuple(Batch(scanner(), files, [folder], 1).run())
    plain = tempfile.TemporaryFile
    monkeypatch.setattr(spool, "_BUDGET", 0)
    monkeypatch.setattr(spool.Spool.__init__, "__defaults__", (5000,))
    monkeypatch.setattr(spool.tempfile, "TemporaryFile", lambda **kinds: _Full(plain(**kinds), room))
    batch = Batch(scanner(), files, [folder], 1)
    results = tuple(batch.run())
    assert batch.interrupted and batch.fault is not None and 0 < batch.done < len(files)
    assert len(results) == len(files)
    done = results[: batch.done]
    assert report(done) == report(whole[: batch.done])
    assert all(one.faults[0].code == "interrupted" for one in results[batch.done :])


@pytest.mark.parametrize("room", [19, 25, 4000])
def test_a_journal_that_is_full_keeps_what_it_has(room: int, folder: Path, tmp_path: Path) -> None:
    files = list(files_under([folder]))
    journal = Journal.open(tmp_path / "cache", ["1"])
    assert journal is not None
    journal._stream = _Full(journal._stream, room)  # type: ignore[assignment]
    journal._known.clear()
    batch = Batch(scanner(), files, [folder], 1, journal, bundle())
    whole = tuple(batch.run())
    journal.write()
    assert not batch.interrupted and isinstance(journal.fault, OSError)
    journal._stream.close()
    again = Journal.open(tmp_path / "cache", ["1"])
    assert again is not None and len(again) < len(files)
    results = tuple(Batch(scanner(), files, [folder], 1, again, bundle()).run())
    again.close()
    assert report(results) == report(whole) and again.fault is None
    last = Journal.open(tmp_path / "cache", ["1"])
    assert last is not None and len(last) == len(files)


def test_no_room_for_a_converter_is_no_fault_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("reviewer.readers.converted.converted", full)
    with pytest.raises(ReadError, match="临时文件夹写不进去（磁盘已满）") as fault:
        read_bytes(b"{\\rtf1 a}", "a.rtf", Limits())
    assert fault.value.code == "unreadable"


@pytest.mark.parametrize("ending", [signal.SIGKILL, None])
def test_half_a_report_of_a_killed_process_goes_with_the_next(ending: signal.Signals | None, folder: Path, tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    half = tmp_path / f".a.json.{process.pid}.part"
    half.write_text("half")
    if ending is not None:
        process.send_signal(ending)
        process.wait()
    main(["scan", str(folder / "00.txt"), "-o", str(tmp_path / "a.json")])
    assert half.exists() == (ending is None)
    process.kill()
    process.communicate()


