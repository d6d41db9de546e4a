"""Files and texts -> Results: reading, detection and the name of the file, one after the other."""

from __future__ import annotations

import contextlib
import copy
import functools
import os
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING

import reviewer
import reviewer.prepared.methods  # first: it compiles the dataclasses of all others
from reviewer.detect.compiled import Compiled
from reviewer.detect.scan import excluded, rename, scan
from reviewer.errors import ReadError
from reviewer.language.finder import finder, own_words
from reviewer.model import Document, Fault, Finding, Gap, Result
from reviewer.rulebook.allow import load_allowed
from reviewer.rulebook.load import load
from reviewer.rulebook.rule import Rulebook
from reviewer.settings import Settings

if TYPE_CHECKING:
    from reviewer.readers.container import Budget


def cache_folder(environ: Mapping[str, str] | None = None) -> Path | None:
    """Where parsed rules, compiled expressions and the gate's database are kept; None when the user has no home."""
    environ = os.environ if environ is None else environ
    folder = environ.get("XDG_CACHE_HOME") or environ.get("LOCALAPPDATA", "")
    # The XDG base directory specification: a relative path is invalid and must be ignored.
    if not os.path.isabs(folder):
        folder = os.path.join(environ.get("HOME", ""), ".cache")
    return Path(folder) / "reviewer" if os.path.isabs(folder) else None


