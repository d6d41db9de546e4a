"""HTML -> Document: what a browser shows, and apart from it all that the page carries unseen.

Visible text comes first, a block for each block element with its inline tags joined, tables by row and
column. After it come hidden elements, comments, alt texts, links, the title and meta elements, form values,
and the texts inside scripts, each in its part. There is no network, and no DTD or entity from outside.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import islice
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

from lxml import etree

from reviewer.errors import ReadError, TooDeep
from reviewer.model import Concealed, Document, Locator
from reviewer.readers import mhtml, ocr, pictures, scripts, styles
from reviewer.readers.assembly import Assembly
from reviewer.readers.encoding import decode, undecodable
from reviewer.readers.pictures import INSTALL
from reviewer.settings import Limits

_DECLARED = re.compile(
    rb"""<\?xml[^>]{1,200}?encoding\s*=\s*["']?([\w-]{2,30})|<meta[^>]{1,500}?charset\s*=\s*["']?\s*([\w-]{2,30})""",
    re.I,
)
_BREAK = "\x1e"
"""a line break that stays while other white space collapses"""
_SENTINEL = f"{_BREAK}end-of-file"
"""a comment put after the page: where the parser does not come to it, something was not read"""
_CLOSING = f"<!--{_SENTINEL}-->"


def read(data: bytes, name: str, limits: Limits, depth: int = 0, trace: Trace | None = None) -> Document:
    """The page as a Document of format html. Raises TooDeep for nesting that the parser can not follow."""
    archive, source, text, encoding = _decoded(data)
    page = _Page(trace=trace)
    for kind, part in archive.others if archive is not None else ():
        page.carry(kind, part, None)
    _read_markup(text, page=page)
    assembly = Assembly()
    lost = undecodable(source, text, encoding)
    if lost is not None:
        message = (
            f"有 {lost[0]} 处字节无法解码（编码按 {encoding} 读取，第一处在第 {lost[1]} 行）。"
            "请用原软件另存为 UTF-8 后重新扫描。"
        )
        assembly.gap("undecodable", message, locator=Locator(line=lost[1]))
    if depth == 0 and _OPENED.search(text[:4096]) and not _LAST_TAGS.search(text):
        message = "网页没有结束标签（可能没有下载或保存完整），只读取了已有的内容。请重新获取原文件。"
        assembly.gap("broken", message)
    concealed = _put_together(page, assembly)
    if trace is not None:
        trace.stretches.sort(key=lambda stretch: stretch[0])
    _embed_frames(page, assembly, name, limits, depth)
    _embed_files(page, assembly, limits, depth)
    _pictures(page, assembly, limits)
    if trace is not None:
        trace.pictures = list(page.pictures)
    _note_gaps(page, assembly)
    document = assembly.finish(path=name, kind="html", data=data, encoding=encoding)
    spans = [
        Concealed(document.blocks[first].start, document.blocks[last].end, part, reason,
                  document.blocks[first].locator)
        for first, last, part, reason in concealed
    ]  # fmt: skip
    everything = sorted((*document.concealed, *spans), key=lambda hidden: (hidden.start, hidden.end))
    return replace(document, concealed=tuple(everything))


# -- what the walk collects --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Slot:
    """One text of the parsed page: what stands in front of an element's first child, or behind its end tag."""

    element: Any
    is_tail: bool
    concealed: bool = False


@dataclass(slots=True)
class Trace:
    """Where the text of a page came from, for those who mark or mask it: asked for, never made otherwise.

    `stretches` are (start, end, slots) in the document's text: the characters that are no white space are
    those of the slots, in the same order. `hidden` are the elements that a reader of the page does not see.
    `pictures` are the addresses of the pictures that were not read, as the gaps of the page tell them.
    """

    root: Any = None
    stretches: list[tuple[int, int, list[Slot]]] = field(default_factory=list)
    hidden: list[Any] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Paragraph:
    text: str
    line: int | None
    label: str = ""
    marks: list[tuple[int, int, str, str]] = field(default_factory=list)
    is_label: bool = False
    """the next paragraph is its value"""
    slots: list[Slot] = field(default_factory=list)


@dataclass(slots=True)
class _Grid:
    rows: list[tuple[int, list[tuple[int, str]]]]
    line: int | None
    slots: dict[tuple[int, int], list[Slot]] = field(default_factory=dict)
    hidden_rows: dict[int, str] = field(default_factory=dict)
    hidden_columns: dict[int, str] = field(default_factory=dict)
    marks: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)


_Item = _Paragraph | _Grid


@dataclass(slots=True)
class _Group:
    """Text beside the visible text: `reason` says why it is not seen, or is empty."""

    part: str
    items: list[_Item]
    hint: str = ""
    """what HTML calls the place"""
    reason: str = ""
    label: str = ""
    """the page's own words for it"""


@dataclass(slots=True)
class _Flow:
    """Where text goes at the moment: the page, a table cell, a hidden element ..."""

    items: list[_Item] = field(default_factory=list)
    pieces: list[tuple[str, str]] = field(default_factory=list)
    """text and why it is not seen (its colour), or nothing"""
    line: int | None = None
    asked: int = 0
    """how many pieces stand before the last form field: they are not the next one's label"""
    slots: list[Slot] = field(default_factory=list)


@dataclass(slots=True)
class _Cell:
    column: int
    items: list[_Item]
    hidden: bool


@dataclass(slots=True)
class _Row:
    cells: list[_Cell] = field(default_factory=list)
    hidden: bool = False


@dataclass(slots=True)
class _Frame:
    """A table while it is read. `taken` says up to which row a merged cell fills a column."""

    line: int | None
    presentation: bool
    rows: list[_Row] = field(default_factory=list)
    taken: dict[int, int] = field(default_factory=dict)
    column: int = 1
    hidden: int = 0
    depth: int = 0
    """how many flows there were when it began: a td in another flow is not its cell"""


@dataclass(slots=True)
class _State:
    """What ends with an element: undone when its end tag comes."""

    tag: str
    breaks: bool = False
    close: Callable[[], None] | None = None
    colour: styles.Colour | None = None
    background: styles.Colour | None = None
    shade: str = ""
    """why text of this colour is not seen"""
    kept: bool = False
    """white space counts (pre)"""


# -- parsing -----------------------------------------------------------------------------------------


_LAST_TAGS = re.compile(r"(?i)</(?:html|body)[ \t]*>")
_OPENED = re.compile(r"(?i)<(?:html|body)[\s>]")


