"""Names in running text that no cue tells: what the trained detector says, and the office's own dictionary."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import accumulate

import regex

from reviewer.detect.candidate import Candidate
from reviewer.detect.compiled import Compiled
from reviewer.detect.lines import Lines
from reviewer.detect.pattern import normalise
from reviewer.detect.spoken import is_appointed, may_appoint
from reviewer.detect.table import is_header_word
from reviewer.language import cues, divisions, names
from reviewer.language.finder import FAINT, NONE, Found, OwnWords, finder, own_words
from reviewer.language.lists import group, surnames
from reviewer.language.segment import bounded
from reviewer.language.segment import words as segmented
from reviewer.language.shape import (
    BEFORE,
    WEAK,
    clean_end,
    clean_start,
    follower,
    is_any_word,
    is_by_sound,
    is_famous,
    is_han,
    is_kind,
    is_of_place,
    is_word,
    joined_name,
    never,
    surname_length,
    word_rank,
)
from reviewer.language.standin import confirmed, is_no_word
from reviewer.language.things import is_thing, stands_in_example, without_copula
from reviewer.prepared.patterns import compiled, compiled_regex
from reviewer.rulebook.rule import Rule
from reviewer.settings import Settings


def in_text(
    lines: Lines, compiled: Compiled, settings: Settings, listed: list[Candidate], spoken: list[Candidate]
) -> Iterator[Candidate]:
    """NAME candidates of running text: what cue words told, set right and added to by the trained detector and by
    the user's dictionary.

    listed  the names that columns gave: they stand where others see one as well
    spoken  the names that cue words and titles gave, which know more of the person
    """
    rule = compiled.book.by_id("person-name")
    if rule is None or lines.text.isascii():
        yield from spoken
        return
    flow = lines.flow
    if flow.is_joined:
        listed, spoken = (_moved(found, flow.inward) for found in (listed, spoken))
    named = (
        one for one in _in_flow(lines, rule, settings, listed, spoken) if not is_thing(flow.text, one.start, one.end)
    )
    for one in _moved(named, flow.outward) if flow.is_joined else named:
        if lines.is_header(one.start, one.end):
            continue
        if (end := without_copula(lines.text, one.start, one.end)) < one.end:
            one = replace(one, end=end, value=normalise("NAME", lines.text[one.start : end]))
        yield replace(one, pseudonym=True) if stands_in_example(lines.text, one.start, one.end) else one


def _moved(found: Iterable[Candidate], place: Callable[[int, int], tuple[int, int]]) -> list[Candidate]:
    """The candidates at the places that `place` gives for theirs."""
    moved = []
    for one in found:
        start, end = place(one.start, one.end)
        if (start, end) != (one.start, one.end):
            across = one.view == "plain" and end - start > one.end - one.start
            one = replace(one, start=start, end=end, view="joined" if across else one.view)
        moved.append(one)
    return moved


def _in_flow(
    lines: Lines, rule: Rule, settings: Settings, listed: list[Candidate], spoken: list[Candidate]
) -> Iterator[Candidate]:
    """`in_text`, all places in the text whose sentences are not broken by line ends."""
    text = lines.flow.text
    words = own_words(settings.words)
    taken, told = Taken(listed), _Told(spoken)
    appoints = may_appoint(text)
    sure: set[int] = set()
    found = finder(settings.language)(text, [(one.start, one.end) for one in listed])
    doubted = _confirmed(found, text)
    for seen in found:
        if taken.touch(seen.start, seen.end):
            continue
        if (seen.start, seen.end) in doubted:
            if not told.beside(seen):
                yield _possible(rule, seen, text)
            continue
        if seen.score < FAINT:
            continue
        one = _trimmed(seen, text)
        cued = told.beside(one)
        worse = [other for other in cued if one.score >= _SURE and _is_better(one, other, text)]
        if len(worse) < len(cued):
            if any((other.start, other.end) == (one.start, one.end) for other in cued):
                told.give_way(worse)
                sure.add(one.start)
            continue
        if not _may_be_named(one, lines, words):
            continue
        if one.score >= _SURE:
            sure.add(one.start)
        value = normalise("NAME", text[one.start : one.end])
        pseudonym = names.is_pseudonym(value) or _is_masked(value)
        if cued:
            told.give_way(cued)
            yield replace(cued[0], start=one.start, end=one.end, value=value, pseudonym=pseudonym)
            continue
        private = False if appoints and is_appointed(text, one.start, one.end) else None
        yield Candidate(
            rule, one.start, one.end, value, "plain", confidence="likely" if one.score >= _LIKELY else "possible",
            private=private, pseudonym=pseudonym,
        )  # fmt: skip
    asked = settings.language != NONE
    yield from (one for one, seen in told.left() if seen or not asked or _may_stand_alone(one, text))
    yield from _padded(text, rule, Taken([*listed, *spoken]))
    yield from (one for one in _of_compound(text, rule) if one.start not in sure)
    if words.persons:
        taken = Taken([*listed, *spoken])
        for match in regex.finditer(r"\L<persons>", text, persons=list(words.persons)):
            if not taken.touch(*match.span()):
                start, end = match.span()
                yield Candidate(rule, start, end, match.group(), "plain", confidence="likely")


def _confirmed(found: list[Found], text: str) -> set[tuple[int, int]]:
    """The names of rare surnames that the detector hardly believes in and that a second look confirms."""
    asked = [one for one in found if one.score < _HALF and _is_worth_a_look(one, text)]
    if not asked:
        return set()
    return {(one.start, one.end) for one in confirmed(text, asked) if is_no_word(text, one)}


def _is_worth_a_look(one: Found, text: str) -> bool:
    """Whether a surname beyond the commonest and one or two characters stand where a person may.

    A label, a title or a word that names follow stands in front, or a word or title that follows names behind.
    """
    value = text[one.start : one.end]
    if not 2 <= len(value) <= 3 or value[0] in surnames().top or surname_length(value, 0) != 1 or is_any_word(value):
        return False
    if not all(map(is_han, value)) or text[one.start - 1 : one.start].isdigit():
        return False
    if value in cues.table() or value in cues.titles() or is_famous(value) or is_kind(value):
        return False
    if value[-1] in "和与及" or is_of_place(text, one.start, one.end):
        return False  # 米、油|和慰问金, 青禾|县民政局
    if _is_followed(text, one.end) or _PHONE.match(text, one.end) is not None:
        return True
    if value[0] in WEAK:
        return False  # 与|包茂|高速
    if text[max(one.start - 1, 0) : one.start] in _LEADING or _is_introduced(text, one.start):
        return True
    return one.score >= _DIMMER and clean_start(text, one.start) and not clean_end(text, one.end)


_PHONE = compiled("[ \u3000，,（(]{0,3}(?:1[3-9][0-9]{9}|0[1-9][0-9]{1,2}[-－—][0-9]{7,8}|[2-8][0-9]{6,7})(?![0-9])")


def _possible(rule: Rule, one: Found, text: str) -> Candidate:
    """The candidate of a name that something speaks against as well."""
    value = normalise("NAME", text[one.start : one.end])
    return Candidate(rule, one.start, one.end, value, "plain", confidence="possible")


@cache
def _pads() -> regex.Pattern[str]:
    """A surname, a wide space and one character, behind a colon or in front of a telephone or a bracket."""
    phone = r"[ \u3000]*[，,、（(]?[ \u3000]*(?:电话|手机|联系|[（(]|1[3-9][0-9]|0[1-9][0-9]{1,2}[-－—]|[2-8][0-9]{6})"
    return compiled_regex(
        rf"(?<=[：:][ \u3000]?)\p{{Han}}\u3000{{1,2}}\p{{Han}}(?![\p{{Han}}：:])"
        rf"|(?<!\p{{Han}})\p{{Han}}\u3000{{1,2}}\p{{Han}}(?={phone})"
    )


def _padded(text: str, rule: Rule, taken: Taken) -> Iterator[Candidate]:
    """Names of two characters that lists pad, words among them: 联系人：路　由, 师　范，0416-..."""
    if "\u3000" not in text:
        return
    for match in _pads().finditer(text):
        start, end = match.span()
        value = text[start] + text[end - 1]
        if text[start] not in cues.surname_set() or taken.touch(start, end):
            continue
        if value not in cues.table() and value not in cues.titles() and not is_header_word(value):
            yield Candidate(rule, start, end, value, "plain", confidence="likely")


@cache
def _only_surnames() -> frozenset[str]:
    """Compound surnames that are hardly anything else: no gate, no place, no number."""
    return surnames().compound - _ALSO_WORDS


_ALSO_WORDS = frozenset(
    [
        "东方", "东门", "东郭", "南门", "南郭", "西门", "公羊", "公西", "第五", "百里", "长孙", "太史", "司空", "司寇",
        "司徒", "子书", "子车", "濮阳", "即墨", "南宫", "微生", "归海", "宗政", "张廖", "张简", "范姜", "刘付", "刘傅",
        "那拉", "叶赫", "贺兰", "相里",
    ]
)  # fmt: skip


@cache
def _compounds() -> re.Pattern[str]:
    """The compound surnames; a class of their first and one of their second characters make the search fast."""
    known = sorted(_only_surnames(), key=lambda name: (-len(name), name))
    first, second = ("".join(sorted({name[place] for name in known})) for place in (0, 1))
    return compiled(f"[{first}](?=[{second}])(?:{'|'.join(f'(?<={name[0]}){name[1:]}' for name in known)})")


def _of_compound(text: str, rule: Rule) -> Iterator[Candidate]:
    """A compound surname and one or two characters before a mark or a word that follows names: 仆固云的账户."""
    for match in _compounds().finditer(text):
        start, given = match.span()
        for end in (given + 2, given + 1):
            value = text[start:end]
            if not all(map(is_han, value)) or end > len(text) or cues.holds_title(text, start, end):
                continue
            if value[-1] in _PLACE_ENDS or _before_verb(text, start, end) < end:
                continue
            ends = clean_end(text, end) or follower(text, end) or cues.verb_at(text, end)
            if ends and not is_famous(value) and "某" not in value and value[-1] not in _HOUSE:
                yield Candidate(rule, start, end, value, "plain", confidence="likely")
                break


class _Told:
    """The names that cue words gave, and which of them gave way to a better span."""

    def __init__(self, found: list[Candidate]) -> None:
        self._found = sorted(found, key=lambda one: (one.start, one.end))
        self._starts = [one.start for one in self._found]
        self._reach = max((one.end - one.start for one in found), default=0)
        self._gone: set[int] = set()
        self._seen: set[int] = set()

    def beside(self, span: Found) -> list[Candidate]:
        """Those that share a character with a span; the detector saw a name there, too."""
        first = bisect_left(self._starts, span.start - self._reach)
        last = bisect_left(self._starts, span.end)
        found = [one for one in self._found[first:last] if one.end > span.start]
        self._seen.update(map(id, found))
        return found

    def give_way(self, found: Iterable[Candidate]) -> None:
        self._gone.update(map(id, found))

    def left(self) -> Iterator[tuple[Candidate, bool]]:
        """Those that did not give way, and whether the detector saw a name there."""
        return ((one, id(one) in self._seen) for one in self._found if id(one) not in self._gone)


def _trimmed(one: Found, text: str) -> Found:
    """The span without what the detector took for a part of the name, or with what it left out of it.

    即|墨洁纯: a compound surname; 子|王孝思, 祖母|王孝思: whose kin; 初三|周海: the day; 费敬业|自愿, 章海带|领: a word
    behind the name.
    """
    start, end = one.start, _without_label(text, one.start, _without_number(one, text))
    value = text[start:end]
    first = surname_length(value, 0)
    if first and value[first:] in group("courtesy"):
        return Found(start, start + first, one.score)  # 樊|大叔
    if (before := _compound_before(text, start, end)) is not None:
        start = before
    elif end - start > 2 and _is_kin(text, start) and surname_length(value, 1):
        start += 1
    elif end - start == 2 and value[0] in "子女" and (stop := _after_kin(text, start)) is not None:
        start, end = start + 1, stop
    elif end - start > 3 and surname_length(value, 2) and (value[:2] in cues.titles() or value[:2] in cues.table()):
        start += 2  # 法官|滕飞
    elif end - start == 3 and value[0] in "员师" and is_han(text[start - 1 : start]) and surname_length(value, 1):
        start += 1  # 驾驶员|纪勇, 估价师|汤池
    elif end - start == 4 and value[3] in "屋宅" and surname_length(value, 0) == 1:
        end -= 1  # 北至叶金火|屋
    elif end - start > 3 and not is_by_sound(value) and (joined := joined_name(text, start)) is not None:
        start = joined  # 李和|王芳
    elif end - start > 3 and _LUNAR.match(value) is not None and surname_length(value, 2):
        start += 2
    elif end - start == 2 and value[1] != "某" and _begins_name(text, start - 1, end):
        start -= 1
    elif end - start == 2 and _doubles_given(text, end):
        end += 1
    elif (before := _double_surname_before(text, start, end)) is not None:
        start = before
    elif (stop := _before_verb(text, start, end)) < end:
        end = stop
    elif end - start > 3 and _NOT_HAN.search(value) is None and not is_by_sound(value):
        first = surname_length(value, 0)
        if first == 1 and not (end - start == 4 and surname_length(value, 1)):
            ends = (start + size for size in (3, 2) if _is_bounded(Found(start, start + size, one.score), text))
            end = next(ends, end)
    return one if (start, end) == (one.start, one.end) else Found(start, end, one.score)


def _without_number(one: Found, text: str) -> int:
    """Where the name ends when a number stands directly behind it: 王某|13800138000, but 孙某3."""
    end = one.end
    if text[end - 1].isdecimal() and text[end : end + 1].isdecimal():
        while end > one.start + 1 and text[end - 1].isdecimal():
            end -= 1
    return end


def _without_label(text: str, start: int, end: int) -> int:
    """Where the name ends that took in a rank or the beginning of the next line: 呼云|第一, 羊庄\n|电　话：."""
    rank = _RANK.search(text, start + 2, end)
    if rank is not None and rank.end() == end:
        return rank.start()
    line_end = text.find("\n", start + 2, end)
    return line_end if line_end > 0 and _LABEL_LINE.match(text, line_end + 1) is not None else end


_RANK = compiled("第[一二三四五六七八九十]")
_LABEL_LINE = compiled("[\u4e00-\u9fff][ \u3000]*[\u4e00-\u9fff]{1,3}[：:]")


def _compound_before(text: str, start: int, end: int) -> int | None:
    """Where a compound surname begins of which the detector left out a part, or all of it: 即|墨洁纯, 仆固|史峰."""
    if end - start > 3 or surnames().first.isdisjoint(text[max(start - 4, 0) : start]):
        return None
    if surname_length(text, start) > 1:
        return None
    for size in (4, 3, 2):
        for first in range(max(start - size, 0), start):
            given = end - (first + size)
            if 1 <= given <= 2 and text[first : first + size] in surnames().compound:
                return first if first + size > start or text[first : first + size] in _only_surnames() else None
    return None


def _is_kin(text: str, at: int) -> bool:
    """Whether the character at `at` says whose kin someone is: 子, 女; 其孙, 祖母, 岳父."""
    return text[at] in "子女" or (text[at] in "父母妻夫兄弟姐妹孙媳婿嫂" and text[at - 1 : at] in _WHOSE)


def _after_kin(text: str, start: int) -> int | None:
    """Where the name ends that stands behind 、子 or 、女 at `start`, up to a mark: 、子|鹿正生、."""
    if not _is_of_kin(text, start + 1) or not surname_length(text, start + 1):
        return None
    return next((end for end in (start + 3, start + 4) if clean_end(text, end) and end <= len(text)), None)


def _is_of_kin(text: str, at: int) -> bool:
    """Whether a word for somebody's kin ends at `at`: 其孙, 祖母; 、子."""
    return _KIN_WORD.fullmatch(text[max(at - 2, 0) : at]) is not None


