"""Where in the elements of a docx each edit falls, and what stands there afterwards.

A slot is one value: an element's text (key "") or an attribute. A cut takes characters of a slot out and
puts others in their place; a tab or a drawn symbol is a slot of one character.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree

from reviewer.marking.docx_parts import MC, WORDS, A, C, R, ancestors, put_text
from reviewer.marking.model import Edit
from reviewer.readers.assembly import Origin, between
from reviewer.readers.docx import Traced
from reviewer.readers.docx_look import W
from reviewer.readers.docx_story import letters
from reviewer.readers.package import Relationship

Slot = tuple[etree._Element, str]
_V = "{urn:schemas-microsoft-com:vml}"
_COMPARED = (W + "t", W + "delText", A + "t", W + "instrText")
"""the words by which the reader tells whether a branch of alternative content says something else"""


@dataclass(frozen=True, slots=True)
class Cut:
    """Characters [start, end) of a slot's value, and what takes their place; the higher rank wins."""

    start: int
    end: int
    text: str = field(repr=False)
    rank: int = 0


@dataclass(slots=True)
class Plan:
    """All cuts of one docx, by slot."""

    cuts: dict[Slot, list[Cut]] = field(default_factory=dict)
    links: set[tuple[str, str]] = field(default_factory=set, repr=False)
    """part and target of external relationships that hold something to mask"""
    placed: set[int] = field(default_factory=set)
    """numbers of the edits that fall on something that stays"""

    def cut(self, node: etree._Element, key: str, start: int, end: int, text: str = "", rank: int = 0) -> None:
        if start < end:
            self.cuts.setdefault((node, key), []).append(Cut(start, end, text, rank))

    def touches(self, node: etree._Element, key: str = "") -> bool:
        return (node, key) in self.cuts


def planned(draft: Traced, edits: Sequence[Edit], kept: set[str]) -> Plan:
    """The cuts for these edits and for all that is hidden, in the parts that stay."""
    plan = Plan()
    roots = {draft.parts[name] for name in kept if name in draft.parts}
    starts = [one.start for one in draft.origins]
    gone = _gone(draft)
    for start, end in gone:
        for one in between(draft.origins, starts, start, end):
            if isinstance(one.node, etree._Element) and not one.key:
                plan.cut(one.node, "", *_within(one, start, end), rank=2)
    for number, edit in enumerate(edits):
        pieces = [
            (one, max(start, one.start), min(end, one.end))
            for start, end in _without(edit.start, edit.end, gone)
            for one in between(draft.origins, starts, start, end)
            if (one.key in kept if isinstance(one.node, Relationship) else _root(one.node) in roots)
        ]
        if pieces:
            plan.placed.add(number)
            _cut_pieces(plan, edit, pieces, draft.document.text)
    for element in draft.unseen:
        for words in [element] if element.tag in WORDS else element.iterchildren(W + "t", W + "instrText"):
            plan.cut(words, "", 0, len(words.text or ""), rank=2)
    _mirror_branches(plan)
    _mirror_diagrams(draft, plan, kept)
    return plan


_Piece = tuple[Origin, int, int]
"""an origin, and the stretch of the document's text that is taken from it"""


def _cut_pieces(plan: Plan, edit: Edit, pieces: list[_Piece], text: str) -> None:
    """The cuts of one edit: what masks it stands where it began.

    Of a value that is hidden in part, what is seen of it is starred: the mask would tell more than the page did.
    """
    starred = bool(edit.replacement) and _is_partial(edit, pieces, text)
    left = "" if starred else edit.replacement
    for one, start, end in pieces:
        if isinstance(one.node, Relationship):
            plan.links.add((one.key, one.node.target))
            continue
        holds = _takes_text(one)
        new = "*" * (end - start) if starred else left
        plan.cut(one.node, one.key, *_within(one, start, end), new if holds else "")
        left = "" if holds else left


def _is_partial(edit: Edit, pieces: list[_Piece], text: str) -> bool:
    """Whether characters of a value that are no blanks are not among its pieces."""
    here = edit.start
    for _, start, end in [*sorted(pieces, key=lambda one: one[1]), (None, edit.end, edit.end)]:
        if text[here:start].strip():
            return True
        here = max(here, end)
    return False


def _gone(draft: Traced) -> list[tuple[int, int]]:
    """The stretches that no reader of the page sees, merged; what a tracked change put in stays."""
    found: list[tuple[int, int]] = []
    for one in draft.document.concealed:
        if one.part == "inserted":
            continue
        if found and one.start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], one.end))
        else:
            found.append((one.start, one.end))
    return found


