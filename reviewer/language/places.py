"""The first detector of addresses: division and road suffixes, door parts, cue words. No trained model yet.

An address is a hit only once it goes deeper than a village or a street: 号, 栋, 幢, 单元, 室, 组.
`find_addresses` takes one line that a GATE let through. It walks from each door part to the left, so that
its cost grows with the number of door parts and not with the length of what stands between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal

import regex

from reviewer.language import lists
from reviewer.language.lists import WIDE_SPACE
from reviewer.model import Confidence

Depth = Literal["group", "door", "building", "unit", "room", "floor"]

_DIGITS = "0-9０-９"
_CHINESE = "一二三四五六七八九十百零〇○两"
_NUMBER = (
    rf"(?:[A-Za-zＡ-Ｚ]{{1,2}}[-－]?)?[{_DIGITS}]{{1,5}}(?:[-－—–_#之][{_DIGITS}A-Za-z]{{1,5}}){{0,3}}[A-Za-z]?"
    rf"|[{_CHINESE}]{{1,6}}|[A-Za-zＡ-Ｚ甲乙丙丁东南西北]"
)
_NO_HAO = (
    "(?!线|文|令|公告|通知|通告|地块|宗地|矿|井|孔|桩|机|泵|样|图|煤|召|工程|台风|字|函|提案|议案|建议|案|选手|"
    "码|称|标段|公报|高炉|楼盘|角|车|国道|省道|以前|之前|前|起|至[0-9])"
)
_UNITS = (
    r"村民小组|居民小组|村民组|居民组|生产队|小组|组(?!织|长|成|数|人|合|建|员|团|件|讨|别|委|装|稿|工|对|分)|"
    rf"队(?!员|伍|长|列)|号院|号楼|号门|号{_NO_HAO}|栋|幢|单元|弄|室(?!内|外|温)|"
    r"座(?!谈|位|桥|水|山|坝|塘|坟|大|厂|城|庙|塔|变|椅|落)|楼(?!盘|房|主|市|宇|道|梯|上|下|顶|面|板)|"
    r"层(?!次|级|面|层)|房(?!屋|产|间|租|价)|户(?!主|口|籍|数|均)|门(?!口|店|面)|排(?!水|名|放)"
)
_DOOR = rf"第?(?:附)?(?:{_NUMBER})[ \u3000]?(?:{_UNITS})"
# A number is read from its first digit on: 12-312-312- would else be tried at every digit.
_FRESH = rf"(?<![{_DIGITS}])(?<![{_DIGITS}][-－—–_#之])(?<![{_CHINESE}](?=[{_CHINESE}]))"
_NO_ROOM = rf"(?![{_DIGITS}年%.．元万亩个米人㎡-])"
_TAIL = rf"(?:[ \u3000，,#-]?[ABCDabcd]?[{_DIGITS}]{{3,4}}{_NO_ROOM}(?:室|房|号房)?)?"
_HEADS = "组队号栋幢座室弄楼院门"


@dataclass(frozen=True, slots=True)
class AddressHit:
    """An address at line[start:end].

    permitted_end  end of the township (镇, 乡, 街道) or coarser part that may stay; start if none may
    household      True where people live, False an office, project or parcel, None unknown
    """

    start: int
    end: int
    permitted_end: int
    household: bool | None
    depth: Depth
    confidence: Confidence
    cue: str = field(compare=False)


GATES: tuple[str, ...] = (
    rf"(?:[{_DIGITS}A-Za-zＡ-Ｚ甲乙丙丁]|[{_CHINESE}])[ {WIDE_SPACE}]?(?:村民|居民|生产队|小组|[{_HEADS}]|单元)",
    rf"\p{{Han}}[{_DIGITS}]{{1,4}}[-－—–][{_DIGITS}]{{1,4}}",
)
"""One of these (hyperscan or regex syntax) matches every line in which find_addresses can find anything."""


@dataclass(frozen=True, slots=True)
class _Part:
    start: int
    end: int
    level: int
    name: str


@cache
def _chain() -> regex.Pattern[str]:
    """A run of door parts, or numbers parted by hyphens (47-6-746)."""
    more = rf"(?:[ \u3000，,]?(?:{_DOOR})){{0,5}}"
    hyphens = rf"[{_DIGITS}]{{1,4}}(?:[-－—–][{_DIGITS}]{{1,5}}){{1,3}}(?![{_DIGITS}年月日万元%.])"
    return regex.compile(rf"{_FRESH}(?:(?:{_DOOR}){more}{_TAIL}|(?<=[\p{{Han}} ]){hyphens})")


@cache
def _levels() -> dict[str, int]:
    """suffix -> 1 province, 2 city, 3 county, 4 township, 5 village, 6 road, 7 estate, 8 other body"""
    order = ("province", "city", "county", "township", "village", "road", "estate", "body")
    groups = lists.place_groups()
    return {suffix: level for level, name in enumerate(order, 1) for suffix in groups[name]}


@cache
def _words(group: str) -> frozenset[str]:
    return frozenset(lists.place_groups()[group])


@cache
def _part() -> regex.Pattern[str]:
    suffixes = lists.longest_first(_levels())
    return regex.compile(rf"(?P<name>[\p{{Han}}{_DIGITS}A-Za-z·]{{0,14}}?)(?P<suffix>{suffixes})")


@cache
def _fields() -> list[str]:
    """Names of all divisions at the odd places, between them the level of one and the code of the next.

    Split at tabs alone: a third of the time of splitting 45,000 lines. Empty where there is no list.
    """
    path = lists.DATA / "divisions.tsv"
    return path.read_text(encoding="utf-8").rpartition("#")[2].split("\t")[2:] if path.exists() else []


@cache
def divisions() -> frozenset[str]:
    """Names of provinces, cities, counties and townships."""
    return frozenset(_fields()[1::2])


@cache
def _short_names() -> frozenset[str]:
    """Provinces and cities as people write them, without 省 and 市."""
    endings = re.compile("特别行政区|[壮回维吾尔族]{0,4}自治区|地区|[省市盟]$")
    rows = (name for name, level in zip(_fields()[1::2], _fields()[2::2], strict=False) if level[0] in "12")
    short = {endings.sub("", name) for name in rows if "自治州" not in name and "直辖" not in name}
    return frozenset(name for name in short if 2 <= len(name) <= 4)


def _before_short(line: str, floor: int, start: int) -> int:
    """Where the short names of a province and a city in front of `start` begin: 安徽合肥|蜀山区."""
    for _ in range(2):
        for size in (4, 3, 2):
            if start - size >= floor and line[start - size : start] in _short_names():
                start -= size
                break
    return start


@cache
def _cues() -> dict[str, bool | None]:
    """cue -> whether it says that people live there"""
    groups = lists.place_groups()
    table: dict[str, bool | None] = dict.fromkeys(groups["cue-open"])
    table.update(dict.fromkeys(groups["cue-office"], False))
    table.update(dict.fromkeys(groups["cue-household"], True))
    return table


@cache
def _cue_pattern() -> regex.Pattern[str]:
    return regex.compile(
        rf"(?P<cue>{lists.longest_first(_cues())})(?![址房宅户院建])(?:[（(][^（）()\n]{{1,10}}[）)])?"
        r"[ \t\u3000]{0,4}[:：]?[ \t\u3000_]{0,6}(?:为|是|系|在|于){0,2}[:：]?[“\"]?"
    )


@cache
def _moved() -> regex.Pattern[str]:
    """Verbs and particles in front of a place that do not belong to its name."""
    return regex.compile(
    r"^.{0,30}(?:搬至|搬到|迁至|迁到|来到|前往|到达|送至|寄至|送到|回到|，|在|的|是|系|从|由|到|将|将其|对)(?=.)"
)

_REACH = 60
"""characters to the left of a door part that may belong to its address"""
_BEHIND = 48
"""characters behind it that may tell whose it is"""


def find_addresses(line: str, before: str = "", after: str = "") -> list[AddressHit]:
    """The addresses in one line that go deeper than village or street, in order and without overlaps.

    before, after  the lines around it, where a label may say whose address it is (名称：某某公司)
    """
    if not _may_hold(line):
        return []
    hits: list[AddressHit] = []
    seen: dict[str, AddressHit | None] = {}
    beside = f"{before[-_BEHIND:]}\n{after[:_BEHIND]}"
    floor = failed = 0
    for door in _chain().finditer(line):
        start, end = door.span()
        if start == failed and failed:
            # Right behind a door part that is no address there is none either: 1号1号1号.
            failed = end
            continue
        hit = _remembered(line, floor, start, end, beside, seen)
        if hit is None:
            failed = end
            continue
        floor = hit.end
        if hits and hit.start == hits[-1].end and not hit.cue:
            hit = _joined(hits.pop(), hit)
        hits.append(hit)
    return hits


@cache
def _quick() -> re.Pattern[str]:
    """The gates once more, at the end of a number, where the search can skip to."""
    return re.compile(
        rf"[{_DIGITS}A-Za-zＡ-Ｚ甲乙丙丁东南西北{_CHINESE}][ \u3000]?"
        rf"(?:[{_HEADS}层户房排]|村民|居民|生产|小组|单元|[-－—–][{_DIGITS}])"
    )


def _may_hold(line: str) -> bool:
    return _quick().search(line) is not None


def _remembered(
    line: str, floor: int, start: int, end: int, beside: str, seen: dict[str, AddressHit | None]
) -> AddressHit | None:
    """The address around a door part; the same surroundings are read once."""
    first = max(floor, start - _REACH - 24)
    around = line[first : end + _BEHIND]
    key = f"{start - first}:{end - first}:{around}"
    if key not in seen:
        seen[key] = _address(around, 0, start - first, end - first, beside)
    hit = seen[key]
    if hit is None or not first:
        return hit
    return replace(hit, start=hit.start + first, end=hit.end + first, permitted_end=hit.permitted_end + first)


def _joined(first: AddressHit, second: AddressHit) -> AddressHit:
    """奥体大街68号 and 科技园4栋 that follow each other without a gap are one address."""
    household = first.household if first.household is not None else second.household
    return replace(first, end=second.end, depth=second.depth, household=household)


def _township_after(line: str, permitted: int, end: int) -> int:
    """The end of a township that follows a county and holds another suffix: 庐阳区|亳州路街道, 泾县|马路镇."""
    if permitted == 0 or line[permitted - 1] not in "区县市旗":
        return permitted
    match = regex.match(r"\p{Han}{2,10}?(?:街道(?:办事处)?|(?:镇|乡)(?!\p{Han}?[路街道]))", line[permitted:end])
    return permitted + match.end() if match is not None else permitted


def _address(line: str, floor: int, door: int, end: int, beside: str) -> AddressHit | None:
    cue, after_cue, start = _region(line, floor, door)
    parts, rest = _parts(line, start, door)
    if len(parts) > 1 and parts[-1].level == 5 and parts[-1].name in _words("generic"):
        # 七里岗村|上村组18号: 上村 is the name of a group, not a village.
        rest = line[parts[-1].start : door].strip()
        parts = parts[:-1]
    text = line[door:end]
    if not _is_address(line, parts, rest, text, cue):
        return None
    begin = _begin(line, parts, after_cue, start, door, rest)
    permitted = max((part.end for part in parts if part.level <= 4), default=begin)
    permitted = _township_after(line, permitted, end)
    depth = _depth(text)
    around = _Surroundings(line[begin:end], line[:begin], line[end:], parts, cue, depth, beside)
    household = _household(around)
    confidence = _confidence(parts, rest, cue)
    return AddressHit(begin, end, max(permitted, begin), household, depth, confidence, cue)


def _region(line: str, floor: int, door: int) -> tuple[str, bool, int]:
    """The cue in front (or ''), whether the address begins behind one, and where it may begin."""
    left = max(floor, door - _REACH)
    start = door
    while start > left and _belongs(line, start - 1):
        start -= 1
    first = max(floor, start - 24)
    found = None
    for match in _cue_pattern().finditer(line, first, door):
        if match.end() >= start and _is_cue_place(line, match):
            found = match
    if found is None:
        return "", False, start
    return found.group("cue"), True, min(max(found.end(), start), door)


def _is_cue_place(line: str, match: regex.Match[str]) -> bool:
    """住 alone is a cue only where no longer word holds it (入住, 住房)."""
    if match.group("cue") != "住":
        return True
    return line[match.start() - 1 : match.start()] not in tuple("稳保记抓堵站守挡") or match.start() == 0


def _belongs(line: str, at: int) -> bool:
    character = line[at]
    if "一" <= character <= "鿿" or character in "〇·-－—#_" or character.isalnum():
        return True
    # One space between parts is a matter of layout: 宣城市 宣州区.
    return character in " \u3000" and at > 0 and line[at - 1] in "省市区县州镇乡村道路街号院楼栋幢元"


def _parts(line: str, start: int, door: int) -> tuple[list[_Part], str]:
    """The parts between start and the door, the first one cut to its name, and what is left over in front."""
    parts: list[_Part] = []
    at = start
    pattern = _part()
    while at < door:
        while at < door and line[at] in " \u3000-_－":
            at += 1
        part = _next_part(line, at, door, pattern)
        if part is None:
            break
        parts.append(part)
        at = part.end
    parts = _cut(line, parts)
    return parts, line[at:door].strip()


def _next_part(line: str, at: int, door: int, pattern: regex.Pattern[str]) -> _Part | None:
    best: _Part | None = None
    from_here = at
    for _ in range(12):
        match = pattern.match(line, from_here, door)
        if match is None:
            return best
        suffix, end = match.group("suffix"), match.end()
        name = line[at : end - len(suffix)]
        # A suffix inside a longer name (城 in 城关镇, 路 in 路桥区) is skipped: what follows tells.
        inner = (suffix in _words("only-at-end") and end < door) or not name
        if not inner and len(name) <= 24:
            return _Part(at, end, _levels()[suffix], name)
        if not name and suffix in ("小区", "社区") and end == door:
            return _Part(at, end, _levels()[suffix], name)
        from_here = end
        if from_here >= door:
            return None
    return best


@cache
def _counted() -> regex.Pattern[str]:
    """3个(村), 两条(路): a count, no name"""
    return regex.compile(
    r".{0,6}[0-9０-９一二三四五六七八九十百两几多各数](?:个|条|家|处|座|镇|余个|多个)|[0-9０-９]+"
)


def _cut(line: str, parts: list[_Part]) -> list[_Part]:
    """The parts from the first real one on, without verbs and persons in front of its name."""
    known = divisions()
    for number, part in enumerate(parts):
        start = part.start
        moved = _moved().match(line[part.start : part.end])
        if moved is not None and part.start + moved.end() < part.end - 1:
            start += moved.end()
        for shift in range(start, part.end - 1):
            name = line[shift : part.end]
            if name in known and name not in _levels() and not (len(name) < 4 and 0 < shift - part.start < 3):
                start = shift
                start = _before_short(line, part.start, start)
                break
        name = line[start : part.end][: len(line[start : part.end]) - _suffix_length(line, part)]
        if name in _words("generic") or (not name and number) or _counted().fullmatch(name):
            continue
        if part.level <= 5 and len(name) > 12:
            start = part.end - 8
        return [_Part(start, part.end, part.level, name), *parts[number + 1 :]]
    return []


def _suffix_length(line: str, part: _Part) -> int:
    return part.end - part.start - len(part.name)


@cache
def _function() -> regex.Pattern[str]:
    return regex.compile(r"[的了在有和与及共等分为被将把对从向以由是不未各每其这那个含约达，。、；：]")


def _is_address(line: str, parts: list[_Part], rest: str, door: str, cue: str) -> bool:
    """Whether door part and what stands in front of it make an address."""
    household = _cues().get(cue) is True
    if _function().search(rest) or len(rest) > 10:
        return False
    hyphens = not any(head in door for head in _HEADS) and "元" not in door
    if not parts:
        return bool(cue) and not rest and (household or len(_door().findall(door)) > 1) and _living(door)
    last = parts[-1]
    if last.name[:1] in ("有", "约", "达"):
        return False
    if (last.name in _words("generic") and last.level != 7) or _counted().fullmatch(last.name):
        return False
    if hyphens:
        return (household and last.level >= 4) or (last.level in (6, 7) and not rest and door.count("-") > 0)
    first = _first_unit(door)
    if first in ("组", "队"):
        return (last.level in (4, 5) and len(rest) <= 6) or (household and last.level >= 3)
    if first in ("楼", "层", "房", "门", "排"):
        living = "单元" in door or "室" in door
        return (last.level in (7, 8) and not rest) or (living and last.level != 8 and len(parts) > 1)
    if first == "户":
        return False
    if first == "号":
        return (last.level >= 4 and last.level != 8 and len(rest) <= 8) or (household and last.level >= 3)
    # 栋, 幢, 座, 单元, 室: an estate, a road, or a name without a suffix behind a known place.
    if _some().match(door):
        return last.level == 7 and not rest
    return last.level >= 4 or bool(rest) or household or (len(parts) > 1 and "单元" in door)


@cache
def _some() -> re.Pattern[str]:
    """盖起一栋: a count, rarely the number of a building"""
    return re.compile("[一两][栋幢座]")


def _living(door: str) -> bool:
    return any(unit in door for unit in ("室", "单元", "栋", "幢", "号楼", "组", "号"))


@cache
def _door() -> regex.Pattern[str]:
    return regex.compile(_DOOR)


@cache
def _unit() -> re.Pattern[str]:
    return re.compile("组|队|号[院楼门]?|[栋幢座室弄楼层房户门排]|单元")


def _first_unit(door: str) -> str:
    """The kind of the first door part: 组, 队, 号, 栋 (also 号楼) or the unit itself."""
    found = _unit().search(door)
    if found is None:
        return ""
    unit = found.group()
    if unit[-1] in "组队":
        return unit[-1]
    return "号" if unit in ("号院", "号门", "弄") else "栋" if unit == "号楼" else unit


def _begin(line: str, parts: list[_Part], after_cue: bool, start: int, door: int, rest: str) -> int:
    if parts:
        return parts[0].start
    return start if after_cue else door - len(rest)


@cache
def _signs() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Near an address: a home, an office, a firm in the lines around; inside one: business, and dwellings."""
    groups = lists.place_groups()
    phone = r"(?<![0-9])0[1-9][0-9]{1,2}[-－—– ）)]{1,2}[1-9][0-9]{6,7}(?![0-9])"
    return (
        re.compile("|".join(groups["near-home"])),
        re.compile("|".join((*groups["near-office"], phone))),
        re.compile("|".join((*groups["near-firm"], phone))),
        re.compile("|".join(groups["inside-office"])),
        re.compile("|".join(groups["inside-home"])),
    )