_KIN_WORD = compiled("其[子女妻夫父母孙兄弟姐妹]|[祖外伯叔岳养继姑舅姨婶][父母]|[、，][子女]")
_DOING = frozenset("审查批办核验评检定报改建")
"""last characters of labels that are what somebody does as well"""
_WHOSE = frozenset("其之祖外伯叔岳养继姑舅姨婶")
_NUMERALS = frozenset("一二三四五六七八九十")
_ORDINAL = compiled("第[一二三四五六七八九十百]+[条章节款项编号届次批期]?")
_LUNAR = compiled("初[一二三四五六七八九十]")


def _begins_name(text: str, at: int, end: int) -> bool:
    """Whether a character in front of a name of two is its surname: 案由：端|苏平; 项目负责皮|传柳, 传 being none.

    The end of a label is none: 户主|荣超.
    """
    if at < 0 or text[at] in BEFORE or not surname_length(text, at) or _has_label(text, at + 1):
        return False
    marked = at > 0 and clean_start(text, at) and text[at - 1] not in "\n\t"
    told = _has_label(text, at) or _LUNAR.fullmatch(text[max(at - 2, 0) : at]) is not None or _is_of_kin(text, at)
    if text[at] in WEAK:
        told = told and text[at - 1] not in _DOING  # 资格复审|时|羊屹
        ends = clean_end(text, end) or (told and _is_followed(text, end))
        return (told or marked) and ends and text[at + 1] not in surnames().usual
    if told or marked:
        return True
    return not surname_length(text, at + 1) and text[at] in surnames().common


