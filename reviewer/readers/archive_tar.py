"""Tar archives (POSIX.1-2001 pax, ustar, GNU, v7) and single compressed files: gz, bz2, xz.

Read from front to end, plain or compressed. The standard library's tarfile is not used: it may loop for ever on a
size below zero (CVE-2025-8194), and believes what headers say of sizes.
"""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from reviewer.errors import Broken, ReadError, TooBig, UnknownFormat
from reviewer.model import Gap
from reviewer.readers.container import Budget, Member, Names, inner_path, link, rest
from reviewer.readers.encoding import decode

GZIP, BZIP2, XZ = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00"
STREAMS = {"gz": GZIP, "bz2": BZIP2, "xz": XZ}
_BLOCK = 512
_CHUNK = 1 << 18
_MOST_MEMORY = 256 << 20
_LONGEST_HEADER = 1 << 20
_FOLDERS, _LINKS = frozenset(b"5D"), frozenset(b"12346")
"""any other kind is a file, as POSIX wants"""
_LONG_NAME, _LONG_LINK, _OWN, _ALL, _SPARSE = b"LKxgS"
_MOST_EXTRA = 4
"""so many headers for each member there may be: more are made to take time"""


def is_tar(head: bytes) -> bool:
    """Whether bytes begin with the header of a tar's first member."""
    return len(head) >= _BLOCK and any(head[:_BLOCK]) and _checksum(head[:_BLOCK])


def stream_kind(data: bytes) -> str:
    """gz, bz2 or xz by the first bytes, "" for anything else."""
    if data[:3] == BZIP2 and data[4:10] not in (b"1AY&SY", b"\x17rE8P\x90"):
        return ""
    return next((kind for kind, magic in STREAMS.items() if data.startswith(magic)), "")


def beginning(data: bytes) -> bytes:
    """The first block of what a gz, bz2 or xz file holds; fewer bytes where there are not so many."""
    found = b""
    try:
        for chunk in inflated(data, _BLOCK):
            found += chunk
            if len(found) >= _BLOCK:
                break
    except (*_FAULTS, Broken):
        pass
    return found


_FAULTS = (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, struct.error)


def inflated(data: bytes, size: int = _CHUNK) -> Iterator[bytes]:
    """The chunks of a gz, bz2 or xz file, of all streams in it. Raises Broken where one is cut off or damaged."""
    kind = stream_kind(data)
    at = 0
    try:
        while at < len(data):
            if not data.startswith(STREAMS[kind], at):
                # Zeros fill up a tape or a block; anything else was not read.
                if data[at : at + _CHUNK].strip(b"\0"):
                    raise Broken("压缩内容之后还有不属于它的数据，没有读取。请人工查看。")
                return
            stream = _decompressor(kind)
            while not stream.eof:
                if stream.needs_input and at >= len(data):
                    raise Broken("文件不完整（压缩内容没有到结尾），后面的没有读到。请重新获取原文件。")
                given = data[at : at + _CHUNK] if stream.needs_input else b""
                at += len(given)
                if chunk := stream.decompress(given, size):
                    yield chunk
            at -= len(stream.unused_data)
    except _FAULTS:
        raise Broken("压缩数据有误，后面的没有读到。请重新获取原文件。") from None


