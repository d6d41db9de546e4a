"""OpenDocument files by hand, each with a token at every place where such a file can hold text.

One file holds all places of its kind, for reading one costs a start of LibreOffice. `@name@` stands for the token of
the place `name`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from tests.readers.make_docx import packed

_SPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        **{one: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for one, name in {
            "office": "office", "text": "text", "table": "table", "draw": "drawing", "style": "style", "meta": "meta",
            "form": "form", "presentation": "presentation", "script": "script", "svg": "svg-compatible",
            "fo": "xsl-fo-compatible", "config": "config", "number": "datastyle", "anim": "animation",
        }.items()},
        "dc": "http://purl.org/dc/elements/1.1/", "xlink": "http://www.w3.org/1999/xlink",
        "xhtml": "http://www.w3.org/1999/xhtml", "ooo": "http://openoffice.org/2004/office",
    }.items()
)  # fmt: skip

_META = (
    "<dc:title>@title@</dc:title><dc:subject>@subject@</dc:subject><dc:description>@remark@</dc:description>"
    "<meta:initial-creator>@author@</meta:initial-creator><dc:creator>@last author@</dc:creator>"
    "<meta:printed-by>@printed by@</meta:printed-by><meta:keyword>@keyword@</meta:keyword>"
    '<meta:template xlink:type="simple" xlink:title="@template@" xlink:href="../mould.ott"/>'
    '<meta:user-defined meta:name="承办人">@own property@</meta:user-defined>'
)
_SETTINGS = (
    '<config:config-item-set config:name="ooo:configuration-settings">'
    '<config:config-item config:name="PrinterName" config:type="string">@printer@</config:config-item>'
    '<config:config-item config:name="CurrentDatabaseDataSource" config:type="string">@data source@</config:config-item>'
    "</config:config-item-set>"
)
_LOOKS = "".join(
    f'<style:style style:name="{name}" style:family="text"><style:text-properties {look}/></style:style>'
    for name, look in {
        "Hide": 'text:display="none"', "White": 'fo:color="#ffffff"', "Tiny": 'fo:font-size="1pt"',
    }.items()
)  # fmt: skip
_MASTER = (
    '<style:page-layout style:name="L"><style:header-style/><style:footer-style/></style:page-layout>'
)
_NOTE = "<dc:creator>@{0} author@</dc:creator><dc:date>2020-01-01T00:00:00</dc:date><text:p>@{0}@</text:p>"


def _p(inside: str) -> str:
    return f"<text:p>{inside}</text:p>"


def _annotation(name: str) -> str:
    return f'<office:annotation office:name="n{name}">{_NOTE.format(name)}</office:annotation>'


def _frame(inside: str, name: str = "", words: str = "") -> str:
    return (
        f'<draw:frame draw:name="{name}" text:anchor-type="as-char" svg:width="4cm" svg:height="1cm" '
        f'draw:z-index="0">{inside}{words}</draw:frame>'
    )


_CHANGES = "<text:tracked-changes>" + "".join(
    f'<text:changed-region text:id="{mark}"><text:{kind}><office:change-info><dc:creator>@{kind} author@</dc:creator>'
    f"<dc:date>2020-01-01T00:00:00</dc:date></office:change-info>{inside}</text:{kind}></text:changed-region>"
    for mark, kind, inside in (("c1", "deletion", _p("@deletion@")), ("c2", "insertion", ""))
) + "</text:tracked-changes>"  # fmt: skip
_DECLARED = (
    '<text:variable-decls><text:variable-decl office:value-type="string" text:name="v"/></text:variable-decls>'
    '<text:user-field-decls><text:user-field-decl office:value-type="string" office:string-value="@user field@" '
    'text:name="u"/></text:user-field-decls>'
)
_TEXT_BODY = _CHANGES + _DECLARED + "".join([
    '<text:h text:outline-level="1">@heading@</text:h>', _p("@paragraph@"), _p("见<text:span>@span@</text:span>。"),
    '<text:list><text:list-item><text:p>@list@</text:p></text:list-item></text:list>',
    '<table:table table:name="@table name@"><table:table-column table:number-columns-repeated="2"/><table:table-row>'
    "<table:table-cell><text:p>@cell@</text:p></table:table-cell><table:table-cell><table:table><table:table-column/>"
    "<table:table-row><table:table-cell><text:p>@nested table@</text:p></table:table-cell></table:table-row></table:table>"
    "</table:table-cell></table:table-row></table:table>",
    _p('注<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>@footnote@'
       '</text:p></text:note-body></text:note>'
       '<text:note text:note-class="endnote"><text:note-citation>i</text:note-citation><text:note-body><text:p>@endnote@'
       "</text:p></text:note-body></text:note>"),
    _p(f"批{_annotation('comment')}"),
    _p('删：<text:change text:change-id="c1"/>，增：<text:change-start text:change-id="c2"/>@insertion@<text:change-end '
       'text:change-id="c2"/>'),
    _p('<text:span text:style-name="Hide">@hidden@</text:span>'),
    _p('<text:span text:style-name="White">@white@</text:span>'), _p('<text:span text:style-name="Tiny">@tiny@</text:span>'),
    f'<text:section text:name="s1" text:display="none">{_p("@hidden section@")}</text:section>',
    f'<text:section text:name="@section name@">{_p("节")}</text:section>',
    _p('<text:hidden-text text:condition="ooow:1==1" text:string-value="@hidden field@" text:is-hidden="true"/>'),
    _p('<text:hidden-paragraph text:condition="ooow:1==1" text:is-hidden="true"/>@hidden paragraph@'),
    _p('<text:conditional-text text:condition="ooow:1==1" text:string-value-if-true="甲" '
       'text:string-value-if-false="@other condition@">甲</text:conditional-text>'),
    _p('<text:placeholder text:placeholder-type="text" text:description="@placeholder tip@">@placeholder@</text:placeholder>'),
    _p('<text:bookmark text:name="@bookmark@"/><text:reference-mark text:name="@reference mark@"/>书签'),
    _p('<text:script script:language="JavaScript">@script@</text:script>'),
    _p('<text:variable-set text:name="v" text:display="none" text:formula="ooow:x" office:value-type="string" '
       'office:string-value="@variable@"/>变量'),
    _p('<text:text-input text:description="@input tip@">@input@</text:text-input>'),
    _p('<text:drop-down text:name="@choice name@"><text:label text:value="甲"/><text:label text:value="@choice@"/>甲'
       "</text:drop-down>"),
    _p('<text:a xlink:type="simple" xlink:href="mailto:@link@%40example.cn" office:title="@link tip@">链接</text:a>'),
    _p('<text:ruby><text:ruby-base>@ruby base@</text:ruby-base><text:ruby-text>@ruby@</text:ruby-text></text:ruby>'),
    _p('<text:alphabetical-index-mark text:string-value="@index mark@"/>索引'),
    _p('<text:user-field-get text:name="u">用户</text:user-field-get><text:author-name text:fixed="true">@author field@'
       "</text:author-name>"),
    _p(_frame(f"<draw:text-box>{_p('@text box@')}</draw:text-box>", "@frame name@",
              "<svg:title>@alt title@</svg:title><svg:desc>@alt text@</svg:desc>")),
    _p('<draw:custom-shape text:anchor-type="as-char" svg:width="3cm" svg:height="1cm"><text:p>@shape@</text:p>'
       '<draw:enhanced-geometry svg:viewBox="0 0 1 1" draw:type="rectangle" draw:enhanced-path="M 0 0 L 1 0 1 1 0 1 Z N"/>'
       "</draw:custom-shape>"),
])  # fmt: skip
_TEXT_MASTER = (
    '<style:master-page style:name="Standard" style:page-layout-name="L">'
    f"<style:header>{_p('@header@')}</style:header><style:footer>{_p('@footer@')}</style:footer></style:master-page>"
    '<style:master-page style:name="Other" style:page-layout-name="L">'
    f"<style:header>{_p('@unused header@')}</style:header></style:master-page>"
)


def _cell(inside: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {more}>{inside}</table:table-cell>'


def _row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


def _table(name: str, *rows: str, more: str = "", before: str = "") -> str:
    return (
        f'<table:table table:name="{name}" {more}>{before}<table:table-column table:number-columns-repeated="3"/>'
        f"{''.join(rows)}</table:table>"
    )


_SHEET_LOOKS = "".join([
    '<style:style style:name="gone" style:family="table"><style:table-properties table:display="false"/></style:style>',
    '<style:style style:name="cwhite" style:family="table-cell"><style:text-properties fo:color="#ffffff"/></style:style>',
])  # fmt: skip
_SHEET_BODY = "".join([
    '<table:content-validations><table:content-validation table:name="val1" '
    'table:condition="of:cell-content-is-in-list(&quot;@choice@&quot;;&quot;乙&quot;)" table:base-cell-address="名单.A1">'
    f'<table:help-message table:title="@prompt title@" table:display="true">{_p("@prompt@")}</table:help-message>'
    f'<table:error-message table:title="错" table:display="true">{_p("@error message@")}</table:error-message>'
    "</table:content-validation></table:content-validations>",
    _table(
        "名单",
        _row(_cell(_p("@cell@")), _cell(_p("两") + _p("@second paragraph@")), _cell(_p("甲"), 'table:content-validation-name="val1"')),
        _row(_cell(_p("批"), "") .replace("</table:table-cell>", _annotation("comment") + "</table:table-cell>"),
             _cell(_p("@white@"), 'table:style-name="cwhite"'),
             _cell(_p('<text:a xlink:type="simple" xlink:href="mailto:@link@%40example.cn">链接</text:a>'))),
        _row(_cell(_p("@hidden row@")), more='table:visibility="collapse"'),
        _row(_cell(_p("@filtered row@")), more='table:visibility="filter"'),
        _row('<table:table-cell office:value-type="string" office:string-value="值" '
             f'table:formula="of:=IF(1=1;&quot;值&quot;;&quot;@formula@&quot;)">{_p("值")}</table:table-cell>',
             _cell(_p("见"), 'office:string-value="@other value@"'),
             f'<table:covered-table-cell office:value-type="string">{_p("@covered cell@")}</table:covered-table-cell>'),
        before='<office:forms><form:form form:name="f"><form:hidden form:name="h" form:value="@hidden control@"/>'
               '<form:button form:name="b" form:id="c1" form:label="@button@" form:title="@button tip@"/></form:form></office:forms>'
               f"<table:shapes>{_frame('<draw:text-box>' + _p('@text box@') + '</draw:text-box>', '@frame name@', '<svg:title>@alt title@</svg:title><svg:desc>@alt text@</svg:desc>')}"
               "</table:shapes>",
    ),
    _table("底册", _row(_cell(_p("@hidden sheet@"))), more='table:style-name="gone"'),
    _table("@sheet name@", _row(_cell(_p("表")))),
    '<table:named-expressions><table:named-range table:name="区域" table:base-cell-address="$名单.$A$1" '
    'table:cell-range-address="$名单.$A$1"/><table:named-expression table:name="式" table:base-cell-address="$名单.$A$1" '
    'table:expression="of:=&quot;@named expression@&quot;"/></table:named-expressions>',
])  # fmt: skip
_SHEET_MASTER = (
    '<style:master-page style:name="Default" style:page-layout-name="L">'
    f"<style:header>{_p('@header@')}</style:header><style:footer>{_p('@footer@')}</style:footer></style:master-page>"
)
_SHEET_SCENARIO = _table(
    "方案", _row(_cell(_p("@scenario cell@"))),
    before='<table:scenario table:scenario-ranges="名单.A1" table:is-active="false" table:comment="@scenario remark@"/>',
)  # fmt: skip


def _page(inside: str, more: str = "", name: str = "") -> str:
    named = f'draw:name="{name}"' if name else ""
    return f'<draw:page draw:master-page-name="M" {named} {more}>{inside}</draw:page>'


def _box(text: str, more: str = "", place: str = "2cm", words: str = "") -> str:
    return (
        f'<draw:frame {more} svg:width="8cm" svg:height="2cm" svg:x="2cm" svg:y="{place}">'
        f"<draw:text-box>{_p(text)}</draw:text-box>{words}</draw:frame>"
    )


_DECK_LOOKS = (
    '<style:style style:name="off" style:family="drawing-page"><style:drawing-page-properties '
    'presentation:visibility="hidden"/></style:style>'
)
_DECK_BODY = (
    '<presentation:header-decl presentation:name="hd">@header@</presentation:header-decl>'
    '<presentation:footer-decl presentation:name="fd">@footer@</presentation:footer-decl>'
    + _page(
        _box("@body@", 'draw:name="@shape name@"', words="<svg:title>@alt title@</svg:title><svg:desc>@alt text@</svg:desc>")
        + _box("@outside@", place="90cm") + _box("@hidden layer@", 'draw:layer="dark"')
        + '<draw:frame svg:width="8cm" svg:height="2cm" svg:x="2cm" svg:y="6cm"><table:table><table:table-column/>'
        + _row(_cell(_p("@cell@"))) + "</table:table></draw:frame>"
        + '<draw:rect svg:width="2cm" svg:height="2cm" svg:x="2cm" svg:y="9cm"><office:event-listeners>'
        '<presentation:event-listener script:event-name="dom:click" presentation:action="show" xlink:type="simple" '
        'xlink:href="file:///tmp/@action@.txt"/></office:event-listeners><text:p>@shape@</text:p></draw:rect>'
        + _box('<text:a xlink:type="simple" xlink:href="mailto:@link@%40example.cn">链接</text:a>', place="12cm")
        + "<office:annotation svg:x=\"1cm\" svg:y=\"1cm\">" + _NOTE.format("comment") + "</office:annotation>"
        + f'<presentation:notes>{_box("@notes@", chr(32).join(["presentation:class=" + chr(34) + "notes" + chr(34)]))}</presentation:notes>',
        'presentation:use-footer-name="fd" presentation:use-header-name="hd"', "@page name@",
    )
    + _page(_box("@hidden slide@"), 'draw:style-name="off"')
    + '<presentation:settings><presentation:show presentation:name="@show@" presentation:pages="@page name@"/>'
    "</presentation:settings>"
)  # fmt: skip
_DECK_MASTER = (
    '<draw:layer-set><draw:layer draw:name="layout"/><draw:layer draw:name="dark" draw:display="none"/></draw:layer-set>'
    f'<style:master-page style:name="M" style:page-layout-name="L">{_box("@master@", place="15cm")}</style:master-page>'
    f'<style:master-page style:name="U" style:page-layout-name="L">{_box("@unused master@")}</style:master-page>'
)

_KINDS = {
    "odt": ("text", _LOOKS, _TEXT_MASTER, _TEXT_BODY),
    "ods": ("spreadsheet", _SHEET_LOOKS, _SHEET_MASTER, _SHEET_BODY),
    "odp": ("presentation", _DECK_LOOKS, _DECK_MASTER, _DECK_BODY),
}
FLAT = {"fodt": "odt", "fods": "ods", "fodp": "odp"}


def _filled(words: str, tokens: Mapping[str, str]) -> str:
    return re.sub("@([a-z ]+)@", lambda match: tokens[match[1]], words)


def places(kind: str) -> list[str]:
    """The names of all places in a file of this kind, in its order."""
    _, _, master, body = _KINDS[FLAT.get(kind, kind)]
    return list(dict.fromkeys(re.findall("@([a-z ]+)@", body + master + _META + _SETTINGS)))


def open_file(kind: str, tokens: Mapping[str, str], *, nested: bool = True) -> bytes:
    """An odt, ods or odp, or the same as one XML file (fodt, fods, fodp), with the tokens at their places.

    `nested`: with the table in a table, at which LibreOffice stops reading an RTF file.
    """
    name, looks, master, body = (_filled(one, tokens) for one in _KINDS[FLAT.get(kind, kind)])
    if not nested:
        body = re.sub("<table:table><table:table-column/>.*?</table:table>", "<text:p/>", body, count=1)
    mime = f"application/vnd.oasis.opendocument.{name}"
    parts = {
        "meta": f"<office:meta>{_filled(_META, tokens)}</office:meta>",
        "settings": f"<office:settings>{_filled(_SETTINGS, tokens)}</office:settings>",
        "styles": f"<office:automatic-styles>{_MASTER}</office:automatic-styles>"
                  f"<office:master-styles>{master}</office:master-styles>",
        "content": f"<office:automatic-styles>{looks}</office:automatic-styles><office:body><office:{name}>{body}"
                   f"</office:{name}></office:body>",
    }  # fmt: skip
    if kind in FLAT:
        parts["styles"] = parts["styles"].replace("</office:automatic-styles>", f"{looks}</office:automatic-styles>")
        parts["content"] = parts["content"].split("</office:automatic-styles>", 1)[1]
        return f'<?xml version="1.0" encoding="UTF-8"?><office:document {_SPACES} office:version="1.2" office:mimetype="{mime}">{"".join(parts.values())}</office:document>'.encode()
    return packed({
        "mimetype": mime,
        "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
        f'manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="{mime}"/>'
        + "".join(f'<manifest:file-entry manifest:full-path="{one}.xml" manifest:media-type="text/xml"/>' for one in parts)
        + "</manifest:manifest>",
        **{f"{one}.xml": f'<?xml version="1.0" encoding="UTF-8"?><office:document-{one} {_SPACES} office:version="1.2">'
                         f"{inside}</office:document-{one}>" for one, inside in parts.items()},
    })  # fmt: skip
