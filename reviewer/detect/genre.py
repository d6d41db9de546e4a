"""The genre of a document (文种), found with its evidence, and what it changes in the findings.

A genre lowers a severity only when it is certain or set by a person, and never what the rules block by
themselves nor anything that concerns secrecy: a wrong guess must not silence a leak.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from pathlib import PurePath

from reviewer.detect.candidate import Candidate
from reviewer.detect.compiled import Compiled
from reviewer.detect.lines import Lines
from reviewer.detect.role import NameRoles
from reviewer.model import SEVERITIES, Confidence, DocumentGenre
from reviewer.prepared.patterns import compiled
from reviewer.rulebook.genre import UNKNOWN_ROLE, Genre, Judgement, Shown
from reviewer.text.view import fold

NEVER_LOWERED = frozenset({
    "ID_CARD", "HMT_RESIDENCE", "FOREIGN_PR", "PASSPORT", "HKMT_PERMIT", "MILITARY_ID", "DRIVER_LICENSE",
    "DISABILITY_ID", "STUDENT_ID", "HUKOU", "BIRTH_CERT", "SOCIAL_SECURITY", "MEDICAL_INSURANCE", "BANK_CARD",
    "CREDENTIAL", "INFORMANT", "CLASSIFICATION", "MAP_SECRET", "PROCESS_INFO", "TRADE_SECRET", "HIDDEN_CONTENT",
})  # fmt: skip
"""entities that the rules block by themselves, and those that concern secrecy"""

LAWFUL = "依法可以公开，核对无误即可。"
"""advice for what is lawful as it stands: the rule's own speaks of deleting"""
_HEAD, _BEGINNING = 20_000, 5_000
"""characters in which evidence is looked for, and those where most of it stands"""
_TITLE_LINES, _TITLE_LENGTH, _TITLE_WITHIN = 20, 70, 3000
_MENU_WITHIN = 60
"""lines at the beginning in which a site's menu may stand"""
_TITLE_HINTS = frozenset({"标题", "title", "工作表名", "网页标题", "主题"})
_SENTENCE = compiled("[。；，,;]")
_FIELD_LINE = compiled(
    "[\u4e00-\u9fff（）]{0,8}(?:人|员|者|时间|日期|地点|地址|单位|机构|电话|邮箱|编号|文号|索引号|来源|分类|组长|负责|"
    "供稿|摄影|[主支]持|出席|列席|请假|缺席|记录|参加|参会|议题|事项)[：:]"
    "|各[\u4e00-\u9fff、（）()，]{1,60}[：:]$|[上下]一[篇条]|相关(?:链接|阅读|文章)|版权所有|当前位置"
    "|[\u4e00-\u9fff]{0,8}位置[：:]|[^>＞»›]{0,20}首页[^>＞»›]{0,3}[>＞»›]"
)
"""a line that tells one field of the document, or leads to another page: no title"""
_TITLE_BELOW = compiled(
    "#|附[件表录:：0-9]|.*(?:书|表|公示|公告|通告|通报|名单|名册|台账|清单|结果|成绩|通知|意见|办法|方案|声明|记录|一览|报告)"
    "(?:[（(][^（）()]{0,20}[）)])?$"
)
"""what is a title where text stands above it already: that of an annex"""
_ENTRY, _LONGEST_ENTRY, _ENTRIES, _COLUMNS = compiled("[\u4e00-\u9fff]{2,8}"), 12, 5, 2
"""an entry of a site's menu, how many of them make one, and how many of those name what only a site has"""
_BARS = frozenset("|｜丨│>＞·")
_COLUMN = compiled(
    "首页|政务公开|政府信息公开|信息公开|互动交流|政民互动|办事服务|政务服务|网站地图|新闻中心|通知公告|公示公告|工作动态|政务动态|政策文件|"
    "政策解读|领导信息|领导之窗|机构职能|机构设置|人事信息|财政信息|规划计划|专题专栏|在线访谈"
)
_SHOWN = 6
"""words of evidence that are shown"""
_HEADER_WORTH, _HINT_WORTH, _CERTAIN, _STRONG, _SOME = 2, 2, 2, 5, 3
_BORNE_OUT, _FAR_AHEAD = 6, 5
"""what makes a genre certain that the title only hints at: evidence in the text, and more than for any other"""
_IN_BRACKETS = compiled("[（(][^（）()]{0,40}[）)]")
_DRAFT = compiled("[（(](?:讨论|征求意见|送审|审议|代拟|修改|审核|初|上报|汇报|内审)稿[）)]$")
"""how far a document has come, behind its title"""
_JOINED = compiled("(?:以?及|暨|和|与|并)$")
"""in front of what a title says: it is of something else as well (减免及|困难群众补助明细)"""
_OTHER_KIND = compiled(
    "的?(?:[商复]?函|请示|批复|(?:会议)?纪要|讲话|发言|总结|汇报|述职报告|心得体会|倡议书?|(?:感谢|表扬|慰问|公开|一封)?信)$"
)
"""behind it: the document is of a kind that goes from office to office (慰问重点优抚对象|的函)"""
_TITLE_SIGNS = "》〉”\"』」】"
_BARE_TITLE = compiled(
    "(?:附件[0-9一二三四五六七八九十]{0,3}[：:]?)?(?:公示|公布|结果|人员)?(?:公示|公告|通告|通知|名单|名册|一览表|情况说明|喜报)(?:（[^（）]{1,16}）)?"
)
"""a title that says no more than that something is shown"""
_TITLED_BY = 1
_ANNOUNCES = compiled("公示|公布|通报|如下|送达|(?:确定|决定|选出)(?:了?以下|[0-9一二三四五六七八九十]{1,4}[名位人户])")
"""what the first sentence of such a document says: that it shows something"""
_CLAUSE = compiled("[^，,；;：:。\n]+")
_BLANKS = compiled("[ \u3000]+")
_AMOUNT = "元亩号.,，"
_SHORT = 200
"""characters below which a text is no whole document: nothing is said to be missing in it"""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A genre, how sure it is, and where the title that told it stands."""

    genre: Genre
    confidence: Confidence
    evidence: tuple[str, ...]
    title: tuple[int, int]

    def told(self) -> DocumentGenre:
        return DocumentGenre(self.genre.title, self.confidence, self.evidence)


@dataclass(frozen=True, slots=True)
class _Title:
    text: str
    start: int
    end: int

    def read(self) -> tuple[str, ...]:
        """The title, and what it says without what stands in brackets: 补贴（休禁渔）发放公示."""
        bare = _IN_BRACKETS.sub("", self.text)
        return (self.text,) if bare == self.text else (self.text, bare)


@dataclass(frozen=True, slots=True)
class _Claim:
    """What speaks for one genre. `line` is the number of the title line that named it, -1 for none.

    `support` counts what stands in the text; a title may hint at the genre that does not name it.
    """

    genre: Genre
    line: int
    reach: int
    length: int
    title: tuple[int, int]
    evidence: tuple[str, ...]
    support: int
    hinted: bool = False
    whole: bool = True
    """whether the title, where one named the genre, speaks of nothing else"""

    def weight(self) -> int:
        return self.support + _HINT_WORTH * self.hinted

    def rank(self) -> tuple[bool, bool, int, int, int, int]:
        titled = self.line >= 0
        return titled, titled and self.support >= _CERTAIN, -self.line, self.reach, self.length, self.weight()


def recognise(lines: Lines, compiled: Compiled, chosen: str = "") -> Recognised | None:
    """The genre of the document, or None. `chosen`: the id or title of the one that a person set."""
    genres = compiled.book.genres
    menu = _menu(lines.lines[:_MENU_WITHIN])
    titles = _titles(lines, menu)
    spot = _spot(titles, lines)
    for genre in genres:
        if chosen and chosen in (genre.id, genre.title):
            return Recognised(genre, "certain", ("由人指定",), spot)
    if not genres or not lines.text.strip():
        return None
    # Most documents say in their title what they are; only of those without is all evidence weighed.
    said = [(number, text) for number, title in enumerate(titles) for text in title.read()]
    told = compiled.genres_in("\n".join(text for _, text in said))
    # A title property may hold a line end.
    line_of = [k for k, (_, text) in enumerate(said) for _ in range(text.count("\n") + 1)]
    named = []
    for genre in genres:
        asked = {line_of[line] for line in told.get(("titles", genre.id), ())}
        if where := {said[k][0] for k in asked if compiled.titles(genre).search(said[k][1])}:
            named.append((genre, where))
    headers = " ".join(_headers(lines))
    head = _without(menu, lines)
    claims = _titled(named, titles, head, headers, compiled)
    if not claims:
        hinted = frozenset(genre for kind, genre in told if kind == "hints")
        claims = _untitled(genres, titles, hinted, head[:_BEGINNING], headers, compiled)
    if not claims:
        return None
    best, *rest = sorted(claims, key=_Claim.rank, reverse=True)
    confidence = _confidence(best, rest[0] if rest else None)
    if confidence is None:
        return None
    return Recognised(best.genre, confidence, best.evidence, best.title if best.title[1] else spot)


def _spot(titles: list[_Title], lines: Lines) -> tuple[int, int]:
    """Where the document's title stands, or its first words, where a file name alone tells it."""
    for title in titles:
        if title.end:
            return title.start, title.end
    text = lines.text
    start = len(text) - len(text.lstrip())
    return start, min(len(text), *(end for end in (text.find("\n", start), start + _TITLE_LENGTH) if end > start))


