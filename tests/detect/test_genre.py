"""The genre is recognised with evidence, lowers only what it may, and names what must be shown."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from reviewer.detect.genre import LAWFUL, NEVER_LOWERED
from reviewer.evaluation import failing_trials
from reviewer.model import SEVERITIES, Document, Result
from reviewer.readers import read_file
from reviewer.rulebook.genre import Trial
from reviewer.rulebook.load import load_sound
from reviewer.scanning import Scanner, plain_document
from reviewer.settings import Limits, Settings
from tests.scanner import TODAY, scanner

SAMPLES = Path(__file__).parents[2] / "samples"
NAMES = sorted(
    path.name for path in SAMPLES.iterdir() if not path.name.endswith((".json", "README.md", ".doc", ".xls", ".png", "（扫描件）.pdf"))
)
GENRES = sorted(genre.title for genre in scanner().book.genres)

DECISION = """行政处罚决定书
某自然资罚〔2026〕12号
当事人：张建国，男
经查，你于2025年擅自占用土地建房，邻居李秀英证实。决定罚款2000元。如不服，可申请行政复议或者提起行政诉讼。
"""


@cache
def document(name: str) -> Document:
    return read_file(SAMPLES / name, Limits())


def scan_as(genre: str, name: str) -> Result:
    # The same rules, compiled once for all genres.
    told = copy(scanner())
    told.settings = Settings(today=TODAY, genre=genre)
    return told.document(document(name))


@pytest.mark.parametrize(
    "menu",
    [
        "公示公告\n互动交流\n行政处罚\n政策文件\n领导信息\n社会救助\n",
        "首页\n\n政务公开\n\n社会救助\n\n行政处罚\n\n互动交流\n\n低保公示\n",
        "首页 | 政务公开 | 社会救助 | 低保公示 | 办事服务 | 互动交流\n",
        "您现在所在的位置: 网站首页> 清溪县残疾人联合会> 工作动态\n",
        "首页 >> 残疾人联合会 >> 行政处罚\n",
    ],
)
def test_the_menu_of_a_site_tells_nothing_of_the_document(menu: str) -> None:
    text = f"{menu}清溪县水利局领导简介\n职务：副局长\n主办：清溪县人民政府办公室\n"
    genre = scanner().document(plain_document(text, TODAY)).genre
    assert genre is None or genre.name not in ("社会救助", "行政处罚")
    title = "清溪县2026年第一季度最低生活保障对象公示"
    told = scanner().document(plain_document(f"{menu}{title}\n下列家庭拟纳入低保，公示7天。\n", TODAY)).genre
    assert told is not None and told.name == "社会救助" and told.evidence[0] in title


@pytest.fixture(scope="module")
def without_genres() -> dict[str, Result]:
    bare = Scanner(Settings(today=TODAY), book=replace(scanner().book, genres=()))
    return {name: bare.document(document(name)) for name in NAMES}


@pytest.mark.parametrize("genre", GENRES)
def test_no_genre_silences_a_leak(genre: str, without_genres: dict[str, Result]) -> None:
    """Every genre is set on every sample: what is blocked stays blocked, nothing disappears."""
    for name in NAMES:
        found = {(one.start, one.end, one.rule): one for one in scan_as(genre, name).findings}
        for before in without_genres[name].findings:
            after = found.get((before.start, before.end, before.rule))
            assert after is not None, (name, before.rule, before.start)
            if before.severity == "block" or before.entity in NEVER_LOWERED:
                assert SEVERITIES.index(after.severity) >= SEVERITIES.index(before.severity), (name, before.rule)


def test_a_genre_is_told_with_its_evidence() -> None:
    genre = scanner().text(DECISION).genre
    assert genre is not None
    assert (genre.name, genre.confidence) == ("行政处罚", "certain")
    assert genre.evidence[0] == "行政处罚决定书"


HINTED = [
    # letters and notices with titles of many kinds: the text tells
    ("关于凤凰路施工扰民问题的回复", "网友您好！您的留言收悉，反映的问题已核查。感谢您的来信。", "信访与互动答复"),
    ("遗失声明", "本人将不动产权证书遗失，坐落清溪县青年路，不动产权第0001123号，向登记机构申请补发。", "不动产登记"),
    ("补正告知书", "你提出的政府信息公开申请收悉，依据《政府信息公开条例》，因内容不明确，请补正。本机关", "依申请公开答复"),
]


@pytest.mark.parametrize(("title", "text", "wanted"), HINTED)
def test_a_title_may_hint_at_what_the_text_tells(title: str, text: str, wanted: str) -> None:
    genre = scanner().text(f"{title}\n{text}\n").genre
    assert genre is not None and genre.name == wanted
    assert genre.confidence != "possible"
    alone = scanner().text(f"{title}\n").genre
    assert alone is None


def test_a_title_does_not_bear_itself_out() -> None:
    """What the title says is no evidence beside it, however many of the genre's words it holds."""
    title = "耕地地力保护补贴发放公示"
    alone, borne = (scanner().text(f"{title}\n{text}\n").genre for text in ("", "村民组：三组　补贴面积：5亩"))
    assert alone is not None and alone.confidence == "likely"
    assert borne is not None and borne.confidence == "certain"


