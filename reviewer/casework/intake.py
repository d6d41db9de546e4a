"""Files are scanned before anything of them is stored: in memory, in a process of their own, with a scratch folder on
a memory file system that is wiped after each file.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from reviewer import __version__
from reviewer.casework.structure import structure
from reviewer.errors import Refusal, SecretMark
from reviewer.keys import Key, ordered_fingerprints
from reviewer.marking.plan import PERSONS
from reviewer.marking.proof import streams
from reviewer.marking.search import ENCODINGS, Search, is_distinct, spaced
from reviewer.model import Finding, Gap, Result
from reviewer.reports import Bundle, in_order
from reviewer.reports.grouping import groups
from reviewer.reports.json import locator_fields
from reviewer.reports.veil import Veil, veil_of
from reviewer.review.page_text import page_text
from reviewer.scanning import Scanner, linked
from reviewer.settings import Limits
from reviewer.text.mask import significant
from reviewer.workers import apart

MARK_BASIS = frozenset(("secrets-20", "secrets-22"))
"""what the rules for marks of secrecy cite: 保密法 arts 20 and 22"""
STOP = (
    "文件带有国家秘密标志，没有收下，也没有留下它的任何内容。请立即停止操作，断开网络，保护现场，"
    "并向本单位保密办报告（保守国家秘密法实施条例第四十一条、第六十一条）。本系统不得处理国家秘密。"
    "确已解密或者经核定不是国家秘密的，由安全保密管理员先登记解密（核定）记录，再重新提交。"
)
_STREAMED = frozenset(("tmpfs", "ramfs"))
_LEAST = 6
_LEAST_MARK = 4
_USUAL = 100_000
"""bytes of a file that are always expected"""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was handed in. The bytes are only ever in memory.

    role      final: to be published as it is; draft: what the final file was made from, for the reviewers
    replaces  the slot of the file of the version before whose place it takes; None: told by its name
    """

    name: str = field(repr=False)
    data: bytes = field(repr=False)
    role: str = "final"
    replaces: str | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Sought:
    """What should be gone from a file: value id -> how the value is written; `standing` may stay and hold one."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    standing: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """The approved text of an HTML page (review/page_text.py): its hash, and where the findings stand in it."""

    sha256: str
    places: Mapping[int, tuple[int, int]]
    """number of the finding -> start and end"""


@dataclass(frozen=True, slots=True)
class Scanned:
    """What is known of one upload before anything is stored."""

    upload: Upload
    results: tuple[Result, ...] = field(repr=False)
    traces: Mapping[str, str] = field(default_factory=dict)
    """value id -> where in the file (member or stream) it was found though it should be gone"""
    page: Page | None = None

    @property
    def mark(self) -> Finding | None:
        """A certain mark of secrecy in the file, its name or a file in it."""
        return next((one for result in self.results for one in _all(result) if is_mark(one)), None)


def is_mark(finding: Finding) -> bool:
    """Whether a finding is a certain mark of secrecy: one that the law has written there, not one that is quoted."""
    return (
        finding.entity == "CLASSIFICATION"
        and finding.severity == "block"
        and finding.confidence != "possible"
        and not MARK_BASIS.isdisjoint(finding.basis)
    )


def memory_folder(mounts: str | None = None) -> Path | None:
    """A folder on a memory file system that this process may write to; None where there is none.

    mounts  what /proc/mounts says
    """
    import os

    if mounts is None:
        if sys.platform != "linux":
            return None
        mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
    usual = [Path("/dev/shm"), Path(f"/run/user/{os.getuid()}")]
    fields = [line.split() for line in mounts.splitlines()]
    memory = {cells[1] for cells in fields if len(cells) > 2 and cells[2] in _STREAMED}
    return next((one for one in usual if str(one) in memory and os.access(one, os.W_OK | os.X_OK)), None)


_SCANNING = threading.Lock()
"""held while this process scans itself; no copy of it is made then, for it would have a scanner that stays busy"""
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_SCANNING.acquire, after_in_parent=_SCANNING.release, after_in_child=_SCANNING.release
    )


class Intake:
    """Scans uploads and typed texts. One for all threads.

    scratch  a folder on a memory file system; None: files that need a converter are refused
    today    the day on which a file is scanned; None: the scanner's
    """

    def __init__(
        self, scanner: Scanner, key: Key, scratch: Path | None, today: Callable[[], date] | None = None
    ) -> None:
        limits = scanner.settings.limits
        if scratch is None:
            scanner.settings = replace(scanner.settings, limits=replace(limits, convert_seconds=0))
        self.scanner = scanner
        self.key = key
        self.scratch = scratch
        self._today = today or (lambda: scanner.settings.today)
        self._expected = -1

    @property
    def rules(self) -> tuple[str, str]:
        """Version and digest of the rule set in force."""
        return __version__, self.scanner.book.digest

    def scan(self, upload: Upload, genre: str = "", sought: Sought | None = None) -> Scanned:
        """What is in the file. Raises Refusal where it can not be read."""
        with _SCANNING:
            # What is worked out before the process is copied is worked out once for all files.
            if len(upload.data) > self._expected:
                self._expected = max(len(upload.data), _USUAL)
                self.scanner.expect(self._expected)
        # Of the day: an office runs for weeks.
        scanner = self.scanner.told(genre, self._today())
        limits = scanner.settings.limits

        def work() -> tuple[tuple[Result, ...], dict[str, str], Page | None]:
            results = tuple(linked(scanner.in_bytes(upload.data, _path(upload.name))))
            return results, _traces(upload.data, results, sought or Sought()), _page(upload.data, results, limits)

        results, traces, page = apart(work, limits, len(upload.data), self.scratch)
        if results[0].document is None or results[0].faults:
            fault = results[0].faults[0]
            raise Refusal(f"文件没有收下：{self.masked(fault.message)}")
        return Scanned(upload, results, traces, page)

    def masked(self, text: str) -> str:
        """A typed text with everything found in it masked. Raises SecretMark where it bears a mark of secrecy."""
        if not text:
            return ""
        with _SCANNING:
            result = self.scanner.text(text)
        if any(map(is_mark, result.findings)):
            raise SecretMark(STOP)
        return _shown(veil_of(self._bundle(result)), text)

    def veil(self, result: Result) -> Veil:
        return veil_of(self._bundle(result))

    def _bundle(self, result: Result) -> Bundle:
        return Bundle((replace(result, members=()),), self.key, found_in=self.found_in)

    @contextlib.contextmanager
    def scanning(self) -> Iterator[Scanner]:
        """The scanner, while nobody else scans with it and the process is not copied."""
        with _SCANNING:
            yield self.scanner

    def found_in(self, name: str) -> Sequence[Finding]:
        with _SCANNING:
            return self.scanner.text(name).findings

    def name_key(self, name: str) -> str:
        """What tells names apart without telling them: 32 hex characters under the site key."""
        import hmac

        return hmac.digest(self.key.derive("name"), name.encode("utf-8", "surrogatepass"), "sha256").hex()[:32]


def _page(data: bytes, results: Sequence[Result], limits: Limits) -> Page | None:
    """What a certificate says of the text of a page; None for what is no page."""
    document = results[0].document
    if document is None or document.format != "html":
        return None
    page = page_text(data, document.path, limits)
    found = [(k, one) for k, one in enumerate(in_order(results[0])) if one.part != "filename"]
    places = {k: page.place(one.start, one.end) for k, one in found}
    return Page(page.sha256, {k: place for k, place in places.items() if place is not None})


def _shown(veil: Veil, text: str) -> str:
    return veil.show(0, len(text))


def _path(name: str) -> str:
    """The last part of a name: no path comes from a user."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(char for char in last if char.isprintable()) or "未命名"