def _is_followed(text: str, end: int) -> bool:
    """Whether a word of two characters or more that stands behind persons follows, or a title."""
    if len(follower(text, end)) > 1 or len(cues.verb_at(text, end)) > 1:
        return True
    return any(text[end : end + size] in cues.titles() for size in (2, 3, 4))


def _doubles_given(text: str, end: int) -> bool:
    """Whether the last character of a name stands there twice, and the name ends behind it: 庚生|生自行."""
    if text[end - 1] != text[end : end + 1] or cues.verb_at(text, end):
        return False
    return clean_end(text, end + 1) or bool(follower(text, end + 1) or cues.verb_at(text, end + 1))


def _double_surname_before(text: str, start: int, end: int) -> int | None:
    """Where a name of four begins that has two surnames, of which the detector left out one or both: 经办人：摆|撒晓英.

    A label stands in front, or the name is a cell or a line of its own.
    """
    at = end - 4
    if not 0 <= at < start or end - start < 2:
        return None
    if not (_may_be_first_of_two(text, at) and _may_be_first_of_two(text, at + 1)):
        return None
    if not all(map(is_han, text[at:end])):
        return None
    if text[at:start] in cues.titles() or text[at:start] in cues.table():
        return None  # 法官|滕飞, 户主|张福
    ends = clean_end(text, end) or _is_followed(text, end)
    alone = ends and (at == 0 or text[at - 1] in "\n\t |│，,、；;\u3000")
    return at if alone or _has_label(text, at) else None


