"""The parts of an OFD package (GB/T 33190, 7.1): found by their paths as programs write them, parsed once.

Paths are absolute, relative to the file that names them, to its document's folder or to the package; programs err
with case, backslashes, a missing or doubled leading folder and names in GBK. Namespaces differ by producer, so
elements are known by their local names.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import lru_cache
from math import isfinite

from lxml import etree

from reviewer.errors import Broken, ReadError, TooDeep
from reviewer.readers.package import Package, misplaced, normal_name
from reviewer.settings import Limits

Node = etree._Element
Numbers = list[float]


class Parts:
    """The members of one package by the paths that lead to them; roots are kept when asked for (`keep`)."""

    def __init__(self, data: bytes, limits: Limits, *, keep: bool = False) -> None:
        self.package = Package(data, limits)
        self.limits = limits
        self.roots: dict[str, Node] = {}
        self.read: set[str] = set()
        """names of the members that something led to"""
        self._keep = keep
        self._names = {name.lower(): name for name in self.package.names()}
        for name in self.package.names():
            self._names.setdefault(_as_gbk(name).lower(), name)
        self._endings: dict[str, list[str]] = {}
        for name in self.package.names():
            self._endings.setdefault(posixpath.basename(_as_gbk(name)).lower(), []).append(name)

    def find(self, path: str, base: str = "", folder: str = "") -> str:
        """The member that a path leads to, written in the member `base`; "" where there is none.

        folder  what the file says its own paths start from (BaseLoc of a Res)
        """
        path = path.strip().replace("\\", "/")
        if not path:
            return ""
        here, top = posixpath.dirname(base), base.split("/", 1)[0] if "/" in base else ""
        inner = posixpath.join(folder.strip().replace("\\", "/"), path.lstrip("/")) if folder else path
        if path.startswith("/"):
            tries = [path, posixpath.join(here, inner.lstrip("/")), posixpath.join(top, path.lstrip("/"))]
        else:
            tries = [posixpath.join(here, inner), inner, posixpath.join(top, inner), posixpath.join(here, path), path]
        for one in tries:
            name = self._names.get(normal_name(one).lower())
            if name is not None:
                return name
        return self._alike(normal_name(path))

    def _alike(self, path: str) -> str:
        """The only member whose name ends as the path does, the longest ending first; a folder is part of it."""
        known = self._endings.get(posixpath.basename(path).lower(), [])
        steps = path.lower().split("/")
        for k in range(max(len(steps) - 1, 1)):
            ending = "/".join(steps[k:])
            found = [name for name in known if f"/{_as_gbk(name).lower()}".endswith(f"/{ending}")]
            if found:
                return found[0] if len(found) == 1 else ""
        return ""

    def root(self, name: str, kind: str = "") -> Node:
        """The root element of a member. Raises a ReadError, also where it is not the element `kind`."""
        self.read.add(name)
        known = self.roots.get(name)
        root = self.package.xml(name) if known is None else known
        if kind and local(root) != kind:
            raise misplaced()
        if self._keep:
            self.roots[name] = root
        return root

    def bytes(self, name: str) -> bytes:
        """The bytes of a member. Raises a ReadError."""
        self.read.add(name)
        return self.package.read(name)

    def is_xml(self, name: str) -> bool:
        return name.lower().endswith(".xml")


def _as_gbk(name: str) -> str:
    """A name that a zip without the mark of UTF-8 holds in GBK."""
    if name.isascii():
        return name
    try:
        return name.encode("cp437").decode("gb18030")
    except UnicodeError:
        return name


@lru_cache(maxsize=4096)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def local(node: Node) -> str:
    """The name of an element without its namespace."""
    return _local(str(node.tag))


def children(node: Node, name: str) -> Iterator[Node]:
    """The child elements of this name."""
    return (child for child in node if _local(str(child.tag)) == name)


def child(node: Node, *names: str) -> Node | None:
    """The first element down this path of names."""
    here: Node | None = node
    for name in names:
        here = next(children(here, name), None) if here is not None else None
    return here


def words(node: Node | None) -> str:
    """The text of an element, without the blanks around it."""
    return (node.text or "").strip() if node is not None else ""


def below(node: Node, name: str) -> Iterator[Node]:
    """All elements of this name below a node."""
    return (one for one in node.iter(etree.Element) if _local(str(one.tag)) == name)


def numbers(text: str | None) -> Numbers:
    """The numbers of a list in an attribute; what is none, or no end, is left out."""
    found = []
    for word in (text or "").replace(",", " ").split():
        try:
            value = float(word)
        except ValueError:
            continue
        if isfinite(value) and abs(value) < 1e9:
            found.append(value)
    return found


def number(text: str | None, default: float) -> float:
    """The number in an attribute."""
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        return default
    return value if isfinite(value) and abs(value) < 1e9 else default


def is_true(text: str | None, default: bool) -> bool:
    """A yes or no in an attribute."""
    if text is None:
        return default
    text = text.strip().lower()
    return text in ("true", "1") if text in ("true", "1", "false", "0") else default


def missing(path: str) -> Broken:
    """What to say of a path that leads nowhere."""
    kind = posixpath.basename(path.replace("\\", "/"))[:40]
    return Broken(f"文件不完整：缺少部件（{kind}）。请重新获取原文件。" if kind.isascii() else "文件不完整：缺少部件。")


__all__ = [
    "Node", "Numbers", "Parts", "ReadError", "TooDeep", "below", "child", "children", "is_true", "local", "missing",
    "number", "numbers", "words",
]  # fmt: skip