def _titled(
    genres: Iterable[tuple[Genre, set[int]]], titles: list[_Title], head: str, headers: str, compiled: Compiled
) -> list[_Claim]:
    """What speaks for each genre that a title names; with each genre the numbers of the titles that may name it."""
    found, beginning = [], head[:_BEGINNING]
    named = [
        (genre, hit)
        for genre, where in genres
        if (hit := _find(genre.titles, genre, titles, compiled, where)) is not None
    ]
    for genre, (number, said, start, end) in named:
        title = titles[number]
        columns = [word for word in genre.headers if word in headers]
        words = list(islice((word for word in genre.words if word in beginning), _SHOWN - 1))
        support = len(words) + _HEADER_WORTH * len(columns)
        # Without a rival it only matters that there is evidence, and most of it stands where a text begins.
        if len(named) > 1 or support < _CERTAIN:
            words = [word for word in genre.words if word in head]
            support = len(words) + _HEADER_WORTH * len(columns)
        if not _is_borne_out(genre, title, head, headers, words):
            support = min(support, _CERTAIN - 1)
        evidence = (said[start:end], *columns, *words)[:_SHOWN]
        # Counted from the end: a title says at its end what the document is (关于…处罚情况的公示).
        reach, span, whole = end - len(said), (title.start, title.end), _is_whole(genre, said, start, end, compiled)
        found.append(_Claim(genre, number, reach, end - start, span, evidence, support, whole=whole))
    return found


