"""What a person is to the document (身份), by the words beside the name.

`role_for` reads a label, a column header or a cue; `role_before` and `role_after` the running text on either
side of a name; `heading_role` the heading of a list. Roles are the public vocabulary of Finding.role
(docs/json.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache, lru_cache

from reviewer.language import cues
from reviewer.language.lists import DATA, longest_first
from reviewer.language.shape import is_han
from reviewer.model import OFFICE_ROLES
from reviewer.prepared.patterns import compiled

_HEADING, _DUTY = "heading-", "duty-"


@cache
def _groups() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(group, its words) in the order of the file; a group may come again."""
    source = (DATA / "roles.txt").read_text(encoding="utf-8")
    rows = (line.partition(":") for line in source.splitlines() if not line.startswith("#"))
    return tuple((name, tuple(words.split())) for name, colon, words in rows if colon)


def _named(prefix: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(role, words) of the groups that begin with `prefix`."""
    return ((name.removeprefix(prefix), words) for name, words in _groups() if name.startswith(prefix))


@cache
def _group(name: str) -> tuple[str, ...]:
    return dict(_groups())[name]


@cache
def _words() -> dict[str, str]:
    """word -> role"""
    words: dict[str, str] = {}
    for role, verbs in _named(_DUTY):
        words.update({verb + end: role for verb in verbs for end in ("人", "员", "人员")})
    for name, listed in _groups():
        if "-" not in name and name != "office":
            words.update(dict.fromkeys(listed, name))
    return words


_TAIL = compiled(
    r"(?:[（(\[【][^（）()\[\]【】]{0,12}[）)\]】]|姓名|名字|名称|名单|签名|签字|签章|信息|情况|代表|[\s:：为是系即叫、，,*])+$"
)
_COUNTED = compiled(r"(?<=[\u4e00-\u9fff])(?:[0-9]{1,3}|[①-⑩])(?=[:：]?$)")
"""the number of one of several: 病例1："""
_INNER = compiled(r"[（(]([^（）()]{1,12})[）)][:：]?$")
_LONGEST = 8
_REMEMBERED = 4096
"""answers that are remembered: lists and tables ask the same for every name"""


@lru_cache(maxsize=_REMEMBERED)
def role_for(label: str) -> str | None:
    """The role that a label or column header names: 复议申请人（签字）： -> applicant.

    What a party is more exactly stands in brackets: 被询问人（继承人）： -> heir.
    """
    plain = _COUNTED.sub("", "".join(label.split()))
    role = _ended(plain.rstrip(":：")) or _ended(_TAIL.sub("", plain))
    if role in (None, "party") and (inner := _INNER.search(plain)) is not None:
        within = _ended(inner[1])
        return role if within is None or within in OFFICE_ROLES else within
    return role


def _ended(text: str) -> str | None:
    words = _words()
    for size in range(min(len(text), _LONGEST), 0, -1):
        role = words.get(text[-size:])
        # A single character is a label only by itself: 妻： but not 夫妻.
        if role is not None and (size > 1 or len(text) == 1):
            return None if role in OFFICE_ROLES and _suffers(text, size) else role
    return None


_COMMA = compiled("[，,]")
_SIGN = compiled("[，,、：:（(]")


def _suffers(text: str, size: int) -> bool:
    """Whether what the word says is done to the person: 被监管人员."""
    return text[:-size].endswith(("被", "受", "被随机", "接受"))


_CLOSED = compiled(r"[。；;！!？?\n\t|│┃]")
_REACH = 24
_ONE_BEFORE = compiled(r"(?:[\u4e00-\u9fff]{2,3}(?:[（(][^（）()]{1,12}[）)])?、){1,4}$")
_QUOTES = "“\"『「‘"


def role_before(text: str, start: int, end: int, floor: int) -> str | None:
    """The role that the words in front of the name text[start:end] give it; nothing before `floor` counts."""
    if text[start - 1 : start] in ("）", ")") and (
        number := _CERTIFICATE.search(text, max(floor, start - _LONGEST_CERTIFICATE), start)
    ):
        start = number.start()  # 执法人员（执法证号：…）刘洋
    left = text[max(floor, start - _REACH) : start]
    if not left or left.isspace():
        return None
    told = _told_by_sentence(_CLOSED.split(left)[-1].rstrip(_QUOTES), text, end)
    return told if told is not None else _role_behind(left, _ALONE.match(text, end) is not None)


_CERTIFICATE = compiled(r"[（(][^（）()\n]{0,20}[0-9]{4}[^（）()\n]{0,80}[）)]$")
_LONGEST_CERTIFICATE = 120


@lru_cache(maxsize=_REMEMBERED)
def _role_behind(words: str, alone: bool) -> str | None:
    """The role of a name behind `words`; `alone`: nothing is joined to the name on its other side."""
    left = _CLOSED.split(words)[-1].rstrip(_QUOTES)
    # A comma ends what a label speaks of: 申请人，张建国 is none, and in 户主：张建国，妻： it is the second.
    clause = _COMMA.split(left)[-1]
    last = _GROUP.sub("：", clause.rpartition("、")[2])
    if _of_firm().search(last) or _of_firm().search(left):
        return "legal_representative"
    label, colon, between = last.replace(":", "：").rpartition("：")
    return (
        role_for(last)
        or (role_for(label) if colon and _tells_whose(between) else None)
        or _by_duty(left, alone)
        or _by_post(last)
        or ("minor" if _of_class().search(last) else None)
        or ("office_holder" if _title_ends(last) else None)
        or (_behind_others(clause) if not last else None)
    )


_TOLD_OF = compiled(
    r"(?P<informant>(?:举报|检举|控告|揭发)(?:人|者)(?:[（(][^（）()]{1,8}[）)])?(?:系|为|是|即|应为|正是)(?!否|何|谁)[^，,。；、：:（）()]{0,12})$"
    r"|(?P<complainant>(?:来信|来函|来电|来访|邮件|留言|电话反映)[，,：:][^，,。；、：:（）()]{0,10})$"
    r"|(?P<judge>(?:执法|检查)人员(?:名录|信息)?库?中?(?:随机)?(?:抽取|抽调|选派)了?)$"
    r"|(?P<candidate>(?:授予|表彰|命名|嘉奖|记功|拟?录用|拟?聘用|拟?录取|招募|选派)了?)$"
    r"|(?P<guardian>班(?:的?学生)?(?:家长|家委)(?:代表|会代表)?[\s\u3000：:]*)$"
)
"""what a whole sentence in front of a name says: 举报人系其下属, 来电，, 从执法人员名录库中随机抽取"""
_SAYS = compiled(r"(?:先生|女士|小姐|同志)?(?:[（(][^（）()\n]{0,40}[）)])?(?:先生|女士|小姐|同志)?[：:]")
_BEHIND = {"complainant": _SAYS, "candidate": compiled("等[0-9一二三四五六七八九十百]{1,4}[名位人]")}
"""what must stand behind the name as well"""
_OBJECTS = compiled(
    r"(?:先生|女士|小姐|同志)?(?:[（(][^（）()\n]{0,40}[）)])?(?:等[0-9一二三四五六七八九十]{0,4}[名位户人])?(?:联名|来电|来信|多次|书面)?"
    "(?:反映|提出(?!申请)|建议(?!书)|认为|希望|要求|询问|咨询|担心|质疑|投诉|呼吁|反对)"
)


def _told_by_sentence(left: str, text: str, end: int) -> str | None:
    """The role that a sentence tells of which a name is the end: 举报人系其下属张三, 来电，李先生：, 业主王五提出."""
    if left.endswith("业主") or left.endswith("业主代表"):
        return "complainant" if _OBJECTS.match(text, end) is not None else None
    match = _TOLD_OF.search(left)
    behind = _BEHIND.get(match.lastgroup or "") if match is not None else None
    if match is None or (behind is not None and behind.match(text, end) is None):
        return None
    return match.lastgroup


_GROUP = compiled("[:：]第?[0-9一二三四五六七八九十]{1,2}组[:：]?$")
"""a group of those whom a label names: 检查组：第一组李强"""


@cache
def _of_firm() -> re.Pattern[str]:
    """The head of a firm, by the firm in front of the word: 恒信地产负责人, 长岭砖厂（投资人：."""
    return compiled(
        "(?:公司|[^工]厂|[^书门]店|超市|酒楼|酒店|宾馆|饭店|餐厅|饭馆|网吧|药房|诊所|商行|商贸|经营部|门市部?|经销处|地产|置业"
        "|合作社|家庭农场|养殖场|加油站|加工点|作坊|企业|工厂|矿山|采石场)"
        "的?(?:[（(][^（）()]{0,12}[）)])?[（(，,]?(?:实际)?(?:负责人|投资人|经营者|法人|老板|经理|总经理|董事长|厂长|店长|店主|理事长)"
        r"(?:姓名)?[\s\u3000]*[:：]?[\s\u3000]*$"
    )


def _behind_others(clause: str) -> str | None:
    """The label's role where only what may be names that nobody saw follow it: 市民祁连山、包国庆"""
    label = _ONE_BEFORE.sub("", clause)
    if label == clause:
        return None
    duty = _duties()[0].search(label) or _duties_of().search(label)
    return role_for(label) or (_duties()[1][duty["verb"]] if duty is not None else _by_post(label))


@cache
def _title_endings() -> frozenset[str]:
    return frozenset(title[-1] for title in cues.titles())


def _title_ends(left: str) -> bool:
    """Whether a post stands directly in front of the name: 局长周建春."""
    plain = left.rstrip(" \u3000:：")
    if plain[-1:] not in _title_endings():
        return False
    words = (plain[-size:] for size in (5, 4, 3, 2) if len(plain) >= size)
    return any(cues.titles().get(word, (None,))[0] is False for word in words)


@cache
def _of_class() -> re.Pattern[str]:
    """A school class in front of a pupil: 三年一班　, 高一（11）班学生."""
    return compiled(
        r"(?:[一二三四五六七八九初高][一二三]?|[1-9])(?:年级?)?[（(]?[0-9一二三四五六七八九十]{1,3}[）)]?班(?:的?学生|同学)?[\s\u3000：:]*$"
    )


@cache
def _duties() -> tuple[re.Pattern[str], dict[str, str]]:
    """A verb of duty at the end of what stands in front of a name, and the roles of the verbs."""
    roles = {verb: role for role, verbs in _named(_DUTY) for verb in verbs}
    verbs = longest_first(roles)
    return compiled(
        rf"(?:^|[\s\u3000（(，,、/：:])(?P<verb>{verbs})(?:[（(][^（）()]{{1,10}}[）)])?(?P<sign>[\s\u3000:：]*)$"
    ), roles


@cache
def _posts() -> re.Pattern[str]:
    """A word that ends as words of duty do, and a colon: 计分员：, 拍卖师：, 指　　挥　　长："""
    return compiled(
        r"[\u4e00-\u9fff]{1,7}(?:[员师长官]|(?<![0-9一二三四五六七八九十])组|专班)(?:[（(][^（）()]{1,8}[）)])?[:：]$"
    )


def _by_duty(left: str, alone: bool) -> str | None:
    """The role of who does what `left` ends in: 审核：李强, 经办李强　审核王敏, 计分员：李强."""
    pattern, roles = _duties()
    match = pattern.search(left)
    # 审核张建国的材料 says what is done with his papers: by itself the verb stands only before a name alone.
    if match is not None and (match["sign"].strip(" ") or alone):
        return roles[match["verb"]]
    of_office = _duties_of().search(left)
    if of_office is not None and alone:
        return roles[of_office["verb"]]
    return _by_post(left)


_DONE_TO = (
    "[不未拒拟免]|暂缓|同意|申请|准予|可以|取消|停止|要求|接受|应当|无法|延期|继续|放弃|自愿|已经|依法|正在|等待|重新"
)
"""what tells that the verb behind it is done to the person, or was not done"""


@cache
def _duties_of() -> re.Pattern[str]:
    """A verb of duty and a colon behind words that say whose duty it is: 乡镇审核：, 现场监督：, 自然资源所审核：.

    回访记录： is a record of what the person said.
    """
    verbs = longest_first(_duties()[1])
    return compiled(
        rf"(?:^|[\s\u3000（(，,、/：:])(?![\u4e00-\u9fff]{{0,17}}(?:{_DONE_TO}))"
        rf"[\u4e00-\u9fff]{{1,18}}(?<![被受待请访])(?P<verb>{verbs})"
        r"(?:[（(][^（）()]{1,10}[）)])?[\s\u3000]*[:：][\s\u3000]*$"
    )


def _by_post(left: str) -> str | None:
    """By a label that only ends as duties do: 计分员："""
    post = _posts().search("".join(left.split()))
    if post is None:
        return None
    word = _INNER.sub("", post.group().rstrip(":：")).rstrip(":：")
    if word.endswith(_group("no-duty")):
        return None
    return "expert" if word.endswith("专家组") else "office_holder"


_ALONE = compiled(r"[\s\u3000（(）)、/|；;，,。]|$")


_NO_ORIGIN = compiled("[反举投与和向被对及系因诉称]")


def _tells_whose(words: str) -> bool:
    """Whether `words`, between a label and a name, only say of what office or place the person is."""
    plain = "".join(words.split())
    return len(plain) <= 14 and all(map(is_han, plain)) and _NO_ORIGIN.search(plain) is None


def is_department(plain: str) -> bool:
    """Whether words without blanks end as the name of an office does."""
    return plain.endswith(_group("office")) and not plain.endswith(_group("no-office")) and len(plain) > 1


_PHONE = compiled(
    r"[\s\u3000，,；;：:（(]{0,4}(?:联系|办公|咨询)?(?:电话|手机|座机)?[\s\u3000：:]{0,2}"
    r"(?:[(（]?0[0-9]{2,3}|1[3-9][0-9]{9}|[2-8][0-9]{6,7})"
)
_ACTS = compiled(
    r"(?:同志)?(?:现场|全程|具体)?(?:监督|主持|带队|兼任|担任|作了?(?:交流|典型|表态)?发言"
    r"|替补|顶替|接替|代为|出庭|到场|负责(?:受理|解释|联系|接待|办理|组织|质疑|监督|审核|牵头|协调|落实|处理|[。，；\s]))"
)
_ASKED = compiled(r"(?:同志|老师)?(?:联系|咨询|联络|接洽|对接)")


def office_beside(text: str, start: int, end: int, floor: int) -> str | None:
    """The role of a person whose office stands in front of the name, or who is said to act for one.

    规划科　李强 is an office holder, and with a phone behind the name the contact; 请与李强联系.
    """
    before = text[max(floor, start - _REACH) : start]
    if not before or before.isspace():
        return None
    left, office, by_phone = _office_behind(before)
    if left.endswith(("与", "向", "和", "找", "跟")) and _ASKED.match(text, end):
        return "contact"
    if left.endswith("由"):
        if left.endswith("线索由"):
            return "informant"
        if text.startswith("递补", end):
            return "candidate"
        return "office_holder" if _ACTS.match(text, _past_members(text, end)) else None
    if not office:
        return None
    if _PHONE.match(text, end):
        return "contact"
    return None if by_phone else "office_holder"


@lru_cache(maxsize=_REMEMBERED)
def _office_behind(words: str) -> tuple[str, bool, bool]:
    """The end of the words in front of a name, whether it is an office, and whether a colon follows it."""
    left = _CLOSED.split(words)[-1]
    # In a chat a member is called by office and name: 县地灾中心-李强.
    bare = left.rstrip(" \u3000:：-－—")
    by_phone = left.rstrip(" \u3000").endswith((":", "："))
    left = _SIGN.split(bare)[-1]
    plain = _SMALL_WORD.sub("", "".join(left.split()))
    return left, is_department(plain) and not any(word in plain for word in _private_words()), by_phone


_SMALL_WORD = compiled("(?:的|仅|只有|仅有|干部|职工|同志|人员)$")
_MEMBERS = compiled(
    r"(?:[、和与及][\u4e00-\u9fff][\u4e00-\u9fff \u3000]{1,4}?(?=[、和与及]|同志|现场|全程|监督|主持|带队|担任|负责))*"
)


def _past_members(text: str, end: int) -> int:
    """Behind the other names of a list: 由甲、乙现场监督."""
    match = _MEMBERS.match(text, end)
    return match.end() if match is not None else end


@cache
def _private_words() -> tuple[str, ...]:
    """Words of private persons: who stands behind one is no office holder, though an office is named."""
    return tuple(
        word
        for word, role in _words().items()
        if role not in OFFICE_ROLES and len(word) > 2 and word.endswith(("人", "者")) and word != "残疾人"
    )


_REMARK_BEHIND = compiled(r"[（(][^（）()\n]{1,40}[）)]")
_DIED = "死亡|去世|逝世|病故|身亡|溺亡|坠亡|遇难|因公牺牲|过世"
_HOW_MANY = r"(?:等[0-9一二三四五六七八九十两]{0,3}(?:名|人|户)?)?"
_COURTESY = "(?:先生|女士|同志|老人|师傅)?"
_RELATION = (
    "妻|夫|父|母|子|女|儿|媳|婿|孙|兄|弟|姐|妹|侄|甥|妻子|丈夫|父亲|母亲|儿子|女儿|长子|次子|长女|次女|配偶|孙子|孙女|外孙|祖父|祖母|哥哥|弟弟|"
    "姐姐|妹妹"
)
_AGED = (
    r"[，,（(\s\u3000]{1,2}(?:[子女儿孙侄]|儿子|女儿|孙子|孙女)?[，,、\s\u3000]{0,2}(?:男|女)?[，,、\s\u3000]{0,2}"
    r"(?:现年|年龄|今年|年仅)?(?:1[0-7]|[1-9])(?:周)?岁"
    # A pupil, a newborn.
    r"|[，,（(、\s\u3000]{1,2}(?:[男女][，,、]|现|系|在|正)?(?:就读|在读|上学|读书)[^，。；\n]{0,16}(?:小学|幼儿园|初中|中学|学校|年级)"
    r"|(?:今年|去年|前年|刚刚?)(?:才|刚)?出生"
)
_BORN = compiled(
    r"[，,（(](?:[男女儿子孙]{1,2}[，,、])?(?:"
    r"(?P<year>(?:19|20)[0-9]{2})(?:年|[.\-/])(?:(?P<month>1[0-2]|0?[1-9])(?![0-9]))?[^，。；\n）)]{0,8}(?:出生|生(?!效|产))"
    r"|(?:出生|生)于?(?P<year2>(?:19|20)[0-9]{2})(?:年|[.\-/])(?:(?P<month2>1[0-2]|0?[1-9])(?![0-9]))?)"
)
_OF_AGE = 18


def is_under_age(year: int, month: int, today: date) -> bool:
    """Whether who was born in that month (0: not told) has not come of age (民法典 art 17) by `today`.

    >>> is_under_age(2008, 12, date(2026, 11, 22)), is_under_age(2008, 10, date(2026, 11, 22))
    (True, False)
    """
    age = today.year - year
    return age < _OF_AGE or (age == _OF_AGE and month >= today.month)


_BEFORE_AGE = frozenset({"informant", "complainant", "deceased", "patient"})
"""roles that tell more of a person than the age"""
_AFTER: tuple[tuple[str, str], ...] = (
    ("informant", rf"{_COURTESY}(?:实名|多次|电话)?(?:举报|检举|控告)(?!电话|人)"),
    (
        "complainant",
        rf"{_COURTESY}{_HOW_MANY}(?:的?(?:投诉|信访)(?:材料|件|事项|内容)|来信|来访|来电|来函|留言|投诉|信访|上访|缠访|进京上访|反映(?!良好|积极))",
    ),
    (
        "deceased",
        rf"{_COURTESY}(?:[系是][^，。；\n]{{2,24}})?[，,]?(?:[12][0-9]{{3}}年)?(?:[0-9]{{1,2}}月)?(?:[0-9]{{1,2}}日)?(?:已|于[^，。；\n]{{1,16}}|因(?:(?!致|使|造成|导致)[^。；\n]){{1,40}}?)?(?:{_DIED})",
    ),
    (
        "patient",
        r"(?:因|系|现|已|曾|[12][0-9]{3}年)?(?:身?患有?(?!者|儿)|罹患|被?确诊|被?查出|[被经][^，。；\n]{0,12}?(?:诊断|确诊)|住院|入院|转院)",
    ),
    ("minor", _AGED),
    (
        "office_holder",
        "(?:同志)?(?:(?:担任|兼任|任)[\u4e00-\u9fff]{0,6}(?:组长|主任|指挥长?|召集人|书记|[局院站所处科校]长|委员|联络员|负责人)"
        "|(?:等)?(?:[0-9一二三四五六七八九十]{1,3}[名位])?同志(?:任职|免职|任免)(?!前)(?![^，。\\n]{0,6}公示)"
        "|为(?:副?组长|副?主任|召集人|联络员|组员|成员)(?=[，,。；;、\\n]|$)"
        "|(?:等)?(?:[0-9一二三四五六七八九十]{1,3}[名位])?同志(?:分别|先后)?(?:作|做|进行)了?[^，。；\\n]{0,8}(?:发言|汇报|交流)"
        "|(?:等[0-9]{0,3}[名位])?(?:代表|委员)[：:][ \u3000\\r]*(?=\\n|$))",
    ),
    (
        "party",
        r"(?:(?:与|和|诉)[\u4e00-\u9fff]{2,4})?(?:之间|的|因)?[^，。；\n]{0,8}(?:纠纷|矛盾|争议|一案)|诉[\u4e00-\u9fff]{2,4}|"
        r"(?:无证|醉酒|酒后)?(?:驾驶|驾车|骑行)|(?:向[^，。；\n]{2,14})?(?:起诉|诉至|提起诉讼)",
    ),
    ("witness", rf"{_COURTESY}{_HOW_MANY}(?:均|也|都|予以)?(?:证实|作证|指认|目睹|目击|出具(?:了)?证[明言])"),
    (
        "candidate",
        r"(?:等)?(?:[0-9一二两三四五六七八九十]{1,3}[名位人])?同志(?:分别|先后)?(?:荣获|获得?|被评为|被授予|当选)"
        r"|(?:等[0-9一二三四五六七八九十百]{1,4}[名位人])?(?:同志)?(?:为)?拟(?:提名|提拔|推荐|表彰|聘(?!请)|录用|晋升)"
        r"|[，,：:（( \u3000].{0,60}?(?:拟任|拟提名|拟提拔|拟录用|拟聘用|拟晋升|拟推荐|现任.{1,30}拟)"
        r"|(?:等[0-9一二三四五六七八九十]{0,3}(?:名|位)?)?(?:同志|人员?)?(?:的)?(?:任前|任职|拟任|录用|聘用|体检)[^，。\n]{0,8}公示",
    ),
    (
        "relative",
        rf"[，,（(]系?(?:[^，。；\n（）()]{{0,10}}之(?:子|女|妻|夫|父|母|兄|弟|姐|妹)|(?<=[（(])(?!女[，,、])(?:{_RELATION}))"
        r"(?=[，,。；、）)\n]|$)",
    ),
    ("household_head", r"等?[0-9一二两三四五六七八九十]{0,3}户(?!籍|口|外|型)"),
    (
        "applicant",
        r"(?:夫妇|夫妻|夫妻二人|一家|一户|家|等[0-9一二三四五六七八九十]{0,3}[人户])?"
        r"(?:向[^，。；\n]{2,20})?(?:申请|提交[^，。；\n]{0,12}申请)(?!人)",
    ),
    (
        "punished",
        rf"{_HOW_MANY}(?:以[^，。；\n]{{2,14}}为名[，,][^。；\n]{{0,20}}?)?(?:私自|多次|夜间|无证|未取得[^。；\n]{{2,16}}"
        r"|未经[^。；\n]{2,30}|擅自|非法|违法|违规|越界|盗采|盗伐|滥伐|偷采|偷排|超限)[^。；\n]{0,30}",
    ),
)


@cache
def _after() -> re.Pattern[str]:
    """What stands behind a name, in a group that is called as the role; the first that fits counts."""
    return compiled("|".join(f"(?P<{name}>{expression})" for name, expression in _AFTER))


def role_after(text: str, end: int, limit: int, today: date) -> str | None:
    """The role that the words directly behind a name at `end`, or behind a remark on it, give it, up to `limit`.

    today  the day that ages are counted to
    """
    if end >= limit:
        return None
    ends = [end]
    if (remark := _REMARK_BEHIND.match(text, end, limit)) is not None:
        ends.append(remark.end())
    for at in ends:
        match = _after().match(text, at, limit)
        role = match.lastgroup if match is not None else None
        if role == "relative" and match is not None and _is_sex(text, at, match.end()):
            role = None
        if role not in _BEFORE_AGE and _is_born_late(text, at, today):
            return "minor"
        if role is not None:
            return role
    return None


_SEX_ALONE = compiled("[（(]女$")
_OTHER_KIN = compiled(rf"[（(](?!女[）)])(?:{_RELATION})[）)]")
_LINE_OF_KIN = 120


def _is_sex(text: str, start: int, end: int) -> bool:
    """Whether （女） behind a name tells the sex: no other in the line is told by kin, as （妻） or （子）."""
    if _SEX_ALONE.match(text, start, end) is None:
        return False
    first = text.rfind("\n", max(start - _LINE_OF_KIN, 0), start) + 1 or max(start - _LINE_OF_KIN, 0)
    last = text.find("\n", end, end + _LINE_OF_KIN)
    around = text[first : last if last >= 0 else end + _LINE_OF_KIN]
    return _OTHER_KIN.search(around) is None and not any(word in around for word in _HOUSEHOLD)


_HOUSEHOLD = ("家庭成员", "家属", "户主", "子女", "亲属", "之女", "配偶", "共同居住", "同住")


def _is_born_late(text: str, end: int, today: date) -> bool:
    """Whether a date of birth behind a name is that of a minor."""
    born = _BORN.match(text, end)
    if born is None:
        return False
    return is_under_age(int(born["year"] or born["year2"]), int(born["month"] or born["month2"] or 0), today)


@cache
def _words_alone() -> re.Pattern[str]:
    return compiled(r"[\s\u3000]{0,2}[（(]([\u4e00-\u9fff]{2,8})[）)]")


def role_in_remark(text: str, end: int) -> str | None:
    """The role that a remark behind a name consists of: 张建国（竞得人）."""
    match = _words_alone().match(text, end)
    return _words().get(match[1]) if match is not None else None


_SELECTED = compiled(
    r"[，,：:（( \u3000][^。\n]{0,160}?拟(?:任|提名|提拔|推荐|录用|聘|晋升|选调|表彰|转任|交流|定)"
)


def is_selected(text: str, end: int, limit: int) -> bool:
    """Whether the sentence behind a name says for what the person is chosen."""
    return _SELECTED.match(text, end, limit) is not None


def of_subject(line: str) -> str | None:
    """The role of those whom a line announces: 以下承租人仍拖欠租金：, 下列村民."""
    match = _ANNOUNCED.search(line)
    if match is None:
        return None
    words = match[1]
    found = (_words().get(words[:size]) for size in range(min(len(words), _LONGEST), 1, -1))
    return next((role for role in found if role is not None), None)


_ANNOUNCED = compiled(r"(?:以下|下列)(?:[0-9一二三四五六七八九十]{1,4}[名位户个])?([\u4e00-\u9fff]{2,10})")
_BETWEEN = compiled("[和及与等]|先生|女士|同志|老师")
"""characters that may follow the name of one of several"""


def runs_on(text: str, end: int) -> bool:
    """Whether a sentence goes on behind a name: at the beginning of a line it is then no more of the list above."""
    return is_han(text[end : end + 1]) and _BETWEEN.match(text, end) is None and post_behind(text, end) is None


_LABEL_OF_LIST = compiled(r"(?:^|[，,；;。\s\u3000、.．])([\u4e00-\u9fff]{2,10})[:：]$")
_OF_CADRES = compiled("(?:村|社区|驻村|镇|乡|组)干部|两委(?:干部|成员|人员|误工|报酬|工资)")
"""who is paid for the work that they do for the village: 村干部误工补贴："""
_LISTED_ROLES = frozenset({"beneficiary", "patient", "punished", "deceased", "candidate", "minor"})


def role_of_list(left: str) -> str | None:
    """The role by the label of a short list in a sentence: 新增低保：, 退出救助："""
    label = left.rstrip(" \u3000")
    match = _LABEL_OF_LIST.search(label) if label.endswith((":", "：")) else None
    if match is not None and _OF_CADRES.search(match[1]):
        return "office_holder"
    role = heading_role(match[1]) if match is not None else None
    return role if role in _LISTED_ROLES else None


_KIN = compiled(rf"[（(](?:系?[\u4e00-\u9fff]{{0,4}}之)?(?:{_RELATION})[）)]")


def is_kin(text: str, end: int) -> bool:
    """Whether a word in brackets behind a name says whose relative the person is: （父亲）."""
    match = _KIN.match(text, end)
    return match is not None and not _is_sex(text, end, match.end() - 1)


_KIN_BEHIND = compiled(
    "(?:之(?:[子女妻夫父母兄弟姐妹孙侄](?![间前后])|长子|次子|长女|次女)|的(?:妻子|丈夫|父亲|母亲|儿子|女儿|长子|次子|长女|次女|配偶|孙子|孙女|外孙女?"
    "|祖父|祖母|哥哥|弟弟|姐姐|妹妹|侄子|侄女|外甥女?|婆婆|公公|岳父|岳母|儿媳|女婿))"
)
_AGED_BY_NAME = compiled("(?:老人|大爷|大妈|大娘|奶奶|爷爷|阿婆|老汉|老太太)(?![们院节家协])")


def of_kin(text: str, end: int) -> str:
    """The role of who is named only as another's relative (李强之子), or spoken of as an old person (李强大爷)."""
    if _KIN_BEHIND.match(text, end) is not None:
        return "relative"
    return "beneficiary" if _AGED_BY_NAME.match(text, end) is not None else ""


_TEACHER = compiled("[（(](?:副?班主任|[\u4e00-\u9fff]{0,2}教师|[\u4e00-\u9fff]{0,2}老师|辅导员|校长|年级组长)[）)]")


def is_teacher(text: str, end: int) -> bool:
    """Whether the remark behind a name in a list of a class says that it is the teacher's: （班主任）."""
    return _TEACHER.match(text, end) is not None


_CASE = compiled(
    r"[\s\u3000]{0,2}[（(](?!病假)[^（）()\n]{0,24}(?:罪|缓刑|徒刑|拘役|管制|假释|监外执行|社区矫正|戒毒|低保|特困|五保|孤儿|残疾"
    r"|癌|肿瘤|尿毒症|白血病|精神病|艾滋|肝炎|结核|患(?!者))[^（）()\n]{0,40}[）)]"
)


def is_case(text: str, end: int) -> bool:
    """Whether a remark behind a name tells of a conviction, an illness or relief: 缺席：张建国（缓刑一年）."""
    match = _CASE.match(text, end)
    return match is not None and _OFFICE_ENDS.search(match.group()) is None


_OFFICE_ENDS = compiled(
    "(?:[会局委部处科股室办站所队长师]|(?<![住出入转])院|中心|公司|主任|委员|书记|[科办职]员)[\\s\u3000]*[）)]$"
)
"""（县残疾人联合会）, （肿瘤医院院长）: where the person works"""


def is_ill(text: str, end: int) -> bool:
    """Whether the words directly behind a name say that the person is ill."""
    match = _after().match(text, end)
    return match is not None and match.lastgroup == "patient"


@cache
def _aged() -> re.Pattern[str]:
    return compiled(_AGED)


def is_minor(text: str, end: int, today: date) -> bool:
    """Whether an age below eighteen, or the birth of one that old, stands directly behind a name."""
    return _aged().match(text, end) is not None or _is_born_late(text, end, today)


_REMARK = compiled(r"[\s\u3000]{0,2}[（(]([^（）()\n]{1,24})[）)]")
_POST_BEHIND = compiled(
    r"(?:[，,](?:[男女]|[0-9]{2}岁|[\u4e00-\u9fff]{1,4}族|中共党员|[12][0-9]{3}年[0-9]{1,2}月出?生)){0,5}"
    r"[，,]([\u4e00-\u9fff、]{2,24})(?=[，,。；;）)\n]|$)"
    r"|[ \u3000]{1,12}([\u4e00-\u9fff、 \u3000（）]{2,30}?)[ \u3000\r]*(?=\n|$|[；;。])"
)
_TRAIT = (
    "(?:[男女]性?|[\u4e00-\u9fff]{1,5}族|中共(?:预备)?党员|无党派(?:人士)?|群众|[0-9]{2}岁"
    "|[12][0-9]{3}[年.][0-9]{0,2}月?出?生?)"
)
_TRAITS = compiled(rf"[\s\u3000]{{0,2}}[（(]{_TRAIT}(?:[，,、 \u3000]{_TRAIT}){{0,4}}[）)]")
"""what brackets behind a name say of anybody"""
_SINGLE_POSTS = ("组长", "文书", "会计", "村支书", "支书", "专干", "委员", "负责人", "网格员")


def post_behind(text: str, end: int) -> str | None:
    """The role that a post behind a name gives it: 李强局长, 李强（派出所）, 李强，县住建局质监站站长，."""
    title = _title_behind(text, end)
    if title:
        return "judge" if title in ("法官", "警官", "检察官") else "office_holder"
    sign = text[end : end + 1]
    if sign not in "，,（(" and not sign.isspace():
        return None
    if (traits := _TRAITS.match(text, end)) is not None:
        return post_behind(text, traits.end())  # 周志远（男，苗族） 县长
    remark = _REMARK.match(text, end)
    if remark is not None:
        return _post(remark[1])
    match = _POST_BEHIND.match(text, end)
    if match is not None:
        return "office_holder" if _is_post((match[1] or match[2]).strip()) else None
    return None


def _post(remark: str) -> str | None:
    if remark in ("专家", "评审专家", "组长专家"):
        return "expert"
    if any(word in remark for word in _private_words()):
        return None
    return "office_holder" if _is_post(remark) or is_department("".join(remark.split())) else None


def _is_post(words: str) -> bool:
    """Whether `words` end in a post of an office; 村民小组组长 is one, too."""
    return words.endswith(_SINGLE_POSTS) or _title_ends(words)


@cache
def _title_beginnings() -> frozenset[str]:
    return frozenset(title[0] for title in cues.titles())


def _title_behind(text: str, end: int) -> str:
    titles = cues.titles()
    at = end + (text[end : end + 1] in (" ", "\u3000"))
    if text[at : at + 1] not in _title_beginnings():
        return ""
    for size in (6, 5, 4, 3, 2):
        word = text[at : at + size]
        if word in titles and (titles[word][0] is False or word in ("法官", "警官")):
            return word
    return ""


@cache
def _headings() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((role, compiled(longest_first(words))) for role, words in _named(_HEADING))


_GROWN = compiled("校舍|工程|采购|施工|教师|教职工|老师|教练|保育员|校长|园长|大学|学院|研究生|技师|党校|干部")
_CLASS = compiled(
    "(?:[一二三四五六七八九]|[初高][一二三]|[1-9])(?:年级)?[（(]?[0-9一二三四五六七八九十]{1,2}[）)]?班(?:[^子组车会]|$)"
)
"""a school class in a heading"""


def heading_role(heading: str) -> str | None:
    """The role of the persons in a list under `heading`: 拟聘用人员名单 -> candidate; None where it does not say."""
    grown = _GROWN.search(heading) is not None
    if not grown and _CLASS.search(heading):
        return "minor"
    for role, pattern in _headings():
        if pattern.search(heading) and not (grown and role == "minor"):
            return role
    return None
