"""The first detector of names: cue words, titles, column headers, surnames, lists. No trained model yet.

`find_names` takes one line that a GATE let through. A hit carries the evidence, whether its cue points to
a private person or to an office holder, and whether it hides the name already (张某某).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache
from itertools import pairwise
from operator import attrgetter

import regex

from reviewer.language import cues, lists, running, shape
from reviewer.language.headers import NAME_HEADERS, header_kind, is_name_header, name_headers
from reviewer.language.hit import Evidence, NameHit, as_hit
from reviewer.language.shape import Candidate, Strength
from reviewer.model import Confidence
from reviewer.prepared.patterns import compiled, compiled_regex

__all__ = [
    "GATES", "NAME_HEADERS", "Evidence", "NameHit", "find_names", "header_kind", "is_name_header", "is_pseudonym",
    "looks_like_name", "name_headers", "persons_in",
]  # fmt: skip

GATES: tuple[str, ...] = cues.gates()
"""One of these (hyperscan or regex syntax) matches every line in which find_names can find anything."""

_LABELS = (
    "联系电话", "联系方式", "手机号码", "手机号", "手机", "电话号码", "电话", "公民", "居民", "现年", "生于",
    "系",
)  # fmt: skip
"""what may stand between the name and a person's number"""
_LABEL_ENDS = frozenset(label[-1] for label in _LABELS)
_PARTED = "，,、 \u3000\t（(:：;；"
_REPEATED = 100
"""characters of a line that may come again in a list or a table"""
_LONG = 2000
"""characters from which a line's surroundings are remembered: hostile texts repeat themselves"""


@cache
def _record() -> re.Pattern[str]:
    """What stands behind a name and makes it a person's: sex, ID, age, birth, phone."""
    # The class in front lets the search skip to where one can begin.
    return compiled(
        r"[男女性公身收1-9](?:(?<=[男女])(?=性|$|[^一-鿿]|[一-鿿]{1,3}族|生于|现年|住|系|出生)"
        r"|(?<=性)别[:： ]{0,2}[男女]|(?<=公)民身份|(?<=身)份证|(?<=收)(?=$|[）)。；;，,、 \u3000])"
        r"|(?<=[1-9])(?<![0-9].)(?:[0-9]?周?岁|[0-9]{3}[年.\-][0-9]{1,2}[月.\-]?[0-9]{0,2}日?出?生"
        r"|(?<=1)[3-9][0-9]{9}(?![0-9])|[0-9]{16}[0-9Xx](?![0-9])))"
    )


@cache
def _behind() -> re.Pattern[str]:
    """What may stand between a cue and its name; the groups tell how the two are parted."""
    bracket = r"(?:[（(\[【][^（）()\[\]【】\n：:]{1,12}[）)\]】])?"
    label = r"(?:的?(?:姓名|名字|名称|名单|签名|签字|签章|代表|成员|人员|信息))?"
    number = r"(?:[0-9０-９]{1,2}|[一二三四五六七八九十](?=[:：]))?"
    parted = r"(?P<space>[ \t\u3000_]{0,10})(?P<colon>[:：；])?[ \t\u3000_]{0,10}"
    again = r"(?:(?:姓名|名字|名称)[:： \u3000]{1,3})?(?:[0-9]{1,2}[.、．）)])?"
    lead = r"(?P<verb>为|是|系|叫|名叫)?(?P<quote>[\"“”「『'‘（(])?"
    return compiled(bracket + label + bracket + number + parted + again + lead)


_PARTING = frozenset("的姓名签代成人信为是系叫一二三四五六七八九十")
"""Han characters that may stand between a cue and its name"""
_DOTS = "·•・‧∙⋅˙･"


@cache
def _signs() -> re.Pattern[str]:
    """What a masked or a dotted name can not do without."""
    return compiled(f"[某*＊×{_DOTS}]")




