"""Addresses: found in a line or a cell, divided into parts, and judged whose they are. No trained model.

An address is a hit only once it goes deeper than a village or a street: 组, 号, 栋, 幢, 单元, 室.
`find_addresses` takes one line that a GATE let through. It reads from each door part to the left, so that
its cost grows with the number of door parts and not with the length of what stands between them. The
grammar is in address.py.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal

import regex

from reviewer.language import lists, shape
from reviewer.language.address import (
    CHINESE,
    DIGITS,
    KEPT,
    Kind,
    Part,
    chains,
    door,
    door_parts,
    is_chain,
    is_name,
    parse_places,
    suffixes,
    unit,
    words,
)  # fmt: skip
from reviewer.language.lists import WIDE_SPACE
from reviewer.model import Confidence
from reviewer.prepared.patterns import compiled, compiled_regex

Depth = Literal["group", "door", "building", "unit", "room", "floor"]
Use = Literal["home", "property", "street", "office", "project", "parcel", "unknown"]
"""whose it is: a home; 不动产坐落; a road and a number alone; an office or firm; a project; land"""

DEPTH_TITLES: dict[Depth, str] = {
    "group": "村民组", "door": "门牌号", "building": "楼栋", "unit": "单元", "room": "室", "floor": "楼层",
}  # fmt: skip
_NUMBER = rf"(?:[{DIGITS}A-Za-zＡ-Ｚ甲乙丙丁]|[{CHINESE}])"
_HEADS = "组队社号栋幢座室弄楼院门层床"


@dataclass(frozen=True, slots=True)
class AddressHit:
    """An address at line[start:end].

    permitted_end  end of the township (镇, 乡, 街道) or coarser part that may stay; start if none may
    parts          province to room, in order; what stands between them has no name of its own
    use            what it is the address of, by its cue, its own words and what stands near it
    """

    start: int
    end: int
    permitted_end: int
    depth: Depth
    confidence: Confidence
    cue: str = field(compare=False)
    use: Use = "unknown"
    parts: tuple[Part, ...] = field(default=(), compare=False)

    @property
    def household(self) -> bool | None:
        """True where people live, False an office, project or parcel, None unknown."""
        return True if self.use == "home" else False if self.use in ("office", "project", "parcel") else None


def permitted(hit: AddressHit, line: str) -> str:
    """The last part that may stay, as it is written (水阳镇); "" where nothing is so coarse."""
    kept = [part for part in hit.parts if part.kind in KEPT]
    return line[kept[-1].start : kept[-1].end] if kept and kept[-1].end == hit.permitted_end else ""


def advice(hit: AddressHit, line: str) -> str:
    """What may stay of a private person's address, in Chinese (DOMAIN 1.7: 只保留到乡镇、街道)."""
    kept = permitted(hit, line)
    if kept:
        return f"保留至{kept}，删去其后的内容。"
    return "没有写明乡镇、街道：全部删去，或者改写为所在的乡镇、街道。"


GATES: tuple[str, ...] = (
    rf"{_NUMBER}[ {WIDE_SPACE}]?(?:村民|居民|生产|牧业|小组|[{_HEADS}]|单元|信箱|[#＃][楼栋幢座0-9０-９－—–-])",
    rf"[东西南北中](?:单元|[数起往头首边侧第][东西南北数起往头第]{{0,3}}[{DIGITS}{CHINESE}]{{1,3}}[户家])|[{DIGITS}{CHINESE}]排[第{DIGITS}{CHINESE}]",
    rf"\p{{Han}}[ {WIDE_SPACE}]?[{DIGITS}]{{1,4}}[-－—–][{DIGITS}]{{1,4}}",
    r"[村区屯庄组队场]\p{Han}{1,5}(?:村民小组|居民小组|村民组|居民组)",
    r"[村区]\p{Han}{2,4}组",
)
"""One of these (hyperscan or regex syntax) matches every line in which find_addresses can find anything."""


@cache
def _cues() -> dict[str, Use]:
    """cue -> what it says of the address behind it; longer cues that end in a shorter one are known as such"""
    groups = lists.place_groups()
    table: dict[str, Use] = dict.fromkeys(groups["cue-open"], "unknown")
    uses: tuple[Use, ...] = ("office", "project", "parcel", "property", "home")
    for name in uses:
        table.update(dict.fromkeys(groups[f"cue-{name}"], name))
    return table


