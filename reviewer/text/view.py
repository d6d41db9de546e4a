"""Views: other readings of a line in which a disguised value stands plainly, with the way back.

`folded`    full width, circled and mathematical digits, radicals, traditional characters folded; zero-width marks
            dropped
`denoised`  ★ and similar noise between letters or digits dropped as well
`compact`   one candidate run of digits without its separators, confusables and Chinese numerals folded

A view is its text and `origin`: origin[i] is the index in the source of the character that made i. The
wider views only add to what the folded text shows. Views are built for single lines, and only
where a cheap test (FOLD_TRIGGER, NOISE_TRIGGER, NARROW_RUN ...) says that they can differ.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

import regex

from reviewer.prepared.patterns import compiled, compiled_regex
from reviewer.text.traditional import SIMPLIFIED, TRADITIONAL


@dataclass(frozen=True, slots=True)
class View:
    """A reading of a source line; `origin` is None when text and source are the same."""

    name: str
    text: str
    origin: array[int] | None = None

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the source line that made text[start:end] (start < end)."""
        if self.origin is None:
            return start, end
        return self.origin[start], self.origin[end - 1] + 1


# --- folding ---------------------------------------------------------------------------------------

_ZERO_WIDTH = (
    "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
)
_FOLDED = (
    "０-９Ａ-Ｚａ-ｚ＠\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2080-\u2089"
    "\u2460-\u2468\u2474-\u247c\u2488-\u2490\u24b6-\u24ea\u24f5-\u24ff\u2776-\u277e\u2780-\u2788\u278a-\u2792"
    "АВЕКМНОРСТХΑΒΕΖΗΙΚΜΝΟΡΤΧ\u0660-\u0669\u06f0-\u06f9\u2f00-\u2fd5\uf900-\ufaff\U0001d7ce-\U0001d7ff\U0001f100-\U0001f10a"
)
_LATIN = dict(zip("АВЕКМНОРСТХΑΒΕΖΗΙΚΜΝΟΡΤΧ", "ABEKMHOPCTXABEZHIKMNOPTX", strict=True))
"""Cyrillic and Greek capitals that look like Latin ones"""
FOLD_TRIGGER = f"[{_ZERO_WIDTH}{_FOLDED}{TRADITIONAL}]|[0-9A-Za-z][．－＋＿＃][0-9A-Za-z]|＋[0-9]"
"""Matches where folding changes more than the full-width punctuation of ordinary Chinese text."""


Table = list[int | str | None]
"""for str.translate: a list answers in half the time of a dict, which raises for each character it lacks"""
_LAST = 0x1F10A


@cache
def _fold_table() -> Table:
    import unicodedata

    table: Table = [*range(_LAST + 1)]
    for code in _codes(_ZERO_WIDTH):
        table[code] = None
    for code in (*_codes(_FOLDED), *range(0xFF01, 0xFF5F)):
        char = chr(code)
        digit = unicodedata.digit(char, None)
        plain = str(digit) if digit is not None else _LATIN.get(char) or unicodedata.normalize("NFKC", char)
        if len(plain) == 1 and plain != char:
            table[code] = plain
    table[0x3000] = " "
    for code, char in SIMPLIFIED.items():
        table[code] = char
    return table


@cache
def _bare_table() -> Table:
    table = _fold_table().copy()
    for code in (*_codes(_BLANKS), *map(ord, "★☆")):
        table[code] = None
    return table


_BLANKS = "\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""what \\s takes"""


@cache
def _dropped() -> frozenset[str]:
    return frozenset(map(chr, _codes(_ZERO_WIDTH)))


def _codes(ranges: str) -> Iterator[int]:
    """The code points of a regular expression's class body such as 'a-z0'."""
    k = 0
    while k < len(ranges):
        if k + 2 < len(ranges) and ranges[k + 1] == "-":
            yield from range(ord(ranges[k]), ord(ranges[k + 2]) + 1)
            k += 3
        else:
            yield ord(ranges[k])
            k += 1


