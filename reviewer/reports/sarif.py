"""The findings as SARIF 2.1.0 (OASIS, 2023-08-28) for code review platforms and editors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, TextIO
from urllib.parse import quote

from reviewer.keys import ordered_fingerprints
from reviewer.model import SEVERITIES, Finding, Gap, Locator, Result
from reviewer.reports import Bundle, in_order
from reviewer.reports.json import TOOL, genre_fields, judged
from reviewer.reports.veil import Shown, Veil
from reviewer.reports.words import citation, entity_title, part_title, remark, rule_title

SCHEMA_URI = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"block": "error", "check": "warning", "note": "note"}

_encode = json.JSONEncoder(ensure_ascii=False).encode


def write(bundle: Bundle, stream: TextIO) -> None:
    """Write one SARIF log with one run. Offsets are code points in what `reviewer text` prints."""
    shown = Shown(bundle)
    rules = _rules(bundle)
    driver = {
        "name": TOOL,
        "version": bundle.version,
        "rules": [_rule(bundle, finding) for finding in rules.values()],
    }
    run = {
        "tool": {"driver": {name: value for name, value in driver.items() if value != ""}},
        "columnKind": "unicodeCodePoints",
        "language": "zh-CN",
        "invocations": [_invocation(bundle, shown)],
    }
    log = {"$schema": SCHEMA_URI, "version": "2.1.0"}
    stream.write(_encode(log)[:-1] + ', "runs": [' + _encode(run)[:-1] + ', "artifacts": [')
    for number, ((result, veil), parent) in enumerate(zip(shown, _parents(bundle), strict=True)):
        stream.write((", " if number else "") + _encode(_artifact(bundle, result, veil, parent)))
    properties = {"key_id": bundle.key.id, "rules": dict(bundle.rules)}
    stream.write(f'], "properties": {_encode(properties)}, "results": [')
    numbers = {rule: number for number, rule in enumerate(rules)}
    before = "\n"
    for number, (result, veil) in enumerate(shown):
        for item in _results(bundle, result, veil, number, numbers):
            stream.write(before + _encode(item))
            before = ",\n"
    stream.write("]}]}\n")


def uri(path: str, root: str = "") -> str:
    """The path as a URI reference: relative to `root` where it lies below, else relative or file:///.

    Percent-encoded as RFC 3986 wants, a file name that is not UTF-8 byte by byte.
    """
    windows = path[1:3] == ":\\" or ("\\" in path and "/" not in path)
    if windows:
        path, root = PureWindowsPath(path).as_posix(), PureWindowsPath(root).as_posix() if root else ""
    if root and PurePosixPath(path).is_relative_to(root):
        path = str(PurePosixPath(path).relative_to(root))
    while path.startswith("./"):
        path = path[2:]
    encoded = quote(path.encode("utf-8", "surrogateescape"), safe="/!~")
    if windows and path[1:2] == ":":
        return "file:///" + encoded.replace("%3A", ":", 1)
    return "file://" + encoded if path.startswith("/") else encoded


def _rules(bundle: Bundle) -> dict[str, Finding]:
    """Rule id -> the most severe of its findings, which speaks for the rule."""
    rules: dict[str, Finding] = {}
    for result in bundle.results:
        for finding in (*result.findings, *result.name_findings):
            known = rules.get(finding.rule)
            if bundle.listed(finding) and (known is None or _rank(finding) > _rank(known)):
                rules[finding.rule] = finding
    return dict(sorted(rules.items()))


def _rank(finding: Finding) -> int:
    return SEVERITIES.index(finding.severity)


def _rule(bundle: Bundle, finding: Finding) -> dict[str, Any]:
    title = rule_title(bundle, finding.rule, finding.entity)
    lines = [finding.advice]
    for key in finding.basis:
        law = bundle.basis.get(key)
        lines.append(citation(bundle, key) + ("：" + law[2] if law and law[2] else ""))
    return {
        "id": finding.rule,
        "name": title,
        "shortDescription": {"text": title},
        "fullDescription": {"text": finding.advice or title},
        "help": {"text": "\n".join(line for line in lines if line) or title},
        "defaultConfiguration": {"level": LEVELS[finding.severity]},
        "properties": {"entity": finding.entity},
    }


def _parents(bundle: Bundle) -> Iterator[int | None]:
    """The index of the container that holds each result's file (3.24.3), None for a file of its own."""
    numbers: dict[str, int] = {}
    for number, result in enumerate(bundle.results):
        ends = (k for k in range(len(result.path) - 1, 0, -1) if result.path[k] == "!")
        yield next((numbers[result.path[:k]] for k in ends if result.path[:k] in numbers), None)
        numbers[result.path] = number


