"""Every route against every role, in one table; and what every answer carries."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.routing import APIRoute

from reviewer.web.app import application, routers, templates
from reviewer.web.bench import Bench
from reviewer.web.shield import HEADERS

from ..casework.world import PRIVATE, World
from .browser import Browser, Site
from .cleaned import published

PEOPLE = (
    "anyone", "drafter", "first", "second", "final", "publisher", "system_admin", "security_admin", "auditor",
    "other_drafter", "other_first",
)  # fmt: skip
ALL = frozenset(PEOPLE)
SIGNED = ALL - {"anyone"}
MEMBERS = frozenset(("drafter", "first", "second", "final", "publisher"))
WATCHERS = MEMBERS | {"auditor"}
REVIEWERS = frozenset(("first", "second", "final"))
ADMINS = frozenset(("system_admin", "security_admin", "auditor"))
OTHERS = frozenset(("other_drafter", "other_first"))


def only(*names: str) -> frozenset[str]:
    return frozenset(names)


# method, path, form, status for those who may, who may. Everybody else gets 403 or 404, who has not signed in 303.
# What changes something is asked for without what it needs: who may is told so (422, 404).
TABLE: tuple[tuple[str, str, dict[str, str], int, frozenset[str]], ...] = (
    ("GET", "/static/{name}", {}, 200, ALL),
    ("GET", "/health", {}, 200, ALL),
    ("GET", "/", {}, 303, ALL),
    ("GET", "/check", {}, 200, ALL),
    ("POST", "/check", {}, 422, ALL),
    ("GET", "/progress/{number}", {}, 200, ALL),
    ("GET", "/signin", {}, 200, ALL),
    ("POST", "/signin", {"login": "nobody", "password": "x"}, 403, frozenset()),
    ("POST", "/signout", {}, 303, SIGNED),
    ("GET", "/first", {}, 200, ALL),
    ("POST", "/first", {"login": "nobody"}, 422, ALL),
    ("GET", "/password", {}, 200, SIGNED),
    ("POST", "/password", {"old": "x"}, 422, SIGNED),
    ("GET", "/oidc/start", {}, 422, ALL),
    ("GET", "/oidc/back", {}, 422, ALL),
    ("GET", "/rules", {}, 200, ALL),
    ("GET", "/rules/{rule}", {}, 200, ALL),
    ("GET", "/alarms", {}, 200, REVIEWERS | {"other_first"}),
    ("POST", "/alarms/{rule}", {}, 200, REVIEWERS | {"other_first"}),
    ("GET", "/inbox", {}, 200, SIGNED),
    ("GET", "/items", {}, 200, SIGNED),
    ("GET", "/items/new", {}, 200, SIGNED),
    ("POST", "/items", {"title": "", "unit": "1"}, 422, SIGNED),
    ("GET", "/items/{item}", {}, 200, WATCHERS),
    ("GET", "/items/{item}/edit", {}, 200, MEMBERS),
    ("POST", "/items/{item}/edit", {"title": "t", "revision": "{revision}"}, 422, only("drafter")),
    ("POST", "/items/{item}/files", {}, 422, SIGNED),
    ("POST", "/items/{item}/act/{action}", {"revision": "{revision}", "reason": ""}, 422, only("first")),
    ("POST", "/items/{item}/comments", {"text": ""}, 422, SIGNED),
    ("GET", "/items/{item}/review", {}, 200, MEMBERS),
    ("GET", "/items/{item}/files/{file}/{doc}/text", {}, 200, MEMBERS),
    ("GET", "/items/{item}/files/{file}/{doc}/page", {}, 200, MEMBERS),
    ("GET", "/items/{item}/files/{file}/{doc}/page/{number}.png", {}, 422, MEMBERS),
    ("GET", "/items/{item}/files/{file}/{doc}/groups", {}, 200, MEMBERS),
    ("GET", "/items/{item}/files/{file}/{doc}/groups/{group}", {}, 200, MEMBERS),
    ("POST", "/items/{item}/show/{finding}", {}, 200, REVIEWERS | {"drafter"}),
    ("POST", "/items/{item}/files/{file}/{doc}/open", {"start": "0", "end": "5"}, 200, REVIEWERS | {"drafter"}),
    ("POST", "/items/{item}/files/{file}/{doc}/decide",
     {"revision": "{revision}", "finding": "{finding}", "kind": "lawful", "group": "0.0"}, 422, only("first")),
    ("POST", "/items/{item}/gaps", {"gap": "999", "revision": "{revision}"}, 404, only("first")),
    ("GET", "/items/{item}/files/{file}/original", {}, 200, MEMBERS),
    ("GET", "/items/{item}/files/{file}/annotated", {}, 200, MEMBERS),
    ("GET", "/items/{item}/files/{file}/masked", {}, 200, MEMBERS),
    ("GET", "/items/{item}/form.{kind}", {}, 200, WATCHERS),
    ("GET", "/items/{item}/compare", {}, 422, WATCHERS),
    ("GET", "/items/{item}/certificate", {}, 404, frozenset()),
    ("GET", "/ledger", {}, 200, REVIEWERS | {"publisher", "auditor", "security_admin", "other_first"}),
    ("GET", "/ledger.xlsx", {}, 200, REVIEWERS | {"publisher", "auditor", "security_admin", "other_first"}),
    ("GET", "/ledger/month", {}, 200, REVIEWERS | {"publisher", "auditor", "security_admin", "other_first"}),
    ("GET", "/ledger/month.xlsx", {"month": "2026-11"}, 200,
     REVIEWERS | {"publisher", "auditor", "security_admin", "other_first"}),
    ("GET", "/takedown", {}, 200, WATCHERS | OTHERS),
    ("GET", "/takedown.xlsx", {}, 200, WATCHERS | OTHERS),
    ("GET", "/takedown/{listed}", {}, 200, WATCHERS),
    ("POST", "/takedown/{listed}", {"action": "burn", "reason": "x", "revision": "1"}, 422, MEMBERS - {"drafter"}),
    ("GET", "/statistics", {}, 200, REVIEWERS | {"publisher", "auditor", "other_first"}),
    ("GET", "/users", {}, 200, ADMINS),
    ("POST", "/users", {"login": "drafter", "name": "n"}, 422, only("system_admin")),
    ("POST", "/users/{user}/active", {"active": "yes"}, 303, only("system_admin")),
    ("POST", "/users/{user}/reset", {}, 200, only("system_admin")),
    ("POST", "/users/{user}/confirm", {}, 404, only("security_admin")),
    ("POST", "/users/{user}/grants", {"role": "nothing"}, 422, SIGNED),
    ("POST", "/requests/{request}", {"answer": "no"}, 404, only("security_admin")),
    ("POST", "/grants/{grant}/revoke", {}, 404, only("system_admin", "security_admin")),
    ("POST", "/units", {"name": "甲局"}, 422, only("system_admin")),
    ("POST", "/units/{unit}", {"steps": "9"}, 422, SIGNED),
    ("POST", "/settings", {"name": "certificate_days", "value": "0"}, 422, SIGNED),
    ("POST", "/delegations/{delegation}/end", {}, 404, REVIEWERS | {"other_first"}),
    ("GET", "/security", {}, 200, only("security_admin", "auditor")),
    ("POST", "/security/rulings", {"sha256": "x", "on": "2026-11-01"}, 422, SIGNED),
    ("POST", "/security/revoke", {"item": "999", "why": "mistake"}, 303, only("security_admin")),
    ("POST", "/security/revocations", {}, 200, only("security_admin")),
    ("GET", "/security/trust.json", {}, 200, only("security_admin", "auditor")),
    ("POST", "/security/checkpoint", {}, 200, only("security_admin", "auditor")),
    ("POST", "/security/verify", {}, 200, only("security_admin", "auditor")),
    ("GET", "/delegations", {}, 200, SIGNED),
    ("POST", "/delegations", {"role": "first:1", "to": "1", "since": "", "until": ""}, 422, SIGNED),
    ("GET", "/tokens", {}, 200, ADMINS),
    ("POST", "/tokens", {"name": "", "user": "1"}, 422, SIGNED),
    ("POST", "/tokens/{token}/revoke", {}, 404, only("system_admin", "security_admin")),
    ("GET", "/events", {}, 200, only("security_admin", "auditor")),
)  # fmt: skip
DENIED = frozenset((403, 404))


def _routes() -> list[tuple[str, str]]:
    return [(method, path) for method, path, *_ in TABLE]


@pytest.fixture
def filled(bench: Site) -> dict[str, str]:
    """What the paths name: an item in its first step, with a file."""
    world = bench.world
    item = world.submitted(PRIVATE)
    found = world.office.findings(world.who["first"], item)
    return {
        "item": str(item), "file": str(found[0].file), "finding": str(found[0].id), "group": found[0].group, "doc": "0",
        "number": "1", "name": "style.css", "rule": "resident-id", "action": "return", "kind": "docx",
        "user": str(world.user("other_drafter")), "request": "999", "grant": "999", "unit": "1", "token": "999",
        "delegation": "999", "listed": str(published(world)[0]), "revision": str(world.revision(item)),
    }  # fmt: skip


def _ask(browser: Browser, method: str, path: str, form: dict[str, str]) -> int:
    if method == "POST":
        return browser.post(path, form).status_code
    return browser.get(path, params=form).status_code


@pytest.mark.parametrize("name", PEOPLE)
def test_every_route_for_every_role(bench: Site, filled: dict[str, str], name: str) -> None:
    wrong = []
    browser = bench.anyone() if name == "anyone" else bench.by(name)
    # To sign out comes last.
    for method, path, form, status, allowed in sorted(TABLE, key=lambda row: row[1] == "/signout"):
        given = {field: value.format(**filled) for field, value in form.items()}
        got = _ask(browser, method, path.format(**filled), given)
        if name in allowed:
            right = got == status
        elif name == "anyone" and path != "/signin":
            right = got == 303
        else:
            right = got in DENIED
        if not right:
            wrong.append((method, path, got))
    assert wrong == []


def test_the_table_has_every_route(bench: Site) -> None:
    app = application(Bench(bench.world.office, templates()))
    every = [*app.routes, *(route for router in routers() for route in router.routes)]
    routes = [route for route in every if isinstance(route, APIRoute)]
    known = {(method, route.path) for route in routes for method in route.methods - {"HEAD"}}
    # The names of parameters in the table say what they stand for.
    shapes = {(method, _shape(path)) for method, path in _routes()}
    assert {(method, _shape(path)) for method, path in known} == shapes
    assert len(shapes) == len(TABLE)


def _shape(path: str) -> str:
    import re

    return re.sub(r"\{[^}]*\}", "{}", path)


@pytest.mark.parametrize("name", ["anyone", "first", "auditor"])
def test_what_every_answer_carries(bench: Site, filled: dict[str, str], name: str) -> None:
    browser = bench.anyone() if name == "anyone" else bench.by(name)
    for method, path, form, _, _ in TABLE:
        if method == "POST":
            continue
        answer = browser.get(path.format(**filled), params=form)
        for header, value in HEADERS.items():
            wanted = "no-cache" if header == "cache-control" and "/static/" in path else value
            assert answer.headers.get_list(header) == [wanted], (path, header)
        page = answer.headers.get("content-type", "").startswith("text/html") and "<html" in answer.text
        assert not page or "本系统不得处理国家秘密" in answer.text, path


def test_no_page_has_script_or_style_in_it(bench: Site, filled: dict[str, str]) -> None:
    import re

    browsers: list[Callable[[], Browser]] = [lambda: bench.by("first"), lambda: bench.by("system_admin")]
    for browser in (make() for make in browsers):
        for method, path, form, _, _ in TABLE:
            if method == "GET":
                answer = browser.get(path.format(**filled), params=form)
                text = answer.text if answer.headers.get("content-type", "").startswith("text/html") else ""
                assert not re.search(r"<script(?! src=\"/static/)|<style|\sstyle=|\son[a-z]+=|javascript:", text), path


def test_an_address_that_is_none(bench: Site) -> None:
    browser = bench.by("first")
    for path in ("/nothing", "/items/abc", "/items/999999", "/static/../app.py", "/static/style.css.map", "/rules/none",
                 "/items/99999999999999999999999"):  # fmt: skip
        assert browser.get(path).status_code == 404, path


def test_a_fault_of_ours_says_nothing_of_a_draft(
    bench: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("13800012345")

    monkeypatch.setattr("reviewer.casework.views.inbox", fail)
    answer = bench.by("first").get("/inbox")
    assert answer.status_code == 500 and "ValueError（test_routes.py" in answer.text
    assert "13800012345" not in answer.text + caplog.text


def test_world_is_as_the_table_thinks(small: World) -> None:
    assert {name for name in PEOPLE if name != "anyone"} <= set(small.who)