def _untitled(
    genres: Iterable[Genre], titles: list[_Title], hinted: frozenset[str], head: str, headers: str, compiled: Compiled
) -> list[_Claim]:
    """What speaks for each genre where no title names one: the words of the text, and hints in the titles.

    hinted  the genres of which a title may hold a hint
    """
    found = []
    for claim in sorted(_borne_by_words(genres, head, headers), key=_Claim.rank, reverse=True):
        if claim.genre.id not in hinted:
            found.append(claim)
            continue
        if _is_of_another(claim.genre, titles, compiled):
            continue
        hint = _find(claim.genre.hints, claim.genre, titles, compiled) if claim.support else None
        if hint is not None and _is_borne_out(claim.genre, titles[hint[0]], head, headers):
            number, said, start, end = hint
            title = titles[number]
            evidence = (said[start:end], *claim.evidence)[:_SHOWN]
            claim = replace(claim, title=(title.start, title.end), evidence=evidence, hinted=True)
        found.append(claim)
    return found


def _borne_by_words(genres: Iterable[Genre], head: str, headers: str) -> Iterator[_Claim]:
    """What the words of the text, and the headers, say for each genre."""
    # Most of the hundreds of words have a character that stands nowhere, which is sooner seen.
    letters = frozenset(head)
    for genre in genres:
        columns = [word for word in genre.headers if word in headers]
        words = [word for word in genre.words if letters.issuperset(word) and word in head]
        support = len(words) + _HEADER_WORTH * len(columns)
        yield _Claim(genre, -1, 0, 0, (0, 0), tuple([*columns, *words][:_SHOWN]), support)


