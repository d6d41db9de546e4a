"""An office at work for tests: two units with people in all roles, a clock that stands still, real keys and scans."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from reviewer.casework.intake import Intake, Upload, memory_folder
from reviewer.casework.office import Office
from reviewer.casework.permissions import Who
from reviewer.casework.signer import SiteSigner
from reviewer.casework.site import calendar
from reviewer.casework.submission import Added
from reviewer.keys import Key, new
from reviewer.review.decisions import Decision
from reviewer.review.item import Item
from reviewer.review.keyring import Keyring
from reviewer.store.database import Store
from reviewer.store.vault import Vault

from ..databases import Where
from ..scanner import scanner

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""a Monday, nine o'clock in Beijing"""
ROLES = ("drafter", "first", "second", "third", "final", "publisher")
PLAIN = "本局定于下周一召开座谈会。\n"
PRIVATE = "申请人张建国，身份证号34010219000506123X，电话13800012345。\n"
"""made up; three findings at check or block"""


@dataclass
class Clock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: int) -> None:
        self.now += timedelta(**time)


@dataclass
class World:
    """`who[role]` are the people of the first unit, `who["other_" + role]` those of the second."""

    office: Office
    clock: Clock
    folder: Path
    who: dict[str, Who] = field(default_factory=dict)
    unit: int = 1
    other: int = 2

    def user(self, name: str) -> int:
        return self.who[name].user

    def item(self, title: str = "关于召开座谈会的通知", **fields: Any) -> int:
        return self.office.create_item(self.who["drafter"], self.unit, Item(title, **fields))

    def add(self, item: int, text: str | bytes = PLAIN, name: str = "通知.txt", role: str = "final") -> Added:
        data = text if isinstance(text, bytes) else text.encode()
        revision = self.office.item(self.who["drafter"], item).revision
        return self.office.add_version(self.who["drafter"], item, revision, [Upload(name, data, role)])

    def submitted(self, text: str | bytes = PLAIN, **fields: Any) -> int:
        """An item with one file that waits for the first step."""
        item = self.item(**fields)
        self.office.submit(self.who["drafter"], item, self.add(item, text).revision)
        return item

    def revision(self, item: int) -> int:
        return self.office.item(self.who["drafter"], item).revision

    def state(self, item: int) -> str:
        return self.office.item(self.who["drafter"], item).case.state

    def do(self, who: str, action: str, item: int, *arguments: Any, **named: Any) -> Any:
        """An action on the item as it is now."""
        return getattr(self.office, action)(self.who[who], item, self.revision(item), *arguments, **named)

    def decide_all(self, item: int, kind: str = "lawful", who: str = "first") -> None:
        decision = Decision(kind, "条例第二十条")  # type: ignore[arg-type]
        for one in self.office.findings(self.who[who], item):
            if one.due and one.decision is None:
                self.do(who, "decide", item, one.id, decision)

    def approved(self, text: str | bytes = PLAIN, **fields: Any) -> int:
        """An item that all three steps have signed."""
        item = self.submitted(text, **fields)
        self.decide_all(item)
        self.sign(item)
        return item

    def sign(self, item: int, outcome: str = "open", reason: str = "") -> None:
        for who in ("first", "second"):
            self.do(who, "approve", item)
        self.do("final", "approve", item, outcome=outcome, opinion=reason)


def office_at(where: Where, folder: Path, keys: Path, clock: Clock) -> Office:
    """The office of a database; its files lie in `folder`, its keys in `keys`."""
    key, ring = site_key(keys), Keyring(keys / "signing")
    if not ring.trust().keys:
        ring.create(START - timedelta(days=1))
    intake = Intake(scanner().told("", START.date()), key, memory_folder())
    return Office(Store.open(where), Vault(folder, key), key, intake, SiteSigner(ring), clock, calendar(folder))


def site_key(folder: Path) -> Key:
    path = folder / "site.key"
    return Key.load(path, {}) if path.exists() else new(path)


def settle(office: Office) -> dict[str, Who]:
    """Makes the units and the people of an empty office; who they are."""
    system, security, auditor = map(
        Who, office.found([("sysadmin", "系统甲"), ("security", "安全乙"), ("auditor", "审计丙")])
    )
    who = {"system_admin": system, "security_admin": security, "auditor": auditor}
    for prefix, name in (("", "甲局"), ("other_", "乙局")):
        unit = office.add_unit(system, name)
        for role in ROLES:
            who[prefix + role] = Who(office.add_user(system, f"{prefix}{role}", f"{name}{role}", unit))
            asked = office.ask_grant(system, who[prefix + role].user, role, unit)  # type: ignore[arg-type]
            office.answer_grant(security, asked, confirm=True)
    return who