def _may_be_first_of_two(text: str, at: int) -> bool:
    """Whether one of the two surnames of a name of four may stand at `at`."""
    return surname_length(text, at) == 1 and text[at] not in _NO_FIRST


_KIN = frozenset("子女父母妻夫兄弟姐妹孙媳婿男")
_NO_FIRST = BEFORE | WEAK | _KIN


def _before_verb(text: str, start: int, end: int) -> int:
    """Where a name ends whose last character begins what persons do, or a rank: 章海|带领, 费敬|自愿, 章海|第三."""
    first = surname_length(text, start)
    if text[end - 1] == "第" and end - start > 2 and text[end : end + 1] in _NUMERALS:
        return end - 1
    joined = text[end - 1] == "因" and is_han(text[end : end + 1])
    if (joined or text[end - 1 : end + 1] == "正在") and end - start > first + 1 > 1:
        return end - 1  # 步源|因患, 匡芳|正在
    for at in (end - 1, end - 2):
        word = cues.verb_at(text, at) or follower(text, at) if at - start > first > 0 else ""
        if len(word) > 1 and at + len(word) >= end:
            return at
    return end


_NOT_HAN = compiled("[^\u4e00-\u9fff]")


def _is_better(one: Found, cued: Candidate, text: str) -> bool:
    """Whether the detector's span, which it is sure of, goes before the one that a cue word began or ended.

    A cue tells one end of a name, seldom the other: 竞买人|张丹|以. But the detector may not know a surname that the
    list of surnames does: 即墨|志栋.
    """
    if "\n" in text[cued.start : cued.end] and "\n" not in text[one.start : one.end]:
        return True
    if cued.view != "plain" or (one.start, one.end) == (cued.start, cued.end):
        return False
    known = surnames()
    if one.start == cued.start and one.end < cued.end and _is_alone(cued, text):
        return False
    if one.start > cued.start and one.end == cued.end and len(cued.value) <= _LONGEST:
        if text[cued.start : cued.start + 2] in known.compound:
            return False
        return text[one.start] in known.usual or text[cued.start] not in known.common - WEAK
    return True


