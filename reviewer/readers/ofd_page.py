"""What lies on an OFD page, in the order it is painted: texts with a box for each character, shapes, pictures.

Lengths in the file are millimetres with y downwards (GB/T 33190, 8.1); here they are points of the page with the
origin at its lower left corner, as for PDF.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from reviewer.readers.ofd_paint import Colour, Paint, Resources
from reviewer.readers.ofd_parts import Node, child, children, is_true, local, number, numbers
from reviewer.readers.ofd_path import Outline, outline

Rect = tuple[float, float, float, float]
Matrix = tuple[float, float, float, float, float, float]

POINTS = 72 / 25.4
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_OBJECTS = 60_000
_DEPTH = 80
_LAYERS = {"background": 0, "body": 1, "foreground": 2}
_ASCENT, _DESCENT = 0.88, 0.12
_THIN = 1.6
_WIDE = "‘’“”…—"
_TURNS = {90: (0.0, 1.0), 180: (-1.0, 0.0), 270: (0.0, -1.0)}
_BLANKS = "\r\n\t"


@dataclass(slots=True)
class Run:
    """The characters of one TextCode as they stand on the page; blanks have their boxes too.

    `text[k]` is character `shift + k` of the node's text. `along` is the direction of the characters, `em` the size
    of the font in points. `start` and `end` are the middles of the line before and after the run.
    """

    text: str = field(repr=False)
    node: Node
    owner: Node
    shift: int
    member: str
    order: int
    quads: list[float] = field(repr=False)
    em: float
    along: tuple[float, float]
    gaps: list[tuple[int, float, float]] = field(repr=False)
    """(k, gap, step): where the space before character k is not the usual; `step` is how far it leaves the line"""
    paint: Paint
    font: str
    reason: str = ""
    """why none of it is seen, where that is known already"""
    clip: Rect | None = None
    template: bool = False
    unmapped: bool = False
    upright: bool = False
    """its characters follow each other across their own direction: text set from top to bottom"""
    twins: list[Run] = field(default_factory=list, repr=False)
    """the same text drawn again at the same place"""


@dataclass(frozen=True, slots=True)
class Shape:
    """A filled path or a picture. `outline` is None for a picture, which fills its bounds."""

    order: int
    bounds: Rect
    outline: Outline | None
    colour: Colour | None
    solid: bool
    """whether it lets nothing below it shine through (of a picture: as far as the page says)"""
    member: str = ""
    """the picture's member"""
    matrix: Matrix = _IDENTITY


