"""The take-down list (撤下清单) from run to run: Proposal -> entry -> decision -> done. Rules: review/cleaning.py."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from reviewer.errors import Absent, Conflict, Refusal
from reviewer.keys import Key
from reviewer.reports import Bundle
from reviewer.reports.veil import Shown
from reviewer.rescan.model import Proposal
from reviewer.review import cleaning
from reviewer.review.cleaning import Seen
from reviewer.scanning import Scanner
from reviewer.store import schema
from reviewer.store import takedown as rows
from reviewer.store.takedown import Filter, Row

if TYPE_CHECKING:
    from reviewer.rescan.state import Run, State

PROGRAM = "reviewer rescan"
"""how the ledger names what nobody did"""
OPEN = ("proposed", "decided")
_TOLD = 20
"""faults of a list that are told at once"""


def update(state: State, run: Run, proposals: Iterable[Proposal]) -> None:
    """Takes what a finished run proposes into the list: new entries, and what became of those that there are."""
    at = state.now()
    told = {(one.document, one.kind): one for one in proposals}
    with state.store.write() as connection:
        found = _found(connection)
        before = {(row["document_id"], row["kind"]): row for row in rows.listed(connection, Filter())}
        events: list[tuple[int | None, str, Mapping[str, Any]]] = []
        for key, row in before.items():
            events += _again(connection, row, told.get(key), found.get(key[0], ""), at)
        fresh = [key for key in told if key not in before]
        rows.put(connection, [_row(told[key], found.get(key[0], "")) for key in fresh], at)
        for row in rows.listed(connection, Filter()):
            if (row["document_id"], row["kind"]) not in before:
                shown = {"action": row["proposed"], "kind": row["kind"], "path": row["path"]}
                events.append((row["id"], "proposed", shown))
        rows.append(connection, events, at=at, actor=f"{PROGRAM} #{run.id}")


def _found(connection: Any) -> dict[int, str]:
    """Document -> what stands for the findings in it that count. A page's counter of visits changes nothing of it."""
    table = schema.published_findings
    query = select(table.c.document_id, table.c.fingerprint).where(
        table.c.gone_run.is_(None), table.c.severity.in_(("block", "check"))
    )
    digests: dict[int, Any] = {}
    for document, fingerprint in connection.execute(query.order_by(table.c.document_id, table.c.fingerprint)):
        digests.setdefault(document, hashlib.sha256()).update(fingerprint.encode())
    return {document: digest.hexdigest() for document, digest in digests.items()}


def _row(one: Proposal, found: str) -> Row:
    return {
        "document_id": one.document, "kind": one.kind, "proposed": one.action, "reason": one.reason,
        "basis": list(one.basis), "since": one.since.isoformat() if one.since else None,
        "evidence": list(one.evidence), "mark": rows.mark_of(one.action, "\n".join(one.evidence), found),
    }  # fmt: skip


def _again(
    connection: Any, row: Row, proposal: Proposal | None, found: str, at: str
) -> list[tuple[int | None, str, Mapping[str, Any]]]:
    """What a run makes of an entry that there is already; its events."""
    values: Row = {}
    if proposal is not None:
        values = _row(proposal, found)
        del values["document_id"], values["kind"]
    is_there = row["gone_run"] is None
    changed = bool(values) and values["mark"] != row["decided_mark"]
    seen = Seen(is_there, proposal is not None, changed, row["decided_mark"] == rows.copy_of(row))
    stored = {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
        for name, value in values.items()
    }
    step = cleaning.after_run(row["state"], row["how"], row["action"], seen)
    if step is not None:
        state, kind, how = step
        rows.moved(connection, row["id"], at, state, how, **stored)
        return [(row["id"], kind, {"from": row["state"]} | ({"how": how} if how else {}))]
    if not values or row["state"] not in OPEN or values["mark"] == row["mark"]:
        return []
    if values["proposed"] == row["proposed"]:
        rows.noted(connection, row["id"], **stored)
        return []
    rows.change(connection, row["id"], at, **stored)
    return [(row["id"], "changed", {"action": values["proposed"], "from": row["proposed"]})]


def listed(state: State) -> list[dict[str, Any]]:
    """The list as docs/takedown.md has it for JSON, with paths as they are."""
    named = state.named()
    with state.store.read() as connection:
        return [_as_json(row, named) for row in rows.listed(connection, Filter())]


def _as_json(row: Row, named: Mapping[str, str]) -> dict[str, Any]:
    path = named.get(row["path"], row["path"])
    told: dict[str, Any] = {
        "id": row["id"], "path": path, "kind": row["kind"], "action": row["action"] or row["proposed"],
        "reason": row["reason"], "basis": row["basis"], "since": row["since"],
        "evidence": [_named(one, named) for one in row["evidence"]], "title": row["title"], "unit": row["unit"],
        "column": row["column"], "url": row["url"], "state": row["state"],
    }  # fmt: skip
    if row["decided_by"]:
        told["decision"] = {
            "action": row["action"], "reason": row["why"], "by": row["decided_by"], "at": row["decided_at"]
        }
    if row["state"] == "done":
        told["done"] = {"how": row["how"], "at": row["done_at"]}
    return told


def _named(text: str, named: Mapping[str, str]) -> str:
    """Evidence that ends in a masked path, with the path as it is."""
    head, colon, path = text.rpartition("：")
    return f"{head}{colon}{named[path]}" if path in named else text


Decision = tuple[int, str, str, str, int | None]
"""entry, action, reason, who is responsible, revision as it was seen"""


def decide_many(state: State, decisions: Iterable[Decision], actor: str, masked: Callable[[str], str]) -> int:
    """How many decisions were taken: all of them or none. masked: masks what was found in a typed text.

    Raises Refusal that tells all faults.
    """
    at, taken, faults = state.now(), 0, []
    with state.store.write() as connection:
        for entry, action, reason, owner, revision in decisions:
            try:
                rows.decide(connection, entry, action, masked(reason), at=at, actor=actor, owner=masked(owner),
                            revision=revision)  # fmt: skip
                taken += 1
            except (Refusal, Conflict, Absent) as fault:
                faults.append(f"编号 {entry}：{fault.message}")
        if faults:
            raise Refusal(f"清单里有 {len(faults)} 处不能办，什么也没有写入。" + " ".join(faults[:_TOLD]))
        rows.append(connection, [(None, "imported", {"decisions": taken})], at=at, actor=actor)
    return taken


def masking(scanner: Scanner, key: Key) -> Callable[[str], str]:
    """Masks what is found in a typed text."""

    def masked(text: str) -> str:
        if not text:
            return ""
        bundle = Bundle((scanner.text(text),), key, found_in=lambda name: scanner.text(name).findings)
        return next(iter(Shown(bundle)))[1].raw(text)

    return masked
