"""The first detector of names: cue words, titles, column headers, surnames, lists. No trained model yet.

`find_names` takes one line that a GATE let through. A hit carries the evidence, whether its cue points to
a private person or to an office holder, and whether it hides the name already (张某某).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from operator import attrgetter
from typing import Literal

import regex

from reviewer.language import lists, shape
from reviewer.language.lists import WIDE_SPACE
from reviewer.language.shape import Candidate, Strength
from reviewer.model import Confidence

Evidence = Literal["cue", "title", "list", "signature", "surname-title"]

_KEY = (
    r"[男女](?=性|$|[^一-鿿]|[一-鿿]{1,3}族|生于|现年|住|系|出生)|性别[:： ]{0,2}[男女]|公民身份|身份证"
    r"|[1-9](?<![0-9].)(?:[0-9]?周?岁|[0-9]{3}[年.\-][0-9]{1,2}[月.\-]?[0-9]{0,2}日?出?生"
    r"|(?<=1)[3-9][0-9]{9}(?![0-9])|[0-9]{16}[0-9Xx](?![0-9]))"
)
"""what stands behind a name and makes it a person's: sex, ID, age, birth, phone"""
_LABELS = (
    "联系电话", "联系方式", "手机号码", "手机号", "手机", "电话号码", "电话", "公民", "居民", "现年", "生于",
    "系",
)  # fmt: skip
"""what may stand between the name and that"""
_PARTED = "，,、 \u3000\t（(:：;；"
_SEVERAL = r"等[0-9一二三四五六七八九十两几多数余百]{0,4}(?:人|户|名|位)(?!员)"



@dataclass(frozen=True, slots=True)
class NameHit:
    """A name at line[start:end], without its title.

    private    True where the cue names a private person, False for an office holder, None unknown
    pseudonym  the name is hidden already (张某某, 李*)
    cue        the word that gave it away
    """

    start: int
    end: int
    evidence: Evidence
    private: bool | None
    pseudonym: bool
    confidence: Confidence
    cue: str = field(compare=False)


def _gate_words() -> list[str]:
    """All cues and titles without those that hold a shorter one: that one fires for them."""
    words = {word for name, group in lists.groups().items() if _is_cue_group(name) for word in group}
    kept = (word for word in words if not _holds_another(word, words))
    return sorted(kept, key=lambda word: (len(word), word))


def _holds_another(word: str, words: set[str]) -> bool:
    size = len(word)
    return any(word[i:j] in words for i in range(size) for j in range(i + 2, size + 1) if j - i < size)


def _is_cue_group(name: str) -> bool:
    return name.split("-")[0] in ("private", "office", "unknown", "signature", "title", "courtesy")


def _gates() -> tuple[str, ...]:
    single = [word for word in _gate_words() if len(word) == 1]
    longer = [word for word in _gate_words() if len(word) > 1]
    han = r"\p{Han}"
    return (
        "|".join(longer),
        f"(?:{'|'.join(single)})[ \\t\u3000]{{0,3}}[:：]",
        f"{han}某",
        rf"[{_PARTED}][男女]|性别",
        r"[0-9]周?岁|[0-9月日.]出?生|身份证|公民身份",
        r"1[3-9][0-9]{9}|[1-9][0-9]{16}[0-9Xx]",
        rf"{han}[ ]?[·•・‧∙⋅˙･][ ]?{han}",
        rf"{han}[*＊×]|[*＊×]{han}",
        r"等[0-9一二三四五六七八九十两几多数余百]{0,4}[人户名位]",
        rf"^[ \t{WIDE_SPACE}]*{han}{{1,4}}[·•・]?{han}{{0,6}}(?:[、，,；; \t{WIDE_SPACE}]{{1,4}}{han}{{1,4}}){{2}}",
    )


GATES: tuple[str, ...] = _gates()
"""One of these (hyperscan or regex syntax) matches every line in which find_names can find anything."""


