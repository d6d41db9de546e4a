"""Files that are broken or made to harm, by the words that docs/reliability.md has for them.

Each is a function of an empty folder and of pytest's monkeypatch; it gives what comes behind `reviewer scan`.
"""

from __future__ import annotations

import io
import os
import random
import signal
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reviewer.settings import Limits
from tests.readers import make_docx, make_pdf, make_xlsx
from tests.readers.make_archive import aes_zip, locked_zip, raw_zip, zipped

Arguments = list[object]
Build = Callable[[Path, pytest.MonkeyPatch], Arguments]
TEXT = "联系电话13800138000"
PASSWORD = "Abc-123"


def _file(name: str, make: Callable[[], bytes]) -> Build:
    def build(folder: Path, _: pytest.MonkeyPatch) -> Arguments:
        (folder / name).write_bytes(make())
        return [folder / name]

    return build


def _opened(build: Build, password: str = PASSWORD) -> Build:
    """The same with a file of passwords."""

    def with_passwords(folder: Path, patch: pytest.MonkeyPatch) -> Arguments:
        arguments = build(folder, patch)
        (folder.parent / "passwords.txt").write_text(f"first\n{password}\n", encoding="utf-8")
        return [*arguments, "--password-file", folder.parent / "passwords.txt"]

    return with_passwords


def nested(levels: int) -> bytes:
    data = TEXT.encode()
    for _ in range(levels):
        data = zipped({"a.zip": data})
    return data


def docx() -> bytes:
    return make_docx.PLACES["body"][1](TEXT)


def with_entities() -> bytes:
    """A docx whose text would have a billion characters."""
    out = io.BytesIO()
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    with zipfile.ZipFile(io.BytesIO(docx())) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name).decode()
            if name == "word/document.xml":
                head, _, body = data.partition("?>")
                data = f'{head}?><!DOCTYPE w [<!ENTITY l0 "ha">{laughs}]>{body.replace(TEXT, "&l9;")}'
            target.writestr(name, data)
    return out.getvalue()


def empty_cells(count: int = 1_000_000) -> bytes:
    """A sheet of cells that have a style and nothing in them."""
    columns = [chr(65 + k) for k in range(20)]
    rows = (
        f'<row r="{row}">{"".join(f"""<c r="{column}{row}" s="1"/>""" for column in columns)}</row>'
        for row in range(2, 2 + count // len(columns))
    )
    return make_xlsx.xlsx(make_xlsx.worksheet("".join(rows)))


_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 500]/Contents 11 0 R/Resources<</XObject<</X 12 0 R>>>>>>"
_FORM = b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 12 0 R>>>>/Length 5>>stream\n/X Do\nendstream"
_DRAW = b"<</Length 5>>stream\n/X Do\nendstream"


def cyclic_pages() -> bytes:
    """A tree of pages one of whose branches is its root."""
    kids = b"<</Type/Pages/Kids[2 0 R 10 0 R 2 0 R]/Count 3>>"
    return make_pdf.write({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: kids, 10: _PAGE, 11: _DRAW, 12: _FORM})


def cyclic_outline() -> bytes:
    """A form that draws itself, bookmarks in a ring, a tree of names that is its own branch."""
    root = b"<</Type/Catalog/Pages 2 0 R/Outlines 20 0 R/Names<</EmbeddedFiles 30 0 R>>>>"
    return make_pdf.write({
        1: root, 2: b"<</Type/Pages/Kids[10 0 R]/Count 1>>", 10: _PAGE, 11: _DRAW, 12: _FORM,
        20: b"<</First 21 0 R/Last 22 0 R>>", 21: b"<</Title(a)/Parent 20 0 R/Next 22 0 R/First 21 0 R>>",
        22: b"<</Title(b)/Parent 20 0 R/Next 21 0 R>>", 30: b"<</Kids[30 0 R]>>",
    })  # fmt: skip


def locked(kind: str) -> bytes:
    """A file of this kind with the password above."""
    if kind == "pdf":
        import pikepdf

        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(make_pdf.PLACES["body"][1](TEXT))) as file:
            file.save(out, encryption=pikepdf.Encryption(owner="x", user=PASSWORD))
        return out.getvalue()
    from msoffcrypto.format.ooxml import OOXMLFile

    plain, out = io.BytesIO(), io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(docx() if kind == "docx" else make_xlsx.PLACES["cell"][1](TEXT))) as source,
        zipfile.ZipFile(plain, "w") as package,
    ):
        for name in source.namelist():
            # The library that encrypts makes a mistake with small files.
            rest = f"<!--{'x' * 9000}-->".encode() if name.endswith(".xml") else b""
            package.writestr(name, source.read(name) + rest)
    OOXMLFile(plain).encrypt(PASSWORD, out)
    return out.getvalue()


