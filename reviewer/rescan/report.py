"""What a rescan says, as JSON (docs/json.md): documents, what has changed, joins and take-down list."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TextIO

from reviewer.model import SEVERITIES, VERDICTS, Severity
from reviewer.reports import Law
from reviewer.reports.json import SCHEMA, TOOL
from reviewer.rescan.run import Rescanned
from reviewer.rescan.state import CHANGES, State, Stored

_encode = json.JSONEncoder(ensure_ascii=False).encode
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a report is made of; documents are asked of the state one by one."""

    outcome: Rescanned
    state: State
    version: str = ""
    rules: Mapping[str, str | int] = field(default_factory=dict)
    basis: Mapping[str, Law] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    min_severity: Severity = "note"
    date: str = ""

    def documents(self) -> Iterator[tuple[Stored, dict[str, Any]]]:
        """The documents of the source that are there, with their JSON."""
        for some in _some(self.state.documents(self.outcome.run.source)):
            told = dict(self.state.examined(one.id for one in some))
            for one in some:
                yield one, self._with_metadata(one, told[one.id])

    def _with_metadata(self, stored: Stored, document: dict[str, Any]) -> dict[str, Any]:
        more = {
            "title": stored.title, "url": stored.url, "unit": stored.unit, "column": stored.column,
            "published": stored.published.isoformat() if stored.published else None,
            "index_number": stored.index_number, "number": stored.number,
            "unchanged": stored.last_run != self.outcome.run.id,
        }  # fmt: skip
        findings = [one for one in document["findings"] if self.listed(one["severity"])]
        return {**document, "findings": findings, **more}

    def listed(self, severity: str) -> bool:
        return SEVERITIES.index(severity) >= SEVERITIES.index(self.min_severity)

    def changes(self) -> dict[str, list[dict[str, str]]]:
        """What has happened to findings since the last run that was finished."""
        run = self.outcome.run
        where = {one.id: one for one in self.state.documents(run.source, gone=True)}
        named = self.state.named(run.source)
        made: dict[str, list[dict[str, str]]] = {name: [] for name in CHANGES}
        for change, document, fingerprint, severity in self.state.findings(run):
            if self.listed(severity):
                one = where[document]
                path = named.get(one.path, one.path)
                made[change].append({"path": path, "fingerprint": fingerprint, "unit": one.unit, "column": one.column})
        return made


def write_json(report: Report, stream: TextIO) -> None:
    """One JSON object; keys as in docs/findings.schema.json."""
    head = {
        "schema": SCHEMA, "tool": {"name": TOOL, "version": report.version}, "rules": dict(report.rules),
        "key_id": report.state.key.id, "values": "masked", "min_severity": report.min_severity,
    }  # fmt: skip
    stream.write("{\n" + "".join(f"{_encode(name)}: {_encode(value)},\n" for name, value in head.items()))
    stream.write('"documents": [')
    tally = Tally(report)
    for index, (_, document) in enumerate(report.documents()):
        stream.write(",\n" if index else "\n")
        findings = document["findings"]
        body = {name: value for name, value in document.items() if name != "findings"}
        stream.write(_encode(body)[:-1] + ', "findings": [')
        stream.write(",\n  ".join(map(_encode, findings)) + "]}")
        tally.add(document)
    stream.write(f'],\n"basis": {_encode(tally.basis())},\n"summary": {_encode(tally.summary())},\n')
    stream.write(f'"changes": {_encode(report.changes())},\n')
    stream.write(f'"joins": {_encode(list(report.outcome.joins))},\n')
    stream.write(f'"takedown": {_encode(list(report.outcome.takedown))}\n}}\n')


def _some(documents: Iterator[Stored]) -> Iterator[list[Stored]]:
    while found := list(islice(documents, _AT_ONCE)):
        yield found


class Tally:
    """What is said of all documents together, counted as they are gone through."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._verdicts: Counter[str] = Counter()
        self._severities: Counter[str] = Counter()
        self._entities: Counter[str] = Counter()
        self._basis: set[str] = set()
        self._gaps = self._faults = 0

    def add(self, document: Mapping[str, Any]) -> None:
        self._verdicts[document["verdict"]] += 1
        self._gaps += len(document["gaps"])
        self._faults += len(document["errors"])
        for one in document["findings"]:
            self._severities[one["severity"]] += 1
            self._entities[one["entity"]] += 1
            self._basis.update(one["basis"])

    def summary(self) -> dict[str, Any]:
        return {
            "documents": {
                "total": self._verdicts.total(), **{name: self._verdicts[name] for name in VERDICTS}
            },
            "findings": self._severities.total(),
            "not_listed": 0,
            "by_severity": {name: self._severities[name] for name in reversed(SEVERITIES)},
            "by_entity": dict(sorted(self._entities.items())),
            "gaps": self._gaps,
            "errors": self._faults,
        }

    def basis(self) -> dict[str, dict[str, str]]:
        names = ("title", "article", "text", "source")
        known = [key for key in sorted(self._basis) if key in self._report.basis]
        return {key: dict(zip(names, self._report.basis[key], strict=True)) for key in known}
