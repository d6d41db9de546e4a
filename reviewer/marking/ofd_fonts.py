"""The embedded fonts of a masked OFD: the font of labels, and no outlines of characters that no page shows any more."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from fontTools.ttLib import TTFont
from fontTools.ttLib.sfnt import SFNTReader

from reviewer.errors import ReadError
from reviewer.marking.font_outlines import FAULTS, cff_without, sfnt, truetype_without
from reviewer.marking.ofd_parts import Draft, make, new_root
from reviewer.marking.page_labels import own_data, own_font
from reviewer.readers.ofd import Body
from reviewer.readers.ofd_glyphs import transforms
from reviewer.readers.ofd_parts import Node, below, child, children, local, words

_NAME = "ReviewerLabel"
_OTHER = "宋体"
_SFNT = (b"\x00\x01\x00\x00", b"true")


@dataclass(slots=True)
class Labels:
    """The fonts of labels of one document, made when first needed."""

    draft: Draft
    body: Body
    written: set[str] = field(default_factory=set)
    """characters that the font of this package writes"""
    _own: str = ""
    _song: str = ""

    def font(self, text: str, current: str) -> str:
        """The id of a font that shows the text, where `current` may not; "" where it does."""
        known = self.body.resources.fonts.get(current)
        if known is not None and not known.file:
            return ""
        if set(text) <= own_font().keys():
            self.written |= set(text)
            if not self._own:
                self._own = self._declared(_NAME, embedded=True)
            return self._own
        if not self._song:
            self._song = self._declared(_OTHER, embedded=False)
        return self._song

    def _declared(self, name: str, *, embedded: bool) -> str:
        """Declare a font in the document's resources, which are made where there are none."""
        draft, body = self.draft, self.body
        member = next((one for one in resource_files(draft, body) if one in draft.read.parts.roots), "")
        if not member:
            folder = posixpath.dirname(body.name)
            member = draft.new_member(folder, "PublicRes.xml")
            draft.added[member] = new_root(body.root, "Res")
            common = child(body.root, "CommonData")
            make(common if common is not None else body.root, "PublicRes", posixpath.basename(member))
        else:
            draft.changed.add(member)
        root = draft.root(member)
        held = child(root, "Fonts")
        key = draft.new_id()
        font = make(held if held is not None else make(root, "Fonts"), "Font", ID=key, FontName=name, FamilyName=name)
        if embedded:
            folder = posixpath.join(posixpath.dirname(member), (root.get("BaseLoc") or "").strip("/"))
            file = draft.new_member(posixpath.normpath(folder) if folder else "", "label.ttf")
            draft.files[file] = own_data()
            base = posixpath.join(posixpath.dirname(member), root.get("BaseLoc") or "")
            make(font, "FontFile", posixpath.relpath(file, posixpath.normpath(base or ".")))
        return key

    def finish(self) -> None:
        """Take out of the font of labels what they do not use."""
        numbers = own_font()
        used = {numbers[one][0] for one in self.written}
        for file, data in self.draft.files.items():
            if posixpath.basename(file).startswith("label") and data == own_data():
                self.draft.files[file] = truetype_without(data, used, named=False) or data


def resource_files(draft: Draft, body: Body) -> list[str]:
    """The members with the document's resources."""
    common = child(body.root, "CommonData")
    found = []
    for one in common if common is not None else ():
        if local(one) in ("PublicRes", "DocumentRes"):
            member = draft.read.parts.find(words(one), body.name)
            if member and member not in found:
                found.append(member)
    return found


def scrub(draft: Draft, roots: list[tuple[Node, dict[str, str]]]) -> tuple[set[str], int]:
    """Scrub the fonts that texts in these trees use. `roots` come with the members of their fonts by id.

    Gives the members of fonts in use, and how many could not be scrubbed.
    """
    used: dict[str, tuple[set[int], set[str]]] = {}
    for root, files in roots:
        for owner in below(root, "TextObject"):
            file = files.get(owner.get("Font") or "", "")
            if file:
                glyphs, letters = used.setdefault(file, (set(), set()))
                for value in _shown(owner):
                    if isinstance(value, int):
                        glyphs.add(value)
                    else:
                        letters.add(value)
    faults = 0
    for file, (glyphs, letters) in used.items():
        if file in draft.files:
            continue
        try:
            data = draft.read.parts.bytes(file)
            made = _without(data, glyphs, letters)
        except (ReadError, *FAULTS):
            made = None
        if made is None:
            faults += 1
        elif made != data:
            draft.files[file] = made
    return set(used), faults


def _shown(owner: Node) -> Iterator[int | str]:
    """The glyphs that an object names by number, and its characters without one."""
    for code in children(owner, "TextCode"):
        text = code.text or ""
        named: set[int] = set()
        for position, count, glyphs in transforms(code):
            named.update(range(position, position + count))
            for one in glyphs:
                if one.isascii() and one.isdigit() and len(one) < 7:
                    yield int(one)
        for k, character in enumerate(text):
            if k not in named:
                yield character


def _without(data: bytes, glyphs: set[int], letters: set[str]) -> bytes | None:
    """The font with what is used of it only; None where it is of a kind that can not be changed."""
    if data[:4] in _SFNT:
        return truetype_without(data, glyphs | _of_letters(data, letters), named=False)
    if data[:4] == b"OTTO":
        used = glyphs | _of_letters(data, letters)
        reader = SFNTReader(BytesIO(data))
        tables = {tag: reader[tag] for tag in reader.keys()}  # noqa: SIM118
        tables["CFF "] = cff_without(tables["CFF "], lambda top, by_cid: _of_cff(top, by_cid, used))
        for tag in ("name", "GSUB", "GPOS", "GDEF", "DSIG", "meta", "kern"):
            tables.pop(tag, None)
        if "cmap" in tables:
            from reviewer.marking.font_outlines import scrubbed_cmap

            tables["cmap"] = scrubbed_cmap(data, {0} | used)
        return sfnt(reader.sfntVersion, tables)
    if data[:1] == b"\x01" and data[:4] != b"\x01\x00\x00\x00":
        if letters - {" ", "\u3000"}:
            # Without a table of characters nobody can say which outlines these are.
            return None
        return cff_without(data, lambda top, by_cid: _of_cff(top, by_cid, glyphs))
    return None


def _of_letters(data: bytes, letters: set[str]) -> set[int]:
    with TTFont(BytesIO(data), lazy=True) as font:
        order = font.getReverseGlyphMap()
        tables = [one for one in (font["cmap"].tables if "cmap" in font else []) if hasattr(one, "cmap")]
        keys = {key for one in letters for key in (ord(one), 0xF000 + (ord(one) & 0xFF))}
        return {order[table.cmap[key]] for table in tables for key in keys if key in table.cmap}


def _of_cff(top: Any, by_cid: bool, used: set[int]) -> set[int]:
    """The glyphs by number; of a font with identifiers, those too that have one of the numbers as theirs."""
    if not by_cid:
        return used
    places = {name: gid for gid, name in enumerate(top.charset)}
    return used | {places[name] for name in (f"cid{one:05d}" for one in used) if name in places}
