"""A whole folder through `reviewer scan`: files and MB a second by format, on one core and on two; memory as it goes on.

    python benchmarks/folder.py [--kinds txt,docx] [--part N] [--seed N]
    python benchmarks/folder.py --many 100000 [--jobs N]

The folders are made up (drafts.py), texts of 3,000 bytes on average. Rates are of the middle of a scan: starting and
reports are left out. "One core" is processor time, of all processes together; the others are the clock's, so that
they mean something on a quiet machine only. --many scans that many small files (txt, html, csv, docx as 4 : 3 : 2 : 1)
and says what the process and the largest of its workers hold on the way.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drafts import KINDS, OLD, make, makeable
from measure import table

HERE = Path(__file__).resolve().parent
SMALL = ("txt", "html", "txt", "csv", "html", "txt", "docx", "html", "txt", "csv")
_TICKS = os.sysconf("SC_CLK_TCK")
_FILES = {"pptx": 1_000, "pdf": 500, "ofd": 1_000, "zip": 1_000, "png": 40, "全部": 1_500, **dict.fromkeys(OLD, 40)}
"""by format, where they are not 2,000: what takes some ten seconds of one core, a minute where LibreOffice converts"""
_SETTLED = 0.2
"""part of the files after which rates are counted: all is loaded by then"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kinds", default=",".join(KINDS), help="formats, separated by commas (png needs the extra [ocr])")
    parser.add_argument("--part", type=float, default=1.0, help="of the usual number of files of each format")
    parser.add_argument("--many", type=int, default=0, help="files of the run that watches memory")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--child", nargs=2, metavar=("FOLDER", "JOBS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        _watched(options.child[0], int(options.child[1]))
    elif options.many:
        _many(options)
    else:
        _by_format(options)


def _by_format(options: argparse.Namespace) -> None:
    kinds = makeable(options.kinds.split(","))
    rows = [("格式", "文件", "KB/个", "个/秒·核", "MB/秒·核", "1 核 个/秒", "2 核 个/秒", "倍数", "最高 MB")]
    for kind in [*kinds, "全部"]:
        mixed = kind == "全部"
        chosen = kinds if mixed else [kind]
        with tempfile.TemporaryDirectory() as name:
            count = max(int(_FILES.get(kind, 2_000) * options.part), 20)
            folder = Path(name) / "folder"
            make(folder, count, chosen, seed=options.seed)
            size = sum(path.stat().st_size for path in folder.rglob("*.*")) / count
            one, two = _run(folder, 1), _run(folder, 2)
        rows.append((
            kind, f"{count:,}", f"{size / 1000:.1f}", f"{one.one_core:.0f}", f"{one.one_core * size / 1e6:.2f}",
            f"{one.rate:.0f}", f"{two.rate:.0f}", f"{two.rate / one.rate:.2f}", f"{two.peak / 1e6:.0f}",
        ))  # fmt: skip
        print("  ".join(rows[-1]), file=sys.stderr, flush=True)
    print(table(rows))


def _many(options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "many"
        make(folder, options.many, SMALL, seed=options.seed, size=1500)
        run = _run(folder, options.jobs)
    rows = [("已审文件", "主进程 MB", "最大的审查进程 MB", "全部（共用的只算一次）MB")]
    rows += [(f"{mark.done:,}", *(f"{size / 1e6:.0f}" for size in (mark.main, mark.worker, mark.whole))) for mark in run.marks]
    print(table(rows))
    print(f"{run.rate:.0f} 个/秒（--jobs {options.jobs}），{run.one_core:.0f} 个/秒·核；报告写完时主进程最高 {run.main_peak / 1e6:.0f} MB")


# --- one scan --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mark:
    """How a scan stood when so many files were done. Seconds, bytes."""

    done: int
    clock: float
    processor: float
    main: int
    worker: int
    whole: int


@dataclass(slots=True)
class Run:
    """What was seen of one scan. Bytes."""

    marks: list[Mark] = field(default_factory=list)
    peak: int = 0
    """most that the process and its workers held together, what they share counted once"""
    main_peak: int = 0
    """most that the process held by itself, the report written"""

    def _between(self) -> tuple[Mark, Mark]:
        last = self.marks[-1]
        return next((mark for mark in self.marks if mark.done >= last.done * _SETTLED), self.marks[0]), last

    @property
    def rate(self) -> float:
        first, last = self._between()
        return (last.done - first.done) / max(last.clock - first.clock, 1e-9)

    @property
    def one_core(self) -> float:
        first, last = self._between()
        return (last.done - first.done) / max(last.processor - first.processor, 1e-9)


def _run(folder: Path, jobs: int) -> Run:
    """One scan in a process of its own, with what it keeps between scans ready."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(Path(tempfile.gettempdir()) / "reviewer-benchmark-cache")}
    command = [sys.executable, str(HERE / "folder.py"), "--child", str(folder), str(jobs)]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return Run([Mark(*mark) for mark in told["marks"]], told["peak"], told["main_peak"])


def _watched(folder: str, jobs: int) -> None:
    """Scans and prints what was seen as JSON: a line of numbers for each tenth of the files."""
    from unittest import mock

    from reviewer import cli
    from reviewer.batch import Batch

    run, scan = Run(), Batch.run

    def watched(batch: Batch, advance: Callable[[bool], object], idle: Callable[[], object]) -> object:
        count, done = len(batch.files), 0
        step = max(count // 20, 1)

        def watch(scanned: bool) -> None:
            nonlocal done
            done += 1
            advance(scanned)
            if done % step == 0 or done == count:
                mark = _mark(done)
                run.peak = max(run.peak, mark.whole)
                run.marks.append(mark)

        return scan(batch, watch, idle)

    report = Path(folder).parent / "report.json"
    with mock.patch.object(Batch, "run", watched):
        cli.main(["scan", folder, "--format", "json", "-o", str(report), "--jobs", str(jobs)])
    marks = [[mark.done, mark.clock, mark.processor, mark.main, mark.worker, mark.whole] for mark in run.marks]
    print(json.dumps({"marks": marks, "peak": run.peak, "main_peak": _status(os.getpid(), "VmHWM")}))


def _mark(done: int) -> Mark:
    family = list(_family(os.getpid()))
    shares = [_shared(pid) for pid in family]
    workers = [_status(pid, "VmRSS") for pid in family[1:]]
    return Mark(
        done, time.monotonic(), sum(map(_processor, family)), _status(family[0], "VmRSS"), max(workers, default=0), sum(shares)
    )


def _family(pid: int) -> Iterator[int]:
    """The process, its children and theirs."""
    yield pid
    for child in _words(f"/proc/{pid}/task/{pid}/children"):
        yield from _family(int(child))


def _words(path: str) -> Sequence[str]:
    try:
        return Path(path).read_text(encoding="ascii", errors="replace").split()
    except OSError:
        return ()


def _processor(pid: int) -> float:
    """Seconds of processor time of a process and of those of its children that have ended."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0.0
    return sum(map(int, text.rsplit(")", 1)[1].split()[11:15])) / _TICKS


def _status(pid: int, name: str) -> int:
    words = _words(f"/proc/{pid}/status")
    return int(words[words.index(f"{name}:") + 1]) * 1024 if f"{name}:" in words else 0


def _shared(pid: int) -> int:
    """Bytes that a process holds, those that it shares with others in parts."""
    words = _words(f"/proc/{pid}/smaps_rollup")
    return int(words[words.index("Pss:") + 1]) * 1024 if "Pss:" in words else 0


if __name__ == "__main__":
    main()
