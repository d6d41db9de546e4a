"""What a page says of itself: its address, 发布机构, 索引号, 发布日期, 栏目, 文号, title, and what it links to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class About:
    """What a page says; "" and None where it does not. As written: the caller masks."""

    url: str = ""
    title: str = ""
    unit: str = ""
    index_number: str = ""
    published: date | None = None
    column: str = ""
    number: str = ""
    links: tuple[str, ...] = ()


def about(data: bytes) -> About:
    """What the page says of itself; raises nothing."""
    return About()
