"""Counter-examples -> the least changes of rules that make them silent, and what each would change besides.

A counter-example alone changes no rule. A person would write down why it is none: the label in front of it (设备编号),
the header of its column, or the very words. Rules that came with the program can not be replaced; for them a change
is a rule of its own, `kind: exclusion`. An office's own rule can take the label into `not_near`. Nothing is applied.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from reviewer.evaluation.counterexamples import Counterexample
from reviewer.evaluation.examples import failing_examples
from reviewer.evaluation.labelled import Labelled
from reviewer.evaluation.scores import judged, labels_of
from reviewer.model import ENTITY_TITLES, Document, Finding
from reviewer.rulebook.load import rule_in
from reviewer.rulebook.rule import Rule, Rulebook
from reviewer.scanning import Scanner

Kind = Literal["not_near", "label", "header", "words"]
KINDS: dict[Kind, str] = {
    "not_near": "规则里加一个反证词",
    "label": "排除这个标签后面的值",
    "header": "排除这个列头下面的值",
    "words": "排除这几个字",
}
_BY_WORDS = frozenset(("NAME", "ADDRESS", "INFORMANT", "TRADE_SECRET", "PROCESS_INFO"))
"""entities whose values have no shape: a label in front of them says nothing of the next value"""
_NEVER = frozenset(("CLASSIFICATION", "MAP_SECRET", "CREDENTIAL", "HIDDEN_CONTENT", "DISCLOSURE"))
"""no exclusion may drop these (docs/rules.md)"""
_FIRST_NUMBER = 1


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change of a rule set that a person may apply: `file` of a --rules folder gets `content`."""

    name: str
    rule: str
    kind: Kind
    told: str = field(repr=False)
    """what it rests on: the label, the header, the words"""
    file: str
    content: str = field(repr=False)
    counterexamples: tuple[Counterexample, ...] = field(repr=False)
    changed: Rule
    replaces: bool = False
    """an office's own rule, not a new one"""


