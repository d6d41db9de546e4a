"""Makes docs/formats.md from evidence: builds every made-up file of the reader contract, reads, marks and masks it.

    python -m tests.build_formats

needs LibreOffice, libarchive and the extra [ocr]. What a cell says was seen: the token was in the text that was read and
in that part; the remark is in the marked file, at its place or in a list; the token is not in the masked copy, neither in
its text nor in its bytes. Chinese titles of places are in place_titles.txt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

from reviewer.errors import MarkingError
from reviewer.marking.model import Edit, Note
from reviewer.marking.proof import streams
from reviewer.marking.publish import _MODULES
from reviewer.marking.search import ENCODINGS
from reviewer.model import PART_TITLES, PARTS, Document
from reviewer.readers import read_bytes
from reviewer.settings import Limits
from tests.readers import whole_office

TARGET = Path(__file__).parents[1] / "docs" / "formats.md"
_TITLES = Path(__file__).with_name("place_titles.txt")
_LIMITS = Limits()
_TOKEN = "代号K7Q9-4821"
_REMARK, _PLACE, _COVER = "核查说明甲乙丙", "核查位置甲乙丙", "〔核查替换〕"
_FORMATS = {
    "plain": "txt、md、csv、tsv", "docx": "docx", "xlsx": "xlsx", "pptx": "pptx", "pdf": "pdf", "ofd": "ofd",
    "html": "html、mhtml", "picture": "图片、矢量图的属性和文字", "mail": "eml、mbox、msg", "archive": "zip、tar、gz、bz2、xz、7z、rar",
}  # fmt: skip
_WHOLE = {
    "odt": "odt", "fodt": "fodt", "ods": "ods（fods 相同）", "odp": "odp（fodp 相同）", "doc": "doc、wps", "rtf": "rtf",
    "xls": "xls、et", "ppt": "ppt、dps",
}  # fmt: skip
"""formats that LibreOffice reads for us"""
_AT, _LISTED, _TOLD, _NONE = "原处", "列出", "提示", "—"
_REPLACED, _REMOVED, _LEFT = "改写", "删去", "**没有遮住**"
_HEAD = """# 读哪些地方，能不能标出、遮去

<!-- 由 python -m tests.build_formats 生成，不要手改：改读写程序或者 tests/readers/ 里的样件，再重新生成。 -->

这张表是实测的结果：对每一种格式的每一个地方，把一个记号放在那里，读这个文件，标注它，遮盖它，再检查结果。

- **读作**：读到了，报告里把它归在哪一部分。
- **标出**：{at}，批注、高亮或者着色就在那些字上（或所在的图形、单元格上）；{listed}，版面上没有可以标的位置，写明位置，
  列在一处（Word 文首的批注、“审查结果”工作表、第 1 张幻灯片、页角的注释、网页右侧）；{told}，文件里没有地方写，只在屏幕上提示。
- **遮去**：{replaced}，只换掉那几个字；{removed}，连同所在的隐藏文字、批注、属性、附件等整个去掉。两种都检查过：
  副本的文字和全部字节里都找不到原来的记号。
- {none}：不做。压缩包、邮件请先解压、另存，再逐个处理；其他的在表后说明。

xlsb 和标文通（uot、uos、uop）也由 LibreOffice 转换，没有逐个地方列表。LibreOffice 读标文通时分不清隐藏的文字、工作表和幻灯片，
照显示的读。单独的 winmail.dat 按压缩包打开。
"""
_NOTES = """## 没有读到的，怎样写明

