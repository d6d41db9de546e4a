"""What a page says of itself: its address, 发布机构, 索引号, 发布日期, 栏目, 文号, title, and what it links to.

First come the meta elements that every page of a government's site has to have (政府网站发展指引, 国办发〔2017〕47号,
附件: 网页标签规范), then the catalogue fields above the text (索引号：… 发布机构：…), then the way to it (当前位置：…).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from reviewer.errors import ReadError
from reviewer.model import Document
from reviewer.prepared.patterns import compiled

_LINES = 120
"""of the page's visible text that are looked at for fields: above the text, behind a long menu"""
_LONGEST = 400
"""characters of a line with fields"""
_LINKS = 20_000
"""attachments of one page: one that is not known to be linked is proposed to be taken down"""


@dataclass(frozen=True, slots=True)
class About:
    """What a page says; "" and None where it does not. As written: the caller masks. `links`: see `linked`."""

    url: str = ""
    title: str = ""
    unit: str = ""
    index_number: str = ""
    published: date | None = None
    column: str = ""
    number: str = ""
    links: tuple[str, ...] = ()


def about(data: bytes, document: Document, path: str, url: str = "") -> About:
    """What the page says of itself; raises nothing.

    document  the page as it was read
    path      in its source, from which its links are followed; url: its address, where somebody has told it
    """
    from reviewer.readers.html import tree

    try:
        root = tree(data)
    except ReadError:
        root = None
    if root is None:
        return About(published=day_of_address(path))
    meta, fields = _meta(root), _fields(_lines(document))
    own = url or _address(root, meta)
    title = meta.get("articletitle") or _heading(root) or meta.get("og:title") or fields.get("title") or _name(root)
    origin = meta.get("contentsource") or fields.get("origin") or ""
    days = (day_in(meta.get("pubdate", "")), day_in(fields.get("published", "")), day_in(meta.get("publishdate", "")),
            day_in(fields.get("made", "")), day_of_address(own or path))  # fmt: skip
    return About(
        own, _one_line(title), _unit(fields.get("unit") or (origin if _IS_OFFICE.search(origin) else "") or
                                     meta.get("sitename") or ""),
        fields.get("index_number", ""), next((day for day in days if day is not None), None),
        _one_line(meta.get("columnname") or _trail(root, document, title) or fields.get("column") or ""),
        fields.get("number", ""), tuple(dict.fromkeys(linked(root, path, own))),
    )  # fmt: skip


def about_text(document: Document, path: str) -> About:
    """What a page says of itself that was saved as text, or as a document with the catalogue's fields above the text.

    One field alone may be a word of the text: nothing is taken of it.
    """
    lines = _lines(document)
    fields = _fields(lines)
    day = day_in(fields.get("published", "")) or day_in(fields.get("made", "")) or day_of_address(path)
    if len(fields.keys() & _TELLING) < 2:
        return About(published=day_of_address(path))
    title = fields.get("title", "")
    steps = (line for line in lines if "位置" in line or line.startswith(("首页", "网站首页")))
    column = next(filter(None, (_last_step(line, title) for line in steps)), "") or fields.get("column", "")
    origin = fields.get("origin", "")
    unit = _unit(fields.get("unit") or (origin if _IS_OFFICE.search(origin) else ""))
    return About(
        "", _one_line(title), unit, fields.get("index_number", ""), day, _one_line(column), fields.get("number", "")
    )


_TELLING = frozenset(["index_number", "unit", "published", "number", "column", "title"])

# -- what elements say -------------------------------------------------------------------------------


