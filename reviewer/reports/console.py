"""The review report on a terminal."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from reviewer.model import SEVERITIES, Document, Finding, Result, Verdict
from reviewer.reports import Bundle, gravest
from reviewer.reports.grouping import Group, groups
from reviewer.reports.lines import beside, folded
from reviewer.reports.veil import Shown, Veil
from reviewer.reports.words import (
    CONFIDENCE_TITLES,
    SEVERITY_TITLES,
    VERDICT_ADVICE,
    VERDICT_TITLES,
    about,
    citations,
    common_scope,
    entity_title,
    gap_place,
    number,
    places,
    printable,
    remark,
    role_title,
    rule_title,
    verdict_title,
)

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

STYLES = {"block": "bold red", "check": "yellow", "note": "cyan", "incomplete": "magenta", "clear": "green"}

_AROUND = 18
_LONGEST_QUOTE = 60
_MOST_GROUPS = 50
_MOST_CLEAR = 20
_MOST_FILES = 200
_MOST_TOLD = 100
"""files that are told of finding by finding; who has more than that reads a page or a workbook"""
_WIDE = 100
_NARROWEST, _WIDEST = 60, 140


def write(bundle: Bundle, stream: TextIO, *, width: int | None = None) -> None:
    """Write the report. Colour and width are the terminal's; a pipe gets plain text 80 columns wide.

    Raises BrokenPipeError when the reader of a pipe is gone: the caller decides what that means.
    """
    from rich.console import Console
    from rich.text import Text

    page = io.StringIO()
    terminal = stream.isatty()
    # Rendered apart, then written: rich would end the process on a closed pipe.
    console = Console(file=page, force_terminal=terminal, width=width, highlight=False, markup=False, emoji=False)
    if width is None:
        console.width = min(max(console.width, _NARROWEST), _WIDEST)
    shown = Shown(bundle)
    verdicts = Counter(result.verdict for result in bundle.results)
    work = len(shown) - verdicts["clear"]
    told = frozenset(gravest(bundle.results, _MOST_TOLD)) if work > _MOST_TOLD else None
    for place, (result, veil) in enumerate(shown):
        if place in told if told is not None else result.verdict != "clear" or verdicts["clear"] <= _MOST_CLEAR:
            _write_result(console, bundle, result, veil)
            _flush(page, stream)
    if told is not None:
        rest = number(work - _MOST_TOLD)
        more = f"另有 {rest} 个文件没有逐处列出，请用 -o 台账.xlsx 查看全部。"
        _say(console, Text(f"以上是最要紧的 {_MOST_TOLD} 个文件，{more}"))
        console.print()
    if bundle.joining is not None:
        _write_joining(console, bundle, shown)
    _write_summary(console, bundle, verdicts, shown)
    _flush(page, stream)


def _write_joining(console: Console, bundle: Bundle, shown: Shown) -> None:
    from rich.text import Text

    from reviewer.reports.joining import lines

    assert bundle.joining is not None
    _title(console, "汇聚风险")
    for indent, said in lines(bundle.joining, shown.path):
        _say(console, Text(printable(said)), indent=indent)
    console.print()


def _flush(page: io.StringIO, stream: TextIO) -> None:
    text = page.getvalue()
    page.seek(0)
    page.truncate()
    encoding = getattr(stream, "encoding", None) or "utf-8"
    # A terminal in GBK can not show every character of a draft: better a ? than no report.
    stream.write(text.encode(encoding, "replace").decode(encoding))


def _write_result(console: Console, bundle: Bundle, result: Result, veil: Veil) -> None:
    from rich.text import Text

    found = (*result.findings, *result.name_findings)
    listed = [finding for finding in found if bundle.listed(finding)]
    _title(console, veil.path(result))
    line = Text("结论：")
    line.append(verdict_title(result), style=STYLES[result.verdict])
    _say(console, line)
    if found:
        _say(console, Text(f"查出 {number(len(found))} 处：{'，'.join(_counts(found))}"))
    _say(console, Text(" · ".join(about(result, veil.clean)), style="dim"))
    for severity in reversed(SEVERITIES):
        chosen = [finding for finding in listed if finding.severity == severity]
        if chosen:
            _write_severity(console, bundle, result, veil, chosen)
    if len(listed) < len(found):
        _say(console, Text(f"另有 {number(len(found) - len(listed))} 处低于所选级别，没有列出。"))
    _write_unread(console, result, veil)
    console.print()


def _title(console: Console, title: str) -> None:
    """The title with a rule behind it to the right edge."""
    from rich.text import Text

    lines = folded(Text(title, style="bold"), console.width)
    lines[-1].append(" " + "─" * max(console.width - lines[-1].cell_len - 1, 0), style="dim")
    for line in lines:
        console.print(line, soft_wrap=True)


def _say(console: Console, text: Text, *, indent: int = 0) -> None:
    """The text in lines of the console's width, `indent` cells in."""
    from rich.text import Text

    for line in beside((Text(), text), (indent, console.width - indent), gap=0):
        console.print(line, soft_wrap=True)


