"""政府信息公开保密审查表: the record that inspectors ask for, as docx and as an A4 PDF, from one list of rows.

Its fields are the union of those of real forms (the rules of a provincial department, an archive, a township and an
agency; docs/workbench.md names them). Everything in it is masked, as the ledger is.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reviewer.reports.words import entity_title
from reviewer.review.procedure import ROLES
from reviewer.web.words import day, located, named, size, when

TITLE = "政府信息公开保密审查表"
NOTICE = "本系统不得处理国家秘密。机器检查不代替人的审查；由审查人签署生效。"
_SENSITIVE = frozenset(
    ("ID_CARD", "HEALTH", "MINOR", "RELIGION", "BIOMETRIC", "TRACK", "BANK_CARD", "BANK_ACCOUNT", "WELFARE")
)
"""敏感个人信息 (个人信息保护法 art 28)"""
_PERSONAL = frozenset(
    ("NAME", "PHONE", "ADDRESS", "EMAIL", "DOB", "PLATE", "WECHAT", "QQ", "HUKOU", "PASSPORT", "FAMILY", "INCOME")
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The form: rows of (title, text) cells; one cell goes over the whole width."""

    number: str
    unit: str
    filled: str
    rows: tuple[tuple[tuple[str, str], ...], ...] = field(repr=False)


def sheet(context: Mapping[str, Any]) -> Sheet:
    """The form of an item, from what its page shows."""
    view = context["view"]
    return Sheet(view.number, context["unit"], day(view.submitted_at or view.created_at), tuple(_rows(context)))


def _rows(context: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], ...]]:
    view = context["view"]
    item, case = view.item, view.case
    yield (("信息标题", item.title),)
    yield ("文号", item.doc_number), ("索引号", item.index_number)
    yield ("成文日期", _date(item.made_on)), ("有效性", named(item.validity, "validity"))
    yield ("拟稿人、科室", f"{context['drafter']}　{item.drafter_office}".strip()), ("信息类别",
    named(item.category, "category"))
    yield ("信息来源", _source(item)), ("文种", item.genre or _recognised(context["files"]))
    yield ("拟公开属性", named(item.attribute, "attribute")), ("拟公开方式", "、".join(named(one,
    "channel") for one in item.channels))
    yield ("拟公开范围", f"{named(item.scope, 'scope')}　{item.scope_name}".strip()), ("拟公开时间",
    _date(item.publish_on))
    yield ("公示期", _span(item.notice_from, item.notice_to)), ("撤下日期", _date(item.take_down_on))
    yield (
        ("个人信息保护影响评估", _answer(item.impact_assessment, item.impact_reference)),
        ("单独同意", _answer(item.separate_consent, item.separate_reference)),
    )
    yield (("附件清单", _files(context["files"])),)
    yield from _contents(context)
    yield (("机器检查结果", _machine(context)),)
    yield (("没有读到的部分", _gaps(context["gaps"])),)
    yield from _opinions(context)
    outcome = f"{named(case.outcome, 'outcome')}　{named(case.article, 'article')}".strip() or "（尚未作出）"
    yield (("处理意见", outcome),)
    if context["parties"]:
        yield (("征求第三方意见", _parties(context["parties"])),)
    yield ("发布位置", view.published_where), ("发布后复核", "")
    yield (("备注", item.remarks),)


def _contents(context: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], ...]]:
    """Whether it touches state, work or trade secrets and persons: what was found and what people said of it."""
    found = context["findings"]
    yield (
        ("是否涉国家秘密", _touches(found, ("CLASSIFICATION", "MAP_SECRET"))),
        ("是否涉工作秘密、过程性信息", _touches(found, ("PROCESS_INFO",))),
    )
    yield (
        ("是否涉商业秘密", _touches(found, ("TRADE_SECRET", "CREDENTIAL"))),
        ("是否涉个人隐私、个人信息", _touches(found, (*_PERSONAL, *_SENSITIVE))),
    )
    kinds = {one["entity"] for one in found if one["entity"] in _PERSONAL | _SENSITIVE and one["kind"] != "false_alarm"}
    joined = "同一文件含多类个人信息，公开前应一并判断能否拼合识别" if len(kinds) > 2 else "没有查到多类个人信息并存"
    yield ("敏感个人信息", _touches(found, tuple(_SENSITIVE))), ("汇聚风险", joined)


