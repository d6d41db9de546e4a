"""Marked and publishable copies of pictures, and the same for pictures inside of other files.

`mask` paints an opaque box over each masked value and writes the pixels anew in the picture's own format, without what
the file says of itself (place, owner, thumbnail). Which characters stand where is known by Block.boxes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from reviewer.errors import MarkingError
from reviewer.marking.model import Annotated, Edit, Masked, Note
from reviewer.marking.pdf_places import rows
from reviewer.model import Block, Document, Severity
from reviewer.readers import drawing, pictures
from reviewer.readers.ocr import Box
from reviewer.settings import Limits

_GREY = 217
_CARD = re.compile(
    "公民身份|签发机关|驾驶证|Driving|护照|(?i:passport)|残疾人证|社会保障卡|通行证|军官证|士兵证|干部证|警察证"
)
_SIGNED = re.compile("签名|签字|签章|画押|指印|手印|捺印")
_HAND = (10.0, 1.2)
"""of a label's height: how far a signature reaches to the right of it, and above and below"""
_CARD_ROOM = 0.08
"""of its words' width: the portrait ends a little right of the number's last digit"""
_ACROSS, _UP = 0.18, 0.08
"""of a line's height: how far a box reaches over the characters, whose places are estimates"""
_COLOURS: dict[Severity, tuple[int, int, int]] = {"block": (208, 0, 0), "check": (230, 120, 0), "note": (0, 110, 200)}
_KEPT = frozenset(["icc_profile", "dpi", "transparency", "duration", "loop", "gamma"])
_TIFF = frozenset(["tiff_lzw", "tiff_adobe_deflate", "packbits", "raw"])
_FAX = frozenset(["group3", "group4"])
_QUALITY = 92
_DRAWN = "图片上只画出方框和编号，编号的说明见审查报告。"
_BESIDE = "项发现不在画面上（文件属性等），没有画出。"


@dataclass(frozen=True, slots=True)
class Spot:
    """A box in a picture: of which edit or note, in which frame (from 1; None: in all)."""

    number: int
    frame: int | None
    box: Box


def annotate(data: bytes, document: Document, notes: tuple[Note, ...], limits: Limits) -> Annotated:
    """The picture with a numbered frame around each finding."""
    spots = [
        Spot(number, spot.frame, spot.box)
        for number, note in enumerate(notes)
        for start, end in note.spans
        for spot in _spots(document, start, end)
    ]
    beside = len(notes) - len({spot.number for spot in spots})
    remarks = ((_DRAWN,) if spots else ()) + ((f"{beside} {_BESIDE}",) if beside else ())
    if not spots:
        return Annotated(data, remarks)

    def draw(image: Any, frame: int) -> Any:
        return _framed(image, [spot for spot in spots if spot.frame in (None, frame)], notes)

    return Annotated(_rewritten(data, draw, limits), remarks)


def mask(data: bytes, document: Document, edits: tuple[Edit, ...], limits: Limits) -> Masked:
    """The picture with boxes over what the edits name, and nothing but its pixels."""
    spots = [spot for some in spots_of(document, edits).values() for spot in some]
    made = painted(data, spots, limits)
    placed = {spot.number for spot in spots}
    said = sum(block.part == "property" for block in document.blocks)
    removed = (f"图片属性（拍摄位置、作者、备注等）{said} 项",) if said else ()
    return Masked(made, removed, (), tuple(number for number in range(len(edits)) if number not in placed))


def spots_of(document: Document, edits: Iterable[Edit]) -> dict[str, list[Spot]]:
    """By picture (Block.source), the boxes of what the edits name."""
    found: dict[str, list[Spot]] = {}
    for number, edit in enumerate(edits):
        for source, spot in _sources(document, edit.start, edit.end):
            box = card(document, edit) or _signature(document, edit, spot.box) or spot.box
            found.setdefault(source, []).append(Spot(number, spot.frame, box))
    return found


def card(document: Document, edit: Edit) -> Box | None:
    """All of the identity card, with the portrait between its words, that this edit is about; None for any other."""
    block = document.block_at(edit.start)
    if edit.entity != "BIOMETRIC" or block is None or not block.recognised:
        return None
    if not _CARD.search(document.text, edit.start, edit.end):
        return None
    same = [b for b in document.blocks if b.boxes and (b.source, b.locator.page) == (block.source, block.locator.page)]
    boxes = [box for b in same for box in _boxes(b, b.start, b.end)]
    x0, y0, x1, y1 = (f(box[k] for box in boxes) for k, f in enumerate((min, min, max, max)))
    room = _CARD_ROOM * (x1 - x0)
    return x0 - room, y0 - room, x1 + room, y1 + room


