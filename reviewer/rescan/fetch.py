"""Lists and fetches what lies in stores and on servers (fsspec: s3, http, webhdfs, ...), in a process of its own.

The clients of stores run threads, and no thread may run in a process that is copied for its workers; and the workers
themselves have no network. So another process talks to the store, puts what it fetches into a scratch folder, and
knows no rules and no key. Passwords of stores are theirs (environment, ~/.aws, ~/.config/fsspec): none is given here.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import html
import os
import re
import signal
import weakref
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import chain
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from reviewer import scratch
from reviewer.errors import ReadError, UsageError, WorkerError
from reviewer.isolation import die_with_parent
from reviewer.model import Fault
from reviewer.rescan.model import Entry
from reviewer.settings import Limits
from reviewer.spool import write_all

_SCHEME = re.compile("[a-z][a-z0-9+.-]*://")
_AHEAD = 16
"""documents that are on their way while others are scanned: a request takes longer than a scan"""
_AT_ONCE = 8
_PIECE = 4 << 20
_PAGE_BYTES = 16 << 20
"""of a page that lists a folder"""
_DEEPEST = 64
_HREF = re.compile(r"""<a\s[^>]*?href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""", re.I)
_TIMES = ("ETag", "etag", "Content-MD5", "Digest", "checksum", "Last-Modified", "LastModified", "last_modified",
          "modificationTime", "mtime", "modified", "created")  # fmt: skip
"""what stores call that which changes with the bytes"""
_UNSEEN = "从 {} 取不到文件（{}），没有审查。请检查网络和权限后重新审查。"

Answer = tuple[int, str, str]
"""number of the request, code of the fault ("" for none), what went wrong in Chinese"""


_OURS: weakref.WeakSet[Connection] = weakref.WeakSet()


def kept_from_copies(line: Connection) -> None:
    """Copies of this process close the line: who reads files that nobody trusts must not speak on it."""
    _OURS.add(line)


def _close_ours() -> None:
    for line in list(_OURS):
        with contextlib.suppress(OSError):
            line.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_close_ours)


def is_remote(where: str) -> bool:
    """Whether it is a URL that has to be fetched."""
    return _SCHEME.match(where) is not None and not where.startswith("file://")


def is_web(url: str) -> bool:
    return url.startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True)
class Listed:
    """A document in a store: its path below what was listed, how to get it, and Entry's size and hint."""

    path: str
    where: str
    size: int
    hint: str


class Carrier:
    """A process that talks to stores; close() ends it."""

    def __init__(self) -> None:
        # A copy knows what lies in memory://, too; elsewhere it begins anew.
        context: Any = get_context("fork" if hasattr(os, "fork") else "spawn")
        self._line, there = context.Pipe()
        other = self._line if hasattr(os, "fork") else None
        self._process = context.Process(target=_serve, args=(there, other), daemon=True)
        self._process.start()
        there.close()
        kept_from_copies(self._line)

    def listed(self, url: str) -> Iterator[Listed]:
        """What lies under a URL, folder by folder.

        Raises UsageError where it can not be listed, ReadError where the list breaks off.
        """
        self._line.send(("list", url))
        is_begun = False
        while (told := self._heard()) is not None:
            if isinstance(told, str):
                raise ReadError(told) if is_begun else UsageError(told)
            yield from told
            is_begun = True

    def ask(self, number: int, entry: Entry, into: Path, most: int) -> None:
        """Asks for the bytes of an entry, at most `most` + 1; `answer` tells when the file `into` is there."""
        self._line.send(("get", number, entry.where, entry.size, str(into), most))

    def answer(self) -> Answer:
        told: Answer = self._heard()
        return told

    def close(self) -> None:
        self._line.close()
        self._process.kill()
        self._process.join()

    def _heard(self) -> Any:
        try:
            return self._line.recv()
        except (EOFError, OSError):
            raise WorkerError("取文件的进程中止了（内存不足？）。请再运行一次，会接着做。") from None


