"""A rescan as JSON, schema reviewer.findings/1 with changes, joins and take-down list (docs/json.md)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, TextIO

from reviewer.model import SEVERITIES, VERDICTS
from reviewer.reports.json import SCHEMA, TOOL
from reviewer.rescan.report import Report

_encode = json.JSONEncoder(ensure_ascii=False).encode


def write(report: Report, stream: TextIO) -> None:
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
        body = {name: value for name, value in document.items() if name not in ("findings", "not_listed")}
        stream.write(_encode(body)[:-1] + ', "findings": [')
        stream.write(",\n  ".join(map(_encode, findings)) + "]}")
        tally.add(document)
    stream.write(f'],\n"basis": {_encode(tally.basis())},\n"summary": {_encode(tally.summary())},\n')
    stream.write(f'"changes": {_encode(report.changes())},\n')
    stream.write(f'"joins": {_encode(list(report.outcome.joins))},\n')
    stream.write(f'"takedown": {_encode(list(report.outcome.takedown))}\n}}\n')


class Tally:
    """What is said of all documents together, counted as they are gone through."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._verdicts: Counter[str] = Counter()
        self._severities: Counter[str] = Counter()
        self._entities: Counter[str] = Counter()
        self._basis: set[str] = set()
        self._left_out = self._gaps = self._faults = 0

    def add(self, document: Mapping[str, Any]) -> None:
        self._verdicts[document["verdict"]] += 1
        self._left_out += document["not_listed"]
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
            "not_listed": self._left_out,
            "by_severity": {name: self._severities[name] for name in reversed(SEVERITIES)},
            "by_entity": dict(sorted(self._entities.items())),
            "gaps": self._gaps,
            "errors": self._faults,
        }

    def basis(self) -> dict[str, dict[str, str]]:
        names = ("title", "article", "text", "source")
        known = [key for key in sorted(self._basis) if key in self._report.basis]
        return {key: dict(zip(names, self._report.basis[key], strict=True)) for key in known}