@cache
def _zero_width() -> re.Pattern[str]:
    return compiled(f"[{_ZERO_WIDTH}]")


_CIRCLED = "\u2460-\u2468\u2474-\u247c\u2488-\u2490\u24f5-\u24fd\u2776-\u277e\u2780-\u2788\u278a-\u2792"


@cache
def _word_table() -> Table:
    table = _fold_table().copy()
    for code in _codes(_CIRCLED):
        table[code] = code
    return table


def fold_words(line: str) -> View:
    """`line` folded for names and places: ② in front of one numbers it and is no part of it."""
    return fold(line, _word_table())


def fold(line: str, table: Table | None = None) -> View:
    """`line` folded one character at a time; zero-width marks are gone, all else keeps its index."""
    text = line.translate(table or _fold_table())
    if len(text) == len(line):
        return View("folded", text)
    dropped = _dropped()
    origin = array("l", [k for k, char in enumerate(line) if char not in dropped])
    return View("folded", text, origin)


def is_folded(line: str) -> str:
    """`line` folded, without the way back: for words of context."""
    return line.translate(_fold_table())


def bare(text: str) -> str:
    """`text` folded, without blanks and ★: what words of evidence are looked for in."""
    return text.translate(_bare_table())


# --- noise -----------------------------------------------------------------------------------------

SPACED_TRIGGER = "[\u4e00-\u9fff][ \u3000]{1,2}[\u4e00-\u9fff]"
"""Words written with blanks between their characters, as labels of forms are."""

_NOISE = "★☆✭✩✪✦✧●◆◇■□▲△▼※♦♥♠♣•·"
_LETTER = "0-9A-Za-z@._"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
NOISE_TRIGGER = f"[0-9A-Za-z@{_PROVINCES}][{_NOISE}]{{1,8}}[{_LETTER}]"
NOISE_GATE = f"[{_NOISE}][{_LETTER}]"
"""Matches wherever NOISE_TRIGGER does and some more, at a tenth of its cost."""


@cache
def _noise() -> re.Pattern[str]:
    return compiled(f"[{_NOISE}]+")


def denoise(view: View) -> View:
    """`view` without noise marks anywhere; for values of letters and digits that ★ cuts up."""
    kept = array("l")
    pieces = []
    at = 0
    for match in _noise().finditer(view.text):
        pieces.append(view.text[at : match.start()])
        kept.extend(range(at, match.start()))
        at = match.end()
    pieces.append(view.text[at:])
    kept.extend(range(at, len(view.text)))
    origin = kept if view.origin is None else array("l", (view.origin[k] for k in kept))
    return View("denoised", "".join(pieces), origin)


# --- compact runs ----------------------------------------------------------------------------------

_CONFUSABLE = dict(zip("OoQDlIi|", "00001111", strict=True))
_HAN_DIGITS = dict(
    zip("〇零○一二三四五六七八九壹贰貳叁參肆伍陆陸柒捌玖幺", "0001234567891223345667891", strict=True)
)
_TO_DIGIT = {**{str(k): str(k) for k in range(10)}, **_CONFUSABLE, **_HAN_DIGITS}
_CHECK_X = "XxＸｘ×Хх✕✖χΧⅩⅹ"
_CONFUSABLE_CLASS = "OoQDlIi"
_DIGITISH = f"0-9{_CONFUSABLE_CLASS}{''.join(_HAN_DIGITS)}"
_SEPARATORS = " \u00a0\u2000-\u200a\u3000‐‑‒–—―−_.~#/" + _NOISE
_SEPARATOR = f"[{_SEPARATORS}\\-\\\\]"
_GAP = f"(?:{_SEPARATOR}{{1,8}}|{_SEPARATOR}{{0,4}}\r?\n{_SEPARATOR}{{0,12}})"

