"""rescan, takedown: what is published already."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reviewer.cli.common import (
    BLOCK_FOUND,
    CHECK_FOUND,
    LEDGER_BROKEN,
    UNREAD,
    bundle_of,
    from_extra,
    say,
    scanner_of,
    state_at,
    veiled,
)
from reviewer.cli.output import Target, store, targets_of
from reviewer.errors import DiskFull, UsageError, is_full, reason

if TYPE_CHECKING:
    from reviewer.keys import Key
    from reviewer.rescan.engine import Engine
    from reviewer.rescan.report import Report
    from reviewer.rescan.run import Rescanned
    from reviewer.rescan.source import Source
    from reviewer.rescan.state import State
    from reviewer.scanning import Scanner


def rescan(options: argparse.Namespace) -> int:
    from reviewer.keys import Key

    with from_extra("rescan", "重新审查"):
        from reviewer.rescan.state import State, default_folder
    from reviewer.rescan import source
    from reviewer.rescan.report import check_formats

    targets = targets_of(options)
    check_formats(name for name, _ in targets)
    given = source.opened(options.source, options.source_name)
    key = Key.load(options.key_file, os.environ)
    scanner = scanner_of(options)
    where = state_at(options.state, default_folder)
    state = State.open(where, key)
    try:
        outcome = _rescanned(options, scanner, key, given, state, _engine(options, state.path_key(given.name)[:16]))
        if options.check_live and not outcome.interrupted:
            outcome = _checked_live(outcome, state)
        report = _rescan_report(options, scanner, outcome, state, where)
        try:
            _write_rescan(report, targets)
            sys.stdout.flush()
        except BrokenPipeError:
            pass
        scanner.keep()
        return _rescan_code(report, options.fail_on)
    finally:
        state.close()


def _engine(options: argparse.Namespace, source: str) -> Engine:
    """What runs the tasks of a rescan. `source` names the folder of its results. Raises UsageError."""
    if options.engine == "local":
        if options.scheduler or options.own_keys:
            raise UsageError("--scheduler、--own-keys 要和 --engine dask 一起用。")
        from reviewer.rescan.engine import Local

        return Local(options.jobs)
    from reviewer.rescan.state import default_folder

    with from_extra("cluster", "集群"):
        from reviewer.rescan.cluster import Cluster, ready
    ready()
    state = state_at(options.state, default_folder)
    folder = state if isinstance(state, Path) else default_folder(os.environ)
    folder = Path(options.results) if options.results else folder / "results"
    return Cluster(folder.absolute() / source, options.scheduler, options.jobs, not options.own_keys)


def _rescanned(
    options: argparse.Namespace, scanner: Scanner, key: Key, given: Source, state: State, engine: Engine
) -> Rescanned:
    """Goes through the source; how far it is is shown."""
    from reviewer.reports.progress import progress
    from reviewer.rescan.examine import Context
    from reviewer.rescan.run import Rescan
    from reviewer.scanning import cache_folder

    rescan = Rescan(
        given, state, Context(scanner.settings, key, cache_folder(), scanner=scanner), scanner, engine, options.verify
    )
    with progress(0) as line:
        outcome = rescan.run(line.done, line.idle)
    for warning in getattr(given, "warnings", ()):
        say(veiled(warning))
    if outcome.interrupted:
        why = f"（{outcome.fault}）" if outcome.fault else ""
        say(f"没有走完{why}：看过的都记下了，再运行一次同样的命令就接着做。这次不判断哪些已经不在了。")
    return outcome


def _rescan_report(
    options: argparse.Namespace, scanner: Scanner, outcome: Rescanned, state: State, where: Path | str
) -> Report:
    from reviewer.rescan.report import Report

    options.show_values = False
    told = bundle_of(scanner, (), state.key, options)
    # The address of a database may hold its password.
    place = veiled(str(where)) if isinstance(where, Path) else "数据库"
    return Report(
        outcome, state, told.version, told.rules, told.basis, told.titles, told.min_severity, told.date,
        veiled(options.source_name or options.source), place,
    )  # fmt: skip


def _write_rescan(report: Report, targets: list[Target]) -> None:
    from reviewer.rescan import report as reports

    for name, path in targets:
        if path is not None:
            store(path, partial(reports.write, name, report))
            continue
        try:
            reports.write(name, report, sys.stdout)
        except BrokenPipeError:
            raise
        except OSError as fault:
            kind = DiskFull if is_full(fault) else UsageError
            raise kind(f"报告写不到标准输出：{reason(fault)}。") from None


def _checked_live(outcome: Rescanned, state: State) -> Rescanned:
    """The outcome once it was looked which addresses of the take-down list can still be opened."""
    from dataclasses import replace

    from reviewer.rescan import live, takedown

    say(f"网址核对：{live.told(live.checked(state, live.over_http()))}。")
    return replace(outcome, takedown=takedown.listed(state))


def _rescan_code(report: Report, fail_on: str) -> int:
    """As for scan; a run that did not go through the whole source has left something unread."""
    found = {(document.verdict, document.complete) for document in report.state.documents(report.outcome.run.source)}
    verdicts = {verdict for verdict, _ in found}
    if "block" in verdicts:
        return BLOCK_FOUND
    if not all(complete for _, complete in found) or not found or report.outcome.interrupted:
        return UNREAD
    found_joins = any(one["severity"] == "check" for one in report.outcome.joins)
    return CHECK_FOUND if ("check" in verdicts or found_joins) and fail_on == "check" else 0


@contextlib.contextmanager
def _rescan_state(options: argparse.Namespace) -> Iterator[State]:
    """The state of rescans, closed in the end."""
    from reviewer.keys import Key

    with from_extra("rescan", "重新审查"):
        from reviewer.rescan.state import FILE, State, default_folder
    where = state_at(options.state, default_folder)
    if isinstance(where, Path) and not (where / FILE).is_file():
        raise UsageError(f"{where} 里没有重新审查的记录。请先运行 reviewer rescan，或者用 --state 指定。")
    state = State.open(where, Key.load(options.key_file, os.environ))
    try:
        state.check_key()
        yield state
    finally:
        state.close()


def takedown_list(options: argparse.Namespace) -> int:
    from reviewer.review.cleaning import STATES
    from reviewer.store import takedown

    with _rescan_state(options) as state, state.store.read() as connection:
        counted = takedown.units(connection)
    units: dict[str, dict[str, int]] = {}
    for unit, where, count in counted:
        units.setdefault(unit or "（没有写明单位）", {})[where] = count
    for unit, found in units.items():
        told = "，".join(f"{title} {found[one]}" for one, title in STATES.items() if one in found)
        print(f"{unit}：共 {sum(found.values())} 条（{told}）")
    if not units:
        print("撤下清单是空的。")
    return 0


def takedown_export(options: argparse.Namespace) -> int:
    from reviewer.rescan import sheets
    from reviewer.rescan.takedown import OPEN
    from reviewer.store import takedown

    with _rescan_state(options) as state, state.store.read() as connection:
        found = takedown.listed(connection, takedown.Filter(unit=options.unit))
        wanted = [row for row in found if options.all or row["state"] in OPEN]
    law = sheets.Basis({key: one.title for key, one in _packaged_basis().items()})
    store(options.output, lambda stream: sheets.write(stream, wanted, law))
    print(f"已导出 {len(wanted)} 条到 {veiled(str(options.output))}。")
    return 0


def _packaged_basis() -> Mapping[str, Any]:
    from reviewer.rulebook.load import load
    from reviewer.scanning import cache_folder

    return load(cache=cache_folder()).basis


def takedown_import(options: argparse.Namespace) -> int:
    from reviewer.rescan import sheets
    from reviewer.rescan.takedown import decide_many, masking
    from reviewer.scanning import Scanner, cache_folder, today
    from reviewer.settings import Settings
    from reviewer.store import takedown

    with _rescan_state(options) as state:
        with state.store.read() as connection:
            known = {row["id"]: row for row in takedown.listed(connection, takedown.Filter())}
        decisions = sheets.read(options.path, known)
        scanner = Scanner(Settings(today=today()), cache=cache_folder())
        count = decide_many(state, decisions, options.by, masking(scanner, state.key))
    print(f"已登记 {count} 条决定。" if count else "清单里没有新的决定。")
    return 0


def takedown_live(options: argparse.Namespace) -> int:
    from reviewer.rescan import live

    with _rescan_state(options) as state:
        counts = live.checked(state, live.over_http())
    print(f"网址核对：{live.told(counts)}。")
    return UNREAD if counts["unknown"] else 0


def takedown_verify(options: argparse.Namespace) -> int:
    from reviewer.review.ledger import BREAKS
    from reviewer.store import takedown

    with _rescan_state(options) as state, state.store.read() as connection:
        fault = takedown.fault(connection)
    if fault is not None:
        say(f"撤下清单的台账不完整：{BREAKS[fault.kind]}。{fault.told}")
        return LEDGER_BROKEN
    print("撤下清单的台账完整。")
    return 0
