"""What an office approves passes the gate, and nothing else does."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from reviewer.gate.baseline import Baseline
from reviewer.gate.config import Config, Pages
from reviewer.gate.judge import Judge
from reviewer.gate.look import Look
from reviewer.gate.papers import read_papers
from reviewer.review.keyring import Keyring
from reviewer.store import schema
from tests.scanner import scanner

from .world import PLAIN, PRIVATE, World

DAY = date(2026, 11, 23)
PAGE = f"<html><body><h1>公示</h1><p>{PRIVATE}</p><p>{PLAIN}</p></body></html>"


class Desk:
    """The machine that publishes: a folder, and the papers that the office hands out."""

    def __init__(self, world: World, keys: Path, folder: Path) -> None:
        self.world, self.keys, self.home = world, keys, folder
        (folder / "public").mkdir(parents=True)
        (folder / "papers").mkdir()

    def write(self, name: str, text: str) -> None:
        (self.home / "public" / name).write_text(text, encoding="utf-8")

    def status(self, name: str, config: Config | None = None, scope: str = "全面") -> str:
        """What the gate says of a file, with all papers as they are now."""
        with self.world.office.store.read() as connection:
            for number, paper in enumerate(connection.execute(select(schema.certificates.c.envelope)).scalars()):
                (self.home / "papers" / f"{number}.json").write_bytes(bytes(paper))
        (self.home / "trust.json").write_bytes(Keyring(self.keys / "signing").trust().to_bytes())
        (self.home / "revoked.json").write_bytes(self.world.office.revocation_list())
        root = self.home / "public"
        papers = read_papers(root, self.home / "papers", self.home / "trust.json", self.home / "revoked.json", DAY)
        assert not papers.notes
        (seen,) = Look([scanner()], config or Config(), root).results(root / name, name)
        return Judge(papers, scope, "政府网站", DAY, Baseline(), {}).judged(seen).status


@pytest.fixture
def desk(small: World, keys: Path, tmp_path: Path) -> Desk:
    return Desk(small, keys, tmp_path / "desk")


@pytest.mark.parametrize("text", [PLAIN, PRIVATE])
def test_an_approved_file_passes_and_one_byte_does_not(desk: Desk, text: str) -> None:
    desk.world.approved(text)
    desk.write("通知.txt", text)
    assert desk.status("通知.txt") == "approved"
    assert desk.status("通知.txt", scope="桃花村") in ("unapproved", "found")
    desk.write("通知.txt", text.replace("。", "．"))
    assert desk.status("通知.txt") in ("changed", "found")


def test_what_is_taken_down_does_not_pass(desk: Desk) -> None:
    item = desk.world.approved(PLAIN)
    desk.write("通知.txt", PLAIN)
    desk.world.do("publisher", "publish", item, "本局网站通知公告栏")
    assert desk.status("通知.txt") == "approved"
    desk.world.do("publisher", "take_down", item, "公示期满")
    assert desk.status("通知.txt") == "revoked"


def test_a_page_passes_in_its_template(desk: Desk) -> None:
    item = desk.world.item()
    desk.world.add(item, PAGE, "公示.html")
    desk.world.do("drafter", "submit", item)
    desk.world.decide_all(item)
    desk.world.sign(item)
    inner = f"<div id='zoom'><h1> 公示</h1>\n<div><b>{PRIVATE}</b></div><p>{PLAIN}</p></div>"
    desk.write("t1.html", f"<html><head><title>县政府</title></head><body><p>首页</p>{inner}<p>版权</p></body></html>")
    config = Config(pages=(Pages(("*.html",), "#zoom"),))
    assert desk.status("t1.html", config) == "approved"
    assert desk.status("t1.html") == "found"
    desk.write("公示.html", PAGE)
    assert desk.status("公示.html") == "approved"
