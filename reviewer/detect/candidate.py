"""A candidate: something that one rule saw at one place, before context and overlap have judged it."""

from __future__ import annotations

from dataclasses import dataclass, field

from reviewer.model import Confidence
from reviewer.rulebook.rule import Case, CaseSeverity, Rule


@dataclass(slots=True)
class Candidate:
    """`start`, `end` count in Document.text. `value` is normalised and never shows in a repr."""

    rule: Rule
    start: int
    end: int
    value: str = field(repr=False)
    view: str
    confidence: Confidence | None = None
    """set by detectors that know it; otherwise worked out from validity and context"""
    labelled: bool = False
    """its label or column header was part of the match: support by itself"""
    regular: bool = True
    """compact view: split as people split one number"""
    severity: CaseSeverity | None = None
    message: str = ""
    masked: bool = False
    candidates: int | None = None
    permitted_end: int | None = None
    private: bool | None = None
    """NAME: a private person (True), an office holder (False), unknown (None)"""
    pseudonym: bool = False
    column: int | None = None
    role: str = ""
    """NAME: what the person is to the document"""
    own: str | None = None
    """NAME: what its own place says the person is, where `role` and `private` are an office's that the name has
    elsewhere in the document"""
    depth: str = ""
    """ADDRESS: how deep it goes, a key of places.DEPTH_TITLES"""
    use: str = ""
    """ADDRESS: whose it is (home, property, street, office, project, parcel, unknown)"""
    advice: str = ""
    """the form that the document's genre advises; empty: the rule's own advice"""
    cites: tuple[str, ...] = ()
    """the law behind the genre's judgement, shown before the rule's"""
    scope: str = ""
    combined_with: tuple[str, ...] = ()
    decided: bool = False
    case: Case | None = None
    """the first case of the rule that holds, where that was `decided` whoever stands beside"""
