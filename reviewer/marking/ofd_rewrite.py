"""Takes characters out of the TextObjects of an OFD and writes labels in their place (GB/T 33190, 11).

What stays keeps its place to the fraction of a millimetre: an object that loses characters becomes several, each with
the places that its characters had. Glyphs named by number (CGTransform) go with their characters.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field

from reviewer.marking.ofd_parts import Draft, drop_children, fit, make, shown
from reviewer.marking.page_labels import FIXED, SMALLEST, SPREAD
from reviewer.readers.ofd_glyphs import transforms
from reviewer.readers.ofd_page import places, width_of
from reviewer.readers.ofd_parts import Node, children, local, number, numbers

_BLANKS = "\r\n\t"


@dataclass(frozen=True, slots=True)
class Label:
    """What is written from one character of a TextCode on; lengths in the measure of its object."""

    text: str = field(repr=False)
    room: float
    down: bool
    """the characters stood below each other"""
    fixed: bool
    """nothing may tell how long the value was: a grey bar of one width lies under it"""
    font: str
    """the id of its font, "" for that of the object"""


@dataclass(slots=True)
class Removal:
    """What goes from one TextCode: places in its text, and the labels by the place where they begin."""

    gone: set[int] = field(default_factory=set)
    labels: dict[int, Label] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class _Code:
    """A TextCode with the places of its characters in its object's own space."""

    node: Node
    text: str = field(repr=False)
    shift: int
    xs: list[float]
    ys: list[float]
    glyphs: list[tuple[int, int, list[str]]]


def rewrite(draft: Draft, owner: Node, removals: dict[Node, Removal]) -> list[Node]:
    """Put what is left of a TextObject, and its labels, in its place. Gives the new objects."""
    made: list[Node] = []
    for code in _codes(owner):
        removal = removals.get(code.node, Removal())
        start = 0
        for k in range(len(code.text) + 1):
            at = k + code.shift
            ends = k == len(code.text) or at in removal.gone
            if ends and start < k and code.text[start:k].strip():
                made.append(_kept(owner, code, start, k))
            if at in removal.labels:
                made += _written(draft, owner, code, k, removal.labels[at])
            if ends:
                start = k + 1
    parent = owner.getparent()
    assert parent is not None
    place = parent.index(owner)
    for k, one in enumerate(made):
        if k:
            one.set("ID", draft.new_id())
        one.tail = None
        parent.insert(place + k, one)
    parent.remove(owner)
    return made


def _codes(owner: Node) -> list[_Code]:
    size = number(owner.get("Size"), 0.0) or 1e-6
    wide = size * abs(number(owner.get("HScale"), 1.0) or 1.0)
    turn = int(number(owner.get("ReadDirection"), 0)) % 360
    x = y = 0.0
    found = []
    for node in children(owner, "TextCode"):
        x, y = number(node.get("X"), x), number(node.get("Y"), y)
        whole = node.text or ""
        text = whole.strip(_BLANKS)
        if text:
            shift = len(whole) - len(whole.lstrip(_BLANKS))
            xs, ys = places(node, text, shift, x, y, wide, turn)
            found.append(_Code(node, text, shift, xs, ys, list(transforms(node))))
    return found


def _bare(owner: Node) -> Node:
    """The object without its text."""
    made = deepcopy(owner)
    drop_children(made, ("TextCode", "CGTransform"))
    return made


def _kept(owner: Node, code: _Code, start: int, end: int) -> Node:
    """An object with the characters [start, end) where they were."""
    made = _bare(owner)
    for position, count, glyphs in reversed(code.glyphs):
        first, last = position - code.shift, position - code.shift + count
        if count != len(glyphs):
            # Several glyphs for a character, or one for several: only as a whole.
            if first < start or last > end:
                continue
        else:
            glyphs = glyphs[max(start - first, 0) : max(min(end, last) - first, 0)]
            first, last = max(first, start), min(last, end)
        if first < last and glyphs:
            table = make(
                made, "CGTransform", CodePosition=str(first - start), CodeCount=str(last - first),
                GlyphCount=str(len(glyphs)),
            )  # fmt: skip
            make(table, "Glyphs", " ".join(glyphs))
    _put(made, code.text[start:end], code.xs[start:end], code.ys[start:end])
    return made


def _put(made: Node, text: str, xs: list[float], ys: list[float]) -> None:
    code = make(made, "TextCode", fit(text), X=shown(xs[0]), Y=shown(ys[0]))
    across, down = _steps(xs), _steps(ys)
    if any(across) or not any(down):
        code.set("DeltaX", " ".join(map(shown, across)))
    if any(down):
        code.set("DeltaY", " ".join(map(shown, down)))
    if not across:
        code.attrib.pop("DeltaX", "")


def _steps(values: list[float]) -> list[float]:
    """The distances, such that what they add up to is never off by more than one last place."""
    found: list[float] = []
    here = round(values[0], 4)
    for one in values[1:]:
        step = round(one - here, 4)
        found.append(step)
        here += step
    return found


