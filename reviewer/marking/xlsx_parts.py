"""The parts of a workbook as its writers need them: read once, changed as trees, packed again."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from reviewer.errors import MarkingError
from reviewer.marking.docx_parts import RELATIONS, TYPES, TYPES_PART, fit, is_signed, relations_name, written
from reviewer.marking.repack import repacked
from reviewer.model import Document
from reviewer.readers.package import Package, Relationship, parse_xml
from reviewer.readers.xlsx import sheet_tabs, workbook_part
from reviewer.readers.xlsx_book import MAIN, Tab
from reviewer.settings import Limits

if TYPE_CHECKING:
    from reviewer.marking.xlsx_rows import SheetXml

_NO_LINKS = f'<Relationships xmlns="{RELATIONS[1:-1]}"/>'.encode()
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
LONGEST = 32_767
"""characters that one cell may hold"""


@dataclass(slots=True)
class Draft:
    """One workbook while it is changed. Parts are named as in the package, with its case."""

    data: bytes
    package: Package
    limits: Limits
    main: str
    tabs: list[Tab]
    changed: dict[str, bytes] = field(default_factory=dict)
    """part -> its new bytes; parts that are new as well"""
    dropped: set[str] = field(default_factory=set)
    sheets: dict[str, SheetXml] = field(default_factory=dict)
    """worksheets whose rows are changed as text"""
    _trees: dict[str, etree._Element] = field(default_factory=dict)
    _edited: dict[str, bytes] = field(default_factory=dict)
    """part -> its XML before the first change"""
    _names: dict[str, str] = field(default_factory=dict)

    def tree(self, part: str) -> etree._Element:
        """The root of an XML part, to be read."""
        part = self.named(part)
        if part not in self._trees:
            self._trees[part] = self.package.xml(part)
        return self._trees[part]

    def edited(self, part: str) -> etree._Element:
        """The root of an XML part, to be changed: the part is written anew."""
        part = self.named(part)
        if part not in self._edited:
            self._edited[part] = etree.tostring(self.tree(part))
        return self.tree(part)

    def seen(self) -> frozenset[str]:
        """The parts whose trees are at hand."""
        return frozenset(self._trees)

    def skeleton(self, part: str) -> etree._Element:
        """The root of a part to be changed; of a worksheet in `sheets` without its rows."""
        return self.sheets[part].root if part in self.sheets else self.edited(part)

    def put(self, part: str, root: etree._Element) -> None:
        """A new part, or another root for one."""
        self._trees[part] = root
        self._edited[part] = b""

    def original(self, part: str) -> bytes:
        return self.package.read(part) if part in self.package else b""

    def names(self) -> list[str]:
        """All parts that are to be in the result."""
        own = self.package.names()
        known = {name.lower() for name in own}
        new = [name for name in (*self.changed, *self._edited) if name.lower() not in known]
        return [name for name in (*own, *dict.fromkeys(new)) if name not in self.dropped]

    def unused(self, pattern: str) -> str:
        """The first name of this pattern ({} is a number from 1) that no part has."""
        taken = {name.lower() for name in (*self.package.names(), *self.changed, *self._edited)}
        number = 1
        while pattern.format(number).lower() in taken:
            number += 1
        return pattern.format(number)

    def links(self, part: str) -> dict[str, Relationship]:
        """The relationships of a part of the draft, as they were."""
        return self.package.relationships(part)

    def linked(self, part: str, kind: str) -> str | None:
        """The part of the draft that `part` names by a relationship of this kind."""
        targets = (one.target for one in self.links(part).values() if one.kind == kind and not one.external)
        return next((target for target in targets if target in self.package), None)

    def edited_links(self, part: str) -> etree._Element:
        """The relationships part of `part`, to be changed; made where there is none."""
        name = relations_name(part)
        if name not in self.package and name not in self._trees:
            self.put(name, parse_xml(_NO_LINKS, self.limits))
        return self.edited(self.named(name))

    def named(self, name: str) -> str:
        """A part's name as it stands in the package."""
        if not self._names:
            self._names.update((own.lower(), own) for own in self.package.names())
        return self._names.get(name.lower(), name)

    def add_link(self, part: str, kind: str, target: str) -> str:
        """A new relationship of `part` to the part `target`; returns its id."""
        root = self.edited_links(part)
        taken = {element.get("Id") for element in root}
        number = len(root) + 1
        while f"rId{number}" in taken:
            number += 1
        address = posixpath.relpath(target, posixpath.dirname(part) or ".")
        etree.SubElement(root, RELATIONS + "Relationship", Id=f"rId{number}", Type=self._kind(kind), Target=address)
        return f"rId{number}"

    def _kind(self, kind: str) -> str:
        """The full type of a relationship, in the words that this workbook uses (strict or transitional)."""
        for link in self.links("").values():
            if link.kind == "officeDocument":
                return link.type[: -len("officeDocument")] + kind
        return f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"

    def declare(self, part: str, content_type: str, *, extension: str = "") -> None:
        """The content type of a new part: of its own, or of all that end with `extension`."""
        root = self.edited(TYPES_PART)
        if not extension:
            etree.SubElement(root, TYPES + "Override", PartName=f"/{part}", ContentType=content_type)
        elif not any((e.get("Extension") or "").lower() == extension for e in root):
            default = etree.Element(TYPES + "Default", Extension=extension, ContentType=content_type)
            root.insert(0, default)

    def finished(self, *, bare: bool = False) -> bytes:
        """The package with what was changed; all other parts byte for byte as they were."""
        # A new part speaks the workbook's own dialect, strict or transitional.
        book = self.original(self.main)
        made = {
            part: written(self._trees[part], self.original(part) or book)
            for part, before in self._edited.items()
            if etree.tostring(self._trees[part]) != before
        }
        made |= {part: sheet.written() for part, sheet in self.sheets.items() if sheet.is_changed()}
        made |= {self.named(part): data for part, data in self.changed.items()}
        made = {part: data for part, data in made.items() if part not in self.dropped}
        return repacked(self.data, made, self.dropped, bare=bare)