def _is_of_another(genre: Genre, titles: list[_Title], compiled: Compiled) -> bool:
    """Whether the first title that speaks of what the genre is about is that of rules or a report on it."""
    for title in titles:
        if any(compiled.expression(text).search(title.text) for text in genre.hints):
            return any(compiled.expression(text).search(title.text) for text in genre.against)
    return False


def _confidence(best: _Claim, rival: _Claim | None) -> Confidence | None:
    lead = best.weight() - (rival.weight() if rival is not None else 0)
    if best.line >= 0:
        contested = rival is not None and rival.line == best.line and rival.reach == best.reach and (
            rival.length >= best.length and lead < _CERTAIN
        )  # fmt: skip
        return "certain" if best.support >= _CERTAIN and best.whole and not contested else "likely"
    if best.hinted and best.support >= _BORNE_OUT and lead >= _FAR_AHEAD:
        return "certain"
    if best.weight() >= _STRONG and lead >= _CERTAIN:
        return "likely"
    return "possible" if best.weight() >= _SOME and lead > 0 else None


def _is_whole(genre: Genre, said: str, start: int, end: int, compiled: Compiled) -> bool:
    """Whether a title is no more than said[start:end], which names the genre: no other matter, no other kind."""
    if _OTHER_KIND.fullmatch(_DRAFT.sub("", said[end:]).strip(_TITLE_SIGNS)) is not None:
        return False
    before = said[:start]
    return _JOINED.search(before) is None or any(compiled.expression(text).search(before) for text in genre.hints)


def _is_borne_out(
    genre: Genre, title: _Title, head: str, headers: str, found: Sequence[str] = ()
) -> bool:  # fmt: skip
    """Whether any evidence stands beside the title: what that says itself is none.

    found  words of the genre that are known to stand in `head`: with them the search begins
    """
    if any(word in headers for word in genre.headers):
        return True
    return any(
        word in head and (word not in title.text or head.count(word) > 1) for word in (*found, *genre.words)
    )


def _find(
    expressions: tuple[str, ...], genre: Genre, titles: list[_Title], compiled: Compiled,
    where: Collection[int] | None = None,
) -> tuple[int, str, int, int] | None:  # fmt: skip
    """(number of the title line, what it says, start, end) of the last match in the first line that has one.

    where  the numbers of the titles that can hold a match; None: all
    """
    for number, title in enumerate(titles):
        if where is not None and number not in where:
            continue
        for said in title.read():
            found = [match.span() for text in expressions for match in compiled.expression(text).finditer(said)]
            if not found:
                continue
            final = _DRAFT.sub("", title.text)
            if any(compiled.expression(text).search(final) for text in genre.against):
                break
            start, end = max(found, key=lambda span: (span[1], span[1] - span[0]))
            return number, said, start, end
    return None


