"""Signing in: passwords (argon2id), one-time codes in two halves, sessions, throttling, tokens of other systems.

Only digests lie in the database. A password reset needs two administrators: each sees one half of the code, the user
types both, so that neither of them can sign in for him.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, func, select

from reviewer.casework import permissions
from reviewer.casework.act import acting, looking, moment_of, stamp
from reviewer.casework.permissions import Who
from reviewer.errors import Absent, Denied, Refusal
from reviewer.store import database, schema
from reviewer.store.schema import api_tokens, login_attempts, one_time_codes, sessions, users

if TYPE_CHECKING:
    from reviewer.casework.office import Office

CODE_HOURS = 72
_TRIES = 5
_WINDOW = timedelta(minutes=15)
_MOST_FAILED, _MOST_FAILED_FROM = 5, 30
"""failed sign-ins in the window: for one login, from one address"""
_LEAST_PASSWORD, _MOST_PASSWORD = 10, 200
_SEEN_EVERY = timedelta(minutes=1)
_WRONG = "登录名或口令不对。"
_SLOW = "登录失败次数太多，请 15 分钟后再试，或请管理员重置口令。"


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in user. `token` goes into the cookie, `csrf` into the forms; "" where a session is only looked up."""

    who: Who
    token: str = field(repr=False, default="")
    csrf: str = field(repr=False, default="")


# --- one-time codes --------------------------------------------------------------------------------


def new_code(office: Office, connection: Connection, user: int, moment: datetime) -> tuple[str, str]:
    """Both halves of a new one-time code for a user; those before do not count any more."""
    first, second = _half(), _half()
    _store_code(office, connection, user, moment, first, second)
    return first, second


def _store_code(office: Office, connection: Connection, user: int, moment: datetime, first: str, second: str) -> int:
    connection.execute(delete(one_time_codes).where(one_time_codes.c.user_id == user))
    return database.add(
        connection, one_time_codes, user_id=user, purpose="password", first_hash=_digest(office, first),
        second_hash=_digest(office, second) if second else "", created_at=stamp(moment),
        expires_at=stamp(moment + timedelta(hours=CODE_HOURS)), tries=0,
    )  # fmt: skip


def _half() -> str:
    """40 random bits that can be read out: K7QF-2M9X."""
    text = base64.b32encode(secrets.token_bytes(5)).decode()
    return f"{text[:4]}-{text[4:]}"


def _digest(office: Office, text: str) -> str:
    plain = text.replace("-", "").replace(" ", "").upper()
    return hmac.digest(office.key.derive("code"), plain.encode("utf-8", "replace"), "sha256").hex()


def start_reset(office: Office, who: Who, user: int) -> tuple[int, str]:
    """(id, first half) of a new code: shown to the system administrator, once. The user's sessions end."""
    with acting(office, who) as act:
        permissions.check(act.actor, "start_reset")
        row = database.one(act.connection, users, id=user)
        if row is None or not row.active:
            raise Absent("没有这个用户，或者已停用。")
        first = _half()
        made = _store_code(office, act.connection, user, act.moment, first, "")
        act.connection.execute(delete(sessions).where(sessions.c.user_id == user))
        act.record("reset_started", {"user": user, "reset": made})
    return made, first


def confirm_reset(office: Office, who: Who, reset: int) -> str:
    """The second half: shown to the security administrator, once."""
    with acting(office, who) as act:
        permissions.check(act.actor, "confirm_reset")
        row = database.one(act.connection, one_time_codes, id=reset)
        if row is None or row.second_hash or row.used_at or row.expires_at < act.at:
            raise Absent("没有这条待确认的口令重置。")
        if row.user_id == act.actor.user:
            raise Refusal("自己的口令要由另一位安全保密管理员确认。")
        second = _half()
        database.change(act.connection, one_time_codes, reset, second_hash=_digest(office, second))
        act.record("reset_confirmed", {"user": row.user_id, "reset": reset})
    return second


def waiting_resets(office: Office, who: Who) -> list[tuple[int, str, str]]:
    """(id, name of the user, when) of the resets that wait for the security administrator."""
    with looking(office, who) as act:
        permissions.check(act.actor, "confirm_reset")
        query = (
            select(one_time_codes.c.id, users.c.name, one_time_codes.c.created_at)
            .join(users, users.c.id == one_time_codes.c.user_id)
            .where(one_time_codes.c.second_hash == "", one_time_codes.c.used_at.is_(None))
        )
        return [(row.id, row.name, row.created_at) for row in act.connection.execute(query)]


def set_password(office: Office, login: str, first: str, second: str, password: str, address: str = "") -> None:
    """The user sets his own password with both halves of a code. Raises Denied, or Refusal for a weak password."""
    _check_password(login, password)
    hashed = _hasher().hash(password)
    if not _use_code(office, login, first, second, hashed, address):
        raise Denied("登录名或一次性口令不对，或者已经过期。")


