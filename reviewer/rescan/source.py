"""SOURCE -> Entries: a folder or export tree, a site mirror (WARC), a list of files with URL, unit, column and date."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from reviewer.errors import ReadError, UsageError
from reviewer.rescan.model import Entry
from reviewer.scanning import files_under, readable

_FURNITURE = (".woff", ".woff2", ".ttf", ".ttc", ".otf", ".eot", ".ico", ".cur", ".cdx", ".cdxj")
"""what a saved site has beside its documents and no text is in: fonts, icons, the index of a WARC"""


class Source(Protocol):
    """Documents that can be listed without opening them."""

    @property
    def name(self) -> str:
        """What tells this source from others in the same state."""
        ...

    def entries(self) -> Iterator[Entry]:
        """All documents, in an order that is the same each time; none of them is opened.

        Raises ReadError at the end where not all could be listed: then nobody can say what is gone.
        """
        ...


def opened(given: str, name: str = "") -> Source:
    """The source that a user names, called `name` or after where it is. Raises UsageError where there is none."""
    if "://" in given:
        from reviewer.rescan.remote import remote

        return remote(given, name)
    path = Path(given)
    name = name or readable(os.path.realpath(path))
    if path.is_dir():
        return Folder(path, name)
    if not path.exists():
        raise UsageError(f"找不到要重新审查的来源 {given}。请检查路径。")
    suffix = path.suffix.lower()
    if is_warc(path):
        from reviewer.rescan.warc import Warc

        return Warc((path,), name)
    if suffix in (".csv", ".tsv", ".xlsx", ".xlsm"):
        from reviewer.rescan.listed import Listed

        return Listed(path, name)
    raise UsageError(f"{given} 不能作为来源。请给出文件夹、WARC 文件（.warc、.warc.gz）或者清单（.csv、.xlsx）。")


def is_warc(path: Path) -> bool:
    return path.name.lower().endswith((".warc", ".warc.gz"))


def is_furniture(path: str) -> bool:
    """Whether a file of a saved site is none of its documents, and holds no text."""
    return path.split("?")[0].lower().endswith(_FURNITURE)


@dataclass(frozen=True, slots=True)
class Folder:
    """The files under a folder; of the WARC files in it, the pages."""

    root: Path
    name: str

    def entries(self) -> Iterator[Entry]:
        archives, closed = [], 0
        for path, _ in files_under([self.root]):
            if path.is_dir() and not path.is_symlink():
                closed += 1
            elif is_warc(path):
                archives.append(path)
            elif not is_furniture(path.name):
                yield stated(Entry(inner_path(path, self.root), str(path)))
        if archives:
            from reviewer.rescan.warc import Warc

            yield from Warc(tuple(archives), self.name).entries()
        if closed:
            raise ReadError(f"有 {closed} 个文件夹打不开，其中的文件没有列出。请检查权限。")


def inner_path(path: Path, root: Path) -> str:
    """The path as it is in the source: from its root, with /."""
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
