"""Rebuilds every sample and its NAME.expected.json: python -m tests.build_samples

All persons, numbers and events are made up. Identity numbers have birth years 1900 to 1905; the county 清溪县
does not exist. What a scan has to find is marked in the text itself, «value|ENTITY,severity,part»: it follows
from the law and the published vocabulary, not from what the program happens to print. A mark without severity
means the usual one of its entity (see sample_files.py); «value|SILENT» marks a trap.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.sample_files import (
    Expectation,
    Number,
    Pages,
    Sheet,
    Word,
    bank_card,
    packed,
    resident_id,
    social_credit,
    workbook,
)
from tests.sample_ofd import Fixed

Built = tuple[bytes, Expectation]
SAMPLES: dict[str, Callable[[], Built]] = {}


def sample(name: str) -> Callable[[Callable[[], Built]], Callable[[], Built]]:
    """Registers a builder under its sample's file name."""

    def register(build: Callable[[], Built]) -> Callable[[], Built]:
        SAMPLES[name] = build
        return build

    return register


def build(folder: Path) -> None:
    """Writes all samples and their expectations into `folder`."""
    for name, make in SAMPLES.items():
        data, expect = make()
        (folder / name).write_bytes(data)
        listed = json.dumps(expect.as_json(), ensure_ascii=False, indent=1)
        (folder / f"{name}.expected.json").write_text(listed + "\n", encoding="utf-8")


def plain(expect: Expectation, text: str, encoding: str = "utf-8") -> Built:
    return expect.clean(text.lstrip("\n")).encode(encoding), expect


FOLDER = Path(__file__).resolve().parents[1] / "samples"


def kept(name: str, expect: Expectation) -> Built:
    """A sample whose bytes need other programs to be made (tests/render_samples.py): they are kept as they are."""
    return (FOLDER / name).read_bytes(), expect


# --- 1 招录 -----------------------------------------------------------------------------------------


@sample("拟录用公务员公示.xlsx")
def recruits() -> Built:
    """Lawful: post, name, admission ticket. Planted: a hidden column and a very hidden sheet."""
    expect = Expectation("block")
    people = [
        ("清溪县自然资源和规划局", "080412", "孙志远", "男", "11340108030125", "安徽农业大学", "19030101", "123"),
        ("清溪县自然资源和规划局", "080413", "周海燕", "女", "11340108030214", "合肥工业大学", "19020715", "226"),
        ("清溪县财政局", "080415", "许志强", "男", "13934010203", "安徽财经大学", "19041120", "311"),
        ("清溪县梅林镇人民政府", "080418", "邓丽萍", "女", "15834010207", "皖西学院", "19010309", "048"),
        ("清溪县城关镇人民政府", "080421", "程万里", "男", "1340108030519", "安徽师范大学", "19050528", "519"),
    ]
    rows, raw = [], []
    notes = ["合格", "合格", "合格", "乙肝表面抗原阳性", "合格"]
    homes = ["清溪县城关镇建设路45号3幢201室", "清溪县梅林镇石塘村下庄组18号", "清溪县城关镇青年路12号2幢304室",
             "清溪县东门街道昭亭小区7栋602室", "清溪县梅林镇河湾村大圩组7号"]  # fmt: skip
    for k, (office, post, name, sex, ticket, school, born, serial) in enumerate(people):
        number = resident_id("341802", born, serial)
        rows.append([
            str(k + 1), office, f"«{post}|SILENT»", f"«{name}|NAME»", sex, f"«{ticket}|EXAM_ID,note»", school,
            f"«{number}|ID_CARD»",
        ])  # fmt: skip
        raw.append([
            f"«{name}|NAME,block»", f"«{number}|ID_CARD»",
            f"«{born[:4]}-{born[4:6]}-{born[6:]}|DOB»", f"«1380000135{k}|PHONE»", f"«{homes[k]}|ADDRESS»", f"«{notes[k]}|HEALTH»",
        ])  # fmt: skip
    shown = Sheet(
        "拟录用名单",
        ["序号", "招录机关", "职位代码", "姓名", "性别", "准考证号", "毕业院校", "身份证号"],
        rows,
        titles=["清溪县2024年度考试录用公务员拟录用人员名单（第一批）"],
        notes=["公示期：2024年8月5日至8月9日。监督电话：«0563-5021234|LANDLINE,note»、«12380|SILENT»。"],
        hidden_columns=[8],
    )
    kept = Sheet("原始数据", ["姓名", "身份证号", "出生日期", "手机号码", "家庭住址", "体检结论"], raw, state="veryHidden")
    data = workbook(expect, [shown, kept], "清溪县公务员局", "拟录用人员名单")
    expect.add("HIDDEN_CONTENT", "check", "", "hidden", 2)
    return data, expect


@sample("面试名单.csv")
def interviews() -> Built:
    """GB18030, with scores, rooms and a code that look like numbers; planted in the remarks."""
    spare = resident_id("340102", "19040101", "123")
    return plain(Expectation("block"), f"""
清溪县2024年度事业单位公开招聘专业测试人员名单,,,,,,
序号,岗位代码,姓名,准考证号,笔试成绩,考场,备注
1,«2024018|SILENT»,«何家俊|NAME»,«10134180200123|EXAM_ID,note»,«139.5|SILENT»,第03考场,
2,«2024018|SILENT»,«罗雪梅|NAME»,«10134180200457|EXAM_ID,note»,138.0,第03考场,放弃；本人来电«13600067894|PHONE»
3,«2024019|SILENT»,«宋佳怡|NAME»,«13934010218|EXAM_ID,note»,141.5,第04考场,
4,«2024019|SILENT»,«谢文斌|NAME»,«13934010222|EXAM_ID,note»,«136.25|SILENT»,第04考场,身份证件号码更正为«{spare}|ID_CARD»
5,«2024020|SILENT»,«董春生|NAME»,«18934010237|EXAM_ID,note»,135.0,第05考场,
""", "gb18030")  # fmt: skip


@sample("干部任前公示.txt")
def officials() -> Built:
    """All of it lawful: year and month of birth, ethnic group and party of persons who take office."""
    return plain(Expectation("note"), """
清溪县拟任县管干部任前公示

根据《党政领导干部选拔任用工作条例》规定，经县委研究，现将下列拟任用干部予以公示：

«高翔|NAME,note»，男，汉族，«1978年5月|SILENT»生，在职研究生，工学硕士，中共党员，现任清溪县自然资源和规划局党组成员、副局长，拟任清溪县自然资源和规划局党组书记，提名为局长人选。

«蒋慧敏|NAME,note»，女，回族，«1983年11月|SILENT»生，大学，法学学士，无党派人士，现任清溪县财政局副局长，拟提名为清溪县审计局局长人选。

«袁振宇|NAME,note»，男，汉族，1980年2月生，省委党校研究生，中共党员，现任梅林镇党委副书记、镇长，拟任梅林镇党委书记。

公示时间：2024年9月9日至9月13日。公示期间，如对公示对象有问题反映，请于9月13日前向县委组织部干部监督室反映。反映问题应实事求是，并提供真实姓名、联系方式和工作单位。

受理电话：«12380|SILENT»、«0563-5021380|LANDLINE,note»（传真）
受理邮箱：«qxgbjd@qingxi.gov.cn|EMAIL,note»
通讯地址：清溪县城关镇人民路1号县委大楼415室，邮编：«242300|SILENT»

                                        中共清溪县委组织部
                                          2024年9月8日
""")  # fmt: skip


# --- 2 行政处罚、信访、依申请公开 -------------------------------------------------------------------


@sample("行政处罚决定书.docx")
def penalty() -> Built:
    """Lawful: the punished adult, officers, the treasury's account. Planted: a deletion and a comment."""
    expect = Expectation("block")
    number = resident_id("341802", "19050615", "221")
    word = Word(expect, title="行政处罚决定书", header="案卷号：«清自然资罚卷〔2024〕015号|SILENT»", footer="第 1 页 共 1 页")
    word.heading("清溪县自然资源和规划局")
    word.heading("行政处罚决定书")
    word.paragraph("«清自然资罚决字〔2024〕15号|SILENT»", align="center")
    word.paragraph(
        "当事人：«陈立群|NAME,note»，男，«1905年6月15日|DOB»出生，", word.deleted(f"公民身份号码：«{number}|ID_CARD»，"),
        "住«安徽省宣城市清溪县梅林镇石塘村下庄组18号|ADDRESS»。",
    )  # fmt: skip
    word.paragraph(
        "2024年3月12日，本机关执法人员«许志强|NAME,note»（执法证号：«15180201034|SILENT»）、«冯建平|NAME,note»（执法证号："
        "«15180201057|SILENT»）在巡查中发现，当事人未经批准擅自占用梅林镇石塘村集体土地186.50平方米建设房屋。本机关于2024年"
        "3月15日立案调查。"
    )
    word.paragraph(
        "以上事实有现场勘验笔录、", word.comment(
            "举报人«周海燕|INFORMANT»（电话«13800013579|PHONE»）要求保密，定稿前请删去证人姓名。", "证人«方桂兰|NAME»的询问笔录"
        ), "、勘测定界图等证据证明。",
    )  # fmt: skip
    word.paragraph(
        "鉴于«陈立群|NAME,block»患有«慢性肾功能衰竭|HEALTH»，需要长期透析治疗，且能够主动配合调查，依法可以从轻处罚。"
    )
    word.paragraph(
        "依据《中华人民共和国土地管理法》第七十七条、《中华人民共和国行政处罚法》第三十二条的规定，决定责令退还非法占用的土地，"
        "并处罚款人民币«叁万柒仟叁佰元整|SILENT»（¥«37300.00|SILENT»）。"
    )
    word.paragraph(
        "当事人应当自收到本决定书之日起15日内，将罚款缴至清溪县财政局罚没款财政专户（开户行：中国建设银行清溪支行，账号："
        "«34050175860800000123|BANK_ACCOUNT,note»）。到期不缴纳的，每日按罚款数额的百分之三加处罚款。"
    )
    word.paragraph(
        "如不服本决定，可以自收到本决定书之日起60日内向清溪县人民政府申请行政复议，也可以在六个月内依法向清溪县人民法院提起行政诉讼。"
    )
    word.paragraph("联系人：«许志强|NAME,note»　　联系电话：«0563-5021236|LANDLINE,note»")
    word.paragraph("清溪县自然资源和规划局", align="right")
    word.paragraph("2024年5月6日", align="right")
    data = word.data()
    expect.add("HIDDEN_CONTENT", "check", "", "deleted")
    expect.add("HIDDEN_CONTENT", "check", "", "comment")
    return data, expect


