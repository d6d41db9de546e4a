"""The site's signing key at work for the office: certificates, lists of revocations, checkpoints of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from reviewer.errors import SigningError
from reviewer.review import certificate as certificates
from reviewer.review import revocation, signing
from reviewer.review.certificate import Certificate, Verdict
from reviewer.review.keyring import Keyring
from reviewer.review.revocation import Revocations, Revoked

RULING_TYPE = "application/vnd.gov-draft-reviewer.ruling+json"


class Signer(Protocol):
    """What an office asks of whoever holds the key. All raise a ReviewerError where no key signs now."""

    def certificate(self, release: Certificate) -> tuple[bytes, str]:
        """The signed certificate and its id."""

    def checkpoint(self, seq: int, hash: str, at: datetime) -> bytes:
        """The signed head of the ledger."""

    def seal(self, said: bytes, at: datetime) -> bytes:
        """A signed record of something that was ruled outside of the system."""

    def is_seal(self, data: bytes, said: bytes) -> bool:
        """Whether `data` is a seal over exactly this."""

    def head_of(self, data: bytes, today: date) -> tuple[int, str, str]:
        """(seq, hash, what it is in Chinese) of the ledger's head that a signed checkpoint or certificate names."""

    def revocations(self, number: int, revoked: Sequence[Revoked], now: datetime) -> bytes:
        """The signed list of revoked certificates, number `number`."""

    def verdict(self, paper: bytes, revoked: Sequence[Revoked], now: datetime, today: date) -> Verdict:
        """What is to be thought of these bytes as a certificate of ours, while these are revoked."""

    def trust(self) -> bytes:
        """The trust file: public keys only, for machines that run the gate."""


class SiteSigner:
    """Signs with the active key of a keyring."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def trust(self) -> bytes:
        return self._keyring.trust().to_bytes()

    def certificate(self, release: Certificate) -> tuple[bytes, str]:
        paper = certificates.issue(release, self._keyring.active(release.issued_at))
        return paper, certificates.certificate_id(paper)

    def checkpoint(self, seq: int, hash: str, at: datetime) -> bytes:
        return signing.sign_checkpoint(seq, hash, at, self._keyring.active(at))

    def seal(self, said: bytes, at: datetime) -> bytes:
        return signing.envelope(RULING_TYPE, said, self._keyring.active(at))

    def is_seal(self, data: bytes, said: bytes) -> bool:
        try:
            found = signing.opened(data, RULING_TYPE, self._keyring.trust(), "解密（核定）记录")
        except SigningError:
            return False
        return found.body == said and found.key.revoked_at is None

    def head_of(self, data: bytes, today: date) -> tuple[int, str, str]:
        trust = self._keyring.trust()
        try:
            found = signing.checkpoint_of(data, trust)
            return found.seq, found.hash, "签名的检查点"
        except SigningError as fault:
            verdict = certificates.verify(data, trust, None, today)
            if verdict.certificate is None or verdict.status == "invalid":
                raise fault from None
        return *verdict.certificate.ledger_head, f"事项 {verdict.certificate.item} 的发布证书"

    def revocations(self, number: int, revoked: Sequence[Revoked], now: datetime) -> bytes:
        return revocation.sign(self._whole(number, revoked, now), self._keyring.active(now))

    def verdict(self, paper: bytes, revoked: Sequence[Revoked], now: datetime, today: date) -> Verdict:
        return certificates.verify(paper, self._keyring.trust(), self._whole(1, revoked, now), today)

    def _whole(self, number: int, revoked: Sequence[Revoked], now: datetime) -> Revocations:
        keys = tuple(key.id for key in self._keyring.trust().keys if key.revoked_at is not None)
        return Revocations(number - 1, now, now.date()).following(now, tuple(revoked), keys)
