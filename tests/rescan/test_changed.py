"""After a change of rules: found is what a scan of everything finds, and only what the change concerns is scanned."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reviewer.rescan.changed import CODED, changed
from reviewer.rescan.examine import Context, Look
from reviewer.rescan.report import Report
from reviewer.rescan.run import Rescan, Rescanned
from reviewer.rescan.source import opened
from reviewer.rescan.state import State
from reviewer.rulebook.load import load
from reviewer.rulebook.rule import Rule, Rulebook
from reviewer.scanning import Scanner
from reviewer.settings import Settings

from .conftest import KEY, Here

SAMPLES = Path(__file__).parents[2] / "samples"
TEXTS = sorted(path for path in SAMPLES.iterdir() if path.suffix in (".txt", ".csv", ".html", ".md"))
BOOK = load()
SETTINGS = Settings(today=date(2026, 11, 22), use_hyperscan=False)


def scanner_of(book: Rulebook) -> Scanner:
    return Scanner(SETTINGS, book=book)


def rescanned(site: Path, state: State, scanner: Scanner) -> tuple[Rescanned, Here]:
    engine = Here()
    context = Context(SETTINGS, KEY, scanner=scanner)
    return Rescan(opened(str(site)), state, context, scanner, engine).run(), engine


def told(outcome: Rescanned, state: State) -> dict[str, Any]:
    """What is said of each document, but for whether it was scanned now."""
    report = Report(outcome, state)
    return {stored.path: {**document, "unchanged": None} for stored, document in report.documents()}


def edited(book: Rulebook, name: str, **values: Any) -> Rulebook:
    """The rulebook with another form of one rule; `gone` takes it out."""
    rules = [replace(rule, **values) if rule.id == name else rule for rule in book.rules]
    return marked(book, rules)


def marked(book: Rulebook, rules: list[Rule]) -> Rulebook:
    return replace(book, rules=tuple(rules), digest=f"{random.Random(repr(rules)).getrandbits(256):064x}")


Edit = Callable[[random.Random, list[Rule], str], list[Rule]]


def _one(dice: random.Random, rules: list[Rule], wanted: Callable[[Rule], object]) -> int:
    return dice.choice([k for k, rule in enumerate(rules) if wanted(rule)])


def remove(dice: random.Random, rules: list[Rule], text: str) -> list[Rule]:
    del rules[_one(dice, rules, lambda rule: rule.kind != "builtin")]
    return rules


def judge(dice: random.Random, rules: list[Rule], text: str) -> list[Rule]:
    at = _one(dice, rules, lambda rule: rule.kind != "exclusion")
    rules[at] = replace(rules[at], severity=dice.choice(["block", "check", "note"]), message="改过的说明")
    return rules


def narrow(dice: random.Random, rules: list[Rule], text: str) -> list[Rule]:
    at = _one(dice, rules, lambda rule: len(rule.patterns) > 1 or rule.labels)
    rule = rules[at]
    fewer = {"patterns": rule.patterns[1:]} if rule.patterns else {"labels": rule.labels[1:] or ("无此标签",)}
    rules[at] = replace(rule, **fewer)  # type: ignore[arg-type]
    return rules


def word(dice: random.Random, rules: list[Rule], text: str) -> list[Rule]:
    """A new rule or exclusion for words that stand in the texts."""
    found = dice.choice(re.findall("[\u4e00-\u9fff]{2,4}|[0-9]{6,18}", text))
    model = next(rule for rule in rules if rule.kind == "pattern")
    kind = dice.choice(["pattern", "exclusion"])
    at = dice.randrange(len(rules))
    made = replace(
        model, id="made", kind=kind, patterns=(found,), views=("folded",), validator="", cases=(), near=(),
        need_near=False, not_near=(), entity=dice.choice(["PHONE", "ID_CARD", "TRADE_SECRET"]), labels=(), headers=(),
    )  # fmt: skip
    return [*rules[:at], made, *rules[at:]]


def column(dice: random.Random, rules: list[Rule], text: str) -> list[Rule]:
    at = _one(dice, rules, lambda rule: rule.headers)
    rules[at] = replace(rules[at], headers=(*rules[at].headers, "^(?:姓名|备注|金额)$"))
    return rules


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A site of samples, and a state of it under the packaged rules."""
    folder = tmp_path_factory.mktemp("changed")
    site, state = folder / "site", folder / "state"
    site.mkdir()
    for path in TEXTS:
        (site / path.name).write_bytes(path.read_bytes())
    made = State.open(state, KEY)
    with pytest.MonkeyPatch.context() as patch:
        # As for each test: what can be read is a part of what a result depends on.
        patch.setattr("reviewer.readers.ocr.is_installed", lambda: False)
        rescanned(site, made, scanner_of(BOOK))
    made.close()
    return site, state