def test_a_title_is_read_without_what_stands_in_brackets() -> None:
    genre = scanner().text("渔民补贴（休禁渔期间）发放公示表\n").genre
    assert genre is not None and genre.name == "惠农补贴"


def test_a_lost_card_is_no_property() -> None:
    text = "遗失启事\n△张建国不慎遗失居民身份证，声明作废。\n△李秀英遗失护士执业证书，声明作废。\n"
    assert scanner().text(text).genre is None


def test_roles_decide_in_a_genre() -> None:
    severities = {DECISION[one.start : one.end]: one.severity for one in scanner().text(DECISION).findings}
    assert severities["张建国"] == "note"
    assert severities["李秀英"] == "check"


def test_advice_fits_the_judgement() -> None:
    """What is lawful is not advised to be deleted; an address keeps the advice how far it may stay."""
    text = DECISION.replace("，男\n", "，男，住宣州区水阳镇梅溪村5组12号\n") + "执法人员：王立军\n"
    advice = {text[one.start : one.end]: one.advice for one in scanner().text(text).findings}
    assert advice["王立军"] == LAWFUL
    assert advice["宣州区水阳镇梅溪村5组12号"].startswith("保留至水阳镇")


def test_only_a_certain_genre_lowers() -> None:
    text = DECISION.replace("行政处罚决定书\n", "决定书\n")
    assert {one.severity for one in scanner().text(text).findings if text[one.start : one.end] == "张建国"} == {"check"}


def test_what_must_be_shown_is_missed_when_masked_or_absent() -> None:
    masked = DECISION.replace("当事人：张建国", "被处罚人：张某某")
    messages = [one.message for one in scanner().text(masked).findings]
    assert any(message.startswith("依法应公开：被处罚人的姓名") for message in messages)
    long = DECISION.replace("如不服，可申请行政复议或者提起行政诉讼。", "") + "以上事实有现场勘测笔录和照片为证。" * 12
    found = [one for one in scanner().text(long).findings if one.entity == "DISCLOSURE"]
    assert [long[one.start : one.end] for one in found] == ["行政处罚决定书"]
    # A document that only its file name calls a decision has its note at its first words.
    named = replace(plain_document(long.split("\n", 1)[1], scanner().settings), path="行政处罚决定书.txt")
    found = [one for one in scanner().document(named).findings if one.entity == "DISCLOSURE"]
    assert [named.text[one.start : one.end] for one in found] == ["某自然资罚〔2026〕12号"]
    assert not [one for one in scanner().text(DECISION).findings if one.entity == "DISCLOSURE"]


