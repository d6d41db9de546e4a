"""Whether a stretch of text is shaped like a Chinese name, and where a name that starts or ends here stops.

The evidence is the surname, how the characters after it stand in given names, a list of words that begin
with a surname and are no names, and the words that follow names. Only a doubtful candidate in running
text is put to the word segmenter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

import regex

from reviewer.language import lists
from reviewer.model import Confidence
from reviewer.prepared.patterns import compiled, compiled_regex

Strength = Literal[0, 1, 2]
"""what stands between cue and name: 0 nothing, 1 white space or 为, 2 a colon or a field of its own"""

# What every cue asks is the standard library's re, a third of regex's cost on short anchored patterns; the
# rest is regex, because re takes a millisecond to compile each class of all Han characters.
DOTS = "·•・‧∙⋅˙･●．."
"""the dot of minority names and what stands for it (．. only between Han characters)"""
HAN = r"\p{Han}"
DOT_SET = frozenset(DOTS)
MASKS = "*＊×✕○●□■_"
_AFTER_MOU = "些种个日地时年月市县区省镇乡村位项人家处段期天类样件厂公局单部科学院银房楼号路栋户"

WEAK = frozenset(
    "于向时应和从由经都但全且并及与可能将所等为是在有无未不以因则即如若此其本各每别须连曾常任管包当需代同原占"
    "满成项单双方位还没又也让给被把对说称查明安许费关支计权要区才步居战呼相初来展信年月日但乘原"
)
"""surnames that are function words or verbs far more often: in running text the segmenter decides"""
# Never the only character of a given name in running text.
REMEMBERED = 1 << 14
"""judgements that are remembered: the names of one text stand in it many times"""
_PARTICLES = frozenset(
    "的了于在向以经为被因对与和及或等之自从将把就至到是系有无不没曾又再也均共由说诉称提按据应该可须需能会要其此"
    "各每所这那某时后前上下中内外间里姓"
)
# A stretch with one of these at its end is a place, a body or a thing.
_NO_END = frozenset("村镇乡县市区省州局厅处科股室部院所站队组厂店馆校社路街巷号幢楼")
_PLACE_END = frozenset("河湖岭塔坡庄屯湾沟寨塘岗坪冲圩堡营集坝庙铺店桥口庵窑窝墩坑垄垅围岔埠渡")

Shape = Literal["name", "word", "rare", "weak"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch [start, end) that may be a name, how sure its shape is, whether it hides the name."""

    start: int
    end: int
    confidence: Confidence
    pseudonym: bool = False


def is_han(character: str) -> bool:
    """Whether `character` is a Han character."""
    if "一" <= character <= "鿿":
        return True
    return "㐀" <= character <= "䶿" or character == "〇" or character > "\U0001ffff"


def surname_length(text: str, start: int) -> int:
    """2 to 4 where a compound surname stands at `start`, 1 for a single one, else 0."""
    names = lists.surnames()
    if text[start : start + 1] in names.first:
        for length in (4, 3, 2):
            if text[start : start + length] in names.compound:
                return length
    character = text[start : start + 1]
    return 1 if character and (character in names.common or character in names.rare) else 0


def score(given_name: str) -> int:
    """How name-like one or two characters are, 0 to 18; half of all names of three reach 13; 0 for none at all."""
    table, none = lists.given(), (0, 0, 0)
    if not given_name:
        return 0
    if len(given_name) == 1:
        return 2 * table.get(given_name, none)[2]
    return table.get(given_name[0], none)[0] + table.get(given_name[1], none)[1]


def is_famous(text: str) -> bool:
    """Whether `text` names a leader of set phrases or a figure of history: nobody's private data."""
    return text in lists.group("famous")


def never() -> lists.Words:
    """Words that look like names and are hardly ever one."""
    return lists.words()[0]


def is_any_word(text: str) -> bool:
    """Whether `text` is a word as well: one that is hardly ever a name, or one that may be (高峰)."""
    never, maybe = lists.words()
    return text in never or text in maybe


