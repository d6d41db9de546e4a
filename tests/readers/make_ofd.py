"""Builds small OFD files (GB/T 33190) with a given text at a given place: the seen, the unseen and what lies beside.

Written part by part, as different programs do: with and without the prefix ofd:, paths from the root or from the
file, one object a line or one a character.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from html import escape

SPACE = "http://www.ofdspec.org/2016"
PAGE = (150, 180)
Parts = dict[str, bytes]


def xml(body: str, *, plain: bool = False) -> bytes:
    """A part; `plain` writes it in the default namespace, as 福昕 does not and WPS may."""
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    body = body.replace("<@", "<ofd:").replace("</@", "</ofd:")
    root, rest = body.split(">", 1) if not body.split(">", 1)[0].endswith("/") else (body[:-2] + "/", "")
    space = f' xmlns:ofd="{SPACE}"'
    if root.endswith("/"):
        body = root[:-1] + space + "/>" + rest
    else:
        body = root + space + ">" + rest
    if plain:
        body = body.replace("ofd:", "").replace("xmlns:ofd", "xmlns").replace(f' xmlns:ofd="{SPACE}"', f' xmlns="{SPACE}"')
        body = body.replace(" xmlns=", " xmlns=", 1)
    return (head + body).encode()


def text(
    x: float, y: float, words: str, size: float = 4.0, *, attributes: str = "", inner: str = "", delta: str | None = None,
    key: int = 100, font: str = "3", high: float = 1.5,
) -> str:  # fmt: skip
    """A TextObject whose line starts at x, y (mm, y down); `inner` stands before its TextCode."""
    steps = " ".join(f"{size if one > chr(0x2E7F) else size / 2:g}" for one in words[:-1]) if delta is None else delta
    across = f' DeltaX="{steps}"' if steps else ""
    return (
        f'<@TextObject ID="{key}" Boundary="{x:g} {y - size:g} {size * len(words) + size:g} {high * size:g}" Font="{font}" '
        f'Size="{size:g}"{" " + attributes if attributes else ""}>{inner}'
        f'<@TextCode X="0" Y="{size:g}"{across}>{escape(words)}</@TextCode></@TextObject>'
    )


def box(x: float, y: float, wide: float, high: float, colour: str = "0 0 0", attributes: str = "") -> str:
    """A filled rectangle."""
    data = f"M 0 0 L {wide:g} 0 L {wide:g} {high:g} L 0 {high:g} C"
    return (
        f'<@PathObject ID="90" Boundary="{x:g} {y:g} {wide:g} {high:g}" Fill="true" Stroke="false" {attributes}>'
        f'<@FillColor Value="{colour}"/><@AbbreviatedData>{data}</@AbbreviatedData></@PathObject>'
    )


def line(x0: float, y0: float, x1: float, y1: float) -> str:
    return (
        f'<@PathObject ID="91" Boundary="0 0 {PAGE[0]} {PAGE[1]}" LineWidth="0.3">'
        f"<@AbbreviatedData>M {x0:g} {y0:g} L {x1:g} {y1:g}</@AbbreviatedData></@PathObject>"
    )


def page(*objects: str, before: str = "", layer: str = "") -> str:
    inner = f'<@Layer ID="2"{layer}>{"".join(objects)}</@Layer>'
    return (
        f"<@Page><@Area><@PhysicalBox>0 0 {PAGE[0]} {PAGE[1]}</@PhysicalBox></@Area>{before}"
        f"<@Content>{inner}</@Content></@Page>"
    )


SEEN = text(10, 20, "关于补偿安置的公告")


def picture(alpha: bool = False, wide: int = 40, high: int = 30) -> bytes:
    """A PNG of grey noise; with `alpha`, all of it transparent."""
    kind, size = (4, 2) if alpha else (0, 1)
    rows = b"".join(b"\0" + bytes((7 * x * x + 13 * x + y) % 251 if k == 0 else 0 for x in range(wide) for k in range(size))
                    for y in range(high))  # fmt: skip

    def chunk(tag: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + tag + data + struct.pack(">I", zlib.crc32(tag + data))

    head = struct.pack(">IIBBBBB", wide, high, 8, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def parts_of(
    *pages: str, info: str = "", document: str = "", common: str = "", body: str = "", resources: str = "", fonts: str = "",
    extra: Parts | None = None, plain: bool = False,
) -> Parts:  # fmt: skip
    """The parts of a file of these pages; `info` goes into DocInfo, `body` into DocBody, the others into their files."""
    listed = "".join(f'<@Page ID="{10 + k}" BaseLoc="Pages/Page_{k}/Content.xml"/>' for k in range(len(pages)))
    fonts = fonts or '<@Font ID="3" FontName="宋体" FamilyName="宋体"/>'
    made = {
        "OFD.xml": xml(
            f'<@OFD Version="1.0" DocType="OFD"><@DocBody><@DocInfo><@DocID>0f0e0d0c0b0a</@DocID>{info}</@DocInfo>'
            f"<@DocRoot>Doc_0/Document.xml</@DocRoot>{body}</@DocBody></@OFD>", plain=plain,
        ),
        "Doc_0/Document.xml": xml(
            f"<@Document><@CommonData><@MaxUnitID>900</@MaxUnitID><@PageArea><@PhysicalBox>0 0 {PAGE[0]} {PAGE[1]}"
            f"</@PhysicalBox></@PageArea><@PublicRes>PublicRes.xml</@PublicRes><@DocumentRes>DocumentRes.xml</@DocumentRes>"
            f"{common}</@CommonData><@Pages>{listed}</@Pages>{document}</@Document>", plain=plain,
        ),
        "Doc_0/PublicRes.xml": xml(f'<@Res BaseLoc="Res"><@Fonts>{fonts}</@Fonts></@Res>', plain=plain),
        "Doc_0/DocumentRes.xml": xml(f'<@Res BaseLoc="Res">{resources}</@Res>', plain=plain),
    }  # fmt: skip
    for k, one in enumerate(pages):
        made[f"Doc_0/Pages/Page_{k}/Content.xml"] = xml(one, plain=plain)
    return made | (extra or {})


def packed(parts: Parts, *, backslashes: bool = False) -> bytes:
    """The parts as a zip, with the same bytes each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name.replace("/", "\\") if backslashes else name, (2024, 1, 2, 3, 4, 6))
            info.compress_type = zipfile.ZIP_DEFLATED
            if backslashes:
                info.filename = name.replace("/", "\\")
            package.writestr(info, data)
    return out.getvalue()


