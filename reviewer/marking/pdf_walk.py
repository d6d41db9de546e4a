"""Walks what a PDF page draws and finds every glyph: where it stands, and which bytes of which stream show it.

The state of the text is followed as ISO 32000-1, 9.3 and 9.4 lay down; forms are entered each time they are drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name

from reviewer.marking.pdf_fonts import Code, Font, Fonts
from reviewer.marking.pdf_layers import Layers

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

_DEPTH = 20
_MOST = 3_000_000
"""operators of one page, those of its forms counted each time"""
_SHOWN = re.compile(rb"(?<![A-Za-z0-9])T[jJ](?![A-Za-z0-9])|[)>\]]\s*['\"]")
OPERATORS = frozenset([
    "b", "B", "b*", "B*", "BDC", "BI", "BMC", "BT", "BX", "c", "cm", "CS", "cs", "d", "d0", "d1", "Do",
    "DP", "EI", "EMC", "ET", "EX", "f", "F", "f*", "G", "g", "gs", "h", "i", "ID", "j", "J", "K", "k", "l",
    "m", "M", "MP", "n", "q", "Q", "re", "RG", "rg", "ri", "s", "S", "SC", "sc", "SCN", "scn", "sh", "T*",
    "Tc", "Td", "TD", "Tf", "Tj", "TJ", "TL", "Tm", "Tr", "Ts", "Tw", "Tz", "v", "w", "W", "W*", "y", "'",
    '"', "INLINE IMAGE",
])  # fmt: skip
"""of the standard (annex A); viewers pass over all others"""
TELLING = (
    "q Q cm gs Do cs CS scn SCN sh BDC BMC EMC DP MP BT ET Tf Tc Tw Tz TL Ts Tr Td TD Tm T* Tj TJ ' \""
)
"""those that decide what text stands where, and what of the resources is used"""
_PAINTED = frozenset(["f", "F", "f*", "B", "B*", "b", "b*", "S", "s"])


class Glyph(NamedTuple):
    """One shown code. Lengths and places are in points of the page as it is drawn unturned."""

    scope: Scope
    op: int
    rank: int
    """which of the operator's glyphs"""
    part: int
    """which element of the operator's array shows it"""
    code: Code
    font: Font
    x: float
    y: float
    """its origin"""
    along: tuple[float, float]
    """from its origin over its width"""
    up: tuple[float, float]
    """one em upwards"""
    number: float
    """what takes its place in an array, so that the rest of the line stays where it is"""
    hidden: bool
    """in content that is switched off"""


class Setting(NamedTuple):
    """The state in which an operator shows text."""

    name: str
    """of the font, in the resources"""
    font: Font
    size: float
    spacing: float
    words: float
    stretch: float
    """how far it is drawn out along the line: 1 is plain"""
    unit: float
    """points of the page to one of the text, along the line"""
    mode: int


@dataclass(slots=True, eq=False)
class Scope:
    """One use of a stream of content: the page's own, or a form drawn at one place."""

    stream: Any
    resources: Any
    owner: Scope
    """the scope whose resources these are: itself, or what draws a form that has none"""
    instructions: list[Any] = field(repr=False)
    shown: dict[int, list[Glyph]] = field(default_factory=dict, repr=False)
    settings: dict[int, Setting] = field(default_factory=dict, repr=False)
    forms: dict[int, Scope] = field(default_factory=dict, repr=False)
    """by the number of the operator that draws it"""
    dropped: dict[int, list[Any]] = field(default_factory=dict, repr=False)
    """operators that must not stay, and what comes in their place"""
    names: dict[str, set[str]] = field(default_factory=dict)
    """what is used of the resources"""


@dataclass(slots=True)
class Sheet:
    """All that one page draws."""

    scope: Scope
    glyphs: list[Glyph] = field(default_factory=list, repr=False)
    odd: str = ""
    """why nothing can be cut out of it safely"""
    switched_off: int = 0
    """operators in content that is switched off"""
    unread: int = 0
    """operators that show text in a font that is not understood"""
    count: int = 0


@dataclass(slots=True)
class _State:
    matrix: Matrix
    font: Font | None = None
    name: str = ""
    size: float = 0.0
    spacing: float = 0.0
    words: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    mode: int = 0


