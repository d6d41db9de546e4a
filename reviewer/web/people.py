"""三员 pages: users, roles asked for by one and confirmed by another, units, delegations, the event log."""

from __future__ import annotations

from typing import cast

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from reviewer.casework import accounts, views
from reviewer.casework.accounts import Session
from reviewer.casework.act import stamp
from reviewer.casework.people import SETTINGS
from reviewer.errors import Refusal
from reviewer.review.procedure import REVIEWING, ROLES, Procedure, Role, Step
from reviewer.web.bench import Posted, Signed, bench, moved, page
from reviewer.web.forms import Form, day_given, whole
from reviewer.web.inbox import turning

router = APIRouter()
PAGE = 100
_STEPS: dict[str, tuple[Role, ...]] = {
    "3": ("first", "second", "final"), "4": ("first", "second", "third", "final"), "2": ("first", "final"),
}  # fmt: skip


@router.get("/users")
def users(request: Request, session: Signed) -> Response:
    return _users(request, session)


def _users(request: Request, session: Session, *, half: str = "", whose: int = 0) -> Response:
    found = views.people(bench(request).office, session.who)
    held = frozenset(one.role for one in session.actor.grants)
    context = {
        **found, "roles": ROLES, "half": half, "whose": whose, "held": held, "settings": SETTINGS,
        "usual": Procedure(),
    }  # fmt: skip
    return page(request, "users.html", context, session=session)


@router.post("/users")
def added(request: Request, form: Posted, session: Signed) -> Response:
    unit = form.number("unit") if form.text("unit") else None
    bench(request).office.add_user(session.who, form.text("login"), form.text("name"), unit)
    return moved(request, "/users")


@router.post("/users/{user}/active")
def active(request: Request, user: int, form: Posted, session: Signed) -> Response:
    accounts.set_active(bench(request).office, session.who, user, form.text("active") == "yes")
    return moved(request, "/users")


@router.post("/users/{user}/reset")
def reset(request: Request, user: int, form: Posted, session: Signed) -> Response:
    """The first half of a code: it is on this page once and nowhere else."""
    half = accounts.start_reset(bench(request).office, session.who, user)
    return _users(request, session, half=half, whose=user)


@router.post("/users/{user}/confirm")
def confirmed(request: Request, user: int, form: Posted, session: Signed) -> Response:
    """The second half."""
    half = accounts.confirm_reset(bench(request).office, session.who, user)
    return _users(request, session, half=half, whose=user)


@router.post("/users/{user}/grants")
def asked(request: Request, user: int, form: Posted, session: Signed) -> Response:
    unit = form.number("unit") if form.text("unit") else None
    role = form.text("role")
    bench(request).office.ask_grant(session.who, user, cast("Role", role), unit, until=day_given(form.text("until")))
    return moved(request, "/users")


@router.post("/requests/{number}")
def answered(request: Request, number: int, form: Posted, session: Signed) -> Response:
    bench(request).office.answer_grant(session.who, number, confirm=form.text("answer") == "yes")
    return moved(request, "/users")


@router.post("/grants/{grant}/revoke")
def revoked(request: Request, grant: int, form: Posted, session: Signed) -> Response:
    bench(request).office.revoke_grant(session.who, grant)
    return moved(request, "/users")


@router.post("/units")
def unit_added(request: Request, form: Posted, session: Signed) -> Response:
    """A unit with its procedure; two steps only with the local rule that says so."""
    bench(request).office.add_unit(session.who, form.text("name"), _procedure(form))
    return moved(request, "/users")


@router.post("/units/{unit}")
def unit_changed(request: Request, unit: int, form: Posted, session: Signed) -> Response:
    """The unit's procedure from now on; items under review keep their steps."""
    closed = {"yes": True, "no": False}.get(form.text("closed"))
    procedure = _procedure(form) if form.text("steps") else None
    bench(request).office.change_unit(session.who, unit, procedure=procedure, closed=closed)
    return moved(request, "/users")


