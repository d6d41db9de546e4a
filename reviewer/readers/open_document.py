"""What LibreOffice leaves out when it turns an OpenDocument file (ISO/IEC 26300) or a UOF one into an Office file.

`with_hidden_text` writes what is hidden in a way that Office does not have (sections, paragraphs, layers) in one that
it has, before the file is converted. `words` gives all that the file says, to be compared with the converted one:
nothing in it is passed over because another program has no place for it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from urllib.parse import unquote

from lxml import etree

from reviewer.errors import ReadError
from reviewer.readers.leftover import Words
from reviewer.readers.package import Package, parse_xml
from reviewer.settings import Limits

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _STYLE, _DRAW = f"{{{_OASIS}text:1.0}}", f"{{{_OASIS}style:1.0}}", f"{{{_OASIS}drawing:1.0}}"
_OFFICE, _SVG = f"{{{_OASIS}office:1.0}}", f"{{{_OASIS}svg-compatible:1.0}}"
_TYPE = f"{{{_OASIS}config:1.0}}type"
_HIDDEN_STYLE = "ReviewerHidden"
_LINES = (f"{_TEXT}p", f"{_TEXT}h")
_HIDES = ("text:section", "text:hidden-paragraph", "draw:layer")


def with_hidden_text(data: bytes, kind: str, limits: Limits) -> bytes:
    """The file with hidden sections and paragraphs as hidden text, and what is on hidden layers beside the slide.

    The same bytes where nothing of the kind is there. Raises what reading the file raises.
    """
    if kind not in ("odt", "odp", "fodt", "fodp"):
        return data
    if kind.startswith("f"):
        if not any(one.encode() in data for one in _HIDES):
            return data
        root = parse_xml(data, limits)
        return etree.tostring(root, encoding="UTF-8", xml_declaration=True) if _hide(root, _dark(root)) else data
    package = Package(data, limits)
    content = package.xml("content.xml")
    dark = _dark(content) | (_dark(package.xml("styles.xml")) if "styles.xml" in package else set())
    if not _hide(content, dark):
        return data
    return _with_member(data, "content.xml", etree.tostring(content, encoding="UTF-8", xml_declaration=True))


def _dark(root: etree._Element) -> set[str]:
    """The names of layers that are not shown."""
    found = {one.get(f"{_DRAW}name") for one in root.iter(f"{_DRAW}layer") if one.get(f"{_DRAW}display") == "none"}
    return {name for name in found if name}


def _hide(root: etree._Element, dark: set[str]) -> bool:
    """Whether anything had to be said in another way."""
    lines: list[etree._Element] = []
    for section in root.iter(f"{_TEXT}section"):
        # A condition holds or not: LibreOffice writes is-hidden for what it last came to.
        if section.get(f"{_TEXT}display") in ("none", "condition") and section.get(f"{_TEXT}is-hidden") != "false":
            lines += section.iter(*_LINES)
    for mark in root.iter(f"{_TEXT}hidden-paragraph"):
        if mark.get(f"{_TEXT}is-hidden") != "false":
            lines += [one for one in mark.iterancestors(*_LINES)][:1]
    for line in dict.fromkeys(lines):
        _wrap(line)
    shapes = [one for one in root.iter(etree.Element) if one.get(f"{_DRAW}layer") in dark] if dark else []
    for shape in shapes:
        # Beside the slide: the converted copy knows no layers, and shows a shape whose display is none.
        shape.attrib.pop(f"{_DRAW}transform", "")
        shape.set(f"{_SVG}x", "-200cm")
    if lines:
        _add_style(root)
    return bool(lines or shapes)


def _wrap(line: etree._Element) -> None:
    """Puts all of a paragraph's own text into a hidden span."""
    span = etree.Element(f"{_TEXT}span", {f"{_TEXT}style-name": _HIDDEN_STYLE})
    span.text, line.text = line.text, None
    for child in list(line):
        span.append(child)
    line.append(span)


def _add_style(root: etree._Element) -> None:
    styles = root.find(f"{_OFFICE}automatic-styles")
    if styles is None:
        styles = etree.Element(f"{_OFFICE}automatic-styles")
        body = root.find(f"{_OFFICE}body")
        root.insert(root.index(body) if body is not None else 0, styles)
    style = etree.SubElement(styles, f"{_STYLE}style", {f"{_STYLE}name": _HIDDEN_STYLE, f"{_STYLE}family": "text"})
    etree.SubElement(style, f"{_STYLE}text-properties", {f"{_TEXT}display": "none"})


def _with_member(data: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.infolist():
            # The label comes first and is not packed (ODF 1.2 part 3, 3.3).
            method = zipfile.ZIP_STORED if member.filename == "mimetype" else zipfile.ZIP_DEFLATED
            new.writestr(member.filename, content if member.filename == name else old.read(member), method)
    return out.getvalue()


# -- all words of the file ---------------------------------------------------------------------------------


_HAN_OR_NUMBER = re.compile(r"[\u3400-\u9fff]|@|(?<![0-9A-Za-z])[0-9]{7}")
_SETTING = re.compile(r"[\u3400-\u9fff]|@|(?<![0-9A-Za-z])[0-9]{11}")
_WORD = re.compile(r"[\u3400-\u9fff]|[0-9A-Za-z]{2}|@")
_NO_WORDS = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]{1,20}Z?)?|-?[0-9.]{1,20}E[+-][0-9]{1,4}|<[a-z /-]{1,20}>"
    r"|__Annotation__[0-9_]{1,40}|(?:\./)?Pictures/[0-9A-Fa-f.a-z]{1,60}"
    r"|(?:图片|图像|文本框|副?标题|内容|文本|占位符|表格|形状|图表|矩形|直线|组合|对象|框架|日期|页脚|页眉|灯片编号|幻){1,4}"
    r" ?[0-9]{1,4}"
)
"""times, numbers of programs, fields, names of shapes: what a program wrote for itself"""
_LITERAL = re.compile(r'"((?:[^"]|"")*)"|(?<![0-9A-Za-z.])([0-9]{7,20})(?![0-9A-Za-z.])')
_FORMULAS = frozenset({"formula", "condition", "expression", "database-table-name"})
_SHAPES = frozenset({"d", "points", "path", "enhanced-path", "viewBox", "transform", "modifiers", "equation", "id",
                     "change-id", "ref", "rsid", "control", "font-name", "font-family", "class", "attrList",
                     "locID"})  # fmt: skip
