"""The outcome as workflow commands of GitHub Actions: each reason is an annotation at its file."""

from __future__ import annotations

from typing import TextIO

from reviewer.gate.judge import TITLES
from reviewer.gate.report_sarif import where
from reviewer.gate.run import Outcome
from reviewer.reports.words import printable


def write(outcome: Outcome, stream: TextIO) -> None:
    """A line for each reason, and one that says how it ended."""
    for file in outcome.files:
        for one in file.reasons:
            line = f",line={one.locator.line}" if one.locator.line is not None and not one.inside else ""
            place = f"file={_property(where(outcome, file))}{line},title={_property(TITLES[one.fault])}"
            stream.write(f"::error {place}::{_data(one.message)}\n")
    bad = len(outcome.files) - outcome.counts["approved"]
    if bad or not outcome.files:
        told = f"{len(outcome.files)} 个文件中有 {bad} 个不能发布" if outcome.files else "文件夹里一个文件也没有"
        stream.write(f"::error title=发布闸口::{_data(told)}\n")
    else:
        stream.write(f"::notice title=发布闸口::{len(outcome.files)} 个文件可以发布\n")
    for note in outcome.notes:
        stream.write(f"::warning title=发布闸口::{_data(note)}\n")


def _data(text: str) -> str:
    """Text as a message: what begins or ends a command is written as an escape."""
    return printable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