def _artifact(bundle: Bundle, result: Result, veil: Veil, parent: int | None) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "location": {"uri": uri(result.path, bundle.root)},
        "roles": ["analysisTarget"],
    }
    if parent is not None:
        fields["parentIndex"] = parent
    document = result.document
    if document is not None and document.sha256:
        fields["hashes"] = {"sha-256": document.sha256}
    if document is not None and document.encoding:
        fields["encoding"] = document.encoding
    fields["properties"] = {"verdict": result.verdict, "complete": result.complete}
    if result.genre is not None:
        fields["properties"]["genre"] = genre_fields(result.genre, veil)
    return fields


def _invocation(bundle: Bundle, shown: Shown) -> dict[str, Any]:
    """What could not be read, as notifications: a file as an error, a part as a warning."""
    notes = []
    for number, (result, veil) in enumerate(shown):
        place = {"uri": uri(result.path, bundle.root), "index": number}
        for fault in result.faults:
            message = veil.raw(fault.message)
            notes.append(_notification(fault.code, message, "error", {"artifactLocation": place}))
        for gap in result.gaps:
            note = _notification(gap.reason, veil.raw(gap.message), "warning", {"artifactLocation": place})
            note["locations"][0]["logicalLocations"] = _logical(gap, veil)
            note["properties"] = {"id": gap.id, "part": gap.part}
            notes.append(note)
    failed = any(result.document is None for result in bundle.results)
    return {"executionSuccessful": not failed, "toolExecutionNotifications": notes}


def _notification(code: str, message: str, level: str, physical: dict[str, Any]) -> dict[str, Any]:
    return {
        "descriptor": {"id": code},
        "level": level,
        "message": {"text": message},
        "locations": [{"physicalLocation": physical}],
    }


def _results(
    bundle: Bundle, result: Result, veil: Veil, number: int, rules: dict[str, int]
) -> Iterator[dict[str, Any]]:
    findings = in_order(result)
    place = {"uri": uri(result.path, bundle.root), "index": number}
    for finding, marks in zip(findings, ordered_fingerprints(findings, bundle.key), strict=True):
        if bundle.listed(finding):
            yield _result(bundle, finding, veil, place, rules[finding.rule], marks)


def _result(
    bundle: Bundle, finding: Finding, veil: Veil, place: dict[str, Any], rule: int, marks: tuple[str, str]
) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": place}
    properties: dict[str, Any] = {
        "entity": finding.entity,
        "confidence": finding.confidence,
        "part": finding.part,
        "view": finding.view,
        "value_id": marks[1],
        "key_id": bundle.key.id,
    }
    if finding.part == "filename":
        # These offsets count in the file's name, not in the artifact.
        properties |= {"start": finding.start, "end": finding.end}
    else:
        physical["region"] = _region(finding, veil.text)
    if finding.masked:
        properties |= {"masked": True, "candidates": finding.candidates}
    if finding.permitted_end is not None:
        properties["permitted_end"] = finding.permitted_end
    properties |= judged(finding, veil)
    location = {"physicalLocation": physical, "logicalLocations": _logical(finding, veil)}
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": LEVELS[finding.severity],
        "message": {"text": _message(bundle, finding, veil)},
        "locations": [location],
        "partialFingerprints": {"reviewerFingerprint/v1": marks[0]},
        "properties": properties,
    }


def _message(bundle: Bundle, finding: Finding, veil: Veil) -> str:
    text = f"{entity_title(finding.entity)}：{veil.value(finding)}"
    said = remark(bundle, finding)
    return f"{text}。{veil.raw(said)}" if said else text


def _region(finding: Finding, text: str) -> dict[str, int]:
    region = {"charOffset": finding.start, "charLength": finding.end - finding.start}
    line, column = finding.locator.line, finding.locator.column
    if line is None or column is None:
        return region
    # Both ways of saying where must say the same (3.30.4): without an end a line counts to its end.
    breaks = text.count("\n", finding.start, finding.end)
    last = text.rfind("\n", finding.start, finding.end) + 1
    end = finding.end - last + 1 if breaks else column + finding.end - finding.start
    return region | {"startLine": line, "startColumn": column, "endLine": line + breaks, "endColumn": end}


def _logical(item: Finding | Gap, veil: Veil) -> list[dict[str, str]]:
    """The part, then the page, sheet, cell and so on, outermost first."""
    place: Locator = item.locator
    steps = [(part_title(item.part), "part", item.part)]
    if place.note:
        steps.append((veil.raw(place.note), "note", veil.raw(place.note)))
    if place.page is not None:
        steps.append((f"第{place.page}页", "page", f"page-{place.page}"))
    if place.sheet is not None:
        steps.append((veil.raw(place.sheet), "sheet", veil.raw(place.sheet)))
    if place.cell:
        steps.append((place.cell, "cell", place.cell))
    elif place.line is None and place.row is not None:
        steps.append((f"第{place.row}行", "row", f"row-{place.row}"))
    if place.paragraph is not None:
        steps.append((f"第{place.paragraph}段", "paragraph", f"paragraph-{place.paragraph}"))
    locations = []
    full = ""
    for name, kind, token in steps:
        full = f"{full}/{token}" if full else token
        locations.append({"name": name, "fullyQualifiedName": full, "kind": kind})
    return locations
