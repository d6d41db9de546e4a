"""What pages of several publishing systems say of themselves."""

from __future__ import annotations

from datetime import date

import pytest

from reviewer.readers.html import read
from reviewer.readers.plain import text_document
from reviewer.rescan.page import About, about, about_text, bare, day_of_address
from reviewer.settings import Limits

TAGS = """<html><head><meta name="SiteName" content="某某县人民政府门户网站"><meta name="ColumnName" content="公示公告">
<meta name="ArticleTitle" content="关于拟录用人员的公示"><meta name="PubDate" content="2024-05-06 10:20">
<meta name="ContentSource" content="某某县人力资源和社会保障局"><link rel="canonical" href="http://www.x.gov.cn/a/1.html">
</head><body><p>现予公示。</p></body></html>"""
FIELDS = """<html><head><title>工作总结_某某市自然资源和规划局</title></head><body>
<div class="wz">您现在所在的位置: <a>网站首页</a>&gt; <a>市自然资源和规划局</a>&gt; <a>监督保障</a>&gt; <a>工作推进</a></div>
<table><tr><td>索引号: 11341700MB1631138U/202312-00030</td><td>组配分类: 工作推进</td></tr>
<tr><td>发布机构: 某某市自然资源和规划局</td><td>主题分类: 自然资源、规划</td></tr>
<tr><td>名称: 某某市2023年度工作总结</td><td>文号:</td></tr><tr><td>发布日期: 2023-12-15</td></tr></table>
<h1>某某市2023年度工作总结</h1></body></html>"""
CELLS = """<html><body><table><tr><th>索 引 号</th><td>003110926/201510-00216</td><th>信息分类</th><td>社会救助</td></tr>
<tr><th>发文机关</th><td>某某县民政局</td><th>成文日期</th><td>2015年10月8日</td></tr>
<tr><th>文 号</th><td>某民〔2015〕12号</td><th>有效性</th><td>有效</td></tr></table><p>正文在这里。</p></body></html>"""
LIST = """<!-- saved from url=(0040)http://www.x.gov.cn/zwgk/content_1.html --><html><body>
<ul class="breadcrumb"><li><a>首页</a></li><li><a>政务公开</a></li><li><a>征地信息</a></li></ul><h1>征地补偿安置方案公告</h1>
<dl><dt>发布单位：</dt><dd>某某区人民政府</dd><dt>发布时间：</dt><dd>2022.3.4</dd></dl><p>来源：本站</p></body></html>"""
PLAIN = "<html><head><title>通知</title></head><body><p>来源：某某局的数据。发布日期：见附件</p></body></html>"

PAGES = [
    (TAGS, About("http://www.x.gov.cn/a/1.html", "关于拟录用人员的公示", "某某县人力资源和社会保障局", "", date(2024, 5, 6), "公示公告")),
    (FIELDS, About("", "某某市2023年度工作总结", "某某市自然资源和规划局", "11341700MB1631138U/202312-00030",
                   date(2023, 12, 15), "工作推进")),
    (CELLS, About("", "", "某某县民政局", "003110926/201510-00216", date(2015, 10, 8), "社会救助", "某民〔2015〕12号")),
    (LIST, About("http://www.x.gov.cn/zwgk/content_1.html", "征地补偿安置方案公告", "某某区人民政府", "", date(2022, 3, 4),
                 "征地信息")),
    (PLAIN, About("", "通知")),
]  # fmt: skip


@pytest.mark.parametrize(("source", "says"), PAGES, ids=["tags", "fields", "cells", "list", "plain"])
def test_what_a_page_says_of_itself(source: str, says: About) -> None:
    data = source.encode("utf-8")
    assert about(data, read(data, "a/1.html", Limits()), "a/1.html") == says


LINKS = [
    ("files/名单.xls", {"a/files/名单.xls"}), ("../b/x.pdf", {"b/x.pdf"}), ("../../x.pdf", set()),
    ("/upload/%E5%90%8D%E5%8D%95.doc", {"upload/名单.doc", "a/upload/名单.doc"}),
    ("http://www.x.gov.cn/f/x.PDF#page=2", {"//www.x.gov.cn/f/x.PDF", "www.x.gov.cn/f/x.PDF", "f/x.PDF"}),
    ("down.jsp?filename=x.doc", {"a/down.jsp", "a/down.jsp?filename=x.doc", "a/down.jsp@filename=x.doc"}),
    ("index.html", set()), ("javascript:open('x.doc')", set()), ("mailto:a@x.doc", set()), ("http://[x/a.doc", set()),
]  # fmt: skip


@pytest.mark.parametrize(("href", "leads"), LINKS)
def test_where_a_link_leads(href: str, leads: set[str]) -> None:
    data = f'<html><body><a href="{href}">附件</a></body></html>'.encode()
    assert set(about(data, read(data, "a/1.html", Limits()), "a/1.html").links) == leads


def test_links_of_a_page_whose_address_is_known() -> None:
    data = '<html><body><a href="../f/x.doc">附件</a></body></html>'.encode()
    url = "https://www.x.gov.cn/a/b/1.html"
    assert about(data, read(data, url, Limits()), url, url).links == ("//www.x.gov.cn/a/f/x.doc",)


@pytest.mark.parametrize(("address", "day"), [
    ("/202405/t20240506_123.html", date(2024, 5, 6)), ("art/2024/5/6/art_1_2.html", date(2024, 5, 6)),
    ("2024-05/06/content_1.htm", date(2024, 5, 6)), ("a/P020240506123456789.doc", date(2024, 5, 6)), ("c/123456.html", None),
    ("/20241399.html", None),
])  # fmt: skip
def test_the_day_in_an_address(address: str, day: date | None) -> None:
    assert day_of_address(address) == day


def test_addresses_are_compared_without_what_says_nothing() -> None:
    assert bare("HTTPS://www.X.gov.cn#a") == bare("http://www.x.gov.cn/")


SAVED = """• 设为首页|
您现在所在的位置: 网站首页> 某某市民政局> 监督保障> 工作推进
索引号: 11341700MB1631138U/202312-00030 组配分类: 工作推进
发布机构: 某某市民政局 主题分类: 民政、救助
名称: 某某市民政局2023年度工作总结 文号:
发布日期: 2023-12-15
一、工作情况"""


@pytest.mark.parametrize(("text", "says"), [
    (SAVED, About("", "某某市民政局2023年度工作总结", "某某市民政局", "11341700MB1631138U/202312-00030", date(2023, 12, 15), "工作推进")),
    ("某某县人民政府关于印发办法的通知\n发文机关：某某县人民政府\n正文在这里。", About()),
    ("数据来源：某某统计局。\n时间：2023年5月1日", About()),
])  # fmt: skip
def test_what_a_page_says_that_was_saved_as_text(text: str, says: About) -> None:
    assert about_text(text_document(text), "a.txt") == says
