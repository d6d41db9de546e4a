"""Bytes -> text and the name of their encoding: byte order mark, declaration, UTF-8, UTF-16, GB18030, Big5.

UTF-8 is recognised by its form. GB18030 and Big5 share their byte ranges, so the one wins whose text looks
more like Chinese: `_COMMON` holds the commonest characters of both scripts, and within each set the
standards put the common characters on the first level (GB 2312-80 level 1, Big5 level 1).
"""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections import Counter
from functools import lru_cache

from reviewer.prepared.patterns import compiled

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be", "utf-16-be"),
)

# What a declaration may say -> the name we use. Western charsets are left out on purpose: a Chinese
# draft that declares one carries a template's default, and Latin-1 would decode anything.
_DECLARED = {
    "utf-8": "utf-8", "utf8": "utf-8", "unicode-1-1-utf-8": "utf-8",
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "gb_2312-80": "gb18030",
    "gb2312-80": "gb18030", "cp936": "gb18030", "ms936": "gb18030", "windows-936": "gb18030",
    "x-gbk": "gb18030", "euc-cn": "gb18030",
    "big5": "big5", "big5-hkscs": "big5", "big-5": "big5", "cp950": "big5", "x-x-big5": "big5",
    "utf-16": "utf-16-le", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be",
}  # fmt: skip

# Big5 in the wild holds the ETEN and HKSCS additions (裏 嫺 and 4,700 more), which the plain codec lacks.
_CODEC = {"big5": "big5hkscs"}

_COMMON = frozenset(
    # simplified and shared
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家"
    "种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十"
    "民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯"
    "月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女"
    "变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基"
    "眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今"
    "切院让识候带导争运号证电话身份姓名址省县镇乡村街室审批办厅局府申请核查密码户籍费补贴低困残疾检测土征收房产登附"
    "，。、：；（）《》“”〔〕！？　"
    # traditional forms
    "這個們來為國說時會對過發後裡種經麼學現當沒動還進樣開從實軍無與長機關點業將兩間問並應戰頭體見產給話內門兒東聲員論"
    "處義幾認條係氣題爾別變總電數報結務場計資許統區隊決馬書則聽達強難權設記類據邊張該規萬覺術領確傳師觀讓識帶導爭運號"
    "證縣鎮鄉審辦廳請戶費補貼殘檢測徵陳劉楊黃趙吳鄭謝韓馮許鄧蕭蔣葉蘇盧賈閻單據臺灣財稅勞健聯絡編籍遷漢語廣歲"
)

_SAMPLE = 6000
# One or two names decide nothing by themselves: a mainland draft is then taken as GB18030.
_FAVOUR = 0.2
_SOUND = 4
"""so many sound characters of UTF-8 for each damaged one are no chance"""
_NOT_ASCII = compiled(r"[^\x00-\x7f]+")
_STRANGE = compiled("[\ufffd\ue000-\uf8ff\x80-\x9f]")


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """The text without its byte order mark, and the encoding's name.

    The name is one of utf-8, utf-8-sig (UTF-8 with a mark), utf-16-le, utf-16-be, gb18030, big5, and for the
    rare marked file utf-32-le or utf-32-be. `declared` is what an HTML page says of itself; gb2312 and gbk
    are read as GB18030, their superset. Bytes that fit no encoding become U+FFFD (see `undecodable`).
    """
    for mark, name, codec in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(codec, "replace"), name
    wanted = _DECLARED.get(declared.strip().strip("\"'").lower()) if declared else None
    if wanted in ("utf-16-le", "utf-16-be") and b"\0" not in data[:4096]:
        wanted = None  # a page that says so in bytes of ASCII is not in UTF-16
    wide = utf16_without_mark(data)
    if wide is not None:
        return data.decode(wide, "replace"), wide
    utf8 = _strictly(data, "utf-8")
    if utf8 is not None:
        # A page that was saved again as UTF-8 often keeps the old declaration: only a text that reads
        # better as declared is taken at its word (2 bytes of GBK can pass for UTF-8: 联通).
        if wanted in ("gb18030", "big5") and not utf8.isascii():
            other = _strictly(data, wanted)
            if other is not None and _score(other, wanted) > _score(utf8, "utf-8"):
                return other, wanted
        return utf8, "utf-8"
    if wanted in ("gb18030", "big5"):
        text = _strictly(data, wanted)
        if text is not None:
            return text, wanted
    return _guess(data, wanted)


def undecodable(data: bytes, text: str, encoding: str) -> tuple[int, int] | None:
    """How many characters of `text` stand for bytes that could not be decoded, and the line of the first.

    None when all was decoded; a U+FFFD that the file itself holds is not one of them.
    """
    first = text.find("\ufffd")
    if first < 0 or _strictly(data, encoding) is not None:
        return None
    own = "\ufffd".encode(_CODEC.get(encoding, encoding), "ignore")
    count = text.count("\ufffd") - (data.count(own) if own else 0)
    return max(count, 1), text.count("\n", 0, first) + 1


