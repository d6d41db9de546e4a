"""The approved text of a page: the same in any template, and nothing but what a reader sees."""

from __future__ import annotations

import hashlib

import pytest

from reviewer.errors import UsageError
from reviewer.review.page_text import check_selector, page_text
from reviewer.settings import Limits
from tests.scanner import scanner

BARE = "<p>补贴公示</p><table><tr><td>张三</td><td>300元</td></tr></table><p>联系手机：13800138000</p>"
TEXT = "补贴公示张三300元联系手机：13800138000"


def sha(page: str, selector: str = "body") -> str:
    return page_text(page.encode(), "a.html", Limits(), selector).sha256


def wrapped(inner: str, around: str = '<div id="zoom">{}</div>') -> str:
    return f"<html><head><title>题</title></head><body><div>导航</div>{around.format(inner)}<p>版权</p></body></html>"


@pytest.mark.parametrize(
    "inner",
    [
        BARE,
        BARE.replace("><", ">\n   <"),
        BARE.replace("公示", "公\n示").replace("300元", "<b>300</b>&nbsp;元"),
        BARE.replace("公示", "公&#31034;").replace("<p>", "<div style='text-indent:2em'>").replace("</p>", "</div>"),
        BARE.replace("张三", "\ufeff张\u200b三\u3000"),
        BARE.replace("<p>补", "<!-- 模板 --><script>var a=1</script><p>补"),
        BARE + "<img src='a.jpg' alt='示意图'><a href='b.docx'></a>",
        f"<table><tr><td>{BARE}</td></tr></table>",
    ],
)
def test_a_layout_does_not_matter(inner: str) -> None:
    assert sha(wrapped(inner), "#zoom") == sha(BARE) == hashlib.sha256(TEXT.encode()).hexdigest()


@pytest.mark.parametrize(
    "inner",
    [
        BARE.replace("300", "301"),
        BARE.replace("张三", "张三三"),
        BARE.replace("<p>联系", "<p hidden>联系"),
        BARE.replace("<p>联系", "<p style='display:none'>联系"),
        BARE.replace("补贴公示", "公示补贴"),
        BARE + "<p>另有</p>",
        BARE.replace("张三", "张 三．"),
    ],
)
def test_another_text_is_another(inner: str) -> None:
    assert sha(wrapped(inner), "#zoom") != sha(BARE)


@pytest.mark.parametrize(
    ("around", "selector", "same"),
    [
        ('<div id="zoom">{}</div>', "#zoom", True),
        ('<div class="a article-content">{}</div>', "div.article-content", True),
        ("<main><article>{}</article></main>", "main > article", True),
        ('<div id="zoom"><div class="in">{}</div></div>', "#zoom, #zoom .in", True),
        ('<div id="zoom">{}</div>', "#none", False),
        ('<div id="zoom">{}</div>', "body", False),
        ('<div id="zoom">{}</div><div id="zoom">又</div>', "#zoom", False),
    ],
)
def test_selectors(around: str, selector: str, same: bool) -> None:
    assert (sha(wrapped(BARE, around), selector) == sha(BARE)) is same


@pytest.mark.parametrize("page", ["", "<p></p>", "<p hidden>藏</p>", "<!-- 注 -->", "<script>1</script>"])
def test_no_text_has_no_hash(page: str) -> None:
    assert sha(page or "<html></html>") == ""


@pytest.mark.parametrize("selector", ["", "##", "p[", "a:contains(", "p::before("])
def test_what_is_no_selector(selector: str) -> None:
    with pytest.raises(UsageError):
        check_selector(selector)


def test_places_are_those_of_the_same_characters() -> None:
    """What is found in the page stands at the same place of the approved text as in the bare article."""
    places = []
    for page, selector in ((BARE, "body"), (wrapped(BARE.replace("><", "> <")), "#zoom")):
        told = page_text(page.encode(), "a.html", Limits(), selector)
        (phone,) = [one for one in scanner().document(told.document).findings if one.entity == "PHONE"]
        places.append(told.place(phone.start, phone.end))
    assert places[0] == places[1] is not None
    start, end = places[0]
    assert TEXT[start:end] == "13800138000"


def test_what_stands_elsewhere_has_no_place() -> None:
    told = page_text(wrapped(BARE).encode(), "a.html", Limits(), "#zoom")
    text = told.document.text
    for word in ("导航", "版权", "题"):
        assert told.place(text.index(word), text.index(word) + len(word)) is None
    assert told.place(text.index("导航"), text.index("张三") + 2) is None


def test_a_deep_page() -> None:
    assert sha("<div>" * 200 + "深" + "</div>" * 200)