def _all(result: Result) -> Iterator[Finding]:
    yield from result.findings
    yield from result.name_findings


# --- rows ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FileRows:
    """What is stored of a scanned file: the columns of its row, of its findings and gaps, and its reading."""

    columns: dict[str, Any]
    findings: list[dict[str, Any]]
    gaps: list[dict[str, Any]]
    reading: bytes = field(repr=False)


def file_rows(intake: Intake, scanned: Scanned, slot: str) -> FileRows:
    """The rows of one file. All that is shown is masked; the reading holds the text and the values, to be encrypted."""
    first = scanned.results[0]
    assert first.document is not None
    findings: list[dict[str, Any]] = []
    gaps: list[dict[str, Any]] = []
    documents: list[dict[str, Any]] = []
    values: dict[str, list[str]] = {}
    for number, result in enumerate(scanned.results):
        inner = _inner(first.path, result.path)
        key = f"{slot}/{intake.name_key(inner)}" if inner else slot
        veil = intake.veil(result)
        # A folder or a container is masked by the whole path.
        shown = _inner_shown(veil.path(result)) if inner else ""
        findings += _finding_rows(intake.key, result, veil, key, shown, number, values)
        gaps += [_gap_row(gap, veil, key, shown) for gap in _gaps(result)]
        documents.append(_document(result, veil, inner, shown))
    _number(findings)
    page = scanned.page
    columns = {
        "name": intake.veil(first).path(first), "name_key": intake.name_key(first.path), "slot": slot,
        "role": scanned.upload.role, "sha256": scanned.upload.sha256, "size": len(scanned.upload.data),
        "format": first.document.format, "genre": first.genre.name if first.genre is not None else "",
        "text_sha256": (page.sha256 or None) if page is not None else None,
    }  # fmt: skip
    places = dict(page.places) if page is not None else {}
    reading = {"name": first.path, "documents": documents, "values": values, "places": places}
    return FileRows(columns, findings, gaps, json.dumps(reading, separators=(",", ":")).encode("ascii"))


