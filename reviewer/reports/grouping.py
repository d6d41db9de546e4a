"""Findings -> groups: what a person decides once is shown once, with a count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reviewer.model import Document, Finding


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one rule that belong together, in the order of the text; never empty."""

    findings: tuple[Finding, ...]
    column: bool
    """they share a table column; otherwise they share part and value"""

    @property
    def first(self) -> Finding:
        return self.findings[0]

    def common(self, name: str) -> str:
        """The findings' `role` or `scope`, "" where they differ."""
        every = {getattr(finding, name) for finding in self.findings}
        return str(every.pop()) if len(every) == 1 else ""

    def values(self) -> int:
        """How many different values it holds."""
        return len({finding.identity for finding in self.findings})


def groups(findings: Iterable[Finding], document: Document | None) -> list[Group]:
    """The findings in groups, by first place: one rule in one column of one table, or one value in one part.

    Hidden content has no value of its own: there one part of one sheet is a group.
    """
    sorted_findings = sorted(findings, key=lambda finding: (finding.start, finding.end))
    gathered: dict[tuple[object, ...], list[Finding]] = {}
    for finding in sorted_findings:
        gathered.setdefault(_key(finding, document), []).append(finding)
    return [Group(tuple(group), key[0] == "column") for key, group in gathered.items()]


def _key(finding: Finding, document: Document | None) -> tuple[object, ...]:
    place = finding.locator
    # The kind of document may want different things of the names in one column: winners, and the others.
    same = (finding.rule, finding.entity, finding.severity, finding.part, finding.advice)
    if finding.entity == "HIDDEN_CONTENT":
        return "hidden", *same, place.sheet, place.note, finding.message
    if finding.column is not None and finding.part != "filename":
        # Two tables of one document, or two sheets, can both have a column 3.
        block = document.block_at(finding.start) if document is not None else None
        return "column", *same, place.sheet, block.start if block else None, finding.column
    return "value", *same, finding.identity, finding.masked