@dataclass(slots=True)
class Survey:
    """What lies on a page, in the order it is painted."""

    runs: list[Run] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    pictures: list[tuple[Rect, str, Matrix]] = field(default_factory=list)
    """box, member, and the way from the picture as a square of one by one to the page"""
    rules: list[Rect] = field(default_factory=list)
    """straight lines, drawn as strokes or as thin filled boxes"""
    strokes: int = 0
    curves: int = 0
    total: int = 0
    media: int = 0
    unknown: int = 0
    """objects that name a resource which is not there"""
    too_deep: bool = False

    @property
    def cut_short(self) -> bool:
        return self.total > _OBJECTS


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where an object lies: the way to points of the page, what is around it."""

    matrix: Matrix
    member: str
    draw: str = ""
    alpha: int = 255
    reason: str = ""
    clip: Rect | None = None
    template: bool = False
    depth: int = 0
    units: tuple[str, ...] = ()


class Walker:
    """Walks the objects of one page."""

    def __init__(self, resources: Resources, paper: Rect) -> None:
        self.found = Survey()
        self._resources = resources
        # The paper is in millimetres: x, y, width, height.
        x, y, _, height = paper
        self._base: Matrix = (POINTS, 0.0, 0.0, -POINTS, -x * POINTS, (y + height) * POINTS)

    def content(self, root: Node, member: str, *, template: bool = False) -> None:
        """The layers of a page or template, in the order of their kinds."""
        layers = [layer for content in children(root, "Content") for layer in content]
        # Some programs leave the layer out.
        layers.sort(key=lambda layer: _LAYERS.get((layer.get("Type") or "Body").lower(), 1))
        for layer in layers:
            hidden = "" if is_true(layer.get("Visible"), True) else "隐藏图层"
            frame = _Frame(self._base, member, layer.get("DrawParam") or "", reason=hidden, template=template)
            if local(layer) == "Layer":
                self._objects(layer, frame)
            else:
                self._object(layer, frame)

    def appearance(self, node: Node, member: str, reason: str = "") -> None:
        """What an annotation shows."""
        x, y = ([*numbers(node.get("Boundary")), 0.0, 0.0])[:2]
        self._objects(node, _Frame(times((1.0, 0.0, 0.0, 1.0, x, y), self._base), member, reason=reason))

    def box(self, boundary: str | None) -> Rect | None:
        """A box of the page as the file has it, in points."""
        values = numbers(boundary)
        if len(values) < 4:
            return None
        x, y, wide, high = values[:4]
        return moved((x, y, x + wide, y + high), self._base)

    def _objects(self, node: Node, frame: _Frame) -> None:
        for one in node:
            self._object(one, frame)

    def _object(self, node: Node, frame: _Frame) -> None:
        found = self.found
        found.total += 1
        if found.cut_short:
            return
        kind = local(node)
        if kind == "TextObject":
            self._text(node, frame)
        elif kind == "PathObject":
            self._path(node, frame)
        elif kind == "ImageObject":
            self._image(node, frame)
        elif kind == "CompositeObject":
            self._composite(node, frame)
        elif kind in ("PageBlock", "Layer"):
            if frame.depth >= _DEPTH:
                found.too_deep = True
                return
            reason = frame.reason or ("" if is_true(node.get("Visible"), True) else "不可见文字")
            self._objects(node, _step(frame, reason=reason))

    def _composite(self, node: Node, frame: _Frame) -> None:
        key = node.get("ResourceID") or ""
        unit = self._resources.units.get(key)
        if unit is None:
            self.found.unknown += 1
            return
        if key in frame.units or frame.depth >= _DEPTH:
            self.found.too_deep = self.found.too_deep or key not in frame.units
            return
        inner = _step(
            frame, matrix=_matrix(node, frame.matrix), member=unit[1], reason=_reason(node, frame),
            alpha=frame.alpha * int(min(max(number(node.get("Alpha"), 255), 0), 255)) // 255,
            clip=_clipped(node, frame), unit=key,
        )  # fmt: skip
        for content in children(unit[0], "Content"):
            self._objects(content, inner)

    # --- texts -----------------------------------------------------------------------------------------

    def _text(self, node: Node, frame: _Frame) -> None:
        matrix = _matrix(node, frame.matrix)
        size = number(node.get("Size"), 0.0) or 1e-6
        paint = self._resources.paint(node, frame.draw, frame.alpha, text=True)
        setting = _Setting(node, matrix, size)
        reason, clip = _reason(node, frame), _clipped(node, frame)
        x = y = 0.0
        mapped = 0
        for code in node:
            if local(code) == "CGTransform":
                mapped += 1
                continue
            if local(code) != "TextCode":
                continue
            x, y = number(code.get("X"), x), number(code.get("Y"), y)
            whole = code.text or ""
            text = whole.strip(_BLANKS)
            if not text:
                self._empty(code, mapped)
                mapped = 0
                continue
            shift = len(whole) - len(whole.lstrip(_BLANKS))
            run = setting.run(code, text, shift, x, y, frame.member, self.found.total, paint)
            run.reason, run.clip, run.template = reason, _cut_off(node, frame, run, clip), frame.template
            self.found.runs.append(run)
            mapped = 0

    def _empty(self, code: Node, mapped: int) -> None:
        """Glyphs without any text: something is drawn, nobody says what."""
        if mapped:
            self.found.curves += 1000

    # --- paths and pictures ----------------------------------------------------------------------------

    def _path(self, node: Node, frame: _Frame) -> None:
        found = self.found
        data = child(node, "AbbreviatedData")
        if data is None or frame.reason or not is_true(node.get("Visible"), True):
            return
        made = outline(data.text or "", _matrix(node, frame.matrix))
        paint = self._resources.paint(node, frame.draw, frame.alpha, text=False)
        if paint.strokes:
            found.strokes += 1
            if len(found.rules) < _OBJECTS:
                found.rules.extend(made.lines)
        if not paint.fills or made.bounds is None:
            return
        bounds = made.bounds
        if made.segments <= 6 and min(bounds[2] - bounds[0], bounds[3] - bounds[1]) <= _THIN:
            found.rules.append(bounds)
        if made.segments > 8:
            found.curves += made.segments
        if paint.alpha < 8:
            return
        clip = _clipped(node, frame)
        if clip is not None:
            bounds = _common(bounds, clip)
            if bounds[0] >= bounds[2] or bounds[1] >= bounds[3]:
                return
        solid = paint.alpha > 250 and paint.colour is not None and _is_plain(node)
        found.shapes.append(Shape(found.total, bounds, made, paint.colour, solid))

    def _image(self, node: Node, frame: _Frame) -> None:
        kind, member = self._resources.media.get(node.get("ResourceID") or "", ("", ""))
        if kind and kind != "Image":
            self.found.media += 1
            return
        if frame.reason or not is_true(node.get("Visible"), True):
            # Not shown; that the file holds it is said with the pictures that nothing shows.
            return
        if not member:
            self.found.unknown += 1
            return
        matrix = _matrix(node, frame.matrix)
        bounds = moved((0.0, 0.0, 1.0, 1.0), matrix)
        alpha = frame.alpha * int(number(node.get("Alpha"), 255)) // 255
        solid = alpha > 250 and _is_plain(node) and node.get("ImageMask") is None and _clipped(node, frame) is None
        self.found.shapes.append(Shape(self.found.total, bounds, None, None, solid, member, matrix))
        self.found.pictures.append((bounds, member, matrix))


def _is_plain(node: Node) -> bool:
    """Whether what is painted does not mix with what lies below."""
    return (node.get("BlendMode") or "Normal") == "Normal"


def _step(
    frame: _Frame, *, matrix: Matrix | None = None, member: str = "", reason: str = "", alpha: int | None = None,
    clip: Rect | None = None, unit: str = "",
) -> _Frame:  # fmt: skip
    """The frame of what lies inside an object."""
    return _Frame(
        matrix or frame.matrix, member or frame.member, frame.draw, frame.alpha if alpha is None else alpha,
        reason or frame.reason, clip or frame.clip, frame.template, frame.depth + 1,
        (*frame.units, unit) if unit else frame.units,
    )  # fmt: skip


def _reason(node: Node, frame: _Frame) -> str:
    if frame.reason:
        return frame.reason
    return "" if is_true(node.get("Visible"), True) else "不可见文字"


def _matrix(node: Node, outer: Matrix) -> Matrix:
    """The way from an object's own space to points of the page: CTM, then its place, then what is around it."""
    x, y = ([*numbers(node.get("Boundary")), 0.0, 0.0])[:2]
    own = numbers(node.get("CTM"))
    if len(own) < 6:
        a, b, c, d, e, f = outer
        return a, b, c, d, a * x + c * y + e, b * x + d * y + f
    return times((own[0], own[1], own[2], own[3], own[4] + x, own[5] + y), outer)


