"""Looks through all that is left of a copy for values that were masked somewhere else in it, and takes them out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree

from reviewer.marking.docx_edits import Cut, cut_words, spliced
from reviewer.marking.docx_parts import WORDS, A, put_text
from reviewer.marking.model import Edit
from reviewer.readers.docx_look import W

_SHORTEST = 6
_NOISE = re.compile("[\\s\u00ad\u00b7\u200b-\u200f\u2010-\u2015\u2060\ufeff-]+")
_MACHINE = re.compile(r"[-+]?[0-9]+")
_HEX = re.compile(r"[-0-9A-Fa-f{}:., ]+")
_DIGITS = str.maketrans("0123456789", "1234567890")


@dataclass(slots=True)
class Sweep:
    """The values to look for, in half width and without blanks and hyphens, by how they begin."""

    _needles: dict[str, list[tuple[str, str]]] = field(default_factory=dict, repr=False)
    _known: dict[str, str] = field(default_factory=dict, repr=False)
    """values of attributes that were changed, with what they are now: ids stay equal where they were"""
    _clear: set[str] = field(default_factory=set, repr=False)
    """values of attributes that hold none"""

    def hits(self, text: str) -> list[Cut]:
        """Where in a text a value stands, and what takes its place."""
        if len(text) < _SHORTEST or not self._needles:
            return []
        folded = _NOISE.sub("", unicodedata.normalize("NFKC", text))
        if not any(True for _ in self._found(folded)):
            return []
        letters, places = _places(text)
        return [Cut(places[a], places[b - 1] + 1, new) for a, b, new in self._found(letters)]

    def _found(self, text: str) -> Iterator[tuple[int, int, str]]:
        end = 0
        for k in range(len(text) - _SHORTEST + 1):
            for needle, new in self._needles.get(text[k : k + _SHORTEST], ()):
                if k >= end and text.startswith(needle, k):
                    yield k, k + len(needle), new
                    end = k + len(needle)
                    break

    def clean(self, root: etree._Element) -> None:
        """Take the values out of one part: its paragraphs, other texts, attributes."""
        if not self._needles:
            return
        told: set[etree._Element] = set()
        for words in _rows(root):
            told.update(words)
            self._clean_row(words)
        for element in root.iter(etree.Element):
            if element.text and element.tag in WORDS:
                cuts = self.hits(element.text) if element not in told else []
                if cuts:
                    cut_words(element, cuts)
            elif element.text:
                element.text = self._changed(element.text) or element.text
            if element.tail and self.hits(element.tail):
                element.tail = None
            for key, value in element.attrib.items():
                changed = self._changed(str(value))
                if changed is not None:
                    element.set(key, changed)

    def _clean_row(self, words: list[etree._Element]) -> None:
        """Texts that read on from one element to the next."""
        text = "".join(one.text or "" for one in words)
        cuts = self.hits(text)
        here = 0
        for one in words if cuts else ():
            end = here + len(one.text or "")
            mine = [
                Cut(max(cut.start, here) - here, min(cut.end, end) - here, cut.text if cut.start >= here else "")
                for cut in cuts if cut.start < end and cut.end > here
            ]  # fmt: skip
            if mine:
                put_text(one, spliced(one.text or "", mine))
            here = end

    def _changed(self, value: str) -> str | None:
        """What takes the place of a value of the machinery; None where it may stay."""
        if len(value) < _SHORTEST or value in self._clear:
            return None
        if value in self._known:
            return self._known[value]
        cuts = self.hits(value)
        if not cuts:
            self._clear.add(value)
            return None
        if _MACHINE.fullmatch(value):
            # A size or an id that happens to be the same number.
            new = str(int(value) + 1)
        elif _HEX.fullmatch(value):
            new = value.translate(_DIGITS)
        else:
            new = spliced(value, cuts)
        self._known[value] = new
        return new


def _rows(root: etree._Element) -> Iterable[list[etree._Element]]:
    """The texts of each paragraph, in order; those of a box in it are not among them."""
    rows: dict[etree._Element, list[etree._Element]] = {}
    for words in root.iter(W + "t", A + "t", W + "instrText"):
        paragraph = next(words.iterancestors(W + "p", A + "p"), None)
        if paragraph is not None:
            rows.setdefault(paragraph, []).append(words)
    return rows.values()


def sweep_for(edits: Sequence[Edit], text: str) -> Sweep:
    """What to look for: the value of each edit but names, of six or more characters."""
    needles: dict[str, str] = {}
    for edit in edits:
        needle = _NOISE.sub("", unicodedata.normalize("NFKC", text[edit.start : edit.end]))
        shown = _NOISE.sub("", unicodedata.normalize("NFKC", edit.replacement))
        if edit.entity != "NAME" and len(needle) >= _SHORTEST and needle not in shown:
            needles.setdefault(needle, edit.replacement)
    found: dict[str, list[tuple[str, str]]] = {}
    for needle in sorted(needles, key=len, reverse=True):
        found.setdefault(needle[:_SHORTEST], []).append((needle, needles[needle]))
    return Sweep(found)


def _places(text: str) -> tuple[str, list[int]]:
    """A text in half width without noise, one character at a time, and where each character stood."""
    letters: list[str] = []
    places: list[int] = []
    for k, character in enumerate(text):
        for letter in _NOISE.sub("", unicodedata.normalize("NFKC", character)):
            letters.append(letter)
            places.append(k)
    return "".join(letters), places


def secrets(edits: Iterable[Edit], text: str) -> list[str]:
    """The values of all edits, of two or more characters."""
    return [value for edit in edits if len(value := text[edit.start : edit.end].strip()) > 1]
