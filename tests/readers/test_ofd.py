"""Reading OFD: where characters stand, how lines and cells join, what is hidden, what becomes a gap, what is refused."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest

from reviewer.errors import Broken, Encrypted, ReadError
from reviewer.model import Document
from reviewer.readers import read_bytes
from reviewer.settings import Limits
from tests.readers.make_ofd import (
    IMAGE,
    SEEN,
    annotated,
    attached,
    box,
    build,
    image,
    line,
    packed,
    page,
    parts_of,
    picture,
    pictured,
    signed,
    template,
    text,
    xml,
)

NUMBER = "340102190001011234"


def _read(data: bytes, limits: Limits | None = None) -> Document:
    return read_bytes(data, "draft.ofd", limits or Limits())


def _hidden(document: Document) -> list[tuple[str, str]]:
    return [(one.reason, document.text[one.start : one.end]) for one in document.concealed]


def test_box_is_where_the_characters_stand() -> None:
    document = _read(build(page(text(10, 40, "电话" + NUMBER))))
    start = document.text.index(NUMBER)
    _, locator = document.place(start, start + len(NUMBER))
    # Millimetres with y downwards become points from the lower left corner: 180 mm is 510.24 pt.
    point = 72 / 25.4
    assert locator.page == 1 and locator.box is not None
    x0, y0, x1, y1 = locator.box
    assert (x0, x1) == pytest.approx((18 * point, (18 + 36) * point), abs=0.1)
    assert y0 < (180 - 40) * point < y1 and y1 - y0 == pytest.approx(4 * point, abs=0.1)


JOINED: dict[str, tuple[tuple[str, ...], str]] = {
    "objects of one line": ((text(10, 40, "张三"), text(18, 40, "，男")), "张三，男"),
    "line by line": ((text(10, 40, "第一行"), text(10, 46, "第二行")), "第一行\n第二行"),
    "columns": ((text(10, 40, "姓名"), text(60, 40, "电话")), "姓名\t电话"),
    "a line out of order": ((text(60, 40, "电话"), text(10, 40, "姓名")), "姓名\t电话"),
    "letters apart": ((text(10, 40, "AB 12", delta="3.2"),), "AB 12"),
    "words apart": ((text(10, 40, "Tom", delta="2"), text(18, 40, "Lee", delta="2")), "Tom Lee"),
    "one code over two lines": (
        (text(10, 40, "关于通知", delta="4 -4 4").replace("DeltaX", 'DeltaY="0 5 0" DeltaX'),), "关于\n通知"
    ),
    "a field too narrow": (
        (text(10, 40, "340102", delta="0").replace("DeltaX", 'DeltaY="5" DeltaX'),), "340102"
    ),
    "a number over a line end": ((text(10, 40, "证号" + NUMBER[:8]), text(10, 46, NUMBER[8:])), f"证号{NUMBER[:8]}\n{NUMBER[8:]}"),
}  # fmt: skip


@pytest.mark.parametrize("name", JOINED)
def test_what_stands_between(name: str) -> None:
    objects, expected = JOINED[name]
    assert _read(build(page(*objects))).text == expected


def test_label_of_a_template_stands_before_the_value_beside_it() -> None:
    data = packed(parts_of(
        page(text(30, 40, "张三"), text(30, 50, "13800001234"), before='<@Template TemplateID="5"/>'),
        common='<@TemplatePage ID="5" BaseLoc="T.xml"/>',
        extra={"Doc_0/T.xml": xml(page(text(10, 40, "姓名："), text(10, 50, "电话："), text(10, 20, "登记表")))},
    ))  # fmt: skip
    assert _read(data).text.split("\n") == ["登记表", "姓名：\t张三", "电话：\t13800001234"]


def test_cells_drawn_by_columns_are_rows() -> None:
    lines = [line(10, y, 130, y) for y in (30, 45, 60, 75)] + [line(x, 30, x, 75) for x in (10, 40, 130)]
    cells = [text(12, 40 + 15 * k, one) for k, one in enumerate(["姓名", "张三", "李四"])]
    cells += [text(42, 40 + 15 * k, one) for k, one in enumerate(["电话", "13800001234", "13800005678"])]
    document = _read(build(page(*lines, *cells)))
    table = next(block.table for block in document.blocks if block.table is not None)
    assert document.text.split("\n") == ["姓名\t电话", "张三\t13800001234", "李四\t13800005678"]
    assert table.row_count() == 3


SEEN_AFTER_ALL: dict[str, str] = {
    "white on a dark box": box(5, 33, 120, 12) + text(10, 40, NUMBER, inner='<@FillColor Value="255 255 255"/>'),
    "under a box that shines through": text(10, 40, NUMBER) + box(5, 33, 120, 12, "255 255 0", 'Alpha="80"'),
    "under colours that mix": text(10, 40, NUMBER) + box(5, 33, 120, 12, "255 255 0", 'BlendMode="Multiply"'),
    "on a box": box(5, 33, 120, 12, "230 230 230") + text(10, 40, NUMBER),
    "beside a box": text(10, 40, NUMBER) + box(5, 80, 120, 12),
    "under an unseen box": text(10, 40, NUMBER) + box(5, 33, 120, 12, attributes='Visible="false"'),
    "drawn again on top": text(10, 40, NUMBER) + box(5, 33, 120, 12, "255 255 255") + text(10, 40, NUMBER),
}


@pytest.mark.parametrize("name", SEEN_AFTER_ALL)
def test_not_hidden(name: str) -> None:
    document = _read(build(page(SEEN, SEEN_AFTER_ALL[name])))
    assert NUMBER in document.text and not document.concealed


def test_a_seal_with_a_clear_ground_hides_nothing() -> None:
    assert not _read(pictured(SEEN, text(10, 40, NUMBER), image(5, 33, 120, 12), alpha=True)).concealed


def test_text_beyond_the_boundary_of_its_object_is_cut_off() -> None:
    beyond = text(10, 40, NUMBER).replace('X="0"', 'X="60"').replace('Boundary="10 36 76 6"', 'Boundary="10 36 20 6"')
    assert beyond.count('Boundary="10 36 20 6"') == 1
    assert _hidden(_read(build(page(SEEN, beyond)))) == [("被裁剪的文字", NUMBER)]


def test_number_partly_under_a_box_is_one_number() -> None:
    document = _read(build(page(SEEN, text(10, 40, NUMBER) + box(30, 33, 60, 12))))
    assert NUMBER in document.text
    assert [text for _, text in _hidden(document)] == [NUMBER[10:]]


GLYPHS = "<@CGTransform CodePosition=\"0\" CodeCount=\"4\" GlyphCount=\"4\"><@Glyphs>{}</@Glyphs></@CGTransform>"
GAPS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "picture": ("picture", lambda: pictured(SEEN, image(10, 60, 40, 30))),
    "scan": ("scanned-page", lambda: pictured(image(0, 0, 150, 180))),
    "recognised scan": ("scanned-page", lambda: pictured(text(10, 40, NUMBER, attributes='Alpha="0"'), image(0, 0, 150, 180))),
    "private characters": ("unmapped-text", lambda: build(page(SEEN, text(10, 40, "\ue001\ue002\ue003\ue004\ue005")))),
    "one character for many glyphs": (
        "unmapped-text", lambda: build(page(SEEN, text(10, 40, "口口口口", inner=GLYPHS.format("11 12 13 14"))))
    ),
    "missing page": ("broken", lambda: packed({k: v for k, v in parts_of(page(SEEN), page(SEEN)).items() if "Page_1" not in k})),
    "damaged page": ("broken", lambda: build(page(SEEN), page(SEEN), extra={"Doc_0/Pages/Page_1/Content.xml": b"<a><b></a>"})),
    "missing picture": ("broken", lambda: build(page(SEEN, image(10, 60, 40, 30)), resources=IMAGE)),
    "missing template": ("broken", lambda: build(page(SEEN, before='<@Template TemplateID="5"/>'))),
    "attachment of another kind": ("unknown-format", lambda: attached(b"\x00\x01\x02\x03" * 40, "a.bin")),
    "missing attachment": ("broken", lambda: packed({k: v for k, v in _attached().items() if not k.endswith(".txt")})),
    "seal": ("picture", lambda: signed("某某市专用章")),
    "picture that no page shows": (
        "picture", lambda: build(page(SEEN), resources=IMAGE, extra={"Doc_0/Res/a.png": picture()})
    ),
    "cover": (
        "picture", lambda: build(page(SEEN), info="<@Cover>Doc_0/c.png</@Cover>", extra={"Doc_0/c.png": picture()})
    ),
    "member of an unknown kind": ("unsupported", lambda: build(page(SEEN), extra={"Doc_0/data.bin": b"x" * 50})),
    "picture of a note": (
        "picture",
        lambda: annotated('<@Annot ID="70" Type="Stamp"><@Appearance Boundary="10 50 40 40">' + image(0, 0, 40, 40) + "</@Appearance></@Annot>",
                          resources=IMAGE),
    ),
}  # fmt: skip


def _attached() -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(attached("附件".encode(), "list.txt"))) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.mark.parametrize("name", GAPS)
def test_gaps(name: str) -> None:
    reason, make = GAPS[name]
    assert reason in {gap.reason for gap in _read(make()).gaps}


def test_a_plain_file_has_no_gaps() -> None:
    document = _read(build(page(SEEN, text(10, 40, NUMBER)), page(SEEN)))
    assert not document.gaps and not document.concealed and {block.locator.page for block in document.blocks} == {1, 2}


def test_an_object_that_holds_itself() -> None:
    unit = (
        '<@CompositeGraphicUnits><@CompositeGraphicUnit ID="61"><@Content><@CompositeObject ID="9" ResourceID="61"/>'
        f"{text(0, 8, '甲')}</@Content></@CompositeGraphicUnit></@CompositeGraphicUnits>"
    )
    use = '<@CompositeObject ID="93" Boundary="10 50 120 20" ResourceID="61"/>'
    assert _read(build(page(SEEN, use), resources=unit)).text.count("甲") == 1


def test_blocks_nested_too_deep() -> None:
    deep = "<@PageBlock>" * 120 + text(10, 40, NUMBER) + "</@PageBlock>" * 120
    document = _read(build(page(SEEN, deep)))
    assert NUMBER in document.text or {gap.reason for gap in document.gaps} & {"unsupported", "too-deep"}


REFUSED: dict[str, tuple[type[ReadError], Callable[[], bytes]]] = {
    "encrypted": (Encrypted, lambda: build(page(SEEN), extra={"Encryptions.xml": xml("<@Encryptions/>")})),
    "no document": (Broken, lambda: packed({"OFD.xml": xml("<@OFD></@OFD>")})),
    "document missing": (Broken, lambda: packed({"OFD.xml": parts_of(page(SEEN))["OFD.xml"]})),
    "entities": (Broken, lambda: packed({"OFD.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><OFD>&b;</OFD>'})),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    fault, make = REFUSED[name]
    with pytest.raises(fault):
        _read(make())


@pytest.mark.parametrize("attribute", ['DeltaX="g 999999999 1"', 'DeltaX="g -5 1"', 'DeltaX="g"', 'DeltaX="nan inf x 1e999"', 'X="1e999"'])
def test_hostile_numbers(attribute: str) -> None:
    words = text(10, 40, NUMBER, delta="").replace('X="0" Y', attribute + (' X="0" Y' if "DeltaX" in attribute else " Y"))
    assert NUMBER in _read(build(page(SEEN, words))).text.replace("\t", "").replace("\n", "").replace(" ", "")


def test_mutated_files_end_in_a_document_or_a_read_error() -> None:
    random_ = random.Random(5)
    seeds = [build(page(SEEN, text(10, 40, NUMBER), box(5, 5, 9, 9))), template("甲"), signed("乙"), attached(b"a", "a.txt")]
    for k in range(160):
        with zipfile.ZipFile(BytesIO(seeds[k % 4])) as package:
            parts = {name: bytearray(package.read(name)) for name in package.namelist()}
        name = random_.choice(sorted(parts))
        for _ in range(random_.randint(1, 6)):
            if parts[name]:
                parts[name][random_.randrange(len(parts[name]))] = random_.randrange(256)
        try:
            _read(packed({name: bytes(data) for name, data in parts.items()}))
        except ReadError as fault:
            assert NUMBER not in fault.message and "RecursionError" not in fault.message
