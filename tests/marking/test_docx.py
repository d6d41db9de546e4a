"""Annotated and masked copies of Word documents, looked at with zipfile and lxml, and by LibreOffice."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from reviewer.errors import MarkingError
from reviewer.marking import docx as marking
from reviewer.marking.model import AUTHOR, Note
from reviewer.model import Document
from reviewer.readers import docx as reader
from reviewer.settings import Limits
from tests.marking.make_draft import HIDDEN, OLD, OTHER, PHONE, draft
from tests.readers.make_docx import PLACES, docx, inline, paragraph, run, strict

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LIMITS = Limits()
TOKEN = "张三13800138000"


def read(data: bytes) -> Document:
    return reader.read(data, "draft.docx", LIMITS)


def spans(text: str, token: str) -> list[tuple[int, int]]:
    return [(match.start(), match.end()) for match in re.finditer(re.escape(token), text)]


def notes_on(document: Document, *tokens: str) -> tuple[Note, ...]:
    found = []
    for start, end in sorted(span for token in tokens for span in spans(document.text, token)):
        part, locator = document.place(start, end)
        found.append(Note(((start, end),), "block", "手机号码", "不得公开｜手机号码", part, locator, f"位于{part}"))
    return tuple(found)


def annotated(data: bytes, *tokens: str) -> bytes:
    document = read(data)
    return marking.annotate(data, document, notes_on(document, *tokens), LIMITS).data


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def part_of(data: bytes, name: str = "document") -> etree._Element:
    xml = members(data)[f"word/{name}.xml"]
    return etree.fromstring(xml.replace(b"http://purl.oclc.org/ooxml/wordprocessingml/main", W[1:-1].encode()))


def commented(data: bytes) -> list[tuple[str, str]]:
    """The text that each comment stands on and the comment's own, in the order of the body."""
    comments = part_of(data, "comments")
    words = {c.get(W + "id"): "\n".join("".join(p.itertext()) for p in c.iter(W + "p")) for c in comments}
    under: dict[str, list[str]] = {}
    opened: set[str] = set()
    for element in part_of(data).iter():
        key = element.get(W + "id") or ""
        if element.tag == W + "commentRangeStart":
            opened.add(key)
            under[key] = []
        elif element.tag == W + "commentRangeEnd":
            opened.remove(key)
        elif element.tag == W + "commentReference":
            under.setdefault(key, [])
        elif element.tag == W + "t":
            for key in opened:
                under[key].append(element.text or "")
    return [("".join(pieces), words[key]) for key, pieces in under.items()]


EXACT = [name for name, (part, _) in PLACES.items() if part in ("body", "inserted")]
AROUND = {"field result": f"甲{TOKEN}乙", "simple field result": f"甲{TOKEN}乙", "math": "",
          "run choice": f"甲{TOKEN}乙甲{TOKEN}乙", "ruby base": f"yin甲{TOKEN}乙"}  # fmt: skip
"""where a comment stands around the whole: a field, a formula (its text is no w:t), both branches of a choice"""
NEAR = [name for name, (part, _) in PLACES.items() if part in ("header", "footer", "textbox")]
UNSEEN = [name for name, (part, _) in PLACES.items() if part in ("comment", "deleted", "name", "property", "attachment")]


@pytest.mark.parametrize("name", EXACT)
def test_a_comment_stands_on_the_exact_characters(name: str) -> None:
    data = PLACES[name][1](f"甲{TOKEN}乙")
    (under, words), *rest = commented(annotated(data, TOKEN))
    assert under == AROUND.get(name, TOKEN)
    assert words == "不得公开｜手机号码" or words.startswith("位置：位于")
    assert not rest


@pytest.mark.parametrize("name", [name for name in NEAR if name != "picture of a diagram"])
def test_what_takes_no_comment_is_named_in_one_near_it(name: str) -> None:
    (found,) = commented(annotated(PLACES[name][1](TOKEN), TOKEN))
    assert found[1].startswith("位置：位于") and "不得公开" in found[1] and TOKEN not in found[1]


@pytest.mark.parametrize("name", UNSEEN)
def test_what_no_page_shows_is_listed_in_one_comment(name: str) -> None:
    data = PLACES[name][1](TOKEN)
    mine = [words for _, words in commented(annotated(data, TOKEN)) if words.startswith("以下内容")]
    assert len(mine) == 1 and "位于" in mine[0] and "不得公开，手机号码" in mine[0]


def test_only_the_body_and_the_comments_change() -> None:
    data = draft()
    before, after = members(data), members(annotated(data, PHONE, HIDDEN))
    assert {name for name in before if before[name] != after[name]} == {"word/document.xml", "word/comments.xml"}
    assert list(before) == list(after)
    data = inline(run(TOKEN))
    before, after = members(data), members(annotated(data, TOKEN))
    assert set(after) - set(before) == {"word/comments.xml"}
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"word/document.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"}


