"""What leaves the workbench: originals, annotated and masked copies, the review form, and two versions compared."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice
from pathlib import PurePath
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from reviewer.casework import views
from reviewer.casework.structure import Text
from reviewer.errors import Absent, Refusal
from reviewer.reports import Bundle
from reviewer.scanning import linked
from reviewer.web import form as forms
from reviewer.web.bench import Signed, bench, file_response, page, scanning
from reviewer.web.items import context_of
from reviewer.workers import apart

router = APIRouter()
_MOST_LINES = 20_000
_MOST_SHOWN = 600
_AROUND = 2


@router.get("/items/{item}/files/{file}/original")
def original(request: Request, item: int, file: int, session: Signed) -> Response:
    name, data = views.original(bench(request).office, session.who, item, file, "下载原件")
    return file_response(data, name)


@router.get("/items/{item}/files/{file}/annotated")
async def annotated(request: Request, item: int, file: int, session: Signed) -> Response:
    """The file with the findings as remarks in it."""
    own = bench(request)
    name, data = await run_in_threadpool(views.original, own.office, session.who, item, file, "下载批注稿")
    made = await scanning(request, lambda: _apart(request, data, lambda: _annotated(request, data, name)))
    return file_response(made[0], _named(name, "批注稿", made[1]))


@router.get("/items/{item}/files/{file}/masked")
async def masked(request: Request, item: int, file: int, session: Signed) -> Response:
    """A copy with the found values masked, as the decisions say; only where it could be proved."""
    own = bench(request)
    name, data = await run_in_threadpool(views.original, own.office, session.who, item, file, "生成公开稿")
    decided = await run_in_threadpool(views.decided_values, own.office, session.who, item, file)
    made = await scanning(request, lambda: _apart(request, data, lambda: _masked(request, data, name, decided)))
    return file_response(made[0], _named(name, "公开稿", made[1]))


def _apart(request: Request, data: bytes, work: Any) -> tuple[bytes, str]:
    intake = bench(request).office.intake
    made: tuple[bytes, str] = apart(work, intake.scanner.settings.limits, len(data), intake.scratch)
    return made


def _annotated(request: Request, data: bytes, name: str) -> tuple[bytes, str]:
    from reviewer.marking.notes import notes_for
    from reviewer.marking.publish import annotated as marked
    from reviewer.marking.publish import copy_suffix

    result, bundle, scanner = _result(request, data, name)
    made = marked(data, result, notes_for(bundle, result), scanner)
    return made.data, made.suffix or copy_suffix(result)


def _masked(request: Request, data: bytes, name: str, decided: dict[str, str]) -> tuple[bytes, str]:
    from reviewer.marking.decisions import STANDING, Decision, Decisions
    from reviewer.marking.plan import Choice
    from reviewer.marking.publish import copy_suffix, publish
    from reviewer.rulebook.masking import load_policy

    result, bundle, scanner = _result(request, data, name)
    known = tuple(
        Decision(fingerprint, kind, "见审查记录") for fingerprint, kind in decided.items() if kind in STANDING
    )
    choice = Choice(decisions=Decisions(known))
    outcome = publish(data, result, scanner, load_policy(), choice, bundle.key)
    if outcome.data is None:
        raise Refusal("没有生成公开稿：有密级标志或没读到的部分，或者副本没有通过复查。请人工处理后再上传。")
    return outcome.data, copy_suffix(result)


def _result(request: Request, data: bytes, name: str) -> tuple[Any, Bundle, Any]:
    own = bench(request)
    scanner = own.office.intake.scanner
    result = linked(scanner.in_bytes(data, name))[0]
    if result.document is None:
        raise Refusal("文件读不回来，不能生成副本。")
    return result, own.bundle((result,)), scanner


def _named(name: str, what: str, suffix: str) -> str:
    path = PurePath(name)
    return f"{path.stem}-{what}{suffix or path.suffix}"


# --- the form --------------------------------------------------------------------------------------


@router.get("/items/{item}/form.{kind}")
def form(request: Request, item: int, kind: str, session: Signed) -> Response:
    """The 政府信息公开保密审查表 as docx or A4 PDF."""
    if kind not in forms.KINDS:
        raise Absent("审查表只有 docx 和 pdf 两种。")
    own = bench(request)
    context = context_of(request, item, session)
    context["findings"] = views.summary(own.office, session.who, item)
    context["rules"] = own.office.intake.rules
    sheet = forms.sheet(context)
    data = forms.KINDS[kind][0](sheet)
    return file_response(data, f"审查表-{context['view'].number}.{kind}", forms.KINDS[kind][1])


# --- two versions ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One line of two texts side by side: kind is same, gone, new or skip."""

    kind: str
    text: str


@router.get("/items/{item}/compare")
def compare(request: Request, item: int, session: Signed, old: int = 0, new: int = 0, slot: str = "") -> Response:
    """What changed from one version to another: the text, masked, and the findings."""
    office, who = bench(request).office, session.who
    view = office.item(who, item)
    if view.case.version < 2 and not (old and new):
        raise Refusal("只有一版，没有可比较的。")
    new = new or view.case.version
    old = old or max(new - 1, 1)
    before = {one["slot"]: one for one in views.version_files(office, who, item, old)}
    after = {one["slot"]: one for one in views.version_files(office, who, item, new)}
    slots = list(dict.fromkeys((*after, *before)))
    chosen = slot if slot in slots else next(iter(slots), "")
    lines: list[Line] = []
    if chosen:
        left = _text(request, session, item, before.get(chosen))
        right = _text(request, session, item, after.get(chosen))
        lines = list(islice(_changes(left, right), _MOST_SHOWN))
    context = {
        "view": view, "old": old, "new": new, "slots": [(one,
        (after.get(one) or before[one])["name"]) for one in slots],
        "chosen": chosen, "lines": lines, "more": len(lines) == _MOST_SHOWN, "before": before.get(chosen),
        "after": after.get(chosen), "versions": views.item_versions(office, who, item),
        "changes": views.changes(office, who, item, old, new),
        "same_bytes": bool(before.get(chosen) and after.get(chosen))
        and before[chosen]["sha256"] == after[chosen]["sha256"],
    }  # fmt: skip
    return page(request, "compare.html", context, session=session)


def _text(request: Request, session: Any, item: int, file: Any) -> list[str]:
    if file is None:
        return []
    texts = views.texts(bench(request).office, session.who, item, file["id"])
    return [line for text in texts for line in _lines(text)][:_MOST_LINES]


def _lines(text: Text) -> list[str]:
    return [text.show(start, end) for start, end, _, _ in text.units]


def _changes(left: list[str], right: list[str]) -> Any:
    """The lines that differ with some around them."""
    matcher = SequenceMatcher(None, left, right, autojunk=len(left) + len(right) > 4000)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            shown = left[a:b]
            if len(shown) > 2 * _AROUND + 1:
                yield from (Line("same", one) for one in shown[:_AROUND])
                yield Line("skip", f"相同的 {len(shown) - 2 * _AROUND} 行略去")
                shown = shown[-_AROUND:]
            yield from (Line("same", one) for one in shown)
            continue
        yield from (Line("gone", one) for one in left[a:b])
        yield from (Line("new", one) for one in right[c:d])
