"""What a web page's style says of visibility and colour: enough to know which text a reader does not see.

Selectors of tags, .classes, #ids, [attributes] and places among siblings are understood, below one another
too (`.list > td:nth-child(2)`). A rule this module does not understand hides nothing: the text is then read
as visible text, never lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Colour = tuple[int, int, int]
PICTURE: Colour = (-1, -1, -1)
"""a background that is no plain colour"""

_STEP = (
    r"""[.#][\w-]+|\[\s*[\w-]+\s*(?:[~|^$*]?=\s*(?:"[^"\]]*"|'[^'\]]*'|[\w-]+)\s*)?\]"""
    r"|:nth-child\([0-9]{1,3}\)|:first-child|:last-child"
)
_COMPOUND = re.compile(rf"(\*|[a-zA-Z][\w-]*)?((?:{_STEP})*)\Z")
_COMBINATOR = re.compile(r"\s*>\s*|\s+")
_SIMPLE = re.compile(r"([a-zA-Z][\w-]*)?((?:[.#][\w-]+)*)\Z")
_CONTENT = re.compile(r"""(?:content|--[\w-]{1,60})\s*:\s*(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)')""")
_LONGEST_VALUE = 300
_LONGEST_SELECTOR = 120
_MOST_RULES = 5000
_MOST_ALIKE = 60
"""rules of several steps that end in the same mark or tag"""
_WANTED = re.compile(
    r"display|visibility|opacity|font-size|left|top|right|margin-left|text-indent|clip|width|height|overflow"
    r"|color|background|background-color|background-image|mso-hide|white-space"
    r"|transform|clip-path|max-height|max-width|font"
)


def declarations(style: str) -> dict[str, str]:
    """The declarations of a style attribute or rule body that matter here, in lower case."""
    found: dict[str, str] = {}
    for piece in style.split(";"):
        name, _, value = piece.partition(":")
        name = name.strip().lower()
        if value and _WANTED.fullmatch(name):
            # No value that matters here is long; a hostile one must not cost time.
            found[name] = value[:_LONGEST_VALUE].replace("!important", "").strip().lower()
    return found


