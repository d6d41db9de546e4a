"""What the state of published documents says of a rule that may be changed."""

from __future__ import annotations

from pathlib import Path

from reviewer import cli
from reviewer.evaluation.counterexamples import Alarm, counterexamples
from reviewer.keys import Key, new
from reviewer.rescan.state import State
from reviewer.rescan.touched import Touched, touched
from reviewer.scanning import plain_document
from tests.scanner import scanner

LAMP = "灯杆喷码：13911102345，照明正常。\n"


def test_findings_of_the_rule_and_of_the_same_value(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    for name, text in (("a.txt", LAMP), ("b.txt", f"第二页。\n{LAMP}值班手机13811102346。\n"), ("c.txt", "无。\n")):
        (site / name).write_text(text, encoding="utf-8")
    new(tmp_path / "site.key")
    state_at, key_at = str(tmp_path / "state"), str(tmp_path / "site.key")
    cli.main(["rescan", str(site), "--state", state_at, "--key-file", key_at, "--jobs", "1", "-o", str(tmp_path / "r.json")])
    document = plain_document(LAMP, scanner().settings)
    alarms = [Alarm(one.rule, one.entity, document, one.start, one.end) for one in scanner().document(document).findings]
    state = State.open(tmp_path / "state", Key.load(tmp_path / "site.key", {}))
    found = touched(state, "phone", counterexamples(scanner(), alarms), scanner())
    state.close()
    assert found == Touched(documents=2, findings=3, same=2)
