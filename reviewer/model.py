"""The nouns that flow: Locator, Table, Block, Concealed, Gap, Document, Finding, Result.

A reader turns a file into one Document: one `text` in which all offsets count (code points), the
blocks that say where each stretch of it lay in the file, and the gaps that could not be read.
Detection turns a Document into findings. No module here does any I/O.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Literal

Severity = Literal["block", "check", "note"]
Confidence = Literal["certain", "likely", "possible"]
Verdict = Literal["block", "check", "incomplete", "note", "clear"]

SEVERITIES: tuple[Severity, ...] = ("note", "check", "block")
CONFIDENCES: tuple[Confidence, ...] = ("possible", "likely", "certain")

PARTS: tuple[str, ...] = (
    "body", "header", "footer", "footnote", "endnote", "comment", "inserted", "deleted", "hidden",
    "textbox", "field", "alt", "property", "formula", "name", "annotation", "form", "attachment",
    "script", "picture", "filename",
)  # fmt: skip

PART_TITLES: dict[str, str] = {
    "body": "正文", "header": "页眉", "footer": "页脚", "footnote": "脚注", "endnote": "尾注",
    "comment": "批注", "inserted": "修订插入", "deleted": "修订删除", "hidden": "隐藏内容",
    "textbox": "文本框", "field": "域代码", "alt": "替代文字", "property": "文件属性", "formula": "公式",
    "name": "定义的名称", "annotation": "注释", "form": "表单域", "attachment": "附件", "script": "脚本",
    "picture": "图片", "filename": "文件名",
}  # fmt: skip

ENTITY_TITLES: dict[str, str] = {
    "ID_CARD": "居民身份证号码", "HMT_RESIDENCE": "港澳台居民居住证号码",
    "FOREIGN_PR": "外国人永久居留身份证号码", "PASSPORT": "护照号码", "HKMT_PERMIT": "港澳台通行证号码",
    "MILITARY_ID": "军人证件号码", "DRIVER_LICENSE": "驾驶证号码", "DISABILITY_ID": "残疾人证号码",
    "STUDENT_ID": "学籍号、学号", "EXAM_ID": "准考证号", "HUKOU": "户口簿号",
    "BIRTH_CERT": "出生医学证明编号", "SOCIAL_SECURITY": "社会保障号码", "MEDICAL_INSURANCE": "医保编号",
    "PHONE": "手机号码", "LANDLINE": "固定电话", "EMAIL": "电子邮箱", "WECHAT": "微信号", "QQ": "QQ号",
    "BANK_CARD": "银行卡号", "BANK_ACCOUNT": "银行账号", "PLATE": "车牌号", "VIN": "车辆识别代号",
    "IMEI": "手机串号（IMEI）", "MAC": "网卡地址（MAC）", "IP": "IP地址", "DOB": "出生日期", "NAME": "姓名",
    "ADDRESS": "住址", "COORD": "坐标", "PROPERTY_CERT": "不动产权证号", "USCC": "统一社会信用代码",
    "HEALTH": "健康信息", "MINOR": "未成年人信息", "WELFARE": "救助、残疾等身份", "MARITAL": "婚姻状况",
    "FAMILY": "家庭成员", "RELIGION": "宗教信仰", "ETHNICITY": "民族", "POLITICAL": "政治面貌",
    "BIOMETRIC": "生物识别信息", "TRACK": "行踪轨迹", "CRIMINAL_RECORD": "违法犯罪记录",
    "INFORMANT": "举报人、信访人身份", "INCOME": "收入", "CREDENTIAL": "口令、密钥",
    "CLASSIFICATION": "密级与公开属性标志", "MAP_SECRET": "测绘涉密成果", "PROCESS_INFO": "过程性信息",
    "TRADE_SECRET": "商业秘密", "HIDDEN_CONTENT": "隐藏的内容", "DISCLOSURE": "依法应公开",
}  # fmt: skip
"""The public vocabulary of what is found, with its Chinese names: the keys are a promise (docs/json.md)."""
ROLE_TITLES: dict[str, str] = {
    "office_holder": "履行职务的人员", "spokesperson": "新闻发言人、记者", "contact": "工作联系人",
    "judge": "执法、司法人员", "expert": "专家", "legal_representative": "法定代表人", "bidder": "投标人、供应商",
    "applicant": "申请人", "party": "当事人", "punished": "被处罚人", "complainant": "信访人、投诉人",
    "informant": "举报人", "beneficiary": "补贴、救助对象", "household_head": "户主", "patient": "患者",
    "minor": "未成年人", "guardian": "监护人", "relative": "亲属", "deceased": "逝者", "owner": "权利人",
    "heir": "继承人", "candidate": "拟录用、拟任人选", "witness": "证人、见证人",
}  # fmt: skip
"""What a person is to the document: Finding.role, a promise (docs/json.md)."""
OFFICE_ROLES = frozenset(
    ["office_holder", "spokesperson", "contact", "judge", "expert", "legal_representative", "bidder"]
)
"""roles of those who act for an office or a firm; all others are private persons"""


@dataclass(frozen=True, slots=True)
class Locator:
    """A place in the file as its reader would name it. All numbers count from 1.

    `box` is (x0, y0, x1, y1) in points of the page, origin at the lower left corner; for a picture that is no
    page of a PDF in pixels of the picture, origin at the upper left corner.
    `column` is the character in `line` for plain text, the column number for a table cell.
    """

    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    paragraph: int | None = None
    sheet: str | None = None
    cell: str | None = None
    row: int | None = None
    column: int | None = None
    line: int | None = None
    note: str | None = None
    """what else names the place: the attachment's name, the property's name, the comment's number"""


