"""Old Office files, RTF and OpenDocument: read through LibreOffice, or said not to be; hostile ones do no harm."""

from __future__ import annotations

import contextlib
import struct
import sys
import textwrap
import zipfile
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest

from reviewer.errors import Broken, Encrypted, NoConverter, ReadError, TooBig, UnknownFormat
from reviewer.model import Document
from reviewer.readers import converted, ole, read_bytes, rtf, soffice
from reviewer.readers.sniff import sniff
from reviewer.settings import Limits
from tests.marking.witness import office
from tests.pace import cost
from tests.readers import make_mail
from tests.readers.make_docx import docx, inline, packed, run
from tests.readers.make_pptx import TITLE, pptx
from tests.readers.old_files import PHONES, SOURCES, old, xlsb

LIMITS = Limits()


def read(data: bytes, name: str, limits: Limits = LIMITS) -> Document:
    return read_bytes(data, name, limits)


def parts_of(document: Document, value: str) -> set[str]:
    starts = [k for k in range(len(document.text)) if document.text.startswith(value, k)]
    return {document.place(start, start + len(value))[0] for start in starts}


@office
@pytest.mark.parametrize("kind", SOURCES)
def test_each_kind_is_read_with_what_it_hides(kind: str) -> None:
    suffix = {"doc": "wps", "xls": "et", "ppt": "dps"}.get(kind, kind)
    # By content, whatever the name says; what WPS calls its files is only a name.
    document = read(old(kind), f"草稿.{suffix}")
    assert (document.format, document.converted) == (suffix, SOURCES[kind])
    shown = parts_of(document, PHONES["shown"])
    assert "body" in shown
    if SOURCES[kind] == "docx":
        assert {"header", "footer"} <= shown and {"deleted", "hidden"} & parts_of(document, PHONES["hidden"])
        assert "comment" in {block.part for block in document.blocks}
    else:
        assert parts_of(document, PHONES["hidden"]) == {"hidden"}
        assert parts_of(document, PHONES["note"]) <= {"comment", "annotation"}
        tables = [block.table for block in document.blocks if block.table is not None]
        assert tables and tables[0].row_count() >= 2
        assert PHONES["note"] in document.text
    assert not [gap for gap in document.gaps if gap.reason != "picture"]


@office
def test_a_binary_workbook_is_read() -> None:
    document = read(xlsb("电话13800138000"), "名单.xlsb")
    assert "电话13800138000" in document.text and (document.format, document.converted) == ("xlsb", "xlsx")


# ---------------------------------------------------------------- without LibreOffice


@pytest.fixture
def no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    soffice.converted.cache_clear()
    monkeypatch.setattr(soffice, "program", lambda target: None)


@pytest.mark.usefixtures("no_office")
@pytest.mark.parametrize(("data", "package"), [(b"{\\rtf1 x}", "libreoffice-writer")])
def test_what_is_missing_is_named_with_its_package(data: bytes, package: str) -> None:
    with pytest.raises(NoConverter, match=package):
        read(data, "a.rtf")


@office
@pytest.mark.usefixtures("no_office")
@pytest.mark.parametrize(("kind", "package"), [("doc", "writer"), ("odt", "writer"), ("ppt", "impress")])
def test_old_files_are_not_passed_over_in_silence(kind: str, package: str) -> None:
    with pytest.raises(NoConverter, match=f"libreoffice-{package}"):
        read(old(kind), f"a.{kind}")


@office
@pytest.mark.usefixtures("no_office")
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_values_of_workbooks_are_read_all_the_same(kind: str) -> None:
    document = read(old(kind), f"名单.{kind}")
    assert parts_of(document, PHONES["shown"]) == {"body"} and parts_of(document, PHONES["hidden"]) == {"hidden"}
    assert {one.reason for one in document.concealed} <= {"隐藏工作表", "深度隐藏工作表"}
    assert [gap.reason for gap in document.gaps] == ["no-converter"] and "libreoffice-calc" in document.gaps[0].message


@pytest.mark.usefixtures("no_office")
def test_a_binary_workbook_without_libreoffice() -> None:
    document = read(xlsb("电话13800138000", hidden=True), "名单.xlsb")
    assert parts_of(document, "13800138000") == {"hidden"} and document.gaps


