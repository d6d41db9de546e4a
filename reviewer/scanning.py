"""Files and texts -> Results: reading, detection and the name of the file, one after the other."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from reviewer.detect.compiled import Compiled
from reviewer.detect.scan import excluded, rename, scan
from reviewer.errors import ReadError
from reviewer.model import Document, Fault, Finding, Result
from reviewer.rulebook.load import load
from reviewer.rulebook.rule import Rulebook
from reviewer.settings import Settings


def cache_folder(environ: Mapping[str, str] | None = None) -> Path | None:
    """Where parsed rules and the gate's database are kept; None when the user has no home."""
    environ = os.environ if environ is None else environ
    home = environ.get("XDG_CACHE_HOME") or (os.path.join(environ["HOME"], ".cache") if "HOME" in environ else "")
    return Path(home) / "reviewer" if home else None


class Scanner:
    """Scans documents with one set of rules; build it once for many files."""

    def __init__(self, settings: Settings, *, cache: Path | None = None, book: Rulebook | None = None) -> None:
        self.settings = settings
        self.book = book if book is not None else load(settings.rule_folders, cache=cache)
        self._compiled = Compiled(self.book, use_hyperscan=settings.use_hyperscan, cache=cache)

    def document(self, document: Document) -> Result:
        findings, gaps = scan(document, self._compiled, self.settings)
        return Result(document.path, document, tuple(findings), (*document.gaps, *gaps))

    def text(self, text: str) -> Result:
        """Findings in a piece of plain text; raises nothing for any text."""
        return self.document(plain_document(text, self.settings))

    def spans(self, text: str) -> list[tuple[str, int, int, str]]:
        """(rule, start, end, severity) of all findings and exclusions in a text; severity "" for the latter."""
        document = plain_document(text, self.settings)
        findings, _ = scan(document, self._compiled, self.settings)
        left_out = excluded(document, self._compiled, self.settings)
        return [
            *((one.rule, one.start, one.end, one.severity) for one in findings),
            *((rule, start, end, "") for rule, start, end in left_out),
        ]

    def file(self, path: Path, shown: str | None = None) -> Result:
        """Findings in a file and in its name. What can not be read becomes a fault of the Result."""
        from reviewer.readers import read_file

        shown = str(path) if shown is None else shown
        names = self._names(Path(shown).name)
        try:
            document = read_file(path, self.settings.limits)
        except ReadError as fault:
            return Result(shown, None, faults=(Fault(fault.code, fault.message),), name_findings=names)
        result = self.document(replace(document, path=shown))
        return replace(result, name_findings=names)

    def _names(self, name: str) -> tuple[Finding, ...]:
        # A file's name is a draft of one line; its suffix is no part of a number.
        document = plain_document(name, self.settings)
        findings, _ = scan(document, self._compiled, self.settings)
        return tuple(rename(finding, "filename") for finding in findings)


def plain_document(text: str, settings: Settings) -> Document:
    """A text as the plain reader sees it: tables and labels in it are recognised."""
    from reviewer.readers.plain import text_document

    return text_document(text)


def today() -> date:
    return date.today()


EXPECTATION = ".expected.json"
"""beside NAME, NAME.expected.json says what a scan of NAME must find (samples/README.md): no draft"""


def files_under(paths: list[Path]) -> Iterator[tuple[Path, str]]:
    """(file, name to show) for each path; folders are walked in order, links to folders are not.

    The only files of a folder that are left out are the expectations beside samples. A folder that can
    not be listed, and a link to a folder, are yielded themselves: reading them says why it failed.
    """
    for path in paths:
        if path.is_dir():
            closed: list[OSError] = []
            for folder, inner, found in os.walk(path, onerror=closed.append):
                inner.sort()
                for name in inner:
                    if os.path.islink(os.path.join(folder, name)):
                        yield Path(folder) / name, os.path.join(folder, name)
                for name in sorted(found):
                    if name.endswith(EXPECTATION) and name.removesuffix(EXPECTATION) in found:
                        continue
                    yield Path(folder) / name, os.path.join(folder, name)
            for fault in closed:
                yield Path(fault.filename), str(fault.filename)
        else:
            yield path, str(path)
