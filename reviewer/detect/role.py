"""What each named person is to the document: from the label, the column, the clause, the list, the other places."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from datetime import date
from itertools import pairwise

from reviewer.detect.candidate import Candidate
from reviewer.detect.dated import made
from reviewer.detect.lines import Lines
from reviewer.detect.listed import Lists
from reviewer.language import roles
from reviewer.model import OFFICE_ROLES
from reviewer.prepared.patterns import compiled
from reviewer.rulebook.genre import UNKNOWN_ROLE, Genre

_GOES_ON = compiled(
    r"[\s\u3000]*(?:[（(][^（）()\n]{0,40}[）)])?[\s\u3000]*[、，,/和及与；;]?[\s\u3000]*(?:[0-9]{1,3}[.、．号])?[\s\u3000]*"
)
"""what stands between the names of one list"""
_UNSEEN = compiled("、[\u4e00-\u9fff]{2,3}、")
"""what may be a name that nobody saw, between two of one list"""
_REACH = 60
_CALLED = compiled(
    r"(?:[（(][^（）()\n]{0,60}[）)])?(?:[、和 \u3000]{1,3}[\u4e00-\u9fff·]{2,4}){0,9}"
    r"[ \u3000]*(?:先生|女士|同志|同学)?[ \u3000]*[：:][ \u3000\r]*(?=\n|$)"
)
_COURT_SAYS = compiled(r"[\s\u3000]{0,12}(?:本院|我院)")
"""how a notice of a court goes on behind the names of those whom it calls"""
_GREETED = compiled(r"(?:先生|女士|小姐|同志|老师|同学|师傅|网友)?[，：:,！! \u3000]{0,3}(?:您|你)好")
_CALLS_HIMSELF = ("我叫", "我是", "本人")
_ADDRESSED = ("当事人", "受送达人", "被送达人", "被告知人", "被责令人", "相对人")
"""labels of whom a decision or a notice is made out to"""
_PROPOSES = compiled(
    r"(?:先生|女士|同志)?(?:[（(][^（）()\n]{0,30}[）)])?(?:等[0-9一二三四五六七八九十]{0,3}人)?(?:联名)?"
    "(?:提出|建议(?!书)|认为|希望|要求|询问|咨询|担心|质疑|反对|呼吁)"
)
_PROFESSION = compiled(
    "(?:医师|医生|护士|药师|检验师|[^导]教师|会计|出纳|工程师|技术员|文员|驾驶员|网格员|协管员|辅警|专干|村医|辅导员)"
    "(?:岗位?)?(?:[（(][^）)]*[）)])?[:：]?$"
)
_FORM = 200
"""characters behind a name in which the other fields of its form stand"""
_NAME_FIELD = compiled(r"(?:^|[\s\u3000])姓[ \u3000]*名(?:[ \u3000]*[：:])?$")
_POST_FIELD = compiled(
    r"(?:[^\n\t：:]{0,20}[\n\t\s\u3000][^\n\t：:]{1,8}[：:\t\n])*?[^\n\t：:]{0,20}[\n\t\s\u3000]"
    r"(?:现任|工作|行政|党[内政])?职[ \u3000]*务(?:职级)?[ \u3000]*[：:\t\n][ \u3000]*(?P<post>[^\n\t]{2,40})"
)
_PUBLIC_POST = compiled(
    "(?:[省市县区镇乡州旗]|街道|党|政府|人大|政协|纪委|监委|[局厅委办院校站所队]|中心).{0,12}"
    "(?:书记|主席|主任|委员|常委|[局厅部处科所站队校院镇乡县市区省州署]长|巡视员|调研员|科员|专员|组长)"
    "|^副?[省市县区州镇乡]长|^(?:党[组委工]+)?(?:副?书记|成员)|^副?[局厅处]长"
)
"""a post of an office, as a form names it; no manager's"""
_OWN_AFFAIR = compiled(
    "(?:身份证|证件号|住址|住所|家庭|账号|卡号|申请|诉求|反映|投诉|举报|信访|违法|违纪|处分|处罚|患病)[\u4e00-\u9fff]{0,6}[：:\t]"
    "|当事人|申请表|被处"
)
"""what a form says of somebody who does not stand in it for an office; 分管信访 is an office"""
_OF_BIDDER = ("技术负责人", "安全员", "质检员", "施工员", "安全负责人", "质量负责人")
"""labels of who else a bidder names"""
_ALLEGED = compiled("反映|举报|投诉|检举|控告|信访|来信|怀疑|质疑")
_WEAK = frozenset({"relative", "party"})
_BY_CONTEXT = frozenset({"punished", "party", "office_holder"})
"""what a person is more exactly is told by the words around"""
_STRONG = ("informant", "complainant", "minor", "patient", "heir", "deceased")
"""what a person is who elsewhere is called somebody's relative or a party, most telling first"""
_MAY_BE_YOUNG = frozenset({"", "patient", "relative", "beneficiary", "household_head", "party", "applicant"})


