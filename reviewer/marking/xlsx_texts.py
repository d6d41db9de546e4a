"""The other parts of a publishable copy: text boxes, charts, tables, VML, controls, styles; and the last sweep."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape, unescape

from lxml import etree

from reviewer.marking.xlsx_beside import mask_filters
from reviewer.marking.xlsx_cells import Grid
from reviewer.marking.xlsx_formulas import References, area, renamed
from reviewer.marking.xlsx_hits import Hits, Sweep
from reviewer.marking.xlsx_keep import take_out
from reviewer.marking.xlsx_parts import Draft, fit, forget
from reviewer.readers.package import parse_xml
from reviewer.readers.xlsx_book import MAIN, clean, each, is_true, local, own_values
from reviewer.readers.xlsx_drawing import VML_MARK, VML_TEXT, shape_texts, vml_text
from reviewer.readers.xlsx_format import number_text

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_REFERENCE = re.compile(rb"&#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}));")
_NUDGED = frozenset({"x", "y", "cx", "cy", "colOff", "rowOff", "w", "h"})
"""lengths in a drawing: one EMU more is nothing, and no masked number"""


@dataclass(slots=True)
class Texts:
    """Edits the parts beside the worksheets, those only that hold something to be changed."""

    draft: Draft
    hits: Hits
    sweep: Sweep
    references: References
    grids: Mapping[str, Grid]
    names: Mapping[str, str]
    removed: Counter[str]

    def edit(self, part: str) -> None:
        """One XML part that stays."""
        known = part in self.draft.seen()
        root = self.draft.tree(part) if known else parse_xml(self.draft.original(part), self.draft.limits)
        before = etree.tostring(root)
        self._shapes(root)
        kind = local(root)
        if kind == "chartSpace":
            self._chart(root)
        elif kind == "table":
            self._table(part, root)
        elif kind == "styleSheet":
            self._styles(root)
        elif kind == "formControlPr":
            self._control(root)
        elif kind in ("wsDr", "userShapes", "cellImages"):
            self._drawing(root)
        self._rest(root)
        if etree.tostring(root) != before:
            self.draft.put(part, root)

    # Text boxes -------------------------------------------------------------------------------------

    def _shapes(self, root: etree._Element) -> None:
        for body, text in [*shape_texts(root)]:
            hit = self.hits.texts.get(("textbox", text))
            if hit is not None:
                self.hits.placed.update(hit.numbers)
                _put(body, text, hit.changes, hit.masked())

    def _drawing(self, root: etree._Element) -> None:
        for properties in [*each(root, "cNvPr")]:
            if is_true(properties.get("hidden")):
                self._drop_shape(properties)
        for element in [*root.iter("{*}slicer", "{*}timeslicer")]:
            self._drop_anchor(element)
        for element in root.iter():
            if element.get("textlink") and self.references.touched(element.get("textlink") or "", ""):
                element.set("textlink", "")
            if element.get("macro"):
                element.set("macro", "")
        for properties in each(root, "cNvPr"):
            for key in ("descr", "title", "name"):
                if (masked := self.hits.repeated("alt", clean(properties.get(key) or ""))) is not None:
                    properties.set(key, fit(masked))
        for link in root.iter("{*}hlinkClick", "{*}hlinkHover"):
            if (masked := self.hits.text("field", link.get("tooltip") or "")) is not None:
                link.set("tooltip", fit(masked))

    def _drop_shape(self, properties: etree._Element) -> None:
        for shape in properties.iterancestors():
            holder = shape.getparent()
            outer = holder is None or local(holder) in ("grpSp", "wsDr", "userShapes", "Choice", "Fallback")
            if outer or local(shape).endswith("Anchor"):
                take_out(shape)
                break
        self.removed["隐藏的图形"] += 1

    def _drop_anchor(self, element: etree._Element) -> None:
        for anchor in element.iterancestors():
            if local(anchor).endswith("Anchor"):
                take_out(anchor)
                return

    # Charts -----------------------------------------------------------------------------------------

    def _chart(self, root: etree._Element) -> None:
        for element in [*root.iter("{*}pivotSource", "{*}externalData")]:
            take_out(element)
        for formula in [*root.iter("{*}f")]:
            self._chart_formula(formula)
        for cache in [*root.iter("{*}strCache", "{*}numCache", "{*}lvl", "{*}dlblRangeCache")]:
            numeric = local(cache) == "numCache"
            for point in [p for p in cache if local(p) == "pt"]:
                value = next((v for v in point if local(v) == "v"), point)
                text = clean(value.text or "").strip()
                masked = self.hits.repeated("textbox", number_text(text) if numeric else text)
                if masked is None:
                    continue
                if numeric:
                    cache.remove(point)
                else:
                    value.text = fit(masked)
        for value in root.iter("{*}v"):
            if (masked := self.hits.repeated("textbox", clean(value.text or ""))) is not None:
                value.text = fit(masked)

    def _chart_formula(self, formula: etree._Element) -> None:
        """A reference to what is gone: the chart keeps the values that it shows as its own.

        One to cells that changed: the values that the chart keeps of them go, it reads the cells again.
        """
        text, holder = formula.text or "", formula.getparent()
        if not text or holder is None:
            return
        if self.references.lost(text.strip("()"), ""):
            _as_literal(formula)
            self.removed["图表对隐藏数据的引用（改为数值）"] += 1
            return
        if self.references.touched(text.strip("()"), ""):
            for cache in [e for e in holder if local(e).endswith("Cache")]:
                take_out(cache)
        if self.names:
            formula.text = renamed(text, self.names)

    # Tables, styles, controls -----------------------------------------------------------------------

    def _table(self, part: str, root: etree._Element) -> None:
        grid = self.grids.get(self._owner(part))
        top, left, _, _ = area((root.get("ref") or "A1").partition(" ")[0])
        has_header = root.get("headerRowCount", "1") != "0"
        columns = [*root.iter(f"{MAIN}tableColumn")]
        for k, column in enumerate(columns):
            header = grid.texts.get((top, left + k)) if grid is not None and has_header else None
            name = column.get("name") or ""
            masked = header if header is not None else self.hits.repeated("name", clean(name))
            if masked is not None:
                column.set("name", fit(_unique(masked, columns, k)).replace("\n", "_x000a_"))
                self.hits.text("name", clean(name))
            if (label := self.hits.repeated("name", clean(column.get("totalsRowLabel") or ""))) is not None:
                column.set("totalsRowLabel", fit(label))
        for formula in [*root.iter(f"{MAIN}calculatedColumnFormula", f"{MAIN}totalsRowFormula")]:
            text = formula.text or ""
            if own_values(text) in self.hits.held or self.references.touched(text, self._owner(part)):
                holder = formula.getparent()
                take_out(formula)
                if holder is not None and holder.get("totalsRowFunction") == "custom":
                    forget(holder, "totalsRowFunction")
        for key in ("displayName", "name"):
            if (self.hits.text("name", clean(root.get(key) or ""))) is not None:
                root.set(key, f"表_{root.get('id') or '1'}")
        for key in ("comment", "connectionId"):
            forget(root, key)
        if root.get("tableType"):
            forget(root, "tableType")
        for element in [*root.iter(f"{MAIN}xmlColumnPr")]:
            take_out(element)
        for element in each(root, "table"):
            for key in ("altText", "altTextSummary"):
                if (masked := self.hits.text("alt", clean(element.get(key) or ""))) is not None:
                    element.set(key, fit(masked))
        mask_filters(root, self.hits)

    def _owner(self, part: str) -> str:
        for tab in self.draft.tabs:
            if any(link.target.lower() == part.lower() for link in self.draft.links(tab.part).values()):
                return tab.name
        return ""

    def _styles(self, root: etree._Element) -> None:
        """Words in number formats: those that cells showed, and those that none does."""
        shown = {hit.text[start:end]: replacement for sheet in self.hits.shown.values() for hit in sheet.values()
                 for start, end, replacement in hit.changes}  # fmt: skip
        for element in root.iter(f"{MAIN}numFmt"):
            code = element.get("formatCode") or ""
            new = re.sub('"([^"]*)"', self._literal, code)
            for stretch, replacement in shown.items():
                new = new.replace(stretch, replacement.replace('"', ""))
            if new != code:
                element.set("formatCode", fit(new))
        for style in each(root, "cellStyle"):
            if (masked := self.hits.text("name", clean(style.get("name") or ""))) is not None:
                style.set("name", fit(masked))

    def _literal(self, match: re.Match[str]) -> str:
        masked = self.hits.repeated("formula", clean(match[1]))
        return match[0] if masked is None else '"' + masked.replace('"', "") + '"'

    def _control(self, root: etree._Element) -> None:
        for element in root.iter():
            for key, value in list(element.attrib.items()):
                linked = key in ("fmlaLink", "fmlaRange", "fmlaTxbx", "fmlaGroup")
                if key == "fmlaMacro" or (linked and self.references.lost(str(value), "")):
                    del element.attrib[key]
                elif (masked := self.hits.repeated("form", clean(str(value)))) is not None:
                    element.set(key, fit(masked))

    # The sweep --------------------------------------------------------------------------------------

    def sweep_tree(self, root: etree._Element) -> None:
        """The values that no reader names, in a tree that is edited otherwise."""
        self._rest(root)

    def _rest(self, root: etree._Element) -> None:
        values = self.sweep.found(etree.tostring(root, encoding="utf-8"))
        for element in root.iter() if values or self.hits.texts else ():
            self._swept(element, values)

    def _swept(self, element: etree._Element, values: list[str]) -> None:
        for key, text in [("", element.text or ""), ("\0", element.tail or ""), *element.attrib.items()]:
            if not str(text).strip():
                continue
            new = self.hits.text("property", clean(str(text)).strip())
            new = self.sweep.cleaned(str(text), values) if new is None else fit(new)
            if new == text:
                continue
            if str(text).isdigit() and (key or local(element)) in _NUDGED:
                new = str(int(text) + 1)
            if key == "":
                element.text = new
            elif key == "\0":
                element.tail = new
            else:
                element.set(key, new)

    def sweep_bytes(self, data: bytes) -> bytes:
        """A part that is no well-formed XML, or the rows of a sheet."""
        if b"&#" in data:
            data = _REFERENCE.sub(_referred, data)
        values = self.sweep.found(data)
        return self.sweep.cleaned(data.decode("utf-8"), values).encode() if values else data

    def vml(self, data: bytes) -> bytes:
        """A VML drawing: its text boxes and attributes."""
        out, here, opened = [], 0, None
        for mark in VML_MARK.finditer(data):
            if opened is not None:
                masked = self.hits.text("textbox", vml_text(data[opened : mark.start()]))
                if masked is not None:
                    out += [data[here:opened], escape(masked).replace("\n", "<br/>").encode()]
                    here = mark.start()
            opened = None if mark[1] else mark.end()
        data = b"".join((*out, data[here:]))
        data = VML_TEXT.sub(self._vml_attribute, data)
        return self.sweep_bytes(data)

    def _vml_attribute(self, match: re.Match[bytes]) -> bytes:
        held = match[1] if match[1] is not None else match[2] or b""
        masked = self.hits.repeated("alt", clean(unescape(held.decode("utf-8", "replace"))))
        if masked is None:
            return match[0]
        at = match.start(1) if match[1] is not None else match.start(2)
        at -= match.start()
        return match[0][:at] + escape(masked).encode() + match[0][at + len(held) :]


def _referred(match: re.Match[bytes]) -> bytes:
    code = int(match[1], 16) if match[1] else int(match[2])
    mark = 0x20 < code < 0xD800 and chr(code) not in "<>&\"'"
    return chr(code).encode() if mark else match[0]


def _unique(name: str, columns: list[etree._Element], place: int) -> str:
    taken = {(column.get("name") or "").lower() for k, column in enumerate(columns) if k != place}
    new, number = name, 1
    while new.lower() in taken:
        number += 1
        new = f"{name}{number}"
    return new


def _put(body: etree._Element, text: str, changes: list[tuple[int, int, str]], masked: str) -> None:
    """Writes a text body anew, each change in the run where it begins."""
    places = [*_characters(body)]
    joined = "".join(character for character, _ in places)
    lead = len(joined) - len(joined.lstrip("\n"))
    if joined.strip("\n") != text:
        _replace_all(body, masked)
        return
    out: list[str] = [character for character, _ in places]
    for start, end, replacement in changes:
        own = [k for k in range(start + lead, end + lead) if places[k][1] is not None]
        for k in own:
            out[k] = ""
        if own:
            out[own[0]] = replacement
    runs: dict[etree._Element, list[str]] = {}
    for (_, run), piece in zip(places, out, strict=True):
        if run is not None:
            runs.setdefault(run, []).append(piece)
    for run, pieces in runs.items():
        run.text = fit("".join(pieces))


def _characters(body: etree._Element) -> Iterator[tuple[str, etree._Element | None]]:
    """The characters of a text body as the reader joins them, each with the run that holds it."""
    first = True
    for paragraph in body.iterfind(_A + "p"):
        if not first:
            yield "\n", None
        first = False
        for element in paragraph.iter("{*}t", "{*}br"):
            if local(element) == "br":
                yield "\n", None
            else:
                for character in clean(element.text or ""):
                    yield character, element


def _replace_all(body: etree._Element, masked: str) -> None:
    """All of it in the first run."""
    runs = [element for paragraph in body.iterfind(_A + "p") for element in paragraph.iter("{*}t")]
    for k, run in enumerate(runs):
        run.text = fit(masked.replace("\n", " ")) if k == 0 else ""


def _as_literal(formula: etree._Element) -> None:
    """strRef and numRef as the literal data that they last showed (ECMA-376 part 1, 21.2.2)."""
    holder = formula.getparent()
    assert holder is not None
    kind, space = local(holder), str(holder.tag).rpartition("}")[0] + "}"
    outer = holder.getparent()
    if kind not in ("strRef", "numRef", "multiLvlStrRef") or outer is None:
        take_out(formula)
        return
    cache = next((e for e in holder if local(e).endswith("Cache")), None)
    levels = [e for e in cache if local(e) == "lvl"] if kind == "multiLvlStrRef" and cache is not None else []
    level = levels[0] if levels else None
    points = list(level if level is not None else cache if cache is not None else [])
    if local(outer) == "tx":
        value = next((v for p in points for v in p.iter("{*}v")), None)
        made = etree.Element(space + "v")
        made.text = value.text if value is not None else ""
    else:
        made = etree.Element(space + ("numLit" if kind == "numRef" else "strLit"))
        if level is not None and cache is not None:
            points = [*(e for e in cache if local(e) == "ptCount"), *points]
        made.extend([e for e in points if local(e) in ("formatCode", "ptCount", "pt")])
    made.tail = holder.tail
    outer.replace(holder, made)
