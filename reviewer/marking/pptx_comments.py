"""Puts classic comments into a pptx: a part for each slide, one list of authors, their relationships and types."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from reviewer.errors import MarkingError
from reviewer.marking.docx_parts import RELATIONS, TYPES, TYPES_PART, R, digits_of, fit, relations_name, written
from reviewer.marking.model import AUTHOR
from reviewer.readers.docx import Traced
from reviewer.readers.package import OFFICE, strict_spaces
from reviewer.readers.pptx_look import P

_COMMENTS = "application/vnd.openxmlformats-officedocument.presentationml.comments+xml"
_AUTHORS = "application/vnd.openxmlformats-officedocument.presentationml.commentAuthors+xml"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument"
_NO_LINKS = f'<Relationships xmlns="{RELATIONS[1:-1]}"/>'
_BROKEN = "文件原有的批注部件已损坏，无法加入批注。请用原软件打开检查后另存。"


class Point(NamedTuple):
    """A place on a slide, in 576ths of an inch from its upper left corner."""

    x: int
    y: int


@dataclass(slots=True)
class Comments:
    """The comments of a deck, those that it has and ours."""

    draft: Traced
    slides: list[str] = field(default_factory=list)
    """the parts of the slides in the order in which they are shown"""
    _lists: dict[int, tuple[str, etree._Element]] = field(default_factory=dict)
    _links: dict[str, etree._Element] = field(default_factory=dict)
    _types: dict[str, str] = field(default_factory=dict)
    """parts that are new, with their content types"""
    _authors: tuple[str, etree._Element] | None = None
    _author: etree._Element | None = None

    def __post_init__(self) -> None:
        links = self.draft.package.relationships(self.draft.main)
        for one in self.draft.parts[self.draft.main].iterfind(f"{P}sldIdLst/{P}sldId"):
            link = links.get(one.get(R + "id") or "")
            if link is not None and not link.external and link.target in self.draft.parts:
                self.slides.append(link.target)

    @property
    def is_threaded(self) -> bool:
        """Whether the deck has comments of the newer kind."""
        return any(root.tag.endswith("}cmLst") and root.tag != P + "cmLst" for root in self.draft.parts.values())

    def count(self, number: int) -> int:
        return len(self._list(number)[1])

    def add(self, number: int, point: Point, lines: Iterable[str]) -> None:
        """Put a comment on slide `number`."""
        author = self._our_author()
        index = int(author.get("lastIdx") or 0) + 1
        author.set("lastIdx", str(index))
        words = {"authorId": author.get("id") or "0", "idx": str(index)}
        comment = etree.SubElement(self._list(number)[1], P + "cm", words)
        etree.SubElement(comment, P + "pos", {"x": str(point.x), "y": str(point.y)})
        etree.SubElement(comment, P + "text").text = fit("\n".join(lines))

    def _list(self, number: int) -> tuple[str, etree._Element]:
        """The name and root of the comments of a slide, new ones where it has none."""
        if number not in self._lists:
            slide = self.slides[number - 1]
            for name in self._targets(slide, "comments"):
                if name not in self.draft.parts:
                    raise MarkingError(_BROKEN)
                if self.draft.parts[name].tag == P + "cmLst":
                    self._lists[number] = name, self.draft.parts[name]
            if number not in self._lists:
                self._lists[number] = self._new(slide, "comments/comment", "cmLst", "comments", _COMMENTS)
        return self._lists[number]

    def _our_author(self) -> etree._Element:
        if self._author is None:
            main = self.draft.main
            name = next(iter(self._targets(main, "commentAuthors")), "")
            if name and name not in self.draft.parts:
                raise MarkingError(_BROKEN)
            self._authors = (
                (name, self.draft.parts[name])
                if name
                else self._new(main, "commentAuthors", "cmAuthorLst", "commentAuthors", _AUTHORS)
            )
            every = self._authors[1]
            number = max(digits_of(one.get("id") or "" for one in every), default=-1) + 1
            words = {"id": str(number), "name": AUTHOR, "initials": AUTHOR[-2:], "lastIdx": "0", "clrIdx": "0"}
            self._author = etree.SubElement(every, P + "cmAuthor", words)
        return self._author

    def _targets(self, source: str, kind: str) -> list[str]:
        """The parts of a kind that `source` points at."""
        package = self.draft.package
        links = [link for link in package.relationships(source).values() if link.kind == kind and not link.external]
        return [link.target for link in links if link.target in package]

    def _new(self, source: str, base: str, tag: str, kind: str, content: str) -> tuple[str, etree._Element]:
        """A new part that `source` points at."""
        folder = posixpath.dirname(self.draft.main)
        names = (posixpath.join(folder, f"{base}{k or ''}.xml") for k in range(1 if "/" in base else 0, 20_000))
        name = next(one for one in names if one not in self.draft.package and one not in self._types)
        self._types[name] = content
        links = self._links.get(source)
        if links is None:
            at = relations_name(source)
            links = self.draft.package.xml(at) if at in self.draft.package else etree.fromstring(_NO_LINKS)
            self._links[source] = links
        taken = {element.get("Id") for element in links}
        key = next(f"rId{k}" for k in range(1, len(taken) + 2) if f"rId{k}" not in taken)
        strict = strict_spaces(self.draft.package.read(source))
        address = f"{_STRICT if strict else OFFICE}/relationships/{kind}"
        etree.SubElement(links, RELATIONS + "Relationship", {"Id": key, "Type": address, "Target": "/" + name})
        return name, etree.Element(P + tag, nsmap={"p": P[1:-1]})

    def members(self) -> dict[str, bytes]:
        """The members to write."""
        package = self.draft.package
        found: dict[str, bytes] = {}
        for name, root in [*self._lists.values(), *([self._authors] if self._authors else [])]:
            # A new part speaks the namespaces of the deck.
            pattern = package.read(name if name in package else self.draft.main)
            found[name] = written(root, pattern)
        for source, links in self._links.items():
            found[relations_name(source)] = written(links)
        if self._types:
            types = package.xml(TYPES_PART)
            for name, content in self._types.items():
                known = [one for one in types if (one.get("PartName") or "").lower() == f"/{name}".lower()]
                override = known[0] if known else etree.SubElement(types, TYPES + "Override", {"PartName": "/" + name})
                override.set("ContentType", content)
            found[TYPES_PART] = written(types)
        return found