AUTHOR_HINTS = frozenset({
    "作者", "最后修改者", "经理", "主管", "创建者", "编辑者", "刷新者", "修订者", "批注作者", "批注和修订的作者",
    "写保护设置者", "方案作者", "说明作者",
})  # fmt: skip
"""what readers call the properties that name who wrote a file"""


def assign(found: Iterable[Candidate], lines: Lines, genre: Genre | None = None, *, today: date) -> None:
    """Sets `role` and, where the role tells it, `private` of each NAME; ages count to the document's own day, or today.

    A name that nothing tells of has the role that it has elsewhere in the document; in a list, that which the
    list's heading or the genre gives it.
    """
    told = (one for one in found if one.rule.entity == "NAME" and not _is_author(one, lines))
    names = sorted(told, key=lambda one: one.start)
    reader = _Reader(names, lines, genre, made(lines.text, today) if names else today)
    for one in names:
        _set(one, reader.role(one))
    for one, following in pairwise(reversed(names)):
        # 甲、乙夜间盗采: what is said behind the last is said of all.
        if not following.role and one.role in reader.said.get(one.start, "") and _listed(following, one, lines):
            _set(following, one.role)
            reader.said[following.start] = one.role
    _share(names)
    for one in names:
        if one.own == "":
            one.own = reader.in_list(one)
        if not one.role:
            _set(one, reader.in_list(one))
    _share_kin(names, lines)


def _is_author(one: Candidate, lines: Lines) -> bool:
    """Who wrote the file may bear the name of someone whom it is about."""
    block = lines.block(one.start)
    return block is not None and block.part == "property" and block.hint in AUTHOR_HINTS


