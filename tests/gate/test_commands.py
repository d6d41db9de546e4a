"""gate, baseline, certificate and signing as they are called."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from reviewer.cli import main
from reviewer.review import certificate
from reviewer.review.keyring import Keyring
from reviewer.review.revocation import revocations_of
from reviewer.review.signing import Trust
from tests.gate.site import NOW, PLAIN, TELLING, Site, site
from tests.scanner import TODAY


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setattr("reviewer.scanning.today", lambda: TODAY)
    monkeypatch.setattr("reviewer.cli.gate._now", lambda: NOW)
    monkeypatch.setenv("REVIEWER_SIGNING_DIR", str(tmp_path / "signing"))
    made = site(tmp_path)
    made.write("a.txt", PLAIN)
    made.certify("a.txt")
    return made


def test_a_folder_goes_out(here: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gate", *here.options]) == 0
    assert "可以发布：1 个文件（有证书 1）。" in capsys.readouterr().out


def test_one_byte(here: Site, capsys: pytest.CaptureFixture[str]) -> None:
    here.write("a.txt", PLAIN.replace("十二", "十三"))
    assert main(["gate", *here.options]) == 21
    assert "批准后改动过：1 个文件（21）" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ([], 20), (["--certificates", "certs"], 20), (["--certificates", "certs", "--trust", "trust.json"], 23),
        (["--trust", "trust.json"], 20), (["--revoked", "revoked.json"], 20), (["--certificates", "none"], 20),
        (["--scope", "桃花村"], 20), (["--certificates", "public", "--trust", "public", "--revoked", "public"], 20),
    ],
)  # fmt: skip
def test_what_may_be_left_out(here: Site, monkeypatch: pytest.MonkeyPatch, more: list[str], code: int) -> None:
    monkeypatch.chdir(here.home)
    assert main(["gate", "public", *more]) == code


@pytest.mark.parametrize(
    "more",
    [
        ["--format", "html"], ["--format", "json,text,sarif"], ["-o", "public/report.json"], ["--config", "none.yml"],
        ["--config", "public/gate.yml"], ["--baseline", "public/a.txt"], ["--baseline", "none"], ["--allow", "public/a.txt"],
        ["--rules", "none"], ["-o", "x.json", "-o", "./x.json"], ["-o", "a.json", "-o", "b.txt", "--format", "json"],
    ],
)  # fmt: skip
def test_what_is_no_use(here: Site, monkeypatch: pytest.MonkeyPatch, more: list[str]) -> None:
    monkeypatch.chdir(here.home)
    here.write("gate.yml", "assets: [a.txt]\n")
    assert main(["gate", "public", *more]) == 2


@pytest.mark.parametrize("folder", ["none", "trust.json"])
def test_what_is_no_folder(here: Site, folder: str) -> None:
    assert main(["gate", str(here.home / folder)]) == 2


def test_reports_go_where_they_are_told(here: Site, capsys: pytest.CaptureFixture[str]) -> None:
    out = here.home / "out"
    more = ["--format", "json,junit", "--format", "github", "-o", str(out / "a.json"), "-o", str(out / "b.xml")]
    assert main(["gate", *here.options, *more]) == 0
    assert json.loads((out / "a.json").read_text(encoding="utf-8"))["exit_code"] == 0
    assert "<testcase" in (out / "b.xml").read_text(encoding="utf-8")
    assert capsys.readouterr().out.startswith("::notice")
    assert main(["gate", *here.options, "-o", str(out / "c.sarif")]) == 0
    assert '"2.1.0"' in (out / "c.sarif").read_text(encoding="utf-8")


def test_a_configuration_and_a_baseline(here: Site, capsys: pytest.CaptureFixture[str]) -> None:
    (here.home / "gate.yml").write_text("assets: [css/**]\n", encoding="utf-8")
    here.write("css/a.css", "body{}")
    here.write("old/b.txt", TELLING)
    base, options = str(here.home / "base.json"), [*here.options, "--config", str(here.home / "gate.yml")]
    said = ["--reason", "启用之前已发布", "--owner", "信息股", "--until", "2027-06-30"]
    assert main(["gate", *options]) == 24
    assert main(["baseline", *options, "-o", base, *said]) == 0
    assert main(["gate", *options, "--baseline", base]) == 0
    assert "有证书 1，资源文件 1，列入基线 1" in capsys.readouterr().out
    here.write("old/c.txt", PLAIN + "增")
    assert main(["gate", *options, "--baseline", base]) == 20
    assert main(["baseline", *options, "--baseline", base, "-o", base, *said]) == 0
    assert main(["gate", *options, "--baseline", base]) == 0


@pytest.mark.parametrize(
    ("option", "value"), [("--until", "2026-11-21"), ("--owner", " "), ("--reason", ""), ("-o", "public/base.json")]
)
def test_a_baseline_that_is_refused(here: Site, monkeypatch: pytest.MonkeyPatch, option: str, value: str) -> None:
    monkeypatch.chdir(here.home)
    said = {"--reason": "以前就有", "--owner": "信息股", "--until": "2027-06-30", "-o": "base.json"} | {option: value}
    assert main(["baseline", "public", *(word for pair in said.items() for word in pair)]) == 2


def test_a_certificate_is_shown(here: Site, capsys: pytest.CaptureFixture[str]) -> None:
    paper = str(here.home / "certs" / "0000.json")
    papers = ["--trust", str(here.home / "trust.json"), "--revoked", str(here.home / "revoked.json")]
    assert main(["certificate", paper, *papers]) == 0
    said = capsys.readouterr().out
    assert said.startswith("有效：是")
    assert "终审：王一" in said
    assert main(["certificate", paper, *papers[:2]]) == 3
    assert main(["certificate", paper]) == 3
    assert main(["certificate", str(here.home / "trust.json"), *papers]) == 3
    assert main(["certificate", str(here.home / "none")]) == 2


def test_the_life_of_keys(here: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """new, trust, revocations, rotate, revoke: and what the gate says each time."""
    trust, listed = str(here.home / "trust.json"), str(here.home / "revoked.json")
    Path(listed).unlink()
    (here.home / "certs" / "0000.json").unlink()
    assert main(["signing", "trust"]) == 2
    assert main(["signing", "revocations", listed]) == 2
    assert main(["signing", "new"]) == 0
    assert main(["signing", "new"]) == 2
    ring = Keyring(here.home / "signing")
    old = ring.active(NOW)
    paper = here.certify("a.txt", signer=old, issued_at=NOW)
    assert main(["signing", "trust", "-o", trust]) == 0
    _list(listed, "--days", "30")
    assert main(["gate", *here.options]) == 0
    assert main(["signing", "list", "--trust", trust]) == 0
    assert f"{old.id}\ted25519\t在用" in capsys.readouterr().out

    assert main(["signing", "rotate"]) == 0
    assert main(["signing", "trust", "-o", trust]) == 0
    _list(listed)
    known = Trust.of(Path(trust).read_bytes())
    assert [key.status(NOW) for key in known.keys] == ["retired", "active"]

    assert main(["signing", "revoke", old.id]) == 0
    _list(listed)
    assert revocations_of(Path(listed).read_bytes(), ring.trust()).keys == (old.id,)
    # The trust file is the old one: the list tells.
    assert main(["gate", *here.options]) == 23
    assert certificate.verify(paper, ring.trust(), None, TODAY).status == "revoked"
    assert main(["signing", "revoke", "0" * 16]) == 2


def test_a_certificate_is_revoked(here: Site) -> None:
    assert main(["signing", "new"]) == 0
    ring, listed = Keyring(here.home / "signing"), str(here.home / "revoked.json")
    (here.home / "trust.json").write_bytes(ring.trust().to_bytes())
    here.certify("a.txt", signer=ring.active(NOW), issued_at=NOW)
    Path(listed).unlink()
    _list(listed)
    assert main(["gate", *here.options]) == 0
    _list(listed, "--add", str(here.home / "certs" / "0001.json"), "--reason", "taken-down")
    assert main(["gate", *here.options]) == 23
    made = revocations_of(Path(listed).read_bytes(), ring.trust())
    assert (made.number, [one.reason for one in made.revoked]) == (2, ["taken-down"])
    # One that another site signed is none that this one can revoke.
    assert main(["signing", "revocations", listed, "--add", str(here.home / "certs" / "0000.json")]) == 2


def test_sm2_signs_too(here: Site) -> None:
    assert main(["signing", "new", "--alg", "sm2-sm3", "--until", "2100-01-01"]) == 0
    ring = Keyring(here.home / "signing")
    (here.home / "trust.json").write_bytes(ring.trust().to_bytes())
    here.certify("a.txt", signer=ring.active(NOW), issued_at=NOW)
    (here.home / "revoked.json").unlink()
    _list(str(here.home / "revoked.json"))
    assert main(["gate", *here.options]) == 0


def _list(path: str, *more: str) -> None:
    assert main(["signing", "revocations", path, *more]) == 0


def test_commands_tell_no_secret(here: Site, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["new"], ["list"], ["trust"], ["rotate"], ["list"]):
        assert main(["signing", *words]) == 0
    said = capsys.readouterr()
    secret = next((here.home / "signing").glob("*.pem")).read_text().split("\n")[1]
    assert secret not in said.out + said.err
    assert os.environ["REVIEWER_SIGNING_DIR"] == str(here.home / "signing")
