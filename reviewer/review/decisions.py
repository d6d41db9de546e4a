"""Decisions on findings (处理意见): what each kind needs, which carry over to the next version, what still blocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple, get_args

from reviewer.errors import Refusal

Kind = Literal["must_change", "masked", "lawful", "false_alarm", "declassified"]
Reach = Literal["one", "value", "column"]

KINDS: dict[str, str] = {
    "must_change": "违规须改", "masked": "已脱敏", "lawful": "依法可公开", "false_alarm": "误报",
    "declassified": "解密决定",
}  # fmt: skip
REACHES: dict[str, str] = {"one": "这一处", "value": "同一个值的各处", "column": "同一规则、同一列"}
STANDING: frozenset[str] = frozenset(("lawful", "false_alarm"))
"""decisions that leave the finding as it stands"""
GONE: frozenset[str] = frozenset(("masked", "declassified"))
"""decisions that are done when the value is gone from the new bytes"""
assert set(KINDS) == set(get_args(Kind))

Place = tuple[str, str]
"""which file of the item (its slot), and the fingerprint: what stands in the same place in two versions"""


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided; the texts are as typed and never shown in a repr."""

    kind: Kind
    reason: str = field(default="", repr=False)
    """why; for lawful the ground"""
    body: str = field(default="", repr=False)
    """declassified: the body that decided so"""
    on: date | None = None
    """declassified: when"""
    basis: str = field(default="", repr=False)
    """declassified: on what ground"""


def check(decision: Decision, entity: str, *, is_mark: bool, today: date) -> None:
    """Raises Refusal where a decision of this kind lacks something, or does not fit a finding of `entity`.

    is_mark  the finding is a mark of secrecy: no ground makes one lawful
    """
    if decision.kind not in KINDS:
        raise Refusal(f"没有这种处理意见，可用的有：{'、'.join(KINDS.values())}。")
    if decision.kind == "lawful" and not decision.reason.strip():
        raise Refusal("依法可公开要写明依据。")
    if decision.kind == "lawful" and is_mark:
        raise Refusal("国家秘密标志不能按“依法可公开”处理：已解密的登记解密决定并去掉标志，核定不是的按误报处理。")
    if decision.kind == "false_alarm" and not decision.reason.strip():
        raise Refusal("误报要写明理由。")
    if decision.kind == "declassified":
        if entity not in ("CLASSIFICATION", "MAP_SECRET"):
            raise Refusal("解密决定只用于密级标志和涉密测绘成果。")
        if not (decision.body.strip() and decision.on and decision.basis.strip()):
            raise Refusal("解密决定要写明作出决定的机关、日期和依据。")
        if decision.on > today:
            raise Refusal("解密决定的日期在今天之后。")


class Found(NamedTuple):
    """What a decision needs to know of a finding."""

    slot: str
    fingerprint: str
    value_id: str


class Decided(NamedTuple):
    """A finding of an earlier version and the decision on it that was last in force."""

    slot: str
    fingerprint: str
    value_id: str
    version: int
    decision: int
    """the decision's number: a later one is greater"""
    kind: str
    by_person: bool
    """made for this version, not carried over"""


def gone_values(decided: Iterable[Decided]) -> frozenset[str]:
    """The values that must not be in the next version: masked or declassified, and not let stand in a later one."""
    masked: dict[str, int] = {}
    stands: dict[str, int] = {}
    for one in decided:
        if one.kind in GONE:
            masked[one.value_id] = max(masked.get(one.value_id, 0), one.version)
        elif one.kind in STANDING and one.by_person:
            stands[one.value_id] = max(stands.get(one.value_id, 0), one.version)
    return frozenset(value for value, version in masked.items() if stands.get(value, 0) <= version)


def carry_over(decided: Sequence[Decided], new: Iterable[Found]) -> Mapping[int, int]:
    """Number of the new finding -> decision that goes on to hold for it.

    Same item, same file,
    same fingerprint. What was let stand is asked anew where the value was to be gone elsewhere.
    """
    gone = gone_values(decided)
    last: dict[Place, Decided] = {}
    for one in decided:
        known = last.get((one.slot, one.fingerprint))
        if known is None or (one.version, one.decision) > (known.version, known.decision):
            last[one.slot, one.fingerprint] = one
    carried = {}
    for number, found in enumerate(new):
        old = last.get((found.slot, found.fingerprint))
        if old is None or (old.kind in STANDING and found.value_id in gone):
            continue
        carried[number] = old.decision
    return carried


def slots(old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str | None]]) -> list[str]:
    """The slot of each new file: that of the old one it takes the place of, else a new one (its own name's key).

    old  (slot, key of its name) of the files of the version before
    new  (key of its name, slot it is said to replace or None)
    One old file goes on in one new one: the one that says so, the one of the same name, or the only other one.
    """
    free = dict.fromkeys(slot for slot, _ in old)
    named = {name: slot for slot, name in old}
    taken: list[str | None] = [None] * len(new)
    for rule in ("said", "named", "only"):
        for k, (name, said) in enumerate(new):
            if taken[k] is not None:
                continue
            slot = said if rule == "said" else named.get(name) if rule == "named" else _only(free, taken, len(old))
            if slot is not None and slot in free:
                del free[slot]
                taken[k] = slot
    used = {slot for slot in taken if slot} | {slot for slot, _ in old}
    for k, (name, _) in enumerate(new):
        if taken[k] is None:
            taken[k] = _fresh(name, used)
            used.add(str(taken[k]))
    return [str(slot) for slot in taken]


def _only(free: Mapping[str, None], taken: Sequence[str | None], before: int) -> str | None:
    return next(iter(free)) if len(free) == 1 and before == 1 and len(taken) == 1 else None


def _fresh(name: str, used: set[str]) -> str:
    slot, number = name, 1
    while slot in used:
        number += 1
        slot = f"{name}-{number}"
    return slot
