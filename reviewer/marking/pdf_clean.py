"""Takes out of a PDF all that its pages do not show, and counts it: what is listed here stays, all else goes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

_CATALOG = frozenset(["/Type", "/Pages", "/Lang", "/PageLayout", "/OutputIntents"])
_LANGUAGE = re.compile("[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8}){0,3}")
_NODE = frozenset(["/Type", "/Kids", "/Count", "/Parent"])
_PAGE = frozenset([
    "/Type", "/Parent", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Resources", "/Contents",
    "/Rotate", "/UserUnit", "/Group",
])  # fmt: skip
_INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
_FORM = frozenset(["/Type", "/Subtype", "/FormType", "/BBox", "/Matrix", "/Resources", "/Group"])
_PICTURE = frozenset([
    "/Type", "/Subtype", "/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/Intent", "/ImageMask", "/Mask",
    "/Decode", "/Interpolate", "/SMask", "/SMaskInData", "/Matte",
])  # fmt: skip
_STREAM = frozenset(["/Length", "/Filter", "/DecodeParms"])
_FONT = frozenset([
    "/Type", "/Subtype", "/BaseFont", "/FirstChar", "/LastChar", "/Widths", "/FontDescriptor", "/Encoding",
    "/ToUnicode", "/DescendantFonts", "/CIDSystemInfo", "/DW", "/W", "/DW2", "/W2", "/CIDToGIDMap", "/Name",
    "/FontBBox", "/FontMatrix", "/CharProcs", "/Resources",
])  # fmt: skip
_DESCRIPTOR = frozenset([
    "/Type", "/FontName", "/FontStretch", "/FontWeight", "/Flags", "/FontBBox", "/ItalicAngle", "/Ascent", "/Descent",
    "/Leading", "/CapHeight", "/XHeight", "/StemV", "/StemH", "/AvgWidth", "/MaxWidth", "/MissingWidth", "/FontFile",
    "/FontFile2", "/FontFile3",
])  # fmt: skip
_PROGRAM = _STREAM | {"/Length1", "/Length2", "/Length3", "/Subtype"}
_WORDS = frozenset(["/Registry", "/Ordering", "/Lang", "/OutputConditionIdentifier"])
"""keys whose value is a string and is needed"""
_WORD = re.compile("[A-Za-z0-9-]{0,24}")
_NOWHERE = frozenset([
    "/Metadata", "/PieceInfo", "/LastModified", "/AF", "/StructParent", "/StructParents", "/OPI", "/Alternates",
    "/Thumb", "/CIDSet", "/CharSet", "/FontFamily", "/ActualText", "/Alt", "/TU", "/OC", "/PTEX.FileName",
    "/PTEX.InfoDict", "/PTEX.Fullbanner",
])  # fmt: skip
"""keys that draw nothing, wherever they stand"""
_NODES = 100_000


def flatten_inheritance(page: Any) -> None:
    """Give the page what it has from the tree above it."""
    node = page
    for _ in range(64):
        node = node.get("/Parent")
        if not isinstance(node, Dictionary):
            return
        for key in _INHERITED:
            if key in node and key not in page:
                page[key] = node[key]


def annotations_of(page: Any) -> list[Any]:
    """The annotations of a page."""
    known = page.get("/Annots")
    return [one for one in known if isinstance(one, Dictionary)] if isinstance(known, Array) else []


def count_beside(pdf: pikepdf.Pdf) -> dict[str, int]:
    """How much of each kind there is beside the pages; nothing that is not there."""
    root = pdf.Root
    known = root.get("/Names")
    names: Any = known if isinstance(known, Dictionary) else Dictionary()
    known = root.get("/AcroForm")
    form: Any = known if isinstance(known, Dictionary) else Dictionary()
    found = {
        "书签": _count_outline(root.get("/Outlines")),
        "附件": _count_names(names.get("/EmbeddedFiles")) + _entries(root.get("/AF")),
        "脚本": _count_names(names.get("/JavaScript")) + ("/AA" in root),
        "打开时的动作": int("/OpenAction" in root),
        "链接目标名称": _count_names(names.get("/Dests")) + _entries(root.get("/Dests")),
        "页码标签": _count_names(root.get("/PageLabels"), "/Nums"),
        "文件属性": _entries(pdf.trailer.get("/Info")),
        "XMP 元数据": int("/Metadata" in root),
        "结构标签": int("/StructTreeRoot" in root),
        "图层设置": int("/OCProperties" in root),
        "XFA 表单": int("/XFA" in form),
        "文章线索": _entries(root.get("/Threads")),
        "其他程序的数据": int("/PieceInfo" in root) + int("/SpiderInfo" in root) + int("/Collection" in root),
    }
    pages = [page.obj for page in pdf.pages]
    kinds = [str(one.get("/Subtype", "")) for page in pages for one in annotations_of(page)]
    found["链接"] = kinds.count("/Link")
    found["表单域"] = kinds.count("/Widget")
    found["注释"] = len([kind for kind in kinds if kind not in ("/Link", "/Widget", "/Popup")])
    found["缩略图"] = sum("/Thumb" in page for page in pages)
    return {title: number for title, number in found.items() if number}


def _entries(value: Any) -> int:
    return len(value) if isinstance(value, (Array, Dictionary)) else 0


def _count_names(tree: Any, key: str = "/Names") -> int:
    count, waiting, seen = 0, [tree], 0
    while waiting and seen < _NODES:
        node = waiting.pop()
        seen += 1
        if isinstance(node, Dictionary):
            count += _entries(node.get(key)) // 2
            kids = node.get("/Kids")
            waiting.extend(kids if isinstance(kids, Array) else ())
    return count


def _count_outline(root: Any) -> int:
    count, waiting = 0, [root.get("/First") if isinstance(root, Dictionary) else None]
    while waiting and count < _NODES:
        entry = waiting.pop()
        if isinstance(entry, Dictionary):
            count += 1
            waiting += [entry.get("/Next"), entry.get("/First")]
    return count


def clean(pdf: pikepdf.Pdf) -> None:
    """Leave only the pages and what they draw."""
    root = pdf.Root
    _keep(root, _CATALOG)
    if not _LANGUAGE.fullmatch(str(root.get("/Lang", ""))):
        _keep(root, _CATALOG - {"/Lang"})
    if "/OutputIntents" in root:
        _clean_intents(root)
    for key in list(pdf.trailer.keys()):
        if key not in ("/Root", "/Size", "/ID", "/Prev", "/Encrypt"):
            del pdf.trailer[key]
    for page in pdf.pages:
        _keep(page.obj, _PAGE)
    _clean_tree(root.Pages)
    for one in _reachable(root):
        _clean_object(one)


def _clean_intents(root: Any) -> None:
    """Colour profiles stay; what is said about them in words goes."""
    for intent in root.OutputIntents:
        if isinstance(intent, Dictionary):
            _keep(intent, frozenset(["/Type", "/S", "/DestOutputProfile"]))
            intent.OutputConditionIdentifier = pikepdf.String("Custom")


def _clean_tree(node: Any) -> None:
    waiting, seen = [node], 0
    while waiting and seen < _NODES:
        node = waiting.pop()
        seen += 1
        if isinstance(node, Dictionary) and "/Kids" in node:
            _keep(node, _NODE)
            waiting.extend(node.Kids)


def _reachable(root: Any) -> Iterator[Any]:
    """All dictionaries and streams that the catalogue leads to."""
    waiting: list[Any] = [root]
    seen: set[tuple[int, int]] = set()
    while waiting:
        one = waiting.pop()
        number = one.objgen
        if number != (0, 0):
            if number in seen:
                continue
            seen.add(number)
        if isinstance(one, Array):
            waiting.extend(part for part in one if isinstance(part, (Array, Dictionary, pikepdf.Stream)))
            continue
        yield one
        waiting.extend(part for part in one.values() if isinstance(part, (Array, Dictionary, pikepdf.Stream)))


def _clean_object(one: Any) -> None:
    if isinstance(one, pikepdf.Stream):
        kind = one.get("/Subtype")
        if kind == Name.Form:
            _keep(one, _FORM | _STREAM)
        elif kind == Name.Image:
            _keep(one, _PICTURE | _STREAM)
    if one.get("/Type") == Name.Font or "/BaseFont" in one or "/DescendantFonts" in one:
        _clean_font(one)
    for key, value in list(one.items()):
        # Nothing that is drawn is a string in a dictionary.
        word = isinstance(value, String) and not (key in _WORDS and _WORD.fullmatch(str(value)))
        if key in _NOWHERE or word:
            del one[key]


def _clean_font(font: Any) -> None:
    _keep(font, _FONT)
    descriptor = font.get("/FontDescriptor")
    if isinstance(descriptor, Dictionary):
        _keep(descriptor, _DESCRIPTOR)
        for key in ("/FontFile", "/FontFile2", "/FontFile3"):
            if isinstance(descriptor.get(key), pikepdf.Stream):
                _keep(descriptor[key], _PROGRAM)


def _keep(one: Any, keys: frozenset[str]) -> None:
    for key in list(one.keys()):
        if key not in keys:
            del one[key]
