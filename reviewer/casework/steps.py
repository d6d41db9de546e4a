"""What moves an item on: approve, return, refuse, publish and the rest. Each is one transaction."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from reviewer.casework import joining
from reviewer.casework.act import (
    Act,
    acting,
    as_typed,
    case_of,
    keep_case,
    moment_of,
    readiness,
    stamp,
    version_row,
)  # fmt: skip
from reviewer.casework.permissions import Who
from reviewer.casework.submission import procedure_of, step_due
from reviewer.errors import Refusal
from reviewer.review.certificate import Certificate, Decided, Subject, Unread
from reviewer.review.certificate import Step as Signed
from reviewer.review.clock import day_of, due_in_days
from reviewer.review.item import CHANNELS, SCOPES
from reviewer.review.ledger import Event
from reviewer.review.procedure import ROLES
from reviewer.review.workflow import CLOSED, Action, Case, Kind, Moved, Outcome, Signature, apply
from reviewer.store import database, schema
from reviewer.store.schema import certificates, decisions, files, findings, gaps, parties, units

if TYPE_CHECKING:
    from reviewer.casework.office import Office

CERTIFICATE_DAYS = 730
"""how long a certificate holds where the item names no day of taking down; the setting certificate_days changes it"""
ANSWERS: dict[str, str] = {
    "agrees": "同意公开", "objects": "不同意公开", "partly": "同意部分公开", "silent": "逾期未提出意见",
}  # fmt: skip
"""what a third party may say; silent: the agency decides by itself (条例 art 32)"""


def move(
    office: Office, who: Who, item: int, revision: int, kind: Kind, *, reason: str = "",
    outcome: Outcome | None = None,
    article: str = "", told: dict[str, Any] | None = None, **columns: Any,
) -> int:  # fmt: skip
    """One action of the workflow; the item's new revision. `columns` are stored with it, `told` goes to the ledger."""
    reason = office.intake.masked(reason)
    with acting(office, who) as act:
        return _moved(act, item, revision, Action(kind, reason, outcome, article), told or {}, columns)


def _moved(act: Act, item: int, revision: int, action: Action, told: dict[str, Any], columns: dict[str, Any]) -> int:
    row = act.item(action.kind, item, revision)
    before = case_of(act.connection, row)
    version = version_row(act.connection, item, row.version) if row.version else None
    ready = readiness(act.connection, version.id if version is not None else 0)
    if action.kind == "approve" and before.is_last:
        _check_bytes(act, version)
    hand = act.hand(action.kind, row)
    moved = apply(before, action, hand, act.moment, ready)
    if moved.case.step != before.step or moved.case.state != before.state:
        columns = {**step_due(act, moved.case), **columns}
    if moved.case.state in CLOSED and before.state not in CLOSED:
        columns |= _closing(act, row)
    if moved.case.state == "returned" and before.state in CLOSED:
        columns |= {"outcome_at": None, "keep_until": None, "deleted_at": None}
    revision = keep_case(act, row, before, moved.case, action.reason, **columns)
    payload = {**moved.payload, **told, "reason": action.reason}
    if hand.behalf is not None:
        payload["behalf"] = hand.behalf
    event = act.record(moved.kind, payload, item=item, version=row.version or None)
    if moved.kind == "approved" and version is not None:
        _issue(act, row, moved, version, event)
    if moved.case.state in ("withdrawn", "taken_down", "returned") and before.state in ("approved", "published"):
        revoke(act, item, _WHY[action.kind])
    return revision


_WHY: dict[str, str] = {
    "withdraw": "withdrawn", "take_down": "taken-down", "re_review": "re-review", "to_open": "re-review",
}  # fmt: skip
"""why a certificate is revoked by an action, as lists of revocations have it"""


def _closing(act: Act, row: Any) -> dict[str, Any]:
    """The day until which files are kept, from the unit's procedure."""
    unit = database.one(act.connection, units, id=row.unit_id)
    keep = day_of(act.moment) + timedelta(days=procedure_of(unit).retention_days)
    return {"outcome_at": act.at, "keep_until": keep.isoformat()}


# --- reviewing -------------------------------------------------------------------------------------


def approve(
    office: Office, who: Who, item: int, revision: int, *, outcome: Outcome | None = None, opinion: str = ""
) -> int:
    """Signs the current step; the new revision. `outcome`: the last step's decision, a proposal before (default open).

    After the last step the files of this version are released: a certificate is issued for exactly their bytes.
    """
    return move(office, who, item, revision, "approve", reason=opinion, outcome=outcome)


def return_item(office: Office, who: Who, item: int, revision: int, reason: str) -> int:
    """退回 to the drafter, with reasons."""
    return move(office, who, item, revision, "return", reason=reason)


def refuse(office: Office, who: Who, item: int, revision: int, article: str, reason: str) -> int:
    """不予公开, on an article of workflow.ARTICLES."""
    return move(office, who, item, revision, "refuse", reason=reason, article=article)