def _meta(root: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in root.iter("meta"):
        name = (one.get("name") or one.get("property") or "").strip().lower()
        content = (one.get("content") or "").strip()
        if name and content and len(content) <= _LONGEST:
            found.setdefault(name, content)
    return found


_SAVED = compiled("saved from url=\\([0-9]{1,5}\\)([^\\s]{4,2000})|[Mm]irrored from ([^\\s]{4,2000}) by HTTrack")
_SINGLE_FILE = compiled("SingleFile[\\s\\S]{0,400}?url: ?(https?://[^\\s]{4,2000})")


def _address(root: Any, meta: dict[str, str]) -> str:
    """Where the page was published: what it says itself, then what the program says that saved it."""
    for one in root.iter("link"):
        if (one.get("rel") or "").lower() == "canonical" and (address := _http(one.get("href") or "")):
            return address
    for name in ("og:url", "url"):
        if address := _http(meta.get(name, "")):
            return address
    for comment in islice(root.itersiblings(preceding=True), 8):
        if address := _saved_from(comment):
            return address
    for comment in islice(root.iter(_comment()), 20):
        if address := _saved_from(comment):
            return address
    return ""


def _comment() -> Any:
    from lxml import etree

    return etree.Comment


def _saved_from(comment: Any) -> str:
    text = (comment.text or "")[:4000]
    if (found := _SAVED.search(text)) is not None:
        return _http(found[1] or f"http://{found[2]}")
    found = _SINGLE_FILE.search(text)
    return _http(found[1]) if found is not None else ""


def _http(address: str) -> str:
    address = address.strip()
    return address if re.match("https?://[^/\\s]+", address) and len(address) <= 2000 else ""


def _heading(root: Any) -> str:
    for one in islice(root.iter("h1"), 3):
        if 4 <= len(text := _text(one)) <= 150:
            return text
    return ""


def _name(root: Any) -> str:
    """The title element, without the site's name behind it."""
    title = next(root.iter("title"), None)
    text = _one_line(title.text or "") if title is not None else ""
    return re.split("[ \u3000]*[_|｜][ \u3000]*|[ \u3000]+[-–—][ \u3000]*", text)[0] or text


def _text(element: Any) -> str:
    return _one_line("".join(islice(element.itertext(), 400)))


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST]


_TRAIL = compiled("(?:位置|首页)[^\\n]{0,300}")
_STEP = compiled("[ \u3000]*(?:>+|›|»|→|＞+|/|\\\\|\\||·|--+)[ \u3000]*")
_TRAIL_CLASS = compiled("(?i)crumb|position|location|weizhi|dqwz|curr|place|path|route")
_NO_COLUMN = compiled(
    "(?:网站)?首页|.{0,12}门户(?:网站)?|正文|(?:信息|文章|新闻)?(?:内容|详情|详细|浏览)(?:页|信息|页面)?|查看|返回"
)


def _trail(root: Any, document: Document, title: str) -> str:
    """The last step of 当前位置：首页 > 政务公开 > 公示公告 > 正文 that names a column."""
    return next(filter(None, (_last_step(line, title) for line in _trails(root, document))), "")


def _last_step(line: str, title: str) -> str:
    found = _TRAIL.search(line)
    if found is None or _STEP.search(found[0]) is None:
        return ""
    steps = [step.strip(" \u3000:：") for step in _STEP.split(re.sub("^.{0,2}位置[：:]?", "", found[0]))]
    steps = [step for step in steps if step and not _NO_COLUMN.fullmatch(step) and step not in title]
    return steps[-1] if steps and all(len(step) <= 30 for step in steps) else ""


def _trails(root: Any, document: Document) -> Iterator[str]:
    for one in root.iter("div", "p", "ul", "ol", "nav", "td", "span"):
        named = f"{one.get('class') or ''} {one.get('id') or ''}"
        if len(named) > 1 and _TRAIL_CLASS.search(named):
            text = _text(one)
            if "首页" in text and len(text) <= 300:
                # Steps that are list items stand without a mark between them.
                yield text if _STEP.search(text) else " > ".join(filter(None, map(str.strip, one.itertext())))
    for line in _lines(document):
        if "位置" in line or line.startswith(("首页", "网站首页")):
            yield line


# -- what fields say ---------------------------------------------------------------------------------

