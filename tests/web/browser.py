"""The workbench of a test's office, and people with browsers that are signed in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
from sqlalchemy import update
from starlette.testclient import TestClient

from reviewer.casework import accounts
from reviewer.store import schema
from reviewer.web.app import create, templates
from reviewer.web.bench import Bench

from ..casework.world import World

LOGINS = {"system_admin": "sysadmin", "security_admin": "security"}
"""roles whose login is another"""
_FIELD = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass
class Browser:
    """One person's browser. `csrf`: the token of his pages."""

    client: TestClient
    csrf: str = field(repr=False, default="")

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.client.get(path, follow_redirects=False, **more)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> httpx.Response:
        return self.client.post(path, data={"csrf": self.csrf, **(data or {})}, follow_redirects=False, **more)

    def learn(self, path: str) -> None:
        """Takes the token from a page, as a browser does."""
        found = _FIELD.search(self.get(path).text)
        assert found is not None
        self.csrf = found[1]


@dataclass
class Site:
    """The workbench of an office."""

    world: World
    app: Any

    def anyone(self) -> Browser:
        """A browser that is not signed in."""
        browser = Browser(TestClient(self.app))
        browser.learn("/check")
        return browser

    def by(self, name: str) -> Browser:
        """The browser of somebody of the world."""
        office = self.world.office
        login = LOGINS.get(name, name)
        with office.store.write() as connection:
            connection.execute(
                update(schema.users).where(schema.users.c.login == login).values(subject=f"test {login}")
            )
        token = accounts.sign_in_as(office, f"test {login}", "test").token
        session = accounts.session(office, token)
        assert session is not None
        return Browser(TestClient(self.app, cookies={"wb": token}), session.csrf)


def site(world: World, **wishes: Any) -> Site:
    bench = Bench(world.office, templates())
    return Site(world, create(replace(bench, **wishes)))