@dataclass(slots=True)
class Fetching:
    """Entries with their bytes at hand: those of a store are in a scratch folder for as long as they are needed."""

    limits: Limits
    _carrier: Carrier | None = None
    _folder: scratch.Scratch | None = None
    _count: int = 0
    _answers: dict[int, tuple[str, str]] = field(default_factory=dict)

    def ready(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, Entry | Fault]]:
        """(entry, the same with a local `where`, or why it could not be fetched), in their order.

        Some are asked for ahead. Raises DiskFull.
        """
        asked: deque[tuple[Entry, int]] = deque()
        for entry in entries:
            asked.append((entry, self._ask(entry)))
            if len(asked) > (_AHEAD if asked[0][1] else 0):
                yield self._got(*asked.popleft())
        while asked:
            yield self._got(*asked.popleft())

    def done(self, entry: Entry) -> None:
        """A fetched entry is not needed any more."""
        if self._folder is not None and Path(entry.where).parent == self._folder.path:
            Path(entry.where).unlink(missing_ok=True)

    def close(self) -> None:
        if self._carrier is not None:
            self._carrier.close()
        if self._folder is not None:
            self._folder.close()
        self._carrier = self._folder = None

    def _ask(self, entry: Entry) -> int:
        """The number of the request; 0 where none is needed."""
        if not is_remote(entry.where):
            return 0
        if self._carrier is None or self._folder is None:
            self._carrier, self._folder = Carrier(), scratch.made()
        self._count += 1
        self._carrier.ask(self._count, entry, self._file(self._count), self.limits.file_bytes)
        return self._count

    def _file(self, number: int) -> Path:
        assert self._folder is not None
        return self._folder.path / str(number)

    def _got(self, entry: Entry, number: int) -> tuple[Entry, Entry | Fault]:
        if not number:
            return entry, entry
        assert self._carrier is not None
        while number not in self._answers:
            done, code, message = self._carrier.answer()
            self._answers[done] = code, message
        code, message = self._answers.pop(number)
        if code == "disk-full":
            raise scratch.no_room(OSError(errno.ENOSPC, ""))
        if code:
            self._file(number).unlink(missing_ok=True)
            return entry, Fault(code, message)
        file = self._file(number)
        return entry, replace(entry, where=str(file), size=file.stat().st_size)


# --- the process that talks to stores --------------------------------------------------------------


def _serve(line: Connection, other: Connection | None) -> None:
    """Answers until nobody asks any more."""
    if other is not None:
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that writes the report
    die_with_parent()
    # What a client of a store prints may quote an address.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    told = Lock()
    with contextlib.suppress(EOFError, OSError), ThreadPoolExecutor(_AT_ONCE) as pool:
        while True:
            what, *asked = line.recv()
            if what == "list":
                _list(line, asked[0], pool)
            else:
                pool.submit(_get_and_tell, line, told, *asked)


def _list(line: Connection, url: str, pool: ThreadPoolExecutor) -> None:
    try:
        for some in _folders(url, pool):
            line.send(some)
        line.send(None)
    except Exception as fault:
        line.send(f"列不出 {_server(url)} 里的文件（{_why(fault)}）。请检查地址、网络和权限。")


def _get_and_tell(line: Connection, told: Lock, number: int, where: str, size: int, into: str, most: int) -> None:
    code, message = "", ""
    try:
        _get(where, size, Path(into), most)
    except FileNotFoundError:
        code, message = "not-found", "找不到文件。请检查路径。"
    except PermissionError:
        code, message = "unreadable", "没有读取权限，打不开文件。请检查权限。"
    except _NoRoom:
        code = "disk-full"
    except Exception as fault:
        code, message = "unreadable", _UNSEEN.format(_server(where), _why(fault))
    with told, contextlib.suppress(OSError):
        line.send((number, code, message))


class _NoRoom(Exception):
    """The scratch folder takes no more."""


