"""Many values looked for in bytes at once: where a number that should be gone still stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030", "big5")
_HEAD = 6
_CERTAIN = 11
"""so many characters are no part of another number by chance"""
_NOISE = (
    "\t\n\v\f\r \u00a0\u00ad\u00b7\u034f\u180e\u200b\u200c\u200d\u200e\u200f\u2010\u2011\u2012\u2013\u2014\u2015"
    "\u2028\u2029\u2060\u2605\u2606\u3000\ufeff-"
)
"""what is written into a number and does not make it another one: blanks, hyphens, stars, what has no width"""
_BLOCK = 1 << 22


class Search:
    """Looks for many values in bytes at once, in all ENCODINGS; a short one inside a longer number is none."""

    def __init__(self, values: Iterable[str], encodings: Sequence[str] = ENCODINGS) -> None:
        import numpy as np

        self._coded: dict[bytes, tuple[str, int]] = {}
        lengths: dict[bytes, set[int]] = {}
        for value in values:
            for encoding in encodings:
                try:
                    coded = value.encode(encoding)
                except UnicodeEncodeError:
                    continue
                self._coded.setdefault(coded, (value, 2 if encoding.startswith("utf-16") else 1))
                lengths.setdefault(coded[:_HEAD], set()).add(len(coded))
        # Addresses of one town begin alike: by their lengths each is one look into a dictionary.
        self._lengths = {head: tuple(sorted(every)) for head, every in lengths.items()}
        self._heads = np.array(sorted(int.from_bytes(head, "little") for head in lengths), dtype=np.uint64)

    def places(self, stream: bytes) -> Iterator[tuple[int, str]]:
        """(byte, value) for each place in one stream."""
        if not self._coded:
            return
        for start in range(0, len(stream), _BLOCK):
            yield from self._in_block(stream, start, min(start + _BLOCK, len(stream) - _HEAD + 1))

    def _in_block(self, stream: bytes, start: int, end: int) -> Iterator[tuple[int, str]]:
        import numpy as np

        if end <= start:
            return
        piece = np.frombuffer(stream, dtype=np.uint8, count=end - start + _HEAD - 1, offset=start).astype(np.uint64)
        keys = np.zeros(end - start, dtype=np.uint64)
        for k in range(_HEAD):
            keys |= piece[k : k + end - start] << np.uint64(8 * k)
        at = np.searchsorted(self._heads, keys)
        at[at == len(self._heads)] = 0
        for place in np.nonzero(self._heads[at] == keys)[0].tolist():
            here = start + place
            for length in self._lengths[stream[here : here + _HEAD]]:
                known = self._coded.get(stream[here : here + length])
                if known is not None and (
                    len(known[0]) >= _CERTAIN or _stands_alone(stream, here, length, known[1])
                ):
                    yield here, known[0]


def _stands_alone(stream: bytes, start: int, length: int, unit: int) -> bool:
    """Whether no digit or Latin letter touches stream[start:start + length] where it begins or ends with one."""
    end = start + length
    before = _is_latin(stream[start : start + unit]) and _is_latin(stream[max(start - unit, 0) : start])
    # The second byte of a Chinese character may look like a letter.
    before = before and not (unit == 1 and start > 1 and stream[start - 2] > 0x80)
    return not before and not (_is_latin(stream[end - unit : end]) and _is_latin(stream[end : end + unit]))


def _is_latin(character: bytes) -> bool:
    return character.isalnum() if len(character) == 1 else character.strip(b"\0").isalnum() and 0 in character


def in_text(text: str, values: Iterable[str]) -> Iterator[tuple[int, str]]:
    """(offset, value) for each place of `values` in `text`, in order."""
    import numpy as np

    coded = text.encode("utf-8", "surrogatepass")
    places = list(Search(values, ("utf-8",)).places(coded))
    if not places:
        return
    # Continuation bytes (10xxxxxx) begin no character.
    begins = np.cumsum((np.frombuffer(coded, dtype=np.uint8) & 0xC0) != 0x80)
    for at, value in places:
        yield int(begins[at]) - 1, value


def spaced(text: str, values: Iterable[str]) -> Iterator[tuple[int, int, str]]:
    """(start, end, value) of each place of `values` in `text` in full width or with blanks, hyphens, stars in it."""
    import numpy as np

    letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    places = np.nonzero(~np.isin(letters, np.array([ord(one) for one in _NOISE], dtype=np.uint32)))[0]
    folded = letters[places]
    wide = (folded >= 0xFF01) & (folded <= 0xFF5E)
    if len(places) == len(letters) and not wide.any():
        return
    folded = np.where(wide, folded - 0xFEE0, folded).astype(np.uint32)
    for at, value in in_text(folded.tobytes().decode("utf-32-le", "surrogatepass"), values):
        start, end = int(places[at]), int(places[at + len(value) - 1]) + 1
        if text[start:end] != value:
            yield start, end, value


def is_distinct(value: str) -> bool:
    """Whether a value can be known again where its characters stand apart: `spaced` may look for it."""
    return len(value) >= _CERTAIN or (len(value) >= _HEAD and any("\u4e00" <= one <= "\u9fff" for one in value))