@cache
def _cue_table() -> dict[str, tuple[bool | None, bool, Evidence]]:
    """cue -> (private, needs a colon, evidence). A word in two groups keeps the first."""
    flags: dict[str, bool | None] = {"private": True, "office": False, "unknown": None, "signature": None}
    table: dict[str, tuple[bool | None, bool, Evidence]] = {}
    for name, group in lists.groups().items():
        kind, _, rest = name.partition("-")
        if kind not in flags:
            continue
        for word in group:
            evidence: Evidence = "signature" if kind == "signature" else "cue"
            table.setdefault(word, (flags[kind], rest == "colon", evidence))
    return table


@cache
def _titles() -> dict[str, tuple[bool | None, bool]]:
    """title -> (private, whether a name may follow it too)."""
    groups = lists.groups()
    table: dict[str, tuple[bool | None, bool]] = {}
    for title in groups["title"]:
        table[title] = table["副" + title] = (False, True)
    for title in groups["courtesy"]:
        table.setdefault(title, (None, False))
    for title in groups["title-front"]:
        table[title] = (table.get(title, (None,))[0], True)
    return table


@cache
def _anchors() -> re.Pattern[str]:
    """All cues and titles, the longest first.

    The standard library's re: behind a class of first and second characters its trie is five times as
    fast here as regex, which tries every word at every character.
    """
    words = set(_cue_table()) | set(_titles())
    longer = {word for word in words if len(word) > 1}
    single = "".join(sorted(words - longer))
    head = f"(?=[{single}{_initials(longer, 0)}][{_initials(longer, 1)}:： \t\u3000])"
    return re.compile(rf"{head}(?:{_trie(longer)}|[{single}](?=[ \t\u3000]{{0,3}}[:：]))")


def _initials(words: set[str], place: int) -> str:
    return "".join(sorted({word[place] for word in words}))


def _trie(words: set[str]) -> str:
    """A pattern that matches the longest of the words without trying them one by one."""
    heads: dict[str, set[str]] = {}
    for word in words:
        if word:
            heads.setdefault(word[0], set()).add(word[1:])
    if not heads:
        return ""
    tails: dict[str, list[str]] = {}
    for head in sorted(heads):
        tails.setdefault(_trie(heads[head]), []).append(head)
    branches = [(f"[{''.join(some)}]" if len(some) > 1 else some[0]) + tail for tail, some in tails.items()]
    return f"(?:{'|'.join(branches)})" + ("?" if "" in words else "")


@cache
def _behind() -> re.Pattern[str]:
    """What may stand between a cue and its name; the groups tell how the two are parted."""
    bracket = r"(?:[（(\[【][^（）()\[\]【】\n：:]{1,12}[）)\]】])?"
    label = r"(?:的?(?:姓名|名字|名称|签名|签字|签章|代表))?"
    number = r"(?:[0-9０-９]{1,2}|[一二三四五六七八九十](?=[:：]))?"
    parted = r"(?P<space>[ \t\u3000_]{0,10})(?P<colon>[:：；])?[ \t\u3000_]{0,10}"
    again = r"(?:(?:姓名|名字|名称)[:： \u3000]{1,3})?(?:[0-9]{1,2}[.、．）)])?"
    lead = r"(?P<verb>为|是|系|叫|名叫)?(?P<quote>[\"“”「『'‘（(])?"
    return re.compile(bracket + label + bracket + number + parted + again + lead)


_PARTING = frozenset("的姓名签代为是系叫一二三四五六七八九十")
"""Han characters that may stand between a cue and its name"""

_record = cache(lambda: re.compile(_KEY))
_several = cache(lambda: re.compile(_SEVERAL))


def find_names(line: str) -> list[NameHit]:
    """The names in one line, in order and without overlaps."""
    hits: list[NameHit] = []
    last = -1
    for match in _anchors().finditer(line):
        _from_anchor(line, match.start(), match.end(), match.group(), last, hits)
        last = match.end()
    if hits:
        _continued(line, hits)
    _from_records(line, hits)
    if "等" in line:
        _from_several(line, hits)
    if "某" in line or "*" in line or "＊" in line or "×" in line:
        _from_masks(line, hits)
    if _DOT.search(line):
        _from_dots(line, hits)
    if hits:
        _continued(line, hits)
    elif len(line) < 2000:
        _from_roster(line, hits)
    return _settled(line, hits)


