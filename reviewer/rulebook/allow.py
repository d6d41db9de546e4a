"""An office's allow-list (公开人员名单): its leaders, published staff and experts, with owner, reason and expiry.

A name on the list is a note where nothing shows a private person; it never lowers an identifier, a fact about
a person, or a name that stands there as a complainant, patient or other private person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from reviewer.errors import RuleError

_KEYS = {"name", "post", "owner", "reason", "until", "contacts"}


@dataclass(frozen=True, slots=True)
class Allowed:
    """`contacts`: phone numbers and mail addresses that the office publishes for this person."""

    name: str = field(repr=False)
    post: str
    owner: str
    reason: str
    until: date
    contacts: tuple[str, ...] = field(default=(), repr=False)

    def told(self) -> str:
        """Why it may stand, for the finding's message."""
        return f"在本单位公开人员名单中（{self.post}；{self.reason}；{self.owner}负责，{self.until:%Y-%m-%d} 到期）。"


def load_allowed(paths: Iterable[Path]) -> tuple[Allowed, ...]:
    """The entries of all lists, expired ones too; raises RuleError with every fault as file:line: what."""
    from reviewer.rulebook.fields import FieldReader
    from reviewer.rulebook.strict import Fields, Items, parse

    entries: list[Allowed] = []
    faults: list[str] = []
    for path in paths:
        found: list[tuple[int, str]] = []
        try:
            tree: Any = parse(path.read_text(encoding="utf-8-sig"), found)
        except (OSError, UnicodeDecodeError):
            faults.append(f"{path}:1: 读不了名单（应为 UTF-8 文本）")
            continue
        if not isinstance(tree, Items):
            if not found:
                found.append((1, "名单应是一个列表，每项写 name、post、owner、reason、until"))
        else:
            for node in tree.values:
                if isinstance(node, Fields):
                    one = _entry(FieldReader(node, found), node.line, found)
                    entries.extend([one] if one is not None else [])
                else:
                    found.append((node.line, "名单的每一项应是“键: 值”的形式"))
        faults.extend(f"{path}:{line}: {what}" for line, what in sorted(found))
    if faults:
        raise RuleError(faults)
    return tuple(entries)


def _entry(reader: Any, line: int, faults: list[tuple[int, str]]) -> Allowed | None:
    reader.unknown(_KEYS)
    texts = {key: reader.text(key, required=True) for key in ("name", "post", "owner", "reason", "until")}
    contacts = reader.texts("contacts")
    try:
        until = date.fromisoformat(texts["until"])
    except ValueError:
        if texts["until"]:
            faults.append((line, "until 应写成 2027-12-31 这样的日期"))
        return None
    if not all(texts.values()):
        return None
    return Allowed("".join(texts["name"].split()), texts["post"], texts["owner"], texts["reason"], until, contacts)
