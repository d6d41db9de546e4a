"""Builds small PDF files with a given text at a given place: the seen, the unseen and what lies beside.

The files are written object by object, so that each test sees the very structure that it is about. Text is
set in STSong-Light with the predefined CMap UniGB-UCS2-H (a code is two bytes of UTF-16).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

PAGE = (400, 500)
FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts["
    b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo"
    b"<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
    b"/DW 1000/W[1 95 500]/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox"
    b"[-25 -254 1000 880]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>>>]>>"
)
HELVETICA = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"


def string(text: str) -> bytes:
    """A PDF text string (UTF-16 with mark)."""
    return b"<" + ("\ufeff" + text).encode("utf-16-be").hex().encode() + b">"


def show(x: float, y: float, text: str, size: float = 12, before: str = "") -> bytes:
    """Content that sets `text` at x, y; `before` holds operators of the text object (3 Tr, 1 g ...)."""
    code = text.encode("utf-16-be").hex()
    return f"q BT /F1 {size} Tf {before} 1 0 0 1 {x} {y} Tm <{code}> Tj ET Q\n".encode()


def box(x: float, y: float, width: float, height: float, grey: float = 0) -> bytes:
    """Content that fills a rectangle."""
    return f"q {grey} g {x} {y} {width} {height} re f Q\n".encode()


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<<" + entries + b"/Length %d>>stream\n" % len(data) + data + b"\nendstream"


def write(objects: dict[int, bytes], trailer: bytes = b"", before: bytes = b"") -> bytes:
    """The objects as a file, or as a save appended to the file `before`."""
    out = bytearray(before or b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = {}
    for number, data in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + data + b"\nendobj\n"
    xref = len(out)
    out += b"xref\n"
    if not before:
        out += b"0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, place)
    if before:
        trailer += b"/Prev %d" % int(before.rsplit(b"startxref", 1)[1].split()[0])
    out += b"trailer\n<</Size 100/Root 1 0 R" + trailer + b">>\nstartxref\n%d\n%%%%EOF\n" % xref
    return bytes(out)


def build(
    *contents: bytes,
    catalog: bytes = b"",
    page: bytes = b"",
    resources: bytes = b"",
    trailer: bytes = b"",
    objects: dict[int, bytes] | None = None,
) -> bytes:
    """A file with one page for each of the contents; object numbers from 50 are the caller's."""
    parts = {1: b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>"}
    kids = b" ".join(b"%d 0 R" % (10 + 2 * k) for k in range(len(contents)))
    parts[2] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(contents))
    parts[3], parts[4] = FONT, HELVETICA
    for k, content in enumerate(contents):
        parts[10 + 2 * k] = (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Resources<</Font<</F1 3 0 R/F2 4 0 R>>" % PAGE
            + resources + b">>/Contents %d 0 R" % (11 + 2 * k) + page + b">>"
        )  # fmt: skip
        parts[11 + 2 * k] = stream(content)
    return write(parts | (objects or {}), trailer)


SEEN = show(40, 450, "关于补偿安置的公告")


def image(width: int, height: int) -> bytes:
    """An image object: grey noise that no one can read, but that is not one even colour."""
    data = bytes((7 * x * x + 13 * x) % 251 for x in range(width * height))
    entries = b"/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode"
    return stream(zlib.compress(data), entries + b"/Width %d/Height %d" % (width, height))


def scan(token: str) -> bytes:
    """A scanned page with the recognised text laid invisibly under the picture."""
    content = show(40, 300, token, before="3 Tr") + b"q 400 0 0 500 0 0 cm /I1 Do Q"
    return build(content, resources=b"/XObject<</I1 50 0 R>>", objects={50: image(40, 50)})


def annotated(annotation: bytes, **more: bytes) -> bytes:
    return build(SEEN, page=b"/Annots[50 0 R]", objects={50: annotation}, **more)  # type: ignore[arg-type]


def note(token: str) -> bytes:
    return annotated(b"<</Type/Annot/Subtype/Text/Rect[10 10 30 30]/Contents" + string(token) + b">>")


def typed(token: str) -> bytes:
    return annotated(
        b"<</Type/Annot/Subtype/FreeText/Rect[10 10 200 30]/DA(/F1 12 Tf)/Contents" + string(token) + b">>"
    )


def note_author(token: str) -> bytes:
    return annotated(
        b"<</Type/Annot/Subtype/Highlight/Rect[10 10 30 30]/QuadPoints[10 30 30 30 10 10 30 10]/T"
        + string(token) + b">>"
    )  # fmt: skip


