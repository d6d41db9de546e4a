"""Makes an RTF file safe to hand to another program, and reads its words without one.

LibreOffice opens the pictures that INCLUDEPICTURE names, whatever its settings say: `made_safe` takes fields that fetch
other files out of its way and gives back what they say, for it is text of the draft. LibreOffice also ends without a
word where it meets what it does not know (tables in tables): `words` gives all text of the file to compare with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from reviewer.readers.leftover import Words

_TOKEN = re.compile(
    rb"\\bin([0-9]{1,10}) ?|\\(\*)|\\'([0-9A-Fa-f]{2})|\\u(-?[0-9]{1,6}) ?\??|\\([A-Za-z]{1,40})(?:-?[0-9]{1,10})? ?"
    rb"|\\[^A-Za-z]|([{}])|([^\\{}]+)|\\",
    re.S,
)
_QUIET = frozenset(re.findall("[A-Z]+", """
ADVANCE AUTHOR AUTONUM AUTONUMLGL AUTONUMOUT COMMENTS COMPARE CREATEDATE DATE DOCPROPERTY EDITTIME EQ FILENAME FILESIZE
FORMCHECKBOX FORMDROPDOWN FORMTEXT HYPERLINK INDEX INFO KEYWORDS LASTSAVEDBY LISTNUM MERGEFIELD NOTEREF NUMCHARS
NUMPAGES NUMWORDS PAGE PAGEREF PRINTDATE REF REVNUM SAVEDATE SECTION SECTIONPAGES SEQ SHAPE STYLEREF SUBJECT SYMBOL TA
TC TIME TITLE TOA TOC USERADDRESS USERINITIALS USERNAME XE
"""))
"""fields that fetch nothing from another file"""
_FETCHES = re.compile(r"INCLUDE|IMPORT|DDE|DATABASE|EMBED|AUTOTEXT|(?<![A-Z])LINK|SUBDOC")
"""what may stand in another field, or be put together from pieces"""


def made_safe(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The file without fields that fetch files, and what these fields say."""
    if re.search(rb"\\fldinst", data, re.I) is None:
        return data, ()
    pieces: list[bytes] = []
    told: list[str] = []
    kept = 0
    at, depth = 0, 0
    field: tuple[int, int, int, list[bytes]] | None = None
    """where the word of the open field's instruction stands, how deep it is, and what it says so far"""
    while at < len(data):
        match = _TOKEN.match(data, at)
        if match is None:
            break
        end = match.end()
        if match[1] is not None:
            end += int(match[1])
        elif match[6] == b"{":
            depth += 1
        elif match[6] == b"}":
            depth -= 1
            if field is not None and depth < field[2]:
                text = _text(field[3])
                if not _is_quiet(text):
                    pieces += [data[kept : field[0]], b"\\*\\reviewerfield "]
                    kept = field[1]
                    told.append(text)
                field = None
        elif match[5] is not None and match[5].lower() == b"fldinst" and field is None:
            field = (match.start(), end, depth, [])
        elif field is not None:
            field[3].append(_said(match))
        at = end
    if field is not None and not _is_quiet(_text(field[3])):
        pieces += [data[kept : field[0]], b"\\*\\reviewerfield "]
        kept = field[1]
    return b"".join([*pieces, data[kept:]]), tuple(text for text in told if text)


def _said(match: re.Match[bytes]) -> bytes:
    """What a token adds to the text, in GB18030."""
    if match[3] is not None:
        return bytes([int(match[3], 16)])
    if match[4] is not None:
        return chr(int(match[4]) % 65536).encode("gb18030", "replace")
    if match[7] is not None:
        return match[7].translate(None, b"\r\n")
    # Control words are no text; an escaped sign is itself.
    return match[0][1:] if match[5] is None and len(match[0]) == 2 and match[0][1:] != b"*" else b""


def _text(pieces: list[bytes]) -> str:
    return b"".join(pieces).decode("gb18030", "replace").strip()


def _is_quiet(text: str) -> bool:
    words = text.upper()
    first = re.match(r"=|[A-Z]*", words)
    return first is not None and (first[0] in _QUIET or first[0] == "=") and not _FETCHES.search(words)


