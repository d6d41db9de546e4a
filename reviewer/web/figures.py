"""统计: how many, how fast and how well, as bars drawn on the server (SVG without any style of its own)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from reviewer.casework import views
from reviewer.casework.act import moment_of
from reviewer.review.clock import Calendar, day_of
from reviewer.web.bench import Signed, bench, page
from reviewer.web.inbox import _day
from reviewer.web.words import named

router = APIRouter()
_SPANS: tuple[tuple[int, str], ...] = ((1, "1 天以内"), (3, "2～3 天"), (5, "4～5 天"), (10, "6～10 天"), (20,
"11～20 天"))
_LONGER = "20 天以上"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: `share` of the longest in thousandths."""

    name: str
    count: int
    share: int
    told: str = ""


@router.get("/statistics")
def statistics(request: Request, session: Signed, since: str = "", until: str = "") -> Response:
    own = bench(request)
    today = day_of(own.office.clock())
    until = _day(until) or today.isoformat()
    since = _day(since) or (today - timedelta(days=365)).isoformat()
    found = views.figures(own.office, session.who, since, until)
    titles = own.bundle().titles
    rules = [(titles.get(row["name"], row["name"]), row["found"], "") for row in found.by_rule]
    alarms = [
        (titles.get(row["name"], row["name"]), round(100 * row["false_alarm"] / row["decided"]),
         f"{row['false_alarm']} / {row['decided']}")
        for row in found.by_rule if row["decided"]
    ]  # fmt: skip
    context = {
        "found": found, "since": since, "until": until,
        "charts": [
            ("各单位的事项", "件", bars((row["name"], row["count"], "") for row in found.by_unit)),
            ("各月提交", "件", bars(((row["name"], row["count"], "") for row in found.by_month), by_name=True)),
            ("审查结论", "件", bars((named(row["name"], "outcome") or "尚未办结", row["count"],
            "") for row in found.outcomes)),
            ("文种", "件", bars((row["name"] or "没有认出", row["count"], "") for row in found.by_genre)),
            ("办理用时（工作日）", "件", bars(spans(found.days, own.office.calendar), kept=True)),
            ("各规则查到的", "处", bars(rules[:15])),
            ("各规则的误报率（已处理的）", "%", bars(sorted(alarms, key=lambda one: -one[1])[:15])),
        ],
    }  # fmt: skip
    return page(request, "statistics.html", context, session=session)


def bars(rows: Iterable[tuple[str, int, str]], *, by_name: bool = False, kept: bool = False) -> list[Bar]:
    """The bars, the longest first; `by_name`: in the order of their names, `kept`: as they come."""
    every = list(rows)
    if not kept:
        every.sort(key=lambda row: row[0] if by_name else (-row[1], row[0]))
    most = max((count for _, count, _ in every), default=0) or 1
    return [Bar(name, count, round(1000 * count / most), told) for name, count, told in every]


def spans(closed: Iterable[views.Row], calendar: Calendar) -> list[tuple[str, int, str]]:
    """How many items took how many working days from their first submission to the outcome."""
    counts = dict.fromkeys([*(name for _, name in _SPANS), _LONGER], 0)
    for row in closed:
        start, end = day_of(moment_of(row["submitted_at"])), day_of(moment_of(row["outcome_at"]))
        days = sum(calendar.works(start + timedelta(days=k)) for k in range(1, (end - start).days + 1))
        counts[next((name for most, name in _SPANS if days <= most), _LONGER)] += 1
    return [(name, count, "") for name, count in counts.items()]