"""attributes that say how something looks, and keys"""
_LOOK_SPACES = tuple(f"{{{_OASIS}{name}:1.0}}" for name in ("style", "datastyle", "xsl-fo-compatible", "animation"))
_LOOKS = frozenset({"styles", "automatic-styles", "font-face-decls", "generator", "式样集"})
_HINTS = {
    "annotation": ("comment", "批注"), "master-styles": ("header", "母版、页眉、页脚"),
    "header-decl": ("header", "页眉"), "footer-decl": ("footer", "页脚"),
    "meta": ("property", "文件属性"), "settings": ("property", "设置"), "script": ("script", "脚本"),
    "scripts": ("script", "脚本"), "title": ("alt", "替代文字"), "desc": ("alt", "替代文字"),
    "forms": ("form", "表单控件"), "content-validation": ("form", "数据有效性"), "module": ("script", "宏"),
    "tracked-changes": ("deleted", "修订"),
}  # fmt: skip
"""what an element around the words says of them, the innermost first"""
_ATTRIBUTES = {"title": ("alt", "提示文字"), "name": ("name", "名称"), "href": ("field", "链接"),
               "label": ("form", "表单控件")}  # fmt: skip
_REST = ("hidden", "转换后没有保留的文字")


def words(data: bytes, kind: str, limits: Limits) -> Iterator[Words]:
    """All that the file says to a reader of any of its parts; never what only says how something looks."""
    # UOF says places and sizes in the text of elements.
    wanted = _HAN_OR_NUMBER if kind.startswith("u") else _WORD
    for root in _roots(data, kind, limits):
        yield from _words(root, wanted, told=not kind.startswith("u"))


def _roots(data: bytes, kind: str, limits: Limits) -> Iterator[etree._Element]:
    if kind not in ("odt", "ods", "odp"):
        yield parse_xml(data, limits)
        return
    package = Package(data, limits)
    for name in package.names():
        if name.lower().endswith((".xml", ".xlb", ".xba")) and not name.startswith(("META-INF/", "Configurations2/")):
            try:
                yield package.xml(name)
            except ReadError:
                # content.xml that is no XML was refused by LibreOffice; macros have a DTD.
                yield _as_text(package.read(name))


def _as_text(data: bytes) -> etree._Element:
    """A part that can not be parsed safely, its tags taken out."""
    root = etree.Element("module")
    text = re.sub(r"<[^>]{0,2000}>", " ", data.decode("utf-8", "replace"))
    root.text = "".join(char for char in text if char.isprintable() or char in "\n\t")
    return root


def _words(root: etree._Element, wanted: re.Pattern[str], *, told: bool) -> Iterator[Words]:
    """Text by text, in the order of the part; `told`: what stands in the text itself can be told from the rest."""
    stack = [root]
    while stack:
        element = stack.pop()
        local = _local(element)
        if local in _LOOKS or not isinstance(element.tag, str):
            continue
        place = _place(element)
        is_setting = local == "config-item"
        for text in _texts(element):
            if (_SETTING if is_setting else wanted).search(text) and not _NO_WORDS.fullmatch(text.strip()):
                yield Words(*place, text.strip(), shown=told and place == _REST)
        if not is_setting:
            yield from _attributes(element, place)
        stack.extend(reversed(element))


def _texts(element: etree._Element) -> Iterator[str]:
    coded = element.get(_TYPE) == "base64Binary" or _local(element) == "binary-data"
    if element.text and not coded:
        yield element.text
    for child in element:
        if child.tail:
            yield child.tail


def _attributes(element: etree._Element, place: tuple[str, str]) -> Iterator[Words]:
    for key, value in element.attrib.items():
        name = str(key).rpartition("}")[2]
        text = str(value)
        if name in _SHAPES or name.endswith("style-name") or name.startswith("number-"):
            continue
        if str(key).startswith(_LOOK_SPACES) or text.startswith("#"):
            continue
        for one in _literals(text) if name in _FORMULAS else (unquote(text).removeprefix("mailto:"),):
            if _HAN_OR_NUMBER.search(one) and not _NO_WORDS.fullmatch(one):
                yield Words(*(_ATTRIBUTES.get(name) or place), one)


def _literals(formula: str) -> Iterator[str]:
    """The texts and long numbers in a formula: the rest is written otherwise in the converted copy."""
    for match in _LITERAL.finditer(formula):
        yield (match[1] or match[2] or "").replace('""', '"')


def _place(element: etree._Element) -> tuple[str, str]:
    while element is not None:
        if found := _HINTS.get(_local(element)):
            return found
        element = element.getparent()  # type: ignore[assignment]
    return _REST


def _local(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