def _from_anchor(line: str, start: int, end: int, word: str, last: int, hits: list[NameHit]) -> None:
    """The name behind a cue, or on either side of a title; `last` is where the cue before this one ended."""
    cue = _cue_table().get(word)
    if cue is not None:
        _behind_cue(line, start, end, word, cue, hits)
    title = _titles().get(word)
    if title is not None and not _LONGER.match(line, end):
        private, front = title
        before = _before_title(line, start, word, private) if last < start else None
        if before is not None:
            hits.append(before)
        elif front and cue is None:
            _behind_cue(line, start, end, word, (private, False, "title"), hits)


_LONGER = re.compile(
    "会(?!计)|级|所|事务|生|师|后|载|信箱|办公|接待|室|职|助理|岗|团|制|证|资格|考试|楼|席|信访|热线|令|奖"
    "|期|江|远|效|久|城|春|三角"
)
"""what makes a title part of a longer word: 委员会, 博士生, 律师事务所, 史书记载, 局长信箱"""


def _behind_cue(
    line: str, start: int, end: int, word: str, cue: tuple[bool | None, bool, Evidence], hits: list[NameHit]
) -> None:
    if line[end : end + 1] not in _beginnings() or (len(word) == 1 and not shape.clean_start(line, start)):
        return
    private, needs_colon, evidence = cue
    strength, found = _next_name(line, start, end, needs_colon)
    if found is None or (strength < 2 and _is_label(line, found)) or _holds_title(line, found):
        return
    if evidence == "title" and strength == 0 and found.confidence == "possible":
        return
    hits.append(_hit(found, evidence, private, word))


@cache
def _beginnings() -> frozenset[str]:
    """Characters that may follow a cue in front of a name."""
    marks = "[（(【0123456789０１２３４５６７８９ \t\u3000_:：；\"“”「『'‘"
    return shape.beginnings() | _PARTING | frozenset(marks)


_OFFICE = regex.compile(r"[\p{Han}（）()]{2,20}?[局室科处股所站队办部会院心司委厅组][ \u3000]{1,3}")
"""联系人：市局办公室 |高翔"""


def _next_name(line: str, start: int, end: int, needs_colon: bool) -> tuple[Strength, Candidate | None]:
    """How cue and name are parted, and the name."""
    after = line[end : end + 1]
    if shape.is_han(after) and after not in _PARTING:
        return 0, None if needs_colon else shape.name_from(line, end, 0)
    between = _behind().match(line, end)
    if between is None:
        return 0, None
    colon, space, verb, quote = between.group("colon", "space", "verb", "quote")
    strength: Strength = 2 if colon else 1 if space or verb or quote else 0
    if needs_colon and not colon and not (space and (start == 0 or not shape.is_han(line[start - 1]))):
        return strength, None
    found = shape.name_from(line, between.end(), strength)
    if found is None and colon and (office := _OFFICE.match(line, between.end())) is not None:
        return 1, shape.name_from(line, office.end(), 1)
    if found is None and not colon and between.end() > end:
        # The bracket behind the cue may hold the name: 联系人（王芳 ...; and 为, 是 may be its surname.
        found = _bracketed(line, end) or (shape.name_from(line, end, 0) if verb else None)
    return strength, found


def _bracketed(line: str, end: int) -> Candidate | None:
    return shape.name_from(line, end + 1, 1) if line[end : end + 1] in ("（", "(") else None


def _holds_title(line: str, found: Candidate) -> bool:
    """Whether what looks like a given name holds a title: 张先生, 王英女士 (found again by the title)."""
    length = shape.surname_length(line, found.start)
    rest = line[found.start + length : found.start + length + 3]
    if any(rest[:size] in _titles() for size in (2, 3)):
        return True
    return found.end - found.start > 3 and line[found.end - 2 : found.end] in _titles()


