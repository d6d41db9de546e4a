"""Cue words and titles: what each says of the name beside it, where they stand in a line, and the gates.

The words are found by their first two characters: a class of each and one look into a table cost a tenth of
a pattern of a thousand words, and nothing to compile.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from reviewer.language import lists
from reviewer.language.hit import Evidence
from reviewer.language.lists import WIDE_SPACE
from reviewer.prepared.patterns import compiled
from reviewer.prepared.tables import table as prepared

Cue = tuple[bool | None, bool, Evidence]
"""private, needs a colon, evidence"""

NUMBERS = "0-9一二三四五六七八九十两几多数余百"
FILE_END = "[.][A-Za-z][A-Za-z0-9]{1,4} *$"


@cache
def table() -> dict[str, Cue]:
    """cue -> what it says. A word in two groups keeps the first."""
    flags: dict[str, bool | None] = {"private": True, "office": False, "unknown": None, "signature": None}
    found: dict[str, Cue] = {}
    for name, group in lists.groups().items():
        kind, _, rest = name.partition("-")
        if kind not in flags:
            continue
        evidence: Evidence = "signature" if kind == "signature" else "cue"
        for word in group:
            found.setdefault(word, (flags[kind], rest == "colon", evidence))
    return found


@cache
def titles() -> dict[str, tuple[bool | None, bool]]:
    """title -> (private, whether a name may follow it too)."""
    groups = lists.groups()
    found: dict[str, tuple[bool | None, bool]] = {}
    for title in groups["title"]:
        found[title] = found["副" + title] = (False, True)
    for title in groups["courtesy"]:
        found.setdefault(title, (None, False))
    for title in groups["title-front"]:
        found[title] = (found.get(title, (None,))[0], True)
    return found


Index = tuple[str, dict[str, tuple[str, ...]]]
"""where a cue may begin, and the cues by their first two characters, the longest first"""


@prepared(lists.CUES)
def _all() -> Index:
    return _indexed(table())


@prepared(lists.CUES)
def _free() -> Index:
    """Without those that need a colon or white space behind them."""
    return _indexed(word for word, cue in table().items() if not cue[1])


@cache
def _beginnings() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Where a cue may begin: without and with those that need a colon or white space behind them."""
    return compiled(_free()[0]), compiled(_all()[0])


def _indexed(words: Iterable[str]) -> Index:
    by_pair: dict[str, list[str]] = {}
    for word in sorted({*words, *titles(), *lists.groups()["acted-on"]}):
        if len(word) > 1:
            by_pair.setdefault(word[:2], []).append(word)
    ordered = {pair: tuple(sorted(group, key=len, reverse=True)) for pair, group in by_pair.items()}
    return _of_pairs(by_pair), ordered


_BUNCHES = 4


def _of_pairs(pairs: Iterable[str]) -> str:
    """A pattern that matches the first character of all pairs, and of some more.

    A class of all first and one of all second characters lets five times too many through: first
    characters with much the same second ones are bunched.
    """
    seconds: dict[str, set[str]] = {}
    for pair in pairs:
        seconds.setdefault(pair[0], set()).add(pair[1])
    bunches: list[tuple[list[str], set[str]]] = [([], set()) for _ in range(_BUNCHES)]
    for first in sorted(seconds, key=lambda first: (-len(seconds[first]), first)):
        own = seconds[first]
        nearest = min(bunches, key=lambda bunch: len(bunch[0]) * len(own - bunch[1]) + len(bunch[1] - own))
        nearest[0].append(first)
        nearest[1].update(own)
    kinds = "|".join(f"(?<=[{''.join(heads)}])(?=[{''.join(sorted(tails))}])" for heads, tails in bunches if heads)
    every = "".join(sorted(set().union(*seconds.values())))
    return f"[{''.join(sorted(seconds))}](?=[{every}])(?:{kinds})"


