"""The review report as one HTML file: the text with its findings marked, a card beside each.

It opens offline and loads nothing: style and script stand in the file and the content security policy
names their hashes. Without the script everything is visible. Long texts are shown around findings only.
"""

from __future__ import annotations

import base64
import hashlib
import html
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files
from typing import TextIO

from reviewer.model import SEVERITIES, Block, Document, Finding, Result, Severity, Table, Verdict
from reviewer.reports import Bundle, gravest
from reviewer.reports.grouping import Group, groups
from reviewer.reports.inplace import LONGEST_MARK, Page, chosen_columns, clean, paragraphs, safe, table_row
from reviewer.reports.veil import Shown, Span, Veil
from reviewer.reports.words import (
    CONFIDENCE_TITLES,
    SEVERITY_TITLES,
    VERDICT_ADVICE,
    VERDICT_TITLES,
    about,
    citation,
    citations,
    common_scope,
    entity_title,
    gap_place,
    number,
    part_title,
    places,
    remark,
    role_title,
    rule_title,
    verdict_title,
)

# How much is shown. A list of 15,000 rows must stay a page that a person can read and a browser opens.
_AROUND = 100
_SNAP = 60
_MOST_PLACES = 20
_MOST_CARDS = 1000
_CARDS_WITH_LAW = 200
_WHOLE_TABLE = 200
_ROWS = 20
_MOST_GAPS = 200
_MOST_CHARACTERS = 400_000
_MOST_DOCUMENTS = 1000

_ORDER: tuple[Severity, ...] = ("block", "check", "note")
_LEVELS = "".join(f'<th scope="col">{SEVERITY_TITLES[severity]}</th>' for severity in _ORDER)

@dataclass(slots=True)
class _Draft:
    """One result with what its pages need."""

    result: Result
    veil: Veil
    listed: list[Finding]
    in_full: bool
    """whether it is one of those that have a section"""
    cards: list[tuple[int, Group]] = field(default_factory=list)
    """the groups that get a card, with their number, in the order of the text"""
    left_out: int = 0
    scope: str = ""
    """how far the document may be published, when all of its findings say the same"""
    page: Page | None = None
    """its text, where it has one"""
    anchors: list[Span] = field(default_factory=list)


def write(bundle: Bundle, stream: TextIO) -> None:
    """Write the page."""
    style, script = _asset("text.css") + _asset("report.css"), _asset("report.js")
    drafts = _drafts(bundle)
    stream.write(_head(style, script))
    stream.write(_title(bundle))
    stream.writelines(_body(bundle, drafts, "main"))
    stream.write(_foot(bundle) + f"<script>{script}</script>\n</body>\n</html>\n")


def fragment(bundle: Bundle) -> Iterator[str]:
    """What the page says, for a page of another: it needs text.css and report.css, and a script of its own."""
    return _body(bundle, _drafts(bundle), "div")


def _drafts(bundle: Bundle) -> list[_Draft]:
    listed = frozenset(gravest(bundle.results, _MOST_DOCUMENTS))
    drafts = [
        _draft(bundle, *pair, place in listed)
        for place, pair in enumerate(Shown(bundle))
        if place in listed or pair[0].verdict != "clear"
    ]
    # Those that are listed first: they alone have a section, and the cards.
    drafts.sort(key=lambda draft: not draft.in_full)
    _give_cards(drafts)
    return drafts


def _body(bundle: Bundle, drafts: Sequence[_Draft], kind: str) -> Iterator[str]:
    yield from _summary(drafts, len(bundle.results))
    yield from _filters(drafts)
    yield f"<{kind}>\n"
    law = sum(len(draft.cards) for draft in drafts) <= _CARDS_WITH_LAW
    for place, draft in enumerate(drafts, 1):
        if draft.in_full and (draft.listed or draft.result.gaps or draft.result.faults):
            yield from _document(bundle, draft, place, law)
    yield f"</{kind}>\n"
    if bundle.joining is not None:
        from reviewer.reports import joining

        yield from joining.section(bundle.joining, Shown(bundle).path)
    yield from _laws(bundle, drafts)


def _draft(bundle: Bundle, result: Result, veil: Veil, in_full: bool) -> _Draft:
    listed = [f for f in (*result.findings, *result.name_findings) if bundle.listed(f)]
    if not in_full and result.document is not None:
        result = replace(result, document=result.document.without_text())
        veil.forget()
    return _Draft(result, veil, listed, in_full)


