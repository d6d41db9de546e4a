"""The grammar of an address (地址): places from province to estate, and doors from group to room.

`parse_places` divides the text in front of a door part (宣州区水阳镇雁翅村|5组) with the lists of divisions and
the suffixes of places.txt: of all ways to divide it the one that fits lists, order of levels and usual lengths
of names best. `door_parts` names the parts of what follows (5栋|2单元|301室). Nothing here says whose it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal, NamedTuple

import regex

from reviewer.language import divisions, lists
from reviewer.prepared.patterns import compiled, compiled_regex

Kind = Literal[
    "province", "city", "county", "area", "township", "village", "road", "lane", "estate", "zone", "body",
    "group", "number", "building", "unit", "floor", "room",
]  # fmt: skip
"""area: 开发区, 高新区; zone: a part of an estate (二期, 东区); body: an office, school or firm"""

LEVEL: dict[Kind, int] = {
    "province": 10, "city": 20, "county": 30, "area": 35, "township": 40, "village": 50, "road": 60, "lane": 62,
    "estate": 70, "zone": 72, "body": 80, "group": 90, "number": 91, "building": 92, "unit": 93, "floor": 94,
    "room": 95,
}  # fmt: skip
TITLES: dict[Kind, str] = {
    "province": "省", "city": "市", "county": "区县", "area": "开发区", "township": "乡镇街道", "village": "村社区",
    "road": "道路", "lane": "弄", "estate": "小区", "zone": "分区", "body": "单位", "group": "村民组",
    "number": "门牌号", "building": "楼栋", "unit": "单元", "floor": "楼层", "room": "室",
}  # fmt: skip
KEPT: frozenset[Kind] = frozenset(["province", "city", "county", "area", "township"])
"""what may stay of a person's address: down to township or street (DOMAIN 1.7)"""
_BY_LEVEL: tuple[Kind, ...] = ("province", "province", "city", "county", "township")  # by divisions.known()


class Part(NamedTuple):
    """text[start:end] is one part of an address. A tuple: a list of addresses makes them by the hundred thousand."""

    kind: Kind
    start: int
    end: int

    @property
    def level(self) -> int:
        return LEVEL[self.kind]

    def moved(self, by: int) -> Part:
        return Part(self.kind, self.start + by, self.end + by)