def find_names(line: str, after: str = "") -> list[NameHit]:
    """The names in one line, in order and without overlaps.

    after  what follows the line, where a contact's phone may stand that tells whose office he is of
    """
    hits = _in_short(line) if len(line) <= _REPEATED else tuple(_found(line))
    if not hits:
        return []
    contacts = _contacts()[0]
    if any(one.private is None and one.cue in contacts for one in hits):
        return _settled(line, [_of_office(line, after, one) for one in hits])
    return _settled(line, list(hits)) if len(hits) > 1 or _is_silent(line, hits[0]) else list(hits)


@lru_cache(maxsize=4096)
def _in_short(line: str) -> tuple[NameHit, ...]:
    """The hits of a line that may come again: the name of a list, the words of a form."""
    return tuple(_found(line))


def _found(line: str) -> list[NameHit]:
    """What any kind of evidence points to; the same place may be there twice."""
    hits: list[NameHit] = []
    _from_cues(line, hits)
    if "：" in line or ":" in line:
        for start, end, word in cues.colon_cues(line):
            _behind_cue(line, start, end, word, cues.table()[word], hits)
    if hits:
        _continued(line, hits)
    _from_records(line, hits)
    _from_several(line, hits)
    if (sign := _signs().search(line)) is not None:
        if sign.group() in _DOTS or _has_dot(line):
            _from_dots(line, hits)
        _from_masks(line, hits)
    if hits:
        _continued(line, hits)
    running.without_cue(line, hits)
    return hits


def _has_dot(line: str) -> bool:
    return not line.isascii() and any(map(line.__contains__, _DOTS))


def _from_cues(line: str, hits: list[NameHit]) -> None:
    """Names beside cues and titles; in a long line the same surroundings are read once."""
    last = -1
    seen: dict[str, list[NameHit]] = {}
    long = len(line) > _LONG
    for start, end, word in cues.cues(line):
        touching, last = last >= start, end
        if not long:
            _from_cue(line, start, end, word, touching, hits)
            continue
        first = max(0, start - 24)
        key = f"{start - first}{touching}{line[first : end + 72]}"
        found = seen.get(key)
        if found is None:
            found = []
            around = line[first : end + 80]
            _from_cue(around, start - first, end - first, word, touching, found)
            seen[key] = found
        for one in found:
            hits.append(replace(one, start=one.start + first, end=one.end + first))


def _from_cue(line: str, start: int, end: int, word: str, touching: bool, hits: list[NameHit]) -> None:
    """The name behind a cue, or on either side of a title; `touching`: the cue before ended here."""
    cue = cues.table().get(word)
    if cue is not None:
        _behind_cue(line, start, end, word, cue, hits)
    title = cues.titles().get(word)
    if title is not None and not _longer().match(line, end):
        private, front = title
        before = None if touching else _before_title(line, start, word, private)
        if before is not None:
            hits.append(before)
        elif front and cue is None:
            _behind_cue(line, start, end, word, (private, False, "title"), hits)
    elif cue is None and title is None:
        _acted_on(line, start, end, word, hits)


def _acted_on(line: str, start: int, end: int, word: str, hits: list[NameHit]) -> None:
    """授权丁海波代为 ..., 儿童林小雨: words behind which a name may stand, among much else."""
    if line[end : end + 1] not in cues.surname_set():
        return
    found = shape.name_from(line, end, 0)
    if found is None or found.confidence == "possible" or _holds_title(line, found):
        return
    if shape.is_person_like(line, found.start, found.end) and line[found.start] not in shape.WEAK:
        hits.append(as_hit(found, "cue", None, word))


@cache
def _longer() -> re.Pattern[str]:
    """What makes a title part of a longer word: 委员会, 博士生, 律师事务所, 史书记载, 局长信箱."""
    return compiled(
        "会(?!计)|级|所|事务|生|师|后|载|信箱|办公|接待|室|职|助理|岗|团|制|证|资格|考试|楼|席|信访|热线|令|奖"
        "|期|江|远|效|久|城|春|三角"
    )


