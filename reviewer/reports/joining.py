"""汇聚风险 in reports: joins grouped, the worst first, in plain Chinese; tables whose rows single somebody out.

All that is told here is masked already: documents, places in them, kinds of facts. What masks a path is the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from reviewer.linkage.anonymity import Anonymity, Cure, Step
from reviewer.linkage.join import KIND_TITLES, Gives, Group, Join, Repair, counted, grouped, repairs
from reviewer.model import ENTITY_TITLES, Severity

TRIED = 10
"""so few candidates can be tried one after the other: a person has to look at it"""
_SHOWN = 30
_DOCUMENTS = 5
_ROWS = 8
BASIS = "个人信息保护法第四、六、三十四条；保守国家秘密法实施条例第四十三条"
Path = Callable[[str], str]
"""what shows a path"""


@dataclass(frozen=True, slots=True)
class Joining:
    """What is told beside findings. tables: (path, measure); documents: how many were held against, None: not told."""

    joins: Sequence[Join] = ()
    tables: Sequence[tuple[str, Anonymity]] = ()
    documents: int | None = None


def severity(one: Join) -> Severity:
    """check where few enough are left to be tried, note else."""
    return "check" if one.after <= TRIED else "note"


# JSON


def fields(one: Join, path: Path = str) -> dict[str, Any]:
    """A join as JSON has it; `join_of` is the way back."""
    return {
        "kind": one.kind, "severity": severity(one), "documents": [path(name) for name in one.documents],
        "entity": one.entity, "before": one.before, "after": one.after, "probability": one.probability,
        "gives": [{"path": path(give.document), "at": give.at, "says": give.says} for give in one.gives],
        "change": [path(name) for name in one.change], "advice": advice(one, path),
    }  # fmt: skip


def join_of(told: Mapping[str, Any]) -> Join:
    """The join of `fields`. Raises KeyError, TypeError or ValueError for what is none."""
    if told["kind"] not in KIND_TITLES or told["entity"] not in ENTITY_TITLES:
        raise ValueError("kind")
    return Join(
        told["kind"], tuple(map(str, told["documents"])), str(told["entity"]), int(told["before"]), int(told["after"]),
        float(told["probability"]),
        tuple(Gives(str(give["path"]), int(give["at"]), str(give["says"])) for give in told["gives"]),
        tuple(map(str, told["change"])), str(told["advice"]),
    )  # fmt: skip


def advice(one: Join, path: Path = str) -> str:
    """What to do, with the paths as they are to be shown."""
    said = one.advice
    for name in one.change:
        if (shown := path(name)) != name:
            said = said.replace(name, shown)
    return said


def table_fields(path: str, one: Anonymity) -> dict[str, Any]:
    """A table as JSON has it."""
    return {
        "path": path, "table": one.table + 1, "rows": one.rows, "columns": list(one.quasi), "k": one.k,
        "singles": list(one.singles), "few": list(one.few), "uniform": list(one.uniform),
        "cures": [
            {"steps": [{"column": step.header, "what": step.what} for step in cure.steps], "k": cure.k,
             "left": list(cure.left)}
            for cure in one.cures
        ],
        "says": table_says(one),
    }  # fmt: skip


def table_of(told: Mapping[str, Any]) -> tuple[str, Anonymity]:
    """(path, measure) of `table_fields`."""
    cures = tuple(
        Cure(tuple(Step(step["column"], step["what"]) for step in cure["steps"]), cure["k"], tuple(cure["left"]), 0.0)
        for cure in told["cures"]
    )
    return told["path"], Anonymity(
        told["rows"], tuple(told["columns"]), told["k"], tuple(told["singles"]), tuple(told["few"]), {},
        tuple(told["uniform"]), cures, table=told["table"] - 1,
    )  # fmt: skip


# Words


def singles_out(one: Anonymity) -> bool:
    """Whether a table that names nobody tells who somebody is: what a report says something of."""
    return not one.named and bool(one.singles or one.few or one.uniform)


def cleaned(one: Anonymity, masked: Callable[[str], str]) -> Anonymity:
    """The measure with its headers masked: they are words of the draft."""

    def step(told: Step) -> Step:
        return replace(told, header=masked(told.header))

    cures = tuple(replace(cure, steps=tuple(map(step, cure.steps))) for cure in one.cures)
    told = {masked(header): count for header, count in one.diversity.items()}
    return replace(one, quasi=tuple(map(masked, one.quasi)), diversity=told, cures=cures)


def table_says(one: Anonymity) -> str:
    """What a table gives away and what would cure it, in Chinese."""
    known = "、".join(one.quasi)
    told = [f"第 {one.table + 1} 张表（{one.rows:,} 行）没有写姓名，但知道某人{known}的人"]
    if one.singles:
        told.append(f"能认出其中 {len(one.singles):,} 行是谁（{_rows(one.singles)}只有一行是这样）")
    else:
        told.append(f"能把 {len(one.few):,} 行缩到两三个人（{_rows(one.few)}）" if one.few else "虽认不出是哪一行")
    if one.uniform:
        told.append(f"{len(one.uniform):,} 行所在的一组情况都相同，等于说了每个人的情况（{_rows(one.uniform)}）")
    said = "，".join(told) + "。"
    cures = [_cure(cure.steps, cure.left) for cure in one.cures]
    return said + (f"改法：{'；或者'.join(cures)}。" if cures else "")


def _cure(steps: Iterable[Any], left: Sequence[int]) -> str:
    told = "，".join(f"“{step.header}”{step.what}" for step in steps)
    return f"{told}，再另行处理 {len(left)} 行（{_rows(left)}）" if left else told


def _rows(rows: Sequence[int]) -> str:
    shown = "、".join(map(str, rows[:_ROWS]))
    return f"第 {shown} 行等" if len(rows) > _ROWS else f"第 {shown} 行"


def ordered(joins: Iterable[Join]) -> list[Group]:
    """Joins of one kind between the same documents as one, the worst first: fewest left, then most people."""
    return sorted(grouped(joins), key=lambda one: (one.fewest, -one.persons, one.kind, one.documents))


def title(one: Group) -> str:
    """身份证号码：同一号码的遮法不一，可以拼起来（3 处，单看约 9 个可能，合起来剩 1 个可能）"""
    what = ENTITY_TITLES[one.worst.entity]
    return f"{what}：{KIND_TITLES[one.kind]}（{one.persons:,} 处，{_left(one.worst)}）"


def _left(one: Join) -> str:
    return counted(one.kind, one.before, one.after)


def gives(one: Join, path: Path = str) -> Iterator[str]:
    """What each document gives: 低保名单.xlsx（第 12 行）：姓名、村居"""
    for give in one.gives[:_DOCUMENTS]:
        where = f"（第 {give.at} 行）" if give.at else ""
        yield f"{path(give.document)}{where}：{give.says}"
    if (rest := len(one.gives) - _DOCUMENTS) > 0:
        yield f"另有 {rest:,} 份没有列出，给的差不多"


def head(told: Joining) -> str:
    """The first sentence of the section."""
    many = f"与已公开的 {told.documents:,} 份文件比对：" if told.documents is not None else ""
    if not told.joins:
        return f"{many}没有发现合起来会说出更多的地方。"
    groups = len(grouped(told.joins))
    first = repairs(told.joins)
    return f"{many}{len(told.joins):,} 处，合成 {groups:,} 组；要改 {len(first):,} 份文件。"


def lines(told: Joining, path: Path = str, most: int = _SHOWN) -> Iterator[tuple[int, str]]:
    """The section for a terminal: (how far it is indented, text)."""
    yield 0, head(told)
    every = ordered(told.joins)
    for number, one in enumerate(every[:most], start=1):
        yield 0, ""
        yield 0, f"{number}. {title(one)}"
        for said in gives(one.worst, path):
            yield 3, said
        yield 3, f"同一人的可能：{one.worst.probability:.0%}"
        yield 3, f"建议：{advice(one.worst, path)}"
    if len(every) > most:
        yield 0, ""
        yield 0, f"另有 {len(every) - most:,} 组没有列出，请用 --format html 或 xlsx、json 查看全部。"
    if len(every) > 1:
        yield 0, ""
        yield 0, f"先改这几份，断开的最多：{_first(repairs(told.joins), path)}"
    for name, table in told.tables:
        yield 0, ""
        yield 0, f"{path(name)}：{table_says(table)}"


def _first(some: Sequence[Repair], path: Path) -> str:
    return "；".join(f"{path(one.document)}（{one.joins:,} 处）" for one in some[:_DOCUMENTS])


def section(told: Joining, path: Path = str, most: int = 500) -> Iterator[str]:
    """The section of a page; classes are those of report.css."""
    yield f'<section class="joins" id="joins"><h2>汇聚风险</h2><p>{escape(head(told))}</p>\n'
    every = ordered(told.joins)
    for one in every[:most]:
        worst = one.worst
        yield f'<article class="card s-{severity(worst)}"><h3>{escape(title(one))}</h3><ul>'
        yield from (f"<li>{escape(said)}</li>" for said in gives(worst, path))
        yield f"</ul><p>同一人的可能：{worst.probability:.0%}</p>"
        yield f"<p><b>建议</b> {escape(advice(worst, path))}</p></article>\n"
    if len(every) > most:
        yield f'<p class="more">另有 {len(every) - most:,} 组没有列出，请用 --format xlsx 或 json 查看全部。</p>\n'
    some = repairs(told.joins)
    if len(every) > 1:
        yield '<h3>先改哪几份</h3><table class="grid"><thead><tr><th scope="col">文件</th>'
        yield '<th scope="col">断开几处</th></tr></thead><tbody>'
        yield from (f"<tr><td>{escape(path(one.document))}</td><td>{one.joins:,}</td></tr>" for one in some[:50])
        yield "</tbody></table>\n"
    for name, table in told.tables:
        yield f"<p>{escape(path(name))}：{escape(table_says(table))}</p>\n"
    yield f'<p class="fine">依据：{BASIS}。</p></section>\n'


COLUMNS = (
    ("序号", 7), ("种类", 30), ("内容", 16), ("处数", 8), ("单看", 10), ("合起来", 10), ("同一人的可能", 12),
    ("文件", 60), ("各给了什么", 70), ("改哪几份", 50), ("建议", 70),
)  # fmt: skip
TABLE_COLUMNS = (
    ("文件", 40), ("第几张表", 10), ("行数", 9), ("独一份的行", 11), ("不到 3 行的", 11), ("说明与改法", 100)
)  # fmt: skip


def rows(joins: Iterable[Join], path: Path = str) -> Iterator[list[str | int | None]]:
    """The rows of a sheet of COLUMNS, one for each group."""
    for number, one in enumerate(ordered(joins), start=1):
        worst = one.worst
        yield [
            number, KIND_TITLES[one.kind], ENTITY_TITLES[worst.entity], one.persons, worst.before, worst.after,
            f"{worst.probability:.0%}", "\n".join(path(name) for name in one.documents), "\n".join(gives(worst, path)),
            "\n".join(path(name) for name in worst.change), advice(worst, path),
        ]  # fmt: skip


def table_rows(tables: Iterable[tuple[str, Anonymity]], path: Path = str) -> Iterator[list[str | int | None]]:
    """The rows of a sheet of TABLE_COLUMNS."""
    for name, one in tables:
        yield [path(name), one.table + 1, one.rows, len(one.singles), len(one.few), table_says(one)]
