"""Units, users and their roles. 三员 are three people; nobody gets a role by the word of one administrator alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select

from reviewer.casework import permissions
from reviewer.casework.act import Act, acting, looking, roles_of, stamp
from reviewer.casework.permissions import Actor, Who
from reviewer.errors import Absent, Refusal
from reviewer.review import procedure as procedures
from reviewer.review.clock import day_of
from reviewer.review.ledger import canonical
from reviewer.review.procedure import ADMINS, REVIEWING, ROLES, Procedure, Role
from reviewer.store import database, schema
from reviewer.store.schema import delegations, grant_requests, grants, units, users

if TYPE_CHECKING:
    from reviewer.casework.office import Office

_LONGEST = 100


def found(office: Office, names: Sequence[tuple[str, str]]) -> list[int]:
    """The first three administrators (三员) of an empty database, (login, name) in the order of ADMINS; their ids."""
    if len(names) != len(ADMINS) or len({login for login, _ in names}) < len(ADMINS):
        raise Refusal("首次建立要三个不同的人：系统管理员、安全保密管理员、审计员。")
    with office.store.write() as connection:
        if connection.execute(select(func.count()).select_from(users)).scalar_one():
            raise Refusal("已经有用户，不能再次首次建立。")
        at = stamp(office.clock())
        made = []
        for role, (login, name) in zip(ADMINS, names, strict=True):
            _check_name(login, name)
            user = database.add(connection, users, login=login, name=name, active=True, created_at=at)
            database.add(connection, grants, user_id=user, role=role, granted_at=at)
            told = {"user": user, "login": login, "role": role}
            database.append(connection, at=at, actor="system", kind="administrator_founded", payload=told)
            made.append(user)
    return made


def is_empty(office: Office) -> bool:
    """Whether nobody is known yet."""
    with office.store.read() as connection:
        return not connection.execute(select(func.count()).select_from(users)).scalar_one()


def _check_name(login: str, name: str) -> None:
    sound = login.isascii() and login.replace(".", "").replace("-", "").replace("_", "").isalnum()
    if not sound or not 2 <= len(login) <= _LONGEST:
        raise Refusal("登录名由 2 到 100 个英文字母、数字、点、横线组成。")
    if login.lower() in ("system", "token"):
        raise Refusal("这个登录名留给系统使用，请换一个。")
    if not name.strip() or len(name) > _LONGEST or not name.isprintable():
        raise Refusal("姓名要填，不超过 100 个字。")


def add_unit(office: Office, who: Who, name: str, procedure: Procedure | None = None) -> int:
    """A new unit with its procedure (None: three steps); its id."""
    procedure = procedure or Procedure()
    _check_procedure(procedure)
    if not name.strip() or len(name) > 2 * _LONGEST or not name.isprintable():
        raise Refusal("单位名称要填，不超过 200 个字。")
    with acting(office, who) as act:
        permissions.check(act.actor, "manage_units")
        if database.one(act.connection, units, name=name) is not None:
            raise Refusal("已经有同名的单位。")
        fields = procedures.as_fields(procedure)
        made = database.add(
            act.connection, units, name=name, procedure=json.dumps(fields, ensure_ascii=False), created_at=act.at
        )
        act.record("unit_added", {"unit": made, "name": name, "procedure": fields})
    return made


def _check_procedure(procedure: Procedure) -> None:
    if faults := procedures.faults_of(procedure):
        raise Refusal("审查程序有误：" + "".join(faults))


def add_user(office: Office, who: Who, login: str, name: str, unit: int | None = None) -> int:
    """A new user without any role and without a password; his id."""
    _check_name(login, name)
    with acting(office, who) as act:
        permissions.check(act.actor, "manage_users")
        if database.one(act.connection, users, login=login) is not None:
            raise Refusal("已经有这个登录名。")
        if unit is not None:
            _unit(act, unit)
        made = database.add(
            act.connection, users, login=login, name=name, unit_id=unit, active=True, created_at=act.at
        )
        act.record("user_added", {"user": made, "login": login, "name": name, "unit": unit})
    return made


def _unit(act: Act, unit: int) -> Any:
    row = database.one(act.connection, units, id=unit)
    if row is None or row.closed:
        raise Absent("没有这个单位，或者已停用。")
    return row


def _user(act: Act, user: int) -> Any:
    row = database.one(act.connection, users, id=user)
    if row is None or not row.active:
        raise Absent("没有这个用户，或者已停用。")
    return row


# --- roles -----------------------------------------------------------------------------------------


def ask_grant(
    office: Office, who: Who, user: int, role: Role, unit: int | None = None, *, until: date | None = None
) -> int:
    """The system administrator asks for a role for a user (unit None: all units); the request's id."""
    if role not in ROLES:
        raise Refusal(f"没有这个角色，可用的有：{'、'.join(ROLES.values())}。")
    with acting(office, who) as act:
        permissions.check(act.actor, "ask_grant")
        _user(act, user)
        if unit is not None:
            _unit(act, unit)
        if user == act.actor.user:
            raise Refusal("不能为自己申请授权。")
        _check_clash(act, user, role)
        day = until.isoformat() if until is not None else None
        made = database.add(
            act.connection, grant_requests, user_id=user, role=role, unit_id=unit, until=day, asked_by=act.actor.user,
            asked_at=act.at, state="open",
        )  # fmt: skip
        act.record("grant_asked", {"request": made, "user": user, "role": role, "unit": unit, "until": day})
    return made


