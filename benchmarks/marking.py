"""One draft of each format: scanned, annotated and masked with proof, in a process of its own.

    python benchmarks/marking.py FORMAT SIZE

Prints JSON: seconds of processor time for scan, annotate and mask, and the most memory that was held, in bytes.
SIZE is rows (csv, xlsx), pages (pdf), paragraphs (docx, html).
"""

from __future__ import annotations

import html
import io
import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import gettempdir

from corpus import PERSON_HEADERS, corpus, persons

from reviewer.keys import Key
from reviewer.marking.notes import notes_for
from reviewer.marking.plan import Choice
from reviewer.marking.publish import annotated, publish
from reviewer.readers import read_bytes
from reviewer.reports import Bundle
from reviewer.rulebook.masking import load_policy
from reviewer.scanning import Scanner
from reviewer.settings import Settings

SIZES = {"csv": 15_000, "xlsx": 50_000, "docx": 2_000, "html": 2_000, "pdf": 300}


def _csv(size: int) -> bytes:
    return "".join(",".join(row) + "\n" for row in (PERSON_HEADERS, *persons(size))).encode()


def _xlsx(size: int) -> bytes:
    """Twelve columns, six of them without anything to be found."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("名单")
    sheet.append((*PERSON_HEADERS, "年度", "项目", "标准", "面积", "批次", "备注"))
    for row in persons(size):
        sheet.append((*row, 2024, "耕地地力保护补贴", 85.5, 3.2, "第一批", ""))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _paragraphs(size: int) -> list[str]:
    prose = [line for line in corpus(size * 240, "prose").split("\n") if line.strip()][:size]
    told = (f"申请人{row[1]}，身份证号码{row[2]}，电话{row[3]}，住{row[4]}。" for row in persons(size // 4))
    return [line + next(told) if k % 4 == 0 else line for k, line in enumerate(prose) if k < size]


def _docx(size: int) -> bytes:
    from zipfile import ZIP_DEFLATED, ZipFile

    main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    body = "".join(f"<w:p><w:r><w:t>{html.escape(line)}</w:t></w:r></w:p>" for line in _paragraphs(size))
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as package:
        package.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            'wordprocessingml.document.main+xml"/></Types>',
        )
        package.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        package.writestr("word/document.xml", f'<w:document xmlns:w="{main}"><w:body>{body}</w:body></w:document>')
    return stream.getvalue()


def _html(size: int) -> bytes:
    body = "".join(f"<p>{html.escape(line)}</p>\n" for line in _paragraphs(size))
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{body}</body></html>'.encode()


def _pdf(size: int) -> bytes:
    """Pages of 30 lines in the font that every reader of Chinese PDF has; a row of the list on each."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    lines = [line[k : k + 40] for line in corpus(size * 4000, "prose").split("\n") for k in range(0, len(line), 40)]
    for page, row in enumerate(persons(size)):
        canvas.setFont("STSong-Light", 11)
        told = f"申请人{row[1]}，身份证号码{row[2]}，电话{row[3]}，住{row[4]}。"
        for k, line in enumerate([*lines[page * 29 : page * 29 + 15], told, *lines[page * 29 + 15 : page * 29 + 29]]):
            canvas.drawString(60, 790 - 24 * k, line)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


MAKERS: dict[str, Callable[[int], bytes]] = {"csv": _csv, "xlsx": _xlsx, "docx": _docx, "html": _html, "pdf": _pdf}


def main() -> None:
    kind, size = sys.argv[1], int(sys.argv[2])
    if len(sys.argv) > 3:
        sys.stdout.buffer.write(MAKERS[kind](size))
        return
    draft = Path(gettempdir()) / f"reviewer-benchmark-{size}.{kind}"
    if not draft.exists():
        draft.write_bytes(MAKERS[kind](size))
    data, key = draft.read_bytes(), Key(b"k" * 32)
    scanner = Scanner(Settings(today=date(2026, 11, 22)), cache=Path(gettempdir()) / "reviewer-benchmark-cache")
    scanner.text("申请人：张建国，电话13800013800，住合肥市明光路1号2幢301室。")
    before = time.process_time()
    result = scanner.document(read_bytes(data, draft.name, scanner.settings.limits))
    scan = time.process_time() - before
    before = time.process_time()
    bundle = Bundle((result,), key)
    annotated(data, result, notes_for(bundle, result), scanner)
    annotate = time.process_time() - before
    before = time.process_time()
    outcome = publish(data, result, scanner, load_policy(), Choice(), key)
    mask = time.process_time() - before
    answer = {
        "bytes": len(data), "findings": len(result.findings), "scan": scan, "annotate": annotate, "mask": mask,
        "written": outcome.data is not None, "rounds": outcome.rounds,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }  # fmt: skip
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
