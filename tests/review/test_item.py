"""What an item says, what it lacks, and how it is read from outside."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from reviewer.review import item, procedure
from reviewer.review.item import Item
from reviewer.review.procedure import Procedure, Step

WHOLE = Item(
    "关于印发办法的通知", doc_number="某政发〔2026〕1号", made_on=date(2026, 11, 2), validity="valid", normative=True,
    channels=("website", "board"), scope="village", scope_name="某村", notice_from=date(2026, 11, 3),
    notice_to=date(2026, 11, 9), take_down_on=date(2026, 12, 1),
)  # fmt: skip


@pytest.mark.parametrize(("fields", "says"), [
    ({"normative": True}, ["文号", "成文日期", "有效性"]),
    ({"normative": True, "doc_number": "某政发〔2026〕1号"}, ["成文日期", "有效性"]),
    ({}, []),
    ({"attribute": "closed"}, ["不予公开"]),
    ({"notice_to": date(2026, 12, 1)}, ["撤下日期"]),
    ({"category": "notice"}, ["撤下日期"]),
    ({"impact_assessment": "yes"}, ["影响评估编号"]),
    ({"separate_consent": "yes", "separate_reference": "附件一"}, []),
])  # fmt: skip
def test_what_is_missing_is_a_note(fields: dict[str, Any], says: list[str]) -> None:
    notes = item.notes_of(Item("标题", **fields))
    assert len(notes) == len(says)
    assert all(word in note for word, note in zip(says, notes, strict=True))


@pytest.mark.parametrize(("fields", "says"), [
    ({}, []),
    ({"title": " "}, ["信息标题"]),
    ({"source": "obtained"}, ["来源机关", "同意"]),
    ({"source": "reposted", "source_agency": "某厅", "source_consent": "no"}, ["不同意"]),
    ({"source": "reposted", "source_agency": "某厅", "source_consent": "yes"}, []),
    ({"scope": "village"}, ["范围名称"]),
    ({"channels": ()}, ["公开方式"]),
    ({"channels": (), "attribute": "on_request"}, []),
    ({"notice_from": date(2026, 12, 2), "notice_to": date(2026, 12, 1)}, ["早于"]),
    ({"publish_on": date(2026, 12, 2), "take_down_on": date(2026, 12, 1)}, ["早于"]),
])  # fmt: skip
def test_what_keeps_an_item_from_being_submitted(fields: dict[str, Any], says: list[str]) -> None:
    faults = item.faults_of(Item(**{"title": "标题", **fields}))
    assert len(faults) == len(says), faults
    assert all(word in fault for word, fault in zip(says, faults, strict=True))


@pytest.mark.parametrize("one", [Item("标题"), WHOLE])
def test_an_item_is_read_back_as_it_was(one: Item) -> None:
    assert item.from_fields(item.as_fields(one)) == (one, ())


@pytest.mark.parametrize("fields", [
    {}, {"title": 5}, {"title": "标题", "unknown": "x"}, {"title": "标题", "scope": "world"},
    {"title": "标题", "channels": "website"}, {"title": "标题", "channels": ["pigeon"]},
    {"title": "标题", "made_on": "2026-13-01"}, {"title": "标题", "made_on": 5}, {"title": "标题\n又一行"},
    {"title": "字" * 501}, {"title": "\ud800"}, {"title": "标题", "normative": "no"}, {"title": "标题", "remarks": "\0"},
])  # fmt: skip
def test_what_is_no_item_is_told_without_quoting_it(fields: dict[str, Any]) -> None:
    made, faults = item.from_fields(fields)
    assert made is None and faults
    assert not any(str(value) in fault for value in fields.values() for fault in faults if len(str(value)) > 3)


@pytest.mark.parametrize(("steps", "rule", "says"), [
    (("first", "second", "final"), False, ""),
    (("first", "second", "third", "final"), False, ""),
    (("first", "final"), True, ""),
    (("first", "final"), False, "本地规定"),
    (("final",), True, "两级"),
    (("first", "first", "final"), False, "同一个角色"),
    (("second", "first", "final"), False, "顺序"),
    (("first", "second"), True, "终审"),
    (("first", "drafter", "final"), False, "不是审查人"),
    (("first", "auditor", "final"), False, "不是审查人"),
])  # fmt: skip
def test_procedures(steps: tuple[procedure.Role, ...], rule: bool, says: str) -> None:
    told = ("某局保密审查办法", "第五条 一般信息实行两级审查。") if rule else ("", "")
    one = Procedure(tuple(map(Step, steps)), *told)
    assert says in "".join(procedure.faults_of(one)) and bool(procedure.faults_of(one)) == bool(says)
    assert procedure.from_fields(procedure.as_fields(one)) == one


@pytest.mark.parametrize("days", [0, -1, 100_000])
def test_clocks_have_bounds(days: int) -> None:
    assert procedure.faults_of(Procedure(retention_days=days))
    assert procedure.faults_of(Procedure((Step("first", days), Step("second"), Step("final"))))
