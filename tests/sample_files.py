"""Writes the kinds of files that samples are made of, byte for byte the same each time, and reads their marks.

Only the standard library is used: zip members carry one fixed date and are stored, PDF objects are plain, so
that no version of a library can change a byte.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

# --- marks ------------------------------------------------------------------------------------------

_MARK = re.compile(r"«([^«»|]*)\|([A-Z_]+)((?:,[a-z]+)*)»")
_BLOCK = frozenset({
    "ID_CARD", "HMT_RESIDENCE", "FOREIGN_PR", "PASSPORT", "HKMT_PERMIT", "MILITARY_ID", "DRIVER_LICENSE",
    "DISABILITY_ID", "STUDENT_ID", "HUKOU", "BIRTH_CERT", "SOCIAL_SECURITY", "MEDICAL_INSURANCE", "BANK_CARD",
    "BANK_ACCOUNT", "CREDENTIAL", "INFORMANT", "MAP_SECRET", "CLASSIFICATION", "HEALTH", "WELFARE", "MINOR",
})  # fmt: skip
"""what must not be published; a mark may name another severity where the circumstances differ"""


@dataclass
class Expectation:
    """What a scan of one sample has to say; it grows while the sample's marked texts are cleaned."""

    verdict: str
    gaps: Sequence[str] = ()
    findings: dict[tuple[str, str, str, str], int] = field(default_factory=dict)
    silent: list[str] = field(default_factory=list)

    def clean(self, text: str, part: str = "body") -> str:
        """`text` without its marks «value|ENTITY,severity,part»; «value|SILENT» must not be touched."""

        def take(match: re.Match[str]) -> str:
            value, entity, rest = match[1], match[2], match[3].strip(",").split(",") if match[3] else []
            if entity == "SILENT":
                self.silent.append(value)
            else:
                severity = next((word for word in rest if word in ("block", "check", "note", "any")), "")
                place = next((word for word in rest if word != severity), part)
                self.add(entity, severity, value, place)
            return value

        return _MARK.sub(take, text)

    def add(self, entity: str, severity: str, text: str, part: str = "body", count: int = 1) -> None:
        """Expect `count` more findings; an empty severity is the usual one of the entity."""
        severity = severity or ("block" if entity in _BLOCK else "check")
        key = (entity, severity, text, part)
        self.findings[key] = self.findings.get(key, 0) + count

    def as_json(self) -> dict[str, object]:
        findings = [
            {"entity": entity, "severity": severity, **({"text": text} if text else {}), "part": part}
            | ({"count": count} if count > 1 else {})
            for (entity, severity, text, part), count in self.findings.items()
        ]
        return {"verdict": self.verdict, "findings": findings, "silent": self.silent, "gaps": list(self.gaps)}


# --- made-up numbers --------------------------------------------------------------------------------


def resident_id(area: str, born: str, serial: str) -> str:
    """A resident identity number with its check character (GB 11643, MOD 11-2); `born` is 1900 to 1905."""
    assert "1900" <= born[:4] <= "1905"
    body = area + born + serial
    total = sum(int(digit) * (2 ** (17 - k) % 11) for k, digit in enumerate(body))
    return body + "10X98765432"[total % 11]


def bank_card(body: str) -> str:
    """`body` with its Luhn check digit."""
    total = 0
    for k, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if k % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


def social_credit(authority: str, organisation: str) -> str:
    """A unified social credit code (GB 32100, MOD 31): 8 characters of authority and area, 8 of the organisation.

    The organisation code gets its own check character (GB 11714), then the whole gets its.
    """
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(weight * int(char, 36) for weight, char in zip((3, 7, 9, 10, 5, 8, 4, 2), organisation, strict=True))
    body = authority + organisation + "0123456789X0"[-total % 11]
    return body + alphabet[-sum(alphabet.index(char) * pow(3, k, 31) for k, char in enumerate(body)) % 31]


