"""THE page: the document as text with its findings marked in place, beside the findings in groups with their decisions.

Both sides come in windows: a list of 15,000 rows is never on the page as a whole. Values are masked; each look at one
goes through casework, which writes it into the ledger first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from fastapi import APIRouter
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from reviewer.casework import views
from reviewer.casework.accounts import Session
from reviewer.casework.act import looking
from reviewer.casework.structure import Text, pages
from reviewer.casework.views import Wanted
from reviewer.errors import Absent, Refusal
from reviewer.reports.words import citation, citations
from reviewer.review.decisions import KINDS, REACHES, Decision, Kind, Reach
from reviewer.web import pictures, windows
from reviewer.web.bench import Posted, Signed, bench, moved, page, scanning
from reviewer.web.forms import Form, whole

router = APIRouter()
_GROUPS = 50
_PLACES = 50
KEYS: tuple[tuple[str, str], ...] = (
    ("j", "下一条"), ("k", "上一条"), ("n", "下一条没有处理的"), ("1", "违规须改"), ("2", "已脱敏"), ("3",
    "依法可公开"),
    ("4", "误报"), ("5", "解密决定"), ("Enter", "提交正在填写的处理意见"), ("Esc", "放弃填写"), ("s",
    "查看原值（记入日志）"),
    ("c", "留言"), ("t", "在正文里找到这一条"), ("?", "显示、收起这张表"),
)  # fmt: skip
_DECISION_KEYS = {kind: str(number) for number, kind in enumerate(KINDS, 1)}


@dataclass(frozen=True, slots=True)
class Opened:
    """One document of a file of an item that is under review, as the page's parts are made from."""

    item: int
    file: int
    number: int
    text: Text = field(repr=False)
    texts: tuple[Text, ...] = field(repr=False)

    @property
    def at(self) -> str:
        """Where the parts of this document are."""
        return f"/items/{self.item}/files/{self.file}/{self.number}"


def _opened(request: Request, session: Session, item: int, file: int, number: int) -> Opened:
    texts = views.texts(bench(request).office, session.who, item, file)
    if not 0 <= number < len(texts):
        raise Absent("这个文件里没有这一份。")
    return Opened(item, file, number, texts[number], texts)


@router.get("/items/{item}/review")
def review(request: Request, item: int, session: Signed, file: int = 0, doc: int = 0) -> Response:
    office, who = bench(request).office, session.who
    with looking(office, who):
        view = office.item(who, item)
        files = views.version_files(office, who, item)
        if not files:
            raise Refusal("这一事项还没有上传文件。")
        chosen = next((one for one in files if one["id"] == file), files[0])
        opened = _opened(request, session, item, chosen["id"], doc)
        context = {
            "view": view, "files": files, "chosen": chosen, "opened": opened, "keys": KEYS,
            "gaps": views.version_gaps(office, who, item), "joins": office.joins(who, item),
            "pages": pages(opened.text.document),
            "has_pictures": chosen["format"] in pictures.KINDS and doc == 0,
            **_listing(request, session, opened, Wanted(), 0), "decide": "decide" in view.may,
            **_window(request, session, opened, 0, "only"),
        }  # fmt: skip
    return page(request, "review.html", context, session=session)


# --- the text --------------------------------------------------------------------------------------


