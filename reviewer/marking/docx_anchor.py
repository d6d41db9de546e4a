"""Finds where in the body of a docx a remark can stand: on its exact characters, or on what is nearest to them.

Word and LibreOffice take comments in the body only: not in headers, footers, notes and text boxes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from lxml import etree

from reviewer.marking.docx_parts import MC, RELATIONS, WORDS, M, R, ancestors
from reviewer.readers.assembly import Origin
from reviewer.readers.docx import Traced
from reviewer.readers.docx_look import W, is_on

_RUN, _P = W + "r", W + "p"
_BLOCKS = frozenset(W + name for name in (
    "document", "body", "sdt", "sdtContent", "tbl", "tr", "tc", "customXml", "ins", "moveTo", "smartTag",
))  # fmt: skip
_FLOW = _BLOCKS | {_P} | {W + name for name in ("hyperlink", "dir", "bdo")}
"""what may stand around a run that takes a comment"""
_WHOLE = frozenset({M + "oMath", M + "oMathPara", MC + "AlternateContent", W + "fldSimple"})
_CUTS = frozenset(W + name for name in ("t", "tab", "ptab", "br", "cr", "noBreakHyphen", "sym"))
_NOTES = {W + "footnote": "footnoteReference", W + "endnote": "endnoteReference"}
_FIRST = 20
"""paragraphs among which the first one is sought"""
_MARK = W + "fldChar"
_DEPTH = 8
_LINKS: Any = etree.XPath("//@r:*", namespaces={"r": R[1:-1]})


@dataclass(frozen=True, slots=True)
class Edge:
    """One end of a remark: at character `offset` of a child of a run, or at the side of an element."""

    element: etree._Element
    offset: int | None = None
    """None: before (as a start) or behind (as an end) the whole element"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a remark stands; `exact` when that is on its own characters."""

    start: Edge
    end: Edge
    exact: bool


@dataclass(slots=True)
class Anchors:
    """Finds places in one docx."""

    draft: Traced
    _starts: list[int] = field(default_factory=list)
    _users: dict[str, etree._Element] | None = None
    _sections: list[tuple[etree._Element, etree._Element | None]] | None = None
    _notes: dict[tuple[str, str], etree._Element] | None = None
    _fields: dict[etree._Element, dict[etree._Element, _Field]] = field(default_factory=dict)
    """the runs of fields, by the paragraphs that hold them"""

    def __post_init__(self) -> None:
        self._starts = [one.start for one in self.draft.origins]

    @property
    def body(self) -> etree._Element:
        return self.draft.parts[self.draft.main]

    def place(self, start: int, end: int) -> Place | None:
        """Where a remark on text[start:end] can stand; None where a reader of the page sees nothing of it."""
        pieces = [one for one in self._origins(start, end) if _is_shown(one)]
        exact = [one for one in pieces if self._carrier(one.node) is not None]
        if exact:
            first, last = exact[0], exact[-1]
            (begin, sharp), (stop, keen) = (
                self._edge(first, max(start, first.start), 0), self._edge(last, min(end, last.end), 1)
            )  # fmt: skip
            return Place(begin, stop, sharp and keen)
        for one in pieces:
            near = self._near(one.node, _DEPTH)
            if near is not None:
                return Place(Edge(near), Edge(near), False)
        return None

    def _origins(self, start: int, end: int) -> Iterator[Origin]:
        k = max(bisect_right(self._starts, start) - 1, 0)
        while k and self.draft.origins[k - 1].end > start:
            k -= 1
        for number in range(k, len(self._starts)):
            one = self.draft.origins[number]
            if one.start >= end:
                break
            if one.end > start:
                yield one

    def _edge(self, one: Origin, at: int, side: int) -> tuple[Edge, bool]:
        """The edge at a character (`side` 1: behind it), and whether it is a sharp one.

        LibreOffice loses a comment in the result of a field: there it stands around the field.
        """
        carrier = self._carrier(one.node)
        assert carrier is not None
        field_ends = self._field_of(carrier)
        if field_ends is not None:
            return Edge(field_ends[side]), True
        if not _is_exact(one.node, carrier):
            return Edge(carrier), carrier.tag in (W + "fldSimple", W + "sdt")
        return Edge(one.node, at - one.start + one.shift), True

    def _field_of(self, run: etree._Element) -> _Field | None:
        """The first and last run of the field around a run, within one paragraph."""
        paragraph = next(run.iterancestors(_P))
        if paragraph not in self._fields:
            self._fields[paragraph] = dict(_fields(paragraph))
        return self._fields[paragraph].get(run)

    def _carrier(self, node: etree._Element) -> etree._Element | None:
        """The run (or formula ...) in the flow of the body that holds `node`; None in another part or flow."""
        around = ancestors(node)
        if around[0] is not self.body:
            return None
        k = next((k for k, element in enumerate(around) if element.tag not in _FLOW), len(around) - 1)
        found = around[k]
        if not any(element.tag == _P for element in around[:k]):
            return None
        # Word fills a bound control anew when it opens the file: what stands inside is lost.
        bound = next((one for one in around[:k] if _is_bound(one)), None)
        if bound is not None:
            return bound
        return found if found.tag == _RUN or found.tag in _WHOLE else None

    def _near(self, node: etree._Element, depth: int) -> etree._Element | None:
        """The element of the body that stands for a place outside of its flow."""
        around = ancestors(node)
        if around[0] is self.body:
            carrier = self._carrier(node)
            return carrier if carrier is not None else self._paragraph(around)
        part = next((name for name, root in self.draft.parts.items() if root is around[0]), None)
        if part is None or not depth:
            return None
        if around[0].tag in (W + "hdr", W + "ftr"):
            return self._section(part)
        if around[0].tag in (W + "footnotes", W + "endnotes"):
            return self._reference(around)
        return self._user(part, depth - 1)

    def _paragraph(self, around: list[etree._Element]) -> etree._Element | None:
        """The paragraph of the flow around an element, else the next one behind it."""
        k = next((k for k, element in enumerate(around) if element.tag not in _FLOW), len(around))
        inside = [element for element in around[:k] if element.tag == _P]
        if inside:
            return inside[-1]
        if k == len(around) or around[k].tag in (W + "del", W + "moveFrom"):
            return None
        return next(around[k].itersiblings(_P), self.first())

    def first(self) -> etree._Element | None:
        """The first paragraph of the body; outside of content controls, where a program may lose a comment."""
        found = [*islice(paragraphs(self.body), _FIRST)]
        free = (one for one in found if next(one.iterancestors(W + "sdt", W + "customXml"), None) is None)
        return next(free, found[0] if found else None)

    def _section(self, part: str) -> etree._Element | None:
        """The first paragraph of the first section that shows a header or footer."""
        if self._sections is None:
            self._sections = [*_sections(self.body)]
        links = self.draft.package.relationships(self.draft.main)
        ids = {key for key, link in links.items() if link.target.lower() == part.lower()}
        for paragraph, properties in self._sections if ids else ():
            for reference in properties if properties is not None else ():
                if reference.get(R + "id") in ids:
                    return paragraph
        return self.first() if ids else None

    def _reference(self, around: list[etree._Element]) -> etree._Element | None:
        """The run that refers to a footnote or endnote, or what stands for it."""
        if self._notes is None:
            tags = [W + name for name in _NOTES.values()]
            self._notes = {}
            for mark in self.body.iter(*tags):
                self._notes.setdefault((str(mark.tag), mark.get(W + "id") or ""), mark)
        for element in around:
            if element.tag in _NOTES:
                user = self._notes.get((W + _NOTES[str(element.tag)], element.get(W + "id") or ""))
                return self._near(user, 1) if user is not None else None
        return None

    def _user(self, part: str, depth: int) -> etree._Element | None:
        """What stands for a part (a chart, a diagram): the drawing that refers to it."""
        for source, root in self.draft.parts.items():
            for key, link in self.draft.package.relationships(source).items():
                if link.external or link.target.lower() != part.lower() or source == part:
                    continue
                user = self._users_of(root, source).get(key)
                if user is not None:
                    return self._near(user, depth)
        return None

    def _users_of(self, root: etree._Element, source: str) -> dict[str, etree._Element]:
        if source != self.draft.main:
            return _users(root)
        if self._users is None:
            self._users = _users(root)
        return self._users