def times(m: Matrix, n: Matrix) -> Matrix:
    """First m, then n."""
    return (
        m[0] * n[0] + m[1] * n[2], m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2], m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4], m[4] * n[1] + m[5] * n[3] + n[5],
    )  # fmt: skip


def moved(box: Rect, m: Matrix) -> Rect:
    """The box around a box that was moved."""
    x0, y0, x1, y1 = box
    xs = [m[0] * x + m[2] * y + m[4] for x in (x0, x1) for y in (y0, y1)]
    ys = [m[1] * x + m[3] * y + m[5] for x in (x0, x1) for y in (y0, y1)]
    return min(xs), min(ys), max(xs), max(ys)


def _clipped(node: Node, frame: _Frame) -> Rect | None:
    """The box in which an object is seen at most, by its Clips and those around it; None where there are none."""
    box = frame.clip
    for clips in children(node, "Clips"):
        matrix = _matrix(node, frame.matrix)
        if not is_true(clips.get("TransFlag"), True):
            x, y = ([*numbers(node.get("Boundary")), 0.0, 0.0])[:2]
            matrix = times((1.0, 0.0, 0.0, 1.0, x, y), frame.matrix)
        for clip in children(clips, "Clip"):
            areas = [one for area in children(clip, "Area") for one in _areas(area, matrix)]
            if areas:
                here = around(areas)
                box = here if box is None else _common(box, here)
    return box


def _cut_off(node: Node, frame: _Frame, run: Run, clip: Rect | None) -> Rect | None:
    """The clip with what lies beyond the object's Boundary, where its characters lie there (8.5).

    Programs draw it tight or a little too small, and empty where they mean nothing by it: one em is allowed for.
    """
    values = numbers(node.get("Boundary"))
    guessed = len(run.text) > 1 and not (run.node.get("DeltaX") or run.node.get("DeltaY"))
    if len(values) < 4 or values[2] <= 0 or values[3] <= 0 or guessed:
        return clip
    x, y, wide, high = values[:4]
    x0, y0, x1, y1 = moved((x, y, x + wide, y + high), frame.matrix)
    em, quads = run.em, run.quads
    edge = x0 - em, y0 - em, x1 + em, y1 + em
    ends = (quads[:4], quads[-4:])
    inside = not run.gaps and all(
        edge[0] < box[2] and box[0] < edge[2] and edge[1] < box[3] and box[1] < edge[3] for box in ends
    )
    return clip if inside else edge if clip is None else _common(clip, edge)