DIGITS = "0-9０-９"
CHINESE = "一二三四五六七八九十百零〇○两"
_NUMBERS = rf"[{DIGITS}]{{1,5}}|[{CHINESE}]{{1,6}}"
# Numerals are taken whole: a unit stands behind the last one, or behind none.
NUMBER = (
    rf"(?:[甲乙丙丁]|[A-Za-zＡ-Ｚ]{{1,2}}[-－]?)?[{DIGITS}]{{1,5}}+(?:[-－—–_之][{DIGITS}A-Za-z]{{1,5}}){{0,3}}"
    rf"[A-Za-z甲乙丙丁]?|[甲乙丙丁]?[{CHINESE}]{{1,6}}+|[A-Za-zＡ-Ｚ甲乙丙丁]"
)
_NO_HAO = (
    "(?!线|文|令|公告|通知|通告|地块|宗地|矿|井|孔|钻|桩|机|泵|样|图|煤|召|工程|台风|字|函|提案|议案|建议|案|选手|"
    "码|称|标段|公报|高炉|楼盘|角|车|国道|省道|以前|之前|前|起|至[0-9]|考|厅|窗口|台|柜|展|仓|库|坑|尾矿|修改单|"
    "会议|文件|产品|生|卫星|站|教|实验|厂房|车间|综合|大街|[东西南北]?路|街)"
)
_SUB = rf"(?:附(?:{_NUMBERS})[号室]?|之(?:{_NUMBERS})(?!间)|[-－][{DIGITS}]{{1,4}}(?![{DIGITS}])号?)?"
"""behind 号: 12号附3, 12号之一, 12号-3"""
UNITS = (
    r"(?=[村居生牧小组队社号#＃栋幢单弄室座楼层宿寝房户门排床])(?:"
    r"村民小组|居民小组|村民组|居民组|生产小?队|牧业小?队|小组|组(?!织|长|成|数|人|合|建|员|团|件|讨|别|委|装|稿|工|对|分)|"
    rf"队(?!员|伍|长|列)|社(?!区|会|员|团|长|保|工|旗)|号大?院|号楼(?!上|下)|号(?:学生|职工)?(?:宿舍|公寓|住宅|家属)楼|号门(?!面|口|店|市)|"
    rf"号{_NO_HAO}{_SUB}|[#＃][ ]?(?:[楼栋幢座]|(?=[-－]?[{DIGITS}{CHINESE}]))|"
    r"栋|幢|单元|弄|室(?!内|外|温)|"
    r"座(?!谈|位|桥|水|山|坝|塘|坟|大|厂|城|庙|塔|变|椅|落)|楼(?!盘|房|主|市场|市调|宇|道|梯|上|下|顶|面|板)|"
    r"层(?!次|级|面|层)|宿舍|寝室|房(?!屋|产|间|租|价)|户(?!主|口|籍|数|均)|门(?!口|店|面)|排(?!水|名|放)|床(?!位|上))"
)
DOOR = rf"第?(?:附)?(?:{NUMBER})[ \u3000]?(?:{UNITS})"
_NO_ROOM = rf"(?![{DIGITS}年%.．元万亩个米人㎡平月日-])"
_HYPHEN = "[-－—–]"
_ROOM_PARTS = (
    rf"[ \u3000\-－]?[{DIGITS}]{{1,2}}(?:{_HYPHEN}[{DIGITS}]{{1,3}}){{0,2}}[ ]?{_HYPHEN}[ ]?[{DIGITS}]{{3,4}}"
    rf"{_NO_ROOM}[室户]?"
)
_SHORT_PARTS = (
    rf"(?<=[号元幢栋座楼][ ]?)[{DIGITS}]{{1,2}}(?:{_HYPHEN}[{DIGITS}]{{1,2}}){{1,2}}(?![{DIGITS}年月日%号栋幢楼-])"
)
# Behind a comma a bare number may be the next column's.
_BARE_ROOM = (
    rf"(?:[ \u3000\-－]?[A-Da-d]?[{DIGITS}]{{3,4}}{_NO_ROOM}(?:室|号?房(?!屋|产))?"
    rf"|[，,][A-Da-d]?[{DIGITS}]{{3,4}}(?:室|号?房(?!屋|产)))"
)
_LETTERED_ROOM = rf"(?<=[幢栋座楼])[{DIGITS}]{{1,2}}[A-H](?![A-Za-z{DIGITS}])"
TAIL = rf"(?:{_ROOM_PARTS}|{_SHORT_PARTS}|{_BARE_ROOM}|{_LETTERED_ROOM})?"
HYPHENS = rf"[{DIGITS}]{{1,4}}(?:[-－—–][{DIGITS}]{{1,5}}){{1,3}}(?![{DIGITS}年月日万元%.])(?:室|号|户)?"
_BOX = rf"[{DIGITS}]{{1,5}}(?:号)?(?:邮政)?信箱(?:[{DIGITS}]{{1,4}}(?:号?分箱|分号?|号))?"
# A number is read from its first digit on: 12-312-312- would else be tried at every digit.
_FRESH = rf"(?<![{DIGITS}])(?<![{DIGITS}][-－—–_#之])(?<![{CHINESE}](?=[{CHINESE}]))"
_GROUP_NAME = (
    r"(?<=[村区屯庄组队场镇乡道旗][ \u3000]?)(?!各|全|某|该|本|每|民|行政|自然)"
    r"(?:(?!社区)[\p{Han}--[村第的了在有和与及等分为被将把对从向以由是不其这那个含约达工作领导]]){1,5}?村?"
    r"(?:村民小组|居民小组|村民组|居民组|(?<=[村区]\p{Han}{2,4})组(?=[一-龥]?[0-9０-９]{1,4}号|[一二三四五六七八九十百零]{1,5}号|[，,。；;）)、\s的将户房村]|$))(?!长)"
)


SIDED_UNIT = "(?<![其集当正])[东西南北中]单元(?![房楼])"
"""a unit that has a side of the building for its number"""
_COUNTED_HOUSE = rf"[东西南北](?:[头首边侧]?[数起往]?[东西南北]?)第(?:{_NUMBERS})[户家](?![主口籍])"
"""东头第二户, 西数第三家"""
_SIDED_ROOM = (
    r"[东西南北中][边侧首头]?户(?![主口籍型均])|[东西南北中]门(?=[0-9])|[东西南北](?=第[0-9一二三四五六七八九十]{1,3}户)"
    r"|(?<=层|[^号栋幢座]楼)[东西南北中][边侧首头]?(?=$|[，,。；;、）)\s])"
)
"""behind a unit or a floor: 四楼西户, 五楼东"""
SIDED = rf"{SIDED_UNIT}|{_COUNTED_HOUSE}|{_SIDED_ROOM}"
_FIRST = rf"[{DIGITS}A-Za-zＡ-Ｚ甲乙丙丁{CHINESE}第附]"
_MORE = rf"(?:(?:[ \u3000，,\-－]|(?<=院)[内里])?(?:{DOOR}|{SIDED})){{0,5}}"