def _signature(document: Document, edit: Edit, label: Box) -> Box | None:
    """The label of a signature with the place behind it where the hand is; None for any other edit."""
    if edit.entity != "BIOMETRIC" or not _SIGNED.search(document.text, edit.start, edit.end):
        return None
    x0, y0, x1, y1 = label
    height = min(x1 - x0, y1 - y0)
    # Set downwards, what is written stands below.
    if y1 - y0 > 2 * (x1 - x0):
        return x0 - _HAND[1] * height, y0, x1 + _HAND[1] * height, y1 + _HAND[0] * height
    return x0, y0 - _HAND[1] * height, x1 + _HAND[0] * height, y1 + _HAND[1] * height


def painted(data: bytes, spots: Iterable[Spot], limits: Limits) -> bytes:
    """The picture with opaque boxes, in its own format. Raises MarkingError where it can not be written."""
    spots = list(spots)

    def draw(image: Any, frame: int) -> Any:
        return covered(image, [spot.box for spot in spots if spot.frame in (None, frame)])

    return _rewritten(data, draw, limits)


@dataclass(slots=True)
class Painted:
    """What became of the pictures in a package: their new bytes by name, the edits that were carried out."""

    changed: dict[str, bytes] = field(default_factory=dict)
    placed: set[int] = field(default_factory=set)
    bared: int = 0
    """pictures that said something of themselves"""


def repaint(
    document: Document, edits: Iterable[Edit], members: Iterable[tuple[str, Callable[[], bytes]]], limits: Limits
) -> Painted:
    """The pictures that change, of (source, how to read it): painted over, and without what they say of themselves."""
    edits = list(edits)
    emptied = _drawings(document, edits)
    spots, said = spots_of(document, edits), {b.source for b in document.blocks if b.source and b.part == "property"}
    found = Painted()
    for source, content in members:
        if source in emptied and drawing.kind_of(content()):
            # Its text is no pixels: the drawing goes as a whole.
            found.changed[source] = drawing.blank(content())
            found.placed.update(emptied[source])
            continue
        if source not in spots and source not in said:
            continue
        found.changed[source] = painted(content(), spots.get(source, ()), limits)
        found.placed.update(spot.number for spot in spots.get(source, ()))
        found.bared += source in said
    told = {(block.start, block.end) for block in document.blocks if block.part == "property" and block.source in said}
    found.placed.update(
        number for number, edit in enumerate(edits) if any(a <= edit.start and edit.end <= b for a, b in told)
    )
    return found


def _drawings(document: Document, edits: Sequence[Edit]) -> dict[str, list[int]]:
    """By picture that is a drawing, the numbers of the edits in its words."""
    found: dict[str, list[int]] = {}
    for number, edit in enumerate(edits):
        block = document.block_at(edit.start)
        if block is not None and block.source and block.boxes is None and block.hint == pictures.DRAWING:
            found.setdefault(block.source, []).append(number)
    return found


def grown(box: Box) -> Box:
    """The box with some room around it."""
    height = min(box[3] - box[1], box[2] - box[0]) if box[3] - box[1] > 3 * (box[2] - box[0]) else box[3] - box[1]
    return box[0] - _ACROSS * height, box[1] - _UP * height, box[2] + _ACROSS * height, box[3] + _UP * height


def covered(image: Any, boxes: Iterable[Box]) -> Any:
    """A picture of the same mode with an opaque box over each of `boxes`, in its pixels."""
    from PIL import ImageDraw

    boxes = list(boxes)
    if not boxes:
        return image
    if image.mode not in ("1", "L", "RGB", "RGBA", "LA", "CMYK"):
        image = image.convert("RGBA" if "transparency" in image.info or "A" in image.mode else "RGB")
    brush = ImageDraw.Draw(image)
    fill: Any = {
        "1": 0, "L": _GREY, "LA": (_GREY, 255), "CMYK": (0, 0, 0, 255 - _GREY), "RGBA": (_GREY, _GREY, _GREY, 255),
    }.get(image.mode, (_GREY, _GREY, _GREY))  # fmt: skip
    for box in boxes:
        brush.rectangle(box, fill=fill)
    return image


