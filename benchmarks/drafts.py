"""Made-up drafts in every format that is read: the same folder for the same seed and count.

    python benchmarks/drafts.py FOLDER COUNT [--kinds txt,html,docx] [--seed N] [--size BYTES]

Files are spread over folders of 500, text by text from corpus.py, each of --size bytes on average. doc, xls, odt and
rtf are converted by LibreOffice from a few of the others and left out where it is missing; png (a picture of text) is
made only when it is named.
"""

from __future__ import annotations

import argparse
import html
import io
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from corpus import PERSON_HEADERS, corpus, persons

Lines = Sequence[str]
OLD = {"doc": "docx", "xls": "xlsx", "odt": "docx", "rtf": "docx"}
"""converted format -> what it is converted from"""
_EACH = 500
"""files in one folder"""
_OLD_ONES = 12
"""different files of a format that must be converted; more are copies of these"""


def packed(members: dict[str, str | bytes]) -> bytes:
    """A zip of these members."""
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(name, data)
    return stream.getvalue()


_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{}</Types>'
_RELS = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
_PART = '<Override PartName="/{}" ContentType="application/vnd.openxmlformats-officedocument.{}+xml"/>'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _relations(*targets: tuple[str, str]) -> str:
    inside = "".join(
        f'<Relationship Id="r{k}" Type="{_OFFICE}/{kind}" Target="{target}"/>' for k, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inside}</Relationships>'


def _txt(lines: Lines) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _md(lines: Lines) -> bytes:
    return _txt([f"# {lines[0]}", "", *lines[1:]])


