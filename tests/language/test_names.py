"""Names: every row is a line with the names that must be found marked «…»; the rest must stay silent."""

from __future__ import annotations

import pytest
import regex

from reviewer.language import names
from reviewer.language.names import find_names, header_kind, is_pseudonym, looks_like_name, persons_in
from tests.pace import cost

FOUND = [
    # cue with a colon, white space, a bracket, nothing
    "申请人：«张建国»",
    "申请人:«张建国»，男",
    "申请人«张建国»",
    "户主 «欧阳建华»",
    "户主　«欧阳建华»",
    "户主姓名：«王　伟»",
    "姓名：«王 芳»  性别：女",
    "联系人:«李明»(13812345678)",
    "（联系人：«王芳»）",
    "联系人（«王芳» 0563-1234567）",
    "法定代表人　«买买提·艾力»",
    "法定代表人为«李大成»",
    "原告：«张三»，女，汉族",
    "被处罚人（个人）：«陈志强»",
    "申请人1：«张建国»",
    "网友“«张»先生”",
    "来信人：«刘桂兰» 电话",
    "签名：«张建国»",
    "拟稿人 «张三»    核稿 «李四»",
    "一审：«李明» 二审：«王强» 三审：«赵刚»",
    "承办人：«李明»  审核人：«王强»",
    "（记者 «王强» 通讯员 «李小明»）",
    "我是«张建国»，家住",
    "妻：«李秀英»",
    "收件人：«司马青»",
    # what follows tells where the name ends
    "申请人«张建国»提交了申请",
    "申请人«张伟»提交了申请",
    "申请人«李明»因不服",
    "申请人«王建»向我局提出",
    "申请人：«张建国»身份证号",
    "被告人«王大勇»犯盗窃罪",
    "其母«李秀英»患病",
    "受害人«张某»（女，12岁）",
    "申请人«于海涛»向我局申请公开",
    # names that are words: in a field of their own
    "负责人：«高峰»",
    "户主：«高兴国»",
    # minority names
    "户主：«白玛央金»",
    "申请人«乌兰其其格»，女",
    "代表：«买买提•艾力»",
    "被告«阿卜杜热合曼·吐尔逊»系",
    # lists
    "申请人：«张三»、«李四»、«欧阳明»",
    "由«张建国»、«李明»等3人",
    "«张建国»、«李明»、«王　芳»、«赵小刚»",
    "申请人：«张建国»（男）、«李秀英»（女）",
    "继承人：«胡小明»、«胡某»（未成年）",
    "联系人：市局办公室 «高翔宇»",
    "遗失声明：«胡桂英»遗失不动产权证书",
    "安徽分行行长«陈伟»说，",
    # records without a cue
    "«张建国»，男，1965年3月出生",
    "«张建国» 13812345678",
    "«王小明»（身份证号340102190001011234）",
    "«高峰»，男，汉族",
    # titles on either side
    "成立了以«秦建林»厅长为组长的厅政务公开工作领导小组",
    "厅长«秦建林»主持会议",
    "省自然资源厅党组书记、厅长«秦建林»主持会议",
    "«张伟»副局长",
    "由«张伟»副局长带队",
    "«李明»同志",
    "«王芳»女士",
    "«王»女士来电反映",
    "市民«王»女士反映",
    "局长«王强»",
    "民警«李雷»",
    "«欧阳建华»同志",
    "村民小组长«王德发»",
    # names that hide themselves
    "«张某某»与«李某甲»因纠纷",
    "安徽省«张**»、«李*明»等5户",
    "2026年农村低保对象公示_示例县人民政府",
    "申请人«张_国»，男",
    "«欧阳某»涉嫌",
    # given names that are words, or begin a word with the surname
    "姓名：«林国栋»",
    "申请人«吴国庆»提交了申请",
    "驾驶人«吴国庆»。",
    "声明人：«马长顺»",
    "自然人«梁永康»，住址：",
    "局长«高翔»多次带队调研",
    "评审专家名单：«沈卫东»、«蔡国栋»、«叶秋生»、«彭玉芳»、«吕志刚»（采购人代表）",
    "配偶«赵春梅»，长子«郑小龙»",
    "之女«林小雨»，9岁",
    "其子«王浩»",
    # what a clause says of the person it begins with
    "«马长顺»因保管不善，将不动产权证书遗失",
    "«王桂英»系低保户",
    "«田大勇»曾因盗窃罪被判处有期徒刑",
    "«周海燕»，家住宣城市",
    "«唐素珍»，生于1902年11月23日",
    "«姚桂芳»，肢体残疾二级",
    "«罗雪梅»8月10日乘坐列车返回",
    "经查，«任思远»月收入2100元",
    "关于«张建国»信访事项的答复",
    # labels written with blanks, salutations, signatures, lists of one name a line, file names
    "姓 名：«王 伟»",
    "户　　主：«刘德福»",
    "«张建国»：",
    "尊敬的«张建国»先生：",
    "«李秀英»同志：",
    "«孙志远»",
    "3．«孙志远»",
    "«孙志远»　　2024年5月6日",
    "«孙志远» «何家俊» «罗雪梅» «谢文博»",
    "«张三»身份证.jpg",
    "申请表（«王小明»）.docx",
    # a namesake in a private field
    "户主：«朱德»",
]

