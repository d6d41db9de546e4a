"""From candidate to finding: validity and context give the confidence, circumstances the severity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from reviewer.detect.candidate import Candidate
from reviewer.detect.caption import Captions
from reviewer.detect.compiled import Compiled
from reviewer.detect.holder import holder
from reviewer.detect.lines import Context, Lines
from reviewer.detect.pattern import normalise
from reviewer.language import places
from reviewer.model import CONFIDENCES, Confidence
from reviewer.rulebook.rule import Case, Rule

_CHECKED = frozenset({
    "resident_id", "hmt_residence", "foreign_pr", "social_credit", "disability_id", "student_id", "vin",
})  # fmt: skip
"""validators with a check character: a valid number is no accident"""
_BY_CAPTION = frozenset({"map-control-point", "map-control-height", "military-place"})
"""rules whose near words may stand in a table's title or headers"""
_IN_ONE_CELL = frozenset({"NAME", "ADDRESS"})
_RANK = {confidence: rank for rank, confidence in enumerate(CONFIDENCES)}


@dataclass(slots=True)
class Judge:
    """Judges candidates of one document."""

    lines: Lines
    compiled: Compiled
    _checks: dict[str, Callable[[str], bool]] = field(default_factory=dict)
    _asked: tuple[str, str] = ("", "")
    _answer: bool = False
    _held: tuple[tuple[int, int], str] = ((-1, -1), "")
    _captions: Captions | None = None
    _silent: dict[str, bool] = field(default_factory=dict)
    _asks_persons: dict[str, bool] = field(default_factory=dict)
    _chinese: dict[str, bool] = field(default_factory=dict)

    def stands(self, one: Candidate, beside_person: Callable[[Candidate], bool]) -> bool:
        """Whether the candidate is a finding at all; sets its confidence. A name or address ends with its cell."""
        if one.rule.entity in _IN_ONE_CELL:
            self._cut_at_the_cell(one)
        if one.confidence is not None and not one.rule.not_near:
            return True
        if one.masked:
            return not (one.rule.not_near and _is_something_else(one.rule, self.lines.context(one.start, one.end)))
        rule = one.rule
        valid = self._is_valid(rule, one.value) if one.confidence is None and rule.validator else None
        if valid is False and rule.if_invalid == "drop":
            return False
        context = None
        # Among numbers no word says anything.
        if (rule.not_near or (rule.near and not one.labelled)) and not (
            self._is_chinese(rule) and self.lines.is_ascii_around(one.start, one.end)
        ):  # fmt: skip
            context = self.lines.context(one.start, one.end)
            if context.is_ascii and self._is_chinese(rule):
                context = None
        if context is not None and _is_something_else(rule, context):
            return False
        if one.confidence is not None:
            return True
        near = one.labelled or (context is not None and context.has(rule.near))
        if rule.need_near and not near:
            near = rule.id in _BY_CAPTION and self._is_captioned(one)
            if not near:
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
        case = self._first_case(one, beside_person)
        if not self._asks_persons[one.rule.id]:
            one.decided, one.case = True, case
        return case is not None and case.severity == "silent"

    def _first_case(self, one: Candidate, beside_person: Callable[[Candidate], bool]) -> Case | None:
        """The first case of the rule that holds."""
        context = self.lines.context(one.start, one.end)
        for case in one.rule.cases:
            if self._holds(case, one, context, beside_person):
                return case
        return None

    def settle(self, one: Candidate, beside_person: Callable[[Candidate], bool]) -> bool:
        """Sets severity and message by the first case that holds; False when the candidate is silenced."""
        if one.severity is not None:
            return one.severity != "silent"
        rule = one.rule
        one.severity, one.message = rule.severity, one.message or rule.message
        if not rule.cases:
            return True
        case = one.case if one.decided else self._first_case(one, beside_person)
        if case is not None:
            one.severity = case.severity
            one.message = case.message or one.message
        return case is None or case.severity != "silent"

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

    def _is_chinese(self, rule: Rule) -> bool:
        """Whether none of the rule's near words can stand in a text of ASCII."""
        found = self._chinese.get(rule.id)
        if found is None:
            found = self._chinese[rule.id] = not any(map(str.isascii, (*rule.near, *rule.not_near)))
        return found

    def _is_captioned(self, one: Candidate) -> bool:
        """Whether the title or the headers of the table say what the rule looks for, and nothing against it."""
        if self._captions is None:
            self._captions = Captions(self.lines)
        rule = one.rule
        for words in self._captions.at(one.start).split("\n"):
            left = words
            for word in rule.not_near:
                left = left.replace(word, "")
            if any(word in left for word in rule.near):
                return True
            if left != words:
                return False
        return False

    def _holder(self, one: Candidate) -> str:
        """Whose account a number is, where a form tells; "" for anything else."""
        if one.rule.entity != "BANK_ACCOUNT":
            return ""
        if (one.start, one.end) != self._held[0]:
            self._held = (one.start, one.end), holder(self.lines, one.start, one.end)
        return self._held[1]

    def _may_be_silent(self, rule: Rule) -> bool:
        found = self._silent.get(rule.id)
        if found is None:
            found = self._silent[rule.id] = any(case.severity == "silent" for case in rule.cases)
            self._asks_persons[rule.id] = any(case.person is not None for case in rule.cases)
        return found

    def _is_valid(self, rule: Rule, value: str) -> bool:
        """What the rule's validator says; several rules ask for one value."""
        asked = rule.validator, value
        if asked != self._asked:
            check = self._checks.get(rule.validator)
            if check is None:
                check = self._checks[rule.validator] = self.compiled.validator(rule.validator)
            self._asked, self._answer = asked, check(value)
        return self._answer

    def _holds(
        self, case: Case, one: Candidate, context: Context, beside_person: Callable[[Candidate], bool]
    ) -> bool:
        if case.near and not context.has(case.near):
            return False
        if case.not_near and context.has(case.not_near):
            return False
        if case.row:
            whose = self._holder(one)
            row = whose or context.row
            if not any(word in row or word in context.columns for word in case.row):
                return False
            if whose:
                return not case.value or self.compiled.expression(case.value).search(one.value) is not None
        if case.value and self.compiled.expression(case.value).search(one.value) is None:
            return False
        return case.person is None or case.person == beside_person(one)


def _is_something_else(rule: Rule, context: Context) -> bool:
    """Whether the nearest label, or the column's header, says that the value is of another kind."""
    return context.silenced_by(rule.not_near, rule.near, rule.kind == "labelled")


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