def _is_label(line: str, found: Candidate) -> bool:
    """Whether the candidate is itself a cue or a label (申请人 住址)."""
    return line[found.start : found.end] in _cue_table()


def _before_title(line: str, start: int, word: str, private: bool | None) -> NameHit | None:
    end = start
    while end and line[end - 1] in " \u3000（(" and start - end < 2:
        end -= 1
    if not shape.may_end(line, end):
        return None
    found = shape.name_until(line, end, end < start and private is False)
    if found is not None and not shape.is_famous(line[found.start : found.end]):
        return _hit(found, "title", private, word)
    if end == start and (lone := _lone_surname(line, start)) is not None:
        return NameHit(lone, start, "surname-title", private, False, "possible", word)
    return None


_NO_LONE = shape.WEAK | frozenset(
    "和于任时常向应从全管代盛都满季成史武伍位乡班原党祖公母师官王皇太老小大男女长主区车商边海江山石水田金童农林连国区县州武警户程"
)
_LONE_TOO = frozenset("王石江金童林边田车于常史武季")
"""surnames that stay after all where nothing stands in front of them"""
_BEFORE_LONE = frozenset("的由和与向对请给找叫让据民友户主者人员位经为被是姓及同")


def _lone_surname(line: str, end: int) -> int | None:
    """Where the surname in front of a title begins: 王女士, 市民李先生, 欧阳主任."""
    names = lists.surnames()
    surname = line[end - 1 : end]
    if line[max(0, end - 2) : end] in names.compound:
        start = end - 2
    elif surname in names.common and (surname not in _NO_LONE or surname in _LONE_TOO):
        start = end - 1
    else:
        return None
    never = lists.words()[0]
    if line[max(0, start - 1) : end] in never or line[end - 1 : end + 1] in never:
        return None
    clear = shape.clean_start(line, start) or line[start - 1] in _BEFORE_LONE or _cue_ends(line, start)
    return start if clear else None


def _cue_ends(line: str, end: int) -> bool:
    return any(line[end - size : end] in _cue_table() for size in (2, 3, 4) if end >= size)


def _from_records(line: str, hits: list[NameHit]) -> None:
    for match in _record().finditer(line):
        end = _back_over_labels(line, match.start())
        if not shape.may_end(line, end) or (end == match.start() and match.group()[0] in "男女"):
            continue
        found = shape.name_until(line, end, line[end] in "，,、（( \u3000\t")
        if found is not None and not _is_label(line, found):
            cue = "".join(c for c in match.group() if shape.is_han(c))[:4] or "号码"
            hits.append(_hit(found, "cue", None, cue))


def _back_over_labels(line: str, at: int) -> int:
    """Where a name would end: in front of separators and labels that lead to `at`."""
    floor = max(0, at - 12)
    while at > floor:
        if line[at - 1] in _PARTED:
            at -= 1
            continue
        label = next((label for label in _LABELS if line.endswith(label, floor, at)), "")
        if not label:
            break
        at -= len(label)
    return at


def _from_several(line: str, hits: list[NameHit]) -> None:
    for match in _several().finditer(line):
        found = shape.name_until(line, match.start(), False)
        if found is not None and not _is_label(line, found) and not _holds_title(line, found):
            hits.append(_hit(found, "list", None, match.group()))


_MASKED = regex.compile(rf"{shape.HAN}(?={shape.HAN}?[某*＊×])")
_NEVER_MASKED = frozenset("将以从由对被把在有与及和据为是可能各每但如若因则即无未不此其经说要区让给")
_NOT_MASKED = frozenset({"对方", "双方", "我方", "单方", "单位", "国家", "地方", "甲方", "乙方", "丙方"})


