"""Takes glyphs out of content streams: what stays, stays where it is, and a label may stand in the gap.

A stream that is drawn several times (a form on two pages) is copied before it is changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from reviewer.marking.pdf_walk import OPERATORS, Glyph, Scope, Setting, Sheet, instruction, part_of, scopes

_FORM_KEYS = frozenset(["/Type", "/Subtype", "/FormType", "/BBox", "/Matrix", "/Group"])
_KEPT_KINDS = ("/ColorSpace", "/Shading", "/ProcSet", "/ExtGState", "/Pattern", "/Font", "/XObject", "/Properties")
_ALL_NEEDED = frozenset(["/ProcSet", "/ColorSpace", "/Shading"])
"""kinds of resources that hold no text"""


@dataclass(frozen=True, slots=True)
class Label:
    """Text for a gap: codes of a font, its size, and how far it advances, in units of the text around it."""

    font: Any
    """its dictionary; None: the font of the text around it"""
    codes: tuple[bytes, ...] = field(repr=False)
    size: float
    stretch: float
    advance: float
    """of all, with what is between them"""
    start: float = 0.0
    """where the first begins"""
    apart: float = 0.0
    """what is added behind each"""


@dataclass(slots=True)
class Cuts:
    """What is taken out of one page, and what is put there."""

    removed: dict[tuple[int, int], set[int]] = field(default_factory=dict)
    """by scope and operator: which of its glyphs"""
    labels: dict[tuple[int, int, int], Label] = field(default_factory=dict, repr=False)

    def remove(self, glyph: Glyph) -> None:
        self.removed.setdefault((id(glyph.scope), glyph.op), set()).add(glyph.rank)

    def holds(self, glyph: Glyph) -> bool:
        return glyph.rank in self.removed.get((id(glyph.scope), glyph.op), ())

    def put(self, glyph: Glyph, label: Label) -> None:
        self.labels[id(glyph.scope), glyph.op, glyph.rank] = label


class Cutter:
    """Rewrites the pages of one file."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self.pdf = pdf
        self._copies: dict[tuple[Any, ...], Any] = {}
        self._added: dict[int, dict[str, dict[str, Any]]] = {}
        """by the scope that owns the resources: kind -> name -> object"""
        self._drawn: dict[int, set[str]] = {}
        """by the same: the forms and pictures that are still drawn"""

    def page(self, sheet: Sheet, cuts: Cuts) -> tuple[list[Any] | None, Any]:
        """The page's instructions, None where they are as they were, and its resources without unused ones."""
        self._added.clear()
        self._drawn.clear()
        made, changed = self._scope(sheet.scope, cuts)
        resources = self._resources(sheet.scope)
        for scope in scopes(sheet.scope):
            for glyphs in scope.shown.values():
                for glyph in glyphs:
                    if not glyph.hidden and not cuts.holds(glyph):
                        glyph.font.used[glyph.code.raw] = glyph.code
        return made if changed else None, resources

    def _scope(self, scope: Scope, cuts: Cuts) -> tuple[list[Any], bool]:
        out: list[Any] = []
        changed = False
        drawn = self._drawn.setdefault(id(scope.owner), set())
        for k, one in enumerate(scope.instructions):
            new = self._instead(scope, k, one, cuts)
            if new is None:
                out.append(one)
                if str(one.operator) == "Do":
                    drawn.add(str(one.operands[0]))
            else:
                out.extend(new)
                changed = True
        return out, changed

    def _instead(self, scope: Scope, k: int, one: Any, cuts: Cuts) -> list[Any] | None:
        """What comes in place of one instruction; None where it stays."""
        if k in scope.dropped:
            return scope.dropped[k]
        removed = cuts.removed.get((id(scope), k))
        glyphs = scope.shown.get(k, ())
        if glyphs and (removed or glyphs[0].hidden):
            gone = {glyph.rank for glyph in glyphs if glyph.hidden} | (removed or set())
            return self._cut(scope, k, one, gone, cuts)
        operator = str(one.operator)
        if operator == "Do" and k in scope.forms:
            return self._form(scope, k, one, cuts)
        if operator in ("BDC", "DP") and not isinstance(one.operands[-1], Name) and holds_string(one.operands[-1]):
            return [instruction([one.operands[0]], "BMC" if operator == "BDC" else "MP")]
        if operator not in OPERATORS:
            return []
        return None

    def _form(self, scope: Scope, k: int, one: Any, cuts: Cuts) -> list[Any] | None:
        inner = scope.forms[k]
        made, changed = self._scope(inner, cuts)
        own = inner.owner is inner
        resources = self._resources(inner) if own else None
        if not changed:
            if own:
                inner.stream.Resources = resources
            return None
        content = pikepdf.unparse_content_stream(made)
        # Without resources of its own, its names mean what they mean here.
        key = (inner.stream.objgen, content, resources.unparse() if resources is not None else len(self._copies))
        copy = self._copies.get(key)
        if copy is None:
            copy = self._copies[key] = self.pdf.make_stream(content)
            for name, value in inner.stream.stream_dict.items():
                if name in _FORM_KEYS:
                    copy[name] = value
            if own:
                copy.Resources = resources
        name = self._name(scope.owner, "/XObject", copy)
        self._drawn.setdefault(id(scope.owner), set()).add(name)
        return [instruction([Name(name)], "Do")]

    def _name(self, owner: Scope, kind: str, thing: Any) -> str:
        """The name of an object in the resources, given where it has none there yet."""
        added = self._added.setdefault(id(owner), {}).setdefault(kind, {})
        for name, known in added.items():
            if known.objgen == thing.objgen:
                return name
        taken = part_of(owner.resources, kind).keys()
        number = len(added)
        while (name := f"/Rv{number}") in taken or name in added:
            number += 1
        added[name] = thing
        return name

    def _resources(self, owner: Scope) -> Any:
        """The resources without what is not used: it may hold text that is shown nowhere."""
        made = Dictionary()
        added = self._added.get(id(owner), {})
        for kind in _KEPT_KINDS:
            known = owner.resources.get(kind) if isinstance(owner.resources, Dictionary) else None
            if kind in _ALL_NEEDED:
                if known is not None:
                    made[kind] = known
                continue
            used = self._drawn.get(id(owner), set()) if kind == "/XObject" else owner.names.get(kind, set())
            things = {name: known[name] for name in used if isinstance(known, Dictionary) and name in known}
            if kind == "/Properties":
                things = {name: _without_strings(thing) for name, thing in things.items()}
            things.update(added.get(kind, {}))
            if things:
                made[kind] = Dictionary({name: things[name] for name in sorted(things)})
        return made

    # --- one operator -------------------------------------------------------------------------------

    def _cut(self, scope: Scope, k: int, one: Any, gone: set[int], cuts: Cuts) -> list[Any]:
        glyphs, setting = scope.shown[k], scope.settings[k]
        operator = str(one.operator)
        out: list[Any] = []
        if operator == '"':
            out += [instruction([one.operands[0]], "Tw"), instruction([one.operands[1]], "Tc")]
        if operator in ("'", '"'):
            out.append(instruction([], "T*"))
        row = _Row()
        here = 0
        for n, part in enumerate(list(one.operands[0]) if operator == "TJ" else [one.operands[-1]]):
            if not isinstance(part, String):
                row.add_number(float(part))
                continue
            while here < len(glyphs) and glyphs[here].part == n:
                glyph = glyphs[here]
                here += 1
                if glyph.rank not in gone:
                    row.add_bytes(glyph.code.raw)
                    continue
                label = cuts.labels.get((id(scope), k, glyph.rank))
                if label is not None and setting.name:
                    row.add_number(_over(setting, label.start))
                    if _is_plain(label, setting):
                        row.add_codes(label.codes, _over(setting, label.apart - _spacing(setting)))
                    else:
                        out += row.taken() + self._labelled(scope, setting, label)
                    row.add_number(-_over(setting, label.start + label.advance))
                row.add_number(glyph.number)
        return out + row.taken()

    def _labelled(self, scope: Scope, setting: Setting, label: Label) -> list[Any]:
        """The label, and the state of the text as it was before."""
        name = setting.name if label.font is None else self._name(scope.owner, "/Font", label.font)
        made = [instruction([Name(name), _number(label.size)], "Tf")]
        changes = (
            ("Tc", setting.spacing, label.apart if setting.font.vertical else label.apart / label.stretch),
            ("Tw", setting.words, 0.0),
            ("Tz", setting.stretch * 100, label.stretch * 100),
        )
        made += [instruction([_number(new)], operator) for operator, old, new in changes if old != new]
        made.append(instruction([String(b"".join(label.codes))], "Tj"))
        made.append(instruction([Name(setting.name), _number(setting.size)], "Tf"))
        return made + [instruction([_number(old)], operator) for operator, old, new in changes if old != new]


