"""How rescans grow: the made-up site of website.py, rescanned, rescanned again unchanged, and joined, on each engine.

    python benchmarks/scale.py --pages 1000 10000                 the curve, on one core; rows for docs/scale.md
    python benchmarks/scale.py --pages 1000 --engines local:1 local:2 dask:2
    python benchmarks/scale.py --pages 2000 --check               what CI runs, on local:2 and dask:2: both tell the same, with
                                                                  all that is planted, now and some months later; the
                                                                  second run costs a small part of the first

Processor time counts that of all processes; on a busy machine it is the figure to go by. A document is what has an
entry of its own in the output: a page, an attachment, a file in an archive.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
_PEOPLE = 25
"""people of the county for each page of the site"""
_DONE_AT = re.compile(rb'"at": "[^"]*"')
_SMALL_PART = 0.3
"""of the first run's processor time: the second opens nothing"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of a process with its children, and its highest memory in bytes."""

    wall: float
    processor: float
    memory: int


def measured(command: list[str], codes: tuple[int, ...] = (0, 10, 11, 12, 13)) -> Cost:
    """Runs a command. Raises SystemExit where it fails."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    # What it and all whose end it has seen have used.
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in codes:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Cost(time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def rescan(site: Path, state: Path, key: Path, engine: str, out: Path) -> Cost:
    """One rescan on `engine`: local:JOBS or dask:WORKERS."""
    kind, _, jobs = engine.partition(":")
    command = [sys.executable, "-m", "reviewer", "rescan", str(site), "--state", str(state), "--key-file", str(key),
               "--engine", kind, "--jobs", jobs, "--format", "json", "-o", str(out)]  # fmt: skip
    return measured(command)


def joined(state: Path, key: Path, engine: str) -> tuple[Cost, int]:
    """All buckets joined anew: (its cost, the joins)."""
    told = state / "joins.json"
    command = [sys.executable, __file__, "--join", str(state), str(key), engine, str(told)]
    cost = measured(command)
    return cost, int(json.loads(told.read_text())["joins"])


def join_only(state: Path, key: Path, engine: str, told: Path) -> None:
    """Forgets what was joined, and joins. In a process of its own: it is measured."""
    sys.path.insert(0, str(ROOT))
    from sqlalchemy import delete

    from reviewer.keys import Key
    from reviewer.linkage.persons import Measure
    from reviewer.rescan.cluster import Cluster
    from reviewer.rescan.engine import Local
    from reviewer.rescan.examine import Context
    from reviewer.rescan.state import State
    from reviewer.settings import Settings
    from reviewer.store import schema

    secret = Key.load(key, {})
    opened = State.open(state, secret)
    with opened.store.write() as connection:
        connection.execute(delete(schema.published_joined))
    kind, _, jobs = engine.partition(":")
    runner = Local(int(jobs)) if kind == "local" else Cluster(state / "results", jobs=int(jobs))
    context = Context(Settings(today=date.today()), secret)
    found = opened.index.joins(Measure(date.today()), run=runner.join(context))
    told.write_text(json.dumps({"joins": len(found)}))
    opened.close()


def row(name: str, pages: int, documents: int, cost: Cost, more: str = "") -> str:
    each = 1000 * cost.processor / documents
    return (
        f"| {pages:,} | {name} | {documents:,} | {documents / cost.wall:.1f} | {cost.wall:.0f} | {cost.processor:.0f} "
        f"| {each:.1f} | {cost.memory >> 20} MB | {more} |"
    )


def run(pages: int, engines: list[str], folder: Path, check: bool) -> None:
    site = folder / f"site{pages}"
    made = [sys.executable, str(HERE / "website.py"), str(site), "--pages", str(pages), "--people",
            str(max(pages * _PEOPLE, 20_000))]  # fmt: skip
    measured(made, codes=(0,))
    key = folder / "site.key"
    if not key.exists():
        key.write_text("6b" * 32 + "\n")
        key.chmod(0o600)
    states = {engine: folder / f"state-{pages}-{engine.replace(':', '')}" for engine in engines}
    outs = {engine: state.with_suffix(".json") for engine, state in states.items()}
    for engine, state in states.items():
        first = rescan(site, state, key, engine, outs[engine])
        documents = _counted(outs[engine])
        again = rescan(site, state, key, engine, folder / "again.json")
        joins, count = joined(state, key, engine)
        print(row(f"重新审查，{engine}", pages, documents, first), flush=True)
        print(row(f"没有变动，{engine}", pages, documents, again, f"{again.processor / first.processor:.1%}"), flush=True)
        print(row(f"关联，{engine}", pages, documents, joins, f"{count:,} 处"), flush=True)
        if check and again.processor > _SMALL_PART * first.processor:
            raise SystemExit(f"{engine}: the second run took {again.processor / first.processor:.0%} of the first")
    _all_alike(outs)
    if check:
        _all_found(site, outs[engines[0]])
        measured([*made, "--second"], codes=(0,))
        for engine, state in states.items():
            print(row(f"几个月后，{engine}", pages, documents, rescan(site, state, key, engine, outs[engine])), flush=True)
        _all_alike(outs)
        _all_found(site, outs[engines[0]])
    for state in states.values():
        shutil.rmtree(state)
    shutil.rmtree(site)


def _counted(out: Path) -> int:
    """The documents of an output; read by another process, as the memory of this one counts for those that it starts."""
    count = "import json, sys; print(len(json.load(open(sys.argv[1], encoding='utf-8'))['documents']))"
    return int(subprocess.run([sys.executable, "-c", count, str(out)], capture_output=True, check=True).stdout)


def _all_alike(outs: dict[str, Path]) -> None:
    digests = set()
    for out in outs.values():
        digest = hashlib.sha256()
        with out.open("rb") as lines:
            for line in lines:
                # When a proposal was done with is another second on each.
                digest.update(_DONE_AT.sub(b"", line))
        digests.add(digest.digest())
    if len(digests) != 1:
        raise SystemExit(f"not all of {', '.join(outs)} tell the same")


def _all_found(site: Path, out: Path) -> None:
    """Raises SystemExit where a planted case is not told with its documents, or a page in order is proposed."""
    truth = site.with_suffix(".truth.json")
    asked = [sys.executable, str(HERE / "website.py"), "--check", str(truth), str(out)]
    if subprocess.run(asked, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False).returncode:
        raise SystemExit("not all that is planted was told")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, nargs="+", default=[1000])
    parser.add_argument("--engines", nargs="+", default=["local:1"], metavar="KIND:COUNT")
    parser.add_argument("--folder", type=Path, help="where the site and the states are made (default: a temporary one)")
    parser.add_argument("--check", action="store_true", help="end with a fault where the figures are not as promised")
    parser.add_argument("--join", nargs=4, metavar=("STATE", "KEY", "ENGINE", "TOLD"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.join:
        join_only(*map(Path, options.join[:2]), options.join[2], Path(options.join[3]))
        return
    print("| 页 | 做什么 | 文件 | 每秒 | 秒 | 处理器秒 | 每份毫秒 | 最高内存 | |\n| " + "--- | " * 9, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for pages in options.pages:
            run(pages, options.engines, options.folder or Path(folder), options.check)


if __name__ == "__main__":
    main()
