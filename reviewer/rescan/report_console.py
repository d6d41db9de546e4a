"""A rescan on a terminal: what is new, where it stands and what to do; then the offices, then what is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TextIO

from reviewer.model import SEVERITIES, VERDICTS, Locator
from reviewer.reports.joining import lines
from reviewer.reports.words import SEVERITY_TITLES, VERDICT_TITLES, entity_title, number, place, printable
from reviewer.rescan.model import ACTIONS
from reviewer.rescan.report import CHANGE_TITLES, Report
from reviewer.rescan.state import Stored
from reviewer.rescan.takedown import OPEN
from reviewer.review.cleaning import STATES, State

_MOST, _MOST_UNREAD, _MOST_UNITS, _MOST_JOINS = 50, 20, 20, 10
_MOST_PLACES = 3


@dataclass(slots=True)
class _Seen:
    """What is gathered in one pass over the documents."""

    new: list[tuple[Stored, str, list[dict[str, Any]]]] = field(default_factory=list)
    """with the path and the findings that are new or there again"""
    left: int = 0
    """documents with new findings beyond those"""
    unread: list[tuple[str, str]] = field(default_factory=list)
    unread_count: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    units: Counter[str] = field(default_factory=Counter)
    """documents to be seen to"""
    new_of: Counter[str] = field(default_factory=Counter)
    """documents with new findings"""


def write(report: Report, stream: TextIO) -> None:
    """Writes the report."""
    stream.writelines(f"{printable(line)}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    changed, counts = report.changed()
    seen = _gathered(report, changed)
    outcome = report.outcome
    yield from _summary(report, seen, counts)
    yield from _new(report, seen)
    yield from _unread(seen)
    yield from _units(seen)
    yield from _takedown(report.outcome.takedown)
    if outcome.joins or report.tables:
        yield ""
        yield "汇聚风险：几份文件合起来说出来的" + ("，没有写姓名却认得出人的表格" if report.tables else "")
        for indent, line in lines(report.joining, report.path_shown, _MOST_JOINS):
            yield " " * (indent + 2) + line if line else ""
    yield ""
    yield f"记录存放在 {report.where}，里面没有正文和原值。"


def summary(report: Report) -> Iterator[str]:
    """What a run has done and found, in a few sentences."""
    changed, counts = report.changed()
    yield from _summary(report, _gathered(report, changed), counts)


def _summary(report: Report, seen: _Seen, counts: Mapping[tuple[str, str], int]) -> Iterator[str]:
    outcome = report.outcome
    yield f"定期清理：{report.source}（{report.date}）"
    total = number(seen.verdicts.total())
    gone = f"，{number(outcome.gone)} 份已经不在了" if outcome.gone else ""
    yield f"共 {total} 份文件：这次审查 {number(outcome.examined)} 份，{number(outcome.unchanged)} 份没有变动{gone}。"
    if outcome.interrupted:
        yield f"这次没有走完，没有判断哪些已经不在了。{outcome.fault}再运行一次就从这里接着做。"
    verdicts = [f"{VERDICT_TITLES[name]} {number(seen.verdicts[name])} 份" for name in VERDICTS if seen.verdicts[name]]
    yield f"结论：{'，'.join(verdicts)}。" if verdicts else "没有文件。"
    told = [f"{title} {number(_sum(counts, name))} 处" for name, title in CHANGE_TITLES.items()]
    yield f"问题：{'，'.join(told)}。"


def _sum(counts: Mapping[tuple[str, str], int], change: str) -> int:
    return sum(count for (name, _), count in counts.items() if name == change)


def _gathered(report: Report, changed: Mapping[tuple[int, str], str]) -> _Seen:
    seen = _Seen()
    wanted = {document for document, _ in changed}
    for stored in report.state.documents(report.outcome.run.source):
        seen.verdicts[stored.verdict] += 1
        seen.units[_unit(stored)] += stored.verdict in ("block", "check")
        if not stored.complete:
            seen.unread_count += 1
            if seen.unread_count <= _MOST_UNREAD:
                wanted.add(stored.id)
    for stored, document in report.documents(wanted):
        unit = _unit(stored)
        if not stored.complete and len(seen.unread) < _MOST_UNREAD:
            why = (document["errors"] or document["gaps"] or [{"message": "其中的文件没有读完。"}])[0]["message"]
            seen.unread.append((report.shown(stored), why))
        new = [one for one in document["findings"] if (stored.id, one["fingerprint"]) in changed]
        # What is only told for information does not call anybody to work.
        if any(one["severity"] != "note" for one in new):
            seen.new_of[unit] += 1
            seen.new.append((stored, report.shown(stored), new))
    seen.new.sort(key=lambda one: (-max(SEVERITIES.index(found["severity"]) for found in one[2]), one[0].unit))
    seen.left = max(len(seen.new) - _MOST, 0)
    del seen.new[_MOST:]
    return seen


def _unit(stored: Stored) -> str:
    return stored.unit or "（没有写明单位）"


def _new(report: Report, seen: _Seen) -> Iterator[str]:
    if not seen.new:
        return
    yield ""
    yield "要处理的（新发现、重新出现的）："
    for stored, path, found in seen.new:
        yield ""
        yield f"  {path}"
        day = stored.published.isoformat() if stored.published else ""
        about = [stored.title, stored.unit, stored.column, day, stored.url if stored.url != path else ""]
        if any(about):
            yield "    " + " · ".join(filter(None, about))
        if page := report.pages.get(stored.page_key, ""):
            yield f"    附在 {page} 上"
        for one, count, where, value in _grouped(found):
            more = f"等 {number(count)} 处" if count > _MOST_PLACES else ""
            title = f"{SEVERITY_TITLES[one['severity']]}  {entity_title(one['entity'])}"
            yield f"    {title}：{value}（{'、'.join(where)}{more}）"
            if one["severity"] != "note" and one["advice"]:
                yield f"      {one['advice']}"
    if seen.left:
        yield ""
        yield f"  另有 {number(seen.left)} 份没有列出，请用 -o 清单.xlsx 查看全部。"


def _grouped(found: Sequence[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], int, list[str], str]]:
    """Findings of one rule and severity: the first, how many, where the first ones stand, and what the first is."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in found:
        groups.setdefault((one["severity"], one["rule"]), []).append(one)
    for some in sorted(groups.values(), key=lambda some: -SEVERITIES.index(some[0]["severity"])):
        where = list(dict.fromkeys(where_of(one) for one in some[:_MOST_PLACES]))
        yield some[0], len(some), where, some[0]["value"]


