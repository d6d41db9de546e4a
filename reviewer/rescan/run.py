"""One run over a source: what has changed is examined, what is gone is told, and joins and proposals are made."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from reviewer import __version__
from reviewer.errors import ReadError, reason
from reviewer.keys import Key, mark_of_passwords
from reviewer.rescan import index, proposals, takedown
from reviewer.rescan.changed import Changed, changed
from reviewer.rescan.engine import Engine, Told, batches
from reviewer.rescan.examine import Context
from reviewer.rescan.model import Entry, Examined
from reviewer.rescan.source import Source
from reviewer.rescan.state import Known, Run, State
from reviewer.rulebook import parsed
from reviewer.scanning import Scanner
from reviewer.settings import Settings

_SITE = 10
"""documents that do not all go in a day: rather is a disk not mounted"""
_HELD = 2_000
"""documents that wait for one before them"""
_WAITING, _PATIENCE = 100, 2.0
"""documents and seconds after which what was examined is written: so much work a killed run loses"""


@dataclass(frozen=True, slots=True)
class Rescanned:
    """What a run has done. Documents, changes, joins and take-down list are asked of the state (report.py).

    examined     documents that were scanned now
    unchanged    ids of documents that were not, as nothing has changed
    interrupted  the run did not see the whole source: nothing is said to be gone
    """

    run: Run
    examined: int
    unchanged: int
    gone: int
    interrupted: bool = False
    fault: str = ""
    """why the run ended early, where it was not the user; Chinese"""
    joins: Sequence[dict[str, Any]] = ()
    takedown: Sequence[dict[str, Any]] = ()


@dataclass(slots=True)
class _Order:
    """Documents in the order of the source, whoever was first to examine his: the state numbers them so, and what is
    told of joins follows the numbers."""

    _expected: deque[str] = field(default_factory=deque)
    _held: dict[str, tuple[Entry, tuple[Examined, ...]]] = field(default_factory=dict)
    _overtaken: set[str] = field(default_factory=set)

    def expect(self, entry: Entry) -> None:
        """It is to be examined, behind those before."""
        self._expected.append(entry.path)

    def ready(self, entry: Entry, found: tuple[Examined, ...]) -> Iterator[tuple[Entry, tuple[Examined, ...]]]:
        """The documents whose turn it is, now that this one is there. One that takes long holds back only so many."""
        if entry.path in self._overtaken:
            yield entry, found
            return
        self._held[entry.path] = entry, found
        while self._expected and (self._expected[0] in self._held or len(self._held) > _HELD):
            path = self._expected.popleft()
            if (first := self._held.pop(path, None)) is not None:
                yield first
            else:
                self._overtaken.add(path)

    def rest(self) -> Iterator[tuple[Entry, tuple[Examined, ...]]]:
        """All that is held back."""
        held, self._held = self._held, {}
        yield from held.values()


@dataclass(slots=True)
class Rescan:
    """A run over a source.

    verify  all documents are opened: nothing is trusted to be unchanged by its size and times
    """

    source: Source
    state: State
    context: Context
    scanner: Scanner
    engine: Engine
    verify: bool = False
    done: int = 0
    _waiting: list[tuple[Entry, tuple[Examined, ...]]] = field(default_factory=list)
    _written: float = 0.0
    _changed: dict[str, Changed] = field(default_factory=dict)
    """digest of earlier rules -> what has changed since"""
    _rules_found: Mapping[int, AbstractSet[str]] = field(default_factory=dict)
    _settled: list[int] = field(default_factory=list)
    """documents that no change of rules concerns"""

    def run(
        self, advance: Callable[[bool], object] = lambda _: None, idle: Callable[[], object] = lambda: None
    ) -> Rescanned:
        """Goes through the source. `advance` is told of each document whether it was scanned.

        An interrupt leaves what was written; the next run goes on from there. Raises UsageError while another process
        is at the same source.
        """
        with self.state.alone(self.source.name):
            return self._run(advance, idle)

    def _run(self, advance: Callable[[bool], object], idle: Callable[[], object]) -> Rescanned:
        readers, rules = readers_digest(self.scanner.settings, self.context.key), self.scanner.book.digest
        book = parsed.to_bytes(self.scanner.book)
        run = self.state.begin(self.source.name, self.scanner_shown(self.source.name), readers, rules, book)
        known = self.state.known(run)
        self._compare(run, known)
        seen: set[str] = set()
        unchanged = 0
        interrupted, told, unlisted = False, "", ""
        self._written = time.monotonic()
        order = _Order()

        def listed() -> Iterator[Entry]:
            nonlocal unlisted
            try:
                yield from self.source.entries()
            except ReadError as error:
                # What could be listed is examined all the same.
                unlisted = error.message

        def to_examine() -> Iterator[Entry]:
            nonlocal unchanged
            for entry in listed():
                key = self.state.path_key(entry.path)
                seen.add(key)
                asked = self._asked(entry, known.get(key), run)
                if asked is None:
                    unchanged += 1
                    advance(False)
                else:
                    order.expect(asked)
                    yield asked

        try:
            with contextlib.closing(self._examined(batches(to_examine()), idle)) as examined:
                for task in examined:
                    for entry, found in task:
                        self._waiting += order.ready(entry, found)
                        if found[0].is_unchanged:
                            unchanged += 1
                        else:
                            self.done += 1
                        advance(not found[0].is_unchanged)
                    if len(self._waiting) >= _WAITING or time.monotonic() - self._written > _PATIENCE:
                        self._write(run)
        except KeyboardInterrupt:
            interrupted = True
        except OSError as error:
            interrupted, told = True, f"读写文件出错：{reason(error)}。"
        finally:
            self._waiting += order.rest()
            self._write(run)
            self.state.settle(run, self._settled)
        gone = [one.id for key, one in known.items() if key not in seen and not one.is_gone]
        if not seen and len(gone) >= _SITE:
            unlisted = "来源里一个文件也没有，而上次有。请检查路径，或者磁盘有没有挂上。"
        if interrupted:
            return Rescanned(run, self.done, unchanged, 0, True, told)
        if unlisted:
            # What was not listed may be there.
            gone = []
        counts = {"examined": self.done, "unchanged": unchanged, "gone": len(gone)}
        self.state.finish(run, gone, counts)
        self.engine.settle()
        return self._concluded(Rescanned(run, self.done, unchanged, len(gone), bool(unlisted), unlisted))

    def _examined(self, tasks: Iterator[tuple[Entry, ...]], idle: Callable[[], object]) -> Generator[Told]:
        """What the engine makes of the tasks; it is not started for none."""
        first = next(tasks, None)
        if first is not None:
            yield from self.engine.run(chain([first], tasks), self.context, idle)

    def _concluded(self, outcome: Rescanned) -> Rescanned:
        """What is said of the whole state: other modules say it."""
        today = self.scanner.settings.today
        joins = index.joins(self.state, today, run=self.engine.join(self.context))
        found = proposals.proposals(self.state.documents(), self.state.notices(), today)
        joined = proposals.of_joins(joins, self.state.documents(), self.state.named())
        takedown.update(self.state, outcome.run, proposals.merged(found, joined))
        return replace(outcome, joins=joins, takedown=takedown.listed(self.state))

    def _compare(self, run: Run, known: Mapping[str, Known]) -> None:
        """Finds out what has changed in the rules since documents of the state were scanned."""
        for digest in {one.rules for one in known.values() if one.readers == run.readers} - {run.rules}:
            book = self.state.rulebook(digest)
            with contextlib.suppress(ValueError, TypeError, LookupError, EOFError):
                if book is not None:
                    self._changed[digest] = changed(parsed.from_bytes(book, ()), self.scanner.book)
        self._rules_found = self.state.rules_found(run.source) if self._changed else {}
        kept = ((digest, one) for digest, one in self._changed.items() if one and not one.whole)
        self.context = replace(self.context, earlier=tuple(kept))

    def _asked(self, entry: Entry, before: Known | None, run: Run) -> Entry | None:
        """The entry as it is to be examined; None where nothing has changed."""
        if before is None or before.is_gone or before.readers != run.readers:
            return entry
        if before.rules != run.rules:
            change = self._changed.get(before.rules)
            if change is None or change.whole or change.rules & self._rules_found.get(before.id, frozenset()):
                return entry
            if change.books:
                return replace(entry, sha256=before.sha256, rules=before.rules)
            self._settled.append(before.id)
        if entry.hint and entry.hint == before.hint and not self.verify:
            return None
        return replace(entry, sha256=before.sha256)

    def _write(self, run: Run) -> None:
        if self._waiting:
            self.state.put(run, self._waiting)
            self._waiting = []
        self._written = time.monotonic()

    def scanner_shown(self, name: str) -> str:
        """A path or address as the state may keep it."""
        from reviewer.reports.veil import masked_path

        return masked_path(name, lambda part: self.scanner.text(part).findings)


def readers_digest(settings: Settings, key: Key) -> str:
    """What a document's findings depend on beside bytes and rules: version, settings, what this machine can read."""
    from reviewer.readers import ocr, soffice

    own = [path for path in (settings.words, *settings.allow_lists) if path is not None]
    parts = [
        __version__, settings.genre, settings.language, mark_of_passwords(settings.limits.passwords, key), key.id,
        repr(replace(settings.limits, passwords=())), str(ocr.is_installed()),
        *(str(soffice.program(kind) is not None) for kind in ("docx", "xlsx", "pptx")),
        *(hashlib.sha256(path.read_bytes()).hexdigest() for path in own),
    ]  # fmt: skip
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


