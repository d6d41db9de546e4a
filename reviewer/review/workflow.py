"""What may happen to an item, when, and by whom (三审): pure; every change of state goes through `apply`.

    drafting --submit--> in_review --approve,
    step by step--> approved --publish--> published --take_down--> taken_down

One person acts in one step of a round and no other; whoever stands behind a delegation counts too; the drafter never
reviews. A round begins with each submission. The machine approves nothing: each signature is a person's action.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, get_args

from reviewer.errors import Refusal
from reviewer.review.procedure import Role, Step

State = Literal[
    "drafting", "in_review", "waiting_third_party", "returned", "approved", "refused", "undecided_reported",
    "withdrawn", "published", "taken_down",
]  # fmt: skip
Outcome = Literal["open", "on_request", "deidentified", "partial", "third_party", "refused", "undecided_reported"]
Kind = Literal[
    "submit", "return", "decide", "state_gap", "ask_third_party", "third_party_answer", "report_undecided",
    "approve",
    "refuse", "withdraw", "publish", "take_down", "re_review", "to_open",
]  # fmt: skip

STATES: dict[str, str] = {
    "drafting": "起草", "in_review": "审查中", "waiting_third_party": "征求第三方意见", "returned": "已退回",
    "approved": "已批准", "refused": "不予公开", "undecided_reported": "不能确定，已报审", "withdrawn": "已撤回",
    "published": "已发布", "taken_down": "已撤下",
}  # fmt: skip
OUTCOMES: dict[str, str] = {
    "open": "主动公开", "on_request": "依申请公开", "deidentified": "去标识（删减）后公开",
    "partial": "区分处理，部分公开",
    "third_party": "征求第三方意见", "refused": "不予公开",
    "undecided_reported": "不能确定，报有关主管部门或者保密行政管理部门",
}  # fmt: skip
ACTIONS: dict[str, str] = {
    "submit": "提交审查", "return": "退回", "decide": "处理发现", "state_gap": "确认未读部分已由人看过",
    "ask_third_party": "征求第三方意见", "third_party_answer": "登记第三方意见",
    "report_undecided": "不能确定，报审",
    "approve": "同意", "refuse": "不予公开", "withdraw": "撤回", "publish": "登记发布", "take_down": "登记撤下",
    "re_review": "重新审查", "to_open": "转主动公开",
}  # fmt: skip

APPROVED_OUTCOMES: tuple[Outcome, ...] = ("open", "on_request", "deidentified", "partial")
"""what the last step can approve"""
PUBLIC_OUTCOMES: frozenset[str] = frozenset(("open", "deidentified", "partial"))
"""outcomes after which something is published"""
PROPOSALS: tuple[Outcome, ...] = (*APPROVED_OUTCOMES, "refused")
"""what the earlier steps can propose when they pass an item on"""
CLOSED: frozenset[str] = frozenset(
    ("approved", "refused", "undecided_reported", "withdrawn", "published", "taken_down")
)
"""states that have an outcome: the clock of what is kept begins"""

ARTICLES: dict[str, str] = {
    "ogi-14-secret": "政府信息公开条例第十四条：依法确定为国家秘密的政府信息",
    "ogi-14-law": "政府信息公开条例第十四条：法律、行政法规禁止公开的政府信息",
    "ogi-14-stability": "政府信息公开条例第十四条：公开后可能危及国家安全、公共安全、经济安全、社会稳定的政府信息",
    "ogi-15": "政府信息公开条例第十五条：涉及商业秘密、个人隐私等公开会对第三方合法权益造成损害的政府信息",
    "ogi-16-internal": "政府信息公开条例第十六条第一款：行政机关的内部事务信息",
    "ogi-16-process": "政府信息公开条例第十六条第二款：过程性信息",
    "ogi-16-enforcement": "政府信息公开条例第十六条第二款：行政执法案卷信息",
}  # fmt: skip
"""on which article information may be held back; source: 中华人民共和国政府信息公开条例 (国令第711号)"""

_REVIEWED: frozenset[str] = frozenset(("in_review",))
FROM: dict[Kind, frozenset[str]] = {
    "submit": frozenset(("drafting", "returned")),
    "return": frozenset(("in_review", "waiting_third_party")),
    "decide": _REVIEWED,
    "state_gap": _REVIEWED,
    "ask_third_party": _REVIEWED,
    "third_party_answer": frozenset(("waiting_third_party",)),
    "report_undecided": frozenset(("in_review", "waiting_third_party")),
    "approve": _REVIEWED,
    "refuse": _REVIEWED,
    "withdraw": frozenset(("drafting", "in_review", "waiting_third_party", "returned", "approved")),
    "publish": frozenset(("approved",)),
    "take_down": frozenset(("published",)),
    "re_review": frozenset(("approved", "refused", "undecided_reported", "published", "taken_down")),
    "to_open": frozenset(("approved", "refused", "taken_down")),
}
"""the states from which each action is possible"""
BY_STEP: frozenset[Kind] = frozenset(
    ("return", "decide", "state_gap", "ask_third_party", "third_party_answer", "report_undecided", "approve", "refuse")
)
"""actions of whoever reviews the current step"""
assert set(FROM) == set(get_args(Kind)) == set(ACTIONS) and set(STATES) == set(get_args(State))


@dataclass(frozen=True, slots=True)
class Hand:
    """Who acts, and in whose place."""

    user: int
    name: str = field(repr=False, default="")
    behalf: int | None = None
    behalf_name: str = field(repr=False, default="")

    @property
    def persons(self) -> frozenset[int]:
        """Everyone who counts as having acted."""
        return frozenset((self.user,) if self.behalf is None else (self.user, self.behalf))


@dataclass(frozen=True, slots=True)
class Signature:
    """A person's part in one step of a round: `signed` is the approval, else he only worked on it."""

    step: int
    role: Role
    hand: Hand
    at: datetime
    signed: bool
    proposal: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """Where an item stands. `step` counts from 0; `signatures` are those of the current round."""

    state: State
    steps: tuple[Step, ...]
    drafter: int
    step: int = 0
    round: int = 0
    version: int = 0
    signatures: tuple[Signature, ...] = ()
    outcome: Outcome | None = None
    article: str = ""
    urgent: bool = False

    @property
    def role(self) -> Role | None:
        """The role whose turn it is; None outside of a review."""
        return self.steps[self.step].role if self.state in ("in_review", "waiting_third_party") else None

    @property
    def is_last(self) -> bool:
        return self.step == len(self.steps) - 1


