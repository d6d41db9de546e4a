"""Made-up government text with its names: a grammar of patterns whose slots are filled at random.

A pattern is a line of patterns/*.txt: `{slot}` is filled by a function below or from words.txt, `[a|b]` is a choice,
`\\n` a line break. Tables, rosters and whole notices are put together from the same slots.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

from reviewer.language.training.clauses import Clauses
from reviewer.language.training.examples import Example
from reviewer.language.training.people import People

HERE = Path(__file__).parent / "patterns"
DIVISIONS = Path(__file__).parents[1] / "data" / "divisions.tsv"
_PART = re.compile(r"\{([^{}]*)\}|\[|\]|\||\\n|\\t|[^{}\[\]|\\]+")

Piece = tuple[str, list[tuple[int, int]]]


@cache
def words() -> dict[str, list[str]]:
    """slot -> its values, from words*.txt."""
    slots: dict[str, list[str]] = {}
    current: list[str] = []
    for line in _lines("words"):
        if line.startswith("@"):
            current = slots.setdefault(line[1:].strip(), [])
        elif line and not line.startswith("#"):
            current += line.split()
    return slots


def _lines(kind: str) -> list[str]:
    """The lines of all files of patterns/ whose names begin so."""
    files = sorted(HERE.glob(f"{kind}*.txt"))
    return [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]


@cache
def patterns(name: str) -> list[tuple[str, str]]:
    """(section, pattern) of one kind of patterns: training*.txt or held_out*.txt."""
    rows, section = [], ""
    for line in _lines(name):
        if line.startswith("= "):
            section = line[2:].strip()
        elif line.strip() and not line.startswith("# "):
            rows.append((section, line))
    return rows


@cache
def divisions() -> dict[str, list[str]]:
    """Names of counties and of towns."""
    towns: list[str] = []
    counties: list[str] = []
    for line in DIVISIONS.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        for part in line.split("\t"):
            if re.fullmatch("[一-鿿]{2,8}", part):
                (towns if part.endswith(("镇", "乡", "街道")) else counties).append(part)
    return {"town": sorted(set(towns)), "county": sorted(set(counties))}


@cache
def parsed(pattern: str) -> list[object]:
    """A pattern as a list of text, ("slot", argument) and [choices]."""
    stack: list[list[list[object]]] = [[[]]]
    for match in _PART.finditer(pattern):
        part = match.group()
        if part == "[":
            stack.append([[]])
        elif part == "]" and len(stack) > 1:
            choices = stack.pop()
            stack[-1][-1].append(choices)
        elif part == "|" and len(stack) > 1:
            stack[-1].append([])
        elif part.startswith("{"):
            stack[-1][-1].append((match.group(1),))
        else:
            stack[-1][-1].append({"\\n": "\n", "\\t": "\t"}.get(part, part))
    return stack[0][0]


class Grammar:
    """Writes examples. The people that it names are those of `people`.

    noise    share of the names that are broken by a line end or a stray sign
    clauses  share of the texts that are clauses of dictionary words
    """

    def __init__(
        self, random: Random, people: People, file: str, *, noise: float = 0.012, clauses: float = 0.0
    ) -> None:
        self._random, self._people, self._noise, self._share = random, people, noise, clauses
        self._clauses = Clauses(random, lambda: self._noisy(people.name()))
        self.patterns = patterns(file)
        self._sections: dict[str, list[str]] = {}
        for section, pattern in self.patterns:
            self._sections.setdefault(section, []).append(pattern)
        self._shares = [math.sqrt(len(some)) for some in self._sections.values()]
        pick = random.choice
        self._slots: dict[str, Callable[[], str]] = {
            "county": lambda: pick(divisions()["county"]),
            "town": lambda: pick(divisions()["town"]),
            "village": self.village,
            "bureau": self.bureau,
            "firm": self.firm,
            "shop": self.shop,
            "addr": self.address,
            "prose": self.prose,
            "date": lambda: f"{random.randint(1998, 2026)}年{random.randint(1, 12)}月{random.randint(1, 28)}日",
            "birth": lambda: f"{random.randint(1900, 1905)}年{random.randint(1, 12)}月{random.randint(1, 28)}日",
            "ym": lambda: f"{random.randint(1900, 1905)}{pick(['.', '年'])}{random.randint(1, 12):02d}",
            "int": lambda: str(pick([random.randint(1, 9), random.randint(10, 99), random.randint(100, 9999)])),
            "d1": lambda: str(random.randint(0, 9)),
            "d2": lambda: f"{random.randint(0, 99):02d}",
            "num": lambda: f"{random.randint(10**5, 10**9)}",
            "bank": lambda: f"62{random.randint(10**15, 10**17)}",
            "idno": self.identity,
            "phone": self.phone,
            "docno": self.document_number,
            "dept": lambda: pick(words()["dept"]),
        }  # fmt: skip
        self._names: dict[str, Callable[[], str]] = {
            "N": lambda: self._noisy(people.name()),
            "C": people.chinese,
            "P": lambda: people.padded(people.chinese()),
            "M": people.masked,
            "S": people.surname,
            "F": people.foreign,
            "Y": people.minority,
        }

    # ------------------------------------------------------------------ slots

    def village(self) -> str:
        """A village's name, mostly beginning with a surname."""
        random, slots = self._random, words()
        draw = random.random()
        if draw < 0.55:
            first = self._people.surname() if random.random() < 0.9 else self._people.surname()[0] * 2
            return first + random.choice(["", *slots["villmid"]]) + random.choice(slots["villtail"])
        if draw < 0.9:
            return random.choice(slots["villword"]) + random.choice(slots["villtail"])
        return (
            random.choice("前后上下东西南北大小新老")
            + self._people.surname()[0]
            + random.choice(slots["villtail"])
        )

    def bureau(self) -> str:
        """An office."""
        county = self._random.choice(divisions()["county"])
        return county + self._random.choice(
            words()["office"]
        )  # fmt: skip

    def firm(self) -> str:
        """A firm's name."""
        random, slots = self._random, words()
        word = random.choice(slots["firmname"]) if random.random() < 0.7 else self._people.chinese()[:3]
        place = random.choice(["", random.choice(divisions()["county"]), "安徽", "江苏", "上海", "中", ""])
        return (
            place
            + word
            + random.choice(["", random.choice(slots["industry"])])
            + random.choice(slots["firmtail"])
        )

    def shop(self) -> str:
        """A small trader's shop, which often bears the owner's name."""
        name = self._random.choice(
            [self._people.chinese(), self._people.surname() + "记", "老" + self._people.surname()[0]]
        )
        return name + self._random.choice(
            words()["shopkind"]
        )  # fmt: skip

    def address(self) -> str:
        """An address."""
        random, slots = self._random, words()
        place = random.choice(divisions()["county"])
        if random.random() < 0.5:
            return (
                place
                + random.choice(divisions()["town"])
                + self.village()
                + random.choice(["", f"{random.randint(1, 20)}组", f"{random.randint(1, 300)}号"])
            )
        return (
            place
            + random.choice(slots["road"])
            + f"{random.randint(1, 400)}号"
            + random.choice(
                [
                    "",
                    f"{random.choice(slots['firmname'])}小区{random.randint(1, 30)}幢{random.randint(101, 2900)}室",
                ]
            )
        )

    def identity(self) -> str:
        """An ID number's shape; its holder was born from 1900 to 1905."""
        number = self._random.randint
        return f"{number(110000, 659000)}190{number(0, 5)}{number(1, 12):02d}{number(10, 28)}{number(1000, 9999)}"

    def document_number(self) -> str:
        """A document number (文号)."""
        pick, number = self._random.choice, self._random.randint
        where, kind = pick("皖苏鲁豫浙赣鄂湘川黔滇陕甘晋冀"), pick(["函", "规", "发", "办", "罚", "复"])
        return f"{where}自然资{kind}〔{number(2010, 2026)}〕{number(1, 300)}号"

    def phone(self) -> str:
        """A phone number."""
        random = self._random
        if random.random() < 0.5:
            return f"1{random.choice('3578')}{random.randint(0, 10**9 - 1):09d}"
        return f"0{random.randint(311, 998)}-{random.randint(2000000, 8999999)}"

    def prose(self) -> str:
        """A clause or two of what all government texts are full of."""
        random, slots = self._random, words()
        clauses = []
        for _ in range(random.choice((1, 1, 2, 3))):
            verb, noun = random.choice(slots["verb"]), random.choice(slots["noun"])
            draw = random.random()
            if draw < 0.5:
                clauses.append(random.choice(slots["adverb"]) + verb + noun)
            elif draw < 0.7:
                clauses.append(verb + noun + random.choice(slots["noun"]))
            elif draw < 0.8:
                clauses.append(
                    noun
                    + random.choice(("的", "和", "与", "及其", "、", "等"))
                    + random.choice(slots["noun"])
                    + random.choice(slots["adverb"])
                    + verb
                )
            elif draw < 0.9:
                clauses.append(
                    random.choice(slots["unit"])
                    + random.choice(("要", "应当", "应", "须", "负责", "", "对", "于"))
                    + verb
                    + noun
                )
            else:
                clauses.append(
                    random.choice(slots["poison"])
                    + random.choice(("", "的", "和", "等", "为", "与", "是"))
                    + noun
                )
        return random.choice("，，，；、").join(clauses)

    def _noisy(self, name: str) -> str:
        """A name, sometimes as scanners and hard line breaks leave it."""
        draw = self._random.random()
        if draw > self._noise or len(name) < 2:
            return name
        at = self._random.randint(1, len(name) - 1)
        return name[:at] + ("\n" if draw < self._noise / 2 else self._random.choice("★ 　*")) + name[at:]

    # ------------------------------------------------------------------ patterns

    def fill(self, pattern: str) -> Piece:
        """The pattern as text, and where its names are."""
        text: list[str] = []
        names: list[tuple[int, int]] = []
        self._fill(parsed(pattern), text, names, [0])
        return "".join(text), names

    def _fill(
        self, parts: list[object], text: list[str], names: list[tuple[int, int]], at: list[int]
    ) -> None:
        for part in parts:
            if isinstance(part, str):
                self._put(part, text, at)
            elif isinstance(part, list):
                self._fill(self._random.choice(part), text, names, at)
            elif isinstance(part, tuple):
                self._slot(part[0], text, names, at)

    def _put(self, value: str, text: list[str], at: list[int]) -> None:
        text.append(value)
        at[0] += len(value)

    def _slot(self, slot: str, text: list[str], names: list[tuple[int, int]], at: list[int]) -> None:
        kind, _, more = slot.partition(":")
        if kind == "list":
            self._list(more, text, names, at)
        elif kind in self._names:
            value = self._names[kind]()
            names.append((at[0], at[0] + len(value)))
            self._put(value, text, at)
        elif kind in self._slots:
            self._put(self._slots[kind](), text, at)
        else:
            self._fill(parsed(self._random.choice(words()[kind])), text, names, at)

    def _list(self, separator: str, text: list[str], names: list[tuple[int, int]], at: list[int]) -> None:
        """Several names with one separator; in a list of spaces or lines short ones are often padded."""
        random = self._random
        size = random.choice((2, 2, 3, 3, 4, 5, 6, 8, 12, 20))
        between, _ = self.fill(separator)
        padded = between.strip() == "" and random.random() < 0.4
        row = random.choice((3, 4, 5, 6, 8))
        for number in range(size):
            if number:
                sign = between
                if padded and between != "\n" and number % row == 0:
                    sign = "\n"
                self._put(re.sub("[0-9]+", str(number + 1), sign), text, at)
            name = self._people.name()
            value = (
                self._people.padded(name)
                if (padded and len(between) != 1) or (padded and "\n" in between)
                else name
            )
            names.append((at[0], at[0] + len(value)))
            self._put(value, text, at)

    # ------------------------------------------------------------------ tables

    def table(self, headers: dict[str, list[str]]) -> Piece:
        """A table with a column of names, or with none, in one of the ways tables come as text."""
        random = self._random
        kinds = random.sample(sorted(headers), random.randint(2, 5))
        if random.random() < 0.85 and not any(kind in NAME_COLUMNS for kind in kinds):
            kinds.insert(random.randint(0, min(2, len(kinds))), random.choice(NAME_COLUMNS))
        if random.random() < 0.6:
            kinds.insert(0, "number")
        separator = random.choice(
            ("\t", "\t", "\t", " | ", "|", ",", "，", "  ", " ", "　", "\n", "\n", "、")
        )
        padded = random.random() < 0.35 and separator not in (" ", "  ", "　", ",")
        text: list[str] = []
        names: list[tuple[int, int]] = []
        at = [0]
        if random.random() < 0.5:
            self._put(self.fill(random.choice(TITLES))[0] + "\n", text, at)
        if random.random() < 0.85:
            self._put(separator.join(random.choice(headers[kind]) for kind in kinds) + "\n", text, at)
        empty = random.random() < 0.15
        for row in range(random.randint(2, 12)):
            for number, kind in enumerate(kinds):
                if number:
                    self._put(separator, text, at)
                if kind == "number":
                    self._put(str(row + 1), text, at)
                elif empty and random.random() < 0.15:
                    continue
                else:
                    self._cell(kind, padded, text, names, at)
            self._put("\n", text, at)
        return "".join(text).rstrip("\n"), names

    def _cell(
        self, kind: str, padded: bool, text: list[str], names: list[tuple[int, int]], at: list[int]
    ) -> None:
        if kind in NAME_COLUMNS:
            value = self._people.masked() if kind == "masked" else self._people.name()
            if padded:
                value = self._people.padded(value)
            names.append((at[0], at[0] + len(value)))
            self._put(value, text, at)
        else:
            self._fill(parsed(self._random.choice(CELLS[kind])), text, names, at)

    # ------------------------------------------------------------------ texts

    def line(self) -> Piece:
        """One filled pattern, sometimes two or three in a row."""
        section = self._random.choices(list(self._sections), self._shares)[0]
        piece = self.fill(self._random.choice(self._sections[section]))
        while self._random.random() < 0.25:
            text, names = self.fill(self._random.choice(self._random.choice(self.patterns)[1:]))
            glue = self._random.choice(("", "。", "\n", "，", "；", "\n"))
            moved = [
                (start + len(piece[0]) + len(glue), end + len(piece[0]) + len(glue)) for start, end in names
            ]
            piece = piece[0] + glue + text, piece[1] + moved
        return piece

    def example(self, headers: dict[str, list[str]]) -> Example:
        """One made-up text."""
        draw = self._random.random()
        if draw < 0.18:
            text, names = self.table(headers)
        else:
            text, names = self._clauses.text() if draw < 0.18 + self._share else self.line()
        return Example(text, tuple(names))


