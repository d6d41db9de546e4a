"""Which stretches of a page are not seen, told from which of its characters are not (PDF, OFD)."""

from __future__ import annotations

import re
from collections.abc import Iterator

Run = tuple[int, int, str]
"""The page's characters [first, last) are not seen, for this reason"""

INVISIBLE, WHITE, SAME, COVERED = "不可见文字", "白色文字", "与底色相同的文字", "被遮盖的文字"
CLIPPED, OUTSIDE, TINY, LAYER = "被裁剪的文字", "页面外文字", "极小文字", "隐藏图层"

_LINE = re.compile(r"[^\r\n]+")


def unseen_runs(raw: str, reasons: dict[int, str]) -> list[Run]:
    """The stretches of a page's characters that are not seen; `reasons` has each such character's reason."""
    return list(_not_shown(raw, reasons, list(_runs(raw, reasons))))


def _not_shown(raw: str, reasons: dict[int, str], runs: list[Run]) -> Iterator[Run]:
    """The runs without the lines that the page also shows: drawn twice, for a shadow or for copying."""
    seen = _letters("".join(c for k, c in enumerate(raw) if k not in reasons)) if runs else ""
    for first, last, reason in runs:
        lines = [match.span() for match in _LINE.finditer(raw, first, last)]
        secret = [span for span in lines if _letters(raw[slice(*span)]) not in seen]
        if len(secret) == len(lines) or all(
            end - start < 4 for start, end in lines if (start, end) not in secret
        ):
            yield first, last, reason
            continue
        for start, end in secret:
            if end - start >= 4:
                yield start, end, reason


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _runs(raw: str, reasons: dict[int, str]) -> Iterator[Run]:
    """Neighbours of one reason put together, over the spaces and line ends between them."""
    first = last = -1
    reason = ""
    for k in sorted(reasons):
        if raw[k].isspace():
            continue
        if first >= 0 and reasons[k] == reason and not raw[last:k].strip():
            last = k + 1
            continue
        if first >= 0:
            yield first, last, reason
        first, last, reason = k, k + 1, reasons[k]
    if first >= 0:
        yield first, last, reason
