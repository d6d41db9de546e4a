"""The samples: a scan of each says what its NAME.expected.json says, and they are rebuilt byte for byte."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from reviewer.model import Finding, Result
from reviewer.text.mask import mask
from tests import build_samples
from tests.marking.witness import office
from tests.scanner import scanner

FOLDER = Path(__file__).parents[1] / "samples"
EXPECTED = ".expected.json"
NAMES = sorted(path.name.removesuffix(EXPECTED) for path in FOLDER.glob(f"*{EXPECTED}"))
LOOSE = frozenset({
    "HEALTH", "WELFARE", "MINOR", "MARITAL", "FAMILY", "RELIGION", "ETHNICITY", "POLITICAL", "CRIMINAL_RECORD",
    "INCOME", "TRACK", "BIOMETRIC",
})  # fmt: skip
"""facts are sentences, no values with fixed ends: expected and found text only have to contain one another"""

_MARKS = {"特困供养公示（扫描件）.pdf": pytest.mark.ocr, "申请人证件照片.png": pytest.mark.ocr,
          "信访转办单.doc": office, "耕地补贴发放表.xls": office}  # fmt: skip
"""samples that other programs have to read"""
PARAMETERS = [pytest.param(name, marks=_MARKS[name]) if name in _MARKS else name for name in NAMES]
Seen = tuple[str, str, str, str]
"""entity, severity, text without white space, part"""


@cache
def scanned(name: str) -> Result:
    return scanner().file(FOLDER / name, name)


def expected(name: str) -> dict[str, Any]:
    listed: dict[str, Any] = json.loads((FOLDER / f"{name}{EXPECTED}").read_text(encoding="utf-8"))
    return listed


def squeezed(text: str) -> str:
    return "".join(text.split())


def text_of(result: Result, one: Finding) -> str:
    assert result.document is not None
    source = result.path if one.part == "filename" else result.document.text
    return squeezed(source[one.start : one.end])


def shown(result: Result, one: Finding) -> str:
    """A finding for a test's message: no value, so that a log holds none."""
    place = " ".join(str(part) for part in (one.locator.sheet, one.locator.cell, one.locator.paragraph,
                                            one.locator.page, one.locator.line) if part)  # fmt: skip
    return f"{one.severity} {one.entity} {mask(text_of(result, one), one.entity)} {one.rule} {one.part} {place}"


def compare(result: Result, wanted: list[dict[str, Any]]) -> list[str]:
    """What is missing, and what is found at check or above without being expected."""
    left = [*result.findings, *result.name_findings]
    said = []
    for entry in wanted:
        entity, severity, text, part = entry["entity"], entry["severity"], squeezed(entry.get("text", "")), entry["part"]
        fits = [one for one in left if (one.entity, one.part) == (entity, part) and _alike(entity, text, text_of(result, one))]
        right = [one for one in fits if severity in ("any", one.severity)]
        need = entry.get("count", 1)
        if len(right) < need:
            others = "、".join(sorted({one.severity for one in fits})) or "nothing"
            said.append(f"missing {severity} {entity} {mask(text, entity)} in {part}: {len(right)} of {need}, found {others}")
        open_end = entity in LOOSE or entity == "HIDDEN_CONTENT"
        taken = {id(one) for one in (right if open_end else (right or fits)[:need])}
        left = [one for one in left if id(one) not in taken]
    kinds = {(entry["entity"], entry["part"]) for entry in wanted if entry["entity"] in LOOSE}
    informants = {squeezed(entry.get("text", "")) for entry in wanted if entry["entity"] == "INFORMANT"}
    for one in left:
        known = (one.entity, one.part) in kinds or (one.entity == "NAME" and text_of(result, one) in informants)
        if one.severity != "note" and not known:
            said.append(f"not expected: {shown(result, one)}")
    return said


def _alike(entity: str, wanted: str, found: str) -> bool:
    if not wanted:
        return True
    return wanted == found or (entity in LOOSE and (wanted in found or found in wanted))


def touched(result: Result, silent: list[str]) -> list[str]:
    """Traps that a finding at check or above lies on."""
    assert result.document is not None
    text = result.document.text
    above = [one for one in result.findings if one.severity != "note" and one.entity != "HIDDEN_CONTENT"]
    said = []
    for trap in silent:
        pattern = r"\s*".join(re.escape(char) for char in trap)
        for match in re.finditer(f"(?<![0-9A-Za-z.])(?:{pattern})(?![0-9A-Za-z])", text):
            said += [f"trap: {shown(result, one)}" for one in above if one.start < match.end() and match.start() < one.end]
    return said


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_scan_finds_what_is_expected_and_nothing_else(name: str) -> None:
    result, wanted = scanned(name), expected(name)
    assert [fault.code for fault in result.faults] == []
    said = compare(result, wanted["findings"]) + touched(result, wanted["silent"])
    assert said == [], "\n".join([name, *said])
    assert (result.verdict, [gap.reason for gap in result.gaps]) == (wanted["verdict"], wanted["gaps"])


@pytest.mark.parametrize("name", PARAMETERS)
def test_the_traps_stand_in_the_sample(name: str) -> None:
    """An expectation about text that is not there would hold for ever."""
    document = scanned(name).document
    assert document is not None
    text = squeezed(document.text)
    assert [trap for trap in expected(name)["silent"] if squeezed(trap) not in text] == []


@pytest.mark.parametrize("name", [name for name, mark in _MARKS.items() if mark.name == "ocr"])
def test_without_recognition_a_picture_is_not_called_clear(name: str) -> None:
    result = scanner().file(FOLDER / name, name)
    assert (result.verdict, len(result.gaps)) == ("incomplete", 1) and "pip install '.[ocr]'" in result.gaps[0].message


def test_samples_are_rebuilt_byte_for_byte(tmp_path: Path) -> None:
    build_samples.build(tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert len(made) == 2 * len(NAMES) >= 28
    kept = {name: (FOLDER / name).read_bytes() for name in made}
    assert [name for name in made if made[name] != kept[name]] == []


def test_every_kind_of_file_is_among_the_samples() -> None:
    kinds = Counter(name.rsplit(".", 1)[-1] for name in NAMES)
    assert set(kinds) == {"docx", "pptx", "xlsx", "pdf", "ofd", "html", "txt", "md", "csv", "png", "doc", "xls"}


def test_made_up_numbers_belong_to_no_one_living() -> None:
    """Identity numbers in the samples have birth years 1900 to 1905."""
    for name in NAMES:
        for entry in expected(name)["findings"]:
            if entry["entity"] == "ID_CARD" and "*" not in entry["text"]:
                assert "1900" <= entry["text"][6:10] <= "1905", name