def trace_row(of: Mapping[str, Any], slot: str, where: str, number: int) -> dict[str, Any]:
    """The finding that stands for a value that should be gone and is in the bytes still; `of` is the old finding."""
    fingerprint = hashlib.sha256(f"trace {of['value_id']}".encode()).hexdigest()[:32]
    return {
        **of, "slot": slot, "inner": "", "fingerprint": fingerprint, "severity": "block", "start": 0, "end": 0,
        "number": number, "locator": "{}", "due": True, "trace": True, "carried": False, "decision_id": None,
        "place_column": None, "grouping": f"t{number}", "scope": "", "person_role": "",
        "message": f"已决定脱敏（解密）的内容仍留在文件字节里（{where}）",
        "advice": "请用本系统的“生成公开稿”重新脱敏，或在原软件中清除后另存，再上传。",
    }  # fmt: skip


def _finding_rows(
    key: Key, result: Result, veil: Veil, slot: str, inner: str, document: int, values: dict[str, list[str]]
) -> list[dict[str, Any]]:
    findings = in_order(result)
    grouped = {
        id(one): f"{document}.{k}" for k,
        group in enumerate(groups(findings, result.document)) for one in group.findings
    }
    rows = []
    for one, (fingerprint, value_id) in zip(findings, ordered_fingerprints(findings, key), strict=True):
        if value_id not in values:
            values[value_id] = list(_spellings(one, result))
        rows.append({
            "slot": slot, "inner": inner, "number": 0, "fingerprint": fingerprint, "value_id": value_id,
            "rule": one.rule,
            "entity": one.entity, "severity": one.severity, "confidence": one.confidence, "start": one.start,
            "end": one.end, "part": one.part,
            "locator": json.dumps(locator_fields(one.locator, veil)),
            "value": storable(veil.value(one)), "message": storable(veil.raw(one.message)), "advice": one.advice,
            "basis": " ".join(one.basis),
            "grouping": grouped[id(one)], "place_column": _column(one, result, document), "person_role": one.role,
            "scope": storable(veil.raw(one.scope)), "due": one.severity != "note", "trace": False,
            "decision_id": None,
            "carried": False,
        })  # fmt: skip
    return rows


