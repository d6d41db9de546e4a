"""Parsed rules as bytes and back, so that the YAML is not parsed again.

Dataclasses become lists (class, then the values of its fields), which no rule holds otherwise. Examples, that
is the fields that a repr leaves out, are not kept: no scan needs them.
"""

from __future__ import annotations

import dataclasses
import marshal
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from reviewer.rulebook import genre, rule
from reviewer.rulebook.rule import Rulebook

_CLASSES: tuple[type[Any], ...] = (
    Rulebook, rule.Rule, rule.Case, rule.Basis, genre.Genre, genre.Judgement, genre.Shown,
)  # fmt: skip
_FIELDS = {
    kind: tuple(one.name for one in dataclasses.fields(kind) if one.repr and one.name != "file") for kind in _CLASSES
}
_WITH_FILE = frozenset(kind for kind in _CLASSES if any(one.name == "file" for one in dataclasses.fields(kind)))


def form() -> str:
    """Changes with the fields of the classes: what was kept before is then not read."""
    return repr([(kind.__name__, _FIELDS[kind]) for kind in _CLASSES])


def to_bytes(book: Rulebook) -> bytes:
    """`book` without examples and without the folders its files lie in."""
    return marshal.dumps(_listed(book))


def from_bytes(body: bytes, files: Iterable[Path]) -> Rulebook:
    """The rulebook that `to_bytes` was given; `files` are those it was parsed from, wherever they lie now, or none.

    Raises ValueError, TypeError, LookupError or EOFError where `body` is nothing that it returned.
    """
    book = _built(marshal.loads(body), {path.stem: str(path) for path in files})
    if not isinstance(book, Rulebook):
        raise TypeError
    return book


def _listed(value: Any) -> Any:
    if isinstance(value, _CLASSES):
        kind = type(value)
        return [_CLASSES.index(kind), *(_listed(getattr(value, name)) for name in _FIELDS[kind])]
    if isinstance(value, tuple):
        return tuple(map(_listed, value))
    if isinstance(value, dict):
        return {key: _listed(one) for key, one in value.items()}
    return value


def _built(value: Any, files: dict[str, str]) -> Any:
    kind = type(value)
    if kind is list:
        made = _CLASSES[value[0]]
        # Most fields hold text, or nothing but text: spared a call each.
        values = {
            name: one if type(one) is str or one == () else _built(one, files)
            for name, one in zip(_FIELDS[made], value[1:], strict=True)
        }
        if made in _WITH_FILE:
            values["file"] = files.get(values["id"], "")
        return made(**values)
    if kind is tuple:
        return tuple([_built(one, files) for one in value]) if value and type(value[0]) is not str else value
    if kind is dict:
        return {key: _built(one, files) for key, one in value.items()}
    return value
