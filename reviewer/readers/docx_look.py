"""How a run of a docx looks: whether a reader of the page sees it (ISO 29500-1, 17.3.2 and 17.7).

The state of a run is a sum of flags. DELETED and HIDDEN text leaves the flow; the others stay in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"

INSERTED, DELETED, HIDDEN, WHITE, TINY, WEB, CLEAR, SAME = (1 << k for k in range(8))

MARKS: tuple[tuple[int, str, str], ...] = (
    (INSERTED, "inserted", "修订插入"),
    (WHITE, "hidden", "白色文字"),
    (SAME, "hidden", "文字与底色相同"),
    (CLEAR, "hidden", "透明文字"),
    (TINY, "hidden", "极小文字"),
    (WEB, "hidden", "网页视图隐藏文字"),
)
"""flag, part and reason of what stays in the flow"""
FAINT = WHITE | TINY | WEB | CLEAR | SAME
"""the flags of text that is in the flow and hard to see"""

_VAL, _FILL, _COLOR, _THEME_COLOR = W + "val", W + "fill", W + "color", W + "themeColor"
_TEXT_FILL, _R_STYLE, _SIZE = _W14 + "textFill", W + "rStyle", W + "sz"
_TRIGGERS = frozenset({W + "vanish", W + "webHidden", W + "shd", W + "highlight", W + "w", _TEXT_FILL})

_TINY_HALF_POINTS = 4
_TINY_SCALE = 10
_CHAIN = 50
_NEAR = 15
"""two colours that differ by no more than this in each channel are not told apart on paper"""

_HIGHLIGHTS = {
    "black": "000000", "blue": "0000FF", "cyan": "00FFFF", "green": "00FF00", "magenta": "FF00FF",
    "red": "FF0000", "yellow": "FFFF00", "white": "FFFFFF", "darkBlue": "000080", "darkCyan": "008080",
    "darkGreen": "008000", "darkMagenta": "800080", "darkRed": "800000", "darkYellow": "808000",
    "darkGray": "808080", "lightGray": "C0C0C0",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """What one set of properties says; None where it says nothing."""

    vanish: bool | None = None
    web_hidden: bool | None = None
    color: str | None = None
    size: int | None = None
    scale: int | None = None
    fill: str | None = None
    clear: bool | None = None

    def over(self, other: Look) -> Look:
        """This look where it says something, `other` elsewhere."""
        return Look(
            other.vanish if self.vanish is None else self.vanish,
            other.web_hidden if self.web_hidden is None else self.web_hidden,
            self.color or other.color,
            other.size if self.size is None else self.size,
            other.scale if self.scale is None else self.scale,
            self.fill or other.fill,
            other.clear if self.clear is None else self.clear,
        )


_NOTHING = Look()


@dataclass(frozen=True, slots=True)
class Setting:
    """What surrounds a run: its paragraph's style, and the fill of paragraph, cell or page behind it.

    `dark` says that something behind the text may be dark in a way that is not worked out here (a
    filled shape, a table style): then white text is not called hidden.
    """

    look: Look = _NOTHING
    fill: str | None = None
    dark: bool = False


NO_SETTING = Setting()


@dataclass(slots=True)
class Styles:
    """The styles of one document; `special` when any of them hides text."""

    defaults: Look = _NOTHING
    paragraph: str = ""
    looks: dict[str, Look] = field(default_factory=dict)
    shaded: set[str] = field(default_factory=set)
    special: bool = False
    page: str = "FFFFFF"

    def setting(self, properties: etree._Element | None, around: Setting) -> Setting:
        """The setting of a paragraph with these pPr inside `around` (its cell, box or page)."""
        if properties is None:
            return replace(around, look=self.looks.get(self.paragraph, _NOTHING)) if self.special else around
        style = properties.find(W + "pStyle") if self.special else None
        shade = properties.find(W + "shd")
        if shade is None and not self.special:
            return around
        name = style.get(_VAL) if style is not None else None
        look = self.looks.get(name or self.paragraph, _NOTHING) if self.special else _NOTHING
        fill = shade_of(shade) if shade is not None else None
        return Setting(look, fill or around.fill, around.dark)

    def state(self, properties: etree._Element | None, around: Setting) -> int:
        """The flags of a run with these rPr."""
        if properties is None:
            return self._resolve(_NOTHING, _NOTHING, around) if self.special else 0
        if not self.special and around.fill is None and not _stands_out(properties):
            return 0
        style = properties.find(_R_STYLE)
        name = style.get(_VAL) if style is not None else None
        return self._resolve(look_of(properties), self.looks.get(name or "", _NOTHING), around)

    def _resolve(self, direct: Look, character: Look, around: Setting) -> int:
        base = around.look.over(self.defaults)
        look = direct.over(character).over(base)
        # vanish is a toggle: styles of different kinds cancel out, a direct value is absolute (17.7.3).
        vanish = direct.vanish
        if vanish is None:
            vanish = bool(self.defaults.vanish) or bool(character.vanish) != bool(around.look.vanish)
        state = HIDDEN if vanish else 0
        if look.web_hidden:
            state |= WEB
        if look.clear:
            state |= CLEAR
        if (look.size or 99) <= _TINY_HALF_POINTS or (look.scale or 100) <= _TINY_SCALE:
            state |= TINY
        fill = direct.fill or character.fill or around.fill or around.look.fill
        if look.color and (fill or not around.dark) and near(look.color, fill or self.page):
            state |= WHITE if near(look.color, "FFFFFF") else SAME
        return state


def styles_of(root: etree._Element) -> Styles:
    """Styles from a styles.xml."""
    styles = Styles()
    properties = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
    if properties is not None:
        styles.defaults = look_of(properties)
    own: dict[str, Look] = {}
    based: dict[str, str] = {}
    for style in root.iter(W + "style"):
        name = style.get(W + "styleId") or ""
        properties = style.find(W + "rPr")
        own[name] = look_of(properties) if properties is not None else _NOTHING
        shade = style.find(f"{W}pPr/{W}shd")
        if shade is not None and own[name].fill is None:
            own[name] = replace(own[name], fill=shade_of(shade))
        parent = style.find(W + "basedOn")
        if parent is not None:
            based[name] = parent.get(_VAL) or ""
        if style.get(W + "type") == "paragraph" and style.get(W + "default") in ("1", "true", "on"):
            styles.paragraph = name
        if style.get(W + "type") == "table" and any(shade_of(s) for s in style.iter(W + "shd")):
            styles.shaded.add(name)
    for name in own:
        styles.looks[name] = _inherited(name, own, based)
    styles.shaded |= {name for name in own if styles.shaded.intersection(_parents(name, based))}
    styles.special = any(_hides(look) for look in (styles.defaults, *styles.looks.values()))
    return styles


def _inherited(name: str, own: dict[str, Look], based: dict[str, str]) -> Look:
    look = own[name]
    for parent in _parents(name, based)[1:]:
        look = look.over(own.get(parent, _NOTHING))
    return look


def _parents(name: str, based: dict[str, str]) -> list[str]:
    """A style and those that it is based on, nearest first; a ring or a forged long chain ends."""
    chain: list[str] = []
    while name and name not in chain and len(chain) < _CHAIN:
        chain.append(name)
        name = based.get(name, "")
    return chain


def _hides(look: Look) -> bool:
    # Any style with an explicit fill or a light colour changes what a run with other properties shows.
    return bool(
        look.vanish or look.web_hidden or look.clear or look.fill
        or (look.size or 99) <= _TINY_HALF_POINTS or (look.scale or 100) <= _TINY_SCALE
        or (look.color and near(look.color, "FFFFFF"))
    )  # fmt: skip


def _stands_out(properties: etree._Element) -> bool:
    """Whether these rPr could conceal text on a white page under styles that do not."""
    for child in properties:
        tag = child.tag
        if tag in _TRIGGERS:
            return True
        if tag == _COLOR and near(_color(child) or "000000", "FFFFFF"):
            return True
        if tag == _SIZE and (_number(child.get(_VAL)) or 99) <= _TINY_HALF_POINTS:
            return True
    return False


def may_conceal(root: etree._Element) -> bool:
    """Whether a run of this part could be hard to see, under styles that hide nothing.

    Sizes and colours, one of each in every run, are gathered in one pass: few different values remain.
    """
    if next(root.iter(*_TRIGGERS), None) is not None:
        return True
    values = {element.get(_VAL) for element in root.iter(_SIZE, _COLOR)}
    return None in values or any(
        near(_hex(value) or "000000", "FFFFFF") or (_number(value) or 99) <= _TINY_HALF_POINTS
        for value in values
    )


def look_of(properties: etree._Element) -> Look:
    """What an rPr says by itself."""
    found: dict[str, bool | int | str | None] = {}
    for child in properties:
        tag = child.tag
        if tag == W + "vanish":
            found["vanish"] = is_on(child)
        elif tag == W + "webHidden":
            found["web_hidden"] = is_on(child)
        elif tag == _COLOR:
            found.setdefault("color", _color(child))
        elif tag == _SIZE:
            found["size"] = _number(child.get(_VAL))
        elif tag == W + "w":
            found["scale"] = _number((child.get(_VAL) or "").rstrip("%"))
        elif tag == W + "highlight":
            found["fill"] = _HIGHLIGHTS.get(child.get(_VAL) or "")
        elif tag == W + "shd":
            found["fill"] = found.get("fill") or shade_of(child)
        elif tag == _TEXT_FILL:
            found.update(_text_fill(child))
    return Look(**found)  # type: ignore[arg-type]


def _text_fill(element: etree._Element) -> dict[str, bool | int | str | None]:
    if element.find(_W14 + "noFill") is not None:
        return {"clear": True}
    color = element.find(f"{_W14}solidFill/{_W14}srgbClr")
    if color is None:
        return {}
    alpha = color.find(_W14 + "alpha")
    if alpha is not None and (_number(alpha.get(_W14 + "val")) or 0) >= 95_000:
        return {"clear": True}
    return {"color": _hex(color.get(_W14 + "val"))}


def is_on(element: etree._Element | None) -> bool:
    """Whether an on/off property is present and not switched off (17.17.4)."""
    return element is not None and element.get(_VAL, "true").lower() not in ("0", "false", "off", "none")


def cell_fill(properties: etree._Element | None) -> str | None:
    """The fill that a tcPr or tblPr sets, as six hexadecimal digits."""
    shade = properties.find(W + "shd") if properties is not None else None
    return shade_of(shade) if shade is not None else None


def page_fill(root: etree._Element) -> str:
    """The page colour of a document element, white when it sets none."""
    background = root.find(W + "background")
    return (_hex(background.get(_COLOR)) if background is not None else None) or "FFFFFF"


def shade_of(element: etree._Element) -> str | None:
    """The fill of a w:shd as six hexadecimal digits, None for automatic."""
    if element.get(_VAL) == "solid":
        return _hex(element.get(_COLOR)) or "000000"
    return _hex(element.get(_FILL)) or _theme(element.get(W + "themeFill"))


def _color(element: etree._Element) -> str | None:
    return _hex(element.get(_VAL)) or _theme(element.get(_THEME_COLOR))


def _theme(name: str | None) -> str | None:
    return "FFFFFF" if name in ("background1", "bg1", "light1") else None


@lru_cache(maxsize=256)
def _hex(value: str | None) -> str | None:
    """Six upper-case hexadecimal digits, or None for auto and anything else."""
    if value is None or len(value) != 6:
        return None
    try:
        int(value, 16)
    except ValueError:
        return None
    return value.upper()


@lru_cache(maxsize=1024)
def near(one: str, other: str) -> bool:
    return all(abs(int(one[k : k + 2], 16) - int(other[k : k + 2], 16)) <= _NEAR for k in (0, 2, 4))


@lru_cache(maxsize=256)
def _number(value: str | None) -> int | None:
    try:
        if value and value.endswith("pt"):
            return int(2 * float(value[:-2]))
        return int(float(value)) if value else None
    except (ValueError, OverflowError):
        return None


_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_V = "{urn:schemas-microsoft-com:vml}"

FILLED = frozenset({
    "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}wsp",
    _V + "shape", _V + "rect", _V + "roundrect", _V + "oval", _V + "polyline",
})  # fmt: skip


_WHITES = ("white", "#fff", "#ffffff", "window")


def is_filled(element: etree._Element) -> bool:
    """Whether a shape may be painted with something else than white."""
    color = element.get("fillcolor")
    if color is not None:
        return color.split(" ")[0].lower() not in _WHITES and element.get("filled") not in ("f", "false")
    for child in element:
        name = local_name(child)
        if name == "spPr":
            fills = [local_name(paint) for paint in child if local_name(paint).endswith("Fill")]
            if fills:
                return not (fills == ["noFill"] or _white_paint(child))
        if name == "style":
            reference = next((e for e in child if local_name(e) == "fillRef"), None)
            return reference is not None and reference.get("idx") != "0"
    return False


def _white_paint(properties: etree._Element) -> bool:
    color = properties.find(f"{_A}solidFill/{_A}srgbClr")
    theme = properties.find(f"{_A}solidFill/{_A}schemeClr")
    return (color is not None and color.get("val", "").upper() == "FFFFFF") or (
        theme is not None and theme.get("val") in ("bg1", "lt1") and not len(theme)
    )


def local_name(element: etree._Element) -> str:
    """The tag without its namespace."""
    return str(element.tag).rsplit("}", 1)[-1]
