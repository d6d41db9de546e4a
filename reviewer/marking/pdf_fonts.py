"""What the codes of a PDF's strings are: their width, glyph and character (ISO 32000-1, 9.6 to 9.10).

The tables of predefined encodings are pdfminer's. A font that can not be understood is `odd`: where it is used,
nothing can be cut out of a line without shifting the rest of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pikepdf
from pdfminer.cmapdb import CMapDB, CMapParser, FileCMap
from pdfminer.encodingdb import EncodingDB
from pdfminer.fontmetrics import FONT_METRICS
from pdfminer.latin_enc import ENCODING
from pdfminer.psexceptions import PSException
from pdfminer.psparser import LIT
from pikepdf import Array, Dictionary, Name

_MAPPED = re.compile(
    rb"(?P<kind>beginbfchar|beginbfrange|endbfchar|endbfrange)|<(?P<hex>[0-9A-Fa-f\s]*)>|(?P<open>\[)|(?P<close>\])"
)
_UNICODE = re.compile("Uni[A-Za-z0-9]+-(?:UCS2|UTF16)-[HV]")
_STANDARD = "StandardEncoding"


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a string: its bytes, its character identifier, what it stands for and how far it advances.

    Lengths are in ems. `width` is that of the cell; `advance` goes along the line (down, below nought, in a
    vertical font), and the glyph is drawn at (-shift_x, -shift_y) from the point where the text stands.
    """

    raw: bytes
    cid: int
    text: str = field(repr=False)
    width: float
    advance: float
    shift_x: float = 0.0
    shift_y: float = 0.0


@dataclass(slots=True, eq=False)
class Font:
    """A font of the file, and the codes of it that are still shown when all is cut."""

    spec: Any
    """its dictionary in the file"""
    composite: bool = False
    vertical: bool = False
    odd: bool = False
    scale: float = 0.001
    unicode: dict[bytes, str] = field(default_factory=dict, repr=False)
    """what the font's own table says"""
    used: dict[bytes, Code] = field(default_factory=dict, repr=False)
    _encoding: dict[int, str] = field(default_factory=dict, repr=False)
    _cids: dict[int, Any] | None = field(default=None, repr=False)
    """None: a code of two bytes is its own identifier"""
    _known: Any = field(default=None, repr=False)
    _wide: str = ""
    """the codec of codes that are Unicode themselves"""
    _widths: dict[int, float] = field(default_factory=dict, repr=False)
    _width: float = 0.0
    _downs: dict[int, tuple[float, float, float]] = field(default_factory=dict, repr=False)
    _down: tuple[float, float] = (880.0, -1000.0)
    _codes: dict[bytes, Code] = field(default_factory=dict, repr=False)
    _shown: dict[str, Code] = field(default_factory=dict, repr=False)

    def read(self, data: bytes) -> Iterator[Code]:
        """The codes of a string, in order; their bytes together are the string."""
        codes, here = self._codes, 0
        if not self.composite:
            for k in range(len(data)):
                raw = data[k : k + 1]
                yield codes.get(raw) or self._simple(raw)
            return
        while here < len(data):
            size = 2 if self._cids is None else self._size(data, here)
            raw = data[here : here + size]
            yield codes.get(raw) or self._wide_code(raw)
            here += size

    def code_for(self, character: str) -> Code | None:
        """A code that shows this character: one that a page shows it with, or of a font not embedded.

        That a font's table has the character does not mean that it has an outline for it.
        """
        if character in self._shown:
            return self._shown[character]
        if self._wide and not self.is_embedded and character >= " ":
            code = next(self.read(character.encode(self._wide)), None)
            return code if code is not None and code.cid else None
        return None

    @property
    def is_embedded(self) -> bool:
        descriptor = self.descendant.get("/FontDescriptor")
        return isinstance(descriptor, Dictionary) and any(
            key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")
        )

    @property
    def descendant(self) -> Any:
        """The dictionary with the font's program: of a composite font, its only part."""
        return self.spec.DescendantFonts[0] if self.composite else self.spec

    def _simple(self, raw: bytes) -> Code:
        cid = raw[0]
        text = self.unicode.get(raw, self._encoding.get(cid, ""))
        width = self._widths.get(cid, self._width) * self.scale
        code = self._codes[raw] = Code(raw, cid, text, width, width)
        self._shown.setdefault(text, code)
        return code

    def _wide_code(self, raw: bytes) -> Code:
        cid = self._cid(raw)
        width = self._widths.get(cid, self._width)
        if self.vertical:
            down, x, y = self._downs.get(cid, (self._down[1], width / 2, self._down[0]))
            code = Code(raw, cid, self._text(raw, cid), width / 1000, down / 1000, x / 1000, y / 1000)
        else:
            code = Code(raw, cid, self._text(raw, cid), width / 1000, width / 1000)
        self._codes[raw] = code
        self._shown.setdefault(code.text, code)
        return code

    def _text(self, raw: bytes, cid: int) -> str:
        if raw in self.unicode:
            return self.unicode[raw]
        if self._wide:
            return raw.decode(self._wide, "replace")
        return str(self._known.cid2unichr.get(cid, "")) if self._known is not None else ""

    def _size(self, data: bytes, here: int) -> int:
        step: Any = self._cids
        for size in range(1, 5):
            step = step.get(data[here + size - 1]) if here + size <= len(data) else None
            if isinstance(step, int):
                return size
            if step is None:
                # Not in the table: as long as the others are.
                return size if size > 1 else self._shortest(data[here])
        return 4

    def _shortest(self, first: int) -> int:
        assert self._cids is not None
        if any(isinstance(step, int) for step in self._cids.values()):
            return 1
        return 4 if self._wide == "utf-16-be" and 0xD8 <= first < 0xDC else 2

    def _cid(self, raw: bytes) -> int:
        if self._cids is None:
            return int.from_bytes(raw, "big")
        step: Any = self._cids
        for byte in raw:
            step = step.get(byte) if isinstance(step, dict) else None
        return step if isinstance(step, int) else 0


