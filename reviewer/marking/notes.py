"""Findings and gaps -> the remarks that are put into a draft: severity, rule, law, advice; never a value."""

from __future__ import annotations

from reviewer.marking.model import Note
from reviewer.model import Gap, Result
from reviewer.reports import Bundle
from reviewer.reports.grouping import Group, groups
from reviewer.reports.veil import Veil, veil_of
from reviewer.reports.words import (
    CONFIDENCE_TITLES,
    SEVERITY_TITLES,
    citations,
    gap_place,
    number,
    places,
    remark,
    role_title,
    rule_title,
)


def notes_for(bundle: Bundle, result: Result) -> tuple[Note, ...]:
    """One Note for each group of findings, in the order of the text, then one for each part that was not read.

    Those of the file's name and the unread parts have no spans.
    """
    veil = veil_of(bundle)
    found = [one for one in result.findings if bundle.listed(one)]
    named = [one for one in result.name_findings if bundle.listed(one)]
    grouped = [*groups(found, result.document), *groups(named, None)]
    return (
        *(_note(bundle, veil, group) for group in grouped),
        *(_unread(veil, gap) for gap in result.gaps),
    )


def _note(bundle: Bundle, veil: Veil, group: Group) -> Note:
    first = group.first
    title = f"{SEVERITY_TITLES[first.severity]}：{rule_title(bundle, first.rule, first.entity)}"
    count = len(group.findings)
    lines = [f"【{SEVERITY_TITLES[first.severity]}】{rule_title(bundle, first.rule, first.entity)}"]
    lines[0] += f"（{CONFIDENCE_TITLES[first.confidence]}）"
    if count > 1:
        lines[0] += f"，{'本列' if group.column else '本文'}共 {number(count)} 处"
    lines.append(veil.raw(remark(bundle, first)))
    if role := group.common("role"):
        lines.append(f"身份：{role_title(role)}")
    if scope := group.common("scope"):
        lines.append(f"公开范围：{veil.raw(scope)}")
    lines.append(f"怎么办：{veil.raw(first.advice)}" if first.advice else "")
    law = citations(bundle, first.basis, short=True)
    lines.append(f"依据：{law}" if law else "")
    lines.append(f"规则：{first.rule}")
    spans = tuple((one.start, one.end) for one in group.findings) if first.part != "filename" else ()
    return Note(
        spans=spans,
        severity=first.severity,
        title=title,
        text="\n".join(line for line in lines if line),
        part=first.part,
        locator=first.locator,
        place=places(group.findings, veil.clean, column=group.column),
        column=group.column,
    )


def _unread(veil: Veil, gap: Gap) -> Note:
    return Note(
        spans=(),
        severity="check",
        title="没有读到",
        text=f"【没有读到】{veil.clean(gap.message)}",
        part=gap.part,
        locator=gap.locator,
        place=gap_place(gap, veil.clean),
    )
