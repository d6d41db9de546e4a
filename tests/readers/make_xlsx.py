"""Builds xlsx files by hand, each with a token at exactly one place. Shared by the reader contract test."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable, Sequence

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_RELATIONSHIPS = f"{_OFFICE}/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MICROSOFT = "http://schemas.microsoft.com/office"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
NAMESPACES = f'xmlns="{MAIN}" ' + " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        "r": _RELATIONSHIPS,
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "xdr": "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
        "cx": f"{_MICROSOFT}/drawing/2014/chartex",
        "dgm": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
        "x14": f"{_MICROSOFT}/spreadsheetml/2009/9/main",
        "xm": f"{_MICROSOFT}/excel/2006/main",
        "x15ac": f"{_MICROSOFT}/spreadsheetml/2010/11/ac",
        "tc": f"{_MICROSOFT}/spreadsheetml/2018/threadedcomments",
        "cp": f"{_PACKAGE}/metadata/core-properties",
        "dc": "http://purl.org/dc/elements/1.1/",
        "vt": f"{_OFFICE}/docPropsVTypes",
    }.items()
)
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16
HEADER = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>号码</t></is></c></row>'
)

Relation = tuple[str, str]
"""the last word of a relationship's type and its target; a target with a ":" is external"""


def root(tag: str, inside: str, attributes: str = "") -> str:
    """A part's XML with all namespaces declared."""
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    return f"{head}\n<{tag} {NAMESPACES} {attributes}>{inside}</{tag}>"


def relations(items: Sequence[Relation]) -> str:
    """A .rels part; ids are rId1, rId2 ..."""
    lines = []
    for number, (kind, target) in enumerate(items, 1):
        base = f"{_PACKAGE}/relationships/metadata" if kind == "core-properties" else _RELATIONSHIPS
        mode = ' TargetMode="External"' if ":" in target else ""
        lines.append(f'<Relationship Id="rId{number}" Type="{base}/{kind}" Target="{target}"{mode}/>')
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def text_cell(reference: str, text: str, style: int = 0) -> str:
    """An inline string cell."""
    look = f' s="{style}"' if style else ""
    return f'<c r="{reference}"{look} t="inlineStr"><is><t>{text}</t></is></c>'


def row(number: int, *cells: str, attributes: str = "") -> str:
    """A row of ready cells."""
    return f'<row r="{number}"{" " + attributes if attributes else ""}>{"".join(cells)}</row>'


def worksheet(rows: str, *, before: str = "", after: str = "") -> str:
    """A worksheet part; `before` and `after` stand around the cells."""
    return root("worksheet", f"{before}<sheetData>{rows}</sheetData>{after}")


def styles(*, font: str = "", fill: str = "", code: str = "") -> str:
    """A styles part whose style 1 has this font, fill or number format."""
    return root(
        "styleSheet",
        f'<numFmts count="1"><numFmt numFmtId="164" formatCode="{code or "General"}"/></numFmts>'
        f'<fonts><font><sz val="11"/></font><font>{font}</font></fonts>'
        '<fills><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill>'
        f"<fill>{fill or '<patternFill/>'}</fill></fills>"
        '<cellXfs><xf numFmtId="0" fontId="0" fillId="0"/>'
        f'<xf numFmtId="{164 if code else 0}" fontId="{1 if font else 0}" fillId="{2 if fill else 0}"/>'
        "</cellXfs>",
    )


