"""The parts of an OFD as its writers need them: read with their traces, new elements and numbers, written back."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from reviewer.errors import MarkingError
from reviewer.model import Document
from reviewer.readers.ofd import Body, Page, Traced, read_traced
from reviewer.readers.ofd_page import POINTS
from reviewer.readers.ofd_parts import Node, child, children, local, number, words
from reviewer.settings import Limits

Box = tuple[float, float, float, float]
_UNFIT = {code: "\ufffd" for code in (*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF)}
_ORDER = (
    "CommonData", "Pages", "Outlines", "Permissions", "Actions", "VPreferences", "Bookmarks", "Annotations",
    "CustomTags", "Attachments", "Extensions",
)  # fmt: skip
"""the children of Document in the order that the standard asks for"""


@dataclass(slots=True)
class Draft:
    """One OFD on its way through a writer."""

    read: Traced
    changed: set[str] = field(default_factory=set)
    """members to be written again"""
    added: dict[str, Node] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    """new members that are no XML"""
    _last: int = 0

    def __post_init__(self) -> None:
        self._last = max((_ids(root) for root in self.read.parts.roots.values()), default=0)

    def pages(self) -> list[tuple[Body, Page]]:
        """All pages in the order of their numbers."""
        return [(body, page) for body in self.read.bodies for page in body.pages]

    def root(self, member: str) -> Node:
        """The root of a member, read or new."""
        return self.added[member] if member in self.added else self.read.parts.root(member)

    def new_id(self) -> str:
        """A number that no object of the file has."""
        self._last += 1
        return str(self._last)

    def note_ids(self, body: Body) -> None:
        """Raise the document's largest number to what was given out."""
        common = child(body.root, "CommonData")
        known = child(common, "MaxUnitID") if common is not None else None
        if common is not None and known is None:
            known = make(common, "MaxUnitID")
            common.insert(0, known)
        if known is not None and number(words(known), 0.0) < self._last:
            known.text = str(self._last)
            self.changed.add(body.name)

    def new_member(self, folder: str, name: str) -> str:
        """A name in a folder that no member has."""
        stem, dot, ending = name.partition(".")
        taken = {one.lower() for one in (*self.read.parts.package.names(), *self.added, *self.files)}
        for k in range(len(taken) + 1):
            found = posixpath.join(folder, f"{stem}{k or ''}{dot}{ending}")
            if found.lower() not in taken:
                return found
        raise AssertionError("a name is left")

    def members(self) -> dict[str, bytes]:
        """What is written anew."""
        made = {name: written(self.read.parts.root(name)) for name in self.changed}
        return made | {name: written(root) for name, root in self.added.items()} | self.files


def opened(data: bytes, document: Document, limits: Limits) -> Draft:
    """The draft with the elements that its text came from. MarkingError where it is not what was reviewed."""
    found = read_traced(data, document.path, limits)
    if found.document.text != document.text:
        raise MarkingError("文件与审查时读到的内容不一致，没有处理。请重新审查这个文件。")
    return Draft(found)


def written(root: Node) -> bytes:
    """A part's XML."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def make(parent: Node, name: str, text: str = "", **attributes: str) -> Node:
    """A new element in the namespace of the other, as its last child."""
    space = str(parent.tag).rpartition("}")[0]
    made = etree.SubElement(parent, f"{space}}}{name}" if space else name, {k: fit(v) for k, v in attributes.items()})
    if text:
        made.text = fit(text)
    return made


def new_root(like: Node, name: str) -> Node:
    """The root of a new part, in the namespace of another."""
    space = str(like.tag).rpartition("}")[0]
    spaces: Any = dict(like.nsmap)
    return etree.Element(f"{space}}}{name}" if space else name, nsmap=spaces)


def put_in_order(document: Node, name: str, text: str) -> None:
    """Add a child to the root of a document where the standard wants it."""
    made = make(document, name, text)
    place = _ORDER.index(name)
    for k, one in enumerate(document):
        if local(one) in _ORDER[place + 1 :]:
            document.insert(k, made)
            return


def drop(node: Node) -> None:
    """Take an element out of its parent, with its text and all in it."""
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def drop_children(node: Node | None, names: Iterable[str]) -> int:
    """Take out the children of these names; how many there were."""
    gone = [one for name in names for one in children(node, name)] if node is not None else []
    for one in gone:
        drop(one)
    return len(gone)


def fit(text: str) -> str:
    """Text without what no XML may hold."""
    return text.translate(_UNFIT)


def shown(value: float) -> str:
    """A length as it is written in the file."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def millimetres(box: Box, page: Page) -> Box:
    """A box in points of the page as x, y, width, height in the file's own measure."""
    x, y, _, high = page.paper
    x0, y0, x1, y1 = (one / POINTS for one in box)
    return x + x0, y + high - y1, x1 - x0, y1 - y0


def place(box: Box) -> str:
    """A box of x, y, width, height as an attribute."""
    return " ".join(map(shown, box))


def _ids(root: Node) -> int:
    largest = 0
    for one in root.iter(etree.Element):
        text = one.get("ID")
        if text and text.isascii() and text.isdigit() and len(text) < 10:
            largest = max(largest, int(text))
        if local(one) == "MaxUnitID":
            largest = max(largest, int(number(words(one), 0.0)))
    return largest
