"""From candidate to finding: validity and context give the confidence, circumstances the severity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from reviewer.detect.candidate import Candidate
from reviewer.detect.compiled import Compiled
from reviewer.detect.lines import Context, Lines
from reviewer.detect.pattern import normalise
from reviewer.language import places
from reviewer.model import CONFIDENCES, Confidence
from reviewer.rulebook.rule import Case, Rule

_CHECKED = frozenset({
    "resident_id", "hmt_residence", "foreign_pr", "social_credit", "disability_id", "student_id", "vin",
})  # fmt: skip
"""validators with a check character: a valid number is no accident"""
_IN_ONE_CELL = frozenset({"NAME", "ADDRESS"})
_RANK = {confidence: rank for rank, confidence in enumerate(CONFIDENCES)}


@dataclass(slots=True)
class Judge:
    """Judges candidates of one document."""

    lines: Lines
    compiled: Compiled
    _checks: dict[str, Callable[[str], bool] | None] = field(default_factory=dict)
    _silent: dict[str, bool] = field(default_factory=dict)

    def stands(self, one: Candidate, beside_person: Callable[[Candidate], bool]) -> bool:
        """Whether the candidate is a finding at all; sets its confidence. A name or address ends with its cell."""
        if one.rule.entity in _IN_ONE_CELL:
            self._cut_at_the_cell(one)
        if one.masked or (one.confidence is not None and not one.rule.not_near):
            return True
        rule = one.rule
        check = self._check(rule) if one.confidence is None else None
        valid = check(one.value) if check is not None else None
        if valid is False and rule.if_invalid == "drop":
            return False
        context: Context | None = None
        if rule.not_near or rule.need_near or not one.labelled:
            context = self.lines.context(one.start, one.end)
        if context is not None and rule.not_near and context.silenced_by(rule.not_near):
            return False
        if one.confidence is not None:
            return True
        near = one.labelled or bool(rule.near and context is not None and context.has(rule.near))
        if rule.need_near and not near:
            return False
        confidence = _confidence(one, rule, valid, near, beside_person)
        if confidence is None:
            return False
        one.confidence = confidence if _RANK[confidence] <= _RANK[rule.confidence] else rule.confidence
        return True

    def is_silent(self, one: Candidate, beside_person: Callable[[Candidate], bool]) -> bool:
        """Whether the circumstances silence the candidate, so that it may not stand in another's way."""
        if one.severity is not None or not one.rule.cases or not self._may_be_silent(one.rule):
            return False
        context = self.lines.context(one.start, one.end)
        for case in one.rule.cases:
            if self._holds(case, one, context, beside_person):
                return case.severity == "silent"
        return False

    def settle(self, one: Candidate, beside_person: Callable[[Candidate], bool]) -> bool:
        """Sets severity and message by the first case that holds; False when the candidate is silenced."""
        if one.severity is not None:
            return one.severity != "silent"
        rule = one.rule
        one.severity, one.message = rule.severity, one.message or rule.message
        if not rule.cases:
            return True
        context = self.lines.context(one.start, one.end)
        for case in rule.cases:
            if self._holds(case, one, context, beside_person):
                one.severity = case.severity
                one.message = case.message or one.message
                return case.severity != "silent"
        return True

    def _cut_at_the_cell(self, one: Candidate) -> None:
        """Ends a name or an address that runs on into the next cell; an address whose parts are cells stays whole."""
        block = self.lines.block(one.start)
        if block is None or block.table is None:
            return
        cell = block.table.cell_at(one.start)
        if cell is None or one.end <= block.table.ends[cell]:
            return
        end = block.table.ends[cell]
        text = self.lines.text[one.start : end]
        if one.rule.entity == "ADDRESS":
            hit = places.looks_like_address(text)
            if hit is None:
                return
            end = one.start + hit.end
            one.permitted_end = one.start + hit.permitted_end
        one.end = end
        one.value = normalise(one.rule.entity, self.lines.text[one.start : end])

    def _may_be_silent(self, rule: Rule) -> bool:
        found = self._silent.get(rule.id)
        if found is None:
            found = self._silent[rule.id] = any(case.severity == "silent" for case in rule.cases)
        return found

    def _check(self, rule: Rule) -> Callable[[str], bool] | None:
        if rule.id not in self._checks:
            self._checks[rule.id] = self.compiled.validator(rule)
        return self._checks[rule.id]

    def _holds(
        self, case: Case, one: Candidate, context: Context, beside_person: Callable[[Candidate], bool]
    ) -> bool:
        if case.near and not context.has(case.near):
            return False
        if case.not_near and context.has(case.not_near):
            return False
        if case.row and not any(word in context.row or word in context.columns for word in case.row):
            return False
        if case.value and self.compiled.expression(case.value).search(one.value) is None:
            return False
        return case.person is None or case.person == beside_person(one)


def _confidence(
    one: Candidate, rule: Rule, valid: bool | None, near: bool, beside_person: Callable[[Candidate], bool]
) -> Confidence | None:
    """None: silent. A check character or a near word ranks a finding; neither alone vetoes it."""
    if valid is None:
        if one.view == "compact" and not (one.regular or near):
            return None
        return "certain" if near else "likely"
    if valid:
        if one.view == "compact" and rule.entity == "DISABILITY_ID" and not near:
            return None  # an ID and the number beside it look the same
        checked = rule.validator in _CHECKED
        if one.view == "compact" and not (checked or one.regular or near):
            return None
        if near:
            return "certain"
        return "certain" if checked and one.view != "compact" else "likely"
    if rule.if_invalid == "drop":
        return None
    if one.view == "compact" and not (near and one.regular):
        return None
    # A person beside it makes a mistyped ID likely enough; of a card number only its length would be left.
    return "possible" if near or (rule.validator in _CHECKED and beside_person(one)) else None
