"""What stands together: facts need a person, combinations and numbers of persons raise severities."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.readers.make_docx import docx, paragraph, run
from tests.scanner import found, scanner, seen


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("张建国患尿毒症。", {("NAME", "block"), ("HEALTH", "block")}),
        ("张某某患尿毒症。", {("NAME", "note"), ("HEALTH", "check")}),
        ("低保标准提高到每人每月700元。", set()),
        ("残疾人两项补贴政策解读。", set()),
        ("加强尿毒症等重大疾病医疗救助。", set()),
        ("举报人张建国反映的问题属实。", {("NAME", "check"), ("INFORMANT", "block")}),
        ("信访人张某某反映的问题属实。", {("NAME", "note"), ("INFORMANT", "note")}),
        ("举报电话：0563-3021234。", {("LANDLINE", "note")}),
        # The next sentence is another clause.
        ("张建国来访。本县有尿毒症患者300人。", {("NAME", "check")}),
    ],
)
def test_facts_and_persons(text: str, expected: set[tuple[str, str]]) -> None:
    got = {(entity, severity) for entity, _, severity in seen(text)}
    assert got - {("NAME", "check")} == expected - {("NAME", "check")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A form, one field a line.
        ("姓名：吴小军\n残疾等级：一级", {("WELFARE", "一级", "block")}),
        ("姓名：吴小军\n性别：男\n家庭人口：3\n健康状况：患有尿毒症", {("HEALTH", "尿毒症", "block")}),
        ("姓名：吴小军\n婚姻状况：离异", {("MARITAL", "离异", "check")}),
        ("姓名：吴小军\n政治面貌：群众", {("POLITICAL", "群众", "check")}),
        ("姓  名：吴小军\n宗教信仰：佛教", {("RELIGION", "佛教", "check")}),
        ("姓名：吴小军\n健康状况：良好", set()),
        # Other persons' forms and sentences say nothing of this one.
        ("姓名：吴小军\n\n全县政治面貌为群众的占三成。", set()),
        ("联系人：吴小军\n服务对象：低保户", set()),
        # Who is spoken of stands in the sentence before.
        ("确诊病例：王某，男。活动轨迹：5月2日9时许到某某超市购物", {("TRACK", "5月2日9时许到某某超市购物", "check")}),
        ("病例1：王某，男，34岁。\n5月1日居家。\n5月2日9时许到某某超市购物。", {("TRACK", "5月2日9时许到某某超市购物", "check")}),
        ("张建国来访。本县有尿毒症患者300人。", set()),
        ("张建国来访。\n5月2日全县开展义诊。5月3日9时许到某某超市购物的群众较多。", set()),
        # A pronoun, a word for the person, or no subject at all.
        ("吴小军，男，村民。其患有慢性肾炎多年。", {("HEALTH", "慢性肾炎", "block")}),
        ("吴小军于2023年进厂。该同志去年确诊矽肺二期。", {("HEALTH", "矽肺二期", "block")}),
        ("吴小军，男，住桥头镇。患有红斑狼疮。", {("HEALTH", "红斑狼疮", "block")}),
        ("当事人：吴小军，男。\n本局认为，当事人身患肝硬化，可以从轻处罚。", {("HEALTH", "肝硬化", "block")}),
        ("被询问人：吴小军\n问：身体如何？\n答：我有高血压。", {("HEALTH", "高血压", "block")}),
        ("吴小军先生：\n您好！您患有肺气肿，申请收悉。", {("HEALTH", "肺气肿", "block")}),
        ("吴小军来访。其他患有尿毒症的群众可以申请。", set()),
        ("联系人：吴小军。患有肺结核的人员可以申请。", set()),
        ("经办人吴小军。患有肺结核，可以申请。", set()),
        ("吴小军，男。其中患有肺结核的占三成。", set()),
        ("当事人：吴小军，男。\n当事人身患重病的，可以从轻处罚。", set()),
        ("吴小军先生：\n如果您患有肺气肿，请减少外出。", set()),
        ("各位家长：\n您患有肺气肿，请减少外出。", set()),
        # A word of whom else the sentence speaks takes no fact from whom it is tied to.
        ("患者吴小军（肺气肿），由主任医师李强接诊。", {("HEALTH", "肺气肿", "block")}),
        ("李强（主任医师，擅长肺气肿）每周三坐诊。", set()),
        ("应当对低保户、特困人员给予优惠，吴小军说。", set()),
        ("对低保户吴小军给予临时救助。", {("WELFARE", "低保户", "block")}),
        # Of whom no name is known, but the sex.
        ("兰州（女，满族）　区供热公司收费员", {("ETHNICITY", "满族", "check")}),
    ],
)
def test_facts_beside_the_sentence_that_names_the_person(text: str, expected: set[tuple[str, str, str]]) -> None:
    silent = ("NAME", "MINOR") if "岁" in text else ("NAME",)
    got = {one for one in seen(text) if one[0] not in silent and one[1] not in ("确诊病例", "活动轨迹")}
    assert got == expected


_BROKEN = [
    # A soft line break parts a paragraph; a line that a comma ends goes on in a text file, too.
    ("申请人吴小军|患有尿毒症，家庭困难。", {"尿毒症"}, set()),
    ("吴小军，男，|系低保户。", {"低保户"}, {"低保户"}),
    ("吴小军（男，46岁）|肢体残疾二级，每月领取护理补贴。", {"肢体残疾二级"}, set()),
    ("吴小军|男，46岁|肺癌晚期", {"肺癌晚期"}, set()),
    ("受助学生吴小军|12岁，就读于城关小学五年级", {"12岁", "城关小学五年级"}, set()),
    ("经评议，吴小军一户因其妻|患精神分裂症，予以救助", {"精神分裂症"}, set()),
    ("石小兰：|丈夫去世，本人患乳腺癌。", {"乳腺癌"}, set()),
    ("一、吴小军，|因车祸高位截瘫；|二、石小兰，|患尿毒症。", {"高位截瘫", "尿毒症"}, {"高位截瘫", "尿毒症"}),
    # Others, or nobody, is spoken of.
    ("联系人：吴小军|低保政策咨询电话：12345", set(), set()),
    ("文/吴小军|患尿毒症的群众可以申请大病救助。", set(), set()),
    ("吴小军同志先进事迹|多年来帮助残疾人、孤儿。", set(), set()),
    ("经办：吴小军|低保对象新增8人。", set(), set()),
    ("吴小军医生|擅长糖尿病、高血压的诊治。", set(), set()),
    ("吴小军来访。|　　患有肺结核的占三成。", set(), set()),
]


@pytest.mark.parametrize(("text", "soft", "plain"), _BROKEN)
def test_facts_behind_a_line_end(text: str, soft: set[str], plain: set[str], tmp_path: Path) -> None:
    lines = text.split("|")
    files = {
        "a.docx": docx(paragraph("<w:r><w:br/></w:r>".join(map(run, lines)))),
        "a.html": f"<p>{'<br>'.join(lines)}</p>".encode(),
        "a.txt": "\n".join(lines).encode(),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        facts = {one.value for one in scanner().file(tmp_path / name).findings if one.entity not in ("NAME", "DISCLOSURE")}
        assert facts == (plain if name == "a.txt" else soft), name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("序号\t信访人\t事项\n1\t骆小平\t拆迁补偿", {("INFORMANT", "骆小平", "block")}),
        ("序号\t举报人\t被举报人\n1\t骆小平\t韦大山", {("INFORMANT", "骆小平", "block")}),
        ("序号\t信访人\t事项\n1\t骆某某\t拆迁补偿", {("INFORMANT", "骆某某", "note")}),
        ("序号\t信访人\t经办人\n1\t匿名\t韦大山", set()),
        ("日期\t来电人\t诉求\n5月2日\t石小兰\t路灯不亮", {("INFORMANT", "石小兰", "block")}),
        ("信访人石小兰要求落实待遇。", {("INFORMANT", "石小兰", "block")}),
        ("被举报人石小兰已被约谈。", set()),
    ],
)
def test_informants(text: str, expected: set[tuple[str, str, str]]) -> None:
    assert {one for one in seen(text) if one[0] == "INFORMANT"} == expected


def test_a_persons_row_makes_facts_of_its_cells() -> None:
    text = "姓名\t健康状况\t备注\n张建国\t肺癌\t\n李秀英\t健康\t"
    assert {(e, v, s) for e, v, s in seen(text)} == {
        ("NAME", "张建国", "block"), ("HEALTH", "肺癌", "block"), ("NAME", "李秀英", "check"),
    }  # fmt: skip


def test_a_record_in_a_column_makes_facts_of_its_cells() -> None:
    text = "姓名\t吴小军\t骆小平\n身份证号\t340102190203071236\t34250119050615217X\n健康状况\t肺癌\t良好\n备注\t\t低保户"
    assert {(e, v, s) for e, v, s in seen(text) if e != "ID_CARD"} == {
        ("NAME", "吴小军", "block"), ("HEALTH", "肺癌", "block"), ("NAME", "骆小平", "block"), ("WELFARE", "低保户", "block"),
    }  # fmt: skip


@pytest.mark.parametrize(("count", "severity"), [(2499, "check"), (2500, "block")])
def test_many_persons(count: int, severity: str) -> None:
    text = "\n".join(f"手机138{k:08d}" for k in range(count))
    assert {one.severity for one in found(text) if one.entity == "PHONE"} == {severity}


def test_equal_values_count_once() -> None:
    text = "\n".join(["手机13800012345"] * 3000)
    assert {one.severity for one in found(text)} == {"check"}


def test_a_note_is_never_raised() -> None:
    text = "\n".join(f"办公电话：0563-{2000000 + k}" for k in range(2600))
    assert {one.severity for one in found(text)} == {"note"}


def test_a_fact_in_the_last_cell_of_a_record_of_lines() -> None:
    """A record with one cell a line ends with the text itself."""
    text = "监管名单\n序号\n被公示人\n内容\n民族\n出生日期\n1\n郎　琴\n线索\n汉\n1904年5月27日\n2\n查立商\n规章\n维吾尔族\n1904年11"
    assert found(text)
