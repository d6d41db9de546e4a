"""Who calls: the token of the Authorization header, and how often it may. Cookies are never looked at."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from reviewer.api.problem import Problem
from reviewer.casework.permissions import Who
from reviewer.errors import Denied
from reviewer.web.bench import address, bench

_MINUTE = 60.0
_CHALLENGE = 'Bearer realm="gov-draft-reviewer"'
_SCHEME = HTTPBearer(
    auto_error=False, scheme_name="令牌", bearerFormat="rv_…",
    description="请求头 `Authorization: Bearer 令牌`。令牌由系统管理员在工作台“接口令牌”页建立，只显示一次。",
)  # fmt: skip
Given = Annotated[HTTPAuthorizationCredentials | None, Depends(_SCHEME)]


@dataclass(slots=True)
class Rates:
    """How often each caller may call: so many requests in a minute of the clock. One for all threads.

    per_minute  requests of one token; of one address where the token is missing or not valid
    at_once     requests whose files are held in memory at the same time
    clock       seconds that only go forward
    """

    per_minute: int = 120
    at_once: int = 8
    clock: Callable[[], float] = time.monotonic
    held: int = 0
    _minute: int = -1
    _counts: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, caller: str) -> None:
        """Counts a request. Raises Problem (429) beyond the limit."""
        now = self.clock()
        with self._lock:
            if int(now // _MINUTE) != self._minute:
                self._minute, self._counts = int(now // _MINUTE), {}
            self._counts[caller] = self._counts.get(caller, 0) + 1
            beyond = self._counts[caller] > self.per_minute
        if beyond:
            wait = max(1, round(_MINUTE - now % _MINUTE))
            raise Problem(
                429, "too-many", f"每分钟最多 {self.per_minute} 次请求。请在 {wait} 秒后再试。",
                headers={"Retry-After": str(wait)},
            )  # fmt: skip


def rates(request: Request) -> Rates:
    made: Rates = request.app.state.rates
    return made


def caller(request: Request, given: Given) -> Who:
    """For whom the request speaks. Raises Problem (401, 429)."""
    office = bench(request).office
    who = office.who_of_token(given.credentials) if given is not None else None
    if who is None:
        rates(request).count(f"address {address(request)}")
        raise _unknown(given)
    rates(request).count(f"token {who.token}")
    try:
        office.whoami(who)
    except Denied:
        raise _unknown(given) from None
    return who


Caller = Annotated[Who, Depends(caller)]


def _unknown(given: HTTPAuthorizationCredentials | None) -> Problem:
    if given is None:
        told = "请求头里没有令牌：Authorization: Bearer 令牌。"
        return Problem(401, "no-token", told, headers={"WWW-Authenticate": _CHALLENGE})
    told = "令牌不对、已到期或者已吊销。请向系统管理员要新的令牌。"
    return Problem(401, "bad-token", told, headers={"WWW-Authenticate": f'{_CHALLENGE}, error="invalid_token"'})
