"""The first detector of names: cue words, titles, column headers, surnames, lists. No trained model yet.

`find_names` takes one line that a GATE let through. A hit carries the evidence, whether its cue points to
a private person or to an office holder, and whether it hides the name already (张某某).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Literal

import regex

from reviewer.language import lists, shape
from reviewer.language.shape import Candidate, Strength
from reviewer.model import Confidence

Evidence = Literal["cue", "title", "list", "signature", "surname-title"]

_RECORD = (
    r"[，,、 \u3000\t（(]{1,3}(?:性别[:： ]{0,2})?[男女](?:性|$|[^\p{Han}]|[汉回满壮]族|\p{Han}族)"
    r"|[，,、 \u3000\t（(:：]{0,3}(?:男|女)[，,、 ]{0,2}(?:[0-9]{4}年|[0-9]{1,3}岁|[汉回]族)"
    r"|[，,、 \u3000\t（(:：]{0,3}(?:公民)?身份证|[，,、（(]{1,2}公民身份"
    r"|[，,、 \u3000\t（(]{1,3}(?:系|为)?(?:现年)?[1-9][0-9]?(?:周)?岁"
    r"|[，,、 \u3000\t（(]{1,3}(?:生于)?(?:19|20)[0-9]{2}[年.][0-9]{1,2}月?[0-9日]{0,3}(?:出?生)"
    r"|[，,、 \u3000\t（(:：]{0,3}(?:联系电话|联系方式|手机|电话)?[号码]{0,2}[:： ]{0,2}(?<![0-9])1[3-9][0-9]{9}(?![0-9])"
    r"|[，,、 \u3000\t（(:：]{0,3}(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])"
)
"""what stands behind a name and makes it a person's: sex, ID, age, birth, phone"""
_SEVERAL = r"等[0-9一二三四五六七八九十两几多数余百]{0,4}(?:人|户|名|位)(?!员)"

_HEADERS_PRIVATE = (
    r"(?:户主|承包方代表|申请人|申请者|受益人|受助人|学生|考生|幼儿|儿童|患者|病人|死者|逝者|监护人|家长|当事人|"
    r"权利人|产权人|使用权人|承包人|承租人|共有人|继承人|举报人|信访人|来信人|投诉人|反映人|业主|农户|贫困户|"
    r"脱贫户|监测户|低保户|特困人员|残疾人|老人|老年人|被处罚人|被处罚对象|处罚对象|行政相对人|救助人员|救助人|"
    r"救助对象|补贴对象|补助对象|保障对象|低保对象|资助对象|享受对象|发放对象|帮扶对象|优抚对象|补贴人|领取人|"
    r"领款人|收款人|收件人|开户人|持卡人|委托人|代领人|家庭成员|成员|配偶|子女|父亲|母亲|参保人|驾驶人|车主|"
    r"村民|居民|社员|户代表|户名|账户名|银行卡户名|卡户名|被保险人|搬迁对象|拆迁户|被征收人|被拆迁人|死亡人员|"
    r"中签人|购房人|退休人员|职工|员工|报名人|应聘人|候选人|考生姓名|当事人|买受人|受让人|种植户|养殖户)"
)
_HEADERS_OFFICE = (
    r"(?:法定代表人|法人代表|法人|负责人|主要负责人|单位负责人|项目负责人|经办人|承办人|审核人|签发人|填报人|填表人|"
    r"制表人|执法人员|检查人员|检查人|监测责任人|防灾责任人|包保责任人|责任人|监测员|监测人|网格员|驻村干部|"
    r"帮扶责任人|帮扶干部|帮扶人|河长|林长|田长|路长|专家|评审专家|评委|主讲人|项目经理|总监|值班人员|带班领导|"
    r"分管领导|包保领导|联系领导|挂点领导|组长|副组长|记者|作者|发言人|受理人|办理人|领导|局长|书记|主任|护林员)"
)
_HEADERS_UNKNOWN = r"(?:姓名|名字|人员|名单|联系人|紧急联系人|代表|代表人|拟录用人员|拟聘人员|拟聘用人员|拟任人选|人员名单|人名)"
_NOT_HEADERS = (
    r"单位|公司|企业|机构|项目|村名|乡镇|街道|银行|开户行|学校|部门|地址|电话|号码|证号|编号|金额|面积|性质|"
    r"类别|类型|日期|时间|备注|人数|数量|职务|职称|年龄|性别|关系|数$|情况|意见|方式|标准|资格|身份证|账号|卡号|"
    r"品种|产品|作物|地块|名次|成绩|学历|专业|岗位|住址|籍贯|民族|代码|次数|身高|病种|等级"
)


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


def _alternatives(words: frozenset[str] | set[str]) -> str:
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