def clean_end(text: str, end: int) -> bool:
    """Whether nothing that could still belong to a name follows `end`."""
    return end >= len(text) or not (is_han(text[end]) or text[end] in "*＊×")


def clean_start(text: str, start: int) -> bool:
    return start == 0 or not (is_han(text[start - 1]) or text[start - 1] in "*＊×")


_UNITS = frozenset("年月日时分秒号元万亿户口位名个周岁层期级条项门成段度")


def after_number(text: str, start: int) -> bool:
    """Whether what stands at `start` counts or dates the number in front of it: 5|月生, 60|元."""
    return start > 0 and text[start] in _UNITS and (text[start - 1].isdigit() or text[start - 1] in _NUMERALS)


_NUMERALS = frozenset("一二三四五六七八九十百千万几两")


@cache
def _plain() -> frozenset[str]:
    """Common surnames that begin hardly any other word: 吴国庆 is a name, though 吴国 is a word."""
    count = lists.counts()
    return frozenset(c for c in lists.surnames().usual if count.get(c, 0) <= _FEW_WORDS) - WEAK


_FEW_WORDS = 16


def is_plain(character: str) -> bool:
    """Whether a character is a common surname and hardly anything else."""
    return character in _plain()


def is_person_like(text: str, start: int, end: int) -> bool:
    """Whether [start, end) could be a name in running text: no number's unit, no word, place or figure."""
    name = text[start:end]
    if after_number(text, start) or word_rank(text, start, end) == 2 or is_famous(name) or is_place_like(name):
        return False
    return _PARTICLES.isdisjoint(name[-2:] if len(name) > 2 else name[-1])


def is_word_like(text: str, start: int, end: int) -> bool:
    """Whether a name is a word as well, or its given name is one: 高峰, 闻宣传."""
    return _is_word_like(text[start : max(start + 4, end + 1)], end - start)


@lru_cache(maxsize=REMEMBERED)
def _is_word_like(text: str, end: int) -> bool:
    length = surname_length(text, 0)
    return bool(_word_rank(text, end)) or is_word(text[:length], text[length:end])


def word_rank(text: str, start: int, end: int) -> int:
    """2 where [start, end) is or begins with a word that is hardly ever a name, 1 for a rare word."""
    return _word_rank(text[start : max(start + 4, end + 1)], end - start)


@lru_cache(maxsize=REMEMBERED)
def _word_rank(text: str, end: int) -> int:
    """The same of text[:end], which four characters, and the one behind the name, decide."""
    never, maybe = lists.words()
    whole = text[:end]
    if whole in never or text[:4] in never:
        return 2
    if whole[:2] in lists.surnames().compound:
        return 1 if whole in maybe else 0
    if end > 2 and text[:2] in never:
        return 1 if text[0] in _plain() and end == 3 and score(whole[1:]) >= 9 else 2
    if end == 2 and text[:3] in never and not clean_end(text, end):
        return 2
    return 1 if whole in maybe else 0


def is_word(surname: str, given_name: str) -> bool:
    """Whether what looks like a given name is rather a plain word: 闻|宣传 against 张|建国."""
    if len(given_name) != 2 or given_name not in lists.words()[0]:
        return False
    return not (surname in lists.surnames().top or surname in _plain()) or score(given_name) < 9


_KINDS = frozenset("型类法证卡率费额制表栏串键页")


def is_kind(text: str) -> bool:
    """Whether three characters, the first no usual surname, end as words for kinds, laws and papers do: 连心卡."""
    return len(text) == 3 and text[-1] in _KINDS and text[0] not in lists.surnames().usual


@cache
def _follow_table() -> dict[str, tuple[str, ...]]:
    table: dict[str, list[str]] = {}
    for word in lists.groups()["follow"]:
        table.setdefault(word[0], []).append(word)
    return {first: tuple(sorted(found, key=len, reverse=True)) for first, found in table.items()}