SILENT = [
    "申请人提交材料", "联系人电话：1234", "户主姓名", "申请人应当在", "负责人签字", "当事人陈述、申辩", "举报人隐私",
    "法定代表人身份证明", "联系人和电话", "申请人：合肥市某某公司", "申请人：张三丰面馆", "负责人：高明区人民政府",
    "当事人：宁国市南山街道王五超市", "习近平新时代中国特色社会主义思想", "习近平总书记强调", "毛泽东思想 邓小平理论",
    "记者从会议上了解到", "局长高度重视", "主任高兴地", "联系人：办公室", "联系人：综合科 电话",
    "经办人：      联系电话：",
    "黄山市市长", "江苏省省长", "担任局长", "投诉人反映的问题",
    "患者信息保护", "学生成绩", "居民身份证", "业主方同意",
    "申请人和利害关系人", "原告诉称", "法定代表人或者负责人", "群众关切", "专家严格评审", "负责人：单位", "申请人，男",
    "联系方式 13812345678", "博士生导师", "律师事务所", "史书记载", "有某种情况", "于某日发生", "应某些群众要求",
    "将某一专题", "对方某负责人", "高度重视，和平发展，任务完成", "各位老师", "申请人于2023年", "申请人曾于2023年",
    "1990年5月生，身份证号", "，1904年出生，身份证号", "年收入2.6万元", "60元×210", "2024年5月", "实施方案：", "附件：",
    "名称：", "方法、任务、程序", "水利、林业、农业等部门", "工作总结.docx", "身份证复印件.pdf", "高新区、开发区、安置点",
    "当事人应于收到本决定书之日起十五日内", "代理律师：合肥某律师事务所", "任副局长",
]  # fmt: skip


