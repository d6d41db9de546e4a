"""What the doctor says is what the readers and writers do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from reviewer import doctor
from reviewer.readers import archive_other, kinds, ocr, soffice
from reviewer.readers.converted import JOBS


def told() -> dict[str, doctor.Format]:
    return {one.kind: one for one in doctor.formats()}


def test_every_kind_is_named_once() -> None:
    assert [one.kind for one in doctor.formats()] == list(kinds())


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soffice, "program", lambda target: None)
    monkeypatch.setattr(ocr, "is_installed", lambda: False)
    monkeypatch.setattr(archive_other, "binding", lambda: None)
    found = told()
    assert {kind for kind, one in found.items() if not one.read} == {*JOBS, "7z", "rar", "picture"}
    assert all(one.read or one.missing for one in found.values())
    assert not found["doc"].marked and "libreoffice-writer" in found["doc"].missing
    assert "libarchive" in found["rar"].missing and "[ocr]" in found["picture"].missing


def test_what_is_there_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soffice, "program", lambda target: Path("/usr/bin/soffice"))
    found = told()
    assert all(found[kind].read and found[kind].marked for kind in ("docx", "xlsx", "pptx", "pdf", "ofd", "txt", "doc", "et"))
    assert found["zip"].read and not found["zip"].marked


def test_the_command(tmp_path: Path) -> None:
    run = subprocess.run([sys.executable, "-m", "reviewer", "doctor"], capture_output=True, text=True, check=True)
    assert run.stderr == "" and "能审查：txt、md" in run.stdout and "禁止联网" in run.stdout
