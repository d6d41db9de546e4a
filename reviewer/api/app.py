"""The application under /api/: its routes, its description, and what is said where something went wrong."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from reviewer import __version__
from reviewer.api import described, problem, routes
from reviewer.api.caller import Rates
from reviewer.errors import ReviewerError, place_of
from reviewer.web.bench import Bench

log = logging.getLogger("reviewer.api")

OPENAPI = "/api/v1/openapi.json"
_ABOUT = (
    "供发布系统（CMS）使用：检查文件，登记事项并提交审查，看进度，取放行证，核验放行证。令牌只能提交和读取，"
    "不能作任何审查决定。本系统不得处理国家秘密。"
)
_STATUS = {404: "没有这个地址。", 405: "这个地址不能用这种方法。"}


def create(own: Bench, rates: Rates | None = None) -> ASGIApp:
    """The interface of a workbench. It has no pages, takes no cookies and needs no origin."""
    app = FastAPI(
        title="政府信息公开审查接口", version=__version__, description=_ABOUT, docs_url=None, redoc_url=None,
        openapi_url=OPENAPI, redirect_slashes=False,
    )  # fmt: skip
    app.state.bench, app.state.rates = own, rates or Rates()
    app.include_router(routes.router)
    app.add_exception_handler(ReviewerError, _told)
    app.add_exception_handler(HTTPException, _status)
    app.add_exception_handler(RequestValidationError, _no_number)
    app.add_exception_handler(Exception, _failed)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes,
        )  # fmt: skip
        made.setdefault("components", {})["schemas"] = described.SCHEMAS
        app.openapi_schema = made
    return app.openapi_schema


def _told(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, ReviewerError)
    return problem.answer(problem.of(fault))


def _status(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    made = problem.of_status(fault.status_code, _STATUS.get(fault.status_code, "请求没有办成。"))
    made.headers.update(fault.headers or {})
    return problem.answer(made)


def _no_number(request: Request, fault: Exception) -> Response:
    return problem.answer(problem.of_status(404, "没有这个事项：地址里的编号不对。"))


def _failed(request: Request, fault: Exception) -> Response:
    # Its own words may quote the draft: only where it happened is written down.
    log.error("%s %s", request.scope.get("route", ""), place_of(fault))
    return problem.answer(problem.of_status(500, f"程序出错：{place_of(fault)}。没有保存。请把这一行告诉维护人员。"))
