"""What may be seen of a draft: its text, names and paths with everything that was found masked.

A quotation shows text around a finding, and other findings stand there; a sheet or a folder may bear
the name of a person. So everything that comes from a draft passes through a Veil before it is shown.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache

from reviewer.keys import value_ids
from reviewer.model import Finding, Result
from reviewer.prepared.patterns import compiled
from reviewer.reports import Bundle
from reviewer.reports.words import printable
from reviewer.text.mask import SHOWN, ends_shown, mask, stars

Span = tuple[int, int]

_LEAST = 4
_LEAST_NAME = 2
_LEAST_NAME_ELSEWHERE = 3
_HEAD = 2
_LONG_NUMBER = compiled("[0-9０-９]{11,}[XxＸｘ]?")
_STAMP = compiled("[PW]0(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{6,14}(?![0-9Xx])")
_MEMBER = compiled(r"\.[0-9A-Za-z]{1,5}!")
_FOLDER = compiled(r"[^/\\!]+")


class Literals:
    """Found values as strings, to be masked where they stand a second time and nothing found them."""

    def __init__(self, name_id: Callable[[str], str] | None = None) -> None:
        self._titles: dict[str, str] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        self._name_id = name_id
        self._sealed: dict[str, dict[int, set[str]]] = {}
        """first character -> length -> value ids of names of which no more is known"""
        self.longest = 0

    def __bool__(self) -> bool:
        return bool(self._titles or self._sealed)

    def add_sealed(self, shown: str, value_id: str) -> None:
        """Remember a name of which an earlier scan kept the id: `shown` is what may be seen of it."""
        if not shown.startswith("*"):
            self._sealed.setdefault(shown[0], {}).setdefault(len(shown), set()).add(value_id)
            self.longest = max(self.longest, len(shown))

    def add(self, text: str, entity: str) -> None:
        """Remember a value. One without a letter or digit would mask every run of stars or dots."""
        if text in self._titles or not any(c.isalnum() for c in text):
            return
        self._titles[text] = entity
        self.longest = max(self.longest, len(text))
        lengths = self._lengths.get(text[:_HEAD], ())
        if len(text) not in lengths:
            self._lengths[text[:_HEAD]] = tuple(sorted((*lengths, len(text)), reverse=True))

    def hidden(self, text: str) -> list[Span]:
        """The stretches of `text` that must not be read, by their places in it."""
        spans: list[Span] = []
        known, titles = self._lengths, self._titles
        for start in range(len(text) - _HEAD + 1):
            lengths = known.get(text[start : start + _HEAD])
            if lengths is None:
                continue
            for length in lengths:
                value = text[start : start + length]
                if len(value) == length and value in titles:
                    spans.append(_inner(start, start + length, titles[value]))
        return [*spans, *self._sealed_in(text)] if self._sealed else spans

    def _sealed_in(self, text: str) -> Iterator[Span]:
        assert self._name_id is not None
        for start, letter in enumerate(text):
            for length, known in self._sealed.get(letter, {}).items():
                value = text[start : start + length]
                if len(value) == length and self._name_id(value) in known:
                    yield _inner(start, start + length, "NAME")


class Veil:
    """Shows one result's text and names. With `show_values` it only makes characters safe."""

    def __init__(self, bundle: Bundle, result: Result, shared: Literals) -> None:
        self.text: str = result.document.text if result.document is not None else ""
        self._open = bundle.show_values
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._literals = (Literals(), shared)
        self._found_in = bundle.found_in
        self._cleaned: dict[str, str] = {}
        if self._open:
            return
        for span in _merge(_inner(f.start, f.end, f.entity) for f in result.findings):
            self._starts.append(span[0])
            self._ends.append(span[1])
        for finding in (*result.findings, *result.name_findings):
            if finding.entity == "NAME":
                for value in _spellings(finding, self.text):
                    if _LEAST_NAME <= len(value) < _LEAST_NAME_ELSEWHERE:
                        self._literals[0].add(value, "NAME")

    def forget(self) -> None:
        """Nothing of the text will be asked for."""
        self.text = ""

    def value(self, finding: Finding) -> str:
        """The finding's value as it may be shown; raw characters, for json."""
        if self._open or finding.marks is not None:
            return finding.value
        shown = mask(finding.value, finding.entity)
        # The ends that a mask leaves may be a name: 张建国之妻…; those of a number can not.
        return shown if shown.isascii() else self._scrub(shown)

    def raw(self, text: str) -> str:
        """A name or message with found values masked, its other characters as they are."""
        if self._open:
            return text
        known = self._cleaned.get(text)
        if known is None:
            known = self._cleaned[text] = self._scrub(text)
        return known

    def clean(self, text: str) -> str:
        """A name or message from the draft, masked and safe to show on one line."""
        return printable(self.raw(text).replace("\n", "⏎").replace("\t", " "))

    def hidden(self, start: int, end: int) -> list[Span]:
        """The stretches of the document's text inside [start, end) that must not be read."""
        if self._open:
            return []
        spans = []
        index = max(bisect_right(self._starts, start) - 1, 0)
        while index < len(self._starts) and self._starts[index] < end:
            spans.append((self._starts[index], self._ends[index]))
            index += 1
        for literals in self._literals:
            if literals:
                # A value may lie across the edge of what is shown.
                low = max(start - literals.longest + 1, 0)
                around = self.text[low : end + literals.longest - 1]
                spans.extend((low + a, low + b) for a, b in literals.hidden(around))
        return [(max(a, start), min(b, end)) for a, b in _merge(spans) if a < end and b > start]

    def show(self, start: int, end: int, hidden: list[Span] | None = None) -> str:
        """text[start:end] masked, safe characters, line feeds and tabs kept.

        `hidden` is what self.hidden gave for a longer stretch, to save doing it again.
        """
        if hidden is None:
            hidden = self.hidden(start, end)
        first = bisect_right(hidden, start, key=lambda span: span[1])
        spans = []
        for low, high in hidden[first:]:
            if low >= end:
                break
            spans.append((max(low, start), min(high, end)))
        return printable(_starred(self.text, start, end, spans).replace("\r\n", "\n"))

    def path(self, result: Result) -> str:
        """The path with the names and numbers in it masked."""
        path = result.path
        if self._open:
            return printable(path)
        spans = [_inner(*match.span(), "") for match in _LONG_NUMBER.finditer(path)]
        names = _name_starts(path)
        for f in result.name_findings:
            # Where both could be the name, the value tells; where it was normalised, both are masked.
            exact = [name for name in names if path[name + f.start : name + f.end] == f.value]
            spans.extend(_inner(name + f.start, name + f.end, f.entity) for name in exact or names)
        spans.extend(self._in_folders(path))
        for literals in self._literals:
            spans.extend(literals.hidden(path))
        return printable(_starred(path, 0, len(path), _merge(spans))).replace("\n", "⏎")

    def _in_folders(self, path: str) -> Iterator[Span]:
        """What was found in the names of the folders (and of the containers) around the file."""
        if self._found_in is None:
            return
        starts = _name_starts(path)
        for folder in _FOLDER.finditer(path, 0, starts[-1]):
            for f in self._found_in(folder[0]):
                yield _inner(folder.start() + f.start, folder.start() + f.end, f.entity)

    def _scrub(self, text: str) -> str:
        spans = [span for literals in self._literals for span in literals.hidden(text)]
        return _starred(text, 0, len(text), _merge(spans)) if spans else text


