"""A made-up corpus of government drafts: the same text for the same seed, kind and size, on every machine.

Drafts follow each other until the size is reached: policy prose, lists of short lines, circulars with contacts,
replies to applicants, decisions on penalties, notices with tables. How many of which makes the kind:

prose   policy only: no value of any person
mixed   as a bureau publishes: most drafts are policy, one in ten is about persons (one value in 2 to 3 KB)
lists   notices of a hundred rows: every line holds a name, an ID number, a phone, an address

The persons do not exist: birth years of ID numbers are 1900 to 1905, mobile numbers begin with 138000. Lines
are as long as in real drafts: words of a list, rows of a table, paragraphs of 40 to 400 characters.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

SIZES = {"2 KB": 2_000, "20 KB": 20_000, "200 KB": 200_000, "2 MB": 2_000_000, "10 MB": 10_000_000, "50 MB": 50_000_000}

_BODIES = (
    "自然资源局", "农业农村局", "人力资源和社会保障局", "生态环境局", "住房和城乡建设局", "交通运输局", "水务局",
    "卫生健康委员会", "市场监督管理局", "教育体育局", "民政局", "财政局", "发展和改革委员会", "应急管理局", "林业局",
)  # fmt: skip
_PLACES = ("青禾县", "临溪市", "云岭区", "白石县", "东陵区", "沙河市", "望湖县", "平川区", "安澜县", "北原市")
_TOWNS = ("柳林镇", "石桥镇", "大塘乡", "新河街道", "双庙镇", "长岗乡", "南苑街道", "高店镇")
_VILLAGES = ("杨树村", "前进村", "红旗村", "下湾村", "李家洼村", "三岔口村", "幸福社区", "东湖社区")
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹"
_GIVEN = "建国秀英桂兰志强丽华玉梅海涛晓燕春生永福文斌红霞立新淑珍国栋雪琴家明小军凤仙成林"
_MATTERS = (
    "耕地保护", "地质灾害防治", "不动产登记", "土地征收补偿", "高标准农田建设", "矿产资源开发", "规划许可", "污水处理",
    "农村危房改造", "就业创业补助", "城乡居民医疗保险", "义务教育招生", "安全生产", "防汛抗旱", "森林防火", "动物防疫",
    "食品安全监管", "道路养护", "政务公开", "营商环境优化", "老旧小区改造", "乡村振兴", "秸秆禁烧", "饮用水水源保护",
)  # fmt: skip
_OPENINGS = (
    "为进一步做好{matter}工作，", "根据《{law}》的有关规定，", "按照{place}人民政府的统一部署，", "经研究，",
    "为切实维护群众合法权益，", "结合本地实际，", "坚持问题导向和目标导向相结合，", "在{matter}和{matter}方面，",
    "{year}年以来，", "各有关单位要提高认识，", "对照年度目标任务，", "针对督查中发现的问题，",
)  # fmt: skip
_CLAUSES = (
    "建立健全部门协同、上下联动的工作机制", "严格落实{matter}责任制", "由{body}牵头，会同{body}组织实施",
    "完成投资{number}万元，占年度计划的{percent}%", "新建和改造各类设施{few}处", "涉及{town}等{few}个乡镇",
    "定期开展监督检查，及时通报工作进展", "对工作不力、推诿扯皮的，依法依规追究责任", "确保{year}年{month}月底前全部完成",
    "加强政策宣传和业务培训", "推行一次告知、限时办结", "妥善处理群众反映的突出问题", "完善档案资料，做到一户一档",
    "面积共{number}平方米", "依法保护国家秘密、商业秘密和个人隐私", "不得擅自扩大范围、提高标准", "实行动态管理",
    "补助标准为每人每月{number}元", "严禁截留、挤占和挪用专项资金", "合理安排施工时序，减少对居民生活的影响",
    "在公共服务大厅和门户网站同步公开", "自收到申请之日起{few}个工作日内作出答复", "按照谁主管、谁负责的原则",
    "对符合条件的困难家庭予以救助", "落实耕地占补平衡和进出平衡", "开展实地踏勘和专家论证", "做好风险评估和舆情应对",
    "所需经费列入同级财政预算", "重点排查{village}一带的隐患点", "统筹推进{matter}与{matter}", "强化数据共享和业务协同",
    "其中优等{few}项、合格{few}项", "各项指标均高于上年同期", "广泛听取基层干部群众的意见建议", "实行清单式管理",
)  # fmt: skip
_LAWS = (
    "中华人民共和国土地管理法", "中华人民共和国政府信息公开条例", "中华人民共和国城乡规划法", "中华人民共和国水法",
    "中华人民共和国行政处罚法", "中华人民共和国森林法", "社会救助暂行办法", "不动产登记暂行条例",
)  # fmt: skip
_CHECK = "10X98765432"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class _Writer:
    """Writes drafts with one source of chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def drafts(self, kind: str) -> Iterator[str]:
        policy = (self.policy, self.items, self.policy)
        kinds: dict[str, tuple[Callable[[], Iterator[str]], ...]] = {
            "prose": policy,
            "mixed": (*policy * 6, *[self.circular] * 4, self.penalty, self.reply, self.notice),
            "lists": (self.long_notice,),
            "rosters": (self.roster,),
        }
        while True:
            for write in self.chance.sample(kinds[kind], len(kinds[kind])):
                yield from write()
                yield ""

    # --- words -----------------------------------------------------------------------------------------

    def fill(self, template: str) -> str:
        chance = self.chance
        while "{" in template:
            head, _, rest = template.partition("{")
            name, _, rest = rest.partition("}")
            template = head + str(getattr(self, name)(chance)) + rest
        return template

    def matter(self, chance: random.Random) -> str:
        return chance.choice(_MATTERS)

    def law(self, chance: random.Random) -> str:
        return chance.choice(_LAWS)

    def place(self, chance: random.Random) -> str:
        return chance.choice(_PLACES)

    def body(self, chance: random.Random) -> str:
        return chance.choice(_BODIES)

    def town(self, chance: random.Random) -> str:
        return chance.choice(_TOWNS)

    def village(self, chance: random.Random) -> str:
        return chance.choice(_VILLAGES)

    def number(self, chance: random.Random) -> str:
        return f"{chance.randrange(10, 90_000) / chance.choice((1, 10, 100)):g}"

    def percent(self, chance: random.Random) -> str:
        return f"{chance.randrange(20, 1000) / 10:.1f}"

    def few(self, chance: random.Random) -> str:
        return str(chance.randrange(2, 60))

    def year(self, chance: random.Random) -> str:
        return str(chance.randrange(2015, 2027))

    def month(self, chance: random.Random) -> str:
        return str(chance.randrange(1, 13))

    def date(self, chance: random.Random) -> str:
        return f"{self.year(chance)}年{self.month(chance)}月{chance.randrange(1, 29)}日"

    def name(self, chance: random.Random) -> str:
        return chance.choice(_SURNAMES) + "".join(chance.sample(_GIVEN, chance.choice((1, 2, 2, 2))))

    def mobile(self, chance: random.Random) -> str:
        return f"138000{chance.randrange(100_000):05d}"

    def office(self, chance: random.Random) -> str:
        return f"0551-6{chance.randrange(1_000_000):06d}"

    def resident_id(self, chance: random.Random) -> str:
        body = f"340{chance.randrange(100, 130)}{chance.randrange(1900, 1906)}"
        body += f"{chance.randrange(1, 13):02d}{chance.randrange(1, 29):02d}{chance.randrange(1000):03d}"
        return body + _CHECK[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]

    def address(self, chance: random.Random) -> str:
        return f"{self.place(chance)}{self.town(chance)}{self.village(chance)}{chance.randrange(1, 20)}组{self.few(chance)}号"

    # --- sentences -------------------------------------------------------------------------------------

    def sentence(self) -> str:
        clauses = self.chance.sample(_CLAUSES, self.chance.randrange(2, 6))
        return self.fill(self.chance.choice(_OPENINGS) + "，".join(clauses) + "。")

    def paragraph(self) -> str:
        return "　　" + "".join(self.sentence() for _ in range(self.chance.choice((1, 1, 2, 2, 3, 5))))

    # --- drafts ----------------------------------------------------------------------------------------

    def policy(self) -> Iterator[str]:
        yield self.fill("{place}人民政府关于进一步加强{matter}工作的意见")
        yield self.fill("{place}政发〔{year}〕{few}号")
        yield ""
        yield self.fill("各乡镇人民政府、街道办事处，县政府各部门、各直属机构：")
        for number in "一二三四五":
            yield self.fill(f"　　{number}、" + "强化{matter}")
            for _ in range(self.chance.randrange(2, 7)):
                yield self.paragraph()
        yield self.fill("{date}")

    def items(self) -> Iterator[str]:
        """What a list of duties or a page's catalogue looks like: short lines."""
        yield self.fill("{body}政务服务事项目录（{year}年版）")
        for number in range(1, self.chance.randrange(20, 60)):
            yield self.fill(f"{number}．" + "{matter}" + self.chance.choice(("（含变更、延续、注销）", "", "初审", "监督检查")))
        yield self.fill("发布机构：{place}{body}")
        yield self.fill("生成日期：{date}")

    def circular(self) -> Iterator[str]:
        yield self.fill("关于做好{year}年{matter}工作的通知")
        for _ in range(self.chance.randrange(3, 9)):
            yield self.paragraph()
        yield self.fill("　　联系人：{name}，联系电话：{office}，电子邮箱：zwgk@qinghe.example.cn。")
        yield self.fill("{place}{body}")
        yield self.fill("{date}")

    def penalty(self) -> Iterator[str]:
        name = self.name(self.chance)
        yield self.fill("行政处罚决定书")
        yield self.fill("当事人：" + name + "，男，居民身份证号码：{resident_id}，住址：{address}，联系电话：{mobile}")
        yield self.fill(f"　　经查，{name}于" + "{date}未经批准，擅自占用{village}集体土地{number}平方米。")
        for _ in range(self.chance.randrange(2, 6)):
            yield self.paragraph()
        yield self.fill("　　罚款{number}元，限于{date}前缴至指定账户。")

    def reply(self) -> Iterator[str]:
        yield self.fill("关于{name}申请公开{matter}有关信息的答复")
        yield self.fill("{name}：")
        yield self.fill("　　您于{date}提交的政府信息公开申请收悉，受理编号为SQ{year}{few}0{few}。")
        for _ in range(self.chance.randrange(2, 5)):
            yield self.paragraph()
        yield self.fill("　　如有疑问，请与本机关联系，电话：{office}。")

    def notice(self) -> Iterator[str]:
        return self._notice(self.chance.randrange(8, 25))

    def long_notice(self) -> Iterator[str]:
        return self._notice(100)

    def roster(self) -> Iterator[str]:
        """Names in rows, apart by marks or blanks, and one a line; more names than anything else."""
        yield self.fill("关于表彰{year}年{matter}先进个人的决定")
        yield self.paragraph()
        for number in "一二三四":
            yield self.fill(f"{number}、" + "{place}{body}")
            yield "、".join(self.name(self.chance) for _ in range(self.chance.randrange(6, 16)))
        yield "参会人员："
        for _ in range(self.chance.randrange(2, 6)):
            yield "　　".join(self.name(self.chance) for _ in range(6))
        for _ in range(self.chance.randrange(4, 12)):
            yield self.name(self.chance)
        yield self.fill("{date}")

    def _notice(self, rows: int) -> Iterator[str]:
        yield self.fill("关于{year}年{matter}补助对象的公示")
        yield self.paragraph()
        yield "序号\t姓名\t身份证号码\t联系电话\t住址\t补助金额（元）"
        for number in range(1, rows + 1):
            yield self.fill(f"{number}" + "\t{name}\t{resident_id}\t{mobile}\t{address}\t{number}")
        yield self.fill("　　公示期自{date}起七日，监督电话：{office}。")


KINDS = ("mixed", "prose", "lists")


def corpus(size: int, kind: str = "mixed", seed: int = 2026) -> str:
    """About `size` bytes of UTF-8 of one of KINDS, or "rosters"; whole lines only."""
    lines: list[str] = []
    left = size
    for line in _Writer(seed).drafts(kind):
        left -= len(line.encode()) + 1
        if left < 0:
            return "".join(f"{one}\n" for one in lines)
        lines.append(line)
    raise AssertionError("drafts() never ends")


def persons(count: int, seed: int = 7) -> Iterator[tuple[str, ...]]:
    """Rows of a made-up list: number, name, identity number, mobile number, address, amount."""
    writer = _Writer(seed)
    chance = writer.chance
    for number in range(1, count + 1):
        yield (
            str(number), writer.name(chance), writer.resident_id(chance), writer.mobile(chance),
            writer.address(chance), str(chance.randrange(100, 3000)),
        )  # fmt: skip


PERSON_HEADERS = ("序号", "姓名", "身份证号码", "手机号码", "住址", "补贴金额（元）")
