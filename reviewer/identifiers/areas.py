"""行政区划代码, area codes of six digits (GB/T 2260): every code that was ever listed since 1980, with names.

>>> names('340102')
('东市区', '瑶海区')
>>> is_listed('320506'), is_listed('349999')
(True, False)
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cache

from reviewer.identifiers.tables import FOLDER, rows
from reviewer.prepared.tables import table


def is_listed(code: str) -> bool:
    return code in _names()


def names(code: str) -> tuple[str, ...]:
    """The names the code stood for, oldest first; () for a code that was never listed."""
    return tuple(name for name in _names().get(code, "").split("/") if name)


@cache
def codes() -> tuple[str, ...]:
    """All codes in order: provinces, prefectures and counties, abolished ones among them."""
    return tuple(sorted(_names()))


def codes_under(prefix: str) -> tuple[str, ...]:
    """The codes that start with `prefix`, in order."""
    every = codes()
    return every[bisect_left(every, prefix) : bisect_left(every, prefix + ":")]  # ':' follows '9'


@table(FOLDER / "areas.tsv")
def _names() -> dict[str, str]:
    return {row[0]: row[1] for row in rows("areas")}
