"""What people decided about findings and gaps before a copy is made, read from a decisions file (处理意见文件).

The file is YAML or JSON (docs/masking.md): `decisions` names findings by fingerprint, `gaps` names unread parts
by id. Fingerprints only fit the site key that made them: `key_id` says which, and must be this site's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from reviewer.errors import KeyMismatch, RuleError
from reviewer.rulebook.fields import Faults, FieldReader
from reviewer.rulebook.strict import Fields, parse

SCHEMA = "reviewer.decisions/1"
KINDS = ("lawful", "false_alarm", "declassified", "masked", "must_change")
STANDING = frozenset({"lawful", "false_alarm"})
"""decisions that leave a finding as it stands"""
_FILE = "处理意见文件"
_NEEDS = {"lawful": "reason", "false_alarm": "reason"}
_KEYS = {"fingerprint", "decision", "reason", "body", "date", "basis"}


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision on one finding: `body`, `date` and `basis` say who declassified when and on what ground."""

    fingerprint: str
    kind: str
    reason: str = ""
    body: str = ""
    date: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class GapDecision:
    """Somebody read by eye what the tool could not read."""

    id: str
    read_by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Decisions:
    findings: tuple[Decision, ...] = ()
    gaps: tuple[GapDecision, ...] = ()


def load_decisions(path: Path, key_id: str) -> Decisions:
    """The decisions in `path`. Raises RuleError with every fault as file:line: what, KeyMismatch for another key."""
    faults: Faults = []
    try:
        source = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise RuleError([f"{path}:1: 读不了处理意见文件（应为 UTF-8 文本）"], _FILE) from None
    tree = parse(source, faults)
    if not isinstance(tree, Fields):
        told = faults or [(1, "处理意见文件应是“键: 值”的形式")]
        raise RuleError([f"{path}:{line}: {what}" for line, what in told], _FILE)
    reader = FieldReader(tree, faults)
    reader.unknown({"schema", "key_id", "decisions", "gaps"})
    reader.text("schema", required=True, choices=(SCHEMA,))
    named = reader.text("key_id", required=True)
    findings = tuple(_decision(one, faults) for one in reader.mappings("decisions"))
    gaps = tuple(_gap(one) for one in reader.mappings("gaps"))
    seen: set[str] = set()
    for one, fields in zip(findings, reader.mappings("decisions"), strict=True):
        if one.fingerprint in seen:
            faults.append((fields.fields.line, "同一个指纹写了两条意见"))
        seen.add(one.fingerprint)
    if faults:
        raise RuleError([f"{path}:{line}: {what}" for line, what in sorted(set(faults))], _FILE)
    if named != key_id:
        raise KeyMismatch(
            f"处理意见文件里的指纹来自另一把站点密钥（那里是 {named}，这里是 {key_id}），对不上。"
            "请用这里的密钥重新扫描草稿，按新的指纹写意见。"
        )
    return Decisions(findings, gaps)


def _decision(reader: FieldReader, faults: Faults) -> Decision:
    reader.unknown(_KEYS)
    kind = reader.text("decision", required=True, choices=KINDS)
    texts = {name: reader.text(name).strip() for name in ("reason", "body", "date", "basis")}
    line = reader.fields.line
    needed = ("body", "date", "basis") if kind == "declassified" else tuple(filter(None, [_NEEDS.get(kind)]))
    for name in needed:
        if not texts[name]:
            what = {"reason": "理由", "body": "作出决定的机关", "date": "日期", "basis": "依据"}[name]
            faults.append((line, f"“{kind}”要写明{what}（{name}）"))
    if texts["date"] and not _is_date(texts["date"]):
        faults.append((line, "date 应写成 2026-11-22 这样的日期"))
    return Decision(reader.text("fingerprint", required=True), kind, **texts)


def _gap(reader: FieldReader) -> GapDecision:
    reader.unknown({"id", "read_by", "reason"})
    return GapDecision(reader.text("id", required=True), reader.text("read_by", required=True), reader.text("reason"))


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