@cache
def _numbered_chain() -> regex.Pattern[str]:
    """A run of door parts, numbers parted by hyphens (47-6-746), a post box."""
    return compiled_regex(
        rf"(?={_FIRST}){_FRESH}(?:{_BOX}|(?:{DOOR}){_MORE}{TAIL}|(?<=[\p{{Han}} ]){HYPHENS})"
        rf"|(?=[东西南北中])(?:{SIDED_UNIT}|{_COUNTED_HOUSE}){_MORE}{TAIL}",
        regex.VERSION1,
    )


@cache
def _named_chain() -> regex.Pattern[str]:
    """A group with a name and what follows it: 下庄组12号."""
    return compiled_regex(rf"(?:{_GROUP_NAME}){_MORE}", regex.VERSION1)


def chains(line: str) -> Iterator[tuple[int, int]]:
    """Start and end of each run of door parts in `line`, in order."""
    named = [match.span() for match in _named_chain().finditer(line)] if "组" in line else []
    if not named:
        for match in _numbered_chain().finditer(line):
            yield match.span()
        return
    at = 0
    for match in _numbered_chain().finditer(line):
        start, end = match.span()
        while at < len(named) and named[at][0] <= start:
            yield named[at]
            at += 1
        if not at or named[at - 1][1] <= start:
            if at < len(named) and named[at][0] < end:
                end = named[at][0]
            yield start, end
    yield from named[at:]


