"""Rule files -> Rulebook. Every fault in every file is collected and reported together."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from reviewer.errors import RuleError
from reviewer.model import ENTITY_TITLES, ROLE_TITLES
from reviewer.prepared import kept
from reviewer.rulebook import parsed
from reviewer.rulebook.genre import Genre, read_genre
from reviewer.rulebook.rule import KINDS, Basis, Case, Example, Rule, Rulebook

if TYPE_CHECKING:
    from reviewer.rulebook.fields import FieldReader

_KEYS = {
    "id", "title", "entity", "severity", "kind", "basis", "message", "advice", "views", "patterns", "labels",
    "headers", "value", "unless", "validator", "if_invalid", "near", "need_near", "not_near", "cases",
    "private", "vetoes", "examples", "owed", "confidence",
}  # fmt: skip
_CASE_KEYS = {"severity", "near", "not_near", "row", "value", "person", "message"}
_BASIS_KEYS = {"law", "article", "text", "source"}
_VIEWS = ("folded", "compact")
"""the readings of a line that a rule may ask for"""
_FORM = "2"
"""names how files become rules; a change of what is read from them changes it"""
_GENRES = "genres"
"""the folder whose files describe genres of documents instead of rules"""


def packaged_rules() -> Path:
    """The rules that came with the program: reviewer._rules in a wheel, rules/ beside a checkout."""
    spec = find_spec("reviewer._rules")
    if spec is not None and spec.submodule_search_locations:
        for place in spec.submodule_search_locations:
            if (Path(place) / "basis.yml").is_file():
                return Path(place)
    return Path(__file__).resolve().parents[2] / "rules"


def load(folders: Iterable[Path] = (), *, cache: Path | None = None, whole: bool = False) -> Rulebook:
    """The packaged rules and those of `folders`, which may add rules but not replace one.

    Raises RuleError with all faults, one line each: file:line: what. What was parsed before, here
    or when the wheel was built, is not parsed again; it comes without examples, which `whole` asks for.
    """
    files, missing = _files(folders)
    if missing:
        raise RuleError(missing)
    try:
        name = _name(files)
    except OSError:
        name = ""  # a file that can not be read: parsing says which
    known = _kept(cache, name, files) if name and not whole else None
    if known is not None:
        return known
    book, faults = _parse_all(files)
    if faults:
        raise RuleError(faults)
    if name:
        kept.save(cache, name, parsed.to_bytes(book))
    return book


def load_sound(folders: Iterable[Path] = ()) -> tuple[Rulebook, list[str]]:
    """The rules without a fault and the faults of all others: so that examples can be tested, too."""
    files, missing = _files(folders)
    book, faults = _parse_all(files)
    return book, [*missing, *faults]


def _files(folders: Iterable[Path]) -> tuple[list[Path], list[str]]:
    """The rule files in order, and a fault for each folder that is not there."""
    files: list[Path] = []
    missing: list[str] = []
    for folder in (packaged_rules(), *folders):
        if folder.is_dir():
            found = sorted(_rule_files(folder), key=lambda path: path.parts)
            files.extend(found)
            if not found:
                missing.append(f"{folder}: 文件夹里没有规则文件（.yml）")
        else:
            what = "这是一个文件，请写规则所在的文件夹" if folder.exists() else "规则文件夹不存在"
            missing.append(f"{folder}: {what}")
    return files, missing


def _rule_files(folder: Path) -> Iterator[Path]:
    """All files under `folder` whose names end with .yml; links to folders are not followed."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _rule_files(Path(entry.path))
            # The forms of masked values are no rules: rulebook.masking reads them where a copy is made.
            elif entry.name.endswith(".yml") and entry.name != "masking.yml" and entry.is_file():
                yield Path(entry.path)


