"""Builds pptx files by hand, each with a token at exactly one place. Shared by the reader contract test."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tests.readers.make_docx import NAMESPACES, PNG, Relation, packed, relations
from tests.readers.make_docx import PLACES as WORD
from tests.readers.make_xlsx import PLACES as EXCEL

_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_MODERN = "http://schemas.microsoft.com/office/powerpoint/2018/8/main"
SPACES = f'{NAMESPACES} xmlns:p="{_P}" xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main"'
_KINDS = {
    "slide": "slide", "slideLayout": "slideLayout", "slideMaster": "slideMaster", "notesSlide": "notesSlide",
    "comment": "comments", "commentAuthors": "commentAuthors", "notesMaster": "notesMaster", "presentation": "presentation.main",
    "tag": "tags", "presProps": "presProps",
}  # fmt: skip
_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.{}+xml"
INSIDE = '<a:xfrm><a:off x="914400" y="914400"/><a:ext cx="3000000" cy="500000"/></a:xfrm>'
BESIDE = '<a:xfrm><a:off x="9500000" y="914400"/><a:ext cx="3000000" cy="500000"/></a:xfrm>'


def root(tag: str, inside: str, more: str = "") -> str:
    """A part's XML with all namespaces declared."""
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><{tag} {SPACES} {more}>{inside}</{tag}>'


def run(text: str, look: str = "", words: str = "") -> str:
    """A DrawingML run; `look` stands inside of its rPr, `words` are attributes of it."""
    return f'<a:r><a:rPr lang="zh-CN" {words}>{look}</a:rPr><a:t>{text}</a:t></a:r>'


def lines(*runs: str) -> str:
    """A text body with one paragraph for each piece; plain text becomes a run."""
    made = (one if one.startswith("<") else run(one) for one in runs)
    return "<a:bodyPr/>" + "".join(f"<a:p>{one}</a:p>" for one in made)


def shape(body: str, *, look: str = INSIDE, words: str = 'name="文本框 3"', kind: str = "", number: int = 3) -> str:
    """A p:sp; `look` is what its spPr holds, `kind` the type of the placeholder that it is."""
    place = f"<p:ph {kind}/>" if kind else ""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" {words}/><p:cNvSpPr/><p:nvPr>{place}</p:nvPr></p:nvSpPr>'
        f"<p:spPr>{look}</p:spPr><p:txBody>{body}</p:txBody></p:sp>"
    )


def tree(*inside: str, more: str = "") -> str:
    """A p:cSld with these shapes; `more` stands before its tree."""
    head = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
    return f"<p:cSld>{more}<p:spTree>{head}{''.join(inside)}</p:spTree></p:cSld>"


def frame(inside: str, uri: str = "table", words: str = 'name="表格 4"', place: str = INSIDE) -> str:
    """A p:graphicFrame."""
    return (
        f'<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="4" {words}/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>'
        f"{place.replace('a:xfrm', 'p:xfrm')}<a:graphic><a:graphicData uri="
        f'"http://schemas.openxmlformats.org/drawingml/2006/{uri}">{inside}</a:graphicData></a:graphic></p:graphicFrame>'
    )


def cell(text: str, words: str = "") -> str:
    return f"<a:tc {words}><a:txBody>{lines(text)}</a:txBody><a:tcPr/></a:tc>"


def table(*rows: Sequence[str]) -> str:
    """A table in its frame; each cell is text or a ready a:tc."""
    made = "".join(
        f'<a:tr h="370000">{"".join(one if one.startswith("<a:tc") else cell(one) for one in row)}</a:tr>' for row in rows
    )
    columns = '<a:gridCol w="1500000"/>' * len(rows[0])
    return frame(f"<a:tbl><a:tblPr/><a:tblGrid>{columns}</a:tblGrid>{made}</a:tbl>")


