"""A publishable copy of a PDF: what is masked is gone from its content, its fonts and all that lies beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pikepdf
import pypdfium2.raw as raw
from pikepdf import Dictionary, Name

from reviewer.errors import MarkingError
from reviewer.marking import pdf_clean
from reviewer.marking.model import Edit, Masked
from reviewer.marking.page_labels import FIXED
from reviewer.marking.pdf_cut import Cuts, Cutter, balanced
from reviewer.marking.pdf_fonts import Fonts
from reviewer.marking.pdf_labels import Labels, length, rows
from reviewer.marking.pdf_layers import Layers
from reviewer.marking.pdf_looks import looks
from reviewer.marking.pdf_match import Places, cell, line_of
from reviewer.marking.pdf_open import is_signed, opened, refuse_bombs, saved
from reviewer.marking.pdf_picture import loaded, make_picture
from reviewer.marking.pdf_places import Box
from reviewer.marking.pdf_places import rows as joined
from reviewer.marking.pdf_scrub import scrub
from reviewer.marking.pdf_targets import Target, Targets, targets
from reviewer.marking.pdf_walk import TELLING, Glyph, Sheet, Walker, instruction
from reviewer.model import Document
from reviewer.readers import pdf_bytes, pdfium
from reviewer.settings import Limits

_VOID = "原件有电子签名：脱敏副本改写了文件，其中的签名已失效并删去，以原件为准。"
_ROUNDS = 3
_LARGE, _LARGEST = 2_000_000, 30_000_000
"""bytes of a page's content: from the one on, its lines are not read in vain, beyond the other not at all"""


@dataclass(slots=True)
class _Job:
    """One file on its way."""

    pdf: pikepdf.Pdf
    data: bytes = field(repr=False)
    targets: Targets = field(repr=False)
    edits: tuple[Edit, ...] = field(repr=False)
    pictured: set[int]
    walker: Walker
    labels: Labels
    cutter: Cutter
    placed: set[int] = field(default_factory=set)
    flattened: dict[int, int] = field(default_factory=dict)
    """by page"""
    switched_off: int = 0


def masked(data: bytes, document: Document, edits: tuple[Edit, ...], limits: Limits) -> Masked:
    """The copy; see reviewer.marking.model. A page from which nothing can be cut safely becomes a picture."""
    found = targets(document, edits)
    pictured: set[int] = set()
    for _ in range(_ROUNDS):
        with opened(data) as pdf:
            refuse_bombs(pdf, limits.member_bytes)
            job = _job(pdf, data, found, edits, pictured)
            beside = pdf_clean.count_beside(pdf)
            _pages(job)
            faults = _finished(job)
            made = saved(pdf, packed=True)
            unlocked = pdf.is_encrypted
        left = _left(made, job)
        if not left:
            return Masked(made, _removed(job, beside), _remarks(job, unlocked, faults), _unplaced(job))
        pictured |= left
    raise MarkingError("有文字无法从页面中删除干净，没有生成副本。请在原软件中删除后另存。")


def _job(pdf: pikepdf.Pdf, data: bytes, found: Targets, edits: tuple[Edit, ...], pictured: set[int]) -> _Job:
    fonts = Fonts()
    layers = Layers(pdf.Root)
    return _Job(
        pdf, data, found, edits, pictured, Walker(fonts, layers), Labels(pdf, fonts), Cutter(pdf)
    )


def _pages(job: _Job) -> None:
    for k, page in enumerate(job.pdf.pages):
        pdf_clean.flatten_inheritance(page.obj)
        if k in job.pictured or not _cut_page(job, k, page.obj):
            job.pictured.add(k)
            _picture(job, k, page.obj)


def _cut_page(job: _Job, k: int, page: Any) -> bool:
    """Take out of one page what has to go; False where that can not be done safely."""
    size = sum(len(content) for content in _contents(page))
    if size > _LARGE:
        if _stays(job, k, page):
            return True
        if size > _LARGEST:
            return False
    sheet, changed = _walked(job, page)
    if sheet is None or sheet.odd:
        return False
    cuts = Cuts()
    boxes: list[tuple[Glyph, float]] = []
    groups = _matched(job, k, sheet, cuts)
    if groups is None:
        return False
    for one in groups:
        job.placed.add(one.edit)
        _label(job, cuts, boxes, one)
    made, resources = job.cutter.page(sheet, cuts)
    job.switched_off += sheet.switched_off
    page.Resources = resources
    if made is None and not changed and not _has_comment(page):
        return True
    made = sheet.scope.instructions if made is None else made
    if boxes:
        made = [*balanced(made), *_grey(boxes)]
    page.Contents = job.pdf.make_stream(pikepdf.unparse_content_stream(made))
    return True


