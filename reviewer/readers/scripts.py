"""The texts inside scripts and JSON: literals with the name in front of them, comments, long numbers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

Row = tuple[int, list[tuple[int, str]]]
"""line in the source (from 1) and cells: (1, name) and (2, value), or one record a row"""

_LABEL = (
    r"""(?:((?<![\w$])[A-Za-z_$\u4e00-\u9fff][\w$]{0,60}|"[^"\n\\]{1,60}"|'[^'\n\\]{1,60}')"""
    r"""\s{0,4}[:=]\s{0,4})?"""
)
_OPENING = re.compile(
    _LABEL + r"""(?:(["'`])|(?<![\w$.#])(-?[0-9]{4,}(?:\.[0-9]+)?)(?![\w$]))|(?<![:\\])//[^\n]*|/\*"""
)
# Possessive (Python 3.11): a literal that is never closed must fail at once, not after trying 2**n ways.
_CLOSING = {
    '"': re.compile(r'((?:[^"\\\n]++|\\.)*+)"', re.S),
    "'": re.compile(r"((?:[^'\\\n]++|\\.)*+)'", re.S),
    "`": re.compile(r"((?:[^`\\]++|\\.)*+)`", re.S),
}
_REST = re.compile(r"[\u3400-\u9fff]|[0-9]{7}")
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|\r?\n|(.))", re.S)
_SIMPLE_ESCAPES = {"n": "\n", "t": " ", "r": "", "b": "", "f": "", "v": "", "0": ""}
_TELLING = re.compile(r"[\u3400-\u9fff]|[0-9]{4}|@")
_DATA_START = re.compile(r"(?:=|\(|:|^)\s{0,20}(?=[\[{])")


def texts(source: str, line: int, *, is_json: bool = False) -> list[list[Row]]:
    """The tables of texts in a script that begins on line `line`: first JSON data, then the literals.

    Never fails: a script that is no valid program or JSON is read as far as it holds literals, and any
    stretch with Chinese text or a long number that lies in none of them is read as it stands.
    """
    tables: list[list[Row]] = []
    if is_json:
        try:
            _tables(_DECODER.decode(source.strip()), line, tables)
            return tables
        except (ValueError, RecursionError):
            pass
    rows: list[Row] = []
    here = 0
    for start, end, value in (*_data(source), (len(source), len(source), None)):
        _literals(source[here:start], line, rows)
        line += source.count("\n", here, start)
        _tables(value, line, tables)
        line += source.count("\n", start, end)
        here = end
    if rows:
        tables.append(rows)
    return tables


def _object(pairs: list[tuple[str, Any]]) -> Any:
    """A JSON object; one that names a key twice keeps both values."""
    found = dict(pairs)
    return found if len(found) == len(pairs) else [{key: value} for key, value in pairs]


_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, object_pairs_hook=_object)


def _data(source: str) -> list[tuple[int, int, Any]]:
    """The large JSON values that a script assigns or passes on."""
    found: list[tuple[int, int, Any]] = []
    here = tried = 0
    while tried < 40 and (match := _DATA_START.search(source, here)) is not None:
        start = match.end()
        # Past the bracket in every case: at the start of the source the match may be empty.
        here = start + 1
        if source[here : here + 39].lstrip()[:1] not in ('"', "{", "["):
            continue
        tried += 1
        try:
            value, here = _DECODER.raw_decode(source, start)
        except (ValueError, RecursionError):
            continue
        found.append((start, here, value))
    return found


def _tables(value: Any, line: int, tables: list[list[Row]]) -> None:
    """Records of one shape as a table under their keys; other values as rows of key and value."""
    pending = [("", value)]
    rows: list[Row] = []
    while pending:
        key, value = pending.pop()
        if isinstance(value, dict):
            for name, part in reversed(value.items()):
                pending.append((name, part))
                if isinstance(part, dict | list) and _TELLING.search(name):
                    rows.append((line, [(2, _cell(name))]))
        elif isinstance(value, list):
            records = [part for part in value if isinstance(part, dict)]
            if len(records) > 1 and all(_is_flat(record) for record in records):
                tables.append(_records(records, line))
                value = [part for part in value if not isinstance(part, dict)]
            pending.extend((key, part) for part in reversed(value))
        elif isinstance(value, str) and value.strip():
            rows.append((line, [(1, key), (2, _cell(value))] if key else [(2, _cell(value))]))
    if rows:
        tables.append(rows)