def cues(line: str) -> list[tuple[int, int, str]]:
    """(start, end, word) of each cue or title, the longest at each place, without overlaps."""
    labels = ":" in line or "：" in line or " " in line or WIDE_SPACE in line or "\t" in line or "_" in line
    by_pair = (_all() if labels else _free())[1]
    pattern = _beginnings()[labels]
    found = []
    last = 0
    for match in pattern.finditer(line):
        start = match.start()
        if start < last:
            continue
        for word in by_pair.get(line[start : start + 2], ()):
            if line.startswith(word, start):
                last = start + len(word)
                found.append((start, last, word))
                break
    return found


@cache
def _labels() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A cue of one character in front of a colon; words written with blanks between their characters."""
    single = "".join(sorted(word for word in table() if len(word) == 1))
    blank, han = "[ \u3000]", "[^\x00-\x7f，。；：、（）“”　]"
    spaced = f"(?<!{han}){han}(?:{blank}{{1,8}}{han}){{1,4}}(?={blank}{{0,4}}[:：（(])"
    return compiled(f"[{single}](?=[ \t\u3000]{{0,3}}[:：])"), compiled(spaced)


def colon_cues(line: str) -> Iterator[tuple[int, int, str]]:
    """Cues that only a colon tells: 妻：, 子：, and 姓　　名："""
    single, spaced = _labels()
    for match in single.finditer(line):
        yield match.start(), match.end(), match.group()
    if " " in line or WIDE_SPACE in line:
        for match in spaced.finditer(line):
            word = "".join(match.group().split())
            if len(word) > 1 and word in table():
                yield match.start(), match.end(), word


def _gate_words() -> list[str]:
    """All cues and titles without those that hold a shorter one: that one fires for them."""
    words = {word for name, group in lists.groups().items() if _is_cue_group(name) for word in group}
    return sorted((word for word in words if not _holds_another(word, words)), key=lambda word: (len(word), word))


def _holds_another(word: str, words: set[str]) -> bool:
    size = len(word)
    return size > 2 and any(
        word[i:j] in words for i in range(size - 1) for j in range(i + 2, size + 1) if j - i < size
    )


def _is_cue_group(name: str) -> bool:
    return name.split("-")[0] in ("private", "office", "unknown", "signature", "title", "courtesy")


@prepared(lists.CUES, lists.SURNAMES)
def gates() -> tuple[str, ...]:
    """See names.GATES."""
    words = _gate_words()
    single = "".join(word for word in words if len(word) == 1)
    longer = [word for word in words if len(word) > 1]
    groups = lists.groups()
    han, blank, known = r"\p{Han}", f"[ {WIDE_SPACE}]", f"[{surname_class()}]"
    name = f"{known}{han}{{1,2}}"
    padded = f"{known}{blank}{{0,6}}{han}{{1,2}}{blank}{{0,4}}{han}?"
    does = "|".join((*groups["person-verb"], *groups["person-number"]))
    is_so = "|".join(groups["person-fact"])
    replied, written = "|".join(groups["reply"]), "|".join(groups["acted-on"]).replace("(", r"\(")
    bracket = "(?:[（(][^（）()]{1,12}[）)])?"
    return (
        "|".join(longer),
        f"[{single}][ \\t{WIDE_SPACE}]{{0,3}}[:：]",
        f"{han}某",
        rf"[，,、 {WIDE_SPACE}\t（(:：;；][男女]|性别",
        r"[0-9]周?岁|[0-9月日.]出?生|身份证|公民身份",
        r"1[3-9][0-9]{9}|[1-9][0-9]{16}[0-9Xx]",
        rf"[号室户楼元组栋幢0-9][，,、 {WIDE_SPACE}]{{0,2}}{name}[（(]?收",
        rf"{han} ?[·•・‧∙⋅˙･] ?{han}",
        rf"{han}[*＊×]|[*＊×]{han}",
        rf"(?:等[{NUMBERS}]{{0,4}}|{han}[两二三四五2-9])[人户名位]",
        # a clause that begins with a name: 张建国因 ..., 张建国，家住 ...
        rf"(?:^|[^{_HAN}]){LEADING}{name}(?:{does}|[，,（(]{blank}?(?:{is_so}))",
        rf"(?:{written}){name}",
        rf"关于{name}(?:{replied})",
        rf"(?:^|[^{_HAN}])[{syllables()}]{{4,10}}(?:{does}|[，,（(](?:{is_so}))",
        rf"{name}(?:户(?:{_OF_HOUSEHOLD})|名下)",
        # names in a row, a line of names, and a line that is a name
        rf"(?:^|[^{_HAN}]){LEADING}{name}{bracket}、{known}{blank}{{0,6}}{han}{{1,2}}(?:{bracket}、|.?.?[:：。]?$)",
        rf"、{name}{bracket}、{name}",
        rf"^[ \t{WIDE_SPACE}]*{padded}[\t {WIDE_SPACE}，,；;]{{1,8}}{known}{blank}{{0,6}}{han}",
        rf"^{NUMBERED}(?:尊敬的)?{padded}[:： \t{WIDE_SPACE}\r]*(?:[12][0-9]{{3}}[年./-].{{0,12}})?$",
        rf"{known}.*{FILE_END}",
        rf"{han}{blank}{{1,8}}{han}{blank}{{0,8}}{han}?{blank}{{0,8}}{han}?{blank}{{0,8}}[:：（(]",
    )


_HAN = "一-鿿"
_OF_HOUSEHOLD = "已|因|未|宅|房|拖|欠|共|存|连续|一直|家庭|全家|申请|符合"
LEADING = "(?:现?[请由经据对将让])?"
"""what may stand between the head of a clause and a name"""
_COUNT = "[0-9一二三四五六七八九十]{1,3}"
NUMBERED = rf"[ \t{WIDE_SPACE}]*(?:{_COUNT}[.、．)）]|[（(]{_COUNT}[）)])?[ \t{WIDE_SPACE}]*"
"""the number of an item in front of it"""


@cache
def syllables() -> str:
    """The syllables of minority names, for a class."""
    return "".join(sorted(set("".join(lists.groups()["minority-syllables"]))))


def holds_title(line: str, start: int, end: int) -> bool:
    """Whether what looks like a given name holds a title: 张先生, 王主席."""
    return any(line[end - size : end] in titles() for size in (2, 3) if end - size > start) or (
        line[end - 1 : end + 1] in titles()
    )


@cache
def several() -> re.Pattern[str]:
    """What counts the persons in front of it, or makes them a household or owners: 等3人, 两户, 户已, 名下."""
    # The class in front lets the search skip to where one can begin.
    return compiled(
        rf"[等两二三四五2-9户名](?:(?<=名)下|(?<=等)[{NUMBERS}]{{0,4}}[人户名位](?!员)|(?<=[两二三四五2-9])[人户名位](?!员)"
        rf"|(?<=户)(?={_OF_HOUSEHOLD}))"
    )


@cache
def _does() -> tuple[dict[str, tuple[str, ...]], re.Pattern[str]]:
    """What a clause says of the person it begins with, by its first character; and such with a number."""
    groups = lists.groups()
    by_first: dict[str, list[str]] = {}
    for word in sorted(groups["person-verb"], key=len, reverse=True):
        by_first.setdefault(word[0], []).append(word)
    return {first: tuple(words) for first, words in by_first.items()}, compiled("|".join(groups["person-number"]))


def verb_initials() -> str:
    """The characters that what a person does may begin with, for a class."""
    return "".join(sorted(_does()[0])) + "0-9"


def verb_at(line: str, at: int) -> str:
    """What is done or said at `at` that only persons do, or ''."""
    by_first, numbered = _does()
    first = line[at : at + 1]
    for word in by_first.get(first, ()):
        if line.startswith(word, at):
            return word
    if not line[at + 1 : at + 2].isdigit() and not first.isdigit():
        return ""
    match = numbered.match(line, at)
    return match.group() if match is not None else ""


@cache
def surname_class() -> str:
    """The characters that a name without any cue may begin with, for a class."""
    names = lists.surnames()
    return "".join(sorted(names.common | names.first))


@cache
def surname_set() -> frozenset[str]:
    """The same as a set."""
    return frozenset(surname_class())
