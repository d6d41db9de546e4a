"""What a rescan says, for all of its formats: documents, findings, what has changed, joins, take-down list."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from itertools import islice
from typing import IO, Any

from reviewer.errors import UsageError
from reviewer.model import SEVERITIES, Severity
from reviewer.reports import BINARY, Law
from reviewer.reports.joining import Joining, join_of, table_of
from reviewer.rescan.proposals import holds_of
from reviewer.rescan.run import Rescanned
from reviewer.rescan.state import Change, State, Stored

FORMATS: tuple[str, ...] = ("console", "json", "html", "xlsx")
"""the modules report_*.py of this package"""
CHANGE_TITLES = {"new": "新发现", "reopened": "重新出现", "known": "原来就有", "gone": "已消失"}
_AT_ONCE = 200


@dataclass(frozen=True)
class Report:
    """Everything that a report is made of; documents are asked of the state one by one.

    source  what the source is called, as it may be shown
    where   where the state lies, as it may be shown
    """

    outcome: Rescanned
    state: State
    version: str = ""
    rules: Mapping[str, str | int] = field(default_factory=dict)
    basis: Mapping[str, Law] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    min_severity: Severity = "note"
    date: str = ""
    source: str = ""
    where: str = ""

    def documents(self, wanted: Container[int] | None = None) -> Iterator[tuple[Stored, dict[str, Any]]]:
        """The documents of the source that are there, with their JSON; `wanted`: only those."""
        every = self.state.documents(self.outcome.run.source)
        for some in _some(one for one in every if wanted is None or one.id in wanted):
            told = dict(self.state.examined(one.id for one in some))
            for one in some:
                yield one, self._with_metadata(one, told[one.id])

    def _with_metadata(self, stored: Stored, document: dict[str, Any]) -> dict[str, Any]:
        more = {
            "title": stored.title, "url": stored.url, "unit": stored.unit, "column": stored.column,
            "published": stored.published.isoformat() if stored.published else None,
            "index_number": stored.index_number, "number": stored.number, "page": self.pages.get(stored.page_key, ""),
            "unchanged": stored.last_run != self.outcome.run.id,
        }  # fmt: skip
        findings = [one for one in document["findings"] if self.listed(one["severity"])]
        left_out = len(document["findings"]) - len(findings)
        return {**document, "findings": findings, **more, "not_listed": left_out}

    def listed(self, severity: str) -> bool:
        return SEVERITIES.index(severity) >= SEVERITIES.index(self.min_severity)

    @cached_property
    def places(self) -> Mapping[int, tuple[str, str, str]]:
        """Document -> masked path, unit and column."""
        return self.state.places(self.outcome.run.source)

    @cached_property
    def named(self) -> Mapping[str, str]:
        """Masked path -> path."""
        return self.state.named(self.outcome.run.source)

    @cached_property
    def pages(self) -> Mapping[str, str]:
        """What stands for a page in the state -> its path, for the pages that others hang on."""
        pages = self.state.pages(self.outcome.run.source)
        return {key: path.rpartition("~")[0] if path in self.named else path for key, path in pages.items()}

    def shown(self, stored: Stored) -> str:
        """The path as people may see it: names and numbers masked."""
        return stored.path.rpartition("~")[0] if stored.path in self.named else stored.path

    @cached_property
    def joining(self) -> Joining:
        """The joins over the whole state, and the tables of the source that single persons out."""
        return Joining(tuple(map(join_of, self.outcome.joins)), tuple(map(table_of, self.tables)))

    @cached_property
    def tables(self) -> list[dict[str, Any]]:
        """The tables that name nobody and single somebody out, as in docs/json.md."""
        held = (one for one in self.state.documents(self.outcome.run.source) if holds_of(one.holds).tables)
        return [
            {**table, "path": document["path"]}
            for _, document in self.documents({one.id for one in held}) for table in document["tables"]
        ]  # fmt: skip

    def path_shown(self, path: str) -> str:
        """A path of JSON, of any source, as people may see it."""
        return self._masked.get(path, path)

    @cached_property
    def _masked(self) -> Mapping[str, str]:
        return {path: masked.rpartition("~")[0] for masked, path in self.state.named().items()}

    def changes(self, only: Change) -> Iterator[dict[str, str]]:
        """The findings to which that has happened since the last run that was finished."""
        run = self.outcome.run
        for _, document, fingerprint, severity in self.state.findings(run, only):
            if self.listed(severity):
                path, unit, column = self.places[document]
                yield {
                    "path": self.named.get(path, path), "fingerprint": fingerprint, "unit": unit, "column": column
                }  # fmt: skip

    def changed(self) -> tuple[dict[tuple[int, str], str], Counter[tuple[str, str]]]:
        """(document, fingerprint) -> what has happened, where anything has; and (what, severity) -> how many."""
        told: dict[tuple[int, str], str] = {}
        counts: Counter[tuple[str, str]] = Counter()
        for change, document, fingerprint, severity in self.state.findings(self.outcome.run):
            if self.listed(severity):
                counts[change, severity] += 1
                if change != "known":
                    told[document, fingerprint] = change
        return told, counts


def _some(documents: Iterator[Stored]) -> Iterator[list[Stored]]:
    while found := list(islice(documents, _AT_ONCE)):
        yield found


def check_formats(names: Iterable[str]) -> None:
    """Raises UsageError where there is no such format."""
    for name in names:
        if name not in FORMATS:
            raise UsageError(f"重新审查没有 {name} 这种报告格式。可用的有：{'、'.join(FORMATS)}。")


def write(format: str, report: Report, stream: IO[Any]) -> None:
    """Writes the report: UTF-8 bytes to a binary stream, characters to a text one. Raises UsageError for no format."""
    check_formats([format])
    module = import_module(f"reviewer.rescan.report_{format}")
    if format in BINARY:
        binary = getattr(stream, "buffer", None) if isinstance(stream, io.TextIOBase) else stream
        if binary is None:
            raise UsageError(f"{format} 不是文本，不能写到这里。请用 -o 指定文件名。")
        module.write(report, binary)
    elif isinstance(stream, io.TextIOBase):
        module.write(report, stream)
    else:
        wrapper = io.TextIOWrapper(stream, "utf-8", errors="backslashreplace", newline="\n")
        try:
            module.write(report, wrapper)
            wrapper.flush()
        finally:
            wrapper.detach()