def _decoded(data: bytes) -> tuple[mhtml.Archive | None, bytes, str, str]:
    """The archive that the page lies in, the bytes of the page, their text and encoding."""
    archive = mhtml.unpack(data)
    source = data if archive is None else archive.page
    declared = _DECLARED.search(source[:4096].replace(b"\x00", b""))
    charset = (declared[1] or declared[2]).decode("ascii") if declared else None
    return archive, source, *decode(source, (archive.charset if archive else None) or charset)


def tree(data: bytes) -> Any | None:
    """The root element of a page; None where there is none. Raises TooDeep as `read` does."""
    return _parse(_decoded(data)[2])[0]


def _parse(text: str) -> tuple[Any, bool]:
    """The root element, and whether the parser came to the end of the text."""
    text = text.replace("\x00", "").replace(_BREAK, "")
    # The parser drops text after these end tags, which a browser shows; both may be left out.
    text = _LAST_TAGS.sub("", text)
    source = f"{text}{_CLOSING}".encode("utf-8", "replace")
    for head in (b"", b"<html><body>"):
        parser = etree.HTMLParser(encoding="utf-8", recover=True, no_network=True, huge_tree=True)
        root = etree.fromstring(head + source, parser)
        if any("depth" in entry.message for entry in parser.error_log):
            raise TooDeep("网页标签嵌套过深，无法读取。请用浏览器打开后另存为纯文本再扫描。")
        if root is not None:
            return root, _has_sentinel(root)
    return None, False


def _has_sentinel(root: Any) -> bool:
    last = root
    while (after := last.getnext()) is not None:
        last = after
    while True:
        if _SENTINEL in (last.tail or ""):
            return True
        if len(last) == 0:
            return _SENTINEL in (last.text or "")
        last = last[-1]


def _read_markup(text: str, nested: int = 0, page: _Page | None = None) -> _Page:
    root, whole = _parse(text)
    page = page or _Page(nested=nested)
    page.whole = whole
    if page.trace is not None:
        page.trace.root = root
    if root is not None:
        page.walk(root)
        for lost in _dropped(text, root):
            page._note("script", lost, None)
    return page


def _dropped(text: str, root: Any) -> Iterator[str]:
    """Stretches with Chinese or a long number that the parser gave up: attributes of end tags, names that are none."""
    tree = etree.tostring(root.getroottree(), encoding="unicode")
    kept = set(_RUN.findall(tree))
    lost = [match for match in _RUN.finditer(text) if match[0] not in kept]
    # A run may have come together with its neighbours; so many are looked for one by one.
    lost = [match for match in lost[:_MANY_RUNS] if match[0] not in tree] + lost[_MANY_RUNS:]
    start = end = -_NEAR
    for match in lost:
        if match.start() - end >= _NEAR or "\n" in text[max(end, 0) : match.start()]:
            if end > start:
                yield text[start:end]
            start = match.start()
        end = match.end()
    if end > start:
        yield text[start:end]


_RUN = re.compile(r"[\u3400-\u9fff]{2,}|[0-9]{7,}")
_MANY_RUNS = 500
_NEAR = 40


_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog",
    "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2",
    "h3", "h4", "h5", "h6", "head", "header", "hgroup", "hr", "html", "isindex", "legend", "li", "main",
    "menu", "nav", "noframes", "ol", "optgroup", "option", "p", "plaintext", "pre", "search", "section",
    "summary", "table", "tbody", "td", "text", "tfoot", "th", "thead", "title", "tr", "ul", "xmp",
))  # fmt: skip
_BLOCK_DISPLAYS = frozenset(("block", "flex", "grid", "list-item", "table", "table-row", "table-cell"))
_TABLE_PARTS = frozenset(("table", "thead", "tbody", "tfoot", "tr", "td", "th"))
_HIDING = frozenset(("template", "noscript", "noembed", "noframes", "dialog"))
_PAINTED = frozenset(("font", "body", "table", "tr", "td", "th", "a"))
_ROW_GROUPS = frozenset(("thead", "tbody", "tfoot"))
_KEEPS_SPACE = frozenset((
    "pre", "textarea", "xmp", "listing", "plaintext",
))  # fmt: skip
_LABELS = frozenset((
    "dt", "th", "label",
))  # fmt: skip
_ALT = frozenset((
    "alt", "title", "placeholder", "aria-label", "aria-description", "summary", "abbr", "label",
    "aria-valuetext", "aria-roledescription",
))  # fmt: skip
_LINKS = frozenset((
    "href", "src", "action", "formaction", "cite", "longdesc", "xlink:href", "background", "data", "poster",
    "codebase", "usemap", "manifest", "ping",
))  # fmt: skip
_MUTE = frozenset((
    "style", "class", "type", "rel", "target", "width", "height", "border", "align", "valign", "color",
    "bgcolor", "face", "size", "colspan", "rowspan", "cellpadding", "cellspacing", "charset", "http-equiv",
    "content", "value", "d", "points", "viewbox", "transform", "srcset", "integrity", "nonce", "xmlns",
    "lang", "dir", "hidden", "srcdoc", "method", "enctype", "crossorigin", "media", "sizes",
))  # fmt: skip
_TELLING_MUTE = _MUTE - {"d", "points", "viewbox", "transform", "srcset", "integrity", "nonce", "style", "srcdoc"}
_OWN_VALUES = frozenset((
    "meta", "input", "param", "data", "meter", "button", "option",
))  # fmt: skip
"""elements whose value or content is read with their names"""
_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z.#_-])[0-9]{11,18}(?![0-9A-Za-z.])")
_PLAIN_META = re.compile(
    r"viewport|renderer|robots|format-detection|theme-color|x-ua-compatible|generator|apple-mobile.*"
    r"|msapplication.*|referrer|content-type|cache-control|pragma|expires"
)

_SPACE = re.compile(r"[ \t\n\r\f]+")
_AROUND_BREAK = re.compile(f" ?{_BREAK} ?")
_WORTH = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]|[0-9](?:[ -]?[0-9]){5}")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_TOKEN = re.compile(r"(?i)token|csrf|viewstate|eventvalidation|nonce|sign|session|captcha|[ug]uid|^__")
_TAGS = re.compile(r"<[a-zA-Z!/][^<>]{0,2000}>")
_REASON = "网页隐藏元素"
_MANY_FRAGMENTS = 2000
"""so many pieces of commented-out markup are parsed; further ones are read as they stand"""


