"""The routes. Each reads its request in memory, asks casework, and answers as described.py says."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from reviewer import reports
from reviewer.api import described, verdict
from reviewer.api.caller import Caller, rates
from reviewer.api.problem import Problem
from reviewer.api.verdict import Asked, Wanted
from reviewer.casework import views
from reviewer.casework.intake import STOP, Scanned, Upload
from reviewer.casework.permissions import Who
from reviewer.casework.submission import Added
from reviewer.errors import SecretMark
from reviewer.reports import joining
from reviewer.review import item as items_of
from reviewer.review.certificate import WEBSITE, WHOLE_PUBLIC
from reviewer.review.item import Item
from reviewer.review.workflow import OUTCOMES, STATES
from reviewer.web import forms
from reviewer.web.bench import bench, scanning
from reviewer.web.forms import Form, Sent

router = APIRouter(prefix="/api/v1")

_MOST_SCANNED = 10
_JSON_BYTES = 4 * forms.MEGABYTE
_CERTIFICATE_BYTES = 4 * forms.MEGABYTE
_MOST_ASKED = 10_000
_LONGEST_PATH = 1000
_LONGEST = 200
_HASH = re.compile("[0-9a-f]{64}")
_BUSY_SECONDS = 5
Number = Annotated[int, Path(ge=1, le=999_999_999, description="事项编号（建立时回答里的 id）")]


# --- scan ------------------------------------------------------------------------------------------


@router.post(
    "/scan", tags=["自查"], summary="检查文件，什么都不保存",
    description="回答同 `reviewer scan --format json`，查出的值一律遮盖。文件只在内存里，回答之后就没有了。",
    responses={**described.answers(200, "检查结果", "Findings"), **described.problems(400, 413, 415, 422)},
    openapi_extra=described.body({"multipart/form-data": ("Scan", None)}),
)  # fmt: skip
async def scan(request: Request, caller: Caller) -> Response:
    """The findings of the files as docs/json.md says, masked. Nothing is stored."""
    async with _held(request):
        scanned = await _scanned_all(request)
        return Response(await scanning(request, lambda: _json(request, scanned)), media_type="application/json")


async def _scanned_all(request: Request) -> list[Scanned]:
    """The files of a form, scanned. Raises Problem, or SecretMark."""
    form = await forms.read(request, bench(request).most_bytes)
    sent, genre = form.sent("file"), form.text("genre")
    if not 1 <= len(sent) <= _MOST_SCANNED:
        raise Problem(422, "refused", f"一次检查 1 到 {_MOST_SCANNED} 个文件，每个文件一个 file 部分。")
    known = bench(request).office.intake.scanner.book.genres
    if genre and genre not in [one.title for one in known]:
        raise Problem(422, "refused", "没有这个文种。可用的有：" + "、".join(one.title for one in known) + "。")
    scanned = [await scanning(request, lambda one=one: _scanned(request, one, genre))  # type: ignore[misc]
               for one in sent]  # fmt: skip
    if any(one.mark is not None for one in scanned):
        raise SecretMark(STOP)
    return scanned


def _scanned(request: Request, sent: Sent, genre: str) -> Scanned:
    return bench(request).office.intake.scan(_upload(sent, "final"), genre)


def _upload(sent: Sent, role: str) -> Upload:
    return Upload(sent.name or "未命名", sent.data, role)


def _json(request: Request, scanned: list[Scanned]) -> bytes:
    results = tuple(result for one in scanned for result in one.results)
    stream = io.BytesIO()
    reports.write("json", bench(request).bundle(results), stream)
    return stream.getvalue()


@router.post(
    "/joins", tags=["自查"], summary="查汇聚风险：和已公开的放在一起会说出什么",
    description=(
        "回答每一处涉及哪几份文件、各给了什么、合起来还剩几个可能、改哪一份；没有姓名、号码，值一律遮盖。"
        "只有发布前的草稿能这样查：文件只在内存里，回答之后就没有了。索引和密钥都不离开服务器。"
    ),
    responses={**described.answers(200, "汇聚风险", "Joins"), **described.problems(400, 413, 415, 422)},
    openapi_extra=described.body({"multipart/form-data": ("Scan", None)}),
)  # fmt: skip
async def joins(request: Request, caller: Caller) -> Response:
    """What files give away together with what is published. Nothing is stored."""
    async with _held(request):
        scanned = await _scanned_all(request)
        told = await scanning(request, lambda: bench(request).office.ask_joins(scanned))
        return _answer({
            "documents": told.documents or 0, "joins": [joining.fields(one) for one in told.joins],
            "tables": [joining.table_fields(*one) for one in told.tables],
        })  # fmt: skip


# --- items -----------------------------------------------------------------------------------------


@router.post(
    "/items", tags=["事项"], summary="登记一件事项，交文件，提交审查", status_code=201,
    description=(
        "以令牌的拟稿人的名义登记。一次请求是一件事：全部办成，或者什么都没有留下。文件在保存之前先检查；"
        "带有国家秘密标志的不收，只留下时间、用户、规则和文件的 SHA-256。接口不能作出任何审查决定。"
    ),
    responses={
        **described.answers(201, "已经登记；位置在 Location", "Item"),
        **described.problems(400, 404, 409, 413, 415, 422),
    },
    openapi_extra=described.body({"multipart/form-data": ("NewItem", None)}),
)  # fmt: skip
async def create(request: Request, caller: Caller) -> Response:
    """A new item with its files, in the first step of its review unless `submit` is false."""
    async with _held(request):
        form = await forms.read(request, bench(request).most_bytes)
        described_item = _item_of(form)
        uploads = [_upload(sent, role) for role, part in (("final", "file"), ("draft", "draft"))
                   for sent in form.sent(part)]  # fmt: skip
        submit, urgent = _yes(form, "submit", True), _yes(form, "urgent", False)
        reason, note = _short(form, "urgent_reason"), _short(form, "note")
        unit = await run_in_threadpool(_unit, request, caller, form.text("unit"))
        office = bench(request).office
        added = await scanning(request, lambda: office.hand_in(
            caller, unit, described_item, uploads, submit=submit, urgent=urgent, reason=reason, note=note,
        ))  # fmt: skip
        told = await run_in_threadpool(_told, request, caller, added.item)
        told["added"] = _added(added)
        return _answer(told, 201, {"Location": f"/api/v1/items/{added.item}"})


@router.get(
    "/items/{item}", tags=["事项"], summary="事项办到哪一步",
    description="令牌的拟稿人自己的事项，和他所在单位的事项。别的单位的事项回答 404。",
    responses={**described.answers(200, "事项", "Item"), **described.problems(404)},
)  # fmt: skip
def look(request: Request, item: Number, caller: Caller) -> Response:
    """The item as it stands; masked."""
    return _answer(_told(request, caller, item))


@router.get(
    "/items/{item}/certificate", tags=["发布证书"], summary="取发布证书",
    description="审查通过的事项的发布证书。没有、还没有或者已吊销的，回答 404。",
    responses={**described.answers(200, "发布证书，逐字节保存", "Envelope"), **described.problems(404)},
)  # fmt: skip
def certificate(request: Request, item: Number, caller: Caller) -> Response:
    """The bytes of the item's certificate that is in force."""
    paper = bench(request).office.certificate(caller, item)
    return Response(paper, media_type="application/json")


