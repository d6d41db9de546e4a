"""How long a document is to stand: 公示期, 有效期, 废止 and 失效, who was removed and who is shown in office. Pure.

`notices` reads one text; what is to be done across documents is in proposals.py. Persons are tokens (linkage.tokens),
evidence is masked: a Notice can be stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from reviewer.prepared.patterns import compiled
from reviewer.rescan import dates
from reviewer.rescan.dates import BLANK, LENGTH, RANGE, SINCE, UNTIL, Span
from reviewer.rescan.model import Notice
from reviewer.review.clock import Calendar

Named = tuple[int, int]
"""where a name stands"""
_EVIDENCE = 60
"""characters of the text that are shown"""
_AHEAD, _BEHIND = 90, 70
"""characters around 公示期 in which its days are looked for"""
_PERIODS = 500
"""times that a text may speak of a 公示; more is a list of announcements, or hostile"""
_TOGETHER = 30
"""names that stand together in a sentence"""
_ASSUMED = "（其中有的年份节假日安排还没有公布，按周一至周五推算）"


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a document beside its text.

    named  where names stand in the text, in order
    token  stands for a name; see linkage.tokens.Tokens.name
    """

    title: str = ""
    unit: str = ""
    column: str = ""
    published: date | None = None
    genre: str = ""
    named: tuple[Named, ...] = ()
    token: Callable[[str], str] = field(default=lambda name: "", repr=False)
    masked: Callable[[str], str] = field(default=lambda text: text, repr=False)
    calendar: Calendar = field(default_factory=Calendar, repr=False)


def notices(text: str, told: Told) -> Iterator[Notice]:
    """What the text says of periods, validity, repeals and offices, by place."""
    if not text:
        return
    reading = _Reading(text, told)
    found = [*reading.periods(), *reading.validity(), *reading.repeals(), *reading.persons()]
    yield from sorted(found, key=lambda one: (one.start, one.end, one.kind, one.target))


def document_number(text: str) -> str:
    """The document's own 文号, where it stands on a line of its own above the text; "" where none does.

    >>> document_number("某某县自然资源局文件\\n某自然资〔2024〕20号\\n关于印发清单的通知")
    '某自然资〔2024〕20号'
    """
    for line in text[:_HEAD].split("\n")[:_HEAD_LINES]:
        match = _OWN_NUMBER.fullmatch(line.strip(" \t\u3000\r"))
        if match is not None:
            return number_key(match[1])
    return ""


def number_key(number: str) -> str:
    """A 文号 as all write it: 皖政办[2015]第12号 is 皖政办〔2015〕12号."""
    return _LEADS.sub("", _ANY_BRACKET.sub(r"〔\1〕", re.sub(r"\s+", "", number)).replace("第", ""))


def title_key(title: str) -> str:
    """A title without what is written now one way, now another: blanks, dashes, brackets, 《》, its trial state."""
    return _NOT_TITLE.sub("", _TRIAL.sub("", title))


_HEAD, _HEAD_LINES = 2000, 25
_NUMBER = "[\u4e00-\u9fff]{1,16}[〔\\[【(（﹝][ ]?(?:19|20)[0-9]{2}[ ]?[〕\\]】)）﹞][ ]?第?[ ]?[0-9]{1,5}[ ]?号"
_OWN_NUMBER = compiled(f"(?:(?:发文字号|文\\s{{0,4}}号)[:：]\\s*)?({_NUMBER})")
_ANY_BRACKET = compiled("[〔\\[【(（﹝]((?:19|20)[0-9]{2})[〕\\]】)）﹞]")
_LEADS = compiled("^(?:原|以及|和|及|与|将|对|或)")
_NOT_TITLE = compiled("[\\s\u200b—－–―\\-（）()《》〈〉“”\"'‘’〔〕\\[\\]【】·:：，,、。]+")
_TRIAL = compiled("[（(【\\[](?:试行|暂行|修订|已废止|已失效|废止|失效|全文废止)[）)】\\]]")

# --- 公示期 -----------------------------------------------------------------------------------------