class Fonts:
    """The fonts of one file, each read once."""

    def __init__(self) -> None:
        self.known: dict[tuple[int, int], Font] = {}

    def get(self, spec: Any) -> Font:
        """The font of a dictionary; an odd one where that is none."""
        number = spec.objgen if isinstance(spec, Dictionary) else (0, 0)
        if number != (0, 0) and number in self.known:
            return self.known[number]
        try:
            font = _composite(spec) if spec.get("/Subtype") == Name.Type0 else _simple(spec)
        except (ArithmeticError, AttributeError, LookupError, PSException, TypeError, ValueError, pikepdf.PdfError):
            font = Font(spec, odd=True)
        self.known[number if number != (0, 0) else (-1, len(self.known))] = font
        return font


def _simple(spec: Any) -> Font:
    font = Font(spec, unicode=unicode_map(spec.get("/ToUnicode")), odd=not isinstance(spec, Dictionary))
    encoding = spec.get("/Encoding")
    base, differences = _STANDARD, None
    if spec.get("/Subtype") == Name.TrueType:
        base = "WinAnsiEncoding"
    if isinstance(encoding, Name):
        base = str(encoding)[1:]
    elif isinstance(encoding, Dictionary):
        base = str(encoding.get("/BaseEncoding", "/" + base))[1:]
        differences = [
            LIT(str(one)[1:]) if isinstance(one, Name) else int(one) for one in encoding.get("/Differences", ())
        ]
    font._encoding = dict(EncodingDB.get_encoding(base, differences))
    descriptor = spec.get("/FontDescriptor")
    font._width = float(descriptor.get("/MissingWidth", 0)) if isinstance(descriptor, Dictionary) else 0.0
    if spec.get("/Subtype") == Name.Type3:
        matrix = [float(one) for one in spec.FontMatrix]
        font.scale = matrix[0]
        font.odd = matrix[0] <= 0 or matrix[1] != 0 or matrix[2] != 0
    widths = spec.get("/Widths")
    if isinstance(widths, Array):
        first = int(spec.get("/FirstChar", 0))
        font._widths = {first + k: float(width) for k, width in enumerate(widths) if _is_number(width)}
    else:
        name = str(spec.get("/BaseFont", ""))[1:]
        metrics = FONT_METRICS.get(name)
        if metrics is None:
            return Font(spec, odd=True)
        font._widths = {cid: float(metrics[1][text]) for cid, text in font._encoding.items() if text in metrics[1]}
    return font


def _composite(spec: Any) -> Font:
    part = spec.DescendantFonts[0]
    font = Font(spec, composite=True, unicode=unicode_map(spec.get("/ToUnicode")))
    _take_encoding(font, spec.Encoding)
    font._width = float(part.get("/DW", 1000))
    font._widths = dict(_widths(part.get("/W", ())))
    down = part.get("/DW2")
    if down is not None:
        font._down = float(down[0]), float(down[1])
    font._downs = dict(_downs(part.get("/W2", ())))
    system = part.get("/CIDSystemInfo")
    ordering = str(system.get("/Ordering", "")) if isinstance(system, Dictionary) else ""
    if ordering in ("GB1", "CNS1", "Japan1", "Korea1", "KR"):
        font._known = CMapDB.get_unicode_map(f"Adobe-{ordering}", font.vertical)
    return font


