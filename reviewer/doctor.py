"""Says what this machine can read, mark and mask, and what is missing (`reviewer doctor`)."""

from __future__ import annotations

import importlib.util
import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reviewer.errors import ReviewerError
from reviewer.isolation import LOCKS, confine
from reviewer.marking.publish import can_write
from reviewer.readers import CONTAINERS, archive_other, kinds, ocr, soffice
from reviewer.readers.converted import JOBS
from reviewer.settings import Limits
from reviewer.workers import CAN_FORK, apart, usable_cores

_OTHERS = frozenset({"7z", "rar"})


@dataclass(frozen=True, slots=True)
class Format:
    """What can be done with files of one kind here. `missing` is what to install, in Chinese; empty: nothing."""

    kind: str
    read: bool
    marked: bool
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that the tool uses. `advice` is what to do where it is not there."""

    name: str
    holds: bool
    told: str
    advice: str = ""


def formats() -> Iterator[Format]:
    """Every kind of file that the tool knows, in the order of readers."""
    archives = archive_other.binding() is not None
    pictures = ocr.is_installed()
    for kind in kinds():
        if kind in JOBS:
            job = JOBS[kind]
            missing = "" if soffice.program(job.target) is not None else soffice.missing(job.target)
            yield Format(kind, not missing, not missing, missing)
        elif kind in CONTAINERS:
            missing = archive_other.missing(kind) if kind in _OTHERS and not archives else ""
            yield Format(kind, not missing, False, missing)
        else:
            missing = "" if kind != "picture" or pictures else "安装文字识别组件：pip install '.[ocr]'"
            yield Format(kind, not missing, can_write(kind) and not missing, missing)


def checks(cache: Path | None) -> Iterator[Check]:
    """The parts that make it fast, exact and safe."""
    yield Check("系统", True, f"{platform.system()} {platform.machine()}，Python {platform.python_version()}，"
                            f"可用 {usable_cores()} 个处理器核")  # fmt: skip
    yield _package("hyperscan", "规则预筛", "不影响结果，只是慢一些；这种机器没有现成的包时不必理会。")
    yield _package("rjieba", "分词", "不影响结果，用 jieba 代替，启动慢 0.6 秒。")
    yield _package("rapidocr", "图片和扫描页的文字识别", "pip install '.[ocr]'，不装时图片写成没有读到。")
    yield _package("spacy", "本单位自己训练的人名模型", "不用自己的模型就不必装；要用：pip install '.[language]'")
    office = soffice.program("docx")
    advice = soffice.missing("docx") if office is None else ""
    yield Check("LibreOffice（旧格式）", office is not None, str(office or "没有"), advice)
    held = locks()
    for name, title in LOCKS.items():
        yield Check(f"读文件的进程：{title}", name in held, "有效" if name in held else "这里的系统不支持",
                    "" if name in held else "仍在单独的进程里读。来历不明的文件请在别的机器上先查毒。")  # fmt: skip
    writable = cache is not None and _is_writable(cache)
    advice = "" if writable else "写不了也能用，每次启动慢一些，中断后不能接着审。"
    yield Check("缓存文件夹", writable, str(cache or "没有"), advice)


def locks() -> frozenset[str]:
    """The locks that hold for a process that reads a file here."""
    if not CAN_FORK:
        return frozenset()
    try:
        return apart(lambda: confine(None, Limits().memory_bytes, Limits().written_bytes), Limits(), 0)
    except ReviewerError:
        return frozenset()


def _package(module: str, use: str, advice: str) -> Check:
    there = importlib.util.find_spec(module) is not None
    return Check(f"{module}（{use}）", there, "已安装" if there else "没有安装", "" if there else advice)


def _is_writable(folder: Path) -> bool:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return os.access(folder, os.W_OK)
