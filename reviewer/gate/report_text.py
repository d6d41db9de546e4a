"""The outcome for the person who runs the gate: what does not go out, why, and what to do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TextIO

from reviewer.gate.judge import CODES, TITLES, Fault, Judged, Reason
from reviewer.gate.run import Outcome
from reviewer.reports.words import number, printable

_MOST_FILES = 20
_MOST_REASONS = 5
_SEVERAL = 3
_MOST_NAMED = 5
ADVICE: dict[Fault, str] = {
    "unapproved": "提交审查，取得发布证书。网站模板的文件（样式、脚本、栏目页）写进 gate.yml 的 assets。",
    "changed": "换回批准的文件；确需改动的，重新提交审查。",
    "expired": "公开期限已到的，撤下文件；仍要公开的，重新审查，取得新的证书。",
    "revoked": "不得发布，已发布的撤下。",
    "found": "删去这些内容，或者提交审查，由人逐条决定。",
    "unread": "由人打开查看；审查时逐处说明，证书会列明。以前就有的文件可以列入基线。",
}


def write(outcome: Outcome, stream: TextIO) -> None:
    """Plain text, about 100 columns, the gravest fault last: a terminal shows the end."""
    for line in _lines(outcome):
        stream.write(printable(line.replace("\n", "⏎").replace("\t", " ")) + "\n")


def _lines(outcome: Outcome) -> Iterator[str]:
    yield f"发布闸口：{outcome.root}（{outcome.today}；公开范围：{outcome.scope}；公开方式：{outcome.channel}）"
    yield _told_papers(outcome)
    for note in outcome.notes:
        yield f"注意：{note}"
    yield from _invalid(outcome)
    for fault in CODES:
        files = [one for one in outcome.files if one.status == fault]
        if files:
            yield from _group(fault, files)
    yield ""
    yield _ending(outcome)


def _invalid(outcome: Outcome) -> Iterator[str]:
    """The certificates that say nothing, each with the reason where they are few."""
    bad = [paper for paper in outcome.papers.papers if paper.verdict.status == "invalid"]
    for message, count in Counter(paper.verdict.message for paper in bad).items():
        files = [paper.file for paper in bad if paper.verdict.message == message]
        more = "等" if count > _MOST_NAMED else ""
        yield f"注意：{number(count)} 份证书不能采信（{'、'.join(files[:_MOST_NAMED])}{more}）：{message}"


def _told_papers(outcome: Outcome) -> str:
    counts: Counter[str] = Counter(paper.verdict.status for paper in outcome.papers.papers)
    if not counts:
        return "没有发布证书。"
    told = "，".join(f"{title} {counts[status]}" for status, title in _WORTH.items() if counts[status])
    listed = outcome.papers.revocations
    until = f"；吊销名单第 {listed.number} 号，有效到 {listed.fresh_until}" if listed is not None else ""
    return f"发布证书 {counts.total()} 份：{told}{until}。"


_WORTH = {
    "valid": "有效", "not-yet": "未到生效日期", "expired": "已到期", "revoked": "已吊销", "invalid": "不能采信",
}  # fmt: skip


def _group(fault: Fault, files: Sequence[Judged]) -> Iterator[str]:
    yield ""
    yield f"{TITLES[fault]}：{number(len(files))} 个文件（{CODES[fault]}）"
    yield f"  怎么办：{ADVICE[fault]}"
    common = _common(fault, files)
    if common:
        yield f"  {number(len(files))} 个文件都有：{'；'.join(common)}"
    for file in files[:_MOST_FILES]:
        yield f"  {file.path}"
        yield from _reasons(file, common)
    if len(files) > _MOST_FILES:
        yield f"  …… 还有 {number(len(files) - _MOST_FILES)} 个，用 --format json 看全部"


def _common(fault: Fault, files: Sequence[Judged]) -> list[str]:
    """What is said of each of several files: it is said once."""
    if len(files) < _SEVERAL:
        return []
    first = [_kind(one) for one in files[0].reasons if one.fault == fault]
    told = [{_kind(one) for one in file.reasons} for file in files]
    return [kind for kind in dict.fromkeys(first) if all(kind in kinds for kinds in told)]


def _kind(one: Reason) -> str:
    """The reason without the line it stands in."""
    return re.sub(" ?第[0-9]+行(?:第[0-9]+字)?", "", f"{one.inside}：{one.message}" if one.inside else one.message)


def _reasons(file: Judged, common: Sequence[str]) -> Iterator[str]:
    # Whether it was approved comes first: it is one line.
    left = [one for one in sorted(file.reasons, key=lambda one: CODES[one.fault]) if _kind(one) not in common]
    told = Counter(f"{one.inside}：{one.message}" if one.inside else one.message for one in left)
    for message, count in list(told.items())[:_MOST_REASONS]:
        yield f"    {message}" + (f"，共 {number(count)} 处" if count > 1 else "")
    if len(told) > _MOST_REASONS:
        yield f"    …… 还有 {number(sum(list(told.values())[_MOST_REASONS:]))} 处"


def _ending(outcome: Outcome) -> str:
    total, good = len(outcome.files), outcome.counts["approved"]
    if not total:
        return "不能发布：文件夹里一个文件也没有。"
    by: Counter[str] = Counter(one.by for one in outcome.files if one.status == "approved")
    titles = {"certificate": "有证书", "asset": "资源文件", "baseline": "列入基线"}
    told = "，".join(f"{title} {number(by[name])}" for name, title in titles.items() if by[name])
    if good == total:
        return f"可以发布：{number(total)} 个文件（{told}）。"
    passed = f"其余 {number(good)} 个没有问题（{told}）。" if good else ""
    return f"不能发布：{number(total)} 个文件中有 {number(total - good)} 个不能发布。{passed}"
