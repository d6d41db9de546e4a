"""Hand-made tables: which rows stand alone, what their groups tell, and the cheapest cure."""

from __future__ import annotations

import pytest

from reviewer.linkage.anonymity import Anonymity, quasi, tables
from reviewer.readers.plain import text_document


def of(text: str, fewest: int = 3) -> list[Anonymity]:
    return list(tables(text_document(text), fewest))


def table(header: str, *rows: str) -> str:
    return "公示名单\n序号\t" + header + "\n" + "".join(f"{k}\t{row}\n" for k, row in enumerate(rows, start=1))


ALIKE = ("杨树村\t女\t1902年",) * 3 + ("前进村\t男\t1903年",) * 3


@pytest.mark.parametrize(
    ("text", "k", "singles", "few"),
    [
        (table("村\t性别\t出生年份", *ALIKE), 3, (), ()),
        (table("村\t性别\t出生年份", *ALIKE, "前进村\t女\t1903年"), 1, (9,), (9,)),
        (table("村\t性别\t出生年份", *ALIKE[:5]), 2, (), (6, 7)),
        # The same date, written in two ways.
        (table("村\t出生年月", "杨树村\t1902.05", "杨树村\t1902年5月", "杨树村\t1902-05"), 3, (), ()),
        (table("村\t年龄", "杨树村\t70岁", "杨树村\t70", "杨树村\t71"), 1, (5,), (3, 4, 5)),
        # What others can not know, singles out nobody.
        (table("村\t性别\t金额", "杨树村\t女\t1", "杨树村\t女\t2", "杨树村\t女\t3"), 3, (), ()),
    ],
)  # fmt: skip
def test_rows_that_stand_alone(text: str, k: int, singles: tuple[int, ...], few: tuple[int, ...]) -> None:
    (one,) = of(text)
    assert (one.k, one.singles, one.few) == (k, singles, few)
    assert bool(one.cures) == (k < 3)


@pytest.mark.parametrize(
    "text",
    [
        "", "公示\n姓名\t金额\n缑茂林\t3\n郜文启\t4\n", table("村\t金额", "杨树村\t1", "前进村\t2"),
        table("村\t性别", "杨树村\t女"), "村民\n性别\n",
    ],
)  # fmt: skip
def test_tables_that_tell_too_little_are_not_measured(text: str) -> None:
    assert of(text) == []


@pytest.mark.parametrize(
    ("rows", "steps"),
    [
        # Months differ, years do not.
        ([f"杨树村\t女\t1902.0{k}" for k in range(1, 7)], [("出生年月", "只写年份")]),
        # Years differ inside of ten: a band is cheaper than no column.
        ([f"杨树村\t女\t19{k % 10:02}年" for k in range(30, 39)], [("出生年月", "写成五年一段")]),
        # One column differs in every row, and no part of it helps.
        ([f"柳林镇{name}村\t女\t1902年" for name in ("杨树", "前进", "东湖", "西坡")], [("村", "只写到乡镇、街道")]),
        ([f"{name}村\t女\t1902年" for name in ("杨树", "前进", "东湖", "西坡")], [("村", "删去这一列")]),
        ([f"杨树村\t{sex}\t1902年" for sex in "男男女女"], [("性别", "删去这一列")]),
    ],
)  # fmt: skip
def test_the_cheapest_cure(rows: list[str], steps: list[tuple[str, str]]) -> None:
    (one,) = of(table("村\t性别\t出生年月", *rows))
    (cure,) = one.cures
    assert [(step.header, step.what) for step in cure.steps] == steps
    assert cure.k >= 3 and cure.left == () and cure.loss > 0


def test_with_a_township_beside_it_the_village_goes() -> None:
    rows = [f"柳林镇\t{name}村\t女" for name in ("杨树", "前进", "东湖")]
    (one,) = of(table("乡镇\t村\t性别", *rows))
    assert [(step.header, step.what) for step in one.cures[-1].steps] == [("村", "删去这一列")]


def test_a_few_odd_rows_may_be_left_where_that_is_cheaper() -> None:
    rows = ["杨树村\t女\t1902年"] * 15 + ["杨树村\t男\t1903年"] * 14 + ["前进村\t男\t1900年"]
    (one,) = of(table("村\t性别\t出生年份", *rows))
    assert one.singles == (32,)
    first, last = one.cures[0], one.cures[-1]
    assert last.left == () and first.loss <= last.loss


def test_a_group_that_tells_one_illness_tells_it_of_all() -> None:
    rows = ["杨树村\t女\t70\t肺癌"] * 3 + ["前进村\t男\t80\t肺癌"] * 2 + ["前进村\t男\t80\t肝炎"]
    (one,) = of(table("村\t性别\t年龄\t病种", *rows))
    assert one.k == 3 and dict(one.diversity) == {"病种": 1} and one.uniform == (3, 4, 5)
    mixed = ["杨树村\t女\t70\t肺癌", "杨树村\t女\t70\t肝炎", "杨树村\t女\t70\t肺癌"]
    (one,) = of(table("村\t性别\t年龄\t病种", *mixed))
    assert dict(one.diversity) == {"病种": 2} and one.uniform == ()


@pytest.mark.parametrize(("name", "named"), [("缑茂林", True), ("缑某某", False)])
def test_whether_the_table_names_persons(name: str, named: bool) -> None:
    text = f"公示\n姓名\t村\t性别\n{name}\t杨树村\t女\n{name}\t前进村\t男\n"
    (one,) = of(text)
    assert one.named is named


def test_no_value_is_kept() -> None:
    (one,) = of(table("村\t性别\t出生年月\t病种", *[f"杨树村\t女\t1902.0{k}\t肺癌" for k in range(1, 7)]))
    assert not any(value in repr(one) for value in ("杨树", "1902", "肺癌"))


def test_large_tables_are_measured_within_bounds() -> None:
    rows = [f"村{k % 97}村\t{'男女'[k % 2]}\t{1900 + k % 89}.{k % 12 + 1:02}\t{k % 7}级\t{k % 5}人" for k in range(8000)]
    (one,) = of(table("村\t性别\t出生年月\t残疾等级\t家庭人口", *rows))
    assert one.rows == 8000 and one.cures


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("所属乡镇", "township"), ("行政村", "village"), ("家庭住址", "village"), ("性别", "sex"), ("出生日期", "birth"),
        ("年龄（周岁）", "age"), ("民族", "ethnicity"), ("文化程度", "education"), ("毕业院校", "school"), ("残疾等级", "disability"),
        ("工作单位", "job"), ("婚姻状况", "marital"), ("与户主关系", "relation"), ("家庭人口", "household"),
        ("姓名", None), ("补贴金额", None), ("序号", None), ("身份证号", None),
    ],
)  # fmt: skip
def test_headers(header: str, kind: str | None) -> None:
    assert quasi(header) == kind