def _is_plain(label: Label, setting: Setting) -> bool:
    """Whether a label is set like the text around it: then it is a part of the same line."""
    same = label.size == setting.size and label.stretch == setting.stretch
    return label.font is None and same and not setting.words


def _spacing(setting: Setting) -> float:
    return setting.spacing if setting.font.vertical else setting.spacing * setting.stretch


def _over(setting: Setting, way: float) -> float:
    """The number in an array that goes so far along the line."""
    wide = setting.size if setting.font.vertical else setting.size * setting.stretch
    return -way * 1000 / wide if wide else 0.0


@dataclass(slots=True)
class _Row:
    """The array of an operator TJ as it is put together."""

    parts: list[bytes | float] = field(default_factory=list, repr=False)

    def add_bytes(self, data: bytes) -> None:
        if self.parts and isinstance(self.parts[-1], bytes):
            self.parts[-1] += data
        else:
            self.parts.append(data)

    def add_number(self, number: float) -> None:
        if self.parts and not isinstance(self.parts[-1], bytes):
            self.parts[-1] += number
        else:
            self.parts.append(number)

    def add_codes(self, codes: tuple[bytes, ...], apart: float) -> None:
        """Codes, each with a number behind it."""
        for code in codes:
            self.add_bytes(code)
            if abs(apart) > 1e-6:
                self.add_number(apart)

    def taken(self) -> list[Any]:
        """The operator with what was gathered so far, if there is anything."""
        parts = [
            String(part) if isinstance(part, bytes) else _number(part)
            for part in self.parts
            if isinstance(part, bytes) or abs(part) > 1e-6
        ]
        self.parts = []
        return [instruction([Array(parts)], "TJ")] if parts else []


