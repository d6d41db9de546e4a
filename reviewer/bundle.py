"""A wheelhouse (离线安装包): everything that `pip install --no-index` needs on a machine without internet.

    OUT/wheels/x86_64/*.whl  OUT/wheels/aarch64/*.whl  OUT/install.sh  OUT/安装说明.txt  OUT/SHA256SUMS  OUT/bundle.json

Made on Linux with a network: pip resolves for each platform by its tags (glibc 2.28: Kylin V10, UOS 20), so that a
machine of another kind is not needed; nothing is run there. Packages that are only published as source are built here,
once, and serve both where they hold no compiled code.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reviewer import __version__
from reviewer.errors import ReviewerError, UsageError

NAME = "gov-draft-reviewer"
PLATFORMS = ("x86_64", "aarch64")
EXTRAS = ("server", "ocr", "language", "sm")
GLIBC = 28
"""the oldest glibc 2.x that is served: Kylin V10 and UOS 20 have 2.28"""
_OLD_TAGS = {5: "manylinux1", 12: "manylinux2010", 17: "manylinux2014"}
_WHEEL = re.compile(r"(?P<name>[^-]+)-(?P<version>[^-]+)(-[0-9][^-]*)?-(?P<tags>[^-]+-[^-]+-[^-]+)\.whl")

Run = Callable[[Sequence[str]], str]
"""runs a command, gives what it wrote to standard output; raises BundleError"""


class BundleError(ReviewerError):
    """The wheelhouse can not be made; what was begun is left out."""

    code = "bundle"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What goes in.

    extras   of EXTRAS
    python   the version on the target, as (3, 11)
    source   our checkout, or a wheel of ours
    """

    out: Path
    source: Path
    extras: tuple[str, ...] = ("server",)
    platforms: tuple[str, ...] = PLATFORMS
    python: tuple[int, int] = (sys.version_info[0], sys.version_info[1])

    @property
    def requirement(self) -> str:
        extras = f"[{','.join(self.extras)}]" if self.extras else ""
        return f"{NAME}{extras}"


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: for each platform how many wheels and bytes, and what could not be had for it."""

    counts: dict[str, tuple[int, int]]
    faults: dict[str, str] = field(default_factory=dict)
    built: tuple[str, ...] = ()
    """wheels that were built here, because only their source is published"""


def make(wanted: Wanted, run: Run | None = None, say: Callable[[str], object] = lambda line: None) -> Made:
    """Makes the wheelhouse. Raises UsageError, or BundleError where not even one platform could be served."""
    run = run or call
    _check(wanted)
    wanted.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        own = _own_wheel(wanted.source, Path(scratch) / "own", run)
        requirement = f"{wanted.requirement} @ {own.resolve().as_uri()}"
        say("查看有哪些包只发布了源代码……")
        built = _built(_sources(requirement, run), Path(scratch) / "built", run)
        counts: dict[str, tuple[int, int]] = {}
        faults: dict[str, str] = {}
        for platform in wanted.platforms:
            say(f"下载 {platform} 的包……")
            folder = wanted.out / "wheels" / platform
            try:
                _download(wanted, platform, [own, *built], folder, requirement, run)
            except BundleError as fault:
                faults[platform] = fault.message
                shutil.rmtree(folder, ignore_errors=True)
                continue
            wheels = sorted(folder.glob("*.whl"))
            counts[platform] = len(wheels), sum(one.stat().st_size for one in wheels)
    if not counts:
        raise BundleError("离线安装包没有做成：" + "".join(faults.values()))
    made = Made(counts, faults, tuple(sorted(one.name for one in built)))
    _write_papers(wanted, made)
    return made


def _check(wanted: Wanted) -> None:
    if unknown := sorted(set(wanted.extras) - set(EXTRAS)):
        raise UsageError(f"没有这个附加组件：{'、'.join(unknown)}。可用的有：{'、'.join(EXTRAS)}。")
    if unknown := sorted(set(wanted.platforms) - set(PLATFORMS)):
        raise UsageError(f"没有这个平台：{'、'.join(unknown)}。可用的有：{'、'.join(PLATFORMS)}。")
    if wanted.out.exists() and (not wanted.out.is_dir() or any(wanted.out.iterdir())):
        raise UsageError(f"{wanted.out} 已经有内容。请换一个空的文件夹。")
    if not wanted.source.exists():
        raise UsageError(f"找不到 {wanted.source}。请用 --source 指定本项目的源代码文件夹或者它的 wheel。")


def call(command: Sequence[str]) -> str:
    """Runs a command of pip. Raises BundleError with the last line of what it complained of."""
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or done.stderr.splitlines()[-1:]
        raise BundleError(f"pip 没有办成：{'；'.join(lines[:3])}。")
    return done.stdout


def _pip(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]


def _own_wheel(source: Path, folder: Path, run: Run) -> Path:
    """Our own wheel: the one given, or built from the checkout."""
    if source.suffix == ".whl":
        return source
    # pip takes a bare name for a package of an index, be there a folder of that name or not.
    run(_pip("wheel", "--no-deps", "--quiet", "-w", str(folder), str(source.absolute())))
    found = sorted(folder.glob("*.whl"))
    if len(found) != 1:
        raise BundleError("没有生成本项目的 wheel。")
    return found[0]


def _sources(requirement: str, run: Run) -> list[str]:
    """name==version of all that is only published as source, as pip resolves it here."""
    told = run(_pip("install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-", requirement))
    try:
        listed = json.loads(told)["install"]
        return [
            f"{one['metadata']['name']}=={one['metadata']['version']}"
            for one in listed
            if not one["download_info"]["url"].endswith(".whl")
        ]
    except (ValueError, KeyError, TypeError):
        raise BundleError("pip 的解析结果读不出来。请升级 pip（23 以上）。") from None


def _built(sources: Sequence[str], folder: Path, run: Run) -> list[Path]:
    """Wheels of these; those with compiled code serve this machine's kind only and are left out."""
    if not sources:
        return []
    run(_pip("wheel", "--no-deps", "--quiet", "-w", str(folder), *sources))
    return [one for one in sorted(folder.glob("*.whl")) if one.name.endswith("-none-any.whl")]