def is_chain(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] is one run of door parts."""
    return _numbered_chain().fullmatch(text, start, end) is not None


@cache
def door() -> regex.Pattern[str]:
    return compiled_regex(DOOR)


@cache
def unit() -> regex.Pattern[str]:
    return compiled_regex(
        r"组|队|社|号大?院|号[楼门]|号(?:学生|职工)?(?:宿舍|公寓|住宅|家属)楼|号|[#＃][楼栋幢座]?|[栋幢座室弄楼层房户门排床]|单元|"
        r"宿舍|寝室|信箱"
    )


_KIND_OF_UNIT: dict[str, Kind] = {
    "组": "group", "队": "group", "社": "group", "号": "number", "号院": "number", "号大院": "number", "号门": "unit",
    "弄": "lane", "信箱": "number", "单元": "unit", "门": "unit", "楼": "floor", "层": "floor", "排": "building",
    "室": "room", "房": "room", "户": "room", "床": "room", "宿舍": "room", "寝室": "room",
}  # fmt: skip


@cache
def _pieces() -> regex.Pattern[str]:
    """One piece of a chain: with its unit, or a bare number at the end."""
    return compiled_regex(
        rf"(?P<box>{_BOX})|(?P<door>{DOOR})|(?P<side>{SIDED})|(?P<room>[A-Da-d]?[{DIGITS}]{{3,4}}(?:室|房|号房)?$|[{DIGITS}]{{1,2}}[A-H]$)|"
        rf"(?P<hyphens>{HYPHENS})|(?P<named>[\p{{Han}}]{{1,7}}组)"
    )


@lru_cache(maxsize=4096)
def door_parts(text: str) -> tuple[Part, ...]:
    """The parts of a chain of door parts: 5栋2单元301 -> building, unit, room."""
    parts: list[Part] = []
    for match in _pieces().finditer(text):
        kind = match.lastgroup
        start, end = match.span()
        if kind == "side":
            parts.append(Part("unit" if text[end - 1] == "元" else "room", start, end))
        elif kind == "hyphens":
            parts.extend(_hyphen_parts(text, start, end, bool(parts)))
        elif kind == "door":
            door_kind = _door_kind(text, start, end)
            inside = parts and parts[-1].kind in ("building", "unit", "floor") and text[parts[-1].end - 1] != "排"
            if door_kind == "number" and inside:
                door_kind = "room"  # 2单元1202号
            elif door_kind == "room" and parts and parts[-1].kind == "group" and text[end - 1] == "户":
                door_kind = "number"  # 5组12户
            parts.append(Part(door_kind, start, end))
        else:
            parts.append(Part("group" if kind == "named" else "number" if kind == "box" else "room", start, end))
    return tuple(parts)


def _door_kind(text: str, start: int, end: int) -> Kind:
    found = [match.group() for match in unit().finditer(text, start, end)]
    if not found:
        return "number"
    first = found[0]
    kind = _KIND_OF_UNIT.get(first, "building")
    if first == "楼" and (end - start >= 4 or _UNIT_BEHIND.match(text, end)):
        return "building"  # 四区412楼1203, 5楼2单元
    return kind


def _hyphen_parts(text: str, start: int, end: int, inside: bool) -> list[Part]:
    """47-6-746: building, unit, room; 12-301: building and room; 14-990 as one number."""
    ends = [match.end() for match in _HYPHENED.finditer(text, start, end)]
    kinds: tuple[Kind, ...] = ("building", "unit", "floor", "room")
    if len(ends) == 2:
        kinds = ("unit" if inside else "building", "room")
    elif len(ends) == 3:
        kinds = ("building", "unit", "room")
    at, parts = start, []
    for kind, stop in zip(kinds, ends, strict=False):
        parts.append(Part(kind, at, stop))
        at = stop + 1
    return parts


_UNIT_BEHIND = compiled(rf"[ \u3000]?[{DIGITS}{CHINESE}]{{1,2}}单元")
_HYPHENED = compiled(rf"[{DIGITS}]+(?:室|号|户)?")


# ---- places ---------------------------------------------------------------------------------------------------

_STRONG = frozenset("有的了将把被是这那每个以说我你他她")
"""never inside the name of a place that is on no list"""
_SOFT = frozenset("由其在和与及共等分为对从向不各含约达省市县区镇乡村年月日第")
"""seldom there"""
_LENGTHS: dict[Kind, tuple[float, ...]] = {
    #           0     1     2    3    4     5     6     7     8
    "city":     (-9, -1.0, 0.8, 0.4, 0.0, -0.6, -1.0, -1.5, -2.0),
    "county":   (-9, -0.6, 0.9, 0.5, 0.0, -0.6, -0.8, -1.0, -1.2),
    "area":     (-.2, 0.4, 0.8, 0.5, 0.3, -0.4, -0.6, -1.0, -1.2),
    "township": (-9, -0.4, 1.2, 0.8, 0.3, -0.5, -0.9, -1.5, -2.0),
    "village":  (-9, -0.4, 1.2, 0.9, 0.4, -0.2, -0.6, -1.2, -1.8),
    "road":     (-9, -0.2, 1.0, 0.9, 0.6, 0.2, -0.3, -0.8, -1.5),
    "lane":     (-9, 0.0, 1.0, 0.9, 0.4, 0.0, -0.5, -1.0, -1.5),
    "estate":   (-9, -0.3, 0.9, 0.9, 0.9, 0.6, 0.5, 0.0, -0.4),
    "body":     (-9, -0.5, 0.6, 0.6, 0.6, 0.5, 0.4, 0.2, 0.0),
}  # fmt: skip
"""what a name of so many characters in front of its suffix is worth"""
_BACK: dict[tuple[Kind, Kind], float] = {
    ("village", "village"): -0.1, ("road", "road"): -0.5, ("estate", "estate"): -0.2, ("estate", "road"): -0.9,
    ("estate", "village"): -0.9, ("road", "village"): -0.9, ("body", "estate"): -0.2, ("body", "body"): -0.5,
    ("city", "city"): -0.5, ("area", "area"): -0.5, ("body", "road"): -1.5, ("area", "county"): -1.5,
}  # fmt: skip
"""orders that do not go down one level, and what they cost"""
_LONGEST_NAME = 12
_SUFFIXES: tuple[tuple[str, Kind], ...] = (
    ("province", "province"), ("city", "city"), ("county", "county"), ("area", "area"), ("township", "township"),
    ("village", "village"), ("road", "road"), ("lane", "lane"), ("estate", "estate"), ("body", "body"),
)  # fmt: skip


@cache
def suffixes() -> dict[str, Kind]:
    groups = lists.place_groups()
    return {suffix: kind for name, kind in _SUFFIXES for suffix in groups[name]}


@cache
def words(group: str) -> frozenset[str]:
    return frozenset(lists.place_groups()[group])


@cache
def _found_suffixes() -> regex.Pattern[str]:
    """Every place where a suffix begins, longest first; also the parts of an estate (东区, 二期)."""
    plain = lists.longest_first(suffixes())
    numbered = rf"(?:[东西南北中前后]|[A-Za-z]|[{DIGITS}]{{1,2}}|[{CHINESE}]{{1,2}})[ ]?[区期](?!间)"
    return compiled_regex(rf"(?=(?P<plain>{plain}))|(?=(?P<zone>{numbered}))")


_INSIDE = frozenset("和与及共等分为对向之")
_GAPS = frozenset(" \u3000-_－")
_BEFORE = frozenset("在于住到至从由将系为是及和与的对向往因经址）)、。：:,，户(（")
"""a place may begin behind one of these"""

_VERBS = frozenset([
    "走访", "前往", "入户", "租赁", "购买", "出售", "反映", "发生", "赶往", "来访", "现有", "返回",
    "途经", "抵达", "负责", "拆除", "征收", "涉及", "承租", "转租", "出租", "租用", "退租", "腾退",
    "配租", "认购", "购置", "拥有", "占用", "保留", "建议", "举报", "投诉", "查封", "抵押", "拍卖",
    "慰问", "看望", "探望", "回访", "来到", "走进", "赶到", "送达", "寄往", "寄送", "巡查", "勘查",
    "检查", "核查", "排查", "搬迁", "迁往", "迁入", "名下", "继承", "受让", "转让", "过户", "翻建",
    "修缮", "侵占", "闲置", "入住",
])  # fmt: skip
"""words that stand in front of an address and are no part of it"""
_MODIFIERS = frozenset("原我本该市县区省州乡镇村现其各家此为向从到至去往离过经沿对把将被")
"""a single character in front of the name of a division that is no part of it"""


@dataclass(slots=True)
class _State:
    """One way to read the text up to some place: what it is worth, its last part and the state before that."""

    score: float
    part: Part | None
    back: _State | None
    extra: Part | None = None
    """the estate without a suffix in front of its zone"""


_HEAD = 6.0
"""what the divisions at the start of a text are worth, however many"""
_WAYS = 4
"""ways to read the text up to one place that are followed"""
_MOST_SUFFIXES = 24


@lru_cache(maxsize=8192)
def parse_places(text: str, *, anchored: bool) -> tuple[tuple[Part, ...], int]:
    """The places that `text` ends with, and where what is left over behind the last one begins.

    anchored  the address begins at the start of `text`, behind a label
    """
    head, at = _head(text)
    parts, rest, goes_on = _tail(text[at:], anchored, head[-1].kind if head else None)
    if not head:
        return parts, rest
    behind = tuple(part.moved(at) for part in parts)
    return (head + behind if goes_on else behind), rest + at


def _head(text: str) -> tuple[tuple[Part, ...], int]:
    """The provinces, cities and counties that `text` begins with, written in full: no other reading is tried."""
    known = divisions.known()
    parts: list[Part] = []
    at = level = 0
    while True:
        for size in (4, 3, 5, 6, 7, 8, 9, 10, 11, 2):
            name = text[at : at + size]
            found = known.level(name) or 4
            if level < found < 4 and len(name) == size and not _is_longer(text, at, size, known):
                parts.append(Part(_BY_LEVEL[found], at, at + size))
                at, level = at + size, found
                if found == 2 and text[at : at + 1] == "区":
                    at += 1  # 宣城市区|锦城路
                at = _past_gap(text, at)
                break
        else:
            return tuple(parts), at


def _is_longer(text: str, at: int, size: int, known: divisions.Known) -> bool:
    """沙县|区: the longer name is meant; 城区|街道: a part of another."""
    longer = any(text[at : at + size + more] in known for more in (1, 2, 3, 4) if at + size + more <= len(text))
    return longer or text[at + size : at + size + 1] in _GLUED


_GLUED = frozenset("路街巷道镇乡村社")
"""behind the name of a division these make it another's: 东城区|路, 城区|街道"""


