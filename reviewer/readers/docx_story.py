"""Walks the text of one part of a docx: paragraphs, tables, runs, fields, drawings (ISO 29500-1, 17).

`Story.blocks` puts what is printed into a list of items; what leaves the flow (text boxes, deletions,
hidden text, field codes, alternative texts) goes to the `Found` that all stories of a document share.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from lxml import etree

from reviewer.model import Document, Locator
from reviewer.readers.assembly import Assembly, Cell, Origin, moved, stripped
from reviewer.readers.docx_flow import Mark, Run, asides, flow_of, mark_rank, origins_of, symbol_text
from reviewer.readers.docx_look import (
    DELETED,
    FAINT,
    FILLED,
    HIDDEN,
    INSERTED,
    NO_SETTING,
    WEB,
    Setting,
    Styles,
    W,
    cell_fill,
    is_filled,
    is_on,
    local_name,
    shade_of,
)
from reviewer.readers.package import OFFICE

_R = "{" + OFFICE + "/relationships}"
_M = "{" + OFFICE + "/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_V = "{urn:schemas-microsoft-com:vml}"
_O = "{urn:schemas-microsoft-com:office:office}"
_CX = "{http://schemas.microsoft.com/office/drawing/2014/chartex}"
_W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"

TELLING = re.compile(r"[\u3400-\u9fff]|@|[0-9]{7}")
"""an attribute of the file's machinery that may hold a person's words or number"""

ORDER = ("body", "textbox", "header", "footer", "footnote", "endnote", "comment", "annotation", "deleted",
         "hidden", "field", "form", "alt", "name", "property", "attachment")  # fmt: skip

NOWHERE = Locator()

_VAL, _T, _P, _R_PR, _P_PR = W + "val", W + "t", W + "p", W + "rPr", W + "pPr"
_RUN, _TBL, _TR, _TC, _SDT = W + "r", W + "tbl", W + "tr", W + "tc", W + "sdt"
_TC_PR, _GRID_SPAN, _SHADE = W + "tcPr", W + "gridSpan", W + "shd"
_MERGES = frozenset({W + "vMerge", W + "hMerge"})
_BOX, _ALTERNATE = W + "txbxContent", _MC + "AlternateContent"

_HINT = 30
_ALTERNATES = 4
"""levels of alternative content in alternative content whose branches are compared"""


@dataclass(frozen=True, slots=True)
class Text:
    """One block to be."""

    text: str
    locator: Locator
    concealed: str = ""
    hint: str = ""
    marks: tuple[Mark, ...] = ()
    label: str = ""
    origins: Sequence[Origin] = ()

    def put(self, assembly: Assembly, part: str) -> None:
        assembly.add(self.text, part=part, locator=self.locator, hint=self.hint,
                     label=self.label, concealed=self.concealed, marks=self.marks,
                     origins=self.origins)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Grid:
    """One table to be."""

    rows: list[tuple[int, list[Cell]]]
    locator: Locator
    concealed: str
    hidden_rows: dict[int, str]
    marks: dict[tuple[int, int], tuple[str, str]]
    stretches: dict[tuple[int, int], list[Mark]]
    origins: dict[tuple[int, int], list[Origin]] = field(default_factory=dict)

    def put(self, assembly: Assembly, part: str) -> None:
        assembly.add_table(self.rows, part=part, locator=self.locator, concealed=self.concealed,
                           hidden_rows=self.hidden_rows, marks=self.marks,
                           stretches=self.stretches, origins=self.origins)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Embedded:
    """One document inside this one."""

    document: Document
    name: str

    def put(self, assembly: Assembly, part: str) -> None:
        assembly.embed(self.document, name=self.name)


Item = Text | Grid | Embedded
_Flow = tuple[str, tuple[Mark, ...], Sequence[Origin]]
"""the text of a paragraph that is printed, its marked stretches, and where it came from when that is asked"""


@dataclass(slots=True)
class Found:
    """What the stories of one document gave so far, by part; `styles` says what their runs look like."""

    styles: Styles = field(default_factory=Styles)
    items: dict[str, list[Item]] = field(default_factory=lambda: {part: [] for part in ORDER})
    authors: dict[str, None] = field(default_factory=dict)
    plain: bool = False
    """no run of the part that is read now can be hard to see: its properties need no look"""
    busy: set[etree._Element] = field(default_factory=set)
    """the paragraphs of that part that hold more than runs of text"""
    tracing: bool = False
    """a writer asks where the text came from, and which runs and paragraph marks are hidden"""
    unseen: list[etree._Element] = field(default_factory=list)
    """those runs, the w:p whose mark is hidden, and texts that are there but hard to see"""
    _alternates: int = 0

    def branches(self, element: etree._Element) -> Iterator[etree._Element]:
        """The branches of an mc:AlternateContent to read: the first, and each other that says something else.

        Below some levels of them (Word nests two) all are read: comparing each with all that it holds would
        make the cost grow with the depth.
        """
        self._alternates += 1
        said: str | None = None
        for branch in element:
            if branch.tag not in (_MC + "Choice", _MC + "Fallback"):
                continue
            compared = self._alternates <= _ALTERNATES
            words = _words(branch) if compared else ""
            if said is None or not compared or words not in said:
                yield branch
                said = (said or "") + words
        self._alternates -= 1

    def add(
        self, part: str, text: str, *, hint: str = "", label: str = "", at: Locator = NOWHERE,
        origins: Iterable[Origin] = (),
    ) -> None:  # fmt: skip
        self.items[part].append(Text(text, at, "", hint, (), label, [*origins] if self.tracing else ()))

    def put(self, assembly: Assembly) -> None:
        for part in ORDER:
            for item in self.items[part]:
                item.put(assembly, part)


def joined(items: Iterable[Item]) -> list[Item]:
    """The items of one note with its paragraphs made one block."""
    found: list[Item] = []
    for item in items:
        last = found[-1] if found else None
        if isinstance(item, Text) and isinstance(last, Text):
            shift = len(last.text) + 1
            marks = tuple((a + shift, b + shift, part, why) for a, b, part, why in item.marks)
            origins = [*last.origins, *moved(item.origins, shift)]
            found[-1] = replace(
                last, text=f"{last.text}\n{item.text}", marks=last.marks + marks, origins=origins
            )
        else:
            found.append(item)
    return found


def letters(element: etree._Element) -> str:
    """The text of a DrawingML paragraph."""
    return "".join([text for text, _ in lettered(element)])


def lettered(element: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """The stretches of that text, each with the element that it came from."""
    for child in element.iter(_A + "t", _A + "br", _A + "tab"):
        yield child.text or "" if child.tag == _A + "t" else "\n" if child.tag == _A + "br" else "\t", child


def in_a_row(pieces: Iterable[tuple[str, etree._Element]], between: int = 0) -> Iterator[Origin]:
    """The origins of pieces of text that stand one behind the other, `between` characters apart."""
    here = 0
    for text, node in pieces:
        yield Origin(here, here + len(text), node)
        here += len(text) + between


def whole(text: str, node: object, key: str = "", shift: int = 0) -> tuple[Origin, ...]:
    """The origin of a text that is one value, from `shift` on."""
    return (Origin(0, len(text), node, key, shift),)


_TOKEN_FREE = re.compile(
    r"[0-9.\-:TZ/ ]{0,6}|true|false|\{[0-9A-Fa-f-]{36}\}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.Z+-]*"
)


def is_text(text: str) -> bool:
    """Whether a value of the file's machinery may hold text: not blank, a flag, a counter, date or GUID."""
    return bool(text.strip()) and not _TOKEN_FREE.fullmatch(text.strip())