def _stays(job: _Job, k: int, page: Any) -> bool:
    """Whether nothing has to be taken out of a page (a map of a million lines), found without its lines."""
    if job.targets.characters.get(k) or job.targets.sought.get(k):
        return False
    sheet, changed = _walked(job, page, TELLING)
    if sheet is None or sheet.odd or changed or sheet.switched_off or _has_comment(page):
        return False
    cuts = Cuts()
    if _matched(job, k, sheet, cuts) or cuts.removed:
        return False
    made, resources = job.cutter.page(sheet, cuts)
    if made is None:
        page.Resources = resources
    return made is None


def _walked(job: _Job, page: Any, operators: str = "") -> tuple[Sheet | None, bool]:
    """What the page draws, with the looks of its annotations as part of it; and whether there were any.

    With `operators`, others are passed over.
    """
    resources = page.get("/Resources", Dictionary())
    try:
        instructions = list(pikepdf.parse_content_stream(page, operators)) if "/Contents" in page else []
        shown = list(looks(page, job.walker.layers, job.labels))
        if shown:
            instructions = balanced(instructions)
            forms = dict(resources.get("/XObject", Dictionary()).items())
            for number, (form, matrix) in enumerate(shown):
                name = f"/RvLook{number}"
                form.Subtype = Name.Form
                forms[name] = form
                instructions += [
                    instruction([], "q"), instruction(list(map(_decimal, matrix)), "cm"),
                    instruction([Name(name)], "Do"), instruction([], "Q"),
                ]  # fmt: skip
            resources = Dictionary(dict(resources.items()))
            resources.XObject = Dictionary(forms)
            job.flattened[page.objgen[0]] = len(shown)
        return job.walker.page(page, instructions, resources), bool(shown)
    except (pikepdf.PdfError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return None, False


def _decimal(value: float) -> Any:
    from decimal import Decimal

    return Decimal(f"{value:.6f}")


@dataclass(frozen=True, slots=True)
class _Gap:
    """Where something was taken out: the edit, the glyphs in their order, and what is written there."""

    edit: int
    glyphs: list[Glyph] = field(repr=False)
    text: str = field(repr=False)


def _matched(job: _Job, k: int, sheet: Sheet, cuts: Cuts) -> list[_Gap] | None:
    """Mark the glyphs that go, and give the gaps; None where a character has no glyph."""
    seen = [glyph for glyph in sheet.glyphs if not glyph.hidden]
    groups: dict[tuple[int, int], list[Glyph]] = {}
    wanted = job.targets.characters.get(k, ())
    if wanted:
        places = Places(sheet.glyphs)
        for target in wanted:
            glyphs = places.at(target.box, target.character)
            if not glyphs:
                return None
            for glyph in glyphs:
                cuts.remove(glyph)
            # Drawn twice (for a shadow), it is labelled twice: readers tell copies by their likeness.
            for copy, glyph in enumerate(glyph for glyph in glyphs if not glyph.hidden):
                if target.edit >= 0:
                    groups.setdefault((target.edit, copy), []).append(glyph)
    found = [_Gap(edit, glyphs, job.targets.labels[edit]) for (edit, _), glyphs in groups.items()]
    again = _said_again(job, k, {gap.edit for gap in found})
    found += _sought(job, k, seen, cuts)
    missed = {one.edit for one in job.targets.sought.get(k, ())} - again - {gap.edit for gap in found}
    if missed and sheet.unread:
        return None
    job.placed |= again
    return found


def _said_again(job: _Job, k: int, placed: Iterable[int]) -> set[int]:
    """The edits of text without a place on this page that only repeat one with a place (read out for glyphs)."""
    known = {job.targets.stretches[edit] for edit in placed}
    return {one.edit for one in job.targets.sought.get(k, ()) if one.region is None and one.text in known}


def _sought(job: _Job, k: int, seen: list[Glyph], cuts: Cuts) -> Iterable[_Gap]:
    """What is found by its text: where the reader kept no place, and what it did not find at all."""
    wanted = job.targets.sought.get(k, ())
    if not wanted and not job.targets.values:
        return
    line = line_of(glyph for glyph in seen if not cuts.holds(glyph))
    stretches = [(one.text, one.edit, one.region) for one in wanted]
    stretches += [(value, number, None) for value, number in job.targets.values.items() if value in line.text]
    for text, number, region in stretches:
        for glyphs in line.places(text, region):
            glyphs = [glyph for glyph in glyphs if not cuts.holds(glyph)]
            if glyphs:
                for glyph in glyphs:
                    cuts.remove(glyph)
                yield _Gap(number, glyphs, job.edits[number].replacement)


def _label(job: _Job, cuts: Cuts, boxes: list[tuple[Glyph, float]], gap: _Gap) -> None:
    if job.edits[gap.edit].blank:
        row = max(rows(gap.glyphs), key=length)
        boxes.append((row[0], length(row)))
    if gap.text:
        job.labels.put(cuts, gap.glyphs, gap.text, fixed=job.edits[gap.edit].blank)


def _grey(boxes: list[tuple[Glyph, float]]) -> list[Any]:
    """Grey bars of one width; where the gap is narrower, as wide as that."""
    made = []
    for glyph, room in boxes:
        em = (glyph.up[0] ** 2 + glyph.up[1] ** 2) ** 0.5 or 1.0
        ux, uy = glyph.up[0] / em, glyph.up[1] / em
        wide = min(FIXED * em, room)
        if glyph.font.vertical:
            frame, area = (ux, uy, -uy, ux), (-em, 0.0, wide, em)
        else:
            frame, area = (uy, -ux, ux, uy), (0.0, -0.2 * em, wide, 1.1 * em)
        made += [
            instruction([], "q"), instruction([_decimal(part) for part in (*frame, glyph.x, glyph.y)], "cm"),
            instruction([_decimal(0.8)], "g"), instruction([_decimal(part) for part in area], "re"),
            instruction([], "f"), instruction([], "Q"),
        ]  # fmt: skip
    return made


def _has_comment(page: Any) -> bool:
    """Whether the content may hold a comment, which is seen by no one."""
    return any(b"%" in content for content in _contents(page))


def _contents(page: Any) -> list[bytes]:
    """The page's content, stream by stream; what is damaged is left out."""
    known = page.get("/Contents")
    found = []
    for one in list(known) if isinstance(known, pikepdf.Array) else [known]:
        try:
            found.append(one.read_bytes() if isinstance(one, pikepdf.Stream) else b"")
        except pikepdf.PdfError:
            continue
    return found


def _picture(job: _Job, k: int, page: Any) -> None:
    """The page as a picture, with grey over what is masked and the labels on it."""
    covered: dict[int, list[Box]] = {}
    for target in job.targets.characters.get(k, ()):
        if target.edit >= 0:
            covered.setdefault(target.edit, []).append(target.box)
    labels = {edit: job.targets.labels[edit] for edit in covered}
    again = _said_again(job, k, covered)
    job.placed |= again
    for one in job.targets.sought.get(k, ()):
        if one.edit in again:
            continue
        if one.region is None:
            raise MarkingError(f"第{k + 1}页有文字无法确定位置，没有生成副本。请在原软件中删除后另存。")
        covered.setdefault(one.edit, []).append(one.region)
        labels[one.edit] = job.edits[one.edit].replacement
    job.placed.update(covered)
    boxes = [box for some in covered.values() for box in some]
    sheet, _ = _walked(job, page)
    if sheet is not None and not sheet.odd:
        boxes += [cell(glyph) for gap in _sought(job, k, sheet.glyphs, Cuts()) for glyph in gap.glyphs]
    make_picture(job.pdf, page, job.data, k, boxes)
    _write_over(job, page, [(text, covered[edit]) for edit, text in labels.items() if text])


def _write_over(job: _Job, page: Any, labels: list[tuple[str, list[Box]]]) -> None:
    pieces = [page.Contents.read_bytes().decode("ascii")]
    fonts: dict[str, Any] = {}
    for text, boxes in labels:
        row = max(joined(boxes), key=lambda box: box[2] - box[0])
        name = f"/Rv{len(pieces)}"
        content, fonts[name] = job.labels.over(text, row, name)
        pieces.append(content)
    page.Contents = job.pdf.make_stream(" ".join(pieces).encode("ascii"))
    if fonts:
        page.Resources.Font = Dictionary(fonts)


def _finished(job: _Job) -> list[str]:
    pdf_clean.clean(job.pdf)
    return scrub(job.walker.fonts.known.values())


# --- what is left, asked of another reader ---------------------------------------------------------------


def _left(made: bytes, job: _Job) -> set[int]:
    """The pages on which a character that had to go is still found at its place, by pdfium."""
    found: set[int] = set()
    with loaded(made) as document:
        for k, wanted in job.targets.characters.items():
            if k in job.pictured:
                continue
            with pdfium.closing(raw.FPDF_LoadPage(document, k), raw.FPDF_ClosePage) as page:
                if page and _stands(page, wanted, job.targets.labels):
                    found.add(k)
    return found


def _stands(page: Any, wanted: list[Target], labels: list[str]) -> bool:
    from reviewer.readers.pdf_page import read_text

    with pdfium.closing(raw.FPDFText_LoadPage(page), raw.FPDFText_ClosePage) as textpage:
        if not textpage:
            return False
        shown = read_text(textpage, max(raw.FPDFText_CountChars(textpage), 0))
    known: dict[tuple[int, int], list[tuple[float, float, str]]] = {}
    gone = {target.character for target in wanted}
    for k, character in enumerate(shown.raw):
        if character in gone:
            x0, y0, x1, y1 = shown.quads[4 * k : 4 * k + 4]
            x, y = (x0 + x1) / 2, (y0 + y1) / 2
            known.setdefault((int(x // 8), int(y // 8)), []).append((x, y, character))
    for target in wanted:
        if target.edit >= 0 and target.character in labels[target.edit]:
            continue
        x, y = (target.box[0] + target.box[2]) / 2, (target.box[1] + target.box[3]) / 2
        near = 0.3 * min(target.box[2] - target.box[0], target.box[3] - target.box[1])
        for column in (int(x // 8) - 1, int(x // 8), int(x // 8) + 1):
            for row in (int(y // 8) - 1, int(y // 8), int(y // 8) + 1):
                for px, py, character in known.get((column, row), ()):
                    if character == target.character and abs(px - x) < near and abs(py - y) < near:
                        return True
    return False


# --- what the user is told -----------------------------------------------------------------------------


def _removed(job: _Job, beside: dict[str, int]) -> tuple[str, ...]:
    told = [f"{reason} {number} 处" for reason, number in job.targets.unseen.items()]
    told += [f"{title} {number} 项" for title, number in beside.items()]
    saves = len(pdf_bytes.earlier_saves(job.data))
    if saves:
        told.append(f"早先保存的版本 {saves} 个")
    if job.flattened:
        number = sum(job.flattened.values())
        told.append(f"页面上看得见的表单内容、图章等 {number} 处已并入页面，不再是可编辑的对象")
    if job.switched_off and "隐藏图层" not in job.targets.unseen:
        told.append("未显示图层中的内容")
    return tuple(told)


def _remarks(job: _Job, unlocked: bool, faults: list[str]) -> tuple[str, ...]:
    told = [_VOID] if is_signed(job.data) else []
    if unlocked:
        told.append("原件设有权限密码（限制编辑、打印），副本不再有这些限制。")
    if job.pictured:
        pages = "、".join(str(k + 1) for k in sorted(job.pictured))
        told.append(f"第{pages}页的文字无法安全地逐字删除，已转为图像（不能再选取文字），请人工核对。")
    if faults:
        told.append(f"有{len(faults)}个嵌入字体无法精简，其中可能留有已删文字的字形（不含文字顺序）。")
    return tuple(told)


def _unplaced(job: _Job) -> tuple[int, ...]:
    elsewhere = set(job.targets.elsewhere)
    return tuple(k for k in range(len(job.edits)) if k in elsewhere or k not in job.placed)
