"""A Rulebook made ready to run: the gate's expressions, and each rule's patterns compiled on first use.

Compiling 150 expressions costs more than most scans: only those that the gate lets through are compiled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import regex

from reviewer.detect.literals import LiteralGate
from reviewer.detect.prefilter import Gate, build
from reviewer.detect.reach import any_of
from reviewer.prepared.expressions import Expressions
from reviewer.rulebook.genre import Genre
from reviewer.rulebook.rule import Rule, Rulebook
from reviewer.text import view

_KEPT = 512
"""column headers whose rules are remembered"""
_SPACE = "[ \u3000]"
_AFTER_LABEL = (
    "(?:号码|编号|代码|号)?(?:[（(][^（）()\n]{0,20}[）)])?[ \t\u3000]{0,6}(?:为|是|[:：=]){0,2}"
    "[ \t\u3000\"'“”「【\\[]{0,6}"
)
_LABEL_END = "(?:号码|编号|代码|号)?(?:[（(][^（）()\n]{0,20}[）)])?[ \t\u3000]{0,6}[:：]?[ \t\r\u3000]{0,6}$"


@dataclass(frozen=True, slots=True)
class Trigger:
    """What an expression of a gate stands for: one pattern of a rule, its label, a view, or a genre's title."""

    kind: str
    rule: Rule | None = None
    number: int = 0
    genre: str = ""


@dataclass(frozen=True, slots=True)
class Gated:
    """A gate and what each of its expressions stands for."""

    triggers: list[Trigger]
    gate: Gate


def _pairs(rule: Rule) -> list[tuple[Trigger, str]]:
    kind = "fact" if rule.kind == "fact" else "pattern"
    pairs = [(Trigger(kind, rule, number), expression) for number, expression in enumerate(rule.patterns)]
    if rule.labels:
        # Without the blanks that the pattern allows: spaced labels have a trigger of their own.
        pairs.append((Trigger("label", rule), "|".join(map(_plain_label, rule.labels))))
    return pairs


def _plain_label(word: str) -> str:
    return word if _is_expression(word) else regex.escape(word)


def _is_expression(word: str) -> bool:
    return any(char in "[](){}*+?|^$." for char in word)


@dataclass(slots=True)
class Numbers:
    """The rules that look at compact windows: lengths, and one expression that any of them takes."""

    rules: list[tuple[Rule, regex.Pattern[str]]] = field(default_factory=list)
    lengths: frozenset[int] = frozenset()


