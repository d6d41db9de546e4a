"""What a start costs: help, the first scan after an installation, and a scan of one short file by format.

    python benchmarks/startup.py [--runs N] [--python PYTHON] [--json]

Each run is a process of its own. Milliseconds from start to end (wall) and of the processor, user and system
together (CPU): least and median of N runs. Measure an installed copy, as users have it: `pip install .` in a
virtual environment, then `--python` that environment's interpreter. Byte code is used, and written where it lacks.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from measure import table

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
FILES = {
    "txt": "信息公开工作办法.txt", "csv": "学生资助公示.csv", "html": "信访事项答复.html", "docx": "依申请公开答复书.docx",
    "xlsx": "惠农补贴一卡通.xlsx", "pdf": "内部值班通知.pdf",
}  # fmt: skip
NOWHERE = os.path.join(os.devnull, "none")
"""a cache folder that can not be made"""


@dataclass(frozen=True, slots=True)
class Start:
    """One command and what the cache folder is: "warm", "fresh" (a new one for each run) or "none"."""

    title: str
    arguments: tuple[str, ...]
    cache: str = "warm"


def starts() -> Iterator[Start]:
    yield Start("Python 自身", ("-c", "pass"))
    yield Start("reviewer --help", ("-m", "reviewer", "--help"))
    text = _scan("txt", "json")
    yield Start("首次扫描 txt，缓存文件夹是空的", text, "fresh")
    yield Start("首次扫描 txt，缓存文件夹不能写", text, "none")
    for kind in FILES:
        yield Start(f"扫描 {kind}，json", _scan(kind, "json"))
    for report in ("console", "html", "xlsx"):
        yield Start(f"扫描 txt，{report}", _scan("txt", report))


def _scan(kind: str, report: str) -> tuple[str, ...]:
    return "-m", "reviewer", "scan", str(SAMPLES / FILES[kind]), "--format", report


def measured(start: Start, python: str, runs: int, home: Path) -> dict[str, float]:
    """Milliseconds of `runs` runs: least and median, wall and CPU."""
    walls, seconds = [], []
    for number in range(runs + 1):
        cache = {"warm": str(home / "warm"), "none": NOWHERE}.get(start.cache, str(home / f"{start.title}{number}"))
        wall, cpu = _run([python, *start.arguments], {"XDG_CACHE_HOME": cache, "XDG_CONFIG_HOME": str(home)}, home)
        if number:  # the first fills caches and is not counted
            walls.append(wall * 1000)
            seconds.append(cpu * 1000)
    return {
        "wall_min": min(walls), "wall_median": statistics.median(walls),
        "cpu_min": min(seconds), "cpu_median": statistics.median(seconds),
    }  # fmt: skip


def _run(command: list[str], settings: dict[str, str], folder: Path) -> tuple[float, float]:
    """(wall, CPU) seconds of one process; its exit code must be one of a scan that worked."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | settings
    before = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - before
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3, 12, 13):
        raise SystemExit(f"{' '.join(command)}: {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    # Not resolved: the link in a virtual environment is what makes it one.
    python = os.path.abspath(options.python)
    with tempfile.TemporaryDirectory() as home:
        rows = {one.title: measured(one, python, options.runs, Path(home)) for one in starts()}
    if options.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    head = ("毫秒", "总时间 最少", "中位", "处理器 最少", "中位")
    print(table([head, *((title, *(f"{value:.0f}" for value in row.values())) for title, row in rows.items())]))


if __name__ == "__main__":
    main()