def _gate_words() -> list[str]:
    """All cues and titles without those that hold a shorter one: the shorter one fires for them."""
    words = {word for name, group in lists.groups().items() if _is_cue_group(name) for word in group}
    by_length: list[str] = []
    for word in sorted(words, key=len):
        if not any(short in word for short in by_length):
            by_length.append(word)
    return by_length


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
        rf"[，,、 \u3000\t（(:：{chr(0x4E00)}-{chr(0x9FFF)}][男女]",
        r"[0-9]岁|出生|身份证|公民身份",
        rf"{han}[，,、 \u3000\t（(:：号码]{{0,6}}(?:1[3-9][0-9]{{9}}|[1-9][0-9]{{16}}[0-9Xx])",
        rf"{han}[ ]?[·•・‧∙⋅˙･][ ]?{han}",
        rf"{han}[*＊×]|[*＊×]{han}",
        r"等[0-9一二三四五六七八九十两几多数余百]{0,4}[人户名位]",
        rf"^[ \t\u3000]*{han}{{1,4}}[·•・]?{han}{{0,6}}(?:[、，,；; \t\u3000]{{1,4}}{han}{{1,4}}){{2}}",
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
def _titles() -> dict[str, tuple[bool | None, bool, bool]]:
    """title -> (private, may stand in front, may follow a lone surname)."""
    groups = lists.groups()
    table: dict[str, tuple[bool | None, bool, bool]] = {}
    for title in groups["title"]:
        table[title] = (False, True, True)
        table["副" + title] = (False, True, True)
    for title in groups["courtesy"]:
        table[title] = (None, title in groups["title-front"], True)
    for title in groups["title-front"]:
        table[title] = (table.get(title, (None,))[0], True, True)
    return table


@cache
def _anchors() -> regex.Pattern[str]:
    """All cues and titles, the longest first."""
    return regex.compile(_alternatives(set(_cue_table()) | set(_titles())))


@cache
def _behind() -> regex.Pattern[str]:
    """What may stand between a cue and its name; group `colon` and group `space` tell how they are parted."""
    bracket = r"(?:[（(\[【][^（）()\[\]【】\n：:]{1,12}[）)\]】])?"
    return regex.compile(
        bracket + r"(?:的?(?:姓名|名字|名称|签名|签字|签章|代表))?" + bracket + r"(?:[0-9０-９]{1,2}|[一二三四五六七八九十](?=[:：]))?"
        r"(?P<space>[ \t\u3000_]{0,10})(?P<colon>[:：；])?[ \t\u3000_]{0,10}"
        r"(?:(?:姓名|名字|名称)[:： \u3000]{1,3})?(?:[0-9]{1,2}[.、．）)])?(?P<verb>为|是|系|叫|名叫)?(?P<quote>[\"“”「『'‘（(])?"
    )


@cache
def _record() -> regex.Pattern[str]:
    return regex.compile(_RECORD)


@cache
def _several() -> regex.Pattern[str]:
    return regex.compile(_SEVERAL)


def find_names(line: str) -> list[NameHit]:
    """The names in one line, in order and without overlaps."""
    hits: list[NameHit] = []
    for match in _anchors().finditer(line):
        _from_anchor(line, match.start(), match.end(), match.group(), hits)
    if "男" in line or "女" in line or "岁" in line or "生" in line or "身份" in line or regex.search("[0-9]{11}", line):
        _from_records(line, hits)
    if "等" in line:
        _from_several(line, hits)
    if "某" in line or "*" in line or "＊" in line or "×" in line:
        _from_masks(line, hits)
    if any(dot in line for dot in "·•・‧∙⋅˙･"):
        _from_dots(line, hits)
    if hits:
        hits = _continued(line, hits)
    elif len(line) < 400:
        _from_roster(line, hits)
    return _settled(line, hits)


def _from_anchor(line: str, start: int, end: int, word: str, hits: list[NameHit]) -> None:
    cue = _cue_table().get(word)
    if cue is not None:
        _behind_cue(line, start, end, word, cue, hits)
    title = _titles().get(word)
    if title is not None:
        private, front, _ = title
        before = _before_title(line, start, word, private)
        if before is not None:
            hits.append(before)
        elif front and cue is None:
            _behind_cue(line, start, end, word, (private, False, "title"), hits)


