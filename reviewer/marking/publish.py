"""A draft -> its marked original, or a copy that may be published with its proof.

The copy is made, read and scanned again, and its bytes are searched; where that shows too much, masks are widened
and it is made anew. What can not be proved is not given out.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from reviewer.errors import MarkingError, ReadError
from reviewer.keys import Key
from reviewer.marking.forms import WIDEST
from reviewer.marking.model import Annotated, Masked, Note
from reviewer.marking.plan import Choice, Plan, Value, make_plan, value_of
from reviewer.marking.proof import Proof, prove
from reviewer.marking.trace import Edited
from reviewer.model import Finding, Result
from reviewer.rulebook.masking import Policy

if TYPE_CHECKING:
    from reviewer.scanning import Scanner

_MODULES = {"txt": "plain", "md": "plain", "csv": "plain", "tsv": "plain",
            "docx": "docx", "xlsx": "xlsx", "pptx": "pptx", "pdf": "pdf", "html": "html",
            "ofd": "ofd", "picture": "picture"}  # fmt: skip
"""those that were converted before they were read are written by marking.converted"""
_ROUNDS = 6
_TRACED = 500
"""so many findings of a copy are sought in the draft in one round"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a draft. `data` is None where it was refused or the proof failed: then nothing may be written."""

    plan: Plan
    data: bytes | None = field(default=None, repr=False)
    masked: Masked | None = None
    proof: Proof = field(default_factory=Proof)
    copy: Result | None = None
    rounds: int = 0

    @property
    def publishable(self) -> bool:
        """Whether the copy is proved, nothing in it is unread and nothing was left beyond --only."""
        return self.data is not None and not self.plan.answered and not self.proof.beyond


def annotated(data: bytes, result: Result, notes: tuple[Note, ...], scanner: Scanner) -> Annotated:
    """The draft with its remarks. Raises MarkingError for a format that can not be marked."""
    assert result.document is not None
    outcome: Annotated = _writer(result).annotate(data, result.document, notes, scanner.settings.limits)
    return outcome


def publish(
    data: bytes, result: Result, scanner: Scanner, policy: Policy, choice: Choice, key: Key
) -> Outcome:
    """The publishable copy of `data`, which was scanned as `result`, or why there is none.

    Raises UsageError for a fingerprint that is not in this draft, MarkingError where no copy can be made.
    """
    assert result.document is not None
    levels: dict[Value, int] = {}
    also: set[Value] = set()
    extra: dict[tuple[int, int], Finding] = {}
    shown = _shown_roles(result, scanner)
    for number in range(1, _ROUNDS + 1):
        plan = make_plan(
            result, policy, choice, key, levels=levels, also=also, extra=extra.values(), shown=shown
        )
        if plan.refused or plan.gaps:
            return Outcome(plan)
        masked: Masked = _writer(result).mask(data, result.document, plan.edits, scanner.settings.limits)
        copy = _scanned(masked.data, result, scanner)
        proof = prove(plan, result, copy, masked.data, choice.only)
        if proof.holds:
            return Outcome(plan, masked.data, masked, proof, copy, number)
        if not _widen(plan, proof, copy, result, levels, also, extra):
            break
    return Outcome(plan, None, masked, proof, copy, number)


def _shown_roles(result: Result, scanner: Scanner) -> frozenset[str]:
    """The roles whose names this kind of document has to show; none where the kind is not certain."""
    if result.genre is None or result.genre.confidence != "certain":
        return frozenset()
    return frozenset(
        role
        for genre in scanner.book.genres
        if genre.title == result.genre.name
        for one in genre.show
        for role in one.roles
    )


def can_write(kind: str) -> bool:
    """Whether drafts of a kind can be marked and masked, but for those that are converted first."""
    return kind in _MODULES


def copy_suffix(result: Result) -> str:
    """How the name of a publishable copy must end; "" where that is as the draft's own."""
    return f".{result.document.converted}" if result.document is not None and result.document.converted else ""


def _writer(result: Result) -> Any:
    assert result.document is not None
    name = "converted" if result.document.converted else _MODULES.get(result.document.format)
    if name is None:
        raise MarkingError(f"还不能处理 {result.document.format} 格式。请另存为 docx、xlsx、pptx、pdf、ofd 或文本。")
    return import_module(f"reviewer.marking.{name}")


def _scanned(data: bytes, draft: Result, scanner: Scanner) -> Result:
    """The copy as the scan sees it; a copy that can not be read whole proves nothing."""
    from reviewer.readers import read_bytes

    try:
        copy = scanner.document(read_bytes(data, draft.path, scanner.settings.limits))
    except ReadError as fault:
        raise MarkingError(f"生成的副本读不回来（{fault.code}），没有留下副本。请把这一情况告诉维护人员。") from None
    if len(copy.gaps) > len(draft.gaps):
        raise MarkingError("生成的副本里有读不到的部分，没有留下副本。请把这一情况告诉维护人员。")
    return copy


def _widen(
    plan: Plan, proof: Proof, copy: Result, draft: Result, levels: dict[Value, int], also: set[Value],
    extra: dict[tuple[int, int], Finding],
) -> bool:  # fmt: skip
    """Takes what the proof found into the next plan; False where nothing more can be done about it."""
    assert copy.document is not None and draft.document is not None
    by_text: dict[str, set[Value]] = {}
    for one in plan.changes:
        by_text.setdefault(one.edit.replacement.strip("★ \n\t"), set()).add(value_of(one.finding))
    known = {value_of(one) for one in draft.findings}
    moved, traced = False, 0
    edited = Edited(draft.document.text, plan.edits)
    for finding in proof.left:
        written = copy.document.text[finding.start : finding.end]
        values = by_text.get(written, set()) or {
            value for text, same in by_text.items() if text and text in written for value in same
        }
        # Of all that is written 〔略〕, what the rule speaks of.
        values = {one for one in values if one[0] == finding.entity} or values
        for value in values:
            if levels.get(value, 0) < WIDEST:
                levels[value] = levels.get(value, 0) + 1
                moved = True
        if not values and value_of(finding) in known and value_of(finding) not in also:
            also.add(value_of(finding))
            moved = True
        elif not values and traced < _TRACED:
            traced += 1
            for start, end in edited.places(copy.document.text, finding.start, finding.end):
                if (start, end) not in extra:
                    part, locator = draft.document.place(start, end)
                    extra[start, end] = replace(
                        finding, start=start, end=end, part=part, locator=locator, permitted_end=None, masked=False
                    )
                    moved = True
    return moved
