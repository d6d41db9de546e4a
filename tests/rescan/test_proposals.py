"""What is proposed for which documents, and for which nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from reviewer.rescan import proposals as proposals_module
from reviewer.rescan.model import PROPOSAL_KINDS, Notice
from reviewer.rescan.proposals import (
    KIND_TITLES,
    OVER,
    holds_of,
    holds_record,
    merged,
    of_joins,
    proposals,
    same_office,
)  # fmt: skip
from reviewer.rescan.state import Stored
from reviewer.scanning import Scanner

TODAY = date(2026, 11, 22)
PERSONS = json.dumps({"found": {}, "private": 3, "scopes": []})
BLOCK = json.dumps({"found": {"block": {"ID_CARD": 2}, "check": {"PHONE": 1}}, "private": 0, "scopes": []})
CHECK = json.dumps({"found": {"check": {"PHONE": 1}}, "private": 0, "scopes": []})
SECRET = json.dumps({"found": {"block": {"CLASSIFICATION": 1}}, "private": 0, "scopes": []})


def doc(id: int, **values: object) -> Stored:
    made = Stored(
        id, 1, f"key{id}", f"{id}.html", None, f"sha{id}", 10, "html", "", "clear", True, "", "", "", "",
        None, "", "", "", (), "", "{}", 1, 1, None,
    )  # fmt: skip
    return replace(made, **values)  # type: ignore[arg-type]


def notice(kind: str, day: str | None = None, target: str = "", person: str = "") -> Notice:
    return Notice(kind, date.fromisoformat(day) if day else None, 0, 3, "证据", target, person)


def told(documents: list[Stored], notices: list[tuple[int, Notice]]) -> list[tuple[int, str, str]]:
    return [(one.document, one.kind, one.action) for one in proposals(documents, notices, TODAY)]


PERIOD = [(1, notice("announcement_period", "2026-08-07"))]


@pytest.mark.parametrize(
    ("genre", "holds", "expected"),
    [
        ("招考录用", PERSONS, [(1, "announcement_over", "take_down")]),
        ("任前公示", PERSONS, [(1, "announcement_over", "take_down")]),
        ("社会救助", BLOCK, [(1, "announcement_over", "take_down")]),
        ("保障房", PERSONS, [(1, "announcement_over", "deidentify")]),
        ("", PERSONS, [(1, "announcement_over", "deidentify")]),
        # an announcement of jobs names nobody; results stay public
        ("招考录用", "{}", []),
        ("行政处罚", PERSONS, []),
        ("中标采购", PERSONS, []),
        ("行政许可与审批结果", CHECK, [(1, "finding", "deidentify")]),
    ],
)
def test_announcements_that_are_over(genre: str, holds: str, expected: list[tuple[int, str, str]]) -> None:
    assert told([doc(1, genre=genre, holds=holds)], PERIOD) == expected


@pytest.mark.parametrize(
    ("days", "is_over"),
    [(["2026-11-21"], True), (["2026-11-22"], False), (["2026-08-07", "2026-12-01"], False), ([None], False), ([], False)],
)
def test_a_period_is_over_on_the_day_after_its_last(days: list[str | None], is_over: bool) -> None:
    periods = [(1, notice("announcement_period", day)) for day in days]
    assert bool(told([doc(1, genre="招考录用", holds=PERSONS)], periods)) is is_over


OLD = doc(1, number="清政〔2015〕6号", title="清溪县人民政府关于印发《清溪县建房管理规定》的通知", published=date(2015, 3, 2))
BY = doc(2, title="清溪县人民政府关于废止部分文件的决定", published=date(2026, 2, 1))


@pytest.mark.parametrize(
    ("target", "day", "expected"),
    [
        ("清政〔2015〕6号", "2026-02-01", [(1, "repealed", "keep")]),
        ("原清政[2015]第6号", "2026-02-01", [(1, "repealed", "keep")]),
        ("清溪县建房管理规定", "2026-02-01", [(1, "repealed", "keep")]),
        ("关于印发〈清溪县建房管理规定〉的通知", "2026-02-01", [(1, "repealed", "keep")]),
        ("清政〔2015〕16号", "2026-02-01", []),
        ("清水县建房管理规定", "2026-02-01", []),
        ("清政〔2015〕6号", "2027-01-01", []),
        ("清政〔2015〕6号", "2014-01-01", []),
    ],
)
def test_what_another_document_repeals(target: str, day: str, expected: list[tuple[int, str, str]]) -> None:
    assert told([OLD, BY], [(2, notice("repeal", day, target))]) == expected


def test_a_repealed_document_that_says_so_is_told_once() -> None:
    own, other = (1, notice("repeal")), (2, notice("repeal", "2026-02-01", "清政〔2015〕6号"))
    assert told([OLD, BY], [own, other]) == [(1, "repealed", "keep")]


@pytest.mark.parametrize(
    ("genre", "day", "expected"),
    [
        ("政策文件", "2025-12-31", [(1, "expired", "keep")]),
        ("", "2025-12-31", [(1, "expired", "keep")]),
        ("政策文件", "2026-11-22", []),
        ("政策文件", None, []),
        ("工作动态与新媒体", "2025-12-31", []),
    ],
)
def test_validity_that_has_ended(genre: str, day: str | None, expected: list[tuple[int, str, str]]) -> None:
    assert told([doc(1, genre=genre)], [(1, notice("validity", day))]) == expected


LEADERS = doc(1, title="清溪县财政局领导班子成员")
SHOWN = (1, notice("in_office", None, "党组书记、局长", "a"))


@pytest.mark.parametrize(
    ("page", "more", "expected"),
    [
        (LEADERS, [(2, notice("removal", "2026-03-01", "县财政局局长", "a"))], [(1, "removed_official", "deidentify")]),
        (LEADERS, [(2, notice("removal", "2026-03-01", "县财政局局长", "b"))], []),
        (LEADERS, [(2, notice("removal", "2026-03-01", "县财政局副局长", "a"))], []),
        (LEADERS, [(2, notice("removal", "2026-03-01", "县教育局局长", "a"))], []),
        (LEADERS, [(2, notice("removal", "2027-03-01", "县财政局局长", "a"))], []),
        (replace(LEADERS, published=date(2026, 5, 1)), [(2, notice("removal", "2026-03-01", "县财政局局长", "a"))], []),
        (LEADERS, [(2, notice("removal", "2026-03-01", "县财政局局长", "a")),
                   (2, notice("appointment", "2026-06-01", "县财政局局长", "a"))], []),
    ],
)  # fmt: skip
def test_who_is_still_shown_in_office(
    page: Stored, more: list[tuple[int, Notice]], expected: list[tuple[int, str, str]]
) -> None:
    assert told([page, doc(2, unit="清溪县人民政府")], [SHOWN, *more]) == expected


@pytest.mark.parametrize(
    ("shown", "unit", "removed", "is_same"),
    [
        ("局长", "清溪县财政局", "清溪县财政局局长", True),
        ("县财政局局长", "", "清溪县财政局局长", True),
        ("常务副县长", "清溪县人民政府", "清溪县人民政府副县长", True),
        ("主任", "清溪县卫生健康委员会", "县卫生健康委员会主任", True),
        ("局长", "", "清溪县财政局局长", False),
        ("科长", "清溪县财政局", "清溪县财政局局长", False),
    ],
)
def test_same_office(shown: str, unit: str, removed: str, is_same: bool) -> None:
    assert same_office(shown, unit, removed, "") is is_same


def test_attachments_whose_page_is_gone_and_that_nobody_links_to() -> None:
    page = doc(1)
    files = [doc(number, format="xlsx", page_key="key1") for number in (2, 3, 4)]
    gone = doc(5, format="xlsx", page_key="key99")
    lost, held = doc(6, format="pdf"), doc(7, format="pdf", holds=PERSONS)
    assert told([page, *files, gone, lost, held], []) == [
        (5, "dead_attachment", "take_down"), (6, "dead_attachment", "keep"), (7, "dead_attachment", "take_down"),
    ]  # fmt: skip
    # Pictures stand in pages; styles and scripts are no attachments.
    others = [doc(8, format="picture"), doc(9, format="")]
    assert told([page, *files, *others], []) == []
    # A folder without pages shows no links at all.
    assert told([doc(1, format="xlsx"), doc(2, format="pdf")], []) == []


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # the earlier is kept
        ({"text_key": "t", "published": date(2026, 1, 2)}, {"text_key": "t", "published": date(2026, 1, 1)},
         [(1, "duplicate_page", "take_down")]),
        ({"text_key": "t", "unit": "甲局"}, {"text_key": "t", "unit": "乙局"}, [(2, "duplicate_page", "keep")]),
        ({"text_key": "t", "unit": "甲局", "holds": PERSONS}, {"text_key": "t", "unit": "乙局", "holds": PERSONS},
         [(2, "duplicate_page", "take_down")]),
        ({"sha256": "x", "format": "xlsx", "holds": PERSONS}, {"sha256": "x", "format": "xlsx", "holds": PERSONS},
         [(2, "duplicate_page", "take_down")]),
        # a form that many pages offer, a page and the file of it
        ({"sha256": "x", "format": "docx"}, {"sha256": "x", "format": "docx"}, []),
        ({"text_key": "t"}, {"text_key": "t", "format": "docx", "page_key": "key1"}, []),
        ({"text_key": "t"}, {"text_key": "u"}, []),
    ],
)  # fmt: skip
def test_what_is_published_twice(
    one: dict[str, object], other: dict[str, object], expected: list[tuple[int, str, str]]
) -> None:
    assert told([doc(1, **one), doc(2, **other)], []) == expected


@pytest.mark.parametrize(
    ("holds", "expected"),
    [
        (BLOCK, [(1, "finding", "deidentify")]),
        (CHECK, [(1, "finding", "deidentify")]),
        (SECRET, [(1, "finding", "take_down")]),
        (json.dumps({"found": {"block": {"MINOR": 1}}, "scopes": ["不公开"]}), [(1, "finding", "take_down")]),
        (PERSONS, []),
        ("{}", []),
    ],
)
def test_findings(holds: str, expected: list[tuple[int, str, str]]) -> None:
    assert told([doc(1, holds=holds)], []) == expected


def test_what_the_state_keeps_of_findings_holds_no_value() -> None:
    findings = [
        {"severity": "block", "entity": "ID_CARD", "value": "3425**"},
        {"severity": "note", "entity": "NAME", "role": "candidate", "value": "许**", "scope": "仅村内公示"},
        {"severity": "note", "entity": "NAME", "role": "office_holder", "value": "高*"},
        {"severity": "check", "entity": "DISCLOSURE", "value": ""},
    ]
    record = holds_record({"findings": findings})
    held = holds_of(record)
    assert (held.found, held.private, held.scopes) == ({"block": {"ID_CARD": 1}}, 1, ("仅村内公示",))
    assert held.told() == "不得公开：居民身份证号码 1 处" and "*" not in record


def test_joins_change_the_document_that_breaks_the_chain() -> None:
    join = {"kind": "complementary_masks", "documents": ["1.html", "2.html"], "entity": "ID_CARD", "before": 10_000,
            "after": 1, "advice": "改 2.html", "change": ["2.html"]}  # fmt: skip
    (made,) = of_joins([join, {**join, "after": 5}], [doc(1), doc(2)])
    assert (made.document, made.kind, made.action) == (2, "join", "deidentify")
    assert "单看约 10,000 个可能，合起来剩 1 个可能" in made.reason and "共 2 处" in made.reason


def test_what_goes_anyway_needs_no_change_for_joins() -> None:
    join = {"kind": "complementary_masks", "documents": ["1.html", "2.html"], "entity": "ID_CARD", "before": 9,
            "after": 1, "advice": "", "change": ["1.html", "2.html"]}  # fmt: skip
    documents = [doc(1, genre="招考录用", holds=PERSONS), doc(2)]
    every = merged(proposals(documents, PERIOD, TODAY), of_joins([join], documents))
    assert [(one.document, one.kind) for one in every] == [(1, "announcement_over"), (2, "join")]


def test_joins_of_documents_with_names_in_their_paths_are_told_masked() -> None:
    join = {"kind": "complementary_masks", "documents": ["1.html", "许志强.html"], "entity": "ID_CARD", "before": 9,
            "after": 1, "advice": "改 许志强.html", "change": ["许志强.html"]}  # fmt: skip
    (made,) = of_joins([join], [doc(1), doc(2, path="许**.html~12345678")], {"许**.html~12345678": "许志强.html"})
    assert made.document == 2 and "许志强" not in repr(made)


def test_all_kinds_have_names_and_all_genres_exist(scanner: Scanner) -> None:
    assert set(KIND_TITLES) == set(PROPOSAL_KINDS)
    book = scanner.book
    assert set(OVER) - {""} <= {genre.title for genre in book.genres}
    assert {key for _, _, basis in OVER.values() for key in basis} <= set(book.basis)


def test_what_a_proposal_rests_on_binds_everywhere(scanner: Scanner) -> None:
    """No list of one province's office is cited to units of another."""
    source = Path(proposals_module.__file__).read_text(encoding="utf-8")
    cited = [law for key, law in scanner.book.basis.items() if f'"{key}"' in source]
    assert len(cited) > 5 and not [one for one in cited if "省" in one.law or "清单" in one.law]
