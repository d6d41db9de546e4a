"""Has LibreOffice turn a file into docx, xlsx or pptx: headless, in a profile of its own, macros and links off.

Nothing of the user's own LibreOffice is used or changed. The child process sees one scratch folder as its home, is
given no proxy, and is killed with all that it started when the time is over.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from reviewer import scratch
from reviewer.errors import Broken, NoConverter, TooBig
from reviewer.settings import Limits

_PLACES = ("/usr/lib/libreoffice/program/soffice", "/usr/lib64/libreoffice/program/soffice",
           "/Applications/LibreOffice.app/Contents/MacOS/soffice",
           "C:/Program Files/LibreOffice/program/soffice.exe")  # fmt: skip
_PACKAGES = {"docx": "libreoffice-writer", "xlsx": "libreoffice-calc", "pptx": "libreoffice-impress"}
_LIBRARIES = {"docx": "swlo", "xlsx": "sclo", "pptx": "sdlo"}
_ROOM = 8 << 20
"""bytes that LibreOffice writes at the least, roughly: its profile and what it makes"""
_SAFE = "org.openoffice.Office.Common/Security/Scripting"
_SETTINGS: tuple[tuple[str, str, str], ...] = (
    (_SAFE, "MacroSecurityLevel", "3"),
    (_SAFE, "DisableMacrosExecution", "true"),
    (_SAFE, "DisableActiveContent", "true"),
    # A file that is not in a trusted folder may name others: none of them is opened.
    (_SAFE, "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("org.openoffice.Office.Writer/Content/Update", "Field", "false"),
    ("org.openoffice.Office.Calc/Content/Update", "Link", "1"),
    ("org.openoffice.Office.Calc/Formula/Load", "ODFRecalcMode", "1"),
    ("org.openoffice.Office.Calc/Formula/Load", "OOXMLRecalcMode", "1"),
    ("org.openoffice.Setup/Office", "OfficeRestartInProgress", "false"),
    ("org.openoffice.Office.Common/Save/Document", "CreateBackup", "false"),
    ("org.openoffice.Office.Recovery/AutoSave", "Enabled", "false"),
)
"""Link: never (0 in Writer, 1 in Calc); RecalcMode 1: the results that the file keeps are not worked out anew"""


@dataclass(frozen=True, slots=True)
class Job:
    """What LibreOffice is to do: the ending and the filter of what comes in, the kind that goes out."""

    suffix: str
    target: str
    """docx, xlsx or pptx"""
    filter: str = ""
    """the import filter by LibreOffice's own name: else a damaged file would be read as plain text"""


def program(target: str) -> Path | None:
    """LibreOffice with the component that makes `target`, or None."""
    found = next((shutil.which(name) for name in ("soffice", "libreoffice") if shutil.which(name)), None)
    path = Path(found) if found else next((Path(one) for one in _PLACES if Path(one).exists()), None)
    if path is None:
        return None
    folder = path.resolve().parent
    libraries = [one.name for one in folder.iterdir()] if folder.is_dir() else []
    # Where no library lies beside the program, its layout is not known: it is tried.
    if any("lo.so" in one for one in libraries):
        wanted = f"lib{_LIBRARIES[target]}.so"
        return path if wanted in libraries or "libmergedlo.so" in libraries else None
    return path


def missing(target: str) -> str:
    """What to install where LibreOffice can not make `target`, in Chinese."""
    package = _PACKAGES[target]
    return f"请安装 LibreOffice（Debian、麒麟、统信：sudo apt install {package}），或者另存为 {target} 后再审查"