def _number(value: float) -> Decimal:
    return Decimal(f"{value:.4f}").normalize() + 0


def holds_string(value: Any, depth: int = 0) -> bool:
    """Whether there is a string somewhere in the value."""
    if isinstance(value, String):
        return True
    if depth > 8:
        return True
    if isinstance(value, Dictionary):
        return any(holds_string(one, depth + 1) for one in value.values())
    return isinstance(value, Array) and any(holds_string(one, depth + 1) for one in value)


def _without_strings(properties: Any) -> Any:
    """A property list without words; of a layer, only that it is one."""
    if not isinstance(properties, Dictionary):
        return Dictionary()
    kept = {key: value for key, value in properties.items() if isinstance(value, (int, Decimal, Name))}
    return Dictionary({**kept, "/Name": String("")}) if properties.get("/Type") == Name.OCG else Dictionary(kept)


def balanced(instructions: Iterable[Any]) -> list[Any]:
    """The instructions so that each q has its Q, and no Q comes without: something may be drawn after them."""
    out: list[Any] = [instruction([], "q")]
    depth = 0
    for one in instructions:
        operator = str(one.operator)
        if operator == "Q" and not depth:
            continue
        depth += (operator == "q") - (operator == "Q")
        out.append(one)
    return out + [instruction([], "Q") for _ in range(depth + 1)]
