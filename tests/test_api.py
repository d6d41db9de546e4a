"""The public front door: what it exports, and that importing it stays light."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import reviewer
from reviewer.scanning import prepare


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


@pytest.mark.parametrize("what", [None, b"x", 1, ["x"]])
def test_what_is_no_text_or_path_is_refused_by_name(what: object) -> None:
    for scan in (reviewer.scan_text, reviewer.scan_file):
        with pytest.raises(TypeError, match=type(what).__name__):
            scan(what)  # type: ignore[arg-type]


def test_scan_file_names_what_it_could_not_read(tmp_path: Path) -> None:
    result = reviewer.scan_file(tmp_path / "none.txt")
    assert (result.verdict, result.faults[0].code, result.complete) == ("incomplete", "not-found", False)


HEAVY = (
    "pandas", "openpyxl", "spacy", "jieba", "rjieba", "numpy", "pypdfium2", "lxml", "rich", "yaml", "hyperscan",
    "pickle", "secrets", "json", "zipfile", "difflib", "asyncio", "concurrent", "email", "http", "xml", "importlib.metadata",
)  # fmt: skip
LIGHT = (*HEAVY, "regex", "hashlib", "reviewer.model", "reviewer.rulebook", "reviewer.readers", "reviewer.detect")
TAGGER = ("numpy", "pickle", "zipfile")
"""what finding names in Chinese text needs, and what that brings along"""
CHINESE = "申请人：张建国，电话13800012345，身份证号34010219000506123X"
MAIN = "import sys; from reviewer.cli import main; sys.stdout = open('/dev/null', 'w', encoding='utf-8'); main(%s)"
SCAN = MAIN % "['scan', sys.argv[1], '--format', {!r}]"


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which a scan has been made before, as it is after an installation."""
    folder = tmp_path_factory.mktemp("cache")
    prepare(folder / "reviewer")
    return os.environ | {"XDG_CACHE_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}


@pytest.mark.parametrize(
    ("code", "refused", "allowed"),
    [
        ("import reviewer", LIGHT, ()),
        (f"import contextlib\nwith contextlib.suppress(SystemExit): {MAIN % ['--help']}", LIGHT, ()),
        (f"import contextlib\nwith contextlib.suppress(SystemExit): {MAIN % ['scan', '--help']}", LIGHT, ()),
        ("import reviewer; reviewer.scan_text('Tel. 13800012345, ID 34010219000506123X')", HEAVY, ()),
        (f"import reviewer; reviewer.scan_text({CHINESE!r})", HEAVY, TAGGER),
        (SCAN.format("json"), HEAVY, ("json", *TAGGER)),
        (SCAN.format("sarif"), HEAVY, ("json", *TAGGER)),
        (SCAN.format("console"), HEAVY, ("rich", *TAGGER)),
    ],
)
def test_what_a_run_does_not_need_is_not_loaded(
    code: str, refused: tuple[str, ...], allowed: tuple[str, ...], tmp_path: Path, warm: dict[str, str]
) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text("联系电话：13800012345，住址：清溪县水阳镇向阳村三组12号\n", encoding="utf-8")
    check = f"{code}\nimport sys\nprint(*[m for m in {refused!r} if m in sys.modules], file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", check, str(draft)], capture_output=True, text=True, env=warm)
    assert done.returncode == 0
    assert set(done.stderr.split()) <= set(allowed)
