"""What the office asks of whoever holds the signing key: certificates, and checkpoints of the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Subject:
    """A released file. `page`: the bytes of an HTML page, whose text is approved too; b"" for all else."""

    path: str
    sha256: str
    page: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed a step, with the Chinese name of the role."""

    role: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Decided:
    """A finding at check or block of a released file that was decided, by its place."""

    path: str
    rule: str
    part: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Unread:
    """A gap of a released file that a person has read by eye."""

    path: str
    id: str
    part: str
    reason: str


@dataclass(frozen=True, slots=True)
class Release:
    """Everything that a certificate says."""

    item: str
    outcome: str
    scope: str
    channels: tuple[str, ...]
    valid_from: date
    valid_until: date
    issued_at: datetime
    steps: tuple[Signed, ...]
    rules: tuple[str, str]
    ledger_head: tuple[int, str]
    subjects: tuple[Subject, ...]
    decided: tuple[Decided, ...] = ()
    gaps: tuple[Unread, ...] = ()


class Signer(Protocol):
    """The site's signing key at work."""

    def certificate(self, release: Release) -> bytes:
        """The signed certificate. Raises a ReviewerError where there is no key that counts now."""

    def checkpoint(self, seq: int, hash: str, at: datetime) -> bytes:
        """The signed head of the ledger."""

    def checkpoint_of(self, data: bytes) -> tuple[int, str]:
        """(seq, hash) that a signed checkpoint or a certificate of ours names. Raises a ReviewerError."""