def follower(text: str, start: int) -> str:
    """The word at `start` that usually stands behind a name, or ''."""
    for word in _follow_table().get(text[start : start + 1], ()):
        if text.startswith(word, start):
            return word
    return ""


@cache
def _masks() -> tuple[regex.Pattern[str], regex.Pattern[str]]:
    """What hides a given name behind its surname; a name whose surname is hidden (*明)."""
    # One underscore in front of a word parts the title of a page from its site (…公示_示例县人民政府).
    stars = rf"(?:[*＊×✕○〇●□■]{{1,3}}|_{{2,3}}|_(?!{HAN}{{2}})|[xX]{{1,3}}(?![0-9A-Za-z]))"
    some = rf"某(?:[某甲乙丙丁戊己庚辛壬癸一二三四]{{0,2}}|[1-9][0-9]{{0,2}}(?![0-9]))(?![{_AFTER_MOU}])"
    return (
        compiled_regex(rf"{some}|{stars}{HAN}?|{HAN}{stars}"),
        compiled_regex(rf"[*＊×]{{1,2}}{HAN}{{1,2}}(?!{HAN})"),
    )


@cache
def _dots() -> regex.Pattern[str]:
    return compiled_regex(rf"{HAN}{{1,8}}(?:[ ]?[{DOTS}][ ]?{HAN}{{1,10}}){{1,3}}")


@cache
def _pads() -> regex.Pattern[str]:
    """The given name behind its surname and white space."""
    pad = r"[ \u3000]{1,4}"
    return compiled_regex(rf"{pad}{HAN}{{1,2}}(?!{HAN})|{pad}{HAN}{pad}{HAN}(?!{HAN})")


@cache
def beginnings() -> frozenset[str]:
    """Characters that a name may begin with: surnames, syllables of minority names, a mask."""
    names = lists.surnames()
    return names.common | names.rare | names.first | _syllables() | frozenset("*＊×")


def masked_at(text: str, start: int) -> Candidate | None:
    """张某某, 李某甲, 王*, 欧阳××, 李*明: a name that hides itself already."""
    given, hidden = _masks()
    length = surname_length(text, start)
    if length > 1 or text[start : start + 1] in lists.surnames().common:
        found = given.match(text, start + length)
    else:
        found = hidden.match(text, start)
    return Candidate(start, found.end(), "certain", True) if found is not None else None


def hides_given(text: str) -> bool:
    """Whether the whole of `text` is a surname, however rare, and what hides the given name: 缑某某, 仉某."""
    length = surname_length(text, 0)
    return length > 0 and _masks()[0].fullmatch(text, length) is not None


def name_from(text: str, start: int, strength: Strength) -> Candidate | None:
    """The name that begins at `start`, just behind a cue."""
    # A dotted name may begin with any character; the others begin with few.
    if text[start : start + 1] not in beginnings() and not (strength and is_han(text[start : start + 1])):
        return None
    special = _special_from(text, start, strength)
    if special is not None:
        return special
    length = surname_length(text, start)
    stop = _run_end(text, start, start + 26)
    if length == 0 or (strength == 0 and stop - start > 3):
        foreign = _foreign_shape(text, start, stop, strength)
        if foreign is not None or length == 0:
            return foreign
    if length == 1 and joined_name(text, start) is not None:
        return Candidate(start, start + 1, "possible")
    found = _clean(text, start, stop, length, strength) or _followed(text, start, stop, length, strength)
    if found is None and strength:
        return _foreign_shape(text, start, stop, strength)
    return found


_JOINS = frozenset("和与及")


