"""What every answer carries and every request must keep to, whatever page it is for: an ASGI middleware.

Nothing is loaded from elsewhere, no script stands in a page, nothing is kept in a cache, and a form is only taken from
our own pages (Sec-Fetch-Site and Origin, beside the CSRF token that forms.py checks).
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

POLICY = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
        "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
    )
)  # fmt: skip
HEADERS: dict[str, str] = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "cache-control": "no-store",
}
_STRICT = "max-age=31536000"
_LONGEST_NUMBER = 9
"""digits: a longer one is no number of a row, and some databases take it badly"""
_SAFE = frozenset(("GET", "HEAD"))
_OURS = frozenset((b"same-origin", b"none"))


@dataclass(frozen=True, slots=True)
class Shield:
    """Wraps the application.

    secure  it is served over TLS: browsers are told to stay with it
    hosts   names by which it is asked for; empty: any. A name that somebody else points here is none (DNS rebinding)
    api     where the interface for programs begins; it has tokens and no cookies, so no origin is asked for
    """

    app: App
    secure: bool = False
    api: str = "/api/"
    hosts: frozenset[str] = frozenset()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._headers(scope, message.get("headers", []))
            await send(message)

        # The interface for programs checks numbers itself, and answers in its own form.
        is_api = scope["path"].startswith(self.api)
        if not is_api and any(part.isdecimal() and len(part) > _LONGEST_NUMBER for part in scope["path"].split("/")):
            await _told_off(told, 404, "没有这个页面：地址里的编号不对。")
            return
        if self.hosts and _host(scope) not in self.hosts:
            await _told_off(told, 421, "这个网址不是本系统的。请用启动时显示的网址打开。")
            return
        if scope["method"] not in _SAFE and not is_api and not _is_ours(scope):
            await _told_off(told, 403, "请求不是从本系统的页面发出的，没有处理。")
            return
        # What went wrong was told by the application (app._failed): its own words may quote a draft, and go nowhere.
        with contextlib.suppress(Exception):
            await self.app(scope, receive, told)

    def _headers(self, scope: Scope, given: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        own = dict(HEADERS)
        if scope["path"].startswith("/static/"):
            own["cache-control"] = "no-cache"
        if self.secure:
            own["strict-transport-security"] = _STRICT
        kept = [(name, value) for name,
        value in given if name.decode("latin-1").lower() not in own and name != b"server"]
        return [*kept, *((name.encode(), value.encode()) for name, value in own.items())]


def _host(scope: Scope) -> str:
    """The name that the browser asks for, without the port."""
    host = next((value for name, value in scope["headers"] if name.lower() == b"host"), b"").decode("latin-1")
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdecimal() else host).lower()


def _is_ours(scope: Scope) -> bool:
    """Whether a request that changes something comes from one of our own pages, as far as the browser says."""
    headers = {name.lower(): value for name, value in scope["headers"]}
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site in _OURS
    origin = headers.get(b"origin")
    if origin is None:
        return True
    return origin.split(b"://", 1)[-1] == headers.get(b"host", b"")


async def _told_off(send: Send, status: int, message: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": message.encode()})