def _asset(name: str) -> str:
    return files("reviewer.reports").joinpath("assets", name).read_text("utf-8")


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def framed(title: str, body: Iterable[str]) -> Iterator[str]:
    """A page of our own look around `body`, which is HTML without scripts."""
    yield _head(_asset("text.css") + _asset("report.css"), "", title)
    yield f'<header class="top"><h1>{safe(title)}</h1></header>\n<main>\n'
    yield from body
    yield "</main>\n</body>\n</html>\n"


def _head(style: str, script: str, title: str = "拟公开信息审查报告") -> str:
    policy = (
        f"default-src 'none'; style-src 'sha256-{_hash(style)}'; script-src 'sha256-{_hash(script)}'; "
        "img-src 'none'; base-uri 'none'; form-action 'none'"
    )
    return (
        '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{safe(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
    )


def _give_cards(drafts: list[_Draft]) -> None:
    """Decide which groups are shown, the severe ones first, and number them in the order of the text."""
    made = [
        (index, group)
        for index, draft in enumerate(drafts)
        for group in groups(draft.listed, draft.result.document)
    ]
    made.sort(key=lambda pair: -SEVERITIES.index(pair[1].first.severity))
    chosen: list[list[Group]] = [[] for _ in drafts]
    for index, group in made[:_MOST_CARDS]:
        chosen[index].append(group)
    for index, _ in made[_MOST_CARDS:]:
        drafts[index].left_out += 1
    here = 0
    for draft, some in zip(drafts, chosen, strict=True):
        # What stands in the file's name comes first; it has no place in the text.
        some.sort(key=lambda group: (group.first.part != "filename", group.first.start, group.first.end))
        draft.cards = [(here + k, group) for k, group in enumerate(some, 1)]
        here += len(some)
        text = [(k, g) for k, g in draft.cards if g.first.part != "filename"]
        draft.anchors = sorted((f.start, f.end) for _, g in text for f in g.findings[:_MOST_PLACES])
        draft.scope = common_scope(draft.result)
        if draft.result.document is not None:
            marks = ((f.start, f.end, (k, f)) for k, g in text for f in g.findings)
            draft.page = Page.of(draft.result.document, draft.veil, marks)


# The summary


def _title(bundle: Bundle) -> str:
    date = f"<span>审查日期 {safe(bundle.date)}</span>" if bundle.date else ""
    count = f"<span>文件 {number(len(bundle.results))} 个</span>"
    return f'<header class="top"><h1>拟公开信息审查报告</h1><p class="meta">{date}{count}</p></header>\n'


def _summary(drafts: Sequence[_Draft], count: int) -> Iterator[str]:
    found = {draft.result.verdict for draft in drafts}
    worst: Verdict = next((verdict for verdict in VERDICT_TITLES if verdict in found), "incomplete")
    unread = sum(not draft.result.complete for draft in drafts)
    yield f'<section class="banner v-{worst}"><p class="verdict">{safe(VERDICT_TITLES[worst])}</p>'
    yield f"<p>{VERDICT_ADVICE[worst]}"
    if unread and worst != "incomplete":
        yield f" 另有 {number(unread)} 个文件没有读完，未读部分须人工查看。"
    yield "</p></section>\n"
    findings = [finding for draft in drafts for finding in draft.listed]
    yield '<section class="summary">\n'
    yield from _tiles(findings)
    yield from _files(drafts, count)
    yield from _entities(findings)
    hidden = sum(len(d.result.findings) + len(d.result.name_findings) - len(d.listed) for d in drafts)
    if hidden:
        yield f'<p class="more">另有 {number(hidden)} 处低于所选级别，没有列出。</p>'
    yield "</section>\n"


def _tiles(findings: Sequence[Finding]) -> Iterator[str]:
    severities = Counter(finding.severity for finding in findings)
    yield '<ul class="tiles">'
    for severity in _ORDER:
        yield (
            f'<li class="s-{severity}"><b>{number(severities[severity])}</b>'
            f"<span>处{SEVERITY_TITLES[severity]}</span></li>"
        )
    yield "</ul>\n"


def _entities(findings: Sequence[Finding]) -> Iterator[str]:
    """What was found, by severity."""
    if not findings:
        return
    both = Counter((finding.entity, finding.severity) for finding in findings)
    entities = Counter(finding.entity for finding in findings)
    yield f'<table class="grid"><thead><tr><th scope="col">内容</th>{_LEVELS}<th scope="col">合计</th></tr>'
    yield "</thead><tbody>"

    def rank(item: tuple[str, int]) -> tuple[int, int, int, str]:
        # What must not be published stands first, however much else there is.
        return -both[item[0], "block"], -both[item[0], "check"], -item[1], item[0]

    for entity, total in sorted(entities.items(), key=rank):
        cells = "".join(_count(both[entity, severity]) for severity in _ORDER)
        yield f'<tr><th scope="row">{safe(entity_title(entity))}</th>{cells}{_count(total)}</tr>'
    yield "</tbody></table>\n"