# --- packages ---------------------------------------------------------------------------------------

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def packed(members: dict[str, str | bytes]) -> bytes:
    """A zip of these members, stored, all of one date."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            package.writestr(entry, data)
    return out.getvalue()


def _relations(items: Iterable[tuple[str, str]]) -> str:
    lines = []
    for number, (kind, target) in enumerate(items, 1):
        base = f"{_PACKAGE}/relationships/metadata" if kind == "core-properties" else _OFFICE
        lines.append(f'<Relationship Id="rId{number}" Type="{base}/{kind}" Target="{target}"/>')
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def _types(overrides: dict[str, str]) -> str:
    lines = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in overrides.items())
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        f"{lines}</Types>"
    )


def _core(title: str, author: str) -> str:
    return (
        f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>{escape(author)}</dc:creator>"
        '<dcterms:created xsi:type="dcterms:W3CDTF">2024-01-01T08:00:00Z</dcterms:created></cp:coreProperties>'
    )


def png(width: int = 32, height: int = 20) -> bytes:
    """A plain grey picture; stored, not compressed, so that no zlib changes its bytes."""
    rows = (b"\0" + b"\xd0" * width) * height

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    stored = b"\x78\x01\x01" + struct.pack("<HH", len(rows), len(rows) ^ 0xFFFF) + rows
    stored += struct.pack(">I", zlib.adler32(rows))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", stored) + chunk(b"IEND", b"")


# --- docx -------------------------------------------------------------------------------------------

_W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{_OFFICE}" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"


@dataclass
class Word:
    """A docx under construction; every text given to it is marked text."""

    expect: Expectation
    author: str = "清溪县自然资源和规划局"
    title: str = ""
    header: str = ""
    footer: str = ""
    body: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    picture: bool = False

    def run(self, text: str, look: str = "", part: str = "body") -> str:
        """Text as two runs, the way Word cuts it after editing: a number goes on from one to the next."""
        text = self.expect.clean(text, part)
        look = f"<w:rPr>{look}</w:rPr>" if look else ""
        middle = len(text) // 2 if len(text) > 12 else len(text)
        return "".join(
            f'<w:r>{look}<w:t xml:space="preserve">{escape(piece)}</w:t></w:r>'
            for piece in (text[:middle], text[middle:])
            if piece
        )

    def paragraph(self, *runs: str, align: str = "both", size: int = 32, indent: bool = True) -> None:
        """One paragraph; strings that do not begin with < are marked text."""
        look = f'<w:sz w:val="{size}"/>'
        inside = "".join(run if run.startswith("<") else self.run(run, look) for run in runs)
        first = '<w:ind w:firstLineChars="200"/>' if indent and align == "both" else ""
        self.body.append(f'<w:p><w:pPr>{first}<w:jc w:val="{align}"/></w:pPr>{inside}</w:p>')

    def heading(self, text: str) -> None:
        self.paragraph(self.run(text, '<w:b/><w:sz w:val="44"/>'), align="center")

    def deleted(self, text: str) -> str:
        """A tracked deletion."""
        text = escape(self.expect.clean(text, "deleted"))
        return (
            '<w:del w:id="901" w:author="经办人" w:date="2024-05-06T09:30:00Z">'
            f'<w:r><w:delText xml:space="preserve">{text}</w:delText></w:r></w:del>'
        )

    def hidden(self, text: str) -> str:
        """Text that is formatted as hidden (w:vanish)."""
        return self.run(text, "<w:vanish/>", "hidden")

    def comment(self, text: str, on: str) -> str:
        """The words `on` with a comment beside them."""
        number = len(self.comments)
        self.comments.append(
            f'<w:comment w:id="{number}" w:author="经办人" w:date="2024-05-06T09:40:00Z"><w:p>'
            f"{self.run(text, part='comment')}</w:p></w:comment>"
        )
        return (
            f'<w:commentRangeStart w:id="{number}"/>{self.run(on)}<w:commentRangeEnd w:id="{number}"/>'
            f'<w:r><w:commentReference w:id="{number}"/></w:r>'
        )

    def textbox(self, text: str) -> str:
        """A text box (VML) with one paragraph."""
        inside = self.run(text, part="textbox")
        return (
            '<w:r><w:pict><v:shape id="box1" style="width:200pt;height:30pt"><v:textbox><w:txbxContent>'
            f"<w:p>{inside}</w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
        )

    def image(self, alt: str) -> str:
        """A picture with an alternative text; its relationship is the last one of the document."""
        self.picture = True
        alt = escape(self.expect.clean(alt, "alt"), {'"': "&quot;"})
        return (
            '<w:r><w:drawing><wp:inline><wp:extent cx="1800000" cy="1125000"/>'
            f'<wp:docPr id="1" name="图片 1" descr="{alt}"/><a:graphic><a:graphicData '
            'uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
            '<pic:cNvPr id="1" name="image1.png"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
            '<a:blip r:embed="rIdPicture"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr>'
            '<a:xfrm><a:off x="0" y="0"/><a:ext cx="1800000" cy="1125000"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
            "</wp:inline></w:drawing></w:r>"
        )

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        edges = "".join(f'<w:{side} w:val="single" w:sz="4"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
        grid = "<w:gridCol/>" * max(len(row) for row in rows)
        lines = "".join(
            "<w:tr>" + "".join(f"<w:tc><w:p>{self.run(cell)}</w:p></w:tc>" for cell in row) + "</w:tr>" for row in rows
        )
        self.body.append(
            f"<w:tbl><w:tblPr><w:tblBorders>{edges}</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl>"
        )

    def data(self) -> bytes:
        """The finished file."""
        links: list[tuple[str, str]] = []
        members: dict[str, str | bytes] = {}
        types = {"word/document.xml": f"{_WORD}.document.main+xml"}
        section = ""
        for kind, tag, text in (("header", "hdr", self.header), ("footer", "ftr", self.footer)):
            if text:
                links.append((kind, f"{kind}1.xml"))
                section += f'<w:{kind}Reference w:type="default" r:id="rId{len(links)}"/>'
                inside = f'<w:p><w:pPr><w:jc w:val="center"/></w:pPr>{self.run(text, part=kind)}</w:p>'
                members[f"word/{kind}1.xml"] = f"{_XML}<w:{tag} {_W}>{inside}</w:{tag}>"
                types[f"word/{kind}1.xml"] = f"{_WORD}.{kind}+xml"
        if self.comments:
            links.append(("comments", "comments.xml"))
            members["word/comments.xml"] = f"{_XML}<w:comments {_W}>{''.join(self.comments)}</w:comments>"
            types["word/comments.xml"] = f"{_WORD}.comments+xml"
        page = '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="851" w:footer="992" w:gutter="0"/>'
        body = f"{''.join(self.body)}<w:sectPr>{section}{page}</w:sectPr>"
        if self.picture:
            links.append(("image", "media/image1.png"))
            body = body.replace("rIdPicture", f"rId{len(links)}")
            members["word/media/image1.png"] = png()
        types["docProps/core.xml"] = "application/vnd.openxmlformats-package.core-properties+xml"
        return packed({
            "[Content_Types].xml": _types(types),
            "_rels/.rels": _relations([("officeDocument", "word/document.xml"), ("core-properties", "docProps/core.xml")]),
            "word/_rels/document.xml.rels": _relations(links),
            "word/document.xml": f"{_XML}<w:document {_W}><w:body>{body}</w:body></w:document>",
            **members,
            "docProps/core.xml": _core(self.title, self.author),
        })  # fmt: skip


# --- xlsx -------------------------------------------------------------------------------------------

_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PLAIN, TITLE, HEADER, WHITE = range(4)
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_S}"><fonts count="4">'
    '<font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="16"/><name val="宋体"/></font>'
    '<font><b/><sz val="11"/><name val="宋体"/></font>'
    '<font><sz val="11"/><color rgb="FFFFFFFF"/><name val="宋体"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="2"><border/><border><left style="thin"/><right style="thin"/><top style="thin"/><bottom style="thin"/></border></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4">'
    '<xf fontId="0" borderId="1" applyBorder="1"/><xf fontId="1" applyFont="1"/>'
    '<xf fontId="2" borderId="1" applyFont="1" applyBorder="1"/><xf fontId="3" borderId="1" applyFont="1" applyBorder="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="常规" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


@dataclass(frozen=True)
class Number:
    """A cell that holds a number: what is stored, and the marked text that it amounts to."""

    stored: str
    marked: str


@dataclass
class Sheet:
    """One worksheet: `titles` rows of one wide cell, a header row, rows of cells, then `notes` rows."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[str | Number]]
    titles: Sequence[str] = ()
    notes: Sequence[str] = ()
    widths: Sequence[float] = ()
    state: str = ""
    hidden_columns: Sequence[int] = ()
    hidden_rows: Sequence[int] = ()
    white_columns: Sequence[int] = ()
    print_footer: str = ""