@dataclass(slots=True)
class Table:
    """Cells of one table as stretches of Document.text, kept in flat arrays (600,000 cells are usual).

    Cell k is text[starts[k]:ends[k]] in column columns[k]; row i holds the cells first[i] to first[i+1]
    and is number numbers[i] in the file. Merged cells appear once, at their first place.
    """

    starts: array[int] = field(default_factory=lambda: array("q"))
    ends: array[int] = field(default_factory=lambda: array("q"))
    columns: array[int] = field(default_factory=lambda: array("i"))
    first: array[int] = field(default_factory=lambda: array("q", [0]))
    numbers: array[int] = field(default_factory=lambda: array("i"))
    sheet: str | None = None
    hidden_rows: dict[int, str] = field(default_factory=dict)
    """file row number -> why its text is not seen, in Chinese (隐藏行, 筛选隐藏 ...)"""
    hidden_columns: dict[int, str] = field(default_factory=dict)

    def row_count(self) -> int:
        return len(self.first) - 1

    def cell_at(self, offset: int) -> int | None:
        """The index of the cell that holds the character at `offset`, or None between cells."""
        k = bisect_right(self.starts, offset) - 1
        # Empty cells share their start with the separator; step back to one that holds the offset.
        while k >= 0 and self.ends[k] <= offset and self.starts[k] == offset:
            k -= 1
        return k if k >= 0 and self.starts[k] <= offset < self.ends[k] else None

    def row_of(self, cell: int) -> int:
        """The index of the row that holds cell number `cell`."""
        return bisect_right(self.first, cell) - 1