@router.post("/settings")
def setting_changed(request: Request, form: Posted, session: Signed) -> Response:
    bench(request).office.change_setting(session.who, form.text("name"), form.number("value"))
    return moved(request, "/users")


def _procedure(form: Form) -> Procedure:
    """The procedure that a form describes. Raises Refusal."""
    steps = _STEPS.get(form.text("steps") or "3")
    if steps is None:
        raise Refusal("审查级数只能是两级、三级或四级。")
    usual, step = Procedure(), Step("first")

    def number(name: str, otherwise: int) -> int:
        return whole(form.text(name) or str(otherwise))

    days, hours = number("days", step.days), number("hours", step.hours)
    return Procedure(
        tuple(Step(role, days, hours) for role in steps), form.text("rule_name"), form.text("rule_text"),
        number("publish_days", usual.publish_days), number("third_party_days", usual.third_party_days),
        number("retention", usual.retention_days),
    )  # fmt: skip


# --- delegations -----------------------------------------------------------------------------------


@router.get("/delegations")
def delegations(request: Request, session: Signed) -> Response:
    office = bench(request).office
    mine = [one for one in session.actor.grants if one.role in REVIEWING and one.behalf is None]
    context = {
        "mine": mine, "people": views.colleagues(office, session.who), "rows": views.my_delegations(office,
        session.who),
        "units": {row["id"]: row["name"] for row in views.units_of(office, session.who, "view_item")}, "roles": ROLES,
    }  # fmt: skip
    return page(request, "delegations.html", context, session=session)


@router.post("/delegations")
def delegated(request: Request, form: Posted, session: Signed) -> Response:
    role, _, unit = form.text("role").partition(":")
    since, until = day_given(form.text("since")), day_given(form.text("until"))
    if since is None or until is None:
        raise Refusal("委托要写明起止日期。")
    bench(request).office.delegate(
        session.who, form.number("to"), cast("Role", role), whole(unit) if unit else None, since, until,
        form.text("reason")
    )
    return moved(request, "/delegations")


@router.post("/delegations/{delegation}/end")
def ended(request: Request, delegation: int, form: Posted, session: Signed) -> Response:
    bench(request).office.end_delegation(session.who, delegation)
    return moved(request, "/delegations")


# --- tokens ----------------------------------------------------------------------------------------


@router.get("/tokens")
def tokens(request: Request, session: Signed) -> Response:
    """The tokens of other systems, without their secret."""
    return _tokens(request, session)


def _tokens(request: Request, session: Session, *, secret: str = "") -> Response:
    office = bench(request).office
    rows = office.list_tokens(session.who)
    people = {one["id"]: one for one in views.people(office, session.who)["users"]}
    drafters = [one for one in people.values() if one["active"] and any(g["role"] == "drafter" for g in one["grants"])]
    context = {
        "rows": rows, "people": people, "drafters": drafters, "secret": secret, "now": stamp(office.clock()),
    }  # fmt: skip
    return page(request, "tokens.html", context, session=session)


@router.post("/tokens")
def token_added(request: Request, form: Posted, session: Signed) -> Response:
    """A new token: it is on this page once and nowhere else."""
    days = whole(form.text("days") or "365")
    _, secret = bench(request).office.add_token(session.who, form.number("user"), form.text("name"), days)
    return _tokens(request, session, secret=secret)


@router.post("/tokens/{token}/revoke")
def token_revoked(request: Request, token: int, form: Posted, session: Signed) -> Response:
    bench(request).office.revoke_token(session.who, token)
    return moved(request, "/tokens")


# --- the event log ---------------------------------------------------------------------------------


@router.get("/events")
def events(request: Request, session: Signed, actor: str = "", kind: str = "") -> Response:
    given = request.query_params
    offset = whole(given.get("offset") or "0")
    found = views.event_log(
        bench(request).office, session.who, actor=actor.strip(), kind=kind, offset=offset, limit=PAGE
    )
    context = {"found": found, "actor": actor, "kind": kind, **turning(given, offset, found.total, PAGE)}
    return page(request, "events.html", context, session=session)
