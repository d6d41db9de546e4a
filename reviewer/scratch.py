"""Folders for what a process writes in passing; those of processes that were killed are taken away at the next start.

A folder may hold a draft's text. It is its owner's alone (0700) and holds a file that is locked as long as the process,
or a copy of it, lives: what nobody holds any more is removed by whoever starts next, with the programs that still run
in it. Where files can not be locked (Windows), only the process itself removes its folder. Source: flock(2).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from reviewer.errors import DiskFull, reason

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_PREFIX, _LOCK = "reviewer-", ".lock"
_RANDOM = 8
"""letters, digits and _ that mkdtemp adds"""
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Scratch:
    """A folder that close() removes with all that is in it."""

    path: Path
    lock: int
    """the handle that says that the process lives; -1 where files can not be locked"""

    def close(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        if self.lock >= 0:
            with contextlib.suppress(OSError):
                os.close(self.lock)

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.close()


def _is_ours(name: str) -> bool:
    """Whether mkdtemp named it for us. No expression: compiling one would be felt at each start."""
    if not name.startswith(_PREFIX) or len(name) != len(_PREFIX) + _RANDOM:
        return False
    random = name.removeprefix(_PREFIX)
    return random.isascii() and random.replace("_", "a").isalnum()


def made(parent: Path | None = None) -> Scratch:
    """A new folder in `parent` (None: the system's temporary one). Raises DiskFull where none can be made."""
    sweep(parent)
    try:
        for _ in range(_TRIES):
            path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
            if fcntl is None:
                return Scratch(path, -1)
            if (lock := _locked(path)) is not None:
                return Scratch(path, lock)
    except OSError as fault:
        raise no_room(fault) from None
    raise no_room(OSError())


def no_room(fault: OSError) -> DiskFull:
    """What is said where nothing can be written in passing."""
    return DiskFull(f"临时文件夹写不进去（{reason(fault)}）。请腾出空间，或用环境变量 TMPDIR 换一个文件夹后再试。")


def _locked(path: Path) -> int | None:
    """The handle of the lock in a new folder; None where another process swept it away in the meantime."""
    name = path / _LOCK
    try:
        handle = os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.stat(name), os.fstat(handle)):
            return handle
    except (BlockingIOError, FileNotFoundError):
        pass
    except OSError:
        # A file system without locks: the folder goes when the process ends, or stays.
        return handle
    os.close(handle)
    return None


def sweep(folder: Path | None = None) -> None:
    """Removes the folders of this user's dead processes from `folder` (None: the system's temporary one)."""
    if fcntl is None:
        return
    with contextlib.suppress(OSError):
        parent = os.open(folder or tempfile.gettempdir(), os.O_RDONLY | os.O_DIRECTORY)
        try:
            for name in os.listdir(parent):
                if _is_ours(name):
                    _sweep_one(parent, name)
        finally:
            os.close(parent)


def _sweep_one(parent: int, name: str) -> None:
    """Removes the folder where it is ours and nobody holds its lock. No link is followed."""
    with contextlib.suppress(OSError), contextlib.ExitStack() as open_ones:
        folder = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
        open_ones.callback(os.close, folder)
        status = os.fstat(folder)
        if status.st_uid != os.getuid() or status.st_mode & 0o077:
            return
        # To wait for a pipe in its place would never end.
        lock = os.open(_LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
        open_ones.callback(os.close, lock)
        if not stat.S_ISREG(os.fstat(lock).st_mode):
            return
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if sys.platform == "linux":
            _end_those_in(os.path.realpath(f"/proc/self/fd/{folder}"))
        shutil.rmtree(name, ignore_errors=True, dir_fd=parent)


def _end_those_in(folder: str) -> None:
    """Ends this user's processes that work in a folder whose owner is dead: converters that were left alone."""
    for entry in os.listdir("/proc"):
        if entry.isdecimal() and int(entry) != os.getpid():
            # It may have ended by now, or be somebody else's.
            with contextlib.suppress(OSError):
                if os.path.realpath(f"/proc/{entry}/cwd").startswith(folder + os.sep):
                    os.kill(int(entry), signal.SIGKILL)