def answer_grant(office: Office, who: Who, request: int, *, confirm: bool) -> int | None:
    """The security administrator confirms a request, or turns it down; the grant's id."""
    with acting(office, who) as act:
        permissions.check(act.actor, "answer_grant")
        row = database.one(act.connection, grant_requests, id=request)
        if row is None or row.state != "open":
            raise Absent("没有这条待确认的授权申请。")
        if act.actor.user in (row.asked_by, row.user_id):
            raise Refusal("授权要由另一位管理员确认，也不能确认给自己的授权。")
        state = "confirmed" if confirm else "declined"
        database.change(
            act.connection, grant_requests, request, state=state, answered_by=act.actor.user, answered_at=act.at
        )
        made = None
        if confirm:
            _user(act, row.user_id)
            _check_clash(act, row.user_id, row.role)
            made = database.add(
                act.connection, grants, user_id=row.user_id, role=row.role, unit_id=row.unit_id, until=row.until,
                granted_by=row.asked_by, confirmed_by=act.actor.user, granted_at=act.at,
            )  # fmt: skip
        act.record(f"grant_{state}", {"request": request, "user": row.user_id, "role": row.role, "unit": row.unit_id})
    return made


def _check_clash(act: Act, user: int, role: Role) -> None:
    held = [one.role for one in roles_of(act.connection, user, act.today)]
    if fault := permissions.clash(held, role):
        raise Refusal(fault)


def revoke_grant(office: Office, who: Who, grant: int) -> None:
    """Takes a role back, at once. One administrator is enough for that; the last of his kind stays."""
    with acting(office, who) as act:
        permissions.check(act.actor, "revoke_grant")
        row = database.one(act.connection, grants, id=grant)
        if row is None or row.revoked_at is not None:
            raise Absent("没有这项授权，或者已收回。")
        if row.role in ADMINS and _holders(act, row.role) <= {row.user_id}:
            raise Refusal(f"这是最后一位{ROLES[row.role]}，不能收回。请先授权给另一位。")
        database.change(act.connection, grants, grant, revoked_at=act.at, revoked_by=act.actor.user)
        act.record("grant_revoked", {"grant": grant, "user": row.user_id, "role": row.role, "unit": row.unit_id})


def _holders(act: Act, role: str) -> set[int]:
    rows = act.connection.execute(
        select(grants.c.user_id, grants.c.until)
        .join(users, users.c.id == grants.c.user_id)
        .where(grants.c.role == role, grants.c.revoked_at.is_(None), users.c.active)
    )
    return {row.user_id for row in rows if not permissions.is_past(row.until, act.today)}


def delegate(
    office: Office, who: Who, to_user: int, role: Role, unit: int | None, since: date, until: date, reason: str
) -> int:
    """A reviewer lends his role for some days to another reviewer of the unit; the delegation's id.

    Both count as the one who signs: neither can sign another step of the same round.
    """
    reason = office.intake.masked(reason)
    with acting(office, who) as act:
        permissions.check(act.actor, "delegate")
        own = [one for one in act.actor.grants if one.role == role and one.unit in (None, unit) and one.behalf is None]
        if role not in REVIEWING or not own:
            raise Refusal("只能委托自己担任的审查角色，受托的不能再委托。")
        if to_user == act.actor.user:
            raise Refusal("不能委托给自己。")
        _user(act, to_user)
        held = roles_of(act.connection, to_user, act.today)
        if not any(one.role in REVIEWING and (one.unit_id is None or one.unit_id == unit) for one in held):
            raise Refusal("只能委托给同一单位的其他审查人：审查角色须经两位管理员授权。")
        if not reason.strip() or not since <= until or until < day_of(act.moment):
            raise Refusal("委托要写明理由和起止日期，止日不能在今天以前。")
        made = database.add(
            act.connection, delegations, from_user=act.actor.user, to_user=to_user, role=role, unit_id=unit,
            since=since.isoformat(), until=until.isoformat(), reason=reason, created_at=act.at,
        )  # fmt: skip
        told = {
            "delegation": made, "to": to_user, "role": role, "unit": unit, "since": since.isoformat(),
            "until": until.isoformat(), "reason": reason,
        }  # fmt: skip
        act.record("delegated", told)
    return made