def _behind_cue(
    line: str, start: int, end: int, word: str, cue: tuple[bool | None, bool, Evidence], hits: list[NameHit]
) -> None:
    if line[end : end + 1] not in _beginnings() or (len(word) == 1 and not shape.clean_start(line, start)):
        return
    private, needs_colon, evidence = cue
    strength, found = _next_name(line, start, end, needs_colon)
    if found is None or (strength < 2 and _is_label(line, found)) or _holds_title(line, found):
        return
    if evidence == "title" and (line[end] in _QUOTES or (strength == 0 and found.confidence == "possible")):
        return
    hits.append(as_hit(found, evidence, private, word))


_QUOTES = frozenset("\"“”「『'‘")


@cache
def _beginnings() -> frozenset[str]:
    """Characters that may follow a cue in front of a name."""
    marks = "[（(【0123456789０１２３４５６７８９ \t\u3000_:：；\"“”「『'‘"
    return shape.beginnings() | _PARTING | frozenset(marks)


@cache
def _office() -> regex.Pattern[str]:
    """联系人：市局办公室 |高翔宇"""
    return compiled_regex(r"[\p{Han}（）()]{2,20}?[局室科处股所站队办部会院心司委厅组][ \u3000]{1,3}")


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
    if found is None and colon and (office := _office().match(line, between.end())) is not None:
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
    if any(rest[:size] in cues.titles() for size in (2, 3)):
        return True
    return found.end - found.start > 3 and line[found.end - 2 : found.end] in cues.titles()


def _is_label(line: str, found: Candidate) -> bool:
    """Whether the candidate is itself a cue or a label (申请人 住址)."""
    return line[found.start : found.end] in cues.table()


def _before_title(line: str, start: int, word: str, private: bool | None) -> NameHit | None:
    end = start
    while end and line[end - 1] in " \u3000（(" and start - end < 2:
        end -= 1
    if not shape.may_end(line, end):
        return None
    found = shape.name_until(line, end, end < start and private is False)
    three = found is not None and found.end - found.start == 3 and shape.is_han(line[found.start - 1 : found.start])
    if found is not None and three and line[found.start] in "员师":
        found = replace(found, start=found.start + 1)  # 驾驶员|纪勇师傅
    if found is not None and not shape.is_famous(line[found.start : found.end]):
        return as_hit(found, "title", private, word)
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
    pieces = line[max(0, start - 1) : end], line[end - 1 : end + 1], line[start : end + 2]
    if any(piece in never for piece in pieces):
        return None
    clear = shape.clean_start(line, start) or line[start - 1] in _BEFORE_LONE or _cue_ends(line, start)
    return start if clear else None


def _cue_ends(line: str, end: int) -> bool:
    return any(line[end - size : end] in cues.table() for size in (2, 3, 4) if end >= size)


def _reader(line: str) -> Callable[[str, int, bool], Candidate | None]:
    """shape.name_until; in a long line it reads the same surroundings once."""
    if len(line) <= _LONG:
        return shape.name_until
    seen: dict[tuple[str, bool], Candidate | None] = {}

    def until(line: str, end: int, sure: bool) -> Candidate | None:
        first = max(0, end - 36)
        key = line[first : end + 6], sure
        if key not in seen:
            seen[key] = shape.name_until(key[0], end - first, sure)
        found = seen[key]
        return found and replace(found, start=found.start + first, end=found.end + first)

    return until


def _from_records(line: str, hits: list[NameHit]) -> None:
    until = _reader(line)
    for match in _record().finditer(line):
        end = _back_over_labels(line, match.start())
        if not shape.may_end(line, end) or (end == match.start() and match.group()[0] in "男女"):
            continue
        found = until(line, end, line[end] in "，,、（( \u3000\t")
        if match.group() == "收":
            if found is not None and _ADDRESSED.search(line, max(found.start - 3, 0), found.start):
                hits.append(as_hit(found, "cue", _receives(line, found.start), "收"))
            continue
        if found is not None and not _is_label(line, found) and not cues.holds_title(line, found.start, found.end):
            cue = "".join(c for c in match.group() if shape.is_han(c))[:4] or "号码"
            hits.append(as_hit(found, "cue", None, cue))


_ADDRESSED = compiled("[号室户楼元组栋幢0-9][，,、 \u3000]?[ \u3000]?$")
"""the end of an address in front of its addressee: 18号|刘德福收"""


