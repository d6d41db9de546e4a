"""The outcome as JUnit XML, as continuous integration shows tests: a file is a test, a fault makes it fail."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

from reviewer.gate.judge import TITLES, Judged
from reviewer.gate.run import NOTHING_READ, Outcome
from reviewer.reports.words import printable


def write(outcome: Outcome, stream: TextIO) -> None:
    """One suite; an empty folder is one test that fails."""
    failures = sum(one.status != "approved" for one in outcome.files) or int(outcome.exit_code == NOTHING_READ)
    counts = f'tests="{max(len(outcome.files), 1)}" failures="{failures}" errors="0"'
    stream.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites {counts}>\n')
    stream.write(f"<testsuite name={_quoted(f'发布闸口 {outcome.root}')} {counts}>\n")
    for file in outcome.files:
        stream.write(_case(file))
    if not outcome.files:
        stream.write('<testcase classname="." name="."><failure type="unread" message="文件夹是空的"/></testcase>\n')
    stream.write("</testsuite>\n</testsuites>\n")


def _case(file: Judged) -> str:
    path = PurePosixPath(file.path)
    head = f"<testcase classname={_quoted(str(path.parent))} name={_quoted(path.name)}"
    if file.status == "approved":
        return f"{head}/>\n"
    told = "\n".join(one.message for one in file.reasons)
    failure = f"<failure type={_quoted(file.status)} message={_quoted(TITLES[file.status])}>"
    return f"{head}>{failure}{escape(printable(told))}</failure></testcase>\n"


def _quoted(text: str) -> str:
    return quoteattr(printable(text).replace("\n", "⏎").replace("\t", " "))
