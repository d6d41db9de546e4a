"""The office's allow-list applied to findings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from reviewer.detect.candidate import Candidate
from reviewer.rulebook.allow import Allowed

_CONTACTS = frozenset({"PHONE", "LANDLINE", "EMAIL", "WECHAT", "QQ"})


def allow(findings: Iterable[Candidate], entries: Iterable[Allowed], today: date) -> None:
    """Lowers names and contacts of listed persons to a note, where nothing shows a private person there."""
    current = [entry for entry in entries if entry.until >= today]
    if not current:
        return
    names = {entry.name: entry for entry in current}
    contacts = {contact: entry for entry in current for contact in entry.contacts}
    for one in findings:
        entry = None
        if one.rule.entity == "NAME" and one.private is not True:
            entry = names.get(one.value)
        elif one.rule.entity in _CONTACTS:
            entry = contacts.get(one.value)
        if entry is not None and one.severity == "check":
            one.severity, one.message = "note", entry.told()
            one.role = one.role or ("office_holder" if one.rule.entity == "NAME" else "")
            one.private = False