@cache
def _cue_pattern() -> re.Pattern[str]:
    firsts = "".join(sorted({cue[0] for cue in _cues()}))
    return compiled(
        rf"(?=[{firsts}])(?P<cue>{lists.longest_first(_cues())})(?![址房宅户院建]|家(?:健康|医学|隔离|监测|观察))(?:[（(][^（）()\n]{{1,10}}[）)])?"
        r"[ \t\u3000]{0,4}[:：]?[ \t\u3000_]{0,6}[为是系在于的]{0,2}[:：]?[“\"]?"
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
    for start, end in chains(line):
        if start < floor:
            continue
        if start == failed and failed:
            # Right behind a door part that is no address there is none either: 1号1号1号.
            failed = end
            continue
        hit = _remembered(line, floor, start, end, beside, seen)
        if hit is None:
            failed = end
            continue
        more = _and_more().match(line, hit.end)
        if more is not None:
            hit = _listed(hit, line, more.end())
        floor = hit.end
        if hits and _goes_on(line, hits[-1], hit):
            hit = _joined(hits.pop(), hit)
        hits.append(hit)
    return hits


@cache
def _and_more() -> re.Pattern[str]:
    """Behind an address: more of the same kind, 35号|、37号、39号 or 1栋|至5栋."""
    number = rf"第?(?:[甲乙丙]?[{DIGITS}]{{1,5}}(?:[-－][{DIGITS}]{{1,4}})?|[{CHINESE}]{{1,4}})"
    return compiled(rf"(?:[、和及与至~～](?:{number})(?:号楼?|[#＃]楼?|[组社队栋幢室户]|单元)(?![线文令人]))+")


def _listed(hit: AddressHit, line: str, end: int) -> AddressHit:
    """The address with the others of its list; of groups and buildings they say that land or works are meant."""
    if line[hit.end - 1] not in line[hit.end : end]:
        return hit
    use = hit.use
    if use in ("unknown", "street") and hit.depth in ("group", "building"):
        use = "parcel" if hit.depth == "group" else "project"
    return replace(hit, end=end, use=use)


@cache
def _quick() -> re.Pattern[str]:
    """The gates once more, at the end of a number, where the search can skip to."""
    return compiled(
        rf"[{DIGITS}A-Za-zＡ-Ｚ甲乙丙丁{CHINESE}][ \u3000]?"
        rf"(?:[{_HEADS}户房排#＃]|村民|居民|生产|牧业|小组|单元|宿舍|寝室|信箱|[-－—–][{DIGITS}])|"
        "[村区][\u4e00-\u9fff]{2,4}组|[\u4e00-\u9fff]{2}[村居]民小?组|[东西南北中]单元"
        rf"|第[{DIGITS}{CHINESE}]{{1,3}}家"
    )


def _may_hold(line: str) -> bool:
    return _quick().search(line) is not None


def _remembered(
    line: str, floor: int, start: int, end: int, beside: str, seen: dict[str, AddressHit | None]
) -> AddressHit | None:
    """The address around a door part; the same surroundings are read once."""
    first = max(floor, start - _REACH - 24)
    around = line[first : end + _BEHIND]
    continued = first == floor > 0
    key = f"{start - first}:{end - first}:{continued}:{around}"
    if key not in seen:
        seen[key] = _address(around, start - first, end - first, beside, continued)
    hit = seen[key]
    if hit is None or not first:
        return hit
    return replace(
        hit, start=hit.start + first, end=hit.end + first, permitted_end=hit.permitted_end + first,
        parts=tuple(part.moved(first) for part in hit.parts),
    )  # fmt: skip


def _goes_on(line: str, first: AddressHit, second: AddressHit) -> bool:
    """奥体大街68号 and 科技园4栋 that follow each other without a gap are one address."""
    between = line[first.end : second.start]
    if len(first.parts) > _MOST_PARTS or second.cue or second.parts[0].level < 50 or between.strip(" \u3000，,"):
        return False
    return not between.strip() or second.parts[0].level >= 70


_MOST_PARTS = 24


def _joined(first: AddressHit, second: AddressHit) -> AddressHit:
    open_yet = first.use in ("unknown", "street") or (first.use == "project" and second.depth in ("unit", "room"))
    use = second.use if open_yet else first.use
    return replace(
        first, end=second.end, depth=second.depth, use=use, parts=(*first.parts, *second.parts),
    )  # fmt: skip


def _address(line: str, start: int, end: int, beside: str, continued: bool) -> AddressHit | None:
    """The address whose door parts are line[start:end]."""
    cue, first = _region(line, start)
    if not cue and not continued and not line[:first].strip():
        cue = _cue_above(beside.partition("\n")[0])
    goes_on = continued and not cue and not line[:first].strip(_BLANK)
    text = line[first:start]
    places, rest = parse_places(text, anchored=bool(cue))
    left_over = text[rest:].strip() if places else text.strip()
    doors = line[start:end]
    if len(places) > 1 and places[-1].kind == "village" and _is_generic(text, places[-1]):
        # 七里岗村|上村组18号: 上村 is the name of a group, not a village.
        left_over = text[places[-1].start :].strip()
        places = places[:-1]
    if places and _is_new_village(text, places[-1], doors):
        places = (*places[:-1], places[-1]._replace(kind="village"))
    found = _Found(line, places, left_over, doors, cue, first, goes_on)
    if not _is_address(found):
        return None
    if (house := _house().match(line, end)) is not None:
        end = house.end()
    parts = _all_parts(found, start)
    begin = parts[0].start
    if cue and first < begin and _reads_on(line[first:begin]):
        begin = first
    kept = [part.end for part in parts if part.kind in KEPT]
    kinds = frozenset([part.kind for part in parts])
    depth = _deepest(kinds)
    around = _Surroundings(line[begin:end], line[:begin], line[end:], parts, kinds, cue, depth, beside)
    return AddressHit(
        begin, end, max(kept, default=begin), depth, _confidence(places, left_over, cue), cue, _use(around), parts
    )


def _is_new_village(text: str, last: Part, doors: str) -> bool:
    """大新村|一组: with groups a 新村 is a village, no estate."""
    return last.kind == "estate" and text[: last.end].endswith("新村") and _first_unit(doors) in _GROUPS


@cache
def _house() -> re.Pattern[str]:
    """What is told of the house behind its door: 8号院|内平房3间, 17号|沿街房, 三楼|A区5—9号窗口."""
    return compiled(
        "(?:(?<=院)[内里])?(?:沿街|临街|门面|门市|平|瓦)房(?:[0-9０-９一二两三四五六七八九十]{1,2}间)?(?!屋|产|价)"
        "|(?<=[楼层])(?:[\u4e00-\u9fffA-Z]{1,4}区)?[0-9０-９]{1,2}(?:[-－—–~～至][0-9０-９]{1,2})?号窗口"
    )


def _cue_above(above: str) -> str:
    """The label that the line above ends with, or is: 住址：, its value on a line of its own."""
    found = _label_above().search(above)
    return found["cue"] or found["last"] if found is not None else ""


@cache
def _label_above() -> re.Pattern[str]:
    cues, note = lists.longest_first(_cues()), r"(?:[（(][^（）()\n]{1,10}[）)])?[ \t\u3000]{0,4}"
    return compiled(
        rf"^[ \t\u3000]*(?P<cue>{cues}){note}[:：]?\s*$|[，,；;、 \t\u3000](?P<last>{cues}){note}[:：]\s*$"
    )


def _reads_on(text: str) -> bool:
    """Whether what a label is followed by belongs to the address, though it is no place by itself."""
    return len(text) <= 8 and re.search("[的了，,。；;在位将被]", text) is None


@dataclass(frozen=True, slots=True)
class _Found:
    """What stands in front of a door: places, and what is left over between the last one and the door."""

    line: str
    places: tuple[Part, ...]
    rest: str
    doors: str
    cue: str
    first: int
    """where `places` count from"""
    goes_on: bool
    """right behind an address: 科技园路29号|A区557室"""

    def name(self, number: int) -> str:
        """The name of a place without its suffix."""
        part = self.places[number]
        whole = self.line[self.first + part.start : self.first + part.end]
        if part.kind == "village" and whole.endswith("新村"):
            return whole[:-1]
        for size in (6, 5, 4, 3, 2, 1):
            if len(whole) >= size and whole[-size:] in suffixes():
                return whole[:-size]
        return whole


def _is_generic(text: str, part: Part) -> bool:
    whole = text[part.start : part.end]
    return whole[:-1] in words("generic")


def _all_parts(found: _Found, start: int) -> tuple[Part, ...]:
    """Places and doors with their place in the line; what stands between them joins the one or the other."""
    places = [part.moved(found.first) for part in found.places]
    doors = [part.moved(start) for part in door_parts(found.doors)]
    first = _first_unit(found.doors)
    if found.rest:
        at = len(found.line[:start].rstrip(_BLANK)) - len(found.rest)
        if first in _GROUPS and doors and found.doors[:1] != "第":
            # 下庄|5组: the group has a name and a number.
            doors[0] = Part("group", at, doors[0].end)
        else:
            of_road = bool(places) and places[-1].level >= 60
            kind: Kind = "estate" if first in _BLOCKS or of_road else "village"
            if found.rest.endswith("政府"):
                kind = "body"
            places.append(Part(kind, at, at + len(found.rest)))
    elif places:
        last = places[-1]
        places[-1] = Part(_told_apart(places, found.line[last.end - 1], first), last.start, last.end)
    return (*places, *doors)


def _told_apart(places: list[Part], suffix: str, first: str) -> Kind:
    """The kind of the last place where its suffix leaves it open: 天玺湾 with buildings is an estate."""
    last = places[-1]
    if first in _BLOCKS:
        if last.kind == "village" and suffix not in "村区连" and last.end - last.start > 2 and first != "排":
            return "estate"
        if last.kind == "road" and suffix in "里坊":
            return "estate"
    if last.kind == "estate" and suffix in "园庭居院轩阁" and first == "号" and len(places) > 1:
        return "village" if places[-2].kind == "village" else last.kind
    return last.kind


def _region(line: str, start: int) -> tuple[str, int]:
    """The cue in front (or ''), and where the address that ends at `start` may begin."""
    left = max(0, start - _REACH)
    match = _run().match(line, left, start)
    first = match.start() if match is not None else start
    found = None
    for cue in _cue_pattern().finditer(line, max(0, first - 24), start):
        if cue.end() >= first and _is_cue_place(line, cue):
            found = cue
    if found is not None:
        first = min(max(found.end(), first), start)
    first = max((lead.end() for lead in _lead_in().finditer(line, first, start)), default=first)
    return found["cue"] if found is not None else "", first


@cache
def _lead_in() -> re.Pattern[str]:
    """What somebody is asked to do, or did, in front of a place: 请到|办公楼, 请考生于…前往|…, 寄往|….

    It is no part of the address. 到 alone is: 到 stands in names.
    """
    whom = "您|你|各位|大家|考生|家长|同学|群众|申请人|当事人|自行|直接|本人|亲自|及时|尽快|携带[^，,。]{1,8}"
    return compiled(
        rf"(?:请|烦请|敬请|务必|须|需|应|可以|可)(?:{whom}){{0,3}}(?:[到至去往赴在于]|前往)"
        "|(?:邮寄|[寄送递运搬迁派投转发])[往至到达给]|(?:前往|赶往|赶到|来到|走进|前来)"
    )


@cache
def _run() -> regex.Pattern[str]:
    """Read backwards: what may belong to an address. One space between parts is a matter of layout."""
    inside = r"[\p{Han}〇·A-Za-z0-9０-９Ａ-Ｚ\-－—#_]"
    bracket = r"[（(][\p{Han}A-Za-z0-9]{1,10}[）)]"
    return compiled_regex(rf"(?r)(?:{inside}|{bracket}|(?<=[\p{{Han}}A-Za-z0-9])[ \u3000])+")


def _is_cue_place(line: str, match: re.Match[str]) -> bool:
    """住 alone is a cue only where no longer word holds it (入住, 住房)."""
    if match["cue"] != "住":
        return True
    at = match.start()
    return at == 0 or line[at - 1] not in "稳保记抓堵站守挡居入"


_BLANK = " \u3000-_－"
_GROUPS = ("组", "队", "社")
_BLOCKS = ("栋", "幢", "座", "单元", "室", "楼", "层", "房", "门", "排", "#", "")


def _is_address(found: _Found) -> bool:
    """Whether door parts and what stands in front of them make an address."""
    doors, rest, cue = found.doors, found.rest, found.cue
    home = _cues().get(cue) == "home"
    if rest and (len(rest) > 10 or not is_name(rest)):
        return False
    if "信箱" in doors:
        return bool(cue) or bool(found.places and found.places[-1].level <= 40)
    if not found.places and (found.goes_on or (rest and "单元" in doors and _depth(door_parts(doors)) == "room")):
        return 2 <= len(rest) <= (10 if found.goes_on else 8) and _first_unit(doors) in _BLOCKS_AND_ROOMS
    if not found.places:
        if not rest and {part.kind for part in door_parts(doors)} >= _HOME_KINDS:
            return True  # 7#楼2单元503室, of an estate that stands elsewhere
        return bool(cue) and not rest and (home or len(door().findall(doors)) > 1) and _living(doors)
    last, name = found.places[-1], found.name(-1)
    if _no_place().match(name) or _counted().fullmatch(name) or (name in words("generic") and last.level < 70):
        return False
    first = _first_unit(doors)
    if not first:
        if "组" in doors:
            return (last.kind == "village" and not _MASKED.search(name)) or home
        long = _ROOM_AT_END.search(doors) is not None or doors.count("-") > 1 or doors[-1] in "室号户"
        return (home and last.level >= 40) or (60 <= last.level < 80 and not rest and long)
    return _fits(found, last, name, first, home)


def _fits(found: _Found, last: Part, name: str, first: str, home: bool) -> bool:
    """Whether a door of the kind `first` can follow the place `last`."""
    doors, rest = found.doors, found.rest
    count = len(found.places)
    if first in _GROUPS:
        if last.kind == "village" and _MASKED.search(name):
            return False  # XX村3组
        if first == "社" and last.kind != "village":
            return False
        if last.level in (60, 62) and count > 1 and not rest and "号" in doors:
            return True  # 红旗镇东风街1组27号
        return (40 <= last.level <= 52 and len(rest) <= 6) or (home and last.level >= 30)
    if first == "排" and last.kind == "village":
        return "号" in doors or "户" in doors
    if first in ("楼", "层", "房", "门", "排"):
        rest = "" if rest in _HOUSES else rest
        living = any(one in doors for one in ("单元", "室", "户")) or _ROOM_AT_END.search(doors) is not None
        return (last.level in (70, 72, 80) and not rest and not _is_nameless(name)) or (
            living and last.level != 80 and (count > 1 or last.level >= 60)
        )
    if first == "床":
        return last.kind == "body" or home
    if first == "户":
        return doors[0] in "东西南北" and last.level >= 50 and not rest
    if first == "号":
        if last.level == 30 and count > 1 and 2 <= len(rest) <= 5:
            return True  # 永康市塔海车头148号
        return (40 <= last.level < 80 and len(rest) <= 8) or (home and last.level >= 30)
    # 栋, 幢, 座, 单元, 室: an estate, a road, or a name without a suffix behind a known place.
    if _is_nameless(name) and len(door().findall(doors)) < 2:
        return False
    if _some().match(doors):
        return last.level in (70, 72) and not rest
    return last.level >= 40 or bool(rest) or home or (count > 1 and "单元" in doors)


_HOME_KINDS = frozenset[Kind](["building", "unit", "room"])
_BLOCKS_AND_ROOMS = ("栋", "幢", "座", "单元", "室", "楼", "层", "房")


_HOUSES = ("平房", "瓦房", "楼房", "老房")
_MASKED = compiled("^(?:某{1,2}|[XxＸ×*＊○]{1,4})$")


def _is_nameless(name: str) -> bool:
    """住宅(楼), 七层住宅(楼): a building, not the name of one."""
    return name in words("generic-building") or name.endswith(("住宅", "教学", "办公", "住院", "层", "宅"))


_ROOM_AT_END = compiled("[0-9０-９]{3,4}$")


@cache
def _counted() -> regex.Pattern[str]:
    """3个(村), 两条(路): a count, no name"""
    return compiled_regex(
        r".{0,6}(?<![东西南北中前后])[0-9０-９一二三四五六七八九十百两几多各数](?:个|条|家|处|座|镇|余个|多个)"
    )


@cache
def _no_place() -> re.Pattern[str]:
    """有|一村, 该|小区, 其|茶楼: no name begins so"""
    return compiled("[有约该]|其(?![它他])")


@cache
def _some() -> re.Pattern[str]:
    """盖起一栋: a count, rarely the number of a building"""
    return compiled("[一两][栋幢座]")


def _living(doors: str) -> bool:
    return any(one in doors for one in ("室", "单元", "栋", "幢", "号楼", "组", "号"))


def _first_unit(doors: str) -> str:
    """The kind of the first door part: 组, 队, 社, 号, 栋 (also 号楼), # or the unit itself."""
    found = unit().search(doors)
    if found is None:
        return ""
    one = found.group()
    if one[-1] in "组队社":
        return one[-1] if doors[0] in "第附" or found.start() <= 6 else ""
    if one[0] in "#＃":
        return "栋"
    if one in ("号院", "号大院", "号门", "弄"):
        return "号"
    return "栋" if one.startswith("号") and one != "号" else one


@cache
def _signs() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Near an address: a home, an office, a firm in the lines around; inside one: business, and dwellings."""
    groups = lists.place_groups()
    phone = r"(?<![0-9])0[1-9][0-9]{1,2}[-－—– ）)]{1,2}[1-9][0-9]{6,7}(?![0-9])"
    return (
        compiled("|".join(groups["near-home"])),
        compiled(_one_of((*groups["near-office"], phone))),
        compiled(_one_of((*groups["near-firm"], phone))),
        compiled("|".join(groups["inside-office"])),
        compiled("|".join(groups["inside-home"])),
    )


_NOT_BEHIND = compiled(r"\A\(\?<![^()]*\)")


def _one_of(expressions: Iterable[str]) -> str:
    """An alternation behind a look at the first character: where few places can begin one, a third of the time."""
    bare = [_NOT_BEHIND.sub("", one) for one in expressions]
    firsts = [one[1 : one.index("]")] if one[0] == "[" else one[0] for one in bare]
    told = "".join(firsts)
    look = f"(?=[{told}])" if not set(told) & set("(.\\^$*+?|") else ""
    return f"{look}(?:{'|'.join(expressions)})"


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """An address, its parts and what stands around it."""

    text: str
    left: str
    right: str
    parts: tuple[Part, ...]
    kinds: frozenset[str]
    cue: str
    depth: Depth
    around: str

    def inside(self) -> str:
        """The address without its divisions and roads, whose names may hold any word (大厂县, 中心街)."""
        at = self.parts[0].start
        return "".join(
            self.text[part.start - at : part.end - at] for part in self.parts if part.kind not in _DIVISIONS
        )

    def has(self, *kinds: str) -> bool:
        return not self.kinds.isdisjoint(kinds)


_DIVISIONS = frozenset(["province", "city", "county", "township", "village", "road"])
_CLAUSE = compiled("[；;。\n]")


def _use(one: _Surroundings) -> Use:
    """What it is the address of, by its cue, its own words, its depth and what stands near it."""
    home, office, firm, business, dwelling = _signs()
    said = _cues().get(one.cue, "unknown")
    dwells = dwelling.search(one.text) is not None
    deep = one.depth in ("group", "building", "unit", "room") and (dwells or one.has("unit", "building", "estate"))
    if _is_office_itself(one, dwells and deep):
        return "office"
    if said == "home":
        return "home"
    if said == "unknown" and not (dwells and deep) and _is_owner(one.left, one.cue):
        return "office"
    left, right = one.left[-30:], _CLAUSE.split(one.right, maxsplit=1)[0]
    if said == "office" and "寄" in one.cue and (posted := _posted_to(one, right)) is not None:
        return posted
    if said in ("office", "parcel"):
        return said
    if "单元" not in one.text and not (dwells and deep) and _is_at_work(one, right):
        return "office"
    if (plan := _of_plan(one, left, right)) is not None:
        return plan
    if said == "property":
        return _property(one, deep, home.search(left) is not None)
    before = one.left[: one.left.rfind(one.cue)] if one.cue else one.left
    if (home.search(left) or home.search(one.right[:12])) and not firm.search(before[-20:]):
        return "unknown"
    if one.cue and _CITIZENS.search(before[-8:]) and not _of_firm(right) and not business.search(one.inside()):
        return "home"  # 邮寄至当事人住所地|…
    person = _after_person(one.left)
    if business.search(one.inside()) and not (dwells and deep) and not (person and deep):
        return "project" if said == "project" else "office"
    if said == "project":
        villager = one.has("village") and one.has("group") and one.has("number")
        housed = deep and one.depth != "group"
        return "unknown" if (housed or villager) and not _of_project(one) else "project"
    if person and not _of_firm(right):
        return "unknown"
    near = left[-4:] if deep else _CLAUSE.split(left[-24:])[-1]
    if office.search(near) or firm.search(left[-14:]) or _of_firm(right):
        return "office"
    if one.cue and _PERSON.search(one.around.partition("\n")[0]):
        return "unknown"
    if not deep and (office.search(right[:40]) or firm.search(one.around)):
        return "office"
    if one.has("road") and one.depth in ("door", "floor") and not one.has("village", "estate", "group") and not one.cue:
        return "street"
    return "unknown"


def _posted_to(one: _Surroundings, right: str) -> Use | None:
    """Whose a postal address is; None where it is an office's, or nothing tells."""
    _, _, firm, business, _ = _signs()
    if _FOR_OFFICE.match(right) or _is_office_itself(one, False) or _WORK_BUILDING.search(one.text):
        return None
    left = _CLAUSE.split(one.left[-40:])[-1]
    home = _ESTATE.search(one.text) is not None and one.has("building", "unit", "room")
    cited = _CITIZEN.search(left) or _CITIZEN.search(right[:8])
    if home or (cited and business.search(one.inside()) is None):
        return "home"
    receiver = _RECEIVER.match(right)
    name = shape.whole(receiver[1]) if receiver is not None else None
    if name is not None and name.confidence != "possible":
        told = one.cue.endswith("址") or _ASKED.search(left) is not None
        if not told or one.has("unit") or (one.has("building") and one.has("room")):
            return "home"
    if _SENT.search(left) is not None and not (business.search(one.inside()) or firm.search(right[:20])):
        return "unknown"
    return None


_FOR_OFFICE = compiled(
    "[，,、 （(]{0,2}[\u4e00-\u9fff]{0,12}?(?:[局厅部委院所科股]|中心|办公室|公司|政府|大厅|窗口|会议室|居委会|村委会)"
)
_ESTATE = compiled("小区|花园|家园|公寓|新村|家属|宿舍|安置|别墅|单元|[苑庭邸墅]")
_CITIZEN = compiled("[您你]|当事人|申请人|被处罚|被征收|被告知|该户|户主|业主|村民|居民|本人|住所地")
_CITIZENS = compiled("(?:当事人|申请人|被处罚人|被征收人|被告知人|该户|户主|业主|村民|居民|本人|[您你])的?$")
_SENT = compiled("已|曾|于[0-9年月日上下午一二三四五六七八九十]{2,12}[，,]?$|于[0-9年月日]{2,12}(?:邮寄|寄)")
_RECEIVER = compiled("[，,、 \u3000]{0,2}([\u4e00-\u9fff]{2,4}?)[（(]?亲?收(?:[）)。；;，,、\\s]|$)")
_ASKED = compiled("请|应当|可|须")


def _is_at_work(one: _Surroundings, right: str) -> bool:
    """Whether a room lies where people work, teach or heal, or where somebody is asked to come for some business."""
    if _WORK_BUILDING.search(one.text):
        return True
    if one.depth not in ("room", "floor"):
        return False
    left = _CLAUSE.split(one.left[-24:])[-1]
    return (_COME.search(left) is not None and _TO_DO.match(right) is not None) or _HAND_IN.search(left) is not None


_WORK_BUILDING = compiled(
    "(?:办公|综合|教学|实训|实验|科研|科教|科技|科学|行政|机关|业务|指挥|培训|会议|图书|信息|艺术|体育|政务|服务|信访|接待"
    "|门诊|急诊|医技|医疗|内科|外科|妇产|妇儿|儿科|传染|住院|康复|体检|检验|审判|立案|执法|检测|研发|创业|孵化)[主副]?[大附]?楼(?!盘)"
)
_COME = compiled("(?:[到至去往赴在于]|前往|前来)[\u4e00-\u9fff]{0,4}$")
_TO_DO = compiled(
    "[内里]?(?:[（(][^（）()\n]{1,20}[）)])?[，,]?(?:现场|统一|集中|直接|当面|自行|免费|进行)?"
    "(?:领取|报到|报名|办理|咨询|签到|缴费|交费|体检|面试|参加|提交|递交|登记|查询|查阅|审核|复核|复审|抽签|考试|候考|开会|听证"
    "|接受|申请|申领|确认|洽谈|购买|获取|投标|开标|采样|核验|取件|取证)"
)
_HAND_IN = compiled(
    "(?:材料|资料|文件|原件|申请表?|报名表|标书|投标文件)[\u4e00-\u9fff]{0,8}(?:送|交|报|递)[至到往][\u4e00-\u9fff]{0,2}$"
)


def _is_owner(left: str, cue: str) -> bool:
    """Whether an office or firm stands right in front of a label that says nothing: 本院地址, 某某局；地址."""
    if not cue and left[-1:] not in "：:（(":
        return False
    owner = left[: left.rfind(cue)][-16:].rstrip("；;，,。、 \u3000\t\n（(：:")
    return _OWNER.search(owner) is not None


_OWNER = compiled(
    "(?:(?<![书问支干])[局厅院]|本[部所会校司站中心]{1,2}|(?:管理|派出|交易|研究|事务|检疫)所|中心|公司|集团|委员会|政府|机关|单位|"
    "合作社|银行|支行|学校|大学|中学|小学|营业部|门店|大厅|报名|登记|业务|咨询|现场)$"
)


def _property(one: _Surroundings, deep: bool, owned: bool) -> Use:
    """坐落 stands before homes, projects and parcels alike."""
    if _of_project(one):
        return "project"
    villager = one.has("village") and one.has("group", "number")
    named = any(word in one.cue for word in ("房", "不动产"))
    return "property" if deep or villager or named or owned else "parcel"


_LAND = compiled(
    r"^(?:集体|国有|(?:突然|再次)?(?:发生|出现|突发)(?:一起|一处)?(?:小型|中型|局部)?(?:山体)?)?"
    r"(?:土地|耕地|林地|农用地|地块|宗地|山场|滑坡|崩塌|滑塌|垮塌|泥石流|险情|境内|地段|片区|范围|农户|[东南西北]{1,2}[侧部面边])"
)
_SITE = compiled(
    "隐患点|采样点|监测点|取水口|排污口|矿[区山]|(?<!被)征收|征地|复垦|勘界|流转|规划许可|施工许可|项目名称|工程名称|竣工"
)
_WORKS = compiled("^(?:[楼等]{0,2}[、，]?.{0,4})(?:工程|项目|建设|改造|加装|竣工|验收|施工|外墙|桩基|封顶|抗震|消防)")
_SOMEONE = compiled("某|户主|村民[^小组]|居民|业主|住户|家|屋|宅")


def _of_plan(one: _Surroundings, left: str, right: str) -> Use | None:
    """Land of a group and buildings under construction are nobody's address, unless someone is named."""
    if one.depth not in ("group", "building") or one.has("number") or _SOMEONE.search(right[:10]):
        return None
    where = _CLAUSE.split(left)[-1]
    if one.depth == "group":
        return "parcel" if _LAND.match(right) or _SITE.search(where) else None
    plural = re.search(r"[0-9０-９][-－—~～][0-9０-９]{1,2}[#＃号]?[栋幢楼]$", one.text)
    return "project" if plural or _WORKS.match(right) or _SITE.search(where) else None


def _of_firm(right: str) -> bool:
    """住所：…，法定代表人: a firm's; a person's address is followed by none."""
    return _FIRM_BEHIND.match(right) is not None


_FIRM_BEHIND = compiled(
    r"[，,；;\s]{0,3}(?:法定代表人|负责人|统一社会信用代码|类型|企业类型|注册资本|邮编|邮政编码)"
    r"|(?:会议室|会议厅|报告厅|大厅|窗口|服务台|办事)"
)


@cache
def _person_before() -> re.Pattern[str]:
    usual = "".join(sorted(lists.surnames().usual))
    role = "(?:户主|申请人|被申请人|当事人|村民|居民|业主|原告|被告|上诉人|监护人|残疾人|低保户|患者)?"
    return compiled(
        rf"(?:^|[、，,；;。：:（(\s0-9]){role}[{usual}][\u4e00-\u9fff]{{1,2}}[，,：:（(\t \u3000]{{1,2}}$"
    )


_IN_BRACKETS = compiled("(?:^|[、，,；;。：:（(\\s])([\u4e00-\u9fff]{2,4})[（(]$")


def _after_person(left: str) -> bool:
    """Whether a person's name stands right in front: 张建国，|水阳镇雁翅村5组."""
    found = _person_before().search(left[-10:])
    if found is None and (bracket := _IN_BRACKETS.search(left[-10:])) is not None:
        name = shape.whole(bracket[1])  # 勾国强（|北五里铺村中心街7号）
        return name is not None and name.confidence != "possible"
    return found is not None and found.group().rstrip("，,：:（(\t \u3000")[-1:] not in "局厅部委院所处科站厂店司校社会"


_PERSON = compiled("身份证|身份号码|性别|民族|出生|[，,、 \u3000][男女][，,、 \u3000]")
"""in the line above a label: the form is a person's, whosever the line below is"""


def _is_office_itself(one: _Surroundings, home: bool) -> bool:
    """政务服务中心二楼, 县政府3楼: the address names an office, or a floor of one."""
    if _cues().get(one.cue) == "home" or home:
        return False
    if one.has("body") and any(part.kind == "body" for part in [part for part in one.parts if part.level <= 80][-2:]):
        return "床" not in one.text and "寝室" not in one.text
    numbered = one.has("number", "lane", "building", "village")
    return _government().search(one.inside()) is not None or (one.depth == "floor" and not numbered)


@cache
def _government() -> re.Pattern[str]:
    return compiled("政府|政务|机关|大厅|窗口")


def _of_project(one: _Surroundings) -> bool:
    """Whether a project, a parcel or a firm lies there."""
    return re.search("项目|地块|工程|国有建设用地|出让|公司|厂房|矿", one.left[-24:] + one.right[:24]) is not None


def _confidence(parts: tuple[Part, ...], rest: str, cue: str) -> Confidence:
    if cue and parts:
        return "certain"
    if rest or not parts:
        return "possible"
    return "certain" if len(parts) > 1 else "likely"


_DEPTHS: tuple[tuple[Kind, Depth], ...] = (
    ("room", "room"), ("unit", "unit"), ("building", "building"), ("floor", "floor"), ("number", "door"),
    ("lane", "door"),
)  # fmt: skip


def _depth(parts: Iterable[Part]) -> Depth:
    """How deep an address goes."""
    return _deepest({part.kind for part in parts})


def _deepest(kinds: Collection[str]) -> Depth:
    for kind, depth in _DEPTHS:
        if kind in kinds:
            return depth
    return "group"


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
    doors = text[start:end]
    if not is_chain(text, start, end) or not _living(doors):
        return None
    if _first_unit(doors) == "号" and len(door().findall(doors)) == 1:
        return None
    parts = tuple(part.moved(start) for part in door_parts(doors))
    return AddressHit(start, end, start, _depth(parts), "possible", "", parts=parts)


@cache
def _room_alone() -> regex.Pattern[str]:
    return compiled_regex(r"[A-Za-z]?[0-9]{1,3}[-－—–][0-9]{1,2}(?:[-－—–][0-9]{1,2})?[-－—–][0-9]{3,4}")


def room_alone(text: str) -> AddressHit | None:
    """The room that a cell under 住址 holds as numbers alone: 1-2-602; nowhere else do they mean one."""
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    if _room_alone().fullmatch(text, start, end) is None:
        return None
    return AddressHit(start, end, start, "room", "possible", "")


def address_header_kind(header: str, others: Iterable[str] = ()) -> bool | Literal["no"] | None:
    """What a column under `header` holds: True homes, False offices or parcels, None either, 'no' none.

    others  the other headers of the table or labels of the form: 住所 beside 法定代表人 is a firm's
    """
    text = "".join(c for c in header if not c.isspace() and c not in "*＊:：（）()")
    if not text or len(text) > 20 or any(word in text for word in words("header-no")):
        return "no"
    for group, kind in (("header-household", True), ("header-office", False), ("header-open", None)):
        if any(word in text for word in words(group)):
            return False if kind is None and _of_firms(others) else kind
    return "no"


def address_header_use(header: str, others: Iterable[str] = ()) -> Use | Literal["no"]:
    """What the addresses of a column are, as far as its header tells; 'no' where it holds none."""
    kind = address_header_kind(header, others)
    if kind == "no":
        return "no"
    if kind is not False:
        return "home" if kind else "unknown"
    text = "".join(header.split())
    if any(word in text for word in ("宗地", "土地", "地块", "承包地")):
        return "parcel"
    if "坐落" in text or "座落" in text:
        return "property"
    return "project" if any(word in text for word in ("项目", "建设", "工程", "隐患点", "采样")) else "office"


def _of_firms(headers: Iterable[str]) -> bool:
    """Whether the columns are about firms, and about no persons."""
    said = " ".join(headers)
    return any(word in said for word in words("header-firm")) and not any(
        word in said for word in words("header-person")
    )