@sample("信访事项答复.html")
def petition() -> Built:
    """The petitioner is hidden on the page, but stands in its title, in a comment and in a form field."""
    expect = Expectation("block")
    expect.add("HIDDEN_CONTENT", "check", "", "comment")
    expect.add("HIDDEN_CONTENT", "check", "", "form")
    return plain(expect, """
<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>关于信访人«孙志远|INFORMANT,property»反映石塘村道路问题的答复意见</title>
<meta name="ArticleTitle" content="关于石塘村道路问题的答复">
<meta name="PubDate" content="2024-05-28 09:30">
<meta name="author" content="清溪县信访局">
</head>
<body>
<div class="path">首页 &gt; 互动交流 &gt; 领导信箱</div>
<h1>关于反映石塘村道路问题的答复</h1>
<!-- 来信人电话：«13900024680|PHONE,comment»，已回访 -->
<table>
<tr><th>来信人</th><td>网友“爱家乡的人”</td></tr>
<tr><th>来信时间</th><td>2024-05-16 14:25:07</td></tr>
<tr><th>信件编号</th><td>«20240516142507118|SILENT»</td></tr>
<tr><th>信件内容</th><td>领导您好！我家住«梅林镇石塘村下庄组23号|ADDRESS»，门口的水泥路去年被重车压坏，一直没有人修。邻居«王桂英|NAME,block»患有«精神分裂症|HEALTH»，夜里出门摔过两次。请尽快处理。</td></tr>
<tr><th>答复单位</th><td>梅林镇人民政府</td></tr>
<tr><th>答复内容</th><td><p>您好！来信收悉。经核查，石塘村下庄组道路长约1.2公里，已列入2024年度农村公路养护计划（文号：«清交〔2024〕33号|SILENT»），计划投资38.6万元，预计9月底前完工。</p><p>感谢您对我们工作的关心和支持。如有疑问，请致电梅林镇村镇建设办公室：<a href="tel:0563-5022345">«0563-5022345|LANDLINE,note»</a>，也可以拨打«12345|SILENT»政务服务便民热线。</p></td></tr>
</table>
<form><input type="hidden" name="realname" value="«孙志远|INFORMANT,form»"></form>
<div class="foot">主办：清溪县人民政府办公室　«皖ICP备05001234号-1|SILENT»　<a href="http://www.beian.gov.cn/portal/registerSystemInfo?recordcode=34180202000123">皖公网安备 «34180202000123|SILENT»号</a></div>
</body>
</html>
""")  # fmt: skip


@sample("依申请公开答复书.docx")
def answer() -> Built:
    """For the applicant alone: name, home, phone, the copy of the identity card as a picture."""
    expect = Expectation("check", gaps=["picture"])
    word = Word(expect, title="政府信息公开申请答复书")
    word.heading("政府信息公开申请答复书")
    word.paragraph("«清自然资公开告〔2024〕18号|SILENT»", align="center")
    word.paragraph("«王建华|NAME»同志：", indent=False)
    word.paragraph("（住址：«清溪县城关镇建设路45号3幢201室|ADDRESS»；联系电话：«13900045671|PHONE»）")
    word.paragraph(
        "您于2024年4月8日提出的政府信息公开申请收悉（受理编号：«20240408001|SILENT»），申请公开“石塘村2019年度第2批次建设用地征收"
        "补偿安置方案”。经审查，您申请公开的信息属于主动公开范围，根据《中华人民共和国政府信息公开条例》第三十六条第（一）项的规定，"
        "现告知您可以在清溪县人民政府网站“征地信息公开”栏目查询。"
    )
    word.paragraph(
        "您申请的其他内容涉及第三方个人隐私，根据《中华人民共和国政府信息公开条例》第十五条、第三十二条的规定，经书面征求意见，第三方"
        "不同意公开，本机关决定不予公开。"
    )
    word.paragraph(
        "如对本答复不服，可以自收到本答复书之日起60日内向清溪县人民政府申请行政复议（地址：清溪县城关镇人民路1号，电话："
        "«0563-5020001|LANDLINE,note»），或者在6个月内向清溪县人民法院提起行政诉讼。"
    )
    word.paragraph("清溪县自然资源和规划局", align="right")
    word.paragraph("2024年4月28日", align="right")
    word.paragraph("（«此件依申请公开|CLASSIFICATION,check»）")
    word.paragraph("附：", word.image("申请人身份证复印件"))
    return word.data(), expect


# --- 3 土地、不动产、矿业权 --------------------------------------------------------------------------


@sample("征地补偿户主名单.docx")
def land_owners() -> Built:
    """Traps: contractor codes, land parcel numbers, prices. Planted: accounts, corner points, hidden text."""
    expect = Expectation("block")
    word = Word(expect, title="征地补偿登记公示", author="梅林镇国土所")
    word.heading("石塘村征地补偿安置公示")
    word.paragraph(
        "根据《清溪县人民政府征地补偿安置公告》（«清政告〔2024〕7号|SILENT»），现将梅林镇石塘村2024年度第3批次建设用地项目"
        "（项目代码：«2403-341825-04-01-560117|SILENT»）被征地农户补偿情况公示如下。征地区片综合地价为每亩48500元，被征收土地总面积"
        "12.3456亩，图斑号«3418250020010123|SILENT»，地类为0101（水田）。"
    )
    households = [
        ("刘德福", "0012", "2.3105", "112059.25", bank_card("622848066812345678"), "BANK_CARD"),
        ("赵春梅", "0027", "1.8840", "91374.00", bank_card("621799363001234567"), "BANK_CARD"),
        ("吴国庆", "0031", "3.0062", "145800.70", "12170001010300456", "BANK_ACCOUNT"),
        ("郑晓峰", "0045", "2.1408", "103828.80", "20000123456710300000018", "BANK_ACCOUNT"),
        ("潘小兰", "0058", "3.0041", "145698.85", "12170001010300789", "BANK_ACCOUNT"),
    ]
    banks = ["中国农业银行清溪支行", "邮储银行清溪县支行", "清溪农商银行梅林支行", "清溪农商银行梅林支行", "清溪农商银行梅林支行"]
    rows = [["序号", "户主姓名", "承包方编码", "被征收面积（亩）", "补偿金额（元）", "开户银行", "银行账号"]]
    for k, (name, code, area, amount, account, kind) in enumerate(households):
        rows.append([
            str(k + 1), f"«{name}|NAME»", f"«34182510020101{code}|SILENT»", f"«{area}|SILENT»", f"«{amount}|SILENT»",
            banks[k], f"«{account}|{kind}»",
        ])  # fmt: skip
    word.table(rows)
    word.paragraph(
        "注：«刘德福|NAME»户宅基地界址点坐标：J1（«3425678.123，39512345.678|COORD,check»）、J2（«3425690.455，39512361.902|COORD,check»）。",
        word.hidden("内部核算：赵春梅户另付青苗费12800元，从工作经费列支。"),
    )
    word.paragraph(
        "公示期为2024年6月3日至6月9日。被征地农户对补偿登记有异议的，可以在公示期内向梅林镇人民政府书面提出，联系电话："
        "«0563-5022018|LANDLINE,note»；举报电话：«12336|SILENT»。户主外出的，可以由同户成年家庭成员代为确认。"
    )
    word.paragraph("梅林镇人民政府", align="right")
    word.paragraph("2024年6月2日", align="right")
    expect.add("NAME", "check", "赵春梅", "hidden")
    data = word.data()
    expect.add("HIDDEN_CONTENT", "check", "", "hidden")
    return data, expect


@sample("不动产登记公告.pdf")
def registration() -> Built:
    """Traps: unit numbers, supervision number, dates. Planted: heirs' numbers over a line end, white text."""
    expect = Expectation("block")
    heir = resident_id("341802", "19020823", "127")
    other = resident_id("342501", "19041009", "546")
    pages = Pages(expect, title="不动产首次登记公告", author="清溪县不动产登记中心")
    pages.heading("不动产首次登记公告")
    pages.paragraph("编号：«清不动产告〔2024〕023号|SILENT»", indent=False)
    pages.paragraph(
        "经初步审定，我机构拟对下列不动产权利予以首次登记，根据《不动产登记暂行条例实施细则》第十七条的规定，现予公告。如有异议，"
        "请自本公告之日起十五个工作日内（2024年9月2日至2024年9月24日）将异议书面材料送达我机构。逾期无人提出异议或者异议不成立的，"
        "将予以登记。"
    )
    pages.paragraph("异议书面材料送达地址：清溪县政务服务中心二楼不动产登记窗口；联系电话：«0563-5023456|LANDLINE,note»。")
    pages.paragraph(
        "1．权利人：«马长顺|NAME,note»；不动产权利类型：宅基地使用权/房屋所有权；坐落：«清溪县梅林镇石塘村下庄组5号|ADDRESS,note»；不动产单元号："
        "«341825104006JC00012F00010001|SILENT»；面积：宗地«132.50|SILENT»平方米/房屋«218.36|SILENT»平方米；用途：农村宅基地/住宅；原证号："
        "«清集用（2003）第0412号|PROPERTY_CERT,note»。"
    )
    pages.paragraph(
        "2．权利人：清溪县宏远建材有限公司；不动产权利类型：国有建设用地使用权；坐落：清溪县经济开发区创业路16号；不动产单元号："
        "«341825001002GB00021W00000000|SILENT»；电子监管号：«3418252023B00123|SILENT»；不动产权证号："
        "«皖（2021）清溪县不动产权第0003456号|PROPERTY_CERT,note»。"
    )
    pages.white("申请人手机：«13800025791|PHONE»")
    pages.page()
    pages.heading("不动产继承（受遗赠）登记公告")
    pages.paragraph(
        "被继承人«胡秀兰|NAME,note»已于2023年11月去世，其名下位于«清溪县城关镇青年路12号2幢304室|ADDRESS,note»的房屋（不动产权证号："
        "«皖（2016）清溪县不动产权第0001207号|PROPERTY_CERT,note»）由下列继承人申请继承登记。"
    )
    pages.paragraph(
        f"继承人«胡明辉|NAME»（被继承人之子），公民身份号码为«{heir}|ID_CARD»；继承人«胡明芳|NAME»（被继承人之女），公民身份号码为"
        f"«{other}|ID_CARD»。对上述继承事项有异议的，请自公告之日起三个月内向我机构书面提出。"
    )
    pages.paragraph("特此公告。")
    pages.paragraph("清溪县不动产登记中心")
    pages.paragraph("2024年9月2日")
    expect.add("HIDDEN_CONTENT", "check", "", "hidden")
    return pages.data(), expect


