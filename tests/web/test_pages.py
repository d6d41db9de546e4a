"""What the pages do: the path of an item, windows of long texts, the form, the register, figures, people, OIDC."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest

from reviewer.casework.intake import Upload
from reviewer.casework.structure import text_of
from reviewer.casework.views import Place
from reviewer.errors import UsageError
from reviewer.model import Document
from reviewer.readers.plain import text_document
from reviewer.review.clock import Calendar
from reviewer.web import figures, form, register, serve, windows
from reviewer.web.forms import plain_name
from reviewer.web.oidc import provider
from reviewer.web.words import due, located, when

from ..casework.world import PLAIN, PRIVATE
from ..databases import Templates
from .browser import Browser, Site, site

TODAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def _revision(browser: Browser, item: int) -> str:
    found = re.search(r'name="revision" value="([0-9]+)"', browser.get(f"/items/{item}").text)
    assert found is not None
    return found[1]


def test_from_draft_to_certificate(bench: Site) -> None:
    """By the pages alone: created and handed in, returned, mended, decided, signed three times, published."""
    drafter, first = bench.by("drafter"), bench.by("first")
    form_ = {"title": "座谈会通知", "unit": str(bench.world.unit), "then": "submit", "channels": "website"}
    made = drafter.post("/items", form_, files={"final": ("通知.txt", PRIVATE.encode())})
    assert made.status_code == 303
    item = int(made.headers["location"].rpartition("/")[2])
    assert "座谈会通知" in first.get("/inbox").text and "座谈会通知" not in bench.by("second").get("/inbox").text

    act = f"/items/{item}/act"
    assert first.post(f"{act}/return", {"revision": _revision(first, item),
    "reason": "证件号码、住址请先脱敏，再报审查"}).status_code == 303
    assert "证件号码、住址请先脱敏，再报审查" in drafter.get(f"/items/{item}").text
    page = drafter.post(f"/items/{item}/files", {"revision": _revision(drafter, item)},
    files={"final": ("通知.txt", PLAIN.encode())})
    assert page.status_code == 303
    assert drafter.post(f"{act}/submit", {"revision": _revision(drafter, item)}).status_code == 303
    compared = first.get(f"/items/{item}/compare").text
    assert "<del>" in compared and "<ins>" in compared and "34010219000506123X" not in compared

    for name, outcome in (("first", "open"), ("second", "open"), ("final", "open")):
        browser = bench.by(name)
        form_ = {"revision": _revision(browser, item), "outcome": outcome, "reason": "同意"}
        assert browser.post(f"{act}/approve", form_).status_code == 303, name
    certificate = bench.by("final").get(f"/items/{item}/certificate")
    assert certificate.status_code == 200 and json.loads(certificate.content)["payloadType"]
    publisher = bench.by("publisher")
    form_ = {"revision": _revision(publisher, item), "where": "https://www.example.gov.cn/1.html", "on": "2026-11-24"}
    assert publisher.post(f"{act}/publish", form_).status_code == 303
    assert "已发布" in publisher.get("/ledger").text


def test_two_at_once(bench: Site) -> None:
    """Who comes second is told so, and nothing of his is kept."""
    item = bench.world.submitted(PRIVATE)
    found = [one for one in bench.world.office.findings(bench.world.who["first"], item) if one.due]
    one, other = bench.by("first"), bench.by("first")
    revision = _revision(one, item)
    path = f"/items/{item}/files/{found[0].file}/0/decide"
    forms = [
        {"revision": revision, "finding": str(finding.id), "group": finding.group, "kind": "masked", "reach": "one"}
        for finding in found
    ]
    assert one.post(path, forms[0]).status_code == 200
    late = other.post(path, forms[1], headers={"hx-request": "true"})
    assert late.status_code == 409 and "刚刚被别人改动过" in late.text and "<html" not in late.text
    decided = {row.id: row.kind for row in bench.world.office.findings(bench.world.who["first"], item)}
    assert (decided[found[0].id], decided[found[1].id]) == ("masked", None)


def test_a_decision_shows_at_once(bench: Site) -> None:
    item = bench.world.submitted("名单\n电话13800012345\n电话13800012345\n")
    browser = bench.by("first")
    finding = next(one for one in bench.world.office.findings(bench.world.who["first"], item) if one.due)
    form_ = {
        "revision": _revision(browser, item), "finding": str(finding.id), "group": finding.group, "kind": "lawful",
        "reason": "办公电话", "reach": "value",
    }  # fmt: skip
    answer = browser.post(f"/items/{item}/files/{finding.file}/0/decide", form_).text
    assert "依法可公开，2 处" in answer and 'hx-swap-oob="true"' in answer and "办公电话" in answer
    fresh = re.search(r'id="revision" name="revision" value="([0-9]+)"', answer)
    assert fresh is not None and int(fresh[1]) == int(form_["revision"]) + 1


def test_a_faulty_item_is_told_and_kept_in_the_form(bench: Site) -> None:
    form_ = {"title": "关于某事的通知", "unit": str(bench.world.unit), "made_on": "昨天"}
    answer = bench.by("drafter").post("/items", form_)
    assert answer.status_code == 422 and "成文日期应写成" in answer.text and "关于某事的通知" in answer.text


# --- long texts ------------------------------------------------------------------------------------


def _text(document: Document, hidden: list[tuple[int, int]] | None = None) -> Any:
    from reviewer.casework.structure import structure
    from reviewer.reports.veil import Veil

    class Bare(Veil):
        def __init__(self) -> None: ...
        def raw(self, text: str) -> str:
            return text

    kept = {"format": "txt", "text": document.text, "hidden": hidden or [], "structure": structure(document, Bare())}
    return text_of(json.loads(json.dumps(kept)))


def test_a_reading_keeps_what_the_page_shows() -> None:
    document = text_document("名单\n姓名\t电话\n张三\t1\n李四\t2\n\n落款\n")
    text = _text(document, [(9, 11)])
    assert [(one.start, one.end, one.part) for one in text.document.blocks] == [
        (one.start, one.end, one.part) for one in document.blocks
    ]
    shown = "".join(windows.drawn(text, [], 0, len(text.units)))
    assert "张三" not in shown and "**" in shown and "<table" in shown and "落款" in shown


@pytest.mark.parametrize("first", [0, 40, 5_000, 99_999])
def test_windows_of_a_long_list(first: int) -> None:
    document = text_document("序号\t姓名\n" + "".join(f"{k}\t某人{k}\n" for k in range(1, 6001)))
    text = _text(document)
    low, high = windows.bounds(text, first)
    mark = Place(1, text.units[low][0], text.units[low][0] + 1, "NAME", "check", 7)
    shown = windows.drawn(text, [mark], low, high)
    assert 1 <= high - low <= windows.SIZE and shown.count("<tr>") <= windows.SIZE + 1
    assert 'data-g="7"' in shown and "姓名" in shown
    assert text.unit_at(text.units[low][0]) == low


def test_a_line_without_end() -> None:
    text = _text(text_document("字" * 100_000))
    low, high = windows.bounds(text, 10)
    assert len(windows.drawn(text, [], low, high)) < 400_000 and len(text.units) == 50


# --- the form, the register, figures ---------------------------------------------------------------


def test_the_form(bench: Site) -> None:
    from docx import Document as Word
    from pypdfium2 import PdfDocument

    item = bench.world.approved(PLAIN, doc_number="某办〔2026〕1号", remarks="联系电话13800012345")
    browser = bench.by("auditor")
    word = Word(io.BytesIO(browser.get(f"/items/{item}/form.docx").content))
    cells = [cell.text for row in word.tables[0].rows for cell in row.cells]
    text = "\n".join(cells)
    for wanted in ("信息标题", "某办〔2026〕1号", "终审意见", "签名：甲局final", "是否涉国家秘密", "汇聚风险",
    "撤下日期", "附件清单"):
        assert wanted in text, wanted
    assert "13800012345" not in text
    page = PdfDocument(browser.get(f"/items/{item}/form.pdf").content)
    assert [round(edge) for edge in page[0].get_size()] == [595, 842]
    read = "".join(one.get_textpage().get_text_range() for one in page)
    assert form.TITLE in read and "终审意见" in read and "13800012345" not in read
    assert browser.get(f"/items/{item}/form.exe").status_code == 404


def test_the_register_as_a_workbook(bench: Site) -> None:
    from openpyxl import load_workbook

    world = bench.world
    item = world.submitted(PLAIN, doc_number="=1+1", index_number="@SUM(A1)")
    browser = bench.by("auditor")
    book = load_workbook(io.BytesIO(browser.get("/ledger.xlsx").content))
    head, row = list(book.active.iter_rows())[:2]  # type: ignore[union-attr]
    assert [cell.value for cell in head] == [title for title, _ in register.COLUMNS]
    assert (row[2].value, row[2].data_type, row[3].value) == ("=1+1", "s", "@SUM(A1)")
    assert world.office.item(world.who["drafter"], item).number == row[0].value
    month = browser.get("/ledger/month?month=2026-11").text
    assert "甲局" in month and "审查件数" in month
    assert browser.get("/ledger/month?month=2026-13").status_code == 422
    sums = load_workbook(io.BytesIO(browser.get("/ledger/month.xlsx?month=2026-11").content))
    assert sums.sheetnames == ["汇总", "明细"]


@pytest.mark.parametrize(
    ("query", "found"),
    [("", True), ("?words=座谈会", True), ("?words=100%25", False), ("?words=_", False), ("?state=published", False),
     ("?unit=2", False), ("?unit=x", True), ("?since=2026-11-23&until=2026-11-23&by=submitted_at", True),
     ("?since=2027-01-01", False), ("?by=password_hash", True), ("?words='%20OR%201=1", False)],
)  # fmt: skip
def test_filters(bench: Site, query: str, found: bool) -> None:
    bench.world.submitted(PLAIN)
    for path in ("/items", "/ledger"):
        answer = bench.by("auditor").get(path + query)
        assert answer.status_code == 200 and ("关于召开座谈会的通知" in answer.text) == found, path


def test_bars_and_spans() -> None:
    assert [(bar.name, bar.share) for bar in figures.bars([("a", 1, ""), ("b", 4, "")])] == [("b", 1000), ("a", 250)]
    assert figures.bars([]) == []
    rows = [
        {"id": 1, "submitted_at": "2026-11-20T02:00:00Z", "outcome_at": "2026-11-23T02:00:00Z"},
        {"id": 2, "submitted_at": "2026-11-02T02:00:00Z", "outcome_at": "2026-12-31T02:00:00Z"},
    ]
    assert [count for _, count, _ in figures.spans(rows, Calendar())] == [1, 0, 0, 0, 0, 1]


def test_statistics(bench: Site) -> None:
    item = bench.world.submitted(PRIVATE)
    bench.world.decide_all(item, "false_alarm")
    page = bench.by("auditor").get("/statistics?since=2026-01-01&until=2026-12-31").text
    assert "各规则的误报率" in page and "100%" in page and "手机号码" in page and "甲局" in page


# --- people ----------------------------------------------------------------------------------------


def test_a_role_takes_two(bench: Site) -> None:
    world, system, security = bench.world, bench.by("system_admin"), bench.by("security_admin")
    assert system.post("/users", {"login": "newbie", "name": "新来的", "unit": str(world.unit)}).status_code == 303
    user = re.search(r'action="/users/([0-9]+)/grants"', system.get("/users").text.split("newbie")[1])
    assert user is not None
    form_ = {"role": "second", "unit": str(world.unit)}
    assert system.post(f"/users/{user[1]}/grants", form_).status_code == 303
    request = re.search(r'action="/requests/([0-9]+)"', security.get("/users").text)
    assert request is not None
    assert system.post(f"/requests/{request[1]}", {"answer": "yes"}).status_code == 403
    assert security.post(f"/requests/{request[1]}", {"answer": "yes"}).status_code == 303
    assert "复审" in bench.by("newbie").get("/password").text


def test_a_unit_with_two_steps_needs_its_rule(bench: Site) -> None:
    system = bench.by("system_admin")
    assert "本地规定" in system.post("/units", {"name": "丙局", "steps": "2"}).text
    form_ = {"name": "丙局", "steps": "2", "rule_name": "某县规定", "rule_text": "第六条……两级审查。"}
    assert system.post("/units", form_).status_code == 303
    assert "某县规定" in bench.by("auditor").get("/users").text


# --- starting --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wishes", "fault"),
    [
        (serve.Wishes(), ""), (serve.Wishes(host="localhost"), ""), (serve.Wishes(host="::1"), ""),
        (serve.Wishes(host="0.0.0.0"), "必须用 TLS"), (serve.Wishes(host="::"), "必须用 TLS"),
        (serve.Wishes(host="shencha.example"), "必须用 TLS"),
        (serve.Wishes(host="0.0.0.0", public="https://shencha.example/"), "必须用 TLS"),
        (serve.Wishes(public="https://shencha.example/"), ""),
        (serve.Wishes(oidc_issuer="https://id.example"), "要一起给"),
    ],
)  # fmt: skip
def test_how_it_may_be_served(wishes: serve.Wishes, fault: str) -> None:
    try:
        serve.check(wishes)
        said = ""
    except UsageError as told:
        said = told.message
    assert (fault in said) if fault else said == ""


def test_the_first_start(templates: Templates, tmp_path: Any, keys: Any) -> None:
    """Three administrators with two halves each, told once."""
    from ..casework.world import Clock, office_at

    office = office_at(tmp_path, tmp_path, keys, Clock())
    lines = serve.begin(office)
    halves = [re.findall(r"[A-Z2-9]{10}", line) for line in lines if "登录名" in line][:3]
    assert [len(one) for one in halves] == [2, 2, 2] and serve.begin(office) == []
    browser = site_of(office)
    password = "春江潮水连海平海上明月"
    assert browser.post("/first", {"login": "sysadmin", "first": halves[0][0], "second": halves[0][1], "new": password,
                                   "again": password}).status_code == 422  # fmt: skip
    password += "共潮生"
    form_ = {"login": "sysadmin", "first": halves[0][0], "second": halves[0][1], "new": password, "again": password}
    assert browser.post("/first", form_).headers["location"] == "/signin?after=first"
    assert browser.post("/signin", {"login": "sysadmin", "password": password}).headers["location"] == "/inbox"
    office.store.close()


def site_of(office: Any) -> Browser:
    class Bare:
        pass

    bare: Any = Bare()
    bare.office = office
    return site(bare).anyone()


# --- an identity provider --------------------------------------------------------------------------

ISSUER = "https://id.example.gov.cn"


class Provider:
    """An identity provider without a network."""

    def __init__(self) -> None:
        from joserfc.jwk import RSAKey

        self.key = RSAKey.generate_key(2048, {"kid": "1"})
        self.asked: dict[str, str] = {}
        self.claims: dict[str, Any] = {}

    def __call__(self, address: str, form_: dict[str, str] | None) -> dict[str, Any]:
        from joserfc import jwt

        if address.endswith("/openid-configuration"):
            ends = {"authorization_endpoint": "/auth", "token_endpoint": "/token", "jwks_uri": "/keys"}
            return {"issuer": ISSUER, **{name: ISSUER + path for name, path in ends.items()}}
        if address.endswith("/keys"):
            return {"keys": [self.key.as_dict(private=False)]}
        self.asked = form_ or {}
        return {"id_token": jwt.encode({"alg": "RS256", "kid": "1"}, self.claims, self.key)}


@pytest.mark.parametrize(
    ("change", "enters"),
    [({}, True), ({"nonce": "other"}, False), ({"aud": "other"}, False), ({"iss": "https://evil.example"}, False),
     ({"exp": 1_000_000_000}, False), ({"sub": "stranger"}, False), ({"state": "other"}, False)],
)  # fmt: skip
def test_signing_in_at_a_provider(bench: Site, change: dict[str, Any], enters: bool) -> None:
    from urllib.parse import parse_qs, urlparse

    from reviewer.casework import accounts

    fake = Provider()
    at = provider(ISSUER, "workbench", "secret", "http://testserver/oidc/back", fetch=fake)
    accounts.link_subject(bench.world.office, bench.world.who["first"], f"{ISSUER} 42")
    browser = site(bench.world, oidc=at).anyone()
    start = browser.get("/oidc/start")
    asked = {name: values[0] for name, values in parse_qs(urlparse(start.headers["location"]).query).items()}
    assert asked["code_challenge_method"] == "S256" and asked["redirect_uri"] == "http://testserver/oidc/back"
    fake.claims = {
        "iss": ISSUER, "aud": "workbench", "sub": "42", "nonce": asked["nonce"],
        "exp": int(datetime.now(UTC).timestamp()) + 300,
    }  # fmt: skip
    fake.claims |= {name: value for name, value in change.items() if name != "state"}
    back = browser.get("/oidc/back", params={"code": "c", "state": change.get("state", asked["state"])})
    assert (back.status_code == 303) == enters
    assert (browser.get("/inbox").status_code == 200) == enters
    assert not enters or fake.asked["code_verifier"]


# --- words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stamp", "told"),
    [(None, ("", "ok")), ("2026-11-22T00:00:00Z", ("已超期 1 天", "late")), ("2026-11-23T08:00:00Z", ("已超期",
    "late")),
     ("2026-11-23T10:00:00Z", ("11月23日 18:00", "soon")), ("2026-12-30T15:59:59Z", ("2026-12-30", "ok"))],
)  # fmt: skip
def test_due_dates(stamp: str | None, told: tuple[str, str]) -> None:
    assert due(stamp, TODAY) == told


def test_small_words() -> None:
    assert when("2026-11-22T17:30:00Z") == "2026-11-23 01:30"
    assert located({"sheet": "名单", "cell": "C5", "box": [1, 2, 3, 4], "unknown": 1}, "body") == "工作表“名单”C5"
    assert plain_name("..\\a/b\x00c\u202e.txt ") == "bc.txt" and len(plain_name("长" * 500 + ".docx")) <= 200
    assert date(2026, 11, 23) == TODAY.date()


def test_an_upload_in_two_roles(bench: Site) -> None:
    drafter = bench.by("drafter")
    form_ = {"title": "通知", "unit": str(bench.world.unit), "then": "keep"}
    files = [("final", ("终稿.txt", PLAIN.encode())), ("draft", ("底稿.txt", PRIVATE.encode()))]
    made = drafter.post("/items", form_, files=files)
    page = drafter.get(made.headers["location"]).text
    assert "拟公开文件" in page and "底稿" in page and Upload("x", b"").sha256


def test_false_alarms_become_proposals(bench: Site) -> None:
    """Who reviews in the unit sees the text as typed and what could be changed; the ledger says that he looked."""
    from ..casework.test_feedback import NUMBER, alarmed

    alarmed(bench.world)
    first = bench.by("first")
    assert "phone" in first.get("/alarms").text and NUMBER not in first.get("/alarms").text
    shown = first.post("/alarms/phone").text
    assert f"<mark>{NUMBER}</mark>" in shown and "建议采用" in shown and "not-phone-1.yml" in shown
    assert "王建国" not in shown and "13811102346" not in shown
    assert "查看误报的原文" in bench.by("auditor").get("/events").text
    assert NUMBER not in bench.by("other_first").post("/alarms/phone").text
    assert first.post("/alarms/nothing").status_code == 404
