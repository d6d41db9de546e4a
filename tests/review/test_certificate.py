"""Certificates and lists of revocations."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from reviewer.errors import SigningError
from reviewer.review import certificate, revocation
from reviewer.review.certificate import Certificate, Decided, Step, Subject, Unread
from reviewer.review.revocation import Revocations, Revoked
from reviewer.review.signing import Trust, envelope, new_key, trusted

NOW = datetime(2026, 3, 2, 9, 30, 15, tzinfo=UTC)
TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)
KEY = new_key()
TRUST = Trust().with_key(trusted(KEY, NOW - DAY))
LIST = revocation.first(NOW)
ONE = Certificate(
    item="2026-000012", outcome="open", scope="全面", channel=("政府网站", "公开栏"),
    valid_from=TODAY, valid_until=TODAY + 30 * DAY, issued_at=NOW,
    steps=(Step("初审", "王一", NOW - DAY), Step("复审", "李二", NOW), Step("终审", "赵三", NOW)),
    rules=("packaged", "0.1.0"),
    subjects=(Subject("通知.docx", "0" * 64), Subject("a/\udcff.html", "1" * 64, "2" * 64)),
    decided=(Decided("通知.docx", "mobile", "body", 3, 14), Decided("a/\udcff.html", "mobile", "body", 5, 16, (4, 15))),
    gaps=(Unread("通知.docx", "0123456789abcdef", "picture", "picture"), Unread("b.mp4", "", "", "unknown-format")),
    ledger_head=(41, "ab" * 32),
)  # fmt: skip


def test_a_certificate_is_an_in_toto_statement() -> None:
    statement = json.loads(b64decode(json.loads(certificate.issue(ONE, KEY))["payload"]))
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["subject"][0] == {"name": "通知.docx", "digest": {"sha256": "0" * 64}}
    assert statement["subject"][1]["annotations"] == {"text_sha256": "2" * 64}
    assert set(statement["predicate"]) == {
        "item", "outcome", "scope", "channel", "valid_from", "valid_until", "issued_at", "steps", "rules", "decided",
        "gaps", "ledger_head", "alg",
    }  # fmt: skip


def test_it_is_read_as_it_was_issued() -> None:
    paper = certificate.issue(ONE, KEY)
    verdict = certificate.verify(paper, TRUST, LIST, TODAY)
    assert (verdict.status, verdict.message, verdict.certificate) == ("valid", "", ONE)
    assert verdict.id == certificate.certificate_id(paper) == hashlib.sha256(
        b64decode(json.loads(paper)["payload"])
    ).hexdigest()
    assert certificate.issue(ONE, KEY) == paper


def _revoking(paper: bytes) -> Revocations:
    return LIST.following(NOW, (Revoked(certificate.certificate_id(paper), NOW, "taken-down"),))


TABLE: list[tuple[str, dict[str, Any], Any, Any, int, str]] = [
    ("sound", {}, None, None, 0, "valid"),
    ("last day", {}, None, None, 30, "valid"),
    ("no end", {"valid_until": None}, None, None, 3000, "valid"),
    ("day after", {}, None, None, 31, "expired"),
    ("day before", {}, None, None, -1, "not-yet"),
    ("no list", {}, None, lambda paper: None, 0, "revoked"),
    ("old list", {}, None, lambda paper: replace(LIST, fresh_until=TODAY - DAY), 0, "revoked"),
    ("list of the future", {}, None, lambda paper: replace(LIST, issued_at=NOW + 3 * DAY), 0, "revoked"),
    ("revoked", {}, None, _revoking, 0, "revoked"),
    ("revoked and expired", {}, None, _revoking, 31, "revoked"),
    ("key in the list", {}, None, lambda paper: LIST.following(NOW, keys=(KEY.id,)), 0, "revoked"),
    ("key revoked", {}, TRUST.revoked(KEY.id, NOW), None, 0, "revoked"),
    ("key retired later", {}, TRUST.retired(KEY.id, NOW + DAY), None, 0, "valid"),
    ("key retired before", {}, TRUST.retired(KEY.id, NOW - DAY / 2), None, 0, "invalid"),
    ("key not trusted", {}, Trust(), None, 0, "invalid"),
]


@pytest.mark.parametrize(("changes", "trust", "listed", "days", "status"),
                         [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])  # fmt: skip
def test_what_a_certificate_is_worth(changes: dict[str, Any], trust: Any, listed: Any, days: int, status: str) -> None:
    paper = certificate.issue(replace(ONE, **changes), KEY)
    known = replace(LIST, fresh_until=date(2100, 1, 1)) if listed is None else listed(paper)
    verdict = certificate.verify(paper, trust if trust is not None else TRUST, known, TODAY + days * DAY)
    assert verdict.status == status
    assert (verdict.message == "") == (status == "valid")


@pytest.mark.parametrize(
    ("outcome", "scope", "channel", "covers"),
    [
        ("open", "全面", "政府网站", True),
        ("deidentified", "全面", "公开栏", True),
        ("partial", "全面", "政府网站", True),
        ("on_request", "全面", "政府网站", False),
        ("open", "桃花村", "政府网站", False),
        ("open", "全面", "新媒体", False),
    ],
)
def test_what_it_covers(outcome: str, scope: str, channel: str, covers: bool) -> None:
    assert replace(ONE, outcome=outcome).covers(scope, channel) is covers


@pytest.mark.parametrize(
    "changes",
    [{"subjects": ()}, {"steps": ()}, {"channel": ()}, {"item": ""}, {"outcome": "refused"},
     {"subjects": (Subject("a", "0"),)}, {"subjects": (Subject("a", "0" * 64, "x" * 64),)},
     {"subjects": (Subject("a", "0" * 64), Subject("a", "1" * 64))}, {"valid_until": TODAY - DAY}],
)  # fmt: skip
def test_what_no_certificate_is_issued_for(changes: dict[str, Any]) -> None:
    with pytest.raises(SigningError):
        certificate.issue(replace(ONE, **changes), KEY)


@pytest.mark.parametrize("harm", [
    {"_type": "https://in-toto.io/Statement/v0.1"}, {"predicateType": "x"}, {"predicate": []}, {"subject": [{}]},
    {"subject": [{"name": "a", "digest": {"sha256": 1}}]},
])  # fmt: skip
def test_a_statement_of_another_kind_is_none_of_ours(harm: dict[str, Any]) -> None:
    statement = json.loads(b64decode(json.loads(certificate.issue(ONE, KEY))["payload"]))
    paper = envelope(certificate.PAYLOAD_TYPE, json.dumps(statement | harm).encode(), KEY)
    assert certificate.verify(paper, TRUST, LIST, TODAY).status == "invalid"


def test_lists_follow_each_other() -> None:
    other = Revoked("c" * 64, NOW, "withdrawn")
    second = LIST.following(NOW + DAY, (other,), days=3)
    third = second.following(NOW + DAY, (other,), ("ab" * 8,))
    assert (LIST.number, second.number, third.number) == (1, 2, 3)
    assert second.fresh_until == TODAY + 4 * DAY
    assert third.revoked == (other,)
    assert revocation.revocations_of(revocation.sign(third, KEY), TRUST) == third


@pytest.mark.parametrize(
    "one", [Revoked("short", NOW, "other"), Revoked("C" * 64, NOW, "other"), Revoked("c" * 64, NOW, "张建国要求")]
)
def test_a_list_holds_codes_only(one: Revoked) -> None:
    with pytest.raises(SigningError):
        revocation.sign(LIST.following(NOW, (one,)), KEY)


@pytest.mark.parametrize("trust", [Trust(), TRUST.revoked(KEY.id, NOW), TRUST.retired(KEY.id, NOW - DAY / 2)])
def test_a_list_counts_as_its_key_does(trust: Trust) -> None:
    with pytest.raises(SigningError):
        revocation.revocations_of(revocation.sign(LIST, KEY), trust)