def _use_code(office: Office, login: str, first: str, second: str, hashed: str, address: str) -> bool:
    with office.store.write() as connection:
        moment = office.clock()
        _throttle(office, connection, login, address, moment)
        user = database.one(connection, users, login=login)
        code = None
        if user is not None and user.active:
            code = database.one(connection, one_time_codes, user_id=user.id, used_at=None)
        good = code is not None and _fits(office, code, first, second, moment)
        _tried(office, connection, login, address, moment, good)
        if code is None or user is None:
            return False
        if not good:
            database.change(connection, one_time_codes, code.id, tries=code.tries + 1)
            return False
        database.change(connection, one_time_codes, code.id, used_at=stamp(moment))
        database.change(connection, users, user.id, password_hash=hashed, password_at=stamp(moment))
        connection.execute(delete(sessions).where(sessions.c.user_id == user.id))
        database.append(connection, at=stamp(moment), actor=user.login, kind="password_set", payload={"user": user.id})
        return True


def _fits(office: Office, code: Any, first: str, second: str, moment: datetime) -> bool:
    same = hmac.compare_digest(code.first_hash, _digest(office, first))
    same &= bool(code.second_hash) and hmac.compare_digest(code.second_hash, _digest(office, second))
    return same and code.tries < _TRIES and code.expires_at >= stamp(moment)


def _check_password(login: str, password: str) -> None:
    kinds = [str.isdigit, str.islower, str.isupper, lambda char: not char.isalnum()]
    mixed = sum(any(map(kind, password)) for kind in kinds)
    if not _LEAST_PASSWORD <= len(password) <= _MOST_PASSWORD or mixed < 3 or login.lower() in password.lower():
        raise Refusal(
            f"口令至少 {_LEAST_PASSWORD} 个字符，含数字、小写字母、大写字母、符号中的三种，不能含登录名。"
        )


def _hasher() -> Any:
    from argon2 import PasswordHasher

    return PasswordHasher()


# --- sessions --------------------------------------------------------------------------------------


def sign_in(office: Office, login: str, password: str, address: str = "") -> Session:
    """A new session. Raises Denied without saying which of login and password is wrong."""
    with office.store.write() as connection:
        _throttle(office, connection, login, address, office.clock())
        user = database.one(connection, users, login=login)
    # Outside of the transaction: it takes its time on purpose, for users that there are not as well.
    good = _is_password(user.password_hash if user is not None and user.active else None, password)
    with office.store.write() as connection:
        moment = office.clock()
        _tried(office, connection, login, address, moment, good)
        if good:
            return _new_session(office, connection, user, address, moment)
        known = login if user is not None else "?"
        told = {"login": known, "address": address}
        database.append(connection, at=stamp(moment), actor="system", kind="sign_in_failed", payload=told)
    raise Denied(_WRONG)


def sign_in_subject(office: Office, subject: str, address: str = "") -> Session:
    """A new session for the user whom an OpenID Connect provider vouches for: `issuer|subject`."""
    with office.store.write() as connection:
        user = database.one(connection, users, subject=subject)
        if user is not None and user.active:
            return _new_session(office, connection, user, address, office.clock())
    raise Denied("这个统一身份没有对应的用户。请联系系统管理员。")


def link_subject(office: Office, who: Who, user: int, subject: str | None) -> None:
    """Says which identity of an OpenID Connect provider a user is (`issuer|subject`); None: none any more."""
    with acting(office, who) as act:
        permissions.check(act.actor, "manage_users")
        if database.one(act.connection, users, id=user) is None:
            raise Absent("没有这个用户。")
        database.change(act.connection, users, user, subject=subject)
        act.record("subject_linked", {"user": user, "linked": subject is not None})


