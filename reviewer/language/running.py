"""Names that neither a cue nor a title points to: by what the clause says of the person, and by lists.

A clause that begins with a name (张建国因 ..., 张建国，家住 ...), names in a row, a line or a file name that is
little more than a name. Here the shape must carry more than behind a cue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from reviewer.language import cues, lists, shape
from reviewer.language.hit import NameHit, as_hit
from reviewer.language.shape import Candidate
from reviewer.model import Confidence
from reviewer.prepared.patterns import compiled

_BOUND = "，,。；;：:！？!?、（(“\"【《\\t\\n \u3000）)"


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A clause that may begin with a name; behind a name, what is said of persons."""
    known, parts = cues.surname_class(), cues.syllables()
    # The class in front lets the search skip to where one can begin; the head of a line is put there.
    start = (
        rf"[{_BOUND}]{cues.LEADING}(?:[{known}](?=[^{_BOUND}]{{1,3}}[{cues.verb_initials()}，,（(])"
        rf"|[{parts}](?=[{parts}]{{3}}))"
    )
    facts = "|".join(lists.groups()["person-fact"])
    return compiled(start), compiled(f"[，,（(][ \u3000]?(?:{facts})")


def without_cue(line: str, hits: list[NameHit]) -> None:
    """Add the names of a line that neither cue nor title points to."""
    found_before = bool(hits)
    _from_clauses(line, hits)
    if "关于" in line:
        _from_subjects(line, hits)
    if "、" in line:
        _from_rows(line, hits)
    if not found_before or line.endswith(("：", ":")):
        hits.extend(_from_whole_line(line))
    if (letter := _letter().match(line)) is not None and not found_before:
        hits.extend(_salutation(line, letter.start(1), letter.end(1)))
    if "." in line:
        _from_file_name(line, hits)


def _from_clauses(line: str, hits: list[NameHit]) -> None:
    """Names that a clause begins with and says something of that is said of persons only."""
    starts, _ = _patterns()
    taken = {one.start for one in hits}
    for match in starts.finditer("\n" + line):
        start = match.end() - 2
        if start not in taken and (found := _subject(line, start)) is not None:
            hits.append(as_hit(found, "cue", None, ""))


def _said(line: str, end: int) -> str:
    """What is said of the person whose name ends at `end`."""
    if (verb := cues.verb_at(line, end)) or line[end : end + 1] not in ("，", ",", "（", "("):
        return verb
    match = _patterns()[1].match(line, end)
    return match.group() if match is not None else ""


def _subject(line: str, start: int) -> Candidate | None:
    if line[start + 1] in cues.syllables() and line[start] in cues.syllables():
        foreign = shape.foreign_from(line, start)
        if foreign is not None and _said(line, foreign.end):
            return foreign
    length = max(shape.surname_length(line, start), 1)
    best: Candidate | None = None
    for given in (2, 1):
        end = start + length + given
        said = _said(line, end)
        if not said:
            continue
        found = _plausible(line, start, length, end, len(said) > 1)
        if found is not None and (best is None or best.confidence == "possible" or said == "生于"):
            best = found
    return best


def _plausible(line: str, start: int, length: int, end: int, telling: bool) -> Candidate | None:
    """[start, end) at the head of a clause, in front of what is said of persons.

    telling  what follows is a word of its own, not one character that may end a longer word
    """
    name = line[start:end]
    if not all(shape.is_han(character) for character in name) or not shape.is_person_like(line, start, end):
        return None
    if cues.holds_title(line, start, end):
        return None
    given = name[length:]
    value = shape.score(given)
    usual = length > 1 or shape.is_plain(name[0])
    need = 4 if length > 1 else 8 if usual else 10 if name[0] in lists.surnames().top else 11
    need = need + 4 if len(given) == 1 and length == 1 else need
    if value < need or shape.is_word(name[:length], given):
        return None
    certain: Confidence = "likely" if telling and usual and len(given) == 2 else "possible"
    if usual and telling and value >= 10 and not shape.word_rank(line, start, end):
        return Candidate(start, end, certain)
    from reviewer.language.segment import ends_word

    first = max(0, start - 8)
    whole = ends_word(line[first : end + 8], start - first, start + length - first, end - first)
    return Candidate(start, end, certain if usual else "possible") if whole else None