@sample("采矿权出让结果公示.docx")
def mining() -> Built:
    """All of it lawful: corner points, licence number, the company and who represents it."""
    expect = Expectation("note")
    credit = social_credit("91341825", "MA2TK7Q3")
    word = Word(expect, title="采矿权挂牌出让成交结果公示", author="清溪县公共资源交易中心")
    word.heading("清溪县石塘建筑用石灰岩矿采矿权")
    word.heading("挂牌出让成交结果公示")
    word.paragraph("编号：«清矿让〔2024〕02号|SILENT»", align="center")
    word.paragraph("根据《矿业权出让交易规则》（«自然资规〔2023〕1号|SILENT»），现将成交结果公示如下：")
    word.table([
        ["项目", "内容"],
        ["矿山名称", "清溪县石塘建筑用石灰岩矿"],
        ["采矿许可证号", "«C3418002024057130151234|SILENT»"],
        ["竞得人", "清溪县鑫盛矿业有限公司"],
        ["统一社会信用代码", f"«{credit}|USCC,note»"],
        ["法定代表人", "«冯建平|NAME,note»"],
        ["住所", "清溪县梅林镇工业集中区创业路9号"],
        ["资源储量", "«1256.30|SILENT»万吨"],
        ["出让收益", "人民币«3280.5600|SILENT»万元"],
        ["出让年限", "10年"],
    ])  # fmt: skip
    word.paragraph("矿区范围拐点坐标（2000国家大地坐标系）：")
    corners = [("3425678.12", "39512345.67"), ("3425701.45", "39512690.02"), ("3425433.80", "39512702.91"), ("3425409.66", "39512358.34")]
    word.table([["拐点号", "X坐标", "Y坐标"], *[[str(k), f"«{x}|SILENT»", f"«{y}|SILENT»"] for k, (x, y) in enumerate(corners, 1)]])
    word.paragraph(
        "开采标高：由+285.0米至+120.0米；矿区面积：0.0893平方公里。矿区中心点地理坐标：«东经118°45′30″|COORD,note»，"
        "«北纬30°56′24″|COORD,note»。矿区范围不在军事禁区、自然保护区、生态保护红线内。"
    )
    word.paragraph("公示期：2024年7月1日至7月12日。对公示内容有异议的，请在公示期内以书面形式向清溪县自然资源和规划局反映。")
    word.paragraph("联系人：«曹丽华|NAME,note»（矿产资源管理股）　联系电话：«0563-5021250|LANDLINE,note»")
    word.paragraph("地　址：清溪县城关镇人民路88号　邮政编码：«242300|SILENT»")
    word.paragraph("清溪县公共资源交易中心", align="right")
    word.paragraph("2024年6月30日", align="right")
    return word.data(), expect


# --- 4 补贴、住房、救助 -----------------------------------------------------------------------------


@sample("惠农补贴一卡通.xlsx")
def subsidies() -> Built:
    """Planted: accounts in white, an ID and phones stored as numbers, a hidden row, poverty in the remarks."""
    expect = Expectation("block")
    people = [
        ("下庄组", "田大勇", "3.2", "416.00", "622848066800011122", "种粮大户", "19030612", "415"),
        ("下庄组", "唐素珍", "1.5", "195.00", "622848066800022233", "低保户", "19010924", "226"),
        ("河湾组", "余长河", "2.8", "364.00", "622848066800033344", "", "19041203", "113"),
        ("河湾组", "魏淑珍", "0.9", "117.00", "622848066800044455", "残疾二级", "19020218", "042"),
        ("大圩组", "梁永康", "4.1", "533.00", "622848066800055566", "代领", "19051108", "937"),
    ]
    rows: list[list[str | Number]] = []
    for k, (group, name, area, amount, card, remark, born, serial) in enumerate(people):
        number = resident_id("341802", born, serial)
        sensitive = remark in ("低保户", "残疾二级")
        entry: str | Number = f"«{number}|ID_CARD»"
        if k == 2:
            # A spreadsheet keeps 15 digits of a number: the last three are lost, the person is not.
            entry = Number(f"{number[0]}.{number[1:15]}E+17", f"«{number[:15]}000|ID_CARD»")
        rows.append([
            str(k + 1), group, f"«{name}|NAME,{'block' if sensitive else 'check'}»", entry,
            "耕地地力保护补贴", f"«{area}|SILENT»", f"«{amount}|SILENT»", f"«{bank_card(card)}|BANK_CARD»",
            Number(f"138000369{k}2", f"«138000369{k}2|PHONE»"), f"«{remark}|WELFARE»" if sensitive else remark,
        ])  # fmt: skip
    sheet = Sheet(
        "发放表",
        ["序号", "村民组", "姓名", "身份证号", "补贴项目", "面积（亩）", "金额（元）", "一卡通账号", "联系电话", "备注"],
        rows,
        titles=["石塘村2024年惠农补贴“一卡通”发放公示表", "填报单位：梅林镇石塘村民委员会　　补贴批次：«BT341825202403120001|SILENT»"],
        notes=["公示时间：2024年4月1日至4月7日。监督电话：梅林镇财政分局«0563-5022166|LANDLINE,note»，县财政局«0563-5020456|LANDLINE,note»。"],
        white_columns=[8],
        hidden_rows=[8],
        print_footer="制表人：«曹丽华|NAME,note»",
    )
    data = workbook(expect, [sheet], "梅林镇财政分局", "一卡通发放公示表")
    expect.add("HIDDEN_CONTENT", "check", "", "hidden", 2)
    return data, expect


@sample("公租房配租公示.html")
def housing() -> Built:
    """Masks too weak for the birth month beside them; children; income. One number is well masked."""
    expect = Expectation("block")
    data, _ = plain(expect, """
<!DOCTYPE html>
<html>
<head>
<meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<title>清溪县2024年第二批公共租赁住房配租结果公示</title>
</head>
<body>
<h2>清溪县2024年第二批公共租赁住房配租结果公示</h2>
<p>根据《公共租赁住房管理办法》，经本人申请、街道初审、部门联审、公开摇号，现将溪畔家园二期（5号楼、7号楼）配租结果公示如下：</p>
<table border="1">
<thead><tr><th>摇号序号</th><th>申请人</th><th>身份证号</th><th>出生年月</th><th>家庭成员</th><th>家庭月收入（元）</th><th>现住址</th><th>保障类别</th></tr></thead>
<tbody>
<tr><td>«0031|SILENT»</td><td>«林国栋|NAME,block»</td><td>«340102********1234|ID_CARD,block»</td><td>1990年5月</td><td>之女«林小雨|NAME,block»，«9岁|MINOR»，清溪县实验小学三年级</td><td>«3200|INCOME»</td><td>«清溪县城关镇青年路12号2幢304室|ADDRESS»</td><td>中等偏下收入家庭</td></tr>
<tr><td>«0032|SILENT»</td><td>«姚桂芳|NAME,note»</td><td>«34180219040512****|ID_CARD,check»</td><td>1904年5月</td><td>单人户</td><td>«2850|INCOME»</td><td>«清溪县东门街道昭亭小区7栋602室|ADDRESS»</td><td>新就业职工</td></tr>
<tr><td>«0033|SILENT»</td><td>«任思远|NAME,block»</td><td>«34*************12*|SILENT»</td><td></td><td>单人户</td><td>«1980|INCOME»</td><td>清溪县城关镇</td><td>«低保家庭|WELFARE»</td></tr>
</tbody>
</table>
<p>公示时间：2024年10月8日至10月14日。公示期间如有异议，请向县住房保障中心反映，受理电话：«0563-5024567|LANDLINE,note»，地址：清溪县城关镇人民路66号。</p>
<p style="display:none">经办提醒：林国栋补交材料，电话«13700045678|PHONE,hidden»</p>
</body>
</html>
""", "gb18030")  # fmt: skip
    expect.add("FAMILY", "any", "之女林小雨")
    expect.add("NAME", "any", "林国栋", "hidden")
    expect.add("HIDDEN_CONTENT", "check", "", "hidden")
    return data, expect


