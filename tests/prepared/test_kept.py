"""The cache folder: what is kept comes back, and only what this user wrote, undamaged, is believed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from reviewer.prepared import kept


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    cache = tmp_path / "a" / "b"
    assert kept.load(cache, "one") is None and not kept.exists(cache, "one")
    for body in (b"", b"body\nwith lines", bytes(range(256))):
        kept.save(cache, "one", body)
        assert kept.load(cache, "one") == body
    assert kept.exists(cache, "one")
    assert [path.name for path in cache.iterdir()] == ["one"]
    assert (cache.stat().st_mode & 0o777, (cache / "one").stat().st_mode & 0o777) == (0o700, 0o600)


def test_without_a_folder_nothing_is_kept() -> None:
    kept.save(None, "one", b"body")
    assert kept.load(None, "one") is None


def _open_folder(path: Path) -> None:
    path.parent.chmod(0o777)


def _open_file(path: Path) -> None:
    path.chmod(0o666)


def _link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _damaged(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1] + b"x")


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("spoil", [_open_folder, _open_file, _link, _pipe, _folder, _damaged, _emptied])
def test_what_another_could_have_written_is_not_believed(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    cache = tmp_path / "cache"
    kept.save(cache, "one", b"body")
    spoil(cache / "one")
    assert kept.load(cache, "one") is None


def test_the_files_of_another_user_are_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = tmp_path / "cache"
    kept.save(cache, "one", b"body")
    stranger = os.geteuid() + 1
    monkeypatch.setattr(kept.os, "geteuid", lambda: stranger)
    assert kept.load(cache, "one") is None
    kept.save(cache, "two", b"body")
    assert [path.name for path in cache.iterdir()] == ["one"]


@pytest.mark.parametrize("place", ["/proc/nowhere", "file/below"])
def test_a_folder_that_can_not_be_written_is_done_without(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    kept.save(tmp_path / place, "one", b"body")
    assert kept.load(tmp_path / place, "one") is None


def test_what_was_not_used_for_long_is_taken_away(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    for name in ("old", "new"):
        kept.save(cache, name, b"body")
    long_ago = time.time() - 100 * 86_400
    os.utime(cache / "old", (long_ago, long_ago))
    kept.save(cache, "another", b"body")
    assert sorted(path.name for path in cache.iterdir()) == ["another", "new"]
