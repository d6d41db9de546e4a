"""A made-up government's web site as a folder of saved pages with attachments, and the truth about what was planted in it.

    python benchmarks/website.py FOLDER                           20,000 pages about the people of county.py, truth.json beside the folder
    python benchmarks/website.py FOLDER --pages 2000 --people 50000
    python benchmarks/website.py FOLDER --pages 2000 --second     the same site some months later: only what has changed is written anew
    python benchmarks/website.py --check FOLDER.truth.json RESCAN.json    which planted cases `reviewer rescan FOLDER --format json` found

Planted, each with its documents: leaks (whole numbers, illnesses) in pages and in xlsx, docx, csv and pdf attachments; masks
that hide too little; people whose masks, birth dates or illness stand in several documents; notices that are stale: a period
of public notice (公示期) or of validity (有效期) that is over, a document that another one repeals (废止), an official who was
removed from office and still stands among the leaders, a page that was published twice, and, in the second round, attachments
whose page is gone. Beside them stand pages of the same kinds that are in order (`quiet`): they must not be proposed.
Nobody in it exists (county.py says why).
"""

from __future__ import annotations

import argparse
import csv
import html
import io
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from county import COUNTY, OFFICES, County, Sheet, Shows, Site, Somebody, _headers

from reviewer.identifiers.bank_card import is_valid as is_card
from reviewer.linkage.score import rarity

HOST = "www.qinghe.example"
SCHEMA = "website.truth/1"
_RARE = 20
"""bits of a name that is known by itself: what is planted must not hang on how common a name is"""
_TABLE = list[list[str]]
_LINES = list[str]


@dataclass(slots=True)
class Doc:
    """A page of the site, with what it holds; `attachment`: in a file of that format instead of in the page."""

    number: int
    title: str
    unit: str
    column: str
    day: date
    lines: _LINES = field(default_factory=list)
    table: Callable[[], _TABLE] | None = None
    attachment: str = ""
    gone: bool = False
    """the page is not there any more; its attachment is"""
    removed: bool = False
    """neither is there any more"""
    headed: bool = False
    """the attachment begins with its title"""
    twin: str = ""
    """the same page stands at another address, too: its path's folder"""

    @property
    def path(self) -> str:
        return f"{HOST}/{_FOLDERS[self.unit[len(COUNTY):]]}/{_COLUMNS[self.column]}/{self.day:%Y%m}/t{self.day:%Y%m%d}_{self.number:06}.html"

    @property
    def file(self) -> str:
        """The path of the attachment."""
        folder = self.path.rpartition("/")[0]
        return f"{folder}/P0{self.day:%Y%m%d}{self.number:06}.{self.attachment}"

    @property
    def holds(self) -> tuple[str, ...]:
        """The documents that say what the page says."""
        return (self.file,) if self.attachment else (self.path,)