def _parse_all(files: list[Path]) -> tuple[Rulebook, list[str]]:
    from reviewer.rulebook.lint import pattern_faults
    from reviewer.rulebook.strict import Fields, parse

    faults: list[str] = []
    rules: list[Rule] = []
    basis: dict[str, Basis] = {}
    genres: list[Genre] = []
    seen: dict[str, Path] = {}
    digest = hashlib.sha256()
    for path in files:
        found: list[tuple[int, str]] = []
        try:
            source = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            faults.append(f"{path}:1: 读不了（应为 UTF-8 文本）")
            continue
        digest.update(path.name.encode() + b"\0" + source.encode() + b"\0")
        tree = parse(source, found)
        if tree is not None and not isinstance(tree, Fields):
            found.append((1, "规则文件应是“键: 值”的形式"))
        elif isinstance(tree, Fields) and path.stem == "basis":
            _read_basis(tree, basis, found)
        elif isinstance(tree, Fields):
            one: Rule | Genre
            if path.parent.name == _GENRES:
                one = read_genre(tree, path, found, tuple(ENTITY_TITLES), ROLE_TITLES)
            else:
                one = _read_rule(tree, path, found)
                found.extend(pattern_faults(one, tree))
            if one.id in seen:
                found.append((tree.line, f"规则编号“{one.id}”与 {seen[one.id]} 重复"))
            seen.setdefault(one.id, path)
            if not found and isinstance(one, Genre):
                genres.append(one)
            elif not found and isinstance(one, Rule):
                rules.append(one)
        faults.extend(f"{path}:{line}: {what}" for line, what in sorted(found))
    cited = [(rule.id, rule.file, set(rule.basis)) for rule in rules]
    for genre in genres:
        cites = chain(*(one.basis for one in genre.judge), *(one.basis for one in genre.show))
        cited.append((genre.id, genre.file, set(cites)))
    unsound = set()
    for name, file, keys in cited:
        for key in sorted(keys - set(basis)):
            faults.append(f"{file}:1: 依据“{key}”不在 basis.yml 中")
            unsound.add(name)
    return Rulebook(
        tuple(rule for rule in rules if rule.id not in unsound), basis, digest.hexdigest(),
        tuple(genre for genre in genres if genre.id not in unsound),
    ), faults  # fmt: skip


def rule_in(source: str, path: Path) -> tuple[Rule | None, list[str]]:
    """The rule that a file of this path and content would be, and its faults: for one that is not written yet."""
    from reviewer.rulebook.lint import pattern_faults
    from reviewer.rulebook.strict import Fields, parse

    found: list[tuple[int, str]] = []
    tree = parse(source, found)
    if not isinstance(tree, Fields):
        return None, [f"{path}:{line}: {what}" for line, what in found] or [f"{path}:1: 规则文件应是“键: 值”的形式"]
    rule = _read_rule(tree, path, found)
    found.extend(pattern_faults(rule, tree))
    return rule, [f"{path}:{line}: {what}" for line, what in sorted(found)]


def _read_basis(tree: Any, basis: dict[str, Basis], faults: list[tuple[int, str]]) -> None:
    from reviewer.rulebook.fields import FieldReader
    from reviewer.rulebook.strict import Fields

    for key, node in tree.values.items():
        if not isinstance(node, Fields):
            faults.append((node.line, f"依据“{key}”应写明 law、article、text、source"))
            continue
        reader = FieldReader(node, faults)
        reader.unknown(_BASIS_KEYS)
        if key in basis:
            faults.append((node.line, f"依据“{key}”重复"))
        basis[key] = Basis(
            key,
            reader.text("law", required=True),
            reader.text("article", required=True),
            reader.text("text", required=True),
            reader.text("source", required=True),
        )