_LOCKED: dict[str, Build] = {
    "docx": _file("a.docx", lambda: locked("docx")),
    "xlsx": _file("a.xlsx", lambda: locked("xlsx")),
    "pdf": _file("a.pdf", lambda: locked("pdf")),
    "zip": _file("a.zip", lambda: locked_zip("a.txt", TEXT.encode(), PASSWORD.encode())),
    "zip（AES）": _file("a.zip", lambda: aes_zip("a.txt", TEXT.encode(), PASSWORD.encode())),
}


def _link(make: Callable[[Path], object]) -> Build:
    def build(folder: Path, _: pytest.MonkeyPatch) -> Arguments:
        make(folder)
        return [folder]

    return build


def _to_a_folder(folder: Path) -> None:
    (folder.parent / "elsewhere").mkdir()
    (folder.parent / "elsewhere" / "b.txt").write_text(TEXT, encoding="utf-8")
    (folder / "link").symlink_to(folder.parent / "elsewhere")


def _ring(folder: Path) -> None:
    (folder / "a").symlink_to(folder / "b")
    (folder / "b").symlink_to(folder / "a")


def _named_in_gbk(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/" + "办件名单.txt".encode("gb18030"))).write_text(TEXT, encoding="utf-8")


class _Growing:
    """An open file to which somebody writes while it is read."""

    def __init__(self, stream: Any, path: Path) -> None:
        self._stream, self._path = stream, path

    def read(self, count: int = -1) -> bytes:
        data: bytes = self._stream.read(count)
        # All that a worker may do to it.
        now = os.stat(self._path).st_mtime_ns + 10**9
        os.utime(self._path, ns=(now, now))
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def __enter__(self) -> _Growing:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()


def _changing(folder: Path, patch: pytest.MonkeyPatch) -> Arguments:
    (folder / "a.docx").write_bytes(docx())
    plain = Path.open

    def opened(path: Path, *how: Any, **more: Any) -> Any:
        stream = plain(path, *how, **more)
        return _Growing(stream, path) if path.suffix == ".docx" else stream

    patch.setattr(Path, "open", opened)
    return [folder / "a.docx"]


def _whose_reader(does: Callable[[], object]) -> Build:
    def build(folder: Path, patch: pytest.MonkeyPatch) -> Arguments:
        (folder / "a.docx").write_bytes(docx())
        (folder / "b.txt").write_text("全县低保标准提高。", encoding="utf-8")
        patch.setattr("reviewer.readers.docx.read", lambda *_: does())
        patch.setattr("reviewer.cli.common.limits_of", lambda _: replace(Limits(), file_seconds=2.0, memory_bytes=600 << 20))
        return [folder]

    return build


FILES: dict[str, Build] = {
    "压缩炸弹：100 MB 的零压成 100 KB 的 zip": _file("a.zip", lambda: zipped({"a.txt": bytes(100 << 20)})),
    "嵌套 60 层的 zip": _file("a.zip", lambda: nested(60)),
    "XML 实体炸弹（docx）": _file("a.docx", with_entities),
    "一百万个只有格式的空单元格（xlsx）": _file("a.xlsx", empty_cells),
    "页的目录绕成圈的 pdf": _file("a.pdf", cyclic_pages),
    "图形自己画自己、书签和附件目录绕成圈的 pdf": _file("a.pdf", cyclic_outline),
    "只剩一半的 docx": _file("a.docx", lambda: docx()[: len(docx()) // 2]),
    "只剩一半的 zip": _file("a.zip", lambda: zipped({"a.txt": TEXT.encode() * 99})[:60]),
    "随机字节": _file("a.docx", lambda: random.Random(7).randbytes(50_000)),
    "空文件": _file("a.docx", lambda: b""),
    **{f"有密码的 {kind}，没有给密码": build for kind, build in _LOCKED.items()},
    **{f"有密码的 {kind}，给了密码文件": _opened(build) for kind, build in _LOCKED.items()},
    "有密码的 docx，给的密码都不对": _opened(_LOCKED["docx"], "second"),
    "压缩包里的名称指向外面（../../a.txt）": _file("a.zip", lambda: raw_zip([(b"../../a.txt", TEXT.encode())])),
    "压缩包里的符号链接": _file("a.zip", lambda: raw_zip([(b"a", b"/etc/passwd")], mode=0o120777)),
    "指向文件夹的符号链接": _link(_to_a_folder),
    "指来指去的符号链接": _link(_ring),
    "管道": _link(lambda folder: os.mkfifo(folder / "a.txt")),
    "文件名是 GBK 编码": _link(_named_in_gbk),
    "一行 5 MB 的文本": _file("a.txt", lambda: ("各部门要落实责任，" * 200_000 + TEXT).encode()),
    "读取时还在写的文件": _changing,
    "读它的进程被杀": _whose_reader(lambda: os.kill(os.getpid(), signal.SIGKILL)),
    "读它要的内存超过上限": _whose_reader(lambda: bytearray(64 << 30)),
    "读它的时间超过上限": _whose_reader(lambda: time.sleep(600)),
}  # fmt: skip