def _item_of(form: Form) -> Item:
    """What the part `item` says. Raises Problem with what is wrong, field by field."""
    # A client may send it as a field, or as a file part with a type of its own.
    parts = [sent.data for sent in form.sent("item")] or [form.text("item").encode("utf-8", "replace")]
    given = _object_of(parts[0], "item")
    described_item, faults = items_of.from_fields(given)
    if described_item is not None and not described_item.title.strip():
        faults = (*faults, "没有填信息标题。")
    if described_item is None or faults:
        raise Problem(422, "refused", "事项填写有误。", faults)
    return described_item


def _object_of(data: bytes, name: str) -> dict[str, Any]:
    try:
        value = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Problem(400, "bad-request", f"{name} 应是一个 JSON 对象（UTF-8）。")
    return value


def _yes(form: Form, name: str, usual: bool) -> bool:
    given = form.text(name)
    if given not in ("", "true", "false"):
        raise Problem(422, "refused", f"{name} 只能是 true 或 false。")
    return given == "true" if given else usual


def _short(form: Form, name: str) -> str:
    text = form.text(name)
    if len(text) > 5 * _LONGEST or "\0" in text:
        raise Problem(422, "refused", f"{name} 太长，或者有不能保存的字符。")
    return text


def _unit(request: Request, who: Who, given: str) -> int:
    """The unit in which the token's drafter makes the item. Raises Problem where there is a choice to be made."""
    office = bench(request).office
    units = [row["id"] for row in views.units_of(office, who, "create_item")]
    if given:
        # Whether he may is the table's to say.
        return forms.whole(given)
    if not units:
        raise Problem(403, "denied", "没有权限：令牌的用户现在不是拟稿人。")
    own = office.whoami(who).unit
    if len(units) > 1 and own not in units:
        raise Problem(422, "refused", "令牌的拟稿人属于几个单位：请用 unit 写明单位编号。")
    return own if own is not None and own in units else int(units[0])


def _told(request: Request, who: Who, item: int) -> dict[str, Any]:
    """The item as JSON has it."""
    office = bench(request).office
    view = office.item(who, item)
    case = view.case
    return {
        "id": view.id, "number": view.number, "unit": view.unit, "title": view.item.title,
        "state": case.state, "state_title": STATES[case.state], "step": case.role, "outcome": case.outcome or None,
        "outcome_title": OUTCOMES.get(case.outcome or "", ""), "version": case.version, "revision": view.revision,
        "created_at": view.created_at, "submitted_at": view.submitted_at, "step_due": view.step_due,
        "publish_due": view.publish_due,
        "left": {name: getattr(view.ready, name) for name in ("undecided", "must_change", "pending", "gaps")},
        "files": [_file(row) for row in views.version_files(office, who, item)],
        "notes": list(view.notes),
    }  # fmt: skip


