"""The made-up web site: the same each time, all that is planted stands in it, and a rescan finds it with its documents."""

from __future__ import annotations

import io
import json
import sys
from collections import Counter
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from reviewer import cli
from reviewer.keys import new

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))

import website

_PAGES, _PEOPLE = 300, 9_000
_STALE = ("announcement_over", "expired", "repealed", "removed_official", "duplicate_page", "dead_attachment")


def _made() -> website.Website:
    return website.Website(_PAGES, _PEOPLE, rows=12)


def _rescanned(site: Path, folder: Path) -> dict[str, Any]:
    out = io.StringIO()
    words = ("rescan", str(site), "--state", str(folder / "state"), "--key-file", str(folder / "site.key"), "--jobs", "1")
    with redirect_stdout(out):
        cli.main([*words, "--format", "json"])
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[dict[str, Any], dict[str, Any], tuple[int, int, int]]]:
    """(truth, report, files written, as they were, removed) of the site and of what it is some months later."""
    folder = tmp_path_factory.mktemp("website")
    new(folder / "site.key")
    made = []
    first, second = _made(), _made()
    for one, changes in ((first, []), (second, second.second())):
        counts = website.write(one, folder / "site")
        made.append((one.truth(changes), _rescanned(folder / "site", folder), counts))
    return made


def test_the_same_site_each_time() -> None:
    assert dict(_made().files()) == dict(_made().files())


def test_it_holds_what_was_planted() -> None:
    made = _made()
    files = dict(made.files())
    kinds = Counter(one.what for one in made.cases)
    assert {"ID_CARD", "BANK_CARD", "PHONE", "HEALTH", "complementary_masks", "unique_row", "repealed"} <= set(kinds)
    for case in made.cases:
        assert all(any(path in files for path in some) for some in case.documents), case
    assert {Path(name).suffix for name in files} == {".html", ".xlsx", ".docx", ".csv", ".pdf"}


def test_little_changes_in_some_months(rounds: Any) -> None:
    (_, _, first), (_, _, second) = rounds
    written, same, removed = second
    assert first[1:] == (0, 0) and same > 0.95 * first[0] and written and removed


@pytest.mark.parametrize("number", [0, 1])
def test_a_rescan_finds_what_was_planted(rounds: Any, number: int) -> None:
    truth, report, _ = rounds[number]
    checked = website.check(truth, report)
    assert (checked.missing, checked.wrong) == ((), ())
    assert {f"stale {one}" for one in _STALE[: 5 + number]} <= set(checked.found)


def test_the_check_asks_for_every_document() -> None:
    """A join that does not name one of its documents, a proposal that does not say why, are not found."""
    case = {"kind": "join", "what": "unique_row", "by": "joins", "documents": [["a.html"], ["b.html", "b.xlsx"]]}
    twins = {"kind": "stale", "what": "duplicate_page", "by": "takedown", "documents": [["a.html"], ["b.html"]]}
    weak = {"kind": "weak_mask", "what": "ID_CARD", "by": "findings", "documents": [["a.html"]]}
    finding = {"entity": "ID_CARD", "severity": "block"}
    report: dict[str, Any] = {"documents": [{"path": "a.html", "findings": [finding]}], "joins": [], "takedown": []}
    rows = (
        (case, {"joins": [{"kind": "unique_row", "documents": ["a.html", "b.xlsx"]}]}, True),
        (case, {"joins": [{"kind": "unique_row", "documents": ["a.html"]}]}, False),
        (case, {"joins": [{"kind": "coordinates", "documents": ["a.html", "b.html"]}]}, False),
        (twins, {"takedown": [{"kind": "duplicate_page", "path": "b.html", "evidence": ["a.html"]}]}, True),
        (twins, {"takedown": [{"kind": "duplicate_page", "path": "b.html", "evidence": []}]}, False),
        (weak, {}, False),
        (weak, {"documents": [{"path": "a.html", "findings": [{**finding, "masked": True}]}]}, True),
    )
    for planted, more, found in rows:
        checked = website.check({"cases": [planted], "quiet": []}, {**report, **more})
        assert (not checked.missing) == found
    wrong = {"takedown": [{"kind": "expired", "path": "a.html"}]}
    assert website.check({"cases": [], "quiet": [{"kind": "expired", "path": "a.html"}]}, {**report, **wrong}).wrong