def opened(data: bytes, document: Document, limits: Limits) -> Draft:
    """The workbook to be changed. MarkingError where it is not what was reviewed."""
    import hashlib

    if hashlib.sha256(data).hexdigest() != document.sha256:
        raise MarkingError("文件与审查时读到的内容不一致，没有处理。请重新审查这个文件。")
    package = Package(data, limits)
    draft = Draft(data, package, limits, "", [])
    draft.main = main = draft.named(workbook_part(package))
    draft.tabs = [*sheet_tabs(package, main, draft.tree(main))]
    if len({tab.name for tab in draft.tabs}) != len(draft.tabs):
        raise MarkingError("工作簿里有同名的工作表，无法逐格处理。请用原软件打开检查后另存。")
    return draft


def cells_of(document: Document) -> Iterator[int]:
    """The numbers of the blocks that are the cells of a sheet of this workbook itself."""
    for k, block in enumerate(document.blocks):
        if block.table is not None and block.table.sheet is not None and block.part != "attachment":
            yield k


def shown(text: str) -> str:
    """Text as XML of a workbook may hold it, and so that a program shows it as it is."""
    return _ESCAPE.sub("_x005F_", fit(text.replace("\r", "")))


def forget(element: etree._Element, *keys: str) -> None:
    """Take attributes away."""
    for key in keys:
        if key in element.attrib:
            del element.attrib[key]


def prefix_of(root: etree._Element) -> str:
    """What stands in front of the names of this part's own elements: "" or x:."""
    return f"{root.prefix}:" if root.prefix else ""


def child(root: etree._Element, name: str, before: tuple[str, ...] = ()) -> etree._Element:
    """The child of this name; made where there is none, in front of the first of those in `before`."""
    found = root.find(MAIN + name)
    if found is not None:
        return found
    made = etree.Element(MAIN + name)
    for k, one in enumerate(root):
        if str(one.tag).rpartition("}")[2] in before:
            root.insert(k, made)
            return made
    root.append(made)
    return made


__all__ = ["Draft", "cells_of", "child", "fit", "forget", "is_signed", "opened", "prefix_of", "relations_name", "shown"]
