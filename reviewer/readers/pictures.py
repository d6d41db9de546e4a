"""Pictures, wherever they lie: every reader hands its pictures to `add` (or `add_pixels`), which reads their text.

What the recognition finds becomes a block of part `picture` with a box for each character; codes (二维码) are decoded;
what the file says of itself (place, owner, comment) becomes properties. What was not read is a Gap, never silence:
all of it where the extra [ocr] is not installed.
"""

from __future__ import annotations

import hashlib
import io
import math
import re
import warnings
from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from reviewer.model import Locator
from reviewer.readers import drawing, ocr
from reviewer.readers.assembly import Assembly
from reviewer.readers.ocr import Box, Line
from reviewer.settings import Limits

RECOGNISED = "图片识别"
CODE = "二维码"
DRAWING = "矢量图"
INSTALL = "安装文字识别组件（pip install '.[ocr]'）后可以读取。"
_NARROW, _FLAT = 16, 8
"""pixels: Chinese characters are legible from 8 pixels on, and no name or number has fewer than two of them. What is
smaller in either direction holds none that anybody could read; a stamp or a signature is larger"""
_EVEN = 2
"""of 255: pixels that differ no more are of one colour; JPEG changes an even area by as much"""
_PIXELS = 150_000_000
"""of a picture; an A0 sheet at 300 dpi has as many"""
_ENOUGH = 60_000_000
"""a larger one is scaled down to so many: A0 at 190 dpi"""
_FRAMES = 500
_PALE = 200
_KEPT = 512
"""files whose text is remembered"""