def build(*pages: str, **more: object) -> bytes:
    return packed(parts_of(*pages, **more))  # type: ignore[arg-type]


IMAGE = '<@MultiMedias><@MultiMedia ID="60" Type="Image" Format="PNG"><@MediaFile>a.png</@MediaFile></@MultiMedia></@MultiMedias>'


def pictured(*objects: str, alpha: bool = False) -> bytes:
    return build(page(*objects), resources=IMAGE, extra={"Doc_0/Res/a.png": picture(alpha)})


def image(x: float, y: float, wide: float, high: float, attributes: str = "") -> str:
    return (
        f'<@ImageObject ID="92" Boundary="{x:g} {y:g} {wide:g} {high:g}" CTM="{wide:g} 0 0 {high:g} 0 0" ResourceID="60" '
        f"{attributes}/>"
    )


def template(token: str, order: str = "Background") -> bytes:
    """A form: the label stands in a template, the value on the page."""
    return build(
        page(text(40, 60, "见下"), before=f'<@Template TemplateID="5" ZOrder="{order}"/>'),
        common='<@TemplatePage ID="5" Name="底板" BaseLoc="Tpls/Tpl_0/Content.xml"/>',
        extra={"Doc_0/Tpls/Tpl_0/Content.xml": xml(page(SEEN, text(10, 40, token)))},
    )


def unused_template(token: str) -> bytes:
    return build(
        page(SEEN), common='<@TemplatePage ID="5" BaseLoc="Tpls/Tpl_0/Content.xml"/>',
        extra={"Doc_0/Tpls/Tpl_0/Content.xml": xml(page(text(10, 40, token)))},
    )  # fmt: skip


