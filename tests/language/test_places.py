"""Addresses: «…» marks the whole span, | in it where the part that may stay ends; the rest must stay silent."""

from __future__ import annotations

import pytest
import regex

from reviewer.language import places
from reviewer.language.places import address_header_kind, find_addresses, looks_like_address
from tests.pace import cost

FOUND = [
    # line, household, depth
    ("住址：«安徽省宣城市宣州区水阳镇|雁翅村第三村民组12号»", True, "door"),
    ("«水阳镇|雁翅村5组»", None, "group"),
    ("«|叠嶂路88号3栋502室»", None, "room"),
    ("«|幸福里小区7幢2单元301室»", None, "room"),
    ("«南京市鼓楼区|中山北路30号院2号楼301»", None, "room"),
    ("家住«宣州区|叠嶂路88号»", True, "door"),
    ("现住«合肥市蜀山区|翡翠城３号楼１２０１室»", True, "room"),
    ("«浙江省杭州市滨江区|缤纷北苑47-6-746»", None, "room"),
    ("«浙江温州市瓯海区郭溪镇|塘下村霞景小区14-990»", None, "room"),
    ("被告张建国，男，住«安徽省宣城市宣州区水阳镇|雁翅村三组十二号»。", True, "door"),
    ("张建国，«|雁翅村5组»，13812345678", None, "group"),
    ("户主张建国«水阳镇|雁翅村5组»", None, "group"),
    ("«城关镇|北街12号»", None, "door"),
    ("«路桥区路北街道|人民路5号»", None, "door"),
    ("«上海市浦东新区|浦东大道123弄45号601室»", None, "room"),
    ("«十里铺乡|十里村十组»", None, "group"),
    ("«江东区|甬港一村九幢24号»", None, "room"),
    ("住址：«|3栋502室»", True, "room"),
    ("房屋一套（«|碧桂园天玺湾15栋2单元1203»）", None, "room"),
    ("住«宣州区洪林镇|七里岗村上村组18号»", True, "door"),
    ("你户位于«水阳镇|雁翅村三组»的房屋", None, "group"),
    # what is told of the house behind its door; a hotel; quarantine at home; a 新村 with groups
    ("承租人张建国（«|鼓楼街15号院内3栋204»，欠租620元）", None, "room"),
    ("房屋坐落于«安宁街道|同心路66号院内平房两间»", None, "door"),
    ("张建国　«|西大街28号临街房»", None, "door"),
    ("租住在«|文昌路100号大院7号平房»", True, "door"),
    ("暂住«|东平路22号如家酒店306房»。", True, "room"),
    ("现居家监测于«宣州区济川街道|梅园小区8幢2单元501室»", True, "room"),
    ("张建国　«|大新村一组»　3", None, "group"),
    ("地址：«清溪县|鼓楼南街金鼎商厦四层B08号»", None, "room"),
    # names that begin with a word, verbs and names in front, doors of an estate named elsewhere
    ("住址：«拉木乡|达阿村3组41号»", True, "door"),
    ("«青石镇|东风街1组27号»", None, "door"),
    ("张建国，承租«|枫林苑小区C3栋2-0604»，长期空置", None, "room"),
    ("王先生建议保留«|东胜路45号»老茶馆", None, "door"),
    ("5时30分，«青洞溪乡|白果村4组»村民", None, "group"),
    ("«罗家坝乡|水井村2组»村民李秀英", None, "group"),
    ("«|7#楼2单元503室»反映窗户漏水", None, "room"),
    ("未签约户：勾国强（«|北五里村中心街东七巷5号»）", None, "door"),
    # offices, projects and parcels
    ("县自然资源局（«|建设路89号»）", False, "door"),
    ("地址：«|建设路89号» 邮编：242000", None, "door"),
    ("办公地址：«宣城市宣州区|建设路89号»", False, "door"),
    ("项目位于«宣城市宣州区|建设路12号»", False, "door"),
    ("«|政务服务中心3楼»", False, "floor"),
    ("送达地址：«清溪县|政务服务中心二楼»不动产登记窗口", False, "floor"),
    ("供应商地址：«合肥市高新区|科学大道200号创新园A3栋9层»", False, "building"),
    ("住所\t«清溪县梅林镇|工业集中区创业路9号»", False, "door"),
    ("统一社会信用代码：9134，住所：«清溪县经济开发区|创业路16号»，法定代表人", False, "door"),
    ("名称：某某建材有限公司；坐落：«清溪县经济开发区|创业路16号»；", False, "door"),
    # homes that lie somewhere
    ("坐落：«清溪县梅林镇|石塘村下庄组5号»；不动产单元号", None, "door"),
    ("位于«清溪县城关镇|青年路12号2幢304室»的房屋", None, "room"),
    ("送达地址：«合肥市蜀山区|望江西路99号8栋1001室»，收件人", None, "room"),
    ("«合肥市|政府12号楼»", False, "building"),
    ("«江苏省南京市建邺区|奥体大街68号新城科技园4栋5楼»", False, "building"),
]

