"""Every sample, marked and masked; the copies are read by programs that are not ours."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import ofdkit
import pytest
from lxml import etree, html

from reviewer.keys import Key
from reviewer.marking.decisions import Decision, Decisions
from reviewer.marking.notes import notes_for
from reviewer.marking.plan import REFUSED, Choice
from reviewer.marking.publish import annotated, publish
from reviewer.model import Result
from reviewer.readers import read_bytes
from reviewer.reports import Bundle
from reviewer.rulebook.masking import load_policy
from reviewer.scanning import EXPECTATION
from tests.marking.witness import poppler, poppler_text
from tests.scanner import scanner

SAMPLES = Path(__file__).parents[2] / "samples"
_ELSEWHERE = (".doc", ".xls", ".png", "（扫描件）.pdf")
"""what is converted and what is recognised: test_converted.py, test_picture.py"""
NAMES = sorted(path.name for path in SAMPLES.iterdir()
               if (SAMPLES / f"{path.name}{EXPECTATION}").exists() and not path.name.endswith(_ELSEWHERE))  # fmt: skip
KEY = Key(b"k" * 32)


def scanned(data: bytes, name: str) -> Result:
    return scanner().document(read_bytes(data, name, scanner().settings.limits))


def text_of(data: bytes, name: str) -> str:
    """All text of a file as other programs read it, without white space."""
    suffix = name.rsplit(".", 1)[-1]
    if suffix in ("docx", "xlsx", "pptx"):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            roots = [etree.fromstring(package.read(one)) for one in package.namelist() if one.endswith((".xml", ".rels"))]
        words = ["".join(map(str, root.itertext())) for root in roots]
        words += [" ".join(map(str, element.attrib.values())) for root in roots for element in root.iter(etree.Element)]
        text = "\n".join(words)
    elif suffix == "ofd":
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            roots = [etree.fromstring(package.read(one)) for one in package.namelist() if one.endswith(".xml")]
            words = [package.read(one).decode("utf-8", "ignore") for one in package.namelist() if not one.endswith(".xml")]
        words += [" ".join(map(str, element.attrib.values())) for root in roots for element in root.iter(etree.Element)]
        text = "\n".join([ofdkit.extract_text(data), *("".join(map(str, root.itertext())) for root in roots), *words])
    elif suffix == "pdf":
        text = poppler_text(data, "-layout")
    elif suffix == "html":
        tree = html.fromstring(data)
        text = tree.text_content() + " ".join(" ".join(one.attrib.values()) for one in tree.iter(etree.Element))
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = data.decode("gb18030")
    return "".join(text.split())


@pytest.mark.parametrize("name", NAMES)
def test_marked(name: str) -> None:
    data = (SAMPLES / name).read_bytes()
    result = scanned(data, name)
    bundle = Bundle((result,), KEY)
    made = annotated(data, result, notes_for(bundle, result), scanner())
    again = read_bytes(made.data, name + made.suffix, scanner().settings.limits)
    assert result.document is not None
    said = "\n".join(note.text for note in notes_for(bundle, result))
    assert not any(_is_number(one.entity) and one.value in said for one in result.findings)
    # What the draft said is there, and our remarks beside it.
    here = "".join(again.text.split())
    for block in result.document.blocks:
        if block.part == "body" and block.table is None and name.endswith(("docx", "pdf", "ofd", "txt", "md")):
            assert "".join(result.document.text[block.start : block.end].split())[:12] in here
    if any(one.severity == "block" for one in result.findings):
        assert "不得公开" in here


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=poppler) if name.endswith(".pdf") else name for name in NAMES],
)
def test_masked(name: str) -> None:
    data = (SAMPLES / name).read_bytes()
    result = scanned(data, name)
    refused = publish(data, result, scanner(), load_policy(), Choice(), KEY)
    marks = [mark for _, mark in refused.plan.refused]
    if marks or result.gaps:
        assert refused.data is None
    choice = Choice(
        accept_gaps=frozenset(gap.id for gap in result.gaps),
        decisions=Decisions(tuple(Decision(mark, "declassified", body="某局", date="2026-01-05", basis="决定") for mark in marks)),
    )  # fmt: skip
    outcome = publish(data, result, scanner(), load_policy(), choice, KEY)
    assert outcome.data is not None, [one.rule for one in outcome.proof.left]
    assert outcome.publishable is (not result.gaps)
    shown = text_of(outcome.data, name)
    expected = json.loads((SAMPLES / f"{name}{EXPECTATION}").read_text(encoding="utf-8"))
    for one in expected["findings"]:
        value = "".join(one.get("text", "").split())
        if one["severity"] in ("block", "check") and (_is_number(one["entity"]) or one["entity"] in REFUSED) and len(value) > 5:
            assert value not in shown, one["entity"]
    assert outcome.copy is not None and outcome.copy.verdict in ("note", "clear", "incomplete")
    kept = re.sub("[^\u4e00-\u9fff]", "", shown)
    assert len(kept) > 20


def _is_number(entity: str) -> bool:
    return entity in ("ID_CARD", "PHONE", "BANK_CARD", "EMAIL", "ADDRESS", "BANK_ACCOUNT", "EXAM_ID", "STUDENT_ID")
