"""The workbench in a real browser (Debian's chromium): by keyboard, by several people, and read by axe-core."""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from ..casework.world import PLAIN, PRIVATE
from .browser import Site
from .cleaned import published

sync_api = pytest.importorskip("playwright.sync_api")
BINARY = shutil.which("chromium") or ""
AXE = os.environ.get("AXE_CORE", "")
"""axe.min.js of the npm package axe-core (.ci/run)"""
SIZE = {"width": 1366, "height": 768}
TABLET = {"width": 1024, "height": 768}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    if not BINARY:
        pytest.skip("chromium is not installed")
    with sync_api.sync_playwright() as playwright:
        # As root, in CI, there is no sandbox; no page is ever loaded from elsewhere.
        made = playwright.chromium.launch(executable_path=BINARY, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture
def served(bench: Site) -> Iterator[str]:
    """Where the workbench is served."""
    server = uvicorn.Server(uvicorn.Config(bench.app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


Open = Callable[..., Any]


@pytest.fixture
def open_as(bench: Site, served: str, chromium: Any) -> Iterator[Open]:
    """Opens a page as somebody; at the end no page may have complained (CSP, script errors)."""
    complaints: list[str] = []
    contexts: list[Any] = []

    def opened(name: str, path: str, size: dict[str, int] = SIZE) -> Any:
        context = chromium.new_context(viewport=size, locale="zh-CN", accept_downloads=True, base_url=served)
        contexts.append(context)
        if name != "anyone":
            token = bench.by(name).client.cookies["wb"]
            context.add_cookies([{"name": "wb", "value": token, "url": served}])
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda fault: complaints.append(str(fault)))
        page.on("dialog", lambda box: (complaints.append(box.message), box.dismiss()))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def _list(rows: int) -> bytes:
    lines = [f"{k},某人{k},1390001{k % 10000:04d}" for k in range(1, rows + 1)]
    return "\n".join(["序号,姓名,联系电话", *lines]).encode()


def test_from_draft_to_certificate_by_keyboard(bench: Site, open_as: Open, tmp_path: Path) -> None:
    draft = tmp_path / "通知.txt"
    draft.write_text(PRIVATE, encoding="utf-8")
    page = open_as("drafter", "/inbox")
    page.get_by_role("link", name="新建事项").press("Enter")
    page.get_by_label("信息标题").press_sequentially("座谈会通知")
    page.set_input_files("input[name=final]", draft)
    page.get_by_role("button", name="检查并提交审查").press("Enter")
    page.wait_for_url("**/items/1")
    assert "初审" in page.locator(".stand").inner_text()

    # The first reviewer returns it, the drafter hands in a mended one.
    first = open_as("first", "/inbox")
    first.get_by_role("link", name="座谈会通知").press("Enter")
    first.locator("summary", has_text="退回修改").press("Enter")
    first.locator("details[open] textarea[name=reason]").press_sequentially("身份证号要脱敏后再报")
    first.get_by_role("button", name="退回", exact=True).press("Enter")
    first.wait_for_selector(".stand :text('已退回')")
    draft.write_text(PLAIN + "联系人：办公室，电话0563-3026000。\n开户账号：6217001234567890123\n", encoding="utf-8")
    page.reload()
    page.set_input_files("input[name=final]", draft)
    page.get_by_role("button", name="上传并检查").press("Enter")
    page.wait_for_selector("text=第 2 版")
    page.get_by_role("button", name="提交", exact=True).press("Enter")
    page.wait_for_selector(".stand :text('初审')")

    # Decided with the keys alone: next, lawful, the ground, Enter.
    first.goto("/items/1/review")
    while int(first.locator("#left b").first.inner_text()):
        first.keyboard.press("n")
        first.keyboard.press("3")
        first.keyboard.type("条例第二十条")
        with first.expect_response(lambda answer: answer.url.endswith("/decide")):
            first.keyboard.press("Enter")
        first.wait_for_selector(".card.on:focus")
    first.keyboard.press("?")
    assert first.locator("#keys").is_visible()
    first.keyboard.press("Escape")
    first.keyboard.press("s")
    first.wait_for_selector(".shown")

    for name in ("first", "second", "final"):
        signer = open_as(name, "/items/1")
        signer.locator("form[action$='/approve'] select[name=outcome]").select_option("open")
        signer.get_by_role("button", name="签署同意").press("Enter")
        signer.wait_for_selector(f".comment b:has-text('甲局{name}')")
    with signer.expect_download() as coming:
        signer.get_by_role("link", name="发布证书").press("Enter")
    assert json.loads(Path(coming.value.path()).read_text())["signatures"]


def test_the_page_says_which_file_is_checked(
    bench: Site, open_as: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check is held until the page has told of it; what went wrong before is told no more then."""
    told, scan = threading.Event(), bench.world.office.intake.scan
    # The rules are compiled when a process scans for the first time: not while the page waits.
    bench.world.office.intake.masked(PLAIN)

    def held(*given: Any) -> Any:
        told.wait(30)
        return scan(*given)

    monkeypatch.setattr(bench.world.office.intake, "scan", held)
    drafts = [tmp_path / "甲.txt", tmp_path / "乙.txt"]
    for draft in drafts:
        draft.write_text(PLAIN, encoding="utf-8")
    page = open_as("drafter", "/items/new")
    page.get_by_label("信息标题").fill("座谈会通知")
    page.get_by_role("button", name="检查并提交审查").click()
    page.wait_for_selector("#notice :text('还没有选择文件')")
    page.set_input_files("input[name=final]", drafts)
    page.get_by_role("button", name="检查并提交审查").click()
    page.wait_for_selector(".doing :text('正在检查第 1 个文件，共 2 个：甲.txt')")
    assert page.locator("#notice .problem").count() == 0
    told.set()
    page.wait_for_url("**/items/1")


def test_two_reviewers_at_once(bench: Site, open_as: Open) -> None:
    item = bench.world.submitted(PRIVATE)
    one, other = (open_as("first", f"/items/{item}/review") for _ in range(2))
    for page in (one, other):
        page.keyboard.press("n")
        page.keyboard.press("2")
        with page.expect_response(lambda answer: answer.url.endswith("/decide")):
            page.keyboard.press("Enter")
    one.wait_for_selector("#notice .said")
    other.wait_for_selector("#notice .problem")
    assert "刚刚被别人改动过" in other.locator("#notice").inner_text()
    assert "2" in other.locator("#left b").first.inner_text() or bench.world.office.item(
        bench.world.who["first"], item
    ).ready.undecided == 2  # fmt: skip


def test_a_long_list_comes_in_windows(bench: Site, open_as: Open) -> None:
    world = bench.world
    item = world.item()
    world.office.submit(world.who["drafter"], item, world.add(item, _list(1500), "名单.csv").revision)
    page = open_as("first", f"/items/{item}/review", TABLET)
    assert page.locator("#text tbody tr").count() < 120
    for _ in range(3):
        before = page.locator("#text tbody tr").count()
        page.evaluate("document.querySelector('#text').scrollTop = 1e7")
        page.locator("#text tbody tr").nth(before).wait_for()
    page.locator("summary", has_text="各处").first.press("Enter")
    page.wait_for_selector(".places-list li")
    page.locator("mark").last.click()
    assert page.locator(".card.on").count() == 1
    # One decision for the column.
    page.keyboard.press("2")
    with page.expect_response(lambda answer: answer.url.endswith("/decide")):
        page.keyboard.press("Enter")
    page.wait_for_selector("#notice .said")
    assert "1,500 处" in page.locator("#notice").inner_text()


def test_script_in_a_draft_does_nothing(bench: Site, open_as: Open) -> None:
    world = bench.world
    item = world.item("<img src=x onerror=alert(1)>")
    text = f"<script>alert(1)</script>\n\"'><img src=x onerror=alert(2)>\n{PRIVATE}"
    added = world.add(item, text, "<img src=x onerror=alert(3)>.txt")
    world.office.submit(world.who["drafter"], item, added.revision)
    world.office.comment(world.who["drafter"], item, "<svg onload=alert(4)>")
    for path in (f"/items/{item}", f"/items/{item}/review", "/inbox", "/ledger"):
        page = open_as("first", path)
        assert page.locator("img[src=x], svg[onload], main script").count() == 0
    check = open_as("anyone", "/check")
    check.set_input_files("input[type=file]", {"name": "<b>.html", "mimeType": "text/html", "buffer": text.encode()})
    check.get_by_role("button", name="检查").press("Enter")
    check.wait_for_selector(".report .banner")
    assert check.locator("#result script, #result img, #result b b").count() == 0
    check.keyboard.press("j")
    assert check.locator(".card.on").count() == 1


PAGES = (
    ("anyone", "/check"), ("anyone", "/signin"), ("anyone", "/first"), ("anyone", "/rules/resident-id"),
    ("drafter", "/items/new"), ("first", "/inbox"), ("first", "/items"), ("first", "/items/1"),
    ("first", "/items/1/review"), ("drafter", "/items/1/compare"), ("first", "/ledger"), ("auditor", "/ledger/month"),
    ("auditor", "/statistics"), ("auditor", "/events"), ("system_admin", "/users"), ("system_admin", "/tokens"),
    ("first", "/delegations"), ("first", "/alarms"), ("first", "/items/999"), ("security_admin", "/security"),
    ("publisher", "/takedown"), ("publisher", "/takedown/1"),
)  # fmt: skip


def test_everybody_can_use_it(bench: Site, open_as: Open) -> None:
    """No violation that axe-core finds on any page, wide or on a tablet; no page scrolls sideways."""
    if not AXE:
        pytest.skip("axe-core is not installed")
    world = bench.world
    item = world.submitted(PRIVATE)
    world.do("first", "return_item", item, "身份证号要脱敏后再报")
    world.office.submit(world.who["drafter"], item, world.add(item, PRIVATE + PLAIN).revision)
    world.office.comment(world.who["drafter"], item, "已改")
    published(world)
    found = []
    for name, path in PAGES:
        page = open_as(name, path, TABLET if path.endswith("review") else SIZE)
        page.evaluate(Path(AXE).read_text(encoding="utf-8"))
        told = page.evaluate("tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", RULES)
        found += [(path, one["id"], node["target"]) for one in told["violations"] for node in one["nodes"][:3]]
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    assert found == []
