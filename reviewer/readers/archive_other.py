"""7z and rar archives through libarchive (BSD), which reads them in memory; it writes nothing."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterator
from functools import cache
from typing import Any

from reviewer.errors import Broken, Encrypted, ReadError, TooBig
from reviewer.readers.container import Budget, Member, Names, link, rest
from reviewer.readers.encoding import decode

SEVEN_ZIP = b"7z\xbc\xaf\x27\x1c"
RAR, RAR5 = b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00"
_TAIL = 4096
TITLES = {"7z": "7z 压缩包", "rar": "RAR 压缩包"}
_FORMATS = ((SEVEN_ZIP, "7zip"), (RAR5, "rar5"), (RAR, "rar"))


@cache
def binding() -> Any:
    """libarchive by its Python binding, None where this machine has none."""
    # Its warnings quote the archive.
    logging.getLogger("libarchive").setLevel(logging.CRITICAL + 1)
    try:
        import libarchive
    except (ImportError, OSError, AttributeError, TypeError):
        return None
    return libarchive


def missing(kind: str) -> str:
    """What is said where libarchive is not there."""
    return (
        f"本机没有 libarchive，{TITLES[kind]}没有读取。"
        "请安装后重新扫描（Debian、Ubuntu：apt install libarchive13；macOS：brew install libarchive），或解压后扫描。"
    )


def members(data: bytes, budget: Budget) -> Iterator[Member]:
    """The files of the archive, in its order; what comes behind a fault is said to be unread."""
    found = binding()
    format_name = next(name for magic, name in _FORMATS if data.startswith(magic))
    shown = Names()
    try:
        with found.memory_reader(data, format_name=format_name, filter_name="none") as archive:
            for entry in archive:
                budget.admit()
                if entry.isdir:
                    continue
                path, gaps = shown.of(_name(entry))
                if not entry.isreg or entry.islnk:
                    yield Member(path, fault=link(), gaps=gaps)
                    continue
                try:
                    content, fault = budget.gathered(entry.get_blocks()), None
                except found.exception.ArchiveError as raised:
                    content, fault = None, _fault(str(raised))
                except ReadError as raised:
                    content, fault = None, raised
                yield Member(path, content, fault, gaps)
                if budget.spent:
                    raise TooBig("读到这里已经超过上限，后面的没有读取。请解压后扫描整个文件夹。")
        if format_name != "7zip" and not _has_end(data):
            raise Broken("压缩包没有结束标记，可能不完整，后面的没有读到。请重新获取原文件。")
    except found.exception.ArchiveError as raised:
        yield rest(_fault(str(raised)))
    except ReadError as raised:
        yield rest(raised)


def _has_end(data: bytes) -> bool:
    """Whether a rar archive has the block that ends it: without it libarchive takes a cut for the end."""
    tail = data[-_TAIL:]
    if data.startswith(RAR5):
        # Checksum, size, the type 5.
        starts = [k - 5 for k, byte in enumerate(tail) if byte == 5 and k >= 5]
        return any(
            zlib.crc32(tail[at + 4 : at + 5 + tail[at + 4]]) == int.from_bytes(tail[at : at + 4], "little")
            for at in starts
        )
    starts = [k - 2 for k, byte in enumerate(tail) if byte == 0x7B and k >= 2]
    return any(
        zlib.crc32(tail[start + 2 : start + int.from_bytes(tail[start + 5 : start + 7], "little")]) & 0xFFFF
        == int.from_bytes(tail[start : start + 2], "little")
        for start in starts
    )


def _fault(message: str) -> ReadError:
    # The message may quote a name: only what it is about is passed on.
    if "ncrypt" in message or "passphrase" in message:
        return Encrypted("7z、RAR 压缩包设有密码，本程序打不开这两种密码。请解压后扫描。")
    if "nsupported" in message:
        return Broken("使用了不支持的压缩方法，无法读取。请解压后扫描。")
    return Broken("压缩包已损坏或者不完整（也可能是分卷压缩包的一卷），没有读到。请合并、解压后扫描。")


def _name(entry: Any) -> str:
    path = entry.pathname or ""
    return decode(path)[0] if isinstance(path, bytes) else path
