"""Where the shapes of a slide lie and whether a reader sees what is written on them (ISO 29500-1, 19 and 20.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from reviewer.readers.docx_look import local_name
from reviewer.readers.docx_look import near as are_near

P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
SHAPES = frozenset(P + name for name in ("sp", "pic", "graphicFrame", "cxnSp", "grpSp", "contentPart"))

UNKNOWN = "?"
"""a paint that is not worked out: a gradient, a picture, a colour with a tint"""
_CLEAR = "clear"
_TINY = 200
"""hundredths of a point: smaller letters are no letters to a reader"""
_NO_ALPHA = 5_000
_WHITE = "FFFFFF"
_SYSTEM = {"window": _WHITE, "windowText": "000000"}
_NAMED = {"white": _WHITE, "black": "000000"}


class Box(NamedTuple):
    """A shape's place on its slide in EMU, from the upper left corner."""

    x0: float
    y0: float
    x1: float
    y1: float

    def meets(self, other: Box) -> bool:
        return self.x0 < other.x1 and other.x0 < self.x1 and self.y0 < other.y1 and other.y0 < self.y1


class Frame(NamedTuple):
    """How coordinates inside a group become those of the slide."""

    scale_x: float = 1.0
    scale_y: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def box(self, x: float, y: float, width: float, height: float) -> Box:
        left, top = self.x + self.scale_x * x, self.y + self.scale_y * y
        return Box(left, top, left + self.scale_x * width, top + self.scale_y * height)