@sample("学生资助公示.csv")
def pupils() -> Built:
    """Minors by name with school, class and student numbers; a guardian's phone."""
    one, two, three = (resident_id("341802", born, serial) for born, serial in (("19030405", "127"), ("19040916", "243"), ("19051120", "318")))
    return plain(Expectation("block"), f"""
序号,学生姓名,年龄,学校,班级,学籍号,监护人,监护人电话,资助类别
1,«唐一鸣|NAME,block»,«9岁|MINOR»,石塘小学,三（2）班,«G{one}|STUDENT_ID»,«唐素珍|NAME,block»,«13500078123|PHONE»,«孤儿|WELFARE»
2,«余欣悦|NAME,block»,«11岁|MINOR»,石塘小学,五（1）班,«G{two}|STUDENT_ID»,«余长河|NAME,block»,«13500078456|PHONE»,«低保家庭|WELFARE»
3,«田雨桐|NAME,block»,«8岁|MINOR»,梅林中心小学,二（3）班,«L{three}|STUDENT_ID»,«田大勇|NAME,block»,«13500078789|PHONE»,«残疾三级|WELFARE»
""")  # fmt: skip


# --- 5 采购、应急、互动 -----------------------------------------------------------------------------


@sample("中标结果公告.html")
def award() -> Built:
    """Lawful: supplier, its code and seat, experts, contacts. Planted: a hidden field and script data."""
    number = resident_id("340111", "19030718", "351")
    credit = social_credit("91340100", "MA2NX5K8")
    expect = Expectation("block")
    expect.add("HIDDEN_CONTENT", "check", "", "form")
    return plain(expect, f"""
<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>清溪县国土空间基础信息平台建设项目中标结果公告</title>
<meta name="author" content="招标代理部">
</head>
<body>
<h1>清溪县国土空间基础信息平台建设项目中标结果公告</h1>
<p>一、项目编号：«QXCG2024-0156|SILENT»（项目代码：«2409-341825-04-01-123456|SILENT»）</p>
<p>二、中标信息</p>
<table>
<tr><th>供应商名称</th><th>统一社会信用代码</th><th>供应商地址</th><th>中标金额（元）</th></tr>
<tr><td>安徽宏图信息技术有限公司</td><td>«{credit}|USCC,note»</td><td>合肥市高新区科学大道200号创新园A3栋9层</td><td>«1187500.00|SILENT»</td></tr>
</table>
<p>三、评审专家名单：«沈卫东|NAME,note»、«蔡国栋|NAME,note»、«叶秋生|NAME,note»、«彭玉芳|NAME,note»、«吕志刚|NAME,note»（采购人代表）</p>
<p>四、代理服务收费标准及金额：参照«计价格〔2002〕1980号|SILENT»文件，收费«12560|SILENT»元。</p>
<p>五、履约保证金账户：户名：清溪县公共资源交易中心，开户行：徽商银行清溪支行，对公账号：«1026701021000812345|BANK_ACCOUNT,note»。</p>
<p>六、凡对本次公告内容提出询问，请按以下方式联系：</p>
<p>1．采购人信息<br>名称：清溪县自然资源和规划局<br>地址：清溪县城关镇人民路88号<br>联系方式：«0563-5021250|LANDLINE,note»</p>
<p>2．采购代理机构信息<br>名称：安徽诚信招标咨询有限公司<br>地址：合肥市蜀山区望江西路99号<br>联系方式：«0551-65123456|LANDLINE,note»</p>
<p>3．项目联系方式<br>项目联系人：«卢涛|NAME,note»<br>电话：«0551-65123457|LANDLINE,note»</p>
<form id="doc"><input type="hidden" name="pm_idcard" value="«{number}|ID_CARD,form»"></form>
<script>
var record = {{"url": "/zfcg/20241012/9f1c62e0a7d94412345678901234567.html", "manager": {{"mobile": "«13800056783|PHONE,script»"}}}};
</script>
</body>
</html>
""")  # fmt: skip


@sample("疫情通报.txt")
def epidemic() -> Built:
    """Lawful: counts, places at street level, a doctor, hotlines. Planted: a patient's identity and track."""
    number = resident_id("341802", "19050220", "422")
    return plain(Expectation("block"), f"""
清溪县疾病预防控制中心
关于一例输入性登革热病例情况的通报
（2024年8月14日）

2024年8月13日0—24时，全县报告新增登革热输入病例1例，累计报告3例，均在定点医院隔离治疗。

患者«罗雪梅|NAME,block»，女，«34岁|SILENT»，身份证号«{number}|ID_CARD»，手机«13900067123|PHONE»，现住«清溪县城关镇青年路12号2幢304室|ADDRESS»，确诊«登革热|HEALTH»。

主要活动轨迹：«罗雪梅|NAME,block»8月10日«乘坐G7368次列车由广州返回清溪|TRACK,block»。«罗雪梅|NAME,block»8月11日上午«在城关镇东门菜市场购物|TRACK,block»。

县人民医院感染科主任«梁永康|NAME,note»介绍，登革热主要通过蚊虫叮咬传播，早诊断、早治疗效果良好。

请广大居民清除积水、防蚊灭蚊，如有发热、皮疹等症状及时就医。咨询电话：«12320|SILENT»，县疾控中心值班电话：«0563-5026012|LANDLINE,note»。
""")  # fmt: skip


@sample("网民留言选登.md")
def messages() -> Built:
    """Messages with phones, accounts and plates in disguise; a mask that suffices; lawful office contacts."""
    return plain(Expectation("block"), """
# 清溪县人民政府网站网民留言选登（2024年第3期）

## 一、关于青年路停车收费的建议

**留言人**：网民  **留言时间**：2024-07-03 10:21

> 我的车«皖P·8D521|PLATE»停在青年路，一天收了两次费。请核实后联系我，手机«１３８　００００　７９１２|PHONE»，微信：«lanlan_7912|WECHAT»。

**答复**：经核实，系统重复计费5元，已原路退回。详询县城管局停车办，电话«0563-5027788|LANDLINE,note»。

## 二、关于不动产登记进度的咨询

> 我叫«姚桂芳|INFORMANT»，6月12日交的材料，住«昭亭小区7栋602室|ADDRESS»，到现在没有消息。电话«138****1234|SILENT»，邮箱 «yaoguifang1903（at）163.com|EMAIL»，QQ：«1234509876|QQ»。

**答复**：您的申请（受理编号«20240612000315|SILENT»）已办结，请携带身份证到县政务服务中心二楼领证。登记中心邮箱：«qxbdc@qingxi.gov.cn|EMAIL,note»。

## 三、关于噪声扰民的投诉

> 楼下烧烤店营业到凌晨，希望管一管。

**答复**：县城管执法大队已上门劝导。城市管理问题请拨打«12319|SILENT»，生态环境问题请拨打«12369|SILENT»，或关注微信公众号“清溪发布”（«qingxifabu|SILENT»）。
""", "utf-8-sig")  # fmt: skip


# --- 6 涉密与内部 ------------------------------------------------------------------------------------


@sample("危房改造补助对象公示.ofd")
def rebuilt_houses() -> Built:
    """Lawful: names, villages, sums, the office. Planted: accounts and numbers in a ruled table, a phone in white."""
    expect = Expectation("block")
    file = Fixed(expect, title="农村危房改造补助对象公示", author="清溪县住房和城乡建设局", single=True)
    file.header("清溪县人民政府门户网站")
    file.heading("清溪县2024年农村危房改造补助对象公示")
    file.paragraph(
        "根据«清建〔2024〕36号|SILENT»文件要求，经个人申请、村级评议、镇级审核、县级审批，拟对下列农户的危房改造给予补助，现予公示。"
        "公示期7天（2024年6月3日至6月9日）。如有异议，请向县住房和城乡建设局反映，监督电话：«0563-5024417|LANDLINE,note»。"
    )
    people = [
        ("汪德才", "梅林镇石塘村", resident_id("341802", "19010615", "117"), bank_card("621797361000012345")),
        ("吕桂英", "梅林镇河湾村", resident_id("341802", "19030928", "228"), bank_card("621797361000067890")),
        ("崔大勇", "城关镇东风村", resident_id("342501", "19051102", "336"), bank_card("621797361000024680")),
    ]
    rows = [["序号", "户主姓名", "镇、村", "身份证号", "一卡通账号", "补助（元）"]]
    for k, (name, village, number, card) in enumerate(people, 1):
        rows.append([
            str(k), f"«{name}|NAME»", village, f"«{number}|ID_CARD»", f"«{card}|BANK_CARD»", "«21000|SILENT»",
        ])  # fmt: skip
    file.table(rows, [10, 20, 28, 38, 40, 20])
    file.white("经办人手机：«13800024417|PHONE»")
    file.paragraph("清溪县住房和城乡建设局")
    file.paragraph("2024年6月3日")
    expect.add("HIDDEN_CONTENT", "check", "", "hidden")
    return file.data(), expect


@sample("信访积案化解工作通知.ofd")
def petitions() -> Built:
    """Lawful: the office's phone, leaders. Planted: a petitioner in a note, a layer not shown, a black box, an attachment."""
    expect = Expectation("block")
    inner = resident_id("341802", "19020314", "415")
    file = Fixed(expect, title="关于做好信访积案化解工作的通知", author="清溪县信访局")
    file.heading("关于做好信访积案化解工作的通知")
    file.paragraph("各镇人民政府，县直有关单位：", indent=False)
    file.paragraph(
        "为做好2024年信访积案化解工作，经县政府同意，现将有关事项通知如下。一、落实包案领导责任，每件积案确定一名县领导包案。"
        "二、责任单位要逐件制定化解方案，每月5日前报送进展。联系电话：«0563-5026603|LANDLINE,note»，联系人：«郑文华|NAME,note»。"
    )
    file.note("此处原写有信访人«贺连生|INFORMANT,any»的手机«13905637788|PHONE»，发布前核实。")
    file.hidden_layer("包案领导手机：«13805636601|PHONE»")
    file.paragraph("三、积案清单另发，不得上网。")
    file.covered("第12号案件信访人身份证号：«" + inner + "|ID_CARD»")
    file.attach("积案联系表.txt", "序号,联系人手机\n1,«13605639902|PHONE»\n")
    file.tag("签发人联系方式", "«13705631180|PHONE»")
    file.paragraph("清溪县信访局")
    file.paragraph("2024年3月11日")
    expect.add("HIDDEN_CONTENT", "check", "", "hidden", 2)
    expect.add("HIDDEN_CONTENT", "check", "", "annotation")
    return file.data(), expect