def storable(text: str) -> str:
    """The text as a database takes it: no NUL, no half of a surrogate pair."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\u2400")


def _number(rows: Iterable[dict[str, Any]]) -> None:
    for number, row in enumerate(rows):
        row["number"] = number


def _column(one: Finding, result: Result, document: int) -> str | None:
    """What the findings of one column of one table share."""
    if one.column is None or one.part == "filename" or result.document is None:
        return None
    block = result.document.block_at(one.start)
    return f"{document}.{block.start if block else 0}.{one.column}"


def _spellings(one: Finding, result: Result) -> tuple[str, ...]:
    """How the value is written here, and as it is normalised: the first as it stands in the text."""
    text = result.document.text if result.document is not None else ""
    written = one.value if one.part == "filename" else text[one.start : one.end]
    return tuple(dict.fromkeys((written, "".join(filter(significant, written)), one.value)))


def sought_spellings(entity: str, spellings: Iterable[str]) -> tuple[str, ...]:
    """Those by which a value is looked for in bytes: a name or a short number stands in any file."""
    if entity in PERSONS or entity == "HIDDEN_CONTENT":
        return ()
    least = _LEAST_MARK if entity == "CLASSIFICATION" else _LEAST
    return tuple(one for one in spellings if len(one) >= least and any(map(str.isalnum, one)))


def _traces(data: bytes, results: Sequence[Result], sought: Sought) -> dict[str, str]:
    """value id -> where the bytes or the text still hold it."""
    by_spelling = {spelling: value for value, every in sought.values.items() for spelling in every}
    by_spelling = {one: value for one, value in by_spelling.items() if one not in sought.standing}
    if not by_spelling:
        return {}
    shields = [one for one in sought.standing if any(map(one.__contains__, by_spelling))]
    shields.sort(key=len, reverse=True)
    coded = [one.encode(encoding, "ignore") for one in shields for encoding in ENCODINGS]
    search = Search(by_spelling)
    found: dict[str, str] = {}
    try:
        for name, stream in streams(data):
            for bare in coded:
                stream = stream.replace(bare, b" " * len(bare))
            for _, spelling in search.places(stream):
                found.setdefault(by_spelling[spelling], _place(name))
    except Exception:
        # A package that can not be searched through proves nothing: each value needs a decision by a person.
        found = {value: found.get(value, "有打不开、没有查遍的部分") for value in sought.values}
    distinct = [one for one in by_spelling if is_distinct(one)]
    for result in results:
        text = result.document.text if result.document is not None else ""
        for shield in shields:
            text = text.replace(shield, "\0" * len(shield))
        for *_, spelling in spaced(text, distinct):
            found.setdefault(by_spelling[spelling], "文字")
    return found


def _place(name: str) -> str:
    """The member or stream, where its name is one that the format gives; names of members may be anything."""
    plain = name.isascii() and len(name) < 60 and not any(map(str.isdigit, name[-12:]))
    return name if plain or name.startswith("对象 ") else "文件"


def _gaps(result: Result) -> Iterator[Gap]:
    yield from result.gaps
    for fault in result.faults:
        # A file inside that could not be read at all: its path tells which.
        name = hashlib.sha256(f"{result.path}\0{fault.code}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
        from reviewer.model import Locator

        yield Gap(name, "attachment", Locator(), fault.code, fault.message)


def _gap_row(gap: Gap, veil: Veil, slot: str, inner: str) -> dict[str, Any]:
    return {
        "slot": slot, "inner": inner, "gap": gap.id, "part": gap.part, "reason": gap.reason,
        "locator": json.dumps(locator_fields(gap.locator, veil)),
        "message": storable(veil.raw(gap.message)),
    }  # fmt: skip


def _document(result: Result, veil: Veil, inner: str, shown: str) -> dict[str, Any]:
    document = result.document
    text = document.text if document is not None else ""
    return {
        "inner": inner, "shown": shown, "format": document.format if document is not None else "", "text": text,
        "hidden": veil.hidden(0, len(text)),
        "structure": structure(document, veil) if document is not None else {},
    }  # fmt: skip


def _inner(outer: str, path: str) -> str:
    return path[len(outer) + 1 :] if path != outer else ""


def _inner_shown(shown: str) -> str:
    return shown.partition("!")[2]




Progress = Callable[[int, int], object]
"""called with (files done, files)"""