class _Gzip:
    """zlib's decompressor as bz2 and lzma have theirs."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(31)
        self._tail = b""

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def needs_input(self) -> bool:
        return not self._tail

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data

    def decompress(self, data: bytes, most: int) -> bytes:
        chunk = self._stream.decompress(self._tail + data, most)
        self._tail = self._stream.unconsumed_tail
        return chunk


def _decompressor(kind: str) -> _Gzip | bz2.BZ2Decompressor | lzma.LZMADecompressor:
    if kind == "gz":
        return _Gzip()
    return bz2.BZ2Decompressor() if kind == "bz2" else lzma.LZMADecompressor(lzma.FORMAT_XZ, _MOST_MEMORY)


def gzip_words(data: bytes) -> tuple[str, str]:
    """The name and the comment that a gz file holds (RFC 1952), "" where it holds none."""
    if len(data) < 10:
        return "", ""
    flags, at = data[3], 10
    if flags & 4:
        at += 2 + int.from_bytes(data[at : at + 2], "little")
    found = []
    for bit in (8, 16):
        end = data.find(b"\0", at, at + 4096) if flags & bit else -1
        found.append(decode(data[at:end])[0] if end > at else "")
        at = end + 1 if end >= 0 else at
    return found[0], found[1]


def alone(data: bytes, name: str, budget: Budget) -> Iterator[Member]:
    """The one file of a gz, bz2 or xz file."""
    kind = stream_kind(data)
    own = gzip_words(data)[0] if kind == "gz" else ""
    base = name.replace("\\", "/").rpartition("/")[2].rpartition("!")[2]
    stem = base[: -len(kind) - 1] if base.lower().endswith("." + kind) else ""
    path, _ = inner_path(own or stem or "内容")
    try:
        budget.admit()
        yield Member(path, budget.gathered(inflated(data), len(data)))
    except ReadError as fault:
        yield Member(path, fault=fault)


# -- tar ---------------------------------------------------------------------------------------------


class _Source:
    """What a tar is read from: its bytes, or what they inflate to, counted against the budget."""

    def __init__(self, data: bytes, budget: Budget) -> None:
        self._data = data
        self._at = 0
        self._chunks = inflated(data) if stream_kind(data) else None
        self._buffer = b""
        self._budget = budget

    def chunks(self, size: int) -> Iterator[bytes]:
        """The next `size` bytes, in pieces. Raises Broken where they are not there."""
        while size:
            piece = self._next(min(size, _CHUNK))
            if not piece:
                raise Broken("压缩包不完整（最后的文件没有到结尾），后面的没有读到。请重新获取原文件。")
            size -= len(piece)
            yield piece

    def _next(self, most: int) -> bytes:
        if self._chunks is None:
            piece = self._data[self._at : self._at + most]
            self._at += len(piece)
            return piece
        if not self._buffer:
            self._buffer = next(self._chunks, b"")
            self._budget.spend(len(self._buffer))
        piece, self._buffer = self._buffer[:most], self._buffer[most:]
        return piece

    def read(self, size: int) -> bytes:
        return b"".join(self.chunks(size))

    def skip(self, size: int) -> None:
        if self._chunks is None:
            if self._at + size > len(self._data):
                raise Broken("压缩包不完整（最后的文件没有到结尾），后面的没有读到。请重新获取原文件。")
            self._at += size
            return
        for _ in self.chunks(size):
            pass

    def block(self) -> bytes:
        """The next block, b"" at the end."""
        found = self._next(_BLOCK)
        while found and len(found) < _BLOCK:
            piece = self._next(_BLOCK - len(found))
            if not piece:
                raise Broken("压缩包不完整（没有到结尾），后面的没有读到。请重新获取原文件。")
            found += piece
        return found


@dataclass(slots=True)
class _Header:
    """A member as its headers tell it."""

    path: bytes
    kind: int
    size: int
    is_sparse: bool = False


@dataclass(slots=True)
class _Before:
    """What the headers in front of a member's own said of it."""

    path: bytes | None = None
    size: int | None = None
    is_sparse: bool = False
    everywhere: dict[bytes, bytes] = field(default_factory=dict)


def members(data: bytes, budget: Budget) -> Iterator[Member]:
    """The files of the archive, in its order; what comes behind a fault is said to be unread."""
    source = _Source(data, budget)
    shown = Names()
    try:
        for header in _headers(source, budget.limits.members * _MOST_EXTRA):
            path, gaps = shown.of(decode(header.path)[0])
            yield from _member(source, header, path, gaps, budget)
            if budget.spent:
                raise TooBig("读到这里已经超过上限，后面的没有读取。请解压后扫描整个文件夹。")
    except ReadError as fault:
        yield rest(fault)