@sample("涉密文件误挂.docx")
def secret() -> Built:
    """Copy number, mark with spaces, restricted circulation, a secret document number quoted."""
    expect = Expectation("block")
    word = Word(expect, title="情况报告", author="某某办公室")
    word.paragraph("份号：«000012|CLASSIFICATION,check»", align="left")
    word.paragraph("«机 密★10年|CLASSIFICATION»", align="left")
    word.paragraph("特　急", align="left")
    word.heading("关于报送重点目标防护情况的报告")
    word.paragraph("清战备〔2023〕6号", align="center")
    word.paragraph("根据《关于做好重点目标防护工作的通知》（«皖密〔2023〕11号|CLASSIFICATION»）要求，现将有关情况报告如下。")
    word.paragraph("一、总体情况。按照先审查、后公开和一事一审原则，涉及国家秘密的内容一律不上网。")
    word.paragraph("（«秘密|CLASSIFICATION»）二、重点目标分布情况。有关点位、道路和保障力量见附件。")
    word.paragraph("特此报告。", word.textbox("«阅后销毁|CLASSIFICATION,check»"))
    word.paragraph("2023年3月15日", align="right")
    word.paragraph("（«此件发至县团级|CLASSIFICATION,check»）")
    return word.data(), expect


@sample("内部值班通知.pdf")
def duty() -> Built:
    """Work secret and a mark against publication, a password, an inner address, phones under black."""
    expect = Expectation("block")
    pages = Pages(expect, title="关于汛期值班安排的通知", author="清溪县水利局办公室")
    pages.paragraph("«内部资料　注意保存|CLASSIFICATION,check»", indent=False)
    pages.heading("关于做好2024年汛期值班工作的通知")
    pages.paragraph("各股室、局属各单位：", indent=False)
    pages.paragraph(
        "为做好汛期值班工作，经局党组研究，现就有关事项通知如下。一、严格执行24小时值班和领导带班制度，值班电话«0563-5028110|LANDLINE,note»"
        "必须保持畅通。二、值班人员不得擅自离岗，重要信息30分钟内报告。"
    )
    pages.paragraph("三、值班信息系统地址为 «10.34.18.21|IP»，登录用户名：zhiban，密码：«Qx@2024#fx|CREDENTIAL»，请勿外传。")
    pages.paragraph("四、带班领导和值班人员联系方式如下，上网时请遮盖：")
    pages.covered("值班手机：«13805630142|PHONE»")
    pages.covered("应急手机：«13905630273|PHONE»")
    pages.paragraph("清溪县水利局")
    pages.paragraph("2024年5月20日")
    pages.paragraph("（«此件不公开|CLASSIFICATION»）")
    expect.add("HIDDEN_CONTENT", "check", "", "hidden")
    return pages.data(), expect


@sample("控制测量成果说明.txt")
def survey() -> Built:
    """Coordinates of control points and transformation parameters, beside lawful statements about them."""
    return plain(Expectation("block"), """
清溪县农村房地一体测量控制测量成果说明

一、概况
本项目在全县布设四等控制点12座，完成1:500地籍图286幅，投资315.60万元。成果按照测绘成果管理条例汇交，涉密成果的提供和使用依法办理审批手续。

二、控制点成果
四等控制点QX07坐标：«3425678.1234，39512345.6789|MAP_SECRET»。
水准点BM15，高程«35.1234m|MAP_SECRET»。

三、坐标转换
1980西安坐标系到2000国家大地坐标系的«转换参数：ΔX=-112.3456|MAP_SECRET»，由省测绘档案资料馆提供。

四、公开版成果
公开使用的地图应当经过审核，审图号：«皖S（2024）15号|SILENT»。任何单位和个人发现测量标志损毁的，请向县自然资源和规划局报告，电话«0563-5021250|LANDLINE,note»。
""")  # fmt: skip


# --- 7 没有问题的 ------------------------------------------------------------------------------------


@sample("信息公开工作办法.txt")
def policy() -> Built:
    """A policy text full of the words that rules look for."""
    return plain(Expectation("note"), """
索引号：«11341825MB1631138U/202312-00030|SILENT»
发布机构：清溪县人民政府办公室
文　　号：«清政办〔2023〕42号|SILENT»
成文日期：2023-12-18
有 效 性：有效

清溪县人民政府办公室关于印发
《清溪县政府信息公开保密审查和个人信息保护办法》的通知

各乡镇人民政府、街道办事处，县政府各部门、各直属机构：

《清溪县政府信息公开保密审查和个人信息保护办法》已经县政府第28次常务会议研究同意，现印发给你们，请认真贯彻执行。

第一条　公开政府信息应当坚持先审查、后公开和一事一审原则，不得公开涉及国家秘密、工作秘密、商业秘密、个人隐私的政府信息。
第二条　国家秘密的密级分为绝密、机密、秘密三级。绝密级国家秘密保密期限不超过30年，机密级不超过20年，秘密级不超过10年。
第三条　公开行政处罚决定、行政许可结果和补贴发放情况时，应当删去公民身份号码、家庭住址、联系方式、银行账号、健康状况等个人信息；确需区分同名人员的，可以另编序号。
第四条　公示低保对象、特困人员、残疾人两项补贴和孤儿基本生活费的发放情况，不得公开与公示目的无关的信息。低保标准为每人每月720元。
第五条　不满十四周岁未成年人的个人信息属于敏感个人信息，处理时应当取得其父母或者其他监护人的同意。
第六条　举报人、信访人的姓名和举报内容应当严格保密。举报电话：«12345|SILENT»、«12388|SILENT»；邮箱：«qxxxgk@qingxi.gov.cn|EMAIL,note»。
第七条　各单位应当完善内部审查机制和内部控制制度，明确公开属性（主动公开、依申请公开、不予公开），对会议记录、请示报告等过程性信息依法处理。
第八条　测绘、地质资料的公开，按照测绘成果管理和保密规定执行；控制点、重力异常、坐标转换参数等内容的密级由有关主管部门确定。
第九条　本办法自2024年1月1日起施行，有效期5年。

联系单位：县政府办公室政务公开股；联系电话：«0563-5020012|LANDLINE,note»；办公地址：清溪县城关镇人民路1号

（«此件公开发布|CLASSIFICATION,note»）
""")  # fmt: skip


@sample("年度工作总结.html")
def summary() -> Built:
    """A web page as content systems write it: metadata, footer numbers, statistics, officials."""
    return plain(Expectation("note"), """
<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>清溪县自然资源和规划局2023年工作总结和2024年工作打算</title>
<meta name="SiteName" content="清溪县人民政府">
<meta name="SiteDomain" content="www.qingxi.gov.cn">
<meta name="SiteIDCode" content="«3418250001|SILENT»">
<meta name="ColumnName" content="计划总结">
<meta name="ArticleTitle" content="2023年工作总结和2024年工作打算">
<meta name="PubDate" content="2024-01-15 16:40">
<meta name="ContentSource" content="清溪县自然资源和规划局">
<meta name="Keywords" content="工作总结,不动产登记,耕地保护">
<script src="/assets/js/jquery-1.12.4.min.js"></script>
</head>
<body>
<h1>清溪县自然资源和规划局2023年工作总结和2024年工作打算</h1>
<p>发布时间：2024-01-15 16:40　浏览次数：«13812|SILENT»　信息来源：清溪县自然资源和规划局</p>
<p>★★★★★★★★★★</p>
<p>2023年，在县委、县政府坚强领导下，全县自然资源系统深入学习贯彻党的二十大精神，各项工作取得新成效。局党组书记、局长«高翔|NAME,note»多次带队赴梅林镇石塘村调研耕地保护。</p>
<p>一、耕地保护扎实有力。全县耕地保有量«486512.37|SILENT»亩，永久基本农田«421035.80|SILENT»亩。查处违法用地13宗，收缴罚款186.35万元。</p>
<p>二、不动产登记便民利民。全年办理各类登记«13829|SILENT»件，颁发不动产权证书«7216|SILENT»本，企业登记实行“一窗受理”，办结时限压缩到1.5个工作日。</p>
<p>三、信息公开规范有序。全年主动公开政府信息«1286|SILENT»条，受理依申请公开42件，除涉密事项外一律公开；落实“三审三校”制度，重要信息多人审看、专人把关。</p>
<p>四、矿业权管理不断加强。挂牌出让采矿权2宗，成交价款«5630.80|SILENT»万元；开展12336违法线索核查，办理12345热线工单327件。</p>
<p>2024年，我局将重点推进国土空间总体规划报批、低效用地再开发试点和地质灾害防治三年行动。</p>
<div class="footer">主办单位：清溪县人民政府办公室　联系电话：«0563-5020012|LANDLINE,note»<br>«皖ICP备05001234号-1|SILENT»　皖公网安备 «34180202000123|SILENT»号　网站标识码：«3418250001|SILENT»</div>
</body>
</html>
""")  # fmt: skip


@sample("遗失声明13800078905.txt")
def lost() -> Built:
    """The phone stands in the file's name, too: it goes online with the attachment."""
    expect = Expectation("check")
    built = plain(expect, """
不动产权证书遗失声明

«马长顺|NAME,note»因保管不善，将«皖（2019）清溪县不动产权第0005318号|PROPERTY_CERT,note»不动产权证书遗失，根据《不动产登记暂行条例实施细则》第二十二条的规定申请补发，现声明该不动产权证书作废。

特此声明。

声明人：«马长顺|NAME,note»
2024年10月21日
""")  # fmt: skip
    expect.add("PHONE", "check", "13800078905", "filename")
    return built