def annotated(note: str, **more: object) -> bytes:
    """A page with one annotation."""
    notes: Parts = {
        "Doc_0/Annots/Annotations.xml": xml('<@Annotations><@Page PageID="10"><@FileLoc>Page_0/Annotation.xml</@FileLoc></@Page></@Annotations>'),
        "Doc_0/Annots/Page_0/Annotation.xml": xml(f"<@PageAnnot>{note}</@PageAnnot>"),
    }  # fmt: skip
    return build(page(SEEN), document="<@Annotations>Annots/Annotations.xml</@Annotations>", extra=notes, **more)


def annotation(inner: str, attributes: str = "", shown: str = "") -> bytes:
    return annotated(
        f'<@Annot ID="70" Type="Highlight" LastModDate="2024-01-02" {attributes}>{inner}'
        f'<@Appearance Boundary="10 50 100 20">{shown}</@Appearance></@Annot>'
    )


def attached(data: bytes, name: str, title: str = "名单") -> bytes:
    listed = (
        f'<@Attachments><@Attachment ID="80" Name="{escape(title)}" Format="txt"><@FileLoc>{escape(name)}</@FileLoc>'
        "</@Attachment></@Attachments>"
    )
    return build(
        page(SEEN), document="<@Attachments>Attachs/Attachments.xml</@Attachments>",
        extra={"Doc_0/Attachs/Attachments.xml": xml(listed), f"Doc_0/Attachs/{name}": data},
    )  # fmt: skip


def tags(token: str) -> bytes:
    listed = '<@CustomTags><@CustomTag TypeID="公文"><@FileLoc>Tag.xml</@FileLoc></@CustomTag></@CustomTags>'
    tag = f'<root xmlns="urn:doc"><发文机关>{escape(token)}</发文机关></root>'
    return build(
        page(SEEN), document="<@CustomTags>Tags/CustomTags.xml</@CustomTags>",
        extra={"Doc_0/Tags/CustomTags.xml": xml(listed), "Doc_0/Tags/Tag.xml": tag.encode()},
    )  # fmt: skip


def broken_tags(token: str) -> bytes:
    """As some tax programs write it: a tag with a colon and no prefix."""
    listed = '<@CustomTags><@CustomTag TypeID="x"><@FileLoc>Tag.xml</@FileLoc></@CustomTag></@CustomTags>'
    return build(
        page(SEEN), document="<@CustomTags>Tags/CustomTags.xml</@CustomTags>",
        extra={"Doc_0/Tags/CustomTags.xml": xml(listed), "Doc_0/Tags/Tag.xml": f"<:e><a>{token}</a></:e>".encode()},
    )  # fmt: skip


def extension(token: str) -> bytes:
    held = f'<@Extensions><@Extension AppName="a" RefId="1"><@Property Name="p">{token}</@Property></@Extension></@Extensions>'
    return build(
        page(SEEN), document="<@Extensions>Extensions.xml</@Extensions>", extra={"Doc_0/Extensions.xml": xml(held)}
    )


def der(tag: int, *inner: bytes) -> bytes:
    held = b"".join(inner)
    size = bytes([len(held)]) if len(held) < 128 else b"\x82" + len(held).to_bytes(2, "big")
    return bytes([tag]) + size + held


def signed(token: str, covered: tuple[str, ...] = ("/Doc_0/Pages/Page_0/Content.xml",), **more: object) -> bytes:
    """A signed file: the seal's name stands in a structure of ASN.1."""
    references = "".join(f'<@Reference FileRef="{one}"><@CheckValue>AAAA</@CheckValue></@Reference>' for one in covered)
    one = (
        '<@Signature><@SignedInfo><@Provider ProviderName="某签名程序" Version="1.0" Company="某公司"/>'
        "<@SignatureMethod>1.2.156.10197.1.501</@SignatureMethod><@SignatureDateTime>20240102030405Z</@SignatureDateTime>"
        f'<@References CheckMethod="1.2.156.10197.1.401">{references}</@References>'
        '<@StampAnnot ID="1" PageRef="10" Boundary="60 100 40 40"/></@SignedInfo>'
        "<@SignedValue>SignedValue.dat</@SignedValue></@Signature>"
    )
    value = der(0x30, der(0x02, b"\x04"), der(0x04, der(0x30, der(0x0C, token.encode()))))
    listed = '<@Signatures><@MaxSignId>1</@MaxSignId><@Signature ID="1" BaseLoc="Sign_0/Signature.xml"/></@Signatures>'
    extra = {
        "Doc_0/Signs/Signatures.xml": xml(listed),
        "Doc_0/Signs/Sign_0/Signature.xml": xml(one),
        "Doc_0/Signs/Sign_0/SignedValue.dat": value,
    }
    given = more.pop("extra", {})
    shown = more.pop("shown", page(SEEN))
    return build(
        shown, body="<@Signatures>/Doc_0/Signs/Signatures.xml</@Signatures>", extra=extra | given, **more  # type: ignore[operator,arg-type]
    )  # fmt: skip