_WIDE_GAP = "\u00a0\u2000-\u200a\u3000‐‑‒–—―−" + _NOISE
_MAX_RUN = 400
_NARROW = f"[0-9{_CONFUSABLE_CLASS}]"
_NARROW_GAP = "[ \\-_.~#/\\\\]"
_HAN = f"[{''.join(_HAN_DIGITS)}]"
NARROW_RUN = f"{_NARROW}(?:{_NARROW_GAP}{{0,3}}{_NARROW}){{9}}"
WIDE_RUNS = (
    f"{_NARROW}[{_WIDE_GAP}]{{1,8}}[0-9{_CONFUSABLE_CLASS}{_CHECK_X}]",
    f"{_HAN}(?:[ \u3000]?{_HAN}){{5}}",
    f"[0-9]{_HAN}{{2}}|{_HAN}{{2}}[0-9]",
    f"[0-9]{{14}}(?: [{_CHECK_X}]|[{_CHECK_X.replace('X', '')}])",
)
"""One of them matches any other line that can hold a compact run."""
WIDE_GATES = (f"{_NARROW}[{_WIDE_GAP}]", *WIDE_RUNS[1:])
"""Match wherever WIDE_RUNS do and some more, for less."""
GATES = {
    "fold": (FOLD_TRIGGER,),
    "noise": (NOISE_GATE,),
    "spaced": (SPACED_TRIGGER,),
    # What stands in front keeps a long number from firing at each of its digits.
    "run": (f"(?<!{_NARROW}){NARROW_RUN}",),
    "wide-run": WIDE_GATES,
}
"""What lets a line through to each view; `differs` looks closer."""


@cache
def _trigger(kind: str) -> re.Pattern[str]:
    return compiled({
        "fold": FOLD_TRIGGER,
        "noise": NOISE_TRIGGER,
        "spaced": SPACED_TRIGGER,
        "run": f"{NARROW_RUN[:-3]}{{9,{_MAX_RUN}}}",
        "wide-run": "|".join(WIDE_RUNS),
    }[kind])  # fmt: skip


def differs(kind: str, line: str) -> bool:
    """Whether the view `kind` (a key of GATES) can read `line` otherwise than it stands."""
    if kind != "run":
        return _trigger(kind).search(line) is not None
    # A plain number is a run, too, but needs no view.
    return any(not _is_plain(match.group()) for match in _trigger(kind).finditer(line))


def _is_plain(run: str) -> bool:
    return run.isascii() and run[:-1].isdigit() and run[-1] in "0123456789X"


_EDGE_END = compiled(f"[{_DIGITISH}]{_SEPARATOR}{{0,4}}\r?\\Z")
_EDGE_START = compiled(f"{_SEPARATOR}{{0,12}}[{_DIGITISH}{_CHECK_X}]")
EDGE_LAST = frozenset(map(chr, _codes(_SEPARATORS + _DIGITISH))) | frozenset("-\\\r")


_WHOLE_END = compiled(f"(?:^|[^{_DIGITISH}{_CHECK_X}])([0-9]{{11,20}}X?){_SEPARATOR}{{0,4}}\r?\\Z")
_WHOLE_START = compiled(f"{_SEPARATOR}{{0,12}}([0-9]{{11,20}}X?)(?![{_DIGITISH}{_CHECK_X}])")


def breaks(line: str, below: str) -> bool:
    """Whether a number can run over the end of `line` into the line `below`; its last is one of EDGE_LAST."""
    if len(line) + len(below) < 11:
        return False
    tail = line[-28:]
    if _EDGE_START.match(below) is None or _EDGE_END.search(tail, max(len(tail) - 8, 0)) is None:
        return False
    # Beside a whole number nothing is joined.
    left, right = _WHOLE_END.search(tail), _WHOLE_START.match(below)
    return not (left is not None and _whole(left[1])) and not (right is not None and _whole(right[1]))


@cache
def _run() -> regex.Pattern[str]:
    return compiled_regex(f"[{_DIGITISH}](?:{_GAP}?[{_DIGITISH}{_CHECK_X}]){{10,{_MAX_RUN}}}")


