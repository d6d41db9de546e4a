"""Who is at the other end: passwords (argon2id), sessions, and codes for a first password in two halves.

Nobody sets another's password. The system administrator starts a reset and sees one half of a code, the security
administrator confirms it and sees the other; the user types both and chooses his own. Tokens and codes are random and
only their hashes are kept. Failed attempts are counted by login and by address and slow the next ones down.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, func, insert, select, update

from reviewer.casework import permissions
from reviewer.casework.act import Act, acting, actor_of, moment_of, stamp
from reviewer.casework.permissions import Actor, Who
from reviewer.errors import Absent, Denied, Refusal
from reviewer.review.clock import day_of
from reviewer.store import database
from reviewer.store.schema import login_attempts, one_time_codes, sessions, users

if TYPE_CHECKING:
    from argon2 import PasswordHasher

    from reviewer.casework.office import Office

IDLE = timedelta(minutes=30)
"""a session that is not used for so long ends"""
LONGEST = timedelta(hours=10)
"""and any session after so long"""
CODE_LIFE = timedelta(hours=72)
LEAST_PASSWORD = 12
_LONGEST_PASSWORD = 256
_WINDOW = timedelta(minutes=15)
_TRIES_BY_LOGIN = 5
_TRIES_BY_ADDRESS = 50
_CODE_TRIES = 5
_SEEN_STEP = timedelta(seconds=60)
"""so often at most a session's last use is written down"""
_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""no characters that are taken for others"""
_HALF = 10

WRONG = "登录名或口令不对。"
THROTTLED = "尝试次数太多，请 15 分钟后再试，或联系系统管理员。"


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session; the token is the cookie's value and is kept nowhere."""

    token: str = field(repr=False)
    user: int


@dataclass(frozen=True, slots=True)
class Session:
    """A session that holds: who it is, and the token of his forms."""

    id: int
    actor: Actor
    csrf: str = field(repr=False)

    @property
    def who(self) -> Who:
        return Who(self.actor.user)


# --- signing in ------------------------------------------------------------------------------------


def sign_in(office: Office, login: str, password: str, address: str) -> Opened:
    """A new session. Raises Denied with the same words whatever was wrong, or when there were too many attempts."""
    moment = office.clock()
    login = login.strip()
    with office.store.read() as connection:
        throttled = _is_throttled(connection, office, login, address, moment)
        row = database.one(connection, users, login=login)
    known = row is not None and row.active and bool(row.password_hash)
    # The work is the same for a login that does not exist.
    fits = _fits(row.password_hash if known else _nobody(), password) and known
    with office.store.write() as connection:
        # Asked again: many attempts at the same time count as well.
        throttled = throttled or _is_throttled(connection, office, login, address, moment)
        _note_attempt(connection, office, login, address, moment, fits and not throttled)
        actor = row.login if row is not None and fits and not throttled else "anonymous"
        told = {"address": address} if fits and not throttled else {"address": address, "throttled": throttled}
        kind = "signed_in" if fits and not throttled else "sign_in_failed"
        database.append(connection, at=stamp(moment), actor=actor, kind=kind, payload=told)
        opened = _open(connection, row.id, address, moment) if fits and not throttled else None
        if fits and not throttled and _hasher().check_needs_rehash(row.password_hash):
            database.change(connection, users, row.id, password_hash=_hasher().hash(password))
    if opened is None:
        raise Denied(THROTTLED if throttled else WRONG)
    return opened


def sign_in_as(office: Office, subject: str, address: str) -> Opened:
    """A session for whom an identity provider vouches for (issuer and subject). Raises Denied for a stranger."""
    moment = office.clock()
    with office.store.write() as connection:
        row = database.one(connection, users, subject=subject)
        if row is None or not row.active:
            raise Denied("统一身份认证的这个账号没有在本系统登记，请联系系统管理员。")
        told = {"address": address, "by": "oidc"}
        database.append(connection, at=stamp(moment), actor=row.login, kind="signed_in", payload=told)
        return _open(connection, row.id, address, moment)


def _open(connection: Connection, user: int, address: str, moment: datetime) -> Opened:
    token = secrets.token_urlsafe(32)
    now = stamp(moment)
    connection.execute(delete(sessions).where(sessions.c.expires_at < now))
    database.add(
        connection, sessions, token_hash=_hash(token), user_id=user, csrf=secrets.token_urlsafe(24), address=address,
        created_at=now, seen_at=now, expires_at=stamp(moment + LONGEST),
    )  # fmt: skip
    return Opened(token, user)


def session(office: Office, token: str) -> Session | None:
    """The session of a cookie; None where there is none, it was idle too long, or the user may not sign in any more."""
    if not token:
        return None
    moment = office.clock()
    with office.store.read() as connection:
        row = database.one(connection, sessions, token_hash=_hash(token))
        if row is None or row.expires_at <= stamp(moment) or moment - moment_of(row.seen_at) > IDLE:
            return None
        try:
            actor = actor_of(connection, Who(row.user_id), day_of(moment))
        except Denied:
            return None
    if moment - moment_of(row.seen_at) >= _SEEN_STEP:
        with office.store.write() as connection:
            connection.execute(update(sessions).where(sessions.c.id == row.id).values(seen_at=stamp(moment)))
    return Session(row.id, actor, row.csrf)


