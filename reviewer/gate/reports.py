"""Outcome -> bytes: one module for each format, each with `write(outcome, stream)`."""

from __future__ import annotations

import io
from importlib import import_module
from typing import IO, Any

from reviewer.gate.run import Outcome

FORMATS = ("text", "json", "sarif", "junit", "github", "gitlab")
SUFFIXES = {".txt": "text", ".json": "json", ".sarif": "sarif", ".xml": "junit"}
"""what a file's name says of its format"""


def write(format: str, outcome: Outcome, stream: IO[Any]) -> None:
    """Writes the report: UTF-8 to a stream of bytes, characters to one of text."""
    module = import_module(f"reviewer.gate.report_{format}")
    if isinstance(stream, io.TextIOBase):
        module.write(outcome, stream)
        return
    # A file name that is not UTF-8 arrives as lone surrogates.
    wrapper = io.TextIOWrapper(stream, "utf-8", errors="backslashreplace", newline="\n")
    try:
        module.write(outcome, wrapper)
        wrapper.flush()
    finally:
        wrapper.detach()