def _is_alone(cued: Candidate, text: str) -> bool:
    """Whether two or three characters stand between marks: 陈常在."""
    ends = is_han(text[cued.start - 1 : cued.start]) or is_han(text[cued.end : cued.end + 1])
    return not ends and 2 <= len(cued.value) <= 3 and all(map(is_han, cued.value))


def _may_stand_alone(one: Candidate, text: str) -> bool:
    """Whether a name, where the detector saw none, is no village of a list (马东塘) and no end of a word (江苏|某)."""
    if len(one.value) > 2 and one.value[-1] in _PLACE_ENDS and not _has_label(text, one.start):
        return False
    return "某" not in one.value or not is_han(text[one.start - 1 : one.start]) or _is_bounded(one, text)


def _has_label(text: str, start: int) -> bool:
    """Whether a label or a word for a person stands directly in front: 户主：张小桥."""
    left = text[max(start - _LABEL, 0) : start].rstrip(" \u3000\t")
    last = left[-1:]
    if last not in _label_ends():
        return False
    if last in "：:":
        return True
    table = cues.table()
    for size in range(2, min(len(left), _LABEL - 1) + 1):  # noqa: SIM110 - asked several times of each name
        if left[-size:] in table:
            return True
    return False


_LABEL = 10


@cache
def _label_ends() -> frozenset[str]:
    """The last characters of labels and words for persons, and the colon behind them."""
    return frozenset("：:").union(word[-1] for word in cues.table())


_PLACE_ENDS = frozenset("澳村营记井岗坡湾塘坞铺渡郢圩畈堡墩坝窑寨洼塆埠垅垄冲沟屯庄镇乡岭集埂埭浜泾口桥楼庙")
_LONGEST = 6
"""characters of a name that has no dot: 爱新觉罗维红"""


_LIKELY = 0.8


_SPACED, _WHOLE = 5, 2
"""characters that stand apart in a heading; names of three characters beside them that make it a row"""


def _is_spaced_out(one: Found, text: str) -> bool:
    """行 政 处 罚 决 定 书: a heading whose characters stand apart; 张 三 李 四 王 五 is a row of names.

    So is 云 二 张建国 李明强.
    """
    if " " not in text[one.start : one.end] and "\u3000" not in text[one.start : one.end]:
        return False
    # A cell is no heading with its row: 姓 名\t勾　棋\t性 别.
    before, behind = text[max(one.start - 40, 0) : one.start], text[one.end : one.end + 40]
    tokens = (_CELL.split(before)[-1] + text[one.start : one.end] + _CELL.split(behind)[0]).split()
    singles = [token for token in tokens if len(token) == 1 and is_han(token)]
    if len(singles) < _SPACED or all(character in surnames().usual for character in singles[::2]):
        return False
    whole = sum(len(token) == 3 and surname_length(token, 0) > 0 and not is_any_word(token) for token in tokens)
    return whole < _WHOLE or not all(surname_length(character, 0) for character in singles[::2])


_CELL = compiled("[\n\t]")


def _is_last_of_things(one: Found, text: str) -> bool:
    """米、油|和慰问金: one thing and the word that joins it to the last of the row."""
    joins = one.end - one.start == 2 and text[one.end - 1] in "和与及" and is_han(text[one.end : one.end + 1])
    if not joins or text[one.start - 1 : one.start] != "、":
        return False
    return one.score < _SURE or surname_length(text, one.end) > 0  # 陈和|刘大海


