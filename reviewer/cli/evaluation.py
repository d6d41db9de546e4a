"""evaluate, compare: how well the program finds, and how two results differ."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reviewer.cli.common import scanner_of
from reviewer.errors import UsageError


def evaluate(options: argparse.Namespace) -> int:

    from reviewer.evaluation import evaluate, labelled_texts, names_by_model, usual_severities

    scanner = scanner_of(options)
    by_model = names_by_model(options.language)
    find: Any = by_model if options.model_only else lambda text: scanner.text(text).findings
    if options.against is not None:
        return _evaluate_against(options, find)
    outcome = evaluate(
        labelled_texts(Path(options.path)), find, overlap=options.match == "overlap",
        min_severity=options.min_severity, usual=usual_severities(scanner.book.rules), answers=options.format == "json",
    )  # fmt: skip
    if _told_as_json(outcome, options):
        return 0
    from reviewer.model import ENTITY_TITLES

    print(f"{outcome['texts']} 段文字；怎样算对：{_MATCHES[options.match]}")
    print("类别\t查全率\t95%区间\t查准率\t95%区间\t对\t误\t漏")
    for entity, score in [*outcome["by_entity"].items(), ("合计", outcome["total"])]:
        print("\t".join([
            f"{ENTITY_TITLES.get(entity, '')}{entity}", _percent(score["recall"]), _interval(score["ci"]["recall"]),
            _percent(score["precision"]), _interval(score["ci"]["precision"]),
            str(score["tp"]), str(score["fp"]), str(score["fn"]),
        ]))  # fmt: skip
    if outcome["other_labels"]:
        count = sum(outcome["other_labels"].values())
        print(f"另有 {count} 处标注不属于本程序查的类别，没有计算。")
    return 0


def _told_as_json(outcome: Mapping[str, Any], options: argparse.Namespace) -> bool:
    """Whether JSON was asked for, and has been printed. Raises UsageError where there was nothing to measure on."""
    import json

    if not outcome["texts"]:
        raise UsageError(f"{options.path} 中没有标注的文字。")
    if options.format == "json":
        print(json.dumps(outcome, ensure_ascii=False, indent=1))
    return bool(options.format == "json")


_MATCHES = {"exact": "起止完全相同", "overlap": "交并比不小于一半"}


def _evaluate_against(options: argparse.Namespace, find: Any) -> int:

    from reviewer import scan_text
    from reviewer.evaluation import labelled_texts
    from reviewer.evaluation.against import CHANGES, compare, read_answers
    from reviewer.model import ENTITY_TITLES
    from reviewer.reports.veil import masked_path

    outcome = compare(
        labelled_texts(Path(options.path)), find, read_answers(options.against),
        overlap=options.match == "overlap", min_severity=options.min_severity,
    )  # fmt: skip
    if _told_as_json(outcome, options):
        return 0
    print(f"{outcome['texts']} 段文字；怎样算对：{_MATCHES[options.match]}；差 = 这一次 − 对照，方括号里是 95% 区间")
    print("类别\t查准率 对照→这次\t差\t查全率 对照→这次\t差\tF1 对照→这次\t差")
    for entity, row in [*outcome["by_entity"].items(), ("合计", outcome["total"])]:
        cells = [f"{ENTITY_TITLES.get(entity, '')}{entity}"]
        for measure in ("precision", "recall", "f1"):
            cells += [f"{_percent(row['old'][measure])}→{_percent(row['new'][measure])}", _points(row, measure)]
        print("\t".join(cells))
    for change, title in CHANGES.items():
        cases = [one for one in outcome["cases"] if one["change"] == change]
        if cases:
            print(f"{title}：{len(cases)} 处" + (f"，列出前 {CASES} 处" if len(cases) > CASES else ""))
        for one in cases[:CASES]:
            name = masked_path(one["text"], lambda text: scan_text(text).findings)
            place = f"第 {one['start'] + 1}–{one['end']} 字"
            print("\t".join([f"  {name}", place, ENTITY_TITLES[one["entity"]], one["severity"], one["rule"]]))
    return 0


CASES = 50
"""cases of a kind that the console lists"""


def _points(row: Mapping[str, Any], measure: str) -> str:
    """A difference in percentage points with its interval."""
    told = row["difference"][measure]
    if told["value"] is None:
        return "—"
    low, high = told["ci"] or (None, None)
    return f"{told['value']:+.1%}" + ("" if low is None else f" [{low:+.1%}, {high:+.1%}]")


def _percent(value: float | None) -> str:
    return "—" if value is None else f"{value:.1%}"


def _interval(value: list[float] | None) -> str:
    return "—" if value is None else f"{value[0]:.1%}–{value[1]:.1%}"


def compare(options: argparse.Namespace) -> int:
    import json

    from reviewer.comparison import compare, read_output

    outcome = compare(read_output(Path(options.old)), read_output(Path(options.new)))
    if options.format == "json":
        print(json.dumps(outcome, ensure_ascii=False, indent=1))
        return 0
    for name, title in (("new", "新增"), ("gone", "消失"), ("known", "仍在")):
        print(f"{title} {len(outcome[name])} 处")
        for one in outcome[name][:50] if name != "known" else ():
            print(f"  {one['severity']}\t{one['entity']}\t{one['rule']}\t{one['value']}")
    return 0
