"""A genre of document (公示, 处罚 ...) as data: how it is known, and what the law says of what stands in it.

One YAML file in rules/genres/ is one genre; docs/genres.md describes the keys. The same datum is lawful in
one genre and must go in another: 国办发〔2017〕97号 and the rules that each file cites.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from reviewer.model import Severity

if TYPE_CHECKING:
    from reviewer.rulebook.fields import Faults, FieldReader
    from reviewer.rulebook.strict import Fields

UNKNOWN_ROLE = "unknown"
"""in `roles`: a name of which nothing says who it is"""


ADDRESS_USES = frozenset({"home", "property", "street", "office", "project", "parcel", "unknown"})


@dataclass(frozen=True, slots=True)
class Judgement:
    """What holds in this genre for findings of `entities`, of persons in `roles` (none named: of anybody).

    The first judgement that fits decides. `near`: only where one of the words stands in the clause, the
    column header or the row label; `uses`: only addresses of these uses (ADDRESS_USES). `reason` is shown,
    with `basis`; `form` is the advised form; `scope` how far it may be published (仅村内公示 ...), where that
    differs from the genre's.
    """

    entities: tuple[str, ...]
    severity: Severity
    reason: str
    roles: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    form: str = ""
    scope: str = ""
    basis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """What the law wants shown: a note says 依法应公开 where it is masked or missing.

    `roles`: names of persons in these roles must not be masked. `words`: one of these expressions must
    match somewhere in the document. `titles`: due only where the title matches one of these.
    """

    what: str
    roles: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """A text of a genre file, and whether it must be taken for this genre."""

    text: str
    fits: bool
    line: int = 0


@dataclass(frozen=True, slots=True)
class Genre:
    """`titles`: expressions that a title line matches; `hints`: what in a title speaks for the genre only together
    with the text; `words`, `headers`: evidence in text and columns; `against`: expressions in a title that speak
    for another genre.
    """

    id: str
    title: str
    scope: str
    titles: tuple[str, ...]
    hints: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    private: bool = False
    """a name whose role nothing tells is likelier a private person's"""
    listed: str = ""
    """the role of the persons in its lists and tables of whom nothing else tells one"""
    addressed: str = ""
    """the role of the person whom it addresses (张建国：) or calls 当事人"""
    judge: tuple[Judgement, ...] = ()
    show: tuple[Shown, ...] = ()
    trials: tuple[Trial, ...] = field(default=(), repr=False)
    file: str = ""


_KEYS = {
    "id", "title", "scope", "titles", "hints", "words", "headers", "against", "private", "listed", "addressed",
    "judge", "show", "examples", "counter_examples",
}  # fmt: skip
_JUDGE_KEYS = {"entities", "roles", "near", "uses", "severity", "reason", "form", "scope", "basis"}
_SHOW_KEYS = {"what", "roles", "words", "titles", "basis"}


def read_genre(
    tree: Fields, path: Path, faults: Faults, entities: Iterable[str], roles: Iterable[str]
) -> Genre:
    """The genre that `tree` describes; what is wrong with it is added to `faults` as (line, what)."""
    from reviewer.rulebook.fields import FieldReader

    top = FieldReader(tree, faults)
    top.unknown(_KEYS)
    name = top.text("id", required=True)
    if name and name != path.stem:
        faults.append((tree.line, f"编号“{name}”应与文件名“{path.stem}”相同"))
    roles = tuple(roles)
    known_roles = {*roles, UNKNOWN_ROLE}
    trials = [Trial(text, True, line) for text, line in top.lines("examples")]
    trials += [Trial(text, False, line) for text, line in top.lines("counter_examples")]
    genre = Genre(
        id=name,
        title=top.text("title", required=True),
        scope=top.text("scope", required=True),
        titles=_expressions(top, "titles"),
        hints=_expressions(top, "hints"),
        words=top.texts("words"),
        headers=top.texts("headers"),
        against=_expressions(top, "against"),
        private=top.flag("private") or False,
        listed=top.text("listed", choices=("", *roles)),
        addressed=top.text("addressed", choices=("", *roles)),
        judge=tuple(_judgements(top, set(entities), known_roles)),
        show=tuple(_shown(top, known_roles)),
        trials=tuple(trials),
        file=str(path),
    )
    if not genre.titles:
        faults.append((tree.line, "缺少“titles”：写出这类文件的标题（正则表达式）"))
    if not any(trial.fits for trial in trials) or all(trial.fits for trial in trials):
        faults.append((tree.line, "缺少例子：examples 和 counter_examples 各至少写一个"))
    return genre


def _judgements(top: FieldReader, entities: set[str], roles: set[str]) -> list[Judgement]:
    found = []
    for one in top.mappings("judge"):
        one.unknown(_JUDGE_KEYS)
        severity = one.text("severity", required=True, choices=("block", "check", "note"))
        judgement = Judgement(
            entities=one.texts("entities"),
            severity=cast(Severity, severity),
            reason=one.text("reason", required=True),
            roles=one.texts("roles"),
            near=one.texts("near"),
            uses=one.texts("uses"),
            form=one.text("form"),
            scope=one.text("scope"),
            basis=one.texts("basis"),
        )
        _refuse("信息种类", judgement.entities, entities, one)
        _refuse("身份", judgement.roles, roles, one)
        _refuse("用途", judgement.uses, ADDRESS_USES, one)
        if not judgement.entities:
            one.faults.append((one.fields.line, "缺少“entities”"))
        found.append(judgement)
    return found


def _shown(top: FieldReader, roles: set[str]) -> list[Shown]:
    found = []
    for one in top.mappings("show"):
        one.unknown(_SHOW_KEYS)
        shown = Shown(
            what=one.text("what", required=True),
            roles=one.texts("roles"),
            words=_expressions(one, "words"),
            titles=_expressions(one, "titles"),
            basis=one.texts("basis"),
        )
        _refuse("身份", shown.roles, roles, one)
        if bool(shown.roles) == bool(shown.words):
            one.faults.append((one.fields.line, "“show”的每一项写 roles 或者 words，二者取一"))
        found.append(shown)
    return found


def _refuse(kind: str, given: tuple[str, ...], known: Collection[str], one: FieldReader) -> None:
    one.faults.extend((one.fields.line, f"不认识的{kind}“{name}”") for name in given if name not in known)


def _expressions(one: FieldReader, name: str) -> tuple[str, ...]:
    from reviewer.rulebook.lint import expression_faults

    found = one.lines(name)
    one.faults.extend((line, f"“{name}”：{what}") for text, line in found for what in expression_faults(text))
    return tuple(text for text, _ in found)
