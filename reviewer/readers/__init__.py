"""Files -> Document. One module a kind, each with `read(data, name, limits, depth) -> Document`.

Readers have no network, write nothing and expand no DTD or entity.
"""

from __future__ import annotations

import stat
from importlib import import_module
from pathlib import Path

from reviewer.errors import Broken, NotFound, ReadError, ReviewerError, TooBig, UnknownFormat
from reviewer.model import Document
from reviewer.settings import Limits

_MODULES = {"txt": "plain", "md": "plain", "csv": "plain", "tsv": "plain",
            "html": "html", "docx": "docx", "xlsx": "xlsx", "pdf": "pdf", "picture": "picture"}  # fmt: skip


def read_file(path: Path, limits: Limits) -> Document:
    """The file as a Document. Raises a ReadError with a Chinese message that says what to do."""
    return read_bytes(file_bytes(path, limits), str(path), limits)


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
            # A file may grow after it was measured: never take more than the limit.
            data = stream.read(limits.file_bytes + 1)
    except FileNotFoundError:
        raise NotFound("找不到文件。请检查路径。") from None
    except PermissionError:
        raise ReadError("没有读取权限，打不开文件。请检查权限。") from None
    except OSError:
        raise ReadError("打不开文件。请检查磁盘、链接和权限。") from None
    if len(data) > limits.file_bytes:
        raise TooBig(f"文件超过上限 {limits.file_bytes // 1048576} MB。请拆分后扫描。")
    return data


def read_bytes(data: bytes, name: str, limits: Limits, depth: int = 0) -> Document:
    """Bytes with the name they came under -> Document; `depth` counts nested containers.

    Raises a ReadError for everything that can be wrong with the bytes, never another exception.
    """
    from reviewer.readers.sniff import sniff

    kind = sniff(data, name)
    module = import_module(f"reviewer.readers.{_MODULES[kind]}")
    try:
        document: Document = module.read(data, name, limits, depth)
    except ReviewerError:
        raise
    except MemoryError:
        raise TooBig("内存不足，无法读取这个文件。请拆分后扫描。") from None
    except Exception as fault:
        # A library's message may quote the file's text: only the kind of the fault is passed on.
        raise Broken(f"文件内容有误，无法读取（{kind}，{type(fault).__name__}）。请用原软件打开检查后另存。") from None
    return document
