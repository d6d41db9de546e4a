"""What every page works with: the office, the templates, who asks, and the form that was posted."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import anyio
from fastapi import Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from reviewer.casework import accounts, cleaning
from reviewer.casework.accounts import Session
from reviewer.casework.office import Office
from reviewer.reports import Bundle
from reviewer.web import forms
from reviewer.web.forms import MEGABYTE, Form
from reviewer.web.waiting import Waits

if TYPE_CHECKING:
    from jinja2 import Environment

    from reviewer.web.oidc import Provider

T = TypeVar("T")
_FORM_COOKIE = "wb-form"


@dataclass(frozen=True, slots=True)
class Bench:
    """One workbench. `scans` bounds how many files are scanned at once; others wait without a thread."""

    office: Office
    templates: Environment
    secure: bool = False
    most_bytes: int = 200 * MEGABYTE
    scans: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(2))
    waits: Waits = field(default_factory=Waits)
    oidc: Provider | None = None
    hosts: frozenset[str] = frozenset()
    """names by which it may be asked for; empty: any"""
    name: str = "政府信息公开审查工作台"

    @property
    def cookie(self) -> str:
        """The session cookie's name; __Host- binds it to this host and to TLS."""
        return "__Host-wb" if self.secure else "wb"

    def bundle(self, results: Any = ()) -> Bundle:
        """What reports and words are made of."""
        intake = self.office.intake
        book = intake.scanner.book
        version, digest = intake.rules
        return Bundle(
            results=results, key=self.office.key, version=version,
            rules={"name": "packaged", "version": version, "sha256": digest, "count": len(book.rules)},
            basis={name: (one.law, one.article, one.text, one.source) for name, one in book.basis.items()},
            titles={rule.id: rule.title for rule in book.rules}, found_in=intake.found_in,
        )  # fmt: skip


class SignInFirst(Exception):
    """The page is for users who have signed in."""


def bench(request: Request) -> Bench:
    made: Bench = request.app.state.bench
    return made


def address(request: Request) -> str:
    """Where the request comes from."""
    return request.client.host if request.client else ""


def session_of(request: Request) -> Session | None:
    """The session of the request's cookie; None where it has none that holds."""
    own = bench(request)
    return accounts.session(own.office, request.cookies.get(own.cookie, ""))


def signed(request: Request) -> Session:
    """The session; raises SignInFirst."""
    found = session_of(request)
    if found is None:
        raise SignInFirst
    return found


Signed = Annotated[Session, Depends(signed)]


async def posted(request: Request, session: Signed) -> Form:
    """The form that was posted, once its token fits the session."""
    form = await forms.read(request, bench(request).most_bytes)
    forms.check_token(request, form, session.csrf)
    return form


Posted = Annotated[Form, Depends(posted)]


async def posted_by_anyone(request: Request) -> Form:
    """The form of a page that needs no session: its token fits the cookie that came with the page."""
    form = await forms.read(request, bench(request).most_bytes)
    session = await run_in_threadpool(session_of, request)
    forms.check_token(request, form, session.csrf if session else request.cookies.get(_FORM_COOKIE, ""))
    return form


PostedByAnyone = Annotated[Form, Depends(posted_by_anyone)]


async def scanning(request: Request, work: Callable[[], T]) -> T:
    """What `work` gives, in a thread; it waits its turn without one."""
    return await anyio.to_thread.run_sync(work, limiter=bench(request).scans)


def followed(
    request: Request, session: Session | None, files: Sequence[tuple[str, int]]
) -> AbstractContextManager[Callable[[int, int], None]]:
    """As long as it is open, the page that sent the files (name, bytes) can ask how far their check is."""
    return bench(request).waits.follow(_asker(request, session), request.headers.get("x-job", ""), files)


def how_far(request: Request, session: Session | None, job: str) -> dict[str, Any]:
    """What the page of a check that is under way says."""
    return bench(request).waits.told(_asker(request, session), job)


def _asker(request: Request, session: Session | None) -> str:
    return session.csrf if session else request.cookies.get(_FORM_COOKIE, "")


def is_part(request: Request) -> bool:
    """Whether htmx asks, for a part of a page."""
    return request.headers.get("hx-request") == "true"


def page(
    request: Request, name: str, context: Mapping[str, Any] | None = None, *, session: Session | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    """The page made from a template."""
    own = bench(request)
    token, fresh = session.csrf if session else request.cookies.get(_FORM_COOKIE, ""), False
    if not session and len(token) < 20:
        token, fresh = secrets.token_urlsafe(24), True
    body = own.templates.get_template(name).render(
        bench=own, session=session, csrf=token, path=request.url.path, may=_may(session), query=request.url.query,
        has_takedown=lambda: cleaning.is_kept(own.office),
        **(context or {}),
    )  # fmt: skip
    response = HTMLResponse(body, status)
    if fresh:
        response.set_cookie(_FORM_COOKIE, token, httponly=True, samesite="strict", secure=own.secure, path="/")
    return response


def _may(session: Session | None) -> Callable[[str], bool]:
    """Whether the navigation shows a page to this user: the action itself is checked where it is done."""
    from reviewer.casework.permissions import TABLE

    held = frozenset(one.role for one in session.actor.grants) if session else frozenset()

    def may(action: str) -> bool:
        rule = TABLE[action]
        return not held.isdisjoint(rule.any | rule.unit) or (rule.own and "drafter" in held)

    return may


def moved(request: Request, path: str) -> Response:
    """Sends the browser to another of our pages; the whole page also where htmx asked."""
    if is_part(request):
        return Response(status_code=204, headers={"HX-Redirect": path})
    return RedirectResponse(path, 303)


def file_response(data: bytes, name: str, kind: str = "application/octet-stream") -> Response:
    """A download. The name is encoded (RFC 6266, RFC 8187): nothing in it ends up in the header as it is."""
    from urllib.parse import quote

    plain = "".join(char if char.isascii() and (char.isalnum() or char in "._-") else "_" for char in name) or "file"
    told = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name.encode('utf-8', 'replace'), safe='')}"
    return Response(data, media_type=kind, headers={"content-disposition": told})


def same(given: str, known: str) -> bool:
    """Compares secrets in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), known.encode())
