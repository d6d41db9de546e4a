"""What a rule file may not say: each fault with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewer.rulebook.load import load_sound

RULE = """id: own
title: 内部工号
entity: EXAM_ID
severity: check
basis: [pipl-28]
advice: 删去。
kind: pattern
patterns: ['GH[0-9]{6}']
examples:
  - 工号«GH123456»
"""


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("views: [folded, compact]", ""),
        ("views: [foo]", "“views”的值“foo”"),
        ("views: [folded, Compact]", "“views”的值“Compact”"),
        ("vetoes: [PHONE]", ""),
        ("vetoes: [NOPE]", "“vetoes”的值“NOPE”"),
        ("confidence: sure", "“confidence”的值“sure”"),
        ("validator: nope", "没有校验模块“nope”"),
    ],
)
def test_values_that_no_one_knows(tmp_path: Path, line: str, told: str) -> None:
    (tmp_path / "own.yml").write_text(f"{RULE}{line}\n", encoding="utf-8")
    book, faults = load_sound([tmp_path])
    assert [told in fault and "own.yml:" in fault for fault in faults] == ([True] if told else [])
    assert (book.by_id("own") is None) == bool(told)
