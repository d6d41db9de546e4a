"""Every format of the outcome: its golden file, its schema, and what it must never show."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from reviewer.gate.config import Config
from reviewer.gate.reports import FORMATS, write
from reviewer.gate.run import Outcome, baseline_of
from reviewer.review import certificate, revocation
from reviewer.review.revocation import Revoked
from tests.gate.site import DAY, ID_NUMBER, MOBILE, NOW, PLAIN, TELLING, key, site
from tests.scanner import TODAY

GOLDEN = Path(__file__).parent / "golden"
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "gate.schema.json").read_text(encoding="utf-8"))
ENDINGS = {"text": "txt", "json": "json", "sarif": "sarif.json", "junit": "xml", "github": "github.txt",
           "gitlab": "gitlab.json"}  # fmt: skip
NAME = "张建国"


@cache
def _mixed(home: Path) -> Outcome:
    here = site(home)
    for name, text in (("a.txt", PLAIN), ("b.txt", PLAIN + "二"), ("c.txt", PLAIN + "三"), ("d.txt", PLAIN + "四")):
        here.write(name, text)
    here.certify("a.txt", "b.txt", item="2026-000001")
    here.certify("c.txt", item="2026-000002", valid_until=TODAY - DAY)
    gone = here.certify("d.txt", item="2026-000003")
    listed = Revoked(certificate.certificate_id(gone), NOW, "taken-down")
    signed = revocation.sign(revocation.first(NOW).following(NOW, (listed,)), key())
    (home / "revoked.json").write_bytes(signed)
    here.certify("a.txt", item="2026-000004", signer=key(2))
    here.write("b.txt", PLAIN + "改")
    here.write("css/site.css", "body{}")
    here.write("e/名单.csv", f"姓名,身份证号\n{NAME},{ID_NUMBER}\n")
    for number in range(25):
        here.write(f"f/{number:02d}.txt", f"{PLAIN}{number}\n")
    here.write("g.bin", b"\0\1\2" * 9)
    here.write(f"h/{NAME}{MOBILE}.txt", TELLING)
    return replace(here.run(Config(assets=("css/**",))), root="public", version="1.0",
                   rules={"name": "packaged", "version": "1.0", "sha256": "0" * 64, "count": 100})  # fmt: skip


@cache
def _clear(home: Path) -> Outcome:
    here = site(home)
    here.write("a.txt", PLAIN)
    here.certify("a.txt")
    return replace(here.run(), root="public", version="1.0", rules={})


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    return {"mixed": _mixed(tmp_path_factory.mktemp("m")), "clear": _clear(tmp_path_factory.mktemp("c"))}


def told(format: str, outcome: Outcome) -> str:
    stream = io.BytesIO()
    write(format, outcome, stream)
    text = io.StringIO()
    write(format, outcome, text)
    assert text.getvalue() == stream.getvalue().decode()
    return text.getvalue()


@pytest.mark.parametrize("name", ["mixed", "clear"])
@pytest.mark.parametrize("format", FORMATS)
def test_golden(format: str, name: str, outcomes: dict[str, Outcome], rewrite_golden: bool) -> None:
    path, made = GOLDEN / f"{name}.{ENDINGS[format]}", told(format, outcomes[name])
    if rewrite_golden:
        path.write_text(made, encoding="utf-8")
    assert made == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_found_is_shown(format: str, outcomes: dict[str, Outcome]) -> None:
    made = told(format, outcomes["mixed"])
    for value in (ID_NUMBER, MOBILE, NAME):
        assert value not in made
        assert value.encode("unicode_escape").decode() not in made or value.isascii()


def test_nothing_found_is_in_a_baseline(outcomes: dict[str, Outcome]) -> None:
    made = baseline_of(outcomes["mixed"], "以前就有", "信息股", TODAY)[0].to_bytes().decode()
    assert "resident-id" in made
    assert not any(value in made for value in (ID_NUMBER, MOBILE, NAME, "名单", "txt"))


@pytest.mark.parametrize("name", ["mixed", "clear"])
def test_json_is_as_it_is_described(name: str, outcomes: dict[str, Outcome]) -> None:
    made = json.loads(told("json", outcomes[name]))
    jsonschema.Draft202012Validator(SCHEMA).validate(made)
    assert made["exit_code"] == max((_code(one["status"]) for one in made["files"]), default=0)
    for one in made["files"]:
        assert one["also"] == sorted(one["also"], key=_code)
        assert all(_code(other) < _code(one["status"]) for other in one["also"])


def _code(status: str) -> int:
    return ["approved", *[""] * 19, "unapproved", "changed", "expired", "revoked", "found", "unread"].index(status)


def test_all_statuses_are_there(outcomes: dict[str, Outcome]) -> None:
    assert {one.status for one in outcomes["mixed"].files} == {
        "approved", "unapproved", "changed", "expired", "revoked", "found", "unread",
    }  # fmt: skip


def test_junit_counts_what_it_holds(outcomes: dict[str, Outcome]) -> None:
    suite = ElementTree.fromstring(told("junit", outcomes["mixed"]))[0]
    cases = suite.findall("testcase")
    assert suite.get("tests") == str(len(cases)) == str(len(outcomes["mixed"].files))
    assert suite.get("failures") == str(len(suite.findall("testcase/failure")))


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("a,b:c%.txt", "::error file=public/a%2Cb%3Ac%25.txt,title=未经批准::没有发布证书"),
        ("a\n::error::b.txt", "::error file=public/a%0A%3A%3Aerror%3A%3Ab.txt,title=未经批准::没有发布证书"),
    ],
)
def test_a_name_is_no_command(tmp_path: Path, name: str, line: str) -> None:
    here = site(tmp_path)
    here.write(name, PLAIN)
    assert told("github", replace(here.run(), root="public")).splitlines()[0] == line


def test_an_empty_folder_fails_in_every_format(tmp_path: Path) -> None:
    outcome = site(tmp_path).run()
    assert outcome.exit_code == 25
    assert 'failures="1"' in told("junit", outcome)
    assert told("github", outcome).startswith("::error")
    assert json.loads(told("json", outcome))["exit_code"] == 25
    assert "一个文件也没有" in told("text", outcome)


def test_sarif_points_at_files_and_lines(outcomes: dict[str, Outcome]) -> None:
    run: Any = json.loads(told("sarif", outcomes["mixed"]))["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    for one in run["results"]:
        assert rules[one["ruleIndex"]]["id"] == one["ruleId"]
    (found,) = [one for one in run["results"] if one["ruleId"] == "resident-id" and "csv" in str(one["locations"])]
    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "public/e/%E5%90%8D%E5%8D%95.csv"


def test_fingerprints_of_gitlab_are_unique(outcomes: dict[str, Outcome]) -> None:
    made = [one["fingerprint"] for one in json.loads(told("gitlab", outcomes["mixed"]))]
    assert len(made) == len(set(made)) > 30