_LABELS = {
    "index_number": "索引号码?|信息索引号?|索引编号",
    "unit": "(?:信息)?(?:发布|公开|制发|制作)(?:机构|机关|单位|部门|主体)|发文(?:机关|机构|单位)"
        "|(?:公开)?责任(?:部门|单位)|供稿单位|信息提供单位",
    "origin": "(?:信息|文章|稿件|新闻)?来源|信息来源单位|出处",
    "published": "(?:信息)?(?:发布|公开|公布|发稿|上网|添加|更新)(?:日期|时间)",
    "made": "(?:成文|生成|制发|印发|发文|产生|形成|签发)(?:日期|时间)|日期|时间",
    "number": "文号|发文字号|文件编号|发文文号|公文文号",
    "column": "组配分类|所属(?:栏目|分类|类别)|信息(?:分类|类别)|(?:公开)?栏目(?:名称)?|主题分类|目录分类"
        "|公开(?:目录|类别|事项)",
    "title": "(?:信息|文件|公开)?(?:名称|标题)",
    "": "有效性|效力|(?:生效|失效|废止)(?:日期|时间)|主题词|关键[词字]|浏览(?:次数|量)|阅读(?:次数|量)?"
        "|点击(?:次数|量|率)?|访问(?:次数|量)|字体|字号|打印|分享|保护视力|作者|(?:责任)?编辑|审核|体裁分类"
        "|服务对象(?:分类)?|(?:内容)?概述|摘要|有效期|公开(?:方式|范围|形式|属性|时限)|收藏|语种|信息格式"
        "|解读机关|解读人|联系方式",
}  # fmt: skip
"""what the fields of a catalogue are called; those under "" only end the one before"""


def _spaced(words: str) -> str:
    """The same words with blanks between their characters: 索 引 号."""
    return re.sub("(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])", "[ \u3000\u00a0]{0,4}", words)


_LABEL = compiled(
    "(?<![\u4e00-\u9fff])[\\[【〔]?(?:"
    + "|".join(f"(?P<{name or 'other'}>{_spaced(words)})" for name, words in _LABELS.items())
    + ")[\\]】〕]?[ \u3000\u00a0]{0,4}(?P<colon>[:：]|(?=\t)|$)"
)
_IS_VALUE = {
    "index_number": compiled("[0-9A-Za-z][0-9A-Za-z/\\-_.（）()〔〕]{5,49}"),
    "unit": compiled("[\u4e00-\u9fff（）()、，]{3,60}"),
    "origin": compiled("[\u4e00-\u9fff（）()、“”]{2,60}"),
    "published": compiled("(?:19|20)[0-9]{2}[^\\n]{4,20}"),
    "made": compiled("(?:19|20)[0-9]{2}[^\\n]{4,20}"),
    "number": compiled(
        "[^\\s]{2,20}[〔\\[（(【]?(?:19|20)[0-9]{2}[〕\\]）)】]?第?[0-9]{1,5}号|[^\\s]{1,20}(?:第[0-9]{1,5}号|令[^\\s]{0,10})"
    ),
    "column": compiled("[^\\n\\t]{2,60}"),
    "title": compiled("[^\\n\\t]{4,150}"),
}  # fmt: skip


def _fields(lines: list[str]) -> dict[str, str]:
    """The first value of each field of the catalogue: on the label's line, in the next cell, or on the next line."""
    found: dict[str, str] = {}
    for number, line in enumerate(lines):
        labels = list(_LABEL.finditer(line[:_LONGEST]))
        for k, label in enumerate(labels):
            name = _named(label)
            if name == "other" or name in found:
                continue
            end = labels[k + 1].start() if k + 1 < len(labels) else len(line)
            value = _value(line[label.end() : end])
            if not value and k + 1 == len(labels) and number + 1 < len(lines) and not _LABEL.match(lines[number + 1]):
                value = _value(lines[number + 1])
            if value and _IS_VALUE[name].fullmatch(value):
                found[name] = value
    return found


def _named(label: re.Match[str]) -> str:
    return next(name for name, words in label.groupdict().items() if words and name != "colon")


def _value(text: str) -> str:
    """What stands behind a label, up to the next cell or mark."""
    text = text.replace("\u00a0", " ").strip(" \u3000\t:：")
    return re.split("\t|[ \u3000]{2,}|[|｜【\\[。；;]", text)[0].strip(" \u3000;；，,。")


def _lines(document: Document) -> list[str]:
    """The first lines of what a reader of the page sees."""
    lines: list[str] = []
    for block in document.blocks:
        if block.part == "body":
            lines.extend(line for line in document.text[block.start : block.end].split("\n") if line.strip())
        if len(lines) >= _LINES:
            break
    return lines[:_LINES]


_IS_OFFICE = compiled("(?:[局委厅府办院会处所队站镇乡部署馆校]|中心|街道|大学|公司)$|政府|委员会")


