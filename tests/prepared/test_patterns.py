"""Expressions of the program that the wheel brings are those that compiling gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import regex

from reviewer.prepared import kept, patterns
from reviewer.prepared.expressions import Expressions

TEXTS = [
    ("手机号码?", 0), ("(?<![0-9])1[3-9][0-9]{9}", 0), ("(?P<value>[一-鿿]{2,4})(先生|女士)(?P<rest>.*)", re.S),
    ("(?i:password)|Ａ", re.M), ("", 0), ("[^\x00-\x7f，。]{3,400}?(?=甲|乙)", 0), ("(.)\\1+", re.I),
]  # fmt: skip
LINE = "张建国先生，手机号13800012345，Password，ａａA"


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the wheel's share lies, while nothing is known yet."""
    monkeypatch.setattr(kept, "PREPARED", tmp_path)
    monkeypatch.setattr(patterns, "_compiled", {})
    monkeypatch.setattr(patterns, "_in_program", Expressions(None, "program"))
    clear = patterns._known.cache_clear
    clear()
    yield tmp_path
    clear()


def test_made_again_as_compiled(wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = [patterns.compiled(*one) for one in TEXTS]
    patterns.compiled_regex("[\\p{Han}--[村]]{2}", regex.VERSION1), patterns.compiled_regex("[\\p{Han}]{2}")
    patterns.keep(wheel)
    monkeypatch.setattr(patterns, "_compiled", {})
    monkeypatch.setattr(patterns, "_in_program", Expressions(None, "program"))
    patterns._known.cache_clear()
    monkeypatch.setattr(re, "compile", None)
    monkeypatch.setattr(Expressions, "_compile", None)
    for one, pattern in zip(TEXTS, expected, strict=True):
        again = patterns.compiled(*one)
        assert again == pattern and again is not pattern and again is patterns.compiled(*one)
        assert (again.pattern, again.flags, again.groupindex) == (pattern.pattern, pattern.flags, pattern.groupindex)
        assert [m.groupdict() for m in again.finditer(LINE)] == [m.groupdict() for m in pattern.finditer(LINE)]
    assert patterns.compiled_regex("[\\p{Han}--[村]]{2}", regex.VERSION1).match("张村") is None
    assert patterns.compiled_regex("[\\p{Han}]{2}").match("张村")


@pytest.mark.parametrize("body", [b"", b"x", b"N", b"{"])
def test_what_does_not_fit_is_compiled(wheel: Path, monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    monkeypatch.setattr(kept, "load", lambda cache, name: body)
    assert patterns.compiled("甲").search("甲")


def test_what_the_engine_refuses_is_compiled(wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = patterns._arguments("甲", 0)
    assert arguments is not None
    spoilt = (*arguments[:2], b"\xff" * len(arguments[2]), *arguments[3:])
    monkeypatch.setattr(patterns, "_known", lambda: {"甲": patterns.marshal.dumps(spoilt)})
    assert patterns.compiled("甲").search("甲")