def _receives(line: str, start: int) -> bool | None:
    """False for whom letters to an office are sent to: 请寄至…水利局415室，|李明收; None for any other addressee."""
    where = re.split("[。；;\n]", line[max(start - 60, 0) : start])[-1]
    asked = "请" in where or "址：" in where
    return False if _OF_OFFICE.search(where) or (asked and not _OF_HOME.search(where)) else None


_OF_OFFICE = compiled(
    "(?:局|厅|委|法院|检察院|医院|学院|大学|学校|派出所|[科股办])(?=[0-9一二三四五六七八九十 （(，,、收室]|$)"
    "|中心|公司|政府|大[厅厦]"
)
_OF_HOME = compiled("[栋幢村组]|单元|小区")


def _back_over_labels(line: str, at: int) -> int:
    """Where a name would end: in front of separators and labels that lead to `at`."""
    floor = max(0, at - 12)
    while at > floor:
        if line[at - 1] in _PARTED:
            at -= 1
            continue
        if line[at - 1] not in _LABEL_ENDS:
            break
        label = next((label for label in _LABELS if line.endswith(label, floor, at)), "")
        if not label:
            break
        at -= len(label)
    return at


def _from_several(line: str, hits: list[NameHit]) -> None:
    until = _reader(line)
    for match in cues.several().finditer(line):
        found = until(line, match.start(), False)
        if found is not None and not _is_label(line, found) and not _holds_title(line, found):
            hits.append(as_hit(found, "list", None, match.group()))


_NEVER_MASKED = frozenset("将以从由对被把在有与及和据为是可能各每但如若因则即无未不此其经说要区让给")
_NOT_MASKED = frozenset({"对方", "双方", "我方", "单方", "单位", "国家", "地方", "甲方", "乙方", "丙方"})


def _from_masks(line: str, hits: list[NameHit]) -> None:
    """张某某, 李*: in running text too, where the character in front does not belong to it."""
    end = 0
    for sign in _signs().finditer(line):
        at = sign.start()
        if sign.group() in _DOTS or at < end:
            continue
        for start in (at - 2, at - 1):
            found = _masked_at(line, start) if start >= end else None
            if found is not None:
                hits.append(as_hit(found, "cue", None, "某"))
                end = found.end
                break


def _masked_at(line: str, at: int) -> Candidate | None:
    character = line[at]
    if character not in cues.surname_set() or character in _NEVER_MASKED or shape.after_number(line, at):
        return None
    found = shape.masked_at(line, at)
    if found is None or line[max(0, at - 1) : at + 1] in _NOT_MASKED:
        return None
    # Stars are layout as well, and 应, 于 are words: both need a boundary in front.
    doubtful = character in shape.WEAK or "某" not in line[at : found.end]
    return None if doubtful and not shape.clean_start(line, at) else found


@cache
def _dotted() -> regex.Pattern[str]:
    return compiled_regex(rf"{shape.HAN}{{1,8}}(?:[ ]?[·•・‧∙⋅˙･][ ]?{shape.HAN}{{1,10}}){{1,3}}")


def _from_dots(line: str, hits: list[NameHit]) -> None:
    """买买提·艾力 in running text, by the names that such names are made of."""
    for match in _dotted().finditer(line):
        token = shape.minority().search(match.group())
        if token is None:
            continue
        first_dot = min(at for dot in shape.DOTS if (at := match.group().find(dot)) >= 0)
        found = shape.name_from(line, match.start() + min(token.start(), first_dot), 0)
        if found is not None:
            hits.append(as_hit(found, "cue", None, "·"))


