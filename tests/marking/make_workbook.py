"""A workbook with something in every place that a program shows or hides, valid for LibreOffice and openpyxl."""

from __future__ import annotations

from tests.readers.make_xlsx import MAIN, NAMESPACES, relations, root, row, text_cell, worksheet, xlsx

PHONE, OTHER, HIDDEN = "13800138000", "13900139001", "13700137002"
"""numbers: in every visible place, beside it (never masked), and in what nobody sees"""

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_OPEN = "application/vnd.openxmlformats-officedocument"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KINDS = {
    "xl/workbook.xml": f"{_SHEET}.sheet.main+xml",
    "xl/worksheets/sheet1.xml": f"{_SHEET}.worksheet+xml",
    "xl/worksheets/sheet2.xml": f"{_SHEET}.worksheet+xml",
    "xl/worksheets/sheet3.xml": f"{_SHEET}.worksheet+xml",
    "xl/styles.xml": f"{_SHEET}.styles+xml",
    "xl/sharedStrings.xml": f"{_SHEET}.sharedStrings+xml",
    "xl/comments1.xml": f"{_SHEET}.comments+xml",
    "xl/comments2.xml": f"{_SHEET}.comments+xml",
    "xl/tables/table1.xml": f"{_SHEET}.table+xml",
    "xl/calcChain.xml": f"{_SHEET}.calcChain+xml",
    "xl/drawings/drawing1.xml": f"{_OPEN}.drawing+xml",
    "xl/charts/chart1.xml": f"{_OPEN}.drawingml.chart+xml",
    "xl/pivotCache/pivotCacheDefinition1.xml": f"{_SHEET}.pivotCacheDefinition+xml",
    "xl/pivotCache/pivotCacheRecords1.xml": f"{_SHEET}.pivotCacheRecords+xml",
    "xl/pivotTables/pivotTable1.xml": f"{_SHEET}.pivotTable+xml",
    "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    "docProps/app.xml": f"{_OPEN}.extended-properties+xml",
    "docProps/custom.xml": f"{_OPEN}.custom-properties+xml",
}

_STYLES = root(
    "styleSheet",
    '<numFmts count="1"><numFmt numFmtId="164" formatCode=";;;"/></numFmts>'
    '<fonts count="3"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="12"/><name val="宋体"/></font>'
    '<font><sz val="11"/><color rgb="FFFFFFFF"/><name val="宋体"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFC6E0B4"/></patternFill></fill></fills>'
    '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>'
    '<border><left style="thin"/><right style="thin"/><top style="thin"/><bottom style="thin"/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="2" borderId="1" xfId="0" applyFont="1" applyFill="1" applyBorder="1"/>'
    '<xf numFmtId="0" fontId="2" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="1" fontId="0" fillId="0" borderId="1" xfId="0" applyNumberFormat="1" applyBorder="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="常规" xfId="0" builtinId="0"/></cellStyles>',
)
STRINGS = ["姓名", "电话", "备注", "赵小明", "@", "钱小红", "!", "合计", "孙小刚", "#", "没有单元格使用#"]
"""the shared strings; @ is the token, ! the other number, # the hidden one"""


def _shared(name: str, index: int, style: int = 0) -> str:
    return f'<c r="{name}" s="{style}" t="s"><v>{index}</v></c>'


