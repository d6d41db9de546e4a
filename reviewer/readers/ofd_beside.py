"""What an OFD carries beside its pages: properties, outlines, bookmarks, links, custom tags, extensions, and all words
in its parts that no element of the standard accounts for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, field

from lxml import etree

from reviewer.model import Locator
from reviewer.readers.ofd_parts import Node, Parts, below, child, children, local, words

_INFO = {"Title": "标题", "Author": "作者", "Subject": "主题", "Abstract": "摘要", "Creator": "制作程序",
         "Keywords": "关键词"}  # fmt: skip
_QUIET = frozenset({"DocID", "CreationDate", "ModDate", "CreatorVersion", "DocUsage", "Cover", "CustomDatas"})
_TELLING = re.compile("[\u3400-\u9fff]|@|(?<![.0-9A-Fa-f])[0-9]{7}")
_TELLING_BYTES = re.compile(rb"=\s*[\"'][^\"'<>]*?(?:[\x80-\xff]|@|&#|(?<![.0-9A-Fa-f])[0-9]{7})")
_LAYOUT = frozenset({
    "TextCode", "AbbreviatedData", "Glyphs", "CGTransform", "PhysicalBox", "ApplicationBox", "ContentBox", "BleedBox",
    "CropBox", "FileLoc", "MediaFile", "FontFile", "SchemaLoc", "PublicRes", "DocumentRes", "PageRes", "BaseLoc",
    "DocRoot", "CheckValue", "SignedValue", "MaxUnitID", "ObjectRef", "ObjectData", "Remark", "Parameter", "DocID",
    "SignatureDateTime",
})  # fmt: skip
"""elements whose text is read elsewhere, or is machinery"""
_MACHINE = frozenset({
    "ID", "Boundary", "CTM", "DeltaX", "DeltaY", "X", "Y", "Size", "Value", "BaseLoc", "FileRef", "FileLoc",
    "ResourceID", "Font", "schemaLocation", "FontName", "FamilyName", "CreationDate", "ModDate", "LastModDate",
    "StartPoint", "EndPoint",
})  # fmt: skip
_TAG = re.compile(r"<[^<>]{0,2000}>")
_BROKEN_TEXT = re.compile(r"<\?xml[^>]*\?>")


@dataclass(frozen=True, slots=True)
class Extra:
    """One piece of text beside the pages, as Assembly.add takes it."""

    text: str = field(repr=False)
    part: str
    hint: str = ""
    label: str = ""
    concealed: str = ""
    locator: Locator = field(default_factory=Locator)


def properties(body: Node) -> Iterator[Extra]:
    """What the DocInfo of one document says (GB/T 33190, 7.4)."""
    info = child(body, "DocInfo")
    for one in info if info is not None else ():
        kind = local(one)
        if kind == "CustomDatas":
            for data in children(one, "CustomData"):
                name = data.get("Name") or ""
                yield Extra(words(data), "property", label=name, locator=Locator(note="自定义属性"))
                if _TELLING.search(name):
                    yield Extra(name, "property", "自定义属性名", locator=Locator(note="自定义属性"))
        elif kind == "Keywords":
            for word in one:
                yield _property(words(word), "关键词")
            yield _property(words(one), "关键词")
        elif kind not in _QUIET:
            title = _INFO.get(kind, "")
            yield Extra(words(one), "property", title, "" if title else kind, locator=Locator(note=title or kind))


def _property(text: str, title: str) -> Extra:
    return Extra(text, "property", title, locator=Locator(note=title))


def outlines(root: Node) -> Iterator[Extra]:
    """Titles of the outline, names of bookmarks (7.8, 7.5)."""
    for one in below(root, "OutlineElem"):
        yield Extra(one.get("Title") or "", "name", "书签", locator=Locator(note="书签"))
    for one in below(root, "Bookmark"):
        yield Extra(one.get("Name") or "", "name", "书签", locator=Locator(note="书签"))


def links(root: Node, place: Locator) -> Iterator[Extra]:
    """Addresses that actions lead to (14)."""
    for one in below(root, "URI"):
        for text in (one.get("URI") or words(one), one.get("Base") or ""):
            yield Extra(text, "field", "链接地址", locator=place)


def tagged(parts: Parts, name: str, title: str) -> Iterator[Extra]:
    """The words of a file of custom tags or extensions; of one that is no proper XML, all that is not in brackets."""
    from reviewer.errors import Broken

    place = Locator(note=title)
    try:
        root = parts.root(name)
    except Broken:
        text = _TAG.sub("\n", _BROKEN_TEXT.sub("", parts.bytes(name).decode("utf-8", "replace")))
        for line in text.split("\n"):
            yield Extra(line.strip(), "property", title, locator=place)
        return
    for one in root.iter(etree.Element):
        kind = local(one)
        if kind in ("ObjectRef", "FileLoc", "SchemaLoc", "ExtendData"):
            continue
        yield Extra(words(one), "property", title, kind if _TELLING.search(kind) else "", locator=place)
        for key, value in one.attrib.items():
            if _TELLING.search(str(value)) and key not in _MACHINE:
                yield Extra(str(value), "property", title, locator=place)


def patterns(root: Node) -> Iterator[str]:
    """Text that is painted, but as the pattern of a colour or as a window: it is no line of the page."""
    for kind in ("CellContent", "Text"):
        for one in below(root, kind):
            yield from (code.text or "" for code in below(one, "TextCode"))


def _is_pattern(code: Node) -> bool:
    """Whether a TextCode is one that `patterns` gives."""
    return any(local(above) in ("CellContent", "Text") for above in code.iterancestors())


def strays(
    root: Node, data: bytes = b"", *, whole: bool = False, walked: Set[Node] | None = None
) -> Iterator[str]:
    """Words of a part that no element of the standard accounts for: unknown elements and attributes.

    A TextCode that lies where the standard has none is unknown, too: those `walked` are read. `whole`: all words,
    for nobody else reads them.
    With the part's bytes, attributes are looked at only where one of them can say something.
    """
    attributes = not data or _TELLING_BYTES.search(data) is not None or data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for one in root.iter(etree.Element):
        kind = local(one)
        lost = kind == "TextCode" and walked is not None and one not in walked and not _is_pattern(one)
        if whole or kind not in _LAYOUT or lost:
            text = one.text
            if text and _TELLING.search(text):
                yield text.strip()
        tail = one.tail
        if tail and _TELLING.search(tail):
            yield tail.strip()
        if attributes:
            for key, value in one.attrib.items():
                if str(key) not in _MACHINE and _TELLING.search(str(value)):
                    yield str(value)
