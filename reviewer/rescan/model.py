"""The nouns of a rescan: Entry, Examined, Notice, Proposal. No module here does any I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from reviewer.review.cleaning import ACTIONS, Action

__all__ = [
    "ACTIONS", "NOTICE_KINDS", "PROPOSAL_KINDS", "Action", "Entry", "Examined", "Notice", "Proposal", "from_record",
    "notice_of", "notice_record",
]

NOTICE_KINDS = ("announcement_period", "validity", "repeal", "removal", "appointment", "in_office")
PROPOSAL_KINDS = (
    "announcement_over", "expired", "repealed", "removed_official", "dead_attachment", "duplicate_page", "finding",
    "join",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One document of a source, before it is opened.

    path    its identity in the source, with /; what JSON calls it
    page    path of the page that links to this attachment; "" where none is known
    where   how to get the bytes: a local path; warc:OFFSET:FILE; a URL for fsspec
    size    bytes, -1 where nobody told
    hint    what changes with the bytes as far as can be told without opening: size, times, inode; a digest; an ETag.
            "" where nothing tells
    sha256  what the bytes were when they were last examined: while they are, nothing is scanned ("": always scan)
    rules   digest of the rules of that scan, where they are not today's (changed.py)
    """

    path: str
    where: str
    url: str = ""
    unit: str = ""
    column: str = ""
    published: date | None = None
    page: str = ""
    size: int = -1
    hint: str = ""
    sha256: str = ""
    rules: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a text says of how long it, or another, is to stand.

    kind      one of NOTICE_KINDS
    date      when it takes effect, or ends; None where it does not say
    start     place in the text, as end
    evidence  short, Chinese, masked
    target    文号 or title of what it speaks of, or the office; "" for the document itself
    person    token of the person who is removed, appointed or shown in office (linkage.tokens)
    """

    kind: str
    date: date | None
    start: int
    end: int
    evidence: str
    target: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What should be done with a published document, and why. `basis` are keys of rules/basis.yml.

    document  its number in the state
    """

    path: str
    kind: str
    action: Action
    reason: str
    basis: tuple[str, ...] = ()
    since: date | None = None
    evidence: tuple[str, ...] = ()
    unit: str = ""
    column: str = ""
    url: str = ""
    document: int = 0


@dataclass(frozen=True, slots=True)
class Examined:
    """What was seen in a document: no text, no value, but `path` and `links`, which are never stored as they are.

    path          as Entry.path; of a file in a container outer.zip!inner
    shown         the same with names and numbers masked: what the state keeps
    title         masked, as url, unit and column
    page          path of the page that links here
    links         addresses of the attachments that a page links to
    document      this document's object in the JSON of docs/json.md, values masked
    given         linkage.tokens.record(...), one for each document that gives something; "sealed" is in the clear
    notices       what the text says of validity, periods, repeals (lifecycle.py)
    problem       "", or why it could not be read
    is_unchanged  the bytes are what they were: nothing was scanned, all that the state holds stays
    text_key      HMAC of the text without white space: equal for pages that say the same; "" for short texts
    """

    path: str
    sha256: str = ""
    size: int = -1
    format: str = ""
    shown: str = ""
    title: str = ""
    url: str = ""
    unit: str = ""
    column: str = ""
    published: date | None = None
    index_number: str = ""
    number: str = ""
    """文号"""
    page: str = ""
    links: tuple[str, ...] = ()
    genre: str = ""
    document: Mapping[str, Any] = field(default_factory=dict)
    given: tuple[Mapping[str, Any], ...] = ()
    notices: tuple[Notice, ...] = ()
    problem: str = ""
    is_unchanged: bool = False
    text_key: str = ""

    def record(self) -> dict[str, Any]:
        """What JSON may hold of it; `from_record` is the way back."""
        made = {name: getattr(self, name) for name in _NAMES}
        made["published"] = _day(self.published)
        made["links"], made["given"] = list(self.links), [dict(one) for one in self.given]
        made["notices"] = [notice_record(one) for one in self.notices]
        made["document"] = dict(self.document)
        return made


_NAMES = tuple(one.name for one in fields(Examined))


def from_record(record: Mapping[str, Any]) -> Examined:
    """The Examined of a `record`."""
    made = Examined(**record)
    return replace(
        made, published=_date(record["published"]), links=tuple(made.links), given=tuple(made.given),
        notices=tuple(map(notice_of, record["notices"])),
    )  # fmt: skip


def notice_record(notice: Notice) -> dict[str, Any]:
    return {
        "kind": notice.kind, "date": _day(notice.date), "start": notice.start, "end": notice.end,
        "evidence": notice.evidence, "target": notice.target, "person": notice.person,
    }  # fmt: skip


def notice_of(record: Mapping[str, Any]) -> Notice:
    return Notice(**{**record, "date": _date(record["date"])})


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
