"""reviewer scan --against, as its users meet it: with a state at hand, and by asking a server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from reviewer.cli import main
from reviewer.errors import UsageError
from reviewer.identifiers.resident_id import check_digit
from reviewer.rescan import against

NUMBER = "34139919010512004" + check_digit("34139919010512004")
RELIEF = (
    "青禾县柳林镇2026年农村低保对象公示\n\n序号\t姓名\t行政村\t身份证号\n"
    f"1\t缑茂林\t杨树村\t{NUMBER[:6]}********{NUMBER[14:]}\n"
)
PENSIONS = f"青禾县柳林镇高龄津贴发放名单\n\n序号\t姓名\t行政村\t身份证号\n1\t缑茂林\t杨树村\t{NUMBER[:14]}****\n"
UNNAMED = "残疾人康复情况统计\n\n序号\t行政村\t性别\t出生年月\n" + "".join(
    f"{k}\t{'杨树' if k % 2 else '前进'}村\t{'男' if k % 3 else '女'}\t19{k % 6:02}.0{k % 9 + 1}\n" for k in range(1, 31)
)
SECRETS = "缑茂林", NUMBER[:6], NUMBER[14:]


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is published already, rescanned."""
    folder = tmp_path_factory.mktemp("published")
    (folder / "site").mkdir()
    (folder / "site" / "a.txt").write_text(RELIEF, encoding="utf-8")
    key = folder / "site.key"
    main(["rescan", str(folder / "site"), "--state", str(folder / "state"), *_key(key), "-o", str(folder / "a.json")])
    return folder


def _key(path: Path) -> list[str]:
    if not path.exists():
        main(["key", "new", "--key-file", str(path)])
    return ["--key-file", str(path)]


@pytest.fixture
def drafts(tmp_path: Path) -> Path:
    (tmp_path / "草稿.txt").write_text(PENSIONS, encoding="utf-8")
    (tmp_path / "统计.txt").write_text(UNNAMED, encoding="utf-8")
    return tmp_path


def scan(state: Path, drafts: Path, *more: object) -> int:
    where = [str(drafts / "草稿.txt"), str(drafts / "统计.txt"), "--against", str(state / "state")]
    return main(["scan", *where, *_key(state / "site.key"), *map(str, more)])


def test_every_report_tells_it(state: Path, drafts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("台账.xlsx", "报告.html", "结果.json"):
        assert scan(state, drafts, "-o", drafts / name) == 12
    told = json.loads((drafts / "结果.json").read_text(encoding="utf-8"))
    (join,) = told["joins"]
    draft = str(drafts / "草稿.txt")
    assert (join["kind"], join["after"], join["severity"]) == ("complementary_masks", 1, "check")
    assert join["documents"] == sorted(["a.txt", draft]) and join["change"] == [draft]
    (table,) = told["tables"]
    assert table["singles"] and table["cures"] and "“出生年月”" in table["says"]
    capsys.readouterr()
    scan(state, drafts, "--width", 200)
    shown = capsys.readouterr().out
    page = (drafts / "报告.html").read_text(encoding="utf-8")
    sheet = openpyxl.load_workbook(BytesIO((drafts / "台账.xlsx").read_bytes()))["汇聚风险"]
    cells = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    for text in (shown, page, cells):
        assert "同一号码的遮法不一" in text and "a.txt" in text and "第1—14位" in text
    assert not any(secret in text for secret in SECRETS for text in (shown, cells, json.dumps(join, ensure_ascii=False)))


@pytest.mark.parametrize(("more", "code"), [(["--fail-on", "block"], 0), ([], 12)])
def test_exit_codes(state: Path, drafts: Path, more: list[str], code: int) -> None:
    assert scan(state, drafts, *more, "-o", drafts / "a.json") == code


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("nowhere", "没有状态"),
        ("http://10.0.0.1/", "https"),
        ("https://localhost:1/", "令牌"),
    ],
)
def test_what_can_not_be_asked(
    drafts: Path, where: str, says: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if "10.0" in where:
        monkeypatch.setenv("REVIEWER_TOKEN", "rv_x")
    place = where if "://" in where else str(drafts / where)
    assert main(["scan", str(drafts / "草稿.txt"), "--against", place]) == 2
    assert says in capsys.readouterr().err


def test_another_key_opens_nothing(state: Path, drafts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = _key(drafts / "other.key")
    assert main(["scan", str(drafts / "草稿.txt"), "--against", str(state / "state"), *other]) == 2
    assert "站点密钥" in capsys.readouterr().err


@pytest.fixture
def server() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """A server on loopback that answers as the workbench does, and what it was sent."""
    sent: list[tuple[str, bytes]] = []

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sent.append((f"{self.path} {self.headers['Authorization']}", body))
            token = self.headers["Authorization"]
            told: dict[str, Any] = {"documents": 7, "tables": [], "joins": [{
                "kind": "complementary_masks", "severity": "check", "documents": ["a.txt", "draft-0.txt"],
                "entity": "ID_CARD", "before": 1000, "after": 1, "probability": 0.99,
                "gives": [{"path": "draft-0.txt", "at": 4, "says": "姓名"}], "change": ["draft-0.txt"],
                "advice": "改 draft-0.txt：删去身份证号码。",
            }]}  # fmt: skip
            if token == "Bearer bad":
                told = {"detail": "令牌不对。"}
            data = json.dumps(told).encode() if token != "Bearer odd" else b'{"joins": 1}'
            self.send_response(401 if token == "Bearer bad" else 200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    served = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}/", sent
    served.shutdown()
    served.server_close()


def test_a_server_is_asked_without_the_name_of_the_file(
    server: tuple[str, list[tuple[str, bytes]]], drafts: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    address, sent = server
    monkeypatch.setenv("REVIEWER_TOKEN", "rv_x")
    out = drafts / "a.json"
    assert main(["scan", str(drafts / "草稿.txt"), "--against", address, "-o", str(out)]) == 12
    ((head, body),) = sent
    assert head == "/api/v1/joins Bearer rv_x" and PENSIONS.encode() in body and "草稿".encode() not in body
    (join,) = json.loads(out.read_text(encoding="utf-8"))["joins"]
    draft = str(drafts / "草稿.txt")
    assert join["change"] == [draft] and join["advice"] == f"改 {draft}：删去身份证号码。"


@pytest.mark.parametrize(("token", "says"), [("bad", "令牌不对"), ("odd", "看不懂")])
def test_a_server_that_refuses(server: tuple[str, object], drafts: Path, token: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        against.asked(server[0], token, [("草稿.txt", drafts / "草稿.txt")])
