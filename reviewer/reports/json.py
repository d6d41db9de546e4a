"""The findings as JSON, schema reviewer.findings/1: the tool's promise to other programs (docs/json.md).

Written piece by piece, one finding a line, so that 250,000 findings need no 250,000 dictionaries.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, TextIO

from reviewer.keys import ordered_fingerprints
from reviewer.model import SEVERITIES, VERDICTS, DocumentGenre, Finding, Gap, Locator, Result
from reviewer.reports import Bundle, in_order
from reviewer.reports.veil import Shown, Veil

SCHEMA = "reviewer.findings/1"
TOOL = "reviewer"

_encode = json.JSONEncoder(ensure_ascii=False).encode


def write(bundle: Bundle, stream: TextIO) -> None:
    """Write one JSON object; keys as in docs/findings.schema.json."""
    head = {
        "schema": SCHEMA,
        "tool": {"name": TOOL, "version": bundle.version},
        "rules": dict(bundle.rules),
        "key_id": bundle.key.id,
        "values": "shown" if bundle.show_values else "masked",
        "min_severity": bundle.min_severity,
    }
    stream.write("{\n" + "".join(f"{_encode(name)}: {_encode(value)},\n" for name, value in head.items()))
    stream.write('"documents": [')
    tally = Tally(bundle.basis)
    for index, (result, veil) in enumerate(Shown(bundle)):
        stream.write(",\n" if index else "\n")
        stream.writelines(document(bundle, result, veil))
        found = (*result.findings, *result.name_findings)
        listed = [one for one in found if bundle.listed(one)]
        left_out = len(found) - len(listed)
        tally.document(result.verdict, gaps=len(result.gaps), faults=len(result.faults), left_out=left_out)
        for one in listed:
            tally.finding(one.severity, one.entity, one.basis)
    stream.write(f'],\n"basis": {_encode(tally.basis())},\n"summary": {_encode(tally.summary())}')
    if bundle.joining is not None:
        from reviewer.reports import joining

        told = [joining.fields(one) for one in bundle.joining.joins]
        stream.write(f',\n"joins": {_encode(told)}')
        stream.write(f',\n"tables": {_encode([joining.table_fields(*one) for one in bundle.joining.tables])}')
    stream.write("\n}\n")


class Tally:
    """What is said of all documents together, counted as they are written: there may be 100,000 of them.

    texts  key of a law -> its title, article, text and source
    """

    def __init__(self, texts: Mapping[str, tuple[str, str, str, str]]) -> None:
        self._texts = texts
        self._verdicts: Counter[str] = Counter()
        self._severities: Counter[str] = Counter()
        self._entities: Counter[str] = Counter()
        self._left_out = self._gaps = self._faults = 0
        self._basis: set[str] = set()

    def document(self, verdict: str, *, gaps: int, faults: int, left_out: int = 0) -> None:
        """One more document. left_out: its findings below min_severity."""
        self._verdicts[verdict] += 1
        self._gaps += gaps
        self._faults += faults
        self._left_out += left_out

    def finding(self, severity: str, entity: str, basis: Iterable[str]) -> None:
        """One more finding that is listed."""
        self._severities[severity] += 1
        self._entities[entity] += 1
        self._basis.update(basis)

    def summary(self) -> dict[str, Any]:
        """Counts of what is listed, and of what min_severity left out."""
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
        """The law behind the keys that listed findings name."""
        names = ("title", "article", "text", "source")
        known = [key for key in sorted(self._basis) if key in self._texts]
        return {key: dict(zip(names, self._texts[key], strict=True)) for key in known}


def locator_fields(locator: Locator, veil: Veil) -> dict[str, Any]:
    """The parts of a place that apply; names in it masked."""
    fields: dict[str, Any] = {}
    for name in ("page", "box", "paragraph", "sheet", "cell", "row", "column", "line", "note"):
        value = getattr(locator, name)
        if value is not None:
            fields[name] = veil.raw(value) if name in ("sheet", "note") else value
    return fields


def document(bundle: Bundle, result: Result, veil: Veil) -> Iterator[str]:
    """The object of one document, in pieces."""
    read = result.document
    head = {
        "path": result.path,
        "sha256": (read.sha256 or None) if read else None,
        "format": read.format if read else None,
        "encoding": read.encoding if read else None,
        "characters": read.length if read else None,
        "verdict": result.verdict,
        "complete": result.complete,
        "genre": genre_fields(result.genre, veil) if result.genre is not None else None,
    }
    yield _encode(head)[:-1] + ',\n "findings": ['
    yield from _lines(_finding_lines(bundle, result, veil))
    yield '],\n "gaps": ['
    yield from _lines(_encode(_gap(gap, veil)) for gap in result.gaps)
    yield '],\n "errors": ['
    yield from _lines(_encode({"code": f.code, "message": veil.raw(f.message)}) for f in result.faults)
    yield "]}"


def _finding_lines(bundle: Bundle, result: Result, veil: Veil) -> Iterator[str]:
    findings = in_order(result)
    marks = ordered_fingerprints(findings, bundle.key)
    for finding, (fingerprint, value_id) in zip(findings, marks, strict=True):
        if bundle.listed(finding):
            yield _finding(finding, fingerprint, value_id, veil)


def _finding(finding: Finding, fingerprint: str, value_id: str, veil: Veil) -> str:
    head = _fields(
        ("rule", finding.rule), ("entity", finding.entity), ("severity", finding.severity),
        ("confidence", finding.confidence),
    )  # fmt: skip
    told = _fields(
        ("view", finding.view), ("message", veil.raw(finding.message)), ("advice", finding.advice),
        ("basis", finding.basis),
    )  # fmt: skip
    own = [f'"fingerprint": "{fingerprint}", "value_id": "{value_id}", {head}']
    own.append(f'"start": {finding.start}, "end": {finding.end}, "part": {_encode(finding.part)}')
    own.append(f'"locator": {_encode(locator_fields(finding.locator, veil))}')
    own.append(f'"value": {_encode(veil.value(finding))}, {told}')
    if finding.masked:
        own.append(f'"masked": true, "candidates": {_encode(finding.candidates)}')
    if finding.recognised:
        own.append('"recognised": true')
    if finding.depth:
        own.append(f'"depth": {_encode(finding.depth)}')
    if finding.permitted_end is not None:
        own.append(f'"permitted_end": {finding.permitted_end}')
    if more := judged(finding, veil):
        own.append(_encode(more)[1:-1])
    return "{" + ", ".join(own) + "}"


def judged(finding: Finding, veil: Veil) -> dict[str, Any]:
    """What the kind of document and the neighbours say of the finding, where they say anything."""
    fields: dict[str, Any] = {}
    if finding.role:
        fields["role"] = finding.role
    if finding.scope:
        fields["scope"] = veil.raw(finding.scope)
    if finding.combined_with:
        fields["combined_with"] = list(finding.combined_with)
    return fields


def genre_fields(genre: DocumentGenre, veil: Veil) -> dict[str, Any]:
    """The kind of document and what told it; found values in the evidence masked."""
    evidence = [veil.raw(words) for words in genre.evidence]
    return {"name": genre.name, "confidence": genre.confidence, "evidence": evidence}


@lru_cache(maxsize=1024)
def _fields(*fields: tuple[str, Any]) -> str:
    """Fields that most findings of a document share, encoded once."""
    return _encode(dict(fields))[1:-1]


def _gap(gap: Gap, veil: Veil) -> dict[str, Any]:
    return {
        "id": gap.id,
        "part": gap.part,
        "locator": locator_fields(gap.locator, veil),
        "reason": gap.reason,
        "message": veil.raw(gap.message),
    }


def _lines(items: Iterable[str]) -> Iterator[str]:
    """Each on a line of its own, with commas between."""
    before = "\n  "
    for item in items:
        yield before + item
        before = ",\n  "