@dataclass(frozen=True, slots=True)
class Readiness:
    """What stands between this version and its approval, as counts."""

    undecided: int = 0
    """findings at check or block of the final files without a decision"""
    must_change: int = 0
    pending: int = 0
    """masked or declassified, and still in this version's bytes"""
    gaps: int = 0
    """unread parts that nobody has stated to have read by eye"""
    finals: int = 0
    """final files of this version"""


@dataclass(frozen=True, slots=True)
class Action:
    """One action with what it needs; `outcome` is the proposal in all steps but the last."""

    kind: Kind
    reason: str = field(default="", repr=False)
    outcome: Outcome | None = None
    article: str = ""
    urgent: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True)
class Moved:
    """The new state and what the ledger says of the change: never a typed text."""

    case: Case
    kind: str
    payload: Mapping[str, Any]


def participant_fault(case: Case, hand: Hand) -> str:
    """Why this person may not act in the current step, in Chinese; "" where he may (roles are checked elsewhere)."""
    if case.drafter in hand.persons:
        return "拟稿人不能审查自己的稿件。"
    for one in case.signatures:
        if one.step != case.step and one.hand.persons & hand.persons:
            return f"同一人不能审两级：本轮的{case.steps[one.step].title}已由同一人（或其委托、受托人）办理。"
    return ""


def possible(case: Case) -> tuple[Kind, ...]:
    """The actions that the state allows, whoever asks."""
    return tuple(kind for kind, states in FROM.items() if case.state in states)


def apply(case: Case, action: Action, hand: Hand, now: datetime, ready: Readiness) -> Moved:
    """What `action` makes of the case. Raises Refusal, in Chinese, where it is not allowed."""
    if case.state not in FROM[action.kind]:
        raise Refusal(f"这一事项现在是“{STATES[case.state]}”，不能{ACTIONS[action.kind]}。")
    if action.kind in BY_STEP and (fault := participant_fault(case, hand)):
        raise Refusal(fault)
    return _MOVES[action.kind](case, action, hand, now, ready)