_ANCHOR = compiled(
    "公示的?(?:有效)?(?:期限|时间|日期|期间|期|起止时间|起止日期|截止时间|截止日期|结束时间|结束日期)?"
    "|公告的?(?:期限|期间|期)|公告时间|公布(?:期限|时间|期)|异议(?:期限|期)|张榜|公告(?:发布|张贴)?之日(?=起[^。\n]{0,60}(?:异议|提出))"
)
_ANNOUNCES = compiled("公示|公告|公布|预告|启事|名单|声明|榜")
_TREATS = compiled(
    "(?:办法|规定|细则|制度|条例|方案|指南|解读|规程|导则|总结|汇报)(?:[（(][^（）()]{1,8}[）)])?$|培训班|座谈会|召开"
)
"""titles of documents that speak about announcements and are none"""
_OTHER = compiled(
    "电话|联系|报名|领取|缴费|面试|体检|成绩|开标|竞价|竞买|投标|发布时间|发布日期|会议|培训|施行|实施|生效|印发|有效期"
)
_PAST = compiled(
    "(?:未|没有|无)(?:收到|接到|接获|人)?[^。;\n]{0,12}(?:异议|反映|举报|投诉|意见)(?![者的]|,?(?:将|即|则|方可|后))"
    "|公示(?:了|无异议|已|完毕|情况|结果)|已(?:经|于)[^。,;]{0,30}(?:公示|公告)|经(?:过)?(?:(?:(?!现(?:将|予|就|对|公)|予以?|拟|决定)[^。,;]){0,8}的?)?(?:天|日)?公示"
    "|曾(?=经|于|在|被|就|对|予|将|进行|多次|先后|[一两二三][次度]|[0-9]|公示)[^。,;]{0,20}公示|[上前]一?[次轮]公示"
)
_BETWEEN = compiled("[为是:自从起(,共计期限时间之发布公告示即日本在网站上现予以进行 \n0-9年月日一二三四五六七八九十)]*")
"""what may stand between 公示期 and the number of its days: no 不少于, no 一般为"""
_LENGTH_BEFORE = compiled(f"{LENGTH.pattern}的?(?:公示|公告|张榜)")
_LEADS_TO = compiled("[在向对将现止内]|进行|予以|期间")
_AT_LEAST = compiled("以上|以内的?期限")
_END = compiled("[。;；]|\n[ ]*\n")

# --- 有效期 -----------------------------------------------------------------------------------------

_VALID = compiled(f"(?:有{BLANK}效{BLANK}期|试行期|暂行期|(?:执行|实施|适用)(?:期限?|时间)|政策期限)(?:限)?")
_VALID_FIELD = compiled(f"有{BLANK}效{BLANK}期(?:限)?{BLANK}:")
_FILE = (
    "(?:办法|规定|细则|通知|意见|方案|公告|决定|文件|标准|政策|措施|规则|制度|规范|基准|通告|预案|规程|指南|清单|目录|"
    "条例)"
)
_OF_FILE = compiled(f"[本该此]{_FILE}|》{BLANK}?(?:自|有效期)|(?:施行|实施|执行|生效|印发|发布|公布)")
_OF_THING = compiled(
    "证|许可|合同|资质|成绩|报价|投标|担保|保险|药|食品|保证金|身份|检验|检测|报告|公示|车|卡|码|备案|认定|批复|邮|公章"
)
_SINCE_FORCE = compiled(
    f"(?:自|从|于){BLANK}(?:{dates.whole('')}|(?P<told>本?[\u4e00-\u9fff]{{0,6}}(?:印发|发布|公布|下发|发文|公告)之日|即日))"
    f"{BLANK}起?{BLANK}(?:正式)?(?:开始)?(?:施行|实施|执行|生效|试行)"
)
_TRIED = compiled(f"(?:试行|暂行){BLANK}(?={dates.NUMBER}{BLANK}个?{BLANK}[年月])")
_ENDS = compiled(f"{dates.whole('')}{BLANK}(?:起|止)?{BLANK}(?:自动|自行)?{BLANK}(?:废止|失效|停止执行|终止)")
_ENDS_FIELD = compiled(f"(?:失效|废止|有效期截止)(?:日期|时间){BLANK}:{BLANK}{dates.whole('')}")

# --- 废止、失效 --------------------------------------------------------------------------------------