def _unit(text: str) -> str:
    """An office's name without what is the site's: 某某市人民政府门户网站."""
    return re.sub("(?:政务公开)?(?:门户|官方)?网站?$", "", _one_line(text)).strip() if len(text) <= 60 else ""


# -- days --------------------------------------------------------------------------------------------

_DAY = compiled("((?:19|20)[0-9]{2})[ ]?[-年./／－][ ]?([0-9]{1,2})[ ]?[-月./／－][ ]?([0-9]{1,2})")
_IN_ADDRESS = compiled(
    "(?:^|[/_.\\-])(?:[tc]|P0)?((?:19|20)[0-9]{2})(?:([01][0-9])([0-3][0-9])(?=[_/.\\-]|[0-9]{6,}|$)"
    "|[-/_.]([01]?[0-9])[-/_.]([0-3]?[0-9])(?=[/_.\\-]))"
)


def day_in(text: str) -> date | None:
    """The first day that a text names: 2024-05-06, 2024年5月6日, 2024.5.6."""
    found = _DAY.search(text)
    return _date(found[1], found[2], found[3]) if found is not None else None


def day_of_address(address: str) -> date | None:
    """The day that publishing systems write into addresses: /202405/t20240506_12.html, /art/2024/5/6/art_1.html."""
    days = (_date(one[1], one[2] or one[4], one[3] or one[5]) for one in _IN_ADDRESS.finditer(address))
    return next((day for day in days if day is not None), None)


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


# -- links -------------------------------------------------------------------------------------------

_FILE = compiled(
    "(?i)\\.(?:pdf|docx?|docm|xlsx?|xlsm|xlsb|csv|et|ett|wps|wpt|dps|pptx?|ofd|ceb|rtf|txt|odt|ods|odp|zip|rar|7z|tar|t?gz"
    "|jpe?g|png|gif|bmp|tiff?|webp|eml|msg|mht|mhtml)$"
)
_ATTRIBUTES = {"a": "href", "img": "src", "embed": "src", "iframe": "src", "object": "data", "area": "href"}


def linked(root: Any, path: str, url: str = "") -> Iterator[str]:
    """Where the attachments of a page may stand in its source: paths, and addresses as `bare` gives them.

    A link is followed from the page's path, from the root of the source and of the first folder (mirrors keep each
    host in a folder), and from the page's address.
    """
    count = 0
    for one in root.iter(*_ATTRIBUTES):
        href = (one.get(_ATTRIBUTES[one.tag]) or "").strip().split("#")[0]
        if not href or len(href) > 2000 or not _is_file(href):
            continue
        count += 1
        if count > _LINKS:
            return
        yield from _targets(href, path, url)


def _is_file(href: str) -> bool:
    parts = urlsplit_or_none(href)
    if parts is None or parts[0] not in ("", "http", "https"):
        return False
    values = (value for _, value in parse_qsl(parts[3])[:20])
    return any(_FILE.search(unquote(value).strip()) for value in (parts[2], *values))


def urlsplit_or_none(address: str) -> tuple[str, str, str, str, str] | None:
    """The parts of an address; None where it is none."""
    try:
        return tuple(urlsplit(address))  # type: ignore[return-value]
    except ValueError:
        return None


def _targets(href: str, path: str, url: str) -> Iterator[str]:
    _, host, way, query, _ = urlsplit_or_none(href) or ("", "", "", "", "")
    if url or host:
        yield bare(urljoin(url, href))
    if "://" in path:
        return
    first = path.split("/")[0] if "/" in path else ""
    way = unquote(way)
    # Programs that save a site write the query behind ? or, for Windows, behind @.
    for name in (way, f"{way}?{query}", f"{way}@{query}") if query else (way,):
        if host:
            yield from (f"{host}{name}", name.lstrip("/"))
        elif name.startswith("/"):
            yield from (name.lstrip("/"), f"{first}{name}")
        else:
            joined = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
            if not joined.startswith("../"):
                yield joined


def bare(address: str) -> str:
    """An address as it is compared: without http: and https:, which say nothing of the document, and fragment."""
    parts = urlsplit_or_none(address.strip())
    if parts is None or not parts[1]:
        return address
    return f"//{parts[1].lower()}{unquote(parts[2]) or '/'}" + (f"?{parts[3]}" if parts[3] else "")