def end_delegation(office: Office, who: Who, delegation: int) -> None:
    """Takes a delegation of one's own back, at once."""
    with acting(office, who) as act:
        permissions.check(act.actor, "delegate")
        row = database.one(act.connection, delegations, id=delegation)
        if row is None or row.from_user != act.actor.user or row.revoked_at is not None:
            raise Absent("没有这项委托，或者已收回。")
        database.change(act.connection, delegations, delegation, revoked_at=act.at)
        act.record("delegation_ended", {"delegation": delegation})


def change_unit(
    office: Office, who: Who, unit: int, *, procedure: Procedure | None = None, closed: bool | None = None
) -> None:
    """Changes a unit's procedure, or closes it. Items under review keep the steps that they were submitted with."""
    if procedure is not None:
        _check_procedure(procedure)
    with acting(office, who) as act:
        permissions.check(act.actor, "manage_units")
        if database.one(act.connection, units, id=unit) is None:
            raise Absent("没有这个单位。")
        values: dict[str, Any] = {} if closed is None else {"closed": closed}
        told: dict[str, Any] = {"unit": unit, **values}
        if procedure is not None:
            told["procedure"] = procedures.as_fields(procedure)
            values["procedure"] = json.dumps(told["procedure"], ensure_ascii=False)
        if values:
            database.change(act.connection, units, unit, **values)
            act.record("unit_changed", told)


SETTINGS: dict[str, tuple[str, int, int, int]] = {
    "certificate_days": ("发布证书的有效天数（没有填撤下日期的）", 730, 1, 3660),
}
"""name -> what it is, the default, the least and the most"""


def change_setting(office: Office, who: Who, name: str, value: int) -> None:
    """Sets one of SETTINGS; logged."""
    if name not in SETTINGS:
        raise Refusal(f"没有这项设置，可用的有：{'、'.join(SETTINGS)}。")
    title, _, least, most = SETTINGS[name]
    if not least <= value <= most:
        raise Refusal(f"{title}应在 {least} 到 {most} 之间。")
    with acting(office, who) as act:
        permissions.check(act.actor, "change_settings")
        table = schema.settings
        act.connection.execute(delete(table).where(table.c.name == name))
        by = act.actor.user or None
        act.connection.execute(insert(table).values(name=name, value=str(value), changed_by=by, changed_at=act.at))
        act.record("setting_changed", {"name": name, "value": value})


RULINGS: dict[str, str] = {"declassified": "已解密", "not_secret": "核定不是国家秘密"}


def ruling_text(sha256: str, ruling: str, body: str, on: str, basis: str, signed_by: str) -> bytes:
    """What is sealed of a ruling."""
    said = {"sha256": sha256, "ruling": ruling, "body": body, "on": on, "basis": basis, "signed_by": signed_by}
    return canonical(said).encode()


def declassify(
    office: Office, who: Who, sha256: str, ruling: str, body: str, on: date, basis: str, signed_by: str
) -> int:
    """Enters a 解密 (or 核定) record for the file with this SHA-256, sealed with the site's signing key; its id.

    body       the authority that ruled so
    signed_by  who signed the paper
    """
    texts = [office.intake.masked(one).strip() for one in (body, basis, signed_by)]
    if ruling not in RULINGS:
        raise Refusal(f"记录只能是：{'、'.join(RULINGS.values())}。")
    if len(sha256) != 64 or set(sha256) - set("0123456789abcdef"):
        raise Refusal("文件的 SHA-256 应是 64 位小写十六进制数。")
    if not all(texts):
        raise Refusal("要写明作出决定的机关、依据和签发人。")
    with acting(office, who) as act:
        permissions.check(act.actor, "declassify")
        if on > act.today:
            raise Refusal("决定的日期在今天之后。")
        said = ruling_text(sha256, ruling, texts[0], on.isoformat(), texts[1], texts[2])
        made = database.add(
            act.connection, schema.declassifications, sha256=sha256, ruling=ruling, body=texts[0],
            on_day=on.isoformat(), basis=texts[1], signed_by=texts[2], entered_by=act.actor.user, at=act.at,
            seal=office.signer.seal(said, act.moment),
        )  # fmt: skip
        told = {"sha256": sha256, "ruling": ruling, "body": texts[0], "on": on.isoformat(), "basis": texts[1]}
        act.record("ruling_entered", {"ruling_id": made, **told, "signed_by": texts[2]})
    return made


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit with its procedure."""

    id: int
    name: str
    closed: bool
    procedure: Procedure


def list_units(office: Office, who: Who) -> list[UnitView]:
    """All units: their names are no secret within the office."""
    with looking(office, who) as act:
        rows = act.connection.execute(select(units).order_by(units.c.id)).all()
        return [
            UnitView(row.id, row.name, row.closed, procedures.from_fields(json.loads(row.procedure))) for row in rows
        ]


def whoami(office: Office, who: Who) -> Actor:
    """The user with the roles that he has now, those by delegation too."""
    with looking(office, who) as act:
        return act.actor
