"""docs/linkage.md: its code runs, and it names each kind of join."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from reviewer.keys import Key
from reviewer.linkage.join import KIND_TITLES
from reviewer.linkage.tokens import _KEPT
from tests.linkage.drafts import RARE, masked, number
from tests.scanner import TODAY, scanner

PAGE = (Path(__file__).parents[2] / "docs/linkage.md").read_text(encoding="utf-8")
ID = number("34250119020512124")


def test_the_code_runs() -> None:
    (code,) = re.findall("```python\n(.*?)```", PAGE, re.DOTALL)
    lists = [
        f"柳林镇名单\n姓名\t村\t身份证号\n{RARE}\t杨树村\t{masked(ID, *shown).replace('?', '*')}\n"
        for shown in (((0, 6), (14, 18)), ((0, 14),))
    ]
    results = [scanner().text(text) for text in lists]
    names: dict[str, object] = {
        "key": Key(b"k" * 32), "results": results, "unit": "", "column": "", "published": date(2026, 1, 5),
        "today": TODAY,
    }  # fmt: skip
    exec(code, names)
    assert [one.kind for one in names["found"]] == ["complementary_masks"]  # type: ignore[attr-defined]


def test_each_kind_is_described() -> None:
    assert set(re.findall("^\\| `([a-z_]+)` \\|", PAGE, re.MULTILINE)) == set(KIND_TITLES)


def test_usual_masks_are_told_apart_by_what_they_keep() -> None:
    for kept in _KEPT.values():
        assert len(set(kept)) == len(kept)
