"""What every output shows of a found value: enough to recognise it beside the original, never all of it."""

from __future__ import annotations

from reviewer.prepared.patterns import compiled

_STAR = "*"
_LONGEST = 24
_LONGEST_SHOWN = 40
_SPACE = compiled(r"\s")

SHOWN = frozenset({"DISCLOSURE", "CLASSIFICATION", "PROCESS_INFO", "TRADE_SECRET", "HIDDEN_CONTENT"})
"""entities whose text is the mark itself; HIDDEN_CONTENT carries no value but its kind and size"""


def mask(value: str, entity: str = "") -> str:
    """`value` with all but its ends starred; same length up to 24 stars, then shortened.

    At most a quarter of the characters stay, never more than three in front and two behind, and none of
    a value of one or two characters but the surname of a NAME. Secrecy and publication marks are
    not personal: they are shown as they stand.
    """
    if entity in SHOWN:
        return value if len(value) <= _LONGEST_SHOWN else value[: _LONGEST_SHOWN - 1] + "…"
    text = _SPACE.sub(" ", value)
    front, back = ends_shown(len(text), entity)
    hidden = stars(len(text) - front - back)
    if entity == "NAME":
        hidden = hidden or _STAR
    return text[:front] + hidden + (text[len(text) - back :] if back else "")


def ends_shown(length: int, entity: str = "") -> tuple[int, int]:
    """How many characters in front and behind of a value of `length` stay readable."""
    if entity in SHOWN:
        return length, 0
    if entity == "NAME":
        return min(length, 1), 0
    keep = min(length // 4, 5)
    front = min((keep + 1) // 2, 3)
    return front, min(keep - front, 2)


def stars(count: int) -> str:
    """What stands for `count` hidden characters, at most 24 of it."""
    return _STAR * min(count, _LONGEST)


_UNITS = frozenset("年月日号")


def significant(character: str) -> bool:
    """Whether a character carries a part of a value: a letter, digit or numeral, no separator, 年, 月 or 日."""
    return character.isalnum() and character not in _UNITS
