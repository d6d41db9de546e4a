"""Zip archives from bytes (APPNOTE.TXT 6.3.10): the directory, names in any encoding, passwords, no bombs.

The standard library's reader refuses archives in which one name is not in the encoding that it says, and reads
a directory of a million entries before anybody can stop it; so the directory is walked here.
"""

from __future__ import annotations

import bz2
import hashlib
import hmac
import lzma
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from reviewer.errors import Broken, Encrypted, ReadError, TooBig
from reviewer.readers.container import Budget, Member, Names, link, rest
from reviewer.readers.encoding import decode
from reviewer.settings import Limits

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = struct.Struct("<4sLQL")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_LONGEST_COMMENT = 65535
_CHUNK = 1 << 18
_AES = 99
_METHODS = {1: "Shrink", 6: "Implode", 9: "Deflate64", 93: "Zstandard", 96: "JPEG", 97: "WavPack", 98: "PPMd"}
_SYMLINK, _KIND = 0o120000, 0o170000
_DEVICES = frozenset((_SYMLINK, 0o020000, 0o060000, 0o010000, 0o140000))


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the directory; `offset` is where the local header starts in the file's bytes."""

    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    extra: bytes
    comment: bytes
    mode: int
    time: int

    @property
    def is_folder(self) -> bool:
        return self.name.endswith((b"/", b"\\")) and not self.size

    @property
    def is_encrypted(self) -> bool:
        return bool(self.flags & 1)


@dataclass(frozen=True, slots=True)
class Directory:
    """The entries in their order, and the archive's own comment."""

    entries: tuple[Entry, ...]
    comment: bytes


def directory(data: bytes, most: int) -> Directory:
    """What the archive says it holds. Raises Broken, and TooBig for more than `most` entries."""
    try:
        return _directory(data, most)
    except (struct.error, IndexError, OverflowError):
        raise _broken() from None


def _directory(data: bytes, most: int) -> Directory:
    end = data.rfind(b"PK\x05\x06", max(len(data) - _END.size - _LONGEST_COMMENT, 0))
    if end < 0:
        raise _broken()
    _, _, _, _, count, size, start, length = _END.unpack_from(data, end)
    comment = data[end + _END.size : end + _END.size + length]
    top = end
    if count == 0xFFFF or 0xFFFFFFFF in (size, start):
        top, count, size, start = _end64(data, end) or (end, count, size, start)
    # Bytes in front of the archive shift it as a whole.
    shift = top - size - start
    if shift < 0 or start + size > top:
        raise _broken()
    if count > most:
        raise _too_many(count, most)
    entries = []
    at, stop = start + shift, top
    while at + _ENTRY.size <= stop and data[at : at + 4] == b"PK\x01\x02":
        entry, at = _entry(data, at, shift)
        entries.append(entry)
        if len(entries) > most:
            raise _too_many(len(entries), most)
    # Some programs count modulo 65536: more than it says is right, less is not.
    if len(entries) < count:
        raise _broken()
    return Directory(tuple(entries), comment)


def _end64(data: bytes, end: int) -> tuple[int, int, int, int] | None:
    place = end - _LOCATOR64.size
    if place < 0 or data[place : place + 4] != b"PK\x06\x07":
        return None
    # Where it says it is, or right in front of its locator where bytes stand before the archive.
    for at in (_LOCATOR64.unpack_from(data, place)[2], place - _END64.size):
        if data[at : at + 4] == b"PK\x06\x06":
            fields = _END64.unpack_from(data, at)
            return at, fields[7], fields[8], fields[9]
    return None