TITLE = shape(lines("工作情况汇报"), kind='type="title"', words='name="标题 1"', number=2)
_THEME = (
    '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="t"><a:themeElements><a:clrScheme name="c">'
    + "".join(
        f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>'
        for name, value in [("dk1", "000000"), ("lt1", "FFFFFF"), ("dk2", "44546A"), ("lt2", "E7E6E6")]
        + [(f"accent{k}", "4472C4") for k in range(1, 7)] + [("hlink", "0563C1"), ("folHlink", "954F72")]
    )
    + '</a:clrScheme><a:fontScheme name="f">'
    + "".join(f'<a:{one}Font><a:latin typeface="Arial"/><a:ea typeface=""/><a:cs typeface=""/></a:{one}Font>' for one in ("major", "minor"))
    + '</a:fontScheme><a:fmtScheme name="s"><a:fillStyleLst>'
    + '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>' * 3
    + "</a:fillStyleLst><a:lnStyleLst>"
    + '<a:ln w="6350"><a:solidFill><a:schemeClr val="phClr"/></a:solidFill></a:ln>' * 3
    + "</a:lnStyleLst><a:effectStyleLst>"
    + "<a:effectStyle><a:effectLst/></a:effectStyle>" * 3
    + "</a:effectStyleLst><a:bgFillStyleLst>"
    + '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>' * 3
    + "</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
)  # fmt: skip
_MAP = (
    '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" '
    'accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>'
)
_WHITE_PAGE = '<p:bg><p:bgRef idx="1001"><a:schemeClr val="bg1"/></p:bgRef></p:bg>'
PROMPT = shape(lines("单击此处编辑母版标题样式"), kind='type="title"', words='name="标题占位符 1"', number=2)


def pptx(
    *slides: str,
    links: Mapping[int, Sequence[Relation]] | None = None,
    parts: Mapping[str, str | bytes] | None = None,
    hidden: Sequence[int] = (),
    master: str = "",
    layout: str = "",
    inside: str = "",
    deck_links: Sequence[Relation] = (),
    package_links: Sequence[Relation] = (),
    timing: str = "",
) -> bytes:
    """A deck of these slides, each the shapes of its tree or a ready p:cSld.

    `links` are relationships of slides by their numbers (rId2 ...), `hidden` the numbers of slides that are hidden,
    `master` and `layout` shapes on these, `inside` elements at the end of the presentation part.
    """
    members: dict[str, str | bytes] = {}
    numbers = range(1, len(slides) + 1)
    for number, slide in zip(numbers, slides, strict=True):
        page = slide if slide.startswith("<p:cSld") else tree(slide)
        show = 'show="0"' if number in hidden else ""
        members[f"ppt/slides/slide{number}.xml"] = root("p:sld", page + timing, show)
        every = [("slideLayout", "../slideLayouts/slideLayout1.xml"), *(links or {}).get(number, ())]
        members[f"ppt/slides/_rels/slide{number}.xml.rels"] = relations(every)
    listed = "".join(f'<p:sldId id="{255 + number}" r:id="rId{number + 1}"/>' for number in numbers)
    deck = [("slideMaster", "slideMasters/slideMaster1.xml"), *(("slide", f"slides/slide{number}.xml") for number in numbers)]
    text = (
        f'<p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst><p:sldIdLst>{listed}</p:sldIdLst>'
        f'<p:sldSz cx="9144000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/>{inside}'
    )
    layouts = '<p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="rId1"/></p:sldLayoutIdLst>'
    members |= {
        "ppt/presentation.xml": root("p:presentation", text),
        "ppt/_rels/presentation.xml.rels": relations([*deck, *deck_links]),
        "ppt/slideMasters/slideMaster1.xml": root("p:sldMaster", tree(PROMPT, master, more=_WHITE_PAGE) + _MAP + layouts),
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": relations(
            [("slideLayout", "../slideLayouts/slideLayout1.xml"), ("theme", "../theme/theme1.xml")]
        ),
        "ppt/slideLayouts/slideLayout1.xml": root("p:sldLayout", tree(PROMPT, layout)),
        "ppt/slideLayouts/_rels/slideLayout1.xml.rels": relations([("slideMaster", "../slideMasters/slideMaster1.xml")]),
        "ppt/theme/theme1.xml": _THEME,
        **(parts or {}),
    }
    whole: dict[str, str | bytes] = {
        "[Content_Types].xml": _types(members),
        "_rels/.rels": relations([("officeDocument", "ppt/presentation.xml"), *package_links]),
    }
    return packed({**whole, **members})


