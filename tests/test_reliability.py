"""docs/reliability.md says what becomes of broken and hostile files: each row of its table is done here."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from reviewer import workers
from reviewer.cli import common, main
from reviewer.errors import ReadError
from reviewer.model import Fault, Result
from reviewer.readers import file_bytes
from reviewer.settings import Limits
from tests.hostile_files import FILES, docx

PAGE = (Path(__file__).parents[1] / "docs/reliability.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([0-9]+) \|$", PAGE, re.M)


def test_the_table_has_every_file_and_no_other() -> None:
    assert [title for title, _, _ in ROWS] == list(FILES)


@pytest.mark.parametrize(("title", "says", "code"), ROWS, ids=[row[0] for row in ROWS])
def test_what_becomes_of_it(
    title: str, says: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    arguments = FILES[title](folder, monkeypatch)
    before = sorted(path.name for path in tmp_path.rglob("*"))
    found = main(["scan", *map(str, arguments), "--width", "400"])
    told = capsys.readouterr()
    assert found == int(code), told.err
    for words in re.findall("“([^”]+)”", says):
        assert words in told.out
    assert "Traceback" not in told.err and "13800138000" not in told.out + told.err and "Abc-123" not in told.out
    assert sorted(path.name for path in tmp_path.rglob("*")) == before
    if "别的文件照常审" in says:
        assert "b.txt" in told.out and "未读完 1" in told.out


def test_the_limits_are_those_that_the_page_names() -> None:
    limits = Limits()
    for words in (
        f"每个文件 {limits.file_seconds:.0f} 秒", f"每 MB 加 {limits.megabyte_seconds:.0f} 秒",
        f"转换一个文件 {limits.convert_seconds:.0f} 秒", f"每个进程 {limits.memory_bytes >> 30} GB",
        f"每个文件 {limits.written_bytes >> 30} GB", f"结果 {limits.result_bytes >> 30} GB",
        f"压缩比超过 {limits.ratio}", f"解压后超过 {limits.total_bytes >> 30} GB", f"嵌套超过 {limits.depth} 层",
        f"成员超过 {limits.members // 10000} 万个", f"最多 {common._MOST_PASSWORDS} 个",
    ):  # fmt: skip
        assert words in PAGE, words


def test_the_python_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = re.findall("```python\n(.*?)```", PAGE, re.S)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "草稿.docx").write_bytes(docx())
    known: dict[str, Result] = {}
    exec(code, known)
    assert [one.entity for one in known["result"].findings] == ["PHONE"]


def test_a_file_that_changes_is_not_half_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path,) = FILES["读取时还在写的文件"](tmp_path, monkeypatch)
    with pytest.raises(ReadError, match="在读取时被改动"):
        file_bytes(Path(str(path)), Limits())


def test_a_worker_tells_no_more_than_it_may() -> None:
    limits = replace(Limits(), result_bytes=1000)
    small, large = Result("a", None), Result("a", None, faults=(Fault("x", "y" * 2000),))
    assert workers.pickle.loads(workers._packed(small, limits)) == small
    told = workers.pickle.loads(workers._packed(large, limits))
    assert (told.code, "超过 0 MB 的上限" in told.message) == ("too-big", True)