def version(token: str) -> bytes:
    """The file keeps an earlier version whose page held more."""
    old = parts_of(page(SEEN, text(10, 40, token)))
    extra = {name.replace("Doc_0", "Doc_0/Versions/V0"): data for name, data in old.items() if name != "OFD.xml"}
    extra["Doc_0/Versions/V0.xml"] = xml(
        '<@DocVersion ID="1" Version="1"><@FileList><@File ID="1">V0/Document.xml</@File></@FileList>'
        "<@DocRoot>V0/Document.xml</@DocRoot></@DocVersion>"
    )
    listed = '<@Versions><@Version ID="1" Index="1" Current="false" BaseLoc="Doc_0/Versions/V0.xml"/></@Versions>'
    return build(page(SEEN), body=listed, extra=extra)


def second_document(token: str) -> bytes:
    parts = parts_of(page(SEEN))
    other = parts_of(page(text(10, 40, token)))
    parts |= {name.replace("Doc_0", "Doc_1"): data for name, data in other.items() if name != "OFD.xml"}
    more = b"<ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_1/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    parts["OFD.xml"] = parts["OFD.xml"].replace(b"</ofd:OFD>", more)
    return packed(parts)


def composite(token: str) -> bytes:
    unit = f'<@CompositeGraphicUnits><@CompositeGraphicUnit ID="61" Width="120" Height="20"><@Content>{text(0, 8, token)}</@Content></@CompositeGraphicUnit></@CompositeGraphicUnits>'
    use = '<@CompositeObject ID="93" Boundary="10 50 120 20" ResourceID="61"/>'
    return build(page(SEEN, use), resources=unit)


def one_by_one(token: str) -> bytes:
    """A program that writes each character as an object of its own, with a matrix that scales (福昕)."""
    objects, x = [], 10.0
    for one in token:
        objects.append(
            f'<@TextObject ID="5" CTM="0.02 0 0 0.02 {-x:g} 30" Boundary="{x:g} 36 4 4" Font="3" Size="200" Stroke="false" '
            f'Fill="true"><@FillColor Value="0 0 0"/><@TextCode X="{x / 0.02:g}" Y="-1300">{one}</@TextCode></@TextObject>'
        )  # fmt: skip
        x += 4.0 if one > "\u2e7f" else 2.0
    return build(page(SEEN, *objects))


def wrong_paths(token: str) -> bytes:
    """Paths with other case, backslashes and a folder too few, members in another folder than said."""
    parts = parts_of(page(SEEN, text(10, 40, token)))
    parts["OFD.xml"] = parts["OFD.xml"].replace(b"Doc_0/Document.xml", b"doc_0\\Document.XML")
    parts["Doc_0/Document.xml"] = parts["Doc_0/Document.xml"].replace(b'"Pages/Page_0/', b'"/Pages/Page_0/')
    return packed(parts, backslashes=True)


def ruled(token: str) -> bytes:
    """A table of two rows and three columns, whose template draws lines and labels, drawn column by column."""
    lines = [line(10, y, 140, y) for y in (30, 45, 60)] + [line(x, 30, x, 60) for x in (10, 40, 110, 140)]
    cells = [text(12, 40, "姓名"), text(12, 55, "张三"), text(42, 40, "代号"), text(42, 55, token), text(112, 40, "电话"),
             text(112, 55, "见附表")]  # fmt: skip
    return build(page(SEEN, *lines, *cells))