def xlsx(
    sheet: str = "",
    *,
    links: Sequence[Relation] = (),
    book_links: Sequence[Relation] = (),
    package_links: Sequence[Relation] = (),
    parts: dict[str, str | bytes] | None = None,
    book: str = "",
    name: str = "名单",
    state: str = "",
    second: str = "",
    look: str = "",
) -> bytes:
    """An xlsx: `sheet` is the worksheet part 名单; `links` are its relationships (rId1 ...).

    `book` is XML after the list of sheets; `second` is another worksheet, 附表, whose state is `state`.
    The workbook's own relationships come first: rId1 and rId2 its sheets, then styles, then `book_links`.
    """
    members: dict[str, str | bytes] = {
        "_rels/.rels": relations([("officeDocument", "xl/workbook.xml"), *package_links]),
        "xl/worksheets/sheet1.xml": sheet or worksheet(HEADER),
        "xl/worksheets/sheet2.xml": second or worksheet(row(1, text_cell("A1", "附"))),
        "xl/styles.xml": look or styles(),
    }
    shown = f' state="{state}"' if state else ""
    members["xl/workbook.xml"] = root(
        "workbook",
        f'<sheets><sheet name="{name}" sheetId="1" r:id="rId1"/>'
        f'<sheet name="附表" sheetId="2"{shown} r:id="rId2"/></sheets>{book}',
    )
    own = [
        ("worksheet", "worksheets/sheet1.xml"),
        ("worksheet", "worksheets/sheet2.xml"),
        ("styles", "styles.xml"),
    ]
    members["xl/_rels/workbook.xml.rels"] = relations([*own, *book_links])
    if links:
        members["xl/worksheets/_rels/sheet1.xml.rels"] = relations(links)
    return pack({**members, **(parts or {})})


def pack(members: dict[str, str | bytes]) -> bytes:
    """A zip of the members, with content types that are enough for a reader."""
    kinds = '<Default Extension="xml" ContentType="application/xml"/>'
    kinds += '<Default Extension="png" ContentType="image/png"/>'
    types = f'<Types xmlns="{_PACKAGE}/content-types">{kinds}</Types>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in {"[Content_Types].xml": types, **members}.items():
            package.writestr(name, content)
    return out.getvalue()


def person(token: str, *, style: int = 0, attributes: str = "") -> str:
    """The header and one row with the token in B2."""
    return HEADER + row(2, text_cell("A2", "甲某"), text_cell("B2", token, style), attributes=attributes)


def part_of_sheet(kind: str, name: str, content: str) -> Callable[[str], bytes]:
    """A part that hangs on the worksheet; @ in `content` is the token."""
    return lambda t: xlsx(links=[(kind, f"../{name}")], parts={f"xl/{name}": content.replace("@", t)})


def part_of_book(
    kind: str, name: str, content: str, more: dict[str, str] | None = None
) -> Callable[[str], bytes]:
    """A part that hangs on the workbook."""

    def build(token: str) -> bytes:
        parts: dict[str, str | bytes] = {f"xl/{name}": content.replace("@", token)}
        parts.update({key: value.replace("@", token) for key, value in (more or {}).items()})
        return xlsx(book_links=[(kind, name)], parts=parts)

    return build


def part_of_package(kind: str, name: str, content: str) -> Callable[[str], bytes]:
    return lambda t: xlsx(package_links=[(kind, name)], parts={name: content.replace("@", t)})


def after(xml: str) -> Callable[[str], bytes]:
    """A worksheet with `xml` after its cells."""
    return lambda t: xlsx(worksheet(HEADER, after=xml.replace("@", t)))


def in_book(xml: str) -> Callable[[str], bytes]:
    return lambda t: xlsx(book=xml.replace("@", t))


def formula(text: str, cached: str = "") -> Callable[[str], bytes]:
    return lambda t: xlsx(
        worksheet(HEADER + row(2, f'<c r="B2" t="str"><f>{text.replace("@", t)}</f><v>{cached}</v></c>'))
    )


def in_drawing(
    inside: str, more: dict[str, str] | None = None, links: Sequence[Relation] = ()
) -> Callable[[str], bytes]:
    """A drawing anchored at C5 of the worksheet."""

    def build(token: str) -> bytes:
        anchor = (
            "<xdr:twoCellAnchor><xdr:from><xdr:col>2</xdr:col><xdr:row>4</xdr:row></xdr:from>"
            f"{inside.replace('@', token)}</xdr:twoCellAnchor>"
        )
        parts: dict[str, str | bytes] = {"xl/drawings/drawing1.xml": root("xdr:wsDr", anchor)}
        parts.update({name: text.replace("@", token) for name, text in (more or {}).items()})
        if links:
            parts["xl/drawings/_rels/drawing1.xml.rels"] = relations(links)
        return xlsx(
            worksheet(HEADER, after='<drawing r:id="rId1"/>'),
            links=[("drawing", "../drawings/drawing1.xml")],
            parts=parts,
        )

    return build