_REPEALS = compiled("废止|失效|停止执行|不再执行")
_NOT_REPEALED = compiled(
    "拟|建议|征求|是否|不得|未被?废止|不予废止|继续有效|届满|期满|到期|逾期|自动失效|如[果有]?|若|可以|应当及时"
)
_BY_LAW = compiled(
    "(?:根据|依据|依照|按照|贯彻|落实|执行|遵照|参照|结合|印发|修订后的|依)(?:新?修订的|国家|省|市|县|有关)?$"
)
_QUOTED = compiled("《([^《》\n]{3,90})》")
_CITED = compiled(_NUMBER)
_LISTS = compiled(
    "(?:废止|失效|停止执行)[^。\n]{0,30}(?:决定|公告|通知|目录|结果|清单|通报|名单)"
    "|清理[^。\n]{0,12}(?:结果|决定|公告|通知|目录)"
)
_PROPOSED = compiled("征求|意见稿|草案|拟废止|解读|听证")
_KEPT_ON = compiled("继续有效|保留|修改|修订|现行有效|需要?修改")
_DIRECT = compiled("(?:废止|失效|停止执行)(?:了|以下|下列|原)?(?=《)")
_SELF = compiled(
    f"[本该此](?:文|件|页面?|信息|{_FILE})[^。\n《》]{{0,4}}已[^。\n《》]{{0,18}}(?:废止|失效|停止执行)"
    f"|[本该此](?:文|件|{_FILE})(?:自|于){BLANK}(?:19|20)[0-9]{{2}}[^。\n《》]{{4,14}}(?:废止|失效)(?!的)"
)
_SELF_FIELD = compiled(
    f"(?:有{BLANK}效{BLANK}性|时效性?|效力(?:状态|级别)?|文件状态|信息状态|时效状态|是否有效|状态){BLANK}:{BLANK}"
    "(?:已|全文|已经)?(?:废止|失效|无效|否(?![0-9\u4e00-\u9fff]))"
)
_SELF_TITLE = compiled("[（(【\\[〔](?:本?文?件?)(?:已|全文|现已)?(?:经)?(?:废止|失效)[）)】\\]〕]")
_ON_OFF = 40
"""characters of a line that is a heading"""

# --- 任免 -------------------------------------------------------------------------------------------

_JOINED = compiled(f"{BLANK}[、和与]{BLANK}")
_POST = "(?P<post>[\u4e00-\u9fff()、]{2,44}?)"
_POST_ENDS = f"{BLANK}(?:职务|一职)?{BLANK}(?:[,。;\n(]|、?$)"
_HELD = "原任的?|所?(?:兼任|担任)的?|所任的?"
_GOES = compiled(
    f"(?:同志|[^。;\n]{{0,50}},(?:同时)?)?{BLANK}(?:不再担任|不再兼任|辞去|被免去|免去)(?:{_HELD}|其)?"
    f"{BLANK}{_POST}{_POST_ENDS}"
)
_OF = compiled(f"(?:同志)?{BLANK}的?(?:{_HELD})?{BLANK}{_POST}(?:职务|一职|{_POST_ENDS})")
_COMES = compiled(f"(?:同志)?{BLANK}(?:为|任|担任|兼任|当选为?){BLANK}{_POST}{_POST_ENDS}")
_REMOVED = compiled("(?:免去|免除|罢免)(?:了|原)?(?:下列|以下)?(?:同志|人员)?(?:的?职务)?:?[ \n]*$")
_NAMED_TO = compiled("(?:任命|聘任|提名|决定)(?:了)?(?:下列|以下)?(?:同志|人员)?:?[ \n]*$")
_SECTION = compiled("(免去|免职|任命|任职)[^。;\n:]{0,10}:")
_VERBS = compiled("免去|任命")
_LEADERS = compiled(
    "领导(?:之窗|信息|介绍|成员|班子|分工|简介|简历|名单)|机构领导|班子成员|组织机构|机构(?:设置|职能|信息|概况)|负责人(?:信息|名单|姓名)?$|工作分工"
    "|(?:局|委|镇|县|区|市|厅|乡|政府|街道)领导$"
)
_TITLED = compiled(
    "[\u4e00-\u9fff]{0,14}(?:书记|[局厅部省市县区乡镇村科处所站校院队园馆室股司]长|主任|委员|主席|总工程师|总规划师|总经济师|总会计师|调研员|专员|"
    "组长|秘书长|理事长|董事长|总经理|指导员|政委)(?:\\([\u4e00-\u9fff]{1,8}\\))?"
)