def _types(members: Mapping[str, str | bytes]) -> str:
    lines = [
        f'<Default Extension="{end}" ContentType="{kind}"/>'
        for end, kind in [("rels", "application/vnd.openxmlformats-package.relationships+xml"), ("xml", "application/xml"),
                          ("png", "image/png")]
    ]  # fmt: skip
    for name in members:
        base = name.rsplit("/", 1)[-1].removesuffix(".xml").rstrip("0123456789")
        if base == "theme":
            lines.append(f'<Override PartName="/{name}" ContentType="application/vnd.openxmlformats-officedocument.theme+xml"/>')
        elif base in _KINDS and name.endswith(".xml"):
            lines.append(f'<Override PartName="/{name}" ContentType="{_TYPE.format(_KINDS[base])}"/>')
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    return f'<Types xmlns="{space}">{"".join(lines)}</Types>'


# ---------------------------------------------------------------- pieces of decks


def slide(inside: str) -> bytes:
    """A deck of two slides; the second holds `inside` beside its title."""
    return pptx(TITLE, TITLE + inside)


def box(text: str) -> str:
    """A text box."""
    return shape(lines(text))


def part(kind: str, tag: str, inside: str, target: str, shapes: str = "", more: str = "") -> Callable[[str], bytes]:
    """A deck whose second slide has one more part in which @ is the token; `target` is relative to the slide."""
    name = "ppt/" + target.removeprefix("../")
    return lambda token: pptx(
        TITLE, TITLE + shapes, links={2: [(kind, target)]}, parts={name: root(tag, inside.replace("@", token), more)}
    )


def notes(inside: str) -> bytes:
    return part("notesSlide", "p:notes", tree(inside), "../notesSlides/notesSlide1.xml")("")


def comments(token: str) -> bytes:
    """A classic comment with its author."""
    text = f'<p:cm authorId="0" dt="2024-01-02T03:04:05" idx="1"><p:pos x="100" y="100"/><p:text>请核对{token}</p:text></p:cm>'
    author = '<p:cmAuthor id="0" name="钱某" initials="钱" lastIdx="1" clrIdx="0"/>'
    return pptx(
        TITLE,
        TITLE,
        links={2: [("comments", "../comments/comment1.xml")]},
        parts={
            "ppt/comments/comment1.xml": root("p:cmLst", text),
            "ppt/commentAuthors.xml": root("p:cmAuthorLst", author),
        },
        deck_links=[("commentAuthors", "commentAuthors.xml")],
    )


def threaded(inside: str) -> Callable[[str], bytes]:
    """A threaded comment in which @ is the token."""
    body = f'<p188:cm xmlns:p188="{_MODERN}" id="{{A}}" authorId="{{B}}">{inside}</p188:cm>'
    return lambda token: pptx(
        TITLE,
        TITLE,
        links={2: [("comments", "../comments/modernComment_101_0.xml")]},
        parts={
            "ppt/comments/modernComment_101_0.xml": f'<p188:cmLst xmlns:p188="{_MODERN}" {SPACES}>'
            f"{body.replace('@', token)}</p188:cmLst>"
        },
    )


def _text(text: str) -> str:
    return f"<p188:txBody>{lines(text)}</p188:txBody>"


def deck(kind: str, name: str, xml: str) -> Callable[[str], bytes]:
    """A deck with one more part that the presentation points at."""
    return lambda token: pptx(TITLE, deck_links=[(kind, name)], parts={f"ppt/{name}": xml.replace("@", token)})


def package_part(kind: str, name: str, xml: str) -> Callable[[str], bytes]:
    return lambda token: pptx(TITLE, package_links=[(kind, name)], parts={name: xml.replace("@", token)})


def embedded(name: str, build: Callable[[str], bytes]) -> Callable[[str], bytes]:
    """A deck that holds a file."""
    return lambda token: pptx(
        TITLE, TITLE, links={2: [("package", f"../embeddings/{name}")]}, parts={f"ppt/embeddings/{name}": build(token)}
    )