@cache
def _reply() -> re.Pattern[str]:
    return compiled("|".join(lists.groups()["reply"]))


def _from_subjects(line: str, hits: list[NameHit]) -> None:
    """关于张建国信访事项的答复: the person whose matter it is."""
    at = line.find("关于")
    while at >= 0:
        start = at + 2
        length = shape.surname_length(line, start)
        for given in (2, 1) if length else ():
            end = start + length + given
            if _reply().match(line, end) and (found := _plausible(line, start, length, end, True)) is not None:
                hits.append(as_hit(found, "cue", True, "关于"))
                break
        at = line.find("关于", start)


_ITEM = "[^\x00-\x7f，。；：、（）“”　]{2,4}(?:[（(][^（）()\n]{1,12}[）)])?"


@cache
def _row() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What may be a name in a row; its items from the second on; the head of a clause in front of the first."""
    known = cues.surname_class()
    return (
        compiled(f"、[{known}](?=[^{_BOUND}]{{1,3}}(?:[{_BOUND}等]|$))"),
        compiled(f"(?P<bracket>[（(][^（）()\n]{{1,12}}[）)])?(?P<row>(?:、{_ITEM}){{1,200}})"),
        compiled(rf"(?:^|[{_BOUND}]){cues.LEADING}(?P<first>[^{_BOUND}]{{2,4}})$"),
    )


def _from_rows(line: str, hits: list[NameHit]) -> None:
    """Names in a row, parted by 、: three, or two in front of 两户, a colon or the end."""
    sign, row, head = _row()
    judged: Seen = {}
    at = 0
    while (seen := sign.search(line, at)) is not None:
        match = row.search(line, max(at, seen.start() - 24), seen.end() + 4000)
        if match is None or match.end() <= seen.start():
            at = seen.end()
            continue
        at = match.end()
        start, end = match.span("row")
        if not shape.may_end(line, match.start()) or line[start + 1] not in cues.surname_set():
            continue
        items = list(_items(line, start + 1, end))
        if len(items) > 1 and not any(_member(line, *item, judged) for item in items[:2]):
            continue
        front = head.search(line, max(0, match.start() - 8), match.start())
        first = _member(line, *front.span("first"), judged) if front is not None else None
        first = first or shape.name_until(line, match.start(), False)
        good = [one for one in (_member(line, *item, judged) for item in items[:-1]) if one is not None]
        last = _last_member(line, *items[-1], judged)
        if first is None or not _is_row([first, *good], last, items, line, end, front is not None):
            continue
        whole = [first, *good] if last is None else [first, *good, last]
        hits.extend(as_hit(one, "list", None, "名单") for one in whole)


def _is_row(
    good: list[Candidate], last: Candidate | None, items: list[tuple[int, int]], line: str, end: int, clear: bool
) -> bool:
    """Whether enough of the items of a row are names: nearly all, and two beyond doubt beside the first."""
    if len(good) * 10 < len(items) * 8:
        return False
    sure = sum(one.confidence == "certain" and not shape.is_word_like(line, one.start, one.end) for one in good)
    if last is not None and last.confidence == "certain":
        sure += not shape.is_word_like(line, last.start, last.end)
    if len(items) > 1:
        return sure >= max(2, (len(items) + 1) * 6 // 10)
    closed = last is not None and (last.end < end or line[end : end + 1] in ("", "：", ":", "。", "等", "\r"))
    return clear and closed and sure == 2


def _items(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The items of a row without their brackets."""
    for item in line[start:end].split("、"):
        bracket = min((at for mark in "（(" if (at := item.find(mark)) >= 0), default=len(item))
        yield start, start + bracket
        start += len(item) + 1


Seen = dict[str, Candidate | None]
"""items of a row that have been judged, as if they began at 0"""


def _member(line: str, start: int, end: int, seen: Seen) -> Candidate | None:
    name = line[start:end]
    if name not in seen:
        seen[name] = _item_as_name(name)
    found = seen[name]
    return found and Candidate(start, end, found.confidence, found.pseudonym)


