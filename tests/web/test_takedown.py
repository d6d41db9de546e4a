"""撤下清单 in the workbench: who sees what, decisions, the workbook."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from reviewer.store import takedown

from .browser import Site
from .cleaned import ENTRIES, published


def test_the_list_is_not_shown_before_there_is_one(bench: Site) -> None:
    browser = bench.by("first")
    assert 'href="/takedown"' not in browser.get("/inbox").text
    assert "没有符合条件的记录" in browser.get("/takedown").text
    published(bench.world)
    assert 'href="/takedown"' in browser.get("/inbox").text


@pytest.mark.parametrize(
    ("name", "query", "titles"),
    [
        ("first", {}, {"2026年度拟录用公务员公示", "关于印发建房管理规定的通知"}),
        ("drafter", {}, {"2026年度拟录用公务员公示", "关于印发建房管理规定的通知"}),
        ("other_first", {}, {"2026年耕地补贴发放表"}),
        ("first", {"kind": "repealed"}, {"关于印发建房管理规定的通知"}),
        ("first", {"action": "take_down"}, {"2026年度拟录用公务员公示"}),
        ("first", {"state": "done"}, set()),
        ("first", {"words": "建房 通知"}, {"关于印发建房管理规定的通知"}),
        ("first", {"words": "100%"}, set()),
        ("first", {"unit": "乙局"}, set()),
        ("first", {"kind": "nonsense"}, {"2026年度拟录用公务员公示", "关于印发建房管理规定的通知"}),
    ],
)
def test_everybody_sees_the_entries_of_his_unit(
    bench: Site, name: str, query: dict[str, str], titles: set[str]
) -> None:
    published(bench.world)
    text = bench.by(name).get("/takedown", params=query).text
    assert {title for *_, title in ENTRIES if title and title in text} == titles


def test_a_decision_with_its_reason(bench: Site) -> None:
    first, second, other, nobody = published(bench.world)
    browser = bench.by("publisher")
    page = browser.get(f"/takedown/{first}").text
    assert "公示期满" in page and "个人信息保护法" in page and "作出决定" in page
    form = {"action": "take_down", "reason": "公示期满，联系人手机13800138000", "revision": "1"}
    assert browser.post(f"/takedown/{first}", form).status_code == 303
    page = browser.get(f"/takedown/{first}").text
    assert "13800138000" not in page and "公示期满，联系人手机" in page and "已决定，待核实" in page
    assert browser.post(f"/takedown/{first}", form).status_code == 409
    assert browser.post(f"/takedown/{second}", {**form, "reason": " "}).status_code == 422
    assert "作出决定" not in bench.by("drafter").get(f"/takedown/{second}").text
    assert browser.get(f"/takedown/{other}").status_code == 404
    assert browser.get(f"/takedown/{nobody}").status_code == 404
    with bench.world.office.store.read() as connection:
        assert takedown.fault(connection) is None
        kinds = [event.kind for event in takedown.Events(connection)]
    assert kinds == ["proposed"] * 4 + ["decided"]


def test_the_workbook_has_the_rows_of_the_page(bench: Site) -> None:
    published(bench.world)
    answer = bench.by("first").get("/takedown.xlsx", params={"kind": "repealed"})
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["汇总", "甲局"]
    rows = list(book["甲局"].iter_rows(min_row=2, values_only=True))
    assert [row[3] for row in rows] == ["关于印发建房管理规定的通知"]
    with bench.world.office.store.read() as connection:
        assert [event.kind for event in takedown.Events(connection)][-1] == "exported"
