"""A made-up county whose truth is known: its people, what its offices publish of them, and how well joins find it.

    python benchmarks/county.py                                   20,000 documents about 500,000 people
    python benchmarks/county.py --people 20000 --documents 300    small, as the tests do
    python benchmarks/county.py --documents 500 --scan            documents are written and scanned, not taken from the truth
    python benchmarks/county.py --documents 500 --write FOLDER    the site as text files, with truth.csv beside them

    python benchmarks/county.py --state FOLDER                    the joins by the index of a rescan's state, made there, and its times

The people: surnames by falling shares (4 in 100 bear the first), in each village one or two clans; given names of each generation, in clans with
a character of the generation; ages as in the census; families of one surname under one telephone. Their identity
numbers have area codes that were never assigned, so that they are nobody's, and real calendars behind them: how many
share a birth date must be true. Nothing here is taken from the tables by which the probabilities are worked out.

The documents: lists of welfare, illness, pensions, subsidies, land, jobs, replies to complaints, penalties,
coordinates, each office with a mask of its own, the same people again and again; among them planted leaks. Figures:
precision and recall by kind of join and by how frequent the name is, against what could be found if it were known who is who.
"""

from __future__ import annotations

import argparse
import csv
import random
import time
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

from reviewer.identifiers.candidates import HIDDEN, Known
from reviewer.identifiers.resident_id import check_digit
from reviewer.linkage.facts import agreement, facts_of
from reviewer.linkage.join import UNIQUE, Join, grouped, joins, of_person, repairs
from reviewer.linkage.persons import Entry, Measure, Person
from reviewer.linkage.score import rarity
from reviewer.linkage.tokens import Given, Page, Point, Row, Tokens, aged

TODAY = date(2026, 11, 22)
COUNTY = "青禾县"
_AREAS = ("341399", "342599")
"""never assigned: whoever bears such a number does not exist"""
_VILLAGE = 2_300
_TOWNSHIP = 36_000
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石"
    "廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_RARE = "缑郜亓訾逄宓仝鄢蔺衡芮茹牟苟冉鲍耿柯倪阮祝艾项岑鞠蓝褚娄厉屈"
