"""SOURCE -> Entries: a folder or export tree, a site mirror (WARC), a list of files with URL, unit, column and date."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from reviewer.errors import UsageError
from reviewer.rescan.model import Entry
from reviewer.scanning import files_under, readable


class Source(Protocol):
    """Documents that can be listed without opening them."""

    @property
    def name(self) -> str:
        """What tells this source from others in the same state."""
        ...

    def entries(self) -> Iterator[Entry]:
        """All documents, in an order that is the same each time."""
        ...


def opened(given: str, name: str = "") -> Source:
    """The source that a user names. Raises UsageError where there is none."""
    path = Path(given)
    if path.is_dir():
        return Folder(path, name or os.path.realpath(path))
    raise UsageError(f"找不到要重新审查的来源 {given}。请给出文件夹、WARC 文件或者清单（csv、xlsx）。")


@dataclass(frozen=True, slots=True)
class Folder:
    """The files under a folder."""

    root: Path
    name: str

    def entries(self) -> Iterator[Entry]:
        for path, _ in files_under([self.root]):
            yield stated(Entry(inner_path(path, self.root), str(path)))


def inner_path(path: Path, root: Path) -> str:
    return readable(os.path.relpath(path, root)).replace(os.sep, "/")


def stated(entry: Entry) -> Entry:
    """The entry with what the disk says of its file; as it is where that can not be asked."""
    try:
        status = os.stat(entry.where)
    except OSError:
        return entry
    # The time of the inode tells of bytes that were changed and given their old time again.
    hint = f"{status.st_size}-{status.st_mtime_ns}-{status.st_ctime_ns}-{status.st_ino}"
    return replace(entry, size=status.st_size, hint=hint)
