"""Tokens of other systems (a CMS): stored hashed, they expire, may submit and read for one drafter and never decide."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from reviewer.casework import permissions
from reviewer.casework.act import acting, looking, moment_of, roles_of, stamp
from reviewer.casework.permissions import Who
from reviewer.errors import Absent, Refusal
from reviewer.store import database
from reviewer.store.schema import api_tokens, users

if TYPE_CHECKING:
    from reviewer.casework.office import Office

_MOST_DAYS = 730
_SEEN_EVERY = timedelta(minutes=1)


def add_token(office: Office, who: Who, user: int, name: str, days: int = 365) -> tuple[int, str]:
    """(id, token) for another system that submits as `user`, a drafter; the token is shown once."""
    if not name.strip() or len(name) > 100 or not 1 <= days <= _MOST_DAYS:
        raise Refusal("令牌要有名称（不超过 100 个字），有效期为 1 到 730 天。")
    token = f"rv_{secrets.token_urlsafe(32)}"
    with acting(office, who) as act:
        permissions.check(act.actor, "add_token")
        row = database.one(act.connection, users, id=user)
        if row is None or not row.active:
            raise Absent("没有这个用户，或者已停用。")
        if not any(one.role == "drafter" for one in roles_of(act.connection, user, act.today)):
            raise Refusal("令牌只能以拟稿人的名义办理：这个用户没有拟稿人的角色。")
        made = database.add(
            act.connection, api_tokens, token_hash=_hashed(token), name=office.intake.masked(name), user_id=user,
            created_by=act.actor.user, created_at=act.at, expires_at=stamp(act.moment + timedelta(days=days)),
        )  # fmt: skip
        act.record("token_added", {"token": made, "user": user, "days": days})
    return made, token


def revoke_token(office: Office, who: Who, token: int) -> None:
    """The token does not count any more, at once."""
    with acting(office, who) as act:
        permissions.check(act.actor, "revoke_token")
        row = database.one(act.connection, api_tokens, id=token)
        if row is None or row.revoked_at is not None:
            raise Absent("没有这个令牌，或者已吊销。")
        database.change(act.connection, api_tokens, token, revoked_at=act.at)
        act.record("token_revoked", {"token": token})


def list_tokens(office: Office, who: Who) -> list[Any]:
    """The tokens without their secret: id, name, user_id, created_at, expires_at, revoked_at, used_at."""
    with looking(office, who) as act:
        permissions.check(act.actor, "view_tokens")
        shown = ("id", "name", "user_id", "created_at", "expires_at", "revoked_at", "used_at")
        query = select(*(api_tokens.c[name] for name in shown)).order_by(api_tokens.c.id)
        return list(act.connection.execute(query))


def who_of_token(office: Office, token: str) -> Who | None:
    """For whom a token speaks; None where it is unknown, expired or revoked."""
    with office.store.read() as connection:
        row = database.one(connection, api_tokens, token_hash=_hashed(token))
        at = stamp(office.clock())
    if row is None or row.revoked_at is not None or row.expires_at <= at:
        return None
    if row.used_at is None or moment_of(row.used_at) + _SEEN_EVERY <= office.clock():
        with office.store.write() as connection:
            database.change(connection, api_tokens, row.id, used_at=at)
    return Who(row.user_id, "token", row.id)


def _hashed(token: str) -> str:
    """A token has 256 random bits: its bare hash tells nothing."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
