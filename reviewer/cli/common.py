"""What several commands share: exit codes, messages, the scanner that the options ask for and its run."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reviewer import __version__
from reviewer.errors import UsageError, reason

if TYPE_CHECKING:
    from reviewer.batch import Batch
    from reviewer.model import Finding
    from reviewer.reports import Bundle, Results
    from reviewer.scanning import Scanner
    from reviewer.settings import Limits

OUR_FAULT, USAGE, UNREAD, CHECK_FOUND, BLOCK_FOUND = 1, 2, 3, 12, 13
LEDGER_BROKEN = 4
INTERRUPTED = 130
"""128 and the number of the signal, as shells have it"""


def exit_code(results: Results, fail_on: str = "check") -> int:
    """What scan says to the shell; see the table in docs/json.md."""
    found = {(result.verdict, result.complete) for result in results}
    verdicts = {verdict for verdict, _ in found}
    if "block" in verdicts:
        return BLOCK_FOUND
    if not all(complete for _, complete in found) or not found:
        return UNREAD
    return CHECK_FOUND if "check" in verdicts and fail_on == "check" else 0


given: list[str] = []
"""the words of the present call: where a message repeats one, names and numbers in it are masked"""


def say(text: str, found_in: Callable[[str], Sequence[Finding]] | None = None) -> None:
    """Prints a message, with paths masked that the user gave; `found_in` says what stands in a name."""
    print(veiled(text, found_in), file=sys.stderr)


def veiled(text: str, found_in: Callable[[str], Sequence[Finding]] | None = None) -> str:
    told = {word for word in given if re.search(_MAY_NAME, word) and word in text}
    if not told:
        return text
    from reviewer import scan_text
    from reviewer.reports.veil import masked_path

    words = "|".join(re.escape(word) for word in sorted(told, key=len, reverse=True))
    look = found_in or (lambda name: scan_text(name).findings)
    # What follows a folder, up to the next mark of a sentence, is the name of a file in it.
    return re.sub(f"(?:{words})[^：:，。、（“”\n]*", lambda match: masked_path(match[0], look), text)


_MAY_NAME = "[\u3400-\u9fff]|[0-9]{6}|@"


def words_of(arguments: Sequence[str]) -> list[str]:
    """What may be a path among the arguments, also behind = and without its ending."""
    values = [part for argument in arguments for part in (argument, argument.partition("=")[2])]
    values.append(os.environ.get("REVIEWER_KEY_FILE", ""))
    return [word for value in values for word in (value, os.path.splitext(value)[0]) if len(word) > 1]


@contextlib.contextmanager
def from_extra(extra: str, what: str) -> Iterator[None]:
    """Raises UsageError where what is imported in the block needs an extra that is not installed."""
    try:
        yield
    except ModuleNotFoundError as fault:
        if fault.name is None or fault.name.startswith("reviewer"):
            raise
        raise UsageError(f"{what}要另外安装：pip install 'gov-draft-reviewer[{extra}]'。") from None


def listed(given: Sequence[str]) -> list[str]:
    return [word for entry in given for word in entry.split(",") if word]


def limits_of(options: argparse.Namespace) -> Limits:
    """The limits of reading, with the passwords that the user gave. Raises UsageError for a file that is none."""
    from reviewer.settings import Limits

    path = getattr(options, "password_file", None)
    if path is None:
        return Limits()
    from reviewer.readers.encoding import decode

    try:
        with path.open("rb") as stream:
            data = stream.read(_MOST_PASSWORDS * 1024 + 1)
    except OSError as fault:
        raise UsageError(f"读不了密码文件 {path}：{reason(fault)}。") from None
    # A blank at an end may belong to a password.
    lines = dict.fromkeys(line for line in decode(data)[0].splitlines() if line.strip())
    if len(lines) > _MOST_PASSWORDS or len(data) > _MOST_PASSWORDS * 1024:
        raise UsageError(f"密码文件 {path} 超过 {_MOST_PASSWORDS} 行。请只留下可能用到的密码。")
    return Limits(passwords=tuple(lines))


_MOST_PASSWORDS = 100
"""each is tried on each encrypted file, and those of Office take their time on purpose"""


def scanner_of(options: argparse.Namespace) -> Scanner:
    from reviewer.scanning import Scanner, cache_folder, today
    from reviewer.settings import Settings

    settings = Settings(
        today=today(),
        limits=limits_of(options),
        rule_folders=tuple(options.rules),
        genre=getattr(options, "genre", ""),
        allow_lists=tuple(getattr(options, "allow", ())),
        language=getattr(options, "language", "builtin"),
        words=getattr(options, "words", None),
    )
    scanner = Scanner(settings, cache=cache_folder())
    known = [genre.title for genre in scanner.book.genres]
    if settings.genre and settings.genre not in (*known, *(genre.id for genre in scanner.book.genres)):
        raise UsageError(f"没有“{settings.genre}”这个文种，可用的有：{'、'.join(known)}。")
    for entry in scanner.allowed:
        if entry.until < settings.today:
            say(f"公开人员名单中有一项已于 {entry.until} 到期，不再生效（{entry.owner}负责）。")
    return scanner


def scan_all(batch: Batch) -> Results:
    """Scans; where there are many files, it is shown how far it is."""
    count = len(batch.files)
    if count > 1:
        from reviewer.reports.progress import progress
        from reviewer.reports.veil import masked_path

        # A name may hold a person's name or a number.
        look = batch.bundle.found_in if batch.bundle is not None else None
        with progress(count, batch.at_work, lambda name: masked_path(name, look) if look is not None else "") as line:
            results = batch.run(line.done, line.idle)
    else:
        results = batch.run()
    journal = batch.journal
    if journal is not None and journal.fault is not None:
        say(f"注意：缓存文件夹写不进去（{reason(journal.fault)}），有的文件没有记下；接着审时，这些文件要重新审。")
    if batch.interrupted:
        again = "加 --resume 用同样的命令可以接着审。" if journal is not None else ""
        why = f"（临时文件夹写不进去：{reason(batch.fault)}，请腾出空间）" if batch.fault is not None else ""
        left = count - batch.done
        say(f"已中断{why}：审查了 {batch.done} 个文件，还有 {left} 个没有审查，在报告中列为没有读到。{again}")
    return results


def bundle_of(scanner: Scanner, results: Results, key: Any, options: argparse.Namespace) -> Bundle:
    from reviewer.reports import Bundle

    book = scanner.book
    return Bundle(
        results=results,
        key=key,
        version=__version__,
        rules={
            "name": "packaged+local" if options.rules else "packaged",
            "version": __version__,
            "sha256": book.digest,
            "count": len(book.rules),
        },
        basis={name: (one.law, one.article, one.text, one.source) for name, one in book.basis.items()},
        titles={rule.id: rule.title for rule in book.rules},
        found_in=lambda name: scanner.text(name).findings,
        show_values=options.show_values,
        min_severity=options.min_severity,
        root=os.getcwd(),
        date=scanner.settings.today.isoformat(),
    )


def state_at(given: str | None, default: Callable[[Mapping[str, str]], Path]) -> Path | str:
    """Where the state lies: a folder, or the address of a database."""
    if given is None:
        return default(os.environ)
    return given if "://" in given else Path(given)