# -- all words of the file ------------------------------------------------------------------------------------

_WORDS = re.compile(
    rb"\\bin([0-9]{1,10}) ?|\\'([0-9A-Fa-f]{2})|\\([A-Za-z]{1,40})(-?[0-9]{1,10})? ?|\\([^A-Za-z])|([{}])"
    rb"|([^\\{}]+)|\\",
    re.S,
)
_BREAKS = frozenset((
    "par", "cell", "nestcell", "row", "nestrow", "line", "sect", "page", "column", "softline", "pard", "trowd",
))  # fmt: skip
_SIGNS = {"tab": "\t", "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“",
          "rdblquote": "”", "emspace": "\u3000", "enspace": " "}  # fmt: skip
_MUTE = frozenset((
    "fonttbl", "colortbl", "stylesheet", "listtable", "listoverridetable", "rsidtbl", "generator", "pict",
    "objdata", "themedata", "colorschememapping", "datastore", "latentstyles", "xmlnstbl", "mmathPr",
    "filetbl", "nonesttables", "listtext", "pntext", "pntxta", "pntxtb", "blipuid",
    "panose", "falt", "fontemb", "xmlopen", "pgptbl", "sn", "background", "passwordhash", "atndate",
    "atnref", "wgrffmtfilter", "ftnsep", "ftnsepc", "aftnsep", "aftnsepc", "ftncn", "aftncn",
    "upr", "creatim", "revtim", "printim", "buptim", "factoidname", "objclass", "oleclsid",
))  # fmt: skip
"""destinations without words of the draft, and those that are read in another way"""
_ASIDE = {"info": ("property", "文件属性"), "userprops": ("property", "自定义属性"), "docvar": ("property", "文档变量"),
          **{word: ("property", hint) for word, hint in (
              ("title", "标题"), ("subject", "主题"), ("author", "作者"), ("operator", "最后修改者"),
              ("manager", "经理"), ("company", "单位"), ("category", "类别"), ("keywords", "关键词"),
              ("comment", "备注"), ("doccomm", "备注"), ("hlinkbase", "链接"), ("propname", "自定义属性"),
              ("staticval", "自定义属性"))},
          "header": ("header", "页眉"), "footer": ("footer", "页脚"), "atnauthor": ("property", "批注人"),
          "atnid": ("property", "批注人"), "annotation": ("comment", "批注"), "footnote": ("footnote", "脚注"),
          "bkmkstart": ("name", "书签"), "bkmkend": ("name", "书签"), "formfield": ("form", "表单域"),
          "xe": ("field", "索引项"), "tc": ("field", "目录项"), "deleted": ("deleted", "修订删除"),
          "v": ("hidden", "隐藏文字"), "revtbl": ("property", "修订者"), "fldinst": ("field", "域代码"),
          "pgdsctbl": ("header", "页面样式"), "shptxt": ("textbox", "文本框"), "sv": ("alt", "图形属性")}  # fmt: skip