_NAME_LABEL = compiled(f"[^\n]{{0,10}}姓{BLANK}名{BLANK}[:\t]{BLANK}")
_POST_LABEL = compiled(
    f"(?:\n(?!姓{BLANK}名)[^\n]{{0,40}}){{0,3}}?\n[^\n]{{0,6}}职{BLANK}务{BLANK}[:\t]([^\n]{{2,80}})"
)
"""below a form's 姓名: there may stand 性别:, 出生年月: first"""


class _Reading:
    """One text while its notices are looked for."""

    def __init__(self, text: str, told: Told) -> None:
        self._text = text
        self._plain = dates.plain(text)
        self._told = told
        self._signed = dates.signed_on(self._plain)
        self._title = told.title or _first_lines(text)
        self._day = told.published or self._signed
        """by which years are completed and periods counted that begin with the publication"""
        self._force = _SINCE_FORCE.search(self._plain)

    # 公示期

    def periods(self) -> Iterator[Notice]:
        if _ANNOUNCES.search(self._title) is None or _TREATS.search(self._title) is not None:
            return
        seen: set[tuple[date | None, int]] = set()
        taken = -1
        for anchor in islice(_ANCHOR.finditer(self._plain), _PERIODS):
            if anchor.start() < taken:
                continue
            found = self._period(anchor)
            if found is None or (found.date, found.start) in seen:
                continue
            seen.add((found.date, found.start))
            taken = found.end
            yield found

    def _period(self, anchor: re.Match[str]) -> Notice | None:
        first, last = self._sentence(anchor.start(), anchor.end())
        if _PAST.search(self._plain, first, last) is not None:
            return None
        stop = min(last, anchor.end() + _AHEAD)
        for match in RANGE.finditer(self._plain, anchor.end(), stop):
            if self._is_its(anchor.end(), match.start()):
                found = dates.span(match, self._day)
                return self._announced(anchor.start(), match.end(), found.last if found else None)
        until = UNTIL.search(self._plain, anchor.end(), stop)
        if until is None and anchor[0][2:4] in ("截止", "结束"):
            until = dates.ANY.search(self._plain, anchor.end(), min(stop, anchor.end() + 20))
        if until is not None and self._is_its(anchor.end(), until.start()):
            return self._announced(anchor.start(), until.end(), dates.day_of(until, "", self._day))
        lasting = LENGTH.search(self._plain, anchor.end(), stop)
        if lasting is not None and self._is_told(anchor.end(), lasting.start()):
            if lasting["unit"] == "年" or _AT_LEAST.match(self._plain, lasting.end()) is not None:
                return None
            return self._counted(anchor.start(), lasting, first, stop)
        return self._before(anchor, first)

    def _before(self, anchor: re.Match[str], first: int) -> Notice | None:
        """自8月3日至8月9日在公开栏公示; 进行为期7天的公示."""
        begin = max(first, anchor.start() - _BEHIND)
        lasting = _LENGTH_BEFORE.search(self._plain, begin, anchor.end())
        if lasting is not None and lasting.end() == anchor.start() + 2 and lasting["unit"] != "年":
            return self._counted(lasting.start(), lasting, first, anchor.end())
        for match in RANGE.finditer(self._plain, begin, anchor.start()):
            between = self._text[match.end() : anchor.start()]
            # Cells of a table are no sentence: the days in front may be those of a permit.
            if "\t" not in between and _LEADS_TO.search(between) is not None and _OTHER.search(between) is None:
                found = dates.span(match, self._day)
                if found is not None:
                    return self._announced(match.start(), anchor.end(), found.last)
        return None

    def _counted(self, start: int, lasting: re.Match[str], first: int, stop: int) -> Notice:
        since = SINCE.search(self._plain, first, stop)
        begins = dates.day_of(since, "", self._day) if since is not None else self._day
        end = max(lasting.end(), since.end() if since is not None else 0)
        if begins is None:
            return self._announced(start, end, None)
        last, assumed = dates.after(begins, dates.length(lasting), self._told.calendar)
        return self._announced(start, end, last, _ASSUMED if assumed else "")

    def _announced(self, start: int, end: int, last: date | None, more: str = "") -> Notice:
        return Notice("announcement_period", last, start, end, self._shown(start, end) + more)

    def _is_its(self, start: int, end: int) -> bool:
        """Whether what stands in between leads on to days of the same thing, and speaks of no nearer 公示期."""
        between = self._plain[start:end]
        return len(between) <= 40 and _OTHER.search(between) is None and _ANCHOR.search(between) is None

    def _is_told(self, start: int, end: int) -> bool:
        """Whether nothing but a way of saying it stands between 公示期 and the number of its days."""
        if _BETWEEN.fullmatch(self._plain, start, end) is None:
            return False
        nearer = _ANCHOR.search(self._plain, start, end)
        return nearer is None or nearer[0] in ("公示", "公告")

    # 有效期

    def validity(self) -> Iterator[Notice]:
        field_end = _ENDS_FIELD.search(self._plain[:_HEAD])
        if field_end is not None:
            yield self._valid(field_end.start(), field_end.end(), dates.day_of(field_end, "", self._day))
        for match in _VALID.finditer(self._plain):
            found = self._validity(match)
            if found is not None:
                yield found
        for match in _TRIED.finditer(self._plain):
            first, last = self._sentence(match.start(), match.end())
            lasting = LENGTH.match(self._plain, match.end())
            if lasting is not None and self._is_of_file(first, match.start(), last):
                yield self._lasting(match.start(), lasting, first, last)
        for match in _ENDS.finditer(self._plain):
            first, last = self._sentence(match.start(), match.end())
            if _SINCE_FORCE.search(self._plain, first, match.start()) is not None:
                yield self._valid(match.start(), match.end(), dates.day_of(match, "", self._day))

    def _validity(self, match: re.Match[str]) -> Notice | None:
        first, last = self._sentence(match.start(), match.end())
        stop = min(last, match.end() + 50)
        if not self._is_of_file(first, match.start(), last):
            return None
        days = RANGE.search(self._plain, match.end(), stop)
        if days is not None and days.start() - match.end() <= 12:
            found: Span | None = dates.span(days, self._day)
            return self._valid(match.start(), days.end(), found.last if found else None)
        until = UNTIL.search(self._plain, match.end(), stop)
        if until is not None and until.start() - match.end() <= 10:
            return self._valid(match.start(), until.end(), dates.day_of(until, "", self._day))
        found = dates.month_end(self._plain, match.end(), stop)
        if found is not None:
            return self._valid(match.start(), found.end, found.last)
        lasting = LENGTH.search(self._plain, match.end(), min(stop, match.end() + 12))
        if lasting is None or lasting["unit"] not in ("年", "月") or _AT_LEAST.match(self._plain, lasting.end()):
            return None
        return self._lasting(match.start(), lasting, first, last)

    def _lasting(self, start: int, lasting: re.Match[str], first: int, last: int) -> Notice:
        """A validity that is counted from the day of force, which stands in the sentence or elsewhere."""
        since = _SINCE_FORCE.search(self._plain, first, last) or self._force
        begins = self._signed or self._told.published
        if since is not None and since["told"] is None:
            begins = dates.day_of(since, "", self._day)
        if begins is None:
            return self._valid(start, lasting.end(), None)
        return self._valid(start, lasting.end(), dates.after(begins, dates.length(lasting), self._told.calendar)[0])

    def _is_of_file(self, first: int, start: int, last: int) -> bool:
        """Whether it is the document that is valid, no certificate and no bid."""
        before = self._plain[max(first, start - 14) : start]
        if start < _HEAD and _VALID_FIELD.match(self._plain, start) is not None:
            return before.rsplit("\n", 1)[-1].strip() in ("", "文件", "本文件")
        if self._plain[start] in "执实适" and re.search(f"[本该此]{_FILE}|政策", before) is None:
            # What is carried out from then to then is a project as well.
            return False
        if _OF_THING.search(before) is not None and re.search(f"[本该此]{_FILE}", before) is None:
            return False
        return _OF_FILE.search(self._plain, first, last) is not None

    def _valid(self, start: int, end: int, last: date | None) -> Notice:
        return Notice("validity", last, start, end, self._shown(start, end))

    # 废止、失效

    def repeals(self) -> Iterator[Notice]:
        yield from self._of_itself()
        if _PROPOSED.search(self._title) is not None:
            return
        seen: set[str] = set()
        listed = _LISTS.search(self._title) is not None
        for target, start, end, day in [*self._in_sentences(), *(self._in_lists() if listed else ())]:
            key = target if target.endswith("号") else title_key(target)
            if key in seen:
                continue
            seen.add(key)
            shown = self._told.masked(target)
            yield Notice("repeal", day, start, end, f"写明废止“{_short(shown)}”", shown)

    def _of_itself(self) -> Iterator[Notice]:
        titled = _SELF_TITLE.search(self._title)
        match = _SELF_FIELD.search(self._plain[:_HEAD]) or _SELF.search(self._plain)
        if match is not None and _NOT_REPEALED.search(match[0]) is None:
            day = next((day for day, _, _ in dates.days_in(self._plain, match.start(), match.end(), self._day)), None)
            yield Notice("repeal", day, match.start(), match.end(), self._shown(match.start(), match.end()))
        elif titled is not None:
            yield Notice("repeal", None, 0, 0, f"标题写着“{titled[0].strip('（()）【】[]〔〕')}”")

    def _in_sentences(self) -> Iterator[tuple[str, int, int, date | None]]:
        done = -1
        for verb in _REPEALS.finditer(self._plain):
            if verb.start() < done:
                continue
            first, last = self._sentence(verb.start(), verb.end())
            done = last
            if _NOT_REPEALED.search(self._plain, first, last) is not None:
                continue
            direct = _DIRECT.search(self._plain, first, last)
            if direct is not None:
                cited = self._cited(direct.end(), last)
            else:
                cited = self._cited(first, max(one.end() for one in _REPEALS.finditer(self._plain, first, last)))
            if cited:
                day = self._in_force(first, last)
                yield from ((target, start, end, day) for target, start, end in cited)

    def _in_lists(self) -> Iterator[tuple[str, int, int, date | None]]:
        """All that is named below a title such as 关于废止部分文件的决定, but under 继续有效 and 修改."""
        on = _KEPT_ON.search(self._title) is None
        start = 0
        day = self._in_force(0, len(self._plain))
        for line in self._plain.split("\n"):
            end = start + len(line)
            if len(line) <= _ON_OFF and "《" not in line and _CITED.search(line) is None:
                if _KEPT_ON.search(line) is not None:
                    on = False
                elif _REPEALS.search(line) is not None:
                    on = True
            elif on and _KEPT_ON.search(line) is None and _OWN_NUMBER.fullmatch(line.strip()) is None:
                yield from ((target, first, last, day) for target, first, last in self._cited(start, end))
            start = end + 1

    def _cited(self, start: int, end: int) -> list[tuple[str, int, int]]:
        """The documents named in text[start:end], by number where one stands; not those by which it is done."""
        found: list[tuple[str, int, int]] = []
        used: set[int] = set()
        for match in _QUOTED.finditer(self._plain, start, end):
            own = _CITED.search(self._plain, match.end(), min(end, match.end() + 50))
            if own is not None and "《" in self._plain[match.end() : own.start()]:
                own = None
            if own is not None:
                used.add(own.end())
            if self._is_repealed(start, match.start()):
                title = self._text[match.start(1) : match.end(1)]
                found.append((number_key(own[0]) if own else title, match.start(), (own or match).end()))
        for one in _CITED.finditer(self._plain, start, end):
            if one.end() not in used and self._is_repealed(start, one.start()):
                found.append((number_key(one[0]), one.start(), one.end()))
        return found

    def _is_repealed(self, first: int, start: int) -> bool:
        """Whether what is named at `start` is not that by which it is done (根据《……》)."""
        return _BY_LAW.search(self._plain[max(first, start - 8) : start]) is None

    def _in_force(self, first: int, last: int) -> date | None:
        """From when on: a day in the sentence, the day of force, the day of publication."""
        since = _SINCE_FORCE.search(self._plain, first, last) or self._force
        if since is not None and since["told"] is None:
            return dates.day_of(since, "", self._day)
        named = SINCE.search(self._plain, first, last) if last - first < 400 else None
        return dates.day_of(named, "", self._day) if named is not None else self._day

    # 任免

    def persons(self) -> Iterator[Notice]:
        named = self._told.named
        leaders = _LEADERS.search(f"{self._told.column}\n{self._title}") is not None
        if not leaders and _SPEAKS.search(self._plain) is None:
            return
        for number, (start, end) in enumerate(named):
            first, last, following = self._joined(number)
            found = list(self._moved(first, last, following))
            if not found and leaders:
                found = list(self._shown_in_office(start, end))
            token = self._told.token(self._text[start:end]) if found else ""
            for kind, post, stop in found:
                shown = self._told.masked(post)
                yield Notice(kind, self._day, start, stop, f"{_SAYS[kind]}“{_short(shown)}”", shown, token)

    def _joined(self, number: int) -> tuple[int, int, int]:
        """Where the names that stand together with this one (甲、乙的……) begin and end, and where the next begins."""
        named = self._told.named
        lowest, highest = max(0, number - _TOGETHER), min(len(named) - 1, number + _TOGETHER)
        first = last = number
        while first > lowest and _JOINED.fullmatch(self._plain, named[first - 1][1], named[first][0]):
            first -= 1
        while last < highest and _JOINED.fullmatch(self._plain, named[last][1], named[last + 1][0]):
            last += 1
        end = named[last][1]
        return named[first][0], end, named[last + 1][0] if last + 1 < len(named) else len(self._plain)

    def _moved(self, start: int, end: int, following: int) -> Iterator[tuple[str, str, int]]:
        """What became of who is named in text[start:end]: removal or appointment, the office and where it ends."""
        before = self._plain[max(0, start - 24) : start]
        stop = min(following, end + 120)
        section = ""
        for match in _SECTION.finditer(self._plain, max(0, start - 2000), start):
            section = match[1]
        # 免去甲的……职务，乙的……职务: the verb stands in front of the first of them.
        sentence = self._plain[max(0, start - 200) : start]
        for match in _VERBS.finditer(sentence, max(sentence.rfind(sign) for sign in "。;\n") + 1):
            section = match[0]
        goes = _GOES.match(self._plain, end, stop)
        if goes is None and (_REMOVED.search(before) is not None or section in ("免去", "免职")):
            goes = _OF.match(self._plain, end, stop)
        if goes is not None:
            yield "removal", goes["post"], goes.end("post")
        named_to = _NAMED_TO.search(before) is not None or section in ("任命", "任职")
        if named_to or _MOVES.search(self._title) is not None:
            comes = _COMES.match(self._plain, end, stop)
            if comes is not None:
                yield "appointment", comes["post"], comes.end("post")

    def _shown_in_office(self, start: int, end: int) -> Iterator[tuple[str, str, int]]:
        """The office beside a name on a page of leaders: in its line, else in the next, or behind 职务: below 姓名:."""
        first = self._plain.rfind("\n", 0, start) + 1
        last = self._plain.find("\n", end)
        last = len(self._plain) if last < 0 else last
        before, after = self._plain[first:start], self._plain[end:last]
        posts = _TITLED.findall(f"{before[-60:]}\n{after[:80]}")
        if not posts and not before.strip() and not after.strip():
            posts = _TITLED.findall(self._plain[last + 1 : last + 80].split("\n", 1)[0])
        if not posts and _NAME_LABEL.fullmatch(before) is not None:
            told = _POST_LABEL.match(self._plain, last)
            posts = _TITLED.findall(told[1]) if told is not None else []
        if posts:
            yield "in_office", "、".join(posts[:4]), end

    # places

    def _sentence(self, start: int, end: int) -> Named:
        """The sentence around text[start:end], 300 characters on both sides at most."""
        first = max(0, start - 300)
        for match in _END.finditer(self._plain, first, start):
            first = match.end()
        stop = _END.search(self._plain, end, end + 300)
        return first, stop.start() if stop is not None else min(len(self._plain), end + 300)

    def _shown(self, start: int, end: int) -> str:
        return _short(self._told.masked(" ".join(self._text[start:end].split())))


_SPEAKS = compiled("免去|免除|罢免|任命|不再(?:担任|兼任)|辞去|任免|任职|免职|聘任|当选|同志(?:任|为)")
_SAYS = {"removal": "写明免去", "appointment": "写明任命", "in_office": "列出现任"}
_MOVES = compiled("任免|任职|免职|任命|人事|聘任|职务")


def _short(text: str) -> str:
    return text if len(text) <= _EVIDENCE else text[: _EVIDENCE - 1] + "…"


def _first_lines(text: str) -> str:
    """The first lines that are short: a title, where nobody told one."""
    lines = [line.strip() for line in text[:600].split("\n") if line.strip()]
    return " ".join(line for line in lines[:4] if len(line) <= 60)
