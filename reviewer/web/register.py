"""台账: the register of items with search and filters, as xlsx, and its summary of a month."""

from __future__ import annotations

import io
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from reviewer.casework import views
from reviewer.casework.views import DAYS, Filter, Row
from reviewer.errors import Refusal
from reviewer.review.clock import day_of
from reviewer.web.bench import Signed, bench, file_response, page
from reviewer.web.forms import whole
from reviewer.web.inbox import filter_of, turning
from reviewer.web.words import day, named

router = APIRouter()
PAGE = 50
_MOST = 20_000
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

COLUMNS: tuple[tuple[str, int], ...] = (
    ("编号", 14), ("信息标题", 44), ("文号", 20), ("索引号", 22), ("成文日期", 12), ("单位", 20), ("拟稿人", 10),
    ("文种", 14),
    ("信息来源", 12), ("拟公开属性", 12), ("公开方式", 18), ("公开范围", 16), ("提交日期", 12), ("状态", 10),
    ("结论", 20),
    ("不公开依据", 40), ("初审", 18), ("复审", 18), ("保密审核", 18), ("终审", 18), ("办结日期", 12), ("发布日期", 12),
    ("发布位置", 30), ("应撤下日期", 12), ("撤下日期", 12), ("到期清理日", 12), ("清理结果", 12), ("文件数", 8),
    ("文件 SHA-256", 68),
)  # fmt: skip
"""titles and widths of the exported register: the fields of the local rules' ledgers"""


@router.get("/ledger")
def ledger(request: Request, session: Signed) -> Response:
    office, given = bench(request).office, request.query_params
    wanted, offset = filter_of(given), whole(given.get("offset") or "0")
    found = views.ledger(office, session.who, wanted, offset=offset, limit=PAGE)
    context = {
        "found": found, "wanted": wanted, "units": views.units_of(office, session.who, "view_ledger"), "days": DAYS,
        "month": day_of(office.clock()).strftime("%Y-%m"), **turning(given, offset, found.total, PAGE),
    }  # fmt: skip
    return page(request, "ledger.html", context, session=session)


@router.get("/ledger.xlsx")
def ledger_xlsx(request: Request, session: Signed) -> Response:
    """The register as it is filtered."""
    office = bench(request).office
    found = views.ledger(office, session.who, filter_of(request.query_params), limit=_MOST)
    data = _workbook("台账", COLUMNS, map(cells, found.rows))
    return file_response(data, f"审查台账-{day_of(office.clock()).isoformat()}.xlsx", _XLSX)


def cells(row: Row) -> list[str | int]:
    """One item as a row of the register."""
    card, signed = row["card"], row["signers"]
    return [
        row["number"], row["title"], card.get("doc_number", ""), card.get("index_number", ""),
        card.get("made_on") or "",
        row["unit_name"], row["drafter_name"], row["genre"], named(card.get("source"), "source"),
        named(row["attribute"], "attribute"), "、".join(named(one, "channel") for one in card.get("channels", ())),
        f"{named(card.get('scope'), 'scope')} {card.get('scope_name', '')}".strip(), day(row["submitted_at"]),
        named(row["state"], "state"), named(row["outcome"], "outcome"), named(row["article"], "article"),
        *(_signed(signed.get(role)) for role in ("first", "second", "third", "final")), day(row["outcome_at"]),
        day(row["published_at"]), row["published_where"], row["take_down_on"] or "", day(row["taken_down_at"]),
        row["keep_until"] or "", f"已清理 {day(row['deleted_at'])}" if row["deleted_at"] else "", len(row["files"]),
        " ".join(one["sha256"] for one in row["files"]),
    ]  # fmt: skip


def _signed(one: Row | None) -> str:
    if one is None:
        return ""
    behalf = f"（代{one['behalf_name']}）" if one["behalf_name"] else ""
    return f"{one['name']}{behalf} {day(one['at'])}"


# --- the summary of a month ------------------------------------------------------------------------


@router.get("/ledger/month")
def month(request: Request, session: Signed, month: str = "") -> Response:
    office = bench(request).office
    first, last = _month(month or day_of(office.clock()).strftime("%Y-%m"))
    rows = _of_month(request, session, first, last)
    units = _by_unit(rows)
    total = [sum(one[k] for _, one in units) for k in range(len(SUMS))]
    context = {"month": first.strftime("%Y-%m"), "sums": SUMS, "units": units, "total": total, "rows": rows}
    return page(request, "month.html", context, session=session)


@router.get("/ledger/month.xlsx")
def month_xlsx(request: Request, session: Signed, month: str = "") -> Response:
    first, last = _month(month)
    rows = _of_month(request, session, first, last)
    sums = [[unit, *counts] for unit, counts in _by_unit(rows)]
    data = _workbook(
        "汇总", (("单位", 24), *((title, 14) for title, _ in SUMS)), sums, more=("明细", COLUMNS, map(cells, rows))
    )
    return file_response(data, f"月度汇总表-{first.strftime('%Y-%m')}.xlsx", _XLSX)


def _of_month(request: Request, session: Any, first: date, last: date) -> tuple[Row, ...]:
    wanted = replace(Filter(), since=first.isoformat(), until=last.isoformat(), by="submitted_at")
    return views.ledger(bench(request).office, session.who, wanted, limit=_MOST).rows


def _month(text: str) -> tuple[date, date]:
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Refusal("月份应写成 2026-11 这样的形式。") from None
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def _counted(name: str, *values: str) -> Any:
    return lambda row: row[name] in values


SUMS: tuple[tuple[str, Any], ...] = (
    ("审查件数", lambda row: True),
    ("主动公开", _counted("outcome", "open")),
    ("依申请公开", _counted("outcome", "on_request")),
    ("去标识后公开", _counted("outcome", "deidentified")),
    ("部分公开", _counted("outcome", "partial")),
    ("不予公开", _counted("outcome", "refused")),
    ("报审", _counted("outcome", "undecided_reported")),
    ("退回修改中", _counted("state", "returned")),
    ("审查中", _counted("state", "in_review", "waiting_third_party")),
    ("撤回", _counted("state", "withdrawn")),
    ("已发布", lambda row: row["published_at"] is not None),
    ("已撤下", lambda row: row["taken_down_at"] is not None),
)
"""the columns of the monthly summary and which items count in each"""


def _by_unit(rows: Sequence[Row]) -> list[tuple[str, list[int]]]:
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        mine = counts.setdefault(row["unit_name"], Counter())
        mine.update(title for title, counts_it in SUMS if counts_it(row))
    return [(unit, [mine[title] for title, _ in SUMS]) for unit, mine in sorted(counts.items())]


# --- xlsx ------------------------------------------------------------------------------------------


def _workbook(
    title: str, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[Any]], *, more: Any = None
) -> bytes:
    """A workbook with one or two sheets. Every text is a text: a cell that begins with = computes nothing."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for name, head, body in [(title, columns, rows), *([more] if more else [])]:
        _sheet(book, name, head, body)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _sheet(book: Any, title: str, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[Any]]) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(title)
    for number, (_, width) in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"

    def cell(value: str | int, bold: bool = False) -> Any:
        made = WriteOnlyCell(sheet, value if isinstance(value, int) else _sound(value))
        if isinstance(value, str):
            made.data_type = "s"
        if bold:
            made.font = Font(bold=True)
        return made

    sheet.append([cell(name, True) for name, _ in columns])
    for row in rows:
        sheet.append([cell(value) for value in row])


def _sound(text: str) -> str:
    """What a cell can hold."""
    return "".join(char for char in text if char in "\n\t" or ord(char) >= 32)[:32000]


