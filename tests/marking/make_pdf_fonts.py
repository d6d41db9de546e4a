"""Fonts and pages for the tests of masked PDFs: fonts with made-up outlines, embedded in the ways that programs do."""

from __future__ import annotations

from io import BytesIO

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen

from tests.readers.make_pdf import build, stream, string


def font(characters: str, *, cff: bool = False) -> bytes:
    """A font with an outline of its own for each character (bars that spell its number), a thousand to the em."""
    characters = "".join(dict.fromkeys(characters))
    names = [".notdef", *(f"uni{ord(c):04X}" for c in characters)]
    made = FontBuilder(1000, isTTF=not cff)
    made.setupGlyphOrder(names)
    made.setupCharacterMap({ord(c): name for c, name in zip(characters, names[1:], strict=True)})
    widths = {name: 600 if len(name) == 7 and name < "uni0100" else 1000 for name in names}
    if cff:
        looks = {}
        for k, name in enumerate(names):
            pen = T2CharStringPen(widths[name], None)
            _bars(pen, k, widths[name])
            looks[name] = pen.getCharString()
        made.setupCFF("Test", {"FullName": "Test"}, looks, {})
    else:
        outlines = {}
        for k, name in enumerate(names):
            pen = TTGlyphPen(None)
            _bars(pen, k, widths[name])
            outlines[name] = pen.glyph()
        made.setupGlyf(outlines)
    made.setupHorizontalMetrics({name: (width, 50) for name, width in widths.items()})
    made.setupHorizontalHeader(ascent=880, descent=-120)
    made.setupNameTable({"familyName": "Test", "styleName": "Regular"})
    made.setupOS2()
    made.setupPost()
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def _bars(pen: object, number: int, width: int) -> None:
    for bit in range(10):
        if number >> bit & 1 or bit == 0:
            y = 20 + 80 * bit
            pen.moveTo((50, y))  # type: ignore[attr-defined]
            for point in ((50, y + 60), (width - 50, y + 60), (width - 50, y)):
                pen.lineTo(point)  # type: ignore[attr-defined]
            pen.closePath()  # type: ignore[attr-defined]


class Embedded:
    """A composite font whose codes are the numbers of its glyphs, as most programs write them."""

    def __init__(self, characters: str, *, cff: bool = False, vertical: bool = False) -> None:
        from fontTools.ttLib import TTFont

        self.characters = "".join(dict.fromkeys(characters))
        self.file = font(self.characters, cff=cff)
        kind = b"CIDFontType0" if cff else b"CIDFontType2"
        program = self.file
        if cff:
            program = TTFont(BytesIO(self.file)).reader["CFF "]
        widths = b" ".join(b"600" if c < "\u0100" else b"1000" for c in self.characters)
        rows = "\n".join(f"<{k:04x}> <{c.encode('utf-16-be').hex()}>" for k, c in enumerate(self.characters, 1))
        table = f"begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange {len(self.characters)} beginbfchar\n{rows}\nendbfchar endcmap"
        self.objects = {
            60: b"<</Type/Font/Subtype/Type0/BaseFont/ABCDEF+Test/Encoding/Identity-%s/DescendantFonts[61 0 R]/ToUnicode 63 0 R>>"
            % (b"V" if vertical else b"H"),
            61: b"<</Type/Font/Subtype/" + kind + b"/BaseFont/ABCDEF+Test/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
            b"/DW 1000/W[1[" + widths + b"]]/FontDescriptor 62 0 R>>",
            62: b"<</Type/FontDescriptor/FontName/ABCDEF+Test/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 880"
            b"/Descent -120/CapHeight 700/StemV 80/CIDSet 65 0 R/" + (b"FontFile3" if cff else b"FontFile2") + b" 64 0 R>>",
            63: stream(table.encode()),
            64: stream(program, b"/Subtype/CIDFontType0C" if cff else b"/Length1 %d" % len(program)),
            65: stream(b"\xff\xff"),
        }  # fmt: skip

    def code(self, text: str) -> str:
        return "".join(f"{self.characters.index(c) + 1:04x}" for c in text)

    def show(self, x: float, y: float, text: str, size: float = 12, before: str = "") -> bytes:
        return f"q BT /F6 {size} Tf {before} 1 0 0 1 {x} {y} Tm <{self.code(text)}> Tj ET Q\n".encode()

    def kerned(self, x: float, y: float, text: str, size: float = 12) -> bytes:
        """The text in an array, with a number behind every second character."""
        parts = "".join(f"<{self.code(c)}>{'-35.5' if k % 2 else ''}" for k, c in enumerate(text))
        return f"q BT /F6 {size} Tf {x} {y} Td [{parts}] TJ ET Q\n".encode()

    def build(self, *contents: bytes, objects: dict[int, bytes] | None = None, resources: bytes = b"", **more: bytes) -> bytes:
        data = build(*contents, objects=self.objects | (objects or {}), resources=resources, **more)
        return _with_font(data)


def _with_font(data: bytes) -> bytes:
    """The pages' resources name the embedded font F6; the table of objects is rebuilt."""
    import pikepdf

    out = BytesIO()
    with pikepdf.open(BytesIO(data)) as file:
        for page in file.pages:
            page.Resources.Font.F6 = file.get_object(60, 0) if (60, 0) in file.get_xref_table() else page.Resources.Font.F1
        file.save(out)
    return out.getvalue()


__all__ = ["Embedded", "font", "string"]
