"""html: the page with its findings marked, and the page without what is masked, hidden or not for its readers.

Both keep the page's tags within an allow-list. Nothing is loaded, no script stays. The copy keeps only text that a
reader of the page sees: whatever the reader of the format did not read as visible is not written.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import Any
from urllib.parse import unquote

from lxml import etree

from reviewer.errors import MarkingError
from reviewer.marking.model import Annotated, Edit, Masked, Note
from reviewer.marking.page import Marks, page, reference
from reviewer.marking.picture import repaint
from reviewer.model import Document
from reviewer.readers.html import Slot, Trace, carried_file, read
from reviewer.settings import Limits

_KEPT = frozenset((
    "html", "head", "body", "title", "meta", "link", "base", "style", "a", "abbr", "address", "article", "aside",
    "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "dd",
    "del", "details", "dfn", "div", "dl", "dt", "em", "fieldset", "figcaption", "figure", "font", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "i", "img", "input", "ins", "kbd",
    "label", "legend", "li", "main", "mark", "menu", "nav", "ol", "optgroup", "option", "p", "picture", "pre",
    "q", "rp", "rt", "ruby", "s", "samp", "section", "select", "small", "source", "span", "strike", "strong",
    "sub", "summary", "sup", "table", "tbody", "td", "textarea", "tfoot", "th", "thead", "time", "tr", "tt", "u",
    "ul", "var", "wbr", "button",
))  # fmt: skip
_SHOWN_KEPT = _KEPT - {
    "html", "head", "body", "title", "meta", "link", "base", "style", "form", "input", "source", "picture",
}  # fmt: skip
_ATTRIBUTES = frozenset((
    "class", "id", "style", "align", "valign", "width", "height", "border", "cellpadding", "cellspacing",
    "bgcolor", "color", "face", "size", "colspan", "rowspan", "span", "nowrap", "dir", "lang", "start",
    "reversed", "type", "scope", "headers", "href", "src", "rel", "media", "charset", "name", "content",
    "http-equiv", "alt", "title", "for", "target", "selected", "checked", "disabled",
))  # fmt: skip
_LOADED = frozenset(("src", "href", "background", "srcset", "poster", "data"))
_META = re.compile(r"viewport|renderer|robots|x-ua-compatible|content-type|format-detection|theme-color", re.I)
_SAFE_STYLE = re.compile(r"(?i)url\s*\(|expression\s*\(|@import|behaviou?r\s*:|-moz-binding|javascript:")
_PIXELS = re.compile(r"data:image/(?!svg)")
_SPOKEN = frozenset(("body", "form"))
"""parts of the page's text that a reader of it sees"""


def annotate(data: bytes, document: Document, notes: Sequence[Note], limits: Limits) -> Annotated:
    """The page inside our frame, with its findings marked and the remarks beside it."""
    trace = _traced(data, document, limits)
    marks = Marks(notes)
    for start, end, slots in reversed(trace.stretches):
        if _part(document, start) in _SPOKEN:
            _mark(document.text, start, end, slots, marks)
    body = trace.root if trace.root.tag == "body" else next(trace.root.iter("body"), trace.root)
    style = "".join(_scoped(one.text or "") for one in trace.root.iter("style"))
    for drawing in list(trace.root.iter("svg")):
        # A drawing would be taken out with the marks in it: its words are shown instead.
        for one in list(drawing.iter("style", "script")):
            _drop(one)
        drawing.tag = "div"
    _clean(body, _SHOWN_KEPT, loads=False)
    inner = [_escaped(body.text or ""), *(_serialised(child) for child in body)]
    told = {k for start, end, _ in trace.stretches for *_, numbers in marks.pieces(start, end) for k in numbers}
    visible = [
        note if k in told and _part(document, note.spans[0][0]) in _SPOKEN else _apart(note)
        for k, note in enumerate(notes)
    ]
    return Annotated(page("审查标注", inner, visible, style=f"<style>{style}</style>" if style else ""), suffix=".html")


def _apart(note: Note) -> Note:
    """A remark on what is nowhere on the page: it is listed below the others."""
    from dataclasses import replace

    return replace(note, spans=())


