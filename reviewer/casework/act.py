"""One action: a transaction, who acts with which roles, the moment, and the events that it leaves in the ledger."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, insert, select, update

from reviewer.casework import permissions
from reviewer.casework.permissions import About, Actor, Grant, Who
from reviewer.errors import Absent, Conflict, Denied
from reviewer.review.clock import day_of
from reviewer.review.procedure import ADMINS, REVIEWING, Step
from reviewer.review.workflow import Case, Hand, Readiness, Signature
from reviewer.store import database, schema
from reviewer.store.schema import files, findings, gap_statements, gaps, grants, items, versions

if TYPE_CHECKING:
    from reviewer.casework.office import Office

SYSTEM = "system"
_VIEW = threading.local()
"""what the thread looks at now"""


@dataclass(frozen=True, slots=True)
class Act:
    """What an action works with. Everything in it happens at one moment."""

    office: Office
    connection: Connection
    actor: Actor
    moment: datetime

    @property
    def at(self) -> str:
        return stamp(self.moment)

    @property
    def today(self) -> date:
        return day_of(self.moment)

    def record(
        self, kind: str, payload: Mapping[str, Any], *, item: int | None = None, version: int | None = None
    ) -> database.Event:
        """An event in the ledger; typed texts in it are masked already."""
        return database.append(
            self.connection, at=self.at, actor=self.actor.signed, kind=kind, payload=payload, item=item,
            version=version
        )

    def item(self, action: str, item: int, revision: int | None = None) -> Any:
        """The item's row, where the actor may do `action` with it.

        revision  as the user has seen it. Raises Absent, Denied, or Conflict where it has changed since.
        """
        row = database.one(self.connection, items, id=item)
        # Whether there is such an item is nobody's business who may not see it.
        if row is None or permissions.grant_for(self.actor, "view_item", about(row)) is None:
            raise Absent("没有这个事项，或者不在您的单位。")
        # First: whose turn it is may have changed, too.
        if revision is not None and row.revision != revision:
            raise Conflict("这一事项刚刚被别人改动过，您的操作没有保存。请刷新后再办。")
        permissions.check(self.actor, action, about(row))
        return row

    def hand(self, action: str, row: Any) -> Hand:
        """The actor as whoever signs, in whose place where it is by a delegation."""
        grant = permissions.check(self.actor, action, about(row))
        return Hand(self.actor.user, self.actor.name, grant.behalf, grant.behalf_name)

    def change(self, row: Any, **values: Any) -> int:
        """Changes the item that was read as `row`; its new revision. Raises Conflict for a lost race."""
        done = self.connection.execute(
            update(items)
            .where(items.c.id == row.id, items.c.revision == row.revision)
            .values(revision=row.revision + 1, **values)
        )
        if done.rowcount != 1:
            raise Conflict("这一事项刚刚被别人改动过，您的操作没有保存。请刷新后再办。")
        return int(row.revision) + 1


@contextlib.contextmanager
def acting(office: Office, who: Who) -> Iterator[Act]:
    """A transaction in which `who` acts: kept as a whole or not at all."""
    with office.store.write() as connection:
        moment = office.clock()
        yield Act(office, connection, actor_of(connection, who, day_of(moment)), moment)


@contextlib.contextmanager
def looking(office: Office, who: Who) -> Iterator[Act]:
    """A transaction in which `who` looks: nothing is kept. Inside of another of his on this thread, it is that one.

    A page asks for many things: in one transaction they fit together, and who he is is asked once.
    """
    outer: tuple[Who, Act] | None = getattr(_VIEW, "open", None)
    if outer is not None and outer[0] == who and outer[1].office is office:
        yield outer[1]
        return
    with office.store.read() as connection:
        moment = office.clock()
        act = Act(office, connection, actor_of(connection, who, day_of(moment)), moment)
        _VIEW.open = who, act
        try:
            yield act
        finally:
            _VIEW.open = outer


def stamp(moment: datetime) -> str:
    """The moment as the database has it: UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment_of(text: str) -> datetime:
    """The moment that `stamp` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def actor_of(connection: Connection, who: Who, today: date) -> Actor:
    """The user with the roles that he has today. Raises Denied for one who is no user any more."""
    if who.via == "system":
        return Actor(0, SYSTEM, SYSTEM, None, tuple(Grant(role) for role in ADMINS), "system")
    row = database.one(connection, schema.users, id=who.user)
    if row is None or not row.active:
        raise Denied("用户不存在，或者已停用。")
    held = [Grant(one.role, one.unit_id) for one in _granted(connection, who.user, today)]
    lent = _delegated(connection, who.user, today) if who.via == "session" else []
    return Actor(row.id, row.login, row.name, row.unit_id, (*held, *lent), who.via, who.token)


def _granted(connection: Connection, user: int, today: date) -> list[Any]:
    rows = connection.execute(select(grants).where(grants.c.user_id == user, grants.c.revoked_at.is_(None)))
    return [row for row in rows if not permissions.is_past(row.until, today)]


def roles_of(connection: Connection, user: int, today: date) -> list[Any]:
    """The grants that a user has himself today."""
    return _granted(connection, user, today)


def _delegated(connection: Connection, user: int, today: date) -> list[Grant]:
    """What others have delegated to the user, as far as they still hold it themselves."""
    table, day = schema.delegations, today.isoformat()
    rows = connection.execute(
        select(table, schema.users.c.name, schema.users.c.active)
        .join(schema.users, schema.users.c.id == table.c.from_user)
        .where(table.c.to_user == user, table.c.revoked_at.is_(None), table.c.since <= day, table.c.until >= day)
    ).all()
    lent = []
    for row in rows:
        own = [one for one in _granted(connection, row.from_user, today) if one.role == row.role]
        holds = any(one.unit_id in (None, row.unit_id) for one in own)
        if row.active and holds and row.role in REVIEWING:
            lent.append(Grant(row.role, row.unit_id, row.from_user, row.name))
    return lent


# --- an item as the workflow sees it ---------------------------------------------------------------


def about(row: Any) -> About:
    return About(row.unit_id, row.drafter, row.role or None)


def steps_of(row: Any) -> tuple[Step, ...]:
    return tuple(Step(**step) for step in json.loads(row.steps))


def case_of(connection: Connection, row: Any) -> Case:
    """Where the item stands, with the signatures of its current round."""
    table, users = schema.signatures, schema.users
    behalf = users.alias()
    signed = connection.execute(
        select(table, users.c.name, behalf.c.name.label("behalf_name"))
        .join(users, users.c.id == table.c.user_id)
        .join(behalf, behalf.c.id == table.c.behalf, isouter=True)
        .where(table.c.item_id == row.id, table.c.round == row.round)
        .order_by(table.c.id)
    )
    return Case(
        state=row.state, steps=steps_of(row), drafter=row.drafter, step=row.step, round=row.round,
        version=row.version,
        signatures=tuple(
            Signature(
                one.step, one.role, Hand(one.user_id, one.name, one.behalf, one.behalf_name or ""),
                moment_of(one.at),
                one.signed, one.proposal,
            )
            for one in signed
        ),
        outcome=row.outcome, article=row.article, urgent=row.urgent,
    )  # fmt: skip


def keep_case(act: Act, row: Any, before: Case, after: Case, opinion: str = "", **values: Any) -> int:
    """Stores what an action made of a case; the item's new revision."""
    for one in after.signatures[len(before.signatures) if before.round == after.round else 0 :]:
        act.connection.execute(
            insert(schema.signatures).values(
                item_id=row.id, round=after.round, step=one.step, role=one.role, user_id=one.hand.user,
                behalf=one.hand.behalf, at=stamp(one.at), signed=one.signed, proposal=one.proposal,
                opinion=opinion if one.signed else "",
            )
        )  # fmt: skip
    return act.change(
        row, state=after.state, step=after.step, role=after.role or "", round=after.round, version=after.version,
        outcome=after.outcome, article=after.article, urgent=after.urgent, **values,
    )  # fmt: skip


