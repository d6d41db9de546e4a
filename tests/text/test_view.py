"""Views: every character of every view comes from the source character that it names."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.text import view

ALPHABET = "0123456789OolI×Xx一三八〇★☆●-— \t　\u200b\ufeff０１２ＡＢ＠①⑨𝟏⼀张电话，。：\n"
texts = st.text(alphabet=ALPHABET, max_size=60)


@given(texts)
def test_folding_keeps_each_character_at_its_source(text: str) -> None:
    folded = view.fold(text)
    for k, char in enumerate(folded.text):
        start, end = folded.source_span(k, k + 1)
        assert end == start + 1
        assert view.is_folded(text[start]) == char


@given(texts)
def test_folding_drops_zero_width_marks_only(text: str) -> None:
    folded = view.fold(text)
    kept = [text[slice(*folded.source_span(k, k + 1))] for k in range(len(folded.text))]
    assert "".join(kept) == re.sub("[\u200b\ufeff]", "", text)


@given(texts)
def test_folding_is_stable(text: str) -> None:
    once = view.fold(text).text
    assert view.fold(once).text == once


@given(texts)
def test_denoising_drops_noise_and_nothing_else(text: str) -> None:
    reading = view.denoise(view.fold(text))
    for k, char in enumerate(reading.text):
        assert view.is_folded(text[reading.source_span(k, k + 1)[0]]) == char
    assert reading.text == re.sub("[★☆●]", "", view.fold(text).text)


@given(texts)
def test_runs_lie_where_their_tokens_say(text: str) -> None:
    folded = view.fold(text).text
    for run in view.runs(folded):
        assert len(run.separators) == len(run.tokens) - 1
        at = run.tokens[0].start
        for token in run.tokens:
            assert token.start >= at and len(token.text) == token.end - token.start
            assert "\t" not in folded[at : token.end]
            at = token.end


@given(texts)
def test_the_trigger_sees_what_folding_changes(text: str) -> None:
    changed = view.fold(text).text != text
    plain_punctuation = re.sub("[，：。　]", "", text)
    if changed and view.fold(plain_punctuation).text != plain_punctuation:
        assert re.search(view.FOLD_TRIGGER, text)


@given(st.text(alphabet="0123456789", min_size=11, max_size=18), st.lists(st.sampled_from(" -★ "), min_size=17, max_size=17))
def test_a_run_with_separators_is_triggered_and_joined(digits: str, gaps: list[str]) -> None:
    text = digits[0] + "".join(gap + char for char, gap in zip(digits[1:], gaps, strict=False))
    lengths = frozenset(range(11, 19))
    joined = [digits_ for run in view.runs(text) for digits_, *_ in view.windows(run, lengths)]
    if len(digits) == 18 and digits[6:8] in ("19", "20") and not view._whole(digits[:11]):
        assert digits in joined
    assert any(view.differs(kind, text) for kind in ("run", "wide-run", "noise"))


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("340102 19000506 123X", ["34010219000506123X"]),
        ("1 3 8 0 0 0 1 2 3 4 5", ["13800012345"]),
        ("138★0001★2345", ["13800012345"]),
        ("一三八〇〇〇一二三四五", ["13800012345"]),
        ("l38OOOl2345", ["13800012345"]),
        ("3401021900\n0506123×", ["34010219000506123X"]),
        # A gap beside a whole number is a border, and so is a tab.
        ("340102190005061233 13800012345", []),
        ("13800012345 13900012345", []),
        ("1380001\t2345", []),
        ("13800012345", []),
    ],
)
def test_runs(text: str, joined: list[str]) -> None:
    lengths = frozenset({11, 18})
    assert [digits for run in view.runs(text) for digits, *_ in view.windows(run, lengths)] == joined


@pytest.mark.parametrize(
    ("text", "expected"),
    [("138 0001 2345", True), ("138-0001-2345", True), ("1 3 8 0 0 0 1 2 3 4 5", True), ("13 8000 12 345", False),
     ("138 0001-2345", False), ("138★★0001☆2345", True), ("1380001\n2345", True), ("139 563 01829", True),
     ("340824 190103 055 018", True)],
)  # fmt: skip
def test_regular_grouping(text: str, expected: bool) -> None:
    (run,) = view.runs(text)
    assert view.regular(run, 0, len(run.tokens) - 1) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("44 139 0013 8000", True), ("139 0013 8000 44 55", True), ("44 139 563 01829", False), ("139 563 01829 442", False)],
)
def test_an_unusual_grouping_counts_where_it_stands_alone(text: str, expected: bool) -> None:
    (run,) = view.runs(text)
    (window,) = view.windows(run, frozenset({11}))
    assert view.regular(run, *window[3]) is expected


def test_bare_text_is_folded_without_blanks_and_stars() -> None:
    every = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x1F110))))
    assert view.bare(every) == re.sub(r"[\s\u3000★☆]+", "", view.is_folded(every))
