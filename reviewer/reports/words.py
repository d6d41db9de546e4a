"""The Chinese words of every report: severities, verdicts, entities, places; and safe characters."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from reviewer.model import (
    ENTITY_TITLES,
    PART_TITLES,
    ROLE_TITLES,
    Confidence,
    Finding,
    Gap,
    Locator,
    Result,
    Severity,
    Verdict,
)
from reviewer.prepared.patterns import compiled
from reviewer.reports import Bundle

SEVERITY_TITLES: dict[Severity, str] = {"block": "不得公开", "check": "须人工判断", "note": "提示"}
VERDICT_TITLES: dict[Verdict, str] = {
    "block": "不得公开",
    "check": "须人工判断",
    "incomplete": "未读完",
    "note": "提示",
    "clear": "未发现问题（不等于可以公开）",
}
VERDICT_ADVICE: dict[Verdict, str] = {
    "block": "含有不得公开的内容，处理之前不能发布。",
    "check": "含有须由人判断的内容，逐条核实后再定。",
    "incomplete": "有内容没有读到，请人工查看未读部分后再定。",
    "note": "只有提示，请核对后按程序审查。",
    "clear": "工具没有发现问题。是否公开仍须按程序审查决定。",
}
CONFIDENCE_TITLES: dict[Confidence, str] = {"certain": "确定", "likely": "较可能", "possible": "可能"}

Clean = Callable[[str], str]

# Control characters (C0 but tab and line feed, C1), bidirectional and other invisible format characters,
# tags, lone surrogates and what no XML may hold: on a terminal or a page they change what the reader sees around them.
_UNSAFE = compiled(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e01ef]"
)


def printable(text: str) -> str:
    """`text` with control, bidirectional and invisible characters written as escapes (\\x1b, \\u202e)."""
    return _UNSAFE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def entity_title(entity: str) -> str:
    """The Chinese name of an entity; the name itself for one that is new."""
    return ENTITY_TITLES.get(entity, entity)


def rule_title(bundle: Bundle, rule: str, entity: str) -> str:
    """The rule's title, else that of what it finds."""
    return bundle.titles.get(rule) or entity_title(entity)


def citation(bundle: Bundle, basis: str, *, short: bool = False) -> str:
    """《中华人民共和国政府信息公开条例》第十五条, `short` without the state's name.

    The key itself where the rule set has no such entry.
    """
    law = bundle.basis.get(basis)
    if law is None:
        return basis
    title = law[0].strip("《》")
    return f"《{title.removeprefix('中华人民共和国') if short else title}》{law[1]}"


def citations(bundle: Bundle, keys: Sequence[str], *, short: bool = False) -> str:
    """All of them in one line, each law named once: 《个人信息保护法》第四条、第六条；《信访工作条例》第三十条"""
    laws: dict[str, list[str]] = {}
    for key in keys:
        law = bundle.basis.get(key)
        whole = citation(bundle, key, short=short)
        name = whole.removesuffix(law[1]) if law is not None and law[1] else whole
        laws.setdefault(name, []).append(whole.removeprefix(name))
    return "；".join(name + "、".join(filter(None, articles)) for name, articles in laws.items())


def remark(bundle: Bundle, finding: Finding) -> str:
    """The finding's message, or "" where it only repeats the title of what was found."""
    titles = ("", entity_title(finding.entity), rule_title(bundle, finding.rule, finding.entity))
    return "" if finding.message.rstrip("。") in titles else finding.message


def role_title(role: str) -> str:
    """What the person is to the document; the key itself for one that is new."""
    return ROLE_TITLES.get(role, role)


