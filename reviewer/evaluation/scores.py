"""Labelled text -> precision and recall by entity and severity, and what was found where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from reviewer.evaluation.labelled import Labelled, entity_of
from reviewer.language.finder import finder
from reviewer.model import ENTITY_TITLES, SEVERITIES, Severity
from reviewer.rulebook.rule import Rule

SCHEMA = "reviewer.evaluation/1"


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

    @property
    def f1(self) -> float | None:
        return 2 * self.tp / (2 * self.tp + self.fp + self.fn) if self.tp + self.fp + self.fn else None

    def as_dict(self) -> dict[str, Any]:
        return {
            "tp": self.tp, "fp": self.fp, "fn": self.fn,
            "precision": _rounded(self.precision), "recall": _rounded(self.recall), "f1": _rounded(self.f1),
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


@dataclass(frozen=True, slots=True)
class Label:
    """A span that is to be found; `severity` is "" where the label names none."""

    start: int
    end: int
    entity: str
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """One text: each label with what answers it (None: missed), and what answers none."""

    labels: tuple[tuple[Label, Found | None], ...]
    false: tuple[Found, ...]


def labels_of(labelled: Labelled) -> list[Label]:
    """What is to be found of our kinds: labels of others (ORG, LOC) are left out."""
    severities = labelled.severities or ("",) * len(labelled.spans)
    labels = (
        Label(start, end, entity_of(entity), severity)
        for (start, end, entity), severity in zip(labelled.spans, severities, strict=True)
    )
    return [label for label in labels if label.entity in ENTITY_TITLES]


def judged(labels: Iterable[Label], found: Iterable[Found], *, overlap: bool = False) -> Judged:
    """Labels and findings paired: each finding answers one label of its entity at most."""
    left = list(found)
    answered: list[tuple[Label, Found | None]] = []
    for label in labels:
        hit = next((k for k, one in enumerate(left) if one.entity == label.entity and _same(one, label, overlap)), None)
        answered.append((label, None if hit is None else left.pop(hit)))
    return Judged(tuple(answered), tuple(left))


def evaluate(
    texts: Iterator[Labelled], find: Callable[[str], Sequence[Found]], *, overlap: bool = False,
    min_severity: str = "note", usual: Mapping[str, str] | None = None, answers: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Scores by entity and by severity. Spans must agree exactly, or by half of their union with `overlap`.

    What is missed counts for the severity that its label names, else for the `usual` one of its entity. An entity is
    scored when it is labelled anywhere or is ours. With `answers` it also says what was found in which text, without
    values: what a later evaluation is compared with.
    """
    tally: dict[str, Counter[str]] = {}
    by_severity: dict[str, Counter[str]] = {severity: Counter() for severity in SEVERITIES}
    others: Counter[str] = Counter()
    told: list[dict[str, Any]] = []
    count = 0
    floor = SEVERITIES.index(min_severity)
    for labelled in texts:
        count += 1
        others.update(entity_of(span[2]) for span in labelled.spans if entity_of(span[2]) not in ENTITY_TITLES)
        found = [one for one in find(labelled.text) if SEVERITIES.index(one.severity) >= floor]
        _count(judged(labels_of(labelled), found, overlap=overlap), tally, by_severity, usual or {})
        if answers:
            told.append({"text": labelled.name, "length": len(labelled.text), "spans": [_told(one) for one in found]})
    scores = {entity: Score(c["tp"], c["fp"], c["fn"]) for entity, c in sorted(tally.items())}
    total = Score(*(sum(getattr(score, name) for score in scores.values()) for name in ("tp", "fp", "fn")))
    return {
        "schema": SCHEMA,
        "texts": count,
        "match": "overlap" if overlap else "exact",
        "min_severity": min_severity,
        "total": total.as_dict(),
        "by_entity": {entity: score.as_dict() for entity, score in scores.items()},
        "by_severity": {severity: Score(c["tp"], c["fp"], c["fn"]).as_dict() for severity, c in by_severity.items()},
        "other_labels": dict(sorted(others.items())),
        **({"answers": told} if answers else {}),
    }


def _told(one: Found) -> dict[str, Any]:
    told = {"start": one.start, "end": one.end, "type": one.entity, "severity": one.severity}
    rule = getattr(one, "rule", "")
    return {**told, "rule": rule} if rule else told


def _count(
    one: Judged, tally: dict[str, Counter[str]], by_severity: dict[str, Counter[str]], usual: Mapping[str, str]
) -> None:
    for label, hit in one.labels:
        tally.setdefault(label.entity, Counter())["fn" if hit is None else "tp"] += 1
        if hit is not None:
            by_severity[hit.severity]["tp"] += 1
        severity = label.severity
        if hit is None and severity not in by_severity:
            severity = usual.get(label.entity, "")
        # A label may say how severe the finding has to be: a miss there counts for that severity.
        if severity in by_severity and (hit is None or hit.severity != severity):
            by_severity[severity]["fn"] += 1
    for false in one.false:
        tally.setdefault(false.entity, Counter())["fp"] += 1
        by_severity[false.severity]["fp"] += 1


def usual_severities(rules: Iterable[Rule]) -> dict[str, str]:
    """The severity of each entity: that of its rules, the highest where they differ."""
    found: dict[str, str] = {}
    for rule in rules:
        if rule.kind != "exclusion":
            known = found.get(rule.entity, rule.severity)
            found[rule.entity] = max(known, rule.severity, key=SEVERITIES.index)
    return found


def _same(one: Found, label: Label, overlap: bool) -> bool:
    if not overlap:
        return one.start == label.start and one.end == label.end
    common = min(one.end, label.end) - max(one.start, label.start)
    union = max(one.end, label.end) - min(one.start, label.start)
    return common * 2 >= union
