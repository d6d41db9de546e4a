"""Walks the shapes of one slide, layout, master or notes page: what is written on them, in the order of drawing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from reviewer.model import Locator
from reviewer.readers.assembly import Cell, Origin, moved
from reviewer.readers.docx_flow import Mark
from reviewer.readers.docx_look import local_name
from reviewer.readers.docx_story import DEFAULT_SHAPE, SHAPE_WORDS, Found, Grid, Text, in_a_row, whole
from reviewer.readers.package import OFFICE
from reviewer.readers.pptx_look import (
    MC,
    SHAPES,
    UNKNOWN,
    A,
    Box,
    Frame,
    M,
    P,
    Sheet,
    group_frame,
    is_hidden,
    moved_shapes,
    own_properties,
    placeholder_type,
    shapes,
)

_R = "{" + OFFICE + "/relationships}"
_FEET = frozenset({"ftr", "dt", "hdr"})
_PICTURES = frozenset({"sldImg", "sldNum"})
_BESIDE = "幻灯片范围以外的内容"
_HIDDEN_SHAPE = "隐藏的图形"
_PROMPT = re.compile(
    r"\s*(?:(?:单击|按一下|点击|按).{0,4}(?:编辑|添加|編輯|輸入|新增).{0,14}|编辑母版.{0,10}|第[一二三四五六七八九](?:级|個?層)"
    r"|Click .{0,4}to (?:edit|add).{0,30}|Edit Master.{0,20}|[A-Z][a-z]{4,7} (?:level|Outline Level)|第?[‹<]#[›>]页?"
    r"|<(?:日期/时间|页脚|页眉|编号|number|date/time|footer|header)>|[0-9]{4}[-/年][0-9]{1,2}[-/月][0-9]{1,2}日?)?\s*"
)
"""what Office, WPS and LibreOffice write into the placeholders of masters and layouts"""
_GIVEN_NAME = re.compile(
    r"(?:(?:幻灯片|备注|讲义)?(?:标题|副标题|内容|文本|图片|页脚|日期|灯片编号|编号|备注|页眉|图像|表格|图表|竖排标题|竖排文字)"
    r"(?:占位符)?|文本框|图示|箭头|流程图|任意多边形|连接符|曲线|(?:对角)?圆角矩形|等腰三角形|墨迹"
    r"|(?:(?:Vertical )?(?:Title|Text)|Content|Picture|Footer|Date|Slide Number|Slide Image|Notes|Header)"
    r"(?: Placeholder)?|Subtitle|PlaceHolder|CustomShape|TextBox|TextShape|Table|Freeform|Arrow|Flowchart"
    r"|Google Shape;[0-9]*;[a-z0-9]*)[ _:]?[0-9]{0,6}"
)
"""names that the program gave"""


_MOST_PAINTED = 300
"""shapes on one slide that are compared with a text that lies over them; with more, no text is called hidden"""


@dataclass(frozen=True, slots=True)
class Canvas:
    """What kind of page the shapes stand on."""

    size: Box | None = None
    """the slide's own box; None where nothing can lie beside it"""
    prompts: bool = False
    """its placeholders hold prompts, no content"""
    notes: bool = False


@dataclass(frozen=True, slots=True)
class _Around:
    """What surrounds a shape: its groups."""

    frame: Frame
    concealed: str = ""
    moves: bool = False