def _entry(data: bytes, at: int, shift: int) -> tuple[Entry, int]:
    (_, _, _, flags, method, time, _, crc, packed, size, name_size, extra_size, comment_size, _, _, mode,
     offset) = _ENTRY.unpack_from(data, at)  # fmt: skip
    system = data[at + 5]
    at += _ENTRY.size
    name = data[at : at + name_size]
    extra = data[at + name_size : at + name_size + extra_size]
    at += name_size + extra_size
    comment = data[at : at + comment_size]
    if len(comment) != comment_size:
        raise _broken()
    long = _extra(extra, 1)
    wide = [field == 0xFFFFFFFF for field in (size, packed, offset)]
    values = [size, packed, offset]
    for k, is_wide in enumerate(wide):
        if is_wide and len(long) >= 8:
            values[k], long = struct.unpack_from("<Q", long)[0], long[8:]
    entry = Entry(name, flags, method, crc, values[1], values[0], values[2] + shift, extra, comment,
                  mode >> 16 if system == 3 else 0, time)  # fmt: skip
    return entry, at + comment_size


def _extra(extra: bytes, wanted: int) -> bytes:
    """The extra field of this number, b"" where there is none."""
    at = 0
    while at + 4 <= len(extra):
        number, size = struct.unpack_from("<HH", extra, at)
        if number == wanted:
            return extra[at + 4 : at + 4 + size]
        at += 4 + size
    return b""


def check(data: bytes, entries: tuple[Entry, ...]) -> None:
    """Raises TooBig where members share bytes of the file: one bomb for all of them."""
    reach = 0
    for entry in sorted(entries, key=lambda entry: entry.offset):
        if entry.offset < reach:
            raise TooBig("压缩包里的成员互相重叠，是压缩炸弹的做法，没有读取。请人工查看。")
        reach = entry.offset + _LOCAL.size + entry.packed
    if reach > len(data):
        raise _broken()


def names(entries: tuple[Entry, ...]) -> list[str]:
    """The names as text: what says that it is UTF-8 and is, then UTF-8, then GB18030 or Big5.

    Windows writes the names of a Chinese system in GB18030 and says nothing of it; old Macs write UTF-8 so.
    """
    found = [_told(entry) for entry in entries]
    others = [entry.name for entry, name in zip(entries, found, strict=True) if name is None]
    # Taken together: one name of two characters does not tell in what it is written.
    guessed = iter(_decoded(others))
    return [name if name is not None else next(guessed) for name in found]


def _told(entry: Entry) -> str | None:
    field = _extra(entry.extra, 0x7075)
    if len(field) > 5 and field[0] == 1 and struct.unpack_from("<L", field, 1)[0] == zlib.crc32(entry.name):
        name = field[5:]
    else:
        name = entry.name
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _decoded(names: list[bytes]) -> list[str]:
    if not names:
        return []
    together, _ = decode(b"\n".join(names))
    if "\ufffd" not in together and together.count("\n") == len(names) - 1:
        return together.split("\n")
    return [decode(name)[0] for name in names]


def members(data: bytes, limits: Limits, budget: Budget) -> Iterator[Member]:
    """The files of the archive, in its order."""
    entries = directory(data, limits.members).entries
    shown = Names()
    passwords = list(limits.passwords)
    for k, (entry, name) in enumerate(zip(entries, names(entries), strict=True)):
        if entry.is_folder:
            continue
        path, gaps = shown.of(name)
        try:
            budget.admit()
            if entry.mode & _KIND in _DEVICES:
                raise link()
            content = _content(data, entry, passwords, budget)
        except ReadError as fault:
            if budget.spent:
                yield rest(fault, len(entries) - k)
                return
            yield Member(path, None, fault, gaps)
            continue
        yield Member(path, content, None, gaps)
        if budget.spent and k + 1 < len(entries):
            yield rest(TooBig("读到这里已经超过上限，后面的没有读取。请解压后扫描整个文件夹。"), len(entries) - k - 1)
            return


def _content(data: bytes, entry: Entry, passwords: list[str], budget: Budget) -> bytes:
    """The inflated bytes of an entry. The password that fits comes first for the next one."""
    packed = _packed(data, entry)
    if not entry.is_encrypted:
        return _inflated(packed, entry.method, entry, budget)
    if entry.flags & 0x40:
        raise Encrypted("这个文件用证书加密，无法读取。请解密后扫描。")
    for password in passwords:
        # Which bytes a Chinese password was is up to the program that took it.
        for key in dict.fromkeys((password.encode(), password.encode("gb18030", "ignore"))):
            content = _decrypted(packed, entry, key, budget)
            if content is not None:
                passwords.remove(password)
                passwords.insert(0, password)
                return content
    raise Encrypted(
        "这个文件设有密码，给出的密码都打不开。请核对密码文件。" if passwords
        else "这个文件设有密码，无法读取。请用 --password-file 给出密码，或解压后扫描。"
    )  # fmt: skip


