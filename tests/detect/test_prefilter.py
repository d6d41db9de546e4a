"""The gates: both give the same findings, and neither rules out a line that a pattern matches."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.detect import prefilter
from reviewer.detect.literals import (
    LiteralGate,
    dense_digits,
    has_decimals,
    has_letter,
    requirement,
    stood_in_for,
    taken_in,
)  # fmt: skip
from reviewer.detect.prefilter import HyperscanGate, Unhurried, build
from tests.scanner import scanner

EXAMPLES = [example.text for rule in scanner().book.rules for example in (*rule.examples, *rule.owed)]
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("text", EXAMPLES)
def test_both_gates_give_the_same_findings(text: str) -> None:
    one, other = (scanner(use_hyperscan=kind).text(text).findings for kind in (True, False))
    assert one == other


@given(st.lists(st.sampled_from(EXAMPLES), min_size=2, max_size=6))
@settings(max_examples=40)
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
    assert first.line("手机号 13800012345") == [0, 1]
    kept = sorted(path.name for path in tmp_path.iterdir())
    again = build(expressions, cache=tmp_path)
    assert kept == sorted(path.name for path in tmp_path.iterdir()) != []
    for line in ("手机号 13800012345", "13800012345", "手机", "无"):
        assert sorted(first.line(line)) == sorted(again.line(line))


@pytest.mark.parametrize("damage", [b"", b"x", b"0" * 64 + b" \nbody"])
def test_a_damaged_cache_is_not_believed(tmp_path: Path, damage: bytes) -> None:
    expressions = ["手机号码?"]
    build(expressions, cache=tmp_path).line("手机号")
    for path in tmp_path.iterdir():
        path.write_bytes(damage)
    assert build(expressions, cache=tmp_path).line("手机号") == [0]


@pytest.mark.parametrize(
    ("expression", "needs", "digits"),
    [
        ("(?<![0-9])1[3-9][0-9]{9}", {"run"}, 10),
        ("1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}", {"digit"}, 11),
        ("身份证号?", {"身份证"}, 0),
        ("(?:绝密|机密)[★☆]", {"绝密", "机密"}, 0),
        ("[0-9]{2}年|第[0-9]", {"年", "第"}, 1),
        ("(?i)token=[a-z]{3}", {"any"}, 0),
        (r"\p{Han}{2}@", {"@"}, 0),
        ("a?b?", {"any"}, 0),
        ("(?:19|20)[0-9]{2}年[0-9]{1,2}月", {"年"}, 4),
        ("[0-9]{3}[ ]{0,3}(?:[ ]{0,3}[0-9])?[0-9]{3}", {"digit"}, 3),
        ("[0-9]{3}(?:-[0-9]{3})?[0-9]{3}", {"digit"}, 6),
        ("[0-9]{3}(?:号|楼)?[0-9]{3}", {"digit"}, 3),
        ("[0-9A-Z]{8}[0-9]{2}", {"digit"}, 2),
        ("(?:[0-9]{2}|[0-9]{4})[0-9]{3}", {"digit"}, 5),
        ("(?:[0-9]{8}|A[0-9]{6})B", {"B"}, 6),
    ],
)
def test_what_an_expression_can_not_do_without(expression: str, needs: set[str], digits: int) -> None:
    assert (set(requirement(expression)), dense_digits(expression)) == (needs, digits)


@pytest.mark.parametrize(
    ("expression", "taken"),
    [
        ("居民(?=反映)", "居民(?:反映)"),
        ("居民(?=反映)人", "居民(?=反映)人"),
        ("居民(?!反映)", "居民(?!反映)"),
        ("村民|居民(?=反映)", "村民|居民(?=反映)"),
        ("(?=居)居民(?=反映)", "(?=居)居民(?=反映)"),
    ],
)
def test_only_a_look_ahead_at_the_end_is_taken_in(expression: str, taken: str) -> None:
    assert taken_in(expression) == taken


@pytest.mark.parametrize("text", ["0" * 5000, "11 " * 3000, "住址" * 3000, "138-" * 2000 + "\n" + "8" * 900])
def test_a_text_that_fires_without_end_gives_the_same_answers(text: str) -> None:
    expressions = [pattern for rule in scanner().book.rules for pattern in rule.patterns]
    gate = build(expressions)
    for number, line in enumerate(text.split("\n")):
        fired = next((found for at, found in gate.lines(text) if at == number), [])
        for index, expression in enumerate(expressions):
            assert index in fired or regex.search(expression, line) is None, expression


def test_pieces_end_at_line_feeds_and_lines_keep_their_numbers() -> None:
    lines = [f"{'填' * (number % 90)}手机" if number % 7 == 3 else "填" * (number % 50) for number in range(20_000)]
    fired = dict(build(["手机$", "手机号"]).lines("\n".join(lines)))
    assert fired == {number: [0] for number, line in enumerate(lines) if "手机" in line}


def test_a_short_text_does_not_wait_for_the_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefilter, "PATIENCE", 1000)
    monkeypatch.setattr(prefilter, "HASTE", 100)
    expressions = ["手机号码?", "(?<![0-9])1[3-9][0-9]{9}(?![0-9])"]
    gate = build(expressions, cache=tmp_path)
    assert list(gate.lines("手机号码\n\n13800012345")) == [(0, [0]), (2, [1])]
    assert not list(tmp_path.glob("*.hs"))
    assert list(gate.lines("填" * 1000 + "\n手机号")) == [(1, [0])]
    assert list(tmp_path.glob("*.hs"))


@pytest.mark.parametrize("expressions", [["手机号码?", "(?<![0-9])1[3-9][0-9]{9}(?![0-9])"], ["手机号码?"]])
def test_a_short_text_does_not_wait_for_the_databases_to_be_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expressions: list[str]
) -> None:
    monkeypatch.setattr(prefilter, "PATIENCE", 1000)
    monkeypatch.setattr(prefilter, "HASTE", 100)
    build(expressions, cache=tmp_path).line("填" * 2000)
    gate = build(expressions, cache=tmp_path)
    assert isinstance(gate, Unhurried)
    for text, used in (("手机号", LiteralGate), ("填" * 120 + "手机号", HyperscanGate), ("手机号", HyperscanGate)):
        assert (gate.line(text), type(gate.gate)) == ([0], used)


def test_a_wheel_that_does_not_work_here_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hyperscan", None)
    monkeypatch.setattr(prefilter, "find_spec", lambda name: object())
    assert build(["手机号码?"]).line("填" * 400_000 + "手机号") == [0]


def test_a_shorter_word_hidden_by_a_longer_one_fires_too() -> None:
    gate = LiteralGate(["身份", "身份证号"])
    assert gate.line("身份证号") == [0, 1]


@pytest.mark.parametrize(
    "expression, letter, decimals",
    [
        ("[A-Z][0-9]{9}", True, False),
        ("(?:ab|号[a-c])1", True, False),
        ("(?:ab|号)1", False, False),
        ("x?1", False, False),
        ("(?:x1){1,3}", True, False),
        (r"[0-9]{1,3}\.[0-9]{3,10}", False, True),
        (r"[0-9]{1,3}\.[0-9]{2,10}", False, False),
        (r"(?:东经|E)?1\.[0-9]{4}|2\.[0-9]{3}", False, True),
        ("(?=[0-9]{0,2}[A-Z])[A-Z0-9]{17}", True, False),
        ("(?i)ab", False, False),  # K is a letter in another case: U+212A
        ("(?i:k)", False, False),
    ],
)
def test_what_tells_the_lines_of_an_expression(expression: str, letter: bool, decimals: bool) -> None:
    assert (has_letter(expression), has_decimals(expression)) == (letter, decimals)


MANY_WORDS = "|".join(chr(0x4E00 + k) + chr(0x5E00 + k) for k in range(70))


@pytest.mark.parametrize(
    "expression, instead",
    [
        ("(?:急性|慢性)?肺炎", "肺炎"),
        ("(?:左侧?|(?:两|双)侧|[上下]){0,2}(?=骨)骨折", "(?=骨)骨折"),
        ("(?:急性|慢性)肺炎", "(?:急性|慢性)肺炎"),
        ("(?:急性|慢性)?|肺炎", "(?:急性|慢性)?|肺炎"),
        ("(?:急性)??肺炎", "(?:急性)??肺炎"),
        (f"(?:{MANY_WORDS})[0-9]", MANY_WORDS),
    ],
)
def test_what_stands_in_for_an_expression(expression: str, instead: str) -> None:
    assert stood_in_for(expression) == instead
