"""Files -> Document. One module a kind, each with `read(data, name, limits, depth) -> Document`.

Readers have no network, write nothing and expand no DTD or entity.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.errors import Broken, NotFound, ReadError, ReviewerError, TooBig, UnknownFormat, is_full
from reviewer.model import Document, Locator
from reviewer.scratch import no_room
from reviewer.settings import Limits

if TYPE_CHECKING:
    from reviewer.readers.container import Budget, Member

_MODULES = {
    "txt": "plain", "md": "plain", "csv": "plain", "tsv": "plain", "html": "html",
    "docx": "docx", "xlsx": "xlsx", "pptx": "pptx", "pdf": "pdf", "ofd": "ofd", "picture": "picture",
    "eml": "mail", "mbox": "mail", "msg": "message",
    "zip": "archive", "tar": "archive", "gz": "archive", "bz2": "archive", "xz": "archive",
    "7z": "archive", "rar": "archive", "tnef": "archive",
    **dict.fromkeys(("doc", "wps", "rtf", "xls", "et", "xlsb", "ppt", "dps", "odt", "ods", "odp",
                     "fodt", "fods", "fodp", "uot", "uos", "uop"), "converted"),
}  # fmt: skip

CONTAINERS = frozenset(("eml", "mbox", "msg", "zip", "tar", "gz", "bz2", "xz", "7z", "rar", "tnef"))
"""kinds that hold files: their modules have `members(data, name, limits, budget)` as well"""


def kinds() -> tuple[str, ...]:
    """All kinds of files that have a reader."""
    return tuple(_MODULES)


def read_file(path: Path, limits: Limits) -> Document:
    """The file as a Document, a container without what is in it. Raises a ReadError that says what to do."""
    return read_apart(file_bytes(path, limits), str(path), limits)


def read_named(path: str, limits: Limits) -> Document:
    """As read_file; `outer.zip!dir/inner.docx`, as reports have it, is the file in the container."""
    ends = [k for k, char in enumerate(path) if char == "!" and Path(path[:k]).is_file()]
    if os.path.lexists(path) or not ends:
        return read_file(Path(path), limits)
    from reviewer.readers.container import Budget

    data = file_bytes(Path(path[: ends[0]]), limits)
    return _inner(data, path[: ends[0]], path[ends[0] + 1 :], limits, 0, Budget(limits, len(data)))


def _inner(data: bytes, name: str, wanted: str, limits: Limits, depth: int, budget: Budget) -> Document:
    """The file `wanted` in the container `name`."""
    document = read_apart(data, name, limits, depth)
    for member in members(document, data, name, limits, budget) if depth < limits.depth else ():
        if wanted != member.path and not wanted.startswith(member.path + "!"):
            continue
        if member.data is None:
            raise member.fault or Broken("没有读取。请人工查看。")
        shown = f"{name}!{member.path}"
        if wanted == member.path:
            return read_apart(member.data, shown, limits, depth + 1)
        return _inner(member.data, shown, wanted[len(member.path) + 1 :], limits, depth + 1, budget)
    raise NotFound("里面没有这个文件。请照报告中的写法给出路径。")


def file_bytes(path: Path, limits: Limits) -> bytes:
    """What is in the file. Raises a ReadError as read_file does."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise NotFound("这是一个文件夹，没有进入查看。请单独扫描它。")
        if not stat.S_ISREG(status.st_mode):
            # Reading a pipe or a device may never end.
            raise UnknownFormat("这不是普通文件（管道、设备等），没有读取。")
        with path.open("rb") as stream:
            before = os.fstat(stream.fileno())
            # A file may grow after it was measured: never take more than the limit.
            data = stream.read(min(limits.file_bytes, status.st_size) + 1)
            if status.st_size < len(data) <= limits.file_bytes:
                data += stream.read(limits.file_bytes + 1 - len(data))
            after = os.fstat(stream.fileno())
    except FileNotFoundError:
        raise NotFound("找不到文件。请检查路径。") from None
    except PermissionError:
        raise ReadError("没有读取权限，打不开文件。请检查权限。") from None
    except OSError:
        raise ReadError("打不开文件。请检查磁盘、链接和权限。") from None
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise ReadError("文件在读取时被改动了，没有审查。请等它写完后重新扫描。")
    if len(data) > limits.file_bytes:
        raise TooBig(f"文件超过上限 {limits.file_bytes // 1048576} MB。请拆分后扫描。")
    return data


def read_bytes(data: bytes, name: str, limits: Limits, depth: int = 0) -> Document:
    """Bytes with the name they came under -> Document; `depth` counts nested containers.

    What lies in a container is part of its text. Raises a ReadError for everything that can be wrong with the
    bytes, never another exception.
    """
    from reviewer.readers.container import Budget

    return _whole(data, name, limits, depth, Budget(limits, len(data)))


def _whole(data: bytes, name: str, limits: Limits, depth: int, budget: Budget) -> Document:
    document = read_apart(data, name, limits, depth)
    if document.format not in CONTAINERS:
        return document
    from reviewer.readers.assembly import Assembly

    assembly = Assembly()
    assembly.include(document)
    for member in members(document, data, name, limits, budget) if depth < limits.depth else ():
        place = Locator(note=member.path)
        assembly.add(member.path, part="name", hint="附件名称", locator=place)
        for gap in member.gaps:
            assembly.gap(gap.reason, gap.message, part="attachment", locator=place)
        try:
            if member.data is None:
                raise member.fault or Broken("没有读取。请人工查看。")
            assembly.embed(_whole(member.data, f"{name}!{member.path}", limits, depth + 1, budget), name=member.path)
        except ReadError as fault:
            assembly.gap(fault.code, f"其中的文件没有读取：{fault.message}", part="attachment", locator=place)
    return assembly.finish(path=name, kind=document.format, data=data)


def read_apart(data: bytes, name: str, limits: Limits, depth: int = 0) -> Document:
    """As read_bytes; the Document of a container is that of the container itself, `members` gives what is in it."""
    from reviewer.readers.sniff import sniff

    plain = data
    if limits.passwords:
        from reviewer.readers.unlock import unlocked

        plain = unlocked(data, limits.passwords)
    kind = sniff(plain, name)
    module = import_module(f"reviewer.readers.{_MODULES[kind]}")
    try:
        document: Document = module.read(plain, name, limits, depth)
    except ReviewerError:
        raise
    except Exception as fault:
        raise _as_read_error(fault, kind) from None
    return document if plain is data else replace(document, sha256=hashlib.sha256(data).hexdigest())


def members(document: Document, data: bytes, name: str, limits: Limits, budget: Budget) -> Iterator[Member]:
    """The files in a container, which was read as `document`, one by one; none for other kinds.

    What can not be read is a Member with a fault: nothing is raised.
    """
    if document.format not in CONTAINERS:
        return
    from reviewer.readers.container import rest

    module = import_module(f"reviewer.readers.{_MODULES[document.format]}")
    try:
        yield from module.members(data, name, limits, budget)
    except Exception as fault:
        yield rest(_as_read_error(fault, document.format))


def _as_read_error(fault: Exception, kind: str) -> ReadError:
    if isinstance(fault, ReadError):
        return fault
    if isinstance(fault, MemoryError):
        return TooBig("内存不足，无法读取这个文件。请拆分后扫描。")
    if isinstance(fault, OSError) and is_full(fault):
        return ReadError(f"{no_room(fault).message}这个文件没有读取。")
    # A library's message may quote the file's text: only the kind of the fault is passed on.
    return Broken(f"文件内容有误，无法读取（{kind}，{type(fault).__name__}）。请用原软件打开检查后另存。")