def in_chart(inside: str, tag: str = "c:chartSpace") -> Callable[[str], bytes]:
    return in_drawing("", {"xl/charts/chart1.xml": root(tag, inside)}, [("chart", "../charts/chart1.xml")])


def pivot(definition: str, records: str = "") -> Callable[[str], bytes]:
    name = "pivotCache/pivotCacheDefinition1.xml"
    more = {
        "xl/pivotCache/pivotCacheRecords1.xml": root("pivotCacheRecords", records),
        "xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels": relations(
            [("pivotCacheRecords", "pivotCacheRecords1.xml")]
        ),
    }
    return part_of_book("pivotCacheDefinition", name, definition, more if records else None)


def pivot_fields(items: str, attributes: str = "") -> str:
    field = f'<cacheField name="证件号码"><sharedItems>{items}</sharedItems></cacheField>'
    return root("pivotCacheDefinition", f"<cacheFields>{field}</cacheFields>", attributes)


def embedded(name: str, content: Callable[[str], bytes]) -> Callable[[str], bytes]:
    return lambda t: xlsx(
        links=[("package", f"../embeddings/{name}")], parts={f"xl/embeddings/{name}": content(t)}
    )


def mashup(token: str) -> bytes:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as package:
        package.writestr("Formulas/Section1.m", f'section Section1; shared 表 = "{token}";')
    data = b"\0\0\0\0" + len(inner.getvalue()).to_bytes(4, "little") + inner.getvalue()
    text = base64.b64encode(data).decode()
    item = f'<DataMashup xmlns="http://schemas.microsoft.com/DataMashup">{text}</DataMashup>'
    return xlsx(book_links=[("customXml", "../customXml/item1.xml")], parts={"customXml/item1.xml": item})


def shared(items: str, cells: str) -> bytes:
    """A workbook whose cells are in the shared strings."""
    return xlsx(
        worksheet(row(1, cells)),
        book_links=[("sharedStrings", "sharedStrings.xml")],
        parts={"xl/sharedStrings.xml": root("sst", items)},
    )


_TEXT_BOX = (
    '<xdr:sp><xdr:nvSpPr><xdr:cNvPr id="2" name="文本框 1"/></xdr:nvSpPr><xdr:txBody>'
    "<a:p><a:r><a:t>{}</a:t></a:r><a:r><a:t>{}</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
)
_FILTER = (
    '<autoFilter ref="A1:B2"><filterColumn colId="0"><filters><filter val="@"/></filters></filterColumn>'
    "</autoFilter>"
)
_SERIES = "<c:chart><c:plotArea><c:barChart><c:ser>{}</c:ser></c:barChart></c:plotArea></c:chart>"
_CORE = root("cp:coreProperties", "<{0}>@</{0}>")
_APP = f'<Properties xmlns="{_OFFICE}/extended-properties" xmlns:vt="{_OFFICE}/docPropsVTypes">@</Properties>'
_CUSTOM = (
    f'<Properties xmlns="{_OFFICE}/custom-properties" xmlns:vt="{_OFFICE}/docPropsVTypes">'
    '<property fmtid="{{0}}" pid="2" name="{}"><vt:lpwstr>{}</vt:lpwstr></property></Properties>'
)
_WHITE = '<sz val="11"/><color rgb="FFFFFFFF"/>'
_RED = '<patternFill patternType="solid"><fgColor rgb="FFC00000"/></patternFill>'
_VML = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">{}</xml>'
)