def _areas(area: Node, matrix: Matrix) -> Iterable[Rect]:
    own = numbers(area.get("CTM"))
    inner = times((own[0], own[1], own[2], own[3], own[4], own[5]), matrix) if len(own) >= 6 else matrix
    for path in children(area, "Path"):
        data = child(path, "AbbreviatedData")
        made = outline(data.text or "", _matrix(path, inner)) if data is not None else None
        if made is not None and made.bounds is not None:
            yield made.bounds
    if child(area, "Text") is not None:
        # Letters as a window: what shows through them is not worked out.
        yield (-1e9, -1e9, 1e9, 1e9)


def around(boxes: list[Rect]) -> Rect:
    """The box around boxes."""
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def _common(a: Rect, b: Rect) -> Rect:
    return max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])


# --- where the characters of a TextCode stand -------------------------------------------------------------


def steps(text: str | None, count: int) -> list[float]:
    """The distances of a DeltaX or DeltaY for so many gaps; "g n d" stands for n times d, the last goes on."""
    found: list[float] = []
    tokens = iter((text or "").replace(",", " ").split())
    for token in tokens:
        if len(found) >= count:
            break
        if token in ("g", "G"):
            times_, value = number(next(tokens, ""), 0.0), number(next(tokens, ""), 0.0)
            found.extend([value] * min(int(max(times_, 0.0)), count - len(found)))
        else:
            found.append(number(token, 0.0))
    if found and len(found) < count:
        found.extend([found[-1]] * (count - len(found)))
    return found[:count]


class _Widths(dict[str, float]):
    """How wide a character usually is, in ems: 1 for what is as wide as high in Chinese fonts."""

    def __missing__(self, character: str) -> float:
        width = self[character] = 1.0 if character >= "\u2e80" or character in _WIDE else 0.5
        return width


_WIDTHS = _Widths(dict.fromkeys("iljtfrI.,:;'|!()[]` -", 0.33))
_WIDTHS.update(dict.fromkeys("ABCDEFGHJKLNOPQRSTUVXYZwm&+<=>~", 0.68) | dict.fromkeys("MW@%", 0.9))


def width_of(character: str) -> float:
    """How wide a character usually is, in ems."""
    return _WIDTHS[character]


def places(
    code: Node, text: str, shift: int, x: float, y: float, wide: float, turn: int
) -> tuple[list[float], list[float]]:
    """Where each character of a TextCode starts, in its object's own space.

    wide  the width of a full character; where nothing says how far the characters are apart, they stand side by side
    turn  the ReadDirection in degrees
    """
    count = len(text) + shift - 1
    across, down = code.get("DeltaX"), code.get("DeltaY")
    xs, ys = steps(across, count), steps(down, count)
    if not xs and not ys and count > 0:
        way = _TURNS.get(turn, (1.0, 0.0))
        widths = [wide * width_of(one) for one in text[:-1]]
        xs, ys = [one * way[0] for one in widths], [one * way[1] for one in widths]
        shift = 0
    size = len(text)
    at_x = list(accumulate(xs, initial=x)) if xs else [x] * (size + shift)
    at_y = list(accumulate(ys, initial=y)) if ys else [y] * (size + shift)
    return at_x[shift : shift + size], at_y[shift : shift + size]


