"""The gates: both give the same findings, and neither rules out a line that a pattern matches."""

from __future__ import annotations

from pathlib import Path

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.detect.literals import LiteralGate, least_digits, requirement, words
from reviewer.detect.prefilter import build
from tests.scanner import scanner

EXAMPLES = [example.text for rule in scanner().book.rules for example in (*rule.examples, *rule.owed)]
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("text", EXAMPLES)
def test_both_gates_give_the_same_findings(text: str) -> None:
    one, other = (scanner(use_hyperscan=kind).text(text).findings for kind in (True, False))
    assert one == other


@given(st.lists(st.sampled_from(EXAMPLES), min_size=2, max_size=6))
@settings(max_examples=40, deadline=None)
def test_both_gates_agree_on_mixed_texts(pieces: list[str]) -> None:
    text = "\n".join(pieces)
    one, other = (scanner(use_hyperscan=kind).text(text).findings for kind in (True, False))
    assert one == other


@pytest.mark.parametrize("kind", [True, False])
def test_a_gate_lets_through_every_line_that_a_pattern_matches(kind: bool) -> None:
    expressions = [pattern for rule in scanner().book.rules for pattern in rule.patterns]
    gate = build(expressions, use_hyperscan=kind)
    compiled = [regex.compile(expression) for expression in expressions]
    for text in EXAMPLES:
        for line in text.split("\n"):
            fired = set(gate.line(line))
            for number, pattern in enumerate(compiled):
                assert number in fired or pattern.search(line) is None, expressions[number]


def test_the_database_is_kept_and_read_back(tmp_path: Path) -> None:
    expressions = ["手机号码?", "(?<![0-9])1[3-9][0-9]{9}(?![0-9])"]
    first = build(expressions, cache=tmp_path)
    kept = sorted(path.name for path in tmp_path.iterdir())
    again = build(expressions, cache=tmp_path)
    assert kept == sorted(path.name for path in tmp_path.iterdir()) != []
    for line in ("手机号 13800012345", "13800012345", "手机", "无"):
        assert sorted(first.line(line)) == sorted(again.line(line))


@pytest.mark.parametrize("damage", [b"", b"x", b"0" * 64 + b" \nbody"])
def test_a_damaged_cache_is_not_believed(tmp_path: Path, damage: bytes) -> None:
    expressions = ["手机号码?"]
    build(expressions, cache=tmp_path)
    for path in tmp_path.iterdir():
        path.write_bytes(damage)
    assert build(expressions, cache=tmp_path).line("手机号") == [0]


@pytest.mark.parametrize(
    ("expression", "needs", "strings", "digits"),
    [
        ("(?<![0-9])1[3-9][0-9]{9}", {"run"}, (), 11),
        ("身份证号?", {"身份证"}, ("身份证",), 0),
        ("(?:绝密|机密)[★☆]", {"绝密", "机密"}, ("机密", "绝密"), 0),
        ("[0-9]{2}年|第[0-9]", {"年", "第"}, (), 1),
        ("(?i)token=[a-z]{3}", {"any"}, (), 0),
        (r"\p{Han}{2}@", {"@"}, (), 0),
        ("a?b?", {"any"}, (), 0),
    ],
)
def test_what_an_expression_can_not_do_without(
    expression: str, needs: set[str], strings: tuple[str, ...], digits: int
) -> None:
    assert (set(requirement(expression)), words(expression), least_digits(expression)) == (needs, strings, digits)


def test_a_shorter_word_hidden_by_a_longer_one_fires_too() -> None:
    gate = LiteralGate(["身份", "身份证号"])
    assert gate.line("身份证号") == [0, 1]