class _Page:
    """Walks the tree once, start and end tags in turn, so that the depth of the page does not matter."""

    def __init__(self, nested: int = 0, trace: Trace | None = None) -> None:
        self.nested = nested
        self.trace = trace
        self.fragments = 0
        self.whole = True
        self.body = _Flow()
        self.flows = [self.body]
        self.states: list[_State] = [_State("")]
        self.frames: list[_Frame] = []
        self.groups: list[_Group] = []
        self.concealing = 0
        self.sheet = styles.Sheet()
        self.inline: dict[str, dict[str, str]] = {}
        self.labels: dict[str, str] = {}
        self.pictures: dict[str, int | None] = {}
        self.carried: dict[str, bytes] = {}
        """the bytes of pictures that lie in the page itself"""
        self.unread: list[tuple[str, int | None]] = []
        self.documents: list[tuple[str, int | None]] = []
        self.files: list[tuple[bytes, int | None]] = []

    # -- the walk

    def walk(self, root: Any) -> None:
        for style in root.iter("style"):
            self.sheet.add(style.text or "")
        self.sheet.settle()
        for link in root.iter("link"):
            self.sheet.linked |= "stylesheet" in (link.get("rel") or "").lower()
        for label in root.iter("label"):
            if label.get("for"):
                self.labels[label.get("for")] = _collapse("".join(islice(label.itertext(), 5)))[:40]
        for before in reversed(list(root.itersiblings(preceding=True))):
            self._aside(before)
        for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
            if event == "start":
                self._start(element)
            elif event == "end":
                self._end(element)
            else:
                self._aside(element)
        for after in root.itersiblings():
            self._aside(after)
        self._flush()

    def _start(self, element: Any) -> None:
        tag = element.tag
        outer = self.states[-1]
        state = _State(tag, tag in _BLOCKS, None, outer.colour, outer.background, outer.shade, outer.kept)
        self.states.append(state)
        style: dict[str, str] = {}
        # A dict of its own: each look into lxml's attributes costs as much as a function call, and fails
        # for a name that holds a control character; items() reads those too.
        attributes: dict[str, str] = dict(element.attrib.items())
        if len(tag) > 7 and _WORTH.search(tag):
            self._note("script", tag, _line(element))
        if attributes or tag in self.sheet.rules or self.sheet.deep:
            style = self._style(element, attributes, tag, state)
            display = style.get("display", "")
            if display == "inline":
                state.breaks = state.breaks and tag in ("td", "th", "tr", "table")
            elif display in _BLOCK_DISPLAYS:
                state.breaks = True
        hidden = False
        if style or tag in _HIDING or "hidden" in attributes:
            hidden = _is_hidden(element, tag, attributes, style)
        if tag in _TABLE_PARTS and self._begin_table_part(element, tag, state, hidden):
            pass
        elif hidden and not self.concealing:
            self._open("hidden", state, reason=_REASON, label=self._before())
        if attributes:
            self._attributes(element, tag, attributes)
        if state.breaks and self.flows[-1].pieces:
            self._flush()
        if tag in _KEEPS_SPACE or style.get("white-space", "").startswith("pre"):
            state.kept = True
        special = _SPECIAL.get(tag)
        text = element.text
        if special is not None:
            text = special(self, element, state)
        if hidden and self.trace is not None:
            self.trace.hidden.append(element)
        if text:
            self._text(text, element)

    def _end(self, element: Any) -> None:
        state = self.states.pop()
        if state.breaks and self.flows[-1].pieces:
            flushed = self._flush()
            if flushed is not None and state.tag in _LABELS:
                flushed.is_label = True
        if state.close is not None:
            state.close()
        if element.tail:
            self._text(element.tail, element, is_tail=True)

    def _aside(self, node: Any) -> None:
        """A comment or processing instruction, and the text after it."""
        text = node.text or ""
        if _SENTINEL in text:
            text = text.replace(_CLOSING[:-3], "").replace(_SENTINEL, "")
        if text.strip() and isinstance(node, etree._Comment):
            self._comment(text, _line(node))
        elif text.strip() and _WORTH.search(text):
            self._note("comment", text, _line(node))
        if node.tail and node.getparent() is not None:
            self._text(node.tail, node, is_tail=True)

    # -- text

    def _text(self, text: str, element: Any, *, is_tail: bool = False) -> None:
        if _SENTINEL in text:
            text = text.replace(_CLOSING, "")
        flow, state = self.flows[-1], self.states[-1]
        if not flow.pieces:
            if text.isspace() and not state.kept and "\u00a0" not in text and "\u3000" not in text:
                return
            flow.line = _line(element)
        if state.kept:
            text = text.replace("\r\n", "\n").replace("\n", _BREAK)
        flow.pieces.append((text, state.shade if not self.concealing else ""))
        if self.trace is not None:
            flow.slots.append(Slot(element, is_tail, bool(self.concealing or state.shade)))

    def _flush(self) -> _Paragraph | None:
        """End the paragraph at hand."""
        flow = self.flows[-1]
        if not flow.pieces:
            return None
        marks: list[tuple[int, int, str, str]] = []
        if len(flow.pieces) == 1 and not flow.pieces[0][1]:
            text = _collapse(flow.pieces[0][0])
        elif any(reason for _, reason in flow.pieces):
            text = _collapse_marked(flow.pieces, marks)
        else:
            text = _collapse("".join(piece for piece, _ in flow.pieces))
        flow.pieces.clear()
        flow.asked = 0
        slots, flow.slots = flow.slots, []
        if not text.strip():
            return None
        before = flow.items[-1] if flow.items else None
        label = ""
        if isinstance(before, _Paragraph) and len(before.text) <= 30:
            label = before.text if before.is_label or before.text[-1] in "：:" else ""
        paragraph = _Paragraph(text, flow.line, label, marks, slots=slots)
        flow.items.append(paragraph)
        return paragraph

    def _before(self) -> str:
        """The text just before: the label of a form field, the name before a hidden number."""
        flow = self.flows[-1]
        asked, flow.asked = flow.asked, len(flow.pieces)
        text = _collapse("".join(piece for piece, _ in flow.pieces[asked:][-4:]))[-40:]
        if text or not self.frames or not self.frames[-1].rows:
            return text
        cells = self.frames[-1].rows[-1].cells
        texts = [item.text for item in cells[-1].items if isinstance(item, _Paragraph)] if cells else []
        return texts[-1][-40:] if texts else ""

    def _note(
        self, part: str, text: str, line: int | None, hint: str = "", reason: str = "", *, label: str = ""
    ) -> None:
        """Text of its own, apart from the visible text."""
        text = text.strip(" \t\r\n\f")
        if text:
            self.groups.append(_Group(part, [_Paragraph(text, line)], hint, reason, label))

    def _open(
        self, part: str, state: _State, *, reason: str = "", hint: str = "", label: str = "", keep: bool = True
    ) -> None:
        """Send the element's text to a group of its own, until its end tag."""
        flow = _Flow()
        self.flows.append(flow)
        self.concealing += 1
        earlier = state.close

        def close() -> None:
            self._flush()
            while self.flows.pop() is not flow:
                pass
            self.concealing -= 1
            worth = reason if any(_is_worth(item) for item in flow.items) else ""
            if flow.items and keep:
                self.groups.append(_Group(part, flow.items, hint, worth, label))
            if earlier is not None:
                earlier()

        state.close = close

    # -- style

    def _style(self, element: Any, attributes: dict[str, str], tag: str, state: _State) -> dict[str, str]:
        inline: dict[str, str] = {}
        if "style" in attributes:
            source = attributes["style"]
            if source not in self.inline:
                self.inline[source] = styles.declarations(source)
                if "--" in source or "content" in source:
                    for text in styles.generated(source):
                        self._note("script", text, None, "style")
            inline = self.inline[source]
        style = inline
        if self.sheet.rules:
            style = {**self.sheet.declared(tag, attributes.get("class"), attributes.get("id")), **inline}
        if self.sheet.deep:
            placed = self.sheet.placed(element, tag, attributes)
            for _, found in sorted(placed, key=lambda rule: rule[0]):
                style = {**style, **found, **inline}
        paint = inline if self.sheet.linked else style
        if tag in _PAINTED or "color" in paint:
            self._paint(attributes, tag, state, paint)
        elif any(name.startswith("background") for name in style):
            self._paint(attributes, tag, state, {**style, "color": paint.get("color", "")})
        return style

    def _paint(self, attributes: dict[str, str], tag: str, state: _State, style: dict[str, str]) -> None:
        """Work out whether the text has the colour of its ground."""
        ground = styles.background(style)
        if ground is None and attributes.get("bgcolor"):
            ground = styles.colour(attributes["bgcolor"])
        if ground is None and attributes.get("background"):
            ground = styles.PICTURE
        value = style.get("color") or (attributes.get("color", "") if tag == "font" else "")
        ink = styles.colour(value) if value else None
        if tag == "a" and ink is None and state.colour is not None and "href" in attributes:
            state.colour = None
        state.colour = ink if ink is not None else state.colour
        state.background = ground if ground is not None else state.background
        state.shade = _shade(state, own_ground=ground is not None and tag not in _BLOCKS)
        if value and styles.is_transparent(value):
            state.shade = "透明文字"

    # -- tables

    def _begin_table_part(self, element: Any, tag: str, state: _State, hidden: bool) -> bool:
        """Open a table, row or cell; False when the element belongs to no table."""
        if tag == "table":
            if hidden and not self.concealing:
                self._open("hidden", state, reason=_REASON, label=self._before())
            self._begin_table(element, state)
            return True
        frame = self.frames[-1] if self.frames else None
        if frame is None or frame.depth != len(self.flows):
            return False
        if tag == "tr":
            self._flush()
            frame.rows.append(_Row(hidden=frame.hidden > 0 or hidden))
            frame.column = 1
        elif tag in _ROW_GROUPS:
            if hidden:
                frame.hidden += 1
                state.close = lambda: _unhide(frame)
        else:
            self._begin_cell(element, state, frame, hidden)
        return True

    def _begin_table(self, element: Any, state: _State) -> None:
        self._flush()
        role = element.get("role") in ("presentation", "none")
        frame = _Frame(_line(element), role, depth=len(self.flows))
        self.frames.append(frame)
        earlier = state.close

        def close() -> None:
            self._end_table(frame)
            if earlier is not None:
                earlier()

        state.close = close

    def _begin_cell(self, element: Any, state: _State, frame: _Frame, hidden: bool) -> None:
        self._flush()
        if not frame.rows:
            frame.rows.append(_Row(hidden=frame.hidden > 0))
        row = len(frame.rows)
        column = frame.column
        while frame.taken.get(column, 0) >= row:
            column += 1
        width, height = _span(element.get("colspan"), 100), _span(element.get("rowspan"), 10_000)
        frame.column = column + width
        if height > 1:
            for taken in range(column, column + width):
                frame.taken[taken] = row + height - 1
        flow = _Flow()
        self.flows.append(flow)

        def close() -> None:
            self._flush()
            while self.flows.pop() is not flow:
                pass
            frame.rows[row - 1].cells.append(_Cell(column, flow.items, hidden))

        state.close = close

    def _end_table(self, frame: _Frame) -> None:
        self._flush()
        while self.frames and self.frames.pop() is not frame:
            pass
        items = self.flows[-1].items
        cells = [cell for row in frame.rows for cell in row.cells]
        filled = [cell for cell in cells if cell.items]
        hides = any(cell.hidden for cell in filled) or any(row.hidden and row.cells for row in frame.rows)
        if not hides and (len(filled) <= 1 or frame.presentation or any(map(_is_page_frame, filled))):
            for cell in cells:
                items.extend(cell.items)
            return
        grid = _grid(frame, marked=not self.concealing)
        if grid.rows:
            items.append(grid)
        for cell in cells:
            items.extend(item for item in cell.items if isinstance(item, _Grid))

    def carry(self, kind: str, data: bytes, line: int | None) -> None:
        """Take in what lies in the page itself as a file of this media type."""
        if kind == "image/svg+xml":
            text = decode(data)[0]
            if not self._fragment(text, "alt", line):
                self._note("alt", text, line)
        elif kind.startswith("image/"):
            self.carried.setdefault(f"data:{len(self.pictures)}", data)
            self.pictures.setdefault(f"data:{len(self.pictures)}", line)
        elif kind in ("text/html", "application/xhtml+xml"):
            self.documents.append((decode(data)[0], line))
        elif kind == "text/css":
            self.sheet.add(decode(data)[0])
        elif "javascript" in kind:
            self._script(decode(data)[0], line, "src")
        elif kind.startswith("text/") and len(data) < _SHORT_FILE:
            self._note("field", decode(data)[0], line, "链接地址")
        elif data.strip():
            self.files.append((data, line))

    # -- attributes

    def _attributes(self, element: Any, tag: str, attributes: dict[str, str]) -> None:
        line = None
        for name, value in attributes.items():
            if name not in _MUTE and _WORTH.search(name):
                self._note("script", name.replace(_CLOSING, ""), _line(element))
            if name == "srcdoc" and tag != "iframe":
                self.documents.append((value, _line(element)))
            if name in _MUTE or not value or value.isspace():
                own = tag in _OWN_VALUES and name in ("content", "value")
                if name in _TELLING_MUTE and not own and _LONG_NUMBER.search(value):
                    self._note("script", value, _line(element), label=name)
                continue
            line = line or _line(element)
            if name in _ALT:
                self._note("alt", value, line, name)
            elif name in _LINKS:
                self._link(tag, name, value, line)
            elif name.startswith("data-"):
                if len(value) > 1:
                    self._script(value, line, name, is_json=value[0] in "{[")
            elif name.startswith("on") and tag != "meta":
                self._script(value, line, name)
            elif _HAN.search(value) or re.search("[0-9]{7}", value):
                self._note("script", value, line, label=name)

    def _link(self, tag: str, name: str, value: str, line: int | None) -> None:
        value = value.strip()
        scheme, colon, rest = value.partition(":")
        scheme = re.sub(r"\s", "", scheme).lower()
        if colon and scheme == "javascript":
            self._script(_unquoted(rest), line, name)
        elif colon and scheme in _DIRECT:
            self._note("field", _unquoted(rest), line, "链接地址")
        elif colon and scheme == "data":
            if tag not in _SHOWN_INSIDE and (carried := carried_file(value)) is not None:
                self.carry(*carried, line)
        elif colon and scheme in ("about", "blob", "file"):
            if scheme == "file":
                self._note("field", _unquoted(rest), line, "链接地址")
        elif value.startswith("#") and not _HAN.search(value):
            return
        elif "%" in value or "@" in value or _HAN.search(value) or re.search("[0-9]{11}", value):
            plain = _unquoted(value)
            telling = _HAN.search(plain) or "@" in plain or (tag != "img" and re.search("[0-9]{11}", plain))
            if telling or re.search("[0-9]{17}[0-9Xx]", plain):
                self._note("field", plain, line, "链接地址")

    def _script(self, source: str, line: int | None, hint: str, *, is_json: bool = False) -> None:
        tables = scripts.texts(source, line or 1, is_json=is_json)
        if hint.startswith("data-") and not (is_json and tables):
            self._note("script", source, line, label=hint)
        elif tables:
            items: list[_Item] = [_Grid(rows, line) for rows in tables]
            self.groups.append(_Group("script", items, hint))

    # -- comments and nested markup

    def _comment(self, text: str, line: int | None) -> None:
        if text.startswith("[CDATA["):
            text = text[7:].removesuffix("]]")
        conditional = re.match(r"\s*(?:\[if\b|\[endif\])", text) is not None
        if conditional:
            text = re.sub(r"\[if\b[^\]]*\]>|<!\[endif\]", "", text)
        reason = "" if conditional or not _is_remark(text) else "网页注释"
        if _WORTH.search(text) and _TAGS.search(text) and self._fragment(text, "comment", line, reason):
            return
        self._note("comment", text, line, "", reason)

    def _fragment(self, text: str, part: str, line: int | None, reason: str = "") -> bool:
        """Read markup inside of the page's markup; all of it becomes `part`. False when it was not read."""
        self.fragments += 1
        if self.nested >= 3 or self.fragments > _MANY_FRAGMENTS:
            return False
        try:
            page = _read_markup(text, self.nested + 1)
        except TooDeep:
            return False
        if not page.whole:
            return False
        items = list(page.body.items)
        for group in page.groups:
            items.extend(group.items)
        for item in items:
            item.line = item.line + line - 1 if item.line and line else line
        if items:
            self.groups.append(_Group(part, items, "", reason if any(map(_is_worth, items)) else ""))
        return True