def clip(x: float, y: float, wide: float, high: float) -> str:
    data = f"M {x:g} {y:g} L {x + wide:g} {y:g} L {x + wide:g} {y + high:g} L {x:g} {y + high:g} C"
    return (
        f'<@Clips><@Clip><@Area><@Path ID="4" Boundary="0 0 {wide:g} {high:g}" Fill="true" Stroke="false">'
        f"<@AbbreviatedData>{data}</@AbbreviatedData></@Path></@Area></@Clip></@Clips>"
    )


def hidden(make: Callable[[str], str]) -> tuple[str, Callable[[str], bytes]]:
    return "hidden", lambda token: build(page(SEEN, make(token)))


def link(token: str) -> bytes:
    action = f'<@Actions><@Action Event="CLICK"><@URI URI="https://example.invalid/{token}"/></@Action></@Actions>'
    return annotated(f'<@Annot ID="70" Type="Link"><@Appearance Boundary="10 10 9 9">{action}</@Appearance></@Annot>')


PLACES: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "body": ("body", lambda t: build(page(SEEN, text(10, 40, "联系：" + t), text(10, 50, "特此公告。")))),
    "default namespace": ("body", lambda t: build(page(SEEN, text(10, 40, t)), plain=True)),
    "no namespace and no layer": (
        "body",
        lambda t: packed({k: v.replace(f' xmlns:ofd="{SPACE}"'.encode(), b"").replace(b"ofd:", b"")
                          for k, v in parts_of(page(SEEN, text(10, 40, t))).items()}),
    ),
    "repeated steps": ("body", lambda t: build(page(SEEN, text(10, 40, "代号" + t, delta=f"g 2 4 g {len(t) - 1} 2")))),
    "one step for all": ("body", lambda t: build(page(SEEN, text(10, 40, t, delta="3")))),
    "no steps": ("body", lambda t: build(page(SEEN, text(10, 40, t, delta="")))),
    "a character an object": ("body", one_by_one),
    "two objects a line": ("body", lambda t: build(page(SEEN, text(10, 40, t[:4]), text(20, 40, t[4:])))),
    "drawn twice": ("body", lambda t: build(page(SEEN, text(10, 40, t), text(10.2, 40, t)))),
    "page block": ("body", lambda t: build(page(SEEN, f'<@PageBlock ID="8">{text(10, 40, t)}</@PageBlock>'))),
    "composite object": ("body", composite),
    "background template": ("body", template),
    "foreground template": ("body", lambda t: template(t, "Foreground")),
    "wrong paths": ("body", wrong_paths),
    "second document": ("body", second_document),
    "in a ruled table": ("body", ruled),
    "set downwards": (
        "body",
        lambda t: build(page(SEEN, text(10, 40, t, delta="", high=20).replace('Y="4"', f'Y="4" DeltaY="g {len(t) - 1} 4"'))),
    ),
    "turned": ("body", lambda t: build(page(SEEN, text(60, 40, t, attributes='CTM="0 1 -1 0 8 0"', high=20)))),
    "in a hidden layer": ("hidden", lambda t: build(page(text(10, 40, t), layer=' Visible="false"'))),
    "invisible": hidden(lambda t: text(10, 40, t, attributes='Visible="false"')),
    "transparent": hidden(lambda t: text(10, 40, t, attributes='Alpha="0"')),
    "transparent colour": hidden(lambda t: text(10, 40, t, inner='<@FillColor Value="0 0 0" Alpha="0"/>')),
    "neither filled nor stroked": hidden(lambda t: text(10, 40, t, attributes='Fill="false"')),
    "white": hidden(lambda t: text(10, 40, t, inner='<@FillColor Value="255 255 255"/>')),
    "same colour as its ground": hidden(lambda t: box(5, 33, 120, 12) + text(10, 40, t)),
    "under a black box": hidden(lambda t: text(10, 40, t) + box(5, 33, 120, 12)),
    "under a white box": hidden(lambda t: text(10, 40, t) + box(5, 33, 120, 12, "255 255 255")),
    "under a picture": ("hidden", lambda t: pictured(SEEN, text(10, 40, t), image(5, 33, 120, 12))),
    "off the page": hidden(lambda t: text(10, 220, t)),
    "clipped": hidden(lambda t: text(10, 40, t, inner=clip(300, 300, 5, 5))),
    "tiny": hidden(lambda t: text(10, 40, t, size=0.3)),
    "squeezed": hidden(lambda t: text(10, 40, t, attributes='HScale="0.02"', delta="g 30 0.05")),
    "pattern of a colour": (
        "picture",
        lambda t: build(page(SEEN, text(10, 90, "字", inner=f'<@FillColor><@Pattern><@CellContent>{text(0, 4, t)}</@CellContent></@Pattern></@FillColor>'))),
    ),
    "cut off by the object's boundary": hidden(lambda t: text(10, 40, t).replace('X="0"', 'X="90"')),
    "unused template": ("hidden", unused_template),
    "page that no list names": (
        "hidden", lambda t: build(page(SEEN), extra={"Doc_0/Pages/Page_9/Content.xml": xml(page(text(10, 40, t)))})
    ),
    "earlier version": ("hidden", version),
    "unknown element": ("hidden", lambda t: build(page(SEEN, f'<@Other Say="{t}"/>'))),
    "part that nothing leads to": ("hidden", lambda t: build(page(SEEN), extra={"Doc_0/old.xml": xml(f"<@Old><@A>{t}</@A></@Old>")})),
    "note": ("annotation", lambda t: annotation(f"<@Remark>{t}</@Remark>")),
    "hidden note": ("annotation", lambda t: annotation(f"<@Remark>{t}</@Remark>", 'Visible="false"')),
    "note's author": ("annotation", lambda t: annotation("", f'Creator="{t}"')),
    "note's parameter": (
        "annotation", lambda t: annotation(f'<@Parameters><@Parameter Name="a">{t}</@Parameter></@Parameters>')
    ),
    "what a note shows": ("annotation", lambda t: annotation("", shown=text(2, 8, t))),
    "link": ("field", link),
    "title": ("property", lambda t: build(page(SEEN), info=f"<@Title>{t}</@Title>")),
    "author": ("property", lambda t: build(page(SEEN), info=f"<@Author>{t}</@Author>")),
    "keyword": ("property", lambda t: build(page(SEEN), info=f"<@Keywords><@Keyword>{t}</@Keyword></@Keywords>")),
    "own property": (
        "property",
        lambda t: build(page(SEEN), info=f'<@CustomDatas><@CustomData Name="拟稿人">{t}</@CustomData></@CustomDatas>'),
    ),
    "outline": ("name", lambda t: build(page(SEEN), document=f'<@Outlines><@OutlineElem Title="{t}"/></@Outlines>')),
    "bookmark": ("name", lambda t: build(page(SEEN), document=f'<@Bookmarks><@Bookmark Name="{t}"/></@Bookmarks>')),
    "attachment": ("attachment", lambda t: attached(("附件：" + t).encode(), "list.txt")),
    "attachment's title": ("name", lambda t: attached("附件".encode(), "list.txt", t)),
    "attachment's name": ("name", lambda t: attached("附件".encode(), t + ".txt")),
    "custom tag": ("property", tags),
    "custom tag in broken XML": ("property", broken_tags),
    "extension": ("property", extension),
    "seal": ("property", signed),
}


def _covered(token: str) -> Parts:
    """A page whose text lies under what an annotation draws."""
    note = f'<@PageAnnot><@Annot ID="70" Type="Path"><@Appearance Boundary="5 33 120 12">{box(0, 0, 120, 12)}</@Appearance></@Annot></@PageAnnot>'
    return parts_of(
        page(SEEN, text(10, 40, token)), document="<@Annotations>Annotations.xml</@Annotations>",
        extra={
            "Doc_0/Annotations.xml": xml('<@Annotations><@Page PageID="10"><@FileLoc>Note.xml</@FileLoc></@Page></@Annotations>'),
            "Doc_0/Note.xml": xml(note),
        },
    )  # fmt: skip


PLACES["under a drawn annotation"] = ("hidden", lambda t: packed(_covered(t)))
