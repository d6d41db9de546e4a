"""What texts say of how long they are to stand, and of who holds an office."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.rescan.lifecycle import Told, document_number, notices, number_key, title_key
from reviewer.review.clock import packaged

from ..pace import cost

PUBLISHED = date(2026, 8, 3)
NAMES = re.compile("高翔|孙志远|余长河|何家俊|许志强")
CALENDAR = packaged()


def told(title: str, text: str, published: date | None = PUBLISHED, column: str = "") -> Told:
    named = tuple(match.span() for match in NAMES.finditer(text))
    masked: Callable[[str], str] = lambda shown: NAMES.sub("某某", shown)  # noqa: E731
    return Told(title, "", column, published, "", named, lambda name: f"<{len(name)}{ord(name[0])}>", masked, CALENDAR)


def found(title: str, text: str, kind: str, published: date | None = PUBLISHED) -> list[str]:
    return [str(one.date) for one in notices(text, told(title, text, published)) if one.kind == kind]


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("公示期：2026年8月3日至8月7日。", "2026-08-07"),
        ("公示时间为2026年8月3日—2026年8月9日（5个工作日）", "2026-08-09"),
        ("公示期为5个工作日（8月3日—10日），如有异议请反映。", "2026-08-10"),
        ("公示期自2026年8月3日起5个工作日。", "2026-08-10"),
        ("公示期 5 个 工作日，自 2026 年 9 月 28 日 起", "2026-10-10"),
        ("公示期限为自公布之日起七天", "2026-08-10"),
        ("公示期为5个工作日，如有异议请反映", "2026-08-10"),
        ("现予公示，公示时间：8月3日至7日", "2026-08-07"),
        ("现于2026年8月3日至8月9日在县政府网站予以公示，接受监督。", "2026-08-09"),
        ("现进行为期7天的公示。", "2026-08-10"),
        ("公示截止日期：2026年8月10日", "2026-08-10"),
        ("公示开始时间：2026-08-03 09:00 公示结束时间：2026-08-06 17:00", "2026-08-06"),
        ("公示期（2026.8.3-8.7）", "2026-08-07"),
        ("公示自即日起至2026年8月7日止", "2026-08-07"),
        ("公示时间：2026年12月29日至1月5日", "2027-01-05"),
        ("公示7天（自8月3日起）", "2026-08-10"),
        ("如有异议，请自公示之日起5个工作日内向县人社局反映。", "2026-08-10"),
        ("公示日期\t2026-08-03至2026-08-07", "2026-08-07"),
        ("自公告之日起15个工作日内，对上述登记有异议的，请向本中心书面提出。", "2026-08-24"),
        ("公告期限\n自本公告发布之日起5个工作日", "2026-08-10"),
        ("本公示有效期为2026年8月3日到2026年8月13日", "2026-08-13"),
        ("公示期一个月", "2026-09-03"),
        ("公示期：二〇二六年八月三日至二〇二六年八月七日", "2026-08-07"),
        ("公示期间如无异议，将按程序办理。公示时间：8月3日至8月7日。", "2026-08-07"),
        ("现将拟录用的苏立、曾小禾等2名同志予以公示，公示期5个工作日，自公布之日起计算。", "2026-08-10"),
        ("经研究决定予以公示，公示期为8月3日至8月7日。", "2026-08-07"),
    ],
)
def test_announcement_periods(text: str, last: str) -> None:
    assert found("清溪县名单公示", text, "announcement_period") == [last]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("名单公示", "我局于2026年7月1日至7月7日对名单进行了公示，公示期间未收到异议。"),
        ("名单公示", "经公示无异议后，于2026年8月9日发放。"),
        ("名单公示", "经村务公开栏公示5个工作日后报镇政府。"),
        ("名单公示", "经现场公示5个工作日后报镇政府。"),
        ("名单公示", "该名单曾于2026年7月1日至7月7日公示。"),
        ("名单公示", "公示期不少于5个工作日，由镇政府组织。"),
        ("名单公示", "公示期满后5个工作日内签订合同。"),
        ("名单公示", "公示期一般为七天。"),
        ("名单公示", "公示期：长期"),
        ("名单公示", "公示期30日以上"),
        ("名单公示", "名单公示如下，联系电话每日8时至17时。"),
        ("许可结果公示", "2026-05-12至2031-05-11\t清溪县局\t公示"),
        ("公务员录用公示办法", "公示期为5个工作日。"),
        ("县人社局召开工作会议", "会议要求公示期为5个工作日。"),
        ("报名公告", "报名时间为2026年8月3日至8月7日。"),
    ],
)
def test_no_announcement_period(title: str, text: str) -> None:
    assert found(title, text, "announcement_period") == []


def test_a_period_without_any_day_has_no_end() -> None:
    assert found("名单公示", "公示期5个工作日。", "announcement_period", None) == ["None"]
    assert found("名单公示", "公示期5个工作日。\n\n2026年8月3日", "announcement_period", None) == ["2026-08-10"]


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("第二十条 本办法自2021年1月1日起施行，有效期五年。", "2026-01-01"),
        ("本办法自印发之日起施行，有效期3年。\n2024年3月1日", "2027-03-01"),
        ("本通告自2024年6月1日起施行，有效期至2027年5月31日。", "2027-05-31"),
        ("本细则自2025年1月1日起执行，试行两年。", "2027-01-01"),
        ("本规定自发布之日起30日后施行，有效期至2027年12月底。", "2027-12-31"),
        ("文件有效期：2021-01-01至2025-12-31", "2025-12-31"),
        ("失效日期：2025-12-31", "2025-12-31"),
        ("本方案自2024年1月1日起实施，2025年12月31日废止。", "2025-12-31"),
        ("本政策执行期限为2024年1月1日至2025年12月31日。", "2025-12-31"),
        ("本意见自2024年1月1日起实施，有效期为2024年1月1日至2025年12月31日。", "2025-12-31"),
    ],
)
def test_validity(text: str, last: str) -> None:
    assert found("清溪县某办法", text, "validity") == [last]


@pytest.mark.parametrize(
    "text",
    [
        "申请人应当提交在有效期内的身份证。",
        "采矿许可证有效期至2027年1月1日。",
        "本办法有效期届满自动失效。",
        "投标有效期90天，自投标截止之日起计算。",
        "面试成绩有效期两年，由招聘单位公布。",
        "项目实施期限为2024年1月1日至2025年12月31日，由县局组织实施。",
        "停电实施时间：2024年1月1日至1月2日。",
    ],
)
def test_no_validity_of_the_document(text: str) -> None:
    assert found("清溪县某办法", text, "validity") == []


@pytest.mark.parametrize(
    ("title", "text", "targets"),
    [
        ("细则", "本细则自2025年1月1日起执行。原《清溪县公租房管理细则》（清政办〔2019〕12号）同时废止。", ["清政办〔2019〕12号"]),
        ("通知", "原清政办[2015]第12号文件即行废止，《清溪县垃圾处理费办法》同时停止执行。",
         ["清政办〔2015〕12号", "清溪县垃圾处理费办法"]),
        ("通知", "根据《安徽省规范性文件管理办法》，决定废止《关于印发清溪县建房规定的通知》（清政〔2015〕6号）。",
         ["清政〔2015〕6号"]),
        ("清溪县人民政府关于废止部分行政规范性文件的决定",
         "经研究，决定废止下列文件：\n1.《清溪县房屋征收办法》（清政〔2012〕8号）\n2.关于加强禁烧的通知\t清政办〔2014〕33号",
         ["清政〔2012〕8号", "清政办〔2014〕33号"]),
        ("关于公布规范性文件清理结果的通知",
         "一、继续有效的文件\n《甲县某办法》（清政〔2012〕8号）\n二、宣布失效的文件\n《乙县某办法》（清政〔2013〕9号）", ["清政〔2013〕9号"]),
        ("关于废止和修改部分文件的决定",
         "一、废止的文件\n《甲县某办法》（清政〔2012〕8号）\n二、修改的文件\n《乙县某办法》（清政〔2013〕9号）", ["清政〔2012〕8号"]),
        ("关于拟废止文件征求意见的公告", "拟废止《清溪县某办法》。", []),
        ("通知", "不得以《清溪县某办法》已经废止为由拒绝办理。", []),
        ("通知", "《清溪县某办法》继续有效，不予废止。", []),
    ],
)  # fmt: skip
def test_repeals_of_others(title: str, text: str, targets: list[str]) -> None:
    assert [one.target for one in notices(text, told(title, text)) if one.kind == "repeal"] == targets


@pytest.mark.parametrize(
    ("title", "text", "is_repealed"),
    [
        ("某办法", "有 效 性：已废止\n第一条", True),
        ("某办法", "效力状态：失效\n第一条", True),
        ("某办法（已废止）", "第一条", True),
        ("某办法", "本文件已于2024年3月1日废止。", True),
        ("某办法", "有效性：有效\n第一条", False),
        ("某办法", "本办法有效期届满自动失效。", False),
        ("某办法", "本办法自2026年1月1日起施行。", False),
    ],
)
def test_what_says_of_itself_that_it_is_repealed(title: str, text: str, is_repealed: bool) -> None:
    own = [one for one in notices(text, told(title, text)) if one.kind == "repeal" and not one.target]
    assert bool(own) is is_repealed


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("任免通知", "任命：\n高翔同志为县财政局局长；\n孙志远为县教育局副局长。\n免去：\n余长河同志的县审计局局长职务；\n"
         "何家俊、许志强的县财政局副局长职务。",
         ["appointment 县财政局局长", "appointment 县教育局副局长", "removal 县审计局局长", "removal 县财政局副局长",
          "removal 县财政局副局长"]),
        ("通知", "高翔同志不再担任县审计局局长职务。", ["removal 县审计局局长"]),
        ("任职通知", "高翔同志任县财政局党组书记，不再担任县审计局局长职务。", ["removal 县审计局局长", "appointment 县财政局党组书记"]),
        ("通知", "免去高翔兼任的县行政学院院长职务，孙志远的县司法局副局长职务。",
         ["removal 县行政学院院长", "removal 县司法局副局长"]),
        ("通知", "任命高翔为县财政局局长，免去孙志远的县财政局局长职务。", ["appointment 县财政局局长", "removal 县财政局局长"]),
        ("通知", "决定免去余长河的清溪县卫生健康委员会主任职务", ["removal 清溪县卫生健康委员会主任"]),
        ("通知", "免去孙志远县教育局副局长职务。", ["removal 县教育局副局长"]),
        ("领导信息", "姓名：高翔\n性别：男\n职务：县教育局副局长\n工作分工：分管基础教育\n姓名：余长河\n学历：本科\n姓名：孙志远\n职 务：局长",
         ["in_office 县教育局副局长", "in_office 局长"]),
        ("局领导班子成员", "高翔\t党组书记、局长\t主持全面工作\n孙志远 副局长 分管财务\n余长河\n党组成员、副局长",
         ["in_office 党组书记、局长", "in_office 副局长", "in_office 副局长"]),
        ("县局开展走访慰问", "高翔局长走访慰问困难群众。", []),
        ("名单公示", "高翔，男，拟任县财政局局长。", []),
    ],
)  # fmt: skip
def test_offices(title: str, text: str, expected: list[str]) -> None:
    kinds = ("removal", "appointment", "in_office")
    every = [one for one in notices(text, told(title, text)) if one.kind in kinds]
    assert sorted(f"{one.kind} {one.target}" for one in every) == sorted(expected)
    assert all(one.person.startswith("<") and NAMES.search(one.evidence + one.target) is None for one in every)


def test_evidence_is_masked() -> None:
    text = "高翔的公示期：高翔2026年8月3日至8月7日"
    (one,) = notices(text, told("名单公示", text))
    assert "高翔" not in one.evidence and "某某" in one.evidence


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("清溪县人民政府文件\n清政〔2015〕6号\n关于印发规定的通知", "清政〔2015〕6号"),
        ("文号：清政办[2015]第12号\n", "清政办〔2015〕12号"),
        ("根据清政〔2015〕6号文件要求，现通知如下。", ""),
    ],
)
def test_own_number(text: str, number: str) -> None:
    assert document_number(text) == number


def test_keys() -> None:
    assert number_key("原皖政办 [2015] 第12号") == "皖政办〔2015〕12号"
    assert title_key("《甲县建房规定（试行）》") == title_key("甲县建房规定")


@pytest.mark.parametrize(
    "unit",
    ["公示期", "公示，", "《某办法》", "《某办法》废止", "清政〔2015〕6号", "本办法有效期", "自2026年8月3日起施行", "免去高翔的", "高翔、", "文本办法已"],
)
def test_hostile_texts_cost_no_more_than_their_length(unit: str) -> None:
    text = unit * (30_000 // len(unit))
    assert cost(lambda: list(notices(text, told("关于废止部分文件的名单公示", text, column="领导信息"))), 40) < 40


_WORDS = (
    "公示期 公示 公告 自 至 2026年 8月 3日 5个 工作日 有效期 五年 起施行 本办法 《 》 某办法 清政〔2015〕6号 同时废止 已废止 "
    "免去 任命 ： 高翔 同志 的 为 局长 职务 。 ； 、 〇 （ ） — 二〇二六年 十二月"
)


@given(st.lists(st.sampled_from([*_WORDS.split(), "\n", "\t"]), max_size=60).map("".join), st.sampled_from(["名单公示", "废止文件目录", "领导信息", ""]))
def test_every_notice_has_its_place_in_the_text(text: str, title: str) -> None:
    for one in notices(text, told(title, text)):
        assert 0 <= one.start <= one.end <= len(text)
        assert len(one.evidence) < 160