def mask(data: bytes, document: Document, edits: Sequence[Edit], limits: Limits) -> Masked:
    """The page with its edits and without scripts, comments, hidden elements and what else nobody sees."""
    trace = _traced(data, document, limits)
    removed: Counter[str] = Counter()
    texts: dict[tuple[int, bool], str] = {}
    placed: set[int] = set()
    for start, end, slots in trace.stretches:
        part = _part(document, start)
        titled = part == "property" and bool(slots) and slots[0].element.tag == "title"
        if part in _SPOKEN or titled:
            _edit(document.text, start, end, slots, edits, texts, placed, keep_concealed=titled or part == "form")
        elif slots:
            removed["隐藏的文字"] += 1
    hidden = set(trace.hidden)
    for element in trace.root.iter():
        for is_tail in (False, True):
            if element.tag in ("style", "script") and not is_tail:
                continue
            held = element.tail if is_tail else element.text
            if not held or (isinstance(element, etree._Comment | etree._ProcessingInstruction) and not is_tail):
                continue
            kept = texts.get((id(element), is_tail))
            if kept is None and held.strip():
                kept = ""
            if kept is not None:
                if is_tail:
                    element.tail = kept
                else:
                    element.text = kept
    for element in list(trace.root.iter()):
        if element in hidden and element is not trace.root and element.getparent() is not None:
            removed["隐藏的元素"] += 1
            _drop(element)
    placed |= _repaint(trace.root, document, edits, limits, removed)
    hidden_values = [document.text[edit.start : edit.end] for edit in edits]
    removed += _clean(trace.root, _KEPT, loads=True, values=hidden_values)
    charset = {"gb18030": "gb18030", "big5": "big5"}.get(document.encoding or "", "utf-8")
    _declare(trace.root, charset)
    tree: Any = etree.tostring(trace.root, encoding=charset, method="html", doctype="<!DOCTYPE html>")
    told = tuple(f"{what} {count} 处" for what, count in removed.items() if count)
    unplaced = tuple(k for k in range(len(edits)) if k not in placed)
    archive = () if not data[:2000].lstrip().lower().startswith((b"from:", b"mime-version")) else (
        "草稿是网页归档（mhtml），副本只是其中的网页，图片等没有带上。",
    )  # fmt: skip
    return Masked(tree, told, archive, unplaced)


_PICTURE = re.compile(r"data:image/(?!svg)[^)\"'\s]+")


def _repaint(root: Any, document: Document, edits: Sequence[Edit], limits: Limits, removed: Counter[str]) -> set[int]:
    """Paint over the pictures that lie in the page's own addresses; the numbers of the edits carried out."""
    found: dict[str, tuple[str, bytes]] = {}
    for element in root.iter(etree.Element):
        for value in [*element.attrib.values(), element.text or "" if element.tag == "style" else ""]:
            whole = value.strip() if value.lstrip().startswith("data:image/") else ""
            for address in [whole] if whole else _PICTURE.findall(value):
                known = carried_file(address)
                if known is not None and not known[0].endswith("svg+xml"):
                    found[address] = known
    sources = {sha256(content).hexdigest(): content for _, content in found.values()}
    made = repaint(document, edits, ((source, partial(sources.__getitem__, source)) for source in sources), limits)
    removed["图片属性"] += made.bared
    new = {
        address: f"data:{kind};base64,{b64encode(made.changed[source]).decode()}"
        for address, (kind, content) in found.items()
        if (source := sha256(content).hexdigest()) in made.changed
    }
    for element in root.iter(etree.Element) if new else ():
        for name, value in element.attrib.items():
            if "data:image/" in value:
                element.set(name, _replaced(value, new))
        if element.tag == "style" and element.text:
            element.text = _replaced(element.text, new)
    return made.placed


def _replaced(value: str, new: Mapping[str, str]) -> str:
    if value.strip() in new:
        return new[value.strip()]
    return _PICTURE.sub(lambda match: new.get(match[0], match[0]), value)


def _traced(data: bytes, document: Document, limits: Limits) -> Trace:
    trace = Trace()
    again = read(data, document.path, limits, trace=trace)
    if again.text != document.text or trace.root is None:
        raise MarkingError("网页两次读取的结果不同，没有生成文件。请把这一情况告诉维护人员。")
    return trace


def _part(document: Document, start: int) -> str:
    """The part of the block; white text in the middle of a paragraph does not make all of it hidden."""
    block = document.block_at(start)
    return block.part if block is not None else "body"


# -- text back into the page ---------------------------------------------------------------------------


