"""scan: drafts before they are published."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reviewer import __version__
from reviewer.cli.common import (
    BLOCK_FOUND,
    CHECK_FOUND,
    UNREAD,
    bundle_of,
    exit_code,
    from_extra,
    say,
    scan_all,
    scanner_of,
    state_at,
)
from reviewer.cli.output import Target, store, targets_of
from reviewer.errors import DiskFull, UsageError, is_full, reason

if TYPE_CHECKING:
    from reviewer.batch import Files
    from reviewer.journal import Journal
    from reviewer.keys import Key
    from reviewer.reports import Bundle
    from reviewer.reports.joining import Joining
    from reviewer.scanning import Scanner


def scan(options: argparse.Namespace) -> int:
    from dataclasses import replace

    from reviewer.batch import Batch
    from reviewer.keys import Key
    from reviewer.scanning import files_under

    targets = targets_of(options)
    files = list(files_under([Path(path) for path in options.paths]))
    _spare_inputs(targets, files)
    if os.sep == "/" and any("\\" in path and not os.path.exists(path) for path in options.paths):
        say("提示：本机的路径用 / 分隔，不用 \\；Windows 的 C:\\稿件 在 WSL 里是 /mnt/c/稿件。")
    key = Key.load(options.key_file, os.environ)
    scanner = scanner_of(options)
    if not files:
        say(f"没有可审查的文件：{'、'.join(options.paths)} 里一个文件也没有。")
    journal = _journal(options, scanner, files, key)
    bundle = bundle_of(scanner, (), key, options)
    batch = Batch(scanner, files, [Path(path) for path in options.paths], options.jobs, journal, bundle)
    results = scan_all(batch)
    bundle = replace(bundle, results=results)
    if options.against:
        bundle = replace(bundle, joining=_against(options, bundle, files))
    try:
        _write(bundle, targets, options.width)
        sys.stdout.flush()
    except BrokenPipeError:
        pass  # the reader of our output may be gone (`| head`): what was found still stands
    except DiskFull as fault:
        if journal is None or journal.fault is not None:
            raise
        raise DiskFull(f"{fault.message}审查的结果都有记录：用同样的命令加 --resume，不必重新审。") from None
    scanner.keep()
    if journal is not None and not batch.interrupted:
        journal.finish()
    return max(exit_code(results, options.fail_on), _join_code(bundle, options.fail_on), key=_EXIT_ORDER.index)


_EXIT_ORDER = (0, CHECK_FOUND, UNREAD, BLOCK_FOUND)
"""exit codes of a scan, the last outweighs those before it"""

_MOST_AGAINST = 500
"""files: of more than that not all texts are kept (spool.py)"""


def _join_code(bundle: Bundle, fail_on: str) -> int:
    """What joins say to the shell: few enough candidates to be tried are for a person to judge."""
    if bundle.joining is None or fail_on != "check":
        return 0
    from reviewer.reports.joining import severity

    return CHECK_FOUND if any(severity(one) == "check" for one in bundle.joining.joins) else 0


def _against(options: argparse.Namespace, bundle: Bundle, files: Files) -> Joining:
    """What the drafts give away together with what is published."""
    if len(files) > _MOST_AGAINST:
        raise UsageError(f"--against 一次最多 {_MOST_AGAINST} 个文件：请分几次查。")
    against = _of_rescan("against")
    if against.is_server(options.against):
        return against.asked(options.against, _token(options), [(str(name), path) for path, name in files])
    from reviewer.rescan.state import FILE, State

    where = state_at(options.against, lambda _: Path())
    if isinstance(where, Path) and not (where / FILE).is_file():
        raise UsageError(f"{where} 里没有状态。请先运行 reviewer rescan … --state {where}。")
    state = State.open(where, bundle.key)
    try:
        told = against.held_against(bundle, state, date.fromisoformat(bundle.date))
        return told
    finally:
        state.close()


def _token(options: argparse.Namespace) -> str:
    """The token for the server. Raises UsageError where there is none."""
    token = os.environ.get("REVIEWER_TOKEN", "")
    if options.token_file is not None:
        from reviewer.keys import read_private

        try:
            token = read_private(options.token_file).decode("ascii", "replace")
        except FileNotFoundError:
            raise UsageError(f"找不到令牌文件：{options.token_file}。") from None
    if not token.strip():
        raise UsageError("问服务器要有接口令牌：用 --token-file 指定文件，或者设环境变量 REVIEWER_TOKEN。")
    return token.strip()


def _of_rescan(name: str) -> Any:
    """A module of reviewer.rescan. Raises UsageError where its extra is not installed."""
    from importlib import import_module

    with from_extra("rescan", "汇聚风险"):
        return import_module(f"reviewer.rescan.{name}")


def _journal(options: argparse.Namespace, scanner: Scanner, files: Files, key: Key) -> Journal | None:
    """The journal of this scan, told of to the user where an earlier one was not finished."""
    from reviewer.batch import journal_of
    from reviewer.keys import mark_of_passwords

    if options.show_values or options.against:
        # It holds no values.
        if options.resume:
            named = "--show-values" if options.show_values else "--against"
            raise UsageError(f"--resume 接着审时用的是不含原值的记录，不能和 {named} 一起用。")
        return None
    # With other passwords other files can be read.
    opened = mark_of_passwords(scanner.settings.limits.passwords, key)
    journal = journal_of(scanner.settings, options.paths, files, (__version__, scanner.book.digest, key.id, opened))
    known = len(journal) if journal is not None else 0
    if options.resume:
        say(f"接着上次没有做完的审查：已审 {known} 个文件。" if known else "没有找到没做完的同样的审查，从头开始。")
    elif journal is not None:
        if known:
            say(f"上次同样的审查没有做完（已审 {known} 个文件）。想接着审，请中断后加 --resume；现在从头开始。")
        journal.forget()
    return journal


def _spare_inputs(targets: list[Target], files: Files) -> None:
    """Refuses a report that would take the place of a draft, or of something that is no file."""
    for _, path in targets:
        if path is None or not path.exists():
            continue
        status, whole = path.stat(), os.path.realpath(path)
        # Where a path really leads takes a while to be found out, of 100,000 files.
        if any(_is_that(file, status) and os.path.realpath(file) == whole for file, _ in files):
            raise UsageError(f"{path} 在要审查的文件之中，报告不能写在它上面。请换一个文件名，或写到别的文件夹。")
        if not path.is_file():
            raise UsageError(f"{path} 不是普通文件，报告不能写在这里。")


def _is_that(file: Path, status: os.stat_result) -> bool:
    with contextlib.suppress(OSError):
        return os.path.samestat(file.stat(), status)
    return False


def _write(bundle: Bundle, targets: list[Target], width: int | None) -> None:
    from reviewer import reports

    for name, path in targets:
        if path is None:
            _write_out(name, bundle, width)
            continue
        store(path, partial(reports.write, name, bundle), bundle)


def _write_out(name: str, bundle: Bundle, width: int | None) -> None:
    from reviewer import reports

    try:
        if name == "console" and width:
            from reviewer.reports import console

            console.write(bundle, sys.stdout, width=width)
        else:
            reports.write(name, bundle, sys.stdout)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as fault:
        kind = DiskFull if is_full(fault) else UsageError
        raise kind(f"报告写不到标准输出：{reason(fault)}。") from None
