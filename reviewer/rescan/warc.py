"""A site mirror in WARC files (ISO 28500): of each address what was fetched last, where that was a document.

The files are gone through from record to record; a document's bytes are only read where they are not known by the
digest of their payload.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from reviewer.errors import Broken, NotFound, ReadError, TooBig, reason
from reviewer.rescan.model import Entry
from reviewer.rescan.source import is_furniture

PREFIX = "warc:"
"""what `where` of a document in a WARC begins with: warc:OFFSET:FILE"""
_NO_TEXT = ("font/", "text/css", "audio/", "video/", "application/font", "application/x-font", "image/x-icon",
            "image/vnd.microsoft.icon")  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Capture:
    """One record: the day and time of it, and the entry; None where the address gave no document then."""

    date: str
    entry: Entry | None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Warc:
    """The documents in some WARC files. Their paths are their addresses."""

    files: tuple[Path, ...]
    name: str

    def entries(self) -> Iterator[Entry]:
        last: dict[str, _Capture] = {}
        bodies: dict[str, Entry] = {}
        damaged = []
        for file in self.files:
            try:
                for address, capture in _captures(file):
                    if capture.entry is not None and capture.digest and capture.entry.where:
                        bodies.setdefault(capture.digest, capture.entry)
                    if address not in last or capture.date >= last[address].date:
                        last[address] = capture
            except ReadError as fault:
                damaged.append(fault)
        for address, capture in sorted(last.items()):
            entry = capture.entry
            if entry is not None and not entry.where:
                # The record only says that nothing has changed: the bytes stand in an earlier one.
                body = bodies.get(capture.digest)
                entry = replace(entry, where=body.where, size=body.size) if body is not None else entry
            if entry is not None:
                yield replace(entry, path=address, url=address)
        if damaged:
            raise damaged[0]


def _captures(file: Path) -> Iterator[tuple[str, _Capture]]:
    try:
        with file.open("rb") as stream:
            archive = _iterator(stream)
            for record in _whole(archive, stream):
                if record.rec_type not in ("response", "revisit", "resource"):
                    continue
                address = record.rec_headers.get_header("WARC-Target-URI") or ""
                if address.startswith(("http://", "https://")) and not is_furniture(address):
                    address = address.split("#")[0]
                    yield address, _capture(record, file, archive.get_record_offset())
    except OSError as fault:
        raise ReadError(f"读不了 {file.name}（{reason(fault)}）。") from None
    except _faults():
        raise Broken(f"{file.name} 不是完整的 WARC 文件，没有读完。请重新下载或者检查。") from None


def _whole(archive: Any, stream: BinaryIO) -> Iterator[Any]:
    """The records. Raises EOFError behind the last where the file was cut off: the library ends without a word."""
    last, offset = None, 0
    for last in archive:
        yield last
        offset = archive.get_record_offset()
    if last is not None and (_is_cut(last) or _is_cut_behind(stream, offset)):
        raise EOFError


def _is_cut_behind(stream: BinaryIO, offset: int) -> bool:
    """Whether the file ends inside of a gzip member; `offset` is where one begins."""
    stream.seek(offset)
    if stream.read(2) != b"\x1f\x8b":
        return False
    stream.seek(offset)
    member, inside, data = zlib.decompressobj(31), False, b""
    while data := data or stream.read(1 << 20):
        member.decompress(data, 1 << 24)
        inside = not member.eof
        data = member.unconsumed_tail if inside else member.unused_data
        member = member if inside else zlib.decompressobj(31)
    return inside


def _is_cut(record: Any) -> bool:
    """Whether less is there than the record's length, of one that was read to its end."""
    return bool(getattr(record.raw_stream, "limit", 0))


def _capture(record: Any, file: Path, offset: int) -> _Capture:
    head = record.rec_headers
    day, digest = head.get_header("WARC-Date") or "", head.get_header("WARC-Payload-Digest") or ""
    status = record.http_headers.get_statuscode() if record.http_headers is not None else "200"
    kind = (record.http_headers.get_header("Content-Type") if record.http_headers is not None else "") or ""
    is_same = record.rec_type == "revisit"
    if (status != "200" and not (is_same and status == "304")) or kind.lower().startswith(_NO_TEXT):
        return _Capture(day, None)
    size = int(head.get_header("Content-Length") or 0)
    where = "" if is_same else f"{PREFIX}{offset}:{os.fspath(file)}"
    return _Capture(day, Entry("", where, size=size, hint=digest), digest)


def record_bytes(where: str, most: int) -> bytes:
    """The payload of the record that `where` names, as a browser would get it. Raises a ReadError."""
    offset, _, file = where.removeprefix(PREFIX).partition(":")
    try:
        with open(file, "rb") as stream:
            stream.seek(int(offset))
            record = next(iter(_iterator(stream)))
            data: bytes = record.content_stream().read(most + 1)
            if len(data) <= most and _is_cut(record):
                raise EOFError
    except FileNotFoundError:
        raise NotFound("找不到 WARC 文件。请检查路径。") from None
    except OSError as fault:
        raise ReadError(f"打不开 WARC 文件（{reason(fault)}）。") from None
    except _faults():
        raise Broken("WARC 文件中的这一条记录已损坏，没有读取。请重新下载。") from None
    if len(data) > most:
        raise TooBig(f"文件超过上限 {most // 1048576} MB。请拆分后扫描。")
    return data


def _iterator(stream: BinaryIO) -> Any:
    from warcio.archiveiterator import ArchiveIterator

    return ArchiveIterator(stream)


def _faults() -> tuple[type[Exception], ...]:
    """What the library raises for bytes that are no WARC."""
    from warcio.exceptions import ArchiveLoadFailed

    # It takes for granted that headers are there.
    odd = (AttributeError, TypeError, IndexError, KeyError)
    return ArchiveLoadFailed, zlib.error, ValueError, EOFError, StopIteration, *odd