def sign_out(office: Office, token: str) -> None:
    """Ends the session of a cookie."""
    with office.store.write() as connection:
        connection.execute(delete(sessions).where(sessions.c.token_hash == _hash(token)))


def _end_sessions(connection: Connection, user: int) -> None:
    connection.execute(delete(sessions).where(sessions.c.user_id == user))


# --- throttling ------------------------------------------------------------------------------------


def _login_key(office: Office, login: str) -> str:
    """What stands for a login in the attempts: people type passwords there by mistake."""
    return hmac.digest(office.key.derive("code"), login.lower().encode("utf-8", "replace"), "sha256").hex()


def _is_throttled(connection: Connection, office: Office, login: str, address: str, moment: datetime) -> bool:
    since = stamp(moment - _WINDOW)
    table = login_attempts
    key = _login_key(office, login)
    last = select(func.max(table.c.at)).where(table.c.login_key == key, table.c.success).scalar_subquery()
    failed = select(func.count()).where(table.c.success.is_(False), table.c.at > since)
    by_login = connection.execute(
        failed.where(table.c.login_key == key, table.c.at > func.coalesce(last, ""))
    ).scalar_one()
    by_address = connection.execute(failed.where(table.c.address == address)).scalar_one()
    return by_login >= _TRIES_BY_LOGIN or by_address >= _TRIES_BY_ADDRESS


def _note_attempt(
    connection: Connection, office: Office, login: str, address: str, moment: datetime, success: bool
) -> None:
    connection.execute(delete(login_attempts).where(login_attempts.c.at < stamp(moment - timedelta(days=1))))
    connection.execute(
        insert(login_attempts).values(
            login_key=_login_key(office, login), address=address[:64], at=stamp(moment), success=success
        )
    )


# --- passwords -------------------------------------------------------------------------------------


def change_password(office: Office, who: Who, old: str, new: str) -> None:
    """The user chooses a new password; all of his sessions end."""
    with acting(office, who) as act:
        row = database.one(act.connection, users, id=act.actor.user)
        if not row.password_hash or not _fits(row.password_hash, old):
            raise Denied("现在的口令不对。")
        _set_password(act.connection, row, new, act.at)
        act.record("password_changed", {"user": row.id})


def _set_password(connection: Connection, row: Any, new: str, at: str) -> None:
    check_password(new, row.login)
    if row.password_hash and _fits(row.password_hash, new):
        raise Refusal("新口令不能与现在的相同。")
    database.change(connection, users, row.id, password_hash=_hasher().hash(new), password_at=at)
    _end_sessions(connection, row.id)


def check_password(new: str, login: str) -> None:
    """Raises Refusal for a password that is too short or easy to guess (NIST SP 800-63B: length, no composition)."""
    if not LEAST_PASSWORD <= len(new) <= _LONGEST_PASSWORD:
        raise Refusal(f"口令应有 {LEAST_PASSWORD} 到 {_LONGEST_PASSWORD} 个字符。")
    lower = new.lower()
    if login.lower() in lower or len(set(lower)) < 5 or lower in _obvious():
        raise Refusal("口令太容易猜：不要含登录名，不要用连续或重复的字符。")


@cache
def _obvious() -> frozenset[str]:
    rows = ("1234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")
    runs = [(row * 3)[start : start + size] for row in rows for start in range(len(row)) for size in range(12, 21)]
    return frozenset((*runs, *(run[::-1] for run in runs)))


@cache
def _hasher() -> PasswordHasher:
    """Argon2id with the second choice of RFC 9106: 64 MiB, three passes."""
    from argon2 import PasswordHasher
    from argon2.profiles import RFC_9106_LOW_MEMORY

    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


@cache
def _nobody() -> str:
    return _hasher().hash(secrets.token_urlsafe(16))


