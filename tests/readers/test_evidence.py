"""What a reader calls a place is no word of the draft; what a draft calls it is evidence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reviewer.model import Document
from reviewer.readers import read_bytes
from reviewer.settings import Limits
from tests.scanner import scanner

from .make_docx import complex_field, inline, settings
from .make_pdf import form_label
from .make_xlsx import after, part_of_book
from .test_contract import PLACES, _read

PHONE = "13800012345"
_ELSEWHERE = {"pdf-link", "ofd-link", "pptx-link", "xlsx-format literal", "xlsx-connection"}
"""the number in an address of the web, behind another digit, a password"""


def _found(document: Document) -> list[tuple[str, str, str]]:
    findings = scanner().document(document).findings
    return [(one.entity, one.severity, one.part) for one in findings if one.entity != "HIDDEN_CONTENT"]


@pytest.mark.parametrize(("kind", "part", "build"), [one for one in PLACES if one.id not in _ELSEWHERE])
def test_no_place_silences_a_phone(kind: str, part: str, build: Callable[[str], bytes]) -> None:
    assert "PHONE" in [entity for entity, _, _ in _found(_read(kind, build(PHONE)))]


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("docx", inline(complex_field(f'HYPERLINK "tel:{PHONE}"', "联系"))),
        ("docx", inline(f'<w:fldSimple w:instr="QUOTE {PHONE}"/>')),
        ("docx", settings('<w:mailMerge><w:query w:val="@"/></w:mailMerge>')(PHONE)),
        ("xlsx", after('<hyperlinks><hyperlink ref="A1" location="名单!A1" display="@"/></hyperlinks>')(PHONE)),
    ],
)
def test_a_phone_beside_the_cells_and_words(kind: str, data: bytes) -> None:
    assert "PHONE" in [entity for entity, _, _ in _found(read_bytes(data, f"a.{kind}", Limits()))]


def test_the_label_of_a_form_field_is_evidence_and_a_readers_word_is_not() -> None:
    document = read_bytes(form_label("联系电话"), "a.pdf", Limits())
    assert ("phone", "phone") in [(block.hint, block.label) for block in document.blocks]
    document = read_bytes(inline(complex_field("QUOTE 甲", "乙")), "a.docx", Limits())
    assert [(block.hint, block.label) for block in document.blocks if block.part == "field"] == [("域代码", "")]


_PIVOT = part_of_book(
    "pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml",
    '<pivotCacheDefinition xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" refreshedBy="@"/>',
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("html", "<meta name=author content=李红梅><p>公告</p>".encode()),
        ("html", "<meta name='DC.Creator' content=李红梅><p>公告</p>".encode()),
        ("xlsx", _PIVOT("李红梅")),
    ],
)
def test_who_made_the_file_is_a_note(kind: str, data: bytes) -> None:
    assert _found(read_bytes(data, f"a.{kind}", Limits())) == [("NAME", "note", "property")]


