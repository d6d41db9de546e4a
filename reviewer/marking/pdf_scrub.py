"""Takes out of a PDF's fonts what they hold of characters that no page shows any more.

A font embedded for one document tells which characters the document had: its outlines, its tables of characters
and widths. What is still used keeps its number, so that nothing that is shown changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

import pikepdf
from fontTools.encodings.StandardEncoding import StandardEncoding
from fontTools.ttLib import TTFont
from fontTools.ttLib.sfnt import SFNTReader
from pikepdf import Array, Dictionary, Name

from reviewer.marking import pdf_type1
from reviewer.marking.font_outlines import FAULTS, cff_without, sfnt, truetype_without
from reviewer.marking.pdf_fonts import Code, Font, base_names, unicode_map, unicode_table

_IDENTITY = (Name("/Identity-H"), Name("/Identity-V"))


def scrub(fonts: Iterable[Font]) -> list[str]:
    """Scrub the fonts; gives the faults met, one word each: a font that could not be scrubbed stays whole."""
    faults: list[str] = []
    known = [font for font in fonts if isinstance(font.spec, Dictionary)]
    for of, step in (
        (_unicode_table, _scrub_unicode),
        (_program, _scrub_program),
        (_glyph_map, _scrub_glyph_map),
        (_part, _scrub_widths),
    ):
        for group in _grouped(known, of):
            try:
                step(group)
            except FAULTS:
                faults.append(step.__name__)
    return faults


def _grouped(fonts: Iterable[Font], of: Callable[[Font], Any]) -> list[list[Font]]:
    """The fonts that share one object, together; without those of which a font is not understood."""
    groups: dict[tuple[int, int], list[Font]] = {}
    for number, font in enumerate(fonts):
        try:
            shared = of(font)
        except FAULTS:
            continue
        if isinstance(shared, (pikepdf.Stream, Dictionary)):
            groups.setdefault(shared.objgen if shared.is_indirect else (-1, number), []).append(font)
    return [group for group in groups.values() if not any(font.odd for font in group)]


def _part(font: Font) -> Any:
    return font.descendant


def _glyph_map(font: Font) -> Any:
    table = font.descendant.get("/CIDToGIDMap") if font.composite else None
    return table if isinstance(table, pikepdf.Stream) else None


def _unicode_table(font: Font) -> Any:
    return font.spec.get("/ToUnicode")


def _program(font: Font) -> Any:
    descriptor = font.descendant.get("/FontDescriptor")
    if not isinstance(descriptor, Dictionary):
        return None
    return next((descriptor[key] for key in ("/FontFile2", "/FontFile3", "/FontFile") if key in descriptor), None)


# --- tables of characters and widths -------------------------------------------------------------------


def _scrub_unicode(fonts: list[Font]) -> None:
    stream = _unicode_table(fonts[0])
    known = unicode_map(stream)
    used = {raw for font in fonts for raw in font.used}
    kept = {raw: text for raw, text in known.items() if raw in used}
    if len(kept) != len(known):
        stream.write(unicode_table(kept, max(map(len, known), default=1)))
        for key in ("/CMapName", "/UseCMap"):
            if key in stream:
                del stream[key]


def _scrub_widths(fonts: list[Font]) -> None:
    font = fonts[0]
    if font.composite:
        if font.is_embedded and not any(font.vertical for font in fonts):
            _scrub_wide(fonts)
        return
    spec = font.spec
    used = {code.cid for font in fonts for code in font.used.values()}
    if spec.get("/Subtype") == Name.Type3 or font.is_embedded:
        widths, first = spec.get("/Widths"), int(spec.get("/FirstChar", 0))
        if isinstance(widths, Array):
            spec.Widths = Array([width if first + k in used else 0 for k, width in enumerate(widths)])
        _scrub_differences(spec, used)
    if spec.get("/Subtype") == Name.Type3:
        _scrub_drawings(spec)


def _scrub_wide(fonts: list[Font]) -> None:
    part = fonts[0].descendant
    if "/W" not in part:
        return
    default = float(part.get("/DW", 1000)) / 1000
    kept = {code.cid: code.width for font in fonts for code in font.used.values() if code.width != default}
    part.W = Array([one for cid in sorted(kept) for one in (cid, Array([round(kept[cid] * 1000, 4)]))])
    if "/W2" in part:
        del part.W2


def _scrub_differences(spec: Any, used: set[int]) -> None:
    encoding = spec.get("/Encoding")
    if not isinstance(encoding, Dictionary) or "/Differences" not in encoding:
        return
    kept = {code: name for code, name in differences(spec).items() if code in used}
    # The table may be another font's too.
    new = Dictionary({key: value for key, value in encoding.items() if key != "/Differences"})
    new.Differences = Array([one for code, name in sorted(kept.items()) for one in (code, Name("/" + name))])
    spec.Encoding = new


def _scrub_drawings(spec: Any) -> None:
    """The drawings of a Type 3 font whose names no code leads to."""
    encoding, drawings = spec.get("/Encoding"), spec.get("/CharProcs")
    if isinstance(drawings, Dictionary) and isinstance(encoding, Dictionary):
        named = {f"/{name}" for name in differences(spec).values()}
        spec.CharProcs = Dictionary({name: drawing for name, drawing in drawings.items() if name in named})


# --- outlines ------------------------------------------------------------------------------------------


def _scrub_program(fonts: list[Font]) -> None:
    descriptor = fonts[0].descendant.FontDescriptor
    if "/FontFile2" in descriptor:
        _scrub_truetype(descriptor.FontFile2, fonts)
        return
    if "/FontFile3" not in descriptor:
        _scrub_type1(descriptor.FontFile, fonts)
        return
    stream = descriptor.FontFile3
    if stream.get("/Subtype") == Name.OpenType:
        data = stream.read_bytes()
        if data[:4] != b"OTTO":
            _scrub_truetype(stream, fonts)
            return
        reader = SFNTReader(BytesIO(data))
        tables = {tag: reader[tag] for tag in reader.keys()}  # noqa: SIM118
        tables["CFF "] = _scrubbed_cff(tables["CFF "], fonts)
        stream.write(sfnt(reader.sfntVersion, tables))
        return
    stream.write(_scrubbed_cff(stream.read_bytes(), fonts))


def _scrub_truetype(stream: Any, fonts: list[Font]) -> None:
    data = stream.read_bytes()
    used: set[int] = set()
    for font in fonts:
        used |= _truetype_glyphs(font, data)
    made = truetype_without(data, used, named=not all(font.composite for font in fonts))
    if made is not None:
        stream.write(made)
        stream.Length1 = len(made)


def _truetype_glyphs(font: Font, data: bytes) -> set[int]:
    codes = list(font.used.values())
    if font.composite:
        table = font.descendant.get("/CIDToGIDMap")
        if isinstance(table, pikepdf.Stream):
            gids = table.read_bytes()
            return {int.from_bytes(gids[2 * code.cid : 2 * code.cid + 2], "big") for code in codes}
        found = {code.cid for code in codes}
        # A font that is shown by a predefined table of characters is looked up by character.
        return found if font.spec.Encoding in _IDENTITY else found | _by_character(codes, data)
    return _by_character(codes, data) | _by_name(font, data)


def _by_name(font: Font, data: bytes) -> set[int]:
    """The glyphs that the encoding of a simple font names."""
    named = set(differences(font.spec).values())
    if not named:
        return set()
    with TTFont(BytesIO(data), lazy=True) as program:
        return {number for name, number in program.getReverseGlyphMap().items() if name in named}


def _by_character(codes: list[Code], data: bytes) -> set[int]:
    """Every glyph that a code of a simple font may mean: viewers differ in where they look first (9.6.6.4)."""
    with TTFont(BytesIO(data), lazy=True) as font:
        order = font.getReverseGlyphMap()
        found: set[int] = set()
        tables = font["cmap"].tables if "cmap" in font else []
        for code in codes:
            keys = {code.cid, 0xF000 + code.cid, 0xF100 + code.cid, 0xF200 + code.cid, *map(ord, code.text)}
            keys |= {character for raw in (code.raw,) for character in _others(raw)}
            found.update(order[table.cmap[key]] for table in tables for key in keys if key in table.cmap)
            if not tables:
                found.add(code.cid)
            if len(code.text) == 1 and (name := f"uni{ord(code.text):04X}") in order:
                found.add(order[name])
        return found


def _others(raw: bytes) -> set[int]:
    """The characters of a byte in the encodings that a viewer may take for granted."""
    found: set[int] = set()
    for codec in ("cp1252", "mac-roman", "latin-1"):
        found.update(map(ord, raw.decode(codec, "ignore")))
    return found


def _scrub_glyph_map(fonts: list[Font]) -> None:
    table = _glyph_map(fonts[0])
    gids = table.read_bytes()
    new = bytearray(len(gids))
    for cid in {code.cid for font in fonts for code in font.used.values()}:
        new[2 * cid : 2 * cid + 2] = gids[2 * cid : 2 * cid + 2]
    table.write(bytes(new))


def _scrubbed_cff(data: bytes, fonts: list[Font]) -> bytes:
    """The font with empty outlines for all glyphs that are not used, and no names or identifiers of theirs."""

    def used(top: Any, by_cid: bool) -> set[int]:
        return {gid for font in fonts for gid in _cff_glyphs(font, top, by_cid=by_cid)}

    return cff_without(data, used)


def _cff_glyphs(font: Font, top: Any, *, by_cid: bool) -> set[int]:
    places = {name: gid for gid, name in enumerate(top.charset)}
    if not font.composite:
        if by_cid:
            return set(places.values())
        named = _named(font, _cff_encoding(top))
        return {places[name] for name in named if name in places} if named is not None else set(places.values())
    cids = {code.cid for code in font.used.values()}
    if not by_cid:
        return cids & set(range(len(places)))
    return {places[name] for name in (f"cid{cid:05d}" for cid in cids) if name in places}


def _cff_encoding(top: Any) -> dict[int, str]:
    known = getattr(top, "Encoding", None)
    names = known if isinstance(known, list) else StandardEncoding if known == "StandardEncoding" else []
    return {code: name for code, name in enumerate(names) if name != ".notdef"}


def _scrub_type1(stream: Any, fonts: list[Font]) -> None:
    program = stream.read_bytes()
    used: set[str] = set()
    for font in fonts:
        named = _named(font, pdf_type1.encoding_of(program))
        if named is None:
            raise ValueError("names")
        used |= named
    clear, packed = int(stream.Length1), int(stream.Length2)
    made, clear, packed = pdf_type1.without(program, clear, packed, used)
    stream.write(made)
    stream.Length1, stream.Length2 = clear, packed


def _named(font: Font, built_in: dict[int, str]) -> set[str] | None:
    """The names of the glyphs that a simple font still shows; None where one of its codes has no known name."""
    names = dict(built_in)
    encoding = font.spec.get("/Encoding")
    if isinstance(encoding, Name) or (isinstance(encoding, Dictionary) and "/BaseEncoding" in encoding):
        base = str(encoding if isinstance(encoding, Name) else encoding.BaseEncoding)[1:]
        names = base_names(base)
    names.update(differences(font.spec))
    used = {code.cid for code in font.used.values()}
    return {names[code] for code in used} if used <= names.keys() else None


def differences(spec: Any) -> dict[int, str]:
    """What the encoding of a simple font names itself (9.6.6)."""
    encoding = spec.get("/Encoding")
    listed = encoding.get("/Differences", ()) if isinstance(encoding, Dictionary) else ()
    found: dict[int, str] = {}
    code = 0
    for one in listed:
        if isinstance(one, Name):
            found[code] = str(one)[1:]
            code += 1
        else:
            code = int(one)
    return found
