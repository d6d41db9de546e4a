"""Frequencies of names in their order, and probabilities that follow from them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from reviewer.linkage import build_data
from reviewer.linkage.score import Scale, namesakes, rarity, same_person


def test_names_from_common_to_rare() -> None:
    bits = [rarity(name) for name in ("张伟", "李秀兰", "王海燕", "陈晓雯", "欧阳晓雯", "缑晓雯")]
    assert all(one <= other for one, other in pairwise(bits))
    assert bits[0] < 13 and bits[-1] > 24


@pytest.mark.parametrize("name", ["", "张", "阿依古丽·买买提", "?", "欧阳"])
def test_anything_has_a_class(name: str) -> None:
    assert 8 <= rarity(name) <= 27


def test_the_smaller_the_place_and_the_rarer_the_name_the_surer() -> None:
    levels = ("county", "township", "village")
    for bits in (12, 18, 24):
        odds = [same_person(bits, level) for level in levels]
        assert odds == sorted(odds)
    assert [same_person(bits, "village") for bits in (12, 18, 24)] == sorted(
        same_person(bits, "village") for bits in (12, 18, 24)
    )
    assert same_person(12, "county") < 0.01 and same_person(27, "village") > 0.98


def test_what_agrees_makes_sure_and_rivals_make_unsure() -> None:
    assert same_person(12, "county", agreement=1e-6) > 0.99
    assert same_person(27, "village", rivals=1) < 0.5
    assert same_person(18, "village", alike=True) > same_person(18, "village")
    assert namesakes(12, "village", {"village": 100}) < namesakes(12, "village")
    assert same_person(18, "village", scale=Scale(village=50)) < same_person(18, "village")


def test_the_table_of_characters_is_what_its_script_makes() -> None:
    import jieba

    source = Path(jieba.__file__).parent / "dict.txt"
    assert build_data.DATA.read_text(encoding="utf-8") == build_data.build(source.read_text("utf-8"), "2026-11-22")
