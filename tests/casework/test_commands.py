"""reviewer ledger, backup and restore."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update

from reviewer import cli
from reviewer.casework.site import Places, data_folder, open_office
from reviewer.cli.common import LEDGER_BROKEN, USAGE
from reviewer.errors import StoreError
from reviewer.store import schema

from .world import PRIVATE, World, office_at


def run(world: World, keys: Path, *words: str, data: Path | None = None) -> int:
    own = ["--data", str(data or world.folder), "--key-file", str(keys / "site.key"), "--signing-dir", str(keys / "signing")]
    return cli.main([*words, *own])


def test_a_whole_ledger(small: World, keys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small.approved(PRIVATE)
    paper = small.folder / "head.json"
    assert run(small, keys, "ledger", "checkpoint", str(paper)) == 0
    assert run(small, keys, "ledger", "verify", "--checkpoint", str(paper)) == 0
    assert "台账完整" in capsys.readouterr().out


def test_a_broken_one_is_told_where(small: World, keys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small.approved()
    with small.office.store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER events_no_update")
        connection.execute(update(schema.events).where(schema.events.c.seq == 7).values(actor="nobody"))
    assert run(small, keys, "ledger", "verify") == LEDGER_BROKEN
    said = capsys.readouterr().err
    assert "记录被改动" in said and "第 7 条" in said


@pytest.mark.parametrize("content", [b"", b"{}", b"not json", b"\xff\xfe"])
def test_a_checkpoint_that_is_none(small: World, keys: Path, content: bytes) -> None:
    paper = small.folder / "head.json"
    paper.write_bytes(content)
    assert run(small, keys, "ledger", "verify", "--checkpoint", str(paper)) == USAGE


def test_backup_and_restore(small: World, keys: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    item = small.submitted(PRIVATE)
    path, target = tmp_path / "office.backup", tmp_path / "target"
    assert run(small, keys, "backup", str(path)) == 0
    assert run(small, keys, "restore", str(path), data=target) == 0
    assert "已恢复" in capsys.readouterr().out
    assert run(small, keys, "ledger", "verify", data=target) == 0
    again = office_at(target, target, keys, small.clock)
    one = again.findings(small.who["first"], item)[0]
    assert again.show_value(small.who["first"], item, one.id) in PRIVATE
    again.store.close()
    assert run(small, keys, "restore", str(path), data=target) == USAGE
    assert "已经有内容" in capsys.readouterr().err


@pytest.mark.parametrize("words", [
    ("ledger", "verify"), ("backup", "x.backup"), ("ledger", "checkpoint", "x.json"), ("restore", "missing.backup"),
])  # fmt: skip
def test_an_empty_folder_is_no_office(
    small: World, keys: Path, tmp_path: Path, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(small, keys, *words, data=tmp_path / "nothing") == USAGE
    assert "没有审查工作台的数据" in capsys.readouterr().err or words[0] == "restore"
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize(("given", "environ", "expected"), [
    (Path("/a"), {"REVIEWER_DATA": "/b"}, "/a"), (None, {"REVIEWER_DATA": "/b", "HOME": "/h"}, "/b"),
    (None, {"XDG_DATA_HOME": "/d", "HOME": "/h"}, "/d/reviewer"),
    (None, {"XDG_DATA_HOME": "relative", "HOME": "/h"}, "/h/.local/share/reviewer"),
])  # fmt: skip
def test_where_the_data_lies(given: Path | None, environ: dict[str, str], expected: str) -> None:
    assert str(data_folder(given, environ)) == expected


def test_nowhere_to_put_it() -> None:
    with pytest.raises(StoreError, match="HOME"):
        data_folder(None, {})


def test_an_office_is_opened_in_one_step(tmp_path: Path) -> None:
    places = Places(tmp_path / "data", None, None, tmp_path / "signing")
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "config"), "HOME": str(tmp_path)}
    office = open_office(places, environ)
    assert office.daily().checkpoint and office.verify_ledger().whole
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
    office.store.close()
    assert open_office(places, environ).verify_ledger().events == 0