_PARCEL_CUES = frozenset(("位于", "坐落", "坐落于", "坐落在", "座落", "座落于", "地处", "房屋坐落", "不动产坐落"))
"""cues that stand before homes, offices, projects and parcels alike"""


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """An address, its parts and what stands around it."""

    text: str
    left: str
    right: str
    parts: list[_Part]
    cue: str
    depth: Depth
    around: str


def _household(one: _Surroundings) -> bool | None:
    """Whether people live there, by its cue, its own words, its depth and what stands near it."""
    home, office, firm, business, dwelling = _signs()
    said = _cues().get(one.cue)
    dwells = dwelling.search(one.text) is not None
    deep = one.depth in ("group", "building", "unit", "room") and (dwells or one.depth != "building")
    if _is_office_itself(one, dwells and deep):
        return False
    if said is True:
        return True
    near_home = home.search(one.left[-30:]) or home.search(one.right[:12])
    if said is False and one.cue not in _PARCEL_CUES:
        return False
    if near_home and not firm.search(one.left[-12:]):
        return None
    if business.search(one.text) and not (dwells and deep):
        return False
    if one.cue in _PARCEL_CUES:
        villager = any(part.level == 5 for part in one.parts) and "组" in one.text and "号" in one.text
        housed = deep and one.depth != "group"
        return None if (housed or villager) and not _of_project(one) else False
    if office.search(one.left[-4:] if deep else one.left[-24:]):
        return False
    if firm.search(one.left[-14:]) or (not deep and (office.search(one.right[:40]) or firm.search(one.around))):
        return False
    return None


