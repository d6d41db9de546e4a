"""Rules that bring the teacher's labels to one convention.

A name is the name alone: without a title, without 小 and 老; a surname before a title counts (周女士: 周); a foreign
name with its dot is one. What the corpora say over all their texts corrects what the teacher says in one:
a word that is mostly a place is a place; a name that is mostly found whole is whole.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import regex

from reviewer.language.training.people import split, surnames
from reviewer.language.training.teacher import PERSON, Reading

Span = tuple[int, int]

TITLES = """
    总书记 书记 副书记 主席 副主席 委员长 副委员长 总理 副总理 总统 副总统 部长 副部长 省长
    副省长 市长 副市长 县长 区长 乡长 镇长 村长 局长 副局长 处长 副处长 科长 副科长 厅长
    司长 所长 院长 校长 会长 社长 站长 队长 组长 班长 厂长 连长 营长 团长 师长 军长 排长
    司令 政委 主任 副主任 经理 总经理 董事长 总裁 先生 女士 小姐 太太 夫人 同志 老师 教授
    博士 医生 大夫 律师 法官 警官 师傅 老板 导演 教练 院士 将军 元帅 天皇 太子 殿下 陛下
    女王 上将 中将 少将 大使 外长 国王 王子 公主 大娘 大妈 大爷 大姐 大哥 大嫂 大叔 大伯
    奶奶 爷爷 伯伯 叔叔 阿姨 姥姥 嫂子 太守 员外 公子 姑娘 老汉 老师傅 记者 指导 工程师
    工 总 董 局 处 科 队 所 老 公 氏 家 爷 婆 妈 姐 哥 嫂 帝 皇 王 妃 后
""".split()  # noqa: SIM905  (a table reads better)
BODIES = (
    "政府", "内阁", "医院", "公司", "小学", "中学", "大学", "集团",
    "家族", "王朝", "基金会", "文物队", "政权", "当局", "故居",
)  # fmt: skip
"""what is named after persons and is none"""
LONGEST_FIRST = sorted(TITLES, key=len, reverse=True)
DOTS = "·•・‧∙⋅･"
OUTER = "“”\"'‘’《》（）()【】[]、，。：: \t\n\u3000"
HAN = re.compile("[一-鿿]")
PHRASES = re.compile(
    "马克思(?=主义|列宁)|(?<=主义、)列宁(?=主义)|(?<=马克思)列宁(?=主义)|邓小平(?=理论|建设)|毛泽东(?=思想)"
    "|马(?=列主义)|(?<=马)列(?=主义)|凯恩斯(?=主义)|(?:林彪|江青)(?=反革命)"
    "|汤姆斯(?=杯)|尤伯(?=杯)|汤(?=杯[赛决半小的]|尤杯)|(?<=汤)尤(?=杯)"
)
"""names inside words, which the corpora count"""
LATIN = re.compile("[A-Za-z]")
LATIN_NAME = re.compile("[A-Z][a-z]{2,}(?:[·. -]?[A-Z][a-z]+){0,3}")
TEAM = re.compile(
    "(?:主场|客场|队|主胜|客胜|主队|客队|让球|赔率|主让|平手|俱乐部|公司|博彩|号|级|奖|杯|指数|vs|VS)"
)
AGAINST = re.compile("(?:主场对|客场对|客战|对阵|迎战|战胜|负于|击败|vs|VS|输给|主场输给|本轮|开出)$")


def names_of(text: str, reading: Reading) -> list[Span]:
    """The names of one text after the rules that need no other text."""
    raw = [(start, end) for start, end, tag in reading.words if tag in PERSON]
    found = [span for piece in _joined(text, raw) for span in _trimmed(text, piece)]
    phrases = [match.span() for match in PHRASES.finditer(text)]
    kept = [one for one in found if not overlapping(one, phrases) and not is_body(text, one)]
    return settled([_without_note(text, one) for one in kept] + phrases)


@cache
def _bodies() -> regex.Pattern[str]:
    """Clubs, brands and places that bear a name like a person's (patterns/bodies.txt)."""
    path = Path(__file__).parent / "patterns" / "bodies.txt"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return regex.compile(r"(?<![·•・‧∙⋅･])\L<bodies>(?![·•・‧∙⋅･])", bodies=" ".join(lines).split())


