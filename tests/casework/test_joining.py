"""汇聚风险 at work: a file is held against what is published when it is handed in; what is published is in the index."""

from __future__ import annotations

import pytest

from reviewer.errors import Refusal
from reviewer.identifiers.resident_id import check_digit
from reviewer.review.decisions import Decision

from .world import PLAIN, World

NUMBER = "34139919010512004" + check_digit("34139919010512004")
"""nobody's: the area code was never assigned"""


def pensions(shown: str = NUMBER[:14] + "****") -> str:
    return f"青禾县柳林镇高龄津贴发放名单\n\n序号\t姓名\t行政村\t身份证号\n1\t缑茂林\t杨树村\t{shown}\n"


def relief() -> str:
    return f"青禾县柳林镇补贴公示\n\n序号\t姓名\t行政村\t身份证号\n1\t缑茂林\t杨树村\t{NUMBER[:6]}********{NUMBER[14:]}\n"


def published(world: World, text: str = "", name: str = "公示.txt", **fields: object) -> int:
    item = world.item(**fields)  # type: ignore[arg-type]
    world.add(item, text or relief(), name)
    world.office.submit(world.who["drafter"], item, world.revision(item))
    world.decide_all(item)
    world.sign(item)
    world.do("publisher", "publish", item, "网站")
    return item


def risks(world: World, item: int) -> list[object]:
    return [one for one in world.office.findings(world.who["drafter"], item) if one.rule == "joining-risk"]


def test_a_file_is_held_against_what_is_published(small: World) -> None:
    earlier = published(small)
    item = small.item("名单")
    added = small.add(item, pensions())
    (one,) = risks(small, item)
    assert (one.severity, one.due, one.entity) == ("check", True, "ID_CARD")  # type: ignore[attr-defined]
    (told,) = small.office.joins(small.who["drafter"], item)
    (group,) = told["groups"]
    assert (group["kind"], group["after"], told["name"]) == ("complementary_masks", 1, "通知.txt")
    number = small.office.item(small.who["drafter"], earlier).number
    assert group["documents"] == sorted(["通知.txt", f"{number}/公示.txt"])
    assert group["change"] == ["通知.txt"]
    assert added.due >= 1
    assert not any(secret in str(told) + str(one) for secret in ("缑茂林", NUMBER[:6], NUMBER[14:]))


def test_no_approval_before_somebody_has_decided(small: World) -> None:
    published(small)
    item = small.submitted(pensions())
    found = small.office.findings(small.who["first"], item)
    for one in found:
        if one.due and one.rule != "joining-risk":
            small.do("first", "decide", item, one.id, Decision("lawful", "条例第二十条"))
    with pytest.raises(Refusal):
        small.sign(item)
    (risk,) = [one for one in found if one.rule == "joining-risk"]
    small.do("final", "decide", item, risk.id, Decision("lawful", "本人同意公开"))
    small.do("final", "approve", item, outcome="open")
    # A certificate lists what a scan finds; this is no finding in the file.
    assert small.state(item) == "approved"


def test_the_next_version_is_held_against_it_anew(small: World) -> None:
    published(small)
    item = small.item("名单")
    small.add(item, pensions())
    assert risks(small, item)
    small.add(item, pensions(NUMBER[:2] + "*" * 13 + NUMBER[15:]))
    assert not [one for one in risks(small, item) if one.due]  # type: ignore[attr-defined]


def test_an_item_does_not_join_with_its_own_earlier_version(small: World) -> None:
    item = published(small)
    small.do("drafter", "re_review", item, "更正")
    small.add(item, pensions(), "公示.txt")
    assert risks(small, item) == []


def test_what_is_taken_down_joins_no_more(small: World) -> None:
    earlier = published(small)
    small.do("publisher", "take_down", earlier, "到期")
    item = small.item("名单")
    small.add(item, pensions())
    assert risks(small, item) == []


@pytest.mark.parametrize("scope", ["village"])
def test_what_goes_to_few_is_not_in_the_index(small: World, scope: str) -> None:
    published(small, scope=scope, scope_name="杨树村")
    item = small.item("名单")
    small.add(item, pensions())
    assert risks(small, item) == []


def test_without_an_index_nothing_is_said(small: World) -> None:
    item = small.item()
    small.add(item, PLAIN)
    assert small.office.joins(small.who["drafter"], item) == ()
