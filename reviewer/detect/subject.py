"""Whom a sentence speaks of that names nobody: 其患有…, 该同志…, 当事人身患…, 您患有…, 答：我有….

The name stands in the sentence before, behind the word that introduced the person (当事人：张建国), or in the
salutation of the letter. Where the sentence speaks of anybody (患有尿毒症的群众) there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from reviewer.prepared.patterns import compiled

Stretch = tuple[int, int]
HasPerson = Callable[[int, int], bool]
"""whether a particular person stands in text[start:end]"""

_NOBODY = compiled(
    "[\u4e00-\u9fff、]{0,16}?(?:者(?![\u4e00-\u9fff])|[0-9]{1,6}余?[名位人例户]|的(?:[，,、；;]|[\u4e00-\u9fff]{0,4}(?:"
    "人员|群众|居民|老人|老年人|患者|病人|职工|村民|农户|家庭|对象|学生|儿童|考生|参保人|申请人|公民|情形|应|可|不得|不予|须|需|由)))"
)
"""behind a fact that is said of anybody to whom it applies"""
_ANYBODY = compiled("如(?:果|有|系|患|您|你|确)|若|凡|一旦|是否|符合|应当|[各每]")
"""in front of such a fact"""
_OTHERS = compiled("(?:为|给|向|对|帮|帮助|照顾|关心|看望|慰问|接诊|收治|救治|转运|护送)[\u4e00-\u9fff、]{0,8}$")
_PATIENTS = compiled("(?:类|等)?(?:的?(?:患者|病人|人员|病例|老人|儿童)|等(?:疾病|慢性病|慢病)|人群)")
"""为|高血压|患者: the patients are others"""
_IS_ALL = compiled(r"[的]?(?:[\s，,。；;、！!）)]|$)")
_LORE = compiled(
    "[\u4e00-\u9fff、]{0,12}?(?:的|等)?(?:急救|防治|预防|筛查|防控|诊疗|护理)?"
    "(?:常识|知识|技能|方法|要点|课程|培训|宣传|讲座|科普)"
)
"""心梗、脑梗|的急救常识: what is taught"""
_CLASS = compiled(
    "(?:[、和及与][\u4e00-\u9fff]{2,8}){0,3}(?:等)?(?:名单|花名册|名册|认定|评定|评议|评审|政策|每[人月户]|可以|可申请|应当)"
)
"""低保户、五保户|名单: of whom nobody is named"""
_FAVOURED = compiled(
    "(?:、[\u4e00-\u9fff]{2,8}){0,4}(?:等)?(?:对象|人员|群体|家庭|职工|学生|儿童)?(?:给予|予以|实行|减免|免收|免费|优惠|优先|适当|酌情|每[户人月年]|另行|发放|补助|补贴"
    "|减半|减收|代缴|全额|慰问)"
)
"""应当对|低保户、特困人员给予优惠: whoever is one"""
_TOWARDS = compiled("(?:对|向|给|为)[\u4e00-\u9fff、]{0,14}$")
_SERVED = compiled("(?:等[\u4e00-\u9fff]{0,6})?(?:送|提供|代办|代购|服务|上门|发放|打扫|理发|开展|解决|义诊)")
_PRONOUN = compiled(
    r"(?:^|[，,、：:])[\s\u3000]*(?:因|鉴于|由于|目前|现|且|但|经查|另查)?(?:其(?![他它余中次实间所])|[他她](?![们人国乡])|本人|此人|"
    "(?P<known>该(?:同志|人|员|户|生|患者|病人|女士|先生|名?[男女]子|名?学生|名?儿童|老人|职工|考生|村民|居民|对象)))"
)
_ELLIPSIS = compiled(
    r"[\s\u3000]*(?:现(?![场行状金将予就实代])|原为|早年|曾[因患系是于在]|系|[因患](?![为素子者])|目前|平时|长期|长年|常年|多年|自幼|从小|先天|后因|后[经被]|"
    "入院|出院|住院|突发|突患|突然|不慎|确诊|[被经](?!济)|诊断|鉴定|家住|独居|离异|丧偶|未婚|已婚|单身|享受|纳入|无(?:儿|子女|劳动|固定|生活|收入|业)|"
    "[0-9]{1,3}周?岁(?![以及至])|[男女]性?[，,]|[左右双][眼耳腿手]|体弱|身[体患]|家庭|家中|生活|育有|膝下|就读|在读|[去今前当]年|两年前|近年)"
)
"""how a sentence begins that leaves out of whom it speaks"""
_ROLE = compiled(
    r"(?:^|[，,：:]|认为|鉴于|考虑到|查明|由于|因)[\s\u3000]*(?P<role>当事人|被?申请人|被处罚人|违法行为人|被征收人|患者|病人|伤者|伤员|死者|逝者|"
    "被告人?|原告|上诉人|罪犯|被害人|受害人|受助人|受助学生|户主|考生|学生|未成年人|老人|该户)(?![们均名单的应可须需之])"
)
_ANSWER = compiled(r"[\s\u3000]*答[\s\u3000]?[：:]")
_QUESTIONED = ("被询问人", "被讯问人", "被调查人", "被谈话人", "被询问对象", "询问对象", "证人", "陈述人")
_YOU = compiled("您|你(?![们局院委厅处办单公校村镇乡县市省])")
_SALUTATION = compiled(
    r"[ \t\u3000]*(?:尊敬的|敬爱的)?(?P<name>[\u4e00-\u9fff·][\u4e00-\u9fff· \u3000]{0,10})[：:][ \t\r]*$"
)
_OFFICER = compiled(
    "(?:联系人|经办人?|承办人|负责人|记录人?|调查人|审核人?|审批人?|填表人?|制表人?|检查人员|执法人员|主持人?|(?<!被)询问人|登记人|网格员|"
    "主任|书记|[镇乡区县市局科所站校院]长|校医|老师|教师)[：:\\s\u3000、]{0,2}$"
)
"""in front of a name: whose work it is, not who is spoken of"""
_ENDS = "。！!？?；;\n"
_LINE_END = compiled("[\n。；;]")
_SENTENCES, _CHAIN = 3, 5
_BACK = 400
INTRODUCED = 4000
"""characters in front of a sentence within which the person is named whom it speaks of"""
_BEHIND_ROLE = 40
_OCCURRENCES = 8
_LONGEST_NAME = 4
_LINES_OF_A_LETTER, _SHORT = 24, 32


FIRST_PERSON = compiled("我(?![们国省市县区镇乡村局委院厅司厂校方队所站办部处科会支公单])|[：:，,][有患得]")
"""who answers speaks of himself"""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a text and asked of it at each fact: nothing of it takes longer in a longer line."""

    has_person: HasPerson
    line_start: Callable[[int], int]
    """where the line begins that an offset lies in"""
    says_i: Callable[[int], bool]
    """whether FIRST_PERSON stands between the line's beginning and an offset"""


