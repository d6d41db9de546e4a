"""待办 and 事项: what waits for the user, and all items that he may see."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from reviewer.casework import views
from reviewer.casework.views import DAYS, Filter
from reviewer.review.procedure import ADMINS
from reviewer.web.bench import Signed, bench, page
from reviewer.web.forms import whole

router = APIRouter()
PAGE = 50


@router.get("/inbox")
def inbox(request: Request, session: Signed) -> Response:
    office = bench(request).office
    mine = frozenset(one.role for one in session.actor.grants)
    context = {
        "rows": views.inbox(office, session.who), "roles": [one for one in session.actor.grants],
        "is_admin": not mine.isdisjoint(ADMINS),
    }  # fmt: skip
    return page(request, "inbox.html", context, session=session)


@router.get("/items")
def items(request: Request, session: Signed) -> Response:
    office, given = bench(request).office, request.query_params
    wanted, offset = filter_of(given), whole(given.get("offset") or "0")
    found = views.listed(office, session.who, wanted, offset=offset, limit=PAGE)
    units = views.units_of(office, session.who, "view_item")
    context = {"found": found, "wanted": wanted, "units": units, "days": DAYS, **turning(given, offset,
    found.total, PAGE)}
    return page(request, "items.html", context, session=session)


def filter_of(given: Any) -> Filter:
    """The filter that a query names; what is no number or day of it counts as not said."""
    unit = given.get("unit", "")
    return Filter(
        words=given.get("words", "").strip()[:100], unit=int(unit) if unit.isascii() and unit.isdecimal() else None,
        state=given.get("state", ""), outcome=given.get("outcome", ""), genre=given.get("genre", ""),
        attribute=given.get("attribute", ""), since=_day(given.get("since", "")), until=_day(given.get("until", "")),
        by=given.get("by", "created_at"),
    )  # fmt: skip


def _day(text: str) -> str:
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def turning(given: Any, offset: int, total: int, size: int) -> dict[str, Any]:
    """Links to the pages before and after, and what the page shows."""
    kept = {name: value for name, value in given.items() if value and name != "offset"}

    def at(place: int) -> str:
        return "?" + urlencode({**kept, "offset": place})

    return {
        "before": at(max(offset - size, 0)) if offset else "",
        "after": at(offset + size) if offset + size < total else "",
        "first": min(offset + 1, total), "last": min(offset + size, total), "total": total,
        "link": "?" + urlencode(kept),
    }  # fmt: skip