# --- 8 其余各类文件 ----------------------------------------------------------------------------------


@sample("行政许可结果公示.xlsx")
def permits() -> Built:
    """Lawful: who got the licence, who represents it. Planted: the column of identity numbers, hidden; an agent."""
    expect = Expectation("block")
    rows = []
    licences = [
        ("清溪县宏远建材有限公司", "法人", social_credit("91341825", "MA2TM4R6"), "«方志强|NAME,note»", "取水许可", ""),
        ("«马长顺|NAME,check»", "自然人", resident_id("341802", "19010618", "333"), "", "林木采伐许可", ""),
        ("清溪县丰裕家庭农场", "个体工商户", social_credit("92341825", "MA8N3C5H"), "«余长河|NAME,note»", "设施农用地备案", ""),
        ("«潘小兰|NAME,check»", "自然人", resident_id("341802", "19030227", "468"), "", "动物诊疗许可",
         "代办人«何家俊|NAME»，手机«13800035791|PHONE»"),
    ]  # fmt: skip
    for k, (holder, kind, number, head, matter, remark) in enumerate(licences, 1):
        known = f"«{number}|ID_CARD»" if kind == "自然人" else f"«{number}|USCC,note»"
        rows.append([
            f"«清自然资许〔2026〕{20 + k}号|SILENT»", holder, kind, known, head, matter, f"«XK34182520260500{k}7|SILENT»",
            "2026-05-12至2031-05-11", "清溪县自然资源和规划局", remark,
        ])  # fmt: skip
    sheet = Sheet(
        "许可结果",
        ["行政许可决定书文号", "行政相对人名称", "行政相对人类别", "证件号码", "法定代表人", "许可类别", "许可证编号", "许可有效期",
         "许可机关", "备注"],
        rows,
        titles=["清溪县自然资源和规划局2026年5月行政许可结果公示"],
        notes=["公示地点：清溪县政务服务中心一楼大厅。监督电话：0563-5021250。"],
        hidden_columns=[4],
    )  # fmt: skip
    data = workbook(expect, [sheet], "清溪县自然资源和规划局行政审批股", "行政许可结果公示")
    expect.add("HIDDEN_CONTENT", "check", "", "hidden")
    return data, expect


@sample("政务服务办件公示.csv")
def desk() -> Built:
    """GB18030. What somebody applied for says what he is; numbers of cases are none of persons."""
    return plain(Expectation("block"), """
清溪县政务服务中心2026年5月办件公示,,,,,,
办件编号,事项名称,申请人,受理时间,办结时间,办理状态,评价内容
«341825202605120001|SILENT»,食品经营许可,清溪县宏远超市有限公司,«20260512083001|SILENT»,2026-05-14,已办结,满意
«341825202605120002|SILENT»,不动产转移登记,«任思远|NAME»,2026-05-12,2026-05-13,已办结,材料太多；电话«13900057913|PHONE»可以联系我
«341825202605120003|SILENT»,残疾人证办理,«邓丽萍|NAME,block»,2026-05-12,2026-05-19,已办结,«肢体残疾二级|WELFARE»也要跑两趟，请改进
«341825202605120004|SILENT»,特困人员救助供养,«王*|SILENT»,2026-05-12,2026-06-02,办理中,
«341825202605120005|SILENT»,机动车登记,«谢文斌|NAME»,2026-05-12,2026-05-12,已办结,车牌«皖P·6K318|PLATE»已领，窗口态度好
咨询投诉电话：«0563-5023456|LANDLINE,note»，«12345|SILENT»,,,,,,
""", "gb18030")  # fmt: skip


@sample("土地出让结果公示.pdf")
def land_sold() -> Built:
    """Lawful: buyers, one of them a person; the treasury's account; corner points. Planted: what is under black."""
    expect = Expectation("block")
    number = resident_id("341802", "19000912", "259")
    pages = Pages(expect, title="国有建设用地使用权出让结果公示")
    pages.heading("国有建设用地使用权出让结果公示")
    pages.paragraph("编号：«清自然资供〔2026〕11号|SILENT»", indent=False)
    pages.paragraph(
        "根据《招标拍卖挂牌出让国有建设用地使用权规定》，现将2026年6月国有建设用地使用权挂牌出让结果公示如下。电子监管号："
        "«3418252026B00218|SILENT»。"
    )
    pages.paragraph(
        "1．宗地编号：QX2026-03；土地位置：清溪县经济开发区创业路以北；土地用途：工业用地；出让面积：«20010.45|SILENT»平方米；出让年限："
        "50年；容积率：1.2；成交价：«480.2400|SILENT»万元；受让人：清溪县宏远建材有限公司；法定代表人：«方志强|NAME,note»。"
    )
    pages.paragraph(
        "2．宗地编号：QX2026-04；土地位置：清溪县城关镇青年路以东；土地用途：商服用地；出让面积：«612.30|SILENT»平方米；成交价："
        "«96.8000|SILENT»万元；受让人：«程万里|NAME,check»。界址点坐标：J1（«3425678.123，39512345.678|COORD,note»）。"
    )
    pages.covered(f"受让人证件：«{number}|ID_CARD»")
    pages.paragraph(
        "未竞得人的竞买保证金五个工作日内退还。出让价款缴至清溪县财政局土地出让金财政专户，账号：«34050175860800000456|BANK_ACCOUNT,note»。"
    )
    pages.paragraph(
        "对公示内容有异议的，请在公示期（2026年7月1日至7月7日）内反映。联系人：«曹丽华|NAME,note»，联系电话：«0563-5021250|LANDLINE,note»。"
        "受让人手机：«13905632468|PHONE»。"
    )
    pages.paragraph("清溪县自然资源和规划局")
    pages.paragraph("2026年6月30日")
    expect.add("HIDDEN_CONTENT", "check", "", "hidden")
    return pages.data(), expect


@sample("乡村建设规划许可批前公示.docx")
def village_house() -> Built:
    """Lawful: who builds, where, how much. Planted: neighbours, the family with a child, a comment, hidden text."""
    expect = Expectation("block")
    number = resident_id("341802", "19021130", "176")
    word = Word(expect, title="乡村建设规划许可证批前公示", author="梅林镇村镇建设办公室")
    word.heading("乡村建设规划许可证批前公示")
    word.paragraph("«清梅规公〔2026〕8号|SILENT»", align="center")
    word.paragraph("根据《中华人民共和国城乡规划法》，现将下列村民住宅建设申请予以公示，征求利害关系人意见。")
    word.table([
        ["项目", "内容"],
        ["建设单位（个人）", "«梁永康|NAME,note»"],
        ["建设位置", "清溪县梅林镇石塘村下庄组"],
        ["用地面积", "«120.00|SILENT»平方米"],
        ["建筑面积", "«238.60|SILENT»平方米"],
        ["四至", "东至«方桂兰|NAME»户，南至村道，西至«王桂英|NAME»户，北至空地"],
        ["«家庭成员|FAMILY,any»", "共4人，其中孙女«梁雨桐|NAME,block»，«7岁|MINOR»，石塘小学一年级"],
        ["规划许可证编号", "«乡字第341825202600031号|SILENT»"],
    ])  # fmt: skip
    word.paragraph(
        "用地红线坐标：J1（«3425690.455，39512361.902|COORD,note»）。总平面图见附图，审图号：«皖S（2026）12号|SILENT»。",
        word.hidden(f"梁永康身份证号：«{number}|ID_CARD»"),
    )
    word.paragraph(
        "公示期：2026年4月7日至4月16日。", word.comment("邻居来电不同意，电话«13800046802|PHONE»，上网前删除。", "利害关系人"),
        "有意见的，可以向梅林镇人民政府书面反馈，联系电话：«0563-5022345|LANDLINE,note»。",
    )  # fmt: skip
    word.paragraph("梅林镇人民政府", align="right")
    word.paragraph("2026年4月6日", align="right")
    expect.add("NAME", "any", "梁永康", "hidden")
    data = word.data()
    expect.add("HIDDEN_CONTENT", "check", "", "comment")
    expect.add("HIDDEN_CONTENT", "check", "", "hidden")
    return data, expect


@sample("地质灾害隐患点责任人一览表.xlsx")
def hazards() -> Built:
    """Lawful: who is responsible, the places, duty lines. Planted: mobiles; a hidden sheet of payments."""
    expect = Expectation("block")
    points = [
        ("石塘村下庄滑坡", "梅林镇石塘村下庄组", "118°45′30″", "30°56′24″", "滑坡", "6", "«袁振宇|NAME,note»", "镇长", "«余长河|NAME,note»"),
        ("河湾村大圩崩塌", "梅林镇河湾村大圩组", "118°47′12″", "30°55′03″", "崩塌", "3", "«蒋慧敏|NAME,note»", "副镇长", "«田大勇|NAME,note»"),
        ("东门社区后山泥石流", "东门街道昭亭社区", "118°44′51″", "30°57′46″", "泥石流", "11", "«冯建平|NAME,note»", "街道办主任", "«唐素珍|NAME,note»"),
    ]  # fmt: skip
    rows, paid = [], []
    for k, (*place, watcher) in enumerate(points, 1):
        rows.append([f"«34182501{k:04d}|SILENT»", *place, "0563-5022018", watcher, f"«1390563024{k}|PHONE»"])
        number = resident_id("341802", f"1903081{k}", f"51{k}")
        name = watcher.strip("«»").split("|")[0]
        paid.append([f"«{name}|NAME,any»", f"«{number}|ID_CARD»", f"«{bank_card(f'62284806680009988{k}')}|BANK_CARD»", "1200.00"])
    shown = Sheet(
        "责任人一览表",
        ["隐患点编号", "隐患点名称", "隐患点位置", "经度", "纬度", "灾害类型", "威胁户数", "防灾责任人", "职务", "值班电话", "监测员", "监测员手机"],
        rows,
        titles=["清溪县2026年地质灾害隐患点防灾责任人和监测责任人一览表"],
        notes=["群测群防，预警信号：敲锣。报灾电话：«0563-5021299|LANDLINE,note»、«12336|SILENT»。"],
    )
    kept = Sheet("补助发放", ["监测员", "身份证号", "银行卡号", "补助金额"], paid, state="hidden")
    data = workbook(expect, [shown, kept], "清溪县自然资源和规划局", "责任人一览表")
    expect.add("HIDDEN_CONTENT", "check", "", "hidden")
    return data, expect


