"""Archives: names in any encoding, passwords, and what is made to harm: all of it ends soon, with a name."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import random
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from reviewer.errors import Broken, Encrypted, ReadError, TooBig
from reviewer.model import Document
from reviewer.readers import archive_other, members, read_apart, read_bytes
from reviewer.readers.container import Budget, Member, inner_path
from reviewer.settings import Limits
from tests.pace import cost

from . import make_archive, make_docx
from .make_archive import aes_zip, locked_zip, rar4, rar5, raw_zip, seven_zipped, tarred, zipped

LIMITS = Limits()
TOKEN = "代号K7Q9-4821"


def inside(data: bytes, name: str = "a.zip", limits: Limits = LIMITS) -> list[Member]:
    document = read_apart(data, name, limits)
    return list(members(document, data, name, limits, Budget(limits, len(data))))


# -- names -------------------------------------------------------------------------------------------

NAME = "关于张某某的申请.txt"
UNICODE = struct.pack("<HHBL", 0x7075, 5 + len(NAME.encode()), 1, zlib.crc32(b"a.txt")) + NAME.encode()


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (raw_zip([(NAME.encode(), b"a")], flags=0x800), [NAME]),
        (raw_zip([(NAME.encode(), b"a")]), [NAME]),
        (raw_zip([(NAME.encode("gb18030"), b"a")]), [NAME]),
        (raw_zip([(NAME.encode("gb18030"), b"a")], flags=0x800), [NAME]),
        (raw_zip([(NAME.encode("gb18030"), b"a"), (NAME.encode(), b"b")]), [NAME, f"{NAME}（第2个同名文件）"]),
        (raw_zip([("關於張某某的申請書.txt".encode("big5"), b"a")]), ["關於張某某的申請書.txt"]),
        (raw_zip([(b"a.txt", b"a")], extra=UNICODE), [NAME]),
        (raw_zip([(b"b.txt", b"a")], extra=UNICODE), ["b.txt"]),
        (raw_zip([(b"\xff\xfe\x80", b"a")]), ["\ufffd" * 3]),
        (raw_zip([("材料\\说明.txt".encode("gb18030"), b"a")]), ["材料/说明.txt"]),
        (raw_zip([(b"a.txt", b"a"), (b"a.txt", b"b")]), ["a.txt", "a.txt（第2个同名文件）"]),
        (raw_zip([(b"a/", b""), (b"a/b", b"")]), ["a/b"]),
        (raw_zip([(b"", b"a")]), ["（没有名称的文件）"]),
        (tarred({NAME: b"a"}, form=tarfile.GNU_FORMAT, encoding="gb18030"), [NAME]),
        (tarred({"/a/b.txt": b"a", "./c.txt": b"a"}), ["a/b.txt", "c.txt"]),
        (gzip.compress(b"a"), ["内容"]),
    ],
)
def test_names_in_any_encoding(data: bytes, names: list[str]) -> None:
    shown = [member.path for member in inside(data)]
    if shown[0].startswith("\ufffd"):
        shown = ["\ufffd" * 3]
    assert shown == names


@pytest.mark.parametrize(("build", "name"), [(seven_zipped, f"一/{NAME}"), (rar5, f"一/{NAME}"), (rar4, "a/b.txt")])
def test_names_that_libarchive_reads(build: Callable[[make_archive.Files], bytes], name: str) -> None:
    make_archive.needs_libarchive()
    assert [(one.path, one.data) for one in inside(build({name: b"a"}))] == [(name, b"a")]


@pytest.mark.parametrize(
    ("name", "path", "outside"),
    [
        ("../../etc/passwd", "etc/passwd", True), ("a/../b", "b", False), ("a/../../b", "b", True),
        ("/etc/passwd", "etc/passwd", False), ("C:\\稿\\a.txt", "稿/a.txt", False), ("..\\a.txt", "a.txt", True),
        ("//host/share/a", "host/share/a", False), ("a/./b//c", "a/b/c", False), ("..", "（没有名称的文件）", True),
        ("x" * 9000, "x" * 4096, False), ("a\0b", "ab", False),
    ],
)  # fmt: skip
def test_no_name_leads_out(name: str, path: str, outside: bool) -> None:
    assert inner_path(name) == (path, outside)


def test_a_name_that_leads_out_is_named_and_its_file_read() -> None:
    found = inside(zipped({"../a.txt": b"abc"}))
    assert [(one.path, one.data, one.gaps[0].reason) for one in found] == [("a.txt", b"abc", "unsafe-name")]


def _links() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            member = tarfile.TarInfo(f"kind{kind.decode()}")
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
    return out.getvalue()


@pytest.mark.parametrize("data", [_links(), raw_zip([(b"a", b"/etc/passwd")], mode=0o120777)])
def test_links_and_devices_are_not_followed_and_named(data: bytes) -> None:
    found = inside(data)
    assert found and all(one.data is None and one.fault and "没有跟随" in one.fault.message for one in found)


# -- passwords ---------------------------------------------------------------------------------------

LOCKED = {
    "zip": lambda password: locked_zip("a.txt", TOKEN.encode(), password),
    "zip aes 128": lambda password: aes_zip("a.txt", TOKEN.encode(), password, 1),
    "zip aes 256": lambda password: aes_zip("a.txt", (TOKEN * 99).encode(), password),
}


@pytest.mark.parametrize("kind", LOCKED)
@pytest.mark.parametrize("password", ["Abc-123", "密码１", "a" * 70])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_one_of_the_passwords_opens_it(kind: str, password: str, encoding: str) -> None:
    data = LOCKED[kind](password.encode(encoding))
    limits = replace(LIMITS, passwords=("wrong", "密码", password))
    assert TOKEN.encode() in (inside(data, limits=limits)[0].data or b"")
    for words in ((), ("wrong",)):
        (member,) = inside(data, limits=replace(LIMITS, passwords=words))
        assert isinstance(member.fault, Encrypted) and "密码" in member.fault.message


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_documents_with_a_password_open_too(kind: str) -> None:
    data = _locked_docx() if kind == "docx" else _locked_pdf()
    with pytest.raises(Encrypted, match="--password-file"):
        read_bytes(data, "a", LIMITS)
    with pytest.raises(Encrypted, match="都打不开"):
        read_bytes(data, "a", replace(LIMITS, passwords=("wrong",)))
    document = read_bytes(data, "a", replace(LIMITS, passwords=("wrong", "Abc-123")))
    assert document.format == kind and TOKEN in document.text
    assert not {gap.reason for gap in document.gaps} & {"encrypted", "broken"}
    assert document.sha256 == hashlib.sha256(data).hexdigest()


def _locked_docx() -> bytes:
    from msoffcrypto.format.ooxml import OOXMLFile

    out, plain = io.BytesIO(), io.BytesIO(make_docx.PLACES["body"][1](TOKEN))
    with zipfile.ZipFile(plain, "a") as package:
        # The library that encrypts makes a mistake with small files.
        package.writestr("docProps/thumbnail.bin", random.Random(7).randbytes(9000))
    OOXMLFile(plain).encrypt("Abc-123", out)
    return out.getvalue()


def _locked_pdf() -> bytes:
    import pikepdf

    from . import make_pdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(make_pdf.PLACES["body"][1](TOKEN))) as file:
        file.save(out, encryption=pikepdf.Encryption(owner="x", user="Abc-123"))
    return out.getvalue()


def test_passwords_are_in_no_repr() -> None:
    assert "Abc-123" not in repr(Limits(passwords=("Abc-123",)))


# -- made to harm ------------------------------------------------------------------------------------


def _deep(levels: int) -> bytes:
    data = b"a"
    for _ in range(levels):
        data = zipped({"a.zip": data})
    return data


def _wide() -> bytes:
    """As 42.zip: sixteen in each of sixteen, to the end of what is opened and beyond."""
    data = zipped({"0.txt": bytes(1 << 20)})
    for _ in range(5):
        data = zipped({f"{k}.zip": data for k in range(16)})
    return data


def _overlapping() -> bytes:
    """Two thousand names for one and the same stretch of the file."""
    packed = zlib.compress(bytes(1 << 20), 9)[2:-4]
    one = raw_zip([(b"a", bytes(1 << 20))], method=8, packed=packed)
    start = one.index(b"PK\x01\x02")
    line = one[start : one.index(b"PK\x05\x06")]
    lines = line * 2000
    return one[:start] + lines + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2000, 2000, len(lines), start, 0)


def _crowded(count: int) -> bytes:
    head = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count & 0xFFFF, count & 0xFFFF, len(head) * count, 30, 0)
    return b"PK\x03\x04" + bytes(26) + head * count + end


def _long_tar(count: int) -> bytes:
    one = tarred({"a": b""})[:512]
    return gzip.compress(one * count, 1)


def _sparse() -> bytes:
    member = tarfile.TarInfo("a")
    member.size = 0
    member.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": str(1 << 50)}
    return member.tobuf(tarfile.PAX_FORMAT) + bytes(1024)


BOMBS: dict[str, Callable[[], bytes]] = {
    "one big file of zeros": lambda: zipped({"a.txt": bytes(300 << 20)}),
    "many files of zeros": lambda: zipped({f"{k}.txt": bytes(900_000) for k in range(300)}),
    "sixty deep": lambda: _deep(60),
    "sixteen in sixteen": _wide,
    "overlapping": _overlapping,
    "a million members": lambda: _crowded(1_000_000),
    "a directory that lies of its count": lambda: _crowded(65536 * 2 + 5),
    "zeros in tar gz": lambda: tarred({"a.txt": bytes(200 << 20)}, "w:gz"),
    "zeros in gz": lambda: gzip.compress(bytes(200 << 20)),
    "zeros in bz2": lambda: __import__("bz2").compress(bytes(200 << 20)),
    "zeros in xz": lambda: __import__("lzma").compress(bytes(200 << 20), preset=0),
    "zeros in 7z": lambda: seven_zipped({"a.txt": bytes(100 << 20)}),
    "half a million headers": lambda: _long_tar(500_000),
    "a sparse file": _sparse,
    "gz in gz": lambda: gzip.compress(gzip.compress(gzip.compress(bytes(200 << 20)))),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_soon_with_a_name(name: str) -> None:
    data = BOMBS[name]()

    def read() -> None:
        try:
            document = read_bytes(data, "a.zip", LIMITS)
        except ReadError as fault:
            assert isinstance(fault, TooBig | Broken) and fault.message
        else:
            assert {gap.reason for gap in document.gaps} & {"too-big", "too-deep", "broken", "unknown-format"}
            assert len(document.text) < 20 << 20

    assert cost(read, 1000) < 1000


def test_what_is_left_of_a_nest_is_said_to_be_unread() -> None:
    limits = replace(LIMITS, members=3)
    data = tarred({f"{k}.txt": b"a" for k in range(5)})
    found = inside(data, limits=limits)
    assert [one.path for one in found] == ["0.txt", "1.txt", "2.txt", "（其余）"]
    assert found[-1].fault is not None and "名称也没有检查" in found[-1].fault.message


def test_a_damaged_member_does_not_take_the_others_along() -> None:
    data = zipped({"a.txt": b"abcdefgh" * 9, "b.txt": b"second" * 9}, zipfile.ZIP_STORED)
    bad = data.replace(b"abcdefgh", b"abcdefgX", 1)
    first, second = inside(bad)
    assert isinstance(first.fault, Broken) and second.data == b"second" * 9


@pytest.mark.parametrize("kind", ["zip", "tar", "tar gz", "tar xz", "gz", "bz2", "xz", "7z", "rar", "rar 5"])
def test_an_archive_that_was_cut_off_is_never_complete(kind: str) -> None:
    data = make_archive.PLACES[kind][1](TOKEN)
    for k in range(1, 21):
        cut = data[: len(data) * k // 21]
        try:
            document: Document = read_bytes(cut, "a", LIMITS)
        except ReadError:
            continue
        # Blocks of zeros that end a tar hold nothing; four bytes are no archive.
        assert document.gaps or TOKEN in document.text or document.format == "txt", k


@pytest.mark.parametrize("kind", ["zip", "zip lzma", "tar", "tar gz", "gz", "xz", "7z", "rar", "rar 5"])
def test_changed_bytes_raise_nothing_else(kind: str) -> None:
    data, chance = make_archive.PLACES[kind][1](TOKEN), random.Random(7)
    for _ in range(150):
        broken = bytearray(data)
        for _ in range(chance.randint(1, 8)):
            broken[chance.randrange(len(broken))] = chance.choice((0, 1, 127, 128, 255, chance.randrange(256)))
        try:
            read_bytes(bytes(broken), "a", LIMITS)
        except ReadError as fault:
            assert TOKEN not in fault.message


@pytest.mark.parametrize("data", [make_archive.SEVEN_ZIP, rar5({"a.txt": b"a"})])
def test_without_libarchive_the_package_is_named(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_other, "binding", lambda: None)
    (gap,) = read_bytes(data, "a", LIMITS).gaps
    assert gap.reason == "unsupported" and "libarchive13" in gap.message


def test_an_archive_inside_a_document_is_opened_with_it() -> None:
    data = base64.b64encode(zipped({"材料/a.txt": TOKEN.encode(), "b.bin": bytes(range(256))})).decode()
    page = f'<html><body><p>公示</p><a href="data:application/zip;base64,{data}">下载</a></body></html>'
    document = read_bytes(page.encode(), "a.html", LIMITS)
    assert document.format == "html" and TOKEN in document.text
    assert [gap.reason for gap in document.gaps] == ["unknown-format"]


@pytest.mark.parametrize(("method", "word"), [(9, "Deflate64"), (77, "77"), (14, "损坏"), (12, "损坏"), (95, "损坏"), (8, "损坏")])
def test_what_can_not_be_inflated_is_named_one_by_one(method: int, word: str) -> None:
    found = inside(raw_zip([(b"a", b""), (b"b", b"\xff")], method=method))
    assert [one.path for one in found] == ["a", "b"]
    assert all(one.fault is not None and word in one.fault.message for one in found)
