"""What a scan of a file holds that somebody has to decide: the same words for whoever approves and for the gate.

    results = scanner.in_bytes(data, path)                 # a scanner with plain Settings, as the gate's is
    content = content_of(results, path, page)              # page: page_text(...) of a page, else None
    Certificate(…, subjects=(Subject(path, sha256, page.sha256),), decided=content.decided, gaps=content.gaps)

A certificate has to list all of it, or the gate finds what nobody decided. An allow-list or a genre that a person
set makes a scan tell less than the gate's: scan the final file plainly for its certificate.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reviewer.model import Finding, Result
from reviewer.review.certificate import Decided, Unread
from reviewer.review.page_text import PageText

TO_DECIDE = frozenset(("check", "block"))
"""severities of what somebody has to decide"""


@dataclass(frozen=True, slots=True)
class Content:
    """The findings at check and block of a file and of the files in it, and what could not be read of them."""

    decided: tuple[Decided, ...] = ()
    gaps: tuple[Unread, ...] = ()


def content_of(results: Iterable[Result], path: str, page: PageText | None = None) -> Content:
    """The content of one file. `results` are its own and those of the files in it; `path` is its subject's."""
    decided: list[Decided] = []
    gaps: list[Unread] = []
    outer = ""
    for number, result in enumerate(results):
        outer = outer or result.path
        inside = path + result.path.removeprefix(outer)
        for finding in (*result.findings, *result.name_findings):
            if finding.severity in TO_DECIDE:
                decided.append(decided_of(finding, inside, None if number else page))
        gaps += [Unread(inside, gap.id, gap.part, gap.reason) for gap in result.gaps]
        gaps += [Unread(inside, "", "", fault.code) for fault in result.faults]
    return Content(tuple(dict.fromkeys(decided)), tuple(dict.fromkeys(gaps)))


def decided_of(finding: Finding, path: str, page: PageText | None) -> Decided:
    """The finding by its place; of a page also by its place in the approved text."""
    text = page.place(finding.start, finding.end) if page is not None and finding.part != "filename" else None
    return Decided(path, finding.rule, finding.part, finding.start, finding.end, text)
