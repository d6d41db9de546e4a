"""One contract for all readers: what is planted at a place is read, and the place is named."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from reviewer.model import PARTS, Document
from reviewer.readers import read_bytes
from reviewer.settings import Limits
from tests.marking.witness import office
from tests.readers import whole_office

KINDS = sorted(path.stem.removeprefix("make_") for path in Path(__file__).parent.glob("make_*.py"))
TOKEN = "代号K7Q9-4821"

PLACES = [
    pytest.param(kind, part, build, id=f"{kind}-{place}")
    for kind in KINDS
    for place, (part, build) in import_module(f"tests.readers.make_{kind}").PLACES.items()
]


def _read(kind: str, data: bytes) -> Document:
    suffix = {"plain": "txt"}.get(kind, kind)
    return read_bytes(data, f"draft.{suffix}", Limits())


@pytest.mark.parametrize(("kind", "part", "build"), PLACES)
def test_what_is_planted_is_read_and_placed(kind: str, part: str, build) -> None:  # type: ignore[no-untyped-def]
    document = _read(kind, build(TOKEN))
    starts = [k for k in range(len(document.text)) if document.text.startswith(TOKEN, k)]
    assert starts, "the token was not read"
    places = [document.place(start, start + len(TOKEN)) for start in starts]
    assert part in {found for found, _ in places}


@pytest.mark.parametrize(("kind", "part", "build"), PLACES)
def test_blocks_cover_the_text_in_order(kind: str, part: str, build) -> None:  # type: ignore[no-untyped-def]
    _check_blocks(_read(kind, build(TOKEN)))


def _check_blocks(document: Document) -> None:
    at = 0
    for block in document.blocks:
        assert block.start >= at and block.end >= block.start
        assert not document.text[at : block.start].strip()
        assert block.part in PARTS
        if block.boxes is not None:
            assert len(block.boxes) == 4 * (block.end - block.start)
        if block.table is not None:
            _check_table(document, block.start, block.end, block.table)
        at = block.end
    assert not document.text[at:].strip()
    for hidden in document.concealed:
        assert 0 <= hidden.start < hidden.end <= len(document.text)
        assert hidden.part in PARTS and hidden.reason


def _check_table(document: Document, start: int, end: int, table) -> None:  # type: ignore[no-untyped-def]
    assert len(table.starts) == len(table.ends) == len(table.columns) == table.first[-1]
    assert len(table.numbers) == table.row_count()
    at = start
    for first, last in zip(table.starts, table.ends, strict=True):
        assert at <= first <= last <= end
        at = last


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_bytes_give_the_same_gaps(kind: str) -> None:
    for _, build in import_module(f"tests.readers.make_{kind}").PLACES.values():
        data = build(TOKEN)
        assert [gap.id for gap in _read(kind, data).gaps] == [gap.id for gap in _read(kind, data).gaps]


@office
@pytest.mark.parametrize("kind", whole_office.KINDS)
def test_what_libreoffice_reads_for_us_is_read_whole(kind: str) -> None:
    """Also what it has no place for, and what stands behind a table in a table, where it ends reading RTF."""
    document, tokens = whole_office.read(kind), whole_office.tokens(kind)
    missing = {}
    for place, part in whole_office.PLACES[kind].items():
        token = tokens[place]
        starts = [k for k in range(len(document.text)) if document.text.startswith(token, k)]
        found = {document.place(start, start + len(token))[0] for start in starts}
        if part not in found:
            missing[place] = (part, sorted(found))
    assert missing == {}
    _check_blocks(document)


@office
def test_what_libreoffice_loses_of_the_text_is_read_and_a_gap() -> None:
    """It ends reading RTF at a table in a table, without a word: a copy of such a draft would not be the whole draft."""
    document, tokens = whole_office.read("rtf", nested=True), whole_office.tokens("rtf")
    assert [gap.reason for gap in document.gaps] == ["not-converted"]
    assert all(tokens[place] in document.text for place in (*whole_office.PLACES["rtf"], "nested table"))
    assert {kind: whole_office.read(kind).gaps for kind in ("odt", "doc", "rtf")} == {"odt": (), "doc": (), "rtf": ()}
