"""Proof that a copy may be published: it is read again, scanned again, and its bytes are searched.

Nothing here trusts the writer of the format: what was masked is looked for in the copy as any reader would find it.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from reviewer.marking.plan import PERSONS, REFUSED, Plan, value_of
from reviewer.marking.search import ENCODINGS, Search, in_text, is_distinct, spaced
from reviewer.model import Finding, Result

_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Proof:
    """What is wrong with a copy; nothing where the first three are empty."""

    left: tuple[Finding, ...] = ()
    """findings at check or above that nobody let stand"""
    named: tuple[Finding, ...] = field(default=(), repr=False)
    """findings of the draft whose name stands at its masked place still"""
    bytes_left: tuple[tuple[Finding, str], ...] = field(default=(), repr=False)
    """findings of the draft whose value is in the copy's bytes, and the member or stream"""
    beyond: tuple[Finding, ...] = ()
    """findings of the copy at check or above that are none of the entities asked for: nobody decided about them"""

    @property
    def holds(self) -> bool:
        return not (self.left or self.named or self.bytes_left)


def prove(plan: Plan, draft: Result, copy: Result, data: bytes, only: Iterable[str] = ()) -> Proof:
    """What remains in the copy `data`, which was scanned as `copy`, of what was planned for `draft`."""
    assert draft.document is not None and copy.document is not None
    left, asked = [*_left(plan, copy)], frozenset(only)
    within = [one for one in left if not asked or one.entity in asked or one.entity in REFUSED]
    return Proof(
        tuple(within),
        tuple(_standing_names(plan, draft.document.text, copy.document.text)),
        (*_in_bytes(plan, data), *_spelt_apart(plan, copy.document.text)),
        tuple(one for one in left if one not in within),
    )


def _left(plan: Plan, copy: Result) -> Iterator[Finding]:
    """Findings of the copy at check or above that were not let stand."""
    stands = Counter(plan.standing_names)
    for finding in copy.findings:
        if finding.severity == "note" or value_of(finding) in plan.standing_values:
            continue
        place = (finding.entity, finding.value, finding.part)
        if stands[place]:
            stands[place] -= 1
        else:
            yield finding


def _standing_names(plan: Plan, draft: str, copy: str) -> Iterator[Finding]:
    """Names that are in the copy more often than the draft with the planned edits has them."""
    masked: dict[str, Finding] = {}
    for one in plan.changes:
        if one.edit.entity in PERSONS and one.edit.replacement != one.hidden:
            masked.setdefault(one.hidden, one.finding)
    if not masked:
        return
    before, after = _counts(draft, masked), _counts(copy, masked)
    gone = _counts("\0".join(draft[one.start : one.end] for one in plan.edits), masked)
    come = _counts("\0".join(one.replacement for one in plan.edits), masked)
    for name, finding in masked.items():
        if after[name] > before[name] - gone[name] + come[name]:
            yield finding


def _counts(text: str, names: Iterable[str]) -> Counter[str]:
    """How often each name stands in `text`, also inside of longer words."""
    found = Counter(value for _, value in in_text(text, (name for name in names if len(name) > 1)))
    # A surname alone (周女士) is too short to be looked for with the others.
    return found + Counter({name: text.count(name) for name in names if len(name) == 1})


def _in_bytes(plan: Plan, data: bytes) -> Iterator[tuple[Finding, str]]:
    """Masked numbers, mails and addresses that a stream of the copy holds in one of the usual encodings."""
    values = {spelling: one.finding for one in plan.changes for spelling in one.spellings()}
    search = Search(value for value in values if value not in plan.standing_spellings)
    shields = _shields(plan, values)
    told: set[str] = set()
    for name, stream in streams(data):
        for shield in shields:
            stream = stream.replace(shield, b" " * len(shield))
        for _, value in search.places(stream):
            if value not in told:
                told.add(value)
                yield values[value], name


def _shields(plan: Plan, values: Iterable[str]) -> list[bytes]:
    """What was let stand and holds a masked value (an e-mail with a phone number in it), in all encodings."""
    values = [*values]
    found = [one for one in plan.standing_spellings if any(value != one and value in one for value in values)]
    coded = (one.encode(encoding, "ignore") for one in sorted(found, key=len, reverse=True) for encoding in ENCODINGS)
    return list(dict.fromkeys(coded))


def _spelt_apart(plan: Plan, copy: str) -> Iterator[tuple[Finding, str]]:
    """Masked values that the copy's text holds in another spelling: in full width, with blanks or stars in it."""
    values = {spelling: one.finding for one in plan.changes for spelling in one.spellings() if is_distinct(spelling)}
    for shield in plan.standing_spellings:
        copy = copy.replace(shield, "\0" * len(shield)) if any(map(shield.__contains__, values)) else copy
    for value in {value for *_, value in spaced(copy, values.keys() - plan.standing_spellings)}:
        yield values[value], "文字"


def streams(data: bytes, name: str = "", depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """The file's bytes and what can be unpacked from them: members of a zip, streams of a PDF, references in XML."""
    if data[:4] == b"PK\x03\x04" and depth < _DEPTH:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for member in package.namelist():
                yield "文件名", member.encode()
                yield from streams(package.read(member), member, depth + 1)
        return
    yield name or "文件", data
    if data[:5] == b"%PDF-":
        yield from _pdf_streams(data)
        return
    # Digits written as character references, or as an address of the web has them, are still the number.
    plain = _REFERENCE.sub(_referred, data) if b"&#" in data else data
    if plain is not data:
        yield name or "文件", plain
    if _PERCENT.search(plain):
        yield name or "文件", unquote_to_bytes(plain)


_PERCENT = re.compile(rb"(?:%[0-9A-Fa-f]{2}){3}")
_REFERENCE = re.compile(rb"&#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}));")


def _referred(match: re.Match[bytes]) -> bytes:
    code = int(match[1], 16) if match[1] else int(match[2])
    return chr(code).encode("utf-8", "surrogatepass") if code < 0x110000 else match[0]


def _pdf_streams(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Every stream of every object, decoded where its filters are known; strings of the objects as they read."""
    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as pdf:
        for number, held in enumerate(pdf.objects, 1):
            place = f"对象 {number}"
            if isinstance(held, pikepdf.Stream):
                try:
                    yield place, held.read_bytes()
                except (pikepdf.PdfError, zlib.error, NotImplementedError):
                    yield place, held.read_raw_bytes()
            for text in _strings(held, 0):
                yield place, text.encode("utf-8", "surrogatepass")


def _strings(held: object, depth: int) -> Iterator[str]:
    import pikepdf

    if depth > 40:
        return
    if isinstance(held, pikepdf.String):
        yield str(held)
    elif isinstance(held, pikepdf.Array):
        for one in held:
            if not getattr(one, "is_indirect", False):
                yield from _strings(one, depth + 1)
    elif isinstance(held, pikepdf.Dictionary | pikepdf.Stream):
        for one in (held.stream_dict if isinstance(held, pikepdf.Stream) else held).values():
            if not getattr(one, "is_indirect", False):
                yield from _strings(one, depth + 1)
