"""Font programs without the outlines that nothing shows any more (PDF, OFD): TrueType and CFF.

What is still used keeps its number, so that nothing that is shown changes.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from io import BytesIO
from typing import Any

from fontTools.cffLib import CFFFontSet
from fontTools.misc.psCharStrings import T2CharString
from fontTools.ttLib import TTFont, TTLibError
from fontTools.ttLib.sfnt import SFNTReader, SFNTWriter

_COMPOSITE_MORE = 0x20
_LAST_CID = 65535
_TELLING = ("name", "GSUB", "GPOS", "GDEF", "DSIG", "meta", "kern", "morx", "BASE", "JSTF")
"""tables that name characters or glyphs and that no viewer of a page needs"""
FAULTS = (
    ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError, struct.error,
    TTLibError,
)  # fmt: skip
"""what damaged fonts raise"""


def truetype_without(data: bytes, used: set[int], *, named: bool) -> bytes | None:
    """A TrueType font with the outlines of the glyphs `used` only; None where it has no outlines of that kind.

    named  whether glyphs may be looked up by their names, which tell characters: the names are kept then
    """
    reader = SFNTReader(BytesIO(data))
    tables = {tag: reader[tag] for tag in reader.keys()}  # noqa: SIM118
    if "glyf" not in tables or "loca" not in tables:
        return None
    outlines = _Outlines(tables)
    used = {0} | used
    outlines.close_over(used)
    tables["glyf"], tables["loca"] = outlines.without(used)
    if "cmap" in tables:
        tables["cmap"] = scrubbed_cmap(data, used)
    for tag in _TELLING:
        tables.pop(tag, None)
    # Version 3 has no names of glyphs, which tell characters; a simple font may be looked up by them.
    if len(tables.get("post", b"")) > 32 and not named:
        tables["post"] = b"\x00\x03\x00\x00" + tables["post"][4:32]
    return sfnt(reader.sfntVersion, tables)


def cff_without(data: bytes, used: Callable[[Any, bool], set[int]]) -> bytes:
    """A CFF font with the outlines of those glyphs only that `used` says, given its top dictionary and whether its
    glyphs have identifiers (CIDs) instead of names.
    """
    family, carrier = CFFFontSet(), TTFont(recalcBBoxes=False)
    family.decompile(BytesIO(data), carrier)
    top = family[family.fontNames[0]]
    by_cid = hasattr(top, "ROS")
    _empty(top, {0} | used(top, by_cid), by_cid=by_cid)
    out = BytesIO()
    family.compile(out, carrier)
    return out.getvalue()


def scrubbed_cmap(data: bytes, used: set[int]) -> bytes:
    """The table of characters of a font, of the glyphs `used` only."""
    with TTFont(BytesIO(data), lazy=True) as font:
        order = font.getReverseGlyphMap()
        for table in font["cmap"].tables:
            if hasattr(table, "cmap"):
                table.cmap = {key: name for key, name in table.cmap.items() if order.get(name) in used}
        return bytes(font["cmap"].compile(font))


def sfnt(version: str, tables: dict[str, bytes]) -> bytes:
    """A font of these tables."""
    out = BytesIO()
    writer = SFNTWriter(out, len(tables), version)
    for tag in sorted(tables):
        writer[tag] = tables[tag]
    writer.close()
    return out.getvalue()


class _Outlines:
    """The outlines of a TrueType font: glyf, and where each begins: loca."""

    def __init__(self, tables: dict[str, bytes]) -> None:
        self.glyf = tables["glyf"]
        self.long = struct.unpack(">h", tables["head"][50:52])[0] == 1
        loca = tables["loca"]
        if self.long:
            self.places = list(struct.unpack(f">{len(loca) // 4}I", loca[: len(loca) // 4 * 4]))
        else:
            self.places = [2 * place for place in struct.unpack(f">{len(loca) // 2}H", loca[: len(loca) // 2 * 2])]

    def close_over(self, used: set[int]) -> None:
        """Add the glyphs that used ones are put together from."""
        waiting = list(used)
        while waiting:
            for part in self._parts(waiting.pop()):
                if part not in used:
                    used.add(part)
                    waiting.append(part)

    def _parts(self, gid: int) -> list[int]:
        data = self._data(gid)
        if len(data) < 10 or struct.unpack(">h", data[:2])[0] >= 0:
            return []
        found, here = [], 10
        while here + 4 <= len(data):
            flags, part = struct.unpack(">HH", data[here : here + 4])
            found.append(part)
            here += 4 + (4 if flags & 1 else 2) + (2 if flags & 8 else 4 if flags & 0x40 else 8 if flags & 0x80 else 0)
            if not flags & _COMPOSITE_MORE:
                break
        return found

    def _data(self, gid: int) -> bytes:
        return self.glyf[self.places[gid] : self.places[gid + 1]] if gid + 1 < len(self.places) else b""

    def without(self, used: set[int]) -> tuple[bytes, bytes]:
        """glyf and loca with the outlines of `used` only; every glyph keeps its number."""
        glyf = bytearray()
        places = [0]
        for gid in range(len(self.places) - 1):
            if gid in used:
                glyf += self._data(gid)
                glyf += b"\0" * (-len(glyf) % 4)
            places.append(len(glyf))
        if self.long:
            return bytes(glyf), struct.pack(f">{len(places)}I", *places)
        return bytes(glyf), struct.pack(f">{len(places)}H", *(place // 2 for place in places))


def _empty(top: Any, used: set[int], *, by_cid: bool) -> None:
    strings, names = top.CharStrings, list(top.charset)
    strings.values()  # The outlines are read now, while their names are what they were.
    for gid, name in enumerate(names):
        if gid in used:
            continue
        strings[name] = T2CharString(program=["endchar"], private=_private(top, gid), globalSubrs=top.GlobalSubrs)
        # Counted down from the highest: a font has fewer glyphs than that.
        new = f"cid{_LAST_CID - gid:05d}" if by_cid else f"g{gid}"
        if new not in strings.charStrings:
            strings.charStrings[new] = strings.charStrings.pop(name)
            top.charset[gid] = new
    if isinstance(getattr(top, "Encoding", None), list):
        kept = {names[gid] for gid in used}
        top.Encoding = [name if name in kept else ".notdef" for name in top.Encoding]


def _private(top: Any, gid: int) -> Any:
    if hasattr(top, "FDSelect") and hasattr(top, "FDArray"):
        return top.FDArray[top.FDSelect[gid]].Private
    return top.Private
