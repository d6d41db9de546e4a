"""撤下清单: what is published already and is to be taken down, masked or labelled; decisions with reason, and xlsx."""

from __future__ import annotations

import io
from collections.abc import Collection
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from reviewer.casework import cleaning
from reviewer.rescan.live import ANSWERS
from reviewer.rescan.proposals import KIND_TITLES
from reviewer.rescan.sheets import Basis, write
from reviewer.review.cleaning import ACTIONS, EVENTS, HOW, STATES
from reviewer.review.clock import day_of
from reviewer.store.takedown import Filter
from reviewer.web.bench import Posted, Signed, bench, file_response, moved, page
from reviewer.web.forms import whole
from reviewer.web.inbox import turning

router = APIRouter()
PAGE = 50
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WORDS: dict[str, Any] = {"kinds": KIND_TITLES, "actions": ACTIONS, "states": STATES, "how": HOW, "answers": ANSWERS}


@router.get("/takedown")
def entries(request: Request, session: Signed) -> Response:
    office, given = bench(request).office, request.query_params
    wanted, offset = filter_of(given), whole(given.get("offset") or "0")
    found = cleaning.listed(office, session.who, wanted, offset=offset, limit=PAGE)
    context = {"found": found, "wanted": wanted, **_WORDS, **turning(given, offset, found.total, PAGE)}
    return page(request, "takedown.html", context, session=session)


@router.get("/takedown.xlsx")
def entries_xlsx(request: Request, session: Signed) -> Response:
    """The list as it is filtered, one sheet for each unit."""
    office = bench(request).office
    rows = cleaning.exported(office, session.who, filter_of(request.query_params))
    stream = io.BytesIO()
    write(stream, rows, _basis(request))
    return file_response(stream.getvalue(), f"撤下清单-{day_of(office.clock()).isoformat()}.xlsx", _XLSX)


@router.get("/takedown/{number}")
def entry(request: Request, number: int, session: Signed) -> Response:
    row, history, may_decide = cleaning.entry(bench(request).office, session.who, number)
    law = _basis(request)
    context = {
        "row": row, "history": history, "may_decide": may_decide and row["state"] != "done",
        "law": [law.told([key]) for key in row["basis"]], "events": EVENTS, **_WORDS,
    }  # fmt: skip
    return page(request, "takedown_entry.html", context, session=session)


@router.post("/takedown/{number}")
def decided(request: Request, number: int, form: Posted, session: Signed) -> Response:
    cleaning.decide_entry(
        bench(request).office, session.who, number, form.text("action"), form.text("reason"), form.number("revision")
    )
    return moved(request, f"/takedown/{number}")


def filter_of(given: Any) -> Filter:
    """The filter that a query names."""
    known: dict[str, Collection[str]] = {"kind": KIND_TITLES, "state": STATES, "action": ACTIONS}
    chosen = {name: given.get(name, "") for name in known}
    return Filter(
        words=given.get("words", "").strip()[:100], unit=given.get("unit", "")[:200],
        **{name: value for name, value in chosen.items() if value in known[name]},
    )  # fmt: skip


def _basis(request: Request) -> Basis:
    book = bench(request).office.intake.scanner.book
    return Basis({key: one.title for key, one in book.basis.items()})