@cache
def _gap() -> regex.Pattern[str]:
    return compiled_regex(_GAP)


@dataclass(frozen=True, slots=True)
class Token:
    """Digits of a run between two gaps: [start, end) in the line, the folded text, and what it was made of."""

    start: int
    end: int
    text: str
    plain: bool


@dataclass(frozen=True, slots=True)
class Run:
    """Tokens of one candidate run; a gap beside a whole number has been cut, so any may be joined."""

    tokens: tuple[Token, ...]
    separators: tuple[str, ...]

    @property
    def digit_by_digit(self) -> bool:
        return len(self.tokens) > 1 and all(len(token.text) == 1 for token in self.tokens)


def runs(line: str, across: int = -1) -> Iterator[Run]:
    """The candidate runs of `line` (folded text; may be two lines joined by a line feed at `across`).

    A run is yielded only if joining or folding changes it: plain numbers are found without it. Of two lines
    only that which runs over the line feed is yielded.
    """
    for match in _run().finditer(line):
        text, base = match.group(), match.start()
        if (across >= 0 and not base < across < match.end()) or _is_plain(text) or _is_series(text):
            continue
        if _are_whole().fullmatch(text) is not None:
            continue
        tokens: list[Token] = []
        separators: list[str] = []
        at = 0
        for gap in _gap().finditer(text):
            _take(text, at, gap.start(), base, tokens, separators)
            separators.append(gap.group())
            at = gap.end()
        _take(text, at, len(text), base, tokens, separators)
        yield from _cut(tokens, separators)


def _is_series(run: str) -> bool:
    """Whether a run has too many tokens for `windows`, and no whole number that would cut it."""
    if len(run) <= 2 * _MOST_TOKENS or re.search("[0-9]{11}", run) is not None:
        return False
    return len(_gap().findall(run)) >= _MOST_TOKENS


def _take(text: str, start: int, end: int, base: int, tokens: list[Token], separators: list[str]) -> None:
    """Appends the tokens of text[start:end]: a numeral that ends a name (张三138…) is no part of the number."""
    at = start
    # Among plain digits no numeral ends a name.
    for k in range(start + 1, end) if not text.isascii() else ():
        if (text[k] in _HAN_DIGITS) != (text[k - 1] in _HAN_DIGITS):
            tokens.append(_token(text, at, k, base))
            separators.append("")
            at = k
    tokens.append(_token(text, at, end, base))


def _token(text: str, start: int, end: int, base: int) -> Token:
    raw = text[start:end]
    if raw.isascii() and raw.isdigit():
        return Token(base + start, base + end, raw, True)
    folded = "".join(_TO_DIGIT.get(char) or ("X" if char in _CHECK_X else char) for char in raw)
    plain = folded == raw
    return Token(base + start, base + end, folded, plain)


def _cut(tokens: list[Token], separators: list[str]) -> Iterator[Run]:
    """Splits at each gap where either side is already a whole number, and drops what needs no view."""
    whole = [_whole(token.text) for token in tokens]
    first = 0
    for k in range(1, len(tokens) + 1):
        if k < len(tokens) and not whole[k - 1] and not whole[k]:
            continue
        group = tuple(tokens[first:k])
        if len(group) > 1 or not group[0].plain:
            text = "".join([token.text for token in group])
            if len(text) >= 11 and len(text) - text.count("X") >= 10:
                yield Run(group, tuple(separators[first : k - 1]))
        first = k


_WHOLE = (
    r"[1-9][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]"
    r"|1[3-9][0-9]{9}|(?:62|4|5[1-5]|3[57]|60|9)[0-9]{14,17}"
)


@cache
def _whole_shapes() -> re.Pattern[str]:
    return compiled(_WHOLE)


@cache
def _are_whole() -> re.Pattern[str]:
    """Plain numbers with at least one whole number at each gap: nothing is left to be joined."""
    gap = f"{_NARROW_GAP}{{1,8}}"
    return compiled(f"(?:[0-9]*{gap})?(?:{_WHOLE})(?:{gap}(?:{_WHOLE}))*(?:{gap}[0-9]*)?")