def _from_masks(line: str, hits: list[NameHit]) -> None:
    """张某某, 李*: in running text too, where the character in front does not belong to it."""
    for match in _MASKED.finditer(line):
        at = match.start()
        found = shape.masked_at(line, at)
        if found is None or line[at] in _NEVER_MASKED or line[max(0, at - 1) : at + 1] in _NOT_MASKED:
            continue
        # Stars are layout as well, and 应, 于 are words: both need a boundary in front.
        if (line[at] in shape.WEAK or "某" not in line[at : found.end]) and not shape.clean_start(line, at):
            continue
        hits.append(_hit(found, "cue", None, "某"))


_DOT = re.compile("[·•・‧∙⋅˙･]")
_DOTTED = regex.compile(rf"{shape.HAN}{{1,8}}(?:[ ]?[·•・‧∙⋅˙･][ ]?{shape.HAN}{{1,10}}){{1,3}}")


def _from_dots(line: str, hits: list[NameHit]) -> None:
    """买买提·艾力 in running text, by the names that such names are made of."""
    for match in _DOTTED.finditer(line):
        tokens = lists.groups()["minority"]
        places = [at for token in tokens if (at := match.group().find(token)) >= 0]
        if places:
            start = match.start() + min(min(places), _dot_at(match.group()))
            found = shape.name_from(line, start, 0)
            if found is not None:
                hits.append(_hit(found, "cue", None, "·"))


def _dot_at(text: str) -> int:
    return min(at for dot in shape.DOTS if (at := text.find(dot)) >= 0)


def _hit(found: Candidate, evidence: Evidence, private: bool | None, cue: str) -> NameHit:
    return NameHit(found.start, found.end, evidence, private, found.pseudonym, found.confidence, cue)


_LINK = re.compile(
    r"(?:[（(][^（）()\n]{1,24}[）)])?[ \u3000]?(?P<mark>[、，,；;/ \u3000\t]|和|及|与)[ \u3000\t]{0,4}"
)
_CHAIN = 400
"""members of one list that are followed; a longer list is a table or a hostile text"""


def _continued(line: str, hits: list[NameHit]) -> None:
    """Add the members of the lists that the hits are part of: 申请人：张三、李四、欧阳明."""
    taken = {hit.start for hit in hits}
    for hit in list(hits):
        if hit.evidence == "surname-title":
            continue
        _forward(line, hit, taken, hits)
        if hit.evidence == "list":
            _backward(line, hit, taken, hits)


def _forward(line: str, first: NameHit, taken: set[int], hits: list[NameHit]) -> None:
    end = first.end
    for _ in range(_CHAIN):
        link = _LINK.match(line, end)
        if link is None or link.end() in taken:
            return
        found = shape.name_from(line, link.end(), 1)
        if found is None or _is_label(line, found) or not _member(line, found, link.group("mark")):
            return
        taken.add(found.start)
        hits.append(_hit(found, "list", first.private, first.cue))
        end = found.end


def _member(line: str, found: Candidate, mark: str) -> bool:
    if mark in "、/和及与":
        return found.confidence != "possible" or shape.clean_end(line, found.end)
    after = line[found.end : found.end + 1]
    return found.confidence == "certain" or (found.confidence == "likely" and not after.isalpha())


def _backward(line: str, last: NameHit, taken: set[int], hits: list[NameHit]) -> None:
    start = last.start
    for _ in range(_CHAIN):
        if start < 3 or line[start - 1] not in "、，, \u3000":
            return
        found = shape.name_until(line, start - 1, False)
        if found is None or found.start in taken:
            return
        taken.add(found.start)
        hits.append(_hit(found, "list", last.private, last.cue))
        start = found.start


_ITEM = re.compile(r"[^、，,；;\t \u3000]+")


_ITEM_OF_ROSTER = r"[\p{Han}·•・*]{1,10}"
_ROSTER = regex.compile(rf"{_ITEM_OF_ROSTER}(?:[、，,；; \t\u3000]{{1,4}}{_ITEM_OF_ROSTER}){{2,600}}$")


