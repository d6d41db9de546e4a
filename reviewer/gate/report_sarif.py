"""The outcome as SARIF 2.1.0: each reason is a result; why a file is not approved are rules named gate-…"""

from __future__ import annotations

import json
from typing import Any, TextIO

from reviewer.gate.judge import CODES, TITLES, Judged, Reason
from reviewer.gate.report_text import ADVICE
from reviewer.gate.run import Outcome
from reviewer.reports.sarif import LEVELS, SCHEMA_URI, uri

_encode = json.JSONEncoder(ensure_ascii=False).encode


def rule_of(one: Reason) -> str:
    """The id of what is wrong: a rule of the rule set, or gate-unapproved, gate-unread …"""
    return one.rule if one.fault == "found" and one.rule else f"gate-{one.fault}"


def where(outcome: Outcome, file: Judged) -> str:
    """The path of a file from where the gate was called."""
    return f"{outcome.root}/{file.path}" if outcome.root not in ("", ".") else file.path


def write(outcome: Outcome, stream: TextIO) -> None:
    """One log with one run."""
    told = [(file, one) for file in outcome.files for one in file.reasons]
    rules = {rule_of(one): one for _, one in told}
    numbers = {rule: number for number, rule in enumerate(sorted(rules))}
    driver = {
        "name": "reviewer-gate", "version": outcome.version,
        "rules": [_rule(outcome, rule, rules[rule]) for rule in sorted(rules)],
    }  # fmt: skip
    run = {
        "tool": {"driver": {name: value for name, value in driver.items() if value != ""}},
        "columnKind": "unicodeCodePoints",
        "language": "zh-CN",
        "invocations": [{"executionSuccessful": not outcome.interrupted, "exitCode": outcome.exit_code}],
        "properties": {"rules": outcome.rules, "scope": outcome.scope, "channel": outcome.channel},
    }
    log = {"$schema": SCHEMA_URI, "version": "2.1.0"}
    stream.write(_encode(log)[:-1] + ', "runs": [' + _encode(run)[:-1] + ', "results": [')
    before = "\n"
    for file, one in told:
        stream.write(before + _encode(_result(outcome, file, one, numbers[rule_of(one)])))
        before = ",\n"
    stream.write("]}]}\n")


def _rule(outcome: Outcome, rule: str, one: Reason) -> dict[str, Any]:
    title = outcome.titles.get(rule, "") if rule == one.rule else TITLES[one.fault]
    return {
        "id": rule,
        "shortDescription": {"text": title or rule},
        "help": {"text": ADVICE[one.fault]},
        "defaultConfiguration": {"level": "error"},
    }


def _result(outcome: Outcome, file: Judged, one: Reason, number: int) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri(where(outcome, file))}}
    if one.locator.line is not None and not one.inside:
        physical["region"] = {"startLine": one.locator.line}
    properties: dict[str, Any] = {"status": file.status, "code": CODES[one.fault]}
    if one.part:
        properties |= {"part": one.part}
    if one.fault == "found" and one.severity is not None:
        properties |= {"start": one.start, "end": one.end, "severity": one.severity}
    return {
        "ruleId": rule_of(one),
        "ruleIndex": number,
        "level": LEVELS[one.severity] if one.severity is not None else "error",
        "message": {"text": one.message},
        "locations": [{"physicalLocation": physical}],
        "properties": properties,
    }