def sheet(token: str) -> str:
    """The worksheet 名单: a title row, five persons, totals."""
    rows = [
        row(1, _shared("A1", 0, 1), _shared("B1", 1, 1), _shared("C1", 2, 1), text_cell("D1", "号", 1),
            text_cell("E1", "乙", 1), text_cell("F1", "丙", 1)),
        row(2, _shared("A2", 3), _shared("B2", 4), text_cell("C2", f"请拨{token}联系"), text_cell("E2", HIDDEN),
            '<c r="F2"><f>1+1</f><v>2</v></c>'),
        row(3, _shared("A3", 5), _shared("B3", 6), '<c r="C3" t="inlineStr"><is><r><rPr><b/></rPr><t>粗'
            f'{token[:3]}</t></r><r><t>{token[3:]}尾</t></r></is></c>'),
        row(4, text_cell("A4", "李小军"), f'<c r="B4" s="4"><v>{token}</v></c>',
            f'<c r="C4" t="str"><f>"电话"&amp;B4</f><v>电话{token}</v></c>'),
        row(5, _shared("A5", 8), _shared("B5", 9), attributes='hidden="1"'),
        row(6, text_cell("A6", "周小兰"), f'<c r="B6"><v>{float(token):.10E}</v></c>',
            text_cell("C6", HIDDEN, 2), f'<c r="D6" s="3"><v>{HIDDEN}</v></c>'),
        row(7, _shared("A7", 7), '<c r="B7"><f>SUM(F2:F6)</f><v>2</v></c>', '<c r="C7" t="b"><v>1</v></c>',
            '<c r="D7" t="e"><v>#N/A</v></c>', '<c r="F7"><v>0.1</v></c>'),
    ]
    before = (
        '<sheetPr codeName="Sheet1"/><dimension ref="A1:F7"/><sheetViews><sheetView tabSelected="1" workbookViewId="0"/>'
        '</sheetViews><sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="4" width="18" customWidth="1"/>'
        '<col min="5" max="5" width="9" hidden="1"/></cols>'
    )
    after = (
        '<autoFilter ref="A1:C7"><filterColumn colId="1"><filters><filter val="@"/><filter val="!"/></filters>'
        '</filterColumn></autoFilter><mergeCells count="1"><mergeCell ref="E9:F9"/></mergeCells>'
        '<conditionalFormatting sqref="A2:A7"><cfRule type="containsText" priority="1" operator="containsText" text="@">'
        '<formula>NOT(ISERROR(SEARCH("@",A2)))</formula></cfRule></conditionalFormatting>'
        '<dataValidations count="1"><dataValidation type="list" allowBlank="1" showInputMessage="1" prompt="填@" '
        'sqref="C8"><formula1>"甲,@"</formula1></dataValidation></dataValidations>'
        '<hyperlinks><hyperlink ref="A2" r:id="rId1" tooltip="拨@"/></hyperlinks>'
        '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" r:id="rId5"/>'
        '<headerFooter><oddHeader>&amp;C&amp;"宋体"页眉 @ 止</oddHeader><oddFooter>&amp;L第&amp;P页 @</oddFooter>'
        '</headerFooter><drawing r:id="rId2"/><legacyDrawing r:id="rId3"/>'
    )
    return worksheet("".join(rows), before=before, after=after.replace("@", token).replace("!", OTHER))


_SHAPE = (
    '<v:shape id="_x0000_s1025" type="#_x0000_t202" style="position:absolute;visibility:hidden"><v:textbox/>'
    '<x:ClientData ObjectType="Note"><x:Anchor>1, 15, 0, 2, 3, 15, 4, 4</x:Anchor><x:Row>1</x:Row><x:Column>0</x:Column>'
    "</x:ClientData></v:shape>"
)
_VML = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    f'path="m,l,21600r21600,l21600,xe"/>{_SHAPE}</xml>'
)


def _comments(place: str) -> str:
    return root(
        "comments",
        f"<authors><author>经办{HIDDEN}</author></authors><commentList><comment ref=\"{place}\" authorId=\"0\"><text>"
        f"<t>旧批注{HIDDEN}</t></text></comment></commentList>",
    )