@lru_cache(maxsize=8192)
def _tail(text: str, anchored: bool, head: Kind | None) -> tuple[tuple[Part, ...], int, bool]:
    """Places, start of the rest, and whether the places follow the divisions that were read before."""
    reading = _Reading(text, anchored, head)
    best, rest = reading.best()
    parts: list[Part] = []
    while best is not None and best.part is not None and best.part.start >= 0:
        parts.append(best.part)
        if best.extra is not None:
            parts.append(best.extra)
        best = best.back
    return tuple(reversed(parts)), rest, best is not None


class _Reading:
    """All ways to read one text as places, each place reached by the few best of them."""

    def __init__(self, text: str, anchored: bool, head: Kind | None) -> None:
        self.text = text
        self.anchored = anchored
        self.reached: dict[int, dict[Kind, _State]] = {}
        self.starts = _starts(text, anchored)
        self.free = head is None
        if head is not None:
            self.reached[0] = {head: _State(_HEAD, Part(head, -1, 0), None)}
        for at, kind, suffix_start, end in _short_and_suffixes(text):
            if at >= 0:
                self._short(at, kind, end)
            else:
                self._long(kind, suffix_start, end)

    def best(self) -> tuple[_State | None, int]:
        """The best way that ends near enough to the end of the text, and where its rest begins."""
        best: _State | None = None
        top, rest = 0.0, 0
        for end, states in self.reached.items():
            over = _over(self.text[end:])
            if over is not None:
                for state in states.values():
                    if state.score + over > top:
                        best, top, rest = state, state.score + over, end
        return best, rest

    def _short(self, at: int, kind: Kind, end: int) -> None:
        """A province or a city without its suffix begins an address or follows the one above it; a county follows."""
        part = Part(kind, at, end)
        for before in tuple(self.reached.get(at, {}).values()):
            if before.part is not None and before.part.level < part.level and before.score > 1:
                self._keep(end, kind, _State(before.score + 1.6, part, before))
        if kind == "county" and (at not in self.starts or divisions.known().level(self.text[at:end] + "市") != 3):
            return
        worth = 1.4 if kind != "county" else 0.1
        self._keep(end, kind, _State(worth + self.starts.get(at, -0.7), part, None))

    def _long(self, kind: Kind, suffix_start: int, end: int) -> None:
        """Adds the parts that end at `end`, from every place reached and from where an address may begin."""
        first = max(suffix_start - _LONGEST_NAME, 0)
        starts = self.starts
        begins = {begin: cost for begin, cost in starts.items() if first <= begin < suffix_start}
        if -1 < begins.get(suffix_start - 1, 0) < -0.2:
            begins[suffix_start - 1] -= 3  # 罗家坝|乡 is no 坝乡 behind a person's name
        if self.free:
            known = divisions.known()
            for size in (2, 3, 4, 5):
                begin = suffix_start - size
                if begin >= 0 and begin not in starts:
                    level = known.level(self.text[begin:end]) if kind in KEPT else None
                    if size < 4 or level is not None:
                        cost = -0.3 if level is not None and (size > 2 or level < 4) else -1.8
                        if self._cuts(begin):
                            cost -= 3  # 鱼洞溪乡 is no 洞溪乡
                        begins[begin] = cost - 2 * self.anchored
        for begin in {*begins, *(at for at in self.reached if first <= at <= suffix_start)}:
            worth: tuple[Kind, float] | None = None
            if kind != "zone" and begin < suffix_start:
                worth = _worth(self.text, begin, kind, suffix_start, end)
                if worth[1] <= -5:
                    continue
            for before in tuple(self.reached.get(begin, {}).values()):
                self._add(begin, kind, suffix_start, end, before, before.score, worth)
            if begin in begins:
                self._add(begin, kind, suffix_start, end, None, begins[begin], worth)

    def _cuts(self, begin: int) -> bool:
        """Whether a part that begins here leaves one character of a name behind."""
        return self.starts.get(begin - 1, -9) >= -0.2 and self.text[begin - 1] not in _MODIFIERS

    def _add(
        self, begin: int, kind: Kind, suffix_start: int, end: int, before: _State | None, score: float,
        named: tuple[Kind, float] | None,
    ) -> None:  # fmt: skip
        """Adds one part behind `before`, unless their order can not be."""
        last = before.part if before is not None else None
        extra = None
        if named is not None:
            kind, worth = named
        elif kind == "zone":
            worth, extra = _zone(self.text, begin, suffix_start, last)
        else:
            worth = _nameless_worth(self.text, kind, suffix_start, end, last)
        if worth <= -5:
            return
        if last is not None and before is not None:
            order = LEVEL[kind] - last.level
            if order <= 0:
                worth += _BACK.get((last.kind, kind), -9)
                if worth <= -5:
                    return
            if last.kind == "county" and order > 30 and before.score < 1:
                worth -= 2  # 东方|花园 is no estate of 东方市
            if kind == "road" and last.level <= 30 and self.text[begin:suffix_start] in _SIDES:
                worth -= 2  # 南京|东路
        start = suffix_start if extra is not None else begin
        stop = end
        behind = self.text[end : end + 1]
        if (LEVEL[kind] <= 50 and behind == "的") or (kind == "city" and behind == "区"):
            stop += 1  # 九堡地区的|蓝桥名苑, 宣城市区|锦城路
        self._keep(_past_gap(self.text, stop), kind, _State(score + worth, Part(kind, start, end), before, extra))

    def _keep(self, end: int, kind: Kind, state: _State) -> None:
        here = self.reached.setdefault(end, {})
        known = here.get(kind)
        if known is None:
            if len(here) >= _WAYS:
                worst = min(here, key=lambda one: here[one].score)
                if here[worst].score >= state.score:
                    return
                del here[worst]
            here[kind] = state
        elif known.score < state.score:
            here[kind] = state


