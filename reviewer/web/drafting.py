"""The drafter's pages: an item is described, its files are uploaded and scanned, and it is handed in."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from reviewer.casework import views
from reviewer.casework.accounts import Session
from reviewer.casework.intake import Upload
from reviewer.errors import Refusal, SecretMark
from reviewer.review import item as items_of
from reviewer.review.item import TITLES, Item
from reviewer.web.bench import Posted, Signed, bench, is_part, moved, page, scanning
from reviewer.web.forms import Form, whole

router = APIRouter()
_FLAGS = frozenset(("normative",))


@router.get("/items/new")
def new(request: Request, session: Signed) -> Response:
    own = bench(request)
    units = views.units_of(own.office, session.who, "create_item")
    context = {**_choices(request), "units": units, "fields": _empty(), "faults": (), "item": None, "revision": 0}
    return page(request, "draft.html", context, session=session)


@router.post("/items")
async def created(request: Request, form: Posted, session: Signed) -> Response:
    """A new item with its files; handed in at once where the form asks for that."""
    described, faults = _described(form)
    if described is None or faults:
        return await run_in_threadpool(_again, request, session, form, faults)
    office = bench(request).office
    unit = whole(form.text("unit"))
    item = await run_in_threadpool(office.create_item, session.who, unit, described)
    try:
        revision = await _add(request, session, form, item, 1)
        if form.text("then") == "submit":
            urgent = form.text("urgent") == "yes"
            await run_in_threadpool(
                office.submit, session.who, item, revision, urgent=urgent, reason=form.text("urgent_reason")
            )
    except SecretMark:
        raise
    except Refusal as fault:
        raise Refusal(f"事项已经建立，还没有提交：{fault.message}请到“我的事项”里接着办。") from None
    return moved(request, f"/items/{item}")


def _again(request: Request, session: Session, form: Form, faults: tuple[str, ...]) -> Response:
    units = views.units_of(bench(request).office, session.who, "create_item")
    context = {
        **_choices(request), "units": units, "fields": {**_empty(), **_fields(form)}, "faults": faults, "item": None,
        "revision": 0,
    }  # fmt: skip
    name = "faults_part.html" if is_part(request) else "draft.html"
    return page(request, name, context, session=session, status=422)


async def _add(request: Request, session: Session, form: Form, item: int, revision: int) -> int:
    """Scans and stores the form's files as the next version; the revision after it."""
    uploads = [
        Upload(sent.name or "未命名", sent.data, role) for role in ("final", "draft") for sent in form.sent(role)
    ]
    if not uploads:
        return revision
    office, note = bench(request).office, form.text("note")
    added = await scanning(
        request, lambda: office.add_version(session.who, item, revision, uploads, note=note)
    )
    return added.revision


@router.get("/items/{item}/edit")
def edit(request: Request, item: int, session: Signed) -> Response:
    office = bench(request).office
    view = office.item(session.who, item)
    context = {
        **_choices(request), "units": (), "fields": items_of.as_fields(office.card(session.who, item)), "faults": (),
        "item": view, "revision": view.revision,
    }  # fmt: skip
    return page(request, "draft.html", context, session=session)


@router.post("/items/{item}/edit")
def edited(request: Request, item: int, form: Posted, session: Signed) -> Response:
    office = bench(request).office
    described, faults = _described(form)
    if described is None or faults:
        view = office.item(session.who, item)
        context = {
            **_choices(request), "units": (), "fields": {**_empty(), **_fields(form)}, "faults": faults, "item": view,
            "revision": view.revision,
        }  # fmt: skip
        return page(request, "draft.html", context, session=session, status=422)
    office.edit_item(session.who, item, form.number("revision"), described)
    return moved(request, f"/items/{item}")


@router.post("/items/{item}/files")
async def uploaded(request: Request, item: int, form: Posted, session: Signed) -> Response:
    """The item's next version."""
    if not form.sent("final") and not form.sent("draft"):
        raise Refusal("没有选择文件。")
    await _add(request, session, form, item, form.number("revision"))
    return moved(request, f"/items/{item}")


def _empty() -> dict[str, Any]:
    return items_of.as_fields(Item(""))


def _choices(request: Request) -> dict[str, Any]:
    genres = bench(request).office.intake.scanner.book.genres
    return {"genres": [one.title for one in genres], "titles": TITLES}


def _described(form: Form) -> tuple[Item | None, tuple[str, ...]]:
    """The item that the form describes, and what is wrong with it."""
    described, faults = items_of.from_fields(_fields(form))
    if described is not None and not described.title:
        return None, ("没有填信息标题。",)
    return described, faults


def _fields(form: Form) -> dict[str, Any]:
    """What the form says of the item, as `from_fields` takes it."""
    given: dict[str, Any] = {}
    named = {name for name, _ in form.fields}
    for name in TITLES:
        if name == "channels":
            given[name] = list(form.texts(name))
        elif name in _FLAGS:
            given[name] = form.text(name) == "yes"
        elif name in named or name == "title":
            given[name] = form.text(name)
    return given
