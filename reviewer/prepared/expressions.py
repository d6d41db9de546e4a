"""Regular expressions compiled once and for all: what the compiler worked out is kept.

Compiling the expressions of a short draft takes ten times as long as looking through it. The package `regex`
pickles a compiled expression as the arguments that make it again; these arguments are what is kept, for one
version of `regex` and one set of rules.
"""

from __future__ import annotations

import copyreg
import hashlib
import marshal
import os
import sys
from pathlib import Path
from typing import Any

import regex

from reviewer.prepared import kept

_FORM = "2"
_REDUCE: Any = copyreg.dispatch_table.get(regex.Pattern)
Kept = dict[str, bytes]
"""expression, and flags where it has any -> the arguments that make it, as marshal writes them"""


class Expressions:
    """Call it with an expression to have it compiled; `keep` when there is time."""

    def __init__(self, cache: Path | None, digest: str) -> None:
        """`digest` names the set of rules: what is kept for one holds no expression of another."""
        self._cache = cache
        self._name = f"expressions-{hashlib.sha256(f'{_version()} {digest}'.encode()).hexdigest()[:32]}"
        self._compiled: dict[str, regex.Pattern[str]] = {}
        self._known: Kept | None = None
        self._new = False

    def __call__(self, text: str, flags: int = 0) -> regex.Pattern[str]:
        key = f"{text}\0{flags}" if flags else text
        found = self._compiled.get(key)
        if found is None:
            found = self._compiled[key] = self._made_again(key) or self._compile(text, flags)
        return found

    def keep(self, cache: Path | None = None) -> None:
        """Keeps what had to be compiled, in `cache` where one is given."""
        cache = cache or self._cache
        if self._new and _REDUCE is not None and cache is not None:
            # Another process may have kept others in the meantime.
            known = _known(cache, self._name)
            kept.save(cache, self._name, marshal.dumps(known | _arguments(self._compiled)))
            self._new = False

    def _made_again(self, key: str) -> regex.Pattern[str] | None:
        if self._known is None:
            self._known = _known(self._cache, self._name)
        arguments = self._known.get(key)
        if arguments is None or _REDUCE is None:
            return None
        pattern: regex.Pattern[str] = _maker()(*marshal.loads(arguments))
        return pattern

    def _compile(self, text: str, flags: int) -> regex.Pattern[str]:
        self._new = True
        return regex.compile(text, flags)


def _known(cache: Path | None, name: str) -> Kept:
    body = kept.load(cache, name)
    try:
        known = marshal.loads(body) if body is not None else {}
    except (ValueError, EOFError, TypeError):
        return {}
    return known if isinstance(known, dict) else {}


def _maker() -> Any:
    return _REDUCE(_ANY)[0]


_ANY = regex.compile("")


def _arguments(compiled: dict[str, regex.Pattern[str]]) -> Kept:
    """Of all but those that marshal can not write."""
    found = {}
    for key, pattern in compiled.items():
        _, arguments = _REDUCE(pattern)
        try:
            found[key] = marshal.dumps(arguments)
        except ValueError:
            continue
    return found


def _version() -> str:
    """What the arguments depend on: another `regex` would take them for something else."""
    core = getattr(sys.modules.get("regex._regex"), "__file__", None)
    size = os.stat(core).st_size if core else 0
    return f"{_FORM} {regex.__version__} {size} {sys.version_info[:2]} {sys.byteorder} {sys.maxsize}"
