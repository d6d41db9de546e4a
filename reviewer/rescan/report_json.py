"""A rescan as JSON, schema reviewer.findings/1 with changes, joins and take-down list (docs/json.md)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

from reviewer.reports.json import SCHEMA, TOOL, Tally
from reviewer.rescan.report import Report
from reviewer.rescan.state import CHANGES

_encode = json.JSONEncoder(ensure_ascii=False).encode


def write(report: Report, stream: TextIO) -> None:
    """One JSON object; keys as in docs/findings.schema.json."""
    head = {
        "schema": SCHEMA, "tool": {"name": TOOL, "version": report.version}, "rules": dict(report.rules),
        "key_id": report.state.key.id, "values": "masked", "min_severity": report.min_severity,
        "finished": not report.outcome.interrupted,
    }  # fmt: skip
    stream.write("{\n" + "".join(f"{_encode(name)}: {_encode(value)},\n" for name, value in head.items()))
    stream.write('"documents": [')
    tally = Tally(report.basis)
    for index, (_, document) in enumerate(report.documents()):
        stream.write(",\n" if index else "\n")
        findings = document["findings"]
        body = {name: value for name, value in document.items() if name not in ("findings", "not_listed", "tables")}
        stream.write(_encode(body)[:-1] + ', "findings": [')
        stream.write(",\n  ".join(map(_encode, findings)) + "]}")
        tally.document(
            document["verdict"], gaps=len(document["gaps"]), faults=len(document["errors"]),
            left_out=document["not_listed"],
        )  # fmt: skip
        for one in findings:
            tally.finding(one["severity"], one["entity"], one["basis"])
    stream.write(f'],\n"basis": {_encode(tally.basis())},\n"summary": {_encode(tally.summary())},\n')
    # Of a big site none of these fits into memory as one text.
    for index, name in enumerate(CHANGES):
        stream.write(",\n " if index else '"changes": {\n ')
        _array(name, report.changes(name), stream)
    stream.write("},\n")
    _array("joins", report.outcome.joins, stream)
    stream.write(",\n")
    _array("tables", report.tables, stream)
    stream.write(",\n")
    _array("takedown", report.outcome.takedown, stream)
    stream.write("\n}\n")


def _array(name: str, items: Iterable[Mapping[str, Any]], stream: TextIO) -> None:
    stream.write(f"{_encode(name)}: [")
    for index, one in enumerate(items):
        stream.write((",\n  " if index else "\n  ") + _encode(one))
    stream.write("]")
