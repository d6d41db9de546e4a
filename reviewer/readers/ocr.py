"""Recognises the text of a picture: PP-OCR models out of rapidocr's wheel, run by onnxruntime. Nothing is downloaded.

The models are rapidocr's, and so is what makes boxes of the detector's output. The rest is done here, because it is
where the time goes (measured on A4 pages of 65 lines, one core): the page is looked at 1,280 pixels high (0.4 s; at
full size 2 s, and no line more is found), lines are recognised from the full picture one by one, without the
padding of batches (1.2 s instead of 1.9 s), and the classifier for lines upside down is replaced by a second look at
lines that were not understood.
"""

from __future__ import annotations

import hashlib
import itertools
import math
from array import array
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in pixels of the picture, y downwards"""

_SIDE = 1280
"""pixels that the longer side of a page is looked at with; text of 3.5 points on A4 is found with a second look"""
_ENLARGED = 1.5
_SMALL = 10.5
"""height of a line in the first look: where lines are no higher, there may be smaller ones that it did not see"""
_CLOSER = 2.0
_LONG = 2.0
"""height to width: a longer picture (of a telephone's screen) is looked at by its width"""
_STRIP = 1.6e6
"""pixels that are looked at in one piece"""
_OVERLAP = 96
_HEIGHT = 48
"""pixels of a line as the recogniser wants it"""
_MARGIN = 16
_LONGEST = 3200
"""pixels of a line that are recognised in one piece"""
_LESS_SURE = 0.05
_STAMPED = 0.01
"""of a line's pixels: so many red ones may be a stamp"""
_DOUBT = 0.8
"""a line that is understood no better is tried upside down"""
_VOTERS = 7
"""lines that say whether the others stand upside down"""
FLOOR = 0.5
"""of confidence (0 to 1): what is less sure is not text but an area that was not read"""
_TEXT_LIKE = 0.6
"""the detector's own confidence: an area that it is no surer of, and that holds nothing readable, is no text"""
_LEGIBLE = 8.0
"""pixels: lower characters can not be read by anybody"""
_KEPT = 128
"""pictures whose text is remembered: the same logo is on each page, and a copy is read again for its proof"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text: its characters and a box for each, and the corners of the line in reading order."""

    text: str = field(repr=False)
    boxes: tuple[Box, ...] = field(repr=False)
    corners: tuple[tuple[float, float], ...]
    """upper left, upper right, lower right, lower left, as one reads it"""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a picture says; `unread` are the places that look like text and could not be read."""

    lines: tuple[Line, ...] = field(repr=False)
    unread: tuple[Box, ...] = ()


@lru_cache(maxsize=1)
def is_installed() -> bool:
    """Whether the extra [ocr] is there."""
    return all(find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "cv2", "zxingcpp"))


_known: OrderedDict[bytes, Recognised] = OrderedDict()


def recognise(pixels: Any) -> Recognised:
    """The text in `pixels`, height x width x 3 bytes of red, green, blue. An identical picture is read once."""
    digest = hashlib.sha256(repr(pixels.shape).encode() + pixels.tobytes()).digest()
    found = _known.get(digest)
    if found is None:
        found = _known[digest] = _models().recognise(pixels)
        if len(_known) > _KEPT:
            _known.popitem(last=False)
    _known.move_to_end(digest)
    return found


@lru_cache(maxsize=1)
def _models() -> _Models:
    return _Models()


class _Models:
    """The detector and the recogniser, loaded once a process; one thread: several processes share the machine."""

    def __init__(self) -> None:
        import cv2
        import onnxruntime
        from rapidocr.ch_ppocr_det.utils import DBPostProcess

        cv2.setNumThreads(1)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 4
        folder = _folder()
        self._detector = _session(folder, "*det*.onnx", options)
        self._recogniser = _session(folder, "*rec*.onnx", options)
        known = self._recogniser.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._characters = ["", *known, " "]
        self._boxes = DBPostProcess(thresh=0.3, box_thresh=0.5, unclip_ratio=1.6, use_dilation=True)

    def recognise(self, pixels: Any) -> Recognised:
        import numpy

        # The models were trained on blue, green, red.
        pixels = numpy.ascontiguousarray(pixels[:, :, ::-1])
        found = self._found(pixels)
        across, up = _by_direction(found)
        if sum(max(_sides(quad)) for quad, _ in up) > sum(max(_sides(quad)) for quad, _ in across):
            # A page that lies on its side: the detector misses lines of it.
            pixels = numpy.ascontiguousarray(numpy.rot90(pixels))
            return _turned_back(self._all_lines(pixels, self._found(pixels)), pixels.shape[0])
        return self._all_lines(pixels, found)

    def _all_lines(self, pixels: Any, found: list[tuple[Any, float]]) -> Recognised:
        import numpy

        lines: list[Line] = []
        unread: list[Box] = []
        for quads in _by_direction(found):
            votes = 0
            # Numbers upside down are often other numbers: what long lines say decides for all.
            for number, (quad, score) in enumerate(quads):
                turned = number >= _VOTERS and votes > 0
                line, other = self._line(pixels, numpy.roll(quad, 2, axis=0) if turned else quad)
                votes += 1 if turned != other else -1
                if line is not None:
                    lines.append(line)
                elif score >= _TEXT_LIKE and min(_sides(quad)) >= _LEGIBLE:
                    unread.append(around(quad))
        return Recognised(tuple(lines), tuple(unread))

    # --- where text stands -------------------------------------------------------------------------------

    def _found(self, pixels: Any) -> list[tuple[Any, float]]:
        """The corners of each line of text, with the detector's confidence."""
        height, width = pixels.shape[:2]
        short, long = sorted((height, width))
        scale = min(_SIDE / long if long <= _LONG * short else _SIDE / (_LONG * short), _ENLARGED)
        found = self._look(pixels, scale)
        if scale < 1.0 and (not found or _lowest([quad for quad, _ in found]) * scale <= _SMALL):
            closer = self._look(pixels, min(scale * _CLOSER, 1.0))
            found = closer if len(closer) >= len(found) else found
        return found

    def _look(self, pixels: Any, scale: float) -> list[tuple[Any, float]]:
        """What is found at this scale; a large picture is looked at in strips that overlap."""
        height, width = pixels.shape[:2]
        wide = max(round(width * scale), 1)
        rows = max(int(_STRIP / wide / scale), int(4 * _OVERLAP / scale))
        if rows >= height:
            return self._strip(pixels, scale, 0)
        step = rows - int(_OVERLAP / scale)
        found = []
        for top in range(0, max(height - int(_OVERLAP / scale), 1), step):
            found += self._strip(pixels[top : top + rows], scale, top)
        return _without_halves(found)

    def _strip(self, pixels: Any, scale: float, top: int) -> list[tuple[Any, float]]:
        import cv2
        import numpy

        height, width = pixels.shape[:2]
        size = tuple(max(32, round(side * scale / 32) * 32) for side in (width, height))
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR)
        quads, scores = self._boxes(_run(self._detector, _normal(small)[None]), (height, width))
        down = numpy.array([0.0, top], dtype=numpy.float32)
        return [(quad.astype(numpy.float32) + down, float(score)) for quad, score in zip(quads, scores, strict=True)]

    # --- what it says ------------------------------------------------------------------------------------

    def _line(self, pixels: Any, quad: Any) -> tuple[Line | None, bool]:
        """The line in `quad`, None where it can not be read; and whether it stands upside down."""
        import numpy

        best, other = self._read(pixels, quad), False
        if _is_stamped(pixels, quad):
            plain = self._read(pixels, quad, plain=True)
            # A character under the ring of a stamp is left out, and the rest of the line is sure nevertheless.
            if plain[1] > best[1] - (_LESS_SURE if len(plain[0]) > len(best[0]) else 0.0):
                best = plain
        if best[1] < _DOUBT:
            again = self._read(pixels, numpy.roll(quad, 2, axis=0))
            if again[1] > best[1] + 0.05:
                best, quad, other = again, numpy.roll(quad, 2, axis=0), True
        text, sure, places = best
        if sure < FLOOR or not text.strip():
            return None, other
        return Line(text, tuple(_boxes(quad, places)), tuple((float(x), float(y)) for x, y in quad)), other

    def _read(self, pixels: Any, quad: Any, *, plain: bool = False) -> tuple[str, float, list[tuple[float, float]]]:
        """Text, confidence, and where each character begins and ends as a part of the line's width.

        `plain` reads it as through a red glass, which leaves nothing of a red stamp over it.
        """
        import cv2
        import numpy

        wide, high = (max(round(side), 1) for side in _sides(quad))
        target = numpy.array([[0, 0], [wide, 0], [wide, high], [0, high]], dtype=numpy.float32)
        matrix = cv2.getPerspectiveTransform(numpy.ascontiguousarray(quad), target)
        line = cv2.warpPerspective(
            pixels, matrix, (wide, high), borderMode=cv2.BORDER_REPLICATE, flags=cv2.INTER_CUBIC
        )
        width = min(max(math.ceil(_HEIGHT * wide / high), 8), _LONGEST)
        line = cv2.resize(line, (width, _HEIGHT))
        if plain:
            line = numpy.repeat(line[:, :, 2:], 3, axis=2)
        padded = numpy.zeros((1, 3, _HEIGHT, max(width + _MARGIN, _HEIGHT)), dtype=numpy.float32)
        padded[0, :, :, :width] = _normal(line)
        columns = _run(self._recogniser, padded)[0]
        return self._decoded(columns, padded.shape[3] / width)

    def _decoded(self, columns: Any, stretch: float) -> tuple[str, float, list[tuple[float, float]]]:
        """The best path through the columns (CTC): runs of one symbol are one character, 0 is none."""
        import numpy

        best = columns.argmax(axis=1)
        edges = [0, *(numpy.flatnonzero(best[1:] != best[:-1]) + 1).tolist(), len(best)]
        characters, sure, middles = [], [], []
        for first, last in itertools.pairwise(edges):
            symbol = int(best[first])
            if symbol:
                characters.append(self._characters[symbol])
                sure.append(float(columns[first:last, symbol].max()))
                middles.append((first + last) / 2 / len(best) * stretch)
        if not characters:
            return "", 0.0, []
        return "".join(characters), sum(sure) / len(sure), _between(characters, middles)