def report_undecided(
    office: Office, who: Who, item: int, revision: int, to: str, paper_number: str, reason: str
) -> int:
    """不能确定: records the paper transfer to another body. No file is sent."""
    masked = office.intake.masked(to), office.intake.masked(paper_number)
    if not all(one.strip() for one in (*masked, reason)):
        raise Refusal("报审要写明报送的部门、纸质移交的编号和理由。本系统不发送文件。")
    told = {"to": masked[0], "paper_number": masked[1]}
    return move(office, who, item, revision, "report_undecided", reason=reason, told=told)


def ask_third_party(office: Office, who: Who, item: int, revision: int, party: str, reason: str) -> int:
    """征求第三方意见 (条例 art 32): the item waits; `party` is masked before it is kept."""
    reason, party = office.intake.masked(reason), office.intake.masked(party)
    if not party.strip():
        raise Refusal("要写明向谁征求意见。")
    with acting(office, who) as act:
        row = act.item("ask_third_party", item, revision)
        unit = database.one(act.connection, units, id=row.unit_id)
        due = due_in_days(act.moment, procedure_of(unit).third_party_days, office.calendar)
        version = version_row(act.connection, item, row.version)
        act.connection.execute(
            insert(parties).values(
                item_id=item, version_id=version.id, asked=party, asked_at=act.at, due=stamp(due.at),
                asked_by=act.actor.user, remark="",
            )
        )  # fmt: skip
        told = {"party": party, "due": stamp(due.at), "assumed": due.assumed, "by_law": row.attribute == "on_request"}
        return _moved(act, item, revision, Action("ask_third_party", reason), told, {"party_due": stamp(due.at)})


def third_party_answer(office: Office, who: Who, item: int, revision: int, answer: str, remark: str = "") -> int:
    """What the third party said (a key of ANSWERS): the step goes on. `silent` only after the time is over."""
    remark = office.intake.masked(remark)
    if answer not in ANSWERS:
        raise Refusal(f"第三方意见只能是：{'、'.join(ANSWERS.values())}。")
    with acting(office, who) as act:
        act.item("third_party_answer", item, revision)
        asked = act.connection.execute(
            select(parties).where(parties.c.item_id == item, parties.c.answer.is_(None)).order_by(parties.c.id.desc())
        ).first()
        if asked is not None:
            if answer == "silent" and act.moment < moment_of(asked.due):
                raise Refusal("征求意见的期限还没有到。")
            database.change(act.connection, parties, asked.id, answer=answer, remark=remark, answered_at=act.at)
        told = {"answer": answer, "remark": remark}
        return _moved(act, item, revision, Action("third_party_answer"), told, {"party_due": None})


# --- after the outcome -----------------------------------------------------------------------------


def publish(office: Office, who: Who, item: int, revision: int, where: str, *, on: date | None = None) -> int:
    """Records the publication: where it stands, and since when."""
    where = office.intake.masked(where)
    if not where.strip():
        raise Refusal("要写明发布在哪里（网址、栏目、公开栏位置等）。")
    now = office.clock()
    told = {"where": where, "on": (on or day_of(now)).isoformat()}
    columns: dict[str, Any] = {"published_at": stamp(now), "published_where": where}
    public = joining.to_publish(office, who, item)
    with acting(office, who) as act:
        joining.enter(act, act.item("publish", item), public)
        return _moved(act, item, revision, Action("publish"), told, columns)


def take_down(office: Office, who: Who, item: int, revision: int, reason: str) -> int:
    """Records that it was taken down; its certificate is revoked."""
    reason = office.intake.masked(reason)
    with acting(office, who) as act:
        joining.leave(act, act.item("take_down", item))
        return _moved(
            act, item, revision, Action("take_down", reason), {}, {"taken_down_at": stamp(office.clock())}
        )  # fmt: skip


def re_review(office: Office, who: Who, item: int, revision: int, reason: str) -> int:
    """The item goes back to its drafter for another round; a certificate that it has is revoked."""
    return move(office, who, item, revision, "re_review", reason=reason)


def to_open(office: Office, who: Who, item: int, revision: int, reason: str) -> int:
    """依申请公开转主动公开: the item is to be published to all, and is reviewed anew for that."""
    reason = office.intake.masked(reason)
    with acting(office, who) as act:
        row = act.item("to_open", item, revision)
        fields = json.dumps({**json.loads(row.fields), "attribute": "open"}, ensure_ascii=False)
        return _moved(act, item, revision, Action("to_open", reason), {}, {"attribute": "open", "fields": fields})


# --- the certificate -------------------------------------------------------------------------------


def _check_bytes(act: Act, version: Any) -> None:
    """The stored files are the ones that were scanned: a changed byte voids everything that was decided."""
    rows = act.connection.execute(select(files).where(files.c.version_id == version.id, files.c.role == "final"))
    for row in rows.all():
        data = act.office.vault.get(act.connection, row.blob)
        if hashlib.sha256(data).hexdigest() != row.sha256:
            raise Refusal("存放的文件与审查的不一致，不能批准。请联系系统管理员。")


