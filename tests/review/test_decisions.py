"""What a decision needs, and which ones go on to hold in the next version."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from reviewer.errors import Refusal
from reviewer.review.decisions import Decided, Decision, Found, carry_over, check, gone_values, slots

TODAY = date(2026, 11, 23)
PAPER = {"body": "某市保密局", "on": date(2026, 1, 5), "basis": "解密通知书第1号"}


@pytest.mark.parametrize(("decision", "entity", "mark", "says"), [
    (Decision("must_change"), "PHONE", False, ""),
    (Decision("masked"), "PHONE", False, ""),
    (Decision("lawful", "条例第二十条"), "PHONE", False, ""),
    (Decision("lawful", " "), "PHONE", False, "依据"),
    (Decision("lawful", "已过期"), "CLASSIFICATION", True, "国家秘密标志"),
    (Decision("lawful", "征求意见时引用"), "CLASSIFICATION", False, ""),
    (Decision("false_alarm"), "PHONE", False, "理由"),
    (Decision("false_alarm", "是项目编号"), "PHONE", False, ""),
    (Decision("declassified", **PAPER), "CLASSIFICATION", True, ""),
    (Decision("declassified", **PAPER), "PHONE", False, "只用于"),
    (Decision("declassified", **{**PAPER, "body": ""}), "CLASSIFICATION", True, "机关"),
    (Decision("declassified", **{**PAPER, "on": None}), "CLASSIFICATION", True, "日期"),
    (Decision("declassified", **{**PAPER, "on": date(2027, 1, 1)}), "CLASSIFICATION", True, "之后"),
    (Decision("whatever"), "PHONE", False, "没有这种"),  # type: ignore[arg-type]
])  # fmt: skip
def test_what_a_decision_needs(decision: Decision, entity: str, mark: bool, says: str) -> None:
    if not says:
        check(decision, entity, is_mark=mark, today=TODAY)
        return
    with pytest.raises(Refusal, match=says):
        check(decision, entity, is_mark=mark, today=TODAY)


def decided(kind: str, *, slot: str = "a", mark: str = "f", value: str = "v", version: int = 1, **more: Any) -> Decided:
    return Decided(slot, mark, value, version, more.get("decision", version), kind, more.get("by_person", True))


@pytest.mark.parametrize(("old", "new", "carried"), [
    ([decided("lawful")], Found("a", "f", "v"), 1),
    ([decided("lawful")], Found("b", "f", "v"), None),
    ([decided("lawful")], Found("a", "g", "v"), None),
    ([decided("must_change")], Found("a", "f", "v"), 1),
    ([decided("masked")], Found("a", "f", "v"), 1),
    ([decided("lawful"), decided("false_alarm", version=2)], Found("a", "f", "v"), 2),
    # The value was to be gone at another place: here it is asked anew.
    ([decided("masked", mark="e"), decided("lawful")], Found("a", "f", "v"), None),
    ([decided("masked", mark="e"), decided("lawful")], Found("a", "g", "w"), None),
    ([decided("masked", mark="e"), decided("lawful", mark="x", value="w")], Found("a", "x", "w"), 1),
    # Somebody let it stand in a later version, knowing of the mask.
    ([decided("masked", mark="e"), decided("lawful", version=2)], Found("a", "f", "v"), 2),
    # What was only carried over is no new word of anybody.
    ([decided("masked", mark="e"), decided("lawful", version=2, by_person=False)], Found("a", "f", "v"), None),
])  # fmt: skip
def test_decisions_that_carry_over(old: list[Decided], new: Found, carried: int | None) -> None:
    assert carry_over(old, [new]).get(0) == carried


def test_values_that_must_be_gone() -> None:
    old = [decided("masked", value="a"), decided("declassified", value="b"), decided("lawful", value="c")]
    assert gone_values(old) == {"a", "b"}
    assert gone_values([*old, decided("false_alarm", value="a", version=3)]) == {"b"}


@pytest.mark.parametrize(("old", "new", "expected"), [
    ([], [("n1", None)], ["n1"]),
    ([("s1", "n1")], [("n1", None)], ["s1"]),
    ([("s1", "n1")], [("other", None)], ["s1"]),
    ([("s1", "n1"), ("s2", "n2")], [("n2", None), ("n1", None)], ["s2", "s1"]),
    ([("s1", "n1"), ("s2", "n2")], [("n3", None)], ["n3"]),
    ([("s1", "n1"), ("s2", "n2")], [("n3", "s2")], ["s2"]),
    ([("s1", "n1")], [("n1", None), ("n2", None)], ["s1", "n2"]),
    ([("s1", "n1")], [("n2", "nothing of ours")], ["s1"]),
    # A name that was a slot before does not become another file's by chance.
    ([("n2", "n1"), ("s9", "n9")], [("n2", None)], ["n2-2"]),
    ([("s1", "n1")], [("n1", "s1"), ("n1x", "s1")], ["s1", "n1x"]),
])  # fmt: skip
def test_files_go_on_in_their_slots(
    old: list[tuple[str, str]], new: list[tuple[str, str | None]], expected: list[str]
) -> None:
    assert slots(old, new) == expected
