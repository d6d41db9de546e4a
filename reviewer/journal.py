"""What an unfinished scan has found so far, so that it can go on after an interrupt, a crash or a power cut.

It holds what the JSON report would: paths as they are, found values masked, told apart by their fingerprints. One
file for each command and set of rules, readable by its owner alone, deleted when the reports are written.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from struct import Struct
from typing import IO
from zlib import crc32

from reviewer.keys import fingerprints
from reviewer.model import Block, Document, Finding, Locator, Result
from reviewer.reports import Bundle
from reviewer.reports.veil import veil_of
from reviewer.spool import read_all, slim, write_all

_FOLDER, _SUFFIX = "unfinished", ".journal"
_HEAD = b"reviewer.journal/2\n"
_OLD = 30 * 86400.0
"""seconds after which an unfinished scan is forgotten"""
_ENTRY = Struct(">III")
"""in front of an entry: bytes of the state, bytes of the Results, CRC-32 of both"""
_PATIENCE, _MOST = 0.2, 1 << 20
"""seconds and bytes that entries wait to be written together"""
_SYNCED = 5.0
"""seconds after which what was written is asked to be on the disk: a power cut loses no more"""

State = tuple[str, int, int]
"""path, size and time of change: a file of which all are the same is not scanned again"""


class Journal:
    """The Results of the files that are done. Faults of the disk do not stop a scan: `fault` is the last one.

    It knows those of earlier scans; what this one adds is for the next.
    """

    def __init__(self, path: Path, stream: IO[bytes]) -> None:
        self._path = path
        self._stream = stream
        self._known: dict[State, tuple[int, int]] = {}
        self.fault: OSError | None = None
        """why something could not be kept: those files would be scanned again"""
        self._waiting = bytearray()
        self._written = self._synced = time.monotonic()

    @classmethod
    def open(cls, cache: Path, identity: Iterable[str]) -> Journal | None:
        """The journal of the scan that `identity` names, with what is done of it already.

        None where none can be kept, or another process is at the same scan.
        """
        name = hashlib.sha256("\0".join(identity).encode("utf-8", "surrogatepass")).hexdigest()[:32]
        folder = cache / _FOLDER
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _forget_old(folder)
            handle = os.open(folder / f"{name}{_SUFFIX}", os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
            # Unbuffered: what a full disk did not take must not come later in the wrong place.
            stream = os.fdopen(handle, "r+b", buffering=0)
        except OSError:
            return None
        if not _is_ours(handle) or not _locked(handle):
            stream.close()
            return None
        journal = cls(folder / f"{name}{_SUFFIX}", stream)
        journal._read()
        return journal

    def __len__(self) -> int:
        return len(self._known)

    def results(self, path: Path) -> tuple[Result, ...] | None:
        """The Results of a file that was done before and has not changed since; asked for once."""
        place = self._known.pop(_state(path), None)
        if place is None:
            return None
        with contextlib.suppress(OSError, *_NO_RESULTS):
            self._stream.seek(place[0])
            kept: tuple[Result, ...] = pickle.loads(read_all(self._stream, place[1]))
            return kept
        return None

    def add(self, path: Path, results: Iterable[Result], bundle: Bundle) -> None:
        """The file is done. The bundle says how its values are masked."""
        state = pickle.dumps(_state(path), pickle.HIGHEST_PROTOCOL)
        data = pickle.dumps(tuple(sealed(bundle, slim(one)) for one in results), pickle.HIGHEST_PROTOCOL)
        self._waiting += _ENTRY.pack(len(state), len(data), crc32(data, crc32(state))) + state + data
        if len(self._waiting) >= _MOST or time.monotonic() - self._written >= _PATIENCE:
            self.write()

    def write(self) -> None:
        """Writes what waits to be written."""
        start = None
        try:
            start = self._stream.seek(0, os.SEEK_END)
            write_all(self._stream, bytes(self._waiting))
        except OSError as fault:
            self.fault = fault
            # Half an entry would spoil all that follow it.
            with contextlib.suppress(OSError):
                if start is not None:
                    self._stream.truncate(start)
        self._waiting.clear()
        self._written = time.monotonic()
        if self._written - self._synced >= _SYNCED:
            with contextlib.suppress(OSError):
                os.fsync(self._stream.fileno())
            self._synced = time.monotonic()

    def close(self) -> None:
        """What is done is kept; another process may go on with it."""
        self.write()
        with contextlib.suppress(OSError):
            self._stream.close()

    def finish(self) -> None:
        """The reports are written: nothing is left to go on with."""
        with contextlib.suppress(OSError):
            self._stream.close()
            self._path.unlink(missing_ok=True)

    def forget(self) -> None:
        """The scan begins anew."""
        self._known.clear()
        self._waiting.clear()
        with contextlib.suppress(OSError):
            self._stream.seek(0)
            self._stream.truncate()
            write_all(self._stream, _HEAD)

    def _read(self) -> None:
        """Finds out what is done; from an entry on that was not written to its end nothing counts."""
        try:
            size = self._stream.seek(0, os.SEEK_END)
            self._stream.seek(0)
            if read_all(self._stream, len(_HEAD)) != _HEAD:
                self.forget()
                return
            at = len(_HEAD)
            while at + _ENTRY.size <= size:
                state_size, size_of_results, sum_of_both = _ENTRY.unpack(read_all(self._stream, _ENTRY.size))
                whole = _ENTRY.size + state_size + size_of_results
                # A file that a power cut left may be long enough, and hold zeros.
                if not state_size or at + whole > size:
                    break
                both = read_all(self._stream, state_size + size_of_results)
                if crc32(both) != sum_of_both:
                    break
                self._known[pickle.loads(both)] = at + _ENTRY.size + state_size, size_of_results
                at += whole
            self._stream.truncate(at)
        except (OSError, *_NO_RESULTS):
            self.forget()


_NO_RESULTS = (pickle.UnpicklingError, EOFError, AttributeError, ImportError, TypeError, IndexError, ValueError)
"""what bytes that are none of ours may raise"""


def sealed(bundle: Bundle, result: Result) -> Result:
    """A Result that holds no found value: a report made of it is the one made of the Result.

    Stars stand for the values in the text, one for each character; findings hold the masked value and their marks.
    """
    if not (result.findings or result.name_findings or result.gaps or result.faults):
        # Nearly all of a big folder: there is nothing to hide.
        return replace(slim(result), members=())
    veil = veil_of(replace(bundle, results=(result,)))
    marks = iter(fingerprints((*result.findings, *result.name_findings), bundle.key))

    def named(name: str | None) -> str | None:
        return veil.raw(name) if name is not None else None

    def place(locator: Locator) -> Locator:
        sheet, note = named(locator.sheet), named(locator.note)
        return locator if (sheet, note) == (locator.sheet, locator.note) else replace(locator, sheet=sheet, note=note)

    def block(one: Block) -> Block:
        table = replace(one.table, sheet=named(one.table.sheet)) if one.table is not None else None
        return replace(one, hint=veil.raw(one.hint), label=veil.raw(one.label), locator=place(one.locator), table=table,
                       boxes=None)  # fmt: skip

    def starred(document: Document) -> Document:
        return replace(
            document, text=_starred(document.text, veil.hidden(0, document.length)), gaps=(),
            blocks=tuple(map(block, document.blocks)),
            concealed=tuple(replace(one, locator=place(one.locator)) for one in document.concealed),
        )  # fmt: skip

    def seal(finding: Finding) -> Finding:
        return replace(
            finding, value=veil.value(finding), message=veil.raw(finding.message), scope=veil.raw(finding.scope),
            locator=place(finding.locator), marks=next(marks),
        )  # fmt: skip

    return replace(
        result,
        document=starred(result.document) if result.document is not None else None,
        findings=tuple(map(seal, result.findings)),
        name_findings=tuple(map(seal, result.name_findings)),
        gaps=tuple(replace(gap, message=veil.raw(gap.message), locator=place(gap.locator)) for gap in result.gaps),
        faults=tuple(replace(fault, message=veil.raw(fault.message)) for fault in result.faults),
        genre=replace(result.genre, evidence=tuple(map(veil.raw, result.genre.evidence))) if result.genre else None,
        members=(),
    )


def _starred(text: str, hidden: Iterable[tuple[int, int]]) -> str:
    """The text with as many stars as there are hidden characters: places in it stay where they are."""
    pieces, here = [], 0
    for start, end in hidden:
        pieces += [text[here:start], "".join(char if char in "\r\n\t" else "*" for char in text[start:end])]
        here = end
    return "".join([*pieces, text[here:]])


def _state(path: Path) -> State:
    with contextlib.suppress(OSError):
        status = path.stat()
        return str(path), status.st_size, status.st_mtime_ns
    return str(path), -1, -1


def _is_ours(handle: int) -> bool:
    status = os.fstat(handle)
    return not hasattr(os, "getuid") or (status.st_uid == os.getuid() and status.st_mode & 0o077 == 0)


def _locked(handle: int) -> bool:
    """Whether no other process is at the same scan."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _forget_old(folder: Path) -> None:
    for path in folder.glob(f"*{_SUFFIX}"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _OLD:
                path.unlink()