@router.get("/items/{item}/files/{file}/{doc}/text")
def text(
    request: Request, item: int, file: int, doc: int, session: Signed, unit: int = 0, at: int = -1, side: str = "only"
) -> Response:
    """Some of the text: from `unit` on, or around the place `at`; `side` says which way it goes on."""
    with looking(bench(request).office, session.who):
        opened = _opened(request, session, item, file, doc)
        if at >= 0:
            unit, side = max(opened.text.unit_at(at) - windows.SIZE // 3, 0), "only"
        window = _window(request, session, opened, unit, side)
    return page(request, "text_part.html", window, session=session)


def _window(request: Request, session: Session, opened: Opened, unit: int, side: str) -> dict[str, Any]:
    """A window of the text with what leads on from it."""
    office = bench(request).office
    first, last = windows.bounds(opened.text, unit)
    found: tuple[views.Place, ...] = ()
    if last > first:
        start, end = opened.text.units[first][0], opened.text.units[last - 1][1]
        found = views.places(office, session.who, opened.item, opened.file, opened.number, start, max(end, start + 1))
    return {
        "opened": opened, "body": Markup(windows.drawn(opened.text, found, first, last)),
        "total": len(opened.text.units), "side": side,
        "earlier": max(first - windows.SIZE, 0) if first and side in ("only", "up") else -1, "first": first,
        "later": last if last < len(opened.text.units) and side in ("only", "down") else -1, "last": last,
    }  # fmt: skip


@router.get("/items/{item}/files/{file}/{doc}/page")
def page_part(request: Request, item: int, file: int, doc: int, session: Signed, number: int = 1) -> Response:
    """The picture of one page, in the place of the text."""
    opened = _opened(request, session, item, file, doc)
    known = pages(opened.text.document)
    found = views.on_page(bench(request).office, session.who, item, file, doc, number)
    before = max((one for one in known if one < number), default=0)
    after = min((one for one in known if one > number), default=0)
    context = {"opened": opened, "number": number, "found": found, "before": before, "after": after, "last": known[-1:]}
    return page(request, "page_part.html", context, session=session)


@router.get("/items/{item}/files/{file}/{doc}/page/{number}.png")
async def page_picture(
    request: Request, item: int, file: int, doc: int, number: int, session: Signed, open: str = ""
) -> Response:
    """The page as a picture, the found values covered; `open=yes` uncovers them and is written into the ledger."""
    office = bench(request).office

    def made() -> bytes:
        covered = open != "yes"
        found = views.on_page(office, session.who, item, file, doc, number) if covered else ()
        data = views.page_source(office, session.who, item, file, number, covered=covered)
        return pictures.page(data, number, found, office.intake)

    return Response(await scanning(request, made), media_type="image/png")


# --- the findings ----------------------------------------------------------------------------------


@router.get("/items/{item}/files/{file}/{doc}/groups")
def listing(
    request: Request, item: int, file: int, doc: int, session: Signed, severity: str = "", entity: str = "",
    undecided: str = "", offset: int = 0, near: int = 0,
) -> Response:  # fmt: skip
    """Some of the groups of findings: from `offset` on, or those around the one with the number `near`."""
    wanted = Wanted(severity, entity, undecided == "yes")
    with looking(bench(request).office, session.who):
        opened = _opened(request, session, item, file, doc)
        view = bench(request).office.item(session.who, item)
        found = _listing(request, session, opened, wanted, offset, near)
    context = {**found, "view": view, "decide": "decide" in view.may}
    return page(request, "groups_part.html", context, session=session)


def _listing(
    request: Request, session: Session, opened: Opened, wanted: Wanted, offset: int, near: int = 0
) -> dict[str, Any]:
    found = views.groups(
        bench(request).office, session.who, opened.item, opened.file, opened.number, wanted, offset=offset,
        limit=_GROUPS, near=near,
    )  # fmt: skip
    after = found.offset + _GROUPS
    return {
        "groups": found.groups, "groups_total": found.total, "groups_next": after if after < found.total else 0,
        "groups_jumped": near and found.offset, "counts": found.counts, "wanted": wanted, "opened": opened,
        **_words(request),
    }  # fmt: skip


def _words(request: Request) -> dict[str, Any]:
    """What the cards need to say laws and rules in Chinese."""
    bundle = bench(request).bundle()
    return {
        "titles": bundle.titles, "law": lambda keys: citations(bundle, keys, short=True), "kinds": KINDS,
        "reaches": REACHES, "decision_keys": _DECISION_KEYS,
        "articles_of": lambda keys: [(citation(bundle, key),
        bundle.basis[key][2]) for key in keys if key in bundle.basis],
    }  # fmt: skip


@router.get("/items/{item}/files/{file}/{doc}/groups/{group}")
def group_places(
    request: Request, item: int, file: int, doc: int, group: str, session: Signed, offset: int = 0
) -> Response:
    """The places of one group, some at a time."""
    office = bench(request).office
    with looking(office, session.who):
        opened = _opened(request, session, item, file, doc)
        view = office.item(session.who, item)
        found = views.group_places(office, session.who, item, file, group, offset=offset, limit=_PLACES)
    context = {
        "opened": opened, "group": group, "places": found, "next": offset + _PLACES if len(found) == _PLACES else 0,
        "view": view, "decide": "decide" in view.may, **_words(request),
    }  # fmt: skip
    return page(request, "places_part.html", context, session=session)


@router.post("/items/{item}/show/{finding}")
def shown(request: Request, item: int, finding: int, form: Posted, session: Signed) -> Response:
    """A value as it stands in the file: logged, then shown."""
    value = bench(request).office.show_value(session.who, item, finding)
    return page(request, "value_part.html", {"value": value}, session=session)


@router.post("/items/{item}/files/{file}/{doc}/open")
def open_text(request: Request, item: int, file: int, doc: int, form: Posted, session: Signed) -> Response:
    """A stretch of the text as it stands in the file: logged, then shown."""
    start, end = form.number("start"), form.number("end")
    if end - start > 5000:
        raise Refusal("一次最多看 5000 个字。")
    value = views.shown_text(bench(request).office, session.who, item, file, doc, start, end)
    return page(request, "value_part.html", {"value": value}, session=session)


# --- decisions -------------------------------------------------------------------------------------


@router.post("/items/{item}/files/{file}/{doc}/decide")
def decided(request: Request, item: int, file: int, doc: int, form: Posted, session: Signed) -> Response:
    """One decision; the card as it is now, and what changed around it."""
    office = bench(request).office
    reach = form.text("reach") or "one"
    done = office.decide(
        session.who, item, form.number("revision"), form.number("finding"), _decision(form), reach=cast("Reach", reach)
    )
    with looking(office, session.who):
        opened = _opened(request, session, item, file, doc)
        view = office.item(session.who, item)
        group = views.group(office, session.who, item, file, form.text("group"))
        context = {
            "opened": opened, "group": group, "view": view, "decide": "decide" in view.may, "done": done,
            "kind": form.text("kind"), "files": views.version_files(office, session.who, item), "chosen": {"id": file},
            "others": done.count > group.count, **_words(request),
        }  # fmt: skip
    return page(request, "decided_part.html", context, session=session)


def _decision(form: Form) -> Decision:
    try:
        on = date.fromisoformat(form.text("on")) if form.text("on") else None
    except ValueError:
        raise Refusal("日期应写成 2026-11-22 这样的形式。") from None
    return Decision(cast("Kind", form.text("kind")), form.text("reason"), form.text("body"), on, form.text("basis"))


@router.post("/items/{item}/gaps")
def gaps_stated(request: Request, item: int, form: Posted, session: Signed) -> Response:
    """Who read by eye what was not read: one statement for each gap that is ticked."""
    office = bench(request).office
    chosen = [whole(one) for one in form.texts("gap")]
    if not chosen:
        raise Refusal("没有选中未读部分。")
    revision = form.number("revision")
    for gap in chosen:
        revision = office.state_gap(
            session.who, item, revision, gap, read_by=form.text("read_by"), remark=form.text("remark")
        )
    return moved(request, f"/items/{item}/review?file={whole(form.text('file') or '0')}#gaps")

