"""The site key: where it comes from, who may read it, and what is computed with it."""

from __future__ import annotations

import os
import pickle
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from reviewer import keys
from reviewer.errors import KeyFileError, KeyMismatch
from reviewer.keys import Key

KEY = Key(bytes(range(32)))


@dataclass
class Found:
    entity: str
    value: str
    part: str = "body"
    start: int = 0
    marks: tuple[str, str] | None = None


def marks(*findings: Found, key: Key = KEY) -> list[tuple[str, str]]:
    return keys.fingerprints(findings, key)


def test_new_key_is_private_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "folder" / "site.key"
    made = keys.new(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    first, second = path.read_text("utf-8").splitlines()
    assert first.startswith("#") and re.fullmatch("[0-9a-f]{64}", second)
    assert os.listdir(path.parent) == ["site.key"]
    with pytest.raises(KeyFileError, match="已经存在"):
        keys.new(path)
    assert Key.load(path, {}) == made


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_mode_does_not_depend_on_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        keys.new(tmp_path / "k")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "k").stat().st_mode) == 0o600


def test_order_of_places(tmp_path: Path) -> None:
    named, by_environment = tmp_path / "a", tmp_path / "b"
    a, b = keys.new(named), keys.new(by_environment)
    environ = {"REVIEWER_KEY_FILE": str(by_environment), "HOME": str(tmp_path)}
    assert Key.load(named, environ) == a
    assert Key.load(None, environ) == b
    environ["REVIEWER_KEY_FILE"] = ""
    assert Key.load(None, environ) == Key.load(tmp_path / ".config/reviewer/site.key", {})
    environ["XDG_CONFIG_HOME"] = str(tmp_path / "xdg")
    assert Key.load(None, environ) == Key.load(tmp_path / "xdg/reviewer/site.key", {})
    environ["XDG_CONFIG_HOME"] = "relative"
    assert keys.default_path(environ) == tmp_path / ".config/reviewer/site.key"


def test_many_processes_at_first_use_get_one_key(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path)}
    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(lambda _: Key.load(None, environ).id, range(24)))
    assert len(ids) == 1


def test_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_link(*_: object) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(os, "link", no_link)
    made = keys.new(tmp_path / "k")
    assert Key.load(tmp_path / "k", {}) == made
    with pytest.raises(KeyFileError, match="已经存在"):
        keys.new(tmp_path / "k")
    assert os.listdir(tmp_path) == ["k"]


@pytest.mark.parametrize(
    ("content", "mode", "says"),
    [
        (None, 0o600, "reviewer key new"),
        ("# key\n" + "0" * 64 + "\n", 0o640, "chmod 600"),
        ("# key\n" + "0" * 64 + "\n", 0o604, "chmod 600"),
        ("", 0o600, "内容不对"),
        ("# only a comment\n", 0o600, "内容不对"),
        ("0" * 62, 0o600, "内容不对"),
        ("0" * 64 + "\n" + "0" * 64, 0o600, "内容不对"),
        ("z" * 64, 0o600, "内容不对"),
        ("0" * 9000, 0o600, "内容不对"),
    ],
)
def test_bad_key_files(tmp_path: Path, content: str | None, mode: int, says: str) -> None:
    path = tmp_path / "site.key"
    if content is not None:
        path.write_text(content)
        path.chmod(mode)
    for environ, named in (({}, path), ({"REVIEWER_KEY_FILE": str(path)}, None)):
        with pytest.raises(KeyFileError, match=says) as caught:
            Key.load(named, environ)
        assert "0" * 16 not in str(caught.value)


def test_no_home_and_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="--key-file"):
        Key.load(None, {})
    with pytest.raises(KeyFileError, match=r"普通文件|打不开"):
        Key.load(tmp_path, {})
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(KeyFileError, match="普通文件"):
        Key.load(tmp_path / "pipe", {})
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyFileError):
        keys.new(tmp_path / "file" / "below")


def test_the_secret_never_shows() -> None:
    secret = bytes(range(32))
    for text in (repr(KEY), str(KEY), f"{KEY}"):
        assert secret.hex() not in text and "\\x01" not in text
    assert re.fullmatch("[0-9a-f]{16}", KEY.id)
    assert len({KEY.derive("fingerprint"), KEY.derive("value"), KEY.derive("key-id"), secret}) == 4
    assert pickle.loads(pickle.dumps(KEY)) == KEY


def test_known_values() -> None:
    """The promise of schema 1: these must never change."""
    assert KEY.id == "f71044ce5cccb13c"
    assert marks(Found("PHONE", "13900000001")) == [
        ("cc33db1db810748e828fd310c984755c", "1b4689f5c8557d3ad33d4dd5d435e90e")
    ]


SAME, OTHER = True, False


@pytest.mark.parametrize(
    ("a", "b", "fingerprint", "value"),
    [
        (Found("PHONE", "1"), Found("PHONE", "1", start=99), SAME, SAME),
        (Found("PHONE", "1"), Found("PHONE", "1", part="comment"), OTHER, SAME),
        (Found("PHONE", "1"), Found("QQ", "1"), OTHER, OTHER),
        (Found("PHONE", "1"), Found("PHONE", "2"), OTHER, OTHER),
        (Found("AB", "C"), Found("A", "BC"), OTHER, OTHER),
        (Found("A", "B", "CD"), Found("A", "BC", "D"), OTHER, OTHER),
    ],
)
def test_what_a_fingerprint_covers(a: Found, b: Found, fingerprint: bool, value: bool) -> None:
    (left,), (right,) = marks(a), marks(b)
    assert (left[0] == right[0]) is fingerprint
    assert (left[1] == right[1]) is value


def test_equal_values_are_told_apart_by_their_order_in_the_text() -> None:
    first, second = Found("PHONE", "1", start=5), Found("PHONE", "1", start=50)
    forward, backward = marks(first, second), marks(second, first)
    assert forward[0][0] != forward[1][0] and forward[0][1] == forward[1][1]
    assert backward == forward[::-1]
    assert (
        marks(Found("NAME", "甲"), Found("PHONE", "1", start=7), Found("PHONE", "1", start=70))[1:] == forward
    )


def test_another_key_gives_other_marks() -> None:
    found = Found("NAME", "\ud800某")
    (ours,), (theirs,) = marks(found), marks(found, key=Key(bytes(32)))
    assert set(ours).isdisjoint(theirs) and ours[0] != ours[1]


def test_outputs_of_two_keys_are_not_compared() -> None:
    keys.require_same_key("a" * 16, "a" * 16)
    with pytest.raises(KeyMismatch, match="不是同一把站点密钥") as caught:
        keys.require_same_key("a" * 16, "b" * 16)
    assert caught.value.code == "key-mismatch"


def test_marks_of_passwords_tell_only_whether_they_are_the_same() -> None:
    marks = [keys.mark_of_passwords(words, KEY) for words in ((), ("a", "b"), ("a", "b"), ("ab",), ("b", "a"))]
    assert marks[0] == "" and marks[1] == marks[2] and len(set(marks)) == 4
    assert keys.mark_of_passwords(("a",), KEY) != keys.mark_of_passwords(("a",), Key(bytes(32)))