@dataclass(slots=True)
class _Field:
    """A complex field that is open: its instruction so far, and whether its result has begun."""

    paragraph: int | None
    instruction: list[tuple[str, etree._Element]] = field(default_factory=list)
    result: bool = False


@dataclass(slots=True)
class _CellText:
    """The paragraphs of one cell and the tables nested in it."""

    texts: list[str] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)


@dataclass(slots=True)
class Story:
    """Walks one flow of text: a body, a header, a note, a text box."""

    found: Found
    part: str
    note: str
    concealed: str
    around: Setting
    counting: bool = True
    paragraph: int | None = None
    places: dict[str, int] = field(default_factory=dict)
    tail: str = ""
    """the end of the text before, as a hint"""
    column_hint: str = ""
    _runs: list[Run] = field(default_factory=list)
    _fields: list[_Field] = field(default_factory=list)
    _coded: int = 0
    """how many open fields are still in their instruction: text in there is not printed"""
    _setting: Setting = NO_SETTING
    _removed: list[tuple[int, int, int, int]] = field(default_factory=list)
    """row, column, first and last (not included) of the deleted items that each cell of a table gave"""
    _origins: dict[tuple[int, int], list[Origin]] = field(default_factory=dict)
    """where the texts of the cells of that table came from"""

    def place(self) -> Locator:
        return Locator(paragraph=self.paragraph, note=self.note or None)

    def end(self) -> None:
        while self._fields:
            self._close_field()

    # -- blocks

    def blocks(self, parent: etree._Element, state: int, sink: list[Item]) -> None:
        """The paragraphs and tables among the children of `parent`, in order, into `sink`."""
        for child in parent:
            tag = child.tag
            if tag == _P:
                text, marks, origins = self.paragraph_text(child, state)
                if text:
                    sink.append(Text(text, self.place(), self.concealed, "", marks, "", origins))
            elif tag == _TBL:
                self._table(child, state, sink)
            elif tag == _SDT:
                self._control(child)
                for content in child.iterchildren(W + "sdtContent"):
                    self.blocks(content, state, sink)
            elif tag in _WRAPPERS:
                self._note_attributes(child)
                self.blocks(child, self._changed(child, state), sink)
            elif tag == _ALTERNATE:
                for branch in self.found.branches(child):
                    self.blocks(branch, state, sink)
            elif tag == W + "altChunk":
                self._note_links(child)
            elif tag == W + "bookmarkStart":
                self._bookmark(child)
            elif tag in _INLINE:
                # Runs outside a paragraph are not valid, and some programs show them all the same.
                text, marks, origins = self._collect(child, state, partial(_INLINE[tag], self))
                if text:
                    sink.append(Text(text, self.place(), self.concealed, "", marks, "", origins))
            elif len(child):
                self.blocks(child, state, sink)

    def _changed(self, element: etree._Element, state: int) -> int:
        """The state inside `element`, which may be a tracked change."""
        return state | _CHANGES.get(element.tag, 0)

    def paragraph_text(self, element: etree._Element, state: int) -> _Flow:
        """The text that stays in the flow, with its marks; what leaves it goes to `found`."""
        if self.counting:
            self.paragraph = (self.paragraph or 0) + 1
        if self.found.plain and not state and not self._fields and element not in self.found.busy:
            text = "".join([words.text or "" for words in element.iter(_T)])
            if text:
                self.tail = text[-_HINT:]
            if self.found.tracing:
                return text, (), [*in_a_row((words.text or "", words) for words in element.iter(_T))]
            return text, (), ()
        if self.found.tracing and not self.found.plain:
            self._watch_mark(element)
        return self._collect(element, state, self._inline)

    def _collect(
        self, element: etree._Element, state: int, walk: Callable[[etree._Element, int], None]
    ) -> _Flow:
        runs: list[Run] = []
        saved, self._runs, setting = self._runs, runs, self._setting
        self._setting = self.found.styles.setting(element.find(_P_PR), self.around)
        walk(element, state)
        self._runs, self._setting = saved, setting
        return self._settle(runs)

    def _watch_mark(self, element: etree._Element) -> None:
        """Note a paragraph whose mark is hidden: it may go with its text."""
        properties = element.find(_P_PR)
        mark = properties.find(_R_PR) if properties is not None else None
        setting = self.found.styles.setting(properties, self.around)
        if self.found.styles.state(mark, setting) & HIDDEN:
            self.found.unseen.append(element)

    def _settle(self, runs: list[Run]) -> _Flow:
        origins = origins_of(runs) if self.found.tracing else ()
        if self.found.tracing:
            self.found.unseen.extend(e for text, state, e in runs if state & FAINT and text.strip())
        if not any(state for _, state, _ in runs):
            text = "".join([text for text, _, _ in runs])
            if text:
                self.tail = text[-_HINT:]
            return text, (), origins
        flow, marks = flow_of(runs)
        for part, reason, flag in (("deleted", "修订删除", DELETED), ("hidden", "隐藏文字", HIDDEN)):
            for text, first, last, before, rest in asides(runs, flag):
                label = f"{self.column_hint} {(before or self.tail)[-_HINT:]}".strip()
                mark = ((first, last, part, reason),)
                self.found.items[part].append(Text(text, self.place(), "", "", mark, label, rest))
        if flow:
            self.tail = flow[-_HINT:]
        return flow, marks, origins

    # -- tables

    def _table(self, element: etree._Element, state: int, sink: list[Item]) -> None:
        """One table, then the tables nested in its cells."""
        start = (self.paragraph or 0) + 1 if self.counting else self.paragraph
        around = self.around
        properties = element.find(W + "tblPr")
        self.around = _table_setting(properties, around, self.found.styles)
        self._table_words(properties)
        rows: list[tuple[int, list[Cell]]] = []
        nested: list[Item] = []
        hidden: dict[int, str] = {}
        marks: dict[tuple[int, int], list[Mark]] = {}
        heads: dict[int, str] = {}
        outer_origins, self._origins = self._origins, {}
        outer, self._removed = self._removed, []
        for number, (row, row_state) in enumerate(self._members(element, _TR, state), 1):
            cells, why = self._row(row, row_state, number, nested, marks, heads)
            rows.append((number, cells))
            if why:
                hidden[number] = why
        removed, self._removed = self._removed, outer
        origins, self._origins = self._origins, outer_origins
        self.around = around
        locator = Locator(paragraph=start, note=self.note or None)
        if len(removed) > 1 and not any(text.strip() for _, cells in rows for _, text in cells):
            self._gather(removed, locator)
        sink.append(Grid(rows, locator, self.concealed, hidden, *_parted(rows, marks), origins))
        sink.extend(nested)

    def _gather(self, removed: list[tuple[int, int, int, int]], locator: Locator) -> None:
        """Make the deletions of a table that was deleted whole one table of its own."""
        items = self.found.items["deleted"]
        rows: dict[int, list[Cell]] = {}
        for number, column, first, last in removed:
            texts = [item.text for item in items[first:last] if isinstance(item, Text)]
            if len(texts) != last - first:
                return
            rows.setdefault(number, []).append((column, "\n".join(texts)))
        del items[removed[0][2] :]
        items.append(Grid(list(rows.items()), locator, "修订删除", {}, {}, {}))

    def _members(self, parent: etree._Element, tag: str, state: int) -> Iterator[tuple[etree._Element, int]]:
        """Rows of a table or cells of a row, also inside content controls and tracked changes."""
        for child in parent:
            if child.tag == tag:
                yield child, state
            elif child.tag == _SDT:
                self._control(child)
                for content in child.iterchildren(W + "sdtContent"):
                    yield from self._members(content, tag, state)
            elif child.tag in _WRAPPERS:
                yield from self._members(child, tag, self._changed(child, state))
            elif child.tag == _ALTERNATE:
                for branch in self.found.branches(child):
                    yield from self._members(branch, tag, state)

    def _row(
        self, element: etree._Element, state: int, number: int, nested: list[Item],
        marks: dict[tuple[int, int], list[Mark]], heads: dict[int, str],
    ) -> tuple[list[Cell], str]:  # fmt: skip
        properties = element.find(W + "trPr")
        column, why = 1, ""
        if properties is not None:
            for child in properties:
                if child.tag in _CELL_CHANGES:
                    state |= _CELL_CHANGES[child.tag]
            column += _count(properties.find(W + "gridBefore"), 0)
            why = _why_hidden(properties)
        cells: list[Cell] = []
        for cell, cell_state in self._members(element, _TC, state):
            column = self._take_cell(cell, cell_state, number, column, cells, nested, marks, heads)
        return cells, why

    def _take_cell(
        self, element: etree._Element, state: int, number: int, column: int, cells: list[Cell],
        nested: list[Item], marks: dict[tuple[int, int], list[Mark]], heads: dict[int, str],
    ) -> int:  # fmt: skip
        """Append one cell's text and return the column after it."""
        properties = element.find(_TC_PR)
        span, merged, around = 1, False, self.around
        for child in properties if properties is not None else ():
            tag = child.tag
            if tag == _GRID_SPAN:
                span = _count(child, 1)
            elif tag in _MERGES:
                merged = merged or child.get(_VAL, "continue") == "continue"
            elif tag == _SHADE:
                self.around = replace(around, fill=shade_of(child) or around.fill)
            elif tag in _CELL_CHANGES:
                state |= _CELL_CHANGES[child.tag]
        hint, self.column_hint = self.column_hint, heads.get(column, "") if number > 1 else ""
        items: list[Item] = []
        first, self.tail = len(self.found.items["deleted"]), ""
        self.blocks(element, state, items)
        last = len(self.found.items["deleted"])
        if last > first:
            self._removed.append((number, column, first, last))
        self.column_hint, self.around = hint, around
        texts = [item for item in items if isinstance(item, Text)]
        nested.extend(item for item in items if not isinstance(item, Text))
        text = "\n".join(item.text for item in texts)
        if text or not merged:
            cells.append((column, text))
            if any(item.marks for item in texts):
                (single,) = joined(texts)
                marks[number, column] = list(single.marks) if isinstance(single, Text) else []
            if self.found.tracing:
                pieces = joined(texts)
                self._origins[number, column] = [o for p in pieces if isinstance(p, Text) for o in p.origins]
        if number == 1:
            heads[column] = " ".join(text.split())[:_HINT]
        return column + span

    def _table_words(self, properties: etree._Element | None) -> None:
        for tag in ("tblCaption", "tblDescription"):
            element = properties.find(W + tag) if properties is not None else None
            if element is not None:
                text = element.get(_VAL) or ""
                self.found.add("alt", text, hint="表格替代文字", at=self.place(), origins=whole(text, element, _VAL))

    # -- inside a paragraph

    def _inline(self, parent: etree._Element, state: int) -> None:
        for child in parent:
            tag = child.tag
            if tag == _RUN:
                self._run(child, state)
            else:
                handler = _INLINE.get(tag)
                if handler is not None:
                    handler(self, child, state)
                elif len(child):
                    self._inline(child, state)

    def _run(self, element: etree._Element, state: int) -> None:
        styles, first = self.found.styles, True
        for child in element:
            tag = child.tag
            if tag == _R_PR and not self.found.plain:
                state |= styles.state(child, self._setting)
                first = False
                continue
            if first:
                first = False
                if styles.special:
                    state |= styles.state(None, self._setting)
            if tag == _T:
                if child.text:
                    self._say(child.text, state, child)
            else:
                handler = _IN_RUN.get(tag)
                if handler is not None:
                    handler(self, child, state)
                elif len(child):
                    self._run(child, state)
        if state & HIDDEN and self.found.tracing:
            self.found.unseen.append(element)

    def _say(self, text: str, state: int, element: etree._Element) -> None:
        """Text of the flow, or of the instruction of an open field."""
        fields = self._fields
        if self._coded:
            fields[-1].instruction.append((text, element))
        else:
            # Word puts webHidden on the page numbers of every table of contents; they are printed.
            self._runs.append((text, state & ~WEB if fields else state, element))

    def nest(self, element: etree._Element, state: int) -> None:
        self._note_attributes(element)
        self._inline(element, self._changed(element, state))

    def _note_attributes(self, element: etree._Element) -> None:
        """What a smart tag or custom XML element says of its content."""
        for properties in element.iterchildren(W + "smartTagPr", W + "customXmlPr"):
            for attribute in properties.iterchildren(W + "attr"):
                name = attribute.get(W + "name") or ""
                self._telling("property", attribute, _VAL, "智能标记", name)

    def _telling(self, part: str, element: etree._Element, key: str, hint: str, label: str = "") -> None:
        """Add an attribute of the file's machinery where it could hold something of a person."""
        text = element.get(key)
        if text and TELLING.search(text):
            origins = whole(text, element, key)
            self.found.add(part, text, hint=hint, label=label, at=self.place(), origins=origins)

    def _permission(self, element: etree._Element, state: int = 0) -> None:
        self._telling("property", element, W + "ed", "可编辑者")

    def _moved(self, element: etree._Element, state: int = 0) -> None:
        if not _MOVE_NAME.fullmatch(element.get(W + "name") or ""):
            self._telling("name", element, W + "name", "移动标记")

    def _hyperlink(self, element: etree._Element, state: int) -> None:
        self._note_links(element)
        for key in ("anchor", "docLocation"):
            self._telling("field", element, W + key, "超链接位置")
        tip = element.get(W + "tooltip")
        if tip:
            origins = whole(tip, element, W + "tooltip")
            self.found.add("alt", tip, hint="超链接提示", at=self.place(), origins=origins)
        self._inline(element, state)

    def _simple_field(self, element: etree._Element, state: int) -> None:
        text = element.get(W + "instr") or ""
        self._emit_field(text, self.paragraph, whole(text, element, W + "instr"))
        self._form_field(element)
        self._inline(element, state)

    def _inline_control(self, element: etree._Element, state: int) -> None:
        self._control(element)
        for content in element.iterchildren(W + "sdtContent"):
            self._inline(content, state)

    def _inline_alternate(self, element: etree._Element, state: int) -> None:
        for branch in self.found.branches(element):
            self._inline(branch, state)

    def _run_alternate(self, element: etree._Element, state: int) -> None:
        for branch in self.found.branches(element):
            self._run(branch, state)

    def _math(self, element: etree._Element, state: int) -> None:
        for words in element.iter(_M + "t", _T):
            self._say(words.text or "", state, words)

    def _bookmark(self, element: etree._Element, state: int = 0) -> None:
        name = element.get(W + "name") or ""
        if name and not name.startswith("_"):
            origins = whole(name, element, W + "name")
            self.found.add("name", name, hint="书签", at=self.place(), origins=origins)

    def _deleted_text(self, element: etree._Element, state: int) -> None:
        self._runs.append((element.text or "", state | DELETED, element))

    def _tab(self, element: etree._Element, state: int) -> None:
        self._say("\t", state, element)

    def _line(self, element: etree._Element, state: int) -> None:
        self._say("\n", state, element)

    def _hyphen(self, element: etree._Element, state: int) -> None:
        self._say("-", state, element)

    def _symbol(self, element: etree._Element, state: int) -> None:
        self._say(symbol_text(element), state, element)

    def _ruby(self, element: etree._Element, state: int) -> None:
        for base in element.iterchildren(W + "rubyBase"):
            self._inline(base, state)
        for guide in element.iterchildren(W + "rt"):
            pieces = [(e.text or "", e) for e in guide.iter(_T)]
            text = "".join(piece for piece, _ in pieces)
            self.found.add("alt", text, hint="拼音指南", at=self.place(), origins=in_a_row(pieces))

    # -- fields and forms

    def _field_mark(self, element: etree._Element, state: int) -> None:
        kind = element.get(W + "fldCharType")
        if kind == "begin":
            self._fields.append(_Field(self.paragraph))
            self._coded += 1
            self._form_field(element)
        elif kind == "separate" and self._fields:
            self._coded -= not self._fields[-1].result
            self._fields[-1].result = True
        elif kind == "end" and self._fields:
            self._close_field()

    def _instruction(self, element: etree._Element, state: int) -> None:
        if self._fields:
            self._fields[-1].instruction.append((element.text or "", element))
        else:
            text = element.text or ""
            self._emit_field(text, self.paragraph, whole(text, element))

    def _close_field(self) -> None:
        done = self._fields.pop()
        self._coded -= not done.result
        text = "".join(piece for piece, _ in done.instruction)
        self._emit_field(text, done.paragraph, in_a_row(done.instruction))

    def _emit_field(self, text: str, paragraph: int | None, origins: Iterable[Origin]) -> None:
        if text.strip() and not (len(text) < 400 and _PAGE_FIELD.fullmatch(text)):
            at = replace(self.place(), paragraph=paragraph)
            origins = stripped(origins, text)
            self.found.add("field", text.strip(), hint="域代码", at=at, origins=origins)

    def _form_field(self, element: etree._Element) -> None:
        for data in element.iterchildren(W + "ffData"):
            for child in data.iter(*_FORM_WORDS):
                text = child.get(_VAL) or ""
                if is_text(text) and _MADE_UP.fullmatch(text) is None:
                    hint, origins = _FORM_WORDS[child.tag], whole(text, child, _VAL)
                    self.found.add("form", text, hint=hint, at=self.place(), origins=origins)

    def _control(self, element: etree._Element) -> None:
        """What a content control (w:sdt) says beside its content."""
        properties = element.find(W + "sdtPr")
        for binding in properties.iter(W + "dataBinding") if properties is not None else ():
            self._telling("form", binding, W + "xpath", "数据绑定")
        for child in properties.iter(*_CONTROL_WORDS) if properties is not None else ():
            hint = _CONTROL_WORDS[child.tag]
            keys = (_VAL, W + "displayText", W + "value", _W15 + "val")
            for text in dict.fromkeys(child.get(key) for key in keys):
                if text and is_text(text):
                    origins = whole(text, child, next(key for key in keys if child.get(key) == text))
                    self.found.add("form", text, hint=hint, at=self.place(), origins=origins)

    # -- drawings

    def _drawing(self, element: etree._Element, state: int) -> None:
        self._shape(element, state, self.around, set())

    def _shape(self, element: etree._Element, state: int, around: Setting, told: set[str]) -> None:
        """Text boxes, alternative texts and links at or below one element of a drawing."""
        tag = element.tag
        if tag == _BOX:
            self._text_box(element, state, around)
            return
        if tag == _ALTERNATE:
            for branch in self.found.branches(element):
                self._shape(branch, state, around, told)
            return
        if tag == _A + "p":
            origins = in_a_row(lettered(element))
            self.found.add("textbox", letters(element), at=self.place(), origins=origins)
            return
        if tag in FILLED and not around.dark:
            around = replace(around, dark=is_filled(element))
        self._words_of(element, told)
        self._note_links(element)
        for child in element:
            self._shape(child, state, around, told)

    def _text_box(self, element: etree._Element, state: int, around: Setting) -> None:
        story = Story(self.found, "textbox", self.note, self.concealed, replace(around, fill=None),
                       counting=False, paragraph=self.paragraph, places=self.places)  # fmt: skip
        story.blocks(element, state, self.found.items["textbox"])
        story.end()

    def _words_of(self, element: etree._Element, told: set[str]) -> None:
        for key, (part, hint) in SHAPE_WORDS.get(local_name(element), {}).items():
            text = element.get(key) or ""
            if not text.strip() or text in told or (hint == "图形名称" and DEFAULT_SHAPE.fullmatch(text)):
                continue
            told.add(text)
            self.found.add(part, text, hint=hint, at=self.place(), origins=whole(text, element, key))

    def _note_links(self, element: etree._Element) -> None:
        """Remember in which paragraph each relationship is used first."""
        for key, value in element.attrib.items():
            if str(key).startswith((_R, _O)) and self.paragraph is not None:
                self.places.setdefault(str(value), self.paragraph)