def _starts(text: str, anchored: bool) -> dict[int, float]:
    """Where an address may begin, and what that costs."""
    starts = {0: 0.0}
    usual = lists.surnames().usual
    for at in range(1, len(text)):
        before = text[at - 1]
        if before in _BEFORE or before in _GAPS or text[at - 2 : at] in _VERBS:
            starts[at] = -1.2 if before in _INSIDE else -0.2
    for at, cost in list(starts.items()):
        if text[at : at + 1] in usual:
            for behind in (at + 2, at + 3):
                if behind < len(text) and behind not in starts:
                    starts[behind] = cost - 0.6
    if anchored:
        return {at: cost if not at else cost - 2.5 for at, cost in starts.items()}
    return starts


def _short_and_suffixes(text: str) -> list[tuple[int, Kind, int, int]]:
    """(start or -1 where it is open, kind, start of the suffix, end), by end: short names and all suffixes."""
    found: list[tuple[int, Kind, int, int]] = []
    only_at_end = words("only-at-end")
    table = suffixes()
    length = len(text)
    for match in _found_suffixes().finditer(text):
        start = match.start()
        if match.lastgroup == "plain":
            suffix = match["plain"]
            end = start + len(suffix)
            inside = text[start - 1 : end] in _WHOLE
            if not inside and (suffix not in only_at_end or end == length or _zone_follows(text, end)):
                found.append((-1, table[suffix], start, end))
        elif match.lastgroup == "zone":
            found.append((-1, "zone", start, start + len(match["zone"])))
    del found[:-_MOST_SUFFIXES]
    known = divisions.short()
    firsts = _first_characters()
    for start in range(length - 2):
        if text[start] in firsts:
            for size in (2, 3, 4):
                level = known.get(text[start : start + size])
                if level is not None:
                    found.append((start, _BY_LEVEL[level], start + size, start + size))
    found.sort(key=lambda one: (one[3], one[2]))
    return found


