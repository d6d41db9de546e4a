"""The command line: the only place that prints or exits.

Exit codes of scan, the first that applies: 1 our fault, 2 usage, 13 block found, 3 something unread or no
input, 12 check found, 0.

    parser.py   the commands, their options, and the function that runs each: its module is imported only then
    options.py  options that belong together, values of options
    common.py   what several commands share: exit codes, messages, the scanner that the options ask for
    output.py   which report goes where; files that appear whole or not at all

All other modules are commands, a group of them in each.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from reviewer.cli.common import INTERRUPTED, OUR_FAULT, UNREAD, USAGE, exit_code, given, say, words_of
from reviewer.cli.parser import make_parser
from reviewer.errors import DiskFull, Failure, ReviewerError, RuleError, WorkerError, is_full, place_of, reason

__all__ = ["exit_code", "main", "run"]

_SELDOM = 20_000
"""new objects after which garbage is looked for: what a start makes is used to its end"""


def run() -> NoReturn:
    """Runs the command of this process, and ends it."""
    gc.set_threshold(_SELDOM, *gc.get_threshold()[1:])
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError, ValueError):
            stream.flush()
    # All files are closed: taking every object apart would be a tenth of a short scan.
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code."""
    # The threads of a library for matrices wait for work by running: they cost more than all else in a short draft.
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ.setdefault(name, "1")
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    given[:] = words_of(sys.argv[1:] if arguments is None else arguments)
    try:
        options, unknown = make_parser().parse_known_args(arguments)
        if unknown:
            options.parser.error(f"unrecognized arguments: {' '.join(unknown)}")
        code = _named(options.run)(options)
        with contextlib.suppress(BrokenPipeError):
            sys.stdout.flush()
            return code
        # Nobody reads on: keep the interpreter from complaining when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return code
    except RuleError as fault:
        say(fault.message)
        return USAGE
    except WorkerError as fault:
        say(fault.message)
        return UNREAD
    except DiskFull as fault:
        say(f"错误：{fault.message}")
        return OUR_FAULT
    except Failure as fault:
        say(f"程序内部错误：{fault.message}。{_TELL}")
        return OUR_FAULT
    except ReviewerError as fault:
        say(f"错误：{fault.message}")
        return USAGE
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        say("已中断，没有写报告。")
        return INTERRUPTED
    except Exception as fault:
        if isinstance(fault, OSError) and is_full(fault):
            say(f"错误：写不进去（{reason(fault)}）。请腾出空间后再试。")
        else:
            say(f"程序内部错误：{place_of(fault)}。{_TELL}")
        return OUR_FAULT
    finally:
        _sweep()


_TELL = "请把这一行告诉维护人员，不要附上文件内容。"


def _named(function: str) -> Callable[[argparse.Namespace], int]:
    """The function that runs a command, named as in `scan:scan`; its module is imported now."""
    from importlib import import_module

    module, _, name = function.partition(":")
    found: Callable[[argparse.Namespace], int] = getattr(import_module(f"{__name__}.{module}"), name)
    return found


def _sweep() -> None:
    """Removes what earlier calls that were killed have left in the temporary folder."""
    from reviewer.scratch import sweep

    sweep()