_CHANGES = {W + "ins": INSERTED, W + "moveTo": INSERTED, W + "del": DELETED, W + "moveFrom": DELETED}
_CELL_CHANGES = {**_CHANGES, W + "cellIns": INSERTED, W + "cellDel": DELETED}
_WRAPPERS = frozenset({W + "customXml", W + "smartTag", *_CHANGES})

_Handler = Callable[[Story, etree._Element, int], None]
_INLINE: dict[str, _Handler] = {
    **dict.fromkeys((W + "smartTag", W + "customXml", W + "dir", W + "bdo", *_CHANGES), Story.nest),
    _RUN: Story._run,
    W + "hyperlink": Story._hyperlink,
    W + "fldSimple": Story._simple_field,
    _SDT: Story._inline_control,
    _ALTERNATE: Story._inline_alternate,
    _M + "oMath": Story._math,
    _M + "oMathPara": Story._math,
    W + "bookmarkStart": Story._bookmark,
    W + "permStart": Story._permission,
    W + "moveFromRangeStart": Story._moved,
    W + "moveToRangeStart": Story._moved,
}
_IN_RUN: dict[str, _Handler] = {
    W + "tab": Story._tab,
    W + "ptab": Story._tab,
    W + "br": Story._line,
    W + "cr": Story._line,
    W + "noBreakHyphen": Story._hyphen,
    W + "sym": Story._symbol,
    W + "delText": Story._deleted_text,
    W + "instrText": Story._instruction,
    W + "delInstrText": Story._instruction,
    W + "fldChar": Story._field_mark,
    W + "drawing": Story._drawing,
    W + "pict": Story._drawing,
    W + "object": Story._drawing,
    W + "ruby": Story._ruby,
    _ALTERNATE: Story._run_alternate,
    _RUN: Story._run,
    _M + "oMath": Story._math,
}

