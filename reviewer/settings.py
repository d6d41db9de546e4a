"""One frozen Settings object: everything that a scan may be told from outside."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost, in bytes; exceeded limits raise TooBig or TooDeep, or become a Gap. And its passwords."""

    file_bytes: int = 512 * 1024 * 1024
    member_bytes: int = 256 * 1024 * 1024
    total_bytes: int = 1024 * 1024 * 1024
    members: int = 20_000
    ratio: int = 200
    depth: int = 4
    xml_depth: int = 256
    rule_seconds: float = 5.0
    convert_seconds: float = 120.0
    """what LibreOffice may take for one file; 0: nothing is converted"""
    memory_bytes: int = 4 * 1024 * 1024 * 1024
    """what a worker process may have, beside what it starts with"""
    written_bytes: int = 2 * 1024 * 1024 * 1024
    """what each file that a worker, or a converter that it started, writes in its scratch folder may have"""
    result_bytes: int = 1024 * 1024 * 1024
    """what a worker may tell of one file at a time"""
    file_seconds: float = 300.0
    megabyte_seconds: float = 60.0
    """a worker's time for one file, and more for each of its megabytes"""
    passwords: tuple[str, ...] = field(default=(), repr=False)
    """what is tried on encrypted files; never shown"""

    def seconds(self, size: int) -> float:
        """How long a worker may take for a file of `size` bytes."""
        return self.file_seconds + self.megabyte_seconds * size / 1048576


@dataclass(frozen=True, slots=True)
class Settings:
    """What a scan needs to know beside the draft: the day it runs on, its limits, extra rule folders."""

    today: date
    limits: Limits = field(default_factory=Limits)
    rule_folders: tuple[Path, ...] = ()
    use_hyperscan: bool = True
    genre: str = ""
    """id or title of the genre that a person set for all documents; empty: it is recognised"""
    language: str = "builtin"
    """what finds names in running text: builtin, none, or spacy:PATH for an office's own pipeline"""
    words: Path | None = None
    """a user dictionary (jieba's format): persons to look for, words that are no names"""
    allow_lists: tuple[Path, ...] = ()
    """files of the office's own published persons (rulebook.allow)"""
