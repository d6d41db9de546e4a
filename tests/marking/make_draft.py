"""A Word draft with something in every place that a program shows or hides, valid for LibreOffice."""

from __future__ import annotations

from tests.readers.make_docx import (
    both,
    cell,
    complex_field,
    control,
    docx,
    paragraph,
    relations,
    root,
    run,
    table,
    tracked,
    workbook,
)

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KINDS = {
    "word/document.xml": f"{_WORD}.document.main+xml",
    "word/styles.xml": f"{_WORD}.styles+xml",
    "word/settings.xml": f"{_WORD}.settings+xml",
    "word/header1.xml": f"{_WORD}.header+xml",
    "word/footer1.xml": f"{_WORD}.footer+xml",
    "word/footnotes.xml": f"{_WORD}.footnotes+xml",
    "word/comments.xml": f"{_WORD}.comments+xml",
    "word/charts/chart1.xml": "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
    "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    "docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
}

PHONE, OTHER, HIDDEN, OLD = "13800138000", "13900139001", "13700137002", "13600136003"
"""numbers: in every visible place, beside it, in what is hidden, and in what was deleted"""

_STYLES = (
    '<w:style w:type="paragraph" w:styleId="a" w:default="1"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="character" w:styleId="secret"><w:name w:val="Secret"/><w:rPr><w:vanish/></w:rPr></w:style>'
)
_NOTES = (
    f'<w:footnote w:type="separator" w:id="-1">{paragraph("<w:r><w:separator/></w:r>")}</w:footnote>'
    f'<w:footnote w:type="continuationSeparator" w:id="0">'
    f"{paragraph('<w:r><w:continuationSeparator/></w:r>')}</w:footnote>"
)
_CHART = (
    "<c:chart><c:plotArea><c:layout/><c:barChart><c:barDir val=\"col\"/><c:grouping val=\"clustered\"/>"
    '<c:ser><c:idx val="0"/><c:order val="0"/>'
    '<c:cat><c:strRef><c:f>Sheet1!$A$1:$A$2</c:f><c:strCache><c:ptCount val="2"/>'
    '<c:pt idx="0"><c:v>甲</c:v></c:pt><c:pt idx="1"><c:v>@</c:v></c:pt></c:strCache></c:strRef></c:cat>'
    '<c:val><c:numRef><c:f>Sheet1!$B$1:$B$2</c:f><c:numCache><c:ptCount val="2"/>'
    '<c:pt idx="0"><c:v>1</c:v></c:pt><c:pt idx="1"><c:v>@</c:v></c:pt></c:numCache></c:numRef></c:val></c:ser>'
    '<c:axId val="1"/><c:axId val="2"/></c:barChart>'
    '<c:catAx><c:axId val="1"/><c:scaling/><c:axPos val="b"/><c:crossAx val="2"/></c:catAx>'
    '<c:valAx><c:axId val="2"/><c:scaling/><c:axPos val="l"/><c:crossAx val="1"/></c:valAx>'
    '</c:plotArea></c:chart><c:externalData r:id="rId1"/>'
)
_CORE = (
    f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>关于补贴发放情况的公示</dc:title>'
    f"<dc:creator>钱某{HIDDEN}</dc:creator></cp:coreProperties>"
)


def chart(token: str) -> str:
    """A run with a chart (rId6) of some size."""
    return (
        '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="2000000" cy="1000000"/><wp:docPr id="9" name="图表 9" descr="图：{token}"/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        '<c:chart r:id="rId6"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
    )