# -- elements that are not just text -----------------------------------------------------------------


def _line_break(page: _Page, element: Any, state: _State) -> None:
    flow = page.flows[-1]
    if flow.pieces:
        flow.pieces.append((_BREAK, ""))


def _script_element(page: _Page, element: Any, state: _State) -> None:
    text = (element.text or "").replace(_CLOSING, "")
    kind = (element.get("type") or "").lower()
    if not text.strip():
        return
    markup = "html" in kind or "template" in kind or kind.startswith("text/x-")
    if markup and "<" in text and page._fragment(text, "script", _line(element)):
        return
    page._script(text, _line(element), element.get("id") or "", is_json="json" in kind)


def _style_element(page: _Page, element: Any, state: _State) -> None:
    css = (element.text or "").replace(_CLOSING, "")
    for text in styles.generated(css):
        page._note("script", text, _line(element), "content")
    for picture in _STYLE_PICTURE.findall(css):
        page.pictures.setdefault(picture[:200], _line(element))
        if (carried := carried_file(picture)) is not None:
            page.carried.setdefault(picture[:200], carried[1])
    for text in styles.remarks(css):
        if _WORTH.search(text):
            page._note("comment", text, _line(element))
    # A style that is never closed swallows the page; so does one that a mistyped tag ends.
    markup = _TAG.search(css)
    if markup is not None and page._fragment(css[markup.start() :], "hidden", _line(element)):
        css = css[: markup.start()]
    for number in dict.fromkeys(_LONG_NUMBER.findall(css)):
        page._note("script", number, _line(element), "style")


