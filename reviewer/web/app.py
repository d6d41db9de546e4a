"""The application: routes, templates, static files and what is said where something went wrong."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from reviewer.errors import (
    Absent,
    Conflict,
    Denied,
    Refusal,
    ReviewerError,
    SecretMark,
    StoreError,
    WorkerError,
    place_of,
)  # fmt: skip
from reviewer.web import bench as benches
from reviewer.web import words
from reviewer.web.bench import Bench, SignInFirst
from reviewer.web.forms import BadForm
from reviewer.web.shield import Shield

log = logging.getLogger("reviewer.web")

_STATIC: dict[str, tuple[str, str]] = {
    "style.css": ("reviewer.web", "static/style.css"),
    "text.css": ("reviewer.reports", "assets/text.css"),
    "report.css": ("reviewer.reports", "assets/report.css"),
    "workbench.js": ("reviewer.web", "static/workbench.js"),
    "htmx.min.js": ("reviewer.web", "static/htmx.min.js"),
    "htmx.LICENSE.txt": ("reviewer.web", "static/htmx.LICENSE.txt"),
    "icon.svg": ("reviewer.web", "static/icon.svg"),
}
"""every file that is served as it is: nothing in a request names a path"""
_API = "/api/"
_KINDS = {"css": "text/css", "js": "text/javascript", "txt": "text/plain", "svg": "image/svg+xml"}
_STATUS: tuple[tuple[type[ReviewerError], int], ...] = (
    (SecretMark, 422), (Absent, 404), (Denied, 403), (Conflict, 409), (Refusal, 422), (StoreError, 503),
    (WorkerError, 422),
)  # fmt: skip
_TITLES = {403: "没有权限", 404: "没有找到", 409: "别人刚改过", 413: "文件太大", 422: "没有办成", 503: "暂时不能用"}


def templates() -> Environment:
    """The templates: all that is put into them is escaped, and a name that is not there is an error."""
    made = Environment(
        loader=PackageLoader("reviewer.web", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.filters.update(words.FILTERS)
    made.globals.update(tables=words.TABLES, due=_due)
    return made


def _due(stamp: str | None) -> tuple[str, str]:
    return words.due(stamp, datetime.now(words.CHINA))


def create(own: Bench, api: ASGIApp | None = None) -> ASGIApp:
    """The workbench as an ASGI application; `api` answers what is asked for under /api/."""
    pages = application(own)
    return Shield(pages if api is None else _Beside(pages, api), own.secure, _API, own.hosts)


@dataclass(frozen=True, slots=True)
class _Beside:
    """Pages and the interface for programs: two applications that share nothing but the address."""

    pages: ASGIApp
    api: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_api = scope["type"] == "http" and scope["path"].startswith(_API)
        await (self.api if is_api else self.pages)(scope, receive, send)


def application(own: Bench) -> FastAPI:
    """The same without what Shield adds: for whoever mounts more beside it."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.bench = own
    app.get("/static/{name}", include_in_schema=False)(static)
    app.get("/health", include_in_schema=False)(health)
    for router in routers():
        app.include_router(router)
    app.add_exception_handler(SignInFirst, _sign_in_first)
    app.add_exception_handler(ReviewerError, _told)
    app.add_exception_handler(HTTPException, _not_found)
    app.add_exception_handler(RequestValidationError, _no_number)
    app.add_exception_handler(Exception, _failed)
    return app


def routers() -> tuple[APIRouter, ...]:
    """The pages, by module; drafting comes before items, whose paths are wider."""
    from reviewer.web import (
        checking,
        copies,
        drafting,
        entry,
        figures,
        inbox,
        items,
        people,
        register,
        reviewing,
        rules,
        security,
        takedown,
    )  # fmt: skip

    modules = (
        checking, entry, inbox, drafting, items, reviewing, copies, register, takedown, figures, rules, people,
        security,
    )  # fmt: skip
    return tuple(module.router for module in modules)


def static(name: str) -> Response:
    """A file of ours."""
    if name not in _STATIC:
        return PlainTextResponse("没有这个文件。", 404)
    return Response(_content(name), media_type=f"{_KINDS[name.rpartition('.')[2]]}; charset=utf-8")


@cache
def _content(name: str) -> bytes:
    package, path = _STATIC[name]
    return files(package).joinpath(path).read_bytes()


def health(request: Request) -> Response:
    """Whether the workbench answers: for whoever watches it."""
    return PlainTextResponse("ok")


def _sign_in_first(request: Request, fault: Exception) -> Response:
    path = request.url.path if request.method == "GET" else "/"
    from urllib.parse import quote

    return benches.moved(request, f"/signin?next={quote(path, safe='/')}")


def _told(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, ReviewerError)
    if isinstance(fault, BadForm):
        status = fault.status
    else:
        status = next((code for kind, code in _STATUS if isinstance(fault, kind)), 422)
    return _problem(request, status, fault.message, secret=isinstance(fault, SecretMark))


def _not_found(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    return _problem(request, fault.status_code, "没有这个页面，或者不能这样打开。")


def _no_number(request: Request, fault: Exception) -> Response:
    return _problem(request, 404, "没有这个页面：地址里的编号不对。")


def _failed(request: Request, fault: Exception) -> Response:
    # Its own words may quote the draft: only where it happened is written down.
    log.error("%s %s", getattr(request.scope.get("route"), "path", "?"), place_of(fault))
    return _problem(request, 500, f"程序出错：{place_of(fault)}。没有保存。请把这一行告诉维护人员。")


def _problem(request: Request, status: int, message: str, *, secret: bool = False) -> Response:
    context: dict[str, Any] = {"title": _TITLES.get(status, "没有办成"), "message": message, "secret": secret}
    if benches.is_part(request):
        return benches.page(request, "problem_part.html", context, status=status)
    try:
        session = benches.session_of(request)
    except ReviewerError:
        session = None
    context["back"] = _way_back(request.url.path) if status in _MENDED else ""
    return benches.page(request, "problem.html", context, session=session, status=status)


_MENDED = frozenset((409, 422))
"""what somebody can mend where he came from"""
_ITEM = re.compile(r"/items/[0-9]{1,9}(?=/)")


def _way_back(path: str) -> str:
    """The page of the item whose form failed; "" where it was none."""
    found = _ITEM.match(path)
    return found[0] if found else ""
