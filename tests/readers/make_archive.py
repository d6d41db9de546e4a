"""Builds archives with a token in each place where an archive can hold one."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import hmac
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from reviewer.readers import archive_other

from . import make_docx

Files = dict[str, bytes]


def zipped(files: Files, method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        archive.comment = comment
    return out.getvalue()


def raw_zip(entries: list[tuple[bytes, bytes]], *, flags: int = 0, method: int = 0, **more: Any) -> bytes:
    """A zip as no library writes it: names of any bytes; `packed`, `extra`, `mode`, `crc` as given."""
    out, lines = bytearray(more.get("before", b"")), []
    for name, data in entries:
        packed = more.get("packed", data)
        crc = more.get("crc", zlib.crc32(data))
        head = struct.pack("<HHHHHLLL", 20, flags, method, 0, 33, crc, len(packed), len(data))
        extra: bytes = more.get("extra", b"")
        lines.append(struct.pack("<4sH", b"PK\x01\x02", 3 << 8 | 20) + head + struct.pack(
            "<HHHHHLL", len(name), len(extra), 0, 0, 0, more.get("mode", 0) << 16, len(out)) + name + extra)  # fmt: skip
        out += b"PK\x03\x04" + head + struct.pack("<HH", len(name), len(extra)) + name + extra + packed
    directory = b"".join(lines)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, len(lines), len(lines), len(directory), len(out), 0)
    return bytes(out) + directory + end


def locked_zip(name: str, data: bytes, password: bytes) -> bytes:
    """Encrypted as old zips are (APPNOTE 6.1), written apart from the reader."""
    keys = [305419896, 591751049, 878082192]

    def crc(key: int, byte: int) -> int:
        return zlib.crc32(bytes((byte,)), key ^ 0xFFFFFFFF) ^ 0xFFFFFFFF

    def update(byte: int) -> None:
        keys[0] = crc(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 255)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = crc(keys[2], keys[1] >> 24)

    for byte in password:
        update(byte)
    packed = bytearray()
    for byte in bytes(11) + bytes((zlib.crc32(data) >> 24,)) + data:
        mask = keys[2] & 0xFFFF | 2
        packed.append(byte ^ mask * (mask ^ 1) >> 8 & 255)
        update(byte)
    return raw_zip([(name.encode(), data)], flags=1, packed=bytes(packed))


def aes_zip(name: str, data: bytes, password: bytes, strength: int = 3) -> bytes:
    """Encrypted as WinZip does (AE-2)."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    salt, size = b"\x07" * (4 + 4 * strength), 8 + 8 * strength
    keys = hashlib.pbkdf2_hmac("sha1", password, salt, 1000, 2 * size + 2)
    body = bytearray()
    for k in range(0, len(data), 16):
        block = Cipher(algorithms.AES(keys[:size]), modes.ECB()).encryptor().update((k // 16 + 1).to_bytes(16, "little"))
        body += bytes(a ^ b for a, b in zip(data[k : k + 16], block, strict=False))
    seal = hmac.new(keys[size : 2 * size], body, "sha1").digest()[:10]
    extra = struct.pack("<HHH2sBH", 0x9901, 7, 2, b"AE", strength, 0)
    packed = salt + keys[2 * size :] + bytes(body) + seal
    return raw_zip([(name.encode(), data)], flags=1, method=99, packed=packed, extra=extra, crc=0)


def tarred(files: Files, mode: str = "w", form: int = tarfile.PAX_FORMAT, encoding: str = "utf-8") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=form, encoding=encoding) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


SEVEN_ZIP = bytes.fromhex(
    "377abcaf271c0003088db1fb0b000000000000003e00000000000000fd7c78570030c1fbffffffe00000000104060001090b00070b"
    "01000123030101055d000080000c0100080a0143beb7e800000501110d0061002e007400780074000000150601002080b4810000"
)
"""a.txt with the text a"""


def needs_libarchive() -> None:
    """Skips the test on a machine that has none; under CI it must be there (tests/conftest.py)."""
    if archive_other.binding() is None:
        pytest.skip("libarchive is not installed")


def _unpacked_by_it(build: Callable[[Files], bytes]) -> Callable[[Files], bytes]:
    def made(files: Files) -> bytes:
        needs_libarchive()
        return build(files)

    return made


def seven_zipped(files: Files) -> bytes:
    needs_libarchive()
    import libarchive

    pieces: list[bytes] = []

    def take(data: bytes) -> int:
        pieces.append(bytes(data))
        return len(data)

    with libarchive.custom_writer(take, "7zip") as archive:
        for name, data in files.items():
            archive.add_file_from_memory(name, len(data), data)
    return b"".join(pieces)


def rar4(files: Files) -> bytes:
    """RAR 2.9, stored."""

    def block(kind: int, flags: int, body: bytes) -> bytes:
        head = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
        return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head

    out = b"Rar!\x1a\x07\x00" + block(0x73, 0, bytes(6))
    for path, data in files.items():
        name = path.replace("/", "\\").encode()
        body = struct.pack("<LLBLLBBHL", len(data), len(data), 3, zlib.crc32(data), 0x21, 29, 0x30, len(name), 0o100644)
        out += block(0x74, 0x8000, body + name) + data
    return out + block(0x7B, 0x4000, b"")


def rar5(files: Files) -> bytes:
    """RAR 5, stored."""

    def number(value: int) -> bytes:
        out = bytearray()
        while value > 127:
            out.append(value & 127 | 128)
            value >>= 7
        return bytes((*out, value))

    def block(kind: int, flags: int, body: bytes, data: bytes = b"") -> bytes:
        size = number(len(data)) if flags & 2 else b""
        head = number(kind) + number(flags) + size + body
        head = number(len(head)) + head
        return struct.pack("<L", zlib.crc32(head)) + head + data

    out = b"Rar!\x1a\x07\x01\x00" + block(1, 0, number(0))
    for path, data in files.items():
        name = path.encode()
        body = number(4) + number(len(data)) + number(0o100644) + struct.pack("<L", zlib.crc32(data))
        out += block(2, 2, body + number(0) + number(1) + number(len(name)) + name, data)
    return out + block(5, 0, number(0))


def _text(token: str) -> bytes:
    return f"申请人张某某，{token}。\n".encode()


def _in(build: Callable[[Files], bytes], name: str = "材料/说明.txt") -> Callable[[str], bytes]:
    return lambda token: build({"空.txt": b"x", name: _text(token)})


def _gzip_with_words(token: str) -> bytes:
    plain = gzip.compress(b"abc")
    return plain[:3] + b"\x18" + plain[4:10] + f"{token}.txt\0备注{token}\0".encode() + plain[10:]


def _nested(token: str) -> bytes:
    inner = zipped({"草稿.docx": make_docx.PLACES["body"][1](token)})
    return tarred({"内层.zip": inner}, "w:gz")


PLACES: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "zip": ("attachment", _in(zipped)),
    "zip stored": ("attachment", _in(lambda files: zipped(files, zipfile.ZIP_STORED))),
    "zip bzip2": ("attachment", _in(lambda files: zipped(files, zipfile.ZIP_BZIP2))),
    "zip lzma": ("attachment", _in(lambda files: zipped(files, zipfile.ZIP_LZMA))),
    "zip behind other bytes": ("attachment", _in(lambda files: raw_zip(
        [(name.encode(), data) for name, data in files.items()], before=b"PK\x03\x04" + bytes(30)))),
    "zip comment": ("property", lambda token: zipped({"a.txt": b"a"}, comment=f"压缩人{token}".encode("gb18030"))),
    "name in zip": ("name", lambda token: zipped({f"{token}.txt": b"a"})),
    "name of a folder in zip": ("name", lambda token: zipped({f"{token}/a.txt": b"a"})),
    "name in gb18030": ("name", lambda token: raw_zip([(f"张某某{token}.txt".encode("gb18030"), b"a")])),
    "docx in zip": ("attachment", lambda token: zipped({"a.docx": make_docx.PLACES["body"][1](token)})),
    "docx in zip in tar": ("attachment", _nested),
    "tar": ("attachment", _in(tarred)),
    "tar gnu": ("attachment", _in(lambda files: tarred(files, form=tarfile.GNU_FORMAT), "长" * 60 + "/a.txt")),
    "tar ustar": ("attachment", _in(lambda files: tarred(files, form=tarfile.USTAR_FORMAT))),
    "name in tar": ("name", lambda token: tarred({"长" * 60 + token: b"a"})),
    "tar gz": ("attachment", _in(lambda files: tarred(files, "w:gz"))),
    "tar bz2": ("attachment", _in(lambda files: tarred(files, "w:bz2"))),
    "tar xz": ("attachment", _in(lambda files: tarred(files, "w:xz"))),
    "gz": ("attachment", lambda token: gzip.compress(_text(token))),
    "gz of two streams": ("attachment", lambda token: gzip.compress(b"a\n") + gzip.compress(_text(token))),
    "gz name": ("name", _gzip_with_words),
    "gz comment": ("property", _gzip_with_words),
    "bz2": ("attachment", lambda token: bz2.compress(_text(token))),
    "xz": ("attachment", lambda token: lzma.compress(_text(token))),
    "7z": ("attachment", _in(seven_zipped)),
    "name in 7z": ("name", lambda token: seven_zipped({f"张某某{token}.txt": b"a"})),
    "rar": ("attachment", _in(_unpacked_by_it(rar4), "a/b.txt")),
    "rar 5": ("attachment", _in(_unpacked_by_it(rar5))),
}  # fmt: skip