@dataclass(slots=True)
class Sheet:
    """The rules of a page's style elements, by the class, id or tag that they hang on."""

    rules: dict[str, list[tuple[int, str, frozenset[str], dict[str, str]]]] = field(default_factory=dict)
    known: dict[tuple[str, str | None, str | None], dict[str, str]] = field(default_factory=dict)
    deep: dict[str, list[_DeepRule]] = field(default_factory=dict)
    """rules that hide what stands at a certain place, by a mark or tag of that element itself"""
    budget: int = 500_000
    """steps that looking for such places may take; beyond it they hide nothing"""
    count: int = 0
    linked: bool = False
    """the page also has style sheets that were not read: what they colour is unknown"""

    def add(self, css: str) -> None:
        """Take in the rules of one style element; those inside @media and the like are left out."""
        for selectors, body in _rules(_without_at_rules(_parted(css)[0])):
            found = declarations(body)
            if not found:
                continue
            for selector in selectors.split(","):
                simple = _SIMPLE.match(selector.strip())
                if simple is None or not simple.group():
                    self._add_deep(selector.strip(), found)
                    continue
                tag, marks = (simple.group(1) or "").lower(), re.findall(r"[.#][\w-]+", simple.group(2))
                key = marks[-1] if marks else tag
                weight = sum(100 if mark[0] == "#" else 10 for mark in marks) + bool(tag)
                self.count += 1
                rule = (weight * 100000 + self.count, tag, frozenset(marks), found)
                self.rules.setdefault(key, []).append(rule)

    def _add_deep(self, selector: str, found: dict[str, str]) -> None:
        """Take in a rule of several steps; one of colours only is left out: what lies behind is not known."""
        hiding = {name: value for name, value in found.items() if name in _HIDES}
        if not hiding or len(selector) > _LONGEST_SELECTOR or self.count > _MOST_RULES:
            return
        steps: list[_Step] = []
        child = False
        here = 0
        for gap in [*_COMBINATOR.finditer(selector), None]:
            step = _step(selector[here : gap.start() if gap else len(selector)], child)
            if step is None:
                return
            steps.append(step)
            if gap:
                child, here = ">" in gap.group(), gap.end()
        last = steps[-1]
        self.count += 1
        weight = sum(100 * sum(m[0] == "#" for m in s.marks) + 10 * len(s.marks) + bool(s.tag) for s in steps)
        key = min(last.marks) if last.marks else last.tag or "*"
        rules = self.deep.setdefault(key, [])
        if len(rules) < _MOST_ALIKE:
            rules.append(_DeepRule(weight * 100000 + self.count, steps[::-1], hiding))

    def settle(self) -> None:
        """Forget the rules of several steps where none of them hides: they could only show again."""
        rules = (rule for rules in self.deep.values() for rule in rules)
        if not any(is_hidden(rule.found) or has_no_size(rule.found) for rule in rules):
            self.deep.clear()

    def placed(self, element: Any, tag: str, attributes: dict[str, str]) -> list[tuple[int, dict[str, str]]]:
        """(weight, declarations) of the rules of several steps that fit this element."""
        keys = [tag, "*"]
        if "class" in attributes:
            keys.extend(f".{word}" for word in attributes["class"].split())
        if "id" in attributes:
            keys.append(f"#{attributes['id']}")
        rules = [rule for key in keys for rule in self.deep.get(key, ())]
        return [(rule.weight, rule.found) for rule in rules if self._fits(element, rule.steps)]

    def _fits(self, element: Any, steps: list[_Step]) -> bool:
        node, k = element, 0
        while node is not None and self.budget > 0:
            self.budget -= 1
            if not self.budget:
                self.deep.clear()
            if _matches(node, steps[k]):
                k += 1
                if k == len(steps):
                    return True
            elif k == 0 or steps[k - 1].child:
                return False
            node = node.getparent()
        return False

    def declared(self, tag: str, classes: str | None, name: str | None) -> dict[str, str]:
        """What the rules say of an element, the more specific and the later rule last."""
        key = (tag, classes, name)
        if key not in self.known:
            marks = {f".{word}" for word in classes.split()} if classes else set()
            if name:
                marks.add(f"#{name}")
            fitting = [
                rule
                for mark in (*marks, tag)
                for rule in self.rules.get(mark, ())
                if (not rule[1] or rule[1] == tag) and rule[2] <= marks
            ]
            found: dict[str, str] = {}
            for rule in sorted(fitting, key=lambda rule: rule[0]):
                found.update(rule[3])
            self.known[key] = found
        return self.known[key]


@dataclass(frozen=True, slots=True)
class _Step:
    """One compound of a selector; `child` when it stands right below the step before it."""

    tag: str
    marks: frozenset[str]
    attributes: tuple[tuple[str, str, str], ...]
    """name, operator and value; operator "" for presence"""
    place: int
    """1, 2, 3 ... among its siblings, -1 the last, 0 anywhere"""
    child: bool


@dataclass(frozen=True, slots=True)
class _DeepRule:
    weight: int
    steps: list[_Step]
    """the last one first"""
    found: dict[str, str]


_ATTRIBUTE = re.compile(r"""\[\s*([\w-]+)\s*(?:([~|^$*]?=)\s*["']?([^"'\]]*?)["']?\s*)?\]""")


def _step(text: str, child: bool) -> _Step | None:
    compound = _COMPOUND.match(text)
    if compound is None or not text:
        return None
    tag = (compound.group(1) or "").lower().strip("*")
    rest = compound.group(2)
    attributes = tuple((m[1].lower(), m[2] or "", m[3] or "") for m in _ATTRIBUTE.finditer(rest))
    rest = _ATTRIBUTE.sub("", rest)
    place = -1 if ":last-child" in rest else int(":first-child" in rest)
    number = re.search(r":nth-child\(([0-9]+)\)", rest)
    place = int(number[1]) if number else place
    return _Step(tag, frozenset(re.findall(r"[.#][\w-]+", rest)), attributes, place, child)


