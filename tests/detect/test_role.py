"""Each name gets the role that its label, title, clause, column or list gives it."""

from __future__ import annotations

import pytest

from tests.scanner import found as scan

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
    ("户主：喻大林，妻：柏秀珍", {"喻大林": "household_head", "柏秀珍": "relative"}),
    # no word of two characters takes a name's end away
    ("邻居陈华东侧的宅基地属于权利人戚玉兰。", {"陈华": "", "戚玉兰": "owner"}),
    # a name has the role that it has elsewhere, private before office
    ("申请人：张建国\n经审查，张建国的申请符合条件。", {"张建国": "applicant"}),
]


@pytest.mark.parametrize(("text", "wanted"), ROLES)
def test_roles(text: str, wanted: dict[str, str]) -> None:
    found: dict[str, set[str]] = {}
    for one in scan(text):
        if one.entity == "NAME":
            found.setdefault(text[one.start : one.end], set()).add(one.role)
    assert found == {name: {role} for name, role in wanted.items()}


def test_a_name_names_what_stands_with_it() -> None:
    text = "姓名\t身份证号\t手机\n张建国\t340102190001011234\t13812345678\n李秀英\t\t"
    names = {text[one.start : one.end]: one for one in scan(text) if one.entity == "NAME"}
    assert set(names["张建国"].combined_with) == {"ID_CARD", "PHONE"}
    assert names["李秀英"].combined_with == ()
    assert "居民身份证号码、手机号码" in names["张建国"].message