@dataclass(slots=True)
class Walk:
    """The shapes of one page, put into `found`."""

    found: Found
    sheet: Sheet
    canvas: Canvas
    part: str
    at: Locator
    concealed: str = ""
    """why no reader sees any of it"""
    used: dict[str, None] = field(default_factory=dict)
    """ids of relationships in the order in which the shapes use them"""
    unseen: dict[str, str] = field(default_factory=dict)
    """those that only shapes use which nobody sees, and why nobody does"""
    _moved: set[str] = field(default_factory=set)
    _painted: list[Box | None] = field(default_factory=list)
    """where something was drawn so far that may hide the ground; None: somewhere"""
    _ground: str = UNKNOWN

    def read(self) -> None:
        tree = self.sheet.root.find(f"{P}cSld/{P}spTree")
        if tree is None:
            return
        self._moved = moved_shapes(self.sheet.root)
        self._ground = self.sheet.ground()
        self._paint_below()
        self._tree(tree, _Around(Frame(), self.concealed))

    def _paint_below(self) -> None:
        """What layout and master draw under a slide."""
        sheet = self.sheet
        while sheet.under is not None and sheet.root.get("showMasterSp", "1") not in ("0", "false"):
            sheet = sheet.under
            tree = sheet.root.find(f"{P}cSld/{P}spTree")
            for shape in shapes(tree) if tree is not None else ():
                if placeholder_type(shape) is None:
                    self._paint(shape, sheet, Frame())

    def _paint(self, shape: etree._Element, sheet: Sheet, frame: Frame) -> None:
        if shape.tag == P + "grpSp":
            inner = group_frame(shape, frame)
            for child in shapes(shape):
                self._paint(child, sheet, inner)
        elif not is_hidden(shape) and sheet.paint(shape) is not None:
            self._painted.append(sheet.box(shape, frame))

    # -- shapes

    def _tree(self, parent: etree._Element, around: _Around) -> None:
        for child in parent:
            if child.tag in SHAPES:
                self._shape(child, around)
            elif child.tag == MC + "AlternateContent":
                for branch in self.found.branches(child):
                    self._tree(branch, around)

    def _shape(self, shape: etree._Element, around: _Around) -> None:
        around = self._settled(shape, around)
        kind = placeholder_type(shape)
        if kind in _PICTURES:
            return
        self._note_links(shape, around.concealed)
        self._words_of(shape, around)
        if shape.tag == P + "grpSp":
            inner = replace(around, frame=group_frame(shape, around.frame))
            self._tree(shape, inner)
            return
        for table in shape.iterfind(f"{A}graphic/{A}graphicData/{A}tbl"):
            self._table(table, around)
        body = shape.find(P + "txBody")
        # In a damaged file one may lie in another.
        for one in body.iter(P + "txBody") if body is not None else ():
            self._body(one, shape, kind, around)
        if shape.tag != P + "graphicFrame" or shape.find(f"{A}graphic/{A}graphicData/{A}tbl") is None:
            self._paint(shape, self.sheet, around.frame)

    def _settled(self, shape: etree._Element, around: _Around) -> _Around:
        """What the shape is in: hidden with its group, by itself, or because it lies beside the slide."""
        properties = own_properties(shape)
        number = properties.get("id") if properties is not None else None
        around = replace(around, moves=around.moves or number in self._moved)
        if around.concealed:
            return around
        if is_hidden(shape):
            return self._lost(shape, around, _HIDDEN_SHAPE)
        size = self.canvas.size
        box = self.sheet.box(shape, around.frame) if size is not None and not around.moves else None
        # A group's own box may be forged: each of its shapes is looked at.
        if box is not None and size is not None and shape.tag != P + "grpSp" and _is_beside(box, size):
            return self._lost(shape, around, _BESIDE)
        return around

    def _lost(self, shape: etree._Element, around: _Around, why: str) -> _Around:
        if self.found.tracing:
            self.found.unseen.append(shape)
        return replace(around, concealed=why)

    def _words_of(self, shape: etree._Element, around: _Around) -> None:
        """Alternative texts, names and tips of a shape; not those of the shapes in a group."""
        holder = next((one for one in shape if local_name(one).startswith("nv")), None)
        for element in holder.iter(etree.Element) if holder is not None else ():
            for key, (part, hint) in SHAPE_WORDS.get(local_name(element), {}).items():
                text = element.get(key) or ""
                given = DEFAULT_SHAPE.fullmatch(text) or _GIVEN_NAME.fullmatch(text)
                if text.strip() and not (hint == "图形名称" and given):
                    self._say(part, text, whole(text, element, key), around, hint=hint)

    def _note_links(self, shape: etree._Element, concealed: str) -> None:
        if shape.tag == P + "grpSp":
            return
        for element in shape.iter(etree.Element):
            for key, value in element.attrib.items():
                if str(key).startswith(_R) and value:
                    if concealed and str(value) not in self.used:
                        self.unseen.setdefault(str(value), concealed)
                    elif not concealed:
                        self.unseen.pop(str(value), "")
                    self.used.setdefault(str(value))
            if element.tag == A + "hlinkClick" or element.tag == A + "hlinkHover":
                self._link_words(element, shape)

    def _link_words(self, element: etree._Element, shape: etree._Element) -> None:
        text = element.get("tooltip") or ""
        if text.strip() and next(element.iterancestors(P + "cNvPr"), None) is None:
            self.found.add("alt", text, hint="超链接提示", at=self.at, origins=whole(text, element, "tooltip"))

    def _say(
        self, part: str, text: str, origins: tuple[Origin, ...] | list[Origin], around: _Around, *,
        hint: str = "", marks: tuple[Mark, ...] = (),
    ) -> None:  # fmt: skip
        if not text.strip():
            return
        kept = [*origins] if self.found.tracing else ()
        # What no page shows says so by its part already, but the notes.
        part, concealed = (part, "") if part in ("alt", "field") else (part, around.concealed)
        if concealed and part != "annotation":
            part = "hidden"
        self.found.items[part].append(Text(text, self.at, concealed, hint, marks, "", kept))

    # -- text

    def _body(self, body: etree._Element, shape: etree._Element, kind: str | None, around: _Around) -> None:
        part = "footer" if kind in _FEET and not self.canvas.notes else self.part
        fill = self._fill_behind(shape, around)
        for paragraph in body.iterfind(A + "p"):
            text, marks, origins = self._paragraph(paragraph, fill)
            if kind is not None and self.canvas.prompts:
                if not _PROMPT.fullmatch(text):
                    self._say("form", text, origins, replace(around, concealed=""), hint="占位符提示")
            else:
                self._say(part, text, origins, around, marks=marks)

    def _fill_behind(self, shape: etree._Element, around: _Around) -> str | None:
        """The colour behind the text of a shape, None where that is not known."""
        own = self.sheet.paint(shape)
        if own is not None:
            return None if own == UNKNOWN else own
        box = self.sheet.box(shape, around.frame) if len(self._painted) < _MOST_PAINTED else None
        if box is None or any(other is None or other.meets(box) for other in self._painted):
            return None
        return None if self._ground == UNKNOWN else self._ground

    def _paragraph(self, paragraph: etree._Element, fill: str | None) -> tuple[str, tuple[Mark, ...], list[Origin]]:
        pieces: list[tuple[str, etree._Element]] = []
        marks: list[Mark] = []
        here = 0
        for text, element in _pieces(paragraph):
            pieces.append((text, element))
            around = element.getparent()
            look = around.find(A + "rPr") if around is not None and element.tag == A + "t" else None
            why = self.sheet.why_faint(look, fill) if look is not None else ""
            if why and text:
                last = marks[-1] if marks else None
                if last is not None and last[1] == here and last[3] == why:
                    marks[-1] = (last[0], here + len(text), "hidden", why)
                else:
                    marks.append((here, here + len(text), "hidden", why))
                if self.found.tracing and text.strip():
                    self.found.unseen.append(element)
            here += len(text)
        text = "".join(piece for piece, _ in pieces)
        return text, tuple(mark for mark in marks if text[mark[0] : mark[1]].strip()), [*in_a_row(pieces)]

    # -- tables

    def _table(self, table: etree._Element, around: _Around) -> None:
        rows: list[tuple[int, list[Cell]]] = []
        stretches: dict[tuple[int, int], list[Mark]] = {}
        origins: dict[tuple[int, int], list[Origin]] = {}
        styled = table.find(f"{A}tblPr/{A}tableStyleId") is not None
        for number, row in enumerate(table.iterfind(A + "tr"), 1):
            cells: list[Cell] = []
            for column, cell in enumerate(row.iterfind(A + "tc"), 1):
                fill = self._cell_fill(cell, styled)
                text, marks, sources = self._cell(cell, fill)
                if cell.get("hMerge") in ("1", "true") or cell.get("vMerge") in ("1", "true"):
                    beneath = replace(around, concealed=around.concealed or "被合并的单元格")
                    self._say(self.part, text, sources, beneath)
                    if self.found.tracing:
                        self.found.unseen.extend(one.node for one in sources)
                    continue
                cells.append((column, text))
                if marks:
                    stretches[number, column] = marks
                if sources and self.found.tracing:
                    origins[number, column] = sources
            rows.append((number, cells))
        part = "hidden" if around.concealed and self.part != "annotation" else self.part
        place = replace(self.at, note=self.at.note or None)
        self.found.items[part].append(Grid(rows, place, around.concealed, {}, {}, stretches, origins))

    def _cell_fill(self, cell: etree._Element, styled: bool) -> str | None:
        properties = cell.find(A + "tcPr")
        for fill in properties if properties is not None else ():
            if local_name(fill) == "solidFill":
                color = self.sheet.color(fill)
                return color if color and color != UNKNOWN else None
            if local_name(fill).endswith("Fill") and local_name(fill) != "noFill":
                return None
        return None if styled or self._painted or self._ground == UNKNOWN else self._ground

    def _cell(self, cell: etree._Element, fill: str | None) -> tuple[str, list[Mark], list[Origin]]:
        """The paragraphs of a cell, joined by line feeds."""
        text = ""
        marks: list[Mark] = []
        origins: list[Origin] = []
        for k, paragraph in enumerate(cell.iterfind(f"{A}txBody/{A}p")):
            line, line_marks, line_origins = self._paragraph(paragraph, fill)
            text += "\n" if k else ""
            marks += [(a + len(text), b + len(text), part, why) for a, b, part, why in line_marks]
            origins += moved(line_origins, len(text))
            text += line
        return text, marks, origins


def _is_beside(box: Box, size: Box) -> bool:
    return box.x1 <= size.x0 or box.y1 <= size.y0 or box.x0 >= size.x1 or box.y0 >= size.y1


def _pieces(paragraph: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """The stretches of a paragraph's text with their elements; formulas too, not the pictures that stand for them."""
    for child in paragraph.iter(A + "t", A + "br", M + "t"):
        if not _is_fallback(child, paragraph):
            yield "\n" if child.tag == A + "br" else child.text or "", child


def _is_fallback(element: etree._Element, within: etree._Element) -> bool:
    for around in element.iterancestors():
        if around is within:
            return False
        if around.tag == MC + "Fallback":
            return True
    return False
