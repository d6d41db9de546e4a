"""Who may do what: one table, action x role x relation to the item, asked by every action."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from reviewer.errors import Denied
from reviewer.review.procedure import ADMINS, REVIEWING, ROLES, Role

Relation = Literal["none", "unit", "drafter", "step"]
"""none: the role alone; unit: the role for the item's unit; drafter: it is his item; step: it is his turn"""
Via = Literal["session", "token", "system"]


@dataclass(frozen=True, slots=True)
class Grant:
    """A role for a unit (None: all). `behalf`: by a delegation of this user."""

    role: Role
    unit: int | None = None
    behalf: int | None = None
    behalf_name: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True)
class Who:
    """Who asks: the user, and through what. What he may do is looked up anew in each action."""

    user: int
    via: Via = "session"
    token: int | None = None
    """the API token's number"""


@dataclass(frozen=True, slots=True)
class Actor:
    """A user with the roles that he has now."""

    user: int
    login: str
    name: str = field(repr=False)
    unit: int | None = None
    grants: tuple[Grant, ...] = ()
    via: Via = "session"
    token: int | None = None

    @property
    def signed(self) -> str:
        """How the ledger names who did it."""
        return f"token:{self.token}:{self.login}" if self.via == "token" else self.login

    def units(self, roles: Iterable[Role] = ()) -> frozenset[int | None]:
        """The units for which he has one of the roles (any role: none given); None among them: all units."""
        wanted = frozenset(roles)
        return frozenset(one.unit for one in self.grants if not wanted or one.role in wanted)

    def holds(self, role: Role, unit: int | None = None) -> Grant | None:
        """His grant of the role for the unit, his own before one by delegation."""
        fit = [one for one in self.grants if one.role == role and (one.unit is None or one.unit == unit)]
        return min(fit, key=lambda one: one.behalf is not None, default=None)


@dataclass(frozen=True, slots=True)
class About:
    """What a permission depends on of the item: its unit, its drafter, whose turn it is."""

    unit: int
    drafter: int = 0
    role: Role | None = None
    """the role of the current step"""


@dataclass(frozen=True, slots=True)
class Rule:
    """`own`: the drafter of the item may. `unit`: these roles may for the item's unit. `step`: whose turn it is may.

    any     these roles may, whatever the unit
    token   an API token may, too
    """

    title: str
    own: bool = False
    unit: frozenset[Role] = frozenset()
    step: bool = False
    any: frozenset[Role] = frozenset()
    token: bool = False


