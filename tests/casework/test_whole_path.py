"""From draft to certificate, and what each action needs."""

from __future__ import annotations

from datetime import date

import pytest

from reviewer.casework.intake import STOP, Upload
from reviewer.errors import Absent, Conflict, Denied, Refusal, SecretMark
from reviewer.review.certificate import verify
from reviewer.review.decisions import Decision
from reviewer.review.item import Item

from .world import PLAIN, PRIVATE, World


def test_from_draft_to_publication(world: World) -> None:
    item = world.approved(PRIVATE)
    view = world.office.item(world.who["publisher"], item)
    assert (view.case.state, view.case.outcome, view.case.step) == ("approved", "open", 2)
    world.do("publisher", "publish", item, "本局网站通知公告栏")
    assert world.state(item) == "published"
    assert world.office.verify_ledger().whole
    kinds = [one["kind"] for one in events(world, item)]
    assert kinds == [
        "item_created", "version_added", "submitted", "decided", "decided", "decided", "passed", "passed", "approved",
        "certificate_issued", "published",
    ]  # fmt: skip


def events(world: World, item: int | None = None) -> list[dict]:
    import json

    from reviewer.store.database import Events

    with world.office.store.read() as connection:
        return [
            {**json.loads(one.payload), "kind": one.kind, "actor": one.actor}
            for one in Events(connection)
            if item is None or one.item == item
        ]
