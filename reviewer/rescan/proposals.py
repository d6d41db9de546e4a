"""What is to be done with what is published already: Proposals across all documents of a state. Pure.

Where it is in doubt the milder action is proposed, with what is to be looked at: 撤下 only where the law names an end
or the page is nobody's any more; 去标识 where the document stays and its persons go; 保留 where it stays and must say
what became of it. What must stay public (处罚、许可、中标、出让结果) is never proposed for being old.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from reviewer.linkage.join import counted
from reviewer.model import ENTITY_TITLES, OFFICE_ROLES
from reviewer.prepared.patterns import compiled
from reviewer.rescan.lifecycle import number_key, title_key
from reviewer.rescan.model import Action, Notice, Proposal

if TYPE_CHECKING:
    from reviewer.rescan.state import Stored

    _Made = tuple[Stored, Proposal]

KIND_TITLES: dict[str, str] = {
    "announcement_over": "公示期已满", "expired": "有效期已过", "repealed": "已废止、失效",
    "removed_official": "已免职人员仍列为现任", "dead_attachment": "失去页面的附件", "duplicate_page": "重复发布",
    "finding": "含有不宜公开的内容", "join": "与其他文件汇聚有风险",
}  # fmt: skip
_CLEAN = ("pipl-47",)
"""what binds everywhere: personal information goes when its purpose is fulfilled"""
OVER: dict[str, tuple[Action, str, tuple[str, ...]]] = {
    "招考录用": ("take_down", "录用、聘用名单只为公示而公开，公示期满应当撤下；确需留存结果的，去标识后保留。", _CLEAN),
    "任前公示": ("take_down", "任前公示只为征求意见而公开，公示期满应当撤下。", ("cadres-notice", *_CLEAN)),
    "不动产登记": ("take_down", "登记公告、遗失声明期满应当撤下。", ("registration-26", *_CLEAN)),
    "社会救助": (
        "take_down", "救助对象名单只在所在村、社区公示，期满不应留在网站；网站可以公布户数、人数、资金。",
        ("relief-61", *_CLEAN),
    ),
    "惠农补贴": ("take_down", "补贴名单只在村内公示，期满不应留在网站；网站可以公布标准和村组汇总。", _CLEAN),
    "征地补偿": ("deidentify", "公告应当保留；分户名单只在村、组公示，期满删去姓名等个人信息。", _CLEAN),
    "保障房": ("deidentify", "分配结果应当公开；公示期满，家庭情况等个人信息去标识。", _CLEAN),
    "考试成绩": ("deidentify", "公示期满，成绩、名单去标识后保留，或者撤下。", _CLEAN),
    "地质灾害防治": ("deidentify", "公示期满，受威胁户名单等个人信息去标识。", _CLEAN),
    "": ("deidentify", "公示的目的已经达到，写到个人的内容应当去标识；确认不必保留的，撤下。", _CLEAN),
}  # fmt: skip
"""genre -> what becomes of an announcement with persons once its period is over, why, by which law.

