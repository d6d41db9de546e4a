"""docs/formats.md is what the generator gives, and has no hole in it."""

from __future__ import annotations

from importlib import import_module

import pytest

from reviewer.readers import archive_other
from tests import build_formats
from tests.marking.witness import office
from tests.readers.make_archive import needs_libarchive
from tests.readers.whole_office import PLACES

PAGE = build_formats.TARGET.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", build_formats._FORMATS)
def test_the_page_says_what_becomes_of_each_place(kind: str) -> None:
    if kind == "archive" and archive_other.binding() is None:
        needs_libarchive()
    assert build_formats.section(build_formats._FORMATS[kind], build_formats.by_place(kind)) in PAGE


@office
@pytest.mark.parametrize("kind", build_formats._WHOLE)
def test_the_page_says_what_becomes_of_converted_files(kind: str) -> None:
    title = f"{build_formats._WHOLE[kind]}（由 LibreOffice 转换）"
    assert build_formats.section(title, build_formats.of_whole(kind)) in PAGE


@pytest.mark.ocr
def test_the_page_says_what_becomes_of_pictures() -> None:
    assert build_formats.picture_section() in PAGE


def test_nothing_on_the_page_is_unread_or_left_in_a_copy() -> None:
    assert "没有读到**" not in PAGE and "没有遮住" not in PAGE


def test_each_place_has_a_title_and_each_title_a_place() -> None:
    known = {name for kind in build_formats._FORMATS for name in import_module(f"tests.readers.make_{kind}").PLACES}
    known |= {name for places in PLACES.values() for name in places}
    assert build_formats.titles().keys() ^ known == set()


def test_every_format_is_on_the_page() -> None:
    from reviewer.readers import kinds

    head = PAGE.partition("## 没有读到的")[0]
    named = {"picture": "图片", "tnef": "winmail.dat"}
    assert [kind for kind in kinds() if named.get(kind, kind) not in head] == []
