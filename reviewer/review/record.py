"""Signed records as JSON: written in one way only, and read by typed getters that name the field that is wrong.

One way only: whoever reads a record can ask for exactly the bytes that its writer made. So no byte of it can
be changed, not even one that says nothing, without being noticed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from reviewer.errors import SigningError

_STAMP = "%Y-%m-%dT%H:%M:%SZ"


def canonical(value: object) -> bytes:
    """The JSON of `value` in one line: keys sorted, no spaces, everything beyond ASCII escaped.

    Escaped, so that a file name that is no UTF-8 can stand in it.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def stamp(at: datetime) -> str:
    """The moment in UTC, to the second: 2026-11-22T01:02:03Z. Raises ValueError for one without a time zone."""
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return at.astimezone(UTC).strftime(_STAMP)


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a JSON object; `title` says in Chinese what it is a part of, for the messages."""

    values: Mapping[str, Any]
    title: str

    @classmethod
    def of(cls, data: bytes, title: str) -> Fields:
        """The object that the bytes are. Raises SigningError for anything else, also for a key given twice."""
        try:
            value = json.loads(data.decode("utf-8"), object_pairs_hook=_once)
        except (ValueError, RecursionError):
            raise SigningError(f"{title}的内容有误：不是完整的 JSON。") from None
        return cls.inside(value, title)

    @classmethod
    def inside(cls, value: object, title: str) -> Fields:
        if not isinstance(value, dict):
            raise SigningError(f"{title}的内容有误：应是一个 JSON 对象。")
        return cls(value, title)

    def text(self, name: str) -> str:
        value = self.values.get(name)
        if not isinstance(value, str):
            raise self._wrong(name)
        return value

    def number(self, name: str) -> int:
        value = self.values.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self._wrong(name)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        values = self._list(name)
        if not all(isinstance(one, str) for one in values):
            raise self._wrong(name)
        return tuple(values)

    def objects(self, name: str) -> list[Fields]:
        return [Fields.inside(one, self.title) for one in self._list(name)]

    def object(self, name: str) -> Fields:
        return Fields.inside(self.values.get(name), self.title)

    def moment(self, name: str) -> datetime:
        """A moment as `stamp` writes it."""
        try:
            return datetime.strptime(self.text(name), _STAMP).replace(tzinfo=UTC)
        except ValueError:
            raise self._wrong(name) from None

    def moment_or_none(self, name: str) -> datetime | None:
        return None if self.values.get(name) is None else self.moment(name)

    def day(self, name: str) -> date:
        try:
            return date.fromisoformat(self.text(name))
        except ValueError:
            raise self._wrong(name) from None

    def day_or_none(self, name: str) -> date | None:
        return None if self.values.get(name) is None else self.day(name)

    def require(self, name: str, value: str) -> None:
        """Raises SigningError unless the field has this value."""
        if self.text(name) != value:
            raise SigningError(f"{self.title}的版本不认识：{name} 应是 {value}。请更新本程序。")

    def _list(self, name: str) -> list[Any]:
        values = self.values.get(name)
        if not isinstance(values, list):
            raise self._wrong(name)
        return values

    def _wrong(self, name: str) -> SigningError:
        return SigningError(f"{self.title}的内容有误：没有 {name}，或者写法不对。")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a key given twice")
    return made