def cell_name(row: int, column: int) -> str:
    """The A1 name of a cell: cell_name(7, 28) == 'AB7'."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


@dataclass(frozen=True, slots=True)
class Block:
    """Text [start, end) of Document.text that reads on without a break.

    A number may run over a line end inside a block, never from one block into the next. For a `table`
    block the cells are the breaks. `hint` names the place, in the words of the file or of its reader
    (域代码, 作者, 联系电话). `label` is the part of it that the draft itself says: the label in front, the form
    field's name. It is evidence and not searched; what only a reader says is no evidence. `boxes` holds
    x0, y0, x1, y1 for each character (PDF, pictures).
    """

    start: int
    end: int
    part: str = "body"
    locator: Locator = Locator()
    hint: str = ""
    table: Table | None = None
    boxes: array[float] | None = None
    label: str = ""
    recognised: bool = False
    """the characters were recognised in a picture: they may be wrong"""
    source: str = field(default="", repr=False)
    """which picture of the file it stands in, as the writer of the format names it"""


@dataclass(frozen=True, slots=True)
class Concealed:
    """Text [start, end) that a reader of the printed page does not see, or sees only as a change.

    Each becomes a HIDDEN_CONTENT finding. `part` overrides the block's part for findings inside it
    (inserted text stays in the body's flow so that a number over its edge is one number).
    `reason` is Chinese: 修订插入, 批注, 隐藏工作表, 白色文字 ...
    """

    start: int
    end: int
    part: str
    reason: str
    locator: Locator = Locator()


_PLAIN = frozenset({"txt", "md", "csv", "tsv"})
"""formats whose text is the file: lines and characters count in it"""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that could not be read or searched. `id` is stable for the same bytes."""

    id: str
    part: str
    locator: Locator
    reason: str
    """a stable code: picture, scanned-page, encrypted, too-deep, timeout, unsupported ..."""
    message: str


@dataclass(frozen=True, slots=True)
class Document:
    """One file as read: its text, where each stretch of it lay, and what could not be read."""

    path: str
    format: str
    sha256: str
    text: str = field(repr=False)
    blocks: tuple[Block, ...] = field(repr=False, default=())
    concealed: tuple[Concealed, ...] = field(repr=False, default=())
    gaps: tuple[Gap, ...] = ()
    encoding: str | None = None
    dropped: int = 0
    """code points of a text that is not kept"""
    converted: str = ""
    """the format that it was turned into before it was read (docx, xlsx, pptx); empty where it was read itself"""
    _block_starts: array[int] = field(init=False, repr=False, compare=False)
    _concealed_starts: array[int] = field(init=False, repr=False, compare=False)
    _concealed_reach: array[int] = field(init=False, repr=False, compare=False)
    """how far any of the concealed stretches up to this one reaches"""

    def __post_init__(self) -> None:
        index = object.__setattr__
        index(self, "_block_starts", array("q", (block.start for block in self.blocks)))
        index(self, "_concealed_starts", array("q", (one.start for one in self.concealed)))
        index(self, "_concealed_reach", array("q", accumulate((one.end for one in self.concealed), max)))

    @property
    def length(self) -> int:
        """Code points of the text, also where it is not kept."""
        return len(self.text) or self.dropped

    def without_text(self) -> Document:
        """What is known of the file, for reports that say nothing of its text."""
        return replace(self, text="", blocks=(), concealed=(), dropped=self.length)

    def block_at(self, offset: int) -> Block | None:
        k = bisect_right(self._block_starts, offset) - 1
        # Blocks are in order and do not overlap; an offset on a joining \n belongs to the block before.
        return self.blocks[k] if k >= 0 else None

    def place(self, start: int, end: int, line_starts: Sequence[int] | None = None) -> tuple[str, Locator]:
        """The part and the Locator of text[start:end], as exact as the reader kept it.

        `line_starts` (offsets of all lines of `text`) spares counting lines for each of many places.
        """
        block = self.block_at(start)
        if block is None:
            return "body", Locator()
        part, locator = block.part, block.locator
        if block.table is not None:
            part, locator = _cell_place(block, start)
        if block.boxes is not None:
            locator = replace(locator, box=_box(block, start, end, self.text))
        elif block.table is not None:
            pass
        elif self.format in _PLAIN and locator.line is not None:
            if line_starts is None:
                head = self.text.rfind("\n", block.start, start) + 1 or block.start
                line = locator.line + self.text.count("\n", block.start, start)
            else:
                number = bisect_right(line_starts, start)
                # Not sought back in the text: it may be one line with 100,000 findings.
                head = max(line_starts[number - 1], block.start)
                line = locator.line + number - bisect_right(line_starts, block.start)
            # Written out, as below: `replace` takes longer than all the rest.
            locator = Locator(
                locator.page, locator.box, locator.paragraph, locator.sheet, locator.cell, locator.row,
                start - head + 1, line, locator.note,
            )  # fmt: skip
        hidden = self._concealed_at(start, end)
        return (hidden.part if hidden is not None else part), locator

    def _concealed_at(self, start: int, end: int) -> Concealed | None:
        """The last concealed stretch that touches text[start:end]; they are in order of start."""
        for k in range(bisect_right(self._concealed_starts, end - 1) - 1, -1, -1):
            if self.concealed[k].end > start:
                return self.concealed[k]
            if self._concealed_reach[k] <= start:
                break
        return None


def _cell_place(block: Block, offset: int) -> tuple[str, Locator]:
    table = block.table
    assert table is not None
    cell = table.cell_at(offset)
    if cell is None:
        cell = max(bisect_right(table.starts, offset) - 1, 0)
        if not table.starts:
            return block.part, block.locator
    row, column = table.numbers[table.row_of(cell)], table.columns[cell]
    name = cell_name(row, column) if table.sheet is not None else None
    part = block.part
    if row in table.hidden_rows or column in table.hidden_columns:
        part = "hidden"
    place = block.locator
    # Written out: a list of 15,000 rows asks for a place 60,000 times, and `replace` is slow.
    sheet = table.sheet if table.sheet is not None else place.sheet
    return part, Locator(
        place.page, place.box, place.paragraph, sheet, name or place.cell, row, column, None, place.note
    )


def _box(block: Block, start: int, end: int, text: str) -> tuple[float, float, float, float] | None:
    """The box around text[start:end], of its first line only where it wraps."""
    boxes = block.boxes
    assert boxes is not None
    stop = text.find("\n", start, end)
    first, last = start - block.start, (end if stop < 0 else stop) - block.start
    quads = [boxes[4 * i : 4 * i + 4] for i in range(first, last) if boxes[4 * i + 2] > boxes[4 * i]]
    if not quads:
        return None
    return (
        round(min(q[0] for q in quads), 2),
        round(min(q[1] for q in quads), 2),
        round(max(q[2] for q in quads), 2),
        round(max(q[3] for q in quads), 2),
    )


@dataclass(frozen=True, slots=True)
class Finding:
    """Something at text[start:end] that the rules ask a person to look at.

    `value` is the normalised value (digits without separators ...); it never shows in a repr.
    `severity` is the law's, `confidence` the evidence's. `view` names the reading that found it.
    """

    rule: str
    entity: str
    severity: Severity
    confidence: Confidence
    start: int
    end: int
    part: str
    locator: Locator
    value: str = field(repr=False)
    view: str
    message: str
    advice: str
    basis: tuple[str, ...]
    masked: bool = False
    candidates: int | None = None
    permitted_end: int | None = None
    """ADDRESS: where the part that may stay (to township or street) ends"""
    column: int | None = None
    """the table column it stands in: findings of one rule in one column are shown as a group"""
    depth: str = ""
    """ADDRESS: how deep it goes: group, door, building, unit, room or floor"""
    role: str = ""
    """NAME: what the person is to the document, a key of ROLE_TITLES"""
    scope: str = ""
    """how far it may be published in a document of this genre, in Chinese (仅村内公示)"""
    recognised: bool = False
    """its text was recognised in a picture"""
    combined_with: tuple[str, ...] = ()
    """entities of the same person that stand in the same row or clause"""
    marks: tuple[str, str] | None = None
    """fingerprint and value id, where `value` is not the value any more but what may be shown of it"""

    @property
    def identity(self) -> str:
        """What findings of the same value share."""
        return self.marks[1] if self.marks is not None else self.value


@dataclass(frozen=True, slots=True)
class DocumentGenre:
    """What kind of document (文种) it is, how sure that is, and the words that told it."""

    name: str
    confidence: Confidence
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a file could not be read, as it stands in a report."""

    code: str
    message: str


VERDICTS: tuple[Verdict, ...] = ("block", "check", "incomplete", "note", "clear")
"""the gravest first"""


@dataclass(frozen=True, slots=True)
class Result:
    """What a scan says of one file. `document` is None when the file could not be read at all."""

    path: str
    document: Document | None
    findings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    faults: tuple[Fault, ...] = ()
    name_findings: tuple[Finding, ...] = ()
    """findings in the file's own name; their offsets count in that name"""
    genre: DocumentGenre | None = None
    members: tuple[Result, ...] = ()
    """what is said of the files in it (an archive's, a mail's), also of those in these"""

    @property
    def complete(self) -> bool:
        read = self.document is not None and not self.gaps and not self.faults
        return read and all(member.complete for member in self.members)

    @property
    def verdict(self) -> Verdict:
        found: set[str] = {finding.severity for finding in (*self.findings, *self.name_findings)}
        found.update(member.verdict for member in self.members)
        for verdict in VERDICTS:
            if verdict in found or (verdict == "incomplete" and not self.complete):
                return verdict
        return "clear"