def _folder() -> Path:
    spec = find_spec("rapidocr")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent / "models"


def _session(folder: Path, name: str, options: Any) -> Any:
    import onnxruntime

    return onnxruntime.InferenceSession(
        str(next(iter(sorted(folder.glob(name))))), options, providers=["CPUExecutionProvider"]
    )


def _run(session: Any, values: Any) -> Any:
    return session.run(None, {session.get_inputs()[0].name: values})[0]


def _normal(pixels: Any) -> Any:
    """Colours from -1 to 1, colour by colour."""
    import numpy

    return numpy.ascontiguousarray((pixels.astype(numpy.float32) / 127.5 - 1.0).transpose(2, 0, 1))


def _sides(quad: Any) -> tuple[float, float]:
    """Width and height of a line."""
    return (
        max(math.dist(quad[0], quad[1]), math.dist(quad[3], quad[2])),
        max(math.dist(quad[0], quad[3]), math.dist(quad[1], quad[2])),
    )


def _by_direction(found: list[tuple[Any, float]]) -> tuple[list[tuple[Any, float]], list[tuple[Any, float]]]:
    """The lines that run across and those that run up, each with its longest first, as one begins to read them."""
    import numpy

    across, up = [], []
    for quad, score in sorted(found, key=lambda one: -max(_sides(one[0]))):
        wide, high = _sides(quad)
        if high >= 1.5 * wide:
            # Turned a quarter to the left, as the recogniser was trained.
            up.append((numpy.roll(quad, -1, axis=0), score))
        else:
            across.append((quad, score))
    return across, up


