"""Which characters of an OFD page are not seen: invisible, white, covered, clipped, off the page, too small.

No program here draws OFD, so colours, shapes and the order in which they are painted decide, on the safe side: text is
hidden where a filled path that lets nothing through, or a picture without any transparency, lies over it.
"""

from __future__ import annotations

from collections.abc import Callable

from reviewer.readers.ofd_page import Rect, Run, Shape, Survey
from reviewer.readers.ofd_text import Laid
from reviewer.readers.page_unseen import CLIPPED, COVERED, INVISIBLE, OUTSIDE, SAME, TINY, WHITE

_TINY = 1.5
_SQUEEZED = 0.08
_PALE = 238
_CONTRAST = 16
_LEAST = 3.0
_PAIRS = 2_000_000
_CORNERS, _FEW_CORNERS = 100_000_000, 16
"""corners of all shapes times characters: with more, only simple shapes are looked at"""
_WHITE = (255, 255, 255)

Opaque = Callable[[Shape, Rect], bool]
"""whether a picture lets nothing shine through in a box of the page"""


def hidden(laid: Laid, found: Survey, paper: Rect, opaque: Opaque) -> tuple[dict[int, str], bool]:
    """The characters (of Laid.page.raw) that are not seen, with the reason; and whether all could be worked out.

    paper  the page in points
    """
    shapes = [s for s in found.shapes if min(s.bounds[2] - s.bounds[0], s.bounds[3] - s.bounds[1]) >= _LEAST]
    complete = len(shapes) * len(laid.runs) <= _PAIRS
    corners = sum(_corners(shape) for shape in shapes)
    if corners * len(laid.page.raw) > _CORNERS:
        # Drawings of many corners under much text: boxes are what hides words.
        shapes = [shape for shape in shapes if _corners(shape) <= _FEW_CORNERS]
        complete = False
    reasons: dict[int, str] = {}
    whole: dict[int, str] = {}
    for run, first, raw, length in laid.pieces():
        key = id(run)
        if key not in whole:
            whole[key] = _whole(run)
        reason = whole[key]
        near = [] if reason or len(shapes) * len(laid.runs) > _PAIRS else [s for s in shapes if _meets(s.bounds, run)]
        pale = _is_pale(run)
        if not reason and not near and not pale and run.clip is None and _is_on(run, paper):
            continue
        for k in range(first, first + length):
            box = (run.quads[4 * k], run.quads[4 * k + 1], run.quads[4 * k + 2], run.quads[4 * k + 3])
            why = reason or _why(run, box, near, paper, opaque)
            if why:
                reasons[raw + k - first] = why
    return reasons, complete


def _corners(shape: Shape) -> int:
    return sum(map(len, shape.outline.rings)) if shape.outline is not None else 0


def _whole(run: Run) -> str:
    """Why no character of the run is seen."""
    if run.reason:
        return run.reason
    paint = run.paint
    if paint.alpha < 8 or not (paint.fills or paint.strokes):
        return INVISIBLE
    x0, _, x1, _ = run.quads[:4]
    if run.em < _TINY and x1 - x0 < _TINY:
        return TINY
    wide = abs((x1 - x0) * run.along[0]) + abs((run.quads[3] - run.quads[1]) * run.along[1])
    return TINY if wide < _SQUEEZED * run.em else ""


def _why(run: Run, box: Rect, near: list[Shape], paper: Rect, opaque: Opaque) -> str:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    if not (paper[0] <= x <= paper[2] and paper[1] <= y <= paper[3]):
        return OUTSIDE
    clip = run.clip
    if clip is not None and (clip[2] <= box[0] or clip[0] >= box[2] or clip[3] <= box[1] or clip[1] >= box[3]):
        return CLIPPED
    ground: Shape | None = None
    for shape in near:
        if shape.order > run.order:
            if shape.solid and _covers(shape, box) and (shape.outline is not None or opaque(shape, box)):
                return COVERED
        elif _holds(shape, x, y):
            ground = shape
    if ground is None:
        return WHITE if _is_pale(run) else ""
    if ground.colour is None or not ground.solid:
        return ""
    return (WHITE if ground.colour == _WHITE else SAME) if _is_alike(run, ground.colour) else ""


def _is_pale(run: Run) -> bool:
    colour = run.paint.colour
    return colour is not None and 255 - (255 - min(colour)) * run.paint.alpha // 255 >= _PALE


def _is_alike(run: Run, ground: tuple[int, int, int]) -> bool:
    colour = run.paint.colour
    if colour is None:
        return False
    return all(abs(a - b) * run.paint.alpha // 255 <= _CONTRAST for a, b in zip(colour, ground, strict=True))


def _is_on(run: Run, paper: Rect) -> bool:
    quads = run.quads
    return (
        min(quads[0], quads[-4]) >= paper[0] and max(quads[2], quads[-2]) <= paper[2]
        and min(quads[1], quads[-3]) >= paper[1] and max(quads[3], quads[-1]) <= paper[3]
    )  # fmt: skip


def _meets(bounds: Rect, run: Run) -> bool:
    quads = run.quads
    return (
        bounds[0] < max(quads[2], quads[-2]) and min(quads[0], quads[-4]) < bounds[2]
        and bounds[1] < max(quads[3], quads[-1]) and min(quads[1], quads[-3]) < bounds[3]
    ) or bool(run.gaps)  # fmt: skip


def _holds(shape: Shape, x: float, y: float) -> bool:
    x0, y0, x1, y1 = shape.bounds
    return x0 <= x <= x1 and y0 <= y <= y1 and (shape.outline is None or shape.outline.holds(x, y))


def _covers(shape: Shape, box: Rect) -> bool:
    """Whether a shape lies over the ink of a character: its middle and most of the way to its corners."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    dx, dy = 0.3 * (box[2] - box[0]), 0.25 * (box[3] - box[1])
    corners = ((x, y), (x - dx, y - dy), (x + dx, y - dy), (x - dx, y + dy), (x + dx, y + dy))
    return all(_holds(shape, px, py) for px, py in corners)