def _spread(
    natural: list[float], going: list[float], leaving: list[float] | None
) -> tuple[list[float], list[tuple[int, float, float]]]:
    """How wide the characters are, and where there is more between two than usual (or they leave the line)."""
    widths = natural[:]
    gaps: list[tuple[int, float, float]] = []
    # Where letters of all widths are set equally far apart, that is how wide they are.
    usual = 0.0
    if len(going) > 2:
        middle = going[len(going) // 2]
        near = middle - 0.01, middle + 0.01
        usual = middle if middle < 0.9 and 2 * sum(near[0] < one < near[1] for one in going) > len(going) else 0.0
    for k, step in enumerate(going):
        width = natural[k]
        if width < usual:
            width = usual
        if 0.3 * width <= step <= 1.15 * width or (width < 1.0 and 0.2 <= step <= width + 0.15):
            widths[k] = step
        elif step > width + 0.15 or step < 0.3 * width:
            gaps.append((k + 1, step - width, leaving[k] if leaving else 0.0))
    if len(natural) > 1 and widths[-2] != natural[-2] and natural[-1] == natural[-2]:
        widths[-1] = widths[-2]
    return widths, gaps


class _Setting:
    """The setting of one TextObject: how a character's box lies around the point where it starts."""

    def __init__(self, node: Node, matrix: Matrix, size: float) -> None:
        self.node, self.matrix = node, matrix
        self.turn = int(number(node.get("ReadDirection"), 0)) % 360
        stretch = number(node.get("HScale"), 1.0) or 1.0
        self.wide = size * abs(stretch)
        angle = int(number(node.get("CharDirection"), 0)) % 360
        ax, ay = _TURNS.get(angle, (1.0, 0.0))
        a, b, c, d, _, _ = matrix
        # Unit vectors along the character and up from its foot, in points.
        self.along = (a * ax + c * ay) * self.wide, (b * ax + d * ay) * self.wide
        self.up = (a * ay - c * ax) * size, (b * ay - d * ax) * size
        self.em = max((self.up[0] ** 2 + self.up[1] ** 2) ** 0.5, 1e-6)
        self.length = max((self.along[0] ** 2 + self.along[1] ** 2) ** 0.5, 1e-6)
        self.level = b == 0.0 and c == 0.0 and a > 0.0 > d and angle == 0 and self.turn == 0
        self._corners: dict[float, Rect] = {}

    def run(
        self, code: Node, text: str, shift: int, x: float, y: float, member: str, order: int, paint: Paint
    ) -> Run:
        """The characters of one TextCode."""
        a, b, c, d, e, f = self.matrix
        xs, ys = places(code, text, shift, x, y, self.wide, self.turn)
        natural = list(map(_WIDTHS.__getitem__, text))
        upright = False
        if self.level and not code.get("DeltaY"):
            # Nearly all text: one level line, from left to right.
            going = [(v - u) / self.wide for u, v in pairwise(xs)]
            widths, gaps = _spread(natural, going, None)
            px = [a * u + e for u in xs]
            low, high = d * y + f - _DESCENT * self.em, d * y + f + _ASCENT * self.em
            quads = [
                edge for p, width in zip(px, widths, strict=True) for edge in (p, low, p + width * self.length, high)
            ]
        else:
            px = [a * u + c * v + e for u, v in zip(xs, ys, strict=True)]
            py = [b * u + d * v + f for u, v in zip(xs, ys, strict=True)]
            going, leaving = self._ways(px, py)
            upright = any(abs(one) > 0.3 for one in leaving) and all(
                abs(one) < 0.3 and other < -0.3 for one, other in zip(going, leaving, strict=True)
            )
            if upright:
                widths, gaps = natural, [(k + 1, -step - 1.0, 0.0) for k, step in enumerate(leaving) if -step > 1.15]
            else:
                widths, gaps = _spread(natural, going, leaving)
            quads = []
            for width, p, r in zip(widths, px, py, strict=True):
                x0, y0, x1, y1 = self._corners.get(width) or self._corner(width)
                quads += (p + x0, r + y0, p + x1, r + y1)
        along = self.along[0] / self.length, self.along[1] / self.length
        return Run(
            text, code, self.node, shift, member, order, quads, self.em, along, gaps, paint,
            self.node.get("Font") or "", upright=upright,
        )  # fmt: skip

    def _ways(self, px: list[float], py: list[float]) -> tuple[list[float], list[float]]:
        """How far each next character starts along the one before and across it, in full characters."""
        ux, uy = self.along[0] / self.length, self.along[1] / self.length
        ways = [(q - p, s - r) for (p, q), (r, s) in zip(pairwise(px), pairwise(py), strict=True)]
        return [(x * ux + y * uy) / self.length for x, y in ways], [(y * ux - x * uy) / self.em for x, y in ways]

    def _corner(self, width: float) -> Rect:
        (ax, ay), (ux, uy) = self.along, self.up
        xs = [s * ax + t * ux for s in (0.0, width) for t in (-_DESCENT, _ASCENT)]
        ys = [s * ay + t * uy for s in (0.0, width) for t in (-_DESCENT, _ASCENT)]
        box = self._corners[width] = min(xs), min(ys), max(xs), max(ys)
        return box