def _submit(case: Case, action: Action, hand: Hand, now: datetime, ready: Readiness) -> Moved:
    if action.version < 1:
        raise Refusal("还没有上传文件，不能提交审查。")
    moved = replace(
        case, state="in_review", step=0, round=case.round + 1, version=action.version, signatures=(), outcome=None,
        article="", urgent=action.urgent,
    )  # fmt: skip
    return Moved(moved, "submitted", {"version": action.version, "round": moved.round, "urgent": action.urgent})


def _return(case: Case, action: Action, hand: Hand, now: datetime, ready: Readiness) -> Moved:
    _need(action.reason, "退回要写明理由。")
    return Moved(
        replace(_acted(case, hand, now), state="returned", outcome=None), "returned",
        {"step": case.steps[case.step].role}
    )


def _work(case: Case, action: Action, hand: Hand, now: datetime, ready: Readiness) -> Moved:
    """Deciding and stating leave the item where it is."""
    kind = "decided" if action.kind == "decide" else "gap_stated"
    return Moved(_acted(case, hand, now), kind, {"step": case.steps[case.step].role})


def _ask(case: Case, action: Action, hand: Hand, now: datetime, ready: Readiness) -> Moved:
    _need(action.reason, "征求第三方意见要写明向谁征求、为什么。")
    moved = replace(_acted(case, hand, now), state="waiting_third_party", outcome="third_party")
    return Moved(moved, "third_party_asked", {"step": case.steps[case.step].role})


def _answer(case: Case, action: Action, hand: Hand, now: datetime, ready: Readiness) -> Moved:
    moved = replace(_acted(case, hand, now), state="in_review", outcome=None)
    return Moved(moved, "third_party_answered", {"step": case.steps[case.step].role})


def _report(case: Case, action: Action, hand: Hand, now: datetime, ready: Readiness) -> Moved:
    _need(action.reason, "报审要写明报送的部门和纸质移交的编号。本系统不发送文件。")
    moved = replace(_acted(case, hand, now), state="undecided_reported", outcome="undecided_reported")
    return Moved(moved, "undecided_reported", {"step": case.steps[case.step].role})


def _approve(case: Case, action: Action, hand: Hand, now: datetime, ready: Readiness) -> Moved:
    if any(one.step == case.step and one.signed for one in case.signatures):
        raise Refusal("这一级已经签过。")
    if not case.is_last:
        return _pass_on(case, action, hand, now, ready)
    if action.outcome not in APPROVED_OUTCOMES:
        raise Refusal(f"终审要写明结论：{'、'.join(OUTCOMES[one] for one in APPROVED_OUTCOMES)}。")
    if action.outcome == "partial":
        _need(action.reason, "区分处理要写明不公开的部分及其理由（条例第三十七条）。")
    _check_ready(ready)
    signed = _signed(case, hand, now, action.outcome)
    _check_signatures(signed)
    moved = replace(signed, state="approved", outcome=action.outcome)
    return Moved(moved, "approved", {"step": case.steps[case.step].role, "outcome": action.outcome})


def _pass_on(case: Case, action: Action, hand: Hand, now: datetime, ready: Readiness) -> Moved:
    """A step before the last: its opinion is a proposal, and the next step's turn begins."""
    proposal = action.outcome or "open"
    if proposal not in PROPOSALS:
        raise Refusal(f"拟办意见只能是：{'、'.join(OUTCOMES[one] for one in PROPOSALS)}。")
    if proposal in PUBLIC_OUTCOMES and ready.must_change + ready.pending:
        raise Refusal("还有违规须改或尚未脱敏、解密到位的内容，这一版不能同意公开。请退回修改。")
    signed = _signed(case, hand, now, proposal)
    moved = replace(signed, step=case.step + 1)
    return Moved(moved, "passed", {"step": case.steps[case.step].role, "proposal": proposal})


