"""What all files that hold files share: Member, the Budget of a whole nest, and safe names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from reviewer.errors import ReadError, TooBig, UnknownFormat
from reviewer.model import Gap, Locator
from reviewer.prepared.patterns import compiled
from reviewer.readers.assembly import Assembly
from reviewer.settings import Limits

_RATIO_FLOOR = 1 << 20
_TOTAL_RATIO_FLOOR = 16 << 20
_DRIVE = compiled(r"[A-Za-z]:(?=/|$)")
_LONGEST_NAME = 4096


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside another: its path there, and its bytes or why there are none."""

    path: str
    data: bytes | None = field(default=None, repr=False)
    fault: ReadError | None = None
    gaps: tuple[Gap, ...] = ()
    """what else is to be said of it, though it was read"""


@dataclass(slots=True)
class Budget:
    """What the files of one nest may cost together: counted from the outermost file's `size` bytes on."""

    limits: Limits
    size: int
    spent: bool = False
    """nothing more may be read: what is left is said to be unread"""
    _members: int = 0
    _total: int = 0

    def admit(self) -> None:
        """Counts one more member. Raises TooBig where there are too many."""
        self._members += 1
        if self._members > self.limits.members:
            self.spent = True
            raise TooBig(f"文件里的文件合起来超过上限 {self.limits.members} 个，没有读取。请解压后扫描整个文件夹。")

    def spend(self, count: int) -> None:
        """Counts inflated bytes. Raises TooBig where the whole nest is too big or a bomb."""
        self._total += count
        if self._total > self.limits.total_bytes:
            self.spent = True
            raise TooBig(f"解压后合起来超过 {self.limits.total_bytes >> 20} MB 的上限，没有读取。请解压后分批扫描。")
        if self._total > _TOTAL_RATIO_FLOOR and self._total > self.limits.ratio * self.size:
            self.spent = True
            raise TooBig(f"整体的压缩比超过上限 {self.limits.ratio}，可能是压缩炸弹，没有读取。请人工查看。")

    def gathered(self, chunks: Iterable[bytes], packed: int | None = None) -> bytes:
        """The bytes of one member of `packed` bytes. Raises TooBig as soon as they are too many."""
        pieces: list[bytes] = []
        size = 0
        for chunk in chunks:
            size += len(chunk)
            self.spend(len(chunk))
            if size > self.limits.member_bytes:
                raise TooBig(f"解压后超过 {self.limits.member_bytes >> 20} MB 的上限，没有读取。请单独取出后扫描。")
            if packed is not None and size > max(_RATIO_FLOOR, self.limits.ratio * packed):
                raise TooBig(f"压缩比超过上限 {self.limits.ratio}，可能是压缩炸弹，没有读取。请人工查看。")
            pieces.append(chunk)
        return b"".join(pieces)


def rest(fault: ReadError, count: int | None = None) -> Member:
    """What stands for all that follows and is not read: `count` files, None where nobody knows how many."""
    how_many = "" if count is None else f" {count} 个文件"
    return Member(f"（其余{how_many}）", fault=type(fault)(f"{fault.message}其余的名称也没有检查。"))


def link() -> UnknownFormat:
    """The fault of a member that is a link or a device."""
    return UnknownFormat("这是链接或设备，不是文件，没有跟随。请人工查看。")


def too_deep(assembly: Assembly, limits: Limits, depth: int) -> None:
    """Notes that what lies in a container `depth` levels down is not read any more."""
    if depth >= limits.depth:
        assembly.gap("too-deep", f"嵌套超过 {limits.depth} 层，里面的文件没有读取。请解压后扫描。")


def inner_path(name: str) -> tuple[str, bool]:
    """A member's name as a path inside its container, and whether it pointed outside of it.

    No root, drive, `.` or `..` is left: inner_path("../a\\\\b.txt") == ("a/b.txt", True).
    """
    name = name.replace("\x00", "").replace("\\", "/")[:_LONGEST_NAME]
    steps: list[str] = []
    outside = False
    for step in _DRIVE.sub("", name, count=1).split("/"):
        if step == "..":
            outside = outside or not steps
            del steps[-1:]
        elif step.strip() not in ("", "."):
            steps.append(step)
    return "/".join(steps) or "（没有名称的文件）", outside


def outside_gap(path: str) -> Gap:
    """Says that a member's name points out of its container."""
    identity = hashlib.sha256(f"unsafe-name|{path}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
    message = "这个文件的名称指向压缩包之外（含有 ../），解压时可能覆盖别处的文件。内容已读，请核实压缩包的来源。"
    return Gap(identity, "filename", Locator(), "unsafe-name", message)


class Names:
    """The names of one container's members as they are shown: those that are the same told apart."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def of(self, name: str) -> tuple[str, tuple[Gap, ...]]:
        """The path inside, and what is to be said of it."""
        path, outside = inner_path(name)
        self._seen[path] = count = self._seen.get(path, 0) + 1
        shown = path if count == 1 else f"{path}（第{count}个同名文件）"
        return shown, (outside_gap(shown),) if outside else ()
