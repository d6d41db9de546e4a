"""What a copy was made of, for the screen and for --report: by rule and place, never a value."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from reviewer.keys import ordered_fingerprints
from reviewer.marking.model import Masked
from reviewer.marking.plan import Planned
from reviewer.marking.publish import Outcome
from reviewer.model import Finding
from reviewer.reports import Bundle, in_order
from reviewer.reports.grouping import groups
from reviewer.reports.json import locator_fields
from reviewer.reports.veil import veil_of
from reviewer.reports.words import entity_title, finding_place, gap_place, number, places, rule_title
from reviewer.rulebook.masking import Form, Policy

SCHEMA = "reviewer.masking/1"
_MOST = 20


def form_title(form: Form) -> str:
    """保留前 2 后 3 位 ..."""
    ends = [f"{side} {count} 位" for side, count in (("前", form.front), ("后", form.back)) if count]
    titles = {
        "keep": f"只留{'、'.join(ends)}" if ends else "全部换成 *",
        "digits": "数字换成 *", "year": "只留年份", "township": "保留到乡镇、街道",
        "surname": "姓＋某", "anonymous": "某甲、某乙", "label": "换成“〔已隐去〕”", "delete": "删去",
    }  # fmt: skip
    return titles[form.kind]


def lines(outcome: Outcome, bundle: Bundle, policy: Policy) -> Iterator[str]:
    """The outcome for a person, in Chinese."""
    plan = outcome.plan
    veil = veil_of(bundle)
    if plan.refused:
        yield f"没有生成副本：有 {len(plan.refused)} 处密级、不公开或者过程性信息的标志，遮盖不能代替解密或者审批。"
        for finding, mark in plan.refused[:_MOST]:
            title = rule_title(bundle, finding.rule, finding.entity)
            yield f"  {title}，{finding_place(finding, veil.clean)}，指纹 {mark}"
        yield "  请在处理意见文件（--decisions，写法见 docs/masking.md）里对每一处写明意见。"
    if plan.gaps:
        yield f"没有生成副本：有 {len(plan.gaps)} 处内容没有读到，不知道里面有什么。"
        for gap in plan.gaps[:_MOST]:
            yield f"  {gap_place(gap, veil.clean)}：{veil.clean(gap.message)} 编号 {gap.id}"
        yield "  请人工看过之后，用 --accept-gap 编号，或者在处理意见文件的 gaps 里写明由谁看过。"
    if plan.refused or plan.gaps:
        return
    if outcome.data is None:
        yield from _not_proved(outcome, bundle)
        return
    assert outcome.masked is not None
    gone = frozenset(outcome.masked.unplaced)
    shown = [one for k, one in enumerate(plan.changes) if k not in gone]
    told = f"共改动 {number(len(shown))} 处：" if shown else "没有要改动的文字。"
    yield f"遮盖方式：{policy.title}。{told}"
    for title, form, where in _by_rule(shown, bundle):
        yield f"  {title}（{form}）：{where}"
    if gone:
        taken = [one for k, one in enumerate(plan.changes) if k in gone]
        for title, _, where in _by_rule(taken, bundle):
            yield f"  {title}（连同所在的内容一起清除）：{where}"
    for removed in outcome.masked.removed:
        yield f"  已清除：{veil.clean(removed)}"
    for remark in outcome.masked.remarks:
        yield f"注意：{veil.clean(remark)}"
    left = [one for one in outcome.copy.findings if one.severity != "note"] if outcome.copy is not None else []
    beyond = len(outcome.proof.beyond)
    if len(left) > beyond:
        yield f"按处理意见或者 --accept 保留没有遮盖的，有 {number(len(left) - beyond)} 处。"
    if beyond:
        yield f"注意：不在 --only 之列、没有遮盖的，有 {number(beyond)} 处。"
    if bundle.only.name_findings:
        yield "注意：草稿的文件名里也有要处理的内容，副本发布前请另取文件名。"
    if plan.answered:
        yield f"副本中有 {len(plan.answered)} 处内容工具没有读到，只由人看过：本工具不称它为可以公开的副本。"
    elif beyond:
        yield "要求遮盖的已经核验，没有遮盖的还在：本工具不称它为可以公开的副本。"
    else:
        yield "核验通过：重新读取、重新审查副本，并在全部字节中查找，没有发现应遮盖的内容。能否公开仍须按程序审查决定。"


def _not_proved(outcome: Outcome, bundle: Bundle) -> Iterator[str]:
    veil = veil_of(bundle)
    proof = outcome.proof
    yield "没有生成副本：副本没有通过核验，里面还有应当遮盖的内容。"
    copy_places = [(finding, finding_place(finding, veil.clean)) for finding in proof.left]
    for finding, where in copy_places[:_MOST]:
        yield f"  {rule_title(bundle, finding.rule, finding.entity)}：副本的 {where}"
    for finding in proof.named[:_MOST]:
        yield f"  {entity_title(finding.entity)}：原稿 {finding_place(finding, veil.clean)} 的姓名在副本中仍在"
    for finding, stream in proof.bytes_left[:_MOST]:
        where = finding_place(finding, veil.clean)
        yield f"  {entity_title(finding.entity)}：原稿 {where} 的值还在副本的“{veil.clean(stream)}”里"
    yield "  请用原软件删去这些内容后再试；仍不行，请把以上几行告诉维护人员，不要附上文件内容。"


def _by_rule(changes: Iterable[Planned], bundle: Bundle) -> Iterator[tuple[str, str, str]]:
    veil = veil_of(bundle)
    forms: dict[tuple[str, str], list[Finding]] = {}
    for one in changes:
        forms.setdefault((one.finding.rule, form_title(one.form)), []).append(one.finding)
    for (rule, form), findings in forms.items():
        title = rule_title(bundle, rule, findings[0].entity)
        gathered = groups(findings, bundle.only.document)
        if len(gathered) > _MOST:
            yield title, form, places(findings, veil.clean, column=False)
            continue
        yield title, form, "；".join(places(one.findings, veil.clean, column=one.column) for one in gathered)


def written(outcome: Outcome, bundle: Bundle, policy: Policy, suffix: str) -> bytes:
    """The list of changes as a file: JSON for .json, else the lines that the screen shows."""
    if suffix.lower() != ".json":
        return ("\n".join(lines(outcome, bundle, policy)) + "\n").encode("utf-8", "backslashreplace")
    return (json.dumps(_fields(outcome, bundle, policy), ensure_ascii=False, indent=1) + "\n").encode(
        "utf-8", "backslashreplace"
    )


def _fields(outcome: Outcome, bundle: Bundle, policy: Policy) -> dict[str, Any]:
    veil = veil_of(bundle)
    result, plan = bundle.only, outcome.plan
    findings = in_order(result)
    marks = {
        (one.rule, one.entity, one.start, one.end): mark
        for one, (mark, _) in zip(findings, ordered_fingerprints(findings, bundle.key), strict=True)
    }
    assert result.document is not None
    made = outcome.masked if outcome.masked is not None and outcome.data is not None else Masked(b"")
    return {
        "schema": SCHEMA,
        "tool": {"name": "reviewer", "version": bundle.version},
        "rules": dict(bundle.rules),
        "key_id": bundle.key.id,
        "draft": {"path": result.path, "sha256": result.document.sha256},
        "copy": None
        if outcome.copy is None or outcome.data is None or outcome.copy.document is None
        else {"sha256": outcome.copy.document.sha256, "verdict": outcome.copy.verdict},
        "publishable": outcome.publishable,
        "profile": policy.name,
        "changes": [
            {
                "fingerprint": marks.get((one.finding.rule, one.finding.entity, one.finding.start, one.finding.end)),
                "rule": one.finding.rule,
                "entity": one.finding.entity,
                "severity": one.finding.severity,
                "form": form_title(one.form) if k not in made.unplaced else "连同所在的内容一起清除",
                "part": one.finding.part,
                "locator": locator_fields(one.finding.locator, veil),
            }
            for k, one in enumerate(plan.changes)
        ]
        if outcome.data is not None
        else [],
        "removed": [veil.raw(line) for line in made.removed],
        "remarks": [veil.raw(line) for line in made.remarks],
        "refused": [
            {"fingerprint": mark, "rule": one.rule, "entity": one.entity, "severity": one.severity, "part": one.part,
             "locator": locator_fields(one.locator, veil)}
            for one, mark in plan.refused
        ],
        "gaps": [{"id": gap.id, "part": gap.part, "reason": gap.reason} for gap in (*plan.gaps, *plan.answered)],
        "not_proved": [
            {"rule": one.rule, "entity": one.entity, "part": one.part} for one in outcome.proof.left
        ],
    }  # fmt: skip