def _sources(document: Document, start: int, end: int) -> Iterator[tuple[str, Spot]]:
    """(source, box) of each row of characters of text[start:end] that stands in a picture."""
    here = start
    while here < end:
        block = document.block_at(here)
        if block is None:
            return
        stop = min(end, max(block.end, here + 1))
        if block.boxes is not None and block.part in ("picture", "attachment"):
            for box in rows(_boxes(block, here, min(stop, block.end))):
                yield block.source, Spot(0, block.locator.page, grown(box))
        here = stop


def _spots(document: Document, start: int, end: int) -> Iterator[Spot]:
    return (spot for _, spot in _sources(document, start, end))


def _boxes(block: Block, start: int, end: int) -> list[Box]:
    assert block.boxes is not None
    found = []
    for k in range(start - block.start, end - block.start):
        x0, y0, x1, y1 = block.boxes[4 * k : 4 * k + 4]
        if x1 > x0 and y1 > y0:
            found.append((x0, y0, x1, y1))
    return found


def _framed(image: Any, spots: list[Spot], notes: tuple[Note, ...]) -> Any:
    """The picture with a frame and a number at each spot."""
    from pathlib import Path

    from PIL import ImageDraw, ImageFont

    image = image.convert("RGB")
    brush = ImageDraw.Draw(image)
    thick = max(2, round(max(image.size) / 800))
    font = ImageFont.truetype(str(Path(__file__).with_name("data") / "label.ttf"), max(12, 7 * thick))
    for spot in spots:
        colour = _COLOURS[notes[spot.number].severity]
        brush.rectangle(spot.box, outline=colour, width=thick)
        brush.text((spot.box[0], spot.box[1]), str(spot.number + 1), fill=colour, font=font, anchor="rs")
    return image


# --- writing ---------------------------------------------------------------------------------------------


def _rewritten(data: bytes, draw: Callable[[Any, int], Any], limits: Limits) -> bytes:
    """The picture with each frame as `draw` gives it, in its own format."""
    from PIL import Image

    try:
        form = _form(data)
        made = []
        for number, frame in enumerate(pictures.frames(data, limits), 1):
            known = {key: value for key, value in frame.info.items() if key in _KEPT}
            image = draw(frame.copy(), number)
            fresh = Image.frombytes(image.mode, image.size, image.tobytes())
            if image.mode == "P" and image.palette is not None:
                fresh.putpalette(image.palette.palette, image.palette.mode)
            if fresh.mode == "RGBA":
                known.pop("transparency", None)
            fresh.info = known
            made.append(fresh)
        return _saved(made, form)
    except pictures.UnreadablePicture as fault:
        raise MarkingError(f"有图片无法改写（{fault}），没有生成文件。请在原软件中处理后重试。") from None
    except (OSError, ValueError, KeyError, SyntaxError, MemoryError):
        raise MarkingError("有图片无法按原来的格式写回，没有生成文件。请另存为 PNG 后重试。") from None


@dataclass(frozen=True, slots=True)
class _Form:
    kind: str
    options: dict[str, Any]


def _form(data: bytes) -> _Form:
    """The picture's format, and how it was packed."""
    from PIL import Image, JpegImagePlugin

    before, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with Image.open(io.BytesIO(data)) as image:
            kind = image.format or "PNG"
            if kind in ("JPEG", "MPO"):
                tables = getattr(image, "quantization", None)
                sampling = JpegImagePlugin.get_sampling(image)
                options: dict[str, Any] = {"qtables": tables} if tables else {"quality": _QUALITY}
                return _Form("JPEG", options | ({"subsampling": sampling} if sampling >= 0 else {}))
            if kind == "TIFF":
                return _Form(kind, {"compression": image.info.get("compression", "")})
            return _Form(kind, {"quality": _QUALITY} if kind == "WEBP" else {})
    finally:
        Image.MAX_IMAGE_PIXELS = before


def _saved(made: list[Any], form: _Form) -> bytes:
    options = dict(form.options)
    if form.kind == "TIFF":
        fax = options["compression"] in _FAX and all(image.mode == "1" for image in made)
        if not fax and options["compression"] not in _TIFF:
            options["compression"] = "tiff_lzw"
    if form.kind == "JPEG":
        made = [image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB") for image in made[:1]]
        if made[0].mode == "L":
            options.pop("subsampling", None)
            options["qtables"] = dict(list(options.get("qtables", {}).items())[:1]) or None
    if form.kind in ("TIFF", "GIF", "WEBP") and len(made) > 1:
        options |= {"save_all": True, "append_images": made[1:]}
    out = io.BytesIO()
    made[0].save(out, form.kind, **options)
    return out.getvalue()