def _download(
    wanted: Wanted, platform: str, local: Sequence[Path], folder: Path, requirement: str, run: Run
) -> None:
    """All wheels for the platform. Raises BundleError where one has none."""
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as links:
        for one in local:
            shutil.copy(one, links)
        major, minor = wanted.python
        abis = [f"cp{major}{minor}", "abi3", "none"]
        run(_pip(
            "download", "--quiet", "--only-binary=:all:", "--find-links", links, "-d", str(folder),
            "--implementation", "cp", "--python-version", f"{major}.{minor}",
            *(word for abi in abis for word in ("--abi", abi)),
            *(word for tag in platform_tags(platform) for word in ("--platform", tag)),
            requirement,
        ))  # fmt: skip
        # A wheel that was given by its address is not copied by every pip.
        for one in local[:1]:
            shutil.copy(one, folder)


def platform_tags(platform: str) -> list[str]:
    """The tags that a machine with glibc 2.GLIBC takes, the newest first (PEP 600)."""
    first = 5 if platform == "x86_64" else 17
    tags = []
    for minor in range(GLIBC, first - 1, -1):
        tags.append(f"manylinux_2_{minor}_{platform}")
        if minor in _OLD_TAGS:
            tags.append(f"{_OLD_TAGS[minor]}_{platform}")
    return [*tags, f"linux_{platform}"]


# --- papers ----------------------------------------------------------------------------------------