@sample("违法案件挂牌督办通报.docx")
def cases() -> Built:
    """Lawful: firms, officers, posts held. Planted: a person not yet judged, a home, the informant in a comment."""
    expect = Expectation("block")
    word = Word(expect, title="关于挂牌督办3起违法用地案件的通报")
    word.heading("关于挂牌督办3起违法用地案件的通报")
    word.paragraph("«清自然资办〔2026〕19号|SILENT»", align="center")
    word.paragraph("近期，县自然资源和规划局在卫片执法检查中发现一批违法用地线索。现对3起案件挂牌督办，督办时限2026年9月30日。")
    word.paragraph(
        "案件一：清溪县宏远建材有限公司违法占地案。2025年10月，该公司未经批准占用梅林镇石塘村集体土地«3.26|SILENT»亩堆放石料，图斑号"
        "«3418250020030217|SILENT»。2026年3月已立案查处，罚款«43.5200|SILENT»万元，法定代表人：«方志强|NAME,note»。"
    )
    word.paragraph(
        "案件二：石塘村村民«梁永康|NAME»（住«清溪县梅林镇石塘村下庄组18号|ADDRESS»）涉嫌违法占用耕地«1.85|SILENT»亩建房案。",
        word.comment("举报人«周海燕|INFORMANT»（电话«13800068024|PHONE»）要求保密。", "群众举报后"), "，现已立案，正在调查。",
    )  # fmt: skip
    word.paragraph("案件三：余某某非法采石案，已移送公安机关。石塘村党总支书记袁振宇因监管不力被约谈。")
    word.paragraph("欢迎社会各界监督，违法线索举报电话：«12336|SILENT»、«0563-5021260|LANDLINE,note»。")
    word.paragraph("清溪县自然资源和规划局", align="right")
    word.paragraph("2026年6月12日", align="right")
    data = word.data()
    expect.add("HIDDEN_CONTENT", "check", "", "comment")
    return data, expect


@sample("听证会与意见采纳公告.html")
def hearing() -> Built:
    """Lawful: who takes part, the address and mailbox for opinions. Planted: who gave opinions, a hidden list."""
    expect = Expectation("block")
    number = resident_id("341802", "19041215", "283")
    expect.add("HIDDEN_CONTENT", "check", "", "hidden")
    return plain(expect, f"""
<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>石塘村征地补偿安置方案听证会公告及意见采纳情况</title>
</head>
<body>
<h1>石塘村征地补偿安置方案听证会公告及意见采纳情况</h1>
<p>根据《中华人民共和国土地管理法实施条例》，定于2026年5月20日上午9时在梅林镇人民政府三楼会议室召开听证会。听证主持人：«袁振宇|NAME,note»；听证参加人：«余长河|NAME,note»、«唐素珍|NAME,note»（村民代表），«沈卫东|NAME,note»（专家）。</p>
<p>前期公开征求意见共收到意见3条，采纳情况如下：</p>
<table>
<tr><th>序号</th><th>意见提出人</th><th>意见内容</th><th>采纳情况</th></tr>
<tr><td>1</td><td>网民</td><td>提高青苗补偿标准</td><td>采纳，按每亩«1320.00|SILENT»元执行</td></tr>
<tr><td>2</td><td>«姚桂芳|NAME»</td><td>请电话告知安置地点：«13700078913|PHONE»</td><td>采纳</td></tr>
<tr><td>3</td><td>«任思远|NAME,block»</td><td>我«患有尿毒症|HEALTH,block»，希望安置到一楼</td><td>部分采纳</td></tr>
</table>
<p>对方案仍有意见的，可以在2026年5月15日前邮寄至清溪县城关镇人民路88号县自然资源和规划局（邮编«242300|SILENT»），或者发送至邮箱«qxzd@qingxi.gov.cn|EMAIL,note»，联系电话：«0563-5021250|LANDLINE,note»。</p>
<p style="display:none">报名表：«余长河|NAME,hidden»，身份证号«{number}|ID_CARD,hidden»</p>
</body>
</html>
""")  # fmt: skip


@sample("双随机抽查结果公示.csv")
def inspections() -> Built:
    """Lawful: who inspected, who runs the shop, where. Planted: an identity number in the column of codes, a mobile."""
    firm, farm = social_credit("91341825", "MA2W6P8X"), social_credit("92341825", "MA8K7D2T")
    number = resident_id("341802", "19050421", "614")
    return plain(Expectation("block"), f"""
清溪县市场监督管理局2026年第二季度“双随机、一公开”抽查结果公示,,,,,,
抽查计划编号,检查对象名称,统一社会信用代码,经营者,经营场所,检查人员,检查结果
«CC20260612001|SILENT»,安徽皖南测绘有限公司,«{firm}|USCC,note»,«沈卫东|NAME,note»,清溪县经济开发区创业路16号,«许志强|NAME,note»、«冯建平|NAME,note»,未发现问题
«CC20260612002|SILENT»,清溪县桂芳副食店,«{farm}|USCC,note»,«姚桂芳|NAME,note»,清溪县城关镇东门菜市场12号,«许志强|NAME,note»、«冯建平|NAME,note»,责令改正；经营者手机«13900080246|PHONE»
«CC20260612003|SILENT»,梅林镇流动售卖摊点,«{number}|ID_CARD»,«谢文斌|NAME,note»,梅林镇集镇,«许志强|NAME,note»、«冯建平|NAME,note»,未发现问题
监督电话：«0563-5026315|LANDLINE,note»、«12315|SILENT»,,,,,,
""", "utf-8-sig")  # fmt: skip


@sample("低保对象公示.txt")
def relief() -> Built:
    """For the village board, on its way to the web: names, illness, income; the standard itself is public."""
    weak = "341825190*****0428"
    return plain(Expectation("block"), f"""
梅林镇2026年第二季度最低生活保障对象公示

经个人申请、入户调查、民主评议，下列家庭拟纳入农村低保，现在石塘村予以公示。保障标准为每人每月«765|SILENT»元。

户主：«魏淑珍|NAME,block»，河湾组，保障人口2人，月保障金额«1180|SILENT»元，致困原因：«患乳腺癌|HEALTH,block»。
户主：«田大勇|NAME,any»，下庄组，保障人口3人，«家庭年收入6200元|INCOME»，身份证号：«{weak}|ID_CARD,any»。
户主：«唐素珍|NAME»，大圩组，保障人口1人，月保障金额«640|SILENT»元。
户主：张某某，大圩组，保障人口1人，月保障金额«590|SILENT»元。

公示时间：2026年4月1日至4月7日。有异议的，请向梅林镇民政办反映。
监督电话：«0563-5022166|LANDLINE,note»、«12349|SILENT»
梅林镇人民政府
2026年3月31日
""")  # fmt: skip


@sample("期末考试成绩单.csv")
def marks() -> Built:
    """Marks of pupils by name: not to be published at all."""
    one, two = (resident_id("341802", born, serial) for born, serial in (("19020511", "356"), ("19021009", "481")))
    return plain(Expectation("block"), f"""
石塘小学2025—2026学年第一学期期末考试成绩单,,,,,
学籍号,学生姓名,班级,语文,数学,总分
«G{one}|STUDENT_ID»,«唐一鸣|NAME,block»,«三（2）班|MINOR»,«95.5|SILENT»,«98|SILENT»,«193.5|SILENT»
«G{two}|STUDENT_ID»,«余欣悦|NAME,block»,«三（2）班|MINOR»,«88|SILENT»,«91.5|SILENT»,«179.5|SILENT»
,«郑子涵|NAME,block»,«三（2）班|MINOR»,«79|SILENT»,«84|SILENT»,«163|SILENT»
咨询电话：石塘小学教务处«0563-5022510|LANDLINE,note»,,,,,
""")  # fmt: skip


@sample("走访慰问困难群众.md")
def visit() -> Built:
    """News: officers by name are lawful; whom they visited, his illness, his grandchild are not."""
    return plain(Expectation("block"), """
# 县自然资源和规划局走访慰问石塘村困难群众

2026年1月20日上午，县自然资源和规划局党组书记、局长«高翔|NAME,note»一行深入石塘村，走访慰问困难群众，送去米、油和慰问金«500|SILENT»元。

在下庄组，«魏淑珍|NAME,block»老人«患有尿毒症|HEALTH,block»，高翔详细询问她的治疗情况，叮嘱村干部做好帮扶。老人的«孙子|FAMILY,any»«魏子轩|NAME,block»，«10岁|MINOR,block»，在石塘小学读四年级，局青年志愿者为他送去书包。

村民王大爷说：“党和政府没有忘记我们。”石塘村党总支书记«袁振宇|NAME,note»表示，将用好乡村振兴政策。

下一步，该局将继续开展“我为群众办实事”活动。爱心捐助联系人手机：«13800091357|PHONE»；办公电话：«0563-5021250|LANDLINE,note»。

（通讯员：«曹丽华|NAME,note»）
""")  # fmt: skip