Placing = Callable[[Box], Box]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a picture shows. `boxes` has four floats for each character, in pixels of the picture, y downwards."""

    text: str = field(repr=False)
    boxes: tuple[Box | None, ...] = field(repr=False)
    codes: tuple[tuple[str, Box], ...] = field(repr=False, default=())
    unread: tuple[Box, ...] = ()


class UnreadablePicture(Exception):
    """A picture that can not be decoded; the message says why, in Chinese."""


def add(
    assembly: Assembly, data: bytes, limits: Limits, *, locator: Locator, unread: str, source: str = "",
    concealed: str = "", paged: bool = False,
) -> None:  # fmt: skip
    """Read a picture into `assembly`.

    unread     the Gap's message where it is not read: what it is, where, and what to do
    source     names the picture inside of its file for the writer that paints over it
    concealed  why a reader of the page does not see the picture
    paged      its frames are pages (TIFF)
    """
    if (found := drawing.drawn(data, limits)) is not None:
        _add_drawn(assembly, found, limits, locator=locator, unread=unread, source=source, concealed=concealed)
        return
    for title, text in metadata(data):
        assembly.add(text, part="property", locator=locator, hint=title, source=source)
    if not ocr.is_installed():
        assembly.gap("picture", unread + INSTALL, part="picture", locator=locator)
        return
    try:
        for number, seen in enumerate(_all_seen(data, limits), 1):
            place = Locator(page=number) if paged else locator
            _add_seen(assembly, seen, locator=place, source=source, concealed=concealed)
    except UnreadablePicture as fault:
        assembly.gap("picture", f"{unread}（{fault}）", part="picture", locator=locator)


def _add_drawn(
    assembly: Assembly, found: drawing.Drawn, limits: Limits, *, locator: Locator, unread: str, source: str,
    concealed: str,
) -> None:  # fmt: skip
    """The words of a vector drawing: one block, for a program writes a line in several pieces."""
    assembly.add("\n".join(text for text in found.texts if text.strip()), part="picture", locator=locator, hint=DRAWING,
                 source=source, concealed=concealed)  # fmt: skip
    for text in dict.fromkeys(found.aside):
        assembly.add(text, part="alt", locator=locator, hint=DRAWING, source=source)
    for data in found.pictures:
        add(assembly, data, limits, locator=locator, unread=unread, concealed=concealed)
    if not found.whole:
        message = f"{unread}（矢量图，其中的文字可能画成了线条或者位图）"
        assembly.gap("picture", message, part="picture", locator=locator)


def add_pixels(
    assembly: Assembly, pixels: Any, *, locator: Locator, placing: Placing, source: str = ""
) -> tuple[Box, ...]:
    """Read a page's picture, height x width x 3, into `assembly`; `placing` leads from its pixels to the page.

    Returns the places on the page that look like text and could not be read. The extra [ocr] must be there.
    """
    seen = see(pixels)
    _add_text(assembly, seen, locator=locator, placing=placing, source=source)
    return tuple(map(placing, seen.unread))


def _add_seen(assembly: Assembly, seen: Seen, *, locator: Locator, source: str, concealed: str = "") -> None:
    _add_text(assembly, seen, locator=locator, source=source, concealed=concealed)
    unread_gap(assembly, seen.unread, locator)


def _add_text(
    assembly: Assembly, seen: Seen, *, locator: Locator, source: str, placing: Placing | None = None,
    concealed: str = "",
) -> None:  # fmt: skip
    boxes = [placing(box) if placing is not None and box is not None else box for box in seen.boxes]
    assembly.add(seen.text, part="picture", locator=locator, hint=RECOGNISED, boxes=_flat(boxes), recognised=True,
                 source=source, concealed=concealed)  # fmt: skip
    for text, box in seen.codes:
        place = placing(box) if placing is not None else box
        assembly.add(text, part="picture", locator=locator, hint=CODE, boxes=_flat([place] * len(text)), source=source,
                     concealed=concealed)  # fmt: skip


def unread_gap(assembly: Assembly, unread: Sequence[Box], locator: Locator, what: str = "图片") -> None:
    """A Gap for the places in a picture that look like text and were not read."""
    if unread:
        message = f"{what}中有{len(unread)}处文字没有认出（手写、印章、模糊或者过小），请人工查看。"
        assembly.gap("picture", message, part="picture", locator=locator)


def _flat(boxes: Sequence[Box | None]) -> array[float]:
    return array("f", (edge for box in boxes for edge in (box or (0.0, 0.0, 0.0, 0.0))))


# --- pixels ----------------------------------------------------------------------------------------------

_known: OrderedDict[bytes, tuple[Seen, ...]] = OrderedDict()


def _all_seen(data: bytes, limits: Limits) -> tuple[Seen, ...]:
    """What each frame shows; an identical picture is decoded once."""
    digest = hashlib.sha256(data).digest()
    if digest not in _known:
        _known[digest] = tuple(see(pixels_of(frame)) for frame in frames(data, limits))
        if len(_known) > _KEPT:
            _known.popitem(last=False)
    return _known[digest]


def frames(data: bytes, limits: Limits) -> Iterator[Any]:
    """The pictures in a file (pages of a TIFF, of an animation those that differ), as one sees them."""
    from PIL import Image, ImageOps

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        try:
            image = Image.open(io.BytesIO(data))
            count = getattr(image, "n_frames", 1)
            if count > _FRAMES:
                raise UnreadablePicture(f"页数超过上限 {_FRAMES}")
            seen: set[bytes] = set()
            for number in range(count):
                image.seek(number)
                if image.width * image.height > min(_PIXELS, limits.member_bytes):
                    raise UnreadablePicture("图片过大")
                frame = ImageOps.exif_transpose(image)
                digest = hashlib.sha256(frame.tobytes()).digest() if count > 1 else b""
                if image.format != "TIFF" and digest in seen:
                    continue
                seen.add(digest)
                yield frame
        except UnreadablePicture:
            raise
        except (MemoryError, Exception) as fault:
            # Pillow raises all kinds; its words may quote the file.
            raise UnreadablePicture(f"图片格式不能解码或者已损坏，{type(fault).__name__}") from None
        finally:
            Image.MAX_IMAGE_PIXELS = before


def pixels_of(image: Any) -> Any:
    """Height x width x 3 bytes; what is transparent lies on a ground that the rest stands out from."""
    import numpy
    from PIL import Image

    if image.mode.startswith(("I", "F")):
        image = _eight_bits(image)
    if "A" in image.getbands() or "transparency" in image.info:
        image = image.convert("RGBA")
        levels = numpy.asarray(image)
        shown = levels[levels[:, :, 3] > 64][:, :3]
        ground = (48, 48, 48) if len(shown) and shown.mean() > _PALE else (255, 255, 255)
        image = Image.alpha_composite(Image.new("RGBA", image.size, (*ground, 255)), image)
    image = image.convert("RGB")
    if image.width * image.height > _ENOUGH:
        scale = (_ENOUGH / (image.width * image.height)) ** 0.5
        image = image.resize((max(int(image.width * scale), 1), max(int(image.height * scale), 1)))
    return numpy.asarray(image)


def _eight_bits(image: Any) -> Any:
    """A picture of 16 or 32 bits a pixel, from its darkest to its lightest."""
    import numpy
    from PIL import Image

    levels = numpy.asarray(image, dtype=numpy.float64)
    low, high = float(levels.min(initial=0)), float(levels.max(initial=0))
    return Image.fromarray(((levels - low) * (255.0 / max(high - low, 1e-9))).astype(numpy.uint8))


def is_empty(pixels: Any) -> bool:
    """Whether a picture can hold no text: too small for two characters, or of one colour."""
    height, width = pixels.shape[:2]
    if min(width, height) < _FLAT or max(width, height) < _NARROW:
        return True
    levels = pixels.reshape(-1, pixels.shape[2])
    return bool((levels.max(axis=0).astype(int) - levels.min(axis=0) <= _EVEN).all())


def see(pixels: Any) -> Seen:
    """The text in a picture, in reading order: rows of cells with tabs between them; and its codes."""
    if is_empty(pixels):
        return Seen("", ())
    found = ocr.recognise(pixels)
    text, boxes = arranged(found.lines)
    codes = tuple(_codes(pixels))
    # A code looks like text to the detector here and there.
    unread = tuple(box for box in found.unread if not any(_within(box, place) for _, place in codes))
    return Seen(text, boxes, codes, unread)


def _codes(pixels: Any) -> Iterator[tuple[str, Box]]:
    """The text of QR codes and bar codes."""
    import numpy
    import zxingcpp

    for code in zxingcpp.read_barcodes(numpy.ascontiguousarray(pixels)):
        place = code.position
        corners = [(p.x, p.y) for p in (place.top_left, place.top_right, place.bottom_right, place.bottom_left)]
        if code.text.strip():
            yield code.text, ocr.around(corners)


def _within(inner: Box, outer: Box) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


# --- lines to text ---------------------------------------------------------------------------------------

_SAME_ROW = 0.45
"""of the lower line's height: centres nearer to each other are one row"""
_CELL_GAP = 1.7
"""of a line's height, from the middle of one character to the next: as far as between two cells"""