def _take_encoding(font: Font, encoding: Any) -> None:
    if isinstance(encoding, pikepdf.Stream):
        table = FileCMap()
        base = encoding.get("/UseCMap")
        if isinstance(base, Name) and not str(base).startswith("/Identity"):
            table.use_cmap(CMapDB.get_cmap(str(base)[1:]))
        CMapParser(table, BytesIO(encoding.read_bytes())).run()
        font._cids = table.code2cid
        font.vertical = bool(int(encoding.get("/WMode", 0)))
        if not table.code2cid:
            font._cids = None
        return
    name = str(encoding)[1:]
    if name in ("Identity-H", "Identity-V"):
        font.vertical = name.endswith("V")
        return
    known: Any = CMapDB.get_cmap(name)
    font._cids = known.code2cid
    font.vertical = name.endswith("V")
    if _UNICODE.fullmatch(name):
        font._wide = "utf-16-be"


def _is_number(value: Any) -> bool:
    return not isinstance(value, (Array, Dictionary, Name, pikepdf.String, bool)) and value is not None


def _widths(table: Any) -> Iterator[tuple[int, float]]:
    """(identifier, width) of a /W array: c [w w w] or c_first c_last w."""
    items = list(table)
    k = 0
    while k + 1 < len(items):
        if isinstance(items[k + 1], Array):
            for n, width in enumerate(items[k + 1]):
                yield int(items[k]) + n, float(width)
            k += 2
        else:
            first, last, width = int(items[k]), int(items[k + 1]), float(items[k + 2])
            for cid in range(first, min(last, first + 65535) + 1):
                yield cid, width
            k += 3


def _downs(table: Any) -> Iterator[tuple[int, tuple[float, float, float]]]:
    items = list(table)
    k = 0
    while k + 1 < len(items):
        if isinstance(items[k + 1], Array):
            row = [float(one) for one in items[k + 1]]
            for n in range(len(row) // 3):
                yield int(items[k]) + n, (row[3 * n], row[3 * n + 1], row[3 * n + 2])
            k += 2
        else:
            first, last = int(items[k]), int(items[k + 1])
            down = float(items[k + 2]), float(items[k + 3]), float(items[k + 4])
            for cid in range(first, min(last, first + 65535) + 1):
                yield cid, down
            k += 5


def unicode_map(stream: Any) -> dict[bytes, str]:
    """What a /ToUnicode table says of each code (9.10.3); empty where there is none."""
    if not isinstance(stream, pikepdf.Stream):
        return {}
    found: dict[bytes, str] = {}
    kind, row = b"", list[Any]()
    listed: list[Any] | None = None
    for token in _MAPPED.finditer(stream.read_bytes()):
        if token["kind"]:
            kind, row, listed = token["kind"], [], None
        elif token["open"] and kind == b"beginbfrange":
            listed = []
        elif token["close"]:
            row.append(listed or [])
            listed = None
        elif token["hex"] is not None and kind.startswith(b"begin"):
            (row if listed is None else listed).append(bytes.fromhex(token["hex"].decode()))
        if listed is None and len(row) == (2 if kind == b"beginbfchar" else 3):
            _note(found, row)
            row = []
    return found


def _note(found: dict[bytes, str], row: list[Any]) -> None:
    if len(row) == 2:
        found[row[0]] = _character(row[1])
        return
    first, last, target = row
    size = len(first)
    start, end = int.from_bytes(first, "big"), int.from_bytes(last, "big")
    for k in range(min(end - start + 1, 65536)):
        if isinstance(target, list):
            if k < len(target):
                found[(start + k).to_bytes(size, "big")] = _character(target[k])
        elif target:
            # Only the last byte counts up; programs also let it run over.
            value = int.from_bytes(target, "big") + k
            found[(start + k).to_bytes(size, "big")] = _character(
                (value % (1 << 8 * len(target))).to_bytes(len(target), "big")
            )


def _character(data: bytes) -> str:
    return data.decode("utf-16-be", "ignore") if len(data) > 1 else data.decode("latin-1")


def unicode_table(table: dict[bytes, str], size: int) -> bytes:
    """The /ToUnicode table that says this of each code; codes have so many bytes."""
    lines = [
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        b"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def",
        b"/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        b"1 begincodespacerange",
        b"<" + b"00" * size + b"> <" + b"FF" * size + b">",
        b"endcodespacerange",
    ]
    rows = [
        b"<%s> <%s>" % (raw.hex().encode(), text.encode("utf-16-be", "surrogatepass").hex().encode())
        for raw, text in sorted(table.items())
    ]
    for k in range(0, len(rows), 100):
        lines += [b"%d beginbfchar" % len(rows[k : k + 100]), *rows[k : k + 100], b"endbfchar"]
    lines.append(b"endcmap CMapName currentdict /CMap defineresource pop end end")
    return b"\n".join(lines) + b"\n"


def base_names(encoding: str) -> dict[int, str]:
    """The names of the glyphs of a predefined encoding (annex D)."""
    column = {"StandardEncoding": 1, "MacRomanEncoding": 2, "WinAnsiEncoding": 3}.get(encoding)
    if column is None:
        return {}
    rows: list[Any] = list(ENCODING)
    return {row[column]: row[0] for row in rows if row[column] is not None}
