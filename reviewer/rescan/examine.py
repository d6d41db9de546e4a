"""Entry -> Examined: reads, scans, and keeps what may be kept. Runs in workers; knows no state and no database."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from reviewer.errors import ReadError
from reviewer.keys import Key
from reviewer.linkage import anonymity
from reviewer.linkage import tokens as linkage
from reviewer.model import Fault, Result
from reviewer.reports import Bundle, joining
from reviewer.reports import json as as_json
from reviewer.reports.veil import Shown, Veil, masked_path
from reviewer.rescan.changed import Changed, Probe
from reviewer.rescan.lifecycle import Told, document_number, notices
from reviewer.rescan.model import Entry, Examined
from reviewer.rescan.page import About, about, about_text, day_of_address
from reviewer.review.clock import packaged
from reviewer.scanning import Scanner, linked
from reviewer.settings import Limits, Settings

_MAY_NAME = "[\u3400-\u9fff]|[0-9]{6}|@"
_BLANK = re.compile("[\\s\u200b\ufeff]+")
_WRITTEN = frozenset(["txt", "md", "docx", "doc", "wps", "rtf", "odt", "pdf", "ofd"])
"""formats whose first lines may be the catalogue's fields"""
_LEAST_TEXT = 200
"""characters from which on two texts that are the same are a page that was published twice"""


@dataclass(frozen=True, slots=True)
class Context:
    """What a process needs to examine documents: it can be sent to another machine.

    key    the site key: fingerprints and tokens are made where the text is
    cache  folder of what was worked out before; None where there is none
    """

    settings: Settings
    key: Key
    cache: Path | None = None
    earlier: tuple[tuple[str, Changed], ...] = ()
    """digest of earlier rules, by which documents of the state were scanned; what has changed since"""
    scanner: Scanner | None = field(default=None, repr=False, compare=False)
    """built already, in this process"""

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return Context, (self.settings, self.key, self.cache, self.earlier)

    def look(self) -> Look:
        return Look(self)


