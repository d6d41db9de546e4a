"""Exam numbers that no label names; «…» marks each in its text, a text without is no list of examinees."""

from __future__ import annotations

import pytest

from tests.scanner import scanner

TEXTS = [
    "乡镇事业单位招聘笔试入围面试人员名单\n«31430521011» 张建国 74.25\n«31430521027» 李秀英 71.00\n«31430521034» 王　磊 68.50",
    "笔试成绩公示\n1 张建国 «25341802105» 72.10\n2 李秀英 «25341802118» 71.65\n3 王磊 «25341802131» 70.00",
    "体检人员准考证号如下：\n«8034011207»\n«8034011215»\n«8034011226»\n违纪取消：«8034011299» 曾某",
    # Posts and offices in between; the header tells the column, or several rows do.
    "序号 姓名 性别 报考岗位 准考证号 成绩\n1 张建国 男 县林业局 «3041100215» 72.5\n2 李秀英 女 县水利局办公室 «3041100387» 71.0",
    "岗位代码 招聘单位 姓名 准考证号\n01001 图书馆 张建国 «240513011»\n01002 文化馆 李秀英 «240513029»",
    "进入面试人员\n1 张建国 城关镇 综合岗A «AB20240118» 80\n2 李秀英 石桥镇 综合岗B «AB20240135» 79\n3 王磊 水阳镇 综合岗A «AB20240177» 78",
    "采购项目成绩\n1 第一中学 教学设备采购 3418022401 85\n2 第二中学 教学设备采购 3418022402 84\n3 第三中学 教学设备采购 3418022403 83",
    "面试人员\n序号 单位 岗位 单位代码 姓名\n1 图书馆 管理岗 3418020101 张建国\n2 文化馆 管理岗 3418020102 李秀英\n3 档案馆 管理岗 3418020103 王磊",
    "补贴发放名单\n1 张建国 34180210050 350.00\n2 李秀英 34180210051 420.00\n3 王磊 34180210052 280.00",
    "职位代码 姓名 单位\n0701001001 张建国 水利局\n0701001002 李秀英 水利局\n0701001003 王磊 林业局\n面试时间另行通知。",
    "参加面试人员岗位\n07010010 张建国\n07010010 李秀英\n07010010 王磊",
    "面试人员联系电话\n张建国 13800138001\n李秀英 13800138002\n王磊 13800138003",
    "笔试时间安排\n20250912 上午\n20250913 上午\n20250914 上午",
]


@pytest.mark.parametrize("marked", TEXTS)
def test_exam_numbers_of_a_list(marked: str) -> None:
    wanted = [piece.partition("»")[0] for piece in marked.split("«")[1:]]
    text = marked.replace("«", "").replace("»", "")
    found = [one for one in scanner().text(text).findings if one.entity == "EXAM_ID"]
    assert [text[one.start : one.end] for one in found] == wanted
