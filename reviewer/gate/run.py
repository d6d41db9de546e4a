"""The whole gate: a folder, the papers and the rules -> the status of every file."""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import Path, PurePosixPath

from reviewer.gate.baseline import Baseline, Entry
from reviewer.gate.config import Config
from reviewer.gate.folder import Entry as File
from reviewer.gate.folder import entries, is_inside
from reviewer.gate.judge import Judge, Judged
from reviewer.gate.look import Look, Recipe, Seen, fault_of, of_failed
from reviewer.gate.papers import Papers
from reviewer.model import Fault, Result
from reviewer.scanning import Scanner, cache_folder, readable

NOTHING_READ = 25
"""exit code where the folder is empty: nothing was looked at"""
_SAMPLE = 500


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the gate says. `files` are in order of path; `rules` is name, version, sha256 and count of the rule set.

    root    the folder as it was given, with / and masked; what editors and forges open is root/path
    titles  rule -> its Chinese title
    """

    root: str
    files: tuple[Judged, ...]
    papers: Papers
    scope: str
    channel: str
    today: date
    rules: dict[str, str | int]
    titles: dict[str, str]
    version: str = ""
    notes: tuple[str, ...] = ()
    interrupted: bool = False
    counts: Counter[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", Counter(one.status for one in self.files))

    @property
    def exit_code(self) -> int:
        """0 where every file may go out; else the highest of 20 to 25."""
        return max((one.code for one in self.files), default=NOTHING_READ)


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate before one folder.

    scanners  the packaged rules; behind them the same with rules that were added
    jobs      files at once; None: as many as there are cores
    """

    root: Path
    papers: Papers
    scanners: Sequence[Scanner]
    scope: str
    channel: str
    config: Config = field(default_factory=Config)
    baseline: Baseline = field(default_factory=Baseline)
    jobs: int | None = None

    def files(self) -> list[File]:
        """What stands in the folder."""
        return list(entries(self.root))

    def run(self, files: Sequence[File], version: str, advance: Callable[[], object] = lambda: None) -> Outcome:
        """Looks at all files; `advance` is called with each that is done. What an interrupt leaves is unread."""
        settings, book = self.scanners[0].settings, self.scanners[-1].book
        titles = {rule.id: rule.title for rule in book.rules}
        judge = Judge(self.papers, self.scope, self.channel, settings.today, self.baseline, titles)
        look = Look(self.scanners, self.config, self.root)
        judged: dict[str, Judged] = {}
        interrupted = False
        try:
            for seen in self._seen(files, look):
                judged[seen.path] = judge.judged(seen, is_asset=self.config.is_asset(seen.path))
                advance()
        except KeyboardInterrupt:
            if not judged:
                raise
            interrupted = True
        for file in files:
            if file.path not in judged:
                left = of_failed(_INTERRUPTED, file.path, look.masked(file.path))
                judged[file.path] = judge.judged(left, is_asset=self.config.is_asset(file.path))
        named = dict(_folders(files, look, judge))
        rules = {"name": "packaged+local" if len(self.scanners) > 1 else "packaged", "version": version,
                 "sha256": book.digest, "count": len(book.rules)}  # fmt: skip
        ordered = tuple(one for _, one in sorted({**judged, **named}.items()))
        root = look.masked(readable(_from_here(self.root)))
        notes = tuple(map(look.masked, (*self.papers.notes, *self._notes())))
        shown = tuple(replace(one, file=look.masked(one.file)) for one in self.papers.papers)
        papers = replace(self.papers, papers=shown)
        return Outcome(
            root, ordered, papers, self.scope, self.channel, settings.today, rules, titles, version, notes, interrupted
        )

    def _seen(self, files: Sequence[File], look: Look) -> Iterator[Seen]:
        whole = [file for file in files if file.fault is None]
        for file in files:
            if file.fault is not None:
                yield fault_of(file.path, look.masked(file.path), file.fault)
        if not whole:
            return
        # Not before: an empty folder is told at once.
        from reviewer.workers import Workers, usable_cores

        for scanner in self.scanners:
            scanner.expect(sum(map(_size, islice((file.on_disk for file in whole), _SAMPLE))))
        recipe = Recipe(tuple(one.settings for one in self.scanners), self.config, self.root, cache_folder())
        workers = Workers(look, min(self.jobs or usable_cores(), len(whole)), recipe=recipe)
        try:
            for number, told in workers.results([(file.on_disk, file.path) for file in whole]):
                file = whole[number]
                seen = told[0]
                yield seen if isinstance(seen, Seen) else of_failed(seen, file.path, look.masked(file.path))
        finally:
            workers.close()

    def _notes(self) -> Iterator[str]:
        if expired := self.baseline.expired(self.scanners[0].settings.today):
            owners = "、".join(sorted({entry.owner for entry in expired}))
            yield f"基线中有 {len(expired)} 项已到期，不再生效（{owners}负责）。"


def baseline_of(
    outcome: Outcome, reason: str, owner: str, expires: date, before: Sequence[Entry] = (), findings_only: bool = False
) -> tuple[Baseline, int]:
    """A baseline that excuses what the gate says now, beside `before`; and how many faults none can excuse.

    findings_only  files have to have certificates still
    """
    faults = [one for judged in outcome.files for one in judged.reasons]
    made = [
        Entry(one.place, reason, owner, expires)
        for one in faults
        if one.place is not None and not (findings_only and one.fault == "unapproved")
    ]
    return Baseline((*before, *made)), sum(one.place is None for one in faults)


def _folders(files: Sequence[File], look: Look, judge: Judge) -> Iterator[tuple[str, Judged]]:
    """The folders in whose names something was found, by their paths."""
    folders = {folder for file in files for folder in PurePosixPath(file.path).parents if folder.name}
    for folder in folders:
        if found := look.in_folder_name(folder.name):
            yield f"{folder}/", judge.folder(f"{look.masked(str(folder))}/", dict.fromkeys(one.rule for one in found))


def _from_here(root: Path) -> str:
    """The folder as it is reached from where the gate was called: forges count addresses from there."""
    here, there = os.getcwd(), os.path.abspath(root)
    return os.path.relpath(there, here).replace(os.sep, "/") if is_inside(there, here) else root.as_posix()


def _size(path: Path) -> int:
    with contextlib.suppress(OSError):
        return path.stat().st_size
    return 0


_INTERRUPTED = Result("", None, faults=(Fault("interrupted", "检查被中断。"),))
