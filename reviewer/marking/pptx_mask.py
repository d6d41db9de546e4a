"""Makes the copy of a presentation that may be published: edits carried out, all that no slide shows taken out."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from lxml import etree

from reviewer.marking.docx_drop import Keeping, Parts
from reviewer.marking.docx_edits import carry_out, planned, replace_twins
from reviewer.marking.docx_mask import changed, look_through, settle_beside, told
from reviewer.marking.docx_parts import MC, R, is_signed, local, traced
from reviewer.marking.docx_settle import drop_links, remove
from reviewer.marking.docx_sweep import secrets, sweep_for
from reviewer.marking.model import Edit, Masked
from reviewer.marking.picture import repaint
from reviewer.marking.repack import repacked
from reviewer.model import Document
from reviewer.readers.pptx import read_traced
from reviewer.readers.pptx_look import SHAPES, A, P, is_hidden
from reviewer.settings import Limits

_SIGNED = "原件有电子签名，副本已经改动，签名失效，已去掉。"
_MACROS = "原件含有宏，副本中已去掉；副本的文件名须以 .pptx 结尾，否则 PowerPoint 不能打开。"
_LOOKS = frozenset({
    "image", "hdphoto", "chart", "chartEx", "chartUserShapes", "chartStyle", "chartColorStyle", "diagramData",
    "diagramLayout", "diagramQuickStyle", "diagramColors", "diagramDrawing", "video", "audio", "media",
})  # fmt: skip
_PPTX = Keeping(
    kept=_LOOKS | {
        "officeDocument", "slide", "slideLayout", "slideMaster", "theme", "themeOverride", "tableStyles", "presProps",
        "font", "hyperlink", "core-properties", "extended-properties", "extendedProperties",
    },
    used=(_LOOKS - {"chartStyle", "chartColorStyle"}) | {"hyperlink", "font"},
    optional=frozenset({"core-properties", "extended-properties", "extendedProperties", "presProps", "tableStyles"}),
    titles={
        "slide": "隐藏的幻灯片", "comments": "批注", "commentAuthors": "作者名单", "authors": "作者名单",
        "notesSlide": "备注页", "handoutMaster": "讲义母版", "tags": "加载项标记", "customXml": "自定义 XML 数据",
        "custom-properties": "自定义属性", "customProperties": "自定义属性", "thumbnail": "缩略图",
        "printerSettings": "打印机设置", "package": "嵌入的文件", "oleObject": "嵌入的文件", "vbaProject": "宏",
        "origin": "电子签名", "control": "控件", "changesInfo": "修改记录", "font": "嵌入的字体",
    },
    beside=frozenset({
        "notesMaster", "theme", "viewProps", "customXmlProps", "signature", "certificate", "activeXControlBinary",
        "revisionInfo", "vmlDrawing", "slideUpdateInfo",
    }),
    macros={
        f"application/vnd.ms-powerpoint.{kind}.macroEnabled.main+xml":
            f"application/vnd.openxmlformats-officedocument.presentationml.{kind}.main+xml"
        for kind in ("presentation", "slideshow", "template")
    },
    folder="ppt",
)  # fmt: skip
_WHOLE = frozenset({"隐藏的幻灯片", "隐藏的图形", "幻灯片范围以外的内容", "备注母版", "讲义母版"})
"""reasons for which something goes that is counted by itself"""
_LISTS = frozenset({P + name for name in ("notesMasterIdLst", "handoutMasterIdLst", "custDataLst", "modifyVerifier",
                                          "smartTags", "embeddedFontLst")})  # fmt: skip
"""what the presentation part says of parts that do not come along"""


def mask(data: bytes, document: Document, edits: tuple[Edit, ...], limits: Limits) -> Masked:
    """A copy with these edits made on its slides, and without hidden slides and shapes, notes, comments, files.

    A value of six or more characters that was masked in one place is taken out wherever else it is left. Raises
    MarkingError, and what the reader raises.
    """
    draft = traced(data, document, limits, read_traced)
    parts = Parts(draft, _PPTX)
    _drop_slides(parts)
    kept = parts.kept()
    plan = planned(draft, edits, set(kept))
    values = carry_out(plan)
    for name in [name for name in kept if name in draft.parts] if values else ():
        replace_twins(parts.tree(name), values)
    for source, target in sorted(plan.links):
        parts.cut_links(source, {target})
    unseen = [one for one in draft.unseen if one.tag in SHAPES]
    for name in kept:
        if name in draft.parts:
            _settle(parts, name, [one for one in unseen if one.getroottree().getroot() is parts.tree(name)])
    for name in kept:
        if name in draft.parts and local(parts.tree(name)) in ("sld", "sldLayout", "sldMaster", "presentation"):
            parts.prune(name)
    settle_beside(parts, kept, secrets(edits, document.text))
    kept = parts.kept()
    dropped = parts.count_dropped(kept)
    parts.settle_relations(kept)
    parts.settle_types(dropped)
    renamed = parts.rename(kept)
    look_through(parts, kept, sweep_for(edits, document.text))
    parts.removed["隐藏文字"] += sum(
        one.part == "hidden" and not _is_told(one.reason) for one in draft.document.concealed
    )
    painted = repaint(document, edits, ((name, partial(parts.package.read, name)) for name in kept), limits)
    plan.placed |= painted.placed
    parts.removed["图片属性"] += painted.bared
    output = repacked(data, {**changed(parts, dropped), **painted.changed}, dropped, renamed, bare=True)
    unplaced = tuple(number for number in range(len(edits)) if number not in plan.placed)
    return Masked(output, told(parts), _remarks(parts), unplaced)


def _is_told(reason: str) -> bool:
    return reason in _WHOLE or reason.startswith("未")


def _remarks(parts: Parts) -> tuple[str, ...]:
    remarks = [_SIGNED] if is_signed(parts.package.names()) else []
    if "macroEnabled" in parts.package.content_type(parts.draft.main):
        remarks.append(_MACROS)
    return tuple(remarks)


# ---------------------------------------------------------------- the presentation


def _drop_slides(parts: Parts) -> None:
    """Leave out the slides that are hidden or on no list, and what leads to them."""
    main, package = parts.draft.main, parts.package
    root, links = parts.tree(main), package.relationships(main)
    listed = {one.get(R + "id") for one in root.iterfind(f"{P}sldIdLst/{P}sldId")}
    gone: set[str] = set()
    lost: set[str] = set()
    for key, link in links.items():
        if link.kind != "slide":
            continue
        slide = parts.draft.parts.get(link.target)
        if key not in listed or (slide is not None and slide.get("show", "1").lower() in ("0", "false")):
            gone.add(link.target.lower())
            lost.add(key)
    if not gone:
        return
    parts.lose(main, lost)
    numbers = set()
    for one in [*root.iter(P + "sldId", P + "sld")]:
        if one.get(R + "id") in lost:
            numbers.add(one.get("id"))
            remove(one)
    for one in [*root.iter("{*}sldId")]:
        if one.tag != P + "sldId" and one.get("id") in numbers:
            remove(one)
    for show in [*root.iter(P + "custShow")]:
        if next(show.iter(P + "sld"), None) is None:
            remove(show)
    for name in parts.draft.parts:
        jumps = {key for key, link in package.relationships(name).items() if link.target.lower() in gone}
        if jumps and name != main:
            parts.lose(name, jumps)
            drop_links(parts.tree(name), jumps)
            parts.removed["动作链接"] += len(jumps)


def _settle_main(parts: Parts, root: etree._Element) -> None:
    for element in [*root]:
        if element.tag in _LISTS:
            remove(element)
    for section in [*root.iter("{*}sectionLst")]:
        parts.removed["节名称"] += len(section)
        remove(section.getparent() if local(section.getparent()) == "ext" else section)  # type: ignore[arg-type]


# ---------------------------------------------------------------- one part


def _settle(parts: Parts, name: str, unseen: Iterable[etree._Element]) -> None:
    """Take out of a part the shapes that nobody sees, objects behind their pictures, data of add-ins."""
    root = parts.tree(name)
    if local(root) == "presentation":
        _settle_main(parts, root)
    removed: set[str] = set()
    for shape in unseen:
        parts.removed["隐藏的图形" if is_hidden(shape) else "幻灯片范围以外的图形"] += 1
        removed |= {one.get("id") or "" for one in shape.iter(P + "cNvPr")}
        remove(_outermost(shape))
    for frame in [*root.iter(P + "graphicFrame")]:
        if next(frame.iter(P + "oleObj"), None) is not None:
            _settle_object(frame, removed)
    for tag in (P + "custDataLst", P + "controls", P + "htmlPubPr", P + "webPr"):
        for element in [*root.iter(tag)]:
            remove(element)
    timing = root.find(P + "timing")
    # An animation of a shape that is gone makes PowerPoint repair the file.
    if removed and timing is not None and removed & {str(one.get("spid")) for one in timing.iter() if one.get("spid")}:
        remove(timing)
        parts.removed["动画"] += 1


def _outermost(shape: etree._Element) -> etree._Element:
    """The alternative content that holds nothing but this shape, else the shape."""
    around = shape.getparent()
    while around is not None and around.tag in (MC + "Choice", MC + "Fallback", MC + "AlternateContent"):
        shape, around = around, around.getparent()
    return shape


def _settle_object(frame: etree._Element, removed: set[str]) -> None:
    """An embedded object becomes the picture that shows it, in its place."""
    picture = next(frame.iter(P + "pic"), None)
    removed |= {one.get("id") or "" for one in frame.iter(P + "cNvPr")}
    if picture is None:
        remove(_outermost(frame))
        return
    number, place = next(frame.iter(P + "cNvPr"), None), frame.find(P + "xfrm")
    own = next(picture.iter(P + "cNvPr"), None)
    if own is not None and number is not None:
        own.set("id", number.get("id") or "0")
        removed.discard(number.get("id") or "")
    properties = picture.find(P + "spPr")
    if properties is not None and properties.find(A + "xfrm") is None and place is not None:
        place.tag = A + "xfrm"
        properties.insert(0, place)
    frame.addprevious(picture)
    remove(frame)