def subject(text: str, clause: int, start: int, end: int, paragraph: int, known: Known) -> Stretch | None:
    """Where the person stands of whom the fact text[start:end] is said; None where the text names nobody.

    clause, paragraph  where the sentence and its paragraph begin
    """
    has_person = known.has_person
    # Most texts that speak of illnesses and relief name nobody far and wide.
    if not has_person(max(clause - INTRODUCED, 0), clause):
        return None
    if _NOBODY.match(text, end) is not None or _ANYBODY.search(text, clause, start) is not None:
        return None
    said = text[clause:start]
    if (found := _PRONOUN.search(said)) is not None:
        floor = clause - _BACK if found["known"] else paragraph
        return _sentence_before(text, clause, max(floor, clause - _BACK, 0), has_person)
    if (role := _ROLE.search(said)) is not None:
        words = [role["role"]]
        if words == ["该户"]:
            words = ["户主"]
        if (introduced := _introduced(text, words, clause, has_person)) is not None:
            return introduced
    if _YOU.search(said) is not None:
        addressed = _addressed(text, known.line_start(clause), has_person)
        if addressed is not None:
            return addressed
    line = known.line_start(start)
    if _ANSWER.match(text, line) is not None and known.says_i(start):
        return _introduced(text, _QUESTIONED, line, has_person)
    alone = clause == start and text[end : end + 1] in ("。", "；", ";")
    return _elided(text, clause, start, max(paragraph, clause - _BACK, 0), has_person, alone)


_HELPS = compiled("(?:帮助|帮扶|关心|关爱|照顾|看望|慰问|走访|服务|资助|扶持|探望|接济|捐助)[\u4e00-\u9fff、]{0,10}$")
_HELPED = compiled("(?:们|等)?(?:[、，,。；;！!和及与等\n]|$)")
"""帮助残疾人、孤儿: whoever is one, where no name follows"""


