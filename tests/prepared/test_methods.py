"""Dataclasses whose methods the wheel brings are those that Python makes."""

from __future__ import annotations

import builtins
import dataclasses
from pathlib import Path
from typing import Any

import pytest

from reviewer.prepared import kept, methods


def made() -> type[Any]:
    @dataclasses.dataclass(frozen=True, slots=True, order=True)
    class Parcel:
        number: str
        area: float = dataclasses.field(default=0.0, repr=False)
        owners: tuple[str, ...] = ()

    return Parcel


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(kept, "PREPARED", tmp_path)
    monkeypatch.setattr(methods, "_compiled", {})
    monkeypatch.setattr(methods, "_known", methods._known.__wrapped__)
    return tmp_path


def test_made_as_python_makes_them(wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made()
    methods.keep(wheel)
    monkeypatch.setattr(methods, "_compiled", {})
    ours = made()
    assert methods._compiled == {}  # nothing had to be compiled
    monkeypatch.setattr(dataclasses, "exec", builtins.exec)
    python = made()
    one, other = ours("甲", owners=("乙",)), python("甲", owners=("乙",))
    assert (repr(one), hash(one)) == (repr(other), hash(other))
    assert ours("甲") < one == ours("甲", 0.0, ("乙",)) != ours("丙")
    assert ours.__init__.__annotations__ == python.__init__.__annotations__
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.number = "丁"


@pytest.mark.parametrize("body", [b"", b"x", b"N", b"{"])
def test_what_does_not_fit_is_compiled(wheel: Path, monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    monkeypatch.setattr(kept, "load", lambda cache, name: body)
    assert made()("甲").number == "甲" and methods._compiled
