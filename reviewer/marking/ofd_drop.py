"""What a publishable OFD does not keep: all that no page shows. What stays is told by what the standard knows."""

from __future__ import annotations

from collections import Counter

from lxml import etree

from reviewer.marking.ofd_parts import Draft, drop, drop_children
from reviewer.readers.ofd import Body
from reviewer.readers.ofd_parts import Node, below, child, children, is_true, local, words

_PAINTED = frozenset({
    "Page", "Area", "PhysicalBox", "ApplicationBox", "ContentBox", "BleedBox", "CropBox", "Template", "PageRes",
    "Content", "Layer", "PageBlock", "TextObject", "PathObject", "ImageObject", "CompositeObject", "FillColor",
    "StrokeColor", "Pattern", "CellContent", "AxialShd", "RadialShd", "GouraudShd", "LaGourandShd",
    "LaGouraudShd", "Segment", "Color", "Point", "BackColor", "CGTransform", "Glyphs", "TextCode",
    "AbbreviatedData", "Clips", "Clip", "Path", "Border", "BorderColor", "Res", "ColorSpaces", "ColorSpace",
    "Palette", "CV", "DrawParams", "DrawParam", "Fonts", "Font", "FontFile", "MultiMedias", "MultiMedia",
    "MediaFile", "CompositeGraphicUnits", "CompositeGraphicUnit",
})  # fmt: skip
"""elements of pages and resources that draw something, or say how"""
_SAID = frozenset({
    "ID", "Type", "DrawParam", "Boundary", "Visible", "CTM", "LineWidth", "Cap", "Join", "MiterLimit",
    "DashOffset", "DashPattern", "Alpha", "Font", "Size", "Stroke", "Fill", "HScale", "ReadDirection",
    "CharDirection", "Weight", "Italic", "X", "Y", "DeltaX", "DeltaY", "CodePosition", "CodeCount", "GlyphCount",
    "ResourceID", "ImageMask", "Rule", "Value", "Index", "ColorSpace", "TransFlag", "Width", "Height", "XStep",
    "YStep", "ReflectMethod", "RelativeTo", "MapType", "MapUnit", "Extend", "StartPoint", "EndPoint", "Position",
    "Eccentricity", "Angle", "StartRadius", "EndRadius", "EdgeFlag", "VerticesPerRow", "HorizonalCornerRadius",
    "VerticalCornerRadius", "BlendMode", "TemplateID", "ZOrder", "BaseLoc", "Relative", "FontName", "FamilyName",
    "Charset", "CharSet", "Serif", "Bold", "FixedWidth", "Format", "BitsPerComponent", "Profile", "Substitution",
})  # fmt: skip
_NAMING = frozenset({"FontName", "FamilyName", "BaseLoc", "Profile"})
_WORDED = frozenset({"TextCode", "AbbreviatedData", "Glyphs", "PhysicalBox", "ApplicationBox", "ContentBox", "BleedBox",
                     "CropBox", "PageRes", "FontFile", "MediaFile", "CV"})  # fmt: skip
"""elements with a text of their own"""
_DROPPED = {"Outlines": "书签", "Bookmarks": "书签", "Actions": "动作、链接", "Annotations": "注释",
            "CustomTags": "自定义标引", "Attachments": "附件", "Extensions": "扩展信息"}  # fmt: skip
SHOWN = "页面上看得见的注释（图章、水印、文字等）"
_KEPT = frozenset({"CommonData", "Pages", "Permissions", "VPreferences"})
_COMMON = frozenset({"MaxUnitID", "PageArea", "PublicRes", "DocumentRes", "TemplatePage", "DefaultCS"})
_INFO = frozenset({"DocID"})


def settle_entry(draft: Draft, told: Counter[str]) -> None:
    """OFD.xml: the documents and their numbers; no properties, signatures, versions."""
    root = draft.root(draft.read.entry)
    for one in list(root):
        if local(one) != "DocBody":
            drop(one)
    for body in draft.read.bodies:
        for one in list(body.node):
            kind = local(one)
            if kind == "DocInfo":
                told["文档属性"] += _settle_info(one)
            elif kind == "Versions":
                told["其他版本"] += len(one)
                drop(one)
            elif kind == "Signatures" or kind != "DocRoot":
                drop(one)
        told["电子签名"] += len(body.signatures)
    _only(root, frozenset({"Version", "DocType"}))
    draft.changed.add(draft.read.entry)