def is_class(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] names those who are helped as a class: 低保户名单, 为|残疾人|送餐."""
    if _CLASS.match(text, end) is not None:
        return True
    if _HELPED.match(text, end) is not None and _HELPS.search(text, max(start - 14, 0), start) is not None:
        return True
    if _FAVOURED.match(text, end) is not None and _TOWARDS.search(text, max(start - 16, 0), start) is not None:
        return True
    return text[start - 1 : start] in ("为", "给", "帮") and _SERVED.match(text, end) is not None


def is_general(text: str, start: int, end: int) -> bool:
    """Whether the illness text[start:end] is spoken of as other people's or as a thing that is taught."""
    if _LORE.match(text, end) is not None:
        return True
    patients = _PATIENTS.match(text, end)
    others = _OTHERS.search(text, max(start - 12, 0), start) if patients is not None else None
    if patients is None or others is None:
        return False
    # 张三为|高血压|患者。 says what he is; for whom something is done, that follows.
    return text[others.start()] != "为" or _IS_ALL.match(text, patients.end()) is None


def is_officer(text: str, at: int) -> bool:
    """Whether the name that begins at `at` stands behind the word for whose work it is (联系人, 经办人)."""
    return _OFFICER.search(text, max(at - 12, 0), at) is not None


def _sentences_before(text: str, at: int, floor: int) -> Iterator[Stretch]:
    """The sentences in front of `at`, the nearest first, none begun before `floor`."""
    while at > floor:
        stop = len(text[floor:at].rstrip(f"{_ENDS} \t\r\u3000")) + floor
        at = max(text.rfind(sign, floor, stop) for sign in _ENDS) + 1 or floor
        if at < stop:
            yield at, stop


def _sentence_before(text: str, at: int, floor: int, has_person: HasPerson) -> Stretch | None:
    """The nearest of a few sentences that names a person."""
    if not has_person(floor, at):
        return None
    nearest = islice(_sentences_before(text, at, floor), _SENTENCES)
    return next((sentence for sentence in nearest if has_person(*sentence)), None)


def _elided(text: str, at: int, start: int, floor: int, has_person: HasPerson, alone: bool) -> Stretch | None:
    """The sentence that names the person whom the ones behind it leave out, each beginning as such sentences do.

    alone  whether the fact is all that its sentence says
    """
    if not has_person(floor, at):
        return None
    for sentence in islice(_sentences_before(text, at, floor), _CHAIN):
        # 低保户。 alone is said of whom the sentence before names.
        begins = at == start > floor and (text[at] in "患系" or alone or _is_cut(text, at))
        if not begins and _ELLIPSIS.match(text, at) is None:
            return None
        if has_person(*sentence):
            return sentence
        at = sentence[0]
    return None


def _is_cut(text: str, at: int) -> bool:
    """Whether a sentence goes on at `at` that a line end parts."""
    above = text[max(at - 8, 0) : at].rstrip(" \t\r\u3000")
    return above.endswith("\n") and above.rstrip()[-1:] not in _ENDS + "：:"


def _introduced(text: str, words: tuple[str, ...] | list[str], at: int, has_person: HasPerson) -> Stretch | None:
    """The nearest place before `at` where one of `words` introduces a person: 当事人：张建国, 患者李秀英."""
    floor = max(at - INTRODUCED, 0)
    for _ in range(_OCCURRENCES):
        place = max(text.rfind(word, floor, at) for word in words)
        if place < 0:
            return None
        stop = min(place + _BEHIND_ROLE, at)
        line = _LINE_END.search(text, place, stop)
        stop = line.start() if line is not None else stop
        if has_person(place, stop):
            return place, stop
        if has_person(max(place - _LONGEST_NAME, floor), place):
            return max(place - _LONGEST_NAME, floor), place  # 李强老人
        at = place
    return None


def _addressed(text: str, line: int, has_person: HasPerson) -> Stretch | None:
    """The person whom the letter is addressed to, in a line of its own above that at `line`: 张建国先生：."""
    end = line - 1
    for _ in range(_LINES_OF_A_LETTER):
        if end < 0:
            return None
        start = text.rfind("\n", max(end - INTRODUCED, 0), end) + 1
        match = _SALUTATION.match(text, start, end) if end - start <= _SHORT else None
        if match is not None:
            return match.span("name") if has_person(*match.span("name")) else None
        end = start - 1
    return None