def _count(count: int) -> str:
    return f"<td>{number(count) if count else '—'}</td>"


def _files(drafts: Sequence[_Draft], count: int) -> Iterator[str]:
    if count < 2:
        return
    yield '<table class="grid files"><thead><tr><th scope="col">文件</th><th scope="col">结论</th>'
    yield f'{_LEVELS}<th scope="col">未读</th></tr></thead><tbody>'
    listed = [draft for draft in drafts if draft.in_full]
    for place, draft in enumerate(listed, 1):
        result = draft.result
        name = html.escape(draft.veil.path(result))
        if draft.listed or result.gaps or result.faults:
            name = f'<a href="#d{place}">{name}</a>'
        unread = len(result.gaps) + len(result.faults)
        counts = Counter(finding.severity for finding in draft.listed)
        cells = "".join(_count(counts[severity]) for severity in _ORDER)
        yield f'<tr><th scope="row">{name}</th><td>{_verdict(result)}</td>{cells}{_count(unread)}</tr>'
    yield "</tbody></table>\n"
    if count > len(listed):
        clear = count - len(drafts)
        held = f"（其中 {number(clear)} 个未发现问题）" if clear else ""
        rest = f"另有 {number(count - len(listed))} 个文件没有列出{held}，请看 xlsx 或 json。"
        yield f'<p class="more">{rest}</p>'


def _filters(drafts: Sequence[_Draft]) -> Iterator[str]:
    shown = [group.first for draft in drafts for _, group in draft.cards]
    if not shown:
        return
    severities = Counter(finding.severity for finding in shown)
    entities = Counter(finding.entity for finding in shown)
    yield '<form class="filters" aria-label="筛选"><fieldset><legend>级别</legend>'
    for severity in _ORDER:
        if severities[severity]:
            yield _choice("severity", severity, SEVERITY_TITLES[severity], severities[severity])
    yield '</fieldset><p class="keys"><output></output> 按 <kbd>j</kbd> 下一条，<kbd>k</kbd> 上一条</p>'
    yield '<fieldset class="entities"><legend>内容</legend>'
    if len(entities) > 2:
        yield '<span><button type="button" value="1">全选</button><button type="button">全不选</button></span>'
    for entity, count in sorted(entities.items(), key=lambda item: (-item[1], item[0])):
        yield _choice("entity", entity, entity_title(entity), count)
    yield "</fieldset></form>\n"


def _choice(kind: str, value: str, title: str, count: int) -> str:
    return (
        f'<label class="s-{safe(value)}">'
        f'<input type="checkbox" name="{kind}" value="{safe(value)}" checked>'
        f"{safe(title)} <i>{number(count)}</i></label>"
    )


# One document


def _document(bundle: Bundle, draft: _Draft, place: int, law: bool) -> Iterator[str]:
    result = draft.result
    document = result.document
    path = html.escape(draft.veil.path(result))
    yield f'<section class="doc" id="d{place}"><h2><span class="path">{path}</span> {_verdict(result)}</h2>'
    if document is not None:
        yield f'<p class="about">{html.escape(" · ".join(about(result, draft.veil.clean)))}</p>'
    yield from _unread(draft)
    named = [card for card in draft.cards if card[1].first.part == "filename"]
    if named:
        yield '<div class="row"><div class="src"><p class="blk"><span class="tag">文件名</span>'
        yield f"{path}</p></div>" + _cards(bundle, draft, named, law) + "</div>\n"
    if draft.page is not None and draft.anchors:
        yield from _text(bundle, draft, draft.page, law)
    if draft.left_out:
        rest = number(draft.left_out)
        yield f'<p class="more">另有 {rest} 组问题没有列出，请看 xlsx 或 json 格式的报告。</p>'
    yield "</section>\n"


def _verdict(result: Result) -> str:
    return f'<span class="chip v-{result.verdict}">{verdict_title(result)}</span>'


def _unread(draft: _Draft) -> Iterator[str]:
    result = draft.result
    if not result.gaps and not result.faults:
        return
    yield '<div class="unread"><h3>没有读到的部分</h3><p>工具没有检查以下内容，请人工查看。</p><ul>'
    for fault in result.faults:
        yield f"<li><b>整个文件</b> {clean(draft.veil, fault.message)}</li>"
    for gap in result.gaps[:_MOST_GAPS]:
        where = html.escape(gap_place(gap, draft.veil.clean))
        yield f"<li><b>{where}</b> {clean(draft.veil, gap.message)}</li>"
    yield "</ul>"
    if len(result.gaps) > _MOST_GAPS:
        yield f'<p class="more">另有 {number(len(result.gaps) - _MOST_GAPS)} 处没有列出。</p>'
    yield "</div>\n"


