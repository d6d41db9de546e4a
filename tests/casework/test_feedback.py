"""False alarms decided in the workbench become changes of rules that a person may apply."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from reviewer import cli
from reviewer.casework.feedback import alarming, offer
from reviewer.casework.permissions import Who
from reviewer.cli.common import USAGE
from reviewer.errors import Denied
from reviewer.review.decisions import Decision
from reviewer.store import schema

from .test_commands import run
from .world import World

NUMBER = "13911102345"
METER = f"本局已巡检，灯杆喷码：{NUMBER}，照明正常。\n联系人王建国，电话13811102346。\n"
OPERATOR = Who(0, "system")


def alarmed(world: World, text: str = METER, kind: str = "false_alarm") -> int:
    """An item in which the number of the lamp was called a false alarm."""
    item = world.submitted(text)
    found = world.office.findings(world.who["first"], item)
    one = next(each for each in found if each.entity == "PHONE" and text[each.start : each.end] == NUMBER)
    world.do("first", "decide", item, one.id, Decision(kind, "灯杆的编号"))  # type: ignore[arg-type]
    return item


def test_false_alarms_are_counted_by_rule(world: World) -> None:
    alarmed(world)
    alarmed(world)
    alarmed(world, kind="must_change")
    (one,) = alarming(world.office, world.who["second"])
    assert (one.rule, one.found, one.false, one.items) == ("phone", 3, 2, 2)
    assert alarming(world.office, OPERATOR) == (one,)
    assert alarming(world.office, world.who["other_first"]) == ()
    with pytest.raises(Denied):
        alarming(world.office, world.who["publisher"])


def test_an_offer_is_in_the_ledger_and_holds_no_bystander(small: World) -> None:
    alarmed(small)
    made = offer(small.office, small.who["first"], "phone")
    assert [one.text for one in made.examples] == [f"本局已巡检，灯杆喷码：{NUMBER}，照明正常。"]
    assert [(one.kind, effect.refused) for one, effect in made.tried] == [("label", ""), ("words", "")]
    assert made.chosen == (made.tried[0][0].name,) and made.deleted == 0
    assert NUMBER not in repr(made)
    with small.office.store.read() as connection:
        last = connection.execute(select(schema.events).order_by(schema.events.c.seq.desc())).first()
    assert last is not None and last.kind == "counterexamples_shown" and last.actor == "first"
    assert json.loads(last.payload) == {"rule": "phone", "count": 1}


def test_nobody_sees_those_of_another_unit(small: World) -> None:
    alarmed(small)
    assert offer(small.office, small.who["other_first"], "phone").examples == ()


def test_on_the_command_line(small: World, keys: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    alarmed(small)
    out = tmp_path / "rules"
    labelled = tmp_path / "labelled.txt"
    labelled.write_text("灯杆喷码：«13911102399|PHONE»，是值班电话。\n", encoding="utf-8")
    command = ("feedback", "--samples", str(tmp_path), "-o", str(out))
    assert run(small, keys, *command, "--labelled", str(labelled)) == 0
    said = capsys.readouterr().out
    assert "会漏掉 1 处应当查出的内容" in said and NUMBER not in said
    (words,) = out.iterdir()
    assert words.stat().st_mode & 0o777 == 0o600 and NUMBER in words.read_text(encoding="utf-8")
    assert run(small, keys, *command, "--labelled", str(labelled)) == USAGE
    assert "没有覆盖" in capsys.readouterr().err
    words.unlink()
    assert run(small, keys, *command) == 0
    assert "建议采用" in capsys.readouterr().out
    text = tmp_path / "a.txt"
    text.write_text("灯杆喷码：13911102388，照明正常。\n", encoding="utf-8")
    assert (cli.main(["scan", str(text)]), cli.main(["scan", str(text), "--rules", str(out)])) == (12, 0)
    assert cli.main(["rules", "test", "--rules", str(out)]) == 0
