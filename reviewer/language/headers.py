"""Column headers: whether the column below one holds names, and whose."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from reviewer.language import lists
from reviewer.prepared.patterns import compiled

_TAILS = ("姓名", "名字", "名单", "签名", "签字", "名称")


def _without_tail(header: str) -> str:
    """The header without 姓名 or the like at its end, and without 的 in front of that."""
    tail = next((tail for tail in _TAILS if header.endswith(tail)), "")
    return header.removesuffix(tail).removesuffix("的") if tail else header


@cache
def _refused() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words in a header that make it no name column: anywhere, and at its end."""
    words = lists.groups()["header-no"]
    return tuple(w for w in words if w[-1] != "$"), tuple(w[:-1] for w in words if w[-1] == "$")


def _is_refused(header: str) -> bool:
    inside, last = _refused()
    return header.endswith(last) or any(word in header for word in inside)


@cache
def _noise() -> re.Pattern[str]:
    return compiled(r"[（(【\[][^（）()【】\[\]]*[）)】\]]|[\s\u3000*＊:：_/\\、0-9一二三四（）()]")


def is_name_header(header: str) -> bool:
    """Whether a column under `header` holds names of persons."""
    return header_kind(header) != "no"


def header_kind(header: str) -> bool | Literal["no"] | None:
    """What a column under `header` holds: True private persons, False office holders, None any, 'no' none."""
    text = _noise().sub("", header)
    if not text or len(text) > 16:
        return "no"
    groups, short = lists.groups(), _without_tail(text)
    named = text.endswith(("姓名", "名字"))
    if not named and _is_refused(text):
        return "no"
    if text.endswith(groups["header-office"]) or short.endswith(groups["header-office"]):
        return False
    if text.endswith(groups["header-private"]) or short.endswith(groups["header-private"]):
        return True
    return None if named or text.endswith(groups["header-unknown"]) else "no"


def name_headers() -> dict[str, bool | None]:
    """Words that the header of a name column ends in, and whether the persons below it are private."""
    groups = lists.groups()
    return {
        word: private
        for name, private in (("header-unknown", None), ("header-office", False), ("header-private", True))
        for word in groups[name]
    }


NAME_HEADERS: dict[str, bool | None] = name_headers()
