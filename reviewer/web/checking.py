"""自查: anybody drops a file and sees the marked result. Nothing of it is stored, not even that it was there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from fastapi import APIRouter
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reviewer.casework.intake import STOP, Scanned, Upload
from reviewer.errors import Refusal, SecretMark
from reviewer.reports import html
from reviewer.web.bench import PostedByAnyone, bench, followed, how_far, is_part, page, scanning, session_of
from reviewer.web.forms import Sent

router = APIRouter()

_MOST = 10


@router.get("/check")
def check(request: Request) -> Response:
    return page(request, "check.html", {"result": ""}, session=session_of(request))


@router.post("/check")
async def checked(request: Request, form: PostedByAnyone) -> Response:
    """The marked result of the files; their bytes and the result are gone with the answer."""
    sent = form.sent("files")
    if not sent:
        raise Refusal("没有选择文件。")
    if len(sent) > _MOST:
        raise Refusal(f"自查一次最多 {_MOST} 个文件。")
    session = await run_in_threadpool(session_of, request)
    with followed(request, session, [(one.name, len(one.data)) for one in sent]) as progress:
        scanned = await _all_scanned(request, sent, form.text("genre"), progress)
    if any(one.mark is not None for one in scanned):
        raise SecretMark(STOP)
    result = await scanning(request, lambda: _shown(request, scanned))
    if is_part(request):
        return page(request, "check_result.html", {"result": result})
    return page(request, "check.html", {"result": result}, session=session)


@router.get("/progress/{job}")
def progress(request: Request, job: str) -> Response:
    """How far the check is that a page of this browser waits for: {"told", "done", "files"}."""
    return JSONResponse(how_far(request, session_of(request), job))


async def _all_scanned(
    request: Request, sent: Sequence[Sent], genre: str, progress: Callable[[int, int], None]
) -> list[Scanned]:
    """The files, each in its turn: somebody else's file may come between two of them."""
    scanned = []
    for number, one in enumerate(sent):

        def work(number: int = number, one: Sent = one) -> Scanned:
            progress(number, len(sent))
            return _scanned(request, one, genre)

        scanned.append(await scanning(request, work))
    progress(len(sent), len(sent))
    return scanned


def _scanned(request: Request, sent: Sent, genre: str) -> Scanned:
    return bench(request).office.intake.scan(Upload(sent.name or "未命名", sent.data), genre)


def _shown(request: Request, scanned: list[Scanned]) -> Markup:
    """The body of the report. The writer of the report escapes and masks all that comes from the files."""
    own = bench(request)
    results = tuple(result for one in scanned for result in one.results)
    found = replace(own.bundle(results), date=own.office.clock().date().isoformat())
    return Markup("".join(html.fragment(found)))
