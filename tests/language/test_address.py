"""The grammar of an address: places in front of a door, the parts of a door, whose address it is."""

from __future__ import annotations

import pytest

from reviewer.language import places
from reviewer.language.address import Part, chains, door_parts, parse_places
from reviewer.language.places import find_addresses

PLACES = [
    # text in front of a door, its parts, what is left over
    ("安徽省宣城市宣州区水阳镇雁翅村", "province:安徽省 city:宣城市 county:宣州区 township:水阳镇 village:雁翅村", ""),
    ("户主张建国水阳镇雁翅村", "township:水阳镇 village:雁翅村", ""),
    ("张建国雁翅村", "village:雁翅村", ""),
    ("北京市丰台区望京东区", "province:北京市 county:丰台区 estate:望京 zone:东区", ""),
    ("清溪县经济开发区创业路", "county:清溪县 area:经济开发区 road:创业路", ""),
    ("路桥区路北街道人民路", "county:路桥区 township:路北街道 road:人民路", ""),
    ("第一师阿拉尔市143团3连", "city:第一师 county:阿拉尔市 township:143团 village:3连", ""),
    ("内蒙古自治区锡林郭勒盟正蓝旗桑根达来镇巴音嘎查",
     "province:内蒙古自治区 city:锡林郭勒盟 county:正蓝旗 township:桑根达来镇 village:巴音嘎查", ""),
    ("浙江温州乐清市柳市镇", "province:浙江 city:温州 county:乐清市 township:柳市镇", ""),
    ("河南省新乡市辉县市桂花南路", "province:河南省 city:新乡市 county:辉县市 road:桂花南路", ""),
    ("长春东大道", "road:长春东大道", ""),
    ("宁武县7村", "county:宁武县 village:7村", ""),
    ("双河乡胜利村王家屯", "township:双河乡 village:胜利村 village:王家屯", ""),
    ("宣城市区锦城路", "city:宣城市 road:锦城路", ""),
    ("石塘村下庄", "village:石塘村", "下庄"),
    ("阳光花园（二期）", "estate:阳光花园", ""),
    ("东方银杏花园", "estate:东方银杏花园", ""),
    ("执法人员对幸福路", "road:幸福路", ""),
    ("将其", "", "将其"),
]  # fmt: skip
DOORS = [
    ("5栋2单元301", "building:5栋 unit:2单元 room:301"),
    ("412楼1203", "building:412楼 room:1203"),
    ("3#楼2单元501", "building:3#楼 unit:2单元 room:501"),
    ("2栋A座1203室", "building:2栋 building:A座 room:1203室"),
    ("5-2-301", "building:5 unit:2 room:301"),
    ("123弄45号601室", "lane:123弄 number:45号 room:601室"),
    ("3组45号", "group:3组 number:45号"),
    ("下庄村民组12号", "group:下庄村民组 number:12号"),
    ("12号附3号", "number:12号附3号"),
    ("２单元１２０２号", "unit:２单元 room:１２０２号"),
    ("14排3号", "building:14排 number:3号"),
    ("8511信箱12分箱", "number:8511信箱12分箱"),
]


def told(text: str, parts: tuple[Part, ...]) -> str:
    return " ".join(f"{part.kind}:{text[part.start : part.end]}" for part in parts)


@pytest.mark.parametrize(("text", "expected", "rest"), PLACES)
def test_places(text: str, expected: str, rest: str) -> None:
    parts, over = parse_places(text, anchored=False)
    assert told(text, parts) == expected
    assert text[over:] == rest


@pytest.mark.parametrize(("text", "expected"), DOORS)
def test_doors(text: str, expected: str) -> None:
    assert told(text, door_parts(text)) == expected


def test_a_group_with_a_name_is_one_run_of_doors() -> None:
    text = "侯庄行政村张洼村民小组12号，雁翅村3组、石佛村六组"
    assert [text[start:end] for start, end in chains(text)] == ["张洼村民小组12号", "3组", "六组"]