def _refuse(case: Case, action: Action, hand: Hand, now: datetime, ready: Readiness) -> Moved:
    if not case.is_last:
        raise Refusal("不予公开由终审决定；这一级请写拟办意见“不予公开”后送下一级。")
    if action.article not in ARTICLES:
        raise Refusal("不予公开要写明依据的条款。")
    _need(action.reason, "不予公开要写明理由。")
    signed = _signed(case, hand, now, "refused")
    _check_signatures(signed)
    moved = replace(signed, state="refused", outcome="refused", article=action.article)
    return Moved(moved, "refused", {"step": case.steps[case.step].role, "article": action.article})


def _withdraw(case: Case, action: Action, hand: Hand, now: datetime, ready: Readiness) -> Moved:
    _need(action.reason, "撤回要写明理由。")
    return Moved(replace(case, state="withdrawn"), "withdrawn", {"from": case.state})


def _publish(case: Case, action: Action, hand: Hand, now: datetime, ready: Readiness) -> Moved:
    if case.outcome not in PUBLIC_OUTCOMES:
        raise Refusal("审查结论不是向社会公开，不能登记发布。")
    return Moved(replace(case, state="published"), "published", {"outcome": case.outcome})


def _take_down(case: Case, action: Action, hand: Hand, now: datetime, ready: Readiness) -> Moved:
    _need(action.reason, "撤下要写明原因。")
    return Moved(replace(case, state="taken_down"), "taken_down", {})


def _re_review(case: Case, action: Action, hand: Hand, now: datetime, ready: Readiness) -> Moved:
    _need(action.reason, "重新审查要写明原因。")
    moved = replace(case, state="returned", outcome=None, article="")
    return Moved(moved, "re_review", {"from": case.state})


def _to_open(case: Case, action: Action, hand: Hand, now: datetime, ready: Readiness) -> Moved:
    if case.outcome not in ("on_request", "refused"):
        raise Refusal("只有依申请公开、不予公开的事项可以转主动公开。")
    _need(action.reason, "转主动公开要写明理由。")
    moved = replace(case, state="returned", outcome=None, article="")
    return Moved(moved, "to_open", {"from": case.outcome})


_MOVES: dict[Kind, Any] = {
    "submit": _submit, "return": _return, "decide": _work, "state_gap": _work, "ask_third_party": _ask,
    "third_party_answer": _answer, "report_undecided": _report, "approve": _approve, "refuse": _refuse,
    "withdraw": _withdraw, "publish": _publish, "take_down": _take_down, "re_review": _re_review,
    "to_open": _to_open,
}  # fmt: skip


def _need(text: str, message: str) -> None:
    if not text.strip():
        raise Refusal(message)


def _acted(case: Case, hand: Hand, now: datetime) -> Case:
    """The case with this person known to have worked in the current step."""
    if any(one.step == case.step and one.hand.persons == hand.persons for one in case.signatures):
        return case
    part = Signature(case.step, case.steps[case.step].role, hand, now, False)
    return replace(case, signatures=(*case.signatures, part))


def _signed(case: Case, hand: Hand, now: datetime, proposal: str) -> Case:
    part = Signature(case.step, case.steps[case.step].role, hand, now, True, proposal)
    return replace(case, signatures=(*case.signatures, part))


def _check_ready(ready: Readiness) -> None:
    """Raises Refusal that names everything that is missing."""
    lacking = [
        text.format(number)
        for number, text in (
            (ready.undecided, "{} 处发现还没有处理意见"),
            (ready.must_change, "{} 处违规须改"),
            (ready.pending, "{} 处已决定脱敏或解密、但仍在文件里"),
            (ready.gaps, "{} 处没有读到的部分还没有人确认看过"),
        )
        if number
    ]
    if not ready.finals:
        lacking.append("这一版没有拟公开的最终文件，只有底稿")
    if lacking:
        raise Refusal(f"还不能批准：{'；'.join(lacking)}。")


def _check_signatures(case: Case) -> None:
    """Each step of the round has one signature, and no two of them share a person."""
    signed = {one.step: one for one in case.signatures if one.signed}
    missing = [step.title for k, step in enumerate(case.steps) if k not in signed]
    if missing:
        raise Refusal(f"还没有签署：{'、'.join(missing)}。")
    seen: set[int] = {case.drafter}
    for one in signed.values():
        if seen & one.hand.persons:
            raise Refusal("同一人不能审两级，拟稿人不能审查。")
        seen |= one.hand.persons
