"""The take-down list from run to run, as a workbook and back, and looked at on the site."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from reviewer.errors import Conflict, Refusal, UsageError
from reviewer.rescan import live, sheets
from reviewer.rescan.live import Reply, checked, looked
from reviewer.rescan.model import PROPOSAL_KINDS
from reviewer.rescan.state import State
from reviewer.rescan.takedown import decide_many, listed, masking
from reviewer.review.cleaning import ACTIONS, STATES, Seen, after_run, decide
from reviewer.scanning import Scanner
from reviewer.store import takedown
from reviewer.store.takedown import Filter

from .conftest import KEY, Rescanner

LIST = """清溪县2026年度考试录用公务员拟录用人员公示
现将拟录用人员名单予以公示。公示期：2026年8月3日至8月7日。
序号,招录机关,职位代码,姓名,性别,准考证号,毕业院校
1,清溪县财政局,080415,许志强,男,13934010203,安徽财经大学
监督电话：0563-5021234
"""


def states(state: State) -> dict[str, tuple[str, str]]:
    return {one["path"]: (one["state"], one["action"]) for one in listed(state)}


def only(state: State) -> takedown.Row:
    with state.store.read() as connection:
        (row,) = takedown.listed(connection, Filter())
    return row


def decided(state: State, action: str, reason: str = "公示期满") -> None:
    with state.store.write() as connection:
        for row in list(takedown.listed(connection, Filter())):
            takedown.decide(connection, row["id"], action, reason, at=state.now(), actor="zhang")


def events(state: State) -> list[str]:
    with state.store.read() as connection:
        assert takedown.fault(connection) is None
        return [event.kind for event in takedown.Events(connection)]


def test_an_entry_is_done_when_its_document_is_gone_and_comes_back_with_it(
    rescan: Rescanner, state: State, site: Path
) -> None:
    page = site / "list.txt"
    page.write_text(LIST, encoding="utf-8")
    (site / "other.txt").write_text("没有什么。", encoding="utf-8")
    outcome = rescan()
    assert [(one["path"], one["kind"], one["action"]) for one in outcome.takedown] == [
        ("list.txt", "announcement_over", "take_down")
    ]
    assert states(state) == {"list.txt": ("proposed", "take_down")}
    rescan()
    decided(state, "take_down")
    rescan()
    assert states(state) == {"list.txt": ("decided", "take_down")}
    page.unlink()
    rescan()
    assert states(state) == {"list.txt": ("done", "take_down")} and listed(state)[0]["done"]["how"] == "gone"
    page.write_text(LIST, encoding="utf-8")
    rescan()
    assert states(state) == {"list.txt": ("proposed", "take_down")} and "decision" not in listed(state)[0]
    assert events(state) == ["proposed", "decided", "done", "reopened"]


def test_what_is_kept_stays_until_the_document_changes(rescan: Rescanner, state: State, site: Path) -> None:
    page = site / "list.txt"
    page.write_text(LIST, encoding="utf-8")
    rescan()
    decided(state, "keep", "按规定长期公开")
    rescan()
    assert states(state) == {"list.txt": ("kept", "keep")}
    page.write_text(LIST + "浏览次数：12\n", encoding="utf-8")
    rescan()
    assert states(state) == {"list.txt": ("kept", "keep")}
    page.write_text(LIST + "身份证号：110101190003070037\n", encoding="utf-8")
    rescan()
    assert states(state)["list.txt"] == ("proposed", "take_down")


def test_what_was_masked_is_done(rescan: Rescanner, state: State, site: Path) -> None:
    page = site / "a.txt"
    page.write_text("联系人：王秀芳，身份证号：110101190003070037\n", encoding="utf-8")
    rescan()
    assert states(state) == {"a.txt": ("proposed", "deidentify")}
    decided(state, "deidentify")
    page.write_text("联系人：办公室\n", encoding="utf-8")
    rescan()
    assert listed(state)[0]["done"]["how"] == "resolved"


@pytest.mark.parametrize(
    ("before", "how", "chosen", "seen", "after"),
    [
        ("proposed", "", "", Seen(False, False), ("done", "done", "gone")),
        ("proposed", "", "", Seen(True, True), None),
        ("proposed", "", "", Seen(True, False), ("done", "done", "resolved")),
        ("decided", "", "deidentify", Seen(True, False), ("done", "done", "resolved")),
        # what is to go has to go, even where nothing is said of it any more
        ("decided", "", "take_down", Seen(True, False), None),
        ("decided", "", "take_down", Seen(False, False), ("done", "done", "gone")),
        ("kept", "", "keep", Seen(True, True, has_changed=False), None),
        ("kept", "", "keep", Seen(True, True, has_changed=True), ("proposed", "reopened", "")),
        ("kept", "", "keep", Seen(True, False), None),
        ("kept", "", "keep", Seen(False, False), None),
        ("done", "gone", "take_down", Seen(True, False), ("proposed", "reopened", "")),
        ("done", "live", "take_down", Seen(True, True), ("proposed", "reopened", "")),
        ("done", "live", "take_down", Seen(True, True, is_old_copy=True), None),
        ("done", "resolved", "deidentify", Seen(True, False), None),
        ("done", "resolved", "deidentify", Seen(True, True), ("proposed", "reopened", "")),
        ("done", "gone", "", Seen(False, False), None),
    ],
)
def test_what_a_run_makes_of_an_entry(
    before: str, how: str, chosen: str, seen: Seen, after: tuple[str, str, str] | None
) -> None:
    assert after_run(before, how, chosen, seen) == after  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "action", "reason", "after"),
    [
        ("proposed", "take_down", "公示期满", "decided"),
        ("proposed", "keep", "依法长期公开", "kept"),
        ("kept", "deidentify", "改为去标识", "decided"),
        ("decided", "keep", "复核后保留", "kept"),
        ("done", "keep", "理由", None),
        ("proposed", "burn", "理由", None),
        ("proposed", "keep", "  ", None),
        ("proposed", "keep", "长" * 501, None),
    ],
)
def test_decisions(state: str, action: str, reason: str, after: str | None) -> None:
    if after is None:
        with pytest.raises(Refusal):
            decide(state, action, reason)  # type: ignore[arg-type]
    else:
        assert decide(state, action, reason) == after  # type: ignore[arg-type]


def test_a_decision_on_what_somebody_else_has_decided_is_a_conflict(
    rescan: Rescanner, state: State, site: Path
) -> None:
    (site / "list.txt").write_text(LIST, encoding="utf-8")
    rescan()
    row = only(state)
    decided(state, "keep")
    with pytest.raises(Conflict), state.store.write() as connection:
        takedown.decide(connection, row["id"], "take_down", "理由", at=state.now(), actor="li", revision=row["revision"])
    assert only(state)["action"] == "keep"


def test_the_ledger_refuses_to_be_changed(rescan: Rescanner, state: State, site: Path) -> None:
    from sqlalchemy import text

    from reviewer.errors import StoreError

    (site / "list.txt").write_text(LIST, encoding="utf-8")
    rescan()
    for statement in ("UPDATE published_events SET actor = 'x'", "DELETE FROM published_events"):
        with pytest.raises(StoreError), state.store.write() as connection:
            connection.execute(text(statement))


def test_what_is_stored_and_shown_is_masked(rescan: Rescanner, state: State, site: Path, scanner: Scanner) -> None:
    (site / "list.txt").write_text(LIST, encoding="utf-8")
    rescan()
    reason = "举报人许志强，身份证号110101190003070037，要求撤下"
    decide_many(state, [(only(state)["id"], "take_down", reason, "", None)], "zhang", masking(scanner, KEY))
    assert "110101190003070037" not in only(state)["why"] and "要求撤下" in only(state)["why"]


# --- the workbook ----------------------------------------------------------------------------------

BASIS = sheets.Basis({"pipl-47": "个人信息保护法第四十七条"})


def workbook(state: State, path: Path) -> None:
    with state.store.read() as connection, path.open("wb") as stream:
        sheets.write(stream, list(takedown.listed(connection, Filter())), BASIS)


def fill(path: Path, **cells: str) -> None:
    book = load_workbook(path)
    sheet = book.worksheets[1]
    titles = [cell.value for cell in sheet[1]]
    for title, value in cells.items():
        sheet.cell(2, titles.index(title) + 1).value = value
    book.save(path)


def read(state: State, path: Path) -> list[tuple[int, str, str, str, int | None]]:
    with state.store.read() as connection:
        return sheets.read(path, {row["id"]: row for row in takedown.listed(connection, Filter())})


@pytest.fixture
def filled(rescan: Rescanner, state: State, site: Path, tmp_path: Path) -> Path:
    (site / "list.txt").write_text(LIST, encoding="utf-8")
    rescan()
    path = tmp_path / "list.xlsx"
    workbook(state, path)
    return path


def test_a_workbook_goes_to_the_unit_and_comes_back(state: State, filled: Path, scanner: Scanner) -> None:
    assert read(state, filled) == []
    fill(filled, 处理="撤下", 理由="公示期满", 责任人="办公室")
    row = only(state)
    decisions = read(state, filled)
    assert decisions == [(row["id"], "take_down", "公示期满", "办公室", row["revision"])]
    assert decide_many(state, decisions, "zhang", masking(scanner, KEY)) == 1
    assert (only(state)["state"], only(state)["owner"]) == ("decided", "办公室")
    workbook(state, filled)
    assert read(state, filled) == []
    fill(filled, 处理="保留", 理由="复核后保留")
    assert [one[1] for one in read(state, filled)] == ["keep"]


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"处理": "删除", "理由": "x"}, "应填撤下"),
        ({"处理": "撤下"}, "请填理由"),
        ({"处理": "撤下", "理由": "x", "核对码": "abcdef-123456"}, "对不上"),
        ({"处理": "撤下", "理由": "x", "编号": "999"}, "对不上"),
    ],
)
def test_faults_of_a_filled_list_are_told_and_nothing_is_written(
    state: State, filled: Path, cells: dict[str, str], says: str
) -> None:
    fill(filled, **cells)
    with pytest.raises(Refusal, match=says):
        read(state, filled)


def test_a_list_that_is_older_than_a_decision_is_refused(state: State, filled: Path) -> None:
    fill(filled, 处理="撤下", 理由="公示期满")
    decided(state, "keep")
    with pytest.raises(Refusal, match="又有变动"):
        read(state, filled)


def test_what_is_no_list_is_told(state: State, tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"no workbook")
    with pytest.raises(UsageError, match="打不开"):
        read(state, path)


def test_cells_compute_nothing_and_sheets_have_sound_names(state: State, filled: Path) -> None:
    row = {**only(state), "unit": "甲/乙[局]:很长很长很长很长很长很长很长很长很长很长的单位名称", "title": "=1+1"}
    stream = io.BytesIO()
    sheets.write(stream, [row, {**row, "unit": row["unit"] + "二"}, {**row, "unit": ""}], BASIS)
    book = load_workbook(stream)
    assert len(book.worksheets) == 4 and len({sheet.title for sheet in book}) == 4
    assert book.worksheets[1]["D2"].value == "=1+1" and book.worksheets[1]["D2"].data_type == "s"


# --- looking at the site ---------------------------------------------------------------------------

URL = "https://www.example.gov.cn/a/t20260803_1.html"
TITLE = "<html><head><title>{}</title>"


class Server:
    """Answers by method and address; counts what it was asked."""

    def __init__(self, **answers: Reply | int) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def __call__(self, method: str, address: str) -> Reply:
        self.asked.append(method)
        path = address.removeprefix("https://www.example.gov.cn")
        answer = self.answers.get(f"{method}{path}", self.answers.get(method, 200))
        if answer == 0:
            raise TimeoutError
        return answer if isinstance(answer, Reply) else Reply(answer, head=TITLE.format("公示").encode())


@pytest.mark.parametrize(
    ("server", "answer"),
    [
        (Server(HEAD=404), "gone"),
        (Server(HEAD=410), "gone"),
        (Server(HEAD=405, GET=404), "gone"),
        (Server(HEAD=200, GET=200), "there"),
        (Server(HEAD=Reply(200), GET=404), "gone"),
        (Server(HEAD=500), "unknown"),
        (Server(HEAD=0), "unknown"),
        (Server(HEAD=Reply(302, "/")), "look"),
        (Server(HEAD=Reply(302, "/index.html")), "look"),
        (Server(HEAD=Reply(302, "https://other.example.com/x")), "look"),
        (Server(HEAD=Reply(301, "/loop")), "look"),
        (Server(**{"HEAD": Reply(301, "/b/new.html"), "HEAD/b/new.html": 404}), "gone"),
        (Server(HEAD=Reply(200), GET=Reply(200, head=TITLE.format("您访问的页面不存在").encode())), "look"),
        (Server(HEAD=Reply(200), GET=Reply(200, head=TITLE.format("页面不存在").encode("gb18030"))), "look"),
    ],
)
def test_what_an_address_answers(server: Server, answer: str) -> None:
    assert looked(URL, server) == answer


@pytest.mark.parametrize("address", ["", "ftp://a/b", "https://www.example.gov.cn/1380***8000.html", "http://u@a/b"])
def test_addresses_that_nobody_asks(address: str) -> None:
    server = Server()
    assert looked(address, server) == "unknown" and not server.asked


def test_what_can_not_be_opened_any_more_is_done(rescan: Rescanner, state: State, site: Path) -> None:
    from sqlalchemy import update

    from reviewer.store.schema import published_documents

    (site / "list.txt").write_text(LIST, encoding="utf-8")
    rescan()
    with state.store.write() as connection:
        connection.execute(update(published_documents).values(url=URL))
    waits: list[float] = []
    assert checked(state, Server(HEAD=200), wait=waits.append) == {"there": 1}
    assert only(state)["state"] == "proposed" and not waits
    assert checked(state, Server(HEAD=404), wait=waits.append) == {"gone": 1}
    assert (only(state)["state"], only(state)["how"]) == ("done", "live")
    assert checked(state, Server(HEAD=404), wait=waits.append) == {}
    assert events(state) == ["proposed", "looked", "done"]
    # The mirror is as old as it was: that the page lies in it says nothing.
    rescan()
    assert only(state)["state"] == "done"
    (site / "list.txt").unlink()
    (site / "list.txt").write_text(LIST, encoding="utf-8")
    rescan()
    assert only(state)["state"] == "proposed"


def test_all_words_of_the_list_are_told() -> None:
    assert set(sheets.KIND_TITLES) == set(PROPOSAL_KINDS)
    assert list(ACTIONS.values()) == ["撤下", "去标识", "保留"] and len(STATES) == 4
    assert live.PER_SECOND <= 3