@lru_cache(maxsize=shape.REMEMBERED)
def _item_as_name(name: str) -> Candidate | None:
    found = shape.name_from(name, 0, 2)
    if found is None or found.end != len(name) or shape.is_place_like(name) or shape.is_famous(name):
        return None
    return None if cues.holds_title(name, 0, len(name)) or name in cues.table() else found


def _last_member(line: str, start: int, end: int, seen: Seen) -> Candidate | None:
    """The last of a row may run into what follows: 井秀梅|两户."""
    whole = _member(line, start, end, seen)
    if whole is not None and (shape.clean_end(line, end) or line[end] == "等"):
        return whole
    length = max(shape.surname_length(line, start), 1)
    for given in (2, 1):
        stop = start + length + given
        if cues.verb_at(line, stop) and (found := _member(line, start, stop, seen)) is not None:
            return found
    return None


# A line that is little more than a name.

_COURTESY = ("先生", "女士", "同志", "同学", "小姐")


@cache
def _whole_patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """The number of an item, the date behind a signature, and the parting of names in a line."""
    return (
        compiled(cues.NUMBERED),
        compiled(r"[ \t\u3000]*[12][0-9]{3}(?:年|[./-])[0-9 ]{0,3}(?:月|[./-])?[0-9 ]{0,3}日?$"),
        compiled("[^、，,；;\\t \u3000]+"),
    )


@cache
def _letter() -> re.Pattern[str]:
    """The salutation of a letter that goes on in the same line: 张建国：您反映的……"""
    return compiled(r"[ \t\u3000]*([^：:，。；\n]{2,14})[：:][ \u3000]*(?:您|你(?![们局院委厅处办单公校村镇乡县市省]))")


_LONGEST, _SHORT = 4000, 16
"""characters of a line that may be nothing but names, and of one that always may"""
_PROSE = "的了在是不和有"
"""characters of running text that hardly stand in names"""


def _from_whole_line(line: str) -> Iterator[NameHit]:
    """A salutation, a signature, one name of a list, or a line of names."""
    if len(line) > _SHORT and (len(line) > _LONGEST or any(map(line.__contains__, _PROSE))):
        return
    number, date, _ = _whole_patterns()
    match = number.match(line)
    start = match.end() if match is not None else 0
    text = line.rstrip(" \t\u3000\r")
    if text.endswith(("：", ":")):
        yield from _salutation(line, start, len(text) - 1)
        return
    dated = date.search(text, start)
    text = text[: dated.start()] if dated is not None else text
    text = text.rstrip("。.；;、，, \t\u3000")
    if len(text) - start <= 10 and (found := _alone(text, start)) is not None:
        yield as_hit(found, "signature", None, "")
    elif len(text) - start >= 5:
        yield from _roster(text, start)


def _alone(text: str, start: int) -> Candidate | None:
    """The rest of the line as one name, where its shape is beyond doubt."""
    found = _by_itself(text[start:])
    return found and Candidate(start + found.start, start + found.end, found.confidence)


@lru_cache(maxsize=shape.REMEMBERED)
def _by_itself(text: str) -> Candidate | None:
    """The text as one name, where its shape is beyond doubt."""
    found = shape.whole(text)
    if found is None or found.confidence == "possible" or found.pseudonym:
        return None
    name = "".join(text.split())
    if name in cues.table() or name in cues.titles() or shape.is_famous(name):
        return None
    sure = _sureness(name)
    return Candidate(found.start, found.end, sure) if sure is not None else None


def _sureness(name: str) -> Confidence | None:
    """How sure a line or a part of a file name is a name that looks like one."""
    length = shape.surname_length(name, 0)
    if not shape.DOT_SET.isdisjoint(name):
        return "likely"
    value, usual = shape.score(name[length:][-2:]), length > 1 or name[0] in lists.surnames().top
    if not length or shape.is_word_like(name, 0, len(name)):
        return None
    if len(name) - length == 2:
        if value < (7 if usual else 9):
            return None
        return "likely" if usual or value >= 11 or _segments(name, length) else None
    return "possible" if value >= (12 if usual else 16) else None


