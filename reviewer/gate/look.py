"""One file -> what is in it. The bytes are read once: what is hashed is what is scanned.

Runs in the processes of workers.py; what goes back to the gate holds places and hashes, no text and no value.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from reviewer.errors import ReadError
from reviewer.gate.config import Config, matches
from reviewer.gate.folder import is_inside
from reviewer.model import Fault, Finding, Gap, Locator, Result, Severity
from reviewer.reports.veil import masked_path
from reviewer.reports.words import place
from reviewer.review.certificate import Decided, Unread
from reviewer.review.content import TO_DECIDE, decided_of
from reviewer.review.page_text import BODY, PageText, page_text
from reviewer.scanning import Scanner
from reviewer.settings import Settings


@dataclass(frozen=True, slots=True)
class Spot:
    """A finding at check or block.

    where    the place in words, without names
    repeats  for what a page says of itself (title, meta): places in the approved text where the same rule found
             the same value
    """

    decided: Decided
    severity: Severity
    entity: str
    where: str
    locator: Locator
    member: int = 0
    repeats: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Hole:
    """Something that was not read."""

    unread: Unread
    where: str
    locator: Locator
    member: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What is in a file.

    path         in the folder, as it is
    shown        the same with found values masked: what outputs show
    sha256       of the bytes; "" where they could not be read
    text_sha256  of a page: of the text inside of the configured selector; "" for all else
    """

    path: str
    shown: str
    sha256: str = ""
    text_sha256: str = ""
    spots: tuple[Spot, ...] = ()
    holes: tuple[Hole, ...] = ()