PLACES: dict[str, tuple[str, Callable[[str], bytes]]] = {
    # cells
    "cell": ("body", lambda t: xlsx(worksheet(person(t)))),
    "shared string": ("body", lambda t: shared(f"<si><t>{t}</t></si>", '<c r="A1" t="s"><v>0</v></c>')),
    "string in runs": (
        "body",
        lambda t: shared(
            f"<si><r><t>{t[:3]}</t></r><r><t>{t[3:]}</t></r></si>", '<c r="A1" t="s"><v>0</v></c>'
        ),
    ),
    "cached formula value": ("body", lambda t: formula("A1&amp;A2", t)(t)),
    "format literal": (
        "body",
        lambda t: xlsx(
            worksheet(HEADER + row(2, '<c r="B2" s="1"><v>1</v></c>')), look=styles(code=f"&quot;{t}&quot;0")
        ),
    ),
    "text format literal": (
        "body",
        lambda t: xlsx(worksheet(person("甲", style=1)), look=styles(code=f"&quot;{t}&quot;@")),
    ),
    "merged cell": (
        "body",
        lambda t: xlsx(worksheet(person(t), after='<mergeCells><mergeCell ref="B2:C3"/></mergeCells>')),
    ),
    "text in a formula never worked out": (
        "body",
        lambda t: xlsx(worksheet(HEADER + row(2, f'<c r="B2"><f>"{t[:6]}"&amp;"{t[6:]}"</f><v/></c>'))),
    ),
    # what is not seen
    "hidden sheet": ("hidden", lambda t: xlsx(second=worksheet(person(t)), state="hidden")),
    "very hidden sheet": ("hidden", lambda t: xlsx(second=worksheet(person(t)), state="veryHidden")),
    "hidden row": ("hidden", lambda t: xlsx(worksheet(person(t, attributes='hidden="1"')))),
    "row of no height": (
        "hidden",
        lambda t: xlsx(worksheet(person(t, attributes='ht="0" customHeight="1"'))),
    ),
    "folded row": ("hidden", lambda t: xlsx(worksheet(person(t, attributes='hidden="1" outlineLevel="1"')))),
    "filtered row": (
        "hidden",
        lambda t: xlsx(
            worksheet(
                person(t, attributes='hidden="1"'),
                after=_FILTER.replace("@", "乙"),
            )
        ),
    ),
    "hidden column": (
        "hidden",
        lambda t: xlsx(
            worksheet(
                row(2, text_cell("B2", t)), before='<cols><col min="2" max="2" width="9" hidden="1"/></cols>'
            )
        ),
    ),
    "column of no width": (
        "hidden",
        lambda t: xlsx(
            worksheet(
                row(2, text_cell("B2", t)),
                before='<cols><col min="2" max="2" width="0" customWidth="1"/></cols>',
            )
        ),
    ),
    "narrow column": (
        "hidden",
        lambda t: xlsx(
            worksheet(
                HEADER + row(2, text_cell("B2", t), text_cell("C2", "是")),
                before='<cols><col min="2" max="2" width="0.7" customWidth="1"/></cols>',
            )
        ),
    ),
    "white text": ("hidden", lambda t: xlsx(worksheet(person(t, style=1)), look=styles(font=_WHITE))),
    "white theme text": (
        "hidden",
        lambda t: xlsx(worksheet(person(t, style=1)), look=styles(font='<color theme="0" tint="-0.01"/>')),
    ),
    "text in the fill's colour": (
        "hidden",
        lambda t: xlsx(worksheet(person(t, style=1)), look=styles(font='<color rgb="FFC00000"/>', fill=_RED)),
    ),
    "tiny text": ("hidden", lambda t: xlsx(worksheet(person(t, style=1)), look=styles(font='<sz val="1"/>'))),
    "white run": (
        "hidden",
        lambda t: shared(
            f"<si><r><t>备注</t></r><r><rPr>{_WHITE}</rPr><t>{t}</t></r></si>", '<c r="A1" t="s"><v>0</v></c>'
        ),
    ),
    "format that shows nothing": (
        "hidden",
        lambda t: xlsx(worksheet(person(t, style=1)), look=styles(code=";;;")),
    ),
    "under a merged cell": (
        "hidden",
        lambda t: xlsx(worksheet(person(t), after='<mergeCells><mergeCell ref="A2:C3"/></mergeCells>')),
    ),
    "string that no cell uses": (
        "hidden",
        lambda t: shared(f"<si><t>甲</t></si><si><t>{t}</t></si>", '<c r="A1" t="s"><v>0</v></c>'),
    ),
    "sheet that is not listed": (
        "hidden",
        lambda t: xlsx(parts={"xl/worksheets/sheet9.xml": worksheet(person(t))}),
    ),
    "scenario": (
        "hidden",
        after('<scenarios><scenario name="甲"><inputCells r="B2" val="@"/></scenario></scenarios>'),
    ),
    "pivot records": ("hidden", pivot(pivot_fields(""), '<r><s v="@"/></r>')),
    "pivot items": ("hidden", pivot(pivot_fields('<s v="甲"/><s v="@"/>'), '<r><x v="1"/></r>')),
    "pivot items without records": ("hidden", pivot(pivot_fields('<s v="@"/>'))),
    "external cache": (
        "hidden",
        part_of_book(
            "externalLink",
            "externalLinks/externalLink1.xml",
            root(
                "externalLink",
                '<externalBook><sheetDataSet><sheetData sheetId="0">'
                '<row r="2"><cell r="B2" t="str"><v>@</v></cell></row>'
                "</sheetData></sheetDataSet></externalBook>",
            ),
        ),
    ),
    "change log": (
        "hidden",
        part_of_book(
            "revisionHeaders",
            "revisions/revisionLog1.xml",
            root("revisions", '<rcc rId="1"><oc r="B2" t="inlineStr"><is><t>@</t></is></oc></rcc>'),
        ),
    ),
    # comments
    "comment": (
        "comment",
        part_of_sheet(
            "comments",
            "comments1.xml",
            root(
                "comments",
                "<authors><author>审核员</author></authors>"
                '<commentList><comment ref="B2" authorId="0"><text><r><t>@</t></r></text></comment>'
                "</commentList>",
            ),
        ),
    ),
    "threaded comment": (
        "comment",
        part_of_sheet(
            "threadedComment",
            "threadedComments/threadedComment1.xml",
            root(
                "tc:ThreadedComments",
                '<tc:threadedComment ref="B2"><tc:text>@</tc:text></tc:threadedComment>',
            ),
        ),
    ),
    "reply": (
        "comment",
        part_of_sheet(
            "threadedComment",
            "threadedComments/threadedComment1.xml",
            root(
                "tc:ThreadedComments",
                '<tc:threadedComment ref="B2" id="a"><tc:text>请核对</tc:text></tc:threadedComment>'
                '<tc:threadedComment ref="B2" id="b" parentId="a"><tc:text>@</tc:text></tc:threadedComment>',
            ),
        ),
    ),
    # formulas and names
    "formula": ("formula", formula("&quot;@&quot;&amp;A1")),
    "number in a formula": (
        "formula",
        lambda t: xlsx(worksheet(row(1, f'<c r="A1"><f>VALUE(&quot;{t}&quot;)+1</f><v>1</v></c>'))),
    ),
    "conditional format": (
        "formula",
        after(
            '<conditionalFormatting sqref="B2"><cfRule type="cellIs"><formula>"@"</formula></cfRule>'
            "</conditionalFormatting>"
        ),
    ),
    "table formula": (
        "formula",
        part_of_sheet(
            "table",
            "tables/table1.xml",
            root(
                "table",
                '<tableColumns><tableColumn name="甲"><calculatedColumnFormula>"@"</calculatedColumnFormula>'
                "</tableColumn></tableColumns>",
                'ref="A1:B2"',
            ),
        ),
    ),
    "defined name": (
        "name",
        in_book('<definedNames><definedName name="负责人">"@"</definedName></definedNames>'),
    ),
    "hidden defined name": (
        "name",
        in_book('<definedNames><definedName name="旧值" hidden="1">{"甲","@"}</definedName></definedNames>'),
    ),
    "name of a defined name": (
        "name",
        in_book('<definedNames><definedName name="名@">名单!$A$1</definedName></definedNames>'),
    ),
    "note on a defined name": (
        "name",
        in_book('<definedNames><definedName name="区域" comment="@">名单!$A$1</definedName></definedNames>'),
    ),
    "sheet name": ("name", lambda t: xlsx(name=t)),
    "table column": (
        "name",
        part_of_sheet(
            "table",
            "tables/table1.xml",
            root("table", '<tableColumns><tableColumn name="@"/></tableColumns>', 'ref="A1:B2"'),
        ),
    ),
    "external sheet name": (
        "name",
        part_of_book(
            "externalLink",
            "externalLinks/externalLink1.xml",
            root(
                "externalLink", '<externalBook><sheetNames><sheetName val="@"/></sheetNames></externalBook>'
            ),
        ),
    ),
    # forms
    "validation list": (
        "form",
        after(
            '<dataValidations><dataValidation type="list" sqref="B2"><formula1>"甲,@"</formula1>'
            "</dataValidation></dataValidations>"
        ),
    ),
    "validation prompt": (
        "form",
        after('<dataValidations><dataValidation prompt="@" sqref="B2"/></dataValidations>'),
    ),
    "extended validation list": (
        "form",
        after(
            '<extLst><ext><x14:dataValidations><x14:dataValidation><x14:formula1><xm:f>"@"</xm:f></x14:formula1>'
            "<xm:sqref>B2</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>"
        ),
    ),
    "filter value": (
        "form",
        after(_FILTER),
    ),
    "slicer": (
        "form",
        part_of_book(
            "slicerCache",
            "slicerCaches/slicerCache1.xml",
            root("x14:slicerCacheDefinition", "", 'name="a" sourceName="@"'),
        ),
    ),
    "form control": (
        "form",
        part_of_sheet(
            "ctrlProp",
            "ctrlProps/ctrlProp1.xml",
            root("x14:formControlPr", '<x14:itemLst><x14:item val="@"/></x14:itemLst>'),
        ),
    ),
    # print
    "print header": (
        "header",
        after(
            '<headerFooter><oddHeader>&amp;L&amp;P&amp;C&amp;"宋体"&amp;10@&amp;K000000</oddHeader></headerFooter>'.replace(
                "10@", "10 @"
            )
        ),
    ),
    "first page header": ("header", after("<headerFooter><firstHeader>&amp;R@</firstHeader></headerFooter>")),
    "print footer": (
        "footer",
        after("<headerFooter><oddFooter>&amp;C联系@ 第&amp;P页</oddFooter></headerFooter>"),
    ),
    # drawings
    "text box": ("textbox", lambda t: in_drawing(_TEXT_BOX.format(t[:4], t[4:]))(t)),
    "text box in a group": ("textbox", in_drawing(f"<xdr:grpSp>{_TEXT_BOX.format('见', '@')}</xdr:grpSp>")),
    "VML text box": (
        "textbox",
        part_of_sheet(
            "vmlDrawing",
            "drawings/vmlDrawing1.vml",
            _VML.format("<v:shape><v:textbox><div>请<br>联系@</div></v:textbox></v:shape>"),
        ),
    ),
    "chart title": (
        "textbox",
        in_chart(
            "<c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>@</a:t></a:r></a:p></c:rich></c:tx></c:title></c:chart>"
        ),
    ),
    "chart categories": (
        "textbox",
        in_chart(
            _SERIES.format(
                '<c:cat><c:strRef><c:strCache><c:pt idx="0"><c:v>@</c:v></c:pt></c:strCache>'
                "</c:strRef></c:cat>"
            )
        ),
    ),
    "chart series name": (
        "textbox",
        in_chart(
            _SERIES.format(
                '<c:tx><c:strRef><c:strCache><c:pt idx="0"><c:v>@</c:v></c:pt></c:strCache></c:strRef></c:tx>'
            )
        ),
    ),
    "new chart": (
        "textbox",
        in_chart(
            '<cx:chartData><cx:data id="0"><cx:strDim><cx:lvl><cx:pt idx="0">@</cx:pt></cx:lvl>'
            "</cx:strDim></cx:data></cx:chartData>",
            "cx:chartSpace",
        ),
    ),
    "diagram": (
        "textbox",
        in_drawing(
            "",
            {
                "xl/diagrams/data1.xml": root(
                    "dgm:dataModel", "<dgm:pt><dgm:t><a:p><a:r><a:t>@</a:t></a:r></a:p></dgm:t></dgm:pt>"
                )
            },
            [("diagramData", "../diagrams/data1.xml")],
        ),
    ),
    "alt text": (
        "alt",
        in_drawing(
            '<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="2" name="图片 1" descr="@"/></xdr:nvPicPr></xdr:pic>'
        ),
    ),
    "alt title": (
        "alt",
        in_drawing(
            '<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="2" name="图片 1" title="@"/></xdr:nvPicPr></xdr:pic>'
        ),
    ),
    "picture name": (
        "alt",
        in_drawing('<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="2" name="@.jpg"/></xdr:nvPicPr></xdr:pic>'),
    ),
    "VML picture title": (
        "alt",
        part_of_sheet(
            "vmlDrawing",
            "drawings/vmlDrawing1.vml",
            _VML.format('<v:shape><v:imagedata o:title="@"/></v:shape>'),
        ),
    ),
    "phonetic hint": (
        "alt",
        lambda t: shared(
            f'<si><t>甲</t><rPh sb="0" eb="1"><t>{t}</t></rPh></si>', '<c r="A1" t="s"><v>0</v></c>'
        ),
    ),
    # links and queries
    "hyperlink": (
        "field",
        lambda t: xlsx(
            worksheet(HEADER, after='<hyperlinks><hyperlink ref="B2" r:id="rId1"/></hyperlinks>'),
            links=[("hyperlink", f"tel:{t}")],
        ),
    ),
    "hyperlink tip": ("field", after('<hyperlinks><hyperlink ref="B2" tooltip="@"/></hyperlinks>')),
    "external path": (
        "field",
        part_of_book(
            "externalLink",
            "externalLinks/externalLink1.xml",
            root("externalLink", '<externalBook r:id="rId1"/>'),
            {
                "xl/externalLinks/_rels/externalLink1.xml.rels": relations(
                    [("externalLinkPath", "file:///C:/@/a.xlsx")]
                )
            },
        ),
    ),
    "DDE topic": (
        "field",
        part_of_book(
            "externalLink",
            "externalLinks/externalLink1.xml",
            root("externalLink", '<ddeLink ddeService="x" ddeTopic="@"/>'),
        ),
    ),
    "connection": (
        "field",
        part_of_book(
            "connections",
            "connections.xml",
            root("connections", '<connection id="1"><dbPr connection="Server=a;Pwd=@;"/></connection>'),
        ),
    ),
    "query": ("field", mashup),
    "parameter of a query": (
        "field",
        part_of_book(
            "connections",
            "connections.xml",
            root(
                "connections",
                '<connection id="1"><parameters><parameter string="@"/></parameters></connection>',
            ),
        ),
    ),
    "field of a query table": (
        "field",
        part_of_sheet(
            "queryTable",
            "queryTables/queryTable1.xml",
            root("queryTable", '<queryTableFields><queryTableField id="1" name="@"/></queryTableFields>'),
        ),
    ),
    "code name": ("name", lambda t: xlsx(worksheet(HEADER, before=f'<sheetPr codeName="表{t}"/>'))),
    "code name of the workbook": ("name", in_book('<workbookPr codeName="簿@"/>')),
    "table name": (
        "name",
        part_of_sheet("table", "tables/table1.xml", root("table", "", 'ref="A1:B2" displayName="名@"')),
    ),
    "alt text of a table": (
        "alt",
        part_of_sheet(
            "table",
            "tables/table1.xml",
            root("table", '<extLst><ext><x14:table altText="@"/></ext></extLst>', 'ref="A1:B2"'),
        ),
    ),
    "phonetic hint of an inline string": (
        "alt",
        lambda t: xlsx(
            worksheet(row(1, f'<c r="A1" t="inlineStr"><is><t>甲</t><rPh sb="0" eb="1"><t>{t}</t></rPh></is></c>'))
        ),
    ),
    "smart tag": (
        "property",
        after('<smartTags><cellSmartTags r="A1"><cellSmartTagPr key="k" val="@"/></cellSmartTags></smartTags>'),
    ),
    "conditional number format": (
        "formula",
        lambda t: xlsx(
            look=styles().replace(
                "</styleSheet>", f'<dxfs><dxf><numFmt formatCode="&quot;{t}&quot;"/></dxf></dxfs></styleSheet>'
            )
        ),
    ),
    # properties
    **{
        f"property {tag}": (
            "property",
            part_of_package("core-properties", "docProps/core.xml", _CORE.format(tag)),
        )
        for tag in (
            "dc:creator",
            "cp:lastModifiedBy",
            "dc:title",
            "dc:subject",
            "cp:keywords",
            "dc:description",
            "cp:category",
        )
    },
    "company": (
        "property",
        part_of_package("extended-properties", "docProps/app.xml", _APP.replace("@", "<Company>@</Company>")),
    ),
    "manager": (
        "property",
        part_of_package("extended-properties", "docProps/app.xml", _APP.replace("@", "<Manager>@</Manager>")),
    ),
    "title of a part": (
        "property",
        part_of_package(
            "extended-properties",
            "docProps/app.xml",
            _APP.replace("@", "<TitlesOfParts><vt:vector><vt:lpstr>@</vt:lpstr></vt:vector></TitlesOfParts>"),
        ),
    ),
    "custom property": (
        "property",
        part_of_package("custom-properties", "docProps/custom.xml", _CUSTOM.format("经办人", "@")),
    ),
    "name of a custom property": (
        "property",
        part_of_package("custom-properties", "docProps/custom.xml", _CUSTOM.format("经办@", "是")),
    ),
    "custom XML item": ("property", part_of_book("customXml", "../customXml/item1.xml", "<a><b>@</b></a>")),
    "comment author": (
        "property",
        part_of_sheet("comments", "comments1.xml", root("comments", "<authors><author>@</author></authors>")),
    ),
    "person": (
        "property",
        part_of_book(
            "person", "persons/person.xml", root("tc:personList", '<tc:person displayName="@" userId="a"/>')
        ),
    ),
    "pivot refresher": ("property", pivot(pivot_fields("", 'refreshedBy="@"'))),
    "change author": (
        "property",
        part_of_book(
            "revisionHeaders", "revisions/revisionHeaders.xml", root("headers", '<header userName="@"/>')
        ),
    ),
    "write protection": ("property", in_book('<fileSharing userName="@"/>')),
    "saved path": ("property", in_book('<x15ac:absPath url="C:\\Users\\@\\"/>')),
    "custom view": (
        "property",
        in_book('<customWorkbookViews><customWorkbookView name="@"/></customWorkbookViews>'),
    ),
    "printer": (
        "property",
        lambda t: xlsx(
            links=[("printerSettings", "../printerSettings/printerSettings1.bin")],
            parts={"xl/printerSettings/printerSettings1.bin": t[:31].encode("utf-16-le").ljust(220, b"\0")},
        ),
    ),
    "unknown part": ("property", part_of_book("other", "other/part1.xml", "<a><b>@</b></a>")),
    # attachments
    "embedded workbook": ("attachment", embedded("sheet1.xlsx", lambda t: xlsx(worksheet(person(t))))),
    "hidden sheet of an embedded workbook": (
        "attachment",
        embedded("sheet1.xlsx", lambda t: xlsx(second=worksheet(person(t)), state="hidden")),
    ),
    "embedded text": ("attachment", embedded("note.txt", lambda t: f"备注：{t}".encode())),
}

CONCEALED: frozenset[str] = frozenset(
    name for name, (where, _) in PLACES.items() if where in ("comment", "hidden")
) | {
    "hidden defined name",
    "hidden sheet of an embedded workbook",
}
"""the places that a reader of the printed page does not see"""