def copied(state: Path, to: Path) -> State:
    """A state of its own for a test."""
    import shutil

    shutil.copytree(state, to)
    return State.open(to, KEY)


@pytest.mark.parametrize("edit", [remove, judge, narrow, word, column], ids=lambda edit: edit.__name__)
@pytest.mark.parametrize("seed", range(2))
def test_what_is_found_is_what_a_scan_of_everything_finds(
    before: tuple[Path, Path], tmp_path: Path, edit: Edit, seed: int
) -> None:
    site, state = before
    text = "".join(path.read_text("utf-8", "replace") for path in TEXTS)
    book = marked(BOOK, edit(random.Random(f"{edit.__name__} {seed}"), list(BOOK.rules), text))
    scanner = scanner_of(book)
    partly, wholly = copied(state, tmp_path / "a"), State.open(tmp_path / "b", KEY)
    some, all_ = rescanned(site, partly, scanner)[0], rescanned(site, wholly, scanner)[0]
    assert told(some, partly) == told(all_, wholly)
    partly.close()
    wholly.close()


def test_only_what_the_change_concerns_is_scanned(before: tuple[Path, Path], tmp_path: Path) -> None:
    site, state = before
    rule = next(rule for rule in BOOK.rules if rule.kind == "pattern" and rule.id not in CODED)
    rare = replace(rule, id="made", patterns=("绝无此词",), cases=(), labels=(), headers=(), entity="TRADE_SECRET")
    partly = copied(state, tmp_path / "a")
    outcome, engine = rescanned(site, partly, scanner_of(marked(BOOK, [*BOOK.rules, rare])))
    documents = list(partly.documents())
    assert engine.asked and {one.last_run for one in documents} == {1}
    assert (outcome.examined, outcome.unchanged) == (0, len(TEXTS))
    # All are known under the new rules: the next run opens none.
    _, again = rescanned(site, partly, scanner_of(marked(BOOK, [*BOOK.rules, rare])))
    assert again.asked == []
    partly.close()


def test_other_examples_change_nothing(before: tuple[Path, Path], tmp_path: Path) -> None:
    site, state = before
    partly = copied(state, tmp_path / "a")
    whole = load(whole=True)
    _, engine = rescanned(site, partly, scanner_of(replace(whole, digest="0" * 64)))
    assert engine.asked == []
    partly.close()


RULE = next(rule for rule in BOOK.rules if rule.kind == "pattern" and rule.id not in CODED)
NAME = "person-name"


@pytest.mark.parametrize(("book", "whole", "ids", "books"), [
    (BOOK, False, set(), 0),
    (edited(BOOK, RULE.id, message="x"), False, {RULE.id}, 0),
    (edited(BOOK, RULE.id, near=("x",)), False, {RULE.id}, 2),
    (edited(BOOK, NAME, advice="x"), False, {NAME}, 0),
    (edited(BOOK, NAME, severity="block"), True, {NAME}, 0),
    (marked(BOOK, [rule for rule in BOOK.rules if rule.id != RULE.id]), False, {RULE.id}, 1),
    (marked(BOOK, list(reversed(BOOK.rules))), True, set(), 0),
    (replace(BOOK, genres=BOOK.genres[1:]), True, set(), 0),
])  # fmt: skip
def test_what_a_change_is(book: Rulebook, whole: bool, ids: set[str], books: int) -> None:
    change = changed(BOOK, book)
    assert (change.whole, set(change.rules), len(change.books)) == (whole, ids, books)


def test_rules_that_code_knows_by_their_names_are_listed() -> None:
    known = {rule.id for rule in BOOK.rules if rule.kind != "builtin"}
    sources = (Path(__file__).parents[2] / "reviewer" / "detect").glob("*.py")
    named = {name for path in sources for name in re.findall('"([a-z][a-z0-9-]+)"', path.read_text("utf-8"))}
    assert named & known == CODED & known


def test_a_look_without_the_earlier_rules_scans() -> None:
    assert Look(Context(SETTINGS, KEY, scanner=scanner_of(BOOK)))._probes == {}