_TAG = re.compile(
    r"(?i)</?(?:!doctype|html|head|body|p|div|span|table|t[rdh]|a|br|h[1-6]|ul|ol|li|form|input|meta|title)[\s>/]"
)
_STYLE_PICTURE = re.compile(r"url\(\s*[\"']?(data:image/[^)\"']{2000,})")
"""a picture in a style; smaller ones are arrows and dots"""


def _title_element(page: _Page, element: Any, state: _State) -> str | None:
    parent = element.getparent()
    if parent is not None and parent.tag in ("head", "html", "body"):
        page._open("property", state, hint="title")
    else:
        page._open("alt", state, hint="title")
    return element.text


_META_TITLES = {
    **dict.fromkeys(("author", "creator", "dc.creator", "article:author", "作者"), "作者"),
    **dict.fromkeys(("last-modified-by", "lastmodifiedby"), "最后修改者"),
}  # fmt: skip
"""meta elements that tell who wrote the page, as the properties of the other formats are called"""


def _meta_element(page: _Page, element: Any, state: _State) -> None:
    content = element.get("content")
    name = element.get("name") or element.get("property") or element.get("itemprop") or ""
    equiv = element.get("http-equiv") or ""
    if not content or (_PLAIN_META.fullmatch((name or equiv).lower()) and not _TELLING.search(content)):
        return
    hint = _META_TITLES.get(name.lower().replace("dcterms.", "dc."), "")
    page._note("property", content, _line(element), hint, label="" if hint else name or equiv)


