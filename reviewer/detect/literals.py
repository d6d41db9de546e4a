"""The gate in pure Python, for machines without a hyperscan wheel: what each expression can not do without.

From each expression's parse tree a requirement is worked out: a set of strings one of which stands in
every match, or a run of digits of some length. A line can match only if its requirement is there.
"""

from __future__ import annotations

import hashlib
import marshal
import re
import sys
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import regex

from reviewer.prepared import kept
from reviewer.prepared.patterns import compiled

_DIGITS = frozenset("0123456789")
_LONG_RUN = 5
_LONG_LINE = 2000
_ANY, _DIGIT, _RUN = "any", "digit", "run"
Requirement = frozenset[str]
"""strings one of which must stand in the line; _ANY, _DIGIT and _RUN are requirements of their own"""

_NOTHING: Requirement = frozenset({_ANY})
_FORM = "2"
"""names how requirements are worked out; a change of `requirement` changes it"""


class LiteralGate:
    """Looks for strings; their number costs little, as most of them begin with two letters that no line holds.

    The `exact` expressions are looked for themselves where their strings stand.
    """

    def __init__(
        self,
        expressions: Sequence[str],
        cache: Path | None = None,
        exact: frozenset[int] = frozenset(),
        compile: Callable[[str], regex.Pattern[str]] = regex.compile,
    ) -> None:
        self._compile = compile
        self._exact = {number: expressions[number] for number in exact}
        self._always: list[int] = []
        self._digit: list[int] = []
        self._run: list[int] = []
        by_literal: dict[str, list[int]] = defaultdict(list)
        for number, needs in enumerate(_requirements(expressions, cache)):
            for literal in needs:
                if literal == _ANY:
                    self._always.append(number)
                elif literal == _DIGIT:
                    self._digit.append(number)
                elif literal == _RUN:
                    self._run.append(number)
                else:
                    by_literal[literal].append(number)
        self._beginning: dict[str, list[tuple[str, list[int]]]] = defaultdict(list)
        for literal, numbers in by_literal.items():
            self._beginning[literal[:2]].append((literal, numbers))
        self._one_digit = compiled("[0-9]")
        self._digits = compiled(f"[0-9]{{{_LONG_RUN}}}")

    def lines(self, text: str) -> Iterator[tuple[int, list[int]]]:
        starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
        fired: dict[int, set[int]] = defaultdict(set)
        pairs = {one + other for one, other in set(pairwise(text))}
        for beginning in self._beginning.keys() & pairs.union(text):
            for literal, numbers in self._beginning[beginning]:
                for line in _lines_with(literal, text, starts):
                    fired[line].update(numbers)
        for line in _lines_matching(self._one_digit, text, starts):
            fired[line].update(self._digit)
        for line in _lines_matching(self._digits, text, starts):
            fired[line].update(self._run)
        if self._always:
            for number in range(len(starts) - 1):
                if starts[number + 1] - starts[number] > 1:
                    fired[number].update(self._always)
        for number in sorted(fired):
            whole = text[starts[number] : starts[number + 1] - 1]
            found = [one for one in sorted(fired[number]) if one not in self._exact or self._matches(one, whole)]
            if found:
                yield number, found

    def _matches(self, number: int, line: str) -> bool:
        # A search is quadratic where a line repeats itself without end: such a line is let through.
        return len(line) > _LONG_LINE or self._compile(self._exact[number]).search(line) is not None

    def expect(self, characters: int) -> None:
        """Nothing is worth being made ready: what is needed is worked out by the first line."""

    def line(self, line: str) -> list[int]:
        return next((fired for _, fired in self.lines(line.replace("\n", " "))), [])


def _requirements(expressions: Sequence[str], cache: Path | None) -> list[list[str]]:
    """The requirement of each expression; kept, as parsing two hundred of them takes longer than a short scan."""
    identity = "\0".join([*expressions, _FORM, str(sys.version_info[:2])])
    name = f"literals-{hashlib.sha256(identity.encode()).hexdigest()[:32]}"
    body = kept.load(cache, name)
    if body is not None:
        found: list[list[str]] = marshal.loads(body)
        return found
    found = [sorted(requirement(expression)) for expression in expressions]
    kept.save(cache, name, marshal.dumps(found))
    return found