def _counts(findings: Sequence[Finding]) -> list[str]:
    counts = Counter(finding.severity for finding in findings)
    return [f"{SEVERITY_TITLES[s]} {number(counts[s])}" for s in reversed(SEVERITIES) if counts[s]]


def _write_severity(console: Console, bundle: Bundle, result: Result, veil: Veil, findings: Sequence[Finding]) -> None:
    from rich.text import Text

    made = groups(findings, result.document)
    severity = findings[0].severity
    title = Text(f"{SEVERITY_TITLES[severity]}（{number(len(findings))} 处", style=STYLES[severity])
    title.append(f"，{number(len(made))} 组）" if len(made) < len(findings) else "）")
    console.print()
    console.print(title)
    told: set[object] = {common_scope(result)}
    narrow = console.width < _WIDE
    widths = _widths(console.width, (20,) if narrow else (22, 24))
    _ruled(console, widths, ("问题", "原文、依据与建议") if narrow else ("位置", "问题", "原文、依据与建议"))
    for place, group in enumerate(made[:_MOST_GROUPS]):
        if place:
            console.print()
        where, what, why = _row(bundle, result, veil, group, told)
        cells = [_stacked(what, where), why] if narrow else [where, what, why]
        for line in beside(cells, widths):
            console.print(line, soft_wrap=True)
    if len(made) > _MOST_GROUPS:
        rest = made[_MOST_GROUPS:]
        count = f"另有 {number(len(rest))} 组、{number(sum(len(g.findings) for g in rest))} 处没有列出，"
        console.print()
        _say(console, Text(count + "请用 --format html 或 xlsx、json 查看全部。"))


def _widths(total: int, first: Sequence[int]) -> tuple[int, ...]:
    return *first, total - sum(first) - 2 * len(first)


def _ruled(console: Console, widths: Sequence[int], names: Sequence[str]) -> None:
    """A table's header and the line below it."""
    from rich.text import Text

    for line in beside([Text(name, style="dim") for name in names], widths):
        console.print(line, soft_wrap=True)
    console.print(Text("─" * console.width, style="dim"), soft_wrap=True)


def _stacked(what: Text, where: Text) -> Text:
    """One narrow column instead of two: what was found, and below it where."""
    head, *rest = what.split("\n")
    for piece in (where, *rest):
        head.append("\n").append_text(piece)
    return head


def _row(bundle: Bundle, result: Result, veil: Veil, group: Group, told: set[object]) -> tuple[Text, Text, Text]:
    """Place, problem and the rest of one group; what was `told` further up is not told again."""
    from rich.text import Text

    finding = group.first
    what = Text()
    what.append(entity_title(finding.entity), style=STYLES[finding.severity])
    title = rule_title(bundle, finding.rule, finding.entity)
    if title != entity_title(finding.entity):
        what.append("\n" + printable(title))
    if role := group.common("role"):
        what.append("\n" + printable(role_title(role)))
    what.append(f"\n可信度：{_confidence(group)}\n{printable(finding.rule)}", style="dim")
    why = _quote(result, veil, finding)
    if group.column and len(group.findings) > 1:
        why.append(f"（本列 {number(group.values())} 个不同的值，此为第一处）", style="dim")
    if said := remark(bundle, finding):
        why.append("\n" + veil.clean(said))
    scope = group.common("scope")
    if scope and scope not in told:
        why.append("\n公开范围：" + veil.clean(scope))
    again = (finding.rule, finding.basis, finding.advice)
    if again in told:
        why.append(f"\n依据和建议同上（{printable(finding.rule)}）", style="dim")
    else:
        if finding.basis:
            why.append("\n依据：" + printable(citations(bundle, finding.basis, short=True)), style="dim")
        if finding.advice:
            why.append("\n建议：" + printable(finding.advice))
    told.update((scope, again))
    return Text(places(group.findings, veil.clean, column=group.column)), what, why


def _confidence(group: Group) -> str:
    counts = Counter(finding.confidence for finding in group.findings)
    if len(counts) == 1:
        return CONFIDENCE_TITLES[group.first.confidence]
    return "、".join(f"{title} {number(counts[c])}" for c, title in CONFIDENCE_TITLES.items() if counts[c])


