"""Each name gets the role that its label, title, clause, column or list gives it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reviewer.scanning import Scanner
from reviewer.settings import Settings
from tests.scanner import found as scan
from tests.scanner import scanner

ROLES = [
    ("申请人：张建国，男", {"张建国": "applicant"}),
    ("行政复议申请人（签字）：李秀英", {"李秀英": "applicant"}),
    ("市自然资源局局长王志强出席会议", {"王志强": "office_holder"}),
    ("王志强局长出席会议", {"王志强": "office_holder"}),
    ("新闻发言人：陈晓东", {"陈晓东": "spokesperson"}),
    ("执法人员：赵立新、孙晓梅", {"赵立新": "judge", "孙晓梅": "judge"}),
    ("审判长：周文斌\n书记员：吴小燕", {"周文斌": "judge", "吴小燕": "judge"}),
    ("评审专家：郑国庆、冯丽华、陈建军", {"郑国庆": "expert", "冯丽华": "expert", "陈建军": "expert"}),
    ("法定代表人：许文涛", {"许文涛": "legal_representative"}),
    ("中标人：何俊杰", {"何俊杰": "bidder"}),
    ("被处罚人：吕长河", {"吕长河": "punished"}),
    ("信访人：施桂兰", {"施桂兰": "complainant"}),
    ("举报人：孔德明", {"孔德明": "informant"}),
    ("户主\t面积\n曹金花\t12.5\n严大勇\t8.2", {"曹金花": "household_head", "严大勇": "household_head"}),
    ("补贴对象\t金额\n华玉珍\t120\n金长根\t240", {"华玉珍": "beneficiary", "金长根": "beneficiary"}),
    ("患者：魏淑珍", {"魏淑珍": "patient"}),
    ("魏淑珍患有糖尿病", {"魏淑珍": "patient"}),
    ("监护人：陶永福", {"陶永福": "guardian"}),
    ("死者：姜大山", {"姜大山": "deceased"}),
    ("权利人：戚玉兰", {"戚玉兰": "owner"}),
    ("继承人：谢小军、谢小红", {"谢小军": "heir", "谢小红": "heir"}),
    ("拟录用人员：邹文静", {"邹文静": "candidate"}),
    ("姓名：邹文静\n性别：女\n职务：清溪县水利局副局长\n分工：负责防汛。", {"邹文静": "office_holder"}),
    ("姓  名\t邹文静\n现任职务\t副县长\n", {"邹文静": "office_holder"}),
    ("姓名：邹文静\n职务：某公司经理", {"邹文静": ""}),
    ("姓名：邹文静\n职务：清溪村村委会主任\n违法事实：侵占征地款。", {"邹文静": ""}),
    ("信息公开申请表\n姓名：邹文静\n职务：县水利局科员\n住址：柳林镇", {"邹文静": "applicant"}),
    ("姓名：邹文静\n职务：县水利局副局长\n分工：分管信访、行政处罚工作。", {"邹文静": "office_holder"}),
    ("姓名：邹文静\n电话：0563-5022018\n姓名：谢小军\n职务：副局长", {"邹文静": "", "谢小军": "office_holder"}),
    ("行政处罚决定书\n当事人姓名：邹文静\n职务：县水利局局长\n", {"邹文静": "punished"}),
    ("户主：喻大林，妻：柏秀珍", {"喻大林": "household_head", "柏秀珍": "relative"}),
    # no word of two characters takes a name's end away
    ("邻居陈华东侧的宅基地属于权利人戚玉兰。", {"陈华": "", "戚玉兰": "owner"}),
    ("齐宏：\n　　本院受理原告于长江诉你买卖合同纠纷一案。", {"齐宏": "party", "于长江": "party"}),
    ("船东：张建国　船号：浙象渔20117", {"张建国": "owner"}),
    ("窗口办理：张建国（窗口首席代表）牵头", {"张建国": "office_holder"}),
    ("举报人张建国反映违建。回访记录：张建国表示满意。", {"张建国": "informant"}),
    ("任拴柱，10月28日死亡；", {"任拴柱": "deceased"}),
    # a name has the role that it has elsewhere, private before office
    ("申请人：张建国\n经审查，张建国的申请符合条件。", {"张建国": "applicant"}),
    # duties: verbs by themselves, words that only end as duties do, offices and posts on either side
    ("（经办张建国　审核李秀英）", {"张建国": "office_holder", "李秀英": "office_holder"}),
    ("计分员：张建国　拍卖师：李秀英", {"张建国": "office_holder", "李秀英": "office_holder"}),
    ("指　　挥　　长：张建国", {"张建国": "office_holder"}),
    ("见证单位：县水利局张建国、县财政局李秀英", {"张建国": "office_holder", "李秀英": "office_holder"}),
    ("咨询：城建科张建国　0563-5021234", {"张建国": "contact"}),
    ("如有异议请与张建国联系，电话0563-5021234", {"张建国": "contact"}),
    ("联系人：市住建局村镇科张建国，电话0563-5021234", {"张建国": "contact"}),
    ("会上，张建国（司法所）、李秀英（派出所）发言。", {"张建国": "office_holder", "李秀英": "office_holder"}),
    ("成员：张建国　　县教育局局长\n　　　　李秀英　　县水利局局长", {"张建国": "office_holder", "李秀英": "office_holder"}),
    ("由张建国任组长，李秀英任副组长。", {"张建国": "office_holder", "李秀英": "office_holder"}),
    ("接诊医师张建国、护士李秀英已隔离。", {"张建国": "office_holder", "李秀英": "office_holder"}),
    ("乡镇审核：张建国　村级公示监督：李秀英", {"张建国": "office_holder", "李秀英": "office_holder"}),
    ("检查组：第一组张建国、李秀英", {"张建国": "office_holder", "李秀英": "office_holder"}),
    ("会计：张建国　水利站：李秀英", {"张建国": "office_holder", "李秀英": "office_holder"}),
    ("县地灾中心-张建国：收到", {"张建国": "office_holder"}),
    ("由张建国接替参加评审。", {"张建国": "office_holder"}),
    ("资料评审：张建国", {"张建国": "expert"}),
    ("文：张建国　图：李秀英", {"张建国": "spokesperson", "李秀英": "spokesperson"}),
    ("宏发砖厂（负责人：张建国）", {"张建国": "legal_representative"}),
    ("顺达超市负责人张建国在场。", {"张建国": "legal_representative"}),
    # no duty: what is done with somebody's papers, a relative to be called, who is ill himself
    ("审核张建国的材料。", {"张建国": ""}),
    ("联系人：张建国（父亲）", {"张建国": "relative"}),
    ("护士张建国确诊。", {"张建国": "patient"}),
    ("不予登记：张建国", {"张建国": ""}),
    ("暂缓受理：张建国", {"张建国": ""}),
    ("被抽检人员：张建国", {"张建国": ""}),
    ("被监管人员：张建国", {"张建国": ""}),
    # what a remark behind the name says; who is how old; the number of one of several
    ("张建国（监护人）签字确认。", {"张建国": "guardian"}),
    ("其子张建国，2012年出生", {"张建国": "minor"}),
    ("张建国，现就读于石塘镇中心小学五年级。", {"张建国": "minor"}),
    ("其孙女李秀英去年才出生。", {"李秀英": "minor"}),
    ("申请人2：张建国", {"张建国": "applicant"}),
    ("建设单位（个人）：张建国", {"张建国": "applicant"}),
    ("兹有张建国、李秀英夫妇申请收养。", {"张建国": "applicant", "李秀英": "applicant"}),
    ("新增低保：张建国、李秀英，其余不变", {"张建国": "beneficiary", "李秀英": "beneficiary"}),
    # the end of one row and the beginning of the next are no list
    ("姓名\t备注\t包保人\n张建国\t已排查\t李秀英\n周文斌\t已排查\t李秀英\n", {"张建国": "", "李秀英": "office_holder", "周文斌": ""}),
    # what a label says more exactly, what is said behind, of all of a list
    ("被询问人（继承人）：张建国", {"张建国": "heir"}),
    ("张建国、李秀英擅自占用耕地。", {"张建国": "punished", "李秀英": "punished"}),
    ("群众反映张建国擅自占用耕地。", {"张建国": "party"}),
    ("张建国（男，1950年生）因病医治无效，于2026年1月6日逝世。", {"张建国": "deceased"}),
    ("家庭成员：李秀英（妻）、张小明（子，9岁）", {"李秀英": "relative", "张小明": "minor"}),
    ("三年一班　张小明、四年二班　李小华", {"张小明": "minor", "李小华": "minor"}),
    # what a whole sentence says in front of the name
    ("举报人系其下属张建国，由县纪委核实。", {"张建国": "informant"}),
    ("该线索的举报人为本村村民李秀英。", {"李秀英": "informant"}),
    ("来信，张建国（退休职工）：建议增加泊位。", {"张建国": "complainant"}),
    ("来电，李秀英女士：公交太少。", {"李秀英": "complainant"}),
    ("梅苑小区业主张建国（3号楼）反映挡光。", {"张建国": "complainant"}),
    ("业主张建国购买了3号楼。", {"张建国": "owner"}),
    ("从执法人员名录库中随机抽取张建国、李秀英开展检查。", {"张建国": "judge", "李秀英": "judge"}),
    ("决定授予张建国等24名同志荣誉称号。", {"张建国": "candidate"}),
    ("九（1）班：张建国（班主任）　李秀英", {"张建国": "office_holder", "李秀英": "office_holder"}),
    ("顺达农资店，负责人张建国，抽检合格。", {"张建国": "legal_representative"}),
    ("镇农业农村综合服务中心审核：张建国", {"张建国": "office_holder"}),
    ("张建国、李秀英代表：\n你们提出的建议收悉。", {"张建国": "office_holder", "李秀英": "office_holder"}),
    # who is known only by the words behind the name, everywhere
    ("李大山系张建国之子。张建国外出。", {"李大山": "", "张建国": "relative"}),
    ("石塘村的张建国老人推开房门。张建国说，日子好了。", {"张建国": "beneficiary"}),
    ("关于张建国与李大山宅基地边界纠纷", {"张建国": "party", "李大山": "party"}),
]
LISTS = [
    # the heading above the list, the title, the columns beside the name; rows that blanks, strokes or slashes part
    ("清溪县拟聘用人员名单\n张建国　李秀英　王志强\n", "candidate"),
    ("2026年拟录用人员名单\n岗位01（护理）：张建国、李秀英\n岗位02（检验）：王志强\n", "candidate"),
    ("困难职工慰问名单\n1.张建国，纺织厂，2000元\n2.李秀英，农机厂，2000元\n3.王志强，化工厂，2000元\n", "beneficiary"),
    ("回迁安置选房顺序\n1号张建国　　2号李秀英　　3号王志强\n", "household_head"),
    ("孤儿基本生活费发放公示\n姓名\t性别\t金额\n张建国\t男\t1250\n李秀英\t女\t1250\n王志强\t男\t1250\n", "minor"),
    ("情况报告\n三、续发病例\n序号 姓名 性别 症状\n1 张建国 男 呕吐\n2 李秀英 女 腹泻\n3 王志强 男 发热\n", "patient"),
    ("检查情况\n企业│负责人│结果\n甲厂│张建国│正常\n乙厂│李秀英│正常\n丙厂│王志强│正常\n", "office_holder"),
    ("关于表彰优秀护工的决定\n各单位：\n决定如下。\n优秀护工（3名）\n张建国 李秀英 王志强\n", "candidate"),
    ("登记\n姓名/年龄/诊断\n张建国/38/流感\n李秀英/24/流感\n王志强/31/肺炎\n", "patient"),
]
GENRES = [
    ("责令限期改正违法行为通知书\n张建国：\n经查，你未经批准占用耕地建房，责令改正。", {"张建国": "punished"}),
    ("行政处罚决定书\n当事人：张建国\n经查，你擅自建房，决定罚款。", {"张建国": "punished"}),
    ("县长信箱来信选登\n我叫张建国，反映道路破损。\n答复：张建国同志，您好。", {"张建国": "complainant"}),
    ("2026年耕地地力保护补贴发放公示表\n姓名\t村组\n张建国\t一组\n李秀英\t二组", {"张建国": "beneficiary", "李秀英": "beneficiary"}),
    ("公众意见采纳情况说明\n退休教师张建国提出改名，予以采纳。", {"张建国": "complainant"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), ROLES)
def test_roles(text: str, wanted: dict[str, str]) -> None:
    found: dict[str, set[str]] = {}
    for one in scan(text):
        if one.entity == "NAME":
            found.setdefault(text[one.start : one.end], set()).add(one.role)
    assert found == {name: {role} for name, role in wanted.items()}


@pytest.mark.parametrize(("text", "role"), LISTS)
def test_the_names_of_a_list_have_its_role(text: str, role: str) -> None:
    names = {text[one.start : one.end]: one.role for one in scan(text) if one.entity == "NAME"}
    assert names == dict.fromkeys(("张建国", "李秀英", "王志强"), role)


@pytest.mark.parametrize(("text", "wanted"), GENRES)
def test_roles_that_the_genre_tells(text: str, wanted: dict[str, str]) -> None:
    assert {text[one.start : one.end]: one.role for one in scan(text) if one.entity == "NAME"} == wanted


def test_no_name_is_lawful_whose_person_is_told_of_elsewhere() -> None:
    text = "情况说明\n张小雨，三年级2班，因白血病休学。\n经查，张小雨缺少接种证明。\n"
    assert {one.severity for one in scan(text) if one.entity == "NAME"} == {"block"}


def test_a_list_is_no_form_of_one_person() -> None:
    """What one line says of a candidate says nothing of those on the other lines."""
    text = "公开招聘体检结果\n岗位1（语文）：张建国 合格；李秀英 合格\n岗位2（数学）：王志强 合格；赵小兰 暂缓（怀孕）\n"
    names = {text[one.start : one.end]: one for one in scan(text) if one.entity == "NAME"}
    assert names["赵小兰"].severity == "block"
    assert {names[name].severity for name in ("张建国", "李秀英", "王志强")} == {"note"}


def test_the_informant_is_who_tells_and_no_more_than_the_name() -> None:
    for text, wanted in (
        ("违法采矿案。孙某某夜间盗采，被群众李先生举报后查获。", ["李"]),
        ("序号\t反映人\t内容\n1\t张建国（电话13812345678）\t道路破损\n", ["张建国"]),
        ("关于违法用地案件的通报\n不详（据张建国反映系李大山所建）。", ["张建国"]),
        ("张建国来电咨询补贴政策。", []),
    ):
        found = [text[one.start : one.end] for one in scan(text) if one.entity == "INFORMANT"]
        assert found == wanted, text


def test_a_name_names_what_stands_with_it() -> None:
    text = "姓名\t身份证号\t手机\n张建国\t340102190001011234\t13812345678\n李秀英\t\t"
    names = {text[one.start : one.end]: one for one in scan(text) if one.entity == "NAME"}
    assert set(names["张建国"].combined_with) == {"ID_CARD", "PHONE"}
    assert names["李秀英"].combined_with == ()
    assert "居民身份证号码、手机号码" in names["张建国"].message


def test_who_wrote_the_file_tells_nothing_of_a_namesake(tmp_path: Path) -> None:
    """A row of a list is what it is, whatever the file's author is called."""
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["姓名", "病情"], ["张建国", "尿毒症"], ["李秀英", "糖尿病"]):
        book.active.append(row)
    book.properties.creator = "张建国"
    book.save(tmp_path / "a.xlsx")
    result = scanner().file(tmp_path / "a.xlsx")
    cells = [one.severity for one in result.findings if one.entity == "NAME" and one.locator.cell]
    author = [one.severity for one in result.findings if one.entity == "NAME" and not one.locator.cell]
    assert (cells, author) == (["block", "block"], ["note"])