def _from_roster(line: str, hits: list[NameHit]) -> None:
    """A line that is nothing but names: 张建国、李明　王　芳."""
    stripped = line.strip().rstrip("。.；;")
    if not len(stripped) >= 7 or not _ROSTER.match(stripped):
        return
    items = _roster_items(stripped, len(line) - len(line.lstrip()))
    if len(items) < 3:
        return
    found = [shape.name_from(line[:end], start, 2) for start, end in items]
    good = [one for one, (_, end) in zip(found, items, strict=True) if one is not None and one.end == end]
    good = [one for one in good if not shape.is_place_like(line[one.start : one.end])]
    sure = sum(one.confidence == "certain" for one in good)
    if sure >= 3 and sure * 10 >= len(items) * 7:
        hits.extend(
            NameHit(one.start, one.end, "list", None, one.pseudonym,
                    "likely" if one.confidence == "certain" else "possible", "名单") for one in good
        )  # fmt: skip


def _roster_items(text: str, offset: int) -> list[tuple[int, int]]:
    """The items of a roster; a lone surname and a lone character behind it are one padded name."""
    items: list[tuple[int, int]] = []
    for match in _ITEM.finditer(text):
        start, end = match.span()
        lone = bool(items) and end - start == 1 and items[-1][1] - items[-1][0] == 1
        if lone and text[items[-1][1] : start].isspace():
            items[-1] = (items[-1][0], end)
        else:
            items.append((start, end))
    return [(start + offset, end + offset) for start, end in items]


_RANK = {"certain": 2, "likely": 1, "possible": 0}


def _settled(line: str, hits: list[NameHit]) -> list[NameHit]:
    """Without overlaps and leaders of set phrases; of two cues for one name the one that says more."""
    hits = [hit for hit in hits if not _is_silent(line, hit)]
    hits.sort(key=attrgetter("start"))
    if all(first.end <= second.start for first, second in pairwise(hits)):
        return hits
    hits.sort(key=_preference)
    kept: dict[int, NameHit] = {}
    covered: set[int] = set()
    for hit in hits:
        span = range(hit.start, hit.end)
        if covered.isdisjoint(span):
            covered.update(span)
            kept[hit.start] = hit
        elif (same := kept.get(hit.start)) is not None and same.end == hit.end:
            kept[hit.start] = _better(same, hit)
    return [kept[start] for start in sorted(kept)]


def _preference(hit: NameHit) -> tuple[int, bool, bool, int]:
    return -_RANK[hit.confidence], hit.private is None, hit.evidence == "list", hit.start - hit.end


def _better(first: NameHit, second: NameHit) -> NameHit:
    """联系人：王芳，女 and 患者王芳: what one cue leaves open, the other tells."""
    if first.private is not None or second.private is None:
        return first
    return replace(second, confidence=first.confidence)


def _is_silent(line: str, hit: NameHit) -> bool:
    """A leader or a figure of history, unless a private cue stands in front: 户主：朱德 is a namesake."""
    if hit.private and hit.evidence == "cue" and hit.confidence == "certain":
        return False
    return shape.is_famous(line[hit.start : hit.end])


def looks_like_name(text: str) -> Confidence | None:
    """Whether a whole cell is a name, and how sure its shape is. A village, a word or a label is none."""
    found = shape.whole(text)
    if found is None or text.strip() in _cue_table() or text.strip() in _titles():
        return None
    return found.confidence


@cache
def _header_patterns() -> tuple[regex.Pattern[str], ...]:
    groups = lists.groups()
    private, office, unknown = (
        lists.longest_first(groups[name]) for name in ("header-private", "header-office", "header-unknown")
    )
    some, tail = f"{shape.HAN}{{0,8}}", "(?:的?(?:姓名|名字|名单|签名|签字|名称))?"
    return (
        regex.compile("|".join(groups["header-no"])),
        regex.compile(f"{some}(?:{private}){tail}"),
        regex.compile(f"{some}(?:{office}){tail}"),
        regex.compile(f"{some}(?:{unknown})"),
    )


_HEADER_NOISE = re.compile(r"[（(【\[][^（）()【】\[\]]*[）)】\]]|[\s\u3000*＊:：_/\\、0-9一二三四（）()]")