def _touches(found: Sequence[Mapping[str, Any]], entities: Sequence[str]) -> str:
    kinds: Counter[str] = Counter()
    for one in found:
        if one["entity"] in entities:
            # What is only a hint needs no decision: it is not open.
            kinds[one["kind"] or ("open" if one["due"] else "hint")] += one["count"]
    if not kinds:
        return "没有查到"
    words = {"open": "尚未处理", "must_change": "违规须改", "masked": "脱敏", "lawful": "依法可公开",
             "false_alarm": "误报", "declassified": "已解密", "hint": "提示"}  # fmt: skip
    told = "、".join(f"{words.get(kind, kind)} {count}" for kind, count in kinds.items())
    return f"查到 {sum(kinds.values())} 处：{told}"


def _machine(context: Mapping[str, Any]) -> str:
    found = context["findings"]
    version, digest = context["rules"]
    levels: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for one in found:
        levels[one["severity"]] += one["count"]
        kinds[entity_title(one["entity"])] += one["count"]
    known = [level for level in ("block", "check", "note") if levels[level]]
    head = "、".join(f"{named(level, 'severity')} {levels[level]} 处" for level in known)
    most = "；".join(f"{title} {count}" for title, count in kinds.most_common(8))
    rules = f"规则 {version}（sha256 {digest[:16]}）"
    return f"{head}。{most}。{rules}" if found else f"没有发现问题（不等于可以公开）。{rules}"


def _opinions(context: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], ...]]:
    """One row for each step: opinion, name and moment; empty to be signed by hand where it is not signed yet."""
    case = context["view"].case
    signed = {one["step"]: one for one in context["signatures"] if one["round"] == case.round}
    for number, step in enumerate(case.steps):
        one = signed.get(number)
        if one is None:
            text = "（未签署）"
        else:
            name = one["name"] + (f"（代{one['behalf_name']}）" if one["behalf_name"] else "")
            text = f"{named(one['proposal'], 'outcome')}。{one['opinion']}\n签名：{name}　{when(one['at'])}"
        yield ((f"{ROLES[step.role]}意见", text),)


def _files(files: Sequence[Mapping[str, Any]]) -> str:
    finals = [one for one in files if one["role"] == "final"]
    lines = [
        f"{number}. {one['name']}（{size(one['size'])}，sha256 {one['sha256']}）" for number,
        one in enumerate(finals, 1)
    ]
    return f"共 {len(finals)} 件\n" + "\n".join(lines) if finals else "没有上传最终文件"


def _recognised(files: Sequence[Mapping[str, Any]]) -> str:
    """The genre that the tool saw in the final files, where nobody chose one."""
    seen = dict.fromkeys(one["genre"] for one in files if one["role"] == "final" and one["genre"])
    return f"{'、'.join(seen)}（系统识别）" if seen else ""


def _gaps(gaps: Sequence[Mapping[str, Any]]) -> str:
    shown = [one for one in gaps if one["file_role"] == "final"]
    if not shown:
        return "没有"
    lines = [
        f"{located(one['place'], one['part'])}：{one['message']}"
        + (f"（已由{one['said']['read_by']}人工查看，{day(one['said']['at'])}）" if one["said"] else "（尚未人工查看）")
        for one in shown[:20]
    ]
    return f"共 {len(shown)} 处\n" + "\n".join(lines)


def _parties(parties: Sequence[Mapping[str, Any]]) -> str:
    return "\n".join(f"{one['asked']}：{day(one['asked_at'])} 发出；{_answered(one)}" for one in parties)


def _answered(one: Mapping[str, Any]) -> str:
    return f"{one['remark']}（{day(one['answered_at'])}）" if one["answer"] else "尚未答复"


def _source(item: Any) -> str:
    words = [named(item.source, "source"), item.source_agency]
    if item.source_consent:
        words.append(f"同意公开：{named(item.source_consent, 'answer')} {item.consent_reference}".strip())
    return "　".join(filter(None, words))


def _answer(answer: str | None, reference: str) -> str:
    return f"{named(answer, 'answer')} {reference}".strip()


def _date(one: Any) -> str:
    return one.isoformat() if one else ""


def _span(start: Any, end: Any) -> str:
    return f"{_date(start)} 至 {_date(end)}" if start or end else ""


# --- docx ------------------------------------------------------------------------------------------


