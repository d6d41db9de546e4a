"""The signed list of revoked certificates (吊销名单): which no longer count, and how long it may be relied on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from reviewer.errors import SigningError
from reviewer.review.clock import day_of
from reviewer.review.record import Fields, canonical, stamp
from reviewer.review.signing import SigningKey, Trust, envelope, opened

PAYLOAD_TYPE = "application/vnd.gov-draft-reviewer.revocations+json"
SCHEMA = "reviewer.revocations/1"
REASONS: dict[str, str] = {
    "taken-down": "已撤下",
    "withdrawn": "批准已撤回",
    "re-review": "重新审查",
    "superseded": "已有新的版本",
    "mistake": "签发有误",
    "key": "密钥失密",
    "other": "其他",
}
"""why a certificate may be revoked: codes, for a typed reason could name a person"""
DAYS = 7
"""for how many days a list may be relied on, where nobody says otherwise"""
_TITLE = "吊销名单"
_ID = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Revoked:
    """One revoked certificate: its id (certificate.Verdict.id), when and why (a key of REASONS)."""

    certificate: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Revocations:
    """A list: its number counts up with each that is signed; `fresh_until` is the last day it may be relied on.

    keys  ids of revoked signing keys: so nobody has to wait for a new trust file everywhere
    """

    number: int
    issued_at: datetime
    fresh_until: date
    revoked: tuple[Revoked, ...] = ()
    keys: tuple[str, ...] = ()
    _ids: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_ids", frozenset(one.certificate for one in self.revoked))

    def holds(self, id: str) -> bool:
        """Whether the certificate with this id is revoked."""
        return id in self._ids

    def is_fresh(self, today: date) -> bool:
        """Whether it may be relied on today. One from the future may not: a day is for time zones."""
        return today <= self.fresh_until and self.issued_at.date() <= today + timedelta(days=1)

    def following(
        self, now: datetime, added: tuple[Revoked, ...] = (), keys: tuple[str, ...] = (), days: int = DAYS
    ) -> Revocations:
        """The next list: with these certificates and keys too, issued now (aware) and good for so many days."""
        fresh = [one for one in added if not self.holds(one.certificate)]
        now = now.replace(microsecond=0)
        return replace(
            self, number=self.number + 1, issued_at=now, fresh_until=day_of(now) + timedelta(days=days),
            revoked=(*self.revoked, *fresh), keys=tuple(dict.fromkeys((*self.keys, *keys))),
        )  # fmt: skip


def first(now: datetime, days: int = DAYS) -> Revocations:
    """A list of nothing, number 1."""
    return Revocations(0, now, now.date()).following(now, days=days)


def sign(revocations: Revocations, key: SigningKey) -> bytes:
    """The signed list, a line of JSON. Raises SigningError for an id or a reason that is none."""
    for one in revocations.revoked:
        if not _ID.fullmatch(one.certificate) or one.reason not in REASONS:
            raise SigningError(f"{_TITLE}没有签发：证书编号或者原因的写法不对。")
    said = {
        "schema": SCHEMA,
        "number": revocations.number,
        "issued_at": stamp(revocations.issued_at),
        "fresh_until": revocations.fresh_until.isoformat(),
        "revoked": [
            {"certificate": one.certificate, "at": stamp(one.at), "reason": one.reason} for one in revocations.revoked
        ],
        "keys": list(revocations.keys),
    }
    return envelope(PAYLOAD_TYPE, canonical(said), key)


def revocations_of(data: bytes, trust: Trust) -> Revocations:
    """What a signed list says. Raises SigningError unless a key signed it whose signatures of then count."""
    found = opened(data, PAYLOAD_TYPE, trust, _TITLE)
    made = _read(found.body)
    if not found.key.vouches(made.issued_at):
        raise SigningError(f"{_TITLE}的签名不算数：密钥 {found.key.id} 当时不在有效期内，或者已被吊销。")
    return made


def _read(body: bytes) -> Revocations:
    fields = Fields.of(body, _TITLE)
    fields.require("schema", SCHEMA)
    return Revocations(
        fields.number("number"), fields.moment("issued_at"), fields.day("fresh_until"),
        tuple(
            Revoked(one.text("certificate"), one.moment("at"), one.text("reason"))
            for one in fields.objects("revoked")
        ),
        fields.texts("keys"),
    )  # fmt: skip


def next_list(
    before: bytes, ids: Sequence[str], reason: str, trust: Trust, now: datetime, days: int = DAYS
) -> Revocations:
    """The list after `before` (b"" for the first): with the certificates of these ids, and all keys that are revoked.

    Raises SigningError for a list that is none of ours. Our own last list counts, be its key revoked since.
    """
    known = _read(opened(before, PAYLOAD_TYPE, trust, _TITLE).body) if before else Revocations(0, now, now.date())
    keys = tuple(key.id for key in trust.keys if key.revoked_at is not None)
    return known.following(now, tuple(Revoked(id, now.replace(microsecond=0), reason) for id in ids), keys, days)