class Walker:
    """Walks the pages of one file."""

    def __init__(self, fonts: Fonts, layers: Layers) -> None:
        self.fonts = fonts
        self.layers = layers
        self._parsed: dict[tuple[int, int], list[Any]] = {}
        self._texts: dict[tuple[int, int], bool] = {}

    def page(self, stream: Any, instructions: list[Any], resources: Any) -> Sheet:
        """What the page draws with these instructions (its own, and those of its annotations)."""
        scope = Scope(stream, resources, None, instructions)  # type: ignore[arg-type]
        scope.owner = scope
        sheet = Sheet(scope)
        _Pass(self, sheet, scope, _State(IDENTITY), ()).run(hidden=False)
        return sheet

    def parsed(self, form: Any) -> list[Any]:
        number = form.objgen
        if number not in self._parsed:
            if len(self._parsed) > 200:
                self._parsed.clear()
            self._parsed[number] = list(pikepdf.parse_content_stream(form))
        return self._parsed[number]

    def holds_text(self, stream: Any, depth: int = 0) -> bool:
        """Whether a pattern, a glyph's drawing or a mask shows text, itself or by the forms it names."""
        if not isinstance(stream, pikepdf.Stream) or depth > 4:
            return False
        number = stream.objgen
        if number not in self._texts:
            self._texts[number] = False
            found = _SHOWN.search(stream.read_bytes()) is not None
            forms = part_of(stream.get("/Resources"), "/XObject")
            found = found or any(
                self.holds_text(form, depth + 1) for form in forms.values() if is_form(form)
            )
            self._texts[number] = found
        return self._texts[number]


