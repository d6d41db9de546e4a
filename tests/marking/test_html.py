"""Pages: the marked view within its allow-list, and a copy that holds only what a reader of the page sees."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html as parser

from reviewer.cli import main

ID, PHONE = "110101190203074530", "13800012345"
PAGE = f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><meta name="author" content="张建国"><title>公示</title>
<style>.gone{{display:none}} td{{color:#333}} /* {PHONE} */ p::before{{content:"{PHONE}"}}</style>
<script>var list = [{{"phone": "{PHONE}"}}];</script></head>
<body onload="go()"><!-- 张建国 {PHONE} -->
<h1>公示</h1>
<p title="{PHONE}" data-phone="{PHONE}">申请人：<b>张建</b>国，身份证号110101<i>190203</i>07
4530，&#49;3800012345。</p>
<p class="gone">电话{PHONE}</p><p style="display:none">身份证号{ID}</p>
<p><font color="#ffffff">电话{PHONE}</font>经办机构：县住房保障中心。</p>
<table border="1"><tr><th>姓名</th><th>手机号码</th></tr>
<tr><td>李秀英</td><td>139&nbsp;0001&nbsp;2345</td></tr><tr><td>王大明</td><td>13900012346</td></tr></table>
<form><input type="hidden" name="p" value="{PHONE}"><input type="text" value="{PHONE}"></form>
<a href="tel:{PHONE}">联系</a><a href="/list?id={ID}">名单</a><a href="/other.html">其他</a>
<a href="/q?p={"".join(f"%3{digit}" for digit in PHONE)}">同号</a>
<iframe srcdoc="电话{PHONE}"></iframe>
</body></html>
"""


@pytest.fixture(autouse=True)
def own_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def run(tmp_path: Path, command: str, page: str, encoding: str = "utf-8") -> str:
    draft, made = tmp_path / "页.html", tmp_path / f"{command}.html"
    draft.write_bytes(page.encode(encoding))
    assert main([command, str(draft), "-o", str(made)]) == 0
    return made.read_bytes().decode(encoding)


def test_the_copy_shows_what_a_reader_sees_and_nothing_else(tmp_path: Path) -> None:
    copy = run(tmp_path, "mask", PAGE)
    shown = " ".join(parser.fromstring(copy).text_content().split())
    assert "申请人：张某，身份证号11*************530，138****2345。" in shown.replace(" ", "")
    assert "139 **** 2345" in copy.replace("\u00a0", " ").replace("&nbsp;", " ")
    assert "经办机构：县住房保障中心。" in shown and "李某" in shown and "王某" in shown
    assert '<a href="/other.html">' in copy and "<b>" in copy and 'border="1"' in copy
    digits = re.sub("[^0-9]", "", copy)
    assert not any(value in digits for value in (ID, PHONE, "13900012345", "13900012346"))
    for gone in ("<script", "onload", "<!--", "data-", "tel:", "张建国", "author", "iframe", "hidden", "%31%33"):
        assert gone not in copy


def test_annotate_marks_the_characters_and_loads_nothing(tmp_path: Path) -> None:
    page = run(tmp_path, "annotate", PAGE.replace("<h1>", '<img src="http://example.org/x.png"><h1>'))
    tree = parser.fromstring(page)
    marked = ["".join(mark.itertext()) for mark in tree.iterfind(".//main//mark")]
    assert "".join(marked).replace("\n", "").startswith(f"张建国{ID}{PHONE}")
    assert not re.search(r"<script|onload|http://|src=|<iframe|data-phone=", page)
    assert not any(PHONE in (note.text_content() or "") for note in tree.iterfind(".//aside"))
    for link in tree.iterfind(".//main//sup/a"):
        (note,) = tree.xpath(f"//section[@id='{link.get('href')[1:]}']")
        assert note.text_content().strip().startswith(link.text)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    page = f'<html><head><meta charset="{encoding}"></head><body><p>電話：{PHONE}，地址請見公告。</p></body></html>'
    copy = run(tmp_path, "mask", page, encoding)
    assert "138****2345" in copy and "地址請見公告" in copy and f'charset="{encoding}"' in copy


BITS = st.sampled_from(["<b>", "</b>", " ", "<span>", "</span>", "<!-- -->", "说明", "<br>", "&nbsp;", "，", "<td>", "</p><p>"])


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 99_999_999), BITS, BITS), min_size=1, max_size=5))
def test_no_masked_number_survives(tmp_path: Path, parts: list[tuple[int, str, str]]) -> None:
    numbers = [f"138{number:08}" for number, _, _ in parts]
    body = "".join(f"{left}联系电话{number}。{right}" for number, (_, left, right) in zip(numbers, parts, strict=True))
    copy = run(tmp_path, "mask", f"<html><body><p>{body}</p></body></html>")
    assert not any(number in copy for number in numbers)
    assert copy.count("****") == len(numbers)
    assert copy.count("联系电话") == len(numbers) and copy.count("说明") == body.count("说明")