@pytest.mark.usefixtures("no_office")
def test_a_cell_far_out_takes_no_memory() -> None:
    with pytest.raises(TooBig):
        read(xlsb("远", row=1_048_575, column=16_383), "名单.xlsb")


# ---------------------------------------------------------------- what kind of file


_BOOK = struct.pack("<HH", 0x809, 4) + bytes(4)
_SET = struct.pack("<HH", 0x2F, 2) + bytes(2)
STREAMS = {
    "doc": ({"WordDocument": b"\xec\xa5" + bytes(30)}, {"WordDocument": b"\xec\xa5" + bytes(8) + b"\0\1" + bytes(20)}),
    "xls": ({"Workbook": _BOOK}, {"Workbook": _BOOK + _SET}),
    "ppt": (
        {"PowerPoint Document": b"x", "Current User": bytes(12) + struct.pack("<I", 0xE391C05F)},
        {"PowerPoint Document": b"x", "Current User": bytes(12) + struct.pack("<I", 0xF3D1C4DF)},
    ),
}


@pytest.mark.parametrize("kind", STREAMS)
def test_old_files_are_told_by_their_streams_and_encrypted_ones_named(kind: str) -> None:
    plain, locked = STREAMS[kind]
    assert sniff(make_mail.ole(plain), "a.bin") == kind
    with pytest.raises(Encrypted):
        sniff(make_mail.ole(locked), "a.bin")


def _native(content: bytes) -> bytes:
    """[MS-OLEDS] 2.3.6 as Office writes it: label, name, path, data."""
    path = b"C:\\a.txt\0"
    return (
        struct.pack("<IH", 99, 2) + b"a.txt\0" + b"C:\\a.txt\0" + struct.pack("<HH", 0, 3) + struct.pack("<I", len(path)) + path
        + struct.pack("<I", len(content)) + content
    )  # fmt: skip


@pytest.mark.parametrize("tree", [{"\x01Ole10Native": _native(b"\xb5\xe7\xbb\xb013800138000")}, {"Package": inline(run("电话13800138000"))}])
@pytest.mark.parametrize("kind", ["docx", "pptx"])
def test_the_file_in_an_embedded_object_is_read(kind: str, tree: dict[str, bytes]) -> None:
    data = make_mail.ole(tree)
    if kind == "docx":
        whole = docx("", links=[("oleObject", "embeddings/oleObject1.bin")], parts={"word/embeddings/oleObject1.bin": data})
    else:
        links = {1: [("oleObject", "../embeddings/oleObject1.bin")]}
        whole = pptx(TITLE, links=links, parts={"ppt/embeddings/oleObject1.bin": data})
    document = read(whole, f"a.{kind}")
    assert parts_of(document, "13800138000") == {"attachment"} and document.gaps == ()


@pytest.mark.parametrize("tree", [{"Equation Native": b"x"}, {"\x01Ole10Native": b"x"}])
def test_an_embedded_object_of_another_kind_is_a_gap(tree: dict[str, bytes]) -> None:
    data = docx("", links=[("oleObject", "embeddings/oleObject1.bin")],
                parts={"word/embeddings/oleObject1.bin": make_mail.ole(tree)})  # fmt: skip
    assert [gap.reason for gap in read(data, "a.docx").gaps] == ["unsupported"]


MANIFEST = ('<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
            'manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>')  # fmt: skip


@pytest.mark.parametrize(
    ("mimetype", "manifest", "expected"),
    [("text", "", "odt"), ("text-template", "", "odt"), ("spreadsheet", "", "ods"), ("presentation", "", "odp"),
     ("graphics", "", UnknownFormat), ("text", MANIFEST, Encrypted)],
)  # fmt: skip
def test_opendocument_is_told_by_its_mimetype(mimetype: str, manifest: str, expected: object) -> None:
    data = packed({"mimetype": f"application/vnd.oasis.opendocument.{mimetype}", "content.xml": "<a/>",
                   **({"META-INF/manifest.xml": manifest} if manifest else {})})  # fmt: skip
    if isinstance(expected, str):
        assert sniff(data, "a.zip") == expected
    else:
        with pytest.raises(expected):  # type: ignore[call-overload]
            sniff(data, "a.zip")


