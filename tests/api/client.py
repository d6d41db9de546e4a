"""The interface of a test's office, and callers with tokens."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from reviewer.api.app import create
from reviewer.api.caller import Rates
from reviewer.web import app as web
from reviewer.web.bench import Bench

from ..casework.world import PLAIN, World

V1 = "/api/v1"


@dataclass
class Service:
    """The workbench with its interface, and one application of it alone."""

    world: World
    app: ASGIApp

    def client(self, token: str = "") -> TestClient:
        """A client that sends the token, where there is one; it does not follow faults of ours."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return TestClient(self.app, headers=headers, raise_server_exceptions=False)

    def token(self, of: str = "drafter", days: int = 30) -> str:
        """A new token that speaks for somebody of the world."""
        office, who = self.world.office, self.world.who
        return office.add_token(who["system_admin"], who[of].user, "网站发布系统", days)[1]

    def revoke_all(self) -> None:
        office, admin = self.world.office, self.world.who["system_admin"]
        for row in office.list_tokens(admin):
            if row.revoked_at is None:
                office.revoke_token(admin, row.id)


def service(world: World, rates: Rates | None = None, **wishes: Any) -> Service:
    bench = Bench(world.office, web.templates(), **wishes)
    return Service(world, web.create(bench, create(bench, rates or Rates(per_minute=100_000))))


def new_item(client: TestClient, text: str = PLAIN, name: str = "通知.txt", **more: Any) -> httpx.Response:
    """POST /items with one file. `item`: its fields; the rest are other parts."""
    fields = {"title": "关于召开座谈会的通知", **more.pop("item", {})}
    parts = {"item": json.dumps(fields, ensure_ascii=False), **more}
    return client.post(f"{V1}/items", data=parts, files=[("file", (name, text.encode(), "text/plain"))])