def workbook(expect: Expectation, sheets: Sequence[Sheet], author: str = "清溪县财政局", title: str = "") -> bytes:
    """The sheets as an xlsx; the texts in them are marked texts."""
    strings: dict[str, int] = {}
    parts = {
        f"xl/worksheets/sheet{number}.xml": _worksheet(expect, sheet, strings)
        for number, sheet in enumerate(sheets, 1)
    }
    listed = "".join(
        f'<sheet name="{escape(sheet.name)}" sheetId="{k}" r:id="rId{k}"' + (f' state="{sheet.state}"' if sheet.state else "") + "/>"
        for k, sheet in enumerate(sheets, 1)
    )
    count = len(sheets)
    links = [("worksheet", f"worksheets/sheet{k}.xml") for k in range(1, count + 1)]
    shared = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in strings)
    types = {name: f"{_SHEET}.worksheet+xml" for name in parts}
    types |= {
        "xl/workbook.xml": f"{_SHEET}.sheet.main+xml", "xl/styles.xml": f"{_SHEET}.styles+xml",
        "xl/sharedStrings.xml": f"{_SHEET}.sharedStrings+xml",
        "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }  # fmt: skip
    return packed({
        "[Content_Types].xml": _types(types),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml"), ("core-properties", "docProps/core.xml")]),
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_S}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations([*links, ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]),
        **parts,
        "xl/styles.xml": _STYLES,
        "xl/sharedStrings.xml": f'{_XML}<sst xmlns="{_S}" count="{len(strings)}" uniqueCount="{len(strings)}">{shared}</sst>',
        "docProps/core.xml": _core(title, author),
    })  # fmt: skip


