"""The process on a machine of a cluster that examines documents; the cluster's own process starts it and writes down
what it tells.

The cluster's process runs threads and speaks with the network: it can not be copied for workers that are locked in.
So another stands beside it, without threads and without the cluster's packages, has the rules loaded and copies itself
for each few documents (workers.py).

    python -m reviewer.rescan.outpost HANDLE     a socket: an Order, then the entries of each task; rows come back
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from reviewer import __version__, scratch
from reviewer.errors import Failure, KeyMismatch, ReviewerError, UsageError, WorkerError, place_of
from reviewer.keys import Key
from reviewer.rescan.engine import Examiners, Seen
from reviewer.rescan.examine import Context
from reviewer.rescan.fetch import is_remote, kept_from_copies
from reviewer.rescan.model import Entry
from reviewer.rescan.parcels import Marks, Row
from reviewer.rescan.warc import PREFIX
from reviewer.scanning import cache_folder
from reviewer.settings import Settings

_UNSEEN = "工作节点看不到来源里的文件。请把来源放在各节点同样路径的共享文件夹里，或者放进 S3 一类的存储。"
_OWN = 3
"""settings, key, cache: what Context begins with, and each machine has its own of"""


@dataclass(frozen=True, slots=True)
class Order:
    """What an outpost makes its Context from, on whatever machine.

    key     None: the machine has a key file of its own, named by REVIEWER_KEY_FILE
    files   the office's own rules, words and lists: path on the driver's machine -> what is in it, by relative path
    of      what results depend on beside the bytes of documents (parcels.Marks)
    able    what the driver's machine can read: the outpost's must be able to do the same
    """

    context: type[Context]
    more: tuple[Any, ...] = field(repr=False)
    """what a Context knows beside settings, key and cache"""
    settings: Settings
    key: Key | None
    key_id: str
    files: dict[Path, dict[str, bytes]] = field(repr=False)
    of: str
    able: tuple[str, ...]


def order(context: Context, of: str, *, sends_key: bool = True) -> Order:
    """The order for outposts that see what `context` sees."""
    files = {root: _contents(root) for root in _own(context.settings)}
    key = context.key if sends_key else None
    _, given = context.__reduce__()
    return Order(type(context), given[_OWN:], context.settings, key, context.key.id, files, of, abilities())


def abilities() -> tuple[str, ...]:
    """Version, and the programs that decide what can be read, of this machine."""
    from reviewer.readers import ocr, soffice

    able = [kind for kind in ("docx", "xlsx", "pptx") if soffice.program(kind) is not None]
    return (__version__, *(["ocr"] if ocr.is_installed() else []), *able)


def _own(settings: Settings) -> list[Path]:
    """The files and folders that the settings name."""
    words = [settings.words] if settings.words is not None else []
    return [*settings.rule_folders, *settings.allow_lists, *words]


def _contents(root: Path) -> dict[str, bytes]:
    """Relative path -> what is in it; of a file, its name alone."""
    if not root.is_dir():
        return {root.name: root.read_bytes()}
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


# --- in the cluster's process ----------------------------------------------------------------------


class Outpost:
    """An outpost, from the side of the process that started it. Raises WorkerError where it dies."""

    def __init__(self, told: Order) -> None:
        self._line, there = Pipe()
        # What this process can import, the other must find, too; it has no working folder of its own.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        command = [sys.executable, "-P", "-m", "reviewer.rescan.outpost", str(there.fileno())]
        self._process = subprocess.Popen(command, pass_fds=[there.fileno()], env=environment, stdin=subprocess.DEVNULL)
        there.close()
        self._ask(told)

    def rows(self, entries: Sequence[Entry], are_there: bool = True) -> tuple[list[str], list[Row]]:
        """(marks of the entries, the rows of what was seen in them). Raises what the outpost raised.

        are_there  the driver sees the files: where this machine does not, Unseen is raised
        """
        told: Any = self._ask((tuple(entries), are_there))
        return told[0], told[1]

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(OSError):
            self._line.close()

    def _ask(self, what: object) -> object:
        try:
            self._line.send_bytes(pickle.dumps(what, pickle.HIGHEST_PROTOCOL))
            told = pickle.loads(self._line.recv_bytes())
        except (EOFError, OSError):
            self.close()
            raise WorkerError("审查进程中止。") from None
        if isinstance(told, BaseException):
            raise told
        return told


# --- in the outpost --------------------------------------------------------------------------------


def main(handle: int) -> None:
    line = Connection(handle)
    kept_from_copies(line)
    with contextlib.suppress(EOFError, OSError), contextlib.ExitStack() as stack:
        told = pickle.loads(line.recv_bytes())
        try:
            here, examiners = stack.enter_context(_ready(told))
        except Exception as fault:
            _answer(line, _ours(fault))
            return
        _answer(line, None)
        while True:
            entries, are_there = pickle.loads(line.recv_bytes())
            try:
                if are_there:
                    _require(entries)
                seen = _seen(line, examiners, entries)
                _answer(line, ([here.mark(entry) for entry in entries], list(here.rows(seen))))
            except _NobodyAsks:
                return
            except Exception as fault:
                _answer(line, _ours(fault))


class _NobodyAsks(Exception):
    """The process that gave the task is dead."""


@contextlib.contextmanager
def _ready(told: Order) -> Iterator[tuple[Marks, Examiners]]:
    """(marks, examiners) for the order."""
    if (able := abilities()) != told.able:
        raise UsageError(
            f"工作节点与本机不一致：本机是 {'、'.join(told.able)}，节点是 {'、'.join(able)}。"
            "结果会不一样，没有开始。请在各节点装同样的版本、文字识别和 LibreOffice。"
        )
    key = key_of(told)
    with scratch.made() as folder:
        context = told.context(_settings(told, folder), key, cache_folder(), *told.more)
        with contextlib.closing(Examiners(context, 1)) as examiners:
            yield Marks(key, told.of), examiners


def key_of(told: Order) -> Key:
    """The key of this machine, where it has one; else the one that was sent. Raises KeyFileError, KeyMismatch."""
    if not os.environ.get("REVIEWER_KEY_FILE"):
        if told.key is None:
            raise UsageError("工作节点没有密钥文件。请在各节点用环境变量 REVIEWER_KEY_FILE 指定同一把站点密钥。")
        return told.key
    own = Key.load(None, os.environ)
    if own.id != told.key_id:
        raise KeyMismatch(
            f"工作节点的站点密钥（{own.id}）不是本机的这一把（{told.key_id}），指纹不能比较。请换成同一把。"
        )
    return own


def _settings(told: Order, folder: Path) -> Settings:
    """The settings with the office's own files where they lie on this machine."""
    here = {}
    for number, (root, contents) in enumerate(told.files.items()):
        copy = folder / "own" / str(number)
        copy.mkdir(parents=True)
        for name, data in contents.items():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes(data)
        here[root] = copy if root in told.settings.rule_folders else copy / root.name
    settings = told.settings
    return replace(
        settings, rule_folders=tuple(here[one] for one in settings.rule_folders),
        allow_lists=tuple(here[one] for one in settings.allow_lists),
        words=here[settings.words] if settings.words is not None else None,
    )  # fmt: skip