def _strictly(data: bytes, name: str) -> str | None:
    try:
        return data.decode(_CODEC.get(name, name))
    except UnicodeDecodeError:
        return None


def _begins_as_utf8(head: bytes) -> bool:
    """Whether these bytes are UTF-8, of which the last character may be cut off."""
    try:
        getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def utf16_without_mark(data: bytes) -> str | None:
    """utf-16-le or utf-16-be where that is what bytes without a mark are, else None.

    ASCII has a zero byte in each unit, on one side. Chinese text has few, on both sides (一 is U+4E00), or
    none at all: then its characters must be common ones. ASCII and UTF-8 taken in pairs give rare ones.
    """
    head = data[: min(len(data), 65536) & ~1]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if (even or odd) and max(even, odd) * 4 >= len(head) and min(even, odd) * 20 <= max(even, odd):
        return "utf-16-be" if even > odd else "utf-16-le"
    zeros = bool(even or odd)
    if not zeros and _begins_as_utf8(head):
        return None  # tags that come again and again can look like Chinese: y> is 社
    names = ("utf-16-le", "utf-16-be")
    found = [(_commonness(head[:8192], name, zeros), name) for name in names]
    share, name = max(found)
    return name if share >= _COMMON_SHARE else None


_COMMON_SHARE = 0.3
_HAN_SHARE = 0.9
"""a list of names holds few common characters; with its bytes swapped a third of it would still be Chinese"""
_ENOUGH = 6
"""so many characters beside ASCII must be there to tell UTF-16 from other encodings"""


# The kind of a file and its text are told one after the other from the same bytes.
@lru_cache(maxsize=4)
def _commonness(data: bytes, name: str, zeros: bool) -> float:
    """Which part of the characters beside ASCII are common Chinese ones, read as `name`; 0 for nonsense, short texts.

    With zero bytes it is no other encoding: then nearly nothing but Chinese characters is enough, and gives 1.
    """
    text = data.decode(name, "replace")
    sample = _sample(text)
    if len(sample) < _ENOUGH or len(sample) * 4 < len(text):
        return 0.0
    if len(_STRANGE.findall(sample)) * 50 > len(sample):
        return 0.0
    counts = Counter(sample)
    if zeros and sum(n for c, n in counts.items() if "\u4e00" <= c <= "\u9fff") >= _HAN_SHARE * len(sample):
        return 1.0
    return sum(n for c, n in counts.items() if c in _COMMON) / len(sample)


def _guess(data: bytes, wanted: str | None) -> tuple[str, str]:
    """The most Chinese of the strict readings, or, if there is none, the reading with the least lost."""
    names = ["gb18030", "big5"] if wanted != "big5" else ["big5", "gb18030"]
    strict = [(text, name) for name in names if (text := _strictly(data, name)) is not None]
    # A few damaged bytes must not turn a whole UTF-8 file into nonsense, though nearly any bytes pass for GB18030.
    damaged = (data.decode("utf-8", "replace"), "utf-8")
    lost = damaged[0].count("\ufffd")
    if lost * _SOUND <= sum(len(match[0]) for match in _NOT_ASCII.finditer(damaged[0])) - lost:
        return damaged
    if strict:
        return max(damaged, *strict, key=lambda reading: _score(*reading) + _FAVOUR * (reading[1] == names[0]))
    if wanted in ("utf-16-le", "utf-16-be"):
        return data.decode(wanted, "replace"), wanted
    readings = [damaged, *((data.decode(_CODEC.get(name, name), "replace"), name) for name in names)]
    return max(readings, key=lambda reading: _score(*reading))


def _score(text: str, name: str) -> float:
    """How much the text that is not ASCII looks like Chinese: 3 is perfect, below 0 nonsense."""
    sample = _sample(text)
    if not sample:
        return 0.0
    return sum(3 if c in _COMMON else _weight(c, name) for c in sample) / len(sample)


def _sample(text: str) -> str:
    pieces: list[str] = []
    length = 0
    for match in _NOT_ASCII.finditer(text):
        pieces.append(match.group())
        length += match.end() - match.start()
        if length >= _SAMPLE:
            break
    return "".join(pieces)[:_SAMPLE]


def _weight(c: str, name: str) -> float:
    if c == "\ufffd":
        return -6.0
    if "\u4e00" <= c <= "\u9fff":
        if name.startswith("utf"):
            return 1.0
        try:
            lead = c.encode("gb2312" if name == "gb18030" else "big5")[0]
        except UnicodeEncodeError:
            return -1.0
        return 1.0 if lead <= (0xD7 if name == "gb18030" else 0xC6) else -0.5
    if "\uff01" <= c <= "\uff5e" or "\u2010" <= c <= "\u2642" or "\u3001" <= c <= "\u3017":
        return 0.5
    return -2.0
