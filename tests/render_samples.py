"""Renders the samples whose bytes are kept: python -m tests.render_samples

needs LibreOffice (doc, xls) and the font Noto Sans CJK (the scanned page, the photograph). What they say is in
build_samples.py; afterwards run python -m tests.build_samples.
"""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from tests.build_samples import FOLDER, identity_card, old_letter, old_list, scanned_notice
from tests.marking.witness import converted
from tests.sample_files import Expectation

_FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
_SIMPLIFIED = 2
_INCH = 150


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONT, size, index=_SIMPLIFIED)


def scan() -> Image.Image:
    """An A4 page of 150 dpi as an office's scanner gives it: a little turned, grey, with specks."""
    head, rows, tail = scanned_notice(Expectation("block"))
    page = Image.new("L", (int(8.27 * _INCH), int(11.69 * _INCH)), 250)
    brush, y = ImageDraw.Draw(page), 130
    for k, line in enumerate(head):
        font = _font(38 if k < 2 else 28)
        x = (page.width - brush.textlength(line, font=font)) / 2 if k < 2 else 130
        brush.text((x, y), line, font=font, fill=30)
        y += 80 if k < 2 else 58
    edges, y = (130, 230, 420, 880, 1110), y + 20
    for row in rows:
        for k, cell in enumerate(row):
            brush.rectangle((edges[k], y, edges[k + 1], y + 62), outline=60, width=2)
            brush.text((edges[k] + 14, y + 12), cell, font=_font(27), fill=30)
        y += 62
    for line in tail:
        y += 62
        brush.text((130, y), line, font=_font(28), fill=30)
    page = page.rotate(0.4, fillcolor=250, resample=Image.Resampling.BICUBIC)
    chance = random.Random(5)
    for _ in range(900):
        page.putpixel((chance.randrange(page.width), chance.randrange(page.height)), chance.randrange(120, 240))
    return page.filter(ImageFilter.GaussianBlur(0.6))


def card() -> Image.Image:
    """The front of an identity card on a table."""
    photo = Image.new("RGB", (1000, 660), (96, 84, 70))
    brush = ImageDraw.Draw(photo)
    brush.rounded_rectangle((60, 60, 940, 600), 26, fill=(226, 236, 240))
    lines = identity_card(Expectation("block"))
    for k, line in enumerate(lines):
        brush.text((110, 110 + 84 * k + (20 if k == 4 else 0)), line, font=_font(34), fill=(30, 34, 40))
    brush.ellipse((740, 130, 860, 270), fill=(168, 150, 138))
    brush.rounded_rectangle((700, 270, 900, 360), 40, fill=(120, 128, 140))
    return photo.rotate(-1.5, fillcolor=(96, 84, 70), resample=Image.Resampling.BICUBIC)


def render(folder: Path = FOLDER) -> None:
    """Writes the files whose bytes are kept."""
    scan().save(folder / "特困供养公示（扫描件）.pdf", "PDF", resolution=_INCH, quality=70)
    card().quantize(64).save(folder / "申请人证件照片.png", optimize=True)
    for name, build, source in (("信访转办单.doc", old_letter, "docx"), ("耕地补贴发放表.xls", old_list, "xlsx")):
        with tempfile.TemporaryDirectory() as scratch:
            made = converted(build(Expectation("block")), source, name.rsplit(".", 1)[-1], Path(scratch))
        (folder / name).write_bytes(made)


if __name__ == "__main__":
    render()