def _read_rule(tree: Any, path: Path, faults: list[tuple[int, str]]) -> Rule:
    from reviewer.rulebook.fields import FieldReader

    reader = FieldReader(tree, faults)
    reader.unknown(_KEYS)
    name = reader.text("id", required=True)
    if name and name != path.stem:
        faults.append((tree.line, f"编号“{name}”应与文件名“{path.stem}”相同"))
    kind = reader.text("kind", required=True, choices=KINDS)
    excluding = kind == "exclusion"
    rule = Rule(
        id=name,
        title=reader.text("title", required=True),
        entity=reader.text("entity", required=not excluding, choices=tuple(ENTITY_TITLES) if not excluding else ()),
        severity=cast(Any, reader.text("severity", required=not excluding, choices=("", "block", "check", "note"))),
        kind=cast(Any, kind),
        basis=reader.texts("basis"),
        message=reader.text("message"),
        advice=reader.text("advice", required=not excluding),
        views=reader.texts("views", choices=_VIEWS) or ("folded",),
        patterns=reader.texts("patterns"),
        labels=reader.texts("labels"),
        headers=reader.texts("headers"),
        value=reader.text("value"),
        unless=reader.texts("unless"),
        validator=reader.text("validator"),
        if_invalid=cast(Any, reader.text("if_invalid", choices=("", "drop", "doubt")) or "drop"),
        confidence=cast(Any, reader.text("confidence", choices=("", "certain", "likely", "possible")) or "certain"),
        near=reader.texts("near"),
        need_near=reader.flag("need_near") or False,
        not_near=reader.texts("not_near"),
        cases=_read_cases(reader),
        private=reader.flag("private") or False,
        vetoes=reader.texts("vetoes", choices=tuple(ENTITY_TITLES)),
        examples=_examples(reader, "examples"),
        owed=_examples(reader, "owed"),
        file=str(path),
    )
    if not excluding and not rule.basis:
        faults.append((tree.line, "缺少依据（basis）"))
    if not rule.examples:
        faults.append((tree.line, "缺少例子（examples）：至少写一个应标出的和一个不应标出的"))
    if kind in ("pattern", "fact") and not rule.patterns:
        faults.append((tree.line, "缺少“patterns”"))
    if kind == "labelled" and not (rule.value and (rule.labels or rule.headers)):
        faults.append((tree.line, "“labelled”规则要写 value 和 labels 或 headers"))
    if rule.validator and find_spec(f"reviewer.identifiers.{rule.validator}") is None:
        faults.append((tree.line, f"没有校验模块“{rule.validator}”"))
    return rule


def _read_cases(rule: FieldReader) -> tuple[Case, ...]:
    cases = []
    for reader in rule.mappings("cases"):
        reader.unknown(_CASE_KEYS)
        severity = reader.text("severity", required=True, choices=("block", "check", "note", "silent"))
        cases.append(
            Case(
                severity=cast(Any, severity),
                near=reader.texts("near"),
                not_near=reader.texts("not_near"),
                row=reader.texts("row"),
                value=reader.text("value"),
                person=reader.flag("person"),
                message=reader.text("message"),
            )
        )
    return tuple(cases)


def _examples(reader: FieldReader, name: str) -> tuple[Example, ...]:
    found = []
    for text, line in reader.lines(name):
        plain, spans = marked(text)
        found.append(Example(plain, spans, line))
    return tuple(found)


def marked(text: str) -> tuple[str, tuple[tuple[int, int, str], ...]]:
    """Text with «value» or «value|LABEL» marks -> (text without marks, ((start, end, label), ...)).

    marked("电话：«13812345678|PHONE»") == ("电话：13812345678", ((3, 14, "PHONE"),))
    """
    pieces: list[str] = []
    spans: list[tuple[int, int, str]] = []
    length = 0
    rest = text
    while True:
        before, mark, after = rest.partition("«")
        pieces.append(before)
        length += len(before)
        if not mark:
            return "".join(pieces), tuple(spans)
        inside, _, rest = after.partition("»")
        value, _, label = inside.rpartition("|") if _is_label(inside) else (inside, "", "")
        pieces.append(value)
        spans.append((length, length + len(value), label))
        length += len(value)


def _is_label(inside: str) -> bool:
    """Whether what stands behind the last bar is a label, so that a value may hold a bar itself."""
    _, bar, label = inside.rpartition("|")
    plain = label.replace("_", "").replace(",", "")
    return bool(bar) and plain.isascii() and plain.isalpha()


def _name(files: list[Path]) -> str:
    """What the parsed rules are kept under: it changes with any byte of a file, and with the program that parses."""
    digest = hashlib.sha256(f"{_FORM} {sys.version_info[:2]} {parsed.form()}".encode())
    for path in files:
        source = path.read_bytes()
        digest.update(f"{path.parent.name == _GENRES} {path.name} {len(source)}\n".encode() + source)
    return f"rules-{digest.hexdigest()[:32]}"


def _kept(cache: Path | None, name: str, files: list[Path]) -> Rulebook | None:
    body = kept.load(cache, name)
    try:
        return None if body is None else parsed.from_bytes(body, files)
    except (ValueError, EOFError, TypeError, LookupError):
        return None