_WHOLE = frozenset([
    "大道", "大街", "社区", "小区", "园区", "街道", "公寓楼", "宿舍楼", "酒店", "饭店", "商店", "药店", "书店",
    "旅店", "门店",
])  # fmt: skip
"""their last character is no suffix by itself"""


@cache
def _first_characters() -> frozenset[str]:
    return frozenset(name[0] for name in divisions.short())


def _zone_follows(text: str, end: int) -> bool:
    return text[end] in _GAPS or (text[end + 1 : end + 2] in ("区", "期") and text[end + 2 : end + 3] != "间")


def _past_gap(text: str, end: int) -> int:
    while end < len(text) and text[end] in _GAPS:
        end += 1
    if end < len(text) and text[end] in "（(":
        closed = max(text.find("）", end, end + 14), text.find(")", end, end + 14))
        if closed > 0:
            return closed + 1
    return end


def _zone(text: str, begin: int, start: int, before: Part | None) -> tuple[float, Part | None]:
    """What a part of an estate is worth, and the estate in front of it where that has no suffix: 望京|西区."""
    if begin == start:
        return (1.2, None) if before is not None and before.level >= 50 else (-9, None)
    name = text[begin:start]
    if not 2 <= len(name.rstrip()) <= 8 or not _STRONG.isdisjoint(name) or not _SOFT.isdisjoint(name):
        return -9, None
    worth = 0.9 if before is not None and 30 <= before.level <= 62 else -9
    return worth, Part("estate", begin, begin + len(name.rstrip()))


