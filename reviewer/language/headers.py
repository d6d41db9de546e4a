"""Column headers: whether the column below one holds names, and whose."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

import regex

from reviewer.language import lists, shape


@cache
def _header_patterns() -> tuple[regex.Pattern[str], ...]:
    groups = lists.groups()
    private, office, unknown = (
        lists.longest_first(groups[name]) for name in ("header-private", "header-office", "header-unknown")
    )
    some, tail = f"{shape.HAN}{{0,8}}", "(?:的?(?:姓名|名字|名单|签名|签字|名称))?"
    return (
        regex.compile("|".join(groups["header-no"])),
        regex.compile(f"{some}(?:{private}){tail}"),
        regex.compile(f"{some}(?:{office}){tail}"),
        regex.compile(f"{some}(?:{unknown})"),
    )


@cache
def _noise() -> re.Pattern[str]:
    return re.compile(r"[（(【\[][^（）()【】\[\]]*[）)】\]]|[\s\u3000*＊:：_/\\、0-9一二三四（）()]")


def is_name_header(header: str) -> bool:
    """Whether a column under `header` holds names of persons."""
    return header_kind(header) != "no"


def header_kind(header: str) -> bool | Literal["no"] | None:
    """What a column under `header` holds: True private persons, False office holders, None any, 'no' none."""
    text = _noise().sub("", header)
    if not text or len(text) > 16:
        return "no"
    refused, private, office, unknown = _header_patterns()
    named = text.endswith(("姓名", "名字"))
    if refused.search(text) and not named:
        return "no"
    if office.fullmatch(text):
        return False
    if private.fullmatch(text):
        return True
    return None if unknown.fullmatch(text) or named else "no"


def name_headers() -> dict[str, bool | None]:
    """Words that the header of a name column ends in, and whether the persons below it are private."""
    groups = lists.groups()
    return {
        word: private
        for name, private in (("header-unknown", None), ("header-office", False), ("header-private", True))
        for word in groups[name]
    }


NAME_HEADERS: dict[str, bool | None] = name_headers()