def _is_office_itself(one: _Surroundings, home: bool) -> bool:
    """政务服务中心二楼, 县政府3楼: the address names an office, or a floor of one."""
    if any(part.level == 8 for part in one.parts[-2:]) and not home:
        return True
    if _cues().get(one.cue) is True:
        return False
    return _government().search(one.text) is not None or (one.depth == "floor" and not home)


@cache
def _government() -> re.Pattern[str]:
    return re.compile("政府|政务|机关|大厅|窗口")


def _of_project(one: _Surroundings) -> bool:
    """Whether a project, a parcel or a firm lies there."""
    return re.search("项目|地块|工程|国有建设用地|出让|公司|厂房|矿", one.left[-24:] + one.right[:24]) is not None


def _confidence(parts: list[_Part], rest: str, cue: str) -> Confidence:
    if cue and parts:
        return "certain"
    if rest or not parts:
        return "possible"
    return "certain" if len(parts) > 1 else "likely"


@cache
def _room() -> regex.Pattern[str]:
    return regex.compile(
    rf"室|房|户|(?:[楼元栋幢座号院][ \u3000，,#-]?|[-－—–][{_DIGITS}]{{1,4}}[-－—–])[A-D]?[{_DIGITS}]{{3,4}}$"
)


def _depth(door: str) -> Depth:
    """How deep the door parts go."""
    if _room().search(door):
        return "room"
    if "单元" in door:
        return "unit"
    if any(unit in door for unit in ("栋", "幢", "座", "号楼")):
        return "building"
    if "楼" in door or "层" in door:
        return "floor"
    return "door" if "号" in door or not any(unit in door for unit in "组队") else "group"