_FOLDERS = {
    "民政局": "mzj", "民政所": "mzs", "医疗保障局": "ybj", "残疾人联合会": "cl", "人力资源和社会保障局": "rsj", "农业农村局": "nyj", "自然资源局": "zrzyj",
    "信访局": "xfj", "交通运输局": "jtj", "水务局": "swj", "人民政府办公室": "zfb", "教育局": "jyj", "卫生健康局": "wjw",
}  # fmt: skip
_COLUMNS = {
    "公示公告": "gsgg", "互动交流": "hdjl", "行政处罚": "xzcf", "政策文件": "zcwj", "领导信息": "ldxx", "人事信息": "rsxx", "工作动态": "gzdt",
    "社会救助": "shjz",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """Something planted. `documents`: for each document that has to be named, the paths that are right.

    by  findings, joins, takedown or changes: the part of the report in which it has to be
    """

    kind: str
    what: str
    by: str
    documents: tuple[tuple[str, ...], ...]


_CHRONIC = Shows("大病", "慢性病患者家庭医生签约名单", "", "卫生健康局", phone=True, kind="HEALTH")
"""who is ill, and nothing of benefits: a list of 大病救助 says both by itself"""


def _look(one: Somebody) -> tuple[str, str, date]:
    """What a list with a masked number tells of somebody: the mask takes the sex away."""
    return one.township, one.village, one.born


class Planted(Site):
    """The county's documents, in which people with rare names are put into documents that join."""

    def __init__(self, county: County, documents: int, seed: int, rows: int) -> None:
        self.cases: list[tuple[str, tuple[int, ...]]] = []
        names = Counter(one.name for one in county.people)
        rare = [k for k, one in enumerate(county.people) if names[one.name] == 1 and rarity(one.name) >= _RARE]
        # Who stands in several documents has no leak of his own, and the other way round.
        self.rare, self.others = rare[::2], rare[1::2]
        # A row without a name gives somebody away only where nobody else of the village has that birthday.
        self.looks = Counter(map(_look, county.people))
        super().__init__(county, documents, seed, rows)

    def _plant(self, each: int) -> None:
        for _ in range(each):
            self._list(_CHRONIC, 20)
        offices = (*OFFICES, _CHRONIC)
        where: dict[tuple[int, str], list[int]] = {}
        for number, sheet in enumerate(self.sheets):
            if sheet.shows in offices and sheet.rows:
                where.setdefault((offices.index(sheet.shows), sheet.township), []).append(number)
        pairs = (
            ("complementary_masks", 5, 0), ("mask_plus_attributes", 6, 0), ("name_place_sensitive", len(OFFICES), 0),
            ("unique_row", 4, 5),
        )  # fmt: skip
        # Of whom other documents tell the same, one of those might be named instead.
        shown = {number for sheet in self.sheets for number in sheet.rows}
        people = iter(one for one in self.chance.sample(self.rare, len(self.rare)) if one not in shown)
        for kind, one, other in pairs:
            count = 0
            for person in people:
                if kind == "unique_row" and self.looks[_look(self.county.people[person])] > 1:
                    continue
                documents = self._in_both(person, where, one, other)
                if documents:
                    self.cases.append((kind, documents))
                    count += 1
                if count == each:
                    break
        self._complain(each, people)
        self._outline(max(each // 3, 1))

    def _complain(self, each: int, people: Iterator[int]) -> None:
        letters = [k for k, sheet in enumerate(self.sheets) if sheet.shows.kind == "INFORMANT" and sheet.rows]
        self.chance.shuffle(letters)
        for first, second in list(zip(letters[::2], letters[1::2], strict=False))[:each]:
            person = next(people)
            for number in (first, second):
                self.sheets[number].rows = [person]
                self.sheets[number].township = self.county.people[person].township
            self.cases.append(("repeat_complainant", (first, second)))

    def _outline(self, each: int) -> None:
        """Waterworks whose points, a few hundred metres apart, stand in four documents."""
        for number in range(each):
            self._points()
            first = self.sheets[-1]
            # The unit is the subject: others of the township are of another waterworks.
            unit = f"{COUNTY}{first.township}水务局"
            east, north = first.points[0]
            documents = [len(self.sheets) - 1]
            for step in ((0.004, 0.0), (0.004, 0.003), (0.0, 0.003)):
                sheet = Sheet(self._page(f"第{number + 1}水厂取水口", "水务局"), first.shows, first.township)
                sheet.points = [(east + step[0], north + step[1])]
                sheet.page = replace(sheet.page, unit=unit)
                documents.append(len(self.sheets))
                self.sheets.append(sheet)
            first.page = replace(first.page, unit=unit)
            self.cases.append(("coordinates", tuple(documents)))


class Website:
    """The pages and what was planted; `second` makes it what it is some months later."""

    def __init__(self, pages: int, people: int, seed: int = 7, rows: int = 30) -> None:
        self.chance = random.Random(seed + 2)
        self.county = County(people, seed)
        self.site = Planted(self.county, pages * 6 // 10, seed, rows)
        self.docs: list[Doc] = []
        self.cases: list[Case] = []
        self.quiet: list[tuple[str, str]] = []
        """(kind of proposal, path) of pages that are in order"""
        self.round = 1
        self._people = iter(self.chance.sample(self.site.others, len(self.site.others)))
        self._fixable: list[tuple[Doc, Case]] = []
        self._removable: list[tuple[Doc, Case]] = []
        self._sheets()
        each = max(pages // 400, 2)
        for _ in range(each):
            self._leaks()
            self._stale()
        while len(self.docs) < pages:
            self._ordinary()

    # What stands in it

    def _doc(self, title: str, unit: str, column: str, day: date | None = None, **more: Any) -> Doc:
        when = day or date(2022, 1, 4) + timedelta(days=self.chance.randrange(1600))
        doc = Doc(len(self.docs), title, f"{COUNTY}{unit}", column, when, **more)
        self.docs.append(doc)
        return doc

    def _somebody(self) -> Somebody:
        return self.county.people[next(self._people)]

    def _sheets(self) -> None:
        made: list[Doc] = []
        for sheet in self.site.sheets:
            assert sheet.page.published is not None
            day = sheet.page.published
            unit = sheet.page.unit.removeprefix(COUNTY).removeprefix(sheet.township)
            if sheet.points or sheet.shows.register in ("信访", "处罚"):
                lines = [line for line in self.site.text(sheet).split("\n") if line]
                column = {"信访": "互动交流", "处罚": "行政处罚"}.get(sheet.shows.register, "公示公告")
                doc = self._doc(lines[0], unit, column, day, lines=lines[1:])
                doc.unit = f"{COUNTY}{unit if unit in _FOLDERS else '水务局'}"
            else:
                title = f"{COUNTY}{sheet.township}{day.year}年{sheet.shows.title}"
                doc = self._doc(title, unit, "社会救助" if "救助" in sheet.shows.genre else "公示公告", day)
                doc.table = lambda sheet=sheet: self._table(sheet)
                doc.lines = [f"现将{title}予以公布。"]
                doc.attachment = self.chance.choices(("", "xlsx", "docx", "csv"), (5, 3, 2, 1))[0]
                doc.headed = self.chance.random() < 0.6
            made.append(doc)
        for kind, documents in self.site.cases:
            for number in documents:
                # A list that says nowhere of which township it is can not be joined, by people neither.
                made[number].headed = True
            self.cases.append(Case("join", kind, "joins", tuple(made[k].holds for k in documents)))

    def _table(self, sheet: Sheet) -> _TABLE:
        rows = [[str(at), *self.site._cells(sheet, number)] for at, number in enumerate(sheet.rows, start=1)]
        return [list(_headers(sheet.shows)), *rows]

    def _leaks(self) -> None:
        """One of each kind and format."""
        one = self._somebody()
        self._leak("ID_CARD", "关于申请临时救助的答复", "民政局", [
            f"申请人{one.name}，身份证号{one.number}，住{COUNTY}{one.township}{one.village}。", "经核实，符合条件，予以救助。",
        ])  # fmt: skip
        one = self._somebody()
        self._leak("HEALTH", "大病救助情况公示", "医疗保障局", [f"{one.township}{one.village}村民{one.name}患尿毒症，给予救助8000元。"])
        some = [self._somebody() for _ in range(6)]
        self._leak("ID_CARD", "就业见习补贴发放表", "人力资源和社会保障局", ["发放明细见附件。"], "xlsx", [
            ["序号", "姓名", "身份证号", "金额"], *([str(k), who.name, who.number, "1500"] for k, who in enumerate(some, 1)),
        ])  # fmt: skip
        self._leak("BANK_CARD", "农机购置补贴兑付表", "农业农村局", ["兑付明细见附件。"], "docx", [
            ["序号", "姓名", "一卡通账号", "金额"], *([str(k), who.name, self._card(), "3000"] for k, who in enumerate(some, 1)),
        ])  # fmt: skip
        self._leak("PHONE", "网格员联系村民名册", "民政局", ["名册见附件。"], "csv", [
            ["姓名", "行政村", "联系电话"], *([who.name, who.village, who.phone] for who in some),
        ])  # fmt: skip
        self._leak("ID_CARD", "公租房保障资格取消决定书", "民政局", ["决定书见附件。"], "pdf", [
            [f"当事人{some[0].name}，身份证号{some[0].number}，不再符合保障条件。"],
        ])  # fmt: skip
        weak = [[str(k), who.name, f"{who.number[:12]}**{who.number[14:]}", "500"] for k, who in enumerate(some, 1)]
        case = self._leak("ID_CARD", "困难群众慰问金发放名单", "民政局", [], "", [["序号", "姓名", "身份证号", "金额"], *weak])
        self.cases[-1] = replace(case, kind="weak_mask")

    def _card(self) -> str:
        while not is_card(number := f"622848{self.chance.randrange(10**13):013}"):
            pass
        return number

    def _leak(
        self, what: str, title: str, unit: str, lines: _LINES, attachment: str = "", table: _TABLE | None = None
    ) -> Case:
        doc = self._doc(title, unit, "公示公告", lines=lines, attachment=attachment)
        if table is not None:
            doc.table = lambda: table
        case = Case("leak", what, "findings", (doc.holds,))
        self.cases.append(case)
        (self._removable if attachment else self._fixable).append((doc, case))
        return case

    def _stale(self) -> None:
        """One of each kind, and one beside it that is in order."""
        year = 2022 + self.chance.randrange(3)
        month = 1 + self.chance.randrange(9)
        titles = ("2024年公开招聘工作人员拟聘用人员公示", "农村低保对象公示", "耕地地力保护补贴公示")
        for over in (True, False):
            some = [[str(k), one.name, one.village] for k, one in enumerate((self._somebody() for _ in range(5)), 1)]
            day = date(year, month, 3) if over else date(2026, 11, 20)
            last = f"{year}年{month}月9日" if over else "2026年12月18日"
            period = self.chance.choice((f"公示期为{day.year}年{day.month}月{day.day}日至{last}。", f"公示时间：{day.year}年{day.month}月{day.day}日—{last}。"))
            doc = self._doc(f"{self.chance.choice(titles)}（第{len(self.docs)}批）", "民政局", "公示公告", day, lines=[
                "名单见下表。", period, "如有异议，请在公示期内书面反映。",
            ])  # fmt: skip
            doc.table = lambda some=some: [["序号", "姓名", "行政村"], *some]
            self._note("announcement_over", over, doc)
        days = self._doc(f"拟录用人员名单公示（第{len(self.docs)}批）", "教育局", "公示公告", date(2023, month, 6), lines=[
            f"现将拟录用的{self._somebody().name}、{self._somebody().name}等2名同志予以公示，公示期7个工作日，自公布之日起计算。",
            "监督单位：县教育局。",
        ])  # fmt: skip
        self._note("announcement_over", True, days)
        for over in (True, False):
            town = self.chance.choice(self.county.townships)
            day = date(year - 3, month, 15) if over else date(2025, month, 15)
            number = f"青政办〔{day.year}〕{len(self.docs)}号"
            term = self.chance.choice(("有效期3年", "有效期三年")) if over else "有效期5年"
            self._note("expired", over, self._doc(
                f"关于印发{COUNTY}{town}农村饮水工程管理办法的通知", "人民政府办公室", "政策文件", day,
                lines=[number, "各乡镇人民政府，县直各单位：", f"本办法自{day.year}年{day.month + 1}月1日起施行，{term}。"],
            ))  # fmt: skip
        self._repeal(month)
        self._officials(month)
        twin = self._doc("关于2024年春季义务教育招生工作的公告", "教育局", "公示公告", lines=[
            f"第{len(self.docs)}学区招生范围不变，报名时间为每日上午九时至下午四时。", "请家长按时报名，逾期由县教育局统筹安排。",
        ])  # fmt: skip
        twin.twin = "tzgg"
        self.cases.append(Case("stale", "duplicate_page", "takedown", ((twin.path,), (_twin(twin),))))

    def _note(self, kind: str, over: bool, doc: Doc) -> None:
        if over:
            self.cases.append(Case("stale", kind, "takedown", (doc.holds,)))
        else:
            self.quiet.append((kind, doc.path))

    def _repeal(self, month: int) -> None:
        docs = []
        for subject in ("集贸市场管理", "河道采砂管理"):
            town = self.chance.choice(self.county.townships)
            day = date(2020, month, 8)
            number = f"青政办〔2020〕{len(self.docs)}号"
            title = f"{COUNTY}{town}{subject}暂行办法"
            doc = self._doc(f"关于印发《{title}》的通知", "人民政府办公室", "政策文件", day, lines=[
                number, "各乡镇人民政府：", f"现将《{title}》印发给你们，请遵照执行。",
            ])  # fmt: skip
            docs.append((doc, number, title))
        gone, number, title = docs[0]
        notice = self._doc("关于废止部分行政规范性文件的通知", "人民政府办公室", "政策文件", date(2024, month, 20), lines=[
            "各乡镇人民政府，县直各单位：", "经研究，决定废止下列文件，自本通知印发之日起不再执行：",
            f"1.《关于印发〈{title}〉的通知》（{number}）。",
        ])  # fmt: skip
        self.cases.append(Case("stale", "repealed", "takedown", ((gone.path,), (notice.path,))))
        self.quiet.append(("repealed", docs[1][0].path))

    def _officials(self, month: int) -> None:
        gone, stays = self._somebody(), self._somebody()
        unit = self.chance.choice(("农业农村局", "水务局", "教育局", "交通运输局"))
        pages = [
            self._doc(f"{one.name}同志简介", unit, "领导信息", date(2023, month, 2), lines=[
                f"姓名：{one.name}", f"职务：{COUNTY}{unit}{post}", "工作分工：协助局长分管计划财务、安全生产工作。",
            ])
            for one, post in ((gone, "副局长"), (stays, "党组成员、副局长"))
        ]  # fmt: skip
        notice = self._doc(f"{COUNTY}人民政府关于{gone.name}等同志职务任免的通知", "人民政府办公室", "人事信息", date(2025, month, 18), lines=[
            f"青政人〔2025〕{len(self.docs)}号", "县政府研究决定：", f"任命{self._somebody().name}同志为{COUNTY}{unit}副局长；",
            f"免去{gone.name}同志的{COUNTY}{unit}副局长职务。",
        ])  # fmt: skip
        self.cases.append(Case("stale", "removed_official", "takedown", ((pages[0].path,), (notice.path,))))
        self.quiet.append(("removed_official", pages[1].path))

    def _ordinary(self) -> None:
        chance = self.chance
        subject = chance.choice(("农田水利", "校园安全", "森林防火", "政务服务", "乡村道路", "环境整治", "防汛抗旱", "技能培训"))
        town = chance.choice(self.county.townships)
        unit = chance.choice(list(_FOLDERS))
        lines = [
            f"为进一步做好{subject}工作，{COUNTY}{unit}近日在{town}召开推进会，对下一阶段工作作出安排。",
            f"会议要求，各村要压实责任，建立台账，{chance.randrange(2, 12)}月底前完成{chance.randrange(3, 90)}处问题的整改。",
            f"全年计划投入资金{chance.randrange(80, 9000)}万元，惠及群众{chance.randrange(1, 40)}万余人。",
            chance.choice(("下一步，将加强督促检查，定期通报进展。", "会后，与会人员现场查看了项目进展。", "各单位要举一反三，健全长效机制。")),
        ]  # fmt: skip
        self._doc(f"{town}推进{subject}工作（第{len(self.docs)}期）", unit, "工作动态", lines=lines)

    # Some months later

    def second(self) -> list[Case]:
        """Changes the site: the cases of changes.

        Leaks are mended or taken down, pages go and leave their attachments, others come, leaks among them.
        """
        self.round = 2
        changes: list[Case] = []
        for number, (doc, case) in enumerate(self._fixable):
            if number % 4 == 3:
                doc.removed = True
            elif number % 2 == 0:
                doc.lines = ["经核实，符合条件，予以救助。"]
                doc.table = None
            else:
                continue
            self.cases.remove(next(one for one in self.cases if one.documents == case.documents and one.by == "findings"))
            changes.append(Case("change", "gone", "changes", case.documents))
        for doc, _ in self._removable[::4]:
            doc.gone = True
            self.cases.append(Case("stale", "dead_attachment", "takedown", ((doc.file,),)))
        for _ in range(max(len(self.docs) // 1000, 1)):
            one = self._somebody()
            title = f"关于农村危房改造申请的答复（第{len(self.docs)}号）"
            self._leak("ID_CARD", title, "民政局", [f"申请人{one.name}，身份证号{one.number}，已列入计划。"])
            changes.append(Case("change", "new", "changes", self.cases[-1].documents))
        return changes

    def truth(self, changes: Sequence[Case] = ()) -> dict[str, Any]:
        return {
            "schema": SCHEMA, "round": self.round, "pages": len(self.docs),
            "cases": [
                {"kind": one.kind, "what": one.what, "by": one.by, "documents": [list(some) for some in one.documents]}
                for one in (*self.cases, *changes)
            ],
            "quiet": [{"kind": kind, "path": path} for kind, path in self.quiet],
        }  # fmt: skip

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Every file of the site."""
        for doc in self.docs:
            if doc.removed:
                continue
            table = doc.table() if doc.table is not None else None
            if doc.attachment:
                head = [[doc.title]] if doc.headed else []
                yield doc.file, _FORMATS[doc.attachment]([*head, *(table or [[line] for line in doc.lines])])
            if doc.gone:
                continue
            page = _page(doc, None if doc.attachment else table).encode()
            yield doc.path, page
            if doc.twin:
                yield _twin(doc), page


def _twin(doc: Doc) -> str:
    """The other address of a page that was published twice."""
    return doc.path.replace(f"/{_COLUMNS[doc.column]}/", f"/{doc.twin}/")


# --- pages and attachments -------------------------------------------------------------------------

_MENU = "".join(f'<li><a href="/{folder}/">{name}</a></li>' for name, folder in _COLUMNS.items())


def _page(doc: Doc, table: _TABLE | None) -> str:
    """As sites show it: a third with meta elements, all with 索引号 and the way to the page."""
    title, day = html.escape(doc.title), doc.day
    meta = ""
    if doc.number % 3:
        meta = (
            f'<meta name="SiteName" content="{COUNTY}人民政府门户网站"><meta name="ColumnName" content="{doc.column}">'
            f'<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="{day} 10:{doc.number % 60:02}">'
            f'<meta name="ContentSource" content="{doc.unit}"><link rel="canonical" href="http://{doc.path}">'
        )
    index = f"11341700MB{doc.number % 9000000 + 1000000}U/{day:%Y%m}-{doc.number % 100000:05}"
    body = "".join(f"<p>{html.escape(line)}</p>" for line in doc.lines)
    if table is not None:
        rows = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in table)
        body += f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
    if doc.attachment:
        name = doc.file.rpartition("/")[2]
        body += f'<p>附件：<a href="./{name}">{title}.{doc.attachment}</a></p>'
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}_{COUNTY}人民政府</title>{meta}</head><body>'
        f'<ul class="menu">{_MENU}</ul><div class="position">您现在所在的位置: <a href="/">网站首页</a>&gt; {doc.unit}&gt; {doc.column}</div>'
        f"<table class='xxgk'><tr><td>索引号: {index}</td><td>组配分类: {doc.column}</td></tr>"
        f"<tr><td>发布机构: {doc.unit}</td><td>发布日期: {day}</td></tr><tr><td>名称: {title}</td><td>文号:</td></tr></table>"
        f"<h1>{title}</h1><div class='tips'>发布时间:{day} 10:{doc.number % 60:02} 来源:{doc.unit} 浏览次数: 字体:[ 大 中 小 ]</div>"
        f"<div class='content'>{body}</div><div class='foot'>主办：{COUNTY}人民政府办公室　网站标识码3417000001</div></body></html>"
    )


def _xlsx(table: _TABLE) -> bytes:
    rows = (
        "".join(f'<c t="inlineStr"><is><t>{html.escape(cell)}</t></is></c>' for cell in row) for row in table
    )
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(f"<row>{row}</row>" for row in rows)}</sheetData></worksheet>'
    return _zipped({
        "[Content_Types].xml": _types({
            "/xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            "/xl/worksheets/sheet1.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml",
        }),
        "_rels/.rels": _related(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets><sheet name="名单" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _related(("worksheet", "worksheets/sheet1.xml")),
        "xl/worksheets/sheet1.xml": sheet,
    })  # fmt: skip


def _docx(table: _TABLE) -> bytes:
    def cell(text: str) -> str:
        return f"<w:tc><w:tcPr/><w:p><w:r><w:t>{html.escape(text)}</w:t></w:r></w:p></w:tc>"

    rows = "".join(f"<w:tr>{''.join(map(cell, row))}</w:tr>" for row in table)
    grid = "<w:gridCol/>" * len(table[-1])
    return _zipped({
        "[Content_Types].xml": _types({
            "/word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        }),
        "_rels/.rels": _related(("officeDocument", "word/document.xml")),
        "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body><w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl><w:p/></w:body></w:document>',
    })  # fmt: skip


_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_REL = _OFFICE
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def _types(parts: dict[str, str]) -> str:
    told = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in parts.items())
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'<Types xmlns="{_PACKAGE}/content-types">{rels}<Default Extension="xml" ContentType="application/xml"/>{told}</Types>'


def _related(*parts: tuple[str, str]) -> str:
    told = "".join(f'<Relationship Id="r{k}" Type="{_OFFICE}/{kind}" Target="{target}"/>' for k, (kind, target) in enumerate(parts, 1))
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{told}</Relationships>'


def _zipped(parts: dict[str, str]) -> bytes:
    """A package whose bytes are the same each time."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as package:
        for name, text in parts.items():
            info = ZipInfo(name, (2024, 1, 1, 0, 0, 0))
            info.compress_type = ZIP_DEFLATED
            package.writestr(info, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return out.getvalue()


def _csv(table: _TABLE) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(table)
    return out.getvalue().encode("gb18030")


_FONT = (
    "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType0"
    "/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/DW 1000/W[1 95 500]"
    "/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0"
    "/Ascent 880/Descent -120/CapHeight 880/StemV 93>>>>]>>"
)


def _pdf(table: _TABLE) -> bytes:
    """One page; the font is one that every reader has."""
    shown = "".join(
        f"BT /F1 12 Tf 1 0 0 1 60 {780 - 20 * k} Tm <{'  '.join(row).encode('utf-16-be').hex()}> Tj ET\n" for k, row in enumerate(table)
    )
    objects = (
        "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(shown)}>>stream\n{shown}\nendstream", _FONT,
    )  # fmt: skip
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, told in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{told}\nendobj\n".encode()
    xref = len(out)
    out += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{''.join(f'{place:010} 00000 n {chr(10)}' for place in places)}".encode()
    out += f"trailer\n<</Size {len(places) + 1}/Root 1 0 R>>\nstartxref\n{xref}\n%%EOF\n".encode()
    return bytes(out)


_FORMATS: dict[str, Callable[[_TABLE], bytes]] = {"xlsx": _xlsx, "docx": _docx, "csv": _csv, "pdf": _pdf}


def write(website: Website, folder: Path) -> tuple[int, int, int]:
    """Makes the folder hold the site and nothing else: files (written, as they were, removed).

    A file with the same bytes is not touched: a mirror program leaves it, too.
    """
    kept: set[Path] = set()
    written = same = removed = 0
    for name, data in website.files():
        path = folder / name
        kept.add(path)
        if path.is_file() and path.read_bytes() == data:
            same += 1
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        written += 1
    for path in folder.rglob("*"):
        if path.is_file() and path not in kept:
            path.unlink()
            removed += 1
    return written, same, removed


# --- what of it was found --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Checked:
    """What a report says of the planted cases: `missing` as "kind what: paths"."""

    found: Counter[str]
    planted: Counter[str]
    missing: tuple[str, ...]
    wrong: tuple[str, ...]
    """proposals for pages that are in order"""

    def lines(self) -> Iterator[str]:
        for name in sorted(self.planted):
            yield f"{name}\t{self.found[name]} / {self.planted[name]}"
        yield from (f"没有找到：{one}" for one in self.missing)
        yield from (f"不该提出：{one}" for one in self.wrong)


def check(truth: dict[str, Any], report: dict[str, Any]) -> Checked:
    """The planted cases against what `reviewer rescan --format json` says."""
    by_path = {str(one["path"]): one for one in report["documents"]}
    named = {path: _told(one) for path, one in by_path.items()}
    found, planted, missing = Counter[str](), Counter[str](), []
    for case in truth["cases"]:
        name = f"{case['kind']} {case['what']}"
        planted[name] += 1
        if _LOOK[case["by"]](case, report, by_path, named):
            found[name] += 1
        else:
            missing.append(f"{name}: {', '.join(some[0] for some in case['documents'])}")
    proposed = {(str(one["kind"]), str(one["path"])) for one in report.get("takedown", ())}
    wrong = [f"{one['kind']}: {one['path']}" for one in truth["quiet"] if (one["kind"], one["path"]) in proposed]
    return Checked(found, planted, tuple(missing), tuple(wrong))


def _told(document: dict[str, Any]) -> str:
    """How a report may name a document: by its title."""
    return str(document.get("title") or "")


def _in_findings(case: Any, report: Any, by_path: Any, named: Any) -> bool:
    weak = case["kind"] == "weak_mask"
    return any(
        one["entity"] == case["what"] and one["severity"] != "note" and (one.get("masked") or not weak)
        for path in case["documents"][0] for one in by_path.get(path, {"findings": ()})["findings"]
    )  # fmt: skip


_SAME = {"mask_plus_attributes": ("mask_plus_attributes", "complementary_masks")}
"""a birth date makes of two masks what a third mask would"""


def _in_joins(case: Any, report: Any, by_path: Any, named: Any) -> bool:
    kinds = _SAME.get(case["what"], (case["what"],))
    return any(
        one["kind"] in kinds and all(any(path in one["documents"] for path in some) for some in case["documents"])
        for one in report.get("joins", ())
    )


def _in_takedown(case: Any, report: Any, by_path: Any, named: Any) -> bool:
    first, others = case["documents"][0], case["documents"][1:]
    for one in report.get("takedown", ()):
        if one["kind"] != case["what"]:
            continue
        text = json.dumps(one, ensure_ascii=False)
        if any(_may_be(one["path"], path) for path in first) and all(_names(text, some, named) for some in others):
            return True
        # Of a page that stands twice either one may go.
        if case["what"] == "duplicate_page" and one["path"] in others[0] and _names(text, first, named):
            return True
    return False


def _may_be(shown: str, path: str) -> bool:
    """Whether a path as a report shows it, long numbers masked and told apart by a mark, is this one."""
    plain = re.escape(shown.split("~")[0]).replace(re.escape("*"), ".")
    return re.fullmatch(plain, path) is not None


def _names(text: str, paths: Sequence[str], named: Any) -> bool:
    return any(path in text or (named.get(path) and named[path] in text) for path in paths)


def _in_changes(case: Any, report: Any, by_path: Any, named: Any) -> bool:
    return any(one["path"] in case["documents"][0] for one in report["changes"][case["what"]])


_LOOK: dict[str, Callable[[Any, Any, Any, Any], bool]] = {
    "findings": _in_findings, "joins": _in_joins, "takedown": _in_takedown, "changes": _in_changes,
}  # fmt: skip


def main(arguments: Iterable[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="编造的政府网站：保存下来的网页和附件，以及埋了什么")
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--people", type=int, default=0, help="默认每页 25 人")
    parser.add_argument("--rows", type=int, default=30, help="名单平均多少行")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--second", action="store_true", help="过了几个月的样子：有的改了，有的没了，有的是新的")
    parser.add_argument("--check", type=Path, nargs=2, metavar=("TRUTH", "RESCAN"))
    chosen = parser.parse_args(None if arguments is None else list(arguments))
    if chosen.check:
        truth, report = (json.loads(path.read_text(encoding="utf-8")) for path in chosen.check)
        checked = check(truth, report)
        print("\n".join(checked.lines()))
        return 1 if checked.missing or checked.wrong else 0
    if chosen.folder is None:
        parser.error("要写明文件夹")
    website = Website(chosen.pages, chosen.people or chosen.pages * 25, chosen.seed, chosen.rows)
    changes = website.second() if chosen.second else []
    written, same, removed = write(website, chosen.folder)
    path = chosen.folder.with_name(chosen.folder.name + ".truth.json")
    path.write_text(json.dumps(website.truth(changes), ensure_ascii=False, indent=1), encoding="utf-8")
    print(f"{len(website.docs):,} 页；写了 {written:,} 个文件，{same:,} 个不变，去掉 {removed:,} 个；埋了 {len(website.cases) + len(changes)} 处：{path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