def where_of(finding: Mapping[str, Any]) -> str:
    """The place of a finding of the JSON, in words."""
    return place(finding["part"], Locator(**finding["locator"]), str, start=finding["start"])


def _unread(seen: _Seen) -> Iterator[str]:
    if not seen.unread:
        return
    yield ""
    yield f"没有读完的 {number(seen.unread_count)} 份，请人工查看："
    for path, why in seen.unread:
        yield f"  {path}：{why}"
    if seen.unread_count > len(seen.unread):
        yield f"  另有 {number(seen.unread_count - len(seen.unread))} 份没有列出。"


def _units(seen: _Seen) -> Iterator[str]:
    units = [(unit, count) for unit, count in seen.units.most_common(_MOST_UNITS) if count]
    if len(units) < 2:
        return
    yield ""
    yield "按单位（谁公开、谁清理）："
    for unit, count in units:
        new = f"，其中 {number(seen.new_of[unit])} 份有新发现" if seen.new_of[unit] else ""
        yield f"  {unit}：{number(count)} 份要处理{new}"


def _takedown(listed: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not listed:
        return
    states = Counter(one["state"] for one in listed)
    actions = Counter(one["action"] for one in listed if one["state"] in OPEN)
    told = [f"{title} {number(actions[name])} 项" for name, title in ACTIONS.items() if actions[name]]
    others: tuple[State, ...] = ("kept", "done")
    rest = [f"{STATES[name]} {number(states[name])} 项" for name in others if states[name]]
    yield ""
    yield (
        f"撤下清单要办的 {number(actions.total())} 项{'：' if told else ''}{'，'.join(told)}"
        + (f"；另有{'，'.join(rest)}。" if rest else "。")
    )
