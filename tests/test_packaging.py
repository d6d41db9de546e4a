"""What setup.cfg promises: every package is listed, and all data a run needs has a pattern that takes it."""

from __future__ import annotations

import configparser
import os
import subprocess
import sys
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



START = """
import re, sys
from pathlib import Path
from reviewer.prepared import expressions, kept, methods
kept.PREPARED = Path(sys.argv[1])
worked_out, compile = [], re._compiler.compile
def compiled(*given):
    frame = sys._getframe(1)
    while frame.f_code.co_filename.endswith(("re/__init__.py", "prepared/patterns.py")):
        frame = frame.f_back
    if "reviewer" in frame.f_globals["__name__"]:
        worked_out.append(given[0])
    return compile(*given)
re._compiler.compile = compiled
def compiled_regex(self, text, flags):
    worked_out.append(text)
    return expressions.regex.compile(text, flags)
expressions.Expressions._compile = compiled_regex
sys.argv[1:2] = []
from reviewer.cli import main
main(["scan", *sys.argv[1:], "--format", "json"])
assert not [*worked_out, *methods._compiled], [*worked_out, *methods._compiled]
"""


@pytest.mark.parametrize(
    "text",
    [
        "关于李晓明同志反映问题的答复\n经查，申请人王建国（身份证号码：34010219000506123X，电话：13800138000）"
        "住安徽省合肥市瑶海区明光路1号2幢301室，于2024年5月10日提出申请。\n经办人：张丽华，办公电话：0551-62345678。\n",
        "关于印发《农村危房改造实施方案》的通知\n各县（区）人民政府：\n请认真贯彻执行。\n",
        "姓名\t身份证号\t村\n王小红\t34010219000506123X\t瑶海村\n李大明\t340102********1234\t大圩村\n",
    ],
)
def test_a_short_start_compiles_nothing_of_the_program(text: str, wheel: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text(text, encoding="utf-8")
    python(START, wheel, draft, home=tmp_path)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a wheel brings, worked out by another process: its sets have another order."""
    folder = tmp_path_factory.mktemp("wheel")
    prepare = "import sys; from pathlib import Path; from reviewer.scanning import prepare; prepare(Path(sys.argv[1]))"
    python(prepare, folder, home=folder)
    return folder


def python(code: str, *arguments: Path, home: Path) -> None:
    homes = os.environ | {"XDG_CACHE_HOME": str(home / "cache"), "XDG_CONFIG_HOME": str(home / "config")}
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, env=homes
    )
    assert done.returncode == 0, done.stderr
