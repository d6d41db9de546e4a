"""Where reports go: formats and their files, and files that appear whole or not at all."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from reviewer.cli.common import say
from reviewer.errors import DiskFull, UsageError, is_full, reason

if TYPE_CHECKING:
    from reviewer.reports import Bundle

Target = tuple[str, Path | None]
"""a format and the file it goes to; None: standard output"""

_SUFFIXES = {".json": "json", ".sarif": "sarif", ".html": "html", ".htm": "html", ".xlsx": "xlsx", ".txt": "console"}
_ENDINGS = {"json": ".json", "sarif": ".sarif", "html": ".html", "xlsx": ".xlsx", "console": ".txt"}


def targets_of(options: argparse.Namespace) -> list[Target]:
    """Which format goes where. Raises UsageError where that is not clear."""
    from reviewer.reports import BINARY, FORMATS

    outputs = [Path(path) for path in options.output or ()]
    formats = [name for entry in options.format or () for name in entry.split(",") if name]
    for name in formats:
        if name not in FORMATS:
            raise UsageError(f"没有 {name} 这种报告格式。可用的有：{'、'.join(FORMATS)}。")
    if not formats:
        formats = [_format_of(path) for path in outputs] or ["console"]
    if not outputs:
        formats = list(dict.fromkeys(formats))
        if len(formats) > 1:
            raise UsageError("要写几种格式，请用 -o 指定文件或者文件夹。")
        if formats[0] in BINARY and sys.stdout.isatty():
            raise UsageError(f"{formats[0]} 不能显示在屏幕上。请用 -o 指定文件名。")
        return [(formats[0], None)]
    if len(outputs) != len(formats):
        formats = list(dict.fromkeys(formats))
    if len({os.path.realpath(path) for path in outputs}) < len(outputs):
        raise UsageError("有两个 -o 写的是同一个文件，后写的会盖掉先写的。请各用一个文件名。")
    if len(outputs) == len(formats):
        if len(formats) == 1 and outputs[0].is_dir():
            return [(formats[0], outputs[0] / f"report{_ENDINGS[formats[0]]}")]
        return [(name, None if str(path) == "-" else path) for name, path in zip(formats, outputs, strict=True)]
    if len(outputs) > 1:
        raise UsageError(f"有 {len(formats)} 种格式，却有 {len(outputs)} 个 -o。请一一对应，或只给一个文件夹。")
    stem = outputs[0]
    if stem.is_dir() or str(options.output[0]).endswith(("/", "\\")):
        stem = stem / "report"
    elif stem.suffix in _SUFFIXES:
        stem = stem.with_suffix("")
    return [(name, None if name == "console" else stem.with_name(stem.name + _ENDINGS[name])) for name in formats]


def _format_of(path: Path) -> str:
    found = _SUFFIXES.get(path.suffix.lower())
    if found is None:
        raise UsageError(
            f"从 {path} 看不出要哪种报告。请用 --format 指定，"
            "或让 -o 的文件名以 .json、.html、.xlsx、.sarif 或 .txt 结尾。"
        )
    return found


def store(path: Path, write: Callable[[BinaryIO], object], bundle: Bundle | None = None) -> None:
    """A file that appears whole or not at all, readable like the user's other files.

    Raises UsageError where it can not be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _forget_parts(path)
        with temporary.open("wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        replaced = path.exists()
        temporary.replace(path)
    except OSError as fault:
        if is_full(fault):
            raise DiskFull(f"写不进 {path}：{reason(fault)}。请腾出空间后再试。") from None
        raise UsageError(f"写不进 {path}：{reason(fault)}。") from None
    finally:
        temporary.unlink(missing_ok=True)
    say(f"已写入 {path}{'（替换了原来的文件）' if replaced else ''}", bundle.found_in if bundle is not None else None)


def _forget_parts(path: Path) -> None:
    """Removes what earlier calls, killed in the middle of writing this file, have left beside it."""
    import glob

    for left in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        writer = left.name.split(".")[-2]
        # Only numbers that are in use by no process: another call may be at the same file.
        if writer.isascii() and writer.isdecimal() and not _is_alive(int(writer)):
            with contextlib.suppress(OSError):
                left.unlink()


def _is_alive(process: int) -> bool:
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
