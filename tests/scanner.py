"""One Scanner for all tests, on a fixed day."""

from __future__ import annotations

from datetime import date
from functools import cache

from reviewer.detect import prefilter
from reviewer.model import Finding
from reviewer.scanning import Scanner
from reviewer.settings import Settings

prefilter.PATIENCE = 0
"""hyperscan answers from the first line on; scans in processes of their own test the other gate"""
TODAY = date(2026, 11, 22)


@cache
def scanner(use_hyperscan: bool = True) -> Scanner:
    return Scanner(Settings(today=TODAY, use_hyperscan=use_hyperscan))


def found(text: str) -> tuple[Finding, ...]:
    return scanner().text(text).findings


def seen(text: str) -> list[tuple[str, str, str]]:
    """(entity, the characters flagged, severity) of each finding."""
    return [(one.entity, text[one.start : one.end], one.severity) for one in found(text)]