@dataclass(frozen=True, slots=True)
class Lost:
    """A finding that would not be there any more. `expected`: a label asks for it."""

    where: str
    rule: str
    entity: str
    start: int
    end: int
    expected: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What a proposal would change, tried out."""

    silent: int
    """counter-examples in which the alarm does not ring any more"""
    ringing: int
    failing: tuple[str, ...]
    """examples of rules that hold now and would not: file:line rule"""
    lost: tuple[Lost, ...]
    examples: int
    texts: int
    """labelled texts and samples that were tried"""

    @property
    def refused(self) -> str:
        """Why it must not be applied, in Chinese; "" where nothing speaks against it."""
        wanted = sum(one.expected for one in self.lost)
        if wanted:
            return f"会漏掉 {wanted} 处应当查出的内容"
        if self.failing:
            return f"会使规则自带的 {len(self.failing)} 个例子不符"
        return "反例照样报出" if not self.silent else ""


@dataclass(frozen=True, slots=True)
class Ground:
    """What proposals are tried on: labelled texts, and documents of which only our own findings are known."""

    labelled: tuple[Labelled, ...] = ()
    documents: tuple[Document, ...] = ()
    wanted: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)
    """path of a document -> (entity, text) that is expected in it"""


def proposals(
    book: Rulebook, counterexamples: Sequence[Counterexample], *, own: Iterable[Path] = (), taken: Iterable[str] = ()
) -> list[Proposal]:
    """What could be changed for these counter-examples, by rule, the narrowest kind first.

    own    the office's folders of rules: those in them are changed themselves
    taken  names that rules have already
    """
    folders = tuple(own)
    used = {rule.id for rule in book.rules} | set(taken)
    made: list[Proposal] = []
    by_rule: dict[str, list[Counterexample]] = defaultdict(list)
    for one in counterexamples:
        if one.fires and one.entity not in _NEVER:
            by_rule[one.rule].append(one)
    for name, mine in sorted(by_rule.items()):
        rule = book.by_id(name)
        if rule is None:
            continue
        for kind, told, group in _grouped(rule, mine):
            is_own = any(Path(rule.file).is_relative_to(folder) for folder in folders)
            if kind == "label" and is_own and rule.kind != "fact":
                made += _amended(rule, told, group)
            made += _excluding(rule, kind, told, group, used)
    return made


def _grouped(rule: Rule, mine: Sequence[Counterexample]) -> Iterator[tuple[Kind, str, list[Counterexample]]]:
    labels: dict[str, list[Counterexample]] = defaultdict(list)
    headers: dict[str, list[Counterexample]] = defaultdict(list)
    words: dict[str, list[Counterexample]] = defaultdict(list)
    for one in mine:
        if rule.entity not in _BY_WORDS and rule.kind != "fact":
            if one.label and not _speaks_for(rule, one.label):
                labels[one.label].append(one)
            if one.header and not _speaks_for(rule, one.header):
                headers[one.header].append(one)
        words[one.value].append(one)
    for told, group in labels.items():
        yield "label", told, group
    for told, group in headers.items():
        yield "header", told, group
    for told, group in words.items():
        yield "words", told, group


def _speaks_for(rule: Rule, words: str) -> bool:
    """Whether the rule takes these words as evidence: what follows 联系电话 is a telephone number, one alarm or not."""
    return any(near in words for near in (*rule.near, *rule.labels)) or any(
        re.search(one, words) for one in rule.headers if _is_plain(one)
    )


def _is_plain(expression: str) -> bool:
    try:
        re.compile(expression)
    except re.error:
        return False
    return True


def _excluding(
    rule: Rule, kind: Kind, told: str, group: Sequence[Counterexample], used: set[str]
) -> Iterator[Proposal]:
    number = _FIRST_NUMBER
    while (name := f"not-{rule.id}-{number}") in used:
        number += 1
    used.add(name)
    value = _shape([one.value for one in group])
    lines = [
        f"id: {name}", f"title: {_quoted(f'误报：{rule.title}')}", "kind: exclusion",
        f"# 由审查工作台登记的误报得出，规则 {rule.id}，{KINDS[kind]}；应用前请核对。",
        f"vetoes: [{rule.entity}]",
    ]  # fmt: skip
    if kind == "label":
        lines.append(f"patterns: [{_quoted(_literal(told) + '[ 　]{0,4}[:：]?[ 　]{0,4}(?P<value>' + value + ')')}]")
    elif kind == "header":
        lines += [f"headers: [{_quoted('^' + _literal(told) + '$')}]", f"value: {_quoted(value)}"]
    else:
        lines.append(f"patterns: [{_quoted(_literal(told))}]")
    lines.append("examples:")
    lines += [f"  - {_quoted(_marked(one))}" for one in group]
    content = "\n".join(lines) + "\n"
    changed, faults = rule_in(content, Path(f"{name}.yml"))
    if changed is not None and not faults:
        yield Proposal(name, rule.id, kind, told, f"{name}.yml", content, tuple(group), changed)


def _amended(rule: Rule, label: str, group: Sequence[Counterexample]) -> Iterator[Proposal]:
    """The office's own file with the label in `not_near` and the counter-examples among the examples."""
    path = Path(rule.file)
    try:
        source = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return
    content = with_items(source, "not_near", [_quoted(label)])
    content = with_items(content, "examples", [_quoted(one.text) for one in group])
    changed, faults = rule_in(content, path)
    if changed is not None and not faults and label in changed.not_near:
        name = f"{rule.id}-not-near"
        yield Proposal(name, rule.id, "not_near", label, path.name, content, tuple(group), changed, replaces=True)