def _matches(node: Any, step: _Step) -> bool:
    if step.tag and node.tag != step.tag:
        return False
    if step.marks:
        classes = (node.get("class") or "").split()
        if not step.marks <= {f".{word}" for word in classes} | {f"#{node.get('id')}"}:
            return False
    if any(not _has(node.get(name), operator, value) for name, operator, value in step.attributes):
        return False
    if not step.place:
        return True
    parent = node.getparent()
    if parent is None:
        return False
    index = step.place - 1 if step.place > 0 else -1
    return -1 <= index < len(parent) and parent[index] is node


def _has(value: str | None, operator: str, wanted: str) -> bool:
    if value is None or not operator:
        return value is not None
    tests = {
        "=": value == wanted, "~=": wanted in value.split(), "^=": value.startswith(wanted),
        "$=": value.endswith(wanted), "*=": wanted in value,
        "|=": value == wanted or value.startswith(f"{wanted}-"),
    }  # fmt: skip
    return bool(wanted) and tests[operator]


def _rules(css: str) -> Iterator[tuple[str, str]]:
    here = 0
    while (opening := css.find("{", here)) >= 0 and (closing := css.find("}", opening)) >= 0:
        yield css[here:opening], css[opening + 1 : closing]
        here = closing + 1


def _without_at_rules(css: str) -> str:
    """Drop `@media ... { ... }` blocks: what is hidden in print or on a telephone is seen on the page."""
    if "@" not in css:
        return css
    pieces: list[str] = []
    here = 0
    while (at := css.find("@", here)) >= 0:
        pieces.append(css[here:at])
        edge = _EDGE.search(css, at)
        if edge is None:
            return "".join(pieces)
        here, depth = edge.end(), int(edge.group() == "{")
        while depth:
            brace = _BRACE.search(css, here)
            if brace is None:
                return "".join(pieces)
            depth += 1 if brace.group() == "{" else -1
            here = brace.end()
    pieces.append(css[here:])
    return "".join(pieces)


_EDGE = re.compile("[{};]")
_BRACE = re.compile("[{}]")


def remarks(css: str) -> list[str]:
    """The comments of a style element."""
    return _parted(css)[1]


def _parted(css: str) -> tuple[str, list[str]]:
    """The rules without comments, and the comments; one that is not closed runs to the end."""
    rules: list[str] = []
    comments: list[str] = []
    here = 0
    while (start := css.find("/*", here)) >= 0:
        end = css.find("*/", start + 2)
        end = len(css) if end < 0 else end
        rules.append(css[here:start])
        comments.append(css[start + 2 : end].strip())
        here = end + 2
    rules.append(css[here:])
    return " ".join(rules), comments


def generated(css: str) -> list[str]:
    """The texts that rules add to the page (`content: "..."`)."""
    found = []
    for match in _CONTENT.finditer(css):
        text = match.group(1) or match.group(2) or ""
        text = re.sub(r"\\([0-9a-fA-F]{1,6})\s?", lambda m: _character(int(m.group(1), 16)), text)
        if text.strip():
            found.append(re.sub(r"\\(.)", r"\1", text))
    return found


def _character(code: int) -> str:
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


_OFF = re.compile(r"-(?:[0-9]{4,}|999)(?:\.[0-9]*)?(?:px|pt|em|rem|%)?\Z")
_ZERO = re.compile(r"(?:0+(?:\.0*)?|\.0+|0\.0[0-9]*)(?:px|pt|em|rem|%)?\Z")


_OFFSETS = ("left", "top", "right", "text-indent", "margin-left")
_SMALL = re.compile(
    r"(?:[01](?:\.[0-9]*)?|2(?:\.0*)?|\.[0-9]+)px\Z|(?:[01](?:\.[0-4][0-9]*)?|\.[0-9]+)pt\Z|0?\.1[0-9]*r?em\Z"
)
"""two pixels or one and a half points at most: nothing that can be read"""
_CLIPPED = re.compile(r"rect\(\s*[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01]")


