"""The take-down list (撤下清单) as a workflow: what a person decides and what a run sees make of an entry. Pure.

    proposed --decide: 撤下, 去标识--> decided --the next run, or a look at the site--> done
    proposed --decide: 保留--> kept          done, kept --it is there again, it has changed--> proposed
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reviewer.errors import Refusal

Action = Literal["take_down", "deidentify", "keep"]
ACTIONS: dict[Action, str] = {"take_down": "撤下", "deidentify": "去标识", "keep": "保留"}
State = Literal["proposed", "decided", "done", "kept"]
STATES: dict[State, str] = {"proposed": "待处理", "decided": "已决定，待核实", "done": "已完成", "kept": "决定保留"}
HOW: dict[str, str] = {
    "": "", "gone": "网页已经不在", "resolved": "列出的情形已经消除", "live": "网址已经打不开",
}  # fmt: skip
"""how it was seen that an entry is done"""
EVENTS: dict[str, str] = {
    "proposed": "列入清单", "changed": "建议有变", "decided": "作出决定", "done": "核实完成", "reopened": "重新列出",
    "looked": "查看网址", "exported": "导出清单", "imported": "收回清单",
}  # fmt: skip
"""kinds of events in the ledger of the list"""
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Seen:
    """What a finished run says of an entry's document.

    is_there     the document was found
    is_proposed  the same is still proposed
    has_changed  what is proposed, or the document, is not what it was when it was decided
    is_old_copy  it is the copy that lay there already when its address was found gone
    """

    is_there: bool
    is_proposed: bool
    has_changed: bool = False
    is_old_copy: bool = False


def decide(state: State, action: str, reason: str) -> State:
    """The state after a person's decision. Raises Refusal."""
    if state == "done":
        raise Refusal("这一条已经核实完成，不用再处理；网页再出现时会自动重新列出。")
    if action not in ACTIONS:
        raise Refusal("请选择怎样处理：撤下、去标识或者保留。")
    if not reason.strip():
        raise Refusal("请写明理由。")
    if len(reason) > _LONGEST:
        raise Refusal(f"理由请不要超过 {_LONGEST} 字。")
    return "kept" if action == "keep" else "decided"


def after_run(state: State, how: str, chosen: str, seen: Seen) -> tuple[State, str, str] | None:
    """(state, kind of event, how) after a finished run; None where nothing changes.

    how     by what it was done before
    chosen  the action that a person decided, "" where none has
    """
    if not seen.is_there:
        return None if state in ("done", "kept") else ("done", "done", "gone")
    if state == "done" and how == "live" and seen.is_old_copy:
        return None
    if state == "done":
        # What a person took down, or what had gone, is there again, whatever is now said of it.
        back = seen.is_proposed or how in ("gone", "live")
        return ("proposed", "reopened", "") if back and (how != "resolved" or seen.is_proposed) else None
    if state == "kept":
        return ("proposed", "reopened", "") if seen.is_proposed and seen.has_changed else None
    if seen.is_proposed or (state == "decided" and chosen == "take_down"):
        return None
    return "done", "done", "resolved"
