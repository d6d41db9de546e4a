"""tests/cases/*.txt: whole texts in which all that must be found is marked; the rest must stay silent.

«value|ENTITY» is found exactly there, at the severity that its entity has by the issue (check or block where
that depends on the circumstances); «value|ENTITY,severity» at that severity. Notes need no mark. A line of
only --- begins the next text. Facts about persons are matched by overlap: they have no fixed ends.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewer.evaluation import Labelled, labelled_texts
from reviewer.model import ENTITY_TITLES, Finding
from reviewer.text.mask import mask
from tests.scanner import found
from tests.test_samples import LOOSE

CASES = Path(__file__).parent / "cases"
TEXTS = {
    f"{path.stem}-{number}": labelled
    for path in sorted(CASES.glob("*.txt"))
    for number, labelled in enumerate(labelled_texts(path), 1)
}
BLOCK = frozenset({
    "ID_CARD", "HMT_RESIDENCE", "FOREIGN_PR", "PASSPORT", "HKMT_PERMIT", "MILITARY_ID", "DRIVER_LICENSE",
    "DISABILITY_ID", "STUDENT_ID", "HUKOU", "BIRTH_CERT", "SOCIAL_SECURITY", "MEDICAL_INSURANCE", "BANK_CARD",
    "CREDENTIAL", "INFORMANT", "MAP_SECRET",
})  # fmt: skip


def _fits(one: Finding, start: int, end: int, entity: str) -> bool:
    if one.entity != entity:
        return False
    return one.start < end and start < one.end if entity in LOOSE else (one.start, one.end) == (start, end)


def judged(labelled: Labelled) -> list[str]:
    """What is missed, what stands at another severity, and what is found without a mark."""
    findings = list(found(labelled.text))
    said = []
    named: set[tuple[int, int]] = set()
    for (start, end, entity), severity in zip(labelled.spans, labelled.severities, strict=True):
        name = f"{entity} {mask(labelled.text[start:end], entity)} ({start}–{end})"
        fits = [one for one in findings if _fits(one, start, end, entity)]
        findings = [one for one in findings if one not in fits]
        if entity == "INFORMANT":
            named.add((start, end))
        allowed = {severity} if severity else {"block"} if entity in BLOCK else {"check", "block"}
        if not fits:
            said.append(f"missed: {name}")
        elif not allowed & {one.severity for one in fits}:
            said.append(f"severity: {name} is {fits[0].severity}, not {'/'.join(sorted(allowed))} ({fits[0].rule})")
    for one in findings:
        doubled = one.entity == "NAME" and (one.start, one.end) in named
        if one.severity != "note" and not doubled:
            value = mask(labelled.text[one.start : one.end], one.entity)
            said.append(f"not marked: {one.severity} {one.entity} {value} ({one.start}–{one.end}, {one.rule}, {one.view})")
    return said


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_marked_is_found_and_nothing_else(name: str) -> None:
    said = judged(TEXTS[name])
    assert said == [], "\n".join([name, *said])


def test_the_cases_cover_the_vocabulary() -> None:
    """Every entity is marked in some text; HIDDEN_CONTENT needs a file, DISCLOSURE a whole document."""
    marked = {entity for labelled in TEXTS.values() for _, _, entity in labelled.spans}
    assert marked <= set(ENTITY_TITLES)
    assert set(ENTITY_TITLES) - marked == {"HIDDEN_CONTENT", "DISCLOSURE"}
