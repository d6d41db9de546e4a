"""annotate, mask, text: one file, marked, made publishable or printed."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from reviewer.cli.common import BLOCK_FOUND, UNREAD, bundle_of, limits_of, listed, say, scan_all, scanner_of
from reviewer.cli.output import store
from reviewer.errors import UsageError

if TYPE_CHECKING:
    from reviewer.model import Result
    from reviewer.reports import Bundle
    from reviewer.scanning import Scanner
    from reviewer.settings import Limits

T = TypeVar("T")


def annotate(options: argparse.Namespace) -> int:
    from reviewer.marking.notes import notes_for
    from reviewer.marking.publish import annotated

    draft = _draft(options)
    if draft is None:
        return UNREAD
    data, result, scanner, bundle = draft
    notes = notes_for(bundle, result)
    made = _apart(Path(options.path), scanner.settings.limits, lambda: annotated(data, result, notes, scanner))
    target = _copy_target(options, "（审查标注）", made.suffix)
    store(target, lambda stream: stream.write(made.data), bundle)
    for line in made.remarks:
        say(f"注意：{line}")
    for gap in result.gaps:
        say(f"没有读到：{gap.message}", bundle.found_in)
    scanner.keep()
    return 0


def mask(options: argparse.Namespace) -> int:
    from reviewer.marking import report
    from reviewer.marking.decisions import Decisions, load_decisions
    from reviewer.marking.plan import Choice
    from reviewer.marking.publish import copy_suffix, publish
    from reviewer.model import ENTITY_TITLES
    from reviewer.rulebook.masking import load_policy

    policy = load_policy(options.profile, options.policy)
    only = frozenset(listed(options.only))
    if unknown := sorted(only - set(ENTITY_TITLES)):
        raise UsageError(f"没有 {unknown[0]} 这个类别。可用的有：{'、'.join(ENTITY_TITLES)}。")
    draft = _draft(options)
    if draft is None:
        return UNREAD
    data, result, scanner, bundle = draft
    target = _copy_target(options, "（公开稿）", copy_suffix(result))
    if options.report is not None and os.path.realpath(options.report) in map(os.path.realpath, (target, options.path)):
        raise UsageError("--report 写的是草稿或者副本本身。请换一个文件名。")
    choice = Choice(
        accept=frozenset(listed(options.accept)),
        accept_gaps=frozenset(listed(options.accept_gap)),
        only=only,
        decisions=load_decisions(options.decisions, bundle.key.id) if options.decisions else Decisions(),
    )
    outcome = _apart(
        Path(options.path), scanner.settings.limits,
        lambda: publish(data, result, scanner, policy, choice, bundle.key),
    )  # fmt: skip
    if (copy := outcome.data) is not None:
        store(target, lambda stream: stream.write(copy), bundle)
    if options.report is not None:
        said = report.written(outcome, bundle, policy, options.report.suffix)
        store(options.report, lambda stream: stream.write(said), bundle)
    for line in report.lines(outcome, bundle, policy):
        print(line)
    scanner.keep()
    if outcome.data is not None:
        return 0
    if target.exists():
        say(f"注意：{target} 是以前的文件，不是这一次的副本。", bundle.found_in)
    return UNREAD if outcome.plan.gaps and not outcome.plan.refused else BLOCK_FOUND


def text(options: argparse.Namespace) -> int:
    from reviewer.errors import ReadError
    from reviewer.readers import read_named

    limits, path = limits_of(options), Path(options.path)
    try:
        document = _apart(path, limits, lambda: read_named(options.path, limits))
    except ReadError as fault:
        say(f"{options.path}：{fault.message}")
        return UNREAD
    sys.stdout.flush()
    sys.stdout.buffer.write(document.text.encode("utf-8", "backslashreplace"))
    for gap in document.gaps:
        say(f"没有读到：{gap.message}")
    return UNREAD if document.gaps else 0


def _apart(path: Path, limits: Limits, work: Callable[[], T]) -> T:
    """What `work` makes of the file: in a process of its own, but for plain text."""
    from reviewer.readers.sniff import is_text

    if is_text(path):
        return work()
    from reviewer.workers import apart

    return apart(work, limits, path.stat().st_size)


def _draft(options: argparse.Namespace) -> tuple[bytes, Result, Scanner, Bundle] | None:
    """The draft's bytes and what the scan says of them; None, and a message, where it can not be read."""
    from dataclasses import replace

    from reviewer.batch import Batch
    from reviewer.keys import Key
    from reviewer.readers import CONTAINERS, file_bytes

    options.show_values = False
    options.min_severity = getattr(options, "min_severity", "note")
    if Path(options.path).is_dir():
        raise UsageError(f"{options.path} 是文件夹。请一次给一个文件。")
    key = Key.load(options.key_file, os.environ)
    scanner = scanner_of(options)
    # The file itself: what is in a container is of no use here.
    result = next(iter(scan_all(Batch(scanner, [(Path(options.path), str(options.path))]))))
    if result.document is not None and result.document.format in CONTAINERS:
        is_mail = result.document.format in ("eml", "msg", "mbox")
        what = "邮件，请把正文和附件分别另存" if is_mail else "压缩包，请先解压"
        raise UsageError(f"{options.path} 是{what}，再对其中的文件逐个标注或生成公开稿。")
    bundle = replace(bundle_of(scanner, (result,), key, options), root="")
    if result.document is None:
        for fault in result.faults:
            say(f"{options.path}：{fault.message}", bundle.found_in)
        return None
    data = file_bytes(Path(options.path), scanner.settings.limits)
    import hashlib

    if hashlib.sha256(data).hexdigest() != result.document.sha256:
        raise UsageError(f"{options.path} 在处理时被改动了，没有生成文件。请等它写完后再试。")
    return data, result, scanner, bundle


def _copy_target(options: argparse.Namespace, addition: str, suffix: str) -> Path:
    """Where the result goes: the name given, or in a folder the draft's name with `addition`."""
    source, target = Path(options.path), Path(options.output)
    ending = suffix or source.suffix
    if target.is_dir() or options.output.endswith(("/", os.sep)):
        target = target / f"{source.stem}{addition}{ending}"
    if target.suffix.lower() != ending.lower():
        turned = "标注后是网页" if suffix == ".html" else f"转换后是 {suffix[1:]} 格式"
        kind = turned if suffix else "格式和草稿相同"
        raise UsageError(f"{kind}，-o 的文件名请以 {ending} 结尾。")
    if os.path.realpath(target) == os.path.realpath(source):
        raise UsageError("-o 写的就是草稿本身，不会覆盖草稿。请换一个文件名。")
    if target.exists() and not target.is_file():
        raise UsageError(f"{target} 不是普通文件，不能写在这里。")
    return target