def _segments(name: str, length: int) -> bool:
    from reviewer.language.segment import fits

    return fits(name, 0, length, len(name))


def _salutation(line: str, start: int, end: int) -> Iterator[NameHit]:
    """张建国：, 裴玉兰、裴志强：, 尊敬的张建国先生："""
    if end - start > 40:
        return
    if line.startswith("尊敬的", start):
        start += 3
    found = []
    for item in _whole_patterns()[2].finditer(line, start, end):
        first, last = item.span()
        courtesy = next((word for word in _COURTESY if line.endswith(word, first, last)), "")
        one = _alone(line[: last - len(courtesy)], first)
        if one is None:
            return
        found.append(one)
    for one in found:
        yield as_hit(one, "cue", True, "称呼")


def _roster(text: str, start: int) -> Iterator[NameHit]:
    """A line that is nothing but names: 张建国、李明　王　芳."""
    items = []
    for match in _whole_patterns()[2].finditer(text, start):
        if match.end() - match.start() > 12:
            return
        items.append(match.span())
    items = _padded(text, items)
    if len(items) < 2:
        return
    judged = [_judged(text, start, end) for start, end in items]
    if sum(one.sure for one in judged if one is not None) * 10 < len(items) * (7 if len(items) > 2 else 10):
        return
    for one, (start, end) in zip(judged, items, strict=True):
        if one is not None and not one.is_label:
            sureness: Confidence = "likely" if one.name.confidence == "certain" else "possible"
            yield NameHit(start, end, "list", None, one.name.pseudonym, sureness, "名单")


@dataclass(frozen=True, slots=True)
class _Item:
    """An item of a list that is a name, whether it is beyond doubt, and whether it is a word of forms."""

    name: Candidate
    sure: bool
    is_label: bool


_PARTING = "、，,；;\t \u3000"


def _judged(text: str, start: int, end: int) -> _Item | None:
    """The item text[start:end] as a name, None where it is none."""
    if start == 0 or text[start - 1] in _PARTING:
        return _listed(text[start:end])
    return _as_item(text[:end], start)  # behind its number, which the segmenter sees


@lru_cache(maxsize=shape.REMEMBERED)
def _listed(item: str) -> _Item | None:
    return _as_item(item, 0)


def _as_item(text: str, start: int) -> _Item | None:
    """The rest of the text as an item of a list."""
    found = shape.name_from(text, start, 2)
    name = text[start:]
    if found is None or found.end != len(text) or shape.is_place_like(name):
        return None
    sure = found.confidence == "certain" and not shape.is_word_like(text, start, found.end)
    return _Item(found, sure, name in cues.table())


def _padded(text: str, items: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """A lone surname and a lone character behind it are one padded name: 王　芳."""
    joined: list[tuple[int, int]] = []
    for start, end in items:
        lone = bool(joined) and end - start == 1 and joined[-1][1] - joined[-1][0] == 1
        if lone and text[joined[-1][1] : start].isspace():
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


# File names.


@cache
def _file_patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What the name of a file ends in, what a file of a person is called, and the parts of a file name."""
    parted = "[^\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f，。；：、（）“”　《》【】—]+"
    return compiled(cues.FILE_END), compiled("|".join(lists.groups()["file"])), compiled(parted)


def _from_file_name(line: str, hits: list[NameHit]) -> None:
    """Names in the name of a file: 张建国身份证.jpg, 申请表（张建国）.docx."""
    ending, called, part = _file_patterns()
    match = ending.search(line)
    if match is None or match.start() > 120:
        return
    for run in part.finditer(line, 0, match.start()):
        start, end = run.span()
        while start < end and not shape.is_han(line[start]):
            start += 1
        found = _alone(line[:end], start) or _called(line, start, end, called)
        if found is not None:
            hits.append(as_hit(found, "cue", None, "文件名"))


def _called(line: str, start: int, end: int, called: re.Pattern[str]) -> Candidate | None:
    for given in (2, 1):
        stop = start + max(shape.surname_length(line, start), 1) + given
        if stop < end and called.match(line, stop, end) and (found := _alone(line[:stop], start)) is not None:
            return found
    return None