def with_items(source: str, key: str, items: Sequence[str]) -> str:
    """A rule file with more items in a list of its top level; comments and order stay. The list may be new."""
    lines = source.rstrip("\n").split("\n")
    at = next((k for k, line in enumerate(lines) if re.match(rf"{key}[ ]*:", line)), -1)
    if at < 0:
        before = next((k for k, line in enumerate(lines) if line.startswith("examples")), len(lines))
        lines.insert(before, f"{key}: [{', '.join(items)}]")
    elif "[" in lines[at]:
        stop = next(k for k in range(at, len(lines)) if re.search(r"\][ ]*(#.*)?$", lines[k]))
        head, bracket, tail = lines[stop].rpartition("]")
        lines[stop] = f"{head.rstrip(', ')}, {', '.join(items)}{bracket}{tail}"
    else:
        stop = at + 1
        while stop < len(lines) and (not lines[stop].strip() or lines[stop][0] in " -#"):
            stop += 1
        indent = re.match(r" *", lines[at + 1])[0] if at + 1 < len(lines) else "  "  # type: ignore[index]
        lines[stop:stop] = [f"{indent}- {item}" for item in items]
    return "\n".join(lines) + "\n"


def _marked(one: Counterexample) -> str:
    """The counter-example as an exclusion's example: what is left out stands between «»."""
    return f"{one.text[: one.start]}«{one.value}»{one.text[one.end :]}"


def _quoted(text: str) -> str:
    """A YAML scalar in quotes: single ones, double ones where the text has line feeds or tabs."""
    if any(char in text for char in "\n\t\r"):
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + '"'
    return "'" + text.replace("'", "''") + "'"


def _literal(text: str) -> str:
    return re.sub(r"([\\.^$*+?{}\[\]|()])", r"[\1]", text).replace("[\\]", "[\\\\]").replace("[^]", "[\\^]")


_CLASSES = (("0-9", str.isdecimal), ("A-Za-z", lambda char: char.isascii() and char.isalpha()))


def _shape(values: Sequence[str]) -> str:
    """An expression for values like these: runs of digits and letters by their lengths, the rest as it is."""
    shapes = [_runs(value) for value in values]
    if len({tuple(kind for kind, _ in shape) for shape in shapes}) > 1:
        return "|".join(sorted({_literal(value) for value in values}))
    pieces = []
    for k, (kind, _) in enumerate(shapes[0]):
        lengths = [shape[k][1] for shape in shapes]
        low, high = min(lengths), max(lengths)
        repeat = f"{{{low}}}" if low == high else f"{{{low},{high}}}"
        pieces.append(f"[{kind}]{repeat}" if kind in ("0-9", "A-Za-z") else _literal(kind))
    edges = ("(?<![0-9])" if shapes[0][0][0] == "0-9" else "", "(?![0-9])" if shapes[0][-1][0] == "0-9" else "")
    return edges[0] + "".join(pieces) + edges[1]


def _runs(value: str) -> list[tuple[str, int]]:
    runs: list[tuple[str, int]] = []
    for char in value:
        kind = next((name for name, holds in _CLASSES if char.isascii() and holds(char)), char)
        if runs and runs[-1][0] == kind and kind in ("0-9", "A-Za-z"):
            runs[-1] = (kind, runs[-1][1] + 1)
        else:
            runs.append((kind, 1))
    return runs


# --- tried out -------------------------------------------------------------------------------------


