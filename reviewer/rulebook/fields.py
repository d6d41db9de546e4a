"""Typed getters over what `strict` has read: rules, genres and allow-lists are all read with these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reviewer.rulebook.strict import Fields, Items, Text

Faults = list[tuple[int, str]]
"""(line, what is wrong)"""


class FieldReader:
    """Typed getters over one mapping; faults carry the line of the value they speak of."""

    def __init__(self, fields: Fields, faults: Faults) -> None:
        self.fields = fields
        self.faults = faults

    def unknown(self, allowed: set[str]) -> None:
        for name, node in self.fields.values.items():
            if name not in allowed:
                self.faults.append((node.line, f"不认识的键“{name}”"))

    def text(self, name: str, *, required: bool = False, choices: Iterable[str] = ()) -> str:
        node = self.fields.values.get(name)
        if node is None:
            if required:
                self.faults.append((self.fields.line, f"缺少“{name}”"))
            return ""
        if not isinstance(node, Text):
            self.faults.append((node.line, f"“{name}”应是一段文字"))
            return ""
        if choices and node.value not in choices:
            self.faults.append((node.line, f"“{name}”的值“{node.value}”不在允许的范围内"))
        return node.value

    def mappings(self, name: str) -> Iterator[FieldReader]:
        """A reader for each mapping of a list."""
        node = self.fields.values.get(name)
        if node is None:
            return
        if not isinstance(node, Items):
            self.faults.append((node.line, f"“{name}”应是一个列表"))
            return
        for child in node.values:
            if isinstance(child, Fields):
                yield FieldReader(child, self.faults)
            else:
                self.faults.append((child.line, f"“{name}”的每一项应是“键: 值”的形式"))

    def texts(self, name: str, *, choices: Iterable[str] = ()) -> tuple[str, ...]:
        found = self.lines(name)
        if choices:
            wrong = [(line, f"“{name}”的值“{text}”不在允许的范围内") for text, line in found if text not in choices]
            self.faults.extend(wrong)
        return tuple(text for text, _ in found)

    def lines(self, name: str) -> list[tuple[str, int]]:
        node = self.fields.values.get(name)
        if node is None or (isinstance(node, Text) and not node.value):
            return []
        if not isinstance(node, Items):
            self.faults.append((node.line, f"“{name}”应是一个列表"))
            return []
        found = []
        for child in node.values:
            if isinstance(child, Text):
                found.append((child.value, child.line))
            else:
                self.faults.append((child.line, f"“{name}”的每一项应是一段文字"))
        return found

    def flag(self, name: str) -> bool | None:
        value = self.text(name, choices=("", "yes", "no"))
        return {"yes": True, "no": False}.get(value)