_FROM = "<xdr:from><xdr:col>{}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>"
_DRAWING = (
    f"<xdr:twoCellAnchor>{_FROM.format(1, 10)}{_FROM.format(4, 14).replace('from', 'to')}<xdr:sp macro=\"\" textlink=\"\">"
    '<xdr:nvSpPr><xdr:cNvPr id="2" name="文本框 1" descr="图@"/><xdr:cNvSpPr txBox="1"/></xdr:nvSpPr><xdr:spPr><a:xfrm>'
    '<a:off x="0" y="0"/><a:ext cx="2000000" cy="600000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
    "</xdr:spPr><xdr:txBody><a:bodyPr/><a:p><a:r><a:rPr b=\"1\"/><a:t>框甲</a:t></a:r><a:r><a:t>%s</a:t></a:r><a:r>"
    "<a:t>%s乙</a:t></a:r></a:p><a:p><a:r><a:t>第二行</a:t></a:r></a:p></xdr:txBody></xdr:sp><xdr:clientData/>"
    f"</xdr:twoCellAnchor><xdr:twoCellAnchor>{_FROM.format(5, 10)}{_FROM.format(9, 20).replace('from', 'to')}"
    '<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="3" name="图表 1"/><xdr:cNvGraphicFramePr/>'
    '</xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic><a:graphicData '
    'uri="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart r:id="rId1"/></a:graphicData></a:graphic>'
    "</xdr:graphicFrame><xdr:clientData/></xdr:twoCellAnchor>"
)
_CHART = (
    '<c:chart><c:plotArea><c:layout/><c:barChart><c:barDir val="col"/><c:grouping val="clustered"/>'
    '<c:ser><c:idx val="0"/><c:order val="0"/><c:tx><c:strRef><c:f>底稿!$B$1</c:f><c:strCache><c:ptCount val="1"/>'
    '<c:pt idx="0"><c:v>金额</c:v></c:pt></c:strCache></c:strRef></c:tx>'
    '<c:cat><c:strRef><c:f>名单!$B$2:$B$3</c:f><c:strCache><c:ptCount val="2"/><c:pt idx="0"><c:v>@</c:v></c:pt>'
    '<c:pt idx="1"><c:v>~</c:v></c:pt></c:strCache></c:strRef></c:cat>'
    '<c:val><c:numRef><c:f>底稿!$B$2:$B$3</c:f><c:numCache><c:formatCode>General</c:formatCode><c:ptCount val="2"/>'
    '<c:pt idx="0"><c:v>7</c:v></c:pt><c:pt idx="1"><c:v>8</c:v></c:pt></c:numCache></c:numRef></c:val></c:ser>'
    '<c:axId val="1"/><c:axId val="2"/></c:barChart><c:catAx><c:axId val="1"/><c:scaling/><c:axPos val="b"/>'
    '<c:crossAx val="2"/></c:catAx><c:valAx><c:axId val="2"/><c:scaling/><c:axPos val="l"/><c:crossAx val="1"/></c:valAx>'
    "</c:plotArea></c:chart>"
)
_TABLE = root(
    "table",
    '<tableColumns count="2"><tableColumn id="1" name="@"/><tableColumn id="2" name="数"/></tableColumns>',
    'id="1" name="表1" displayName="表1" ref="A9:B10" totalsRowShown="0"',
)
_PIVOT = root(
    "pivotTableDefinition",
    '<location ref="A20:B21" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/><pivotFields count="1">'
    '<pivotField axis="axisRow" showAll="0"><items count="2"><item x="0"/><item t="default"/></items></pivotField>'
    "</pivotFields>",
    'name="数据透视表1" cacheId="3" dataCaption="值"',
)
_CACHE = root(
    "pivotCacheDefinition",
    '<cacheSource type="worksheet"><worksheetSource ref="A1:A3" sheet="底稿"/></cacheSource><cacheFields count="1">'
    f'<cacheField name="电话" numFmtId="0"><sharedItems count="1"><s v="{HIDDEN}"/></sharedItems></cacheField></cacheFields>',
    'r:id="rId1" refreshedBy="周某" recordCount="1"',
)
_CORE = (
    f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    f"<dc:title>补贴</dc:title><dc:creator>钱某{HIDDEN}</dc:creator></cp:coreProperties>"
)
_APP = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><TitlesOfParts><vt:vector size="3" '
    'baseType="lpstr"><vt:lpstr>名单</vt:lpstr><vt:lpstr>底稿</vt:lpstr><vt:lpstr>汇总</vt:lpstr></vt:vector>'
    f"</TitlesOfParts><Manager>周某{HIDDEN}</Manager></Properties>"
)
_CUSTOM = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property '
    'fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="电话">'
    f"<vt:lpwstr>{HIDDEN}</vt:lpwstr></property></Properties>"
)


