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
        what = fault.problem or fault.context or ""
        faults.append(((mark.line + 1) if mark else 1, f"YAML 语法错误：{_PROBLEMS.get(what, what)}"))
        return None
    except yaml.YAMLError as fault:
        # The reader refuses control characters, and says how far it came.
        line = source.count("\n", 0, getattr(fault, "position", 0)) + 1
        faults.append((line, "YAML 语法错误：有不可见的控制字符"))
        return None
    if node is None:
        faults.append((1, "文件是空的"))
        return None
    return _convert(node, faults)


_PROBLEMS = {
    "did not find expected key": "缩进不对，或者前面的引号、括号没有配对",
    "did not find expected node content": "括号没有配对，或者这里少了内容",
    "did not find expected '-' indicator": "列表的缩进不对，或者少了“- ”",
    "did not find expected ',' or ']'": "列表少了逗号或者右方括号",
    "did not find expected ',' or '}'": "少了逗号或者右花括号",
    "did not find expected <document start>": "缩进不对，或者这里不该有内容",
    "could not find expected ':'": "少了冒号，或者冒号后面没有空格",
    "mapping values are not allowed in this context": "这里不能有“冒号加空格”；文字里有时，请给整段文字加引号",
    "found character that cannot start any token": "不能以这个字符（制表符、@、% 等）开头，请加引号；缩进请用空格",
    "found unexpected end of stream": "引号没有配对",
    "found undefined alias": "文字以 * 开头时请加引号",
    "found unknown escape character": "双引号里的反斜杠要写两个，或者改用单引号",
}
"""what the parser says, and what to do"""


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