class _Reader:
    """Reads the roles of the names of one document, in their order."""

    def __init__(self, names: list[Candidate], lines: Lines, genre: Genre | None, day: date) -> None:
        self._lines = lines
        self._genre = genre
        self._day = day
        self._lists = Lists(names, lines)
        self._carried = ""
        self._last: Candidate | None = None
        self.said: dict[int, str] = {}
        """start of a name -> the role that the words behind it give it"""

    def role(self, one: Candidate) -> str:
        lines, last = self._lines, self._last
        self._last = one
        greeted = self._greeted(one)
        if greeted:
            self._carried = ""
            return greeted
        role = "office_holder" if roles.is_teacher(lines.text, one.end) else self._labelled(one, last)
        if role:
            self._carried = role = self._exactly(one, role, last)
            return role
        listed = last is not None and bool(self._carried) and _listed(last, one, lines)
        role = self._chosen(one) or roles.role_in_remark(lines.text, one.end) or ""
        role = role or roles.post_behind(lines.text, one.end) or ""
        if role:
            if not listed:
                self._carried = ""
            return role
        if listed:
            return self._exactly(one, self._carried, last)
        self._carried = ""
        role = self._spoken_of(one)
        if role:
            self.said[one.start] = role
            return role
        floor = max(lines.starts[lines.number(one.start)], last.end if last is not None else 0)
        self._carried = roles.office_beside(lines.text, one.start, one.end, floor) or self._signed(one, last)
        return self._carried or self._called(one) or self._posted(one)

    def _chosen(self, one: Candidate) -> str:
        """Whoever is presented with a post of today and that of tomorrow is chosen for it."""
        if self._genre is None or self._genre.listed != "candidate":
            return ""
        limit = self._lines.paragraph(one.start)[1]
        return "candidate" if roles.is_selected(self._lines.text, one.end, limit) else ""

    def _labelled(self, one: Candidate, last: Candidate | None) -> str:
        """By what stands in front of the name, its column header or its label."""
        lines = self._lines
        number = lines.number(one.start)
        floor = max(lines.starts[number], last.end if last is not None else 0)
        block = lines.block(one.start)
        if block is not None and block.table is not None:
            cell = block.table.cell_at(one.start)
            if cell is not None:
                floor = max(floor, block.table.starts[cell])
        role = roles.role_before(lines.text, one.start, one.end, floor)
        role = role or roles.role_of_list(lines.text[max(floor, one.start - _FAR) : one.start])
        if role:
            return role
        if block is not None and (header := lines.header(one.start)):
            # What is said of the person counts more than the column: under 违法主体, 不详（据张建国反映）
            return self._inside(one) or roles.role_for(header) or ""
        if one.start == lines.starts[number]:
            return roles.role_for(lines.label_above(number)) or ""
        return roles.role_for(self._lists.header(one)) or ""

    def _inside(self, one: Candidate) -> str:
        """The role that a cell gives to a person whom it speaks of beside others."""
        lines = self._lines
        block = lines.block(one.start)
        cell = block.table.cell_at(one.start) if block is not None and block.table is not None else None
        if cell is None or block is None or block.table is None:
            return ""
        before = lines.text[max(block.table.starts[cell], one.start - _FAR) : one.start].strip()
        if not before or before[-1] in "、，,；;/":
            return ""
        return roles.role_after(lines.text, one.end, block.table.ends[cell], self._day) or ""

    def _exactly(self, one: Candidate, role: str, last: Candidate | None) -> str:
        """What a label's role is in this genre, by the age behind the name, or beside the person named before."""
        text = self._lines.text
        if role in _MAY_BE_YOUNG and roles.is_minor(text, one.end, self._day):
            return "minor"
        if role in OFFICE_ROLES and roles.is_ill(text, one.end):
            return "patient"
        if role == "office_holder" and roles.is_case(text, one.end):
            return "party"
        if role in ("contact", "party") and roles.is_kin(text, one.end):
            return "relative"
        if role == "candidate" and self._lists.title() == "minor":
            return "minor"  # pupils, whatever the list is of
        genre = self._genre
        if role == "owner" and genre is not None and genre.listed == "beneficiary":
            return "beneficiary"  # of the boat, the machine, the trees that are subsidised
        if role not in _BY_CONTEXT:
            return role
        context = self._lines.context(one.start, one.end)
        if role == "punished" and genre is not None and genre.addressed and (
            "相对人" in context.close or "相对人" in context.header
        ):  # fmt: skip
            return genre.addressed
        if role == "party" and genre is not None and genre.addressed:
            addressed = any(word in context.close or word in context.header for word in _ADDRESSED)
            return genre.addressed if addressed else role
        if role != "office_holder":
            return role
        if genre is not None and genre.listed == "candidate":
            # In a list of who was chosen, 护士： is the post that they were chosen for.
            return "candidate" if _PROFESSION.search(context.close) else role
        of_bidder = last is not None and last.role == "bidder" and context.close.endswith(_OF_BIDDER)
        return "bidder" if of_bidder else role

    def _spoken_of(self, one: Candidate) -> str:
        lines = self._lines
        limit = lines.paragraph(one.start)[1]
        role = roles.role_after(lines.text, one.end, limit, self._day)
        if role is None and self._genre is not None and "complainant" in (self._genre.listed, self._genre.addressed):
            role = "complainant" if _PROPOSES.match(lines.text, one.end, limit) else None
        if role == "punished" and _ALLEGED.search(lines.text, max(one.start - 8, 0), one.start):
            return "party"  # so far only somebody says so
        return role or ""

    def _greeted(self, one: Candidate) -> str:
        """By how the document turns to the person, or the person speaks: 张女士您好, 我叫张建国."""
        if self._genre is None or not self._genre.addressed:
            return ""
        text = self._lines.text
        spoken = text[max(one.start - 4, 0) : one.start].strip(" \u3000“\"「").endswith(_CALLS_HIMSELF)
        return self._genre.addressed if spoken or _GREETED.match(text, one.end) else ""

    def _signed(self, one: Candidate, last: Candidate | None) -> str:
        """By an office and a colon beside others who sign: 会计：李强　林业站：王敏."""
        lines, number = self._lines, self._lines.number(one.start)
        if last is None or last.role not in OFFICE_ROLES or lines.number(last.start) != number:
            return ""
        left = lines.text[last.end : one.start]
        if not left.rstrip(" \u3000").endswith((":", "：")):
            return ""
        return "office_holder" if roles.is_department(left.strip(" \u3000:：")) else ""

    def _called(self, one: Candidate) -> str:
        """By a line that is the person's name and a colon: 张建国（男，1956年生）："""
        text, before = self._lines.text, self._before(one)
        if before is None or set(before) & set("：:，,。；"):
            return ""
        called = _CALLED.match(text, one.end)
        if called is None:
            return ""
        if _COURT_SAYS.match(text, called.end()):
            return "party"
        return self._genre.addressed if self._genre is not None else ""

    def _posted(self, one: Candidate) -> str:
        """By the public post that the form names in which the name is a field: 姓名：李强, 职务：青禾县水利局副局长."""
        if self._genre is not None and (self._genre.listed or self._genre.addressed):
            return ""  # whom the document is about may hold a post
        before = self._before(one)
        if before is None or not (_NAME_FIELD.search(before) if before else self._in_form(one)):
            return ""
        text = self._lines.text
        form = text[one.end : one.end + _FORM].partition("姓")[0]
        post = _POST_FIELD.match(form)
        if post is None or _PUBLIC_POST.search(post["post"]) is None:
            return ""
        return "" if _OWN_AFFAIR.search(text[max(one.start - _FORM, 0) : one.start] + form) else "office_holder"

    def in_list(self, one: Candidate) -> str:
        """By the heading of the list that the name stands in, or the genre whose list it is."""
        lists, genre = self._lists, self._genre
        own = genre.listed if genre is not None else ""
        if not lists.holds(one) and not (own and self._in_form(one)):
            return ""
        role = lists.section(one)
        if not role:
            title = lists.title()
            role = title if title == "minor" else "patient" if lists.is_of_sick(one) else own or title
        return "minor" if role in _MAY_BE_YOUNG and lists.is_minor(one, self._day) else role

    def _in_form(self, one: Candidate) -> bool:
        """Whether the field of a form that says no more than 姓名 holds the name."""
        before = self._before(one)
        if before == "":
            before = self._lines.label_above(self._lines.number(one.start))
        return before is not None and "".join(before.split()).rstrip(":：") == "姓名"

    def _before(self, one: Candidate) -> str | None:
        """What stands in the line in front of the name, None where that is much."""
        start = self._lines.starts[self._lines.number(one.start)]
        return None if one.start - start > _FAR else self._lines.text[start : one.start].strip()


