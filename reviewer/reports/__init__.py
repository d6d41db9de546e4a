"""Results -> bytes: one module per output format, each with `write(bundle, stream)`.

Every output masks what was found unless `show_values` is set; see veil.py for what that covers.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import IO, TYPE_CHECKING, Any, Protocol

from reviewer.errors import UsageError
from reviewer.keys import Key
from reviewer.model import SEVERITIES, VERDICTS, Finding, Result, Severity

if TYPE_CHECKING:
    from reviewer.reports.joining import Joining

FORMATS: tuple[str, ...] = ("console", "json", "sarif", "html", "xlsx")
"""the modules of this package that are formats"""

BINARY: frozenset[str] = frozenset({"xlsx"})
"""formats that can not go to a text stream"""

class Results(Protocol):
    """Results that can be gone through again and again; a tuple, or what lies on disk (spool.Spool)."""

    def __iter__(self) -> Iterator[Result]: ...

    def __len__(self) -> int: ...


Law = tuple[str, str, str, str]
"""title of the law, article, text of the article, source"""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything that a report is made of. `basis` maps a finding's basis keys to the law."""

    results: Results
    key: Key
    version: str = ""
    rules: Mapping[str, str | int] = field(default_factory=dict)
    """name, version, sha256 and count of the rule set"""
    basis: Mapping[str, Law] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    """rule id -> its Chinese title"""
    show_values: bool = False
    min_severity: Severity = "note"
    """findings below it are left out of the output; verdicts are of all findings"""
    root: str = ""
    """the folder that relative addresses in sarif count from"""
    date: str = ""
    """the day of the scan as it should stand in the report"""
    found_in: Callable[[str], Sequence[Finding]] | None = None
    """the findings in a name: folders are named after persons too, and only files are scanned"""
    joining: Joining | None = None
    """what the drafts give away together with what is published; None: nobody asked"""

    @property
    def only(self) -> Result:
        """The only Result."""
        (result,) = self.results
        return result

    def listed(self, finding: Finding) -> bool:
        """Whether the finding is severe enough to be shown."""
        return SEVERITIES.index(finding.severity) >= SEVERITIES.index(self.min_severity)


def in_order(result: Result) -> list[Finding]:
    """The findings by their place in the text, those in the file's name (which count there) last."""
    named = sorted(result.name_findings, key=_place)
    return [*sorted(result.findings, key=_place), *named]


def gravest(results: Results, most: int) -> list[int]:
    """The numbers of `most` Results, those first that need work most; of equal ones in their order."""
    every = sorted((VERDICTS.index(result.verdict), place) for place, result in enumerate(results))
    return [place for _, place in every[:most]]


def _place(finding: Finding) -> tuple[int, int]:
    return finding.start, finding.end


def write(format: str, bundle: Bundle, stream: IO[Any]) -> None:
    """Write the report to `stream`: UTF-8 bytes to a binary one, characters to a text one.

    Raises UsageError for an unknown format, or for xlsx to a stream that takes text only.
    """
    if format not in FORMATS:
        raise UsageError(f"没有 {format} 这种报告格式。可用的有：{'、'.join(FORMATS)}。")
    module = import_module(f"reviewer.reports.{format}")
    text = isinstance(stream, io.TextIOBase)
    if format in BINARY:
        binary = getattr(stream, "buffer", None) if text else stream
        if binary is None:
            raise UsageError(f"{format} 不是文本，不能写到这里。请用 -o 指定文件名。")
        module.write(bundle, binary)
    elif text:
        module.write(bundle, stream)
    else:
        _write_bytes(module, bundle, stream)


def _write_bytes(module: Any, bundle: Bundle, stream: IO[bytes]) -> None:
    # A file name that is not UTF-8 arrives as lone surrogates. backslashreplace writes them as \udc80,
    # which is also what JSON wants.
    wrapper = io.TextIOWrapper(stream, "utf-8", errors="backslashreplace", newline="\n")
    try:
        module.write(bundle, wrapper)
        wrapper.flush()
    finally:
        wrapper.detach()
