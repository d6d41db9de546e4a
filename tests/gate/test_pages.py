"""Pages that a publishing system makes of approved articles."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewer.errors import RuleError
from reviewer.gate.config import Config, Pages, load_config, matches
from reviewer.review.content import Content
from tests.gate.site import ARTICLE, ID_NUMBER, MOBILE, TEMPLATE, faults, site

CONFIG = Config(pages=(Pages(("gk/*.html",), "#zoom"),))
FINE = {"title": "县政府", "body": ID_NUMBER, "foot": "版权所有"}


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, ("approved",)),
        ({"title": f"{ID_NUMBER}公示"}, ("approved",)),
        ({"foot": f"联系人手机：{MOBILE}"}, ("found",)),
        ({"foot": f"身份证号：{ID_NUMBER}"}, ("found",)),
        ({"title": f"手机 {MOBILE}"}, ("found",)),
        ({"foot": f"<!-- 身份证号：{ID_NUMBER} -->"}, ("found",)),
        ({"foot": "版权所有 另一个模板"}, ("approved",)),
        ({"body": "110101190003070053"}, ("found", "unapproved")),
        ({"body": f"{ID_NUMBER}。"}, ("found", "unapproved")),
        ({"body": f"{ID_NUMBER}<i hidden>{MOBILE}</i>"}, ("found",)),
        ({"body": f"{ID_NUMBER}<input value='{MOBILE}'>"}, ("found",)),
    ],
)
def test_a_page_is_approved_by_its_text(tmp_path: Path, changes: dict[str, str], wanted: tuple[str, ...]) -> None:
    here = site(tmp_path)
    article = here.write("article.html", ARTICLE.format(ID_NUMBER))
    here.certify("article.html")
    article.unlink()
    here.write("gk/a.html", TEMPLATE.format(**(FINE | changes)))
    assert faults(here.judged("gk/a.html", CONFIG)) == wanted


def test_only_pages_that_are_named(tmp_path: Path) -> None:
    here = site(tmp_path)
    here.write("article.html", ARTICLE.format(ID_NUMBER))
    here.certify("article.html")
    here.write("b.html", TEMPLATE.format(**FINE))
    assert faults(here.judged("b.html", CONFIG)) == ("found", "unapproved")
    assert faults(here.judged("b.html")) == ("found", "unapproved")


def test_what_was_not_decided_in_the_article_is_found_in_the_page(tmp_path: Path) -> None:
    here = site(tmp_path)
    here.write("article.html", ARTICLE.format(ID_NUMBER))
    here.certify("article.html", content=Content())
    here.write("gk/a.html", TEMPLATE.format(**FINE))
    assert faults(here.judged("gk/a.html", CONFIG)) == ("found",)


@pytest.mark.parametrize(
    ("source", "config", "wanted"),
    [
        ("/images/a.png", CONFIG, "approved"),
        ("../images/a.png?v=2", CONFIG, "approved"),
        ("../images/%61.png", CONFIG, "approved"),
        ("a.png", CONFIG, "unread"),
        ("/../../secret.png", CONFIG, "unread"),
        ("//img.example.gov.cn/a.png", CONFIG, "unread"),
        ("https://www.example.gov.cn/images/a.png", CONFIG, "unread"),
        ("https://www.example.gov.cn/images/a.png", Config(CONFIG.pages, site=("http://www.example.gov.cn",)), "approved"),
        ("https://www.example.gov.cn.bad.cn/a.png", Config(CONFIG.pages, site=("http://www.example.gov.cn",)), "unread"),
        ("//img.example.gov.cn/a.png", Config(CONFIG.pages, pictures=("https://img.example.gov.cn/**",)), "approved"),
        ("//img.example.gov.cn.bad.cn/a.png", Config(CONFIG.pages, pictures=("https://img.example.gov.cn/**",)), "unread"),
    ],
)  # fmt: skip
def test_a_picture_is_a_file_of_its_own_or_unread(tmp_path: Path, source: str, config: Config, wanted: str) -> None:
    here = site(tmp_path)
    (tmp_path / "secret.png").write_bytes(b"x")
    here.write("images/a.png", b"x")
    here.write("article.html", ARTICLE.format(ID_NUMBER))
    here.certify("article.html")
    page = TEMPLATE.format(**(FINE | {"foot": f"<img src='{source}' width=300 height=200>"}))
    here.write("gk/a.html", page)
    assert here.judged("gk/a.html", config).status == wanted


def test_one_of_two_pictures_is_unread(tmp_path: Path) -> None:
    here = site(tmp_path)
    here.write("images/a.png", b"x")
    here.write("gk/a.html", "<p>图</p><img src='/images/a.png'><img src='//img.example.cn/b.png'>")
    judged = here.judged("gk/a.html", CONFIG)
    assert [one.message for one in judged.reasons if one.fault == "unread"] == [
        "图片里的文字没有读（图片 第1行，来自 img.example.cn）"
    ]


def test_where_addresses_count_from_elsewhere(tmp_path: Path) -> None:
    here = site(tmp_path)
    here.write("gk/a.png", b"x")
    here.write("gk/a.html", "<base href='//img.example.cn/'><p>图</p><img src='a.png'>")
    assert here.judged("gk/a.html", CONFIG).status == "unread"


@pytest.mark.parametrize(
    ("path", "glob", "same"),
    [
        ("a.html", "*.html", True), ("a/a.html", "*.html", False), ("a/a.html", "**/*.html", True),
        ("a.html", "**/*.html", True), ("css/a/b.css", "css/**", True), ("css", "css/**", False),
        ("a1.html", "a?.html", True), ("a/.html", "a?.html", False), ("aXhtml", "a.html", False),
        ("A.html", "a.html", False), ("新闻/一.html", "新闻/*", True), ("a\nb", "*", True),
    ],
)  # fmt: skip
def test_patterns(path: str, glob: str, same: bool) -> None:
    assert matches(path, glob) is same


def test_a_configuration_is_read(tmp_path: Path) -> None:
    path = tmp_path / "gate.yml"
    path.write_text(
        "pages:\n  - files: ['**/*.html', '*.htm']\n    selector: '#zoom'\nassets: [css/**]\nsite: [https://a.cn]\n"
        "pictures: ['//b.cn/**']\n",
        encoding="utf-8",
    )
    assert load_config(path) == Config(
        (Pages(("**/*.html", "*.htm"), "#zoom"),), ("css/**",), ("https://a.cn",), ("//b.cn/**",)
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1), ("- a", 1), ("asset: [a]", 1), ("pages:\n  - files: ['*.html']", 2), ("assets: a", 1),
        ("pages:\n  - selector: '#a'", 2), ("pages:\n  - files: ['*']\n    selector: 'p['", 3), ("assets: ['**']", 1),
        ("assets: [/css/**]", 1), ("pictures: ['**']", 1), ("assets: [a\n", 2), ("pages:\n  - files: [../a]\n    selector: p", 2),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_configuration(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "gate.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RuleError) as told:
        load_config(path)
    assert f"{path}:{line}: " in told.value.faults[0]
