"""Labelled text -> precision and recall by entity and severity, and the examples inside the rules.

Two forms are read: text marked «张建国|NAME» (a file is one text; a line of only --- begins another), and
JSONL with {"text", "spans": [{"start", "end", "type"}]}.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from reviewer.errors import UsageError
from reviewer.language.finder import finder
from reviewer.model import ENTITY_TITLES, SEVERITIES, DocumentGenre, Severity
from reviewer.rulebook.genre import Genre
from reviewer.rulebook.load import marked
from reviewer.rulebook.rule import Example, Rule

Span = tuple[int, int, str]
_ALIASES = {"PER": "NAME", "PERSON": "NAME", "PER.NAM": "NAME", "NAME": "NAME", "MOBILE": "PHONE"}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with the spans that are to be found; `severities` where the mark names one."""

    text: str
    spans: tuple[Span, ...]
    severities: tuple[str, ...] = ()


def labelled_texts(path: Path) -> Iterator[Labelled]:
    """The labelled texts of a file or of all files of a folder. Raises UsageError with file and line."""
    if path.is_dir():
        for file in sorted(path.iterdir()):
            if file.suffix in (".txt", ".jsonl"):
                yield from labelled_texts(file)
        return
    try:
        source = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UsageError(f"找不到标注文件：{path}") from None
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"标注文件读不了（应为 UTF-8 文本）：{path}") from None
    if path.suffix == ".jsonl":
        yield from _json_lines(source, path)
        return
    for piece in source.replace("\r\n", "\n").split("\n---\n"):
        text, spans = marked(piece)
        labels = [label.split(",") for _, _, label in spans]
        for parts in labels:
            if parts[0] not in ENTITY_TITLES:
                raise UsageError(f"{path}：标注“|{parts[0]}”不是可用的类别，应写作«值|类别»，如 «13800012345|PHONE»。")
        yield Labelled(
            text,
            tuple((start, end, parts[0]) for (start, end, _), parts in zip(spans, labels, strict=True)),
            tuple(parts[1] if len(parts) > 1 else "" for parts in labels),
        )