SILENT = [
    "第3号",
    "皖自然资函〔2024〕20号", "2号文件精神", "5号线建设", "建设路地铁5号线", "地块12号", "规划许可证第3号", "一号工程",
    "3组数据", "分三组讨论", "第二组", "12号前报送", "5月12号前", "水阳镇雁翅村", "安徽省宣城市宣州区水阳镇", "宣州区叠嶂路",
    "全村3组村民",
    "农村第三组", "雁翅村12户36人", "2024-2025年度", "全市12号召开", "每村3座桥", "公安局刑警大队2队",
    "共3个村5组",
    "2023年水阳镇第3号公告", "宣城市自然资源和规划局2023年第12号", "在县城里盖起一栋四层楼", "白庙乡一座在建的",
    "位于宣州区水阳镇雁翅村的集体土地", "电话0563-3012345", "有7层住宅楼24栋", "住房12套", "参加第三组讨论的有水阳镇",
]  # fmt: skip


def unmark(marked: str) -> tuple[str, list[tuple[int, int, int]]]:
    """The text without marks, and (start, end, permitted end) of each marked stretch."""
    text, spans = "", []
    for piece in regex.split("(«[^»]*»)", marked):
        if piece.startswith("«"):
            stays, _, goes = piece[1:-1].partition("|")
            spans.append((len(text), len(text) + len(stays) + len(goes), len(text) + len(stays)))
            piece = stays + goes
        text += piece
    return text, spans


@pytest.mark.parametrize(("marked", "household", "depth"), FOUND)
def test_an_address(marked: str, household: bool | None, depth: str) -> None:
    line, spans = unmark(marked)
    hits = find_addresses(line)
    assert [(hit.start, hit.end, hit.permitted_end) for hit in hits] == spans
    if "邮编" in line:
        assert hits[0].household is not True
    else:
        assert (hits[0].household, hits[0].depth) == (household, depth)
    assert any(regex.search(gate, line) for gate in places.GATES)


@pytest.mark.parametrize("line", SILENT)
def test_no_address(line: str) -> None:
    assert find_addresses(line) == []


def test_hyperscan_takes_the_gates() -> None:
    pytest.importorskip("hyperscan", reason="no hyperscan wheel for this machine")
    from reviewer.detect.prefilter import HyperscanGate

    gate = HyperscanGate(places.GATES, None)
    assert all(gate.line(unmark(marked)[0]) for marked, _, _ in FOUND)
    assert not gate.line("根据省政府办公厅要求，现就进一步加强耕地保护工作提出以下意见。")


@pytest.mark.parametrize(
    ("line", "before", "after", "household"),
    [
        ("地址：清溪县城关镇人民路88号", "名称：清溪县自然资源和规划局", "联系方式：0563-5021250", False),
        ("地址：合肥市蜀山区望江西路99号", "名称：安徽诚信招标咨询有限公司", "", False),
        ("地址：清溪县城关镇人民路88号", "姓名：张建国", "电话：13800001111", None),
        ("住所：合肥市蜀山区望江西路99号", "法定代表人\t冯建平", "", False),
        ("家庭住址：清溪县城关镇人民路88号", "工作单位：清溪县自然资源和规划局", "", True),
        ("地址：清溪县城关镇阳光小区3栋502室", "名称：清溪县自然资源和规划局", "", None),
        ("清溪县城关镇人民路88号", "现住址：", "", True),
        ("清溪县城关镇人民路88号", "姓名：张建国　家庭住址：", "", True),
        ("清溪县城关镇人民路88号", "办公地址", "", False),
        ("住所：清溪县梅林镇后王村王庄118号", "甲方：张建国，身份证号见附件", "乙方：某某种植专业合作社", None),
    ],
)
def test_the_lines_around_tell_whose_it_is(line: str, before: str, after: str, household: bool | None) -> None:
    assert [hit.household for hit in find_addresses(line, before, after)] == [household]


@pytest.mark.parametrize(
    ("cell", "depth"),
    [("3栋502室", "room"), ("雁翅村5组", "group"), ("5组", "group"), ("水阳镇雁翅村", None), ("12号", None),
     ("", None),
     ("安徽省宣城市宣州区叠嶂路88号", "door"), ("2024年", None), ("宣州区", None)],
)  # fmt: skip
def test_a_cell(cell: str, depth: str | None) -> None:
    hit = looks_like_address(cell)
    assert (hit.depth if hit is not None else None) == depth


@pytest.mark.parametrize(
    ("header", "kind"),
    [("家庭住址", True), ("户籍地址", True), ("住 址", True), ("地址", None), ("村组", None), ("办公地址", False),
     ("坐落", False), ("项目位置", False), ("电子邮箱地址", "no"), ("姓名", "no"), ("备注", "no"), ("", "no")],
)  # fmt: skip
def test_a_column_header(header: str, kind: object) -> None:
    assert address_header_kind(header) == kind


def test_other_headers_tell_whose_addresses_a_column_holds() -> None:
    assert address_header_kind("住所", ["企业名称", "统一社会信用代码", "住所"]) is False
    assert address_header_kind("住所", ["户主", "身份证号", "住所"]) is None
    assert address_header_kind("家庭住址", ["法定代表人", "家庭住址"]) is True


@pytest.mark.parametrize(
    "piece",
    ["住址", "号", "1号", "在1号", "在村1号", "路1号", "乡镇村路", "1-", "村组", "分1组", "住",
     "栋1", "一", "省市", "村1组，",
     "12-3", "小区1栋", "位于", "第"],
)  # fmt: skip
def test_hostile_lines_cost_linear_time(piece: str) -> None:
    line = piece * (40_000 // len(piece))
    find_addresses(line[:1000])
    assert cost(lambda: find_addresses(line), 150) < 150  # quadratic cost would be thousands