def _titles(lines: Lines, menu: Container[int]) -> list[_Title]:
    """Lines that may be the document's title, its sheets' names, its title property, its file name."""
    found: list[_Title] = []
    below = False
    for number, line in enumerate(lines.lines[: 3 * _TITLE_LINES]):
        start = lines.starts[number]
        if start > _TITLE_WITHIN or len(found) >= _TITLE_LINES:
            break
        title = None if number in menu else _as_title(line, start)
        if title is None:
            below = below or "。" in line
        elif not below or _TITLE_BELOW.match(line.strip()):
            found.append(title)
    # A title often runs over two lines.
    pairs = [
        _Title(above.text + below.text, above.start, below.end)
        for above, below in pairwise(found)
        if below.start - above.end <= 2 and len(above.text) + len(below.text) <= _TITLE_LENGTH
    ]
    if found and all(_BARE_TITLE.fullmatch(title.text) for title in found[:_TITLED_BY]):
        pairs += _announced(lines, found[0].end)
    for block in lines.document.blocks:
        if block.hint in _TITLE_HINTS and block.end - block.start <= _TITLE_LENGTH:
            found.append(_Title(lines.text[block.start : block.end].strip(), block.start, block.end))
    stem = PurePath(lines.document.path).stem
    return [*found, *pairs, *([_Title(stem, 0, 0)] if stem else [])]


def _menu(lines: Sequence[str]) -> set[int]:
    """The lines in which a saved page names the site's columns (政务公开, 社会救助): they are not the document's."""
    menu: set[int] = set()
    run: list[int] = []
    for number, line in enumerate([*lines, "。"]):
        entries = line.split() if len(line) > _LONGEST_ENTRY else [line.strip()]
        if entries in ([], [""]):
            continue
        if len(entries) == 1 and _ENTRY.fullmatch(entries[0]) is not None:
            run.append(number)
            continue
        if len(run) >= _ENTRIES and _names_columns(lines[entry] for entry in run):
            menu.update(run)
        run = []
        entries = [entry for entry in entries if entry not in _BARS]
        if len(entries) >= _ENTRIES and all(map(_ENTRY.fullmatch, entries)) and _names_columns(entries):
            menu.add(number)
    return menu


def _names_columns(entries: Iterable[str]) -> bool:
    return sum(_COLUMN.search(entry) is not None for entry in entries) >= _COLUMNS


def _without(menu: Iterable[int], lines: Lines) -> str:
    """What the text begins with, but for the lines `menu`."""
    head = lines.text[:_HEAD]
    for number in sorted(menu, reverse=True):
        start = lines.starts[number]
        head = head[:start] + head[start + len(lines.lines[number]) :]
    return head


def _announced(lines: Lines, at: int) -> Iterator[_Title]:
    """What the first sentence says the document is, where its title says no more than 公示: the clauses of it."""
    stop = lines.text.find("。", at, at + _TITLE_WITHIN)
    if stop < 0 or _ANNOUNCES.search(lines.text, at, stop) is None:
        return
    for match in _CLAUSE.finditer(lines.text, at, stop):
        if 2 <= len(match.group().strip()) <= _TITLE_LENGTH:
            yield _Title(match.group().strip(), match.start(), match.end())


def _as_title(line: str, start: int) -> _Title | None:
    cells = [cell for cell in line.split("\t") if cell.strip()]
    if len(cells) != 1:
        return None
    parts = cells[0].split()
    text = "".join(parts).lstrip("#*")
    if len(parts) > 2 and any(part.strip(_AMOUNT).isdecimal() for part in parts):
        return None  # a row whose cells blanks part
    if not 2 <= len(text) <= _TITLE_LENGTH or _SENTENCE.search(text) or _FIELD_LINE.match(text):
        return None
    return _Title(text, start, start + len(line))


def _headers(lines: Lines) -> Iterator[str]:
    for block in lines.document.blocks:
        if block.table is not None:
            yield from lines.layout(block).headers.values()