@dataclass(slots=True)
class _Cell:
    """A stretch of a line, in the direction that the page is read in."""

    text: str
    boxes: tuple[Box, ...]
    left: float
    right: float
    middle: float
    height: float


def arranged(lines: Sequence[Line]) -> tuple[str, tuple[Box | None, ...]]:
    """The lines from top to bottom; lines of one height are the cells of a row. None for what stands nowhere."""
    if not lines:
        return "", ()
    along = _direction(lines)
    straight = [line for line in lines if _agrees(line, along)]
    rows = _rows([cell for line in straight for cell in _cells(line, along)])
    rows += [[cell] for line in lines if not _agrees(line, along) for cell in _cells(line, _direction([line]))]
    text: list[str] = []
    boxes: list[Box | None] = []
    for row, columns in zip(rows, _columns(rows), strict=True):
        if text:
            text.append("\n")
            boxes.append(None)
        at = 0
        for cell, column in zip(row, columns, strict=True):
            text.append("\t" * (column - at))
            boxes += [None] * (column - at)
            at = column
            text.append(cell.text)
            boxes += cell.boxes
    return "".join(text), tuple(boxes)


def _direction(lines: Sequence[Line]) -> tuple[float, float]:
    """Where the lines lead, as a vector of length one; long lines count for more."""
    x = sum(line.corners[1][0] - line.corners[0][0] for line in lines)
    y = sum(line.corners[1][1] - line.corners[0][1] for line in lines)
    length = math.hypot(x, y)
    return (x / length, y / length) if length else (1.0, 0.0)


def _agrees(line: Line, along: tuple[float, float]) -> bool:
    own = _direction([line])
    return own[0] * along[0] + own[1] * along[1] > 0.7


