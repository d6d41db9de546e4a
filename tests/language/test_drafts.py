"""Sentences of drafts of many kinds: what a name or an address is there, and whether it is a private person's.

«…|N» is a name that is not known to be an office holder's, «…|n» an office holder's; «…|A» an address where
people may live, «…|a» one of an office, a firm or a project. What is not marked must stay silent.
"""

from __future__ import annotations

import re

import pytest

from reviewer.language.names import find_names
from reviewer.language.places import find_addresses

DRAFTS = """
«苏文清|N»同志因病于2024年3月去世，享年八十一岁。
经查，«马玉珍|N»未经批准，擅自在承包地上建房。
当事人«郝建军|N»的上述行为违反了《土地管理法》第七十七条的规定。
你（«薛明亮|N»）提出的政府信息公开申请收悉，现答复如下。
关于«余秀莲|N»等三人反映征地补偿问题的答复意见
«邵春生|N»先生：
«裴玉兰|N»、«裴志强|N»：
特此授权«丁海波|N»代为办理不动产登记手续。
兹有我村村民«柴国富|N»，系低保对象，情况属实，特此证明。
死者«段小军|N»（男，32岁，系该矿工人）经抢救无效死亡。
法定代表人：«贺建设|n»，职务：总经理。
会议由副县长«尹志刚|n»主持，县自然资源局局长«覃海峰|n»、财政局局长«阮丽萍|n»参加会议。
出席：«尹志刚|N»、«覃海峰|N»、«阮丽萍|N»
录用人员名单：«常晓彤|N»　«向美玲|N»　«古天宇|N»
«左立新|N»，男，汉族，1903年2月出生，清溪县人。
户主«温如海|N»，家住«杨柳镇下塘村4组|A»，家庭人口5人。
坐落于«清溪县城关镇东风路3号1幢502室|A»的房屋所有权人«卫东升|N»已死亡。
申请人«项国梁|N»不服被申请人清溪县人民政府作出的征收决定，提起行政复议。
«顾长林|N»之妻«姬凤英|N»、之子«顾磊|N»放弃继承。
以上情况属实。证明人：«申屠建华|N»
请«贾正义|N»于5月10日前到我局领取不动产权证书。
现将«毕云飞|N»同志违纪问题的处理情况通报如下：
同意聘任«樊晓东|N»为县政务服务中心特约监督员。
收款人：«齐桂花|N»　开户行：清溪农商银行梅林支行
投诉人«兰某某|N»称，其房屋被强制拆除。
案件承办人：«管卫国|n»、«米建平|n»
供稿：«路遥远|n»
«阿布都热合曼·艾力|N»，男，维吾尔族，1903年6月出生。
«扎西顿珠|N»系我县引进人才，享受安家补贴。
感谢«易小芳|N»女士对我们工作的关心和支持。
村民«方向明|N»反映：村口路灯不亮。
«高峰|N»，男，1902年生，汉族。
杨柳镇党委书记«桑振华|n»表示，将举一反三抓好整改。
«沈玉梅|N»　«唐国强|N»　«韩　雪|N»　«冯宝生|N»
黄石市、马鞍山市自然资源和规划局，温江区人民政府：
周口店遗址保护规划、高家庄矿区总体规划、梁山县地质灾害防治方案
严格落实领导包案制度，全面推行河长制，经济责任审计覆盖率达到百分之百。
高中教师资格、石油管道、金属矿产、武装押运、包装材料、成品油、车船税。
时任领导干部应当带头执行，任何单位和个人不得干预。
2024年11月生效，月收入、年收入和日收入分别统计，13时许发生。
«骆长河|N»
«骆长河|N»：
尊敬的«骆长河|N»先生：
答复人：«游志平|n»，联系电话：0563-5028800
联系人：«邱丽|n»（市政府信息公开办公室），电话0551-62998800。
联系人：«邱丽|n»，清溪县鑫源建设工程有限公司
联系人：«邱丽|N»，手机：13800001234
姓　　名：«鲍玉玲|N»　　性　　别：女
申 请 人：«支建成|N»
«柯秀云|N»，女，身份证号340102190001011234，住«清溪县河湾镇新塘村高岗组21号|A»。
«詹小虎|N»在骑行电动车时与一辆货车相撞，经送医抢救后脱离危险。
«凌素华|N»患重病多年，丈夫早逝，家中仅有一子。
2024年5月，«梅云山|N»因非法占地被立案查处。
原告«祁玉柱|N»诉称，被告拒绝公开其申请的信息。
委托代理人«辛玉红|N»，清溪县法律援助中心律师。
本人«葛长青|N»，自愿放弃上述房屋的继承权。
承诺人（签字）：«房玉琴|N»
送达回证　受送达人：«谷满仓|N»　送达人：«伍国平|n»、«洪涛|n»
县委书记«欧阳立新|n»，县委副书记、县长«戚明远|n»出席开幕式。
赵家沟村民小组组长«尤德胜|n»带领村民清淤。
见习记者　«柳青青|n»　通讯员　«龚大伟|n»
拟认定的低收入家庭：«郎玉田|N»（户主）、«郎小龙|N»、«廖春花|N»。
经评议，«耿大山|N»、«井秀梅|N»两户符合危房改造条件。
公租房«缪长贵|N»户已连续六个月未缴纳租金。
«鲁建平|N»身份证正反面.jpg
危房改造申请表（«蒙秀芳|N»）.docx
«戴志远|N»简历.pdf
户口簿-«符海燕|N».jpg
2024年度工作总结（定稿）.docx
不动产登记申请表.pdf
代理机构地址：«合肥市庐阳区阜南路18号|a»，联系电话：0551-65330000。
供应商地址：«合肥市蜀山区黄山路612号|a»
供应商名称：安徽宏图信息技术有限公司，地址：«合肥市高新区创新大道88号|a»。
开标地点：«清溪县公共资源交易中心3楼|a»第二开标室
该项目用地位于«清溪县经济开发区滨河路32号|a»，总面积3.2公顷。
出租房屋位于«合肥市蜀山区长江西路130号华府骏苑6栋1102室|A»，建筑面积89平方米。
本人现居«桐城市文昌街道和平路22号|A»，身份证地址与现住址一致。
公司住所地：«合肥市包河区徽州大道1388号|a»。
案涉房屋位于«安庆市迎江区孝肃路8号3幢1单元601室|A»，系原告与其妻共有。
2．权利人：清溪县宏远建材有限公司；坐落：«清溪县经济开发区创业路16号|a»；
1．权利人：«冉大贵|N»；坐落：«清溪县梅林镇石塘村上屋组9号|A»；用途：农村宅基地。
异议材料送达地址：«清溪县政务服务中心二楼|a»不动产登记窗口。
请将材料邮寄至«清溪县城关镇人民路88号|a»县自然资源局收，邮编242300。
""".strip().splitlines()  # noqa: SIM905  (a table reads better)

_MARK = re.compile(r"«([^|»]*)\|([NnAa])»")


def unmark(marked: str) -> tuple[str, list[tuple[int, int, str]]]:
    """The line without its marks, and (start, end, kind) of each."""
    spans: list[tuple[int, int, str]] = []
    shift = 0
    for match in _MARK.finditer(marked):
        start = match.start() - shift
        shift += len(match.group()) - len(match.group(1))
        spans.append((start, start + len(match.group(1)), match.group(2)))
    return _MARK.sub(r"\1", marked), spans


@pytest.mark.parametrize("marked", DRAFTS)
def test_a_sentence_of_a_draft(marked: str) -> None:
    line, spans = unmark(marked)
    found = [(hit.start, hit.end, "n" if hit.private is False else "N") for hit in find_names(line)]
    found += [(hit.start, hit.end, "a" if hit.household is False else "A") for hit in find_addresses(line)]
    assert sorted(found) == spans
