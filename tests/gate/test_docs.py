"""What the documents say of the gate is so."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from reviewer.cli import parser
from reviewer.gate.config import load_config
from reviewer.gate.judge import CODES
from reviewer.gate.reports import FORMATS
from reviewer.review.revocation import REASONS

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "gate.md").read_text(encoding="utf-8")


def _commands() -> list[str]:
    """Every call of ours in the document and the files for continuous integration."""
    found = [line for block in re.findall(r"```bash\n(.*?)```", DOCUMENT, re.S) for line in block.splitlines()]
    github = yaml.safe_load((ROOT / "docs/ci/github.yml").read_text(encoding="utf-8"))
    found += [step["run"] for step in github["jobs"]["gate"]["steps"] if "reviewer gate" in step.get("run", "")]
    found += yaml.safe_load((ROOT / "docs/ci/gitlab.yml").read_text(encoding="utf-8"))["gate"]["script"]
    hook: Any = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))[0]
    used = yaml.safe_load((ROOT / "docs/ci/pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"][0]
    assert used["id"] == hook["id"]
    return [*found, " ".join([hook["entry"], *used["args"]])]


@pytest.mark.parametrize("command", _commands())
def test_every_command_can_be_called(command: str) -> None:
    words = shlex.split(command.replace("\\\n", " "), comments=True)
    assert words[0] == "reviewer"
    options, unknown = parser.make_parser().parse_known_args(words[1:])
    assert not unknown
    formats = [one for entry in getattr(options, "format", None) or () for one in entry.split(",")]
    assert set(formats) <= set(FORMATS)


def test_exit_codes_are_told() -> None:
    told = dict(re.findall(r"^\| ([0-9]+) \| `([a-z]+)` \|", DOCUMENT, re.M))
    assert told == {"0": "approved", **{str(code): fault for fault, code in CODES.items()}}


def test_formats_are_told() -> None:
    assert all(f"| `{name}` |" in DOCUMENT for name in FORMATS)


def test_reasons_are_told() -> None:
    assert set(REASONS) == set(parser._REASONS)
    assert all(f"`{code}`" in DOCUMENT for code in REASONS)


def test_the_configuration_is_one(tmp_path: Path) -> None:
    (sample,) = re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.S)
    (tmp_path / "gate.yml").write_text(sample, encoding="utf-8")
    assert load_config(tmp_path / "gate.yml").selector("gk/2026/a.html") == "#zoom"