def _cells(line: Line, along: tuple[float, float]) -> Iterator[_Cell]:
    """The line, parted where a gap in it is as wide as between columns."""
    height = max(math.dist(line.corners[0], line.corners[3]), 1.0)
    letters = [k for k, character in enumerate(line.text) if not character.isspace()]
    middles = {k: ((line.boxes[k][0] + line.boxes[k][2]) / 2, (line.boxes[k][1] + line.boxes[k][3]) / 2)
               for k in letters}  # fmt: skip
    starts = [letters[0]] if letters else []
    starts += [m for k, m in pairwise(letters) if math.dist(middles[k], middles[m]) > _CELL_GAP * height]
    if len(starts) > 1 and all(len(line.text[a:b].strip()) == 1 for a, b in pairwise([*starts, len(line.text)])):
        # 公 示 名 单: a heading set wide.
        starts = starts[:1]
    dx, dy = along
    for first, last in pairwise([*starts, len(line.text)]):
        end = first + len(line.text[first:last].rstrip())
        us = [x * dx + y * dy for k in range(first, end) for x, y in _corners(line.boxes[k])]
        vs = [y * dx - x * dy for k in range(first, end) for x, y in [_middle(line.boxes[k])]]
        # The boxes of characters are upright; on a slant their corners reach too far.
        yield _Cell(line.text[first:end], line.boxes[first:end], min(us), max(us), sum(vs) / len(vs), height)


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _corners(box: Box) -> tuple[tuple[float, float], ...]:
    return (box[0], box[1]), (box[2], box[3])


def _rows(cells: list[_Cell]) -> list[list[_Cell]]:
    rows: list[list[_Cell]] = []
    for cell in sorted(cells, key=lambda cell: cell.middle):
        near = rows[-1] if rows else []
        if near and abs(cell.middle - sum(one.middle for one in near) / len(near)) < _SAME_ROW * min(
            cell.height, *(one.height for one in near)
        ):
            near.append(cell)
        else:
            rows.append([cell])
    for row in rows:
        row.sort(key=lambda cell: cell.left)
    return rows


def _columns(rows: list[list[_Cell]]) -> Iterator[list[int]]:
    """The column of each cell: where a row of a table lacks a cell, the others stay in theirs."""
    at = 0
    while at < len(rows):
        stop = at
        while stop < len(rows) and len(rows[stop]) > 1:
            stop += 1
        if stop - at < 2:
            yield list(range(len(rows[at])))
            at += 1
            continue
        full = max(rows[at:stop], key=len)
        spans = [(cell.left, cell.right) for cell in full]
        for row in rows[at:stop]:
            columns = [_nearest(cell, spans) for cell in row]
            kept = all(a < b for a, b in pairwise(columns))
            yield columns if kept else list(range(len(row)))
        at = stop


def _nearest(cell: _Cell, spans: Sequence[tuple[float, float]]) -> int:
    """The column that shares most of the cell's width, or whose middle is next to it."""

    def distance(k: int) -> tuple[float, float]:
        left, right = spans[k]
        shared = max(min(right, cell.right) - max(left, cell.left), 0.0)
        return -shared, abs(left + right - cell.left - cell.right)

    return min(range(len(spans)), key=distance)


# --- what the file says of itself ------------------------------------------------------------------------

_TITLES = {
    0x010E: "图片说明", 0x010F: "相机厂商", 0x0110: "相机型号", 0x0131: "软件", 0x013B: "作者", 0x8298: "版权",
    0x9C9B: "标题", 0x9C9C: "备注", 0x9C9D: "作者", 0x9C9E: "关键词", 0x9C9F: "主题", 0x9286: "备注",
    0xA430: "相机所有者", 0xA431: "相机序列号", 0xA435: "镜头序列号", 0x0132: "修改时间", 0x9003: "拍摄时间",
}  # fmt: skip
_WIDE = frozenset(range(0x9C9B, 0x9CA0))
_DULL = frozenset({0x010F, 0x0110, 0x0132, 0x9003, 0x9004, 0x9290, 0x9291, 0x9292, 0x9010, 0x9011, 0x9012})
"""the camera's make and the time: no words of a person"""
_IPTC = {
    (2, 80): "作者", (2, 85): "作者职务", (2, 90): "城市", (2, 92): "地点", (2, 105): "标题", (2, 110): "来源",
    (2, 116): "版权", (2, 118): "联系人", (2, 120): "图片说明", (2, 122): "说明作者", (2, 25): "关键词",
}  # fmt: skip
_MARKUP = re.compile(
    r">([^<>]*[^<>\s][^<>]*)<|=\"([^\"]*[\u3400-\u9fff@][^\"]*|[^\"]*[0-9]{6}[^\"]*)\""
)
_NO_WORDS = re.compile(
    r"https?://ns\.adobe\.com[!-~]*|uuid:[0-9A-Fa-f-]*|(?![0-9 -]*[0-9]{6})[0-9:TZ.+\- ]{1,32}|[A-Za-z/]{1,12}", re.I
)