@dataclass(slots=True)
class Sheet:
    """One slide, layout or master: what its placeholders, colours and background fall back to."""

    root: etree._Element
    under: Sheet | None = None
    theme: Mapping[str, str] = field(default_factory=dict)
    """dk1, lt1, accent1 ... -> six hexadecimal digits"""
    background: str = ""
    """what bgRef 1001 of the theme paints: "phClr" for the colour that it is given, else UNKNOWN"""
    _holders: dict[str, etree._Element] | None = None
    """its placeholders by their numbers (idx=) and types"""

    def placeholder(self, shape: etree._Element) -> etree._Element | None:
        """The placeholder of the sheet below that a shape takes its place and look from."""
        key = _placeholder_key(shape)
        if key is None or self.under is None:
            return None
        kind, number = key
        holders = self.under.holders()
        same = holders.get(f"idx={number}") if number else None
        return same if same is not None else holders.get(_alike(kind))

    def holders(self) -> dict[str, etree._Element]:
        """The placeholders of this sheet, the first of each number and type."""
        if self._holders is None:
            self._holders = {}
            for shape in self.root.iter(P + "sp", P + "pic"):
                key = _placeholder_key(shape)
                if key is not None:
                    self._holders.setdefault(_alike(key[0]), shape)
                    if key[1]:
                        self._holders.setdefault(f"idx={key[1]}", shape)
        return self._holders

    def color(self, holder: etree._Element | None) -> str | None:
        """The colour in a solidFill, bgRef ...: six digits, UNKNOWN, "clear", or None where there is none."""
        if holder is None:
            return None
        for child in holder:
            found = self._plain_color(child)
            if found is None:
                continue
            for change in child:
                if local_name(change) != "alpha":
                    return UNKNOWN
                if _whole(change.get("val"), 100_000) <= _NO_ALPHA:
                    return _CLEAR
            return found
        return None

    def _plain_color(self, element: etree._Element) -> str | None:
        name, value = local_name(element), element.get("val") or ""
        if name == "srgbClr":
            return _hex(value)
        if name == "sysClr":
            return _SYSTEM.get(value) or _hex(element.get("lastClr"))
        if name == "prstClr":
            return _NAMED.get(value, UNKNOWN)
        if name == "schemeClr":
            return self.theme.get(self._mapped(value), UNKNOWN)
        return UNKNOWN if name in ("scrgbClr", "hslClr") else None

    def _mapped(self, name: str) -> str:
        sheet: Sheet | None = self
        while sheet is not None:
            for mapping in (sheet.root.find(f"{P}clrMapOvr/{A}overrideClrMapping"), sheet.root.find(P + "clrMap")):
                if mapping is not None:
                    return mapping.get(name) or name
            sheet = sheet.under
        return name

    def ground(self) -> str:
        """The colour of the slide itself, or UNKNOWN."""
        sheet: Sheet | None = self
        while sheet is not None:
            ground = sheet.root.find(f"{P}cSld/{P}bg")
            if ground is not None:
                own, reference = ground.find(P + "bgPr"), ground.find(P + "bgRef")
                if own is not None:
                    return sheet.color(own.find(A + "solidFill")) or UNKNOWN
                if reference is not None and reference.get("idx") == "1001" and self.background == "phClr":
                    return sheet.color(reference) or UNKNOWN
                return UNKNOWN
            sheet = sheet.under
        return _WHITE

    def paint(self, shape: etree._Element) -> str | None:
        """What fills a shape: a colour, UNKNOWN, or None where what lies below is seen through it."""
        if shape.tag in (P + "pic", P + "graphicFrame", P + "contentPart"):
            return UNKNOWN
        if shape.tag == P + "cxnSp":
            return None
        look: etree._Element | None = shape
        sheet: Sheet | None = self
        while look is not None and sheet is not None:
            properties, style = look.find(P + "spPr"), look.find(f"{P}style/{A}fillRef")
            for fill in properties if properties is not None else ():
                name = local_name(fill)
                if name == "noFill":
                    return None
                if name.endswith("Fill"):
                    color = sheet.color(fill) if name == "solidFill" else UNKNOWN
                    return None if color == _CLEAR else color or UNKNOWN
            if style is not None and style.get("idx") != "0":
                return UNKNOWN
            look, sheet = sheet.placeholder(look), sheet.under
        return None

    def box(self, shape: etree._Element, frame: Frame) -> Box | None:
        """Where a shape lies; None where that is not said."""
        place: etree._Element | None = None
        look: etree._Element | None = shape
        sheet: Sheet | None = self
        while look is not None and sheet is not None:
            place = _transform(look)
            if place is not None:
                break
            look, sheet = sheet.placeholder(look), sheet.under
        if place is None:
            return None
        x, y, width, height = _numbers(place, "off", "ext")
        if place.get("rot", "0") not in ("0", "") and width and height:
            # However it is turned, it stays within this.
            half = (width**2 + height**2) ** 0.5 / 2
            x, y = x + width / 2 - half, y + height / 2 - half
            width = height = 2 * half
        return frame.box(x, y, width, height)

    def why_faint(self, run: etree._Element | None, fill: str | None) -> str:
        """Why the text of a run is hard to see on `fill` (None: not known); "" where it is not."""
        if run is None:
            return ""
        size = run.get("sz")
        if size is not None and _whole(size, _TINY + 1) <= _TINY:
            return "极小文字"
        outlined = run.find(f"{A}ln/{A}noFill") is None and run.find(A + "ln") is not None
        color = self.color(run.find(A + "solidFill"))
        if (run.find(A + "noFill") is not None or color == _CLEAR) and not outlined:
            return "透明文字"
        back = self._highlight(run) or fill
        if color is None or back is None or UNKNOWN in (color, back) or outlined or not are_near(color, back):
            return ""
        return "白色文字" if are_near(color, _WHITE) else "文字与底色相同"

    def _highlight(self, run: etree._Element) -> str | None:
        return self.color(run.find(A + "highlight"))


def group_frame(group: etree._Element, frame: Frame) -> Frame:
    """The frame inside a group."""
    place = group.find(f"{P}grpSpPr/{A}xfrm")
    if place is None:
        return frame
    x, y, width, height = _numbers(place, "off", "ext")
    inner_x, inner_y, inner_width, inner_height = _numbers(place, "chOff", "chExt")
    if not inner_width or not inner_height:
        return frame
    scale_x, scale_y = width / inner_width, height / inner_height
    return Frame(
        frame.scale_x * scale_x,
        frame.scale_y * scale_y,
        frame.x + frame.scale_x * (x - scale_x * inner_x),
        frame.y + frame.scale_y * (y - scale_y * inner_y),
    )


