"""Every example of every rule, and the faults that a rule file can have."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewer.errors import RuleError
from reviewer.evaluation import failing_examples
from reviewer.model import ENTITY_TITLES
from reviewer.rulebook.load import load
from tests.scanner import scanner


def test_every_example_holds() -> None:
    failures = failing_examples(scanner().book.rules, scanner().spans)
    assert [str(failure) for failure in failures] == []


def test_every_entity_has_a_rule_and_a_title() -> None:
    assert {rule.entity for rule in scanner().book.rules} - {""} == set(ENTITY_TITLES)


RULE = """\
id: {id}
title: 试验
entity: PHONE
severity: check
kind: pattern
basis: [ogi-15]
advice: 删去。
patterns: ['{pattern}']
examples:
  - 无
"""


@pytest.mark.parametrize(
    ("name", "source", "line", "words"),
    [
        ("one", RULE.format(id="one", pattern="[0-9") , 8, "正则表达式有误"),
        ("one", RULE.format(id="one", pattern=r"\b[0-9]{3}"), 8, r"\b"),
        ("one", RULE.format(id="one", pattern=r"\d{3}"), 8, r"\d"),
        ("one", RULE.format(id="one", pattern="[0-9]*"), 8, "空文字"),
        ("one", RULE.format(id="one", pattern="[a-z]+@"), 8, "上限"),
        ("one", RULE.format(id="two", pattern="[0-9]{3}"), 1, "文件名"),
        ("one", RULE.format(id="one", pattern="[0-9]{3}") + "colour: red\n", 11, "colour"),
        ("one", RULE.format(id="one", pattern="[0-9]{3}") + "title: 又一次\n", 11, "两次"),
        ("phone", RULE.format(id="phone", pattern="[0-9]{3}"), 1, "重复"),
        ("one", RULE.format(id="one", pattern="[0-9]{3}").replace("[ogi-15]", "[none-1]"), 1, "none-1"),
        ("one", "id: [unclosed\n", 2, "YAML"),
        ("one", "", 1, "空"),
    ],
)
def test_a_faulty_rule_is_refused_with_file_and_line(
    tmp_path: Path, name: str, source: str, line: int, words: str
) -> None:
    (tmp_path / f"{name}.yml").write_text(source, encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        load([tmp_path])
    assert any(f"{name}.yml:{line}: " in fault and words in fault for fault in caught.value.faults)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    for name in ("one", "two"):
        source = RULE.format(id=name, pattern=r"\b[0-9") + "colour: red\n"
        (tmp_path / f"{name}.yml").write_text(source, encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        load([tmp_path])
    assert len(caught.value.faults) >= 4


def test_scalars_stay_as_they_are_written(tmp_path: Path) -> None:
    source = RULE.format(id="one", pattern="[0-9]{3}").replace("title: 试验", "title: no")
    (tmp_path / "one.yml").write_text(source.replace("- 无", "- 0110101190003070037"), encoding="utf-8")
    rule = load([tmp_path]).by_id("one")
    assert rule is not None
    assert (rule.title, rule.examples[0].text) == ("no", "0110101190003070037")


def test_the_cache_gives_the_same_rules(tmp_path: Path) -> None:
    fresh = load(cache=tmp_path)
    again = load(cache=tmp_path)
    assert fresh.digest == again.digest
    for one, other in zip(fresh.rules, again.rules, strict=True):
        assert (one.id, one.patterns, one.cases, one.labels, one.near) == (
            other.id, other.patterns, other.cases, other.labels, other.near,
        )  # fmt: skip