class _Pass:
    """One run over the instructions of one scope."""

    def __init__(self, walker: Walker, sheet: Sheet, scope: Scope, state: _State, path: tuple[Any, ...]) -> None:
        self.walker, self.sheet, self.scope, self.state, self.path = walker, sheet, scope, state, path
        self.saved: list[_State] = []
        self.line = self.text = IDENTITY
        self.marks: list[bool] = []
        self.hidden = False

    def run(self, *, hidden: bool) -> None:
        self.hidden = hidden
        for k, instruction in enumerate(self.scope.instructions):
            self.sheet.count += 1
            operator = str(instruction.operator)
            step = _STEPS.get(operator)
            if step is not None:
                try:
                    step(self, k, instruction.operands)
                except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
                    self.sheet.odd = self.sheet.odd or "content"
            elif operator in _PAINTED:
                if self.hidden:
                    self.scope.dropped[k] = [instruction([], "n")]
                    self.sheet.switched_off += 1
            elif operator == "INLINE IMAGE":
                self._leave_out(k)
        if self.sheet.count > _MOST:
            self.sheet.odd = "size"

    def _leave_out(self, k: int) -> None:
        if self.hidden:
            self.scope.dropped[k] = []
            self.sheet.switched_off += 1

    def _resource(self, kind: str, name: Any) -> Any:
        self.scope.owner.names.setdefault(kind, set()).add(str(name))
        return part_of(self.scope.resources, kind).get(str(name))

    # --- graphics -----------------------------------------------------------------------------------

    def save(self, _: int, __: Any) -> None:
        self.saved.append(replace(self.state))

    def restore(self, _: int, __: Any) -> None:
        if self.saved:
            self.state = self.saved.pop()

    def transform(self, _: int, operands: Any) -> None:
        self.state.matrix = times(_matrix(operands), self.state.matrix)

    def graphics(self, _: int, operands: Any) -> None:
        look = self._resource("/ExtGState", operands[0])
        if not isinstance(look, Dictionary):
            return
        font = look.get("/Font")
        if isinstance(font, Array):
            # The font has no name that one could go back to behind a label.
            self.state.font, self.state.name, self.state.size = self._font(font[0]), "", float(font[1])
        mask = look.get("/SMask")
        if isinstance(mask, Dictionary) and self.walker.holds_text(mask.get("/G")):
            self.sheet.odd = "mask"

    def colour(self, _: int, operands: Any) -> None:
        if len(operands) and isinstance(operands[-1], Name):
            pattern = self._resource("/Pattern", operands[-1])
            if self.walker.holds_text(pattern):
                self.sheet.odd = "pattern"

    def space(self, _: int, operands: Any) -> None:
        self._resource("/ColorSpace", operands[0])

    def shade(self, k: int, operands: Any) -> None:
        self._resource("/Shading", operands[0])
        self._leave_out(k)

    def draw(self, k: int, operands: Any) -> None:
        if self.hidden:
            self._leave_out(k)
            return
        thing = self._resource("/XObject", operands[0])
        if not isinstance(thing, pikepdf.Stream) or self.walker.layers.is_off(thing.get("/OC")):
            self.scope.dropped[k] = []
            self.sheet.switched_off += isinstance(thing, pikepdf.Stream)
            return
        if not is_form(thing):
            return
        if thing.objgen in self.path:
            self.scope.dropped[k] = []
            return
        if len(self.path) >= _DEPTH or self.sheet.count > _MOST:
            self.sheet.odd = "depth"
            return
        self._enter(k, thing)

    def _enter(self, k: int, form: Any) -> None:
        own = form.get("/Resources")
        inner = Scope(form, own, None, self.walker.parsed(form))  # type: ignore[arg-type]
        inner.owner = inner
        if not isinstance(own, Dictionary):
            inner.resources, inner.owner = self.scope.resources, self.scope.owner
        self.scope.forms[k] = inner
        matrix = form.get("/Matrix")
        state = replace(self.state)
        if isinstance(matrix, Array):
            state.matrix = times(_matrix(matrix), state.matrix)
        _Pass(self.walker, self.sheet, inner, state, (*self.path, form.objgen)).run(hidden=self.hidden)

    # --- marked content -----------------------------------------------------------------------------

    def mark(self, _: int, operands: Any) -> None:
        self.marks.append(self.hidden)
        if len(operands) == 2:
            named = isinstance(operands[1], Name)
            properties = self._resource("/Properties", operands[1]) if named else operands[1]
            if operands[0] == Name.OC and self.walker.layers.is_off(properties):
                self.hidden = True

    def point(self, _: int, operands: Any) -> None:
        if isinstance(operands[-1], Name) and len(operands) == 2:
            self._resource("/Properties", operands[1])

    def unmark(self, _: int, __: Any) -> None:
        if self.marks:
            self.hidden = self.marks.pop()

    # --- text ---------------------------------------------------------------------------------------

    def begin(self, _: int, __: Any) -> None:
        self.line = self.text = IDENTITY

    def font(self, _: int, operands: Any) -> None:
        spec = self._resource("/Font", operands[0])
        self.state.name, self.state.size = str(operands[0]), float(operands[1])
        self.state.font = self._font(spec) if isinstance(spec, Dictionary) else None

    def _font(self, spec: Any) -> Font:
        font = self.walker.fonts.get(spec)
        if spec.get("/Subtype") == Name.Type3:
            drawings = spec.get("/CharProcs", Dictionary())
            if any(self.walker.holds_text(drawing) for drawing in drawings.values()):
                self.sheet.odd = "type3"
        return font

    def spacing(self, _: int, operands: Any) -> None:
        self.state.spacing = float(operands[0])

    def words(self, _: int, operands: Any) -> None:
        self.state.words = float(operands[0])

    def stretch(self, _: int, operands: Any) -> None:
        self.state.stretch = float(operands[0]) / 100

    def leading(self, _: int, operands: Any) -> None:
        self.state.leading = float(operands[0])

    def rise(self, _: int, operands: Any) -> None:
        self.state.rise = float(operands[0])

    def mode(self, _: int, operands: Any) -> None:
        self.state.mode = int(operands[0])

    def move(self, _: int, operands: Any) -> None:
        x, y = float(operands[0]), float(operands[1])
        self.line = self.text = times((1.0, 0.0, 0.0, 1.0, x, y), self.line)

    def move_and_lead(self, k: int, operands: Any) -> None:
        self.state.leading = -float(operands[1])
        self.move(k, operands)

    def set_matrix(self, _: int, operands: Any) -> None:
        self.line = self.text = _matrix(operands)

    def next_line(self, k: int, _: Any) -> None:
        self.move(k, (0.0, -self.state.leading))

    def show(self, k: int, operands: Any) -> None:
        self._show(k, [operands[0]])

    def show_array(self, k: int, operands: Any) -> None:
        self._show(k, list(operands[0]))

    def show_next(self, k: int, operands: Any) -> None:
        self.next_line(k, ())
        self._show(k, [operands[0]])

    def show_spaced(self, k: int, operands: Any) -> None:
        self.state.words, self.state.spacing = float(operands[0]), float(operands[1])
        self.next_line(k, ())
        self._show(k, [operands[2]])

    def _show(self, k: int, parts: list[Any]) -> None:
        state, font = self.state, self.state.font
        if self.hidden:
            self.sheet.switched_off += 1
        if font is None or font.odd:
            self.sheet.unread += not self.hidden
            if self.hidden:
                self.scope.dropped[k] = []
            return
        whole = times(self.text, state.matrix)
        a, b, c, d, e, f = whole
        unit = (a * a + b * b) ** 0.5
        self.scope.settings[k] = Setting(
            state.name, font, state.size, state.spacing, state.words, state.stretch, unit, state.mode
        )
        size, wide, rise, vertical = state.size, state.size * state.stretch, state.rise, font.vertical
        up = (c * size, d * size)
        shown: list[Glyph] = []
        x = y = 0.0
        per_size = 1000 / size if size else 0.0
        for n, part in enumerate(parts):
            if not isinstance(part, pikepdf.String):
                if vertical:
                    y -= float(part) / 1000 * size
                else:
                    x -= float(part) / 1000 * wide
                continue
            for code in font.read(bytes(part)):
                gap = state.spacing + (state.words if code.raw == b" " else 0.0)
                px, py = x - code.shift_x * wide, y - code.shift_y * size + rise
                cell = code.width * wide
                shown.append(Glyph(
                    self.scope, k, len(shown), n, code, font, a * px + c * py + e, b * px + d * py + f,
                    (a * cell, b * cell), up, -(code.advance * 1000 + gap * per_size), self.hidden,
                ))  # fmt: skip
                if vertical:
                    y += code.advance * size + gap
                else:
                    x += code.advance * wide + gap * state.stretch
        self.text = times((1.0, 0.0, 0.0, 1.0, x, y), self.text)
        self.scope.shown[k] = shown
        self.sheet.glyphs.extend(shown)
        self.sheet.count += len(shown)


