"""The files of a folder that is to be published: all of them, and what is no file but stands among them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reviewer.errors import UsageError
from reviewer.model import Fault
from reviewer.scanning import readable

_LINK = Fault("link", "这是符号链接，指向文件夹之外、指向文件夹，或者指向的文件不存在。请换成文件本身。")
_SPECIAL = Fault("special", "这不是普通文件（管道、设备等），不能发布。")
_CLOSED = Fault("closed", "这个文件夹打不开，里面的文件没有查。请检查权限。")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file: its path in the folder with / between the names, as read and as found on the disk.

    fault  why it can not be looked at; None for a file that can
    """

    path: str
    on_disk: Path
    fault: Fault | None = None


def entries(root: Path) -> Iterator[Entry]:
    """All that stands in the folder, in order of path. Nothing is left out, hidden files neither.

    A link to a file inside of the folder is that file under another name; no other link is followed. Raises
    UsageError where `root` is no folder.
    """
    if not root.is_dir():
        what = "这是一个文件" if root.exists() else "文件夹不存在"
        raise UsageError(f"{root}：{what}。请给出要发布的文件夹。")
    yield from _inside(root, "", os.path.realpath(root))


def _inside(folder: Path, before: str, root: str) -> Iterator[Entry]:
    try:
        found = sorted(os.scandir(folder), key=lambda one: one.name)
    except OSError:
        yield Entry(before or "./", folder, _CLOSED)
        return
    for one in found:
        path = before + readable(one.name)
        try:
            mode = one.stat(follow_symlinks=False).st_mode
        except OSError:
            mode = 0
        if stat.S_ISDIR(mode):
            yield from _inside(Path(one.path), f"{path}/", root)
        elif stat.S_ISREG(mode):
            yield Entry(path, Path(one.path))
        elif stat.S_ISLNK(mode):
            yield Entry(path, Path(one.path), None if _stays_inside(one.path, root) else _LINK)
        else:
            yield Entry(path, Path(one.path), _SPECIAL)


def _stays_inside(link: str, root: str) -> bool:
    """Whether a link ends at a file inside of the folder."""
    return is_inside(os.path.realpath(link), root) and os.path.isfile(link)


def is_inside(path: str, root: str) -> bool:
    """Whether a real path lies below the folder `root`, which is one, too."""
    return path.startswith(root.rstrip(os.sep) + os.sep)


def leads_through(path: Path, root: str) -> bool:
    """Whether the way to `path`, link by link, touches the inside of the folder `root` (a real path).

    What lies outside is still the folder's to choose where a link in it leads there.
    """
    steps = list(reversed(Path(os.getcwd(), path).parts))
    here, links = steps.pop(), 0
    while steps:
        name = steps.pop()
        there = os.path.dirname(here) if name == ".." else os.path.join(here, name)
        if is_inside(there, root):
            return True
        if not os.path.islink(there) or links == _MOST_LINKS:
            here = there
            continue
        links += 1
        target = Path(os.readlink(there))
        if target.is_absolute():
            here = target.anchor
        steps += reversed(target.parts[1:] if target.is_absolute() else target.parts)
    return here == root


_MOST_LINKS = 40
"""as many as Linux follows"""
