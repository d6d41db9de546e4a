"""The drafter's pages: an item is described, its files are uploaded and scanned, and it is handed in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from reviewer.casework import views
from reviewer.casework.accounts import Session
from reviewer.casework.intake import Upload
from reviewer.errors import Refusal
from reviewer.review import item as items_of
from reviewer.review.item import TITLES, Item
from reviewer.web.bench import Posted, Signed, bench, followed, is_part, moved, page, scanning
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
    """A new item with its files; handed in at once where the form asks for that. All of it, or nothing is kept."""
    described, faults = _described(form)
    uploads, submit = _uploads(form), form.text("then") == "submit"
    if described is not None and submit and not uploads:
        faults = (*faults, "还没有选择文件，不能提交审查。先记下来、以后再交的，请按“只保存”。")
    if described is None or faults:
        return await run_in_threadpool(_again, request, session, form, faults)
    office, unit = bench(request).office, whole(form.text("unit"))
    if not uploads:
        item = await run_in_threadpool(office.create_item, session.who, unit, described)
        return moved(request, f"/items/{item}")
    with followed(request, session, _sizes(uploads)) as progress:
        added = await scanning(request, lambda: office.hand_in(
            session.who, unit, described, uploads, submit=submit, urgent=form.text("urgent") == "yes",
            reason=form.text("urgent_reason"), progress=progress,
        ))  # fmt: skip
    return moved(request, f"/items/{added.item}")


def _again(request: Request, session: Session, form: Form, faults: tuple[str, ...]) -> Response:
    units = views.units_of(bench(request).office, session.who, "create_item")
    context = {
        **_choices(request), "units": units, "fields": {**_empty(), **_fields(form)}, "faults": faults, "item": None,
        "revision": 0,
    }  # fmt: skip
    name = "faults_part.html" if is_part(request) else "draft.html"
    return page(request, name, context, session=session, status=422)


def _uploads(form: Form) -> list[Upload]:
    """The form's files: those to be published first."""
    return [Upload(sent.name or "未命名", sent.data, role) for role in ("final", "draft") for sent in form.sent(role)]


def _sizes(uploads: Sequence[Upload]) -> list[tuple[str, int]]:
    return [(one.name, len(one.data)) for one in uploads]


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
    uploads = _uploads(form)
    if not uploads:
        raise Refusal("没有选择文件。")
    office, revision, note = bench(request).office, form.number("revision"), form.text("note")
    with followed(request, session, _sizes(uploads)) as progress:
        await scanning(
            request, lambda: office.add_version(session.who, item, revision, uploads, note=note, progress=progress)
        )
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