class Look:
    """Looks at files with one or two scanners; the second has the rules that somebody added.

    Both count: an added rule may find more, and can not take away what the packaged rules find.
    """

    def __init__(self, scanners: Sequence[Scanner], config: Config, root: Path) -> None:
        self._scanners = scanners
        self._config = config
        self._root = os.path.realpath(root)
        self._in_name = cache(scanners[-1].in_name)

    @property
    def settings(self) -> Settings:
        """What workers ask for: the limits of reading."""
        return self._scanners[0].settings

    def results(self, path: Path, shown: str) -> Iterator[Seen]:
        """What is in the file; `shown` is its path in the folder. The name is the one that workers call."""
        from reviewer.readers import file_bytes

        seen = Seen(shown, self.masked(shown))
        try:
            data = file_bytes(path, self.settings.limits)
        except ReadError as fault:
            yield replace(seen, holes=(unreadable(shown, fault.code),))
            return
        yield self._in_bytes(data, seen)

    def masked(self, path: str) -> str:
        """The path with the names and numbers in it masked."""
        return masked_path(path, self._in_name) if re.search(_MAY_NAME, path) else path

    def in_folder_name(self, name: str) -> tuple[Finding, ...]:
        """What is found at check and block in the name of a folder."""
        return tuple(one for one in self._in_name(name) if one.severity in TO_DECIDE)

    def _in_bytes(self, data: bytes, seen: Seen) -> Seen:
        seen = replace(seen, sha256=hashlib.sha256(data).hexdigest())
        if not data:
            # There is nothing in it but its name.
            named = self.in_folder_name(Path(seen.path).name)
            return replace(seen, spots=tuple(self._spot(one, seen.path, 0, None) for one in named))
        spots: dict[Decided, Spot] = {}
        holes: dict[Unread, Hole] = {}
        page = None
        for scanner in self._scanners:
            for number, result in enumerate(scanner.in_bytes(data, seen.path)):
                if number == 0 and scanner is self._scanners[0]:
                    page = self._page(data, result, seen.path)
                told = page if number == 0 else None
                spots |= {one.decided: one for one in self._spots(result, number, told)}
                holes |= {one.unread: one for one in self._holes(result, number, told)}
        text = page.sha256 if page is not None and self._config.selector(seen.path) else ""
        return replace(seen, text_sha256=text, spots=tuple(spots.values()), holes=tuple(holes.values()))

    def _page(self, data: bytes, result: Result, path: str) -> PageText | None:
        """What is said of a page beside its scan; None for what needs nothing said."""
        document, selector = result.document, self._config.selector(path)
        if document is None or document.format != "html":
            return None
        if not selector and not any(map(_is_picture, result.gaps)):
            return None
        try:
            page = page_text(data, path, self.settings.limits, selector or BODY)
        except ReadError:
            return None
        far = tuple("" if self._is_seen_to(one, path, data) else one for one in page.pictures)
        # The same parse twice gives the same text: where it does not, nothing is known of places.
        return replace(page, pictures=far) if page.document.text == document.text else None

    def _is_seen_to(self, address: str, path: str, data: bytes) -> bool:
        """Whether a picture is a file of the folder, which the gate looks at by itself, or one a person has seen."""
        if any(matches(_hostless(address)[1], _hostless(glob)[1]) for glob in self._config.pictures):
            return True
        is_far, rest = _hostless(re.split("[?#]", address)[0])
        for site in self._config.site if is_far else ():
            home = _hostless(site)[1].rstrip("/") + "/"
            if rest.startswith(home):
                is_far, rest = False, "/" + rest.removeprefix(home)
        # Where <base> says that addresses count from elsewhere, they are not files here.
        if is_far or (not rest.startswith("/") and re.search(rb"<base\s", data, re.I)):
            return False
        folder = "" if rest.startswith("/") else os.path.dirname(path)
        file = os.path.realpath(os.path.join(self._root, folder, unquote(rest).lstrip("/")))
        return is_inside(file, self._root) and os.path.isfile(file)

    def _spots(self, result: Result, number: int, page: PageText | None) -> Iterator[Spot]:
        told = [one for one in (*result.findings, *result.name_findings) if one.severity in TO_DECIDE]
        approved: dict[tuple[str, str], list[tuple[int, int]]] = {}
        if page is not None:
            for one in result.findings:
                if (within := page.place(one.start, one.end)) is not None:
                    approved.setdefault((one.rule, one.value), []).append(within)
        for one in told:
            spot = self._spot(one, result.path, number, page)
            if one.part == "property" and spot.decided.text is None:
                spot = replace(spot, repeats=tuple(approved.get((one.rule, one.value), ())))
            yield spot

    def _spot(self, finding: Finding, path: str, number: int, page: PageText | None) -> Spot:
        where = place(finding.part, _nameless(finding.locator), str, start=finding.start)
        return Spot(decided_of(finding, path, page), finding.severity, finding.entity, where, finding.locator, number)

    def _holes(self, result: Result, number: int, page: PageText | None) -> Iterator[Hole]:
        for gap, address in _left(result.gaps, page):
            told = Unread(result.path, gap.id, gap.part, gap.reason)
            where = place(gap.part, _nameless(gap.locator), str)
            host = _HOST.match(address)
            yield Hole(told, f"{where}，来自 {host[1]}" if host is not None else where, gap.locator, number)
        for fault in result.faults:
            # In an empty file of an archive there is nothing either.
            if fault.code != "empty":
                yield replace(unreadable(result.path, fault.code), member=number)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a Look is made from in a process that could not be copied from this one."""

    settings: tuple[Settings, ...]
    config: Config
    root: Path
    cache: Path | None

    def __call__(self) -> Look:
        return Look([Scanner(one, cache=self.cache) for one in self.settings], self.config, self.root)


_MAY_NAME = "[\u3400-\u9fff]|[0-9]{6}|@"


def unreadable(path: str, code: str) -> Hole:
    """A file that could not be read at all."""
    return Hole(Unread(path, "", "", code), "整个文件", Locator())


def of_failed(result: Result, path: str, shown: str) -> Seen:
    """What is known of a file whose worker died or was stopped."""
    return Seen(path, shown, holes=tuple(unreadable(path, fault.code) for fault in result.faults))


def fault_of(path: str, shown: str, fault: Fault) -> Seen:
    """What is known of something that is no file."""
    return Seen(path, shown, holes=(unreadable(path, fault.code),))


def _nameless(locator: Locator) -> Locator:
    """The place without the names that the file gives: a sheet may be named after a person."""
    return replace(locator, sheet=None, note=None, row=None if locator.cell else locator.row)


def _is_picture(gap: Gap) -> bool:
    """Whether the gap is a picture that a page shows from elsewhere."""
    return gap.reason == "picture" and gap.part == "picture" and gap.locator.note is None


def _left(gaps: Sequence[Gap], page: PageText | None) -> list[tuple[Gap, str]]:
    """The gaps without those of pictures that are looked at as files of their own; and where a picture comes from."""
    pictures = [gap for gap in gaps if _is_picture(gap)]
    if page is None or not pictures:
        return [(gap, "") for gap in gaps]
    far = dict.fromkeys((gap.id for gap in pictures), next(filter(None, page.pictures), ""))
    # Of many pictures the page tells one gap.
    if len(pictures) == len(page.pictures):
        far = {gap.id: address for gap, address in zip(pictures, page.pictures, strict=True)}
    return [(gap, far.get(gap.id, "")) for gap in gaps if gap.id not in far or far[gap.id]]


_HOST = re.compile("(?:https?:)?//([A-Za-z0-9.-]{1,80})(?:[:/]|$)")


def _hostless(address: str) -> tuple[bool, str]:
    """Whether an address names its host, and the address without http: and https:, which say nothing of the picture."""
    rest = re.sub("^(?:https?:)?//", "//", address)
    return re.match("[A-Za-z][A-Za-z0-9+.-]*:|//", rest) is not None, rest
