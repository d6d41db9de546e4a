"""What a certificate says, for people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from reviewer.errors import SigningError
from reviewer.review.certificate import Certificate, verify
from reviewer.review.revocation import revocations_of
from reviewer.review.signing import Trust

OUTCOMES = {"open": "公开", "on_request": "依申请公开", "deidentified": "去标识化后公开", "partial": "部分公开"}


def certificate_told(paper: bytes, trust: Trust, listed: bytes | None, today: date) -> tuple[list[str], bool]:
    """The lines that say what a certificate says and is worth today, and whether it is valid."""
    note, revocations = "", None
    if listed is not None:
        try:
            revocations = revocations_of(listed, trust)
        except SigningError as fault:
            note = fault.message
    verdict = verify(paper, trust, revocations, today)
    lines = [f"有效：{'是' if verdict.status == 'valid' else '否。' + note + verdict.message}"]
    if verdict.certificate is not None:
        lines += [f"编号：{verdict.id}", *_lines(verdict.certificate)]
    return lines, verdict.status == "valid"


def _lines(one: Certificate) -> Iterator[str]:
    until = f"到 {one.valid_until}" if one.valid_until is not None else "起长期有效"
    yield f"事项：{one.item}；结论：{OUTCOMES.get(one.outcome, one.outcome)}"
    yield f"公开范围：{one.scope}；公开方式：{'、'.join(one.channel)}；有效期：从 {one.valid_from} {until}"
    for step in one.steps:
        yield f"{step.role}：{step.name}，{step.at.astimezone():%Y-%m-%d %H:%M}"
    yield f"规则：{one.rules[0]} {one.rules[1]}；台账第 {one.ledger_head[0]} 条；签名算法：{one.alg}"
    for file in one.subjects:
        yield f"文件：{file.path}　SHA-256 {file.sha256}"
    yield f"已决定的内容 {len(one.decided)} 处，由人查看的未读部分 {len(one.gaps)} 处。"
