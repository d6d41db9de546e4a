"""reviewer takedown as users meet it, in the order of docs/takedown.md."""

from __future__ import annotations

import os
from pathlib import Path

import openpyxl
import pytest

from reviewer.cli import main
from reviewer.keys import new

from .test_takedown import LIST, fill

PAGE = Path(__file__).parents[2] / "docs/takedown.md"


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Options of all commands; a rescan has been made."""
    key = tmp_path / "site.key"
    new(key)
    monkeypatch.setitem(os.environ, "REVIEWER_KEY_FILE", str(key))
    site = tmp_path / "site"
    site.mkdir()
    (site / "list.txt").write_text(LIST, encoding="utf-8")
    state = ["--state", str(tmp_path / "state")]
    main(["rescan", str(site), *state, "--jobs", "1", "--format", "json", "-o", str(tmp_path / "out.json")])
    return state


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["takedown", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_list_goes_out_and_comes_back(
    told: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(capsys, "list", *told)[:2] == (0, "（没有写明单位）：共 1 条（待处理 1）\n")
    path = tmp_path / "清单.xlsx"
    assert run(capsys, "export", "-o", str(path), *told)[0] == 0
    assert run(capsys, "import", str(path), "--by", "张办事", *told)[:2] == (0, "清单里没有新的决定。\n")
    fill(path, 处理="留着", 理由="x")
    code, _, said = run(capsys, "import", str(path), "--by", "张办事", *told)
    assert code == 2 and "应填撤下" in said
    fill(path, 处理="保留", 理由="按规定长期公开")
    assert run(capsys, "import", str(path), "--by", "张办事", *told)[:2] == (0, "已登记 1 条决定。\n")
    assert run(capsys, "list", *told)[1].endswith("共 1 条（决定保留 1）\n")
    assert run(capsys, "export", "-o", str(path), *told)[1].startswith("已导出 0 条")
    assert run(capsys, "export", "-o", str(path), "--all", *told)[1].startswith("已导出 1 条")
    assert run(capsys, "check-live", *told)[:2] == (0, "网址核对：没有要查的网址。\n")
    assert run(capsys, "verify", *told)[:2] == (0, "撤下清单的台账完整。\n")


def test_another_key_is_refused(told: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "other.key"
    new(other)
    for words in (("list",), ("export", "-o", str(tmp_path / "a.xlsx")), ("verify",)):
        code, _, said = run(capsys, *words, *told, "--key-file", str(other))
        assert code == 2 and "另一把站点密钥" in said
    assert not (tmp_path / "a.xlsx").exists()


def test_the_list_that_goes_to_others_shows_nobody_in_a_path(
    told: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "site" / "张建国信访"
    place.mkdir()
    (place / "110101190003070037.txt").write_text(LIST, encoding="utf-8")
    main(["rescan", str(tmp_path / "site"), *told, "--jobs", "1", "--format", "json", "-o", str(tmp_path / "out.json")])
    assert run(capsys, "export", "-o", str(tmp_path / "清单.xlsx"), *told)[0] == 0
    book = openpyxl.load_workbook(tmp_path / "清单.xlsx")
    shown = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    assert any("信访/" in cell for cell in shown)
    assert not [cell for cell in shown if "建国" in cell or "190003070037" in cell]


def test_a_place_without_rescans_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, said = run(capsys, "list", "--state", str(tmp_path))
    assert code == 2 and "没有重新审查的记录" in said


def test_the_page_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in ("list", "export", "import", "check-live", "verify"):
        assert f"reviewer takedown {name}" in text
        with pytest.raises(SystemExit) as left:
            main(["takedown", name, "--help"])
        assert left.value.code == 0