def _quote(result: Result, veil: Veil, finding: Finding) -> Text:
    """The finding between 【】 with some text on both sides; every found value in it is masked."""
    from rich.text import Text

    style = "bold " + STYLES[finding.severity].replace("bold ", "")
    document = result.document
    if finding.part == "filename" or document is None:
        return Text("【" + veil.clean(veil.value(finding)) + "】", style=style)
    low, high = _reach(document, finding)
    start = max(finding.start - _AROUND, min(low, finding.start))
    stop = min(finding.end, finding.start + _LONGEST_QUOTE)
    end = min(finding.end + _AROUND, max(high, finding.end))
    quote = Text("…" if start > low else "")
    quote.append(_one_line(veil.show(start, finding.start)))
    value = _one_line(veil.show(finding.start, stop)) + ("…" if stop < finding.end else "")
    quote.append(f"【{value}】", style=style)
    if stop == finding.end:
        quote.append(_one_line(veil.show(finding.end, end)) + ("…" if end < high else ""))
    return quote


def _reach(document: Document, finding: Finding) -> tuple[int, int]:
    """How far a quotation may go: to the ends of the block, in a table to those of the row."""
    block = document.block_at(finding.start)
    if block is None:
        return 0, len(document.text)
    if block.table is None or not block.table.starts:
        return block.start, block.end
    table = block.table
    cell = max(bisect_right(table.starts, finding.start) - 1, 0)
    row = table.row_of(cell)
    return table.starts[table.first[row]], table.ends[table.first[row + 1] - 1]


def _one_line(text: str) -> str:
    return text.replace("\n", "⏎").replace("\t", " │ ")


def _write_unread(console: Console, result: Result, veil: Veil) -> None:
    from rich.text import Text

    if not result.gaps and not result.faults:
        return
    console.print()
    console.print(Text("没有读到的部分（工具没有检查，请人工查看）", style=STYLES["incomplete"]))
    for fault in result.faults:
        _say(console, Text(f"整个文件：{veil.clean(fault.message)}（{printable(fault.code)}）"), indent=2)
    for gap in result.gaps[:_MOST_GROUPS]:
        message = f"{veil.clean(gap.message)}（{printable(gap.reason)}）"
        _say(console, Text(f"{gap_place(gap, veil.clean)}：{message}"), indent=2)
    if len(result.gaps) > _MOST_GROUPS:
        rest = number(len(result.gaps) - _MOST_GROUPS)
        _say(console, Text(f"另有 {rest} 处没有列出，请用 --format html 或 xlsx、json 查看全部。"), indent=2)


def _write_summary(console: Console, bundle: Bundle, verdicts: Counter[Verdict], shown: Shown) -> None:
    """The verdict and what to do; of several files a table of them, those that need work first."""
    from rich.text import Text

    worst = next((verdict for verdict in VERDICT_TITLES if verdicts[verdict]), None)
    if worst is None:
        return
    if len(shown) > 1:
        _title(console, "合计")
        words = [f"{VERDICT_TITLES[v]} {number(verdicts[v])}" for v in VERDICT_TITLES if verdicts[v]]
        _say(console, Text(f"共 {number(len(shown))} 个文件：{'，'.join(words)}"))
        console.print()
        _write_files(console, bundle, verdicts, shown)
        console.print()
    _say(console, Text(VERDICT_ADVICE[worst], style=STYLES[worst]))
    unread = sum(not result.complete for result, _ in shown)
    if unread and worst != "incomplete":
        which = f"有 {number(unread)} 个文件" if len(shown) > 1 else "这个文件"
        _say(console, Text(f"{which}没有读完，未读的部分须人工查看。", style=STYLES["incomplete"]))
    if worst in ("block", "check"):
        _say(console, Text("要对照原文逐处看，加 -o 报告.html；要做台账，加 -o 台账.xlsx。", style="dim"))


def _write_files(console: Console, bundle: Bundle, verdicts: Counter[Verdict], shown: Shown) -> None:
    """The files that need work, those first that need it most."""
    from rich.text import Text

    quiet = verdicts["clear"]
    work = gravest(bundle.results, min(_MOST_FILES, len(shown) - quiet))
    if not work:
        return
    listed = frozenset(work)
    rows = {place: _file_row(result, veil) for place, (result, veil) in enumerate(shown) if place in listed}
    widths = (console.width - 54, 12, 10, 12, 6, 4)
    _ruled(console, widths, ("文件", "结论", "不得公开", "须人工判断", "提示", "未读"))
    for place in work:
        for line in beside(rows[place], widths):
            console.print(line, soft_wrap=True)
    if (rest := len(shown) - quiet - len(work)) > 0:
        _say(console, Text(f"另有 {number(rest)} 个文件没有列在表中。"))
    if quiet:
        _say(console, Text(f"其余 {number(quiet)} 个文件未发现问题（不等于可以公开）。"))


def _file_row(result: Result, veil: Veil) -> list[Text]:
    from rich.text import Text

    counts = Counter(f.severity for f in (*result.findings, *result.name_findings))
    unread = len(result.gaps) + len(result.faults)
    numbers = [counts["block"], counts["check"], counts["note"], unread]
    cells = [Text(veil.path(result)), Text(VERDICT_TITLES[result.verdict], style=STYLES[result.verdict])]
    return [*cells, *(Text(number(n) if n else "—") for n in numbers)]
