"""Two sets of answers to the same labelled texts: what the one finds better, how sure that is, and which cases changed.

The other answers are the JSON of an earlier `reviewer evaluate`, or of another tool (docs/evaluate.md):

    {"answers": [{"text": "a.txt#1", "length": 120, "spans": [{"start": 3, "end": 14, "type": "PHONE"}]}]}

Both are judged by the same labels in the same way. Differences come with 95 % intervals of a paired bootstrap over the
texts (Efron and Tibshirani 1993): texts are drawn, not labels, for labels of one text succeed and fail together.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reviewer.errors import UsageError, reason
from reviewer.evaluation.labelled import Labelled, entity_of
from reviewer.evaluation.scores import Found, Judged, Label, Score, judged, labels_of
from reviewer.model import ENTITY_TITLES, SEVERITIES

_DRAWS = 2_000
_AT_ONCE = 100
"""draws worked out together: 100 of 100,000 texts are 80 MB"""
_MEASURES = ("precision", "recall", "f1")
CHANGES = {
    "gained": "原来漏的，现在找到",
    "lost": "原来找到的，现在漏了",
    "new_false": "新增的误报",
    "gone_false": "消失的误报",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool found at a place; `severity` and `rule` are "" where it does not say."""

    start: int
    end: int
    entity: str
    severity: Any = ""
    rule: str = ""


def read_answers(path: Path) -> dict[str, tuple[int | None, tuple[Answer, ...]]]:
    """Name of a text -> its length, where the file says it, and what was found in it. Raises UsageError."""
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as fault:
        raise UsageError(f"打不开 {path}（{reason(fault)}）。") from None
    except ValueError:
        raise UsageError(f"{path} 不是 JSON 文件。") from None
    try:
        return {
            str(one["text"]): (
                None if one.get("length") is None else int(one["length"]), tuple(_answer(span) for span in one["spans"])
            )
            for one in data["answers"]
        }  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError):
        form = '{"answers": [{"text", "spans": [{"start", "end", "type"}]}]}'
        raise UsageError(f"{path} 不是 reviewer evaluate --format json 的结果，也不是 {form} 的形式。") from None


def _answer(span: Any) -> Answer:
    severity, rule = span.get("severity") or "", span.get("rule") or ""
    if severity not in ("", *SEVERITIES):
        severity = ""
    return Answer(int(span["start"]), int(span["end"]), entity_of(str(span["type"])), severity, str(rule))


def compare(
    texts: Iterable[Labelled], find: Callable[[str], Sequence[Found]], other: dict[str, Any], *,
    overlap: bool = False, min_severity: str = "note",
) -> dict[str, Any]:  # fmt: skip
    """Scores of both by entity, the differences (ours less theirs) with intervals, and the cases that changed.

    other  what read_answers gives

    Raises UsageError where it lacks a text, or has one of another length: no answer is not the answer "nothing".
    """
    floor = SEVERITIES.index(min_severity)
    counts: list[dict[str, list[int]]] = []
    cases: list[dict[str, Any]] = []
    faults = 0
    for labelled in texts:
        length, answers = other.get(labelled.name, (None, None))
        if answers is None or length not in (None, len(labelled.text)):
            faults += 1
            continue
        labels = labels_of(labelled)
        mine = judged(labels, _at_least(find(labelled.text), floor), overlap=overlap)
        theirs = judged(labels, _at_least(answers, floor), overlap=overlap)
        counts.append(_counts(theirs, mine))
        cases += [{"text": labelled.name, **case} for case in _changed(theirs, mine)]
    if faults:
        raise UsageError(
            f"两边不是同样的标注文字：{faults} 段在对照的结果里没有，或者长度不同。"
            "请用同一份标注重新生成对照的结果。"
        )
    entities = sorted({entity for one in counts for entity in one})
    table = _table(counts, entities)
    draws = _drawn(table)
    rows = {entity: _row(table[:, k].sum(axis=0), draws[:, k]) for k, entity in enumerate(entities)}
    return {
        "texts": len(counts), "by_entity": rows, "total": _row(table.sum(axis=(0, 1)), draws.sum(axis=1)),
        "cases": sorted(cases, key=lambda one: (list(CHANGES).index(one["change"]), one["text"], one["start"])),
    }  # fmt: skip