def _may_run_on(one: Found, lines: Lines) -> bool:
    """Whether a name may go on in the next line, where the lines are not those of a sentence."""
    return lines.joinable(lines.number(lines.flow.outward(one.start, one.end)[0]))


def _may_be_named(one: Found, lines: Lines, words: OwnWords) -> bool:
    """Whether nothing that the network does not know speaks against the name: cells, history, the office's words."""
    text = lines.flow.text
    written = text[one.start : one.end]
    # Blanks and stars are no letters.
    value = written if written.isalpha() else "".join(written.split()).translate(_NOISE)
    if _is_term(one, value, text) or (len(value) > 1 and is_of_place(text, one.start, one.end)):
        return False
    if one.score >= _SURE and len(value) > 2 and value[-1] in _WITHIN and value[-1] != "〇":
        value = value[:-1]  # a stray dot behind a name
    beside = text[one.start - 1 : one.start] + text[one.end : one.end + 1]
    if 1 == len(set(value)) < len(value) and value[0] in beside:
        return False
    if "\t" in written or ("\n" in written and not _may_run_on(one, lines)):
        return False
    if len(value) == 1:
        # 四（3）班|班|主任 is no Mr. Ban.
        return text[one.start - 1 : one.start] != value and _is_lone_surname(one, text)
    if value[0] in "第初" and (_ORDINAL.fullmatch(value) or _LUNAR.match(value)):
        return False
    if _is_last_of_things(one, text) or _is_spaced_out(one, text):
        return False
    if is_famous(value) or value in words.others or value in cues.table() or value in cues.titles():
        return False
    if one.score >= _SURE and _PADDED.fullmatch(written) and surname_length(value, 0) and _is_apart(one, text):
        return not is_header_word(value) and text[one.end : one.end + 1] not in (":", "：")
    if value in never() and not (one.score >= _CERTAIN and _is_pointed_at(one, text)):
        return False
    if _is_masked(value):
        return one.score >= _LIKELY
    need = _SURE if surname_length(value, 0) == surname_length(value, 1) == 1 else _CERTAIN
    alone = _is_apart(one, text) or (_is_introduced(text, one.start) and _is_followed(text, one.end))
    if one.score >= need and 4 <= len(value) <= 5 and alone and all(map(is_han, value)):
        return not _cut_by_term(one, text, words)
    apart = _stands_apart(one, text) or _is_greeted(one, text)
    if not apart and not _is_written_like_one(value, one.score):
        return False
    if is_header_word(value) and not _is_surely_one(value, one.score) and not (apart and one.score >= _SURE):
        return False
    if one.score < _LIKELIER and not apart:
        return False
    foreign = is_by_sound(value) or not _WITHIN.isdisjoint(value) or _is_in_parts(value)
    if one.score >= _SURE and foreign:
        return True
    if _cut_by_term(one, text, words):
        return False
    if apart or _is_usual(value) or _is_surely_one(value, one.score) or _is_bounded(one, text):
        return True
    return one.score >= _SURE and _is_followed(text, one.end)


def _is_pointed_at(one: Found, text: str) -> bool:
    """Whether a title or a count of persons stands behind, or a label in front and a mark or a person's verb behind.

    代理人密林律师, 士民等3名, 技术员岩石、; not 家属|严加|看管.
    """
    if any(text[one.end : one.end + size] in cues.titles() for size in (2, 3, 4)):
        return True
    if cues.several().match(text, one.end) is not None:
        return True
    ends = clean_end(text, one.end) and text[one.end : one.end + 1] not in _CLOSING
    if not ends and not _is_followed(text, one.end):
        return False
    # 自理能力：全自理, 宗教信仰：基督教: the label must name a person.
    left = text[max(one.start - _LABEL, 0) : one.start].rstrip(" \u3000\t：:")
    return any(left[-size:] in cues.table() or left[-size:] in cues.titles() for size in range(2, _LABEL))


_CLOSING = ("”", '"', "’", "』", "」")


def _is_greeted(one: Found, text: str) -> bool:
    """Whether the name and a colon are a line of their own: the head of a letter."""
    if one.score < _SURE or one.end - one.start > 4 or not surname_length(text, one.start):
        return False
    last = text.find("\n", one.end)
    ends = text[one.end : len(text) if last < 0 else last].rstrip() in (":", "：")
    return ends and not text[text.rfind("\n", 0, one.start) + 1 : one.start].strip()


_FIRST_OR_THEN = frozenset("先后")


_WORN = compiled(
    "戴[\u4e00-\u9fff]{0,5}(?:[眼墨]镜(?![店行公])|口罩|手套|头盔|帽|手[表铐链]|项链|戒指|耳[环机钉]|围巾|袖[章标])"
)
"""戴|黑框眼镜: what somebody wears"""


def _is_term(one: Found, value: str, text: str) -> bool:
    """Whether what begins like a rare surname is a word of offices, or the end of one: 连心卡, 后公开, 人|格尊严."""
    return _is_like_a_term(one, value, text) and not _has_label(text, one.start)