BODY = re.compile(
    "(?:国际|中央|城市|财经|理工)?(?:基金会|信托|博物馆|美术馆|艺术村|酒店|饭店|银行|集团|公司|俱乐部|空军基地|机场|航母|联队|竞技)"
    "|(?:队|城)(?![长员友医主里内外])|级(?:航母|潜艇|战舰)"
)


def is_body(text: str, span: Span) -> bool:
    """Whether a name is a club's, a firm's or a building's: 博尔顿, 伊丽莎白|酒店; but 斯托克顿 is no 斯托克."""
    first = max(0, span[0] - LONGEST_BODY)
    for match in _bodies().finditer(text, first, span[1] + LONGEST_BODY):
        start, end = match.span()
        if start >= span[1] or end <= span[0]:
            continue
        within = span[0] <= start and end <= span[1] and end - start < span[1] - span[0]
        if not within or end - start >= LONG_BODY:
            return True
    return BODY.match(text, span[1]) is not None and split(text[span[0] : span[1]]) is None


LONG_BODY, LONGEST_BODY = 4, 10
"""characters of a club's name that is no part of a longer name of a person, and of the longest one"""


NOTE = re.compile("[/／ 、]?[ ]?(?:图|摄|供图|[/／])")


def _without_note(text: str, span: Span) -> Span:
    """The name of who wrote without the word for writing: 本报记者梁建明文|/摄, 文|陈伟."""
    start, end = span
    if end - start > 2 and text[end - 1] == "文" and NOTE.match(text, end):
        return start, end - 1
    if end - start > 2 and text[start] in "文图摄" and text[start - 1 : start] in ("/", "／"):
        return start + 1, end
    return span


def overlapping(span: Span, others: Iterable[Span]) -> list[Span]:
    """The others that share a character with the span."""
    return [one for one in others if one[0] < span[1] and one[1] > span[0]]


def settled(spans: Iterable[Span]) -> list[Span]:
    """Spans without overlaps, the longer ones first, in order."""
    kept: list[Span] = []
    for start, end in sorted(set(spans), key=lambda span: (span[0] - span[1], span)):
        if all(end <= one[0] or start >= one[1] for one in kept):
            kept.append((start, end))
    return sorted(kept)