def _json_lines(source: str, path: Path) -> Iterator[Labelled]:
    for number, line in enumerate(source.splitlines(), 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            spans = tuple(
                (int(span["start"]), int(span["end"]), str(span.get("type") or span["entity"]))
                for span in entry["spans"]
            )
            yield Labelled(str(entry["text"]), spans)
        except (ValueError, KeyError, TypeError):
            form = '{"text", "spans": [{"start", "end", "type"}]}'
            raise UsageError(f"{path}:{number}: 不是 {form} 的形式") from None


@dataclass(frozen=True, slots=True)
class Score:
    """True and false positives and false negatives; ratios are None where nothing counts."""

    tp: int
    fp: int
    fn: int

    @property
    def precision(self) -> float | None:
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else None

    @property
    def recall(self) -> float | None:
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else None

    def as_dict(self) -> dict[str, Any]:
        return {
            "tp": self.tp, "fp": self.fp, "fn": self.fn,
            "precision": _rounded(self.precision), "recall": _rounded(self.recall),
            "ci": {
                "precision": wilson(self.tp, self.tp + self.fp),
                "recall": wilson(self.tp, self.tp + self.fn),
            },
        }  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def wilson(hits: int, total: int) -> list[float] | None:
    """The 95 % Wilson score interval of hits/total (Wilson 1927), or None when total is 0."""
    if not total:
        return None
    z = 1.959964
    share = hits / total
    centre = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * ((share * (1 - share) + z * z / (4 * total)) / total) ** 0.5 / (1 + z * z / total)
    return [round(max(centre - half, 0.0), 4), round(min(centre + half, 1.0), 4)]


class Found(Protocol):
    """What is compared with the labels."""

    @property
    def entity(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def severity(self) -> Severity: ...


@dataclass(frozen=True, slots=True)
class ModelName:
    """A name that the trained detector sees, before any rule has looked at it."""

    start: int
    end: int
    entity: str = "NAME"
    severity: Severity = "note"


def names_by_model(language: str) -> Callable[[str], Sequence[Found]]:
    """What finds names by the detector alone: no cue words, columns or lists, and no figure of history left out.

    Raises UsageError for a model that can not be loaded.
    """
    find = finder(language)
    return lambda text: [ModelName(one.start, one.end) for one in find(text, [])]


def evaluate(
    texts: Iterator[Labelled], find: Callable[[str], Sequence[Found]], *, overlap: bool = False,
    min_severity: str = "note", usual: Mapping[str, str] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Scores by entity and by severity. Spans must agree exactly, or by half of their union with `overlap`.

    What is missed counts for the severity that its label names, else for the `usual` one of its entity.

    An entity is scored when it is labelled anywhere or is ours: labels of other kinds (ORG, LOC) are left out.
    """
    tally: dict[str, Counter[str]] = {}
    by_severity: dict[str, Counter[str]] = {severity: Counter() for severity in SEVERITIES}
    count = 0
    floor = SEVERITIES.index(min_severity)
    for labelled in texts:
        count += 1
        wanted = [
            (start, end, _ALIASES.get(entity, entity), labelled.severities[k] if labelled.severities else "")
            for k, (start, end, entity) in enumerate(labelled.spans)
        ]
        wanted = [span for span in wanted if span[2] in ENTITY_TITLES]
        found = [one for one in find(labelled.text) if SEVERITIES.index(one.severity) >= floor]
        _match(wanted, found, overlap, tally, by_severity, usual or {})
    scores = {entity: Score(c["tp"], c["fp"], c["fn"]) for entity, c in sorted(tally.items())}
    total = Score(*(sum(getattr(score, name) for score in scores.values()) for name in ("tp", "fp", "fn")))
    return {
        "texts": count,
        "match": "overlap" if overlap else "exact",
        "total": total.as_dict(),
        "by_entity": {entity: score.as_dict() for entity, score in scores.items()},
        "by_severity": {severity: Score(c["tp"], c["fp"], c["fn"]).as_dict() for severity, c in by_severity.items()},
    }


def _match(
    wanted: list[tuple[int, int, str, str]], found: list[Found], overlap: bool,
    tally: dict[str, Counter[str]], by_severity: dict[str, Counter[str]], usual: Mapping[str, str],
) -> None:  # fmt: skip
    left = list(found)
    for start, end, entity, severity in wanted:
        counts = tally.setdefault(entity, Counter())
        hit = next((one for one in left if one.entity == entity and _same(one, start, end, overlap)), None)
        if hit is not None:
            left.remove(hit)
            counts["tp"] += 1
            by_severity[hit.severity]["tp"] += 1
        else:
            counts["fn"] += 1
        if hit is None and severity not in by_severity:
            severity = usual.get(entity, "")
        # A label may say how severe the finding has to be: a miss there counts for that severity.
        if severity in by_severity and (hit is None or hit.severity != severity):
            by_severity[severity]["fn"] += 1
    for one in left:
        tally.setdefault(one.entity, Counter())["fp"] += 1
        by_severity[one.severity]["fp"] += 1


def usual_severities(rules: Iterable[Rule]) -> dict[str, str]:
    """The severity of each entity: that of its rules, the highest where they differ."""
    found: dict[str, str] = {}
    for rule in rules:
        if rule.kind != "exclusion":
            known = found.get(rule.entity, rule.severity)
            found[rule.entity] = max(known, rule.severity, key=SEVERITIES.index)
    return found


def _same(one: Found, start: int, end: int, overlap: bool) -> bool:
    if not overlap:
        return one.start == start and one.end == end
    common = min(one.end, end) - max(one.start, start)
    union = max(one.end, end) - min(one.start, start)
    return common * 2 >= union


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that its rule does not judge as written. `what` never holds text of a draft."""

    file: str
    line: int
    rule: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


RuleSpan = tuple[str, int, int, str]
"""rule, start, end, severity ("" for an exclusion)"""


def failing_examples(rules: tuple[Rule, ...], find: Callable[[str], list[RuleSpan]]) -> list[Failure]:
    """Every example that fails, and every owed one that has begun to pass, of all rules together."""
    failures = []
    for rule in rules:
        for example in rule.examples:
            what = _fault(rule, example, find(example.text))
            if what:
                failures.append(Failure(rule.file, example.line, rule.id, what))
        for example in rule.owed:
            if not _fault(rule, example, find(example.text)):
                failures.append(Failure(rule.file, example.line, rule.id, "owed 中的例子已经通过，请移到 examples"))
    return failures


def failing_trials(genres: tuple[Genre, ...], recognise: Callable[[str], DocumentGenre | None]) -> list[Failure]:
    """Every example of a genre that is not taken for it, every counter-example that is."""
    failures = []
    for genre in genres:
        for trial in genre.trials:
            told = recognise(trial.text)
            taken = told is not None and told.name == genre.title and told.confidence != "possible"
            if taken != trial.fits:
                what = "例子没有认作这个文种" if trial.fits else "反例认作了这个文种"
                failures.append(Failure(genre.file, trial.line, genre.id, what))
    return failures


def _fault(rule: Rule, example: Example, found: list[RuleSpan]) -> str:
    """What is wrong with the spans that the rule gives in its example; "" when it is as written."""
    mine = [span for span in found if span[0] == rule.id]
    got = {span[1:3] for span in mine}
    wanted = {(start, end) for start, end, _ in example.spans}
    missed, extra = sorted(wanted - got), sorted(got - wanted)
    if missed or extra:
        words = [f"漏了第 {start}–{end} 字" for start, end in missed]
        words += [f"误标了第 {start}–{end} 字" for start, end in extra]
        return "例子不符：" + "，".join(words)
    for start, end, severity in example.spans:
        if severity in SEVERITIES and (rule.id, start, end, severity) not in mine:
            return f"例子不符：第 {start}–{end} 字的级别应为 {severity}"
    return ""
