"""Which documents keep their findings when rules have changed.

Everything that a rule does to a document begins with something that it sees there: a pattern, a label, a fact's word, a
column header, an exclusion. Where neither the old nor the new form of any changed rule sees anything, and nothing of it
was found, a scan of the whole document would find what the state has already. So the document is read again, only the
changed rules run, and it is scanned as a whole where one of them sees something. Some rules are found by code, which
looks for more than the rule's own expressions: where one of these has changed, all documents are scanned.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from reviewer.detect.compiled import Compiled
from reviewer.detect.scan import sees
from reviewer.model import Document, Finding, Result
from reviewer.readers.plain import text_document
from reviewer.rulebook.genre import Genre
from reviewer.rulebook.rule import Rule, Rulebook
from reviewer.scanning import Scanner

T = TypeVar("T", Rule, Genre)

CODED = frozenset((
    "exam-id", "secret-mark", "secret-mark-bare", "secret-mark-starless", "copy-number-bare", "informant", "minor",
    "vin", "map-control-point", "map-control-height", "military-place",
))  # fmt: skip
"""rules that code in reviewer/detect knows by their names, beside those of kind builtin"""
_SAID = ("title", "message", "advice", "basis")
"""what is only said of a finding"""


@dataclass(frozen=True, slots=True)
class Changed:
    """What is another in one rulebook than in an earlier one.

    whole  a scan of the whole document is needed, whatever stands in it
    rules  ids: a document with a finding of one of them is scanned as a whole
    books  the old and the new form of the changed rules: what they see is scanned as a whole
    """

    whole: bool = False
    rules: frozenset[str] = frozenset()
    books: tuple[Rulebook, ...] = ()

    def __bool__(self) -> bool:
        return self.whole or bool(self.rules)


def changed(before: Rulebook, now: Rulebook) -> Changed:
    """What is another in `now` than it was `before`; basis texts and examples change no document."""
    old, new = ({rule.id: _bare(rule) for rule in book.rules} for book in (before, now))
    ids = frozenset(name for name in (*old, *new) if old.get(name) != new.get(name))
    both = [name for name in old if name in new]
    whole = (
        [name for name in new if name in old] != both  # their order decides between two that are equally good
        or list(map(_bare, before.genres)) != list(map(_bare, now.genres))
        or any(_is_found_by_code(name, old, new) for name in ids)
    )
    if whole:
        return Changed(whole=True, rules=ids)
    looked_for = [name for name in ids if not _is_said_only(old.get(name), new.get(name))]
    books = tuple(
        replace(book, rules=tuple(rule for rule in book.rules if rule.id in looked_for), genres=())
        for book in (before, now)
    )
    return Changed(rules=ids, books=tuple(book for book in books if book.rules))


def _bare(one: T) -> T:
    """A rule or genre without what no scan looks at: examples, and where its file lies."""
    silent: dict[str, Any] = {name.name: () for name in fields(one) if not name.repr}
    return replace(one, **silent, file="")


def _is_said_only(old: Rule | None, new: Rule | None) -> bool:
    """Whether two forms of a rule find the same, and say another thing of it."""
    if old is None or new is None:
        return False
    # What a case says is only said, too.
    cases = [tuple(replace(case, message="") for case in rule.cases) for rule in (old, new)]
    silent: dict[str, Any] = {name: getattr(new, name) for name in _SAID}
    return replace(old, **silent, cases=cases[0]) == replace(new, cases=cases[1])


def _is_found_by_code(name: str, old: dict[str, Rule], new: dict[str, Rule]) -> bool:
    forms = [rules[name] for rules in (old, new) if name in rules]
    coded = name in CODED or any(rule.kind == "builtin" for rule in forms)
    return coded and not _is_said_only(old.get(name), new.get(name))


class Seen(Exception):
    """A changed rule sees something: the document has to be scanned as a whole."""


class Probe(Scanner):
    """Reads as a Scanner does, and only asks whether changed rules see anything: then it raises Seen."""

    def __init__(self, scanner: Scanner, books: Sequence[Rulebook]) -> None:
        # No super().__init__(): what another scanner has worked out is shared, but for the rules.
        vars(self).update(vars(copy.copy(scanner)))
        own = [replace(book, digest=f"{book.digest} {' '.join(rule.id for rule in book.rules)}") for book in books]
        self._asked = [Compiled(book, use_hyperscan=scanner.settings.use_hyperscan) for book in own]

    def expect(self, characters: int) -> None:
        for compiled in self._asked:
            compiled.expect(characters)

    def document(self, document: Document) -> Result:
        self._ask(document)
        return Result(document.path, document)

    def in_name(self, name: str) -> tuple[Finding, ...]:
        self._ask(text_document(name))
        return ()

    def sees(self, data: bytes, path: str) -> bool:
        """Whether a changed rule sees anything in a file, in the files in it, or in their names."""
        try:
            for _ in self.in_bytes(data, path):
                pass
        except Seen:
            return True
        return False

    def _ask(self, document: Document) -> None:
        if any(sees(document, compiled, self.settings) for compiled in self._asked):
            raise Seen

