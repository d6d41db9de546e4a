"""Parsed rules that were kept are those that parsing gives, wherever the files lie."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from reviewer.rulebook import load as loading
from reviewer.rulebook import parsed
from reviewer.rulebook.load import load, packaged_rules

RULE = """id: {id}
title: 试验
entity: PHONE
severity: check
kind: pattern
basis: [ogi-15]
advice: 删去。
patterns: ['{pattern}']
examples:
  - 没有
"""


def test_all_that_a_scan_needs_is_kept(tmp_path: Path) -> None:
    whole, again = load(), load(cache=tmp_path) and load(cache=tmp_path)
    assert parsed.to_bytes(again) == parsed.to_bytes(whole)
    assert (again.digest, again.basis) == (whole.digest, whole.basis)
    assert [rule.file for rule in again.rules] == [rule.file for rule in whole.rules]
    assert not any(rule.examples for rule in again.rules)
    assert all(rule.examples for rule in load(cache=tmp_path, whole=True).rules)


def _altered(path: Path) -> None:
    # Of the same size and time as before.
    status = path.stat()
    path.write_text(RULE.format(id="one", pattern="[0-9]{4}"), encoding="utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_an_altered_rule_is_read_anew(tmp_path: Path) -> None:
    rules, cache = tmp_path / "rules", tmp_path / "cache"
    rules.mkdir()
    (rules / "one.yml").write_text(RULE.format(id="one", pattern="[0-9]{3}"), encoding="utf-8")
    before = load([rules], cache=cache).by_id("one")
    _altered(rules / "one.yml")
    after = load([rules], cache=cache).by_id("one")
    assert before is not None and after is not None
    assert (before.patterns, after.patterns) == (("[0-9]{3}",), ("[0-9]{4}",))


def test_rules_may_be_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(cache=tmp_path / "cache")
    shutil.copytree(packaged_rules(), tmp_path / "_rules")
    monkeypatch.setattr(loading, "packaged_rules", lambda: tmp_path / "_rules")
    monkeypatch.setattr(loading, "_parse_all", None)
    book = load(cache=tmp_path / "cache")
    assert {Path(rule.file).is_relative_to(tmp_path) for rule in book.rules} == {True}


@pytest.mark.parametrize("body", [b"", b"x", b"N", b"T", b"(", b"[\x01\x00\x00\x00i\x63\x00\x00\x00"])
def test_what_does_not_fit_is_parsed_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    digest = load(cache=tmp_path).digest
    monkeypatch.setattr(loading.kept, "load", lambda cache, name: body)
    assert load(cache=tmp_path).digest == digest
