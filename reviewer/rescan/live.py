"""Whether what is to be taken down can still be opened on the site (--check-live): a few polite requests.

One request at a time, HEAD first, GET where a server does not answer that; no redirect to another host is followed.
404 and 410 mean that it is gone. A redirect to the home page, and a page that says itself that it is not there, are for
a person to look at: some sites answer everything with 200.
"""

from __future__ import annotations

import http.client
import re
import ssl
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urljoin, urlsplit

from reviewer import __version__
from reviewer.store import takedown as rows
from reviewer.store.takedown import Filter

if TYPE_CHECKING:
    from reviewer.rescan.state import State

Answer = Literal["gone", "there", "look", "unknown"]
ANSWERS: dict[str, str] = {
    "": "", "gone": "已打不开（404、410）", "there": "还能打开", "look": "跳到别处或者提示不存在，请人工看一眼",
    "unknown": "没有查到",
}  # fmt: skip
PER_SECOND = 3.0
_TIMEOUT = 10.0
_REDIRECTS = 5
_HEAD_BYTES = 64 << 10
_GONE = frozenset((404, 410))
_MOVED = frozenset((301, 302, 303, 307, 308))
_NO_HEAD = frozenset((400, 403, 405, 406, 501))
_HOME = re.compile("/?(?:(?:index|default|main)[.][a-z]{3,5})?", re.IGNORECASE)
_NOT_THERE = re.compile(
    "404|页面不存在|网页不存在|找不到(?:该|此|您|这)|已(?:被)?删除|已(?:下线|失效)|not found", re.IGNORECASE
)
_TITLE = re.compile(b"<title[^>]{0,200}>(.{0,300}?)</title", re.IGNORECASE | re.DOTALL)
_PROGRAM = f"gov-draft-reviewer/{__version__} (check-live)"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server said. location: where a redirect leads; head: the beginning of the body."""

    status: int
    location: str = ""
    head: bytes = b""


Ask = Callable[[str, str], Reply]
"""(method, address) -> Reply. Raises OSError where nobody answers."""


def looked(address: str, ask: Ask) -> Answer:
    """What becomes of the address."""
    start = urlsplit(address)
    if start.scheme not in ("http", "https") or not start.hostname or "*" in address or start.username:
        # A number in the address was masked: it leads nowhere.
        return "unknown"
    place = address
    try:
        for _ in range(_REDIRECTS):
            reply = ask("HEAD", place)
            if reply.status in _NO_HEAD:
                reply = ask("GET", place)
            if reply.status not in _MOVED:
                return _meant(reply, place, ask)
            place = urljoin(place, reply.location)
            there = urlsplit(place)
            if there.hostname != start.hostname or there.scheme not in ("http", "https") or _is_home(place, address):
                return "look"
    except (OSError, http.client.HTTPException, ValueError):
        return "unknown"
    return "look"


def _is_home(place: str, address: str) -> bool:
    return _HOME.fullmatch(urlsplit(place).path) is not None and _HOME.fullmatch(urlsplit(address).path) is None


def _meant(reply: Reply, place: str, ask: Ask) -> Answer:
    if reply.status in _GONE:
        return "gone"
    if reply.status != 200:
        return "unknown"
    if not reply.head:
        reply = ask("GET", place)
        if reply.status in _GONE:
            return "gone"
    title = _TITLE.search(reply.head)
    says = title[1].decode("utf-8", "replace") + title[1].decode("gb18030", "replace") if title is not None else ""
    return "look" if _NOT_THERE.search(says) is not None else "there"


def checked(
    state: State, ask: Ask, *, wait: Callable[[float], object] = time.sleep,
    advance: Callable[[], object] = lambda: None,
) -> Counter[str]:  # fmt: skip
    """Looks at the address of each entry that is open; how many gave which answer. What is gone is done."""
    with state.store.read() as connection:
        waiting = [
            (row["id"], row["url"], row["live"]) for kept in ("decided", "proposed")
            for row in rows.listed(connection, Filter(state=kept)) if row["url"]
        ]  # fmt: skip
    counts: Counter[str] = Counter()
    answers: dict[str, Answer] = {}
    for entry, address, before in waiting:
        if address not in answers:
            if answers:
                wait(1 / PER_SECOND)
            answers[address] = looked(address, ask)
            advance()
        counts[answers[address]] += 1
        _keep(state, entry, answers[address], before)
    return counts


def _keep(state: State, entry: int, answer: Answer, before: str) -> None:
    at = state.now()
    with state.store.write() as connection:
        row = rows.one(connection, entry)
        if row["state"] not in ("decided", "proposed"):
            return
        if answer == "gone":
            # A mirror that is not made anew still holds the page: that does not bring it back.
            rows.moved(connection, entry, at, "done", "live", live=answer, live_at=at, decided_mark=rows.copy_of(row))
            rows.append(connection, [(entry, "done", {"from": row["state"], "how": "live"})], at=at, actor=_PROGRAM)
            return
        rows.noted(connection, entry, live=answer, live_at=at)
        if answer != before:
            rows.append(connection, [(entry, "looked", {"answer": answer})], at=at, actor=_PROGRAM)


def over_http(timeout: float = _TIMEOUT, trust: ssl.SSLContext | None = None) -> Ask:
    """Asks real servers, each with a connection of its own."""

    def ask(method: str, address: str) -> Reply:
        parts = urlsplit(address)
        connection: http.client.HTTPConnection
        if parts.scheme == "https":
            context = trust or ssl.create_default_context()
            connection = http.client.HTTPSConnection(parts.netloc, timeout=timeout, context=context)
        else:
            connection = http.client.HTTPConnection(parts.netloc, timeout=timeout)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(method, _quoted(path), headers={"User-Agent": _PROGRAM, "Accept": "*/*"})
            response = connection.getresponse()
            head = response.read(_HEAD_BYTES) if method == "GET" else b""
            return Reply(response.status, response.getheader("Location") or "", head)
        finally:
            connection.close()

    return ask


def _quoted(path: str) -> str:
    from urllib.parse import quote

    return quote(path, safe="/%?&=:;@!$'()*+,~-._#")


def told(counts: Counter[str]) -> str:
    """How many gave which answer, in Chinese."""
    says = [f"{title} {counts[answer]} 条" for answer, title in ANSWERS.items() if counts[answer]]
    return "；".join(says) or "没有要查的网址"