def _get(where: str, size: int, into: Path, most: int) -> None:
    """At most `most` + 1 bytes: who reads the file says that it is too big."""
    pieces = _pieces(where, size, most + 1)
    first = next(pieces, b"")
    try:
        handle = os.open(into, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as fault:
        raise _NoRoom from fault
    with os.fdopen(handle, "wb", buffering=0) as file:
        for piece in chain([first], pieces):
            try:
                write_all(file, piece)
            except OSError as fault:
                raise _NoRoom from fault


def _pieces(where: str, size: int, most: int) -> Iterator[bytes]:
    """At most so many of the bytes at a URL. size: what the store has told; -1 where it has not."""
    files, path = _opened(where)
    if 0 < size <= _PIECE and not is_web(where):
        # One request; to open it as a file takes two.
        yield files.cat_file(path, start=0, end=most)
        return
    # Of a web page nothing tells how long it is before it ends.
    more = {"block_size": 0, "size": 1} if is_web(where) else {}
    with files.open(path, "rb", **more) as stream:
        while most > 0 and (piece := stream.read(min(_PIECE, most))):
            most -= len(piece)
            yield piece


def _folders(url: str, pool: ThreadPoolExecutor) -> Iterator[list[Listed]]:
    """What lies in each folder under a URL. Raises OSError, and what clients of stores raise."""
    if is_web(url):
        yield from _web_folders(url, pool)
        return
    files, root = _opened(url)
    root = root.rstrip("/")
    for folder, _, inner in files.walk(root, detail=True, on_error="raise"):
        inside = folder.rstrip("/").removeprefix(root).strip("/")
        paths = {name: f"{inside}/{name}".lstrip("/") for name in sorted(inner)}
        # Some stores have an empty object that stands for the folder itself.
        yield [Listed(path, _below(url, path), *_told(inner[name])) for name, path in paths.items() if name]


def _below(url: str, path: str) -> str:
    return url + path if url.endswith("/") else f"{url}/{path}"


def _web_folders(url: str, pool: ThreadPoolExecutor) -> Iterator[list[Listed]]:
    """A folder of a web server is a page with a link to each of its files, and to folders, which end with /."""
    files, _ = _opened(url)
    root = url if url.endswith("/") else url + "/"
    waiting, seen = deque([(root, 0)]), {root}
    while waiting:
        folder, depth = waiting.popleft()
        names = []
        for link in _links(folder, root):
            if link not in seen:
                seen.add(link)
                if not link.endswith("/"):
                    names.append(link)
                elif depth < _DEEPEST:
                    waiting.append((link, depth + 1))
        told = pool.map(functools.partial(_asked, files), names)
        yield [Listed(unquote(link.removeprefix(root)), link, *one) for link, one in zip(names, told, strict=True)]


def _asked(files: Any, link: str) -> tuple[int, str]:
    """As `_told`. A link that leads nowhere is found so when its bytes are asked for."""
    try:
        return _told(files.info(link))
    except FileNotFoundError:
        return -1, ""


def _links(folder: str, root: str) -> list[str]:
    """The addresses under `root` that the page of a folder links to. Raises OSError where there is no such page."""
    page = b"".join(_pieces(folder, -1, _PAGE_BYTES)).decode("utf-8", "replace")
    found = set()
    for one in _HREF.finditer(page):
        link = urljoin(folder, html.unescape(one[1] or one[2] or one[3] or "").strip())
        # ?C=M;O=A is another order of the same list.
        if link.startswith(root) and not urlsplit(link).query and not urlsplit(link).fragment:
            found.add(link)
    return sorted(found)


def _opened(url: str) -> tuple[Any, str]:
    """The store, and the path in it."""
    import fsspec

    # Not url_to_fs: in a name, :: would be another store.
    store = fsspec.get_filesystem_class(url.partition("://")[0])
    options = {} if is_web(url) else {"use_listings_cache": False}
    return store(**options, **store._get_kwargs_from_urls(url)), store._strip_protocol(url)


def _told(info: Mapping[str, Any]) -> tuple[int, str]:
    """Size and hint of a document: the hint is empty where the store tells nothing that changes with the bytes."""
    size = info.get("size")
    told = [f"{name}={info[name]}" for name in _TIMES if info.get(name)]
    return -1 if size is None else int(size), ";".join([f"size={size}", *told]) if told else ""


def _server(url: str) -> str:
    """Scheme and host: a path may name somebody."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}"


def _why(fault: Exception) -> str:
    """In Chinese, without what others have written into the fault: it may quote an address or a file."""
    if isinstance(fault, FileNotFoundError):
        return "没有这个文件夹或存储桶"
    if isinstance(fault, PermissionError):
        return "没有权限"
    if isinstance(fault, TimeoutError):
        return "没有回应"
    if isinstance(fault, ImportError):
        return "缺少读取这种存储的程序包，请安装 gov-draft-reviewer[cluster]"
    if isinstance(fault, ValueError):
        return "不认识这种地址"
    if isinstance(status := getattr(fault, "status", None), int):
        return f"服务器回答 {status}"
    return f"连接出错：{type(fault).__name__}"