@sample("防汛应急预案.pdf")
def plan() -> Built:
    """A policy whose appendix is a list of phones: posts and duty lines are lawful, mobiles are not."""
    expect = Expectation("check")
    pages = Pages(expect, title="关于印发清溪县防汛抗旱应急预案的通知", author="清溪县人民政府办公室")
    pages.heading("清溪县人民政府办公室关于印发")
    pages.heading("清溪县防汛抗旱应急预案的通知")
    pages.paragraph("«清政办〔2026〕15号|SILENT»", indent=False)
    pages.paragraph("各乡镇人民政府，县政府各部门：", indent=False)
    pages.paragraph(
        "《清溪县防汛抗旱应急预案》已经县政府同意，现印发给你们，请认真贯彻执行。一、总体要求。坚持以人民为中心，坚持预防为主。二、组织体系。"
        "县防汛抗旱指挥部由县长«高翔|NAME,note»任指挥长，副县长«蒋慧敏|NAME,note»任副指挥长。"
    )
    pages.paragraph("三、预警分级。蓝色、黄色、橙色、红色四级。启动«4|SILENT»级响应时，转移安置老年人、残疾人、孤儿等重点人群。")
    pages.page()
    pages.paragraph("附件：清溪县防汛抗旱指挥部成员通讯录", indent=False)
    pages.paragraph("县水利局：«冯建平|NAME,note»（局长），办公电话«0563-5028101|LANDLINE,note»，手机«13905631357|PHONE»。")
    pages.paragraph("县应急局：«许志强|NAME,note»（局长），办公电话«0563-5029101|LANDLINE,note»，手机«13805632468|PHONE»。")
    pages.paragraph("24小时值班电话：«0563-5028110|LANDLINE,note»。")
    pages.paragraph("（«此件公开发布|CLASSIFICATION,note»）")
    return pages.data(), expect


# --- 演示文稿 ---------------------------------------------------------------------------------------


@sample("耕地补贴工作汇报.pptx")
def briefing() -> Built:
    """Lawful: figures, the director's name, the office's phone. Planted: a hidden slide, notes, a comment, a white line."""
    from tests.readers.make_pptx import TITLE, box, lines, pptx, root, run, shape, table, tree

    expect = Expectation("block")
    number = resident_id("341802", "19040307", "142")
    shown = table(
        ("乡镇", "补贴面积（亩）", "补贴金额（元）"), ("梅林镇", "18650.5", "2125157.00"), ("城关镇", "9320.0", "1061548.00"),
    )  # fmt: skip
    hidden = table(("姓名", "身份证号", "银行卡号"), (
        expect.clean("«孙志远|NAME,hidden»"), expect.clean(f"«{number}|ID_CARD,hidden»"),
        expect.clean(f"«{bank_card('622848001234567890')}|BANK_CARD,hidden»"),
    ))  # fmt: skip
    white = run(expect.clean("经办人手机«13800013580|PHONE,hidden»"), '<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>')
    notes = expect.clean("讲到这里提一下：«周海燕|NAME,annotation»家情况特殊，手机«13800013581|PHONE,annotation»。")
    comment = expect.clean("数据请与«许志强|NAME,comment»核对，电话«13800013582|PHONE,comment»。")
    expect.add("HIDDEN_CONTENT", "check", "", "hidden", 2)
    expect.add("HIDDEN_CONTENT", "check", "", "annotation")
    expect.add("HIDDEN_CONTENT", "check", "", "comment")
    first = TITLE.replace("工作情况汇报", "耕地地力保护补贴工作汇报") + box("清溪县农业农村局")
    last = TITLE.replace("工作情况汇报", "联系方式") + shape(
        lines(expect.clean("办公室电话：«0563-5021240|LANDLINE,note»"), white), number=5
    )
    data = pptx(
        first, TITLE.replace("工作情况汇报", "发放情况") + shown, TITLE.replace("工作情况汇报", "明细（不放映）") + hidden, last,
        hidden=[3],
        links={2: [("notesSlide", "../notesSlides/notesSlide1.xml"), ("comments", "../comments/comment1.xml")]},
        parts={
            "ppt/notesSlides/notesSlide1.xml": root("p:notes", tree(shape(lines(notes), kind='type="body" idx="1"'))),
            "ppt/notesSlides/_rels/notesSlide1.xml.rels": _NOTES_LINKS,
            "ppt/comments/comment1.xml": root(
                "p:cmLst", f'<p:cm authorId="0" idx="1"><p:pos x="10" y="10"/><p:text>{comment}</p:text></p:cm>'
            ),
            "ppt/commentAuthors.xml": root(
                "p:cmAuthorLst", '<p:cmAuthor id="0" name="审核科" initials="审" lastIdx="1" clrIdx="0"/>'
            ),
        },
        deck_links=[("commentAuthors", "commentAuthors.xml")],
    )  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return packed({name: package.read(name) for name in package.namelist()}), expect


_NOTES_LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/slide" Target="../slides/slide2.xml"/>'
    "</Relationships>"
)


# --- 扫描件、照片、旧格式 -----------------------------------------------------------------------------


def scanned_notice(expect: Expectation) -> tuple[list[str], list[tuple[str, ...]], list[str]]:
    """What stands on the scanned page: lines, a table, lines."""
    clean = expect.clean
    ids = [resident_id("341802", "19020518", "251"), resident_id("341802", "19041103", "146")]
    head = [
        "清溪县梅林镇人民政府",
        "关于拟纳入特困人员救助供养名单的公示",
        "根据《特困人员认定办法》，经本人申请、村级评议、",
        "镇级审核，现将拟纳入供养的人员公示如下。",
        "公示期：2026年3月2日至3月10日。",
    ]
    rows = [
        ("序号", "姓名", "身份证号码", "供养方式"),
        ("1", clean("«周德胜|NAME,any»"), clean(f"«{ids[0]}|ID_CARD»"), clean("«分散供养|WELFARE»")),
        ("2", clean("«吴桂英|NAME,any»"), clean(f"«{ids[1]}|ID_CARD»"), clean("«集中供养|WELFARE»")),
    ]
    tail = [
        clean("监督电话：«0563-5021240|LANDLINE,note»"),
        clean("经办人手机：«13800013590|PHONE»"),
        "2026年3月2日",
    ]
    return head, rows, tail


@sample("特困供养公示（扫描件）.pdf")
def scanned_page() -> Built:
    """A page of pixels: all of it has to be recognised."""
    expect = Expectation("block")
    _in_pictures(expect, lambda: scanned_notice(expect))
    return kept("特困供养公示（扫描件）.pdf", expect)


def identity_card(expect: Expectation) -> list[str]:
    """The lines of the photographed card; the portrait is a grey shape."""
    clean = expect.clean
    return [
        clean("姓名　«王小明|NAME,any»"),
        "性别　男　　民族　汉",
        "出生　1903　年　4　月　5　日",
        clean("住址　«安徽省清溪县梅林镇柳溪村七组12号|ADDRESS,any»"),
        clean(f"«公民身份号码|BIOMETRIC,block»　«{resident_id('341802', '19030405', '271')}|ID_CARD»"),
    ]


@sample("申请人证件照片.png")
def photographed_card() -> Built:
    """A photograph of an identity card: the picture itself must not be published."""
    expect = Expectation("block")
    _in_pictures(expect, lambda: identity_card(expect))
    expect.add("DOB", "any", "1903年4月5日", "picture")
    return kept("申请人证件照片.png", expect)


def _in_pictures(expect: Expectation, write: Callable[[], object]) -> None:
    """What `write` plants stands in a picture."""
    write()
    found = {(entity, severity, text, "picture"): count for (entity, severity, text, _), count in expect.findings.items()}
    expect.findings = found


def old_letter(expect: Expectation) -> bytes:
    """A docx, which becomes the old Word file."""
    word = Word(expect, title="信访事项转办单", author="清溪县信访局", header="清溪县信访局")
    word.heading("关于转办信访事项的函")
    word.paragraph("«清信转〔2026〕27号|SILENT»", align="center", indent=False)
    word.paragraph("县自然资源和规划局：", indent=False)
    word.paragraph(
        "现将信访人«郑玉兰|INFORMANT»反映梅林镇征地补偿未到位的信访事项转给你局办理，信访人联系电话«13800013591|PHONE»，",
        word.deleted(f"身份证号«{resident_id('341802', '19050909', '264')}|ID_CARD,deleted»，"),
        word.hidden("其子«郑明|NAME,hidden»在县中学读书，"),
        "请在30日内书面答复信访人。",
    )
    word.paragraph("联系人：«许志强|NAME,note»，办公电话«0563-5022310|LANDLINE,note»。")
    return word.data()


@sample("信访转办单.doc")
def old_word() -> Built:
    """An old Word file, which LibreOffice converts."""
    expect = Expectation("block")
    old_letter(expect)
    expect.add("HIDDEN_CONTENT", "check", "", "deleted")
    expect.add("HIDDEN_CONTENT", "check", "", "hidden")
    return kept("信访转办单.doc", expect)


def old_list(expect: Expectation) -> bytes:
    """An xlsx, which becomes the old workbook."""
    number = resident_id("341802", "19010212", "255")
    return workbook(
        expect,
        [
            Sheet("发放公示", ["户主姓名", "所在村", "补贴面积（亩）", "补贴金额（元）"], [
                ["«方有根|NAME,any»", "柳溪村", "3.5", "398.65"], ["«何秀珍|NAME,any»", "河湾村", "2.8", "318.92"],
            ], titles=["清溪县梅林镇2026年耕地地力保护补贴发放公示"]),
            Sheet("原始数据", ["户主姓名", "身份证号", "银行卡号"], [[
                "«方有根|NAME,hidden»", f"«{number}|ID_CARD,hidden»", f"«{bank_card('622848001234567891')}|BANK_CARD,hidden»"]],
                state="hidden"),
        ],
        title="耕地地力保护补贴发放公示",
    )  # fmt: skip


@sample("耕地补贴发放表.xls")
def old_workbook() -> Built:
    """An old workbook with a hidden sheet."""
    expect = Expectation("block")
    old_list(expect)
    expect.add("HIDDEN_CONTENT", "check", "", "hidden")
    return kept("耕地补贴发放表.xls", expect)


if __name__ == "__main__":
    build(FOLDER)