def workbook(token: str = PHONE) -> bytes:
    """名单, with `token` in all visible places; 底稿, a hidden sheet; 汇总, with formulas and a pivot table."""
    types = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in KINDS.items())
    strings = "".join(
        f"<si><t>{one.replace('@', token).replace('!', OTHER).replace('#', HIDDEN)}</t></si>" for one in STRINGS
    )
    hidden = worksheet(
        row(1, text_cell("A1", "电话"), text_cell("B1", "金额"))
        + row(2, text_cell("A2", HIDDEN), '<c r="B2"><v>7</v></c>')
        + row(3, f'<c r="A3"><v>{HIDDEN}</v></c>', '<c r="B3"><v>8</v></c>'),
        after='<legacyDrawing r:id="rId1"/>',
    )
    summary = worksheet(
        row(1, text_cell("A1", "合计"), '<c r="B1"><f>SUM(底稿!B2:B3)</f><v>15</v></c>', '<c r="C1"><f>B1*2</f><v>30</v></c>')
        + row(2, '<c r="A2" t="str"><f>名单!B2</f><v>@</v></c>'.replace("@", token),
              '<c r="B2"><f t="shared" ref="B2:B4" si="0">名单!F2+1</f><v>3</v></c>')
        + row(3, '<c r="B3"><f t="shared" si="0"/><v>1</v></c>')
        + row(4, '<c r="B4"><f t="shared" si="0"/><v>1</v></c>')
        + row(9, text_cell("A9", token), text_cell("B9", "数"))
        + row(10, text_cell("A10", "甲"), '<c r="B10"><v>1</v></c>'),
        after='<tableParts count="1"><tablePart r:id="rId2"/></tableParts>',
    )  # fmt: skip
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="vml" ContentType="{_OPEN}.vmlDrawing"/><Default Extension="bin" '
        f'ContentType="{_SHEET}.printerSettings"/>{types}</Types>',
        "xl/worksheets/sheet2.xml": hidden,
        "xl/worksheets/sheet3.xml": summary,
        "xl/sharedStrings.xml": root("sst", strings, f'count="10" uniqueCount="{len(STRINGS)}"'),
        "xl/comments1.xml": _comments("A2"),
        "xl/comments2.xml": _comments("A3"),
        "xl/drawings/vmlDrawing1.vml": _VML,
        "xl/drawings/vmlDrawing2.vml": _VML,
        "xl/drawings/drawing1.xml": root("xdr:wsDr", _DRAWING.replace("@", token) % (token[:4], token[4:])),
        "xl/drawings/_rels/drawing1.xml.rels": relations([("chart", "../charts/chart1.xml")]),
        "xl/charts/chart1.xml": root("c:chartSpace", _CHART.replace("@", token).replace("~", OTHER)),
        "xl/tables/table1.xml": _TABLE.replace("@", token),
        "xl/calcChain.xml": f'<calcChain xmlns="{MAIN}"><c r="F2" i="1"/></calcChain>',
        "xl/printerSettings/printerSettings1.bin": "局打印机".encode("utf-16-le").ljust(220, b"\0"),
        "xl/pivotCache/pivotCacheDefinition1.xml": _CACHE,
        "xl/pivotCache/pivotCacheRecords1.xml": root("pivotCacheRecords", '<r><x v="0"/></r>', 'count="1"'),
        "xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels": relations([("pivotCacheRecords", "pivotCacheRecords1.xml")]),
        "xl/pivotTables/pivotTable1.xml": _PIVOT,
        "xl/pivotTables/_rels/pivotTable1.xml.rels": relations(
            [("pivotCacheDefinition", "../pivotCache/pivotCacheDefinition1.xml")]
        ),
        "xl/worksheets/_rels/sheet2.xml.rels": relations(
            [("vmlDrawing", "../drawings/vmlDrawing2.vml"), ("comments", "../comments2.xml")]
        ),
        "xl/worksheets/_rels/sheet3.xml.rels": relations(
            [("pivotTable", "../pivotTables/pivotTable1.xml"), ("table", "../tables/table1.xml")]
        ),
        "docProps/core.xml": _CORE,
        "docProps/app.xml": _APP,
        "docProps/custom.xml": _CUSTOM,
        "xl/workbook.xml": f"<workbook {NAMESPACES}><bookViews><workbookView activeTab=\"2\"/></bookViews><sheets>"
        '<sheet name="名单" sheetId="1" r:id="rId1"/><sheet name="底稿" sheetId="2" state="hidden" r:id="rId2"/>'
        '<sheet name="汇总" sheetId="3" r:id="rId4"/></sheets><definedNames>'
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">名单!$A$1:$C$7</definedName>'
        f'<definedName name="常量">"{HIDDEN}"</definedName><definedName name="底稿区">底稿!$A$1:$B$3</definedName>'
        '<definedName name="合计区" localSheetId="2">汇总!$A$1:$B$4</definedName></definedNames><calcPr calcId="191029"/>'
        '<pivotCaches><pivotCache cacheId="3" r:id="rId7"/></pivotCaches></workbook>',
    }
    book_links = [
        ("worksheet", "worksheets/sheet3.xml"), ("sharedStrings", "sharedStrings.xml"), ("calcChain", "calcChain.xml"),
        ("pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml"),
    ]  # fmt: skip
    links = [
        ("hyperlink", f"mailto:x{token}@example.com"), ("drawing", "../drawings/drawing1.xml"),
        ("vmlDrawing", "../drawings/vmlDrawing1.vml"), ("comments", "../comments1.xml"),
        ("printerSettings", "../printerSettings/printerSettings1.bin"),
    ]  # fmt: skip
    return _packed(token, parts, book_links, links)


def simple(sheet: str, name: str = "名单", **more: str | bytes) -> bytes:
    """A workbook with one worksheet of our own, which openpyxl opens; `more` are parts by their names."""
    kinds = {name: KINDS[name] for name in list(KINDS)[:3]} | {"xl/styles.xml": KINDS["xl/styles.xml"]}
    kinds |= {part: kind for part, kind in KINDS.items() if part in more}
    types = "".join(f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in kinds.items())
    declared = (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>'
    )
    links = [("sharedStrings", "sharedStrings.xml")] if "xl/sharedStrings.xml" in more else []
    return xlsx(sheet, name=name, look=_STYLES, book_links=links, parts={"[Content_Types].xml": declared, **more})


def _packed(token: str, parts: dict[str, str | bytes], book_links: list[tuple[str, str]], links: list[tuple[str, str]]) -> bytes:
    package_links = [
        ("core-properties", "docProps/core.xml"), ("extended-properties", "docProps/app.xml"),
        ("custom-properties", "docProps/custom.xml"),
    ]  # fmt: skip
    return xlsx(
        sheet(token), look=_STYLES, links=links, book_links=book_links, package_links=package_links, parts=parts
    )