def _is_like_a_term(one: Found, value: str, text: str) -> bool:
    terms = group("no-name")
    if value in terms or (value[0] in _FIRST_OR_THEN and value[1:] in terms):
        return True
    if value[0] == "戴" and _WORN.match(text, one.start) is not None:
        return True
    if value in divisions.short() and one.score < _LIKELY:
        return True
    if is_kind(value):
        return True
    if len(value) != 3 or _is_usual(value) or not all(map(is_han, value)):
        return False
    cut = is_han(text[one.start - 1 : one.start]) and not _is_bounded(one, text)
    then = value[0] in _FIRST_OR_THEN and _is_word_alone(text, one.start + 1, one.end)
    return one.score < _CERTAIN and (cut or then)


def is_bold(one: Candidate, lines: Lines) -> bool:
    """Whether the two stars of a masked name are those that Markdown writes around bold text: **可以不予公开**."""
    if "**" not in lines.text[one.start : one.end]:
        return False
    line = lines.lines[lines.number(one.start)]
    marks = [match.start() for match in _TWO_STARS.finditer(line)]
    if not marks or len(marks) % 2 or "\t" in line:
        return False
    before, after = line[marks[0] - 1 : marks[0]], line[marks[0] + 2 : marks[0] + 3]
    return lines.document.format == "md" or not (is_han(before) or _APART.match(after))


_TWO_STARS = compiled(r"(?<![*])[*]{2}(?![*])")
_APART = compiled(r"[\s，,。、；;：:）)]|$")


_PADDED = compiled("[^ \u3000]+[ \u3000]+[^ \u3000]+")


def _is_apart(one: Found, text: str) -> bool:
    """Whether no character joins the span on either side."""
    return clean_start(text, one.start) and clean_end(text, one.end)


def _stands_apart(one: Found, text: str) -> bool:
    """Whether a surname, however rare, and a given name stand between marks and words that stand beside persons."""
    value = text[one.start : one.end]
    first = surname_length(value, 0)
    if not first or not 1 <= len(value) - first <= 2 or not all(map(is_han, value)) or is_any_word(value):
        return False
    if value[-1] in _PLACE_ENDS or value[-1] in _HOUSE:
        return False
    if word_rank(text, one.start, one.end) == 2 and one.score < _SURE:
        return False
    surely = one.score >= _SOMEWHAT or (one.score >= _LIKELIER and _is_apart(one, text))
    if not surely and (is_word(value[:first], value[first:]) or value[first:] in never()):
        return False
    if one.score < _LIKELIER and _is_word_alone(text, one.start + first, one.end):
        return False
    opened = clean_start(text, one.start) or text[one.start - 1] in _LEADING or _is_introduced(text, one.start)
    if not opened and not (text[one.end : one.end + 1] == "、" and _is_bounded(one, text)):
        return False
    if clean_end(text, one.end):
        return text[one.end : one.end + 1] not in (":", "：")
    if (follower(text, one.end) or cues.verb_at(text, one.end)) not in ("", "户"):
        return True
    return one.score >= _LIKELIER and _word_begins(text, one.end)


def _word_begins(text: str, at: int) -> bool:
    """Whether a word of two characters or more begins at `at`, whatever stands in front."""
    return any(word[1] == 0 and word[2] > 1 for word in segmented(text[at : at + _TERM]))


_LEADING = BEFORE | frozenset("因就受随替跟")


def _is_introduced(text: str, at: int) -> bool:
    """Whether a label, a word for a person or a title that names follow stands in front."""
    titles = cues.titles()
    return _has_label(text, at) or _is_of_kin(text, at) or any(
        (title := titles.get(text[at - size : at])) is not None and title[1] for size in (2, 3, 4) if at >= size
    )


def _is_word_alone(text: str, start: int, end: int) -> bool:
    """Whether two characters are a word to the segmenter: 正|驻扎."""
    first = max(start - _TERM, 0)
    return end - start == 2 and any(
        (word[1] + first, word[2] + first) == (start, end) for word in segmented(text[first : end + _TERM])
    )


_HOUSE = frozenset("家户氏族")


_NOISE = str.maketrans("", "", "★☆")


@cache
def _masked() -> regex.Pattern[str]:
    """A name that hides itself, also with a number or with what is left of it: 孙某3, 秦某跃, 陈某*, 张*达政, 夏x强."""
    return compiled_regex(
        r"\p{Han}{1,4}(?:某[\p{Han}1-9１-９*＊]{0,2}|[*＊×✕○〇●□■_xX]{1,3}\p{Han}{0,2}|\p{Han}[*＊×xX]{1,3})"
    )


_MASKS = frozenset("某*＊×✕○〇●□■_xX")


def _is_masked(value: str) -> bool:
    """Whether a name hides itself."""
    return not _MASKS.isdisjoint(value) and _masked().fullmatch(value) is not None


