"""Builds docx files by hand, each with a token at exactly one place. Shared by the reader contract test."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_RELATIONSHIPS = f"{_OFFICE}/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
W_SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        "w": W_SPACE,
        "r": _RELATIONSHIPS,
        "m": f"{_OFFICE}/math",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
        "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
        "dgm": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
        "w15": "http://schemas.microsoft.com/office/word/2012/wordml",
        "v": "urn:schemas-microsoft-com:vml",
        "o": "urn:schemas-microsoft-com:office:office",
    }.items()
)
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16

Relation = tuple[str, str]
"""the last word of a relationship's type and its target; a target with "://" or "mailto:" is external"""


def run(text: str, properties: str = "") -> str:
    """A w:r with rPr."""
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*inside: str, properties: str = "") -> str:
    """A w:p of ready runs."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(inside)}</w:p>"


def cell(inside: str, properties: str = "") -> str:
    """A w:tc; plain text becomes a paragraph."""
    body = inside if inside.startswith("<") else paragraph(run(inside))
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{body}</w:tc>"


def table(*rows: Sequence[str], properties: str = "") -> str:
    """A w:tbl; each cell is text or a ready w:tc."""
    lines = ("".join(c if c.startswith("<w:tc") else cell(c) for c in row) for row in rows)
    return (
        f"<w:tbl><w:tblPr>{properties}</w:tblPr>{''.join(f'<w:tr>{line}</w:tr>' for line in lines)}</w:tbl>"
    )


def root(tag: str, inside: str) -> str:
    """A part's XML with all namespaces declared."""
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><{tag} {NAMESPACES}>{inside}</{tag}>'


def relations(items: Sequence[Relation]) -> str:
    """A .rels part; ids are rId1, rId2 ..."""
    lines = []
    for number, (kind, target) in enumerate(items, 1):
        base = f"{_PACKAGE}/relationships/metadata" if kind == "core-properties" else _RELATIONSHIPS
        mode = ' TargetMode="External"' if "://" in target or target.startswith("mailto:") else ""
        lines.append(f'<Relationship Id="rId{number}" Type="{base}/{kind}" Target="{target}"{mode}/>')
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def docx(
    body: str,
    *,
    links: Sequence[Relation] = (),
    parts: Mapping[str, str | bytes] | None = None,
    package_links: Sequence[Relation] = (),
) -> bytes:
    """A docx with this body; `links` are those of the document part, `package_links` those of the package."""
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": relations([("officeDocument", "word/document.xml"), *package_links]),
        "word/_rels/document.xml.rels": relations(links),
        "word/document.xml": root("w:document", f"<w:body>{body}</w:body>"),
        **(parts or {}),
    }
    return packed(members)


def packed(members: Mapping[str, str | bytes]) -> bytes:
    """A zip of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(name, data)
    return out.getvalue()


# ---------------------------------------------------------------- pieces of documents

BEFORE = paragraph(run("关于公示的通知"))


def inline(inside: str) -> bytes:
    """A document with one paragraph that holds `inside` between two words."""
    return docx(BEFORE + paragraph(run("联系方式："), inside, run("。完")))


def block(inside: str) -> bytes:
    """A document with one block between two paragraphs."""
    return docx(BEFORE + inside + paragraph(run("完")))


def styled(style: str, use: str) -> Callable[[str], bytes]:
    """A document whose token is a run under a style of styles.xml; `use` is the paragraph around it."""
    parts = {"word/styles.xml": root("w:styles", style)}
    return lambda token: docx(
        BEFORE + use.replace("@", token), links=[("styles", "styles.xml")], parts=dict(parts)
    )


def part(kind: str, tag: str, inside: str, name: str = "") -> Callable[[str], bytes]:
    """A document with one more part in which @ is the token."""
    name = name or f"{kind}1.xml"
    return lambda token: docx(
        BEFORE, links=[(kind, name)], parts={f"word/{name}": root(tag, inside.replace("@", token))}
    )


def package_part(kind: str, name: str, xml: str) -> Callable[[str], bytes]:
    """A document with one more part at the package's root."""
    return lambda token: docx(BEFORE, package_links=[(kind, name)], parts={name: xml.replace("@", token)})