def _at_least(found: Iterable[Found], floor: int) -> list[Found]:
    """What counts: our kinds, as severe as asked for; what says no severity counts always."""
    return [
        one for one in found
        if one.entity in ENTITY_TITLES and (one.severity not in SEVERITIES or SEVERITIES.index(one.severity) >= floor)
    ]  # fmt: skip


def _counts(old: Judged, new: Judged) -> dict[str, list[int]]:
    """entity -> tp, fp, fn of the old, tp, fp, fn of the new."""
    counts: dict[str, list[int]] = {}
    for side, one in ((0, old), (3, new)):
        for label, hit in one.labels:
            counts.setdefault(label.entity, [0] * 6)[side + (2 if hit is None else 0)] += 1
        for false in one.false:
            counts.setdefault(false.entity, [0] * 6)[side + 1] += 1
    return counts


def _changed(old: Judged, new: Judged) -> Iterator[dict[str, Any]]:
    """Labels that only one of both found, and false findings that only one of both has. No values."""
    for (label, before), (_, after) in zip(old.labels, new.labels, strict=True):
        if (before is None) != (after is None):
            yield _case("gained" if before is None else "lost", label, before or after)
    for change, here, there in (("new_false", new.false, old.false), ("gone_false", old.false, new.false)):
        known = {(one.start, one.end, one.entity) for one in there}
        for one in here:
            if (one.start, one.end, one.entity) not in known:
                yield _case(change, one, one)


def _case(change: str, place: Label | Found, found: Found | None) -> dict[str, Any]:
    severity = found.severity if found is not None else ""
    told = {"start": place.start, "end": place.end, "entity": place.entity, "severity": severity}
    return {"change": change, **told, "rule": getattr(found, "rule", "")}


def _table(counts: Sequence[dict[str, list[int]]], entities: Sequence[str]) -> NDArray[np.float64]:
    """[text, entity, tp fp fn tp fp fn]"""
    table = np.zeros((len(counts), len(entities), 6))
    at = {entity: k for k, entity in enumerate(entities)}
    for number, one in enumerate(counts):
        for entity, values in one.items():
            table[number, at[entity]] = values
    return table


def _drawn(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sums of `table` over as many texts drawn at random: [draw, entity, 6]. The same in every run."""
    texts, entities, _ = table.shape
    chance = np.random.default_rng(20_261_122)
    flat = table.reshape(texts, entities * 6)
    pieces = [
        chance.multinomial(texts, np.full(texts, 1 / texts), size=_AT_ONCE) @ flat for _ in range(_DRAWS // _AT_ONCE)
    ] if texts else [flat]  # fmt: skip
    return np.concatenate(pieces).reshape(-1, entities, 6)


def _row(sums: NDArray[np.float64], draws: NDArray[np.float64]) -> dict[str, Any]:
    old, new = (Score(*(int(value) for value in side)) for side in (sums[:3], sums[3:]))
    difference = {}
    before, after = _measured(sums[:3]), _measured(sums[3:])
    drawn = _measured(draws[:, 3:]) - _measured(draws[:, :3])
    for k, measure in enumerate(_MEASURES):
        value = float(after[k] - before[k])
        difference[measure] = {"value": None if np.isnan(value) else round(value, 4), "ci": _interval(drawn[:, k])}
    return {"old": old.as_dict(), "new": new.as_dict(), "difference": difference}


def _measured(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """precision, recall and F1 along the last axis of tp, fp, fn; nan where nothing counts."""
    tp, fp, fn = counts[..., 0], counts[..., 1], counts[..., 2]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.stack([tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)], axis=-1)


def _interval(drawn: NDArray[np.float64]) -> list[float] | None:
    known = drawn[~np.isnan(drawn)]
    if not len(known):
        return None
    low, high = np.percentile(known, [2.5, 97.5])
    return [round(float(low), 4), round(float(high), 4)]