def _text(bundle: Bundle, draft: _Draft, page: Page, law: bool) -> Iterator[str]:
    """Rows of text with the cards of what begins there; tables apart; what lies between is counted."""
    waiting = [card for card in draft.cards if card[1].first.part != "filename"]
    document, here = page.document, 0
    budget = _MOST_CHARACTERS
    for start, end, block in _stretches(document, draft.anchors):
        if budget < 0:
            break
        if start - here > 1:
            yield f'<p class="skip">略去 {number(start - here)} 字</p>\n'
        cards = [card for card in waiting if start <= card[1].first.start < end]
        if block is not None and block.table is not None:
            source = _table(draft, page, block, block.table)
        else:
            source = paragraphs(page, start, end)
        budget -= len(source)
        yield f'<div class="row"><div class="src">{source}</div>{_cards(bundle, draft, cards, law)}</div>\n'
        here = end
    if len(document.text) - here > 1:
        yield f'<p class="skip">略去 {number(len(document.text) - here)} 字</p>\n'
    late = [card for card in waiting if card[1].first.start >= here]
    if late:
        yield f'<div class="row"><div class="src"></div>{_cards(bundle, draft, late, law)}</div>\n'


def _stretches(document: Document, anchors: Sequence[Span]) -> Iterator[tuple[int, int, Block | None]]:
    """What is shown: text around the anchors, and tables that hold one (rows are chosen later)."""
    tables = [block for block in document.blocks if block.table is not None]
    starts = [table.start for table in tables]
    held: Span | None = None
    region = -1
    for start, end in anchors:
        k = bisect_right(starts, start) - 1
        inside = k >= 0 and start < tables[k].end
        new = 2 * k + (0 if inside else 1)
        if new != region and held:
            yield *held, None
            held = None
        if inside:
            if new != region:
                yield tables[k].start, tables[k].end, tables[k]
        else:
            low = tables[k].end + 1 if k >= 0 else 0
            high = starts[k + 1] - 1 if k + 1 < len(tables) else len(document.text)
            reach = _reach(document.text, start, min(end, start + LONGEST_MARK), low, high)
            if held and reach[0] <= held[1] + _AROUND:
                held = held[0], max(reach[1], held[1])
            else:
                if held:
                    yield *held, None
                held = reach
        region = new
    if held:
        yield *held, None


def _reach(text: str, start: int, end: int, least: int, most: int) -> Span:
    """[start, end) with some text on both sides, to a line's end where one is near, within [least, most]."""
    low, high = max(start - _AROUND, least), min(end + _AROUND, most)
    line = text.rfind("\n", max(low - _SNAP, least), low)
    low = line + 1 if line >= 0 else least if low <= least + _SNAP else low
    line = text.find("\n", high, min(high + _SNAP, most))
    return low, line if line >= 0 else most if high + _SNAP >= most else high


def _table(draft: _Draft, page: Page, block: Block, table: Table) -> str:
    """The table, or of a long one its first row and the first rows with findings."""
    rows = list(range(table.row_count()))
    if len(rows) > _WHOLE_TABLE:
        found = {table.row_of(cell) for a, _ in draft.anchors if (cell := table.cell_at(a)) is not None}
        rows = sorted({0, *sorted(found)[:_ROWS]})
    columns = chosen_columns(page, table, rows)
    shown = set(columns)
    tag = ""
    if table.sheet is not None:
        tag = f"工作表“{clean(draft.veil, table.sheet)}”"
    if block.part != "body":
        tag = f'<span class="tag">{safe(part_title(block.part))}</span>{tag}'
    pieces = [f'<div class="wide"><table class="cells"><caption>{tag}</caption>']
    before = -1
    for row in rows:
        if row - before > 1:
            pieces.append(_skipped(row - before - 1, len(columns)))
        pieces.append(table_row(page, table, row, columns, shown))
        before = row
    if table.row_count() - before > 1:
        pieces.append(_skipped(table.row_count() - before - 1, len(columns)))
    pieces.append("</table></div>")
    return "".join(pieces)


def _skipped(rows: int, columns: int) -> str:
    return f'<tr class="skip"><td colspan="{columns + 1}">略去 {number(rows)} 行</td></tr>'


# The cards


