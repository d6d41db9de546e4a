"""What took time to work out and is wanted again: files of the cache folder, and those made with the wheel.

A name holds the digest of all that its content was worked out from, so that nothing kept is ever stale. What
is read back decides what a scan finds: nothing is believed that another user could have written, nor anything
that has been damaged on the way.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import time
from pathlib import Path

PREPARED = Path(__file__).resolve().parents[1] / "_prepared"
"""worked out when the wheel was built, and as trustworthy as the program itself; a checkout has none"""

_LARGEST = 64 << 20
_UNUSED_DAYS = 60
_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_MAKE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def load(cache: Path | None, name: str) -> bytes | None:
    """What was kept under `name`; None where nothing is, or nothing that can be trusted."""
    for path in _places(cache, name):
        body = _read(path, ours=path.parent != PREPARED)
        if body is not None:
            return body
    return None


def exists(cache: Path | None, name: str) -> bool:
    """Whether something lies under `name`; `load` may still refuse it."""
    return any(path.exists() for path in _places(cache, name))


def save(cache: Path | None, name: str, body: bytes) -> None:
    """Keeps `body` under `name`; without a folder that can be written the next start works it out again."""
    if cache is None:
        return
    draft = cache / f".{name}-{os.urandom(6).hex()}"
    try:
        cache.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not _is_private(os.stat(cache)):
            return
        try:
            with os.fdopen(os.open(draft, _MAKE, 0o600), "wb") as stream:
                stream.write(_head(body) + b"\n" + body)
            os.replace(draft, cache / name)
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(draft)
        _sweep(cache)
    except OSError:
        return


def _places(cache: Path | None, name: str) -> list[Path]:
    return [PREPARED / name] if cache is None else [PREPARED / name, cache / name]


def _head(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode()


def _read(path: Path, *, ours: bool) -> bytes | None:
    try:
        if ours and not _is_private(os.stat(path.parent)):
            return None
        with os.fdopen(os.open(path, _OPEN), "rb") as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST or (ours and not _is_private(status)):
                return None
            head, _, body = stream.read().partition(b"\n")
    except OSError:
        return None
    return body if _head(body) == head else None


def _is_private(status: os.stat_result) -> bool:
    """Whether nobody but this user can have written it; Windows protects the user's profile as a whole."""
    if not hasattr(os, "geteuid"):
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _sweep(cache: Path) -> None:
    """Takes away what belonged to rules and versions of long ago: nothing else ever would."""
    oldest = time.time() - _UNUSED_DAYS * 86_400
    with os.scandir(cache) as entries:
        for entry in entries:
            status = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(status.st_mode) and max(status.st_mtime, status.st_atime) < oldest:
                os.unlink(entry.path)