def body(token: str) -> str:
    """One paragraph or table for each visible place, each with the token once in its text."""
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="rId1"/>'
        '<w:footerReference w:type="default" r:id="rId2"/><w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'
    )
    nested = table((token,)) + paragraph()
    return "".join(
        [
            paragraph(run("关于补贴发放情况的公示", "<w:b/>")),
            paragraph(run("联系电话：", "<w:b/>"), run(token[:4], "<w:i/>"), run(token[4:] + "，工作时间接听。")),
            paragraph(run("链接："), f'<w:hyperlink r:id="rId5">{run(token)}</w:hyperlink>', run("。")),
            table(("姓名", "电话"), ("赵某", token), ("孙某", OTHER), (cell(nested), "内表")),
            paragraph(run("控件："), control(token, f'<w:alias w:val="电话{token}"/>'), run("。")),
            paragraph(run("域："), complex_field("MERGEFIELD 电话", token), run("。")),
            paragraph(run("改："), tracked("ins", token), tracked("del", OLD), run("。")),
            paragraph(run("注"), '<w:r><w:footnoteReference w:id="2"/></w:r>', run("见页下。")),
            paragraph(run("框："), both(token), run("。")),
            paragraph(run("图："), chart(token), run("。")),
            paragraph(run("隐"), run(HIDDEN, '<w:rStyle w:val="secret"/>'), run("藏"), run(HIDDEN, "<w:vanish/>"),
                      run("。")),
            paragraph(run("白："), run(HIDDEN, '<w:color w:val="FFFFFF"/>'), run("。")),
            paragraph(run("旧批注："), '<w:commentRangeStart w:id="7"/>', run("见批注"),
                      '<w:commentRangeEnd w:id="7"/><w:r><w:commentReference w:id="7"/></w:r>'),
            paragraph('<w:bookmarkStart w:id="3" w:name="张三住址"/>', run("书签"), '<w:bookmarkEnd w:id="3"/>',
                      complex_field("REF 张三住址 \\h", "书签")),
            paragraph(run("完")),
            section,
        ]
    )  # fmt: skip


def draft(token: str = PHONE) -> bytes:
    """The draft with `token` in all visible places."""
    types = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in KINDS.items())
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/><Default Extension="xlsx" ContentType="{sheet}"/>'
        f"{types}</Types>",
        "word/styles.xml": root("w:styles", _STYLES),
        "word/settings.xml": root(
            "w:settings",
            '<w:rsids><w:rsidRoot w:val="00AA11BB"/></w:rsids>'
            f'<w:docVars><w:docVar w:name="电话" w:val="{HIDDEN}"/></w:docVars>',
        ),
        "word/header1.xml": root("w:hdr", paragraph(run(f"页眉{token}"))),
        "word/footer1.xml": root("w:ftr", paragraph(run(f"页脚{token}"))),
        "word/footnotes.xml": root(
            "w:footnotes", f'{_NOTES}<w:footnote w:id="2">{paragraph(run(f"脚注{token}"))}</w:footnote>'
        ),
        "word/comments.xml": root(
            "w:comments",
            f'<w:comment w:id="7" w:author="李某" w:initials="李">{paragraph(run(f"旧{HIDDEN}"))}</w:comment>',
        ),
        "word/charts/chart1.xml": root("c:chartSpace", _CHART.replace("@", token)),
        "word/charts/_rels/chart1.xml.rels": relations([("package", "../embeddings/Microsoft_Excel_Sheet1.xlsx")]),
        "word/embeddings/Microsoft_Excel_Sheet1.xlsx": workbook(token),
        "docProps/core.xml": _CORE,
        "docProps/app.xml": "<Properties "
        'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        f"<Company>某局</Company><Manager>周某{HIDDEN}</Manager></Properties>",
    }
    links = [
        ("header", "header1.xml"), ("footer", "footer1.xml"), ("footnotes", "footnotes.xml"),
        ("comments", "comments.xml"), ("hyperlink", f"mailto:x{token}@example.com"), ("chart", "charts/chart1.xml"),
        ("styles", "styles.xml"), ("settings", "settings.xml"),
    ]  # fmt: skip
    packages = [("core-properties", "docProps/core.xml"), ("extended-properties", "docProps/app.xml")]
    return docx(body(token), links=links, parts=parts, package_links=packages)