def joined_name(text: str, start: int) -> int | None:
    """Where the name begins that 和, 与 or 及 joins to a lone surname at `start`: 李和|王芳, not 李和平, 李和王提出."""
    if text[start + 1 : start + 2] not in _JOINS or text[start + 2 : start + 3] not in lists.surnames().top:
        return None
    second = start + 2
    if clean_end(text, second + 1) or follower(text, second + 1):
        return None
    for given in (2, 1):
        end = second + 1 + given
        ends = end <= len(text) and all(map(is_han, text[second:end])) and (clean_end(text, end) or follower(text, end))
        if ends and score(text[second + 1 : end]) >= 8 and word_rank(text, second, end) < 2:
            return second
    return None


@cache
def _cheap_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Cheap tests for what the exact patterns are then asked: a masked and a dotted name."""
    return compiled(rf".{{0,2}}[某xX{MASKS}]"), compiled(rf"[^，。、；：\s]{{1,8}} ?[{DOTS}]")


def _special_from(text: str, start: int, strength: Strength) -> Candidate | None:
    marked, dotted = _cheap_patterns()
    if marked.match(text, start) and (masked := masked_at(text, start)) is not None:
        return masked
    if dotted.match(text, start) and (found := _dots().match(text, start)) is not None:
        end = _trim_dotted(text, start, found.end())
        if strength or _is_minority(found.group()):
            return Candidate(start, end, "certain" if strength else "likely")
        return Candidate(start, end, "possible") if text[start] not in WEAK else None
    if strength and text[start + 1 : start + 3].strip() != text[start + 1 : start + 3]:
        return _padded(text, start, strength)
    return None


def _padded(text: str, start: int, strength: Strength) -> Candidate | None:
    """王　伟, 王 建国, 欧阳　明, 尉 迟 敬; the white space counts to the name."""
    length = surname_length(text, start)
    parted = _PARTED.match(text, start)
    found = None
    if parted is not None and parted[1] + parted[2] in lists.surnames().compound:
        found = _TWO_PARTED.match(text, parted.end()) or _pads().match(text, parted.end())
    if found is not None and parted is not None:
        length = parted.end() - start
    else:
        found = _pads().match(text, start + length)
    if found is None or not (length > 1 or text[start] in lists.surnames().common):
        return None
    name = "".join(text[start : found.end()].split())
    given = name[surname_length(name, 0) :]
    good = given and 2 <= len(name) <= 4 and word_rank(name, 0, len(name)) < 2
    if not good or score(given[-2:]) < 4:
        return None
    return Candidate(start, found.end(), "certain" if strength == 2 else "likely")


_PARTED = compiled(r"([\u3400-\u9fff])[ \u3000]{1,4}([\u3400-\u9fff])(?![\u3400-\u9fff])")
"""two characters that stand apart, as all do in what a scanner has read"""
_TWO_PARTED = compiled(r"(?:[ \u3000]{1,4}[\u3400-\u9fff]){2}(?![ \u3000]{0,4}[\u3400-\u9fff])")


def _trim_dotted(text: str, start: int, end: int) -> int:
    """Cut a dotted name where a word that follows names begins: 买买提·艾力因 -> 买买提·艾力."""
    dot = max(text.rfind(mark, start, end) for mark in DOTS)
    for at in range(dot + 2, end):
        # 买 in 艾买提 is a syllable, not the verb.
        if text[at] not in _syllables() and follower(text, at):
            return at
    return end


@cache
def minority() -> re.Pattern[str]:
    """The names that minority names are made of."""
    return compiled(lists.longest_first(lists.group("minority")))


def _is_minority(text: str) -> bool:
    return minority().search(text) is not None


def _foreign_shape(text: str, start: int, stop: int, strength: Strength) -> Candidate | None:
    """A minority name without a dot, alone in its field or up to punctuation: 白玛央金, 乌兰其其格."""
    if not (3 if strength else 4) <= stop - start <= 10 or not clean_end(text, stop):
        return None
    name = text[start:stop]
    if len(set(name)) == 1 or name[-1] in _NO_END or name in lists.words()[0]:
        return None
    return Candidate(start, stop, "likely") if _syllables().issuperset(name) else None


def foreign_from(text: str, start: int) -> Candidate | None:
    """A minority name of four syllables or more in front of a word that follows names: 白玛央金|系."""
    end, syllables = start, _syllables()
    while end < len(text) and end - start < 10 and text[end] in syllables:
        end += 1
    if end - start < 4 or not (clean_end(text, end) or follower(text, end)) or len(set(text[start:end])) < 3:
        return None
    return Candidate(start, end, "possible")


@cache
def _syllables() -> frozenset[str]:
    return frozenset("".join(lists.groups()["minority-syllables"]))


def is_by_sound(name: str) -> bool:
    """Whether a name could be one written by sound, or a Japanese one: 杜伊森贝赫, 布赤顿珠, 佐藤弘子."""
    if name[:2] in lists.group("japanese-surname") or name[:3] in lists.group("japanese-surname"):
        return len(name) > 2
    return len(name) > 2 and _sounds().issuperset(name)


@cache
def _sounds() -> frozenset[str]:
    return _syllables().union("".join(lists.groups()["foreign-syllables"] + lists.groups()["more-syllables"]))


def _run_end(text: str, start: int, limit: int) -> int:
    """Where the Han characters from `start` on end, at most at `limit`."""
    limit = min(limit, len(text))
    while start < limit and is_han(text[start]):
        start += 1
    return start


_SAYS = frozenset("说称等答问曰")
"""words of one character that follow a name and end a clause"""


def _clean(text: str, start: int, stop: int, length: int, strength: Strength) -> Candidate | None:
    """The whole run as a name, where it is short enough and ends at punctuation."""
    given = stop - start - length
    most = 2 if length > 1 or not _doubled(text, start) else 3
    if not 1 <= given <= most or not clean_end(text, stop) or (text[stop - 1] in _NO_END and given > 1):
        return None
    last = text[stop - 1]
    if given >= 2 and last in _SAYS and length == 1:
        stop -= 1  # 陈伟|说
    if text[stop : stop + 1] in ("：", ":") and (word_rank(text, start, stop) or strength < 2):
        return None
    return _judged(text, start, stop, length, strength)


def _doubled(text: str, start: int) -> bool:
    """Whether two common surnames stand in a row (陈黄美玲)."""
    common = lists.surnames().common
    return text[start] in common and text[start + 1 : start + 2] in common


def _judged(text: str, start: int, end: int, length: int, strength: Strength) -> Candidate | None:
    """[start, end) as a name behind a cue, by its words, surname and given name."""
    rank = word_rank(text, start, end)
    value = score(text[start + length : end][-2:])
    given = end - start - length
    if length > 1:
        sure: Confidence = "certain" if strength else "likely"
        return Candidate(start, end, sure) if given >= 1 and (strength or value >= 4) else None
    names = lists.surnames()
    if text[start] not in names.common:
        good = strength > 0 and not rank and value >= (8 if given == 2 else 10)
        return Candidate(start, end, "likely" if strength == 2 else "possible") if good else None
    if rank == 2:
        return _word_like(text, start, end, value, strength)
    if (text[start] in WEAK and strength < 2) or (strength == 0 and (rank or text[start] not in names.top)):
        if not rank and given == 2 and value >= 12 and text[start] not in WEAK and (
            follower(text, end) or clean_end(text, end)
        ):
            return Candidate(start, end, "likely")
        return _doubtful(text, start, end, value, 9 if strength else 13)
    if strength:
        return Candidate(start, end, "certain" if strength == 2 and not rank and value >= 4 else "likely")
    if (given == 1 and text[end - 1] in _PARTICLES) or value < 3:
        return None
    return Candidate(start, end, "certain" if value >= 9 else "likely" if value >= 6 else "possible")


def _word_like(text: str, start: int, end: int, value: int, strength: Strength) -> Candidate | None:
    """A word that may yet be a name (高峰, 高兴国): only in a field of its own."""
    stop = lists.group("stop")
    if strength == 0:
        return _word_and_character(text, start, end, value)
    if text[start:end] in stop or text[start : start + 2] in stop:
        return None
    if end - start == 2:
        return Candidate(start, end, "possible") if value >= 10 else None
    return Candidate(start, end, "likely" if strength == 2 else "possible") if value >= 8 else None


def _word_and_character(text: str, start: int, end: int, value: int) -> Candidate | None:
    """方向明|反映: the segmenter leaves a character alone that means nothing there."""
    never = lists.words()[0]
    if end - start < 3 or value < 11 or text[start:end] in never or text[end - 1] in _PARTICLES:
        return None
    if follower(text, end) not in lists.group("strong-follow") or len(follower(text, end)) < 2:
        return None
    from reviewer.language.segment import fits

    first = max(0, start - 10)
    apart = fits(text[first : end + 12], start - first, end - 1 - first, end - first)
    return Candidate(start, end, "possible") if apart else None


def _doubtful(text: str, start: int, end: int, value: int, enough: int) -> Candidate | None:
    """A candidate in running text that may be cut wrongly: the segmenter decides.

    enough  the value that one needs whose surname is a function word
    """
    if value < 8 or text[end - 1] in _PARTICLES:
        return None
    if text[start + 1] in _PARTICLES and (end - start < 3 or text[start + 1] != "有" or value < 10):
        return None
    if text[start] in WEAK and (value < enough or is_word(text[start], text[start + 1 : start + 3])):
        return None
    from reviewer.language.segment import fits

    first = max(0, start - 10)
    # 和|二 is two words; only 于|海涛 may be parted behind the surname.
    parted = start + 1 if end - start > 2 or text[start] not in WEAK else end
    whole_word = fits(text[first : end + 12], start - first, parted - first, end - first)
    return Candidate(start, end, "likely" if value >= 12 else "possible") if whole_word else None


def _followed(text: str, start: int, stop: int, length: int, strength: Strength) -> Candidate | None:
    """The name in front of a word that follows names: 张伟|提交, 张建国|因."""
    if _is_body(text, start, stop, length):
        return None
    long, short = start + length + 2, start + length + 1
    ends = []
    for end in (long, short):
        if end < stop and follower(text, end):
            ends.append(end)
    if len(ends) == 2:
        word = follower(text, short)
        last = lists.given().get(text[short], (0, 0, 0))[1]
        # 张伟提交: a longer word at the shorter end, or a last character that names seldom end in.
        ends = [short] if len(word) > 1 or last < 5 else [long]
    elif not ends:
        return _segmented(text, start, stop, length)
    end = ends[0]
    found = _judged(text, start, end, length, strength if strength == 2 else 0)
    if found is None:
        return None
    return Candidate(start, end, "likely" if found.confidence == "certain" else found.confidence)


def _segmented(text: str, start: int, stop: int, length: int) -> Candidate | None:
    """No known word follows: the longer or the shorter name that the segmenter leaves whole."""
    if text[start] in WEAK or (length == 1 and text[start] not in lists.surnames().common):
        return None
    first = max(0, start - 10)
    for end in (start + length + 2, start + length + 1):
        if end > stop or word_rank(text, start, end) or text[end - 1] in _NO_END:
            continue
        value = score(text[start + length : end])
        if value < 8:
            continue
        from reviewer.language.segment import bounded, fits

        window = text[first : end + 10]
        if fits(window, start - first, start + length - first, end - first):
            return Candidate(start, end, "possible")
        if end > start + length + 1 and value >= 10 and bounded(window, start - first, end - first):
            return Candidate(start, end, "possible")
    return None


def _is_body(text: str, start: int, stop: int, length: int) -> bool:
    """Whether the run is an organisation, a place or a thing that begins like a name (张三丰面馆)."""
    run = text[start:stop]
    if not run.endswith(lists.groups()["org"]):
        return False
    for end in (start + length + 2, start + length + 1):
        if follower(text, end) in lists.group("strong-follow") and end < stop:
            return False
    return True


def may_end(text: str, end: int) -> bool:
    """A cheap test: whether any name could end at `end`, because one could begin shortly before."""
    return not beginnings().isdisjoint(text[max(0, end - 4) : end])


def name_until(text: str, end: int, sure: bool) -> Candidate | None:
    """The name that ends at `end`, just in front of a title, a sex or a number.

    sure  whether what follows makes it a person beyond doubt (，男，1965年): a word may then be a name
    """
    if end < 1:
        return None
    last = text[end - 1]
    if last in MASKS or last in "某甲乙丙丁xX" or text[max(0, end - 2) : end - 1] in MASKS:
        masked = _masked_until(text, end)
        if masked is not None:
            return masked
    dotted = _dotted_until(text, end)
    if dotted is not None:
        return dotted
    for length in (4, 3, 2):
        start = end - length
        if start < 0 or not surname_length(text, start) or (start and text[start - 1] in DOTS):
            continue
        found = _ending(text, start, end, sure)
        if found is not None:
            return found
    if text[max(0, end - 3) : end].find(" ") >= 0 or "\u3000" in text[max(0, end - 3) : end]:
        return _padded_until(text, end)
    return _foreign_until(text, end) if sure else None


def _masked_until(text: str, end: int) -> Candidate | None:
    for length in (4, 3, 2):
        start = end - length
        if start >= 0 and (found := masked_at(text, start)) is not None and found.end == end:
            return found
    return None


@cache
def _two_character_bodies() -> tuple[str, ...]:
    return tuple(word for word in lists.groups()["org"] if len(word) == 2)


def _ending(text: str, start: int, end: int, sure: bool) -> Candidate | None:
    length = surname_length(text, start)
    given = end - start - length
    names = lists.surnames()
    clean = clean_start(text, start)
    if given < 1 or given > 2 or not all(is_han(c) for c in text[start + length : end]):
        return None
    if given == 2 and text[start] == text[start + 1]:
        return None  # 谢谢|于老师
    if text[start] in WEAK and text[start + 1] in names.top and (given == 1 or score(text[end - 1]) >= 8):
        return None  # 由|张伟, 和|王伟, 但|王
    cut = not clean and given == 2 and text[start] not in names.top and text[start + 1] in names.top
    if cut and score(text[end - 1]) >= 12:
        return None  # 计财司|孙明
    if after_number(text, start) or (given == 2 and text[end - 1] in _SAYS):
        return None
    rank, value = word_rank(text, start, end), score(text[start + length : end])
    if length > 1:
        return Candidate(start, end, "certain" if clean else "likely") if rank < 2 and value >= 4 else None
    if text[start] in WEAK and value < (10 if given == 2 else 14) and not (sure and clean and value >= 7):
        return None
    if text[start] not in names.common:
        good = clean and sure and not rank and value >= 9
        return Candidate(start, end, "possible") if good else None
    if rank and not (clean and sure and value >= 8):
        return None
    if text[start:end].endswith(_two_character_bodies()):
        return None
    if text[end - 1] in _NO_END or (given == 1 and text[end - 1] in _PARTICLES and not (clean and sure)):
        return None
    if clean and value < 4:
        return None
    if clean:
        return Candidate(start, end, "certain" if value >= 7 and not rank else "likely")
    return _inside(text, start, end, value, given)


BEFORE = frozenset("由与和向对请的以及被经让给为是据同将把有了系任名员友者人")
"""characters that often stand in front of a name in running text"""


def _inside(text: str, start: int, end: int, value: int, given: int) -> Candidate | None:
    """A name with Han characters in front of it: 由张伟 is 张伟, 和王伟 too."""
    before, never = text[start - 1], lists.words()[0]
    if value < 7 or text[start] in WEAK or text[start - 1 : start + 1] in never:
        return None
    if given == 1 and before in lists.surnames().common and before not in WEAK:
        return None
    if before not in BEFORE:
        # Without such a character a rare surname or a word for a given name is more likely a cut word.
        if text[start] not in lists.surnames().top and value < 12:
            return None
        if is_word(text[start], text[start + 1 : end]):
            return None
    return Candidate(start, end, "likely" if given == 2 else "possible")


@cache
def _endings() -> tuple[regex.Pattern[str], regex.Pattern[str]]:
    """Dotted and padded names at the end of a stretch."""
    dotted = rf"{HAN}{{1,8}}(?:[{DOTS}]{HAN}{{1,10}}){{1,3}}$"
    return compiled_regex(dotted), compiled_regex(rf"(?<!{HAN}){HAN}[ \u3000]{{1,4}}{HAN}{{1,2}}$")


def _dotted_until(text: str, end: int) -> Candidate | None:
    """买买提·艾力 in front of a title or ，男, where it begins at a boundary."""
    first = max(0, end - 30)
    if DOT_SET.isdisjoint(text[first:end]):
        return None
    found = _endings()[0].search(text[first:end])
    if found is None or not clean_start(text, first + found.start()):
        return None
    return Candidate(first + found.start(), end, "certain" if _is_minority(found.group()) else "likely")


def _padded_until(text: str, end: int) -> Candidate | None:
    """王　伟 in front of a sex or a title; the white space counts to the name."""
    found = _endings()[1].search(text[max(0, end - 8) : end])
    if found is None:
        return None
    start = max(0, end - 8) + found.start()
    name = "".join(found.group().split())
    if name[0] in lists.surnames().common and word_rank(name, 0, len(name)) == 0 and score(name[1:]) >= 8:
        return Candidate(start, end, "likely")
    return None


def _foreign_until(text: str, end: int) -> Candidate | None:
    """买买提·艾力 or 白玛央金 in front of ，男，."""
    start = end
    syllables = _syllables()
    while start and end - start < 16 and (text[start - 1] in syllables or text[start - 1] in DOTS):
        start -= 1
    dotted = not DOT_SET.isdisjoint(text[start:end])
    if end - start < 3 or not clean_start(text, start) or text[start] in DOTS:
        return None
    return Candidate(start, end, "certain" if dotted else "likely")


@lru_cache(maxsize=REMEMBERED)
def whole(text: str) -> Candidate | None:
    """The text as one name, with its confidence, or None: for a table cell or an item of a list."""
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    if not 2 <= end - start <= 24:
        return None
    found = name_from(text[:end], start, 2)
    if found is None or found.end != end or is_place_like(text[start:end]):
        return None
    return found


def is_place_like(name: str) -> bool:
    """Whether a short text that begins with a surname is rather a village or another place (王家湾, 李庄)."""
    if name[-1] in _NO_END:
        return True
    return name[-1] in _PLACE_END and (len(name) == 2 or name[1] == "家")


_OF_PLACE = compiled(
    "[县市区](?:[0-9０-９，。、；：）)》”\\s]|$)|[县市区旗州](?:"
    "[\u4e00-\u9fff]{1,6}?(?:乡|镇|街道|村|社区)(?![长民委支])|(?:人民)?政府"
    "|[\u4e00-\u9fff]{1,10}?(?:局|厅|委员会|法院|检察院|办公室|医院|中学|小学|学校|中心)(?!局?长|副|主任|书记|科|股|院长|校长|办))"
)
"""behind the name of a place: 青禾|县柳林乡, 青禾|县民政局; not 张建国|县民政局局长"""


_SERVES = ("现任", "原任", "时任", "曾任", "历任", "兼任", "担任", "调任", "任职于", "就职于")
"""in front of an office: 现任|青禾县交通运输局副局长; not 主任|李建国市劳动模范"""


def is_of_place(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] is the name of a county or town, by what stands around it."""
    if _OF_PLACE.match(text, end) is not None:
        return True
    return text[end : end + 1] in ("县", "市", "区", "旗") and text[max(start - 4, 0) : start].endswith(_SERVES)