_BUSY = tuple((set(_IN_RUN) | set(_INLINE) | {W + "attr"}) - {_RUN, W + "smartTag"})


def busy_paragraphs(root: etree._Element) -> set[etree._Element]:
    """The paragraphs of a part whose text is more than their w:t in order."""
    found: set[etree._Element] = set()
    seen: set[etree._Element] = set()
    for element in root.iter(*_BUSY):
        around = element.getparent()
        while around is not None and around not in seen:
            seen.add(around)
            if around.tag == _P:
                found.add(around)
                break
            around = around.getparent()
    return found


_FORM_WORDS = {W + "name": "表单域名称", W + "default": "表单域默认值", W + "statusText": "表单域提示",
               W + "helpText": "表单域帮助", W + "listEntry": "下拉选项"}  # fmt: skip
_CONTROL_WORDS = {W + "alias": "内容控件标题", W + "tag": "内容控件标记", W + "listItem": "下拉选项",
                  _W15 + "sectionTitle": "重复节标题"}  # fmt: skip
_MOVE_NAME = re.compile("move[0-9]{1,12}")
"""the name that Word gives to a moved stretch"""

_ALT = {"descr": ("alt", "替代文字"), "title": ("alt", "替代文字标题"), "name": ("alt", "图形名称")}
_VML = {"alt": ("alt", "替代文字"), "title": ("alt", "替代文字标题"), "href": ("field", "超链接地址")}
SHAPE_WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "docPr": _ALT,
    "cNvPr": _ALT,
    **dict.fromkeys(("shape", "rect", "roundrect", "oval", "line", "group", "image", "polyline"), _VML),
    "imagedata": {_O + "title": ("alt", "图形名称"), "title": ("alt", "图形名称")},
    "textpath": {"string": ("textbox", "艺术字")},
    "hlinkClick": {"tooltip": ("alt", "超链接提示")},
}
DEFAULT_SHAPE = re.compile(
    r"(?:图片|图像|图形|图表|文本框|文字方塊|矩形|圆角矩形|椭圆|直线|直接连接符|连接符|组合|形状|自选图形|对象|画布|艺术字|星形|箭头"
    r"|Picture|Image|Graphic|Chart|Text ?Box|Rectangle|Oval|Line|Straight Connector|Connector|Group|Shape"
    r"|AutoShape|Object|Canvas|WordArt|Diagram|image|officeArt object|IM)[ _]?[0-9]{0,6}(?:\.[a-z]{3,4})?"
)
_MADE_UP = re.compile("__Fieldmark__[0-9]{1,6}_[0-9]{1,10}")
"""what LibreOffice names a form field without a name, by chance: another at each conversion"""
_PAGE_FIELD = re.compile(
    r"\s*(?:(?:NUM|SECTION)?PAGES?|SECTION|TOC|DATE|TIME"
    r"|(?:PAGEREF|REF|HYPERLINK\s+\\l)\s+\"?_[A-Za-z]{2,6}[0-9]{1,10}\"?)"
    r"(?:\s*\\[A-Za-z*#@]+"
    r"(?:\s*(?:\"[-0-9 yYMdHhms年月日:/]{1,20}\"|MERGEFORMAT|CHARFORMAT|Arabic|roman))?)*\s*",
    re.I,
)
"""field codes that hold nothing but page numbers, dates and Word's own bookmarks (_Toc123456789)"""