_TELLING = re.compile(r"[\u3400-\u9fff]|@|(?<![0-9A-Za-z])[0-9]{7}")
_FIELD_NAME = re.compile(r'\s*[A-Z]{2,20}[ "]+(?:mailto:)?')
_QUIET_HINTS = frozenset({"页面样式", "图形属性"})
_LOOSE = frozenset({"field", "form"})
"""parts that LibreOffice writes in other words"""
_REST, _SHOWN = "转换后没有保留的文字", frozenset({"body", "header", "footer", "footnote"})
_PAGES = {936: "gb18030", 950: "big5hkscs", 65001: "utf-8", 10008: "gb18030", 54936: "gb18030"}


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds in one group: where its text goes, and how many characters stand behind a \\u for old programs."""

    part: str = "body"
    hint: str = ""
    mute: bool = False
    starred: bool = False
    skipped: int = 1

    def at(self, word: str) -> _Group:
        """The group once it is told which destination it is."""
        if word == "ud":
            # The same words as those before it, in Unicode.
            return replace(self, mute=False, starred=False)
        if word == "shptxt":
            return replace(self, part="textbox", hint="文本框", mute=False, starred=False)
        if self.hint == "页面样式" and word not in _MUTE:
            # Headers of page styles that no page has.
            return replace(self, starred=False)
        other = ("hidden", "没有显示的文字") if self.starred else (self.part, self.hint)
        part, hint = _ASIDE.get(word, other)
        return replace(self, part=part, hint=hint, mute=self.mute or word in _MUTE, starred=False)


class _Line:
    """The text of one paragraph or destination, as bytes of a code page and as Unicode."""

    def __init__(self, page: str) -> None:
        self.page = page
        self.group = _Group()
        """whose text it is"""
        self._pieces: list[str] = []
        self._bytes = bytearray()

    def bytes(self, data: bytes) -> None:
        self._bytes += data

    def text(self, text: str) -> None:
        self._settle()
        self._pieces.append(text)

    def taken(self) -> Iterator[Words]:
        """What was said up to here, if anybody is to hear it; the line begins anew."""
        self._settle()
        text = "".join(self._pieces).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        self._pieces.clear()
        group = self.group
        if group.part == "field":
            text = _FIELD_NAME.sub("", text)
        if group.mute or ((group.part in _LOOSE or group.hint in _QUIET_HINTS) and not _TELLING.search(text)):
            return
        for one in text.split(";") if group.hint == "修订者" else (text,):
            if one.strip():
                shown, whole = group.part in _SHOWN and group.hint != "页面样式", group.part not in _LOOSE
                yield Words(group.part, group.hint or _REST, one.strip(), shown, whole)

    def _settle(self) -> None:
        if self._bytes:
            self._pieces.append(self._bytes.decode(self.page, "replace"))
            self._bytes.clear()


def words(data: bytes) -> Iterator[Words]:
    """All text of the file, a paragraph or a cell at a time. Never raises for bad bytes."""
    named = re.search(rb"\\ansicpg([0-9]{1,5})", data[:4096])
    number = int(named[1]) if named else 936
    page = _PAGES.get(number, f"cp{number}")
    try:
        b"".decode(page)
    except LookupError:
        page = "gb18030"
    # Chinese files say 1252 here and there and mean their own code page.
    line, stack, group = _Line("gb18030" if number in (1252, 0) else page), [], _Group()
    at = skip = 0
    while (match := _WORDS.match(data, at)) is not None:
        at = match.end() + (int(match[1]) if match[1] else 0)
        word = match[3].decode() if match[3] else ""
        if (match[2] or match[5] or match[7] or word == "u" or word in _SIGNS) and group != line.group:
            if replace(group, starred=False, skipped=1) != replace(line.group, starred=False, skipped=1):
                yield from line.taken()
            line.group = group
        if match[6] == b"{":
            stack.append(group)
            skip = 0
        elif match[6] == b"}":
            group, skip = stack.pop() if stack else _Group(), 0
        elif match[5] == b"*":
            group = replace(group, starred=True)
        elif word in ("v", "deleted") and match[4] == b"0":
            group = replace(group, part="body", hint="")
        elif word in _ASIDE or word in _MUTE or (group.starred and word and word != "u"):
            if word not in ("v", "deleted"):
                yield from line.taken()
            group = group.at(word)
        elif word == "uc":
            group = replace(group, skipped=int(match[4] or 1))
        elif word == "u" and match[4]:
            line.text(chr(int(match[4]) % 65536))
            skip = group.skipped
        elif word in _BREAKS:
            yield from line.taken()
        elif word in _SIGNS:
            line.text(_SIGNS[word])
        elif match[2] or match[5] or match[7]:
            skip = _take(line, match, skip)
    yield from line.taken()


def _take(line: _Line, match: re.Match[bytes], skip: int) -> int:
    """Adds a token's characters but for the first `skip`; how many are still to be left out."""
    if match[2]:
        said = bytes([int(match[2], 16)])
    elif match[5]:
        said = {b"~": b" ", b"_": b"-", b"-": b""}.get(match[5], match[5] if match[5] in b"{}\\" else b"")
    else:
        said = match[7].translate(None, b"\r\n")
    line.bytes(said[skip:])
    return max(skip - len(said), 0)
