"""Reads the tab-separated tables that travel with the package; nothing is read before the first call."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent / "data"


def rows(name: str) -> Iterator[list[str]]:
    """The rows of data/<name>.tsv as lists of fields; lines that start with # say where they come from."""
    for line in (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").split("\n"):
        if line and not line.startswith("#"):
            yield line.split("\t")
