"""What every output shows of a found value: enough to recognise it beside the original, never all of it."""

from __future__ import annotations

_STAR = "*"


def mask(value: str, entity: str = "") -> str:
    """`value` with all but its ends starred; same length up to 24 characters, then shortened.

    At most a quarter of the characters stay, never more than three in front and two behind, and none of
    a value of one or two characters but the surname of a NAME. Secrecy and publication marks are
    not personal: they are shown as they stand.
    """
    if entity in SHOWN:
        return value if len(value) <= 40 else value[:39] + "…"
    text = "".join(" " if c.isspace() else c for c in value)
    if entity == "NAME":
        return text[:1] + _STAR * max(len(text) - 1, 1)
    keep = min(len(text) // 4, 5)
    front = min((keep + 1) // 2, 3)
    back = min(keep - front, 2)
    hidden = min(len(text) - front - back, 24)
    return text[:front] + _STAR * hidden + (text[len(text) - back :] if back else "")


SHOWN = frozenset({"CLASSIFICATION", "PROCESS_INFO", "TRADE_SECRET", "HIDDEN_CONTENT"})
"""entities whose text is the mark itself; HIDDEN_CONTENT carries no value but its kind and size"""
