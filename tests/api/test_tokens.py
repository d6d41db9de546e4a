"""The page on which tokens are made and revoked, and that a token is on it once."""

from __future__ import annotations

import re

from sqlalchemy import update
from starlette.testclient import TestClient

from reviewer.casework import accounts
from reviewer.store import schema

from .client import V1, Service


def _browser(api: Service, login: str) -> tuple[TestClient, str]:
    """A browser that somebody is signed in with, and the token of his forms."""
    office = api.world.office
    with office.store.write() as connection:
        connection.execute(update(schema.users).where(schema.users.c.login == login).values(subject=login))
    session = accounts.session(office, token := accounts.sign_in_as(office, login, "test").token)
    assert session is not None
    return TestClient(api.app, cookies={"wb": token}, follow_redirects=False), session.csrf


def test_a_token_is_shown_once_and_counts_until_it_is_revoked(api: Service) -> None:
    browser, csrf = _browser(api, "sysadmin")
    form = {"csrf": csrf, "name": "网站发布系统", "user": str(api.world.user("drafter")), "days": "30"}
    page = browser.post("/tokens", data=form)
    found = re.search(r"rv_[A-Za-z0-9_-]{43}", page.text)
    assert page.status_code == 200 and found is not None
    again = browser.get("/tokens").text
    assert "网站发布系统" in again and found[0] not in again
    client = api.client(found[0])
    assert client.get(f"{V1}/items/1").status_code == 404
    assert browser.post("/tokens/1/revoke", data={"csrf": csrf}).status_code == 303
    assert client.get(f"{V1}/items/1").status_code == 401
    with api.world.office.store.read() as connection:
        stored = repr(connection.execute(schema.api_tokens.select()).all() + connection.execute(
            schema.events.select()).all())  # fmt: skip
    assert found[0] not in stored


def test_only_the_system_administrator_gives_tokens(api: Service) -> None:
    # What the list answers, and what the end of a token that there is not.
    asked = {"security": (200, 404), "auditor": (200, 403), "drafter": (403, 403), "first": (403, 403)}
    for login, (seen, ended) in asked.items():
        browser, csrf = _browser(api, login)
        assert browser.get("/tokens").status_code == seen, login
        form = {"csrf": csrf, "name": "x", "user": "4"}
        assert browser.post("/tokens", data=form).status_code == 403, login
        assert browser.post("/tokens/1/revoke", data={"csrf": csrf}).status_code == ended, login
    browser, csrf = _browser(api, "sysadmin")
    reviewer = {"csrf": csrf, "name": "x", "user": str(api.world.user("first")), "days": "30"}
    assert browser.post("/tokens", data=reviewer).status_code == 422
    assert browser.post("/tokens", data={**reviewer, "csrf": ""}).status_code == 403
