"""Tables that the wheel brings: read where their sources are unchanged, else worked out."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewer.prepared import kept, tables


def test_brought_and_worked_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, wheel = tmp_path / "list.txt", tmp_path / "wheel"
    source.write_text("one two", "utf-8")
    monkeypatch.setattr(kept, "PREPARED", wheel)
    monkeypatch.setattr(tables, "_tables", [])
    asked = []

    def words() -> frozenset[str]:
        asked.append(1)
        return frozenset(source.read_text("utf-8").split())

    first = tables.table(source)(words)
    assert first() == {"one", "two"} and first() is first() and len(asked) == 1
    tables.keep(wheel)
    assert tables.table(source)(words)() == {"one", "two"} and len(asked) == 2
    source.write_text("one six", "utf-8")
    tables._digest.cache_clear()
    assert tables.table(source)(words)() == {"one", "six"} and len(asked) == 3
    source.write_text("one two", "utf-8")
    tables._digest.cache_clear()
    monkeypatch.setattr(kept, "load", lambda cache, name: b"?")
    assert tables.table(source)(words)() == {"one", "two"} and len(asked) == 4
