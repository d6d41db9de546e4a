"""A certificate and the files that are to go out with it -> what is to be thought of each. Pure.

The same words as the gate's (docs/gate.md), for one certificate and without reading the files anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from reviewer.review.certificate import PUBLISHABLE, Certificate, Subject, Verdict

FileStatus = Literal["approved", "unapproved", "changed", "expired", "revoked"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A file that is asked about: its path, the SHA-256 of its bytes and, of a page, of its approved text ("")."""

    path: str = field(repr=False)
    sha256: str
    text_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """To whom and by which channel the files are to go."""

    scope: str
    channel: str


def told(verdict: Verdict, files: Sequence[Asked], wanted: Wanted) -> dict[str, Any]:
    """The verdict as JSON has it."""
    one = verdict.certificate
    judged = [_file(verdict, asked, wanted) for asked in files]
    covers = verdict.status == "valid" and one is not None and one.covers(wanted.scope, wanted.channel)
    return {
        "status": verdict.status,
        "message": verdict.message or ("" if covers or one is None else _why_not(one, wanted)),
        "id": verdict.id,
        "covers": covers,
        "approved": bool(judged) and all(each["status"] == "approved" for each in judged),
        "certificate": _certificate(one) if one is not None and verdict.status != "invalid" else None,
        "files": judged,
    }


def _certificate(one: Certificate) -> dict[str, Any]:
    return {
        "item": one.item, "outcome": one.outcome, "scope": one.scope, "channel": list(one.channel),
        "valid_from": one.valid_from.isoformat(),
        "valid_until": one.valid_until.isoformat() if one.valid_until is not None else None,
        "files": [{"path": each.path, "sha256": each.sha256} for each in one.subjects],
    }  # fmt: skip


def _file(verdict: Verdict, asked: Asked, wanted: Wanted) -> dict[str, Any]:
    status, message = _judged(verdict, asked, wanted)
    return {"path": asked.path, "sha256": asked.sha256, "status": status, "message": message}


def _judged(verdict: Verdict, asked: Asked, wanted: Wanted) -> tuple[FileStatus, str]:
    one = verdict.certificate
    if one is None or verdict.status == "invalid":
        return "unapproved", verdict.message
    if not any(_is_of(subject, asked) for subject in one.subjects):
        named = any(subject.path == asked.path for subject in one.subjects)
        if named and verdict.status == "valid" and one.covers(wanted.scope, wanted.channel):
            return "changed", "和批准的文件不同：批准之后改动过"
        return "unapproved", "证书没有批准这些内容"
    if verdict.status == "valid":
        covered = one.covers(wanted.scope, wanted.channel)
        return ("approved", "") if covered else ("unapproved", _why_not(one, wanted))
    if verdict.status == "not-yet":
        return "unapproved", verdict.message
    return ("expired" if verdict.status == "expired" else "revoked"), verdict.message


def _is_of(subject: Subject, asked: Asked) -> bool:
    if subject.sha256 == asked.sha256:
        return True
    return bool(asked.text_sha256) and subject.text_sha256 == asked.text_sha256


def _why_not(one: Certificate, wanted: Wanted) -> str:
    if one.outcome not in PUBLISHABLE:
        return "审查结论不是公开"
    if one.scope != wanted.scope:
        return "证书的公开范围不同"
    return "证书的公开方式不同"