def _lines_with(literal: str, text: str, starts: list[int]) -> Iterator[int]:
    at = text.find(literal)
    while at >= 0:
        line = bisect_right(starts, at) - 1
        yield line
        at = text.find(literal, starts[line + 1])


def _lines_matching(pattern: re.Pattern[str], text: str, starts: list[int]) -> Iterator[int]:
    match = pattern.search(text)
    while match is not None:
        line = bisect_right(starts, match.start()) - 1
        yield line
        match = pattern.search(text, starts[line + 1])


@lru_cache(maxsize=4096)  # other rules beside the packaged ones, or one of them changed, leave most as they were
def requirement(expression: str) -> Requirement:
    """What must stand in a line for `expression` to match there; {'any'} when nothing can be said."""
    tree = _parsed(expression)
    return _NOTHING if tree is None else _of_sequence(tree)


def _parsed(expression: str) -> Any:
    """The parse tree, or None where letters are taken in either case or the syntax is not that of `re`."""
    # `re` does not know named classes; \S stands for them and requires nothing.
    plain = re.sub(r"\\[pP]\{[^}]*\}", r"\\S", expression)
    if plain.startswith("(?i)"):
        return None
    try:
        return re._parser.parse(plain)  # type: ignore[attr-defined]
    except (re.error, OverflowError, RecursionError):
        return None


DIGITISH = "0-9OoQDlIi"
GAP = " \\-_.~#/\\\\"
WIDEST_GAP = 3
"""bodies of character classes: what may stand for a digit, and between the digits of one number"""
_DIGITISH = frozenset("0123456789OoQDlIi")
_GAP = frozenset(" -_.~#/\\")


def dense_digits(expression: str) -> int:
    """A lower bound of how many DIGITISH stand in any match with at most WIDEST_GAP of GAP between them."""
    tree = _parsed(expression)
    return 0 if tree is None else _longest(_shape(tree))


_Shape = list[tuple[str, int]]
"""what stands one after the other: ("digits", at least), ("gap", at most) or ("other", 0)"""
_OTHER: _Shape = [("other", 0)]


def _longest(shape: _Shape) -> int:
    best = run = gap = 0
    for kind, count in shape:
        if kind == "digits":
            run, gap = run + count, 0
        elif kind == "gap":
            gap += count
        if kind == "other" or gap > WIDEST_GAP:
            run = gap = 0
        best = max(best, run)
    return best


def _shape(items: Iterable[Any]) -> _Shape:
    shape: _Shape = []
    for item in items:
        name, value = str(item[0]), item[1]
        if name in ("LITERAL", "IN"):
            shape.append(_kind(item))
        elif name == "SUBPATTERN":
            shape.extend(_shape(value[-1]))
        elif name == "BRANCH":
            shape.extend(_of_branches([_shape(branch) for branch in value[1]]))
        elif name in ("MAX_REPEAT", "MIN_REPEAT"):
            shape.extend(_repeated(_shape(value[2]), int(value[0]), int(value[1])))
        elif name not in ("AT", "ASSERT", "ASSERT_NOT"):
            shape.extend(_OTHER)
    return shape


def _kind(item: Any) -> tuple[str, int]:
    members = [item] if str(item[0]) == "LITERAL" else item[1]
    chars: set[str] = set()
    for member in members:
        name, value = str(member[0]), member[1]
        if name == "LITERAL":
            chars.add(chr(value))
        elif name == "RANGE" and value[1] - value[0] < 16:
            chars.update(map(chr, range(value[0], value[1] + 1)))
        else:
            return "other", 0
    return ("digits", 1) if chars <= _DIGITISH else ("gap", 1) if chars <= _GAP else ("other", 0)