def _member(
    source: _Source, header: _Header, path: str, gaps: tuple[Gap, ...], budget: Budget
) -> Iterator[Member]:
    padded = -(-header.size // _BLOCK) * _BLOCK
    budget.admit()
    if header.kind in _FOLDERS or header.path.endswith(b"/"):
        source.skip(padded if header.kind not in b"5" else 0)
    elif header.kind in _LINKS:
        yield Member(path, fault=link(), gaps=gaps)
    elif header.is_sparse or header.size > budget.limits.member_bytes:
        source.skip(padded)
        fault: ReadError = UnknownFormat("这是稀疏存放的文件，没有读取。请解压后扫描。")
        if not header.is_sparse:
            fault = TooBig(f"超过 {budget.limits.member_bytes >> 20} MB 的上限，没有读取。请单独取出后扫描。")
        yield Member(path, fault=fault, gaps=gaps)
    else:
        try:
            content = source.read(header.size)
            source.skip(padded - header.size)
        except ReadError as fault:
            yield Member(path, fault=fault, gaps=gaps)
            raise
        yield Member(path, content, gaps=gaps)


def _headers(source: _Source, most: int) -> Iterator[_Header]:
    """The members' headers, each when the content of the one before was taken."""
    before = _Before()
    while block := source.block():
        most -= 1
        if most < 0:
            raise TooBig("压缩包里的成员过多，后面的没有读取。请解压后扫描整个文件夹。")
        if not any(block):
            _check_end(source)
            return
        if not _checksum(block):
            raise Broken("压缩包的结构有误，后面的没有读到。请重新获取原文件。")
        kind, size = block[156], _number(block[124:136])
        if kind in (_LONG_NAME, _LONG_LINK, _OWN, _ALL):
            _take(before, kind, _words(source, size))
            continue
        if before.size is not None:
            size = before.size
        is_sparse = before.is_sparse or kind == _SPARSE
        if kind == _SPARSE and block[482]:
            # Further lists of holes stand in front of the content.
            while source.block()[504]:
                pass
        path = before.path if before.path is not None else _path(block)
        before = _Before(everywhere=before.everywhere)
        _apply(before, before.everywhere)
        yield _Header(path, kind, size, is_sparse)


def _check_end(source: _Source) -> None:
    """Raises Broken where anything but zeros stands behind the end of the archive."""
    while block := source.block():
        if any(block):
            raise Broken("压缩包的结束标记之后还有内容，没有读取。请人工查看。")


def _words(source: _Source, size: int) -> bytes:
    if size > _LONGEST_HEADER:
        raise Broken("压缩包的结构有误（名称过长），后面的没有读到。请重新获取原文件。")
    words = source.read(size)
    source.skip(-size % _BLOCK)
    return words


def _take(before: _Before, kind: int, words: bytes) -> None:
    if kind == _LONG_NAME:
        before.path = words.rstrip(b"\0")
    elif kind in (_OWN, _ALL):
        records = dict(_records(words))
        if kind == _ALL:
            before.everywhere |= records
        _apply(before, records)


def _records(words: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The records of a pax header: "27 path=..." with its own length in front."""
    at = 0
    while at < len(words):
        space = words.find(b" ", at, at + 20)
        length = words[at:space]
        if space < 0 or not length.isdigit() or not 0 < int(length) <= len(words) - at:
            return
        name, _, value = words[space + 1 : at + int(length) - 1].partition(b"=")
        yield name, value
        at += int(length)


def _apply(before: _Before, records: dict[bytes, bytes]) -> None:
    before.path = records.get(b"GNU.sparse.name", records.get(b"path", before.path))
    before.is_sparse = before.is_sparse or any(name.startswith(b"GNU.sparse.") for name in records)
    if (size := records.get(b"size", b"")).isdigit():
        before.size = int(size[:20])


def _path(block: bytes) -> bytes:
    name, prefix = block[:100].split(b"\0")[0], block[345:500].split(b"\0")[0]
    is_posix = block[257:263] == b"ustar\0"
    return prefix + b"/" + name if is_posix and prefix else name


def _number(field: bytes) -> int:
    """Octal digits, or with the highest bit set a number to the base 256; Broken for any other."""
    if field[0] == 0x80:
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b"\0 ").split(b"\0")[0].strip()
    if digits and digits.strip(b"01234567"):
        raise Broken("压缩包的结构有误，后面的没有读到。请重新获取原文件。")
    return int(digits or b"0", 8)


def _checksum(block: bytes) -> bool:
    """Whether the block's own sum is right: of all bytes, with those of the sum taken as spaces."""
    digits = block[148:156].strip(b"\0 ").split(b"\0")[0].strip()
    if not digits or digits.strip(b"01234567"):
        return False
    rest = block[:148] + block[156:]
    signed = sum(byte - 256 if byte > 127 else byte for byte in rest)
    return int(digits, 8) in (sum(rest) + 256, signed + 256)
