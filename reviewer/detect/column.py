"""Whole table columns: rules that know a column by its header, and columns of names and addresses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import regex

from reviewer.detect.candidate import Candidate
from reviewer.detect.compiled import Compiled
from reviewer.detect.lines import Lines
from reviewer.detect.pattern import normalise
from reviewer.detect.roster import may_be_one
from reviewer.detect.table import Layout
from reviewer.language import names, places
from reviewer.model import Block, Table
from reviewer.prepared.patterns import compiled
from reviewer.rulebook.rule import Rule
from reviewer.text.traditional import simplified

_TRIVIAL = frozenset(
    ["", "无", "否", "没有", "—", "-", "/", "\\", "健康", "正常", "良好", "未", "不详", "同上", "0", "空"]
)
_POST = compiled("^(?:现任)?(?:职务|职称|工作职务|职务职级|行政职务)$")
"""a column of posts: the list is one of office holders"""
_SAMPLE = 200


def columns(lines: Lines, compiled: Compiled) -> Iterator[Candidate]:
    """Candidates found because of the column they stand in, for all tables of the document."""
    name_rule = compiled.book.by_id("person-name")
    address_rule = compiled.book.by_id("home-address")
    for block in lines.document.blocks:
        table = block.table
        if table is None:
            continue
        view = lines.layout(block)
        for column, header, cells in _groups(table, view, lines.text):
            if header:
                yield from _by_header(header, cells, block, lines, compiled)
            if name_rule is not None:
                yield from _names(header, cells, block, lines, name_rule, column)
            if address_rule is not None and header:
                yield from _addresses(header, cells, block, lines, address_rule, column)


def _groups(table: Table, view: Layout, text: str) -> Iterator[tuple[int, str, list[int]]]:
    """(column, header, cells) of each column; of each row where the labels stand in the first column."""
    if not view.transposed:
        for column, cells in _cells_by_column(table, view).items():
            yield column, view.headers.get(column, ""), cells
        return
    for row in range(table.row_count()):
        first, *rest = range(table.first[row], table.first[row + 1])
        cells = [cell for cell in rest if table.starts[cell] < table.ends[cell]]
        if cells:
            yield 0, simplified(text[table.starts[first] : table.ends[first]].strip()), cells


def _cells_by_column(table: Table, view: Layout) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for cell in range(table.first[view.first_data], len(table.starts)):
        if table.starts[cell] < table.ends[cell]:
            found.setdefault(table.columns[cell], []).append(cell)
    return found


def _by_header(
    header: str, cells: list[int], block: Block, lines: Lines, compiled: Compiled
) -> Iterator[Candidate]:
    table, text = block.table, lines.text
    assert table is not None
    plain = "".join(header.split())
    for rule in compiled.headed(plain):
        if rule.kind == "fact":
            if _speaks_of_persons(rule, header, lines.layout(block)):
                yield from _facts(rule, cells, table, text, compiled.value(rule) if rule.value else None)
        else:
            pattern = compiled.value(rule) if rule.value else None
            for cell in cells:
                start, end = table.starts[cell], table.ends[cell]
                if pattern is None:
                    yield Candidate(rule, start, end, "", "column", labelled=True)
                    continue
                match = pattern.match(text, start, end)
                if match is not None and not text[match.end("value") : end].strip():
                    first, last = match.span("value")
                    value = normalise(rule.entity, text[first:last])
                    yield Candidate(rule, first, last, value, "plain", labelled=True)


def _speaks_of_persons(rule: Rule, header: str, view: Layout) -> bool:
    """Whether the other headers say what the rule asks of them: 学校 beside 姓名 and not beside 职称."""
    if view.transposed:
        return True
    others = [other for other in view.headers.values() if other != header]
    if any(word in other for other in others for word in rule.not_near):
        return False
    return not rule.near or any(word in other for other in others for word in rule.near)


def _facts(
    rule: Rule, cells: list[int], table: Table, text: str, pattern: regex.Pattern[str] | None
) -> Iterator[Candidate]:
    for cell in cells:
        start, end = _stripped(text, table.starts[cell], table.ends[cell])
        value = text[start:end]
        if pattern is not None and pattern.fullmatch(text, start, end) is None:
            continue
        if value not in _TRIVIAL and len(value) <= 60:
            yield Candidate(rule, start, end, value, "plain", labelled=True)


def _names(
    header: str, cells: list[int], block: Block, lines: Lines, rule: Rule, column: int
) -> Iterator[Candidate]:
    """The cells of a column that its header, or most of its cells, say holds persons' names."""
    table, text = block.table, lines.text
    assert table is not None
    kind = names.header_kind(header) if header else None
    if kind == "no":
        return
    known = bool(header) and names.is_name_header(header)
    if not known and (header or not _mostly_names(cells, table, text)):
        return
    private = kind if isinstance(kind, bool) else None
    if private is None and any(_POST.search(other) for other in lines.layout(block).headers.values()):
        private = False
    for cell in cells:
        start, end = _stripped(text, table.starts[cell], table.ends[cell])
        for first, last in _split(text, start, end):
            written = simplified(text[first:last])
            sure = names.looks_like_name(written)
            if sure is None:
                # One odd cell of a column of names: 高原, 申请, 尕让他.
                if not known or not may_be_one(written, sure=True) or not _mostly_names(cells, table, text, 5):
                    continue
                sure = "possible"
            value = normalise("NAME", text[first:last])
            yield Candidate(
                rule, first, last, value, "plain", confidence="certain" if known and sure != "possible" else "likely",
                labelled=True, private=private, pseudonym=names.is_pseudonym(text[first:last]),
            )  # fmt: skip


def _mostly_names(cells: list[int], table: Table, text: str, tenths: int = 8) -> bool:
    """Whether at least so many tenths of the cells are written like names."""
    sample = cells[:: max(len(cells) // _SAMPLE, 1)]
    if len(sample) < 3:
        return False
    sure = sum(
        names.looks_like_name(simplified(text[table.starts[cell] : table.ends[cell]].strip())) in ("certain", "likely")
        for cell in sample
    )
    return sure * 10 >= len(sample) * tenths


def _split(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Several names in one cell, separated by 、 or the like."""
    at = start
    for k in range(start, end + 1):
        if k == end or text[k] in "、，,;；/\n":
            first, last = _stripped(text, at, k)
            if first < last:
                yield first, last
            at = k + 1


def _addresses(
    header: str, cells: list[int], block: Block, lines: Lines, rule: Rule, column: int
) -> Iterator[Candidate]:
    table, text = block.table, lines.text
    assert table is not None
    others = tuple(other for at, other in lines.layout(block).headers.items() if at != column)
    use = places.address_header_use(header, others)
    if use == "no":
        return
    for cell in cells:
        start = table.starts[cell]
        inside = text[start : table.ends[cell]]
        hit = places.looks_like_address(inside) or (places.room_alone(inside) if use == "home" else None)
        if hit is None:
            continue
        if use != "unknown":
            hit = replace(hit, use=use)
        yield Candidate(
            rule, start + hit.start, start + hit.end, normalise("ADDRESS", inside[hit.start : hit.end]), "plain",
            confidence=hit.confidence, labelled=True, private=hit.household, permitted_end=start + hit.permitted_end,
            depth=hit.depth, use=hit.use, advice="" if hit.household is False else places.advice(hit, inside),
        )  # fmt: skip


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