_STEPS: dict[str, Any] = {
    "q": _Pass.save, "Q": _Pass.restore, "cm": _Pass.transform, "gs": _Pass.graphics, "Do": _Pass.draw,
    "scn": _Pass.colour, "SCN": _Pass.colour, "cs": _Pass.space, "CS": _Pass.space, "sh": _Pass.shade,
    "BDC": _Pass.mark, "BMC": _Pass.mark, "EMC": _Pass.unmark, "DP": _Pass.point,
    "BT": _Pass.begin, "Tf": _Pass.font, "Tc": _Pass.spacing, "Tw": _Pass.words, "Tz": _Pass.stretch,
    "TL": _Pass.leading, "Ts": _Pass.rise, "Tr": _Pass.mode, "Td": _Pass.move, "TD": _Pass.move_and_lead,
    "Tm": _Pass.set_matrix, "T*": _Pass.next_line, "Tj": _Pass.show, "TJ": _Pass.show_array,
    "'": _Pass.show_next, '"': _Pass.show_spaced,
}  # fmt: skip


def times(m: Matrix, n: Matrix) -> Matrix:
    """The matrix that first does m, then n."""
    return (
        m[0] * n[0] + m[1] * n[2], m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2], m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4], m[4] * n[1] + m[5] * n[3] + n[5],
    )  # fmt: skip


def scopes(scope: Scope) -> Iterator[Scope]:
    """The scope and all that are drawn inside it."""
    yield scope
    for inner in scope.forms.values():
        yield from scopes(inner)


def instruction(operands: list[Any], operator: str) -> Any:
    """One operator with its operands."""
    return pikepdf.ContentStreamInstruction(operands, pikepdf.Operator(operator))


def _matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = (float(one) for one in operands)
    return a, b, c, d, e, f


def part_of(resources: Any, kind: str) -> Any:
    """One kind of the resources (/Font, /XObject ...), empty where there is none."""
    found = resources.get(kind) if isinstance(resources, Dictionary) else None
    return found if isinstance(found, Dictionary) else Dictionary()


def is_form(thing: Any) -> bool:
    """Whether an external object is a form: content of its own."""
    return isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == Name.Form