def _input_element(page: _Page, element: Any, state: _State) -> None:
    kind = (element.get("type") or "text").lower()
    value = element.get("value") or ""
    name = element.get("name") or element.get("id") or ""
    label = " ".join(filter(None, (page.labels.get(element.get("id") or "") or page._before(), name)))
    if kind == "image":
        _image_element(page, element, state)
    secret = kind == "hidden" and _WORTH.search(value) and not _TOKEN.search(name)
    page._note("form", value, _line(element), "", "隐藏表单域" if secret else "", label=label)


def _value_element(page: _Page, element: Any, state: _State) -> str | None:
    """The value of a param, data, meter, button, li ... that is not its text."""
    value = element.get("value") or ""
    if _HAN.search(value) or re.search("[0-9]{4}|@", value):
        page._note("form", value, _line(element), label=element.get("name") or page._before())
    return element.text


def _choice_element(page: _Page, element: Any, state: _State) -> str | None:
    name = element.get("name") or element.get("id") or ""
    label = page.labels.get(element.get("id") or "") or page._before()
    page._open("form", state, label=" ".join(filter(None, (label, name))))
    return element.text


def _aside_element(page: _Page, element: Any, state: _State) -> str | None:
    """rt: the reading above a character does not stand between its characters."""
    page._open("alt", state, hint=element.tag)
    return element.text


def _dropped_element(page: _Page, element: Any, state: _State) -> str | None:
    page._open("alt", state, keep=False)
    return element.text


def _raw_element(page: _Page, element: Any, state: _State) -> str | None:
    """noframes, noembed: newer parsers keep their markup as text."""
    text = element.text or ""
    if "<" in text and page._fragment(text, "hidden", _line(element)):
        return None
    return text


def _frame_element(page: _Page, element: Any, state: _State) -> None:
    inner, source = element.get("srcdoc"), (element.get("src") or "").strip()
    if inner:
        page.documents.append((inner, _line(element)))
    elif (carried := carried_file(source)) is not None:
        page.carry(*carried, _line(element))
    elif source and not source.lower().startswith(("about:", "javascript:")) and not _is_tiny(element):
        page.unread.append(("内嵌的另一个网页（frame）", _line(element)))
    text = element.text or ""
    if text.strip():
        page._fragment(text, "hidden", _line(element))


def _image_element(page: _Page, element: Any, state: _State) -> None:
    names = ("src", "data-src", "data-original", "href", "xlink:href", "srcset", "data-srcset")
    source = next(filter(None, map(element.get, names)), "").strip()
    small = source.startswith("data:") and len(source) < 200
    if small and ";base64" not in source and _LONG_NUMBER.search(unquote(source)):
        page._note("alt", unquote(source), _line(element))
    if source.startswith("data:image/svg") and (carried := carried_file(source)) is not None:
        page.carry(*carried, _line(element))
    elif source and not small and not _is_tiny(element):
        page.pictures.setdefault(source, _line(element))
        if (carried := carried_file(source)) is not None:
            page.carried.setdefault(source, carried[1])


def _source_element(page: _Page, element: Any, state: _State) -> None:
    """A picture's other size counts where the picture itself names none."""
    parent = element.getparent()
    if parent is not None and parent.tag == "picture" and parent.find("img") is None:
        _image_element(page, element, state)


def _media_element(page: _Page, element: Any, state: _State) -> str | None:
    source = element.get("src") or element.get("data")
    carried = carried_file(source or "")
    if carried is not None and not carried[0].startswith(("audio/", "video/")):
        page.carry(*carried, _line(element))
    elif source or element.find("source") is not None:
        page.unread.append(("音频、视频或插件对象", _line(element)))
    return element.text


_SPECIAL: dict[str, Callable[[_Page, Any, _State], str | None]] = {
    "br": _line_break, "script": _script_element, "style": _style_element, "title": _title_element,
    "desc": _aside_element, "meta": _meta_element, "input": _input_element, "select": _choice_element,
    "textarea": _choice_element, "datalist": _choice_element, "rt": _aside_element, "rp": _dropped_element,
    "iframe": _frame_element, "frame": _frame_element, "img": _image_element, "image": _image_element,
    "video": _media_element, "audio": _media_element, "object": _media_element, "embed": _media_element,
    "noframes": _raw_element, "noembed": _raw_element, "noscript": _raw_element, "param": _value_element,
    "source": _source_element, "data": _value_element, "meter": _value_element, "button": _value_element,
    "option": _value_element,
}  # fmt: skip

_DIRECT = frozenset((
    "tel", "mailto", "sms", "smsto", "callto", "wtai", "weixin", "mqq", "mqqwpa", "tencent", "skype", "geo",
    "sip", "xmpp", "facetime", "whatsapp", "mqqapi", "dingtalk",
))  # fmt: skip


_SHOWN_INSIDE = frozenset((
    "img", "image", "iframe", "frame", "object", "embed", "input", "video", "audio", "source",
))  # fmt: skip
"""elements that take what their address holds in a way of their own"""
_SHORT_FILE = 400
_TELLING = re.compile(r"[\u3400-\u9fff]|@|[0-9]{11}")
_DATA_URL = re.compile(r"\s*data:([A-Za-z0-9.+-]{1,80}/[A-Za-z0-9.+-]{1,80})?((?:;[^;,]{1,100}){0,5}),", re.I)