def as_typed(act: Act, row: Any) -> dict[str, Any]:
    """The item's fields as they were typed; masked once the original is deleted."""
    with contextlib.suppress(Absent):
        if row.card:
            typed: dict[str, Any] = json.loads(act.office.vault.get(act.connection, row.card))
            return typed
    masked: dict[str, Any] = json.loads(row.fields)
    return masked


def version_row(connection: Connection, item: int, number: int) -> Any:
    """The row of a version. Raises Absent."""
    row = database.one(connection, versions, item_id=item, number=number)
    if row is None:
        raise Absent("没有这一版。")
    return row


def readiness(connection: Connection, version: int) -> Readiness:
    """What stands between a version (by its row's id) and its approval."""
    counted = connection.execute(
        select(schema.decisions.c.kind, func.count())
        .select_from(findings)
        .join(files, files.c.id == findings.c.file_id)
        .join(schema.decisions, schema.decisions.c.id == findings.c.decision_id, isouter=True)
        .where(findings.c.version_id == version, files.c.role == "final")
        .where(findings.c.due | findings.c.decision_id.is_not(None))
        .group_by(schema.decisions.c.kind)
    )
    kinds: dict[str | None, int] = {kind: count for kind, count in counted}
    unread = connection.execute(
        select(func.count())
        .select_from(gaps)
        .join(files, files.c.id == gaps.c.file_id)
        .where(gaps.c.version_id == version, files.c.role == "final")
        .where(~select(gap_statements.c.id).where(gap_statements.c.gap_id == gaps.c.id).exists())
    ).scalar_one()
    finals = connection.execute(
        select(func.count()).where(files.c.version_id == version, files.c.role == "final")
    ).scalar_one()
    return Readiness(
        undecided=kinds.get(None, 0), must_change=kinds.get("must_change", 0),
        pending=kinds.get("masked", 0) + kinds.get("declassified", 0), gaps=unread, finals=finals,
    )  # fmt: skip