def _settle_info(info: Node) -> int:
    gone = 0
    for one in list(info):
        if local(one) not in _INFO:
            gone += len(one) or 1
            drop(one)
    return gone


def settle_document(draft: Draft, body: Body, told: Counter[str]) -> None:
    """Document.xml: pages, templates in use and resources."""
    for one in list(body.root):
        kind = local(one)
        if kind in _DROPPED:
            told[_DROPPED[kind]] += _count(draft, body, one, kind)
            if kind == "Annotations":
                told[SHOWN] += _count_shown(draft, body, one)
            drop(one)
        elif kind not in _KEPT:
            told["标准以外的内容"] += 1
            drop(one)
    common = child(body.root, "CommonData")
    used = _templates_used(draft, body)
    for one in list(common) if common is not None else []:
        kind = local(one)
        if kind not in _COMMON:
            drop(one)
        elif kind == "TemplatePage":
            if one.get("ID") not in used:
                told["没有使用的模板"] += 1
                drop(one)
            else:
                one.attrib.pop("Name", "")
    draft.changed.add(body.name)


def _count(draft: Draft, body: Body, node: Node, kind: str) -> int:
    parts = draft.read.parts
    member = parts.find(words(node), body.name)
    if kind == "Outlines":
        return sum(1 for _ in below(node, "OutlineElem"))
    if kind == "Bookmarks":
        return len(node)
    if not member or member not in parts.roots:
        return 1
    root = parts.roots[member]
    if kind == "Annotations":
        found = 0
        for path in below(root, "FileLoc"):
            file = parts.find(words(path), member)
            if file in parts.roots:
                found += sum(1 for _ in below(parts.roots[file], "Annot"))
        return found
    return len(root) or 1


def _count_shown(draft: Draft, body: Body, node: Node) -> int:
    """How many annotations draw something on the page."""
    parts = draft.read.parts
    member = parts.find(words(node), body.name)
    if member not in parts.roots:
        return 0
    files = [parts.find(words(path), member) for path in below(parts.roots[member], "FileLoc")]
    notes = [note for file in files if file in parts.roots for note in below(parts.roots[file], "Annot")]
    looks = [child(note, "Appearance") for note in notes if is_true(note.get("Visible"), True)]
    return sum(any(local(one).endswith(("Object", "PageBlock")) for one in look) for look in looks if look is not None)


def _templates_used(draft: Draft, body: Body) -> set[str]:
    roots = draft.read.parts.roots
    pages = [roots[page.member] for page in body.pages if page.member in roots]
    return {one.get("TemplateID") or "" for root in pages for one in children(root, "Template")}


def settle_painted(root: Node, told: Counter[str]) -> None:
    """A page, a template or a resource file: what draws something, and nothing else."""
    for one in list(root.iter(etree.Element)):
        if one.getparent() is None and one is not root:
            continue
        kind = local(one)
        if one is not root and kind not in _PAINTED:
            if kind == "Actions":
                told["动作、链接"] += len(one)
            elif kind not in ("Thumbnail",):
                told["标准以外的内容"] += 1
            drop(one)
        elif not is_true(one.get("Visible"), True):
            told["不显示的对象"] += 1
            drop(one)
        elif kind == "CellContent":
            told["填充图案中的文字"] += _without_text(one)
        else:
            _only(one, _SAID)
            if kind not in _WORDED:
                one.text = None
        one.tail = None


def _without_text(node: Node) -> int:
    gone = list(below(node, "TextObject"))
    for one in gone:
        drop(one)
    return len(gone)


def _only(node: Node, names: frozenset[str]) -> None:
    """Only attributes of these names, and in numbers and words of the standard."""
    for key, value in list(node.attrib.items()):
        if str(key) not in names or (key not in _NAMING and not str(value).isascii()):
            del node.attrib[key]


def settle_resources(draft: Draft, member: str, used: set[str]) -> int:
    """A resource file: no sounds, films, and no pictures that nothing shows. Gives the number of pictures taken out.

    used  ids of resources that pages and templates name
    """
    root = draft.root(member)
    gone = 0
    for group in list(root):
        for one in list(group):
            kind = local(one)
            if kind == "MultiMedia" and one.get("ID") not in used:
                gone += 1
                drop(one)
            elif kind == "CompositeGraphicUnit":
                if one.get("ID") not in used:
                    drop(one)
                else:
                    drop_children(one, ("Thumbnail", "Substitution"))
    draft.changed.add(member)
    return gone
