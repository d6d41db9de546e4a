"""The expressions that stand in the program itself: compiled when the wheel was built.

`compiled` and `compiled_regex` are `re.compile` and `regex.compile`. Where the wheel brought what the compiler
works out, that is used; a checkout compiles. Kept is what `re` hands to its engine (one version of Python's
engine, told by its magic number); the engine checks it for soundness.
"""

from __future__ import annotations

import hashlib
import marshal
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any, AnyStr

import regex

from reviewer.prepared import kept
from reviewer.prepared.expressions import Expressions

try:
    import _sre as engine  # type: ignore[import-not-found]
except ImportError:  # another Python than CPython
    engine = None

_FORM = "1"
_compiled: dict[tuple[Any, int], re.Pattern[Any]] = {}
_in_program = Expressions(None, "program")


def compiled(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """re.compile(text, flags)"""
    found = _compiled.get((text, flags))
    if found is None:
        found = _compiled[text, flags] = _made_again(text, flags) or re.compile(text, flags)
    return found


def compiled_regex(text: str, flags: int = 0) -> regex.Pattern[str]:
    """regex.compile(text, flags)"""
    return _in_program(text, flags)


def keep(folder: Path) -> None:
    """Keeps in `folder` all that was compiled so far."""
    known = {}
    for (text, flags), pattern in _compiled.items():
        arguments = _arguments(text, flags)
        # Patterns are equal when their flags and what the engine runs are.
        if arguments is not None and _pattern(arguments) == pattern:
            known[_key(text, flags)] = marshal.dumps(arguments)
    kept.save(folder, _name(), marshal.dumps(known))
    _in_program.keep(folder)


def _made_again(text: str | bytes, flags: int) -> re.Pattern[Any] | None:
    arguments = _known().get(_key(text, flags))
    try:
        return None if arguments is None else _pattern(marshal.loads(arguments))
    except (RuntimeError, ValueError, TypeError):
        return None


def _key(text: str | bytes, flags: int) -> str | bytes:
    if isinstance(text, bytes):
        return b"%b\0%d" % (text, flags) if flags else text
    return f"{text}\0{int(flags)}" if flags else text


@cache
def _known() -> dict[str | bytes, bytes]:
    body = kept.load(None, _name()) if engine is not None else None
    try:
        known = marshal.loads(body) if body is not None else {}
    except (ValueError, EOFError, TypeError):
        return {}
    return known if isinstance(known, dict) else {}


def _name() -> str:
    versions = (_FORM, sys.version_info[:2], getattr(engine, "MAGIC", 0), getattr(engine, "CODESIZE", 0), sys.byteorder)
    return f"patterns-{hashlib.sha256(repr(versions).encode()).hexdigest()[:32]}"


def _pattern(arguments: tuple[Any, ...]) -> re.Pattern[Any]:
    text, flags, code, groups, names, order = arguments
    found: re.Pattern[Any] = engine.compile(text, flags, memoryview(code).cast("I").tolist(), groups, names, order)
    return found


def _packed(code: list[int]) -> bytes:
    from array import array

    return array("I", code).tobytes()


def _arguments(text: str | bytes, flags: int) -> tuple[Any, ...] | None:
    """What re._compiler.compile hands to the engine; None where this Python's `re` is built otherwise."""
    try:
        parser: Any = getattr(re, "_parser")  # noqa: B009  (no part of the interface)
        compiler: Any = getattr(re, "_compiler")  # noqa: B009
        tree = parser.parse(text, flags)
        code = _packed(compiler._code(tree, flags))
        names = tree.state.groupdict
    except (AttributeError, TypeError, OverflowError):
        return None
    order: list[str | None] = [None] * tree.state.groups
    for name, number in names.items():
        order[number] = name
    return text, int(flags | tree.state.flags), code, tree.state.groups - 1, dict(names), tuple(order)