def hidden_note(token: str) -> bytes:
    return annotated(b"<</Type/Annot/Subtype/Text/F 2/Rect[10 10 30 30]/Contents" + string(token) + b">>")


def link(token: str) -> bytes:
    address = "https://example.invalid/" + token
    uri = b"(" + address.encode("utf-8") + b")"
    return annotated(b"<</Type/Annot/Subtype/Link/Rect[10 10 90 30]/A<</S/URI/URI" + uri + b">>>>")


def form(field: bytes) -> bytes:
    """A form of one field that is its own widget."""
    widget = b"<</Type/Annot/Subtype/Widget/Rect[40 300 200 320]/P 10 0 R" + field + b">>"
    return annotated(widget, catalog=b"/AcroForm<</Fields[50 0 R]/DA(/F1 12 Tf 0 g)>>")


def form_value(token: str) -> bytes:
    return form(b"/FT/Tx/T(phone)/V" + string(token))


def form_label(token: str) -> bytes:
    return form(b"/FT/Tx/T(phone)/TU" + string(token))


def form_default(token: str) -> bytes:
    return form(b"/FT/Tx/T(phone)/DV" + string(token))


def form_option(token: str) -> bytes:
    return form(b"/FT/Ch/Ff 131072/T(town)/Opt[(none)" + string(token) + b"]")


def form_name(token: str) -> bytes:
    return form(b"/FT/Tx/V(x)/T" + string(token))


def form_unseen(token: str) -> bytes:
    return form(b"/FT/Tx/T(phone)/F 2/V" + string(token))


def form_script(token: str) -> bytes:
    return form(b"/FT/Tx/T(phone)/AA<</V<</S/JavaScript/JS" + string("f('" + token + "')") + b">>>>")


def information(key: bytes) -> Callable[[str], bytes]:
    def make(token: str) -> bytes:
        entries = b"<</CreationDate(D:20240101)/Producer(pdf)/" + key + string(token) + b">>"
        return build(SEEN, trailer=b"/Info 50 0 R", objects={50: entries})

    return make


def xmp(compress: bool) -> Callable[[str], bytes]:
    def make(token: str) -> bytes:
        packet = (
            '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
            'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator><rdf:Seq><rdf:li>'
            f"{token}</rdf:li></rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>"
        ).encode()
        entries = b"/Type/Metadata/Subtype/XML"
        if compress:
            packet, entries = zlib.compress(packet), entries + b"/Filter/FlateDecode"
        return build(SEEN, catalog=b"/Metadata 50 0 R", objects={50: stream(packet, entries)})

    return make


def bookmark(token: str) -> bytes:
    entry = b"<</Title" + string(token) + b"/Parent 50 0 R/Dest[10 0 R/Fit]>>"
    root = b"<</Type/Outlines/First 51 0 R/Last 51 0 R/Count 1>>"
    return build(SEEN, catalog=b"/Outlines 50 0 R", objects={50: root, 51: entry})


def script(token: str) -> bytes:
    action = b"<</S/JavaScript/JS" + string("var a='" + token + "'") + b">>"
    return build(SEEN, catalog=b"/Names<</JavaScript<</Names[(a) 50 0 R]>>>>", objects={50: action})


def attached(data: bytes, name: str, where: str = "document") -> bytes:
    """A file attached to the document, or hung on its page."""
    spec = b"<</Type/Filespec/F(a)/UF" + string(name) + b"/EF<</F 51 0 R>>>>"
    entries = b"/Type/EmbeddedFile/Filter/FlateDecode/Params<</Size %d>>" % len(data)
    file = stream(zlib.compress(data), entries)
    if where == "page":
        pin = b"<</Type/Annot/Subtype/FileAttachment/Rect[10 10 30 30]/FS 50 0 R>>"
        return build(SEEN, page=b"/Annots[52 0 R]", objects={50: spec, 51: file, 52: pin})
    return build(
        SEEN, catalog=b"/Names<</EmbeddedFiles<</Names[(a) 50 0 R]>>>>", objects={50: spec, 51: file}
    )


