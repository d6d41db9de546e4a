"""What the index keeps: of whom and where, which masks and attributes; nothing in the clear; the way out and back."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from reviewer.identifiers.candidates import Known
from reviewer.keys import Key
from reviewer.linkage.tokens import Page, Tokens, aged, from_record, given, places, record, title
from reviewer.readers.plain import text_document
from tests.linkage.drafts import DAY, RARE, TOKENS, masked, number, read
from tests.scanner import scanner

ID = number("34250119020512124")
LIST = (
    "青禾县柳林镇2026年低保对象名单公示\n序号\t姓名\t行政村\t身份证号\t性别\t出生年月\n"
    f"1\t{RARE}\t杨树村\t{masked(ID, (0, 6), (14, 18)).replace('?', '*')}\t女\t1902年5月\n"
    f"2\t郜文启\t前进\t{masked(ID, (0, 3), (14, 18)).replace('?', '*')}\t男\t1903.1\n"
)


def told(known: Known) -> dict[str, object]:
    return {name: value for name in Known.__dataclass_fields__ if (value := getattr(known, name)) is not None}


def test_rows_of_a_list() -> None:
    found = read(LIST)
    assert [row.name for row in found.rows] == [TOKENS.name(RARE), TOKENS.name("郜文启")]
    assert [row.place for row in found.rows] == [
        TOKENS.place(("青禾县", "柳林镇", "杨树")), TOKENS.place(("青禾县", "柳林镇", "前进"))
    ]  # fmt: skip
    assert [[part.form for part in row.parts] for row in found.rows] == [
        ["342501????????" + ID[14:]], ["342???????????" + ID[14:]]
    ]  # fmt: skip
    assert [told(row.known) for row in found.rows] == [
        {"birth_year": 1902, "birth_month": 5, "male": False}, {"birth_year": 1903, "birth_month": 1, "male": True}
    ]  # fmt: skip
    assert {kind for row in found.rows for kind in row.kinds} == {"WELFARE"}
    assert [(row.at, row.list) for row in found.rows] == [(3, 0), (4, 0)]


@pytest.mark.parametrize(
    ("text", "parts", "kinds"),
    [
        # Masks that leave so many numbers that they are no finding are kept all the same.
        (f"柳林镇补贴名单\n姓名\t村\t手机号\n{RARE}\t杨树村\t138****1234\n", ["138????1234"], set()),
        (f"柳林镇补贴名单\n姓名\t村\t银行账号\n{RARE}\t杨树村\t6222*********1234\n", ["6222?????????1234"], set()),
        (f"大病救助公示\n姓名\t村\t病种\n{RARE}\t杨树村\t尿毒症\n", [], {"HEALTH"}),
        (f"关于反映杨树村道路问题的答复\n\n信访人{RARE}（电话138****1234）：\n您好！\n", ["138????1234"], {"INFORMANT"}),
        (f"姓名：{RARE}\n出生日期：1902年5月12日\n身份证号：3425**********1234\n病情：尿毒症\n",
         ["3425??????????1234"], {"HEALTH"}),
        (f"{RARE}（身份证号3425**********1234）和郜文启（身份证号3425**********4321）的申请收悉。\n",
         ["3425??????????1234"], set()),
    ],
)  # fmt: skip
def test_what_stands_with_a_person(text: str, parts: list[str], kinds: set[str]) -> None:
    row = next(row for row in read(text).rows if row.name == TOKENS.name(RARE))
    assert [part.form for part in row.parts] == parts
    assert kinds <= set(row.kinds)


def test_a_whole_number_is_kept_as_tokens_of_its_masks() -> None:
    text = f"柳林镇补贴名单\n姓名\t村\t身份证号\n{RARE}\t杨树村\t{ID}\n"
    (row,) = read(text).rows
    (whole,) = row.wholes
    assert whole == TOKENS.whole("ID_CARD", ID)
    for shown in (((0, 6), (14, 18)), ((0, 2), (15, 18)), ((0, 14),), ((6, 14),), ((14, 18),)):
        part = TOKENS.part("ID_CARD", masked(ID, *shown))
        assert part.usual and part.token in whole.masks
    assert not TOKENS.part("ID_CARD", masked(ID, (0, 6), (8, 10), (14, 18))).usual


def test_the_old_number_is_the_new_one() -> None:
    old = ID[:6] + ID[8:17]
    assert TOKENS.whole("ID_CARD", old) == TOKENS.whole("ID_CARD", ID)
    assert TOKENS.part("ID_CARD", old[:6] + "?" * 6 + old[12:]).form == f"34250119??????{ID[14:17]}?"


def test_rows_that_name_nobody_are_kept_for_their_attributes() -> None:
    text = "柳林镇残疾人名单\n序号\t村\t性别\t出生日期\n1\t杨树村\t女\t1902-05-12\n2\t前进村\t男\t1903-06-01\n"
    found = read(text).rows
    assert [row.name for row in found] == ["", ""]
    assert [told(row.known)["birth_day"] for row in found] == [12, 1]


@pytest.mark.parametrize(
    ("columns", "cells", "expected"),
    [
        ("村\t户籍地", "杨树村\t安徽省宣城市宣州区", ("青禾县", "柳林镇", "杨树")),
        ("户籍地", "青禾县石桥镇杨树村", ("青禾县", "石桥镇", "杨树")),
        ("户籍地", "宣州区水阳镇东村", ("青禾县", "柳林镇", "")),
        ("住址", "宣州区水阳镇杨柳村12号", ("宣州区", "水阳镇", "杨柳")),
        ("住址\t户籍", "石桥镇前进村\t青禾县柳林镇杨树村", ("青禾县", "石桥镇", "前进")),
    ],
)  # fmt: skip
def test_where_a_row_is_of(columns: str, cells: str, expected: tuple[str, str, str]) -> None:
    text = f"青禾县柳林镇补贴名单\n姓名\t{columns}\t手机号\n{RARE}\t{cells}\t138****1234\n"
    (found,) = read(text).rows
    assert found.place == TOKENS.place(expected)


@pytest.mark.parametrize("text", ["", "柳林镇人民政府关于防汛的通知\n各村：\n请做好防汛工作。\n", "*" * 60])
def test_drafts_of_nobody_give_nothing(text: str) -> None:
    assert read(text).rows == ()


def test_office_holders_are_no_persons_of_the_index() -> None:
    assert read("副县长缑茂林主持会议，局长郜文启出席。\n").rows == ()


def test_only_what_is_sealed_holds_what_was_published() -> None:
    found = read(LIST)
    kept = record(found)
    opened = json.dumps({**kept, "sealed": ""}, ensure_ascii=False)
    assert "342501" in kept["sealed"] and "1902" in kept["sealed"]
    assert re.search(f"34250|1902|杨树|{RARE}|{ID[14:]}", opened) is None
    assert re.search(f"342501|1902|杨树|{RARE}", repr(found)) is None
    assert from_record(json.loads(json.dumps(kept))) == found


def test_ages_and_coordinates_go_out_and_back() -> None:
    text = f"取水口坐标\n姓名\t年龄\n{RARE}\t70\n\n取水口坐标：东经117°14′04″，北纬31°07′24″。\n"
    found = given(scanner().text(text), Page("一", "水务局", "公告", DAY), TOKENS)
    assert found.points and found.rows[0].known.born_to == date(1956, 1, 5)
    assert from_record(json.loads(json.dumps(record(found)))) == found


def test_another_key_makes_other_tokens() -> None:
    one, other = (Tokens(Key(bytes([byte]) * 32).derive("linkage")) for byte in (1, 2))
    assert one.name(RARE) != other.name(RARE)
    assert one.name(RARE) != one.of("place", RARE)
    assert Key(b"1" * 32).derive("linkage") != Key(b"1" * 32).derive("value")


def test_an_age_tells_birth_dates_of_the_day_it_was_told() -> None:
    known = aged(Known(age=70), date(2020, 2, 29))
    assert (known.age, known.born_from, known.born_to) == (None, date(1949, 3, 1), date(1950, 2, 28))
    assert aged(Known(age=70, male=True), None) == Known(male=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("青禾县柳林镇2026年第三季度农村低保对象名单公示", ("青禾县", "柳林镇", "")),
        ("柳林镇杨树村三组12号", ("", "柳林镇", "杨树")),
        ("关于反映李家洼社区供水问题的答复", ("", "", "李家洼")),
        ("青禾县乡村振兴局关于全村各村的通知", ("青禾县", "", "")),
        ("", ("", "", "")),
    ],
)  # fmt: skip
def test_places(text: str, expected: tuple[str, str, str]) -> None:
    assert places(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("青禾县公示\n\n附件一\n姓名\t村\n", "青禾县公示 附件一"),
        ("行 政 处 罚 决 定 书\n当事人：", "行 政 处 罚 决 定 书"),
        ("青禾县补贴名单\n行政村,性别,出生年月\n上湾村,男,1960年3月\n", "青禾县补贴名单"),
        # Rows are no titles, however a list is set.
        ("行政村,性别,出生年月\n上湾村,男,1960年3月\n下湾村,女,1961年3月\n", ""),
        ("行政村,性别\n上湾村,男\n下湾村,女\n", ""),
        ("上湾村 男 1960年3月 视力\n下湾村 女 1961年3月 肢体\n", ""),
        ("青禾县 2026年 低保对象 公示（第三批）\n正文。", "青禾县 2026年 低保对象 公示（第三批）"),
        ("|行政村|性别|\n|---|---|\n|上湾村|男|\n", ""),
    ],
)
def test_titles_end_where_the_text_begins(text: str, expected: str) -> None:
    assert title(text_document(text)) == expected


@pytest.mark.parametrize(
    ("name", "mask"), [("缑某某", "缑**"), ("王某", "王*"), ("缑*林", "缑*林"), ("王××", "王**"), ("某某", "")]
)
def test_names_that_are_masked_stand_for_their_mask(name: str, mask: str) -> None:
    text = f"柳林镇补贴名单\n姓名\t村\t手机号\n{name}\t杨树村\t138****1234\n"
    (row,) = read(text).rows
    assert (row.name, row.hidden) == (TOKENS.name(mask) if mask else "", bool(mask))
    assert row.name in TOKENS.aliases({"缑": "缑茂林", "王": "王秀芳"}.get(name[0], "王秀芳")) or not mask
