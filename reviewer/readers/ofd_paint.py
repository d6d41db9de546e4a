"""What the objects of an OFD page are painted with: colours, drawing parameters, fonts, pictures (GB/T 33190, 8)."""

from __future__ import annotations

from dataclasses import dataclass, field

from reviewer.readers.ofd_parts import Node, Parts, child, children, is_true, local, number, numbers, words

Colour = tuple[int, int, int]
BLACK: Colour = (0, 0, 0)
_CHAIN = 12


@dataclass(frozen=True, slots=True)
class Font:
    """A font of the document; `file` is the member with its program, "" where it is not embedded."""

    id: str
    name: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class Paint:
    """How an object is painted: the colour inside (None: no one colour, a pattern) and how far it covers, 0 to 255."""

    colour: Colour | None = BLACK
    alpha: int = 255
    fills: bool = True
    strokes: bool = False


@dataclass(slots=True)
class Resources:
    """What the resource files of a document declare, by id."""

    fonts: dict[str, Font] = field(default_factory=dict)
    spaces: dict[str, tuple[str, Node]] = field(default_factory=dict)
    draws: dict[str, Node] = field(default_factory=dict)
    units: dict[str, tuple[Node, str]] = field(default_factory=dict)
    """composite units, with the member that they stand in"""
    media: dict[str, tuple[str, str]] = field(default_factory=dict)
    """kind and member of pictures, sounds, films; the member is "" where it is missing"""

    def copy(self) -> Resources:
        """The same, to which a page may add its own."""
        return Resources(dict(self.fonts), dict(self.spaces), dict(self.draws), dict(self.units), dict(self.media))

    def take(self, parts: Parts, name: str) -> None:
        """Add what one resource file declares. Raises a ReadError."""
        root = parts.root(name, "Res")
        folder = root.get("BaseLoc") or ""
        for group in root:
            for one in group:
                key, kind = one.get("ID") or "", local(one)
                if kind == "Font":
                    file = parts.find(words(child(one, "FontFile")), name, folder)
                    self.fonts[key] = Font(key, one.get("FontName") or "", file)
                elif kind == "ColorSpace":
                    self.spaces[key] = (one.get("Type") or "RGB").upper(), one
                elif kind == "DrawParam":
                    self.draws[key] = one
                elif kind == "CompositeGraphicUnit":
                    self.units[key] = one, name
                elif kind == "MultiMedia":
                    file = parts.find(words(child(one, "MediaFile")), name, folder)
                    self.media[key] = (one.get("Type") or "Image").capitalize(), file

    def paint(self, node: Node, inherited: str, alpha: int, *, text: bool) -> Paint:
        """How an object is painted; `inherited` is the drawing parameter of its layer, `alpha` what is around it."""
        chain = [node, *self._params(node.get("DrawParam") or ""), *self._params(inherited)]
        fill = next((one for holder in chain if (one := child(holder, "FillColor")) is not None), None)
        stroke = next((one for holder in chain if (one := child(holder, "StrokeColor")) is not None), None)
        fills, strokes = is_true(node.get("Fill"), text), is_true(node.get("Stroke"), not text)
        alpha = alpha * _alpha(node) // 255
        used = fill if fills or not strokes else stroke
        if used is None:
            return Paint(BLACK, alpha, fills, strokes)
        return Paint(self.colour(used), alpha * _alpha(used) // 255, fills, strokes)

    def _params(self, key: str) -> list[Node]:
        found: list[Node] = []
        while key in self.draws and len(found) < _CHAIN:
            found.append(self.draws[key])
            key = found[-1].get("Relative") or ""
        return found

    def colour(self, node: Node) -> Colour | None:
        """The colour that a FillColor or StrokeColor names; None for patterns and shadings."""
        if len(node):
            return None
        kind, space = self.spaces.get(node.get("ColorSpace") or "", ("RGB", None))
        value = _values(node.get("Value"))
        if not value and node.get("Index") and space is not None:
            palette = child(space, "Palette")
            listed = list(children(palette, "CV")) if palette is not None else []
            index = int(number(node.get("Index"), 0))
            value = _values(listed[index].text) if 0 <= index < len(listed) else []
        if not value:
            return BLACK
        if kind.startswith("GR") or len(value) == 1:
            return _byte(value[0]), _byte(value[0]), _byte(value[0])
        if kind == "CMYK" or len(value) == 4:
            c, m, y, k = (value + [0.0] * 4)[:4]
            return tuple(_byte((255 - one) * (255 - k) / 255) for one in (c, m, y))  # type: ignore[return-value]
        r, g, b = (value + [0.0] * 3)[:3]
        return _byte(r), _byte(g), _byte(b)


def _alpha(node: Node) -> int:
    return min(max(int(number(node.get("Alpha"), 255)), 0), 255)


def _values(text: str | None) -> list[float]:
    if text and "#" in text:
        return [float(int(one, 16)) for one in text.replace("#", " ").split() if _is_hex(one)]
    return numbers(text)


def _is_hex(text: str) -> bool:
    return len(text) <= 4 and all(one in "0123456789abcdefABCDEF" for one in text)


def _byte(value: float) -> int:
    return min(max(int(value + 0.5), 0), 255)