def _is_password(hashed: str | None, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    hasher = _hasher()
    try:
        hasher.verify(hashed or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False
    return hashed is not None


_nobody: list[str] = []


def _nobodys() -> str:
    """A hash that no password fits, made once: to look for a user that there is not takes as long."""
    if not _nobody:
        _nobody.append(_hasher().hash(secrets.token_hex(32)))
    return _nobody[0]


def _new_session(office: Office, connection: Connection, user: Any, address: str, moment: datetime) -> Session:
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    hours = setting(connection, "session_hours")
    connection.execute(delete(sessions).where(sessions.c.expires_at < stamp(moment)))
    database.add(
        connection, sessions, token_hash=_hashed(token), user_id=user.id, csrf=csrf, address=address,
        created_at=stamp(moment), seen_at=stamp(moment), expires_at=stamp(moment + timedelta(hours=hours)),
    )  # fmt: skip
    told = {"user": user.id, "address": address}
    database.append(connection, at=stamp(moment), actor=user.login, kind="signed_in", payload=told)
    return Session(Who(user.id), token, csrf)


def session(office: Office, token: str) -> Session | None:
    """The session that a cookie's token names; None where it has ended, or nobody has used it for too long."""
    with office.store.read() as connection:
        moment = office.clock()
        row = database.one(connection, sessions, token_hash=_hashed(token))
        user = database.one(connection, users, id=row.user_id) if row is not None else None
        idle = timedelta(minutes=setting(connection, "idle_minutes"))
    if row is None or user is None or not user.active or row.expires_at <= stamp(moment):
        return None
    if moment_of(row.seen_at) + idle <= moment:
        return None
    if moment_of(row.seen_at) + _SEEN_EVERY <= moment:
        with office.store.write() as connection:
            database.change(connection, sessions, row.id, seen_at=stamp(moment))
    return Session(Who(row.user_id), token, row.csrf)


def rotate(office: Office, token: str) -> Session:
    """The same session under a new token; the old one does not count any more. Raises Denied for none."""
    fresh, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    with office.store.write() as connection:
        row = database.one(connection, sessions, token_hash=_hashed(token))
        if row is None:
            raise Denied("登录已经过期，请重新登录。")
        database.change(connection, sessions, row.id, token_hash=_hashed(fresh), csrf=csrf)
    return Session(Who(row.user_id), fresh, csrf)


def sign_out(office: Office, token: str) -> None:
    """Ends the session; nothing happens for one that there is not."""
    with office.store.write() as connection:
        row = database.one(connection, sessions, token_hash=_hashed(token))
        if row is not None:
            connection.execute(delete(sessions).where(sessions.c.id == row.id))
            user = database.one(connection, users, id=row.user_id)
            at = stamp(office.clock())
            database.append(connection, at=at, actor=user.login, kind="signed_out", payload={"user": user.id})


def _hashed(token: str) -> str:
    """A token has 256 random bits: its bare hash tells nothing."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def setting(connection: Connection, name: str) -> int:
    """The value of a setting of people.SETTINGS."""
    from reviewer.casework.people import SETTINGS

    row = database.one(connection, schema.settings, name=name)
    return int(row.value) if row is not None else SETTINGS[name][1]


# --- throttling ------------------------------------------------------------------------------------


def _throttle(office: Office, connection: Connection, login: str, address: str, moment: datetime) -> None:
    """Raises Denied where too many sign-ins have failed, for this login or from this address."""
    since = stamp(moment - _WINDOW)
    failed = select(func.count()).where(login_attempts.c.success.is_(False), login_attempts.c.at >= since)
    by_login = connection.execute(failed.where(login_attempts.c.login_key == _digest(office, login))).scalar_one()
    by_address = 0
    if address:
        by_address = connection.execute(failed.where(login_attempts.c.address == address)).scalar_one()
    if by_login >= _MOST_FAILED or by_address >= _MOST_FAILED_FROM:
        raise Denied(_SLOW)


def _tried(office: Office, connection: Connection, login: str, address: str, moment: datetime, success: bool) -> None:
    connection.execute(delete(login_attempts).where(login_attempts.c.at < stamp(moment - 2 * _WINDOW)))
    key = _digest(office, login)
    if success:
        connection.execute(delete(login_attempts).where(login_attempts.c.login_key == key))
    database.add(connection, login_attempts, login_key=key, address=address[:64], at=stamp(moment), success=success)


# --- tokens ----------------------------------------------------------------------------------------


def add_token(office: Office, who: Who, user: int, name: str, days: int = 365) -> tuple[int, str]:
    """(id, token) for another system that submits as `user`, a drafter; the token is shown once."""
    if not name.strip() or len(name) > 100 or not 1 <= days <= 730:
        raise Refusal("令牌要有名称（不超过 100 个字），有效期为 1 到 730 天。")
    token = f"rv_{secrets.token_urlsafe(32)}"
    with acting(office, who) as act:
        permissions.check(act.actor, "manage_tokens")
        row = database.one(act.connection, users, id=user)
        if row is None or not row.active:
            raise Absent("没有这个用户，或者已停用。")
        made = database.add(
            act.connection, api_tokens, token_hash=_hashed(token), name=office.intake.masked(name), user_id=user,
            created_by=act.actor.user, created_at=act.at, expires_at=stamp(act.moment + timedelta(days=days)),
        )  # fmt: skip
        act.record("token_added", {"token": made, "user": user, "days": days})
    return made, token


def revoke_token(office: Office, who: Who, token: int) -> None:
    """The token does not count any more, at once."""
    with acting(office, who) as act:
        permissions.check(act.actor, "manage_tokens")
        row = database.one(act.connection, api_tokens, id=token)
        if row is None or row.revoked_at is not None:
            raise Absent("没有这个令牌，或者已吊销。")
        database.change(act.connection, api_tokens, token, revoked_at=act.at)
        act.record("token_revoked", {"token": token})


def list_tokens(office: Office, who: Who) -> list[Any]:
    """The tokens without their secret: id, name, user_id, created_at, expires_at, revoked_at, used_at."""
    with looking(office, who) as act:
        permissions.check(act.actor, "manage_tokens")
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