def _packed(data: bytes, entry: Entry) -> bytes:
    header = data[entry.offset : entry.offset + _LOCAL.size]
    if len(header) < _LOCAL.size or header[:4] != b"PK\x03\x04":
        raise _broken()
    *_, name_size, extra_size = _LOCAL.unpack(header)
    local = data[entry.offset + _LOCAL.size : entry.offset + _LOCAL.size + name_size]
    if local != entry.name and local.replace(b"\\", b"/") != entry.name.replace(b"\\", b"/"):
        raise Broken("这个文件在压缩包里有两个不同的名称，无法确定哪一个有效，没有读取。请解压后扫描，并核实来源。")
    start = entry.offset + _LOCAL.size + name_size + extra_size
    packed = data[start : start + entry.packed]
    if len(packed) != entry.packed:
        raise _broken()
    return packed


def _inflated(packed: bytes, method: int, entry: Entry, budget: Budget, *, is_checked: bool = True) -> bytes:
    try:
        chunks = _CHUNKS[method](packed)
    except KeyError:
        title = _METHODS.get(method, f"第 {method} 号")
        raise Broken(f"使用了不支持的压缩方法（{title}），无法读取。请解压后扫描。") from None
    try:
        content = budget.gathered(chunks, entry.packed)
    except (zlib.error, lzma.LZMAError, struct.error, OSError, EOFError, ValueError):
        raise _broken() from None
    if is_checked and zlib.crc32(content) != entry.crc:
        raise Broken("解压后的内容与校验码不符，文件已损坏。请重新获取压缩包。")
    return content


def _stored(packed: bytes) -> Iterator[bytes]:
    for at in range(0, len(packed), _CHUNK):
        yield packed[at : at + _CHUNK]


def _deflated(packed: bytes) -> Iterator[bytes]:
    stream = zlib.decompressobj(-15)
    rest = packed
    while not stream.eof:
        chunk = stream.decompress(rest, _CHUNK)
        rest = stream.unconsumed_tail
        if not chunk and not rest:
            chunk = stream.flush()
            if not stream.eof:
                raise EOFError
        yield chunk


def _turned(make: Callable[[bytes], Any], skip: int = 0) -> Callable[[bytes], Iterator[bytes]]:
    """The chunks that a decompressor of bz2 or lzma makes; `skip` bytes of a head are its own."""

    def chunks(packed: bytes) -> Iterator[bytes]:
        stream = make(packed)
        given = packed[skip + (struct.unpack_from("<H", packed, 2)[0] if skip else 0) :]
        while not stream.eof:
            chunk = stream.decompress(given, _CHUNK)
            given = b""
            if not chunk and stream.needs_input:
                # A stream of LZMA may have no mark at its end: the checksum tells whether it is whole.
                if skip:
                    return
                raise EOFError
            yield chunk

    return chunks


def _lzma(packed: bytes) -> lzma.LZMADecompressor:
    """A decompressor for method 14: two bytes of version, two of size, the properties (5.8.8)."""
    size = struct.unpack_from("<H", packed, 2)[0]
    if size != 5:
        raise ValueError
    first, room = struct.unpack_from("<BL", packed, 4)
    if room > _MOST_MEMORY or first >= 225:
        raise ValueError
    filters = {"id": lzma.FILTER_LZMA1, "lc": first % 9, "lp": first // 9 % 5, "pb": first // 45, "dict_size": room}
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[filters])


_MOST_MEMORY = 256 << 20
_CHUNKS: dict[int, Callable[[bytes], Iterator[bytes]]] = {
    0: _stored,
    8: _deflated,
    12: _turned(lambda packed: bz2.BZ2Decompressor()),
    14: _turned(_lzma, skip=4),
    95: _turned(lambda packed: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MOST_MEMORY)),
}


