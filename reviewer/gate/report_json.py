"""The outcome as JSON: reviewer.gate/1, described in docs/gate.md and docs/gate.schema.json."""

from __future__ import annotations

import json
from typing import Any, TextIO

from reviewer.gate.judge import Judged, Reason
from reviewer.gate.papers import Paper
from reviewer.gate.run import Outcome
from reviewer.review.record import stamp

SCHEMA = "reviewer.gate/1"

_encode = json.JSONEncoder(ensure_ascii=False).encode


def write(outcome: Outcome, stream: TextIO) -> None:
    """One object, each file on a line of its own."""
    head = {
        "schema": SCHEMA,
        "tool": {"name": "reviewer", "version": outcome.version},
        "rules": outcome.rules,
        "root": outcome.root,
        "date": outcome.today.isoformat(),
        "scope": outcome.scope,
        "channel": outcome.channel,
        "exit_code": outcome.exit_code,
        "notes": list(outcome.notes),
        "trusted_keys": outcome.papers.keys,
        "revocations": _revocations(outcome),
        "certificates": [_paper(paper) for paper in outcome.papers.papers],
        "summary": {"total": len(outcome.files), **dict(sorted(outcome.counts.items()))},
    }
    stream.write(_encode(head)[:-1] + ', "files": [')
    for number, file in enumerate(outcome.files):
        stream.write((",\n" if number else "\n") + _encode(_file(file)))
    stream.write("]}\n")


def _revocations(outcome: Outcome) -> dict[str, Any] | None:
    listed = outcome.papers.revocations
    if listed is None:
        return None
    return {
        "number": listed.number,
        "issued_at": stamp(listed.issued_at),
        "fresh_until": listed.fresh_until.isoformat(),
        "fresh": listed.is_fresh(outcome.today),
    }


def _paper(paper: Paper) -> dict[str, Any]:
    verdict, one = paper.verdict, paper.verdict.certificate
    made: dict[str, Any] = {"file": paper.file, "status": verdict.status, "id": verdict.id or None}
    if one is not None:
        until = one.valid_until.isoformat() if one.valid_until is not None else None
        made |= {
            "item": one.item, "outcome": one.outcome, "scope": one.scope, "channel": list(one.channel),
            "valid_from": one.valid_from.isoformat(), "valid_until": until, "files": len(one.subjects),
        }  # fmt: skip
    return made | ({"message": verdict.message} if verdict.message else {})


def _file(file: Judged) -> dict[str, Any]:
    return {
        "path": file.path,
        "status": file.status,
        "also": list(file.also),
        "sha256": file.sha256 or None,
        "by": file.by or None,
        "certificate": file.certificate or None,
        "reasons": [_reason(one) for one in file.reasons],
    }


def _reason(one: Reason) -> dict[str, Any]:
    made: dict[str, Any] = {"fault": one.fault, "message": one.message}
    if one.fault == "found" and one.severity is not None:
        made |= {"rule": one.rule, "severity": one.severity, "part": one.part, "start": one.start, "end": one.end}
    if one.fault == "unread":
        made |= {"reason": one.rule, "part": one.part, "id": one.id or None}
    place = one.locator
    told = {"page": place.page, "line": place.line, "row": place.row, "column": place.column, "cell": place.cell,
            "paragraph": place.paragraph}  # fmt: skip
    made |= {name: value for name, value in told.items() if value is not None}
    return made | ({"inside": one.inside} if one.inside else {})
