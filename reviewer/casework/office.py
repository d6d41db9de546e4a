"""The office: store, vault, keys, scanner and clock, with one function for each action. web and api call nothing else.

    office = Office(store, vault, key, intake, signer)
    item = office.create_item(who, unit, Item("关于……的公示"))
    added = office.add_version(who, item, 1, [Upload("公示.docx", data)])
    revision = office.submit(who, item, added.revision)

Actions that change an item take its `revision` as the user has seen it and give the new one; they raise Conflict where
somebody else was quicker, Denied, Absent, or Refusal with the reason. Each is one transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from reviewer.casework import deciding, joining, keeping, people, reading, steps, submission, tokens, views
from reviewer.casework.intake import Intake
from reviewer.casework.signer import Signer
from reviewer.keys import Key
from reviewer.review.clock import Calendar
from reviewer.store.database import Store
from reviewer.store.vault import Vault


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Office:
    """What every action works with."""

    store: Store
    vault: Vault
    key: Key
    intake: Intake
    signer: Signer
    clock: Callable[[], datetime] = _now
    calendar: Calendar = field(default_factory=Calendar)

    # the drafter
    create_item = submission.create_item
    edit_item = submission.edit_item
    add_version = submission.add_version
    submit = submission.submit
    hand_in = submission.hand_in
    withdraw = submission.withdraw

    # the reviewers
    decide = deciding.decide
    state_gap = deciding.state_gap
    comment = deciding.comment
    show_value = deciding.show_value
    approve = steps.approve
    return_item = steps.return_item
    refuse = steps.refuse
    report_undecided = steps.report_undecided
    ask_third_party = steps.ask_third_party
    third_party_answer = steps.third_party_answer

    # after the outcome
    publish = steps.publish
    revoke_certificate = keeping.revoke_certificate
    revocation_list = keeping.revocation_list
    take_down = steps.take_down
    re_review = steps.re_review
    to_open = steps.to_open

    # people
    found = people.found
    is_empty = people.is_empty
    whoami = people.whoami
    add_unit = people.add_unit
    change_unit = people.change_unit
    list_units = people.list_units
    add_user = people.add_user
    ask_grant = people.ask_grant
    answer_grant = people.answer_grant
    revoke_grant = people.revoke_grant
    delegate = people.delegate
    end_delegation = people.end_delegation
    change_setting = people.change_setting
    declassify = people.declassify

    # tokens of other systems
    add_token = tokens.add_token
    revoke_token = tokens.revoke_token
    list_tokens = tokens.list_tokens
    who_of_token = tokens.who_of_token

    # now and then
    daily = keeping.daily

    # looking
    item = reading.item
    certificate = views.certificate
    verify_certificate = keeping.verify_certificate
    card = reading.card
    findings = reading.findings
    joins = joining.joins_of
    ask_joins = joining.asked
    compare = reading.compare
    verify_ledger = keeping.verify_ledger
    sign_checkpoint = keeping.sign_checkpoint
