"""安全保密: rulings that a file is no secret any more, certificates that count no more, and proof of the ledger."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from reviewer.casework import views
from reviewer.casework.people import RULINGS, SETTINGS
from reviewer.errors import Refusal
from reviewer.review.clock import day_of
from reviewer.review.ledger import BREAKS
from reviewer.review.revocation import REASONS
from reviewer.web.bench import Posted, Signed, bench, file_response, moved, page
from reviewer.web.forms import day_given

router = APIRouter()
_JSON = "application/json"


@router.get("/security")
def security(request: Request, session: Signed) -> Response:
    office = bench(request).office
    context = {
        **views.guarded(office, session.who), "kinds": RULINGS, "reasons": REASONS, "settings": SETTINGS,
        "held": frozenset(one.role for one in session.actor.grants),
    }  # fmt: skip
    return page(request, "security.html", context, session=session)


@router.post("/security/rulings")
def ruled(request: Request, form: Posted, session: Signed) -> Response:
    on = day_given(form.text("on"))
    if on is None:
        raise Refusal("要写明作出决定的日期。")
    bench(request).office.declassify(
        session.who, form.text("sha256").lower(), form.text("ruling"), form.text("body"), on, form.text("basis"),
        form.text("signed_by"),
    )  # fmt: skip
    return moved(request, "/security")


@router.post("/security/revoke")
def revoked(request: Request, form: Posted, session: Signed) -> Response:
    bench(request).office.revoke_certificate(session.who, form.number("item"), form.text("why"))
    return moved(request, "/security")


@router.post("/security/revocations")
def revocations(request: Request, form: Posted, session: Signed) -> Response:
    """A newly signed list for the gate."""
    office = bench(request).office
    views.may_now(office, session.who, "revoke_certificate")
    return file_response(office.revocation_list(session.who), f"吊销名单-{_today(request)}.json", _JSON)


@router.get("/security/trust.json")
def trust(request: Request, session: Signed) -> Response:
    """The public keys for the gate: no secret, but whoever brings them there answers for them."""
    office = bench(request).office
    views.may_now(office, session.who, "verify_ledger")
    return file_response(office.signer.trust(), f"信任文件-{_today(request)}.json", _JSON)


@router.post("/security/checkpoint")
def checkpoint(request: Request, form: Posted, session: Signed) -> Response:
    """The signed head of the ledger, to be kept elsewhere."""
    return file_response(bench(request).office.sign_checkpoint(session.who), f"检查点-{_today(request)}.json", _JSON)


@router.post("/security/verify")
def verified(request: Request, form: Posted, session: Signed) -> Response:
    """Whether the ledger is whole, held against checkpoints that were kept elsewhere."""
    papers = [sent.data for sent in form.sent("checkpoint")]
    outcome = bench(request).office.verify_ledger(papers, session.who)
    context = {"outcome": outcome, "breaks": BREAKS}
    return page(request, "verified.html", context, session=session)


def _today(request: Request) -> str:
    return day_of(bench(request).office.clock()).isoformat()
