"""The outlines of an OFD path (GB/T 33190, 9.1): AbbreviatedData -> rings, straight lines and what they enclose."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from math import isfinite

Point = tuple[float, float]
Rect = tuple[float, float, float, float]
Matrix = tuple[float, float, float, float, float, float]

_TOKEN = re.compile(r"[A-Za-z]|[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_NEEDS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
_LONGEST = 2_000_000
"""characters of one path; what is longer is a drawing, no line of a table"""


@dataclass(slots=True)
class Outline:
    """A path in points of the page."""

    rings: list[list[Point]] = field(default_factory=list)
    lines: list[Rect] = field(default_factory=list)
    """its straight pieces, as flat boxes; none of a path with curves: a drawing, or the outline of a letter"""
    segments: int = 0
    bounds: Rect | None = None

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies inside (by the non-zero rule: what is enclosed at all)."""
        turns = 0
        for ring in self.rings:
            for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True):
                if (y0 <= y) != (y1 <= y):
                    at = x0 + (y - y0) * (x1 - x0) / (y1 - y0)
                    if at > x:
                        turns += 1 if y1 > y0 else -1
        return turns != 0


def outline(data: str, matrix: Matrix) -> Outline:
    """The path of an AbbreviatedData; what can not be understood ends it. Curves are taken by three points."""
    made = Outline()
    if len(data) > _LONGEST:
        made.segments = len(data) // 8
        return made
    a, b, c, d, e, f = matrix
    here: Point = (0.0, 0.0)
    ring: list[Point] = []
    tokens = _TOKEN.findall(data)
    k, curved = 0, False
    while k < len(tokens):
        command = tokens[k]
        need = _NEEDS.get(command)
        if need is None:
            k += 1
            continue
        try:
            values = [float(one) for one in tokens[k + 1 : k + 1 + need]]
        except ValueError:
            k += 1
            continue
        k += 1 + need
        if len(values) < need or not all(map(isfinite, values)):
            break
        if command == "A":
            curved, values = True, values[-2:]
        pairs = zip(values[::2], values[1::2], strict=True)
        points = [(a * x + c * y + e, b * x + d * y + f) for x, y in pairs]
        made.segments += 1
        if command in ("S", "M"):
            ring = [points[-1]]
            made.rings.append(ring)
            here = points[-1]
        elif command == "C":
            if ring:
                made.lines.append(_flat(here, ring[0]))
                here = ring[0]
        elif command in ("L", "A"):
            if command == "L":
                made.lines.append(_flat(here, points[0]))
            ring.append(points[0])
            here = points[0]
        else:
            curved = True
            ring += [_middle([here, *points]), points[-1]]
            here = points[-1]
    if curved:
        made.lines.clear()
    made.rings = [ring for ring in made.rings if len(ring) > 1]
    made.bounds = _bounds(made.rings)
    return made


def _middle(points: list[Point]) -> Point:
    """The point half way along a curve with these control points."""
    while len(points) > 1:
        points = [((p[0] + q[0]) / 2, (p[1] + q[1]) / 2) for p, q in itertools.pairwise(points)]
    return points[0]


def _flat(p: Point, q: Point) -> Rect:
    return min(p[0], q[0]), min(p[1], q[1]), max(p[0], q[0]), max(p[1], q[1])


def _bounds(rings: list[list[Point]]) -> Rect | None:
    xs = [x for ring in rings for x, _ in ring]
    ys = [y for ring in rings for _, y in ring]
    return (min(xs), min(ys), max(xs), max(ys)) if xs else None
