"""The outcome as a Code Quality report of GitLab: a list of what is wrong, each with a fingerprint of its place."""

from __future__ import annotations

import hashlib
import json
from typing import Any, TextIO

from reviewer.gate.judge import TITLES, Judged, Reason
from reviewer.gate.report_sarif import rule_of, where
from reviewer.gate.run import Outcome

_SEVERITIES = {"block": "blocker", "check": "critical", None: "major"}


def write(outcome: Outcome, stream: TextIO) -> None:
    """A JSON array, empty where all may go out."""
    made = [_issue(outcome, file, one) for file in outcome.files for one in file.reasons]
    stream.write("[" + ",\n".join(json.dumps(one, ensure_ascii=False) for one in made) + "]\n")


def _issue(outcome: Outcome, file: Judged, one: Reason) -> dict[str, Any]:
    # Of the bytes and the place: neither says anything of a value, nor of a path that is masked.
    place = f"{file.path}|{file.sha256}|{one.fault}|{one.rule}|{one.part}|{one.start}|{one.end}|{one.id}|{one.inside}"
    return {
        "description": f"{TITLES[one.fault]}：{one.message}",
        "check_name": rule_of(one),
        "fingerprint": hashlib.sha256(place.encode("utf-8", "surrogatepass")).hexdigest(),
        "severity": _SEVERITIES.get(one.severity, "major"),
        "location": {"path": where(outcome, file), "lines": {"begin": one.locator.line or 1}},
    }
