"""A rule as data: what it looks for, what the law says of it, and its own examples.

One YAML file in rules/ is one rule; docs/rules.md describes the keys. The kinds:

pattern    regular expressions on the views of a line; a group named `value` is the span, else the whole
labelled   a label (or column header) and the value that follows it
fact       words that say something about a person; a finding only where a particular person stands
exclusion  text that looks like personal data and is not: other findings inside it are dropped
builtin    found by code of the same name in reviewer/detect; the file carries law, advice, examples
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from reviewer.model import Severity
from reviewer.rulebook.genre import Genre

Kind = Literal["pattern", "labelled", "fact", "exclusion", "builtin"]
KINDS: tuple[Kind, ...] = ("pattern", "labelled", "fact", "exclusion", "builtin")
CaseSeverity = Literal["block", "check", "note", "silent"]


@dataclass(frozen=True, slots=True)
class Case:
    """A circumstance in which the rule judges otherwise; the first case that holds decides.

    All conditions that are given must hold: `near` (one of the words stands in the clause, the column
    header or the row label), `not_near` (none does), `value` (a regular expression found in the
    normalised value), `row` (one of the words stands anywhere in the line or row), `person` (a private
    person's name, a 某 form or a personal number stands in the clause or row).
    """

    severity: CaseSeverity
    near: tuple[str, ...] = ()
    not_near: tuple[str, ...] = ()
    row: tuple[str, ...] = ()
    value: str = ""
    person: bool | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A text of a rule file with the spans that the rule must flag exactly; none: it must stay silent."""

    text: str
    spans: tuple[tuple[int, int, str], ...]
    """(start, end, severity or "")"""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    title: str
    entity: str
    severity: Severity
    kind: Kind
    basis: tuple[str, ...] = ()
    message: str = ""
    advice: str = ""
    views: tuple[str, ...] = ("folded",)
    patterns: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    value: str = ""
    unless: tuple[str, ...] = ()
    validator: str = ""
    if_invalid: Literal["drop", "doubt"] = "drop"
    confidence: Literal["certain", "likely", "possible"] = "certain"
    """the most that the rule's evidence can be worth"""
    near: tuple[str, ...] = ()
    need_near: bool = False
    not_near: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()
    private: bool = False
    """counts towards the number of private persons' values (法释〔2017〕10号 art 5)"""
    vetoes: tuple[str, ...] = ()
    """exclusion: the entities whose findings it drops; none named: all but marks and credentials"""
    examples: tuple[Example, ...] = field(default=(), repr=False)
    owed: tuple[Example, ...] = field(default=(), repr=False)
    file: str = ""


@dataclass(frozen=True, slots=True)
class Basis:
    """One article of a law or standard, as it is cited."""

    key: str
    law: str
    article: str
    text: str
    source: str

    @property
    def title(self) -> str:
        return f"《{self.law}》{self.article}"


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules in force, with the law they cite. `digest` names the exact set."""

    rules: tuple[Rule, ...]
    basis: dict[str, Basis]
    digest: str
    genres: tuple[Genre, ...] = ()
    _by_id: dict[str, Rule] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {rule.id: rule for rule in reversed(self.rules)})

    def by_id(self, name: str) -> Rule | None:
        return self._by_id.get(name)