def chart(inside: str, hidden: bool = False) -> Callable[[str], bytes]:
    body = f"<c:chart><c:plotArea>{inside}</c:plotArea></c:chart>"
    drawn = frame('<c:chart r:id="rId2"/>', "chart", 'name="图表 5" hidden="1"' if hidden else 'name="图表 5"')
    return part("chart", "c:chartSpace", body, "../charts/chart1.xml", drawn)


def linked(address: str) -> bytes:
    """A slide with a run that is a link."""
    words = shape(lines('<a:r><a:rPr><a:hlinkClick r:id="rId2"/></a:rPr><a:t>见</a:t></a:r>'))
    return pptx(TITLE, TITLE + words, links={2: [("hyperlink", address)]})


_CORE = ('<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
         'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>@</dc:creator></cp:coreProperties>')  # fmt: skip
_APP = ('<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Company>@</Company>'
        "</Properties>")  # fmt: skip
_CUSTOM = ('<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
           'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property name="联系人">'
           "<vt:lpwstr>@</vt:lpwstr></property></Properties>")  # fmt: skip
_SECTIONS = ('<p:extLst><p:ext uri="{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"><p14:sectionLst><p14:section name="@" id="{A}">'
             '<p14:sldIdLst><p14:sldId id="256"/></p14:sldIdLst></p14:section></p14:sectionLst></p:ext></p:extLst>')  # fmt: skip
_POINT = '<dgm:ptLst><dgm:pt modelId="1"><dgm:t><a:bodyPr/><a:p><a:r><a:t>@</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst>'
_GROUP = (
    '<p:grpSp><p:nvGrpSpPr><p:cNvPr id="7" name="组合 6" {}/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>'
    '<a:off x="{}" y="0"/><a:ext cx="2000000" cy="2000000"/><a:chOff x="0" y="0"/><a:chExt cx="4000000" cy="4000000"/>'
    "</a:xfrm></p:grpSpPr>{}</p:grpSp>"
)
WHITE = '<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>'
THEME_WHITE = '<a:solidFill><a:schemeClr val="bg1"/></a:solidFill>'
BLUE = '<a:solidFill><a:srgbClr val="0000FF"/></a:solidFill>'


def picture(words: str) -> str:
    """A p:pic with attributes of its cNvPr."""
    return (
        f'<p:pic><p:nvPicPr><p:cNvPr id="5" {words}/><p:cNvPicPr/><p:nvPr/></p:nvPicPr><p:blipFill><a:blip r:embed="rId2"/>'
        f"</p:blipFill><p:spPr>{INSIDE}</p:spPr></p:pic>"
    )


def group(inside: str, words: str = "", x: int = 0) -> str:
    return _GROUP.format(words, x, inside)


def pictured(words: str) -> bytes:
    return pptx(TITLE, TITLE + picture(words), links={2: [("image", "../media/image1.png")]},
                parts={"ppt/media/image1.png": PNG})  # fmt: skip


def _drawn(token: str) -> bytes:
    from tests.readers.make_picture import svg

    links = {1: [("image", "../media/image1.svg")]}
    return pptx(TITLE + picture('name="图片 1"'), links=links, parts={"ppt/media/image1.svg": svg(f"<text>{token}</text>")})