def shapes(parent: etree._Element) -> Iterator[etree._Element]:
    """The shapes of a tree or group in the order in which they are drawn; of alternatives the first."""
    for child in parent:
        if child.tag in SHAPES:
            yield child
        elif child.tag == MC + "AlternateContent":
            choice = next(iter(child.findall(MC + "Choice")), child.find(MC + "Fallback"))
            if choice is not None:
                yield from shapes(choice)


def own_properties(shape: etree._Element) -> etree._Element | None:
    """The cNvPr of a shape: its number, name, alternative text, and whether it is hidden."""
    return next((holder.find(P + "cNvPr") for holder in shape if local_name(holder).startswith("nv")), None)


def is_hidden(shape: etree._Element) -> bool:
    properties = own_properties(shape)
    return properties is not None and properties.get("hidden", "0").lower() in ("1", "true")


def moved_shapes(root: etree._Element) -> set[str]:
    """The numbers of the shapes that an animation moves: they may come in from outside of the slide."""
    found: set[str] = set()
    for motion in root.iter(P + "animMotion", P + "anim"):
        found |= {target.get("spid") or "" for target in motion.iter(P + "spTgt")}
    return found


def placeholder_type(shape: etree._Element) -> str | None:
    """The type of the placeholder that a shape is (body where none is said), None for other shapes."""
    key = _placeholder_key(shape)
    return key[0] if key is not None else None


def _placeholder_key(shape: etree._Element) -> tuple[str, str] | None:
    found = shape.find(f"{{*}}nvSpPr/{P}nvPr/{P}ph")
    if found is None:
        found = shape.find(f"{{*}}nvPicPr/{P}nvPr/{P}ph")
    return None if found is None else (found.get("type", "body"), found.get("idx", ""))


_SAME = {"ctrTitle": "title", "subTitle": "body", "obj": "body"}


def _alike(kind: str) -> str:
    """The type that stands for all that take the same place."""
    return _SAME.get(kind, kind)


def _transform(shape: etree._Element) -> etree._Element | None:
    for way in (f"{P}spPr/{A}xfrm", f"{P}xfrm", f"{P}grpSpPr/{A}xfrm"):
        found = shape.find(way)
        if found is not None and found.find(A + "ext") is not None:
            return found
    return None


def _numbers(place: etree._Element, first: str, second: str) -> tuple[float, float, float, float]:
    corner, size = place.find(A + first), place.find(A + second)
    x, y = (0, 0) if corner is None else (_whole(corner.get("x")), _whole(corner.get("y")))
    return x, y, *((0, 0) if size is None else (_whole(size.get("cx")), _whole(size.get("cy"))))


def _hex(value: str | None) -> str:
    return value.upper() if value and re.fullmatch("[0-9A-Fa-f]{6}", value) else UNKNOWN


def _whole(text: str | None, default: int = 0) -> int:
    if text and len(text) < 16 and text.removeprefix("-").isascii() and text.removeprefix("-").isdigit():
        return int(text)
    return default


def slide_size(presentation: etree._Element) -> Box:
    """The slide's own box; what PowerPoint takes where the file does not say."""
    size = presentation.find(P + "sldSz")
    width = _whole(size.get("cx")) if size is not None else 0
    height = _whole(size.get("cy")) if size is not None else 0
    return Box(0, 0, width or 9_144_000, height or 6_858_000)


def theme_colors(theme: etree._Element) -> dict[str, str]:
    """The colours of a theme by their names."""
    found: dict[str, str] = {}
    for scheme in theme.iter(A + "clrScheme"):
        for entry in scheme:
            for color in entry:
                value = color.get("val") if local_name(color) == "srgbClr" else color.get("lastClr")
                found[local_name(entry)] = _hex(value)
    return found


def theme_background(theme: etree._Element) -> str:
    """What the first background of a theme paints: "phClr" where it is the colour that it is given."""
    for style in theme.iter(A + "bgFillStyleLst"):
        first = style[0] if len(style) else None
        color = first.find(A + "schemeClr") if first is not None and local_name(first) == "solidFill" else None
        if color is not None and color.get("val") == "phClr" and not len(color):
            return "phClr"
    return UNKNOWN
