"""What kind of file bytes are: by content, whatever the name says; what can not be read is refused by name."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable

import pytest

from reviewer.errors import ReadError, UnknownFormat
from reviewer.model import Document
from reviewer.readers import read_bytes
from reviewer.readers.sniff import sniff
from reviewer.settings import Limits
from tests.pace import cost

from . import make_archive, make_docx, make_html, make_mail, make_pdf, make_plain, make_pptx, make_xlsx
from .make_plain import SIMPLIFIED

TOKEN = "代号K7Q9-4821"
WHOLE: dict[str, Callable[[str], bytes]] = {
    "docx": make_docx.PLACES["body"][1],
    "xlsx": make_xlsx.PLACES["cell"][1],
    "pptx": make_pptx.PLACES["body"][1],
    "pdf": make_pdf.PLACES["body"][1],
    "html": make_html.PLACES["paragraph"][1],
    "txt": make_plain.PLACES["txt prose"][1],
}


@pytest.mark.parametrize("suffix", ["docx", "xlsx", "pdf", "jpg", ""])
@pytest.mark.parametrize("kind", WHOLE)
def test_the_name_does_not_matter(kind: str, suffix: str) -> None:
    document = read_bytes(WHOLE[kind](TOKEN), f"草稿.{suffix}", Limits())
    assert document.format == kind and TOKEN in document.text and document.gaps == ()


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-16", "gb18030", "utf-8"])
@pytest.mark.parametrize("text", [SIMPLIFIED, "关于张建国等人申请补贴的公示一一", "姓名 abc 138\n"])
def test_text_is_text_in_any_encoding(text: str, codec: str) -> None:
    assert sniff(text.encode(codec), "a.txt") == "txt"


MAIL = b"From: a@example.cn\nTo: b@example.cn\nMIME-Version: 1.0\nContent-Transfer-Encoding: base64\n\n5byg"
BARE = MAIL.replace(b"MIME-Version: 1.0\n", b"")
SAVED = b"From: <web>\nMIME-Version: 1.0\nContent-Type: text/html\n\n<html><body>a"
CONTAINERS = [
    (MAIL, "a.txt", "eml"), (BARE, "a.eml", "eml"), (BARE, "a.txt", "txt"), (SAVED, "a.eml", "html"),
    (make_mail.PLACES["mailbox"][1](TOKEN), "a", "mbox"), (b"From Monday on:\nname: x\n", "a.txt", "txt"),
    (make_mail.PLACES["msg text"][1](TOKEN), "a.doc", "msg"),
    (make_archive.zipped({"word/a.txt": b"a", "xl/b.txt": b"b"}), "a.docx", "zip"),
    (make_archive.zipped({"a.txt": b"a"}), "a.txt", "zip"),
    (make_archive.tarred({"a.txt": b"a"}), "a", "tar"), (make_archive.tarred({"a.txt": b"a"}, "w:gz"), "a", "tar"),
    (gzip.compress(b"a"), "a.docx", "gz"), (lzma.compress(b"a"), "a", "xz"), (bz2.compress(b"a"), "a", "bz2"),
    (make_archive.SEVEN_ZIP, "a.zip", "7z"),
    (make_archive.rar4({"a.txt": b"a"}), "a", "rar"), (make_archive.rar5({"a.txt": b"a"}), "a", "rar"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "name", "kind"), CONTAINERS)
def test_containers_are_known_by_their_content(data: bytes, name: str, kind: str) -> None:
    assert sniff(data, name) == kind


@pytest.mark.parametrize(("data", "word"), [(bytes(range(256)) * 8, "无法识别")])
def test_other_kinds_are_named(data: bytes, word: str) -> None:
    with pytest.raises(UnknownFormat, match=word):
        sniff(data, "a.txt")


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pptx", "pdf", "html"])
def test_a_file_that_was_cut_off_is_never_complete(kind: str) -> None:
    data = WHOLE[kind](TOKEN)
    for k in range(1, 21):
        document: Document | None = None
        try:
            document = read_bytes(data[: len(data) * k // 21], f"a.{kind}", Limits())
        except ReadError:
            continue
        # A twentieth of a page holds not even its first tag; the last one ends after all of the text.
        assert document.gaps or k == 1 or TOKEN in document.text, k


def test_many_comments_cost_no_more_than_their_length() -> None:
    """Each may end at the end of any of those behind it: a pattern that tried them all took minutes for 2 KB."""
    many = "<!-- 说明 -->".encode() * 120
    assert sniff(many, "a.txt") == "txt"
    assert sniff(many + b"<html>", "a.txt") == "html"
    assert cost(lambda: sniff(many + b"<html>", "a.txt"), 100) < 100
