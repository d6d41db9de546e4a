"""How one value is written in a publishable copy: the forms of rules/masking.yml (rulebook.masking)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from reviewer.language.shape import surname_length
from reviewer.model import Finding
from reviewer.rulebook.masking import Form
from reviewer.text.mask import significant

STAR = "*"
LABEL = "〔已隐去〕"
"""as wide for a number of 11 digits as for one of 18"""
OMITTED = "〔略〕"
"""what stands in a sentence where something was deleted: 患有〔略〕，"""
_WIDER = {0: None, 1: Form("keep", 2, 0), 2: Form("label"), 3: Form("delete")}
WIDEST = 3
_YEAR = re.compile(r"([0-9０-９]{4}|[〇○零一二三四五六七八九]{4})\s*(年)?")
_MASKS = frozenset("*＊✱×✕xX●○◯□■█#＃?？_＿…某")
_STEMS = "甲乙丙丁戊己庚辛壬癸"


def widened(form: Form, level: int) -> Form:
    """`form` at widening `level` 0 to 3: as it is, the first two characters, a label, nothing."""
    wider = _WIDER[level]
    # Leaving less than a wider form would is wide enough already.
    if wider is None or (wider.kind == "keep" and form.kind in ("label", "delete", "anonymous")):
        return form
    return form if form.kind == "delete" else wider


def written(finding: Finding, text: str, form: Form) -> tuple[int, str]:
    """Where in `text` (the document's) the replacement of this finding begins, and the replacement.

    All forms but township replace from the finding's start; names are written by Pseudonyms.
    """
    start, end = finding.start, finding.end
    if form.kind == "township":
        return (start if finding.permitted_end is None else finding.permitted_end), ""
    if form.kind == "delete":
        return start, ""
    if form.kind == "label":
        return start, LABEL
    stretch = text[start:end]
    if form.kind == "year":
        year = _YEAR.match(stretch)
        return start, f"{year[1]}{year[2] or ''}" if year is not None else LABEL
    if form.kind == "digits":
        return start, "".join(STAR if c.isalnum() and (c.isascii() or c.isdigit()) else c for c in stretch)
    return start, _kept(stretch, finding, form.front, form.back)


def _kept(stretch: str, finding: Finding, front: int, back: int) -> str:
    """`stretch` with all but its first and last characters that carry the value starred, one star for each."""
    # In a number that is masked already the signs of the mask stand for its characters.
    places = [k for k, c in enumerate(stretch) if significant(c) or (finding.masked and c in _MASKS)]
    # +86 in front of a mobile number is not its beginning.
    places = places[max(len(places) - len(finding.value), 0) :] if finding.entity == "PHONE" else places
    if front + back >= len(places):
        front = back = 0
    hidden = set(places[front : len(places) - back])
    return "".join(STAR if k in hidden else character for k, character in enumerate(stretch))


class Pseudonyms:
    """One pseudonym for each person of one document (同一人全文一致, 同姓者依次某甲、某乙).

    `names` are the persons to be written so, in the order of the text; `text` is the whole document, whose own
    某 forms must not be given to somebody else.
    """

    def __init__(self, names: Iterable[tuple[str, bool]], text: str) -> None:
        self._taken = _somebodies(text)
        self._known: dict[str, str] = {}
        persons = dict(names)
        by_head: dict[str, list[str]] = {}
        for name, nameless in persons.items():
            by_head.setdefault("" if nameless else _surname(name), []).append(name)
        for head, same in by_head.items():
            labels = self._labels(f"{head}某", single=len(same) == 1 and bool(head))
            self._known.update(zip(same, labels, strict=False))

    def __getitem__(self, name: str) -> str:
        return self._known[name]

    def _labels(self, head: str, *, single: bool) -> Iterable[str]:
        if single and head not in self._taken:
            yield head
            return
        number = 0
        while True:
            label = head + (_STEMS[number] if number < len(_STEMS) else str(number + 1))
            number += 1
            if label not in self._taken:
                yield label


def _somebodies(text: str) -> frozenset[str]:
    """Every stretch with a 某 in it that a pseudonym could be: 刘某, 欧阳某甲, 某乙, 张某12."""
    found, at = set(), text.find("某")
    while at >= 0:
        found |= {text[at - before : at + 1 + after] for before in range(min(at, 4) + 1) for after in range(5)}
        at = text.find("某", at + 1)
    return frozenset(found)


def _surname(name: str) -> str:
    length = surname_length(name, 0)
    return name[: length if 0 < length < len(name) else 1]


def wider_than(new: str, old: str) -> bool:
    """Whether `new` hides more of an already masked value than `old` did."""
    return _shown(new) < _shown(old)


def _shown(value: str) -> int:
    return sum(1 for character in value if character.isalnum() and character not in _MASKS)