def _worksheet(expect: Expectation, sheet: Sheet, strings: dict[str, int]) -> str:
    hidden_part = "hidden" if sheet.state else "body"
    lines, merges = [], []
    width = len(sheet.header)
    rows: list[tuple[Sequence[str | Number], int]] = [([title], TITLE) for title in sheet.titles]
    rows.append((sheet.header, HEADER))
    rows += [(row, PLAIN) for row in sheet.rows] + [([note], TITLE + 1) for note in sheet.notes]
    for number, (cells, style) in enumerate(rows, 1):
        if len(cells) == 1 and width > 1:
            merges.append(f"A{number}:{_letter(width)}{number}")
        inside = []
        for column, cell in enumerate(cells, 1):
            out_of_sight = column in sheet.hidden_columns or number in sheet.hidden_rows
            white = column in sheet.white_columns and style == PLAIN
            part = "hidden" if out_of_sight or white else hidden_part
            inside.append(_cell(f"{_letter(column)}{number}", WHITE if white else style, cell, part, expect, strings))
        hidden = ' hidden="1"' if number in sheet.hidden_rows else ""
        lines.append(f'<row r="{number}"{hidden}>{"".join(inside)}</row>')
    columns = "".join(
        f'<col min="{k}" max="{k}" width="{width}" customWidth="1"' + (' hidden="1"' if k in sheet.hidden_columns else "") + "/>"
        for k, width in enumerate(sheet.widths or [22.0] * width, 1)
    )
    merged = f'<mergeCells count="{len(merges)}">' + "".join(f'<mergeCell ref="{m}"/>' for m in merges) + "</mergeCells>" if merges else ""
    footer = ""
    if sheet.print_footer:
        footer = f"<headerFooter><oddFooter>&amp;L{escape(expect.clean(sheet.print_footer, 'footer'))}</oddFooter></headerFooter>"
    return (
        f'{_XML}<worksheet xmlns="{_S}"><cols>{columns}</cols><sheetData>{"".join(lines)}</sheetData>'
        f"{merged}{footer}</worksheet>"
    )