@cache
def _link() -> re.Pattern[str]:
    """What may stand between two members of a list."""
    return compiled(
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
        link = _link().match(line, end)
        if link is None or link.end() in taken:
            return
        found = shape.name_from(line, link.end(), 1)
        if found is None or _is_label(line, found) or not _member(line, found, link.group("mark")):
            return
        taken.add(found.start)
        hits.append(as_hit(found, "list", first.private, first.cue))
        end = found.end


def _member(line: str, found: Candidate, mark: str) -> bool:
    if mark in "、/和及与":
        followed = shape.clean_end(line, found.end) or shape.follower(line, found.end)
        return found.confidence != "possible" or bool(followed)
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
        hits.append(as_hit(found, "list", last.private, last.cue))
        start = found.start


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
    """A leader or a figure of history; a namesake where a label or what somebody does in a case stands in front
    (户主：朱德, 投诉人张三丰反映), or a sex or a number behind (陈云，女).
    """
    if not shape.is_famous(line[hit.start : hit.end]):
        return False
    if hit.evidence == "cue" and (hit.cue[:1] in _OF_RECORD or (hit.private and hit.confidence == "certain")):
        return False
    acts = hit.private and hit.cue.endswith("人") and hit.cue != "老人"
    return not (acts and hit.evidence in ("cue", "list") and hit.confidence == "likely")


_OF_RECORD = frozenset("男女性公身号")
"""what the cues begin with that are a sex, an ID or a phone number"""


def looks_like_name(text: str) -> Confidence | None:
    """Whether a whole cell is a name, and how sure its shape is. A village, a word or a label is none."""
    found = shape.whole(text)
    if found is None or text.strip() in cues.table() or text.strip() in cues.titles():
        return None
    return found.confidence


@cache
def _contacts() -> tuple[frozenset[str], re.Pattern[str], re.Pattern[str]]:
    """Cues that name whom to ask; an office or firm behind the name; its telephone (none of a mobile's)."""
    body = (
        "[股科处室局厅部所院站队委会办](?:[）)，,。;； \u3000]|$)|公司|中心|集团|大队|支队|街道|政府|办公|项目部|合作社"
        "|事务所|学校|医院|银行|法规|综合"
    )
    phone = (
        r"(?<![0-9])(?:0[1-9][0-9]{1,2}[-－—– ）)]{1,2}[1-9][0-9]{6,7}|[48]00[-－ ]?[0-9]{3}[-－ ]?[0-9]{4}"
        r"|[2-9][0-9]{6,7})(?![0-9])"
    )
    return frozenset(lists.groups()["contact"]), compiled(body), compiled(phone)


_NEAR_CONTACT = 60


def _of_office(line: str, after: str, one: NameHit) -> NameHit:
    """联系人：曹丽华（法规股），0563-...: a contact with an office's phone, department or firm is on duty."""
    if one.private is not None or one.cue not in _contacts()[0]:
        return one
    _, body, phone = _contacts()
    stop = one.end + _NEAR_CONTACT
    next_one = min((at for word in _contacts()[0] if (at := line.find(word, one.end, stop)) > 0 and word[-1] == "人"),
                   default=stop)  # fmt: skip
    near = line[one.end : next_one]
    if len(near) < _NEAR_CONTACT and next_one == stop:
        near = f"{near}\n{after[:_NEAR_CONTACT]}"
    duty = phone.search(near) is not None or body.search(near.split("。")[0].split("\n")[0]) is not None
    return replace(one, private=False) if duty else one


def is_pseudonym(text: str) -> bool:
    """Whether a name hides itself already: 张某某, 李*, 某甲."""
    if _nameless().fullmatch(text) or shape.hides_given(text):
        return True
    found = shape.whole(text)
    return found is not None and found.pseudonym


@cache
def _nameless() -> regex.Pattern[str]:
    """某甲, 某某: not even the surname is left."""
    return compiled("某(?:[某甲乙丙丁戊己庚辛壬癸]{1,2}|[1-9][0-9]{0,2})")


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
            hits.append(as_hit(found, "cue", None, ""))
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
        if not _may_be_name(clause, start, length, end, open_front) or shape.is_of_place(clause, start, end):
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
    if shape.is_kind(name) or name in lists.group("no-name"):
        return False
    lenient = open_front and (length > 1 or name[0] in lists.surnames().top)
    return not shape.is_place_like(name) and (lenient or not shape.is_word(name[:length], given))


def _whole_words(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether word boundaries stand at both ends."""
    return any(a == start for a, _ in spans) and any(b == end for _, b in spans)
