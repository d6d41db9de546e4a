"""Which rows of a table single out one person, though nobody is named, and what would cure it.

Columns that others may know of a person (village, sex, birth month, disability ...) are quasi-identifiers (准标识符,
GB/T 37964-2019 信息安全技术 个人信息去标识化指南). A row is as anonymous as there are rows like it: k-anonymity; a
group whose rows all tell one illness tells it of each of them: l-diversity. The cure is the generalisation that loses
the fewest bits of what the table tells. pandas is imported when a table is measured.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from reviewer.detect import clues
from reviewer.detect.lines import Lines
from reviewer.language import names
from reviewer.linkage.tokens import hides_name, places
from reviewer.model import Block, Document
from reviewer.prepared.patterns import compiled
from reviewer.text.view import is_folded

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Quasi = Literal[
    "township", "village", "sex", "birth", "age", "ethnicity", "education", "school", "disability", "job",
    "marital", "relation", "household",
]  # fmt: skip
FEWEST = 3
"""rows alike from which none of them is singled out"""
_LEFT = 0.02
"""the part of the rows that may be dealt with one by one where that spares a column"""
_FIRST = 100
"""rows by which it is told whether a table names persons"""
_WORK = 3e7
"""rows times generalisations that are tried"""


@dataclass(frozen=True, slots=True)
class Step:
    """What is done to one column, in Chinese: 出生年月 只写年份."""

    header: str
    what: str


@dataclass(frozen=True, slots=True)
class Cure:
    """A generalisation after which no row has fewer than k like it, but for the rows `left`, to be taken out.

    loss  bits that a row tells less
    """

    steps: tuple[Step, ...]
    k: int
    left: tuple[int, ...]
    loss: float


@dataclass(frozen=True, slots=True)
class Anonymity:
    """What the rows of one table give away. Rows go by their number in the file; no value is kept.

    k           rows of the smallest group of rows alike
    singles     rows that have no other like them
    few         rows that have fewer than `fewest` like them, the singles among them
    diversity   sensitive column -> how many values the poorest group of several rows has there
    uniform     rows of groups that all tell the same in a sensitive column
    named       the table names the persons anyway
    """

    rows: int
    quasi: tuple[str, ...]
    k: int
    singles: tuple[int, ...]
    few: tuple[int, ...]
    diversity: Mapping[str, int]
    uniform: tuple[int, ...]
    cures: tuple[Cure, ...]
    named: bool = False
    table: int = 0
    """which table of the document, from 0"""


@cache
def _headers() -> tuple[tuple[Quasi, re.Pattern[str]], ...]:
    words: tuple[tuple[Quasi, str], ...] = (
        ("township", "乡镇|镇街|街道|^[乡镇]名?$"),
        ("village", "(?:^|[行政所在属])村|社区|村[（(居组]|村委|居委|住址|住所|地址|户籍"),
        ("sex", "性别"), ("birth", "出生|生日"), ("age", "年龄|周岁"), ("ethnicity", "民族"),
        ("education", "学历|文化程度|学位"), ("school", "学校|院校|班级|年级"), ("disability", "残疾|残障"),
        ("job", "单位|职务|岗位|职业|职称"), ("marital", "婚"), ("relation", "关系"), ("household", "人口|人数"),
    )  # fmt: skip
    return tuple((kind, compiled(pattern)) for kind, pattern in words)


_OF_ONE: frozenset[Quasi] = frozenset(["sex", "birth", "age", "ethnicity", "disability", "marital", "relation"])
"""what only a row about one person tells; a village, a school or a number of people may be what a table counts by"""


@cache
def _asked() -> re.Pattern[str]:
    return compiled("要求|条件|范围|限制")


@cache
def _counted() -> re.Pattern[str]:
    return compiled(
        "(?:总|合计)?(?:人|户|例|件|岗位|名额)?数(?:量|目)?(?:[（(].{1,4}[）)])?|占比|比例|百分比|.{0,6}率(?:[（(]%[）)])?"
    )


@cache
def _sensitive() -> re.Pattern[str]:
    return compiled("病|诊断|症|残疾|残障|救助类|低保|致贫|贫困|宗教|政治面貌|违法|处罚|信访|怀孕|孕")


def quasi(header: str) -> Quasi | None:
    """What a column by that header tells of a person; None where it is no quasi-identifier.

    >>> quasi("出生年月"), quasi("残疾等级"), quasi("补贴金额（元）"), quasi("年龄要求")
    ('birth', 'disability', None, None)
    """
    if _asked().search(header):
        return None
    for kind, pattern in _headers():
        if pattern.search(header):
            return kind
    return None


def tables(document: Document, fewest: int = FEWEST, *, nameless: bool = False) -> Iterator[Anonymity]:
    """The measures of each table of a document whose columns tell enough of a person: two quasi-identifiers.

    nameless  only of those that name nobody: of others it tells nothing new, and to measure them takes long
    """
    lines = Lines(document)
    blocks = [block for block in document.blocks if block.table is not None]
    for number, block in enumerate(blocks):
        # Most tables tell of no persons: their cells are not even taken apart.
        headers = lines.layout(block).headers.values()
        if sum(quasi(header) is not None for header in headers) < 2 or (nameless and _begins_with_names(block, lines)):
            continue
        found = frame(block, lines)
        if found is not None:
            one = measure(found, fewest, table=number)
            if one is not None:
                yield one


def frame(block: Block, lines: Lines) -> pd.DataFrame | None:
    """The rows of a table by their numbers in the file, columns by header; None where there is no header."""
    import pandas as pd

    table, layout = block.table, lines.layout(block)
    assert table is not None
    if layout.transposed or not layout.headers:
        return None
    titles = _distinct(layout.headers)
    rows: dict[int, dict[str, str]] = {}
    for row in range(layout.first_data, table.row_count()):
        cells = {
            titles[table.columns[k]]: is_folded(lines.text[table.starts[k] : table.ends[k]]).strip()
            for k in range(table.first[row], table.first[row + 1])
            if table.columns[k] in titles
        }
        # A line of text among the rows (合计, 备注) fills few cells.
        if sum(map(bool, cells.values())) * 2 >= len(titles):
            rows[table.numbers[row]] = cells
    if not rows:
        return None
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(titles.values())).fillna("")


def _distinct(headers: Mapping[int, str]) -> dict[int, str]:
    titles: dict[int, str] = {}
    for column, header in sorted(headers.items()):
        titles[column] = header if header not in titles.values() else f"{header}（第 {column} 列）"
    return titles


def measure(rows: pd.DataFrame, fewest: int = FEWEST, *, table: int = 0) -> Anonymity | None:
    """The measures of a table; None where its columns tell too little of a person to measure.

    rows    cells as text, columns by header, indexed by the number of the row
    fewest  k: how many rows must be alike
    """
    kinds = {header: kind for header in rows.columns if (kind := quasi(header)) is not None}
    sensitive = [header for header in rows.columns if _sensitive().search(header)]
    others = [header for header in kinds if header not in sensitive]
    if len(rows) < 2 or len(kinds) < 2 or not others:
        return None
    if _OF_ONE.isdisjoint(kinds.values()) or any(map(_counted().fullmatch, map(str.strip, rows.columns))):
        return None  # villages, schools, posts; or how many of them there are
    ladders = [_ladder(header, kinds[header], rows[header].tolist(), _has_township(kinds)) for header in kinds]
    group = _groups([ladder.codes[0] for ladder in ladders])
    sizes = group.sizes
    numbers = rows.index.to_numpy()
    diversity: dict[str, int] = {}
    uniform: set[int] = set()
    for header in sensitive:
        # What is sensitive is told by the group of all other columns.
        known = [ladder.codes[0] for ladder in ladders if ladder.header != header]
        if known:
            least, alike = _diversity(_groups(known), rows[header].tolist())
            diversity[header] = least
            uniform.update(numbers[alike].tolist())
    return Anonymity(
        len(rows), tuple(kinds), int(sizes.min()), tuple(numbers[sizes == 1].tolist()),
        tuple(numbers[sizes < fewest].tolist()), diversity, tuple(sorted(uniform)),
        tuple(_cures(ladders, numbers, fewest)) if sizes.min() < fewest else (), _names_persons(rows), table,
    )  # fmt: skip


def _names_persons(rows: pd.DataFrame) -> bool:
    return any(names.is_name_header(header) and _are_names(rows[header].tolist()) for header in rows.columns)


def _are_names(cells: Iterable[str]) -> bool:
    """Whether most of what stands in a column of names is not hidden."""
    told = [not hides_name(cell) for cell in cells if cell]
    return sum(told) * 2 > len(told)


def _begins_with_names(block: Block, lines: Lines) -> bool:
    """Whether the first rows name their persons."""
    table, layout = block.table, lines.layout(block)
    assert table is not None
    columns = {column for column, header in layout.headers.items() if names.is_name_header(header)}
    cells: dict[int, list[str]] = {column: [] for column in columns}
    for row in range(layout.first_data, min(table.row_count(), layout.first_data + _FIRST) if columns else 0):
        for k in range(table.first[row], table.first[row + 1]):
            if table.columns[k] in columns:
                cells[table.columns[k]].append(lines.text[table.starts[k] : table.ends[k]].strip())
    return any(map(_are_names, cells.values()))


def _has_township(kinds: Mapping[str, Quasi]) -> bool:
    return "township" in kinds.values()


@dataclass(frozen=True, slots=True)
class _Groups:
    """For each row the number of its group, and how many rows that has."""

    codes: np.ndarray
    sizes: np.ndarray


def _groups(columns: Sequence[np.ndarray]) -> _Groups:
    import numpy as np

    together = columns[0].astype(np.int64)
    for column in columns[1:]:
        # Numbered anew at each step, so that nothing overflows.
        together = np.unique(together * (int(column.max()) + 1) + column, return_inverse=True)[1].reshape(-1)
    _, codes, counts = np.unique(together, return_inverse=True, return_counts=True)
    codes = codes.reshape(-1)
    return _Groups(codes, counts[codes])


def _diversity(groups: _Groups, values: Sequence[str]) -> tuple[int, np.ndarray]:
    """The fewest values that a group of several rows has, and which rows are of groups that have one alone."""
    import numpy as np

    _, coded = np.unique(np.asarray(values), return_inverse=True)
    pairs = np.unique(np.stack([groups.codes, coded.reshape(-1)]), axis=1)
    distinct = np.bincount(pairs[0], minlength=int(groups.codes.max()) + 1)[groups.codes]
    several = groups.sizes > 1
    alike = several & (distinct == 1) & np.array([bool(value) for value in values])
    return (int(distinct[several].min()) if several.any() else 1), alike


# Generalisation


@dataclass(frozen=True, slots=True)
class _Ladder:
    """A column as it is, and coarser and coarser: for each rung the codes of its values, and the bits it has lost."""

    header: str
    codes: tuple[np.ndarray, ...]
    losses: tuple[float, ...]
    titles: tuple[str, ...]


_DROPPED = "删去这一列"
Coarser = Callable[[str], str]


def _ladder(header: str, kind: Quasi, values: Sequence[str], has_township: bool) -> _Ladder:
    """The rungs of a column, without those that change nothing."""
    import numpy as np

    rungs: list[tuple[str, Sequence[str]]] = [("", [_plain(kind, header, value) for value in values])]
    for title, coarser in _rungs(kind, header, has_township):
        rungs.append((title, [coarser(value) for value in values]))
    rungs.append((_DROPPED, [""] * len(values)))
    codes: list[np.ndarray] = []
    losses: list[float] = []
    titles: list[str] = []
    whole = 0.0
    for title, told in rungs:
        _, coded, counts = np.unique(np.asarray(told), return_inverse=True, return_counts=True)
        share = counts / len(values)
        bits = float(-(share * np.log2(share)).sum())
        whole = whole or bits
        if codes and title != _DROPPED and (len(counts) >= len(np.unique(codes[-1])) or not any(told)):
            continue  # nothing becomes coarser, or nothing is left
        codes.append(coded.reshape(-1))
        losses.append(max(whole - bits, 0.0))
        titles.append(title)
    return _Ladder(header, tuple(codes), tuple(losses), tuple(titles))


def _rungs(kind: Quasi, header: str, has_township: bool) -> Iterator[tuple[str, Coarser]]:
    if kind == "birth":
        yield "只写年月", lambda value: "-".join(map(str, _born(header, value)[:2]))
        yield "只写年份", lambda value: str(_born(header, value)[0])
        yield "写成五年一段", lambda value: _band(_born(header, value)[0], 5)
        yield "写成十年一段", lambda value: _band(_born(header, value)[0], 10)
    elif kind == "age":
        for width, title in ((5, "写成五岁一段"), (10, "写成十岁一段"), (20, "写成二十岁一段")):
            yield title, lambda value, width=width: _band(_age(value), width)  # type: ignore[misc]
    elif kind == "village" and not has_township:
        yield "只写到乡镇、街道", lambda value: places(value)[1]
    elif kind == "disability":
        yield "只写有无", lambda value: "有" if value else ""


def _plain(kind: Quasi, header: str, value: str) -> str:
    """The value as others know it: 1990.05 and 1990年5月 are one."""
    if kind == "birth":
        return "-".join(map(str, _born(header, value)))
    if kind == "age":
        return str(_age(value))
    return "".join(value.split())


def _born(header: str, value: str) -> tuple[int | str, ...]:
    known = clues.known(value, {"出生": value})
    if known.birth_year is None:
        return (value, "", "")
    return known.birth_year, known.birth_month or "", known.birth_day or ""


def _age(value: str) -> int | str:
    digits = value.removesuffix("岁").removesuffix("周").strip()
    return int(digits) if digits.isdecimal() and len(digits) < 4 else value


def _band(value: int | str, width: int) -> str:
    if not isinstance(value, int):
        return value
    return str(value // width * width)


def _cures(ladders: Sequence[_Ladder], numbers: np.ndarray, fewest: int) -> Iterator[Cure]:
    """The cheapest generalisation that leaves no row alone; before it one that leaves a few, where it is cheaper."""
    most = max(int(len(numbers) * _LEFT), 1) if len(numbers) >= 20 else 0
    some = False
    tries = int(_WORK / max(len(numbers), 1) / max(len(ladders), 1))
    start = (0,) * len(ladders)
    waiting: list[tuple[float, int, tuple[int, ...]]] = [(0.0, 0, start)]
    seen = {start}
    while waiting and tries > 0:
        tries -= 1
        loss, _, levels = heapq.heappop(waiting)
        group = _groups([ladder.codes[level] for ladder, level in zip(ladders, levels, strict=True)])
        alone = group.sizes < fewest
        if any(levels) and (not alone.any() or (not some and alone.sum() <= most)):
            some = True
            kept = group.sizes[~alone]
            yield Cure(
                _steps(ladders, levels), int(kept.min()) if len(kept) else 0, tuple(numbers[alone].tolist()),
                round(loss, 2),
            )  # fmt: skip
            if not alone.any():
                return
        for k, ladder in enumerate(ladders):
            if levels[k] + 1 < len(ladder.codes):
                after = (*levels[:k], levels[k] + 1, *levels[k + 1 :])
                if after not in seen:
                    seen.add(after)
                    cost = loss - ladder.losses[levels[k]] + ladder.losses[levels[k] + 1]
                    heapq.heappush(waiting, (cost, sum(map(bool, after)), after))


def _steps(ladders: Sequence[_Ladder], levels: Sequence[int]) -> tuple[Step, ...]:
    return tuple(
        Step(ladder.header, ladder.titles[level]) for ladder, level in zip(ladders, levels, strict=True) if level
    )