def looks_like_address(text: str) -> AddressHit | None:
    """The address in a table cell, or None where it stays at village or street level."""
    start = len(text) - len(text.lstrip())
    best = None
    for hit in find_addresses(text):
        if best is None or hit.end - hit.start > best.end - best.start:
            best = hit
    if best is None:
        return _bare(text, start)
    return best


def _bare(text: str, start: int) -> AddressHit | None:
    """A cell that holds the door alone: 3栋502室, 5组, 二单元301."""
    end = len(text.rstrip())
    match = _chain().fullmatch(text, start, end)
    if match is None or not _living(match.group()):
        return None
    if _first_unit(match.group()) == "号" and len(_door().findall(match.group())) == 1:
        return None
    return AddressHit(start, end, start, None, _depth(match.group()), "possible", "")


def address_header_kind(header: str, others: Iterable[str] = ()) -> bool | Literal["no"] | None:
    """What a column under `header` holds: True homes, False offices or parcels, None either, 'no' none.

    others  the other headers of the table or labels of the form: 住所 beside 法定代表人 is a firm's
    """
    text = "".join(c for c in header if not c.isspace() and c not in "*＊:：（）()")
    if not text or len(text) > 20 or any(word in text for word in _words("header-no")):
        return "no"
    for group, kind in (("header-household", True), ("header-office", False), ("header-open", None)):
        if any(word in text for word in _words(group)):
            return False if kind is None and _of_firms(others) else kind
    return "no"


def _of_firms(headers: Iterable[str]) -> bool:
    """Whether the columns are about firms, and about no persons."""
    said = " ".join(headers)
    return any(word in said for word in _words("header-firm")) and not any(
        word in said for word in _words("header-person")
    )