@pytest.mark.parametrize(
    ("head", "kind"),
    [('<office:document office:mimetype="application/vnd.oasis.opendocument.text">', "fodt"),
     ('<office:document office:mimetype="application/vnd.oasis.opendocument.spreadsheet">', "fods"),
     ('<uof:UOF uof:mimetype="vnd.uof.text">', "uot")],
)  # fmt: skip
def test_flat_files_are_told_by_their_root(head: str, kind: str) -> None:
    assert sniff(f'<?xml version="1.0"?>\n{head}'.encode(), "a.xml") == kind


# ---------------------------------------------------------------- hostile


@office
@pytest.mark.parametrize("kind", ["doc", "xls", "ppt", "odt"])
def test_a_file_that_was_cut_off_is_broken(kind: str) -> None:
    data = old(kind)
    for k in range(1, 8):
        with pytest.raises(ReadError):
            sniff(data[: len(data) * k // 8], f"a.{kind}")


@office
def test_loops_in_an_ole_file_end() -> None:
    data = bytearray(old("doc"))
    table = (struct.unpack_from("<I", data, 76)[0] + 1) * 512

    def look(looped: bytes) -> None:
        with contextlib.suppress(ReadError):
            sniff(looped, "a.doc")
        ole.beside(looped)

    for target in (0, 1, 5, 127):
        looped = bytearray(data)
        for k in range(128):
            if struct.unpack_from("<I", looped, table + 4 * k)[0] < 0xFFFFFFF0:
                struct.pack_into("<I", looped, table + 4 * k, target)
        assert cost(partial(look, bytes(looped)), 200) < 200, target


@pytest.mark.parametrize("data", [ole.MAGIC, ole.MAGIC + bytes(504), ole.MAGIC + b"\xff" * 2000])
def test_an_empty_ole_file_is_broken(data: bytes) -> None:
    with pytest.raises((Broken, UnknownFormat)):
        sniff(data, "a.doc")


FIELDS = [
    ('INCLUDETEXT "/etc/passwd"', True), ("INCLUDEPICTURE \"file:///tmp/a.png\" \\\\d", True), ("DDEAUTO a b c", True),
    ("IF 1 = 1 {\\field{\\*\\fldinst INCLUDETEXT \"/a\"}} x", True), ("LINK Word.Document.8 \"/a\"", True),
    ("INCLUDE\\'50ICTURE \"/a\"", True), ("{INCLUDE}{PICTURE} \"/a\"", True), ("include\\u80?icture \"/a\"", True),
    ("XYZ \"/a\"", True), ("PAGE", False), ("HYPERLINK \"http://a.example/\"", False), ("TOC \\\\o", False), ("= 1+1", False),
]  # fmt: skip


@pytest.mark.parametrize(("instruction", "gone"), FIELDS)
def test_fields_of_rtf_that_fetch_files_are_taken_out(instruction: str, gone: bool) -> None:
    data = f"{{\\rtf1 a{{\\field{{\\*\\fldinst {instruction} }}{{\\fldrslt b}}}}c}}".encode()
    safe, told = rtf.made_safe(data)
    assert (b"reviewerfield" in safe) is gone and bool(told) is gone
    assert safe.endswith(b"{\\fldrslt b}}c}") and (gone or safe == data)


def test_binary_data_in_rtf_is_passed_over() -> None:
    inside = b"}}{\\*\\fldinst INCLUDETEXT"
    data = b"{\\rtf1 {\\pict\\bin%d %s}a}" % (len(inside), inside)
    assert rtf.made_safe(data) == (data, ())
    assert rtf.made_safe(b"{\\rtf1 {\\pict\\bin99999999999 x}\\fldinst")[1] == ()


@office
def test_no_file_of_this_machine_comes_in(tmp_path: Path) -> None:
    from PIL import Image

    (tmp_path / "secret.txt").write_text("机密代号K7Q9\n", encoding="utf-8")
    Image.new("RGB", (20, 20)).save(tmp_path / "secret.png")
    text, picture = tmp_path / "secret.txt", (tmp_path / "secret.png").as_uri()
    fields = "".join(
        f"{{\\field{{\\*\\fldinst {one} }}{{\\fldrslt 旧}}}}\\par "
        for one in (f'INCLUDETEXT "{text}"', f'INCLUDEPICTURE "{picture}" \\\\d', 'INCLUDEPICTURE "http://127.0.0.1:9/a.png" \\\\d')
    ).replace("旧", "\\u26087?")
    document = read(f"{{\\rtf1\\ansi {fields} end}}".encode(), "a.rtf")
    assert "K7Q9" not in document.text and document.gaps == () and document.text.count("旧") == 3
    assert sum(block.part == "field" for block in document.blocks) == 3
    space = " ".join(f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for one, name in
                     [("office", "office"), ("text", "text"), ("draw", "drawing"), ("svg", "svg-compatible")])  # fmt: skip
    content = (
        f'<office:document {space} xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.2" '
        'office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text><text:section text:name="s">'
        f'<text:section-source xlink:href="{text.as_uri()}"/><text:p>旧</text:p></text:section><text:p><draw:frame '
        f'svg:width="2cm" svg:height="2cm"><draw:image xlink:href="{picture}"/></draw:frame></text:p></office:text>'
        "</office:body></office:document>"
    )
    data = converted.as_office(content.encode(), "fodt", LIMITS)
    with zipfile.ZipFile(BytesIO(data)) as package:
        assert not [name for name in package.namelist() if "media" in name]
        assert b"K7Q9" not in package.read("word/document.xml")


@pytest.mark.parametrize(("kind", "data"), [
    ("odt", packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"})),
    ("fodt", b"<office:document office:mimetype='application/vnd.oasis.opendocument.text'><!ENTITY"),
    ("fodt", b"<office:document office:mimetype='application/vnd.oasis.opendocument.text'><office:body>"),
])  # fmt: skip
def test_entities_and_missing_ends_are_refused(kind: str, data: bytes) -> None:
    with pytest.raises(Broken):
        read(data, f"a.{kind}")


def test_a_bomb_is_refused_before_libreoffice_sees_it() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        package.writestr("content.xml", b"\0" * (64 << 20))
    with pytest.raises(TooBig):
        read(out.getvalue(), "a.odt")


def test_the_time_is_limited_and_all_processes_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = tmp_path / "pid"
    program = tmp_path / "soffice"
    program.write_text(textwrap.dedent(f"""\
        #!{sys.executable}
        import os, subprocess, time
        child = subprocess.Popen(["sleep", "60"])
        open({str(mark)!r}, "w").write(str(child.pid))
        time.sleep(60)
        """))  # fmt: skip
    program.chmod(0o700)
    monkeypatch.setattr(soffice, "program", lambda target: program)
    with pytest.raises(TooBig, match="超过"):
        read(b"{\\rtf1 x}", "a.rtf", Limits(convert_seconds=2))
    state = Path(f"/proc/{mark.read_text()}/stat")
    # Killed: gone, or waiting for its new parent to look.
    assert not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] == "Z"


@office
def test_the_scratch_folder_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    soffice.converted.cache_clear()
    assert "甲" in read(b"{\\rtf1\\ansi \\u30002?}", "a.rtf").text
    assert [*tmp_path.iterdir()] == []


@office
def test_rtf_without_its_end_is_broken() -> None:
    with pytest.raises(Broken):
        read(b"{\\rtf1\\ansi \\u30002?", "a.rtf")


@office
def test_the_filter_is_that_of_the_file_s_generation() -> None:
    data = old("doc")
    assert ole.import_filter(data, "MS Word 97") == "MS Word 97"
    at = data.index(b"\xec\xa5")
    for version, name in ((101, "MS WinWord 6.0"), (104, "MS Word 95"), (0xD9, "MS Word 97")):
        older = data[: at + 2] + bytes([version, 0]) + data[at + 4 :]
        assert ole.import_filter(older, "MS Word 97") == name
    assert ole.import_filter(old("xls"), "MS Excel 97") == "MS Excel 97"