class Compiled:
    """One Rulebook ready to scan with; keep it between documents."""

    def __init__(self, book: Rulebook, *, use_hyperscan: bool = True, cache: Path | None = None) -> None:
        self.book = book
        self._use_hyperscan = use_hyperscan
        self._cache = cache
        self._compiled: dict[tuple[str, str, int], regex.Pattern[str]] = {}
        self._headed: dict[str, list[Rule]] = {}
        self._expressions = Expressions(cache, book.digest)

    @cached_property
    def rules(self) -> Gated:
        """Which rules can match in a line, which views can differ, and which detectors have to look at it."""
        pairs = [(Trigger(kind), text) for kind, texts in view.GATES.items() for text in texts]
        pairs += [(Trigger(kind), text) for kind, texts in self._builtin_gates().items() for text in texts]
        pairs += [pair for rule in self.book.rules if rule.kind != "exclusion" for pair in _pairs(rule)]
        return self._gated(pairs)

    @cached_property
    def exclusions(self) -> Gated:
        """Which exclusion rules can match in a line; asked only for lines with a candidate."""
        return self._gated([pair for rule in self.book.rules if rule.kind == "exclusion" for pair in _pairs(rule)])

    def genres_in(self, titles: str) -> dict[tuple[str, str], set[int]]:
        """("titles" or "hints", id of a genre) -> the lines of `titles` in which such an expression may match."""
        told: dict[tuple[str, str], set[int]] = {}
        for number, fired in self._genre_gate.gate.lines(titles):
            for k in fired:
                trigger = self._genre_gate.triggers[k]
                told.setdefault((trigger.kind, trigger.genre), set()).add(number)
        return told

    @cached_property
    def _genre_gate(self) -> Gated:
        """Which genres' expressions can match in a title; titles are short, and looked through without hyperscan."""
        pairs = [
            (Trigger(kind, genre=genre.id), text)
            for genre in self.book.genres
            for kind, texts in (("titles", genre.titles), ("hints", genre.hints))
            for text in texts
        ]
        return Gated([trigger for trigger, _ in pairs], LiteralGate([text for _, text in pairs], self._cache))

    def _builtin_gates(self) -> dict[str, tuple[str, ...]]:
        by_id = self.book.by_id
        return {
            kind: gates
            for kind, gates in builtin_gates().items()
            if kind not in _BUILTIN or by_id(_BUILTIN[kind]) is not None
        }

    def _gated(self, pairs: list[tuple[Trigger, str]]) -> Gated:
        kinds = builtin_gates()
        gate = build(
            [text for _, text in pairs],
            use_hyperscan=self._use_hyperscan,
            cache=self._cache,
            exact=frozenset(number for number, (trigger, _) in enumerate(pairs) if trigger.kind in kinds),
            compile=self._expressions,
        )
        return Gated([trigger for trigger, _ in pairs], gate)

    def pattern(self, rule: Rule, number: int) -> regex.Pattern[str]:
        return self._once("pattern", rule.id, number, lambda: rule.patterns[number])

    def labelled(self, rule: Rule) -> regex.Pattern[str]:
        """Label, what may stand between, and the value as group `value`."""
        return self._once(
            "label", rule.id, 0, lambda: f"(?:{_labels(rule.labels)}){_AFTER_LABEL}(?P<value>{rule.value})"
        )

    def label_end(self, rule: Rule) -> regex.Pattern[str]:
        """Whether a label stands at the end of a line, so that the value stands on the next; looked for from behind."""
        return self._once("label-end", rule.id, 0, lambda: f"(?r)(?:{_labels(rule.labels)}){_LABEL_END}")

    def value(self, rule: Rule) -> regex.Pattern[str]:
        return self._once("value", rule.id, 0, lambda: f"[ \t\u3000]{{0,8}}(?P<value>{rule.value})")

    def header(self, rule: Rule) -> regex.Pattern[str]:
        """Matches a column header that names what the rule looks for."""
        return self._once(
            "header", rule.id, 0,
            lambda: "|".join([*([_labels(rule.labels)] if rule.labels else []), *rule.headers]),
        )  # fmt: skip

    def headed(self, header: str) -> list[Rule]:
        """The rules of columns under `header`, which is without blanks; tables of one kind have the same again."""
        found = self._headed.get(header)
        if found is None:
            if len(self._headed) >= _KEPT:
                self._headed.clear()
            found = self._headed[header] = [rule for rule in self.columns if self.header(rule).search(header)]
        return found

    def unless(self, rule: Rule) -> regex.Pattern[str]:
        return self._once("unless", rule.id, 0, lambda: "|".join(rule.unless))

    def expression(self, text: str) -> regex.Pattern[str]:
        return self._once("case", text, 0, lambda: text)

    @cached_property
    def columns(self) -> list[Rule]:
        """The rules that look at whole table columns."""
        return [
            rule
            for rule in self.book.rules
            if rule.headers or (rule.kind in ("labelled", "exclusion") and rule.labels)
        ]

    @cached_property
    def numbers(self) -> Numbers:
        rules = []
        for rule in self.book.rules:
            if "compact" in rule.views:
                pattern = self._once("compact", rule.id, 0, lambda r=rule: "|".join(f"(?:{p})" for p in r.patterns))  # type: ignore[misc]
                rules.append((rule, pattern))
        return Numbers(rules, frozenset({11, 15, 16, 17, 18, 19, 20}))

    @cached_property
    def maskable(self) -> dict[str, Rule]:
        """The rule of each entity whose masked numbers are judged, one of compact windows first."""
        return {
            rule.entity: rule
            for rule in sorted(self.book.rules, key=lambda rule: "compact" in rule.views)
            if rule.entity in ("ID_CARD", "PHONE", "BANK_CARD") and rule.kind == "pattern"
        }

    def validator(self, name: str) -> Callable[[str], bool]:
        """`is_valid` of the module of identifiers that is called so."""
        check: Callable[[str], bool] = import_module(f"reviewer.identifiers.{name}").is_valid
        return check

    def expect(self, characters: int) -> None:
        """So much text is to come: what is worth the time is made ready now."""
        for gated in (self.rules, self.exclusions):
            gated.gate.expect(characters)

    def keep(self) -> None:
        """Keeps the expressions that had to be compiled, for the next start."""
        self._expressions.keep()

    def prepare(self) -> None:
        """Works out all that any scan can need, and keeps it."""
        _ = self.rules, self.exclusions, self.numbers, self._genre_gate
        for expressions in builtin_gates().values():
            for expression in expressions:
                self._expressions(expression)
        for rule in self.book.rules:
            self._prepare(rule)
        for genre in self.book.genres:
            self.titles(genre)
            shown = (word for one in genre.show for word in one.words)
            for text in (*genre.titles, *genre.hints, *genre.against, *shown):
                self.expression(text)
        self.keep()

    def _prepare(self, rule: Rule) -> None:
        for number in range(len(rule.patterns)):
            self.pattern(rule, number)
        if rule.labels and rule.value:
            self.labelled(rule)
            self.label_end(rule)
        if rule.value:
            self.value(rule)
        if rule.labels or rule.headers:
            self.header(rule)
        if rule.unless:
            self.unless(rule)
        for case in rule.cases:
            if case.value:
                self.expression(case.value)
        if rule.not_near:
            any_of(rule.not_near)
            if rule.near:
                any_of(rule.near)

    def titles(self, genre: Genre) -> regex.Pattern[str]:
        """Matches in titles, one a line, where any of the genre's title expressions can."""
        return self._once("titles", genre.id, 0, lambda: "(?m)" + "|".join(f"(?:{text})" for text in genre.titles))

    def _once(self, kind: str, name: str, number: int, text: Callable[[], str]) -> regex.Pattern[str]:
        key = (kind, name, number)
        found = self._compiled.get(key)
        if found is None:
            found = self._compiled[key] = self._expressions(text())
        return found


_BUILTIN = {"name": "person-name", "address": "home-address", "exam": "exam-id", "exam-row": "exam-id"}
"""the rule without which a detector has nothing to say"""


def builtin_gates() -> dict[str, tuple[str, ...]]:
    """The expressions that say which lines the detectors written as code have to look at."""
    from reviewer.detect.examined import GATES as examined
    from reviewer.detect.masked import GATES as masked
    from reviewer.language import names, places

    return {"name": names.GATES, "address": places.GATES, "masked": masked, **examined}


def _labels(words: tuple[str, ...]) -> str:
    """An alternation of the words, longest first, that allows spaces between their characters."""
    parts = []
    for word in sorted(words, key=len, reverse=True):
        if _is_expression(word):
            parts.append(word)
        elif word.isascii():
            parts.append(regex.escape(word, special_only=True))
        else:
            parts.append(f"{_SPACE}{{0,2}}".join(regex.escape(char) for char in word))
    return "|".join(parts)


def any_value(match: Any) -> tuple[int, int]:
    """The span of a match: its group `value` where the pattern has one that took part."""
    if "value" in match.re.groupindex and match.start("value") >= 0:
        return match.span("value")
    return match.span()
