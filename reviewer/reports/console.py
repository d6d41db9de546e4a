"""The review report on a terminal, and the progress of a scan of many files."""

from __future__ import annotations

import io
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from reviewer.model import SEVERITIES, Document, Finding, Result
from reviewer.reports import Bundle
from reviewer.reports.grouping import Group, groups
from reviewer.reports.veil import Veil, veils
from reviewer.reports.words import (
    CONFIDENCE_TITLES,
    SEVERITY_TITLES,
    VERDICT_ADVICE,
    VERDICT_TITLES,
    citation,
    entity_title,
    gap_place,
    number,
    places,
    printable,
    rule_title,
    verdict_title,
)

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

STYLES = {"block": "bold red", "check": "yellow", "note": "cyan", "incomplete": "magenta", "clear": "green"}

_AROUND = 18
_LONGEST_QUOTE = 60
_MOST_GROUPS = 50
_MOST_CLEAR = 20
_NARROWEST, _WIDEST = 60, 140


def write(bundle: Bundle, stream: TextIO, *, width: int | None = None) -> None:
    """Write the report. Colour and width are the terminal's; a pipe gets plain text 80 columns wide.

    Raises BrokenPipeError when the reader of a pipe is gone: the caller decides what that means.
    """
    from rich.console import Console

    page = io.StringIO()
    terminal = stream.isatty()
    # Rendered apart, then written: rich would end the process on a closed pipe.
    console = Console(
        file=page, force_terminal=terminal, width=width, highlight=False, markup=False, emoji=False
    )
    if width is None:
        console.width = min(max(console.width, _NARROWEST), _WIDEST)
    shown = list(zip(bundle.results, veils(bundle), strict=True))
    quiet = [pair for pair in shown if pair[0].verdict == "clear"]
    for result, veil in shown:
        if result.verdict != "clear" or len(quiet) <= _MOST_CLEAR:
            _write_result(console, bundle, result, veil)
            _flush(page, stream)
    _write_summary(console, bundle, len(quiet) if len(quiet) > _MOST_CLEAR else 0)
    _flush(page, stream)


@contextmanager
def progress(total: int, stream: TextIO = sys.stderr) -> Iterator[Callable[[str], None]]:
    """A progress bar on a terminal for more than one file; call what it gives with each path done."""
    if total < 2 or not stream.isatty():
        yield lambda path: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("扫描"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=stream), transient=True) as bar:
        task = bar.add_task("", total=total)
        # A path may hold a name or a number: the bar counts files and does not name them.
        yield lambda path: bar.advance(task)


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
    console.rule(Text(veil.path(result), style="bold"), align="left", characters="─", style="dim")
    line = Text()
    line.append(verdict_title(result), style=STYLES[result.verdict])
    line.append("".join("　" + count for count in _counts(found)))
    console.print(line)
    console.print(Text(_about(result), style="dim"))
    for severity in reversed(SEVERITIES):
        chosen = [finding for finding in listed if finding.severity == severity]
        if chosen:
            _write_severity(console, bundle, result, veil, chosen)
    if len(listed) < len(found):
        console.print(f"另有 {number(len(found) - len(listed))} 处低于所选级别，没有列出。")
    _write_unread(console, result, veil)
    console.print()


def _about(result: Result) -> str:
    document = result.document
    if document is None:
        return "没有读到内容"
    words = [document.format, document.encoding or "", f"{number(len(document.text))} 字"]
    return " · ".join(word for word in words if word)


def _counts(findings: Sequence[Finding]) -> list[str]:
    counts = Counter(finding.severity for finding in findings)
    return [f"{SEVERITY_TITLES[s]} {number(counts[s])} 处" for s in reversed(SEVERITIES) if counts[s]]


