"""Puts comments into a docx: cuts runs without changing their look, adds the marks and the comments' own part."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from reviewer.errors import MarkingError
from reviewer.marking.docx_anchor import Edge, Place
from reviewer.marking.docx_parts import RELATIONS, TYPES, TYPES_PART, digits_of, put_text, relations_name, written
from reviewer.marking.model import AUTHOR
from reviewer.readers.docx import Traced
from reviewer.readers.docx_look import W
from reviewer.readers.package import strict_spaces

MOST = 32_767
"""comments that Word opens in one file ([MS-OI29500] 2.1.315)"""

_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_STRICT_LINK = "http://purl.oclc.org/ooxml/officeDocument/relationships/comments"
_NO_LINKS = f'<Relationships xmlns="{RELATIONS[1:-1]}"/>'
_IDS: Any = etree.XPath("//@w:id", namespaces={"w": W[1:-1]})
_AROUND = frozenset({W + "sdt", W + "sdtContent", W + "customXml"})
_RUN, _TEXT, _P = W + "r", W + "t", W + "p"


@dataclass(slots=True)
class Cuts:
    """Cuts the runs of a body at the edges of remarks, each run once, and knows the runs at each cut."""

    _wanted: dict[etree._Element, dict[etree._Element, set[int]]] = field(default_factory=dict)
    _before: dict[tuple[etree._Element, int], etree._Element] = field(default_factory=dict)
    _behind: dict[tuple[etree._Element, int], etree._Element] = field(default_factory=dict)

    def want(self, edge: Edge) -> None:
        """A run is to end and another to begin here."""
        if edge.offset is not None:
            run = edge.element.getparent()
            assert run is not None
            self._wanted.setdefault(run, {}).setdefault(edge.element, set()).add(edge.offset)

    def cut(self) -> None:
        for run, children in self._wanted.items():
            self._cut(run, children)

    def _cut(self, run: etree._Element, wanted: dict[etree._Element, set[int]]) -> None:
        """The run keeps what stands before the first cut; runs that look the same take the rest."""
        look = run.find(W + "rPr")
        groups: list[list[etree._Element]] = [[]]
        cuts: list[tuple[etree._Element, int, int]] = []
        for child in [child for child in run if child is not look]:
            at = wanted.get(child, set())
            length = len(child.text or "") if child.tag == _TEXT else 1
            for offset, piece in _pieces(child, [0, *sorted(o for o in at if 0 < o < length)]):
                if groups[-1] and (offset or 0 in at):
                    groups.append([])
                if offset in at:
                    cuts.append((child, offset, len(groups) - 1))
                groups[-1].append(piece)
            if length in at:
                groups.append([])
                cuts.append((child, length, len(groups) - 1))
        runs = _runs(run, look, groups)
        for child, offset, k in cuts:
            if k:
                self._before[child, offset] = runs[k - 1]
            if k < len(runs):
                self._behind[child, offset] = runs[k]

    def start(self, edge: Edge, mark: etree._Element) -> None:
        """Put the mark where a remark begins."""
        if edge.offset is None:
            _put_before(edge.element, mark)
        elif (edge.element, edge.offset) in self._behind:
            self._behind[edge.element, edge.offset].addprevious(mark)
        else:
            self._before[edge.element, edge.offset].addnext(mark)

    def end(self, edge: Edge, mark: etree._Element, shown: etree._Element) -> None:
        """Put the mark where a remark ends, and behind it the run that shows the remark."""
        here = edge.element
        if edge.offset is not None:
            key = (edge.element, edge.offset)
            here = self._before[key] if key in self._before else self._behind[key]
        elif here.tag == _P:
            # A remark on a whole paragraph stands at its head: it may be long, and many may stand there.
            here = _head(here)
        here.addnext(mark)
        home = _outside(mark)
        if home is not None:
            _put_before(home, shown)
        else:
            mark.addnext(shown)


def _outside(element: etree._Element) -> etree._Element | None:
    """The paragraph behind (else before) a content control that holds one paragraph, with `element` in it.

    LibreOffice loses what the first comment in such a control says; not where it is shown outside.
    """
    control: etree._Element | None = None
    for around in element.iterancestors():
        if around.tag == W + "tc":
            break
        if around.tag == W + "sdtContent" and len(around) == 1 and around[0].tag in (_P, W + "sdt"):
            control = around.getparent()
    while control is not None and control.tag in _AROUND and control.find(f"{W}sdtPr/{W}docPartObj") is None:
        home = next(control.itersiblings(_P), next(control.itersiblings(_P, preceding=True), None))
        if home is not None:
            return home
        control = control.getparent()
    return None


def _pieces(child: etree._Element, offsets: list[int]) -> Iterator[tuple[int, etree._Element]]:
    """A child of a run cut at these characters: the element itself with the first piece, then others."""
    text = child.text or ""
    for offset, end in zip(offsets, [*offsets[1:], len(text)], strict=True):
        piece = child if not offset else etree.Element(_TEXT)
        if len(offsets) > 1:
            put_text(piece, text[offset:end])
        yield offset, piece


def _runs(
    run: etree._Element, look: etree._Element | None, groups: list[list[etree._Element]]
) -> list[etree._Element]:
    """One run for each group but an empty last one; the first is the run itself."""
    runs = [run]
    for group in groups[1:]:
        if not group:
            break
        new = etree.Element(_RUN, {str(key): str(value) for key, value in run.items()})
        if look is not None:
            new.append(deepcopy(look))
        new.extend(group)
        runs[-1].addnext(new)
        runs.append(new)
    return runs


def _head(paragraph: etree._Element) -> etree._Element:
    """The mark that was put at the head of a paragraph last."""
    for child in paragraph:
        if child.tag == W + "commentRangeStart":
            return child
    raise AssertionError("a remark ends where it did not begin")


def _put_before(element: etree._Element, mark: etree._Element) -> None:
    if element.tag != _P:
        element.addprevious(mark)
        return
    properties = element.find(W + "pPr")
    if properties is not None:
        properties.addnext(mark)
    else:
        element.insert(0, mark)


def marks(number: int) -> tuple[etree._Element, etree._Element, etree._Element]:
    """What begins a comment, what ends it, and the run that shows it."""
    key = {W + "id": str(number)}
    run = etree.Element(_RUN)
    etree.SubElement(run, W + "commentReference", key)
    return etree.Element(W + "commentRangeStart", key), etree.Element(W + "commentRangeEnd", key), run


def place_comments(draft: Traced, placed: list[tuple[Place, int]]) -> None:
    """Put comments of these numbers at their places in the body."""
    cuts = Cuts()
    for place, _ in placed:
        cuts.want(place.start)
        cuts.want(place.end)
    cuts.cut()
    for place, number in placed:
        first, last, run = marks(number)
        cuts.start(place.start, first)
        cuts.end(place.end, last, run)


@dataclass(slots=True)
class Comments:
    """The comments part of a docx: the one that it has, or a new one."""

    draft: Traced
    name: str
    root: etree._Element
    is_new: bool
    next: int

    def add(self, lines: Iterable[str]) -> int:
        """Append a comment with these lines; its number."""
        number, self.next = self.next, self.next + 1
        comment = etree.SubElement(self.root, W + "comment")
        comment.set(W + "id", str(number))
        comment.set(W + "author", AUTHOR)
        comment.set(W + "initials", AUTHOR[-2:])
        for line in lines:
            run = etree.SubElement(etree.SubElement(comment, _P), _RUN)
            put_text(etree.SubElement(run, _TEXT), line)
        return number

    def count(self) -> int:
        return len(self.root)

    def members(self, originals: Originals) -> dict[str, bytes]:
        """The members to write for it."""
        if not self.is_new:
            return {self.name: written(self.root, originals(self.name))}
        links = relations_name(self.draft.main)
        return {
            self.name: written(self.root, originals(self.draft.main)),
            links: self._linked(originals(links), _is_strict(originals(self.draft.main))),
            TYPES_PART: self._typed(),
        }

    def _linked(self, original: bytes, strict: bool) -> bytes:
        package, name = self.draft.package, relations_name(self.draft.main)
        root = package.xml(name) if original else etree.fromstring(_NO_LINKS)
        taken = {element.get("Id") for element in root}
        key = next(f"rId{k}" for k in range(1, len(taken) + 2) if f"rId{k}" not in taken)
        target = posixpath.basename(self.name)
        link = {"Id": key, "Type": _STRICT_LINK if strict else _LINK, "Target": target}
        etree.SubElement(root, RELATIONS + "Relationship", link)
        return written(root)

    def _typed(self) -> bytes:
        root = self.draft.package.xml(TYPES_PART)
        place = "/" + self.name
        known = [one for one in root.iter(TYPES + "Override") if (one.get("PartName") or "").lower() == place.lower()]
        override = known[0] if known else etree.SubElement(root, TYPES + "Override", {"PartName": place})
        override.set("ContentType", _KIND)
        return written(root)


Originals = Callable[[str], bytes]
"""the bytes of a member as they were, none where there is no such member"""


def comments_of(draft: Traced) -> Comments:
    """The comments part to write to. MarkingError where the draft has one that can not be read."""
    name = next(
        (link.target for link in draft.package.relationships(draft.main).values()
         if link.kind == "comments" and not link.external and link.target in draft.package), ""
    )  # fmt: skip
    body = draft.parts[draft.main]
    root = draft.parts.get(name) if name else etree.Element(W + "comments", nsmap={"w": W[1:-1]})
    if root is None or root.tag != W + "comments":
        raise MarkingError("文件原有的批注部件已损坏，无法加入批注。请用原软件打开检查后另存。")
    number = max(digits_of(map(str, [*_IDS(body), *_IDS(root)])), default=-1) + 1
    if not name:
        folder = posixpath.dirname(draft.main)
        names = (posixpath.join(folder, f"comments{k or ''}.xml") for k in range(10_000))
        name = next(name for name in names if name not in draft.package)
        return Comments(draft, name, root, True, number)
    return Comments(draft, name, root, False, number)


def _is_strict(data: bytes) -> bool:
    return bool(strict_spaces(data))