def _behind_cue(
    line: str, start: int, end: int, word: str, cue: tuple[bool | None, bool, Evidence], hits: list[NameHit]
) -> None:
    private, needs_colon, evidence = cue
    between = _behind().match(line, end)
    if between is None:
        return
    colon = between.group("colon") is not None
    space = bool(between.group("space")) or between.group("quote") is not None or between.group("verb") is not None
    alone = start == 0 or not shape.is_han(line[start - 1])
    if needs_colon and not colon and not (space and alone):
        return
    strength: Strength = 2 if colon else 1 if space else 0
    found = shape.name_from(line, between.end(), strength)
    if found is None and between.end() > end and not colon:
        # The bracket behind the cue may hold the name itself: 联系人（王芳 1380013....
        found = _bracketed(line, end) or (shape.name_from(line, end, 0) if between.group("verb") else None)
    if found is None or strength < 2 and _is_label(line, found):
        return
    if evidence == "title" and strength == 0 and found.confidence == "possible":
        return
    hits.append(_hit(found, evidence, private, word))


def _bracketed(line: str, end: int) -> Candidate | None:
    return shape.name_from(line, end + 1, 1) if line[end : end + 1] in ("（", "(") else None


def _is_label(line: str, found: Candidate) -> bool:
    """Whether the candidate is itself a cue or a label (申请人 住址)."""
    return line[found.start : found.end] in _cue_table()


def _before_title(line: str, start: int, word: str, private: bool | None) -> NameHit | None:
    end = start
    while end and line[end - 1] in " \u3000（(" and start - end < 2:
        end -= 1
    if end == 0:
        return None
    found = shape.name_until(line, end, end < start and private is False)
    if found is not None and not shape.is_famous(line[found.start : found.end]):
        return _hit(found, "title", private, word)
    if end == start and (lone := _lone_surname(line, start)) is not None:
        return NameHit(lone, start, "surname-title", private, False, "possible", word)
    return None


_NO_LONE = shape.WEAK | frozenset("和于任时常向应从全管代盛都满季成史武伍位乡班原党祖公母师官王皇太老小大男女长主区车商边海江山石水田金童农林连农")
_LONE_TOO = frozenset("王石江金童林边石田车于常任史武季")
"""surnames that stay after all where nothing stands in front of them"""
_BEFORE_LONE = frozenset("的由和与向对请给找叫让据民友户主者人工员客位经为被是姓及同")


def _lone_surname(line: str, end: int) -> int | None:
    """Where the surname in front of a title begins: 王女士, 市民李先生, 欧阳主任."""
    names = lists.surnames()
    for length in (2, 1):
        start = end - length
        if start < 0:
            continue
        surname = line[start:end]
        clear = shape.clean_start(line, start)
        if not clear and line[start - 1] not in _BEFORE_LONE and not _cue_ends(line, start):
            continue
        if length == 2 and surname in names.compound:
            return start
        if length == 1 and surname in names.common and (surname not in _NO_LONE or surname in _LONE_TOO):
            return start
    return None


def _cue_ends(line: str, end: int) -> bool:
    return any(line[end - size : end] in _cue_table() for size in (2, 3, 4) if end >= size)


def _from_records(line: str, hits: list[NameHit]) -> None:
    for match in _record().finditer(line):
        found = shape.name_until(line, match.start(), match.group()[:1] in "，,、（( \u3000\t")
        if found is not None and not _is_label(line, found):
            cue = "".join(c for c in match.group() if shape.is_han(c))[:4] or "号码"
            hits.append(_hit(found, "cue", None, cue))


def _from_several(line: str, hits: list[NameHit]) -> None:
    for match in _several().finditer(line):
        found = shape.name_until(line, match.start(), False)
        if found is not None and not _is_label(line, found):
            hits.append(_hit(found, "list", None, match.group()))


def _from_masks(line: str, hits: list[NameHit]) -> None:
    """张某某, 李*: in running text too, where the character in front does not belong to it."""
    for match in regex.finditer(r"[\p{Han}](?=某|[*＊×]|\p{Han}[*＊×]|\p{Han}某)", line):
        at = match.start()
        if line[at] in shape.WEAK and not shape.clean_start(line, at):
            continue
        found = shape.masked_at(line, at)
        starred = found is not None and line[found.end - 1] in "*＊×" or found is not None and "某" not in line[at : found.end]
        if found is None or starred and not shape.clean_start(line, at):
            continue
        if line[max(0, at - 1) : at + 1] in ("对方", "双方", "我方", "单方", "单位", "国家", "地方", "甲方", "乙方"):
            continue
        hits.append(_hit(found, "cue", None, "某"))


def _from_dots(line: str, hits: list[NameHit]) -> None:
    """买买提·艾力 in running text, by the names that such names are made of."""
    for match in regex.finditer(r"[\p{Han}]{1,8}(?:[ ]?[·•・‧∙⋅˙･][ ]?[\p{Han}]{1,10}){1,3}", line):
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


_LINK = regex.compile(r"(?:[（(][^（）()\n]{1,24}[）)])?[ \u3000]?(?P<mark>[、，,；;/ \u3000\t]|和|及|与)[ \u3000\t]{0,4}")
_CHAIN = 400
"""members of one list that are followed; a longer list is a table or a hostile text"""