def unmark(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without its marks, and the marked stretches."""
    text, spans = "", []
    for piece in regex.split("(«[^»]*»)", marked):
        if piece.startswith("«"):
            spans.append((len(text), len(text) + len(piece) - 2))
            piece = piece[1:-1]
        text += piece
    return text, spans


@pytest.mark.parametrize("marked", FOUND + SILENT)
def test_names_of_a_line(marked: str) -> None:
    line, spans = unmark(marked)
    assert [(hit.start, hit.end) for hit in find_names(line)] == spans


@pytest.mark.parametrize("marked", FOUND)
def test_a_gate_lets_the_line_through(marked: str) -> None:
    line, _ = unmark(marked)
    assert any(regex.search(gate, line) for gate in names.GATES)


def test_hyperscan_takes_the_gates() -> None:
    # Where there is no wheel for it, the engine's own gate uses regex: see the test above.
    pytest.importorskip("hyperscan", reason="no hyperscan wheel for this machine")
    from reviewer.detect.prefilter import HyperscanGate

    gate = HyperscanGate(names.GATES, None)
    assert all(gate.line(unmark(marked)[0]) for marked in FOUND)
    assert not gate.line("根据省政府办公厅要求，现就进一步加强耕地保护工作提出以下意见。")


@pytest.mark.parametrize(
    ("line", "evidence", "private", "pseudonym", "confidence"),
    [
        ("申请人：张建国", "cue", True, False, "certain"),
        ("举报人：张某某", "cue", True, True, "certain"),
        ("经办人：张建国", "cue", False, False, "certain"),
        ("法定代表人：李大成", "cue", False, False, "certain"),
        ("联系人：李明", "cue", None, False, "certain"),
        ("联系人李明，户主李明", "cue", None, False, "certain"),
        ("签字：李明", "signature", None, False, "certain"),
        ("厅长秦建林", "title", False, False, "certain"),
        ("王芳女士", "title", None, False, "certain"),
        ("王女士", "surname-title", None, False, "possible"),
        ("负责人：高峰", "cue", False, False, "possible"),
        ("户主：白玛央金", "cue", True, False, "likely"),
        ("当事人张建国认为", "cue", True, False, "likely"),
        ("关于张建国信访事项的答复", "cue", True, False, "likely"),
        ("张建国：", "cue", True, False, "likely"),
        ("李秀英同志：", "cue", True, False, "certain"),
        ("评审专家名单：沈卫东、蔡国栋", "cue", False, False, "certain"),
        ("联系人：曹丽华（县自然资源局法规股），电话：0563-5021250", "cue", False, False, "certain"),
        ("联系人：曹丽华，电话：0563-5021250", "cue", False, False, "certain"),
        ("联系人：曹丽华，400-800-1234", "cue", False, False, "certain"),
        ("联系人：曹丽华，安徽宏图信息技术有限公司", "cue", False, False, "certain"),
        ("联系人：曹丽华，电话：13800001111", "cue", None, False, "certain"),
        ("马长顺因保管不善", "cue", None, False, "possible"),
    ],
)
def test_what_a_hit_says(
    line: str, evidence: str, private: bool | None, pseudonym: bool, confidence: str
) -> None:
    hit = find_names(line)[0]
    said = (hit.evidence, hit.private, hit.pseudonym, hit.confidence)
    assert said == (evidence, private, pseudonym, confidence)


def test_what_follows_the_line_tells_of_a_contact() -> None:
    assert [hit.private for hit in find_names("联系人：曹丽华", "电话：0563-5021250")] == [False]
    assert [hit.private for hit in find_names("联系人：曹丽华", "电话：13800001111")] == [None]


@pytest.mark.parametrize(
    ("cell", "confidence"),
    [
        ("张建国", "certain"), (" 张建国 ", "certain"), ("王　伟", "certain"), ("欧阳娜娜", "certain"),
        ("陈黄美玲", "certain"), ("买买提·艾力", "certain"), ("张某某", "certain"), ("李*", "certain"),
        ("*建国", "certain"), ("林国栋", "certain"), ("吴国庆", "likely"), ("白玛央金", "likely"), ("高峰", "possible"), ("合计", None), ("安徽", None),
        ("黄山", None), ("李庄", None), ("王家湾", None), ("雁翅村", None), ("单位", None), ("任务", None),
        ("项目", None), ("申请人", None), ("户主", None), ("", None), ("12", None), ("张三丰面馆", None),
        ("水阳镇", None), ("无", None), ("方便面", None),
    ],
)  # fmt: skip
def test_a_cell_that_is_a_name(cell: str, confidence: str | None) -> None:
    assert looks_like_name(cell) == confidence


@pytest.mark.parametrize(
    ("name", "hides"),
    [
        ("张某某", True), ("缑某某", True), ("仉某", True), ("逯某甲", True), ("欧阳某", True), ("缑*", True), ("某某", True),
        ("缑静", False), ("王某村", False), ("对某", False), ("在某某", False), ("", False),
    ],
)  # fmt: skip
def test_a_name_that_hides_itself(name: str, hides: bool) -> None:
    assert is_pseudonym(name) is hides


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("姓名", None), ("姓 名", None), ("姓名（签字）", None), ("户主", True), ("户主姓名", True), ("申请人", True),
        ("受益人", True), ("补贴对象", True), ("学生姓名", True), ("考生姓名", True), ("承包方代表姓名", True),
        ("家庭成员", True), ("联系人", None), ("法定代表人", False), ("负责人", False), ("经办人", False),
        ("监测责任人", False), ("单位名称", "no"), ("项目名称", "no"), ("村名", "no"), ("银行名称", "no"),
        ("联系人电话", "no"), ("户主身份证号", "no"), ("与户主关系", "no"), ("序号", "no"), ("户数", "no"), ("", "no"),
    ],
)  # fmt: skip
def test_a_column_header(header: str, kind: object) -> None:
    assert header_kind(header) == kind
    assert names.is_name_header(header) == (kind != "no")


@pytest.mark.parametrize(
    "marked",
    [
        "«张建国»患尿毒症", "经核查«刘桂兰»家庭属于低保户", "本村«王大山»为五保户", "对«刘小红»的残疾等级",
        "«欧阳建华»残疾等级二级", "«白玛央金»系残疾人", "«李»女士确诊肺癌", "«李某甲»肝硬化", "向«张建国»发放低保",
        "农村低保户«张建国»", "其母患癌症", "该患者确诊", "高度重视和平发展", "任务已经完成", "成功申请低保",
        "常年患病的群众", "马上办理残疾证", "项目资金用于低保户", "残疾人两项补贴标准", "尿毒症患者",
        "孤儿基本生活保障",
        "应当符合低保条件", "严重精神障碍患者管理", "江苏省残联", "方便残疾人办事", "安排低保资金", "温暖困难群众",
        "严格落实低保政策", "施行残疾人条例", "曾患肺结核", "钱款用于治疗", "黄山区低保对象", "康复治疗", "高血压病人",
        "闻宣传工作的规范化", "马铃薯种植户", "汪家村低保户", "张贴低保公示", "陈述残疾情况",
    ],
)  # fmt: skip
def test_persons_in_running_text(marked: str) -> None:
    clause, spans = unmark(marked)
    assert [(hit.start, hit.end) for hit in persons_in(clause)] == spans


def test_clear_cues_do_not_load_the_segmenter() -> None:
    import subprocess
    import sys

    code = (
        "import sys\nfrom reviewer.language.names import find_names\n"
        "assert find_names('申请人：张建国')\nassert find_names('厅长秦建林主持会议')\n"
        "assert not {'jieba', 'rjieba', 'pandas', 'spacy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    "piece",
    ["住址", "号", "王", "申请人", "申请人王", "王某", "，男，", "张建国，", "等人", "局长", "王局长", "买买提·",
     "张建国、", "王同志", "王老师", "张先生", "王系低保户，", "，王大因", "王芳、", "关于张建国", "联系人：曹丽华，", "王,8岁", "王 ", "王*", "申请人于海边", "王13812345678", "家家", "申请人：", "（", "某", "户主（"],
)  # fmt: skip
def test_hostile_lines_cost_linear_time(piece: str) -> None:
    find_names(piece * (1000 // len(piece)))
    line = piece * (40_000 // len(piece))
    # A tenth of that is usual; quadratic cost would take minutes.
    assert cost(lambda: find_names(line), 150) < 150