def carried_file(address: str) -> tuple[str, bytes] | None:
    """Media type and content of a data: address; None for any other."""
    head = _DATA_URL.match(address)
    if head is None:
        return None
    kind = (head[1] or "text/plain").lower()
    body = unquote_to_bytes(address[head.end() :])
    if ";base64" not in head[2].lower():
        return kind, body
    body = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
    body = body[: len(body) - (len(body) % 4 == 1)]
    return kind, base64.b64decode(body + b"=" * (-len(body) % 4))


# -- small judgements --------------------------------------------------------------------------------


def _line(node: Any) -> int | None:
    """The source line; the parser counts no further than 65535."""
    line = node.sourceline
    return line if line is not None and line < 65535 else None


def _collapse(text: str) -> str:
    """White space as a browser shows it: runs become one space, none at the edges of a line."""
    if "\n" in text or "  " in text or "\t" in text or "\r" in text:
        text = _SPACE.sub(" ", text)
    if _BREAK in text:
        text = _AROUND_BREAK.sub("\n", text).strip("\n")
    return text.strip(" ")


def _collapse_marked(pieces: list[tuple[str, str]], marks: list[tuple[int, int, str, str]]) -> str:
    """As _collapse, noting which stretches have a reason for not being seen."""
    found = ""
    for piece, reason in pieces:
        piece = _AROUND_BREAK.sub("\n", _SPACE.sub(" ", piece))
        if not found or found[-1] in " \n":
            piece = piece.lstrip(" \n") if not found else piece.lstrip(" ")
        if reason and _WORTH.search(piece):
            marks.append((len(found), len(found) + len(piece.rstrip(" \n")), "hidden", reason))
        found += piece
    return found.rstrip(" \n")


def _shade(state: _State, *, own_ground: bool) -> str:
    """Why text in this state's colours is not seen, or nothing."""
    ink, ground = state.colour, state.background
    if ink is not None and styles.is_white(ink) and (ground is None or styles.is_white(ground)):
        return "白色文字"
    if ink is not None and ground is not None and styles.alike(ink, ground):
        return "与底色同色的文字"
    if own_ground and ground is not None and ground != styles.PICTURE and ink is None and max(ground) <= 16:
        return "与底色同色的文字"
    return ""


def _is_hidden(element: Any, tag: str, attributes: dict[str, str], style: dict[str, str]) -> bool:
    if tag in _HIDING and tag != "dialog":
        return True
    shown = style.get("display", "none") != "none"
    if "hidden" in attributes or (tag == "dialog" and "open" not in attributes):
        return not shown
    if tag == "input":
        return False
    if styles.is_hidden(style):
        return True
    # A font size of zero around elements of another size is a way to close gaps between them.
    return styles.has_no_size(style) and not len(element)


def _span(value: str | None, most: int) -> int:
    if not value:
        return 1
    digits = re.match(r"\s*([0-9]{1,6})", value)
    return max(1, min(int(digits[1]), most)) if digits else 1


def _unhide(frame: _Frame) -> None:
    frame.hidden -= 1


def _is_worth(item: _Item) -> bool:
    if isinstance(item, _Paragraph):
        plea = len(item.text) <= _LONGEST_PLEA and _PLEASE.search(item.text) and not _DIGITS.search(item.text)
        return _WORTH.search(item.text) is not None and not plea
    return any(_WORTH.search(text) for _, cells in item.rows for _, text in cells)


_PLEASE = re.compile(r"(?i)javascript|脚本|浏览器")
"""请启用 JavaScript, 您的浏览器版本过低 ...: what every noscript element says, in few words"""
_LONGEST_PLEA = 80

_LAYOUT_REMARK = re.compile(
    r"(?i)开始|结束|begin|end$|start|导航|头部|顶部|底部|页脚|页眉|尾部|正文|内容区?|列表|栏目|面包屑|位置|版权|搜索"
    r"|轮播|菜单|侧边|左侧|右侧|中间|分享|统计|代码|公用|公共|模板|标签|样式|脚本|弹窗|浮动|飘窗|广告|logo|无障碍|适老|二维码"
)


def _is_remark(text: str) -> bool:
    """Whether a comment may hold what somebody took off the page: not code, not a template's note."""
    if not _WORTH.search(text):
        return False
    plain = _TAGS.sub("", text)
    if not _WORTH.search(plain):
        return False
    if _CODE.search(plain):
        return re.search("[0-9](?:[ -]?[0-9]){10}", plain) is not None
    return _DIGITS.search(plain) is not None or len(plain.strip()) > 16 or not _LAYOUT_REMARK.search(plain)


_DIGITS = re.compile("[0-9](?:[ -]?[0-9]){5}")
_CODE = re.compile(r"function[ ]?\(|[{;][ \t\r]{0,8}\n|(?<![A-Za-z])var [A-Za-z_$][A-Za-z0-9_$]{0,60} ?=|#include")


def _is_tiny(element: Any) -> bool:
    style = styles.declarations(element.get("style") or "")
    for name in ("width", "height"):
        digits = re.match(r"\s*([0-9]{1,5})(?:\.[0-9]*)?\s*(?:px)?\s*$", element.get(name) or style.get(name, ""))
        if digits and int(digits[1]) <= 32:
            return True
    return False


def _is_page_frame(cell: _Cell) -> bool:
    """A cell that holds a table beside long text is there for the page's layout."""
    texts = [item.text for item in cell.items if isinstance(item, _Paragraph)]
    return len(texts) < len(cell.items) and sum(map(len, texts)) > 200


def _grid(frame: _Frame, *, marked: bool) -> _Grid:
    """The table's rows with the columns counted as a browser lays them out."""
    grid = _Grid([], frame.line)
    for number, row in enumerate(frame.rows, 1):
        cells = []
        for cell in row.cells:
            paragraphs = [item for item in cell.items if isinstance(item, _Paragraph)]
            text = "\n".join(item.text for item in paragraphs).replace("\t", " ")
            cells.append((cell.column, text))
            if slots := [slot for item in paragraphs for slot in item.slots]:
                grid.slots[number, cell.column] = slots
            if cell.hidden and not row.hidden and text:
                grid.marks[number, cell.column] = ("hidden", _REASON)
            elif any(item.marks for item in paragraphs):
                reason = next(mark[3] for item in paragraphs for mark in item.marks)
                grid.marks[number, cell.column] = ("hidden", reason)
        if cells:
            grid.rows.append((number, cells))
            if row.hidden:
                grid.hidden_rows[number] = _REASON
    if not marked:
        grid.marks, grid.hidden_rows = {}, {}
    elif grid.marks:
        _join_columns(grid)
    return grid