def _seen(line: Connection, examiners: Examiners, entries: Sequence[Entry]) -> list[Seen]:
    """What is seen in the entries."""

    def asked() -> None:
        # Nobody says anything while they wait: what can be heard is that they are dead.
        if line.poll():
            raise _NobodyAsks

    seen = []
    for one in examiners.told(entries, asked):
        seen.append(one)
        asked()
    order = {entry: number for number, entry in enumerate(entries)}
    return sorted(seen, key=lambda one: order[one[0]])


class Unseen(UsageError):
    """A file is not there on this machine: it may have gone in the meantime, or lie on another."""


def _require(entries: Iterable[Entry]) -> None:
    for entry in entries:
        if not is_remote(entry.where) and not os.path.exists(local_file(entry.where)):
            raise Unseen(_UNSEEN)


def local_file(where: str) -> str:
    """The file of this machine that the bytes are in."""
    return where.removeprefix(PREFIX).partition(":")[2] if where.startswith(PREFIX) else where


def _answer(line: Connection, what: object) -> None:
    line.send_bytes(pickle.dumps(what, pickle.HIGHEST_PROTOCOL))


def _ours(fault: Exception) -> ReviewerError:
    """A fault that tells nothing of a document."""
    return fault if isinstance(fault, ReviewerError) else Failure(place_of(fault))


if __name__ == "__main__":
    # By its name: what is sent and raised must be known by the same name on both sides.
    from reviewer.rescan import outpost

    outpost.main(int(sys.argv[1]))
