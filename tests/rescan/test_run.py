"""Runs over a folder: what is examined, what is trusted, what is new, known, gone and reopened."""

from __future__ import annotations

from pathlib import Path

from reviewer.rescan.report import Report
from reviewer.rescan.state import State

from .conftest import Rescanner

PHONE = "联系人：王秀芳，手机13800138000。\n"


def changes(state: State, outcome: object) -> dict[str, int]:
    return {name: len(found) for name, found in Report(outcome, state).changes().items()}  # type: ignore[arg-type]


def test_findings_are_new_then_known_then_gone_then_reopened(rescan: Rescanner, state: State, site: Path) -> None:
    (site / "a.txt").write_text(PHONE, encoding="utf-8")
    (site / "b.txt").write_text("没有什么。\n", encoding="utf-8")
    count = changes(state, rescan())["new"]
    assert count
    assert changes(state, rescan()) == {"new": 0, "known": count, "gone": 0, "reopened": 0}
    (site / "a.txt").write_text("删去了。\n", encoding="utf-8")
    assert changes(state, rescan()) == {"new": 0, "known": 0, "gone": count, "reopened": 0}
    (site / "a.txt").write_text("前面加了一行。\n" + PHONE, encoding="utf-8")
    assert changes(state, rescan()) == {"new": 0, "known": 0, "gone": 0, "reopened": count}


def test_a_document_that_is_gone_takes_its_findings(rescan: Rescanner, state: State, site: Path) -> None:
    (site / "a.txt").write_text(PHONE, encoding="utf-8")
    count = changes(state, rescan())["new"]
    (site / "a.txt").unlink()
    outcome = rescan()
    assert outcome.gone == 1 and changes(state, outcome)["gone"] == count
    assert [one.path for one in state.documents()] == []


def test_what_has_not_changed_is_not_opened(rescan: Rescanner, site: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (site / name).write_text(PHONE, encoding="utf-8")
    rescan()
    (site / "b.txt").write_text("换了。\n", encoding="utf-8")
    outcome = rescan()
    assert (outcome.examined, outcome.unchanged) == (1, 1)