NAME_COLUMNS = ("name", "name", "name", "householder", "person", "masked")

HEADERS: dict[str, list[str]] = {
    "number": ["序号", "编号", "序 号", "No.", "排名", "名次"],
    "name": [
        "姓名",
        "姓 名",
        "姓  名",
        "名字",
        "人员姓名",
        "考生姓名",
        "学生姓名",
        "申请人姓名",
        "专家姓名",
        "候选人",
    ],
    "householder": [
        "户主",
        "户主姓名",
        "农户姓名",
        "承包方代表",
        "权利人",
        "户主（姓名）",
        "补偿对象",
        "领取人",
    ],
    "person": [
        "联系人",
        "负责人",
        "监测员",
        "责任人",
        "经办人",
        "帮扶责任人",
        "包保干部",
        "法定代表人",
        "当事人",
        "监护人",
    ],
    "masked": ["姓名", "申请人", "户主", "举报人"],
    "sex": ["性别"],
    "nation": ["民族"],
    "village": ["村组", "村名", "所在村", "村（社区）", "住址", "自然村", "隐患点名称", "地名", "坐落"],
    "town": ["乡镇", "乡镇（街道）", "所属乡镇", "镇街"],
    "unit": ["单位", "工作单位", "责任单位", "牵头单位", "招录机关", "部门"],
    "post": ["职务", "职务职称", "职位", "岗位", "拟任职务"],
    "phone": ["联系电话", "电话", "手机号码", "联系方式"],
    "amount": ["金额", "补贴金额（元）", "金额(元)", "总分", "笔试成绩", "面积"],
    "result": ["备注", "结果", "审核意见", "状态", "是否合格"],
    "firm": ["企业名称", "供应商", "单位名称", "被检查单位", "采矿权人", "施工单位"],
    "project": ["项目名称", "事项", "任务", "内容", "工作任务", "指标", "资料名称", "类别", "行政区"],
    "school": ["毕业院校", "学校", "学历"],
    "birth": ["出生年月", "出生日期"],
    "road": ["路名", "道路名称", "位置", "地址"],
    "poison": ["地类", "品种", "名称", "科目", "材料", "用途", "专业", "商品"],
}
"""kind of column -> what may stand above it"""

