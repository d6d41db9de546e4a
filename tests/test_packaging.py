"""What setup.cfg promises: every package is listed, and all data a run needs has a pattern that takes it."""

from __future__ import annotations

import configparser
from datetime import date
from fnmatch import fnmatch
from pathlib import Path

import pytest

from reviewer.prepared import kept
from reviewer.scanning import Scanner, prepare
from reviewer.settings import Settings

TODAY = Settings(today=date(2026, 11, 22))
ROOT = Path(__file__).resolve().parents[1]


def options() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def test_every_package_is_listed() -> None:
    found = {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "reviewer").rglob("__init__.py")}
    listed = set(options()["options"]["packages"].split())
    # How the weights are made is no part of what an office installs.
    assert listed == (found | {"reviewer._rules"}) - {"reviewer.language.training"}


def test_every_data_file_is_taken_along() -> None:
    patterns = [one.strip() for one in options()["options.package_data"]["reviewer"].split(",")]
    for path in (ROOT / "reviewer").rglob("*"):
        if "__pycache__" in path.parts or "training" in path.parts:
            continue
        if path.is_file() and path.suffix not in (".py", ".pyc"):
            name = path.relative_to(ROOT / "reviewer").as_posix()
            assert any(fnmatch(name, pattern) for pattern in patterns), name


def test_the_users_packages_stand_in_setup_cfg() -> None:
    section = options()
    named = section["options"]["install_requires"] + "".join(section["options.extras_require"].values())
    for package in ("regex", "jieba", "spacy", "pandas", "openpyxl", "pytest"):
        assert package in named


def test_what_the_wheel_brings_spares_the_first_start_its_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "申请人：张建国，身份证号34010219000506123X，电话13800012345\n"
    fresh = Scanner(TODAY, cache=None).text(text).findings
    prepare(tmp_path)
    monkeypatch.setattr(kept, "PREPARED", tmp_path)
    for work in ("rulebook.load._parse_all", "detect.literals.requirement", "prepared.expressions.Expressions._compile"):
        monkeypatch.setattr(f"reviewer.{work}", None)
    assert Scanner(TODAY, cache=None).text(text).findings == fresh != ()