def settings(inside: str) -> Callable[[str], bytes]:
    return part("settings", "w:settings", inside, "settings.xml")


def drawing(inside: str, words: str = 'name="图片 1"') -> str:
    """A w:drawing with a docPr that has the given attributes."""
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" {words}/><a:graphic><a:graphicData>{inside}'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def picture(relation: str = "rId1", words: str = 'name="图片 1"') -> str:
    return drawing(f'<pic:pic><pic:blipFill><a:blip r:embed="{relation}"/></pic:blipFill></pic:pic>', words)


def shape(content: str) -> str:
    """A DrawingML text box."""
    return drawing(f"<wps:wsp><wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx></wps:wsp>")


def vml(content: str, words: str = "") -> str:
    """A VML text box."""
    return (
        f'<w:r><w:pict><v:shape id="s1" {words}><v:textbox><w:txbxContent>{content}</w:txbxContent>'
        "</v:textbox></v:shape></w:pict></w:r>"
    )


def both(token: str) -> str:
    """What Word writes for a text box: DrawingML, and the same in VML for older programs."""
    content = paragraph(run(token))
    choice = shape(content).removeprefix("<w:r>").removesuffix("</w:r>")
    fallback = vml(content).removeprefix("<w:r>").removesuffix("</w:r>")
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps">{choice}</mc:Choice>'
        f"<mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent></w:r>"
    )


def complex_field(instruction: str, result: str) -> str:
    """A field of fldChar marks."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f"<w:r><w:instrText>{instruction}</w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'{run(result)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def control(token: str, properties: str = "", wrap: str = "{}") -> str:
    """A content control around a run (or what `wrap` makes of it)."""
    content = wrap.format(run(token))
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def form_field(inside: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{inside}</w:ffData></w:fldChar></w:r>' + (
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def tracked(kind: str, token: str) -> str:
    tag = "w:delText" if kind == "del" else "w:t"
    return f'<w:{kind} w:id="1" w:author="审核员"><w:r><{tag}>{token}</{tag}></w:r></w:{kind}>'


def style(kind: str, name: str, properties: str, based: str = "", more: str = "") -> str:
    parent = f'<w:basedOn w:val="{based}"/>' if based else ""
    return f'<w:style w:type="{kind}" w:styleId="{name}"{more}>{parent}<w:rPr>{properties}</w:rPr></w:style>'


def embedded(name: str, build: Callable[[str], bytes]) -> Callable[[str], bytes]:
    return lambda token: docx(BEFORE, links=[("package", name)], parts={f"word/{name}": build(token)})


def workbook(token: str) -> bytes:
    """The smallest xlsx with the token in A1."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
            "_rels/.rels": relations([("officeDocument", "xl/workbook.xml")]),
            "xl/_rels/workbook.xml.rels": relations([("worksheet", "worksheets/sheet1.xml")]),
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{_RELATIONSHIPS}"><sheets>'
            '<sheet name="数据" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData><row r="1">'
            f'<c r="A1" t="inlineStr"><is><t>{token}</t></is></c></row></sheetData></worksheet>',
        }
    )


def hyperlink(token: str) -> bytes:
    return docx(
        paragraph(f'<w:hyperlink r:id="rId1">{run("联系我们")}</w:hyperlink>'),
        links=[("hyperlink", f"mailto:{token}@example.com")],
    )


def linked_file(token: str) -> bytes:
    links = relations([("attachedTemplate", f"file:///C://Users/{token}/mould.dotx")])
    return docx(
        BEFORE,
        links=[("settings", "settings.xml")],
        parts={"word/settings.xml": root("w:settings", ""), "word/_rels/settings.xml.rels": links},
    )