def _written(draft: Draft, owner: Node, code: _Code, k: int, label: Label) -> list[Node]:
    """The objects of a label that begins where character k was: a bar below it, and its text."""
    size = number(owner.get("Size"), 0.0) or 1e-6
    stretch = abs(number(owner.get("HScale"), 1.0) or 1.0)
    way = (0.0, 1.0) if label.down else _way(code, k)
    room = min(label.room, FIXED * size) if label.fixed else label.room
    made: list[Node] = []
    if label.fixed:
        made.append(_bar(draft, owner, code.xs[k], code.ys[k], way, room, size))
    if not label.text:
        return made
    ems = [1.0 if label.down else width_of(one) * stretch for one in label.text]
    wide = sum(ems) * size
    factor = min(room / wide, 1.0) if room > 0 else SMALLEST
    shrunk = size * max(factor, SMALLEST)
    squeezed = 1.0 if label.down else min(factor / SMALLEST, 1.0)
    lengths = [one * shrunk * squeezed for one in ems]
    pad = min(max(room - sum(lengths), 0.0) / len(lengths), SPREAD * size)
    x, y = code.xs[k] + way[0] * pad / 2, code.ys[k] + way[1] * pad / 2
    xs, ys = [x], [y]
    for one in lengths[:-1]:
        xs.append(xs[-1] + way[0] * (one + pad))
        ys.append(ys[-1] + way[1] * (one + pad))
    shape = _bare(owner)
    drop_children(shape, ("Clips",))
    shape.set("Size", shown(shrunk))
    if squeezed < 1.0:
        shape.set("HScale", f"{max(stretch * squeezed, 0.01):.3f}")
    if label.font:
        shape.set("Font", label.font)
    dx, dy = _frame(shape, xs, ys, size)
    _put(shape, label.text, [one + dx for one in xs], [one + dy for one in ys])
    return [*made, shape]


def _way(code: _Code, k: int) -> tuple[float, float]:
    """The direction in which the characters follow each other at character k."""
    a, b = (k, k + 1) if k + 1 < len(code.text) else (k - 1, k)
    if a < 0:
        return 1.0, 0.0
    dx, dy = code.xs[b] - code.xs[a], code.ys[b] - code.ys[a]
    length = (dx * dx + dy * dy) ** 0.5
    if length < 1e-9 or (abs(dx) < 4 * abs(dy) and abs(dy) < 4 * abs(dx)):
        return 1.0, 0.0
    return dx / length, dy / length


def _frame(shape: Node, xs: list[float], ys: list[float], size: float) -> tuple[float, float]:
    """Give an object a Boundary around its characters: it is cut off there. Gives how far its own places move."""
    x, y = [*numbers(shape.get("Boundary")), 0.0, 0.0][:2]
    own = numbers(shape.get("CTM"))[:6]
    a, b, c, d, e, f = own if len(own) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    margin = 1.3 * size
    corners = [
        (a * u + c * v + e, b * u + d * v + f)
        for u in (min(xs) - margin, max(xs) + margin)
        for v in (min(ys) - margin, max(ys) + margin)
    ]
    left, top = min(p for p, _ in corners), min(q for _, q in corners)
    wide, high = max(p for p, _ in corners) - left, max(q for _, q in corners) - top
    shape.set("Boundary", " ".join(map(shown, (x + left, y + top, wide, high))))
    if len(own) == 6:
        shape.set("CTM", " ".join(f"{one:.6g}" for one in (a, b, c, d)) + f" {shown(e - left)} {shown(f - top)}")
        return 0.0, 0.0
    return -left, -top


def _bar(draft: Draft, owner: Node, x: float, y: float, way: tuple[float, float], room: float, size: float) -> Node:
    """A grey bar where a value stood."""
    parent = owner.getparent()
    assert parent is not None
    made = make(parent, "PathObject", ID=draft.new_id(), Stroke="false", Fill="true")
    parent.remove(made)
    for key in ("Boundary", "CTM"):
        if owner.get(key):
            made.set(key, owner.get(key, ""))
    make(made, "FillColor", Value="204 204 204")
    (dx, dy), (ux, uy) = way, (way[1], -way[0])
    if way == (0.0, 1.0):
        x, y = x, y - 0.88 * size
        points = [(x, y), (x + size, y), (x + size, y + room), (x, y + room)]
    else:
        points = [
            (x + s * room * dx + t * size * ux, y + s * room * dy + t * size * uy)
            for s, t in ((0, -0.12), (1, -0.12), (1, 0.88), (0, 0.88))
        ]
    mx, my = _frame(made, [p for p, _ in points], [q for _, q in points], 0.1 * size)
    data = " L ".join(f"{shown(p + mx)} {shown(q + my)}" for p, q in points)
    make(made, "AbbreviatedData", f"M {data} C")
    return made


def owner_of(code: Node) -> Node | None:
    """The TextObject of a TextCode that stands in a tree."""
    parent = code.getparent()
    return parent if parent is not None and local(parent) == "TextObject" else None


