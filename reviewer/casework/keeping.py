"""What is kept and for how long, and that the ledger is whole: purge, sweep, checkpoints, verification."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, select, update

from reviewer.casework import permissions
from reviewer.casework.act import Act, acting, looking, moment_of, stamp
from reviewer.casework.permissions import Who
from reviewer.casework.steps import checkpoint, revoke
from reviewer.errors import Refusal, ReviewerError
from reviewer.review.certificate import Verdict
from reviewer.review.clock import day_of
from reviewer.review.ledger import Checkpoint, Fault, verify
from reviewer.review.revocation import REASONS, Revoked
from reviewer.store import database, schema
from reviewer.store.database import Events
from reviewer.store.schema import certificates, checkpoints, files, items, versions

if TYPE_CHECKING:
    from reviewer.casework.office import Office

SYSTEM = Who(0, "system")
_LEAST_AGE = timedelta(hours=1)
"""a file of the vault that belongs to nothing may belong to an action that is under way"""
_NUMBER = "revocations_number"


@dataclass(frozen=True, slots=True)
class Kept:
    """What `daily` did."""

    deleted: int
    """items whose files were deleted"""
    swept: int
    """files in the vault that belonged to nothing"""
    checkpoint: bool
    """a checkpoint was signed"""


def daily(office: Office) -> Kept:
    """Deletes what is due, signs the day's checkpoint. To be called now and then; it does what is left to do today."""
    with acting(office, SYSTEM) as act:
        deleted = _delete_due(act)
        signed = not _signed_today(act)
        if signed:
            checkpoint(act)
    if deleted:
        office.store.erase()
    with office.store.read() as connection:
        swept = office.vault.sweep(connection, (office.clock() - _LEAST_AGE).timestamp())
    return Kept(deleted, swept, signed)


def _delete_due(act: Act) -> int:
    """Forgets the keys of all files of items whose time is over; the ledger tells when and how many."""
    query = select(items.c.id, items.c.card).where(
        items.c.keep_until < act.today.isoformat(), items.c.deleted_at.is_(None)
    )
    rows = act.connection.execute(query).all()
    for row in rows:
        held = act.connection.execute(
            select(files.c.blob, files.c.reading)
            .join(versions, versions.c.id == files.c.version_id)
            .where(versions.c.item_id == row.id)
        ).all()
        names = [name for pair in held for name in pair] + ([row.card] if row.card else [])
        act.office.vault.forget(act.connection, names, act.at)
        act.connection.execute(update(items).where(items.c.id == row.id).values(deleted_at=act.at))
        act.record("files_deleted", {"files": len(held)}, item=row.id)
    return len(rows)


def _signed_today(act: Act) -> bool:
    last = act.connection.execute(select(checkpoints.c.at).order_by(checkpoints.c.id.desc()).limit(1)).scalar()
    return last is not None and day_of(moment_of(last)) == act.today


# --- the ledger ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification found. `heads`: how many signed heads of the ledger it was held against."""

    events: int
    heads: int
    fault: Fault | None
    unsigned: tuple[str, ...] = ()
    """stored checkpoints and certificates whose signature is not ours, in Chinese"""

    @property
    def whole(self) -> bool:
        return self.fault is None and not self.unsigned


def verify_ledger(office: Office, papers: Sequence[bytes] = (), who: Who = SYSTEM) -> Verified:
    """Whether the ledger is whole, held against its own signed heads and those in `papers`.

    papers  checkpoints or certificates from outside of the database. Raises a ReviewerError for one that is none.
    """
    with looking(office, who) as act:
        permissions.check(act.actor, "verify_ledger")
        known = [Checkpoint(*office.signer.head_of(paper, act.today)) for paper in papers]
        stored, unsigned = _stored_heads(act)
        count, digest = database.head(act.connection)
        own = [Checkpoint(count, digest, "数据库记下的末尾")] if count else []
        fault = verify(Events(act.connection), [*known, *stored, *own])
        return Verified(count, len(known) + len(stored), fault, tuple(unsigned))


def _stored_heads(act: Act) -> tuple[list[Checkpoint], list[str]]:
    known, unsigned = [], []
    for title, table in (("检查点", checkpoints), ("发布证书", certificates)):
        for row in act.connection.execute(select(table.c.id, table.c.envelope).order_by(table.c.id)).all():
            try:
                known.append(Checkpoint(*act.office.signer.head_of(bytes(row.envelope), act.today)))
            except ReviewerError:
                unsigned.append(f"第 {row.id} 号{title}的签名不对，或者不是本单位的密钥签的。")
    return known, unsigned


def sign_checkpoint(office: Office, who: Who) -> bytes:
    """Signs the ledger's head now: to be kept outside of this machine."""
    with acting(office, who) as act:
        permissions.check(act.actor, "verify_ledger")
        return checkpoint(act)


# --- certificates ----------------------------------------------------------------------------------


def revoke_certificate(office: Office, who: Who, item: int, why: str) -> None:
    """The item's certificates do not count any more; `why` is a key of revocation.REASONS."""
    if why not in REASONS:
        raise Refusal(f"原因只能是：{'、'.join(REASONS.values())}。")
    with acting(office, who) as act:
        permissions.check(act.actor, "revoke_certificate")
        revoke(act, item, why)


def revocation_list(office: Office, who: Who = SYSTEM) -> bytes:
    """A newly signed list of all revoked certificates: the gate relies on one for some days only."""
    with acting(office, who) as act:
        revoked = _revoked(act.connection)
        number = _next(act.connection, stamp(act.moment))
        paper = office.signer.revocations(number, revoked, act.moment)
        act.record("revocations_signed", {"number": number, "certificates": len(revoked)})
    return paper


def verify_certificate(office: Office, who: Who, paper: bytes) -> Verdict:
    """What is to be thought of these bytes as a certificate, with what is revoked at this moment."""
    with looking(office, who) as act:
        return office.signer.verdict(paper, _revoked(act.connection), act.moment, act.today)


def _revoked(connection: Connection) -> list[Revoked]:
    rows = connection.execute(
        select(certificates).where(certificates.c.revoked_at.is_not(None)).order_by(certificates.c.id)
    ).all()
    return [Revoked(row.name, moment_of(row.revoked_at), row.revoked_why) for row in rows]


def _next(connection: Connection, at: str) -> int:
    """Counts up the number of the lists."""
    table = schema.settings
    row = database.one(connection, table, name=_NUMBER)
    number = int(row.value) + 1 if row is not None else 1
    connection.execute(delete(table).where(table.c.name == _NUMBER))
    connection.execute(table.insert().values(name=_NUMBER, value=str(number), changed_at=at))
    return number
