"""What documents give to joins, kept sealed in the state, and the joins over all of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reviewer.rescan.state import Seal, State


def rows_of(record: Mapping[str, Any], seal: Seal) -> Iterator[tuple[int, bytes]]:
    """(bucket, sealed record) of what one document gives (linkage.tokens.record)."""
    yield 0, seal.closed(json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode())


def joins(state: State) -> list[dict[str, Any]]:
    """The joins over the whole state, as docs/json.md has them."""
    return []