def _nameless_worth(text: str, kind: Kind, start: int, end: int, before: Part | None) -> float:
    """What a suffix without a name is worth: 建设路|东段, 清溪县|经济开发区, 望京|小区."""
    suffix = text[start:end]
    if suffix in words("nameless"):
        return 0.6 if before is not None and before.level in (20, 30, 40, 50, 60, 70) else -9
    if kind == "estate" and end == len(text) and suffix == "小区":
        return 0.2
    return 0.8 if kind == "area" and before is not None and before.level <= 30 else -9


def _worth(text: str, begin: int, kind: Kind, suffix_start: int, end: int) -> tuple[Kind, float]:
    """The kind and the worth of text[begin:end] as one part, whatever stands in front of it."""
    name = text[begin:suffix_start]
    if kind in KEPT or kind == "estate":
        level = divisions.known().level(text[begin:end])
        if level is not None and text[begin] not in "县市区":  # 县经济开发区 is on the list
            return (kind if kind == "area" else _BY_LEVEL[level]), 3.5 + 0.4 * len(name)
    if kind == "province":
        return kind, -9
    if name in words("generic") or not _STRONG.isdisjoint(name) or not _NEVER.isdisjoint(name):
        return kind, -9
    size = len(name)
    if not _NUMBERED.isdisjoint(name) or text[suffix_start:end] in _ARMY:
        return kind, _numbered_worth(name, kind, text[suffix_start:end])
    if size > 2 and name[:2] in _VERBS:
        return kind, -9
    lengths = _LENGTHS[kind]
    worth = lengths[size] if size < len(lengths) else lengths[-1] - 0.5 * (size - len(lengths) + 1)
    worth += 1.0 if kind not in ("city", "county") else 0.4
    if not _SOFT.isdisjoint(name):
        worth += 0.4 * len(_INSIDE.intersection(name)) - 0.8 * len(_SOFT.intersection(name))
    return kind, worth


_SIDES = frozenset("东西南北中")
_NEVER = frozenset(" \u3000（）()")


_NUMBERED = frozenset("0123456789０１２３４５６７８９#＃")
_ARMY = frozenset(["师", "团", "连", "场", "州"])
"""师, 团, 连 and 场 of the 兵团 have numbers; a 州 is on the list"""


def _numbered_worth(name: str, kind: Kind, suffix: str) -> float:
    """7村, 143团, 3连, 第八师, 5街: a number may be the name; else no digit stands in one."""
    if suffix in _ARMY:
        pattern = _OF_FARM if suffix == "场" else _OF_ARMY
        return 2.0 if suffix != "州" and pattern.fullmatch(name) else -9
    if kind == "road" and _OF_ROAD.fullmatch(name):
        return 1.0
    if suffix in _NUMBERED_SUFFIXES and _ALL_DIGITS.fullmatch(name):
        return 0.8
    if kind in ("road", "estate", "lane") and _DIGITS_LAST.fullmatch(name):
        return 0.2
    return -9


_NUMBERED_SUFFIXES = frozenset(["村", "社区", "街", "条", "巷", "弄", "路", "支弄", "连队"])
_OF_ARMY = compiled(rf"(?:新疆生产建设兵团)?第?(?:{_NUMBERS})")
_OF_FARM = compiled(rf".{{0,4}}?第?(?:{_NUMBERS})")
_OF_ROAD = compiled(rf"第?(?:{_NUMBERS})号")
_ALL_DIGITS = compiled(rf"第?[{DIGITS}]{{1,4}}")
_DIGITS_LAST = compiled(rf"[\u4e00-\u9fff]{{1,6}}[{DIGITS}]{{1,3}}")


@cache
def _no_name() -> regex.Pattern[str]:
    return compiled_regex("[的了在有将被把从以是不每各这那个含约达年月日第号，。、；：（）()]")


def is_name(text: str) -> bool:
    """Whether `text`, which has no suffix, may be the name of a place; of four characters 和 may be one (和顺名都)."""
    if _no_name().search(text):
        return False
    return _INSIDE.isdisjoint(text) or (len(text) >= 4 and text[-1] not in _INSIDE and text[0] not in "及与共等")


def _over(text: str) -> float | None:
    """What it costs to leave `text` between the last place and the door; None where that can not be."""
    if not text:
        return 0.0
    if len(text) > 10 or not is_name(text):
        return None
    return -0.9 - 0.2 * len(text) - (text in suffixes())
