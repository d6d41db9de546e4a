"""Files of the cache folder: what took time to work out, believed only when its digest is right."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def load(cache: Path | None, name: str) -> bytes | None:
    """What was kept under `name`; None where nothing is, or where it has been damaged."""
    if cache is None:
        return None
    try:
        head, _, body = (cache / name).read_bytes().partition(b"\n")
    except OSError:
        return None
    return body if hashlib.sha256(body).hexdigest().encode() == head else None


def save(cache: Path | None, name: str, body: bytes) -> None:
    """Keeps `body` under `name`; without a folder that can be written the next start works it out again."""
    if cache is None:
        return
    try:
        cache.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = cache / f".{name}-{os.getpid()}"
        temporary.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        temporary.replace(cache / name)
    except OSError:
        return
