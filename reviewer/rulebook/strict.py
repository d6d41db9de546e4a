"""YAML read strictly: every scalar is a string, a key given twice is a fault, each value knows its line.

Plain safe_load turns an ID number into an integer and `no` into False; here neither happens.
"""

from __future__ import annotations

from dataclasses import dataclass

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Text:
    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Items:
    values: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Fields:
    values: dict[str, Node]
    line: int


Node = Text | Items | Fields


def parse(source: str, faults: list[tuple[int, str]]) -> Node | None:
    """The tree of one YAML document; faults are appended as (line, what), lines from 1."""
    try:
        node = yaml.compose(source, Loader=_Loader)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        faults.append(((mark.line + 1) if mark else 1, f"YAML 语法错误：{fault.problem or fault.context}"))
        return None
    except yaml.YAMLError:
        faults.append((1, "YAML 语法错误"))
        return None
    if node is None:
        faults.append((1, "文件是空的"))
        return None
    return _convert(node, faults)


def _convert(node: yaml.Node, faults: list[tuple[int, str]]) -> Node:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        return Text(str(node.value), line)
    if isinstance(node, yaml.SequenceNode):
        return Items(tuple(_convert(child, faults) for child in node.value), line)
    fields: dict[str, Node] = {}
    for key, child in node.value:
        name = str(key.value)
        if name in fields:
            faults.append((key.start_mark.line + 1, f"键“{name}”写了两次"))
        fields[name] = _convert(child, faults)
    return Fields(fields, line)
