"""Pictures: what they show is read where the extra [ocr] is installed, and never passed over in silence."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

import reviewer.marking
from reviewer.model import Document
from reviewer.readers import ocr, pictures, read_bytes
from reviewer.readers.assembly import Assembly
from reviewer.readers.ocr import Line
from reviewer.settings import Limits

from . import make_docx, make_pptx

FONT = str(Path(reviewer.marking.__file__).with_name("data") / "label.ttf")
SAID = "13866012497"
LINES = ("王某某、李某某", f"王某甲， {SAID}", "李某乙， 13955127386")


@cache
def drawn(turned: int = 0) -> Image.Image:
    """A few lines of text, in the small font that comes with the package."""
    image = Image.new("RGB", (560, 200), "white")
    brush = ImageDraw.Draw(image)
    for k, line in enumerate(LINES):
        brush.text((20, 15 + 60 * k), line, font=ImageFont.truetype(FONT, 34), fill="black")
    return image.rotate(turned, expand=True)


def saved(kind: str, image: Image.Image | None = None, **options: object) -> bytes:
    out = io.BytesIO()
    (image or drawn()).save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


def as_pdf(pages: tuple[Image.Image, ...], text: str = "") -> bytes:
    """A scan, with `text` under it as recognition lays it, when there is any."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(560, 200), invariant=True)
    for image in pages:
        if text:
            under = canvas.beginText(20, 110)
            under.setTextRenderMode(3)
            under.textLine(text)
            canvas.drawText(under)
        canvas.drawImage(ImageReader(image), 0, 0, 560, 200)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def as_html() -> bytes:
    import base64

    data = base64.b64encode(saved("PNG")).decode()
    return f'<html><body><p>公示</p><img src="data:image/png;base64,{data}"></body></html>'.encode()


def as_docx(data: bytes) -> bytes:
    body = make_docx.paragraph(make_docx.run("公示")) + make_docx.paragraph(make_docx.picture())
    return make_docx.docx(body, links=[("image", "media/image1.png")], parts={"word/media/image1.png": data})


def as_pptx(data: bytes) -> bytes:
    shapes = make_pptx.TITLE + make_pptx.picture('name="图片 1"')
    links = {1: [("image", "../media/image1.png")]}
    return make_pptx.pptx(shapes, links=links, parts={"ppt/media/image1.png": data})


def as_xlsx(data: bytes) -> bytes:
    from openpyxl import Workbook
    from openpyxl.drawing.image import Image as Drawn

    book, out = Workbook(), io.BytesIO()
    book.active["A1"] = "公示"
    book.active.add_image(Drawn(io.BytesIO(data)), "B3")
    book.save(out)
    return out.getvalue()


BUILT: dict[str, Callable[[], bytes]] = {
    "png": lambda: saved("PNG"),
    "jpg": lambda: saved("JPEG", quality=60),
    "tif": lambda: saved("TIFF", save_all=True, append_images=[Image.new("RGB", (560, 200), "white")]),
    "bmp": lambda: saved("BMP"),
    "gif": lambda: saved("GIF"),
    "webp": lambda: saved("WEBP"),
    "grey": lambda: saved("PNG", drawn().convert("L")),
    "fax": lambda: saved("TIFF", drawn().convert("1"), compression="group4"),
    "pdf": lambda: as_pdf((drawn(),)),
    "html": as_html,
    "docx": lambda: as_docx(saved("PNG")),
    "xlsx": lambda: as_xlsx(saved("PNG")),
    "pptx": lambda: as_pptx(saved("PNG")),
}


def read(kind: str) -> Document:
    return read_bytes(BUILT[kind](), f"a.{kind}", Limits())


@pytest.mark.ocr
@pytest.mark.parametrize("kind", BUILT)
def test_what_a_picture_shows_is_read_and_placed(kind: str) -> None:
    document = read(kind)
    assert document.gaps == () and document.text.count(SAID) == 1
    start = document.text.index(SAID)
    block = document.block_at(start)
    assert block is not None and block.recognised and block.hint == pictures.RECOGNISED
    part, locator = document.place(start, start + len(SAID))
    assert part == "picture" and locator.box is not None
    x0, y0, x1, y1 = locator.box
    # The number stands in the second line, half-way down the picture.
    assert 100 < x0 < 220 and 320 < x1 < 440
    assert 60 < y0 < y1 < 140


@pytest.mark.parametrize("kind", BUILT)
def test_without_the_extra_it_is_a_gap_that_says_what_to_install(kind: str) -> None:
    document = read(kind)
    assert SAID not in document.text
    assert document.gaps and all("pip install '.[ocr]'" in gap.message for gap in document.gaps)