def _join_columns(grid: _Grid) -> None:
    """A column whose cells are all hidden is one hidden column."""
    seen = {
        column
        for number, cells in grid.rows
        if number not in grid.hidden_rows
        for column, text in cells
        if text and grid.marks.get((number, column), ("", ""))[1] != _REASON
    }
    for number, column in [place for place, mark in grid.marks.items() if mark[1] == _REASON]:
        if column not in seen:
            grid.hidden_columns[column] = _REASON
            del grid.marks[number, column]


def _unquoted(address: str) -> str:
    """The address with %XX decoded, as UTF-8 or as GBK."""
    if "%" not in address:
        return address
    data = unquote_to_bytes(address)
    for name in ("utf-8", "gb18030"):
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    return address


# -- putting the document together -------------------------------------------------------------------

_ORDER = ("hidden", "comment", "alt", "field", "property", "form", "script")


def _put_together(page: _Page, assembly: Assembly) -> list[tuple[int, int, str, str]]:
    """Add the page's text, visible text first; (first, last block, part, reason) of what is concealed."""
    count = 0
    for paragraph, item in enumerate(page.body.items, 1):
        count += _put(assembly, item, "body", paragraph=paragraph, trace=page.trace)
    concealed = []
    for group in sorted(page.groups, key=lambda group: _ORDER.index(group.part)):
        first = count
        for item in group.items:
            count += _put(assembly, item, group.part, group, trace=page.trace)
        if group.reason and count > first:
            concealed.append((first, count - 1, group.part, group.reason))
    return concealed


_NO_GROUP = _Group("body", [])


def _put(
    assembly: Assembly,
    item: _Item,
    part: str,
    group: _Group = _NO_GROUP,
    *,
    paragraph: int | None = None,
    trace: Trace | None = None,
) -> int:
    """Add one item; how many blocks it became."""
    note = (group.hint or group.label or None) if part in ("alt", "property", "script") else None
    locator = Locator(paragraph=paragraph, line=item.line, note=note)
    if isinstance(item, _Paragraph):
        marks = item.marks if part == "body" else ()
        assembly.add(item.text, part=part, locator=locator, hint=group.hint, label=item.label or group.label,
                     marks=marks)  # fmt: skip
        if trace is not None and item.text.strip():
            trace.stretches.append((*assembly.last, item.slots))
        return bool(item.text.strip())
    assembly.add_table(item.rows, part=part, locator=locator, hidden_rows=item.hidden_rows,
                       hidden_columns=item.hidden_columns, marks=item.marks)  # fmt: skip
    if trace is not None and any(text.strip() for _, cells in item.rows for _, text in cells):
        trace.stretches.extend(_cell_stretches(assembly, item))
    return any(text.strip() for _, cells in item.rows for _, text in cells)


def _cell_stretches(assembly: Assembly, grid: _Grid) -> Iterator[tuple[int, int, list[Slot]]]:
    """The cells of the table that was added last."""
    table = assembly.last_table
    for row in range(table.row_count()):
        for cell in range(table.first[row], table.first[row + 1]):
            slots = grid.slots.get((table.numbers[row], table.columns[cell]))
            if slots:
                yield table.starts[cell], table.ends[cell], slots


def _embed_frames(page: _Page, assembly: Assembly, name: str, limits: Limits, depth: int) -> None:
    for text, line in page.documents:
        if depth + 1 > limits.depth:
            assembly.gap("too-deep", "内嵌网页嵌套过深，没有读取。请人工查看。", locator=Locator(line=line))
            continue
        assembly.embed(read(text.encode("utf-8", "replace"), name, limits, depth + 1), name="iframe")


def _embed_files(page: _Page, assembly: Assembly, limits: Limits, depth: int) -> None:
    """The files that lie in the page's own addresses, read as any other."""
    from reviewer.readers import read_bytes

    for number, (data, line) in enumerate(page.files, 1):
        name = f"页内文件{number}"
        place = Locator(line=line, note=name)
        try:
            if depth + 1 > limits.depth:
                raise TooDeep("嵌套的文件层数超过上限，里层没有读取。请人工查看。")
            assembly.embed(read_bytes(data, name, limits, depth + 1), name=name)
        except ReadError as fault:
            assembly.gap(fault.code, f"网页内嵌的文件没有读取：{fault.message}", part="attachment", locator=place)


def _pictures(page: _Page, assembly: Assembly, limits: Limits) -> None:
    """Read the pictures that lie in the page itself; what is left is a Gap."""
    if not ocr.is_installed():
        return
    for number, source in enumerate(list(page.pictures), 1):
        data = page.carried.get(source)
        if data is not None:
            place = Locator(line=page.pictures.pop(source), note=f"第 {number} 张图片")
            message = f"网页中的第 {number} 张图片没有读取图中文字。请人工查看。"
            pictures.add(assembly, data, limits, locator=place, unread=message, source=sha256(data).hexdigest())


_MANY_PICTURES = 20
_PLAIN_NAME = re.compile(r"[A-Za-z_-]{1,20}[0-9]{0,4}\.[A-Za-z]{3,4}")


def _note_gaps(page: _Page, assembly: Assembly) -> None:
    if not page.whole:
        message = "网页源码不完整（末尾有未闭合的标签），最后一部分没有读取。请用浏览器打开后核对。"
        assembly.gap("unparsed", message)
    for what, line in page.unread:
        assembly.gap("unsupported", f"{what}没有读取。请人工查看。", locator=Locator(line=line))
    hint = INSTALL if page.carried and not ocr.is_installed() else ""
    if len(page.pictures) > _MANY_PICTURES:
        message = f"网页中有 {len(page.pictures)} 张图片，图片里的文字没有读取。请人工查看。{hint}"
        place = Locator(line=next(iter(page.pictures.values())))
        assembly.gap("picture", message, part="picture", locator=place)
        return
    for number, (source, line) in enumerate(page.pictures.items(), 1):
        # The name of a picture may be a person's: it is shown only where it says nothing.
        base = re.split("[?#]", source)[0].rsplit("/", 1)[-1] if not source.startswith("data:") else ""
        shown = f"（{base}）" if _PLAIN_NAME.fullmatch(base) else ""
        own = hint if source in page.carried else ""
        message = f"网页中的第 {number} 张图片{shown}没有读取图中文字。请人工查看。{own}"
        assembly.gap("picture", message, part="picture", locator=Locator(line=line))