def _turned_back(found: Recognised, width: int) -> Recognised:
    """What was recognised in a picture turned a quarter to the left, in the picture as it is, `width` wide."""
    return Recognised(
        tuple(
            Line(line.text, tuple(around(((width - y0, x0), (width - y1, x1))) for x0, y0, x1, y1 in line.boxes),
                 tuple((width - y, x) for x, y in line.corners))
            for line in found.lines
        ),
        tuple(around(((width - y0, x0), (width - y1, x1))) for x0, y0, x1, y1 in found.unread),
    )  # fmt: skip


def _lowest(quads: Sequence[Any]) -> float:
    """The height of low lines: a tenth of the lines is lower."""
    heights = sorted(min(_sides(quad)) for quad in quads)
    return heights[len(heights) // 10]


def around(quad: Any) -> Box:
    """The upright box around four corners."""
    xs, ys = [float(x) for x, _ in quad], [float(y) for _, y in quad]
    return min(xs), min(ys), max(xs), max(ys)


def _without_halves(found: list[tuple[Any, float]]) -> list[tuple[Any, float]]:
    """Lines seen in two strips once; of a line that a strip's edge cut, the whole."""
    kept: list[tuple[Any, float]] = []
    places: list[Box] = []
    for quad, score in sorted(found, key=lambda one: -_area(around(one[0]))):
        box = around(quad)
        if all(_shared(box, other) < 0.6 * _area(box) for other in places):
            kept.append((quad, score))
            places.append(box)
    return kept


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _shared(a: Box, b: Box) -> float:
    return max(min(a[2], b[2]) - max(a[0], b[0]), 0.0) * max(min(a[3], b[3]) - max(a[1], b[1]), 0.0)


def _is_stamped(pixels: Any, quad: Any) -> bool:
    """Whether there is some red in a line."""
    x0, y0, x1, y1 = (max(int(edge), 0) for edge in around(quad))
    area = pixels[y0:y1, x0:x1].astype("int16")
    if not area.size:
        return False
    return bool((area[:, :, 2] - area[:, :, :2].max(axis=2) > 48).mean() > _STAMPED)


def _between(characters: Sequence[str], middles: Sequence[float]) -> list[tuple[float, float]]:
    """Where each character begins and ends: half-way to its neighbours, as wide outwards at both ends."""
    if len(middles) == 1:
        return [(0.0, 1.0)]
    edges = [(a + b) / 2 for a, b in itertools.pairwise(middles)]
    first, last = 2 * middles[0] - edges[0], 2 * middles[-1] - edges[-1]
    edges = [max(first, 0.0), *edges, min(last, 1.0)]
    return list(itertools.pairwise(edges))


def _boxes(quad: Any, places: Sequence[tuple[float, float]]) -> list[Box]:
    """The upright box around each character of a line."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = ((float(x), float(y)) for x, y in quad)
    made = []
    for first, last in places:
        corners = [
            (ax + (bx - ax) * first, ay + (by - ay) * first), (ax + (bx - ax) * last, ay + (by - ay) * last),
            (dx + (cx - dx) * last, dy + (cy - dy) * last), (dx + (cx - dx) * first, dy + (cy - dy) * first),
        ]  # fmt: skip
        made.append(around(corners))
    return made


def flat(boxes: Sequence[Box]) -> array[float]:
    """Boxes as Block.boxes keeps them."""
    return array("f", (edge for box in boxes for edge in box))