@pytest.mark.ocr
@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_page_may_lie_on_its_side(turned: int) -> None:
    document = read_bytes(saved("PNG", drawn(turned)), "a.png", Limits())
    assert document.text.index("13866012497") < document.text.index("13955127386")


@pytest.mark.ocr
def test_a_scan_is_read_beside_the_text_under_it() -> None:
    document = read_bytes(as_pdf((drawn(),), "13866012497 13955127386"), "a.pdf", Limits())
    assert document.text.count(SAID) == 2 and document.gaps == ()


@pytest.mark.ocr
def test_codes_are_decoded() -> None:
    import zxingcpp

    code = zxingcpp.create_barcode(f"tel:{SAID}", zxingcpp.BarcodeFormat.QRCode)
    image = Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=5))
    document = read_bytes(saved("PNG", image), "a.png", Limits())
    block = document.block_at(document.text.index(SAID))
    assert block is not None and (block.part, block.hint) == ("picture", pictures.CODE) and not block.recognised


@pytest.mark.ocr
@pytest.mark.parametrize("data", [saved("PNG")[:300], b"\x89PNG\r\n\x1a\n" + bytes(40), b"II*\0" + b"\xff" * 60])
def test_what_can_not_be_decoded_is_a_gap(data: bytes) -> None:
    assert [gap.reason for gap in read_bytes(data, "a.png", Limits()).gaps] == ["picture"]


@pytest.mark.ocr
@pytest.mark.parametrize(("size", "colours"), [((7, 300), 2), ((15, 12), 2), ((300, 300), 1)])
def test_what_can_hold_no_text_is_not_looked_at(
    size: tuple[int, int], colours: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "recognise", lambda pixels: pytest.fail("looked at"))
    image = Image.new("RGB", size, "white")
    image.paste("black", (0, 0, colours - 1, 1))
    document = read_bytes(saved("PNG", image), "a.png", Limits())
    assert (document.text, document.gaps) == ("", ())


@pytest.mark.ocr
def test_an_identical_picture_is_read_once_and_an_unread_area_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def once(pixels: object) -> ocr.Recognised:
        seen.append(pixels)
        return ocr.Recognised((), ((10.0, 10.0, 60.0, 30.0),))

    monkeypatch.setattr(ocr, "recognise", once)
    data = saved("PNG", Image.effect_noise((90, 70), 40))
    for _ in range(2):
        document = read_bytes(data, "a.png", Limits())
        assert [(gap.reason, gap.part) for gap in document.gaps] == [("picture", "picture")]
        assert "1处文字没有认出" in document.gaps[0].message
    assert len(seen) == 1


def line(text: str, x: float, y: float) -> Line:
    boxes = tuple((x + 20 * k, y, x + 20 * k + 20, y + 24) for k in range(len(text)))
    right = x + 20 * len(text)
    return Line(text, boxes, ((x, y), (right, y), (right, y + 24), (x, y + 24)))


ARRANGED = [
    ("from top to bottom", [line("下", 0, 60), line("上", 0, 0)], "上\n下"),
    ("a row", [line("电话", 200, 3), line("姓名", 0, 0)], "姓名\t电话"),
    (
        "a cell that is missing",
        [line("姓名", 0, 0), line("号码", 100, 0), line("电话", 200, 0), line("张三", 0, 40), line("138", 200, 41)],
        "姓名\t号码\t电话\n张三\t\t138",
    ),
    ("lines of a paragraph", [line("身份证3401", 0, 0), line("0219", 0, 30)], "身份证3401\n0219"),
]


@pytest.mark.parametrize(("lines", "text"), [row[1:] for row in ARRANGED], ids=[row[0] for row in ARRANGED])
def test_lines_are_put_in_reading_order(lines: list[Line], text: str) -> None:
    found, boxes = pictures.arranged(lines)
    assert found == text and len(boxes) == len(text)


def test_the_place_of_a_photograph_is_read() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 30.0, 36.0), 3: "E", 4: (117.0, 15.0, 0.0)})
    document = read_bytes(saved("JPEG", exif=exif), "a.jpg", Limits())
    assert "经度 117.250000，纬度 31.510000" in document.text


def test_tables_in_pictures_are_tables() -> None:
    assembly = Assembly()
    text, boxes = pictures.arranged([line("姓名", 0, 0), line("电话", 200, 0), line("张三", 0, 40), line("138", 200, 40)])
    flat = ocr.flat([box or (0.0, 0.0, 0.0, 0.0) for box in boxes])
    assembly.add(text, part="picture", boxes=flat, recognised=True)
    document = assembly.finish(path="a.png", kind="picture", data=b"")
    assert [block.table is not None for block in document.blocks] == [True]