def _whole(text: str) -> bool:
    """Whether a token is a number by itself: an ID, a mobile number, or a card by shape."""
    return len(text) >= 11 and _whole_shapes().fullmatch(text) is not None


def windows(run: Run, lengths: frozenset[int]) -> Iterator[tuple[str, int, int, tuple[int, int]]]:
    """(digits, start, end, (first token, last token)) of stretches of whole tokens with one of `lengths`.

    In a run written digit by digit, or in one token, every position is a border.
    """
    tokens = run.tokens
    if len(tokens) == 1:
        token = tokens[0]
        if len(token.text) in lengths:
            yield token.text, token.start, token.end, (0, 0)
        return
    if len(tokens) > _MOST_TOKENS:
        return
    text = "".join([token.text for token in tokens])
    borders = list(accumulate((len(token.text) for token in tokens), initial=0))
    index = {border: k for k, border in enumerate(borders)}
    # Digit by digit a run is one number where its length is one's, not any stretch of it.
    single = run.digit_by_digit and len(tokens) in lengths
    for first in range(len(tokens) - 1):
        start = borders[first]
        for length in lengths:
            last = index.get(start + length, 0) - 1
            if last > first and _possible(text, start, length):
                if (single and length != len(tokens)) or (length == 15 and _goes_on(text, start)):
                    continue
                digits = text[start : start + length]
                yield digits, tokens[first].start, tokens[last].end, (first, last)


_MOST_TOKENS = 64
"""A longer row is a series or the cells of a table; four numbers written digit by digit are shorter."""


def _possible(text: str, start: int, size: int) -> bool:
    """A cheap look before the rules do: a mobile number's start, an ID's century and month, a card's first digits."""
    if size == 11:
        return text[start] == "1" and text[start + 1] > "2"
    if size in (18, 20) and text[start + 6 : start + 8] in ("18", "19", "20"):
        return True
    if size == 15 and text[start + 8] in "01":
        return True
    return size != 11 and size >= 15 and text[start] in "3456789"


def _goes_on(text: str, start: int) -> bool:
    """Whether what looks like an ID of 15 digits is the beginning of one of 18."""
    return len(text) >= start + 18 and _DATED.match(text, start) is not None


_DATED = compiled("[1-9][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]")
_GROUPINGS = {(3, 4, 4), (3, 8), (7, 4), (3, 4, 2, 2)}
_ODD_GROUPINGS = {(3, 3, 5), (3, 5, 3), (5, 6), (6, 5), (4, 7), (2, 4, 5), (3, 2, 3, 3), (3, 4, 1, 3)}
"""a mobile number is written so now and then; a row of figures looks like it, too"""


def regular(run: Run, first: int, last: int) -> bool:
    """Whether tokens first..last are split as people split one number, not as a row of small numbers.

    True for digit by digit, the usual groupings of a mobile number, groups of four, noise marks,
    a line end, and runs without any gap (confusables or Chinese numerals only). Unusual groupings of a
    mobile number and any of an ID count where no other number stands in the run.
    """
    tokens = run.tokens[first : last + 1]
    gaps = run.separators[first:last]
    if not any(gaps):
        return True
    lengths = tuple(len(token.text) for token in tokens)
    if all(length == 1 for length in lengths):
        return len(set(gaps)) == 1
    if any("\n" in gap for gap in gaps):
        return len(gaps) == 1
    if all(any(char in _NOISE for char in gap) for gap in gaps):
        return True
    if len(set(gaps)) > 1:
        return False
    fours = set(lengths[:-1]) == {4} and lengths[-1] <= 4
    if lengths in _GROUPINGS or fours or all(length == 2 for length in lengths[:-1]):
        return True
    alone = first == 0 and last == len(run.tokens) - 1
    return alone and (lengths in _ODD_GROUPINGS or sum(lengths) == 18)