def _joined(text: str, spans: Sequence[Span]) -> list[Span]:
    """Pieces around a dot put together (托马斯·阿尔瓦·爱迪生)."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and start - joined[-1][1] == 1 and text[joined[-1][1]] in DOTS:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return [_with_dots(text, span) for span in joined]


def _with_dots(text: str, span: Span) -> Span:
    """The span with the parts beside a dot that the teacher left out."""
    start, end = span
    while (
        end < len(text) - 1
        and text[end] in DOTS
        and (part := re.match("[一-鿿A-Za-z]{1,7}", text[end + 1 :]))
    ):
        word = part.group()
        size = next((n for n in range(len(word)) if word[n] not in _SOUNDS), len(word))
        if not size:
            break
        end += 1 + size
    while start > 1 and text[start - 1] in DOTS:
        begin = start - 1
        while begin > 0 and text[begin - 1] in _SOUNDS and start - begin < 7:
            begin -= 1
        if begin == start - 1:
            break
        start = begin
    return start, end


_SOUNDS = frozenset(
    "阿艾巴贝比博布查达戴德迪丁多恩尔法费弗福盖格戈古哈海赫亨霍基吉加杰卡凯康科克肯库拉莱兰劳雷里利列林鲁罗洛马迈曼麦梅米莫姆穆纳奈南尼涅诺帕佩"
    "皮普奇乔切琼热日瑞萨塞桑沙史斯苏索塔泰坦特提廷托瓦维韦沃乌西希夏谢辛休雅亚扬耶叶伊因英约泽扎詹兹佐茨蒂娜娃妮莎丽琳黛蕾莉芙薇丝露珍安奥柯温"
    "威文伍伦顿森蒙默尤图屠彼得保汤翰逊根赛施坎坡贾朱舍蓬邦班本伯勃策楚登敦厄芬冈贡果豪怀惠胡杜盾珀齐契钦丘若尚舒什朔宾滕通瓜旺魏翁锡欣兴匈宰"
    "哲埃昂鲍彻茨邓芙甘歌荷华吕略绍圣松塞朗勒雪亨玛崔昌卜梵岑黎娅姬"
)


def _trimmed(text: str, span: Span) -> list[Span]:
    """The name alone, or nothing where no name is left."""
    start, end = _unquoted(text, span)
    piece = text[start:end]
    if len(piece) == 2 and piece[0] in "小老" and piece[1] in surnames()[0][:150]:
        return [(start + 1, end)]
    size = _without_title(piece)
    if size is None:
        size = _without_body(piece)
    if size is not None:
        return [(start, start + size)] if size else []
    if len(piece) == 1:
        return _surname_alone(text, start)
    if LATIN.search(piece) and not HAN.search(piece):
        return [(start, end)] if LATIN_NAME.fullmatch(piece) else []
    return [(start, end)]


def _unquoted(text: str, span: Span) -> Span:
    """The span without the quotes and brackets around it."""
    start, end = span
    piece = text[start:end]
    bare = piece.strip(OUTER)
    if not bare:
        return span
    start += piece.index(bare)
    return start, start + len(bare)


def _without_title(piece: str) -> int | None:
    """How many characters of a word are the name before its title; None where it has no title."""
    single, compound = surnames()
    for title in LONGEST_FIRST:
        name = piece.removesuffix(title)
        if name in ("", piece):
            continue
        if name in compound or (name in single and (len(title) > 1 or title in "老公氏家爷婆总董局")):
            return len(name)
        if len(title) > 1 and len(name) >= 2:
            return len(name)
    return None


def _without_body(piece: str) -> int | None:
    """How many characters of a word are a name before 政府, 医院 and the like: none where it is no person's."""
    for body in BODIES:
        if piece.endswith(body):
            name = piece.removesuffix(body)
            return len(name) if split(name) or len(name) > 2 else 0
    return None


def _surname_alone(text: str, at: int) -> list[Span]:
    """A surname before a title or behind 小 and 老; with the 某 behind it, where there is one."""
    if text[at] not in surnames()[0]:
        return []
    if text.startswith("某", at + 1):
        return [(at, at + (3 if text.startswith("某某", at + 1) else 2))]
    titled = any(text.startswith(title, at + 1) for title in TITLES)
    return [(at, at + 1)] if titled or (at > 0 and text[at - 1] in "小老") else []


def _mostly(exact: int, touched: int, seen: int) -> bool:
    """Whether a string that was seen so often is a name: found whole, or at least some of it found."""
    return exact + 0.5 * touched >= 0.35 * seen or exact + touched >= 0.75 * seen


SPEAKER = re.compile("[一-鿿]{2,3}(?=：)")
"""who speaks in an interview: what begins a text and stands before a colon"""


def is_speaker(text: str, span: Span) -> bool:
    """Whether a name begins a text, and a colon follows."""
    speaker = SPEAKER.match(text)
    return speaker is not None and speaker.span() == span


