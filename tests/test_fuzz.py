"""Damaged files of every format: the same ones in each run. The long run by hand is tests/fuzz.py."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from reviewer.model import Document
from tests import fuzz
from tests.mutations import mutated
from tests.scanner import scanner

SEED = 20261122
ROUNDS = 4
"""of about 640 files each"""
FEW = ("rtf/by hand/0", "fodt/by hand/1", "xlsb/by hand/2")
"""read by LibreOffice, which takes seconds for each"""
KINDS = sorted({name.partition("/")[0] for name in fuzz.seeds(office=False)} - {name.partition("/")[0] for name in FEW})


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    """What each worker would have to work out anew."""
    scanner().expect(1 << 30)


@pytest.mark.parametrize("kind", KINDS)
def test_no_damaged_file_breaks_a_promise(kind: str) -> None:
    outcome = fuzz.Outcome()
    names = [name for number in range(ROUNDS) for name in fuzz.round_of(number, office=False, only=f"{kind}/")]
    fuzz.run(fuzz.Fuzzer(scanner(), SEED, office=False), names, outcome, jobs=1)
    assert outcome.cases == len(names) >= ROUNDS
    assert outcome.broken == []
    # A test that only makes nonsense proves nothing: some are still read, some are refused or named.
    told = {what.partition(" ")[0] for what in outcome.counts}
    assert {"read"} <= told and (told | set(outcome.counts)) & {"refused", "read incomplete"}


def test_damaged_files_for_libreoffice() -> None:
    outcome = fuzz.Outcome()
    fuzz.run(fuzz.Fuzzer(scanner(), SEED, office=False), FEW, outcome)
    assert outcome.cases == len(FEW) and outcome.broken == []


def test_the_same_chance_gives_the_same_bytes() -> None:
    found = fuzz.seeds(office=False)
    for name in ("docx/body", "pdf/body", "html/comment"):
        first, again = (fuzz.damaged(found[name], 3, SEED, [b"other"]) for _ in range(2))
        assert first == again != found[name].data
        assert first != fuzz.damaged(found[name], 4, SEED, [b"other"])


def test_changes_stay_small_enough_to_be_read() -> None:
    chance = random.Random(1)
    data = b"<a><b c='1'>text 12</b></a>" * 40
    assert all(len(mutated(data, chance, [b"x" * 50])) < 8 << 20 for _ in range(500))


# --- the judge itself: it must see what a careless reader does -------------------------------------


class Careless:
    """A reader that breaks one promise."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, does: str, place: Path) -> None:
        def read(data: bytes, name: str, *_: object) -> Document:
            if does == "raised":
                raise ValueError("13800138000")
            if does == "wrote":
                (place / "out").write_bytes(data)
            if does == "memory":
                bytearray(64 << 30)
            return Document(name, "txt", "", "" if does == "silent" else fuzz.TOKEN)

        monkeypatch.setattr(fuzz, "read_bytes", read)


@pytest.mark.parametrize(("does", "code"), [
    ("raised", "raised"), ("wrote", "wrote"), ("memory", "raised"), ("silent", "silent"), ("well", ""),
])  # fmt: skip
def test_a_careless_reader_is_found_out(does: str, code: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fuzzer = fuzz.Fuzzer(scanner(), SEED, office=False)
    Careless(monkeypatch, does, tmp_path)
    monkeypatch.setattr(fuzzer, "case", lambda name: (fuzz.seeds(office=False)["plain/csv cell"], b"a,13800138000"))
    outcome = fuzz.Outcome()
    fuzz.run(fuzzer, ["plain/csv cell/1"], outcome)
    assert {found for _, found, _ in outcome.broken} >= ({code} if code else set())
    assert bool(outcome.broken) == bool(code)
    assert not (tmp_path / "out").exists() and "13800138000" not in str(outcome)


