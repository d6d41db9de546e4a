"""The release certificate (发布证书): which bytes were approved, by whom, for what, until when, and what was decided.

A DSSE envelope (signing.py) over an in-toto Statement v1. The files are its subjects, by path and SHA-256; a page's
`text_sha256` is an annotation of its subject (page_text.py says how it is made). Nothing found stands in it.

    paper = certificate.issue(Certificate(item="2026-000123", …), key)      # bytes: store them, hand them out
    verdict = certificate.verify(paper, trust, revocations, today)
    verdict.status                                                          # valid | revoked | expired | …
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from reviewer.errors import SigningError
from reviewer.review.record import Fields, canonical, stamp
from reviewer.review.revocation import Revocations
from reviewer.review.signing import SigningKey, Trust, envelope, opened

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://gov-draft-reviewer.invalid/release-certificate/v1"
""".invalid (RFC 2606): a name that never is anybody's; nothing is fetched from there"""
PUBLISHABLE = frozenset(("open", "deidentified", "partial"))
"""outcomes with which the files may go to the public"""
WHOLE_PUBLIC = "全面"
WEBSITE = "政府网站"

Status = Literal["valid", "revoked", "expired", "not-yet", "invalid"]
_TITLE = "发布证书"


@dataclass(frozen=True, slots=True)
class Subject:
    """One approved file: its path inside the item (parts joined by /), and the hashes of its bytes and of its text.

    sha256       64 hex characters
    text_sha256  of pages: the hash of the approved text (page_text.py); "" for other files
    """

    path: str
    sha256: str
    text_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Who signed a step of the review: 初审, 复审, 终审. `name` is the person's as the ledger records it."""

    role: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Decided:
    """A finding at check or block that was decided, by its place.

    path        of the subject; of a file in a container `材料.zip!目录/草稿.docx`
    start, end  as in the JSON output of a scan of the file: code points of its text, or of its name for `filename`
    text        of a page: the same place counted in the approved text, or None
    """

    path: str
    rule: str
    part: str
    start: int
    end: int
    text: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A part that no machine could read and a person has: a gap of the scan. `path` is as in Decided.

    A file that could not be read at all has the id "" and the part "", and the fault's code as its reason.
    """

    path: str
    id: str
    part: str
    reason: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says.

    item         the item's number in the ledger: no title, for titles may name persons
    outcome      open | on_request | deidentified | partial
    scope        全面, or the name of the village, community or system that it may be shown in
    channel      政府网站, 公开栏, 新媒体 …: one or more
    valid_until  the last day, or None where nothing ends it
    rules        id and version of the rule set
    ledger_head  number and hash of the last event of the ledger when it was issued
    """

    item: str
    outcome: str
    scope: str
    channel: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    issued_at: datetime
    steps: tuple[Step, ...]
    rules: tuple[str, str]
    subjects: tuple[Subject, ...]
    decided: tuple[Decided, ...] = ()
    gaps: tuple[Unread, ...] = ()
    ledger_head: tuple[int, str] = (0, "")
    alg: str = "ed25519"
    """set by `issue` to that of the key"""

    def covers(self, scope: str, channel: str) -> bool:
        """Whether it lets its files go to this scope by this channel."""
        return self.outcome in PUBLISHABLE and self.scope == scope and channel in self.channel


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be thought of a certificate on a day.

    status       valid: signed by a key that counts, in its time, not revoked. invalid: not ours, or changed
    id           64 hex characters that name it in lists of revocations; "" where it is invalid
    message      Chinese: why it does not count; "" where it is valid
    certificate  what it says; None where it is invalid
    """

    status: Status
    message: str = ""
    id: str = ""
    certificate: Certificate | None = None


def issue(certificate: Certificate, key: SigningKey) -> bytes:
    """The signed certificate, a line of JSON. The same certificate and key give the same bytes (ed25519).

    Raises SigningError for one that `verify` would never take for valid: no file, no step, a hash that is none, an
    unknown outcome, a subject named twice, an end before the beginning.
    """
    certificate = replace(certificate, alg=key.alg)
    if fault := _fault_of(certificate):
        raise SigningError(f"{_TITLE}没有签发：{fault}。")
    return envelope(PAYLOAD_TYPE, canonical(_statement(certificate)), key)


def verify(paper: bytes, trust: Trust, revocations: Revocations | None, today: date) -> Verdict:
    """What is to be thought of these bytes as a certificate; raises nothing.

    revocations  the list of revoked certificates; None, or one that is not fresh today: each counts as revoked
    """
    try:
        found = opened(paper, PAYLOAD_TYPE, trust, _TITLE)
        certificate = _read(Fields.of(found.body, _TITLE))
    except SigningError as fault:
        return Verdict("invalid", fault.message)
    id = hashlib.sha256(found.body).hexdigest()
    status: Status = "valid"
    message = ""
    if found.key.revoked_at is not None:
        status, message = "revoked", f"签发它的密钥 {found.key.id} 已被吊销。"
    elif not found.key.vouches(certificate.issued_at):
        return Verdict("invalid", f"签发时密钥 {found.key.id} 不在有效期内。", id, certificate)
    elif revocations is None:
        status, message = "revoked", "没有吊销名单，证书一律按已吊销处理。"
    elif not revocations.is_fresh(today):
        status, message = "revoked", f"吊销名单只到 {revocations.fresh_until} 有效，证书一律按已吊销处理。"
    elif found.key.id in revocations.keys:
        status, message = "revoked", f"签发它的密钥 {found.key.id} 已被吊销。"
    elif revocations.holds(id):
        status, message = "revoked", "证书已被吊销。"
    elif certificate.valid_until is not None and today > certificate.valid_until:
        status, message = "expired", f"证书已于 {certificate.valid_until} 到期。"
    elif today < certificate.valid_from:
        status, message = "not-yet", f"证书从 {certificate.valid_from} 起才有效。"
    return Verdict(status, message, id, certificate)


def certificate_id(paper: bytes) -> str:
    """The id of a certificate of ours, as Verdict has it; its signature is not looked at. Raises SigningError."""
    import base64

    payload = Fields.of(paper, _TITLE).text("payload")
    return hashlib.sha256(base64.b64decode(payload)).hexdigest()


def _fault_of(one: Certificate) -> str:
    hashes = [value for file in one.subjects for value in (file.sha256, file.text_sha256 or file.sha256)]
    if not one.subjects or not one.steps or not one.channel or not one.item or not one.scope:
        return "缺少文件、审查步骤、事项编号、公开范围或者公开方式"
    if any(len(value) != 64 or set(value) - set("0123456789abcdef") for value in hashes):
        return "文件的 SHA-256 写法不对"
    if len({subject.path for subject in one.subjects}) < len(one.subjects):
        return "同一个路径写了两次"
    if one.outcome not in (*PUBLISHABLE, "on_request"):
        return "这种审查结论不能发证"
    if one.valid_until is not None and one.valid_until < one.valid_from:
        return "有效期的终点早于起点"
    return ""


def _statement(one: Certificate) -> dict[str, Any]:
    predicate = {
        "item": one.item,
        "outcome": one.outcome,
        "scope": one.scope,
        "channel": list(one.channel),
        "valid_from": one.valid_from.isoformat(),
        "valid_until": one.valid_until.isoformat() if one.valid_until is not None else None,
        "issued_at": stamp(one.issued_at),
        "steps": [{"role": step.role, "name": step.name, "at": stamp(step.at)} for step in one.steps],
        "rules": {"id": one.rules[0], "version": one.rules[1]},
        "decided": [_decided(found) for found in one.decided],
        "gaps": [{"path": gap.path, "id": gap.id, "part": gap.part, "reason": gap.reason} for gap in one.gaps],
        "ledger_head": {"seq": one.ledger_head[0], "hash": one.ledger_head[1]},
        "alg": one.alg,
    }
    return {
        "_type": STATEMENT_TYPE,
        "subject": [_subject(subject) for subject in one.subjects],
        "predicateType": PREDICATE_TYPE,
        "predicate": predicate,
    }


def _subject(subject: Subject) -> dict[str, Any]:
    made: dict[str, Any] = {"name": subject.path, "digest": {"sha256": subject.sha256}}
    if subject.text_sha256:
        made["annotations"] = {"text_sha256": subject.text_sha256}
    return made


def _decided(found: Decided) -> dict[str, Any]:
    made: dict[str, Any] = {
        "path": found.path, "rule": found.rule, "part": found.part, "start": found.start, "end": found.end,
    }  # fmt: skip
    return made if found.text is None else {**made, "text": list(found.text)}


def _read(statement: Fields) -> Certificate:
    statement.require("_type", STATEMENT_TYPE)
    statement.require("predicateType", PREDICATE_TYPE)
    said = statement.object("predicate")
    rules, head = said.object("rules"), said.object("ledger_head")
    return Certificate(
        item=said.text("item"),
        outcome=said.text("outcome"),
        scope=said.text("scope"),
        channel=said.texts("channel"),
        valid_from=said.day("valid_from"),
        valid_until=said.day_or_none("valid_until"),
        issued_at=said.moment("issued_at"),
        steps=tuple(Step(one.text("role"), one.text("name"), one.moment("at")) for one in said.objects("steps")),
        rules=(rules.text("id"), rules.text("version")),
        subjects=tuple(map(_subject_of, statement.objects("subject"))),
        decided=tuple(map(_decided_of, said.objects("decided"))),
        gaps=tuple(
            Unread(one.text("path"), one.text("id"), one.text("part"), one.text("reason"))
            for one in said.objects("gaps")
        ),
        ledger_head=(head.number("seq"), head.text("hash")),
        alg=said.text("alg"),
    )


def _subject_of(fields: Fields) -> Subject:
    annotated = "annotations" in fields.values
    text = fields.object("annotations").text("text_sha256") if annotated else ""
    return Subject(fields.text("name"), fields.object("digest").text("sha256"), text)


def _decided_of(fields: Fields) -> Decided:
    place = None
    if "text" in fields.values:
        ends = fields.values["text"]
        if not isinstance(ends, list) or len(ends) != 2 or not all(isinstance(one, int) for one in ends):
            raise SigningError(f"{_TITLE}的内容有误：text 的写法不对。")
        place = (ends[0], ends[1])
    return Decided(
        fields.text("path"), fields.text("rule"), fields.text("part"), fields.number("start"), fields.number("end"),
        place,
    )  # fmt: skip