class Scanner:
    """Scans documents with one set of rules; build it once for many files."""

    def __init__(self, settings: Settings, *, cache: Path | None = None, book: Rulebook | None = None) -> None:
        self.settings = settings
        self.book = book if book is not None else load(settings.rule_folders, cache=cache)
        self._compiled = Compiled(self.book, use_hyperscan=settings.use_hyperscan, cache=cache)
        # What can not be is told before the first file is read.
        finder(settings.language)
        own_words(settings.words)
        self.allowed = load_allowed(settings.allow_lists) if settings.allow_lists else ()

    def keep(self) -> None:
        """Keeps what was worked out for this scan in the cache folder: call it when the answer is out."""
        self._compiled.keep()

    def expect(self, characters: int) -> None:
        """So much text is to come: loads and works out what its scan needs, before the process is copied."""
        self._compiled.expect(characters)
        self.text(_PRACTICE)

    def document(self, document: Document) -> Result:
        found = scan(document, self._compiled, self.settings, self.allowed)
        return Result(
            document.path, document, tuple(found.findings), (*document.gaps, *found.gaps), genre=found.genre
        )

    def text(self, text: str) -> Result:
        """Findings in a piece of plain text; raises nothing for any text."""
        return self.document(plain_document(text, self.settings))

    def spans(self, text: str) -> list[tuple[str, int, int, str]]:
        """(rule, start, end, severity) of all findings and exclusions in a text; severity "" for the latter."""
        document = plain_document(text, self.settings)
        findings = scan(document, self._compiled, self.settings).findings
        left_out = excluded(document, self._compiled, self.settings)
        return [
            *((one.rule, one.start, one.end, one.severity) for one in findings),
            *((rule, start, end, "") for rule, start, end in left_out),
        ]

    def file(self, path: Path, shown: str | None = None) -> Result:
        """Findings in a file, its name and the files in it. What can not be read becomes a fault of the Result."""
        return linked(self.results(path, shown))[0]

    def results(self, path: Path, shown: str | None = None) -> Iterator[Result]:
        """The Result of a file, then those of the files in it, each as soon as it is there.

        shown  the path as it stands in reports; a file inside is `outer.zip!dir/inner.docx`
        """
        from reviewer.readers import file_bytes

        shown = str(path) if shown is None else shown
        try:
            data = file_bytes(path, self.settings.limits)
        except ReadError as fault:
            yield self._unread(shown, self.in_name(Path(shown).name), fault)
            return
        yield from self.in_bytes(data, shown)

    def in_bytes(self, data: bytes, shown: str) -> Iterator[Result]:
        """The same, of the bytes that a file of this path holds."""
        from reviewer.readers.container import Budget

        named = self.in_name(Path(shown).name)
        yield from self._contents(data, shown, named, 0, Budget(self.settings.limits, len(data)))

    def told(self, genre: str, today: date) -> Scanner:
        """A scanner for that day, and documents that a person says are of this genre; it shares what was worked out."""
        made = copy.copy(self)
        made.settings = replace(self.settings, genre=genre, today=today)
        return made

    def _contents(
        self, data: bytes, shown: str, named: tuple[Finding, ...], depth: int, budget: Budget,
        noted: tuple[Gap, ...] = (),
    ) -> Iterator[Result]:  # fmt: skip
        """The Result of one file, then those of what is in it. `named` is what was found in its name."""
        from reviewer.readers import CONTAINERS, read_apart

        limits = self.settings.limits
        try:
            document = read_apart(data, shown, limits, depth)
        except ReadError as fault:
            yield self._unread(shown, named, fault, noted)
            return
        result = self.document(document)
        yield replace(result, name_findings=named, gaps=(*result.gaps, *noted))
        if document.format in CONTAINERS and depth < limits.depth:
            yield from self._inside(data, document, depth, budget)

    def _inside(self, data: bytes, document: Document, depth: int, budget: Budget) -> Iterator[Result]:
        """The Results of the files in a container, and of its folders in whose names something was found."""
        from reviewer.readers import members

        told: set[str] = set()
        for member in members(document, data, document.path, self.settings.limits, budget):
            steps = member.path.split("/")
            for k in range(1, len(steps)):
                folder = "/".join(steps[:k])
                if folder not in told:
                    told.add(folder)
                    yield from self._folder(f"{document.path}!{folder}/", self.in_name(folder))
            shown = f"{document.path}!{member.path}"
            named = self.in_name(member.path)
            if member.data is None:
                yield self._unread(shown, named, member.fault or ReadError("没有读取。请人工查看。"), member.gaps)
            else:
                yield from self._contents(member.data, shown, named, depth + 1, budget, member.gaps)

    def folders(self, paths: Iterable[Path], files: Iterable[str]) -> Iterator[Result]:
        """A Result for each folder among `paths`, and in them on the way to `files`, whose name is a finding."""
        roots = [str(path) for path in paths if path.is_dir()]
        told: set[str] = set()
        # Of 100,000 files most lie beside another.
        for file in {os.path.dirname(file): file for file in files}.values():
            root = next((root for root in roots if Path(file).is_relative_to(root)), None)
            folder = Path(file).parent
            while root is not None and str(folder) not in told:
                told.add(str(folder))
                if folder.name:
                    yield from self._folder(f"{folder}/", self.in_name(folder.name))
                if folder == Path(root):
                    break
                folder = folder.parent

    def _folder(self, shown: str, named: tuple[Finding, ...]) -> Iterator[Result]:
        if named:
            yield Result(shown, Document(shown, "folder", "", ""), name_findings=named)

    def _unread(
        self, shown: str, named: tuple[Finding, ...], fault: ReadError, noted: tuple[Gap, ...] = ()
    ) -> Result:
        return Result(shown, None, gaps=noted, faults=(Fault(fault.code, fault.message),), name_findings=named)

    def in_name(self, name: str) -> tuple[Finding, ...]:
        """What is found in the last name of a path inside a container; the folders before it are its context.

        A file's name is a draft of one line; its suffix is no part of a number. Places count in the last name.
        """
        document = plain_document(name, self.settings)
        findings = scan(document, self._compiled, replace(self.settings, genre=""), self.allowed).findings
        start = name.rfind("/") + 1
        return tuple(
            rename(replace(one, start=max(one.start - start, 0), end=one.end - start), "filename")
            for one in findings
            if one.end > start
        )


