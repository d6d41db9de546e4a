"""What cue words and the trained detector say of one name, and which of them is believed."""

from __future__ import annotations

import pytest

from tests.scanner import scanner


def names(text: str) -> list[str]:
    return [text[one.start : one.end] for one in scanner().text(text).findings if one.entity == "NAME"]


@pytest.mark.parametrize(
    "text, wanted",
    [
        # A cue tells where a name begins; the detector where it ends, or the other way round.
        ("竞买人张丹以55万元竞得。", ["张丹"]),
        ("谈判小组由王立军、李志刚、曹华组成。", ["王立军", "李志刚", "曹华"]),
        ("双方发生争执，孙某3将周××打伤。", ["孙某3", "周××"]),
        ("座谈会上，李志刚、南登-厄普顿先后发言。", ["李志刚", "南登-厄普顿"]),
        ("上述房产赠与其孙谭培。", ["谭培"]),
        ("其妻王丽、子王孝思、女王小小申请继承。", ["王丽", "王孝思", "王小小"]),
        # A surname that the list knows and the detector does not.
        ("竞买人即墨志栋以人民币6万元竞得。", ["即墨志栋"]),
        # What the detector does not see: villages of a list, the end of a word.
        ("对王小口、马东塘、司马塆3个地质灾害点开展巡查。", []),
        ("江苏某律师事务所出具了意见书。", []),
        ("购买王致和、康师傅等品牌的食品。", []),
        # Behind a label the same is a name.
        ("户主：张小桥", ["张小桥"]),
        ("举报人李大沟反映的问题", ["李大沟"]),
        ("邻居陈华东侧的宅基地", ["陈华"]),
        # Words beside a name: whose kin, the day, what the person does, a rank.
        ("其祖父王建国、其外婆亓秀兰，养父郄文博均已故。", ["王建国", "亓秀兰", "郄文博"]),
        ("寺庙值守：初五郝建军，初六逯思远，初七桓远，十五日闭门。", ["郝建军", "逯思远", "桓远"]),
        ("初三学生参加中考，初一新生报到。", []),
        ("第五条　不满十四周岁未成年人的个人信息属于敏感个人信息。", []),
        ("队长郏文带领队员进山，村民仝海自愿参加。", ["郏文", "仝海"]),
        ("百米决赛：王建国第一、郄远第二、逯明第三。", ["王建国", "郄远", "逯明"]),
        # Compound surnames are hardly anything else; but some of them name villages and shops.
        ("经查，澹台锐锋系该户户主，款项由闾丘晓代领。", ["澹台锐锋", "闾丘晓"]),
        ("途经诸葛岭、欧阳村，终点为慕容记杂货店。", []),
        # Of what the detector half believes: behind a title, before a mark; no verb, no courtesy.
        ("会务组发放名单：尔古曲者、王建国。", ["尔古曲者", "王建国"]),
        ("该房屋由赫厄恩-蒂奥莱自建。", ["赫厄恩-蒂奥莱"]),
        # A surname between a mark and what the detector takes for the whole name.
        ("案由：郏建军无证驾驶", ["郏建军"]),
    ],
)  # fmt: skip
def test_cue_and_detector(text: str, wanted: list[str]) -> None:
    assert names(text) == wanted


@pytest.mark.parametrize(
    "text, wanted",
    [
        # Where a rare surname begins and where its given name ends.
        ("经办人：撒摆晓英，电话13800001111。", ["撒摆晓英"]),
        ("乌庚生生前为该村村民。", ["乌庚生"]),
        ("该户由乌文文自行修缮。", ["乌文文"]),
        ("短跑：呼云第一，王建国第三。", ["呼云", "王建国"]),
        ("步源因患病去世，匡芳正在住院治疗。", ["步源", "匡芳"]),
        ("驾驶员纪勇驾驶货车，由法官滕飞独任审理。", ["纪勇", "滕飞"]),
        ("宅基地北至叶金火屋，南至路。", ["叶金火"]),
        ("户主荣超，男。", ["荣超"]),
        # A word that is a name beside a title, a count, a telephone or between marks.
        ("委托代理人密林律师、申请人王建国到庭参加听证。", ["密林", "王建国"]),
        ("士民等3名村民到场。", ["士民"]),
        ("联系人：路　由，电话0551-62345678", ["路　由"]),
        ("材料员：师　范（手机13800001111）", ["师　范"]),
        # And where it is the word.
        ("宗教信仰：基督教\n自理能力：全自理", []),
        ("向低保户发放大米、油和慰问金。", []),
        ("嫌疑人身高一米七，戴黑框眼镜，戴口罩。", []),
        ("住房公积金缴存比例为百分之十二，缴存比不得低于5%，缴存基数不变。", []),
    ],
)  # fmt: skip
def test_rare_surnames_and_words(text: str, wanted: list[str]) -> None:
    assert names(text) == wanted


