"""The fields and bookmarks of a docx: fields that would fill in again what was taken out become their results."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from reviewer.marking.docx_edits import Plan
from reviewer.marking.docx_parts import put_text
from reviewer.marking.docx_settle import remove, unwrap
from reviewer.readers.docx_look import W
from reviewer.readers.docx_story import TELLING

_RUN, _R_PR, _MARK, _CODE = W + "r", W + "rPr", W + "fldChar", W + "instrText"
_NAME, _ANCHOR, _INSTR, _VAL = W + "name", W + "anchor", W + "instr", W + "val"
_REFILLED = frozenset(re.findall("[A-Z]+", """
ADDIN ADDRESSBLOCK ASK AUTHOR AUTOTEXT AUTOTEXTLIST BIBLIOGRAPHY CITATION COMMENTS CREATEDATE DATABASE DDE DDEAUTO
DOCPROPERTY DOCVARIABLE EDITTIME EMBED FILENAME FILLIN GLOSSARY GREETINGLINE IMPORT INCLUDE INCLUDEPICTURE INCLUDETEXT
INFO KEYWORDS LASTSAVEDBY LINK MACROBUTTON MERGEFIELD MERGEREC MERGESEQ NEXT NEXTIF PRINT PRINTDATE PRIVATE QUOTE
REVNUM SAVEDATE SET SKIPIF SUBJECT TEMPLATE TITLE USERADDRESS USERINITIALS USERNAME
"""))
"""fields that take their result from the properties, variables, data or files that do not come along"""

_OWN = re.compile("_[A-Za-z]{2,10}[0-9]{1,10}")
"""bookmarks that Word makes for headings and references (_Toc123456789)"""


@dataclass(slots=True)
class Field:
    """A complex field: the children of runs from `begin` to `end`, the result behind `separate`."""

    begin: int
    separate: int | None = None
    end: int = 0
    words: list[etree._Element] = field(default_factory=list)

    def code(self) -> str:
        return "".join(words.text or "" for words in self.words)


def fields_of(root: etree._Element) -> tuple[list[etree._Element], list[Field]]:
    """The children of all runs of a part in order, and the fields among them that are complete."""
    pieces = [child for run in root.iter(_RUN) for child in run if child.tag != _R_PR]
    done: list[Field] = []
    opened: list[Field] = []
    for k, piece in enumerate(pieces):
        if piece.tag == _CODE and opened and opened[-1].separate is None:
            opened[-1].words.append(piece)
        elif piece.tag == _MARK:
            kind = piece.get(W + "fldCharType")
            if kind == "begin":
                opened.append(Field(k))
            elif opened and kind == "separate":
                opened[-1].separate = k
            elif opened and kind == "end":
                opened[-1].end = k
                done.append(opened.pop())
    return pieces, done


def freeze(root: etree._Element, plan: Plan) -> None:
    """Leave of a field nothing but its result where it would be filled in again or its code holds what is masked."""
    pieces, fields = fields_of(root)
    for one in fields:
        if _is_refilled(one.code()) or any(plan.touches(words) for words in one.words):
            last = one.end if one.separate is None else one.separate
            for piece in (*pieces[one.begin : last + 1], pieces[one.end]):
                remove(piece)
    for simple in [*root.iter(W + "fldSimple")]:
        if _is_refilled(simple.get(_INSTR) or "") or plan.touches(simple, _INSTR):
            unwrap(simple)


def _is_refilled(code: str) -> bool:
    return code.split(maxsplit=1)[:1] != [] and code.split(maxsplit=1)[0].upper() in _REFILLED


def strip_guides(plan: Plan) -> None:
    """Where a word under a phonetic guide is masked the guide goes: it says the word again."""
    for ruby in {ruby for node, _ in plan.cuts for ruby in node.iterancestors(W + "ruby")}:
        text = "".join(words.text or "" for base in ruby.iterchildren(W + "rubyBase") for words in base.iter(W + "t"))
        words = etree.Element(W + "t")
        put_text(words, text)
        ruby.addprevious(words)
        remove(ruby)


# ---------------------------------------------------------------- bookmarks


def rename_bookmarks(roots: Iterable[etree._Element], plan: Plan) -> dict[str, str]:
    """Give bookmarks whose names tell something other names, here and wherever they are referred to.

    Returns the new names by the old ones. What the plan would cut of these names is done with it.
    """
    roots = [*roots]
    marks = [mark for root in roots for mark in root.iter(W + "bookmarkStart")]
    taken = {mark.get(_NAME) or "" for mark in marks}
    telling = dict.fromkeys(
        name for mark in marks if (name := mark.get(_NAME) or "")
        and (plan.touches(mark, _NAME) or (TELLING.search(name) and not _OWN.fullmatch(name)))
    )  # fmt: skip
    fresh = (f"Mark{k}" for k in range(1, 1_000_000) if f"Mark{k}" not in taken)
    names = {name: next(fresh) for name in telling}
    for root in roots if names else ():
        for element, key in _references(root):
            name = element.get(key) or ""
            if name in names:
                plan.cuts.pop((element, key), None)
                element.set(key, names[name])
        _rename_in_codes(root, names, plan)
    return names


def _references(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    for mark in root.iter(W + "bookmarkStart"):
        yield mark, _NAME
    for link in root.iter(W + "hyperlink"):
        yield link, _ANCHOR
    for data in root.iter(W + "ffData"):
        for name in data.iterchildren(_NAME):
            yield name, _VAL


def _rename_in_codes(root: etree._Element, names: dict[str, str], plan: Plan) -> None:
    longest = sorted(names, key=len, reverse=True)
    token = re.compile(r'(?<![^\s"])(?:' + "|".join(map(re.escape, longest)) + r')(?![^\s"])')
    for one in fields_of(root)[1]:
        code = one.code()
        if token.search(code):
            for k, words in enumerate(one.words):
                plan.cuts.pop((words, ""), None)
                put_text(words, "" if k else token.sub(lambda match: names[match[0]], code))
    for simple in root.iter(W + "fldSimple"):
        code = simple.get(_INSTR) or ""
        if token.search(code):
            plan.cuts.pop((simple, _INSTR), None)
            simple.set(_INSTR, token.sub(lambda match: names[match[0]], code))