def _write_papers(wanted: Wanted, made: Made) -> None:
    out = wanted.out
    script = out / "install.sh"
    script.write_text(_script(wanted), encoding="utf-8")
    script.chmod(0o755)
    (out / "安装说明.txt").write_text(_notes(wanted, made), encoding="utf-8")
    listed = {
        "version": __version__, "extras": list(wanted.extras), "python": "{}.{}".format(*wanted.python),
        "glibc": f"2.{GLIBC}", "platforms": {
            name: [_parts(one.name) for one in sorted((out / "wheels" / name).glob("*.whl"))] for name in made.counts
        },
    }  # fmt: skip
    (out / "bundle.json").write_text(json.dumps(listed, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    files = sorted(one for one in out.rglob("*") if one.is_file())
    sums = [f"{_sha256(one)}  {one.relative_to(out).as_posix()}\n" for one in files]
    (out / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")


def _parts(name: str) -> dict[str, str]:
    found = _WHEEL.fullmatch(name)
    return {"name": found["name"], "version": found["version"], "tags": found["tags"]} if found else {"name": name}


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _script(wanted: Wanted) -> str:
    version = "{}.{}".format(*wanted.python)
    return f"""#!/bin/sh
# 离线安装：sh install.sh [安装到哪个文件夹]。不连网络，不动系统的 Python。
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${{1:-/opt/gov-draft-reviewer}}
python=${{PYTHON:-python{version}}}
case $(uname -m) in
x86_64 | amd64) kind=x86_64 ;;
aarch64 | arm64) kind=aarch64 ;;
*) echo "没有为这种处理器准备安装包：$(uname -m)。" >&2; exit 1 ;;
esac
[ -d "$here/wheels/$kind" ] || {{ echo "这份安装包里没有 $kind 的包。" >&2; exit 1; }}
command -v "$python" >/dev/null || {{
    echo "找不到 Python {version}（命令 $python）。可用环境变量 PYTHON 指定。" >&2; exit 1; }}
"$python" -c 'import sys; sys.exit(sys.version_info[:2] != ({wanted.python[0]}, {wanted.python[1]}))' || {{
    echo "这份安装包只能用于 Python {version}。" >&2; exit 1; }}
(cd "$here" && sha256sum --quiet -c SHA256SUMS) || {{ echo "安装包的内容和 SHA256SUMS 不符，没有安装。" >&2; exit 1; }}
"$python" -m venv "$target"
"$target/bin/python" -m pip install --quiet --no-index --find-links "$here/wheels/$kind" \\
    '{wanted.requirement}=={__version__}'
"$target/bin/reviewer" --version
echo "已安装到 $target。命令是 $target/bin/reviewer。"
"""


_TOLD = {"x86_64": "x86-64（海光、兆芯、Intel、AMD）", "aarch64": "ARM64（鲲鹏、飞腾）"}


def _notes(wanted: Wanted, made: Made) -> str:
    lines = [
        f"政府信息公开审查工具 {__version__} 离线安装包", "",
        f"需要：Linux，glibc 2.{GLIBC} 以上（银河麒麟 V10、统信 UOS 20 都是 2.28），"
        f"Python {wanted.python[0]}.{wanted.python[1]}（带 venv 和 pip）。", "",
        "安装：", "  1. 核对：sha256sum -c SHA256SUMS",
        "  2. 安装：sh install.sh /opt/gov-draft-reviewer",
        "  3. 试用：/opt/gov-draft-reviewer/bin/reviewer doctor", "",
        f"附加组件：{'、'.join(wanted.extras) or '无'}", "",
        "内容：",
    ]  # fmt: skip
    for name, (count, size) in made.counts.items():
        lines.append(f"  {_TOLD[name]}：{count} 个包，{size / 1e6:.0f} MB")
    if "aarch64" in made.counts:
        lines.append("  ARM64 的包按平台标签选出，没有在 ARM64 机器上运行过。")
    lines += [f"  {_TOLD[name]}：没有做成。{why}" for name, why in made.faults.items()]
    if made.built:
        lines += ["", "下列包只发布源代码，是在制作安装包的机器上打包的：", *(f"  {one}" for one in made.built)]
    lines += [
        "", "另外要从操作系统的软件源安装（不在本安装包里）：",
        "  LibreOffice（读 doc、wps、xls、rtf 等旧格式）、libarchive（读 7z、rar）、PostgreSQL（部门级部署时可选）。",
        "龙芯（LoongArch）见 docs/offline.md。", "本系统不得处理国家秘密。", "",
    ]  # fmt: skip
    return "\n".join(lines)