def test_what_the_cue_says_of_the_person_stays() -> None:
    """The span is the detector's, the role the cue's."""
    text = "举报人刘豪私自拆除了围墙。"
    (one,) = [one for one in scanner().text(text).findings if one.entity == "NAME"]
    assert (text[one.start : one.end], one.role) == ("刘豪", "informant")


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("1号芦瑞雪　　2号靳会来\n3号要京京　　4号及永红　　5号郝家兴", ["芦瑞雪", "靳会来", "要京京", "及永红", "郝家兴"]),
        ("缺考人员：王立军、李志刚、高原、陈美玲、方圆。", ["王立军", "李志刚", "高原", "陈美玲", "方圆"]),
        # Among other words a name is one still.
        ("捐赠物资和人员：大米、食用油、王建国、棉被、李秀英、口罩。", ["王建国", "李秀英"]),
        # Padded names among whole ones; a heading whose characters stand apart holds none.
        ("赵向阳　　逄　　一　　李明强　　桓　　磊　　仝　洁　　王建国", ["赵向阳", "逄　　一", "李明强", "桓　　磊", "仝　洁", "王建国"]),
        ("青禾县 人 民 政 府 文 件 通 知 公 告 书", []),
        ("谢小军，男，中共党员，现任青禾县交通运输局副局长。", ["谢小军"]),
        ("村委会主任谢小军市劳动模范，带领村民修路。", ["谢小军"]),
        # Two surnames, of which the detector knows one.
        ("记录员：摆撒晓英。", ["摆撒晓英"]),
        # Labels and places among names are none.
        ("宣传科　王立军　李志刚　单位　陈美玲　高新区", ["王立军", "李志刚", "陈美玲"]),
        ("联系人：路　由　电话：0391-7711862", ["路　由"]),
        ("信用科：师　范，0416-3888206", ["师　范"]),
        ("单　位：项　目　部", []),
        # Beside a day or a compass point, where the next one has a name; but lessons, villages and rivers have none.
        ("门诊安排：周一卜凡、周二郄文博，周三亓官远，周四停诊。", ["卜凡", "郄文博", "亓官远"]),
        ("该院落东邻王建军，西邻郏文，南邻大路，北邻河道。", ["王建军", "郏文"]),
        ("该地块东至王庄，西至柳河，南至金山，北至公路。", []),
        ("拔河比赛：东村第一、南村第二、西村第三。", []),
        ("周一例会，周二检查，周三培训，周四下乡。", []),
        # Padded in one place, plain in another; a word of the dictionary stays one.
        ("受让人：卞　峰\n因受让人卞峰涉诉，法院查封其份额。", ["卞　峰", "卞峰"]),
        ("联系人：高　峰\n做好旅游高峰期的疏导。", ["高　峰"]),
    ],
)  # fmt: skip
def test_names_among_names(text: str, wanted: list[str]) -> None:
    assert names(text) == wanted


@pytest.mark.parametrize(
    "text, wanted",
    [
        # Rows of plain text: the odd cell of a column of names; the header is none.
        ("岗位,带班人\n门卫,高原\n食堂,王建国\n车队,李明强\n仓库,赵晓梅", ["高原", "王建国", "李明强", "赵晓梅"]),
        ("1 | 王建国 | 水泥\n2 | 李明强 | 黄沙\n3 | 成功 | 石子\n合计 | 3人 | 5吨", ["王建国", "李明强", "成功"]),
        # A column of villages, of things, of which few are written like names.
        ("马坊,3户\n高桥,2户\n常山,1户\n方家渡,4户", []),
        ("钢材,王建国\n黄沙,李明强\n水泥,赵晓梅\n金属,陈志远", ["王建国", "李明强", "赵晓梅", "陈志远"]),
    ],
)  # fmt: skip
def test_the_odd_cell_of_a_column_in_plain_text(text: str, wanted: list[str]) -> None:
    assert names(text) == wanted


def test_an_odd_name_in_a_column_of_names() -> None:
    cells = ["王小明", "高原", "李秀英", "尕让他", "赵国强", "周丽华", "申请", "王芳芳", "合计", "无"]
    table = "序号\t姓名\t金额\n" + "".join(f"{number}\t{cell}\t120\n" for number, cell in enumerate(cells, 1))
    assert names(table) == cells[:-2]
    assert names("序号\t村名\t金额\n1\t高原\t120\n2\t李家湾\t120\n3\t王庄\t120\n4\t张家村\t120\n") == []