@pytest.mark.parametrize(
    ("line", "use"),
    [
        ("住址：叠嶂路88号", "home"),
        ("患者住市人民医院住院部5楼12床", "home"),
        ("不动产坐落：宣州区叠嶂路88号3栋502室", "property"),
        ("权利人：张建国，坐落：宣州区叠嶂路88号", "property"),
        ("土地坐落：宣州区叠嶂路88号", "parcel"),
        ("征收水阳镇雁翅村第三村民组集体土地2.5公顷", "parcel"),
        ("涉及水阳镇雁翅村三组、四组、五组农户36户", "parcel"),
        ("地质灾害隐患点：溪口镇石佛村六组滑坡", "parcel"),
        ("受灾点在溪口镇石佛村六组王某某屋后", "unknown"),
        ("地块位于水阳镇雁翅村五组，出让面积3000平方米", "project"),
        ("建设工程规划许可证：阳光花园12号楼、13号楼", "project"),
        ("阳光花园1栋至5栋加装电梯", "project"),
        ("本院地址：宁明县红旗大街335号", "office"),
        ("出让人：某某自然资源局；地址：小店区临江西路404号", "office"),
        ("住所：宁明县红旗大街335号，法定代表人：张建国", "office"),
        ("听证会在府前路588号三楼会议室举行", "office"),
        ("1、张建国，状元中路732号；2、王秀英，康乐大厦", "unknown"),
        ("请向县住房保障中心反映，受理电话：0563-5024567，地址：清溪县城关镇人民路66号", "office"),
        ("到杭州市西湖区灵隐路18号参观", "street"),
        ("上海市静安区延安中路955弄14号4楼", "street"),
        ("大厂回族自治县夏垫镇王果子村8组", "unknown"),
        ("通信地址：北京市8511信箱12分箱", "unknown"),
    ],
)
def test_whose_it_is(line: str, use: str) -> None:
    assert [hit.use for hit in find_addresses(line)] == [use]


@pytest.mark.parametrize(
    ("line", "whole", "kept"),
    [
        ("人民路35号、37号、39号房屋", "人民路35号、37号、39号", ""),
        ("住址 宣城市宣州区澄江街道锦城社区状元府邸 5 # 楼 2 - 301", "宣城市宣州区澄江街道锦城社区状元府邸 5 # 楼 2 - 301", "澄江街道"),
        ("现住址：合肥市蜀山区翡翠湖国际花都 A 区 3 幢 1201", "合肥市蜀山区翡翠湖国际花都 A 区 3 幢 1201", "蜀山区"),
        ("住铁西区崇山东路36-4号3-2-1", "铁西区崇山东路36-4号3-2-1", "铁西区"),
        ("住宣州区水阳镇雁翅村下庄组", "宣州区水阳镇雁翅村下庄组", "水阳镇"),
        ("住西园8路29号A区557室", "西园8路29号A区557室", ""),
        ("位于杭州市九堡地区的蓝桥名苑12幢7单元", "杭州市九堡地区的蓝桥名苑12幢7单元", "九堡地区"),
        ("住江岸区球场街铁路家属院3门501号", "江岸区球场街铁路家属院3门501号", "江岸区"),
    ],
)  # fmt: skip
def test_the_whole_address_and_what_may_stay(line: str, whole: str, kept: str) -> None:
    (hit,) = find_addresses(line)
    assert line[hit.start : hit.end] == whole
    assert places.permitted(hit, line) == kept
    assert (f"保留至{kept}，" in places.advice(hit, line)) == bool(kept)


@pytest.mark.parametrize(
    "line",
    ["地铁8号线耀华路站1号出口", "德比郡0-0战平", "浙江大学学院西门", "XX村XX组", "水阳镇某某村3组", "各村村民小组组长",
     "幼儿园4号教学楼", "石塘村工作领导组", "水阳镇2024年第3号公告", "建设路12号站", "三室两厅", "住宅楼3幢共228户",
     "3号台风", "第3-5组", "民政部门12号窗口", "12-15-18", "浙江省2号公告", "第2单元测试", "3排5座"],
)  # fmt: skip
def test_no_address(line: str) -> None:
    assert find_addresses(line) == []


@pytest.mark.parametrize(
    ("header", "use"),
    [("家庭住址", "home"), ("坐落", "property"), ("不动产坐落", "property"), ("宗地坐落", "parcel"),
     ("办公地址", "office"), ("项目位置", "project"), ("地址", "unknown"), ("备注", "no")],
)  # fmt: skip
def test_a_header_tells_the_use(header: str, use: str) -> None:
    assert places.address_header_use(header) == use
