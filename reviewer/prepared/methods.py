"""The methods of dataclasses, compiled when the wheel was built.

A dataclass writes the source of each of its methods and compiles it, every time the program starts: for sixty
classes that is a tenth of the scan of a short draft. It does so by `exec`, which is looked for in the module
`dataclasses` first. Import this module before the first dataclass is made.
"""

from __future__ import annotations

import dataclasses
import hashlib
import marshal
from functools import cache
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType
from typing import Any

from reviewer.prepared import kept

_FORM = "1"
_compiled: dict[str, CodeType] = {}


def keep(folder: Path) -> None:
    """Keeps in `folder` all that was compiled so far."""
    known = _known() | {source: marshal.dumps(code) for source, code in _compiled.items()}
    kept.save(folder, _name(), marshal.dumps(known))


def _exec(source: Any, *scopes: Any) -> None:
    """exec(source, *scopes)"""
    exec(_code(source) if isinstance(source, str) else source, *scopes)


def _code(source: str) -> CodeType:
    body = _known().get(source)
    if body is not None:
        known: CodeType = marshal.loads(body)
        return known
    # Nothing of this module's own (annotations as text) goes over to what it compiles.
    code = _compiled[source] = compile(source, "<string>", "exec", dont_inherit=True)
    return code


@cache
def _known() -> dict[str, bytes]:
    body = kept.load(None, _name())
    try:
        known = marshal.loads(body) if body is not None else {}
    except (ValueError, EOFError, TypeError):
        return {}
    return known if isinstance(known, dict) else {}


def _name() -> str:
    # Compiled code is that of one version of Python, which its magic number tells.
    return f"methods-{hashlib.sha256(_FORM.encode() + MAGIC_NUMBER).hexdigest()[:32]}"


vars(dataclasses)["exec"] = _exec
