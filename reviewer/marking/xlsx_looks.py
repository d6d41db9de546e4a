"""Cell styles that are made beside those of a workbook: the same look with a fill, or as plain text."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree

from reviewer.marking.xlsx_parts import Draft, child
from reviewer.model import Severity
from reviewer.readers.package import parse_xml
from reviewer.readers.xlsx_book import MAIN

FILLS: dict[Severity, str] = {"block": "FFFFC7CE", "check": "FFFFEB9C", "note": "FFDDEBF7"}
_HEAD_FILL = "FFD9D9D9"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_ORDER = ("fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors",
          "extLst")  # fmt: skip
_TEXT = "49"
"""the built-in number format @: a cell shows its text as it is"""
_EMPTY = (
    f'<styleSheet xmlns="{MAIN[1:-1]}"><fonts count="1"><font><sz val="11"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" '
    'borderId="0"/></cellXfs></styleSheet>'
).encode()


@dataclass(slots=True)
class Looks:
    """The styles of one workbook; the part is written anew when the first is added."""

    draft: Draft
    _made: dict[tuple[int, str], int] = field(default_factory=dict)
    _fills: dict[str, int] = field(default_factory=dict)
    _part: str = ""

    def filled(self, style: int, severity: Severity) -> int:
        """The style with the fill of a severity."""
        key = style, severity
        if key not in self._made:
            self._made[key] = self._clone(style, fillId=self._fill(FILLS[severity]), applyFill="1")
        return self._made[key]

    def as_text(self, style: int) -> int:
        """The style without its number format."""
        key = style, "text"
        if key not in self._made:
            self._made[key] = self._clone(style, numFmtId=_TEXT, applyNumberFormat="1")
        return self._made[key]

    def wrapped(self, *, bold: bool = False, link: bool = False) -> int:
        """A style of our own for long text: a heading, a link, or neither."""
        font = self._font(bold=bold, link=link)
        fill = self._fill(_HEAD_FILL) if bold else "0"
        number = self._add(etree.Element(MAIN + "xf", numFmtId="0", fontId=font, fillId=fill, borderId="0"))
        look = self._formats()[number]
        for key in ("applyFont", "applyFill", "applyAlignment"):
            look.set(key, "1")
        etree.SubElement(look, MAIN + "alignment", vertical="top", wrapText="1")
        return number

    def _root(self) -> etree._Element:
        if not self._part:
            self._part = self.draft.linked(self.draft.main, "styles") or self._new()
        return self.draft.edited(self._part)

    def _new(self) -> str:
        # Some programs look for the styles under this name only.
        usual = "xl/styles.xml"
        part = self.draft.unused("xl/styles{}.xml") if usual in self.draft.package else usual
        self.draft.put(part, parse_xml(_EMPTY, self.draft.limits))
        self.draft.add_link(self.draft.main, "styles", part)
        self.draft.declare(part, _KIND)
        return part

    def _formats(self) -> etree._Element:
        holder = child(self._root(), "cellXfs", _ORDER[5:])
        if not len(holder):
            etree.SubElement(holder, MAIN + "xf", numFmtId="0", fontId="0", fillId="0", borderId="0")
        return holder

    def _clone(self, style: int, **changes: str) -> int:
        formats = self._formats()
        look = deepcopy(formats[style if style < len(formats) else 0])
        look.tail = None
        for key, value in changes.items():
            look.set(key, value)
        return self._add(look)

    def _add(self, look: etree._Element) -> int:
        formats = self._formats()
        formats.append(look)
        formats.set("count", str(len(formats)))
        return len(formats) - 1

    def _fill(self, colour: str) -> str:
        if colour not in self._fills:
            fills = child(self._root(), "fills", _ORDER[2:])
            fill = etree.SubElement(fills, MAIN + "fill")
            pattern = etree.SubElement(fill, MAIN + "patternFill", patternType="solid")
            etree.SubElement(pattern, MAIN + "fgColor", rgb=colour)
            etree.SubElement(pattern, MAIN + "bgColor", indexed="64")
            fills.set("count", str(len(fills)))
            self._fills[colour] = len(fills) - 1
        return str(self._fills[colour])

    def _font(self, *, bold: bool, link: bool) -> str:
        fonts = child(self._root(), "fonts", _ORDER[1:])
        font = etree.SubElement(fonts, MAIN + "font")
        if bold:
            etree.SubElement(font, MAIN + "b")
        if link:
            etree.SubElement(font, MAIN + "u")
        etree.SubElement(font, MAIN + "sz", val="11")
        if link:
            etree.SubElement(font, MAIN + "color", rgb="FF0563C1")
        etree.SubElement(font, MAIN + "name", val="宋体")
        fonts.set("count", str(len(fonts)))
        return str(len(fonts) - 1)
