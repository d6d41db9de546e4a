"""The take-down list (撤下清单): Proposal -> decision -> done, with a ledger of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from reviewer.rescan.model import Proposal

if TYPE_CHECKING:
    from reviewer.rescan.state import Run, State


def update(state: State, run: Run, proposals: Iterable[Proposal]) -> None:
    """Takes what a finished run proposes into the list."""


def listed(state: State) -> list[dict[str, Any]]:
    """The list as docs/json.md has it."""
    return []