Genres that are not here stay as they are: rules/genres say that they are public as such (结果长期公开)."""
_LASTING = frozenset({"政策文件", ""})
"""genres of documents that have a validity"""
_SECRET = frozenset({"CLASSIFICATION", "MAP_SECRET"})
_NO_LEAK = frozenset({"DISCLOSURE"})
"""entities of findings that say that something is missing"""
_LEAST_LINKED = 0.5
"""a source whose pages link to fewer of its attachments does not show its links"""
_FORMS = 20
"""so many documents with the same text and no persons in them are forms and error pages, no pages published twice"""
_NO_FILES = frozenset({"html", "folder", ""})
"""formats that are no attachment: pages, folders, what could not be read"""
_SHOWN = 4
"""kinds of findings that are named, and other documents"""
_TITLE_LINES = 5
_ISSUED = compiled("(?:印发|发布|转发|公布|下发)")
_QUOTED = compiled("《([^《》]{3,90})》")
_ABOUT = compiled("关于.{6,}")
_WHOSE = compiled("领导|班子|机构|负责人|简介|简历|工作分工|内设|职能")
"""what follows the name of the office in the title of its page of leaders"""
_POSTS = compiled("[、，,/ ]+|兼")
_RANK = compiled(
    "(?:常务)?副?(?:党组|党委|党工委|机关党委|支部)?(?:书记|局长|主任|委员|主席|总工程师|总规划师|总经济师|总会计师|调研员|专员|组长|秘书长|"
    "[部厅省市县区乡镇村科处所站校院队园馆室股司]长|理事长|董事长|总经理|指导员|政委|成员)$"
)


@dataclass(frozen=True, slots=True)
class Holds:
    """What was found in a document, as far as proposals depend on it.

    found    severity -> entity -> how many
    private  names of persons who act for no office
    scopes   how far it may be published, where a finding says so (仅村内公示)
    tables   tables that name nobody and single somebody out
    """

    found: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    private: int = 0
    scopes: tuple[str, ...] = ()
    tables: int = 0

    @property
    def leaks(self) -> bool:
        return bool(self.found)

    @property
    def persons(self) -> bool:
        return self.leaks or self.private > 0

    def told(self) -> str:
        """居民身份证号码 3 处、手机号码 2 处."""
        parts = []
        for severity, says in (("block", "不得公开"), ("check", "须人工判断")):
            counts = sorted(self.found.get(severity, {}).items(), key=lambda one: (-one[1], one[0]))
            if counts:
                listed = "、".join(f"{ENTITY_TITLES.get(name, name)} {count} 处" for name, count in counts[:_SHOWN])
                parts.append(f"{says}：{listed}" + (" 等" if len(counts) > _SHOWN else ""))
        return "；".join(parts)


def holds_record(document: Mapping[str, Any]) -> str:
    """What the state keeps of the findings of a document (its JSON of docs/json.md): JSON without any value."""
    found: dict[str, Counter[str]] = {"block": Counter(), "check": Counter()}
    private = 0
    scopes: set[str] = set()
    for one in document["findings"]:
        if one["severity"] in found and one["entity"] not in _NO_LEAK:
            found[one["severity"]][one["entity"]] += 1
        if one["entity"] == "NAME" and one.get("role", "") not in OFFICE_ROLES:
            private += 1
        if one.get("scope"):
            scopes.add(one["scope"])
    told = {"found": {name: counts for name, counts in found.items() if counts}, "private": private,
            "scopes": sorted(scopes), "tables": len(document.get("tables", ()))}  # fmt: skip
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def holds_of(record: str) -> Holds:
    """The Holds of a `holds_record`."""
    told = json.loads(record or "{}")
    return Holds(told.get("found", {}), told.get("private", 0), tuple(told.get("scopes", ())), told.get("tables", 0))


def proposals(
    documents: Iterable[Stored], notices: Iterable[tuple[int, Notice]], today: date
) -> list[Proposal]:
    """What is to be done with the documents that are there, by unit, column and path.

    notices  (document's id, notice) of the same documents
    """
    state = _State(list(documents), notices, today)
    found: list[tuple[Stored, Proposal]] = [
        *state.over(), *state.repealed(), *state.expired(), *state.removed(), *state.dead(), *state.twice(),
    ]  # fmt: skip
    going = {one.id for one, proposal in found if proposal.action == "take_down"}
    found += state.findings(going)
    found.sort(key=lambda one: (one[1].unit, one[1].column, one[1].path, one[1].kind, one[0].id))
    return [proposal for _, proposal in found]


def of_joins(
    joins: Iterable[Mapping[str, Any]], documents: Iterable[Stored], named: Mapping[str, str] | None = None
) -> list[Proposal]:
    """What is to be changed so that documents give nothing away together: the one that breaks the chain at least cost.

    joins  as in docs/json.md, with the paths of the documents to change under "change"
    named  masked path -> path, where those of `joins` are not masked: what is proposed is
    """
    shown = {path: masked for masked, path in (named or {}).items()}
    known = {one.path: one for one in documents}
    told: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for join in joins:
        for path in join.get("change", ()):
            if shown.get(path, path) in known:
                told[shown.get(path, path)].append(join)
    made = []
    for path, every in sorted(told.items()):
        worst = min(every, key=lambda one: (one["after"], one["kind"]))
        others = [shown.get(name, name) for name in worst["documents"] if shown.get(name, name) != path]
        advice = str(worst["advice"])
        for name in worst["documents"]:
            advice = advice.replace(name, shown.get(name, name))
        more = f"；这样的情形共 {len(every)} 处" if len(every) > 1 else ""
        what = ENTITY_TITLES.get(worst["entity"], "个人")
        counts = counted(worst["kind"], worst["before"], worst["after"])
        reason = f"与其他文件放在一起可以推出{what}（{counts}）{more}。"
        evidence = (advice, *(f"另见：{name}" for name in others[:_SHOWN]))
        made.append(_proposal(known[path], "join", "deidentify", reason, ("pipl-4", "pipl-6"), None, *evidence))
    return made


def _proposal(
    one: Stored, kind: str, action: Action, reason: str, basis: tuple[str, ...], since: date | None, *evidence: str
) -> Proposal:
    return Proposal(
        one.path, kind, action, reason, basis, since, tuple(filter(None, evidence)), one.unit, one.column, one.url,
        one.id,
    )  # fmt: skip


class _State:
    """All documents, laid out so that each question is a look-up."""

    def __init__(
        self, documents: Sequence[Stored], notices: Iterable[tuple[int, Notice]], today: date
    ) -> None:
        self._documents = documents
        self._today = today
        self._by_id = {one.id: one for one in documents}
        self._notices: dict[int, list[Notice]] = defaultdict(list)
        self._of_kind: dict[str, list[tuple[Stored, Notice]]] = defaultdict(list)
        for number, notice in notices:
            if number in self._by_id:
                self._notices[number].append(notice)
                self._of_kind[notice.kind].append((self._by_id[number], notice))
        self._held = {one.id: holds_of(one.holds) for one in documents}

    def _has(self, one: Stored, kind: str) -> list[Notice]:
        return [notice for notice in self._notices[one.id] if notice.kind == kind]

    # 公示期

    def over(self) -> Iterator[_Made]:
        """Announcements with persons in them whose period is over, but what must stay public."""
        for one in self._documents:
            periods = [notice for notice in self._has(one, "announcement_period") if notice.date is not None]
            if not periods or one.genre not in OVER or not self._held[one.id].persons:
                continue
            last = max(periods, key=lambda notice: notice.date or date.min)
            if last.date is None or last.date >= self._today:
                continue
            action, reason, basis = OVER[one.genre]
            told = f"{_days(last.date)}公示期满。{reason}"
            yield one, _proposal(
                one, "announcement_over", action, told, basis, last.date, f"文中写明：{last.evidence}",
                self._held[one.id].told(),
            )  # fmt: skip

    # 废止、失效、有效期

    def repealed(self) -> Iterator[_Made]:
        """What a later document repeals, and what says of itself that it is repealed."""
        done: set[int] = set()
        titles = _Titles(self._documents)
        for by, notice in self._of_kind["repeal"]:
            if not notice.target:
                if by.id not in done and (notice.date is None or notice.date <= self._today):
                    done.add(by.id)
                    yield by, _proposal(
                        by, "repealed", "keep", "页面已标明废止、失效。需要留作历史资料的保留；不需长期保留的，撤下。",
                        ("ogi-6",), notice.date, notice.evidence,
                    )  # fmt: skip
                continue
            if notice.date is not None and notice.date > self._today:
                continue
            for one in titles.named(notice.target):
                if one.id in done or not _is_before(one, by, notice.date) or one.page_key == by.path_key:
                    continue
                if any(not own.target for own in self._has(one, "repeal")):
                    continue
                done.add(one.id)
                yield one, _proposal(
                    one, "repealed", "keep",
                    f"已被{_name(by)}废止。保留的，应在标题和正文显著位置注明“已废止”；不需长期保留的，撤下。",
                    ("ogi-6",), notice.date, notice.evidence, f"废止它的文件：{by.path}",
                )  # fmt: skip
        self._repealed = done

    def expired(self) -> Iterator[_Made]:
        """Documents with a validity that has ended, but those that are repealed already."""
        for one in self._documents:
            if one.genre not in _LASTING or one.id in self._repealed:
                continue
            days = [notice for notice in self._has(one, "validity") if notice.date is not None]
            last = max(days, key=lambda notice: notice.date or date.min, default=None)
            if last is None or last.date is None or last.date >= self._today:
                continue
            yield one, _proposal(
                one, "expired", "keep",
                f"有效期到{_days(last.date)}为止。没有延长的，应注明“已失效”；不需长期保留的，撤下。已经延长或者修订的，请核对。",
                ("ogi-6",), last.date, f"文中写明：{last.evidence}",
            )  # fmt: skip

    # 免职

    def removed(self) -> Iterator[_Made]:
        """Pages of leaders that show somebody in an office from which a later notice removed him."""
        removals: dict[str, list[tuple[Stored, Notice]]] = defaultdict(list)
        for by, notice in self._of_kind["removal"]:
            if notice.person:
                removals[notice.person].append((by, notice))
        returns: dict[str, list[Notice]] = defaultdict(list)
        for _, notice in self._of_kind["appointment"]:
            returns[notice.person].append(notice)
        done: set[int] = set()
        for page, shown in self._of_kind["in_office"]:
            for by, notice in removals.get(shown.person, ()):
                if page.id in done or by.id == page.id or notice.date is None or notice.date > self._today:
                    continue
                if page.published is not None and page.published > notice.date:
                    continue
                if not same_office(shown.target, page.unit or _WHOSE.split(page.title)[0], notice.target, by.unit):
                    continue
                if any(
                    again.date is not None and again.date > notice.date
                    and same_office(again.target, by.unit, notice.target, by.unit)
                    for again in returns[shown.person]
                ):  # fmt: skip
                    continue
                done.add(page.id)
                yield page, _proposal(
                    page, "removed_official", "deidentify",
                    f"页面仍把一名已免去“{notice.target}”职务的人列为现任，请核对后更新（页面本身应当保留）。",
                    ("ogi-20", "ogi-6"), notice.date, shown.evidence, f"免职文件：{by.path}",
                )  # fmt: skip

    # 附件、重复

    def dead(self) -> Iterator[_Made]:
        """Attachments whose page is gone, or to which no page of a source with links leads."""
        pages = {(one.source, one.path_key) for one in self._documents if one.outer is None}
        files: dict[int, list[Stored]] = defaultdict(list)
        for one in self._documents:
            # Pictures stand in pages, which do not link to them.
            is_file = one.format not in _NO_FILES and (one.format != "picture" or self._held[one.id].persons)
            if one.outer is None and is_file:
                files[one.source].append(one)
        for source, every in files.items():
            linked = sum(bool(one.page_key) for one in every)
            shows = linked >= _LEAST_LINKED * len(every)
            for one in every:
                held = self._held[one.id]
                if one.page_key and (source, one.page_key) not in pages:
                    yield one, _proposal(
                        one, "dead_attachment", "take_down",
                        "原来链接它的页面已经不在，附件还能凭网址打开，应当一并撤下。",
                        _CLEAN if held.persons else ("ogi-6",), None, held.told(),
                    )  # fmt: skip
                elif not one.page_key and shows:
                    leaks = held.persons
                    yield one, _proposal(
                        one, "dead_attachment", "take_down" if leaks else "keep",
                        "没有页面链接到它，凭网址仍能打开。"
                        + ("含有个人信息，应当撤下。" if leaks else "请核对：不再使用的，撤下。"),
                        _CLEAN if leaks else ("ogi-6",), None, held.told(),
                    )  # fmt: skip

    def twice(self) -> Iterator[_Made]:
        """Documents that are published at several addresses: all but the first of them."""
        groups: dict[tuple[str, str], list[Stored]] = defaultdict(list)
        for one in self._documents:
            if one.outer is None and one.format != "folder":
                if one.text_key:
                    groups[one.format, one.text_key].append(one)
                elif one.sha256:
                    groups[one.format, one.sha256].append(one)
        for (form, _), every in groups.items():
            persons = any(self._held[one.id].persons for one in every)
            if len(every) < 2 or (not persons and (form != "html" or len(every) > _FORMS)):
                continue
            every.sort(key=lambda one: (one.published or date.max, not one.page_key, len(one.path), one.path))
            first, *others = every
            for one in others:
                same = not one.unit or not first.unit or one.unit == first.unit
                action: Action = "take_down" if persons or same else "keep"
                says = (
                    "含有个人信息，保留一份即可，其余撤下。" if persons
                    else "同一单位重复发布，保留较早的一份。" if same
                    else "其他单位也发布了，属于转载的可以保留，请核对。"
                )  # fmt: skip
                yield one, _proposal(
                    one, "duplicate_page", action, f"与另一处内容相同。{says}", ("pipl-6",) if persons else ("ogi-6",),
                    one.published, f"另一处：{first.path}",
                )  # fmt: skip

    # 发现

    def findings(self, going: set[int]) -> Iterator[_Made]:
        """Documents with findings at block or check, or tables that tell who somebody is, that are not to go anyway."""
        for one in self._documents:
            held = self._held[one.id]
            if one.id in going:
                continue
            if held.tables and not held.leaks:
                yield one, _proposal(
                    one, "finding", "deidentify",
                    "表里没有写姓名，但知道某人住处、性别、出生年月等的人认得出是哪一行：写粗一些（年份、乡镇），或者删去几列。",
                    ("pipl-4", "pipl-6"), one.published,
                    f"认得出人的表格 {held.tables} 张，改法见报告的汇聚风险",
                )  # fmt: skip
            if not held.leaks:
                continue
            secret = _SECRET.intersection(held.found.get("block", ()))
            if secret:
                yield one, _proposal(
                    one, "finding", "take_down",
                    "疑似涉密或者标明不公开：立即撤下，由保密工作机构核对，不要在本系统里处理。",
                    ("ogi-14", "secrets-order-5"), one.published, held.told(),
                )  # fmt: skip
                continue
            scopes = [scope for scope in held.scopes if scope.startswith("不公开")]
            if scopes and "block" in held.found:
                yield one, _proposal(
                    one, "finding", "take_down", "含有不应上网公开的内容，应当撤下。", ("ogi-15", "pipl-6"),
                    one.published, held.told(), *scopes,
                )  # fmt: skip
                continue
            says = (
                "含有不得公开的内容，去标识后重新发布。" if "block" in held.found
                else "含有须人工判断的内容：不应公开的去标识，可以公开的登记为保留。"
            )  # fmt: skip
            yield one, _proposal(
                one, "finding", "deidentify", says, ("ogi-15", "pipl-6"), one.published, held.told(),
                *(f"范围：{scope}" for scope in held.scopes[:2] if not scope.startswith("全面公开")),
            )  # fmt: skip


class _Titles:
    """Documents by number, by title, and by what they are about."""

    def __init__(self, documents: Iterable[Stored]) -> None:
        self._numbers: dict[str, list[tuple[str, Stored]]] = defaultdict(list)
        self._titles: dict[str, list[Stored]] = defaultdict(list)
        for one in documents:
            if one.outer is not None:
                continue
            if one.number:
                number = number_key(one.number)
                self._numbers[_year_and_number(number)].append((number, one))
            for key in {*_titles_of(one.title)}:
                self._titles[key].append(one)

    def named(self, target: str) -> list[Stored]:
        """The documents that a 文号 or a title names. A number may have lost the beginning of its code."""
        if target.endswith("号"):
            number = number_key(target)
            return [
                one for own, one in self._numbers[_year_and_number(number)]
                if own.endswith(number) or number.endswith(own)
            ]  # fmt: skip
        found: dict[int, Stored] = {}
        for key in _titles_of(target):
            found |= {one.id: one for one in self._titles.get(key, ())}
        return list(found.values())


def _titles_of(title: str) -> Iterator[str]:
    """What a document is called by: its title or lines of it, what stands behind 关于, the document that it issues."""
    lines = title.split()[:_TITLE_LINES]
    for first in range(len(lines)):
        for last in range(first + 1, len(lines) + 1):
            text = "".join(lines[first:last])
            about = _ABOUT.search(text)
            yield from filter(_is_long, (title_key(text), title_key(about[0]) if about is not None else ""))
    if _ISSUED.search(title) is not None:
        yield from filter(_is_long, (title_key(match[1]) for match in _QUOTED.finditer(title)))


def _is_long(key: str) -> bool:
    return len(key) >= 5


def _year_and_number(number: str) -> str:
    return number[number.find("〔") :]


def _is_before(one: Stored, by: Stored, day: date | None) -> bool:
    """Whether `one` can be what `by` repeals: another document, not published later."""
    if one.id == by.id or one.outer == by.id:
        return False
    until = day or by.published
    return one.published is None or until is None or one.published <= until


def same_office(shown: str, unit: str, removed: str, by: str) -> bool:
    """Whether an office shown on a unit's page (党组书记、局长 of 清溪县财政局) is the one of a notice (县财政局局长).

    The rank has to be the same, and what the notice names in front of it has to be the unit, or stand beside the rank.

    >>> same_office("党组书记、局长", "清溪县财政局", "县财政局局长", "清溪县人民政府")
    True
    >>> same_office("副局长", "清溪县财政局", "县教育局副局长", "清溪县人民政府")
    False
    """
    for mine in filter(None, _POSTS.split(shown)):
        for theirs in filter(None, _POSTS.split(removed)):
            rank, other = _RANK.search(mine), _RANK.search(theirs)
            if rank is None or other is None or _bare(rank[0]) != _bare(other[0]):
                continue
            own, named = mine[: rank.start()] or unit, theirs[: other.start()] or by
            if own and named and (_ends_alike(own, named) or _ends_alike(unit, named)):
                return True
    return False


def _bare(rank: str) -> str:
    return rank.replace("常务", "")


def _ends_alike(one: str, other: str) -> bool:
    """Whether two names of offices are one, as far as they are written out: 县财政局, 清溪县财政局."""
    one, other = re.sub(r"^(?:中共|中国共产党)", "", one), re.sub(r"^(?:中共|中国共产党)", "", other)
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= 3 and longer.endswith(shorter)


def _name(one: Stored) -> str:
    return f"“{one.title}”" if one.title else "另一份文件"


def _days(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def merged(found: Sequence[Proposal], joined: Iterable[Proposal]) -> list[Proposal]:
    """Both, in the order of the list; what is to be taken down anyway gives nothing away any more."""
    going = {one.document for one in found if one.action == "take_down"}
    every = [*found, *(one for one in joined if one.document not in going)]
    return sorted(every, key=lambda one: (one.unit, one.column, one.path, one.kind))