def apply(
    findings: Iterable[Candidate], found: Recognised, lines: Lines, roles: NameRoles
) -> None:
    """Settles severity, reason, advised form and scope of each finding by the genre's first fitting judgement."""
    sure = found.confidence == "certain"
    for one in findings:
        judgement = _fitting(one, found.genre, lines, roles)
        if judgement is None or one.severity is None or one.severity == "silent":
            continue
        before, after = (SEVERITIES.index(s) for s in (one.severity, judgement.severity))
        if after < before and (not sure or one.severity == "block" or one.rule.entity in NEVER_LOWERED):
            continue
        if after > before and (found.confidence == "possible" or _is_settled(one, judgement)):
            continue
        one.severity, one.message = judgement.severity, judgement.reason
        # An address tells itself how far it may stay (保留至水阳镇).
        if one.rule.entity != "ADDRESS" or not one.advice or judgement.severity == "note":
            one.advice = judgement.form or (LAWFUL if judgement.severity == "note" else "")
        one.cites = judgement.basis
        # What must go has no scope in which it may be published.
        one.scope = judgement.scope or ("" if judgement.severity == "block" else found.genre.scope)


def _is_settled(one: Candidate, judgement: Judgement) -> bool:
    """Whether the finding is a note for a reason of its own: an office holder or its mailbox, a good mask."""
    if one.rule.entity != "NAME" and SEVERITIES.index(judgement.severity) <= SEVERITIES.index(one.rule.severity):
        return True
    return one.pseudonym or one.masked or one.private is False or len(one.value) < 2


def _fitting(one: Candidate, genre: Genre, lines: Lines, roles: NameRoles) -> Judgement | None:
    for judgement in genre.judge:
        if one.rule.entity not in judgement.entities:
            continue
        if judgement.roles and not roles.of(one) & set(judgement.roles):
            continue
        if judgement.uses and one.use not in judgement.uses:
            continue
        if judgement.near and not lines.context(one.start, one.end).has(judgement.near):
            continue
        return judgement
    return None


def must_show(
    findings: Iterable[Candidate], found: Recognised, lines: Lines, compiled: Compiled
) -> Iterator[Candidate]:
    """Notes for what the law wants shown and the document hides or lacks (该公开的公开到位)."""
    rule = compiled.book.by_id("must-show")
    if rule is None or found.confidence != "certain":
        return
    names = [one for one in findings if one.rule.entity == "NAME"]
    start, end = found.title
    title = "".join(f"{found.evidence[0]}{lines.text[start:end]}".split())
    for shown in found.genre.show:
        if shown.roles:
            _tell_masked(names, shown)
        elif len(lines.text) >= _SHORT and _is_due(shown, title, compiled) and not _is_shown(shown, lines, compiled):
            yield Candidate(
                rule, start, end, shown.what, "plain", confidence="possible", severity="note", cites=shown.basis,
                message=f"依法应公开：{shown.what}。文中没有找到，请核对。",
            )  # fmt: skip


def _is_due(shown: Shown, title: str, compiled: Compiled) -> bool:
    return not shown.titles or any(compiled.expression(text).search(title) for text in shown.titles)


def _is_shown(shown: Shown, lines: Lines, compiled: Compiled) -> bool:
    """Whether one of the expressions matches anywhere, also where blanks pad the words or digits are full width."""
    expressions = [compiled.expression(text) for text in shown.words]
    if any(expression.search(lines.text) for expression in expressions):
        return True
    bare = _BLANKS.sub("", fold(lines.text).text)
    return any(expression.search(bare) for expression in expressions)


def _tell_masked(names: Iterable[Candidate], shown: Shown) -> None:
    for one in names:
        if one.pseudonym and (one.role or UNKNOWN_ROLE) in shown.roles:
            one.severity = "note"
            one.message = f"依法应公开：{shown.what}，此处却隐去了。"
            one.cites = shown.basis