def _fits(known: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    if len(password) > _LONGEST_PASSWORD:
        return False
    try:
        return _hasher().verify(known, password)
    except (VerificationError, InvalidHashError):
        return False


# --- codes in two halves ---------------------------------------------------------------------------


def start_reset(office: Office, who: Who, user: int) -> str:
    """The first half of a code for a new password, for the system administrator; the old password ends at once."""
    with acting(office, who) as act:
        permissions.check(act.actor, "start_reset")
        row = database.one(act.connection, users, id=user)
        if row is None or not row.active:
            raise Absent("没有这个用户，或者已停用。")
        if user == act.actor.user:
            raise Refusal("不能重置自己的口令。请由另一位系统管理员办理，或用“修改口令”。")
        half = _half()
        _forget_codes(act.connection, user)
        database.add(
            act.connection, one_time_codes, user_id=user, purpose="password", first_hash=_hash(half), second_hash="",
            created_at=act.at, expires_at=stamp(act.moment + CODE_LIFE), tries=0,
        )  # fmt: skip
        _end_sessions(act.connection, user)
        act.record("reset_started", {"user": user})
    return half


def confirm_reset(office: Office, who: Who, user: int) -> str:
    """The other half, for the security administrator. Raises Refusal where he could then sign in as the user."""
    with acting(office, who) as act:
        permissions.check(act.actor, "confirm_reset")
        if user == act.actor.user:
            raise Refusal("重置自己的口令要由另一位安全保密管理员确认。")
        code = _open_code(act.connection, user, act.at)
        if code is None or code.second_hash:
            raise Absent("这个用户没有待确认的口令重置。")
        half = _half()
        database.change(act.connection, one_time_codes, code.id, second_hash=_hash(half))
        act.record("reset_confirmed", {"user": user})
    return half


def waiting_resets(act: Act) -> dict[int, bool]:
    """User -> whether the security administrator has confirmed, of all codes that are still good."""
    rows = act.connection.execute(
        select(one_time_codes).where(one_time_codes.c.used_at.is_(None), one_time_codes.c.expires_at > act.at)
    )
    return {row.user_id: bool(row.second_hash) for row in rows}


def first_codes(office: Office, user: int) -> tuple[str, str]:
    """Both halves of a code for one of the first administrators: whoever starts the program hands them out."""
    moment = office.clock()
    first, second = _half(), _half()
    with office.store.write() as connection:
        row = database.one(connection, users, id=user)
        if row is None or row.password_hash:
            raise Refusal("这个用户已经有口令。")
        _forget_codes(connection, user)
        database.add(
            connection, one_time_codes, user_id=user, purpose="password", first_hash=_hash(first),
            second_hash=_hash(second), created_at=stamp(moment), expires_at=stamp(moment + CODE_LIFE), tries=0,
        )  # fmt: skip
        database.append(
            connection, at=stamp(moment), actor="system", kind="first_code_made", payload={"user": user}
        )
    return first, second


def redeem(office: Office, login: str, first: str, second: str, new: str, address: str) -> None:
    """The user's own password in exchange for both halves. Raises Denied with the same words whatever was wrong."""
    moment = office.clock()
    with office.store.write() as connection:
        throttled = _is_throttled(connection, office, login, address, moment)
        row = database.one(connection, users, login=login.strip())
        code = _open_code(connection, row.id, stamp(moment)) if row is not None and row.active else None
        fits = code is not None and bool(code.second_hash) and code.tries < _CODE_TRIES and not throttled
        if code is not None and fits:
            pairs = ((first, code.first_hash), (second, code.second_hash))
            fits = all([hmac.compare_digest(_hash(typed.strip().upper()), known) for typed, known in pairs])
        if row is not None and code is not None and fits:
            _set_password(connection, row, new, stamp(moment))
            database.change(connection, one_time_codes, code.id, used_at=stamp(moment))
            told = {"user": row.id, "address": address}
            database.append(connection, at=stamp(moment), actor=row.login, kind="password_set", payload=told)
        else:
            _note_attempt(connection, office, login, address, moment, False)
            if code is not None:
                database.change(connection, one_time_codes, code.id, tries=code.tries + 1)
    if not fits:
        raise Denied(THROTTLED if throttled else "登录名或一次性口令不对，或者已经过期、用过。")


def _open_code(connection: Connection, user: int, at: str) -> Any:
    query = (
        select(one_time_codes)
        .where(one_time_codes.c.user_id == user, one_time_codes.c.used_at.is_(None), one_time_codes.c.expires_at > at)
        .order_by(one_time_codes.c.id.desc())
    )
    return connection.execute(query).first()


def _forget_codes(connection: Connection, user: int) -> None:
    connection.execute(
        delete(one_time_codes).where(one_time_codes.c.user_id == user, one_time_codes.c.used_at.is_(None))
    )


def _half() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_HALF))


def _hash(text: str) -> str:
    """Of what is random and long enough that nobody guesses it: no salt is needed."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


# --- users -----------------------------------------------------------------------------------------


def set_active(office: Office, who: Who, user: int, active: bool) -> None:
    """Locks a user out, or lets him in again; his sessions end at once."""
    with acting(office, who) as act:
        permissions.check(act.actor, "manage_users")
        row = database.one(act.connection, users, id=user)
        if row is None:
            raise Absent("没有这个用户。")
        if user == act.actor.user:
            raise Refusal("不能停用自己。")
        database.change(act.connection, users, user, active=active)
        _end_sessions(act.connection, user)
        act.record("user_enabled" if active else "user_disabled", {"user": user})


def link_subject(office: Office, who: Who, subject: str) -> None:
    """The user signs in by this account of an identity provider (issuer and subject) from now on; "" for none.

    He does so himself, signed in with his password: an administrator could link an account of his own.
    """
    with acting(office, who) as act:
        taken = database.one(act.connection, users, subject=subject) if subject else None
        if taken is not None and taken.id != act.actor.user:
            raise Refusal("统一身份认证的这个账号已经登记给别的用户。")
        database.change(act.connection, users, act.actor.user, subject=subject or None)
        act.record("subject_linked", {"user": act.actor.user, "linked": bool(subject)})