HELD_OUT_HEADERS = HEADERS | {
    "name": ["被公示人", "获评人员", "受表彰人", "学员", "拟聘人员", "与会人员", "检查人", "姓名/身份"],
    "householder": ["户主名", "被补偿人", "承租家庭代表", "领款人", "受益户"],
    "person": ["值守人", "带班人", "网格长", "包户干部", "现场管理员", "对接人"],
    "masked": ["诉求人", "来访人"],
}
"""the same with other words above the columns of names"""

CELLS: dict[str, list[str]] = {
    "sex": ["{sex}"],
    "nation": ["{nation}", "汉", "回", "汉族"],
    "village": ["{village}", "{village}", "{village}", "{village}{int}组", "{village}村民组"],
    "town": ["{town}"],
    "unit": ["{bureau}", "{unit}", "{bureau}{dept}"],
    "post": ["{top}", "{job}", "{bureau}{top}"],
    "phone": ["{phone}"],
    "amount": ["{int}", "{int}.{d2}", "{amount}", "{area}"],
    "result": ["{result}"],
    "firm": ["{firm}", "{shop}"],
    "project": ["{verb}{noun}", "{noun}{noun}", "{adverb}{verb}{noun}", "{poison}{noun}", "{county}"],
    "school": ["{university}", "{county}{school}", "{degree}"],
    "birth": ["{ym}", "{birth}"],
    "road": ["{road}", "{addr}", "{road}{int}号"],
    "poison": ["{poison}", "{poison}{noun}", "{brand}"],
}  # fmt: skip
"""kind of column -> patterns of its cells"""

TITLES = [
    "{county}{date}{noun}公示",
    "{town}{noun}名单",
    "{bureau}{noun}{noun}一览表",
    "附件{int}：{noun}名单",
    "{village}{noun}发放表",
    "{bureau}拟录用人员名单",
    "{county}地质灾害隐患点防灾责任人名单",
]
