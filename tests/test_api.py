"""The public front door: what it exports, and that importing it stays light."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import reviewer


def test_exported_members() -> None:
    assert reviewer.__all__ == ["Finding", "Gap", "Locator", "Result", "__version__", "scan_file", "scan_text"]
    for name in reviewer.__all__:
        assert getattr(reviewer, name) is not None


def test_scan_text() -> None:
    text = "联系电话：13800012345"
    (finding,) = reviewer.scan_text(text).findings
    assert (finding.entity, finding.start, finding.end, finding.severity, finding.part) == ("PHONE", 5, 16, "check", "body")
    assert "13800012345" not in repr(finding) + repr(reviewer.scan_text(text))


@pytest.mark.parametrize("text", ["", "\n", "\ufeff电话", "PK\x03\x04", "%PDF-1.7", "BM", "\x00\x01", "\ud800", "<html>"])
def test_any_text_can_be_scanned(text: str) -> None:
    result = reviewer.scan_text(text)
    assert result.document is not None and result.document.text == text


def test_scan_file_names_what_it_could_not_read(tmp_path: Path) -> None:
    result = reviewer.scan_file(tmp_path / "none.txt")
    assert (result.verdict, result.faults[0].code, result.complete) == ("incomplete", "not-found", False)


HEAVY = ("pandas", "openpyxl", "spacy", "jieba", "rjieba", "numpy", "pypdfium2", "lxml", "rich")


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("import reviewer", ()),
        ("import reviewer.cli; reviewer.cli._parser()", ()),
        ("import reviewer; reviewer.scan_text('申请人：张建国，电话13800012345，身份证号34010219000506123X')", ()),
        ("import sys; from reviewer.cli import main; sys.stdout = open('/dev/null', 'w'); main(['scan', sys.argv[1]])", ("rich",)),
    ],
)
def test_what_a_run_does_not_need_is_not_loaded(code: str, allowed: tuple[str, ...], tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text("联系电话：13800012345\n", encoding="utf-8")
    check = f"{code}; print(*[m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; {check}", str(draft)], capture_output=True, text=True, check=True
    )
    assert set(done.stderr.split()) <= set(allowed)