_HIDING = frozenset((
    *_OFFSETS, "display", "visibility", "mso-hide", "opacity", "clip", "overflow", "transform", "clip-path",
))  # fmt: skip
_HIDES = _HIDING | {"width", "height", "max-width", "max-height", "font", "font-size"}
_GONE = re.compile(r"(?:.*[\s)])?(?:scale(?:3d|x|y)?\(\s*0(?:\.0*)?\s*[,)]|matrix\(\s*0\s*,\s*0\s*,)")
_CLIPPED_AWAY = re.compile(
    r"inset\(\s*(?:[5-9][0-9]|100)(?:\.[0-9]*)?%|(?:circle|ellipse)\(\s*0(?:px|%)?\s*[\s)]"
)


def is_hidden(style: dict[str, str]) -> bool:
    """Whether an element styled so is not shown. A font size of zero is `has_no_size`."""
    if _HIDING.isdisjoint(style):
        return False
    if style.get("display") == "none" or style.get("visibility") in ("hidden", "collapse"):
        return True
    if style.get("mso-hide") == "all" or _ZERO.match(style.get("opacity", "1")):
        return True
    if any(_OFF.match(style.get(name, "")) for name in _OFFSETS):
        return True
    if _CLIPPED.match(style.get("clip", "")):
        return True
    if _GONE.match(style.get("transform", "")) or _CLIPPED_AWAY.match(style.get("clip-path", "")):
        return True
    flat = any(_ZERO.match(style.get(name, "x")) for name in ("height", "width", "max-height", "max-width"))
    return flat and style.get("overflow") == "hidden"


def has_no_size(style: dict[str, str]) -> bool:
    """Whether its letters are too small to be read."""
    size = style.get("font-size") or style.get("font", "1").split("/")[0].rsplit(" ", 1)[-1]
    return _ZERO.match(size) is not None or _SMALL.match(size) is not None


_NAMED = {
    "white": (255, 255, 255), "snow": (255, 250, 250), "ivory": (255, 255, 240),
    "ghostwhite": (248, 248, 255), "whitesmoke": (245, 245, 245),
    "black": (0, 0, 0), "red": (255, 0, 0), "blue": (0, 0, 255), "yellow": (255, 255, 0),
    "green": (0, 128, 0), "gray": (128, 128, 128), "grey": (128, 128, 128),
    "window": (255, 255, 255), "windowtext": (0, 0, 0),
}  # fmt: skip


def colour(value: str) -> Colour | None:
    """Red, green and blue of a CSS or HTML colour; None when it is unknown, inherited or transparent."""
    value = value.strip().lower()
    if value in _NAMED:
        return _NAMED[value]
    digits = value.removeprefix("#")
    if re.fullmatch(r"[0-9a-f]{3,4}", digits) and value.startswith("#"):
        return int(digits[0] * 2, 16), int(digits[1] * 2, 16), int(digits[2] * 2, 16)
    if re.fullmatch(r"[0-9a-f]{6}(?:[0-9a-f]{2})?", digits):
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
    match = re.match(r"rgba?\(\s*([0-9]{1,3})[\s,]+([0-9]{1,3})[\s,]+([0-9]{1,3})", value)
    if match and not is_transparent(value):
        return int(match.group(1)), int(match.group(2)), int(match.group(3))
    return None


def is_transparent(value: str) -> bool:
    return value == "transparent" or re.match(r"rgba\([^)]*[,/]\s*0(?:\.0*)?%?\s*\)", value) is not None


_NO_BACKGROUND = re.compile(r"none|transparent|inherit|initial|unset|rgba\(.*\)|0(?: 0)?")


def background(style: dict[str, str]) -> Colour | None:
    """The background that a style gives, PICTURE for anything but a plain colour, None for none."""
    value = style.get("background-color") or style.get("background", "")
    if "url(" in value or "gradient" in value or style.get("background-image", "none") != "none":
        return PICTURE
    for word in re.findall(r"rgba?\([^)]*\)|[^\s(]+", value):
        found = colour(word)
        if found is not None:
            return found
    return PICTURE if value and not _NO_BACKGROUND.fullmatch(value) else None


def is_white(shade: Colour | None) -> bool:
    return shade is not None and min(shade) >= 240


def alike(one: Colour, other: Colour) -> bool:
    return all(abs(a - b) <= 12 for a, b in zip(one, other, strict=True))