def _speakers(texts: Sequence[tuple[str, Reading, list[Span]]]) -> set[str]:
    """Names that begin several texts before a colon, where no word of the teacher's says anything else."""
    seen: Counter[str] = Counter()
    other: Counter[str] = Counter()
    for text, reading, _ in texts:
        match = SPEAKER.match(text)
        if match is not None and split(match.group()):
            tags = {tag for start, end, tag in reading.words if end <= match.end()}
            seen[match.group()] += 1
            other[match.group()] += not tags & {"PER", "nr", "LOC"}
    return {name for name, number in seen.items() if number >= 3 and other[name] <= number // 2}


class Consensus:
    """What all texts together say of each string that the teacher once called a person."""

    def __init__(self, texts: Sequence[tuple[str, Reading, list[Span]]]) -> None:
        self.person: Counter[str] = Counter()
        self.other: Counter[str] = Counter()
        self.speakers = _speakers(texts)
        for text, reading, names in texts:
            self.person.update(text[start:end] for start, end in names)
            self.other.update(
                text[s:e] for s, e, tag in reading.words if tag in ("LOC", "ORG", "TIME", "nz", "nw")
            )
        whole = {name for name, number in self.person.items() if 3 <= len(name) <= 12 and number >= 2}
        self.places = {
            name for name, number in self.person.items()
            if len(name) > 1 and self.other[name] > number * (0.6 if split(name) is None else 1.2)
        }  # fmt: skip
        self.places |= self._teams(texts)
        self.whole = whole - self.places
        self._count(texts)

    def _teams(self, texts: Sequence[tuple[str, Reading, list[Span]]]) -> set[str]:
        """Foreign words that stand where clubs, firms and ships stand."""
        beside: Counter[str] = Counter()
        for text, _, names in texts:
            for start, end in names:
                if TEAM.match(text, end) or AGAINST.search(text, max(0, start - 4), start):
                    beside[text[start:end]] += 1
        return {
            name for name, number in beside.items()
            if number >= 2 and number >= 0.15 * self.person[name] and split(name) is None
        }  # fmt: skip

    def _count(self, texts: Sequence[tuple[str, Reading, list[Span]]]) -> None:
        """How often each whole name stands in the texts, and what follows a shorter one."""
        heads: dict[str, list[str]] = defaultdict(list)
        for name in self.whole:
            heads[name[:2]].append(name)
        self.heads = {head: sorted(names, key=len, reverse=True) for head, names in heads.items()}
        seen: Counter[str] = Counter()
        exact: Counter[str] = Counter()
        touched: Counter[str] = Counter()
        for text, _, names in texts:
            marked = set(names)
            for at, name in self._standing(text):
                seen[name] += 1
                span = (at, at + len(name))
                if span in marked:
                    exact[name] += 1
                elif any(start < span[1] and end > span[0] for start, end in names):
                    touched[name] += 1
        self.trusted = {
            name for name in self.whole if exact[name] >= 2 and _mostly(exact[name], touched[name], seen[name])
        }  # fmt: skip
        self.seen = seen
        self._all = "\n".join(text for text, _, _ in texts)
        self._often: dict[str, int] = {}

    def _standing(self, text: str) -> Iterable[tuple[int, str]]:
        for at in range(len(text) - 2):
            for name in self.heads.get(text[at : at + 2], ()):
                if text.startswith(name, at):
                    yield at, name

    def corrected(self, text: str, names: list[Span]) -> list[Span]:
        """The names of a text, with what the consensus adds, lengthens and takes away."""
        kept = [span for span in names if text[span[0] : span[1]] not in self.places]
        speaker = SPEAKER.match(text)
        if speaker is not None and speaker.group() in self.speakers:
            kept = [one for one in kept if one[0] >= speaker.end()] + [speaker.span()]
        for at, name in self._standing(text):
            if name not in self.trusted:
                continue
            span = (at, at + len(name))
            over = [one for one in kept if one[0] < span[1] and one[1] > span[0]]
            if all(self._weaker(text[one[0] : one[1]], name) for one in over):
                kept = [one for one in kept if one not in over] + [span]
        return settled(kept)

    def _weaker(self, one: str, name: str) -> bool:
        """Whether a marked string gives way to a trusted name that it overlaps."""
        if one == name or len(one) >= len(name) + 2 or one in self.trusted:
            return False
        if one in name and one not in self._often:
            self._often[one] = self._all.count(one)
        if one in name and self.seen[name] >= 0.6 * self._often[one]:
            return True
        return self.person[one] < self.person[name] * 3
