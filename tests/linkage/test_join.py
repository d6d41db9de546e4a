"""Joins: each kind and what is none; contradictions; what is reported and to be changed; nothing found leaks."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.identifiers import resident_id
from reviewer.identifiers.candidates import HIDDEN, Known, resident_id_candidates
from reviewer.linkage.join import KIND_TITLES, counted, grouped, joins, named, repairs, settled, tokens_of
from reviewer.linkage.persons import by_name, persons
from reviewer.linkage.tokens import Given, Page, Point, Row
from tests.linkage.drafts import COMMON, MEASURE, RARE, masked, number, of_rows, of_texts, row
from tests.scanner import TODAY

ID = number("34250119020512124")
FRONT_BACK, FRONT, BIRTH = ((0, 6), (14, 18)), ((0, 14),), ((6, 14),)


def id_card(*shown: tuple[int, int], whole: str = ID) -> tuple[str, str]:
    return "ID_CARD", masked(whole, *shown)


def kinds(found: list) -> list[tuple[str, tuple[str, ...]]]:
    return sorted((one.kind, one.documents) for one in found)


LIST = "青禾县柳林镇2026年低保对象名单公示\n序号\t姓名\t行政村\t身份证号\t金额\n1\t{name}\t杨树村\t{id}\t500\n"
PENSION = "柳林镇养老补贴发放名单\n姓名\t村\t身份证号\t性别\n{name}\t杨树村\t{id}\t女\n"
ILL = "柳林镇大病救助对象公示\n姓名\t住址\t病种\t手机号\n{name}\t柳林镇杨树村三组\t尿毒症\t138****1234\n"
BORN = "柳林镇就业名单\n姓名\t村\t出生年月\n{name}\t杨树村\t1902.05\n"
NAMELESS = "柳林镇残疾人补贴名单\n序号\t村\t性别\t出生日期\t残疾类别\n1\t杨树村\t女\t1902-05-12\t视力\n"
LETTER = "关于反映柳林镇杨树村{what}问题的答复\n\n信访人{name}（电话138****1234）：\n您好！来信收悉。\n"
LAND = "柳林镇耕地补贴公示\n姓名\t村\t面积\n{name}\t杨树村\t3\n"


def stars(*shown: tuple[int, int]) -> str:
    return masked(ID, *shown).replace(HIDDEN, "*")


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ((LIST.format(name=RARE, id=stars(*FRONT_BACK)), PENSION.format(name=RARE, id=stars(*FRONT))),
         ["complementary_masks"]),
        ((LIST.format(name=RARE, id=ID), PENSION.format(name=RARE, id=stars(*FRONT))), ["complementary_masks"]),
        ((PENSION.format(name=RARE, id=stars(*FRONT_BACK)), BORN.format(name=RARE)), ["mask_plus_attributes"]),
        ((LIST.format(name=RARE, id=stars((0, 2), (15, 18))), ILL.format(name=RARE)), ["name_place_sensitive"]),
        ((LETTER.format(name=RARE, what="道路"), LETTER.format(name=RARE, what="饮水")), ["repeat_complainant"]),
        ((PENSION.format(name=RARE, id=stars(*FRONT)), NAMELESS), ["unique_row"]),
        # No joins: another village, another person, nothing new, a name that many bear.
        ((LIST.format(name=RARE, id=stars(*FRONT_BACK)),
          PENSION.format(name=RARE, id=stars(*FRONT)).replace("杨树", "前进")), []),
        ((LIST.format(name=RARE, id=stars(*FRONT_BACK)), PENSION.format(name="亓茂林", id=stars(*FRONT))), []),
        ((LIST.format(name=RARE, id=stars(*FRONT_BACK)), LIST.format(name=RARE, id=stars(*FRONT_BACK))), []),
        ((LAND.format(name=RARE), BORN.format(name=RARE)), []),
        ((BORN.format(name=COMMON), PENSION.format(name=COMMON, id=stars((0, 6), (15, 18)))), []),
        ((LETTER.format(name=COMMON, what="道路"), LETTER.format(name=RARE, what="饮水")), []),
        ((PENSION.format(name=RARE, id=stars(*FRONT)), NAMELESS.replace("1902-05-12", "1902-05-13")), []),
    ],
)  # fmt: skip
def test_drafts_join_or_not(texts: tuple[str, ...], expected: list[str]) -> None:
    found = of_texts(*texts)
    assert [one.kind for one in found] == expected
    for one in found:
        assert one.documents == ("1", "2") and one.after <= one.before and set(one.change) < {"1", "2"}


NO_AREA = f"青禾县柳林镇低保对象公示\n姓名\t行政村\t身份证号\n{RARE}\t柳林镇杨树村\t******{ID[6:]}\n"
ELSEWHERE = "青禾县柳林镇就业名单\n姓名\t行政村\t{header}\n{name}\t柳林镇杨树村\t{area}\n"


@pytest.mark.parametrize(
    "other",
    [
        *(ELSEWHERE.format(header=header, name=RARE, area="安徽省宣城市宣州区")
          for header in ("户籍地", "籍贯", "户籍所在地", "家庭住址", "出生地")),
        ELSEWHERE.format(header="家庭住址", name=RARE, area="安徽省宣城市宣州区水阳镇东村12号"),
        f"青禾县柳林镇好人榜\n\n{RARE}，女，籍贯安徽省宣城市宣州区，柳林镇杨树村村民。\n",
    ],
)  # fmt: skip
def test_the_area_that_one_document_masks_and_another_tells(other: str) -> None:
    """Whoever is registered in another county than that of the list is the person of the village all the same."""
    (one,) = of_texts(NO_AREA, other)
    assert (one.kind, one.documents, one.after) == ("mask_plus_attributes", ("1", "2"), 1)
    assert one.before > 300 and any("所属地区" in give.says for give in one.gives)


def test_an_address_beside_the_number_of_another_area_makes_no_other_person() -> None:
    """Whoever has moved has the number of where he came from: what he shows joins, the address takes nothing away."""
    born = Known(birth_year=1902, birth_month=5, birth_day=12)
    (one,) = of_rows(row(id_card(*FRONT_BACK)), row(known=replace(born, areas=frozenset(["110101"]))))
    (plain,) = of_rows(row(id_card(*FRONT_BACK)), row(known=born))
    assert (one.kind, one.before, one.after) == (plain.kind, plain.before, plain.after)
    lives = row(id_card(*FRONT), known=Known(areas=frozenset(["110101"])))
    assert kinds(of_rows(row(id_card(*FRONT_BACK)), lives)) == [("complementary_masks", ("1", "2"))]


def test_a_place_of_origin_is_not_where_somebody_lives() -> None:
    """Namesakes of two counties: what one list says of the origin does not bring them together."""
    elsewhere = ELSEWHERE.replace("青禾县柳林镇", "白石县柳林镇").format(header="籍贯", name=RARE, area="青禾县柳林镇杨树村")
    assert of_texts(NO_AREA, elsewhere) == []


@pytest.mark.parametrize(
    ("rows", "before", "after"),
    [
        ((row(id_card(*FRONT_BACK)), row(id_card(*FRONT))), 909, 1),
        ((row(id_card(*FRONT_BACK)), row(known=Known(birth_year=1902, birth_month=5, male=False))), 3325, 3),
        ((row(id_card(*FRONT_BACK)), row(wholes=[("ID_CARD", ID)])), 1, 1),
        ((row(("PHONE", "138????1234")), row(("PHONE", "138001?????"))), 10_000, 10),
        ((row(("BANK_CARD", "622202?????????1234")), row(("BANK_CARD", "6222021234567??????"))), 100_000, 10),
    ],
)  # fmt: skip
def test_candidates_are_counted_before_and_after(rows: tuple, before: int, after: int) -> None:
    (one,) = of_rows(*rows)
    assert one.after == after
    assert one.before == pytest.approx(before, rel=0.2)


def test_a_third_document_is_named_only_where_it_adds_something() -> None:
    found = of_rows(row(id_card(*FRONT_BACK)), row(id_card(*FRONT)), row(id_card((0, 6))), row())
    assert kinds(found) == [("complementary_masks", ("1", "2"))]
    together = of_rows(
        row(id_card(*FRONT_BACK)), row(known=Known(birth_year=1902)), row(known=Known(birth_year=1902, birth_month=5))
    )
    assert kinds(together) == [("mask_plus_attributes", ("1", "3"))]


def test_the_document_to_change_is_the_one_that_breaks_most() -> None:
    """Two persons of a welfare list: whoever changes the list breaks both chains."""
    other = number("34250119030608356")
    second = id_card(*FRONT, whole=other)
    found = of_rows(
        [row(id_card(*FRONT_BACK)), row(id_card(*FRONT_BACK, whole=other), name="郜文启", at=4)],
        row(id_card(*FRONT)), row(second, name="郜文启"),
    )  # fmt: skip
    assert len(found) == 2
    assert {one.change for one in found} == {("1",)}
    assert [(one.document, one.joins) for one in repairs(found)] == [("1", 2)]
    assert [(one.documents, one.persons) for one in grouped(found)] == [(("1", "2"), 1), (("1", "3"), 1)]


def test_all_documents_that_tell_the_same_must_be_changed() -> None:
    """Four lists show the mask, one the birth date: the one is changed, not the four."""
    lists = [row(id_card(*FRONT_BACK))] * 4
    (one,) = of_rows(*lists, row(id_card(*FRONT)))
    assert len(one.documents) == 5 and one.change == ("5",)
    assert {give.document for give in one.gives} == {"1", "2", "3", "4", "5"}


def test_documents_that_give_as_much_in_other_words_are_named_and_changed_with_it() -> None:
    """A welfare list shows the digits of another list: whoever changed one of both alone would change nothing."""
    lists = row(id_card(*FRONT_BACK)), row(id_card(*FRONT_BACK), kinds=["WELFARE"])
    (one,) = of_rows(lists[0], row(id_card(*FRONT)), lists[1])
    assert (one.documents, one.change, one.after) == (("1", "2", "3"), ("2",), 1)
    # Both sides stand twice: the two of one side are changed, not all four.
    (four,) = of_rows(lists[0], row(id_card(*FRONT)), lists[1], row(id_card(*FRONT), kinds=["WELFARE"]))
    assert four.documents == ("1", "2", "3", "4") and four.change in (("1", "3"), ("2", "4"))
    assert four.advice.startswith("以下几份都要改") and "删去" not in four.advice
    (whole,) = of_rows(*lists, row(wholes=[("ID_CARD", ID)]), row(wholes=[("ID_CARD", ID)], kinds=["WELFARE"]))
    assert (whole.documents, whole.change) == (("1", "2", "3", "4"), ("3", "4"))
    # The facts of the name: sick in one list, named with the village in two.
    sick = row(kinds=["HEALTH"], village="", known=Known(birth_year=1902, birth_month=5))
    homes = [row(id_card((6, 12)), table=k) for k in (0, -1)]
    for found in of_rows(sick, homes[0], replace(homes[1], kinds=frozenset(["MINOR"]))):
        assert set(found.change) <= set(found.documents)


def test_what_is_advised_fits_the_document_that_is_to_be_changed() -> None:
    """Who tells the birth date and no number is not told to mask one."""
    given = [
        Given(Page(name), "", (one,))
        for name, one in (("1", row(id_card(*FRONT_BACK))), ("2", row(known=Known(birth_year=1902, birth_month=5))))
    ]
    found, _ = named(by_name(given)[0][given[0].rows[0].name], MEASURE)
    for draft, says in ((0, "身份证号码"), (1, "出生日期只写年份")):
        (one,) = settled(found, [each.page for each in given].__getitem__, prefer=frozenset([draft]))
        assert one.change == (str(draft + 1),)
        assert says in one.advice or "删去出生年月" in one.advice


@pytest.mark.parametrize("kind", KIND_TITLES)
def test_nobody_is_told_that_one_becomes_one(kind: str) -> None:
    assert "1 个" not in counted(kind, 1, 1).replace("合起来 1 个点", "") and "1 人" not in counted(kind, 1, 1)
    assert kind == "coordinates" or "合起来剩 1 " in counted(kind, 1_234, 1)


def test_two_rows_of_one_list_are_two_people() -> None:
    assert of_rows([row(id_card(*FRONT_BACK)), row(at=4)], row(known=Known(birth_year=1902, birth_month=5))) == []


def test_a_row_that_may_be_two_people_s_is_neither_s() -> None:
    """Two namesakes whose masks contradict each other: an illness told of the name is of one of them, no one knows which."""
    other = number("34250119030608356")
    both = row(id_card(*FRONT)), row(id_card(*FRONT, whole=other))
    assert of_rows(*both, row(kinds=["HEALTH"]), row(known=Known(birth_year=1904, birth_month=1))) == []


@pytest.mark.parametrize(
    "change",
    [
        {"village": "前进"}, {"township": "石桥镇"}, {"name": "亓文海"}, {"known": Known(male=True)},
        {"known": Known(birth_year=1903, birth_month=5)},
    ],
)  # fmt: skip
def test_what_contradicts_is_of_another_person(change: dict) -> None:
    one, other = row(id_card(*FRONT_BACK, (16, 17))), row(id_card(*FRONT), known=Known(male=False))
    assert kinds(of_rows(one, other)) == [("complementary_masks", ("1", "2"))]
    assert of_rows(one, row(id_card((0, 6), (10, 14)), **change)) == []


def test_a_mask_of_another_number_is_not_the_whole_one_s() -> None:
    other = number("34250119020512346")
    assert of_rows(row(id_card(*FRONT_BACK, whole=other)), row(wholes=[("ID_CARD", ID)])) == []


def test_coordinates_that_outline_together() -> None:
    points = [(117.10, 31.10), (117.12, 31.10), (117.11, 31.13), (117.13, 31.12)]

    def documents(some: list, subject: str = "s") -> list[Given]:
        return [Given(Page(str(k)), points=(Point(subject, *one),)) for k, one in enumerate(some)]

    (one,) = joins(documents(points), MEASURE)
    assert (one.kind, one.entity, one.before, one.after, len(one.documents)) == ("coordinates", "COORD", 1, 4, 4)
    assert joins(documents([(117.1, 31.1), (117.2, 31.2), (117.3, 31.3)]), MEASURE) == []
    assert joins(documents(points[:2]), MEASURE) == []
    assert joins([*documents(points[:2]), *documents(points[2:], "another")], MEASURE) == []
    whole = Given(Page("all"), points=tuple(Point("s", *one) for one in points))
    assert joins([whole, *documents(points)], MEASURE) == []


def test_coordinates_of_drafts() -> None:
    text = "柳林镇取水口坐标\n\n{k}号取水口坐标：东经117°{a}′04″，北纬31°{b}′24″。\n"
    found = of_texts(*(text.format(k=k, a=a, b=b) for k, a, b in (("1", 14, 10), ("2", 15, 10), ("3", 14, 12))))
    assert kinds(found) == [("coordinates", ("1", "2", "3"))]


def test_rows_without_a_name_alike_point_at_nobody() -> None:
    known = Known(birth_year=1902, birth_month=5, birth_day=12, male=False)
    nameless = row(name="", known=known, kinds=["WELFARE"])
    named = row(id_card(*FRONT))
    assert [one.kind for one in of_rows(nameless, named)] == ["unique_row"]
    assert of_rows([nameless, replace(nameless, at=4)], named) == []
    assert of_rows([nameless, named]) == []


def test_masked_names_join_where_the_numbers_say_so() -> None:
    """王*芳 in two lists is many people, but not with the same last digits; 缑* fits no 王."""


    def of(*shown: tuple[int, int]) -> Row:
        return row(id_card(*shown), name="王*芳", hidden=True)

    assert kinds(of_rows(of((0, 10), (15, 18)), of((0, 6), (10, 18)))) == [("complementary_masks", ("1", "2"))]
    assert of_rows(of(*FRONT_BACK), of(*FRONT)) == []
    born = Known(birth_year=1902, birth_month=5, birth_day=12, male=False)
    hidden = row(name="缑*林", hidden=True, known=born, kinds=["WELFARE"])
    assert kinds(of_rows(hidden, row(id_card(*FRONT)))) == [("unique_row", ("1", "2"))]
    assert of_rows(hidden, row(id_card(*FRONT), name="王文林")) == []


def test_a_draft_asks_for_what_its_joins_need() -> None:
    draft = Given(Page("draft"), rows=(row(id_card(*FRONT_BACK)),), points=(Point("s", 1, 1),))
    asked = tokens_of(draft)
    assert asked == {draft.rows[0].name, draft.rows[0].place[2], "s"}


def test_no_join_tells_a_value() -> None:
    found = of_texts(
        LIST.format(name=RARE, id=stars(*FRONT_BACK)), PENSION.format(name=RARE, id=stars(*FRONT)),
        ILL.format(name=RARE), BORN.format(name=RARE), NAMELESS, LETTER.format(name=RARE, what="道路"),
        LETTER.format(name=RARE, what="饮水"),
    )  # fmt: skip
    assert {one.kind for one in found} >= {"complementary_masks", "name_place_sensitive", "repeat_complainant"}
    told = repr(found)
    assert re.search("[0-9]{5}|1234|1902|尿毒症|杨树|缑", told) is None
    assert all(one.kind in KIND_TITLES for one in found)


# Properties

FIRST = st.builds(
    lambda year, month, day, order: f"342501{year}{month:02}{day:02}{order:03}",
    st.integers(1900, 1905), st.integers(1, 12), st.integers(1, 28), st.integers(0, 999),
)  # fmt: skip
PLACES = st.sets(st.integers(0, 17), min_size=4, max_size=12)


def shows(whole: str, places: set[int]) -> tuple[str, str]:
    return "ID_CARD", "".join(char if k in places else HIDDEN for k, char in enumerate(whole))


@settings(max_examples=120)
@given(FIRST, PLACES)
def test_masks_that_complete_each_other_are_found(first17: str, places: set[int]) -> None:
    whole = number(first17)
    masks = [shows(whole, some) for some in (places, set(range(18)) - places)]
    before = min(resident_id_candidates(form, Known(), TODAY) for _, form in masks)
    # A mask that leaves one number by itself needs no other.
    expected = [("complementary_masks", ("1", "2"), before, 1)] if before > 1 else []
    found = of_rows(*map(row, masks))
    assert [(one.kind, one.documents, one.before, one.after) for one in found] == expected
    assert all(one.change for one in found)


@settings(max_examples=120)
@given(FIRST, PLACES, st.integers(0, 17), st.integers(1, 9))
def test_masks_that_contradict_each_other_never_join(first17: str, places: set[int], at: int, by: int) -> None:
    whole = number(first17)
    digit = "0" if whole[at] == "X" else str((int(whole[at]) + by) % 10)
    other = whole[:at] + digit + whole[at + 1 :]
    rest = set(range(18)) - places
    assert of_rows(row(shows(whole, places | {at})), row(shows(other, rest | {at}))) == []


@settings(max_examples=25)
@given(FIRST, st.lists(st.integers(10, 17), min_size=4, max_size=4, unique=True), st.integers(1, 3))
def test_counts_agree_with_trying_all(first17: str, hidden: list[int], cut: int) -> None:
    """Before and after are the numbers that fit, one tried after the other (the year is shown: any from 1900 counts)."""
    whole = number(first17)
    one = shows(whole, set(range(18)) - set(hidden[:3]))[1]
    other = shows(whole, set(range(18)) - set(hidden[cut:]))[1]
    together = shows(whole, set(range(18)) - (set(hidden[:3]) & set(hidden[cut:])))[1]
    counts = [_tried(form) for form in (one, other, together)]
    found = of_rows(row(("ID_CARD", one)), row(("ID_CARD", other)))
    if counts[2] < min(counts[:2]) and counts[2] <= 100:
        assert [(join.before, join.after) for join in found] == [(min(counts[:2]), counts[2])]
    else:
        assert found == []


def _tried(form: str) -> int:
    places = [k for k, char in enumerate(form) if char == HIDDEN]
    count = 0
    for digits in product("0123456789", repeat=len(places)):
        for last in "0123456789X" if form[17] == HIDDEN else form[17]:
            chars = list(form)
            for k, digit in zip(places, digits, strict=True):
                chars[k] = digit
            if form[17] == HIDDEN and chars[17] != "0":
                break
            chars[17] = last
            text = "".join(chars)
            count += resident_id.is_valid(text) and "19000101" <= text[6:14] <= f"{TODAY:%Y%m%d}"
    return count


@settings(max_examples=30)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(chance: random.Random) -> None:
    other = number("34250119030608356")
    documents = [
        Given(Page(str(k)), rows=(one,))
        for k, one in enumerate([
            row(id_card(*FRONT_BACK)), row(id_card(*FRONT)), row(id_card(*FRONT, whole=other)),
            row(kinds=["HEALTH"]), row(known=Known(birth_year=1903)), row(village="", known=Known(male=False)),
        ])
    ]  # fmt: skip
    named, _ = by_name(documents)
    (entries,) = named.values()
    expected = [sorted(entry.document for entry in one.entries) for one in persons(list(entries), MEASURE)]
    chance.shuffle(entries)
    assert [sorted(entry.document for entry in one.entries) for one in persons(entries, MEASURE)] == expected


def test_a_crowd_of_one_name_costs_no_time_for_each_pair() -> None:
    """A list of thousands of rows of one name in one village: those of the same number are found in the other list."""
    first = [row(("ID_CARD", f"342501????????{k:04}"), at=k) for k in range(2000)]
    second = [row(("ID_CARD", f"34250119020512{k:04}"), at=k) for k in range(0, 2000, 500)]
    assert all(one.after == 1 and one.documents == ("1", "2") for one in of_rows(first, second))
    named, _ = by_name([Given(Page("1"), rows=tuple(first)), Given(Page("2"), rows=tuple(first))])
    assert len(persons(next(iter(named.values())), MEASURE)) == 2000
