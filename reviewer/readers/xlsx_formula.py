"""Formulas that no program has worked out yet: the text they hold themselves, and the names of their cells.

A file that a program wrote (openpyxl, a report generator) has formulas without a stored result; a spreadsheet
program works them out when it opens the file. Here only those are read whose result is plain text in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from reviewer.model import cell_name

_TOKEN = re.compile(
    r'\s*(?:"((?:[^"]|"")*)"|((?:_xlfn\.)?[A-Za-z]{1,20})\(|([0-9]{1,30}(?:\.[0-9]{1,30})?)|([&,)]))\s*'
)
_JOINING = frozenset({"CONCATENATE", "CONCAT", "T", "HYPERLINK"})
_DEPTH = 20
_SHOWN = 8


def literal_text(formula: str) -> str | None:
    """The result of a formula made of texts and whole numbers only, None of any other.

    Texts may be joined by & or CONCATENATE; HYPERLINK gives the text that it shows.
    """
    tokens = []
    here, text = 0, formula.strip().removeprefix("=").strip()
    while here < len(text):
        match = _TOKEN.match(text, here)
        if match is None:
            return None
        tokens.append(match)
        here = match.end()
    tokens.reverse()
    value = _joined(tokens, 0)
    return value if not tokens else None


def _joined(tokens: list[re.Match[str]], depth: int) -> str | None:
    """Operands joined by &; takes them off the end of `tokens`."""
    pieces: list[str] = []
    while True:
        piece = _operand(tokens, depth)
        if piece is None:
            return None
        pieces.append(piece)
        if not tokens or tokens[-1][4] != "&":
            return "".join(pieces)
        tokens.pop()


def _operand(tokens: list[re.Match[str]], depth: int) -> str | None:
    if not tokens or depth > _DEPTH:
        return None
    token = tokens.pop()
    if token[1] is not None:
        return token[1].replace('""', '"')
    if token[3]:
        return token[3]
    name = (token[2] or "").upper().removeprefix("_XLFN.")
    return _call(name, tokens, depth) if name in _JOINING else None


def _call(name: str, tokens: list[re.Match[str]], depth: int) -> str | None:
    values: list[str] = []
    while True:
        value = _joined(tokens, depth + 1)
        if value is None or not tokens:
            return None
        values.append(value)
        mark = tokens.pop()[4]
        if mark == ")":
            return values[-1] if name == "HYPERLINK" else "".join(values)
        if mark != ",":
            return None


def cell_ranges(cells: Iterable[tuple[int, int]]) -> str:
    """The cells (row, column) as ranges down their columns: B2:B40、D3; at most eight, then 等."""
    runs: list[list[int]] = []
    for column, row in sorted((column, row) for row, column in cells):
        if runs and runs[-1][0] == column and runs[-1][2] == row - 1:
            runs[-1][2] = row
        else:
            runs.append([column, row, row])
    names = [
        cell_name(first, column) if first == last else f"{cell_name(first, column)}:{cell_name(last, column)}"
        for column, first, last in runs[:_SHOWN]
    ]
    return "、".join(names) + (" 等" if len(runs) > _SHOWN else "")