def _is_in_parts(value: str) -> bool:
    """Whether it is a foreign name in parts."""
    return not _PARTING.isdisjoint(value) and _by_parts().fullmatch(value) is not None


_PARTS = "-—–.·•・‧∙⋅˙･"
_PARTING = frozenset(_PARTS)


@cache
def _by_parts() -> regex.Pattern[str]:
    """A foreign name in parts, whatever parts them: 南登-厄普顿, B—维古佐娃, 桑托斯.康德苏."""
    return compiled_regex(rf"(?:[A-Z]|\p{{Han}}{{1,6}})(?:[{_PARTS}]\p{{Han}}{{1,6}}){{1,3}}")


def _is_usual(value: str) -> bool:
    """Whether the surname is one of those that most people have: what else looks like one is often a word's end."""
    known = surnames()
    return value[0] in known.usual or value[:2] in known.compound


def _is_surely_one(value: str, score: float) -> bool:
    """Whether a surname, however rare, or two of them, and one or two characters are surely a name to the detector."""
    first = surname_length(value, 0)
    if score < _CERTAIN or not first:
        return False
    given = len(value) - first
    return 1 <= given <= 2 or (given == 3 and surname_length(value, first) > 0)


def _is_bounded(one: Found | Candidate, text: str) -> bool:
    """Whether no word runs over either end: not 言选登 of 留言选登."""
    first = max(one.start - _TERM, 0)
    return bounded(text[first : one.end + _TERM], one.start - first, one.end - first)


_FAMILIAR = frozenset("小老阿")
_OF_SURNAME = frozenset("家氏总工局处科主书老师女先同大阿姨伯叔婶嫂姐哥妹弟某")


def _is_lone_surname(one: Found, text: str) -> bool:
    """Whether a surname stands for a person: 何书记, 小胡, 王总; with what is behind it, or 小, 老 in front."""
    if any(text[one.end : one.end + size] in cues.titles() for size in (2, 3)):
        return True
    if one.score < _SURE or text[one.start] not in surnames().usual:
        return False
    return text[one.start - 1 : one.start] in _FAMILIAR or text[one.end : one.end + 1] in _OF_SURNAME


def _is_written_like_one(value: str, score: float) -> bool:
    """Whether it begins with a surname or holds a dot, or is surely a foreign name: no .docx, no ****, no verb."""
    if score >= _SURE and _is_in_parts(value):
        return True
    if score >= _CERTAIN and _STRAY.fullmatch(value):
        return True
    if not is_han(value[:1]) or value[-1] in _WITHIN or not all(is_han(char) or char in _WITHIN for char in value[1:]):
        return False
    if names.looks_like_name(value) is not None or not _WITHIN.isdisjoint(value) or _is_surely_one(value, score):
        return True
    return score >= _SURE and len(value) <= _FOREIGN_LENGTH and (surname_length(value, 0) == 0 or is_by_sound(value))


_STRAY = compiled("[\u4e00-\u9fff]{1,2}[A-Za-z?][\u4e00-\u9fff]")
"""a name with one letter that recognition or a slip of a finger put into it: 静E军"""
_DIMMER, _POSSIBLE, _LIKELIER, _HALF, _SOMEWHAT = 0.02, 0.1, 0.25, 0.5, 0.9
_SURE, _CERTAIN = 0.95, 0.99
"""scores of the trained detector: goes before a cue word; before what the rules know of surnames and words"""
_FOREIGN_LENGTH = 12
_WITHIN = frozenset("·•・‧∙⋅˙･〇")


_TERM = 10


def _cut_by_term(one: Found, text: str, words: OwnWords) -> bool:
    """Whether the name begins, ends or lies in a known term: 畅通|依申请公开, 付|青苗费."""
    terms = _terms(words)
    at, stop = max(one.start - _TERM, 0), min(one.end + _TERM, len(text))
    while at < one.end:
        # Of several terms at one place the longest is read, and the next behind it.
        known = terms.get(text[at])
        end = next((at + len(term) for term in known if text.startswith(term, at, stop)), 0) if known else 0
        if one.start < end and not (one.start <= at and end <= one.end):
            return True
        at = end or at + 1
    return False


@cache
def _terms(words: OwnWords) -> dict[str, tuple[str, ...]]:
    """First character -> the terms, the longest first."""
    found: dict[str, list[str]] = {}
    for term in sorted({*group("term"), *words.others} - {""}, key=lambda term: (-len(term), term)):
        found.setdefault(term[0], []).append(term)
    return {first: tuple(terms) for first, terms in found.items()}


class Taken:
    """Where something stands already."""

    def __init__(self, found: Iterable[Candidate]) -> None:
        spans = sorted((one.start, one.end) for one in found)
        self._starts = [start for start, _ in spans]
        self._ends = list(accumulate((end for _, end in spans), max))

    def touch(self, start: int, end: int) -> bool:
        at = bisect_left(self._starts, end) - 1
        return at >= 0 and self._ends[at] > start