@pytest.mark.parametrize(
    ("text", "today", "role"),
    [
        ("韦小燕（女，2008年11月出生），住石塘村。", date(2026, 11, 22), "minor"),
        ("韦小燕（女，2008年10月出生），住石塘村。", date(2026, 11, 22), ""),
        ("韦小燕，2010年出生，住石塘村。", date(2026, 11, 22), "minor"),
        ("韦小燕，2010年出生，住石塘村。", date(2030, 1, 1), ""),
        ("韦小燕，生于2015年5月3日，住石塘村。", date(2033, 5, 1), "minor"),
        ("韦小燕，生于2015年5月3日，住石塘村。", date(2033, 6, 1), ""),
        # The document's own day goes before the day of the scan, but none that is still to come.
        ("韦小燕，2010年出生，住石塘村。\n清溪县民政局\n2024年5月6日\n", date(2030, 1, 1), "minor"),
        ("韦小燕，2010年出生，住石塘村。\n清溪县民政局\n二〇二四年五月六日", date(2030, 1, 1), "minor"),
        ("发布日期：2024年5月6日\n韦小燕，2010年出生，住石塘村。", date(2030, 1, 1), "minor"),
        ("韦小燕，2010年出生，住石塘村。\n2034年5月6日", date(2026, 11, 22), "minor"),
        # Rows of a table.
        ("姓名\t出生年月\n韦小燕\t2010年5月\n李大有\t1903年4月", date(2026, 11, 22), "minor"),
        ("姓名\t出生日期\n韦小燕\t2010-05-03\n李大有\t1903-04-02", date(2029, 11, 22), ""),
        ("姓名\t出生年月\n韦小燕\t200812\n李大有\t190304", date(2026, 11, 22), "minor"),
    ],
)
def test_who_is_under_age_counts_to_the_day(text: str, today: date, role: str) -> None:
    found = Scanner(Settings(today=today)).text(text).findings
    assert next(one.role for one in found if one.entity == "NAME" and one.value == "韦小燕") == role
