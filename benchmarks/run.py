"""Speed, growth, memory and start-up of this project, and its peers on the same texts in the same run.

    python benchmarks/run.py [--runs N] [--text FILE] [--peers PYTHON] [--only PART,PART] [--json]

Times are processor time of one core (user and system), the process warm; each figure is the median of N runs of
0.2 s or more, with the worst and the best in brackets. MB are 1,000,000 bytes of UTF-8. Parts: rules names stages
growth count memory start marking peers.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

from corpus import KINDS, SIZES, corpus
from measure import Times, table, timed

import reviewer.detect.scan as scan_module
from reviewer.detect import column, prefilter, roster
from reviewer.detect.compiled import Compiled
from reviewer.detect.lines import Lines
from reviewer.detect.pattern import look
from reviewer.detect.scan import scan
from reviewer.model import Document
from reviewer.rulebook.rule import Rule, Rulebook
from reviewer.scanning import Scanner, plain_document
from reviewer.settings import Settings

TODAY = Settings(today=date(2026, 11, 22))
NOT_RULES = ("person-name", "home-address")
HERE = Path(__file__).resolve().parent
Report = dict[str, Any]


def main() -> None:
    options = _options()
    if options.child:
        _child(options)
        return
    parts: dict[str, Callable[[argparse.Namespace], Iterator[Report]]] = {
        "rules": _rules, "names": _names, "stages": _stages, "growth": _growth, "count": _count,
        "memory": _memory, "start": _start, "marking": _marking, "peers": _peers,
    }  # fmt: skip
    reports: dict[str, list[Report]] = {}
    for name in options.only.split(",") if options.only else parts:
        rows = reports[name] = []
        for row in parts[name](options):
            rows.append(row)
            if not options.json:
                print(f"  {row}", file=sys.stderr, flush=True)
        if not options.json:
            print(f"\n== {TITLES[name]}")
            print(table([list(map(str, rows[0])), *([str(value) for value in row.values()] for row in rows)]))
    if options.json:
        json.dump(reports, sys.stdout, ensure_ascii=False, indent=1)
        print()


TITLES = {
    "rules": "模式与词语规则：读入、查找、判断、去重全过程，不含姓名、地址、表格列和有关个人的事实",
    "names": "找姓名的各步，整份文件",
    "stages": "各阶段，毫秒/MB",
    "growth": "时间与长度",
    "count": "时间与规则条数",
    "memory": "内存最高值",
    "start": "整个进程从启动到结束",
    "marking": "标注与公开稿（含核验），秒",
    "peers": "与同类工具并排（同一次运行，同一文本）",
}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--text", type=Path, help="a UTF-8 file measured beside the made-up corpus")
    parser.add_argument("--peers", type=Path, help="the Python of an environment with requirements-peers.txt")
    parser.add_argument("--only", default="", help="parts, separated by commas")
    parser.add_argument("--largest", type=int, default=50_000_000, help="bytes of the longest text")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", type=int, default=0, help=argparse.SUPPRESS)
    return parser.parse_args()


def _rate(size: int, times: Times) -> str:
    worst, median, best = times.rates(size)
    return f"{median:.1f} ({worst:.1f}–{best:.1f})"


def _milliseconds(times: Times) -> str:
    return f"{times.median * 1000:.1f} ({min(times.runs) * 1000:.1f}–{max(times.runs) * 1000:.1f})"


def _texts(options: argparse.Namespace, size: int) -> Iterator[tuple[str, str]]:
    for kind in KINDS:
        yield f"{kind} {size / 1e6:g} MB", corpus(size, kind)
    if options.text:
        yield options.text.name, options.text.read_text(encoding="utf-8")


# --- pattern and term rules -------------------------------------------------------------------------


def rules_only(book: Rulebook) -> Compiled:
    """The rules that are patterns, labels and terms; no names, addresses, facts about persons, table columns."""
    kept = [rule for rule in book.rules if rule.kind != "fact" and rule.id not in NOT_RULES]
    compiled = Compiled(replace(book, rules=tuple(kept)), cache=_cache())
    compiled.__dict__["columns"] = []  # stands in for the cached property
    return compiled


def _cache() -> Path:
    folder = Path(tempfile.gettempdir()) / "reviewer-benchmarks"
    folder.mkdir(exist_ok=True)
    return folder


def _warm(compiled: Compiled) -> Compiled:
    text = corpus(1_000_000) + corpus(50_000, "lists")
    scan(plain_document(text, TODAY), compiled, TODAY)
    # Once more: the first may have run on the gate that needs no compiling.
    scan(plain_document(text, TODAY), compiled, TODAY)
    return compiled


def _rules(options: argparse.Namespace) -> Iterator[Report]:
    compiled = _warm(rules_only(Scanner(TODAY).book))
    for size in (200_000, 10_000_000):
        for name, text in _texts(options, size):
            if name.startswith("lists 10"):
                continue
            yield _rules_row(name, text, compiled, options.runs)


def _rules_row(name: str, text: str, compiled: Compiled, runs: int) -> Report:
    size = len(text.encode())
    document = plain_document(text, TODAY)
    found = len(scan(document, compiled, TODAY).findings)
    works: dict[str, Callable[[], object]] = {
        "raw": _raw_pass(text, compiled),
        "gate": lambda: sum(1 for _ in compiled.rules.gate.lines(text)),
        "matching": lambda: look(Lines(document), compiled, 5.0),
        "whole": lambda: scan(document, compiled, TODAY),
    }
    # Each is timed in each minute: on a machine that others use no two minutes are alike.
    times = [{what: timed(work, 1).runs[0] for what, work in works.items()} for _ in range(runs)]
    raw, gate, matching, whole = (Times(tuple(one[what] for one in times)) for what in works)
    return {
        "文本": name,
        "每 KB 发现": f"{found * 1000 / size:.2f}",
        "hyperscan 一遍 MB/s": _rate(size, raw),
        "预筛 MB/s": _rate(size, gate),
        "预筛+匹配 MB/s": _rate(size, matching),
        "全过程 MB/s": _rate(size, whole),
        "全过程/一遍": f"{statistics.median(one['whole'] / one['raw'] for one in times):.1f}",
    }


def _raw_pass(text: str, compiled: Compiled) -> Callable[[], object]:
    """One pass of hyperscan over the same bytes, for the expressions of every line, that nobody listens to."""
    gate = compiled.rules.gate
    if isinstance(gate, prefilter.Unhurried):
        gate = gate.gate
    assert isinstance(gate, prefilter.HyperscanGate), "needs hyperscan, and a cache folder"
    database, pieces = gate._first._database, list(prefilter._pieces(text))
    return lambda: [database.scan(piece) for piece in pieces]


# --- names ------------------------------------------------------------------------------------------


def _names(options: argparse.Namespace) -> Iterator[Report]:
    """What finding the names of a whole document costs, whatever else is looked for: characters a second."""
    scanner = Scanner(TODAY, cache=_cache())
    _warm(scanner._compiled)
    for kind in (*KINDS, "rosters"):
        text = corpus(300_000, kind)
        document = plain_document(text, TODAY)
        _of_names(plain_document(corpus(30_000, kind, seed=7), TODAY), scanner._compiled)  # warm, with other names
        times = [_of_names(document, scanner._compiled) for _ in range(options.runs)]
        spent = Times(tuple(sum(one.values()) for one in times))
        row = {title: f"{statistics.median(one[title] for one in times) * 1e9 / len(text):.0f}" for title in times[0]}
        slow, median, fast = (len(text) / 1e6 / seconds for seconds in (max(spent.runs), spent.median, min(spent.runs)))
        yield {
            "文本": f"{kind} {len(text):,} 字",
            **{f"{title}，毫秒/百万字": cost for title, cost in row.items()},
            "百万字/秒": f"{median:.2f} ({slow:.2f}–{fast:.2f})",
        }


_OF_NAMES = {
    "表格列": (column, "_names"), "提示词": (scan_module, "people"), "模型": (scan_module, "in_text"),
    "名单": (roster, "in_columns"), "旁边": (roster, "among"), "键": (roster, "beside_keys"), "别处": (scan_module, "again"),
}  # fmt: skip
"""the stages that look for names -> what the report calls them"""


def _of_names(document: Document, compiled: Compiled) -> dict[str, float]:
    """Seconds of processor time of each stage that looks for names, in one scan."""
    spent = dict.fromkeys(_OF_NAMES, 0.0)
    with ExitStack() as stack:
        for title, (module, name) in _OF_NAMES.items():
            stack.enter_context(mock.patch.object(module, name, _clocked_in(spent, title, getattr(module, name))))
        scan(document, compiled, TODAY)
    return spent


def _clocked_in(spent: dict[str, float], title: str, work: Callable[..., Any]) -> Callable[..., Any]:
    """`work` that adds what it costs to `spent`; a generator is run to its end."""

    def run(*arguments: Any, **named: Any) -> Any:
        before = time.process_time()
        result = work(*arguments, **named)
        if isinstance(result, Iterator):
            result = list(result)
        spent[title] += time.process_time() - before
        return result

    return run


# --- stages -----------------------------------------------------------------------------------------


_STAGES = {
    "look": "规则：预筛、匹配", "columns": "表格列", "people": "姓名：提示词", "in_text": "姓名：模型", "addresses": "地址",
    "masked": "遮挡的号码", "facts": "个人事实", "assign": "身份", "name_combinations": "组合",
}  # fmt: skip
"""what scan() calls one after the other -> what the report calls it"""


def _stages(options: argparse.Namespace) -> Iterator[Report]:
    """What each stage of a whole scan costs: milliseconds per MB, and of documents of 3,000 characters in all."""
    scanner = Scanner(TODAY, cache=_cache())
    _warm(scanner._compiled)
    long = [(name, text, len(text.encode()) / 1e6) for name, text in _texts(options, 1_000_000)]
    short = [(f"{kind} 3,000 字，整份毫秒", corpus(20_000, kind)[:3000], 1.0) for kind in KINDS]
    for name, text, size in (*long, *short):
        runs = [_clocked(scanner, text) for _ in range(options.runs if size < 1 else options.runs * 4)]
        row = {title: f"{statistics.median(run[title] for run in runs) * 1000 / size:.1f}" for title in runs[0]}
        yield {"文本": name, **row}


def _clocked(scanner: Scanner, text: str) -> dict[str, float]:
    """Seconds of processor time of each stage of one scan; "其余" is what no stage has: judging, overlaps, findings."""
    spent = dict.fromkeys(["读成文档", *_STAGES.values()], 0.0)
    begun = time.process_time()
    document = plain_document(text, TODAY)
    spent["读成文档"] = time.process_time() - begun
    with ExitStack() as stack:
        for name, title in _STAGES.items():
            work = _clocked_in(spent, title, getattr(scan_module, name))
            stack.enter_context(mock.patch.object(scan_module, name, work))
        scanner.document(document)
    whole = time.process_time() - begun
    return {**spent, "其余": whole - sum(spent.values()), "全部": whole}


# --- growth -----------------------------------------------------------------------------------------


def _growth(options: argparse.Namespace) -> Iterator[Report]:
    scanner = Scanner(TODAY, cache=_cache())
    _warm(scanner._compiled)
    rules = _warm(rules_only(scanner.book))
    for name, size in SIZES.items():
        if size > options.largest:
            return
        text = corpus(size)
        size = len(text.encode())
        runs = max(min(options.runs, 50_000_000 // size), 1)
        document = plain_document(text, TODAY)
        fast = timed(lambda: scan(document, rules, TODAY), runs)  # noqa: B023
        whole = timed(lambda: scanner.text(text), runs)  # noqa: B023
        yield {
            "长度": name,
            "规则 毫秒": _milliseconds(fast),
            "规则 毫秒/MB": f"{fast.median * 1e9 / size:.1f}",
            "全部 毫秒": _milliseconds(whole),
            "全部 毫秒/MB": f"{whole.median * 1e9 / size:.0f}",
        }


def _count(options: argparse.Namespace) -> Iterator[Report]:
    """Text without values: what is left is the cost of asking."""
    rules = rules_only(Scanner(TODAY).book).book.rules
    text = corpus(10_000_000, "prose")
    document = plain_document(text, TODAY)
    for name, chosen in (("62", rules[:62]), ("全部", rules), ("两倍", (*rules, *map(_moved, rules)))):
        book = Rulebook(tuple(chosen), {}, name)
        compiled = _warm(Compiled(book, cache=_cache()))
        expressions = len(compiled.rules.triggers)
        times = timed(lambda: scan(document, compiled, TODAY), options.runs)  # noqa: B023
        yield {"规则": f"{name}（{len(chosen)} 条）", "表达式": expressions, "MB/s": _rate(len(text.encode()), times)}


def _moved(rule: Rule) -> Rule:
    """Another rule of the same shapes: each Chinese character is the next one, so that nothing is there twice."""

    def move(text: str) -> str:
        return "".join(chr(ord(char) + 1) if "\u4e01" <= char <= "\u9f00" else char for char in text)

    return replace(
        rule, id=f"{rule.id}-moved", patterns=tuple(map(move, rule.patterns)), labels=tuple(map(move, rule.labels)),
        headers=(), value=move(rule.value),
    )  # fmt: skip


# --- memory and start-up: processes of their own ------------------------------------------------------


def _memory(options: argparse.Namespace) -> Iterator[Report]:
    for size in (2_000_000, 10_000_000, 50_000_000):
        if size > options.largest:
            return
        command = [sys.executable, str(HERE / "run.py"), "--child", str(size)]
        peak = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        limit = 300_000_000 + 6 * size
        yield {
            "文本": f"mixed {size / 1e6:g} MB",
            "最高 MB": f"{peak / 1e6:.0f}",
            "限 300 MB + 6×文本": f"{limit / 1e6:.0f}",
            "在限内": "是" if peak <= limit else "否",
        }


def _child(options: argparse.Namespace) -> None:
    """Scans a corpus of --child bytes and prints the most memory that the process held."""
    document: Document = plain_document(corpus(options.child), TODAY)
    scan(document, Scanner(TODAY, cache=_cache())._compiled, TODAY)
    print(_peak())


def _peak() -> int:
    """Bytes. ru_maxrss would count what the parent held when it started this process."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _marking(options: argparse.Namespace) -> Iterator[Report]:
    from marking import SIZES as DRAFTS

    for kind, size in DRAFTS.items():
        command = [sys.executable, str(HERE / "marking.py"), kind, str(size)]
        answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        scan_time = answer["scan"]
        yield {
            "格式": f"{kind} {size:,} {_UNITS[kind]}",
            "发现": f"{answer['findings']:,}",
            "审查": f"{scan_time:.1f}",
            "标注": f"{answer['annotate']:.1f}",
            "公开稿": f"{answer['mask']:.1f}",
            "公开稿/审查": f"{answer['mask'] / scan_time:.1f}",
            "最高 MB": f"{answer['peak'] / 1e6:.0f}",
            "写成": "是" if answer["written"] else "否",
        }


