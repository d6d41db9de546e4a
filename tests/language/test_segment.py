"""Words and boundaries, from rjieba and from jieba alike, and an office's own words."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from reviewer.language import segment
from reviewer.language.names import find_names


@pytest.fixture(params=["rjieba", "jieba"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "jieba":
        monkeypatch.setitem(sys.modules, "rjieba", None)
    segment._segmenter.cache_clear()
    yield request.param
    segment._segmenter.cache_clear()


def test_words_cover_the_text(engine: str) -> None:
    text = "申请人张伟提交了材料，ABC 12。"
    found = segment.words(text)
    assert "".join(word for word, _, _ in found) == text
    assert all(text[start:end] == word for word, start, end in found)


@pytest.mark.parametrize(
    ("text", "start", "given", "end", "whole"),
    [("申请人张伟提交了材料", 3, 4, 5, True), ("居民区附近", 2, 3, 5, False), ("申请人于海边设立摊位", 3, 4, 5, False)],
)
def test_whether_a_name_is_left_whole(
    engine: str, text: str, start: int, given: int, end: int, whole: bool
) -> None:
    assert segment.fits(text, start, given, end) is whole


def test_an_office_adds_its_words(engine: str, tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("# 本单位用词\n夏至花开小镇 5 n\n", encoding="utf-8")
    assert "夏至花开小镇" in [word for word, _, _ in segment.words("位于夏至花开小镇东侧", path)]


def test_the_segmenter_decides_a_doubtful_name(engine: str) -> None:
    # 于 is a surname and a preposition: only the words of the line tell.
    assert [(hit.start, hit.end) for hit in find_names("申请人于海涛向我局申请公开")] == [(3, 6)]
    assert find_names("申请人于海边设立摊位") == []