class Trial:
    """Tries proposals on the examples of all rules, labelled texts and samples.

    A change can only tell where the words stand that it rests on: all other texts are as they were, unscanned.
    """

    def __init__(self, scanner: Scanner, book: Rulebook, ground: Ground) -> None:
        """book  the scanner's rules with their examples"""
        self.scanner, self.book, self.ground = scanner, book, ground

    def effect(self, proposal: Proposal) -> Effect:
        kept = tuple(rule for rule in self.book.rules if not (proposal.replaces and rule.id == proposal.rule))
        book = replace(self.book, rules=(*kept, proposal.changed), digest=f"{self.book.digest}+{proposal.name}")
        scanner = Scanner(self.scanner.settings, book=book)
        silent = sum(not self._rings(scanner, one) for one in proposal.counterexamples)
        told = _squeezed(proposal.told)
        touched = tuple(
            replace(rule, examples=tuple(one for one in rule.examples if told in _squeezed(one.text)), owed=())
            for rule in book.rules
        )
        before = {str(one) for one in failing_examples(touched, self.scanner.spans)}
        failing = [
            f"{one.file}:{one.line} {one.rule}" for one in failing_examples(touched, scanner.spans)
            if str(one) not in before and one.rule != proposal.name
        ]  # fmt: skip
        lost = [*self._lost_labels(scanner, told), *self._lost_findings(scanner, told)]
        return Effect(
            silent, len(proposal.counterexamples) - silent, tuple(failing), tuple(lost),
            sum(len(rule.examples) for rule in book.rules), len(self.ground.labelled) + len(self.ground.documents),
        )  # fmt: skip

    def _rings(self, scanner: Scanner, one: Counterexample) -> bool:
        found = scanner.text(one.text).findings
        return any(each.start < one.end and one.start < each.end and each.entity == one.entity for each in found)

    def _lost_labels(self, scanner: Scanner, told: str) -> Iterator[Lost]:
        for text in self.ground.labelled:
            if told not in _squeezed(text.text):
                continue
            before, after = self.scanner.text(text.text).findings, scanner.text(text.text).findings
            labels = labels_of(text)
            old, new = judged(labels, before, overlap=True), judged(labels, after, overlap=True)
            wanted: set[tuple[int, int, str]] = set()
            for (label, had), (_, has) in zip(old.labels, new.labels, strict=True):
                if had is not None and has is None:
                    wanted.add((had.start, had.end, had.entity))
                    yield Lost(text.name, getattr(had, "rule", ""), label.entity, label.start, label.end, True)
            for one in _gone(before, after):
                if (one.start, one.end, one.entity) not in wanted:
                    yield Lost(text.name, one.rule, one.entity, one.start, one.end, False)

    def _lost_findings(self, scanner: Scanner, told: str) -> Iterator[Lost]:
        for document in self.ground.documents:
            if told not in _squeezed(document.text):
                continue
            before = self.scanner.document(document).findings
            wanted = self.ground.wanted.get(document.path, frozenset())
            for one in _gone(before, scanner.document(document).findings):
                text = document.text[one.start : one.end]
                expected = any(one.entity == entity and (text in had or had in text) for entity, had in wanted)
                yield Lost(document.path, one.rule, one.entity, one.start, one.end, expected)


def _squeezed(text: str) -> str:
    """The text as rules may read it: full width folded, without white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _gone(before: Sequence[Finding], after: Sequence[Finding]) -> Iterator[Finding]:
    """What was found, is no note, and is not found any more by any rule."""
    known = {(one.start, one.end, one.entity) for one in after}
    return (one for one in before if one.severity != "note" and (one.start, one.end, one.entity) not in known)


def recommended(tried: Sequence[tuple[Proposal, Effect]]) -> list[Proposal]:
    """The proposals to apply: for each counter-example the first that makes it silent and costs nothing."""
    chosen: list[Proposal] = []
    done: set[int] = set()
    for proposal, effect in tried:
        mine = {id(one) for one in proposal.counterexamples}
        if not effect.refused and not effect.ringing and not mine <= done:
            chosen.append(proposal)
            done |= mine
    return chosen


def sample_ground(folder: Path, scanner: Scanner) -> tuple[tuple[Document, ...], dict[str, frozenset[tuple[str, str]]]]:
    """The samples that can be read without other programs, and what NAME.expected.json expects in each."""
    import json

    from reviewer.errors import ReadError
    from reviewer.readers import read_file

    documents: list[Document] = []
    wanted: dict[str, frozenset[tuple[str, str]]] = {}
    for path in sorted(folder.iterdir()):
        told = path.with_name(path.name + ".expected.json")
        if not told.is_file() or path.suffix in (".doc", ".xls", ".ppt", ".wps", ".et", ".rtf", ".png", ".jpg"):
            continue
        try:
            document = read_file(path, scanner.settings.limits)
        except ReadError:
            continue
        entries: Any = json.loads(told.read_text(encoding="utf-8"))["findings"]
        documents.append(replace(document, path=path.name))
        wanted[path.name] = frozenset((str(one["entity"]), str(one["text"])) for one in entries)
    return tuple(documents), wanted


assert set(ENTITY_TITLES) >= _NEVER
