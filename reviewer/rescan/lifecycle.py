"""How long a document is to stand: 公示期, 有效期, 废止, 失效, removed officials; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from reviewer.model import Document
from reviewer.rescan.model import Notice, Proposal
from reviewer.rescan.page import About


def notices(document: Document, about: About, masked: Callable[[str], str]) -> Iterator[Notice]:
    """What the text says of validity, periods and repeals; `masked` masks what was found in a piece of it."""
    yield from ()


def proposals(documents: Iterable[object], today: date) -> Iterator[Proposal]:
    """What should be done with published documents."""
    yield from ()