def about(result: Result, clean: Clean) -> list[str]:
    """Format, encoding, length, kind of document and, where all findings agree, how far it may be published."""
    document = result.document
    if document is None:
        return ["没有读到内容"]
    if document.format == "folder":
        return ["文件夹的名称"]
    turned = f"（转换为 {document.converted} 后读取）" if document.converted else ""
    inside = f"里面有 {number(len(result.members))} 个文件" if result.members else ""
    length = f"{number(document.length)} 字" if document.length or not inside else ""
    words = [f"{document.format}{turned}", document.encoding or "", length, inside]
    if result.genre is not None:
        kind = f"{clean(result.genre.name)}（{CONFIDENCE_TITLES[result.genre.confidence]}）"
        words.append(f"文种：{kind}")
    if scope := common_scope(result):
        words.append(f"公开范围：{clean(scope)}")
    return [word for word in words if word]


def common_scope(result: Result) -> str:
    """The scope of all findings that have one, "" where they differ."""
    scopes = {finding.scope for finding in result.findings if finding.scope}
    return scopes.pop() if len(scopes) == 1 else ""


def number(count: int) -> str:
    """15,000"""
    return f"{count:,}"


def verdict_title(result: Result) -> str:
    """The verdict in words; says so when something is unread beside what was found."""
    title = VERDICT_TITLES[result.verdict]
    if result.verdict != "incomplete" and not result.complete:
        title += "（并有内容未读）"
    return title


def part_title(part: str) -> str:
    return PART_TITLES.get(part, part)


def place(part: str, locator: Locator, clean: Clean, *, start: int | None = None) -> str:
    """Where in the file, in Chinese: 工作表“名单”D7, 第2页, 第12行第5字.

    `clean` makes sheet and attachment names fit to show. `start` places a finding in a file name.
    """
    if part == "filename":
        return "文件名" if start is None else f"文件名第{start + 1}字"
    words = [] if part == "body" else [part_title(part)]
    if locator.note:
        words.append(f"（{clean(locator.note)}）")
    where = _position(locator, clean)
    if where and words:
        words.append(" ")
    words.append(where)
    return "".join(words).strip() or "正文"


def _position(locator: Locator, clean: Clean) -> str:
    words = []
    if locator.sheet is not None:
        words.append(f"工作表“{clean(locator.sheet)}”")
    if locator.page is not None:
        words.append(f"第{locator.page}页")
    if locator.cell:
        words.append(locator.cell)
    elif locator.line is not None:
        words.append(f"第{locator.line}行" + (f"第{locator.column}字" if locator.column else ""))
    elif locator.row is not None or locator.column is not None:
        row = f"第{locator.row}行" if locator.row is not None else ""
        column = f"第{locator.column}列" if locator.column is not None else ""
        words.append(("表格" if locator.sheet is None else "") + row + column)
    elif locator.paragraph is not None:
        words.append(f"第{locator.paragraph}段")
    return "".join(words)


def finding_place(finding: Finding, clean: Clean) -> str:
    return place(finding.part, finding.locator, clean, start=finding.start)


def places(findings: Sequence[Finding], clean: Clean, *, column: bool, first: int = 3) -> str:
    """Where a group lies: 工作表“名单”D2 至 D15001，共 15,000 处; or its first places and the count."""
    if len(findings) == 1:
        return finding_place(findings[0], clean)
    count = f"共 {number(len(findings))} 处"
    if column and len(findings) > first:
        last = findings[-1].locator
        to = last.cell or (f"第{last.row}行" if last.row else "")
        head = finding_place(findings[0], clean)
        return f"{head} 至 {to}，{count}" if to else f"{head} 等，{count}"
    shown = list(dict.fromkeys(finding_place(finding, clean) for finding in findings[: first * 4]))[:first]
    return _joined(shown) + ("，" if len(findings) <= len(shown) else " 等，") + count


def _joined(shown: Sequence[str]) -> str:
    """工作表“名单”C5、C7: what all of the places begin with is said once."""
    # Up to the mark behind which a place of its own begins: never into a number or a cell's name.
    first = shown[0]
    head = first[: max(first.rfind(mark) for mark in "”） ") + 1]
    if not all(one.startswith(head) for one in shown):
        head = ""
    return head + "、".join(one.removeprefix(head) for one in shown)


def gap_place(gap: Gap, clean: Clean) -> str:
    return place(gap.part, gap.locator, clean)