def linked(results: Iterable[Result]) -> list[Result]:
    """The results of one file and of those in it, in their order, each container with its `members`.

    So the verdict of a container is never better than that of a file in it.
    """
    found: list[Result] = []
    waiting: list[Result] = []
    for result in reversed(list(results)):
        inside = []
        while waiting and waiting[-1].path.startswith(result.path + "!"):
            inside.append(waiting.pop())
            inside.extend(inside[-1].members)
        found.append(replace(result, members=tuple(inside)) if inside else result)
        waiting.append(found[-1])
    return found[::-1]


def prepare(folder: Path) -> None:
    """Writes to `folder` what the first scan with the packaged rules would have to work out."""
    from reviewer.prepared import methods, patterns, tables

    Compiled(load(cache=folder), cache=folder).prepare()
    _work_out_all()
    Scanner(Settings(today=today(), language="none"), cache=folder).text(_PRACTICE)
    methods.keep(folder)
    patterns.keep(folder)
    tables.keep(folder)


_PRACTICE = """
申请人：张某某，男，身份证号３４０１０２１９００★０５０６１２３Ｘ，
电话1 3 8-0013-8000，住安徽省合肥市瑶海区明光路1号2幢301室。
"""
"""made up; what has to be worked out for it is worked out for the wheel"""


def _work_out_all() -> None:
    """Imports all modules and calls all their functions that work out something once."""
    for found in pkgutil.walk_packages(reviewer.__path__, "reviewer."):
        if found.name.rpartition(".")[2] in ("__main__", "training") or ".training." in found.name:
            continue
        # Readers and reports need packages that are not there when the wheel is built.
        with contextlib.suppress(ImportError):
            for function in list(vars(import_module(found.name)).values()):
                # Of ours only: what others wrote may look like a function and be none.
                if isinstance(function, functools._lru_cache_wrapper) and not signature(function).parameters:
                    function()


def plain_document(text: str, settings: Settings) -> Document:
    """A text as the plain reader sees it: tables and labels in it are recognised."""
    from reviewer.readers.plain import text_document

    return text_document(text)


_CHINA = timezone(timedelta(hours=8))


def today() -> date:
    """The day in China, whatever the machine's zone: that is what the dates in drafts and certificates mean."""
    return datetime.now(_CHINA).date()


EXPECTATION = ".expected.json"
"""beside NAME, NAME.expected.json says what a scan of NAME must find (samples/README.md): no draft"""


def files_under(paths: list[Path]) -> Iterator[tuple[Path, str]]:
    """(file, name to show) for each path, each file once; folders are walked in order, links to folders are not.

    The only files of a folder that are left out are the expectations beside samples. A folder that can
    not be listed, and a link to a folder, are yielded themselves: reading them says why it failed.
    """
    seen: set[str] = set()
    for path in _walked(paths):
        whole = os.path.abspath(path)
        if whole not in seen:
            seen.add(whole)
            yield Path(path), readable(path)


def readable(path: str) -> str:
    """`path` with the names in it as their makers read them: on a disk they may be in UTF-8 or GB18030.

    Python gives bytes that are not in the encoding of the user's locale as lone surrogates.
    """
    if not any("\udc80" <= char <= "\udcff" for char in path):
        return path
    for encoding in ("utf-8", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            return os.fsencode(path).decode(encoding)
    return path


def _walked(paths: list[Path]) -> Iterator[str]:
    for path in paths:
        if path.is_dir():
            closed: list[OSError] = []
            for folder, inner, found in os.walk(path, onerror=closed.append):
                inner.sort()
                for name in inner:
                    if os.path.islink(os.path.join(folder, name)):
                        yield os.path.join(folder, name)
                for name in sorted(found):
                    if name.endswith(EXPECTATION) and name.removesuffix(EXPECTATION) in found:
                        continue
                    yield os.path.join(folder, name)
            for fault in closed:
                yield str(fault.filename)
        else:
            yield str(path)
