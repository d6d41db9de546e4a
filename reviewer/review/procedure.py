"""A unit's procedure (审查程序): its steps, the clocks of each step, and how long files are kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

Role = Literal[
    "drafter", "first", "second", "third", "final", "publisher", "system_admin", "security_admin", "auditor"
]

ROLES: dict[str, str] = {
    "drafter": "拟稿人", "first": "初审", "second": "复审", "third": "保密审核", "final": "终审",
    "publisher": "发布员",
    "system_admin": "系统管理员", "security_admin": "安全保密管理员", "auditor": "审计员",
}  # fmt: skip
"""every role and its Chinese name"""
REVIEWING: tuple[Role, ...] = ("first", "second", "third", "final")
"""roles that sign a step, in the order of the steps"""
ADMINS: tuple[Role, ...] = ("system_admin", "security_admin", "auditor")
"""三员: three different people, none of whom reviews"""

_LEAST_STEPS, _MOST_STEPS = 2, 4
_MOST_DAYS = 3660


@dataclass(frozen=True, slots=True)
class Step:
    """One step: who signs it, and how long it may take."""

    role: Role
    days: int = 3
    """working days"""
    hours: int = 8
    """for an urgent item"""

    @property
    def title(self) -> str:
        return ROLES[self.role]


@dataclass(frozen=True, slots=True)
class Procedure:
    """How a unit reviews. Two steps only where its local rule says so, which is named with its text."""

    steps: tuple[Step, ...] = (Step("first"), Step("second"), Step("final"))
    rule_name: str = ""
    """the local rule that the number of steps follows"""
    rule_text: str = ""
    publish_days: int = 20
    """working days from the item's making or change to its publication (条例 art 26)"""
    third_party_days: int = 15
    """working days that a third party has (条例 art 32; by law for 依申请公开 only)"""
    retention_days: int = 90
    """calendar days after the outcome when files are deleted"""


def faults_of(procedure: Procedure) -> tuple[str, ...]:
    """What a procedure must not be, in Chinese; () for one that can be set."""
    return tuple(_faults(procedure))


def _faults(procedure: Procedure) -> Iterator[str]:
    roles = [step.role for step in procedure.steps]
    if not _LEAST_STEPS <= len(roles) <= _MOST_STEPS:
        yield "审查程序应有两级到四级。"
    if len(set(roles)) < len(roles):
        yield "同一个角色不能审两级。"
    if any(role not in REVIEWING for role in roles):
        yield "审查程序里有不是审查人的角色。"
    elif roles != sorted(roles, key=REVIEWING.index):
        yield "各级的顺序应是初审、复审、保密审核、终审。"
    if roles[-1:] != ["final"]:
        yield "最后一级应是终审。"
    if len(roles) == _LEAST_STEPS and not (procedure.rule_name.strip() and procedure.rule_text.strip()):
        yield "少于三级的，要写明所依据的本地规定的名称和条文。"
    numbers = [days for step in procedure.steps for days in (step.days, step.hours)]
    numbers += [procedure.publish_days, procedure.third_party_days, procedure.retention_days]
    if not all(1 <= number <= _MOST_DAYS for number in numbers):
        yield f"时限应在 1 到 {_MOST_DAYS} 之间。"


def as_fields(procedure: Procedure) -> dict[str, Any]:
    """The procedure as JSON has it; `from_fields` reads it back."""
    return {
        "steps": [{"role": step.role, "days": step.days, "hours": step.hours} for step in procedure.steps],
        "rule_name": procedure.rule_name, "rule_text": procedure.rule_text, "publish_days": procedure.publish_days,
        "third_party_days": procedure.third_party_days, "retention_days": procedure.retention_days,
    }  # fmt: skip


def from_fields(fields: dict[str, Any]) -> Procedure:
    """The procedure that `as_fields` wrote."""
    return Procedure(**{**fields, "steps": tuple(Step(**step) for step in fields["steps"])})