_UNITS = {"csv": "行", "xlsx": "行", "docx": "段", "html": "段", "pdf": "页"}


def _start(options: argparse.Namespace) -> Iterator[Report]:
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.txt"
        draft.write_text("联系人：王建国，电话13800013800。\n", encoding="utf-8")
        long = Path(folder) / "long.txt"
        long.write_text(corpus(2_000_000, "prose"), encoding="utf-8")
        # As installed: Python's own compiled files are there.
        environment = {
            **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
            "XDG_CACHE_HOME": f"{folder}/cache", "XDG_CONFIG_HOME": f"{folder}/config",
            "PYTHONPYCACHEPREFIX": f"{folder}/python",
        }  # fmt: skip
        program = [str(Path(sys.executable).with_name("reviewer"))]

        def run(*arguments: str) -> None:
            subprocess.run([*program, *arguments], env=environment, capture_output=True, check=False)

        run("scan", str(draft))
        yield _process("reviewer --help", lambda: run("--help"), options.runs)
        run("scan", str(draft))

        def first() -> None:
            shutil.rmtree(f"{folder}/cache", ignore_errors=True)
            run("scan", str(draft))

        yield _process("短文，没有缓存", first, options.runs)
        run("scan", str(draft))
        yield _process("短文，规则已缓存", lambda: run("scan", str(draft)), options.runs)

        def compiling() -> None:
            shutil.rmtree(f"{folder}/cache", ignore_errors=True)
            run("scan", str(long))

        yield _process("2 MB 文本，没有缓存（编译预筛库）", compiling, min(options.runs, 3))
        yield _process("2 MB 文本，已缓存", lambda: run("scan", str(long)), min(options.runs, 3))
        yield _process("短文，预筛库也已缓存", lambda: run("scan", str(draft)), options.runs)


