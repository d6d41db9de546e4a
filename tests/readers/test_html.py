"""HTML: what a browser shows, tables by row and column, what is concealed and why, and what is not read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.errors import ReviewerError, TooDeep
from reviewer.model import Document
from reviewer.readers import html
from reviewer.settings import Limits
from tests.pace import cost


def _read(page: str) -> Document:
    return html.read(page.encode(), "draft.html", Limits())


def _blocks(document: Document, part: str = "body") -> list[str]:
    return [document.text[block.start : block.end] for block in document.blocks if block.part == part]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<p>身份证<span>1101</span><b>0119</b><wbr>00</p>", ["身份证1101011900"]),
        ("<p> 一\n  二<br> 三&nbsp;四\u3000</p>", ["一 二\n三\u00a0四\u3000"]),
        ("<ul><li><b>索引号:</b> 1134<i>17</i></li><li>分类</li></ul>", ["索引号: 113417", "分类"]),
        ("<div>甲<div>乙</div>丙</div>丁", ["甲", "乙", "丙", "丁"]),
        ("<p>13<!-- x -->8<span hidden>藏</span>0</p>", ["1380"]),
        ("<p>甲<p>乙</body></html>丙", ["甲", "乙丙"]),
        ("<pre>一\n二  三</pre>", ["一\n二 三"]),
        ("<ruby>张<rp>(</rp><rt>zhang</rt><rp>)</rp></ruby>三", ["张三"]),
        ("<span style='display:block'>甲</span><span>乙</span>", ["甲", "乙"]),
        ("<table><tr><td><p>甲</p><p>乙</p></td></tr></table>", ["甲", "乙"]),
        ("甲\x00乙&#x4e19;&lt;&unknown;", ["甲乙丙<&unknown;"]),
        ("<p aria-hidden=true>甲<details>乙</details>", ["甲", "乙"]),
        ("<ul style='font-size:0'><li style='font-size:12px'>甲</ul>", ["甲"]),
        ("<style>@media print{.a{display:none}}</style><p class=a>甲", ["甲"]),
        ("<style>.a{display:none}.a.on{display:block}</style><p class='a on'>甲", ["甲"]),
        ("", []),
    ],
)
def test_visible_text(page: str, expected: list[str]) -> None:
    assert _blocks(_read(page)) == expected


def test_tables_keep_rows_and_columns_of_merged_cells() -> None:
    document = _read(
        "<table><tr><th rowspan=2>序号<th colspan=2>人员<th>备注<tr><th>姓名<th>电话<th>x"
        "<tr><td>1<td>张<b>三</b><td><p>138</p><p>139</p><td><table><tr><td>内<td>表</table></table>"
    )
    found = []
    for block in document.blocks:
        table = block.table
        assert table is not None
        for row in range(table.row_count()):
            for k in range(table.first[row], table.first[row + 1]):
                text = document.text[table.starts[k] : table.ends[k]]
                found.append((table.numbers[row], table.columns[k], text))
    assert found == [
        (1, 1, "序号"), (1, 2, "人员"), (1, 4, "备注"), (2, 2, "姓名"), (2, 3, "电话"), (2, 4, "x"),
        (3, 1, "1"), (3, 2, "张三"), (3, 3, "138\n139"), (3, 4, ""), (1, 1, "内"), (1, 2, "表"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<div hidden><p>甲</p><p>乙</p></div>", [("hidden", "网页隐藏元素", "甲\n乙")]),
        ("<p>公示<font color=#ffffff>白字</font>尾", [("hidden", "白色文字", "白字")]),
        ("<div style='background:#036'><font color=white>白字</font></div>", []),
        ("<style>.w{color:#fff}</style><p class=w>白字", [("hidden", "白色文字", "白字")]),
        ("<link rel=stylesheet href=a.css><style>.w{color:#fff}</style><p class=w>白字", []),
        ("<p><span style='background:black'>涂黑</span>", [("hidden", "与底色同色的文字", "涂黑")]),
        ("<span style='color:transparent'>透明</span>", [("hidden", "透明文字", "透明")]),
        ("<!-- 电话 13800000000 -->", [("comment", "网页注释", "电话 13800000000")]),
        ("<!-- 头部 开始 --><!-- function(){} --><!--[if IE]>张三<![endif]-->", []),
        ("<style>.n li{display:none}.n .on{display:block}</style><ul class=n><li class=on>张三</ul>", []),
        ("<style>.n li{display:block}</style><ul class=n><li>张三</ul>", []),
        ("<style>.n:hover li{display:none}</style><ul class=n><li>张三</ul>", []),
        ("<input type=hidden name=xm value=张三>", [("form", "隐藏表单域", "张三")]),
        ("<input type=hidden name=_csrf value=12345678><input type=hidden name=p value=1>", []),
        ("<noscript>请启用 JavaScript</noscript>", []),
        ("<table><tr><td>甲<td hidden>乙<tr><td>丙<td hidden>丁</table>", [("hidden", "网页隐藏元素", "乙")]),
        ("<table><tr><td>甲<td>乙<tr hidden><td>丙<td>丁</table>", [("hidden", "网页隐藏元素", "丙\t丁")]),
    ],
)
def test_what_is_concealed(page: str, expected: list[tuple[str, str, str]]) -> None:
    document = _read(page)
    assert [(c.part, c.reason, document.text[c.start : c.end]) for c in document.concealed] == expected


@pytest.mark.parametrize(
    ("page", "part", "text", "hint"),
    [
        ("<dl><dt>姓名<dd>张三</dl>", "body", "张三", "姓名"),
        ("<div>电话：</div><div>138</div>", "body", "138", "电话："),
        ("姓名：<input name=xm value=张三>", "form", "张三", "姓名： xm"),
        ("<label for=t>手机</label><input id=t value=138>", "form", "138", "手机 t"),
        ("<table><tr><td>住址<td><input value=某村></table>", "form", "某村", "住址"),
        ("<p 张三13800000000>甲", "script", "张三13800000000", ""),
        ("<meta name=ColumnName content=工作推进>", "property", "工作推进", "ColumnName"),
        ("<p>张三<span hidden>110101</span>", "hidden", "110101", "张三"),
        ("<a href='tel:138-0000'>x</a>", "field", "138-0000", "链接地址"),
    ],
)
def test_labels_stay_as_hints(page: str, part: str, text: str, hint: str) -> None:
    document = _read(page)
    found = [(block.part, block.hint) for block in document.blocks if document.text[block.start : block.end] == text]
    assert found == [(part, hint)]


@pytest.mark.parametrize("kind", ["application/json", "application/ld+json", "text/javascript"])
@pytest.mark.parametrize(
    "source", ["{{007}}", "[1, {0}]", '{{phone: "{0}"}}', '{{"phone": {0},}}', "[{0},]", " [{0}", "{{", "[[{0}", '[["{0}"', "([(["]
)
def test_data_that_is_no_json_is_read_all_the_same(kind: str, source: str) -> None:
    source = source.format("13800012345")
    document = _read(f'<script type="{kind}">{source}</script><p>正文')
    assert source.count("13800012345") == document.text.count("13800012345")


def test_records_in_scripts_are_tables() -> None:
    document = _read('<script>var d=[{"xm":"张三","dh":13800000000},{"xm":"李四","dh":null}];var k="\\u5f20";</script>')
    assert _blocks(document, "script") == ["xm\tdh\n张三\t13800000000\n李四", "k\t张"]


@pytest.mark.parametrize(
    ("page", "reasons"),
    [
        ("<img src=a.png><img src=a.png><img src=b.png width=16><img src='data:image/gif;base64,R0'>", ["picture"]),
        ("".join(f"<img src={k}.png>" for k in range(30)), ["picture"]),
        ("<video src=a.mp4></video><iframe src=b.html></iframe>", ["unsupported", "unsupported"]),
        ("<p>甲<a href='x", ["unparsed"]),
        ("<html><body><p>甲", ["broken"]),
        ("<html><body><p>甲</body>", []),
        ("<img srcset='a.png 1x'><picture><source srcset=b.png></picture>", ["picture", "picture"]),
        ("<picture><source srcset=b.png><img src=b.png></picture>", ["picture"]),
        ("<a href='data:application/zip;base64,UEsDBA=='>x</a>", ["broken"]),
        ("<style>p{background:url(data:image/png;base64," + "A" * 3000 + ")}</style><p>甲", ["picture"]),
        ("<p>甲", []),
    ],
)
def test_what_is_not_read_is_a_gap(page: str, reasons: list[str]) -> None:
    assert [gap.reason for gap in _read(page).gaps] == reasons


def test_deep_pages_are_read_or_refused_by_name() -> None:
    assert _blocks(_read("<div>" * 1000 + "甲")) == ["甲"]
    with pytest.raises(TooDeep):
        _read("<div>" * 100_000 + "甲")
    nested = "甲"
    for _ in range(6):
        nested = f'<iframe srcdoc="{nested.replace("&", "&amp;").replace(chr(34), "&quot;")}"></iframe>'
    assert [gap.reason for gap in _read(nested).gaps] == ["too-deep"]


def test_no_entity_is_expanded() -> None:
    page = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname"><!ENTITY y "展开">]><html><p>&x;&y;</p>'
    assert "展开" not in "".join(_blocks(_read(page)))


@pytest.mark.parametrize(("declared", "codec", "name"), [("gb2312", "gbk", "gb18030"), ("big5", "big5", "big5")])
def test_the_declared_charset_counts(declared: str, codec: str, name: str) -> None:
    document = html.read(f"<meta charset={declared}><p>公示中文".encode(codec), "a.html", Limits())
    assert (document.encoding, document.text) == (name, "公示中文")


# Each of these once took, or could take, time that grows faster than the page.
HOSTILE = {
    "unclosed quote": "<script>a='" + "x" * 60,
    "unclosed double quote": '<script>a="' + "x" * 300_000,
    "unclosed template literal": "<script>a=`" + "x" * 300_000,
    "escaped quotes": '<script>"' + '\\"' * 150_000,
    "letters": "<script>" + "a" * 300_000,
    "unclosed remarks": "<script>" + "/* " * 100_000,
    "unclosed style remarks": "<style>" + "/* " * 100_000,
    "at signs": "<style>" + "@a " * 100_000,
    "unclosed content": '<style>' + 'a{content:"' * 30_000,
    "unclosed colours": f'<p style="background:{"rgba(" * 60_000}">x',
    "commas in a colour": f'<p style="color:rgba({", " * 20_000}">x',
    "spaces after code": "<!-- 张三" + "; " * 100_000 + "-->",
    "spaces in code": "<!-- 张三 var" + " " * 20_000 + "-->",
    "long hidden text": "<div hidden>" + "张三 " * 100_000,
    "open tags": "<!-- 张三" + "<a " * 20_000 + "-->",
    "wide cells": "<table><tr>" + "<td colspan=1000 rowspan=9999>x" * 1000,
    "selectors": "<style>" + ("a " * 140 + "{display:none}") * 2000 + "</style>" + "<a>" * 100,
    "rules of steps": f"<style>{'b .c > p{display:none}' * 3000}</style>" + "<div>" * 100 + "<p class=c>x" * 10_000,
    "attribute selectors": "<style>" + "[a=" * 100_000 + "{display:none}</style>",
    "addresses": "<a href='data:text/plain,x'>x</a>" * 5000,
    "parameters of an address": '<a href="data:' + ";a" * 200_000 + '">x',
    "nested labels": "<label for=a>x" * 1000,
    "data starts": "<script>" + '=["a"' * 50_000,
}


@pytest.mark.parametrize("title", HOSTILE)
def test_no_page_takes_long(title: str) -> None:
    # 26 is the most; what grows with the square takes thousands.
    assert cost(lambda: _read(HOSTILE[title]), 150) < 150


_PIECE = st.sampled_from(
    ["<p>", "</p>", "<table>", "<tr>", "<td hidden>", "</td>", "</table>", "<div hidden>", "</div>", "张三", " ", "<br>",
     "<select>", "<option value=张>", "</select>", "<!-- 张三 -->", "<!-- <td>张 -->", "<font color=white>", "</font>",
     "<script>a='张'", "</script>", "<pre>", "</pre>", "<template>", "</template>", "<title>", "<svg>", "<rt>", "<!--",
     "<tbody hidden>", "<th rowspan=2>", "<noscript>", "</noscript>", "<textarea>", "</textarea>", "<a title='",
     "<p a\x01b=张>", "<x\x02y>", "<p 张三=1>", "<p\x1e>", "<![CDATA[张", "<?p 张 ?>", "<style>.a{", "</style>", "\r\n", "\x85"]
)  # fmt: skip


@settings(deadline=2000)  # of the clock on the wall, which other programs share; still short of a hang
@given(st.lists(_PIECE, max_size=30))
def test_any_markup_is_read(pieces: list[str]) -> None:
    try:
        document = _read("".join(pieces))
    except ReviewerError:
        return
    at = 0
    for block in document.blocks:
        assert at <= block.start < block.end
        at = block.end
    for hidden in document.concealed:
        assert 0 <= hidden.start < hidden.end <= len(document.text)


_SWALLOWED = '<style>.a{color:red}<p>联系</p><a href="tel:@">电话</a>'


@pytest.mark.parametrize(
    "page",
    [
        "<p>公示</name=\"xm\" value=\"@\"><p>正文",
        "<p>公示</p<<!-- 原电话 @ --></body>",
        '<b="#" title="1<p>公示</p><a href="#" title="@">查看',
        "<p:@>正文",
        '<metuthor" content="@">正文',
        '<optio. value="张@">甲</option>',
        "<meta charset=uow('@')><p>正文",
        '<p class="@">正文',
        '<img src="data:image/x,<text>@</text>">',
        "<style>p::after {@ }</style><p>正文",
        _SWALLOWED,
        "<style>.a{</stle><p>姓名 @</p>",
        "<meta charset=utf-16><p>电话 @ \xff</p>",
    ],
)
def test_what_the_parser_gives_up_is_read(page: str) -> None:
    data = page.replace("@", "13800012345").replace("\xff", "").encode() + (b"\xff " if "utf-16" in page else b"")
    document = html.read(data, "draft.html", Limits())
    assert "13800012345" in document.text


@pytest.mark.parametrize(
    "page",
    [
        "<p>张三 13800012345<br>地址</p><table><tr><td>李四<td>13900012345</table><!-- 备注 张三 -->",
        "<style>p{font-family:宋体}/* 版心 */</style><p style='color:#1234567890123'>正文 &#x5f20;三</p>",
        "<script>var a = '张三 13800012345'; // 注</script><a href='/a/13800012345.html'>链接</a><p>正文",
    ],
)
def test_nothing_is_read_twice_for_that(page: str) -> None:
    parts = [block.part for block in _read(page).blocks]
    assert parts.count("script") == ("<script" in page)
