"""An item's page: what it is, where it stands, who signed, what happened, and what its user can do with it now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from reviewer.casework import views
from reviewer.casework.accounts import Session
from reviewer.casework.act import looking
from reviewer.casework.office import Office
from reviewer.casework.steps import ANSWERS
from reviewer.errors import Absent, Refusal
from reviewer.review.workflow import APPROVED_OUTCOMES, ARTICLES, PROPOSALS, Outcome
from reviewer.web.bench import Posted, Signed, bench, file_response, moved, page
from reviewer.web.forms import Form, day_given

router = APIRouter()


@router.get("/items/{item}")
def item(request: Request, item: int, session: Signed) -> Response:
    return page(request, "item.html", context_of(request, item, session), session=session)


def context_of(request: Request, item: int, session: Session) -> dict[str, Any]:
    """Everything that the pages of an item show."""
    office, who = bench(request).office, session.who
    with looking(office, who):
        view = office.item(who, item)
        unit, drafter = views.item_people(office, who, item)
        return {
            "view": view, "unit": unit, "drafter": drafter, "files": views.version_files(office, who, item),
            "versions": views.item_versions(office, who, item), "signatures": views.item_signatures(office, who, item),
            "comments": views.item_comments(office, who, item), "parties": views.item_parties(office, who, item),
            "history": views.item_history(office, who, item), "gaps": views.version_gaps(office, who, item),
            "outcomes": APPROVED_OUTCOMES if view.case.is_last else PROPOSALS, "articles": ARTICLES, "answers": ANSWERS,
        }  # fmt: skip


# --- actions ---------------------------------------------------------------------------------------


def _submit(office: Office, session: Session, item: int, form: Form) -> None:
    office.submit(
        session.who, item, form.number("revision"), urgent=form.text("urgent") == "yes", reason=form.text("reason")
    )


def _approve(office: Office, session: Session, item: int, form: Form) -> None:
    outcome = cast("Outcome", form.text("outcome"))
    if outcome not in (*APPROVED_OUTCOMES, *PROPOSALS):
        raise Refusal("没有选结论（拟办意见）。")
    office.approve(session.who, item, form.number("revision"), outcome=outcome, opinion=form.text("reason"))


def _refuse(office: Office, session: Session, item: int, form: Form) -> None:
    office.refuse(session.who, item, form.number("revision"), form.text("article"), form.text("reason"))


def _report(office: Office, session: Session, item: int, form: Form) -> None:
    office.report_undecided(
        session.who, item, form.number("revision"), form.text("to"), form.text("paper_number"), form.text("reason")
    )


def _ask(office: Office, session: Session, item: int, form: Form) -> None:
    office.ask_third_party(session.who, item, form.number("revision"), form.text("party"), form.text("reason"))


def _answer(office: Office, session: Session, item: int, form: Form) -> None:
    office.third_party_answer(session.who, item, form.number("revision"), form.text("answer"), form.text("reason"))


def _publish(office: Office, session: Session, item: int, form: Form) -> None:
    on = day_given(form.text("on"))
    office.publish(session.who, item, form.number("revision"), form.text("where"), on=on)


def _reasoned(name: str) -> Callable[[Office, Session, int, Form], None]:
    def act(office: Office, session: Session, item: int, form: Form) -> None:
        getattr(office, name)(session.who, item, form.number("revision"), form.text("reason"))

    return act


_ACTIONS: dict[str, Callable[[Office, Session, int, Form], None]] = {
    "submit": _submit, "approve": _approve, "refuse": _refuse, "report_undecided": _report, "ask_third_party": _ask,
    "third_party_answer": _answer, "publish": _publish, "return": _reasoned("return_item"),
    "withdraw": _reasoned("withdraw"), "take_down": _reasoned("take_down"), "re_review": _reasoned("re_review"),
    "to_open": _reasoned("to_open"),
}  # fmt: skip


@router.post("/items/{item}/act/{name}")
def acted(request: Request, item: int, name: str, form: Posted, session: Signed) -> Response:
    """One step of the workflow."""
    if name not in _ACTIONS:
        raise Absent("没有这个动作。")
    _ACTIONS[name](bench(request).office, session, item, form)
    return moved(request, f"/items/{item}")


@router.post("/items/{item}/comments")
def commented(request: Request, item: int, form: Posted, session: Signed) -> Response:
    finding = form.number("finding") if form.text("finding") else None
    bench(request).office.comment(session.who, item, form.text("text"), finding)
    if form.text("back") == "review":
        return page(request, "said_part.html", {"message": "已留言。"}, session=session)
    return moved(request, f"/items/{item}")


@router.get("/items/{item}/certificate")
def certificate(request: Request, item: int, session: Signed) -> Response:
    office = bench(request).office
    view = office.item(session.who, item)
    return file_response(
        views.certificate(office, session.who, item), f"发布证书-{view.number}.json", "application/json"
    )
