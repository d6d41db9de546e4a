"""Writes a zip package again: what did not change keeps its compressed bytes, its place and its name."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from reviewer.errors import MarkingError
from reviewer.readers.package import normal_name

_LOCAL, _CENTRAL, _END = struct.Struct("<4s5H3I2H"), struct.Struct("<4s6H3I5H2I"), struct.Struct("<4s4H2IH")
_UTF8, _LEVELS = 0x800, 0x6
_EARLIEST = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class _Member:
    """One entry to be: its name as bytes, its packed bytes and what the headers say of them."""

    name: bytes
    flags: int
    method: int
    date: tuple[int, int, int, int, int, int]
    crc: int
    packed: bytes
    size: int
    attributes: int = 0


def repacked(
    data: bytes,
    changed: Mapping[str, bytes],
    dropped: Collection[str] = (),
    renamed: Mapping[str, str] | None = None,
    *,
    bare: bool = False,
) -> bytes:
    """The package with these members changed (or added at its end), without those that are dropped.

    All names are normalised part names. `bare` leaves out what a zip says beside its members: dates,
    comments, folders.
    """
    members = [*_members(data, changed, frozenset(dropped), renamed or {}, bare=bare)]
    return _written(members)


def _members(
    data: bytes, changed: Mapping[str, bytes], dropped: frozenset[str], renamed: Mapping[str, str], *, bare: bool
) -> Iterator[_Member]:
    left = dict(changed)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for info in package.infolist():
            name = normal_name(info.filename)
            if name in dropped or (bare and info.is_dir()):
                continue
            date = _EARLIEST if bare else info.date_time
            flags, label = _label(renamed.get(name, name) if bare else info.filename, info)
            if name in left:
                yield _fresh(label, flags, date, left.pop(name))
            else:
                packed = _packed(data, info)
                flags |= info.flag_bits & _LEVELS
                yield _Member(label, flags, info.compress_type, date, info.CRC, packed, info.file_size,
                              0 if bare else info.external_attr)  # fmt: skip
    for name, content in left.items():
        yield _fresh(name.encode(), 0 if name.isascii() else _UTF8, _EARLIEST, content)


def _label(name: str, info: zipfile.ZipInfo) -> tuple[int, bytes]:
    """The flag and the bytes of a member's name, as they were where they can be."""
    if not info.flag_bits & _UTF8:
        try:
            return 0, name.encode("cp437")
        except UnicodeEncodeError:
            pass
    return _UTF8, name.encode()


def _packed(data: bytes, info: zipfile.ZipInfo) -> bytes:
    """The compressed bytes of a member, as they lie in the zip."""
    head = data[info.header_offset : info.header_offset + _LOCAL.size]
    if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
        raise MarkingError("文件已损坏（压缩结构不完整），无法处理。请用原软件打开后另存。")
    *_, name_length, extra_length = _LOCAL.unpack(head)
    start = info.header_offset + _LOCAL.size + name_length + extra_length
    packed = data[start : start + info.compress_size]
    if len(packed) != info.compress_size:
        raise MarkingError("文件已损坏（压缩结构不完整），无法处理。请用原软件打开后另存。")
    return packed


def _fresh(name: bytes, flags: int, date: tuple[int, int, int, int, int, int], content: bytes) -> _Member:
    press = zlib.compressobj(6, zlib.DEFLATED, -15)
    packed = press.compress(content) + press.flush()
    return _Member(name, flags, zipfile.ZIP_DEFLATED, date, zlib.crc32(content), packed, len(content))


def _written(members: list[_Member]) -> bytes:
    out = io.BytesIO()
    central = []
    for one in members:
        year, month, day, hour, minute, second = one.date
        clock = (hour << 11 | minute << 5 | second // 2, max(year - 1980, 0) << 9 | month << 5 | day)
        sizes = (one.crc, len(one.packed), one.size)
        entry = _CENTRAL.pack(b"PK\x01\x02", 20, 20, one.flags, one.method, *clock, *sizes, len(one.name),
                              0, 0, 0, 0, one.attributes, out.tell())  # fmt: skip
        central.append(entry + one.name)
        out.write(_LOCAL.pack(b"PK\x03\x04", 20, one.flags, one.method, *clock, *sizes, len(one.name), 0))
        out.write(one.name)
        out.write(one.packed)
    directory, start = b"".join(central), out.tell()
    out.write(directory)
    out.write(_END.pack(b"PK\x05\x06", 0, 0, len(members), len(members), len(directory), start, 0))
    return out.getvalue()