def _roles(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


_REVIEWERS = frozenset(REVIEWING)
_EVERYONE: frozenset[Role] = frozenset(get_args(Role))
_WORKERS = _REVIEWERS | _roles("publisher")
_READERS = _WORKERS | _roles("auditor")

TABLE: dict[str, Rule] = {
    # --- an item, by its drafter
    "create_item": Rule("新建事项", unit=_roles("drafter"), token=True),
    "edit_item": Rule("修改事项", own=True, token=True),
    "add_version": Rule("上传文件", own=True, token=True),
    "submit": Rule("提交审查", own=True, token=True),
    "withdraw": Rule("撤回", own=True),
    # --- an item, by whoever reviews the current step
    "return": Rule("退回", step=True),
    "decide": Rule("处理发现", step=True),
    "state_gap": Rule("确认未读部分已由人看过", step=True),
    "ask_third_party": Rule("征求第三方意见", step=True),
    "third_party_answer": Rule("登记第三方意见", step=True),
    "report_undecided": Rule("不能确定，报审", step=True),
    "approve": Rule("同意", step=True),
    "refuse": Rule("不予公开", step=True),
    # --- after the outcome
    "publish": Rule("登记发布", unit=_roles("publisher")),
    "take_down": Rule("登记撤下", unit=_WORKERS),
    "re_review": Rule("重新审查", own=True, unit=_WORKERS),
    "to_open": Rule("转主动公开", own=True, unit=_WORKERS),
    # --- looking
    "view_item": Rule("查看事项", own=True, unit=_READERS | _roles("drafter"), token=True),
    "view_text": Rule("查看文件的文字（遮住）", own=True, unit=_WORKERS),
    "show_value": Rule("查看原值", own=True, unit=_REVIEWERS),
    "download": Rule("下载文件", own=True, unit=_WORKERS),
    "comment": Rule("留言", own=True, unit=_WORKERS),
    "view_certificate": Rule("下载发布证书", own=True, unit=_READERS, token=True),
    "view_statistics": Rule("查看统计", unit=_READERS),
    "view_ledger": Rule("查看台账", unit=_REVIEWERS | _roles("publisher"), any=_roles("auditor", "security_admin")),
    "verify_ledger": Rule("核验台账", any=_roles("auditor", "security_admin")),
    "propose_rules": Rule("查看误报的原文、提出规则修改", unit=_REVIEWERS),
    "view_rules": Rule("查看规则", any=_EVERYONE, token=True),
    # --- what is published already
    "view_takedown": Rule("查看撤下清单", unit=_READERS | _roles("drafter")),
    "decide_takedown": Rule("处理撤下清单", unit=_WORKERS),
    # --- people
    "manage_units": Rule("管理单位和审查程序", any=_roles("system_admin")),
    "manage_users": Rule("管理用户", any=_roles("system_admin")),
    "view_users": Rule("查看用户和权限", any=frozenset(ADMINS)),
    "ask_grant": Rule("申请授权", any=_roles("system_admin")),
    "answer_grant": Rule("确认授权", any=_roles("security_admin")),
    "revoke_grant": Rule("收回授权", any=_roles("system_admin", "security_admin")),
    "start_reset": Rule("重置口令（前一半）", any=_roles("system_admin")),
    "confirm_reset": Rule("重置口令（后一半）", any=_roles("security_admin")),
    "delegate": Rule("委托他人审查", any=_REVIEWERS),
    "add_token": Rule("建立接口令牌", any=_roles("system_admin")),
    "view_tokens": Rule("查看接口令牌", any=frozenset(ADMINS)),
    "revoke_token": Rule("吊销接口令牌", any=_roles("system_admin", "security_admin")),
    "change_settings": Rule("修改设置", any=_roles("system_admin")),
    "declassify": Rule("登记解密或者非密的核定", any=_roles("security_admin")),
    "revoke_certificate": Rule("吊销发布证书", any=_roles("security_admin")),
}
"""every action and who may do it"""


def check(actor: Actor, action: str, about: About | None = None) -> Grant:
    """The grant by which the actor may do this. Raises Denied where there is none."""
    found = grant_for(actor, action, about)
    if found is None:
        raise Denied(f"没有权限：{TABLE[action].title}。")
    return found


def grant_for(actor: Actor, action: str, about: About | None = None) -> Grant | None:
    """The grant by which the actor may do this, None where there is none."""
    rule = TABLE[action]
    if actor.via == "token" and not rule.token:
        return None
    if rule.own and about is not None and about.drafter == actor.user:
        held = actor.holds("drafter", about.unit)
        if held is not None:
            return held
    if rule.step and about is not None and about.role is not None:
        held = actor.holds(about.role, about.unit)
        if held is not None:
            return held
    if about is not None:
        for role in sorted(rule.unit):
            if (held := actor.holds(role, about.unit)) is not None:
                return held
    for one in actor.grants:
        if one.role in rule.any:
            return one
    return None


def units_for(actor: Actor, action: str) -> frozenset[int] | None:
    """The units whose items the actor may do this with, by role alone; None: all units."""
    rule = TABLE[action]
    units = actor.units(rule.unit) if rule.unit else frozenset()
    if any(one.role in rule.any for one in actor.grants) or None in units:
        return None
    return frozenset(unit for unit in units if unit is not None)


def clash(held: Iterable[Role], wanted: Role) -> str:
    """Why nobody may hold these roles together, in Chinese; "" where he may: 三员 are apart from all else."""
    for role in held:
        if role != wanted and (role in ADMINS or wanted in ADMINS):
            return f"{ROLES[role]}不能兼任{ROLES[wanted]}：三员（系统、安全保密、审计）各由专人担任，不参加审查。"
    return ""


def is_past(until: str | None, today: date) -> bool:
    """Whether a grant that runs to `until` (its last day) has ended."""
    return until is not None and until < today.isoformat()