_MEN = {
    1930: "德 福 贵 财 寿 宝 金 银 正 本 根 生 长 发 有 庆 祥 清 茂 荣", 1950: "建国 建军 国庆 志强 卫东 建华 国强 跃进 援朝 保国 德 福 明 永 红 兵 文 学 广 胜",
    1970: "军 勇 伟 强 斌 刚 平 波 辉 涛 建 志 海 晓 国 文 永 兵 峰 明", 1985: "伟 磊 鹏 涛 超 杰 浩 亮 飞 凯 帅 鑫 俊 龙 宇 博 晨 阳 洋 旭",
    2000: "浩然 子轩 宇轩 俊杰 梓豪 博文 子涵 浩宇 雨泽 天佑 子豪 一鸣 宇航 俊熙 泽宇 梓睿 明轩 皓轩 奕辰 嘉豪",
}  # fmt: skip
_WOMEN = {
    1930: "秀英 桂英 秀兰 玉兰 桂兰 凤英 玉珍 秀珍 淑珍 兰英 大妮 小妮 改 巧云 翠英 月英 金枝 桂芝 素珍 玉芝",
    1950: "秀英 秀芳 玉梅 桂芳 淑英 桂香 秀云 素芳 爱华 春兰 红英 秀荣 爱英 玉华 凤兰 美英 翠兰 金凤 秀梅 月娥",
    1970: "丽 敏 静 霞 艳 红 燕 玲 芳 梅 娟 英 华 春梅 海燕 红梅 晓燕 丽华 丽娟 翠", 1985: "婷婷 娜 静 丽 雪 丹 倩 莉 颖 娟 琳 婷 敏 慧 芳 欢欢 晶晶 丹丹 艳 蕾",
    2000: "梓涵 欣怡 子涵 雨桐 诗涵 可馨 梦琪 佳怡 雨萱 思涵 若曦 紫萱 语桐 一诺 诗琪 欣妍 雨欣 佳琪 静怡 晨曦",
}  # fmt: skip
_CHARACTERS = "文明志永德国建春家安学光宏玉海云金华立新庆成义忠仁礼智信良才俊杰思远景兴传承启世宗泽恩荣昌盛守宽广厚道守正其昭"
_TOWNS = "柳林 石桥 大塘 新河 双庙 长岗 南苑 高店 白鹤 清水 枫桥 龙潭 三里 板桥 河口 太平 金沙 临溪 望湖 云岭".split()  # noqa: SIM905
_LANDS = "杨树 前进 红旗 下湾 三岔口 东湖 西坡 上河 新庄 大榆 小榆 石磨 桃园 古井 沙湾 高坡 柏树 双井 和平 胜利".split()  # noqa: SIM905
_SIDES = ("", "东", "西", "南", "北", "上", "下", "前", "后", "新", "老", "大", "小")
_ILLS = ("尿毒症", "肺癌", "白血病", "肝硬化", "脑梗死", "精神分裂症", "乳腺癌", "冠心病", "糖尿病", "帕金森病")
_DISABLED = ("肢体", "视力", "听力", "言语", "智力", "精神")


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person who does not exist."""

    name: str
    male: bool
    born: date
    number: str
    phone: str
    township: str
    village: str


class County:
    """The people, and who stands in which registers."""

    def __init__(self, people: int, seed: int) -> None:
        self.chance = random.Random(seed)
        self.people: list[Somebody] = []
        self.registers: dict[tuple[str, str], list[int]] = defaultdict(list)
        """(register, township) -> numbers of people"""
        self.townships: list[str] = []
        self._numbers: set[str] = set()
        self._shares = _shares()
        self._settle(people)

    def _settle(self, people: int) -> None:
        chance = self.chance
        lands = [side + land for land in _LANDS for side in _SIDES]
        chance.shuffle(lands)
        towns = [f"{town}{'镇' if k % 3 else '乡'}" for k, town in enumerate(_TOWNS)]
        sizes: list[int] = []
        while len(self.people) < people:
            if not self.townships or sum(sizes) >= _TOWNSHIP:
                self.townships.append(towns[len(self.townships) % len(towns)])
                sizes.clear()
            size = min(max(round(chance.lognormvariate(7.55, 0.6)), 400), people - len(self.people))
            # The name of a village comes again in other townships.
            village = lands[(len(sizes) * 7 + len(self.townships) * 3) % len(lands)] + "村"
            sizes.append(max(size, 1))
            self._village(self.townships[-1], village, max(size, 1))

    def _village(self, township: str, village: str, size: int) -> None:
        chance = self.chance
        clans = [self._surname() for _ in range(2)]
        poems = {clan: chance.sample(_CHARACTERS, 8) for clan in clans}
        left = size
        while left > 0:
            roll = chance.random()
            surname = clans[0] if roll < 0.25 else clans[1] if roll < 0.4 else self._surname()
            phone = f"138{chance.randrange(10**8):08}"
            for _ in range(min(chance.choice((1, 2, 2, 3, 3, 4, 5)), left)):
                left -= 1
                self._person(township, village, surname if chance.random() < 0.7 else self._surname(), poems, phone)

    def _surname(self) -> str:
        at = bisect_right(self._shares[1], self.chance.random() * self._shares[1][-1])
        return self._shares[0][min(at, len(self._shares[0]) - 1)]

    def _person(self, township: str, village: str, surname: str, poems: dict[str, list[str]], phone: str) -> None:
        chance = self.chance
        age = min(int(chance.triangular(0, 96, 46)), 95)
        born = TODAY - timedelta(days=age * 365 + chance.randrange(365))
        male = chance.random() < 0.51
        name = surname + self._given(male, born.year, poems.get(surname))
        area = _AREAS[chance.random() < 0.12]
        # Offices number from blocks of their own; the last digit tells the sex.
        sequence = hash_of(township) % 20 * 50 + chance.randrange(12) * 2 + male
        while (first := f"{area}{born:%Y%m%d}{sequence % 1000:03}") in self._numbers:
            sequence += 2
        self._numbers.add(first)
        number = len(self.people)
        self.people.append(Somebody(name, male, born, first + check_digit(first), phone, township, village))
        for register, share in _registers(age):
            if chance.random() < share:
                self.registers[register, township].append(number)

    def _given(self, male: bool, year: int, poem: list[str] | None) -> str:
        chance = self.chance
        generation = max((start for start in _MEN if start <= year), default=1930)
        if male and poem is not None and year < 1985 and chance.random() < 0.35:
            return poem[(year - 1925) // 22 % len(poem)] + chance.choice(_CHARACTERS)
        usual = (_MEN if male else _WOMEN)[generation].split()
        if chance.random() < 0.3:
            return usual[min(int(chance.expovariate(0.25)), len(usual) - 1)]
        first = chance.choice(usual)[0] if chance.random() < 0.5 else chance.choice(_CHARACTERS)
        return first + (chance.choice(usual)[-1] if chance.random() < 0.5 else chance.choice(_CHARACTERS))


def hash_of(text: str) -> int:
    """The same number for the same text in every process."""
    return sum(ord(char) * 31**k for k, char in enumerate(text)) % 9973


def _shares() -> tuple[list[str], list[float]]:
    """Surnames, and their cumulated shares: 85 in 100 bear one of the hundred usual ones."""
    names = [*_SURNAMES, *_RARE]
    usual = [1 / (k + 8) for k in range(len(_SURNAMES))]
    share = [0.94 * one / sum(usual) for one in usual] + [0.06 / len(_RARE)] * len(_RARE)
    return names, list(accumulate(share))


def _registers(age: int) -> Iterator[tuple[str, float]]:
    yield "低保", 0.05
    yield "大病", 0.02
    yield "残疾", 0.03
    yield "信访", 0.004
    yield "处罚", 0.004
    if age >= 60:
        yield "养老", 0.7
    if 18 <= age < 66:
        yield "耕地", 0.35
        yield "征地", 0.06
    if 18 <= age < 35:
        yield "就业", 0.12


@dataclass(frozen=True, slots=True)
class Shows:
    """What the lists of one office show: which digits of numbers, which columns."""

    register: str
    title: str
    genre: str
    unit: str
    id: tuple[tuple[int, int], ...] = ((0, 0),)
    """places of the identity number that are shown"""
    phone: bool = False
    born: str = ""
    """"", year, month, day or age"""
    sex: bool = False
    named: bool = True
    village: bool = True
    kind: str = ""
    weight: int = 1


_SIX_FOUR, _TWO_THREE, _DATE, _NO_LAST = ((0, 6), (14, 18)), ((0, 2), (15, 18)), ((6, 14),), ((0, 14),)
OFFICES = (
    Shows("低保", "农村低保对象公示", "社会救助", "民政局", _SIX_FOUR, kind="WELFARE", weight=5),
    Shows("低保", "临时救助对象名单", "社会救助", "民政所", _TWO_THREE, kind="WELFARE", weight=3),
    Shows("大病", "大病救助人员公示", "社会救助", "医疗保障局", phone=True, kind="HEALTH", weight=2),
    Shows("残疾", "残疾人两项补贴发放名单", "社会救助", "残疾人联合会", born="month", sex=True, kind="WELFARE", weight=2),
    Shows("残疾", "残疾人康复情况统计", "社会救助", "残疾人联合会", born="day", sex=True, named=False, kind="WELFARE"),
    Shows("养老", "高龄津贴发放名单", "社会救助", "民政局", _NO_LAST, weight=2),
    Shows("养老", "城乡居民养老待遇领取人员名单", "", "人力资源和社会保障局", born="month", sex=True, weight=3),
    Shows("耕地", "耕地地力保护补贴公示", "惠农补贴", "农业农村局", phone=True, weight=6),
    Shows("耕地", "农机购置补贴公示", "惠农补贴", "农业农村局", _TWO_THREE, weight=2),
    Shows("征地", "土地征收补偿安置公示", "征地补偿", "自然资源局", born="age", weight=2),
    Shows("就业", "就业见习人员名单", "招考录用", "人力资源和社会保障局", _DATE, sex=True, village=False, weight=2),
)


@dataclass(slots=True)
class Sheet:
    """One document of the site: its page, its kind, and for each row what it shows of whom."""

    page: Page
    shows: Shows
    township: str
    rows: list[int] = field(default_factory=list)
    """numbers of people"""
    points: list[tuple[float, float]] = field(default_factory=list)
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Planted:
    """A leak that was put there: its kind of join, the person and the documents."""

    kind: str
    person: int
    documents: tuple[int, ...]


class Site:
    """What the offices of a county published, and what was planted among it."""

    def __init__(self, county: County, documents: int, seed: int, rows: int = 50) -> None:
        self.county = county
        self.chance = random.Random(seed + 1)
        self.sheets: list[Sheet] = []
        self.planted: list[Planted] = []
        weights = [office.weight for office in OFFICES]
        for _ in range(documents):
            roll = self.chance.random()
            if roll < 0.04:
                self._letter("信访", "关于群众反映问题的答复", "信访与互动答复", "信访局", "INFORMANT", phone=True)
            elif roll < 0.06:
                self._letter("处罚", "行政处罚决定书", "行政处罚", "交通运输局", "", phone=False)
            elif roll < 0.07:
                self._points()
            else:
                self._list(self.chance.choices(OFFICES, weights)[0], rows)
        self._plant(max(documents // 40, 5))

    def _day(self) -> date:
        return date(2021, 1, 4) + timedelta(days=self.chance.randrange(2100))

    def _page(self, title: str, unit: str) -> Page:
        return Page(f"{len(self.sheets):05}-{title}.txt", f"{COUNTY}{unit}", "", self._day())

    def _list(self, office: Shows, rows: int) -> Sheet:
        township = self.chance.choice(self.county.townships)
        people = self.county.registers[office.register, township]
        sheet = Sheet(self._page(office.title, office.unit), office, township)
        size = min(max(round(self.chance.lognormvariate(0, 0.5) * rows), 4), len(people))
        if people:
            first = self.chance.randrange(len(people))
            sheet.rows = [people[(first + k) % len(people)] for k in range(size)]
        sheet.stale = self.chance.random() < 0.02
        self.sheets.append(sheet)
        return sheet

    def _letter(self, register: str, title: str, genre: str, unit: str, kind: str, *, phone: bool) -> None:
        township = self.chance.choice(self.county.townships)
        people = self.county.registers[register, township]
        told = _SIX_FOUR if kind == "" else ((0, 0),)
        shows = Shows(register, title, genre, unit, told, phone=phone, kind=kind)
        sheet = Sheet(self._page(title, unit), shows, township)
        if people:
            sheet.rows = [self.chance.choice(people)]
        self.sheets.append(sheet)

    def _points(self) -> None:
        shows = Shows("", "饮用水水源取水口", "", "水务局", named=False)
        sheet = Sheet(self._page(shows.title, shows.unit), shows, self.chance.choice(self.county.townships))
        sheet.points = [(117 + self.chance.random() * 0.3, 31 + self.chance.random() * 0.3)]
        # Each township's waterworks is a subject of its own.
        sheet.page = replace(sheet.page, unit=f"{COUNTY}{sheet.township}{shows.unit}")
        self.sheets.append(sheet)

    def _in_both(
        self, person: int, where: Mapping[tuple[int, str], Sequence[int]], one: int, other: int
    ) -> tuple[int, int] | None:
        """Puts the person into a document of each of two offices of the township, where there are such: their numbers."""
        township = self.county.people[person].township
        first, second = where.get((one, township)), where.get((other, township))
        if not first or not second:
            return None
        documents = self.chance.choice(first), self.chance.choice(second)
        for document in documents:
            if person not in self.sheets[document].rows:
                self.sheets[document].rows.append(person)
        return documents

    def _plant(self, each: int) -> None:
        """Leaks of each kind: a person put into documents that do not join by themselves."""
        pairs = (
            ("complementary_masks", 5, 0), ("mask_plus_attributes", 6, 0), ("name_place_sensitive", 2, 0),
            ("unique_row", 4, 5),
        )  # fmt: skip
        where: dict[tuple[int, str], list[int]] = defaultdict(list)
        for number, sheet in enumerate(self.sheets):
            if sheet.shows in OFFICES:
                where[OFFICES.index(sheet.shows), sheet.township].append(number)
        for kind, one, other in pairs:
            for _ in range(each):
                person = self.chance.randrange(len(self.county.people))
                documents = self._in_both(person, where, one, other)
                if documents:
                    self.planted.append(Planted(kind, person, documents))
        letters = [number for number, sheet in enumerate(self.sheets) if sheet.shows.kind == "INFORMANT" and sheet.rows]
        self.chance.shuffle(letters)
        for documents in list(zip(letters[::2], letters[1::2], strict=False))[:each]:
            first, second = (self.sheets[number] for number in documents)
            second.rows, second.township = list(first.rows), first.township
            self.planted.append(Planted("repeat_complainant", first.rows[0], documents))

    # What a reader sees of it

    def given(self, tokens: Tokens) -> Iterator[Given]:
        """What each document gives, taken from the truth as a scan would read it off the text."""
        for sheet in self.sheets:
            yield Given(sheet.page, sheet.shows.genre, tuple(self._rows(sheet, tokens)), tuple(_shown_points(sheet, tokens)))

    def _rows(self, sheet: Sheet, tokens: Tokens) -> Iterator[Row]:
        shows = sheet.shows
        letter = shows.register in _LETTERS
        for at, number in enumerate(sheet.rows, start=_FIRST_ROW):
            one = self.county.people[number]
            parts = []
            if (form := _masked(one, shows)).strip(HIDDEN):
                parts.append(tokens.part("ID_CARD", form))
            if shows.phone:
                parts.append(tokens.part("PHONE", f"{one.phone[:3]}????{one.phone[7:]}"))
            place = tokens.place((COUNTY, sheet.township, one.village.removesuffix("村") if shows.village else ""))
            yield Row(
                at, -1 if letter else 0, tokens.name(one.name) if shows.named else "",
                rarity(one.name) if shows.named else 0, place, frozenset([shows.kind]) - {""}, (), tuple(parts),
                aged(_told(one, sheet), sheet.page.published),
            )  # fmt: skip

    def text(self, sheet: Sheet) -> str:
        """The document as it is published."""
        shows = sheet.shows
        if sheet.points:
            east, north = sheet.points[0]
            return f"{COUNTY}{sheet.township}{shows.title}坐标\n\n取水口坐标：东经{east:.6f}，北纬{north:.6f}。\n"
        if shows.register in _LETTERS:
            return self._letter_text(sheet)
        day = sheet.page.published
        assert day is not None
        lines = [f"{COUNTY}{sheet.township}{day.year}年{shows.title}", "", "\t".join(_headers(shows))]
        for at, number in enumerate(sheet.rows, start=1):
            lines.append("\t".join([str(at), *self._cells(sheet, number)]))
        if sheet.stale:
            lines += ["", f"公示期为{day.year}年{day.month}月{day.day}日至{day.year}年{day.month}月28日。"]
        return "\n".join(lines) + "\n"

    def _cells(self, sheet: Sheet, number: int) -> Iterator[str]:
        shows, one, known = sheet.shows, self.county.people[number], _told(self.county.people[number], sheet)
        if shows.named:
            yield one.name
        if shows.village:
            yield one.village
        if shows.id != ((0, 0),):
            yield _masked(one, shows).replace(HIDDEN, "*")
        if shows.phone:
            yield f"{one.phone[:3]}****{one.phone[7:]}"
        if shows.sex:
            yield "男" if one.male else "女"
        if shows.born == "age":
            yield str(known.age)
        elif shows.born:
            yield f"{one.born:%Y-%m-%d}" if shows.born == "day" else f"{one.born:%Y.%m}"
        if shows.kind == "HEALTH":
            yield _ILLS[number % len(_ILLS)]
        if shows.register == "残疾":
            yield _DISABLED[number % len(_DISABLED)]
        yield str(100 + number % 90 * 10)

    def _letter_text(self, sheet: Sheet) -> str:
        if not sheet.rows:
            return "关于有关问题的答复\n\n您好！来信收悉。\n"
        one = self.county.people[sheet.rows[0]]
        village = f"{sheet.township}{one.village}"
        if sheet.shows.register == "信访":
            tail = f"{one.phone[:3]}****{one.phone[7:]}"
            return f"关于反映{village}道路问题的答复\n\n信访人{one.name}（电话{tail}）：\n您好！来信收悉，已转{sheet.township}办理。\n"
        number = _masked(one, sheet.shows).replace(HIDDEN, "*")
        return f"行政处罚决定书\n\n当事人：{one.name}，身份证号{number}，住{COUNTY}{village}。\n经查，当事人未取得许可从事客运。\n"


_LETTERS = ("信访", "处罚")
_FIRST_ROW = 4
"""the line of the first row of a list, behind title, blank line and header"""


def _headers(shows: Shows) -> Iterator[str]:
    yield "序号"
    columns = (
        (shows.named, "姓名"), (shows.village, "行政村"), (shows.id != ((0, 0),), "身份证号"), (shows.phone, "联系电话"),
        (shows.sex, "性别"), (shows.born == "age", "年龄"), (shows.born in ("month", "day"), "出生年月"),
        (shows.kind == "HEALTH", "病种"), (shows.register == "残疾", "残疾类别"), (True, "金额"),
    )  # fmt: skip
    yield from (title for told, title in columns if told)


def _masked(one: Somebody, shows: Shows) -> str:
    return "".join(
        char if any(first <= k < last for first, last in shows.id) else HIDDEN for k, char in enumerate(one.number)
    )


def _told(one: Somebody, sheet: Sheet) -> Known:
    shows, day = sheet.shows, sheet.page.published
    assert day is not None
    male = one.male if shows.sex else None
    if shows.born == "age":
        return Known(age=max(day.year - one.born.year - ((day.month, day.day) < (one.born.month, one.born.day)), 0), male=male)
    if not shows.born:
        return Known(male=male)
    return Known(one.born.year, one.born.month, one.born.day if shows.born == "day" else None, male=male)


def _shown_points(sheet: Sheet, tokens: Tokens) -> Iterator[Point]:
    for east, north in sheet.points:
        yield Point(tokens.of("subject", sheet.page.unit), east, north)


# Figures


@dataclass(slots=True)
class Figures:
    """How many joins there are, how many are of one person alone, how many of those that could be found were."""

    found: Counter[tuple[str, str]] = field(default_factory=Counter)
    right: Counter[tuple[str, str]] = field(default_factory=Counter)
    could: Counter[tuple[str, str]] = field(default_factory=Counter)
    met: Counter[tuple[str, str]] = field(default_factory=Counter)
    planted: Counter[str] = field(default_factory=Counter)
    planted_found: Counter[str] = field(default_factory=Counter)
    sure: Counter[int] = field(default_factory=Counter)
    """joins by their probability in tenths"""
    sure_right: Counter[int] = field(default_factory=Counter)

    def lines(self) -> Iterator[str]:
        """Tables in Markdown."""
        yield "| 关联种类 | 姓名 | 找到 | 正确率 | 能找到的 | 召回率 |"
        yield "| --- | --- | --- | --- | --- | --- |"
        for kind in sorted({key[0] for key in (*self.found, *self.could)}):
            for name in ("全部", *FREQUENCIES):
                keys = [(kind, one) for one in FREQUENCIES] if name == "全部" else [(kind, name)]
                found, right, could, met = (sum(table[key] for key in keys) for table in (self.found, self.right, self.could, self.met))
                if found or could:
                    yield f"| {kind} | {name} | {found:,} | {_ratio(right, found)} | {could:,} | {_ratio(met, could)} |"
        yield ""
        yield "| 给出的概率 | 关联 | 确是一人 |"
        yield "| --- | --- | --- |"
        for tenth in sorted(self.sure):
            yield f"| {tenth / 10:.1f} 起 | {self.sure[tenth]:,} | {_ratio(self.sure_right[tenth], self.sure[tenth])} |"
        yield ""
        yield "| 埋下的 | 处数 | 找到 |"
        yield "| --- | --- | --- |"
        for kind in sorted(self.planted):
            yield f"| {kind} | {self.planted[kind]} | {_ratio(self.planted_found[kind], self.planted[kind])} |"


FREQUENCIES = ("常见（≤15）", "一般（16—19）", "少见（20—23）", "罕见（≥24）")


def frequency(name: str) -> str:
    """The class of a name's rarity in bits."""
    bits = rarity(name)
    return FREQUENCIES[0 if bits <= 15 else 1 if bits <= 19 else 2 if bits <= 23 else 3]


