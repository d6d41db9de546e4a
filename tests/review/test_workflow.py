"""Who may do what when: each state with each action, and that no way leads to an approval without three persons."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from reviewer.errors import Refusal
from reviewer.review import workflow
from reviewer.review.procedure import Procedure, Step
from reviewer.review.workflow import (
    APPROVED_OUTCOMES,
    ARTICLES,
    FROM,
    Action,
    Case,
    Hand,
    Kind,
    Readiness,
    State,
    apply,
)  # fmt: skip

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
DRAFTER, A, B, C, D = range(1, 6)
READY = Readiness(finals=1)
STEPS = Procedure().steps
COMPLETE: dict[str, Any] = {"reason": "理由", "article": "ogi-15", "version": 1}
CASE = Case("drafting", STEPS, DRAFTER)


def act(case: Case, kind: Kind, user: int = A, ready: Readiness = READY, behalf: int | None = None, **more: Any) -> Case:
    action = Action(kind, **{**COMPLETE, **more})
    return apply(case, action, Hand(user, behalf=behalf), NOW, ready).case


def reviewed(*users: int, steps: tuple[Step, ...] = STEPS) -> Case:
    """Submitted, and signed by these in turn."""
    case = act(replace(CASE, steps=steps), "submit", DRAFTER)
    for user in users:
        case = act(case, "approve", user, outcome="open")
    return case


@pytest.mark.parametrize("kind", get_args(Kind))
@pytest.mark.parametrize("state", get_args(State))
def test_each_action_in_each_state(state: State, kind: Kind) -> None:
    case = replace(CASE, state=state, step=0, round=1, version=1, outcome="on_request" if kind == "to_open" else "open")
    if kind == "refuse":
        case = replace(reviewed(A, B), state=state)
    user = C if kind == "refuse" else A
    if state in FROM[kind]:
        assert act(case, kind, user).state in get_args(State)
    else:
        with pytest.raises(Refusal, match=workflow.STATES[state].replace("（", "").split("，")[0]):
            act(case, kind, user)


def test_three_persons_sign_and_the_last_decides() -> None:
    case = reviewed(A, B, C)
    assert (case.state, case.outcome) == ("approved", "open")
    assert [(one.role, one.hand.user) for one in case.signatures] == [("first", A), ("second", B), ("final", C)]


@pytest.mark.parametrize(("before", "user", "behalf", "says"), [
    ((), DRAFTER, None, "拟稿人"),
    ((), A, DRAFTER, "拟稿人"),
    ((A,), A, None, "同一人"),
    ((A,), B, A, "同一人"),
    ((A, B), B, None, "同一人"),
    ((A, B), A, None, "同一人"),
    ((A, B), C, B, "同一人"),
    ((A, B), D, C, ""),
])  # fmt: skip
def test_nobody_signs_twice_be_it_for_somebody_else(
    before: tuple[int, ...], user: int, behalf: int | None, says: str
) -> None:
    case = reviewed(*before)
    if not says:
        assert act(case, "approve", user, behalf=behalf, outcome="open").state == "approved"
        return
    for kind in workflow.BY_STEP:
        if case.state in FROM[kind]:
            with pytest.raises(Refusal, match=says):
                act(case, kind, user, behalf=behalf, outcome="open")


def test_who_signed_for_somebody_else_bars_both() -> None:
    case = act(reviewed(), "approve", A, behalf=B)
    for user in (A, B):
        with pytest.raises(Refusal, match="同一人"):
            act(case, "approve", user)


def test_who_only_decided_a_finding_in_one_step_does_not_act_in_another() -> None:
    case = act(act(reviewed(), "decide", B), "approve", A)
    with pytest.raises(Refusal, match="同一人"):
        act(case, "approve", B)


@pytest.mark.parametrize(("ready", "says"), [
    (Readiness(undecided=2, finals=1), "2 处发现"),
    (Readiness(must_change=1, finals=1), "违规须改"),
    (Readiness(pending=1, finals=1), "仍在文件里"),
    (Readiness(gaps=3, finals=1), "3 处没有读到"),
    (Readiness(), "最终文件"),
])  # fmt: skip
def test_what_keeps_the_last_step_from_approving(ready: Readiness, says: str) -> None:
    for outcome in APPROVED_OUTCOMES:
        with pytest.raises(Refusal, match=says):
            act(reviewed(A, B), "approve", C, ready, outcome=outcome)


@pytest.mark.parametrize(("proposal", "passes"), [("open", False), ("partial", False), ("refused", True)])
def test_what_must_change_passes_no_step_but_towards_a_refusal(proposal: Any, passes: bool) -> None:
    ready = Readiness(must_change=1, finals=1)
    if passes:
        assert act(reviewed(), "approve", A, ready, outcome=proposal).step == 1
    else:
        with pytest.raises(Refusal, match="退回"):
            act(reviewed(), "approve", A, ready, outcome=proposal)


@pytest.mark.parametrize(("kind", "lacks", "says"), [
    ("return", "reason", "理由"), ("refuse", "article", "条款"), ("refuse", "reason", "理由"),
    ("withdraw", "reason", "理由"), ("take_down", "reason", "原因"), ("re_review", "reason", "原因"),
    ("report_undecided", "reason", "纸质"), ("ask_third_party", "reason", "征求"), ("submit", "version", "上传"),
])  # fmt: skip
def test_what_an_action_needs(kind: Kind, lacks: str, says: str) -> None:
    case = {"refuse": reviewed(A, B), "submit": CASE, "take_down": replace(reviewed(A, B, C), state="published")}.get(
        kind, reviewed() if kind != "re_review" else reviewed(A, B, C)
    )
    with pytest.raises(Refusal, match=says):
        act(case, kind, C, **{lacks: 0 if lacks == "version" else ""})


def test_a_refusal_is_the_last_steps() -> None:
    with pytest.raises(Refusal, match="终审"):
        act(reviewed(A), "refuse", B)
    case = act(reviewed(A, B), "refuse", C, Readiness(undecided=9))
    assert (case.state, case.outcome, case.article) == ("refused", "refused", "ogi-15")


@pytest.mark.parametrize("outcome", [None, "refused", "third_party", "undecided_reported"])
def test_the_last_step_approves_with_an_outcome_that_can_be_approved(outcome: Any) -> None:
    with pytest.raises(Refusal, match="结论"):
        act(reviewed(A, B), "approve", C, outcome=outcome)


def test_a_return_begins_a_new_round_in_which_all_may_sign_again() -> None:
    case = act(reviewed(A, B), "return", C)
    assert case.state == "returned"
    again = act(case, "submit", DRAFTER, version=2)
    assert (again.round, again.step, again.signatures, again.version) == (2, 0, (), 2)
    for user in (C, B, A):
        again = act(again, "approve", user, outcome="open")
    assert again.state == "approved"


def test_a_third_party_is_waited_for_and_the_step_goes_on() -> None:
    case = act(reviewed(A), "ask_third_party", B)
    assert (case.state, case.outcome, case.step) == ("waiting_third_party", "third_party", 1)
    case = act(case, "third_party_answer", B)
    assert (case.state, case.outcome, case.step) == ("in_review", None, 1)


@pytest.mark.parametrize(("outcome", "publishes", "opens"), [
    ("open", True, False), ("deidentified", True, False), ("partial", True, False), ("on_request", False, True),
])  # fmt: skip
def test_what_follows_an_outcome(outcome: Any, publishes: bool, opens: bool) -> None:
    case = act(reviewed(A, B), "approve", C, outcome=outcome)
    for kind, allowed in (("publish", publishes), ("to_open", opens)):
        if allowed:
            act(case, kind)  # type: ignore[arg-type]
        else:
            with pytest.raises(Refusal):
                act(case, kind)  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [2, 4])
def test_two_and_four_steps(count: int) -> None:
    steps = tuple(Step(role) for role in ("first", "second", "third", "final"))  # type: ignore[arg-type]
    chosen = steps if count == 4 else (steps[0], steps[3])
    case = reviewed(*range(2, 2 + count - 1), steps=chosen)
    assert case.is_last
    with pytest.raises(Refusal, match="同一人"):
        act(case, "approve", 2, outcome="open")
    assert act(case, "approve", 9, outcome="open").state == "approved"


_USERS = st.integers(1, 6)
_OTHERS = st.none() | _USERS
_PROPOSALS = st.sampled_from((None, *APPROVED_OUTCOMES, "refused"))
_READY = st.sampled_from((READY, READY, READY, Readiness(undecided=1, finals=1), Readiness(must_change=1, finals=1)))
# Nothing follows a withdrawal: it has its place in the tables above.
_OTHER_KINDS = sorted(set(get_args(Kind)) - {"submit", "approve", "refuse", "withdraw"})
reached: Counter[str] = Counter()


class Office(RuleBasedStateMachine):
    """Six people do whatever comes to their minds, for themselves and for each other."""

    def __init__(self) -> None:
        super().__init__()
        self.case = CASE

    @rule(user=st.integers(1, 6), version=st.integers(0, 2))
    def submit(self, user: int, version: int) -> None:
        self._try("submit", user, None, None, READY, version)

    @rule(user=_USERS, behalf=_OTHERS, outcome=_PROPOSALS, ready=_READY)
    def sign(self, user: int, behalf: int | None, outcome: Any, ready: Readiness) -> None:
        self._try("approve", user, behalf, outcome, ready)

    @rule(users=st.permutations(range(2, 7)), behalf=_OTHERS, outcome=_PROPOSALS, ready=_READY)
    def sign_all(self, users: list[int], behalf: int | None, outcome: Any, ready: Readiness) -> None:
        for user in users:
            self._try("approve", user, behalf, outcome, ready)

    @rule(user=_USERS, behalf=_OTHERS)
    def refuse(self, user: int, behalf: int | None) -> None:
        self._try("refuse", user, behalf, None, READY)

    @rule(kind=st.sampled_from(_OTHER_KINDS), user=_USERS, behalf=_OTHERS, outcome=_PROPOSALS, ready=_READY)
    def do(self, kind: Kind, user: int, behalf: int | None, outcome: Any, ready: Readiness) -> None:
        self._try(kind, user, behalf, outcome, ready)

    def _try(
        self, kind: Kind, user: int, behalf: int | None, outcome: Any, ready: Readiness, version: int = 1
    ) -> None:
        before = self.case
        hand = Hand(user, behalf=None if behalf == user else behalf)
        try:
            moved = apply(before, Action(kind, "理由", outcome, "ogi-15", version=version), hand, NOW, ready)
        except Refusal:
            return
        self.case = moved.case
        reached[moved.kind] += 1
        if moved.kind in ("approved", "refused"):
            self._signed_by_all(moved.case)
            assert ready == READY or moved.kind == "refused"
        assert self.case.round - before.round == (kind == "submit")

    def _signed_by_all(self, case: Case) -> None:
        signed = [one for one in case.signatures if one.signed]
        assert [one.step for one in signed] == [0, 1, 2]
        persons = [person for one in signed for person in one.hand.persons]
        assert len(set(persons)) == len(persons) >= 3 and DRAFTER not in persons

    @invariant()
    def an_approval_has_three_persons(self) -> None:
        if self.case.state in ("approved", "published", "taken_down", "refused"):
            self._signed_by_all(self.case)

    @invariant()
    def a_release_has_a_lawful_outcome(self) -> None:
        if self.case.state in ("published", "taken_down"):
            assert self.case.outcome in workflow.PUBLIC_OUTCOMES
        if self.case.state == "refused":
            assert self.case.article in ARTICLES

    @invariant()
    def nobody_acted_in_two_steps_of_a_round(self) -> None:
        steps: dict[int, set[int]] = {}
        for one in self.case.signatures:
            for person in one.hand.persons:
                steps.setdefault(person, set()).add(one.step)
        assert all(len(every) == 1 for every in steps.values()) and DRAFTER not in steps


def test_no_sequence_of_actions_approves_without_three_persons() -> None:
    reached.clear()
    run_state_machine_as_test(
        Office, settings=settings(max_examples=300, stateful_step_count=30, derandomize=True)
    )
    # It went everywhere.
    for kind in ("submitted", "passed", "approved"):
        assert reached[kind], kind