def docx(made: Sheet) -> bytes:
    """The form as a Word document on A4."""
    from docx import Document
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2)
    page.top_margin = page.bottom_margin = Cm(1.8)
    head = document.add_paragraph()
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(head, TITLE, 18, bold=True, font="黑体")
    line = document.add_paragraph()
    _run(line, "　　".join(_top(made)), 10.5)
    table = document.add_table(rows=0, cols=4)
    table.style = "Table Grid"
    table.autofit = False
    widths = (Cm(3.1), Cm(5.4), Cm(3.1), Cm(5.4))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in made.rows:
        added = table.add_row()
        added.height = Cm(0.75)
        cells = added.cells
        for cell, width in zip(cells, widths, strict=True):
            cell.width = width
        whole = len(row) == 1
        for number, (title, text) in enumerate(row):
            _run(cells[2 * number].paragraphs[0], title, 10.5, bold=True)
            target = cells[1].merge(cells[3]) if whole else cells[2 * number + 1]
            lines = text.split("\n")
            _run(target.paragraphs[0], lines[0], 10.5)
            for more in lines[1:]:
                _run(target.add_paragraph(), more, 10.5)
    for cell in (cell for row in table.rows for cell in row.cells):
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        for one in cell.paragraphs:
            one.paragraph_format.space_after = Pt(0)
    _run(document.add_paragraph(), NOTICE, 9)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _run(paragraph: Any, text: str, points: float, *, bold: bool = False, font: str = "宋体") -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run = paragraph.add_run(_plain(text))
    run.bold = bold
    run.font.size = Pt(points)
    run.font.name = "Times New Roman"
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)


def _plain(text: str) -> str:
    """What XML can hold."""
    return "".join(char for char in text if char in "\n\t" or (ord(char) >= 32 and not "\ud800" <= char <= "\udfff"))


# --- pdf -------------------------------------------------------------------------------------------

_FONT = "STSong-Light"
"""a font of Adobe's Asian font pack: it is not embedded, every reader for Chinese has a stand-in"""


def pdf(made: Sheet) -> bytes:
    """The form as PDF on A4."""
    from reportlab.lib.colors import black
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import cm
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

    registerFont(UnicodeCIDFont(_FONT))
    body = ParagraphStyle("body", fontName=_FONT, fontSize=10, leading=14, wordWrap="CJK")
    head = ParagraphStyle("head", fontName=_FONT, fontSize=18, leading=26, alignment=1)
    small = ParagraphStyle("small", parent=body, fontSize=8.5, leading=12)

    def cell(text: str) -> Paragraph:
        return Paragraph(_escaped(text), body)

    rows, spans = [], []
    for number, row in enumerate(made.rows):
        cells = [cell(text) for pair in row for text in pair]
        if len(row) == 1:
            spans.append(("SPAN", (1, number), (3, number)))
            cells += ["", ""]
        rows.append(cells)
    table = Table(rows, colWidths=[2.9 * cm, 5.6 * cm, 2.9 * cm, 5.6 * cm], repeatRows=0, splitInRow=1)
    lines = [("GRID", (0, 0), (-1, -1), 0.6, black), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
             ("TOPPADDING", (0, 0), (-1, -1), 3), ("BOTTOMPADDING", (0, 0), (-1, -1), 4)]  # fmt: skip
    table.setStyle([*lines, *spans])
    stream = io.BytesIO()
    # No moment of making: the same record gives the same bytes.
    file = SimpleDocTemplate(
        stream, pagesize=A4, leftMargin=2 * cm, rightMargin=2 * cm, topMargin=1.6 * cm, bottomMargin=1.6 * cm,
        title=f"{TITLE} {made.number}", invariant=1,
    )  # fmt: skip
    # A paragraph makes one blank of several: cells without lines keep them apart.
    top = Table([[cell(one) for one in _top(made)]], colWidths=[5.2 * cm, 6.8 * cm, 5 * cm])
    file.build([
        Paragraph(TITLE, head), top, Spacer(1, 2), table, Spacer(1, 6),
        Paragraph(_escaped(NOTICE), small),
    ])  # fmt: skip
    return stream.getvalue()


def _top(made: Sheet) -> tuple[str, str, str]:
    return f"编号：{made.number}", f"单位：{made.unit}", f"填表日期：{made.filled}"


def _escaped(text: str) -> str:
    import html

    return html.escape(_plain(text)).replace("\n", "<br/>")


KINDS: dict[str, tuple[Callable[[Sheet], bytes], str]] = {
    "docx": (docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": (pdf, "application/pdf"),
}
"""what the form can be written as"""