def _ratio(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "—"


def figures(site: Site, given: Sequence[Given], found: Sequence[Join], measure: Measure) -> Figures:
    """Joins against the truth."""
    figures = Figures()
    people = site.county.people
    number = {sheet.page.document: k for k, sheet in enumerate(site.sheets)}
    persons_of: dict[tuple[str, int], set[str]] = defaultdict(set)
    for one in found:
        if one.kind == "coordinates":
            continue
        whose = {_person_at(site.sheets[number[give.document]], give.at) for give in one.gives}
        person = min(whose)
        name = frequency(people[person].name)
        right = len(whose) == 1
        figures.found[one.kind, name] += 1
        figures.right[one.kind, name] += right
        tenth = min(int(one.probability * 10), 9)
        figures.sure[tenth] += 1
        figures.sure_right[tenth] += right
        if right:
            persons_of[one.kind, person].add(one.entity)
    for kind, person, entity in _could(site, given, replace(measure, least=0.0)):
        key = kind, frequency(people[person].name)
        figures.could[key] += 1
        figures.met[key] += entity in persons_of[kind, person]
    for planted in site.planted:
        figures.planted[planted.kind] += 1
        joined = persons_of.get((planted.kind, planted.person))
        if planted.kind == "mask_plus_attributes" and not joined:
            joined = persons_of.get(("complementary_masks", planted.person))
        figures.planted_found[planted.kind] += bool(joined)
    return figures


def _person_at(sheet: Sheet, at: int) -> int:
    return sheet.rows[0 if sheet.shows.register in _LETTERS else at - _FIRST_ROW]


def _could(site: Site, given: Sequence[Given], measure: Measure) -> Iterator[tuple[str, int, str]]:
    """(kind, person, entity) of all joins that there would be if it were known who is who."""
    rows: dict[int, list[Entry]] = defaultdict(list)
    for document, one in enumerate(given):
        for row in one.rows:
            if row.name:
                rows[_person_at(site.sheets[document], row.at)].append(Entry(document, row, one.genre))
    yield from _could_be_named(site, given, rows, measure)
    for number, entries in rows.items():
        if len({entry.document for entry in entries}) < 2:
            continue
        person = Person(rarity(site.county.people[number].name))
        for entry in entries:
            person.add(entry, facts_of(entry.row))
        for one in of_person(person, measure):
            yield one.kind, number, one.entity


def _could_be_named(
    site: Site, given: Sequence[Given], rows: dict[int, list[Entry]], measure: Measure
) -> Iterator[tuple[str, int, str]]:
    """Rows that name nobody, of people whom other documents name with the same birth date."""
    for document, one in enumerate(given):
        for row in one.rows:
            if row.name or not row.place[2]:
                continue
            number = _person_at(site.sheets[document], row.at)
            named = [entry for entry in rows.get(number, ()) if entry.row.place[2] and entry.document != document]
            if not named:
                continue
            person = Person(0)
            for entry in named:
                person.add(entry, facts_of(entry.row))
            chance = agreement(person.facts, facts_of(row), measure.today)
            if chance is not None and chance <= UNIQUE:
                yield "unique_row", number, min(row.kinds, default="NAME")


def scanned(site: Site, tokens: Tokens) -> Iterator[Given]:
    """What each document gives when its text is scanned."""
    from reviewer.linkage.tokens import given
    from reviewer.scanning import Scanner
    from reviewer.settings import Settings

    scanner = Scanner(Settings(today=TODAY))
    for sheet in site.sheets:
        yield given(scanner.text(site.text(sheet)), sheet.page, tokens)


def write(site: Site, folder: Path) -> None:
    """The site as files, and truth.csv: the row of each file and the number of the person; stale notices by name."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "truth.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["document", "row", "person", "stale"])
        for sheet in site.sheets:
            (folder / sheet.page.document).write_text(site.text(sheet), encoding="utf-8")
            for at, number in enumerate(sheet.rows, start=_FIRST_ROW):
                table.writerow([sheet.page.document, at, number, int(sheet.stale)])


def by_state(given: Sequence[Given], folder: Path, measure: Measure) -> list[Join]:
    """The joins by the index of a state that is made in the folder; prints what each step costs in CPU seconds."""
    from reviewer.keys import Key
    from reviewer.linkage.tokens import record
    from reviewer.rescan.model import Entry as Listed
    from reviewer.rescan.model import Examined
    from reviewer.rescan.state import State

    state = State.open(folder, Key(bytes(range(32))))
    run = state.begin("county", "county", "", "")
    nothing = {"verdict": "clear", "complete": True, "findings": []}

    def put(some: Iterable[Given]) -> None:
        state.put(run, [
            (Listed(page.document, ""), [Examined(
                page.document, shown=page.document, unit=page.unit, published=page.published, document=nothing,
                given=(record(one),),
            )])
            for one in some for page in [one.page]
        ])  # fmt: skip

    def told(what: str, start: float) -> None:
        print(f"{what}：{time.process_time() - start:.1f} 处理器秒")

    start = time.process_time()
    for first in range(0, len(given) - 1, 200):
        put(given[first : min(first + 200, len(given) - 1)])
    told("存入（少一份）", start)
    for what in ("第一次关联", "没有变化再来一次"):
        start = time.process_time()
        state.index.joins(measure)
        told(what, start)
    for one in (given[-1], max(given, key=lambda one: len(one.rows))):
        start = time.process_time()
        state.index.against([one], measure)
        told(f"查一份草稿（{len(one.rows)} 行）", start)
    start = time.process_time()
    put(given[-1:])
    found = state.index.joins(measure)
    told("添上最后一份再来一次", start)
    print(f"数据库 {sum(path.stat().st_size for path in folder.iterdir()) / 1e6:.0f} MB")
    state.close()
    return found


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="编造的县：关联的正确率和召回率")
    parser.add_argument("--people", type=int, default=500_000)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--rows", type=int, default=45, help="名单平均多少行")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--scan", action="store_true", help="写成文字再扫描，而不是从真相直接取")
    parser.add_argument("--write", type=Path, help="把编造的网站写进这个文件夹")
    parser.add_argument("--state", type=Path, help="用重新审查的索引来算，状态建在这个（空的）文件夹里")
    parser.add_argument("--least", type=float, default=0.5)
    chosen = parser.parse_args(None if arguments is None else list(arguments))
    clock = time.process_time
    start = clock()
    site = Site(County(chosen.people, chosen.seed), chosen.documents, chosen.seed, chosen.rows)
    if chosen.write is not None:
        write(site, chosen.write)
        return
    made = clock()
    tokens = Tokens(bytes(range(32)))
    given = list((scanned if chosen.scan else Site.given)(site, tokens))
    read = clock()
    measure = Measure(TODAY, least=chosen.least)
    found = joins(given, measure) if chosen.state is None else by_state(given, chosen.state, measure)
    joined = clock()
    rows = sum(len(one.rows) for one in given)
    print(f"{len(site.county.people):,} 人，{len(site.sheets):,} 份，{rows:,} 行；处理器秒：编造 {made - start:.0f}，"
          f"取出 {read - made:.0f}，关联 {joined - read:.0f}；关联 {len(found):,} 处，合成 {len(grouped(found)):,} 组，"
          f"要改 {len(repairs(found)):,} 份")  # fmt: skip
    print("\n".join(figures(site, given, found, measure).lines()))


if __name__ == "__main__":
    main()
