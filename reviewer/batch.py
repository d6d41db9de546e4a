"""Scans many files: several at once, with a journal to go on from; what was not scanned is said not to be read."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.model import Fault, Result
from reviewer.readers.sniff import is_text
from reviewer.reports import Bundle, Results
from reviewer.scanning import Scanner, cache_folder, linked
from reviewer.settings import Settings
from reviewer.spool import Spool

if TYPE_CHECKING:
    from reviewer.journal import Journal
    from reviewer.workers import Workers

Files = Sequence[tuple[Path, str]]
"""(file, the name it is shown by)"""
Numbered = Generator[tuple[int, tuple[Result, ...]]]
"""(number of the file, its Results: its own and those of the files in it)"""
_MANY = 20
"""files from which on a scan is worth a journal"""
_SAMPLE = 500
"""files whose size tells whether the gate is worth being compiled"""
_NOT_SCANNED = Fault("interrupted", "审查被中断，这个文件没有查。请重新审查。")


@dataclass(slots=True)
class Batch:
    """Files to scan with one scanner.

    roots    what was given: folders among them and the folders in these are named, too
    jobs     files at once; None: as many as there are cores
    journal  what an earlier scan has done, and where this one keeps what it does
    bundle   says how the journal masks values
    """

    scanner: Scanner
    files: Files
    roots: Sequence[Path] = ()
    jobs: int | None = None
    journal: Journal | None = None
    bundle: Bundle | None = None
    interrupted: bool = False
    fault: OSError | None = None
    """why the scan ended early, where it was not the user"""
    done: int = 0
    _workers: Workers | None = None

    def run(
        self, advance: Callable[[bool], object] = lambda _: None, idle: Callable[[], object] = lambda: None
    ) -> Results:
        """The Results of all files, in their order.

        `advance` is called with each that is done, and told whether it was scanned or known from the journal; `idle`
        now and then while none is.

        An interrupt leaves what is there; where that is nothing at all, KeyboardInterrupt goes on.
        """
        spool = Spool()
        try:
            with contextlib.closing(self._numbered(idle)) as numbered:
                for number, results, scanned in numbered:
                    try:
                        spool.add(number, linked(results))
                    except OSError as fault:
                        # No room for more: what there is can still be reported.
                        self.fault, self.interrupted = fault, True
                        break
                    advance(scanned)
        except KeyboardInterrupt:
            if not spool.files():
                raise
            self.interrupted = True
        self.done = spool.files()
        put = spool.keep if self.fault is not None else spool.add
        for number, (_, shown) in enumerate(self.files):
            if number not in spool:
                put(number, [Result(shown, None, faults=(_NOT_SCANNED,))])
        put(len(self.files), self.scanner.folders(self.roots, (shown for _, shown in self.files)))
        return spool.settled()

    def at_work(self) -> list[tuple[str, float]]:
        """The files that are being scanned and for how many seconds, the one begun first first."""
        return self._workers.at_work() if self._workers is not None else []

    def _numbered(self, idle: Callable[[], object]) -> Generator[tuple[int, tuple[Result, ...], bool]]:
        """As Numbered, and whether the file was scanned now."""
        left = []
        for number, (path, _) in enumerate(self.files):
            known = self.journal.results(path) if self.journal is not None else None
            if known is None:
                left.append(number)
            else:
                yield number, known, False
        try:
            with contextlib.closing(self._scanned([self.files[number] for number in left], idle)) as scanned:
                for place, results in scanned:
                    path = self.files[left[place]][0]
                    if self.journal is not None and self.bundle is not None:
                        self.journal.add(path, results, self.bundle)
                    yield left[place], results, True
        finally:
            if self.journal is not None:
                self.journal.write()

    def _scanned(self, files: Files, idle: Callable[[], object]) -> Numbered:
        """One text needs no process of its own."""
        if not files:
            return
        if len(files) == 1 and is_text(files[0][0]):
            yield 0, tuple(self.scanner.results(*files[0]))
            return
        # Not before: a short text is scanned in the time that these take to load.
        from reviewer.workers import Workers, usable_cores

        self.scanner.expect(sum(map(size_of, (path for path, _ in files[:_SAMPLE]))))
        self._workers = Workers(self.scanner, min(self.jobs or usable_cores(), len(files)), cache_folder())
        try:
            yield from self._workers.results(files, idle)
        finally:
            self._workers.close()


def journal_of(settings: Settings, paths: Sequence[str], files: Files, known_by: Sequence[str]) -> Journal | None:
    """The journal of the scan of `paths`; None where a scan is short, or no cache folder is there.

    known_by  what else a Result depends on: version, rules, key
    """
    cache = cache_folder()
    if cache is None or len(files) < _MANY:
        return None
    from hashlib import sha256

    from reviewer.journal import Journal

    own = [path for path in (settings.words, *settings.allow_lists) if path is not None]
    contents = [sha256(path.read_bytes()).hexdigest() for path in own]
    whole = [str(Path(path).absolute()) for path in paths]
    return Journal.open(cache, [*known_by, settings.genre, settings.language, *contents, "", *whole])


def size_of(path: Path) -> int:
    """Bytes of a file; 0 where it can not be asked."""
    with contextlib.suppress(OSError):
        return path.stat().st_size
    return 0
