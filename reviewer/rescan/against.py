"""A draft before its release, held against what is published: by a state at hand, or by the workbench's server.

Whoever asks a server has no key of the index: the server scans the draft, which it keeps nothing of, and answers with
documents and masked descriptions.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterable, Iterator
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, ProxyHandler, Request, build_opener

from reviewer.errors import UsageError, reason
from reviewer.linkage import tokens as linkage
from reviewer.linkage.anonymity import Anonymity, tables
from reviewer.linkage.persons import Measure
from reviewer.reports import Bundle
from reviewer.reports.joining import Joining, cleaned, fields, join_of, singles_out, table_of
from reviewer.reports.veil import Shown
from reviewer.rescan.state import State

_MOST_ANSWERED = 64 << 20
_SECONDS = 300
_AT_ONCE = 10
"""files of one request (docs/api.md)"""


def is_server(where: str) -> bool:
    """Whether drafts are to be held against a server, not a folder or a database."""
    return where.startswith(("http://", "https://"))


def held_against(bundle: Bundle, state: State, today: date) -> Joining:
    """What the drafts of a bundle give away together with the state, and their tables that single persons out."""
    own = linkage.Tokens(bundle.key.derive("linkage"))
    given = [linkage.given(one, linkage.Page(one.path, published=today), own) for one in bundle.results]
    measure = Measure(today)
    state.index.refresh(measure)
    joins = state.index.against([one for one in given if one.rows or one.points], measure)
    return Joining(joins, tuple(measured(bundle)), state.index.documents())


def measured(bundle: Bundle) -> Iterator[tuple[str, Anonymity]]:
    """(path, measure) of the tables that name nobody and yet tell who somebody is."""
    for result, veil in Shown(bundle):
        if result.document is not None:
            for table in tables(result.document):
                if singles_out(table):
                    yield result.path, cleaned(table, veil.raw)


# Asking


def asked(server: str, token: str, files: Iterable[tuple[str, Path]]) -> Joining:
    """What the server says of files, (path, where it lies) each. Raises UsageError where it does not answer."""
    address = _address(server)
    joins, measures, documents = [], [], 0
    waiting = list(files)
    for start in range(0, len(waiting), _AT_ONCE):
        # The server needs no names of files; what it answers is told of them again.
        some = {f"draft-{k}{where.suffix}": (path, where) for k, (path, where) in enumerate(waiting[start:][:_AT_ONCE])}
        told = _sent(address, token, [(name, where) for name, (_, where) in some.items()])
        named = {name: path for name, (path, _) in some.items()}
        try:
            joins += [join_of(fields(join_of(one), lambda name: named.get(name, name))) for one in told["joins"]]  # noqa: B023
            tables_ = [table_of(one) for one in told["tables"]]
            measures += [(named.get(name, name), table) for name, table in tables_]
            documents = int(told["documents"])
        except (KeyError, TypeError, ValueError):
            raise UsageError("服务器的回答看不懂。请检查地址，或升级服务器上的程序。") from None
    return Joining(tuple(joins), tuple(measures), documents)


def _address(server: str) -> str:
    parts = urlsplit(server)
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        raise UsageError("草稿只能经 https 发给服务器（本机除外）。请把地址改成 https://…。")
    return f"{parts.scheme}://{parts.netloc}/api/v1/joins"


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class _NoRedirect(HTTPRedirectHandler):
    """A draft goes to the server that was named and to no other."""

    def redirect_request(self, *_: object) -> None:
        return None


def _sent(address: str, token: str, files: Iterable[tuple[str, Path]]) -> dict[str, Any]:
    """The answer to one request."""
    bound = token_hex(16)
    pieces: list[bytes] = []
    for name, where in files:
        try:
            data = where.read_bytes()
        except OSError as fault:
            raise UsageError(f"读不了草稿（{reason(fault)}）。") from None
        name = "".join(char for char in name if char.isprintable() and char not in '"\\')
        head = f'--{bound}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        pieces += [head.encode("utf-8", "replace"), data, b"\r\n"]
    pieces.append(f"--{bound}--\r\n".encode())
    headers = {"Authorization": f"Bearer {token}", "Content-Type": f"multipart/form-data; boundary={bound}"}
    request = Request(address, b"".join(pieces), headers, method="POST")
    # No proxy: what is not published yet goes to the office's own server.
    opener = build_opener(_NoRedirect, ProxyHandler({}), HTTPSHandler(context=ssl.create_default_context()))
    try:
        with opener.open(request, timeout=_SECONDS) as answer:
            told = json.loads(answer.read(_MOST_ANSWERED))
    except HTTPError as fault:
        raise UsageError(f"服务器没有办成（{fault.code}）：{_detail(fault)}") from None
    except (URLError, OSError):
        raise UsageError("连不上服务器。请检查地址、网络和服务器的证书。") from None
    except ValueError:
        raise UsageError("服务器的回答看不懂。请检查地址。") from None
    if not isinstance(told, dict):
        raise UsageError("服务器的回答看不懂。请检查地址。")
    return told


def _detail(fault: HTTPError) -> str:
    try:
        told = json.loads(fault.read(1 << 16))
        return str(told["detail"])
    except (ValueError, KeyError, TypeError, OSError):
        return "没有说明原因。"