def _text(slot: Slot) -> str:
    return (slot.element.tail if slot.is_tail else slot.element.text) or ""


def _characters(text: str, start: int, end: int, slots: Iterable[Slot]) -> list[tuple[Slot, int, int]]:
    """(slot, place in it, offset in `text`) of each character of text[start:end] that is no white space."""
    offsets = [k for k in range(start, end) if not text[k].isspace()]
    places = [(slot, k) for slot in slots for k, character in enumerate(_text(slot)) if not character.isspace()]
    if len(offsets) != len(places) or any(
        text[at] != _text(slot)[k] for at, (slot, k) in zip(offsets, places, strict=True)
    ):
        return []
    return [(slot, k, at) for at, (slot, k) in zip(offsets, places, strict=True)]


def _edit(
    text: str,
    start: int,
    end: int,
    slots: list[Slot],
    edits: Sequence[Edit],
    texts: dict[tuple[int, bool], str],
    placed: set[int],
    *,
    keep_concealed: bool,
) -> None:
    """Writes to `texts` what stays in each slot."""
    from bisect import bisect_left

    first = bisect_left(edits, start, key=lambda edit: edit.end)
    here = [k for k in range(first, len(edits)) if edits[k].start < end] if first < len(edits) else []
    of: dict[tuple[int, bool], list[str]] = {
        (id(slot.element), slot.is_tail): list(_text(slot)) for slot in slots if keep_concealed or not slot.concealed
    }
    if here:
        characters = _characters(text, start, end, slots)
        if not characters:
            # Not the same characters: nothing of it can be trusted to lie where it seems to.
            of = {key: [] for key in of}
        by_offset = {at: (slot, k) for slot, k, at in characters}
        for number in here:
            edit = edits[number]
            _replace(edit, by_offset, of)
            placed.add(number)
    for slot_key, pieces in of.items():
        texts[slot_key] = "".join(pieces)


def _replace(
    edit: Edit, by_offset: dict[int, tuple[Slot, int]], of: dict[tuple[int, bool], list[str]]
) -> None:
    same = len(edit.replacement) == edit.end - edit.start
    written = False
    for at in range(edit.start, edit.end):
        place = by_offset.get(at)
        if place is None:
            continue
        slot, k = place
        pieces = of.get((id(slot.element), slot.is_tail))
        if pieces is None:
            continue
        if same:
            pieces[k] = edit.replacement[at - edit.start]
        else:
            pieces[k] = "" if written else edit.replacement
            written = True


def _mark(text: str, start: int, end: int, slots: list[Slot], marks: Marks) -> None:
    """Puts mark elements around the marked characters of one stretch."""
    pieces = [piece for piece in marks.pieces(start, end) if piece[2]]
    if not pieces:
        return
    where = {at: (slot, k) for slot, k, at in _characters(text, start, end, slots)}
    wraps: dict[tuple[int, bool], list[tuple[int, int, str, tuple[int, ...]]]] = {}
    of: dict[tuple[int, bool], Slot] = {}
    for first, last, severity, told in pieces:
        run: list[int] = []
        place: tuple[int, bool] | None = None
        for at in range(first, last + 1):
            found = where.get(at) if at < last else None
            if found is None and at < last:
                continue
            key = (id(found[0].element), found[0].is_tail) if found is not None else None
            if run and place is not None and key != place:
                wraps.setdefault(place, []).append((run[0], run[-1] + 1, severity, told if at == last else ()))
                run = []
            if found is not None and key is not None:
                place = key
                of[key] = found[0]
                run.append(found[1])
    for key, spans in wraps.items():
        _wrap(of[key], spans)


def _wrap(slot: Slot, spans: list[tuple[int, int, str, tuple[int, ...]]]) -> None:
    text, here = _text(slot), 0
    made: list[Any] = []
    before = ""
    for start, end, severity, told in sorted(spans):
        gap = text[here:start]
        if made:
            made[-1].tail = gap
        else:
            before = gap
        element = etree.Element("mark", attrib={"class": severity})
        element.text = text[start:end]
        made.append(element)
        made.extend(etree.fromstring(reference(k)) for k in told)
        here = end
    made[-1].tail = text[here:]
    if slot.is_tail:
        parent = slot.element.getparent()
        at = parent.index(slot.element) + 1
        slot.element.tail = before
    else:
        parent, at = slot.element, 0
        slot.element.text = before
    for k, element in enumerate(made):
        parent.insert(at + k, element)