@lru_cache(maxsize=1)
def converted(data: bytes, job: Job, limits: Limits) -> bytes:
    """The file as docx, xlsx or pptx. Raises NoConverter, Broken or TooBig.

    The last one is kept: marking asks for the file that was read a moment ago.
    """
    if limits.convert_seconds <= 0:
        raise NoConverter(f"这种文件要转换后才能读取，这里不转换。请另存为 {job.target} 后再提交。")
    office = program(job.target)
    if office is None:
        raise NoConverter(f"这种文件要用 LibreOffice 转换后才能读取，本机没有安装。{missing(job.target)}。")
    with scratch.made() as folder:
        source = folder / f"draft.{job.suffix}"
        source.write_bytes(data)
        _write_profile(folder / "profile", office)
        try:
            _run(office, job, folder, limits)
        finally:
            with contextlib.suppress(OSError):
                _socket(folder / "profile").unlink()
        made = folder / "out" / f"draft.{job.target}"
        if not made.is_file() or made.is_symlink():
            if shutil.disk_usage(folder).free < _ROOM + 2 * len(data):
                raise OSError(errno.ENOSPC, "")
            raise Broken("LibreOffice 打不开这个文件，无法读取，可能已损坏。请用原软件打开检查后另存。")
        if made.stat().st_size > limits.file_bytes:
            raise TooBig(f"文件转换后超过上限 {limits.file_bytes >> 20} MB。请拆分后扫描。")
        return made.read_bytes()


def _write_profile(folder: Path, office: Path) -> None:
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    (folder / "user" / "extensions").mkdir(parents=True)
    # A profile that is not of this build makes LibreOffice start twice.
    with contextlib.suppress(OSError):
        told = (office.resolve().parent / "versionrc").read_text(encoding="utf-8", errors="replace")
        build = re.search("^buildid=(.*)$", told, re.M)
        (folder / "user" / "extensions" / "buildid").write_text(build[1] if build else "", encoding="utf-8")
    (folder / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>",
        encoding="utf-8",
    )


def _run(office: Path, job: Job, folder: Path, limits: Limits) -> None:
    command = [
        str(office), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore", "--nologo",
        "--nolockcheck", "--nodefault", "--nofirststartwizard", *([f"--infilter={job.filter}"] if job.filter else []),
        "--convert-to", job.target, "--outdir", str(folder / "out"), str(folder / f"draft.{job.suffix}"),
    ]  # fmt: skip
    with _started(command, folder) as process:
        try:
            process.wait(limits.convert_seconds)
        except subprocess.TimeoutExpired:
            seconds = round(limits.convert_seconds)
            message = f"LibreOffice 转换这个文件超过 {seconds} 秒，已停止。请用原软件另存为 {job.target} 后扫描。"
            raise TooBig(message) from None


_SOCKETS = Path("/tmp")
_SOCKET = "OSL_PIPE_{}_SingleOfficeIPC_{}"


def _socket(profile: Path) -> Path:
    """Where LibreOffice listens for others that are started with the same profile; it has no option for that."""
    digest = hashlib.md5(profile.as_uri().encode("utf-16-le"), usedforsecurity=False).digest()
    user = os.getuid() if hasattr(os, "getuid") else 0
    return _SOCKETS / _SOCKET.format(user, "".join(f"{byte:x}" for byte in digest))


def sweep() -> None:
    """Removes the sockets of this user's LibreOffice processes that are dead.

    A worker may not write outside of its folder: those that it ran leave theirs behind.
    """
    if not hasattr(os, "getuid"):
        return
    for place in _SOCKETS.glob(_SOCKET.format(os.getuid(), "*")):
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
            try:
                line.connect(str(place))
            except ConnectionRefusedError:
                place.unlink()


@contextlib.contextmanager
def _started(command: list[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own, which is killed at the end with all that it started."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    home = str(folder)
    environment = {**kept, "HOME": home, "TMPDIR": home, "TMP": home, "TEMP": home, "LANG": "C.UTF-8",
                   "LC_ALL": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp", "SAL_DISABLE_OPENCL": "1"}  # fmt: skip
    try:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, process_group=0 if os.name == "posix" else None,
        )  # fmt: skip
    except OSError:
        raise NoConverter("LibreOffice 无法启动，没有转换这个文件。请检查 LibreOffice 的安装。") from None
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        process.wait()