def masked_path(path: str, found_in: Callable[[str], Iterable[Finding]]) -> str:
    """A path with the names and numbers in it masked; `found_in` says what stands in one of its names."""
    spans = [_inner(*match.span(), "") for match in _LONG_NUMBER.finditer(path) if not _is_stamp(path, *match.span())]
    for name in _FOLDER.finditer(path):
        spans.extend(_inner(name.start() + f.start, name.start() + f.end, f.entity) for f in found_in(name[0]))
    return printable(_starred(path, 0, len(path), _merge(spans)))


def _is_stamp(path: str, start: int, end: int) -> bool:
    """Whether a number is what publishing systems name attachments by: P0 (or W0), then day and time or a counter."""
    return end - start >= 15 and _STAMP.match(path, start - 1) is not None


class Shown:
    """The Results of a bundle, each with its Veil, as often as they are asked for.

    A value found in one document is masked in the others as well. Results that lie on disk are taken one by one.
    """

    def __init__(self, bundle: Bundle) -> None:
        if bundle.found_in is not None:
            bundle = replace(bundle, found_in=cache(bundle.found_in))
        self._bundle = bundle
        self._shared = _shared(bundle)
        self._kept = list(self._made()) if isinstance(bundle.results, tuple) else None
        self._paths: dict[str, str] | None = None

    def path(self, name: str) -> str:
        """The path of one of the Results as it is shown; another is masked already."""
        if self._paths is None:
            self._paths = {result.path: veil.path(result) for result, veil in self}
        return self._paths.get(name, name)

    def __len__(self) -> int:
        return len(self._bundle.results)

    def __iter__(self) -> Iterator[tuple[Result, Veil]]:
        return iter(self._kept) if self._kept is not None else self._made()

    def _made(self) -> Iterator[tuple[Result, Veil]]:
        return ((result, Veil(self._bundle, result, self._shared)) for result in self._bundle.results)


def veil_of(bundle: Bundle) -> Veil:
    """The Veil of a bundle's only Result."""
    ((_, veil),) = Shown(bundle)
    return veil


def _shared(bundle: Bundle) -> Literals:
    """What was found in any document."""
    shared = Literals(value_ids("NAME", bundle.key))
    if not bundle.show_values:
        for result in bundle.results:
            text = result.document.text if result.document is not None else ""
            for finding in (*result.findings, *result.name_findings):
                if finding.entity in SHOWN:
                    continue
                least = _LEAST_NAME_ELSEWHERE if finding.entity == "NAME" else _LEAST
                if finding.marks is not None and finding.entity == "NAME" and len(finding.value) >= least:
                    shared.add_sealed(finding.value, finding.marks[1])
                for value in _spellings(finding, text):
                    if len(value) >= least:
                        shared.add(value, finding.entity)
    return shared


def _spellings(finding: Finding, text: str) -> tuple[str, ...]:
    """The value, and as it stands in the text (a finding in a file name has no stretch there); () where it is gone."""
    if finding.marks is not None:
        return ()
    if finding.part == "filename":
        return (finding.value,)
    written = text[finding.start : finding.end]
    return (finding.value,) if written == finding.value else (finding.value, written)


def _name_starts(path: str) -> list[int]:
    """Where the file's own name may start: after the last slash, and after outer.zip! where that follows."""
    name = max(path.rfind("/"), path.rfind("\\")) + 1
    starts = {name}
    starts.update(match.end() for match in _MEMBER.finditer(path))
    return sorted(starts)


def _inner(start: int, end: int, entity: str) -> Span:
    """The stretch of a found value that stays hidden; empty for marks, which are shown."""
    front, back = ends_shown(end - start, entity)
    return start + front, end - back


def _merge(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            if end > merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def _starred(text: str, start: int, end: int, hidden: list[Span]) -> str:
    pieces = []
    here = start
    for first, last in hidden:
        pieces += [text[here:first], stars(last - first)]
        here = last
    pieces.append(text[here:end])
    return "".join(pieces)