def test_the_text_and_its_look_stay() -> None:
    data = draft()
    marks = {W + "commentRangeStart", W + "commentRangeEnd", W + "commentReference"}

    def looks(data: bytes) -> list[tuple[str, bytes]]:
        found = []
        for element in part_of(data).iter(W + "t", W + "tab", W + "drawing", W + "fldChar"):
            look = element.getparent().find(W + "rPr")
            found += [(c, etree.tostring(look) if look is not None else b"") for c in element.text or element.tag]
        return found

    assert looks(annotated(data, PHONE, OTHER, HIDDEN)) == looks(data)
    added = [e.tag for e in part_of(annotated(data, PHONE)).iter() if e.tag in marks]
    assert added.count(W + "commentRangeStart") == added.count(W + "commentRangeEnd")


def test_comments_keep_their_numbers_and_new_ones_take_others() -> None:
    root = part_of(annotated(draft(), PHONE), "comments")
    numbers = [comment.get(W + "id") for comment in root]
    assert numbers[0] == "7" and len(set(numbers)) == len(numbers)
    assert [comment.get(W + "author") for comment in root] == ["李某"] + [AUTHOR] * (len(numbers) - 1)
    assert all(W + "date" not in comment.attrib for comment in root)


def test_two_remarks_in_one_run_and_one_over_the_other() -> None:
    data = inline(run("电话13800138000和13900139000"))
    document = read(data)
    (a, b), (c, d) = spans(document.text, "13800138000")[0], spans(document.text, "13900139000")[0]
    notes = [Note((span,), "check", "x", "y", "body", document.place(*span)[1], "") for span in ((a, b), (a, d), (c, d))]
    found = commented(marking.annotate(data, document, tuple(notes), LIMITS).data)
    assert sorted(under for under, _ in found) == ["13800138000", "13800138000和13900139000", "13900139000"]


def test_a_column_gets_one_comment_other_groups_one_at_each_place() -> None:
    data = docx("".join(paragraph(run(f"电话{TOKEN}")) for _ in range(5)))
    document = read(data)
    for column, count in ((True, 1), (False, 5)):
        where = document.place(*spans(document.text, TOKEN)[0])[1]
        note = Note(tuple(spans(document.text, TOKEN)), "block", "x", "y", "body", where, "", column=column)
        assert len(commented(marking.annotate(data, document, (note,), LIMITS).data)) == count


def test_beyond_what_word_opens_the_rest_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marking, "MOST", 3)
    data = docx("".join(paragraph(run(f"电话{TOKEN}")) for _ in range(5)))
    found = commented(annotated(data, TOKEN))
    assert len(found) == 3 and found[0][1].startswith("以下内容")


def test_strict_documents_stay_strict() -> None:
    after = members(annotated(strict(TOKEN), TOKEN))
    for name in ("word/document.xml", "word/comments.xml"):
        assert b"http://purl.oclc.org/ooxml/wordprocessingml/main" in after[name], name
        assert W[1:-1].encode() not in after[name], name
    assert b"http://purl.oclc.org/ooxml/officeDocument/relationships/comments" in after["word/_rels/document.xml.rels"]


def test_a_signature_is_told_of() -> None:
    data = docx(paragraph(run(TOKEN)), parts={"_xmlsignatures/sig1.xml": "<Signature/>"})
    document = read(data)
    assert any("签名失效" in r for r in marking.annotate(data, document, notes_on(document, TOKEN), LIMITS).remarks)


def test_another_file_than_the_one_reviewed_is_refused() -> None:
    with pytest.raises(MarkingError):
        marking.annotate(inline(run("甲")), read(inline(run("乙"))), (), LIMITS)


# ---------------------------------------------------------------- LibreOffice

office = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")


def converted(data: bytes, kind: str, folder: Path) -> bytes:
    """What LibreOffice makes of a docx."""
    source, out = folder / "draft.docx", folder / "out"
    source.write_bytes(data)
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", kind,
         "--outdir", str(out), str(source)], check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return (out / f"draft.{kind}").read_bytes()


@office
def test_libreoffice_keeps_the_comments(tmp_path: Path) -> None:
    data = annotated(draft(), PHONE, HIDDEN, OLD)
    mine, theirs = commented(data), commented(converted(data, "docx", tmp_path))
    assert sorted(words for _, words in mine) == sorted(words for _, words in theirs)
    exact = [pair for pair in mine if pair[0] == PHONE]
    assert len(exact) >= 6
    assert all(pair in theirs for pair in exact)
