"""What looks like a name and is none."""

from __future__ import annotations

import pytest

from reviewer.language.things import is_thing, stands_in_example, without_copula


def _at(marked: str) -> tuple[str, int, int]:
    start, end = marked.index("["), marked.index("]") - 1
    return marked.replace("[", "").replace("]", ""), start, end


@pytest.mark.parametrize("marked", [
    "致[左尺骨]骨折", "[右小腿]挫伤", "[罗圈腿]", "西至[塘埂]，", "东至石坎、[田坎]", "北：[毛竹林]", "[白云山]路社区",
    "[张家界]街道办事处",
])  # fmt: skip
def test_limbs_bounds_and_roads_are_no_names(marked: str) -> None:
    assert is_thing(*_at(marked))


@pytest.mark.parametrize("marked", [
    "[左小青]，女", "东邻[钮金宝]，", "西至[石金塘]家", "南邻[张玉田]，", "[李明]社区矫正期满", "[张建国]村医", "[刘强]路过",
    "申请人[万塘]，",
])  # fmt: skip
def test_persons_are(marked: str) -> None:
    assert not is_thing(*_at(marked))


def test_examples_are_told_of_stock_persons() -> None:
    assert stands_in_example(*_at("例如[张三]患病"))
    assert stands_in_example(*_at("例1：村民[李四]"))
    assert not stands_in_example(*_at("例如[张建国]患病"))
    assert not stands_in_example(*_at("病例：[张三]"))
    assert not stands_in_example(*_at("例如某户。\n[张三]患病"))


def test_what_somebody_is_is_no_part_of_the_name() -> None:
    for marked, size in (("[李四为]低保对象", 2), ("[陈有为]低保对象", 3), ("[李四为]人和善", 3)):
        text, start, end = _at(marked)
        assert without_copula(text, start, end) == start + size