def _is_flat(record: dict[str, Any]) -> bool:
    return not any(isinstance(value, dict | list) for value in record.values())


def _records(records: list[dict[str, Any]], line: int) -> list[Row]:
    columns: dict[str, int] = {}
    for record in records:
        for key in record:
            columns.setdefault(str(key), len(columns) + 1)
    rows: list[Row] = [(line, [(number, _cell(key)) for key, number in columns.items()])]
    for record in records:
        cells = [(columns[str(k)], _cell(v)) for k, v in record.items() if isinstance(v, str)]
        rows.append((line, sorted(cells)))
    return rows


def _cell(text: str) -> str:
    return text.replace("\t", " ")


@dataclass(slots=True)
class _Lines:
    """Line numbers of a source for places asked in rising order."""

    source: str
    line: int
    counted: int = 0

    def at(self, place: int) -> int:
        self.line += self.source.count("\n", self.counted, place)
        self.counted = max(self.counted, place)
        return self.line


def _literals(source: str, line: int, rows: list[Row]) -> None:
    lines = _Lines(source, line)
    dead = dict.fromkeys(_CLOSING, 0)
    here = at = 0
    while (match := _OPENING.search(source, at)) is not None:
        quote, value, at = match.group(2), match.group(3), match.end()
        if not quote and not value:
            # A comment is read as it stands by `_rest`, with what lies around it.
            if match.group() == "/*":
                end = source.find("*/", at)
                at = len(source) if end < 0 else end + 2
            continue
        if quote:
            closing = _CLOSING[quote].match(source, at) if at > dead[quote] else None
            if closing is None:
                # No partner: no other quote of its kind can open a literal up to there.
                end = source.find("\n", at) if quote != "`" else -1
                dead[quote] = max(dead[quote], len(source) if end < 0 else end)
                continue
            value, at = _unescape(closing.group(1)), closing.end()
        _rest(source, here, match.start(), lines, rows)
        here = at
        label = (match.group(1) or "").strip("\"'")
        if (len(value) >= 4 or label or _TELLING.search(value)) and value.strip() and not _is_noise(value):
            cells = [(1, label), (2, _cell(value))] if label else [(2, _cell(value))]
            rows.append((lines.at(match.start()), cells))
    _rest(source, here, len(source), lines, rows)


_AROUND = 200


def _rest(source: str, start: int, end: int, lines: _Lines, rows: list[Row]) -> None:
    """Comments, and whatever else holds Chinese text or a long number outside of the literals."""
    while (match := _REST.search(source, start, end)) is not None:
        first = max(source.rfind("\n", start, match.start()) + 1, start, match.start() - _AROUND)
        last = source.find("\n", match.end(), end)
        last = end if last < 0 else last
        rows.append((lines.at(first), [(2, _cell(_unescape(source[first:last].strip())))]))
        start = last


def _is_noise(value: str) -> bool:
    return value.startswith("data:") and len(value) > 200


def _unescape(text: str) -> str:
    """The text of a literal: \\uXXXX, \\xXX and the simple escapes decoded, surrogate pairs joined."""
    if "\\" not in text:
        return text
    text = _ESCAPE.sub(_escaped, text)
    if any("\ud800" <= c <= "\udfff" for c in text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _escaped(match: re.Match[str]) -> str:
    digits = match.group(1) or match.group(2) or match.group(3)
    if digits:
        code = int(digits, 16)
        return chr(code) if code < 0x110000 else "\ufffd"
    letter = match.group(4)
    return "" if letter is None else _SIMPLE_ESCAPES.get(letter, letter)
