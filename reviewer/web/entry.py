"""Signing in and out, the first password by the two halves of a code, and one's own password."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reviewer.casework import accounts
from reviewer.errors import Denied, Refusal, ReviewerError
from reviewer.web.bench import Posted, PostedByAnyone, Signed, address, bench, page, session_of

router = APIRouter()
_SAID = {"first": "口令已经设定。请用它登录。", "changed": "口令已经修改。请用新的口令重新登录。"}
"""what the page says to who comes from setting his password"""


@router.get("/")
def home(request: Request) -> Response:
    return RedirectResponse("/inbox" if session_of(request) else "/check", 303)


@router.get("/signin")
def signin(request: Request, next: str = "/inbox", after: str = "") -> Response:
    context = {"next": _inside(next), "fault": "", "login": "", "said": _SAID.get(after, "")}
    return page(request, "signin.html", context, session=session_of(request))


@router.post("/signin")
def signed_in(request: Request, form: PostedByAnyone) -> Response:
    own, next = bench(request), _inside(form.text("next"))
    login = form.text("login")
    try:
        opened = accounts.sign_in(own.office, login, dict(form.fields).get("password", ""), address(request))
    except Denied as fault:
        context = {"next": next, "fault": fault.message, "login": login, "said": ""}
        return page(request, "signin.html", context, status=403)
    return _enter(request, opened, next)


def _enter(request: Request, opened: accounts.Opened, next: str) -> Response:
    """A cookie that is new: one that somebody planted before counts for nothing."""
    own = bench(request)
    if before := request.cookies.get(own.cookie):
        accounts.sign_out(own.office, before)
    response = RedirectResponse(next, 303)
    response.set_cookie(own.cookie, opened.token, httponly=True, samesite="lax", secure=own.secure, path="/")
    return response


def _inside(path: str) -> str:
    """A path of ours: nobody is sent elsewhere after signing in."""
    sound = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if sound else "/inbox"


@router.post("/signout")
def signout(request: Request, form: Posted) -> Response:
    own = bench(request)
    accounts.sign_out(own.office, request.cookies.get(own.cookie, ""))
    response = RedirectResponse("/signin", 303)
    response.delete_cookie(own.cookie, path="/", secure=own.secure, httponly=True, samesite="lax")
    return response


@router.get("/first")
def first(request: Request) -> Response:
    return page(request, "first.html", {"fault": "", "login": ""})


@router.post("/first")
def first_set(request: Request, form: PostedByAnyone) -> Response:
    given, login = dict(form.fields), form.text("login")
    try:
        _check_twice(given)
        accounts.redeem(
            bench(request).office, login, form.text("first"), form.text("second"), given.get("new", ""),
            address(request)
        )
    except Refusal as fault:
        return page(request, "first.html", {"fault": fault.message, "login": login}, status=422)
    return RedirectResponse("/signin?after=first", 303)


@router.get("/password")
def password(request: Request, session: Signed) -> Response:
    return page(request, "password.html", {"fault": ""}, session=session)


@router.post("/password")
def password_changed(request: Request, form: Posted, session: Signed) -> Response:
    given = dict(form.fields)
    try:
        _check_twice(given)
        accounts.change_password(bench(request).office, session.who, given.get("old", ""), given.get("new", ""))
    except ReviewerError as fault:
        return page(request, "password.html", {"fault": fault.message}, session=session, status=422)
    return RedirectResponse("/signin?after=changed", 303)


def _check_twice(given: dict[str, str]) -> None:
    if given.get("new", "") != given.get("again", ""):
        raise Refusal("两次输入的新口令不一样。")


# --- an identity provider --------------------------------------------------------------------------


@router.get("/oidc/start")
def oidc_start(request: Request) -> Response:
    provider = bench(request).oidc
    if provider is None:
        raise Refusal("没有配置统一身份认证。")
    return provider.start(request)


@router.get("/oidc/back")
def oidc_back(request: Request) -> Response:
    """Back from the provider: a signed-in user links the account to his own, anybody else signs in by it."""
    own = bench(request)
    if own.oidc is None:
        raise Refusal("没有配置统一身份认证。")
    subject = own.oidc.subject(request)
    session = session_of(request)
    if session is not None:
        accounts.link_subject(own.office, session.who, subject)
        return RedirectResponse("/password", 303)
    return _enter(request, accounts.sign_in_as(own.office, subject, address(request)), "/inbox")