PLACES: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "words of a drawing": ("picture", _drawn),
    "body": ("body", lambda t: slide(box(f"联系方式：{t}。"))),
    "title": ("body", lambda t: pptx(TITLE.replace("工作情况汇报", t))),
    "split runs": ("body", lambda t: slide(shape(lines(run(t[:4]) + run(t[4:], words='b="1"'))))),
    "line break": ("body", lambda t: slide(shape(lines(f"{run('甲')}<a:br/>{run(t)}")))),
    "field": ("body", lambda t: slide(shape(lines(f'<a:fld id="{{A}}" type="datetime1"><a:rPr/><a:t>{t}</a:t></a:fld>')))),
    "group": ("body", lambda t: slide(group(box(t)))),
    "group in a group": ("body", lambda t: slide(group(group(box(t))))),
    "alternative content": (
        "body",
        lambda t: slide(
            f'<mc:AlternateContent><mc:Choice Requires="p14">{box(t)}</mc:Choice><mc:Fallback>{box("旧")}</mc:Fallback>'
            "</mc:AlternateContent>"
        ),
    ),
    "fallback": (
        "body",
        lambda t: slide(
            f'<mc:AlternateContent><mc:Choice Requires="p14">{box("新")}</mc:Choice><mc:Fallback>{box(t)}</mc:Fallback>'
            "</mc:AlternateContent>"
        ),
    ),
    "formula": ("body", lambda t: slide(shape(lines(f"<m:oMath><m:r><m:t>{t}</m:t></m:r></m:oMath>")))),
    "table": ("body", lambda t: slide(table(("姓名", "电话"), ("甲", t)))),
    "table cell of two paragraphs": (
        "body",
        lambda t: slide(table(("甲", f"<a:tc><a:txBody>{lines('电话', t)}</a:txBody></a:tc>"))),
    ),
    "cell that was merged away": ("hidden", lambda t: slide(table((cell("甲", 'gridSpan="2"'), cell(t, 'hMerge="1"'))))),
    "footer": ("footer", lambda t: slide(shape(lines(t), kind='type="ftr"'))),
    "master": ("header", lambda t: pptx(TITLE, master=box(t))),
    "layout": ("header", lambda t: pptx(TITLE, layout=box(t))),
    "prompt of a layout": ("form", lambda t: pptx(TITLE, layout=shape(lines(f"请填{t}"), kind='type="body" idx="9"'))),
    "layout that is not used": (
        "hidden",
        lambda t: pptx(
            TITLE,
            parts={
                "ppt/slideMasters/_rels/slideMaster1.xml.rels": relations(
                    [("slideLayout", f"../slideLayouts/slideLayout{k}.xml") for k in (1, 2)] + [("theme", "../theme/theme1.xml")]
                ),
                "ppt/slideLayouts/slideLayout2.xml": root("p:sldLayout", tree(box(t))),
            },
        ),
    ),
    "hidden slide": ("hidden", lambda t: pptx(TITLE, TITLE + box(t), hidden=[2])),
    "table on a hidden slide": ("hidden", lambda t: pptx(TITLE, TITLE + table(("甲", t)), hidden=[2])),
    "slide that is not shown": (
        "hidden",
        lambda t: pptx(
            TITLE, deck_links=[("slide", "slides/slide9.xml")], parts={"ppt/slides/slide9.xml": root("p:sld", tree(box(t)))}
        ),
    ),
    "slide that nothing points at": (
        "hidden",
        lambda t: pptx(TITLE, parts={"ppt/slides/slide9.xml": root("p:sld", tree(box(t)))}),
    ),
    "hidden shape": ("hidden", lambda t: slide(shape(lines(t), words='name="文本框 3" hidden="1"'))),
    "hidden group": ("hidden", lambda t: slide(group(box(t), 'hidden="1"'))),
    "hidden table": ("hidden", lambda t: slide(table(("甲", t)).replace('name="表格 4"', 'name="表格 4" hidden="1"'))),
    "hidden chart": ("hidden", chart("<c:title><c:tx><c:v>@</c:v></c:tx></c:title>", hidden=True)),
    "beside the slide": ("hidden", lambda t: slide(shape(lines(t), look=BESIDE))),
    "in a group beside the slide": ("hidden", lambda t: slide(group(box(t), x=9_000_000))),
    "white on a white slide": ("hidden", lambda t: slide(shape(lines(run(t, WHITE))))),
    "theme white on a white slide": ("hidden", lambda t: slide(shape(lines(run(t, THEME_WHITE))))),
    "blue on blue": ("hidden", lambda t: slide(shape(lines(run(t, BLUE)), look=INSIDE + BLUE))),
    "transparent": ("hidden", lambda t: slide(shape(lines(run(t, "<a:noFill/>"))))),
    "tiny": ("hidden", lambda t: slide(shape(lines(run(t, words='sz="100"'))))),
    "notes": ("annotation", lambda t: notes(shape(lines(t), kind='type="body" idx="1"'))),
    "notes of a hidden slide": (
        "annotation",
        lambda t: pptx(
            TITLE,
            hidden=[1],
            links={1: [("notesSlide", "../notesSlides/notesSlide1.xml")]},
            parts={"ppt/notesSlides/notesSlide1.xml": root("p:notes", tree(box(t)))},
        ),
    ),
    "notes master": (
        "hidden",
        deck("notesMaster", "notesMasters/notesMaster1.xml", root("p:notesMaster", tree(shape(lines("@"))))),
    ),
    "comment": ("comment", comments),
    "threaded comment": ("comment", threaded(_text("@"))),
    "reply": ("comment", threaded(f"<p188:replyLst><p188:reply>{_text('@')}</p188:reply></p188:replyLst>{_text('见')}")),
    "author of comments": (
        "property",
        deck("commentAuthors", "commentAuthors.xml", root("p:cmAuthorLst", '<p:cmAuthor id="0" name="@" initials="x"/>')),
    ),
    "author of threaded comments": (
        "property",
        deck("authors", "authors.xml", f'<p188:authorLst xmlns:p188="{_MODERN}"><p188:author id="a" name="甲" userId="S::@"/></p188:authorLst>'),
    ),
    "alt text": ("alt", lambda t: pictured(f'name="图片 4" descr="{t}"')),
    "alt title": ("alt", lambda t: pictured(f'name="图片 4" title="{t}"')),
    "name of a shape": ("alt", lambda t: slide(shape(lines("甲"), words=f'name="{t}"'))),
    "alt text of a group": ("alt", lambda t: slide(group(box("甲"), f'descr="{t}"'))),
    "link": ("field", lambda t: linked(f"http://example.cn/{t}")),
    "tip of a link": ("alt", lambda t: slide(shape(lines(f'<a:r><a:rPr><a:hlinkClick r:id="" tooltip="{t}"/></a:rPr><a:t>见</a:t></a:r>')))),
    "chart": ("textbox", chart("<c:ser><c:tx><c:strRef><c:strCache><c:pt><c:v>@</c:v></c:pt></c:strCache></c:strRef></c:tx></c:ser>")),
    "diagram": ("textbox", part("diagramData", "dgm:dataModel", _POINT, "../diagrams/data1.xml", frame('<dgm:relIds r:dm="rId2"/>', "diagram"))),
    "picture of a diagram": (
        "textbox",
        part("diagramDrawing", "dgm:drawing", "<a:p><a:r><a:t>@</a:t></a:r></a:p>", "../diagrams/drawing1.xml"),
    ),
    "tag": ("property", part("tags", "p:tagLst", '<p:tag name="经办" val="@"/>', "../tags/tag1.xml")),
    "section": ("name", lambda t: pptx(TITLE, inside=_SECTIONS.replace("@", t))),
    "custom show": ("name", lambda t: pptx(TITLE, inside=f'<p:custShowLst><p:custShow name="{t}" id="0"><p:sldLst/></p:custShow></p:custShowLst>')),
    "name of a slide": ("name", lambda t: pptx(tree(TITLE).replace("<p:cSld>", f'<p:cSld name="{t}">'))),
    "custom xml": ("property", package_part("customXml", "customXml/item1.xml", "<a><b>@</b></a>")),
    "author": ("property", package_part("core-properties", "docProps/core.xml", _CORE)),
    "company": ("property", package_part("extended-properties", "docProps/app.xml", _APP)),
    "custom property": ("property", package_part("custom-properties", "docProps/custom.xml", _CUSTOM)),
    "settings": ("property", deck("presProps", "presProps.xml", root("p:presentationPr", '<p:htmlPubPr title="名@"/>'))),
    "history of changes": ("property", deck("changesInfo", "changesInfos/changesInfo1.xml", '<c name="名@"/>')),
    "embedded workbook": ("attachment", embedded("Microsoft_Excel_Sheet1.xlsx", EXCEL["cell"][1])),
    "embedded document": ("attachment", embedded("Microsoft_Word_Document1.docx", WORD["body"][1])),
    "embedded deck": ("attachment", embedded("Microsoft_PowerPoint1.pptx", lambda t: slide(box(t)))),
}  # fmt: skip

CONCEALED: frozenset[str] = frozenset(
    name for name, (where, _) in PLACES.items() if where in ("comment", "hidden", "annotation")
)
"""the places that a reader of the slides does not see"""
