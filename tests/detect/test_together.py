"""What stands together: facts need a person, combinations and numbers of persons raise severities."""

from __future__ import annotations

import pytest

from tests.scanner import found, seen


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("张建国患尿毒症。", {("NAME", "block"), ("HEALTH", "block")}),
        ("张某某患尿毒症。", {("NAME", "note"), ("HEALTH", "check")}),
        ("低保标准提高到每人每月700元。", set()),
        ("残疾人两项补贴政策解读。", set()),
        ("加强尿毒症等重大疾病医疗救助。", set()),
        ("举报人张建国反映的问题属实。", {("NAME", "check"), ("INFORMANT", "block")}),
        ("信访人张某某反映的问题属实。", {("NAME", "note"), ("INFORMANT", "note")}),
        ("举报电话：0563-3021234。", {("LANDLINE", "note")}),
        # The next sentence is another clause.
        ("张建国来访。本县有尿毒症患者300人。", {("NAME", "check")}),
    ],
)
def test_facts_and_persons(text: str, expected: set[tuple[str, str]]) -> None:
    got = {(entity, severity) for entity, _, severity in seen(text)}
    assert got - {("NAME", "check")} == expected - {("NAME", "check")}


def test_a_persons_row_makes_facts_of_its_cells() -> None:
    text = "姓名\t健康状况\t备注\n张建国\t肺癌\t\n李秀英\t健康\t"
    assert {(e, v, s) for e, v, s in seen(text)} == {
        ("NAME", "张建国", "block"), ("HEALTH", "肺癌", "block"), ("NAME", "李秀英", "check"),
    }  # fmt: skip


@pytest.mark.parametrize(("count", "severity"), [(2499, "check"), (2500, "block")])
def test_many_persons(count: int, severity: str) -> None:
    text = "\n".join(f"手机138{k:08d}" for k in range(count))
    assert {one.severity for one in found(text) if one.entity == "PHONE"} == {severity}


def test_equal_values_count_once() -> None:
    text = "\n".join(["手机13800012345"] * 3000)
    assert {one.severity for one in found(text)} == {"check"}


def test_a_note_is_never_raised() -> None:
    text = "\n".join(f"办公电话：0563-{2000000 + k}" for k in range(2600))
    assert {one.severity for one in found(text)} == {"note"}