def _issue(act: Act, row: Any, moved: Moved, version: Any, event: Event) -> None:
    """Signs the release and the ledger's head, and stores both."""
    fields = json.loads(row.fields)
    until = _valid_until(act, fields)
    release = Certificate(
        item=row.number, outcome=str(moved.case.outcome), scope=_scope(act, row, fields),
        channel=tuple(CHANNELS[one] for one in fields["channels"]) or (CHANNELS["other"],),
        valid_from=act.today, valid_until=until, issued_at=act.moment, steps=_signed(moved.case),
        rules=(version.rules_version, version.rules_digest), ledger_head=(event.seq, event.hash),
        **_contents(act, version.id),
    )  # fmt: skip
    paper, name = act.office.signer.certificate(release)
    act.connection.execute(
        insert(certificates).values(
            item_id=row.id, version_id=version.id, issued_at=act.at, envelope=paper, name=name,
            valid_until=until.isoformat(), revoked_why="",
        )
    )  # fmt: skip
    told = {"certificate": name, "valid_until": until.isoformat()}
    act.record("certificate_issued", told, item=row.id, version=row.version)
    checkpoint(act)


def _scope(act: Act, row: Any, fields: dict[str, Any]) -> str:
    """The scope as the certificate names it: its name as it was typed, which the card holds."""
    if fields["scope"] == "all":
        return SCOPES["all"]
    return str(as_typed(act, row)["scope_name"])


def _valid_until(act: Act, fields: dict[str, Any]) -> date:
    told = fields["take_down_on"] or fields["notice_to"]
    if told and date.fromisoformat(told) >= act.today:
        return date.fromisoformat(told)
    if told:
        raise Refusal("撤下日期（公示期止日）已经过去，不能批准。请退回修改。")
    setting = database.one(act.connection, schema.settings, name="certificate_days")
    return act.today + timedelta(days=int(setting.value) if setting is not None else CERTIFICATE_DAYS)


def _signed(case: Case) -> tuple[Signed, ...]:
    def name(one: Signature) -> str:
        return f"{one.hand.name}（受{one.hand.behalf_name}委托）" if one.hand.behalf is not None else one.hand.name

    return tuple(Signed(ROLES[one.role], name(one), one.at) for one in case.signatures if one.signed)


def _contents(act: Act, version: int) -> dict[str, Any]:
    """The final files with what was decided and stated about them."""
    rows = act.connection.execute(
        select(files).where(files.c.version_id == version, files.c.role == "final").order_by(files.c.position)
    ).all()
    subjects, decided, unread = [], [], []
    for row in rows:
        reading = json.loads(act.office.vault.get(act.connection, row.reading))
        subjects.append(Subject(reading["name"], row.sha256, row.text_sha256 or ""))
        paths = {_slot(act, row.slot, one["inner"]): one["inner"] for one in reading["documents"]}
        paths = {slot: f"{reading['name']}!{inner}" if inner else reading["name"] for slot, inner in paths.items()}
        decided += _decided(act, row, paths, reading.get("places", {}))
        unread += [
            Unread(paths[one.slot], one.gap, one.part, one.reason)
            for one in act.connection.execute(select(gaps).where(gaps.c.file_id == row.id).order_by(gaps.c.id))
        ]
    return {"subjects": tuple(subjects), "decided": tuple(decided), "gaps": tuple(unread)}


def _decided(act: Act, file: Any, paths: dict[str, str], places: dict[str, list[int]]) -> list[Decided]:
    """The findings at check or above that were let stand; of a page also their place in the approved text."""
    query = (
        select(findings)
        .join(decisions, decisions.c.id == findings.c.decision_id)
        .where(findings.c.file_id == file.id, findings.c.severity != "note", findings.c.trace.is_(False))
        .order_by(findings.c.number)
    )
    made = []
    for one in act.connection.execute(query):
        at = places.get(str(one.number))
        made.append(Decided(paths[one.slot], one.rule, one.part, one.start, one.end, (at[0], at[1]) if at else None))
    return made


def _slot(act: Act, slot: str, inner: str) -> str:
    return f"{slot}/{act.office.intake.name_key(inner)}" if inner else slot


def revoke(act: Act, item: int, why: str) -> None:
    """The item's certificates do not count any more; `why` is a key of revocation.REASONS."""
    rows = act.connection.execute(
        select(certificates).where(certificates.c.item_id == item, certificates.c.revoked_at.is_(None))
    ).all()
    for row in rows:
        database.change(act.connection, certificates, row.id, revoked_at=act.at, revoked_why=why)
        act.record("certificate_revoked", {"certificate": row.name, "why": why}, item=item)


def checkpoint(act: Act) -> bytes:
    """Signs the ledger's head as it is now, and stores that; the envelope."""
    seq, digest = database.head(act.connection)
    paper = act.office.signer.checkpoint(seq, digest, act.moment)
    act.connection.execute(insert(schema.checkpoints).values(seq=seq, hash=digest, at=act.at, envelope=paper))
    return paper