def _rows(lines: Lines) -> list[tuple[str, ...]]:
    """A list of as many bytes as the lines, nearly: a matter in each row, a person in one of ten lists."""
    size = sum(len(line.encode()) for line in lines)
    if sum(map(len, lines)) % 10 == 0:
        return [PERSON_HEADERS, *persons(max(size // 110, 2), seed=size)]
    return [("序号", "事项", "办理情况", "数量"), *(
        (str(k), line[:12], line[12:60], str(len(line))) for k, line in enumerate(lines, 1)
    )]  # fmt: skip


def _csv(lines: Lines) -> bytes:
    return "".join(",".join(cell.replace(",", "，") for cell in row) + "\n" for row in _rows(lines)).encode()


def _html(lines: Lines) -> bytes:
    body = "".join(f"<p>{html.escape(line)}</p>\n" for line in lines)
    head = f'<head><meta charset="utf-8"><title>{html.escape(lines[0])}</title></head>'
    return f'<!DOCTYPE html><html>{head}<body><div class="nav"><a href="/">首页</a></div>{body}</body></html>'.encode()


def _docx(lines: Lines) -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(f"<w:p><w:r><w:t>{html.escape(line)}</w:t></w:r></w:p>" for line in lines)
    return packed({
        "[Content_Types].xml": _TYPES.format(_RELS + _PART.format("word/document.xml", "wordprocessingml.document.main")),
        "_rels/.rels": _relations(("officeDocument", "word/document.xml")),
        "word/document.xml": f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>',
    })  # fmt: skip


def _xlsx(lines: Lines) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("清单")
    for row in _rows(lines):
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _pptx(lines: Lines) -> bytes:
    """Six lines on each slide."""
    spaces = (
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        f'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:r="{_OFFICE}"'
    )
    pages = [lines[k : k + 6] for k in range(0, len(lines), 6)]
    names = [f"slides/slide{k}.xml" for k in range(1, len(pages) + 1)]
    shown = "".join(f'<p:sldId id="{255 + k}" r:id="r{k}"/>' for k in range(1, len(pages) + 1))
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES.format(
            _RELS + _PART.format("ppt/presentation.xml", "presentationml.presentation.main")
            + "".join(_PART.format(f"ppt/{name}", "presentationml.slide") for name in names)
        ),
        "_rels/.rels": _relations(("officeDocument", "ppt/presentation.xml")),
        "ppt/_rels/presentation.xml.rels": _relations(*(("slide", name) for name in names)),
        "ppt/presentation.xml": f"<p:presentation {spaces}><p:sldIdLst>{shown}</p:sldIdLst>"
        '<p:sldSz cx="9144000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/></p:presentation>',
    }  # fmt: skip
    for name, page in zip(names, pages, strict=True):
        body = "".join(f'<a:p><a:r><a:rPr lang="zh-CN"/><a:t>{html.escape(line)}</a:t></a:r></a:p>' for line in page)
        parts[f"ppt/{name}"] = (
            f'<p:sld {spaces}><p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>'
            '<p:grpSpPr/><p:sp><p:nvSpPr><p:cNvPr id="2" name="内容"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm>'
            '<a:off x="914400" y="914400"/><a:ext cx="7000000" cy="5000000"/></a:xfrm></p:spPr>'
            f"<p:txBody><a:bodyPr/>{body}</p:txBody></p:sp></p:spTree></p:cSld></p:sld>"
        )
    return packed(parts)


def _folded(lines: Lines, width: int) -> list[str]:
    return [line[k : k + width] for line in lines for k in range(0, len(line), width)]


def _pdf(lines: Lines) -> bytes:
    """Pages of 30 lines in the font that every reader of Chinese PDF has."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=1)
    folded = _folded(lines, 40)
    for page in range(0, len(folded), 30):
        canvas.setFont("STSong-Light", 11)
        for k, line in enumerate(folded[page : page + 30]):
            canvas.drawString(60, 790 - 24 * k, line)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _ofd(lines: Lines) -> bytes:
    """Pages of 30 lines, an object for each (GB/T 33190)."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    folded = _folded(lines, 31)
    pages = [folded[k : k + 30] for k in range(0, len(folded), 30)]
    size = "<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
    listed = "".join(f'<ofd:Page ID="{k + 10}" BaseLoc="Pages/Page_{k}/Content.xml"/>' for k in range(len(pages)))
    parts: dict[str, str | bytes] = {
        "OFD.xml": f'<ofd:OFD {space} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>{len(lines):032x}'
        "</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:CommonData><ofd:MaxUnitID>100000</ofd:MaxUnitID><ofd:PageArea>"
        f"{size}</ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData><ofd:Pages>{listed}</ofd:Pages>"
        "</ofd:Document>",
        "Doc_0/PublicRes.xml": f'<ofd:Res {space} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="1" FontName="SimSun"/></ofd:Fonts>'
        "</ofd:Res>",
    }
    for number, page in enumerate(pages):
        body = "".join(
            f'<ofd:TextObject ID="{1000 + number * 30 + k}" Boundary="28 {24 + 8.5 * k:g} {5 * len(line)} 6" Font="1" Size="5">'
            f'<ofd:TextCode X="0" Y="5" DeltaX="{" ".join(["5"] * (len(line) - 1))}">{html.escape(line)}</ofd:TextCode>'
            "</ofd:TextObject>"
            for k, line in enumerate(page)
        )
        parts[f"Doc_0/Pages/Page_{number}/Content.xml"] = (
            f"<ofd:Page {space}><ofd:Area>{size}</ofd:Area><ofd:Content>"
            f'<ofd:Layer ID="{500 + number}">{body}</ofd:Layer></ofd:Content></ofd:Page>'
        )
    return packed(parts)


def _eml(lines: Lines) -> bytes:
    """A mail with one attachment."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "zwgk@qinghe.example.cn", "bgs@qinghe.example.cn"
    mail["Subject"], mail["Date"] = lines[0][:60].strip(), "Mon, 02 Nov 2026 09:00:00 +0800"
    half = len(lines) // 2
    mail.set_content("\n".join(lines[:half]))
    mail.add_attachment(_docx(lines[half:]), "application", "octet-stream", filename="附件.docx")
    return mail.as_bytes()


def _zip(lines: Lines) -> bytes:
    third = max(len(lines) // 3, 1)
    return packed({
        "材料/正文.docx": _docx(lines[:third]), "材料/清单.csv": _csv(lines[third : 2 * third] or lines),
        "材料/说明.txt": _txt(lines[2 * third :] or lines),
    })  # fmt: skip


def _png(lines: Lines) -> bytes:
    """An A4 page of 30 lines at 100 dots an inch, in whichever Chinese font the machine has."""
    from PIL import Image, ImageDraw, ImageFont

    found = subprocess.run(["fc-match", "-f", "%{file}", "Noto Sans CJK SC"], capture_output=True, text=True, check=True)
    font = ImageFont.truetype(found.stdout, 20)
    page = Image.new("L", (827, 1169), 255)
    draw = ImageDraw.Draw(page)
    for k, line in enumerate(_folded(lines, 34)[:30]):
        draw.text((60, 60 + 34 * k), line, font=font, fill=0)
    stream = io.BytesIO()
    page.save(stream, "PNG")
    return stream.getvalue()


MAKERS: dict[str, Callable[[Lines], bytes]] = {
    "txt": _txt, "md": _md, "csv": _csv, "html": _html, "docx": _docx, "xlsx": _xlsx, "pptx": _pptx, "pdf": _pdf,
    "ofd": _ofd, "eml": _eml, "zip": _zip, "png": _png,
}  # fmt: skip
KINDS = (*(kind for kind in MAKERS if kind != "png"), *OLD)


@cache
def _pool(seed: int) -> list[str]:
    return [line for line in corpus(3_000_000, "mixed", seed).split("\n") if line]


def texts(seed: int, size: int) -> Iterator[list[str]]:
    """Stretches of made-up drafts, of 0.1 to 1.9 times `size` bytes, for ever."""
    pool, chance = _pool(seed), random.Random(seed)
    while True:
        wanted, start = chance.uniform(0.1, 1.9) * size, chance.randrange(len(pool) - 2000)
        lines: list[str] = []
        while wanted > 0:
            lines.append(pool[start + len(lines)])
            wanted -= len(lines[-1].encode())
        yield lines


def make(folder: Path, count: int, kinds: Sequence[str], *, seed: int = 2026, size: int = 3000) -> None:
    """Writes `count` files to `folder`, of the kinds in turn."""
    told = texts(seed, size)
    converted = _converted([kind for kind in kinds if kind in OLD], told)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        where = folder / f"{number // _EACH:03}"
        if number % _EACH == 0:
            where.mkdir(parents=True)
        lines = next(told)
        data = MAKERS[kind](lines) if kind in MAKERS else converted[kind][number // len(kinds) % _OLD_ONES]
        (where / f"{number:06}.{kind}").write_bytes(data)


def _converted(kinds: Sequence[str], told: Iterator[Lines]) -> dict[str, list[bytes]]:
    """By format, some files that LibreOffice made."""
    made: dict[str, list[bytes]] = {}
    for kind in kinds:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            sources = [folder / f"{k:02}.{OLD[kind]}" for k in range(_OLD_ONES)]
            for source in sources:
                source.write_bytes(MAKERS[OLD[kind]](next(told)))
            subprocess.run(
                ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", kind,
                 "--outdir", str(folder / "out"), *map(str, sources)],
                check=True, capture_output=True,
            )  # fmt: skip
            made[kind] = [(folder / "out" / f"{source.stem}.{kind}").read_bytes() for source in sources]
    return made


def makeable(kinds: Sequence[str]) -> list[str]:
    """Those of the kinds that this machine can make."""
    return [kind for kind in kinds if kind not in OLD or shutil.which("soffice")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("--kinds", default=",".join(KINDS), help="formats, separated by commas; a format given twice is twice as frequent")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--size", type=int, default=3000, help="bytes of text in a file, on average")
    options = parser.parse_args()
    make(options.folder, options.count, makeable(options.kinds.split(",")), seed=options.seed, size=options.size)


if __name__ == "__main__":
    main()