def _continued(line: str, hits: list[NameHit]) -> list[NameHit]:
    """The hits and the members of the lists that they are part of: 申请人：张三、李四、欧阳明."""
    taken = {hit.start for hit in hits}
    for hit in list(hits):
        if hit.evidence == "surname-title":
            continue
        _forward(line, hit, taken, hits)
        if hit.evidence == "list":
            _backward(line, hit, taken, hits)
    return hits


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
    return found.confidence == "certain" or found.confidence == "likely" and not after.isalpha()


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


_ITEM = regex.compile(r"[^、，,；;\t \u3000]+")


def _from_roster(line: str, hits: list[NameHit]) -> None:
    """A line that is nothing but names: 张建国、李明　王　芳."""
    stripped = line.strip().rstrip("。.；;")
    if not 7 <= len(stripped) or not regex.fullmatch(r"[\p{Han}·•・*、，,；; \t\u3000]+", stripped):
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
        if items and end - start == 1 and items[-1][1] - items[-1][0] == 1:
            if text[items[-1][1] : start].isspace():
                items[-1] = (items[-1][0], end)
                continue
        items.append((start, end))
    return [(start + offset, end + offset) for start, end in items]


_RANK = {"certain": 2, "likely": 1, "possible": 0}


def _settled(line: str, hits: list[NameHit]) -> list[NameHit]:
    """Without overlaps, leaders of set phrases and titles; a cue that says more wins over one that does not."""
    hits = [hit for hit in hits if not _is_silent(line, hit)]
    hits.sort(key=lambda hit: (-_RANK[hit.confidence], hit.private is None, hit.evidence == "list", -(hit.end - hit.start)))
    kept: dict[int, NameHit] = {}
    covered: set[int] = set()
    for hit in hits:
        span = range(hit.start, hit.end)
        if covered.isdisjoint(span):
            covered.update(span)
            kept[hit.start] = hit
        elif (same := kept.get(hit.start)) is not None and same.end == hit.end and same.private is None:
            # 联系人：王芳，女 and 患者王芳: what one cue leaves open, the other tells.
            if hit.private is not None:
                kept[hit.start] = NameHit(
                    same.start, same.end, hit.evidence, hit.private, same.pseudonym, same.confidence, hit.cue
                )
    return [kept[start] for start in sorted(kept)]


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
    tail = r"(?:的?(?:姓名|名字|名单|签名|签字|名称))?"
    some = r"(?:[\p{Han}]{0,8})"
    return (
        regex.compile(_NOT_HEADERS),
        regex.compile(some + _HEADERS_PRIVATE + tail),
        regex.compile(some + _HEADERS_OFFICE + tail),
        regex.compile(some + _HEADERS_UNKNOWN),
    )


def header_kind(header: str) -> bool | None | Literal["no"]:
    """What a column under `header` holds: True private persons, False office holders, None persons, 'no' none."""
    text = regex.sub(r"[（(【\[][^（）()【】\[\]]*[）)】\]]|[\s\u3000*＊:：_/\\、0-9一二三四（）()]", "", header)
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


NAME_HEADERS: tuple[tuple[str, bool | None], ...] = (
    (_HEADERS_PRIVATE, True), (_HEADERS_OFFICE, False), (_HEADERS_UNKNOWN, None),
)  # fmt: skip
"""Patterns of column headers and whether the persons below them are private."""


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
    from reviewer.language.segment import words

    clear = shape.clean_start(clause, start)
    length = shape.surname_length(clause, start)
    first = max(0, start - 12)
    window = clause[first : start + 14]
    best: Candidate | None = None
    for given in (2, 1):
        end = start + length + given
        if end > len(clause) or not all(shape.is_han(c) for c in clause[start:end]):
            continue
        value = shape.score(clause[start + length : end])
        enough = 11 if length == 1 and given == 2 else 12 if given == 1 else 4
        if value < enough or shape.word_rank(clause, start, end) or shape.is_famous(clause[start:end]):
            continue
        if shape.is_place_like(clause[start:end]) or clause[start] in shape.WEAK and not clear:
            continue
        follows = shape.clean_end(clause, end) or shape.follower(clause, end)
        spans = [(a + first, b + first) for _, a, b in words(window)]
        if (start, end) in spans and (follows or clear):
            best = Candidate(start, end, "likely" if clear and follows and given == 2 else "possible")
            break
        if clear and follows and given == 2 and _whole_words(spans, start, end):
            best = Candidate(start, end, "possible")
            break
    return best


def _whole_words(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether word boundaries stand at both ends."""
    return any(a == start for a, _ in spans) and any(b == end for _, b in spans)
