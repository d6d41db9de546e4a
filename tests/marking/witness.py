"""Other programs that testify what a copy holds: LibreOffice and poppler."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

HAS_POPPLER = (
    shutil.which("pdftoppm") is not None
    and shutil.which("pdftotext") is not None
    and Path("/usr/share/poppler/cMap").is_dir()
)
office = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
poppler = pytest.mark.skipif(not HAS_POPPLER, reason="poppler is not installed")


def converted(data: bytes, source: str, kind: str, folder: Path) -> bytes:
    """What LibreOffice makes of a file whose ending is `source`."""
    draft, out = folder / f"draft.{source}", folder / "out"
    draft.write_bytes(data)
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", kind,
         "--outdir", str(out), str(draft)], check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return (out / f"draft.{kind}").read_bytes()


def poppler_text(data: bytes, *options: str) -> str:
    """The text that poppler sees in a PDF."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        command = ["pdftotext", "-q", *options, file.name, "-"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout
