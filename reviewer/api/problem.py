"""What is said where something went wrong: RFC 9457, in Chinese, without anything that was found or sent."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from starlette.responses import Response

from reviewer.errors import (
    Absent,
    Conflict,
    Denied,
    Refusal,
    ReviewerError,
    SecretMark,
    StoreError,
    WorkerError,
)  # fmt: skip
from reviewer.web.forms import BadForm

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:gov-draft-reviewer:problem:"
"""what `type` begins with; the code follows"""
TITLES: dict[str, str] = {
    "bad-request": "请求的格式不对", "no-token": "没有令牌", "bad-token": "令牌无效", "denied": "没有权限",
    "absent": "没有找到", "no-method": "不能这样请求", "conflict": "别人刚改过", "too-big": "太大",
    "wrong-type": "不认识这种内容", "refused": "没有办成", "secret-mark": "带有国家秘密标志，没有收下",
    "too-many": "请求太多", "failed": "程序出错", "busy": "暂时忙不过来", "store": "暂时不能用",
}  # fmt: skip
"""code -> title: a promise (docs/api.md)"""
_OF_KIND: tuple[tuple[type[ReviewerError], int, str], ...] = (
    (SecretMark, 422, "secret-mark"), (Absent, 404, "absent"), (Denied, 403, "denied"), (Conflict, 409, "conflict"),
    (Refusal, 422, "refused"), (StoreError, 503, "store"), (WorkerError, 422, "refused"),
)  # fmt: skip
_OF_STATUS: dict[int, str] = {
    400: "bad-request", 401: "bad-token", 403: "denied", 404: "absent", 405: "no-method", 413: "too-big",
    415: "wrong-type", 422: "refused", 429: "too-many", 500: "failed", 503: "busy",
}  # fmt: skip


class Problem(ReviewerError):
    """The request can not be served: status, code and the Chinese reason.

    faults   what is wrong with the fields, one line each
    headers  of the answer, e.g. Retry-After
    """

    code = "api"

    def __init__(
        self, status: int, code: str, detail: str, faults: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(detail)
        self.status = status
        self.problem = code
        self.faults = tuple(faults)
        self.headers = dict(headers or {})


def of(fault: ReviewerError) -> Problem:
    """The problem that one of our own errors is."""
    if isinstance(fault, Problem):
        return fault
    if isinstance(fault, BadForm):
        return Problem(fault.status, _OF_STATUS.get(fault.status, "bad-request"), fault.message)
    for kind, status, code in _OF_KIND:
        if isinstance(fault, kind):
            return Problem(status, code, fault.message)
    return Problem(422, "refused", fault.message)


def of_status(status: int, detail: str) -> Problem:
    """The problem of an HTTP status that the framework gives."""
    return Problem(status, _OF_STATUS.get(status, "bad-request"), detail)


def answer(problem: Problem) -> Response:
    """The problem as it is sent."""
    body: dict[str, object] = {
        "type": TYPE + problem.problem, "title": TITLES[problem.problem], "status": problem.status,
        "detail": problem.message, "code": problem.problem,
    }  # fmt: skip
    if problem.faults:
        body["errors"] = list(problem.faults)
    told = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return Response(told, problem.status, problem.headers, MEDIA_TYPE)