def _cell(
    place: str, style: int, cell: str | Number, part: str, expect: Expectation, strings: dict[str, int]
) -> str:
    if isinstance(cell, Number):
        expect.clean(cell.marked, part)
        return f'<c r="{place}" s="{style}"><v>{cell.stored}</v></c>'
    text = expect.clean(cell, part)
    if not text:
        return f'<c r="{place}" s="{style}"/>'
    return f'<c r="{place}" s="{style}" t="s"><v>{strings.setdefault(text, len(strings))}</v></c>'


def _letter(column: int) -> str:
    return chr(64 + column)


# --- pdf --------------------------------------------------------------------------------------------

_FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts["
    b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo"
    b"<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/DW 1000/W[1 95 500]"
    b"/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]"
    b"/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>>>]>>"
)


@dataclass
class Pages:
    """A PDF under construction: A4 pages with titles, paragraphs that wrap, and covered or white text."""

    expect: Expectation
    title: str = ""
    author: str = "清溪县自然资源和规划局"
    pages: list[list[bytes]] = field(default_factory=lambda: [[]])
    y: float = 760.0

    def page(self) -> None:
        self.pages.append([])
        self.y = 760.0

    def show(self, x: float, y: float, text: str, size: float = 14, before: str = "") -> None:
        code = text.encode("utf-16-be").hex()
        self.pages[-1].append(f"q BT /F1 {size} Tf {before} 1 0 0 1 {x:.1f} {y:.1f} Tm <{code}> Tj ET Q\n".encode())

    def heading(self, text: str) -> None:
        text = self.expect.clean(text)
        self.show(297 - 10 * _ems(text), self.y, text, 20)
        self.y -= 40

    def paragraph(self, text: str, indent: bool = True) -> None:
        """A paragraph of 32 full-width characters a line, set in 14 points."""
        text = self.expect.clean(text)
        for line in _wrapped("　　" + text if indent else text, 32):
            self.show(74, self.y, line)
            self.y -= 24

    def covered(self, text: str) -> None:
        """A line under a black rectangle."""
        text = self.expect.clean(text, "hidden")
        self.show(102, self.y, text)
        self.pages[-1].append(f"q 0 g 98 {self.y - 4:.1f} {14 * _ems(text) + 8:.1f} 20 re f Q\n".encode())
        self.y -= 24

    def white(self, text: str) -> None:
        """A line in white."""
        self.show(102, self.y, self.expect.clean(text, "hidden"), before="1 g")
        self.y -= 24

    def data(self) -> bytes:
        count = len(self.pages)
        kids = b" ".join(b"%d 0 R" % (10 + 2 * k) for k in range(count))
        objects = {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids), 3: _FONT}
        objects[4] = b"<</Title" + _string(self.title) + b"/Author" + _string(self.author) + b"/CreationDate(D:20240101080000)>>"
        for k, content in enumerate(self.pages):
            data = b"".join(content)
            objects[10 + 2 * k] = (
                b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>" % (11 + 2 * k)
            )
            objects[11 + 2 * k] = b"<</Length %d>>stream\n" % len(data) + data + b"\nendstream"
        return _pdf(objects)


def _pdf(objects: dict[int, bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = {}
    for number, data in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + data + b"\nendobj\n"
    xref = len(out)
    size = max(objects) + 1
    out += b"xref\n0 %d\n" % size
    for number in range(size):
        out += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n"
    out += b"trailer\n<</Size %d/Root 1 0 R/Info 4 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, xref)
    return bytes(out)


def _string(text: str) -> bytes:
    return b"<" + ("\ufeff" + text).encode("utf-16-be").hex().encode() + b">"


def _ems(text: str) -> float:
    """The width of a text in full-width characters."""
    return sum(0.5 if char.isascii() else 1 for char in text)


def _wrapped(text: str, width: float) -> list[str]:
    lines, line, used = [], "", 0.0
    for char in text:
        step = 0.5 if char.isascii() else 1
        # A closing mark never begins a line: it hangs over the margin (避头尾).
        if used + step > width and char not in "，。、；：）”》！？":
            lines.append(line)
            line, used = "", 0.0
        line += char
        used += step
    return [*lines, line] if line else lines
