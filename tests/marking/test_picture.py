"""Findings in pictures, marked and masked: the copy is read again, and its pixels are looked at."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from reviewer.cli import main
from reviewer.marking import picture
from reviewer.marking.model import Edit
from reviewer.model import Document, Locator
from reviewer.readers import ocr, read_bytes
from reviewer.readers.assembly import Assembly
from reviewer.settings import Limits
from tests.readers.test_picture import BUILT, LINES, SAID, as_pdf, drawn, saved
from tests.scanner import scanner

KINDS = ("png", "jpg", "tif", "bmp", "gif", "webp", "fax", "pdf", "html", "docx", "xlsx", "pptx")


def run(tmp_path: Path, command: str, data: bytes, kind: str) -> tuple[int, bytes]:
    """The exit code and the copy, b"" where there is none."""
    draft, copy = tmp_path / f"a.{kind}", tmp_path / f"copy.{'html' if (command, kind) == ('annotate', 'html') else kind}"
    draft.write_bytes(data)
    try:
        code = main([command, str(draft), "-o", str(copy)])
    except SystemExit as stop:
        code = int(stop.code or 0)
    assert draft.read_bytes() == data
    return code, copy.read_bytes() if copy.exists() else b""


def text_of(data: bytes, kind: str) -> str:
    document = read_bytes(data, f"a.{kind}", Limits())
    assert document.gaps == ()
    return document.text


@pytest.mark.ocr
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_masked_in_a_picture_is_gone_from_its_pixels(kind: str, tmp_path: Path) -> None:
    code, copy = run(tmp_path, "mask", BUILT[kind](), kind)
    assert code == 0
    text = text_of(copy, kind)
    assert "13955127386" not in text and SAID not in text
    assert LINES[0][:3] in text


@pytest.mark.ocr
@pytest.mark.parametrize("kind", ["png", "jpg", "pdf", "docx", "xlsx", "pptx"])
def test_the_marked_original_shows_what_it_showed(kind: str, tmp_path: Path) -> None:
    data = BUILT[kind]()
    code, copy = run(tmp_path, "annotate", data, kind)
    assert code == 0 and copy != data
    assert SAID in read_bytes(copy, f"a.{kind}", Limits()).text


@pytest.mark.ocr
def test_the_text_under_a_scan_goes_with_its_pixels(tmp_path: Path) -> None:
    code, copy = run(tmp_path, "mask", as_pdf((drawn(),), f"{SAID} 13955127386"), "pdf")
    assert code == 0 and SAID not in text_of(copy, "pdf")


def test_a_picture_that_was_not_read_is_not_masked(tmp_path: Path) -> None:
    assert run(tmp_path, "mask", saved("PNG"), "png") == (3, b"")


def recognised(lines: list[str]) -> Document:
    """A picture of these lines, 20 pixels a character, without recognition."""
    assembly = Assembly()
    boxes = [(20.0 * k, 40.0 * n, 20.0 * k + 20, 40.0 * n + 24) for n, line in enumerate(lines) for k in range(len(line) + 1)]
    assembly.add("\n".join(lines), part="picture", locator=Locator(), boxes=ocr.flat(boxes[:-1]), recognised=True)
    return assembly.finish(path="a.png", kind="picture", data=b"")


CARD = ["姓名 王小明", "性别 男 民族 汉", "出生 1903 年 4 月 5 日", "住址 青禾县柳溪镇河湾村七组12号", "公民身份号码 110101190304050027"]
BACK = ["中华人民共和国", "居民身份证", "签发机关 青禾县公安局", "有效期限 2016.01.01-2036.01.01"]


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [(CARD, True), (BACK, True), (CARD[1:], True), (["携带居民身份证，核对公民身份号码"], False), (["姓名 性别 民族 出生"], False)],
)
def test_a_picture_of_an_identity_card_is_a_portrait(lines: list[str], wanted: bool) -> None:
    found = scanner().document(recognised(lines)).findings
    assert [one.severity for one in found if one.rule == "id-card-picture"] == ["block"] * wanted
    assert all(one.recognised and one.confidence != "certain" and "图片识别" in one.message for one in found)


@pytest.mark.parametrize(
    ("lines", "rules"),
    [
        (["中华人民共和国机动车驾驶证", "姓名 王小明", "准驾车型 C1"], ["certificate-picture"]),
        (["中华人民共和国残疾人证", "残疾类别 肢体"], ["certificate-picture"]),
        (["社会保障卡", "社会保障号码 110101190304050027"], ["certificate-picture"]),
        (["关于残疾人证换发的通知", "残疾类别见附件"], []),
        (["补贴领取表", "领取人签字：", "户主（代表）签字："], ["signature-picture"] * 2),
        (["被询问人（签名并按手印）："], ["signature-picture"]),
        (["领取人签字后由村委会保管", "按手印的方法见后"], []),
        (["委托人", "王小明之印"], ["seal-picture"]),
        (["清溪县自然资源和规划局行政审批专用章"], []),
    ],
)
def test_certificates_signatures_and_private_seals_in_pictures(lines: list[str], rules: list[str]) -> None:
    wanted = {"certificate-picture", "signature-picture", "seal-picture"}
    found = scanner().document(recognised(lines)).findings
    assert [one.rule for one in found if one.rule in wanted] == rules
    assert not [one for one in scanner().text("\n".join(lines)).findings if one.rule in wanted]


def test_a_signature_is_painted_over_with_its_label() -> None:
    document = recognised(["领取人签字："])
    image = Image.new("RGB", (700, 260), "white")
    masked = picture.mask(saved("PNG", image), document, (Edit(0, 5, "", "BIOMETRIC"),), Limits())
    made = Image.open(io.BytesIO(masked.data))
    # The hand is right of the label.
    assert made.getpixel((200, 12)) != (255, 255, 255) and made.getpixel((690, 12)) == (255, 255, 255)


def test_the_same_words_in_a_text_are_none() -> None:
    found = scanner().text("\n".join(CARD)).findings
    assert not [one for one in found if one.rule == "id-card-picture"]


def test_all_of_an_identity_card_is_painted_over() -> None:
    document = recognised(CARD)
    start = document.text.index("公民身份")
    image = Image.new("RGB", (700, 260), "white")
    data = saved("PNG", image)
    masked = picture.mask(data, document, (Edit(start, start + 6, "", "BIOMETRIC"),), Limits())
    made = Image.open(io.BytesIO(masked.data))
    # Where the portrait is: right of the words, left of where the number ends.
    assert made.getpixel((420, 40)) != (255, 255, 255) and masked.unplaced == ()


def test_what_a_picture_says_of_itself_goes() -> None:
    exif = Image.Exif()
    exif[0x013B] = "王小明".encode()
    data = saved("JPEG", exif=exif)
    document = read_bytes(data, "a.jpg", Limits())
    masked = picture.mask(data, document, (), Limits())
    assert "图片属性" in masked.removed[0] and not Image.open(io.BytesIO(masked.data)).getexif()