def _file(row: views.Row) -> dict[str, Any]:
    kept = {name: row[name] for name in ("name", "role", "sha256", "size", "format")}
    return {**kept, "findings": row["found"], "undecided": int(row["open"] or 0)}


def _added(added: Added) -> dict[str, Any]:
    return {name: getattr(added, name) for name in ("version", "findings", "due", "gaps")}


# --- certificates ----------------------------------------------------------------------------------


@router.post(
    "/certificates/verify", tags=["发布证书"], summary="核验发布证书和要发布的文件",
    description=(
        "给发布证书的全文和文件的 SHA-256（JSON），或者发布证书和文件本身（multipart；文件只在内存里）。"
        "吊销以本系统此刻的记录为准。和 reviewer gate 的说法一致；"
        "网页正文（text_sha256）只在 JSON 里比对，文件不重新检查。"
    ),
    responses={**described.answers(200, "核验的结果", "Verdict"), **described.problems(400, 413, 415, 422)},
    openapi_extra=described.body({
        "application/json": ("Verify", described.VERIFY_EXAMPLE), "multipart/form-data": ("VerifyFiles", None),
    }),
)  # fmt: skip
async def verify(request: Request, caller: Caller) -> Response:
    """What is to be thought of a certificate and of files as its."""
    async with _held(request):
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "application/json":
            paper, asked, wanted = _asked(await _read_json(request))
        else:
            paper, asked, wanted = _sent(await forms.read(request, bench(request).most_bytes))
        office = bench(request).office
        found = await run_in_threadpool(office.verify_certificate, caller, paper)
        return _answer(verdict.told(found, asked, wanted))


async def _read_json(request: Request) -> dict[str, Any]:
    data = b""
    async for chunk in request.stream():
        data += chunk
        if len(data) > _JSON_BYTES:
            raise Problem(413, "too-big", f"JSON 最多 {_JSON_BYTES // forms.MEGABYTE} MB。")
    return _object_of(data, "请求的内容")


def _asked(given: dict[str, Any]) -> tuple[bytes, list[Asked], Wanted]:
    paper, files = given.get("certificate"), given.get("files")
    if given.keys() - {"certificate", "files", "scope", "channel"}:
        raise Problem(422, "refused", "有不认识的字段。")
    if not isinstance(paper, str) or len(paper) < 2 or not isinstance(files, list) or len(files) > _MOST_ASKED:
        told = f"certificate 应是发布证书的全文，files 应是列表（最多 {_MOST_ASKED} 个）。"
        raise Problem(422, "refused", told)
    asked = [_asked_file(one) for one in files]
    wanted = Wanted(_word(given.get("scope", WHOLE_PUBLIC)), _word(given.get("channel", WEBSITE)))
    return paper.encode("utf-8", "replace"), asked, wanted


def _asked_file(given: object) -> Asked:
    if isinstance(given, dict) and not given.keys() - {"path", "sha256", "text_sha256"}:
        path, sha256, text = given.get("path"), given.get("sha256"), given.get("text_sha256", "")
        if not isinstance(path, str) or not 1 <= len(path) <= _LONGEST_PATH:
            path = ""
        if path and _is_hash(sha256) and ("text_sha256" not in given or _is_hash(text)):
            return Asked(path, str(sha256), str(text))
    raise Problem(422, "refused", "files 的每一项要有 path 和 sha256（64 位小写十六进制），可以有 text_sha256。")


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


def _word(value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise Problem(422, "refused", f"scope 和 channel 应是不超过 {_LONGEST} 个字的文字。")
    return value


def _sent(form: Form) -> tuple[bytes, list[Asked], Wanted]:
    papers = form.sent("certificate")
    if len(papers) != 1 or len(papers[0].data) > _CERTIFICATE_BYTES:
        raise Problem(422, "refused", "要有一个 certificate 部分：发布证书文件。")
    asked = [Asked(sent.name or "未命名", hashlib.sha256(sent.data).hexdigest()) for sent in form.sent("file")]
    wanted = Wanted(form.text("scope") or WHOLE_PUBLIC, form.text("channel") or WEBSITE)
    return papers[0].data, asked, replace(wanted, scope=_word(wanted.scope), channel=_word(wanted.channel))


# --- all -------------------------------------------------------------------------------------------


@asynccontextmanager
async def _held(request: Request) -> AsyncIterator[None]:
    """Bounds how many requests hold files in memory. Raises Problem (503) beyond it."""
    own = rates(request)
    if own.held >= own.at_once:
        told = "同时上传的请求太多，请稍后再试。"
        raise Problem(503, "busy", told, headers={"Retry-After": str(_BUSY_SECONDS)})
    own.held += 1
    try:
        yield
    finally:
        own.held -= 1


def _answer(told: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    # Half of a surrogate pair in what the caller sent can not be written as UTF-8.
    data = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
    return Response(data, status, headers, "application/json")
