"""What was there before the gate (基线): faults of files that a person answers for, each until a day.

An entry is tied to the bytes of its file (SHA-256) and to a place in them: with one byte changed it says nothing any
more. There is no value in it and no keyed hash; paths are left out, for a file may be named after a person.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from reviewer.errors import SigningError, UsageError, reason
from reviewer.review.record import Fields

SCHEMA = "reviewer.baseline/1"
Excused = Literal["unapproved", "found", "unread"]
_TITLE = "基线文件"


@dataclass(frozen=True, slots=True)
class Place:
    """What is excused in a file: no certificate (only the fault), a finding, or an unread part.

    rule    of an unread part: the id of its gap, or why the file can not be read
    member  which file in a container, counted from 1; 0 for the file itself
    """

    sha256: str
    fault: Excused
    member: int = 0
    rule: str = ""
    part: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """`expires` is the last day on which it excuses anything."""

    place: Place
    reason: str
    owner: str
    expires: date


@dataclass(frozen=True, slots=True)
class Baseline:
    entries: tuple[Entry, ...] = ()
    _known: dict[Place, Entry] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_known", {entry.place: entry for entry in self.entries})

    def excuses(self, place: Place, today: date) -> bool:
        """Whether somebody answers for this today."""
        entry = self._known.get(place)
        return entry is not None and today <= entry.expires

    def live(self, today: date) -> tuple[Entry, ...]:
        """The entries that still excuse something."""
        return tuple(entry for entry in self.entries if today <= entry.expires)

    def expired(self, today: date) -> list[Entry]:
        return [entry for entry in self.entries if entry.expires < today]

    def to_bytes(self) -> bytes:
        """The file: JSON, one line for each entry, in order, so that changes can be read in a review."""
        lines = ",\n".join(sorted({json.dumps(_told(entry), ensure_ascii=False) for entry in self.entries}))
        return f'{{"schema": "{SCHEMA}", "entries": [\n{lines}\n]}}\n'.encode()


def load_baseline(path: Path) -> Baseline:
    """Raises UsageError for a file that is no baseline."""
    try:
        fields = Fields.of(path.read_bytes(), _TITLE)
        fields.require("schema", SCHEMA)
        return Baseline(tuple(map(_entry, fields.objects("entries"))))
    except OSError as fault:
        raise UsageError(f"读不了{_TITLE} {path}：{reason(fault)}。") from None
    except SigningError as fault:
        raise UsageError(f"{path}：{fault.message}") from None


def _told(entry: Entry) -> dict[str, str | int]:
    place = entry.place
    made: dict[str, str | int] = {"sha256": place.sha256, "fault": place.fault}
    if place.fault != "unapproved":
        made |= {"member": place.member, "rule": place.rule, "part": place.part, "start": place.start, "end": place.end}
    return made | {"reason": entry.reason, "owner": entry.owner, "expires": entry.expires.isoformat()}


def _entry(fields: Fields) -> Entry:
    fault = fields.text("fault")
    if fault == "unapproved":
        place = Place(fields.text("sha256"), "unapproved")
    elif fault in ("found", "unread"):
        place = Place(
            fields.text("sha256"), "found" if fault == "found" else "unread", fields.number("member"),
            fields.text("rule"), fields.text("part"), fields.number("start"), fields.number("end"),
        )  # fmt: skip
    else:
        raise SigningError(f"{_TITLE}的内容有误：有一项不能列入基线。")
    return Entry(place, fields.text("reason"), fields.text("owner"), fields.day("expires"))
