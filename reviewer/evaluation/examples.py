"""The examples inside the rules and genres: which are not judged as they are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reviewer.model import SEVERITIES, DocumentGenre
from reviewer.rulebook.genre import Genre
from reviewer.rulebook.rule import Example, Rule


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that its rule does not judge as written. `what` never holds text of a draft."""

    file: str
    line: int
    rule: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


RuleSpan = tuple[str, int, int, str]
"""rule, start, end, severity ("" for an exclusion)"""


def failing_examples(rules: tuple[Rule, ...], find: Callable[[str], list[RuleSpan]]) -> list[Failure]:
    """Every example that fails, and every owed one that has begun to pass, of all rules together."""
    failures = []
    for rule in rules:
        for example in rule.examples:
            what = _fault(rule, example, find(example.text))
            if what:
                failures.append(Failure(rule.file, example.line, rule.id, what))
        for example in rule.owed:
            if not _fault(rule, example, find(example.text)):
                failures.append(Failure(rule.file, example.line, rule.id, "owed 中的例子已经通过，请移到 examples"))
    return failures


def failing_trials(genres: tuple[Genre, ...], recognise: Callable[[str], DocumentGenre | None]) -> list[Failure]:
    """Every example of a genre that is not taken for it, every counter-example that is."""
    failures = []
    for genre in genres:
        for trial in genre.trials:
            told = recognise(trial.text)
            taken = told is not None and told.name == genre.title and told.confidence != "possible"
            if taken != trial.fits:
                what = "例子没有认作这个文种" if trial.fits else "反例认作了这个文种"
                failures.append(Failure(genre.file, trial.line, genre.id, what))
    return failures


def _fault(rule: Rule, example: Example, found: list[RuleSpan]) -> str:
    """What is wrong with the spans that the rule gives in its example; "" when it is as written."""
    mine = [span for span in found if span[0] == rule.id]
    got = {span[1:3] for span in mine}
    wanted = {(start, end) for start, end, _ in example.spans}
    missed, extra = sorted(wanted - got), sorted(got - wanted)
    if missed or extra:
        words = [f"漏了第 {start}–{end} 字" for start, end in missed]
        words += [f"误标了第 {start}–{end} 字" for start, end in extra]
        return "例子不符：" + "，".join(words)
    for start, end, severity in example.spans:
        if severity in SEVERITIES and (rule.id, start, end, severity) not in mine:
            return f"例子不符：第 {start}–{end} 字的级别应为 {severity}"
    return ""