def _cards(bundle: Bundle, draft: _Draft, cards: Iterable[tuple[int, Group]], law: bool) -> str:
    made = "".join(_card(bundle, draft, k, group, law) for k, group in cards)
    return f'<div class="cards">{made}</div>'


def _card(bundle: Bundle, draft: _Draft, k: int, group: Group, law: bool) -> str:
    finding = group.first
    title = rule_title(bundle, finding.rule, finding.entity)
    where = html.escape(places(group.findings, draft.veil.clean, column=group.column))
    lines = [
        f'<article class="card s-{finding.severity}" id="g{k}" tabindex="-1" '
        f'data-severity="{finding.severity}" data-entity="{safe(finding.entity)}">'
        f'<header><a class="no" href="#g{k}">{k}</a>'
        f'<span class="chip s-{finding.severity}">{SEVERITY_TITLES[finding.severity]}</span>'
        f"<h3>{safe(title)}</h3></header>",
        f'<p class="value">{_shown_value(draft, group)}</p>',
    ]
    if said := remark(bundle, finding):
        lines.append(f"<p>{clean(draft.veil, said)}</p>")
    scope = group.common("scope")
    if scope and scope != draft.scope:
        lines.append(f"<p><b>公开范围</b> {clean(draft.veil, scope)}</p>")
    if finding.advice:
        lines.append(f'<p class="advice"><b>建议</b> {safe(finding.advice)}</p>')
    lines.append(_law(bundle, finding.basis, law))
    kind = "" if entity_title(finding.entity) == title else f"{safe(entity_title(finding.entity))} · "
    if role := group.common("role"):
        kind += f"{safe(role_title(role))} · "
    lines.append(
        f'<p class="fine">{where} · {kind}'
        f"可信度 {_confidence(group)} · <code>{safe(finding.rule)}</code></p></article>\n"
    )
    return "".join(lines)


def _shown_value(draft: _Draft, group: Group) -> str:
    first = clean(draft.veil, draft.veil.value(group.first))
    if len(group.findings) == 1:
        return first
    count = group.values()
    return f"{first} <i>等 {number(count)} 个不同的值</i>" if count > 1 else first


def _confidence(group: Group) -> str:
    counts = Counter(finding.confidence for finding in group.findings)
    if len(counts) == 1:
        return CONFIDENCE_TITLES[group.first.confidence]
    return "、".join(f"{title} {number(counts[c])}" for c, title in CONFIDENCE_TITLES.items() if counts[c])


def _law(bundle: Bundle, keys: Sequence[str], full: bool) -> str:
    """The laws in one line that opens to their text; without `full` the text stands at the page's end."""
    if not keys:
        return ""
    name = f"<b>依据</b> {safe(citations(bundle, keys, short=True))}"
    texts = [
        f"<p>{safe(citation(bundle, key))}：{safe(bundle.basis[key][2])}</p>"
        for key in keys
        if key in bundle.basis and bundle.basis[key][2]
    ]
    if full and texts:
        return f'<details class="law"><summary>{name}</summary>{"".join(texts)}</details>'
    return f'<p class="law">{name}' + (' <a href="#laws">条文</a></p>' if texts else "</p>")


def _laws(bundle: Bundle, drafts: Sequence[_Draft]) -> Iterator[str]:
    used = {key for draft in drafts for _, group in draft.cards for key in group.first.basis}
    known = [key for key in bundle.basis if key in used]
    if not known:
        return
    yield '<section class="laws" id="laws"><h2>依据条文</h2><dl>'
    for key in known:
        _, _, text, source = bundle.basis[key]
        yield f'<dt>{safe(citation(bundle, key))}</dt><dd>{safe(text)}'
        yield f'<span class="fine">（{safe(source)}）</span></dd>' if source else "</dd>"
    yield "</dl></section>\n"


def _foot(bundle: Bundle) -> str:
    rules = bundle.rules
    words = [f"reviewer {bundle.version}".strip()]
    if rules.get("name"):
        words.append(f"规则 {rules['name']} {rules.get('version', '')}".strip())
    if rules.get("count"):
        words.append(f"{rules['count']} 条")
    if rules.get("sha256"):
        words.append(f"sha256 {str(rules['sha256'])[:16]}")
    words.append(f"密钥编号 {bundle.key.id}")
    values = (
        "<strong>本报告显示了查出的原值，须按原件同等保管。</strong>"
        if bundle.show_values
        else "查出的号码、姓名等已用 * 遮盖；其余文字与原稿相同。"
    )
    about = safe(" · ".join(words))
    return f'<footer><p>{values}“未发现问题”不等于可以公开。</p><p class="fine">{about}</p></footer>\n'
