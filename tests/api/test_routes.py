"""Every route against every kind of caller, in one table; and what the interface promises of its answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from fastapi.routing import APIRoute
from sqlalchemy import func, select
from starlette.testclient import TestClient

from reviewer.api import routes
from reviewer.api.app import OPENAPI
from reviewer.api.caller import Rates
from reviewer.api.problem import MEDIA_TYPE, TITLES
from reviewer.store import schema

from ..casework.world import PLAIN, PRIVATE, World
from .client import V1, Service, new_item, service

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "findings.schema.json").read_text(encoding="utf-8"))
SECRET = "机密★10年\n关于某项目的请示\n"
Ask = Callable[[TestClient, dict[str, Any]], httpx.Response]


def _scan(client: TestClient, known: dict[str, Any]) -> httpx.Response:
    return client.post(f"{V1}/scan", files=[("file", ("草稿.txt", PRIVATE.encode(), "text/plain"))])


def _joins(client: TestClient, known: dict[str, Any]) -> httpx.Response:
    return client.post(f"{V1}/joins", files=[("file", ("草稿.txt", PRIVATE.encode(), "text/plain"))])


def _verify(client: TestClient, known: dict[str, Any]) -> httpx.Response:
    return client.post(f"{V1}/certificates/verify", json={"certificate": known["paper"], "files": []})


# method and path, how it is asked for, status by kind of caller. A token that does not count is 401 everywhere.
TABLE: tuple[tuple[str, str, Ask, dict[str, int]], ...] = (
    ("POST", "/scan", _scan, {"ok": 200, "reader": 200, "other": 200}),
    ("POST", "/joins", _joins, {"ok": 200, "reader": 200, "other": 200}),
    ("POST", "/items", lambda client, known: new_item(client), {"ok": 201, "reader": 403, "other": 201}),
    ("POST", "/items", lambda client, known: new_item(client, unit=str(known["unit"])),
     {"ok": 201, "reader": 403, "other": 403}),
    ("GET", "/items/{item}", lambda client, known: client.get(f"{V1}/items/{known['item']}"),
     {"ok": 200, "reader": 404, "other": 404}),
    ("GET", "/items/{item}/certificate", lambda client, known: client.get(f"{V1}/items/{known['item']}/certificate"),
     {"ok": 200, "reader": 404, "other": 404}),
    ("POST", "/certificates/verify", _verify, {"ok": 200, "reader": 200, "other": 200}),
)  # fmt: skip
CALLERS = ("none", "cookie", "nonsense", "basic", "expired", "revoked", "inactive", "reader", "other", "ok")


@pytest.fixture
def known(api: Service) -> dict[str, Any]:
    item = api.world.approved()
    paper = api.world.office.certificate(api.world.who["first"], item)
    return {"item": item, "unit": api.world.unit, "paper": paper.decode()}


def _client(api: Service, kind: str) -> TestClient:
    """`reader`: the token of one who is no drafter any more; `other`: of another unit."""
    world = api.world
    if kind == "cookie":
        client = api.client()
        client.cookies.set("wb", api.token())
        return client
    if kind == "basic":
        client = api.client()
        client.headers["Authorization"] = f"Basic {api.token()}"
        return client
    if kind in ("none", "nonsense"):
        return api.client("rv_" + "x" * 43 if kind == "nonsense" else "")
    if kind == "expired":
        token = api.token(days=1)
        world.clock.pass_(days=1)
        return api.client(token)
    token = api.token("other_drafter" if kind == "other" else "drafter")
    if kind == "revoked":
        api.revoke_all()
    with world.office.store.write() as connection:
        if kind == "inactive":
            connection.execute(schema.users.update().where(schema.users.c.id == world.user("drafter"))
                               .values(active=False))  # fmt: skip
        if kind == "reader":
            connection.execute(schema.grants.update().where(schema.grants.c.user_id == world.user("drafter"))
                               .values(revoked_at="2026-11-23T00:00:00Z"))  # fmt: skip
    return api.client(token)


@pytest.mark.parametrize("kind", CALLERS)
def test_every_route_for_every_caller(api: Service, known: dict[str, Any], kind: str) -> None:
    client = _client(api, kind)
    wrong = []
    for method, path, ask, statuses in TABLE:
        answer = ask(client, known)
        if answer.status_code != statuses.get(kind, 401):
            wrong.append((method, path, answer.status_code))
        if answer.status_code >= 400:
            _is_problem(answer)
        if answer.status_code == 401:
            assert answer.headers["www-authenticate"].startswith("Bearer ")
    assert wrong == []


def test_the_table_has_every_route() -> None:
    found = {(method, route.path.removeprefix(V1)) for route in routes.router.routes if isinstance(route, APIRoute)
             for method in route.methods}  # fmt: skip
    assert found == {(method, path) for method, path, *_ in TABLE}


def _is_problem(answer: httpx.Response) -> dict[str, Any]:
    told: dict[str, Any] = answer.json()
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert told["status"] == answer.status_code and told["title"] == TITLES[told["code"]]
    assert told["type"].endswith(told["code"]) and "Traceback" not in answer.text
    return told


# --- scan ------------------------------------------------------------------------------------------


def test_a_scan_is_what_the_command_writes_and_leaves_nothing(api: Service) -> None:
    before = _rows(api.world)
    answer = _scan(api.client(api.token()), {})
    told = answer.json()
    jsonschema.validate(told, SCHEMA)
    assert told["values"] == "masked" and told["documents"][0]["verdict"] == "block"
    assert {one["entity"] for one in told["documents"][0]["findings"]} >= {"ID_CARD", "PHONE", "NAME"}
    assert not any(value in answer.text for value in ("34010219000506123X", "13800012345"))
    # The token itself is all that is new.
    assert {name: count for name, count in _rows(api.world).items() if before[name] != count} == {
        "api_tokens": 1, "events": before["events"] + 1
    }  # fmt: skip
    assert not list((api.world.folder / "vault").rglob("*")) or _rows(api.world)["blobs"] == before["blobs"]


def _rows(world: World) -> dict[str, int]:
    with world.office.store.read() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in schema.metadata.tables.items()
        }


# --- items -----------------------------------------------------------------------------------------


def test_an_item_is_handed_in_at_once(api: Service) -> None:
    client = api.client(api.token())
    answer = new_item(client, PRIVATE, item={"title": "关于张建国（身份证34010219000506123X）的公示"})
    told = answer.json()
    assert (answer.status_code, told["state"], told["step"], told["unit"]) == (201, "in_review", "first", 1)
    assert told["added"]["due"] == 3 == told["left"]["undecided"]
    assert "34010219000506123X" not in answer.text
    assert client.get(answer.headers["location"]).json() == {name: told[name] for name in told if name != "added"}
    draft = new_item(client, submit="false").json()
    assert (draft["state"], draft["step"]) == ("drafting", None)


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ({"item": {"title": ""}}, 422),
        ({"item": {"nothing": "1"}}, 422),
        ({"item": {"made_on": "昨天"}}, 422),
        ({"item": {"source": "obtained"}}, 422),
        ({"text": SECRET}, 422),
        ({"text": ""}, 422),
        ({"submit": "是"}, 422),
        ({"urgent": "true"}, 422),
        ({"unit": "x"}, 400),
        ({"unit": "99"}, 403),
    ],
)  # fmt: skip
def test_all_or_nothing(api: Service, parts: dict[str, Any], status: int) -> None:
    client = api.client(api.token())
    before = _rows(api.world)
    answer = new_item(client, **parts)
    assert answer.status_code == status
    _is_problem(answer)
    after = _rows(api.world)
    assert all(before[name] == after[name] for name in after if name != "events")
    # What is kept of a file with a mark is one event: time, user, rule and hash.
    assert after["events"] - before["events"] == (parts.get("text") == SECRET)


def test_a_mark_of_secrecy_says_what_to_do(api: Service) -> None:
    client = api.client(api.token())
    for answer in (
        new_item(client, SECRET), client.post(f"{V1}/scan", files=[("file", ("a.txt", SECRET.encode()))]),
    ):  # fmt: skip
        told = _is_problem(answer)
        assert told["code"] == "secret-mark" and "断开网络" in told["detail"] and "保密办" in told["detail"]


def test_no_token_decides(api: Service) -> None:
    world = api.world
    item = world.submitted(PRIVATE)
    who = world.office.who_of_token(api.token())
    assert who is not None
    for action in ("approve", "return_item", "withdraw", "take_down"):
        with pytest.raises(Exception, match=r"没有权限|不在您的单位"):
            getattr(world.office, action)(who, item, world.revision(item), **({} if action == "approve" else {"reason": "理由"}))


# --- limits ----------------------------------------------------------------------------------------


def test_limits_of_rate_and_size(small: World) -> None:
    now = [30.0]
    api = service(small, Rates(per_minute=3, clock=lambda: now[0]), most_bytes=2000)
    client, stranger = api.client(api.token()), api.client("rv_none")
    assert [client.get(f"{V1}/items/1").status_code for _ in range(4)] == [404, 404, 404, 429]
    assert client.get(f"{V1}/items/1").headers["retry-after"] == "30"
    assert [stranger.get(f"{V1}/items/1").status_code for _ in range(4)] == [401, 401, 401, 429]
    now[0] = 61.0
    assert _is_problem(new_item(client, "字" * 1000))["code"] == "too-big"
    assert client.get(f"{V1}/items/1").status_code == 404


def test_no_more_files_at_once_than_memory_takes(small: World) -> None:
    api = service(small, Rates(at_once=0))
    answer = _scan(api.client(api.token()), {})
    assert _is_problem(answer)["code"] == "busy" and answer.headers["retry-after"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/items/x", 404), ("GET", "/items/0", 404), ("GET", "/items/999999", 404),
     ("GET", "/items/99999999999999999999", 404), ("DELETE", "/items/1", 405),
     ("GET", "/nothing", 404), ("POST", "/items/1/approve", 404), ("GET", "/items", 405)],
)  # fmt: skip
def test_an_address_that_is_none(api: Service, method: str, path: str, status: int) -> None:
    answer = api.client(api.token()).request(method, f"{V1}{path}")
    assert answer.status_code == status
    _is_problem(answer)


def test_a_fault_of_ours_tells_nothing(api: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError(PRIVATE)

    monkeypatch.setattr("reviewer.casework.views.version_files", fail)
    item = api.world.submitted()
    answer = api.client(api.token()).get(f"{V1}/items/{item}")
    assert _is_problem(answer)["code"] == "failed" and "张建国" not in answer.text


# --- what browsers could do ------------------------------------------------------------------------


def test_no_form_of_another_page_does_anything(api: Service) -> None:
    """No cookie counts here, so nothing is to be gained by posting across origins; and none is ever set."""
    client = api.client()
    client.cookies.set("wb", "x")
    answer = client.post(f"{V1}/scan", headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 401 and "set-cookie" not in answer.headers
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


def test_the_pages_are_still_there(api: Service) -> None:
    assert api.client().get("/health").text == "ok"


def test_the_description(api: Service) -> None:
    answer = api.client().get(OPENAPI)
    told = answer.json()
    assert answer.status_code == 200 and told["openapi"].startswith("3.1")
    assert told["components"]["securitySchemes"]["令牌"]["scheme"] == "bearer"
    for path, each in told["paths"].items():
        for operation in each.values():
            assert operation["security"] and operation["summary"] and operation["responses"]["401"], path
    assert PLAIN not in answer.text