def _of_branches(branches: list[_Shape]) -> _Shape:
    """Branches of digits only, or of gaps only, are one; else the poorest of them stands by itself."""
    for kind, choose in (("digits", min), ("gap", max)):
        if all(part == kind for branch in branches for part, _ in branch):
            return [(kind, choose(sum(count for _, count in branch) for branch in branches))]
    return [*_OTHER, ("digits", min(map(_longest, branches))), *_OTHER]


def _repeated(shape: _Shape, least: int, most: int) -> _Shape:
    kinds = {kind for kind, _ in shape}
    if kinds <= {"gap"}:
        return [("gap", min(most, WIDEST_GAP + 1) * sum(count for _, count in shape))]
    certain = shape * min(least, 8)
    if most == least:
        return certain
    # Further rounds do no harm where they are digits with narrow gaps; anything else may stand between.
    dense = "other" not in kinds and _longest(shape) == sum(count for kind, count in shape if kind == "digits")
    return [*certain, ("gap", sum(count for kind, count in shape if kind == "gap"))] if dense else [*certain, *_OTHER]


def taken_in(expression: str) -> str:
    """`expression` with what it looks ahead for at its end as part of the match: matches in the same lines."""
    if "(?=" not in expression:
        return expression
    start = expression.rindex("(?=")
    tree = _parsed(expression)
    name, value = list(tree)[-1] if tree is not None and len(tree) else ("", (0,))
    # The group that begins at `start` must be the last item, and the only one that looks ahead.
    if str(name) != "ASSERT" or value[0] != 1 or expression.count("(?=") != 1:
        return expression
    return f"{expression[:start]}(?:{expression[start + 3 :]}"


_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


def has_letter(expression: str) -> bool:
    """Whether an ASCII letter stands in any match."""
    tree = _parsed(expression)
    return tree is not None and _in_any_match(tree, lambda items: _only(items[0], _LETTERS))


def has_decimals(expression: str) -> bool:
    """Whether a point and three digits stand in any match."""
    tree = _parsed(expression)
    return tree is not None and _in_any_match(tree, _are_decimals)


def _are_decimals(items: list[Any]) -> bool:
    if len(items) < 2 or not _only(items[0], frozenset(".")):
        return False
    name, value = str(items[1][0]), items[1][1]
    return name in ("MAX_REPEAT", "MIN_REPEAT") and value[0] >= 3 and len(value[2]) == 1 and _only(value[2][0], _DIGITS)


def _in_any_match(sequence: Iterable[Any], holds: Callable[[list[Any]], bool]) -> bool:
    """Whether every match takes items that `holds` is true of, from some place of the sequence on."""
    items = list(sequence)
    for at, (kind, value) in enumerate(items):
        name = str(kind)
        if holds(items[at:]):
            return True
        if name == "SUBPATTERN" and not value[1] and _in_any_match(value[-1], holds):
            return True
        if name == "BRANCH" and all(_in_any_match(branch, holds) for branch in value[1]):
            return True
        if name in ("MAX_REPEAT", "MIN_REPEAT") and value[0] and _in_any_match(value[2], holds):
            return True
        if name == "ASSERT" and _in_any_match(value[1], holds):
            return True
    return False


def _only(item: Any, allowed: frozenset[str]) -> bool:
    """Whether `item` takes one character, one of `allowed`."""
    name, value = str(item[0]), item[1]
    if name not in ("LITERAL", "IN"):
        return False
    chars = _chars([item] if name == "LITERAL" else value)
    return chars is not None and chars <= allowed


def _chars(members: Iterable[Any]) -> set[str] | None:
    """The characters of a class, or None where they are very many or not listed."""
    chars: set[str] = set()
    for name, value in members:
        if str(name) == "LITERAL":
            chars.add(chr(value))
        elif str(name) == "RANGE" and value[1] - value[0] < 64:
            chars.update(map(chr, range(value[0], value[1] + 1)))
        else:
            return None
    return chars


_MANY = 64


