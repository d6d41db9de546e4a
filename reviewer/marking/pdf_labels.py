"""What is written into the gap of a masked value: in the font around it where that has the characters, else in the
small font that comes with this package, else in STSong-Light, which viewers have or replace. It is set smaller where
the gap is too short.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from reviewer.marking.page_labels import FIXED, SMALLEST, SPREAD, own_data, own_font
from reviewer.marking.pdf_cut import Cuts, Label
from reviewer.marking.pdf_fonts import Font, Fonts, unicode_table
from reviewer.marking.pdf_places import Box
from reviewer.marking.pdf_walk import Glyph, Setting

_APART = 1.5
"""ems between two glyphs that are still read as one row"""


class Labels:
    """The fonts of labels of one file, made when first needed."""

    def __init__(self, pdf: pikepdf.Pdf, fonts: Fonts) -> None:
        self.pdf = pdf
        self.fonts = fonts
        self._made: dict[str, Font] = {}

    def put(self, cuts: Cuts, glyphs: Sequence[Glyph], text: str, *, fixed: bool = False) -> bool:
        """Write `text` where these glyphs of one value, in reading order, were; False where it can not be.

        `fixed`: as wide as all such labels are, whatever was there.
        """
        row = max(rows(glyphs), key=length, default=[])
        if not row or not text:
            return not text
        setting = row[0].scope.settings[row[0].op]
        if not setting.name or not setting.size or not setting.unit:
            return False
        room = length(row) / setting.unit
        label = self._label(text, setting, min(room, FIXED * abs(setting.size)) if fixed else room)
        if label is None:
            return False
        cuts.put(row[0], label)
        return True

    def form(self, text: str, wide: float, high: float) -> Any:
        """A form of this size that shows the text from its upper edge, one line or a few."""
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        font = self._standard("".join(lines), vertical=False)
        rows = [[font.code_for(character) for character in line] for line in lines]
        known = [[code for code in row if code is not None] for row in rows]
        longest = max(sum(code.advance for code in row) for row in known) or 1.0
        size = min(12.0, 0.75 * high / len(lines), (wide - 4) / longest)
        if size <= 0:
            return None
        start = (high + 1.1 * size * len(lines)) / 2 - 0.95 * size
        shown = " ".join(f"<{b''.join(code.raw for code in row).hex()}> Tj T*" for row in known)
        content = f"/Tx BMC q BT 0 g /Rv0 {size:.3f} Tf {1.1 * size:.3f} TL 2 {start:.3f} Td {shown} ET Q EMC"
        look = self.pdf.make_stream(content.encode("ascii"))
        look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, round(wide, 3), round(high, 3)])
        look.Resources = Dictionary(Font=Dictionary(Rv0=font.spec))
        return look

    def over(self, text: str, box: Box, name: str) -> tuple[str, Any]:
        """Content that writes the text into a box with a font of this name, and that font."""
        font = self._standard(text, vertical=False)
        codes = [code for code in map(font.code_for, text) if code is not None]
        for code in codes:
            font.used[code.raw] = code
        wide, high = box[2] - box[0], box[3] - box[1]
        size = min(0.85 * high, wide / max(sum(code.advance for code in codes), 0.1))
        x, y = box[0], box[1] + (high - 0.76 * size) / 2
        shown = b"".join(code.raw for code in codes).hex()
        return f"BT {name} {size:.3f} Tf {x:.3f} {y:.3f} Td <{shown}> Tj ET", font.spec

    def _label(self, text: str, setting: Setting, room: float) -> Label | None:
        own = self._encoded(setting.font, text)
        font = setting.font if own is not None else self._standard(text, vertical=setting.font.vertical)
        encoded = own if own is not None else self._encoded(font, text)
        if encoded is None:
            return None
        codes, ems = encoded
        stretch = 1.0 if font.vertical else setting.stretch
        size = setting.size
        wide = abs(ems * size * stretch)
        room = abs(room) or wide
        pad = min(max(room - wide, 0.0) / len(codes), SPREAD * abs(size))
        if wide > 1.001 * room:
            factor = room / wide
            size *= max(factor, SMALLEST)
            if factor < SMALLEST and not font.vertical:
                stretch *= factor / SMALLEST
        pad = -pad if font.vertical else pad
        advance = ems * size * (1.0 if font.vertical else stretch) + len(codes) * pad
        return Label(None if own is not None else font.spec, codes, size, stretch, advance, pad / 2, pad)

    @staticmethod
    def _encoded(font: Font, text: str) -> tuple[tuple[bytes, ...], float] | None:
        """The codes of a text and how far they advance, in ems; None where the font lacks one."""
        codes = [font.code_for(character) for character in text]
        if any(code is None or not code.advance for code in codes):
            return None
        known = [code for code in codes if code is not None]
        for code in known:
            font.used[code.raw] = code
        return tuple(code.raw for code in known), sum(code.advance for code in known)

    def _standard(self, text: str, *, vertical: bool) -> Font:
        way = "V" if vertical else "H"
        kind = ("Identity-" if set(text) <= own_font().keys() else "UniGB-UCS2-") + way
        if kind not in self._made:
            spec = _embedded(self.pdf, kind) if kind.startswith("Identity") else _song(kind)
            font = self._made[kind] = self.fonts.get(self.pdf.make_indirect(spec))
            for raw in font.unicode:
                next(font.read(raw))
        return self._made[kind]


def rows(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """The glyphs parted where they do not stand side by side (or, set downwards, below each other)."""
    found: list[list[Glyph]] = []
    for glyph in glyphs:
        if found and _follows(found[-1][-1], glyph):
            found[-1].append(glyph)
        else:
            found.append([glyph])
    return found


def _follows(last: Glyph, glyph: Glyph) -> bool:
    em = max(_size(last.up), 1e-6)
    if last.font.vertical:
        return abs(glyph.x - last.x) < em / 2 and _distance(last, glyph) < _APART * em + em
    # Across the line, and from the end of the one to the start of the other.
    dx, dy = glyph.x - last.x - last.along[0], glyph.y - last.y - last.along[1]
    ux, uy = last.up[0] / em, last.up[1] / em
    return abs(dx * ux + dy * uy) < em / 2 and (dx * dx + dy * dy) ** 0.5 < _APART * em


def length(row: Sequence[Glyph]) -> float:
    """How long a row of glyphs is, in points."""
    first, last = row[0], row[-1]
    if first.font.vertical:
        return _distance(first, last) + _size(last.up)
    dx, dy = last.x + last.along[0] - first.x, last.y + last.along[1] - first.y
    return float((dx * dx + dy * dy) ** 0.5)


def _distance(a: Glyph, b: Glyph) -> float:
    return float(((a.x - b.x) ** 2 + (a.y - b.y) ** 2) ** 0.5)


def _size(vector: tuple[float, float]) -> float:
    return float((vector[0] ** 2 + vector[1] ** 2) ** 0.5)


def _embedded(pdf: pikepdf.Pdf, encoding: str) -> Any:
    """That font, whole; what is not used of it is taken out again with the rest."""
    glyphs = own_font()
    program = pdf.make_stream(own_data())
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=Name("/ReviewerLabel"), Flags=4, FontBBox=Array([-100, -250, 1100, 900]),
        ItalicAngle=0, Ascent=880, Descent=-120, CapHeight=730, StemV=80, FontFile2=program,
    )  # fmt: skip
    widths = [one for number, width in sorted(glyphs.values()) for one in (number, Array([width]))]
    part = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name("/ReviewerLabel"), FontDescriptor=descriptor,
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        DW=1000, W=Array(widths), CIDToGIDMap=Name.Identity,
    )  # fmt: skip
    table = {number.to_bytes(2, "big"): character for character, (number, _) in glyphs.items()}
    return Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/ReviewerLabel"), Encoding=Name("/" + encoding),
        DescendantFonts=Array([pdf.make_indirect(part)]), ToUnicode=pdf.make_stream(unicode_table(table, 2)),
    )  # fmt: skip


def _song(encoding: str) -> Any:
    system = Dictionary(Registry=String("Adobe"), Ordering=String("GB1"), Supplement=2)
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=Name("/STSong-Light"), Flags=6, FontBBox=Array([-25, -254, 1000, 880]),
        ItalicAngle=0, Ascent=880, Descent=-120, CapHeight=880, StemV=93,
    )  # fmt: skip
    part = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType0, BaseFont=Name("/STSong-Light"), CIDSystemInfo=system,
        DW=1000, W=Array([1, 95, 500]), FontDescriptor=descriptor,
    )  # fmt: skip
    return Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/STSong-Light"), Encoding=Name("/" + encoding),
        DescendantFonts=Array([part]),
    )  # fmt: skip