class Look:
    """Examines documents in one process; `results` is what workers call."""

    def __init__(self, context: Context) -> None:
        self.scanner = context.scanner or Scanner(context.settings, cache=context.cache)
        self._probes = {digest: Probe(self.scanner, one.books) for digest, one in context.earlier}
        self._key = context.key
        self._tokens = linkage.Tokens(context.key.derive("linkage"))
        self._calendar = packaged()
        self._published = context.key.derive("published")
        self._found_in = cache(lambda name: self.scanner.text(name).findings)

    @property
    def settings(self) -> Settings:
        return self.scanner.settings

    def results(self, path: Path, told: str) -> Iterator[Examined]:
        """What is in the document of the Entry that `told` says (engine.packed)."""
        from reviewer.rescan.engine import unpacked

        yield from self.examined(unpacked(told))

    def examined(self, entry: Entry, data: bytes | None = None) -> Iterator[Examined]:
        """The document, then the files in it. `data`: its bytes, where somebody has fetched them already."""
        if data is None:
            try:
                data = entry_bytes(entry, self.settings.limits)
            except ReadError as fault:
                named = self.scanner.in_name(Path(entry.path).name)
                result = Result(entry.path, None, faults=(Fault(fault.code, fault.message),), name_findings=named)
                yield from self._told(entry, [result], b"", About())
                return
        digest = hashlib.sha256(data).hexdigest()
        if entry.sha256 == digest and not self._sees(entry, data):
            yield Examined(entry.path, digest, len(data), is_unchanged=True)
            return
        results = linked(self.scanner.in_bytes(data, entry.path))
        first = results[0].document
        if first is not None and first.format == "html":
            page = about(data, first, entry.path, entry.url)
        elif first is not None and first.format in _WRITTEN:
            page = about_text(first, entry.path)
        else:
            page = About(published=day_of_address(entry.path))
        yield from self._told(entry, results, data, page)

    def expect(self, characters: int) -> None:
        """So much text is to come: loads what its scan needs, before the process is copied."""
        self.scanner.expect(characters)
        for probe in self._probes.values():
            probe.expect(characters)

    def _sees(self, entry: Entry, data: bytes) -> bool:
        """Whether rules that have changed since the document was scanned see anything in it."""
        if not entry.rules:
            return False
        probe = self._probes.get(entry.rules)
        return probe is None or probe.sees(data, entry.path)

    def _told(self, entry: Entry, results: list[Result], data: bytes, page: About) -> Iterator[Examined]:
        bundle = Bundle(tuple(results), self._key, found_in=self._found_in)
        own = None
        for number, (result, veil) in enumerate(Shown(bundle)):
            made = self._examined(entry, result, veil, bundle, page if number == 0 else About(), own)
            if number == 0:
                own = made
                size = len(data) if data else entry.size
                made = replace(made, size=size, sha256=hashlib.sha256(data).hexdigest() if data else "")
            yield made

    def _examined(
        self, entry: Entry, result: Result, veil: Veil, bundle: Bundle, page: About, outer: Examined | None
    ) -> Examined:
        document = result.document
        found = json.loads("".join(as_json.document(bundle, result, veil)))
        masked = veil.raw
        made = Examined(
            result.path, document.sha256 if document else "", -1, document.format if document else "",
            self.shown(result.path), masked(page.title) or _title(result, masked), masked(entry.url or page.url),
            masked(entry.unit or page.unit), masked(entry.column or page.column), entry.published or page.published,
            masked(page.index_number), masked(page.number), entry.page, page.links,
            result.genre.name if result.genre is not None else "", found,
            problem=result.faults[0].message if result.faults else "", text_key=self._text_key(result),
        )  # fmt: skip
        if outer is not None:
            # What lies in an archive was published where the archive was.
            made = replace(
                made, url=outer.url, unit=outer.unit, column=outer.column, published=outer.published, page=entry.path
            )
        if document is None:
            return made
        singling = (one for one in anonymity.tables(document, nameless=True) if joining.singles_out(one))
        found["tables"] = [joining.table_fields("", joining.cleaned(one, masked)) for one in singling]
        given = linkage.given(
            result, linkage.Page(made.shown, made.unit, made.column, made.published, page.title), self._tokens
        )  # fmt: skip
        records = (linkage.record(given),) if given.rows or given.points else ()
        told = Told(
            page.title or _title(result, str), made.unit, made.column, made.published, made.genre,
            tuple(sorted({(one.start, one.end) for one in result.findings if one.entity == "NAME"})),
            lambda name: self._tokens.name("".join(name.split())), masked, self._calendar,
        )  # fmt: skip
        number = made.number or masked(document_number(document.text))
        return replace(made, number=number, given=records, notices=tuple(notices(document.text, told)))

    def failed(self, entry: Entry, result: Result) -> Examined:
        """What is told of a document whose worker died or was stopped: `result` has its faults."""
        return next(self._told(entry, [replace(result, path=entry.path)], b"", About()))

    def shown(self, path: str) -> str:
        """The path as the state may keep it: names and numbers masked, then told apart by a mark of the whole."""
        if re.search(_MAY_NAME, path) is None:
            return path
        shown = masked_path(path, self._found_in)
        return shown if shown == path else f"{shown}~{path_key(self._published, path)[:8]}"

    def _text_key(self, result: Result) -> str:
        text = _BLANK.sub("", result.document.text) if result.document is not None else ""
        if len(text) < _LEAST_TEXT:
            return ""
        return hmac.digest(self._published, b"text" + text.encode("utf-8", "surrogatepass"), "sha256")[:16].hex()


def path_key(secret: bytes, path: str) -> str:
    """32 hex characters that stand for a path in the state; `secret` is the key for what is published."""
    return hmac.digest(secret, b"path" + path.encode("utf-8", "surrogatepass"), "sha256")[:16].hex()


def entry_bytes(entry: Entry, limits: Limits) -> bytes:
    """The bytes of a document. Raises a ReadError."""
    from reviewer.readers import file_bytes

    if entry.where.startswith("warc:"):
        from reviewer.rescan.warc import record_bytes

        return record_bytes(entry.where, limits.file_bytes)
    return file_bytes(Path(entry.where), limits)


def _title(result: Result, masked: Callable[[str], str]) -> str:
    """The title lines of what is no page; "" where something was found in them: they may be the first row of a list."""
    title = linkage.title(result.document) if result.document is not None else ""
    return title if masked(title) == title and re.search("[0-9]{6}", title) is None else ""
