"""What a rule's regular expressions may not hold, found before a rule set is used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from reviewer.rulebook.rule import Rule

_ESCAPE = re.compile(r"\\(.)", re.S)
_UNBOUNDED_GUARD = re.compile(r"(?:\\[sS]|\[[^\]]*\]|\.|\))[+*]\??\$?(?:\)*)$")


def pattern_faults(rule: Rule, tree: Any) -> Iterator[tuple[int, str]]:
    r"""(line, what) for each faulty expression of `rule`.

    Refused: \b (between 号 and 1 there is none), \d and \w (they take digits and letters of any script), an
    expression that is broken, that matches nothing, or that repeats a wide class without a bound.
    """
    for name, expressions in (
        ("patterns", rule.patterns),
        ("value", (rule.value,) if rule.value else ()),
        ("unless", rule.unless),
        ("headers", rule.headers),
        ("cases", tuple(case.value for case in rule.cases if case.value)),
    ):
        lines = _lines(tree, name)
        for number, expression in enumerate(expressions):
            line = lines[number] if number < len(lines) else tree.line
            for what in expression_faults(expression):
                yield line, f"{name}：{what}"


def expression_faults(expression: str) -> Iterator[str]:
    """What is wrong with one regular expression, in Chinese."""
    import regex

    for match in _ESCAPE.finditer(expression):
        if match[1] in "bBdDwW":
            yield f"不得使用 \\{match[1]}，请写明字符范围，如 [0-9]"
    try:
        compiled = regex.compile(expression)
    except regex.error as fault:
        yield f"正则表达式有误：{fault.msg}（第 {(fault.pos or 0) + 1} 个字符）"
        return
    if compiled.match("") is not None and compiled.fullmatch("") is not None:
        yield "表达式能匹配空文字"
    yield from _unbounded(expression)


def _unbounded(expression: str) -> Iterator[str]:
    """A class repeated without a bound in front of more pattern is quadratic on a long run of it."""
    for match in re.finditer(r"(?<!\\)(\[(?:\\.|[^\]\\])*\]|(?<!\\)\.|\\[sSpP](?:\{[^}]*\})?)[+*]", expression):
        if match.end() < len(expression.rstrip(")$")):
            yield f"“{match[0]}”没有上限，请改为 {{1,64}} 之类"


def _lines(tree: Any, name: str) -> list[int]:
    node = tree.values.get(name)
    values = getattr(node, "values", None)
    if isinstance(values, tuple):
        return [child.line for child in values]
    return [node.line] if node is not None else []