def is_name_header(header: str) -> bool:
    """Whether a column under `header` holds names of persons."""
    return header_kind(header) != "no"


def is_pseudonym(text: str) -> bool:
    """Whether a name hides itself already: 张某某, 李*."""
    found = shape.whole(text)
    return found is not None and found.pseudonym


def header_kind(header: str) -> bool | Literal["no"] | None:
    """What a column under `header` holds: True private persons, False office holders, None any, 'no' none."""
    text = _HEADER_NOISE.sub("", header)
    if not text or len(text) > 16:
        return "no"
    refused, private, office, unknown = _header_patterns()
    named = text.endswith(("姓名", "名字"))
    if refused.search(text) and not named:
        return "no"
    if office.fullmatch(text):
        return False
    if private.fullmatch(text):
        return True
    return None if unknown.fullmatch(text) or named else "no"


def name_headers() -> dict[str, bool | None]:
    """Words that the header of a name column ends in, and whether the persons below it are private."""
    groups = lists.groups()
    return {
        word: private
        for name, private in (("header-unknown", None), ("header-office", False), ("header-private", True))
        for word in groups[name]
    }


NAME_HEADERS: dict[str, bool | None] = name_headers()


def persons_in(clause: str) -> list[NameHit]:
    """The particular persons in a clause of running text: cued names, 李女士, 李某, and names by shape.

    A name by shape must have a common surname, a likely given name, a plausible character in front, and
    the word segmenter must leave it whole. 其母 and 该患者 are not particular persons.
    """
    hits = find_names(clause)
    covered = {at for hit in hits for at in range(hit.start, hit.end)}
    for start, character in enumerate(clause):
        if start in covered or character not in lists.surnames().common:
            continue
        found = _by_shape(clause, start)
        if found is not None and covered.isdisjoint(range(found.start, found.end)):
            covered.update(range(found.start, found.end))
            hits.append(_hit(found, "cue", None, ""))
    return sorted(hits, key=lambda hit: hit.start)


def _by_shape(clause: str, start: int) -> Candidate | None:
    """A name at `start` that neither cue nor title points to."""
    from reviewer.language.segment import words

    clear = shape.clean_start(clause, start)
    if clause[start] in shape.WEAK and not clear:
        return None
    if clear and (foreign := shape.foreign_from(clause, start)) is not None:
        return foreign
    length = shape.surname_length(clause, start)
    open_front = clear or clause[start - 1] in shape.BEFORE
    first = max(0, start - 12)
    for given in (2, 1):
        end = start + length + given
        if not _may_be_name(clause, start, length, end, open_front):
            continue
        follows = shape.clean_end(clause, end) or bool(shape.follower(clause, end))
        spans = [(word[1] + first, word[2] + first) for word in words(clause[first : start + 14])]
        if (start, end) in spans and (follows or open_front):
            return Candidate(start, end, "likely" if clear and follows and given == 2 else "possible")
        if not follows or given == 1:
            continue
        parted = (start, start + length) in spans and (start + length, end) in spans
        if parted if not clear else _whole_words(spans, start, end):
            return Candidate(start, end, "possible")
    return None


def _may_be_name(clause: str, start: int, length: int, end: int, open_front: bool) -> bool:
    """Whether [start, end) has the surname, given name and look of a name."""
    name = clause[start:end]
    if end > len(clause) or not all(shape.is_han(c) for c in name):
        return False
    given = name[length:]
    enough = 4 if length > 1 else 14 if len(given) == 1 else 8 if open_front else 11
    if shape.score(given) < enough or shape.word_rank(clause, start, end) or shape.is_famous(name):
        return False
    lenient = open_front and (length > 1 or name[0] in lists.surnames().top)
    return not shape.is_place_like(name) and (lenient or not shape.is_word(name[:length], given))


def _whole_words(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether word boundaries stand at both ends."""
    return any(a == start for a, _ in spans) and any(b == end for _, b in spans)
