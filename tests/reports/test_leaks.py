"""Whatever stands in a draft and wherever it was found: no output shows a found value."""

from __future__ import annotations

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewer.model import Document, Finding, Gap, Locator, Result
from reviewer.readers.assembly import Assembly
from reviewer.reports import FORMATS, Bundle, console
from reviewer.text.mask import SHOWN, mask
from tests.reports import drafts
from tests.reports.test_reports import report, seen

# Characters that no word of a report is made of, few of them so that values repeat and overlap.
_STRANGE = "㐀㐁㐂㐃"
_ENTITIES = ("NAME", "ID_CARD", "ADDRESS", "FAMILY", "CLASSIFICATION", "HIDDEN_CONTENT")
_texts = st.text(st.sampled_from(_STRANGE + "，\n\t"), min_size=1, max_size=60)


@st.composite
def results(draw: st.DrawFn) -> Result:
    """A document of a few blocks, perhaps with a table, and findings anywhere in it."""
    page = Assembly()
    for text in draw(st.lists(_texts, min_size=1, max_size=4)):
        kind = draw(st.sampled_from(["text", "comment", "table"]))
        if kind == "table":
            cells = [(k, c) for k, c in enumerate(text.replace("\n", "").split("\t"), 1)]
            page.add_table([(1, cells), (2, cells)], sheet=draw(_texts.map(lambda s: s[:9])))
        else:
            note = draw(st.none() | _texts)
            marks = [(0, draw(st.integers(1, len(text))), "deleted", "修订删除")]
            part = "comment" if kind == "comment" else "body"
            page.add(text, part=part, locator=Locator(note=note), marks=marks)
    name = draw(st.text(st.sampled_from(_STRANGE), min_size=1, max_size=12))
    document = page.finish(path=f"夹/{name}.txt", kind="txt", data=b"")
    found = tuple(draw(st.lists(_found(document), max_size=6))) if document.text else ()
    named = tuple(draw(st.lists(_named(name), max_size=1)))
    gap = Gap("0" * 16, "body", Locator(sheet=document.text[:20]), "picture", "有图：" + document.text[:30])
    return Result(document.path, document, found, (gap,), (), named)


@st.composite
def _found(draw: st.DrawFn, document: Document) -> Finding:
    start = draw(st.integers(0, len(document.text) - 1))
    end = draw(st.integers(start + 1, min(start + 30, len(document.text))))
    return _finding(draw, document.text[start:end], start, end, *document.place(start, end))


@st.composite
def _named(draw: st.DrawFn, name: str) -> Finding:
    start = draw(st.integers(0, len(name) - 1))
    return _finding(draw, name[start:], start, len(name), "filename", Locator())


def _finding(draw: st.DrawFn, text: str, start: int, end: int, part: str, locator: Locator) -> Finding:
    entity = draw(st.sampled_from(_ENTITIES))
    value = "隐藏 9 字" if entity == "HIDDEN_CONTENT" else "".join(text.split())
    severity = draw(st.sampled_from(["block", "check", "note"]))
    column = draw(st.none() | st.integers(1, 2))
    return Finding(
        f"rule-{entity.lower()}", entity, severity, "certain", start, end, part, locator, value, "folded",
        "查出" + value if draw(st.booleans()) else "", "", ("ogi-15",), column=column,
    )  # fmt: skip


@pytest.mark.parametrize("format", FORMATS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(found=st.lists(results(), min_size=1, max_size=2), data=st.data())
def test_no_found_value_shows(format: str, found: list[Result], data: st.DataObject) -> None:
    least = data.draw(st.sampled_from(["note", "block"]))
    bundle = drafts.bundle(*found, min_severity=least)
    text = _wide(bundle) if format == "console" else seen(format, report(format, bundle))
    if format in ("json", "sarif"):
        for result in found:
            text = text.replace(result.path, "")
    found_in = (f for r in found for f in (*r.findings, *r.name_findings) if f.entity not in SHOWN)
    values = {f.value for f in found_in if len(f.value) >= 4 and any(map(str.isalnum, f.value))}
    assert [value for value in values if value in text] == []


def _wide(bundle: Bundle) -> str:
    page = io.StringIO()
    console.write(bundle, page, width=2000)
    return page.getvalue()


@given(st.text(min_size=1), st.sampled_from(["NAME", "ID_CARD", ""]))
def test_a_mask_shows_a_quarter_at_most(value: str, entity: str) -> None:
    shown = mask(value, entity)
    kept = sum(a == b and a != "*" for a, b in zip(shown, value, strict=False))
    if entity == "NAME":
        assert shown[1:] == "*" * len(shown[1:]) and len(shown) > 1
    elif len(value) <= 24:
        assert len(shown) == len(value) and shown.count("*") >= len(value) - min(len(value) // 4, 5)
        assert kept <= max(len(value) // 4, 0) or "*" in value
    else:
        assert len(shown) <= 24 + 5