def _process(name: str, work: Callable[[], object], runs: int) -> Report:
    processor, clock = [], []
    for _ in range(runs):
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        work()
        clock.append(time.perf_counter() - begun)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        processor.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return {
        "进程": name,
        "处理器 毫秒": _milliseconds(Times(tuple(processor))),
        "钟表 毫秒": _milliseconds(Times(tuple(clock))),
    }


# --- peers ------------------------------------------------------------------------------------------

_PATIENCE = 60.0
"""seconds of one pass after which a peer is not given a longer text"""


def _peers(options: argparse.Namespace) -> Iterator[Report]:
    scanner = Scanner(TODAY, cache=_cache())
    _warm(scanner._compiled)
    rules = _warm(rules_only(scanner.book))
    given_up: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        for size_name in ("20 KB", "200 KB", "2 MB", "10 MB"):
            text = corpus(SIZES[size_name])
            size = len(text.encode())
            file = Path(folder) / "text.txt"
            file.write_text(text, encoding="utf-8")
            runs = 3
            document = plain_document(text, TODAY)
            fast = timed(lambda: scan(document, rules, TODAY), runs)  # noqa: B023
            whole = timed(lambda: scanner.text(text), runs)  # noqa: B023
            found = len(scanner.text(text).findings)
            ours = {"文本": f"mixed {size_name}", "本项目 规则 MB/s": _rate(size, fast), "本项目 全部 MB/s": _rate(size, whole)}
            for peer in ("jionlp", "presidio-analyzer", "helan"):
                if peer in given_up or options.peers is None:
                    continue
                command = [str(options.peers), str(HERE / "peers.py"), peer, str(file), str(runs)]
                answer = _peer_answer(command)
                if answer is None:
                    given_up.add(peer)
                    yield {**ours, "同类": peer, "同类 MB/s": f"单次超过 {_PATIENCE:.0f} 秒", "规则快": "–", "全部快": "–", "发现 本项目/同类": "–"}
                    continue
                times = Times(tuple(answer["seconds"]))
                yield {
                    **ours,
                    "同类": peer,
                    "同类 MB/s": _rate(size, times),
                    "规则快": f"{times.median / fast.median:.1f} 倍",
                    "全部快": f"{times.median / whole.median:.1f} 倍",
                    "发现 本项目/同类": f"{found} / {answer['found']}",
                }
                if times.median > _PATIENCE:
                    given_up.add(peer)
            if options.peers is None:
                yield {**ours, "同类": "未给 --peers"}


def _peer_answer(command: list[str]) -> dict[str, Any] | None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=_PATIENCE * 5)
    except subprocess.TimeoutExpired:
        return None
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


if __name__ == "__main__":
    main()
