"""What is written like a name and is none, by what it is made of and stands beside: limbs, bounds of land, roads.

Also the persons of whom examples are made up: 例如张三患尿毒症.
"""

from __future__ import annotations

from reviewer.language import shape
from reviewer.language.lists import surnames
from reviewer.prepared.patterns import compiled

_LIMB = compiled(
    "[左右双](?:[股胫腓尺桡肱锁肋髌跟距趾指掌颌颧髂骶坐耻顶颞枕跖][骨]?|[小大][腿臂]|[上下前][肢臂]|[膝肘腕踝髋肩][关]?"
    "|[手脚足][部掌背指趾]|[手脚腿臂眼耳])"
    "|[\u4e00-\u9fff]{2}[腿肢髌踝]"
)
"""左尺骨, 罗圈腿: no given name ends in a limb"""
_BOUND = compiled(
    "[东西南北][面边侧方]?(?:[至邻临接靠抵到界]|相邻|毗邻)?[：:为是以]?[ \u3000]*"
    "(?:[\u4e00-\u9fff]{1,6}[、和及与]){0,2}$"
)
_BOUND_SIGN = compiled("[至邻临接靠抵到界：:]")
_TERRAIN = compiled(
    "[\u4e00-\u9fff]{1,3}[埂坎沟塘渠坝堰塝圩垄洼圳涧滩坑坡崖堤]|[\u4e00-\u9fff][田河岭溪]"
    "|[\u4e00-\u9fff]{0,2}[竹松杉茶桑果树杂灌柏栗桃梨橘枣柳杨苇家][林田河岭]"
)
_GIVEN = "林田河岭溪"
"""what land is called and people as well"""
_OWNED = ("户", "家", "屋", "宅", "房", "地")
_ROAD = compiled(
    "(?:路|街|巷|大道|大街)(?=社区|街道|居委|办事处|派出所|小学|中学|[0-9０-９]{1,5}号|[东西南北中]段|以[东西南北]|[东西南北]侧|交叉|口"
    "|[，。；、）)\\s]|$)|街道(?=办|社区|[，。；、）)\\s]|$)"
    "|(?:路|街|巷)社区|村(?=[，。；、）)\\s]|$)"
)
_PLANTED = compiled("(?:毛竹|楠竹|杨树|柳树|柏树|松树|杉树|桃树|梨树|果树|杂树|杂木)林|[\u4e00-\u9fff]家[林田河岭]")
_REACH = 20


def is_thing(text: str, start: int, end: int) -> bool:
    """Whether text[start:end], which looks like a name, is a limb, a piece of land or a road's name."""
    if end - start > 4:
        return False
    if _LIMB.fullmatch(text, start, end) is not None or _ROAD.match(text, end) is not None:
        return True
    if _TERRAIN.fullmatch(text, start, end) is None or text.startswith(_OWNED, end):
        return False
    if text[end - 1] in _GIVEN and text[start] in surnames().usual and not _PLANTED.fullmatch(text, start, end):
        return False  # 东邻张松林
    bound = _BOUND.search(text, max(start - _REACH, 0), start)
    return bound is not None and _BOUND_SIGN.search(bound.group()) is not None


_STOCK = frozenset(["张三", "李四", "王五", "赵六", "孙七", "钱七", "周八", "吴九", "郑十"])
_EXAMPLE = compiled("举例|例如|比如|譬如|假设|假如|打个比方|(?:(?<![\u4e00-\u9fff])|[示事])例[一二三四五0-9]?[：:]")
_EXAMPLE_REACH = 200
_COURTESY = ("先生", "女士", "大爷", "大妈", "大娘", "奶奶", "爷爷", "阿姨", "老师", "同学", "师傅", "老汉", "大叔")


def stands_in_example(text: str, start: int, end: int) -> bool:
    """Whether one of the persons that examples are told of stands behind a word that begins one, in its paragraph."""
    named = text[start:end]
    stock = named in _STOCK or named[1:] in _COURTESY or (end - start == 1 and text.startswith(_COURTESY, end))
    if not stock:
        return False
    first = max(start - _EXAMPLE_REACH, 0)
    return _EXAMPLE.search(text, max(text.rfind("\n", first, start), first), start) is not None


def is_nobody(text: str, start: int, end: int) -> bool:
    """Whether what looks like a name is none, or that of somebody in an example."""
    return is_thing(text, start, end) or stands_in_example(text, start, end)


_WHAT = compiled(
    "低保|特困|五保|脱贫|监测[户对]|建档|贫困|困难|残疾|退役|优抚|孤儿|低收入|农村|城镇|本[村市县人]|一[名位级]|[二三四]级|中共"
    "|党员|户主|职工|未成年|失业|无业|精神|重度|慢性"
)
_DOES = frozenset("有大作志宏能可敢善思")
"""what stands in front of 为 in given names: 有为, 志为"""


def without_copula(text: str, start: int, end: int) -> int:
    """Where a name ends behind which 为 or 系 says what somebody is: 李四|为低保对象, but 李有为|低保."""
    length = shape.surname_length(text, start)
    if end - start - length != 2 or text[end - 1] not in "为系属" or _WHAT.match(text, end) is None:
        return end
    return end if text[end - 2] in _DOES and text[end - 1] == "为" else end - 1