| 情形 | 结果 |
| --- | --- |
| 没有装文字识别组件（`[ocr]`）时的图片、扫描页 | 每幅写成“没有读到的部分”，说明怎样安装；图片的属性照样读 |
| 图片里没有认出的文字（手写、印章、模糊） | 写成“没有读到的部分”，说明有几处 |
| 没有装 LibreOffice 时的 doc、ppt、rtf、odt 等 | 报错，说明装哪个软件包；xls、et、xlsb、ods 仍读单元格的值 |
| LibreOffice 转换时丢了正文里的文字 | 另外读出并审查，并写成“没有读到的部分”：标注稿、公开稿里没有这些文字 |
| 没有装 libarchive 时的 7z、rar | 写成“没有读到的部分”，说明装哪个软件包 |
| 加密的 docx、xlsx、pptx、doc、xls、ppt、pdf、zip | 说明用 `--password-file`；给对了密码就读 |
| 加密的 7z、rar、odt、ods、odp，文件名也加密的 7z、rar | 报错，说明解压、去掉密码后再审查 |
| 宏、内嵌的其他程序的对象、音频、视频 | 写成“没有读到的部分” |
| emf、wmf 里没有文字记录的（文字可能画成了线条），含有位图的 | 写成“没有读到的部分” |
| 单独的 svg、含有要遮盖文字的 emf、wmf、svg | 单独的 svg、emf、wmf 不能标注和遮盖，请另存为 png；docx、xlsx、pptx 里的矢量图含有要遮盖的文字时整幅换成空白图 |
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of one place; `part` is "" where the token was not read."""

    place: str
    part: str
    marked: str
    masked: str


# -- evidence -------------------------------------------------------------------------------------------------


def _spans(document: Document, token: str) -> list[tuple[int, int]]:
    text = document.text
    return [(k, k + len(token)) for k in range(len(text)) if text.startswith(token, k)]


def _streams_with(data: bytes, word: str) -> list[str]:
    return [name for name, stream in streams(data) if any(one in stream for one in _coded(word))]


def _coded(word: str) -> list[bytes]:
    """The word in each of the usual encodings that has it."""
    return [coded for one in ENCODINGS if (coded := word.encode(one, "ignore")).decode(one) == word]


def seen(place: str, wanted: str, data: bytes, name: str, token: str) -> Seen:
    """What becomes of one token in one file. `wanted` is the part that the contract asks for."""
    document = read_bytes(data, name, _LIMITS)
    spans = _spans(document, token)
    parts = {document.place(start, end)[0] for start, end in spans}
    if wanted not in parts:
        return Seen(place, "", _NONE, _NONE)
    writer = "converted" if document.converted else _MODULES.get(document.format)
    if writer is None:
        return Seen(place, wanted, _NONE, _NONE)
    return Seen(place, wanted, _marked(writer, data, document, spans), _masked(writer, data, document, spans, name, token))


def _marked(writer: str, data: bytes, document: Document, spans: list[tuple[int, int]]) -> str:
    part, locator = document.place(*spans[0])
    note = Note(tuple(spans), "block", "不得公开：核查", _REMARK, part, locator, _PLACE)
    try:
        made = import_module(f"reviewer.marking.{writer}").annotate(data, document, (note,), _LIMITS)
    except MarkingError:
        return _NONE
    if writer == "picture":
        # The frame is drawn; which spots it was drawn at is not told in words.
        return _AT if made.data != data else _TOLD if made.remarks else _NONE
    told = _streams_with(made.data, _REMARK)
    if not told:
        return _NONE
    if writer in ("html", "plain"):
        return _AT if b'id="m1"' in made.data else _LISTED
    if writer == "xlsx":
        # The sheet of results always says where.
        return _AT if any("comment" in name.lower() for name in told) else _LISTED
    return _LISTED if _streams_with(made.data, _PLACE) else _AT


def _masked(
    writer: str, data: bytes, document: Document, spans: list[tuple[int, int]], name: str, token: str
) -> str:
    edits = tuple(Edit(start, end, _COVER, "PHONE") for start, end in spans)
    try:
        made = import_module(f"reviewer.marking.{writer}").mask(data, document, edits, _LIMITS)
    except MarkingError:
        return _NONE
    return _copy_says(made.data, name if not made.suffix else f"{name}{made.suffix}", [token], made.data)[token]


def _copy_says(data: bytes, name: str, tokens: Iterable[str], raw: bytes) -> dict[str, str]:
    copy = read_bytes(data, name, _LIMITS).text
    pieces = [stream for _, stream in streams(raw)]
    said = {}
    for token in tokens:
        left = token in copy or any(one in piece for piece in pieces for one in _coded(token))
        said[token] = _LEFT if left else _REPLACED if _COVER in copy else _REMOVED
    return said


def by_place(kind: str) -> Iterator[Seen]:
    """What was seen of each place of a format that has a module make_<kind>."""
    suffix = {"plain": "txt"}.get(kind, kind)
    for place, (part, build) in import_module(f"tests.readers.make_{kind}").PLACES.items():
        yield seen(place, part, build(_TOKEN), f"draft.{suffix}", _TOKEN)


def of_whole(kind: str) -> Iterator[Seen]:
    """The same for a format that LibreOffice reads: one file has all places, each with its own remark and cover."""
    data, document, tokens = whole_office.built(kind), whole_office.read(kind), whole_office.tokens(kind)
    wanted = whole_office.PLACES[kind]
    spans = {place: _spans(document, tokens[place]) for place in wanted}
    notes = tuple(
        Note(tuple(spans[place]), "block", "不得公开：核查", f"{_REMARK}{number:03}", *document.place(*spans[place][0]),
             f"{_PLACE}{number:03}")
        for number, place in enumerate(wanted)
    )  # fmt: skip
    edits = sorted(
        (Edit(*span, f"{_COVER}{number:03}", "PHONE") for number, place in enumerate(wanted) for span in spans[place]),
        key=lambda edit: edit.start,
    )
    writer = import_module("reviewer.marking.converted")
    marked, masked = (writer.annotate(data, document, notes, _LIMITS), writer.mask(data, document, tuple(edits), _LIMITS))
    told = [stream.decode("utf-8", "ignore") for _, stream in streams(marked.data)]
    at_cells = [
        stream.decode("utf-8", "ignore") for name, stream in streams(marked.data) if "comment" in name.lower()
    ]
    copy = read_bytes(masked.data, f"draft{masked.suffix}", _LIMITS).text
    held = [stream for _, stream in streams(masked.data)]
    for number, place in enumerate(wanted):
        remark, where = f"{_REMARK}{number:03}", f"{_PLACE}{number:03}"
        if marked.suffix == ".xlsx":
            how = _AT if any(remark in one for one in at_cells) else _LISTED if any(remark in one for one in told) else _NONE
        else:
            # The list says its places; a remark at its place does not.
            listed = any(where in one for one in told)
            how = _NONE if not any(remark in one for one in told) else _LISTED if listed else _AT
        left = tokens[place] in copy or any(one in piece for piece in held for one in _coded(tokens[place]))
        cover = _LEFT if left else _REPLACED if f"{_COVER}{number:03}" in copy else _REMOVED
        yield Seen(place, wanted[place], how, cover)


def of_pictures() -> Iterator[tuple[str, Seen]]:
    """What pictures show: needs the extra [ocr]."""
    from tests.readers.test_picture import BUILT, SAID

    titles = {"png": "png", "jpg": "jpg", "tif": "tif", "bmp": "bmp", "gif": "gif", "webp": "webp", "pdf": "pdf 的扫描页",
              "html": "网页里的图片", "docx": "docx 里的图片", "xlsx": "xlsx 里的图片", "pptx": "pptx 里的图片"}  # fmt: skip
    for kind, title in titles.items():
        yield title, seen(kind, "picture", BUILT[kind](), f"draft.{kind}", SAID)


# -- the page -------------------------------------------------------------------------------------------------


@cache
def titles() -> dict[str, str]:
    """The Chinese title of each place."""
    lines = _TITLES.read_text(encoding="utf-8").splitlines()
    return dict(line.split("|", 1) for line in lines)


def section(title: str, found: Iterable[Seen], named: Callable[[Seen], str] = lambda one: titles()[one.place]) -> str:
    """The table of one format, places of one part together."""
    lines = [f"### {title}", "", "| 地方 | 读作 | 标出 | 遮去 |", "| --- | --- | --- | --- |"]
    order = {part: number for number, part in enumerate(PARTS)}
    for one in sorted(found, key=lambda one: order.get(one.part, -1)):
        read = PART_TITLES[one.part] if one.part else "**没有读到**"
        lines.append(f"| {named(one)} | {read} | {one.marked} | {one.masked} |")
    return "\n".join([*lines, ""])


def sections() -> Iterator[str]:
    """Those that need no pictures to be read; LibreOffice and libarchive must be there."""
    for kind, title in _FORMATS.items():
        yield section(title, by_place(kind))
    for kind, title in _WHOLE.items():
        yield section(f"{title}（由 LibreOffice 转换）", of_whole(kind))


def picture_section() -> str:
    """What pictures show, wherever they lie."""
    found = list(of_pictures())
    named = {id(one): title for title, one in found}
    return section("图片里的文字（装了文字识别组件）", [one for _, one in found], lambda one: named[id(one)])


def page() -> str:
    """All of docs/formats.md."""
    words = {"at": _AT, "listed": _LISTED, "told": _TOLD, "replaced": _REPLACED, "removed": _REMOVED, "none": _NONE}
    return "\n".join([_HEAD.format(**words), *sections(), picture_section(), _NOTES])


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