def stood_in_for(expression: str) -> str:
    """What asks for less than `expression` and costs less to look for; `expression` itself where nothing does.

    A choice of very many words is looked for as those words. What may be missing at the beginning is left out.
    """
    tree = _parsed(expression)
    if tree is None:
        return expression
    needs = _of_sequence(tree)
    if len(needs) >= _MANY and not needs & _KINDS and min(map(len, needs)) > 1:
        return "|".join(map(regex.escape, sorted(needs)))
    rest = _OPTIONAL.sub("", expression, count=1)
    return rest if rest != expression and _parsed(rest) is not None else expression


_KINDS = frozenset({_ANY, _DIGIT, _RUN})
_PLAIN = r"[^()\[\]\\]*"
_OPTIONAL = compiled(
    rf"\A\(\?:{_PLAIN}(?:(?:\[[^\[\]\\]+\]|\(\?:{_PLAIN}\)\??){_PLAIN})*\)(?:\?|\{{0,[0-9]\}})(?![?+|])"
)
"""a group at the beginning that may be missing"""
_CLASS = r"(\[(?!\^)[^\[\]\\]+)\]"
_NOT_BEFORE = compiled(rf"\A\(\?<!{_CLASS}\)")
_NOT_AFTER = compiled(rf"\(\?!{_CLASS}\)(?:\(\?![^()|]*\))*\Z")


def guarded(expression: str) -> str:
    """`expression` with the characters that may not stand around it as part of the match.

    Matches in the same lines; hyperscan's prefilter drops what looks behind or ahead.
    """
    expression = _NOT_BEFORE.sub(lambda match: f"(?:^|[^{match[1][1:]}])", expression)
    return _NOT_AFTER.sub(lambda match: f"(?:$|[^{match[1][1:]}])", expression)


def _of_sequence(items: Iterable[Any]) -> Requirement:
    """The best requirement of the items that all must match; literals in a row make one string."""
    best: Requirement = _NOTHING
    word: list[str] = []
    for item in [*items, None]:
        if item is not None and str(item[0]) == "LITERAL":
            word.append(chr(item[1]))
            continue
        if word:
            best = _better(best, _of_word("".join(word)))
            word = []
        if item is not None:
            best = _better(best, _of_item(item))
    return best


def _of_word(word: str) -> Requirement:
    # 19 or 20 stands in half of all lines: a digit is all that it is worth.
    return frozenset({_DIGIT}) if _DIGITS.issuperset(word) else frozenset({word})


def _of_item(item: Any) -> Requirement:
    name, value = str(item[0]), item[1]
    if name == "SUBPATTERN":
        return _of_sequence(value[-1])
    if name == "BRANCH":
        return _union(_of_sequence(branch) for branch in value[1])
    if name in ("MAX_REPEAT", "MIN_REPEAT"):
        least, _, inner = value
        if least == 0:
            return _NOTHING
        need = _of_sequence(inner)
        return frozenset({_RUN}) if need == {_DIGIT} and least >= _LONG_RUN and len(inner) == 1 else need
    if name == "IN":
        return _of_class(value)
    return _NOTHING


def _of_class(members: Any) -> Requirement:
    chars = _chars(members)
    if chars is None:
        return _NOTHING
    if chars <= _DIGITS:
        return frozenset({_DIGIT})
    return frozenset({_DIGIT, *(chars - _DIGITS)}) if len(chars) <= 64 else _NOTHING


def _union(needs: Iterable[Requirement]) -> Requirement:
    union: set[str] = set()
    for need in needs:
        union |= need
    return _NOTHING if _ANY in union or len(union) > 400 else frozenset(union)


def _rank(need: Requirement) -> tuple[int, int]:
    """Lower is rarer: long words, then runs of digits, then digits and single characters."""
    if _ANY in need:
        return 4, 0
    if _DIGIT in need:
        return 3, len(need)
    if _RUN in need:
        return 2, len(need)
    return 1 if min(map(len, need)) == 1 else 0, len(need)


def _better(one: Requirement, other: Requirement) -> Requirement:
    return one if _rank(one) <= _rank(other) else other
