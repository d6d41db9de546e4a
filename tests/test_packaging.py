"""What setup.cfg promises: every package is listed, and all data a run needs has a pattern that takes it."""

from __future__ import annotations

import configparser
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def options() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def test_every_package_is_listed() -> None:
    found = {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "reviewer").rglob("__init__.py")}
    listed = set(options()["options"]["packages"].split())
    assert listed == found | {"reviewer._rules"}


def test_every_data_file_is_taken_along() -> None:
    patterns = [one.strip() for one in options()["options.package_data"]["reviewer"].split(",")]
    for path in (ROOT / "reviewer").rglob("*"):
        if path.is_file() and path.suffix not in (".py", ".pyc") and "__pycache__" not in path.parts:
            name = path.relative_to(ROOT / "reviewer").as_posix()
            assert any(fnmatch(name, pattern) for pattern in patterns), name


def test_the_users_packages_stand_in_setup_cfg() -> None:
    section = options()
    named = section["options"]["install_requires"] + "".join(section["options.extras_require"].values())
    for package in ("regex", "jieba", "spacy", "pandas", "openpyxl", "pytest"):
        assert package in named
