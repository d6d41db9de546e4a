"""What a killed process leaves behind goes at the next start, and nothing else does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from reviewer import scratch
from tests.test_workers import alive, in_time

_LEAVES = """
import os, signal, subprocess, sys
from reviewer import scratch
folder = scratch.made().path
(folder / "inner").mkdir()
(folder / "inner" / "draft.txt").write_text("draft")
{more}
print(folder, flush=True)
{end}
"""
_DIES = "os.kill(os.getpid(), signal.SIGKILL)"


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's temporary folder of this test and of what it starts."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def started(more: str = "", end: str = _DIES) -> tuple[subprocess.Popen[str], Path]:
    """A process with a scratch folder, and the folder."""
    program = [sys.executable, "-c", _LEAVES.format(more=more, end=end)]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_the_folder_of_a_killed_process_goes_and_that_of_a_living_one_stays(temporary: Path) -> None:
    living, held = started(end="sys.stdin.read()")
    dead, left = started()
    dead.communicate()
    assert (left / "inner" / "draft.txt").exists()
    scratch.sweep()
    assert list(temporary.iterdir()) == [held]
    living.send_signal(signal.SIGKILL)
    living.communicate()
    scratch.made().close()
    assert list(temporary.iterdir()) == []


def test_a_copy_of_the_process_holds_the_folder_too() -> None:
    dead, held = started(more="if not os.fork(): sys.stdin.read(); os._exit(0)")
    dead.wait()
    scratch.sweep()
    assert held.exists()
    dead.communicate("")
    assert in_time(lambda: (scratch.sweep(), held.exists())[1] is False)


def test_what_still_runs_in_the_folder_ends_with_it() -> None:
    child = 'subprocess.Popen(["sleep", "77.75"], cwd=folder / "inner", start_new_session=True)'
    dead, left = started(more=child)
    dead.wait()
    scratch.sweep()
    assert not left.exists()
    assert in_time(lambda: not alive(lambda words: words == [b"sleep", b"77.75", b""]))


def _link(place: Path, elsewhere: Path) -> None:
    place.symlink_to(elsewhere, target_is_directory=True)


def _open_to_others(place: Path, elsewhere: Path) -> None:
    place.mkdir()
    place.chmod(0o755)
    (place / ".lock").touch(0o600)


def _no_lock(place: Path, elsewhere: Path) -> None:
    place.mkdir(0o700)
    (place / "draft.txt").write_text("draft")


def _linked_lock(place: Path, elsewhere: Path) -> None:
    place.mkdir(0o700)
    (place / ".lock").symlink_to(elsewhere / ".lock")


def _pipe(place: Path, elsewhere: Path) -> None:
    place.mkdir(0o700)
    os.mkfifo(place / ".lock", 0o600)


def _file(place: Path, elsewhere: Path) -> None:
    place.write_text("draft")


@pytest.mark.parametrize("make", [_link, _open_to_others, _no_lock, _linked_lock, _pipe, _file])
def test_what_is_not_surely_ours_stays(make: Callable[[Path, Path], None], temporary: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(0o700)
    for name in (".lock", "kept.txt"):
        (elsewhere / name).touch(0o600)
    make(temporary / "reviewer-abcd1234", elsewhere)
    scratch.sweep()
    assert os.path.lexists(temporary / "reviewer-abcd1234")
    assert sorted(path.name for path in elsewhere.iterdir()) == [".lock", "kept.txt"]


@pytest.mark.parametrize("name", ["reviewer-benchmark", "reviewer-abcd12345", "review-abcd1234", "xreviewer-abcd1234"])
def test_other_names_stay(name: str, temporary: Path) -> None:
    (temporary / name).mkdir(0o700)
    (temporary / name / ".lock").touch(0o600)
    scratch.sweep()
    assert (temporary / name).exists()


def test_links_in_a_folder_that_goes_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "a").touch()
    dead, left = started(more=f'os.symlink({str(tmp_path / "kept")!r}, folder / "inner" / "link")')
    dead.communicate()
    scratch.sweep()
    assert not left.exists() and (tmp_path / "kept" / "a").exists()


def test_two_that_sweep_at_once_do_not_fail(temporary: Path) -> None:
    waiting = [started(end="sys.stdin.read()")[0] for _ in range(8)]
    for process in waiting:
        process.kill()
        process.communicate()
    sweeping = [
        subprocess.Popen([sys.executable, "-c", "from reviewer import scratch; scratch.sweep()"]) for _ in range(3)
    ]
    assert [process.wait() for process in sweeping] == [0, 0, 0]
    assert list(temporary.iterdir()) == []


def test_a_killed_scan_leaves_nothing_for_longer_than_until_the_next(temporary: Path, tmp_path: Path) -> None:
    for number in range(4):
        (tmp_path / f"{number}.html").write_text(f"<p>{'各部门要落实责任。' * 40000}</p>", encoding="utf-8")
    (tmp_path / "a.txt").write_text("全县低保标准提高。", encoding="utf-8")
    command = [sys.executable, "-m", "reviewer", "scan", "--format", "json"]
    killed = subprocess.Popen([*command, str(tmp_path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert in_time(lambda: any(path.is_dir() and len(list(path.iterdir())) > 1 for path in temporary.iterdir()))
    killed.send_signal(signal.SIGKILL)
    killed.wait()

    def is_clean() -> bool:
        # A short text, which needs no folder of its own. The killed one's workers die in their own time.
        subprocess.run([*command, str(tmp_path / "a.txt")], check=True, capture_output=True)
        return not list(temporary.iterdir())

    assert in_time(is_clean)
