"""The masking policy (区分处理的形式, rules/masking.yml): which form each entity takes in a publishable copy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reviewer.errors import RuleError
from reviewer.model import ENTITY_TITLES
from reviewer.rulebook.fields import Faults, FieldReader
from reviewer.rulebook.load import packaged_rules
from reviewer.rulebook.strict import Fields, Text, parse

FILE_NAME = "masking.yml"
KINDS = ("keep", "digits", "year", "township", "surname", "anonymous", "label", "delete")
_FORM = re.compile("keep (?P<front>[0-9]{1,2}) (?P<back>[0-9]{1,2})|" + "|".join(KINDS[1:]))


@dataclass(frozen=True, slots=True)
class Form:
    """How a value is written in the copy. `front` and `back` count the characters that `keep` leaves."""

    kind: str
    front: int = 0
    back: int = 0


@dataclass(frozen=True, slots=True)
class Policy:
    """One profile: a form for each entity, and one for all that are not named."""

    name: str
    title: str
    forms: Mapping[str, Form]
    others: Form

    def form(self, entity: str) -> Form:
        return self.forms.get(entity, self.others)


def load_policy(profile: str = "", path: Path | None = None) -> Policy:
    """The profile of that name ("" for the file's default) of `path`, or of the packaged rules.

    Raises RuleError with every fault as file:line: what.
    """
    path = packaged_rules() / FILE_NAME if path is None else path
    faults: Faults = []
    try:
        source = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise RuleError([f"{path}:1: 读不了遮盖规则（应为 UTF-8 文本）"], "遮盖规则") from None
    tree = parse(source, faults)
    found: dict[str, Policy] = {}
    default = ""
    if isinstance(tree, Fields):
        reader = FieldReader(tree, faults)
        reader.unknown({"default", "profiles"})
        default = reader.text("default", required=True)
        found = _profiles(tree, faults)
        if not faults and default not in found:
            faults.append((tree.line, f"default 写的“{default}”不在 profiles 里"))
        if not faults and profile and profile not in found:
            faults.append((tree.line, f"没有“{profile}”这一套，可用的有：{'、'.join(found)}"))
    elif not faults:
        faults.append((1, "遮盖规则应是“键: 值”的形式"))
    if faults:
        raise RuleError([f"{path}:{line}: {what}" for line, what in sorted(faults)], "遮盖规则")
    return found[profile or default]


def _profiles(tree: Fields, faults: Faults) -> dict[str, Policy]:
    found: dict[str, Policy] = {}
    profiles = tree.values.get("profiles")
    if not isinstance(profiles, Fields):
        faults.append((tree.line, "缺少“profiles”"))
        return found
    for name, node in profiles.values.items():
        if not isinstance(node, Fields):
            faults.append((node.line, f"“{name}”应是“键: 值”的形式"))
            continue
        reader = FieldReader(node, faults)
        reader.unknown({"title", "forms", "others"})
        forms = node.values.get("forms", Fields({}, node.line))
        if not isinstance(forms, Fields):
            faults.append((forms.line, "“forms”应是“类别: 形式”"))
            continue
        made = {entity: _form(entity, value, faults) for entity, value in forms.values.items()}
        others = _form("", node.values.get("others", Text("", node.line)), faults)
        found[name] = Policy(name, reader.text("title", required=True), made, others)
    return found


def _form(entity: str, node: object, faults: Faults) -> Form:
    line = getattr(node, "line", 1)
    if entity and entity not in ENTITY_TITLES:
        faults.append((line, f"没有“{entity}”这个类别"))
    match = _FORM.fullmatch(node.value) if isinstance(node, Text) else None
    if match is None:
        faults.append((line, f"遮盖形式应是这些之一：keep 前 后、{'、'.join(KINDS[1:])}"))
        return Form("delete")
    kind = match[0].split()[0]
    if kind in ("surname", "anonymous") and entity not in ("NAME", "INFORMANT"):
        faults.append((line, f"“{kind}”只用于姓名（NAME、INFORMANT）"))
    if kind == "year" and entity != "DOB":
        faults.append((line, "“year”只用于出生日期（DOB）"))
    if kind == "township" and entity != "ADDRESS":
        faults.append((line, "“township”只用于住址（ADDRESS）"))
    return Form(kind, int(match["front"] or 0), int(match["back"] or 0)) if kind == "keep" else Form(kind)