def _without(start: int, end: int, gone: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What is left of [start, end) beside the stretches that go."""
    k = max(bisect_right(gone, (start, start)) - 1, 0)
    for number in range(k, len(gone)):
        first, last = gone[number]
        if first >= end:
            break
        if last <= start:
            continue
        if start < first:
            yield start, first
        start = max(start, last)
    if start < end:
        yield start, end


def _within(one: Origin, start: int, end: int) -> tuple[int, int]:
    """The characters of an origin's value that lie in text[start:end]."""
    shift = one.shift - one.start
    return max(start, one.start) + shift, min(end, one.end) + shift


def _takes_text(one: Origin) -> bool:
    """Whether what masks a value can be written here: not in place of a line break of a drawing."""
    return bool(one.key) or one.node.tag in WORDS or one.node.getparent().tag == W + "r"


def _root(node: etree._Element) -> etree._Element:
    return node.getroottree().getroot()


# ---------------------------------------------------------------- what the reader reads once and the file says twice


def replace_twins(root: etree._Element, changed: dict[str, str]) -> None:
    """Change attributes that held the same value as one that was cut: the reader tells it once only."""
    for element in root.iter(etree.Element):
        for key, value in element.attrib.items():
            if str(value) in changed and not str(key).startswith(R):
                element.set(key, changed[str(value)])
    for source in root.iter(C + "f"):
        source.text = changed.get(source.text or "", source.text)


def _mirror_branches(plan: Plan) -> None:
    """Cut in each branch of alternative content what is cut in a branch before it that says the same."""
    nested: dict[etree._Element, int] = {}
    for node, _ in list(plan.cuts):
        for depth, element in enumerate(ancestors(node)):
            if element.tag == MC + "AlternateContent":
                nested[element] = depth
    # The innermost first: what is copied there is then copied on with the branch around it.
    for element in sorted(nested, key=lambda one: -nested[one]):
        said: list[Slot] = []
        for branch in element:
            if branch.tag in (MC + "Choice", MC + "Fallback"):
                slots = [*_compared(branch)]
                _copy_cuts(plan, said, slots)
                said += slots


def _compared(branch: etree._Element) -> Iterator[Slot]:
    for words in branch.iter(*_COMPARED):
        yield words, ""
    for path in branch.iter(_V + "textpath"):
        yield path, "string"


def _mirror_diagrams(draft: Traced, plan: Plan, kept: set[str]) -> None:
    """Cut in the drawn copy of a diagram what is cut in its data: the paragraphs of the same text."""
    paragraphs = {paragraph for node, _ in plan.cuts for paragraph in node.iterancestors(A + "p")}
    sources = {letters(paragraph): paragraph for paragraph in paragraphs}
    for name in kept if sources else ():
        if "/diagrams/" in name.lower() and name in draft.parts:
            for paragraph in draft.parts[name].iter(A + "p"):
                source = sources.get(letters(paragraph))
                if source is not None and paragraph not in paragraphs:
                    _copy_cuts(plan, *([(words, "") for words in one.iter(A + "t")] for one in (source, paragraph)))


def _copy_cuts(plan: Plan, sources: list[Slot], targets: list[Slot]) -> None:
    """Cut the same characters in `targets` as in `sources`, wherever in these their words stand."""
    if not any(slot in plan.cuts for slot in sources):
        return
    said, places = _characters(sources)
    words, wanted = _characters(targets)
    if not words:
        return
    owner: dict[tuple[Slot, int], Cut] = {}
    for slot in sources:
        for cut in sorted(plan.cuts.get(slot, ()), key=lambda one: -one.rank):
            for k in range(cut.start, cut.end):
                owner.setdefault((slot, k), cut)
    at = said.find(words)
    while at >= 0:
        last: Cut | None = None
        for k, (slot, place) in enumerate(wanted):
            here = owner.get(places[at + k])
            if here is not None:
                plan.cut(*slot, place, place + 1, "" if here is last else here.text, here.rank)
            last = here
        at = said.find(words, at + 1)


def _characters(slots: Iterable[Slot]) -> tuple[str, list[tuple[Slot, int]]]:
    """The characters of some slots but blanks, and where each stands."""
    pieces: list[str] = []
    places: list[tuple[Slot, int]] = []
    for slot in slots:
        for k, character in enumerate(value_of(slot)):
            if not character.isspace():
                pieces.append(character)
                places.append((slot, k))
    return "".join(pieces), places


# ---------------------------------------------------------------- carrying it out


def value_of(slot: Slot) -> str:
    node, key = slot
    return (node.get(key) if key else node.text) or ""


def carry_out(plan: Plan) -> dict[str, str]:
    """Make all cuts. Returns what attributes and sources of charts held that were cut, and what they hold now."""
    renamed: dict[str, str] = {}
    for (node, key), cuts in plan.cuts.items():
        if key:
            old = value_of((node, key))
            new = spliced(old, cuts)
            node.set(key, new)
            renamed.setdefault(old, new)
        elif node.tag in WORDS:
            old = node.text or ""
            cut_words(node, cuts)
            if node.tag == C + "f":
                renamed.setdefault(old, node.text or "")
        else:
            _cut_sign(node, cuts)
    return renamed


def cut_words(node: etree._Element, cuts: Iterable[Cut]) -> None:
    """Cut the text of an element of the draft."""
    around = node.getparent()
    if around is not None and node.tag == C + "v" and _is_number(around):
        # What stands for a number must be one: the point goes.
        series = around.getparent()
        if series is not None:
            series.remove(around)
        return
    put_text(node, spliced(node.text or "", cuts))


def _is_number(point: etree._Element) -> bool:
    around = point.getparent()
    return point.tag == C + "pt" and around is not None and around.tag in (C + "numCache", C + "numLit")


def _cut_sign(node: etree._Element, cuts: list[Cut]) -> None:
    """Take out a tab, a break, a symbol; what masks it stands there as text."""
    around = node.getparent()
    if around is None:
        return
    text = "".join(cut.text for cut in cuts)
    if text and around.tag == W + "r":
        words = etree.Element(W + "t")
        put_text(words, text)
        node.addprevious(words)
    around.remove(node)


def spliced(value: str, cuts: Iterable[Cut]) -> str:
    """The value after its cuts; where two overlap the higher rank, then the earlier one has the character."""
    owner: list[Cut | None] = [None] * len(value)
    for cut in sorted(cuts, key=lambda one: (-one.rank, one.start)):
        for k in range(cut.start, min(cut.end, len(value))):
            owner[k] = owner[k] or cut
    pieces: list[str] = []
    told: set[int] = set()
    for character, one in zip(value, owner, strict=True):
        if one is None:
            pieces.append(character)
        elif id(one) not in told:
            told.add(id(one))
            pieces.append(one.text)
    return "".join(pieces)