_Field = tuple[etree._Element, etree._Element]


def _fields(paragraph: etree._Element) -> Iterator[tuple[etree._Element, _Field]]:
    """The runs inside of the fields that begin and end in a paragraph; not those of links."""
    if next(paragraph.iter(_MARK), None) is None:
        return
    opened: list[etree._Element] = []
    runs: list[etree._Element] = []
    words = ""
    for run in paragraph.iter(_RUN):
        runs.append(run)
        kinds = [mark.get(W + "fldCharType") for mark in run.iterchildren(_MARK)]
        if "begin" in kinds:
            if not opened:
                runs, words = [run], ""
            opened.append(run)
        words += "".join(text.text or "" for text in run.iterchildren(W + "instrText"))
        if "end" in kinds and opened:
            begin = opened.pop()
            if not opened and not words.lstrip().upper().startswith("HYPERLINK"):
                yield from ((inside, (begin, run)) for inside in runs)


def _users(root: etree._Element) -> dict[str, etree._Element]:
    found: dict[str, etree._Element] = {}
    for value in _LINKS(root):
        found.setdefault(str(value), value.getparent())
    return found


def _is_shown(one: Origin) -> bool:
    """Whether a reader of the page sees what came from there."""
    node = one.node
    if not isinstance(node, etree._Element) or node.tag.startswith(RELATIONS):
        return False
    if one.key:
        return one.key == "string"
    if node.tag in WORDS and node.tag.endswith(("}instrText", "}delInstrText", "}delText", "}f")):
        return False
    return not any(
        element.tag == W + "tr" and is_on(element.find(f"{W}trPr/{W}hidden")) for element in node.iterancestors()
    )


def _is_exact(node: etree._Element, carrier: etree._Element | None) -> bool:
    """Whether a run can be cut at the characters of `node`."""
    return carrier is not None and carrier.tag == _RUN and node.getparent() is carrier and node.tag in _CUTS


def _is_bound(element: etree._Element) -> bool:
    """Whether an element is a content control within a paragraph that is filled in from data."""
    if element.tag != W + "sdt" or element.find(f"{W}sdtPr/{{*}}dataBinding") is None:
        return False
    return next(element.iterancestors(_P), None) is not None


def paragraphs(parent: etree._Element) -> Iterator[etree._Element]:
    """The paragraphs of the flow, in order; not those in text boxes."""
    for child in parent:
        if child.tag == _P:
            yield child
        elif child.tag in _BLOCKS:
            yield from paragraphs(child)


def _sections(body: etree._Element) -> Iterator[tuple[etree._Element, etree._Element | None]]:
    """The first paragraph of each section, and the section's properties."""
    first: etree._Element | None = None
    for paragraph in paragraphs(body):
        begin = first if first is not None else paragraph
        properties = paragraph.find(f"{W}pPr/{W}sectPr")
        if properties is not None:
            yield begin, properties
        first = begin if properties is None else None
    if first is not None:
        yield first, body.find(f"{W}body/{W}sectPr")
