"""Compiled expressions that were kept are those that compiling gives."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
import regex

from reviewer.detect.compiled import Compiled, Trigger
from reviewer.prepared import expressions, kept
from reviewer.prepared.expressions import Expressions
from reviewer.rulebook.load import load

TEXTS = ["手机号码?", "(?<![0-9])1[3-9][0-9]{9}", "(?P<value>[\\p{Han}]{2,4})(?:先生|女士)", "(?i)password", ""]


def test_made_again_as_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Expressions(tmp_path, "rules")
    for text in TEXTS:
        assert first(text) is first(text)
    first.keep()
    monkeypatch.setattr(Expressions, "_compile", None)
    again = Expressions(tmp_path, "rules")
    line = "张建国先生，手机号13800012345，Password"
    for text in TEXTS:
        one, other = regex.compile(text), again(text)
        assert (one.pattern, one.groupindex, one.flags) == (other.pattern, other.groupindex, other.flags)
        assert pickle.dumps(one) == pickle.dumps(other)
        assert [match.span() for match in one.finditer(line)] == [match.span() for match in other.finditer(line)]


def test_two_processes_keep_what_each_compiled(tmp_path: Path) -> None:
    first, second = Expressions(tmp_path, "rules"), Expressions(tmp_path, "rules")
    first("甲"), second("乙")
    first.keep(), second.keep()
    (path,) = tmp_path.iterdir()
    assert set(expressions._known(tmp_path, path.name)) == {"甲", "乙"}


def test_another_set_of_rules_or_version_has_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for digest, version in (("one", "1"), ("two", "1"), ("one", "2")):
        monkeypatch.setattr(regex, "__version__", version)
        kind = Expressions(tmp_path, digest)
        kind("甲")
        kind.keep()
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize("body", [b"", b"x", b"N", b"{"])
def test_what_does_not_fit_is_compiled_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: bytes) -> None:
    monkeypatch.setattr(kept, "load", lambda cache, name: body)
    assert Expressions(tmp_path, "rules")("甲").search("甲")


def test_prepared_holds_every_expression_of_the_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = load(cache=tmp_path)
    Compiled(book, cache=tmp_path).prepare()
    monkeypatch.setattr(Expressions, "_compile", None)
    monkeypatch.setattr("reviewer.detect.literals.requirement", None)
    compiled = Compiled(book, cache=tmp_path)
    for gated in (compiled.rules, compiled.exclusions):
        gated.gate.line("申请人：张建国，身份证号34010219000506123X")
        for trigger in gated.triggers:
            _every_expression(trigger, compiled)


def _every_expression(trigger: Trigger, compiled: Compiled) -> None:
    rule = trigger.rule
    if rule is None:
        return
    if trigger.kind == "label":
        compiled.labelled(rule), compiled.label_end(rule), compiled.value(rule)
    else:
        compiled.pattern(rule, trigger.number)
    for case in rule.cases:
        if case.value:
            compiled.expression(case.value)