SHOWN = [
    # there, under another name, padded or full width; or not due in this kind of document
    "拟聘用人员公示\n现予公示（2026年12月1日至12月9日）。{}\n拟聘用：张建国、李秀英\n纪检监督：０７３７－４６２２３９０\n",
    "公开招聘体检结果及考察人员名单\n{}\n张建国 合格\n李秀英 合格\n联系人：王老师，0750-7722356\n",
    "公共租赁住房配租摇号结果公示\n申请人\t房源\n张建国\t3栋\n{}\n公示时间：9月1日—9月15日\n住房保障中心 电 话：0634-8867702\n",
    "行政处罚信息公示表\n当事人\t处罚结果\t文号\n张建国\t罚款\t清交罚〔2026〕3号\n{}\n",
    "政府信息公开申请办理情况登记台账\n申请人\t办理结果\n张建国\t予以公开\n{}\n",
    "县长信箱来信选登\n来信人：张*\n内容：道路破损。{}\n答复：您好，已安排维修。\n清溪县交通运输局\n2026年5月1日\n电话：0563-5021234\n",
]


@pytest.mark.parametrize("text", SHOWN)
def test_what_is_there_or_not_due_is_not_missed(text: str) -> None:
    result = scanner().text(text.format("有关事项已经按照规定办理，详细情况另行说明。" * 9))
    assert result.genre is not None
    assert [one.message for one in result.findings if one.entity == "DISCLOSURE"] == []


TITLES = [
    # lines of the text that look like a title of another kind
    ("南渡镇联调联处会商纪要\n时间：2026年8月12日上午\n参加人：张建国、李秀英\n一、关于边界纠纷\n", "工作动态与新媒体"),
    ("关于大桥封闭施工的通告\n施工期间请绕行。\n上一篇：市委书记调研大运河建设\n", "工作动态与新媒体"),
    ("关于做好信访举报件办理工作的通知（讨论稿）\n信访人来信来电反映的，及时核查办结。\n", "信访与互动答复"),
    ("公告\n因拟录用人员体检需要，5月10日停止对外办公。招聘单位已通知。\n", "招考录用"),
    ("房屋坍塌事故调查报告\n死者张建国，伤亡情况如下。事故发生后组织救援。\n", "疫情应急"),
]


@pytest.mark.parametrize(("text", "wrong"), TITLES)
def test_fields_and_links_are_no_title(text: str, wrong: str) -> None:
    genre = scanner().text(text).genre
    assert genre is None or genre.name != wrong or genre.confidence == "possible"


def test_a_bare_title_is_told_by_the_first_sentence() -> None:
    text = "公示名单\n经面试、体检，确定以下2人为“三支一扶”计划拟招募人员。\n张建国　男\n李秀英　女\n"
    genre = scanner().text(text).genre
    assert genre is not None and genre.name == "招考录用"


def test_the_examples_of_each_genre_hold() -> None:
    """As `reviewer rules test` runs them; an example that does not fit is told with its file and line."""
    book, faults = load_sound()
    assert not faults
    assert failing_trials(book.genres, lambda text: scanner().text(text).genre) == []
    wrong = replace(book.genres[0], trials=(Trial("会议通知", True, 7), Trial("会议通知", False, 8)))
    (failure,) = failing_trials((wrong,), lambda text: scanner().text(text).genre)
    assert (failure.line, failure.file) == (7, wrong.file)


RELIEF = "民政部门按标准发放，低保对象、特困人员家庭生活困难，公示期5天。\n1、张建国，石塘村。\n"
TITLED = [
    ("清溪县临时救助对象名单公示", "certain"),
    ("关于公布低保对象名单的通知", "certain"),
    ("低保户、特困户及临时救助发放明细", "certain"),
    ("关于走访慰问困难群众名单的函", "likely"),
    ("关于报送临时救助对象名单的请示（送审稿）", "likely"),
    ("环卫工人体检及困难群众救助明细", "likely"),
]


@pytest.mark.parametrize(("title", "confidence"), TITLED)
def test_a_title_that_says_more_than_the_genre_makes_none_certain(title: str, confidence: str) -> None:
    genre = scanner().text(f"{title}\n{RELIEF}").genre
    assert genre is not None and (genre.name, genre.confidence) == ("社会救助", confidence)