def _write_severity(
    console: Console, bundle: Bundle, result: Result, veil: Veil, findings: Sequence[Finding]
) -> None:
    from rich.text import Text

    made = groups(findings, result.document)
    severity = findings[0].severity
    title = Text(f"{SEVERITY_TITLES[severity]}（{number(len(findings))} 处", style=STYLES[severity])
    title.append(f"，{number(len(made))} 组）" if len(made) < len(findings) else "）")
    console.print()
    console.print(title)
    table = _table(console)
    told: set[str] = set()
    for group in made[:_MOST_GROUPS]:
        if table.row_count:
            table.add_row()
        table.add_row(*_row(bundle, result, veil, group, again=group.first.rule in told))
        told.add(group.first.rule)
    console.print(table)
    if len(made) > _MOST_GROUPS:
        rest = made[_MOST_GROUPS:]
        console.print(
            f"另有 {number(len(rest))} 组、{number(sum(len(g.findings) for g in rest))} 处没有列出，"
            "请用 --format html 或 xlsx、json 查看全部。"
        )


def _table(console: Console) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False, padding=(0, 1), show_lines=False)
    narrow = console.width < 100
    table.add_column("位置", width=16 if narrow else 24, overflow="fold")
    table.add_column("问题", width=18 if narrow else 24, overflow="fold")
    table.add_column("原文、依据与建议", ratio=1, overflow="fold")
    return table


def _row(
    bundle: Bundle, result: Result, veil: Veil, group: Group, *, again: bool
) -> tuple[Text, Text, Text]:
    """The cells of one group; law and advice of a rule are told once, not `again`."""
    from rich.text import Text

    finding = group.first
    what = Text(entity_title(finding.entity), style=STYLES[finding.severity])
    title = rule_title(bundle, finding.rule, finding.entity)
    if title != entity_title(finding.entity):
        what.append("\n" + printable(title), style="default")
    what.append(f"\n{_confidence(group)}\n{printable(finding.rule)}", style="dim")
    why = _quote(result, veil, finding)
    if group.column and len(group.findings) > 1:
        why.append(f"（本列 {number(group.values())} 个不同的值，此为第一处）", style="dim")
    if finding.message.rstrip("。") not in ("", title):
        why.append("\n" + veil.clean(finding.message))
    if again:
        why.append(f"\n依据和建议同上（{printable(finding.rule)}）", style="dim")
        return Text(places(group.findings, veil.clean, column=group.column)), what, why
    if finding.basis:
        laws = "；".join(citation(bundle, key, short=True) for key in finding.basis)
        why.append("\n依据：" + printable(laws), style="dim")
    if finding.advice:
        why.append("\n建议：" + printable(finding.advice))
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
        console.print(Text(f"  整个文件：{veil.clean(fault.message)}（{printable(fault.code)}）"))
    for gap in result.gaps[:_MOST_GROUPS]:
        message = f"{veil.clean(gap.message)}（{printable(gap.reason)}）"
        console.print(Text(f"  {gap_place(gap, veil.clean)}：{message}"))
    if len(result.gaps) > _MOST_GROUPS:
        rest = number(len(result.gaps) - _MOST_GROUPS)
        console.print(f"  另有 {rest} 处没有列出，请用 --format html 或 xlsx、json 查看全部。")


def _write_summary(console: Console, bundle: Bundle, quiet: int) -> None:
    from rich.text import Text

    if len(bundle.results) == 1:
        console.print(Text(VERDICT_ADVICE[bundle.results[0].verdict]))
        return
    console.rule(Text("合计", style="bold"), align="left", characters="─", style="dim")
    verdicts = Counter(result.verdict for result in bundle.results)
    console.print(f"共 {number(len(bundle.results))} 个文件：")
    for verdict, title in VERDICT_TITLES.items():
        if verdicts[verdict]:
            console.print(Text(f"  {title}　{number(verdicts[verdict])} 个", style=STYLES[verdict]))
    if quiet:
        console.print(f"  其中未发现问题的 {number(quiet)} 个没有逐个列出。")