_FAR = 24
"""characters in front of a name that may be others whom a line addresses, or a label"""


def _listed(last: Candidate, one: Candidate, lines: Lines) -> bool:
    """Whether only what parts the names of a list stands between two names."""
    if one.start - last.end > _REACH or one.value == last.value:
        return False
    if "\n" in lines.text[last.end : one.start] and roles.runs_on(lines.text, one.end):
        return False
    if _GOES_ON.fullmatch(lines.text, last.end, one.start) is None:
        return _UNSEEN.fullmatch(lines.text, last.end, one.start) is not None
    # The end of one row and the beginning of the next are no list.
    return lines.column(last.start) == lines.column(one.start)


def _set(one: Candidate, role: str) -> None:
    one.role = role or one.role
    if role and not one.pseudonym:
        office = role in OFFICE_ROLES
        if role == "contact":
            one.private = one.private or False
        elif role == "candidate":
            # Chosen for a post: no private person whose name must go, nor an office holder.
            pass
        elif not (office and one.private):
            one.private = not office


def _share(names: list[Candidate]) -> None:
    """Gives a name without a role the one that it has elsewhere: private before office, the more telling first."""
    known: dict[str, str] = {}
    private: dict[str, bool] = {}
    strong: dict[str, str] = {}
    labelled = {one.value for one in names if one.labelled}
    for one in names:
        if one.role and (one.value not in known or known[one.value] in OFFICE_ROLES):
            known[one.value] = one.role
        if one.role in _STRONG and _STRONG.index(one.role) <= _STRONG.index(strong.get(one.value, _STRONG[-1])):
            strong[one.value] = one.role
        if one.private is not None:
            private[one.value] = private.get(one.value, False) or one.private
    for one in names:
        unsaid, own = one.private is None, one.role
        if not one.role or (one.role in _WEAK and one.value in strong):
            one.role = strong.get(one.value) or known.get(one.value, "")
        if unsaid:
            one.private = private.get(one.value)
        if unsaid and one.private is False:
            one.own = own  # the namesake may be another: what the clause says of him may take it back
        one.labelled = one.labelled or one.value in labelled


def _share_kin(names: list[Candidate], lines: Lines) -> None:
    """Gives whom only the words behind one of his names tell (李强之子, 李强大爷) that role everywhere."""
    told: dict[str, str] = {}
    for one in names:
        if not one.role and one.private is None and (role := roles.of_kin(lines.text, one.end)):
            told[one.value] = role
    for one in names:
        if told and not one.role and one.value in told:
            _set(one, told[one.value])


class NameRoles:
    """The roles of the persons beside any finding of one document."""

    def __init__(self, found: Iterable[Candidate], clause: Callable[[int, int], tuple[int, int]]) -> None:
        """`clause`: the row or clause around a stretch of text."""
        self._names = sorted((one for one in found if one.rule.entity == "NAME"), key=lambda one: one.start)
        self._starts = [one.start for one in self._names]
        self._clause = clause

    def of(self, one: Candidate) -> set[str]:
        """The role of a name, the roles of the persons in the row or clause of anything else."""
        if one.rule.entity == "NAME":
            return {one.role or UNKNOWN_ROLE}
        first, last = self._clause(one.start, one.end)
        beside = self._names[bisect_left(self._starts, first) : bisect_left(self._starts, last)]
        return {name.role or UNKNOWN_ROLE for name in beside} or {UNKNOWN_ROLE}