def chart(inside: str) -> Callable[[str], bytes]:
    return lambda token: docx(
        BEFORE + paragraph(drawing('<c:chart r:id="rId1"/>')),
        links=[("chart", "charts/chart1.xml")],
        parts={"word/charts/chart1.xml": root("c:chartSpace", inside.replace("@", token))},
    )


def smart_art(token: str) -> bytes:
    data = f"<dgm:ptLst><dgm:pt><dgm:t><a:p><a:r><a:t>{token}</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst>"
    return docx(
        BEFORE + paragraph(drawing('<dgm:relIds r:dm="rId1"/>')),
        links=[("diagramData", "diagrams/data1.xml")],
        parts={"word/diagrams/data1.xml": root("dgm:dataModel", data)},
    )


def strict(token: str) -> bytes:
    """The namespaces of ISO 29500 strict."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(inline(run(token)))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            text = text.replace(W_SPACE, "http://purl.oclc.org/ooxml/wordprocessingml/main")
            text = text.replace(_RELATIONSHIPS, "http://purl.oclc.org/ooxml/officeDocument/relationships")
            new.writestr(name, text)
    return out.getvalue()


def utf16(token: str) -> bytes:
    xml = root("w:document", f"<w:body>{paragraph(run(token))}</w:body>").replace("UTF-8", "UTF-16")
    return docx("", parts={"word/document.xml": xml.encode("utf-16")})


def _note(kind: str, more: str = "") -> str:
    separator = f'<w:{kind} w:type="separator" w:id="-1">{paragraph("<w:r><w:separator/></w:r>")}</w:{kind}>'
    return (
        f'{separator if kind != "comment" else ""}<w:{kind} w:id="1"{more}>{paragraph(run("见@"))}</w:{kind}>'
    )


_CORE = (
    f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/">@</cp:coreProperties>'
)
_APP = (
    f'<Properties xmlns="{_OFFICE}/extended-properties" xmlns:vt="{_OFFICE}/docPropsVTypes">'
    "<Template>Normal.dotm</Template><Pages>1</Pages>@</Properties>"
)
_CUSTOM = (
    f'<Properties xmlns="{_OFFICE}/custom-properties" xmlns:vt="{_OFFICE}/docPropsVTypes">'
    '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="承办人"><vt:lpwstr>@</vt:lpwstr>'
    "</property></Properties>"
)
_SERIES = (
    "<c:ser><c:cat><c:strRef><c:strCache><c:pt><c:v>甲</c:v></c:pt><c:pt><c:v>@</c:v></c:pt></c:strCache>"
    "</c:strRef></c:cat></c:ser>"
)
_TITLE = "<c:title><c:tx><c:rich><a:p><a:r><a:t>图@</a:t></a:r></a:p></c:rich></c:tx></c:title>"
_GLOSSARY = (
    '<w:docParts><w:docPart><w:docPartPr><w:name w:val="片段"/></w:docPartPr>'
    f"<w:docPartBody>{paragraph(run('@'))}</w:docPartBody></w:docPart></w:docParts>"
)
_HIDE, _WHITE = "<w:vanish/>", '<w:color w:val="FFFFFF"/>'


def _in_style(kind: str) -> str:
    if kind == "paragraph":
        return paragraph(run("@"), properties='<w:pStyle w:val="S"/>')
    return paragraph(run("见"), run("@", '<w:rStyle w:val="S"/>'))


def _drawn(token: str) -> bytes:
    from tests.readers.make_picture import emf

    parts = {"word/media/image1.emf": emf(token)}
    return docx(BEFORE + paragraph(picture()), links=[("image", "media/image1.emf")], parts=parts)


PLACES: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "body": ("body", lambda t: inline(run(t))),
    "split over runs": ("body", lambda t: inline(run(t[:3]) + run(t[3:7], "<w:b/>") + run(t[7:]))),
    "strict namespaces": ("body", strict),
    "UTF-16 part": ("body", utf16),
    "table cell": ("body", lambda t: block(table(("姓名", "电话"), ("甲", t)))),
    "nested table": ("body", lambda t: block(table((cell(table((t,)) + paragraph()), "外")))),
    "merged cell": (
        "body",
        lambda t: block(
            table((cell(t, '<w:vMerge w:val="restart"/>'), "一"), (cell(paragraph(), "<w:vMerge/>"), "二"))
        ),
    ),
    "row in content control": (
        "body",
        lambda t: block(f"<w:tbl>{control(t, wrap='<w:tr><w:tc><w:p>{}</w:p></w:tc></w:tr>')}</w:tbl>"),
    ),
    "cell in content control": (
        "body",
        lambda t: block(f"<w:tbl><w:tr>{control(t, wrap='<w:tc><w:p>{}</w:p></w:tc>')}</w:tr></w:tbl>"),
    ),
    "content control": ("body", lambda t: inline(control(t))),
    "block content control": ("body", lambda t: block(control(t, wrap="<w:p>{}</w:p>"))),
    "smart tag": ("body", lambda t: inline(f"<w:smartTag><w:smartTag>{run(t)}</w:smartTag></w:smartTag>")),
    "custom XML element": ("body", lambda t: block(f"<w:customXml>{paragraph(run(t))}</w:customXml>")),
    "hyperlink text": ("body", lambda t: inline(f'<w:hyperlink w:anchor="a">{run(t)}</w:hyperlink>')),
    "simple field result": (
        "body",
        lambda t: inline(f'<w:fldSimple w:instr=" PAGE ">{run(t)}</w:fldSimple>'),
    ),
    "field result": ("body", lambda t: inline(complex_field("MERGEFIELD 电话", t))),
    "math": ("body", lambda t: inline(f"<m:oMath><m:r><m:t>{t}</m:t></m:r></m:oMath>")),
    "ruby base": (
        "body",
        lambda t: inline(
            f"<w:r><w:ruby><w:rt>{run('yin')}</w:rt><w:rubyBase>{run(t)}</w:rubyBase></w:ruby></w:r>"
        ),
    ),
    "run choice": (
        "body",
        lambda t: inline(
            f'<mc:AlternateContent><mc:Choice Requires="w14">{run(t)}</mc:Choice>'
            f"<mc:Fallback>{run(t)}</mc:Fallback></mc:AlternateContent>"
        ),
    ),
    "right-to-left run": ("body", lambda t: inline(f'<w:dir w:val="ltr">{run(t)}</w:dir>')),
    "header": ("header", part("header", "w:hdr", paragraph(run("@")))),
    "header table": ("header", part("header", "w:hdr", table(("密级", "@")))),
    "footer": ("footer", part("footer", "w:ftr", paragraph(run("@")))),
    "footnote": ("footnote", part("footnotes", "w:footnotes", _note("footnote"), "footnotes.xml")),
    "endnote": ("endnote", part("endnotes", "w:endnotes", _note("endnote"), "endnotes.xml")),
    "comment": (
        "comment",
        part("comments", "w:comments", _note("comment", ' w:author="审核员"'), "comments.xml"),
    ),
    "insertion": ("inserted", lambda t: inline(tracked("ins", t))),
    "move to": ("inserted", lambda t: inline(tracked("moveTo", t))),
    "inserted row": (
        "inserted",
        lambda t: block(f"<w:tbl><w:tr><w:trPr><w:ins w:author='审核员'/></w:trPr>{cell(t)}</w:tr></w:tbl>"),
    ),
    "insertion in a cell": ("inserted", lambda t: block(table((cell(paragraph(tracked("ins", t))), "甲")))),
    "deletion": ("deleted", lambda t: inline(tracked("del", t))),
    "move from": ("deleted", lambda t: inline(tracked("moveFrom", t))),
    "deletion in a cell": (
        "deleted",
        lambda t: block(table(("姓名", "电话"), ("甲", cell(paragraph(tracked("del", t)))))),
    ),
    "deleted row": (
        "deleted",
        lambda t: block(f"<w:tbl><w:tr><w:trPr><w:del w:author='审核员'/></w:trPr>{cell(t)}</w:tr></w:tbl>"),
    ),
    "insertion deleted again": (
        "deleted",
        lambda t: inline(f'<w:ins w:author="审核员">{tracked("del", t)}</w:ins>'),
    ),
    "hidden": ("hidden", lambda t: inline(run(t, _HIDE))),
    "hidden by character style": ("hidden", styled(style("character", "S", _HIDE), _in_style("character"))),
    "hidden by paragraph style": ("hidden", styled(style("paragraph", "S", _HIDE), _in_style("paragraph"))),
    "hidden by base style": (
        "hidden",
        styled(style("paragraph", "B", _HIDE) + style("paragraph", "S", "", "B"), _in_style("paragraph")),
    ),
    "hidden by default style": (
        "hidden",
        styled(style("paragraph", "N", _HIDE, "", ' w:default="1"'), paragraph(run("@"))),
    ),
    "hidden by defaults": (
        "hidden",
        styled(
            f"<w:docDefaults><w:rPrDefault><w:rPr>{_HIDE}</w:rPr></w:rPrDefault></w:docDefaults>",
            paragraph(run("@")),
        ),
    ),
    "hidden in a cell": ("hidden", lambda t: block(table(("甲", cell(paragraph(run("见"), run(t, _HIDE))))))),
    "hidden row": (
        "hidden",
        lambda t: block(f"<w:tbl><w:tr><w:trPr><w:hidden/></w:trPr>{cell(t)}</w:tr></w:tbl>"),
    ),
    "white": ("hidden", lambda t: inline(run(t, _WHITE))),
    "white by style": ("hidden", styled(style("character", "S", _WHITE), _in_style("character"))),
    "white in a cell": ("hidden", lambda t: block(table(("甲", cell(paragraph(run(t, _WHITE))))))),
    "black on black": (
        "hidden",
        lambda t: inline(run(t, '<w:color w:val="000000"/><w:highlight w:val="black"/>')),
    ),
    "tiny": ("hidden", lambda t: inline(run(t, '<w:sz w:val="2"/>'))),
    "narrow": ("hidden", lambda t: inline(run(t, '<w:w w:val="1"/>'))),
    "no fill": ("hidden", lambda t: inline(run(t, "<w14:textFill><w14:noFill/></w14:textFill>"))),
    "hidden on the web": ("hidden", lambda t: inline(run(t, "<w:webHidden/>"))),
    "building block": (
        "hidden",
        part("glossaryDocument", "w:glossaryDocument", _GLOSSARY, "glossary/document.xml"),
    ),
    "orphan part": (
        "hidden",
        lambda t: docx(BEFORE, parts={"word/old.xml": root("w:hdr", paragraph(run(t)))}),
    ),
    "text box": ("textbox", lambda t: inline(shape(paragraph(run(t))))),
    "VML text box": ("textbox", lambda t: inline(vml(paragraph(run(t))))),
    "text box twice": ("textbox", lambda t: inline(both(t))),
    "table in a text box": ("textbox", lambda t: inline(shape(table(("甲", t))))),
    "text box in a header": (
        "textbox",
        lambda t: docx(
            BEFORE,
            links=[("header", "header1.xml")],
            parts={"word/header1.xml": root("w:hdr", paragraph(both(t)))},
        ),
    ),
    "watermark": (
        "textbox",
        lambda t: inline(f'<w:r><w:pict><v:shape><v:textpath string="{t}"/></v:shape></w:pict></w:r>'),
    ),
    "chart value": ("textbox", chart(_SERIES)),
    "chart title": ("textbox", chart(_TITLE)),
    "smart art": ("textbox", smart_art),
    "field code": ("field", lambda t: inline(complex_field(f'MERGEFIELD "{t}"', "结果"))),
    "field code over runs": (
        "field",
        lambda t: inline(
            complex_field(f"QUOTE {t[:5]}</w:instrText></w:r><w:r><w:instrText>{t[5:]}", "结果")
        ),
    ),
    "simple field": ("field", lambda t: inline(f'<w:fldSimple w:instr="QUOTE {t}">{run("x")}</w:fldSimple>')),
    "hyperlink target": ("field", hyperlink),
    "template path": ("field", linked_file),
    "mail merge": ("field", settings('<w:mailMerge><w:connectString w:val="Source=@"/></w:mailMerge>')),
    "form field default": (
        "form",
        lambda t: inline(form_field(f'<w:textInput><w:default w:val="{t}"/></w:textInput>')),
    ),
    "form field help": ("form", lambda t: inline(form_field(f'<w:helpText w:val="{t}"/>'))),
    "control title": ("form", lambda t: inline(control("内容", f'<w:alias w:val="{t}"/>'))),
    "control tag": ("form", lambda t: inline(control("内容", f'<w:tag w:val="{t}"/>'))),
    "control choice": (
        "form",
        lambda t: inline(
            control(
                "内容", f'<w:dropDownList><w:listItem w:displayText="{t}" w:value="{t}"/></w:dropDownList>'
            )
        ),
    ),
    "alt text": ("alt", lambda t: inline(drawing("", f'name="图片 1" descr="{t}"'))),
    "alt title": ("alt", lambda t: inline(drawing("", f'name="图片 1" title="{t}"'))),
    "picture name": ("alt", lambda t: inline(drawing("", f'name="{t}.jpg"'))),
    "VML alt text": ("alt", lambda t: inline(vml(paragraph(), f'alt="{t}"'))),
    "table description": (
        "alt",
        lambda t: block(table(("甲",), properties=f'<w:tblDescription w:val="{t}"/>')),
    ),
    "link tip": ("alt", lambda t: inline(f'<w:hyperlink w:tooltip="{t}">{run("链接")}</w:hyperlink>')),
    "ruby guide": (
        "alt",
        lambda t: inline(
            f"<w:r><w:ruby><w:rt>{run(t)}</w:rt><w:rubyBase>{run('张')}</w:rubyBase></w:ruby></w:r>"
        ),
    ),
    "bookmark": ("name", lambda t: inline(f'<w:bookmarkStart w:id="1" w:name="b{t}"/>')),
    "author": (
        "property",
        package_part(
            "core-properties", "docProps/core.xml", _CORE.replace("@", "<dc:creator>@</dc:creator>")
        ),
    ),
    "title": (
        "property",
        package_part("core-properties", "docProps/core.xml", _CORE.replace("@", "<dc:title>@</dc:title>")),
    ),
    "company": (
        "property",
        package_part("extended-properties", "docProps/app.xml", _APP.replace("@", "<Company>@</Company>")),
    ),
    "custom property": ("property", package_part("custom-properties", "docProps/custom.xml", _CUSTOM)),
    "document variable": (
        "property",
        settings('<w:docVars><w:docVar w:name="变量" w:val="@"/></w:docVars>'),
    ),
    "comment author": (
        "property",
        part(
            "comments",
            "w:comments",
            _note("comment", ' w:author="@"').replace("见@", "请核对"),
            "comments.xml",
        ),
    ),
    "change author": ("property", lambda t: inline(tracked("ins", "字").replace("审核员", t))),
    "custom XML item": (
        "property",
        lambda t: docx(
            BEFORE,
            links=[("customXml", "../customXml/item1.xml")],
            parts={"customXml/item1.xml": f"<a><b>{t}</b></a>"},
        ),
    ),
    "embedded docx": ("attachment", embedded("embeddings/inner.docx", lambda t: inline(run(t)))),
    "embedded workbook": ("attachment", embedded("embeddings/Microsoft_Excel_Sheet1.xlsx", workbook)),
    "deletion in an embedded docx": (
        "attachment",
        embedded("embeddings/inner.docx", lambda t: inline(tracked("del", t))),
    ),
    "account of an author": (
        "property",
        part(
            "people",
            "w15:people",
            '<w15:person w15:author="甲"><w15:presenceInfo w15:userId="S::@"/></w15:person>',
            "people.xml",
        ),
    ),
    "author of a change of format": (
        "property",
        lambda t: inline(run("字", f'<w:rPrChange w:author="{t}"><w:rPr/></w:rPrChange>')),
    ),
    "author of a merged cell": (
        "property",
        lambda t: block(table((cell("甲", f'<w:cellMerge w:author="{t}"/>'),))),
    ),
    "initials of an author": (
        "property",
        part(
            "comments",
            "w:comments",
            _note("comment", ' w:initials="@"').replace("见@", "请核对"),
            "comments.xml",
        ),
    ),
    "who may edit": ("property", lambda t: inline(f'<w:permStart w:id="1" w:ed="{t}"/>')),
    "smart tag's attribute": (
        "property",
        lambda t: inline(
            f'<w:smartTag><w:smartTagPr><w:attr w:name="n" w:val="{t}"/></w:smartTagPr>{run("甲")}</w:smartTag>'
        ),
    ),
    "place of a link": ("field", lambda t: inline(f'<w:hyperlink w:anchor="b{t}">{run("见")}</w:hyperlink>')),
    "source of a chart": (
        "field",
        chart("<c:ser><c:cat><c:strRef><c:f>名@!A1</c:f></c:strRef></c:cat></c:ser>"),
    ),
    "words of a numbering": ("field", part("numbering", "w:numbering", '<w:lvlText w:val="电话@"/>', "numbering.xml")),
    "data binding": ("form", lambda t: inline(control("x", f"<w:dataBinding w:xpath=\"/a[.='{t}']\"/>"))),
    "other settings": ("property", settings('<w:captions><w:caption w:name="@"/></w:captions>')),
    "web settings": (
        "property",
        part("webSettings", "w:webSettings", '<w:frame><w:name w:val="@"/></w:frame>', "webSettings.xml"),
    ),
    "picture of a diagram": (
        "textbox",
        part("diagramDrawing", "dgm:drawing", "<a:p><a:r><a:t>@</a:t></a:r></a:p>", "diagrams/drawing1.xml"),
    ),
    "printer": (
        "property",
        lambda t: docx(
            BEFORE,
            links=[("printerSettings", "printerSettings1.bin")],
            parts={"word/printerSettings1.bin": t.encode("utf-16-le").ljust(220, b"\0")},
        ),
    ),
    "embedded workbook of another name": ("attachment", embedded("embeddings/object1.bin", workbook)),
    "imported web archive": (
        "attachment",
        lambda t: docx(
            BEFORE + '<w:altChunk r:id="rId1"/>',
            links=[("aFChunk", "chunk.mht")],
            parts={
                "word/chunk.mht": "MIME-Version: 1.0\nContent-Type: text/html\n"
                f"Content-Transfer-Encoding: quoted-printable\n\n<p>{t[:8]}=\n{t[8:]}</p>"
            },
        ),
    ),
    "words of a drawing": ("picture", _drawn),
    "imported chunk": (
        "attachment",
        lambda t: docx(
            BEFORE + '<w:altChunk r:id="rId1"/>',
            links=[("aFChunk", "chunk.txt")],
            parts={"word/chunk.txt": f"外部内容：{t}"},
        ),
    ),
}

CONCEALED: frozenset[str] = frozenset(
    name for name, (where, _) in PLACES.items() if where in ("comment", "inserted", "deleted", "hidden")
) | {"deletion in an embedded docx"}
"""the places that a reader of the printed page does not see, or sees only as a change"""
