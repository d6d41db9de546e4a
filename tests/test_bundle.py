"""The wheelhouse, with a pip that only pretends: the real one needs a network."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from reviewer import __version__
from reviewer.bundle import BundleError, Wanted, call, make, platform_tags
from reviewer.cli import main
from reviewer.errors import UsageError

OWN = f"gov_draft_reviewer-{__version__}-py3-none-any.whl"


class FakePip:
    """Writes the wheels that a real pip would; remembers what it was asked."""

    def __init__(self, lacking: str = "") -> None:
        self.asked: list[list[str]] = []
        self._lacking = lacking

    def __call__(self, command: Sequence[str]) -> str:
        words = list(command)[command.index("--disable-pip-version-check") + 1 :]
        self.asked.append(words)
        if words[0] == "install":
            return json.dumps({"install": [
                {"metadata": {"name": name, "version": "1.0"}, "download_info": {"url": f"file:///x/{file}"}}
                for name, file in (("jieba", "jieba-1.0.tar.gz"), ("odd", "odd-1.0.zip"), ("lxml", "lxml.whl"))
            ]})  # fmt: skip
        if words[0] == "wheel":
            folder = Path(words[words.index("-w") + 1])
            folder.mkdir()
            built = ["jieba-1.0-py3-none-any.whl", "odd-1.0-cp311-cp311-linux_x86_64.whl"]
            for name in built if "jieba==1.0" in words else [OWN]:
                (folder / name).write_bytes(name.encode())
            return ""
        folder, links = (Path(words[words.index(one) + 1]) for one in ("-d", "--find-links"))
        if self._lacking and f"linux_{self._lacking}" in words:
            raise BundleError("pip 没有办成：没有 odd。")
        for one in links.iterdir():
            (folder / one.name).write_bytes(one.read_bytes())
        (folder / "lxml-1.0-cp311-cp311-manylinux_2_28.whl").write_bytes(b"x")
        return ""


def _wanted(folder: Path, **more: object) -> Wanted:
    source = folder / "source"
    source.mkdir(exist_ok=True)
    return Wanted(folder / "out", source, python=(3, 11), **more)  # type: ignore[arg-type]


def test_what_is_in_it(tmp_path: Path) -> None:
    pip = FakePip()
    made = make(_wanted(tmp_path, extras=("server", "ocr")), pip)
    out = tmp_path / "out"
    names = {"lxml-1.0-cp311-cp311-manylinux_2_28.whl", OWN, "jieba-1.0-py3-none-any.whl"}
    for platform in ("x86_64", "aarch64"):
        assert {one.name for one in (out / "wheels" / platform).iterdir()} == names
    assert made.faults == {} and made.built == ("jieba-1.0-py3-none-any.whl",)
    sums = dict(reversed(line.split("  ")) for line in (out / "SHA256SUMS").read_text().splitlines())
    every = {one.relative_to(out).as_posix(): one for one in out.rglob("*") if one.is_file()}
    assert sums.keys() == every.keys() - {"SHA256SUMS"}
    assert all(sums[name] == hashlib.sha256(every[name].read_bytes()).hexdigest() for name in sums)
    notes = (out / "安装说明.txt").read_text(encoding="utf-8")
    assert "没有在 ARM64 机器上运行过" in notes and "jieba-1.0" in notes and "3.11" in notes
    listed = json.loads((out / "bundle.json").read_text(encoding="utf-8"))
    assert {"name": "jieba", "version": "1.0", "tags": "py3-none-any"} in listed["platforms"]["aarch64"]


def test_pip_is_asked_for_the_target_and_not_for_this_machine(tmp_path: Path) -> None:
    pip = FakePip()
    make(_wanted(tmp_path), pip)
    downloads = [words for words in pip.asked if words[0] == "download"]
    assert len(downloads) == 2
    for words, machine in zip(downloads, ("x86_64", "aarch64"), strict=True):
        assert "--only-binary=:all:" in words and words[words.index("--python-version") + 1] == "3.11"
        tags = [words[place + 1] for place, word in enumerate(words) if word == "--platform"]
        assert tags == platform_tags(machine) and all(tag.endswith(machine) for tag in tags)
        # glibc 2.28 takes 2.17, never 2.34.
        assert f"manylinux_2_28_{machine}" in tags and f"manylinux_2_29_{machine}" not in tags
        assert words[-1].startswith("gov-draft-reviewer[server] @ file://")


def test_a_folder_s_name_is_no_package_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--source clone` means the folder here, not what an index has under that name."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clone").mkdir()
    pip = FakePip()
    make(Wanted(tmp_path / "out", Path("clone"), python=(3, 11)), pip)
    assert next(words for words in pip.asked if words[0] == "wheel")[-1] == str(tmp_path / "clone")


def test_a_platform_that_can_not_be_served_is_named(tmp_path: Path) -> None:
    made = make(_wanted(tmp_path), FakePip(lacking="aarch64"))
    assert set(made.counts) == {"x86_64"} and "odd" in made.faults["aarch64"]
    assert not (tmp_path / "out" / "wheels" / "aarch64").exists()
    assert "没有做成" in (tmp_path / "out" / "安装说明.txt").read_text(encoding="utf-8")
    with pytest.raises(BundleError):
        make(Wanted(tmp_path / "two", tmp_path / "source", platforms=("aarch64",)), FakePip(lacking="aarch64"))


@pytest.mark.parametrize("more", [{"extras": ("nothing",)}, {"platforms": ("riscv",)}, {"source": Path("none")}])
def test_what_can_not_be_made(tmp_path: Path, more: dict[str, object]) -> None:
    (tmp_path / "source").mkdir()
    given: dict[str, object] = {"out": tmp_path / "out", "source": tmp_path / "source", **more}
    with pytest.raises(UsageError):
        make(Wanted(**given), FakePip())  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("x")
    assert main(["bundle", str(tmp_path)]) == 2
    assert "已经有内容" in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]


def test_what_pip_complains_of_is_told() -> None:
    import sys

    complaint = "import sys; sys.exit('note\\nERROR: No matching distribution for odd')"
    with pytest.raises(BundleError, match="No matching distribution for odd"):
        call([sys.executable, "-c", complaint])


def test_the_script_refuses_what_was_changed(tmp_path: Path) -> None:
    """Up to the installation itself, which needs real wheels."""
    import sys

    python = (sys.version_info[0], sys.version_info[1])
    source = tmp_path / "source"
    source.mkdir()
    make(Wanted(tmp_path / "out", source, python=python), FakePip())
    script = tmp_path / "out" / "install.sh"
    subprocess.run(["sh", "-n", str(script)], check=True)
    for wheel in (tmp_path / "out" / "wheels").rglob("*.whl"):
        wheel.write_bytes(b"other")
    done = subprocess.run(
        ["sh", str(script), str(tmp_path / "target")], capture_output=True, text=True, check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHON": sys.executable, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert done.returncode == 1 and "SHA256SUMS" in done.stderr
    assert not (tmp_path / "target").exists()