# -- what may stay -------------------------------------------------------------------------------------


def _clean(root: Any, kept: frozenset[str], *, loads: bool, values: Sequence[str] = ()) -> Counter[str]:
    """Takes out scripts, comments and all tags and attributes beyond the allow-list; what, and how often."""
    removed: Counter[str] = Counter()
    secret = frozenset(value for value in values if len(value) > 1)
    for element in list(root.iter()):
        if isinstance(element, etree._Comment | etree._ProcessingInstruction):
            if (element.text or "").strip():
                removed["注释"] += 1
            _drop(element)
            continue
        tag = str(element.tag).lower()
        if tag in ("script", "template", "noscript", "iframe", "frame", "object", "embed", "svg", "math", "applet"):
            removed["脚本、内嵌对象"] += 1
            _drop(element)
        elif tag == "meta" and not _is_plain_meta(element):
            removed["网页属性"] += 1
            _drop(element)
        elif tag == "input" and (element.get("type") or "").lower() == "hidden":
            removed["隐藏的表单域"] += 1
            _drop(element)
        elif tag not in kept and element is not root:
            element.tag = "div" if tag in ("html", "body", "form", "picture") else "span"
            element.attrib.clear()
        if not isinstance(element.tag, str):
            continue
        if tag == "style":
            element.text = _plain_css(element.text or "")
        for name, value in list(element.attrib.items()):
            if not _may_stay(tag, str(name).lower(), str(value), secret, loads=loads):
                del element.attrib[name]
    return removed


def _is_plain_meta(element: Any) -> bool:
    name = element.get("name") or element.get("http-equiv") or ""
    return bool(element.get("charset")) or bool(_META.fullmatch(name))


def _may_stay(tag: str, name: str, value: str, secret: frozenset[str], *, loads: bool) -> bool:
    if name not in _ATTRIBUTES or name in ("srcset",):
        return False
    if tag == "input" and name in ("value", "name"):
        return False
    if name == "style" and _SAFE_STYLE.search(value):
        return False
    if name in _LOADED:
        address = re.sub(r"[\s\0-\x20]+", "", value).lower()
        if address.startswith(("javascript:", "vbscript:", "file:")):
            return False
        # Of what lies in the page itself only pictures stay, whose pixels were looked at.
        if address.startswith("data:") and not _PIXELS.match(address):
            return False
        if not loads and not (name == "href" and address.startswith("#")) and not address.startswith("data:image/"):
            return False
    return not any(one in value or one in unquote(value) for one in secret)


def _drop(element: Any) -> None:
    """Takes an element out and leaves the text behind it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _plain_css(css: str) -> str:
    """A style sheet without remarks, imports and the words that it would write on the page."""
    css = re.sub(r"(?s)/\*.*?\*/", "", css)
    css = re.sub(r"(?i)url\s*\(\s*['\"]?data:(?!image/(?!svg))[^)]{0,1000000}\)", "none", css)
    css = re.sub(r"(?i)@(?:import|charset)[^;{}]{0,2000};", "", css)
    return re.sub(r"(?i)content\s*:\s*[^;}]{0,2000}", "", css)


def _scoped(css: str) -> str:
    """The page's own style sheet for its part of our page; nothing where it could reach out of there."""
    css = re.sub(r"(?i)url\s*\([^)]{0,4000}\)", "none", _plain_css(css))
    depth = 0
    for character in css:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return ""
    if depth or "<" in css or _SAFE_STYLE.search(css):
        return ""
    return f".reviewer-draft{{{css}}}"


def _declare(root: Any, charset: str) -> None:
    """The page says in which encoding it is written, once."""
    for meta in list(root.iter("meta")):
        if meta.get("charset") or (meta.get("http-equiv") or "").lower() == "content-type":
            _drop(meta)
    head = next(root.iter("head"), None)
    if head is None:
        head = etree.Element("head")
        root.insert(0, head)
    meta = etree.Element("meta", attrib={"charset": charset})
    head.insert(0, meta)


def _serialised(element: Any) -> str:
    if isinstance(element, etree._Comment | etree._ProcessingInstruction):
        return _escaped(element.tail or "")
    return str(etree.tostring(element, encoding="unicode", method="html"))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