def _parted(
    rows: list[tuple[int, list[Cell]]], marks: dict[tuple[int, int], list[Mark]]
) -> tuple[dict[tuple[int, int], tuple[str, str]], dict[tuple[int, int], list[Mark]]]:
    """The cells that are concealed whole, and the stretches inside of other cells."""
    whole: dict[tuple[int, int], tuple[str, str]] = {}
    inside: dict[tuple[int, int], list[Mark]] = {}
    for number, cells in rows if marks else ():
        for column, text in cells:
            found = marks.get((number, column))
            if not found:
                continue
            covered = [mark for mark in found if not (text[: mark[0]] + text[mark[1] :]).strip()]
            if covered:
                whole[number, column] = min(covered, key=mark_rank)[2:]
            elif len({mark[2:] for mark in found}) == 1 and not _uncovered(text, found):
                whole[number, column] = found[0][2:]
            else:
                inside[number, column] = found
    return whole, inside


def _uncovered(text: str, marks: list[Mark]) -> bool:
    """Whether text stands in the cell that none of the marks covers."""
    here = 0
    for start, end, *_ in sorted(marks):
        if text[here:start].strip():
            return True
        here = max(here, end)
    return bool(text[here:].strip())


def _count(element: etree._Element | None, default: int) -> int:
    value = element.get(_VAL) if element is not None else None
    # 63 columns are Word's own limit; a forged span must not make the numbers run away.
    return min(int(value[:6]), 1000) if value and value.isascii() and value.isdigit() else default


def _why_hidden(properties: etree._Element) -> str:
    if is_on(properties.find(W + "hidden")):
        return "隐藏行"
    height = properties.find(W + "trHeight")
    if height is not None and height.get(W + "hRule") == "exact" and _count(height, 999) <= 60:
        return "行高过小"
    return ""


def _table_setting(properties: etree._Element | None, around: Setting, styles: Styles) -> Setting:
    if properties is None:
        return around
    style = properties.find(W + "tblStyle")
    dark = style is not None and style.get(_VAL) in styles.shaded
    return replace(around, fill=cell_fill(properties) or around.fill, dark=around.dark or dark)


def _words(element: etree._Element) -> str:
    tags = (_T, W + "delText", _A + "t", W + "instrText")
    text = "".join(e.text or "" for e in element.iter(*tags))
    paths = "".join(e.get("string") or "" for e in element.iter(_V + "textpath"))
    return "".join((text + paths).split())