def alternate(key: bytes) -> Callable[[str], bytes]:
    def make(token: str) -> bytes:
        root = b"<</Type/StructTreeRoot/K 51 0 R/ParentTree<</Nums[0[51 0 R]]>>>>"
        figure = b"<</Type/StructElem/S/Figure/P 50 0 R/Pg 10 0 R/K 0/" + key + string(token) + b">>"
        return build(
            b"/Figure<</MCID 0>>BDC\n" + SEEN + b"EMC",
            catalog=b"/StructTreeRoot 50 0 R/MarkInfo<</Marked true>>",
            page=b"/StructParents 0",
            objects={50: root, 51: figure},
        )

    return make


def marked(key: bytes, shown: str = "图示") -> Callable[[str], bytes]:
    """Marked content in which glyphs show one text and `key` says another."""

    def make(token: str) -> bytes:
        tag = b"/Span<</" + key + string(token) + b">>BDC\n"
        return build(SEEN + tag + show(40, 300, shown) + b"EMC\n")

    return make


def replaced(token: str) -> bytes:
    return build(SEEN + b"/Span<</ActualText" + string("图示") + b">>BDC\n" + show(40, 300, token) + b"EMC\n")


def in_catalog(entry: bytes) -> Callable[[str], bytes]:
    """A file whose catalog has this entry; @ is the token as a string."""
    return lambda token: build(SEEN, catalog=entry.replace(b"@", string(token)))


def unlisted_field(token: str) -> bytes:
    field = b"<</FT/Tx/T(phone)/V" + string(token) + b">>"
    return build(SEEN, catalog=b"/AcroForm<</Fields[50 0 R]>>", objects={50: field})


def orphan(token: str) -> bytes:
    return build(SEEN, objects={50: b"<</Type/Annot/Subtype/Text/Contents" + string(token) + b">>"})


def associated(token: str) -> bytes:
    spec = b"<</Type/Filespec/UF(a.txt)/EF<</F 51 0 R>>>>"
    file = stream(f"附件：{token}".encode(), b"/Type/EmbeddedFile")
    return build(SEEN, catalog=b"/AF[50 0 R]", objects={50: spec, 51: file})


def xfa(token: str) -> bytes:
    form = f'<template><field name="{token}"/></template>'.encode()
    return build(SEEN, catalog=b"/AcroForm<</Fields[]/XFA 50 0 R>>", objects={50: stream(form)})


def ruled(token: str) -> bytes:
    """A table of two rows and three columns between drawn lines; the token fills its cell from edge to edge."""
    lines = b"".join(b"q %d 280 m %d 340 l S Q\n" % (x, x) for x in (40, 80, 80 + 6 * 14, 300))
    lines += b"".join(b"q 40 %d m 300 %d l S Q\n" % (y, y) for y in (280, 300, 340))
    words = show(42, 325, "姓名") + show(90, 325, "身份") + show(90, 311, "证号") + show(180, 325, "电话")
    cells = show(42, 285, "张三") + show(80.5, 285, token) + show(80 + 6 * 14 + 0.5, 285, "13800001234")
    return build(SEEN + lines + words + cells)


def layer(token: str) -> bytes:
    content = SEEN + b"/OC/MC0 BDC\n" + show(40, 300, token) + b"EMC\n"
    return build(
        content,
        catalog=b"/OCProperties<</OCGs[50 0 R]/D<</OFF[50 0 R]/Order[50 0 R]>>>>",
        resources=b"/Properties<</MC0 50 0 R>>",
        objects={50: b"<</Type/OCG/Name(draft)>>"},
    )


def covered_by_annotation(token: str) -> bytes:
    square = b"<</Type/Annot/Subtype/Square/F 4/Rect[38 295 390 315]/IC[0 0 0]/C[0 0 0]/AP<</N 51 0 R>>>>"
    look = stream(b"0 g 0 0 352 20 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 352 20]")
    return build(SEEN + show(40, 300, token), page=b"/Annots[50 0 R]", objects={50: square, 51: look})


def covered_by_picture(token: str) -> bytes:
    content = SEEN + show(40, 300, token) + b"q 360 0 0 20 38 295 cm /I1 Do Q"
    return build(content, resources=b"/XObject<</I1 50 0 R>>", objects={50: image(90, 10)})


def in_form(token: str) -> bytes:
    entries = b"/Type/XObject/Subtype/Form/BBox[0 -10 400 30]/Resources<</Font<</F1 3 0 R>>>>"
    look = stream(show(0, 0, token), entries)
    content = SEEN + b"q 1 0 0 1 40 300 cm /X1 Do Q " + box(38, 295, 350, 20)
    return build(content, resources=b"/XObject<</X1 50 0 R>>", objects={50: look})