# -- passwords ---------------------------------------------------------------------------------------


def _decrypted(packed: bytes, entry: Entry, key: bytes, budget: Budget) -> bytes | None:
    """The content under this password; None where it is another's."""
    if entry.method == _AES:
        return _aes(packed, entry, key, budget)
    if len(packed) < 12:
        raise _broken()
    # The last byte of the head tells one wrong password in 256 from a right one; the checksum tells the rest.
    expected = entry.time >> 8 if entry.flags & 8 else entry.crc >> 24
    if _Cipher(key).decrypt(packed[:12])[11] != expected:
        return None
    try:
        return _inflated(_Cipher(key).decrypt(packed)[12:], entry.method, entry, budget)
    except Broken:
        return None


class _Cipher:
    """The encryption of old zips (APPNOTE 6.1)."""

    def __init__(self, password: bytes) -> None:
        self._keys = (0x12345678, 0x23456789, 0x34567890)
        self.decrypt(password, is_key=True)

    def decrypt(self, data: bytes, *, is_key: bool = False) -> bytes:
        """The plain bytes; `is_key` only lets the keys take in what is plain already."""
        first, second, third = self._keys
        table = _TABLE
        out = bytearray(len(data))
        for k, byte in enumerate(data):
            if not is_key:
                mixed = third | 2
                byte ^= (mixed * (mixed ^ 1)) >> 8 & 0xFF
                out[k] = byte
            first = first >> 8 ^ table[(first ^ byte) & 0xFF]
            second = ((second + (first & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
            third = third >> 8 ^ table[(third ^ second >> 24) & 0xFF]
        self._keys = first, second, third
        return bytes(out)


def _crc_table() -> tuple[int, ...]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0xEDB88320 if value & 1 else 0)
        table.append(value)
    return tuple(table)


_TABLE = _crc_table()


def _aes(packed: bytes, entry: Entry, key: bytes, budget: Budget) -> bytes | None:
    """WinZip's AES (AE-1, AE-2): salt, two bytes that tell a wrong password, content, ten bytes of HMAC."""
    field = _extra(entry.extra, 0x9901)
    if len(field) < 7 or field[4] not in (1, 2, 3):
        raise _broken()
    version, strength, method = field[0], field[4], struct.unpack_from("<H", field, 5)[0]
    salt, size = 4 + 4 * strength, 8 + 8 * strength
    if len(packed) < salt + 12:
        raise _broken()
    made = hashlib.pbkdf2_hmac("sha1", key, packed[:salt], 1000, 2 * size + 2)
    if not hmac.compare_digest(made[2 * size :], packed[salt : salt + 2]):
        return None
    body, seal = packed[salt + 2 : -10], packed[-10:]
    if not hmac.compare_digest(hmac.new(made[size : 2 * size], body, "sha1").digest()[:10], seal):
        return None
    return _inflated(_counted(body, made[:size]), method, entry, budget, is_checked=version == 1)


def _counted(body: bytes, key: bytes) -> bytes:
    """AES in counter mode as WinZip counts: from 1 on, lowest byte first."""
    import numpy
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    blocks = -(-len(body) // 16)
    counters = numpy.zeros((blocks, 2), "<u8")
    counters[:, 0] = numpy.arange(1, blocks + 1, dtype="<u8")
    # Each counter is its own block: what is chained by the mode of the library counts the other way round.
    stream = Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(counters.tobytes())
    plain = numpy.frombuffer(stream, "u1")[: len(body)] ^ numpy.frombuffer(body, "u1")
    return plain.tobytes()


def _broken() -> Broken:
    return Broken("压缩包已损坏（结构不完整），无法读取。请重新获取原文件。")


def _too_many(count: int, most: int) -> TooBig:
    return TooBig(f"压缩包内有 {count} 个成员，超过上限 {most} 个，没有读取。请解压后扫描整个文件夹。")
