"""An incremental update (ISO 32000-1, 7.5.6): new and changed objects behind the untouched bytes of a file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from io import BytesIO
from itertools import groupby
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

_START = re.compile(rb"startxref\s+([0-9]{1,12})\s+%%EOF\s*\Z")
_STREAM = re.compile(rb"[0-9]{1,10}\s+[0-9]{1,5}\s+obj")


def last_table(pdf: pikepdf.Pdf, data: bytes) -> int | None:
    """Where the file's last table of objects lies; None where an update can not build on it.

    That is so for an encrypted file (new objects would have to be encrypted too) and one with something before
    its first line.
    """
    end = _START.search(data, max(len(data) - 2048, 0))
    if end is None or pdf.is_encrypted or not data.startswith(b"%PDF-"):
        return None
    place = int(end[1])
    known = data[place : place + 4] == b"xref" or _STREAM.match(data, place) is not None
    return place if known else None


def objects(pdf: pikepdf.Pdf) -> int:
    """How many numbers of objects are taken; what pikepdf makes comes behind them."""
    return max((number for number, _ in pdf.get_xref_table()), default=0) + 1


def appended(pdf: pikepdf.Pdf, data: bytes, place: int, changed: Iterable[Any]) -> bytes | None:
    """`data` and, behind it, the `changed` objects and a table of the file's own kind.

    `place` is what last_table gave. None where the file's old tables turn out not to lead to its objects.
    """
    made = _appended(pdf, data, place, changed)
    with pikepdf.open(BytesIO(made)) as again:
        sound = len(again.pages) == len(pdf.pages)
        sound = sound and not any("reconstruct" in str(warning) for warning in again.get_warnings())
    return made if sound else None


def _appended(pdf: pikepdf.Pdf, data: bytes, place: int, changed: Iterable[Any]) -> bytes:
    out = bytearray(data if data.endswith((b"\n", b"\r")) else data + b"\n")
    places: dict[int, tuple[int, int]] = {}
    for one in sorted(changed, key=lambda one: one.objgen):
        number, generation = one.objgen
        places[number] = len(out), generation
        out += b"%d %d obj\n" % (number, generation) + _written(one) + b"\nendobj\n"
    trailer = _trailer(pdf, data, place)
    table = len(out)
    size = max(int(pdf.trailer.get("/Size", 0)), objects(pdf), *(number + 1 for number in places))
    if data[place : place + 4] == b"xref":
        trailer.Size = size
        out += _plain_table(places) + b"trailer\n" + trailer.unparse() + b"\n"
    else:
        places[size] = table, 0
        trailer.Size = size + 1
        out += _packed_table(places, size, trailer)
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % table


def _written(one: Any) -> bytes:
    if not isinstance(one, pikepdf.Stream):
        return bytes(one.unparse(resolved=True))
    content = one.read_raw_bytes()
    entries = pikepdf.Dictionary(dict(one.stream_dict.items()))
    entries.Length = len(content)
    return bytes(entries.unparse()) + b"\nstream\n" + content + b"\nendstream"


def _trailer(pdf: pikepdf.Pdf, data: bytes, place: int) -> Dictionary:
    trailer = Dictionary(Root=pdf.trailer.Root, Prev=place)
    if "/Info" in pdf.trailer and pdf.trailer.Info.is_indirect:
        trailer.Info = pdf.trailer.Info
    # The first half names the document for ever, the second this state of it (14.4).
    state = String(hashlib.sha256(data).digest()[:16])
    known = pdf.trailer.get("/ID")
    trailer.ID = Array([known[0] if isinstance(known, Array) and len(known) else state, state])
    return trailer


def _plain_table(places: dict[int, tuple[int, int]]) -> bytes:
    out = bytearray(b"xref\n")
    for first, group in _runs(places):
        out += b"%d %d\n" % (first, len(group))
        out += b"".join(b"%010d %05d n \n" % places[number] for number in group)
    return bytes(out)


def _packed_table(places: dict[int, tuple[int, int]], own: int, trailer: Dictionary) -> bytes:
    trailer.Type = Name.XRef
    trailer.W = Array([1, 8, 2])
    rows = b"".join(
        b"\x01" + places[number][0].to_bytes(8, "big") + places[number][1].to_bytes(2, "big")
        for number in sorted(places)
    )
    trailer.Index = Array([part for first, group in _runs(places) for part in (first, len(group))])
    trailer.Length = len(rows)
    return b"%d 0 obj\n" % own + trailer.unparse() + b"\nstream\n" + rows + b"\nendstream\nendobj\n"


def _runs(places: dict[int, tuple[int, int]]) -> Iterable[tuple[int, list[int]]]:
    """Numbers that follow each other without a gap: the first of them, and all."""
    for _, run in groupby(enumerate(sorted(places)), key=lambda pair: pair[1] - pair[0]):
        group = [number for _, number in run]
        yield group[0], group
