"""What the system refuses is told in Chinese."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from reviewer import keys
from reviewer.comparison import read_output
from reviewer.errors import KeyFileError, UsageError, reason


@pytest.mark.parametrize(("number", "says"), [
    (errno.ENOENT, "文件或文件夹不存在"), (errno.EACCES, "没有权限"), (errno.EISDIR, "这是一个文件夹"), (None, "系统错误"),
    (9999, "系统错误 9999"),
])  # fmt: skip
def test_reasons(number: int | None, says: str) -> None:
    assert reason(OSError(number, "No such thing")).startswith(says)


def test_no_message_is_in_the_systems_language(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    for ask, error in (
        (lambda: read_output(tmp_path / "none.json"), UsageError),
        (lambda: read_output(tmp_path), UsageError),
        (lambda: keys.new(tmp_path / "file" / "key"), KeyFileError),
        (lambda: keys.Key.load(tmp_path / "file" / "key", {}), KeyFileError),
    ):
        with pytest.raises(error) as raised:
            ask()
        said = raised.value.message.replace(str(tmp_path), "").replace("none.json", "").replace("key-file", "")
        assert not any(word in said for word in ("such", "Not", "Is ", "directory", "denied")), said