def earlier_save(token: str) -> bytes:
    first = build(SEEN + show(40, 300, token))
    return write({11: stream(SEEN)}, before=first)


def wrapped(token: str) -> bytes:
    """A body text in which the token stands whole, with a title above."""
    return build(SEEN + show(40, 430, "联系：" + token) + show(40, 410, "特此公告。"))


PLACES: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "body": ("body", wrapped),
    "recognised text under a scan": ("body", scan),
    "invisible": ("hidden", lambda t: build(SEEN + show(40, 300, t, before="3 Tr"))),
    "white": ("hidden", lambda t: build(SEEN + show(40, 300, t, before="1 g"))),
    "same colour as its ground": ("hidden", lambda t: build(SEEN + box(38, 295, 350, 20) + show(40, 300, t))),
    "under a black box": ("hidden", lambda t: build(SEEN + show(40, 300, t) + box(38, 295, 350, 20))),
    "under a black box, in a form": ("hidden", in_form),
    "under a picture": ("hidden", covered_by_picture),
    "under a drawn annotation": ("hidden", covered_by_annotation),
    "off the page": ("hidden", lambda t: build(SEEN + show(40, -40, t))),
    "outside the crop box": (
        "hidden",
        lambda t: build(SEEN + show(40, 60, t), page=b"/CropBox[0 200 400 500]"),
    ),
    "clipped": (
        "hidden",
        lambda t: build(SEEN + b"q 300 100 20 20 re W n " + show(40, 300, t) + b"Q"),
    ),
    "tiny": ("hidden", lambda t: build(SEEN + show(40, 300, t, size=1))),
    "layer switched off": ("hidden", layer),
    "earlier save": ("hidden", earlier_save),
    "note": ("annotation", note),
    "hidden note": ("annotation", hidden_note),
    "note's author": ("annotation", note_author),
    "typed onto the page": ("annotation", typed),
    "link": ("field", link),
    "form value": ("form", form_value),
    "form label": ("form", form_label),
    "form default": ("form", form_default),
    "form option": ("form", form_option),
    "form field's name": ("name", form_name),
    "hidden form field": ("form", form_unseen),
    "form script": ("script", form_script),
    "author": ("property", information(b"Author")),
    "title": ("property", information(b"Title")),
    "company": ("property", information(b"Company")),
    "own property": ("property", information(b"Drafter")),
    "XMP": ("property", xmp(False)),
    "packed XMP": ("property", xmp(True)),
    "bookmark": ("name", bookmark),
    "script": ("script", script),
    "attachment": ("attachment", lambda t: attached(("附件：" + t).encode(), "list.txt")),
    "attachment of a page": ("attachment", lambda t: attached(("附件：" + t).encode(), "list.txt", "page")),
    "attachment's name": ("name", lambda t: attached("附件".encode(), t + ".txt")),
    "alternate text": ("alt", alternate(b"Alt")),
    "in a ruled table": ("body", ruled),
    "glyphs under another text": ("body", replaced),
    "text read out": ("alt", marked(b"Alt")),
    "expansion of marked content": ("alt", marked(b"E")),
    "squeezed": ("hidden", lambda t: build(SEEN + show(40, 300, t, before="1 Tz"))),
    "object that nothing leads to": ("hidden", orphan),
    "name of a layer": ("name", in_catalog(b"/OCProperties<</OCGs[<</Type/OCG/Name@>>]/D<<>>>>")),
    "label of a page": ("name", in_catalog(b"/PageLabels<</Nums[0<</P@>>]>>")),
    "named place": ("name", in_catalog(b"/Names<</Dests<</Names[@[10 0 R/Fit]]>>>>")),
    "thread": ("name", in_catalog(b"/Threads[<</I<</Title@>>>>]")),
    "script at opening": ("script", in_catalog(b"/OpenAction<</S/JavaScript/JS@>>")),
    "address at opening": ("field", in_catalog(b"/OpenAction<</S/URI/URI@>>")),
    "data of a program": ("property", in_catalog(b"/PieceInfo<</App<</Private<</Author@>>>>>>")),
    "form field without a place": ("form", unlisted_field),
    "attribute of an XFA form": ("form", xfa),
    "caption of a button": ("form", lambda t: form(b"/FT/Btn/T(a)/Ff 65536/MK<</CA" + string(t) + b">>")),
    "associated file": ("attachment", associated),
    "actual text": ("alt", alternate(b"ActualText")),
}
