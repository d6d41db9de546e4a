"""The made-up county: the same each time, nobody's numbers, and joins that find what was planted."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from reviewer.identifiers import areas, resident_id
from reviewer.linkage.join import joins
from reviewer.linkage.persons import Measure
from reviewer.linkage.tokens import Tokens, given
from tests.scanner import scanner

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))

import county

SITE = county.Site(county.County(6_000, 3), 120, 3, 30)
TOKENS = Tokens(bytes(range(32)))


def test_the_same_county_each_time() -> None:
    again = county.Site(county.County(6_000, 3), 120, 3, 30)
    assert [again.text(sheet) for sheet in again.sheets[:20]] == [SITE.text(sheet) for sheet in SITE.sheets[:20]]
    assert again.planted == SITE.planted


def test_nobody_bears_these_numbers() -> None:
    numbers = [one.number for one in SITE.county.people]
    assert all(map(resident_id.is_valid, numbers)) and len(set(numbers)) == len(numbers)
    assert not any(areas.is_listed(number[:6]) for number in numbers)


@pytest.mark.parametrize("office", range(len(county.OFFICES)))
def test_a_scan_reads_off_the_text_what_the_truth_says(office: int) -> None:
    """Documents of each office, written, scanned and taken: the same rows as those made from the truth."""
    sheet = next(sheet for sheet in SITE.sheets if sheet.shows is county.OFFICES[office])
    (expected,) = (one for one in SITE.given(TOKENS) if one.page == sheet.page)
    found = given(scanner().text(SITE.text(sheet)), sheet.page, TOKENS)
    assert [(row.at, row.name, row.place, row.known, row.parts) for row in found.rows] == [
        (row.at, row.name, row.place, row.known, row.parts) for row in expected.rows
    ]
    assert all(row.kinds <= scanned.kinds for row, scanned in zip(expected.rows, found.rows, strict=True))


def test_joins_are_of_one_person_and_find_what_was_planted() -> None:
    given_ = list(SITE.given(TOKENS))
    measure = Measure(county.TODAY)
    figures = county.figures(SITE, given_, joins(given_, measure), measure)
    assert sum(figures.right.values()) >= 0.9 * sum(figures.found.values()) > 0
    assert sum(figures.planted_found.values()) >= 0.8 * sum(figures.planted.values()) > 0
    assert {"complementary_masks", "unique_row", "repeat_complainant"} <= set(figures.planted_found)
    assert any("召回率" in line for line in figures.lines())


def test_the_index_finds_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given_ = list(SITE.given(TOKENS))
    measure = Measure(county.TODAY)
    assert county.by_state(given_, tmp_path, measure) == joins(given_, measure)
    assert "查一份草稿" in capsys.readouterr().out


def test_the_site_is_written_with_its_truth(tmp_path: Path) -> None:
    county.write(SITE, tmp_path)
    written = sorted(path.name for path in tmp_path.iterdir())
    assert len(written) == len(SITE.sheets) + 1 and "truth.csv" in written
