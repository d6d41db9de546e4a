"""Every action against every role, in one table that is written apart from the one in the code."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from reviewer.casework.permissions import TABLE, About, Actor, Grant, Who, check, clash, grant_for, units_for
from reviewer.errors import Absent, Denied, Refusal
from reviewer.review.procedure import ADMINS, REVIEWING, ROLES

from .world import World

HERE, THERE = 1, 2
D, F, S, T, E, P, A, C, U = (
    "drafter", "first", "second", "third", "final", "publisher", "system_admin", "security_admin", "auditor"
)
STEP = "step"
_STEPS = (
    "return", "decide", "state_gap", "ask_third_party", "third_party_answer", "report_undecided", "approve", "refuse",
)  # fmt: skip
ALLOWED: dict[str, set[str]] = {
    "create_item": {D}, "edit_item": {"own"}, "add_version": {"own"}, "submit": {"own"}, "withdraw": {"own"},
    **{name: {STEP} for name in _STEPS},
    "publish": {P}, "take_down": {F, S, T, E, P}, "re_review": {"own", F, S, T, E, P}, "to_open": {"own", F, S, T, E, P},
    "view_item": {D, F, S, T, E, P, U}, "view_text": {"own", F, S, T, E, P}, "show_value": {"own", F, S, T, E},
    "download": {"own", F, S, T, E, P}, "comment": {"own", F, S, T, E, P}, "view_certificate": {"own", F, S, T, E, P, U},
    "view_takedown": {D, F, S, T, E, P, U}, "decide_takedown": {F, S, T, E, P},
    "view_statistics": {F, S, T, E, P, U}, "view_ledger": {F, S, T, E, P, U, C}, "verify_ledger": {U, C},
    "propose_rules": {F, S, T, E}, "view_rules": set(ROLES), "manage_units": {A}, "manage_users": {A}, "view_users": {A, C, U}, "ask_grant": {A},
    "answer_grant": {C}, "revoke_grant": {A, C}, "start_reset": {A}, "confirm_reset": {C}, "delegate": {F, S, T, E},
    "add_token": {A}, "view_tokens": {A, C, U}, "revoke_token": {A, C}, "change_settings": {A}, "declassify": {C}, "revoke_certificate": {C},
}  # fmt: skip
ANYWHERE = {"view_rules", "delegate", "verify_ledger", "view_users", "view_tokens"} | {
    name for name, roles in ALLOWED.items() if roles <= {A, C}
}
"""the role counts, whatever unit it is held for"""
BY_TOKEN = {"create_item", "edit_item", "add_version", "submit", "view_item", "view_certificate", "view_rules"}


def actor(role: Any, unit: int | None = HERE, user: int = 7, via: Any = "session") -> Actor:
    return Actor(user, "login", "name", unit, (Grant(role, unit),), via, 1 if via == "token" else None)


def may(who: Actor, action: str, *, own: bool = False, turn: Any = None) -> bool:
    return grant_for(who, action, About(HERE, who.user if own else 99, turn)) is not None


def test_the_table_has_every_action() -> None:
    assert set(ALLOWED) == set(TABLE)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", ALLOWED)
def test_each_action_and_each_role(action: str, role: Any) -> None:
    roles = ALLOWED[action]
    plain = role in roles
    assert may(actor(role), action) == plain
    assert may(actor(role, None), action) == plain
    assert may(actor(role), action, own=True) == (plain or (role == D and "own" in roles))
    for turn in REVIEWING:
        assert may(actor(role), action, turn=turn) == (plain or (STEP in roles and role == turn))
    foreign = may(actor(role, THERE), action, turn=role if role in REVIEWING else None)
    anywhere = action in ANYWHERE or (action == "view_ledger" and role in (U, C))
    assert foreign == (plain and anywhere)
    assert not may(actor(role, THERE), action, own=True) or anywhere


@pytest.mark.parametrize("action", ALLOWED)
def test_a_token_submits_and_reads_and_never_decides(action: str) -> None:
    held = tuple(Grant(role) for role in (D, F, S, T, E, P, A, C, U))  # type: ignore[arg-type]
    token = Actor(7, "cms", "cms", HERE, held, "token", 1)
    allowed = any(may(token, action, own=True, turn=role) for role in REVIEWING)
    assert allowed == (action in BY_TOKEN)


@pytest.mark.parametrize("one", ROLES)
@pytest.mark.parametrize("other", ROLES)
def test_administrators_hold_no_other_role(one: Any, other: Any) -> None:
    assert bool(clash([one], other)) == (one != other and bool({one, other} & set(ADMINS)))


def test_one_s_own_grant_counts_before_one_by_delegation() -> None:
    lent, own = Grant("final", HERE, behalf=3), Grant("final", None)
    who = Actor(7, "a", "a", HERE, (lent, own))
    assert check(who, "approve", About(HERE, 99, "final")) == own
    assert units_for(Actor(7, "a", "a", HERE, (lent,)), "view_item") == {HERE}
    assert units_for(who, "view_item") is None and units_for(Actor(7, "a", "a", HERE, ()), "view_item") == set()


# --- in the office ---------------------------------------------------------------------------------


def test_items_of_other_units_are_not_there(world: World) -> None:
    item = world.submitted()
    for who in ("other_drafter", "other_first", "other_publisher", "system_admin", "security_admin"):
        with pytest.raises(Absent, match="不在您的单位"):
            world.office.item(world.who[who], item)
        with pytest.raises(Absent):
            world.office.approve(world.who[who], item, world.revision(item))
    assert not world.office.item(world.who["publisher"], item).may.__contains__("approve")


@pytest.mark.parametrize("who", ["drafter", "second", "third", "final", "publisher"])
def test_who_sees_an_item_and_has_not_his_turn_is_denied(small: World, who: str) -> None:
    item = small.submitted()
    for action, arguments in (("approve", ()), ("return_item", ("理由",)), ("refuse", ("ogi-15", "理由"))):
        with pytest.raises(Denied, match="没有权限"):
            small.do(who, action, item, *arguments)


def test_somebody_who_was_stopped_can_do_nothing(world: World) -> None:
    from reviewer.store import database, schema

    item = world.submitted()
    with world.office.store.write() as connection:
        database.change(connection, schema.users, world.user("first"), active=False)
    with pytest.raises(Denied, match="停用"):
        world.do("first", "approve", item)
    with pytest.raises(Denied):
        world.office.item(Who(10_000), item)


# --- people ----------------------------------------------------------------------------------------


def test_a_role_needs_two_administrators(world: World) -> None:
    office, admin, security = world.office, world.who["system_admin"], world.who["security_admin"]
    user = office.add_user(admin, "newcomer", "新来", world.unit)
    asked = office.ask_grant(admin, user, "first", world.unit)
    assert not office.whoami(Who(user)).grants
    with pytest.raises(Denied):
        office.answer_grant(admin, asked, confirm=True)
    grant = office.answer_grant(security, asked, confirm=True)
    assert [one.role for one in office.whoami(Who(user)).grants] == ["first"]
    with pytest.raises(Absent):
        office.answer_grant(security, asked, confirm=True)
    office.revoke_grant(admin, grant)
    assert not office.whoami(Who(user)).grants
    declined = office.ask_grant(admin, user, "first", world.unit)
    assert office.answer_grant(security, declined, confirm=False) is None


@pytest.mark.parametrize(("who", "role", "says"), [
    ("system_admin", "first", "自己"), ("auditor", "first", "不能兼任"), ("security_admin", "publisher", "不能兼任"),
    ("first", "auditor", "不能兼任"), ("first", "emperor", "没有这个角色"),
])  # fmt: skip
def test_roles_that_are_refused(small: World, who: str, role: Any, says: str) -> None:
    with pytest.raises(Refusal, match=says):
        small.office.ask_grant(small.who["system_admin"], small.user(who), role, small.unit)


def test_the_security_administrator_does_not_confirm_his_own_role(small: World) -> None:
    office, admin = small.office, small.who["system_admin"]
    asked = office.ask_grant(admin, small.user("security_admin"), "security_admin")
    with pytest.raises(Refusal, match="另一位"):
        office.answer_grant(small.who["security_admin"], asked, confirm=True)


def test_the_last_administrator_of_his_kind_stays(small: World) -> None:
    from reviewer.store import database, schema

    with small.office.store.read() as connection:
        grant = database.one(connection, schema.grants, user_id=small.user("auditor")).id
    with pytest.raises(Refusal, match="最后一位"):
        small.office.revoke_grant(small.who["security_admin"], grant)


def test_a_grant_ends_with_its_last_day(small: World) -> None:
    office, admin = small.office, small.who["system_admin"]
    user = office.add_user(admin, "newcomer", "新来", small.unit)
    asked = office.ask_grant(admin, user, "first", small.unit, until=date(2026, 11, 24))
    office.answer_grant(small.who["security_admin"], asked, confirm=True)
    for held in (True, True, False):
        assert bool(office.whoami(Who(user)).grants) == held
        small.clock.pass_(days=1)


@pytest.mark.parametrize(("login", "name"), [("", "名"), ("a", "名"), ("张三", "名"), ("a b", "名"), ("system", "名"),
                                             ("ab:c", "名"), ("abc", " "), ("abc", "x" * 101), ("sysadmin", "重名")])  # fmt: skip
def test_logins_that_are_refused(small: World, login: str, name: str) -> None:
    with pytest.raises(Refusal):
        small.office.add_user(small.who["system_admin"], login, name)


def test_an_office_is_founded_once(small: World) -> None:
    with pytest.raises(Refusal, match="已经有用户"):
        small.office.found([("aa", "甲"), ("bb", "乙"), ("cc", "丙")])


def test_a_unit_with_two_steps_and_no_local_rule_is_refused(small: World) -> None:
    from reviewer.review.procedure import Procedure, Step

    with pytest.raises(Refusal, match="本地规定"):
        small.office.add_unit(small.who["system_admin"], "丙局", Procedure((Step("first"), Step("final"))))


def test_settings_have_bounds_and_are_logged(small: World) -> None:
    admin = small.who["system_admin"]
    small.office.change_setting(admin, "certificate_days", 30)
    for name, value in (("certificate_days", 0), ("certificate_days", 99_999), ("nothing", 1)):
        with pytest.raises(Refusal):
            small.office.change_setting(admin, name, value)
    with small.office.store.read() as connection:
        from reviewer.store.database import Events

        assert list(Events(connection))[-1].kind == "setting_changed"


def test_tokens(small: World) -> None:
    office, admin = small.office, small.who["system_admin"]
    made, token = office.add_token(admin, small.user("drafter"), "网站发布系统", 30)
    who = office.who_of_token(token)
    assert who is not None and (who.user, who.via) == (small.user("drafter"), "token")
    from reviewer.review.item import Item

    item = office.create_item(who, small.unit, Item("标题"))
    assert office.item(who, item).item.title == "标题"
    with pytest.raises(Denied):
        office.withdraw(who, item, 1, "理由")
    with small.office.store.read() as connection:
        from reviewer.store.database import Events

        assert list(Events(connection))[-1].actor == f"token:{made}:drafter"
    assert office.who_of_token(token + "x") is None
    small.clock.pass_(days=31)
    assert office.who_of_token(token) is None
    made, token = office.add_token(admin, small.user("drafter"), "另一个", 30)
    with pytest.raises(Denied):
        office.add_token(small.who["security_admin"], small.user("drafter"), "又一个", 30)
    office.revoke_token(small.who["security_admin"], made)  # a token that got out is a matter of security
    assert office.who_of_token(token) is None