def metadata(data: bytes) -> list[tuple[str, str]]:
    """(title, text) of what is written about a picture: EXIF, XMP, IPTC, comments, text of a PNG; [] for none."""
    from PIL import Image

    found: dict[tuple[str, str], None] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            image = Image.open(io.BytesIO(data))
            for title, text in _said(image):
                text = text.replace("\0", "").strip()
                if len(text) > 1 and (text.isprintable() or "\n" in text):
                    found.setdefault((title, text))
        except Exception:
            # What can not be decoded becomes a Gap where the picture is read.
            return list(found)
    return list(found)


def _said(image: Any) -> Iterator[tuple[str, str]]:
    from PIL import ExifTags

    exif = image.getexif()
    tables = [exif, exif.get_ifd(ExifTags.IFD.Exif)]
    for table in tables:
        for tag, value in table.items():
            text = _words(tag, value)
            if text and tag not in _DULL and isinstance(tag, int) and tag < 0xFFFF:
                yield _TITLES.get(tag, ExifTags.TAGS.get(tag, "图片属性")), text
    place = _position(exif.get_ifd(ExifTags.IFD.GPSInfo))
    if place:
        yield "拍摄位置", place
    for key, value in {**image.info, **getattr(image, "text", {})}.items():
        if "xmp" in str(key).lower():
            yield from _packet(value if isinstance(value, bytes) else str(value).encode())
        elif str(key).lower() in ("exif", "icc_profile", "dpi", "raw profile type exif", "icc profile"):
            continue
        elif isinstance(value, str | bytes) and key not in ("version", "compression", "photoshop", "exif"):
            yield ("备注" if key == "comment" else str(key)), _text_of(value)
    yield from _iptc(image)


def _words(tag: int, value: Any) -> str:
    if tag in _WIDE and isinstance(value, bytes):
        return value.decode("utf-16-le", "ignore")
    if tag == 0x9286 and isinstance(value, bytes):
        code, rest = value[:8], value[8:]
        return rest.decode("utf-16", "ignore") if code.startswith(b"UNICODE") else _text_of(rest)
    if isinstance(value, bytes) and tag in _TITLES:
        return _text_of(value)
    if not isinstance(value, str):
        return ""
    # The standard says ASCII; cameras and editors write UTF-8 or GBK, of which Pillow makes a character a byte.
    text = value if any(ord(character) > 255 for character in value) else _text_of(value.encode("latin-1"))
    return text if _readable(text) else ""


def _readable(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _text_of(value: str | bytes) -> str:
    if isinstance(value, str):
        return value
    for encoding in ("utf-8", "gb18030"):
        try:
            return value.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""


def _position(table: Any) -> str:
    """Longitude and latitude in degrees (EXIF 2.3, 4.6.6), or "" without."""
    try:
        latitude, longitude = (sum(float(part) / 60**k for k, part in enumerate(table[tag])) for tag in (2, 4))
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return ""
    west, south = ("-" if table.get(tag) == letter else "" for tag, letter in ((3, "W"), (1, "S")))
    return f"经度 {west}{longitude:.6f}，纬度 {south}{latitude:.6f}"


def _packet(data: bytes) -> Iterator[tuple[str, str]]:
    """The words of an XMP packet; it is not parsed as XML, so no entity is expanded."""
    from html import unescape

    for match in _MARKUP.finditer(data.decode("utf-8", "replace")):
        text = unescape(match[1] or match[2]).strip()
        if not _NO_WORDS.fullmatch(text):
            yield "图片属性（XMP）", text


def _iptc(image: Any) -> Iterator[tuple[str, str]]:
    from PIL import IptcImagePlugin

    for key, value in (IptcImagePlugin.getiptcinfo(image) or {}).items():
        if key in _IPTC:
            for one in value if isinstance(value, list) else [value]:
                yield _IPTC[key], _text_of(one)
